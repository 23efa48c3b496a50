"""A page that nobody has described → what it is, what made it, and how to watch it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Literal
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from parsers.api import api_links
from parsers.decode import decode
from parsers.document import Document
from parsers.exceptions import ParseError
from parsers.feed import feed_links
from parsers.listing import links, next_pages
from parsers.metadata.jurisdictions import of_body, of_host
from parsers.metadata.language import language_of
from parsers.page import Link, Page
from parsers.read import read
from parsers.sitemap import sitemap
from parsers.sites.answers import as_page
from parsers.sites.families import family_of_page
from parsers.sites.founder import template
from parsers.sites.gkmlpt import service
from parsers.sites.list_service import fields_of, parsed
from parsers.sniff import charset
from parsers.tree import one_line, parse_html, visible_text

Kind = Literal["listing", "feed", "sitemap", "service", "article", "unknown"]

LEAST_LINKS = 3
"""Fewer links are no list that could be told from a menu."""

SURE_LINKS = 8
"""With so many rows, most of them with a day, a page is a list, whatever else stands on it."""

LONGEST_NAME = 40
"""Characters of a site's name; what is longer is a headline."""

_FEED = re.compile(r"<(?:rss|rdf:RDF|feed)[\s>]", re.IGNORECASE)
_SITEMAP = re.compile(r"<(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)
_CUT = re.compile(r"\s*[-_|—–·>»]+\s*")
_HOME = frozenset({"首页", "网站首页", "home", "当前位置"})


@dataclass(frozen=True, slots=True)
class ProposedSeed:
    """A seed as a source file would have it; what is not given is None."""

    kind: str
    url: str
    items: str | None = None
    link: str | None = None
    title: str | None = None
    issued: str | None = None
    page: str | None = None
    start: int | None = None
    stop: int | None = None


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a page was recognised as.

    Attributes:
        kind: What it is.
        family: Name of the publishing system; None where nothing gives it away.
        evidence: What was concluded from what, a sentence each.
        title: Of the list, or of the article, without the site's name.
        publisher: Whose site it is, as it says itself.
        language: BCP 47 tag of most of it.
        jurisdiction: ISO 3166-2 code.
        charset: That it was decoded with.
        seeds: What a source file of it would begin with, best first. Of an article: where its list may be.
        links: What it lists.
        next_pages: Where it goes on.
        items: A selector of the rows, for a rule, should the list ever be read wrongly; None where none was found.
        asks: What could not be told, in words that a person can act on.
    """

    kind: Kind
    family: str | None = None
    evidence: tuple[str, ...] = ()
    title: str | None = None
    publisher: str | None = None
    language: str | None = None
    jurisdiction: str | None = None
    charset: str = "utf-8"
    seeds: tuple[ProposedSeed, ...] = ()
    links: tuple[Link, ...] = ()
    next_pages: tuple[str, ...] = ()
    items: str | None = None
    asks: tuple[str, ...] = ()


def recognise(page: Page) -> Recognised:
    """Recognise a page. Total: whatever the bytes are, there is an answer, and what cannot be told stands in `asks`."""
    decoded = decode(page.body, charset(page.content_type))
    text, codec = decoded.text, decoded.codec
    head = text[:3_000]
    if _FEED.search(head):
        return _listed("feed", page, feed_links(page.body, page.url), codec)
    if _SITEMAP.search(head):
        return _listed("sitemap", page, sitemap(page.body, page.url).links, codec)
    if as_page(text) == text and (answer := parsed(text)) is not None:
        return _service(page, answer, codec)
    try:
        tree = parse_html(as_page(text))
    except ParseError as error:
        return Recognised("unknown", charset=codec, asks=(f"it cannot be read: {error}",))
    return _page(page, tree, codec)


def _page(page: Page, tree: HtmlElement, codec: str) -> Recognised:
    """A page of HTML: a list, a document, or neither."""
    made, site = family_of_page(page.url, tree), _site_name(tree)
    where = of_host(urlsplit(page.url).hostname) or (of_body(site) if site else None)
    known = Recognised(
        "unknown",
        family=made[0].name if made else None,
        evidence=(f"it was made by {made[0].title}, told by {made[1]}",) if made else (),
        title=_column(tree, site),
        publisher=site,
        language=language_of(visible_text(tree)[:5_000]),
        jurisdiction=where.iso if where else None,
        charset=codec,
        seeds=tuple(_feeds(tree, page.url)),
        next_pages=next_pages(tree, page.url),
    )
    shown, result = links(tree, page.url, None), read(page, None)
    if _is_list(shown, result):
        return _list(known, page, tree, shown)
    if isinstance(result, Document):
        return _article(known, page, tree, result)
    if known.family == "gkmlpt":
        return _catalogue(known, page, tree)
    if known.next_pages:
        evidence = (*known.evidence, f"its list comes from {known.next_pages[0]}")
        seeds = (ProposedSeed("listing", page.url), *known.seeds)
        return replace(known, kind="listing", evidence=evidence, seeds=seeds)
    evidence = (*known.evidence, f"it is no document: {result.reason}: {result.detail}")
    ask = "a page with a list of documents on it: this one shows none that stand alike"
    return replace(known, evidence=evidence, asks=(ask,))


def _is_list(shown: Sequence[Link], result: object) -> bool:
    """What is read as a document may be a list all the same: many rows with a day, and little else to read."""
    if not isinstance(result, Document):
        return len(shown) >= LEAST_LINKS
    dated = sum(link.issued is not None for link in shown)
    titles = sum(len(link.title or "") for link in shown)
    return len(shown) >= SURE_LINKS and 2 * dated >= len(shown) and 2 * titles >= len(result.text)


def _list(known: Recognised, page: Page, tree: HtmlElement, shown: tuple[Link, ...]) -> Recognised:
    dated = sum(link.issued is not None for link in shown)
    evidence = [
        *known.evidence,
        f"it lists {len(shown)} links that stand alike, {dated} of them beside a day",
    ]
    if known.next_pages:
        evidence.append(f"it goes on at {known.next_pages[0]}")
    seed, asks = ProposedSeed("listing", page.url), known.asks
    if known.family == "founder" and (form := template(page.url)):
        numbers = sorted(_pages_of_issue(tree, page.url))
        seed = ProposedSeed("template", form, start=numbers[0], stop=numbers[-1])
        asks = (f"how many pages an issue has at most: stop = {numbers[-1]} is the last one of this issue",)
    return replace(
        known,
        kind="listing",
        evidence=tuple(evidence),
        seeds=(seed, *known.seeds),
        links=shown,
        items=_rows_of(tree, page.url, shown),
        asks=asks,
    )


def _article(known: Recognised, page: Page, tree: HtmlElement, document: Document) -> Recognised:
    """An article: its list is where its feed is, or where its breadcrumb leads."""
    lists = tuple(ProposedSeed("listing", url) for url in _ways_up(tree, page.url))
    ask = "the list that it stands on: give its address instead"
    return replace(
        known,
        kind="article",
        evidence=(*known.evidence, f"it is read as a document of {len(document.text)} characters"),
        title=document.metadata.title,
        seeds=(*known.seeds, *lists),
        next_pages=(),
        asks=() if lists or known.seeds else (ask,),
    )


def _catalogue(known: Recognised, page: Page, tree: HtmlElement) -> Recognised:
    address, missing = service(page.url, tree)
    if address is None:
        return replace(known, asks=(missing,))
    seed = ProposedSeed("api", address, "articles", "url", "title", "created_at", "page")
    evidence = (*known.evidence, "its list comes from the service of the catalogue")
    return replace(known, kind="listing", evidence=evidence, seeds=(seed,))


def _listed(kind: Literal["feed", "sitemap"], page: Page, found: Sequence[Link], codec: str) -> Recognised:
    """A feed or a sitemap."""
    titles = " ".join(link.title or "" for link in found)
    host = of_host(urlsplit(page.url).hostname)
    return Recognised(
        kind,
        evidence=(f"its root is that of a {kind}", f"it lists {len(found)} addresses"),
        language=language_of(titles) if titles.strip() else None,
        jurisdiction=host.iso if host else None,
        charset=codec,
        seeds=(ProposedSeed(kind, page.url),),
        links=tuple(found),
        asks=() if found else ("why it lists nothing",),
    )


def _pages_of_issue(tree: HtmlElement, url: str) -> set[int]:
    """Numbers of the pages of an issue that a page links, its own included."""
    hrefs = (url, *(element.get("href") or "" for element in tree.iter("a")))
    return {int(found[1]) for href in hrefs if (found := re.search(r"node_(\d{1,3})\.html?$", href))}


def _feeds(tree: HtmlElement, url: str) -> Iterator[ProposedSeed]:
    for element in tree.iter("link"):
        kind = (element.get("type") or "").lower()
        if "alternate" in (element.get("rel") or "").lower() and kind in {
            "application/rss+xml",
            "application/atom+xml",
        }:
            yield ProposedSeed("feed", urljoin(url, element.get("href") or ""))


def _ways_up(tree: HtmlElement, url: str) -> Iterator[str]:
    """Where the breadcrumb leads, the nearest list first; then the folder that the article stands in."""
    found: list[str] = []
    for element in tree.iter("a"):
        holder = " ".join(
            f"{up.get('class') or ''} {up.get('id') or ''}"
            for up in [element, *list(element.iterancestors())[:4]]
        ).lower()
        label = one_line(visible_text(element)).lower()
        if (
            re.search(r"crumb|position|location|dqwz|weizhi|path|curr", holder)
            and label
            and label not in _HOME
        ):
            found.append(urljoin(url, element.get("href") or ""))
    host = urlsplit(url).hostname
    for way in dict.fromkeys(reversed(found)):
        address = urlsplit(way)
        if address.hostname == host and way != url and address.path not in {"", "/"}:
            yield way


def _site_name(tree: HtmlElement) -> str | None:
    """Whose site it is: a tag that says so, or the last part of the page's title."""
    for element in tree.iter("meta"):
        name, said = (
            element.get("name") or element.get("property") or "",
            one_line(element.get("content") or ""),
        )
        if said and name.lower() in {"sitename", "og:site_name"}:
            return said
    title = next((one_line(element.text or "") for element in tree.iter("title")), "")
    parts = [part for part in _CUT.split(title) if part]
    return parts[-1] if len(parts) > 1 and len(parts[-1]) <= LONGEST_NAME else None


def _column(tree: HtmlElement, site: str | None) -> str | None:
    title = next((one_line(element.text or "") for element in tree.iter("title")), "")
    parts = [part for part in _CUT.split(title) if part and part != site]
    return parts[0] if parts else site


def _rows_of(tree: HtmlElement, url: str, shown: Sequence[Link]) -> str | None:
    """A selector of the rows: the parent that most links share two steps up, by tag and class."""
    wanted = {link.url for link in shown}
    forms: Counter[str] = Counter()
    for element in tree.iter("a"):
        if urljoin(url, element.get("href") or "") not in wanted:
            continue
        row = next((up for up in element.iterancestors() if up.tag in {"li", "tr", "dd", "article"}), None)
        holder = row.getparent() if row is not None else None
        if row is not None and holder is not None:
            forms[f"{_form(holder)} > {row.tag}"] += 1
    if not forms:
        return None
    form, count = forms.most_common(1)[0]
    return form if 2 * count >= len(wanted) else None


def _form(element: HtmlElement) -> str:
    name = next(
        (word for word in (element.get("class") or "").split() if re.fullmatch(r"[A-Za-z][\w-]*", word)), ""
    )
    return f"{element.tag}.{name}" if name else str(element.tag)


def _service(page: Page, answer: object, codec: str) -> Recognised:
    """A service whose answer is JSON."""
    host = of_host(urlsplit(page.url).hostname)
    known = Recognised("unknown", jurisdiction=host.iso if host else None, charset=codec)
    fields = fields_of(answer)
    if fields is None:
        return replace(
            known, asks=("which list in this JSON is that of documents, and which field their address",)
        )
    seed = ProposedSeed("api", page.url, fields.items, fields.link, fields.title, fields.issued)
    shown = api_links(page.body, page.url, fields, UTC, page.content_type)
    return replace(
        known,
        kind="service",
        evidence=(f"it is JSON with a list of {len(shown)} objects at {fields.items or 'its root'}",),
        language=language_of(" ".join(link.title or "" for link in shown)),
        seeds=(seed,),
        links=shown,
        asks=("whether a parameter of its address names the page: give it as page",),
    )

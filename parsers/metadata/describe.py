"""The metadata of a document, each value with the evidence that it was read from.

Order of trust, as measured on 57 pages: the source's rule, the 索引号 table, the visible line under the headline,
the tags of 《政府网站发展指引》 (国办发〔2017〕47号), other tags, the URL. A date in prose is never a date of issue, and a
document number in prose is a citation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from lxml.html import HtmlElement

from parsers.document import Evidence, Metadata
from parsers.metadata import attribution, chronology, document_types, issuers, jurisdictions, links
from parsers.metadata.bylines import is_news_medium
from parsers.metadata.identifiers import find_numbers, number_in_title, own_number, promulgated_as
from parsers.metadata.jurisdictions import Jurisdiction
from parsers.metadata.language import language_of
from parsers.metadata.scene import HEAD_LINES, Offer, Scene, view
from parsers.metadata.titles import BREADCRUMB, Headline, find_headline, find_text_headline
from parsers.page import Page, Rule
from parsers.plaintext import FrontMatter

SNIPPET = 300
"""Characters of evidence that are kept."""
BEGINNING = 3_000
"""A report names its subject and its place in its beginning."""
MOST_KEYWORDS = 20
_ORDER = re.compile("(.{2,30}?)令")
_NAMED = re.compile(r"[\u4e00-\u9fff]{3}|[A-Za-z]{4}")
_KEYWORD = re.compile(r"[,，;；、\s|]+")
_NEWS_SIGN = re.compile(
    r"^[^。]{0,24}(?:讯|电)[ （(]|记者(?:从|今天|日前|近日|了解|获悉)|[（(](?:本报|本网)?[\u4e00-\u9fff]{0,6}记者|^[A-Z][A-Z ]{2,30}(?:, [A-Z][a-z]+\.? \d{1,2})?(?: \([\w ]+\))? ?(?:--?|—|–) |press conference|\breporters?\b",
    re.IGNORECASE,
)
_LATIN = re.compile("[A-Za-z]")


@dataclass(slots=True)
class _Notes:
    """The evidence, as values are taken over."""

    evidence: list[Evidence] = field(default_factory=list)

    def take(self, name: str, offers: Iterable[Offer | None]) -> str | None:
        """Take the first offer that has a value."""
        for offer in offers:
            if offer is not None and offer[0]:
                self.evidence.append(Evidence(name, offer[0], offer[1], offer[2][:SNIPPET]))
                return offer[0]
        return None


def describe(
    page: Page, tree: HtmlElement | None, rule: Rule | None, text: str, front: FrontMatter | None
) -> Metadata:
    """Read a document's metadata.

    Args:
        page: The archived response.
        tree: Its parsed page; None for plain text.
        rule: Where things stand on this source's pages; None to find out.
        text: The main text with its characters repaired, one paragraph a line, furniture still in it.
        front: The front matter of a Markdown file; None where there is none.

    Returns:
        The metadata; unknown is None. Every value has its evidence.
    """
    scene = view(page, tree, rule, text, front)
    notes = _Notes()
    headline = _headline(scene)
    title = notes.take("title", [(headline.title, headline.rule, headline.snippet)] if headline else [])
    days = chronology.issued(scene)
    issued = notes.take("issued", days)
    # What else is said of the day stays as evidence: `parsers.structure.integrity` compares it.
    notes.evidence += [Evidence("issued", day, rule, words[:SNIPPET]) for day, rule, words in days[1:]]
    outlet = notes.take("outlet", attribution.outlet(scene))
    authors, byline = attribution.authors(scene)
    notes.take("author", [byline])
    kind = notes.take("document_type", _kinds(scene, title or "", outlet, authors))
    passed, signed = issuers.passed(scene.above(), title or ""), issuers.signature(scene.body)
    identifier = notes.take("identifier", _identifiers(scene, title or "", kind, passed))
    # News has no issuing body.
    bodies = _creators(scene, title or "", passed, signed, identifier or "") if kind != "news" else ()
    creator = notes.take("creator", chain(scene.ruled("creator"), bodies))
    publisher = notes.take("publisher", attribution.publisher(scene))
    region = _region(scene, title or "", creator, outlet, publisher)
    base = links.base_of(page.url, scene.head)
    attachments = links.read_attachments(tree, base, scene.neighbourhood()) if tree is not None else ()
    further = links.next_pages(tree, base, scene.head) if tree is not None else ()
    keywords = _keywords(scene)
    notes.take("keywords", [("、".join(keywords), "meta:keywords", "、".join(keywords))])
    for attachment in attachments:
        notes.take("attachments", [(attachment.url, "link:attachment", attachment.label or attachment.url)])
    for url in further:
        notes.take("next_pages", [(url, "link:next", url)])
    return Metadata(
        title=title,
        subtitle=notes.take(
            "subtitle", [(headline.subtitle or "", headline.rule, headline.snippet)] if headline else []
        ),
        identifier=identifier,
        creator=creator,
        publisher=publisher,
        outlet=outlet,
        author=authors,
        subject_body=notes.take(
            "subject_body", _subject_bodies(scene, title or "", region) if kind == "news" else []
        ),
        created=notes.take("created", chronology.created(scene, passed, signed) if kind != "news" else []),
        issued=issued,
        modified=notes.take("modified", chronology.modified(scene)),
        valid_from=notes.take(
            "valid_from", chronology.valid_from(scene, title or "") if kind != "news" else []
        ),
        valid_to=notes.take("valid_to", chronology.valid_to(scene, title or "") if kind != "news" else []),
        date_event=notes.take(
            "date_event", [chronology.event(scene, title, issued)] if kind == "news" else []
        ),
        jurisdiction=notes.take("jurisdiction", [region and (region[0].iso, region[1], region[0].name)]),
        jurisdiction_code=notes.take(
            "jurisdiction_code", [region and (region[0].code or "", region[1], region[0].name)]
        ),
        language=notes.take(
            "language", [(language_of(text or title or "") or "", "script_share", text[:60])]
        ),
        document_type=kind,
        subject=notes.take("subject", scene.in_table("subject")),
        keywords=keywords,
        canonical_url=notes.take("canonical_url", [_turned(links.canonical_url(page.url, scene.head))]),
        source_url=notes.take("source_url", _sources(scene)),
        next_pages=further,
        attachments=attachments,
        evidence=tuple(notes.evidence),
    )


def _headline(scene: Scene) -> Headline | None:
    for value, rule, snippet in scene.ruled("title"):
        return Headline(value, None, rule, snippet)
    front = scene.front.first("title") if scene.front else None
    if front:
        return Headline(
            front,
            scene.front.first("subtitle") if scene.front else None,
            "front_matter:title",
            f"title: {front}",
        )
    if scene.tree is None:
        return find_text_headline(scene.opening(), scene.text)
    table = next((offer[0] for offer in scene.in_table("title")), None)
    return find_headline(scene.head, scene.lines, scene.top, table, scene.text)


def _kinds(scene: Scene, title: str, outlet: str | None, authors: tuple[str, ...]) -> Iterator[Offer]:
    """The headline's noun, unless the text is told by a reporter; then signs of news; then the column."""
    stated = document_types.type_of_title(title)
    reported = next((found for line in scene.body[:HEAD_LINES] if (found := _news_sign(line))), None)
    if stated is not None and document_types.is_news(title):
        yield "news", "title:verb", title
    if stated is not None and (document_types.is_formal(title) or not (reported or authors)):
        yield stated, "title", title
    columns = [
        (kind, "column", column)
        for column in _columns(scene)
        if (kind := document_types.type_of_column(column)) is not None
    ]
    yield from (offer for offer in columns if offer[0] != "news")
    if reported is not None:
        yield "news", "text:reported", reported[0]
    if authors:
        yield "news", "byline", "、".join(authors)
    if outlet is not None and is_news_medium(outlet):
        yield "news", "outlet", outlet
    if document_types.has_verb(title) or document_types.is_news(title):
        yield "news", "title:verb", title
    yield from columns


def _news_sign(line: str) -> re.Match[str] | None:
    """What tells a report; to look first for what every sign has takes a tenth of the time where there is none."""
    may_be_one = "记者" in line or "讯" in line or "电" in line or _LATIN.search(line) is not None
    return _NEWS_SIGN.search(line) if may_be_one else None


def _columns(scene: Scene) -> list[str]:
    tags = [
        value for value, _, _ in scene.tag("columnname", "columntype", "lanmu", "article:section", "category")
    ]
    crumbs = [
        line.text
        for line in scene.lines[: scene.start]
        if len(line.text) <= 120 and BREADCRUMB.match(line.text)
    ]
    front = scene.front.values if scene.front else {}
    return [*tags, *crumbs, *front.get("categories", ()), *front.get("tags", ())]


def _identifiers(
    scene: Scene, title: str, kind: str | None, passed: tuple[str | None, str, str] | None
) -> Iterator[Offer]:
    """Rule, table, a line of its own in the head, the headline, the line that says who passed it; elsewhere a number is a citation.

    An interpretation's headline has the number of what it interprets.
    """
    for value, rule, snippet in (*scene.ruled("identifier"), *scene.in_table("identifier")):
        number = own_number(value) or next((found.value for found in find_numbers(value)), None)
        if number is not None:
            yield number, rule, snippet
    for label in scene.labelled("identifier"):
        number = own_number(label.value)
        if number is not None:
            yield number, f"line:{label.label}", label.snippet
    for line in scene.above():
        number = own_number(line)
        if number is not None:
            yield number, "text:own_line", line
    named = number_in_title(title) if kind != "interpretation" else None
    if named is not None:
        yield named, "title", title
    if passed is not None and (number := promulgated_as(passed[2])) is not None:
        yield number, "text:passed", passed[2]
    cells = {number for line in scene.lines if line.tag in {"td", "th"} and (number := own_number(line.text))}
    if len(cells) == 1:
        # A text that is a table has its number in a cell of its own; two numbers are a list of documents.
        (number,) = cells
        yield number, "table:cell", number


def _creators(
    scene: Scene,
    title: str,
    passed: tuple[str | None, str, str] | None,
    signed: issuers.Signature | None,
    identifier: str,
) -> Iterator[Offer]:
    """The issuing body."""
    yield from (offer for offer in scene.in_table("creator") if _NAMED.search(offer[0]))
    # A proposal's body stands where it says who proposes; a member is an author.
    yield from (offer for offer in scene.in_table("proposer") if issuers.is_body(offer[0]))
    begun = issuers.of_title(title)
    if begun is not None:
        named = [signed.body or ""] if signed is not None else []
        named += [value for value, _, _ in (*scene.in_table("publisher_body"), *scene.tag("contentsource"))]
        yield issuers.written_out(begun, named), "title", title
    order = _ORDER.match(identifier)
    if order is not None and issuers.is_body(order[1]):
        yield order[1], "identifier", identifier
    if signed is not None and signed.body is not None:
        yield signed.body, "text:signature", signed.snippet
    if passed is not None and passed[0] is not None:
        yield passed[0], "text:passed", passed[2]
    for label in (*scene.labelled("proposer"), *scene.labelled("creator")):
        if issuers.is_body(label.value):
            yield label.value, f"line:{label.label}", label.snippet
    head = [line for line in scene.opening() if line != title]
    sites = [
        value for value, _, _ in (*scene.tag("sitename", "contentsource"), *scene.in_table("publisher_body"))
    ]
    alone = issuers.under_headline(head, [*sites, scene.head.title or ""])
    if alone is not None:
        yield alone, "text:under_headline", alone
    closing = issuers.signed_off(scene.body)
    if closing is not None:
        yield closing, "text:signed_off", closing
    yield from scene.in_table("publisher_body")


def _subject_bodies(scene: Scene, title: str, region: tuple[Jurisdiction, str] | None) -> Iterator[Offer]:
    place = region[0] if region else None
    named = issuers.subject_of_title(title)
    if named is not None:
        yield issuers.full_name(named, place), "title", title
    told = issuers.subject_of_text(scene.text[:BEGINNING])
    if told is not None:
        yield issuers.full_name(told[0], place), "text:cue", told[1]


def _region(
    scene: Scene, title: str, creator: str | None, outlet: str | None, publisher: str | None
) -> tuple[Jurisdiction, str] | None:
    """Host, site code, issuing body, headline, source, text; a finer name within the same region is taken over."""
    own = links.host_of(scene.page.url) or links.host_of(scene.head.tags.get("url", ""))
    domain = (
        scene.head.tags.get("sitedomain", "")
        .split(",")[0]
        .removeprefix("http://")
        .removeprefix("https://")
        .strip("/")
    )
    body = jurisdictions.of_body(creator) if creator else None
    offers: tuple[tuple[str, Callable[[], Jurisdiction | None]], ...] = (
        ("host", lambda: jurisdictions.of_host(own)),
        ("meta:SiteIDCode", lambda: jurisdictions.of_site_code(scene.head.tags.get("siteidcode", ""))),
        ("meta:SiteDomain", lambda: jurisdictions.of_host(domain)),
        ("creator", lambda: body),
        ("title", lambda: jurisdictions.of_name(title)),
        ("outlet", lambda: jurisdictions.of_name(outlet or "")),
        ("publisher", lambda: jurisdictions.of_body(publisher or "")),
        ("title_tag", lambda: jurisdictions.of_name(scene.head.title or "")),
        ("text", lambda: jurisdictions.of_text(scene.text[:BEGINNING])),
    )
    found = next(((region, rule) for rule, read in offers if (region := read()) is not None), None)
    if (
        found is not None
        and body is not None
        and body.code
        and body.iso == found[0].iso
        and found[1] != "creator"
    ):
        return body, "creator"
    return found


def _keywords(scene: Scene) -> tuple[str, ...]:
    words = next((value for value, _, _ in [*scene.in_table("keywords"), *scene.tag("keywords")]), "")
    tags = scene.front.values.get("tags", ()) or scene.front.values.get("keywords", ()) if scene.front else ()
    return tuple(dict.fromkeys(word for word in (*tags, *_KEYWORD.split(words)) if word))[:MOST_KEYWORDS]


def _sources(scene: Scene) -> Iterator[Offer]:
    front = scene.front.first("source_url", "original_url", "canonical_url") if scene.front else None
    if front:
        yield front, "front_matter:source_url", front
    found = links.source_url(scene.body)
    if found is not None:
        yield found[0], "text:url", found[1]


def _turned(found: tuple[str, str] | None) -> Offer | None:
    return (found[1], found[0], found[1]) if found else None

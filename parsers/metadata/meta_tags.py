"""What a page's head says: meta tags, title, canonical URL, JSON-LD and the comment of 方正 systems."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

from parsers.tree import one_line, scripts

_ENP_FIELD = re.compile(r"<(\w+)>([^<]*)</\1>")
_QUOTES = "\"'“”‘’ \t\r\n"
LARGEST_JSON = 200_000
DEEPEST_JSON = 4


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a page.

    Attributes:
        tags: Name in lower case → first content that is not empty; names are compared without case, because pages
            write `Sitename`, `contentSource` and `url`.
        title: Text of the first `<title>` that says something.
        canonical: `href` of the canonical link, as it stands.
        following: `href` of `rel=next`, as it stands.
        base: `href` of `<base>`.
        structured: First value per key of the page's JSON-LD.
        enp: Fields of the `enpproperty` comment.
    """

    tags: Mapping[str, str] = field(default_factory=dict)
    title: str | None = None
    canonical: str | None = None
    following: str | None = None
    base: str | None = None
    structured: Mapping[str, str] = field(default_factory=dict)
    enp: Mapping[str, str] = field(default_factory=dict)


def read_head(tree: HtmlElement) -> Head:
    """Read a page's head; tags that stand in the body by mistake count too.

    Args:
        tree: The page, not changed.
    """
    told: dict[str, list[HtmlElement]] = {"meta": [], "link": [], "title": [], "base": []}
    for element in tree.iter(*told):
        told[element.tag].append(element)
    tags: dict[str, str] = {}
    for element in told["meta"]:
        name = element.get("name") or element.get("property") or element.get("itemprop") or ""
        content = one_line(element.get("content", "")).strip(_QUOTES)
        if content:
            tags.setdefault(name.strip(_QUOTES).lower(), content)
    tags.pop("", None)
    links = {
        relation: href
        for element in told["link"]
        if (href := element.get("href")) is not None
        for relation in element.get("rel", "").lower().split()
    }
    titles = (one_line("".join(element.itertext())) for element in told["title"])
    bases = (element.get("href") for element in told["base"])
    return Head(
        tags=tags,
        title=next((title for title in titles if title), None),
        canonical=links.get("canonical"),
        following=links.get("next"),
        base=next((href for href in bases if href is not None), None),
        structured=_structured(tree),
        enp=_enp(tree),
    )


def _enp(tree: HtmlElement) -> dict[str, str]:
    comment = next(
        (text for item in tree.iter(etree.Comment) if "enpproperty" in (text := item.text or "")), ""
    )
    return {name.lower(): value.strip() for name, value in _ENP_FIELD.findall(comment) if value.strip()}


def _structured(tree: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for media_type, source in scripts(tree):
        if "ld+json" not in media_type or len(source) > LARGEST_JSON:
            continue
        try:
            parsed = json.loads(source, strict=False)
        except (ValueError, RecursionError):
            continue
        for name, value in _pairs(parsed, 0):
            found.setdefault(name.lower(), value)
    return found


def _pairs(value: object, depth: int) -> Iterator[tuple[str, str]]:
    """Key and text of every member; `author: {name: …}` counts as the key's own text."""
    if depth > DEEPEST_JSON:
        return
    if isinstance(value, list):
        for item in value:
            yield from _pairs(item, depth + 1)
    elif isinstance(value, dict):
        for name, member in value.items():
            if isinstance(member, str) and member.strip():
                yield str(name), member.strip()
            elif isinstance(member, dict) and isinstance(member.get("name"), str):
                yield str(name), member["name"].strip()
            elif isinstance(member, list) and name == "@graph":
                yield from _pairs(member, depth + 1)

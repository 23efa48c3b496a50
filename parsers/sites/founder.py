"""Founder's newspapers: a page of the issue is `node_2.htm` below its day, an article `content_123.htm`."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

from parsers.sites.family import Family

_DAY = r"(?:19|20)\d\d-?\d\d/\d\d/"


def _marks(tree: HtmlElement) -> str | None:
    for element in tree.iter():
        if element.tag == "founder-content":
            return "the element founder-content"
        if element.tag is etree.Comment and "enpproperty" in (element.text or ""):
            return "the comment enpproperty"
        if isinstance(element.tag, str) and element.get("id") == "ozoom":
            return "the element #ozoom"
    return None


def template(url: str) -> str | None:
    """The address of a page of an issue with its day and number left open; None where it is none.

    `…/html/2026-11/25/node_2.htm` becomes `…/html/{yyyy}-{mm}/{dd}/node_{page}.htm`.
    """
    found = re.fullmatch(r"(.*/)((?:19|20)\d\d)(-?)(\d\d)/(\d\d)/node_(0?)(\d+)\.(html?)", url)
    if found is None:
        return None
    head, _, dash, _, _, zero, _, suffix = found.groups()
    page = "{page:02}" if zero else "{page}"
    return f"{head}{{yyyy}}{dash}{{mm}}/{{dd}}/node_{page}.{suffix}"


FOUNDER = Family(
    "founder",
    "Founder (newspapers)",
    (
        re.compile(rf"/(?:html|column|content)/{_DAY}(?:node|content)_\d+\.html?(?:$|\?)"),
        re.compile(rf"/{_DAY}nbs\.D\d+\w*_\d+\.htm$"),
    ),
    _marks,
)

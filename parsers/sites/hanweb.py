"""Hanweb (大汉 jcms, jpage): Shandong, Jiangsu, Zhejiang and many cities. A column page holds its newest rows as data.

    <script type="text/xml"><datastore><nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&…"></a>]]>
    </nextgroup><recordset><record><![CDATA[<li><a href="…">…</a><span>2026-09-04</span></li>]]></record>…

The further rows come from the address in `nextgroup`, in the same form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from lxml.html import HtmlElement

from parsers.sites.family import Family, script_with

_RECORD = re.compile(r"<record>\s*<!\[CDATA\[(.*?)\]\]>\s*</record>", re.DOTALL)
_NEXT = re.compile(r"<nextgroup>\s*<!\[CDATA\[\s*<a\s[^>]*?href=[\"']([^\"']+)", re.DOTALL)


def _islands(tree: HtmlElement) -> Iterator[str]:
    for script in tree.iter("script"):
        if "<record>" in (script.text or ""):
            yield script.text


def _marks(tree: HtmlElement) -> str | None:
    if any(_islands(tree)):
        return "a data island with records (jpage)"
    found = script_with(tree, "/module/web/jpage", "/jcms/", "jpage.js")
    return f"a script with {found}" if found else None


def _further(tree: HtmlElement) -> Iterator[str]:
    for island in _islands(tree):
        yield from (unescape(href) for href in _NEXT.findall(island))


def rows_of(text: str) -> str:
    """The rows of a data island, or of the service's answer, as HTML."""
    return "".join(_RECORD.findall(text))


def next_of(text: str) -> tuple[str, ...]:
    """Where a data island, or the service's answer, goes on."""
    return tuple(unescape(href) for href in _NEXT.findall(text))


HANWEB = Family(
    "hanweb",
    "Hanweb (jcms, jpage)",
    (
        re.compile(r"/art/(?:19|20)\d\d/\d{1,2}/\d{1,2}/art_\d+_\d+\.html$"),
        re.compile(r"/col/col\d+/(?:index\.html)?"),
        re.compile(r"/module/web/jpage/dataproxy\.jsp"),
    ),
    _marks,
    further=_further,
    rows=lambda tree: "".join(rows_of(island) for island in _islands(tree)),
)

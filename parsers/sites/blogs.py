"""Systems of blogs and forums: WordPress, Jekyll, Discuz. Their feeds are the better listings."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from parsers.sites.family import Family, generator


def _made_with(name: str, tree: HtmlElement) -> str | None:
    made = generator(tree)
    return f"generator {made}" if name.lower() in made.lower() else None


def _wordpress(tree: HtmlElement) -> str | None:
    if made := _made_with("wordpress", tree):
        return made
    linked = (e.get("href") or e.get("src") or "" for e in tree.iter("link", "script", "img"))
    return "files below /wp-content/" if any("/wp-content/" in url for url in linked) else None


WORDPRESS = Family(
    "wordpress",
    "WordPress",
    (
        re.compile(r"^/(?:[\w-]+/)*(?:19|20)\d\d/\d\d(?:/\d\d)?/[^/.]+/$"),
        re.compile(r"^/(?:[\w-]+/)?\?p=\d+$"),
        re.compile(r"/wp-(?:json|content)/"),
    ),
    _wordpress,
)

JEKYLL = Family(
    "jekyll",
    "Jekyll",
    (re.compile(r"^/(?:[\w-]+/)*(?:19|20)\d\d/\d\d/\d\d/[^/]+\.html$"), re.compile(r"/_posts/")),
    lambda tree: _made_with("jekyll", tree),
)

DISCUZ = Family(
    "discuz",
    "Discuz!",
    (
        re.compile(r"/(?:thread|forum)-\d+-\d+(?:-\d+)?\.html$"),
        re.compile(r"/forum\.php\?mod=(?:viewthread|forumdisplay)"),
    ),
    lambda tree: _made_with("discuz", tree),
)

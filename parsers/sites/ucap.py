"""UCAP (开普云): the central portal and many provinces and commissions (`c100028/common_list.shtml`)."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from parsers.sites.family import Family, script_with


def _marks(tree: HtmlElement) -> str | None:
    if any((element.get("id") or "").upper() == "UCAP-CONTENT" for element in tree.iter("div", "td")):
        return "the element #UCAP-CONTENT"
    found = script_with(tree, "ucap", "UCAP")
    return f"a script with {found}" if found else None


UCAP = Family(
    "ucap",
    "UCAP",
    (
        re.compile(r"/c\d{5,}/(?:(?:19|20)\d{4}/)?(?:[0-9a-f]{32}|content|\w*(?:list|xxgk)\w*)\.shtml"),
        re.compile(r"/c\d{5,}/c\d{5,}/content\.shtml"),
        re.compile(r"/(?:19|20)\d{4}/content_\d{7}\.html?$"),
        re.compile(r"/content/(?:19|20)\d\d-\d\d/\d\d/content_\d{7}\.htm$"),
        re.compile(r"/content/content_\d{15,}\.html$"),
    ),
    _marks,
)

"""TRS WCM: most portals of ministries and provinces. Articles are `t20250101_123.html`; a script links the pages."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from parsers.sites.family import Family, generator, script_with

_EDITOR = re.compile(
    r"(?:^|\s)(?:TRS_Editor|TRS_UEDITOR|trs_editor_view|trs_paper_default)(?:\s|$)", re.IGNORECASE
)


def _marks(tree: HtmlElement) -> str | None:
    if "TRS" in generator(tree):
        return f"generator {generator(tree)}"
    editor = next((e.get("class") for e in tree.iter("div") if _EDITOR.search(e.get("class") or "")), None)
    if editor:
        return f"an element of class {editor}"
    call = script_with(tree, "createPageHTML", "trs_searchbox", "/TRSIS/")
    return f"a script with {call}" if call else None


TRS = Family(
    "trs-wcm",
    "TRS WCM",
    (re.compile(r"/t(?:19|20)\d{6}_\d+(?:_\d+)?\.s?html?$"),),
    _marks,
)
"""Its further pages are read by `parsers.listing` on any page, since other systems took the script over."""

"""Guangdong's two systems: gkmlpt (the catalogue of open information, whose lists come from a JSON service) and NFCMS."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from parsers.sites.family import Family, script_with

_BASE = re.compile(r"^(https?://[^/]+(?:/[\w-]+)?)/gkmlpt/", re.IGNORECASE)
_SITE = re.compile(r"""["']?(?:SITE_?ID|sid)["']?\s*[:=]\s*["']?(\d+)""", re.IGNORECASE)


def _marks(tree: HtmlElement) -> str | None:
    found = script_with(tree, "/gkmlpt/", "gkmlpt")
    return f"a script of {found.strip('/')}" if found else None


def service(url: str, tree: HtmlElement) -> tuple[str | None, str]:
    """The list service of a catalogue.

    Args:
        url: Of its page, with the fragment that names the column (`…/gkmlpt/index#2811`).
        tree: The page, whose scripts name the site.

    Returns:
        The address of the first page of the list, None where it cannot be told; and what is missing, in words.
    """
    base, column = _BASE.match(url), url.partition("#")[2]
    texts = (script.text or "" for script in tree.iter("script"))
    site = next((found[1] for text in texts if (found := _SITE.search(text))), None)
    if base is None:
        return None, "the address is none of a catalogue (…/gkmlpt/index#column)"
    if not column.isdigit():
        return None, "the number of the column, which stands behind # in the address of the catalogue"
    if site is None:
        return None, "the number of the site (sid), which the requests of the page have in a browser"
    return f"{base[1]}/gkmlpt/api/all/{column}?page=1&sid={site}", ""


GKMLPT = Family(
    "gkmlpt",
    "gkmlpt (Guangdong)",
    (re.compile(r"/gkmlpt/(?:content/\d+/\d+/m?post_\d+\.html$|index|api/)"),),
    _marks,
)

NFCMS = Family(
    "nfcms",
    "NFCMS (Guangdong)",
    (re.compile(r"/content/m?post_\d+\.html$"),),
    lambda tree: "a script of NFCMS" if script_with(tree, "nfcms", "NFCMS") else None,
)

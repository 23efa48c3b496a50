"""All families, and which one an address or a page is of."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from parsers.sites.blogs import DISCUZ, JEKYLL, WORDPRESS
from parsers.sites.family import Family
from parsers.sites.founder import FOUNDER
from parsers.sites.gkmlpt import GKMLPT, NFCMS
from parsers.sites.hanweb import HANWEB
from parsers.sites.jpaas import JPAAS
from parsers.sites.trs import TRS
from parsers.sites.ucap import UCAP

FAMILIES = (TRS, JPAAS, HANWEB, GKMLPT, NFCMS, UCAP, FOUNDER, WORDPRESS, DISCUZ, JEKYLL)
"""In the order in which they are asked: the narrower address forms first."""


def family_of_address(url: str) -> Family | None:
    """The family that an address is written in; None where it tells none."""
    try:
        address = urlsplit(url)
    except ValueError:
        return None
    place = address.path + (f"?{address.query}" if address.query else "")
    return next((family for family in FAMILIES if any(form.search(place) for form in family.addresses)), None)


def family_of_page(url: str, tree: HtmlElement) -> tuple[Family, str] | None:
    """The family of a page, with the evidence. What stands on the page outweighs its address."""
    marked = [(family, mark) for family in FAMILIES if (mark := family.marks(tree))]
    by_address = family_of_address(url)
    for family, mark in marked:
        if family is by_address:
            return family, f"the form of its address, and {mark}"
    if marked:
        return marked[0]
    return (by_address, "the form of its address") if by_address else None


def further(tree: HtmlElement) -> Iterator[str]:
    """References to where a listing goes on, as each family writes them."""
    for family in FAMILIES:
        yield from family.further(tree)


def rows(tree: HtmlElement) -> str:
    """Rows that a page holds as data, as HTML; empty where it holds none."""
    return "".join(family.rows(tree) for family in FAMILIES)

"""XML as sites write it → its root: with bare ampersands, HTML's entities, and characters that the label does not have."""

from __future__ import annotations

import re
from html import escape
from html.entities import html5

from lxml import etree

from parsers.decode import decode

_DECLARATION = re.compile(r"\A\s*(?:<\?xml[^>]*>)?")
# What stands in CDATA is no markup.
_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:#\d+;|#[xX][\da-fA-F]+;|(?P<name>\w{1,40};))?", re.DOTALL
)
_OF_XML = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})


def xml_root(body: bytes, *, huge: bool = False) -> etree._Element | None:
    """The root of an XML file, mended where it is not well-formed; None where it is none.

    No DTD, entity or further address is ever loaded.

    Args:
        body: The file.
        huge: Whether it may be larger than libxml2 reads without being asked.
    """
    text = _AMPERSAND.sub(_mended, _DECLARATION.sub("", decode(body, None).text))
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        recover=True,
        huge_tree=huge,
        encoding="utf-8",
    )
    try:
        root: etree._Element | None = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root


def _mended(found: re.Match[str]) -> str:
    if found[0] == "&":
        return "&amp;"
    name = found["name"]
    if name in _OF_XML or name not in html5:
        return found[0]
    return escape(html5[name], quote=False)

"""XML as sites write it → its root: with bare ampersands, HTML's entities, and characters that the label does not have."""

from __future__ import annotations

import re
from functools import partial
from html import escape
from html.entities import html5

from lxml import etree

from parsers.decode import decode

_DECLARATION = re.compile(r"\A\s*(?:<\?xml\s[^>]*>)?")
_ENTITY = re.compile(r"<!ENTITY\s{1,9}(\w{1,40})\s")
# Behind what XML has no place for, libxml2 loses ampersands.
_NOT_OF_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# What stands in CDATA or in a comment is no markup.
_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
    r"|&(?:#(?P<number>[0-9]{1,20});|#[xX](?P<hex>[0-9a-fA-F]{1,20});|(?P<name>\w{1,40};))?",
    re.DOTALL,
)
_OF_XML = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})


def xml_root(body: bytes, *, huge: bool = False) -> etree._Element | None:
    """The root of an XML file, mended where it is not well-formed; None where it is none.

    No DTD, entity or further address is ever loaded.

    Args:
        body: The file.
        huge: Whether it may be larger than libxml2 reads without being asked.
    """
    text = _NOT_OF_XML.sub("", _DECLARATION.sub("", decode(body, None).text))
    declared = frozenset(f"{name};" for name in _ENTITY.findall(text))
    mended = _AMPERSAND.sub(partial(_mended, declared=declared), text)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        recover=True,
        huge_tree=huge,
        encoding="utf-8",
    )
    try:
        root: etree._Element | None = etree.fromstring(_whole(mended).encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root


def _mended(found: re.Match[str], declared: frozenset[str]) -> str:
    if found[0] == "&":
        return "&amp;"
    if number := found["number"] or found["hex"]:
        return _referred(found[0], int(number, 10 if found["number"] else 16))
    name = found["name"]
    if not name or name in _OF_XML or name in declared:
        return found[0]
    return escape(html5[name], quote=False) if name in html5 else f"&amp;{name}"


def _referred(reference: str, number: int) -> str:
    """A reference as it stands, or the character that it can only mean: a half of a pair, or none."""
    if 0xD800 <= number <= 0xDFFF:
        return chr(number)
    is_character = number in {0x9, 0xA, 0xD} or 0x20 <= number <= 0xFFFD or 0x10000 <= number <= 0x10FFFF
    return reference if is_character else "\ufffd"


def _whole(text: str) -> str:
    """The text with the halves of pairs joined; a half alone is U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

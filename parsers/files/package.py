"""Files that are ZIP packages of XML (Office Open XML, OFD): opened within limits, parsed without entities."""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

from parsers.files.content import Unreadable

MOST_UNPACKED = 400_000_000
"""Bytes of all entries; pictures count, since libraries unpack them too."""
MOST_RATIO = 200
"""How much smaller than its content a package may be, from `SMALL` bytes on: XML packs 20 to 1, a bomb 1,000 to 1."""
SMALL = 20_000_000
MOST_ENTRIES = 20_000


def open_package(body: bytes) -> zipfile.ZipFile:
    """Open a ZIP package that keeps the limits.

    Raises:
        Unreadable: it is damaged, encrypted or a bomb.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(body))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable("damaged", f"no whole ZIP archive: {error}") from error
    entries = package.infolist()
    size = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES:
        raise Unreadable("too_large", f"{len(entries)} entries, more than {MOST_ENTRIES}")
    if size > MOST_UNPACKED or (size > SMALL and size > MOST_RATIO * len(body)):
        raise Unreadable("too_large", f"{len(body)} bytes that unpack to {size}")
    return package


def entry(package: zipfile.ZipFile, name: str | zipfile.ZipInfo) -> bytes:
    """The bytes of one entry, no more than it says that it has.

    Raises:
        Unreadable: it is missing, damaged, encrypted, or larger than it says.
    """
    try:
        info = package.getinfo(name) if isinstance(name, str) else name
        if info.flag_bits & 1:
            raise Unreadable("encrypted", f"{info.filename}: a password is needed to unpack it")
        with package.open(info) as file:
            held = file.read(info.file_size + 1)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise Unreadable("damaged", f"{name}: {error}") from error
    if len(held) > info.file_size:
        raise Unreadable("too_large", f"{info.filename} is larger than it says")
    return held


def parse(body: bytes, name: str) -> etree._Element:
    """Parse XML of a package; entities are not resolved and nothing outside is read.

    Raises:
        Unreadable: it is not well-formed, or nested too deep for libxml2 (256 elements).
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("damaged", f"{name}: {error}") from error

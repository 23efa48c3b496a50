"""Reading one file: bytes in; text, tables and a status out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import PurePosixPath

from parsers import plaintext, sniff
from parsers.decode import decode
from parsers.document import Block
from parsers.exceptions import TooComplex
from parsers.files.archive import read_zip
from parsers.files.content import MOST_CHARACTERS, WEB, FileContent, Parts, Unreadable
from parsers.files.delimited import read_csv
from parsers.files.ofd import read_ofd
from parsers.files.pdf import read_pdf
from parsers.files.rich_text import read_rtf
from parsers.files.sheets import read_xls, read_xlsx
from parsers.files.slides import read_slides
from parsers.files.word import read_word
from parsers.files.word97 import read_doc

_OFFICE = "application/vnd.openxmlformats-officedocument"
_READERS: Mapping[str, tuple[str, Callable[[bytes], Parts]]] = {
    "application/pdf": ("pypdfium2", read_pdf),
    f"{_OFFICE}.wordprocessingml.document": ("lxml", read_word),
    f"{_OFFICE}.spreadsheetml.sheet": ("openpyxl", read_xlsx),
    f"{_OFFICE}.presentationml.presentation": ("python-pptx", read_slides),
    "application/msword": ("olefile", read_doc),
    "application/vnd.ms-excel": ("xlrd", read_xls),
    "application/ofd": ("lxml", read_ofd),
    "application/rtf": ("striprtf", read_rtf),
    "text/csv": ("", read_csv),
    "text/tab-separated-values": ("", read_csv),
}
_TABLES = frozenset({".csv", ".tsv"})
_OLE = "application/x-ole-storage"
_OLD_OFFICE = {
    ".doc": "application/msword",
    ".wps": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".et": "application/vnd.ms-excel",
}
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")


def read_file(body: bytes, declared: str | None, name: str, depth: int = 0) -> FileContent:
    """Read a file.

    Args:
        body: Its bytes.
        declared: The media type that its server gave, parameters and all; None without one.
        name: Its name or URL; only the ending counts, and only where the bytes leave open what it is.
        depth: How many archives it lies in.

    Returns:
        What it says, and under which status. Never raises for any bytes that a library can be trusted with; whoever
        reads files of strangers does so in a process of its own, with limits of time and memory.
    """
    mime = _media_type(body, declared, name)
    library, reader = _READERS.get(mime, ("", None))
    try:
        if mime == "application/zip":
            parts = read_zip(body, depth, lambda inner, path, deep: read_file(inner, None, path, deep))
        elif reader is not None:
            parts = reader(body)
        elif mime in {"text/plain", "text/markdown"}:
            parts = _plain(body)
        else:
            raise _unsupported(body, mime)
    except Unreadable as error:
        return FileContent(mime, error.status, str(error), _version(library))
    except RecursionError:
        return FileContent(mime, "too_large", "nested too deep", _version(library))
    status = "empty" if parts.status == "read" and not parts.blocks else parts.status
    reason = parts.reason or ("nothing is written in it" if status == "empty" else None)
    blocks = tuple(_up_to(parts.blocks, MOST_CHARACTERS))
    if len(blocks) < len(parts.blocks):
        status, reason = (
            "cut",
            f"{len(blocks)} of {len(parts.blocks)} paragraphs were kept, which is all of {MOST_CHARACTERS} characters",
        )
    return FileContent(mime, status, reason, _version(library), parts.pages, blocks, tuple(parts.tables))


def _up_to(blocks: Iterable[Block], most: int) -> Iterator[Block]:
    length = 0
    for block in blocks:
        length += len(block.text)
        if length > most:
            return
        yield block


def _media_type(body: bytes, declared: str | None, name: str) -> str:
    mime = sniff.media_type(body, declared)
    if mime.startswith("text/") and mime not in WEB and PurePosixPath(name.lower()).suffix in _TABLES:
        return "text/csv"
    if mime == _OLE and _ENCRYPTED_OFFICE not in body:  # its directory is cut off: what it should have been
        return _OLD_OFFICE.get(PurePosixPath(name.lower()).suffix, mime)
    return mime


def _plain(body: bytes) -> Parts:
    decoded = decode(body, None)
    try:
        extraction, _ = plaintext.read(decoded.text, False)
    except TooComplex as error:
        raise Unreadable("too_large", str(error)) from error
    return Parts(extraction.blocks)


def _unsupported(body: bytes, mime: str) -> Unreadable:
    if mime == _OLE and _ENCRYPTED_OFFICE in body:
        return Unreadable("encrypted", "a password is needed to open it")
    if mime.startswith("image/"):
        return Unreadable("scanned", "a picture")
    if mime in WEB:
        return Unreadable("unsupported", "a web page where a file was promised")
    return Unreadable("unsupported", f"no reader for {mime}")


def _version(library: str) -> str:
    return f"{library} {version(library)}" if library else ""

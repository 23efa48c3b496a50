"""What a payload is, by its own bytes: servers label PDFs as HTML, feeds as text and error pages as PDF.

After the WHATWG's MIME Sniffing Standard, with the formats in which Chinese offices publish (OFD, WPS, RTF) and
without its rule that a label is obeyed: the label only decides what the bytes leave open.
"""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from w3lib.encoding import read_bom

from parsers.decode import utf16_by_nuls

# Enough for the longest head of comments and doctype seen in front of a root element.
HEAD = 4096
# In a payload labelled HTML, the first tag may come after that much stray text or script output.
FAR_HEAD = 65_536
# A text may hold a stray control byte; more than this share of the head makes it binary.
BINARY_SHARE = 0.02
# A name inside a ZIP archive or an OLE file is searched this far from either end: local headers of the first
# entries are at the start, the ZIP directory is at the end, an OLE directory may be at both.
DIRECTORY_SPAN = 1 << 20

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"{\\rtf", "application/rtf"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\0\0\1\0", "image/x-icon"),
    (b"FLV\1", "video/x-flv"),
    (b"\x7fELF", "application/x-elf"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
)
# Signatures that need a second look, so that a text which begins with these letters stays a text.
_LATE_SIGNATURES: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"BM.{4}\0{4}", re.DOTALL), "image/bmp"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"RIFF.{4}(AVI |WAVE)", re.DOTALL), "application/x-riff"),
    (re.compile(rb"\0\0..ftyp", re.DOTALL), "video/mp4"),
    (re.compile(rb"ID3[\2-\4]"), "audio/mpeg"),
    (re.compile(rb"BZh[1-9]1AY&SY"), "application/x-bzip2"),
    (re.compile(rb"MZ.{58}..\0\0", re.DOTALL), "application/x-msdownload"),
)
# What tells the member of the family: a file of the archive, an entry of the OLE directory (UTF-16).
_ZIP = b"PK\x03\x04"
_ZIP_MEMBERS: tuple[tuple[bytes, str], ...] = (
    (b"OFD.xml", "application/ofd"),  # GB/T 33190-2016
    (b"word/document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/presentation", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (b"mimetypeapplication/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
    (
        b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.spreadsheet",
    ),
    (b"mimetypeapplication/epub+zip", "application/epub+zip"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_MEMBERS: tuple[tuple[bytes, str], ...] = (
    ("WordDocument".encode("utf-16-le"), "application/msword"),
    ("Workbook".encode("utf-16-le"), "application/vnd.ms-excel"),
    ("PowerPoint Document".encode("utf-16-le"), "application/vnd.ms-powerpoint"),
)
_XML_ROOTS = {
    b"html": "text/html",
    b"rss": "application/rss+xml",
    b"rdf:rdf": "application/rss+xml",  # RSS 0.90 and 1.0
    b"feed": "application/atom+xml",
    b"urlset": "application/xml",
    b"sitemapindex": "application/xml",
    b"svg": "image/svg+xml",
}
_TAGS = (
    rb"(?:html|head|body|title|meta|link|script|style|base|frameset|iframe|div|p|span|table|tr|td|ul|ol|li|dl|a|img"
    rb"|h[1-6]|br|hr|b|i|u|em|strong|font|center|form|input|section|article|main|header|footer|nav|pre|blockquote)"
)
_LEADING_TAG = re.compile(rb"<(?:!doctype\s+html|%b)[\s/>]" % _TAGS, re.IGNORECASE)
_ANY_TAG = re.compile(rb"<(?:!doctype\s+html|/?%b)[\s/>]" % _TAGS, re.IGNORECASE)
_FRAME_TAG = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
# Comments, processing instructions and doctype in front of the root; each ends at its first closing mark.
_PROLOGUE = re.compile(
    rb"\s*(?:<!--.*?-->|<\?.*?>|<!doctype[^>\[]*(?:\[.*?\])?\s*>)", re.IGNORECASE | re.DOTALL
)
_ROOT = re.compile(rb"\s*<([a-z][\w:.-]*)[\s/>]", re.IGNORECASE)
# A key on one of the lines between the fences tells front matter from a Markdown rule; it may be longer than HEAD.
_FRONT_MATTER = re.compile(rb"---[ \t]*\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*[\w\x80-\xff-]+[ \t]*:[\s]")
_JSON_START = re.compile(rb'\{\s*(?:"|\})|\[\s*(?:[{\["\]]|-?\d+\s*[,\]]|true|false|null)')
_CONTROLS = bytes({*range(0x20)} - {0x09, 0x0A, 0x0C, 0x0D, 0x1B})  # mimesniff's "binary data bytes"
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE | re.ASCII)
_READABLE = frozenset({"text/html", "text/plain", "text/markdown"})


def media_type(body: bytes, declared: str | None) -> str:
    """Tell what a payload is by its bytes, and by its label only where the bytes leave it open.

    Args:
        body: The payload, content codings removed.
        declared: The Content-Type header, parameters and all; None where there is none.

    Returns:
        A media type without parameters, in lower case; `application/octet-stream` for unknown binary data,
        `text/html` for XHTML too.
    """
    label = (declared or "").partition(";")[0].strip().lower()
    return _binary_type(body, label) or _text_type(body, label)


def charset(content_type: str | None) -> str | None:
    """Read the charset label of a Content-Type header, in lower case; tolerant, for the label is only a hint."""
    found = _CHARSET.search(content_type or "")
    return found.group(1).lower() if found else None


def is_text(mime: str) -> bool:
    """Tell whether a payload of this media type carries a text that can be read: HTML, plain text or Markdown."""
    return mime in _READABLE


def _binary_type(body: bytes, label: str) -> str | None:
    start = body[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip(b"\t\n\r ")
    if start.startswith(_ZIP):
        return _member_type(_zip_directory(body), _ZIP_MEMBERS, label, "application/zip")
    if start.startswith(_OLE):
        return _member_type(_ends(body), _OLE_MEMBERS, label, "application/x-ole-storage")
    for signature, mime in _SIGNATURES:
        if start.startswith(signature):
            return mime
    for pattern, mime in _LATE_SIGNATURES:
        if pattern.match(start):
            return mime
    # Readers accept a PDF whose mark stands within the first 1,024 bytes; a text that quotes it has no object after it.
    if b"%PDF-" in body[:1024] and b" obj" in body[:HEAD]:
        return "application/pdf"
    return None


def _zip_directory(body: bytes) -> bytes:
    """The names of an archive's entries; of one that is cut, both its ends, where the names of packed archives stand, too."""
    kind = b""
    try:
        with ZipFile(BytesIO(body)) as archive:
            names = archive.namelist()
            with suppress(KeyError), archive.open("mimetype") as file:
                kind = file.read(100)
    except (BadZipFile, ValueError, NotImplementedError, RuntimeError, OSError, zlib.error):
        return _ends(body)
    return b"\n".join([b"mimetype" + kind, *(name.encode("utf-8", "replace") for name in names)])


def _ends(body: bytes) -> bytes:
    return body[:DIRECTORY_SPAN] + body[-DIRECTORY_SPAN:]


def _member_type(directory: bytes, members: tuple[tuple[bytes, str], ...], label: str, family: str) -> str:
    known = next((mime for name, mime in members if name in directory), None)
    if known:
        return known
    return label if label in {mime for _, mime in members} else family


def _text_type(body: bytes, label: str) -> str:
    head = _head_as_utf8(body)
    start = head.lstrip()
    if markup := _leading_markup(start):
        return markup
    if _is_binary(head):
        return label if "/" in label and not label.startswith("text/") else "application/octet-stream"
    if _FRONT_MATTER.match(start):
        return "text/markdown"
    if _JSON_START.match(start) and body.rstrip(b"\0 \t\r\n")[-1:] in {b"}", b"]"}:
        return "application/json"
    return _prose_type(body, head, label)


def _prose_type(body: bytes, head: bytes, label: str) -> str:
    """Tell a page with stray text in front of its first tag from a text."""
    if label == "text/html":
        return "text/html" if _ANY_TAG.search(body[:FAR_HEAD]) else "text/plain"
    if label.startswith("text/"):
        return label
    return "text/html" if _FRAME_TAG.search(head) else "text/plain"


def _head_as_utf8(body: bytes) -> bytes:
    head = body[:HEAD]
    codec, mark = read_bom(head)
    codec = codec or utf16_by_nuls(head)
    if codec:
        return head[len(mark or b"") :].decode(codec, "replace").encode("utf-8", "replace")
    return head


def _leading_markup(start: bytes) -> str | None:
    """Name the markup that a payload begins with, by its root element; None where it does not begin with a tag."""
    if not start.startswith(b"<"):
        return None
    root, is_html = start, False
    while prologue := _PROLOGUE.match(root):
        is_html |= prologue.group().lstrip()[:14].lower() == b"<!doctype html"
        root = root[prologue.end() :]
    name = _ROOT.match(root)
    if not is_html and name and name.group(1).lower() in _XML_ROOTS:
        return _XML_ROOTS[name.group(1).lower()]
    if is_html or _LEADING_TAG.match(root.lstrip()):
        return "text/html"
    if start.startswith(b"<?xml"):
        return "application/xml"
    return "text/html" if start.startswith(b"<!--") else None


def _is_binary(head: bytes) -> bool:
    return len(head) - len(head.translate(None, _CONTROLS)) > BINARY_SHARE * len(head)

"""Files made to break a reader: made anew for each test, of standard libraries only."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

FILES = Path(__file__).parent / "files"


def sample(name: str) -> bytes:
    """The bytes of a sample file."""
    return next((FILES / name).glob("file.*")).read_bytes()


def packed(entries: Mapping[str, bytes]) -> bytes:
    """A ZIP archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return held.getvalue()


def pdf(*objects: bytes, pages: str = "3 0 R", count: int = 1) -> bytes:
    """A PDF of a catalogue, a page tree and further objects, numbered from 3."""
    all_objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{pages}] /Count {count} >>".encode(),
        *objects,
    ]
    body, places = b"%PDF-1.7\n", []
    for n, text in enumerate(all_objects, start=1):
        places.append(len(body))
        body += f"{n} 0 obj\n".encode() + text + b"\nendobj\n"
    table = b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    head = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode()
    tail = f"trailer << /Size {len(places) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF".encode()
    return body + head + table + tail


def stream(content: bytes, extra: str = "") -> bytes:
    """A stream of a PDF, packed."""
    data = zlib.compress(content, 9)
    return f"<< /Length {len(data)} /Filter /FlateDecode {extra}>>\nstream\n".encode() + data + b"\nendstream"


_PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def many_pages(count: int = 10_000) -> bytes:
    """A PDF of many pages, each with a line of text."""
    first = 5
    kids = " ".join(f"{first + n} 0 R" for n in range(count))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R /Resources << /Font << /F 4 0 R >> >> >>"
    text = stream(b"BT /F 12 Tf 72 700 Td (Every page says the same here) Tj ET")
    return pdf(text, _FONT, *[page] * count, pages=kids, count=count)


def pdf_bomb() -> bytes:
    """A page whose content unpacks to 600 MB of blanks, packed twice."""
    once = zlib.compress(b" " * 600_000_000, 9)
    data = zlib.compress(once, 9)
    content = (
        f"<< /Length {len(data)} /Filter [/FlateDecode /FlateDecode] >>\nstream\n".encode()
        + data
        + b"\nendstream"
    )
    return pdf(_PAGE, content, _FONT)


def pdf_with_attachment_and_script() -> bytes:
    """A PDF that would run a script, call an address and open another file, and carries one."""
    text = stream(b"BT /F 12 Tf 72 700 Td (A notice of the office) Tj ET")
    body = pdf(
        _PAGE,
        text,
        _FONT,
        b"<< /Type /Filespec /F (a.exe) /EF << /F 7 0 R >> >>",
        stream(b"MZ", "/Type /EmbeddedFile "),
    )
    catalogue = (
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.launchURL\\('http://127.0.0.1:9/'\\)) >>"
        b" /Names << /EmbeddedFiles << /Names [(a.exe) 6 0 R] >> >> >>"
    )
    return body.replace(
        b"<< /Type /Catalog /Pages 2 0 R >>", catalogue
    )  # the table is off now: readers mend it


def pdf_in_an_unknown_font(characters: int) -> bytes:
    """A line in a standard font, and characters set one by one in a font without a file, in a coding that nobody knows."""
    page = _PAGE.replace(b"/F 5 0 R", b"/F 5 0 R /U 6 0 R")
    alone = b"".join(b"BT /U 12 Tf %d 650 Td <4E2D> Tj ET " % (72 + 12 * n) for n in range(characters))
    return pdf(
        page,
        stream(b"BT /F 12 Tf 72 700 Td (A notice of the office) Tj ET " + alone),
        _FONT,
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Nobody /Encoding /Nobody-H /DescendantFonts [7 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Nobody"
        b" /CIDSystemInfo << /Registry (Nobody) /Ordering (Own) /Supplement 0 >> >>",
    )


def page_tree_that_is_its_own_child() -> bytes:
    """A page tree without end."""
    return pdf(
        b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 1000000 >>", pages="3 0 R", count=1_000_000
    )


def forms_within_themselves() -> bytes:
    """A page that draws a form that draws itself."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>"
    form = stream(
        b"/X Do /X Do",
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >> ",
    )
    return pdf(page, stream(b"/X Do"), form)


def encrypted_pdf() -> bytes:
    """A PDF that asks for a password: its keys were made of one that nobody knows."""
    body = pdf(_PAGE, stream(b"BT /F 12 Tf (secret) Tj ET"), _FONT)
    keys = (
        b"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <"
        + b"ab" * 32
        + b"> /U <"
        + b"cd" * 32
        + b"> >>"
    )
    return body.replace(
        b"trailer << ",
        b"trailer << /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>] /Encrypt "
        + keys
        + b" ",
    )


def ole(*streams: tuple[str, bytes]) -> bytes:
    """An OLE file of the least form: one FAT sector, a directory, and streams of at least 4,096 bytes."""
    sector = 512
    contents, starts, fat = b"", [], [0xFFFFFFFD, 0xFFFFFFFE]
    for _, body in streams:
        padded = body.ljust(max(4_096, len(body)), b"\0")
        padded += b"\0" * (-len(padded) % sector)
        count = len(padded) // sector
        starts.append(len(fat))
        fat += [*range(len(fat) + 1, len(fat) + count), 0xFFFFFFFE]
        contents += padded
    fat += [0xFFFFFFFF] * (128 - len(fat))

    def item(name: str, kind: int, start: int, size: int, *, child: int = -1, right: int = -1) -> bytes:
        held = name.encode("utf-16-le") + b"\0\0"
        return held.ljust(64, b"\0") + struct.pack(
            "<HBBiii16xI16xIQ", len(held), kind, 1, -1, right, child, 0, start, size
        )

    items = item("Root Entry", 5, 0xFFFFFFFE, 0, child=1)
    for n, ((name, body), start) in enumerate(zip(streams, starts, strict=True), start=1):
        items += item(name, 2, start, max(4_096, len(body)), right=n + 1 if n < len(streams) else -1)
    items = items.ljust(sector, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0
    )
    header += struct.pack("<108I", *[0xFFFFFFFF] * 108)
    return header + struct.pack("<128I", *fat) + items + contents


def encrypted_office() -> bytes:
    """How Office keeps a document with a password."""
    return ole(("EncryptedPackage", b"\1" * 5_000), ("EncryptionInfo", b"\4\0\4\0"))


def encrypted_doc() -> bytes:
    """An old Word document that says that it is encrypted."""
    return ole(("WordDocument", struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, 0x0100).ljust(600, b"\0")))


def encrypted_zip() -> bytes:
    """An archive whose only entry says that it is encrypted."""
    body = bytearray(packed({"名单.txt": "张三".encode() * 100}))
    body[6] |= 1
    body[body.index(b"PK\1\2") + 8] |= 1
    return bytes(body)


def zip_bomb() -> bytes:
    """Sixteen entries of 100 MB of nothing."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        nothing = bytes(30_000_000)
        for n in range(16):
            archive.writestr(f"{n}.txt", nothing)
    return held.getvalue()


def zip_that_lies() -> bytes:
    """An entry of 50 MB that says that it has ten bytes."""
    body = bytearray(packed({"a.txt": bytes(50_000_000)}))
    place = body.index(b"PK\1\2") + 24
    body[22:26] = struct.pack("<I", 10)
    body[place : place + 4] = struct.pack("<I", 10)
    return bytes(body)


def zips_within_zips(depth: int = 12) -> bytes:
    """Archives within archives."""
    body = packed({"正文.txt": "内容".encode()})
    for n in range(depth):
        body = packed({f"{n}.zip": body})
    return body


def many_entries(count: int = 30_000) -> bytes:
    """An archive of very many files."""
    return packed({f"{n}.txt": b"" for n in range(count)})


def climbing_zip() -> bytes:
    """An archive whose entries would be written elsewhere, by whoever wrote them."""
    return packed({"../../../../etc/passwd": "第一条 内容。".encode(), "/etc/hosts": b"text"})


_TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_RELS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(document: str, **more: bytes) -> bytes:
    """A Word document of the least form."""
    entries = {"[Content_Types].xml": _TYPES, "_rels/.rels": _RELS, "word/document.xml": document.encode()}
    return packed({**entries, **{name.replace("__", "/"): body for name, body in more.items()}})


def paragraph(text: str) -> str:
    """A paragraph of Word."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def word_with_macros() -> bytes:
    """A document with macros, an embedded program, a picture and a template from elsewhere."""
    relations = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r9" TargetMode="External" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="http://127.0.0.1:9/x.dotm"/></Relationships>'
    )
    return word(
        f"<w:document {_W}><w:body>{paragraph('第一条　内容。')}</w:body></w:document>",
        **{
            "word__vbaProject.bin": b"\0" * 99,
            "word__embeddings__a.bin": b"MZ",
            "word___rels__document.xml.rels": relations,
        },
    )


def billion_laughs() -> bytes:
    """Entities that unfold to a billion words."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return word(
        f'<!DOCTYPE d [<!ENTITY l0 "lol">{entities}]><w:document {_W}><w:body>{paragraph("&l9;")}</w:body></w:document>'
    )


def entity_from_outside() -> bytes:
    """An entity that would read a file of this machine."""
    return word(
        f'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document {_W}><w:body>{paragraph("甲&x;乙")}</w:body></w:document>'
    )


def tables_within_tables(depth: int) -> bytes:
    """Tables within tables."""
    opened = "<w:tbl><w:tr><w:tc>" * depth
    closed = "<w:p/></w:tc></w:tr></w:tbl>" * depth
    return word(f"<w:document {_W}><w:body>{opened}{paragraph('底')}{closed}</w:body></w:document>")


def sheet_of_a_billion_cells() -> bytes:
    """A workbook that says that it has a million rows of 16,384 columns, and has two cells at its far ends."""
    with zipfile.ZipFile(io.BytesIO(sample("xlsx-table"))) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c></row><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>乙</t></is></c></row>'
    entries["xl/worksheets/sheet1.xml"] = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/>'
        f"<sheetData>{cells}</sheetData></worksheet>"
    ).encode()
    return packed(entries)


def noise(size: int, seed: int = 7) -> bytes:
    """Random bytes."""
    return random.Random(seed).randbytes(size)


HOSTILE: Mapping[str, tuple[Callable[[], bytes], frozenset[str]]] = {
    "10,000 pages": (many_pages, frozenset({"cut"})),
    "a PDF's bomb": (pdf_bomb, frozenset({"empty", "crashed", "out_of_memory", "damaged"})),
    "a PDF with script and file": (pdf_with_attachment_and_script, frozenset({"read"})),
    "a page tree without end": (page_tree_that_is_its_own_child, frozenset({"damaged", "cut", "empty"})),
    "forms within themselves": (forms_within_themselves, frozenset({"empty", "crashed"})),
    "an encrypted PDF": (encrypted_pdf, frozenset({"encrypted"})),
    "an encrypted workbook": (encrypted_office, frozenset({"encrypted"})),
    "an encrypted old document": (encrypted_doc, frozenset({"encrypted"})),
    "an encrypted archive": (encrypted_zip, frozenset({"encrypted"})),
    "an archive's bomb": (zip_bomb, frozenset({"too_large"})),
    "an entry that lies": (zip_that_lies, frozenset({"damaged", "too_large"})),
    "archives within archives": (zips_within_zips, frozenset({"too_large"})),
    "30,000 entries": (many_entries, frozenset({"too_large"})),
    "names that climb": (climbing_zip, frozenset({"read"})),
    "macros, embedded files, a template": (word_with_macros, frozenset({"read"})),
    "a billion laughs": (billion_laughs, frozenset({"empty", "damaged"})),
    "an entity from outside": (entity_from_outside, frozenset({"read"})),
    "40 tables within each other": (lambda: tables_within_tables(40), frozenset({"read"})),
    "1,000 tables within each other": (lambda: tables_within_tables(1_000), frozenset({"damaged"})),
    "a billion cells": (sheet_of_a_billion_cells, frozenset({"read"})),
    "half a PDF": (lambda: sample("pdf-two-columns")[:3_000], frozenset({"damaged"})),
    "half a document": (lambda: sample("docx-plain")[:20_000], frozenset({"damaged"})),
    "half an old document": (lambda: sample("doc-plain")[:9_000], frozenset({"damaged"})),
    "half a workbook": (lambda: sample("xls-table")[:2_000], frozenset({"damaged"})),
    "half an OFD": (lambda: sample("ofd-plain")[:1_000], frozenset({"damaged"})),
    "half an RTF": (lambda: sample("rtf-plain")[:9_000], frozenset({"damaged"})),
    "a page named as a PDF": (
        lambda: b"<!DOCTYPE html><html><body>404</body></html>",
        frozenset({"unsupported"}),
    ),
    "a program named as a document": (
        lambda: b"MZ" + bytes(58) + b"\x80\0\0\0" + noise(9_000),
        frozenset({"unsupported"}),
    ),
    "noise named as a PDF": (lambda: noise(9_000), frozenset({"damaged"})),
    "a PDF's head and noise": (lambda: b"%PDF-1.4\n" + noise(20_000), frozenset({"damaged"})),
    "nothing": (lambda: b"", frozenset({"empty"})),
}
"""Each with the statuses that are right for it."""

"""PDF by pypdfium2: glyphs and rules of each page, laid out by `parsers.files.layout`.

PDFium runs no script, opens no link and reads no embedded file unless it is told to, and it is not told to.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as pdfium

from parsers.files.content import MOST_CHARACTERS, FileStatus, Parts, Unreadable
from parsers.files.layout import Glyph, PageLayout, Ruling, flow
from parsers.files.undrawn import Undrawn, places_undrawn, undrawn_reader

MOST_PAGES = 3_000
"""Read of one file; a statute book has 2,000."""
MOST_OBJECTS = 20_000
"""Looked at on one page for rules; a map or a drawing has more, and no table."""
MOST_RULES = 1_500
"""Of one page; a drawing has more. Cells are found in the time of their crossings, a third of a second for so many."""
MOST_RULES_IN_FILE = 60_000
"""Of all pages together; on what comes after them tables are read as lines."""
_THIN = 2.0
"""What is drawn thinner, in points, is a rule and not a box."""
_SHORTEST = 4.0
_FEWEST_ON_A_PAGE = 8
"""A page with a picture and fewer characters is a scan; a stamp or a page number may stand on one."""
_GARBLED = 0.3
"""Share of characters without meaning from which on a text layer is none."""
_NO_FONT = "places have characters whose font is neither in the file nor on this machine"
_Box = tuple[float, float, float, float]
_LINE_BREAKS = frozenset("\r\n")
_HYPHENS = frozenset("\x02\ufffe\uffff")
_NO_PASSWORD = pdfium.FPDF_ERR_PASSWORD


def read_pdf(body: bytes) -> Parts:
    """Read a PDF.

    Raises:
        Unreadable: it is encrypted, or no PDF.
    """
    try:
        document = pypdfium2.PdfDocument(body)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _NO_PASSWORD:
            raise Unreadable("encrypted", "a password is needed to open it") from error
        raise Unreadable("damaged", f"PDFium: {error}") from error
    pages, scans, characters, broken, rules, lost = [], 0, 0, 0, 0, 0
    read_undrawn = undrawn_reader(body)
    for number in range(min(count, MOST_PAGES)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            broken += 1
            continue
        undrawn, missing = read_undrawn(number, places_undrawn(page))
        lost += missing
        layout = _page(page, undrawn, with_rules=rules <= MOST_RULES_IN_FILE)
        rules += len(layout.rulings)
        scans += len(layout.glyphs) < _FEWEST_ON_A_PAGE and _has_picture(page)
        page.close()
        pages.append(layout)
        characters += len(layout.glyphs)
        if characters > MOST_CHARACTERS:
            break
    embedded = pdfium.FPDFDoc_GetAttachmentCount(document)
    document.close()
    if pages and not broken:
        _forbid_garble(pages, lost)
    blocks, tables = flow(pages)
    status, reason = _outcome(count, len(pages), scans, broken)
    if status == "read" and lost:
        status, reason = "cut", f"{lost} {_NO_FONT}"
    elif status == "read" and rules > MOST_RULES_IN_FILE:
        status, reason = (
            "cut",
            f"it has more than {MOST_RULES_IN_FILE} lines drawn: the last tables are read as lines of text",
        )
    elif status == "read" and embedded:
        reason = f"{embedded} files are embedded in it, and were not read"
    return Parts(blocks, tables, count, status, reason)


def _outcome(count: int, read: int, scans: int, broken: int) -> tuple[FileStatus, str | None]:
    if scans:
        return "scanned", f"{scans} of {count} pages are pictures without text"
    if broken:
        return ("damaged" if not read else "cut"), f"{broken} of {count} pages cannot be opened"
    return ("cut", f"{read} of {count} pages were read") if read < count else ("read", None)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The box of a page, and the angle of most of its text, clockwise: it is read as if it were turned back by that."""

    left: float
    top: float
    width: float
    height: float
    angle: int


def _page(page: pypdfium2.PdfPage, undrawn: Sequence[Undrawn], *, with_rules: bool) -> PageLayout:
    text = page.get_textpage()
    count = pdfium.FPDFText_CountChars(text.raw)
    angles = [round(math.degrees(pdfium.FPDFText_GetCharAngle(text.raw, n))) % 360 for n in range(count)]
    turned = Counter([*angles, *(item.angle for item in undrawn)])
    left, bottom, right, top = page.get_mediabox()
    frame = _Frame(left, top, right - left, top - bottom, turned.most_common(1)[0][0] if turned else 0)
    glyphs = tuple(_glyphs(text, angles, undrawn, frame))
    text.close()
    width, height = (frame.height, frame.width) if frame.angle in {90, 270} else (frame.width, frame.height)
    return PageLayout(width, height, glyphs, tuple(_rulings(page, frame)) if with_rules else ())


def _glyphs(
    text: pypdfium2.PdfTextPage, angles: Sequence[int], undrawn: Sequence[Undrawn], frame: _Frame
) -> Iterator[Glyph]:
    """The glyphs of a page that stand as most of them do; what is aslant is a watermark."""
    raw = text.raw
    box, high = pdfium.FS_RECTF(), None
    for n, angle in enumerate(angles):
        code = pdfium.FPDFText_GetUnicode(raw, n)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if high is not None and 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        high = None
        char = chr(code)
        if char in _LINE_BREAKS or not code or angle != frame.angle or char == " ":
            continue
        pdfium.FPDFText_GetLooseCharBox(raw, n, ctypes.byref(box))
        x0, y0, x1, y1 = _righted(box, frame)
        if char in _HYPHENS or pdfium.FPDFText_IsHyphen(raw, n) == 1:
            char = "\u2010"
        size = pdfium.FPDFText_GetFontSize(raw, n)
        height = y1 - y0
        yield Glyph(char, x0, y0, x1, y1, min(size, height) if size > 1 else height)
    for item in undrawn:
        if item.angle == frame.angle:
            x0, y0, x1, y1 = _righted(item, frame)
            yield Glyph(item.text, x0, y0, x1, y1, y1 - y0)


def _righted(box: pdfium.FS_RECTF | Undrawn, frame: _Frame) -> _Box:
    """A box of the file, measured from the upper left corner of the page as it is read."""
    x0, x1 = sorted((box.left - frame.left, box.right - frame.left))
    y0, y1 = sorted((frame.top - box.top, frame.top - box.bottom))
    return _turned((x0, y0, x1, y1), frame)


def _turned(box: _Box, frame: _Frame) -> _Box:
    x0, y0, x1, y1 = box
    if frame.angle == 90:
        return y0, frame.width - x1, y1, frame.width - x0
    if frame.angle == 180:
        return frame.width - x1, frame.height - y1, frame.width - x0, frame.height - y0
    if frame.angle == 270:
        return frame.height - y1, x0, frame.height - y0, x1
    return box


def _has_picture(page: pypdfium2.PdfPage) -> bool:
    kinds = [pdfium.FPDF_PAGEOBJ_IMAGE]
    return next(iter(page.get_objects(filter=kinds, max_depth=3)), None) is not None


def _rulings(page: pypdfium2.PdfPage, frame: _Frame) -> Iterator[Ruling]:
    """Horizontal and vertical lines of a page, thin boxes and the sides of boxes; none of a drawing."""
    found: list[Ruling] = []
    for n, item in enumerate(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=3)):
        if n >= MOST_OBJECTS or len(found) > MOST_RULES:
            return
        found += _sides(item, frame.left, frame.top)
    for one in found:
        yield Ruling(*_turned((one.x0, one.top, one.x1, one.bottom), frame))


def _sides(item: pypdfium2.PdfObject, left: float, top: float) -> Iterator[Ruling]:
    count = pdfium.FPDFPath_CountSegments(item.raw)
    if count > 4 * MOST_RULES:
        return
    matrix = item.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    start: tuple[float, float] | None = None
    at: tuple[float, float] | None = None
    points: list[tuple[float, float]] = []
    for n in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(item.raw, n)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        px, py = matrix.on_point(x.value, y.value)
        point = (px - left, top - py)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            yield from _box(points)
            points, start = [point], point
        elif kind == pdfium.FPDF_SEGMENT_LINETO and at is not None:
            points.append(point)
        if pdfium.FPDFPathSegment_GetClose(segment) and start is not None:
            points.append(start)
        at = point
    yield from _box(points)


def _box(points: list[tuple[float, float]]) -> Iterator[Ruling]:
    """The rules that a run of points draws: one for a thin box, else one for each straight side."""
    if len(points) < 2:
        return
    xs, ys = [x for x, _ in points], [y for _, y in points]
    x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
    if min(x1 - x0, y1 - y0) <= _THIN:
        if max(x1 - x0, y1 - y0) >= _SHORTEST:
            yield Ruling(x0, y0, x1, y1)
        return
    for (ax, ay), (bx, by) in pairwise(points):
        if (abs(ax - bx) < _THIN) != (abs(ay - by) < _THIN):
            yield Ruling(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def _forbid_garble(pages: list[PageLayout], lost: int) -> None:
    """Refuse glyphs whose font tells no Unicode: private, unassigned and control characters; and where most cannot be read."""
    counts = Counter(
        unicodedata.category(glyph.text) in {"Co", "Cn", "Cc", "Cs"}
        for page in pages
        for glyph in page.glyphs
    )
    if counts[True] > _GARBLED * counts.total():
        raise Unreadable(
            "garbled",
            f"{counts[True]} of {counts.total()} characters have no meaning: the font has no map to Unicode",
        )
    if lost > _GARBLED * (lost + counts.total()):
        raise Unreadable("garbled", f"{lost} {_NO_FONT}")

"""Characters that PDFium passes over, read by pdfminer: set one by one or turned, in a font that is nowhere.

PDFium drops an object of text that has no width. Where a font is neither in the file nor on the machine, a single
character has none, and neither has a line that runs up or down: what a file says would depend on the fonts of the
machine. pdfminer reads codes and needs no font, but is ten times as slow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import islice

import pypdfium2
import pypdfium2.raw as pdfium
from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTContainer, LTItem
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

MOST_TEXTS = 50_000
"""Objects of text looked at on one page; the fullest page of a newspaper has 15,000 characters."""
_NO_WIDTH = 0.01
"""In points; PDFium's own measure."""
_CELLS = 2
"""To a point: a character is looked for in the cells of its place and in those around them."""
_MOST_CELLS = 1_000_000
"""Of one page; 50,000 single characters have half of it."""
_NO_MEANING = "(cid:"
"""How pdfminer writes a code that it has no character for."""

Place = tuple[float, float, float, float]
"""Where characters begin on their baseline, from left, bottom to right, top in the coordinates of the file; a point for one alone."""
_Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Undrawn:
    """A character, its box in the coordinates of the file, and the angle by which it is turned, as PDFium tells it."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    angle: int


def places_undrawn(page: pypdfium2.PdfPage) -> list[Place]:
    """Where PDFium drops characters of a page, or blanks. What an embedded font draws without width is a blank."""
    found = []
    for n, item in enumerate(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=3)):
        if n >= MOST_TEXTS:
            break
        left, bottom, right, top = item.get_bounds()
        if right - left > _NO_WIDTH or pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(item.raw)):
            continue
        place, form = (left, bottom, right, top), item.container
        while form is not None:
            place, form = form.get_matrix().on_rect(*place), form.container
        found.append(place)
    return found


def undrawn_reader(body: bytes) -> Callable[[int, Sequence[Place]], tuple[list[Undrawn], int]]:
    """What reads characters of a page, by its number and their places; it opens the file once, and only if it is asked.

    It gives the characters, without blanks, and at how many places it found none.
    """
    pages = cache(lambda: _pages(body))
    manager = PDFResourceManager()
    device = PDFPageAggregator(manager)
    interpreter = PDFPageInterpreter(manager, device)

    def read(number: int, places: Sequence[Place]) -> tuple[list[Undrawn], int]:
        if not places:
            return [], 0
        try:
            page = pages()[number]
            page.rotate, page.mediabox = (
                0,
                (0, 0, *page.mediabox[2:]),
            )  # so that it keeps the file's coordinates
            interpreter.process_page(page)
            return _at(places, _characters(device.get_result()))
        except Exception:  # noqa: BLE001  # whatever breaks pdfminer costs only what PDFium dropped, and that is told
            return [], len(places)

    return read


def _pages(body: bytes) -> list[PDFPage]:
    try:
        return list(PDFPage.create_pages(PDFDocument(PDFParser(BytesIO(body)))))
    except Exception:  # noqa: BLE001  # as above
        return []


def _characters(items: Iterable[LTItem]) -> Iterator[LTChar]:
    for item in items:
        if isinstance(item, LTChar):
            yield item
        elif isinstance(item, LTContainer):
            yield from _characters(item)


def _at(places: Sequence[Place], characters: Iterable[LTChar]) -> tuple[list[Undrawn], int]:
    """Those of the characters that begin at one of the places, and how many places are left."""
    wanted: dict[_Cell, set[int]] = {}
    for cell, n in islice(_cells(places), _MOST_CELLS):
        wanted.setdefault(cell, set()).add(n)
    found, left = [], set(range(len(places)))
    for character in characters:
        a, b, _, _, x, y = character.matrix
        text = character.get_text()
        met = wanted.get((round(_CELLS * x), round(_CELLS * y)))
        if not met or text.startswith(_NO_MEANING):
            continue
        left -= met
        if text.strip():
            angle = round(math.degrees(math.atan2(-b, a))) % 360
            found.append(Undrawn(text, *character.bbox, angle))
    return found, len(left)


def _cells(places: Sequence[Place]) -> Iterator[tuple[_Cell, int]]:
    for n, place in enumerate(places):
        x0, y0, x1, y1 = (round(_CELLS * length) for length in place)
        yield from (((x, y), n) for x in range(x0 - 1, x1 + 2) for y in range(y0 - 1, y1 + 2))

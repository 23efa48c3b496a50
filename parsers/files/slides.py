"""Slides (PPTX) by python-pptx: the text of their shapes from top to bottom, and their tables."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

import pptx
from pptx.exc import PackageNotFoundError
from pptx.shapes.autoshape import Shape
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape

from parsers.document import Block
from parsers.files.content import Parts, Table, Unreadable, add_table
from parsers.files.package import open_package
from parsers.tree import one_line


def read_slides(body: bytes) -> Parts:
    """Read a presentation; notes are not shown to an audience, and are left out.

    Raises:
        Unreadable: it is damaged or a bomb.
    """
    open_package(body).close()
    try:
        slides = list(pptx.Presentation(io.BytesIO(body)).slides)
    except (PackageNotFoundError, KeyError, ValueError, AttributeError) as error:
        raise Unreadable("damaged", f"no whole presentation: {error}") from error
    blocks: list[Block] = []
    tables: list[Table] = []
    for slide in slides:
        for shape in _shapes(slide.shapes):
            if isinstance(shape, GraphicFrame) and shape.has_table:
                rows = [[cell.text for cell in row.cells] for row in shape.table.rows]
                add_table(rows, blocks, tables)
            elif isinstance(shape, Shape) and shape.has_text_frame:
                lines = (
                    line for paragraph in shape.text_frame.paragraphs for line in paragraph.text.split("\v")
                )
                blocks += [Block("paragraph", text) for text in map(one_line, lines) if text]
    return Parts(blocks, tables, len(slides))


def _shapes(shapes: Iterable[BaseShape]) -> Iterator[BaseShape]:
    """Shapes in reading order, those of groups included."""
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if isinstance(shape, GroupShape):
            yield from _shapes(shape.shapes)
        else:
            yield shape

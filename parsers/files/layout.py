"""From glyphs on pages to text: tables, columns, lines, paragraphs, and no running heads. Pure geometry.

Lengths are points (1/72 inch), measured from the page's upper left corner, for whatever format the glyphs come from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

from parsers.document import CELL_GAP, Block
from parsers.files.content import Table, row_blocks, table_of


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character and its box; `size` is its font's."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight line, horizontal or vertical, that may bound a cell."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PageLayout:
    """One page: upright glyphs in the order in which they were written, and lines drawn."""

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rulings: tuple[Ruling, ...] = ()


def flow(pages: Sequence[PageLayout]) -> tuple[list[Block], list[Table]]:
    """The text of pages in reading order, and its tables; what runs on over a page's end is one.

    Args:
        pages: The pages.

    Returns:
        Blocks, the rows of the tables among them, and the tables.
    """
    parts = _without_furniture([_parts(page) for page in pages], [page.height for page in pages])
    parts = _to_one_edge(parts, [page.width for page in pages])
    items: list[_Paragraph | Table] = []
    for page in parts:
        for n, part in enumerate(page):
            if isinstance(part, _Grid):
                _add_table(items, part.table, first=n == 0)
            else:
                _add_lines(items, part)
    blocks: list[Block] = []
    for item in items:
        blocks += [Block("paragraph", item.text)] if isinstance(item, _Paragraph) else row_blocks(item)
    return blocks, [item for item in items if not isinstance(item, _Paragraph)]


@dataclass(frozen=True, slots=True)
class _Line:
    """Glyphs on one baseline, without a wide gap among them; `alone` where several were put beside each other."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    alone: bool = False


@dataclass(frozen=True, slots=True)
class _Column:
    """Lines below each other, and the edges that they are set between; `whole` where it is the page's only one."""

    lines: tuple[_Line, ...]
    left: float
    right: float
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Grid:
    """A ruled table where it stands."""

    table: Table
    top: float
    bottom: float


@dataclass(slots=True)
class _Paragraph:
    """A paragraph in the making, and how much room its last line left."""

    text: str
    room: float
    size: float
    alone: bool = False


_Part = _Column | _Grid


def _parts(page: PageLayout) -> list[_Part]:
    """A page's columns and tables in reading order."""
    grids, left = _grids(page)
    segments = _segments(left)
    parts: list[_Part] = []
    for grid in sorted(grids, key=lambda grid: grid.top):
        above = [line for line in segments if (line.top + line.bottom) / 2 < grid.top]
        segments = segments[len(above) :]
        parts += [*_columns(above), grid]
    return [*parts, *_columns(segments)]


# ------------------------------------------------------------------------------------------------- tables

_SNAP = 3.0
"""Ends of rules that are so close are one place: rules are drawn with round ends and hair gaps."""
_FEWEST = 2
"""Rows and columns of a table; a single box is a frame around text."""


def _grids(page: PageLayout) -> tuple[list[_Grid], list[Glyph]]:
    """The ruled tables of a page, and the glyphs outside them."""
    if len(page.rulings) < 2 * _FEWEST:
        return [], list(page.glyphs)
    edges = merge_edges([_edge(ruling) for ruling in page.rulings], _SNAP, _SNAP, _SNAP, _SNAP)
    found = cells_to_tables(intersections_to_cells(edges_to_intersections(edges, _SNAP, _SNAP)))
    grids, left = [], list(page.glyphs)
    for cells in found:
        tops = sorted({round(cell[1], 1) for cell in cells})
        lefts = sorted({round(cell[0], 1) for cell in cells})
        if len(tops) < _FEWEST or len(lefts) < _FEWEST:
            continue
        box = (
            min(cell[0] for cell in cells),
            min(cell[1] for cell in cells),
            max(cell[2] for cell in cells),
            max(cell[3] for cell in cells),
        )
        inside, outside = list[Glyph](), list[Glyph]()
        for glyph in left:
            (inside if _within(glyph, box) else outside).append(glyph)
        left = outside
        rows = [["" for _ in lefts] for _ in tops]
        for cell, glyphs in _by_cell(cells, inside):
            rows[_nearest(tops, cell[1])][_nearest(lefts, cell[0])] = _cell_text(glyphs)
        table = table_of(rows)
        if table:
            grids.append(_Grid(table, box[1], box[3]))
    return grids, left


_Box = tuple[float, float, float, float]


def _edge(ruling: Ruling) -> dict[str, object]:
    """A rule as pdfplumber's algorithm takes it, without thickness."""
    horizontal = ruling.x1 - ruling.x0 >= ruling.bottom - ruling.top
    x, y = (ruling.x0 + ruling.x1) / 2, (ruling.top + ruling.bottom) / 2
    x0, x1 = (ruling.x0, ruling.x1) if horizontal else (x, x)
    top, bottom = (y, y) if horizontal else (ruling.top, ruling.bottom)
    return {
        "x0": x0,
        "x1": x1,
        "top": top,
        "bottom": bottom,
        "width": x1 - x0,
        "height": bottom - top,
        "orientation": "h" if horizontal else "v",
        "object_type": "line",
    }


def _within(glyph: Glyph, box: _Box) -> bool:
    x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
    return box[0] <= x < box[2] and box[1] <= y < box[3]


def _by_cell(cells: Sequence[_Box], glyphs: Sequence[Glyph]) -> Iterator[tuple[_Box, list[Glyph]]]:
    """Each cell with the glyphs in it; the cells are few to a row, and the glyphs are taken row by row."""
    by_top: dict[float, list[Glyph]] = {}
    tops = sorted({cell[1] for cell in cells})
    for glyph in glyphs:
        y = (glyph.top + glyph.bottom) / 2
        band = max((top for top in tops if top <= y), default=tops[0])
        by_top.setdefault(band, []).append(glyph)
    for cell in cells:
        bands = [top for top in tops if cell[1] <= top < cell[3]]
        yield cell, [glyph for top in bands for glyph in by_top.get(top, ()) if _within(glyph, cell)]


def _nearest(places: Sequence[float], place: float) -> int:
    return min(range(len(places)), key=lambda n: abs(places[n] - place))


def _cell_text(glyphs: Sequence[Glyph]) -> str:
    text = ""
    for line in _segments(glyphs, gap=1_000):
        text = _joined(text, line.text)
    return text


def _add_table(items: list[_Paragraph | Table], table: Table, *, first: bool) -> None:
    """Add a table; one that begins a page goes on with the one that ended the page before."""
    before = items[-1] if items else None
    if (
        first
        and before is not None
        and not isinstance(before, _Paragraph)
        and len(before[0]) == len(table[0])
    ):
        items[-1] = before + (table[1:] if table[0] == before[0] else table)
    else:
        items.append(table)


# ------------------------------------------------------------------------------------------------- lines

_GAP = 0.6
"""From so many sizes of white on, what stands on one baseline may be two lines: of two columns, or in two cells."""
_PLACES = 2.0
"""From so many on, what no column or table parts is two places of a form; less is a wide space."""


def _segments(glyphs: Iterable[Glyph], gap: float = _GAP) -> list[_Line]:
    """Glyphs as lines, from top to bottom and from left to right."""
    rows: list[list[Glyph]] = []
    middles: list[float] = []
    for glyph in sorted(glyphs, key=lambda glyph: (glyph.top + glyph.bottom) / 2):
        middle = (glyph.top + glyph.bottom) / 2
        if rows and abs(middle - middles[-1]) <= 0.4 * max(glyph.size, rows[-1][0].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
            middles.append(middle)
    lines: list[_Line] = []
    for row in rows:
        row.sort(key=lambda glyph: glyph.x0)
        run = [row[0]]
        for glyph in row[1:]:
            if glyph.x0 - run[-1].x1 > gap * max(glyph.size, run[-1].size):
                lines.append(_line(run))
                run = []
            run.append(glyph)
        lines.append(_line(run))
    return [line for line in lines if line.text]


_WIDE_SPACE, _NARROW_SPACE = 0.6, 0.15
"""So many sizes between two glyphs are a space: of Chinese ones, and where one of both is Latin. Chinese is spread to fill a line."""


def _line(glyphs: Sequence[Glyph]) -> _Line:
    text = ""
    before: Glyph | None = None
    for glyph in glyphs:
        if before is not None:
            if glyph.text == before.text and abs(glyph.x0 - before.x0) < 0.2 * glyph.size:
                continue  # printed twice for boldness
            narrow = _is_narrow(before.text) and _is_narrow(glyph.text)
            if glyph.x0 - before.x1 > (_NARROW_SPACE if narrow else _WIDE_SPACE) * glyph.size:
                text += " "
        text += glyph.text
        before = glyph
    size = median(glyph.size for glyph in glyphs)
    top, bottom = min(glyph.top for glyph in glyphs), max(glyph.bottom for glyph in glyphs)
    return _Line(text.strip(), glyphs[0].x0, top, max(glyph.x1 for glyph in glyphs), bottom, size)


def _is_narrow(text: str) -> bool:
    return text < "\u2e80"


# ------------------------------------------------------------------------------------------------- columns

_FEWEST_LINES = 4
"""Lines of a column on either side of a gutter."""
_FEW = 0.1
"""Share of the lines that an edge has; a running head may stand farther out."""
_ACROSS = 0.2
"""Share of the lines that may cross a gutter: headings set over all columns."""
_NARROWEST = 8.0
"""Sizes that a column of prose has in width; a column of names or numbers has less."""
_FULL = 0.6
"""Share of its column that the middle line of prose fills; the cells of a table without rules fill less."""


def _columns(lines: Sequence[_Line], *, whole: bool = True) -> list[_Part]:
    """Lines, from top to bottom, as columns in reading order, and the tables without rules among them."""
    if not lines:
        return []
    left, right = _edges(lines)
    gutter = _gutter(lines, left, right)
    if gutter is None:
        return [
            part if isinstance(part, _Grid) else _Column(tuple(_in_rows(part)), left, right, whole)
            for part in _aligned(lines)
        ]
    parts: list[_Part] = []
    run: list[_Line] = []
    for line in lines:
        if line.x0 < gutter < line.x1:
            parts += _split(run, gutter)
            parts.append(_Column((line,), left, right))
            run = []
        else:
            run.append(line)
    return [*parts, *_split(run, gutter)]


def _edges(lines: Sequence[_Line]) -> tuple[float, float]:
    """Where lines are set to on the left and on the right: what only one of many reaches is no edge."""
    few = max(2, round(_FEW * len(lines))) if len(lines) > _FEWEST_LINES else 1
    starts, ends = sorted(line.x0 for line in lines), sorted((line.x1 for line in lines), reverse=True)
    near = 1.5 * median(line.size for line in lines)
    left = next((x for x in starts if sum(abs(x - other) <= 1 for other in starts) >= few), starts[0])
    right = next((x for x in ends if sum(x - near <= other <= x for other in ends) >= few), ends[0])
    return left, right


def _split(lines: Sequence[_Line], gutter: float) -> list[_Part]:
    return [
        *_columns([line for line in lines if line.x1 <= gutter], whole=False),
        *_columns([line for line in lines if line.x0 >= gutter], whole=False),
    ]


def _gutter(lines: Sequence[_Line], left: float, right: float) -> float | None:
    """Where a white strip runs down between two columns of prose; None without one."""
    if len(lines) < 2 * _FEWEST_LINES:
        return None
    for place in sorted({line.x0 for line in lines}):
        gutter = place - 0.5
        before = [line for line in lines if line.x1 <= gutter]
        behind = [line for line in lines if line.x0 >= gutter]
        across = len(lines) - len(before) - len(behind)
        if min(len(before), len(behind)) < _FEWEST_LINES or across > _ACROSS * len(lines):
            continue
        end = max(line.x1 for line in before)
        narrow = min(end - left, right - gutter) < _NARROWEST * median(line.size for line in lines)
        if not narrow and _fills(before, left, end) and _fills(behind, gutter, right):
            return gutter
    return None


def _fills(lines: Sequence[_Line], left: float, right: float) -> bool:
    return median(line.x1 - line.x0 for line in lines) >= _FULL * (right - left)


_SPACED = re.compile("[\u2e80-\uffff] | [\u2e80-\uffff]")
_GAPS_OF_A_ROW = 2
"""Spaces beside Chinese characters, which prose does not have: a row of cells that stand close together."""
_COLUMNS, _ROWS = 3, 3
"""Columns and rows that a table without rules has at least; with fewer it is a form, or chance."""


def _aligned(lines: Sequence[_Line]) -> Iterator[list[_Line] | _Grid]:
    """Lines, and the tables without rules among them: rows whose cells stand in columns with white between them."""
    rows = [list(row) for row in _rows(lines)]
    plain: list[_Line] = []
    at = 0
    while at < len(rows):
        end, spans = _run(rows, at)
        if end - at >= _ROWS and len(spans) >= _COLUMNS:
            if plain:
                yield plain
            plain = []
            yield _grid(rows[at:end], spans)
            at = end
        else:
            plain += rows[at]
            at += 1
    if plain:
        yield plain


def _run(rows: Sequence[list[_Line]], start: int) -> tuple[int, list[tuple[float, float]]]:
    """How far rows go on in the same columns, and where these are; a row of one cell goes on with the one above."""
    spans: list[tuple[float, float]] = []
    end = start
    for n, row in enumerate(rows[start:], start):
        merged = _merged([*spans, *((line.x0, line.x1) for line in row)])
        if (n == start and len(row) < _COLUMNS) or len(merged) < len(spans):
            break
        if len(row) == 1 and merged != spans:
            break
        spans = merged
        end = n + 1 if len(row) > 1 else end
    return end, spans


def _merged(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for x0, x1 in sorted(spans):
        if merged and x0 <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(x1, merged[-1][1]))
        else:
            merged.append((x0, x1))
    return merged


def _grid(rows: Sequence[list[_Line]], spans: Sequence[tuple[float, float]]) -> _Grid:
    cells: list[list[str]] = []
    for row in rows:
        if len(row) > 1:
            cells.append([""] * len(spans))
        for line in row:
            column = next(n for n, (x0, x1) in enumerate(spans) if x0 <= line.x0 <= x1)
            cells[-1][column] = _joined(cells[-1][column], line.text)
    return _Grid(table_of(cells), min(line.top for line in rows[0]), max(line.bottom for line in rows[-1]))


def _rows(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Lines by the baseline on which they stand."""
    row: list[_Line] = []
    for line in lines:
        if row and not (
            line.top < (row[-1].top + row[-1].bottom) / 2 < line.bottom and line.x0 >= row[-1].x1
        ):
            yield row
            row = []
        row.append(line)
    if row:
        yield row


def _in_rows(lines: Sequence[_Line]) -> Iterator[_Line]:
    """What stands on one baseline and is no column or cell, as one line."""
    for row in _rows(lines):
        held = row[0]
        for line in row[1:]:
            apart = line.x0 - held.x1 > _PLACES * line.size
            text = f"{held.text}{CELL_GAP if apart else ' '}{line.text}"
            held = replace(held, text=text, x1=line.x1, alone=held.alone or apart)
        yield replace(held, alone=held.alone or len(_SPACED.findall(held.text)) >= _GAPS_OF_A_ROW)


# ------------------------------------------------------------------------------------------------- furniture

_EDGE_LINES = 2
_EDGE = 0.12
"""Running heads and feet are among so many lines at a page's edge, and in this share of its height."""
_OFTEN = 0.3
"""A running head stands on this share of the pages or more: on every other page, with another one between."""
_PAGE_NUMBER = re.compile(
    r"[-—–―·.•~\s]*(?:第\s*)?(?:\d{1,4}|[ivxlcIVXLC]{1,6}|[一二三四五六七八九十百]{1,4})(?:\s*页)?"
    r"(?:\s*(?:[/／,，]|共|of)\s*\d{1,4}\s*页?)?[-—–―·.•~\s]*|[Pp]age\s*\d+(?:\s*of\s*\d+)?"
)
_DIGITS = re.compile(r"\d+")


def _without_furniture(pages: Sequence[list[_Part]], heights: Sequence[float]) -> list[list[_Part]]:
    """Pages without running heads, feet and page numbers."""
    edges = [_edge_lines(page, height) for page, height in zip(pages, heights, strict=True)]
    counts = Counter(said for lines in edges for said in {_said(line) for line in lines})
    enough = max(2, _OFTEN * len(pages))
    found = []
    for page, lines in zip(pages, edges, strict=True):
        drop = {line for line in lines if _PAGE_NUMBER.fullmatch(line.text) or counts[_said(line)] >= enough}
        kept = [part if isinstance(part, _Grid) else _without(part, drop) for part in page]
        found.append([part for part in kept if part is not None])
    return found


def _without(column: _Column, drop: AbstractSet[_Line]) -> _Column | None:
    """A column without some lines, which do not count for its edges; None where nothing is left."""
    lines = tuple(line for line in column.lines if line not in drop)
    if len(lines) == len(column.lines):
        return column
    if not lines:
        return None
    left, right = _edges(lines)
    return replace(column, lines=lines, left=left, right=right)


def _to_one_edge(pages: Sequence[list[_Part]], widths: Sequence[float]) -> list[list[_Part]]:
    """Pages of one width are set to one edge: where a page has few lines, the others tell how long they may be."""
    rights: dict[int, float] = {}
    for page, width in zip(pages, widths, strict=True):
        for part in page:
            if isinstance(part, _Column) and part.whole:
                rights[round(width)] = max(rights.get(round(width), 0), part.right)
    return [
        [
            replace(part, right=rights[round(width)]) if isinstance(part, _Column) and part.whole else part
            for part in page
        ]
        for page, width in zip(pages, widths, strict=True)
    ]


def _said(line: _Line) -> str:
    return _DIGITS.sub("0", line.text)


def _edge_lines(page: Sequence[_Part], height: float) -> list[_Line]:
    lines = sorted(
        (line for part in page if isinstance(part, _Column) for line in part.lines),
        key=lambda line: line.top,
    )
    return [
        *(line for line in lines[:_EDGE_LINES] if line.bottom < _EDGE * height),
        *(line for line in lines[-_EDGE_LINES:] if line.top > (1 - _EDGE) * height),
    ]


# ------------------------------------------------------------------------------------------------- paragraphs

_SHORT = 2.5
"""A line that ends so many sizes before the edge ends its paragraph; punctuation may hang or be squeezed."""
_RAGGED = 0.3
"""A line that ends within a sentence may leave this share of its column."""
_INDENT = 0.8
"""A line that begins so many sizes behind the edge begins one."""
_LEADING = 1.6
"""A distance between two lines that is so many times the usual one parts paragraphs."""
_WIDEST_LEADING = 2.5
"""The usual distance is no more than so many sizes: of two lines alone nobody knows it."""
_OTHER_SIZE = 0.15
_NUMBERED = re.compile(
    r"第[一二三四五六七八九十百零〇\d]{1,5}[编章节条款]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、](?!\d)"
)
_STOPS = frozenset("。；：！？.;:")
"""Behind one of these a line with a number in front begins a paragraph, whatever its indent."""
_WORD = re.compile(r"[!-\u2e7f]+")
_NUMBER_AT_END = re.compile("[\u2e80-\uffff][0-9.,]*[0-9]$")
_IN_NUMBERS = frozenset("0123456789.,%‰")
"""A number in Chinese prose that was broken at the line's end; numbers of a table are never put together."""
_HYPHEN = "\u2010"
"""How readers of glyphs mark a hyphen that only breaks a word at a line's end."""


def _add_lines(items: list[_Paragraph | Table], column: _Column) -> None:
    """Add a column's lines to what was read so far; its first one may go on with the last paragraph."""
    lines = column.lines
    steps = [after.top - before.top for before, after in pairwise(lines)]
    usual = min(median(steps) if steps else 0.0, _WIDEST_LEADING * median(line.size for line in lines))
    for n, line in enumerate(lines):
        before = items[-1] if items else None
        apart = n > 0 and steps[n - 1] > _LEADING * usual
        indented = line.x0 - column.left > _INDENT * line.size
        goes_on = (
            isinstance(before, _Paragraph)
            and before.room <= max(_SHORT * before.size, _first_word(line), _unended(before, column))
            and not apart
            and not (before.alone or line.alone)
            and not indented
            and not (_NUMBERED.match(line.text) and before.text[-1] in _STOPS)
            and abs(before.size - line.size) <= _OTHER_SIZE * line.size
        )
        room = column.right - line.x1
        if goes_on and isinstance(before, _Paragraph):
            before.text, before.room = _joined(before.text, line.text), room
        else:
            items.append(_Paragraph(line.text, room, line.size, line.alone))


def _first_word(line: _Line) -> float:
    """The room that a line's first word would have needed, at most: ragged Latin text breaks before a long one."""
    word = _WORD.match(line.text)
    return (line.x1 - line.x0) * (word.end() + 1) / len(line.text) if word else 0.0


def _unended(paragraph: _Paragraph, column: _Column) -> float:
    """The room that a line may leave which ends within a sentence: digits are narrow, and not every writer fills lines."""
    return 0.0 if paragraph.text[-1] in _STOPS else _RAGGED * (column.right - column.left)


def _joined(text: str, line: str) -> str:
    """A text and the line that goes on with it: Chinese without a space, Latin with one."""
    if text.endswith(_HYPHEN):
        return text[:-1] + line
    apart = text and line and _is_narrow(text[-1]) and _is_narrow(line[0]) and not text.endswith("-")
    broken = _NUMBER_AT_END.search(text) and line[:1] in _IN_NUMBERS
    return f"{text} {line}" if apart and not broken else text + line

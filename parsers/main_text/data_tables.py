"""Tables of data among a page's tables, most of which lay it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from parsers.main_text.blocks import Layout, Line

# A row of a data table fits a line; longer cells hold paragraphs, which a few of many may.
_ROW_SIZE = 1500
_CELL_LINES = 4
_LONG_CELLS = 0.1
_LABELLED = 2


def data_tables(layout: Layout, lines: Sequence[Line]) -> set[int]:
    """Tells tables of data from tables of layout by their shape.

    Data: no table within, at least two rows, half of them with two cells or more, and cells that fit a line.

    Args:
        layout: The page.
        lines: Those of its lines that count.

    Returns:
        The tables' numbers.
    """
    tables: dict[int, list[Line]] = {}
    for line in lines:
        if line.table is not None and line.cell is not None and line.table not in layout.nesting:
            tables.setdefault(line.table, []).append(line)
    return {table for table, inside in tables.items() if _is_data(inside)}


def _is_data(lines: Sequence[Line]) -> bool:
    cells = Counter((line.row, line.cell) for line in lines)
    rows = Counter(row for row, _ in cells)
    sizes: Counter[int | None] = Counter()
    for line in lines:
        sizes[line.row] += line.size
    several = sum(count > 1 for count in rows.values())
    # Beside nothing but its label stands a text, not a value: a reply below the fields of a letter.
    long = [row for (row, _), count in cells.items() if count > _CELL_LINES]
    return (
        len(rows) > 1
        and 2 * several >= len(rows)
        and len(long) <= _LONG_CELLS * len(cells)
        and all(rows[row] > _LABELLED for row in long)
        and max(sizes.values()) <= _ROW_SIZE
    )

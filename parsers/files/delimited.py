"""Tables as text (CSV), in any encoding, with whatever parts the columns."""

from __future__ import annotations

import csv
import io
from collections import Counter

from parsers.decode import decode
from parsers.files.content import MOST_CELLS, Parts, row_blocks, table_of

_DELIMITERS = ",;\t|，"
_LOOKED_AT = 50
"""Lines that the delimiter is told by."""


def read_csv(body: bytes) -> Parts:
    """Read comma-separated values; the delimiter is the one that most lines have equally often."""
    text = decode(body, None).text.removeprefix("\ufeff")
    rows: list[list[str]] = []
    cells = 0
    csv.field_size_limit(10_000_000)
    for row in csv.reader(io.StringIO(text), delimiter=_delimiter(text)):
        rows.append(row)
        cells += len(row)
        if cells > MOST_CELLS:
            break
    table = table_of(rows)
    status, reason = (
        ("cut", f"{len(rows)} rows were read, which is all of {MOST_CELLS} cells")
        if cells > MOST_CELLS
        else ("read", None)
    )
    return Parts(row_blocks(table), [table] if table else [], None, status, reason)  # type: ignore[arg-type]


def _delimiter(text: str) -> str:
    lines = [line for line in text.splitlines()[:_LOOKED_AT] if line.strip()]

    def agreement(mark: str) -> int:
        counts = Counter(line.count(mark) for line in lines)
        counts.pop(0, None)
        return max(counts.values(), default=0)

    return max(_DELIMITERS, key=agreement)

"""The nouns of reading a file: what was in it, or why nothing was got out of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from parsers.document import CELL_GAP, Block
from parsers.exceptions import ParseError
from parsers.tree import one_line

FILES_VERSION = "2026.11.1"
"""Names the rules a file was read by; raise it, and `parsers.read.PARSER_VERSION`, with every change that may alter what comes out."""

FileStatus = Literal[
    "read",  # text and tables were read
    "cut",  # read up to a limit; the reason says which
    "scanned",  # pages are pictures without text; what text there is was read
    "ocr",  # text was recognised in pictures
    "garbled",  # there is text, and its characters mean nothing: a font without a map to Unicode
    "empty",  # nothing is written in it
    "encrypted",  # a password is needed
    "damaged",  # truncated, or against its format
    "unsupported",  # no reader for what it is
    "too_large",  # breaks a limit before it could be read: a bomb, or simply huge
    "timeout",  # reading took too long and was ended
    "out_of_memory",  # reading took too much memory and was ended
    "crashed",  # the reader broke: our mistake or its library's
    "not_fetched",  # no bytes in the archive
]

READABLE: frozenset[FileStatus] = frozenset({"read", "cut", "scanned", "ocr"})
"""Statuses under which there may be text."""

WHOLE: frozenset[FileStatus] = frozenset({"read", "empty"})
"""Statuses of a file of which nothing is missing."""

WEB = frozenset({"text/html", "application/xhtml+xml"})
"""Media types of what is sent in place of a file: an error, a challenge, a login."""

Table = tuple[tuple[str, ...], ...]
"""Rows of cells, each on one line; an empty cell, or one that another covers, is an empty string."""

MOST_CHARACTERS = 1_000_000
MOST_CELLS = 200_000
"""Of one file. The longest annexes seen, name lists, have a fifth of it; what reads the text takes 2 to 5 µs a character."""
MOST_FILLED = 5_000_000
"""Cells up to which rows are filled up to the same length: one value far to the right would make a table of nothing."""


@dataclass(frozen=True, slots=True)
class FileContent:
    """What reading a file gave.

    Attributes:
        media_type: By its bytes.
        status: One of `FileStatus`.
        reason: Why it is not `read`, or what else is to be known of it (macros, embedded files), in words.
        parser: The library that read it and its version, e.g. `pypdfium2 5.15.2`; empty where none did.
        pages: Pages, sheets or slides; None where the format knows none.
        blocks: Its text in reading order; the rows of its tables where they stand.
        tables: Its tables, in reading order.
    """

    media_type: str
    status: FileStatus
    reason: str | None = None
    parser: str = ""
    pages: int | None = None
    blocks: tuple[Block, ...] = ()
    tables: tuple[Table, ...] = ()

    @property
    def text(self) -> str:
        """Its text, one block a line."""
        return "\n".join(block.text for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Parts:
    """What one reader gives: blocks, tables, and what else is to be said."""

    blocks: Sequence[Block]
    tables: Sequence[Table] = ()
    pages: int | None = None
    status: FileStatus = "read"
    reason: str | None = None


class Unreadable(ParseError):
    """A file gives no text: keep its status and reason, a second try will not help.

    Attributes:
        status: One of `FileStatus`.
    """

    def __init__(self, status: FileStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def cell(text: object) -> str:
    """A cell's text on one line; `CELL_GAP` within it becomes a space."""
    return " ".join(one_line(" ".join(str(text).split())).replace(CELL_GAP, " ").split())


def table_of(rows: Iterable[Sequence[object]]) -> Table:
    """A table of rows, without empty rows, and without columns at its end in which nothing stands."""
    held = [[cell("" if value is None else value) for value in row] for row in rows]
    held = [row for row in held if any(row)]
    width = max((n for row in held for n, value in enumerate(row, start=1) if value), default=0)
    filler = [""] * (width if width * len(held) <= MOST_FILLED else 0)
    return tuple(tuple([*row, *filler][:width]) for row in held)


def add_table(rows: Iterable[Sequence[object]], blocks: list[Block], tables: list[Table]) -> None:
    """Add a table of rows to what was read so far: its rows to the text, and itself; nothing where it is empty."""
    if table := table_of(rows):
        tables.append(table)
        blocks += row_blocks(table)


def row_blocks(table: Table) -> list[Block]:
    """The rows of a table as blocks; one without a word is none."""
    lines = (CELL_GAP.join(row).strip(CELL_GAP) for row in table)
    return [Block("row", line) for line in lines if line.strip()]

"""RTF by striprtf, whose cells are told apart by marks put into its source: it joins them by a bar, which text has too."""

from __future__ import annotations

import re

from striprtf.striprtf import rtf_to_text

from parsers.document import Block
from parsers.files.content import Parts, Table, Unreadable, add_table
from parsers.tree import one_line

_CELL, _ROW = "\ue000", "\ue001"
"""Private characters, which no text of a policy has."""
_CELL_WORD = re.compile(rb"\\cell(?![a-z])\s?")
_ROW_WORD = re.compile(rb"\\row(?![a-z])\s?")
_BINARY = re.compile(rb"\\bin\d+")
_CHARSET = re.compile(rb"\\ansicpg(\d{3,5})")


def read_rtf(body: bytes) -> Parts:
    """Read an RTF file; embedded objects and pictures are left alone.

    Raises:
        Unreadable: it is damaged.
    """
    if body.rstrip(b"\0 \r\n")[-1:] != b"}":
        raise Unreadable("damaged", "its last group is not closed: the file is cut")
    if _BINARY.search(body):
        body = re.sub(rb"\\bin\d+ ?", b"", body)
    marked = _ROW_WORD.sub(rb"\\u57345?\\row ", _CELL_WORD.sub(rb"\\u57344?\\cell ", body))
    page = _CHARSET.search(body)
    codec = f"cp{page[1].decode()}" if page and page[1] != b"0" else "cp1252"
    try:
        text = str(rtf_to_text(marked.decode("latin-1"), encoding=codec, errors="replace"))  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, IndexError, KeyError, AttributeError, UnicodeError) as error:
        raise Unreadable("damaged", f"striprtf: {type(error).__name__}: {error}") from error
    return _parts(text)


def _parts(text: str) -> Parts:
    blocks: list[Block] = []
    tables: list[Table] = []
    rows: list[list[str]] = []

    def end_table() -> None:
        add_table(rows, blocks, tables)
        rows.clear()

    *parts, rest = text.split(_ROW)
    for part in parts:
        *before, row = _first_cell(part)
        if any(line.strip() for line in before):
            end_table()
            blocks += [Block("paragraph", line) for line in map(one_line, before) if line]
        rows.append([value.removeprefix("|") for value in row.rstrip("|").split(_CELL)[:-1]])
    end_table()
    blocks += [Block("paragraph", line) for line in map(one_line, rest.strip("|").split("\n")) if line]
    return Parts(blocks, tables)


def _first_cell(part: str) -> list[str]:
    """The lines in front of a row, and the row: its first cell begins behind the last paragraph before its first mark."""
    end = part.find(_CELL)
    start = part.rfind("\n", 0, max(end, 0)) + 1
    return [*part[:start].strip("|\n").split("\n"), part[start:]]

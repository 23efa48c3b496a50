"""Exports: rows of a release as one file for other programs, safe to open and never cut in silence.

CSV is UTF-8 with a byte order mark, without which Excel shows Chinese as rubbish. A cell that a spreadsheet would take for a
formula is given an apostrophe in CSV (OWASP, CSV injection) and is a plain string in XLSX, where nothing is a formula.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal, cast

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from store.exceptions import StorageFault, StoreError

Format = Literal["parquet", "csv", "jsonl", "xlsx"]

EXCEL_ROWS = 1_048_576
EXCEL_COLUMNS = 16_384
EXCEL_CHARACTERS = 32_767
"""What a worksheet and a cell of it hold (Excel specifications and limits)."""

CUT = " […cut: the cell holds no more]"

_FORMULA = re.compile(r"[=+\-@\t\r\n|%＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?%?")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class ChooseAnotherFormat(StoreError):
    """The rows do not fit the format: choose another one. The message says which."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote.

    Attributes:
        path: The file.
        rows: Rows in it.
        cut: Cells that did not fit, as `key: column`, the first few of them.
        cut_cells: How many there were.
    """

    path: Path
    rows: int
    cut: tuple[str, ...] = ()
    cut_cells: int = 0


def export(batches: Iterator[pa.RecordBatch], schema: pa.Schema, path: Path, form: Format) -> Exported:
    """Write rows to one file, batch by batch; it appears when it is whole.

    Args:
        batches: The rows.
        schema: Their columns.
        path: The file; an older one is replaced.
        form: Its format.

    Raises:
        ChooseAnotherFormat: XLSX cannot hold so many rows or columns.
        StorageFault: the file cannot be written.
    """
    aside = path.with_name(f".{path.name}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        done = _WRITERS[form](batches, schema, aside)
        aside.replace(path)
    except (OSError, FileCreateError) as error:
        raise StorageFault(f"{path} cannot be written: {error}") from error
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
    return Exported(path, done.rows, done.cut, done.cut_cells)


def _parquet(batches: Iterator[pa.RecordBatch], schema: pa.Schema, path: Path) -> Exported:
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True) as writer:
        for batch in batches:
            writer.write_batch(batch)
            rows += len(batch)
    return Exported(path, rows)


def _jsonl(batches: Iterator[pa.RecordBatch], _schema: pa.Schema, path: Path) -> Exported:
    rows = 0
    with path.open("wb") as stream:
        for row in _rows(batches):
            stream.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
            rows += 1
    return Exported(path, rows)


def _csv(batches: Iterator[pa.RecordBatch], schema: pa.Schema, path: Path) -> Exported:
    rows = 0
    with path.open("wb") as stream:
        stream.write(b"\xef\xbb\xbf")
        stream.write(csv_lines([schema.names]))
        for row in _rows(batches):
            stream.write(csv_lines([[harmless(shown(value)) for value in row.values()]]))
            rows += 1
    return Exported(path, rows)


def csv_lines(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as CSV (RFC 4180), line breaks within a cell kept."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _xlsx(batches: Iterator[pa.RecordBatch], schema: pa.Schema, path: Path) -> Exported:
    if len(schema) > EXCEL_COLUMNS:
        raise ChooseAnotherFormat(
            f"{len(schema)} columns; a worksheet holds {EXCEL_COLUMNS}: choose csv or parquet"
        )
    cut: list[str] = []
    number = 0
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("rows")
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(schema.names):
            sheet.write_string(0, column, name)
        for number, row in enumerate(_rows(batches), start=1):
            if number >= EXCEL_ROWS:
                raise ChooseAnotherFormat(
                    f"more than {EXCEL_ROWS - 1:,} rows, which a worksheet cannot hold: choose csv or parquet"
                )
            for column, (name, value) in enumerate(row.items()):
                if _write_cell(sheet, number, column, value):
                    cut.append(f"{next(iter(row.values()))}: {name}")
    return Exported(path, number, tuple(cut[:5]), len(cut))


def _write_cell(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: object) -> bool:
    """Write a cell; True where its text had to be cut."""
    if value is None:
        return False
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float) and abs(value) < 1e15:  # beyond that a cell rounds
        sheet.write_number(row, column, value)
    else:
        text = _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", shown(value))
        whole = len(text) <= EXCEL_CHARACTERS
        sheet.write_string(row, column, text if whole else text[: EXCEL_CHARACTERS - len(CUT)] + CUT)
        return not whole
    return False


def _rows(batches: Iterator[pa.RecordBatch]) -> Iterator[Mapping[str, object]]:
    for batch in batches:
        yield from batch.to_pylist()


def shown(value: object) -> str:
    """A value as text: times and days in ISO 8601, nothing for null."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; a plain number stays one."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


_Writer = Callable[[Iterator[pa.RecordBatch], pa.Schema, Path], Exported]
_WRITERS: Mapping[Format, _Writer] = {"parquet": _parquet, "csv": _csv, "jsonl": _jsonl, "xlsx": _xlsx}
FORMATS = cast("tuple[Format, ...]", tuple(_WRITERS))
"""What `export` writes."""

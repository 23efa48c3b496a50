"""Workbooks: XLSX by openpyxl, XLS (and WPS tables, which are XLS) by xlrd. Cells are read as a reader sees them.

python-calamine is five times faster and gives values without their formats: 0.07 for what the sheet shows as 7%.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Sequence

import openpyxl
import xlrd
from openpyxl.utils.exceptions import InvalidFileException
from xlrd.biffh import XLRDError
from xlrd.xldate import XLDateError, xldate_as_datetime

from parsers.document import Block
from parsers.files.content import MOST_CELLS, Parts, Table, Unreadable, row_blocks, table_of
from parsers.files.package import open_package

_PERCENT = re.compile(r"0?(?:\.(0+))?%")
_LONGEST_NUMBER = 15
"""Digits that Excel shows of a number."""


def read_xlsx(body: bytes) -> Parts:
    """Read a workbook of Office Open XML: what its sheets show; hidden sheets are left out and named.

    Raises:
        Unreadable: it is damaged or a bomb.
    """
    with open_package(body) as package:
        macros = any(name.endswith("vbaProject.bin") for name in package.namelist())
    try:
        book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        SyntaxError,
    ) as error:
        raise Unreadable("damaged", f"no whole workbook: {error}") from error
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    try:
        parts = _sheets([(sheet.title, _xlsx_rows(sheet)) for sheet in shown], len(shown))
    except (KeyError, ValueError, TypeError, SyntaxError, zipfile.BadZipFile) as error:
        raise Unreadable("damaged", f"no whole sheet: {error}") from error
    notes = [
        *([f"hidden sheets left out: {', '.join(hidden)}"] if hidden else []),
        *(["holds macros, which were not run"] if macros else []),
    ]
    return (
        parts
        if parts.reason or not notes
        else Parts(parts.blocks, parts.tables, parts.pages, parts.status, "; ".join(notes))
    )


def read_xls(body: bytes) -> Parts:
    """Read a workbook of Excel 97 or of WPS.

    Raises:
        Unreadable: it is damaged or encrypted.
    """
    try:
        book = xlrd.open_workbook(file_contents=body, formatting_info=True, logfile=io.StringIO())
    except (
        XLRDError,
        AssertionError,
        IndexError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        OverflowError,
    ) as error:
        status = "encrypted" if "encrypt" in str(error).lower() else "damaged"
        raise Unreadable(status, f"xlrd: {error}") from error  # type: ignore[arg-type]
    except Exception as error:  # struct.error and CompDocError share no root
        raise Unreadable("damaged", f"xlrd: {type(error).__name__}: {error}") from error
    shown = [sheet for sheet in book.sheets() if sheet.visibility == 0]
    return _sheets([(sheet.name, _xls_rows(book, sheet)) for sheet in shown], len(shown))


def _sheets(sheets: Sequence[tuple[str, Iterator[list[str]]]], pages: int) -> Parts:
    blocks: list[Block] = []
    tables: list[Table] = []
    cells = 0
    for title, rows in sheets:
        held: list[list[str]] = []
        for row in rows:
            if not any(row):
                continue  # a format may be set for a million rows
            held.append(row)
            cells += len(row)
            if cells > MOST_CELLS:
                break
        table = table_of(held)
        if table:
            tables.append(table)
            blocks += [Block("heading", title, 2), *row_blocks(table)]
        if cells > MOST_CELLS:
            return Parts(blocks, tables, pages, "cut", f"read up to {MOST_CELLS} cells, in sheet {title}")
    return Parts(blocks, tables, pages)


def _xlsx_rows(sheet: openpyxl.worksheet._read_only.ReadOnlyWorksheet) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # a file may say that it has a million columns
    for row in sheet.iter_rows():
        yield [_shown(cell.value, getattr(cell, "number_format", "") or "") for cell in row]


def _xls_rows(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Iterator[list[str]]:
    for row in sheet.get_rows():
        yield [_xls_shown(book, cell) for cell in row]


def _xls_shown(book: xlrd.Book, cell: xlrd.sheet.Cell) -> str:
    form = book.format_map.get(book.xf_list[cell.xf_index].format_key) if cell.xf_index is not None else None
    value = cell.value
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            value = xldate_as_datetime(cell.value, book.datemode)
        except (XLDateError, OverflowError, ValueError):
            value = cell.value
    elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
        value = bool(cell.value)
    elif cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, ""))
    return _shown(value, form.format_str if form else "")


def _shown(value: object, form: str) -> str:
    """A value as its sheet shows it: shares as percent, days without a clock, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return _number(value, form)
    return str(value)


def _number(value: float, form: str) -> str:
    percent = _PERCENT.fullmatch(form.split(";", maxsplit=1)[0].strip())
    if percent:
        return f"{value * 100:.{len(percent[1] or '')}f}%"
    if float(value).is_integer() and abs(value) < 10**_LONGEST_NUMBER:
        return str(int(value))
    return f"{value:.{_LONGEST_NUMBER}g}"

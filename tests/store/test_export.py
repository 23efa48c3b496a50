"""Exports: the same rows in every format, nothing that a spreadsheet would carry out, nothing cut in silence."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import orjson
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import export as exports
from store.exceptions import StorageFault
from store.export import CUT, EXCEL_CHARACTERS, ChooseAnotherFormat, export, harmless

ROWS = pa.table(
    {
        "document_id": ["d1", "d2", "d3"],
        "title": ["关于“创新”的通知", '=HYPERLINK("http://x","点我")', None],
        "text": ["第一段\n第二段", "-15%", "@SUM(A1)"],
        "low": [1.5, None, -3.0],
        "complete": [True, False, None],
        "day": pa.array([date(2026, 1, 2), None, None], pa.date32()),
        "first_seen": pa.array([datetime(2026, 1, 2, 3, tzinfo=UTC)] * 3, pa.timestamp("us", tz="UTC")),
    }
)


def exported(folder: Path, name: str, rows: pa.Table = ROWS) -> Path:
    """The rows, written in the format that the file's name says."""
    form = next(form for form in exports.FORMATS if name.endswith(form))
    done = export(iter(rows.to_batches(max_chunksize=2)), rows.schema, folder / name, form)
    assert done.rows == len(rows)
    return done.path


def test_every_format_has_the_rows(tmp_path: Path) -> None:
    """Nulls stay nulls where the format knows them, line breaks stay line breaks."""
    assert pd.read_parquet(exported(tmp_path, "rows.parquet"))["text"][0] == "第一段\n第二段"
    lines = [orjson.loads(line) for line in exported(tmp_path, "rows.jsonl").read_bytes().splitlines()]
    assert (lines[2]["title"], lines[0]["day"]) == (None, "2026-01-02")
    sheet = openpyxl.load_workbook(exported(tmp_path, "rows.xlsx")).active
    assert sheet is not None
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert values[1][:5] == ["d1", "关于“创新”的通知", "第一段\n第二段", 1.5, True]
    assert values[3][1] is None
    frame = pd.read_csv(exported(tmp_path, "rows.csv"), encoding="utf-8-sig")
    assert list(frame["text"]) == ["第一段\n第二段", "-15%", "'@SUM(A1)"]
    assert frame["first_seen"][0] == "2026-01-02T03:00:00Z"


def test_nothing_is_a_formula(tmp_path: Path) -> None:
    """In XLSX it is a string; in CSV an apostrophe stands before it."""
    sheet = openpyxl.load_workbook(exported(tmp_path, "rows.xlsx")).active
    assert sheet is not None
    cell = sheet["B3"]
    assert (cell.value, cell.data_type, cell.hyperlink) == ('=HYPERLINK("http://x","点我")', "s", None)
    with exported(tmp_path, "rows.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[2][1] == '\'=HYPERLINK("http://x","点我")'


@given(st.text(max_size=20))
def test_no_cell_of_a_csv_begins_like_a_formula(text: str) -> None:
    """Whatever a page says; a plain number is left alone."""
    cell = harmless(text)

    assert cell.lstrip("'") == text.lstrip("'")
    assert cell[:1] not in set("=@\t\r") or not cell
    assert cell[:1] not in set("+-") or float(cell.rstrip("%").replace(",", ".")) is not None


def test_what_excel_cannot_hold_is_said(tmp_path: Path) -> None:
    """A longer text ends in a mark and is counted; characters that XML cannot hold are shown."""
    rows = pa.table({"id": ["a", "b"], "text": ["文" * (EXCEL_CHARACTERS + 1), "x\x07y"]})
    done = export(iter(rows.to_batches()), rows.schema, tmp_path / "rows.xlsx", "xlsx")
    sheet = openpyxl.load_workbook(done.path).active
    assert sheet is not None

    assert (done.cut_cells, done.cut) == (1, ("a: text",))
    assert len(str(sheet["B2"].value)) == EXCEL_CHARACTERS
    assert str(sheet["B2"].value).endswith(CUT)
    assert sheet["B3"].value == "x\\x07y"


def test_too_many_rows_for_excel_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written, and what to choose instead is said."""
    monkeypatch.setattr(exports, "EXCEL_ROWS", 3)

    with pytest.raises(ChooseAnotherFormat, match="choose csv or parquet"):
        exported(tmp_path, "rows.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """As it is everywhere else."""
    (tmp_path / "file").write_text("x")

    with pytest.raises(StorageFault, match="cannot be written"):
        exported(tmp_path / "file", "rows.csv")

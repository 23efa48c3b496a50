"""Tables: rows fit their schema, appends are whole, and doing it again changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from store import schema, tables
from store.exceptions import SchemaMismatch
from store.schema import TABLES
from store.tables import Row

TIME = datetime(2026, 1, 1, tzinfo=UTC)


def alias(url: str = "u") -> dict[str, object]:
    """A row of `aliases`."""
    return {"url": url, "document_id": "d", "source_id": "s", "kind": "redirect", "first_seen": TIME}


def test_rows_come_back_in_the_types_of_the_schema(tmp_path: Path) -> None:
    """What was appended is read, times in UTC."""
    tables.append(tmp_path, "aliases", [alias("a")])
    tables.append(tmp_path, "aliases", [alias("b")])
    rows = tables.read(tmp_path, "aliases")

    assert sorted(rows["url"].to_pylist()) == ["a", "b"]
    assert rows["first_seen"].to_pylist()[0] == TIME
    assert rows.schema.names == ["url", "document_id", "source_id", "kind", "first_seen"]


def test_a_table_without_rows_is_empty_not_missing(tmp_path: Path) -> None:
    """Nobody has to ask whether it exists."""
    assert len(tables.read(tmp_path, "clauses")) == 0
    assert tables.version(tmp_path, "clauses") == -1
    tables.append(tmp_path, "aliases", [])
    assert tables.version(tmp_path, "aliases") == -1


def test_a_column_that_is_described_otherwise_takes_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table of an older version keeps its descriptions on disk; Delta merges no two of one column."""
    tables.append(tmp_path, "aliases", [alias("a")])
    table = TABLES["aliases"]
    told = [field.with_metadata({"description": "Said better"}) for field in table.schema]
    more = pa.field("more", pa.large_string(), metadata={"description": "New"})
    monkeypatch.setitem(schema.TABLES, "aliases", replace(table, schema=pa.schema([*told, more])))
    tables.append(tmp_path, "aliases", [{**alias("b"), "more": "x"}])

    assert sorted(tables.read(tmp_path, "aliases")["more"].to_pylist(), key=str) == [None, "x"]


def test_appending_again_adds_nothing(tmp_path: Path) -> None:
    """Keys that are there, and keys given twice, are left out."""
    tables.append_new(tmp_path, "aliases", [alias("a"), alias("a")])
    tables.append_new(tmp_path, "aliases", [alias("a"), alias("b")])

    assert sorted(tables.read(tmp_path, "aliases")["url"].to_pylist()) == ["a", "b"]


@pytest.mark.parametrize(
    "row",
    [
        {**alias(), "more": 1},
        {key: value for key, value in alias().items() if key != "kind"},
        {**alias(), "kind": None},
        {**alias(), "first_seen": "yesterday"},
    ],
)
def test_rows_that_do_not_fit_are_refused(tmp_path: Path, row: Row) -> None:
    """Nothing is written."""
    with pytest.raises(SchemaMismatch):
        tables.append(tmp_path, "aliases", [row])
    assert tables.version(tmp_path, "aliases") == -1

"""Asking a release: what was known when, what was in force when, and questions that cannot be answered."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from parsers.document import Metadata
from store import tables
from store.capture import document_id
from store.dataset import CorrectTheQuestion, load, sql
from store.exceptions import DigestMismatch, NoRelease
from store.freeze import freeze
from store.rows import capture_row, document_row, reading_row
from tests.store.test_freeze import BEGIN, capture, enter, read, released, url


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two documents on the first of March; one is edited on the third. Releases of the second and the fourth."""
    enter(tmp_path, range(2))
    released(tmp_path, 1)
    enter(tmp_path, range(1), day=2, version=2, text="another text")
    released(tmp_path, 3)
    return tmp_path


def texts(data: Path, **asked: object) -> list[str]:
    """The newest texts."""
    return sorted(load("documents", data, current=True, **asked)["text"])  # type: ignore[arg-type]


def test_both_texts_of_an_edited_document_are_known_as_of_their_days(data: Path) -> None:
    """A day means its end; between two releases the older one is what was known."""
    old, new = ["text 0", "text 1"], ["another text", "text 1"]

    assert texts(data, as_of="2026-03-02") == old
    assert texts(data, as_of=date(2026, 3, 3)) == old
    assert texts(data, as_of=BEGIN + timedelta(days=3)) == new
    assert texts(data, as_of="2026-03-04T01:59:59Z") == old
    assert texts(data) == new
    assert texts(data, release="2026-03-02") == old


def test_nothing_was_known_before_the_first_release(data: Path) -> None:
    """The oldest release is named; so are the ones that there are."""
    with pytest.raises(NoRelease, match="the oldest is 2026-03-02"):
        load("documents", data, as_of="2026-03-01")
    with pytest.raises(NoRelease, match="there: 2026-03-04, 2026-03-02"):
        load("documents", data, release="2026-03-03")


def test_a_question_that_does_not_fit_is_corrected(data: Path) -> None:
    """The message says what there is."""
    with pytest.raises(CorrectTheQuestion, match="not both"):
        load("documents", data, release="2026-03-02", as_of="2026-03-02")
    with pytest.raises(CorrectTheQuestion, match="table status has no column titel; it has document_id"):
        load("status", data, columns=["titel"])
    with pytest.raises(NoRelease, match="there are sources, captures"):
        load("documnets", data)
    with pytest.raises(CorrectTheQuestion, match="'yesterday' is no time"):
        load("documents", data, as_of="yesterday")
    with pytest.raises(CorrectTheQuestion, match="no versions of documents"):
        load("captures", data, current=True)


def test_columns_and_filters(data: Path) -> None:
    """As pyarrow takes them; a filter applies to the newest versions, never instead of them."""
    frame = load("documents", data, columns=["url", "version"], filters=[("version", ">", 1)])
    assert frame.to_dict("records") == [{"url": url(0), "version": 2}]
    assert load("documents", data, current=True, filters=[("text", "=", "text 0")]).empty


@pytest.mark.parametrize(
    ("metadata", "day", "there"),
    [
        (Metadata(valid_from="2026-01-01", issued="2025-06-01"), "2025-12-31", False),
        (Metadata(valid_from="2026-01-01", issued="2025-06-01"), "2026-01-01", True),
        (Metadata(issued="2025-06-01"), "2025-06-01", True),
        (Metadata(created="2025-05-01"), "2025-06-01", True),
        (Metadata(), "2025-06-01", False),
        (Metadata(issued="2025-06-01", valid_to="2025-12-31"), "2025-12-31", True),
        (Metadata(issued="2025-06-01", valid_to="2025-12-31"), "2026-01-01", False),
        (Metadata(issued="2025-06-01", valid_to="2027"), "2027-11-30", True),
        (Metadata(issued="2025-06-01", valid_to="2027-03"), "2027-03-31", True),
        (Metadata(issued="2025-06-01", valid_to="2027-03"), "2027-04-01", False),
    ],
)
def test_what_is_in_force(tmp_path: Path, metadata: Metadata, day: str, *, there: bool) -> None:
    """From valid_from, else issued, else created, to the end of valid_to; what has no beginning is left out."""
    item = read(capture(0, 0), "text", metadata)
    where, name = tmp_path / "tables", document_id("kjt", url(0))
    tables.append(where, "captures", [capture_row(item.capture)])
    tables.append(where, "readings", [reading_row(item)])
    row = document_row(item, document_id=name, home=url(0), version=1, cause="new", run_id="r")
    tables.append(where, "documents", [row])
    released(tmp_path, 1)

    assert (len(load("documents", tmp_path, in_force=day)) == 1) == there
    assert (len(load("clauses", tmp_path, in_force=day)) == 1) == there


def test_a_damaged_page_is_never_read_as_data(data: Path) -> None:
    """Page checksums are looked at."""
    (path, *_) = (data / "releases" / "latest" / "documents").glob("part-00000.parquet")
    content = bytearray(path.read_bytes())
    content[60] ^= 1
    path.write_bytes(bytes(content))

    with pytest.raises(DigestMismatch, match="verify"):
        load("documents", data)


def test_sql_asks_the_tables_and_nothing_else(data: Path) -> None:
    """One SELECT; names that do not exist are answered with those that do; no file can be read or written."""
    answer = sql("SELECT op, count(*) AS n FROM feed WHERE version_after > $1 GROUP BY op", data, params=[1])
    assert answer.to_pylist() == [{"op": "MOD", "n": 1}]
    assert sql("SELECT count(*) AS n FROM documents", data, as_of="2026-03-02").to_pylist() == [{"n": 2}]
    for query, said in {
        "SELECT * FROM documnets": "Tables: sources, captures",
        "SELECT titel FROM status": "Columns of status: document_id",
        "SELECT * FROM read_text('/etc/hostname')": "no files",
        "COPY documents TO '/tmp/x.csv'": "write one SELECT",
        "SELECT 1; SELECT 2": "write one SELECT",
        "SELEC 1": "syntax error",
    }.items():
        with pytest.raises(CorrectTheQuestion, match=said):
            sql(query, data)


def test_times_are_utc_whatever_is_given(data: Path) -> None:
    """A time of Shanghai is turned; one without a zone is taken as UTC."""
    shanghai = datetime.fromisoformat("2026-03-04T10:00:00+08:00")

    assert texts(data, as_of=shanghai) == texts(data, as_of=datetime(2026, 3, 4, 2, tzinfo=UTC))
    assert isinstance(load("captures", data)["fetch_time"].dtype, pd.DatetimeTZDtype)


def test_a_release_that_nothing_was_new_for_is_made_when_asked_for(data: Path) -> None:
    """And what was known then is what was known before."""
    made = freeze(data, [], "1", BEGIN + timedelta(days=9), force=True)

    assert made is not None
    assert texts(data, as_of="2026-03-10") == texts(data, as_of="2026-03-04")

"""What pages showed is kept while it holds: it is what the tables say, whatever came, was lost or went by since."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest

from parsers.document import Document, Metadata, Rejection
from parsers.page import Rule
from store import tables
from store.capture import Capture, capture_id, digest, document_id
from store.marks import read_mark, write_mark
from store.observed import LOOK_BACK, observed
from store.rows import Read, capture_row, document_row, reading_row
from store.shown import FORMAT, MARK
from store.source import Source, rule_digest
from store.verify import verify

MENDED, OUTWORN = Rule(main=".text"), Rule(main=".content")

BEGIN = datetime(2026, 3, 1, 2, tzinfo=UTC)


def _visited(data: Path, day: int, page: str | None = None, issued: str | None = None) -> None:
    """A listing that is asked for, and a page, if one is named, that is read."""
    where, when = data / "tables", BEGIN + timedelta(days=day)
    listing = _capture("listing", "http://site.example.cn/", when)
    tables.append(where, "captures", [capture_row(listing)])
    if page is not None:
        capture = _capture("document", f"http://site.example.cn/{page}", when)
        read = _read(capture, "1", Metadata(title=page, issued=issued))
        tables.append(where, "captures", [capture_row(capture)])
        tables.append(where, "readings", [reading_row(read)])
        name = document_id("s", capture.url)
        row = document_row(read, document_id=name, home=capture.url, version=1, cause="new", run_id="r")
        tables.append(where, "documents", [row])


def _read(capture: Capture, parser_version: str, metadata: Metadata) -> Read:
    document = Document("正文", "正文", "正文", metadata, "utf-8", "declared", 0, "text/html", 1.0, "density")
    return Read(capture, parser_version, "", document)


def _capture(kind: Literal["listing", "document"], url: str, when: datetime) -> Capture:
    return Capture(
        capture_id=capture_id("s", url, when),
        run_id=f"run-{when:%m%d}",
        source_id="s",
        kind=kind,
        url=url,
        fetch_time=when,
        fetch_outcome="ok",
        content_digest=digest(url.encode()),
    )


def _kept(data: Path) -> Mapping[str, Any]:
    mark = read_mark(data / "tables" / MARK)
    assert mark is not None
    return mark


def _another_is_kept(data: Path) -> None:
    """What is kept says of the source what no table says."""
    mark = _kept(data)
    told = {**mark["sources"]["s"], "verdicts": ["kept"]}
    write_mark(data / "tables" / MARK, {**mark, "sources": {"s": told}})


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two days of a source, watched."""
    for day, page in enumerate(("a", "b")):
        _visited(tmp_path, day, page)
    observed(tmp_path, BEGIN + timedelta(days=1, hours=1), keep=True)
    return tmp_path


def _as_told_anew(data: Path, now: datetime) -> None:
    """What is kept is no other than what is told without it."""
    _another_is_kept(data)
    kept = observed(data, now)
    (data / "tables" / MARK).unlink()
    assert kept == observed(data, now)


def test_where_listings_alone_were_asked_for_it_is_taken_over(data: Path) -> None:
    """However many days: a page that is asked for counts, and nothing else."""
    _another_is_kept(data)
    for day in (2, 3):
        _visited(data, day)
        told = observed(data, BEGIN + timedelta(days=day, hours=1), keep=True)
        assert told.sources["s"].verdicts == ("kept",)
        assert told.sources["s"].last_visit == BEGIN + timedelta(days=day)
    assert not list(verify(data))


def test_it_is_told_anew_when_a_page_came(data: Path) -> None:
    """In a commit of its own or behind one of a listing."""
    _visited(data, 2, "c")
    _as_told_anew(data, BEGIN + timedelta(days=2, hours=1))


def test_it_is_told_anew_when_a_page_was_asked_for_and_had_not_changed(data: Path) -> None:
    """It is among the newest again."""
    when = BEGIN + timedelta(days=2)
    asked = replace(_capture("document", "http://site.example.cn/a", when), fetch_outcome="not_modified")
    tables.append(data / "tables", "captures", [capture_row(asked)])
    _as_told_anew(data, when)


def test_it_is_told_anew_of_tables_that_were_put_back(data: Path, tmp_path: Path) -> None:
    """A copy of the folder as it was has fewer versions."""
    then = shutil.copytree(data / "tables", tmp_path / "then")
    _visited(data, 2, "c")
    observed(data, BEGIN + timedelta(days=2), keep=True)
    mark = _kept(data)
    shutil.rmtree(data / "tables")
    then.rename(data / "tables")
    write_mark(data / "tables" / MARK, mark)
    _as_told_anew(data, BEGIN + timedelta(days=2))


def test_it_is_told_anew_when_a_page_was_read_again(data: Path) -> None:
    """Another parser may say another thing of it."""
    again = _read(_capture("document", "http://site.example.cn/a", BEGIN), "2", Metadata())
    tables.append(data / "tables", "readings", [reading_row(again)])
    _as_told_anew(data, BEGIN + timedelta(days=2))


@pytest.mark.parametrize("days", [-1, LOOK_BACK.days, LOOK_BACK.days + 1, LOOK_BACK.days + 9])
def test_it_is_told_anew_when_what_it_says_is_too_long_ago(data: Path, days: int) -> None:
    """Or is still to come, where the clock went back."""
    _as_told_anew(data, BEGIN + timedelta(days=days, hours=1))


@pytest.mark.parametrize("name", ["captures", "readings", "documents"])
def test_it_is_told_anew_of_tables_that_were_built_anew(data: Path, name: str) -> None:
    """The same rows or not: nobody knows."""
    rows = tables.read(data / "tables", name).to_pylist()
    shutil.rmtree(data / "tables" / name)
    (data / "tables" / f"{name}.sha256").unlink()
    for row in rows:  # as many commits as there were
        tables.append(data / "tables", name, [row])
    _as_told_anew(data, BEGIN + timedelta(days=2))


@pytest.mark.parametrize("first", [MENDED, OUTWORN], ids=["mended last", "mended first"])
def test_the_reading_under_the_rule_of_today_counts(data: Path, first: Rule) -> None:
    """Whichever was read first: a rule that is mended takes back what the one before it said, and so does the old one put back."""
    capture = _capture("document", "http://site.example.cn/a", BEGIN)
    read = {
        MENDED: replace(_read(capture, "1", Metadata()), rule_digest=rule_digest(MENDED)),
        OUTWORN: Read(capture, "1", rule_digest(OUTWORN), Rejection("empty_document", "no text")),
    }
    for rule in sorted(read, key=lambda rule: rule != first):
        tables.append(data / "tables", "readings", [reading_row(read[rule])])
    now = BEGIN + timedelta(days=2)

    def verdicts(rule: Rule) -> list[str]:
        return sorted(
            observed(data, now, [Source("s", "Notices", rules=(rule,))], keep=True).sources["s"].verdicts
        )

    assert verdicts(MENDED) == ["document", "document"]
    assert verdicts(OUTWORN) == ["document", "empty_document"]
    assert verdicts(MENDED) == ["document", "document"]


def test_what_is_damaged_or_of_another_form_is_told_anew(data: Path) -> None:
    """A flipped bit is no verdict, and neither is what other queries said."""
    now, path = BEGIN + timedelta(days=2), data / "tables" / MARK
    told = observed(data, now)
    _another_is_kept(data)
    write_mark(path, {**_kept(data), "format": FORMAT + 1})
    assert observed(data, now) == told
    write_mark(path, {**_kept(data), "format": FORMAT})
    path.write_bytes(path.read_bytes().replace(b"kept", b"kepx"))
    assert observed(data, now) == told
    assert [fault.name for fault in verify(data)] == [f"tables/{MARK}"]


def test_days_to_come_count_when_they_have_come(tmp_path: Path) -> None:
    """A page may say that it is issued tomorrow."""
    _visited(tmp_path, 0, "a", issued="2026-03-03")
    days = [observed(tmp_path, BEGIN + timedelta(days=day), keep=True).sources["s"].days for day in range(3)]
    assert [list(map(str, told)) for told in days] == [[], [], ["2026-03-03"]]

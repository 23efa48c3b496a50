"""The book: one alarm for a source and a cause, closed by itself, and never lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.alarms.alarm import BROKEN, DATASET, Alarm, Reading, Sign
from flows.alarms.book import MOST_SAID, Book, Notice, read_book, turned, write_book

NOW = datetime(2026, 3, 20, 2, tzinfo=UTC)
READINGS: list[Reading] = ["bad", "well", "unclear"]


@given(
    st.lists(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(READINGS)), max_size=4), max_size=12)
)
def test_at_most_one_is_open_and_what_closes_was_open(days: list[list[tuple[str, Reading]]]) -> None:
    """Whatever the rules say, day after day."""
    book, open_before = Book(), set[str]()
    for day, said in enumerate(days):
        signs = [Sign(source, "blocked", reading, "m") for source, reading in dict(said).items()]
        book, news = turned(book, signs, NOW + timedelta(days=day))
        names = [alarm.source_id for alarm in book.open]
        assert len(names) == len(set(names))
        assert {alarm.source_id for alarm in news if alarm.closed} <= open_before
        assert not {alarm.source_id for alarm in news if not alarm.closed} & open_before
        assert all(reading != "bad" or source in names for source, reading in dict(said).items())
        open_before = set(names)


def test_unclear_signs_turn_nothing() -> None:
    """Between two thresholds what is open stays open, and what is not does not open."""
    bad, unclear = Sign("a", "blocked", "bad", "m"), Sign("a", "blocked", "unclear")
    book, _ = turned(Book(), [bad], NOW)

    assert turned(book, [unclear], NOW)[1] == ()
    assert turned(Book(), [unclear], NOW)[1] == ()


def test_an_alarm_of_a_source_that_is_not_watched_any_more_closes() -> None:
    """Its file is gone: nobody could close it otherwise."""
    book, _ = turned(Book(), [Sign("a", "blocked", "bad", "m")], NOW)
    book, news = turned(book, [], NOW + timedelta(days=1))

    assert (book.open, news[0].closed) == ((), NOW + timedelta(days=1))


@pytest.mark.parametrize("files", ["bad", "unclear"])
def test_an_alarm_stays_while_source_files_cannot_be_read(files: Reading) -> None:
    """Its source may be in one of them, or the folder may be gone."""
    book, _ = turned(Book(), [Sign("a", "blocked", "bad", "m")], NOW)
    book, _ = turned(book, [Sign(DATASET, BROKEN, files, "m")], NOW)
    still = {alarm.source_id for alarm in book.open}
    book, _ = turned(book, [Sign(DATASET, BROKEN, "well")], NOW)

    assert "a" in still
    assert book.open == ()


def test_a_message_is_short() -> None:
    """What servers say can be long."""
    book, _ = turned(Book(), [Sign("a", "blocked", "bad", "word " * 1_000)], NOW)

    assert len(book.open[0].message) <= MOST_SAID


def test_a_book_is_read_as_it_was_written(tmp_path: Path) -> None:
    """With what is still to be told; a damaged one is empty, and the rules fill it again."""
    alarm = Alarm("a", "blocked", NOW, "省科技厅")
    book = Book((alarm,), (Alarm("b", "stale", NOW, "", NOW),), (Notice("webhook", alarm),))
    write_book(tmp_path, book)
    assert read_book(tmp_path) == book

    (tmp_path / "alarms.json").write_text("{}")
    assert read_book(tmp_path) == Book()

"""What the facts amount to: the outcome of a request in one word, and when a document counts as offline."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pandas as pd
import pytest

from store import tables
from store.capture import Capture, capture_id, document_id
from store.dataset import load
from store.freeze import freeze
from store.issue import Issue
from store.judged import outcome
from store.release import latest
from store.rows import capture_row, issue_row
from store.schema import TABLES
from store.tables import Row

URL = "http://a.example/1.html"
DOCUMENT = document_id("kjt", URL)
BEGIN = datetime(2026, 3, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fetched", "verdict", "tries", "unchanged", "expected"),
    [
        ("ok", None, 1, None, "ok"),
        ("ok", "document", 1, None, "ok"),
        ("ok", "document", 2, None, "retried_ok"),
        ("ok", "document", 1, True, "ok_unchanged"),
        ("ok", "document", 2, False, "ok_changed"),
        ("not_modified", "document", 1, True, "not_modified"),
        ("gone", "not_found", 1, None, "gone"),
        ("not_found", None, 1, None, "not_found"),
        ("ok", "soft_not_found", 1, None, "not_found"),
        ("ok", "challenge", 1, None, "rejected:blocked_page"),
        ("http_error", "challenge", 1, None, "rejected:blocked_page"),
        ("not_found", "challenge", 1, None, "rejected:blocked_page"),
        ("ok", "unsupported_media_type", 1, None, "rejected:not_html"),
        ("ok", "listing", 1, None, "rejected:listing"),
        ("too_large", None, 1, None, "rejected:too_large"),
        ("redirect", None, 1, None, "rejected:redirect"),
        ("private_address", None, 0, None, "rejected:private_address"),
        ("robots", None, 0, None, "rejected:robots"),
        ("timeout", None, 3, None, "failed:timeout"),
        ("connection", None, 3, None, "failed:connection"),
        ("decode", None, 2, None, "failed:decode"),
        ("http_error", "error_page", 3, None, "failed:http_error"),
    ],
)
def test_each_request_has_one_outcome(
    fetched: str, verdict: str | None, tries: int, unchanged: bool | None, expected: str
) -> None:
    """What the network gave and what reading said, joined."""
    assert outcome(fetched, verdict, tries, unchanged) == expected


def status_after(data: Path, *days: str) -> pd.Series:
    """The status of a document whose page gave this, day after day, as the release of the last day says it.

    A day is `shown` (or `shown:<key>`), the name of a fetch outcome, or `read:<verdict>` for a page that is none.
    """
    for number, said in enumerate(days):
        capture = _captured(data, said, BEGIN + timedelta(days=number))
        if number == 0:
            held: Row = {
                "document_id": DOCUMENT,
                "version": 1,
                "source_id": "kjt",
                "url": URL,
                "first_seen": BEGIN,
                "capture_id": capture.capture_id,
                "key_digest": said,
                "metadata_digest": said,
                "reading": "{}",
            }
            tables.append(data / "tables", "documents", [_filled("documents", held)])
    freeze(data, [], "1", BEGIN + timedelta(days=len(days)))
    row: pd.Series = load("status", data).iloc[0]
    return row


def _captured(data: Path, said: str, time: datetime, run_id: str = "r") -> Capture:
    """A capture and its reading, entered into the tables."""
    word, _, detail = said.partition(":")
    fetched = "ok" if word in {"shown", "read"} else word
    digest = said if fetched == "ok" else None
    capture = Capture(
        capture_id("kjt", URL, time), run_id, "kjt", "document", URL, time, fetched, content_digest=digest
    )
    tables.append_new(data / "tables", "captures", [capture_row(capture)])
    if digest is not None:
        verdict = "document" if word == "shown" else detail
        tables.append_new(data / "tables", "readings", [_reading(capture, verdict)])
    return capture


def _reading(capture: Capture, verdict: str) -> Row:
    key = capture.content_digest if verdict == "document" else None
    held = {
        "content_digest": capture.content_digest,
        "url": URL,
        "source_id": "kjt",
        "parser_version": "1",
        "rule_digest": "",
        "capture_id": capture.capture_id,
        "verdict": verdict,
        "key_digest": key,
        "metadata_digest": key,
    }
    return _filled("readings", held)


def _filled(name: str, held: Row) -> Row:
    """A row with something in each column that must not be null."""
    plain = {"int64": 0, "double": 0.0, "bool": False, "timestamp[us, tz=UTC]": BEGIN}
    return {
        field.name: held.get(field.name, None if field.nullable else plain.get(str(field.type), "x"))
        for field in TABLES[name].live
    }


@pytest.mark.parametrize(
    ("days", "since"),
    [
        (["shown"], None),
        (["shown", "gone", "gone"], None),
        (["shown", "gone", "gone", "gone"], 1),
        (["shown", "not_found", "timeout", "not_found", "read:challenge", "gone"], 1),
        (["shown", "timeout", "timeout", "timeout", "timeout"], None),
        (["shown", "read:challenge", "read:challenge", "read:challenge", "http_error"], None),
        (["shown", "gone", "gone", "gone", "shown"], None),
        (["shown", "gone", "gone", "gone", "not_modified"], None),
        (["shown", "gone", "gone", "gone", "timeout"], 1),
        (["shown", "gone", "gone", "shown", "gone", "gone"], None),
        (["shown", "gone", "shown", "gone", "gone", "gone"], 3),
        (["shown", "read:soft_not_found", "gone", "gone"], 1),
    ],
)
def test_a_document_is_offline_when_three_captures_over_two_days_say_so(
    tmp_path: Path, days: list[str], since: int | None
) -> None:
    """Our faults and the server's say nothing; a page that comes back is the same document."""
    status = status_after(tmp_path, *days)

    assert status["document_id"] == DOCUMENT
    if since is None:
        assert status["offline_since"] is pd.NaT
    else:
        assert status["offline_since"] == BEGIN + timedelta(days=since)


def test_three_captures_on_one_day_confirm_nothing(tmp_path: Path) -> None:
    """A morning of maintenance is no news."""
    for number in range(1, 5):
        _captured(tmp_path, "gone", BEGIN + timedelta(hours=number))

    assert status_after(tmp_path, "shown")["offline_since"] is pd.NaT


def test_a_visit_that_lost_too_many_documents_takes_none_offline(tmp_path: Path) -> None:
    """What was not believed when it was fetched is not believed at the release either."""
    times = [BEGIN + timedelta(days=number) for number in range(1, 4)]
    for time in times:
        _captured(tmp_path, "gone", time, run_id=f"run-{time:%d}")
        alarm = Issue(f"run-{time:%d}", time, "kjt", "fetch", "error", "mass_change", "many", "look")
        tables.append_new(tmp_path / "tables", "issues", [issue_row(alarm)])

    assert status_after(tmp_path, "shown")["offline_since"] is pd.NaT


def test_a_change_is_told_by_what_was_read(tmp_path: Path) -> None:
    """The last outcome compares with the reading before it, failures in between left out."""
    assert status_after(tmp_path / "a", "shown:1", "timeout", "shown:1")["last_outcome"] == "ok_unchanged"
    assert (
        status_after(tmp_path / "b", "shown:1", "read:challenge", "shown:2")["last_outcome"] == "ok_changed"
    )


@pytest.mark.parametrize("cut", [1, 3, 4, 5])
def test_two_releases_say_what_one_says(tmp_path: Path, cut: int) -> None:
    """What is taken over from the release before, and what is computed, amount to the same."""
    days = ["shown:1", "gone", "gone", "gone", "shown:1", "timeout", "gone"]
    for name in ("once", "twice"):
        (tmp_path / name).mkdir()
    once = status_after(tmp_path / "once", *days)
    status_after(tmp_path / "twice", *days[:cut])
    for number, said in enumerate(days[cut:], start=cut):
        _captured(tmp_path / "twice", said, BEGIN + timedelta(days=number))
    freeze(tmp_path / "twice", [], "1", BEGIN + timedelta(days=len(days)))

    assert load("status", tmp_path / "twice").iloc[0].equals(once)
    for table in ("captures", "coverage"):
        columns = list(TABLES[table].key)
        one, two = (
            load(table, tmp_path / name).sort_values(columns).reset_index(drop=True)
            for name in ("once", "twice")
        )
        pd.testing.assert_frame_equal(one, two)


@pytest.mark.parametrize("said", ["shown:1", "shown:2"])  # the second is held back, and no version yet
def test_what_is_back_is_dated_by_the_capture_that_found_it(tmp_path: Path, said: str) -> None:
    """Whatever came after it until the release was made."""
    status_after(tmp_path, "shown:1", "gone", "gone", "gone")
    for number in (4, 5):
        _captured(tmp_path, said, BEGIN + timedelta(days=number))
    freeze(tmp_path, [], "1", BEGIN + timedelta(days=6))
    row = load("changes", tmp_path).set_index("kind").loc["restored"]

    assert row["first_seen"] == BEGIN + timedelta(days=4)


def test_a_release_that_is_made_whole_says_what_went_offline_before(tmp_path: Path) -> None:
    """Only the release before knows it."""
    status_after(tmp_path, "shown:1", "gone", "gone", "gone")
    before = load("changes", tmp_path)
    last = latest(tmp_path)
    assert last is not None
    for path in (tmp_path / "releases" / "latest.json", last.path / "release.json"):
        older = orjson.loads(path.read_bytes())
        del older["schema_version"]
        path.write_bytes(orjson.dumps(older))
    _captured(tmp_path, "gone", BEGIN + timedelta(days=4))
    freeze(tmp_path, [], "1", BEGIN + timedelta(days=5))

    pd.testing.assert_frame_equal(load("changes", tmp_path), before)
    assert list(before["kind"]) == ["taken_offline"]

"""The history of a run's sources: what all their captures amount to, thinned to what fetching needs."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store import tables
from store.capture import Capture, capture_id
from store.frontier import Known, known_urls
from store.history import history
from store.issue import Issue
from store.rows import capture_row, issue_row

FIRST = datetime(2026, 3, 1, 2, tzinfo=UTC)
URL = "http://a.example/1"


def visits(*answers: str, url: str = URL) -> list[Capture]:
    """One capture a day: a word that begins with `b` is the digest of what came, any other an outcome."""
    captures = []
    for day, answer in enumerate(answers):
        time = FIRST + timedelta(days=day)
        bare = Capture(capture_id("kjt", url, time), "r", "kjt", "document", url, time, answer)
        came = dataclasses.replace(bare, fetch_outcome="ok", content_digest=answer)
        captures.append(came if answer.startswith("b") else bare)
    return captures


def reading(payload: str, key: str | None, version: str = "1") -> dict[str, object]:
    """What a parser said of a payload: the digest of a text, or, without one, that it is no document."""
    row = dict.fromkeys(tables.arrow("readings", []).column_names)
    said = {"verdict": "document" if key else "challenge", "key_digest": key, "metadata_digest": key and "m"}
    names = {"content_digest": payload, "url": URL, "source_id": "kjt", "capture_id": payload}
    return {**row, **names, **said, "parser_version": version, "rule_digest": ""}


def known(data: Path, captures: list[Capture]) -> Known:
    """What the history says of the page."""
    tables.append(data / "tables", "captures", [capture_row(item) for item in captures])
    with history(data, ["kjt"]) as drawn:
        return drawn.of("kjt").known[URL]


@pytest.mark.parametrize(
    "answers",
    [
        ["b1", "b1", "b1"],
        ["b1", "b2", "timeout", "b2"],
        ["b1", "gone", "gone", "b1", "not_found"],
        ["gone", "gone", "gone"],
        ["b1", "robots"],
    ],
)
def test_it_says_what_all_captures_say(tmp_path: Path, answers: list[str]) -> None:
    """Although it keeps a few of them only."""
    captures = visits(*answers)

    assert known(tmp_path, captures) == known_urls(captures)[URL]


def test_it_says_when_a_page_was_asked_for_first_as_a_document(tmp_path: Path) -> None:
    """An import, or a page that it hangs on, came before."""
    imported, *asked = visits("b1", "b1", "b1")
    captures = [dataclasses.replace(imported, kind="import"), *asked]

    assert known(tmp_path, captures).first == known_urls(captures)[URL].first == asked[0].fetch_time


@pytest.mark.parametrize(
    ("readings", "unchanged"),
    [
        ([], 0),
        ([reading(payload, "text") for payload in ("b1", "b2", "b3")], 2),
        ([reading("b1", "other"), reading("b2", "text"), reading("b3", "text")], 1),
        ([reading("b1", "text"), reading("b2", "other"), reading("b3", "text")], 0),
        ([reading("b1", "text"), reading("b2", "text")], 0),
        ([reading(payload, None) for payload in ("b1", "b2", "b3")], 0),
        (
            [reading(payload, "before") for payload in ("b1", "b2")]
            + [reading(payload, "since", "2") for payload in ("b2", "b3")],
            1,
        ),
        (
            [reading("b3", "text"), reading("b3", "other", "2"), reading("b2", "text", "2")],
            0,
        ),
        ([{**reading(payload, payload), "metadata_digest": None} for payload in ("b2", "b3")], 0),
        ([{**reading(payload, "text"), "metadata_digest": None} for payload in ("b2", "b3")], 1),
    ],
)
def test_a_page_whose_bytes_alone_differ_is_unchanged(
    tmp_path: Path, readings: list[dict[str, object]], unchanged: int
) -> None:
    """A counter, a clock or a token makes no news, as soon as it was read; which bytes came last is another question."""
    captures = visits("b1", "b2", "b3")
    if readings:
        tables.append(tmp_path / "tables", "readings", readings)
    found = known(tmp_path, captures)

    assert found.unchanged == unchanged
    assert found.stored == found.whole == captures[-1]


def test_a_doubted_loss_does_not_confirm_that_a_page_is_gone(tmp_path: Path) -> None:
    """A release does not believe it for a week either."""
    captures = visits("b1", *["gone"] * 10)
    alarm = Issue("r", captures[1].fetch_time, "kjt", "fetch", "error", "mass_change", "Too many.", "Look.")
    tables.append(tmp_path / "tables", "issues", [issue_row(alarm)])
    found = known(tmp_path, captures)

    assert (found.gone, found.gone_since) == (2, captures[9].fetch_time)

"""Versions: maximal runs of captures with the same text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from store.capture import Capture
from store.versions import Current, Verdict, openings

START = datetime(2026, 1, 1, tzinfo=UTC)


def captures(count: int) -> list[Capture]:
    """Daily captures, named c0, c1 and so on."""
    return [
        Capture(f"c{n}", "r", "kjt", "document", "u", START + timedelta(days=n), "ok") for n in range(count)
    ]


def says(*keys: str | None) -> dict[str, Verdict]:
    """What each capture reads as; None is no document."""
    return {
        f"c{n}": Verdict("document", key, "m") if key else Verdict("challenge") for n, key in enumerate(keys)
    }


def opened(keys: str, current: Current | None = None) -> list[tuple[str, int, str]]:
    """The openings of daily captures, a letter each, `-` for no document."""
    verdicts = says(*(None if key == "-" else key for key in keys))
    return [
        (item.capture.capture_id, item.version, item.cause)
        for item in openings(captures(len(keys)), current, verdicts)
    ]


def test_a_run_of_the_same_text_is_one_version() -> None:
    """A-A-B-B-A gives three."""
    assert opened("AABBA") == [("c0", 1, "new"), ("c2", 2, "source"), ("c4", 3, "source")]


def test_a_blocked_capture_neither_opens_nor_closes_a_version() -> None:
    """A challenge page between two equal texts says nothing."""
    assert opened("-A-A--B") == [("c1", 1, "new"), ("c6", 2, "source")]


def test_what_we_read_otherwise_is_our_doing() -> None:
    """The opening capture is read anew first; what differs after it is the source's doing."""
    current = Current(4, "old", "m", "c0")

    assert opened("nnB", current) == [("c0", 5, "parser"), ("c2", 6, "source")]


def test_the_same_reading_of_the_opening_capture_says_nothing() -> None:
    """Building again adds no version."""
    assert opened("AAA", Current(1, "A", "m", "c0")) == []


def test_a_change_of_the_metadata_is_a_version() -> None:
    """The text alone is not all that is published."""
    verdicts = {"c0": Verdict("document", "A", "m"), "c1": Verdict("document", "A", "other")}

    assert [item.version for item in openings(captures(2), None, verdicts)] == [1, 2]


def test_a_clause_that_we_read_otherwise_is_our_doing() -> None:
    """What hangs on the text counts where the opening capture is read anew, and only there."""
    current = Current(1, "A", "m", "c0", "one clause")
    verdicts = {name: Verdict("document", "A", "m", "two clauses") for name in ("c0", "c1")}

    opened_again = [
        (item.capture.capture_id, item.cause) for item in openings(captures(2), current, verdicts)
    ]

    assert opened_again == [("c0", "parser")]
    assert not list(openings(captures(2)[1:], current, verdicts))


@given(st.text("AB-", max_size=30), st.integers(0, 30))
def test_building_in_two_steps_is_building_in_one(keys: str, cut: int) -> None:
    """A run that was interrupted and went on gives the versions of one that was not."""
    first = opened(keys[:cut])
    current, begin = None, 0
    if first:
        capture, version, _ = first[-1]
        begin = int(capture[1:])
        current = Current(version, keys[begin], "m", capture)
    verdicts = says(*(None if key == "-" else key for key in keys))
    second = openings(captures(len(keys))[begin:], current, verdicts)

    assert opened(keys) == [*first, *((item.capture.capture_id, item.version, item.cause) for item in second)]

"""The frontier: what is due, from the captures alone."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from store.capture import Capture
from store.frontier import (
    LONGEST_REST,
    caught_up,
    due_documents,
    is_due,
    is_listing_due,
    known_as,
    known_urls,
    shown_at,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
URL = "http://a.example/1"


def seen(days_ago: float, digest: str | None = "sha256:a", outcome: str = "ok", url: str = URL) -> Capture:
    """A capture some days ago."""
    time = NOW - DAY * days_ago
    base = Capture(f"{url}{days_ago}", "r", "kjt", "document", url, time, outcome)
    return dataclasses.replace(base, content_digest=digest)


def refused(days_ago: float, status: int) -> Capture:
    """An answer without a body that was asked for."""
    return dataclasses.replace(seen(days_ago, None, "http_error"), fetch_status=status)


@pytest.mark.parametrize(
    ("history", "due"),
    [
        ([], True),
        ([seen(0.5)], False),
        ([seen(0.95)], True),
        ([seen(2), seen(1)], False),
        ([seen(4), seen(2)], True),
        ([seen(3), seen(1, "sha256:b")], True),
        ([seen(0.1, None, "timeout")], True),
        ([seen(9), seen(8), seen(7), refused(0.1, 522)], True),
        ([seen(9), seen(8), seen(7), refused(0.1, 521)], False),
        ([seen(9), seen(8), seen(7), refused(0.1, 403)], False),
        ([seen(0.1, None, "not_found")], False),
        ([seen(1, None, "not_found")], True),
        ([seen(9), seen(8), seen(7), seen(1, None, "gone")], True),
        ([seen(9), seen(8), seen(7), refused(1, 403)], True),
        ([seen(9), seen(8), seen(7), refused(1, 412)], True),
        ([seen(9), seen(8), seen(7), refused(1, 521)], True),
        ([seen(9), seen(8), seen(7), seen(1, None, "robots")], True),
        ([seen(9), seen(8), seen(7), seen(0.2, None, "robots")], False),
    ],
)
def test_a_document_rests_longer_the_longer_it_stays_the_same(history: list[Capture], *, due: bool) -> None:
    """New and unreachable at once, changed and refused after the rhythm, unchanged after twice as long each time."""
    assert due == is_due(known_urls(history).get(URL), DAY, NOW)


@pytest.mark.parametrize(
    ("days", "rests"),
    [
        ([1], 1),
        ([2, 1], 1),
        ([2, 1.5, 1.4, 1], 1),
        ([21, 1], 1),
        ([3, 2, 1], 1),
        ([13, 12, 11, 1], 3),
        ([199, 198, 197, 1], LONGEST_REST.days),
    ],
)
def test_a_page_that_is_gone_rests_the_longer_once_this_is_confirmed(days: list[float], rests: int) -> None:
    """A quarter of the time, after three visits over two days, as a release demands it; until then it is asked for in the rhythm."""
    known = known_urls([seen(220), *(seen(ago, None, "not_found") for ago in days)])[URL]
    last = NOW - DAY * min(days)

    assert not is_due(known, DAY, last + DAY * rests * 0.8)
    assert is_due(known, DAY, last + DAY * rests)


def test_a_page_that_came_back_is_not_gone_any_more() -> None:
    """Its next absence has to be confirmed again."""
    history = [seen(99 - n, None, "gone") for n in range(90)] + [seen(5), seen(1, None, "gone")]

    assert is_due(known_urls(history)[URL], DAY, NOW)


def test_no_document_rests_for_ever() -> None:
    """After many unchanged answers it is still asked for once in `LONGEST_REST`."""
    history = [seen(100 + n) for n in range(40)] + [seen(LONGEST_REST.days)]

    assert is_due(known_urls(history)[URL], DAY, NOW)


def test_a_listing_does_not_rest_longer() -> None:
    """News appears there first."""
    assert is_listing_due(known_urls([seen(9), seen(8), seen(7), seen(1)])[URL], DAY, NOW)
    assert not is_listing_due(known_urls([seen(0.2)])[URL], DAY, NOW)


def test_new_documents_come_first_then_the_longest_unseen() -> None:
    """What is not due is left out, unless forced."""
    known = known_urls([seen(5, url="u5"), seen(9, url="u9"), seen(0.1, url="u0")])

    assert due_documents(["new", "u9", "new"], known, DAY, NOW) == ("new", "u9", "u5")
    assert due_documents(["new"], known, DAY, NOW, force=True) == ("new", "u9", "u5", "u0")


def test_a_payload_is_looked_for_where_it_was_stored() -> None:
    """A revisit points to the capture that holds the bytes."""
    first, again = seen(3), dataclasses.replace(seen(2), revisit=True)
    known = known_urls([again, first])[URL]

    assert (known.stored, known.whole, known.unchanged) == (first, again, 1)


def test_when_a_payload_was_last_sent_whole_is_known() -> None:
    """A server that says "not modified" has sent nothing; a failure says nothing either."""
    history = [seen(9), seen(5), seen(3, outcome="not_modified"), seen(1, None, "timeout")]

    assert known_urls(history)[URL].sent == NOW - DAY * 5
    assert known_urls([seen(1, None, "timeout")])[URL].sent is None


@pytest.mark.parametrize(
    ("url", "held", "name"),
    [
        ("https://a.example/1?n=2", ["http://a.example/1?n=2"], "http://a.example/1?n=2"),
        ("http://a.example/1", ["https://a.example/1"], "https://a.example/1"),
        ("https://a.example/1", ["http://a.example/1", "https://a.example/1"], "https://a.example/1"),
        ("https://a.example/1", ["http://a.example/2", "http://www.a.example/1"], "https://a.example/1"),
    ],
)
def test_an_address_is_known_under_either_scheme(url: str, held: list[str], name: str) -> None:
    """But for what is held under both already, or stands elsewhere."""
    assert known_as(url, held) == name


@pytest.mark.parametrize(
    ("led_to", "asked"),
    [
        (None, "http://a.example/策/1"),
        ("https://a.example/%E7%AD%96/1", "https://a.example/策/1"),
        ("http://a.example/%E7%AD%96/1", "http://a.example/策/1"),
        ("https://b.example/%E7%AD%96/1", "http://a.example/策/1"),
    ],
)
def test_what_was_there_under_another_scheme_is_asked_for_there(led_to: str | None, asked: str) -> None:
    """Quoted or not; a page that stands elsewhere is asked for where it always was."""
    url = "http://a.example/策/1"
    last = dataclasses.replace(seen(1, url=url), fetch_redirect=led_to)

    assert shown_at(url, known_urls([last])[url]) == asked


@pytest.mark.parametrize("outcome", ["not_found", "timeout"])
def test_what_is_gone_under_another_scheme_is_asked_for_under_both_in_turn(outcome: str) -> None:
    """A site may have given https up; what answers under its name again is asked for there."""
    secure = "https://a.example/1"
    moved = dataclasses.replace(seen(9), fetch_redirect=secure)
    failed = dataclasses.replace(seen(8, None, outcome), fetch_redirect=secure)
    captures = [
        moved,
        failed,
        seen(7, None, "not_found"),
        dataclasses.replace(failed, fetch_time=NOW),
        seen(-1),
    ]
    asked = [shown_at(URL, known_urls(captures[:n])[URL]) for n in range(1, 6)]

    assert asked == [secure, URL, secure, URL, URL]


def test_a_source_has_caught_up_when_a_known_document_is_asked_for_again() -> None:
    """Behind all that were new; first answers, and those of listings, say nothing of it."""
    new = [seen(3, url="new"), seen(1, url="newest")]
    listing = [dataclasses.replace(seen(days, url="list"), kind="listing") for days in (9, 0.1)]
    again = [seen(9), seen(2, "sha256:b"), seen(8, url="u8"), seen(4, None, "timeout", url="u8")]

    assert caught_up(known_urls([*new, *listing])) is None
    assert caught_up(known_urls([*new, *listing, *again])) == NOW - DAY * 2


def test_neither_a_backfill_nor_a_first_question_says_that_a_source_has_caught_up() -> None:
    """A backfill asks for the old documents of its days alone; what was imported or attached before is new as a document."""
    filled = dataclasses.replace(seen(1), run_id="20260228T000000Z-backfill-abc123")
    before = [
        dataclasses.replace(seen(8, url=kind), kind=kind) for kind in ("import", "attachment", "listing")
    ]
    asked = [seen(2, url=item.url) for item in before]

    assert caught_up(known_urls([seen(9), filled, *before, *asked])) is None
    assert caught_up(known_urls([*before, *asked, seen(1, url="listing")])) == NOW - DAY

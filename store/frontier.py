"""The frontier: which known URLs are due for another request. Pure; the clock is an argument."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote

from store.capture import BACKFILL, Capture
from store.derived import CONFIRMATIONS, CONFIRMED_OVER

LONGEST_REST = timedelta(days=30)
"""Every document is asked for at least this often: what is never looked at cannot be seen to change."""

ANSWERED = frozenset({"ok", "not_modified"})
"""Outcomes that give a payload, or say that the one before still stands."""

_PASSING = frozenset({"timeout", "connection", "decode"})
PASSING_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504, *range(520, 525)})
"""Outcomes, and statuses of an `http_error`, that may be over by the next try."""

_WALL = 521
"""Also what 加速乐 answers with a riddle in JavaScript: it may pass with the cookie that came along, not by coming back soon."""

GONE = ("not_found", "gone")
"""Outcomes that say that there is nothing."""

_SLACK = 0.9
"""A daily source that ran at 02:00 yesterday and at 01:30 today has rested long enough."""


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier runs say of a URL.

    Attributes:
        whole: The newest capture that gave a payload (or said that it still stands); None if none did.
        stored: The capture that holds this payload; None if none does.
        last: The newest capture, whatever its outcome.
        unchanged: How many of the newest answers in a row gave the same payload, the first one not counted; where it is known how they
            were read, those that say the same.
        sent: When the server last sent the payload itself, instead of saying that it still stands.
        gone: How often it was found gone since its newest answer.
        gone_since: When it was so for the first time.
        first: When it was asked for first as a document, and not as a file of a page, a listing or an import.
    """

    whole: Capture | None
    stored: Capture | None
    last: Capture
    unchanged: int
    sent: datetime | None = None
    gone: int = 0
    gone_since: datetime | None = None
    first: datetime | None = None


def known_urls(captures: Iterable[Capture]) -> Mapping[str, Known]:
    """What the captures of one source, in any order, say of each URL."""
    known: dict[str, Known] = {}
    for capture in sorted(captures, key=lambda capture: capture.fetch_time):
        before = known.get(capture.url)
        whole = before.whole if before else None
        stored = before.stored if before else None
        unchanged = before.unchanged if before else 0
        sent = before.sent if before else None
        gone = before.gone if before else 0
        gone_since = before.gone_since if before else None
        if capture.fetch_outcome in ANSWERED and capture.content_digest is not None:
            same = whole is not None and whole.content_digest == capture.content_digest
            unchanged = unchanged + 1 if same else 0
            whole = capture
            stored = stored if same else capture
            sent = capture.fetch_time if capture.fetch_outcome == "ok" else sent
            gone, gone_since = 0, None
        elif capture.fetch_outcome in GONE:
            gone, gone_since = gone + 1, gone_since or capture.fetch_time
        first = before.first if before else None
        if first is None and capture.kind == "document":
            first = capture.fetch_time
        known[capture.url] = Known(whole, stored, capture, unchanged, sent, gone, gone_since, first)
    return known


def _other_scheme(url: str) -> str:
    """The same address under http instead of https, or the reverse."""
    scheme, separator, rest = url.partition("://")
    return f"{'https' if scheme == 'http' else 'http'}{separator}{rest}"


def known_as(url: str, *held: Container[str]) -> str:
    """How an address is spelled where it is held: a site that changed its scheme has the documents that it had."""
    other = _other_scheme(url)
    return other if any(other in urls for urls in held) and not any(url in urls for urls in held) else url


def shown_at(url: str, known: Known | None) -> str:
    """Where to ask for what no listing shows any more: under the scheme under which it was there last.

    While it is not there, under both in turn: a site that gave https up has its pages under http, as before.
    """
    other = _other_scheme(url)
    if known is None or known.whole is None or not _led_to(known.whole, other):
        return url
    failed_there = known.last.fetch_outcome not in ANSWERED and _led_to(known.last, other)
    return url if failed_there else other


def _led_to(capture: Capture, url: str) -> bool:
    return capture.fetch_redirect is not None and unquote(capture.fetch_redirect) == unquote(url)


def is_due(known: Known | None, rhythm: timedelta, now: datetime) -> bool:
    """Whether a document is due: at once when new or unreachable, then ever more rarely while it stays the same.

    The rest doubles with each unchanged answer, from the source's rhythm up to `LONGEST_REST`, and falls back to
    the rhythm on a change (Cho and Garcia-Molina's age-based estimate, as StormCrawler's adaptive scheduler). What is refused
    is asked for in the rhythm, and so is a page that is gone, until a release says so; from then on it rests a quarter of
    the time that it is gone.
    """
    if known is None or _may_be_over(known.last):
        return True
    rest = min(_rest(known, rhythm), max(LONGEST_REST, rhythm))
    return now - known.last.fetch_time >= rest * _SLACK


def _rest(known: Known, rhythm: timedelta) -> timedelta:
    last = known.last
    if last.fetch_outcome in ANSWERED:
        return rhythm * (1 << min(known.unchanged, 16))
    if last.fetch_outcome in GONE and known.gone_since and known.gone >= CONFIRMATIONS:
        gone = last.fetch_time - known.gone_since
        return max(gone / 4, rhythm) if gone >= CONFIRMED_OVER else rhythm
    return rhythm


def _may_be_over(capture: Capture) -> bool:
    """Whether what failed may be over by the next run, however soon it comes."""
    return capture.fetch_outcome in _PASSING or capture.fetch_status in PASSING_STATUS - {_WALL}


def is_listing_due(known: Known | None, rhythm: timedelta, now: datetime) -> bool:
    """Whether a listing is due: it does not rest longer when unchanged, since news appears there first."""
    if known is None or _may_be_over(known.last):
        return True
    return now - known.last.fetch_time >= rhythm * _SLACK


def due_documents(
    found: Sequence[str], known: Mapping[str, Known], rhythm: timedelta, now: datetime, *, force: bool = False
) -> tuple[str, ...]:
    """URLs of documents to ask for, newly found ones first, then those known for longest, and behind them those that failed when they were asked for.

    A host rests after some failures, and what it was not asked for then is not held against a document: else a few that always fail would keep
    all others from being asked for.

    Args:
        found: URLs that today's listings show.
        known: What earlier runs say of this source's document URLs.
        rhythm: The source's rhythm.
        now: The clock of this run.
        force: Ask for all of them, whatever the schedule says.
    """
    new = [url for url in dict.fromkeys(found) if url not in known]

    def order(url: str) -> tuple[bool, datetime]:
        last = known[url].last
        return last.tries > 0 and _may_be_over(last), last.fetch_time

    old = sorted(known, key=order)
    return (*new, *(url for url in old if force or is_due(known[url], rhythm, now)))


def caught_up(known: Mapping[str, Known]) -> datetime | None:
    """When the newest answer came of those documents that were asked for again; None where no such is known.

    By then the source had been asked for all that was new: a document is asked for again only behind those that are
    new (see `due_documents`). What a backfill asked for last does not tell: it leaves out what is new on other days.
    """
    again = (
        item.last.fetch_time
        for item in known.values()
        if item.last.kind == "document"
        and item.first is not None
        and item.first < item.last.fetch_time
        and BACKFILL not in item.last.run_id
    )
    return max(again, default=None)

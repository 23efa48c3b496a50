"""The book of alarms, `alarms.json` in the data folder: what is open, what was closed, and what is still to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from textwrap import shorten
from typing import Any

from flows.alarms.alarm import BROKEN, DATASET, Alarm, Sign
from store.marks import read_mark, write_mark

MOST_SAID = 300
"""Characters of a message: it is read on a telephone, and what servers say can be long."""

MOST_CLOSED = 200
"""Closed alarms that are remembered."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An alarm that opened or closed, still to be told on a channel."""

    channel: str
    alarm: Alarm


@dataclass(frozen=True, slots=True)
class Book:
    """All alarms of a data folder.

    Attributes:
        open: Open ones, oldest first.
        closed: Closed ones, newest last.
        untold: What could not be told yet; it is tried again.
    """

    open: tuple[Alarm, ...] = ()
    closed: tuple[Alarm, ...] = ()
    untold: tuple[Notice, ...] = ()


def turned(book: Book, signs: Sequence[Sign], now: datetime) -> tuple[Book, tuple[Alarm, ...]]:
    """The book after new signs, and the alarms that opened or closed by them.

    An alarm whose source is not watched any more has no sign, and is closed; it stays while not all source files can be read.
    """
    said = {(sign.source_id, sign.cause): sign for sign in signs}
    files = said.get((DATASET, BROKEN))
    all_read = files is None or files.reading == "well"
    is_open = {(alarm.source_id, alarm.cause): alarm for alarm in book.open}
    ended = [
        replace(alarm, closed=now)
        for key, alarm in is_open.items()
        if (said[key].reading == "well" if key in said else all_read)
    ]
    begun = [
        Alarm(sign.source_id, sign.cause, now, shorten(sign.message, MOST_SAID, placeholder=" …"))
        for key, sign in said.items()
        if sign.reading == "bad" and key not in is_open
    ]
    over = {(alarm.source_id, alarm.cause) for alarm in ended}
    still = [alarm for key, alarm in is_open.items() if key not in over]
    closed = (*book.closed, *ended)[-MOST_CLOSED:]
    return Book((*still, *begun), closed, book.untold), (*begun, *ended)


def read_book(data: Path) -> Book:
    """The book of a data folder; an empty one where there is none, or none that is whole."""
    mark = read_mark(data / "alarms.json") or {}
    return Book(
        tuple(_alarm(row) for row in mark.get("open", ())),
        tuple(_alarm(row) for row in mark.get("closed", ())),
        tuple(Notice(row["channel"], _alarm(row["alarm"])) for row in mark.get("untold", ())),
    )


def write_book(data: Path, book: Book) -> None:
    """Keep the book."""
    content = {
        "open": [_row(alarm) for alarm in book.open],
        "closed": [_row(alarm) for alarm in book.closed],
        "untold": [{"channel": notice.channel, "alarm": _row(notice.alarm)} for notice in book.untold],
    }
    write_mark(data / "alarms.json", content)


def _row(alarm: Alarm) -> dict[str, str | None]:
    closed = alarm.closed.isoformat() if alarm.closed else None
    return {**asdict(alarm), "opened": alarm.opened.isoformat(), "closed": closed}


def _alarm(row: dict[str, Any]) -> Alarm:
    times = {name: datetime.fromisoformat(row[name]) if row[name] else None for name in ("opened", "closed")}
    return Alarm(**{**row, **times})

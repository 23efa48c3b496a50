"""Watching: read the signs, turn the book, tell who is to be told. To be called with the data folder held."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from flows.alarms.alarm import Alarm, Sign
from flows.alarms.book import Book, Notice, read_book, turned, write_book
from flows.alarms.channels import Automation, Channel, name_of, read_channels
from flows.alarms.deliver import deliver, emit
from flows.alarms.digest import tell_analysts
from flows.alarms.message import alarm_message
from flows.alarms.rules import signs
from flows.exceptions import CorrectTheChannels, TellLater
from store.durable import room
from store.observed import observed
from store.source import Source

logger = logging.getLogger(__name__)


def watch(
    data: Path, sources: Sequence[Source], now: datetime, wrong: Sequence[str] = ()
) -> tuple[Alarm, ...]:
    """Judge the alarms of a data folder, and tell operators of those that opened or closed, analysts of what changed.

    Nothing that goes wrong here costs the run that it is called by: it is logged, and tried again by the next one.

    Args:
        data: The data folder.
        sources: The source files.
        now: The clock.
        wrong: What is wrong with source files that could not be read.

    Returns:
        What opened or closed.
    """
    try:
        return _watched(data, sources, now, wrong)
    except Exception:
        logger.exception("the alarms could not be judged; the next run tries again")
        return ()


def _watched(data: Path, sources: Sequence[Source], now: datetime, wrong: Sequence[str]) -> tuple[Alarm, ...]:
    book, news = turned(read_book(data), read_signs(data, sources, now, wrong, keep=True), now)
    for alarm in news:
        state = "closed" if alarm.closed else "open"
        logger.warning("alarm %s: %s: %s: %s", state, alarm.source_id, alarm.cause, alarm.message)
    try:
        channels = read_channels(data)
    except CorrectTheChannels as error:
        logger.error("nobody is told of anything: %s", error)  # noqa: TRY400  # the message is the whole story
        write_book(data, book)
        return news
    operators = {name_of(channel): channel for channel in channels.operators}
    due = [Notice(name, alarm) for name, channel in operators.items() if _hears(channel) for alarm in news]
    # Kept before anyone is told: a run that dies here tells twice rather than never.
    book = replace(book, untold=(*book.untold, *due))
    write_book(data, book)
    emit(news)
    write_book(data, _told(book, operators))
    tell_analysts(data, channels.analysts, now)
    return news


def read_signs(
    data: Path, sources: Sequence[Source], now: datetime, wrong: Sequence[str] = (), *, keep: bool = False
) -> tuple[Sign, ...]:
    """What the rules say of a data folder now.

    Args:
        data: The data folder.
        sources: The source files.
        now: The clock.
        wrong: What is wrong with source files that could not be read.
        keep: Whether to keep what was found out for the next time; the folder must be held.

    Raises:
        DigestMismatch: a table is damaged.
    """
    free, needed = room(data)
    return signs(observed(data, now, sources, keep=keep), sources, now, wrong, free=free, needed=needed)


def _hears(channel: Channel) -> bool:
    return not isinstance(channel, Automation)


def _told(book: Book, operators: Mapping[str, Channel]) -> Book:
    """Tell each channel in one message what it is to be told; what fails stays for the next time."""
    left: list[Notice] = []
    for name, channel in operators.items():
        notices = [notice for notice in book.untold if notice.channel == name]
        if not notices:
            continue
        try:
            deliver(channel, alarm_message([notice.alarm for notice in notices]))
        except TellLater as error:
            logger.warning("%s; the next run tries again", error)
            left += notices
    return replace(book, untold=tuple(left))

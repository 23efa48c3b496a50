"""One run: its name, its clock and its folders."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from store.capture import BACKFILL


@dataclass(frozen=True, slots=True)
class Run:
    """What every step of a run is told.

    Attributes:
        run_id: Sortable by time, unique; says of a backfill that it is one.
        started: The clock of the run when it began, UTC.
        clock: Gives the run's time now; it goes on from `started` even where that was set by hand.
        data: The data folder.
        force: Ask for everything and release in any case, whatever the schedule says.
        since: First day of a backfill; None for no limit.
        until: Last day of a backfill.
        wrong: What is wrong with the source files that it does without.
        stop: Set when the run is told to end: each source ends in order before its next request.
    """

    run_id: str
    started: datetime
    clock: Callable[[], datetime]
    data: Path
    force: bool = False
    since: date | None = None
    until: date | None = None
    wrong: tuple[str, ...] = ()
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def backfill(self) -> bool:
        """Whether documents of certain days are looked for, instead of what is new."""
        return self.since is not None or self.until is not None

    def __reduce__(self) -> tuple[object, ...]:
        """A run that is told to another process goes on there with a clock of its own, and nobody ends it there."""
        return _elsewhere, (self.run_id, self.started, self.data, self.force, self.since, self.until)


def _elsewhere(  # noqa: PLR0917  # what `__reduce__` names, in its order
    run_id: str, started: datetime, data: Path, force: bool, since: date | None, until: date | None
) -> Run:
    return Run(run_id, started, _clock(started), data, force, since, until)


def _clock(started: datetime) -> Callable[[], datetime]:
    begun = time.monotonic()
    return lambda: started + timedelta(seconds=time.monotonic() - begun)


def new_run(
    data: Path,
    *,
    now: datetime | None = None,
    force: bool = False,
    since: date | None = None,
    until: date | None = None,
) -> Run:
    """Begin a run at the given time, by default now."""
    started = now or datetime.now(UTC)
    mark = BACKFILL if since or until else "-"
    name = f"{started:%Y%m%dT%H%M%SZ}{mark}{secrets.token_hex(3)}"
    return Run(name, started, _clock(started), data.resolve(), force, since, until)

"""One run: its name, its clock and its folders."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Run:
    """What every step of a run is told.

    Attributes:
        run_id: Sortable by time, unique.
        started: The clock of the run when it began, UTC.
        clock: Gives the run's time now; it goes on from `started` even where that was set by hand.
        data: The data folder.
        force: Ask for everything and release in any case, whatever the schedule says.
        since: First day of a backfill; None for no limit.
        until: Last day of a backfill.
        stop: Set when the run is told to end: each source ends in order before its next request.
    """

    run_id: str
    started: datetime
    clock: Callable[[], datetime]
    data: Path
    force: bool = False
    since: date | None = None
    until: date | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def backfill(self) -> bool:
        """Whether documents of certain days are looked for, instead of what is new."""
        return self.since is not None or self.until is not None


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
    begun = time.monotonic()

    def clock() -> datetime:
        return started + timedelta(seconds=time.monotonic() - begun)

    name = f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    return Run(name, started, clock, data.resolve(), force, since, until)

"""Beginning a run: hold the data folder, and refuse one that cannot take it; what an object store has is brought here, and sent back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from flows.run import Run, new_run
from store.durable import check_room
from store.format import check_format, mark_format
from store.lock import locked
from store.sync import at_home


@contextmanager
def begun(
    data: Path,
    *,
    now: datetime | None = None,
    force: bool = False,
    since: date | None = None,
    until: date | None = None,
) -> Iterator[Run]:
    """A run that holds the data folder for as long as it lasts. Arguments as for `new_run`.

    Raises:
        AnotherRun: another process holds the folder, or the object store that it is a copy of.
        Overtaken: another run wrote to the object store meanwhile.
        StorageFault: it cannot be written, or the disk is nearly full.
        NewerData: a newer version wrote it.
    """
    with locked(data), at_home(data):
        check_room(data)
        check_format(data)
        mark_format(data)
        yield new_run(data, now=now, force=force, since=since, until=until)

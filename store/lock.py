"""One run at a time on a data folder: a lock held by the kernel, so that it never outlives its process."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from store.exceptions import AnotherRun, StorageFault


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the data folder; make it where it is missing.

    Raises:
        AnotherRun: another process holds it; the message says which, and since when.
        StorageFault: the folder cannot be made or written.
    """
    path = data / ".lock"
    try:
        data.mkdir(parents=True, exist_ok=True)
        handle = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise StorageFault(
            f"{data} cannot be written: {error.strerror}. Give another folder with --data"
        ) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise AnotherRun(f"{data} is in use by {handle.read().strip() or 'another run'}") from None
        handle.seek(0)
        handle.truncate()
        since = datetime.now(UTC).isoformat(timespec="seconds")
        handle.write(f"process {os.getpid()} on {socket.gethostname()} since {since}")
        handle.flush()
        try:
            yield
        finally:
            handle.seek(0)
            handle.truncate()

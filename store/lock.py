"""One run at a time on a data folder: a lock held by the kernel, so that it never outlives its process."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

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
        handle = path.open("ab+", buffering=0)
    except OSError as error:
        raise StorageFault(
            f"{data} cannot be written: {error.strerror}. Give another folder with --data"
        ) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise AnotherRun(
                f"{data} is in use by {handle.read().decode().strip() or 'another run'}"
            ) from None
        since = datetime.now(UTC).isoformat(timespec="seconds")
        _say(handle, f"process {os.getpid()} on {socket.gethostname()} since {since}")
        try:
            yield
        finally:
            _say(handle, "")


def _say(handle: BinaryIO, holder: str) -> None:
    """Write who holds the folder, for the message to others; on a full disk they do without."""
    with suppress(OSError):
        handle.truncate(0)
        handle.write(holder.encode())

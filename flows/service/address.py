"""Where the service of a data folder is, so that a run by hand shows up beside its own; and what a killed one left."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from store.marks import read_mark, write_mark

MARK = "POLICY_INGEST_SERVICE"
"""Environment variable of all processes of a service: its data folder."""

STOP_SECONDS = 5.0


def service_api(data: Path) -> str | None:
    """URL of the Prefect API of the service that is running on a data folder; None where there is none."""
    known = read_mark(data / "prefect" / "service.json")
    if known is None:
        return None
    try:
        answers = requests.get(f"{known['api']}/health", timeout=1).ok
    except requests.RequestException:
        return None
    return str(known["api"]) if answers else None


@contextmanager
def made_known(data: Path, api: str) -> Iterator[None]:
    """Say where the service is, as long as it is there."""
    mark = data / "prefect" / "service.json"
    mark.parent.mkdir(parents=True, exist_ok=True)
    write_mark(mark, {"api": api})
    try:
        yield
    finally:
        mark.unlink(missing_ok=True)


def end_leftovers(data: Path) -> None:
    """End what a service that was killed left behind: its server, which holds the port, and its runs.

    Called by a service that holds the folder's `prefect/.lock`, so that no living one can be meant. Where there is no
    `/proc`, nothing is done.
    """
    ours = f"{MARK}={data.resolve()}".encode()
    left = [pid for pid in _processes() if pid != os.getpid() and ours in _environment(pid)]
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in left:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        end = time.monotonic() + STOP_SECONDS
        while any(ours in _environment(pid) for pid in left) and time.monotonic() < end:
            time.sleep(0.1)


def _processes() -> Iterator[int]:
    for folder in Path("/proc").glob("[0-9]*"):
        yield int(folder.name)


def _environment(pid: int) -> frozenset[bytes]:
    try:
        return frozenset((Path("/proc") / str(pid) / "environ").read_bytes().split(b"\0"))
    except OSError:
        return frozenset()  # gone by now, or another user's

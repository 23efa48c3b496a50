"""Running a contender, and seeing what it costs: all its processes, also those that nobody waits for."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

TOO_LONG = 900
"""Seconds after which a contender is given up."""


@dataclass(frozen=True)
class Figures:
    """What one contender cost.

    Attributes:
        pages: What it says behind `pages:`; 0 where it says nothing.
        wall: Seconds.
        cpu: Seconds of CPU of all its processes.
        memory: The most memory that they had at once, in MB, what they share counted once.
    """

    pages: int
    wall: float
    cpu: float
    memory: float


@dataclass
class _Seen:
    cpu: dict[int, float] = field(default_factory=dict)
    memory: float = 0.0


def measured(command: Sequence[str], folder: Path) -> Figures:
    """Run a command in a session of its own.

    Args:
        command: The command; it prints `pages: N` last.
        folder: Where it runs.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=folder,
        start_new_session=True,
    )
    seen, over = _Seen(), threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, seen, over))
    watcher.start()
    try:
        printed, _ = process.communicate(timeout=TOO_LONG)
    except subprocess.TimeoutExpired:
        process.kill()
        printed, _ = process.communicate()
    wall = time.perf_counter() - began
    over.set()
    watcher.join()
    pages = int(printed.rsplit("pages: ", 1)[1]) if "pages: " in printed else 0
    return Figures(pages, wall, sum(seen.cpu.values()), seen.memory)


def _watch(session: int, seen: _Seen, over: threading.Event) -> None:
    """Look at all processes of a session, ten times a second; what one does in its last tenth is not seen."""
    ticks = os.sysconf("SC_CLK_TCK")
    while True:
        ended = over.is_set()
        memory = 0.0
        for path in Path("/proc").glob("[0-9]*"):
            try:
                status = (path / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                if int(status[3]) != session:
                    continue
                seen.cpu[int(path.name)] = (int(status[11]) + int(status[12])) / ticks
                rollup = (path / "smaps_rollup").read_text(encoding="utf-8")
                memory += int(rollup.split("Pss:")[1].split()[0]) / 1024
            except (OSError, IndexError):
                continue
        seen.memory = max(seen.memory, memory)
        if ended:
            return
        over.wait(0.1)

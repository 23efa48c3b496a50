"""Running a contender, and seeing what it costs: all its processes, also those that nobody waits for."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

TOO_LONG = 900
"""Seconds after which a contender is given up."""


@dataclass(frozen=True)
class Phase:
    """What a part of a run cost.

    Attributes:
        wall: Seconds.
        cpu: Seconds of CPU of all its processes.
        memory: The most memory that they had at once, in MB, what they share counted once.
    """

    wall: float = 0.0
    cpu: float = 0.0
    memory: float = 0.0


@dataclass(frozen=True)
class Figures:
    """What one contender cost.

    Attributes:
        pages: What it says behind `pages:`; 0 where it says nothing.
        wall: Seconds.
        cpu: Seconds of CPU of all its processes.
        memory: The most memory that they had at once, in MB, what they share counted once.
        code: Its exit code.
        phases: The same of each of its phases, where it has some.
    """

    pages: int
    wall: float
    cpu: float
    memory: float
    code: int = 0
    phases: Mapping[str, Phase] = field(default_factory=dict)


@dataclass
class _Seen:
    cpu: dict[int, float] = field(default_factory=dict)
    phases: dict[str, Phase] = field(default_factory=dict)

    @property
    def memory(self) -> float:
        return max((part.memory for part in self.phases.values()), default=0.0)

    def note(self, phase: str, seconds: float, used: float, memory: float) -> None:
        """Add what was used since the last look to the phase that was seen at this one."""
        so_far = self.phases.get(phase, Phase())
        self.phases[phase] = Phase(so_far.wall + seconds, so_far.cpu + used, max(so_far.memory, memory))


def measured(
    command: Sequence[str], folder: Path, *, phase: Callable[[], str] = lambda: "all", most: float = TOO_LONG
) -> Figures:
    """Run a command in a session of its own.

    Args:
        command: The command; it prints `pages: N` last.
        folder: Where it runs.
        phase: Says what it is at.
        most: Seconds after which it is given up.
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
    watcher = threading.Thread(target=_watch, args=(process.pid, seen, over, phase))
    watcher.start()
    try:
        printed, _ = process.communicate(timeout=most)
    except subprocess.TimeoutExpired:
        process.kill()
        printed, _ = process.communicate()
    wall = time.perf_counter() - began
    over.set()
    watcher.join()
    pages = int(printed.rsplit("pages: ", 1)[1]) if "pages: " in printed else 0
    return Figures(pages, wall, sum(seen.cpu.values()), seen.memory, process.returncode, seen.phases)


def _watch(session: int, seen: _Seen, over: threading.Event, phase: Callable[[], str]) -> None:
    """Look at all processes of a session and their children, ten times a second at first, and every thousandth of a longer run.

    What one does after it was looked at last is not seen.
    """
    ticks = os.sysconf("SC_CLK_TCK")
    began = last = time.perf_counter()
    while True:
        ended = over.is_set()
        memory, used = 0.0, sum(seen.cpu.values())
        for path in Path("/proc").glob("[0-9]*"):
            try:
                status = (path / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                is_child = int(status[1]) in seen.cpu  # a server may have a session of its own
                if int(status[3]) != session and not is_child:
                    continue
                seen.cpu[int(path.name)] = (int(status[11]) + int(status[12])) / ticks
                rollup = (path / "smaps_rollup").read_text(encoding="utf-8")
                memory += int(rollup.split("Pss:")[1].split()[0]) / 1024
            except (OSError, IndexError):
                continue
        now = time.perf_counter()
        seen.note(phase(), now - last, sum(seen.cpu.values()) - used, memory)
        last = now
        if ended:
            return
        over.wait(max(0.1, (now - began) / 1_000))

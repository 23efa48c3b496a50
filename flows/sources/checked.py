"""What the last check said of each source: `checked.json` in the data folder, by which a run knows whom to begin with."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from flows.sources.check import Checked
from store.marks import read_mark, write_mark
from store.observed import last_visits
from store.source import Source

FILE = "checked.json"

COUNTS = timedelta(days=30)
"""How long a failed check keeps a source out; after that it is tried again."""

logger = logging.getLogger(__name__)


def keep(data: Path, checked: Sequence[Checked], now: datetime) -> None:
    """Remember what checks said, beside what earlier ones said of other sources."""
    data.mkdir(parents=True, exist_ok=True)
    said = dict(read_mark(data / FILE) or {})
    for item in checked:
        problem = item.problems[0].what if item.problems else ""
        said[item.source_id] = {
            "passed": item.passed,
            "time": now.isoformat(timespec="seconds"),
            "problem": problem,
        }
    write_mark(data / FILE, said)


def passing(data: Path, sources: Sequence[Source], now: datetime) -> tuple[Source, ...]:
    """The sources that a run asks: all but those that failed their last check and never gave anything.

    A source that was watched before is asked all the same, and its alarms speak for it. A failed check counts for a
    while only, and where no source would be left, all are asked: the network may have been down that day.
    """
    said = read_mark(data / FILE) or {}
    fresh = (now - COUNTS).isoformat(timespec="seconds")
    failed = {name for name, entry in said.items() if not entry["passed"] and entry["time"] >= fresh}
    failed -= last_visits(data).keys() if failed else frozenset()
    left = tuple(source for source in sources if source.source_id not in failed)
    out = [source.source_id for source in sources if source.source_id in failed]
    if not left:
        return tuple(sources)
    if out:
        names = ", ".join(out[:5]) + (f" and {len(out) - 5} more" if len(out) > 5 else "")
        logger.warning("%d sources failed their last check and are left out: %s", len(out), names)
    return left

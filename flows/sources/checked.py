"""What the last check said of each source: `checked.json` in the data folder, by which a run knows whom to begin with."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from flows.sources.check import Checked
from store.marks import read_mark, write_mark
from store.source import Source

FILE = "checked.json"

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


def passing(data: Path, sources: Sequence[Source]) -> tuple[Source, ...]:
    """The sources that did not fail their last check.

    A source that was never checked is taken as it is; where none passes, all are, so that a bad day of the network
    does not stop everything.
    """
    said = read_mark(data / FILE) or {}
    failed = {name for name, entry in said.items() if not entry["passed"]}
    left = tuple(source for source in sources if source.source_id not in failed)
    out = [source.source_id for source in sources if source.source_id in failed]
    if not left:
        return tuple(sources)
    if out:
        names = ", ".join(out[:5]) + (f" and {len(out) - 5} more" if len(out) > 5 else "")
        logger.warning("%d sources failed their last check and are left out: %s", len(out), names)
    return left

"""What is kept of hosts between runs: those that asked for so much time that a run could not wait for it.

Their robots.txt need not be kept: it lies in the archive. What is lost here is asked for once more, and told again.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from pathlib import Path

import orjson

from flows.limits import Limits
from flows.politeness import Politeness
from flows.run import Run
from store.durable import sync_folder, write_durably

_NAME = "hosts.json"


def politeness_of(run: Run) -> Politeness:
    """The politeness of a run, which leaves alone the hosts that an earlier run was told to."""
    politeness = Politeness(Limits())
    for host, until in _kept(run.data / _NAME).items():
        seconds = (until - run.started).total_seconds()
        if seconds > 0:
            politeness.rest(
                host, seconds, f"it asked an earlier run to wait until {until:%Y-%m-%d %H:%M} UTC"
            )
    return politeness


def keep_rests(run: Run, politeness: Politeness) -> None:
    """Keep which hosts rest longer than this run, and until when."""
    now, path = run.clock(), run.data / _NAME
    rests = {
        host: (now + timedelta(seconds=seconds)).isoformat(timespec="seconds")
        for host, seconds in sorted(politeness.rests().items())
        if math.isfinite(seconds)
    }
    if not rests and not path.exists():
        return
    aside = path.with_suffix(".new")
    write_durably(aside, orjson.dumps({"resting_until": rests}, option=orjson.OPT_INDENT_2))
    aside.replace(path)
    sync_folder(path.parent)


def _kept(path: Path) -> dict[str, datetime]:
    """Host to the time until which it rests; nothing where the file is missing or no longer whole."""
    try:
        rests = orjson.loads(path.read_bytes())["resting_until"]
        return {str(host): datetime.fromisoformat(until) for host, until in rests.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}

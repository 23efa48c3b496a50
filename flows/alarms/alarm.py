"""The nouns of alarms: a sign that a rule reads, an alarm that it opens, and what to do about each cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

DATASET = "dataset"
"""Stands for the source where a cause concerns no single one."""

BROKEN = "sources_broken"
"""The cause that source files cannot be read: of their sources nothing is known meanwhile."""

Reading = Literal["bad", "well", "unclear"]
"""`unclear` opens nothing and closes nothing: between the two thresholds of a rule, or where nothing can be said."""

ACTIONS: Mapping[str, str] = {
    "nothing_produced": "Open its listing by hand: if it has moved, correct the seed; if it is down, ask the office.",
    "stale": "Open its listing by hand: it may have moved, or the office may publish elsewhere by now.",
    "layout_changed": "`policy-ingest explain` one of its newest pages; then mend [[rules]] and `build`.",
    "blocked": "Lower the rate in [limits], ask at other [hours], or write to the office; never go round it.",
    "paths_disagree": "Open both by hand, and take the one that lags behind out of the source file.",
    "certificate_ends": "Write to the office: from that day on its pages cannot be fetched.",
    "mass_change": "Open some by hand. As they should be: raise changed_share in [limits] for one build; else mend "
    "[[rules]].",
    "run_missed": "See whether the service runs (`policy-ingest status`, its log), and start it again.",
    BROKEN: "Mend the files (`policy-ingest sources check` names the lines), or bring their folder back.",
    "release_refused": "Find out why before anything is released; the last good release stays in place.",
    "disk_nearly_full": "Make room: below the limit no run begins. Old releases may go; the archive may not.",
}
"""What a person does about each cause."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What a rule says of a source now.

    Attributes:
        source_id: The source, or `DATASET`.
        cause: One of `ACTIONS`.
        reading: Whether it is bad, well, or neither.
        message: What was found, with the numbers; empty unless it is bad.
    """

    source_id: str
    cause: str
    reading: Reading
    message: str = ""


@dataclass(frozen=True, slots=True)
class Alarm:
    """What needs a person; at most one is open for a source and a cause.

    Attributes:
        source_id: The source, or `DATASET`.
        cause: One of `ACTIONS`.
        opened: When it was first said.
        message: What was found then.
        closed: When it was well again; None while it is open.
    """

    source_id: str
    cause: str
    opened: datetime
    message: str
    closed: datetime | None = None

    @property
    def action(self) -> str:
        """What to do about it."""
        return ACTIONS[self.cause]

"""How the sources fared, in one screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
from rich.console import Group
from rich.table import Table
from rich.text import Text

from flows.alarms.alarm import Alarm
from flows.alarms.book import read_book, turned
from flows.alarms.channels import read_channels
from flows.alarms.message import row
from flows.alarms.watch import read_signs
from flows.exceptions import CorrectTheChannels
from store.dataset import load
from store.release import latest
from store.source import Source

_WELL = frozenset({"ok", "confirmed_zero"})


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """One source as the latest release knows it.

    Attributes:
        source_id: The source.
        documents: Documents held.
        last_fetch: Last request made to it.
        day: Last day with a run.
        verdict: That day's verdict in `coverage`.
        fetched: Documents asked for on that day.
        failed: Of these, requests without an answer to read.
    """

    source_id: str
    documents: int
    last_fetch: str
    day: str
    verdict: str
    fetched: int
    failed: int


@dataclass(frozen=True, slots=True)
class Health:
    """All sources, and the release that says so.

    Attributes:
        release: Its name; None before the first.
        sources: The sources.
        alarms: Open alarms, those included that the next run would open.
        untold: Notices of alarms that no channel could take yet.
        channels: What is wrong with `notify.toml`; empty where nothing is.
    """

    release: str | None
    sources: tuple[SourceHealth, ...]
    alarms: tuple[Alarm, ...]
    untold: int = 0
    channels: str = ""

    @property
    def healthy(self) -> bool:
        """Whether nothing needs a person."""
        return not self.alarms

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        alarms = [row(alarm) for alarm in self.alarms]
        return {**asdict(self), "alarms": alarms, "healthy": self.healthy}

    def screen(self) -> Group:
        """For the screen."""
        title = f"Release {self.release}" if self.release else "No release was made yet"
        table = Table(title=title, box=None, header_style="bold", title_justify="left")
        for name in ("source", "documents", "last request", "last day", "verdict", "fetched", "failed"):
            table.add_column(name)
        alarmed = {alarm.source_id for alarm in self.alarms}
        for source in self.sources:
            style = "red" if source.source_id in alarmed else None if source.verdict in _WELL else "yellow"
            table.add_row(*(str(value) for value in asdict(source).values()), style=style)
        said = [
            Text(f"\nopen alarms: {len(self.alarms)}" if self.alarms else "\nno alarm is open", style="bold")
        ]
        for alarm in self.alarms:
            since = f"{alarm.opened:%Y-%m-%d %H:%M}"
            said.append(Text(f"{alarm.source_id}: {alarm.cause} since {since}: {alarm.message}", style="red"))
            said.append(Text(f"    {alarm.action}"))
        if self.untold:
            said.append(Text(f"{self.untold} notices could not be delivered yet", style="yellow"))
        if self.channels:
            said.append(Text(f"nobody is told of alarms: {self.channels}", style="yellow"))
        return Group(table, *said)


def health(data: Path, watched: Sequence[Source], now: datetime) -> Health:
    """Read the health of all sources from the latest release, and judge the alarms as the next run would.

    Before the first release there are alarms alone: one of them may say why there is none.

    Args:
        data: The data folder; nothing in it is changed.
        watched: The source files.
        now: The clock.

    Raises:
        NoRelease: there is none yet, and nothing to make one of.
    """
    unreleased = latest(data) is None and (data / "tables").is_dir()
    release, found = (None, ()) if unreleased else _released(data)
    book, _ = turned(read_book(data), read_signs(data, watched, now), now)
    return Health(release, found, book.open, len(book.untold), _wrong_channels(data))


def _released(data: Path) -> tuple[str, tuple[SourceHealth, ...]]:
    """The latest release, and all sources as it knows them."""
    sources, coverage = load("sources", data), load("coverage", data)
    last = coverage.sort_values("day").drop_duplicates("source_id", keep="last").set_index("source_id")
    release = str(load("releases", data)["release"].iloc[-1])
    return release, tuple(_health(source, last) for _, source in sources.iterrows())


def _wrong_channels(data: Path) -> str:
    try:
        read_channels(data)
    except CorrectTheChannels as error:
        return str(error)
    return ""


def _health(source: pd.Series, last: pd.DataFrame) -> SourceHealth:
    name = str(source["source_id"])
    if name not in last.index:
        return SourceHealth(name, int(source["documents"]), "never", "never", "not_run", 0, 0)
    day = last.loc[name].to_dict()
    return SourceHealth(
        name,
        int(source["documents"]),
        f"{source['last_fetch']:%Y-%m-%d %H:%M}",
        str(day["day"]),
        str(day["verdict"]),
        int(day["fetched"]),
        int(day["failed"]),
    )

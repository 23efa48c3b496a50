"""How the sources fared, in one screen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd
from rich.table import Table

from store.dataset import load

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
    """All sources, and the release that says so."""

    release: str
    sources: tuple[SourceHealth, ...]

    @property
    def healthy(self) -> bool:
        """Whether no source needs a person."""
        return all(source.verdict in _WELL for source in self.sources)

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {**asdict(self), "healthy": self.healthy}

    def table(self) -> Table:
        """For the screen."""
        table = Table(title=f"Release {self.release}", box=None, header_style="bold", title_justify="left")
        for name in ("source", "documents", "last request", "last day", "verdict", "fetched", "failed"):
            table.add_column(name)
        for source in self.sources:
            style = None if source.verdict in _WELL else "red"
            table.add_row(*(str(value) for value in asdict(source).values()), style=style)
        return table


def health(data: Path) -> Health:
    """Read the health of all sources from the latest release.

    Raises:
        NoRelease: there is none yet.
    """
    sources, coverage = load("sources", data), load("coverage", data)
    last = coverage.sort_values("day").drop_duplicates("source_id", keep="last").set_index("source_id")
    release = str(load("releases", data)["release"].max())
    return Health(release, tuple(_health(row, last) for _, row in sources.iterrows()))


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

"""What a run that died left behind, made good at the start of the next one. Called with the data folder held."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pyarrow.compute as pc

from store import tables
from store.archive import captures_in, closed_files, salvage
from store.release import SWITCH, latest, point
from store.rows import capture_row
from store.schema import TABLES
from store.seal import seal, seal_of

FROM_RELEASE = ("issues", "aliases", "releases")
"""Tables that are neither in the archive nor read out of it again; a release holds them whole."""


def recover(data: Path, now: datetime) -> tuple[str, ...]:
    """Close the files that were left open, enter captures that no table has, and set a half-made release aside.

    Args:
        data: The data folder.
        now: The clock of the run that begins.

    Returns:
        What was done or is odd, one sentence each; none where all was in order.
    """
    for aside in (*data.glob(".spill-*"), *data.glob(".history-*")):
        shutil.rmtree(aside)  # what a query of a run that died had put aside; nothing in it is wanted
    for fresh in (*(data / "tables").glob(".*.new"), *data.glob(".*.new")):
        fresh.unlink()  # marks and seals that were not written to their end
    return (
        *salvage(data / "archive"),
        *_entered(data),
        *from_release(data),
        *_sealed(data / "tables"),
        *_set_aside(data),
        *_pointed(data / "releases"),
        *_clock(data, now),
    )


def _entered(data: Path) -> Iterator[str]:
    column = tables.read(data / "tables", "captures", ["warc_filename"])["warc_filename"]
    entered = set(column.unique().to_pylist())
    for name in closed_files(data / "archive"):
        if name not in entered:
            rows = [capture_row(capture) for capture in captures_in(data / "archive", name)]
            number = tables.append_new(data / "tables", "captures", rows)
            if number:  # else the rows of all point into another file (`flows.warc`)
                yield f"{name}: {number} captures entered that the last run had archived, but not yet listed"


def from_release(data: Path) -> Iterator[str]:
    """Rows that the latest release has and their table no longer: a power cut took its last commit, or the table is gone.

    A table that the release was made from is not looked at; that of releases is written after it, and small.
    """
    last = latest(data)
    if last is None:
        return
    for name in FROM_RELEASE:
        identity, _ = tables.state(data / "tables", name)
        if identity is not None and identity == (last.tables or {}).get(name):
            continue
        rows = tables.read_files(name, sorted((last.path / name).glob("*.parquet"))).to_pylist()
        if number := tables.append_new(data / "tables", name, rows):
            yield f"table {name}: {number} rows entered from release {last.name}"


def _sealed(where: Path) -> Iterator[str]:
    for name in TABLES:
        if (where / name).exists() and seal(where / name):
            yield f"table {name}: the last run ended before it was sealed; sealed"


def _set_aside(data: Path) -> Iterator[str]:
    """Releases that never became one: not yet renamed, or not yet entered into the table of releases."""
    releases = data / "releases"
    for name in (f".{SWITCH}.new", ".latest.new"):
        (releases / name).unlink(missing_ok=True)
    made = released(data)
    never_one = not (releases / SWITCH).exists()
    for path in sorted(releases.glob("*/")):
        if path.is_symlink() or path.name in made:
            continue
        if path.name.startswith("."):
            shutil.rmtree(path)
        elif made or never_one:
            move_aside(data, path)
        else:
            continue
        yield f"release {path.name}: the last run ended before it was published; set aside"


def _pointed(releases: Path) -> Iterator[str]:
    last = latest(releases.parent)
    link = releases / "latest"
    if last is not None and link.resolve() != last.path.resolve():
        point(releases, last.name)
        yield f"release {last.name}: the last run ended before `latest` led to it; it does now"


def released(data: Path) -> frozenset[str]:
    """Names of all releases that were made, by the table of releases and by the latest release's copy of it."""
    last = latest(data)
    copies = sorted((last.path / "releases").glob("*.parquet")) if last else []
    columns = ["release"]
    lists = (
        tables.read(data / "tables", "releases", columns),
        tables.read_files("releases", copies, columns),
    )
    return frozenset(name for rows in lists for name in rows["release"].to_pylist())


def _clock(data: Path, now: datetime) -> Iterator[str]:
    newest = pc.max(tables.read(data / "tables", "captures", ["fetch_time"])["fetch_time"]).as_py()
    if newest is not None and now < newest:
        yield (
            f"the clock ({now:%Y-%m-%d %H:%M} UTC) is {newest - now} before the last capture: set the machine's "
            "clock, or check --now; captures are put in order by their times"
        )


def move_aside(data: Path, path: Path) -> Path:
    """Move a file or folder, and its seal, to quarantine: nothing that may be wanted is deleted."""
    quarantine = data / "quarantine"
    quarantine.mkdir(exist_ok=True)
    number = sum(1 for _ in quarantine.glob(f"{path.name}.*"))
    aside = quarantine / f"{path.name}.{number}"
    path.rename(aside)
    if seal_of(path).exists():
        seal_of(path).rename(seal_of(aside))
    return aside

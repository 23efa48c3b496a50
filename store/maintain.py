"""Upkeep of the tables: small files are put together, and what nothing needs any more is removed.

Compaction changes no row, and says so in the log (`dataChange` is false), which is how the next run knows that there is
nothing new (`store.tables.settled`). It waits until the last release and the last build have seen all rows of a table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from store import tables
from store.built import seen
from store.exceptions import StorageFault
from store.release import latest
from store.schema import TABLES
from store.seal import forget, seal

SMALL_BYTES = 16_000_000
MANY = 10
"""So many files of a table that are smaller than that are put together."""

LEFTOVERS = "*#1"
"""What a writer that was killed leaves beside the files of a table; no version names it."""

OLD = timedelta(days=1)
"""Leftovers that are older belong to nobody at work."""


@dataclass(frozen=True, slots=True)
class Maintained:
    """What upkeep did.

    Attributes:
        compacted: Tables whose small files were put together, with the number of files before and after.
        removed: Files that were removed.
        removed_bytes: Their bytes.
        waiting: Tables with small files that wait for the next build and release.
    """

    compacted: tuple[tuple[str, int, int], ...] = ()
    removed: int = 0
    removed_bytes: int = 0
    waiting: tuple[str, ...] = ()

    def __str__(self) -> str:
        """One line."""
        done = [f"{name}: {before} files became {after}" for name, before, after in self.compacted]
        done += [f"{self.removed} files removed ({self.removed_bytes / 1e6:.1f} MB)"]
        done += [f"waiting for a release: {', '.join(self.waiting)}"] if self.waiting else []
        return "; ".join(done)


def maintain(data: Path, now: datetime, *, retention: timedelta) -> Maintained:
    """Put small files together, and remove what no version within the retention needs.

    Args:
        data: The data folder; to be called with it held.
        now: The clock.
        retention: How long files are kept that no current version needs.

    Raises:
        StorageFault: the folder cannot be written, or a table not be read.
    """
    compacted, waiting, removed = [], [], []
    for name in (name for name, table in TABLES.items() if table.kept == "live"):
        folder = data / "tables" / name
        if not folder.exists():
            continue
        try:
            before = len(_small(data, name))
            if before > MANY and _is_known(data, name):
                _compact(folder, name)
                compacted.append((name, before, len(_small(data, name))))
            elif before > MANY:
                waiting.append(name)
            removed += [*_vacuumed(data, name, retention), *_leftovers(folder, now)]
            seal(folder)
        except (OSError, DeltaError) as error:
            raise StorageFault(f"table {name} in {folder.parent} cannot be kept up: {error}") from error
    tables.sync()
    return Maintained(tuple(compacted), len(removed), sum(removed), tuple(waiting))


def _small(data: Path, name: str) -> list[Path]:
    held = tables.files(data / "tables", name)
    return [path for path in held if path.stat().st_size < SMALL_BYTES]


def _is_known(data: Path, name: str) -> bool:
    """Whether release and build have seen every row: their next run tells what is new by the files since."""
    where, version = data / "tables", tables.version(data / "tables", name)
    release, built = latest(data), seen(data, name)
    released = name == "releases" or (
        release is not None and tables.settled(where, name, release.versions.get(name, -1)) == version
    )
    return released and (built is None or tables.settled(where, name, built) == version)


def _compact(folder: Path, name: str) -> None:
    DeltaTable(folder).optimize.compact(writer_properties=tables.properties(name), max_concurrent_tasks=1)
    seal(folder)


def _vacuumed(data: Path, name: str, retention: timedelta) -> Iterator[int]:
    """Remove what only older versions need; yields the bytes of each file. It leaves the seal before it is removed."""
    folder, release, built = data / "tables" / name, latest(data), seen(data, name)
    table = DeltaTable(folder)
    named = {int(table.version()), built, release.versions.get(name) if release else None}
    hours = int(retention.total_seconds() // 3600)
    kept = sorted(version for version in named if version is not None and version >= 0)
    gone = table.vacuum(
        retention_hours=hours, dry_run=True, enforce_retention_duration=False, keep_versions=kept
    )
    if not gone:
        return
    sizes = [(folder / path).stat().st_size for path in gone if (folder / path).exists()]
    forget(folder, gone)
    table.vacuum(retention_hours=hours, dry_run=False, enforce_retention_duration=False, keep_versions=kept)
    yield from sizes


def _leftovers(folder: Path, now: datetime) -> Iterator[int]:
    old = (now - OLD).timestamp()
    for path in folder.rglob(LEFTOVERS):
        if path.stat().st_mtime < old:
            size = path.stat().st_size
            forget(folder, [path.relative_to(folder).as_posix()])
            path.unlink()
            yield size

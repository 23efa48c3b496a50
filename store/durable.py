"""Writing so that a power cut finds the old state or the new one, and refusing to begin where there is no room."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from store.exceptions import StorageFault

FREE_BYTES = 2_000_000_000
FREE_SHARE = 0.05
"""A run does not begin below either: a disk filled by us stops everything else on the machine too."""

FREE_SETTING = "POLICY_INGEST_FREE_BYTES"
"""Environment variable that takes the place of both, for small disks."""


def write_durably(path: Path, content: bytes) -> None:
    """Write a whole file and ask the disk to keep it."""
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Ask the disk to keep a folder's names: a rename is not durable before that."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def check_room(data: Path) -> None:
    """Refuse a data folder that cannot hold a run: asked before any request, whose answer could not be kept.

    Raises:
        StorageFault: a folder in it cannot be written, or the disk is nearly full.
    """
    folders = (data, *(data / name for name in ("archive", "tables", "releases")), *data.glob("archive/*/"))
    for folder in folders:
        if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
            raise StorageFault(
                f"{folder} cannot be written: change its owner or mode, or give another --data"
            )
    free, needed = room(data)
    if free < needed:
        raise StorageFault(
            f"{data} needs about {_megabytes(needed)} free, has {_megabytes(free)}: make room, "
            f"or set {FREE_SETTING} to less"
        )


def room(data: Path) -> tuple[int, int]:
    """Bytes that are free on the disk of a folder, and bytes below which no run begins."""
    disk = shutil.disk_usage(data)
    given = os.environ.get(FREE_SETTING, "")
    return disk.free, int(given) if given.isdigit() else max(FREE_BYTES, round(disk.total * FREE_SHARE))


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.0f} MB"

"""The format of a data folder: which columns its tables may have.

    format.json      schema_version, written by the first run of each version (`store.marks`)

An older folder is gone on with: columns that came since are null in its rows, and the next release is written whole. A
newer one is refused, since what it holds could be misread.
"""

from __future__ import annotations

from pathlib import Path

from store.exceptions import NewerData
from store.marks import is_damaged, read_mark, write_mark
from store.schema import SCHEMA_VERSION

FILE = "format.json"


def check_format(data: Path) -> None:
    """Refuse a folder that a newer version has written.

    Raises:
        NewerData: it has, or what it says of itself is damaged; nothing was written.
    """
    path = data / FILE
    if is_damaged(path):
        raise NewerData(f"{path} is not what was written: delete it, if no newer version has used the folder")
    held = (read_mark(path) or {"schema_version": 0})["schema_version"]
    if held > SCHEMA_VERSION:
        raise NewerData(
            f"{data} is of format {held}, this program knows {SCHEMA_VERSION}: update policy-ingest, or give "
            "another folder with --data. Nothing was written"
        )


def mark_format(data: Path) -> None:
    """Say that this version writes the folder from now on."""
    write_mark(data / FILE, {"schema_version": SCHEMA_VERSION})

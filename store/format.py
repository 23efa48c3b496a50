"""The format of a data folder: which columns its tables may have.

    format.json      {"schema_version": n}, written by the first run of each version

An older folder is gone on with: columns that came since are null in its rows, and the next release is written whole. A
newer one is refused, since what it holds could be misread.
"""

from __future__ import annotations

from pathlib import Path

import orjson

from store.durable import write_durably
from store.exceptions import NewerData
from store.schema import SCHEMA_VERSION

FILE = "format.json"


def check_format(data: Path) -> None:
    """Refuse a folder that a newer version has written.

    Raises:
        NewerData: it has; nothing was written.
    """
    held = _format(data)
    if held > SCHEMA_VERSION:
        raise NewerData(
            f"{data} is of format {held}, this program knows {SCHEMA_VERSION}: update policy-ingest, or give "
            "another folder with --data. Nothing was written"
        )


def mark_format(data: Path) -> None:
    """Say that this version writes the folder from now on."""
    if _format(data) != SCHEMA_VERSION:
        fresh = data / f".{FILE}.new"
        write_durably(fresh, orjson.dumps({"schema_version": SCHEMA_VERSION}))
        fresh.replace(data / FILE)


def _format(data: Path) -> int:
    """The folder's format; 0 where it was never written to, 1 before folders said so."""
    path = data / FILE
    if not path.exists():
        return 1 if (data / "tables").exists() else 0
    try:
        return int(orjson.loads(path.read_bytes())["schema_version"])
    except (ValueError, KeyError, TypeError) as error:
        raise NewerData(
            f"{path} cannot be read ({error}): delete it, if no newer version wrote the folder"
        ) from error

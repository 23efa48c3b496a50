"""Loading a release: for notebooks, without Prefect, HTTP or HTML."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from store.exceptions import NoRelease
from store.schema import TABLES


def load(
    table: str, data: str | Path = "data", release: str = "latest", columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """A table of a release as a pandas frame.

    Args:
        table: Name of a table, e.g. `documents`.
        data: The data folder.
        release: Name of a release, e.g. `2026-11-25`, or `latest`.
        columns: Columns to load; all by default.

    Raises:
        NoRelease: there is no such release, or no such table in it.
    """
    frame: pd.DataFrame = load_arrow(table, data, release, columns).to_pandas()
    return frame


def load_arrow(
    table: str, data: str | Path = "data", release: str = "latest", columns: Sequence[str] | None = None
) -> pa.Table:
    """As `load`, as an Arrow table; page checksums are verified while reading."""
    folder = Path(data) / "releases" / release / table
    if table not in TABLES:
        raise NoRelease(f"there is no table {table!r}; there are {', '.join(TABLES)}")
    if not folder.is_dir():
        raise NoRelease(f"{folder} is not there: run `policy-ingest run` first, or name a release that is")
    return pq.read_table(folder, columns=columns, partitioning=None, page_checksum_verification=True)

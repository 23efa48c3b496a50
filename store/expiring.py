"""Policies that lapse soon: what an office should renew, and an analyst ask about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd

from store.dataset import load
from store.rows import last_day_of

COLUMNS = [
    "valid_to",
    "valid_to_date",
    "title",
    "identifier",
    "creator",
    "jurisdiction",
    "work_id",
    "canonical_document_id",
    "status",
]


def expiring(
    days: int = 90, data: str | Path = "data", release: str = "latest", *, today: date | None = None
) -> pd.DataFrame:
    """Policies whose validity ends within so many days, the soonest first; a month or a year ends with its last day.

    Example: `expiring(365)[["valid_to", "title"]]`

    Args:
        days: From today on.
        data: The data folder.
        release: Name of a release, or `latest`.
        today: The day to count from; today in UTC by default.

    Returns:
        Rows of table `works`, without those that were repealed or replaced before. A policy that states no end is never here.

    Raises:
        NoRelease: there is no such release.
    """
    first = today or datetime.now(UTC).date()
    last = first + timedelta(days=days)
    held = load(
        "works",
        data,
        release,
        columns=COLUMNS,
        # `valid_to_date` is the first day of a year or a month: this year's may be the first of January.
        filters=[("valid_to_date", ">=", first.replace(month=1, day=1)), ("valid_to_date", "<=", last)],
    )
    held = held[~held["status"].isin(["repealed", "replaced"])]
    ends = held["valid_to"].map(last_day_of)
    return (
        held.assign(end=ends)[(ends >= first) & (ends <= last)]
        .sort_values(["end", "work_id"])
        .drop(columns="end")
        .reset_index(drop=True)
    )

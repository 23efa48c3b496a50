"""Checks before a release: fatal ones refuse it, the others warn (zavod's asymmetry).

A broken minimum means that we read badly, so it is fatal; anything above expectations is news, so it warns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pandas as pd
import pyarrow as pa

from store.schema import TABLES
from store.source import Source

FUTURE = timedelta(days=366)
"""A date this far ahead of the run is a misreading: a policy may be in force from next year, not be published then."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes:
        fatal: True where it refuses the release.
        check: Name of the check.
        source_id: Source it concerns, None for the dataset.
        message: What was found, with the numbers.
    """

    fatal: bool
    check: str
    source_id: str | None
    message: str


def check(tables: Mapping[str, pa.Table], sources: Sequence[Source], now: datetime) -> tuple[Finding, ...]:
    """Check the tables of a release before it is frozen.

    Args:
        tables: The rows that the release will have beyond those of the release before, and the derived tables whole.
        sources: The source files of this run.
        now: The clock of this run.
    """
    return (
        *_keys_unique(tables),
        *_references_whole(tables),
        *_dates_sane(tables["documents"], now),
        *(finding for source in sources for finding in _as_expected(source, tables)),
    )


def _keys_unique(tables: Mapping[str, pa.Table]) -> list[Finding]:
    return [
        Finding(True, "key_not_unique", None, f"{name}: {double} rows have the key of another row")
        for name, table in tables.items()
        if (double := len(table) - len(table.group_by(list(TABLES[name].key)).aggregate([])))
    ]


def _references_whole(tables: Mapping[str, pa.Table]) -> list[Finding]:
    documents = {
        *tables["documents"]["document_id"].to_pylist(),
        *tables["status"]["document_id"].to_pylist(),
    }
    found = []
    for name, table in tables.items():
        if TABLES[name].kept != "expanded":
            continue
        lost = set(table["document_id"].to_pylist()) - documents
        if lost:
            found.append(
                Finding(True, "reference_broken", None, f"{name}: {len(lost)} documents are not there")
            )
    return found


def _dates_sane(documents: pa.Table, now: datetime) -> list[Finding]:
    frame: pd.DataFrame = documents.select(["source_id", "url", "issued_date", "created_date"]).to_pandas()
    limit = (now.astimezone(UTC) + FUTURE).date()
    found = []
    for column in ("issued_date", "created_date"):
        late = frame[frame[column].notna() & (frame[column] > limit)]
        found += [
            Finding(
                False, "date_in_future", str(row["source_id"]), f"{row['url']}: {column} is {row[column]}"
            )
            for _, row in late.iterrows()
        ]
    return found


def _as_expected(source: Source, tables: Mapping[str, pa.Table]) -> list[Finding]:
    status: pd.DataFrame = tables["status"].select(["source_id"]).to_pandas()
    held = int((status["source_id"] == source.source_id).sum())
    coverage: pd.DataFrame = tables["coverage"].to_pandas()
    days = coverage[coverage["source_id"] == source.source_id]
    listed = bool((days["listings"] > days["listings_failed"]).any())
    found = []
    if held < source.expect.documents_min:
        found.append(
            Finding(
                listed,
                "too_few_documents",
                source.source_id,
                f"{held} documents, expected are at least {source.expect.documents_min}"
                + ("" if listed else " (no listing was ever seen, so the release is made without them)"),
            )
        )
    return [*found, *_filled(source, tables["documents"])]


def _filled(source: Source, documents: pa.Table) -> list[Finding]:
    ours = documents.filter(pa.compute.equal(documents["source_id"], source.source_id))
    if not len(ours):
        return []
    found = []
    for column, least in source.expect.fill.items():
        if column not in documents.column_names:
            found.append(
                Finding(False, "unknown_column", source.source_id, f"[expect.fill] names {column!r}")
            )
            continue
        share = 1 - ours[column].null_count / len(ours)
        if share < least:
            message = f"{column} is filled in {share:.0%} of {len(ours)} new rows, expected are {least:.0%}"
            found.append(Finding(False, "fill_rate", source.source_id, message))
    return found

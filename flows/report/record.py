"""The record of a report: what its lists were drawn from, so that the next report takes over what is as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import orjson

from flows.report.tables import parts_of, taken_over
from store.schema import TABLES

FORMAT = 2
"""Raised when lists are drawn otherwise, be it their order or their number: nothing is taken over from older records then."""

RECORD = "lists.record"
"""In the folder `data`."""

_ASIDE = frozenset({"captures", "coverage", "feed", "issues", "readings", "releases", "sources"})
"""Tables that change every day and that no list is drawn from, but for the jurisdictions of sources."""


@dataclass(frozen=True, slots=True)
class Record:
    """What one report drew.

    Attributes:
        form: What must be the same for anything to be taken over.
        basis: Digest of what all was drawn from beside the tables.
        told: What the page was told of the lists, by the keys of `release.js`.
        names: Their files.
        groups: Of these, the file of each group of rows, by the rows' digest.
    """

    form: Mapping[str, object]
    basis: str
    told: Mapping[str, object]
    names: Sequence[str]
    groups: Mapping[str, str]


def form_of(columns: Mapping[str, Sequence[str]]) -> Mapping[str, object]:
    """The form of a record: DuckDB's version is part of it, since its digests are."""
    return {
        "format": FORMAT,
        "duckdb": duckdb.__version__,
        "columns": {name: list(held) for name, held in columns.items()},
    }


def basis_of(connection: duckdb.DuckDBPyConnection, shards: Mapping[str, Sequence[str]]) -> str:
    """A digest of what the lists depend on beside the tables that stay: shards, and the jurisdictions of sources."""
    sources = connection.sql("SELECT source_id, jurisdiction FROM sources ORDER BY ALL").fetchall()
    return hashlib.sha256(orjson.dumps([shards, sources])).hexdigest()


def as_before(release: Path, before: Path) -> bool:
    """Whether all tables that lists are drawn from are those of the release before, part by part."""
    return all(
        len(parts) == len(parts_of(before, name)) and all(taken_over(part, before) for part in parts)
        for name, parts in ((name, parts_of(release, name)) for name in TABLES if name not in _ASIDE)
    )


def read_record(data: Path, form: Mapping[str, object]) -> Record | None:
    """The record of a report; none where it is missing, damaged or of another form."""
    try:
        digest, content = (data / RECORD).read_bytes().split(b"\n", 1)
    except (FileNotFoundError, ValueError):
        return None
    if digest != _digest(content):
        return None
    record = orjson.loads(content)
    return Record(**record) if record["form"] == form else None


def write_record(data: Path, record: Record) -> None:
    """Write the record of a report, below a digest of it: a damaged one must not be believed."""
    content = orjson.dumps(record)
    (data / RECORD).write_bytes(_digest(content) + b"\n" + content)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()

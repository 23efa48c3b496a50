"""Lists: a row per document for search, and the targets; split so that a page loads only what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby, islice
from pathlib import Path

import duckdb

from flows.report.script import put
from flows.report.shards import VERSIONS
from flows.report.tables import parts_of, rows
from store.tables import Row

_DOCUMENTS = 1_000
"""Documents in a list file at most, on average: a quarter of a megabyte."""

RECENT = 50
"""Newest documents that the first page has at hand before any list is loaded."""

MOST_TARGETS = 50_000
"""Targets in the report, of the newest documents: a browser sorts so many in a second. The rest is in table `targets`."""

_TARGETS = 5_000
"""Targets in a file."""

COLUMNS = (
    "document_id", "title", "identifier", "creator", "issued", "source_id", "jurisdiction", "document_type", "flags",
    "complete", "current_version", "first_seen", "offline_since", "url", "work_id",
)  # fmt: skip
"""A document in a list; behind them stands the shard of each of its versions, from the first on."""

TARGET_COLUMNS = (
    "jurisdiction", "subject", "low", "high", "comparator", "approximate", "unit", "year", "deadline", "change",
    "surface", "document_id", "title", "issued",
)  # fmt: skip

_CURRENT = """
SELECT s.document_id, d.title, d.identifier, coalesce(d.creator, d.outlet, d.publisher) AS creator,
       coalesce(d.issued, d.created) AS issued, s.source_id, coalesce(d.jurisdiction, o.jurisdiction) AS jurisdiction,
       d.document_type, d.flags, d.complete, s.current_version, strftime(s.first_seen, '%Y-%m-%d') AS first_seen,
       strftime(s.offline_since, '%Y-%m-%d') AS offline_since, s.url, w.work_id
FROM status s JOIN documents d ON d.document_id = s.document_id AND d.version = s.current_version
LEFT JOIN copies w ON w.document_id = s.document_id
LEFT JOIN sources o ON o.source_id = s.source_id
"""

_LISTED = f"""
WITH places AS (
    SELECT document_id, list(shard ORDER BY version) AS shards FROM shard_of GROUP BY document_id
)
SELECT c.*, p.shards FROM ({_CURRENT}) c JOIN places p USING (document_id) ORDER BY c.document_id
"""

_RECENT = f"""
SELECT c.*, (SELECT list(shard ORDER BY version) FROM shard_of p WHERE p.document_id = c.document_id) AS shards
FROM ({_CURRENT}) c ORDER BY c.issued DESC NULLS LAST, c.document_id LIMIT {RECENT}
"""

_TARGETS_OF = f"""
SELECT coalesce(d.jurisdiction, o.jurisdiction) AS jurisdiction, t.subject, t.low, t.high, t.comparator, t.approximate,
       t.unit, t.year, t.deadline, t.change, t.surface, t.document_id, d.title, coalesce(d.issued, d.created) AS issued
FROM targets t JOIN status s ON s.document_id = t.document_id AND s.current_version = t.version
JOIN documents d ON d.document_id = t.document_id AND d.version = t.version
LEFT JOIN sources o ON o.source_id = s.source_id
ORDER BY d.issued_date DESC NULLS LAST, t.document_id, t.n LIMIT {MOST_TARGETS}
"""


def place(connection: duckdb.DuckDBPyConnection, release: Path, shards: Mapping[str, Sequence[str]]) -> None:
    """Make table `shard_of`: where the page finds each version."""
    connection.execute("CREATE TABLE shard_of (document_id VARCHAR, version BIGINT, shard VARCHAR)")
    for path in parts_of(release, "documents"):
        connection.execute(
            "INSERT INTO shard_of SELECT document_id, version, list_extract(?::VARCHAR[], file_row_number // ? + 1) "
            "FROM read_parquet(?, file_row_number = true)",
            [list(shards[path.name]), VERSIONS, str(path)],
        )


def write_lists(
    connection: duckdb.DuckDBPyConnection, folder: Path, before: Path | None
) -> tuple[int, Mapping[str, str]]:
    """Write the lists of documents, by the first bits of their ids, so that one document is found without the others.

    Returns:
        How many bits, and the file of each value that they take.
    """
    number = connection.sql("SELECT count(*) FROM status").fetchall()[0][0]
    bits = bits_for(number, _DOCUMENTS)
    listed = rows(connection, _LISTED)
    files = {
        str(value): put(folder, "list", [listed_row(row) for row in group], before)
        for value, group in groupby(listed, key=lambda row: first_bits(row["document_id"], bits))
    }
    return bits, files


def bits_for(number: int, each: int) -> int:
    """How many first bits of an id part so many rows into files of about so many each."""
    return max(0, (number // each).bit_length())


def first_bits(identifier: object, bits: int) -> int:
    """The file that an id's row is in, as the page computes it too."""
    return int(str(identifier)[:4], 16) >> (16 - bits)


def recent(connection: duckdb.DuckDBPyConnection) -> list[list[object]]:
    """The documents issued last, as rows of a list."""
    return [listed_row(row) for row in rows(connection, _RECENT)]


def listed_row(row: Row) -> list[object]:
    """A document as a list has it."""
    return [*(row[name] for name in COLUMNS), row["shards"]]


def write_targets(
    connection: duckdb.DuckDBPyConnection, folder: Path, before: Path | None
) -> Mapping[str, object]:
    """Write the targets of current versions.

    Returns:
        What the page needs to find them.
    """
    total = connection.sql(
        "SELECT count(*) FROM targets t JOIN status s ON s.document_id = t.document_id AND s.current_version = t.version"
    ).fetchall()[0][0]
    listed = ([row[name] for name in TARGET_COLUMNS] for row in rows(connection, _TARGETS_OF))
    files = []
    while group := list(islice(listed, _TARGETS)):
        files.append(put(folder, "targets", group, before))
    return {"files": files, "total": total, "shown": min(total, MOST_TARGETS)}

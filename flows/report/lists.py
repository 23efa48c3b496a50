"""Lists: a row per document for search, and the targets; split so that a page loads only what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

import duckdb

from flows.report.groups import Before, Rows, bits_for, digests, drawn
from flows.report.script import put
from flows.report.shards import VERSIONS
from flows.report.tables import parts_of, values

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

PLACE = "coalesce(d.jurisdiction, nullif(o.jurisdiction, 'CN'))"
"""Where a document holds, or else where its source is; a source of the whole country says nothing of its documents."""

_LISTED = Rows(
    "listed",
    f"""
WITH places AS (
    SELECT document_id, list(shard ORDER BY version) AS shards FROM shard_of GROUP BY document_id
)
SELECT s.document_id, d.title, d.identifier, coalesce(d.creator, d.outlet, d.publisher) AS creator,
       coalesce(d.issued, d.created) AS issued, d.issued_date, s.source_id, {PLACE} AS jurisdiction,
       d.document_type, d.flags, d.complete, s.current_version, strftime(s.first_seen, '%Y-%m-%d') AS first_seen,
       strftime(s.offline_since, '%Y-%m-%d') AS offline_since, s.url, w.work_id, p.shards
FROM status s JOIN documents d ON d.document_id = s.document_id AND d.version = s.current_version
JOIN places p ON p.document_id = s.document_id
LEFT JOIN copies w ON w.document_id = s.document_id
LEFT JOIN sources o ON o.source_id = s.source_id
""",
    "document_id",
    "document_id",
    (*COLUMNS, "shards"),
)

_RECENT = f"SELECT * FROM {_LISTED.name} ORDER BY issued DESC NULLS LAST, document_id LIMIT {RECENT}"

_TARGETS_OF = f"""
SELECT l.jurisdiction, t.subject, t.low, t.high, t.comparator, t.approximate, t.unit, t.year, t.deadline, t.change, t.surface,
       t.document_id, l.title, l.issued
FROM targets t JOIN {_LISTED.name} l ON l.document_id = t.document_id AND l.current_version = t.version
ORDER BY l.issued_date DESC NULLS LAST, t.document_id, t.n LIMIT {MOST_TARGETS}
"""


def place(connection: duckdb.DuckDBPyConnection, release: Path, shards: Mapping[str, Sequence[str]]) -> None:
    """Make table `shard_of`: where the page finds each version of some parts."""
    connection.execute("CREATE TABLE shard_of (document_id VARCHAR, version BIGINT, shard VARCHAR)")
    for path in (path for path in parts_of(release, "documents") if path.name in shards):
        connection.execute(
            "INSERT INTO shard_of SELECT document_id, version, list_extract(?::VARCHAR[], file_row_number // ? + 1) "
            "FROM read_parquet(?, file_row_number = true)",
            [list(shards[path.name]), VERSIONS, str(path)],
        )


def write_lists(
    connection: duckdb.DuckDBPyConnection, folder: Path, before: Before
) -> tuple[int, Mapping[str, str], Mapping[str, str]]:
    """Write the lists of documents, by the first bits of their ids, so that one document is found without the others.

    Returns:
        How many bits, the file of each value that they take, and of each digest of rows.
    """
    number = connection.sql("SELECT count(*) FROM status").fetchall()[0][0]
    bits = bits_for(number, _DOCUMENTS)
    said = digests(connection, _LISTED, bits)
    files = before.taken(folder, said)
    for group, found in drawn(connection, _LISTED, said.keys() - files.keys()):
        files[group] = put(folder, "list", [row[1:] for row in found], before.data)
    return bits, {str(group): files[group] for group in said}, {said[group]: files[group] for group in said}


def recent(connection: duckdb.DuckDBPyConnection) -> list[list[object]]:
    """The documents issued last, as rows of a list, of those that `write_lists` holds."""
    return list(values(connection, _RECENT, _LISTED.columns))


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
    listed = values(connection, _TARGETS_OF, TARGET_COLUMNS)
    files = []
    while group := list(islice(listed, _TARGETS)):
        files.append(put(folder, "targets", group, before))
    return {"files": files, "total": total, "shown": min(total, MOST_TARGETS)}

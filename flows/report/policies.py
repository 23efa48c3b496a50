"""Policies in the report: a row each, their copies, differences and relations by policy, what is missing, and comparable targets."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby, islice
from pathlib import Path

import duckdb

from flows.report.lists import bits_for, first_bits
from flows.report.script import put
from flows.report.tables import rows, values
from store.tables import Row

MOST_WORKS, MOST_GAPS, MOST_POINTS = 50_000, 5_000, 20_000
"""Rows in the report, the newest policies first; the tables of the release have all."""

_WORKS, _DETAILS = 5_000, 500
"""Policies in a file, on average."""

WORK_COLUMNS = (
    "work_id", "title", "identifier", "creator", "issued", "jurisdiction", "document_type", "status", "status_evidence", "valid_to",
    "copies", "canonical_document_id", "canonical_reason",
)  # fmt: skip
COPY_COLUMNS = (
    "document_id", "title", "source_id", "url", "role", "canonical", "link_by", "link_score", "link_evidence", "delay_days", "overlap",
    "differences",
)  # fmt: skip
DIFFERENCE_COLUMNS = ("document_id", "kind", "canonical", "copy")
RELATION_COLUMNS = ("document_id", "kind", "target_title", "target_identifier", "target_work_id", "surface")
GAP_COLUMNS = (
    "kind",
    "identifier",
    "title",
    "known_from",
    "known_to",
    "held",
    "cited",
    "document_id",
    "url",
    "source_id",
    "first_day",
    "last_day",
    "suggestion",
)
POINT_COLUMNS = (
    "series",
    "jurisdiction",
    "year",
    "low",
    "high",
    "unit",
    "subject",
    "surface",
    "document_id",
    "title",
)

_OF_WORKS = """
SELECT work_id, title, identifier, creator, coalesce(issued, created) AS issued, jurisdiction, document_type, status, status_evidence,
       valid_to, copies, canonical_document_id, canonical_reason
FROM works ORDER BY coalesce(issued_date, created_date) DESC NULLS LAST, work_id LIMIT {most}
"""
_OF_COPIES = """
SELECT c.*, d.title, d.source_id, d.url FROM copies c JOIN documents d USING (document_id, version) ORDER BY c.work_id, NOT c.canonical, c.document_id
"""
_OF_DIFFERENCES = "SELECT work_id, document_id, n, kind, left(canonical, 400) AS canonical, left(copy, 400) AS copy FROM fidelity WHERE n < 200 ORDER BY ALL"
_OF_RELATIONS = "SELECT * FROM relations ORDER BY work_id, document_id, n"
_OF_GAPS = """
SELECT kind, identifier, title, known_from, known_to, held, cited, document_id, url, source_id, strftime(first_day, '%Y-%m-%d') AS first_day,
       strftime(last_day, '%Y-%m-%d') AS last_day, suggestion
FROM gaps ORDER BY cited DESC NULLS LAST, gap_id LIMIT {most}
"""
_OF_POINTS = """
WITH wide AS (SELECT series FROM series GROUP BY series HAVING count(DISTINCT (jurisdiction, year)) > 1)
SELECT s.*, d.title FROM series s SEMI JOIN wide USING (series) JOIN documents d USING (document_id, version)
ORDER BY s.series, s.jurisdiction, s.year, s.document_id, s.n LIMIT {most}
"""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "work": WORK_COLUMNS, "copy": COPY_COLUMNS, "difference": DIFFERENCE_COLUMNS, "relation": RELATION_COLUMNS, "gap": GAP_COLUMNS,
    "point": POINT_COLUMNS,
}  # fmt: skip


def write_policies(
    connection: duckdb.DuckDBPyConnection, folder: Path, before: Path | None
) -> Mapping[str, object]:
    """Write the policies of a release.

    Returns:
        What the page needs to find them.
    """
    total = _count(connection, "works")
    listed = (_row(row, WORK_COLUMNS) for row in rows(connection, _OF_WORKS.format(most=MOST_WORKS)))
    files = []
    while group := list(islice(listed, _WORKS)):
        files.append(put(folder, "works", group, before))
    bits = bits_for(total, _DETAILS)
    gaps = [_row(row, GAP_COLUMNS) for row in rows(connection, _OF_GAPS.format(most=MOST_GAPS))]
    points = [_row(row, POINT_COLUMNS) for row in rows(connection, _OF_POINTS.format(most=MOST_POINTS))]
    return {
        "files": files,
        "total": total,
        "shown": min(total, MOST_WORKS),
        "bits": bits,
        "details": _details(connection, bits, folder, before),
        "gaps": put(folder, "gaps", gaps, before),
        "missing": _count(connection, "gaps"),
        "points": put(folder, "series", points, before),
    }


def _details(
    connection: duckdb.DuckDBPyConnection, bits: int, folder: Path, before: Path | None
) -> Mapping[str, str]:
    """Copies, differences and relations, by the first bits of the policy's id, one group in memory at a time."""
    kinds = {
        "copies": (_OF_COPIES, COPY_COLUMNS),
        "differences": (_OF_DIFFERENCES, DIFFERENCE_COLUMNS),
        "relations": (_OF_RELATIONS, RELATION_COLUMNS),
    }

    streams = {
        kind: groupby(
            values(connection.cursor(), query, ("work_id", *columns)),
            key=lambda row: first_bits(row[0], bits),
        )
        for kind, (query, columns) in kinds.items()
    }
    heads = {kind: next(stream, None) for kind, stream in streams.items()}
    found: dict[str, str] = {}
    while any(heads.values()):
        least = min(head[0] for head in heads.values() if head is not None)
        works: dict[str, dict[str, list[list[object]]]] = {}
        for kind, head in list(heads.items()):
            if head is None or head[0] != least:
                continue
            for work, *told in head[1]:
                works.setdefault(str(work), {}).setdefault(kind, []).append(told)
            heads[kind] = next(streams[kind], None)
        found[str(least)] = put(folder, "policy", works, before)
    return found


def _row(row: Row, columns: tuple[str, ...]) -> list[object]:
    return [row[name] for name in columns]


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(connection.sql(f"SELECT count(*) FROM {table}").fetchall()[0][0])

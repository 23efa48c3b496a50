"""Policies in the report: a row each, their copies, differences and relations by policy, what is missing, and comparable targets."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import Path

import duckdb

from flows.report.groups import Before, Rows, bits_for, digests, drawn
from flows.report.script import put
from flows.report.tables import values

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
_DETAILS_OF: Mapping[str, Rows] = {
    "copies": Rows(
        "held_copies",
        "SELECT c.*, d.title, d.source_id, d.url FROM copies c JOIN documents d USING (document_id, version)",
        "work_id", "work_id, NOT canonical, document_id", ("work_id", *COPY_COLUMNS),
    ),
    "differences": Rows(
        "held_differences",
        "SELECT work_id, document_id, n, kind, left(canonical, 400) AS canonical, left(copy, 400) AS copy FROM fidelity WHERE n < 200",
        "work_id", "work_id, document_id, n", ("work_id", *DIFFERENCE_COLUMNS),
    ),
    "relations": Rows(
        "held_relations", "SELECT * FROM relations", "work_id", "work_id, document_id, n", ("work_id", *RELATION_COLUMNS)
    ),
}  # fmt: skip
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
    connection: duckdb.DuckDBPyConnection, folder: Path, before: Before
) -> tuple[Mapping[str, object], Mapping[str, str]]:
    """Write the policies of a release.

    Returns:
        What the page needs to find them, and the file of each digest of rows.
    """
    total = _count(connection, "works")
    listed = values(connection, _OF_WORKS.format(most=MOST_WORKS), WORK_COLUMNS)
    files = []
    while group := list(islice(listed, _WORKS)):
        files.append(put(folder, "works", group, before.data))
    bits = bits_for(total, _DETAILS)
    details, groups = _details(connection, bits, folder, before)
    gaps = list(values(connection, _OF_GAPS.format(most=MOST_GAPS), GAP_COLUMNS))
    points = list(values(connection, _OF_POINTS.format(most=MOST_POINTS), POINT_COLUMNS))
    told = {
        "files": files,
        "total": total,
        "shown": min(total, MOST_WORKS),
        "bits": bits,
        "details": details,
        "gaps": put(folder, "gaps", gaps, before.data),
        "missing": _count(connection, "gaps"),
        "points": put(folder, "series", points, before.data),
    }
    return told, groups


def _details(
    connection: duckdb.DuckDBPyConnection, bits: int, folder: Path, before: Before
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Copies, differences and relations, by the first bits of the policy's id, one group in memory at a time."""
    each = {kind: digests(connection, rows, bits) for kind, rows in _DETAILS_OF.items()}
    said = {
        group: " ".join(held.get(group, "-") for held in each.values())
        for group in sorted(set[int]().union(*each.values()))
    }
    files = before.taken(folder, said)
    others = said.keys() - files.keys()
    streams = {kind: drawn(connection.cursor(), rows, others) for kind, rows in _DETAILS_OF.items()}
    heads = {kind: next(stream, None) for kind, stream in streams.items()}
    for group in sorted(others):
        works: dict[str, dict[str, list[list[object]]]] = {}
        for kind, head in list(heads.items()):
            if head is None or head[0] != group:
                continue
            for _, work, *told in head[1]:
                works.setdefault(str(work), {}).setdefault(kind, []).append(told)
            heads[kind] = next(streams[kind], None)
        files[group] = put(folder, "policy", works, before.data)
    return {str(group): files[group] for group in said}, {said[group]: files[group] for group in said}


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(connection.sql(f"SELECT count(*) FROM {table}").fetchall()[0][0])

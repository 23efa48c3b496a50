"""What the first page shows: coverage, documents over time, the health of sources, what changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

from flows.report.lists import PLACE
from flows.report.script import put
from flows.report.tables import rows
from store.tables import Row

DAYS = 730
"""Days of the heat map at most; table `coverage` has all."""

_HEALTH_DAYS = 30
"""Days that a source's health speaks of."""

_MOST_ISSUES = 200
"""Newest issues shown; table `issues` has all."""

MOST_CHANGED = 5_000
"""Documents under 'what changed', newest first; tables `feed` and `changes` have all."""

_CHANGED = 500
"""Documents in a file of them."""

VERDICTS: Mapping[str, str] = {
    "ok": "o",
    "confirmed_zero": "z",
    "no_data": "n",
    "blocked": "b",
    "broken_layout": "l",
    "failed": "f",
    "not_run": "r",
}
"""A letter for each verdict, so that a source's days are one short string; a dot stands for a day without a row."""

CHANGED_COLUMNS = (
    "document_id", "op", "source_id", "url", "title", "cause", "version_before", "version_after", "time", "natures",
    "to_url",
)  # fmt: skip
"""A document under 'what changed'; behind them stands the shard of each version that is new."""

_HEALTH = f"""
WITH last AS (SELECT max(day) AS today FROM coverage), recent AS (
    SELECT source_id, count(*) FILTER (verdict = 'ok') AS ok,
           count(*) FILTER (verdict = 'confirmed_zero') AS zero,
           count(*) FILTER (verdict NOT IN ('ok', 'confirmed_zero')) AS blind,
           sum(fetched)::BIGINT AS fetched, sum(read)::BIGINT AS read, sum(failed)::BIGINT AS failed,
           sum(rejected)::BIGINT AS rejected
    FROM coverage, last WHERE day > today - {_HEALTH_DAYS} GROUP BY source_id
), newest AS (
    SELECT source_id, arg_max(verdict, day) AS verdict, max(day) AS day, max(day) FILTER (verdict = 'ok') AS last_ok
    FROM coverage GROUP BY source_id
), troubles AS (
    SELECT source_id, count(*) AS issues FROM issues, (SELECT max(issued) AS now FROM releases)
    WHERE time > now - INTERVAL {_HEALTH_DAYS} DAYS GROUP BY source_id
)
SELECT o.source_id, o.title, o.publisher, o.homepage, o.jurisdiction, o.license, o.frequency, o.documents,
       strftime(o.last_fetch, '%Y-%m-%d %H:%M') AS last_fetch, n.verdict, n.day::VARCHAR AS day,
       n.last_ok::VARCHAR AS last_ok, coalesce(r.ok, 0) AS ok, coalesce(r.zero, 0) AS zero,
       coalesce(r.blind, 0) AS blind, coalesce(r.fetched, 0) AS fetched, coalesce(r.read, 0) AS read,
       coalesce(r.failed, 0) AS failed, coalesce(r.rejected, 0) AS rejected, coalesce(t.issues, 0) AS issues
FROM sources o LEFT JOIN recent r USING (source_id) LEFT JOIN newest n USING (source_id)
LEFT JOIN troubles t USING (source_id) ORDER BY o.source_id
"""

_HELD = """
SELECT s.source_id, max(d.issued_date)::VARCHAR AS newest_document, count(*) FILTER (s.offline_since IS NOT NULL) AS offline,
       count(*) FILTER (NOT d.complete) AS doubted
FROM status s JOIN documents d ON d.document_id = s.document_id AND d.version = s.current_version GROUP BY s.source_id ORDER BY s.source_id
"""
_NOTHING_HELD = {"newest_document": None, "offline": 0, "doubted": 0}

_MONTHS = f"""
SELECT strftime(coalesce(d.issued_date, d.created_date), '%Y-%m') AS month, {PLACE} AS jurisdiction,
       d.document_type, count(*) AS n
FROM status s JOIN documents d ON d.document_id = s.document_id AND d.version = s.current_version
LEFT JOIN sources o ON o.source_id = s.source_id GROUP BY ALL ORDER BY ALL
"""

_ISSUES = f"""
SELECT strftime(time, '%Y-%m-%d %H:%M') AS time, source_id, url, stage, severity, error, message, action
FROM issues ORDER BY issues.time DESC, issue_id LIMIT {_MOST_ISSUES}
"""

# A document that moved has no row in `feed`: it says the same at another place.
_CHANGES = f"""
WITH told AS (
    SELECT c.document_id, list(DISTINCT coalesce(c.nature, c.field, c.kind)) AS natures
    FROM changes c JOIN feed f ON f.document_id = c.document_id
     AND c.version > f.version_before AND c.version <= f.version_after
    WHERE c.n >= 0 GROUP BY c.document_id
), moved AS (
    SELECT c.document_id, 'MOVE' AS op, s.source_id, c.before AS url, d.title, c.cause,
           c.version AS version_before, c.version AS version_after, c.first_seen AS time, c.after AS to_url
    FROM changes c JOIN status s USING (document_id)
    JOIN documents d ON d.document_id = c.document_id AND d.version = s.current_version
    WHERE c.kind = 'moved' AND c.first_seen > (SELECT max(issued) FROM releases WHERE release = ?)
), listed AS (
    SELECT document_id, op, source_id, url, title, cause, version_before, version_after, time, NULL AS to_url FROM feed
    UNION ALL FROM moved
)
SELECT l.* EXCLUDE (time), strftime(l.time, '%Y-%m-%d %H:%M') AS time, t.natures,
       (SELECT list(shard ORDER BY version) FROM shard_of p WHERE p.document_id = l.document_id
         AND p.version > coalesce(l.version_before, l.version_after - 1) AND p.version <= l.version_after) AS shards
FROM listed l LEFT JOIN told t USING (document_id)
ORDER BY CASE l.op WHEN 'ADD' THEN 1 ELSE 0 END, l.time DESC, l.document_id LIMIT {MOST_CHANGED}
"""


def release_of(connection: duckdb.DuckDBPyConnection) -> Row:
    """The row of table `releases` that stands for the release itself."""
    newest = "SELECT * REPLACE (strftime(issued, '%Y-%m-%d %H:%M') AS issued) FROM releases ORDER BY releases.issued DESC, release DESC LIMIT 1"
    return next(rows(connection, newest))


def coverage(connection: duckdb.DuckDBPyConnection) -> Mapping[str, object]:
    """The heat map: first day, number of days, and of each source a letter per day with what was read and failed."""
    held = list(
        rows(
            connection,
            f"SELECT * FROM coverage, (SELECT max(day) AS today FROM coverage) WHERE day > today - {DAYS}",
        )
    )
    if not held:
        return {"start": None, "days": 0, "sources": {}}
    days = [_day(row) for row in held]
    start, end = min(days), max(days)
    length = (end - start).days + 1
    verdicts: dict[str, list[str]] = {}
    counts: dict[str, dict[int, list[object]]] = {}
    for row, day in zip(held, days, strict=True):
        name, at = str(row["source_id"]), (day - start).days
        verdicts.setdefault(name, ["."] * length)[at] = VERDICTS[str(row["verdict"])]
        counts.setdefault(name, {})[at] = [row[key] for key in ("listed", "fetched", "read", "failed")]
    return {
        "start": start.isoformat(),
        "days": length,
        "sources": {
            name: {
                "verdicts": "".join(verdicts[name]),
                "counts": {str(at): told for at, told in sorted(counts[name].items()) if any(told)},
            }
            for name in sorted(verdicts)
        },
    }


def _day(row: Row) -> date:
    day = row["day"]
    assert isinstance(day, date)
    return day


def held(connection: duckdb.DuckDBPyConnection) -> dict[str, Row]:
    """What is held of each source: its newest document, and how many are offline or doubted."""
    return {str(row.pop("source_id")): row for row in map(dict, rows(connection, _HELD))}


def health(connection: duckdb.DuckDBPyConnection, holds: Mapping[str, Row]) -> list[Row]:
    """How each source is doing; `holds` is of `held`."""
    return [{**row, **holds.get(str(row["source_id"]), _NOTHING_HELD)} for row in rows(connection, _HEALTH)]


def months(connection: duckdb.DuckDBPyConnection) -> list[list[object]]:
    """Documents by month, jurisdiction and type; a month is null where no day is known."""
    return [list(row.values()) for row in rows(connection, _MONTHS)]


def issues(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """The newest issues, each with what to do."""
    return list(rows(connection, _ISSUES))


def write_changed(
    connection: duckdb.DuckDBPyConnection, folder: Path, previous: str | None, before: Path | None
) -> Mapping[str, object]:
    """Write what this release adds, changes and takes away; of a first release nothing, since all is new.

    Returns:
        What the page needs to find it.
    """
    counts = dict(connection.sql("SELECT op, count(*) FROM feed GROUP BY op").fetchall())
    if previous is None:
        return {"files": [], "counts": counts, "shown": 0}
    listed = [
        [*(row[name] for name in CHANGED_COLUMNS), row["shards"]]
        for row in rows(connection, _CHANGES, [previous])
    ]
    files = [
        put(folder, "changed", listed[start : start + _CHANGED], before)
        for start in range(0, len(listed), _CHANGED)
    ]
    return {"files": files, "counts": counts, "shown": len(listed)}

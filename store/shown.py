"""What the pages of each source showed lately, kept until one is asked for again: most visits find listings as they were.

tables/shown.json      a cache: without it, or when it is not of these tables, it is made anew from them
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.compute as pc

from store import tables
from store.built import rules_of
from store.marks import read_mark, write_mark
from store.periods import enter_rules
from store.source import Source

MARK = "shown.json"

FORMAT = 2
"""Raised when the queries say something else: what older ones said is thrown away."""

NEWEST = 10
"""Pages and documents that are held against those before them."""

PAGES = 60
"""Those before them, and documents of a source, newest first."""

DAYS = 60
"""Days on which a source published something, newest first."""

FILLED = ("title", "issued", "creator", "publisher", "identifier")
"""Columns of `documents` whose fill tells a layout that moved."""

_NEVER = datetime.max.replace(tzinfo=UTC)

_VERDICTS = f"""
WITH payloads AS (
    SELECT source_id, url, content_digest, max(fetch_time) AS time, arg_max(run_id, fetch_time) AS run_id
    FROM captures WHERE fetch_time >= $1 AND kind = 'document' AND fetch_outcome IN ('ok', 'not_modified')
    GROUP BY source_id, url, content_digest
), shown AS (
    SELECT p.source_id, p.run_id, p.time, p.url,
           arg_max(r.verdict, concat((r.rule_digest = coalesce(u.rule_digest, ''))::INT, r.parser_version)) AS verdict
    FROM payloads p JOIN readings r USING (content_digest, url)
    LEFT JOIN rules u ON u.source_id = p.source_id AND p.time >= u.since AND p.time < u.until
    GROUP BY ALL
), ranked AS (
    SELECT source_id, run_id, time, url, verdict,
           row_number() OVER (PARTITION BY source_id ORDER BY time DESC, url) <= {NEWEST} AS is_new
    FROM shown WHERE verdict NOT IN ('challenge', 'login')
), newest AS (
    SELECT DISTINCT source_id, run_id FROM ranked WHERE is_new
), others AS (
    SELECT * FROM ranked ANTI JOIN newest USING (source_id, run_id)
    QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY time DESC, url) <= {PAGES}
)
SELECT source_id, coalesce(list(verdict) FILTER (is_new), []) AS verdicts,
       coalesce(list(verdict) FILTER (NOT is_new), []) AS verdicts_before, min(time) AS oldest
FROM (SELECT source_id, verdict, time, true AS is_new FROM ranked WHERE is_new
      UNION ALL SELECT source_id, verdict, time, false FROM others)
GROUP BY source_id
"""
"""The payloads shown last, and those that no run showed which showed one of them: a layout changes all pages at once.
Of several readings the one under the rule of that time counts: once a rule is mended, nothing speaks against it."""

_SKETCHES = f"""
WITH newest AS (
    SELECT source_id, document_id, max(first_seen) AS time, arg_max(characters, version) AS characters,
           {", ".join(f"arg_max(({name} IS NOT NULL)::INT, version) = 1 AS {name}" for name in FILLED)}
    FROM documents GROUP BY source_id, document_id
)
SELECT source_id,
       list({{'characters': characters, {", ".join(f"'{name}': {name}" for name in FILLED)}}}
            ORDER BY time DESC, document_id)[:{PAGES}] AS sketches
FROM newest GROUP BY source_id
"""

_PUBLISHED = f"""
WITH published AS (
    SELECT DISTINCT source_id, coalesce(issued_date, first_seen::DATE) AS day FROM documents
), newest AS (
    FROM published
    QUALIFY day > $1 OR row_number() OVER (PARTITION BY source_id, day > $1 ORDER BY day DESC) <= {DAYS}
)
SELECT source_id, list(day::VARCHAR ORDER BY day DESC) AS days FROM newest GROUP BY source_id
"""
"""Days to come are told beside the newest: they may be held against later ones."""


def shown(
    connection: duckdb.DuckDBPyConnection,
    data: Path,
    sources: Sequence[Source],
    since: datetime,
    today: date,
    *,
    keep: bool,
) -> Mapping[str, Mapping[str, Any]]:
    """What each source's pages showed: `verdicts`, `verdicts_before`, `sketches` and `days`, each where there are any.

    Args:
        connection: With a view per live table.
        data: The data folder.
        sources: The source files, whose rules decide which reading of a page counts.
        since: From when on pages count.
        today: The last day of publication that counts.
        keep: Whether to keep it for the next time; the folder must be held.
    """
    where = data / "tables"
    mark = read_mark(where / MARK)
    now = {name: [*tables.state(where, name)] for name in _ROWS_THAT_COUNT}
    rules = rules_of(sources)
    if mark is None or not _is_of(where, mark, now, rules, since):
        enter_rules(connection, sources)
        mark = {"format": FORMAT, "rules": rules, **_asked(connection, since, today)}
    if keep:
        write_mark(where / MARK, {**mark, "tables": now})
    return {
        name: {
            **found,
            "days": [day for day in map(date.fromisoformat, found["days"]) if day <= today][:DAYS],
        }
        for name, found in mark["sources"].items()
    }


_ROWS_THAT_COUNT: Mapping[str, pc.Expression | None] = {
    "captures": pc.field("kind") == "document",
    "readings": None,
    "documents": None,
}
"""The tables that are asked, and which rows of them count; all by default."""


def _is_of(
    where: Path, mark: Mapping[str, Any], now: Mapping[str, Any], rules: object, since: datetime
) -> bool:
    """Whether the tables have no row that a mark does not know, rules are those of then, and all that it tells of is of the time asked for."""
    if mark["format"] != FORMAT or mark["rules"] != rules:
        return False
    first, oldest = (datetime.fromisoformat(mark[name]) for name in ("since", "oldest"))
    if not first <= since <= oldest:
        return False
    return all(_nothing_came(where, name, then, now[name]) for name, then in mark["tables"].items())


def _nothing_came(where: Path, name: str, then: list[Any], now: list[Any]) -> bool:
    """Whether a table is the one that it was, and has no more rows that count."""
    (identity, version), (identity_now, version_now) = then, now
    if identity != identity_now or version_now < version:
        return False
    if tables.settled(where, name, version) >= version_now:
        return True
    counts = _ROWS_THAT_COUNT[name]
    if counts is None:
        return False
    return not len(tables.read_files(name, tables.gained(where, name, version), ["kind"], only=counts))


def _asked(connection: duckdb.DuckDBPyConnection, since: datetime, today: date) -> Mapping[str, Any]:
    sources: dict[str, dict[str, Any]] = {}
    for query, params in ((_VERDICTS, [since]), (_SKETCHES, []), (_PUBLISHED, [today])):
        for row in connection.sql(query, params=params).to_arrow_table().to_pylist():
            sources.setdefault(row.pop("source_id"), {"days": []}).update(row)
    times = [found.pop("oldest") for found in sources.values() if "oldest" in found]
    return {
        "since": since.isoformat(),
        "oldest": min(times, default=_NEVER).isoformat(),
        "sources": sources,
    }

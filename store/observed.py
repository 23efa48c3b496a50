"""What the sources gave lately, as alarms need it: visit by visit, page by page, document by document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from store.derived import BLOCKING_STATUS, LISTINGS
from store.sql import connected

LOOK_BACK = timedelta(days=100)
"""How far back visits are looked at: three turns of a monthly source."""

VISITS = 12
"""Visits of a source, newest first."""

NEWEST = 10
"""Pages and documents that are held against those before them."""

PAGES = 60
"""Those before them, and documents of a source, newest first."""

DAYS = 60
"""Days on which a source published something, newest first."""

FILLED = ("title", "issued", "creator", "publisher", "identifier")
"""Columns of `documents` whose fill tells a layout that moved."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What one run had from a source.

    Attributes:
        run_id: The run.
        time: Its first request, or its first issue.
        listings: Listings asked for.
        links: Links to documents that they showed.
        asked: Documents asked for.
        answered: Of these, with an answer to read.
        blocked: Answers of the server, or pages, that keep us out.
        issues: Names of what went wrong, with the message.
        failed: Whether an issue failed the source as a whole.
    """

    run_id: str
    time: datetime
    listings: int = 0
    links: int = 0
    asked: int = 0
    answered: int = 0
    blocked: int = 0
    issues: Mapping[str, str] = field(default_factory=dict)
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Sketch:
    """A document in outline: how long it is, and which of `FILLED` it has."""

    characters: int
    filled: frozenset[str]


@dataclass(frozen=True, slots=True)
class SourceObserved:
    """What a source gave lately; sequences are newest first.

    Attributes:
        visits: Of `LOOK_BACK`, at most `VISITS`.
        verdicts: Of the `NEWEST` pages shown last, in no order; blocked pages are left out.
        verdicts_before: Of those that earlier runs showed, at most `PAGES`.
        sketches: Of its documents.
        days: On which it published something.
        first_visit: Its first request, however long ago.
        last_visit: Its last one.
        certificate_ends: When the certificate that it showed last ends.
        listed: Whether it was ever asked for a listing.
    """

    visits: tuple[Visit, ...] = ()
    verdicts: tuple[str, ...] = ()
    verdicts_before: tuple[str, ...] = ()
    sketches: tuple[Sketch, ...] = ()
    days: tuple[date, ...] = ()
    first_visit: datetime | None = None
    last_visit: datetime | None = None
    certificate_ends: datetime | None = None
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Observed:
    """What all sources gave lately, and what stands in the way of a release.

    Attributes:
        sources: By source_id.
        refusals: Checks that refused the last release, where none was made since: name and message.
    """

    sources: Mapping[str, SourceObserved]
    refusals: tuple[tuple[str, str], ...] = ()


_VISITS = f"""
WITH recent AS (
    SELECT source_id, run_id, kind IN {LISTINGS} AS listing, kind = 'document' AS asked, url, content_digest, fetch_time,
           fetch_status, fetch_outcome IN ('ok', 'not_modified') AS answered, links
    FROM captures WHERE fetch_time >= $1 AND kind <> 'import'
), read AS (
    SELECT content_digest, url, arg_max(verdict, parser_version) AS verdict
    FROM readings WHERE verdict IN ('challenge', 'login') GROUP BY ALL
)
SELECT source_id, run_id, min(fetch_time) AS time, count(*) FILTER (listing) AS listings,
       coalesce(sum(links) FILTER (listing), 0)::BIGINT AS links, count(*) FILTER (asked) AS asked,
       count(*) FILTER (asked AND answered) AS answered,
       count(*) FILTER ((listing OR asked) AND (fetch_status IN {BLOCKING_STATUS} OR verdict IS NOT NULL)) AS blocked
FROM recent LEFT JOIN read USING (content_digest, url)
GROUP BY source_id, run_id
"""

_ISSUES = """
WITH named AS (
    SELECT source_id, run_id, error, min(time) AS time, arg_min(message, time) AS message,
           bool_or(severity = 'error' AND stage <> 'read') AS failed
    FROM issues WHERE time >= $1 AND stage <> 'check' GROUP BY ALL
)
SELECT source_id, run_id, min(time) AS time, bool_or(failed) AS failed,
       list({'error': error, 'message': message}) AS issues
FROM named GROUP BY ALL
"""

_VERDICTS = f"""
WITH read AS (
    SELECT content_digest, url, arg_max(verdict, parser_version) AS verdict FROM readings GROUP BY ALL
), shown AS (
    SELECT source_id, url, content_digest, max(fetch_time) AS time, arg_max(run_id, fetch_time) AS run_id
    FROM captures WHERE fetch_time >= $1 AND kind = 'document' AND fetch_outcome IN ('ok', 'not_modified')
    GROUP BY source_id, url, content_digest
), ranked AS (
    SELECT source_id, run_id, time, url, verdict,
           row_number() OVER (PARTITION BY source_id ORDER BY time DESC, url) <= {NEWEST} AS is_new
    FROM shown JOIN read USING (content_digest, url) WHERE verdict NOT IN ('challenge', 'login')
), newest AS (
    SELECT DISTINCT source_id, run_id FROM ranked WHERE is_new
), others AS (
    SELECT * FROM ranked ANTI JOIN newest USING (source_id, run_id)
    QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY time DESC, url) <= {PAGES}
)
SELECT source_id, coalesce(list(verdict) FILTER (is_new), []) AS verdicts,
       coalesce(list(verdict) FILTER (NOT is_new), []) AS verdicts_before
FROM (SELECT source_id, verdict, true AS is_new FROM ranked WHERE is_new
      UNION ALL SELECT source_id, verdict, false FROM others)
GROUP BY source_id
"""
"""The payloads shown last, and those that no run showed which showed one of them: a layout changes all pages at once."""

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
SELECT source_id, list(day ORDER BY day DESC)[:{DAYS}] AS days FROM (
    SELECT DISTINCT source_id, coalesce(issued_date, first_seen::DATE) AS day FROM documents
) WHERE day <= $1 GROUP BY source_id
"""

_LAST = f"""
SELECT source_id, min(fetch_time) AS first_visit, max(fetch_time) AS last_visit, bool_or(kind IN {LISTINGS}) AS listed,
       arg_max(tls_not_after, fetch_time) AS certificate_ends
FROM captures WHERE kind <> 'import' GROUP BY source_id
"""

_REFUSALS = """
SELECT DISTINCT error, message FROM issues
WHERE stage = 'check' AND severity = 'error'
  AND run_id = (SELECT arg_max(run_id, time) FROM issues WHERE stage = 'check' AND severity = 'error')
  AND time > coalesce((SELECT max(issued) FROM releases), '-infinity'::TIMESTAMPTZ)
ORDER BY ALL
"""


def observed(data: Path, now: datetime) -> Observed:
    """What the tables say of the sources' last visits.

    Raises:
        DigestMismatch: a table is damaged.
    """
    since = now - LOOK_BACK
    with connected(data) as connection:
        visits = _visits(connection, since)
        verdicts = _by_source(connection, _VERDICTS, since)
        sketches = _by_source(connection, _SKETCHES)
        days = _by_source(connection, _PUBLISHED, now.date())
        last = _by_source(connection, _LAST)
        refusals = tuple(connection.sql(_REFUSALS).fetchall())
    return Observed(
        {
            name: SourceObserved(
                visits=visits.get(name, ()),
                verdicts=tuple(verdicts.get(name, {}).get("verdicts", ())),
                verdicts_before=tuple(verdicts.get(name, {}).get("verdicts_before", ())),
                sketches=tuple(_sketch(row) for row in sketches.get(name, {}).get("sketches", ())),
                days=tuple(days.get(name, {}).get("days", ())),
                **last.get(name, {}),
            )
            for name in {*visits, *sketches, *last}
        },
        refusals,
    )


def _visits(connection: duckdb.DuckDBPyConnection, since: datetime) -> Mapping[str, tuple[Visit, ...]]:
    """The visits of each source, newest first: runs that asked it, and runs that could not."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for query in (_ISSUES, _VISITS):
        for row in connection.sql(query, params=[since]).to_arrow_table().to_pylist():
            found.setdefault((row.pop("source_id"), row["run_id"]), {}).update(row)
    by_source: dict[str, list[Visit]] = {}
    for (source_id, _), row in found.items():
        issues = {issue["error"]: issue["message"] for issue in row.pop("issues", ())}
        by_source.setdefault(source_id, []).append(Visit(**row, issues=issues))
    return {
        name: tuple(sorted(visits, key=lambda visit: visit.time, reverse=True)[:VISITS])
        for name, visits in by_source.items()
    }


def _by_source(
    connection: duckdb.DuckDBPyConnection, query: str, *params: object
) -> Mapping[str, Mapping[str, Any]]:
    rows = connection.sql(query, params=list(params)).to_arrow_table().to_pylist()
    return {str(row.pop("source_id")): row for row in rows}


def _sketch(row: Mapping[str, Any]) -> Sketch:
    return Sketch(row["characters"], frozenset(name for name in FILLED if row[name]))


def last_visits(data: Path) -> Mapping[str, datetime]:
    """When each source was last asked for anything."""
    with connected(data) as connection:
        return {name: row["last_visit"] for name, row in _by_source(connection, _LAST).items()}

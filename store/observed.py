"""What the sources gave lately, as alarms need it: visit by visit, page by page, document by document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from store.derived import BLOCKING_STATUS, LISTINGS
from store.shown import FILLED, shown
from store.source import Source
from store.sql import connected

LOOK_BACK = timedelta(days=100)
"""How far back visits are looked at: three turns of a monthly source."""

CERTIFICATE_DAYS = 14
"""Days before a source's last request in which a host must have been asked for its certificate to count."""

VISITS = 12
"""Visits of a source, newest first."""


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
        certificate_ends: When the first certificate of its hosts ends, as each showed it last.
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


_WALLS = """
CREATE OR REPLACE TABLE walls AS SELECT content_digest, url FROM readings WHERE verdict IN ('challenge', 'login')
"""
"""A table, of which DuckDB sees that it is empty: what would be looked up in it is then not read."""

_VISITS = f"""
WITH recent AS (
    SELECT *, kind IN {LISTINGS} AS listing, kind = 'document' AS asked, coalesce(fetch_status IN {BLOCKING_STATUS}, false) AS refused,
           fetch_outcome IN ('ok', 'not_modified') AS answered
    FROM captures WHERE fetch_time >= $1 AND kind <> 'import'
), walled AS (
    SELECT source_id, run_id, count(*) AS pages FROM recent SEMI JOIN walls USING (content_digest, url)
    WHERE (listing OR asked) AND NOT refused GROUP BY ALL
), counted AS (
    SELECT source_id, run_id, min(fetch_time) AS time, count(*) FILTER (listing) AS listings,
           coalesce(sum(links) FILTER (listing), 0)::BIGINT AS links, count(*) FILTER (asked) AS asked,
           count(*) FILTER (asked AND answered) AS answered, count(*) FILTER ((listing OR asked) AND refused) AS blocked
    FROM recent GROUP BY ALL
)
SELECT c.* REPLACE (blocked + coalesce(pages, 0) AS blocked) FROM counted c LEFT JOIN walled USING (source_id, run_id)
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

_LAST = f"""
SELECT source_id, min(fetch_time) AS first_visit, max(fetch_time) AS last_visit, bool_or(kind IN {LISTINGS}) AS listed
FROM captures WHERE kind <> 'import' GROUP BY source_id
"""

# A host that was not asked lately may have another certificate by now; that of a listing is asked at every visit.
_CERTIFICATES = f"""
WITH hosts AS (
    SELECT source_id, split_part(coalesce(fetch_redirect, url), '/', 3) AS host, max(fetch_time) AS asked,
           arg_max(tls_not_after, fetch_time) AS ends
    FROM captures WHERE fetch_time >= $1 AND kind <> 'import' GROUP BY ALL
), lately AS (
    SELECT * FROM hosts QUALIFY asked >= max(asked) OVER (PARTITION BY source_id) - INTERVAL {CERTIFICATE_DAYS} DAYS
)
SELECT source_id, min(ends) AS certificate_ends FROM lately GROUP BY source_id
"""

_REFUSALS = """
SELECT DISTINCT error, message FROM issues
WHERE stage = 'check' AND severity = 'error'
  AND run_id = (SELECT arg_max(run_id, time) FROM issues WHERE stage = 'check' AND severity = 'error')
  AND time > coalesce((SELECT max(issued) FROM releases), '-infinity'::TIMESTAMPTZ)
ORDER BY ALL
"""


def observed(data: Path, now: datetime, sources: Sequence[Source] = (), *, keep: bool = False) -> Observed:
    """What the tables say of the sources' last visits.

    Args:
        data: The data folder.
        now: The clock.
        sources: The source files, whose rules decide which reading of a page counts.
        keep: Whether to keep what pages showed for the next time; the folder must be held.

    Raises:
        DigestMismatch: a table is damaged.
    """
    since = now - LOOK_BACK
    with connected(data) as connection:
        visits = _visits(connection, since)
        pages = shown(connection, data, sources, since, now.date(), keep=keep)
        last, certificates = _by_source(connection, _LAST), _by_source(connection, _CERTIFICATES, since)
        refusals = tuple(connection.sql(_REFUSALS).fetchall())
    return Observed(
        {
            name: SourceObserved(
                visits=visits.get(name, ()),
                verdicts=tuple(pages.get(name, {}).get("verdicts", ())),
                verdicts_before=tuple(pages.get(name, {}).get("verdicts_before", ())),
                sketches=tuple(_sketch(row) for row in pages.get(name, {}).get("sketches", ())),
                days=tuple(pages.get(name, {}).get("days", ())),
                **last.get(name, {}),
                **certificates.get(name, {}),
            )
            for name in {*visits, *pages, *last}
        },
        refusals,
    )


def _visits(connection: duckdb.DuckDBPyConnection, since: datetime) -> Mapping[str, tuple[Visit, ...]]:
    """The visits of each source, newest first: runs that asked it, and runs that could not."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    connection.execute(_WALLS)
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

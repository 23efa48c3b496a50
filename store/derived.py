"""Tables that each release says anew: what the facts amount to on its day.

Only what something came to is computed; the rest is taken over from the release before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import duckdb
import pyarrow as pa

from store import tables
from store.source import FREQUENCIES, SEED_KEYS, Source, imported
from store.tables import Row

LISTINGS = ("listing", "feed", "sitemap")
"""Kinds of captures that show which documents there are."""

OF_DOCUMENTS = ("document", "attachment", "import")
"""Kinds of captures that say something of a document; listings and robots.txt, which are asked for each day, do not."""

_LISTING_SEEDS = tuple(kind for kind in SEED_KEYS if kind not in {"document", "folder", "warc"})
BLOCKING_STATUS = (401, 403, 405, 412, 429, 521)
"""What a server answers to whom it keeps out."""

RESTING_STATUS = (429, 521)
"""Those that keep us from asking for anything else, too, where robots.txt is answered so; the others mean that there is none."""

CONFIRMATIONS = 3
"""Captures that must find a page gone, so that an hour of maintenance takes no document offline."""

CONFIRMED_OVER = timedelta(days=2) * 0.9
"""From the first to the last of them, at least: two days, less what daily visits differ by."""

# A capture that was blocked, failed or is no document says neither that a page is gone nor that it is back.
STATUS = f"""
CREATE TABLE fresh_status AS
WITH held AS (
    SELECT d.document_id, any_value(d.source_id) AS source_id, any_value(d.url) AS url,
           max(d.version) AS current_version, min(d.first_seen) AS first_seen,
           arg_max(d.first_seen, d.version) AS opened,
           hash(arg_max(d.key_digest || d.metadata_digest || coalesce(d.annexes_digest, ''), d.version)) AS said
    FROM documents d SEMI JOIN touched t ON t.source_id = d.source_id AND t.home = d.url
    GROUP BY d.document_id
), asked AS (
    SELECT h.document_id, j.fetch_time, j.outcome, j.place,
           j.outcome IN ('gone', 'not_found') AND NOT j.doubted AS gone,
           j.fetch_outcome IN ('ok', 'not_modified') AND coalesce(j.verdict, 'document') = 'document' AS shown,
           j.fetch_time >= h.opened AND j.said = h.said AS current
    FROM judged j JOIN held h ON h.source_id = j.source_id AND h.url = j.home
    WHERE j.kind IN ('document', 'import')
), last AS (
    SELECT document_id, max(fetch_time) AS last_checked, arg_max(outcome, fetch_time) AS last_outcome,
           max(fetch_time) FILTER (current) AS last_seen, max(fetch_time) FILTER (shown) AS last_shown,
           arg_max(place, fetch_time) FILTER (shown) AS shown_at
    FROM asked GROUP BY document_id
), dead AS (
    SELECT document_id, min(fetch_time) AS offline_since FROM asked JOIN last USING (document_id)
    WHERE gone AND (last_shown IS NULL OR (fetch_time > last_shown AND place = shown_at))
    GROUP BY document_id
    HAVING count(*) >= {CONFIRMATIONS} AND max(fetch_time) - min(fetch_time) >= INTERVAL {CONFIRMED_OVER.total_seconds():.0f} SECONDS
)
SELECT h.document_id, h.source_id, h.url, h.current_version, h.first_seen,
       coalesce(l.last_seen, h.opened) AS last_seen, coalesce(l.last_checked, h.opened) AS last_checked,
       coalesce(l.last_outcome, 'ok') AS last_outcome, d.offline_since
FROM held h LEFT JOIN last l USING (document_id) LEFT JOIN dead d USING (document_id)
"""
"""Needs tables `judged` and `touched`. A document is gone where it was shown last: its old address goes on saying that it has moved."""

_COUNTED = f"""
SELECT source_id, fetch_time::DATE AS day,
       count(*) FILTER (listing) AS listings,
       count(*) FILTER (listing AND (broken OR NOT answered)) AS listings_failed,
       (sum(links) FILTER (listing))::BIGINT AS listed,
       count(*) FILTER (asked) AS fetched,
       count(*) FILTER (asked AND verdict = 'document') AS read,
       count(*) FILTER (asked AND verdict <> 'document') AS rejected,
       bool_or((fetch_status IN {BLOCKING_STATUS} AND (kind <> 'robots' OR fetch_status IN {RESTING_STATUS})) OR (asked AND outcome = 'rejected:blocked_page')) AS blocked,
       coalesce(bool_or(listing AND fetch_outcome = 'ok'), false) AS listing_came
FROM (SELECT *, kind IN {LISTINGS} AS listing, kind IN ('document', 'import') AS asked,
             fetch_outcome IN ('ok', 'not_modified') AS answered
      FROM judged SEMI JOIN touched_days d ON d.source_id = judged.source_id AND d.day = judged.fetch_time::DATE)
GROUP BY source_id, day ORDER BY source_id, day
"""


def sources_table(connection: duckdb.DuckDBPyConnection, sources: Sequence[Source]) -> pa.Table:
    """Table `sources`: those of this run, and those that older captures name."""
    known = {source.source_id: source for source in sources}
    asked = _by_source(connection, "SELECT source_id, max(fetch_time) AS n FROM captures GROUP BY source_id")
    held = _by_source(connection, "SELECT source_id, count(*) AS n FROM all_status GROUP BY source_id")
    ids = [*known, *sorted(set(asked) - set(known))]
    rows = [_source_row(known.get(name, imported(name)), held.get(name, 0), asked.get(name)) for name in ids]
    return tables.arrow("sources", rows)


def _by_source(connection: duckdb.DuckDBPyConnection, query: str) -> Mapping[str, object]:
    return {row["source_id"]: row["n"] for row in connection.sql(query).to_arrow_table().to_pylist()}


def _source_row(source: Source, documents: object, last: object) -> Row:
    return {
        "source_id": source.source_id,
        "title": source.title,
        "publisher": source.publisher,
        "homepage": source.homepage,
        "jurisdiction": source.jurisdiction,
        "language": source.language,
        "license": source.license,
        "frequency": source.frequency,
        "verified": source.verified,
        "seeds": len(source.seeds),
        "documents": documents,
        "last_fetch": last,
    }


def coverage_table(
    connection: duckdb.DuckDBPyConnection, before: pa.Table, sources: Sequence[Source], now: datetime
) -> pa.Table:
    """Table `coverage`: the days that something came to, those on which nothing was asked, and the others as before.

    Args:
        connection: With tables `judged` and `touched_days`.
        before: The rows of the release before.
        sources: The source files, which say how often something should have been asked.
        now: The day of the release.
    """
    days: dict[str, dict[date, Row]] = {}
    for row in before.to_pylist():
        days.setdefault(row["source_id"], {})[row["day"]] = row
    for row in connection.sql(_COUNTED).to_arrow_table().to_pylist():
        days.setdefault(row["source_id"], {})[row["day"]] = _counted(row)
    known = {source.source_id: source for source in sources}
    rows = [
        row
        for name in sorted(days)
        for row in _covered(days[name], known.get(name, imported(name)), now.date())
    ]
    return tables.arrow("coverage", rows)


def _counted(row: Mapping[str, int | str | date]) -> Row:
    counts = {name: row[name] for name in ("listings", "listings_failed", "fetched", "read", "rejected")}
    failed = int(str(row["fetched"])) - int(str(row["read"])) - int(str(row["rejected"]))
    return {
        "source_id": row["source_id"],
        "day": row["day"],
        "expected": None,
        **counts,
        "listed": row["listed"],
        "failed": failed,
        "verdict": _verdict(row),
    }


def _verdict(row: Mapping[str, object]) -> str:
    """One word for a source's day; what cannot be told from a quiet day is never called one."""
    if row["read"]:
        return "ok"
    if row["blocked"]:
        return "blocked"
    if row["listings"] and row["listings_failed"] == row["listings"]:
        return "broken_layout" if row["listing_came"] else "no_data"
    if row["fetched"]:
        return "failed"
    return "confirmed_zero" if row["listings"] else "no_data"


def _covered(days: Mapping[date, Row], source: Source, today: date) -> Iterator[Row]:
    """A source's days in order, with what was expected of each; those on which it should have been asked, and was not."""
    listings = sum(seed.kind in _LISTING_SEEDS for seed in source.seeds)
    rest = max(1, FREQUENCIES[source.frequency].days)
    day, asked = min(days), date.min
    while day <= max(today, *days):
        due = listings and (day - asked).days >= rest
        row = days.get(day)
        if row is not None:
            known = row["expected"] is not None or not listings
            yield row if known else {**row, "expected": listings if due else 0}
            asked = day if row["listings"] else asked
        elif due and day < today:  # today is not over
            yield _not_run(source.source_id, day, listings)
        day += timedelta(days=1)


def _not_run(source_id: str, day: date, expected: int) -> Row:
    nothing = dict.fromkeys(("listings", "listings_failed", "fetched", "read", "rejected", "failed"), 0)
    return {
        "source_id": source_id,
        "day": day,
        "expected": expected,
        "listed": None,
        **nothing,
        "verdict": "not_run",
    }


@dataclass(frozen=True, slots=True)
class Watched:
    """How a source was watched, for whoever reads a release: documents held, days, and how the last one went."""

    documents: int
    days: int
    last_day: date | None
    last_verdict: str | None


def watched(sources: pa.Table, coverage: pa.Table) -> Mapping[str, Watched]:
    """How each source was watched, by its rows in tables `sources` and `coverage`."""
    days = coverage.group_by("source_id").aggregate([("day", "count"), ("day", "max")])
    last = coverage.join(
        days.rename_columns({"day_max": "day", "day_count": "days"}), ["source_id", "day"], join_type="inner"
    )
    known = {
        row["source_id"]: row for row in last.select(["source_id", "day", "days", "verdict"]).to_pylist()
    }
    nothing = {"days": 0, "day": None, "verdict": None}
    rows = ((row, known.get(row["source_id"], nothing)) for row in sources.to_pylist())
    return {
        row["source_id"]: Watched(row["documents"], day["days"], day["day"], day["verdict"])
        for row, day in rows
    }

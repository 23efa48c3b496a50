"""Checks before a release: fatal ones refuse it, the others warn (zavod's asymmetry).

A broken minimum means that we read badly, so it is fatal; anything above expectations is news, so it warns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb

from store.schema import TABLES
from store.source import Source
from store.sql import quoted

FUTURE = timedelta(days=366)
"""A date this far ahead of the run is a misreading: a policy may be in force from next year, not be published then."""

DROP_WARNS, DROP_REFUSES = 0.1, 0.5
"""Share of a source's documents that are no longer online, against the last release. Each was confirmed thrice, so half
of them may be real; that many at once still wants a person."""

LEAST_DOCUMENTS = 20
"""Below that a share says nothing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes:
        fatal: True where it refuses the release.
        check: Name of the check.
        source_id: Source it concerns, None for the dataset.
        message: What was found, with the numbers.
    """

    fatal: bool
    check: str
    source_id: str | None
    message: str


def check(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[Source], now: datetime
) -> tuple[Finding, ...]:
    """Check a release before it is frozen.

    Args:
        connection: With the views and tables that it is written from (`store.freeze`).
        sources: The source files.
        now: The clock of this run.
    """
    return (
        *_keys_unique(connection),
        *_references_whole(connection),
        *_dates_sane(connection, now),
        *_fewer_online(connection, {source.source_id: source for source in sources}),
        *_doubles(connection),
        *(finding for source in sources for finding in _as_expected(connection, source)),
    )


def _keys_unique(connection: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """Neither among the new rows nor against the old ones."""
    for name in ("captures", "readings", "documents", "aliases", "issues"):
        key = ", ".join(map(quoted, TABLES[name].key))
        double = _number(
            connection,
            f"SELECT count(*) FROM (SELECT {key} FROM {name} SEMI JOIN grown_{name} USING ({key}) "
            f"GROUP BY ALL HAVING count(*) > 1)",
        )
        if double:
            yield Finding(True, "key_not_unique", None, f"{name}: {double} keys have more than one row")


def _references_whole(connection: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """Each version has the one before it, and the capture that opened it; each alias its document."""
    questions = {
        "documents: {} versions lack the version before them": "SELECT count(*) FROM "
        "(SELECT document_id, version - 1 AS version FROM grown_documents WHERE version > 1) "
        "ANTI JOIN documents USING (document_id, version)",
        "documents: {} versions refer to captures that are not there": "SELECT count(*) FROM grown_documents "
        "ANTI JOIN captures USING (capture_id)",
        "aliases: {} belong to documents that are not there": "SELECT count(*) FROM grown_aliases "
        "ANTI JOIN documents USING (document_id)",
    }
    for message, query in questions.items():
        if lost := _number(connection, query):
            yield Finding(True, "reference_broken", None, message.format(lost))


def _dates_sane(connection: duckdb.DuckDBPyConnection, now: datetime) -> Iterator[Finding]:
    limit = (now.astimezone(UTC) + FUTURE).date()
    for column in ("issued_date", "created_date"):
        late = connection.sql(
            f"SELECT source_id, url, {column} FROM grown_documents WHERE {column} > $1 ORDER BY url",
            params=[limit],
        )
        for source_id, url, day in late.fetchall():
            yield Finding(False, "date_in_future", source_id, f"{url}: {column} is {day}")


def _fewer_online(connection: duckdb.DuckDBPyConnection, known: Mapping[str, Source]) -> Iterator[Finding]:
    """Sources of whose documents fewer are online than in the last release; a person allows it by `gone_share`."""
    query = f"""
        WITH before AS (SELECT source_id, count(*) AS n FROM before_status WHERE offline_since IS NULL GROUP BY ALL),
             now AS (SELECT source_id, count(*) AS n FROM all_status WHERE offline_since IS NULL GROUP BY ALL)
        SELECT b.source_id, b.n, coalesce(n.n, 0) FROM before b LEFT JOIN now n USING (source_id)
        WHERE b.n >= {LEAST_DOCUMENTS} AND coalesce(n.n, 0) < b.n * {1 - DROP_WARNS} ORDER BY ALL"""
    for source_id, before, now in connection.sql(query).fetchall():
        allowed = known[source_id].limits.get("gone_share", 0.0) if source_id in known else 0.0
        fatal = now < before * (1 - max(DROP_REFUSES, allowed))
        more = "; if they are gone for good, raise gone_share in [limits] for one release" if fatal else ""
        message = f"{now} documents are online, {before} were before{more}"
        yield Finding(fatal, "fewer_documents", source_id, message)


def _doubles(connection: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """New documents whose text another document of the source has: a copy, or a page that answers every address."""
    query = """
        SELECT g.source_id, count(DISTINCT g.document_id), min(g.url)
        FROM grown_documents g JOIN documents d
          ON d.source_id = g.source_id AND d.key_digest = g.key_digest AND d.document_id <> g.document_id
        WHERE g.version = 1 GROUP BY g.source_id ORDER BY ALL"""
    for source_id, number, url in connection.sql(query).fetchall():
        message = f"{number} new documents have the text of another one of the source, such as {url}"
        yield Finding(False, "same_text", source_id, message)


def _as_expected(connection: duckdb.DuckDBPyConnection, source: Source) -> Iterator[Finding]:
    name, least = source.source_id, source.expect.documents_min
    held = _number(connection, "SELECT count(*) FROM all_status WHERE source_id = $1", name) if least else 0
    if held < least:
        listed = _number(
            connection,
            "SELECT count(*) FROM captures WHERE source_id = $1 AND kind IN ('listing', 'feed', 'sitemap') "
            "AND fetch_outcome IN ('ok', 'not_modified') AND capture_id NOT IN "
            "(SELECT capture_id FROM issues WHERE stage = 'discover' AND capture_id IS NOT NULL)",
            name,
        )
        yield Finding(
            bool(listed),
            "too_few_documents",
            name,
            f"{held} documents, expected are at least {least}"
            + ("" if listed else " (no listing was ever seen, so the release is made without them)"),
        )
    if source.expect.fill:
        yield from _filled(connection, source)


def _filled(connection: duckdb.DuckDBPyConnection, source: Source) -> Iterator[Finding]:
    """Shares of the new rows that have a value: what stands in the old ones was checked with them."""
    columns = set(TABLES["documents"].released.names)
    for column in sorted(source.expect.fill.keys() - columns):
        yield Finding(False, "unknown_column", source.source_id, f"[expect.fill] names {column!r}")
    wanted = sorted(source.expect.fill.keys() & columns)
    counts = ", ".join(f"count({quoted(column)})" for column in wanted)
    if not wanted:
        return
    rows, *filled = connection.sql(
        f"SELECT count(*), {counts} FROM grown_documents WHERE source_id = $1",
        params=[source.source_id],
    ).fetchall()[0]
    for column, number in zip(wanted, filled, strict=True):
        least = source.expect.fill[column]
        if rows and number / rows < least:
            message = (
                f"{column} is filled in {number / rows:.0%} of {rows} new rows, expected are {least:.0%}"
            )
            yield Finding(False, "fill_rate", source.source_id, message)


def _number(connection: duckdb.DuckDBPyConnection, query: str, *values: str) -> int:
    return int(connection.sql(query, params=list(values)).fetchall()[0][0])

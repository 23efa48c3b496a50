"""Captures judged: what the network gave, joined with what reading it said.

Only what a release has to say anew is judged: the captures of documents and of days that something came to.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from store.attached import enter_attached
from store.backlog import HOMES
from store.derived import OF_DOCUMENTS
from store.periods import enter_rules
from store.source import Source
from store.sql import registered

DOUBTED_DAYS = 7
"""Days that a person has to look at a source that lost too many documents at once; what is gone after that is gone."""

_BLOCKED = ("challenge", "login")
_FETCHED = {
    **{name: name for name in ("not_found", "gone", "not_modified")},
    **{name: f"rejected:{name}" for name in ("too_large", "redirect", "private_address", "robots")},
}
"""Outcomes of fetching that are final, by their joined names; what is left failed."""

_READ = {
    **dict.fromkeys(_BLOCKED, "rejected:blocked_page"),
    "unsupported_media_type": "rejected:not_html",
    "not_found": "not_found",
    "soft_not_found": "not_found",
}
"""Verdicts that have an outcome of another name; the rest is `rejected:<verdict>`."""

# `grown_<table>` are the rows since the release before. A reading that is new for an old payload says something new
# of every capture of it.
_DAYS = """
CREATE TABLE touched_days AS
SELECT DISTINCT source_id, fetch_time::DATE AS day FROM grown_captures
UNION SELECT c.source_id, c.fetch_time::DATE
FROM captures c SEMI JOIN grown_readings r ON r.content_digest = c.content_digest AND r.url = c.url
"""

_TOUCHED = f"""
CREATE TABLE touched AS
WITH places AS (
    SELECT source_id, url FROM captures
    WHERE kind IN {OF_DOCUMENTS} AND fetch_time >= $1 AND (source_id, fetch_time::DATE) IN (FROM touched_days)
    UNION SELECT source_id, url FROM grown_readings
    UNION SELECT source_id, url FROM grown_documents
    UNION SELECT source_id, url FROM grown_aliases
)
SELECT DISTINCT source_id, coalesce(home, url) AS home FROM places LEFT JOIN homes USING (source_id, url)
"""
"""What a visit says rests on those before and after it, so that all visits of a page are judged which was asked for on a day that is touched.
Given the first of these days, older row groups are passed over."""

_OURS = """
CREATE TABLE ours AS
WITH placed AS NOT MATERIALIZED (
    SELECT c.capture_id, c.source_id, c.kind, c.url, coalesce(h.home, c.url) AS home, c.fetch_time,
           c.fetch_status, c.fetch_outcome, c.tries, c.content_digest, c.links, coalesce(r.rule_digest, '') AS rule_digest
    FROM captures c LEFT JOIN homes h USING (source_id, url)
    LEFT JOIN rules r ON r.source_id = c.source_id AND c.fetch_time >= r.since AND c.fetch_time < r.until
)
FROM placed SEMI JOIN touched USING (source_id, home)
UNION ALL
FROM placed ANTI JOIN touched USING (source_id, home)
WHERE fetch_time >= $1 AND (source_id, fetch_time::DATE) IN (FROM touched_days)
"""
"""Beside those of documents, the listings of the days. Given the first one, older row groups are passed over."""

# What was read is compared by 64 bits of its digests from here on: wide rows cannot be put in order in little memory.
_KNOWN = f"""
CREATE TABLE known AS
SELECT content_digest, url, rule_digest, coalesce(attached, '') AS attached, parser_version, verdict,
       hash(key_digest || metadata_digest || coalesce(annexes_digest, '')) AS said
FROM readings SEMI JOIN (FROM ours WHERE kind IN {OF_DOCUMENTS}) USING (content_digest, url)
"""
"""Nothing else is read; on a quiet day there is nothing of them."""

_PAGES = "CREATE VIEW pages AS FROM ours SEMI JOIN known USING (url)"
"""Of which there are readings: what came with a visit tells which of them counts."""

_READINGS = f"""
CREATE TABLE read AS
WITH today AS (
    FROM known WHERE parser_version = $1
), before AS (
    SELECT content_digest, url,
           arg_max({{'verdict': verdict, 'said': said}},
                   concat((parser_version = $1)::INT, parser_version, rule_digest, attached)) AS reading
    FROM known GROUP BY ALL
)
SELECT o.* EXCLUDE (content_digest, rule_digest, url), hash(o.source_id, o.url) AS place,
       coalesce(t.verdict, b.reading.verdict) AS verdict,
       CASE WHEN coalesce(t.verdict, b.reading.verdict) = 'document' THEN coalesce(t.said, b.reading.said) END AS said
FROM ours o LEFT JOIN attached_digests a USING (capture_id)
LEFT JOIN today t ON t.content_digest = o.content_digest AND t.url = o.url AND t.rule_digest = o.rule_digest
  AND t.attached = coalesce(a.attached, '') AND o.kind IN {OF_DOCUMENTS}
LEFT JOIN before b ON b.content_digest = o.content_digest AND b.url = o.url AND o.kind IN {OF_DOCUMENTS}
"""
"""Where today's parser has not read a payload under today's rule and with its files, as before the newest version, any reading counts."""

_SAID = """
CREATE TABLE said AS
WITH turns AS (
    SELECT capture_id, said = lag(said IGNORE NULLS) OVER (PARTITION BY place ORDER BY fetch_time) AS unchanged
    FROM (SELECT capture_id, place, fetch_time, said FROM read)
)
SELECT read.*, unchanged FROM read JOIN turns USING (capture_id)
"""
"""Whether each capture says what the last reading of its URL before it said is told by the folded text and the
metadata, as versions are: a counter that went up is no change."""

DOUBTED = f"""EXISTS (
    FROM issues i WHERE i.stage = 'fetch' AND i.error = 'mass_change' AND i.source_id = c.source_id
    AND c.fetch_time BETWEEN i.time - INTERVAL 1 DAY AND i.time + INTERVAL {DOUBTED_DAYS} DAYS
)"""
"""Whether a capture `c` is of a visit that found too many documents gone at once to be believed, or of the days after."""

_JUDGED = f"""
CREATE TABLE judged AS
SELECT c.*, o.outcome,
       c.capture_id IN (SELECT capture_id FROM issues WHERE stage = 'discover' AND capture_id IS NOT NULL) AS broken,
       {DOUBTED} AS doubted
FROM said c JOIN outcomes o
  ON o.fetch_outcome = c.fetch_outcome AND o.verdict IS NOT DISTINCT FROM c.verdict
 AND o.retried = (c.tries > 1) AND o.unchanged IS NOT DISTINCT FROM c.unchanged
"""

_OUTCOMES = pa.schema(
    [
        ("fetch_outcome", pa.large_string()),
        ("verdict", pa.large_string()),
        ("retried", pa.bool_()),
        ("unchanged", pa.bool_()),
        ("outcome", pa.large_string()),
    ]
)


def judge(connection: duckdb.DuckDBPyConnection, parser_version: str, sources: Sequence[Source]) -> None:
    """Make table `judged` of the captures of touched documents and days, and the tables that say which these are.

    Args:
        connection: With a view per live table, and a view `grown_<table>` of what is new in each.
        parser_version: Whose readings count.
        sources: The source files, whose rules decide which reading of a payload counts.
    """
    enter_rules(connection, sources)
    for query in (HOMES, _DAYS):
        connection.execute(query)
    first = connection.sql("SELECT min(day) FROM touched_days").fetchall()[0][0]
    for query in (_TOUCHED, _OURS):
        connection.execute(query, [first])
    for query in (_KNOWN, _PAGES):
        connection.execute(query)
    enter_attached(connection, "pages")
    connection.execute(_READINGS, [parser_version])
    for query in ("DROP VIEW pages", "DROP TABLE ours", "DROP TABLE known"):
        connection.execute(query)
    connection.execute(_SAID)
    connection.execute("DROP TABLE read")
    kinds = connection.sql(
        "SELECT DISTINCT fetch_outcome, verdict, tries > 1 AS retried, unchanged FROM said"
    )
    rows = [
        {
            **row,
            "outcome": outcome(row["fetch_outcome"], row["verdict"], 1 + row["retried"], row["unchanged"]),
        }
        for row in kinds.to_arrow_table().to_pylist()
    ]
    with registered(connection, "outcomes", pa.Table.from_pylist(rows, schema=_OUTCOMES)):
        connection.execute(_JUDGED)


def outcome(fetch_outcome: str, verdict: str | None, tries: int = 1, unchanged: bool | None = None) -> str:
    """What became of a request: what the network gave, and what reading it said, in one word.

    Args:
        fetch_outcome: Of the capture.
        verdict: Of the newest reading of its payload; None where it was not read.
        tries: Requests that it took.
        unchanged: Whether it says what was read there before; None for the first reading.

    Returns:
        ok, ok_unchanged, ok_changed, retried_ok, not_modified, gone, not_found, `rejected:<why>` or `failed:<why>`.
    """
    if verdict in _BLOCKED:
        return _READ[verdict]
    if fetch_outcome != "ok":
        return _FETCHED.get(fetch_outcome, f"failed:{fetch_outcome}")
    if verdict not in {None, "document"}:
        return _READ.get(str(verdict), f"rejected:{verdict}")
    if unchanged is not None:
        return "ok_unchanged" if unchanged else "ok_changed"
    return "retried_ok" if tries > 1 else "ok"

"""The history of a run's sources, thinned to what fetching needs: for each URL its newest captures, and what they amount to.

It is drawn once per run for all sources, and put aside sorted by source, so that a source reads its own part alone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from store import tables
from store.capture import Capture
from store.derived import LISTINGS
from store.frontier import GONE, Known, known_urls
from store.judged import DOUBTED
from store.sql import connected

PAYLOADS = 20
"""Payloads of a listing that are kept in mind, newest first: enough to say how many links it usually shows."""

ROBOTS_DAYS = 62
"""Days of answers for robots.txt that are kept in mind: twice as many as a host may be silent before a person is called."""

_COLUMNS = [item.name for item in fields(Capture)]
_ANSWERED = "fetch_outcome IN ('ok', 'not_modified') AND content_digest IS NOT NULL"
_THIN = f"""
COPY (
    WITH ours AS (
        SELECT source_id, url, kind, capture_id, fetch_time, fetch_outcome, content_digest, revisit,
               {_ANSWERED} AS answered
        FROM captures WHERE list_contains($1::VARCHAR[], source_id)
    ), newest AS (
        SELECT source_id, url, min(fetch_time) FILTER (kind = 'document') AS first,
               arg_max(capture_id, fetch_time) AS last,
               arg_max(capture_id, fetch_time) FILTER (answered) AS whole,
               arg_max(content_digest, fetch_time) FILTER (answered) AS digest,
               max(fetch_time) FILTER (answered) AS shown,
               max(fetch_time) FILTER (answered AND fetch_outcome = 'ok') AS sent
        FROM ours GROUP BY ALL
    ), differing AS (
        SELECT source_id, url, fetch_time, hash(url, content_digest) AS payload, hash(url, digest) AS latest
        FROM ours JOIN newest USING (source_id, url) WHERE answered AND content_digest <> digest
    ), other AS (
        SELECT source_id, url, max(fetch_time) AS until FROM differing GROUP BY ALL
    ), read AS (
        SELECT DISTINCT hash(url, content_digest) AS payload,
               hash(url, parser_version, key_digest, metadata_digest, annexes_digest) AS said
        FROM readings SEMI JOIN other USING (url) WHERE key_digest IS NOT NULL
    ), latest AS (
        SELECT payload AS latest, said FROM read SEMI JOIN (SELECT latest AS payload FROM differing) USING (payload)
    ), alike AS (
        SELECT DISTINCT latest, payload FROM latest JOIN read USING (said)
    ), changed AS (
        SELECT source_id, url, max(fetch_time) AS changed
        FROM differing ANTI JOIN alike USING (latest, payload) GROUP BY ALL
    ), same AS (
        SELECT source_id, url,
               arg_min(capture_id, fetch_time) FILTER (until IS NULL OR fetch_time > until) AS stored,
               count(*) FILTER (changed IS NULL OR fetch_time > changed) - 1 AS unchanged
        FROM ours LEFT JOIN other USING (source_id, url) LEFT JOIN changed USING (source_id, url)
        WHERE answered GROUP BY ALL
    ), missing AS (
        SELECT source_id, url, count(*) AS gone, min(fetch_time) AS gone_since
        FROM ours c LEFT JOIN newest USING (source_id, url)
        WHERE fetch_outcome IN {GONE} AND (shown IS NULL OR fetch_time > shown) AND NOT {DOUBTED} GROUP BY ALL
    ), payloads AS (
        SELECT capture_id FROM ours WHERE kind IN {LISTINGS} AND fetch_outcome = 'ok' AND NOT revisit
        QUALIFY row_number() OVER (PARTITION BY source_id, url ORDER BY fetch_time DESC) <= {PAYLOADS}
    ), wanted AS (
        SELECT last AS capture_id FROM newest UNION SELECT whole FROM newest UNION SELECT stored FROM same
        UNION FROM payloads
        UNION SELECT capture_id FROM ours WHERE kind = 'robots' AND fetch_time > (SELECT max(fetch_time) FROM ours)
              - INTERVAL {ROBOTS_DAYS} DAYS
    )
    SELECT c.*, n.sent, n.first, coalesce(s.unchanged, 0) AS unchanged, coalesce(m.gone, 0) AS gone, m.gone_since
    FROM captures c SEMI JOIN wanted USING (capture_id)
    LEFT JOIN newest n USING (source_id, url) LEFT JOIN same s USING (source_id, url)
    LEFT JOIN missing m USING (source_id, url)
    ORDER BY c.source_id, c.url, c.fetch_time
) TO $2 (FORMAT parquet, ROW_GROUP_SIZE 10000)
"""
"""Only of pages that ever gave other bytes it is looked up how they were read: a counter that went up is no change, as for versions
(any version of the parsers tells, if it read both). What is doubted as a loss of too many at once does not confirm that a page is gone."""

_AMOUNTS = ("unchanged", "sent", "gone", "gone_since", "first")
"""What is counted over all captures, and not over those that are kept."""


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier runs say of one source.

    Attributes:
        known: Of each URL.
        captures: The captures that are kept in mind, oldest first.
    """

    known: Mapping[str, Known] = field(default_factory=dict)
    captures: Sequence[Capture] = ()

    def payloads(self, url: str) -> Iterator[Capture]:
        """The captures that hold a listing's payloads, newest first."""
        for capture in reversed(self.captures):
            listing = capture.url == url and capture.kind in LISTINGS and capture.fetch_outcome == "ok"
            if listing and not capture.revisit:
                yield capture

    def of_kind(self, *kinds: str) -> Iterator[Capture]:
        """The captures of some kinds, oldest first."""
        return (capture for capture in self.captures if capture.kind in kinds)


@dataclass(frozen=True, slots=True)
class History:
    """The history that was put aside (None before the first capture); each thread may read its own source out of it."""

    path: Path | None

    def of(self, source_id: str) -> Past:
        """What earlier runs say of a source."""
        if self.path is None:
            return Past()
        rows = pq.read_table(self.path, filters=pc.field("source_id") == source_id).to_pylist()
        captures = [Capture(**{name: row[name] for name in _COLUMNS}) for row in rows]
        amounts = {row["url"]: {name: row[name] for name in _AMOUNTS} for row in rows}
        known = {url: replace(item, **amounts[url]) for url, item in known_urls(captures).items()}
        return Past(known, sorted(captures, key=lambda capture: capture.fetch_time))


@contextmanager
def history(data: Path, source_ids: Sequence[str]) -> Iterator[History]:
    """Draw the history of some sources, and put it aside as long as it is needed."""
    if tables.version(data / "tables", "captures") == -1:
        yield History(None)
        return
    with tempfile.TemporaryDirectory(prefix=".history-", dir=data) as folder:
        path = Path(folder) / "captures.parquet"
        with connected(data) as connection:
            connection.execute(_THIN, [list(source_ids), str(path)])
        yield History(path)

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
from store.frontier import Known, known_urls
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
        SELECT source_id, url, arg_max(capture_id, fetch_time) AS last,
               arg_max(capture_id, fetch_time) FILTER (answered) AS whole,
               arg_max(content_digest, fetch_time) FILTER (answered) AS digest,
               max(fetch_time) FILTER (answered AND fetch_outcome = 'ok') AS sent
        FROM ours GROUP BY ALL
    ), other AS (
        SELECT source_id, url, max(fetch_time) AS until
        FROM ours JOIN newest USING (source_id, url) WHERE answered AND content_digest <> digest GROUP BY ALL
    ), same AS (
        SELECT source_id, url, arg_min(capture_id, fetch_time) AS stored, count(*) - 1 AS unchanged
        FROM ours LEFT JOIN other USING (source_id, url)
        WHERE answered AND (until IS NULL OR fetch_time > until) GROUP BY ALL
    ), payloads AS (
        SELECT capture_id FROM ours WHERE kind IN {LISTINGS} AND fetch_outcome = 'ok' AND NOT revisit
        QUALIFY row_number() OVER (PARTITION BY source_id, url ORDER BY fetch_time DESC) <= {PAYLOADS}
    ), wanted AS (
        SELECT last AS capture_id FROM newest UNION SELECT whole FROM newest UNION SELECT stored FROM same
        UNION FROM payloads
        UNION SELECT capture_id FROM ours WHERE kind = 'robots' AND fetch_time > (SELECT max(fetch_time) FROM ours)
              - INTERVAL {ROBOTS_DAYS} DAYS
    )
    SELECT c.*, n.sent, coalesce(s.unchanged, 0) AS unchanged
    FROM captures c SEMI JOIN wanted USING (capture_id)
    LEFT JOIN newest n USING (source_id, url) LEFT JOIN same s USING (source_id, url)
    ORDER BY c.source_id, c.url, c.fetch_time
) TO $2 (FORMAT parquet, ROW_GROUP_SIZE 10000)
"""


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
        amounts = {row["url"]: (row["unchanged"], row["sent"]) for row in rows}
        known = {
            url: replace(item, unchanged=amounts[url][0], sent=amounts[url][1])
            for url, item in known_urls(captures).items()
        }
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

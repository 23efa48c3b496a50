"""Which files came with each visit of a page: the newest bytes of each attachment until the page was asked for again."""

from __future__ import annotations

import duckdb

_FILES = """
CREATE OR REPLACE TABLE attachment_captures AS
SELECT c.capture_id, c.source_id, c.referrer AS page_url, c.url, c.fetch_time, c.content_digest
FROM captures c SEMI JOIN {visits} v ON v.source_id = c.source_id AND v.url = c.referrer
WHERE c.kind = 'attachment' AND c.content_digest IS NOT NULL AND c.fetch_outcome IN ('ok', 'not_modified')
"""

_ATTACHED = """
CREATE OR REPLACE TABLE attached AS
WITH spans AS (
    SELECT capture_id AS page, source_id, url AS page_url,
           lead(fetch_time, 1, TIMESTAMPTZ '9999-01-01') OVER (PARTITION BY source_id, url ORDER BY fetch_time) AS until
    FROM {visits}
), wanted AS (
    SELECT s.*, f.url FROM spans s
    JOIN (SELECT DISTINCT source_id, page_url, url FROM attachment_captures) f USING (source_id, page_url)
)
SELECT w.page, w.url, f.capture_id, f.content_digest
FROM wanted w ASOF JOIN attachment_captures f
  ON f.source_id = w.source_id AND f.page_url = w.page_url AND f.url = w.url AND w.until > f.fetch_time
"""
"""A file is asked for after its page and before the page is asked for again; one that did not come is still the last that did."""

_DIGESTS = """
CREATE OR REPLACE TABLE attached_digests AS
SELECT page AS capture_id, 'sha256:' || sha256(string_agg(url || ' ' || content_digest, chr(10) ORDER BY url)) AS attached
FROM attached GROUP BY page
"""


def enter_attached(connection: duckdb.DuckDBPyConnection, visits: str) -> None:
    """Make tables `attached` (page, url, capture_id, content_digest) and `attached_digests` (capture_id, attached).

    Args:
        connection: With view `captures`.
        visits: Name of the table of the visits meant, with capture_id, source_id, url and fetch_time; `page` is the
            capture_id of one. A visit without files has no row.
    """
    for query in (_FILES, _ATTACHED, _DIGESTS):
        connection.execute(query.format(visits=visits))

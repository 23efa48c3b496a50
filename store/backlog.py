"""The backlog: documents with captures that are not yet accounted for, found from narrow columns only.

What has not changed costs a comparison of digests and no reading. Where the last build got through (`store.built`)
only documents with captures since then are looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from itertools import groupby
from pathlib import Path

import duckdb
import pyarrow.compute as pc

from store import tables
from store.attached import enter_attached
from store.built import captures_since
from store.capture import Capture, document_id
from store.periods import enter_orphans, enter_rules
from store.source import Source
from store.sql import connected, view
from store.tables import Row, text_of
from store.versions import Current, Verdict

_COLUMNS = [item.name for item in fields(Capture)]

HOMES = """
CREATE OR REPLACE TABLE homes AS
SELECT a.source_id, a.url, any_value(d.url) AS home
FROM aliases a JOIN documents d USING (document_id)
WHERE a.kind IN ('redirect', 'moved') AND d.version = 1
  AND NOT EXISTS (FROM documents o WHERE o.source_id = a.source_id AND o.url = a.url)
GROUP BY a.source_id, a.url HAVING count(DISTINCT a.document_id) = 1
"""
"""Addresses that a document went to, and its first one, by which it is known; a page that many lead to is none."""

_READABLE = "kind IN ('document', 'import') AND content_digest IS NOT NULL"


def _readable_rows() -> pc.Expression:
    """The same, where files are read without SQL; made when it is asked for, since pyarrow loads pandas to make its first."""
    return pc.field("kind").isin(["document", "import"]) & pc.field("content_digest").is_valid()


_GONE = """
WITH read_as_gone AS (
    SELECT DISTINCT content_digest, url FROM readings WHERE verdict IN ('not_found', 'soft_not_found')
), answers AS (
    SELECT c.source_id, coalesce(h.home, c.url) AS home, c.url, c.fetch_time,
           c.fetch_outcome IN ('not_found', 'gone') OR g.url IS NOT NULL AS gone
    FROM captures c LEFT JOIN read_as_gone g USING (content_digest, url) LEFT JOIN homes h USING (source_id, url)
    WHERE c.kind = 'document' AND c.fetch_outcome IN ('ok', 'not_modified', 'not_found', 'gone')
), last AS (
    SELECT source_id, home, arg_max(gone, fetch_time) AS gone
    FROM answers SEMI JOIN (FROM answers WHERE gone) USING (source_id, home) GROUP BY source_id, home, url
), dead AS (
    SELECT source_id, home AS url FROM last GROUP BY source_id, home HAVING bool_and(gone)
)
SELECT any_value(d.document_id) AS document_id, d.source_id, d.url AS home, max(d.version) AS version,
       arg_max(d.key_digest, d.version) AS key_digest, arg_max(d.metadata_digest, d.version) AS metadata_digest,
       arg_max(d.capture_id, d.version) AS capture_id, arg_max({'n': d.annexes_digest}, d.version).n AS annexes_digest,
       arg_max({'n': d.identifier}, d.version).n AS identifier,
       arg_max({'n': d.title}, d.version).n AS title
FROM documents d SEMI JOIN dead USING (source_id, url) GROUP BY d.source_id, d.url
"""
"""Documents none of whose addresses answers any more: each is known by its first one."""

_TOUCHED = f"""
CREATE TABLE touched AS
SELECT DISTINCT source_id, coalesce(home, url) AS home
FROM fresh LEFT JOIN homes USING (source_id, url) ANTI JOIN orphans USING (source_id) WHERE {_READABLE}
"""

_NEWEST = """
CREATE TABLE newest AS
SELECT d.source_id, d.url AS home, any_value(d.document_id) AS document_id, max(d.version) AS version,
       arg_max(d.key_digest, d.version) AS current_key, arg_max(d.metadata_digest, d.version) AS current_metadata,
       arg_max(coalesce(d.annexes_digest, ''), d.version) AS current_annexes,
       arg_max(coalesce(d.reading_digest, ''), d.version) AS current_reading,
       arg_max(d.capture_id, d.version) AS opened_by, arg_max(d.first_seen, d.version) AS opened,
       arg_max(d.run_id, d.version) AS opened_in
FROM documents d JOIN touched t ON t.source_id = d.source_id AND t.home = d.url
GROUP BY d.source_id, d.url
"""

_VISITS = f"""
CREATE TABLE visits AS
SELECT c.capture_id, c.run_id, c.source_id, c.url, c.fetch_time, c.content_digest, t.home,
       coalesce(r.rule_digest, '') AS rule_digest
FROM captures c LEFT JOIN homes h USING (source_id, url)
JOIN touched t ON t.source_id = c.source_id AND t.home = coalesce(h.home, c.url)
LEFT JOIN rules r ON r.source_id = c.source_id AND c.fetch_time >= r.since AND c.fetch_time < r.until
WHERE {_READABLE}
"""

_SINCE = """
CREATE TABLE since AS
WITH ours AS (
    SELECT v.*, coalesce(a.attached, '') AS attached FROM visits v LEFT JOIN attached_digests a USING (capture_id)
), known AS (
    SELECT content_digest, url, rule_digest, coalesce(attached, '') AS attached, any_value(verdict) AS verdict,
           any_value(key_digest) AS key_digest, any_value(metadata_digest) AS metadata_digest,
           any_value(annexes_digest) AS annexes_digest, any_value(reading_digest) AS reading_digest
    FROM readings WHERE parser_version = $1 GROUP BY ALL
)
SELECT o.capture_id, o.source_id, o.home, o.content_digest, o.attached, k.verdict, k.key_digest, k.metadata_digest,
       k.annexes_digest, k.reading_digest, n.document_id, n.version, n.current_key, n.current_metadata,
       n.current_annexes, n.current_reading, n.opened_by
FROM ours o LEFT JOIN known k USING (content_digest, url, rule_digest, attached)
LEFT JOIN newest n ON n.source_id = o.source_id AND n.home = o.home
WHERE n.opened IS NULL OR o.fetch_time >= n.opened
"""

_OLDER = """
SELECT v.source_id, v.home, arg_min(v.capture_id, v.fetch_time), count(*), min(v.fetch_time), max(v.fetch_time), any_value(n.opened)
FROM visits v SEMI JOIN fresh USING (capture_id) JOIN newest n USING (source_id, home)
ANTI JOIN readings USING (content_digest)
WHERE v.fetch_time < n.opened AND v.run_id <> n.opened_in AND left(v.run_id, 16) >= left(n.opened_in, 16)
GROUP BY ALL ORDER BY ALL
"""
"""What came in a later run than that which opened a newer version, and whose bytes nobody ever read: versions are opened in the order of time.

Run ids begin with the second; where table `readings` was lost, what it had read is not meant.
"""

_STORED = """
CREATE TABLE stored AS
SELECT c.content_digest, arg_min(c.warc_filename, c.fetch_time) AS warc_filename,
       arg_min(c.warc_record_offset, c.fetch_time) AS warc_record_offset
FROM captures c SEMI JOIN since USING (content_digest)
WHERE c.warc_record_offset IS NOT NULL AND NOT c.revisit GROUP BY c.content_digest
"""

_PENDING = """
CREATE TABLE pending AS
WITH open AS (
    SELECT DISTINCT source_id, home FROM since
    WHERE verdict IS NULL
       OR (verdict = 'document' AND (key_digest IS DISTINCT FROM current_key
                                     OR metadata_digest IS DISTINCT FROM current_metadata
                                     OR coalesce(annexes_digest, '') <> current_annexes
                                     OR (capture_id = opened_by AND current_reading <> ''
                                         AND reading_digest <> current_reading)))
)
SELECT c.* EXCLUDE (warc_filename, warc_record_offset), p.warc_filename, p.warc_record_offset,
       s.home, s.attached, s.verdict, s.key_digest, s.metadata_digest, s.annexes_digest, s.reading_digest, s.document_id,
       s.version, s.current_key, s.current_metadata, s.current_annexes, s.current_reading, s.opened_by
FROM since s JOIN open USING (source_id, home) JOIN captures c USING (capture_id)
JOIN stored p ON p.content_digest = c.content_digest
"""


_PENDING_FILES = """
CREATE TABLE pending_files AS
WITH wanted AS (
    SELECT v.source_id, v.home, a.page, v.fetch_time AS visited, a.capture_id
    FROM visits v SEMI JOIN pending USING (source_id, home) JOIN attached a ON a.page = v.capture_id
), stored_files AS (
    SELECT c.content_digest, arg_min(c.warc_filename, c.fetch_time) AS warc_filename,
           arg_min(c.warc_record_offset, c.fetch_time) AS warc_record_offset
    FROM captures c SEMI JOIN (SELECT c.content_digest FROM captures c SEMI JOIN wanted USING (capture_id)) USING (content_digest)
    WHERE c.warc_record_offset IS NOT NULL AND NOT c.revisit GROUP BY c.content_digest
)
SELECT w.page, w.visited, w.source_id AS of_source, w.home, c.* EXCLUDE (warc_filename, warc_record_offset),
       s.warc_filename, s.warc_record_offset
FROM wanted w JOIN captures c USING (capture_id) JOIN stored_files s ON s.content_digest = c.content_digest
"""
"""Those of all visits: the file for which an error page stands may have come before the newest version was opened."""


_LISTED = """
CREATE TABLE listed AS
SELECT * FROM captures c SEMI JOIN touched USING (source_id)
WHERE fetch_outcome = 'ok' AND content_digest IS NOT NULL AND NOT revisit
  AND (kind = 'attachment' OR (kind = 'document' AND regexp_matches(lower(url), '[.](pdf|docx?|wps|xlsx?|et|pptx|csv|ofd|rtf|txt|zip)([?#]|$)')))
"""
"""Files that a listing shows are documents of their own, and may be attached to a page, too; one that two pages show is asked for with the first."""


@dataclass(frozen=True, slots=True)
class Pending:
    """One document's captures from the opening of its newest version on, oldest first.

    Attributes:
        document_id: The document.
        home: Its first URL.
        current: The newest version; None for a new document.
        captures: The captures; those that only refer to a payload point to where it lies.
        verdicts: What is already known of them, by capture id.
        attached: Digest of the files that came with each, by capture id; empty without any.
        files: Captures of these files by URL, by the capture id of the page; they point to where the payload lies.
    """

    document_id: str
    home: str
    current: Current | None
    captures: tuple[Capture, ...]
    verdicts: dict[str, Verdict]
    attached: Mapping[str, str]
    files: Mapping[str, Mapping[str, Capture]]

    @property
    def source_id(self) -> str:
        """The source."""
        return self.captures[0].source_id


_SIZES = """
CREATE TABLE sizes AS
SELECT source_id, url, arg_max(characters, version) AS characters
FROM documents SEMI JOIN pending USING (source_id) GROUP BY source_id, url
"""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is to be read, source by source.

    Attributes:
        total: Documents in it.
        documents: Gives them; to be gone through once, while the backlog is open.
        lost: Where documents whose address is gone can be told by: what they said, and their number.
        listed: Gives the capture of a file at a URL that a listing led to, as it was when a page was captured; None
            without one.
        sizes: Gives the characters of the newest version of each document that a source had before this build, by URL.
        older: What is never read, since its document had a newer version when it came.
    """

    total: int
    documents: Iterator[Pending]
    lost: tuple[Lost, ...]
    listed: Callable[[str, Capture], Capture | None]
    sizes: Callable[[str], Mapping[str, int]]
    older: tuple[Older, ...] = ()


@dataclass(frozen=True, slots=True)
class Older:
    """Captures of a document that are older than its newest version, and that came later.

    Attributes:
        source_id: The source.
        home: The document's first URL.
        capture_id: The oldest of them.
        captures: How many they are.
        first: Its time.
        last: The time of the newest of them.
        opened: When the document's newest version was captured.
    """

    source_id: str
    home: str
    capture_id: str
    captures: int
    first: datetime
    last: datetime
    opened: datetime


@dataclass(frozen=True, slots=True)
class Lost:
    """A document whose address is gone: it may have moved.

    Attributes:
        document_id: The document.
        source_id: Its source.
        home: Its first URL.
        current: Its newest version.
        identifier: Its number.
        title: Its title.
    """

    document_id: str
    source_id: str
    home: str
    current: Current
    identifier: str | None
    title: str | None


@contextmanager
def backlog(data: Path, parser_version: str, sources: Sequence[Source]) -> Iterator[Backlog]:
    """Documents with captures that today's parser and rules have not read, or that differ from the newest version.

    Args:
        data: The data folder.
        parser_version: Version of the parsers.
        sources: The source files, whose rules decide with which digest a capture is read.
    """
    fresh = captures_since(data, parser_version, sources)
    if not any(_readable(path) for path in fresh):
        yield Backlog(0, iter(()), (), lambda _url, _page: None, lambda _source_id: {})
        return
    with connected(data) as connection:
        view(connection, "fresh", "captures", fresh)
        enter_rules(connection, sources)
        enter_orphans(connection, sources)
        connection.execute(HOMES)
        connection.execute(_TOUCHED)
        connection.execute(_NEWEST)
        connection.execute(_VISITS)
        enter_attached(connection, "visits")
        connection.execute(_SINCE, [parser_version])
        connection.execute(_STORED)
        connection.execute(_PENDING)
        connection.execute(_PENDING_FILES)
        total = connection.sql(
            "SELECT count(*) FROM (SELECT DISTINCT source_id, home FROM pending)"
        ).fetchall()
        yield Backlog(
            int(total[0][0]),
            _documents(connection),
            _lost(connection),
            _listed(connection),
            _sizes(connection),
            tuple(Older(*row) for row in connection.sql(_OLDER).fetchall()),
        )


def _readable(path: Path) -> bool:
    """Whether a file has captures to read: on a quiet day there are answers of listings alone."""
    return len(tables.read_files("captures", [path], ["kind"], only=_readable_rows())) > 0


def _documents(connection: duckdb.DuckDBPyConnection) -> Iterator[Pending]:
    query = "SELECT * FROM pending ORDER BY source_id, home, fetch_time, capture_id"
    reader = connection.sql(query).to_arrow_reader(1_000)
    rows = (row for batch in reader for row in batch.to_pylist())
    with_files = connection.cursor()
    pages = {
        (row[0], row[1])
        for row in with_files.sql("SELECT DISTINCT of_source, home FROM pending_files").fetchall()
    }
    for place, group in groupby(rows, key=lambda row: (row["source_id"], row["home"])):
        yield _pending(list(group), _files(with_files, place) if place in pages else {})


def _listed(connection: duckdb.DuckDBPyConnection) -> Callable[[str, Capture], Capture | None]:
    """What gives the files that listings show; they are gathered when the first page lacks one."""
    beside = connection.cursor()
    gathered = cache(lambda: beside.execute(_LISTED))

    def listed(url: str, page: Capture) -> Capture | None:
        gathered()
        query = """SELECT * FROM listed WHERE url = $1 AND source_id = $2 AND (fetch_time <= $3 OR run_id = $4)
                   ORDER BY fetch_time DESC LIMIT 1"""
        held = beside.sql(query, params=[url, page.source_id, page.fetch_time, page.run_id])
        rows = held.to_arrow_table().to_pylist()
        return Capture(**{name: rows[0][name] for name in _COLUMNS}) if rows else None

    return listed


def _sizes(connection: duckdb.DuckDBPyConnection) -> Callable[[str], Mapping[str, int]]:
    """What gives the sizes of a source's documents; they are gathered once, for all sources that have something to read."""
    beside = connection.cursor()
    gathered = cache(lambda: beside.execute(_SIZES))

    def sizes(source_id: str) -> Mapping[str, int]:
        gathered()
        query = "SELECT url, characters FROM sizes WHERE source_id = $1"
        return dict(beside.sql(query, params=[source_id]).fetchall())

    return sizes


def _files(
    connection: duckdb.DuckDBPyConnection, place: tuple[object, object]
) -> dict[str, dict[str, Capture]]:
    """The captures of a document's files by URL, by the capture of the page that they came with, oldest first."""
    query = "SELECT * FROM pending_files WHERE of_source = $1 AND home = $2 ORDER BY visited"
    by_page: defaultdict[str, dict[str, Capture]] = defaultdict(dict)
    for row in connection.sql(query, params=list(place)).to_arrow_table().to_pylist():
        by_page[row["page"]][row["url"]] = Capture(**{name: row[name] for name in _COLUMNS})
    return by_page


def _pending(rows: Sequence[Row], files: Mapping[str, Mapping[str, Capture]]) -> Pending:
    first = rows[0]
    home = str(first["home"])
    current = None
    if first["version"] is not None:
        current = Current(
            int(str(first["version"])),
            str(first["current_key"]),
            str(first["current_metadata"]),
            str(first["opened_by"]),
            text_of(first["current_reading"]) or None,
            text_of(first["current_annexes"]) or None,
        )
    verdicts = {
        str(row["capture_id"]): Verdict(
            str(row["verdict"]),
            text_of(row["key_digest"]),
            text_of(row["metadata_digest"]),
            text_of(row["reading_digest"]),
            text_of(row["annexes_digest"]),
        )
        for row in rows
        if row["verdict"] is not None
    }
    captures = tuple(Capture(**{name: row[name] for name in _COLUMNS}) for row in rows)  # type: ignore[arg-type]
    name = str(first["document_id"] or document_id(captures[0].source_id, home))
    attached = {str(row["capture_id"]): str(row["attached"]) for row in rows}
    return Pending(name, home, current, captures, verdicts, attached, files)


def _lost(connection: duckdb.DuckDBPyConnection) -> tuple[Lost, ...]:
    return tuple(
        Lost(
            document_id=row["document_id"],
            source_id=row["source_id"],
            home=row["home"],
            current=Current(
                row["version"],
                row["key_digest"],
                row["metadata_digest"],
                row["capture_id"],
                annexes_digest=row["annexes_digest"],
            ),
            identifier=row["identifier"],
            title=row["title"],
        )
        for row in connection.sql(_GONE).to_arrow_table().to_pylist()
    )

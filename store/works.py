"""Tables of a release that speak of policies instead of pages: works, copies, fidelity and relations, out of the index of links."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice

import duckdb
import orjson
import pyarrow as pa

from parsers.works.fidelity import differences
from store import links, tables, told
from store.gaps import gaps
from store.schema import TABLES
from store.series import series
from store.sql import batches, quoted, registered
from store.tables import Row

DAILY = frozenset({"works", "gaps"})
"""Tables that another day may change: what lapsed since, and which days a source was blind."""

_BATCH = 5_000
_AT_ONCE = 500
"""Documents whose texts are held at once when copies are compared."""


def link_documents(
    connection: duckdb.DuckDBPyConnection, index: sqlite3.Connection, *, all_of_them: bool
) -> bool:
    """Bring the index up to what the release holds, and compare the copies that something came to.

    Args:
        connection: With the views of the release in the making, and view `release_attachments`.
        index: Of `store.links.opened`.
        all_of_them: Whether to look at every document instead of those that something came to.

    Returns:
        Whether anything changed.
    """
    which = "all_status" if all_of_them else "fresh_status"
    columns = ", ".join(f"d.{quoted(name)}" for name in links.COLUMNS)
    query = f"SELECT {columns} FROM documents d JOIN {which} f ON f.document_id = d.document_id AND f.current_version = d.version"
    known = (
        {row[0]: row[1] for row in index.execute("SELECT document_id, version FROM documents")}
        if all_of_them
        else None
    )
    schema = TABLES["documents"].live
    wanted = pa.schema([schema.field(name) for name in links.COLUMNS])
    affected: set[str] = set()
    for batch in batches(connection, query, wanted):
        rows = batch.sort_by([("first_seen", "ascending"), ("document_id", "ascending")]).to_pylist()
        fresh = [row for row in rows if known is None or known.get(row["document_id"]) != row["version"]]
        affected |= links.link(index, fresh, _files(connection.cursor(), fresh))
    _compare(connection, index, affected)
    told.tell(index, affected)
    index.commit()
    return bool(affected)


def _files(connection: duckdb.DuckDBPyConnection, rows: Sequence[Row]) -> Mapping[str, frozenset[str]]:
    """Digests of the attached files of some documents, where the archive has them; `connection` has no open result."""
    if not rows:
        return {}
    query = """
    SELECT a.document_id, list(DISTINCT c.content_digest) FROM release_attachments a SEMI JOIN wanted USING (document_id, version)
    JOIN captures c ON c.url = a.url AND c.kind = 'attachment' AND c.content_digest IS NOT NULL GROUP BY a.document_id
    """
    wanted = pa.table({name: [row[name] for row in rows] for name in ("document_id", "version")})
    with registered(connection, "wanted", wanted):
        return {document_id: frozenset(found) for document_id, found in connection.sql(query).fetchall()}


def _compare(connection: duckdb.DuckDBPyConnection, index: sqlite3.Connection, affected: set[str]) -> None:
    """Say what each copy of the policies affected lost or changed, where that was not said of these versions."""
    query = """
    SELECT d.document_id, d.version, c.document_id AS against, a.version AS other, d.profile AS one, a.profile AS two
    FROM documents s JOIN documents d ON d.work = s.work JOIN canon c ON c.work = s.work JOIN documents a ON a.document_id = c.document_id
    WHERE s.document_id = ?
    """
    todo: dict[str, tuple[str, str]] = {}
    for document_id in sorted(affected):
        for row in index.execute(query, [document_id]):
            one, two = orjson.loads(row["one"]), orjson.loads(row["two"])
            pair = f"{row['document_id']}:{row['version']}:{row['against']}:{row['other']}"
            comparable = (
                row["document_id"] != row["against"]
                and _same_tongue(one, two)
                and _carries(index, row["document_id"])
            )
            held = index.execute(
                "SELECT pair FROM compared WHERE document_id = ?", [row["document_id"]]
            ).fetchone()
            if not comparable:
                index.execute("DELETE FROM compared WHERE document_id = ?", [row["document_id"]])
                index.execute("DELETE FROM fidelity WHERE document_id = ?", [row["document_id"]])
            elif held is None or held[0] != pair:
                todo[row["document_id"]] = (row["against"], pair)
    waiting = iter(sorted(todo.items()))
    while chunk := dict(islice(waiting, _AT_ONCE)):
        texts = _texts(connection, {*chunk, *(against for against, _ in chunk.values())})
        for document_id, (against, pair) in chunk.items():
            _tell(index, (document_id, against, pair), texts[against], texts[document_id])


def _same_tongue(one: Mapping[str, object], two: Mapping[str, object]) -> bool:
    return str(one["language"] or "zh")[:2] == str(two["language"] or "zh")[:2]


def _carries(index: sqlite3.Connection, document_id: str) -> bool:
    """Whether a document carries a policy; who only speaks of one has lost nothing of it."""
    query = "SELECT 1 FROM links WHERE (one = ?1 OR other = ?1) AND by <> 'about' LIMIT 1"
    return index.execute(query, [document_id]).fetchone() is not None


def _texts(connection: duckdb.DuckDBPyConnection, documents: set[str]) -> Mapping[str, str]:
    with registered(
        connection, "wanted", pa.table({"document_id": pa.array(sorted(documents), pa.large_string())})
    ):
        query = (
            "SELECT d.document_id, d.text FROM documents d SEMI JOIN wanted USING (document_id) "
            "JOIN all_status s ON s.document_id = d.document_id AND s.current_version = d.version"
        )
        return dict(connection.sql(query).fetchall())


def _tell(index: sqlite3.Connection, ids: tuple[str, str, str], canonical: str, copy: str) -> None:
    document_id, against, pair = ids
    found = differences(canonical, copy)
    lost = sum(len(item.canonical or "") for item in found if item.copy is None)
    index.execute("DELETE FROM fidelity WHERE document_id = ?", [document_id])
    index.executemany(
        "INSERT INTO fidelity VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                document_id,
                n,
                item.kind,
                item.canonical,
                item.copy,
                item.canonical_start,
                item.canonical_end,
                item.copy_start,
                item.copy_end,
            )
            for n, item in enumerate(found)
        ],
    )
    overlap = round(1 - lost / len(canonical), 4) if canonical else None
    index.execute(
        "INSERT OR REPLACE INTO compared VALUES (?, ?, ?, ?)", [document_id, against, pair, overlap]
    )


def policy_tables(
    index: sqlite3.Connection, connection: duckdb.DuckDBPyConnection, day: date
) -> Iterator[tuple[str, Iterator[pa.Table]]]:
    """The tables that speak of policies, as of a day, by name."""
    yield "works", _arrow("works", told.works(index, day))
    yield "copies", _arrow("copies", told.copies(index))
    yield "fidelity", _arrow("fidelity", map(dict, index.execute(_FIDELITY)))
    yield "relations", _arrow("relations", map(dict, index.execute(_RELATIONS)))
    yield "gaps", _arrow("gaps", gaps(index, connection))
    yield "series", _arrow("series", series(index, connection))


_FIDELITY = """
SELECT f.*, d.version, d.work AS work_id, c.against AS canonical_document_id
FROM fidelity f JOIN documents d USING (document_id) JOIN compared c USING (document_id) ORDER BY f.document_id, f.n
"""
_RELATIONS = """
SELECT r.document_id, r.n, d.version, d.work AS work_id, r.kind, r.title AS target_title, r.identifier AS target_identifier,
       t.work AS target_work_id, r.resolved_by, r.surface, r.start, r."end"
FROM refs r JOIN documents d USING (document_id) LEFT JOIN documents t ON t.document_id = r.target ORDER BY r.document_id, r.n
"""


def _arrow(name: str, rows: Iterator[Row]) -> Iterator[pa.Table]:
    while batch := list(islice(rows, _BATCH)):
        yield tables.arrow(name, batch)

"""Tables of a release that speak of policies instead of pages: works, copies, fidelity and relations, out of the index of links."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice

import duckdb
import pyarrow as pa

from parsers.works.fidelity import Difference, differences
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
    connection: duckdb.DuckDBPyConnection,
    index: sqlite3.Connection,
    *,
    all_of_them: bool,
    each: links.Each = map,
) -> bool:
    """Bring the index up to what the release holds, and compare the copies that something came to.

    Args:
        connection: With the views of the release in the making, and view `release_attachments`.
        index: Of `store.links.opened`.
        all_of_them: Whether to look at every document instead of those that something came to.
        each: Does what can be done of each document, and of each copy beside its canonical text, alone.

    Returns:
        Whether anything changed.
    """
    which = "all_status" if all_of_them else "fresh_status"
    columns = ", ".join(f"d.{quoted(name)}" for name in links.COLUMNS)
    query = f"SELECT {columns} FROM documents d JOIN {which} f ON f.document_id = d.document_id AND f.current_version = d.version"
    schema = TABLES["documents"].live
    wanted = pa.schema([schema.field(name) for name in links.COLUMNS])
    affected: set[str] = set()
    for batch in batches(connection, query, wanted):
        rows = batch.sort_by([("first_seen", "ascending"), ("document_id", "ascending")]).to_pylist()
        affected |= links.link(index, rows, _files(connection.cursor(), rows), each)
    _compare(connection, index, affected, each)
    told.tell(index, affected)
    index.commit()
    return bool(affected)


def _files(connection: duckdb.DuckDBPyConnection, rows: Sequence[Row]) -> Mapping[str, frozenset[str]]:
    """Digests of the attached files of some documents, where the archive has them; `connection` has no open result."""
    if not rows:
        return {}
    query = """
    SELECT a.document_id, list(DISTINCT c.content_digest) FROM release_attachments a SEMI JOIN wanted USING (document_id, version)
    JOIN captures c ON c.url = a.url AND c.kind IN ('attachment', 'document') AND c.content_digest IS NOT NULL GROUP BY a.document_id
    """
    wanted = pa.table({name: [row[name] for row in rows] for name in ("document_id", "version")})
    with registered(connection, "wanted", wanted):
        return {document_id: frozenset(found) for document_id, found in connection.sql(query).fetchall()}


def _compare(
    connection: duckdb.DuckDBPyConnection, index: sqlite3.Connection, affected: set[str], each: links.Each
) -> None:
    """Say what each copy of the policies affected lost or changed, where that was not said of these versions."""
    query = """
    SELECT d.document_id, c.document_id AS against, d.document_id || ':' || d.version || ':' || a.document_id || ':' || a.version AS pair,
           d.language AS one, a.language AS two, m.pair AS held
    FROM documents d JOIN canon c ON c.work = d.work JOIN documents a ON a.document_id = c.document_id
    LEFT JOIN compared m ON m.document_id = d.document_id WHERE d.work = ?
    """
    todo: dict[str, tuple[str, str]] = {}
    for work in sorted(links.works_of(index, affected)):
        for row in index.execute(query, [work]).fetchall():
            document_id, against = row["document_id"], row["against"]
            if (
                document_id == against
                or _tongue(row["one"]) != _tongue(row["two"])
                or not links.linked(index, document_id, links.CARRYING)
            ):
                index.execute("DELETE FROM compared WHERE document_id = ?", [document_id])
                index.execute("DELETE FROM fidelity WHERE document_id = ?", [document_id])
            elif row["held"] != row["pair"]:
                todo[document_id] = (against, row["pair"])
    waiting = iter(sorted(todo.items(), key=lambda item: item[1]))  # the copies of one text in a row
    while chunk := dict(islice(waiting, _AT_ONCE)):
        texts = _texts(connection, {*chunk, *(against for against, _ in chunk.values())})
        both = [(texts[against], texts[document_id]) for document_id, (against, _) in chunk.items()]
        for (document_id, (against, pair)), (canonical, _), found in zip(
            chunk.items(), both, each(_differences, both), strict=True
        ):
            _keep(index, (document_id, against, pair), len(canonical), found)


def _tongue(language: str | None) -> str:
    return (language or "zh")[:2]


def _texts(connection: duckdb.DuckDBPyConnection, documents: set[str]) -> Mapping[str, str]:
    with registered(
        connection, "wanted", pa.table({"document_id": pa.array(sorted(documents), pa.large_string())})
    ):
        query = (
            "SELECT d.document_id, d.text FROM documents d SEMI JOIN wanted USING (document_id) "
            "JOIN all_status s ON s.document_id = d.document_id AND s.current_version = d.version"
        )
        return dict(connection.sql(query).fetchall())


def _differences(both: tuple[str, str]) -> tuple[Difference, ...]:
    return differences(*both)


def _keep(
    index: sqlite3.Connection, ids: tuple[str, str, str], characters: int, found: Sequence[Difference]
) -> None:
    """Keep what a copy lost or changed against a canonical text of so many characters."""
    document_id, against, pair = ids
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
    overlap = round(1 - lost / characters, 4) if characters else None
    index.execute(
        "INSERT OR REPLACE INTO compared VALUES (?, ?, ?, ?)", [document_id, against, pair, overlap]
    )


def policy_tables(
    index: sqlite3.Connection, connection: duckdb.DuckDBPyConnection, day: date
) -> Iterator[tuple[str, Iterator[pa.Table]]]:
    """The tables that speak of policies, as of a day, by name."""
    yield "works", _arrow("works", told.works(index, day))
    yield "copies", _arrow("copies", told.copies(index))
    yield "fidelity", _asked(index, "fidelity", _FIDELITY)
    yield "relations", _asked(index, "relations", _RELATIONS)
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


def _asked(index: sqlite3.Connection, name: str, query: str) -> Iterator[pa.Table]:
    """The rows of a query as a table's, column by column, without a dictionary for each row: all of them are written anew when one copy changed."""
    schema = TABLES[name].live
    found = index.execute(query)
    names = [column for column, *_ in found.description]
    while batch := found.fetchmany(_BATCH):
        columns = dict(zip(names, zip(*batch, strict=True), strict=True))
        yield pa.table([pa.array(columns[field.name], field.type) for field in schema], schema=schema)

"""Tables of a release that speak of policies instead of pages: works, copies, fidelity and relations, out of the index of links."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from parsers.works.fidelity import Difference, differences
from store import links, tables, told
from store.schema import TABLES
from store.series import series
from store.sql import batches, quoted, registered
from store.tables import Row

POLICY_TABLES = ("works", "copies", "fidelity", "relations", "series")
"""The tables of which only what something came to is told anew."""

MOST_RETOLD = 10_000
"""Documents that are told of anew beside those that stay; of more, all are told anew."""

_BATCH = 5_000
_AT_ONCE = 20_000_000
"""Characters of the texts that are held at once when copies are compared."""


def link_documents(
    connection: duckdb.DuckDBPyConnection,
    index: sqlite3.Connection,
    paths: Sequence[Path],
    *,
    all_of_them: bool,
    each: links.Each = map,
) -> set[str]:
    """Bring the index up to what the release holds, and compare the copies that something came to.

    Args:
        connection: With the views of the release in the making, and view `release_attachments`.
        index: Of `store.links.opened`.
        paths: The files of table `documents`.
        all_of_them: Whether to look at every document instead of those that something came to.
        each: Does what can be done of each document, and of each copy beside its canonical text, alone.

    Returns:
        The documents of which something may be told otherwise.
    """
    if all_of_them:
        # A document counts from when it was seen first, whatever its newest version.
        columns = ", ".join(
            f"{'s' if name == 'first_seen' else 'd'}.{quoted(name)}" for name in links.COLUMNS
        )
        query = f"SELECT {columns} FROM documents d JOIN all_status s ON s.document_id = d.document_id AND s.current_version = d.version"
        schema = TABLES["documents"].live
        found = batches(connection, query, pa.schema([schema.field(name) for name in links.COLUMNS]))
    else:
        fresh = connection.sql(
            "SELECT document_id, current_version AS version, first_seen FROM fresh_status"
        ).to_arrow_table()
        unseen = links.unseen(index, fresh)
        since = dict(zip(unseen["document_id"].to_pylist(), unseen["first_seen"], strict=True))
        found = (_since(rows, since) for rows in tables.found("documents", paths, unseen, links.COLUMNS))
    affected: set[str] = set()
    for batch in found:
        rows = batch.sort_by([("first_seen", "ascending"), ("document_id", "ascending")]).to_pylist()
        affected |= links.link(index, rows, _files(connection.cursor(), rows), each)
    _compare(index, paths, affected, each)
    told.tell(index, affected)
    index.commit()
    return affected


def _since(rows: pa.Table, since: Mapping[str, pa.Scalar]) -> pa.Table:
    """Documents with the time at which each was seen first, in place of that of its version."""
    field = rows.schema.field("first_seen")
    times = pa.array([since[name].as_py() for name in rows["document_id"].to_pylist()], field.type)
    return rows.set_column(rows.schema.get_field_index("first_seen"), field, times)


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


def _compare(index: sqlite3.Connection, paths: Sequence[Path], affected: set[str], each: links.Each) -> None:
    """Say what each copy of the policies affected lost or changed, where that was not said of these versions."""
    query = """
    SELECT d.document_id, d.version, c.document_id AS against, a.version AS against_version, d.characters, d.document_id || ':' || d.version || ':' || a.document_id || ':' || a.version AS pair,
           d.language AS one, a.language AS two, m.pair AS held
    FROM documents d JOIN canon c ON c.work = d.work JOIN documents a ON a.document_id = c.document_id
    LEFT JOIN compared m ON m.document_id = d.document_id WHERE d.work = ?
    """
    todo: list[sqlite3.Row] = []
    for work in sorted(links.works_of(index, affected)):
        rows = index.execute(query, [work]).fetchall()
        carrying = links.carriers(index, rows[0]["against"]) if rows else set[str]()
        for row in rows:
            document_id, against = row["document_id"], row["against"]
            if (
                document_id == against
                or _tongue(row["one"]) != _tongue(row["two"])
                or document_id not in carrying
            ):
                index.execute("DELETE FROM compared WHERE document_id = ?", [document_id])
                index.execute("DELETE FROM fidelity WHERE document_id = ?", [document_id])
            elif row["held"] != row["pair"]:
                todo.append(row)
    todo.sort(key=lambda row: (row["against"], row["pair"]))  # the copies of one text in a row
    for chunk in _chunks(todo):
        copies = [(row["document_id"], row["version"]) for row in chunk]
        held = _texts(paths, {*copies, *((row["against"], row["against_version"]) for row in chunk)})
        texts = dict(zip(held["document_id"].to_pylist(), held["text"].to_pylist(), strict=True))
        both = [(texts[row["against"]], texts[row["document_id"]]) for row in chunk]
        for row, (canonical, _), found in zip(chunk, both, each(_differences, both), strict=True):
            _keep(index, (row["document_id"], row["against"], row["pair"]), len(canonical), found)


def _chunks(rows: Sequence[sqlite3.Row]) -> Iterator[list[sqlite3.Row]]:
    """Copies whose texts are held at once: one at least, whatever its size."""
    chunk: list[sqlite3.Row] = []
    held = 0
    for row in rows:
        chunk.append(row)
        held += row["characters"]
        if held >= _AT_ONCE:
            yield chunk
            chunk, held = [], 0
    if chunk:
        yield chunk


def _tongue(language: str | None) -> str:
    return (language or "zh")[:2]


def _texts(paths: Sequence[Path], keys: Collection[Sequence[object]]) -> pa.Table:
    """The texts of some documents and versions, with both."""
    columns = ("document_id", "version", "text")
    wanted = pa.table({name: [key[n] for key in keys] for n, name in enumerate(columns[:2])})
    return pa.concat_tables(tables.found("documents", paths, wanted, columns))


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


@dataclass(frozen=True, slots=True)
class Retold:
    """What is told anew; the rest of a table stays as the release before has it.

    Attributes:
        works: Policies.
        documents: All that belong to them, and those that refer to one of them.
    """

    works: frozenset[str]
    documents: frozenset[str]

    def stays(self, name: str) -> pc.Expression:
        """Which rows of a table are taken over. A policy that nobody carries any more is gone with its canonical copy."""
        documents = pa.array(sorted(self.documents), pa.large_string())
        if name != "works":
            return ~pc.field("document_id").isin(documents)
        works = pa.array(sorted(self.works), pa.large_string())
        return ~(pc.field("work_id").isin(works) | pc.field("canonical_document_id").isin(documents))


def retold(index: sqlite3.Connection, affected: set[str], since: date, day: date) -> Retold | None:
    """What has to be told anew after some documents were affected, and the days since the last release went by.

    Args:
        index: Of `store.links.opened`, after `link_documents`.
        affected: What that gave.
        since: Day of the release before.
        day: Of the release.

    Returns:
        None where that is so much that all is told anew.
    """
    referring = {
        row[0]
        for document_id in affected
        for row in index.execute("SELECT document_id FROM refs WHERE target = ?", [document_id])
    }
    works = links.works_of(index, affected | referring) | told.turning(
        index, min(since, day), max(since, day)
    )
    members = {
        row[0]
        for work in works
        for row in index.execute("SELECT document_id FROM documents WHERE work = ?", [work])
    }
    documents = affected | referring | members
    return Retold(frozenset(works), frozenset(documents)) if len(documents) <= MOST_RETOLD else None


def policy_tables(
    index: sqlite3.Connection,
    connection: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    day: date,
    only: Retold | None,
) -> Iterator[tuple[str, Iterator[pa.Table]]]:
    """The tables that speak of policies, but for `gaps`, as of a day, by name: all rows, or those that are told anew."""
    index.execute("CREATE TEMP TABLE asked (id TEXT PRIMARY KEY) WITHOUT ROWID")
    if only is not None:
        index.executemany(
            "INSERT OR IGNORE INTO asked VALUES (?)", [(item,) for item in (*only.works, *only.documents)]
        )
    works, documents, said = (
        "TRUE" if only is None else f"{column} IN asked"
        for column in ("work", "document_id", "f.document_id")
    )
    texts = None if only is None else _texts(paths, index.execute(_QUOTED).fetchall())
    yield "works", _arrow("works", told.works(index, day, works))
    yield "copies", _arrow("copies", told.copies(index, documents))
    yield "fidelity", _asked(index, "fidelity", _FIDELITY.format(only=said))
    yield "relations", _asked(index, "relations", _RELATIONS.format(only=said))
    yield "series", _arrow("series", series(index, connection, documents, texts))
    index.execute("DROP TABLE asked")


_QUOTED = """
SELECT document_id, version FROM documents CROSS JOIN canon USING (document_id, work) WHERE document_id IN asked
"""
"""The canonical copies among what is asked for. A CROSS JOIN is done as it is written: else all of `canon` is gone through."""

_FIDELITY = """
SELECT f.*, d.version, d.work AS work_id, c.against AS canonical_document_id
FROM fidelity f JOIN documents d USING (document_id) JOIN compared c USING (document_id) WHERE {only} ORDER BY f.document_id, f.n
"""
_RELATIONS = """
SELECT f.document_id, f.n, d.version, d.work AS work_id, f.kind, f.title AS target_title, f.identifier AS target_identifier,
       t.work AS target_work_id, f.resolved_by, f.surface, f.start, f."end"
FROM refs f JOIN documents d USING (document_id) LEFT JOIN documents t ON t.document_id = f.target WHERE {only} ORDER BY f.document_id, f.n
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

"""Which documents are meant by what documents say of policies: by its number, or else by its name where one policy alone has it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

from parsers.works.headline import place_of
from parsers.works.match import TELLERS

MOST_WORKS = 200
"""Policies that may share a name or a number; more, and it is a stock phrase, which tells nothing."""

_HELD = 5_000
"""Names and numbers of which the documents are held at once."""

Called: TypeAlias = tuple[str | None, str | None]
"""Name and number of a document."""
_Lookup: TypeAlias = Callable[[str, str], Sequence[sqlite3.Row]]
"""The documents that have a value in a column."""


def called_so(index: sqlite3.Connection, documents: Iterable[str]) -> set[Called]:
    """Names and numbers that some documents have: who gives one means another document, it may be, once they are called otherwise."""
    query = "SELECT name, identifier FROM documents WHERE document_id = ?"
    return {(row[0], row[1]) for document_id in documents for row in index.execute(query, [document_id])}


def resolve(index: sqlite3.Connection, affected: set[str], called: set[Called]) -> None:
    """Find the documents that references mean: those of some documents, and those that mean them, or meant them until now.

    Args:
        index: Of `store.links.opened`.
        affected: These documents; those whose references mean something else now, and what they mean and meant, are added.
        called: What they were called before.
    """

    @lru_cache(maxsize=_HELD)  # no document is called otherwise from here on
    def held(column: str, value: str) -> Sequence[sqlite3.Row]:
        return _having(index, column, value)

    wanted = _of(index, affected) | _naming(index, called | called_so(index, affected), held)
    for document_id, n in sorted(wanted):
        told = index.execute(
            "SELECT r.*, d.place, d.work FROM refs r JOIN documents d USING (document_id) WHERE r.document_id = ? AND r.n = ?",
            [document_id, n],
        ).fetchone()
        target, how = _meant(told, held)
        affected |= {target, told["target"]} - {None}
        if (target, how) != (told["target"], told["resolved_by"]):
            affected.add(document_id)
            index.execute(
                "UPDATE refs SET target = ?, resolved_by = ? WHERE document_id = ? AND n = ?",
                [target, how, document_id, n],
            )


def _having(index: sqlite3.Connection, column: str, value: str) -> Sequence[sqlite3.Row]:
    """The documents that have a value; none where they are of too many policies."""
    # The indexes hold what is not empty: SQLite takes one only for a query that says as much.
    having = f"FROM documents WHERE {column} = ?1 AND {column} <> ''"
    works = index.execute(f"SELECT DISTINCT work {having} LIMIT 1 + ?2", [value, MOST_WORKS]).fetchall()
    if len(works) > MOST_WORKS:
        return ()
    query = f"SELECT document_id, work, place, identifier, first_seen, kind {having}"
    return index.execute(query, [value]).fetchall()


def _of(index: sqlite3.Connection, documents: Iterable[str]) -> set[tuple[str, int]]:
    """The references in some documents, and those that have meant one of them until now."""
    query = "SELECT document_id, n FROM refs WHERE document_id = ?1 UNION ALL SELECT document_id, n FROM refs WHERE target = ?1"
    return {(row[0], row[1]) for item in documents for row in index.execute(query, [item])}


def _naming(index: sqlite3.Connection, called: Iterable[Called], held: _Lookup) -> set[tuple[str, int]]:
    """The references that give one of some numbers, or one of some names where they are not known by a number."""
    found: set[tuple[str, int]] = set()
    for identifier in {identifier for _, identifier in called if identifier}:
        query = "SELECT document_id, n FROM refs WHERE identifier = ?"
        found |= {(row[0], row[1]) for row in index.execute(query, [identifier])}
    for name in {name for name, _ in called if name}:
        # What nobody is called now, or too many are, tells nothing: what was known by it is known no more.
        doubtful = "IS NOT 'identifier'" if held("name", name) else "= 'name'"
        query = f"SELECT document_id, n FROM refs WHERE name = ? AND name <> '' AND resolved_by {doubtful}"
        found |= {(row[0], row[1]) for row in index.execute(query, [name])}
    return found


def _meant(told: sqlite3.Row, held: _Lookup) -> tuple[str | None, str | None]:
    """The document that a reference means, and by what that is known; none where several policies could be meant."""
    named = place_of(told["title"])
    for how in ("identifier", "name"):
        value = told[how]
        if not value or (how == "name" and told["identifier"] and told["kind"] == "replies_to"):
            continue
        found = [row for row in held(how, value) if how == "identifier" or _fits(told, named, row)]
        found = [
            row for row in found if row["document_id"] != told["document_id"] or told["kind"] == "issues"
        ]
        if found and len({row["work"] for row in found}) == 1:
            return min(found, key=lambda row: (row["first_seen"], row["document_id"]))["document_id"], how
    return None, None


def _fits(told: sqlite3.Row, named: str | None, row: sqlite3.Row) -> bool:
    """Whether a policy of the name can be meant: its place is the one that the reference names, or the referrer's, or the centre."""
    if row["kind"] in TELLERS:
        return False
    if told["identifier"] and row["identifier"] and told["identifier"] != row["identifier"]:
        return False
    if named:
        return bool(row["place"] is None or row["place"] == named)
    return row["place"] in {told["place"], "CN"} or (told["place"] or "").startswith(
        (row["place"] or "-").rstrip("0")
    )

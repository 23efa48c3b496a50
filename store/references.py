"""Which documents are meant by what documents say of policies: by its number, or else by its name where one policy alone has it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import TypeAlias

import orjson

from parsers.works.headline import place_of
from parsers.works.match import TELLERS

Called: TypeAlias = tuple[str | None, str | None]
"""Name and number of a document."""

_NUMBERED = "identifier = :identifier AND identifier <> ''"
_NAMED = f"""
name = :name AND name <> '' AND coalesce(kind, '') NOT IN {tuple(sorted(TELLERS))} AND coalesce(identifier = :identifier, true)
AND iif(:named IS NULL, place IS :place OR place IN (SELECT value FROM json_each(:above)), coalesce(place = :named, true))
"""
"""Whether a policy of the name can be meant: its place is the one that the reference names, or the referrer's, or the centre.

The indexes hold what is not empty: SQLite takes one only for a query that says as much."""


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
    wanted = _of(index, affected) | _naming(index, called | called_so(index, affected))
    for document_id, n in sorted(wanted):
        told = index.execute(
            "SELECT r.*, d.place, d.work FROM refs r JOIN documents d USING (document_id) WHERE r.document_id = ? AND r.n = ?",
            [document_id, n],
        ).fetchone()
        target, how = _meant(index, told)
        affected |= {target, told["target"]} - {None}
        if (target, how) != (told["target"], told["resolved_by"]):
            affected.add(document_id)
            index.execute(
                "UPDATE refs SET target = ?, resolved_by = ? WHERE document_id = ? AND n = ?",
                [target, how, document_id, n],
            )


def _of(index: sqlite3.Connection, documents: Iterable[str]) -> set[tuple[str, int]]:
    """The references in some documents, and those that have meant one of them until now."""
    query = "SELECT document_id, n FROM refs WHERE document_id = ?1 UNION ALL SELECT document_id, n FROM refs WHERE target = ?1"
    return {(row[0], row[1]) for item in documents for row in index.execute(query, [item])}


def _naming(index: sqlite3.Connection, called: Iterable[Called]) -> set[tuple[str, int]]:
    """The references that give one of some numbers, or one of some names where they are not known by a number."""
    by_number = "SELECT document_id, n FROM refs WHERE identifier = ?"
    by_name = (
        "SELECT document_id, n FROM refs WHERE name = ? AND name <> '' AND resolved_by IS NOT 'identifier'"
    )
    asked = {
        (query, value) for pair in called for query, value in zip((by_name, by_number), pair, strict=True)
    }
    return {(row[0], row[1]) for query, value in asked if value for row in index.execute(query, [value])}


def _meant(index: sqlite3.Connection, told: sqlite3.Row) -> tuple[str | None, str | None]:
    """The document that a reference means, and by what that is known; none where several policies could be meant."""
    place = told["place"] or ""
    above = ["CN", *(place[:level].ljust(6, "0") for level in (2, 4) if place)]
    given = {**told, "named": place_of(told["title"]), "above": orjson.dumps(above).decode()}
    for how, called in (("identifier", _NUMBERED), ("name", _NAMED)):
        if not told[how] or (how == "name" and told["identifier"] and told["kind"] == "replies_to"):
            continue
        those = f"FROM documents WHERE {called} AND (document_id <> :document_id OR :kind = 'issues')"
        works = index.execute(f"SELECT DISTINCT work {those} LIMIT 2", given).fetchall()
        if len(works) == 1:
            query = f"SELECT document_id {those} ORDER BY first_seen, document_id LIMIT 1"
            return index.execute(query, given).fetchone()[0], how
    return None, None

"""What is missing, with where to look: holes in number sequences, policies cited and not held, annexes not fetched, blind days."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

import duckdb

from store.capture import derived_id
from store.tables import Row

MOST_HOLES = 200
"""Holes told of one series; a series held so thinly is not a sequence that was followed."""

LEAST_HELD = 0.2
"""Part of a series that is held from which every hole in it is told; below, only the numbers that others cite."""

CITED = 2
"""Documents that must cite a policy without a number before it is told as missing."""

BLIND = "blind"
"""The kind of gap that the calendar alone may open."""

_SHOWN = 5
_BLIND = ("no_data", "blocked", "broken_layout", "failed", "not_run")
_NUMBER = re.compile(r"^(?P<series>.+〔\d{4}〕)(?P<n>\d{1,5})号$")
_NOTHING = dict.fromkeys(
    ("identifier", "title", "series", "known_from", "known_to", "held", "cited", "cited_by", "document_id", "url", "source_id", "first_day", "last_day")
)  # fmt: skip


_SOURCES = "SELECT DISTINCT json_extract(row, '$.source_id') FROM documents WHERE identifier BETWEEN ? AND ?"
_CITING = "SELECT document_id FROM refs WHERE identifier = ?"


def missing(
    index: sqlite3.Connection, connection: duckdb.DuckDBPyConnection, held: Sequence[Row] | None = None
) -> Iterator[Row]:
    """The rows of table `gaps` about what is not held: numbers, cited policies, annexes.

    Args:
        index: Of `store.links.opened`, up to date.
        connection: With views `release_sources` and `release_attachments`.
        held: The rows of the release before, where the index is as it was, and what can be asked, and where: what
            rests on these alone is taken over.
    """
    if held is None:
        yield from _numbers(index, _homes(connection, "seeds > 0"))
        yield from _cited(index)
    else:
        yield from (row for row in held if row["kind"] in {"number", "cited"})
    yield from _attachments(connection)


def _homes(connection: duckdb.DuckDBPyConnection, only: str = "true") -> dict[str, str | None]:
    return dict(connection.sql(f"SELECT source_id, homepage FROM release_sources WHERE {only}").fetchall())


def _again(sources: Iterable[str], since: str, until: str) -> str:
    """The command that asks some sources for what they published in some days."""
    named = " ".join(f"--source {source}" for source in sources)
    return f"`policy-ingest run {named} --since {since} --until {until}`"


def _numbers(index: sqlite3.Connection, homes: Mapping[str, str | None]) -> Iterator[Row]:
    held, cited = _by_series(index, "documents"), _by_series(index, "refs")
    for name in sorted(held.keys() | cited.keys()):
        yield from _holes(index, name, held.get(name, {}), cited.get(name, {}), homes)


_Written = Mapping[int, Sequence[str]]
"""Numbers of a series, each as it is written: a zero may stand before it."""


def _by_series(index: sqlite3.Connection, table: str) -> Mapping[str, _Written]:
    """The numbers of each series that are held or cited, from the index of numbers alone."""
    found: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for (identifier,) in index.execute(
        f"SELECT DISTINCT identifier FROM {table} WHERE identifier IS NOT NULL"
    ):
        if (match := _NUMBER.match(identifier)) is not None:
            found[match["series"]][int(match["n"])].append(identifier)
    return found


def _holes(
    index: sqlite3.Connection, name: str, held: _Written, cited: _Written, homes: Mapping[str, str | None]
) -> Iterator[Row]:
    """The numbers of a series that are missing.

    Args:
        index: Of `store.links.opened`.
        name: The series, as far as its year.
        held: Its numbers that are held.
        cited: Those that documents cite.
        homes: Sources that can be asked, with their home pages: what was imported cannot be.
    """
    known = held.keys() | cited.keys()
    first, last = min(known), max(known)
    span = last - first + 1
    if not held or len(held) / span < LEAST_HELD or span - len(held) > MOST_HOLES:
        missing = sorted(cited.keys() - held.keys())
    else:
        missing = sorted(set(range(first, last + 1)) - held.keys())
    if not missing:
        return
    after = f"{name}:"  # a colon comes after all digits
    sources = sorted(row[0] for row in index.execute(_SOURCES, [name, after]) if row[0] in homes)
    looks = ", ".join(f"{source} ({homes[source] or 'no home page'})" for source in sources)
    year = name[-5:-1]
    for n in missing:
        citing = sorted({row[0] for written in cited.get(n, ()) for row in index.execute(_CITING, [written])})
        yield {
            **_NOTHING,
            "gap_id": derived_id("number", name, str(n)),
            "kind": "number",
            "identifier": f"{name}{n}号",
            "series": name,
            "known_from": first,
            "known_to": last,
            "held": len(held),
            "cited": len(citing),
            "cited_by": "; ".join(citing[:_SHOWN]) or None,
            "suggestion": f"Look in the lists of {looks}; {_again(sources, f'{year}-01-01', f'{year}-12-31')}"
            if looks
            else f"No source of {name} is watched: find the office that numbers so, and `policy-ingest sources add` its list",
        }


def _cited(index: sqlite3.Connection) -> Iterator[Row]:
    query = """
    SELECT name, min(title) AS title, count(DISTINCT document_id) AS citing, group_concat(DISTINCT document_id) AS documents
    FROM refs WHERE target IS NULL AND identifier IS NULL AND name <> '' GROUP BY name HAVING citing >= ? ORDER BY name
    """
    for name, title, number, documents in index.execute(query, [CITED]):
        yield {
            **_NOTHING,
            "gap_id": derived_id("cited", name),
            "kind": "cited",
            "title": title,
            "cited": number,
            "cited_by": "; ".join(sorted(documents.split(","))[:_SHOWN]),
            "suggestion": "Search the policy library of the centre or of the place that the name speaks of for this title",
        }


def _attachments(connection: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    query = """
    SELECT a.document_id, a.url, any_value(a.label) FROM release_attachments a
    JOIN all_status s ON s.document_id = a.document_id AND s.current_version = a.version
    ANTI JOIN (SELECT url FROM captures WHERE kind IN ('attachment', 'document') AND fetch_outcome = 'ok') c ON c.url = a.url
    GROUP BY a.document_id, a.url ORDER BY ALL
    """
    for document_id, url, label in connection.sql(query).fetchall():
        yield {
            **_NOTHING,
            "gap_id": derived_id("attachment", document_id, url),
            "kind": "attachment",
            "title": label,
            "document_id": document_id,
            "url": url,
            "suggestion": "Fetch the file by its address; the text of the document does not have what it says",
        }


def blind(connection: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    """The rows about days in a row on which a source could not be read.

    Args:
        connection: With views `release_coverage` and `release_sources`.
    """
    homes = _homes(connection)
    query = f"SELECT source_id, day, verdict FROM release_coverage WHERE verdict IN {_BLIND} ORDER BY source_id, day"
    rows = connection.sql(query).fetchall()
    runs: list[tuple[str, date, date, set[str]]] = []
    for source_id, day, verdict in rows:
        if runs and runs[-1][0] == source_id and day - runs[-1][2] == timedelta(days=1):
            runs[-1] = (source_id, runs[-1][1], day, runs[-1][3] | {verdict})
        else:
            runs.append((source_id, day, day, {verdict}))
    for source_id, first, last, verdicts in runs:
        yield {
            **_NOTHING,
            "gap_id": derived_id("blind", source_id, first.isoformat()),
            "kind": BLIND,
            "source_id": source_id,
            "first_day": first,
            "last_day": last,
            "suggestion": f"{', '.join(sorted(verdicts))}: {_again([source_id], str(first), str(last))}; "
            f"see {homes.get(source_id) or 'its home page'}",
        }

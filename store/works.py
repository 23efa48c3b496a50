"""Tables of a release that speak of policies instead of pages: works, copies, fidelity and relations, out of the index of links."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from urllib.parse import urlsplit

import duckdb
import orjson
import pyarrow as pa

from parsers.metadata.bodies import body_of_host, standard_name
from parsers.metadata.document_types import ENGLISH_LABELS
from parsers.metadata.former_divisions import division_asof
from parsers.metadata.issuers import split_bodies
from parsers.metadata.jurisdictions import of_body, of_code
from parsers.works.fidelity import differences
from parsers.works.headline import headline
from store import links, tables
from store.gaps import gaps
from store.rows import day_of
from store.schema import TABLES
from store.series import series
from store.sql import batches, quoted, registered
from store.tables import Row

_BATCH = 5_000
_AT_ONCE = 500
"""Documents whose texts are held at once when copies are compared."""
_YEAR = re.compile(r"(?:19|20)\d\d年?|（.*?）|\(.*?\)|暂行|试行|修订")
_NEVER = frozenset({"news", "interpretation", "speech", "report", "proposal", "reply", "minutes", "penalty"})
"""Kinds of text that are not in force or out of force."""


def link_documents(
    connection: duckdb.DuckDBPyConnection, index: sqlite3.Connection, *, all_of_them: bool
) -> bool:
    """Bring the index up to what the release holds, and compare the copies that something came to.

    Args:
        connection: With the views of the release in the making.
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
        affected |= links.link(index, fresh)
    _compare(connection, index, affected)
    index.commit()
    return bool(affected)


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
            comparable = row["document_id"] != row["against"] and _same_tongue(one, two) and _carries(one)
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


def _carries(one: Mapping[str, object]) -> bool:
    return one["kind"] != "interpretation"


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
    yield "works", _arrow("works", _works(index, day))
    yield "copies", _arrow("copies", _copies(index))
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
_COPIES = """
SELECT d.document_id, d.version, d.work AS work_id, d.role, c.document_id AS canonical, d.row, m.overlap, d.first_seen,
       (SELECT count(*) FROM fidelity f WHERE f.document_id = d.document_id) AS differences
FROM documents d JOIN canon c ON c.work = d.work LEFT JOIN compared m ON m.document_id = d.document_id ORDER BY d.document_id
"""
_BEST = """
SELECT l.by, l.score, l.evidence, CASE WHEN l.one = ?1 THEN l.other ELSE l.one END AS other
FROM (SELECT * FROM links WHERE one = ?1 UNION ALL SELECT * FROM links WHERE other = ?1) l
JOIN documents d ON d.document_id = CASE WHEN l.one = ?1 THEN l.other ELSE l.one END
WHERE d.work = ?2 ORDER BY CASE WHEN ?3 IN (l.one, l.other) THEN 0 ELSE 1 END, l.score DESC, other LIMIT 1
"""
_WORKS = """
SELECT c.work AS work_id, c.document_id, c.reason, d.row, d.identifier, d.role FROM canon c JOIN documents d USING (document_id) ORDER BY c.work
"""
_ENDED_BY = """
SELECT r.kind, r.surface, r.document_id, s.row, s.name, t.name AS own FROM refs r JOIN documents t ON t.document_id = r.target
JOIN documents s ON s.document_id = r.document_id
WHERE t.work = ? AND s.work <> t.work AND r.kind IN ('repeals', 'replaces') ORDER BY r.kind, r.document_id
"""


def _works(index: sqlite3.Connection, day: date) -> Iterator[Row]:
    for row in index.execute(_WORKS):
        members = index.execute(
            "SELECT row, identifier, first_seen FROM documents WHERE work = ? ORDER BY document_id",
            [row["work_id"]],
        ).fetchall()
        facts, others = orjson.loads(row["row"]), [orjson.loads(item["row"]) for item in members]
        issued = min((item["issued"] for item in others if item["issued"]), default=None)
        dates: dict[str, str | None] = {"issued": issued}
        for name in ("created", "valid_from", "valid_to"):
            dates[name] = facts[name] or next(
                (item[name] for item in others if item[name] and _carries_policy(item)), None
            )
        said, evidence, by = _status(index, row, facts, dates, day)
        yield {
            "work_id": row["work_id"],
            "identifier": row["identifier"]
            or next((item["identifier"] for item in members if item["identifier"]), None),
            "title": facts["title"],
            "creator": _creators(facts, others, row["role"]),
            **dates,
            **{f"{name}_date": day_of(value) for name, value in dates.items()},
            "jurisdiction": facts["jurisdiction"],
            "jurisdiction_asof": _place_then(facts, dates),
            "document_type": facts["document_type"],
            "document_type_en": ENGLISH_LABELS.get(facts["document_type"]),
            "status": said,
            "status_evidence": evidence,
            "status_document_id": by,
            "copies": len(members),
            "canonical_document_id": row["document_id"],
            "canonical_reason": row["reason"],
            "first_seen": datetime.fromisoformat(min(item["first_seen"] for item in members)),
        }


def _carries_policy(facts: Mapping[str, object]) -> bool:
    return facts["document_type"] not in {"news", "interpretation"}


def _creators(facts: Mapping[str, object], others: list[dict[str, object]], part: str | None) -> str | None:
    """The bodies by their names in the table of bodies; 省科技厅 is written out by the document's region."""
    said = facts["creator"] or next(
        (item["creator"] for item in others if item["creator"] and _carries_policy(item)), None
    )
    if said is None:
        own = (
            body_of_host(urlsplit(str(facts["url"])).hostname)
            if part == "origin" and _carries_policy(facts)
            else None
        )
        return None if own is None else own.name
    bodies = split_bodies(str(said))
    code = facts["jurisdiction_code"]
    region = of_code(str(code), str(code)) if code else of_body(bodies[0])
    return "; ".join(standard_name(body, region) for body in bodies)


def _place_then(facts: Mapping[str, object], dates: Mapping[str, str | None]) -> str | None:
    """The name that the policy's division had in its year."""
    day, code = dates["created"] or dates["issued"], facts["jurisdiction_code"]
    return division_asof(str(code), int(day[:4])) if code and day else None


def _status(
    index: sqlite3.Connection,
    row: sqlite3.Row,
    facts: Mapping[str, object],
    dates: Mapping[str, str | None],
    day: date,
) -> tuple[str | None, str | None, str | None]:
    """What is in force, with what that rests on; null where nothing tells."""
    if headline(str(facts["title"] or "")).draft:
        return "draft", f"the headline: {facts['title']}", None
    for item in index.execute(_ENDED_BY, [row["work_id"]]):
        other = orjson.loads(item["row"])
        since = other["valid_from"] or other["created"] or other["issued"]
        if headline(other["title"] or "").draft or (since and (first := day_of(since)) and first > day):
            continue
        same = _YEAR.sub("", item["name"] or "") == _YEAR.sub("", item["own"] or "")
        ended = "replaced" if item["kind"] == "replaces" or same else "repealed"
        return ended, f"{other['title']} ({since or 'no date'}): {item['surface']}", item["document_id"]
    last, first = day_of(dates["valid_to"]), day_of(dates["valid_from"])
    if last is not None and _end(dates["valid_to"]) < day:
        return "expired", f"in force until {dates['valid_to']}", None
    if first is not None and first > day:
        return None, f"in force from {dates['valid_from']}", None
    begun = dates["valid_from"] or dates["created"] or dates["issued"]
    if facts["document_type"] is None or facts["document_type"] in _NEVER or not begun:
        return None, None, None
    until = (
        f", until {dates['valid_to']}"
        if dates["valid_to"]
        else "; no end is stated, and nothing that is held repeals it"
    )
    return "in_force", f"since {begun}{until}", None


def _end(value: str | None) -> date:
    """The last day of a date cut to its precision."""
    text = value or "9999"
    if len(text) >= len("2023-03-09"):
        return date.fromisoformat(text[:10])
    year, month = int(text[:4]), int(text[5:7] or 12) if len(text) > len("2023") else 12
    following = date(year + month // 12, month % 12 + 1, 1) if year < date.max.year else date.max
    return date.fromordinal(following.toordinal() - 1)


def _copies(index: sqlite3.Connection) -> Iterator[Row]:
    first: dict[str, date | None] = {}
    for row in index.execute(_COPIES):
        work, document_id = row["work_id"], row["document_id"]
        if work not in first:
            days = [
                day
                for (facts,) in index.execute("SELECT row FROM documents WHERE work = ?", [work])
                if (day := _day(orjson.loads(facts)["issued"]))
            ]
            first[work] = min(days, default=None)
        best = index.execute(_BEST, [document_id, work, row["canonical"]]).fetchone()
        own, earliest = _day(orjson.loads(row["row"])["issued"]), first[work]
        compared = row["overlap"] is not None
        yield {
            "document_id": document_id,
            "version": row["version"],
            "work_id": work,
            "role": row["role"],
            "canonical": document_id == row["canonical"],
            "link_by": best and best["by"],
            "link_score": best and best["score"],
            "link_evidence": best and best["evidence"],
            "linked_to": best and best["other"],
            "delay_days": (own - earliest).days if own and earliest else None,
            "overlap": row["overlap"],
            "differences": row["differences"] if compared else None,
        }


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value[:10]) if value and len(value) >= len("2023-03-09") else None


def _arrow(name: str, rows: Iterator[Row]) -> Iterator[pa.Table]:
    while batch := list(islice(rows, _BATCH)):
        yield tables.arrow(name, batch)

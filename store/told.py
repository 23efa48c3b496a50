"""What is told of each policy and its copies, kept until something comes to it: rows of tables `works` and `copies`."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import orjson

from parsers.metadata.bodies import body_of_host, standard_name
from parsers.metadata.document_types import ENGLISH_LABELS
from parsers.metadata.former_divisions import division_asof
from parsers.metadata.issuers import split_bodies
from parsers.metadata.jurisdictions import of_body, of_code
from parsers.works.headline import is_draft
from store import links
from store.rows import day_of, last_day_of
from store.tables import Row

_YEAR = re.compile(r"(?:19|20)\d\d年?|（.*?）|\(.*?\)|暂行|试行|修订")
_NEVER = frozenset({"news", "interpretation", "speech", "report", "proposal", "reply", "minutes", "penalty"})
"""Kinds of text that are not in force or out of force."""

_COPIES = """
SELECT d.document_id, d.version, d.work AS work_id, d.role, c.document_id AS canonical, d.row, m.overlap, d.first_seen,
       (SELECT count(*) FROM fidelity f WHERE f.document_id = d.document_id) AS differences
FROM documents d JOIN canon c ON c.work = d.work LEFT JOIN compared m ON m.document_id = d.document_id
WHERE d.work = ? ORDER BY d.document_id
"""
_BEST = """
SELECT l.by, l.score, l.evidence, CASE WHEN l.one = ?1 THEN l.other ELSE l.one END AS other
FROM (SELECT * FROM links WHERE one = ?1 UNION ALL SELECT * FROM links WHERE other = ?1) l
JOIN documents d ON d.document_id = CASE WHEN l.one = ?1 THEN l.other ELSE l.one END
WHERE d.work = ?2 ORDER BY CASE WHEN ?3 IN (l.one, l.other) THEN 0 ELSE 1 END, l.score DESC, other LIMIT 1
"""
_WORK = """
SELECT c.work AS work_id, c.document_id, c.reason, d.row, d.identifier, d.role FROM canon c JOIN documents d USING (document_id) WHERE c.work = ?
"""
_ENDED_BY = """
SELECT r.kind, r.surface, r.document_id, s.row, s.name, t.name AS own FROM refs r JOIN documents t ON t.document_id = r.target
JOIN documents s ON s.document_id = r.document_id
WHERE t.work = ? AND s.work <> t.work AND r.kind IN ('repeals', 'replaces') ORDER BY r.kind, r.document_id
"""


def tell(index: sqlite3.Connection, affected: Iterable[str]) -> None:
    """Say anew what is known of the policies that some documents belong to; the others stay as they were told.

    Args:
        index: Of `store.links.opened`.
        affected: Documents whose policy, role, text, or mention by others may be another.
    """
    for work in sorted(links.works_of(index, affected)):
        row = index.execute(_WORK, [work]).fetchone()
        if row is not None:
            told = _work(index, row)
            index.execute(
                "INSERT OR REPLACE INTO told_works VALUES (?, ?)", [work, orjson.dumps(told).decode()]
            )
            index.execute("DELETE FROM turns WHERE work = ?", [work])
            index.executemany("INSERT INTO turns VALUES (?, ?)", [(work, turn) for turn in _turns(told)])
            copies = [(copy["document_id"], orjson.dumps(copy).decode()) for copy in _copies(index, work)]
            index.executemany("INSERT OR REPLACE INTO told_copies VALUES (?, ?)", copies)


def turning(index: sqlite3.Connection, since: date, until: date) -> set[str]:
    """The policies that may begin or cease to be in force in some days, the first and the last among them."""
    query = "SELECT work FROM turns WHERE day BETWEEN ? AND ?"
    return {work for (work,) in index.execute(query, [since.isoformat(), until.isoformat()])}


def works(index: sqlite3.Connection, day: date, only: str) -> Iterator[Row]:
    """The rows of table `works` as of a day, of the policies that meet a condition: only what is in force depends on the day."""
    for (told,) in index.execute(f"SELECT row FROM told_works WHERE {only} ORDER BY work"):
        row = orjson.loads(told)
        ended = row.pop("ended")
        said, evidence, by = _status(row, ended, day)
        yield {
            **row,
            **{f"{name}_date": day_of(row[name]) for name in ("created", "issued", "valid_from", "valid_to")},
            "first_seen": datetime.fromisoformat(row["first_seen"]),
            "status": said,
            "status_evidence": evidence,
            "status_document_id": by,
        }


def copies(index: sqlite3.Connection, only: str) -> Iterator[Row]:
    """The rows of table `copies` of the documents that meet a condition."""
    for (told,) in index.execute(f"SELECT row FROM told_copies WHERE {only} ORDER BY document_id"):
        yield orjson.loads(told)


def _work(index: sqlite3.Connection, row: sqlite3.Row) -> dict[str, object]:
    query = "SELECT row, identifier, first_seen FROM documents WHERE work = ? ORDER BY document_id"
    members = index.execute(query, [row["work_id"]]).fetchall()
    facts, others = orjson.loads(row["row"]), [orjson.loads(item["row"]) for item in members]
    dates: dict[str, str | None] = {
        "issued": min((item["issued"] for item in others if item["issued"]), default=None)
    }
    for name in ("created", "valid_from", "valid_to"):
        dates[name] = facts[name] or next(
            (item[name] for item in others if item[name] and _carries_policy(item)), None
        )
    return {
        "work_id": row["work_id"],
        "identifier": row["identifier"]
        or next((item["identifier"] for item in members if item["identifier"]), None),
        "title": facts["title"],
        "creator": _creators(facts, others, row["role"]),
        **dates,
        "jurisdiction": facts["jurisdiction"],
        "jurisdiction_asof": _place_then(facts, dates),
        "document_type": facts["document_type"],
        "document_type_en": ENGLISH_LABELS.get(facts["document_type"]),
        "copies": len(members),
        "canonical_document_id": row["document_id"],
        "canonical_reason": row["reason"],
        "first_seen": min(item["first_seen"] for item in members),
        "ended": list(_ends(index, row["work_id"])),
    }


def _ends(index: sqlite3.Connection, work: str) -> Iterator[dict[str, object]]:
    """The documents that say that a policy ends, drafts left out."""
    for item in index.execute(_ENDED_BY, [work]):
        other = orjson.loads(item["row"])
        if is_draft(other["title"]):
            continue
        same = _YEAR.sub("", item["name"] or "") == _YEAR.sub("", item["own"] or "")
        since = other["valid_from"] or other["created"] or other["issued"]
        yield {
            "status": "replaced" if item["kind"] == "replaces" or same else "repealed",
            "since": since,
            "evidence": f"{other['title']} ({since or 'no date'}): {item['surface']}",
            "document_id": item["document_id"],
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
    row: Mapping[str, Any], ended: list[dict[str, str]], day: date
) -> tuple[str | None, str | None, str | None]:
    """What is in force, with what that rests on; null where nothing tells."""
    if is_draft(row["title"]):
        return "draft", f"the headline: {row['title']}", None
    for item in ended:
        since = day_of(item["since"])
        if since is None or since <= day:
            return item["status"], item["evidence"], item["document_id"]
    last, first = day_of(row["valid_to"]), day_of(row["valid_from"])
    if last is not None and last_day_of(row["valid_to"]) < day:
        return "expired", f"in force until {row['valid_to']}", None
    if first is not None and first > day:
        return None, f"in force from {row['valid_from']}", None
    begun = row["valid_from"] or row["created"] or row["issued"]
    if row["document_type"] is None or row["document_type"] in _NEVER or not begun:
        return None, None, None
    until = (
        f", until {row['valid_to']}"
        if row["valid_to"]
        else "; no end is stated, and nothing that is held repeals it"
    )
    return "in_force", f"since {begun}{until}", None


def _turns(row: Mapping[str, Any]) -> set[str]:
    """The days on which what `_status` says of a policy may become another; of the last day in force, that day."""
    days = [day_of(row["valid_from"]), *(day_of(item["since"]) for item in row["ended"])]
    ends = [last_day_of(row["valid_to"])] if row["valid_to"] else []
    return {day.isoformat() for day in (*days, *ends) if day is not None}


def _copies(index: sqlite3.Connection, work: str) -> Iterator[dict[str, object]]:
    rows = index.execute(_COPIES, [work]).fetchall()
    days = {row["document_id"]: _day(orjson.loads(row["row"])["issued"]) for row in rows}
    earliest = min((day for day in days.values() if day), default=None)
    for row in rows:
        document_id = row["document_id"]
        best = index.execute(_BEST, [document_id, work, row["canonical"]]).fetchone()
        own = days[document_id]
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

"""The index of links: which documents carry one policy, kept up as documents come.

    tables/links.sqlite, .xxh128     a cache: without it, or when it is not of these tables, it is made anew from them

A new document is looked up by its keys (number, name, bands of its sketch, figures), compared with what shares one, and linked.
Adding k documents to n costs k times a few dozen searches in a B-tree. Links do not depend on the order in which documents
came, but where the documents that share a key come to be more than `BLOCK` between two runs: those linked before stay linked.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import xxhash

from parsers.metadata.identifiers import compact
from parsers.works.headline import name_of
from parsers.works.match import TELLERS, Profile, keys, match, profile
from parsers.works.relations import relations
from parsers.works.roles import Copy, elect, role
from parsers.works.sketch import distinct
from store.capture import derived_id
from store.durable import sync_folder, write_durably
from store.exceptions import StorageFault
from store.profiles import packed, unpacked
from store.references import called_so, resolve
from store.tables import Row, text_of

FILE, SEAL = "links.sqlite", "links.sqlite.xxh128"
"""The seal has the digest of the index, of 128 bits and quick to make, up to which release it was told, what the index belongs to, and the
first day from that release on on which a policy may begin or cease to be in force; `-` for none."""

LINKING = 7
"""Raised when linking would judge a pair otherwise, policies would be told otherwise, or the index gets other columns: it is then made anew."""

ABOUT, CARRYING = "by = 'about'", "by <> 'about'"
"""Links of who speaks of a policy, and of who carries it."""

BLOCK = 200
"""Documents that may share a key; more, and the key (a stock phrase, a form) tells nothing. Equal texts and numbers always tell."""

_BLOCK_READ = 1 << 20
_HELD = 5_000
"""Profiles that are held at once, some 10 kB each: documents that come together resemble the same ones."""

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, document_id TEXT UNIQUE, version INT, first_seen TEXT, name TEXT, kind TEXT, language TEXT,
    identifier TEXT, place TEXT, role TEXT, complete INT, characters INT, work TEXT, row TEXT
);
CREATE TABLE profiles (number INTEGER PRIMARY KEY, document_id TEXT, profile BLOB, marks BLOB, sample BLOB, keys BLOB);
CREATE INDEX by_identifier ON documents (identifier) WHERE identifier IS NOT NULL;
CREATE INDEX by_name ON documents (name) WHERE name <> '';
CREATE INDEX by_work ON documents (work);
CREATE TABLE keys (key INT, number INT, PRIMARY KEY (key, number)) WITHOUT ROWID;
CREATE TABLE links (one TEXT, other TEXT, by TEXT, score REAL, evidence TEXT, PRIMARY KEY (one, other)) WITHOUT ROWID;
CREATE INDEX links_back ON links (other);
CREATE TABLE refs (
    document_id TEXT, n INT, kind TEXT, title TEXT, identifier TEXT, name TEXT, surface TEXT, start INT, "end" INT,
    target TEXT, resolved_by TEXT, PRIMARY KEY (document_id, n)
) WITHOUT ROWID;
CREATE INDEX refs_by_identifier ON refs (identifier) WHERE identifier IS NOT NULL;
CREATE INDEX refs_by_name ON refs (name) WHERE name <> '';
CREATE INDEX refs_by_target ON refs (target) WHERE target IS NOT NULL;
CREATE TABLE canon (work TEXT PRIMARY KEY, document_id TEXT, reason TEXT) WITHOUT ROWID;
CREATE TABLE told_works (work TEXT PRIMARY KEY, row TEXT) WITHOUT ROWID;
CREATE TABLE turns (work TEXT, day TEXT, PRIMARY KEY (work, day)) WITHOUT ROWID;
CREATE INDEX turns_by_day ON turns (day);
CREATE TABLE told_copies (document_id TEXT PRIMARY KEY, row TEXT) WITHOUT ROWID;
CREATE TABLE compared (document_id TEXT PRIMARY KEY, against TEXT, pair TEXT, overlap REAL) WITHOUT ROWID;
CREATE TABLE fidelity (
    document_id TEXT, n INT, kind TEXT, canonical TEXT, copy TEXT, canonical_start INT, canonical_end INT, copy_start INT, copy_end INT,
    PRIMARY KEY (document_id, n)
) WITHOUT ROWID;
"""

Given = TypeVar("Given")
Told = TypeVar("Told")


class Each(Protocol):
    """Does something to each of some things, in this process or in others, and gives what came out in their order."""

    def __call__(self, do: Callable[[Given], Told], to: Sequence[Given], /) -> Iterator[Told]:
        """`do` is a function of a module, which has no effects."""


COLUMNS = (
    "document_id", "version", "source_id", "url", "title", "identifier", "creator", "publisher", "created", "issued", "valid_from",
    "valid_to", "jurisdiction", "jurisdiction_code", "language", "translated", "document_type", "provenance", "flags", "complete",
    "characters", "key_digest", "first_seen", "text",
)  # fmt: skip
"""What linking reads of table `documents`."""

_KEPT = tuple(
    name
    for name in COLUMNS
    if name not in {"text", "first_seen", "version", "complete", "characters", "key_digest"}
)


@contextmanager
def opened(path: Path, belongs: str) -> Iterator[sqlite3.Connection]:
    """The index of a folder; made anew where it is missing, damaged, half written, or belongs to other tables.

    Args:
        path: `tables/`.
        belongs: Identity of the documents table; an index of another one is thrown away.

    Raises:
        StorageFault: it cannot be written.
    """
    path.mkdir(parents=True, exist_ok=True)
    file, wanted = path / FILE, f"{LINKING}:{belongs}"
    try:
        if is_damaged(path) or not _is_of(file, wanted):
            _make(path, wanted)
        seal = _sealed(path)
        # From here on, until all is written, it counts as half written.
        (path / SEAL).unlink(missing_ok=True)
        written = file.stat().st_mtime_ns
        with closing(sqlite3.connect(file)) as index:
            index.row_factory = sqlite3.Row
            index.execute("PRAGMA synchronous = OFF")
            index.execute("PRAGMA journal_mode = OFF")  # the seal tells what was half written
            index.execute("PRAGMA cache_size = -200000")
            index.execute("CREATE TEMP TABLE told (release TEXT)")
            tell(index, seal.release)
            yield index
            release = told_until(index)
            turn = _turn(index, release)
        digest = seal.digest
        if digest is None or file.stat().st_mtime_ns != written:
            digest = _digest(file)
        _write_seal(path, _Seal(digest, release, wanted, turn))
    except sqlite3.Error as error:
        raise StorageFault(
            f"the index of links {file} cannot be written: {error}; delete it if this stays"
        ) from error


def goes_on(path: Path, belongs: str, release: str, day: date) -> bool:
    """Whether an index has seen what a release holds, and says the same of it on a later day: it need not be opened where nothing came since.

    Nor is it looked at whether it is damaged: nothing is taken from it.
    """
    seal = _sealed(path)
    return (
        (path / FILE).exists()
        and (seal.belongs, seal.release) == (f"{LINKING}:{belongs}", release)
        and _day_of(release) <= day.isoformat() < (seal.turn or "9999")
    )


def go_on(path: Path, release: str) -> None:
    """Note that an index which `goes_on` has seen all that a later release holds."""
    _write_seal(path, replace(_sealed(path), release=release))


@dataclass(frozen=True, slots=True)
class _Seal:
    """What the seal says; each is None where it does not say it. Those of older versions say the first two alone."""

    digest: str | None = None
    release: str | None = None
    belongs: str | None = None
    turn: str | None = None


def _sealed(path: Path) -> _Seal:
    seal = path / SEAL
    said = seal.read_text(encoding="utf-8", errors="replace") if seal.exists() else ""
    return _Seal(*(None if word in {"", "-"} else word for word in said.split(" ")[:4]))


def _write_seal(path: Path, seal: _Seal) -> None:
    fresh = path / f".{SEAL}.new"
    write_durably(fresh, " ".join(word or "-" for word in astuple(seal)).encode())
    fresh.replace(path / SEAL)
    sync_folder(path)


def _turn(index: sqlite3.Connection, release: str | None) -> str | None:
    """The first day from a release on on which a policy may begin or cease to be in force."""
    query = "SELECT min(day) FROM turns WHERE day >= ?"
    day: str | None = index.execute(query, [_day_of(release or "")]).fetchone()[0]
    return day


def _day_of(release: str) -> str:
    return release[: len("2026-01-01")]


def is_damaged(path: Path) -> bool:
    """Whether the index is not as it was left: a flipped bit must not link what is not one."""
    file, seal = path / FILE, path / SEAL
    if not file.exists():
        return seal.exists()
    return not seal.exists() or _sealed(path).digest != _digest(file)


def _digest(file: Path) -> str:
    digest = xxhash.xxh3_128()
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK_READ):
            digest.update(block)
    return digest.hexdigest()


def _make(path: Path, belongs: str) -> None:
    for leftover in path.glob(f"{FILE}*"):
        leftover.unlink()
    with closing(sqlite3.connect(path / FILE)) as fresh:
        # In one go, and not synced: until the seal is there it counts as half written.
        fresh.executescript(f"PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; BEGIN; {_SCHEMA} COMMIT")
        fresh.execute("INSERT INTO meta VALUES ('belongs', ?)", [belongs])
        fresh.commit()


def _is_of(file: Path, wanted: str) -> bool:
    if not file.exists():
        return False
    with closing(sqlite3.connect(file)) as index:
        row = index.execute("SELECT value FROM meta WHERE name = 'belongs'").fetchone()
        return row is not None and row[0] == wanted


def told_until(index: sqlite3.Connection) -> str | None:
    """Name of the release up to which the index has seen everything."""
    row = index.execute("SELECT release FROM told").fetchone()
    return None if row is None else row[0]


def tell(index: sqlite3.Connection, release: str | None) -> None:
    """Note that the index has seen all that a release holds; it stands in the seal, so that a day with nothing new writes no index."""
    index.execute("DELETE FROM told")
    index.execute("INSERT INTO told VALUES (?)", [release])
    index.commit()


def link(
    index: sqlite3.Connection,
    rows: Iterable[Row],
    files: Mapping[str, frozenset[str]] | None = None,
    each: Each = map,
) -> set[str]:
    """Take documents in, new ones or new versions, and link them.

    Args:
        index: Of `opened`.
        rows: Current rows of table `documents`, with `COLUMNS`.
        files: Digests of the files attached to them, by document, where there are any.
        each: Does what can be done of each document alone.

    Returns:
        The documents whose policy, role or text may now be another.
    """
    fresh: dict[int, _Alone] = {}
    affected: set[str] = set()
    new = [row for row in rows if not _has(index, row["document_id"], row["version"])]
    given = [(row, (files or {}).get(str(row["document_id"]), frozenset())) for row in new]
    ids = [str(row["document_id"]) for row in new]
    before, called = works_of(index, ids), called_so(index, ids)
    for row, alone in zip(new, each(_alone, given), strict=True):
        affected |= _forget(index, alone.item.document_id)
        number = _take_in(index, row, alone)
        fresh[number] = alone

    @lru_cache(maxsize=_HELD)  # nothing is taken in from here on
    def held(number: int) -> Profile:
        query = "SELECT document_id, profile, marks, sample FROM profiles WHERE number = ?"
        return unpacked(*index.execute(query, [number]).fetchone())

    def profile_of(number: int) -> Profile:
        return fresh[number].item if number in fresh else held(number)

    for number, alone in fresh.items():
        affected |= {alone.item.document_id, *_link_one(index, number, alone, profile_of)}
    _group(index, affected, before)
    resolve(index, affected, called)
    return affected


def _forget(index: sqlite3.Connection, document_id: str) -> set[str]:
    """Take a document's older version out; who was linked to it, and whom it referred to."""
    meant = index.execute(
        "SELECT target FROM refs WHERE document_id = ? AND target IS NOT NULL", [document_id]
    )
    neighbours = linked(index, document_id) | {row[0] for row in meant}
    query = "SELECT number, keys FROM documents JOIN profiles USING (number) WHERE documents.document_id = ?"
    row = index.execute(query, [document_id]).fetchone()
    if row is not None:
        held = [(key, row["number"]) for key in np.frombuffer(row["keys"], dtype=np.int64).tolist()]
        index.executemany("DELETE FROM keys WHERE key = ? AND number = ?", held)
        index.execute("DELETE FROM profiles WHERE number = ?", [row["number"]])
    for query in (
        "DELETE FROM links WHERE one = ?", "DELETE FROM links WHERE other = ?",
        "DELETE FROM refs WHERE document_id = ?",
    ):  # fmt: skip
        index.execute(query, [document_id])
    return neighbours


def linked(index: sqlite3.Connection, document_id: str, by: str = "TRUE") -> set[str]:
    """The documents that one is linked to: all, or those by links of `ABOUT` or `CARRYING`."""
    query = f"SELECT other FROM links WHERE one = ?1 AND {by} UNION SELECT one FROM links WHERE other = ?1 AND {by}"
    return {row[0] for row in index.execute(query, [document_id])}


@dataclass(frozen=True, slots=True)
class _Alone:
    """What is known of a document without any other.

    Attributes:
        item: Its profile.
        found_by: Keys that it is found by, hashed and sorted.
        sought: Keys to look for others by, which tell nothing where too many share them.
        telling: Those that always tell.
        references: What it says of other policies, as rows of `refs` have it.
    """

    item: Profile
    found_by: npt.NDArray[np.int64]
    sought: Sequence[int]
    telling: Sequence[int]
    references: Sequence[Sequence[object]]


def _alone(given: tuple[Row, frozenset[str]]) -> _Alone:
    """Read what linking needs of a document, a row with the digests of its files: 2 ms for 1,100 characters."""
    row, files = given
    text = str(row["text"])
    item = profile(
        str(row["document_id"]),
        title=text_of(row["title"]),
        text=text,
        key_digest=str(row["key_digest"]),
        identifier=text_of(row["identifier"]),
        creator=text_of(row["creator"]),
        created=text_of(row["created"]),
        document_type=text_of(row["document_type"]),
        language=text_of(row["language"]),
        jurisdiction_code=text_of(row["jurisdiction_code"]),
        files=files,
    )
    found_by, sought = keys(item)
    hashed = {key: _hashed(key) for key in {*found_by, *sought}}
    telling = {key for key in sought if key.startswith(("d:", "i:"))}
    said = relations(text_of(row["title"]), text, item.kind, item.identifier)
    return _Alone(
        item,
        distinct(np.array([hashed[key] for key in found_by], dtype=np.int64)),
        [hashed[key] for key in sought if key not in telling],
        [hashed[key] for key in telling],
        [
            (
                told.kind,
                told.title,
                told.identifier and compact(told.identifier),
                name_of(told.title or ""),
                told.surface,
                told.start,
                told.end,
            )
            for told in said
        ],
    )


def unseen(index: sqlite3.Connection, versions: pa.Table) -> pa.Table:
    """The documents, of those with `document_id` and `version`, that the index does not have in that version: most that were asked for."""
    keys = zip(versions["document_id"].to_pylist(), versions["version"].to_pylist(), strict=True)
    return versions.filter(pa.array([not _has(index, *key) for key in keys], pa.bool_()))


def _has(index: sqlite3.Connection, document_id: object, version: object) -> bool:
    query = "SELECT 1 FROM documents WHERE document_id = ? AND version = ?"
    return index.execute(query, [document_id, version]).fetchone() is not None


def _take_in(index: sqlite3.Connection, row: Row, alone: _Alone) -> int:
    """Take a document in; its number, greater than that of any before it."""
    item = alone.item
    number = index.execute(
        "INSERT OR REPLACE INTO documents VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            item.document_id, row["version"], str(row["first_seen"]), item.head.name, item.kind, item.language, item.identifier, item.place,
            None, bool(row["complete"]), row["characters"], None, orjson.dumps({name: row[name] for name in _KEPT}).decode(),
        ],
    ).lastrowid  # fmt: skip
    assert number is not None
    index.execute(
        "INSERT INTO profiles VALUES (?, ?, ?, ?, ?, ?)",
        [number, item.document_id, *packed(item), alone.found_by.tobytes()],
    )
    held = ((key, number) for key in alone.found_by.tolist())
    index.executemany("INSERT INTO keys VALUES (?, ?)", held)
    references = ((item.document_id, n, *told) for n, told in enumerate(alone.references))
    index.executemany("INSERT INTO refs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)", references)
    return number


def _hashed(key: str) -> int:
    """A key in eight bytes: two that fall together cost a comparison, no more."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)


_SHARING = """
WITH few AS MATERIALIZED (
    SELECT value FROM json_each(?1) WHERE NOT EXISTS (SELECT 1 FROM keys WHERE key = value LIMIT 1 OFFSET ?3)
)
SELECT DISTINCT number FROM few CROSS JOIN keys ON key = value WHERE number < ?2
"""
"""One question for all keys of a document: 68 of them cost four times as much."""


def _link_one(
    index: sqlite3.Connection, number: int, alone: _Alone, profile_of: Callable[[int], Profile]
) -> set[str]:
    """Compare a document with those taken in before it that share a key with it; whom it is linked to.

    Keys and judgements are symmetric: those taken in after it are compared with it when it is their turn, so that no pair
    is judged twice.
    """
    item, before = alone.item, (number, BLOCK)
    sharing = index.execute(_SHARING, [orjson.dumps(alone.sought).decode(), *before])
    candidates = {row[0] for row in sharing}
    for key in alone.telling:
        query = "SELECT number FROM keys WHERE key = ? AND number < ? LIMIT 1 + ?"
        candidates.update(row[0] for row in index.execute(query, [key, *before]))
    linked = set()
    for candidate in map(profile_of, candidates):
        told = match(item, candidate)
        if told is not None:
            pair = sorted((item.document_id, candidate.document_id))
            index.execute(
                "INSERT OR REPLACE INTO links VALUES (?, ?, ?, ?, ?)",
                [*pair, told.by, told.score, told.evidence],
            )
            linked.add(candidate.document_id)
    return linked


def _group(index: sqlite3.Connection, affected: set[str], before: set[str]) -> None:
    """Give the documents around some their policy: all that carry it are one; who speaks of one alone belongs to it.

    Args:
        index: The index.
        affected: These documents; those that are found to be around them are added.
        before: The policies that older versions of some belonged to: of one that nobody belongs to any more nothing stays.
    """
    seen: set[str] = set()
    tellers: set[str] = set()
    before = before | works_of(index, affected)
    for start in sorted(affected):
        if start in seen:
            continue
        members = carriers(index, start)
        before |= works_of(index, members)
        seen |= members
        tellers |= {item for member in members for item in linked(index, member, ABOUT)}
        _assign(index, members)
    for start in sorted(
        tellers
    ):  # who belonged to a policy that he alone spoke of is on his own, until it is seen of how many he speaks
        if start not in seen:
            members = carriers(index, start)
            before |= works_of(index, members)
            seen |= members
            _assign(index, members)
    for teller in sorted(tellers | seen):
        _attach(index, teller)
    for work in sorted(before | works_of(index, seen | tellers)):
        _elect(index, work)
    affected |= seen | tellers


def works_of(index: sqlite3.Connection, documents: Iterable[str]) -> set[str]:
    """The policies that some documents belong to."""
    query = "SELECT work FROM documents WHERE document_id = ? AND work IS NOT NULL"
    return {row[0] for document_id in documents for row in index.execute(query, [document_id])}


def carriers(index: sqlite3.Connection, start: str) -> set[str]:
    """All that carry the policy which a document carries; who only speaks of it is not among them."""
    members, waiting = {start}, [start]
    while waiting:
        found = linked(index, waiting.pop(), CARRYING) - members
        members |= found
        waiting += found
    return members


def _assign(index: sqlite3.Connection, members: set[str]) -> None:
    """One id for all, after the member seen first: it stays when further copies come."""
    rows = [
        index.execute(
            "SELECT document_id, first_seen FROM documents WHERE document_id = ?", [member]
        ).fetchone()
        for member in members
    ]
    first = min(rows, key=lambda row: (row["first_seen"], row["document_id"]))
    work = derived_id("work", first["document_id"])
    index.executemany(
        "UPDATE documents SET work = ? WHERE document_id = ?", [(work, member) for member in sorted(members)]
    )


def _attach(index: sqlite3.Connection, document_id: str) -> None:
    """Say a document's role; who speaks of exactly one policy belongs to it."""
    row = index.execute("SELECT * FROM documents WHERE document_id = ?", [document_id]).fetchone()
    told = row["kind"] in TELLERS
    targets = {
        index.execute("SELECT work FROM documents WHERE document_id = ?", [other]).fetchone()[0]
        for other in (linked(index, document_id, ABOUT) if told else ())
    }
    about = len(targets) == 1
    facts = orjson.loads(row["row"])
    part = role(
        provenance=facts["provenance"],
        document_type=facts["document_type"],
        interpretation=row["kind"] == "interpretation",
        translated=bool(facts["translated"]),
        flags=(facts["flags"] or "").split("; "),
        publisher=facts["publisher"],
        url=str(facts["url"]),
        about=about,
    )
    work = targets.pop() if about else row["work"]
    index.execute("UPDATE documents SET role = ?, work = ? WHERE document_id = ?", [part, work, document_id])


def _elect(index: sqlite3.Connection, work: str) -> None:
    query = "SELECT document_id, role, complete, characters, first_seen, kind FROM documents WHERE work = ?"
    rows = index.execute(query, [work]).fetchall()
    if not rows:
        index.execute("DELETE FROM canon WHERE work = ?", [work])
        index.execute("DELETE FROM told_works WHERE work = ?", [work])
        index.execute("DELETE FROM turns WHERE work = ?", [work])
        return
    carrying = [row for row in rows if row["kind"] not in TELLERS] or rows
    chosen, reason = elect(
        [
            Copy(row["document_id"], row["role"], bool(row["complete"]), row["characters"], row["first_seen"])
            for row in carrying
        ]
    )
    index.execute("INSERT OR REPLACE INTO canon VALUES (?, ?, ?)", [work, chosen, reason])

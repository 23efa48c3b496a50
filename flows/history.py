"""A document's history, and what two of its versions differ in: read from a release, told to a reader.

Both are told as lines of rich text that wrap themselves: print them with `soft_wrap=True`. Their words come from pages
of strangers, so that markup and control characters in them are shown, never obeyed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urldefrag

import orjson
import pyarrow.compute as pc
from rich.text import Text

from flows.exceptions import FlowError
from parsers.document import Clause
from parsers.metadata.identifiers import own_number
from store.changes import Piece, changes_of, clause_chain, pieces
from store.dataset import load_arrow, release_folder
from store.shelf import shelved
from store.tables import Row

_SHOWN = frozenset({"ok", "ok_changed", "ok_unchanged", "retried_ok", "not_modified"})
"""Outcomes of captures that showed the document; all others say neither that it changed nor that it stayed."""

_WEIGHT = ("scope", "number", "date", "clause_added", "clause_removed", "annex", "wording", "moved", "typo")
"""Natures, what a reader wants to know first in front."""

_MOST = 10
"""Candidates for a name, and interruptions, that are listed; of more the number is said."""

_HEADING = 40
_EXCERPT = 60
_VALUE = 40
"""Characters of a heading and of a paragraph that only moved that are told; of a value that is told as a whole."""

_SHORTEST_ID = 4
_ID = re.compile(rf"[0-9a-fA-F]{{{_SHORTEST_ID},}}")
"""So many characters of an id are taken for one."""

_UNSEEN = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
"""What a terminal would obey, or nobody would see: controls, directions, joiners, lone surrogates."""

_CONTROL_PICTURES = 0x2400


class NoSuchDocument(FlowError):
    """Nothing, or more than one thing, goes by that name: name the document otherwise."""


class NoSuchVersion(FlowError):
    """The document has no such version, or no second one: ask for those that it has."""


_Found: TypeAlias = Mapping[str, Any]
"""A row as a release gives it."""


# What is known


@dataclass(frozen=True, slots=True)
class Span:
    """A version of a document.

    Attributes:
        version: Its number, from 1.
        first_seen: Capture that opened it.
        last_seen: Last capture that showed it.
        cause: new, source or parser.
        characters: Length of its text.
        release: First release that holds it, of those that are still there.
        changed: Against the version before, in a few words; empty for the first.
    """

    version: int
    first_seen: datetime
    last_seen: datetime
    cause: str
    characters: int
    release: str | None
    changed: str


@dataclass(frozen=True, slots=True)
class Event:
    """What befell the document as a whole: taken_offline, restored or moved (from one URL to another)."""

    time: datetime
    kind: str
    from_url: str | None
    to_url: str | None


@dataclass(frozen=True, slots=True)
class Interruption:
    """Captures in a row that did not show the document, with one outcome."""

    outcome: str
    first: datetime
    last: datetime
    captures: int


@dataclass(frozen=True, slots=True)
class History:
    """What a release knows of a document."""

    document_id: str
    title: str | None
    identifier: str | None
    source_id: str
    source: str | None
    url: str
    further_urls: tuple[str, ...]
    release: str
    last_checked: datetime
    last_outcome: str
    offline_since: datetime | None
    versions: tuple[Span, ...]
    events: tuple[Event, ...]
    interruptions: tuple[Interruption, ...]

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return asdict(self)

    def lines(self) -> Iterator[Text]:
        """For the screen."""
        yield _text(self.title or "(without a title)", "bold")
        facts = {
            "id": self.document_id,
            "identifier": self.identifier,
            "source": f"{self.source_id}, {self.source}" if self.source else self.source_id,
            "url": self.url,
            **{f"url {n}": url for n, url in enumerate(self.further_urls, start=2)},
            "release": self.release,
            "checked": f"{_time(self.last_checked)} UTC, {self.last_outcome}",
            "offline": f"since {_time(self.offline_since)} UTC" if self.offline_since else None,
        }
        yield from (_fact(name, _text(value)) for name, value in facts.items() if value)
        yield Text()
        yield from _table(
            ("version", "first seen (UTC)", "last seen (UTC)", "cause", "characters", "release", "changed"),
            [
                (
                    str(item.version),
                    _time(item.first_seen),
                    _time(item.last_seen),
                    item.cause,
                    f"{item.characters:,}",
                    item.release or "",
                    item.changed,
                )
                for item in self.versions
            ],
        )
        if self.events:
            yield Text()
        for event in self.events:
            where = f": {event.from_url} → {event.to_url}" if event.to_url else ""
            yield _text(f"{_time(event.time)} UTC  {_words(event.kind)}{where}", "yellow")
        if self.interruptions:
            yield Text("\nnot shown by these captures", "bold")
        for item in self.interruptions[-_MOST:]:
            days = " to ".join(dict.fromkeys(f"{moment:%Y-%m-%d}" for moment in (item.first, item.last)))
            yield _text(f"  {days}  {item.outcome}" + (f" ({item.captures})" if item.captures > 1 else ""))
        if len(self.interruptions) > _MOST:
            yield Text(f"  and {len(self.interruptions) - _MOST} times before")


@dataclass(frozen=True, slots=True)
class Difference:
    """What two versions of a document differ in.

    Attributes:
        document_id: The document.
        title: Of the version compared to.
        from_version: The version compared from.
        to_version: The version compared to.
        from_seen: First capture of that one.
        to_seen: First capture of this one.
        parser: Versions from the one to the other that are our doing: the parser changed, not the source.
        rows: As in table `changes`.
        headings: For each row of kind text, the parts that it stands in with their headings.
    """

    document_id: str
    title: str | None
    from_version: int
    to_version: int
    from_seen: datetime
    to_seen: datetime
    parser: tuple[int, ...]
    rows: tuple[Row, ...]
    headings: Mapping[int, str]

    def as_dict(self) -> dict[str, object]:
        """For `--json`; the headings stand with their rows."""
        said = {name: getattr(self, name) for name in self.__slots__ if name not in {"rows", "headings"}}
        rows = [{**row, "heading": self.headings.get(n)} for n, row in enumerate(self.rows)]
        return {**said, "changes": rows}

    def lines(self, *, plain: bool = False) -> Iterator[Text]:
        """For the screen: removed words struck and red, added ones green.

        Args:
            plain: Without a terminal's colours: `[-removed-]` and `{+added+}`, as wdiff has it.
        """
        yield _text(self.title or self.document_id, "bold")
        versions = ((self.from_version, self.from_seen), (self.to_version, self.to_seen))
        yield Text(" → ".join(f"version {number} ({_time(seen)} UTC)" for number, seen in versions))
        if self.parser:
            listed = ", ".join(map(str, self.parser))
            yield Text(f"The parser changed, not the source, in version {listed}.", "yellow")
        yield Text(summed_up(self.rows) or "No difference in text, metadata or attachments.")
        text = [(n, row) for n, row in enumerate(self.rows) if row["kind"] == "text"]
        for heading, changed in groupby(text, key=lambda item: self.headings[item[0]]):
            yield Text()
            yield _text(heading or "above the first clause", "bold cyan")
            for _, row in changed:
                yield _paragraph(row, plain=plain)
        for kind in ("metadata", "attachment"):
            rows = [row for row in self.rows if row["kind"] == kind]
            if rows:
                yield Text(f"\n{kind}", "bold cyan")
            for row in rows:
                name = (
                    f"attachment {int(str(row['attachment'])) + 1}" if row["attachment"] is not None else ""
                )
                yield _fact(str(row["field"] or name), _exchanged(row, plain=plain))


def history(data: Path, name: str, release: str = "latest") -> History:
    """What a release knows of a document.

    Args:
        data: The data folder.
        name: Its id or the beginning of it, one of its URLs, or its number (发文字号).
        release: Name of a release, or `latest`.

    Raises:
        NoSuchDocument: none, or several, go by that name; the message lists them.
        NoRelease: there is no such release.
    """
    held = _Release.of(data, release)
    found = _document_id(held, name)
    ours = pc.field("document_id") == found
    (status,) = held.rows("status", None, ours)
    columns = ["version", "first_seen", "cause", "characters", "title", "identifier"]
    versions = _by_version(held.rows("documents", columns, ours))
    aliases = sorted(
        held.rows("aliases", ["url", "kind", "first_seen"], ours), key=lambda row: row["first_seen"]
    )
    moved = [row["url"] for row in aliases if row["kind"] == "moved"]
    captures = _captures(held, status["source_id"], [status["url"], *moved])
    columns = ["version", "first_seen", "n", "kind", "nature", "field", "attachment", "before", "after"]
    changes = sorted(
        held.rows("changes", columns, ours),
        key=lambda row: (row["first_seen"], row["version"], row["n"] or 0),
    )
    titles = held.rows("sources", ["title"], pc.field("source_id") == status["source_id"])
    newest = versions[max(versions)]
    return History(
        document_id=found,
        title=newest["title"],
        identifier=newest["identifier"],
        source_id=status["source_id"],
        source=titles[0]["title"] if titles else None,
        url=status["url"],
        further_urls=tuple(dict.fromkeys(row["url"] for row in aliases)),
        release=held.name,
        last_checked=status["last_checked"],
        last_outcome=status["last_outcome"],
        offline_since=status["offline_since"],
        versions=tuple(_spans(versions, status["last_seen"], captures, changes, _first_release(held, found))),
        events=tuple(
            Event(row["first_seen"], row["kind"], row["before"], row["after"])
            for row in changes
            if row["kind"] not in _CONTENT
        ),
        interruptions=tuple(_interruptions(captures)),
    )


def diff(
    data: Path,
    name: str,
    from_version: int | None = None,
    to_version: int | None = None,
    release: str = "latest",
) -> Difference:
    """What two versions of a document differ in; they are compared anew, so that they need not follow each other.

    Args:
        data: The data folder.
        name: As in `history`.
        from_version: By default the one before `to_version`.
        to_version: By default the newest.
        release: Name of a release, or `latest`.

    Raises:
        NoSuchDocument: none, or several, go by that name.
        NoSuchVersion: it has no such version, or only one.
        NoRelease: there is no such release.
    """
    held = _Release.of(data, release)
    found = _document_id(held, name)
    ours = pc.field("document_id") == found
    causes = {row["version"]: row["cause"] for row in held.rows("documents", ["version", "cause"], ours)}
    newer = max(causes) if to_version is None else to_version
    older = newer - 1 if from_version is None else from_version
    for version in (newer, older):
        if version not in causes:
            raise NoSuchVersion(f"{found} has no version {version}: {_counted_versions(causes)}")
    before, after = (_whole(held, found, version) for version in (older, newer))
    rows = tuple(changes_of(before.row, after.row))
    between = range(min(older, newer) + 1, max(older, newer) + 1)
    return Difference(
        document_id=found,
        title=after.row["title"],
        from_version=older,
        to_version=newer,
        from_seen=before.row["first_seen"],
        to_seen=after.row["first_seen"],
        parser=tuple(version for version in between if causes.get(version) == "parser"),
        rows=rows,
        headings={n: _heading(row, before, after) for n, row in enumerate(rows) if row["kind"] == "text"},
    )


def summed_up(rows: Iterable[_Found]) -> str:
    """What changed in a few words, the weightiest first: `2 number, 1 wording; issued, title; 1 attachment`."""
    rows = list(rows)
    natures = Counter(row["nature"] for row in rows if row["kind"] == "text")
    text = [f"{natures[nature]} {_words(nature)}" for nature in _WEIGHT if natures[nature]]
    # Releases of earlier schemas name no natures.
    text += [f"{natures[None]} in the text"] if natures[None] else []
    fields = sorted({row["field"] or "metadata" for row in rows if row["kind"] == "metadata"})
    changed = [row for row in rows if row["kind"] == "attachment"]
    inside = {row["attachment"] for row in changed if row["attachment"] is not None}
    files = len(inside) + sum(row["attachment"] is None for row in changed)
    attachments = [f"{files} attachment{'s' if files > 1 else ''}"] if files else []
    return "; ".join(", ".join(part) for part in (text, fields, attachments) if part)


# Reading a release


_CONTENT = frozenset({"text", "metadata", "attachment"})
"""Kinds of change that open a version."""


@dataclass(frozen=True, slots=True)
class _Release:
    """One release, whatever becomes the latest meanwhile."""

    data: Path
    name: str

    @classmethod
    def of(cls, data: Path, name: str) -> _Release:
        return cls(data, release_folder(data, name).name)

    def rows(self, table: str, columns: Sequence[str] | None, where: pc.Expression | None) -> list[_Found]:
        found: list[_Found] = load_arrow(table, self.data, self.name, columns, filters=where).to_pylist()
        return found


@dataclass(frozen=True, slots=True)
class _Whole:
    """A version with what hangs on it."""

    row: _Found
    clauses: tuple[Clause, ...]


def _whole(held: _Release, document_id: str, version: int) -> _Whole:
    one = (pc.field("document_id") == document_id) & (pc.field("version") == version)
    (row,) = held.rows("documents", None, one)
    clauses = [
        {name: value for name, value in item.items() if name not in {"document_id", "version", "attachment"}}
        for item in sorted(held.rows("clauses", None, one), key=lambda item: item["n"])
        if item["attachment"] is None
    ]
    attachments = sorted(held.rows("attachments", None, one), key=lambda item: item["n"])
    reading = orjson.dumps({"clauses": clauses, "attachments": attachments}).decode()
    return _Whole({**row, "reading": reading}, tuple(Clause(**item) for item in clauses))


def _document_id(held: _Release, name: str) -> str:
    """The document that goes by a name.

    Raises:
        NoSuchDocument: none does, or several do.
    """
    name = name.strip()
    found = dict.fromkeys(row["document_id"] for row in _named(held, name))
    if len(found) == 1:
        return str(*found)
    if not found:
        raise NoSuchDocument(
            f"no document of release {held.name} goes by {name!r}: give its id or at least {_SHORTEST_ID} characters "
            "of its beginning, a URL of it, or its number as it stands in column identifier, e.g. 国发〔2018〕44号"
        )
    ids = list(found)[:_MOST]
    columns = ["document_id", "version", "title", "url"]
    rows = held.rows("documents", columns, pc.field("document_id").isin(ids))
    newest = {row["document_id"]: row for row in sorted(rows, key=lambda row: row["version"])}
    listed = [f"{row['document_id']}  {row['title'] or ''}  {row['url']}" for row in newest.values()]
    listed += [f"and {len(found) - _MOST} more"] if len(found) > _MOST else []
    message = f"{len(found)} documents go by {name!r}; give the id of one:"
    raise NoSuchDocument("\n  ".join([message, *map(visible, listed)]))


def _named(held: _Release, name: str) -> list[_Found]:
    """Rows of the documents that go by a name, by the first reading of it that fits any."""
    urls = [name, urldefrag(name).url]
    numbers = [name, own_number(name) or name]
    readings = [
        ("status", pc.field("url").isin(urls), ":" in name),
        ("aliases", pc.field("url").isin(urls), ":" in name),
        ("status", pc.starts_with(pc.field("document_id"), name.lower()), bool(_ID.fullmatch(name))),
        ("documents", pc.field("identifier").isin(numbers), True),
    ]
    for table, where, possible in readings:
        found = held.rows(table, ["document_id"], where) if possible else []
        if found:
            return found
    return []


def _by_version(rows: Iterable[_Found]) -> dict[int, _Found]:
    return {row["version"]: row for row in sorted(rows, key=lambda row: row["version"])}


def _counted_versions(versions: Iterable[int]) -> str:
    newest = max(versions)
    return "version 1 is its only one so far" if newest == 1 else f"ask for two of 1 to {newest}"


def _captures(held: _Release, source_id: str, urls: Sequence[str]) -> list[_Found]:
    """Time and outcome of the captures of a document, oldest first."""
    ours = pc.field("url").isin(urls) & (pc.field("source_id") == source_id)
    asked = pc.field("kind").isin(["document", "import"])
    rows = held.rows("captures", ["fetch_time", "outcome", "fetch_outcome"], ours & asked)
    # Releases of earlier schemas have no outcome.
    named = [{"time": row["fetch_time"], "outcome": row["outcome"] or row["fetch_outcome"]} for row in rows]
    return sorted(named, key=lambda row: row["time"])


def _spans(
    versions: Mapping[int, _Found],
    last_seen: datetime,
    captures: Sequence[_Found],
    changes: Sequence[_Found],
    first_release: Callable[[int], str | None],
) -> Iterator[Span]:
    for version, row in versions.items():
        after = versions.get(version + 1)
        until = after["first_seen"] if after is not None else None
        shown = [
            item["time"]
            for item in captures
            if item["outcome"] in _SHOWN
            and row["first_seen"] <= item["time"]
            and (not until or item["time"] < until)
        ]
        yield Span(
            version=version,
            first_seen=row["first_seen"],
            last_seen=last_seen if after is None else max(shown, default=row["first_seen"]),
            cause=row["cause"],
            characters=row["characters"],
            release=first_release(version),
            changed=summed_up(
                item for item in changes if item["version"] == version and item["kind"] in _CONTENT
            ),
        )


def _first_release(held: _Release, document_id: str) -> Callable[[int], str | None]:
    """Which release was the first to hold a version: found by halving, since a release holds all earlier versions too."""
    made = sorted(held.rows("releases", ["release", "issued"], None), key=lambda row: row["issued"])
    kept = set(shelved(held.data))
    there = [row["release"] for row in made if row["release"] in kept]

    @cache
    def current(release: str) -> int:
        rows = _Release(held.data, release).rows(
            "status", ["current_version"], pc.field("document_id") == document_id
        )
        return max((row["current_version"] for row in rows), default=0)

    def first(version: int) -> str | None:
        at = bisect_left(there, version, key=current)
        return there[at] if at < len(there) else None

    return first


def _interruptions(captures: Sequence[_Found]) -> Iterator[Interruption]:
    for outcome, group in groupby(captures, key=lambda row: row["outcome"]):
        times = [row["time"] for row in group]
        if outcome not in _SHOWN:
            yield Interruption(outcome, times[0], times[-1], len(times))


# Telling it


def visible(text: str) -> str:
    """A text in which a terminal finds nothing to obey: controls as their pictures, what nobody would see by its code."""
    return _UNSEEN.sub(_picture, text)


def _picture(unseen: re.Match[str]) -> str:
    code = ord(unseen[0])
    return chr(_CONTROL_PICTURES + code) if code < ord(" ") else f"<U+{code:04X}>"


def _text(text: str, style: str = "") -> Text:
    return Text(visible(text), style)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def _fact(name: str, value: Text) -> Text:
    return Text.assemble((f"  {name:<13} " if name else "  ", "dim"), value)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Text]:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row, style in ((head, "bold"), *((row, "") for row in rows)):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield _text("  ".join(cells).rstrip(), style)


def _heading(row: Row, before: _Whole, after: _Whole) -> str:
    """The parts that a changed paragraph stands in; what its own line says is not said twice."""
    side, whole = ("before", before) if row["after"] is None else ("after", after)
    paragraph, start = str(row[side]), int(str(row[f"{side}_start"]))
    place = start + len(paragraph) - len(paragraph.lstrip())
    chain = clause_chain(whole.clauses, place)
    named = (
        clause.label + ("" if clause.start == place else (clause.heading or "")[:_HEADING])
        for clause in chain
    )
    return " › ".join(named)


def _paragraph(row: Row, *, plain: bool) -> Text:
    before, after = row["before"], row["after"]
    if row["nature"] == "moved" and before == after:
        told = _text(str(after)[:_EXCERPT] + ("…" if len(str(after)) > _EXCERPT else ""))
    else:
        told = _exchanged(row, plain=plain)
    return Text.assemble((f"  {_words(str(row['nature']))}: ", "dim"), told)


def _exchanged(row: Row, *, plain: bool) -> Text:
    before, after = str(row["before"] or ""), str(row["after"] or "")
    whole: list[Piece] = [("removed", before), ("added", after)]
    short = row["kind"] == "metadata" and max(len(before), len(after)) <= _VALUE
    told = Text()
    for kind, text in whole if short else readable(pieces(before, after)):
        if not text:
            continue
        opened, closed = _MARKS[kind] if plain else ("", "")
        told.append(f"{opened}{visible(text)}{closed}", "" if plain else _STYLES[kind])
    return told


_MARKS = {"kept": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
_STYLES = {"kept": "", "removed": "red strike", "added": "green"}


def readable(cut: Sequence[Piece]) -> list[Piece]:
    """Pieces in which no single kept character stands between two changes: it is by chance that both have it."""
    joined: list[Piece] = []
    for n, (kind, text) in enumerate(cut):
        chance = kind == "kept" and len(text) == 1 and 0 < n < len(cut) - 1
        joined += [("removed", text), ("added", text)] if chance else [(kind, text)]
    result: list[Piece] = []
    for kept, group in groupby(joined, key=lambda piece: piece[0] == "kept"):
        pieces_here = list(group)
        if kept:
            result += pieces_here
            continue
        for kind in ("removed", "added"):
            text = "".join(text for name, text in pieces_here if name == kind)
            result += [(kind, text)] if text else []
    return result

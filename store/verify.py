"""Verify: whether archive, tables and releases are what was written. It names what is not, and changes nothing.

Three looks: each seal against its files (any changed bit), each WARC record against its own digests and the table of
captures (what a lost file or row costs), each release against its manifest.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from store import built, extractions, links, shown, tables
from store.archive import capture_of, closed_files
from store.capture import Capture, digest
from store.exceptions import DigestMismatch
from store.format import FILE as FORMAT
from store.marks import is_damaged
from store.recover import FROM_RELEASE, released
from store.release import RECORD, SWITCH, Release, latest
from store.schema import TABLES
from store.seal import UNSEALED, broken, file_digest, is_sealed

_COPY = "put the file back from a copy"
_REBUILD = tables.REBUILD
_BUILD = "`policy-ingest build` reads it out of the archive again, `policy-ingest publish` releases it"
_DIED = "a run died: the next one makes it good"
LACKS = "the next run enters them from the release"
"""What to do about a table that is whole, and does not have all that it had."""

_PUBLISH = "put it back from a copy, or make a new release: `policy-ingest publish --force`"

LIVE = tuple(name for name, table in TABLES.items() if table.kept == "live")
"""Tables that lie under `tables/`."""

REPORT = "report"
"""Pages of a release: its seal vouches for them, the manifest speaks of the tables."""

_UNREADABLE = (ArchiveLoadFailed, zlib.error, OSError, ValueError, TypeError, KeyError)
"""What warcio, zlib and orjson raise on damaged bytes."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was written.

    Attributes:
        name: File or table, relative to the data folder.
        message: What is wrong.
        action: What to do about it.
    """

    name: str
    message: str
    action: str


def verify(data: Path) -> tuple[Fault, ...]:
    """Everything in a data folder that is not as it was written; none where all is well."""
    return (*_archive(data), *_tables(data), *_releases(data))


def _archive(data: Path) -> Iterator[Fault]:
    archive = data / "archive"
    for path in sorted(archive.glob("*/*/*.open")):
        yield Fault(_relative(data, path), "still open", _DIED)
    for path in sorted(archive.glob("*/*/*.sha256")):
        if not path.with_suffix("").exists():
            yield Fault(_relative(data, path.with_suffix("")), "missing", _COPY)
    rows = _rows(data, "captures")
    listed = _by_file(rows) if rows is not None else {}
    payloads: set[str] = set()
    for name in closed_files(archive):
        yield from _seal(data, archive / name, _COPY)
        held = _held(archive, name)
        yield from held.faults
        payloads |= set(held.payloads.values())
        if rows is not None:
            here = [Capture(**row) for row in listed.get(name, rows[:0]).to_pylist()]
            yield from _against(name, held, here, _known_elsewhere(rows, held, here))
    if rows is not None:
        yield from _lost(archive, rows, payloads)


@dataclass(frozen=True, slots=True)
class _Held:
    """What one WARC file was found to hold: captures by id, payload digests by offset."""

    captures: Mapping[str, Capture]
    payloads: Mapping[int, str]
    faults: tuple[Fault, ...]


def _by_file(rows: pa.Table) -> Mapping[str, pa.Table]:
    """The captures of each WARC file."""
    ordered = rows.sort_by("warc_filename")
    counts = ordered["warc_filename"].value_counts().to_pylist()
    parts, start = {}, 0
    for count in sorted((item for item in counts if item["values"]), key=lambda item: str(item["values"])):
        parts[str(count["values"])] = ordered.slice(start, count["counts"])
        start += count["counts"]
    return parts


def _held(archive: Path, name: str) -> _Held:
    """Read a file to its end, or as far as that goes: each record against its digests."""
    captures: dict[str, Capture] = {}
    payloads: dict[int, str] = {}
    faults: list[Fault] = []
    where = f"archive/{name}"
    at, last = 0, "its beginning"
    try:
        with (archive / name).open("rb") as stream:
            records = ArchiveIterator(stream, check_digests=True)
            for record in records:
                content = record.content_stream().read()
                at, last = records.get_record_offset(), str(record.rec_headers.get_header("WARC-Target-URI"))
                if record.digest_checker.passed is False:
                    faults.append(Fault(where, f"record at byte {at} ({last}) has another digest", _COPY))
                elif record.rec_type == "metadata":
                    capture = capture_of(orjson.loads(content))
                    captures[capture.capture_id] = capture
                elif record.rec_type in {"response", "resource"}:
                    payloads[at] = digest(content)
    except _UNREADABLE as error:
        faults.append(Fault(where, f"cannot be read after byte {at} ({last}): {error}", _COPY))
    return _Held(captures, payloads, tuple(faults))


def _known_elsewhere(rows: pa.Table, held: _Held, listed: Sequence[Capture]) -> set[str]:
    """Captures of a file whose rows point into another one: one import found the same record in two WARC files."""
    left = held.captures.keys() - {capture.capture_id for capture in listed}
    if not left:
        return set()
    found = pc.is_in(pa.array(sorted(left), rows["capture_id"].type), rows["capture_id"])
    return {name for name, known in zip(sorted(left), found.to_pylist(), strict=True) if known}


def _against(name: str, held: _Held, listed: Sequence[Capture], elsewhere: set[str]) -> Iterator[Fault]:
    """A file against the rows of `captures` that point into it."""
    known = {capture.capture_id: capture for capture in listed}
    unlisted = held.captures.keys() - known.keys() - elsewhere
    if unlisted:
        message = f"no rows for {len(unlisted)} captures in {name}"
        yield Fault("tables/captures", message, _REBUILD if known else _DIED)
    for key, capture in known.items():
        if key not in held.captures:
            yield Fault(f"archive/{name}", f"the capture of {capture.url} is not in the file", _COPY)
        elif held.captures[key] != replace(capture, links=None):  # not known when it was archived
            yield Fault("tables/captures", f"the row of {capture.url} in {name} was changed", _REBUILD)
        elif not _holds(held, capture):
            message = f"record at byte {capture.warc_record_offset} ({capture.url}) lacks its payload"
            yield Fault(f"archive/{name}", message, _COPY)


def _holds(held: _Held, capture: Capture) -> bool:
    if capture.revisit or capture.warc_record_offset is None or capture.content_digest is None:
        return True
    return held.payloads.get(capture.warc_record_offset) == capture.content_digest


def _lost(archive: Path, rows: pa.Table, payloads: set[str]) -> Iterator[Fault]:
    """Files that the table of captures names and that are not there, and payloads that no file holds."""
    for name in sorted(filter(None, rows["warc_filename"].unique().to_pylist())):
        if not (archive / name).exists():
            yield Fault(f"archive/{name}", "missing, with the captures in it", _COPY)
    revisits = rows.filter(pc.and_(rows["revisit"], pc.is_valid(rows["content_digest"])))
    for row in revisits.select(["url", "content_digest", "capture_id"]).to_pylist():
        if row["content_digest"] not in payloads:
            yield Fault("archive", f"the payload that {row['url']} refers to is in no file", _COPY)


def _tables(data: Path) -> Iterator[Fault]:
    where = data / "tables"
    held: dict[str, pa.Table] = {}
    yield from _strangers(data, where)
    for name in LIVE:
        if (where / name).exists() or is_sealed(where / name):
            yield from _seal(data, where / name, _REBUILD)
        rows = _rows(data, name, [*TABLES[name].key, *_references(name)])
        if rows is None:
            yield Fault(f"tables/{name}", "cannot be read", _REBUILD)
            continue
        held[name] = rows
        doubles = len(rows) - len(rows.group_by(list(TABLES[name].key)).aggregate([]))
        if doubles:
            yield Fault(f"tables/{name}", f"{doubles} rows have the key of another one", _REBUILD)
    for name in ("readings", "documents"):
        if name in held and "captures" in held:
            refers = held[name].select(["capture_id"])
            missing = refers.join(
                held["captures"].select(["capture_id"]), "capture_id", join_type="left anti"
            )
            if len(missing):
                first = pc.min(missing["capture_id"]).as_py()
                message = f"{len(missing)} rows refer to captures that are in no table, e.g. {first}"
                yield Fault(f"tables/{name}", message, _REBUILD)
    try:
        release = latest(data)
        alone = not any(
            (data / name).is_dir() for name in ("archive", "tables")
        )  # a copy for those who only read
        lost = () if release is None or alone else tuple(_lost_since(data, release, held))
    except (*_DAMAGED, pa.ArrowException):  # which is told of the releases
        return
    yield from lost


def _lost_since(data: Path, release: Release, held: Mapping[str, pa.Table]) -> Iterator[Fault]:
    """Tables that the latest release had more of: what is lost together with its seal looks like what never was.

    A table that was made anew has other versions; of one that the archive gives again, nothing more can be told.
    """
    for name, released_at in {**release.versions, "releases": 0}.items():
        if released_at < 0 or name not in held:
            continue
        identity, version = tables.state(data / "tables", name)
        if version < 0:
            action = _BUILD if name in {"readings", "documents"} else _REBUILD
            yield Fault(f"tables/{name}", f"missing, and release {release.name} was made from it", action)
        elif identity == (release.tables or {}).get(name):
            if version < released_at:
                message = f"its version is {version}, and release {release.name} was made from {released_at}"
                yield Fault(f"tables/{name}", message, _REBUILD)
        elif name in FROM_RELEASE:
            key = list(TABLES[name].key)
            parts = sorted((release.path / name).glob("*.parquet"))
            lost = tables.read_files(name, parts, key).join(
                held[name].select(key), key, join_type="left anti"
            )
            if len(lost):
                yield Fault(
                    f"tables/{name}", f"lacks {len(lost)} rows that release {release.name} has", LACKS
                )


def _strangers(data: Path, where: Path) -> Iterator[Fault]:
    """What lies under `tables/` and is no table of ours, and not a mark, the index of links or the cache of files."""
    for path in (where / built.MARK, where / shown.MARK, data / FORMAT):
        if is_damaged(path):
            yield Fault(
                _relative(data, path), "not what was written", "delete it: the next run writes it anew"
            )
    if links.is_damaged(where):
        yield Fault(
            _relative(data, where / links.FILE),
            "not what was written",
            "delete it: the next release makes it anew",
        )
    for path in sorted(where.glob("*")):
        if re.fullmatch(r"\..+\.new", path.name):
            yield Fault(_relative(data, path), "half written", _DIED)
        elif (
            path.name not in {built.MARK, shown.MARK, links.FILE, links.SEAL}
            and not path.name.startswith(extractions.FILE)  # its journal lies beside it
            and path.name.removesuffix(".sha256") not in LIVE
        ):
            yield Fault(_relative(data, path), "not of this dataset", "move it elsewhere")


def _rows(data: Path, name: str, columns: Sequence[str] | None = None) -> pa.Table | None:
    """A table's rows; None where it is damaged. What its seal does not vouch for is not even opened."""
    if any(message != UNSEALED for _, message in broken(data / "tables" / name)):
        return None
    try:
        return tables.read(data / "tables", name, columns)
    except DigestMismatch:
        return None


def _references(name: str) -> list[str]:
    return ["capture_id"] if name in {"readings", "documents"} else []


def _seal(data: Path, sealed: Path, action: str) -> Iterator[Fault]:
    if not is_sealed(sealed):
        yield Fault(_relative(data, sealed), "not sealed", _DIED)
        return
    for name, message in broken(sealed):
        died = message == UNSEALED
        yield Fault(_relative(data, sealed.parent / name), message, _DIED if died else action)


def _releases(data: Path) -> Iterator[Fault]:
    releases = data / "releases"
    try:
        made = released(data)
    except _DAMAGED as error:
        yield Fault(f"releases/{SWITCH}", f"cannot be read: {error}", _PUBLISH)
        made = frozenset()
    folders = {path.name: path for path in sorted(releases.glob("*/")) if not path.is_symlink()}
    for name in sorted(made - folders.keys()):
        yield Fault(f"releases/{name}", "missing", _PUBLISH)
    for name, folder in folders.items():
        if made and name not in made:
            yield Fault(f"releases/{name}", "never published", _DIED)
            continue
        yield from _seal(data, folder, _PUBLISH)
        yield from _manifest(data, folder)
    yield from _switch(data, made)


_DAMAGED = (DigestMismatch, ValueError, TypeError, KeyError, OSError)
"""What reading a damaged manifest or switch raises."""


def _manifest(data: Path, folder: Path) -> Iterator[Fault]:
    """A release against what its manifest says, as anybody can check it who has only the folder."""
    path = folder / "datapackage.json"
    try:
        resources = {item["path"]: item for item in orjson.loads(path.read_bytes())["resources"]}
        for name, said in resources.items():
            yield from _resource(data, folder / name, said)
    except (*_DAMAGED, pa.ArrowException) as error:
        yield Fault(_relative(data, path), f"cannot be read: {error}", _PUBLISH)
        return
    tables_only = (path for path in folder.glob("*/*") if path.parent.name != REPORT)
    for extra in sorted(set(tables_only) - {folder / name for name in resources}):
        yield Fault(_relative(data, extra), "not in the manifest", _PUBLISH)


def _resource(data: Path, path: Path, said: Mapping[str, object]) -> Iterator[Fault]:
    if not path.exists():
        yield Fault(_relative(data, path), "missing", _PUBLISH)
    elif f"sha256:{file_digest(path)}" != said["hash"]:
        yield Fault(_relative(data, path), "not the bytes that the manifest tells", _PUBLISH)
    elif pq.read_metadata(path).num_rows != said["rows"]:
        yield Fault(_relative(data, path), "not the rows that the manifest tells", _PUBLISH)


def _switch(data: Path, made: frozenset[str]) -> Iterator[Fault]:
    """The switch must be a copy of a release's own record, and the link lead to the same release."""
    path = data / "releases" / SWITCH
    if not path.exists():
        if made:
            yield Fault(_relative(data, path), "missing", _PUBLISH)
        return
    content = path.read_bytes()
    records = {name: data / "releases" / name / RECORD for name in made}
    owners = [name for name, own in records.items() if own.exists() and own.read_bytes() == content]
    if not owners:
        yield Fault(_relative(data, path), "not the record of any release", _PUBLISH)
    elif (data / "releases" / "latest").resolve().name not in owners:
        yield Fault("releases/latest", f"leads elsewhere than {SWITCH}", _PUBLISH)


def _relative(data: Path, path: Path) -> str:
    return path.relative_to(data).as_posix()

"""A working copy and its object store: brought up to date before a run, and what the run made sent after it.

What the store holds is the truth. Tables of the copy that never arrived there are undone, and read again from the
archive, of which nothing is undone: WARC files that are here only are sent, those of others that no table lists yet are
fetched, and the run enters both. Archived payloads stay where they are: one is asked for by its offset
when it is read.

Sent in the order in which a crash between two steps leaves nothing but leftovers: archive, data files, commits of the
tables in the order in which they were made, releases and their entries, checkpoints, small files, and the switch last.
"""

from __future__ import annotations

import logging
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from store import tables
from store.archive import closed_files
from store.exceptions import AnotherRun, DigestMismatch, StorageFault, StoreError
from store.lease import leased
from store.lock import locked
from store.marks import read_mark, write_mark
from store.origin import MARK, Origin, Seen, delete, download, listed, origin_of, send, send_archived
from store.recover import released
from store.release import RECORD, SWITCH, latest, point
from store.seal import is_sealed, seal_of
from store.shelf import AT_ONCE, is_the_shelved, shelve, shelved, taken_down

SEEN = "origin-seen.json"
"""What the copy has seen of each object, and the file that it made of it."""

_OWN = frozenset({MARK, SEEN, "lease.json"})
"""Small files that are not the same in the copy and in the store."""

_SMALL = (".json", ".toml")
"""How the files beside the tables end: marks, alarms, who is told of them."""

_SWITCH = f"releases/{SWITCH}"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Held:
    """A file that is the same as an object.

    Attributes:
        seen: The object.
        size: Of the file, bytes.
        mtime: Of the file, nanoseconds.
    """

    seen: Seen
    size: int
    mtime: int


@contextmanager
def at_home(data: Path, *, rebuilding: bool = False) -> Iterator[None]:
    """Work on a folder as if it were where its home is: up to date when it begins, sent when it ends, well or not.

    Args:
        data: The folder; nothing is done for one that is its own home.
        rebuilding: Fetch all of the archive, too, and let tables be taken away or made anew.

    Raises:
        AnotherRun: another working copy is being worked on.
        Overtaken: another run wrote meanwhile.
        StorageFault: the object store does not answer.
    """
    origin = origin_of(data)
    if origin is None:
        yield
        return
    with leased(origin) as still_ours:
        pull(data, archive=rebuilding)
        send_archive(data)  # what the store did not take when it was closed: other machines' workers read it
        try:
            yield
        except BaseException:
            try:
                push(data, still_ours, rebuilt=rebuilding)
            except StoreError as error:  # what ended the run is what is told
                logger.warning("%s", error)
            raise
        push(data, still_ours, rebuilt=rebuilding)


def bring_up(data: Path) -> None:
    """Bring a working copy up to date for those who only read; one that a run is working on is left to it."""
    if origin_of(data) is not None:
        try:
            with locked(data):
                pull(data)
        except AnotherRun:
            logger.info("%s is being worked on: it is read as it stands", data)


def pull(data: Path, *, archive: bool = False) -> None:
    """Bring a working copy up to date, with the copy's lock held; nothing is done for a folder that is its own home.

    Args:
        data: The working copy.
        archive: Fetch all of the archive, too.

    Raises:
        StorageFault: the object store does not answer.
    """
    origin = origin_of(data)
    if origin is None:
        return
    there = _listed(origin)
    held = _held(data)
    wanted = [key for key, seen in there.items() if not _is_current(data, key, seen, held.get(key))]
    _remember(data, {key: held[key] for key in there if key in held} | _fetched(origin, data, wanted))
    for path in _files(data / "tables"):
        if path.relative_to(data).as_posix() not in there:
            path.unlink()  # never arrived, or removed since
    if _SWITCH not in there:
        (data / _SWITCH).unlink(missing_ok=True)
    if wanted:
        logger.info("%s: %d files fetched", origin.url, len(wanted))
    _pull_archive(origin, data, everything=archive)
    _drop_strangers(data)
    _pull_latest(data)


def _fetched(origin: Origin, data: Path, keys: Sequence[str]) -> dict[str, _Held]:
    try:
        with ThreadPoolExecutor(AT_ONCE) as several:
            seen = several.map(lambda key: download(origin, key, data / key), keys)
            return {key: _holding(data / key, there) for key, there in zip(keys, seen, strict=True)}
    except FileNotFoundError as error:
        raise StorageFault(f"{origin.url} was changed while it was read: try again") from error


def _drop_strangers(data: Path) -> None:
    """Releases of the copy that never arrived, or under whose name another machine has made one."""
    folders = [path for path in (data / "releases").glob("[0-9]*/") if not path.is_symlink()]
    with ThreadPoolExecutor(AT_ONCE) as several:
        kept = several.map(lambda folder: is_the_shelved(data, folder), folders)
        for folder, same in zip(folders, kept, strict=True):
            if not same:
                shutil.rmtree(folder)
                seal_of(folder).unlink(missing_ok=True)


def _listed(origin: Origin) -> dict[str, Seen]:
    """What copy and store both have: the tables, small files beside them, and the switch."""
    found = {
        **listed(origin, deep=False),
        **listed(origin, "tables"),
        **listed(origin, "releases", deep=False),
    }
    return {key: seen for key, seen in found.items() if _is_mirrored(key) or key == _SWITCH}


def _is_mirrored(key: str) -> bool:
    """Tables, and small files beside them; a bucket may hold what is not ours."""
    first, *deeper = key.split("/")
    if any(part.startswith(".") for part in key.split("/")):
        return False
    return first == "tables" if deeper else first not in _OWN and first.endswith(_SMALL)


def _is_current(data: Path, key: str, seen: Seen, held: _Held | None) -> bool:
    """Whether a file is as the store has it; a small one that was edited here and not there is left for the next run to send."""
    if held is None or held.seen.get("e_tag") != seen.get("e_tag"):
        return False  # the tag alone: listings of a bucket with versions do not name them
    return _is_same(data / key, held) or ("/" not in key and (data / key).exists())


def _pull_archive(origin: Origin, data: Path, *, everything: bool) -> None:
    """The WARC files that no table lists yet; `recover` enters them."""
    known: set[str] = set()
    if not everything:
        listing = tables.read(data / "tables", "captures", ["warc_filename"])["warc_filename"]
        known = set(listing.unique().to_pylist())
    here = set(closed_files(data / "archive"))
    archived = listed(origin, "archive")
    names = [key.removeprefix("archive/") for key in archived if key.endswith(".warc.gz")]
    for name in names:
        if name not in known | here:
            path = data / "archive" / name
            if f"archive/{name}.sha256" in archived:
                download(origin, f"archive/{name}.sha256", seal_of(path))
            download(origin, f"archive/{name}", path)


def _pull_latest(data: Path) -> None:
    last = latest(data)
    if last is not None:
        if not taken_down(data, last.name).is_dir():
            raise DigestMismatch(
                f"releases/{last.name}.manifest.json is not on the object store, but it is the latest release: "
                "put it back from a copy"
            )
        point(data / "releases", last.name)


def push(data: Path, still_ours: Callable[[], None], *, rebuilt: bool = False) -> None:
    """Send what a run made, with the lease held; nothing is done for a folder that is its own home.

    Args:
        data: The working copy.
        still_ours: Raises `Overtaken` where the lease was lost.
        rebuilt: Whether tables were taken away or made anew.

    Raises:
        Overtaken: another run wrote meanwhile; what was archived is kept.
        StorageFault: the object store cannot be written, or the copy lost what its tables need.
    """
    origin = origin_of(data)
    if origin is None:
        return
    send_archive(data)
    still_ours()
    held = _held(data)
    if not rebuilt and (lost := _lost(data, held)):
        raise StorageFault(
            f"{data / 'tables'} lost files of {', '.join(lost)} while the run was on: nothing was removed from {origin.url}, "
            "and what was archived is there; run again, and keep others from clearing that folder"
        )
    changed = [key for key, path in _mirrored(data).items() if not _is_same(path, held.get(key))]
    commits = sorted(filter(_is_commit, changed), key=lambda key: ((data / key).stat().st_mtime_ns, key))
    entries = [key for key in commits if key.startswith("tables/releases/")]
    others = [key for key in changed if key not in commits and key != _SWITCH]
    # A checkpoint counts as the version itself: without its commit no writer goes on with the table ever again.
    checkpoints = [key for key in others if "/_delta_log/" in key and key.endswith(".parquet")]
    rows = [key for key in others if key.endswith(".parquet") and key not in checkpoints]
    try:
        _send(origin, data, rows, held)
        _end_logs(origin, data, held)
        _send_in_order(origin, data, [key for key in commits if key not in entries], held)
        still_ours()
        _shelve(origin, data)
        still_ours()
        _send_in_order(origin, data, entries, held)
        _send(origin, data, checkpoints, held)
        _send(origin, data, [key for key in others if not key.endswith(".parquet")], held)
        _remove(origin, data, held)
        _send_in_order(origin, data, [key for key in changed if key == _SWITCH], held)
    finally:
        _remember(data, held)
    if changed:
        logger.info("%s: %d files sent", origin.url, len(changed))


def send_archive(data: Path) -> None:
    """Send the closed WARC files that the object store does not have."""
    origin = origin_of(data)
    if origin is not None:
        there = listed(origin, "archive")
        for name in closed_files(data / "archive"):
            sent = {f"archive/{name}", f"archive/{name}.sha256"} <= there.keys()
            if not sent and is_sealed(data / "archive" / name):  # else `salvage` seals it first
                send_archived(data, name)


def _shelve(origin: Origin, data: Path) -> None:
    """Send the releases that were made here."""
    there = set(shelved(data))
    for name in sorted(released(data) - there):
        folder = data / "releases" / name
        if folder.is_dir():
            shelve(origin, data, name, orjson.loads((folder / RECORD).read_bytes())["previous"])


def _send(origin: Origin, data: Path, keys: Sequence[str], held: dict[str, _Held]) -> None:
    """Send files in any order, several at once."""
    with ThreadPoolExecutor(AT_ONCE) as several:
        sent = several.map(lambda key: _sent(origin, data, key, held.get(key)), keys)
        held.update(zip(keys, sent, strict=True))


def _send_in_order(origin: Origin, data: Path, keys: Sequence[str], held: dict[str, _Held]) -> None:
    for key in keys:
        held[key] = _sent(origin, data, key, held.get(key))


def _sent(origin: Origin, data: Path, key: str, before: _Held | None) -> _Held:
    seen = None if before is None else before.seen
    return _holding(data / key, send(origin, key, data / key, seen))


def _end_logs(origin: Origin, data: Path, held: dict[str, _Held]) -> None:
    """Take away the log of a table that was made anew, newest first, before the new one begins: never are both read as one."""
    for key in sorted(
        (key for key in held if "/_delta_log/" in key and not (data / key).exists()), reverse=True
    ):
        delete(origin, [key])
        del held[key]


def _lost(data: Path, held: Mapping[str, _Held]) -> list[str]:
    """Tables of which the copy has no longer what upkeep never removes: the newest commit that the store has, and the files in use."""
    commits = [key for key in held if _is_commit(key)]
    newest = {name: max(keys) for name, keys in _by_table(commits).items()}
    cut = {name for name, key in newest.items() if not _is_same(data / key, held[key])}
    gone = _by_table(key for key in held if not (data / key).exists())
    for name in gone.keys() & newest.keys() - cut:
        used = {path.resolve() for path in tables.files(data / "tables", name)}
        if any((data / key).resolve() in used for key in gone[name]):
            cut.add(name)
    return sorted(cut)


def _by_table(keys: Iterable[str]) -> Mapping[str, list[str]]:
    grouped = defaultdict[str, list[str]](list)
    for key in keys:
        if key.startswith("tables/"):
            grouped[key.split("/")[1]].append(key)
    return grouped


def _remove(origin: Origin, data: Path, held: dict[str, _Held]) -> None:
    """Remove what upkeep has removed from the copy."""
    gone = [key for key in held if key != _SWITCH and not (data / key).exists()]
    delete(origin, gone)
    for key in gone:
        del held[key]


def _is_commit(key: str) -> bool:
    return "/_delta_log/" in key and key.endswith(".json")


def _mirrored(data: Path) -> dict[str, Path]:
    """The files of the copy that are the same in the store, by key."""
    files = [*data.iterdir(), *_files(data / "tables"), data / _SWITCH]
    keys = {path.relative_to(data).as_posix(): path for path in files if path.is_file()}
    return {key: path for key, path in keys.items() if _is_mirrored(key) or key == _SWITCH}


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _is_same(path: Path, held: _Held | None) -> bool:
    """Whether a file is still what was fetched or sent."""
    return held is not None and path.exists() and _holding(path, held.seen) == held


def _holding(path: Path, seen: Seen) -> _Held:
    now = path.stat()
    return _Held(seen, now.st_size, now.st_mtime_ns)


def _held(data: Path) -> dict[str, _Held]:
    mark = read_mark(data / SEEN) or {}
    return {key: _Held(*fields) for key, fields in mark.items()}


def _remember(data: Path, held: Mapping[str, _Held]) -> None:
    write_mark(data / SEEN, {key: [item.seen, item.size, item.mtime] for key, item in held.items()})

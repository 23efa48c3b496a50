"""Releases on an object store: each part once, whichever releases it belongs to.

    releases/<name>/<table>/part-<nnnnn>.parquet, …   what came with this release
    releases/<name>.manifest.json                     path in the release → key and SHA-256 of each of its files
    releases/<name>.sha256                            its seal, as in a folder
    releases/latest.json                              the switch: the latest release's record, put on condition

A part that did not change is not sent again: the manifest leads to the key that it has since an older release, where a folder
has a hard link. A working copy gets a release whole, links what it has, and then reads it like any other folder.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

from store.exceptions import DigestMismatch, NoRelease
from store.origin import Origin, at_hand, download, listed, origin_of, put, read, send
from store.release import RECORD, SWITCH
from store.schema import TABLES
from store.seal import file_digest, lacking, seal_of, sums

AT_ONCE = 8
"""Objects asked for or sent at once."""

_END = ".manifest.json"


@dataclass(frozen=True, slots=True)
class Shelved:
    """A file of a release.

    Attributes:
        key: Of the object that holds it.
        sha256: Of its bytes, hexadecimal.
    """

    key: str
    sha256: str


def latest_name(data: Path) -> str | None:
    """The name of the latest release, as the switch of the folder's home has it; None before the first."""
    origin, switch = origin_of(data), data / "releases" / SWITCH
    if origin is not None:
        found = read(origin, f"releases/{SWITCH}")
        record = None if found is None else found[0]
    else:
        record = switch.read_bytes() if switch.exists() else None
    return None if record is None else str(orjson.loads(record)["name"])


def shelved(data: Path) -> list[str]:
    """Names of the releases that there are, the newest first."""
    origin = origin_of(data)
    if origin is None:
        return sorted((path.name for path in (data / "releases").glob("[0-9]*/")), reverse=True)
    keys = listed(origin, "releases", deep=False)
    return sorted(
        (key.removeprefix("releases/").removesuffix(_END) for key in keys if key.endswith(_END)), reverse=True
    )


def names_taken(data: Path) -> set[str]:
    """Names that no new release may have: those of all releases, and of what a run sent of one before it died."""
    origin = origin_of(data)
    if origin is None:
        return set()
    keys = (key.split("/")[1] for key in listed(origin, "releases"))
    return {key.removesuffix(_END).removesuffix(".sha256") for key in keys}


def is_the_shelved(data: Path, folder: Path) -> bool:
    """Whether a release of the copy is the one that lies on the object store, with all of its files."""
    origin = origin_of(data)
    held = None if origin is None else read(origin, f"releases/{folder.name}.sha256")
    if held is None or not seal_of(folder).exists() or held[0] != seal_of(folder).read_bytes():
        return False
    return not lacking(folder)


def taken_down(data: Path, name: str) -> Path:
    """The folder of a release; one that lies on an object store is fetched, but for what is here already.

    Returns:
        Its folder, which need not exist where there is no such release.

    Raises:
        DigestMismatch: an object is gone, or not what was sent.
        StorageFault: the object store does not answer.
    """
    folder, origin = data / "releases" / name, origin_of(data)
    if origin is None:
        return folder
    if folder.is_dir() and is_the_shelved(data, folder):
        return folder
    files = manifest(origin, name)
    if files is None:
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=data))
    try:
        with ThreadPoolExecutor(AT_ONCE) as several:
            list(several.map(lambda item: _taken(origin, data, aside / item[0], item[1]), files.items()))
        if folder.is_dir() and not is_the_shelved(data, folder):
            shutil.rmtree(folder)  # of the same name, but never sent
        _download(origin, f"releases/{name}.sha256", seal_of(folder))
        try:
            aside.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another reader was faster
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return folder


def _taken(origin: Origin, data: Path, path: Path, file: Shelved) -> None:
    here = data / file.key
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        os.link(here, path)
        if file_digest(path) == file.sha256:
            return
        path.unlink()  # what is damaged here only is fetched
    _download(origin, file.key, path)
    if file_digest(path) != file.sha256:
        raise DigestMismatch(f"{origin.url}/{file.key} is not what was sent: put it back from a copy")


def _download(origin: Origin, key: str, path: Path) -> None:
    try:
        download(origin, key, path)
    except FileNotFoundError as error:
        raise DigestMismatch(f"{origin.url}/{key} is gone: put it back from a copy") from error


def shelve(origin: Origin, data: Path, name: str, before: str | None) -> None:
    """Send a release of the working copy, but for what an older one has sent; the manifest is the last of it.

    Args:
        origin: Where to.
        data: The working copy.
        name: The release.
        before: The release before it; None for none.

    Raises:
        Overtaken: another run made a release of this name.
        StorageFault: the store cannot be written.
    """
    known = {file.sha256: file.key for file in (manifest(origin, before) or {}).values()} if before else {}
    digests = {
        path.removeprefix(f"{name}/"): digest for path, digest in sums(data / "releases" / name).items()
    }
    files = {
        path: Shelved(known.get(digest, f"releases/{name}/{path}"), digest)
        for path, digest in sorted(digests.items())
    }
    folder = data / "releases" / name
    fresh = [path for path, file in files.items() if file.key == f"releases/{name}/{path}"]
    # The record first, on condition: who comes second with the same name learns it before anything is sent over.
    put(origin, f"releases/{name}/{RECORD}", folder / RECORD, None)
    with ThreadPoolExecutor(AT_ONCE) as several:
        list(
            several.map(
                lambda path: send(origin, f"releases/{name}/{path}", folder / path, None),
                [path for path in fresh if path != RECORD],
            )
        )
    put(origin, f"releases/{name}.sha256", seal_of(folder), None)
    content = {path: {"key": file.key, "sha256": file.sha256} for path, file in files.items()}
    put(origin, f"releases/{name}{_END}", orjson.dumps(content, option=orjson.OPT_INDENT_2), None)


def part_urls(table: str, data: str, release: str = "latest") -> Sequence[str]:
    """URLs of a table's parts on an object store, for readers that go there themselves (Polars, DuckDB, Spark).

    Example: `pl.scan_parquet(part_urls("documents", "s3://bucket/policies"))` reads only the columns that are asked for.

    Raises:
        NoRelease: there is no such release, or no such table.
    """
    copy = at_hand(data)
    origin = origin_of(copy)
    if origin is None:
        raise NoRelease(f"{data} is a folder: read {data}/releases/{release}/{table}")
    if release == "latest":
        release = latest_name(copy) or release
    files = manifest(origin, release)
    if files is None:
        raise NoRelease(f"there is no release {release} in {data}")
    if table not in TABLES:
        raise NoRelease(f"there is no table {table!r}; there are {', '.join(TABLES)}")
    return [
        f"{origin.url}/{file.key}"
        for path, file in sorted(files.items())
        if path.startswith(f"{table}/") and path.endswith(".parquet")
    ]


def manifest(origin: Origin, name: str) -> Mapping[str, Shelved] | None:
    """The files of a release by their paths in it; None where there is no such release."""
    found = read(origin, f"releases/{name}{_END}")
    return None if found is None else {path: Shelved(**file) for path, file in orjson.loads(found[0]).items()}

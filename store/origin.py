"""A data folder whose home is an object store (S3, GCS, Azure): what lies there, and how it is written.

    s3://bucket/prefix/archive/…, tables/…    as in a folder; Spark, Trino or Polars read the tables where they are
    s3://bucket/prefix/releases/…             `store.shelf`
    s3://bucket/prefix/lease.json             who may write (`store.lease`)
    <working copy>/origin.json                where the copy is from

Everything else in the store works on folders; `store.sync` brings a working copy up to date before a run and sends what
the run made. What others might have written meanwhile is only ever replaced by a conditional put, which the store
refuses where the object is no longer the one that was seen (`If-None-Match`, `If-Match`; RFC 9110 13.1). Credentials, endpoint and
region are those of the environment (`AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL`, `AWS_REGION`, …), as for other tools.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import chain
from pathlib import Path
from uuid import uuid4

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import ObjectStore, from_url

from store.exceptions import Overtaken, StorageFault
from store.marks import read_mark, write_mark

MARK = "origin.json"

CACHE_SETTING = "POLICY_INGEST_CACHE"
"""Environment variable: the folder of working copies; by default that of the user's caches."""

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/+")
"""As people write it, and as a `Path` leaves it (`s3:/bucket`)."""

_SETTINGS = ("AWS_", "AZURE_", "GOOGLE_")
"""What variables of the environment begin with that speak of object stores."""

_LARGE = 64_000_000
"""Bytes above which a file is sent in pieces, which no store does on a condition."""

Seen = dict[str, str]
"""Which object was seen under a key: its `e_tag`, and where the store counts them its `version`."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a data folder has its home.

    Attributes:
        url: E.g. `s3://bucket/prefix`.
        copy: Names the working copy.
    """

    url: str
    copy: str


def at_hand(data: str | Path) -> Path:
    """The folder of some data: itself, or the working copy of an object store's URL. Asks no network."""
    scheme = _URL.match(str(data))
    if scheme is None:
        return Path(data)
    url = f"{scheme[1].lower()}://{str(data)[scheme.end() :].rstrip('/')}"
    name = re.sub(r"[^a-z0-9]+", "-", url.lower()).strip("-")[-40:]
    folder = _caches() / f"{name}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"
    folder.mkdir(parents=True, exist_ok=True)
    if origin_of(folder) is None:
        with _one(folder):  # several readers may make it at once
            if origin_of(folder) is None:
                write_mark(folder / MARK, {"url": url, "copy": uuid4().hex})
    return folder


@contextmanager
def _one(folder: Path) -> Iterator[None]:
    with (folder / ".origin.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _caches() -> Path:
    given = os.environ.get(CACHE_SETTING)
    return Path(given or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").joinpath("policy-ingest")


def origin_of(data: Path) -> Origin | None:
    """Where a working copy is from; None of a folder that is its own home."""
    mark = read_mark(data / MARK)
    return None if mark is None else Origin(mark["url"], mark["copy"])


def home_of(data: Path) -> str | Path:
    """What other machines know a data folder by."""
    origin = origin_of(data)
    return data if origin is None else origin.url


def listed(origin: Origin, prefix: str = "", *, deep: bool = True) -> dict[str, Seen]:
    """What lies under a prefix: key to what is seen there.

    Args:
        origin: Where.
        prefix: A folder; all by default.
        deep: Also what lies in the folders within.
    """
    store = _store(origin.url)
    with _told(origin, prefix):
        if deep:
            return dict(map(_item, chain.from_iterable(obstore.list(store, prefix or None))))
        return dict(map(_item, obstore.list_with_delimiter(store, prefix or None)["objects"]))


def _item(meta: obstore.ObjectMeta) -> tuple[str, Seen]:
    return meta["path"], _seen(meta)


def _seen(told: obstore.ObjectMeta | obstore.PutResult) -> Seen:
    tags = {"e_tag": told["e_tag"], "version": told["version"]}
    return {name: tag for name, tag in tags.items() if tag is not None}


def read(origin: Origin, key: str) -> tuple[bytes, Seen] | None:
    """An object and what was seen; None where there is none."""
    try:
        with _told(origin, key):
            answer = obstore.get(_store(origin.url), key)
            return bytes(answer.bytes()), _seen(answer.meta)
    except FileNotFoundError:
        return None


def read_range(origin: Origin, key: str, start: int, length: int) -> bytes:
    """Some bytes of an object.

    Raises:
        FileNotFoundError: there is no such object.
    """
    with _told(origin, key):
        return bytes(obstore.get_range(_store(origin.url), key, start=start, length=length))


def object_digest(origin: Origin, key: str) -> str | None:
    """SHA-256 of an object, hexadecimal, whose bytes are put nowhere; None where there is none."""
    sha256 = hashlib.sha256()
    try:
        with _told(origin, key):
            for piece in obstore.get(_store(origin.url), key):
                sha256.update(piece)
    except FileNotFoundError:
        return None
    return sha256.hexdigest()


def download(origin: Origin, key: str, path: Path) -> Seen:
    """An object as a file, whole or not at all.

    Raises:
        FileNotFoundError: there is no such object.
    """
    fresh = path.with_name(f".{path.name}.{uuid4().hex}.new")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _told(origin, key):
            answer = obstore.get(_store(origin.url), key)
            with fresh.open("wb") as stream:
                for piece in answer:
                    stream.write(piece)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return _seen(answer.meta)


def put(origin: Origin, key: str, content: bytes | Path, seen: Seen | None) -> Seen:
    """Write an object, if it is still the one that was seen, or there is still none.

    Raises:
        Overtaken: somebody else wrote it meanwhile, and not the same.
        StorageFault: it cannot be written.
    """
    try:
        with _told(origin, key):
            return _seen(obstore.put(_store(origin.url), key, content, mode=_condition(seen)))
    except FileNotFoundError as error:
        if seen is not None:
            raise Overtaken(f"{origin.url}/{key} was removed by another run meanwhile") from error
        raise StorageFault(
            f"{origin.url}: there is no such bucket: make it, or give another --data"
        ) from error
    except (AlreadyExistsError, PreconditionError) as error:
        held = read(origin, key)
        if held is not None and held[0] == (content if isinstance(content, bytes) else content.read_bytes()):
            return held[1]  # written by an earlier try of ours, of which we never heard
        raise Overtaken(
            f"{origin.url}/{key} was written by another run meanwhile: nothing of it was replaced. "
            "What this run archived is kept; the next run enters it"
        ) from error


def send(origin: Origin, key: str, path: Path, seen: Seen | None) -> Seen:
    """Write a file as `put` does; a large one without condition: an archive or data file, whose name nobody else gives, or a cache with a seal."""
    if path.stat().st_size <= _LARGE:
        return put(origin, key, path, seen)
    with _told(origin, key):
        return _seen(obstore.put(_store(origin.url), key, path))


def send_archived(data: Path, name: str) -> None:
    """Send a closed WARC file, and then its seal; nothing is done for a folder that is its own home.

    Args:
        data: The data folder.
        name: Of the file, relative to the archive.
    """
    origin = origin_of(data)
    if origin is not None:
        for key in (f"archive/{name}", f"archive/{name}.sha256"):
            send(origin, key, data / key, None)


def delete(origin: Origin, keys: list[str]) -> None:
    """Delete objects."""
    if keys:
        with _told(origin, keys[0]):
            obstore.delete(_store(origin.url), keys)


def _condition(seen: Seen | None) -> obstore.PutMode:
    if seen is None:
        return "create"
    return {"e_tag": seen["e_tag"], **({"version": seen["version"]} if "version" in seen else {})}


def _store(url: str) -> ObjectStore:
    """The client of an object store, under the environment as it is now."""
    settings = {name: value for name, value in os.environ.items() if name.startswith(_SETTINGS)}
    return _client(url, tuple(sorted(settings.items())))


@lru_cache(maxsize=8)
def _client(url: str, _settings: tuple[tuple[str, str], ...]) -> ObjectStore:
    """A client, made once: it holds connections."""
    try:
        return from_url(
            url,
            client_options={"allow_http": True, "timeout": timedelta(minutes=10)},
            retry_config={"max_retries": 5, "retry_timeout": timedelta(seconds=60)},
        )
    except (BaseError, ValueError) as error:
        raise StorageFault(f"{url} is no address of an object store: {_first_line(error)}") from error


@contextmanager
def _told(origin: Origin, key: str) -> Iterator[None]:
    """Say of a store that does not answer, or refuses, what was asked of it."""
    try:
        yield
    except (AlreadyExistsError, PreconditionError, FileNotFoundError):
        raise  # an answer, not a fault
    except (BaseError, OSError) as error:
        raise StorageFault(
            f"{origin.url}/{key}: {_first_line(error)}. Look at the credentials, endpoint and region in the environment "
            "(AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL, AWS_REGION, or those of your store)"
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]

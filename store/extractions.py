"""What files said when they were read, by the digest of their bytes: no file is read twice by one version of its readers.

tables/files.sqlite     a cache: without it files are read again
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote

import orjson

from parsers.document import Block
from parsers.files.content import FileContent, FileStatus
from store.exceptions import StorageFault

FILE = "files.sqlite"

_PASSING: frozenset[FileStatus] = frozenset({"timeout", "out_of_memory", "crashed"})
"""What another machine, or a quieter one, may read."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    content_digest TEXT PRIMARY KEY, version TEXT, sha256 BLOB, content BLOB
) WITHOUT ROWID
"""


@contextmanager
def opened(tables: Path, *, writing: bool = True) -> Iterator[sqlite3.Connection]:
    """The cache of a folder; made anew where it is no cache of ours.

    Args:
        tables: `tables/`.
        writing: False to leave the folder as it is; what is not held is then not held.

    Raises:
        StorageFault: it cannot be written.
    """
    file = tables / FILE
    if not writing:
        place = f"file:{quote(str(file))}?mode=ro" if file.exists() else ":memory:"
        with closing(sqlite3.connect(place, uri=True, timeout=60)) as cache:
            yield cache
        return
    tables.mkdir(parents=True, exist_ok=True)
    try:
        if not _is_whole(file):
            file.unlink(missing_ok=True)
        with closing(sqlite3.connect(file, timeout=60)) as cache:
            cache.execute("PRAGMA synchronous = OFF")  # what is lost is read again
            cache.execute(_SCHEMA)
            yield cache
            cache.commit()
    except sqlite3.Error as error:
        raise StorageFault(f"the cache {file} cannot be written: {error}; delete it if this stays") from error


def _is_whole(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(file, timeout=60)) as cache:
            cache.execute(_SCHEMA)
            cache.execute("SELECT content_digest, version, sha256, content FROM files LIMIT 1").fetchone()
    except sqlite3.DatabaseError:
        return False
    return True


def held(cache: sqlite3.Connection, content_digest: str, version: str) -> FileContent | None:
    """What a file said under a version of its readers; None where that is not known, or was damaged since."""
    try:
        row = cache.execute(
            "SELECT sha256, content FROM files WHERE content_digest = ? AND version = ?",
            [content_digest, version],
        ).fetchone()
    except sqlite3.DatabaseError:
        return None
    if row is None or hashlib.sha256(row[1]).digest() != row[0]:
        return None
    return content_of(orjson.loads(zlib.decompress(row[1])))


def keep(cache: sqlite3.Connection, content_digest: str, version: str, content: FileContent) -> None:
    """Keep what a file said; not what another try may read."""
    if content.status in _PASSING:
        return
    packed = zlib.compress(orjson.dumps(asdict(content)), 1)
    cache.execute(
        "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)",
        [content_digest, version, hashlib.sha256(packed).digest(), packed],
    )
    cache.commit()


def content_of(row: dict[str, object]) -> FileContent:
    """A `FileContent` from its JSON."""
    blocks, tables = row.pop("blocks"), row.pop("tables")
    assert isinstance(blocks, list)
    assert isinstance(tables, list)
    return FileContent(
        **row,  # type: ignore[arg-type]  # written from one
        blocks=tuple(Block(**block) for block in blocks),
        tables=tuple(tuple(tuple(cells) for cells in table) for table in tables),
    )

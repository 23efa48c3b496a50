"""Parts of a release's tables: plain Parquet for people who never heard of us, linked where nothing changed."""

from __future__ import annotations

import hashlib
import os
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from store.schema import TABLES

_LONG = frozenset({"text", "full_text"})
"""Columns whose least and greatest value help nobody."""
_ROWS = 2_000
"""Rows in a row group: one document of a hundred thousand is found in 20 ms, and nobody has to hold more."""


class Part:
    """Writes one more part of a table; use it as a context manager. Without rows there is no file, but for the first part.

    Args:
        folder: Of the table, in the release that is being made; the parts of the release before are linked already.
        name: The table.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._schema = TABLES[name].released
        self._number = sum(1 for _ in folder.glob("*.parquet"))
        self._path = folder / f"part-{self._number:05}.parquet"
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._flush(last=True)
        if self._writer is not None:
            self._writer.close()
            with self._path.open("rb") as stream:
                os.fsync(stream.fileno())

    def write(self, rows: pa.Table) -> None:
        """Add rows, in any batches; they are put on disk in whole row groups."""
        self._waiting.append(rows.select(self._schema.names).cast(self._schema))
        self._rows += len(rows)
        if self._rows >= _ROWS:
            self._flush(last=False)

    def _flush(self, *, last: bool) -> None:
        rows = pa.concat_tables(self._waiting) if self._waiting else self._schema.empty_table()
        if not len(rows) and not (last and self._writer is None and self._number == 0):
            return
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self._path,
                self._schema,
                compression="zstd",
                compression_level=3,
                write_page_checksum=True,
                store_schema=False,
                write_statistics=[name for name in self._schema.names if name not in _LONG],
            )
        self._writer.write_table(rows, row_group_size=_ROWS)
        self._waiting, self._rows = [], 0


def write_part(folder: Path, name: str, batches: Iterable[pa.Table]) -> None:
    """Write one more part of a table."""
    with Part(folder, name) as part:
        for rows in batches:
            part.write(rows)


def rewrite(folder: Path, before: Path | None, name: str, batches: Iterable[pa.Table]) -> None:
    """Write a table anew; where it comes out as it was, it is linked."""
    write_part(folder, name, batches)
    parts = sorted(before.glob("*.parquet")) if before is not None else []
    fresh = folder / "part-00000.parquet"
    if len(parts) == 1 and file_hash(parts[0]) == file_hash(fresh):
        fresh.unlink()
        link_parts(folder, before)


def merged(before: Path, name: str, stays: pc.Expression, fresh: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """A table as it was, but for what is told anew, in the order of its key: a copy of columns, without a row in Python.

    Args:
        before: The table's folder in the release before, whose rows are in the order of the key.
        name: The table.
        stays: Which of its rows are taken over.
        fresh: The rows that come instead, in that order too; all are held, and none has a first part of a key that stays.
    """
    key = TABLES[name].key
    order = [(column, "ascending") for column in key]
    waiting = pa.concat_tables([TABLES[name].released.empty_table(), *fresh])
    for path in sorted(before.glob("*.parquet")):
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for batch in filter(len, file.iter_batches(_ROWS)):
                rows = pa.Table.from_batches([batch]).cast(TABLES[name].released)
                until = bisect_right(waiting[key[0]], rows[key[0]][-1].as_py(), key=lambda cell: cell.as_py())
                yield pa.concat_tables([rows.filter(stays), waiting.slice(0, until)]).sort_by(order)
                waiting = waiting.slice(until)
    yield waiting


def link_parts(folder: Path, before: Path | None) -> None:
    """Take over the parts of the release before: a hard link costs no space, and is never changed."""
    for part in sorted(before.glob("*.parquet")) if before is not None else ():
        os.link(part, folder / part.name)


def file_hash(path: Path) -> str:
    """`sha256:…` of a file."""
    with path.open("rb") as stream:
        return "sha256:" + hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def parts(folders: Mapping[str, Path]) -> Iterator[Mapping[str, Part]]:
    """One more part of each of several tables, written side by side."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(Part(folder, name)) for name, folder in folders.items()}

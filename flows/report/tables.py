"""The tables of one release folder, asked by SQL: also of a folder that is still being made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from store.sql import opened, view
from store.tables import Row


def parts_of(release: Path, table: str) -> list[Path]:
    """The Parquet files of a release's table, in order."""
    return sorted((release / table).glob("*.parquet"))


def taken_over(part: Path, before: Path | None) -> bool:
    """Whether a part is a link to that of the release before."""
    other = None if before is None else before / part.parent.name / part.name
    return other is not None and other.exists() and other.samefile(part)


@contextmanager
def asked(release: Path, names: Iterable[str], *, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with views of some tables of a release; what it spills is removed at the end."""
    with opened(spill) as connection:
        show(connection, release, names)
        yield connection


def show(connection: duckdb.DuckDBPyConnection, release: Path, names: Iterable[str]) -> None:
    """Make a view of each of some tables: for each the footers of all its parts are read."""
    for name in names:
        view(connection, name, name, parts_of(release, name), released=True)


def rows(connection: duckdb.DuckDBPyConnection, query: str, params: Sequence[object] = ()) -> Iterator[Row]:
    """The rows of a query, a few thousand at a time."""
    for batch in connection.sql(query, params=list(params)).to_arrow_reader(2_000):
        yield from batch.to_pylist()


def values(
    connection: duckdb.DuckDBPyConnection, query: str, columns: Sequence[str]
) -> Iterator[list[object]]:
    """Some columns of the rows of a query, without their names and without a dictionary for each row."""
    for batch in connection.sql(query).to_arrow_reader(2_000):
        yield from map(list, zip(*(batch.column(name).to_pylist() for name in columns), strict=True))

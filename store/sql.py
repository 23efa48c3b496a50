"""SQL over the tables, by DuckDB: for work over whole tables, in bounded memory whatever their size."""

from __future__ import annotations

import errno
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from store import tables
from store.exceptions import DigestMismatch, StorageFault
from store.memory import for_duckdb
from store.schema import TABLES

THREADS = 2

_SQL_TYPES = {
    "large_string": "VARCHAR",
    "int64": "BIGINT",
    "double": "DOUBLE",
    "bool": "BOOLEAN",
    "date32[day]": "DATE",
    "timestamp[us, tz=UTC]": "TIMESTAMPTZ",
}
_OURS = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)
"""What a mistake in a query raises; everything else speaks of the files."""

_FULL = re.compile(r'"errno":"(?:{})"'.format("|".join(map(str, (errno.ENOSPC, errno.EDQUOT, errno.EROFS)))))
"""How DuckDB says that the disk took no more."""

_LIVE = tuple(name for name, table in TABLES.items() if table.kept == "live")


@contextmanager
def opened(spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in bounded memory, without any table; what it spills into a folder is removed at the end."""
    aside = Path(tempfile.mkdtemp(prefix=".spill-", dir=spill))
    connection = duckdb.connect(
        config={
            "memory_limit": for_duckdb(),
            "threads": THREADS,
            "temp_directory": str(aside),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "parquet_metadata_cache": True,
            "enable_external_file_cache": False,  # the system keeps what is read again
        }
    )
    try:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()
        shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def connected(data: Path, versions: Mapping[str, int] | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with a view per live table, as of given versions (the newest by default).

    The tables are opened in such an order that a row's capture is there also beside a run that goes on.

    Raises:
        DigestMismatch: a table is damaged.
        StorageFault: there is no room to work in.
    """
    try:
        with opened(data) as connection:
            for name in reversed(_LIVE):
                version = None if versions is None else versions[name]
                view(connection, name, name, tables.files(data / "tables", name, version))
            yield connection
    except _OURS:
        raise
    except duckdb.Error as error:
        if isinstance(error, duckdb.OutOfMemoryException) or _FULL.search(str(error)):
            raise StorageFault(f"there is no room to work in, in memory or in {data}: {error}") from error
        raise DigestMismatch(
            f"the tables in {data / 'tables'} cannot be read: {error}. {tables.REBUILD}"
        ) from error


def view(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    table: str,
    paths: Sequence[Path],
    *,
    released: bool = False,
) -> None:
    """Make a view of a table's files; a column that none of them has is null."""
    schema = TABLES[table].released if released else TABLES[table].live
    if not paths:
        empty = ", ".join(f"NULL::{_SQL_TYPES[str(field.type)]} AS {quoted(field.name)}" for field in schema)
        connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT {empty} WHERE false")
        return
    held = [tables.columns_of(path) for path in paths]
    everywhere, anywhere = frozenset[str].intersection(*held), frozenset[str].union(*held)
    columns = ", ".join(
        quoted(field.name)
        if field.name in anywhere
        else f"NULL::{_SQL_TYPES[str(field.type)]} AS {quoted(field.name)}"
        for field in schema
    )
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    union = "" if everywhere == anywhere else ", union_by_name = true"
    connection.execute(
        f"CREATE OR REPLACE VIEW {name} AS SELECT {columns} FROM read_parquet([{listed}]{union}, hive_partitioning = false)"
    )


@contextmanager
def registered(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> Iterator[None]:
    """Let a query see rows that Python has, under a name."""
    connection.register(name, rows)
    yield
    connection.unregister(name)


def quoted(name: str) -> str:
    """A column's name in SQL: some, such as `end`, are words of the language."""
    return f'"{name}"'


def batches(
    connection: duckdb.DuckDBPyConnection, query: str, schema: pa.Schema, size: int = 2_000
) -> Iterator[pa.Table]:
    """The rows of a query, batch by batch, in the types of a schema."""
    for batch in connection.sql(query).to_arrow_reader(size):
        yield pa.Table.from_batches([batch]).select(schema.names).cast(schema)

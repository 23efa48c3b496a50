"""The tables: Delta Lake, append-only, under `tables/<table>/`.

Nothing is merged, updated or deleted: a changed document is one more row. Retention is a hundred years, since the
default of thirty days destroys old versions silently; statistics are kept for the key columns only.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import DeltaTable, WriterProperties, write_deltalake
from deltalake.exceptions import DeltaError, TableNotFoundError

from store.exceptions import DigestMismatch, SchemaMismatch, StorageFault
from store.schema import TABLES
from store.seal import seal

if TYPE_CHECKING:
    import pandas as pd  # a third of the start of a reader's process, and no reader makes frames

Row = Mapping[str, object]

REBUILD = "`policy-ingest verify --rebuild` makes it anew"
"""What to do about a table that is damaged."""

_CONFIGURATION = {
    "delta.appendOnly": "true",
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
    "delta.checkpointInterval": "10",
}
_ROWS = {"documents": 500}
"""Rows in a row group; fewer where rows are wide, since a group is what a reader holds at least, and what `found` reads of one row."""

_DATED = {"captures": "fetch_time"}
"""A time that the key of a row is made of: files whose rows are all older have none of the same key, as their statistics tell."""

_FOUND = 2_000
"""Rows that `found` gives at once, and a row group more at most."""


def text_of(value: object) -> str | None:
    """A cell of a text column, in the type that it has."""
    return None if value is None else str(value)


def arrow(name: str, rows: Iterable[Row]) -> pa.Table:
    """Rows as an Arrow table of the named table's schema.

    Raises:
        SchemaMismatch: a row has other columns, or a null or a value of another type where none may be.
    """
    schema = TABLES[name].live
    rows = list(rows)
    columns = set(schema.names)
    for row in rows:
        if set(row) != columns:
            wrong = sorted(set(row) ^ columns)
            raise SchemaMismatch(f"table {name}: a row has too many or too few columns: {', '.join(wrong)}")
    try:
        table = pa.Table.from_pylist(rows, schema=schema)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise SchemaMismatch(f"table {name}: {error}") from error
    for field in schema:
        if not field.nullable and table[field.name].null_count:
            raise SchemaMismatch(f"table {name}: column {field.name} is never null, but a row has none")
    return table


def from_frame(name: str, rows: pd.DataFrame) -> pa.Table:
    """A pandas frame as an Arrow table of the named table's schema."""
    return pa.Table.from_pandas(rows, schema=TABLES[name].live, preserve_index=False).replace_schema_metadata(
        None
    )


def append(tables: Path, name: str, rows: Sequence[Row]) -> None:
    """Append rows to a table in one commit; none, no commit.

    Raises:
        SchemaMismatch: the rows do not fit.
        StorageFault: the folder cannot be written.
    """
    if not rows:
        return
    table = _described_as_held(tables, name, arrow(name, rows))
    key = TABLES[name].key
    configuration = {**_CONFIGURATION, "delta.dataSkippingStatsColumns": ",".join(key)}
    try:
        write_deltalake(
            tables / name,
            table,
            mode="append",
            schema_mode="merge",  # a table of an older version gains the columns that came since
            configuration=configuration,
            description=f"One row per {TABLES[name].row}",
            writer_properties=properties(name),
        )
        seal(tables / name)
    except (OSError, DeltaError) as error:
        raise StorageFault(f"table {name} in {tables} cannot be written: {error}") from error


def _described_as_held(tables: Path, name: str, rows: pa.Table) -> pa.Table:
    """Rows whose columns are described as the table on disk describes them: Delta merges no two descriptions of one column.

    What readers are told stands in the release, whose files are described anew.
    """
    held = _opened(tables, name)
    if held is None:
        return rows
    known = {field.name: field.metadata for field in pa.schema(held.schema().to_arrow())}
    fields = [field.with_metadata(known.get(field.name, field.metadata)) for field in rows.schema]
    return rows.cast(pa.schema(fields))


def properties(name: str) -> WriterProperties:
    """How a table's files are written."""
    return WriterProperties(
        compression="ZSTD", compression_level=3, max_row_group_size=_ROWS.get(name, 10_000)
    )


def append_new(tables: Path, name: str, rows: Sequence[Row]) -> int:
    """Append only the rows whose key the table does not have yet, so that doing it again changes nothing.

    Returns:
        How many these were.
    """
    key = TABLES[name].key
    fresh = {tuple(row[column] for column in key): row for row in rows}
    if not fresh:
        return 0
    ours = pc.field(key[0]).isin(
        pa.array([first for first, *_ in fresh], TABLES[name].schema.field(key[0]).type)
    )
    if name in _DATED:
        dated = [row[_DATED[name]] for row in rows]
        ours &= pc.field(_DATED[name]) >= pc.min(
            pa.array(dated, TABLES[name].schema.field(_DATED[name]).type)
        )
    rows_held = read_files(name, files(tables, name), key, only=ours)
    held = set(zip(*(rows_held[column].to_pylist() for column in key), strict=True))
    missing = [row for entry, row in fresh.items() if entry not in held]
    append(tables, name, missing)
    return len(missing)


def sync() -> None:
    """Ask the system to write what is cached: Delta commits are not synced (delta-rs has no fsync)."""
    os.sync()


def version(tables: Path, name: str) -> int:
    """Version of a table; -1 before its first row."""
    table = _opened(tables, name)
    return -1 if table is None else int(table.version())


def settled(tables: Path, name: str, version: int) -> int:
    """The last version after one that upkeep alone made: it has the same rows, in other files (Delta's `dataChange`)."""
    while version >= 0 and _changes_nothing(tables / name / "_delta_log" / f"{version + 1:020}.json"):
        version += 1
    return version


def _changes_nothing(entry: Path) -> bool:
    """Whether a commit is there, and adds and removes no row."""
    if not entry.exists():
        return False
    actions = [orjson.loads(line) for line in entry.read_bytes().splitlines() if line.strip()]
    moved = [action[kind] for action in actions for kind in ("add", "remove") if kind in action]
    return not any(item["dataChange"] for item in moved)


def state(tables: Path, name: str) -> tuple[str | None, int]:
    """What tells a table from one that was built anew in its place, and its version; None and -1 before its first row."""
    table = _opened(tables, name)
    return (None, -1) if table is None else (str(table.metadata().id), int(table.version()))


def files(tables: Path, name: str, version: int | None = None) -> tuple[Path, ...]:
    """The Parquet files of a table (at a version), oldest first by name; none before its first row."""
    table = None if version == -1 else _opened(tables, name, version)
    return () if table is None else tuple(sorted(_local(uri) for uri in table.file_uris()))


def gained(tables: Path, name: str, since: int, until: int | None = None) -> tuple[Path, ...]:
    """The files that a table has (at a version) and did not have at an earlier one, -1 for none; what upkeep alone wrote right after it is not told."""
    if until is not None and since >= until:
        return ()
    known = set(files(tables, name, settled(tables, name, since)))
    return tuple(path for path in files(tables, name, until) if path not in known)


def _opened(tables: Path, name: str, version: int | None = None) -> DeltaTable | None:
    try:
        return DeltaTable(tables / name, version=version)
    except TableNotFoundError:
        return None
    except (DeltaError, OSError) as error:
        raise DigestMismatch(f"table {name} in {tables} cannot be read: {error}. {REBUILD}") from error


def _local(uri: str) -> Path:
    return Path(unquote(urlsplit(uri).path)) if uri.startswith("file:") else Path(uri)


def read(tables: Path, name: str, columns: Sequence[str] | None = None) -> pa.Table:
    """A table's columns, all rows; empty before its first row."""
    return read_files(name, files(tables, name), columns)


def read_where(
    tables: Path, name: str, column: str, value: str, columns: Sequence[str] | None = None
) -> pa.Table:
    """The rows of a table that have a value in a column."""
    return read_files(name, files(tables, name), columns, only=pc.field(column) == value)


def read_files(
    name: str,
    paths: Sequence[Path],
    columns: Sequence[str] | None = None,
    *,
    only: pc.Expression | None = None,
) -> pa.Table:
    """The rows of some of a table's files that meet a condition, in the types of the schema.

    A column that a file does not have (it was added later) is null.
    """
    schema = TABLES[name].live
    if columns is not None:
        schema = pa.schema([TABLES[name].schema.field(column) for column in columns])
    parts = [_part(name, path, schema, only) for path in paths]
    return pa.concat_tables(parts) if parts else schema.empty_table()


def found(name: str, paths: Sequence[Path], wanted: pa.Table, columns: Sequence[str]) -> Iterator[pa.Table]:
    """The rows of a few keys of very many: of each file the keys are read, and the row groups that have one of them.

    DuckDB reads a column whole for a single row of it.

    Args:
        name: The table.
        paths: Its files.
        wanted: The keys, in columns named as the table's.
        columns: Columns to read, those of the key among them.
    """
    key = list(TABLES[name].key)
    schema = pa.schema([TABLES[name].schema.field(column) for column in columns])
    asked = set(zip(*(wanted[column].to_pylist() for column in key), strict=True))
    first = pa.array(sorted({held[0] for held in asked}), schema.field(key[0]).type)
    waiting = [schema.empty_table()]
    for path in paths if asked else ():
        try:
            with pq.ParquetFile(path) as file:
                for rows in _groups(file, first, columns, key, asked):
                    waiting.append(_fitted(rows, schema))
                    if sum(map(len, waiting)) >= _FOUND:
                        yield pa.concat_tables(waiting)
                        waiting = [schema.empty_table()]
        except (pa.ArrowException, OSError, ValueError) as error:
            raise DigestMismatch(f"table {name}: {path.name} cannot be read: {error}. {REBUILD}") from error
    yield pa.concat_tables(waiting)


def _groups(
    file: pq.ParquetFile,
    first: pa.Array,
    columns: Sequence[str],
    key: Sequence[str],
    asked: set[tuple[object, ...]],
) -> Iterator[pa.Table]:
    """The rows asked for of each row group, where one has any."""
    there = set(file.schema_arrow.names)
    held = [column for column in columns if column in there]
    for number in range(file.num_row_groups):
        keys = file.read_row_group(number, list(key))
        if not pc.any(pc.is_in(keys[key[0]], first)).as_py():
            continue
        entries = zip(*(keys[column].to_pylist() for column in key), strict=True)
        are_asked = pa.array([entry in asked for entry in entries])
        if pc.any(are_asked).as_py():  # else it has other versions of the documents
            yield file.read_row_group(number, held).filter(are_asked)


def _part(name: str, path: Path, schema: pa.Schema, only: pc.Expression | None) -> pa.Table:
    try:
        held = [column for column in schema.names if column in columns_of(path)]
        if only is None:  # without what a dataset costs, which is more than reading a small file
            with pq.ParquetFile(path) as file:
                rows = file.read(held)
        else:
            rows = pq.read_table(path, columns=held, filters=only, partitioning=None)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DigestMismatch(f"table {name}: {path.name} cannot be read: {error}. {REBUILD}") from error
    return _fitted(rows, schema)


def columns_of(path: Path) -> frozenset[str]:
    """The columns that a Parquet file has. Each file is asked once: none that a table names is ever changed."""
    found = path.stat()
    return _columns(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=10_000)
def _columns(path: Path, _written: int, _size: int) -> frozenset[str]:
    return frozenset(pq.read_schema(path).names)


def _fitted(table: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = [
        table[field.name].cast(field.type)
        if field.name in table.column_names
        else pa.nulls(len(table), field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)

"""Asking a release: its tables as pandas or Arrow, or by SQL. For notebooks, without Prefect, HTTP or HTML.

Two clocks: `as_of` asks what was known at a time, `in_force` what was valid on a day.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from functools import reduce
from operator import and_, or_
from pathlib import Path
from typing import TypeAlias

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from store.exceptions import DigestMismatch, NoRelease, StoreError
from store.memory import for_duckdb
from store.origin import at_hand
from store.schema import TABLES, TEXT, TIME
from store.shelf import latest_name, shelved, taken_down

Moment = date | datetime | str
"""A time, UTC where it has no zone; a day stands for its end. Text is read as ISO 8601."""

Filters: TypeAlias = pc.Expression | list[tuple[str, str, object]] | list[list[tuple[str, str, object]]]
"""As in pyarrow: an expression, or triples of column, operator and value (a list of lists: any of them)."""

THREADS = 2

_MEND = (
    "`policy-ingest verify` names the damaged file; put it back from a copy, or make a new release: "
    "`policy-ingest publish --force`"
)
_CLOCKS = ("fetch_time", "first_seen", "time", "issued")
"""Columns that say since when a row can have been known, where they hold times."""

_DOCUMENT = ("document_id", "version")
_PARQUET = ds.ParquetFileFormat(
    default_fragment_scan_options=ds.ParquetFragmentScanOptions(
        page_checksum_verification=True, pre_buffer=True
    )
)
_GUESSES = ("Did you mean", "Candidate bindings")
_UNKNOWN_COLUMN = re.compile(r"No match for FieldRef\.Name\((.*?)\)")


class CorrectTheQuestion(StoreError):
    """A question that cannot be answered as it was asked: correct it. The message says what there is to ask for."""


def load(
    table: str,
    data: str | Path = "data",
    release: str = "latest",
    columns: Sequence[str] | None = None,
    *,
    as_of: Moment | None = None,
    in_force: date | str | None = None,
    current: bool = False,
    filters: Filters | None = None,
) -> pd.DataFrame:
    """A table of a release as a pandas frame.

    Example: the plans of Shanxi in force at the start of 2026, as they were known at the end of March:

        load("documents", as_of="2026-03-31", in_force="2026-01-01", columns=["title", "identifier"],
             filters=[("jurisdiction", "=", "CN-SX"), ("document_type", "=", "plan")])

    Args:
        table: Name of a table, e.g. `documents`.
        data: The data folder, or the URL of one on an object store.
        release: Name of a release, e.g. `2026-11-25`, or `latest`.
        columns: Columns to load; all by default.
        as_of: What was known then: the newest release made at or before that time, by the releases' own record of
            when they were made; never together with `release`. A day means its end, UTC.
        in_force: Only what belongs to documents in force on that day, judged by their newest version: in force from
            `valid_from`, else `issued`, else `created`, to `valid_to`, both included, a year or a month to its end.
            Without any of the three dates it is not known, and the document is left out. A repeal by
            another document is not looked at here: column `status` of table `works` tells it.
        current: Only the newest version of each document; `in_force` implies it.
        filters: Rows to load, as pyarrow takes them. They apply after `current`: an old version never stands in for a
            newest one that a filter excludes.

    Raises:
        NoRelease: there is no such release, none that old, or no such table in it.
        CorrectTheQuestion: unknown columns, a filter that does not fit, or arguments that contradict each other.
        DigestMismatch: a file of the release is damaged; page checksums are verified while reading.
    """
    arrow = load_arrow(
        table, data, release, columns, as_of=as_of, in_force=in_force, current=current, filters=filters
    )
    frame: pd.DataFrame = arrow.to_pandas()
    return frame


def load_arrow(
    table: str,
    data: str | Path = "data",
    release: str = "latest",
    columns: Sequence[str] | None = None,
    *,
    as_of: Moment | None = None,
    in_force: date | str | None = None,
    current: bool = False,
    filters: Filters | None = None,
) -> pa.Table:
    """As `load`, as an Arrow table; a column's description is in its field metadata.

    Example: the days on which a source gave no data:

        load_arrow("coverage", filters=pc.field("verdict") == "no_data", columns=["source_id", "day"])
    """
    rows = dataset(table, data, release, as_of=as_of, in_force=in_force, current=current, filters=filters)
    scanner = _scanner(rows, table, columns)
    with undamaged(table):
        return scanner.to_table()


def dataset(
    table: str,
    data: str | Path = "data",
    release: str = "latest",
    *,
    as_of: Moment | None = None,
    in_force: date | str | None = None,
    current: bool = False,
    filters: Filters | None = None,
) -> ds.Dataset:
    """As `load_arrow`, not read yet: to count, to stream, or to hand on to Polars or DuckDB. Read it in `undamaged`.

    Example: `dataset("documents", current=True).count_rows()`
    """
    folder = release_folder(data, release, as_of)
    conditions = [] if filters is None else [_expression(filters)]
    if as_of is not None:
        conditions += _known(table, moment(as_of))
    if current or in_force is not None:
        conditions.append(_newest(folder, table, as_of, None if in_force is None else _day(in_force)))
    rows = _parts(folder, table)
    if not conditions:
        return rows
    chosen = rows.filter(reduce(and_, conditions))
    _scanner(chosen, table, None)
    return chosen


def sql(
    query: str,
    data: str | Path = "data",
    release: str = "latest",
    *,
    as_of: Moment | None = None,
    params: Sequence[object] = (),
) -> pa.Table:
    """The answer to a query in SQL (DuckDB's), over the tables of a release.

    Only the tables can be asked: no file is read or written by the query, and no network is asked. Memory is bounded,
    but for the answer itself.

    Example: `sql("SELECT source_id, count(*) AS n FROM status GROUP BY 1 ORDER BY n DESC", as_of="2026-03-31")`

    Args:
        query: One SELECT; `$1`, `$2` … stand for `params`.
        data: The data folder.
        release: Name of a release, or `latest`.
        as_of: As in `load`.
        params: Values for the query.

    Raises:
        NoRelease: there is no such release, or none that old.
        CorrectTheQuestion: the query is wrong; the message names the tables or columns that there are.
        DigestMismatch: a file of the release is damaged.
    """
    with asked(query, data, release, as_of=as_of, params=params) as answer:
        return answer.read_all()


@contextmanager
def asked(
    query: str,
    data: str | Path = "data",
    release: str = "latest",
    *,
    as_of: Moment | None = None,
    params: Sequence[object] = (),
    given: Mapping[str, ds.Dataset] | None = None,
) -> Iterator[pa.RecordBatchReader]:
    """As `sql`, batch by batch while the context lasts.

    Args:
        query: As in `sql`.
        data: As in `sql`.
        release: As in `sql`.
        as_of: As in `sql`.
        params: As in `sql`.
        given: Rows that stand in for the whole of a table.
    """
    folder = release_folder(data, release, as_of)
    there = [name for name in TABLES if (folder / name).is_dir()]
    named = set(re.findall(r"\w+", query.lower()))
    spill = Path(tempfile.mkdtemp(prefix="policy-ingest-"))
    connection = duckdb.connect(
        config={
            "memory_limit": for_duckdb(),
            "threads": THREADS,
            "temp_directory": str(spill),
            "autoinstall_known_extensions": False,
            "python_enable_replacements": False,  # else a query sees this program's variables
        }
    )
    try:
        connection.execute("SET TimeZone = 'UTC'")
        # Tables are handed over by Arrow, not as files: so DuckDB need not touch any file, and page checksums, which it
        # does not look at, are verified. A query that names no table may want a list of them.
        for name in [name for name in there if name in named] or there:
            rows = (given or {}).get(name) or dataset(name, data, folder.name)
            connection.register(name, rows)
        # Last, since it also forbids what was done above.
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        _check_one_select(connection, query)
        answer = connection.sql(query, params=list(params) or None).to_arrow_reader(2_000)
        yield pa.RecordBatchReader.from_batches(answer.schema, _read(answer, there, named))
    except duckdb.Error as error:
        raise _translated(error, there, named) from error
    finally:
        connection.close()
        shutil.rmtree(spill, ignore_errors=True)


def release_folder(data: str | Path = "data", release: str = "latest", as_of: Moment | None = None) -> Path:
    """The folder of a release; one on an object store (`s3://bucket/prefix` as `data`) is fetched into the folder of working copies.

    Raises:
        NoRelease: there is no such release, or none that old.
        CorrectTheQuestion: both a release and a time are given.
    """
    held = at_hand(data)
    if as_of is not None and release != "latest":
        raise CorrectTheQuestion(f"give a release ({release}) or a time (as_of {as_of}), not both")
    name = latest_name(held) if release == "latest" else release
    if name is None:
        raise NoRelease(
            f"there is no release in {data}: run `policy-ingest run` first, or name another data folder"
        )
    if as_of is not None:
        name = _release_at(taken_down(held, name), moment(as_of))
    folder = taken_down(held, name)
    if not folder.is_dir():
        there = shelved(held)
        newest = ", ".join(there[:5]) + (f" and {len(there) - 5} older" if len(there) > 5 else "")
        raise NoRelease(f"release {name} is not in {data}; there: {newest or 'none'}")
    return folder


def moment(when: Moment) -> datetime:
    """A time as UTC: a day is its last microsecond.

    Raises:
        CorrectTheQuestion: it is no time.
    """
    if isinstance(when, str):
        try:
            when = date.fromisoformat(when) if len(when) == 10 else datetime.fromisoformat(when)
        except ValueError as error:
            raise CorrectTheQuestion(
                f"{when!r} is no time; write 2026-03-31, or 2026-03-31T18:00Z"
            ) from error
    if not isinstance(when, datetime):
        return datetime.combine(when, time.max, UTC)
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


@contextmanager
def undamaged(what: str) -> Iterator[None]:
    """Say of files that cannot be read what to do about it.

    Raises:
        DigestMismatch: a file is damaged.
    """
    try:
        yield
    except (OSError, pa.ArrowInvalid) as error:
        raise DigestMismatch(f"{what} cannot be read: {error}. {_MEND}") from error


def columns_of(table: str, wanted: Sequence[str] | None = None) -> list[str]:
    """Columns of a table in a release: all of them, or those wanted if they exist.

    Raises:
        NoRelease: there is no such table.
        CorrectTheQuestion: a wanted column does not exist.
    """
    if table not in TABLES:
        raise NoRelease(f"there is no table {table!r}; there are {', '.join(TABLES)}")
    known: list[str] = TABLES[table].released.names
    if wanted is None:
        return known
    wanted = [wanted] if isinstance(wanted, str) else list(wanted)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise CorrectTheQuestion(
            f"table {table} has no column {', '.join(unknown)}; it has {', '.join(known)}"
        )
    return wanted


def _parts(folder: Path, table: str) -> ds.Dataset:
    """The parts of a table; a column that is younger than a part is null there."""
    columns_of(table)
    parts = sorted((folder / table).glob("*.parquet"))
    if not parts:
        raise NoRelease(f"release {folder.name} has no table {table}: it was made before there was one")
    schema = pa.schema([field.with_nullable(True) for field in TABLES[table].released])
    return ds.dataset([str(path) for path in parts], schema=schema, format=_PARQUET)


def _scanner(rows: ds.Dataset, table: str, columns: Sequence[str] | None) -> ds.Scanner:
    """Rows about to be read; what does not fit is found here, before a file is opened."""
    wanted = columns_of(table, columns)
    try:
        return rows.scanner(columns=wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
        unknown = _UNKNOWN_COLUMN.search(str(error))
        if unknown:
            columns_of(table, [unknown[1]])
        raise CorrectTheQuestion(f"the filters do not fit table {table}: {error}") from error


def _expression(filters: Filters) -> pc.Expression:
    if isinstance(filters, pc.Expression):
        return filters
    try:
        return pq.filters_to_expression(filters)
    except (TypeError, ValueError) as error:
        raise CorrectTheQuestion(f"filters: {error}") from error


def _known(table: str, then: datetime) -> list[pc.Expression]:
    """No row that came to be later: a release made in time has none, unless a clock went backwards."""
    columns_of(table)
    schema = TABLES[table].released
    clocks = [name for name in _CLOCKS if name in schema.names and schema.field(name).type == TIME]
    return [pc.field(name) <= pa.scalar(then, TIME) for name in clocks[:1]]


def _newest(folder: Path, table: str, as_of: Moment | None, day: date | None) -> pc.Expression:
    """Only rows of the newest version of each document, in force on a day."""
    columns_of(table)
    if TABLES[table].key[:2] != _DOCUMENT:
        fitting = ", ".join(name for name, item in TABLES.items() if item.key[:2] == _DOCUMENT)
        raise CorrectTheQuestion(
            f"table {table} has no versions of documents: current and in_force are for {fitting}"
        )
    documents = _parts(folder, "documents")
    if as_of is not None:
        documents = documents.filter(_known("documents", moment(as_of))[0])
    with undamaged("documents"):
        condition = _not_superseded(documents.to_table(columns=list(_DOCUMENT)))
        if day is None:
            return condition
        if table == "documents":
            return condition & _in_force(day)
        ids = documents.filter(condition & _in_force(day)).to_table(columns=["document_id"])["document_id"]
    return condition & pc.field("document_id").isin(ids.combine_chunks())


def _not_superseded(keys: pa.Table) -> pc.Expression:
    """No row of a version that another came after."""
    frame = keys.to_pandas()
    old = frame[frame["version"] < frame.groupby("document_id")["version"].transform("max")]
    superseded = [
        (pc.field("version") == pc.scalar(version))
        & pc.field("document_id").isin(pa.array(rows["document_id"], TEXT))
        for version, rows in old.groupby("version")
    ]
    return ~reduce(or_, superseded) if superseded else pc.scalar(True)


def _in_force(day: date) -> pc.Expression:
    begin = pc.coalesce(*(pc.field(f"{name}_date") for name in ("valid_from", "issued", "created")))
    iso = day.isoformat()
    # `valid_to_date` is the first day of a year or a month; it lasts to its end.
    endures = pc.field("valid_to_date") >= pc.scalar(day)
    within = pc.field("valid_to").isin(pa.array([iso[:4], iso[:7]], TEXT))
    return (begin <= pc.scalar(day)) & (pc.field("valid_to").is_null() | endures | within)


def _day(given: date | str) -> date:
    return moment(given).date() if isinstance(given, datetime | str) else given


def _release_at(latest: Path, then: datetime) -> str:
    """The newest release made by then, as the latest one records it."""
    with undamaged("releases"):
        made = (
            _parts(latest, "releases").to_table(columns=["release", "issued"]).sort_by("issued").to_pylist()
        )
    in_time = [row["release"] for row in made if row["issued"] <= then]
    if not in_time:
        raise NoRelease(
            f"no release is as old as {then:%Y-%m-%d %H:%M} UTC: the oldest is {made[0]['release']}, "
            f"made {made[0]['issued']:%Y-%m-%d %H:%M} UTC"
        )
    return str(in_time[-1])


def _check_one_select(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    statements = connection.extract_statements(query)
    if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
        raise CorrectTheQuestion("a release is only asked, never changed: write one SELECT")


def _read(answer: pa.RecordBatchReader, there: Sequence[str], named: set[str]) -> Iterator[pa.RecordBatch]:
    """The batches; what DuckDB meets on the way it says through Arrow."""
    try:
        yield from answer
    except (OSError, pa.ArrowInvalid) as error:
        raise _translated(error, there, named) from error


def _translated(error: Exception, there: Sequence[str], named: set[str]) -> StoreError:
    """What DuckDB says, and what there is to ask for."""
    # DuckDB guesses at names of its own tables and at a few columns only; all that there are come below.
    lines = [line for line in str(error).strip().split("\n") if not line.startswith(_GUESSES)]
    message = "\n".join(lines).strip()
    if "reading the stream registered as" in message:
        return DigestMismatch(f"the release cannot be read: {message}. {_MEND}")
    if isinstance(error, duckdb.CatalogException):
        message += f"\nTables: {', '.join(there)}"
    elif isinstance(error, duckdb.BinderException):
        message += "".join(
            f"\nColumns of {name}: {', '.join(columns_of(name))}" for name in there if name in named
        )
    elif isinstance(error, duckdb.PermissionException):
        message = f"a query sees the tables of the release, no files: {message}"
    elif isinstance(error, duckdb.OutOfMemoryException):
        message = f"the query needs more memory and disk than there is: {lines[0]}"
    return CorrectTheQuestion(message)

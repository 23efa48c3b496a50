"""When which rule of a source is valid, as a table: so that old captures keep the rule of their time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from store.source import Source, rule_digest
from store.sql import registered

_ALWAYS = (datetime(1900, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))
_SCHEMA = pa.schema(
    [
        ("source_id", pa.large_string()),
        ("since", pa.timestamp("us", tz="UTC")),
        ("until", pa.timestamp("us", tz="UTC")),
        ("rule_digest", pa.large_string()),
    ]
)


def enter_rules(connection: duckdb.DuckDBPyConnection, sources: Iterable[Source]) -> None:
    """Make table `rules`: source, from when, until when (exclusive), digest. Where none is valid there is no row."""
    periods = pa.Table.from_pylist([row for source in sources for row in _periods(source)], schema=_SCHEMA)
    with registered(connection, "periods", periods):
        connection.execute("CREATE OR REPLACE TABLE rules AS SELECT * FROM periods")


def enter_orphans(connection: duckdb.DuckDBPyConnection, sources: Iterable[Source]) -> None:
    """Make table `orphans`: the sources whose documents were read under a rule, and whose file is no longer there.

    They are left as they were read, since without their rule they would read otherwise.
    """
    connection.execute(
        "CREATE OR REPLACE TABLE orphans AS SELECT DISTINCT source_id FROM documents "
        "WHERE rule_digest <> '' AND NOT list_contains($1::VARCHAR[], source_id)",
        [[source.source_id for source in sources]],
    )


def _periods(source: Source) -> Iterator[dict[str, object]]:
    """The rules of a source in their order, each from the end of the one before it (`store.source.rule_at`)."""
    since, end = _ALWAYS
    for rule in source.rules:
        until = end
        if rule.until is not None:
            midnight = datetime.combine(rule.until + timedelta(days=1), time(), ZoneInfo(source.timezone))
            until = midnight.astimezone(UTC)
        if until > since:
            yield {
                "source_id": source.source_id,
                "since": since,
                "until": until,
                "rule_digest": rule_digest(rule),
            }
            since = until

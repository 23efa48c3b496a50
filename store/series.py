"""Targets that can be compared over years and places: one row a target of a policy's canonical copy."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

import duckdb
import pyarrow as pa

from parsers.works.quantities import comparable
from store.sql import registered
from store.tables import Row

_BEFORE = 24
"""Characters before the number that say whether it is added or a total."""

_WANTED = """
CREATE OR REPLACE TEMP TABLE comparable_targets AS
SELECT t.document_id, t.version, t.n, t.subject, t.low, t.high, t.comparator, t.approximate, t.change, t.unit, t.year, t.surface,
       d.jurisdiction, d.jurisdiction_code, c.work_id, t.start
FROM release_targets t JOIN canonical c ON c.document_id = t.document_id
JOIN all_status s ON s.document_id = t.document_id AND s.current_version = t.version
JOIN documents d ON d.document_id = t.document_id AND d.version = t.version
WHERE t.subject IS NOT NULL AND t.year IS NOT NULL AND d.jurisdiction IS NOT NULL
"""

_WITH_WORDS = f"""
SELECT t.* EXCLUDE (start), substr(d.text, greatest(t.start - {_BEFORE}, 0)::BIGINT + 1, least(t.start, {_BEFORE})::BIGINT) AS words
FROM {{texts}} d JOIN comparable_targets t ON d.document_id = t.document_id AND d.version = t.version
ORDER BY t.document_id, t.n
"""

_AS_WRITTEN = "build_side_probe_side,join_order"
"""Optimizers that are off while texts are joined: DuckDB holds the side with fewer rows, which are the texts (10^5 are more than it may
hold); as written, they pass by the targets."""


def series(
    index: sqlite3.Connection,
    connection: duckdb.DuckDBPyConnection,
    only: str = "TRUE",
    texts: pa.Table | None = None,
) -> Iterator[Row]:
    """The rows of table `series`.

    Args:
        index: Of `store.links.opened`, up to date: a policy's targets are counted once, whoever copied it.
        connection: With view `release_targets`.
        only: Condition on `document_id` that canonical copies must meet.
        texts: Their texts, with `document_id` and `version`; by default those of view `documents`, which are read whole.
    """
    chosen = index.execute(
        f"SELECT document_id, work FROM canon WHERE {only} ORDER BY document_id"
    ).fetchall()
    canonical = pa.table(
        {
            name: pa.array([row[n] for row in chosen], pa.large_string())
            for n, name in enumerate(("document_id", "work_id"))
        }
    )
    with registered(connection, "canonical", canonical):
        connection.execute(_WANTED)
    connection.execute(f"SET disabled_optimizers = '{_AS_WRITTEN}'")
    if texts is not None:
        connection.register("retold_texts", texts)
    try:
        query = _WITH_WORDS.format(texts="documents" if texts is None else "retold_texts")
        for batch in connection.sql(query).to_arrow_reader(2_000):
            for row in batch.to_pylist():
                words = re.split("[，,。；;、]", str(row.pop("words")))[-1]
                key = comparable(row["subject"], row["unit"], words + row["surface"], row["change"])
                if key is not None:
                    yield {"series": key, **row}
    finally:
        if texts is not None:
            connection.unregister("retold_texts")
        connection.execute("RESET disabled_optimizers")
    connection.execute("DROP TABLE comparable_targets")

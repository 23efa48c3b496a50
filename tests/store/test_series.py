"""Comparable targets: in memory that does not grow with the texts."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb

from store.series import series

DOCUMENTS, EACH = 20_000, 3
MEMORY = "150MB"
"""Less than half of the texts, which are 19 kB each."""

VIEWS = f"""
CREATE VIEW documents AS
SELECT 'd' || i AS document_id, 1::BIGINT AS version, 'CN-SX' AS jurisdiction, '140000' AS jurisdiction_code,
       '全省今年计划新增' || repeat(md5(i::VARCHAR), 600) AS text FROM range({DOCUMENTS}) t(i);
CREATE VIEW all_status AS SELECT 'd' || i AS document_id, 1::BIGINT AS current_version FROM range({DOCUMENTS}) t(i);
CREATE VIEW release_targets AS
SELECT 'd' || i AS document_id, 1::BIGINT AS version, n::BIGINT AS n, '科技型中小企业' AS subject, 100.0 AS low, 100.0 AS high, '>=' AS comparator,
       false AS approximate, NULL::VARCHAR AS change, '家' AS unit, '2025' AS year, '100家' AS surface, 8::BIGINT AS start
FROM range({DOCUMENTS}) t(i), range({EACH}) u(n);
"""


def test_texts_pass_by_the_targets(tmp_path: Path) -> None:
    """Of many long texts none is held: each target finds the words before it, in the order of documents."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": 2,
        "temp_directory": str(tmp_path),
    }
    with (
        closing(sqlite3.connect(":memory:")) as index,
        closing(duckdb.connect(config=settings)) as connection,
    ):
        index.execute("CREATE TABLE canon (work TEXT, document_id TEXT)")
        index.executemany("INSERT INTO canon VALUES (?, ?)", [(f"w{n}", f"d{n}") for n in range(DOCUMENTS)])
        connection.execute(VIEWS)
        rows = list(series(index, connection))
    assert len(rows) == DOCUMENTS * EACH
    assert {row["series"] for row in rows} == {"small technology firms | count | added"}
    places = [(str(row["document_id"]), row["n"]) for row in rows]
    assert places == sorted(places)

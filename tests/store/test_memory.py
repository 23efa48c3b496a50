"""How much memory DuckDB may hold: a share of what there is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from store.memory import LEAST, SHARE, for_duckdb

MACHINE = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@pytest.mark.parametrize(
    ("limit", "wanted"),
    [
        (None, max(LEAST, MACHINE // SHARE)),
        ("max", max(LEAST, MACHINE // SHARE)),
        (str(SHARE * 1_000), LEAST),
        (str(1_000 * MACHINE), max(LEAST, MACHINE // SHARE)),
    ],
)
def test_a_share_of_what_machine_and_container_have(tmp_path: Path, limit: str | None, wanted: int) -> None:
    """Never less than the least; a container without a limit has the machine's."""
    file = tmp_path / "memory.max"
    if limit is not None:
        file.write_text(f"{limit}\n", encoding="ascii")
    assert for_duckdb(file) == f"{wanted}B"

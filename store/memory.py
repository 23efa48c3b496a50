"""How much memory DuckDB may hold."""

from __future__ import annotations

import os
from pathlib import Path

LEAST = 400_000_000
SHARE = 4
"""Bytes that it may hold before it spills to disk, and the part of the machine's memory where that is more.

What it sorts and joins is spilled; of what it gathers by document (the newest version's digests, the last answer of an
address) a kilobyte or two each is not, so that a million documents need more than the least.
"""

_CONTAINER = Path("/sys/fs/cgroup/memory.max")


def for_duckdb(container: Path = _CONTAINER) -> str:
    """What DuckDB may hold, as its setting `memory_limit` says it.

    Args:
        container: Where the limit of a container stands (cgroup v2); the machine has none where there is no such file.
    """
    held = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if container.exists() and (limit := container.read_text(encoding="ascii").strip()).isdecimal():
        held = min(held, int(limit))
    return f"{max(LEAST, held // SHARE)}B"

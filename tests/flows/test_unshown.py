"""Arguments that are too many for Prefect's history."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from flows.ingest import import_paths, ingest
from flows.run import new_run
from flows.unshown import Unshown
from store.source import Seed, Source

MOST = 524_288
"""Bytes of arguments above which Prefect's server refuses a run."""

SOURCES = [
    Source(f"office-{n}", "Notices", seeds=(Seed("listing", f"http://{n}.example.cn/"),))
    for n in range(1_000)
]
PATHS = [
    Path(f"crawl-data/CC-MAIN-2026-10/segments/{n:013}/warc/CC-MAIN-{n:014}.warc.gz") for n in range(10_000)
]


def test_a_run_of_a_thousand_sources_is_small_in_prefects_history(tmp_path: Path) -> None:
    """Without it the server would refuse it."""
    run = new_run(tmp_path, now=datetime(2026, 1, 1, tzinfo=UTC))
    for held, most in ((SOURCES, False), (Unshown(SOURCES), True)):
        told = ingest.serialize_parameters({"run": run, "sources": held, "asked": held})
        assert (len(orjson.dumps(told)) < MOST) is most
    told = import_paths.serialize_parameters(
        {"run": run, "sources": Unshown(SOURCES), "paths": Unshown(PATHS)}
    )
    assert told == {"run": "<Run>", "sources": "<Unshown>", "paths": "<Unshown>"}


def test_it_is_a_sequence() -> None:
    """As a tuple is."""
    held = Unshown(PATHS)

    assert list(held) == PATHS
    assert (held[3], held[-1], held[2:4], len(held)) == (PATHS[3], PATHS[-1], tuple(PATHS[2:4]), len(PATHS))
    with pytest.raises(IndexError):
        held[len(PATHS)]

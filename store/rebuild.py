"""Rebuild: tables that were lost or damaged, made anew from the archive and the last release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow.compute as pc

from store import tables
from store.archive import captures_in, closed_files
from store.recover import from_release, move_aside
from store.release import latest
from store.rows import capture_row
from store.verify import LACKS, LIVE, verify


def rebuild(data: Path) -> tuple[str, ...]:
    """Set damaged tables aside and make them anew: captures from the WARC files, the small ones from the last release.

    Readings and documents are only set aside: `policy-ingest build` reads the archive again. Where the parsers have
    changed since, versions that only their change had opened are not opened again.

    Returns:
        What was done, one sentence each.
    """
    return (*_moved(data), *_captures(data), *from_release(data))


def _moved(data: Path) -> Iterator[str]:
    damaged = {
        fault.name.split("/")[1]
        for fault in verify(data)
        if fault.name.startswith("tables/") and fault.action != LACKS  # what it has is whole
    }
    for name in LIVE:
        path = data / "tables" / name
        if path.exists() and damaged & {name, f"{name}.sha256"}:
            aside = move_aside(data, path)
            yield f"table {name}: damaged, moved to {aside.relative_to(data)}"


def _captures(data: Path) -> Iterator[str]:
    where = data / "tables"
    if tables.version(where, "captures") != -1:
        return
    archive, links = data / "archive", _links(data)
    rows = [
        {**capture_row(item), "links": links.get(item.capture_id)}
        for name in closed_files(archive)
        for item in captures_in(archive, name)
    ]
    tables.append_new(where, "captures", rows)
    yield f"table captures: {len(rows)} rows from {len(closed_files(archive))} WARC files"
    if tables.version(where, "documents") == -1:
        yield "tables readings and documents: run `policy-ingest build`, then `policy-ingest publish`"


def _links(data: Path) -> Mapping[str, int]:
    """How many links each listing showed: found after it was archived, so that only a release still knows it."""
    release = latest(data)
    if release is None:
        return {}
    parts = sorted((release.path / "captures").glob("*.parquet"))
    listings = tables.read_files(
        "captures", parts, ["capture_id", "links"], only=pc.field("links").is_valid()
    )
    return dict(zip(listings["capture_id"].to_pylist(), listings["links"].to_pylist(), strict=True))

"""A release, and the switch that names the last good one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson

from store.checks import Finding
from store.durable import sync_folder, write_durably

SWITCH = "latest.json"


@dataclass(frozen=True, slots=True)
class Release:
    """One release.

    Attributes:
        name: The day, and `.n` from the second one of a day on.
        path: Its folder.
        versions: Version of each append-only table that it shows.
        issued: When it was made.
        previous: Name of the release before it.
        parser_version: Version of the parsers.
        documents: Documents in it.
        new: Documents that the release before did not have.
        changed: Versions added to documents that it had.
        rows: Rows of each table.
        findings: What the checks said.
    """

    name: str
    path: Path
    versions: Mapping[str, int]
    issued: datetime
    previous: str | None
    parser_version: str
    documents: int = 0
    new: int = 0
    changed: int = 0
    rows: Mapping[str, int] | None = None
    findings: tuple[Finding, ...] = ()


def latest(data: Path) -> Release | None:
    """The last good release; None before the first."""
    path = data / "releases" / SWITCH
    if not path.exists():
        return None
    fields = orjson.loads(path.read_bytes())
    return Release(
        **{
            **fields,
            "path": data / "releases" / fields["name"],
            "issued": datetime.fromisoformat(fields["issued"]),
        }
    )


def switch(releases: Path, release: Release) -> None:
    """Make a release the latest: one small file, replaced atomically; the link beside it is for convenience."""
    content = {
        "name": release.name,
        "versions": dict(release.versions),
        "issued": release.issued.isoformat(),
        "previous": release.previous,
        "parser_version": release.parser_version,
        "documents": release.documents,
        "new": release.new,
        "changed": release.changed,
        "rows": dict(release.rows or {}),
    }
    fresh = releases / f".{SWITCH}.new"
    write_durably(fresh, orjson.dumps(content, option=orjson.OPT_INDENT_2))
    fresh.replace(releases / SWITCH)
    link = releases / ".latest.new"
    link.unlink(missing_ok=True)
    link.symlink_to(release.name)
    link.replace(releases / "latest")
    sync_folder(releases)

"""A release, and the switch that names the last good one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import orjson

from store.checks import Finding
from store.durable import sync_folder, write_durably
from store.schema import SCHEMA_VERSION

SOFTWARE = f"policy-ingest/{version('policy-ingest')}"
SWITCH = "latest.json"
RECORD = "release.json"
"""A release's own record; the switch is a copy of the latest one's."""


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
        offline: Documents that went offline since then.
        restored: Documents that came back.
        moved: Documents that went to another address.
        schema_version: Which columns its tables have; a release with others is not gone on with.
        tables: Identity of each append-only table, to notice one that was built anew in its place.
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
    offline: int = 0
    restored: int = 0
    moved: int = 0
    schema_version: int = SCHEMA_VERSION
    tables: Mapping[str, str | None] | None = None
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
            "schema_version": 1,  # what a record of the first version leaves out
            **fields,
            "path": data / "releases" / fields["name"],
            "issued": datetime.fromisoformat(fields["issued"]),
        }
    )


def record(release: Release) -> bytes:
    """A release's record as JSON."""
    content = {
        "name": release.name,
        "versions": dict(release.versions),
        "issued": release.issued.isoformat(),
        "previous": release.previous,
        "parser_version": release.parser_version,
        "documents": release.documents,
        "new": release.new,
        "changed": release.changed,
        "offline": release.offline,
        "restored": release.restored,
        "moved": release.moved,
        "schema_version": release.schema_version,
        "tables": dict(release.tables or {}),
        "rows": dict(release.rows or {}),
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2)


def citation(release: Release) -> str:
    """How to cite a release: its folder never changes, so that the name is enough to find the same rows again."""
    return (
        f"policy-ingest ({release.issued.year}): Policy documents, release {release.name} "
        f"({release.documents:,} documents, parsers {release.parser_version}, {SOFTWARE})."
    )


def switch(releases: Path, name: str) -> None:
    """Make a release the latest: one small file, replaced atomically; the link beside it is for convenience."""
    fresh = releases / f".{SWITCH}.new"
    write_durably(fresh, (releases / name / RECORD).read_bytes())
    fresh.replace(releases / SWITCH)
    point(releases, name)


def point(releases: Path, name: str) -> None:
    """Let the link `latest` lead to a release."""
    fresh = releases / ".latest.new"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(name)
    fresh.replace(releases / "latest")
    sync_folder(releases)

"""Freezing a release: dated, plain Parquet for people who never heard of us.

    releases/<yyyy-mm-dd[.n]>/<table>/part-<nnnnn>.parquet   page checksums on, zstd 3
    releases/<release>/datapackage.json, README.md           hash, rows, bytes of each file; the card
    releases/<release>/release.json                          the release's own record
    releases/<release>.sha256                                its seal (`store.seal`)
    releases/latest.json                                     the switch: a copy of the latest record, replaced
                                                             atomically; `latest` is a link for convenience

A release is written aside and renamed whole. A part that did not change is a hard link to that of the release
before; what is new since then is one more part.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from store import tables
from store.card import card
from store.changes import changes_of
from store.checks import check
from store.datapackage import Resource, datapackage
from store.derived import derived_tables
from store.durable import sync_folder, write_durably
from store.exceptions import ReleaseRefused, StorageFault
from store.release import RECORD, Release, latest, record, switch
from store.rows import hanging_rows
from store.schema import TABLES
from store.seal import seal
from store.source import Source
from store.tables import Row

_LIVE = tuple(name for name, table in TABLES.items() if table.kept == "live" and name != "releases")
_EXPANDED = tuple(name for name, table in TABLES.items() if table.kept == "expanded")


def freeze(
    data: Path, sources: Sequence[Source], parser_version: str, now: datetime, *, force: bool = False
) -> Release | None:
    """Freeze what the tables hold as a release, and make it the latest.

    Args:
        data: The data folder.
        sources: The source files of this run.
        parser_version: Version of the parsers.
        now: The clock of this run; it names the release.
        force: Make one although nothing is new.

    Returns:
        The release; None where nothing is new since the last one.

    Raises:
        ReleaseRefused: a fatal check failed; the last good release stays in place.
        StorageFault: the folder cannot be written.
    """
    previous = latest(data)
    versions = {name: tables.version(data / "tables", name) for name in _LIVE}
    if previous is not None and versions == previous.versions and not force:
        return None
    identities = {name: tables.identity(data / "tables", name) for name in _LIVE}
    # Parts of a table that was built anew since (`verify --rebuild`) do not continue those of the release before.
    base = previous if previous is not None and _continues(previous, identities) else None
    grown = _grown(data, versions, base)
    derived = derived_tables(data, sources)
    rows = {**grown, **_expanded(data, grown["documents"]), **derived}
    findings = check(rows, sources, now)
    fatal = [finding for finding in findings if finding.fatal]
    if fatal:
        raise ReleaseRefused([(item.check, item.source_id, item.message) for item in fatal])
    documents = grown["documents"] if base else _unreleased(grown["documents"], previous)
    new = pc.sum(pc.equal(documents["version"], 1)).as_py() or 0
    release = Release(
        name=_free_name(data, now),
        path=data / "releases",
        versions=versions,
        issued=now,
        previous=previous.name if previous else None,
        parser_version=parser_version,
        documents=len(derived["status"]),
        new=new,
        changed=len(documents) - new,
        tables=identities,
        findings=findings,
    )
    release = replace(release, path=data / "releases" / release.name)
    try:
        return _frozen(data, release, base, rows, sources)
    except OSError as error:
        raise StorageFault(
            f"release {release.name} cannot be written: {error}; the last one stays"
        ) from error


def _grown(data: Path, versions: Mapping[str, int], previous: Release | None) -> dict[str, pa.Table]:
    """Rows of the append-only tables since the previous release."""
    grown = {}
    for name in _LIVE:
        since = -1 if previous is None else previous.versions[name]
        old = set(tables.files(data / "tables", name, since))
        fresh = [path for path in tables.files(data / "tables", name, versions[name]) if path not in old]
        grown[name] = tables.read_files(name, fresh)
    return grown


def _continues(previous: Release, identities: Mapping[str, str | None]) -> bool:
    before = previous.tables or {}
    return all(identities[name] == known for name, known in before.items() if known is not None)


def _unreleased(documents: pa.Table, previous: Release | None) -> pa.Table:
    """The versions that the previous release does not have."""
    if previous is None:
        return documents
    key = list(TABLES["documents"].key)
    held = tables.read_files("documents", sorted((previous.path / "documents").glob("*.parquet")), key)
    return documents.select(key).join(held, keys=key, join_type="left anti")


def _expanded(data: Path, documents: pa.Table) -> dict[str, pa.Table]:
    rows: list[Row] = documents.to_pylist()
    collected: dict[str, list[Row]] = {name: [] for name in _EXPANDED}
    for row in rows:
        for name, hanging in hanging_rows(row).items():
            collected[name] += hanging
    collected["changes"] = changes_of(rows, _earlier(data, rows))
    return {name: tables.arrow(name, collected[name]) for name in _EXPANDED}


def _earlier(data: Path, rows: Sequence[Row]) -> dict[tuple[str, int], Row]:
    """The versions that these rows came after."""
    wanted = {str(row["document_id"]) for row in rows if int(str(row["version"])) > 1}
    if not wanted:
        return {}
    columns = ["document_id", "version", "text", "key_digest", "cause", "first_seen"]
    held = tables.read(data / "tables", "documents", columns)
    ours = held.filter(pc.is_in(held["document_id"], pa.array(sorted(wanted), pa.large_string())))
    return {(row["document_id"], row["version"]): row for row in ours.to_pylist()}


def _free_name(data: Path, now: datetime) -> str:
    day = now.date().isoformat()
    taken = {path.name for path in (data / "releases").glob(f"{day}*")}
    names = [day, *(f"{day}.{n}" for n in range(1, len(taken) + 1))]
    return next(name for name in names if name not in taken)


def _frozen(
    data: Path,
    release: Release,
    base: Release | None,
    rows: Mapping[str, pa.Table],
    sources: Sequence[Source],
) -> Release:
    aside = release.path.with_name(f".{release.name}.unfinished")
    shutil.rmtree(aside, ignore_errors=True)
    everything = {**rows, "releases": _releases(data, release)}
    for name in TABLES:
        before = None if base is None else base.path / name
        _write_table(aside / name, before, name, everything[name])
    resources = [_resource(aside, path) for path in sorted(aside.glob("*/*.parquet"))]
    counts = {name: sum(item.rows for item in resources if item.table == name) for name in TABLES}
    release = replace(release, rows=counts)
    write_durably(aside / "datapackage.json", datapackage(release, resources, sources))
    write_durably(aside / "README.md", card(release, sources).encode())
    write_durably(aside / RECORD, record(release))
    for folder in (*aside.glob("*/"), aside):
        sync_folder(folder)
    seal(aside, at=release.path)
    aside.rename(release.path)
    tables.append(data / "tables", "releases", [_release_row(release)])
    switch(data / "releases", release.name)
    return release


def _write_table(folder: Path, before: Path | None, name: str, rows: pa.Table) -> None:
    """Link the parts of the release before, and write what is new as one more; a derived table is one part."""
    folder.mkdir(parents=True)
    parts = sorted(before.glob("*.parquet")) if before is not None and before.exists() else []
    whole = TABLES[name].kept == "derived" or name == "releases"
    if not whole:
        for part in parts:
            os.link(part, folder / part.name)
    number = 0 if whole else len(parts)
    if len(rows) or not number:
        path = folder / f"part-{number:05}.parquet"
        _write_part(path, rows.select(TABLES[name].released.names), TABLES[name].key)
        if whole and parts and _hash(parts[0]) == _hash(path):
            path.unlink()
            os.link(parts[0], path)


def _write_part(path: Path, rows: pa.Table, key: Sequence[str]) -> None:
    pq.write_table(
        rows.sort_by([(name, "ascending") for name in key]),
        path,
        compression="zstd",
        compression_level=3,
        row_group_size=10_000,
        write_page_checksum=True,
        store_schema=False,
        write_statistics=[name for name in rows.column_names if name != "text"],
    )
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def _releases(data: Path, release: Release) -> pa.Table:
    return pa.concat_tables(
        [tables.read(data / "tables", "releases"), tables.arrow("releases", [_release_row(release)])]
    )


def _release_row(release: Release) -> Row:
    return {
        "release": release.name,
        "issued": release.issued,
        "previous": release.previous,
        "cause": "data" if release.new or release.changed else "facts",
        "parser_version": release.parser_version,
        "tables": "; ".join(f"{name}={version}" for name, version in release.versions.items()),
        "documents": release.documents,
        "new": release.new,
        "changed": release.changed,
    }


def _resource(folder: Path, path: Path) -> Resource:
    return Resource(
        table=path.parent.name,
        path=path.relative_to(folder).as_posix(),
        rows=int(pq.read_metadata(path).num_rows),
        size=path.stat().st_size,
        hash=_hash(path),
    )


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return "sha256:" + hashlib.file_digest(stream, "sha256").hexdigest()

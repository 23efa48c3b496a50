"""Freezing a release: dated, plain Parquet for people who never heard of us.

    releases/<yyyy-mm-dd[.n]>/<table>/part-<nnnnn>.parquet   page checksums on, zstd 3
    releases/<release>/datapackage.json, README.md           hash, rows, bytes of each file; the card
    releases/<release>/feed.atom                             what it adds, changes and takes away
    releases/<release>/report/                               pages to look at, where the caller draws them
    releases/<release>/release.json                          the release's own record
    releases/<release>.sha256                                its seal (`store.seal`)
    releases/latest.json                                     the switch: a copy of the latest record, replaced
                                                             atomically; `latest` is a link for convenience

A release is written aside and renamed whole. A part that did not change is a hard link to that of the release
before; what is new since then is one more part. Rows come from DuckDB in batches, so that memory does not grow with the
dataset.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from store import links, tables
from store.atom import MOST, atom
from store.card import card
from store.changes import back_row, changes_of, gone_row, moved_row
from store.checks import check
from store.datapackage import Resource, datapackage
from store.derived import STATUS, Watched, coverage_table, sources_table, watched
from store.durable import sync_folder, write_durably
from store.exceptions import ReleaseRefused, StorageFault
from store.gaps import BLIND, blind, missing
from store.judged import judge
from store.parts import file_hash, link_parts, merged, parts, rewrite, write_part
from store.release import RECORD, Release, latest, record, switch
from store.rows import hanging_rows
from store.schema import SCHEMA_VERSION, TABLES
from store.seal import carried, file_digest, lacking, seal, seal_of, sums
from store.shelf import names_taken
from store.source import Source
from store.sql import batches, connected, view
from store.tables import Row
from store.works import POLICY_TABLES, link_documents, policy_tables, retold

logger = logging.getLogger(__name__)

_LIVE = tuple(name for name, table in TABLES.items() if table.kept == "live" and name != "releases")
_EXPANDED = tuple(name for name, table in TABLES.items() if table.kept == "expanded" and name != "changes")

_KEPT_STATUS = """
CREATE VIEW all_status AS
SELECT * FROM before_status ANTI JOIN fresh_status USING (document_id) UNION ALL BY NAME FROM fresh_status
"""
_SAME_STATUS = "CREATE VIEW all_status AS FROM before_status"
_FRESH_STATUS = "CREATE VIEW all_status AS FROM fresh_status"

# What happened to documents beside new versions: they went offline, came back, or went to another address.
_EVENTS = """
CREATE TABLE events AS
SELECT f.document_id, f.current_version AS version, 'taken_offline' AS kind, f.offline_since AS time,
       NULL::VARCHAR AS from_url, NULL::VARCHAR AS to_url
FROM fresh_status f LEFT JOIN before_status b USING (document_id)
WHERE f.offline_since IS NOT NULL AND b.offline_since IS NULL
UNION ALL
SELECT f.document_id, any_value(f.current_version), 'restored', min(j.fetch_time), NULL, NULL
FROM fresh_status f JOIN before_status b USING (document_id)
JOIN judged j ON j.source_id = f.source_id AND j.home = f.url AND j.fetch_time > b.offline_since
WHERE f.offline_since IS NULL AND b.offline_since IS NOT NULL AND j.kind IN ('document', 'import')
  AND j.fetch_outcome IN ('ok', 'not_modified') AND coalesce(j.verdict, 'document') = 'document'
GROUP BY f.document_id
UNION ALL
SELECT a.document_id, f.current_version, 'moved', a.first_seen, f.url, a.url
FROM grown_aliases a JOIN fresh_status f USING (document_id) WHERE a.kind = 'moved'
"""

_NEW = """
SELECT count(*) FILTER (version = 1), count(*) FILTER (version > 1)
FROM grown_documents ANTI JOIN before_documents USING (document_id, version)
"""

_TAKEN_OVER = ("status", "coverage")
"""Tables whose rows are copied from the release before where nothing came to them."""

_FATES = "FROM before_changes SEMI JOIN all_status USING (document_id) WHERE n < 0 ORDER BY document_id, first_seen"

_PAIRS_AT_ONCE = 5_000
"""New versions whose texts are held at once, with those before them."""

_FEED = """
WITH current AS (
    SELECT d.document_id, d.version, d.title, d.cause, d.key_digest, d.metadata_digest, d.first_seen
    FROM documents d JOIN fresh_status f ON f.document_id = d.document_id AND f.current_version = d.version
), before AS (
    SELECT d.document_id, d.version, d.key_digest, d.metadata_digest, s.offline_since
    FROM before_documents d JOIN before_status s
      ON s.document_id = d.document_id AND s.current_version = d.version
    SEMI JOIN fresh_status f ON f.document_id = d.document_id
)
SELECT f.document_id,
       CASE WHEN f.offline_since IS NOT NULL THEN 'DEL'
            WHEN b.document_id IS NULL OR b.offline_since IS NOT NULL THEN 'ADD' ELSE 'MOD' END AS op,
       f.source_id, f.url, c.title, CASE WHEN b.version IS DISTINCT FROM c.version THEN c.cause END AS cause,
       b.version AS version_before, c.version AS version_after,
       b.key_digest AS key_digest_before, c.key_digest AS key_digest_after,
       b.metadata_digest AS metadata_digest_before, c.metadata_digest AS metadata_digest_after,
       CASE WHEN f.offline_since IS NOT NULL THEN f.offline_since
            WHEN b.version IS DISTINCT FROM c.version THEN c.first_seen ELSE coalesce(e.time, f.last_seen) END AS time
FROM fresh_status f JOIN current c USING (document_id) LEFT JOIN before b USING (document_id)
LEFT JOIN (FROM events WHERE kind = 'restored') e USING (document_id)
WHERE b.version IS DISTINCT FROM c.version OR (f.offline_since IS NULL) <> (b.offline_since IS NULL)
ORDER BY document_id
"""

_REJUDGED = """
SELECT count(*) FROM before_captures b JOIN (FROM judged ANTI JOIN grown_captures USING (capture_id)) j USING (capture_id)
WHERE j.outcome <> b.outcome
"""
"""Captures of older parts whose outcome is another now: their payload was read anew, or what lies between two was imported later."""


Report = Callable[[Path, Path | None], None]
"""Draws the pages of a release from its folder, while it is made, and that of the release before."""


class _RowsLost(StorageFault):
    """A release would lack rows that the tables have."""


def freeze(
    data: Path,
    sources: Sequence[Source],
    parser_version: str,
    now: datetime,
    *,
    force: bool = False,
    report: Report | None = None,
    each: links.Each = map,
    anew: bool = False,
) -> Release | None:
    """Freeze what the tables hold as a release, and make it the latest.

    Args:
        data: The data folder.
        sources: The source files.
        parser_version: Version of the parsers.
        now: The clock of this run; it names the release.
        force: Make one although nothing is new.
        report: Draws its pages; none by default.
        each: Does what linking can do of each document alone, by default in this process.
        anew: Take nothing over from the release before.

    Returns:
        The release; None where nothing is new since the last one.

    Raises:
        ReleaseRefused: a fatal check failed; the last good release stays in place.
        StorageFault: the folder cannot be written.
    """
    previous = latest(data)
    states = {name: tables.state(data / "tables", name) for name in _LIVE}
    versions = {name: version for name, (_, version) in states.items()}
    if previous is not None and versions == _settled(data, previous) and not force:
        return None
    identities = {name: identity for name, (identity, _) in states.items()}
    # Parts of a table that was built anew since (`verify --rebuild`), or that has other columns, are not gone on with; nor
    # is a release of which a part is gone, which every later one would lack; nor are rows that would be taken over into
    # files of their own where those that they stand in have rotted.
    goes_on = (
        not anew
        and previous is not None
        and _continues(previous, identities)
        and _is_whole(previous)
        and _are_sound(previous, _TAKEN_OVER)
    )
    base = previous if goes_on else None
    try:
        with connected(data, {**versions, "releases": -1}) as connection:
            _enter(connection, data, versions, previous, base)
            judge(connection, parser_version, sources)
            connection.execute(STATUS)
            connection.execute(_all_status(connection, base))
            connection.execute(_EVENTS)
            findings = check(connection, sources, now)
            fatal = [finding for finding in findings if finding.fatal]
            if fatal:
                raise ReleaseRefused([(item.check, item.source_id, item.message) for item in fatal])
            release = Release(
                name=_free_name(data, now),
                path=data / "releases",
                versions=versions,
                issued=now,
                previous=previous.name if previous else None,
                parser_version=parser_version,
                tables=identities,
                findings=findings,
            )
            release = _counted(connection, replace(release, path=data / "releases" / release.name))
            try:
                return _frozen(connection, data, release, base, sources, report=report, each=each)
            except OSError as error:
                raise StorageFault(
                    f"release {release.name} cannot be written: {error}; the last one stays"
                ) from error
    except _RowsLost as lost:
        if base is None:
            raise
        # The one before was written over, or was made when a part of it was gone already.
        logger.warning("%s: all is made anew", lost)
        return freeze(data, sources, parser_version, now, force=force, report=report, each=each, anew=True)


def _settled(data: Path, release: Release) -> Mapping[str, int]:
    """The versions of the tables that have the rows of a release, and no others."""
    return {
        name: tables.settled(data / "tables", name, version) for name, version in release.versions.items()
    }


def _continues(previous: Release, identities: Mapping[str, str | None]) -> bool:
    before = previous.tables or {}
    return previous.schema_version == SCHEMA_VERSION and all(
        identities[name] == known for name, known in before.items() if known is not None
    )


def _enter(
    connection: duckdb.DuckDBPyConnection,
    data: Path,
    versions: Mapping[str, int],
    previous: Release | None,
    base: Release | None,
) -> None:
    """Make views of what each table has gained since the release that is gone on with, and of what the last one held."""
    for name in _LIVE:
        since = -1 if base is None else base.versions.get(name, -1)
        view(connection, f"grown_{name}", name, tables.gained(data / "tables", name, since, versions[name]))
    for name in ("status", "documents", "captures", "changes"):
        held = () if previous is None else sorted((previous.path / name).glob("*.parquet"))
        view(connection, f"before_{name}", name, held, released=True)


def _all_status(connection: duckdb.DuckDBPyConnection, base: Release | None) -> str:
    """What makes view `all_status`: where nothing came to a document it is counted without its ids being read."""
    if base is None:
        return _FRESH_STATUS
    return _KEPT_STATUS if _touched(connection, "fresh_status") else _SAME_STATUS


def _touched(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    return bool(connection.sql(f"SELECT 1 FROM {name} LIMIT 1").fetchall())


def _counted(connection: duckdb.DuckDBPyConnection, release: Release) -> Release:
    """A release with what it holds, and what is new, changed, gone, back or elsewhere since the one before."""
    events = dict(connection.sql("SELECT kind, count(*) FROM events GROUP BY kind").fetchall())
    new, changed = connection.sql(_NEW).fetchall()[0]
    return replace(
        release,
        documents=connection.sql("SELECT count(*) FROM all_status").fetchall()[0][0],
        new=new,
        changed=changed,
        offline=events.get("taken_offline", 0),
        restored=events.get("restored", 0),
        moved=events.get("moved", 0),
    )


def _free_name(data: Path, now: datetime) -> str:
    day = now.date().isoformat()
    taken = {path.name for path in (data / "releases").glob(f"{day}*")} | names_taken(data)
    names = [day, *(f"{day}.{n}" for n in range(1, len(taken) + 1))]
    return next(name for name in names if name not in taken)


def _frozen(
    connection: duckdb.DuckDBPyConnection,
    data: Path,
    release: Release,
    base: Release | None,
    sources: Sequence[Source],
    *,
    report: Report | None,
    each: links.Each,
) -> Release:
    aside = release.path.with_name(f".{release.name}.unfinished")
    shutil.rmtree(aside, ignore_errors=True)
    for name in TABLES:
        (aside / name).mkdir(parents=True)
    _write_live(connection, aside, base)
    paths = tables.files(data / "tables", "documents", release.versions["documents"])
    _write_documents(connection, aside, base, paths)
    seen = _write_derived(connection, aside, base, sources, release)
    _write_policies(connection, data, aside, base, release, paths=paths, each=each)
    _write_releases(data, aside, release)
    if report is not None:
        report(aside, data / "releases" / release.previous if release.previous else None)
    known = carried(aside, data / "releases" / release.previous) if release.previous else {}
    resources = [_resource(aside, path, known) for path in sorted(aside.glob("*/*.parquet"))]
    counts = {name: sum(item.rows for item in resources if item.table == name) for name in TABLES}
    if fewer := [name for name in _LIVE if counts[name] < _rows(connection, name)]:
        raise _RowsLost(f"release {release.name} would lack rows of {', '.join(fewer)}")
    release = replace(release, rows=counts)
    write_durably(aside / "datapackage.json", datapackage(release, resources, sources, seen))
    write_durably(aside / "README.md", card(release, sources, seen).encode())
    write_durably(aside / "feed.atom", _atom(connection, aside, base, release))
    write_durably(aside / RECORD, record(release))
    for folder in (*aside.glob("*/"), aside):
        sync_folder(folder)
    seal_of(release.path).unlink(missing_ok=True)  # of a release of this name that never came to be
    seal(aside, at=release.path, known=known)
    aside.rename(release.path)
    tables.append(data / "tables", "releases", [_release_row(release)])
    tables.sync()  # the switch is synced: what it leads to must not be lost behind it
    switch(data / "releases", release.name)
    return release


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    return int(connection.sql(f"SELECT count(*) FROM {name}").fetchall()[0][0])


def _write_live(connection: duckdb.DuckDBPyConnection, aside: Path, base: Release | None) -> None:
    """The append-only tables: what is new is one more part."""
    for name in ("readings", "aliases", "issues"):
        link_parts(aside / name, _before(base, name))
        write_part(aside / name, name, _ordered(connection, f"grown_{name}", name))
    rejudged = base is not None and connection.sql(_REJUDGED).fetchall()[0][0]
    if rejudged:
        query = """SELECT c.*, coalesce(j.outcome, b.outcome) AS outcome FROM captures c
                   LEFT JOIN judged j USING (capture_id) LEFT JOIN before_captures b USING (capture_id)"""
    else:
        link_parts(aside / "captures", _before(base, "captures"))
        query = "SELECT c.*, j.outcome FROM grown_captures c JOIN judged j USING (capture_id)"
    write_part(aside / "captures", "captures", _ordered(connection, f"({query})", "captures"))


def _write_documents(
    connection: duckdb.DuckDBPyConnection, aside: Path, base: Release | None, paths: Sequence[Path]
) -> None:
    """The new versions, with all that hangs on them, in one pass over their rows."""
    names = ("documents", *_EXPANDED)
    for name in (*names, "changes"):
        link_parts(aside / name, _before(base, name))
    with parts({name: aside / name for name in names}) as writers:
        schema = TABLES["documents"].live
        for unordered in batches(connection, "FROM grown_documents", schema):
            rows = unordered.sort_by([("document_id", "ascending"), ("version", "ascending")])
            writers["documents"].write(_with_full_text(rows))
            collected: dict[str, list[Row]] = {name: [] for name in _EXPANDED}
            for row in rows.select(_HUNG_ON).to_pylist():
                for name, hanging in hanging_rows(row).items():
                    collected[name] += hanging
            for name, hanging in collected.items():
                writers[name].write(tables.arrow(name, hanging))
    write_part(aside / "changes", "changes", _changes(connection, paths, anew=base is None))


_HUNG_ON = ["document_id", "version", "reading", "attachment_captures"]


def _with_full_text(rows: pa.Table) -> pa.Table:
    """Versions with what their text and their annexes say together."""
    appendix = pc.fill_null(rows["appendix"], "")
    full = pc.binary_join_element_wise(rows["text"], appendix, pa.scalar("", pa.large_string()))
    return rows.append_column(TABLES["documents"].schema.field("full_text"), full)


def _changes(
    connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], *, anew: bool
) -> Iterator[pa.Table]:
    """What each new version changed, and what else happened.

    Args:
        connection: With table `events`.
        paths: The files of table `documents`.
        anew: Whether all is told anew: what befell documents before is known from the release before alone.
    """
    query = "SELECT document_id, version FROM grown_documents WHERE version > 1 ORDER BY ALL"
    keys = connection.sql(query).to_arrow_table()
    for start in range(0, len(keys), _PAIRS_AT_ONCE):
        new = keys.slice(start, _PAIRS_AT_ONCE)
        before = new.set_column(1, "version", pc.subtract(new["version"], 1))
        wanted = pa.concat_tables([new, before])
        rows = pa.concat_tables(tables.found("documents", paths, wanted, TABLES["documents"].live.names))
        fresh = frozenset(zip(*new.to_pydict().values(), strict=True))
        yield tables.arrow("changes", list(_changed(rows, fresh)))
    held = connection.sql(_FATES).to_arrow_table().to_pylist() if anew else []
    known = {(row["document_id"], row["first_seen"], row["n"]) for row in held}
    events = map(_event_row, connection.sql("FROM events ORDER BY document_id, time").fetchall())
    further = [row for row in events if (row["document_id"], row["first_seen"], row["n"]) not in known]
    yield tables.arrow("changes", [*held, *further])


def _changed(rows: pa.Table, fresh: Container[tuple[object, object]]) -> Iterator[Row]:
    """The changes from each version to the new one after it; the new ones by document and version."""
    before: Row = {}
    for batch in rows.sort_by([("document_id", "ascending"), ("version", "ascending")]).to_batches(500):
        for row in batch.to_pylist():
            document_id = row["document_id"]
            if (document_id, row["version"]) in fresh and before.get("document_id") == document_id:
                yield from changes_of(before, row)
            before = row


def _event_row(event: tuple[str, int, str, datetime, str, str]) -> Row:
    document_id, version, kind, time, from_url, to_url = event
    match kind:
        case "taken_offline":
            return gone_row(document_id, version, time)
        case "restored":
            return back_row(document_id, version, time)
        case _:
            return moved_row(document_id, version, time, from_url, to_url)


def _write_derived(
    connection: duckdb.DuckDBPyConnection,
    aside: Path,
    base: Release | None,
    sources: Sequence[Source],
    release: Release,
) -> Mapping[str, Watched]:
    """The tables that are said anew; where nothing came to a document, its status is taken over."""
    if base is not None and not _touched(connection, "fresh_status"):
        link_parts(aside / "status", _before(base, "status"))
    else:
        rewrite(
            aside / "status", _before(base, "status"), "status", _ordered(connection, "all_status", "status")
        )
    write_part(aside / "feed", "feed", batches(connection, _FEED, TABLES["feed"].schema))
    held = sorted((base.path / "coverage").glob("*.parquet")) if base is not None else ()
    before = tables.read_files("coverage", held)
    coverage = coverage_table(connection, before, sources, release.issued)
    rewrite(aside / "coverage", _before(base, "coverage"), "coverage", [coverage])
    listed = sources_table(connection, sources)
    rewrite(aside / "sources", _before(base, "sources"), "sources", [listed])
    return watched(listed, coverage)


def _write_policies(
    connection: duckdb.DuckDBPyConnection,
    data: Path,
    aside: Path,
    base: Release | None,
    release: Release,
    *,
    paths: Sequence[Path],
    each: links.Each,
) -> None:
    """What is said of policies instead of pages; only what something came to is linked and compared."""
    for name in ("coverage", "sources", "attachments", "targets"):
        view(connection, f"release_{name}", name, sorted((aside / name).glob("*.parquet")), released=True)
    quiet = base is not None and _is_quiet(connection, data, base, release)
    if base is not None and quiet and (held := _gaps_before(base, aside)) is not None:
        for name in POLICY_TABLES:
            link_parts(aside / name, base.path / name)
        links.go_on(data / "tables", release.name)
        missed: Sequence[Row] = [row for row in held if row["kind"] != BLIND]
    else:
        missed = _link(connection, data, aside, base, release, paths=paths, each=each)
    rows = tables.arrow("gaps", [*missed, *blind(connection)])
    rewrite(aside / "gaps", _before(base, "gaps"), "gaps", [rows])


def _is_quiet(connection: duckdb.DuckDBPyConnection, data: Path, base: Release, release: Release) -> bool:
    """Whether nothing came to any document since the release before, and no policy began or ceased to be in force."""
    return (
        not _touched(connection, "touched")
        and links.goes_on(data / "tables", _belongs(release), base.name, release.issued.date())
        and _are_sound(base, POLICY_TABLES)
    )


def _belongs(release: Release) -> str:
    """The table that the index of links is of."""
    return str((release.tables or {}).get("documents"))


def _link(
    connection: duckdb.DuckDBPyConnection,
    data: Path,
    aside: Path,
    base: Release | None,
    release: Release,
    *,
    paths: Sequence[Path],
    each: links.Each,
) -> Sequence[Row]:
    """Link what came, and write the tables that speak of policies; the rows about what is not held."""
    day = release.issued.date()
    with links.opened(data / "tables", _belongs(release)) as index:
        goes_on = base is not None and links.told_until(index) == base.name
        affected = link_documents(connection, index, paths, all_of_them=not goes_on, each=each)
        only = None
        if base is not None and goes_on and _are_sound(base, POLICY_TABLES):
            only = retold(index, affected, base.issued.date(), day)
        for name, rows in policy_tables(index, connection, paths, day, only):
            before = _before(base, name)
            if before is None or only is None:
                rewrite(aside / name, before, name, rows)
            elif only.documents:
                rewrite(aside / name, before, name, merged(before, name, only.stays(name), rows))
            else:
                link_parts(aside / name, before)
        held = _gaps_before(base, aside) if base is not None and only is not None and not affected else None
        missed = list(missing(index, connection, held))
        links.tell(index, release.name)
    return missed


def _gaps_before(base: Release, aside: Path) -> Sequence[Row] | None:
    """The gaps of the release before; None where they have rotted, or where sources have other seeds or home pages now."""
    asked, before = (
        tables.read_files(
            "sources", sorted((folder / "sources").glob("*.parquet")), ["source_id", "homepage", "seeds"]
        )
        for folder in (aside, base.path)
    )
    if not asked.equals(before) or not _are_sound(base, ("gaps",)):
        return None
    held: list[Row] = tables.read_files("gaps", sorted((base.path / "gaps").glob("*.parquet"))).to_pylist()
    return held


def _is_whole(base: Release) -> bool:
    """Whether all parts of a release's tables are there."""
    return not lacking(base.path, TABLES)


def _are_sound(base: Release, names: Iterable[str]) -> bool:
    """Whether tables of a release are what was sealed: rows of a file that has rotted are not taken over, but told anew."""
    known = sums(base.path)
    return all(
        known.get(f"{base.name}/{name}/{path.name}") == file_digest(path)
        for name in names
        for path in (base.path / name).glob("*.parquet")
    )


def _atom(
    connection: duckdb.DuckDBPyConnection, aside: Path, base: Release | None, release: Release
) -> bytes:
    """The feed as Atom: the newest rows, and in a few words what changed in each document."""
    known = set() if base is None else {path.name for path in (base.path / "changes").glob("*.parquet")}
    fresh = [path for path in sorted((aside / "changes").glob("*.parquet")) if path.name not in known]
    view(connection, "fresh_changes", "changes", fresh, released=True)
    view(connection, "fresh_feed", "feed", sorted((aside / "feed").glob("*.parquet")), released=True)
    newest = f"SELECT * FROM fresh_feed ORDER BY time DESC, document_id LIMIT {MOST}"
    rows = connection.sql(newest).to_arrow_table().to_pylist()
    natures = connection.sql(
        f"SELECT document_id, string_agg(DISTINCT coalesce(nature, field, kind), ', ') FROM fresh_changes "
        f"SEMI JOIN ({newest}) USING (document_id) WHERE kind IN ('text', 'metadata', 'attachment') GROUP BY document_id"
    ).fetchall()
    total = connection.sql("SELECT count(*) FROM fresh_feed").fetchall()[0][0]
    return atom(release, rows, total, dict(natures))


def _before(base: Release | None, name: str) -> Path | None:
    return None if base is None else base.path / name


def _ordered(connection: duckdb.DuckDBPyConnection, rows: str, name: str) -> Iterator[pa.Table]:
    order = ", ".join(TABLES[name].key)
    return batches(connection, f"SELECT * FROM {rows} ORDER BY {order}", TABLES[name].released)


def _write_releases(data: Path, aside: Path, release: Release) -> None:
    rows = (tables.read(data / "tables", "releases"), tables.arrow("releases", [_release_row(release)]))
    write_part(aside / "releases", "releases", rows)


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


def _resource(folder: Path, path: Path, known: Mapping[str, str]) -> Resource:
    name = path.relative_to(folder).as_posix()
    return Resource(
        table=path.parent.name,
        path=name,
        rows=int(pq.read_metadata(path).num_rows),
        size=path.stat().st_size,
        hash=f"sha256:{known[name]}" if name in known else file_hash(path),
    )

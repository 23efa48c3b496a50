"""Files that a user already has, archived as captures: saved pages, text, Markdown with front matter, WARC."""

from __future__ import annotations

import gzip
from collections import ChainMap, Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from flows.advance import advanced
from flows.exceptions import NothingToImport
from flows.foreign import Passed, Refused, host_names
from flows.refreshed import Refreshed
from flows.run import Run
from flows.warc import (
    ArchiveAll,
    Archived,
    Foreign,
    archive_displaced,
    archive_warc,
    entered_before,
    from_warc,
    is_warc,
    refused,
)
from store import tables
from store.archive import ArchiveWriter, Exchange
from store.capture import imported_capture
from store.frontier import Known
from store.history import history
from store.issue import Issue
from store.release import SOFTWARE

_MEDIA_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".shtml": "text/html",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
    ".pdf": "application/pdf",
    ".doc": "application/msword",
    ".wps": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xls": "application/vnd.ms-excel",
    ".et": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".csv": "text/csv",
    ".rtf": "application/rtf",
    ".ofd": "application/ofd",
}
_LISTS = (".paths", ".paths.gz")


def import_files(
    run: Run,
    paths: Sequence[Path],
    source_id: str,
    hosts: Sequence[str] = (),
    archive_all: ArchiveAll | None = None,
) -> Refreshed:
    """Archive files, and whole folders of them, as captures of a source.

    Args:
        run: The run.
        paths: Files, folders, WARC files, and lists of them as Common Crawl has them (`warc.paths.gz`).
        source_id: The source.
        hosts: Of WARC files only records of these hosts and their subdomains; all where none is named.
        archive_all: What archives WARC files, by default this process, one after the other.

    Raises:
        NothingToImport: a path is not there, or holds nothing that can be imported; or a host is no name of one.
        StorageFault: the archive cannot be written.
    """
    found, names = _found(paths), host_names(hosts)
    plain = [item for item in found if not is_warc(item[1])]
    with history(run.data, [source_id]) as drawn:
        known = drawn.of(source_id).known
    with ArchiveWriter(run.data / "archive", source_id, run.run_id, run.started, SOFTWARE) as writer:
        given = [_archived(run, writer, known, source_id=source_id, found=plain)]
    # A file that is named twice would be archived twice.
    warcs = list(dict.fromkeys(path.resolve() for _, path in found if is_warc(path)))
    foreign = [Foreign(run, source_id, number, path, names) for number, path in enumerate(warcs, start=1)]
    parts = map(archive_warc, foreign) if archive_all is None else archive_all(foreign)
    for number, part in enumerate(parts, start=1):
        given.append(part)
        advanced(source_id, number, len(warcs), "WARC files archived")
    given += archive_displaced(foreign, given[1:])
    archived = _something(paths, _together(given))
    return Refreshed(source_id, archived.captures, archived.issues)


def archive_files(
    run: Run, writer: ArchiveWriter, known: Mapping[str, Known], *, source_id: str, paths: Sequence[Path]
) -> Refreshed:
    """Archive what is new or changed of a source's files and folders, with its writer that is open.

    Args:
        run: The run.
        writer: Of the source.
        known: What earlier runs say of the source's files.
        source_id: The source.
        paths: Files, folders, WARC files.

    Raises:
        NothingToImport: a path is not there, or they hold nothing that can be imported.
        StorageFault: the archive cannot be written.
    """
    given = _archived(run, writer, known, source_id=source_id, found=_found(paths), changed_only=True)
    archived = _something(paths, given)
    return Refreshed(source_id, archived.captures, _untold(run, source_id, archived.issues))


def _untold(run: Run, source_id: str, issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """Those that no earlier run told: the files of a source are looked at in each run."""
    if not issues:
        return ()
    columns = ["url", "error", "message"]
    rows = tables.read_where(run.data / "tables", "issues", "source_id", source_id, columns)
    told = set(zip(*(rows[name].to_pylist() for name in columns), strict=True))
    return tuple(issue for issue in issues if (issue.url, issue.error, issue.message) not in told)


def _together(given: Sequence[Archived]) -> Archived:
    return Archived(
        tuple(capture for part in given for capture in part.captures),
        tuple(issue for part in given for issue in part.issues),
        sum((part.passed for part in given), Counter[Passed]()),
    )


def _something(paths: Sequence[Path], archived: Archived) -> Archived:
    """What was archived.

    Raises:
        NothingToImport: everything was passed over, and not since it is archived already.
    """
    if archived.captures or archived.issues or archived.passed[Passed.KNOWN] or not archived.passed:
        return archived
    counts = ", ".join(f"{count} {why.value}" for why, count in archived.passed.items())
    raise NothingToImport(f"{', '.join(map(str, paths))}: nothing to import; there are records: {counts}")


def _archived(
    run: Run,
    writer: ArchiveWriter,
    known: Mapping[str, Known],
    *,
    source_id: str,
    found: Sequence[tuple[str, Path]],
    changed_only: bool = False,
) -> Archived:
    """Archive files with one writer; those that are as they were are passed over, or each is a revisit."""
    given: list[Archived] = []
    entered = (
        entered_before(run.data, source_id, run.run_id) if any(is_warc(path) for _, path in found) else {}
    )
    taken = ChainMap[str, str | None]({}, entered)  # which writes to the first, and only reads the other
    for number, (name, path) in enumerate(found, start=1):
        # A microsecond apart, so that files keep their order and each capture its own id.
        time = run.started + timedelta(microseconds=number)
        if is_warc(path):
            given.append(from_warc(run, writer, taken, source_id, path))
        else:
            before = known.get(f"import:{source_id}/{quote(name)}")
            given.append(
                _from_file(
                    run,
                    writer,
                    before,
                    source_id=source_id,
                    name=name,
                    path=path,
                    time=time,
                    changed_only=changed_only,
                )
            )
        advanced(source_id, number, len(found), "files archived")
    return _together(given)


def _found(paths: Sequence[Path]) -> list[tuple[str, Path]]:
    """All files that can be imported, with their relative names, which are those of documents: no two files may have one."""
    found = [item for path in paths for item in _files(path)]
    if not found:
        raise NothingToImport(
            f"{', '.join(map(str, paths))}: no .html, .htm, .txt, .md or .warc.gz file there"
        )
    named = dict[str, Path]()
    for name, path in found:
        first = named.setdefault(name, path)
        if first.resolve() != path.resolve() and not is_warc(path):
            raise NothingToImport(
                f"{first} and {path} have one name, {name}, and would be versions of one document: give the folder that holds both"
            )
    return found


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    """A file, whatever its name, or those of a folder that can be imported, with their relative names."""
    if path.is_dir():
        for item in sorted(path.rglob("*")):
            if item.is_file() and (item.suffix.lower() in _MEDIA_TYPES or is_warc(item)):
                yield item.relative_to(path).as_posix(), item
    elif path.name.lower().endswith(_LISTS) and path.is_file():
        for line in _lines(path):
            yield from _files(path.parent / line)
    elif path.is_file():
        yield path.name, path
    else:
        raise NothingToImport(f"{path} is not there")


def _lines(path: Path) -> list[str]:
    """The paths that a list names, from the folder in which it lies."""
    body = path.read_bytes()
    text = (gzip.decompress(body) if path.suffix.lower() == ".gz" else body).decode()
    return [line.strip() for line in text.splitlines() if line.strip()]


def _from_file(
    run: Run,
    writer: ArchiveWriter,
    known: Known | None,
    *,
    source_id: str,
    name: str,
    path: Path,
    time: datetime,
    changed_only: bool,
) -> Archived:
    try:
        body = path.read_bytes()
    except OSError as error:
        return Archived(issues=(refused(run, source_id, path, Refused("unreadable_file", str(error))),))
    url = f"import:{source_id}/{quote(name)}"
    before = known.whole if known else None
    capture = imported_capture(run.run_id, source_id, url, time, body)
    same = before is not None and before.content_digest == capture.content_digest
    if same and changed_only:
        return Archived(passed=Counter({Passed.KNOWN: 1}))
    capture = replace(
        capture,
        content_mime_type=_MEDIA_TYPES.get(path.suffix.lower()),
        revisit=same,
        refers_to=before.capture_id if same and before else None,
    )
    return Archived((writer.write(capture, Exchange(body=None if same else body)),))

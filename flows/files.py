"""Files that a user already has, archived as captures: saved pages, text, Markdown with front matter, WARC."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from flows.advance import advanced
from flows.exceptions import NothingToImport
from flows.refreshed import Refreshed
from flows.run import Run
from parsers.metadata.links import host_of
from store import tables
from store.archive import ArchiveWriter, Exchange
from store.capture import Capture, capture_id, digest
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
_WARC = (".warc", ".warc.gz")
_LISTS = (".paths", ".paths.gz")


def import_files(run: Run, paths: Sequence[Path], source_id: str, hosts: Sequence[str] = ()) -> Refreshed:
    """Archive files, and whole folders of them, as captures of a source.

    Args:
        run: The run.
        paths: Files, folders, WARC files, and lists of them as Common Crawl has them (`warc.paths.gz`).
        source_id: The source.
        hosts: Of WARC files only records of these hosts and their subdomains; all where none is named.

    Raises:
        NothingToImport: a path is not there, or holds no file that can be imported.
    """
    with history(run.data, [source_id]) as drawn:
        known = drawn.of(source_id).known
    with ArchiveWriter(run.data / "archive", source_id, run.run_id, run.started, SOFTWARE) as writer:
        captures, issues = archive_files(
            run, writer, known, source_id=source_id, paths=paths, hosts=frozenset(hosts)
        )
    return Refreshed(source_id, tuple(captures), tuple(issues))


def archive_files(
    run: Run,
    writer: ArchiveWriter,
    known: Mapping[str, Known],
    *,
    source_id: str,
    paths: Sequence[Path],
    changed_only: bool = False,
    hosts: AbstractSet[str] = frozenset(),
) -> tuple[list[Capture], list[Issue]]:
    """Archive files, and whole folders of them, with a writer that is open.

    Args:
        run: The run.
        writer: Of the source.
        known: What earlier runs say of the source's files.
        source_id: The source.
        paths: Files, folders, WARC files.
        changed_only: Pass over files that are as they were; otherwise each of them is a revisit.
        hosts: As in `import_files`.

    Raises:
        NothingToImport: a path is not there, or they hold no file that can be imported.
    """
    found = [item for path in paths for item in _files(path)]
    if not found:
        raise NothingToImport(
            f"{', '.join(map(str, paths))}: no .html, .htm, .txt, .md or .warc.gz file there"
        )
    entered = _entered(run, source_id) if any(_is_warc(path) for _, path in found) else frozenset()
    captures: list[Capture] = []
    issues: list[Issue] = []
    for number, (name, path) in enumerate(found, start=1):
        # A microsecond apart, so that files keep their order and each capture its own id.
        time = run.started + timedelta(microseconds=number)
        try:
            if _is_warc(path):
                captures += _from_warc(run, writer, entered, source_id, path, hosts=hosts)
            else:
                before = known.get(f"import:{source_id}/{quote(name)}")
                captures += _from_file(
                    run,
                    writer,
                    before,
                    source_id=source_id,
                    name=name,
                    path=path,
                    time=time,
                    changed_only=changed_only,
                )
        except (OSError, ArchiveLoadFailed) as error:
            issues.append(_unreadable(run, source_id, path, error))
        advanced(source_id, number, len(found), "files archived")
    return captures, issues


def _is_warc(path: Path) -> bool:
    return path.name.lower().endswith(_WARC)


def _entered(run: Run, source_id: str) -> frozenset[str]:
    """Ids of the captures that the source has already."""
    rows = tables.read_where(run.data / "tables", "captures", "source_id", source_id, ["capture_id"])
    return frozenset(rows["capture_id"].to_pylist())


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    """A file, whatever its name, or those of a folder that can be imported, with their relative names."""
    if path.is_dir():
        for item in sorted(path.rglob("*")):
            if item.is_file() and (item.suffix.lower() in _MEDIA_TYPES or _is_warc(item)):
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
) -> Iterator[Capture]:
    body = path.read_bytes()
    url = f"import:{source_id}/{quote(name)}"
    before = known.whole if known else None
    same = before is not None and before.content_digest == digest(body)
    if same and changed_only:
        return
    capture = Capture(
        capture_id=capture_id(source_id, url, time),
        run_id=run.run_id,
        source_id=source_id,
        kind="import",
        url=url,
        fetch_time=time,
        fetch_outcome="ok",
        content_digest=digest(body),
        content_length=len(body),
        content_mime_type=_MEDIA_TYPES.get(path.suffix.lower()),
        revisit=same,
        refers_to=before.capture_id if same and before else None,
    )
    yield writer.write(capture, Exchange(body=None if same else body))


def _from_warc(
    run: Run,
    writer: ArchiveWriter,
    entered: AbstractSet[str],
    source_id: str,
    path: Path,
    *,
    hosts: AbstractSet[str],
) -> Iterator[Capture]:
    """The responses of a foreign WARC file, with their own URLs and times, as far as they are not yet archived."""
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type != "response" or record.http_headers is None:
                continue
            if hosts and not _is_of(_uri(record.rec_headers), hosts):
                continue  # its body is passed over, not read
            body = record.content_stream().read()
            capture = _warc_capture(run, source_id, record.rec_headers, record.http_headers, body)
            if capture.capture_id in entered:
                continue
            yield writer.write(
                capture,
                Exchange(
                    status_line=record.http_headers.statusline,
                    response_headers=tuple(record.http_headers.headers),
                    protocol=record.http_headers.protocol,
                    body=body,
                ),
            )


def _is_of(url: str, hosts: AbstractSet[str]) -> bool:
    """Whether a URL is of one of these hosts, or of a subdomain."""
    labels = (host_of(url) or "").split(".")
    return any(".".join(labels[n:]) in hosts for n in range(len(labels)))


def _uri(warc: object) -> str:
    return str(warc.get_header("WARC-Target-URI")).strip("<>")  # type: ignore[attr-defined]  # warcio has no types


def _warc_capture(run: Run, source_id: str, warc: object, http: object, body: bytes) -> Capture:
    url = _uri(warc)
    time = datetime.fromisoformat(str(warc.get_header("WARC-Date")))  # type: ignore[attr-defined]
    status = str(http.get_statuscode())  # type: ignore[attr-defined]
    return Capture(
        capture_id=capture_id(source_id, url, time),
        run_id=run.run_id,
        source_id=source_id,
        kind="import",
        url=url,
        fetch_time=time,
        fetch_outcome="ok" if status == "200" else "http_error",
        fetch_status=int(status) if status.isdigit() else None,
        content_digest=digest(body),
        content_length=len(body),
        content_mime_type=http.get_header("Content-Type"),  # type: ignore[attr-defined]
    )


def _unreadable(run: Run, source_id: str, path: Path, error: Exception) -> Issue:
    return Issue(
        run_id=run.run_id,
        time=run.clock(),
        source_id=source_id,
        stage="import",
        severity="error",
        error="unreadable_file",
        message=f"{path}: {error}",
        action="Check that the file is whole and may be read, then import it again.",
        url=path.as_uri() if path.is_absolute() else None,
    )

"""Foreign WARC files, archived as captures with their own addresses and times; each becomes an archive file of its own.

A file is archived without a word to others, so that several processes can each take whole ones. Where one record stands in
two files of one import it is archived twice, and its row leads to the later file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from flows.refreshed import Refreshed
from flows.run import Run
from parsers.metadata.links import host_of
from store import tables
from store.archive import ArchiveWriter, Exchange
from store.capture import Capture, imported_capture
from store.issue import Issue
from store.release import SOFTWARE

UNREADABLE = (OSError, ArchiveLoadFailed)
"""What reading a file raises that is damaged, or may not be read."""

_AT_ONCE = 1 << 16
"""Bytes of a record that is passed over."""

_ENDINGS = (".warc", ".warc.gz")


@dataclass(frozen=True, slots=True)
class Foreign:
    """A WARC file of an import.

    Attributes:
        run: The run.
        source_id: The source that its records are put under.
        number: Its place among the files of the import, from 1: it names the archive file.
        path: The file.
        hosts: Only records of these hosts and their subdomains; all where none is named.
    """

    run: Run
    source_id: str
    number: int
    path: Path
    hosts: frozenset[str] = frozenset()


ArchiveAll = Callable[[Iterable[Foreign]], Iterator[Refreshed]]
"""Archives files wherever it likes, and says what each gave, in their order."""


def archive_warc(foreign: Foreign) -> Refreshed:
    """Archive a WARC file, in whichever process; one that cannot be read to its end is an issue.

    Raises:
        StorageFault: the archive cannot be written.
    """
    run, source_id = foreign.run, foreign.source_id
    entered = entered_before(run.data, source_id, run.run_id)
    captures: list[Capture] = []
    issues: list[Issue] = []
    name = f"{run.run_id}-{foreign.number:05}"
    with ArchiveWriter(run.data / "archive", source_id, name, run.started, SOFTWARE) as writer:
        try:
            captures += from_warc(run, writer, entered, source_id, foreign.path, hosts=foreign.hosts)
        except UNREADABLE as error:
            issues.append(unreadable(run, source_id, foreign.path, error))
    return Refreshed(source_id, tuple(captures), tuple(issues))


def is_warc(path: Path) -> bool:
    """Whether a file is one by its name."""
    return path.name.lower().endswith(_ENDINGS)


@lru_cache(maxsize=1)
def entered_before(data: Path, source_id: str, _run_id: str) -> frozenset[str]:
    """Ids of the captures that a source had before a run: looked up once a run and process, not for each file."""
    rows = tables.read_where(data / "tables", "captures", "source_id", source_id, ["capture_id"])
    return frozenset(rows["capture_id"].to_pylist())


def from_warc(
    run: Run,
    writer: ArchiveWriter,
    entered: AbstractSet[str],
    source_id: str,
    path: Path,
    *,
    hosts: AbstractSet[str] = frozenset(),
) -> Iterator[Capture]:
    """The responses of a foreign WARC file, as far as they are not yet archived; one payload is held at a time.

    Args:
        run: The run.
        writer: What archives them.
        entered: Ids of captures that are passed over.
        source_id: The source.
        path: The file.
        hosts: As in `Foreign`.

    Raises:
        ArchiveLoadFailed: it is damaged; what was given before is archived.
        OSError: it cannot be read.
        StorageFault: the archive cannot be written.
    """
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.format != "warc":  # warcio takes a line of any five words for one of the older format
                raise ArchiveLoadFailed("it is no WARC file")
            if (
                record.rec_type != "response"
                or record.http_headers is None
                or (hosts and not _is_of(_uri(record.rec_headers), hosts))
            ):
                _to_end(record)
                continue
            body = record.content_stream().read()
            _to_end(record)  # what stands behind the end of a coding
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


def _to_end(record: object) -> None:
    """Read a record to its end, as the iterator does by itself, and see that it has one.

    Raises:
        ArchiveLoadFailed: the file ends in its middle, or cannot be inflated from there on.
    """
    stream = record.raw_stream  # type: ignore[attr-defined]  # warcio has no types
    while stream.read(_AT_ONCE):
        pass
    if getattr(stream, "limit", 0):
        raise ArchiveLoadFailed(f"it ends in the middle of {_uri(record.rec_headers)}")  # type: ignore[attr-defined]


def unreadable(run: Run, source_id: str, path: Path, error: Exception) -> Issue:
    """The issue of a file that cannot be read, or not to its end."""
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


def _is_of(url: str, hosts: AbstractSet[str]) -> bool:
    """Whether a URL is of one of these hosts, or of a subdomain."""
    labels = (host_of(url) or "").split(".")
    return any(".".join(labels[n:]) in hosts for n in range(len(labels)))


def _uri(warc: object) -> str:
    return str(warc.get_header("WARC-Target-URI")).strip("<>")  # type: ignore[attr-defined]  # warcio has no types


def _warc_capture(run: Run, source_id: str, warc: object, http: object, body: bytes) -> Capture:
    url, day = _uri(warc), str(warc.get_header("WARC-Date"))  # type: ignore[attr-defined]
    try:
        time = datetime.fromisoformat(day)
    except ValueError as error:
        raise ArchiveLoadFailed(f"{url} was captured at {day}, which is no time") from error
    status = str(http.get_statuscode())  # type: ignore[attr-defined]
    return replace(
        imported_capture(run.run_id, source_id, url, time, body),
        fetch_outcome="ok" if status == "200" else "http_error",
        fetch_status=int(status) if status.isdigit() else None,
        content_mime_type=http.get_header("Content-Type"),  # type: ignore[attr-defined]
    )

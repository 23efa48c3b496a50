"""Foreign WARC files, archived as captures with their own addresses and times; each becomes an archive file of its own.

A file is archived without a word to others, so that several processes can each take whole ones. Where one record stands in
two files of one import it is archived twice, and its row leads to the later file.
"""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from flows.foreign import Answered, Passed, Refused, answers
from flows.run import Run
from store import tables
from store.archive import ArchiveWriter, Exchange
from store.capture import Capture, capture_id, imported_capture
from store.issue import Issue
from store.release import SOFTWARE

_ACTIONS: Mapping[str, str] = {
    "truncated": "Fetch the page, or import it from another file: this one holds a part of it.",
    "damaged": "Check the file against another copy, then import it again.",
    "decode": "Fetch the page, or import it from another file: this one does not give it.",
    "too_large": "Open it by hand with care: it may be a bomb.",
    "unreadable_file": "Check that the file is whole and may be read, then import it again.",
}

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


@dataclass(frozen=True, slots=True)
class Archived:
    """What archiving files gave.

    Attributes:
        captures: What was archived, in order.
        issues: What went wrong.
        passed: How much was passed over, and why.
    """

    captures: tuple[Capture, ...] = ()
    issues: tuple[Issue, ...] = ()
    passed: Counter[Passed] = field(default_factory=Counter)


ArchiveAll = Callable[[Iterable[Foreign]], Iterator[Archived]]
"""Archives files wherever it likes, and says what each gave, in their order."""

Taken = MutableMapping[str, str | None]
"""Digest of the payload of each capture that is archived, by its id."""


def archive_warc(foreign: Foreign, besides: Mapping[str, str | None] | None = None) -> Archived:
    """Archive a WARC file, in whichever process; what cannot be read of it is an issue.

    Args:
        foreign: The file.
        besides: What is archived besides what earlier runs had.

    Raises:
        StorageFault: the archive cannot be written.
    """
    run, source_id = foreign.run, foreign.source_id
    entered = entered_before(run.data, source_id, run.run_id)
    taken = ChainMap[str, str | None]({}, dict(besides or {}), entered)  # which writes to the first alone
    name = f"{run.run_id}-{foreign.number:05}"
    with ArchiveWriter(run.data / "archive", source_id, name, run.started, SOFTWARE) as writer:
        return from_warc(run, writer, taken, source_id, foreign.path, hosts=foreign.hosts)


def archive_displaced(files: Sequence[Foreign], given: Sequence[Archived]) -> Iterator[Archived]:
    """Archive once more, under an id of its own, what another payload in a later file took the id of.

    Each file was archived without a word to the others, and dates of some tools have whole seconds.

    Args:
        files: The files, as they were archived.
        given: What each gave.

    Raises:
        StorageFault: the archive cannot be written.
    """
    held = {item.capture_id: item.content_digest for part in given for item in part.captures}
    for foreign, part in zip(files, given, strict=True):
        if any(held[item.capture_id] != item.content_digest for item in part.captures):
            again = archive_warc(replace(foreign, number=len(files) + foreign.number), held)
            held |= {item.capture_id: item.content_digest for item in again.captures}
            yield Archived(again.captures)


def is_warc(path: Path) -> bool:
    """Whether a file is one by its name."""
    return path.name.lower().endswith(_ENDINGS)


@lru_cache(maxsize=1)
def entered_before(data: Path, source_id: str, _run_id: str) -> dict[str, str | None]:
    """The captures that a source had before a run: looked up once a run and process, not for each file."""
    rows = tables.read_where(
        data / "tables", "captures", "source_id", source_id, ["capture_id", "content_digest"]
    )
    return dict(zip(rows["capture_id"].to_pylist(), rows["content_digest"].to_pylist(), strict=True))


def from_warc(
    run: Run,
    writer: ArchiveWriter,
    taken: Taken,
    source_id: str,
    path: Path,
    *,
    hosts: AbstractSet[str] = frozenset(),
) -> Archived:
    """Archive the answers of a foreign WARC file, as far as they are not yet; one is held at a time.

    Args:
        run: The run.
        writer: What archives them.
        taken: What is archived already, and is passed over; what is archived now comes to it.
        source_id: The source.
        path: The file.
        hosts: As in `Foreign`.

    Raises:
        StorageFault: the archive cannot be written.
    """
    captures: list[Capture] = []
    issues: list[Issue] = []
    passed = Counter[Passed]()
    for found in answers(path, hosts):
        if isinstance(found, Passed):
            passed[found] += 1
        elif isinstance(found, Refused):
            issues.append(refused(run, source_id, path, found))
        elif (capture := _free(_capture(run, source_id, found), taken)) is None:
            passed[Passed.KNOWN] += 1
        else:
            taken[capture.capture_id] = capture.content_digest
            captures.append(writer.write(capture, _exchange(found)))
    return Archived(tuple(captures), tuple(issues), passed)


def refused(run: Run, source_id: str, path: Path, found: Refused) -> Issue:
    """The issue of a record that is not archived, or of a file that cannot be read (to its end)."""
    where = found.url or (path.as_uri() if path.is_absolute() else None)
    return Issue(
        run_id=run.run_id,
        time=run.clock(),
        source_id=source_id,
        stage="import",
        severity="error" if found.error == "unreadable_file" else "warning",
        error=found.error,
        message=f"{path}: {f'{found.url}: ' if found.url else ''}{found.message}",
        action=_ACTIONS[found.error],
        url=where,
    )


def _free(capture: Capture, taken: Mapping[str, str | None]) -> Capture | None:
    """A capture, a microsecond later for each other payload that has its id; None where it is archived already.

    A page that sets a cookie and leads to itself answers twice in the second that its dates tell.
    """
    while capture.capture_id in taken:
        if taken[capture.capture_id] == capture.content_digest:
            return None
        time = capture.fetch_time + timedelta(microseconds=1)
        capture = replace(
            capture, fetch_time=time, capture_id=capture_id(capture.source_id, capture.url, time)
        )
    return capture


def _capture(run: Run, source_id: str, found: Answered) -> Capture:
    return replace(
        imported_capture(run.run_id, source_id, found.url, found.time, found.body),
        fetch_outcome="ok" if found.status == 200 else "http_error",
        fetch_status=found.status,
        content_mime_type=found.media_type,
    )


def _exchange(found: Answered) -> Exchange:
    return Exchange(
        status_line=found.status_line,
        response_headers=found.headers,
        protocol=found.protocol,
        body=found.body,
    )

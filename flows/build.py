"""Build: from the archive to the tables. No network; what has not changed is not read again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, groupby

from flows.advance import advanced
from flows.attachments.contents import file_contents, reading_version
from flows.limits import Limits
from flows.mass_change import Change, mass_change, same_texts
from flows.reading import Done, ReadAll, Reader, not_fetched, payload
from flows.run import Run
from parsers.document import Document
from parsers.files.content import WHOLE
from store import tables
from store.backlog import Backlog, Lost, Older, Pending, backlog
from store.built import mark_built
from store.capture import digest
from store.issue import Issue
from store.rows import Read, alias_row, alias_rows, document_row, issue_row, reading_row
from store.source import Source
from store.tables import Row
from store.versions import Verdict, openings

logger = logging.getLogger(__name__)

BATCH = 500
"""Documents between two commits: what a run that dies has to read again at most, and what is held in memory."""

WAITING = 2_000
"""Versions that wait until their source was read, at most: one run fetches fewer, a rebuilt table has more."""

_ACTIONS: Mapping[str, str] = {
    "listing": "Nothing, if it is one; else add a case and mend the screen, or set main in [[rules]].",
    "navigation_frame": "Give the address of the frame that holds the text.",
    "challenge": "The site blocked us: lower the rate or ask the office; nothing was read as a change.",
    "login": "The text is behind a login: look for a public address.",
    "maintenance": "Nothing: the next run tries again.",
    "soft_not_found": "Nothing: the page is gone and the site does not say so.",
    "not_found": "Nothing: what was read before is kept.",
    "error_page": "Nothing: the next run tries again.",
    "empty_shell": "The page builds its text with scripts: look for the address of its data.",
    "empty_document": "Open it by hand: its layout has moved, or it has no text; set main in [[rules]].",
    "unsupported_media_type": "Nothing: the file is archived.",
    "unreadable_file": "Open it by hand; the file is archived. Of a scan, install tesseract and set POLICY_INGEST_OCR.",
    "parser_error": "Report it with the URL: this is a mistake of the parsers; the bytes are archived.",
    "too_complex": "Open it by hand; the bytes are archived.",
}


_FILE_ACTIONS: Mapping[str, str] = {
    "scanned": "Install tesseract and set POLICY_INGEST_OCR=chi_sim+eng to have it recognised, or read it by hand.",
    "garbled": "Read it by hand: its fonts do not tell which characters they draw.",
    "encrypted": "Ask the office for a file without a password.",
    "damaged": "Nothing: the next visit asks for it again. If it stays, ask the office.",
    "unsupported": "Open it by hand; the bytes are archived.",
    "too_large": "Open it by hand with care: it may be a bomb.",
    "timeout": "Raise file_seconds in [limits], or open it by hand.",
    "out_of_memory": "Raise file_memory_bytes in [limits], or open it by hand.",
    "crashed": "Report it with the URL: this is a mistake of a reader; the bytes are archived.",
}


@dataclass(frozen=True, slots=True)
class Built:
    """What building gave.

    Attributes:
        read: Payloads that were read.
        new: Documents.
        changed: Further versions of documents.
        rejections: Reasons of the rejections, one entry each.
        held: Sources whose changes were too many to be believed at once.
        by_source: The same of each source that something was read of.
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    rejections: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    by_source: Mapping[str, Built] = field(default_factory=dict)

    @property
    def rejected(self) -> int:
        """Payloads that were read and are no document."""
        return len(self.rejections)


@dataclass(slots=True)
class _Batch:
    """Rows that wait for the next commit; `new`, `changed` and their further addresses, `names`, wait until their source was read."""

    documents: list[Row] = field(default_factory=list)
    new: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    names: list[Row] = field(default_factory=list)
    readings: list[Row] = field(default_factory=list)
    issues: list[Row] = field(default_factory=list)
    aliases: list[Row] = field(default_factory=list)


def build_tables(run: Run, sources: Sequence[Source], read_all: ReadAll | None = None) -> Built:
    """Read what the archive holds and the tables do not, and write the versions that it opens.

    Args:
        run: The run.
        sources: All source files: captures are read under the rule that their source's file gives.
        read_all: What reads them, by default this process. It judges nothing: what a reading means, and all that is
            written, is decided here, one document after the other.

    Returns:
        What was done; nothing where a source file cannot be read: its captures wait for it.
    """
    if run.wrong:  # a file that cannot be read may hold the rules and limits by which its captures are judged
        logger.warning("nothing is built until all source files can be read")
        return Built()
    known = {source.source_id: source for source in sources}
    built = Built()
    with backlog(run.data, reading_version(), sources) as work, file_contents(run.data) as contents:
        reader = Reader(run.data, known, contents)
        read = map(reader.all_of, work.documents) if read_all is None else read_all(work.documents)
        batch, lost, numbers = _Batch(), list(work.lost), count(1)
        batch.issues += [issue_row(_passed_over(run, older)) for older in work.older]
        for source_id, documents in groupby(read, key=lambda done: done.pending.source_id):
            of_source = Built()
            for done, number in zip(documents, numbers, strict=False):
                reads = {name: _with_listed(reader, done, item, work) for name, item in done.reads.items()}
                of_source = _add(
                    of_source, _build_document(run, reader, Done(done.pending, reads), lost, batch, work=work)
                )
                if len(batch.new) + len(batch.changed) >= WAITING:
                    of_source = _add(
                        of_source, _settle(run, known.get(source_id), batch, work.sizes, of_source.new)
                    )
                if number % BATCH == 0:
                    batch = _commit(run, batch)
                advanced("build", number, work.total, "documents read")
            of_source = _add(of_source, _settle(run, known.get(source_id), batch, work.sizes, of_source.new))
            built = _add(built, replace(of_source, by_source={source_id: of_source}))
        _commit(run, batch)
    if not built.held:
        mark_built(run.data, reading_version(), sources)
    return built


def _add(one: Built, other: Built) -> Built:
    return Built(
        one.read + other.read,
        one.new + other.new,
        one.changed + other.changed,
        one.rejections + other.rejections,
        one.held + other.held,
        {**one.by_source, **other.by_source},
    )


def _with_listed(reader: Reader, done: Done, read: Read, work: Backlog) -> Read:
    """A reading, made anew where a listing led to files that are attached to the page: they did not come with it."""
    found = {url: work.listed(url, read.capture) for url in not_fetched(read.result)}
    listed = {url: file for url, file in found.items() if file is not None}
    return reader.one_of(done.pending, read.capture, listed) if listed else read


def _build_document(
    run: Run, reader: Reader, done: Done, lost: list[Lost], batch: _Batch, *, work: Backlog
) -> Built:
    """Judge what was read of one document, and collect the rows that it gives."""
    pending, reads = done.pending, done.reads
    verdicts = dict(pending.verdicts)
    payloads: dict[tuple[str | None, str, str], Verdict] = {}
    for capture in pending.captures:
        if capture.capture_id in verdicts:
            continue
        at = payload(pending, capture, reader.rule(capture))
        if at not in payloads:
            payloads[at] = _verdict(reads[capture.capture_id])
        verdicts[capture.capture_id] = payloads[at]
    if pending.current is None:
        pending = _moved(pending, reads, lost, batch)
    opened = tuple(openings(pending.captures, pending.current, verdicts))
    for opening in opened:
        capture = opening.capture
        shown = reads.get(capture.capture_id)
        if shown is None:  # read before, by another run or for another capture
            shown = _with_listed(reader, done, reader.one_of(pending, capture), work)
        waiting = {"new": batch.new, "source": batch.changed, "parser": batch.documents}[opening.cause]
        waiting.append(
            document_row(
                shown,
                document_id=pending.document_id,
                home=pending.home,
                version=opening.version,
                cause=opening.cause,
                run_id=run.run_id,
            )
        )
        names = batch.aliases if opening.cause == "parser" else batch.names
        names += alias_rows(pending.document_id, shown)
    batch.readings += map(reading_row, reads.values())
    rejected = [item for item in reads.values() if not isinstance(item.result, Document)]
    batch.issues += [issue_row(_issue(run, item)) for item in rejected]
    batch.issues += [issue_row(issue) for item in reads.values() for issue in _unread(run, item)]
    parser = sum(opening.cause == "parser" for opening in opened)
    return Built(len(reads), changed=parser, rejections=tuple(item.verdict for item in rejected))


def _moved(pending: Pending, reads: Mapping[str, Read], lost: list[Lost], batch: _Batch) -> Pending:
    """What seems new, as the document of the same source that it is: one whose own address is gone.

    Told by the text, by the canonical link, or by number and title. Where several are meant it stays new.
    """
    shown = next((item for item in reads.values() if isinstance(item.result, Document)), None)
    meant = [item for item in lost if shown and item.source_id == pending.source_id and _is(item, shown)]
    if len(meant) != 1 or shown is None:
        return pending
    lost.remove(meant[0])
    batch.aliases.append(alias_row(meant[0].document_id, shown.capture, "moved", shown.capture.url))
    return replace(pending, document_id=meant[0].document_id, home=meant[0].home, current=meant[0].current)


def _is(lost: Lost, shown: Read) -> bool:
    document = shown.result
    assert isinstance(document, Document)
    metadata = document.metadata
    return (
        lost.current.key_digest == digest(document.key.encode())
        or metadata.canonical_url == lost.home
        or (metadata.identifier, metadata.title) == (lost.identifier or "", lost.title)
    )


def _settle(
    run: Run,
    source: Source | None,
    batch: _Batch,
    sizes: Callable[[str], Mapping[str, int]],
    taken: int,
) -> Built:
    """Believe what a source changed and what is new, or, where it is too much at once, write no version of it.

    The captures stay in the backlog: the next build judges again. What a user imports was changed on purpose.
    """
    changed, new, names = batch.changed, batch.new, batch.names
    batch.changed, batch.new, batch.names = [], [], []
    if source is None or not (changed or new):
        batch.documents += [*new, *changed]
        batch.aliases += names
        return Built(new=len(new), changed=len(changed))
    limits, before = Limits().override(source.limits), sizes(source.source_id)
    changes = [
        Change(
            str(row["url"]),
            str(row["key_digest"]),
            int(str(row["characters"])),
            before.get(str(row["url"]), 0),
        )
        for row in changed
    ]
    held = False
    if reason := mass_change(changes, len(before), limits.changed_share):
        changed, held = [], True
        batch.issues.append(
            _alarm(run, source, f"{reason}; no version of theirs was written", "changed_share")
        )
    shown = {str(row["url"]): str(row["key_digest"]) for row in new}
    if same := same_texts(shown, len(before) + taken, limits.same_text):
        new, changed = ([row for row in rows if row["url"] not in same] for rows in (new, changed))
        held = True
        message = (
            f"{len(same)} new addresses show a text that others show too, such as {min(same)}; none was taken"
        )
        batch.issues.append(_alarm(run, source, message, "same_text"))
    batch.documents += [*new, *changed]
    believed = {row["document_id"] for row in (*new, *changed)}
    batch.aliases += [row for row in names if row["document_id"] in believed]
    return Built(new=len(new), changed=len(changed), held=(source.source_id,) if held else ())


def _alarm(run: Run, source: Source, message: str, limit: str) -> Row:
    return issue_row(
        Issue(
            run_id=run.run_id,
            time=run.clock(),
            source_id=source.source_id,
            stage="read",
            severity="error",
            error="mass_change",
            message=message,
            action=f"Open some by hand. If they are as they should be, raise {limit} in [limits] for one build; if the "
            "layout has moved, mend [[rules]].",
        )
    )


def _verdict(done: Read) -> Verdict:
    if not isinstance(done.result, Document):
        return Verdict(done.verdict)
    return Verdict(
        done.verdict,
        done.key_digest,
        done.metadata_digest,
        done.reading_digest,
        done.annexes_digest,
    )


def _doubt(
    run: Run, source_id: str, url: str, capture_id: str, *, error: str, message: str, action: str
) -> Issue:
    """An issue of reading that concerns one document, and hangs on one of its captures."""
    return Issue(
        run_id=run.run_id,
        time=run.clock(),
        source_id=source_id,
        stage="read",
        severity="warning",
        error=error,
        message=message,
        action=action,
        url=url,
        capture_id=capture_id,
    )


def _issue(run: Run, done: Read) -> Issue:
    assert not isinstance(done.result, Document)
    return _doubt(
        run,
        done.capture.source_id,
        done.capture.url,
        done.capture.capture_id,
        error=done.verdict,
        message=done.result.detail,
        action=_ACTIONS[done.verdict],
    )


def _passed_over(run: Run, older: Older) -> Issue:
    return _doubt(
        run,
        older.source_id,
        older.home,
        older.capture_id,
        error="older_than_version",
        message=f"{older.captures} captures from {older.first:%Y-%m-%d} to {older.last:%Y-%m-%d} came when the document "
        f"had a version of {older.opened:%Y-%m-%d} already; they are archived, and were not read",
        action="For their versions copy archive/ into a new data folder and run policy-ingest build there, which reads all in "
        "the order of time; import what is older first.",
    )


def _unread(run: Run, done: Read) -> Iterator[Issue]:
    """An issue for each attached file that came and of which something is missing."""
    if not isinstance(done.result, Document):
        return
    for annex in done.result.annexes:
        attachment = done.result.metadata.attachments[annex.attachment]
        capture = done.files.get(attachment.url)
        if capture is not None and annex.status not in {*WHOLE, "ocr"}:
            yield _doubt(
                run,
                capture.source_id,
                attachment.url,
                capture.capture_id,
                error="attachment_unread",
                message=f"{attachment.label or attachment.url}: {annex.status}: {annex.reason}",
                action=_FILE_ACTIONS.get(annex.status, "Open it by hand; the bytes are archived."),
            )


def _commit(run: Run, batch: _Batch) -> _Batch:
    """Commit in the order that the next run can make good, and begin another batch.

    A reading without its version opens it then; a version without its reading would leave a hole.
    """
    where = run.data / "tables"
    tables.append_new(where, "issues", batch.issues)
    tables.append_new(where, "aliases", batch.aliases)
    tables.append_new(where, "readings", batch.readings)
    tables.append(where, "documents", batch.documents)
    tables.sync()
    return _Batch(new=batch.new, changed=batch.changed, names=batch.names)

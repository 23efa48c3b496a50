"""Build: from the archive to the tables. No network; what has not changed is not read again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from flows.limits import Limits
from flows.mass_change import Change, mass_change
from flows.run import Run
from parsers.document import Document, Rejection
from parsers.page import Page, Rule
from parsers.read import PARSER_VERSION, read
from store import tables
from store.archive import read_payload
from store.backlog import Pending, backlog
from store.capture import Capture, digest, document_id
from store.issue import Issue
from store.rows import Read, alias_rows, document_row, issue_row, metadata_digest, reading_row
from store.source import Source, imported, rule_at, rule_digest
from store.tables import Row
from store.versions import Verdict, openings

RuleAt = Callable[[str, datetime], Rule | None]
"""The rule of a source as it was valid at a time."""

BATCH = 500
"""Documents between two commits: what a run that dies has to read again at most, and what is held in memory."""

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
    "parser_error": "Report it with the URL: this is a mistake of the parsers; the bytes are archived.",
    "too_complex": "Open it by hand; the bytes are archived.",
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Built:
    """What building gave.

    Attributes:
        read: Payloads that were read.
        new: Documents.
        changed: Further versions of documents.
        rejections: Reasons of the rejections, one entry each.
        held: Sources whose changes were too many to be believed at once.
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    rejections: tuple[str, ...] = ()
    held: tuple[str, ...] = ()

    @property
    def rejected(self) -> int:
        """Payloads that were read and are no document."""
        return len(self.rejections)


@dataclass(slots=True)
class _Batch:
    """Rows that wait for the next commit; `changed` are versions that wait until their source has been read."""

    documents: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    readings: list[Row] = field(default_factory=list)
    issues: list[Row] = field(default_factory=list)
    aliases: list[Row] = field(default_factory=list)


def build_tables(run: Run, sources: Sequence[Source]) -> Built:
    """Read what the archive holds and the tables do not, and write the versions that it opens."""
    known = {source.source_id: source for source in sources}

    def rule(source_id: str, time: datetime) -> Rule | None:
        return rule_at(known.get(source_id) or imported(source_id), time)

    work = sorted(
        backlog(run.data, PARSER_VERSION, lambda source, time: rule_digest(rule(source, time))),
        key=_source_of,
    )
    batch, built = _Batch(), Built()
    for number, pending in enumerate(work, start=1):
        built = _add(built, _build_document(run, pending, rule, batch))
        if number == len(work) or _source_of(work[number]) != _source_of(pending):
            built = _add(built, _settle(run, known.get(_source_of(pending)), batch))
        if number % BATCH == 0 or number == len(work):
            _commit(run, batch)
            batch = _Batch(changed=batch.changed)
        logger.info(
            "%d of %d documents read",
            number,
            len(work),
            extra={"source_id": "build", "done": number, "total": len(work)},
        )
    return built


def _source_of(pending: Pending) -> str:
    return pending.captures[0].source_id


def _add(one: Built, other: Built) -> Built:
    return Built(
        one.read + other.read,
        one.new + other.new,
        one.changed + other.changed,
        one.rejections + other.rejections,
        one.held + other.held,
    )


def _build_document(run: Run, pending: Pending, rule: RuleAt, batch: _Batch) -> Built:
    """Read one document's captures, and collect the rows that they give."""
    reads: dict[str, Read] = {}
    verdicts = dict(pending.verdicts)
    payloads: dict[tuple[str | None, str], Verdict] = {}
    for capture in pending.captures:
        if capture.capture_id in verdicts:
            continue
        at = (capture.content_digest, rule_digest(rule(capture.source_id, capture.fetch_time)))
        if at not in payloads:
            reads[capture.capture_id] = _read(run, capture, rule(capture.source_id, capture.fetch_time))
            payloads[at] = _verdict(reads[capture.capture_id])
        verdicts[capture.capture_id] = payloads[at]
    opened = tuple(openings(pending.captures, pending.current, verdicts))
    for opening in opened:
        capture = opening.capture
        shown = reads.get(capture.capture_id) or _read(
            run, capture, rule(capture.source_id, capture.fetch_time)
        )
        name = document_id(capture.source_id, capture.url)
        waiting = batch.changed if opening.cause == "source" else batch.documents
        waiting.append(document_row(name, opening.version, opening.cause, run.run_id, shown))
        batch.aliases += alias_rows(name, shown)
    batch.readings += map(reading_row, reads.values())
    rejected = [item for item in reads.values() if not isinstance(item.result, Document)]
    batch.issues += [issue_row(_issue(run, item)) for item in rejected]
    causes = [opening.cause for opening in opened]
    return Built(
        len(reads), causes.count("new"), causes.count("parser"), tuple(item.verdict for item in rejected)
    )


def _settle(run: Run, source: Source | None, batch: _Batch) -> Built:
    """Believe what a source changed, or, where it is too much at once, keep its captures and write no version.

    They stay in the backlog: the next build judges again. What a user imports was changed on purpose.
    """
    changed, batch.changed = batch.changed, []
    if source is not None and changed and (reason := _mass_change(run, source, changed)):
        batch.issues.append(
            issue_row(
                Issue(
                    run_id=run.run_id,
                    time=run.clock(),
                    source_id=source.source_id,
                    stage="read",
                    severity="error",
                    error="mass_change",
                    message=f"{reason}; no version of theirs was written",
                    action="Open some by hand. If the source did change them, raise changed_share in [limits] for "
                    "one build; if its layout has moved, mend [[rules]].",
                )
            )
        )
        return Built(held=(source.source_id,))
    batch.documents += changed
    return Built(changed=len(changed))


def _mass_change(run: Run, source: Source, changed: Sequence[Row]) -> str | None:
    columns = ["source_id", "url", "version", "characters"]
    held: pd.DataFrame = tables.frame(run.data / "tables", "documents", columns)
    newest = (
        held[held["source_id"] == source.source_id].sort_values("version").drop_duplicates("url", keep="last")
    )
    before = dict(zip(newest["url"], newest["characters"], strict=True))
    changes = [
        Change(
            str(row["url"]),
            str(row["key_digest"]),
            int(str(row["characters"])),
            int(before.get(row["url"], 0)),
        )
        for row in changed
    ]
    return mass_change(changes, len(before), Limits().override(source.limits).changed_share)


def _read(run: Run, capture: Capture, rule: Rule | None) -> Read:
    page = Page(
        url=capture.url,
        fetch_time=capture.fetch_time,
        fetch_status=200 if capture.fetch_status == 304 else capture.fetch_status,  # Not Modified
        content_type=capture.content_mime_type,
        body=read_payload(run.data / "archive", capture),
    )
    try:
        result = read(page, rule)
    except Exception as error:
        # The parsers promise not to raise; where they do, one page must not cost the others.
        logger.exception("%s: the parser broke", capture.url)
        result = Rejection("parser_error", f"{type(error).__name__}: {error}")
    return Read(capture, PARSER_VERSION, rule_digest(rule), result)


def _verdict(done: Read) -> Verdict:
    if not isinstance(done.result, Document):
        return Verdict(done.verdict)
    return Verdict(done.verdict, digest(done.result.key.encode()), metadata_digest(done.result.metadata))


def _issue(run: Run, done: Read) -> Issue:
    assert not isinstance(done.result, Document)
    return Issue(
        run_id=run.run_id,
        time=run.clock(),
        source_id=done.capture.source_id,
        stage="read",
        severity="warning",
        error=done.verdict,
        message=done.result.detail,
        action=_ACTIONS[done.verdict],
        url=done.capture.url,
        capture_id=done.capture.capture_id,
    )


def _commit(run: Run, batch: _Batch) -> None:
    """Commit in the order that the next run can make good.

    A reading without its version opens it then; a version without its reading would leave a hole.
    """
    where = run.data / "tables"
    tables.append_new(where, "issues", batch.issues)
    tables.append_new(where, "aliases", batch.aliases)
    tables.append_new(where, "readings", batch.readings)
    tables.append(where, "documents", batch.documents)
    tables.sync()

"""Rows of the tables from the nouns: the last place that sees dataclasses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

import orjson

from parsers.document import Annex, Document, Flag, Metadata, Rejection
from store.capture import Capture, as_row, digest
from store.issue import Issue
from store.tables import Row

TITLE_CHARACTERS = 1_000
"""What is stored of a title; a longer one ends in a mark. It stands whole in the evidence."""

_DATES = ("created", "issued", "modified", "valid_from", "valid_to", "date_event")
_LISTED = ("edits", "flags", "clauses", "targets", "measures")
"""What hangs on a text, be it the body or an annex, and becomes a table of its own."""

_TOLD = tuple(item.name for item in fields(Metadata) if item.name != "evidence")

_UNREAD: Row = {
    "status": "not_fetched",
    "reason": None,
    "parser": None,
    "capture_id": None,
    "content_digest": None,
    "pages": None,
    "start": None,
    "end": None,
}
"""What is said of an attachment that nobody asked for, as of those of rows written before files were read."""


@dataclass(frozen=True, slots=True)
class Read:
    """A payload that was read: under which parser and rule, for which capture, and with which files."""

    capture: Capture
    parser_version: str
    rule_digest: str
    result: Document | Rejection
    attached: str = ""
    """Digest of the files that came with it; empty without any."""
    files: Mapping[str, Capture] = field(default_factory=dict)
    """The captures of these files, by URL."""
    hanging: str = field(init=False, default="{}", repr=False)
    """What hangs on the document (edits, evidence, flags, clauses, …) as JSON."""
    key_digest: str | None = field(init=False, default=None, repr=False)
    metadata_digest: str | None = field(init=False, default=None, repr=False)
    reading_digest: str | None = field(init=False, default=None, repr=False)
    """Digests of the folded text, of the metadata, and of all that was read; None where it is no document."""

    def __post_init__(self) -> None:
        if isinstance(self.result, Rejection):
            return
        told = metadata_digest(self.result.metadata)
        hanging = orjson.dumps(_hanging(self.result, self.files)).decode()
        object.__setattr__(self, "hanging", hanging)
        object.__setattr__(self, "key_digest", digest(self.result.key.encode()))
        object.__setattr__(self, "metadata_digest", told)
        all_of_it = digest(f"{self.result.text}\x1f{told}\x1f{hanging}".encode())
        object.__setattr__(self, "reading_digest", all_of_it)

    @property
    def annexes_digest(self) -> str | None:
        """Digest of what the attached files say, or of their bytes where that is not known; None where none came."""
        if isinstance(self.result, Rejection) or not self.files:
            return None
        attachments = self.result.metadata.attachments
        urls = [attachments[annex.attachment].url for annex in self.result.annexes]
        said = {
            url: digest(annex.key.encode()) if annex.key else self.files[url].content_digest
            for url, annex in zip(urls, self.result.annexes, strict=True)
            if url in self.files
        }
        return digest(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)) if said else None

    @property
    def verdict(self) -> str:
        """`document`, or the reason why it is none."""
        return self.result.reason if isinstance(self.result, Rejection) else "document"


def capture_row(capture: Capture) -> Row:
    """Row of `captures`."""
    return as_row(capture)


def reading_row(read: Read) -> Row:
    """Row of `readings`."""
    document = read.result if isinstance(read.result, Document) else None
    return {
        "content_digest": read.capture.content_digest,
        "url": read.capture.url,
        "source_id": read.capture.source_id,
        "parser_version": read.parser_version,
        "rule_digest": read.rule_digest,
        "attached": read.attached,
        "capture_id": read.capture.capture_id,
        "verdict": read.verdict,
        "detail": read.result.detail if isinstance(read.result, Rejection) else None,
        "key_digest": read.key_digest,
        "text_digest": document and digest(document.text.encode()),
        "metadata_digest": read.metadata_digest,
        "annexes_digest": read.annexes_digest,
        "reading_digest": read.reading_digest,
    }


def metadata_digest(metadata: Metadata) -> str:
    """Digest of what the metadata say; where they were read does not count."""
    content = {name: getattr(metadata, name) for name in _TOLD}
    content["attachments"] = [
        asdict(item) for item in metadata.attachments
    ]  # in a dict the keys are sorted, too
    return digest(orjson.dumps(content, option=orjson.OPT_SORT_KEYS))


def document_row(read: Read, *, document_id: str, home: str, version: int, cause: str, run_id: str) -> Row:
    """Row of `documents`: one version, with what hangs on it as JSON; `home` is the document's first URL."""
    document = read.result
    assert isinstance(document, Document)
    metadata = document.metadata
    capture = read.capture
    dates = {name: getattr(metadata, name) for name in _DATES}
    return {
        "document_id": document_id,
        "version": version,
        "source_id": capture.source_id,
        "url": home,
        "title": _cut(metadata.title),
        "subtitle": metadata.subtitle,
        "identifier": metadata.identifier,
        "creator": metadata.creator,
        "publisher": metadata.publisher,
        "outlet": metadata.outlet,
        "author": joined(metadata.author),
        "subject_body": metadata.subject_body,
        **dates,
        **{f"{name}_date": day_of(value) for name, value in dates.items()},
        "jurisdiction": metadata.jurisdiction,
        "jurisdiction_code": metadata.jurisdiction_code,
        "language": metadata.language,
        "script": document.script,
        "translated": document.translated,
        "document_type": metadata.document_type,
        "subject": metadata.subject,
        "keywords": joined(metadata.keywords),
        "canonical_url": metadata.canonical_url,
        "source_url": metadata.source_url,
        "provenance": document.provenance,
        "text": document.text,
        "text_attachment": document.text_attachment,
        "characters": len(document.text),
        "flags": joined(sorted({flag.name for flag in flags_of(document)})),
        "complete": document.complete,
        "content_digest": capture.content_digest,
        "text_digest": digest(document.text.encode()),
        "key_digest": read.key_digest,
        "metadata_digest": read.metadata_digest,
        "annexes_digest": read.annexes_digest,
        "reading_digest": read.reading_digest,
        "content_charset": document.content_charset,
        "content_charset_how": document.content_charset_how,
        "content_lost": document.content_lost,
        "content_mime_detected": document.content_mime_detected,
        "plausibility": document.plausibility,
        "container": document.container,
        "normalisation_steps": joined(f"{step.name}={step.count}" for step in document.steps),
        "first_seen": capture.fetch_time,
        "capture_id": capture.capture_id,
        "parser_version": read.parser_version,
        "rule_digest": read.rule_digest,
        "cause": cause,
        "run_id": run_id,
        "appendix": document.appendix or None,
        "attachment_captures": orjson.dumps(
            {url: item.capture_id for url, item in read.files.items()}
        ).decode()
        if read.files
        else None,
        "reading": read.hanging,
    }


def flags_of(document: Document) -> Iterator[Flag]:
    """The doubts about a document, be it in its body or in an annex."""
    yield from document.flags
    for annex in document.annexes:
        yield from annex.flags


def _cut(title: str | None) -> str | None:
    return title if title is None or len(title) <= TITLE_CHARACTERS else f"{title[: TITLE_CHARACTERS - 1]}…"


def alias_rows(document_id: str, read: Read) -> list[Row]:
    """Rows of `aliases`: where the capture was redirected to, and what the page calls its canonical URL."""
    assert isinstance(read.result, Document)
    capture = read.capture
    further = {"redirect": capture.fetch_redirect, "canonical": read.result.metadata.canonical_url}
    rows = {
        url: alias_row(document_id, capture, kind, url)
        for kind, url in further.items()
        if url is not None and url != capture.url
    }
    return list(rows.values())


def alias_row(document_id: str, capture: Capture, kind: str, url: str) -> Row:
    """Row of `aliases`: a capture showed that the document has this URL, too."""
    return {
        "url": url,
        "document_id": document_id,
        "source_id": capture.source_id,
        "kind": kind,
        "first_seen": capture.fetch_time,
    }


def joined(words: object) -> str | None:
    """Words in one cell, separated by `; `; none is null."""
    assert hasattr(words, "__iter__")
    return "; ".join(words) or None


def day_of(value: str | None) -> date | None:
    """The day of an ISO 8601 date cut to its precision; the first one where only month or year is known."""
    return None if value is None else date.fromisoformat((value[:10] + "-01-01")[:10])


def last_day_of(value: str) -> date:
    """The last day of an ISO 8601 date cut to its precision: what holds until a month or a year holds to its end."""
    if len(value) >= len("2023-03-09"):
        return date.fromisoformat(value[:10])
    year, month = int(value[:4]), int(value[5:7] or 12) if len(value) > len("2023") else 12
    following = date(year + month // 12, month % 12 + 1, 1) if year < date.max.year else date.max
    return date.fromordinal(following.toordinal() - 1)


def _hanging(document: Document, files: Mapping[str, Capture]) -> Mapping[str, object]:
    """What hangs on a document; orjson writes a dataclass's fields itself, in a tenth of the time that dicts of them take."""
    lists: dict[str, object] = {name: getattr(document, name) for name in _LISTED}
    lists["evidence"] = document.metadata.evidence
    lists["attachments"] = document.metadata.attachments
    if document.annexes:
        lists["attachments"] = [_attachment(document, annex, files) for annex in document.annexes]
        lists["annexes"] = [{name: getattr(annex, name) for name in _LISTED} for annex in document.annexes]
        lists["cells"] = [annex.tables for annex in document.annexes]
    return lists


def _attachment(document: Document, annex: Annex, files: Mapping[str, Capture]) -> Row:
    link = document.metadata.attachments[annex.attachment]
    capture = files.get(link.url)
    return {
        **asdict(link),
        "media_type": annex.media_type or link.media_type,
        "status": annex.status,
        "reason": annex.reason,
        "parser": annex.parser,
        "content_digest": capture and capture.content_digest,
        "pages": annex.pages,
        "start": annex.start,
        "end": annex.end,
    }


def hanging_rows(row: Row) -> dict[str, list[Row]]:
    """The rows of the expanded tables, by table, that hang on one row of `documents`."""
    lists: Mapping[str, Any] = orjson.loads(str(row["reading"]))
    annexes = lists.get("annexes", ())
    of_files: Mapping[str, str] = orjson.loads(str(row["attachment_captures"] or "{}"))
    found: dict[str, list[dict[str, object]]] = {
        name: [] for name in (*_LISTED, "evidence", "attachments", "cells")
    }
    for name in _LISTED:
        found[name] += [{"attachment": None, **item} for item in lists.get(name, ())]
    for n, annex in enumerate(annexes):
        before = len(found["clauses"])
        for name in _LISTED:
            found[name] += [{**_counted_on(item, before), "attachment": n} for item in annex[name]]
    found["evidence"] += lists.get("evidence", ())
    for item in lists.get("attachments", ()):
        captured = {"capture_id": of_files.get(str(item["url"]))}
        found["attachments"].append({**_UNREAD, **item, **captured, "characters": _length(item), "tables": 0})
    for n, tables in enumerate(lists.get("cells", ())):
        found["attachments"][n]["tables"] = len(tables)
        found["cells"] += _cells(n, tables)
    key = {"document_id": row["document_id"], "version": row["version"]}
    return {name: [{**item, "n": n, **key} for n, item in enumerate(items)] for name, items in found.items()}


def _counted_on(item: Row, clauses: int) -> dict[str, object]:
    """What names a clause within its annex, as it is numbered in the whole document."""
    moved = {name: item[name] + clauses for name in ("parent", "clause") if isinstance(item.get(name), int)}  # type: ignore[operator]
    return {**item, **moved}


def _length(attachment: Row) -> int:
    start, end = attachment.get("start"), attachment.get("end")
    return end - start if isinstance(start, int) and isinstance(end, int) else 0


def _cells(attachment: int, tables: Sequence[Sequence[Sequence[str]]]) -> Iterator[dict[str, object]]:
    for table, rows in enumerate(tables):
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                if text:
                    yield {
                        "attachment": attachment,
                        "table": table,
                        "row": row,
                        "column": column,
                        "text": text,
                    }


def issue_row(issue: Issue) -> Row:
    """Row of `issues`."""
    return {"issue_id": issue.issue_id, **asdict(issue)}

"""Rows of the tables from the nouns: the last place that sees dataclasses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date

import orjson

from parsers.document import Document, Metadata, Rejection
from store.capture import Capture, as_row, digest
from store.issue import Issue
from store.tables import Row

TITLE_CHARACTERS = 1_000
"""What is stored of a title; a longer one ends in a mark. It stands whole in the evidence."""

_DATES = ("created", "issued", "modified", "valid_from", "valid_to", "date_event")
_LISTED = ("edits", "flags", "clauses", "targets", "measures")
"""What hangs on a document and becomes a table of its own, beside evidence and attachments of its metadata."""


@dataclass(frozen=True, slots=True)
class Read:
    """A payload that was read: under which parser and rule, and for which capture."""

    capture: Capture
    parser_version: str
    rule_digest: str
    result: Document | Rejection
    hanging: str = field(init=False, default="{}", repr=False)
    """What hangs on the document (edits, evidence, flags, clauses, …) as JSON."""

    def __post_init__(self) -> None:
        if isinstance(self.result, Document):
            object.__setattr__(self, "hanging", orjson.dumps(_hanging(self.result)).decode())

    @property
    def reading_digest(self) -> str | None:
        """Digest of all that was read; None where it is no document."""
        if isinstance(self.result, Rejection):
            return None
        parts = (self.result.text, metadata_digest(self.result.metadata), self.hanging)
        return digest("\x1f".join(parts).encode())

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
        "capture_id": read.capture.capture_id,
        "verdict": read.verdict,
        "detail": read.result.detail if isinstance(read.result, Rejection) else None,
        "key_digest": document and digest(document.key.encode()),
        "text_digest": document and digest(document.text.encode()),
        "metadata_digest": document and metadata_digest(document.metadata),
        "reading_digest": read.reading_digest,
    }


def metadata_digest(metadata: Metadata) -> str:
    """Digest of what the metadata say; where they were read does not count."""
    content = {name: value for name, value in asdict(metadata).items() if name != "evidence"}
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
        "characters": len(document.text),
        "flags": joined(sorted({flag.name for flag in document.flags})),
        "complete": document.complete,
        "content_digest": capture.content_digest,
        "text_digest": digest(document.text.encode()),
        "key_digest": digest(document.key.encode()),
        "metadata_digest": metadata_digest(metadata),
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
        "reading": read.hanging,
    }


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


def _hanging(document: Document) -> Mapping[str, object]:
    lists = {name: [asdict(item) for item in getattr(document, name)] for name in _LISTED}
    lists["evidence"] = [asdict(item) for item in document.metadata.evidence]
    lists["attachments"] = [asdict(item) for item in document.metadata.attachments]
    return lists


def hanging_rows(row: Row) -> Mapping[str, list[Row]]:
    """The rows of the expanded tables, by table, that hang on one row of `documents`."""
    key = {"document_id": row["document_id"], "version": row["version"]}
    lists: Mapping[str, list[dict[str, object]]] = orjson.loads(str(row["reading"]))
    return {name: [{"n": n, **key, **item} for n, item in enumerate(items)] for name, items in lists.items()}


def issue_row(issue: Issue) -> Row:
    """Row of `issues`."""
    return {"issue_id": issue.issue_id, **asdict(issue)}

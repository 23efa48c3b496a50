"""How a page is read, rule by rule: for whoever doubts a row, and for whoever writes a rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from flows.exceptions import NothingToExplain
from flows.fetch import Fetcher, Request, user_agent
from flows.limits import Limits
from flows.refresh import CONTACT
from parsers.document import Document, Metadata, Rejection
from parsers.page import Page
from parsers.read import read

_MEDIA_TYPES = {".md": "text/markdown", ".markdown": "text/markdown", ".txt": "text/plain"}
_SHOWN = ("title", "subtitle", "identifier", "creator", "publisher", "outlet", "author", "subject_body")
_DATES = ("created", "issued", "modified", "valid_from", "valid_to", "date_event")
_MORE = (
    "jurisdiction",
    "jurisdiction_code",
    "language",
    "document_type",
    "subject",
    "keywords",
    "canonical_url",
)


def page_of(name: str) -> Page:
    """The page at a URL (fetched now, under the usual limits) or in a file.

    Raises:
        NothingToExplain: it cannot be had.
    """
    if name.startswith(("http://", "https://")):
        return _fetched(name)
    path = Path(name)
    try:
        body = path.read_bytes()
    except OSError as error:
        raise NothingToExplain(f"{name}: {error.strerror}") from error
    content_type = _MEDIA_TYPES.get(path.suffix.lower(), "text/html")
    return Page(f"import:file/{quote(path.name)}", datetime.now(UTC), None, content_type, body)


def _fetched(url: str) -> Page:
    with Fetcher(Limits(), user_agent(CONTACT)) as fetcher:
        response = fetcher.fetch(Request(url, "explain", "document"))
    if response.fetch_status is None:
        raise NothingToExplain(f"{url}: {response.fetch_outcome}: {response.error}")
    return Page(url, response.fetch_time, response.fetch_status, response.content_type, response.body)


def as_object(name: str, result: Document | Rejection) -> Mapping[str, object]:
    """A reading as one JSON object."""
    document = result if isinstance(result, Document) else None
    metadata = document.metadata if document else Metadata()
    return {
        "file": name,
        "rejected": result.reason if isinstance(result, Rejection) else None,
        "detail": result.detail if isinstance(result, Rejection) else None,
        "text": document.text if document else None,
        **{field: getattr(metadata, field) or None for field in (*_SHOWN, *_DATES, *_MORE)},
        "flags": sorted({flag.name for flag in document.flags}) if document else [],
        "container": document.container if document else None,
        "charset": document.content_charset if document else None,
    }


def explained(name: str) -> Mapping[str, object]:
    """Read a page and say what came out, as one JSON object."""
    return as_object(name, read(page_of(name)))


def story(name: str) -> Iterator[str]:
    """Read a page and tell how, line by line."""
    page = page_of(name)
    result = read(page)
    yield f"{name}: {len(page.body):,} bytes, declared {page.content_type or 'nothing'}"
    if isinstance(result, Rejection):
        yield f"  rejected: {result.reason}: {result.detail}"
        return
    yield f"  charset     {result.content_charset} ({result.content_charset_how}), {result.content_lost} characters lost"
    yield f"  container   {result.container}: {len(result.raw):,} characters, {len(result.text):,} after normalisation"
    yield from (f"  dropped     {item.reason}: {_short(item.text)}" for item in result.dropped)
    yield from _metadata(result.metadata)
    yield from (f"  step        {step.name}: {step.count}" for step in result.steps)
    yield from (
        f"  edit        {edit.kind} at {edit.offset}: {_short(edit.original)}" for edit in result.edits
    )
    yield from (f"  flag        {flag.name}: {flag.evidence}" for flag in result.flags)
    yield f"  structure   {len(result.clauses)} clauses, {len(result.targets)} targets, {len(result.measures)} measures"
    yield ""
    yield result.text


def _metadata(metadata: Metadata) -> Iterator[str]:
    """Each value with the evidence that it was taken from."""
    sources = {item.field: item for item in reversed(metadata.evidence)}
    for field in (*_SHOWN, *_DATES, *_MORE):
        value = getattr(metadata, field)
        if not value:
            continue
        text = "; ".join(value) if isinstance(value, tuple) else value
        source = sources.get(field)
        yield f"  {field:<11} {text}" + (f"   [{source.rule}: {_short(source.snippet)}]" if source else "")
    yield from (f"  attachment  {item.label or ''} {item.url}" for item in metadata.attachments)


def _short(text: str) -> str:
    """At most 60 characters, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"  # as the docstring says

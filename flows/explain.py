"""How a page is read, rule by rule: for whoever doubts a row, and for whoever writes a rule."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote

from flows.attachments.reader import OCR, FileReader
from flows.exceptions import NothingToExplain
from flows.fetch import Fetcher, Request, user_agent
from flows.limits import Limits
from flows.refresh import CONTACT
from parsers import sniff
from parsers.document import Document, Metadata, Rejection
from parsers.files.content import FileContent
from parsers.page import Page
from parsers.read import attached_files, read
from store.rows import flags_of

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

_OF_ANNEX = ("media_type", "status", "reason", "parser", "pages", "start", "end")


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
        "full_text": document.full_text if document else None,
        **{field: getattr(metadata, field) or None for field in (*_SHOWN, *_DATES, *_MORE)},
        "flags": sorted({flag.name for flag in flags_of(document)}) if document else [],
        "attachments": [
            {
                "url": metadata.attachments[item.attachment].url,
                **{name: getattr(item, name) for name in _OF_ANNEX},
            }
            for item in document.annexes
        ]
        if document
        else [],
        "container": document.container if document else None,
        "charset": document.content_charset if document else None,
    }


def explained(name: str) -> Mapping[str, object]:
    """Read a page, or a file, and say what came out, as one JSON object."""
    page, files = _opened(name)
    return as_object(name, read(page, None, files))


def story(name: str) -> Iterator[str]:
    """Read a page, or a file, and tell how, line by line."""
    page, files = _opened(name)
    result = read(page, None, files)
    yield f"{name}: {len(page.body):,} bytes, declared {page.content_type or 'nothing'}"
    if files is not None and page.url in files:
        yield f"  file        {_of_file(files[page.url])}"
    if isinstance(result, Rejection):
        yield f"  rejected: {result.reason}: {result.detail}"
        return
    yield f"  charset     {result.content_charset} ({result.content_charset_how}), {result.content_lost} characters lost"
    yield f"  container   {result.container}: {len(result.raw):,} characters, {len(result.text):,} after normalisation"
    if result.text_attachment is not None:
        yield f"  text from   attachment {result.text_attachment + 1}: the page only leads to it"
    yield from (f"  dropped     {item.reason}: {_short(item.text)}" for item in result.dropped)
    yield from _metadata(result.metadata)
    yield from _attachments(result, files)
    yield from (f"  step        {step.name}: {step.count}" for step in result.steps)
    yield from (
        f"  edit        {edit.kind} at {edit.offset}: {_short(edit.original)}" for edit in result.edits
    )
    yield from (f"  flag        {flag.name}: {flag.evidence}" for flag in flags_of(result))
    clauses, targets, measures = (
        len(getattr(result, part)) + sum(len(getattr(annex, part)) for annex in result.annexes)
        for part in ("clauses", "targets", "measures")
    )
    yield f"  structure   {clauses} clauses, {targets} targets, {measures} measures"
    yield ""
    yield result.full_text


def _opened(name: str) -> tuple[Page, Mapping[str, FileContent] | None]:
    """The page, and what its attached files say, or it says itself where it is a file.

    The files of a page at a URL are fetched, under the usual limits; those of a saved page are looked for beside it, where
    its links are relative.
    """
    page = page_of(name)
    is_file = not sniff.is_text(sniff.media_type(page.body, page.content_type))
    limits = Limits()
    with FileReader(os.environ.get(OCR, "")) as reader:

        def content(body: bytes, declared: str | None, url: str) -> FileContent:
            return reader.read(
                body, declared, url, seconds=limits.file_seconds, memory=limits.file_memory_bytes
            )

        if is_file:
            return page, {page.url: content(page.body, page.content_type, name)}
        if not page.url.startswith("http"):
            beside = {item.url: Path(name).parent / unquote(item.url) for item in attached_files(page)}
            there = {url: path for url, path in beside.items() if path.is_file()}
            return page, {
                url: content(path.read_bytes(), None, path.name) for url, path in there.items()
            } or None
        files = {}
        with Fetcher(limits, user_agent(CONTACT)) as fetcher:
            for item in attached_files(page)[: limits.attachments]:
                response = fetcher.fetch(Request(item.url, "explain", "attachment"))
                if response.fetch_outcome == "ok":
                    files[item.url] = content(response.body, response.content_type, item.url)
        return page, files


def _attachments(document: Document, files: Mapping[str, FileContent] | None) -> Iterator[str]:
    """Each attachment, and how it was read."""
    for n, item in enumerate(document.metadata.attachments):
        yield f"  attachment  {item.label or ''} {item.url}"
        if files is None:
            continue
        yield f"              {_of_file(files[item.url]) if item.url in files else document.annexes[n].status}"


def _of_file(content: FileContent) -> str:
    sizes = [
        f"{content.pages} pages" if content.pages is not None else "",
        f"{len(content.text):,} characters" if content.blocks else "",
        f"{len(content.tables)} tables" if content.tables else "",
    ]
    told = ", ".join(part for part in (content.media_type, content.parser, *sizes) if part)
    return f"{content.status}: {told}{f'; {content.reason}' if content.reason else ''}"


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


def _short(text: str) -> str:
    """At most 60 characters, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"  # as the docstring says

"""How a page is read, rule by rule: for whoever doubts a row, and for whoever writes a rule."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote

from flows.attachments.reader import OCR, FileReader
from flows.exceptions import NothingToExplain
from flows.fetch import Fetcher, Request
from flows.refresh import fetcher_of, limits_of
from parsers import sniff
from parsers.document import Document, Metadata, Rejection
from parsers.files.content import FileContent
from parsers.page import Page, Rule
from parsers.read import attached_files, read
from store.rows import flags_of
from store.source import Source, load_sources, rule_at, whole_sources

_WEB = ("http://", "https://")
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


_NOBODY = Source("explain", "Pages of no source")
"""Stands for the source of a page that has none: the usual limits, and no rules."""


def source_of(name: str, seeds: Path, source_id: str | None) -> Source | None:
    """The source whose rule a page is read under: the named one, or the only one with a seed on the page's host.

    Raises:
        InvalidSource: it is not there, or a source file that was looked at is wrong.
    """
    if source_id is not None:
        return load_sources(seeds, [source_id])[0]
    host = _host(name)
    known = whole_sources(seeds)[0] if host else ()
    there = [source for source in known if any(_host(seed.url) == host for seed in source.seeds)]
    return there[0] if len(there) == 1 else None


def _host(url: str) -> str:
    return url.split("/", 3)[2].lower() if url.startswith(_WEB) else ""


def _page_of(name: str, fetcher: Fetcher) -> Page:
    """The page at a URL (fetched now) or in a file.

    Raises:
        NothingToExplain: it cannot be had.
    """
    if name.startswith(_WEB):
        return _fetched(name, fetcher)
    path = Path(name)
    try:
        body = path.read_bytes()
    except OSError as error:
        raise NothingToExplain(f"{name}: {error.strerror}") from error
    content_type = _MEDIA_TYPES.get(path.suffix.lower(), "text/html")
    return Page(f"import:file/{quote(path.name)}", datetime.now(UTC), None, content_type, body)


def _fetched(url: str, fetcher: Fetcher) -> Page:
    response = fetcher.fetch(Request(url, "explain", "document"))
    if response.fetch_status is None:
        raise NothingToExplain(f"{url}: {response.fetch_outcome}: {response.error}")
    return Page(
        response.final_url, response.fetch_time, response.fetch_status, response.content_type, response.body
    )


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


def explained(
    name: str, source: Source | None = None, proxies: Mapping[str, str] | None = None
) -> Mapping[str, object]:
    """Read a page, or a file, and say what came out, as one JSON object.

    Args:
        name: Its URL, or its path.
        source: Under whose rule it is read; None to do without one.
        proxies: Scheme to proxy URL.
    """
    page, rule, files = _opened(name, source or _NOBODY, proxies)
    under = {"source": source and source.source_id, "rule": _selectors(rule) or None}
    return {**as_object(name, read(page, rule, files)), **under}


def story(name: str, source: Source | None = None, proxies: Mapping[str, str] | None = None) -> Iterator[str]:
    """Read a page, or a file, and tell how, line by line; arguments as of `explained`."""
    page, rule, files = _opened(name, source or _NOBODY, proxies)
    result = read(page, rule, files)
    declared = page.content_type if name.startswith(_WEB) else None
    yield f"{name}: {len(page.body):,} bytes, declared {declared or 'nothing'}"
    yield f"  rule        {_under(source, rule)}"
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


def _under(source: Source | None, rule: Rule | None) -> str:
    """Which rule a page is read under."""
    if source is None:
        return "none: no source has this host alone; --source ID names one"
    said = ", ".join(f"{name} = {value!r}" for name, value in _selectors(rule).items())
    return f"{source.source_id}: {said or 'none, it is read without one'}"


def _selectors(rule: Rule | None) -> Mapping[str, object]:
    return {name: value for name, value in asdict(rule).items() if value and name != "until"} if rule else {}


def _opened(
    name: str, source: Source, proxies: Mapping[str, str] | None
) -> tuple[Page, Rule | None, Mapping[str, FileContent] | None]:
    """The page, the rule of its day, and what its attached files say, or it says itself where it is a file.

    The files of a page at a URL are fetched, under the usual limits; those of a saved page are looked for beside it, where
    its links are relative.
    """
    limits = limits_of(source)
    with fetcher_of(source, proxies) as fetcher, FileReader(os.environ.get(OCR, "")) as reader:
        page = _page_of(name, fetcher)
        rule = rule_at(source, page.fetch_time)

        def content(body: bytes, declared: str | None, url: str) -> FileContent:
            return reader.read(
                body, declared, url, seconds=limits.file_seconds, memory=limits.file_memory_bytes
            )

        if not sniff.is_text(sniff.media_type(page.body, page.content_type)):
            return page, rule, {page.url: content(page.body, page.content_type, name)}
        attached = attached_files(page, rule)
        if not name.startswith(_WEB):
            beside = {item.url: Path(name).parent / unquote(item.url) for item in attached}
            there = {url: path for url, path in beside.items() if path.is_file()}
            files = {url: content(path.read_bytes(), None, path.name) for url, path in there.items()}
            return page, rule, files or None
        files = {}
        for item in attached[: limits.attachments]:
            response = fetcher.fetch(Request(item.url, "explain", "attachment"))
            if response.fetch_outcome == "ok":
                files[item.url] = content(response.body, response.content_type, item.url)
        return page, rule, files


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

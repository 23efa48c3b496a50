"""Reading one page: bytes in, a document or a named rejection out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from parsers import plaintext, sniff
from parsers.annexes import Appended, append, main_attachment, unread
from parsers.decode import Decoded, decode, plausibility
from parsers.document import Attachment, Document, Extraction, Flag, Metadata, Rejection
from parsers.exceptions import TooComplex
from parsers.files.content import READABLE, WHOLE, FileContent
from parsers.main_text.extract import extract
from parsers.main_text.screen import screen, screen_extraction
from parsers.metadata.describe import describe
from parsers.metadata.links import host_of
from parsers.normalisation.furniture import strip
from parsers.normalisation.key import fold
from parsers.normalisation.repair import Repaired, repair, repair_value
from parsers.normalisation.translation import machine_translation
from parsers.page import Page, Rule
from parsers.plaintext import FrontMatter
from parsers.structure.clauses import number_clauses
from parsers.structure.integrity import complete, judge
from parsers.structure.measures import find_measures
from parsers.structure.targets import document_year, find_targets
from parsers.tree import parse_html

PARSER_VERSION = "2026.11.2"
"""Names the rules a reading was made by; raise it with every change that may alter a reading."""


def read(  # noqa: PLR0911  # one way out for each kind of payload
    page: Page, rule: Rule | None = None, files: Mapping[str, FileContent] | None = None
) -> Document | Rejection:
    """Read one page, or one file that stands in for a page.

    Args:
        page: The archived response.
        rule: Where things stand on this source's pages; None to find out.
        files: What the attached files say, by URL; under the page's own URL, what it says itself where it is a file. None
            where nobody asked for files: then nothing is said of them.

    Returns:
        The document, or why there is none. Never raises for any bytes.
    """
    mime = sniff.media_type(page.body, page.content_type)
    if not sniff.is_text(mime):
        return _file(page, rule, mime, (files or {}).get(page.url))
    decoded = decode(page.body, sniff.charset(page.content_type))
    try:
        if mime != "text/html":
            extraction, front = plaintext.read(decoded.text, mime == "text/markdown")
            return _document(_Seen(page, rule, mime, decoded, front=front), extraction, files)
        tree = parse_html(decoded.text)
    except TooComplex as error:
        return Rejection("too_complex", str(error))
    rejected = screen(page, tree)
    if rejected is not None:
        return rejected
    extraction = extract(tree, rule)
    seen = _Seen(page, rule, mime, decoded, tree)
    rejected = screen_extraction(page, tree, extraction)
    if rejected is None:
        return _document(seen, extraction, files)
    if rejected.reason in _MAY_LEAD and files:
        led = _document(seen, extraction, files)
        if isinstance(led, Document) and led.text_attachment is not None:
            return led
    return rejected


def attached_files(page: Page, rule: Rule | None = None) -> tuple[Attachment, ...]:
    """The files that a page says belong to its text, in its order; also of a page that says nothing beside.

    Args:
        page: The archived response.
        rule: Where things stand on this source's pages.

    Returns:
        None of a page that is no document for another reason, or no page.
    """
    if sniff.media_type(page.body, page.content_type) != "text/html":
        return ()
    try:
        tree = parse_html(decode(page.body, sniff.charset(page.content_type)).text)
    except TooComplex:
        return ()
    if screen(page, tree) is not None:
        return ()
    extraction = extract(tree, rule)
    rejected = screen_extraction(page, tree, extraction)
    if rejected is not None and rejected.reason not in _MAY_LEAD:
        return ()
    text = repair("\n".join(block.text for block in extraction.blocks)).draft.text
    return describe(page, tree, rule, text, None).attachments


_MAY_LEAD = frozenset({"empty_document"})
"""Rejections of a page that may be nothing but the way to its file."""
_FROM_FILE = ("identifier", "creator", "created", "valid_from", "valid_to")
"""What the main text tells where the page does not, if it is a file."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A page as far as it was opened."""

    page: Page
    rule: Rule | None
    mime: str
    decoded: Decoded
    tree: HtmlElement | None = None
    front: FrontMatter | None = None


def _file(page: Page, rule: Rule | None, mime: str, content: FileContent | None) -> Document | Rejection:
    """A file that a listing leads to: it is the document."""
    if content is None or content.status == "unsupported":
        return Rejection("unsupported_media_type", mime)
    if content.status not in READABLE or not content.blocks:
        return Rejection("unreadable_file", f"{content.status}: {content.reason}")
    decoded = Decoded("", "binary", "format", 0, plausibility(content.text))
    extraction = Extraction(content.blocks, f"file:{content.parser or mime}")
    done = _document(_Seen(page, rule, mime, decoded), extraction, None)
    if isinstance(done, Rejection) or content.status in WHOLE:
        return done
    flags = (*done.flags, Flag("truncated", f"{content.status}: {content.reason}"))
    return replace(done, flags=flags, complete=False)


def _document(
    seen: _Seen, extraction: Extraction, files: Mapping[str, FileContent] | None
) -> Document | Rejection:
    raw = "\n".join(block.text for block in extraction.blocks)
    page = seen.page
    repaired = repair(raw)
    metadata = _repaired(describe(page, seen.tree, seen.rule, repaired.draft.text, seen.front), repaired)
    stripped = strip(repaired.draft, metadata, host_of(page.url))
    main, page_text = None, stripped.draft.text.strip()
    if files and (main := main_attachment(page_text, metadata, files)) is not None:
        content = files[metadata.attachments[main].url]
        raw, extraction = content.text, Extraction(content.blocks, "attachment", extraction.dropped)
        repaired = repair(raw)
        metadata = _completed(metadata, describe(page, None, None, repaired.draft.text, None))
        stripped = replace(strip(repaired.draft, metadata, None), provenance=stripped.provenance)
    text = stripped.draft.text
    if not text.strip():
        return Rejection(
            "empty_document", f"nothing is left of {len(raw)} characters without the page's furniture"
        )
    clauses = number_clauses(text)
    year = document_year(text, metadata.title, metadata.issued, metadata.date_event)
    suspected = machine_translation(repaired.draft, metadata)
    appended = append(text, metadata, files, main, page_text) if files is not None else Appended("", ())
    flags = (
        *repaired.flags,
        *((suspected,) if suspected else ()),
        *stripped.flags,
        *judge(text, metadata, clauses, extraction),
        *unread(metadata, appended.annexes),
    )
    return Document(
        text=text,
        raw=raw,
        key=fold(text),
        metadata=metadata,
        content_charset=seen.decoded.codec,
        content_charset_how=seen.decoded.how,
        content_lost=seen.decoded.lost,
        content_mime_detected=seen.mime,
        plausibility=seen.decoded.plausibility,
        container=extraction.container,
        script="Hans" if repaired.script == "Hans-in-trad" else repaired.script,
        translated=suspected is not None,
        provenance=stripped.provenance,
        complete=complete((*flags, *(flag for annex in appended.annexes for flag in annex.flags))),
        edits=stripped.draft.edits,
        steps=stripped.draft.steps,
        flags=flags,
        clauses=clauses,
        targets=find_targets(text, clauses, year),
        measures=find_measures(text),
        dropped=extraction.dropped,
        annexes=appended.annexes,
        text_attachment=main,
        appendix=appended.appendix,
    )


def _completed(metadata: Metadata, of_file: Metadata) -> Metadata:
    """A page's metadata, and what only the file tells that is its main text."""
    missing = [name for name in _FROM_FILE if getattr(metadata, name) is None and getattr(of_file, name)]
    taken = [
        replace(item, rule=f"attachment:{item.rule}") for item in of_file.evidence if item.field in missing
    ]
    values = {name: getattr(of_file, name) for name in missing}
    return replace(metadata, **values, evidence=(*metadata.evidence, *taken))


def _repaired(metadata: Metadata, repaired: Repaired) -> Metadata:
    """Repair the words of the metadata as the text was repaired, so that both say the same."""

    def mend(value: str | None) -> str | None:
        return repair_value(value, repaired) if value else None

    return replace(
        metadata,
        title=mend(metadata.title),
        subtitle=mend(metadata.subtitle),
        creator=mend(metadata.creator),
        publisher=mend(metadata.publisher),
        outlet=mend(metadata.outlet),
        subject_body=mend(metadata.subject_body),
        author=tuple(repair_value(name, repaired) for name in metadata.author),
        keywords=tuple(repair_value(word, repaired) for word in metadata.keywords),
    )

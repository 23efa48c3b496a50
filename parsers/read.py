"""Reading one page: bytes in, a document or a named rejection out."""

from __future__ import annotations

from dataclasses import replace

from lxml.html import HtmlElement

from parsers import plaintext, sniff
from parsers.decode import Decoded, decode
from parsers.document import Document, Extraction, Metadata, Rejection
from parsers.exceptions import TooComplex
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

PARSER_VERSION = "2026.11.0"
"""Names the rules a reading was made by; raise it with every change that may alter a reading."""


def read(page: Page, rule: Rule | None = None) -> Document | Rejection:
    """Read one page.

    Args:
        page: The archived response.
        rule: Where things stand on this source's pages; None to find out.

    Returns:
        The document, or why there is none. Never raises for any bytes.
    """
    mime = sniff.media_type(page.body, page.content_type)
    if not sniff.is_text(mime):
        return Rejection("unsupported_media_type", mime)
    decoded = decode(page.body, sniff.charset(page.content_type))
    try:
        if mime != "text/html":
            extraction, front = plaintext.read(decoded.text, mime == "text/markdown")
            return _document(page, rule, mime, decoded, extraction, front=front)
        tree = parse_html(decoded.text)
    except TooComplex as error:
        return Rejection("too_complex", str(error))
    rejected = screen(page, tree)
    if rejected is not None:
        return rejected
    extraction = extract(tree, rule)
    rejected = screen_extraction(page, tree, extraction)
    if rejected is not None:
        return rejected
    return _document(page, rule, mime, decoded, extraction, tree=tree)


def _document(
    page: Page,
    rule: Rule | None,
    mime: str,
    decoded: Decoded,
    extraction: Extraction,
    *,
    tree: HtmlElement | None = None,
    front: FrontMatter | None = None,
) -> Document | Rejection:
    raw = "\n".join(block.text for block in extraction.blocks)
    repaired = repair(raw)
    metadata = _repaired(describe(page, tree, rule, repaired.draft.text, front), repaired)
    stripped = strip(repaired.draft, metadata, host_of(page.url))
    text = stripped.draft.text
    if not text.strip():
        return Rejection(
            "empty_document", f"nothing is left of {len(raw)} characters without the page's furniture"
        )
    clauses = number_clauses(text)
    year = document_year(text, metadata.title, metadata.issued, metadata.date_event)
    suspected = machine_translation(repaired.draft, metadata)
    flags = (
        *repaired.flags,
        *((suspected,) if suspected else ()),
        *stripped.flags,
        *judge(text, metadata, clauses, extraction),
    )
    return Document(
        text=text,
        raw=raw,
        key=fold(text),
        metadata=metadata,
        content_charset=decoded.codec,
        content_charset_how=decoded.how,
        content_lost=decoded.lost,
        content_mime_detected=mime,
        plausibility=decoded.plausibility,
        container=extraction.container,
        script="Hans" if repaired.script == "Hans-in-trad" else repaired.script,
        translated=suspected is not None,
        provenance=stripped.provenance,
        complete=complete(flags),
        edits=stripped.draft.edits,
        steps=stripped.draft.steps,
        flags=flags,
        clauses=clauses,
        targets=find_targets(text, clauses, year),
        measures=find_measures(text),
        dropped=extraction.dropped,
    )


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

"""The nouns of a reading: a document and what hangs on it, or a named rejection.

All are frozen values. Unknown is None, never an empty string. Offsets count Unicode code points in
`Document.text`. Metadata dates are ISO 8601 strings cut to their precision (`2023`, `2023-03`, `2023-03-09`,
`2024-01-25T18:41+08:00`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item", "row"]
Reason = Literal[
    "listing",  # a channel, listing, contents or home page
    "navigation_frame",  # a frame or frameset without text of its own
    "challenge",  # a page of a web application firewall or a captcha
    "login",  # a login wall
    "maintenance",  # the site says that it is being serviced
    "soft_not_found",  # status 200, text "not found"
    "not_found",  # status 404 or 410
    "error_page",  # any other error status, or an error page under status 200
    "empty_shell",  # a page that needs scripts to show its text
    "empty_document",  # no main text was found
    "unsupported_media_type",  # an image, a program: kept, not read here
    "unreadable_file",  # a file of a kind that is read, and that gives no text: scanned, encrypted, damaged, …
    "parser_error",  # the parser broke on it: our mistake
    "too_complex",  # the page breaks a limit of the parser (depth, attributes, size)
]


CELL_GAP = "\u3000"
"""Between the cells of a row: the column gap of Chinese typesetting. The rules for text keep it inside a line, and nobody
takes it for a character of the document; inside a cell it becomes a space, so that splitting is exact. Empty cells at a row's ends are not kept."""


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph of main text with its structure.

    Attributes:
        kind: heading, paragraph, item (of a list) or row (of a table; cells are joined by `CELL_GAP`).
        text: The text, entities resolved, not yet normalised; one line.
        level: Heading level 1 to 6, list depth from 1; None otherwise.
    """

    kind: BlockKind
    text: str
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """A block that stood in the container and is not main text.

    Attributes:
        reason: Why, e.g. `info_table`, `credit_line`, `share_bar`, `related_links`, `rule`.
        text: What it said, at most 1,000 characters.
    """

    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """The main text of a page before normalisation.

    Attributes:
        blocks: The main text, in reading order.
        container: How it was found, e.g. `rule`, `cms:TRS_Editor`, `density`, `trafilatura`, `plain`.
        dropped: What stood in the container and was left out.
        twin: Where the page prints its body twice and the copies differ: what only the copy
            that was not taken says; None otherwise.
    """

    blocks: tuple[Block, ...]
    container: str
    dropped: tuple[Dropped, ...] = ()
    twin: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a metadata value was read.

    Attributes:
        field: The document's field, e.g. `issued`.
        value: The value as it was taken over.
        rule: The rule that took it, e.g. `meta:PubDate`, `info_table:发文字号`, `line:发布时间`, `text:dateline`.
        snippet: The tag or text it was read from, at most 300 characters.
    """

    field: str
    value: str
    rule: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Edit:
    """One repaired or removed span: `text[offset:offset + length]` stands where `raw` had `original`.

    Edits of a document are sorted by offset and do not overlap, so that `parsers.normalisation.edits.restore(text, edits)`
    gives `raw` back.

    Attributes:
        kind: What was done, e.g. `pinyin_annotation`, `spam_wrapper`, `repeated_headline`, `copyright_tail`.
        offset: Where, in `text`.
        length: Length of what stands there now; 0 for a removal.
        original: What stood there in `raw`.
    """

    kind: str
    offset: int
    length: int
    original: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the normalisation and how often it acted."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Flag:
    """A doubt about a text, as data.

    Attributes:
        name: One of `FLAGS`.
        evidence: What it was concluded from, in words or as the snippet.
        start: Start of the span in `text`, None where the flag concerns the whole.
        end: End of the span, exclusive.
    """

    name: str
    evidence: str
    start: int | None = None
    end: int | None = None


FLAGS = (
    "machine_translation",
    "sentence_spacing_repaired",
    "pinyin_annotation_removed",
    "mixed_script",
    "spam_wrapper_removed",
    "missing_clauses",
    "redacted_name",
    "masked_text",
    "mojibake_lossy",
    "truncated",
    "attachment_missing",
    "attachment_unread",
    "duplicate_body_differs",
    "count_mismatch",
    "date_conflict",
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One numbered part of a text.

    Attributes:
        n: Position in the document, from 0.
        level: Kind of number, e.g. `编`, `章`, `节`, `条`, `一、`, `（一）`, `1.`, `（1）`, `①`, `article`, `bullet`.
        number: The number's value, None for a bullet.
        label: The number as it stands, e.g. `第三条`.
        parent: `n` of the part it stands in, None at the top.
        heading: The rest of its first line where that is a heading, else None.
        text: The whole part, sub-parts included.
        start: Start of the span in `Document.text`.
        end: End of the span, exclusive.
    """

    n: int
    level: str
    number: int | None
    label: str
    parent: int | None
    heading: str | None
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Target:
    """One quantified commitment.

    Attributes:
        subject: What is counted, as it stands in the text.
        low: Lower bound, already scaled (`1.2万` is 12000).
        high: Upper bound; equals `low` for a single number, None where open (不少于).
        comparator: `=`, `>=`, `<=`, `>` or `<`.
        approximate: True for 约, 左右, about.
        unit: As it stands, e.g. `户`, `%`; None where English has none.
        scale: The factor that was applied (万 → 10000); 1 where none.
        deadline: ISO 8601 date cut to its precision, only where the sentence names one.
        year: The year it is for, from the sentence or inherited.
        year_from: `sentence`, `section` or `document`; None where `year` is.
        change: `increase`, `decrease` or None.
        clause: `n` of the innermost clause it stands in.
        surface: The words it was read from.
        start: Start of the surface in `Document.text`.
        end: End of it, exclusive.
    """

    subject: str | None
    low: float | None
    high: float | None
    comparator: str
    approximate: bool
    unit: str | None
    scale: float
    deadline: str | None
    year: int | None
    year_from: str | None
    change: str | None
    clause: int | None
    surface: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Measure:
    """A named programme, plan or action that the text speaks of.

    Attributes:
        name: As it stands, quotation marks included, e.g. `《…行动计划》`, `“1227”…行动`.
        kind: `plan`, `action`, `programme`, `project` or `policy`.
        start: Start of its first mention in `Document.text`.
        end: End of it, exclusive.
    """

    name: str
    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A link to an attached file.

    Attributes:
        url: Absolute URL.
        label: The link's text.
        media_type: By its extension; None where that tells nothing.
    """

    url: str
    label: str | None
    media_type: str | None


@dataclass(frozen=True, slots=True)
class Rejection:
    """What is not a document, and why.

    Attributes:
        reason: One of `Reason`; analysts count it.
        detail: What it was concluded from, with the numbers that led to it.
    """

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document says of itself and its page says of it (Dublin Core, ELI).

    Attributes:
        title: The headline, without site name, brand or column.
        subtitle: A line above or below the headline that belongs to it.
        identifier: The document's own number (发文字号), normalised to `国发〔2018〕44号`; never a citation.
        creator: Issuing body; None for news.
        publisher: Whose site shows it.
        outlet: The named source (来源): a newspaper, an office.
        author: Writers or reporters.
        subject_body: The body that a news text reports on.
        created: Signed (成文).
        issued: Published at this place.
        modified: Changed, as the page says.
        valid_from: In force from (自…起施行).
        valid_to: In force until (有效期至).
        date_event: What the text reports on happened then.
        jurisdiction: ISO 3166-2, e.g. `CN-SX`; `CN` for the centre.
        jurisdiction_code: GB/T 2260, e.g. `140000`.
        language: BCP 47: `zh-Hans`, `zh-Hant`, `en`, …
        document_type: Value of the vocabulary in `parsers.metadata.document_types`.
        subject: Category of the info table (主题分类).
        keywords: Key words as the page gives them.
        canonical_url: Absolute, from `<link rel=canonical>` or the Url tag.
        source_url: Where a copy says that it was taken from.
        next_pages: Absolute URLs of the further pages of the same text.
        attachments: Links to attached files.
        evidence: Where each value above was read.
    """

    title: str | None = None
    subtitle: str | None = None
    identifier: str | None = None
    creator: str | None = None
    publisher: str | None = None
    outlet: str | None = None
    author: tuple[str, ...] = ()
    subject_body: str | None = None
    created: str | None = None
    issued: str | None = None
    modified: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    date_event: str | None = None
    jurisdiction: str | None = None
    jurisdiction_code: str | None = None
    language: str | None = None
    document_type: str | None = None
    subject: str | None = None
    keywords: tuple[str, ...] = ()
    canonical_url: str | None = None
    source_url: str | None = None
    next_pages: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Annex:
    """A file attached to a document, as it was read. Offsets count in `Document.full_text`.

    Attributes:
        attachment: Its place in `Metadata.attachments`.
        media_type: By its bytes; None where it was not fetched.
        status: `read`, or what stood against it (`parsers.files.content.FileStatus`).
        reason: Why it is not `read`, or what else is to be known of it; None where there is nothing to say.
        parser: The library that read it and its version; None where none did.
        pages: Pages, sheets or slides; None where the format knows none.
        tables: Its tables, each as rows of cells.
        key: Its folded text, or what else tells that it changed; never shown.
        start: Start of its text; None where it has none.
        end: End of it, exclusive.
        edits: Repaired spans.
        flags: Doubts about its text.
        clauses: Its numbered parts; `n` and `parent` count within it.
        targets: Its quantified commitments; `clause` counts within it.
        measures: Programmes and plans that it names.
    """

    attachment: int
    media_type: str | None
    status: str
    reason: str | None
    parser: str | None
    pages: int | None
    tables: tuple[tuple[tuple[str, ...], ...], ...]
    key: str
    start: int | None = None
    end: int | None = None
    edits: tuple[Edit, ...] = ()
    flags: tuple[Flag, ...] = ()
    clauses: tuple[Clause, ...] = ()
    targets: tuple[Target, ...] = ()
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One policy text at one place, with its metadata and what hangs on it.

    Attributes:
        text: What analysts read: NFC, faithful, furniture removed; paragraphs are lines.
        raw: The extracted text before normalisation; `parsers.normalisation.edits.restore(text, edits)` gives it back.
        key: The folded text, hashed to tell versions and copies; never shown.
        metadata: What the document and its page say of it.
        content_charset: Codec that the payload was decoded with.
        content_charset_how: `bom`, `nul_pattern`, `proved`, `damaged`, `declared` or `scored`.
        content_lost: Characters lost in decoding (U+FFFD).
        content_mime_detected: Media type by the payload's own bytes.
        plausibility: 1.0 for everyday Chinese or ASCII, below 0.5 for mojibake.
        container: How the main text was found, e.g. `rule`, `cms:TRS_Editor`, `density`, `trafilatura`.
        script: Script of the text: `Hans`, `Hant` or `mixed`; None without Han characters. A simplified text
            under traditional glyphs has been turned back: it is `Hans`, with the flag `mixed_script`.
        translated: True for a translation, by hand or machine.
        provenance: Relation of the host to the text: `origin`, `official_mirror`, `newspaper`, `repost`,
            `spam_mirror`; None where nothing tells.
        complete: True only when nothing speaks against it.
        edits: Repaired and removed spans, sorted by offset.
        steps: What the normalisation did.
        flags: Doubts about the text.
        clauses: Numbered parts.
        targets: Quantified commitments.
        measures: Named programmes and plans.
        dropped: What stood in the container and is not main text.
        annexes: The attached files, in the order of `metadata.attachments`; none where nobody asked for them.
        text_attachment: Place of the attachment that `text` was taken from, since the page only leads to it; None: the page.
        appendix: What `full_text` has behind `text`: the texts of the annexes, each under a mark.
    """

    text: str
    raw: str
    key: str
    metadata: Metadata
    content_charset: str
    content_charset_how: str
    content_lost: int
    content_mime_detected: str
    plausibility: float
    container: str
    script: str | None = None
    translated: bool = False
    provenance: str | None = None
    complete: bool = True
    edits: tuple[Edit, ...] = ()
    steps: tuple[Step, ...] = ()
    flags: tuple[Flag, ...] = ()
    clauses: tuple[Clause, ...] = ()
    targets: tuple[Target, ...] = ()
    measures: tuple[Measure, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    annexes: tuple[Annex, ...] = ()
    text_attachment: int | None = None
    appendix: str = ""

    @property
    def full_text(self) -> str:
        """Body and annexes."""
        return self.text + self.appendix

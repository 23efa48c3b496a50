"""The tables: one Arrow schema each, and with it the data dictionary.

Types are flat (R's nanoparquet and Excel read no nested ones); times are UTC microseconds; text columns are
`large_string`, since `string` overflows at 2 GiB. A column's description travels in the Arrow field metadata.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

SCHEMA_VERSION = 5
"""Raised when a column is added; columns are never renamed, retyped or removed."""

Kept = Literal["live", "expanded", "derived"]

TEXT = pa.large_string()
INT = pa.int64()
REAL = pa.float64()
FLAG = pa.bool_()
DAY = pa.date32()
TIME = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the dataset.

    Attributes:
        name: Its folder under `tables/` and `releases/<release>/`.
        row: What one row is.
        key: The columns that name a row.
        schema: All columns in order, with descriptions.
        kept: `live` for an append-only table under `tables/`; `expanded` where its rows are read out of new rows of
            `documents` for each release; `derived` where the whole table is computed for each release.
        internal: Columns that stay under `tables/` and are not released.
        joined: Columns that only a release has: they are derived when it is made.
    """

    name: str
    row: str
    key: tuple[str, ...]
    schema: pa.Schema
    kept: Kept = "live"
    internal: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()

    @property
    def live(self) -> pa.Schema:
        """The schema that rows have before a release."""
        return pa.schema([field for field in self.schema if field.name not in self.joined])

    @property
    def released(self) -> pa.Schema:
        """The schema that a release has."""
        return pa.schema([field for field in self.schema if field.name not in self.internal])


def _field(name: str, kind: pa.DataType, description: str) -> pa.Field:
    """Describe a column; a name that ends in `!` is never null."""
    required = name.endswith("!")
    return pa.field(name.rstrip("!"), kind, nullable=not required, metadata={"description": description})


def _table(
    name: str,
    row: str,
    key: Sequence[str],
    columns: Sequence[tuple[str, pa.DataType, str]],
    *,
    kept: Kept = "live",
    internal: Sequence[str] = (),
    joined: Sequence[str] = (),
) -> Table:
    schema = pa.schema([_field(*column) for column in columns])
    return Table(name, row, tuple(key), schema, kept, tuple(internal), tuple(joined))


_DOCUMENT = [
    ("document_id!", TEXT, "Document; derived from source and first URL, never from the text"),
    ("version!", INT, "Version of the document, from 1"),
]
_SPAN = [
    ("start!", INT, "Start of the span in documents.full_text, in code points"),
    ("end!", INT, "End of the span, exclusive"),
]
_PART = ("attachment", INT, "n of the attachment that it stands in; null: in text")


def _date(name: str, description: str) -> list[tuple[str, pa.DataType, str]]:
    return [
        (name, TEXT, f"{description}; ISO 8601, cut to its precision"),
        (f"{name}_date", DAY, f"`{name}` as a day; the first day where only month or year is known"),
    ]


_TABLES = (
    _table(
        "sources",
        "source of this release",
        ["source_id"],
        [
            ("source_id!", TEXT, "Source: the name of its file in seeds/"),
            ("title!", TEXT, "Name of the collection"),
            ("publisher", TEXT, "Who publishes it"),
            ("homepage", TEXT, "Its home page"),
            ("jurisdiction", TEXT, "ISO 3166-2 code, e.g. CN-SX"),
            ("language", TEXT, "BCP 47 tag of most of its documents"),
            ("license", TEXT, "Licence or terms of reuse, as stated by the publisher"),
            ("frequency!", TEXT, "Refresh rhythm (dcterms:accrualPeriodicity)"),
            ("verified", DAY, "Day when someone last saw the source file work"),
            ("seeds!", INT, "URLs where discovery begins"),
            ("documents!", INT, "Documents held from this source"),
            ("last_fetch", TIME, "Last request made to it"),
        ],
        kept="derived",
    ),
    _table(
        "captures",
        "request made, robots and listings too, and file imported",
        ["capture_id"],
        [
            ("capture_id!", TEXT, "Derived from source, URL and fetch time"),
            ("run_id!", TEXT, "Run that made it"),
            ("source_id!", TEXT, "Source"),
            ("kind!", TEXT, "document, listing, robots, attachment, feed, sitemap or import"),
            ("url!", TEXT, "URL as requested; `import:<source_id>/<path>` for an imported file"),
            ("fetch_time!", TIME, "When the request began, UTC"),
            ("fetch_status", INT, "HTTP status"),
            ("fetch_outcome!", TEXT, "What the network gave, fixed at fetch (see the README)"),
            ("outcome!", TEXT, "What became of it: fetch_outcome, and what reading it said, in one word"),
            ("error", TEXT, "What went wrong, in words"),
            ("fetch_redirect", TEXT, "Where redirects ended"),
            ("content_digest", TEXT, "sha256 of the payload, content codings removed"),
            ("content_length", INT, "Bytes of the payload"),
            ("content_mime_type", TEXT, "Media type as declared (Content-Type, parameters included)"),
            ("etag", TEXT, "Validator for the next conditional request"),
            ("last_modified", TEXT, "Validator for the next conditional request"),
            ("revisit", FLAG, "True where the payload is that of an earlier capture"),
            ("refers_to", TEXT, "capture_id of that earlier capture"),
            ("address", TEXT, "IP address and port connected to"),
            ("tls_verified", FLAG, "Whether the certificate was verified; null without TLS"),
            ("tls_not_after", TIME, "Until when that certificate is valid; null where it was not verified"),
            ("wire_bytes", INT, "Bytes received"),
            ("tries!", INT, "Requests that it took"),
            ("duration", REAL, "Seconds from first request to last byte"),
            ("referrer", TEXT, "Listing, or page of an attachment, on which the URL was found"),
            ("link_title", TEXT, "Text of the link there"),
            ("link_issued", TEXT, "Day that stood beside the link"),
            ("links", INT, "Links to documents that a listing showed; null where it was not read"),
            ("warc_filename", TEXT, "WARC file below archive/"),
            ("warc_record_offset", INT, "Byte offset of the response or revisit record"),
            ("warc_record_length", INT, "Compressed length of the record"),
        ],
        joined=["outcome"],
    ),
    _table(
        "readings",
        "payload read by one parser version under one rule",
        ["content_digest", "url", "parser_version", "rule_digest", "attached"],
        [
            ("content_digest!", TEXT, "sha256 of the payload"),
            ("url!", TEXT, "URL it was read for"),
            ("source_id!", TEXT, "Source"),
            ("parser_version!", TEXT, "Version of the parsers"),
            ("rule_digest!", TEXT, "sha256 of the source's rule; empty string without one"),
            (
                "attached",
                TEXT,
                "sha256 over URLs and digests of the files that came with it; empty or null without any",
            ),
            ("capture_id!", TEXT, "First capture of this payload"),
            ("verdict!", TEXT, "`document`, or why it is none (see the README)"),
            ("detail", TEXT, "What the verdict was concluded from"),
            ("key_digest", TEXT, "sha256 of the folded text: tells versions and copies"),
            ("text_digest", TEXT, "sha256 of the text"),
            ("metadata_digest", TEXT, "sha256 of the metadata"),
            ("annexes_digest", TEXT, "sha256 of what the attached files say; null without any"),
            ("reading_digest", TEXT, "sha256 of all that was read: text, metadata, and what hangs on them"),
        ],
    ),
    _table(
        "documents",
        "version of a document: text, metadata, digests",
        ["document_id", "version"],
        [
            *_DOCUMENT,
            ("source_id!", TEXT, "Source"),
            ("url!", TEXT, "First URL of the document"),
            ("title", TEXT, "Headline, without site name, brand or column"),
            ("subtitle", TEXT, "Line above or below the headline that belongs to it"),
            ("identifier", TEXT, "The document's own number (发文字号), normalised to 国发〔2018〕44号"),
            ("creator", TEXT, "Issuing body; null for news"),
            ("publisher", TEXT, "Whose site shows it"),
            ("outlet", TEXT, "Named source (来源): a newspaper, an office"),
            ("author", TEXT, "Writers or reporters, separated by `; `"),
            ("subject_body", TEXT, "Body that a news text reports on"),
            *_date("created", "Signed (成文)"),
            *_date("issued", "Published at this place"),
            *_date("modified", "Changed, as the page says"),
            *_date("valid_from", "In force from"),
            *_date("valid_to", "In force until"),
            *_date("date_event", "When what the text reports on happened"),
            ("jurisdiction", TEXT, "ISO 3166-2 code, e.g. CN-SX; CN for the centre"),
            ("jurisdiction_code", TEXT, "GB/T 2260 code, e.g. 140000"),
            ("language", TEXT, "BCP 47 tag: zh-Hans, zh-Hant, en"),
            ("script", TEXT, "Script of the text: Hans, Hant or mixed"),
            ("translated!", FLAG, "True for a translation, by hand or machine"),
            ("document_type", TEXT, "Controlled vocabulary: decision, notice, plan, proposal, news, …"),
            ("subject", TEXT, "Category of the page's info table (主题分类)"),
            ("keywords", TEXT, "Key words as the page gives them, separated by `; `"),
            ("canonical_url", TEXT, "Canonical URL, as the page says"),
            ("source_url", TEXT, "Where a copy says that it was taken from"),
            ("provenance", TEXT, "origin, official_mirror, newspaper, repost, spam_mirror; null: not known"),
            ("text!", TEXT, "Main text: NFC, faithful, furniture removed; one paragraph a line"),
            (
                "full_text!",
                TEXT,
                "text, and behind it what the attached files say, each under a line 【附件n：name】",
            ),
            (
                "text_attachment",
                INT,
                "n of the attachment that text was taken from, since the page only leads to it; null: the page",
            ),
            ("characters!", INT, "Length of text in code points"),
            ("flags", TEXT, "Names of the doubts in table flags, separated by `; `"),
            ("complete!", FLAG, "True only when nothing speaks against it"),
            ("content_digest!", TEXT, "sha256 of the payload"),
            ("text_digest!", TEXT, "sha256 of text"),
            ("key_digest!", TEXT, "sha256 of the folded text: equal for copies that differ in form only"),
            ("metadata_digest!", TEXT, "sha256 of the metadata"),
            ("annexes_digest", TEXT, "sha256 of what the attached files say; null without any"),
            ("reading_digest", TEXT, "sha256 of all that was read: text, metadata, and what hangs on them"),
            ("content_charset!", TEXT, "Codec that the payload was decoded with"),
            ("content_charset_how!", TEXT, "bom, nul_pattern, proved, damaged, declared, scored or format"),
            ("content_lost!", INT, "Characters lost in decoding"),
            ("content_mime_detected!", TEXT, "Media type by the payload's own bytes"),
            ("plausibility!", REAL, "1.0 for everyday Chinese or ASCII, below 0.5 for mojibake"),
            ("container!", TEXT, "How the main text was found"),
            ("normalisation_steps", TEXT, "What the normalisation did: `name=count`, separated by `; `"),
            ("first_seen!", TIME, "Fetch time of the capture that opened this version"),
            ("capture_id!", TEXT, "That capture"),
            ("parser_version!", TEXT, "Version of the parsers"),
            ("rule_digest!", TEXT, "sha256 of the source's rule; empty string without one"),
            ("cause!", TEXT, "new, source (it changed) or parser (we changed)"),
            ("run_id!", TEXT, "Run that wrote this row"),
            ("appendix", TEXT, "What full_text has behind text; null where nothing"),
            ("attachment_captures", TEXT, "Captures of the attached files by URL, as JSON; null without any"),
            ("reading!", TEXT, "What hangs on the text (edits, evidence, flags, clauses, …) as JSON"),
        ],
        internal=["appendix", "attachment_captures", "reading"],
        joined=["full_text"],
    ),
    _table(
        "status",
        "document, as this release knows it",
        ["document_id"],
        [
            ("document_id!", TEXT, "Document"),
            ("source_id!", TEXT, "Source"),
            ("url!", TEXT, "First URL of the document"),
            ("current_version!", INT, "Its newest version"),
            ("first_seen!", TIME, "First capture that was read as this document"),
            ("last_seen!", TIME, "Last capture that showed its current version"),
            ("last_checked!", TIME, "Last request for it, whatever the outcome"),
            ("last_outcome!", TEXT, "Outcome of that request: fetch_outcome and verdict joined"),
            ("offline_since", TIME, "First capture that found it gone, once three over two days confirm it"),
        ],
        kept="derived",
    ),
    _table(
        "aliases",
        "further URL of a document",
        ["url", "document_id"],
        [
            ("url!", TEXT, "Further URL"),
            ("document_id!", TEXT, "Document"),
            ("source_id!", TEXT, "Source"),
            (
                "kind!",
                TEXT,
                "redirect (the URL asked for leads here), canonical (the page says so) or moved (the document went here)",
            ),
            ("first_seen!", TIME, "Capture that showed it"),
        ],
    ),
    _table(
        "edits",
        "repaired or removed span of a document's text",
        ["document_id", "version", "n"],
        [
            *_DOCUMENT,
            ("n!", INT, "Order, from 0, by offset"),
            _PART,
            ("kind!", TEXT, "What was done, e.g. pinyin_annotation, spam_wrapper, repeated_headline"),
            ("offset!", INT, "Where in documents.full_text, in code points"),
            ("length!", INT, "Length of what stands there now; 0 for a removal"),
            ("original!", TEXT, "What stood there in the text as it was extracted"),
        ],
        kept="expanded",
    ),
    _table(
        "evidence",
        "origin of a metadata value",
        ["document_id", "version", "n"],
        [
            *_DOCUMENT,
            ("n!", INT, "Order, from 0"),
            ("field!", TEXT, "Column of documents"),
            ("value!", TEXT, "Value as it was taken over"),
            ("rule!", TEXT, "Rule that took it, e.g. meta:PubDate, info_table:发文字号"),
            ("snippet!", TEXT, "Tag or text it was read from"),
        ],
        kept="expanded",
    ),
    _table(
        "flags",
        "doubt about a document's text",
        ["document_id", "version", "n"],
        [
            *_DOCUMENT,
            ("n!", INT, "Order, from 0"),
            _PART,
            ("name!", TEXT, "Name of the doubt"),
            ("evidence!", TEXT, "What it was concluded from"),
            ("start", INT, "Start of the span in documents.full_text; null: the whole"),
            ("end", INT, "End of the span, exclusive"),
        ],
        kept="expanded",
    ),
    _table(
        "clauses",
        "numbered part of a document",
        ["document_id", "version", "n"],
        [
            *_DOCUMENT,
            ("n!", INT, "Order, from 0"),
            _PART,
            ("level!", TEXT, "Kind of number: 章, 条, 一、, （一）, 1., article, bullet, …"),
            ("number", INT, "Value of the number; null for a bullet"),
            ("label!", TEXT, "Number as it stands, e.g. 第三条"),
            ("parent", INT, "n of the part it stands in"),
            ("heading", TEXT, "Heading, where its first line is one"),
            ("text!", TEXT, "The part, sub-parts included"),
            *_SPAN,
        ],
        kept="expanded",
    ),
    _table(
        "targets",
        "quantified commitment",
        ["document_id", "version", "n"],
        [
            *_DOCUMENT,
            ("n!", INT, "Order, from 0"),
            _PART,
            ("subject", TEXT, "What is counted, in the words of the text"),
            ("low", REAL, "Lower bound, already scaled (1.2万 is 12000)"),
            ("high", REAL, "Upper bound; equals low for a single number; null where open"),
            ("comparator!", TEXT, "=, >=, <=, > or <"),
            ("approximate!", FLAG, "True for 约, 左右, about"),
            ("unit", TEXT, "As it stands; null where English has none"),
            ("scale!", REAL, "Factor that was applied (万: 10000)"),
            ("deadline", TEXT, "ISO 8601, only where the sentence names one"),
            ("year", INT, "Year it is for, from the sentence or inherited"),
            ("year_from", TEXT, "sentence, section or document"),
            ("change", TEXT, "increase or decrease"),
            ("clause", INT, "n of the innermost clause it stands in"),
            ("surface!", TEXT, "Words it was read from"),
            *_SPAN,
        ],
        kept="expanded",
    ),
    _table(
        "measures",
        "named programme or plan that a document speaks of",
        ["document_id", "version", "n"],
        [
            *_DOCUMENT,
            ("n!", INT, "Order, from 0"),
            _PART,
            ("name!", TEXT, "As it stands, quotation marks included"),
            ("kind!", TEXT, "plan, action, programme, project or policy"),
            *_SPAN,
        ],
        kept="expanded",
    ),
    _table(
        "attachments",
        "file attached to a document",
        ["document_id", "version", "n"],
        [
            *_DOCUMENT,
            ("n!", INT, "Order, from 0"),
            ("label", TEXT, "Text of the link"),
            ("url!", TEXT, "Where it lies"),
            (
                "media_type",
                TEXT,
                "By its bytes; of one that was not fetched, by its extension; null where that tells nothing",
            ),
            (
                "status!",
                TEXT,
                "read, cut, scanned, ocr, garbled, empty, encrypted, damaged, unsupported, too_large, timeout, out_of_memory, crashed or not_fetched",
            ),
            ("reason", TEXT, "Why it is not read, or what else is to be known of it"),
            ("parser", TEXT, "Library that read it, and its version"),
            ("capture_id", TEXT, "Capture whose bytes were read; null where none"),
            ("content_digest", TEXT, "sha256 of these bytes"),
            ("pages", INT, "Pages, sheets or slides; null where the format knows none"),
            ("characters!", INT, "Length of its text in code points"),
            ("tables!", INT, "Its tables; their cells are in table cells"),
            ("start", INT, "Start of its text in documents.full_text, in code points; null without text"),
            ("end", INT, "End of it, exclusive"),
        ],
        kept="expanded",
    ),
    _table(
        "cells",
        "cell of a table in an attached file, where something stands in it",
        ["document_id", "version", "n"],
        [
            *_DOCUMENT,
            ("n!", INT, "Order, from 0"),
            ("attachment!", INT, "n of the attachment"),
            ("table!", INT, "Table in it, from 0"),
            ("row!", INT, "Row, from 0"),
            ("column!", INT, "Column, from 0"),
            ("text!", TEXT, "What stands in it"),
        ],
        kept="expanded",
    ),
    _table(
        "changes",
        "change of a document: one paragraph, one metadata value, or its going, coming back or moving",
        ["document_id", "version", "first_seen", "n"],
        [
            _DOCUMENT[0],
            ("version!", INT, "Version that the change led to; the current one where no text changed"),
            ("from_version", INT, "Version before; null where no version was opened"),
            ("first_seen!", TIME, "Capture that showed the change"),
            (
                "n!",
                INT,
                "Order among them, from 0, by place in the text; below 0 for going, coming back and moving",
            ),
            ("kind!", TEXT, "text, metadata, attachment, taken_offline, restored or moved"),
            ("cause!", TEXT, "source (it changed) or parser (we changed)"),
            (
                "nature",
                TEXT,
                "typo, number, date, scope, annex, clause_added, clause_removed, moved or wording; null without text",
            ),
            ("field", TEXT, "Column of documents, where a metadata value changed"),
            (
                "attachment",
                INT,
                "n of the attachment in which it changed, in the later version; null: the page",
            ),
            (
                "clause",
                TEXT,
                "Labels of the clause that it stands in, from the outermost on, e.g. 二、（一）",
            ),
            ("before", TEXT, "Paragraph, value or address before; null for an addition"),
            ("after", TEXT, "Paragraph, value or address after; null for a removal"),
            ("before_start", INT, "Start of `before` in the text of from_version, in code points"),
            ("before_end", INT, "End of it, exclusive"),
            ("after_start", INT, "Start of `after` in the text of version, in code points"),
            ("after_end", INT, "End of it, exclusive"),
            ("added!", INT, "Characters added"),
            ("removed!", INT, "Characters removed"),
        ],
        kept="expanded",
    ),
    _table(
        "works",
        "policy, whatever number of documents carry it",
        ["work_id"],
        [
            ("work_id!", TEXT, "Policy; derived from the document that was seen first"),
            ("identifier", TEXT, "Its number (发文字号), from the canonical copy, else from another"),
            ("title", TEXT, "Headline of the canonical copy"),
            (
                "creator",
                TEXT,
                "Issuing bodies, written out, joint ones separated by `; `; where no copy names one, the body whose site the origin is",
            ),
            *_date("created", "Signed (成文)"),
            *_date("issued", "Published; the earliest of its copies"),
            *_date("valid_from", "In force from"),
            *_date("valid_to", "In force until"),
            ("jurisdiction", TEXT, "ISO 3166-2 code, e.g. CN-SX; CN for the centre"),
            (
                "jurisdiction_asof",
                TEXT,
                "Name of the division in the year of the policy (GB/T 2260 and its former revisions)",
            ),
            ("document_type", TEXT, "Controlled vocabulary: decision, notice, plan, proposal, …"),
            ("document_type_en", TEXT, "The same as an English label"),
            (
                "status",
                TEXT,
                "draft, in_force, expired, repealed or replaced on the day of the release; null: not known",
            ),
            ("status_evidence", TEXT, "What the status was concluded from"),
            ("status_document_id", TEXT, "Document that repeals, replaces or amends it"),
            ("copies!", INT, "Documents that belong to it"),
            ("canonical_document_id!", TEXT, "Copy that is quoted"),
            ("canonical_reason!", TEXT, "Why that one"),
            ("first_seen!", TIME, "When its first copy was captured"),
        ],
        kept="derived",
    ),
    _table(
        "copies",
        "document as a copy of its policy",
        ["document_id"],
        [
            ("document_id!", TEXT, "Document"),
            ("version!", INT, "Its version that was compared: the current one"),
            ("work_id!", TEXT, "Policy that it carries or speaks of"),
            (
                "role",
                TEXT,
                "origin, official_mirror, gazette, newspaper, repost, spam_mirror, translation, machine_translation or interpretation; null: not known",
            ),
            ("canonical!", FLAG, "True for the copy that is quoted"),
            (
                "link_by",
                TEXT,
                "What the best link rests on: identifier, text, name, file, translation or about; null for an only copy",
            ),
            ("link_score", REAL, "0 to 1"),
            ("link_evidence", TEXT, "The figures that it rests on"),
            ("linked_to", TEXT, "Document at the other end of that link"),
            (
                "delay_days",
                INT,
                "Days from the first publication of the policy to this one; null where a day is not known",
            ),
            (
                "overlap",
                REAL,
                "Part of the canonical text that this one has, by sentences; null where they cannot be compared",
            ),
            ("differences", INT, "Rows of table fidelity; null where they cannot be compared"),
        ],
        kept="derived",
    ),
    _table(
        "fidelity",
        "thing that a copy lost or changed against the canonical one",
        ["document_id", "n"],
        [
            ("document_id!", TEXT, "The copy"),
            ("n!", INT, "Order, from 0"),
            ("version!", INT, "Version of the copy"),
            ("work_id!", TEXT, "Policy"),
            ("canonical_document_id!", TEXT, "Canonical copy"),
            (
                "kind!",
                TEXT,
                "missing_clause, missing_text, dropped_annex, changed_number, changed_date, cut_name, changed_text, inserted_advertising or inserted_text",
            ),
            ("canonical", TEXT, "Words of the canonical text; null for an insertion"),
            ("copy", TEXT, "Words of the copy; null for a loss"),
            ("canonical_start", INT, "Start in the canonical text, in code points"),
            ("canonical_end", INT, "End of it, exclusive"),
            ("copy_start", INT, "Start in the copy's text"),
            ("copy_end", INT, "End of it, exclusive"),
        ],
        kept="derived",
    ),
    _table(
        "relations",
        "what a document says of another policy",
        ["document_id", "n"],
        [
            ("document_id!", TEXT, "Document that says it"),
            ("n!", INT, "Order, from 0"),
            ("version!", INT, "Its version"),
            ("work_id!", TEXT, "Policy that says it"),
            (
                "kind!",
                TEXT,
                "based_on, forwards, issues, amends, repeals, replaces, interprets, replies_to, implements or cites",
            ),
            ("target_title", TEXT, "Name as it stands, without 《》; null for a number alone"),
            ("target_identifier", TEXT, "Number that it gives"),
            (
                "target_work_id",
                TEXT,
                "Policy that is meant, where it is held and no other can be meant; null: an open reference",
            ),
            ("resolved_by", TEXT, "identifier or name"),
            ("surface!", TEXT, "Words that it was read from"),
            ("start", INT, "Start in documents.text, in code points; null where it stands in the headline"),
            ("end", INT, "End of it, exclusive"),
        ],
        kept="derived",
    ),
    _table(
        "gaps",
        "thing that is missing, with where to look",
        ["gap_id"],
        [
            ("gap_id!", TEXT, "Derived from what is missing"),
            (
                "kind!",
                TEXT,
                "number (a hole in a sequence), cited (not held), attachment (not fetched) or blind (a source unread)",
            ),
            ("identifier", TEXT, "Document number that is missing"),
            ("title", TEXT, "Name as it is cited, or label of the attachment"),
            ("series", TEXT, "Issuer's code and year, e.g. 鲁科字〔2018〕"),
            ("known_from", INT, "Lowest number of the series that is held or cited"),
            ("known_to", INT, "Highest one"),
            ("held", INT, "How many of the series are held"),
            ("cited", INT, "Documents that cite it"),
            ("cited_by", TEXT, "Up to five of them, separated by `; `"),
            ("document_id", TEXT, "Document that the attachment belongs to"),
            ("url", TEXT, "Its address"),
            ("source_id", TEXT, "Source that was blind"),
            ("first_day", DAY, "First day of it"),
            ("last_day", DAY, "Last day of it"),
            ("suggestion!", TEXT, "Where to look"),
        ],
        kept="derived",
    ),
    _table(
        "series",
        "target that can be compared: the same quantity over years and places",
        ["document_id", "n"],
        [
            ("series!", TEXT, "Normalised subject and unit: rows that have it alike can be compared"),
            ("jurisdiction!", TEXT, "ISO 3166-2 code"),
            ("jurisdiction_code", TEXT, "GB/T 2260 code"),
            ("year!", INT, "Year it is for"),
            ("low", REAL, "Lower bound, scaled"),
            ("high", REAL, "Upper bound; null where open"),
            ("comparator!", TEXT, "=, >=, <=, > or <"),
            ("approximate!", FLAG, "True for 约, 左右"),
            ("change", TEXT, "increase or decrease"),
            ("unit", TEXT, "Unit as it stands"),
            ("subject!", TEXT, "What is counted, in the words of the text"),
            ("surface!", TEXT, "Words it was read from"),
            ("work_id!", TEXT, "Policy"),
            ("document_id!", TEXT, "Its canonical copy"),
            ("version!", INT, "Version"),
            ("n!", INT, "n in table targets"),
        ],
        kept="derived",
    ),
    _table(
        "feed",
        "document that this release adds, changes or takes away, against the release before",
        ["document_id"],
        [
            _DOCUMENT[0],
            ("op!", TEXT, "ADD, MOD or DEL; DEL is a document taken offline, ADD also one that is back"),
            ("source_id!", TEXT, "Source"),
            ("url!", TEXT, "First URL of the document"),
            ("title", TEXT, "Headline now"),
            ("cause", TEXT, "new, source or parser; of the newest version, null where none is new"),
            ("version_before", INT, "Current version in the release before; null where it had none"),
            ("version_after!", INT, "Current version now"),
            ("key_digest_before", TEXT, "sha256 of the folded text before"),
            ("key_digest_after!", TEXT, "sha256 of the folded text now"),
            ("metadata_digest_before", TEXT, "sha256 of the metadata before"),
            ("metadata_digest_after!", TEXT, "sha256 of the metadata now"),
            ("time!", TIME, "Capture that showed it"),
        ],
        kept="derived",
    ),
    _table(
        "coverage",
        "source and day (UTC)",
        ["source_id", "day"],
        [
            ("source_id!", TEXT, "Source"),
            ("day!", DAY, "Day, UTC"),
            (
                "expected",
                INT,
                "Listings that the source's seeds and rhythm call for; null where no file says so",
            ),
            ("listings!", INT, "Listings asked for"),
            ("listings_failed!", INT, "Listings that gave no links: failed, blocked or empty"),
            ("listed", INT, "Links to documents that the listings showed; null where none was read"),
            ("fetched!", INT, "Documents asked for"),
            ("read!", INT, "Of these, captures read as a document"),
            ("rejected!", INT, "Of these, captures that are none"),
            ("failed!", INT, "Of these, requests without an answer to read"),
            ("verdict!", TEXT, "ok, confirmed_zero, no_data, blocked, broken_layout, failed or not_run"),
        ],
        kept="derived",
    ),
    _table(
        "issues",
        "thing that went wrong, with what to do",
        ["issue_id"],
        [
            ("issue_id!", TEXT, "Derived from run, source, URL, stage and error"),
            ("run_id!", TEXT, "Run that met it"),
            ("time!", TIME, "When"),
            ("source_id!", TEXT, "Source"),
            ("url", TEXT, "URL; null where it concerns the whole source"),
            ("capture_id", TEXT, "Capture, where there is one"),
            ("stage!", TEXT, "discover, fetch, read, check or import"),
            ("severity!", TEXT, "warning (one document) or error (a source or the release)"),
            ("error!", TEXT, "Name of what happened, e.g. timeout, listing, challenge, empty_listing"),
            ("message!", TEXT, "What happened, with the numbers"),
            ("action!", TEXT, "What to do about it"),
        ],
    ),
    _table(
        "releases",
        "release",
        ["release"],
        [
            ("release!", TEXT, "Its name: the day, and a number for the second one of a day"),
            ("issued!", TIME, "When it was made"),
            ("previous", TEXT, "Release before it"),
            ("cause!", TEXT, "data (documents or versions came) or facts (only what is known about them)"),
            ("parser_version!", TEXT, "Version of the parsers"),
            ("tables!", TEXT, "Version of each table: `name=version`, separated by `; `"),
            ("documents!", INT, "Documents in it"),
            ("new!", INT, "Documents that the release before did not have"),
            ("changed!", INT, "Versions added to documents that it had"),
        ],
    ),
)

TABLES: Mapping[str, Table] = {table.name: table for table in _TABLES}
"""Every table by name, in the order of the data dictionary."""

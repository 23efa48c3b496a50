"""Synthetic histories for benchmarks: rows of captures, readings, documents and issues as fetching and reading enter them.

Of ten documents seven are policies of their own, two are copies of the first one without one of its paragraphs (as newspapers carry it), and
one is next year's by the same template. One of twenty cites one of the oldest hundred by number; one of ten has an annex with a table. Texts
are as long as those of policies: half have more than 1,500 characters, the longest some 12,000. Of a hundred documents one met an issue.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from parsers.document import Annex, Attachment, Clause, Document, Evidence, Metadata, Target
from parsers.normalisation.key import fold
from parsers.read import PARSER_VERSION
from store import tables
from store.capture import Capture, capture_id, digest, document_id
from store.issue import Issue
from store.rows import Read, capture_row, document_row, issue_row, reading_row
from store.source import Seed, Source

SOURCES = 20
COMMIT = 5_000
"""Documents in a commit."""
BEGIN = datetime(2026, 1, 1, 2, tzinfo=UTC)
FAMILY = 10
"""Documents that a policy, its copies and its successor are among."""
CITED = 100
"""The oldest documents, which others cite."""

_WORDS = [chr(0x4E00 + 3 * n) + chr(0x4E01 + 3 * n) for n in range(2_000)]
_LINE = 52
"""Words in a paragraph: about 105 characters."""
_LINES, _SPREAD, _MOST_LINES = 14, 0.8, 120
"""Paragraphs in the middle, how far lengths spread (of their logarithm), and the most."""
_KINDS = {"notice": "通知", "plan": "规划", "measures": "办法", "decision": "决定", "opinions": "意见"}
_PLACES = {"CN-SX": "山西省", "CN-JS": "江苏省", "CN-SC": "四川省", "CN-GD": "广东省", "CN-HB": "湖北省"}


def origin(number: int) -> int:
    """The document whose copy, or successor, one is; the document itself where it is a policy of its own."""
    return number - number % FAMILY if number % FAMILY in {7, 8, 9} else number


def is_copy(number: int) -> bool:
    """Whether a document is a copy of another one."""
    return number % FAMILY in {7, 8}


def text_of(number: int, version: int) -> str:
    """A document's text; from one version to the next one figure in it changes."""
    draw = random.Random(origin(number))
    count = max(4, min(_MOST_LINES, round(_LINES * draw.lognormvariate(0, _SPREAD))))
    lines = [_line(draw) for _ in range(count)]
    if number % FAMILY == FAMILY - 1:  # next year's: half of it is new
        own = random.Random(number)
        lines[count // 2 :] = [_line(own) for _ in lines[count // 2 :]]
    if is_copy(number):
        del lines[number % FAMILY % count]
    lines.insert(2, f"到{_goal_year(number)}年，培育高新技术企业{origin(number) % 900 + 100 + version}家。")
    if number % 20 == 5:
        lines.insert(
            0, f"根据《{title_of(number // 20 % CITED)}》（{number_of(number // 20 % CITED)}），现通知如下。"
        )
    return "\n".join(lines)


def _line(draw: random.Random) -> str:
    return "".join(draw.choices(_WORDS, k=_LINE)) + "。"


def _goal_year(number: int) -> int:
    return 2025 + origin(number) % 6 + (number % FAMILY == FAMILY - 1)


def title_of(number: int) -> str:
    """The headline: a copy has that of its origin, next year's another year."""
    year = _issued(number).year
    return f"{_place(number)[1]}{year}年第{origin(number)}号科技创新工作{_KINDS[_kind(number)]}"


def number_of(number: int) -> str:
    """The document's own number (发文字号)."""
    of = number if number % FAMILY == FAMILY - 1 else origin(number)
    return f"科发〔{_issued(number).year}〕{of + 1}号"


def _kind(number: int) -> str:
    return list(_KINDS)[origin(number) * 7 // FAMILY % len(_KINDS)]


def _place(number: int) -> tuple[str, str]:
    return list(_PLACES.items())[origin(number) // 3 % len(_PLACES)]


def _issued(number: int) -> date:
    """The day of issue, spread over ten years; the successor's is a year later."""
    first = date(2015, 1, 1) + timedelta(days=origin(number) * 7_919 % 3_600)
    return first + timedelta(days=365 if number % FAMILY == FAMILY - 1 else 0)


def url_of(number: int) -> str:
    """Where a document stands."""
    return f"https://office-{number % SOURCES}.example.gov.cn/zwgk/2026/t2026_{number}.html"


def source_of(number: int) -> str:
    """The source of a document."""
    return f"office-{number % SOURCES}"


def has_annex(number: int) -> bool:
    """Whether a file is attached to a document."""
    return number % FAMILY == 3


def annex_url(number: int) -> str:
    """Where the file that is attached to a document lies."""
    return url_of(number).replace(".html", ".docx")


def sources() -> tuple[Source, ...]:
    """The source files."""
    return tuple(
        Source(
            f"office-{n}",
            f"Office {n}",
            seeds=(Seed("listing", f"https://office-{n}.example.gov.cn/"),),
        )
        for n in range(SOURCES)
    )


def captured(number: int, version: int, day: int, outcome: str = "ok") -> list[Capture]:
    """The requests for a document on that day: its page, and the file that is attached to it."""
    when = BEGIN + timedelta(days=day, microseconds=number)
    url, source_id = url_of(number), source_of(number)
    page = Capture(
        capture_id=capture_id(source_id, url, when),
        run_id=f"run-{day}",
        source_id=source_id,
        kind="document",
        url=url,
        fetch_time=when,
        fetch_outcome=outcome,
        fetch_status=200 if outcome == "ok" else 304,
        content_digest=digest(f"{number}/{version}".encode()),
        content_length=20_000,
        content_mime_type="text/html; charset=utf-8",
        etag=f'"{number:x}-{version}"',
        revisit=outcome != "ok",
        address="192.0.2.1:443",
        wire_bytes=6_000,
        duration=0.2,
        warc_filename=f"{source_id}/2026/run-{day}.warc.gz",
        warc_record_offset=number * 7_000,
        warc_record_length=6_500,
    )
    if not has_annex(number):
        return [page]
    annex = replace(
        page,
        capture_id=capture_id(source_id, annex_url(number), when),
        kind="attachment",
        url=annex_url(number),
        content_digest=digest(f"annex {origin(number)}".encode()),
        content_mime_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        referrer=url,
        link_title="附件1：任务分工表",
    )
    return [page, annex]


def reading(number: int, version: int, captures: Sequence[Capture]) -> Read:
    """The reading of a document's capture, as the parsers give it."""
    text, title, issued = text_of(number, version), title_of(number), _issued(number).isoformat()
    page, *files = captures
    metadata = Metadata(
        title=title,
        identifier=number_of(number),
        creator=f"{_place(number)[1]}科学技术厅",
        publisher=f"{_place(number)[1]}科学技术厅",
        issued=issued,
        jurisdiction=_place(number)[0],
        language="zh-Hans",
        document_type=_kind(number),
        attachments=tuple(Attachment(item.url, item.link_title, item.content_mime_type) for item in files),
        evidence=tuple(
            Evidence(field, value, "meta:ArticleTitle", f"<meta name=ArticleTitle content={value}>")
            for field, value in (("title", title), ("issued", issued), ("creator", "科学技术厅"))
        ),
    )
    document = Document(
        text,
        text,
        fold(text),
        metadata,
        "utf-8",
        "declared",
        0,
        "text/html",
        1.0,
        "density",
        complete=number % 9 != 4,
        clauses=_clauses(text),
        targets=(_target(text, _goal_year(number)),),
        annexes=tuple(_annex(number, text) for _ in files),
        appendix="".join(_appendix(number) for _ in files),
    )
    attached = "\n".join(f"{item.url} {item.content_digest}" for item in files)
    came = {item.url: item for item in files}
    return Read(page, PARSER_VERSION, "", document, digest(attached.encode()) if files else "", came)


def _clauses(text: str) -> tuple[Clause, ...]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return tuple(
        Clause(n, "一、", n + 1, f"{n + 1}、", None, None, line, start, start + len(line))
        for n, (line, start) in enumerate(zip(text.split("\n")[:12], starts, strict=False))
    )


def _target(text: str, year: int) -> Target:
    at = text.index(f"到{year}年，培育高新技术企业")
    words = text[at : text.index("。", at)]
    low = float(words.rpartition("企业")[2].removesuffix("家"))
    return Target(
        "高新技术企业",
        low,
        low,
        "=",
        False,
        "家",
        1.0,
        str(year),
        year,
        "sentence",
        None,
        0,
        words,
        at,
        at + len(words),
    )


_HEAD = "\n\n【附件1：任务分工表】\n"


def _table(number: int) -> tuple[tuple[str, ...], ...]:
    return (
        ("任务", "目标", "责任单位"),
        *((f"任务{n}", f"{origin(number) % 900 + n}家", "科学技术厅") for n in range(12)),
    )


def _appendix(number: int) -> str:
    return _HEAD + "\n".join("　".join(row) for row in _table(number))


def _annex(number: int, text: str) -> Annex:
    words = _appendix(number)
    return Annex(
        0,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "read",
        None,
        "lxml",
        None,
        (_table(number),),
        fold(words),
        len(text) + len(_HEAD),
        len(text) + len(words),
    )


def enter(data: Path, numbers: Sequence[int], version: int, day: int) -> None:
    """Enter versions of documents as fetching and building do, in commits of their size."""
    for begin in range(0, len(numbers), COMMIT):
        _enter_part(data / "tables", numbers[begin : begin + COMMIT], version, day)
    tables.sync()


def _enter_part(where: Path, numbers: Sequence[int], version: int, day: int) -> None:
    visits = [captured(number, version, day) for number in numbers]
    tables.append(where, "captures", [capture_row(capture) for visit in visits for capture in visit])
    reads = [reading(number, version, visit) for number, visit in zip(numbers, visits, strict=True)]
    tables.append(where, "readings", [reading_row(read) for read in reads])
    rows = [
        document_row(
            read,
            document_id=document_id(read.capture.source_id, read.capture.url),
            home=read.capture.url,
            version=version,
            cause="new" if version == 1 else "source",
            run_id=f"run-{day}",
        )
        for read in reads
    ]
    tables.append(where, "documents", rows)
    met = [_issue(read.capture) for number, read in zip(numbers, reads, strict=True) if number % 100 == 0]
    tables.append(where, "issues", [issue_row(issue) for issue in met])


def _issue(capture: Capture) -> Issue:
    return Issue(
        run_id=capture.run_id,
        time=capture.fetch_time,
        source_id=capture.source_id,
        stage="read",
        severity="warning",
        error="timeout",
        message="no answer within 30 s",
        action="Nothing: the next run tries again.",
        url=capture.url,
        capture_id=capture.capture_id,
    )


def edited(size: int) -> frozenset[int]:
    """The documents that have a second version."""
    return frozenset(random.Random(1).sample(range(size), max(1, size // 100)))

"""What speaks against the integrity of a text, as flags with their evidence.

Every rule here is conservative: a flag says that something can be shown, not that something is possible.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from parsers.document import CELL_GAP, Clause, Extraction, Flag, Metadata
from parsers.structure.clauses import Run, numbering
from parsers.structure.quantities import chinese_number
from parsers.structure.redaction import find_redactions

# Flags that say that something of the text is not there, is covered or cannot be trusted. The others tell of
# repairs, which lose nothing, or of the metadata.
_AGAINST_COMPLETENESS = frozenset(
    {
        "missing_clauses",
        "redacted_name",
        "masked_text",
        "mojibake_lossy",
        "truncated",
        "attachment_missing",
        "attachment_unread",
        "duplicate_body_differs",
        "count_mismatch",
    }
)


def judge(
    text: str, metadata: Metadata, clauses: tuple[Clause, ...], extraction: Extraction | None = None
) -> tuple[Flag, ...]:
    """Judge whether a text is whole and whether its dates agree.

    Args:
        text: Normalised text.
        metadata: Its metadata, with further pages, attachments and evidence.
        clauses: Its numbered parts.
        extraction: How it was taken from its page; None for plain text.

    Returns:
        Flags named in `parsers.document.FLAGS`; those of redactions carry their span, one flag each.
    """
    flags = [
        *_missing(clauses),
        *find_redactions(text),
        *_truncated(text, metadata),
        *_count_mismatch(text, clauses),
    ]
    flags += _attachment_missing(text, metadata)
    flags += _date_conflict(metadata)
    if extraction is not None and extraction.twin is not None:
        flags.append(Flag("duplicate_body_differs", extraction.twin[:_SNIPPET_CHARS]))
    return tuple(flags)


def complete(flags: Iterable[Flag]) -> bool:
    """Whether nothing speaks against a text being whole and as it was written."""
    return all(flag.name not in _AGAINST_COMPLETENESS for flag in flags)


_SNIPPET_CHARS = 300

# ------------------------------------------------------------------------------------------- numbering

# A gap wider than the numbers found is a stray number (a year, a quotation), not a missing part.
_WIDEST_GAP = 1.0


def _missing(clauses: tuple[Clause, ...]) -> Iterator[Flag]:
    for run in numbering(clauses):
        if not run.missing or len(run.missing) > _WIDEST_GAP * len(run.numbers) or run.out_of_order:
            continue
        members = [clause for clause in clauses if clause.level == run.level and clause.number in run.numbers]
        yield Flag("missing_clauses", _told(run), members[0].start, members[-1].end)


def _told(run: Run) -> str:
    missing = ", ".join(map(str, run.missing))
    return f"{run.level} runs from {run.first} to {run.last}; missing: {missing}"


# ------------------------------------------------------------------------------------------- truncation

_ENDED = re.compile(r"[。！？!?.…；;](?:[\s”’」』）)\]】》\"']|\[\d+\])*$|[”」』）)】》]$")
_ANNOUNCES = re.compile(
    r"(?:如下|以下|下列)[^。，\n]{0,10}[：:]?\s*$|(?:[Ff]ollowing|[Aa]s follows)\s*:?\s*$"
)
_MORE = re.compile(
    r"(?:下一页|(?:查看|阅读|点击查看|点击阅读|展开)(?:全文|更多|原文)|未完待续|[（(]?下转第?\s*[\dA-Z一二三四五六七八九十]+\s*版[）)]?|[\[【（(](?:详细|全文|更多)[\]】）)]|[Rr]ead [Mm]ore|[Nn]ext [Pp]age)[>»》\s]*$"
)
_CUT_SHORT = re.compile(r"[，,、](?:[”’」）)])?$|(?<![\u4e00-\u9fff])(?:and|or|the|of|to|in|for|with|a|an)$")
_SIGNATURE = re.compile(
    r"[年月日\d]$|讯员|记者|编辑|作者|摄影|供稿|责编|来源|审核|校对|抄送|联系人|电话|附件|附表"
)
_PROSE_CHARS = (
    30  # a Chinese line this long, with a comma in it, is a sentence and not a signature or heading
)
_PROSE_WORDS = 18


def _truncated(text: str, metadata: Metadata) -> Iterator[Flag]:
    if metadata.next_pages:
        yield Flag(
            "truncated", f"further pages not followed: {', '.join(metadata.next_pages)}"[:_SNIPPET_CHARS]
        )
        return
    body = text.rstrip()
    line = body.rpartition("\n")[2].strip()
    start = len(body) - len(line)
    for pattern, reason in (
        (_MORE, "ends in a link to the rest"),
        (_ANNOUNCES, "announces what does not follow"),
        (_CUT_SHORT, "ends within a sentence"),
    ):
        if pattern.search(line):
            yield Flag("truncated", f"{reason}: {line[-40:]}", start, len(body))
            return
    if _is_unended_prose(body, line):
        yield Flag("truncated", f"ends without a stop: {line[-40:]}", start, len(body))


def _is_unended_prose(body: str, line: str) -> bool:
    if not line or _ENDED.search(line) or CELL_GAP in line or line.startswith(("http", "<")):
        return False
    chinese = sum("\u4e00" <= c <= "\u9fff" for c in line) * 2 > len(line)
    if chinese:
        prose = len(line) >= _PROSE_CHARS and re.search(r"[，。；,]", line) is not None
        # A list whose items go without stops may end without one.
        others = [other.strip() for other in body.split("\n")[:-1] if len(other.strip()) >= _PROSE_CHARS]
        ended = not others or sum(_ENDED.search(other) is not None for other in others) * 2 >= len(others)
        return prose and ended and not _SIGNATURE.search(line)
    words = line.split()
    return len(words) >= _PROSE_WORDS and words[0][:1].isalpha() and re.search(r"[.!?;,] ", line) is not None


# ------------------------------------------------------------------------------------------- attachments

_NAMED = re.compile(
    r"^[ \u3000]*附[ ]?(?:件|表|录)[ ]?[\d一二三四五六七八九十]*[：:][ ]?(?P<name>[^\n]{0,120})|(?:详?见|参见)[ ]?附(?:件|表|录)[\d一二三四五六七八九十]*"
    r"|^(?:Attachment|Annex|Appendix)s?(?: \d+)?:[ ](?P<english>[^\n]{0,120})",
    re.MULTILINE,
)
_ANNEX = re.compile(
    r"^[ \u3000]*(?:附[ ]?(?:件|表|录)[ ]?[\d一二三四五六七八九十]*[ ]?$|附[ ]?(?:件|表|录)[ ]?[\d一二三四五六七八九十]+[ \u3000]*[^：:\n]{2,60}$|(?:Attachment|Annex|Appendix)[ ]?\d*$)",
    re.MULTILINE,
)
_ANNEXED = ("附", "Attachment", "Annex", "Appendi")
_ANNEX_CHARS = 80  # so much text behind an attachment's heading or list is the attachment


def _attachment_missing(text: str, metadata: Metadata) -> Iterator[Flag]:
    if metadata.attachments:
        return
    named = [
        match
        for match in (_NAMED.finditer(text) if any(word in text for word in _ANNEXED) else ())
        if (match["name"] or "").strip(" 　") not in {"无", "略", "（略）"}
    ]
    if not named:
        return
    annex = next((match for match in _ANNEX.finditer(text) if match.start() != named[0].start()), None)
    if annex is not None and len(text[annex.end() :].strip()) >= _ANNEX_CHARS:
        return
    if annex is None and _follows_list(text, named[-1].end()):
        return
    yield Flag("attachment_missing", named[0][0].strip()[:_SNIPPET_CHARS], named[0].start(), named[0].end())


def _follows_list(text: str, position: int) -> bool:
    """Whether a titled text stands behind the list of attachments, the signature and the date."""
    behind = [line.strip() for line in text[position:].split("\n")]
    behind = [line for line in behind if line and not re.match(r"\d{1,2}[.．、]", line)]
    return sum(len(line) for line in behind if len(line) >= _PROSE_CHARS) >= 2 * _ANNEX_CHARS


# ------------------------------------------------------------------------------------------- announced counts

_HAN_COUNT = "[一二两三四五六七八九十]{1,3}"
# A numeral of either kind comes first and is looked back at, so that the scan stays fast.
_ANNOUNCED = re.compile(
    r"(?P<count>[一二两三四五六七八九十\d](?:(?<=\d)\d?|(?<!\d)[一二两三四五六七八九十]{0,2}))[ ]?(?:个方面|方面|项|条|点|大|个)的?(?P<what>[\u4e00-\u9fff]{0,8}?)"
    r"(?:分别是|分别为|主要是|具体包括|主要包括|包括|具体如下|如下|即|为|是)?[：:](?!\d)"
)
_ANNOUNCED_BELOW = re.compile(
    rf"(?:以下|下列|如下)(?P<count>{_HAN_COUNT}|\d{{1,2}})[ ]?(?:个方面|方面|项|条|点|大|个)[\u4e00-\u9fff]{{0,8}}[。：:](?=\n)"
)
_ENGLISH_ANNOUNCED = re.compile(
    r"\b(?P<count>two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})(?: [\w-]+){0,4}? "
    r"(?:measures|actions|tasks|steps|areas|aspects|points|principles|initiatives|recommendations|proposals|requirements|items)(?: [\w-]+){0,3}?:",
    re.IGNORECASE,
)
_LATIN_WORD = re.compile("[A-Za-z]{5}")
_ENGLISH_COUNTS = {
    word: value
    for value, word in enumerate(
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=2
    )
}
_RHETORIC = re.compile(rf"(?:^|[：:；;。，,\s])({_HAN_COUNT})是(?=[\u4e00-\u9fff])")
_FARTHEST = 8  # characters between an announcement and its first item


def _count_mismatch(text: str, clauses: tuple[Clause, ...]) -> Iterator[Flag]:
    english = _ENGLISH_ANNOUNCED.finditer(text) if _LATIN_WORD.search(text) else ()
    for match in [*_announced(text), *english]:
        announced = _count(match["count"])
        found = _numbered_after(clauses, match.end())
        if found is None:
            found = _parallel_after(text, match.end())
        if found is None:
            found = _rhetorical_after(text, match.end())
        if announced is not None and announced > 1 and found is not None and found != announced:
            evidence = (
                f"announced {announced}, found {found}: {text[max(0, match.start() - 20) : match.end()]}"
            )
            yield Flag("count_mismatch", evidence.replace("\n", " "), match.start(), match.end())


def _announced(text: str) -> Iterator[re.Match[str]]:
    """Announcements in Chinese, each once."""
    seen = set()
    for pattern in (_ANNOUNCED, _ANNOUNCED_BELOW):
        for match in pattern.finditer(text):
            if match.start("count") not in seen:
                seen.add(match.start("count"))
                yield match


def _count(word: str) -> int | None:
    if word.isdigit():
        return int(word)
    if word.isascii():
        return _ENGLISH_COUNTS.get(word.lower())
    value = chinese_number(word)
    return None if value is None else int(value)


def _numbered_after(clauses: tuple[Clause, ...], position: int) -> int | None:
    """How many numbered items the run that begins right behind a position has; None where none begins there."""
    first = next((clause for clause in clauses if clause.start >= position), None)
    if first is None or first.number != 1 or first.start - position > _FARTHEST:
        return None
    run = [
        clause.number
        for clause in clauses[first.n :]
        if clause.level == first.level and clause.parent == first.parent and clause.number
    ]
    again = run.index(1, 1) if 1 in run[1:] else len(run)
    return len(set(run[:again]))


def _parallel_after(text: str, position: int) -> int | None:
    """How many paragraphs in a row begin with the same two characters as what is announced (聚焦…, 聚焦…)."""
    opening = text[position : position + 2]
    if len(opening) < 2 or not all("\u4e00" <= c <= "\u9fff" for c in opening):
        return None
    count = 1
    for line in text[position:].split("\n")[1:]:
        if not line.strip():
            continue
        if not line.strip().startswith(opening):
            break
        count += 1
    return count if count > 2 else None


def _rhetorical_after(text: str, position: int) -> int | None:
    """How far 一是…二是… counts behind a position, in the same paragraph."""
    paragraph = text[position:].partition("\n")[0]
    numbers = [int(chinese_number(word) or 0) for word in _RHETORIC.findall("：" + paragraph)]
    return numbers[-1] if len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1)) else None


# ------------------------------------------------------------------------------------------- dates

_DAY_CHARS = 10
_HIDDEN = ("meta", "json_ld", "json-ld", "jsonld")
_VISIBLE = ("line", "info_table", "text", "front_matter", "rule", "credit")


def _date_conflict(metadata: Metadata) -> Iterator[Flag]:
    created, issued = _day(metadata.created), _day(metadata.issued)
    if created and issued and issued < created:
        yield Flag("date_conflict", f"issued {metadata.issued} before created {metadata.created}")
        return
    candidates = [item for item in metadata.evidence if item.field == "issued" and _day(item.value)]
    visible = [item for item in candidates if item.rule.startswith(_VISIBLE)]
    for hidden in candidates:
        if not visible or not hidden.rule.startswith(_HIDDEN):
            continue
        nearest = min(visible, key=lambda item: _days_between(item.value, hidden.value))
        # A table and a line may give two days; the tag contradicts where it agrees with neither.
        if _days_between(nearest.value, hidden.value) > 1:
            yield Flag(
                "date_conflict", f"{hidden.rule} says {hidden.value}, {nearest.rule} says {nearest.value}"
            )
            return


def _days_between(one: str, other: str) -> int:
    first, second = _day(one), _day(other)
    return abs((first - second).days) if first and second else 0


def _day(value: str | None) -> date | None:
    if value is None or len(value) < _DAY_CHARS:
        return None
    try:
        return date.fromisoformat(value[:_DAY_CHARS])
    except ValueError:
        return None

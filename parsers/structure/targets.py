"""Quantified commitments: what is to be counted or reached, how much of it, and by when.

A quantity is a commitment where a verb of making or reaching governs it or the sentence looks ahead, and where
nothing says that it is a report of the past, a condition, a penalty or the announcement of a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from parsers.document import CELL_GAP, Clause, Target
from parsers.structure.chinese_targets import chinese_commitments
from parsers.structure.clauses import innermost
from parsers.structure.commitment import Commitment
from parsers.structure.english_targets import english_commitments
from parsers.structure.quantities import in_figures
from parsers.structure.target_years import YearMark, chinese_years, document_year, english_years

__all__ = ["document_year", "find_targets"]

_HAN = re.compile(r"[\u4e00-\u9fff]")
_LONGEST_SENTENCE = 2_000  # what is longer is none; the bound keeps the work on such a line linear
_CHINESE_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?[”’」）)]*")
_ENGLISH_SENTENCE = re.compile(
    r"[^\n]+?(?:[.!?](?=[”’\")]?(?:\s+[A-Z“(\d•-]|[A-Z“]|\s*$))[”’\")]*|(?=\n)|\Z)", re.MULTILINE
)
# What a sentence must hold to be looked at: a number that is not only a date, or a numeral before a classifier.
# The first character comes first and is looked back at, so that the scan stays fast.
_COUNT = re.compile(
    r"[\d翻百分前一二两三四五六七八九十千万亿](?:(?<=\d)(?![\d年月日号])|(?<=翻)[一两二三四1-4]?番|(?<=百)分之|(?<=分)之[一二三]|"
    r"(?<=前)[十五三]|(?<=一)(?=[百千十万亿至到倍])|"
    r"(?<=[二两三四五六七八九十百千万亿])(?=[家户个项名人位支件所处座台套篇亩吨倍场次辆艘架条只株种门部间栋片组款张床岁至到余多元公平]))"
)
_ENGLISH_COUNT = re.compile(
    r"\d|\b(?=[otfsendhmbqOTFSENDHMBQ])(?:[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en|[Ee]leven|[Tt]welve|\w+teen|"
    r"[Tt]wenty|[Tt]hirty|[Ff]orty|[Ff]ifty|[Ss]ixty|[Ss]eventy|[Ee]ighty|[Nn]inety|[Dd]ozen|[Hh]undred|[Tt]housand|million|billion|[Dd]oubl\w+|[Tt]ripl\w+|"
    r"[Qq]uadrupl\w+|[Hh]alv\w+|half)\b"
)
_LABEL = re.compile(r"[ \u3000]*[（(]?\d{1,3}[）).．、](?!\d)")
_BEFORE_CHARS = 160  # the sentences before that may have set the past as their time


class _Sentence(NamedTuple):
    """A sentence, or a cell of a table's row; `row` is the day in a cell of its own that the whole row is for."""

    start: int
    text: str
    row: YearMark | None = None


def find_targets(text: str, clauses: tuple[Clause, ...] = (), year: int | None = None) -> tuple[Target, ...]:
    """Find every quantified commitment of a text.

    Args:
        text: Normalised text; paragraphs are lines.
        clauses: Its numbered parts; a year in a part's heading or opening sentence holds for the part.
        year: The document's own year, inherited where neither sentence nor section names one.

    Returns:
        Targets in reading order. `deadline` only where the sentence names it.
    """
    found: list[Target] = []
    carried: YearMark | None = None
    line_end = -1
    carries_on = False
    paragraph = 0
    for sentence in _sentences(text):
        if sentence.start > line_end:  # a new paragraph inherits only from one that announced it with a colon
            carried = carried if carries_on else None
            paragraph = sentence.start
            line_end = text.find("\n", sentence.start)
            line_end = len(text) if line_end < 0 else line_end
        chinese = _HAN.search(sentence.text) is not None
        marks = _marks(sentence.text, chinese)
        label = _LABEL.match(sentence.text)
        if (_COUNT if chinese else _ENGLISH_COUNT).search(sentence.text, label.end() if label else 0):
            commitments = (chinese_commitments if chinese else english_commitments)(
                sentence.text,
                marks,
                year,
                text[max(paragraph, sentence.start - _BEFORE_CHARS) : sentence.start],
            )
            for commitment in commitments:
                position = sentence.start + commitment.start
                clause = innermost(clauses, position)
                own = commitment.mark or sentence.row
                chosen = own or _section_mark(text, clauses, clause) or carried
                found.append(_target(sentence.start, commitment, chosen, clause, year, own=own is not None))
        due = [mark for mark in marks if mark.due and mark.year]
        carried = due[-1] if due else carried
        carries_on = sentence.text.rstrip().endswith(("：", ":")) or (
            carries_on
            and clauses != ()
            and any(clause.start <= sentence.start < clause.end for clause in clauses)
        )
    return tuple(found)


def _sentences(text: str) -> Iterator[_Sentence]:
    for line in re.finditer(r"[^\n]+", text):
        if CELL_GAP in line[0] and len(_CELL_GAPS.findall(line[0])) >= _GAPS_OF_A_ROW:
            cells = list(re.finditer(rf"[^{CELL_GAP}]+", line[0]))
            days = [
                mark
                for cell in cells
                if _DAY.fullmatch(in_figures(cell[0]).strip())
                for mark in chinese_years(cell[0])
            ]
            row = days[0] if len(days) == 1 else None
            for cell in cells:
                yield from _sentences_in(cell[0], line.start() + cell.start(), row)
        else:
            yield from _sentences_in(line[0], line.start(), None)


_CELL_GAPS = re.compile(rf"(?<=[^\s]){CELL_GAP}+(?=[^\s])")
_GAPS_OF_A_ROW = 2
_DAY = re.compile(r"(?:到|至)?20\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?[底末]?(?:之?以?前|完成)?")


def _sentences_in(line: str, offset: int, row: YearMark | None) -> Iterator[_Sentence]:
    pattern = _CHINESE_SENTENCE if _HAN.search(line) else _ENGLISH_SENTENCE
    for match in pattern.finditer(line):
        for start in range(0, len(match[0]), _LONGEST_SENTENCE):
            part = match[0][start : start + _LONGEST_SENTENCE]
            yield _Sentence(offset + match.start() + start, part, row)


def _marks(sentence: str, chinese: bool) -> list[YearMark]:
    return chinese_years(sentence) if chinese else english_years(sentence)


def _section_mark(text: str, clauses: tuple[Clause, ...], clause: Clause | None) -> YearMark | None:
    """The goal year in the heading, or the sentence after the number, of a part that the target stands in."""
    while clause is not None:
        opening = text[clause.start : clause.start + _OPENING_CHARS].partition("\n")[0]
        opening = re.split(r"[。；;]", opening, maxsplit=1)[0]
        due = [mark for mark in _marks(opening, _HAN.search(opening) is not None) if mark.year and mark.due]
        if due:
            return due[-1]
        clause = None if clause.parent is None else clauses[clause.parent]
    return None


_OPENING_CHARS = 120  # a heading or opening sentence is no longer than this


def _target(
    offset: int,
    commitment: Commitment,
    mark: YearMark | None,
    clause: Clause | None,
    year: int | None,
    *,
    own: bool,
) -> Target:
    quantity = commitment.quantity
    chosen, source, deadline = year, "document", None
    if mark is not None and mark.year is not None:
        chosen, source = mark.year, "sentence" if own else "section"
        deadline = mark.deadline if own else None
    elif mark is not None and mark.relative is None:
        chosen = None  # 三年内: counted from a day that the text does not tell
    elif mark is not None and year is not None:
        chosen = year + (mark.relative or 0)
    return Target(
        subject=commitment.subject,
        low=quantity.low,
        high=quantity.high,
        comparator=quantity.comparator,
        approximate=quantity.approximate,
        unit=quantity.unit,
        scale=quantity.scale,
        deadline=deadline,
        year=chosen,
        year_from=None if chosen is None else source,
        change=commitment.change,
        clause=None if clause is None else clause.n,
        surface=commitment.surface,
        start=offset + commitment.start,
        end=offset + commitment.end,
    )

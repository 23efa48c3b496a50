"""Numbered parts of a text, at every level, and what their numbers say about its completeness.

The levels are those of Chinese law and official documents (编, 章, 节, 条, 一、, （一）, 1., （1）, ①) and of their
English translations. A number counts only at the start of a line; `一是…二是…` within a sentence is rhetoric.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from parsers.document import Clause
from parsers.structure.quantities import chinese_number

# From the widest part to the narrowest: a heading closes every open part of its own rank and below.
_RANKS = {
    level: rank
    for rank, levels in enumerate(
        (
            ("编", "part"),
            ("章", "chapter"),
            ("节", "section"),
            ("条", "article"),
            ("一、", "I."),
            ("（一）",),
            ("1.",),
            ("1.1",),
            ("（1）", "(a)"),
            ("①", "(i)"),
            ("bullet",),
        )
    )
    for level in levels
}

# Articles are counted through the whole document, over chapters and sections (Legislation Law of the PRC, art. 65).
_THROUGHOUT = frozenset({"条", "article"})

_NUMERAL = r"[〇零一二两三四五六七八九十百千\d]"
_START = re.compile(
    rf"""^[ \t\u3000]*(?P<label>
      第[ \u3000]*(?P<ordinal>{_NUMERAL}{{1,8}})[ \u3000]*(?P<part>[编章节条])(?P<insertion>之{_NUMERAL}{{1,3}})?(?![款项例])
    | (?P<han>[一二三四五六七八九十百]{{1,5}})、
    | [（(](?P<bracketed_han>[一二三四五六七八九十百]{{1,5}})[）)]、?
    | [（(](?P<bracketed>\d{{1,3}})[）)]、?
    | (?P<closed>\d{{1,3}})[）)]、?
    | (?P<nested>\d{{1,2}}(?:\.\d{{1,2}}){{1,3}})(?=[ \u3000]+[\u4e00-\u9fff])
    | (?P<digit>\d{{1,3}})(?:[.．、](?!\d)|[.．、](?=20\d\d年))
    | (?P<circled>[①-⑳])
    | (?P<english>Article|Section|Chapter|Part)[ ](?P<english_number>\d{{1,3}}|[IVXLC]{{1,7}})\b[.:：]?(?![ ](?:of|and|to)\b)
    | [（(](?P<letter>[a-z]|[ivx]{{2,5}})[）)](?=[ ])
    | (?P<roman>[IVX]{{1,5}})\.(?=[ ][A-Z])
    | (?P<bullet>[-*](?=[ ]\S)|[•●▪◦‣](?=[ ]?[^\W_]))
    )""",
    re.VERBOSE | re.MULTILINE,
)

# A run that begins at 2 has its first item glued to the line before: `…平台入口1.加强领导`.
_GLUED = {
    "1.": re.compile(r"(?<![\d.．])[1１][.．、](?=[^\d\s])"),
    "一、": re.compile(r"(?<=[^\w\s])一、"),
    "（一）": re.compile(r"[（(]一[）)]"),
    "条": re.compile(r"第一条(?=[ \u3000])"),
}

_STOPS = "。！？!?；;"
_HEADING_CHARS = 60  # a line longer than this is prose even without a stop
_INLINE_HEADING_CHARS = 40
_INLINE_HEADING = re.compile(rf"[^。！？!?；;，,\n]{{2,{_INLINE_HEADING_CHARS}}}(?=。[^\n])")


class _Number(NamedTuple):
    level: str
    number: int | None
    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Run:
    """The numbers of one level under one part, as they stand.

    Attributes:
        level: Kind of number, as in `Clause.level`.
        parent: `n` of the part they stand in; None at the top and for articles, which run on through chapters.
        numbers: The numbers in reading order, insertions (第三条之一) left out.
        first: The first number.
        last: The highest number.
        missing: Numbers from 1 to `last` that do not stand there; empty for a single number, which may be a quotation.
        duplicate: Numbers that stand there more than once.
        out_of_order: Numbers lower than one that stands before them.
    """

    level: str
    parent: int | None
    numbers: tuple[int, ...]
    first: int
    last: int
    missing: tuple[int, ...]
    duplicate: tuple[int, ...]
    out_of_order: tuple[int, ...]


def number_clauses(text: str) -> tuple[Clause, ...]:
    """Find every numbered or bulleted part of a text.

    Args:
        text: Normalised text; paragraphs are lines.

    Returns:
        The parts in reading order. A part ends where the next one of its own or a wider level begins.
    """
    numbers = _with_glued_first(text, [_number(match) for match in _START.finditer(text)])
    parents = _parents(numbers)
    return tuple(_clause(text, numbers, parents, n, _end(text, numbers, n)) for n in range(len(numbers)))


def numbering(clauses: Iterable[Clause]) -> tuple[Run, ...]:
    """Group numbers into runs and say what is missing, doubled or out of order.

    A run begins anew where 1 follows a higher number (a table of contents before the body, a second annex). One that does
    not begin with 1 goes on from the part before: （一）…（十） often count through 一、二、三、.

    Args:
        clauses: As `number_clauses` gives them.

    Returns:
        Runs in the order of their first number. Nothing is renumbered.
    """
    runs: list[tuple[str, int | None, list[int]]] = []
    open_runs: dict[tuple[str, int | None], list[int]] = {}
    for clause in clauses:
        if clause.number is None or "之" in clause.label:
            continue
        key = (clause.level, None if clause.level in _THROUGHOUT else clause.parent)
        numbers = open_runs.get(key)
        if numbers is None and clause.number > 1:
            numbers = next((before for level, _, before in reversed(runs) if level == clause.level), None)
            if numbers is not None and numbers[-1] < clause.number:
                open_runs[key] = numbers
            else:
                numbers = None
        if numbers is None or (clause.number == 1 and numbers[-1] > 1):
            numbers = open_runs[key] = []
            runs.append((*key, numbers))
        numbers.append(clause.number)
    return tuple(_run(*run) for run in runs)


def innermost(clauses: tuple[Clause, ...], position: int) -> Clause | None:
    """The narrowest part that a position stands in."""
    n: int | None = bisect_right(clauses, position, key=lambda clause: clause.start) - 1
    n = None if n == -1 else n
    while n is not None and clauses[n].end <= position:
        n = clauses[n].parent
    return None if n is None else clauses[n]


_LEVELS = {
    "han": "一、",
    "bracketed_han": "（一）",
    "bracketed": "（1）",
    "closed": "（1）",
    "digit": "1.",
    "roman": "I.",
}


def _number(match: re.Match[str]) -> _Number:
    level, number = _level(match)
    return _Number(level, number, match["label"], match.start("label"), match.end("label"))


def _level(match: re.Match[str]) -> tuple[str, int | None]:
    if match["ordinal"]:
        return match["part"], _value(match["ordinal"])
    if match["english"]:
        return match["english"].lower(), _value(match["english_number"])
    for group, level in _LEVELS.items():
        if match[group]:
            return level, _value(match[group])
    return _rare_level(match)


def _rare_level(match: re.Match[str]) -> tuple[str, int | None]:
    if match["nested"]:
        return "1.1", int(match["nested"].rpartition(".")[2])
    if match["circled"]:
        return "①", ord(match["circled"]) - ord("①") + 1
    letter = match["letter"]
    if letter is None:
        return "bullet", None
    if len(letter) > 1 or letter == "i":
        return "(i)", _roman(letter.upper())
    return "(a)", ord(letter) - ord("a") + 1


def _value(numeral: str) -> int:
    if numeral.isdecimal():  # of full width, too
        return int(numeral)
    return _roman(numeral) if numeral.isascii() else int(chinese_number(numeral) or 0)


_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def _roman(numeral: str) -> int:
    values = [_ROMAN[letter] for letter in numeral]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def _with_glued_first(text: str, numbers: list[_Number]) -> list[_Number]:
    for level, pattern in _GLUED.items():
        index = next((i for i, number in enumerate(numbers) if number.level == level), None)
        if index is None or numbers[index].number != 2:
            continue
        after = numbers[index - 1].end if index else 0
        glued = list(pattern.finditer(text, after, numbers[index].start))
        if glued:
            found = glued[-1]
            numbers = [
                *numbers[:index],
                _Number(level, 1, found[0], found.start(), found.end()),
                *numbers[index:],
            ]
    return numbers


def _parents(numbers: list[_Number]) -> list[int | None]:
    parents: list[int | None] = []
    open_parts: list[int] = []
    for n, number in enumerate(numbers):
        while open_parts and _RANKS[numbers[open_parts[-1]].level] >= _RANKS[number.level]:
            open_parts.pop()
        parents.append(open_parts[-1] if open_parts else None)
        open_parts.append(n)
    return parents


def _end(text: str, numbers: list[_Number], n: int) -> int:
    rank = _RANKS[numbers[n].level]
    later = (numbers[i] for i in range(n + 1, len(numbers)))
    end = next((number.start for number in later if _RANKS[number.level] <= rank), len(text))
    while end > numbers[n].end and text[end - 1].isspace():
        end -= 1
    return end


def _clause(text: str, numbers: list[_Number], parents: list[int | None], n: int, end: int) -> Clause:
    number = numbers[n]
    return Clause(
        n=n,
        level=number.level,
        number=number.number,
        label=number.label,
        parent=parents[n],
        heading=_heading(text[number.end : end].partition("\n")[0]),
        text=text[number.start : end],
        start=number.start,
        end=end,
    )


def _heading(line: str) -> str | None:
    line = line.strip()
    if not line:
        return None
    if (
        len(line) <= _HEADING_CHARS
        and line[-1] not in _STOPS + "，,、：:"
        and not any(stop in line for stop in _STOPS)
    ):
        return None if line.endswith(".") else line
    inline = _INLINE_HEADING.match(line)
    return inline[0] if inline else None


def _run(level: str, parent: int | None, numbers: list[int]) -> Run:
    seen: set[int] = set()
    duplicate, out_of_order = [], []
    highest = 0
    for number in numbers:
        if number in seen:
            duplicate.append(number)
        elif number < highest:
            out_of_order.append(number)
        seen.add(number)
        highest = max(highest, number)
    missing = tuple(sorted(set(range(1, highest)) - seen)) if len(seen) > 1 else ()
    return Run(
        level, parent, tuple(numbers), numbers[0], highest, missing, tuple(duplicate), tuple(out_of_order)
    )

"""Numbers that a word processor counts itself: they stand nowhere in the file's text, and clauses are told by them.

The formats are those of Office Open XML (ECMA-376 part 1, 17.18.59 ST_NumberFormat); old Word has the same by number
(MS-OSHARED 2.2.1.3 MSONFC).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cn2an import an2cn

_HAN_DIGITS = "〇一二三四五六七八九"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list.

    Attributes:
        start: The first number.
        form: How it is written, e.g. `decimal`, `chineseCounting`; what is unknown is written in digits.
        text: The label with `%1` to `%9` where the numbers of the levels stand.
        follow: What stands between label and text: `tab`, `space` or `nothing`.
        legal: Whether numbers of outer levels are written in digits.
    """

    start: int = 1
    form: str = "decimal"
    text: str = "%1."
    follow: str = "tab"
    legal: bool = False


@dataclass(slots=True)
class Counters:
    """How far each list has counted; one for a file."""

    _reached: dict[str, dict[int, int]] = field(default_factory=dict)

    def label(self, name: str, level: int, levels: Sequence[Level]) -> str:
        """Count on, and give the label with what follows it; empty for a bullet.

        Args:
            name: The list that counts.
            level: The level, from 0.
            levels: The list's levels.
        """
        if level >= len(levels):
            return ""
        reached = self._reached.setdefault(name, {})
        reached[level] = reached.get(level, levels[level].start - 1) + 1
        for deeper in [n for n in reached if n > level]:
            del reached[deeper]
        own = levels[level]
        if own.form in {"bullet", "none"} and "%" not in own.text:
            return ""

        def number(match: re.Match[str]) -> str:
            n = int(match[1]) - 1
            if n >= len(levels):
                return ""
            form = "decimal" if own.legal and n < level else levels[n].form
            return written(reached.get(n, levels[n].start), form)

        label = _PLACE.sub(number, own.text)
        apart = own.follow != "nothing" and label and label[-1] < "\u2e80"
        return f"{label} " if apart else label


def written(number: int, form: str) -> str:
    """A number as a format writes it."""
    writer = _WRITERS.get(form)
    return str(number) if writer is None or not 0 < number < 10_000 else writer(number)


def _roman(number: int) -> str:
    text = ""
    for value, sign in (
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ):
        times, number = divmod(number, value)
        text += sign * times
    return text


def _letter(number: int) -> str:
    times, place = divmod(number - 1, 26)
    return chr(ord("A") + place) * (times + 1)


def _circled(number: int) -> str:
    return chr(0x245F + number) if number <= 20 else str(number)


def _han(number: int) -> str:
    return str(an2cn(str(number), "low"))


def _cyclic(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)]


def _digits(number: int) -> str:
    return "".join(_HAN_DIGITS[int(digit)] for digit in str(number))


def _legal(number: int) -> str:
    return str(an2cn(str(number), "up"))


_WRITERS: Mapping[str, Callable[[int], str]] = {
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": _letter,
    "lowerLetter": lambda number: _letter(number).lower(),
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": lambda number: "".join(chr(0xFF10 + int(digit)) for digit in str(number)),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedFullstop": lambda number: chr(0x2487 + number) if number <= 20 else f"{number}.",
    "decimalEnclosedParen": lambda number: chr(0x2473 + number) if number <= 20 else f"({number})",
    "chineseCounting": _han,
    "chineseCountingThousand": _han,
    "japaneseCounting": _han,
    "taiwaneseCounting": _han,
    "taiwaneseCountingThousand": _han,
    "ideographDigital": _digits,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal,
    "ideographTraditional": _cyclic(_STEMS),
    "ideographZodiac": _cyclic(_BRANCHES),
}

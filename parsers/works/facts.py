"""What a text says in any language: its numbers, days, codes and years. A translation keeps them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from math import fsum

from parsers.structure.quantities import in_figures

# Each begins with what it can begin with: a text is gone through for these characters three times as fast.
_NUMBER = re.compile(
    r"(?=\d)(?<![\d.A-Za-z])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(?P<scale>万亿|千万|百万|亿|万|千|百|trillion|billion|million|thousand)?"
    r"(?P<percent>\s?(?:%|％|percent|per cent|个百分点|percentage points?))?",
    re.IGNORECASE,
)
_SCALES = {
    "万亿": 1e12, "千万": 1e7, "百万": 1e6, "亿": 1e8, "万": 1e4, "千": 1e3, "百": 1e2,
    "trillion": 1e12, "billion": 1e9, "million": 1e6, "thousand": 1e3,
}  # fmt: skip
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NAMES = "|".join(MONTHS)
_DAY = re.compile(
    rf"(?=[\dADFJMNOS])(?:(?P<m>\d{{1,2}})\s*月\s*(?P<d>\d{{1,2}})\s*日|\b(?P<em>{_NAMES})\s+(?P<ed>\d{{1,2}})(?:st|nd|rd|th)?\b|\b(?P<gd>\d{{1,2}})\s+(?P<gm>{_NAMES})\b)"
)
_CODE = re.compile(r"(?=[A-Z])(?<![A-Za-z])(?:[A-Z]{2,}[\dA-Z-]*\d[\dA-Z]*|[A-Z]+\d{2,}[A-Z]*)(?![A-Za-z])")
_ITEM = re.compile(r"^\s*\d{1,3}\s*[.．、)）](?!\d)", re.MULTILINE)
_YEAR = re.compile(r"(?=[12])(?<!\d)((?:19|20)\d\d)(?!\d)")
_FIRST_YEAR, _LAST_YEAR = 1949, 2060
_SMALL = 10
"""Below, a number counts list items and says nothing."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text says in any language.

    Attributes:
        tokens: Its numbers (scaled; `15%` apart from 15), days (`d05-07`) and codes (`CR929`).
        year: The year that it names most often, the earlier of two alike; None where it names none.
        years: All years that it names.
    """

    tokens: frozenset[str]
    year: str | None
    years: frozenset[str]
    total: float = field(init=False, repr=False, compare=False)
    """The weight of all tokens."""
    days: frozenset[str] = field(init=False, repr=False, compare=False)
    """The days among them."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "days", frozenset(token for token in self.tokens if token.startswith("d")))
        object.__setattr__(self, "total", _weight_of(self.tokens))


def facts(text: str) -> Facts:
    """Read the facts of a text."""
    years = Counter(years_in(text))
    top = min(years.items(), key=lambda item: (-item[1], item[0]))[0] if years else None
    return Facts(frozenset({*_days(text), *_numbers(text), *_CODE.findall(text)}), top, frozenset(years))


def years_in(text: str) -> list[str]:
    """Every year that a text or a headline names, in reading order."""
    return _YEAR.findall(in_figures(text))


@lru_cache(maxsize=50_000)  # the same numbers stand in many texts
def weight(token: str) -> float:
    """How much it says that two texts share a token: round numbers below a hundred little, a code much."""
    if not token[0].isdigit():
        return 1.5 if token[0].isupper() else 1.0
    digits = token.rstrip("%").replace(".", "").strip("0")
    return {0: 0.3, 1: 0.3, 2: 0.6}.get(len(digits), 1.5)


def agreement(one: Facts, other: Facts) -> tuple[float, float]:
    """How much two texts share: the weight of shared tokens, and its part of the weight of the smaller set."""
    shared = _weight_of(one.tokens & other.tokens)
    least = min(one.total, other.total)
    return shared, shared / least if least else 0.0


def _weight_of(tokens: Iterable[str]) -> float:
    """Rounded once, since a set has another order in each process."""
    return fsum(map(weight, tokens))


def _days(text: str) -> Iterator[str]:
    for found in _DAY.finditer(text):
        month = found["m"] or MONTHS.index(found["em"] or found["gm"]) + 1
        yield f"d{int(month):02}-{int(found['d'] or found['ed'] or found['gd']):02}"


def _numbers(text: str) -> Iterator[str]:
    for found in _NUMBER.finditer(_ITEM.sub(" ", _DAY.sub(" ", text))):
        value = float(found["digits"].replace(",", "")) * _SCALES.get((found["scale"] or "").lower(), 1.0)
        written = f"{value:.4f}".rstrip("0").rstrip(".")
        if found["percent"]:
            yield f"{written}%"
        elif value >= _SMALL and not (_FIRST_YEAR <= value <= _LAST_YEAR and "," not in found["digits"]):
            yield written

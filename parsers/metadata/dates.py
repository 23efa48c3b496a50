"""Dates as Chinese pages write them: found, validated, and cut to the precision that the page gives.

Own expressions, because general date libraries invent days (`到2025年底`, `3月9日讯`). All values are ISO 8601
strings cut to their precision: `2023`, `2023-03`, `2023-03-09`, `2024-01-25T18:41+08:00`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

CHINA_ZONE = "+08:00"
"""A time without a zone from a Chinese page: one zone, no summer time since 1991."""

UTC_ZONE = "+00:00"

EARLIEST_YEAR = 1900
LATEST_YEAR = 2099
ROC_EPOCH = 1911
"""民国 year 1 is 1912."""
HALF_A_DAY = 12
HALF_A_YEAR = timedelta(days=183)

_MOMENT = re.compile(r"[\d-]{10}T(?P<clock>\d\d:\d\d(?P<seconds>:\d\d)?)(?P<zone>[+-]\d\d:\d\d)?")
_REPUBLIC = re.compile(r"(1\d\d)[-/.](\d{1,2})[-/.](\d{1,2})")
_MIDNIGHT = re.compile(r"(?:00:00(?::00)?|23:59:59)$")
_ASCII = str.maketrans("０１２３４５６７８９：－／．　\xa0", "0123456789:-/.  ")
_NUMERAL = str.maketrans("〇零○ＯO０一二三四五六七八九", "000000123456789")

_YEAR = r"(?:(?:19|20)\d\d|[一二][〇零○ＯO0一二三四五六七八九]{3})"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
_CLOCK = (
    r"(?:[ T,，\[(（]{0,3}(?P<{0}h>[01]?\d|2[0-3])[:时](?P<{0}n>[0-5]\d)(?:[:分](?P<{0}s>[0-5]\d)(?:\.\d+)?秒?|分)?"
    r"(?P<{0}a> ?[ap]\.?m\b)?(?P<{0}z> ?Z\b| ?[+-]\d\d:?\d\d\b)?)?"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH_NAME = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"


def _clock(name: str) -> str:
    return _CLOCK.replace("{0}", name)


_DATE = re.compile(
    # What every form begins with, looked for before any of them is tried.
    r"(?=[0-9一二中民JFMASOND])(?:"
    rf"(?<![\d一二〇])(?P<cy>{_YEAR})\s*年\s*(?:(?P<cm>{_MONTH})\s*月\s*(?:(?P<cd>{_DAY})\s*[日号]{_clock('c')})?)?"
    rf"|(?<![\d.])(?P<iy>(?:19|20)\d\d)\s?(?P<sep>[-/.])\s?(?P<im>1[0-2]|0?[1-9])\s?(?P=sep)\s?(?P<id>3[01]|[12]\d|0?[1-9])"
    rf"(?!\d)(?:-(?=\d\d:\d\d))?{_clock('i')}"
    # The template of Xinhua: `2022 09/08 17:41:07`.
    rf"|(?<![\d.-])(?P<xy>20\d\d)\s+(?P<xm>1[0-2]|0\d)/(?P<xd>3[01]|[012]\d)(?=\s+\d\d:\d\d){_clock('x')}"
    rf"|(?<![\d.-])(?P<py>(?:19|20)\d\d)-(?P<pm>1[0-2]|0[1-9])(?![\d-])"
    r"|(?<!\d)(?P<ky>(?:19|20)\d\d)(?P<km>1[0-2]|0[1-9])(?P<kd>3[01]|[12]\d|0[1-9])(?!\d)"
    rf"|\b(?P<em>{_MONTH_NAME})\s+(?P<ed>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?,?\s+(?P<ey>(?:19|20)\d\d)\b{_clock('e')}"
    rf"|\b(?P<fd>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?:\s+|-)(?P<fm>{_MONTH_NAME})(?:,?\s+|-)(?P<fy>(?:19|20)\d\d)\b{_clock('f')}"
    rf"|(?:中[华華])?民[国國]\s*(?P<ry>\d{{1,3}}|[一二三四五六七八九十百]{{1,5}})\s*年\s*(?P<rm>{_MONTH})\s*月\s*(?P<rd>{_DAY})\s*日)",
    re.IGNORECASE,
)

_FORMS = ("c", "i", "x", "k", "e", "f", "r", "p")


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text.

    Attributes:
        value: ISO 8601, cut to the precision that the text gives.
        start: Where it begins.
        end: Where it ends, exclusive.
    """

    value: str
    start: int
    end: int

    @property
    def day(self) -> str | None:
        """The day, None where the text gives less."""
        return self.value[:10] if len(self.value) >= 10 else None


def find_dates(text: str) -> tuple[FoundDate, ...]:
    """Find every full date of a text; a year or a month alone does not count.

    Args:
        text: Any text, full-width digits allowed.

    Returns:
        The valid days in reading order; 30 February, a day without its year, `11-12-2023` and lunar dates are
        no days.
    """
    return tuple(found for found in _found(text) if found.day is not None)


def read_date(text: str) -> str | None:
    """Read the first date of a value that is known to be one, whatever its precision.

    Args:
        text: A tag's or a labelled line's value.

    Returns:
        ISO 8601 cut to its precision, None where there is no date.
    """
    partial = None
    for found in _found(text):
        if found.day is not None:
            return found.value
        partial = partial or found.value
    return partial


def of_republic(text: str) -> str | None:
    """Read a value that is a day of the Republic's era, as sites in Taiwan write it: `113-04-22`; None for others."""
    found = _REPUBLIC.fullmatch(text.strip())
    return _iso(int(found[1]) + ROC_EPOCH, int(found[2]), int(found[3])) if found else None


def read_day(text: str) -> str | None:
    """Read the first full day, or moment, of a value; None where it gives less."""
    return next((found.value for found in find_dates(text)), None)


def in_china(value: str) -> str:
    """Give a moment China's zone, and cut a clock that only says that nobody knew it (midnight, 23:59:59).

    Args:
        value: ISO 8601 day or moment. A moment in UTC is turned into Chinese time, another zone is kept.
    """
    found = _MOMENT.fullmatch(value)
    if found is None or _MIDNIGHT.match(found["clock"]):
        return value[:10]
    if found["zone"] is None:
        return value + CHINA_ZONE
    if found["zone"] != UTC_ZONE:
        return value
    local = datetime.fromisoformat(value).astimezone(timezone(timedelta(hours=8)))
    if _MIDNIGHT.match(f"{local:%H:%M:%S}"):
        return local.date().isoformat()
    return local.isoformat(timespec="seconds" if found["seconds"] else "minutes")


def url_day(url: str) -> str | None:
    """Read the day from a URL's path: `t20230309_`, `/2023/03/09/`, `/2023-03/09/`, `/2023/0309/`.

    Args:
        url: A URL.

    Returns:
        ISO 8601 day, None where the path has no date of these forms.
    """
    found = re.search(
        r"[/_tT](20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[_./-])"
        r"|/(20\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=/)"
        r"|/(20\d\d)/?(0[1-9]|1[0-2])/?(0[1-9]|[12]\d|3[01])/",
        url,
    )
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part is not None)
    return _iso(year, month, day)


def month_days(text: str) -> tuple[tuple[int, int, int], ...]:
    """Find days without a year: `3月9日`, `March 28`, `28 March`.

    Args:
        text: Any text.

    Returns:
        (month, day, offset) of each; one that is part of a full date is left out.
    """
    full = [(found.start, found.end) for found in find_dates(text)]
    result = []
    for found in _MONTH_DAY.finditer(text.translate(_ASCII)):
        if any(start <= found.start() < end for start, end in full):
            continue
        month = _MONTHS.get((found["en"] or found["fn"] or "").lower().rstrip(".")) or _number(
            found["cm"] or ""
        )
        day = _number(found["cd"] or found["ed"] or found["fd"])
        # 2024 is a leap year, so that 29 February counts while its year is not known.
        if _iso(2024, month, day) is not None:
            result.append((month, day, found.start()))
    return tuple(result)


_MONTH_DAY = re.compile(
    rf"(?<![\d年])(?P<cm>{_MONTH})\s?月\s?(?P<cd>{_DAY})\s?日"
    rf"|\b(?P<en>{_MONTH_NAME})\s+(?P<ed>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\b(?!,?\s+(?:19|20)\d\d)"
    rf"|\b(?P<fd>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\s+(?P<fn>{_MONTH_NAME})\b(?!,?\s+(?:19|20)\d\d)",
    re.IGNORECASE,
)


def day_before(month: int, day: int, reference: str) -> str | None:
    """Give a day without a year the last year in which it was not after the reference.

    Args:
        month: 1 to 12.
        day: 1 to 31.
        reference: ISO 8601 day or moment of publication.

    Returns:
        ISO 8601 day, None where there is no such day, or one of the year before that is more than half a year back:
        it may as well be to come.
    """
    published = date.fromisoformat(reference[:10])
    for year in (published.year + 1, published.year, published.year - 1):
        iso = _iso(year, month, day)
        if iso is not None and date.fromisoformat(iso) <= published + timedelta(days=1):
            near = published - date.fromisoformat(iso) <= HALF_A_YEAR
            return iso if near or year == published.year else None
    return None


def day_after(month: int, day: int, reference: str) -> str | None:
    """Give a day without a year the first year in which it was not before the reference.

    Args:
        month: 1 to 12.
        day: 1 to 31.
        reference: ISO 8601 day or moment of publication.

    Returns:
        ISO 8601 day, None where there is no such day, or one of the year after that is more than half a year ahead:
        it may as well be past.
    """
    published = date.fromisoformat(reference[:10])
    for year in (published.year, published.year + 1):
        iso = _iso(year, month, day)
        if iso is not None and date.fromisoformat(iso) >= published:
            near = date.fromisoformat(iso) - published <= HALF_A_YEAR
            return iso if near or year == published.year else None
    return None


def _found(text: str) -> list[FoundDate]:
    plain = text.translate(_ASCII)
    result = []
    for match in _DATE.finditer(plain):
        form = next(form for form in _FORMS if match[f"{form}y"])
        value = _value(match, form)
        if value is not None:
            result.append(FoundDate(value, match.start(), match.end()))
    return result


def _value(match: re.Match[str], form: str) -> str | None:
    groups = match.groupdict()
    year = _number(groups[f"{form}y"]) + ROC_EPOCH if form == "r" else _year(groups[f"{form}y"])
    month, day = groups.get(f"{form}m"), groups.get(f"{form}d")
    if month is None:
        return f"{year:04d}" if EARLIEST_YEAR <= year <= LATEST_YEAR else None
    number = _MONTHS.get(month.lower().rstrip(".")) or _number(month)
    if day is None:
        return f"{year:04d}-{number:02d}" if EARLIEST_YEAR <= year <= LATEST_YEAR else None
    iso = _iso(year, number, _number(day))
    if iso is None or groups.get(f"{form}h") is None:
        return iso
    return iso + _time(groups, form)


def _time(groups: dict[str, str | None], form: str) -> str:
    hour, minute, second, half, zone = (groups[form + part] for part in "hnsaz")
    number = int(hour or 0)
    if half and number <= HALF_A_DAY:
        number = number % HALF_A_DAY + (HALF_A_DAY if half.strip().lower().startswith("p") else 0)
    clock = f"T{number:02d}:{minute}" + (f":{second}" if second else "")
    if zone is None:
        return clock
    zone = zone.strip().replace(":", "").upper()
    return clock + ("+00:00" if zone == "Z" else f"{zone[:3]}:{zone[3:]}")


def _iso(year: int, month: int, day: int) -> str | None:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _year(text: str) -> int:
    return int(text.translate(_NUMERAL))


def _number(text: str) -> int:
    """Read a small number in digits or in Chinese numerals below one hundred and ninety-nine."""
    if text.isdigit() and text.isascii():
        return int(text)
    total = 0
    for unit, size in (("百", 100), ("十", 10)):
        head, mark, rest = text.partition(unit)
        if mark:
            total += size * (int(head.translate(_NUMERAL)) if head else 1)
            text = rest
    return total + (int(text.translate(_NUMERAL)) if text else 0)

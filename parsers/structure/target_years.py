"""The year that a commitment is for, and the deadline where one is named."""

from __future__ import annotations

import re
from typing import NamedTuple

from parsers.structure.quantities import in_figures
from parsers.structure.target_words import BASELINE

_FIRST_PLAN_END = 1955  # the n-th five-year plan ends in 1955 + 5 n: the 14th in 2025
_PLANS = {"十": 10, "十一": 11, "十二": 12, "十三": 13, "十四": 14, "十五": 15, "十六": 16}

_CHINESE = re.compile(
    r"(?=[到至截12十“\"明今年本未两二三四五六\d])(?:(?P<to>到|至|截至|截止|截止到)?\s?(?P<y>(?:19|20)\d\d)\s?(?:[-—–~至到]{1,2}\s?(?P<last>(?:19|20)\d\d))?\s?年(?:度)?"
    r"(?:\s?(?P<m>\d{1,2})\s?月(?:\s?(?P<d>\d{1,2})\s?日)?)?(?P<end>份?[底末]?(?:[之以]?前)?)"
    r"|(?P<to_plan>到|至)?[“\"]?(?P<plan>十[一二三四五六]?)五[”\"]?(?P<plan_end>末|期末)?(?=期|时|末|[，,]|年|规|全|我|，|中|以|后|期间|[一-鿿])"
    r"|(?P<next>明年)|(?P<this>今年|年内|年底前?|本年度)|(?P<span>(?:未来|今后)?[两二三四五六\d]+年(?:内|左右(?:时间)?|时间)))"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = re.compile(
    r"(?=[12]|\b[A-Zbnutftcosravwiml])(?:(?P<by>\b(?:by|before|no later than|until|till|through)\s+(?:the\s+)?(?:end\s+of\s+|year-end\s+|late\s+|mid-)?(?:the\s+year\s+)?(?:(?P<month>[A-Z][a-z]{2,8})\s+(?:(?P<day>\d{1,2}),\s+)?)?(?:of\s+)?)?"
    r"(?P<from>\b(?:from|compared (?:with|to)|over|than|since|on|against|relative to|versus|between)\s+(?:the\s+)?(?:level\s+(?:of|in)\s+|figure\s+(?:of|in)\s+|that\s+(?:of|in)\s+|in\s+)?)?"
    r"\b(?P<y>(?:19|20)\d\d)(?P<level>\s+levels?|\s+baseline|'s)?(?:\s*(?:-|–|—|to|and)\s*(?P<last>(?:19|20)\d\d))?(?!\d|,\d|\.\d)"
    r"|(?P<next>\bnext year\b)|(?P<this>\bthis year\b)|(?P<span>\b(?:within|in|over)\s+(?:the\s+(?:next|coming)\s+)?(?:two|three|four|five|ten|\d+)(?:\s+to\s+\w+)?\s+years\b))",
    re.IGNORECASE,
)


# 2000年底前建成的老旧小区: the year of what is there already.
_OF_AN_OBJECT = re.compile(r"(?:建成|投产|成立|注册|出台|印发|签订|开工|认定)的")


class YearMark(NamedTuple):
    """A mention of a year that commitments may be for.

    Attributes:
        position: Where it stands.
        year: The year; None where it is counted from a year not told (三年内).
        relative: Years after the document's own; None for a year in figures.
        deadline: ISO 8601 date cut to its precision, where it is a deadline.
        due: True where the year is a deadline or a goal (到2025年), which later sentences inherit.
    """

    position: int
    year: int | None
    relative: int | None
    deadline: str | None
    due: bool


def chinese_years(text: str) -> list[YearMark]:
    """Years named in a Chinese text, baselines (比2020年) left out."""
    if "年" not in text and "五" not in text:
        return []
    text = in_figures(text)
    baselines = [match.span() for match in BASELINE.finditer(text)]
    marks = []
    for match in _CHINESE.finditer(text):
        position = match.start()
        if any(start <= position < end for start, end in baselines) or _OF_AN_OBJECT.match(text, match.end()):
            continue
        if match["y"]:
            marks.append(_chinese_mark(match))
        elif match["plan"]:
            year = _FIRST_PLAN_END + 5 * _PLANS[match["plan"]]
            due = bool(match["to_plan"] or match["plan_end"])
            marks.append(YearMark(position, year, None, str(year) if due else None, due))
        else:
            relative = 1 if match["next"] else 0 if match["this"] else None
            marks.append(YearMark(position, None, relative, None, due=False))
    return marks


def _chinese_mark(match: re.Match[str]) -> YearMark:
    year = int(match["last"] or match["y"])
    due = bool(match["to"] or match["end"])
    month, day = match["m"], match["d"]
    deadline = str(year) + (f"-{int(month):02}" if month else "") + (f"-{int(day):02}" if day else "")
    due = due and not (match["to"] or "").startswith("截")
    return YearMark(match.start(), year, None, deadline if due else None, due)


def english_years(text: str) -> list[YearMark]:
    """Years named in an English text, baselines (from 2020 levels) left out."""
    if "20" not in text and "19" not in text and "year" not in text:
        return []
    marks = []
    for match in _ENGLISH.finditer(text):
        if match["y"] is None:
            relative = 1 if match["next"] else 0 if match["this"] else None
            marks.append(YearMark(match.start(), None, relative, None, due=False))
            continue
        if match["level"] or (match["from"] and not match["last"]):
            continue
        year = int(match["last"] or match["y"])
        month = (match["month"] or "").lower()[:3]
        iso = f"{year}-{_MONTHS.index(month) + 1:02}" if month in _MONTHS else str(year)
        if match["day"] and month in _MONTHS:
            iso += f"-{int(match['day']):02}"
        due = match["by"] is not None
        marks.append(YearMark(match.start(), year, None, iso if due else None, due))
    return marks


_TITLE_YEAR = re.compile(r"(?<![\d〔（(\[])((?:19|20)\d\d)(?!\d|[ ]?[-—–~至到]{1,2}[ ]?\d|[—–]|[号〕）)\]])")
_GOAL_YEAR = re.compile(
    r"(?:到|至|by |before )\s?(?:19|20)\d\d|(?:19|20)\d\d\s?年(?:底|末)?前|(?:19|20)\d\d\s?年?[-—–~至到]{1,2}\s?(?:19|20)\d\d",
    re.IGNORECASE,
)
_CITED = re.compile(r"《([^《》\n]{2,60})》")


def document_year(text: str, title: str | None, issued: str | None, date_event: str | None) -> int | None:
    """The year a document speaks for, which its commitments inherit where they name none.

    Args:
        text: Normalised text.
        title: The headline.
        issued: ISO 8601 day of publication.
        date_event: ISO 8601 day of what the text reports.

    Returns:
        The first of: a single year in the title (a goal such as 到2030年 is none), the year of the event, the year in
        the title of a cited plan (《…2023年行动计划》) where all such titles agree, the year of publication; None otherwise.
    """
    years = _single_years(title or "")
    if len(years) == 1:
        return years.pop()
    if date_event:
        return int(date_event[:4])
    cited = {year for match in _CITED.finditer(text) for year in _single_years(match[1])}
    if len(cited) == 1 and (issued is None or cited == {int(issued[:4])}):
        return cited.pop()
    return int(issued[:4]) if issued else None


def _single_years(title: str) -> set[int]:
    return {int(year) for year in _TITLE_YEAR.findall(_GOAL_YEAR.sub("", in_figures(title)))}

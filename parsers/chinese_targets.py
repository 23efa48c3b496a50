"""Commitments of a Chinese sentence: which of its quantities are governed by a verb or an aim."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace

from parsers import target_words as words
from parsers.chinese_subjects import BOUNDARY, STOP, Parse, first_word, parse, subject
from parsers.commitment import Commitment, Place
from parsers.quantities import Quantity, chinese_number, chinese_quantities
from parsers.target_years import YearMark

_LABEL = re.compile(
    r"[ \u3000]*(?:第[〇零一二三四五六七八九十百千\d]+[编章节条]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]、?|"
    r"\d{1,2}(?:\.\d{1,2}){0,3}[.．、](?!\d)|[①-⑳]|[-•*])[ \u3000]*"
)
_DOUBLING = re.compile(r"翻(?P<times>[一两二三四1234])?番")
_TIMES = {"一": 1, "1": 1, None: 1, "两": 2, "二": 2, "2": 2, "三": 3, "3": 3, "四": 4, "4": 4}
_RANK = re.compile(
    r"前(?P<rank>\d+|[一二三四五六七八九十]{1,3})(?P<unit>[名位强]|(?=[，。；、]|$|行列|方阵))"
)
_RANK_VERB = re.compile(r"进入|跻身|位居|位列|保持|稳居|迈入|进位|居|挺进|跨入|排名")

_BASELINE_AFTER = re.compile(
    r"[^，。；\d]{0,2}(?:提高|增加|增长|提升|上升|下降|降低|降|减少|扩大|升|压缩|缩短|增|发展)(?:到|至|为)|(?:的基础上|基础上)"
)
_ONE = re.compile(r"一(?=[^一-鿿]|$|[个家项种名支套座件条门处所场次人])")


def chinese_commitments(
    sentence: str, marks: list[YearMark], year: int | None, before: str = ""
) -> list[Commitment]:
    """Find the commitments of one sentence.

    Args:
        sentence: One sentence, or one line.
        marks: Its years.
        year: The document's own year; a bare year before it marks a report.
        before: The end of the paragraph before it; a report of the past there goes on in a sentence without any sign
            of its own.

    Returns:
        Commitments in reading order.
    """
    quantities = sorted(
        [*chinese_quantities(sentence), *_doublings(sentence), *_ranks(sentence)], key=lambda q: q.start
    )
    quantities = [q for n, q in enumerate(quantities) if n == 0 or q.start >= quantities[n - 1].end]
    if not quantities:
        return []
    moods = _moods(sentence, marks, year)
    if before and first_word(sentence.strip(), words.MAKING | words.ADVERBS) is None and _reports(before):
        moods = [(0, "past"), *moods]
    label = _LABEL.match(sentence)
    boundaries = [label.end() if label else 0, *(match.end() for match in BOUNDARY.finditer(sentence))]
    found: list[Commitment] = []
    previous_end, previous_taken = 0, False
    for quantity, following in zip(
        quantities, [*(q.bare for q in quantities[1:]), len(sentence)], strict=True
    ):
        if quantity.start < boundaries[0]:
            continue
        clause = boundaries[bisect_right(boundaries, quantity.bare) - 1]
        mood = _mood_at(moods, quantity.start)
        place = Place(
            sentence=sentence,
            quantity=quantity,
            clause=clause,
            start=max(clause, previous_end),
            following=following,
            looks_ahead=mood == "future",
            listed=previous_taken and _continues(sentence[previous_end : quantity.bare]),
            heard=found[-1].subject if found else None,
        )
        commitment = None if mood == "past" or _commits_to_nothing(place) else _commitment(place)
        if commitment is not None:
            found.append(replace(commitment, mark=_mark(place, marks)))
        previous_taken = commitment is not None
        if not _is_passed_over(place):
            previous_end = _end_with_noun(sentence, quantity, commitment)
    return _distributed(sentence, found)


def _end_with_noun(sentence: str, quantity: Quantity, commitment: Commitment | None) -> int:
    """Where a quantity ends, its noun included where that stands behind it."""
    if commitment is None or commitment.subject is None:
        return quantity.end
    stop = STOP.search(sentence, quantity.end)
    noun = sentence.find(commitment.subject, quantity.end, stop.start() if stop else len(sentence))
    return quantity.end if noun < 0 else noun + len(commitment.subject)


def _reports(before: str) -> bool:
    strong = [(match.start(), "past") for match in words.PAST.finditer(before)]
    strong += [(match.start(), "future") for match in words.FUTURE.finditer(before)]
    return bool(strong) and max(strong)[1] == "past"


def _moods(sentence: str, marks: list[YearMark], year: int | None) -> list[tuple[int, str]]:
    moods = [(match.end(), "past") for match in words.PAST.finditer(sentence)]
    moods += [(match.end(), "weak") for match in words.PAST_WEAK.finditer(sentence)]
    moods += [(match.start(), "future") for match in words.FUTURE.finditer(sentence)]
    for mark in marks:
        if mark.year is None or year is None:
            continue
        if mark.year < year:
            moods.append((mark.position + 1, "past"))  # one behind 到, which alone looks ahead
        elif mark.year > year:
            moods.append((mark.position, "future"))
    return sorted(moods)


def _mood_at(moods: list[tuple[int, str]], position: int) -> str | None:
    before = [mood for start, mood in moods if start <= position]
    strong = [mood for mood in before if mood != "weak"]
    if strong:
        return strong[-1]
    told = {mood for _, mood in moods}
    return "past" if before or ("weak" in told and "future" not in told) else None


def _continues(between: str) -> bool:
    """Whether a quantity goes on with the list of the one before it: 企业5户、平台3个."""
    return len(between) <= 40 and not re.search(r"[；;。：:]", between)


def _doublings(sentence: str) -> list[Quantity]:
    return [
        Quantity(factor, factor, "=", False, "倍", 1.0, match.start(), match.end(), match.start())
        for match in _DOUBLING.finditer(sentence)
        for factor in (2.0 ** _TIMES[match["times"]],)
    ]


def _ranks(sentence: str) -> list[Quantity]:
    found = []
    for match in _RANK.finditer(sentence):
        verb = _RANK_VERB.search(sentence, max(0, match.start() - 14), match.start())
        if verb is None:
            continue
        rank = match["rank"]
        value = float(rank) if rank.isdigit() else chinese_number(rank)
        unit = match["unit"] or "位"
        if value is not None:
            found.append(
                Quantity(None, value, "<=", False, unit, 1.0, match.start(), match.end(), verb.start())
            )
    return found


def _is_passed_over(place: Place) -> bool:
    """Whether a number belongs to the phrase around it: 由2.1%提高到2.6%, 五年内达到20个."""
    return place.unit in words.TIME_UNITS or _is_baseline(place)


def _is_baseline(place: Place) -> bool:
    if _BASELINE_AFTER.match(place.sentence, place.quantity.end) is None:
        return False
    return re.search(r"从|由|在", place.before[-_BASELINE_REACH:]) is not None


_BASELINE_REACH = 18  # characters from 从 or 由 to the number it governs
_NEAR = 14  # characters within which a word of support, penalty or condition governs the number
_FEW = 30  # actions or tasks up to this many are a plan's own headings
_FOUNDING = re.compile(r"设立|组建|发起|成立")
_POINTING = re.compile(r"(?:[这该那此]|上述|其他|另外|以下|下列|前述|每[^，。；年]{0,4}|前|年产)$")
_SINGLE_CHANGE = 8  # characters in which a verb of shortening stands before a time


def _commits_to_nothing(place: Place) -> bool:
    """Whether a number divides the text, sets a condition or describes, instead of committing."""
    if place.number.startswith("前"):
        return False
    return (
        place.unit in words.STRUCTURAL_UNITS
        or _POINTING.search(place.before) is not None
        or _is_condition(place)
        or _is_duration(place)
        or _is_baseline(place)
        or _is_article(place)
        or (_describes(place) if words.MEASURES.search(place.unit) else _announces(place))
    )


def _is_condition(place: Place) -> bool:
    near = place.before[-_NEAR:] + STOP.split(place.after, maxsplit=1)[0][:_NEAR]
    if words.CONDITION.search(near):
        return True
    support = words.SUPPORT.search(near) is not None or place.qualifier.startswith("最高")
    return support and words.MEASURES.search(place.unit) is not None


def _is_duration(place: Place) -> bool:
    if place.unit not in words.TIME_UNITS:
        return False
    if words.TIMED.search(place.before) and (
        place.unit not in words.LONG_UNITS or words.RAISED.search(place.before)
    ):
        return False
    return words.DECREASE.search(place.before[-_SINGLE_CHANGE:]) is None


def _is_article(place: Place) -> bool:
    """Whether a numeral is no more than an article: 建立一个机制, 开通两张储蓄卡."""
    quantity = place.quantity
    if (
        place.unit in words.NARRATED_UNITS
        and place.number[0] in _FEW_NUMERALS
        and quantity.low == quantity.high
    ):
        return len(place.number) == 1 + len(place.unit)
    return (
        _ONE.match(place.number) is not None and quantity.comparator == "=" and quantity.low == quantity.high
    )


def _describes(place: Place) -> bool:
    """Whether a measure qualifies a noun: 千亿级, 10亿元的企业, 产值超10亿元企业达到50家."""
    if place.after.startswith(("级", "股权")):
        return True
    if place.unit in {"%", "倍"}:
        return False
    if place.after.startswith("的"):
        return _FOUNDING.search(place.before) is None
    between = place.sentence[place.quantity.end : place.following]
    if not place.unit.endswith("元") or place.following >= len(place.sentence) or not between:
        return False
    return "\u4e00" <= between[0] <= "\u9fff" and re.search(r"[，,；;。：:、和]", between) is None


def _announces(place: Place) -> bool:
    """Whether what is counted are the text's own headings: 八项举措, 10项重点任务."""
    if words.STRUCTURE.match(place.after):
        return True
    few = (place.quantity.high or place.quantity.low or 0) <= _FEW
    return few and place.unit in {"项", "个", "条"} and words.PROGRAMMES.match(place.after) is not None


_FEW_NUMERALS = "两二三四五"
# 共六名, 由二人以上: how many there are, even where the sentence looks ahead.
_COUNTING = frozenset({("有",), ("共",)})
_BOUNDING = re.compile(r"突破|超过|控制|不少于|不低于|不超过|不高于|至少|不得|压缩|压减")


def _commitment(place: Place) -> Commitment | None:
    parsed, quantity = parse(place.segment), place.quantity
    governed = parsed.governs or _BOUNDING.search(place.qualifier) is not None
    if not (governed or place.looks_ahead or place.listed or place.number[0] in "翻前"):
        return None
    if (words.PROJECT_SIZE.search(parsed.core) and not parsed.verbs) or parsed.core == "由":
        return None
    if parsed.predicate in _COUNTING and not parsed.governs:
        return None
    if "至少" in parsed.predicate and quantity.comparator == "=":
        quantity = replace(quantity, comparator=">=", high=None)
    start = quantity.bare - sum(map(len, parsed.predicate))
    surface = place.sentence[start : quantity.end]
    return Commitment(
        subject(place, parsed), quantity, None, _change(place, parsed), surface, start, quantity.end
    )


def _change(place: Place, parsed: Parse) -> str | None:
    told = "|".join((*parsed.verbs, *parsed.predicate, place.qualifier)).replace("新增", "")
    if place.number.startswith("翻") or words.INCREASE.search(told):
        return "increase"
    return "decrease" if words.DECREASE.search(told) else None


_DUE_BEHIND = re.compile(r"[^，。；\d]{0,20}[（(]?(?=(?:19|20)\d\d年)")


def _mark(place: Place, marks: list[YearMark]) -> YearMark | None:
    """The last year named before a number, else a deadline behind it: 建设平台10个（2025年底前完成）."""
    earlier = [mark for mark in marks if mark.position < place.quantity.start]
    if earlier:
        return earlier[-1]
    behind = _DUE_BEHIND.match(place.sentence, place.quantity.end)
    return next((mark for mark in marks if behind and mark.due and mark.position <= behind.end()), None)


def _distributed(sentence: str, found: list[Commitment]) -> list[Commitment]:
    """Give each number of 甲、乙分别达到1家、2家 its own subject."""
    for first, commitment in enumerate(found):
        if commitment.subject is None or "分别" not in sentence[: commitment.quantity.start][-12:]:
            continue
        subjects = [part for part in re.split(r"[、和与]|以及", commitment.subject) if part]
        group = found[first : first + len(subjects)]
        if len(subjects) > 1 and len(group) == len(subjects):
            shared = [
                replace(c, subject=subject, change=commitment.change)
                for subject, c in zip(subjects, group, strict=True)
            ]
            return [*found[:first], *shared, *found[first + len(subjects) :]]
    return found

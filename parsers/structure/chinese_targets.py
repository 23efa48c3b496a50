"""Commitments of a Chinese sentence: which of its quantities are governed by a verb or an aim."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace

from parsers.structure import target_words as words
from parsers.structure.chinese_subjects import ABOVE, BOUNDARY, STOP, Parse, first_word, opens, parse, subject
from parsers.structure.commitment import Commitment, Place
from parsers.structure.quantities import Quantity, chinese_number, chinese_quantities, in_figures
from parsers.structure.target_years import YearMark

_LABEL = re.compile(
    r"[ \u3000]*(?:第[〇零一二三四五六七八九十百千\d]+[编章节条]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]、?|"
    r"\d{1,2}(?:\.\d{1,2}){0,3}[.．、](?!\d)|[①-⑳]|[-•*])[ \u3000]*"
)
_DOUBLING = re.compile(r"翻(?P<times>[一两二三四1234])?番(?P<more>以上)?")
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
    if _REQUIRES.search(sentence):
        return []
    quantities = sorted(
        [*chinese_quantities(sentence), *_doublings(sentence), *_ranks(sentence)], key=lambda q: q.start
    )
    quantities = [q for n, q in enumerate(quantities) if n == 0 or q.start >= quantities[n - 1].end]
    if not quantities:
        return []
    moods = _moods(sentence, marks, year)
    label = _LABEL.match(sentence)
    ordered = _ordered_from(sentence, label.end() if label else 0)
    moods = [m for m in moods if m[1] != "weak" or m[0] < ordered or not sentence.endswith("累计", 0, m[0])]
    if before and first_word(sentence.strip(), words.MAKING | words.ADVERBS) is None and _reports(before):
        moods = [(0, "past"), *moods]
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
            looks_ahead=mood == "future" or (mood is None and quantity.start >= ordered),
            listed=previous_taken and _continues(sentence[previous_end : quantity.bare]),
            heard=found[-1].subject if found else None,
        )
        commitment = None if mood == "past" or _commits_to_nothing(place) else _commitment(place)
        if commitment is not None:
            found.append(replace(commitment, mark=_mark(place, marks)))
        previous_taken = commitment is not None
        if not _is_passed_over(place) and not _qualifies(place):
            previous_end = _end_with_noun(sentence, quantity, commitment)
    for n, commitment in enumerate(found[:-1]):
        if commitment.subject in words.MAKING and not words.MEASURES.search(
            commitment.quantity.unit or ""
        ):  # 建成2个、开工3个大科学装置
            found[n] = replace(commitment, subject=found[n + 1].subject)
    return _distributed(sentence, found)


def _ordered_from(sentence: str, start: int) -> int:
    """From where on a sentence is an order, which begins with a verb: 加快建设…, 支持…; its end where it is none."""
    order = sentence[start:].lstrip("“ \u3000")
    if order.startswith(words.ORDERING):
        comma = sentence.find("，")
        return comma if comma >= 0 else len(sentence)
    first = first_word(order, words.MAKING | words.ADVERBS)
    return start if first is not None and first not in words.AIMING and opens(order) else len(sentence)


# What an applicant must have is no plan: 应当具有不少于15名研发人员.
_REQUIRES = re.compile(r"(?:应当?|须|需)(?:同时)?(?:具有|具备|符合|满足?)")


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
    moods += [(match.start(), "hint") for match in words.FUTURE_WEAK.finditer(sentence)]
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
    strong = [mood for mood in before if mood in {"past", "future"}]
    if strong or "hint" in before:
        return strong[-1] if strong else "future"
    told = {mood for _, mood in moods}
    return "past" if before or ("weak" in told and not told & {"future", "hint"}) else None


def _continues(between: str) -> bool:
    """Whether a quantity goes on with the list of the one before it: 企业5户、平台3个."""
    return len(between) <= 40 and not re.search(r"[；;。：:]", between)


def _doublings(sentence: str) -> list[Quantity]:
    return [
        Quantity(
            factor,
            None if match["more"] else factor,
            ">=" if match["more"] else "=",
            approximate=False,
            unit="倍",
            scale=1.0,
            start=match.start(),
            end=match.end(),
            bare=match.start(),
        )
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
    return place.unit in words.TIME_UNITS or place.unit == "岁" or _is_baseline(place)


def _qualifies(place: Place) -> bool:
    """Whether a measure belongs to the noun that another number counts: 收入超10亿元的企业30家."""
    return bool(words.MEASURES.search(place.unit)) and place.after.startswith("的") and _describes(place)


def _is_baseline(place: Place) -> bool:
    if _BASELINE_AFTER.match(place.sentence, place.quantity.end) is None:
        return False
    return re.search(r"从|由|在", place.before[-_BASELINE_REACH:]) is not None


_BASELINE_REACH = 18  # characters from 从 or 由 to the number it governs
_NEAR = 14  # characters within which a word of support, penalty or condition governs the number
_RHYTHM = 4  # 每月调研1次 is a habit, no quantity
_FEW = 30  # actions or tasks up to this many are a plan's own headings
_WHOLE = re.compile(r"(?:全[省市国县区]|我[省市国])$")  # 全省12个高新区: all there are
_FOUNDING = re.compile(r"设立|组建|发起|成立")
_POINTING = re.compile(r"(?:[这该那此]|上述|其他|另外|以下|下列|前述|前|年产)$")
_EACH = re.compile(r"(?<![到过破至达])每[^，。；年]{0,4}$")
_EACH_PAID = re.compile(r"每[^，。；年]{0,4}$|每[个家项][^，。；]{0,12}$")
_SINGLE_CHANGE = 8  # characters in which a verb of shortening stands before a time


def _commits_to_nothing(place: Place) -> bool:
    """Whether a number divides the text, sets a condition or describes, instead of committing."""
    if place.number.startswith("前"):
        return place.after.startswith("的")  # 占有率居全国前3位的企业
    return (
        place.unit in words.STRUCTURAL_UNITS
        or _POINTING.search(place.before) is not None
        or _is_for_each(place)
        or _is_condition(place)
        or _is_duration(place)
        or _is_baseline(place)
        or (place.unit == "岁" and "寿命" not in place.before)
        or _is_article(place)
        or _counts_names(place)
        or (
            _describes(place)
            if words.MEASURES.search(place.unit)
            else _announces(place) or _WHOLE.search(place.before) is not None
        )
    )


_AGGREGATE = 10**8  # no single case is paid in 亿元: 发放购房补贴3亿元
_CHANGED = re.compile(
    r"(?:提高|增加|增长|提升|降低|下降|减少|达)[到至]?(?:每[人户亩])?(?:每?[年月])?$"
)  # what changes is a level, not a single payment


def _is_for_each(place: Place) -> bool:
    """Whether a number is what each of them gets or has: 每个中心支持500万元; a bound on each commits: 每条链不少于2个."""
    if place.unit.endswith("元"):
        return _EACH_PAID.search(place.before) is not None and _CHANGED.search(place.before) is None
    return not place.qualifier and _EACH.search(place.before) is not None


def _is_condition(place: Place) -> bool:
    near = place.before[-_NEAR:] + STOP.split(place.after, maxsplit=1)[0][:_NEAR]
    if words.CONDITION.search(near) or place.after.startswith("作为"):
        return True
    support = words.SUPPORT.search(near) is not None or place.qualifier.startswith("最高")
    if place.quantity.scale >= _AGGREGATE and not re.search("给予|最高", near + place.qualifier):
        return False
    return support and _CHANGED.search(place.before) is None and words.MEASURES.search(place.unit) is not None


def _is_duration(place: Place) -> bool:
    if place.unit not in words.TIME_UNITS:
        return False
    if words.TIMED.search(place.before) and (
        words.RAISED.search(place.before + place.qualifier)
        or (place.unit not in words.LONG_UNITS and place.quantity.comparator != "=")
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
    if place.unit == "次" and (quantity.low or 0) <= _RHYTHM and "每" in place.before:
        return True
    return not words.MEASURES.search(place.unit) and (
        _ONE.match(place.number) is not None and quantity.comparator == "=" and quantity.low == quantity.high
    )


_NAMES = re.compile(r"[^、]{2,}(?:、[^、]{2,}){2,}$|[^、]{2,}、[^、和与]{2,}[和与][^、]{2,}$")


def _counts_names(place: Place) -> bool:
    """Whether a number sums up the names before it: 太原、大同、长治3个市."""
    if (
        words.MEASURES.search(place.unit)
        or place.segment.endswith(("等", "的"))
        or not place.after[:1].isalpha()
    ):
        return False
    named = _NAMES.search(place.segment)
    return named is not None and first_word(place.segment.rpartition("、")[2], words.MAKING) is None


# 研发投入增长20%以上的企业, but 80%以上的企业 and 30%的资金.
_ATTRIBUTIVE = re.compile(r"(?:增长|提高|下降|降低|减少|达到?|占比|强度|比例|比重|率|额|量|投入|收入)$")


def _describes(place: Place) -> bool:
    """Whether a measure qualifies a noun: 千亿级, 10亿元的企业, 产值超10亿元企业达到50家."""
    if place.after.startswith(("级", "股权")):
        return True
    if place.unit in {"%", "倍"}:
        return place.after.startswith("的") and _ATTRIBUTIVE.search(place.before) is not None
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
    if (words.PROJECT_SIZE.search(parsed.core) and not parsed.governs) or place.segment.endswith("由"):
        return None
    if place.qualifier.startswith("不得") and not place.looks_ahead:
        return None  # a law forbids, and aims at nothing
    if parsed.predicate in _COUNTING and not parsed.governs:
        return None
    quantity = _under_comparator(place, parsed)
    start = quantity.bare - sum(map(len, parsed.predicate))
    surface = place.sentence[start : quantity.end]
    return Commitment(
        subject(place, parsed), quantity, None, _change(place, parsed), surface, start, quantity.end
    )


def _under_comparator(place: Place, parsed: Parse) -> Quantity:
    """The quantity as bounded by words apart from it: 至少建设1所, 不低于营业收入的3%; 突破200项技术 bounds nothing."""
    quantity = place.quantity
    if place.qualifier == "突破" and not place.segment and place.after[:1].isalpha():
        return replace(quantity, comparator="=", high=quantity.low)
    if quantity.comparator != "=" or quantity.low != quantity.high:
        return quantity
    if any(word == "至少" or re.match("不得?[低少]于", word) for word in parsed.predicate):
        return replace(quantity, comparator=">=", high=None)
    if any(re.match("不得?(?:超过|高于)", word) for word in parsed.predicate):
        return replace(quantity, comparator="<=", low=None)
    return quantity


def _change(place: Place, parsed: Parse) -> str | None:
    predicate = [word for word in parsed.predicate if not word.startswith(ABOVE)]
    told = "|".join((*parsed.verbs, *predicate, place.qualifier)).replace("新增", "")
    if place.number.startswith("翻") or words.INCREASE.search(told):
        return "increase"
    return "decrease" if words.DECREASE.search(told) else None


_DUE_BEHIND = re.compile(r"[^，。；\d]{0,20}[（(]?(?=(?:19|20)\d\d年)")


def _mark(place: Place, marks: list[YearMark]) -> YearMark | None:
    """The last year named before a number, else a deadline behind it: 建设平台10个（2025年底前完成）."""
    earlier = [mark for mark in marks if mark.position < place.quantity.start]
    if earlier:
        return earlier[-1]
    behind = _DUE_BEHIND.match(in_figures(place.sentence), place.quantity.end)
    return next((mark for mark in marks if behind and mark.due and mark.position <= behind.end()), None)


def _bounded(quantity: Quantity, first: Quantity) -> Quantity:
    """A quantity under the comparator of the first one: 分别超过90%、75%."""
    if quantity.comparator != "=" or quantity.low != quantity.high:
        return quantity
    low, high = (None if bound is None else quantity.low for bound in (first.low, first.high))
    return replace(quantity, comparator=first.comparator, low=low, high=high)


def _distributed(sentence: str, found: list[Commitment]) -> list[Commitment]:
    """Give each number of 甲、乙分别达到1家、2家 its own subject."""
    for first, commitment in enumerate(found):
        if commitment.subject is None or "分别" not in sentence[: commitment.quantity.start][-12:]:
            continue
        subjects = [part for part in re.split(r"[、和与]|以及", commitment.subject) if part]
        group = found[first : first + len(subjects)]
        if len(subjects) > 1 and len(group) == len(subjects):
            shared = [
                replace(
                    c,
                    subject=subject,
                    change=commitment.change,
                    quantity=_bounded(c.quantity, commitment.quantity),
                )
                for subject, c in zip(subjects, group, strict=True)
            ]
            return [*found[:first], *shared, *found[first + len(subjects) :]]
    return found

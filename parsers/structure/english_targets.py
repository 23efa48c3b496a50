"""Commitments of an English sentence, machine translations included: which quantities it promises."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace

from parsers.structure import target_words as words
from parsers.structure.commitment import Commitment, Place
from parsers.structure.english_subjects import BEHIND_RATE, MEASURE, noun_behind, subject
from parsers.structure.quantities import Quantity, blank_english, blanked_english_quantities
from parsers.structure.target_years import YearMark

_BOUNDARY = re.compile(
    r"[;:!?\n]|,(?!\d{3}(?!\d))|\s[-–—]\s|\b(?:and|while|with)\s+(?=(?:the|its|their|that)\s)"
    r"|\band\s+(?=(?!(?:in|at|on|of|for|to|by|with|from|across|all|both|that)\b)[a-z]+\s+(?:the|its|their|our)\s)"
)
_TIME_UNIT = re.compile(r"(?:working )?(?:day|hour|minute|month|year|week)s?$", re.IGNORECASE)
_MULTIPLYING = re.compile(
    r"\b(?P<double>doubl(?:e|ing)|tripl(?:e|ing)|quadrupl(?:e|ing)|halv(?:e|ing)|(?<=be )(?:doubled|tripled|quadrupled|halved)|doubled(?= by 20))\b(?!\s+(?:first|digit|check|track|carbon|reduction)\b|\s+(?:from|to)\s+[$\d])",
    re.IGNORECASE,
)
_BY_HALF = re.compile(r"\bby (?P<half>half)\b")
_FACTORS = {"d": 2.0, "t": 3.0, "q": 4.0, "h": 0.5}
# 10 clusters, each with an annual output of 100 billion yuan: a property of what is counted.
_DESCRIBED = re.compile(
    r"(?:\w |^ )each\b[^,;]*$|\b(?:whose|with(?: an?)?(?: total| annual| average)*(?: \w+)? (?:value of|output|revenue|sales|investment|income|turnover|capital|area|capacity))\b[^,;]*$",
    re.IGNORECASE,
)
_MODAL_VERB = re.compile(
    r"\b(?:will|shall|should|must|would|to)\s+(?:\w+ly\s+|also\s+|help\s+)?(?!be\b|have\b)[a-z]+\s*$"
)


def english_commitments(
    sentence: str, marks: list[YearMark], year: int | None, before: str = ""
) -> list[Commitment]:
    """Find the commitments of one sentence.

    Args:
        sentence: One sentence.
        marks: Its years.
        year: The document's own year; a bare year before it marks a report.
        before: The end of the paragraph before it; a report of the past there goes on in a sentence without any sign
            of its own.

    Returns:
        Commitments in reading order.
    """
    if _REQUIRES.search(sentence):
        return []
    visible = blank_english(sentence)
    quantities = _quantities(sentence, visible)
    if not quantities:
        return []
    moods = _moods(sentence, marks, year)
    if before and not moods and _REPORT.search(before) and not words.BASE_VERB.match(sentence.strip()):
        moods = [(0, "past")]
    boundaries = [0, *(match.end() for match in _BOUNDARY.finditer(sentence))]
    found: list[Commitment] = []
    previous_end, previous_taken = 0, False
    for quantity, following in zip(
        quantities, [*(q.bare for q in quantities[1:]), len(sentence)], strict=True
    ):
        if _is_baseline(sentence, quantity) or (previous_taken and _is_origin(sentence, quantity)):
            continue
        clause = boundaries[bisect_right(boundaries, quantity.bare) - 1]
        mood = _mood_at(sentence, moods, quantity.start)
        listed = previous_taken and _continues(sentence[previous_end : quantity.bare])
        place = Place(
            sentence=sentence,
            quantity=quantity,
            clause=clause,
            start=max(clause, previous_end),
            following=following,
            looks_ahead=mood == "future",
            listed=listed,
            heard=found[-1].subject if listed else None,
        )
        commitment = None if mood == "past" else _commitment(place, visible)
        if commitment is not None:
            change = commitment.change or (found[-1].change if found and _is_elided(place) else None)
            found.append(replace(commitment, mark=_mark(place, marks), change=change))
        previous_taken, previous_end = commitment is not None, _end_with_noun(place, commitment)
    return found


# What an applicant must have, and what would be if something were, is no plan.
_REQUIRES = re.compile(
    r"\b(?:fined|sentenced|imprison\w+|applicants?|applying for|may apply|(?:is|are) eligible|qualify for)\b"
    r"|\b(?:if|assum\w+|estimated|predicted|simulat\w+)\b.{1,300}\bwould\b",
    re.IGNORECASE,
)


def _quantities(sentence: str, visible: str) -> list[Quantity]:
    numbers = blanked_english_quantities(visible)
    taken = {quantity.start for quantity in numbers}
    multiples = [quantity for quantity in _multiples(visible) if quantity.start not in taken]
    return [
        _without_baseline(sentence, quantity)
        for quantity in sorted([*numbers, *multiples], key=lambda quantity: quantity.start)
    ]


def _end_with_noun(place: Place, commitment: Commitment | None) -> int:
    """Where a quantity ends, its noun included where that stands behind it."""
    end = place.quantity.end
    if commitment is None or commitment.subject is None:
        return end
    noun = place.sentence.find(commitment.subject, end, max(place.following, end))
    return end if noun < 0 else noun + len(commitment.subject)


def _without_baseline(sentence: str, quantity: Quantity) -> Quantity:
    """Only where it goes to, of what is raised or cut from one value to another."""
    if quantity.low == quantity.high or "from" not in sentence[quantity.bare : quantity.start].lower():
        return quantity
    near = sentence[max(0, quantity.bare - _VERB_REACH) : quantity.bare]
    changes = words.CHANGE_UP_EN.search(near) or words.CHANGE_DOWN_EN.search(near)
    return replace(quantity, low=quantity.high) if changes else quantity


_VERB_REACH = 80  # characters from "raise" to "from 10 to 15 percent"


def _is_baseline(sentence: str, quantity: Quantity) -> bool:
    return (
        "from" in sentence[quantity.bare : quantity.start].lower()
        and re.match(r"\s+(?:in (?:19|20)\d\d )?to\s+", sentence[quantity.end :]) is not None
    )


def _is_origin(sentence: str, quantity: Quantity) -> bool:
    """Whether a number tells where it comes from: to 13 percent from 14.6 percent."""
    return (
        sentence[quantity.bare : quantity.start].lower().strip() == "from" and quantity.low == quantity.high
    )


_REPORT = re.compile(r"\b(?:[Ll]ast year|[Ii]n the (?:first|past)|[Ii]n (?:19|20)\d\d)\b[^.]*\.\s*$")


def _moods(sentence: str, marks: list[YearMark], year: int | None) -> list[tuple[int, str]]:
    lowered = sentence.lower()
    ahead = [match.span() for match in words.FUTURE_EN.finditer(lowered)]
    moods = [(start, "future") for start, _ in ahead]
    moods += [
        (match.start(), "past")
        for match in words.PAST_EN.finditer(lowered)
        if not _is_passive(match) and not any(first <= match.start() < last for first, last in ahead)
    ]
    moods = [
        mood
        for mood in moods
        if not (lowered.startswith(("by ", "before "), mood[0]) and _closes_report(lowered, mood[0], moods))
    ]
    for mark in marks:
        if mark.year is not None and year is not None and mark.year != year:
            moods.append((mark.position + 1, "past" if mark.year < year else "future"))
    return sorted(moods)


def _closes_report(lowered: str, position: int, moods: list[tuple[int, str]]) -> bool:
    """Whether a date ends a report and does not look ahead: had 500 labs by the end of 2021."""
    told = max((mood for mood in moods if mood[0] < position), default=None)
    return (
        told is not None and told[1] == "past" and not lowered[:position].rstrip().endswith((",", ";", "and"))
    )


def _is_passive(match: re.Match[str]) -> bool:
    """Whether a participle or "have" follows a modal: will be established, should have, will grow and have."""
    start = match.start()
    if match[0] == "have" and match.string.endswith(" and ", 0, start):
        return True
    if match["participle"]:
        return match.string.endswith(("be ", "being "), 0, start)
    return (
        bool(match["have"]) and words.MODAL_BEFORE.search(match.string, max(0, start - 24), start) is not None
    )


def _mood_at(sentence: str, moods: list[tuple[int, str]], position: int) -> str | None:
    """The last sign before a number; where there is none, an imperative or a later goal year looks ahead."""
    before = [mood for start, mood in moods if start <= position]
    if before:
        return before[-1]
    if words.BASE_VERB.match(re.sub(r"^[\s\d.()a-z•*-]{0,6}(?=[A-Z])", "", sentence.strip())):
        return "future"
    return moods[0][1] if moods else None


def _continues(between: str) -> bool:
    return len(between) <= 120 and ";" not in between


def _multiples(sentence: str) -> list[Quantity]:
    found = [
        Quantity(50, 50, "=", False, "%", 1.0, match.start("half"), match.end(), match.start())
        for match in _BY_HALF.finditer(sentence)
    ]
    for match in _MULTIPLYING.finditer(sentence):
        factor = _FACTORS[match["double"][0].lower()]
        found.append(
            Quantity(factor, factor, "=", False, "times", 1.0, match.start(), match.end(), match.start())
        )
    return found


_ELIDED = re.compile(r"\b(?:to|by)\s*$", re.IGNORECASE)
_LAST_VERB = re.compile(rf"\b(?:{words.MAKE}|benefit)\s*$")
_DEFINITE = re.compile(r"\b(?:the|these|those|all)\s*$", re.IGNORECASE)
_AGED = re.compile(r"life expectancy|schooling|education|extend|prolong|lengthen", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:fined?|penalty|subsidy|subsidies|reward|grant|award|bonus|aged|attended|participants?|registered capital)\b",
    re.IGNORECASE,
)


def _commitment(place: Place, visible: str) -> Commitment | None:
    quantity = place.quantity
    multiple = place.unit == "times" and place.number[0].isalpha()
    made = any(
        pattern.search(place.segment) for pattern in (words.MAKING_EN, words.GERUND, _MAKING_OF, _PARTICIPLE)
    )
    if not (place.looks_ahead or place.listed or made or multiple) or _describes(place):
        return None
    noun = "" if multiple else noun_behind(place, visible)
    if noun and not _is_counted(place, noun, made=made):
        return None
    if (
        not made
        and _CONDITION.search(f"{place.segment} {noun}")
        and not words.CHANGE_UP_EN.search(place.segment)
    ):
        return None
    counted = subject(place, visible, multiple=multiple)
    if counted is None or not re.search(r"[A-Za-z]{2}", counted):
        return None
    change = _change(place, noun, multiple=multiple)
    surface = place.sentence[quantity.bare : quantity.end]
    return Commitment(counted, quantity, None, change, surface, quantity.bare, quantity.end)


_DISTANCE = re.compile(r"(?:kilo)?met(?:er|re)s|km")
_AGE = re.compile(r"\b(?:aged|age of|ages)\s*$", re.IGNORECASE)
# What each of them gets, and how many of them are something besides.
_ONE_OF_THEM = re.compile(
    r"\s+(?:of (?:them|these|those|which)|(?:to|for) each|per (?:person|household|project|case))\b"
)


def _describes(place: Place) -> bool:
    """Whether a measure qualifies what is counted, or tells a duration."""
    measure = MEASURE.search(place.unit) is not None and place.unit != "%"
    if (
        _AGE.search(place.segment)
        or (measure and place.qualifier.startswith("up to"))  # what a single case may get
        or (measure and _DESCRIBED.search(place.segment))
        or (
            _DISTANCE.match(place.unit) and place.qualifier.startswith("within")
        )  # within 500 meters of a park
        or (_ONE_OF_THEM.match(place.after) and not words.CHANGE_UP_EN.search(place.segment))
    ):
        return True
    return _TIME_UNIT.fullmatch(place.unit) is not None and not (
        _is_elided(place) or words.CHANGE_DOWN_EN.search(place.segment) or _AGED.search(place.segment)
    )


def _is_elided(place: Place) -> bool:
    """Whether the verb is the one before: A to 16 months and B to 4 months."""
    verb = words.MAKING_EN.search(place.segment) or words.GERUND.search(place.segment)
    return place.listed and verb is None and _ELIDED.search(place.segment) is not None


def _is_counted(place: Place, noun: str, *, made: bool) -> bool:
    """Whether the noun behind a number is what the sentence commits to, and not a heading or a circumstance."""
    if re.fullmatch(r"\s*with\s*", place.segment) and place.looks_ahead:
        return True  # coverage will be full, with 26 stations for every 10,000 people
    definite = _DEFINITE.search(place.sentence, 0, place.quantity.start)
    if definite and definite[0].strip() == "all":
        return _LAST_VERB.search(place.segment) is not None
    if definite or words.STRUCTURE_EN.match(noun) or _is_governed_out(place.segment):
        return False
    return made or place.listed or _subject_acts(place, noun)


# What is extended to 30 cities is not the cities.
_WIDENED = re.compile(r"\b(?:expand|extend|widen)\w* to\s*$", re.IGNORECASE)


def _change(place: Place, noun: str, *, multiple: bool) -> str | None:
    rate = BEHIND_RATE.match(place.after) if MEASURE.search(place.unit) else None
    if rate:
        return "decrease" if re.search(r"reduc|cut|decre|drop|decl", rate[0]) else "increase"
    if noun and _WIDENED.search(place.segment):
        return None
    scope = place.segment + (place.number if multiple else "")
    if words.CHANGE_DOWN_EN.search(scope) or (multiple and place.number.lower().startswith("hal")):
        return "decrease"
    return "increase" if words.CHANGE_UP_EN.search(scope) else None


_PARTICIPLE = re.compile(r"^\s*(?:and |by )?[a-z]{3,}ing\s*$")  # …, scrapping 200 approval items
_MAKING_OF = re.compile(
    r"\b(?:\w+(?:tion|sion|ment|ing)s? of|breakthroughs? in|(?:aim(?:s|ing)?|striv(?:e|es|ing)|goal is|target is|approval|responsible) for)\s*$"
)


def _is_governed_out(before: str) -> bool:
    """Whether a preposition governs the number: in 11 cities, from 30 countries."""
    if (
        words.GERUND.search(before)
        or _MAKING_OF.search(before)
        or re.search(
            r"\b(?:number|total|goal|target|cluster|network|group|pool|chain|series)s? of\s*$"
            r"|\b(?:bring|usher|take|phase|invest)(?:s|ing)? in\s*$|\b(?:provid\w+|offer\w*|deliver\w*|secur\w+)\b.*\bfor\s*$|\b(?:cover|reach|serve|benefit|connect)(?:s|ing)?\s*$",
            before,
        )
    ):
        return False
    return words.GOVERNED_OUT.search(before) is not None


_PROMISED = re.compile(r"\b(?:target|goal|aim)\b.*\b(?:is|are|of)\s*$", re.IGNORECASE)
_WILL_BE = re.compile(
    r"\b(?:there (?:will|shall|should) be|will (?:be|have|see|number)|reach|to|target of|be)\s*$"
)
_WILL_BEHIND = re.compile(r"[^,.;]{0,80}?\b(?:will|would|shall|should|must|are to|is to)\b")


def _subject_acts(place: Place, noun: str) -> bool:
    """Whether the counted noun itself is what will be: 50 labs will be built; there will be 50 labs."""
    before = place.sentence[: place.quantity.bare]
    return (
        _MODAL_VERB.search(place.segment) is not None
        or _PROMISED.search(place.segment) is not None
        or _WILL_BEHIND.match(place.after.lstrip()[len(noun) :]) is not None
        or _WILL_BE.search(before) is not None
        or before.rstrip().endswith(" that")
    )


def _mark(place: Place, marks: list[YearMark]) -> YearMark | None:
    """The year right behind a number (50 labs by 2030), else the last before it, else the first after it."""
    quantity = place.quantity
    for mark in marks:
        if quantity.end <= mark.position < place.following and not re.search(
            r"[,;]|\band\s*$", place.sentence[quantity.end : mark.position]
        ):
            return mark
    earlier = [mark for mark in marks if mark.position < quantity.start]
    return earlier[-1] if earlier else next(iter(marks), None)

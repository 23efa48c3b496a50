"""The counted noun of an English quantity.

It follows the number (cultivate 200 leading enterprises), or stands before the verb of reaching (R&D spending will
exceed 3 percent), or before the number that it is brought to (the number of enterprises to 30,000).
"""

from __future__ import annotations

import re

from parsers.structure import target_words as words
from parsers.structure.commitment import Place

MEASURE = re.compile(
    r"%|point|yuan|RMB|renminbi|dollar|euro|\$|€|¥|CNY|times|fold|day|hour|minute|month|year|week|gram|met(?:er|re)s|square|cubic|kilom|km|hectare|acre|mu$|ton|watt|W$|kWh",
    re.IGNORECASE,
)
_BY = re.compile(r"\b(?:to|by|at|of|from|than|be|is|are|reach|a)\s*$", re.IGNORECASE)
_ARTICLES = re.compile(
    r"^(?:and|or|to|with|while|as well as|but|also|then|the number of|the total number of|number of|the|its|their|our|a|an|of|annual number of)\s+",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\s+(?:in|across|throughout|of|for)\s+(?:the\s+|our\s+)?(?:whole\s+|entire\s+)?(?:province|city|country|county|region|nation|district|prefecture|area|state)\b(?!['-]).*$|\s+nationwide$|\s+(?:each|every|per)\s+year$|\s+annually$",
    re.IGNORECASE,
)
_INTRODUCTION = re.compile(
    r"^.*\b(?:that|ensure|ensuring|strive|striving|aims?|aiming|plans?|so|(?:targets?|goals?) (?:for \w+ )?(?:of|is|are))\s+(?:for\s+|to\s+(?=the\b))?(?=\w)",
    re.IGNORECASE,
)
_MODAL = re.compile(
    r"\s+(?:will|shall|should|must|would|to|is to|are to|(?:is|are) (?:\w+ed|forecast|set|due|likely|on track|poised) to|needs? to|can|may|has to|have to)"
    r"(?:\s+(?:not|also|then|all|each|basically|further|steadily|have|be|gradually|continue to|strive to|annually))*\s+",
    re.IGNORECASE,
)
# "exceed" and "double" are read with the number, and leave their modal alone.
_LONE_MODAL = re.compile(
    r"(?:will|shall|should|must|(?:is|are) (?:\w+ed|forecast|set|due|likely|on track|poised) to|(?:is|are)(?: to)?|needs? to)(?: not)?(?: be)?$"
)
# Whatever verb stands between a modal and the number, the noun before the modal is what acts: will number, is to climb.
_ACTING = re.compile(
    rf"\s(?P<modal>will|shall|should|must|(?:is|are) (?:\w+ed |forecast |set |due |likely |on track |poised )?to)"
    rf"(?: (?:not|also|then|each|all|together|be|have|been|further|\w+ly))* (?!(?:an?|the|its|their|{words.MAKE})\b)[a-z]+(?: (?:up|down|out|in|stable|steady|unchanged))?$"
)
_SEEN = re.compile(r"(?:see|have|let|make|help|keep)\s+(.+)")  # firms will see profits rise
_REDUCED = re.compile(r"(?<= )[a-z]+ed$")  # and coal use reduced by
_DETERMINED = re.compile(r"\b(?:the|an?|its|their|our)\s+$", re.IGNORECASE)
_DETERMINER = re.compile(r"(?:with|the|an?|its|their|our)\s", re.IGNORECASE)
_MAKER = re.compile(rf"\b(?:{words.MAKE}|see|[a-z]{{3,}}ing)\s+", re.IGNORECASE)
# Many verbs are nouns as well: here they can be nothing else.
_VERB_PLACE = re.compile(
    r"(?:^|\b(?:to|and|or|will|shall|should|must|would|also|further|then|we|by|while|help|\w+ly)\s+)$",
    re.IGNORECASE,
)
_GERUND_PLACE = re.compile(r"(?:^|\b(?:and|by|while)\s+)$", re.IGNORECASE)
BEHIND_RATE = re.compile(
    r"^\s*(?:annual\s+|average\s+|year-on-year\s+)*(?:increase|growth|rise|reduction|cut|decrease|drop|decline)\s+(?:in|of)\s+(?:the\s+|its\s+)?",
    re.IGNORECASE,
)
_GROWTH = re.compile(
    r"^(?:.*\b(?:for|achieve|attain|see|maintain|keep|secure) )?(?:an? )?(?:annual |average |year-on-year |steady )*"
    r"(?:growth|increase|rise|reduction|decrease|cut|growth rate)$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\ban?\s*$", re.IGNORECASE)
_GROWTH_OF = re.compile(r"\s+(?:in|of)\s+(?:the\s+)?")
_OF = re.compile(r"\s+of\s+(?:the\s+|all\s+|its\s+)?")
_SPENT_ON = re.compile(
    r"(?:\s+(?:will|shall|should|must|would|is to|are to)\s+be\s+\w+|\s+be\s+\w+(?: annually)?)?\s+(?:in|into|on|for|to support|to develop|to finance|to fund|to)\s+(?:the\s+)?"
)
_TO_BE = re.compile(
    r"\s+(?:will|shall|should|must|would|is to|are to)\s+be\b"
)  # units totalling 30 MW will be upgraded
# Water quality at 90 percent of the sections must meet…: the sections are counted.
_OF_THEM = re.compile(r"\s+of\b[^,.;]*?\s(?:will|shall|should|must|are to)\b")
_ACTS = re.compile(rf"\b(?:will|shall|should|must|to|{words.MAKE})\b", re.IGNORECASE)
_EXCEEDS = re.compile(r"(?:exceed|surpass|top)(?:e?s|p?ing)?\b")
_NUMBER_OF = re.compile(r"\s+(?:the\s+|its\s+|their\s+)?(?:number\s+of\s+)?")
_OBJECT_END = re.compile(r"\s+(?:by|within|over|from|compared|before|during|in (?:the|\d)|to|and)\b|[,.;]")
_NO_OBJECT = re.compile(r"\s*(?:[,.;]|from|by|in|over|on|compared)")
_RATE_WORDS = re.compile(
    r"\s+(?:to|by|at|of|than|with|an? (?:average )?(?:annual )?(?:rate of|average of)|annually|on average|an average of|around)$"
)
_LAST_PREPOSITION = re.compile(r"\s+(?:worth|totall?ing|to|by|at|of|than|an (?:average )?annual)$")
_ORIGIN = re.compile(
    r"\s+from\s+(?:(?:the|its|their)\s+(?:current|present|20)|(?:[^,]|,(?=\d{3}))*\d)(?:[^,]|,(?=\d{3}))*$"
)
_AUXILIARY = re.compile(r"\s+(?:will|shall|should|must|would|to|and|not|have|has)$")
_KEEPS_OF = re.compile(r"(?:added value|number|centers?|bases?) of ")
_TAIL = re.compile(
    r"\s+(?:as a share|as a percentage|as a proportion) of.*$|\s+(?:by|before|in) (?:the end of )?\d{4}$|\s+(?:by|to|at|up|down)$"
)
_CLAUSE = re.compile(
    r"\b(?:will|shall|should|must|may|is|are|was|were|has|have)\b| that$"
)  # no noun phrase holds these
_NO_NOUN = re.compile(
    r"(?:will|shall|should|must|would|is|are|by|in|over|within|during|on|at|with|from|under|after|before|since)\b"
    r"|(?:we|it|they|province|china|this|that|total|to|and|strive|annual)$",
    re.IGNORECASE,
)
_MOST_WORDS = 12  # a counted noun phrase is no longer


def subject(place: Place, visible: str, *, multiple: bool) -> str | None:
    """What is counted, in the text's words; None where nothing tells.

    Args:
        place: Where the quantity stands.
        visible: The sentence with dates and ordinals blanked, offsets kept.
        multiple: True for double, triple and the like.
    """
    if multiple:
        return (
            _object_behind(place)
            or _reaching_subject(place.segment)
            or _reaching_subject(f"{place.segment} by ")
        )
    if MEASURE.search(place.unit):
        return _measured(place)
    if place.heard and _MORE.match(place.after):
        return place.heard
    return noun_behind(place, visible) or _reaching_subject(place.segment) or place.heard


_MORE = re.compile(r"\s+(?:more|others?)(?=\s+(?:within|by|in)\b|[,.;])")


def noun_behind(place: Place, visible: str) -> str:
    """The counted noun right behind a number without a unit; empty where there is none."""
    if MEASURE.search(place.unit) or not re.match(r"\s+[A-Za-z“\"\x00]", visible[place.quantity.end :]):
        return ""
    between = place.sentence[place.quantity.end : max(place.following, place.quantity.end)]
    return _noun_phrase(_AND_LAST.sub("", between) if place.following < len(place.sentence) else between)


def _measured(place: Place) -> str | None:
    """What is measured: 2 million mu of trees; spending … 3 percent; 15 percent growth in exports."""
    if place.unit == "%" and (rate := BEHIND_RATE.match(place.after)):
        return _noun_phrase(place.after[rate.end() :], keep_in=True)
    of = _OF.match(place.after)
    joined = ""
    if of:
        start = place.quantity.end + of.end()
        joined = _noun_phrase(place.sentence[start : max(place.following, start)])
        if joined and place.unit != "%":
            return joined
    if place.unit != "%" and _ARTICLE.search(place.segment) and re.match(r"\s+[a-z]", place.after):
        return _noun_phrase(place.after) or None  # a 10 billion yuan fund
    if place.unit == "%" and joined and _OF_THEM.match(place.after) and not _ACTS.search(place.segment):
        return joined
    exceeds = _EXCEEDS.match(place.qualifier)
    head = _reaching_subject(place.segment + (exceeds[0] if exceeds else ""))
    if head and _GROWTH.search(head) and (growth := _GROWTH_OF.match(place.after)):
        head = _noun_phrase(place.after[growth.end() :], keep_in=True)
    earlier = _named_earlier(place.sentence[: place.start]) if place.listed or place.looks_ahead else None
    passive = _bare_noun(place.segment) if _TO_BE.match(place.after) else None
    return head or joined or _behind_measure(place) or passive or (place.listed and place.heard) or earlier


def _behind_measure(place: Place) -> str:
    if rate := BEHIND_RATE.match(place.after):
        return _noun_phrase(place.after[rate.end() :], keep_in=True)
    spent = _SPENT_ON.match(place.after)
    if spent and place.unit and place.unit != "%":
        noun = _noun_phrase(place.after[spent.end() :])
        return "" if words.MAKING_EN.fullmatch(noun) else noun
    return ""


def _object_behind(place: Place) -> str | None:
    if _NO_OBJECT.match(place.after):
        return None
    number_of = _NUMBER_OF.match(place.after)
    return _bare_noun(_OBJECT_END.split(place.after[number_of.end() :], maxsplit=1)[0]) if number_of else None


# What stands between "and" and the next number belongs to that: 5 routes and handle over 20 million.
_AND_LAST = re.compile(
    r"\s+and(?:\s+(?!and\b)[\w-]+){0,2}\s+(?!(?:and|in|of|across|from|at|with|for|on|over|within)\s*$)[\w-]+\s*$"
    r"|\s+and(?:\s+(?!and\b)[\w-]+){2,5}\s+(?:by|to)\s*$"
)
_QUOTED = re.compile(r"[\"“][^\"“”,.;\n]{1,40}[\"”](?= [a-z])")


def _noun_phrase(phrase: str, *, keep_in: bool = False) -> str:
    """A noun phrase cut off where a preposition, a verb or the next number begins; empty if it is too long."""
    phrase = phrase.strip()
    if leading := words.KINDS.match(phrase) or words.LEADING.match(phrase):
        phrase = phrase[leading.end() :]
    phrase = " " + phrase
    unquoted = _QUOTED.sub(lambda match: "x" * len(match[0]), phrase)
    end = words.NOUN_END.search(unquoted)
    if keep_in and end and end[0].strip() == "in":
        end = words.NOUN_END.search(unquoted, end.end())
    phrase = phrase[: end.start()] if end else phrase
    verb = words.AND_VERB.search(phrase)
    phrase = phrase[: verb.start()] if verb else phrase
    of = phrase.find(" of ")
    if of > 0 and not _KEEPS_OF.search(phrase):
        phrase = phrase[:of]
    phrase = re.sub(r"\s+(?:and(?:\s+\w+ing)?|or|to)$", "", phrase.strip())
    if re.fullmatch(r"(?:newly|already) \w+|more|others?", phrase):
        return ""  # including 20 newly built
    return phrase if 0 < len(phrase.split()) <= _MOST_WORDS else ""


_SUBJECT_REACH = (
    400  # characters before a number within which its subject stands; bounds the work on endless lines
)


def _reaching_subject(before: str) -> str | None:
    """The noun before a verb of reaching, or the object that is brought to the number."""
    before = before[-_SUBJECT_REACH:]
    text = _ARTICLES.sub("", before.strip())
    if alone := _LONE_MODAL.search(text):
        return _bare_noun(_INTRODUCTION.sub("", text[: alone.start()]))
    text = _ORIGIN.sub("", _LAST_PREPOSITION.sub("", _RATE_WORDS.sub("", text)))
    acting = (_ACTING.search(text) if _BY.search(before) else None) or _reaching_verb(text)
    maker = None if acting and acting.lastgroup == "modal" else _last_verb(before, text)
    brought = _bare_noun(text[maker.end() :]) if maker else None
    if brought and maker and maker.start() == 0 and not _MODAL.search(text + " "):
        return brought
    if acting:
        head = _INTRODUCTION.sub("", text[: acting.start()].rstrip())
        *_, modal = [None, *_MODAL.finditer(head + " ")] if acting.lastgroup != "modal" else [None]
        seen = _SEEN.match(head[modal.end() :]) if modal else None
        noun = _bare_noun(seen[1] if seen else _AUXILIARY.sub("", head[: modal.start()] if modal else head))
        if noun:
            return noun
    if maker:
        return brought
    return _bare_noun(_INTRODUCTION.sub("", text)) if _BY.search(before) and not acting else None


def _last_verb(before: str, text: str) -> re.Match[str] | None:
    """The last verb of making in a text, in a place where it is no noun."""
    found = None
    for match in _MAKER.finditer(text):
        if match.start() == 0 and _DETERMINER.match(before.lstrip()):
            continue  # the plan…, its fund…
        place = _GERUND_PLACE if match[0].rstrip().endswith("ing") else _VERB_PLACE
        found = match if place.search(text, 0, match.start()) else found
    return found


def _reaching_verb(text: str) -> re.Match[str] | None:
    """A verb of reaching that a text ends in; behind an article it is a noun: bring the total to."""
    reaching = words.REACH_EN.search(text)
    reaching = reaching or _REDUCED.search(text)
    if reaching is None or (reaching.start() and text[reaching.start() - 1] != " "):
        return None
    return None if _DETERMINED.search(text, 0, reaching.start()) else reaching


def _bare_noun(text: str) -> str | None:
    """A noun phrase without articles, places and what else stands around it; None where no noun is left."""
    text = text.strip()
    while (shorter := _ARTICLES.sub("", text)) != text:
        text = shorter
    text = _TAIL.sub("", _PLACE.sub("", text)).strip(" ,.")
    if (
        not text
        or _CLAUSE.search(text)
        or len(text.split()) > _MOST_WORDS
        or _NO_NOUN.match(text)
        or words.REACH_EN.fullmatch(text)
    ):
        return None
    return text


def _named_earlier(before: str) -> str | None:
    return next(
        filter(
            None, (_reaching_subject(part + " by ") for part in reversed(re.split(r"[;]|,(?!\d{3})", before)))
        ),
        None,
    )

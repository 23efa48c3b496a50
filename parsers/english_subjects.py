"""The counted noun of an English quantity.

It follows the number (cultivate 200 leading enterprises), or stands before the verb of reaching (R&D spending will
exceed 3 percent), or before the number that it is brought to (the number of enterprises to 30,000).
"""

from __future__ import annotations

import re

from parsers import target_words as words
from parsers.commitment import Place

MEASURE = re.compile(
    r"%|point|yuan|RMB|renminbi|dollar|euro|\$|€|¥|CNY|times|fold|day|hour|minute|month|year|week|square|cubic|kilom|km|hectare|acre|mu$|ton|watt|W$|kWh",
    re.IGNORECASE,
)
_BY = re.compile(r"\b(?:to|by|at|of|from|than|be|is|are|reach|a)\s*$", re.IGNORECASE)
_ARTICLES = re.compile(
    r"^(?:and|or|to|with|while|as well as|but|also|then|the number of|the total number of|number of|the total|the|its|their|our|a|an|its total|of|annual number of)\s+",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\s+(?:in|across|throughout|of|for)\s+(?:the\s+|our\s+)?(?:whole\s+|entire\s+)?(?:province|city|country|county|region|nation|district|prefecture|area|state)\b.*$|\s+nationwide$|\s+(?:each|every|per)\s+year$|\s+annually$",
    re.IGNORECASE,
)
_INTRODUCTION = re.compile(
    r"^.*\b(?:that|ensure|ensuring|strive|striving|aims?|aiming|plans?|so)\s+(?:for\s+|to\s+(?=the\b))?(?=\w)",
    re.IGNORECASE,
)
_MODAL = re.compile(
    r"\s+(?:will|shall|should|must|would|to|is to|are to|(?:is|are) \w+ed to|needs? to|(?:is|are) set to|can|may|has to|have to)"
    r"(?:\s+(?:not|also|then|all|each|basically|further|steadily|have|be|gradually|continue to|strive to|annually))*\s+",
    re.IGNORECASE,
)
# "exceed" and "double" are read with the number, and leave their modal alone.
_LONE_MODAL = re.compile(r"(?:will|shall|should|must|(?:is|are) (?:\w+ed|set) to|needs? to)(?: not)?$")
_MAKER = re.compile(
    rf"\b(?:{words.MAKE}|increasing|raising|expanding|reducing|cutting|lowering|bringing|lifting|boosting|growing|building|cultivating|keeping|lowering|shortening|training|doubling|tripling|keep|maintaining|adding|getting|pushing|see)\s+",
    re.IGNORECASE,
)
BEHIND_RATE = re.compile(
    r"^\s*(?:annual\s+|average\s+|year-on-year\s+)*(?:increase|growth|rise|reduction|cut|decrease|drop|decline)\s+(?:in|of)\s+(?:the\s+|its\s+)?",
    re.IGNORECASE,
)
_GROWTH = re.compile(
    r"^(?:.*\b(?:for|achieve|attain|see|maintain|keep|secure) )?(?:an? )?(?:annual |average |year-on-year |steady )*"
    r"(?:growth|increase|rise|reduction|decrease|cut|growth rate)$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\ban?\s*$")
_GROWTH_OF = re.compile(r"\s+(?:in|of)\s+(?:the\s+)?")
_OF = re.compile(r"\s+of\s+(?:the\s+|all\s+|its\s+)?")
_SPENT_ON = re.compile(r"\s+(?:in|into|on|for|to support|to develop|to finance|to fund|to)\s+(?:the\s+)?")
_NUMBER_OF = re.compile(r"\s+(?:the\s+|its\s+|their\s+)?(?:number\s+of\s+)?")
_NO_OBJECT = re.compile(r"\s*(?:[,.;]|from|by|in|over|on|compared)")
_RATE_WORDS = re.compile(
    r"\s+(?:to|by|at|of|than|with|an? (?:average )?(?:annual )?(?:rate of|average of)|annually|on average|an average of|around)$"
)
_LAST_PREPOSITION = re.compile(r"\s+(?:to|by|at|of|than|an (?:average )?annual)$")
_ORIGIN = re.compile(r"\s+from\s+[^,]*?$")
_AUXILIARY = re.compile(r"\s+(?:will|shall|should|must|would|to|and|not|have|has)$")
_KEEPS_OF = re.compile(r"(?:added value|number|centers?|bases?) of ")
_TAIL = re.compile(
    r"\s+(?:as a share|as a percentage|as a proportion) of.*$|\s+(?:by|before|in) (?:the end of )?\d{4}$|\s+(?:by|to|at)$"
    r"|\s+per\s+(?:\d|ten|hundred|thousand|million).*$"
)
_NO_NOUN = re.compile(
    r"(?:will|shall|should|must|would|is|are|by|in)\b"
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
        return _object_behind(place) or _reaching_subject(place.segment)
    if MEASURE.search(place.unit):
        return _measured(place)
    return noun_behind(place, visible) or _reaching_subject(place.segment) or place.heard


def noun_behind(place: Place, visible: str) -> str:
    """The counted noun right behind a number without a unit; empty where there is none."""
    if MEASURE.search(place.unit) or not re.match(r"\s+[A-Za-z“\"\x00]", visible[place.quantity.end :]):
        return ""
    return _noun_phrase(place.sentence[place.quantity.end : max(place.following, place.quantity.end)])


def _measured(place: Place) -> str | None:
    """What is measured: 2 million mu of trees; spending … 3 percent; 15 percent growth in exports."""
    of = _OF.match(place.after)
    joined = ""
    if of:
        start = place.quantity.end + of.end()
        joined = _noun_phrase(place.sentence[start : max(place.following, start)])
        if joined and place.unit != "%":
            return joined
    if place.unit != "%" and _ARTICLE.search(place.segment) and re.match(r"\s+[a-z]", place.after):
        return _noun_phrase(place.after) or None  # a 10 billion yuan fund
    head = _reaching_subject(place.segment)
    if head and _GROWTH.search(head) and (growth := _GROWTH_OF.match(place.after)):
        head = _noun_phrase(place.after[growth.end() :], keep_in=True)
    earlier = _named_earlier(place.sentence[: place.start]) if place.listed or place.looks_ahead else None
    return head or joined or _behind_measure(place) or earlier


def _behind_measure(place: Place) -> str:
    if rate := BEHIND_RATE.match(place.after):
        return _noun_phrase(place.after[rate.end() :], keep_in=True)
    spent = _SPENT_ON.match(place.after)
    if spent and place.unit and place.unit != "%":
        return _noun_phrase(place.after[spent.end() :])
    return ""


def _object_behind(place: Place) -> str | None:
    if _NO_OBJECT.match(place.after):
        return None
    number_of = _NUMBER_OF.match(place.after)
    return _noun_phrase(place.after[number_of.end() :]) or None if number_of else None


def _noun_phrase(phrase: str, *, keep_in: bool = False) -> str:
    """A noun phrase cut off where a preposition, a verb or the next number begins; empty if it is too long."""
    phrase = phrase.strip()
    if leading := words.KINDS.match(phrase) or words.LEADING.match(phrase):
        phrase = phrase[leading.end() :]
    phrase = " " + phrase
    end = words.NOUN_END.search(phrase)
    if keep_in and end and end[0].strip() == "in":
        end = words.NOUN_END.search(phrase, end.end())
    phrase = phrase[: end.start()] if end else phrase
    verb = words.AND_VERB.search(phrase)
    phrase = phrase[: verb.start()] if verb else phrase
    of = phrase.find(" of ")
    if of > 0 and not _KEEPS_OF.search(phrase):
        phrase = phrase[:of]
    phrase = re.sub(r"\s+(?:and(?:\s+\w+ing)?|or|to)$", "", phrase.strip())
    return phrase if 0 < len(phrase.split()) <= _MOST_WORDS else ""


def _reaching_subject(before: str) -> str | None:
    """The noun before a verb of reaching, or the object that is brought to the number."""
    text = _ARTICLES.sub("", before.strip())
    if alone := _LONE_MODAL.search(text):
        return _bare_noun(_INTRODUCTION.sub("", text[: alone.start()]))
    text = _ORIGIN.sub("", _LAST_PREPOSITION.sub("", _RATE_WORDS.sub("", text)))
    maker = _MAKER.search(text)
    brought = _bare_noun(text[maker.end() :]) if maker else None
    if brought and maker and maker.start() == 0 and not _MODAL.search(text + " "):
        return brought
    reaching = words.REACH_EN.search(text)
    if reaching and (reaching.start() == 0 or text[reaching.start() - 1] == " "):
        head = _INTRODUCTION.sub("", text[: reaching.start()].rstrip())
        modal = _MODAL.search(head + " ")
        noun = _bare_noun(_AUXILIARY.sub("", head[: modal.start()] if modal else head))
        if noun:
            return noun
    if maker:
        return brought
    return _bare_noun(text) if _BY.search(before) else None


def _bare_noun(text: str) -> str | None:
    """A noun phrase without articles, places and what else stands around it; None where no noun is left."""
    text = text.strip()
    while (shorter := _ARTICLES.sub("", text)) != text:
        text = shorter
    text = _TAIL.sub("", _PLACE.sub("", text)).strip(" ,.")
    return text if text and len(text.split()) <= _MOST_WORDS and not _NO_NOUN.match(text) else None


def _named_earlier(before: str) -> str | None:
    return next(
        filter(None, (_reaching_subject(part + " by ") for part in reversed(re.split(r"[,;]", before)))), None
    )

"""Signs of machine translation into English, and the spaces that it loses between sentences."""

from __future__ import annotations

import re

from parsers.document import Flag, Metadata
from parsers.normalisation.edits import Draft, change

SPACING_STEP = "sentence_spacing"

# A sentence end with the next sentence glued to it. A full stop behind a number may belong to the number of a
# heading, unless the number is a year within a sentence.
_GLUED = re.compile(
    r"(?:(?<=[a-z)”’%][.?!;])|(?<=[0-9][?!;])|(?<=[a-z,] (?:19|20)[0-9]{2}\.))(?=[A-Z“])",
)
# Where a full stop before a capital is no sentence end: addresses, file names, code.
_ADDRESS = re.compile(r"://|@|www\.|\\|/|_|\(\)|=")
_TOKEN_START = re.compile(r"\S*$")
_TOKEN_END = re.compile(r"\S*")
_WORD = re.compile(r"[A-Za-z][A-Za-z’'-]*")
_HAN = re.compile("[\u3400-\u9fff]+")

# One glued end is a slip of the hand; a translation service glues them all.
MIN_GLUED = 3
# Calques per 1,000 words: 59 and 27 in translations, at most 2 hits in any of 47 English texts.
MIN_CALQUES = 10.0

# Word-for-word renderings of set phrases. People who translate use some of them too, which is why they do not
# suffice alone.
_CALQUES = re.compile(
    r"new quality productivity|uncover(?:ing)? the list|take the lead model|speciali[sz]ation,? refinement"
    r"|number of readers|current location|(?:give|giving) full play|striv(?:e|ing) (?:to|for)"
    r"|scientific and technological|(?:talent|cadre) teams?|(?:high-level|innovative|outstanding|young) talents"
    r"|science and technology talents|leader chain|chain (?:leader|master)s?|subversive technolog\w+|driving forces?"
    r"|tackle key|key (?:core )?problems|a batch of|vigorously|grasp firmly|do a good job (?:in|of)|new situation of"
    r"|three rural issues|industrial chain|innovation chain|gradient cultivation|science popularization",
    re.IGNORECASE,
)
# What no translator leaves: renderings without sense and page furniture put into English.
_BLUNDERS = re.compile(
    r"new quality productivity|uncover(?:ing)? the list|number of readers|readers ?: ?second|views ?: ?(?:second|times)"
    r"|speciali[sz]ation, refinement and|leader chain|subversive technolog\w+|(?:your )?current location ?: ?home"
    r"|brain like intelligence|font size ?: ?big",
    re.IGNORECASE,
)
# A place whose name fell into lower case; none of these is an English word.
_LOWER_CASE_PLACE = re.compile(
    r"(?<=[a-z,] )(?:shandong|shanxi|shaanxi|henan|hebei|hubei|hunan|guangdong|guangxi|zhejiang|jiangsu|jiangxi"
    r"|anhui|fujian|sichuan|yunnan|guizhou|gansu|qinghai|hainan|liaoning|jilin|heilongjiang|ningxia|xinjiang"
    r"|beijing|shanghai|tianjin|chongqing)\b"
)
# A sentence that begins in lower case, the rest of a term that lost its quotation marks. Once may be an abbreviation.
_LOWER_CASE_START = re.compile(r"(?<=[a-z]{5})\. [a-z]{4,}")
# A word that fell into capitals within a sentence.
_CAPITALS = re.compile(r"(?<=[a-z,] )[A-Z]{5,}(?= [a-z])")
_CHINA = re.compile(
    r"\b(?:China|Chinese|CPPCC|Beijing|Shanghai|Tianjin|Chongqing|Shandong|Shanxi|Shaanxi|Henan|Hebei|Hubei|Hunan"
    r"|Guangdong|Guangxi|Zhejiang|Jiangsu|Jiangxi|Anhui|Fujian|Sichuan|Yunnan|Guizhou|Gansu|Qinghai|Hainan"
    r"|Liaoning|Jilin|Heilongjiang|Ningxia|Xinjiang|Tibet|Inner Mongolia|State Council|Politburo"
    r"|Provincial (?:Committee|Government)|Central Economic Work Conference)\b"
)


def space_sentences(draft: Draft) -> Draft:
    """Put the space back between sentences where an English text has lost it throughout.

    Args:
        draft: Any text; only one without Chinese sentences is changed.

    Returns:
        The draft, with a step `sentence_spacing` that counts the spaces.
    """
    if not _is_english(draft.text):
        return draft
    places = [
        found.start()
        for found in _GLUED.finditer(draft.text)
        if not _is_in_address(draft.text, found.start())
    ]
    if len(places) < MIN_GLUED:
        return draft
    return change(draft, SPACING_STEP, [(place, place, " ") for place in places])


def spacing_flag(draft: Draft) -> Flag | None:
    """Say that spaces between sentences were put back, None where none was."""
    count = _glued(draft)
    return (
        Flag("sentence_spacing_repaired", f"{count} sentence ends had no space behind them")
        if count
        else None
    )


def machine_translation(draft: Draft, metadata: Metadata) -> Flag | None:
    """Suspect machine translation: English, about China, and signs that no human translator leaves.

    Args:
        draft: After `space_sentences`, before the page's furniture is removed (its rendering is a sign).
        metadata: The title and the bodies named.

    Returns:
        The flag with the counts, None where the text reads like a person's.
    """
    if not _is_english(draft.text) or not _is_about_china(draft.text, metadata):
        return None
    words = len(_WORD.findall(draft.text))
    glued = _glued(draft)
    calques = 1000 * len(_CALQUES.findall(draft.text)) / words
    blunders = _blunders(draft.text)
    if (calques < MIN_CALQUES or not blunders) and (glued < MIN_GLUED or not (calques or blunders)):
        return None
    evidence = f"{calques:.0f} calques per 1,000 words; {glued} glued sentence ends"
    return Flag("machine_translation", "; ".join((evidence, *blunders[:5])))


def _blunders(text: str) -> list[str]:
    found = {*_BLUNDERS.findall(text), *_LOWER_CASE_PLACE.findall(text)}
    # An acronym is written in capitals everywhere; a word is not.
    words = set(_WORD.findall(text))
    starts = _LOWER_CASE_START.findall(text)
    if len(starts) > 1:
        found.add(starts[0])
    return sorted(found | {capitals for capitals in _CAPITALS.findall(text) if capitals.lower() in words})


def _glued(draft: Draft) -> int:
    return sum(step.count for step in draft.steps if step.name == SPACING_STEP)


def _is_english(text: str) -> bool:
    """English words by script share: as `parsers` decide language, Han weighs more than letters."""
    han = 6 * sum(map(len, _HAN.findall(text)))
    return han < len(text) and han < sum(map(len, _WORD.findall(text)))


def _is_in_address(text: str, place: int) -> bool:
    before = _TOKEN_START.search(text, max(0, place - 80), place)
    behind = _TOKEN_END.match(text, place, place + 80)
    token = (before[0] if before else "") + (behind[0] if behind else "")
    return bool(_ADDRESS.search(token))


def _is_about_china(text: str, metadata: Metadata) -> bool:
    if metadata.jurisdiction and metadata.jurisdiction.startswith("CN"):
        return True
    bodies = (metadata.creator, metadata.outlet, metadata.publisher, metadata.subject_body)
    return any(body and _HAN.search(body) for body in bodies) or bool(_CHINA.search(text))

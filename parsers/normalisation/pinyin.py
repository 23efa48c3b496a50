"""Pinyin written into a text: `動(dòng)業(yè)`, the trace of spun copies.

Their makers replace listed traditional characters by the character with its reading in brackets. They do it on GBK
bytes, so that a match across the border of two characters tears both (`日報` → `日?qǐng)?bào)`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from parsers.normalisation.edits import Draft, change, note
from parsers.normalisation.script import simplify

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿê"
# Some fonts' spelling of a and g.
_ROUND = str.maketrans("ɑɡ", "ag")
_LETTERS = f"[a-züɑɡ{_TONED}]"
_HAN = "[\u3400-\u4dbf\u4e00-\u9fff〇\U00020000-\U0003ffff]"
# The bracket comes first and the character is looked back at, so that the scan stays fast.
_ANNOTATED = re.compile(
    f"(?P<readings>[(（](?<=(?P<character>{_HAN}).){_LETTERS}{{1,6}}[)）](?:[(（]{_LETTERS}{{1,6}}[)）])*)"
)
_READING = re.compile(f"{_LETTERS}+")
_TONE = re.compile(f"[{_TONED}]")
_TORN = re.compile(f"({_HAN})[?\ufffd]({_LETTERS}{{1,6}})[)）][?\ufffd]({_LETTERS}{{1,6}})[)）]")
_RESIDUE = re.compile(
    f"[(（]{_LETTERS}{{1,6}}[)）]|(?<!{_LETTERS}){_LETTERS}{{0,5}}[{_TONED}]{_LETTERS}{{0,5}}[)）]"
)
_CHARACTERS = re.compile(_HAN)

# A gloss (垚(yáo)) occurs once or twice in a document; a spun page has dozens, on many characters.
MIN_ANNOTATIONS = 10
MIN_CHARACTERS = 5
# Share of toned annotations that stand on a traditional variant: 235 of 235 and 484 of 484 on pages seen.
VARIANT_SHARE = 0.9
# Toneless readings are also English words (can, she, me): only their density proves the pattern.
TONELESS_PER_HAN = 0.03


@dataclass(frozen=True, slots=True)
class Annotations:
    """What was found of pinyin annotations.

    Attributes:
        removed: Annotated places that were cleaned.
        characters: Distinct characters among them.
        solved: Torn places whose characters could be told.
        left: What still looks like an annotation or a torn one.
        lost: Those of them with a tone, where the tearing has lost characters for good.
    """

    removed: int = 0
    characters: int = 0
    solved: int = 0
    left: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class _Group:
    """A character with the brackets behind it that all hold one of its readings."""

    character: str
    start: int
    end: int
    toned: bool


def remove(draft: Draft) -> tuple[Draft, Annotations]:
    """Take pinyin annotations out of a text that has them as a pattern; leave every other bracket alone.

    Args:
        draft: In NFC.

    Returns:
        The draft and what was found; unchanged with zeros where there is no such pattern.
    """
    # To look at readings loads a dictionary, which a text with a gloss or two need not wait for.
    annotated = len(_ANNOTATED.findall(draft.text)) if "(" in draft.text or "（" in draft.text else 0
    groups = tuple(_groups(draft.text)) if annotated >= MIN_ANNOTATIONS else ()
    if not _is_pattern(draft.text, groups):
        return draft, Annotations()
    cleaned = change(draft, "pinyin_annotation", [(group.start, group.end, "") for group in groups])
    torn = list(_torn(cleaned.text))
    cleaned = change(cleaned, "pinyin_torn", torn)
    residue = _RESIDUE.findall(cleaned.text)
    found = Annotations(
        removed=len(groups),
        characters=len({group.character for group in groups}),
        solved=len(torn),
        left=len(residue),
        lost=sum(bool(_TONE.search(place)) for place in residue),
    )
    return note(cleaned, "annotation_residue", found.left), found


def remove_from_value(value: str) -> str:
    """Take annotations out of a short text of a document that is known to have them."""
    draft = change(Draft(value), "pinyin_annotation", [(g.start, g.end, "") for g in _groups(value)])
    return change(draft, "pinyin_torn", list(_torn(draft.text))).text


def _groups(text: str) -> Iterator[_Group]:
    for found in _ANNOTATED.finditer(text):
        readings = _READING.findall(found["readings"])
        if all(_reads(found["character"], reading) for reading in readings):
            yield _Group(found["character"], *found.span(), bool(_TONE.search(found[0])))


def _is_pattern(text: str, groups: tuple[_Group, ...]) -> bool:
    toned = [group.character for group in groups if group.toned]
    toneless = [group.character for group in groups if not group.toned]
    if _are_many(toned):
        return sum(map(_is_variant, toned)) >= VARIANT_SHARE * len(toned)
    return _are_many(toneless) and len(toneless) >= TONELESS_PER_HAN * len(_CHARACTERS.findall(text))


def _are_many(characters: list[str]) -> bool:
    return len(characters) >= MIN_ANNOTATIONS and len(set(characters)) >= MIN_CHARACTERS


def _torn(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _TORN.finditer(text):
        lost = _lost_character(found[1], found[2], found[3])
        if lost is not None:
            yield found.end(1), found.end(), lost


def _lost_character(before: str, border_reading: str, reading: str) -> str | None:
    """Find the character behind `before` that a match across their border tore.

    The match was of a variant character read `border_reading`, made of the last byte of `before` and the first
    byte of the lost one, which is a variant read `reading`. None where not exactly one character fits.
    """
    tail = before.encode("gb18030")[1:]
    if len(tail) != 1:
        return None
    candidates = [
        lost
        for lead in range(0x81, 0xFF)
        if _is_annotatable(_gbk(tail[0], lead), border_reading)
        for trail in range(0x40, 0xFF)
        if _is_annotatable(lost := _gbk(lead, trail), reading)
    ]
    return candidates[0] if len(candidates) == 1 else None


def _gbk(lead: int, trail: int) -> str:
    character = bytes((lead, trail)).decode("gbk", "ignore")
    return character if len(character) == 1 else ""


def _is_annotatable(character: str, reading: str) -> bool:
    return bool(character) and _reads(character, reading) and _is_variant(character)


@cache
def _is_variant(character: str) -> bool:
    """Tell a character that the simplified script writes differently."""
    return simplify(character) != character


@lru_cache(maxsize=1 << 15)
def _reads(character: str, reading: str) -> bool:
    reading = reading.translate(_ROUND)
    readings = _readings().get(ord(character), "").split(",")
    return any(reading in (known, *_toneless(known)) for known in readings if known)


def _toneless(reading: str) -> tuple[str, ...]:
    """Spell a reading without tones: `lǜ` is written `lü`, `lu` and `lv`."""
    marked = unicodedata.normalize("NFD", reading)
    plain = unicodedata.normalize(
        "NFC", "".join(c for c in marked if c == "\u0308" or not unicodedata.combining(c))
    )
    return plain, plain.replace("ü", "u"), plain.replace("ü", "v")


@cache
def _readings() -> dict[int, str]:
    """Give the table of all readings of a character, comma-separated."""
    from pypinyin import pinyin_dict  # noqa: PLC0415 - half a second that only annotated pages need

    table: dict[int, str] = pinyin_dict.pinyin_dict
    return table

"""Which Chinese script a text is in, and simplified glyphs for one that was only dressed up as traditional."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

# t2s writes 着 for every 著; 著 stays in 显著, 著作 and their like.
_ZHE = re.compile("(?<![显卓昭原名专论编译遗巨拙合所土])著(?![作名述者称录书有就])")
# Simplified spelling merged what traditional keeps apart. A converter that works character by character leaves the
# merged forms of the simplified original behind; a person who writes traditional does not write them.
_MERGED = re.compile("于|后|制造|干部|并")
_GENUINE = re.compile("於|後|製造|幹部|並")
# 后 is a queen in both spellings, 于 a surname before a given name's or a title's characters.
_QUEEN = re.compile("[皇太王天]后|后[妃羿土]|于(?=先生|女士|小姐|教授|博士)")
# Runs: to count a run at a time takes a fifth of the time of one character at a time.
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]+")

# Share of kana among Han and kana from which a text is Japanese, whose characters are neither script.
JAPANESE = 0.1
# Share of traditional characters among those that tell: bounds of the classes, measured on pages of each kind.
SIMPLIFIED_BELOW = 0.05
DRESSED_FROM = 0.3
TRADITIONAL_ABOVE = 0.85
# Fewer telling characters than this among simplified ones are quotations, not a second script.
MIN_TELLING = 3


@dataclass(frozen=True, slots=True)
class Script:
    """The script of a text with the counts it was concluded from.

    Attributes:
        name: `Hans`, `Hant`, `Hans-in-trad` (a simplified text in traditional glyphs) or `mixed`; None without
            Chinese text.
        traditional: Characters that a conversion to simplified changes.
        simplified: Characters that a conversion to traditional changes.
        merged: Spellings that only a simplified original has (于 后 制造 干部 并).
        genuine: Their traditional spellings (於 後 製造 幹部 並).
    """

    name: str | None
    traditional: int = 0
    simplified: int = 0
    merged: int = 0
    genuine: int = 0

    @property
    def share(self) -> float:
        """Share of traditional characters among those that tell, 0.0 where none tells."""
        telling = self.traditional + self.simplified
        return self.traditional / telling if telling else 0.0


def simplify(text: str) -> str:
    """Convert traditional characters to simplified ones; characters stand for characters, so offsets stay.

    OpenCC's `t2s` with the one rule that it lacks. Not `tw2s`, which changes simplified text (显著 → 显着).
    """
    converted: str = _converter("t2s").convert(text)
    return _ZHE.sub("着", converted) if "著" in converted else converted


def classify(text: str, annotated: bool = False) -> Script:
    """Tell the script of a text.

    Args:
        text: Without pinyin annotations.
        annotated: True where the text had pinyin annotations, which only spun simplified texts have.

    Returns:
        The script. A short traditional text without a telling spelling is `Hant`: it is never converted.
    """
    han, kana = (sum(map(len, characters.findall(text))) for characters in (_HAN, _KANA))
    if not han or kana >= JAPANESE * (han + kana):
        return Script(None)
    traditional = _differences(text, simplify(text))
    if not traditional:
        return Script("Hans")
    simplified = _differences(text, _converter("s2t").convert(text))
    merged = len(_MERGED.findall(text)) - len(_QUEEN.findall(text))
    counted = Script("mixed", traditional, simplified, merged, len(_GENUINE.findall(text)))
    return Script(_name(counted, annotated), traditional, simplified, merged, counted.genuine)


def _name(counted: Script, annotated: bool) -> str:
    if counted.share < SIMPLIFIED_BELOW or (counted.traditional < MIN_TELLING and counted.simplified):
        return "Hans"
    if counted.share >= DRESSED_FROM and (annotated or counted.merged > counted.genuine):
        return "Hans-in-trad"
    return "Hant" if counted.share > TRADITIONAL_ABOVE else "mixed"


def _differences(text: str, converted: str) -> int:
    if text == converted:
        return 0
    return sum(a != b for a, b in zip(text, converted, strict=False))


@cache
def _converter(config: str) -> OpenCC:
    return OpenCC(config)

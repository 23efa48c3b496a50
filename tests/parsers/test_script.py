"""Which script a text is in, and the conversion to simplified."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.normalisation.script import classify, simplify

GENUINE = (
    "行政院為推動科學技術發展，並促進產業創新，於去年公布辦法，其後由各縣市政府執行，對於製造業給予補助。"
)
DRESSED = "國務院關于加快發展的意見：省級干部應當重視制造業發展，并于今年完成規劃，之后組織實施。"
SIMPLIFIED = "国务院关于加快发展的意见：省级干部应当重视制造业发展，并于今年完成规划，之后组织实施。"
# t2s must leave GB 2312 alone but for these (measured; a broken release turned 坏 into 坯).
CHANGED_IN_GB2312 = set("乾菸薹拚捱摺吒後徵夥榘於袷麴醣麽")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (SIMPLIFIED, "Hans"),
        (GENUINE, "Hant"),
        (DRESSED, "Hans-in-trad"),
        ("皇后區立法會議員於去年訪問，太后與皇后的歷史", "Hant"),
        (GENUINE + SIMPLIFIED + SIMPLIFIED + "於後並製造幹部於後並", "mixed"),
        ("大人山水", "Hans"),
        ("English only, 15%.", None),
        ("日本の経済産業省は、製造業の発展のための計画を発表した。", None),
        (SIMPLIFIED * 5 + "（臺積電）", "Hans"),
    ],
)
def test_a_text_is_classed(text: str, name: str | None) -> None:
    """Dressed-up simplified text is told from genuine traditional text by spellings that converters leave."""
    assert classify(text).name == name


def test_the_counts_stay_with_the_class() -> None:
    """What the class was concluded from is kept."""
    found = classify(DRESSED)
    assert (found.merged, found.genuine) == (6, 0)
    assert found.share > 0.3


def test_annotations_prove_a_spun_text() -> None:
    """A text that had pinyin annotations is simplified text dressed up, also without telling spellings."""
    assert classify("為推動產業發展", annotated=True).name == "Hans-in-trad"
    assert classify("為推動產業發展").name == "Hant"


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("樹桿立標", "树杆立标"),
        ("沿著這條路，著手研究", "沿着这条路，着手研究"),
        ("顯著提升，著名學者的著作", "显著提升，著名学者的著作"),
        ("名著、原著、土著、編著者", "名著、原著、土著、编著者"),
        ("乾隆年間的乾糧", "乾隆年间的干粮"),
    ],
)
def test_conversion_to_simplified(traditional: str, simplified: str) -> None:
    """OpenCC's t2s with the rule for 著."""
    assert simplify(traditional) == simplified


def test_conversion_leaves_gb2312_alone() -> None:
    """Only the sixteen characters known to change do change."""
    pairs = (bytes((a, b)).decode("gb2312", "ignore") for a in range(0xB0, 0xF8) for b in range(0xA1, 0xFF))
    characters = [c for c in pairs if c and c != "著"]
    assert {c for c in characters if simplify(c) != c} <= CHANGED_IN_GB2312


@given(st.text())
def test_conversion_keeps_the_length(text: str) -> None:
    """Offsets stay valid, and converting twice changes nothing."""
    assert len(simplify(text)) == len(text)

"""Pinyin annotations leave a spun text; ordinary brackets stay in any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.normalisation.edits import Draft, restore
from parsers.normalisation.pinyin import Annotations, remove, remove_from_value

SPUN = (
    "為推動(dòng)產(chǎn)業(yè)發(fā)展,我省將實(shí)施創(chuàng)新行動(dòng)計(jì)劃,提升企業(yè)技術(shù)水平(試行)。\n"
    "省科技廳(tīng)(以下簡稱“廳(tīng)”)創(chuàng)建平臺(建設(shè)中),新產(chǎn)品(29日)達(dá)300號(hào)。"
)
TONELESS = "產(chan)(chan)業(ye)(ye)動(dong)力(li)日前(qian)發(fa)展(zhan)创(chuang)新(xin)企(qi)业(ye)的(de)规(gui)划(hua)。"


def test_annotations_are_removed_and_brackets_stay() -> None:
    """Every reading goes, every legitimate bracket stays, and the raw text comes back."""
    draft, found = remove(Draft(SPUN))
    assert draft.text.startswith("為推動產業發展,我省將實施創新行動計劃,提升企業技術水平(試行)。")
    assert "(以下簡稱“廳”)創建平臺(建設中),新產品(29日)達300號。" in draft.text
    assert (found.removed, found.left) == (17, 0)
    assert restore(draft.text, draft.edits) == SPUN


def test_toneless_annotations_are_removed() -> None:
    """Repeated, toneless and on any character."""
    draft, found = remove(Draft(TONELESS))
    assert draft.text == "產業動力日前發展创新企业的规划。"
    assert found.left == 0


def test_a_torn_character_is_found_again() -> None:
    """A match across a byte border is undone where exactly one character fits."""
    draft, found = remove(Draft(SPUN + "山西日?qǐng)?bào)、晚報(bào)"))
    assert draft.text.endswith("山西日報、晚報")
    assert (found.solved, found.left) == (1, 0)


def test_a_torn_character_without_a_solution_is_left_and_counted() -> None:
    """Bytes that are lost are not guessed."""
    draft, found = remove(Draft(SPUN + "天?xyz)?qù)"))
    assert draft.text.endswith("天?xyz)?qù)")
    assert found == Annotations(17, 12, 0, 1, 1)
    assert draft.steps[-1].name == "annotation_residue"


@pytest.mark.parametrize(
    "text",
    [
        "北京市垚(yáo)鑫公司,地名甪(lù)直,(基地)(套)(市、区)(太原)",
        "应用(app)、人工智能(ai)、首席(ceo)、研发(r)" * 4,
        "会议纪要：甲(jiǎ)乙(yǐ)丙(bǐng)丁(dīng)戊(wù)己(jǐ)庚(gēng)辛(xīn)壬(rén)癸(guǐ)子(zǐ)是生僻字读音表。",
        "English (can) and (she)",
    ],
)
def test_texts_without_the_pattern_stay(text: str) -> None:
    """Glosses, abbreviations and a list of readings on simplified characters are no spun text."""
    draft = Draft(text)
    assert remove(draft) == (draft, Annotations())


def test_a_value_of_an_annotated_document_is_cleaned() -> None:
    """A title is too short for the pattern; its document has it."""
    assert remove_from_value("我省將實(shí)施創(chuàng)新行動(dòng)(試行)") == "我省將實施創新行動(試行)"


@given(st.text("動業創新(dòngyèchuàng)（）? \n"))
def test_removal_restores_and_settles(text: str) -> None:
    """The raw text comes back, and a second pass finds nothing more to do."""
    draft, _ = remove(Draft(text))
    assert restore(draft.text, draft.edits) == text
    assert remove(Draft(draft.text))[0].text == draft.text

"""The repairs together: nothing is lost, nothing is done twice, and a clean text stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.normalisation.edits import restore
from parsers.normalisation.repair import repair, repair_value

SPUN = (
    "為推動(dòng)產(chǎn)業(yè)發(fā)展,我省將實(shí)施創(chuàng)新行動(dòng)計(jì)劃,提升企業(yè)技術(shù)水平(試行)。\n"
    "(記者 王龍飛)省科技廳(tīng)創(chuàng)建平臺(建設(shè)中),新產(chǎn)品(29日)達(dá)300號(hào)。"
)
GENUINE = "行政院為推動科學技術發展，並促進產業創新，於去年公布辦法，其後由各縣市政府執行。"


def test_a_spun_text_is_simplified() -> None:
    """Annotations go and glyphs are converted, with a flag for each."""
    repaired = repair(SPUN)
    assert repaired.draft.text == (
        "为推动产业发展,我省将实施创新行动计划,提升企业技术水平(试行)。\n"
        "(记者 王龙飞)省科技厅创建平台(建设中),新产品(29日)达300号。"
    )
    assert repaired.script == "Hans-in-trad"
    assert [flag.name for flag in repaired.flags] == ["pinyin_annotation_removed", "mixed_script"]
    assert restore(repaired.draft.text, repaired.draft.edits) == SPUN


def test_genuine_traditional_text_is_never_converted() -> None:
    """It is normalised like any text, without a flag."""
    repaired = repair(GENUINE)
    assert repaired.draft.text == GENUINE
    assert repaired.script == "Hant"
    assert repaired.flags == ()


def test_clean_text_is_untouched() -> None:
    """No step, no edit, no flag; full-width punctuation stays."""
    text = "第一条　为了规范管理，制定本办法。\n第二条　到2027年，增长15％。"
    repaired = repair(text)
    assert repaired.draft.text == text
    assert (repaired.draft.edits, repaired.draft.steps, repaired.flags) == ((), (), ())


def test_values_are_repaired_as_their_document_was() -> None:
    """Characters always; annotations and script only where the document had them."""
    assert repair_value("創(chuàng)新\u200b行動  計(jì)劃", repair(SPUN)) == "创新行动 计划"
    assert repair_value("創(chuàng)新\u200b辦法", repair(GENUINE)) == "創(chuàng)新辦法"


def test_torn_annotations_that_cannot_be_solved_are_flagged() -> None:
    """The characters around them are lost: the text is published with its doubt."""
    repaired = repair(f"{SPUN}高質量的重視?,F(xiàn)階段")
    assert repaired.flags[0].name == "mojibake_lossy"
    assert repaired.draft.text.endswith("?,F(xiàn)阶段")


@pytest.mark.parametrize("raw", ["通知\n锟斤拷锟斤拷", "各省\ufffd\ufffd人民政府"])
def test_lost_text_is_flagged(raw: str) -> None:
    """It is published with its flag, not dropped."""
    repaired = repair(raw)
    assert repaired.draft.text == raw
    assert [flag.name for flag in repaired.flags] == ["mojibake_lossy"]


@given(st.text() | st.text("動業(dòngyè)　 \n\r&amp;lt;于後.A“é\u0301锟斤拷"))
def test_repair_is_total_restorable_and_idempotent(raw: str) -> None:
    """Any text can be repaired, comes back from its edits, and is not repaired twice."""
    repaired = repair(raw)
    assert restore(repaired.draft.text, repaired.draft.edits) == raw
    assert repair(repaired.draft.text).draft.text == repaired.draft.text

"""What a copy lost or changed, with spans of both texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.works.fidelity import differences

CANONICAL = """为加快中试平台建设，制定本办法。
一、到2027年底，建成中试平台30家，服务企业500户。
二、各市于2025年6月30日前报送名单。
三、对弄虚作假的单位，取消资格并追回资金。
三年内不得再次申报省级项目。
四、习近平总书记强调，创新是第一动力。
附件：中试平台申报书"""


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("changed_number", "30家", "80家"),
        ("changed_date", "6月30日", "9月30日"),
        ("missing_clause", "二、各市于2025年6月30日前报送名单。\n", ""),
        ("missing_clause", "三、对弄虚作假的单位，取消资格并追回资金。\n三年内不得再次申报省级项目。\n", ""),
        ("dropped_annex", "\n附件：中试平台申报书", ""),
        ("cut_name", "习近平总书记强调", "习强调"),
        ("inserted_advertising", "一、到", "乐享娱乐官网入口，注册下载领取优惠。\n一、到"),
        ("inserted_text", "四、习", "凡参加的企业都可以优先获得三百万元补助和土地。\n四、习"),
        ("changed_text", "取消资格并追回资金", "取消资格并通报批评"),
    ],
)
def test_one_change_is_one_row_of_its_kind(kind: str, before: str, after: str) -> None:
    """And its spans hold its words."""
    copy = CANONICAL.replace(before, after)
    (found,) = differences(CANONICAL, copy)

    assert found.kind == kind
    assert found.canonical == (
        None if found.canonical_start is None else CANONICAL[found.canonical_start : found.canonical_end]
    )
    assert found.copy == (None if found.copy_start is None else copy[found.copy_start : found.copy_end])


def test_form_is_no_difference() -> None:
    """Width, punctuation and line breaks are not what a copy says."""
    assert not differences(CANONICAL, CANONICAL.replace("，", ",").replace("。\n", "。"))


@given(st.lists(st.sampled_from(CANONICAL.split("\n")), max_size=9))
def test_a_text_differs_from_itself_in_nothing(lines: list[str]) -> None:
    """And its spans against another text hold its words."""
    text = "\n".join(lines)

    assert not differences(text, text)
    for item in differences(CANONICAL, text):
        assert (
            item.canonical is None or item.canonical == CANONICAL[item.canonical_start : item.canonical_end]
        )
        assert item.copy is None or item.copy == text[item.copy_start : item.copy_end]

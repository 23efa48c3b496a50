"""Removed names and masks: marked where they stand, never filled in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.structure.redaction import find_redactions


@pytest.mark.parametrize(
    "text",
    [
        "习深刻指出，要坚持创新。",
        "认真落实习重要指示精神。",
        "牢记习赋予的使命。",
        "贯彻习关于科技创新的重要论述。",
    ],
)
def test_a_removed_leader_name_is_flagged(text: str) -> None:
    """The surname left alone before a verb or noun that only the name governs."""
    (flag,) = find_redactions(text)
    assert flag.name == "redacted_name"
    assert text[flag.start : flag.end] == "习"


@pytest.mark.parametrize(
    "text",
    [
        "要重视学习关于科技创新的知识。",
        "深入学习重要讲话精神。",
        "组织研习强调实效。",
        "习近平总书记深刻指出。",
        "学生实习关于岗位的规定。",
        "复习考察内容。",
    ],
)
def test_ordinary_words_are_not(text: str) -> None:
    """A verb of learning in front, or the whole name, is no redaction."""
    assert find_redactions(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "联系人：王××，电话见官网。",
        "某某公司违反规定。",
        "手机138****1234。",
        "位于XX市XX区。",
        "名单（略）",
        "由■■■负责",
    ],
)
def test_masks_are_flagged(text: str) -> None:
    """Crosses, letters and blocks that stand for something."""
    assert {flag.name for flag in find_redactions(text)} == {"masked_text"}


@pytest.mark.parametrize("text", ["尺寸XXL和XL。", "二○○三年十月", "***", "The xx axis", "5×5米", "重点内容"])
def test_what_only_looks_masked_is_not(text: str) -> None:
    """Sizes, old years, separators and products."""
    assert find_redactions(text) == ()


def test_an_emptied_field_is_flagged() -> None:
    """A label without its value."""
    (flag,) = find_redactions("通知如上。\n联系人：\n联系电话：0351-1234567")
    assert flag.evidence.startswith("通知如上")


@given(st.text(alphabet="习学深刻指出关于×X*某（略）实落。\n", max_size=60))
def test_spans_lie_in_the_text(text: str) -> None:
    """Law: spans are sorted, inside the text and not empty."""
    flags = find_redactions(text)
    starts = [flag.start or 0 for flag in flags]
    assert starts == sorted(starts)
    assert all(0 <= (f.start or 0) < (f.end or 0) <= len(text) for f in flags)

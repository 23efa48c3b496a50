"""The key of a text: what counts as the same content, and what must not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.normalisation.key import fold

SEEDS = Path(__file__).resolve().parents[2].parent / "shared" / "seeds"
EQUAL = [
    ("〔2023〕", "[2023]"),
    ("〔2023〕", "（2023）"),
    ("创新，协调", "创新,协调"),
    ("“1227”行动", '"1227"行动'),
    ("2023—2025年", "2023-2025年"),
    ("2023－2025年", "2023-2025年"),
    ("2023～2025年", "2023~2025年"),
    ("2023——2025年", "2023—2025年"),
    ("１．５亿元", "1.5亿元"),
    ("　　第一条　", "第一条"),
    ("山西\u200b省", "山西省"),
    ("創新驅動發展戰略", "创新驱动发展战略"),
    ("⻓江⼀号", "长江一号"),
    ("30,000户", "30000户"),
    ("卡尔·马克思", "卡尔・马克思"),
    ("增长15％", "增长15%"),
    ("Science AND Technology", "science and technology"),
]
DIFFERENT = [
    ("1.5亿", "15亿"),
    ("15%", "15"),
    ("≥90", "≤90"),
    ("不少于3", "少于3"),
    ("+15%", "-15%"),
    ("10:30", "1030"),
    ("2023-2025", "20232025"),
    ("１／２", "12"),
    ("15℃", "15"),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_the_same_content_has_the_same_key(one: str, other: str) -> None:
    """Width, script, punctuation, spacing and case do not count."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_other_content_has_another_key(one: str, other: str) -> None:
    """Decimal points, signs, comparisons, units and ranges count."""
    assert fold(one) != fold(other)


def test_simplified_text_keeps_its_zhu() -> None:
    """著 in 显著 stays, as the conversion of traditional text must not touch simplified text."""
    assert fold("显著提升，沿著方向") == "显著提升沿着方向"


@pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the founding documents are not at {SEEDS}")
@pytest.mark.parametrize("name", ["000", "001", "002", "003", "004"])
def test_a_founding_document_and_its_full_width_copy_have_the_same_key(name: str) -> None:
    """The documents came NFKC'd; their sources did not."""
    text = next(SEEDS.glob(f"{name}_*.txt")).read_text(encoding="utf-8")
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert fold(wide) == fold(text)


@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    """Folding is idempotent on any text."""
    assert fold(fold(text)) == fold(text)


@given(st.text("乾隆著作顯，。·-—~.,:1205%\u1100\u1161İAa\u0301 ⻓㎡①\ufe0f"))
def test_a_key_is_its_own_key_where_characters_interact(text: str) -> None:
    """Idempotent too where dropped characters kept apart what composes or converts together."""
    assert fold(fold(text)) == fold(text)


@given(st.text("第一条创新,.:;!?()%-1234567890abc"))
def test_a_full_width_copy_has_the_same_key(text: str) -> None:
    """A page whose ASCII was made full-width, or the other way round, is the same content."""
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert fold(wide) == fold(text)

"""Numbers, ranges, units and comparators in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.structure.quantities import (
    blank_chinese,
    blank_english,
    chinese_number,
    chinese_quantities,
    english_number,
    english_quantities,
)


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("十五", 15),
        ("三百二十", 320),
        ("三千零五", 3005),
        ("一亿零五百万", 105_000_000),
        ("两万五", 25_000),
        ("一百八", 180),
        ("二〇二三", 2023),
        ("企业", None),
        ("", None),
        ("亿" * 200, None),
    ],
)
def test_chinese_numerals(numeral: str, value: float | None) -> None:
    """Places, zeros, the last unit left out, digit by digit; None for what is no number."""
    assert chinese_number(numeral) == value


@pytest.mark.parametrize(
    ("text", "low", "high", "comparator", "approximate", "unit", "scale"),
    [
        ("1—2户", 1, 2, "=", False, "户", 1),
        ("约1.2万家", 12_000, 12_000, "=", True, "家", 10_000),
        ("1-2万家", 10_000, 20_000, "=", False, "家", 10_000),
        ("8000—1万家", 8_000, 10_000, "=", False, "家", 10_000),
        ("三至五家", 3, 5, "=", False, "家", 1),
        ("不少于500亿元", 5e10, None, ">=", False, "元", 1e8),
        ("4.35亿元", 435_000_000, 435_000_000, "=", False, "元", 1e8),
        ("百分之十五", 15, 15, "=", False, "%", 1),
        ("15％左右", 15, 15, "=", True, "%", 1),
        ("5%—8%", 5, 8, "=", False, "%", 1),
        ("100余家", 100, None, ">", True, "家", 1),
        ("不超过30%", None, 30, "<=", False, "%", 1),
        ("20个以上", 20, None, ">=", False, "个", 1),
        ("3.5个百分点", 3.5, 3.5, "=", False, "个百分点", 1),
        ("30,000户", 30_000, 30_000, "=", False, "户", 1),
        ("三百万元", 3_000_000, 3_000_000, "=", False, "元", 10_000),
    ],
)
def test_chinese_quantities(
    *,
    text: str,
    low: float | None,
    high: float | None,
    comparator: str,
    approximate: bool,
    unit: str,
    scale: float,
) -> None:
    """Scaled bounds, the open side None, the unit as it stands."""
    (found,) = chinese_quantities(text)
    assert (found.low, found.high, found.comparator) == (low, high, comparator)
    assert (found.approximate, found.unit, found.scale) == (approximate, unit, scale)


@pytest.mark.parametrize(
    ("text", "low", "high", "comparator", "approximate", "unit"),
    [
        ("three to five new", 3, 5, "=", False, None),
        ("about 100 major", 100, 100, "=", True, None),
        ("at least 15 percent", 15, None, ">=", False, "%"),
        ("between 10 and 20 percent", 10, 20, "=", False, "%"),
        ("2.5 billion yuan or more", 2.5e9, None, ">=", False, "yuan"),
        ("no fewer than three hundred labs", 300, None, ">=", False, None),
        ("up to 50 bases", None, 50, "<=", False, None),
        ("10 to 20 million tons", 1e7, 2e7, "=", False, "tons"),
        ("US$5 billion", 5e9, 5e9, "=", False, "US$"),
        ("two percentage points", 2, 2, "=", False, "percentage points"),
        ("from 20 to 10 working days", 10, 10, "=", False, "working days"),
    ],
)
def test_english_quantities(
    *, text: str, low: float | None, high: float | None, comparator: str, approximate: bool, unit: str | None
) -> None:
    """Words and digits, ranges, comparators before and behind."""
    (found,) = english_quantities(text)
    assert (found.low, found.high, found.comparator) == (low, high, comparator)
    assert (found.approximate, found.unit) == (approximate, unit)


@pytest.mark.parametrize(
    "text",
    [
        "第二届大会",
        "2023年3月9日",
        "国发〔2021〕29号",
        "“71020”体系",
        "《2023年行动计划》",
        "5G和CR929",
        "世界500强",
        "十四五",
        "一批平台",
    ],
)
def test_what_is_no_chinese_quantity(text: str) -> None:
    """Ordinals, dates, citations, slogans, titles, codes."""
    assert chinese_quantities(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "March 28",
        "in 2022",
        "the 14th plan",
        "“Top ten” industry",
        "top 10 industries",
        "Article 15",
        "five-year plan",
        "G20",
        "one of them",
    ],
)
def test_what_is_no_english_quantity(text: str) -> None:
    """Dates, ordinals, slogans, references, compounds."""
    assert english_quantities(text) == []


def test_english_numbers() -> None:
    """Value and the factor that was applied."""
    assert english_number("30,000") == (30_000, 1)
    assert english_number("2.5 billion") == (2.5e9, 1e9)
    assert english_number("one hundred and five") == (105, 1)


@given(st.integers(0, 9999))
def test_chinese_numerals_are_read_back(number: int) -> None:
    """Law: what is written out in full is read as it was."""
    digits = "零一二三四五六七八九"
    places = ["", "十", "百", "千"]
    text = str(number)
    written = "".join(
        digits[int(c)] + (places[len(text) - 1 - i] if c != "0" else "") for i, c in enumerate(text)
    )
    while "零零" in written:
        written = written.replace("零零", "零")
    written = written.rstrip("零") if number else "零"
    if number < 10 or written[-1] in "十百千" or (len(written) > 1 and written[-2] in "零十"):
        assert chinese_number(written) == number


@given(st.text(alphabet="到至0123456789一二三十百万亿余多.,%个家元年《》“”第-—约不少于以上 \n", max_size=60))
def test_any_chinese_text_is_read(text: str) -> None:
    """Law: never raises, offsets lie in the text and bounds are in order."""
    assert len(blank_chinese(text)) == len(text)
    for found in chinese_quantities(text):
        assert 0 <= found.bare <= found.start < found.end <= len(text)
        assert found.low is None or found.high is None or found.low <= found.high


@given(st.text(alphabet="0123456789 ,.-%aotwhenmilirdfyu“”$", max_size=60))
def test_any_english_text_is_read(text: str) -> None:
    """Law: never raises, offsets lie in the text and bounds are in order."""
    assert len(blank_english(text)) == len(text)
    for found in english_quantities(text):
        assert 0 <= found.bare <= found.start < found.end <= len(text)
        assert found.low is None or found.high is None or found.low <= found.high

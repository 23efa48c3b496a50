"""Document numbers: found, normalised, told from court numbers and citations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.metadata.identifiers import find_numbers, own_number

NUMBERS = {
    "晋政办发〔2019〕26号": "晋政办发〔2019〕26号",
    "鄂政发[2017]14号": "鄂政发〔2017〕14号",
    "鲁政办字（2019）58号": "鲁政办字〔2019〕58号",
    "财科教【2017】6号": "财科教〔2017〕6号",
    "鄂政发〔2021〕29 号": "鄂政发〔2021〕29号",
    "川府发﹝2020﹞１２号": "川府发〔2020〕12号",
    "国科发火2008-172号": "国科发火〔2008〕172号",
    "工信部联企业〔2011〕300号": "工信部联企业〔2011〕300号",
    "京发改规〔2022〕003号": "京发改规〔2022〕3号",
    "教思政厅函〔2024〕10号": "教思政厅函〔2024〕10号",
    "财政部 税务总局公告 2023 年第 19 号": "财政部 税务总局公告2023年第19号",
    "国家税务总局公告2020年第1号": "国家税务总局公告2020年第1号",
    "邯郸市人民政府令第175号": "邯郸市人民政府令第175号",
    "中华人民共和国主席令第三十三号": "中华人民共和国主席令第33号",
    "中华人民共和国国务院令第一百零三号": "中华人民共和国国务院令第103号",
    "中华人民共和国国务院令（第745号）": "中华人民共和国国务院令第745号",
    "人力资源社会保障部第12号令": "人力资源社会保障部令第12号",
    "国办函〔2006〕82号": "国办函〔2006〕82号",
}
WITHIN = {
    "根据《国务院办公厅关于某事的意见》（国办发〔2016〕50号）要求": "国办发〔2016〕50号",
    "现将财政部关于印发国科发火〔2016〕32号文件": "国科发火〔2016〕32号",
    "原国土资源部国土资发〔2004〕238号同时废止": "国土资发〔2004〕238号",
    "山西省人民政府晋政发〔2023〕5号": "晋政发〔2023〕5号",
    "按照晋政发〔2023〕5号精神": "晋政发〔2023〕5号",
}
NONE = (
    "(2020)鲁01民终123号",
    "（2021）最高法行申1号",
    "鄂政发〔2023〕XX号",
    "石财教2023105号",
    "第12号",
    "2023年第19号",
    "中山路〔2020〕12号楼",
    "长江路12号",
    "第4626号提案",
)


@pytest.mark.parametrize(("text", "value"), NUMBERS.items())
def test_own_numbers(text: str, value: str) -> None:
    """A line that is a number is the document's own, normalised."""
    assert own_number(text) == value
    assert own_number(f"（{text}）") == value


@pytest.mark.parametrize(("text", "value"), WITHIN.items())
def test_citations(text: str, value: str) -> None:
    """A number in a sentence is found without what runs into it, and is no line of its own."""
    (found,) = find_numbers(text)
    assert found.value == value
    assert text[found.start : found.end].startswith(value[:2])
    assert own_number(text) is None


@pytest.mark.parametrize("text", NONE)
def test_no_numbers(text: str) -> None:
    """Court cases, templates, addresses and bare serial numbers are none."""
    assert find_numbers(text) == ()


@given(st.text(alphabet="国发办〔〕[]（）()2018年第44号令公告 根据、X", max_size=60))
def test_normalising_is_stable(text: str) -> None:
    """A normalised number reads as itself."""
    for found in find_numbers(text):
        assert 0 <= found.start < found.end <= len(text)
        own = own_number(found.value)
        assert own is None or own == found.value

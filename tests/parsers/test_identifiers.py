"""Document numbers: found, normalised, told from court numbers and citations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.metadata.identifiers import find_numbers, number_in_title, own_number, promulgated_as

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
    "青经信技术〔2022〕5号": "青经信技术〔2022〕5号",
    "国经贸投资〔1999〕122号": "国经贸投资〔1999〕122号",
    "住房和城乡建设部令第57号": "住房和城乡建设部令第57号",
    "国家发展和改革委员会令2023年第5号": "国家发展和改革委员会令2023年第5号",
    "工业和信息化部公告2022年第3号": "工业和信息化部公告2022年第3号",
    "太原市人民政府令第33号": "太原市人民政府令第33号",
    "对外贸易经济合作部令2001年第5号": "对外贸易经济合作部令2001年第5号",
    "无为市人民政府令第3号": "无为市人民政府令第3号",
    "将政〔2021〕1号": "将政〔2021〕1号",
    "和发改〔2021〕8号": "和发改〔2021〕8号",
}
WITHIN = {
    "根据《国务院办公厅关于某事的意见》（国办发〔2016〕50号）要求": "国办发〔2016〕50号",
    "现将财政部关于印发国科发火〔2016〕32号文件": "国科发火〔2016〕32号",
    "原国土资源部国土资发〔2004〕238号同时废止": "国土资发〔2004〕238号",
    "山西省人民政府晋政发〔2023〕5号": "晋政发〔2023〕5号",
    "按照晋政发〔2023〕5号精神": "晋政发〔2023〕5号",
    "《某办法》（青经信技术〔2022〕5号）": "青经信技术〔2022〕5号",
    "符合《某办法》（住房和城乡建设部令第57号）": "住房和城乡建设部令第57号",
    "已由太原市人民政府令第33号公布": "太原市人民政府令第33号",
    "根据原国土资源部国土资发〔2004〕238号": "国土资发〔2004〕238号",
    "《某办法》和晋政发〔2023〕5号": "晋政发〔2023〕5号",
    "财政部和税务总局公告2023年第7号": "税务总局公告2023年第7号",
    "有关工作要求在国发〔2020〕1号中": "国发〔2020〕1号",
    "2003年2月20日工业和信息化部令第37号公布": "工业和信息化部令第37号",
    "二〇〇三年二月二十日工业和信息化部令第37号公布": "工业和信息化部令第37号",
    "凡与青政发〔2012〕10号不一致的": "青政发〔2012〕10号",
    "我厅对青科发〔2018〕5号文件": "青科发〔2018〕5号",
    "并对青政发〔2012〕10号作出修改": "青政发〔2012〕10号",
    "同时将青政发〔2012〕10号废止": "青政发〔2012〕10号",
    "县政府办公室对青政办发〔2015〕12号": "青政办发〔2015〕12号",
    "涉及青政发〔2012〕10号": "青政发〔2012〕10号",
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


@pytest.mark.parametrize("signer", ["　　签发人：赵某", "　签 发 人： 钱某某", "（签发人：孙某）"])
def test_signer_behind(signer: str) -> None:
    """The head of a reply has who signed it on the number's line."""
    assert own_number(f"晋科函〔2023〕45号{signer}") == "晋科函〔2023〕45号"


TITLES = {
    "某省办公厅关于加强某事的通知（晋政办发〔2022〕7号）": "晋政办发〔2022〕7号",
    "某省办公厅关于加强某事的通知 晋政办发〔2022〕7号": "晋政办发〔2022〕7号",
    "国务院令第752号": "国务院令第752号",
    "税务总局公告2023年第7号 关于某事的公告": "税务总局公告2023年第7号",
    "中华人民共和国国务院令（第752号）地名管理条例": "中华人民共和国国务院令第752号",
    "中华人民共和国国务院令（第752号） 地名管理条例": "中华人民共和国国务院令第752号",
    "国务院关于印发某规划的通知国发〔2021〕29号": "国发〔2021〕29号",
    "国务院关于某规划的批复国函〔2021〕3号": "国函〔2021〕3号",
    "【青政发〔2020〕1号】关于做好某事的通知": "青政发〔2020〕1号",
    "财税〔2016〕36号关于推开某试点的通知": "财税〔2016〕36号",
    "税务总局公告2023年第7号《关于某事的公告》": "税务总局公告2023年第7号",
    "财税〔2016〕36号关于某试点有哪些规定？": None,
    "转发财税〔2016〕36号关于某试点的通知": None,
    "某省财政厅关于转发财科教〔2023〕12号文件的通知": None,
    "某省财政厅转发财科教〔2023〕12号": None,
    "关于废止《某办法》（晋政办发〔2015〕33号）的通知": None,
    "关于废止《某办法》（晋政办发〔2015〕33号）": None,
    "国发〔2016〕50号文件问答": None,
}


@pytest.mark.parametrize(("title", "number"), TITLES.items())
def test_titles(title: str, number: str | None) -> None:
    """A headline's number is the document's own where it stands apart, not where the headline speaks of it."""
    assert number_in_title(title) == number


@pytest.mark.parametrize(
    ("counted", "number"),
    [("一百零三", 103), ("百二十", 120), ("十二", 12), ("十十", None), ("百十百", None)],
)
def test_counted_in_words(counted: str, number: int | None) -> None:
    """Older orders have theirs in Chinese numerals; what is none is no number."""
    assert own_number(f"国务院令第{counted}号") == (number and f"国务院令第{number}号")


def test_promulgated() -> None:
    """A law has the number of the order that promulgated it, not of one that changed it."""
    line = "（2003年2月20日国务院令第373号公布　根据2009年1月24日《某决定》（国务院令第549号）修订）"
    assert promulgated_as(line) == "国务院令第373号"
    assert promulgated_as("（二〇〇三年二月二十日国务院令第373号公布）") == "国务院令第373号"
    assert promulgated_as("（2009年1月24日通过　根据国务院令第549号公布的决定修订）") is None


@pytest.mark.parametrize("text", NONE)
def test_no_numbers(text: str) -> None:
    """Court cases, templates, addresses and bare serial numbers are none."""
    assert find_numbers(text) == ()


@given(st.lists(st.tuples(st.sampled_from(list(NUMBERS)[:4]), st.integers(0, 400)), max_size=6))
def test_numbers_of_a_long_text(stretches: list[tuple[str, int]]) -> None:
    """Each is found, however far it stands from the next one."""
    text = "".join(
        f"{'各有关单位：' * (many // 6)}{'。' * (1 + many % 6)}{number}" for number, many in stretches
    )
    assert [found.value for found in find_numbers(text)] == [NUMBERS[number] for number, _ in stretches]


@given(st.text(alphabet="国发办〔〕[]（）()2018年第44号令公告 根据、X一十百零", max_size=60))
def test_normalising_is_stable(text: str) -> None:
    """A normalised number reads as itself."""
    for found in find_numbers(text):
        assert 0 <= found.start < found.end <= len(text)
        own = own_number(found.value)
        assert own is None or own == found.value

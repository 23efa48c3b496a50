"""Spam wrapped around a text is told by what it repeats, not by a list of brands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.normalisation.spam import brand, clean_title, is_wrapper_line, runs, without_brand

RUN = "金龙汇,金龙汇官网,金龙汇登录,金龙汇app下载,金龙汇体育,金龙汇网址,金沙汇平台,金龙汇靠谱吗"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (f"{RUN}1.坚持创新驱动发展。", "1.坚持创新驱动发展。"),
        (f"{RUN}第一条　为了规范管理。", "第一条　为了规范管理。"),
        (f"{RUN}一、总体要求", "一、总体要求"),
        (f"{RUN}？各市人民政府：", "各市人民政府："),
        (f"{RUN}各市人民政府要加强领导。", "各市人民政府要加强领导。"),
        (f"落实工作部署。{RUN}", "落实工作部署。"),
        (f"第一条　总则。\n{RUN.replace(',', '_')}\n第二条　范围。", "第一条　总则。\n\n第二条　范围。"),
        (f"{RUN.replace(',', '|')}", ""),
        (f"{RUN.replace(',', ' ')} 第一条　总则。", "第一条　总则。"),
        (f"{RUN.replace(',', '、')}1.坚持创新。", "1.坚持创新。"),
    ],
)
def test_a_run_of_search_phrases_is_found(text: str, rest: str) -> None:
    """From its first item to where the text begins that it was glued to."""
    (run,) = runs(text)
    assert text[: run.start] + text[run.end :] == rest
    assert run.stem == "金龙汇"


@pytest.mark.parametrize(
    "text",
    [
        "新增专利100件,新增企业20家,新增平台3个,新增投资5亿,新增就业2万,新增产值3亿",
        "完善政务服务平台、政务服务中心、政务服务大厅、政务服务窗口、政务服务网站、政务服务站点",
        "企业登录 企业名称 企业地址 企业网站 企业规模 企业性质",
        "科技创新,产业创新,制度创新,平台创新,网站创新",
        "到2027年，显著提升，到2030年，基本建成，到2035年，成为平台",
    ],
)
def test_policy_lists_are_no_run(text: str) -> None:
    """A repeated beginning alone, or portal words alone, or a list with 、, is ordinary text."""
    assert list(runs(text)) == []
    assert brand("关于科技-金融结合的决定", text) is None


def test_one_known_brand_never_suffices() -> None:
    """Two of them do, not both of games: 百家乐 and 老虎机 may be what a police notice speaks of."""
    assert brand(None, "公安机关查处百家乐赌博案件") is None
    assert brand("关于打击跨境赌博的通告", "严禁组织百家乐、老虎机、时时彩等赌博活动。") is None
    assert brand(None, "开云体育 百家乐 开云体育") == "开云体育"
    assert brand("开云体育-某省人民政府决定", "开云体育 华体会 入口") == "开云体育"
    assert brand(None, "对冲基金年会与募资金年会上，老虎机") is None


@pytest.mark.parametrize(
    "title",
    [
        "金龙汇- 金龙汇体育- 官方网站某省人民政府关于发展的决定",
        "某省人民政府关于发展的决定_金龙汇官网",
        "某省人民政府关于发展的决定 - 金龙汇",
        "金龙汇官网_金龙汇app下载_某省人民政府关于发展的决定|金龙汇登录入口",
        "金龙汇官方网站某省人民政府关于发展的决定",
        "【金龙汇】某省人民政府关于发展的决定",
        "某省人民政府关于发展的决定",
    ],
)
def test_the_brand_is_cut_out_of_the_title(title: str) -> None:
    """At either end, with its portal words."""
    assert clean_title(title, f"{RUN}1.坚持创新。") == "某省人民政府关于发展的决定"


def test_a_title_of_a_clean_page_stays() -> None:
    """Without a wrapper nothing is cut, whatever the joints in the title."""
    assert (
        clean_title("关于科技-金融结合的决定_官方网站", "第一条　总则。")
        == "关于科技-金融结合的决定_官方网站"
    )
    assert without_brand("建设“众创空间-孵化器”链条的决定", "金龙汇") == "建设“众创空间-孵化器”链条的决定"


def test_wrapper_lines() -> None:
    """A line that says nothing but the brand; not one that says something of it."""
    assert is_wrapper_line("金龙汇 分类>>", "金龙汇")
    assert is_wrapper_line("金龙汇官网 - 金龙汇登录入口", "金龙汇")
    assert not is_wrapper_line("公安机关查处了金龙汇赌博网站的经营者", "金龙汇")
    assert not is_wrapper_line("分类>>", "金龙汇")


@given(st.text("金龙汇官网登录,，|_- 1.。\n"))
def test_runs_stay_within_the_text_and_in_order(text: str) -> None:
    """Spans are sorted and do not overlap, whatever the text."""
    position = 0
    for run in runs(text):
        assert position <= run.start < run.end <= len(text)
        position = run.end
    assert clean_title(text, text) in {text, clean_title(text, text)}

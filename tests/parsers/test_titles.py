"""Headlines freed of sites, columns and brands."""

from __future__ import annotations

import pytest

from parsers.metadata.lines import Line
from parsers.metadata.meta_tags import Head
from parsers.metadata.titles import BREADCRUMB, cut_site, find_headline, find_text_headline, key

CUTS = {
    ("创新大会召开-股票频道-和讯网", ()): "创新大会召开",
    ("创新大会召开_某某网", ()): "创新大会召开",
    ("创新大会召开--文化--人民网", ()): "创新大会召开",
    ("创新大会召开 - 重大项目 - 某市人民政府 - ", ()): "创新大会召开",
    ("1-10月固定资产投资趋稳趋优", ()): "1-10月固定资产投资趋稳趋优",
    ("某法-纪检", ()): "某法",
    (
        "TheSite - Frontiers - Preventing the Vulnerable From Remaining",
        (),
    ): "Preventing the Vulnerable From Remaining",
    (
        "创新大会召开 | 省科学技术厅创新服务平台门户首页栏",
        ("省科学技术厅创新服务平台门户首页栏",),
    ): "创新大会召开",
    ("一图读懂｜创新券怎么用", ()): "一图读懂｜创新券怎么用",
    ("决胜脱贫——一份来自山区的报告和它的回响", ()): "决胜脱贫——一份来自山区的报告和它的回响",
}


@pytest.mark.parametrize(("given", "expected"), CUTS.items())
def test_site_and_column_are_cut(given: tuple[str, tuple[str, ...]], expected: str) -> None:
    """The tail of `<title>` goes, hyphens and bars of the headline stay."""
    assert cut_site(*given) == expected


def test_truncated_article_title() -> None:
    """A tag that the system cut short gives way to the line that goes on."""
    head = Head(tags={"articletitle": "关于开展全省科技创新券试点工作有关事项…"})
    lines = [Line("首页", linked=True), Line("关于开展全省科技创新券试点工作有关事项的通知", "h1", 1)]
    found = find_headline(head, lines, 2, None, "")
    assert found is not None
    assert found.title == "关于开展全省科技创新券试点工作有关事项的通知"


def test_headline_without_any_markup() -> None:
    """Lines of a document's form are its headline where tags and headings say nothing."""
    lines = [
        Line("某某门户网站"),
        Line("甲省人民代表大会常务委员会"),
        Line("关于批准调整预算的决议"),
        Line("（2007年6月29日通过）"),
    ]
    found = find_headline(Head(title="公报"), lines, 4, None, "会议决定……")
    assert found is not None
    assert found.title == "甲省人民代表大会常务委员会关于批准调整预算的决议"


def test_subtitle() -> None:
    """A line with a dash, or a lower heading, right under the headline."""
    lines = [Line("创新大会召开", "h1", 1), Line("——全省科技工作综述"), Line("正文")]
    found = find_headline(Head(title="创新大会召开_某网"), lines, 2, None, "正文")
    assert found is not None
    assert (found.title, found.subtitle) == ("创新大会召开", "——全省科技工作综述")


@pytest.mark.parametrize(
    ("lines", "title", "subtitle"),
    [
        (
            ("为发展注入动能", "我省将办实事", "为发展注入动能", "我省将办实事", "正文。"),
            "我省将办实事",
            "为发展注入动能",
        ),
        (("我省将办实事", "——民生综述", "我省将办实事", "——民生综述"), "我省将办实事", "民生综述"),
        (("甲省人民政府", "关于某事的通知", "各市人民政府："), "甲省人民政府关于某事的通知", None),
        (("A plan for the province", "A plan for the province", "Text."), "A plan for the province", None),
        (("只有一段正文，没有题目，以句号结束。",), None, None),
    ],
)
def test_text_headlines(lines: tuple[str, ...], title: str | None, subtitle: str | None) -> None:
    """The first lines of a plain text."""
    found = find_text_headline(lines, "\n".join(lines))
    assert (found.title if found else None) == title
    assert (found.subtitle if found else None) == subtitle


def test_breadcrumbs() -> None:
    """Chinese and English breadcrumbs; a sentence with an angle bracket is none."""
    for crumb in (
        "当前位置：首页 > 要闻",
        "您当前位置：承德市>围场县>公告",
        "首页 > 公报 > 2007年",
        "Your current location: home > work",
    ):
        assert BREADCRUMB.match(crumb)
    assert not BREADCRUMB.match("增长率大于5，即x。这是一句话")
    assert not BREADCRUMB.match("我省将办实事")


def test_key_ignores_width_and_signs() -> None:
    """Headlines are compared by their characters."""
    assert key("“２０２３”年，计划！") == key("2023年计划")

"""Families: told by the forms of their addresses and by marks on their pages, and where their lists go on."""

from __future__ import annotations

import json
from time import process_time

import pytest

from parsers.listing import links, next_pages
from parsers.sites.answers import as_page
from parsers.sites.families import FAMILIES, family_of_address, family_of_page
from parsers.sites.founder import template
from parsers.tree import parse_html


@pytest.mark.parametrize(
    ("url", "family"),
    [
        ("http://kjt.shanxi.gov.cn/zcfg/202611/t20261120_90001.html", "trs-wcm"),
        ("https://www.ndrc.gov.cn/xxgk/zcfb/tz/202611/t20261120_1400001.html", "trs-wcm"),
        (
            "https://www.miit.gov.cn/zwgk/zcwj/wjfb/tz/art/2026/art_5fb6ec6e02f94147905d87d4611a5c02.html",
            "jpaas",
        ),
        ("http://kjt.shandong.gov.cn/art/2026/9/4/art_103585_10328790.html", "hanweb"),
        ("https://kxjst.jiangsu.gov.cn/col/col82571/index.html", "hanweb"),
        ("https://gxj.sz.gov.cn/gkmlpt/content/12/12602/mpost_12602272.html", "gkmlpt"),
        ("https://gdstc.gd.gov.cn/kjzx_n/content/post_4700001.html", "nfcms"),
        ("https://www.gov.cn/zhengce/content/202611/content_7080735.htm", "ucap"),
        ("https://www.gov.cn/zhengce/content/2018-12/29/content_5353307.htm", "ucap"),
        ("https://xjdrc.xinjiang.gov.cn/xjfgw/c108396/common_list.shtml", "ucap"),
        (
            "http://digitalpaper.stdaily.com/http_www.kjrb.com/kjrb/html/2026-11/24/content_588771.htm?div=-1",
            "founder",
        ),
        ("https://epaper.hubeidaily.net/pc/content/202404/22/content_271331.html", "founder"),
        ("https://policy.example.org/2026/11/20/notice-1/", "wordpress"),
        ("https://mirror.example.org/2026/11/20/notice-1.html", "jekyll"),
        ("https://bbs.example.org/thread-10-1-1.html", "discuz"),
        ("https://bbs.example.org/forum.php?mod=viewthread&tid=10", "discuz"),
        ("https://sousuo.www.gov.cn/search-gov/data?t=zhengcelibrary&p=1", None),
        ("https://office.example.cn/show.asp?id=1", None),
        ("https://[", None),
    ],
)
def test_an_address_tells_its_family_by_its_form(url: str, family: str | None) -> None:
    """Or none."""
    found = family_of_address(url)
    assert (found.name if found else None) == family


@pytest.mark.parametrize(
    ("html", "family"),
    [
        ("<div class='TRS_Editor'><p>x</p></div>", "trs-wcm"),
        ("<script>createPageHTML(3, 0, 'index', 'html')</script>", "trs-wcm"),
        ("<script url='/unit' querydata=\"{'pageType':'column'}\"></script>", "jpaas"),
        ("<script type='text/xml'><datastore><record><![CDATA[x]]></record></datastore></script>", "hanweb"),
        ("<script src='/gkmlpt/js/app.js'></script>", "gkmlpt"),
        ("<founder-content><p>x</p></founder-content>", "founder"),
        ("<div id='UCAP-CONTENT'><p>x</p></div>", "ucap"),
        ("<meta name='generator' content='WordPress 6.6'><p>x</p>", "wordpress"),
        ("<meta name=generator content='Jekyll v4.3'><p>x</p>", "jekyll"),
        ("<meta name='generator' content='Discuz! X3.4'><p>x</p>", "discuz"),
        ("<p>x</p>", None),
    ],
)
def test_a_page_tells_its_family_by_its_marks(html: str, family: str | None) -> None:
    """The evidence is said in words."""
    found = family_of_page("http://office.example.cn/show_1.asp", parse_html(html))
    assert (found[0].name if found else None) == family
    assert found is None or len(found[1]) > 5


def test_what_stands_on_a_page_outweighs_its_address() -> None:
    """A portal that moved keeps its old addresses."""
    url = "http://kjt.example.cn/202611/t20261120_1.html"
    found = family_of_page(url, parse_html("<div id='UCAP-CONTENT'>x</div>"))
    both = family_of_page(url, parse_html("<div id='UCAP-CONTENT'><div class='TRS_Editor'>x</div></div>"))

    assert found is not None
    assert both is not None
    assert (found[0].name, both[0].name) == ("ucap", "trs-wcm")


def test_names_are_unique() -> None:
    """They stand in source files."""
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)


ISLAND = """<datastore>
<nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&amp;webid=73&amp;columnid=9"></a>]]></nextgroup>
<recordset><record><![CDATA[
<li><a href="/art/2026/9/4/art_9_1.html">关于印发科技计划管理办法的通知</a><span>2026-09-04</span></li>]]></record>
<record><![CDATA[
<li><a href="/art/2026/9/3/art_9_2.html">关于组织申报重点研发计划的通知</a><span>2026-09-03</span></li>]]></record>
</recordset></datastore>"""


@pytest.mark.parametrize(
    "page",
    [
        f"<html><body><ul><li><a href='/a/'>机构概况</a></li></ul><script type='text/xml'>{ISLAND}</script></body></html>",
        ISLAND,
    ],
)
def test_a_data_island_is_read_in_the_page_and_in_the_services_answer(page: str) -> None:
    """Rows with their days, and where they go on."""
    tree = parse_html(as_page(page))
    found = links(tree, "http://kjt.example.cn/col/col9/index.html", None)

    assert [(link.url, link.issued) for link in found] == [
        ("http://kjt.example.cn/art/2026/9/4/art_9_1.html", "2026-09-04"),
        ("http://kjt.example.cn/art/2026/9/3/art_9_2.html", "2026-09-03"),
    ]
    assert next_pages(tree, "http://kjt.example.cn/col/col9/index.html") == (
        "http://kjt.example.cn/module/web/jpage/dataproxy.jsp?page=1&webid=73&columnid=9",
    )


def test_a_list_service_is_asked_as_the_page_asks_it() -> None:
    """The parts of an article come from the same service, and are no list."""
    script = (
        "<script url='/unit' querydata=\"{{'webId':'1','tagId':'列表','pageType':'{}'}}\"></script><p>x</p>"
    )
    base = "http://www.example.cn/list/index.html"

    assert next_pages(parse_html(script.format("column")), base) == (
        "http://www.example.cn/unit?webId=1&tagId=%E5%88%97%E8%A1%A8&pageType=column",
    )
    assert next_pages(parse_html(script.format("article")), base) == ()


@pytest.mark.parametrize(
    ("page", "count", "further"),
    [("1", "31", "%7B%22pageNo%22%3A2%2C%22pageSize%22%3A15%7D"), ("2", "30", None), ("1", "", None)],
)
def test_a_list_service_is_asked_page_after_page(page: str, count: str, further: str | None) -> None:
    """Its answer says how many rows there are, and on which page it is."""
    pager = (
        f"<ul><li><a href='/a.html'>x</a></li></ul><div class='pagination' rows='15' count='{count}' pageNo='{page}'"
        " unitId='列表' unitUrl='/unit' queryData=\"{'webId':'1','pageId':'9'}\"></div>"
    )
    found = next_pages(
        parse_html(as_page(json.dumps({"data": {"html": pager}}))), "http://www.example.cn/unit"
    )

    assert found == ((f"http://www.example.cn/unit?webId=1&pageId=9&paramJson={further}",) if further else ())


def test_a_pager_without_rows_leads_nowhere() -> None:
    """However many there are."""
    pager = "<p>x</p><div rows='0' count='31' pageNo='1' unitUrl='/unit' queryData='{}'></div>"

    assert next_pages(parse_html(pager), "http://www.example.cn/unit") == ()


@pytest.mark.parametrize("piece", ["a", "a:", "a ", "'", "a'", "a:'"])
def test_a_hostile_query_costs_little(piece: str) -> None:
    """Whatever it repeats."""
    query = piece * 50_000
    tree = parse_html(
        f'<p>x</p><div rows="1" count="9" pageNo="1" unitUrl="/unit" queryData="{query}"></div>'
    )
    begin = process_time()
    next_pages(tree, "http://www.example.cn/unit")
    assert process_time() - begin < 3


def test_html_is_taken_out_of_a_services_answer() -> None:
    """Whatever it is called; other JSON, and other text, stay as they are."""
    assert as_page('{"data": {"html": "<ul><li><a href=1.html>x</a></li></ul>"}}').startswith("<ul>")
    assert as_page('[{"title": "x"}]') == '[{"title": "x"}]'
    assert as_page("<html>{}</html>") == "<html>{}</html>"
    assert as_page("{broken") == "{broken"


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("http://a.cn/html/2026-11/24/node_2.htm", "http://a.cn/html/{yyyy}-{mm}/{dd}/node_{page}.htm"),
        (
            "http://a.cn/pad/column/202611/24/node_01.html",
            "http://a.cn/pad/column/{yyyy}{mm}/{dd}/node_{page:02}.html",
        ),
        ("http://a.cn/html/2026-11/24/content_2.htm", None),
    ],
)
def test_a_page_of_an_issue_stands_for_all_of_them(url: str, form: str | None) -> None:
    """With its day and its number left open."""
    assert template(url) == form

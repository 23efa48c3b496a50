"""What is read of pages of many templates, and where each value comes from."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.document import Metadata
from parsers.metadata.describe import describe
from parsers.page import Page, Rule
from parsers.plaintext import read
from parsers.tree import parse_html

FETCHED = datetime(2026, 1, 2, tzinfo=UTC)
BODY = (
    "为深入实施创新驱动发展战略，加快培育新质生产力，现就有关事项通知如下，请各地各部门结合实际认真贯彻执行，确保各项任务落到实处。",
    "一、强化企业科技创新主体地位，支持企业牵头组建创新联合体，到2027年全省高新技术企业达到一万户以上，研发投入强度稳步提高。",
    "二、根据《关于完善科技激励机制的意见》（国办发〔2016〕50号）要求，完善以创新价值、能力、贡献为导向的科技人才评价体系。",
)
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in BODY)


def page_of(
    html: str, *, body: tuple[str, ...] = BODY, url: str = "import:t/page.html", rule: Rule | None = None
) -> Metadata:
    """Describe a page whose main text is known."""
    page = Page(url, FETCHED, 200, "text/html", html.encode())
    return describe(page, parse_html(html), rule, "\n".join(body), None)


def text_of(text: str) -> Metadata:
    """Describe a plain text."""
    extraction, front = read(text)
    blocks = "\n".join(block.text for block in extraction.blocks)
    return describe(Page("import:t/text.txt", FETCHED, None, None, text.encode()), None, None, blocks, front)


def rules(metadata: Metadata) -> dict[str, str]:
    """Field → the rule that it was read by."""
    return {evidence.field: evidence.rule for evidence in reversed(metadata.evidence)}


TAGGED = f"""<html><head><title>某省科学技术厅关于开展创新券试点工作的通知_通知公告_某省科学技术厅</title>
<META NAME="Sitename" CONTENT='浙江省科学技术厅'><meta name="SiteIDCode" content="3300000011">
<meta name="ColumnName" content="通知公告"><meta name="ArticleTitle" content="浙江省科学技术厅关于开展创新券试点工作的通知">
<meta name="PubDate" content="2023-11-10 09:30"><meta name="contentSource" content="高新处">
<meta name="Author" content="系统管理员"><meta name="Url" content="https://kjt.zj.gov.cn/art/2021/9/6/art_1_1.html"></head>
<body><div class="nav"><a href="/">首页</a></div><div class="crumb">当前位置：首页 &gt; 通知公告</div>
<h1>浙江省科学技术厅关于开展创新券试点工作的通知</h1>
<div class="info"><span>发布时间：2021-09-06 10:15</span><span>来源：高新处</span><span>浏览次数：</span></div>
<div id="zoom"><p>浙科发高〔2021〕36号</p><p>各市、县（市、区）科技局：</p>{PARAGRAPHS}
<p style="text-align:right">浙江省科学技术厅</p><p style="text-align:right">2021年9月3日</p>
<p><a href="/files/a1.docx">附件1：申请表.docx</a></p></div><p>责任编辑：王五</p></body></html>"""
TAGGED_BODY = (
    "浙科发高〔2021〕36号",
    "各市、县（市、区）科技局：",
    *BODY,
    "浙江省科学技术厅",
    "2021年9月3日",
    "附件1：申请表.docx",
)


def test_tagged_page_with_migrated_date() -> None:
    """The visible line beats the PubDate that a migration left; number, signature and attachment are read."""
    read_ = page_of(TAGGED, body=TAGGED_BODY)
    assert read_.title == "浙江省科学技术厅关于开展创新券试点工作的通知"
    assert read_.issued == "2021-09-06T10:15+08:00"
    assert read_.created == "2021-09-03"
    assert read_.identifier == "浙科发高〔2021〕36号"
    assert read_.creator == "浙江省科学技术厅"
    assert read_.outlet == "高新处"
    assert read_.author == ()
    assert (read_.jurisdiction, read_.jurisdiction_code) == ("CN-ZJ", "330000")
    assert read_.document_type == "notice"
    assert read_.publisher == "浙江省科学技术厅"
    assert read_.canonical_url == "https://kjt.zj.gov.cn/art/2021/9/6/art_1_1.html"
    assert [item.url for item in read_.attachments] == ["https://kjt.zj.gov.cn/files/a1.docx"]
    assert rules(read_)["issued"] == "line:发布时间"
    assert rules(read_)["identifier"] == "text:own_line"


ROWS = (
    ("索 引 号", "11140000/2022-00031"),
    ("主题分类", "科技、教育"),
    ("发文机关", "山西省人民政府办公厅"),
    ("成文日期", "2022年03月01日"),
    ("标　　题", "山西省人民政府办公厅关于印发山西省“十四五”创新规划的通知"),
    ("发文字号", "晋政办发﹝2022﹞7 号"),
    ("发布日期", "2022-03-10"),
    ("主 题 词", ""),
)


def as_table(rows: tuple[tuple[str, str], ...]) -> str:
    """The 索引号 table as a table, two pairs a row."""
    cells = [f"<td><b>{label}：</b></td><td>{value}</td>" for label, value in rows]
    return (
        "<table>"
        + "".join(f"<tr>{''.join(cells[n : n + 2])}</tr>" for n in range(0, len(cells), 2))
        + "</table>"
    )


def as_definitions(rows: tuple[tuple[str, str], ...]) -> str:
    """The same as a definition list."""
    return "<dl>" + "".join(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in rows) + "</dl>"


def as_items(rows: tuple[tuple[str, str], ...]) -> str:
    """The same as list items."""
    return (
        "<ul>"
        + "".join(f"<li><strong>{label}：</strong><span>{value}</span></li>" for label, value in rows)
        + "</ul>"
    )


def as_boxes(rows: tuple[tuple[str, str], ...]) -> str:
    """The same as boxes."""
    return "".join(
        f'<div class="row"><div class="label">{label}：</div><div class="value">{value}</div></div>'
        for label, value in rows
    )


@pytest.mark.parametrize("form", [as_table, as_definitions, as_items, as_boxes])
def test_info_table_in_every_form(form: object) -> None:
    """The table says the same in whatever elements it comes; an empty value does not take the next line."""
    assert callable(form)
    read_ = page_of(
        f"<html><title>政策文件</title><body>{form(ROWS)}<div id='UCAP-CONTENT'>{PARAGRAPHS}</div></body></html>"
    )
    assert read_.title == "山西省人民政府办公厅关于印发山西省“十四五”创新规划的通知"
    assert read_.identifier == "晋政办发〔2022〕7号"
    assert (read_.issued, read_.created) == ("2022-03-10", "2022-03-01")
    assert read_.creator == "山西省人民政府办公厅"
    assert read_.subject == "科技、教育"
    assert read_.keywords == ()
    assert (read_.jurisdiction, read_.jurisdiction_code) == ("CN-SX", "140000")


def test_citation_is_no_number() -> None:
    """A number in the text is a citation, even where it is the only one."""
    html = f"<html><title>某文</title><body><h1>山西省关于加强创新的意见</h1><div>{PARAGRAPHS}</div></body></html>"
    assert page_of(html).identifier is None


BARS = {
    "成文日期：2023-03-07 发布日期：2023-03-10": ("2023-03-07", "2023-03-10", None),
    "发文日期：2023-03-07 来源：省科学技术厅": ("2023-03-07", None, None),
    "发布日期：2023-03-10 实施日期：2023-05-01": (None, "2023-03-10", "2023-05-01"),
}


@pytest.mark.parametrize("bar", BARS)
def test_days_of_a_bar(bar: str) -> None:
    """The labels of the line under the headline say which day it is; the day of signature is not that of publication."""
    title = "关于加强创新平台建设的通知"
    html = f"<html><title>{title}</title><body><h1>{title}</h1><div>{bar}</div>{PARAGRAPHS}</body></html>"
    read_ = page_of(html)
    assert (read_.created, read_.issued, read_.valid_from) == BARS[bar]


def test_heading_is_no_issuer() -> None:
    """The first heading of a plan issued nothing."""
    title = "2023年全省创新工作要点"
    body = ("建设一流科技创新中心", *BODY)
    html = f"<html><title>{title}</title><body><h1>{title}</h1><p>{body[0]}</p>{PARAGRAPHS}</body></html>"
    assert page_of(html, body=body).creator is None


def test_regulation_with_its_order() -> None:
    """The line under a regulation's headline gives issuer, number and day."""
    title = "某某设施管理条例"
    body = ("（2003年2月20日国务院令第373号公布　根据2009年1月24日《某决定》修订）", *BODY)
    html = f"<html><title>{title}</title><body><h1>{title}</h1><p>{body[0]}</p>{PARAGRAPHS}</body></html>"
    read_ = page_of(html, body=body)
    assert (read_.creator, read_.identifier, read_.created) == ("国务院", "国务院令第373号", "2003-02-20")


def test_number_of_what_is_interpreted_is_no_number() -> None:
    """An interpretation's headline has the number of what it interprets."""
    title = "《关于完善某事的意见》政策解读（国办发〔2016〕50号）"
    read_ = page_of(f"<html><title>{title}</title><body><h1>{title}</h1>{PARAGRAPHS}</body></html>")
    assert (read_.document_type, read_.identifier) == ("interpretation", None)


def test_date_in_prose_is_none() -> None:
    """A page without a date has none, whatever years its text names."""
    body = (
        "1997年7月1日，学会在太原成立，至今已有二十多年历史，会员遍布全省各地，累计举办学术活动一百余次，影响广泛。",
        *BODY,
    )
    html = f"<html><title>学会简介</title><body><h1>学会简介</h1>{''.join(f'<p>{p}</p>' for p in body)}</body></html>"
    assert page_of(html, body=body).issued is None


NEWS = (
    "本报太原4月12日讯（记者 张三丰 通讯员 李小龙）记者从山西省科技厅获悉，全省创新大会日前召开，会议总结了去年工作，部署了今年任务。",
    "会议指出，要以更大力度推进科技创新，做好各项服务保障工作，让创新活力充分涌流，为高质量发展提供坚实支撑。",
)


def newspaper(head: str, top: str, tail: str = "") -> str:
    """A newspaper's page."""
    return f"<html><head>{head}</head><body><div class='logo'><h1><a href='/'>日报网</a></h1></div>{top}<div class='con'>{''.join(f'<p>{p}</p>' for p in NEWS)}</div>{tail}</body></html>"


NEWSPAPERS = {
    "label line": newspaper(
        "<title>全省创新大会召开-日报网</title>",
        "<h2 class='news_tit'>全省创新大会召开</h2><p>2024-04-13 07:05 来源： 山西日报 字号：大 中 小</p>",
    ),
    "separate spans": newspaper(
        "<title>全省创新大会召开_要闻_日报网</title>",
        "<div class='title'>全省创新大会召开</div><div><span>来源</span><span>：</span><a href='#'>山西日报</a></div>"
        "<div>时间：<em>2024年04月13日 07:05</em></div>",
    ),
    "unlabelled": newspaper(
        "<title>全省创新大会召开 - 日报网</title>",
        "<h1>全省创新大会召开</h1><div class='tip'><span>2024-04-13 07:05:00</span> <a>山西日报</a></div>",
    ),
    "founder": newspaper(
        "<title>日报数字报</title><meta name='publishdate' content='2024-04-13'><meta name='source' content='来源：山西日报'>"
        "<meta name='author' content='编辑甲'>",
        "<!--enpproperty <date>2024-04-13 07:05:00.0</date><title>全省创新大会召开</title><author></author>/enpproperty-->",
    ),
    "json-ld": newspaper(
        "<title>日报</title><meta property='og:title' content='全省创新大会召开'><script type='application/ld+json'>"
        '{"headline": "全省创新大会召开", "datePublished": "2024-04-13T07:05:00+08:00"}</script>',
        "<div>山西日报</div>",
        "<p>（文章来源：山西日报）</p>",
    ),
    "three lines": newspaper(
        "<title>全省创新大会召开_日报网</title>",
        "<h1>全省<br>创新大会<br>召开</h1><p>发布日期： 2024-04-13</p><p>信息来源：山西日报</p>",
    ),
    "credits below": newspaper(
        "<title>全省创新大会召开 要闻_日报网</title>",
        "<table><tr><td><span class='Title'><b>全省创新大会召开</b></span></td></tr></table>",
        "<table><tr><td>来源于：山西日报</td></tr><tr><td>发布日期：2024-04-13 责任编辑：王二</td></tr></table>",
    ),
}


@pytest.mark.parametrize("name", NEWSPAPERS)
def test_news_in_every_template(name: str) -> None:
    """Headline, day, source, reporters and place do not depend on the template."""
    read_ = page_of(NEWSPAPERS[name], body=(*NEWS, "（文章来源：山西日报）") if name == "json-ld" else NEWS)
    assert read_.title == "全省创新大会召开"
    assert (read_.issued or "")[:10] == "2024-04-13"
    assert read_.outlet == "山西日报"
    assert read_.author == ("张三丰", "李小龙")
    assert read_.document_type == "news"
    assert read_.creator is None
    assert read_.subject_body == "山西省科学技术厅"
    assert read_.date_event == "2024-04-12"
    assert read_.jurisdiction == "CN-SX"


BLOCKS = {
    "crumb": "<div class='crumbs'>您当前的位置：<a href='/'>首页</a> &gt; <a href='/a'>政务动态</a> &gt; 正文</div>",
    "side": "<div class='side'><h3>热点推荐</h3><ul><li><a href='/1'>全市经济运行平稳</a><span>2019-01-01</span></li></ul></div>",
    "today": "<div>今天是：2026年1月2日 星期五</div>",
    "search": "<form><input name='q'><button>搜索</button></form>",
}


@settings(deadline=None)
@given(
    order=st.permutations(sorted(BLOCKS)),
    depth=st.integers(0, 12),
    name=st.sampled_from(["div", "section", "td", "x-a"]),
)
def test_reading_does_not_depend_on_the_wrapping(order: list[str], depth: int, name: str) -> None:
    """Order of the blocks above, depth and names of wrappers leave the values as they are."""
    head = "".join(BLOCKS[block] for block in order)
    article = f"<h1>全省创新大会召开</h1><p>发布时间：2024-04-13 07:05 来源：山西日报</p>{''.join(f'<p>{p}</p>' for p in NEWS)}"
    html = f"<html><title>全省创新大会召开_某网</title><body>{head}{f'<{name}>' * depth}{article}{f'</{name}>' * depth}</body></html>"
    read_ = page_of(html, body=NEWS)
    assert (read_.title, read_.issued, read_.outlet) == (
        "全省创新大会召开",
        "2024-04-13T07:05+08:00",
        "山西日报",
    )


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_anything_is_described(html: str, text: str) -> None:
    """No page and no text makes it fail."""
    tree = parse_html(html)
    describe(Page("http://x.example/a", FETCHED, 200, None, b""), tree, None, text, None)
    describe(Page("import:t/a.txt", FETCHED, None, None, b""), None, None, text, None)


def test_wechat_page() -> None:
    """An account's page: the headline is the activity's name, the day stands in a script."""
    html = f"""<html><head><meta property="og:title" content="一图读懂｜创新券怎么用"><meta name="author" content=""></head>
    <body><h1 class="rich_media_title" id="activity-name"> 一图读懂｜创新券怎么用 </h1>
    <div id="meta_content"><span id="js_name">山西科技</span> <em id="publish_time">2024-05-06 18:00</em></div>
    <div id="js_content"><section>{PARAGRAPHS}</section></div></body></html>"""
    read_ = page_of(html)
    assert read_.title == "一图读懂｜创新券怎么用"
    assert read_.issued == "2024-05-06T18:00+08:00"
    assert read_.document_type == "interpretation"


def test_day_in_a_script() -> None:
    """Seconds since 1970 in an account's script are a day in China."""
    html = f"""<html><title>创新券怎么用</title><body><h1>创新券怎么用</h1>{PARAGRAPHS}<script>var ct = "1678358460";</script></body></html>"""
    read_ = page_of(html)
    assert read_.issued == "2023-03-09T18:41:00+08:00"
    assert rules(read_)["issued"] == "script"


def test_penalty_table() -> None:
    """A text that is a table has its number in a cell of its own, whichever way its labels run."""
    for table in (
        "<tr><td>行政处罚决定书文号</td><td>甲金罚决字〔2024〕3号</td></tr><tr><td>作出处罚决定的机关名称</td><td>甲市监管分局</td></tr>",
        "<tr><td>序号</td><td>行政处罚决定书文号</td><td>内容</td></tr><tr><td>1</td><td>甲金罚决字〔2024〕3号</td><td>罚款</td></tr>",
    ):
        read_ = page_of(
            f"<html><title>行政处罚信息公开表</title><body><h1>行政处罚信息公开表</h1><table>{table}</table></body></html>",
            body=("1 | 罚款",),
        )
        assert read_.identifier == "甲金罚决字〔2024〕3号"
        assert read_.creator in {"甲市监管分局", None}


def test_dates_of_other_texts_above_are_none() -> None:
    """A list of other texts between heading and text lends no date."""
    html = f"""<html><title>学会章程说明</title><body><h1>学会章程说明</h1><ul><li><a href="/1">年会召开</a><span>2019-01-01</span></li></ul>
    <div><a href="/2">山西省学会举办学术年会</a> 2019-01-02</div>{PARAGRAPHS}</body></html>"""
    assert page_of(html).issued is None


def test_title_names_only_the_column() -> None:
    """Where `<title>` is the column's name the headline is the line above the byline."""
    html = f"""<html><head><title>新闻动态</title></head><body><div>学会首页</div>
    <div>关于举办2024年学术年会的通知</div><div>作者：秘书处　　发布时间：2024-05-06</div>{PARAGRAPHS}</body></html>"""
    read_ = page_of(html)
    assert read_.title == "关于举办2024年学术年会的通知"
    assert read_.issued == "2024-05-06"


def test_title_names_only_the_site() -> None:
    """Where `<title>` is the site's name the heading is the headline."""
    html = f"""<html><head><title>广西壮族自治区人民政府门户网站</title><meta name="SiteName" content="广西壮族自治区人民政府门户网站"></head>
    <body><h1>广西壮族自治区人民政府门户网站</h1><div class="article-title">南宁高新区加快建设创新平台</div>
    <p>2023年05月06日 09:00</p>{PARAGRAPHS}</body></html>"""
    read_ = page_of(html)
    assert read_.title == "南宁高新区加快建设创新平台"
    assert read_.jurisdiction == "CN-GX"


def test_english_page() -> None:
    """English labels, bylines and dates."""
    body = (
        "The information office of the provincial government held a press conference on technology on Tuesday morning in Taiyuan city.",
        "Wang Hong, deputy director of the Department of Science and Technology of Shanxi Province, said the plan will be launched.",
    )
    html = f"""<html><head><title>News - Shanxi to launch new technology plan</title><meta property="og:site_name" content="China News"></head>
    <body><h1>Shanxi to launch new technology plan</h1><p>By Li Na | Source: Xinhua | Updated: May 7, 2023 08:30</p>
    {"".join(f"<p>{p}</p>" for p in body)}</body></html>"""
    read_ = page_of(html, body=body)
    assert read_.title == "Shanxi to launch new technology plan"
    assert read_.issued == "2023-05-07T08:30+08:00"
    assert read_.outlet == "Xinhua"
    assert read_.language == "en"
    assert read_.jurisdiction == "CN-SX"
    assert read_.subject_body == "Department of Science and Technology of Shanxi Province"


def test_rule_wins() -> None:
    """What a source's rule selects beats everything else."""
    html = f"""<html><head><meta name="ArticleTitle" content="别的题目"><meta name="PubDate" content="2020-01-01"></head><body>
    <div class="t">真正的题目</div><i class="d">2021-02-03</i><i class="n">甲政发〔2021〕9号</i><i class="c">甲县人民政府</i>{PARAGRAPHS}</body></html>"""
    read_ = page_of(html, rule=Rule(title=".t", issued=".d", identifier=".n", creator=".c"))
    assert (read_.title, read_.issued, read_.identifier, read_.creator) == (
        "真正的题目",
        "2021-02-03",
        "甲政发〔2021〕9号",
        "甲县人民政府",
    )
    assert rules(read_)["title"] == "rule:title"


@pytest.mark.parametrize(
    ("footer", "publisher"),
    [
        ("Copyright © 星河汇 版权所有 网站地图", None),
        ("版权所有 未经授权不得转载", None),
        ("版权所有：联系我们", None),
        ("版权所有：岭南省科学技术厅 网站地图", "岭南省科学技术厅"),
        ("主办：岭南省科学技术厅 联系我们", "岭南省科学技术厅"),
    ],
)
def test_the_publisher_of_a_footer_is_a_name(footer: str, publisher: str | None) -> None:
    """No way to another page, and no notice."""
    html = f"<html><body><h1>关于开展创新券试点工作的通知</h1><div>{PARAGRAPHS}</div><footer>{footer}</footer></body></html>"
    assert page_of(html).publisher == publisher


def test_next_pages() -> None:
    """下一页 and numbered neighbours of the same text; other links with numbers are none."""
    html = f"""<html><body><h1>某规划</h1>{PARAGRAPHS}<a href="t20230309_1.html">1</a><a href="t20230309_1_1.html">2</a>
    <a href="t20230309_1_1.html">下一页</a><a href="/other/2.html">2</a></body></html>"""
    read_ = page_of(html, url="https://www.example.gov.cn/zc/t20230309_1.html")
    assert read_.next_pages == ("https://www.example.gov.cn/zc/t20230309_1_1.html",)
    assert read_.issued == "2023-03-09"
    assert rules(read_)["issued"] == "url"


def test_spam_brand_in_front_of_a_headline() -> None:
    """A brand in brackets that the text does not know is cut; a genre stays."""
    html = "<html><title>[某某化妆品]{0}-某传媒</title><body><h2 class='post-title'>[某某化妆品]{0}</h2>{1}</body></html>"
    assert page_of(html.format("全市举行创新大赛", PARAGRAPHS)).title == "全市举行创新大赛"
    genre = html.replace("某某化妆品", "图解").format("创新规划读本", PARAGRAPHS)
    assert page_of(genre).title == "[图解]创新规划读本"


def test_plain_news_with_repeated_headline() -> None:
    """Two lines that come twice are introductory line and headline; the year comes from the plan that is cited."""
    read_ = text_of(
        "为区域发展注入新动能\n我省将实施“百千万”培育行动\n为区域发展注入新动能\n我省将实施“百千万”培育行动\n"
        "本报合肥6月8日讯(记者 周文)记者今天从省工信厅了解到,安徽省近日发布《安徽省中小企业2024年培育计划》,安徽将培育企业一百户。\n结尾一段。"
    )
    assert (read_.title, read_.subtitle) == ("我省将实施“百千万”培育行动", "为区域发展注入新动能")
    assert read_.date_event == "2024-06-08"
    assert read_.issued is None
    assert read_.author == ("周文",)
    assert read_.subject_body == "安徽省工业和信息化厅"
    assert read_.jurisdiction == "CN-AH"


def test_plain_post_with_front_matter() -> None:
    """Front matter is the best metadata; tags in the text are markup, a bare URL is where it was taken from."""
    read_ = text_of(
        '---\nlayout: post\ntitle: "湖南：2023年将办十件实事"\ndate: 2023-02-03 21:03:06 +0800\ntags: [民生, 湖南]\n---\n'
        "<p>湖南省教育厅厅长王文明说，今年将新建一百所学校。</p>\n<p>（文章来源：湖南日报）</p>\n\n<http://news.example.com/a?id=1>\n\n"
        "[返回首页](//example.com/)"
    )
    assert read_.title == "湖南：2023年将办十件实事"
    assert read_.issued == "2023-02-03T21:03:06+08:00"
    assert read_.outlet == "湖南日报"
    assert read_.keywords == ("民生", "湖南")
    assert read_.source_url == "http://news.example.com/a?id=1"
    assert read_.subject_body == "湖南省教育厅"


def test_every_value_has_evidence() -> None:
    """Nothing is given without the rule that took it and the words it was read from."""
    read_ = page_of(TAGGED, body=TAGGED_BODY)
    named = rules(read_)
    for name in (
        "title",
        "issued",
        "created",
        "identifier",
        "creator",
        "outlet",
        "publisher",
        "jurisdiction",
        "language",
    ):
        assert getattr(read_, name) is not None
        assert named[name]
    assert all(len(evidence.snippet) <= 300 for evidence in read_.evidence)

"""Where ministries, provinces, newspapers and English sites print their metadata: one small page for each layout."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import pytest

from parsers.document import Document
from parsers.page import Page
from parsers.read import read

NOTICE = "关于组织申报2024年省级中试基地的通知"
ORDERS = (
    "<p>　　各市科学技术局，省直有关单位：</p>"
    "<p>　　为加快培育新质生产力，现就有关事项通知如下，请认真组织实施，确保各项任务落到实处。</p>"
    "<p>　　一、到2026年，全省建设省级重点实验室120家，培育高新技术企业5000家，研发经费投入年均增长10%以上。</p>"
    "<p>　　二、对新认定的企业一次性奖励30万元，省市两级财政各承担一半，确保资金及时拨付到位。</p>"
)
REPORT = (
    "<p>　　本报云州3月1日讯（记者 程远）记者从省科技厅获悉，今年全年技术合同成交额将突破700亿元。</p>"
    "<p>　　据介绍，我省将建设中试基地20家，支持企业牵头组建创新联合体，带动高校院所成果落地转化。</p>"
    "<p>　　“我们将强化要素保障。”省科技厅有关负责人表示，力争到2025年底技术交易额增长15%。</p>"
)
ENGLISH = (
    "<p>BEIJING - China will step up support for manufacturing upgrades this year, with over 200 billion yuan in loans, "
    "officials said on Thursday.</p><p>By 2027, the country aims to build 300 national-level pilot platforms and train "
    "50,000 engineers each year, according to the plan.</p>"
)
MENU = (
    '<ul class="nav"><li><a href="/">首页</a></li><li><a href="/a/">政务公开</a></li>'
    '<li><a href="/b/">政务服务</a></li></ul>'
)


def shown(
    body: str, title: str = "", head: str = "", url: str = "http://www.example.com/a.html"
) -> dict[str, object]:
    """Read a page; its metadata, and its text as `text`."""
    html = f'<html><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{MENU}{body}</body></html>'
    document = read(Page(url, datetime(2026, 11, 1, tzinfo=UTC), 200, "text/html", html.encode()))
    assert isinstance(document, Document), document
    return {**asdict(document.metadata), "text": document.text}


LAYOUTS: dict[str, tuple[str, str, str, dict[str, object]]] = {
    "state council: table with bold labels, hidden moment of release": (
        (
            "<table><tr><td><b>标　　题：</b></td><td>国务院关于印发《设备更新行动方案》的通知</td><td><b>发文机关：</b></td><td>国务院</td></tr>"
            "<tr><td><b>发文字号：</b></td><td>国发〔2024〕7号</td><td><b>来　　源：</b></td><td>中国政府网</td></tr>"
            "<tr><td><b>成文日期：</b></td><td>2024年03月07日</td><td><b>发布日期：</b></td><td>2024年03月13日</td></tr></table>"
            f'<div id="UCAP-CONTENT">{ORDERS}<p align="right">国务院</p><p align="right">2024年3月7日</p></div>'
        ),
        "国务院关于印发《设备更新行动方案》的通知_科技_中国政府网",
        '<meta name="firstpublishedtime" content="2024-03-13-10:00:00">',
        {
            "title": "国务院关于印发《设备更新行动方案》的通知",
            "creator": "国务院",
            "identifier": "国发〔2024〕7号",
            "created": "2024-03-07",
            "issued": "2024-03-13T10:00:00+08:00",
            "outlet": "中国政府网",
        },
    ),
    "ministries: no-break spaces between the bodies, number behind the headline": (
        (
            f'<h2>国家发展改革委 国家能源局关于加强绿证衔接的通知<br>（发改环资〔2024〕113号）</h2><div class="time">发布时间：2024/02/05</div>'
            f'<div class="ly">来源：环资司</div><div>[ 打印 ]</div><div class="c">{ORDERS}</div>'
        ),
        "关于加强绿证衔接的通知",
        '<meta name="ArticleTitle" content="国家发展改革委&nbsp; 国家能源局关于加强绿证衔接的通知(发改环资〔2024〕113号)">',
        {
            "creator": "国家发展改革委 国家能源局",
            "identifier": "发改环资〔2024〕113号",
            "issued": "2024-02-05",
            "outlet": "环资司",
            "document_type": "notice",
        },
    ),
    "province: labels in brackets": (
        (
            "<h1>云州市科学技术局<br>关于印发《中试基地管理办法》的通知</h1><ol><li>[发文机构]<span>云州市科学技术局</span></li>"
            "<li>[实施日期]<span>2024-04-01</span></li><li>[成文日期]<span>2024-03-01</span></li><li>[发文字号]<span>云科发〔2024〕3号</span></li>"
            f"<li>[废止日期]<span></span></li><li>[发布日期]<span>2024-03-05</span></li></ol><div>{ORDERS}</div>"
        ),
        "云州市科学技术局关于印发《中试基地管理办法》的通知_政策文件",
        "",
        {
            "title": "云州市科学技术局关于印发《中试基地管理办法》的通知",
            "creator": "云州市科学技术局",
            "identifier": "云科发〔2024〕3号",
            "created": "2024-03-01",
            "valid_from": "2024-04-01",
            "valid_to": None,
            "issued": "2024-03-05",
        },
    ),
    "gazette: the headline in two boxes, the title names the periodical": (
        (
            '<div class="zwbt">太原市人民政府</div><div class="zwbt">关于加快发展先进制造业的实施意见</div>'
            f"<div>【字体：<a>大</a> <a>小</a>】 打印本页 日期：2024-03-01 来源：市政府办公室</div><div><p>并政发〔2024〕3号</p>{ORDERS}"
            '<p align="right">太原市人民政府</p><p align="right">2024年2月20日</p></div>'
        ),
        "太原市人民政府公报",
        "",
        {
            "title": "太原市人民政府关于加快发展先进制造业的实施意见",
            "identifier": "并政发〔2024〕3号",
            "issued": "2024-03-01",
            "created": "2024-02-20",
        },
    ),
    "department: the title names the office only": (
        (
            f'<div class="dtit">{NOTICE}</div><div>2024-03-01 10:20:11　　信息来源：科技处　　阅读：55</div><div>{ORDERS}'
            '<p align="right">山西省工业和信息化厅</p><p align="right">2024年3月1日</p></div>'
        ),
        "山西省工业和信息化厅",
        "",
        {
            "title": NOTICE,
            "creator": "山西省工业和信息化厅",
            "outlet": "科技处",
            "issued": "2024-03-01T10:20:11+08:00",
        },
    ),
    "site and column in front of the title": (
        f'<p><img src="t.png"></p><div>{ORDERS}</div>',
        f"河南省人民政府门户网站-通知公告-{NOTICE}",
        "",
        {"title": NOTICE},
    ),
    "labels and values in spans without blanks": (
        (
            "<h1>云州召开科技工作会议</h1><p><span>发布时间：</span><span>2024-03-01 [ 10:20 ]</span><span>来源：</span><span>办公室</span>"
            f"<span>访问次数：</span><span></span></p><div>{REPORT}</div>"
        ),
        "云州召开科技工作会议",
        "",
        {"issued": "2024-03-01T10:20+08:00", "outlet": "办公室"},
    ),
    "labels and values as list items in turn": (
        (
            "<h1>云州出台科技创新政策</h1><ul><li>时间：</li><li>2024-03-01</li><li>来源：</li><li>云州日报</li><li>作者：</li><li>李娜</li></ul>"
            f"<div>{REPORT}</div>"
        ),
        "云州出台科技创新政策",
        "",
        {"issued": "2024-03-01", "outlet": "云州日报", "author": ("李娜",)},
    ),
    "labels without a value": (
        f"<h1>{NOTICE}</h1><div>来源：　　作者：　　发布时间：2024年03月01日 10:20　　字号：大 中 小</div><div>{ORDERS}</div>",
        NOTICE,
        "",
        {"issued": "2024-03-01T10:20+08:00", "outlet": None, "author": ()},
    ),
    "an office is no writer": (
        f"<h1>{NOTICE}</h1><p>发布时间：2024-03-01　　来源：云州市科学技术局　　作者：成果处　　浏览次数：次</p>{ORDERS}",
        NOTICE,
        "",
        {"outlet": "云州市科学技术局", "author": ()},
    ),
    "order of a government": (
        (
            "<h1>广东省科技成果转化促进办法</h1><p>（广东省人民政府令第310号）</p><div>时间：2024-03-08 09:00:00　来源：省政府办公厅</div>"
            "<div><p>《广东省科技成果转化促进办法》已经2024年2月20日省人民政府第25次常务会议通过，现予公布，自2024年5月1日起施行。</p>"
            "<p>省长　程远</p><p>2024年3月1日</p><p>第一条　为了促进科技成果转化，推动经济高质量发展，制定本办法。</p>"
            "<p>第二条　本省行政区域内的科技成果转化活动，适用本办法，法律法规另有规定的，从其规定。</p></div>"
        ),
        "广东省科技成果转化促进办法",
        "",
        {
            "identifier": "广东省人民政府令第310号",
            "creator": "广东省人民政府",
            "valid_from": "2024-05-01",
            "document_type": "measures",
        },
    ),
    "advisory body: a member's proposal": (
        f"<h1>关于加快中试基地建设的建议</h1><div>时间：2024-01-20 浏览：35 次</div><div><p>提案人：张伟</p><p>案号：第0123号</p>{ORDERS}</div>",
        "关于加快中试基地建设的建议_提案选登_政协云州市委员会",
        "",
        {"author": ("张伟",), "creator": None, "issued": "2024-01-20", "document_type": "proposal"},
    ),
    "newspaper on paper: day, weekday and page number": (
        f"<h2>我省将实施成果转化提升行动</h2><div>云州日报 2024年03月01日 星期五 第01版：要闻</div><div>{REPORT}</div>",
        "云州日报数字报",
        "",
        {
            "title": "我省将实施成果转化提升行动",
            "issued": "2024-03-01",
            "outlet": "云州日报",
            "author": ("程远",),
        },
    ),
    "portal: the source before the date": (
        f"<h1>云州加快成果转化</h1><div>来源：央视新闻客户端 | 2024年05月09日 10:20:33</div><div>{REPORT}</div>",
        "云州加快成果转化_新闻频道_央视网(cctv.com)",
        "",
        {"outlet": "央视新闻客户端", "issued": "2024-05-09T10:20:33+08:00", "publisher": "央视网"},
    ),
    "portal: region and button behind the source": (
        f"<h1>云州加快成果转化</h1><div>2024-05-09 10:20:33　来源: <a>山西日报</a> 山西 <a>举报</a></div><div>{REPORT}</div>",
        "云州加快成果转化_网易订阅",
        "",
        {"outlet": "山西日报"},
    ),
    "portal: font buttons without blanks": (
        f"<h1>云州加快成果转化</h1><div>2024年05月09日 10:20　来源：中国新闻网<a>大字体</a><a>小字体</a> 分享到：</div><div>{REPORT}</div>",
        "云州加快成果转化-中新网",
        "",
        {"outlet": "中国新闻网", "issued": "2024-05-09T10:20+08:00"},
    ),
    "portal: a badge behind the headline": (
        f"<h1>云州加快成果转化步伐 <span><em>原创</em></span></h1><div>2019-10-11 10:20 来源:<a>山西日报</a></div><div>{REPORT}</div>",
        "云州加快成果转化步伐_山西",
        "",
        {"title": "云州加快成果转化步伐", "outlet": "山西日报"},
    ),
    "portal: the source on a line of its own below the date": (
        f'<h3>云州加快成果转化步伐</h3><p class="time">2019-10-11 10:20</p><p><span>环球网</span></p><div>{REPORT}</div>',
        "云州加快成果转化步伐",
        "",
        {"outlet": "环球网", "issued": "2019-10-11T10:20+08:00"},
    ),
    "portal: writer and editor above a text that names neither": (
        f"<h1>云州加快成果转化步伐</h1><div>澎湃新闻记者 张丽 编辑 李四 2019-10-11 10:20</div><div>{REPORT.replace('（记者 程远）', '')}</div>",
        "云州加快成果转化步伐",
        "",
        {"author": ("张丽",), "issued": "2019-10-11T10:20+08:00"},
    ),
    "portal: the day in data of a script": (
        f'<h1>云州加快成果转化步伐</h1><div>{REPORT}</div><script>window.DATA = {{"pubtime": "2019-10-11 10:20:30"}}</script>',
        "云州加快成果转化步伐",
        "",
        {"issued": "2019-10-11T10:20:30+08:00"},
    ),
    "old pages: the headline in the text, the title names the ministry": (
        (
            '<center><table><tr><td align="center"><font size="4"><b>关于印发《高新区管理办法》的通知</b></font></td></tr>'
            f'<tr><td align="center">国科发火字〔2009〕152号</td></tr><tr><td>{ORDERS}<p>科学技术部</p><p>二〇〇九年四月二十日</p></td></tr></table></center>'
        ),
        "中华人民共和国科学技术部",
        "",
        {
            "title": "关于印发《高新区管理办法》的通知",
            "identifier": "国科发火字〔2009〕152号",
            "creator": "科学技术部",
            "created": "2009-04-20",
        },
    ),
    "a meeting's time in the text": (
        f"<h2>关于召开成果对接会的公告</h2><p>各有关单位：</p><p>时间：2024年3月20日上午9:00</p><p>地点：省科技馆</p>{ORDERS}",
        "关于召开成果对接会的公告",
        '<meta name="PubDate" content="2024-03-01 11:00:00">',
        {"issued": "2024-03-01T11:00:00+08:00"},
    ),
    "the day of a speech in brackets": (
        f"<h1>在全省科技大会上的讲话</h1><p>（2024年3月1日）</p><p>程远</p><div>{ORDERS}</div>",
        "在全省科技大会上的讲话",
        "",
        {"issued": None, "created": "2024-03-01", "document_type": "speech"},
    ),
    "account on a platform": (
        (
            f'<h1 id="activity-name">我省将实施成果转化提升行动</h1><a id="js_name">云州科技</a><div id="js_content">{REPORT}</div>'
            '<script>var ct = "1709251260";</script>'
        ),
        "",
        '<meta property="og:title" content="我省将实施成果转化提升行动"><meta property="og:site_name" content="微信公众平台">',
        {"publisher": "云州科技", "issued": "2024-03-01T08:01:00+08:00"},
    ),
    "schema.org only, in universal time": (
        f"<article><h1>我省将实施成果转化提升行动</h1>{REPORT}</article>",
        "我省将实施成果转化提升行动",
        (
            '<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","datePublished":"2024-02-29T23:30:00Z",'
            '"publisher":{"@type":"Organization","name":"三晋在线"}}]}</script>'
        ),
        {"issued": "2024-03-01T07:30:00+08:00", "publisher": "三晋在线"},
    ),
    "the moment only in a time element": (
        f'<article><h1>Manufacturing plan explained</h1><time datetime="2024-03-01T10:20:00+08:00">2 days ago</time><div>{ENGLISH}</div></article>',
        "Manufacturing plan explained",
        "",
        {"issued": "2024-03-01T10:20:00+08:00"},
    ),
    "Taiwan: era of the Republic, traditional labels": (
        (
            "<h2>智慧製造升級補助開始受理</h2><ul><li>發布單位：經濟部產業發展署</li><li>發布日期：113-04-22</li><li>點閱數：120</li></ul>"
            "<div><p>為鼓勵中小型製造業導入智慧化設備，經濟部公告補助自即日起受理申請，每案補助上限新臺幣500萬元。</p>"
            "<p>申請期間至民國113年8月31日止，預計補助200案，帶動投資新臺幣15億元以上。</p></div>"
        ),
        "智慧製造升級補助開始受理",
        "",
        {"issued": "2024-04-22", "language": "zh-Hant"},
    ),
    "English: day-month-year, the site's name below the headline": (
        (
            "<h1>China to step up support for manufacturing upgrades</h1><div>CGTN</div><div>Updated 11:02, 09-May-2024</div>"
            f"<div>{ENGLISH}</div>"
        ),
        "China to step up support for manufacturing upgrades - CGTN",
        "",
        {
            "title": "China to step up support for manufacturing upgrades",
            "issued": "2024-05-09",
            "document_type": "news",
        },
    ),
    "English: twelve hours": (
        (
            '<div class="article_title">China steps up support for manufacturing</div><div>By staff reporters Published: May 09, 2024 10:20 PM</div>'
            f"<div>{ENGLISH}</div>"
        ),
        "China steps up support for manufacturing - Global Times",
        "",
        {"issued": "2024-05-09T22:20+08:00", "publisher": "Global Times", "author": ()},
    ),
    "English: source, moment and editor between bars": (
        f"<h1>China steps up support for manufacturing</h1><p>Source: Xinhua | 2024-05-09 10:20:33 | Editor: huaxia</p><div>{ENGLISH}</div>",
        "China steps up support for manufacturing-Xinhua",
        "",
        {"outlet": "Xinhua", "issued": "2024-05-09T10:20:33+08:00", "author": ()},
    ),
    "English: two writers and their paper between bars": (
        (
            "<h1>China steps up support for manufacturing</h1><div>By ZHANG WEI and LI NA in Taiyuan | China Daily | Updated: 2024-05-09 10:20</div>"
            f"<div>{ENGLISH}</div>"
        ),
        "China steps up support for manufacturing",
        "",
        {"author": ("ZHANG WEI", "LI NA"), "outlet": "China Daily", "issued": "2024-05-09T10:20+08:00"},
    ),
    "English: a law with the session that adopted it": (
        (
            "<h1>Tariff Law of the People's Republic of China</h1><div><p>(Adopted at the 9th Meeting of the Standing Committee of the 14th "
            "National People's Congress on April 26, 2024)</p><p>Article 1 This Law is formulated in accordance with the Constitution in order to "
            "standardize the collection of tariffs and maintain the order of import and export.</p><p>Article 72 This Law shall come into force "
            "as of December 1, 2024, and the earlier regulations shall be repealed simultaneously as provided here.</p></div>"
        ),
        "Tariff Law of the People's Republic of China",
        "",
        {
            "creator": "Standing Committee of the 14th National People's Congress",
            "created": "2024-04-26",
            "valid_from": "2024-12-01",
            "document_type": "law",
        },
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layout(name: str) -> None:
    """Each value is read from where the layout has it, and what the layout lacks is unknown."""
    body, title, head, expected = LAYOUTS[name]
    read_ = shown(body, title, head)
    assert {field: read_[field] for field in expected} == expected


def test_hosts_outside_the_mainland() -> None:
    """The governments of Hong Kong, Macao and Taiwan have their own hosts; the centre has an English one."""
    for url, region in (
        ("https://www.info.gov.hk/a.htm", "CN-HK"),
        ("https://www.moea.gov.tw/a.htm", "CN-TW"),
        ("https://www.gov.mo/a.htm", "CN-MO"),
        ("https://english.www.gov.cn/a.html", "CN"),
    ):
        assert shown(f"<h1>{NOTICE}</h1><div>{ORDERS}</div>", NOTICE, url=url)["jurisdiction"] == region


def test_broken_addresses() -> None:
    """A host in unclosed brackets is no address, wherever it stands; the others are absolute."""
    read_ = shown(
        f'<h1>{NOTICE}</h1><div>{ORDERS}<p>附件：<a href="./W1.docx">申报表.docx</a> <a href="http://[a/b.pdf">说明.pdf</a>'
        ' <a href="http://[a/2.html">下一页</a></p></div>',
        NOTICE,
        '<link rel="canonical" href="http://[bad/x.html"><base href="http://[x"><meta name="Url" content="http://[::1">',
        url="http://www.example.com/a/t20240301_1.html",
    )
    assert [item["url"] for item in read_["attachments"]] == ["http://www.example.com/a/W1.docx"]  # type: ignore[attr-defined]
    assert (read_["canonical_url"], read_["next_pages"]) == (None, ())


def test_headline_and_subtitle() -> None:
    """A lesser heading above the headline is its subtitle; the first lines of a body printed twice are not."""
    introduced = shown(
        f"<h4>年内完成投资102亿元</h4><h1>我省实施成果转化提升行动</h1><div>{REPORT}</div>",
        "我省实施成果转化提升行动",
    )
    assert introduced["subtitle"] == "年内完成投资102亿元"
    twice = shown(
        f"<h1>{NOTICE}</h1><div><p>{NOTICE}</p>{ORDERS}</div><div><p>{NOTICE}</p>{ORDERS}</div>", NOTICE
    )
    assert twice["subtitle"] is None


def test_the_comments_heading_is_no_headline() -> None:
    """`《…》有2条评论` repeats the headline and goes on; a headline that the title cuts short does so, too."""
    comments = f"<h1>{NOTICE}</h1><div>{ORDERS}</div><h2>《{NOTICE}》有2条评论</h2><p>写得不错。</p>"
    assert shown(comments, f"{NOTICE} – 笔记")["title"] == NOTICE
    assert shown(f"<h1>{NOTICE}</h1><div>{ORDERS}</div>", NOTICE[:15])["title"] == NOTICE


def test_the_place_is_written_out() -> None:
    """`省政府办公厅` in the headline is the body that the table names in full."""
    table = "<table><tr><td>索引号</td><td>1</td><td>文号</td><td>苏政办发〔2024〕3号</td></tr><tr><td>发布机构</td><td>江苏省人民政府办公厅</td></tr></table>"
    title = "省政府办公厅关于印发三年行动方案的通知"
    assert shown(f"{table}<h1>{title}</h1><div>{ORDERS}</div>", title)["creator"] == "江苏省人民政府办公厅"

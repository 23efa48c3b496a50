"""Listings of several publishing systems, and the links to documents in them."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.listing import in_encoding, links, next_pages
from parsers.page import Link, Rule
from parsers.tree import parse_html

BASE = "https://kjt.example.gov.cn/zwgk/tzgg/index.html"
TITLES = (
    "关于组织申报2024年度省科技重大专项的通知",
    "关于公布第三批新型研发机构名单的通知",
    "关于开展科技型中小企业评价工作的公告",
    "省科技厅关于印发科技伦理审查办法的通知",
    "关于举办创新创业大赛的通知",
    "任免通知",
)
MENU = """<div class="top_nav"><ul><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li>
<li><a href="/hdjl/">互动交流</a></li><li><a href="/kjt/zcjd/">政策解读与新闻发布会专题栏目</a></li></ul></div>"""
CRUMBS = '<div class="weizhi">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/tzgg/">通知公告</a></div>'
HOT = """<div class="hot-list"><h3>点击排行</h3><ul>
<li><a href="/hot/1.html">科技厅召开全省科技工作会议部署全年任务</a></li>
<li><a href="/hot/2.html">我省三项成果获得国家科学技术奖励大会表彰</a></li>
<li><a href="/hot/3.html">厅领导赴高新区调研科技成果转化工作情况</a></li></ul></div>"""
FOOTER = """<div class="footer"><ul><li><a href="https://www.gov.example.cn/">中国政府网</a></li>
<li><a href="https://www.most.example.cn/">中华人民共和国科学技术部门户网站</a></li></ul>
<a href="https://beian.example.cn/">ICP备12345678号</a></div>"""


def _page(body: str, head: str = "") -> str:
    return f"<html><head><title>通知公告</title>{head}</head><body>{MENU}{CRUMBS}{body}{HOT}{FOOTER}</body></html>"


def _expected(
    *days: str | None, url: str = "https://kjt.example.gov.cn/zwgk/tzgg/t{n}.html"
) -> tuple[Link, ...]:
    return tuple(
        Link(url.format(n=n), title, day) for n, (title, day) in enumerate(zip(TITLES, days, strict=False))
    )


DAYS = ("2024-01-25", "2024-01-24", "2024-01-05", "2023-12-31", "2023-12-01", "2023-11-30")


def test_trs_list_split_into_fives() -> None:
    """TRS writes a new `ul` after every few rows; titles are cut, whole in the `title` attribute."""
    rows = [
        f'<li><a href="./t{n}.html" target="_blank" title="{title}">{title[:12]}…</a><span>{day}</span></li>'
        for n, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
    ]
    body = f'<div class="list"><ul>{"".join(rows[:3])}</ul><ul>{"".join(rows[3:])}</ul></div>'
    assert links(parse_html(_page(body)), BASE, None) == _expected(*DAYS)


def test_a_session_is_no_part_of_an_address() -> None:
    """It is another one at each visit, and would make each notice a new document."""
    rows = "".join(
        f'<li><a href="show.do;jsessionid=6F2A{n}?id={n}">{title}</a><span>{day}</span></li>'
        for n, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
    )
    wanted = _expected(*DAYS, url="https://kjt.example.gov.cn/zwgk/tzgg/show.do?id={n}")
    assert links(parse_html(_page(f'<ul class="list">{rows}</ul>')), BASE, None) == wanted


@pytest.mark.parametrize(
    ("form", "days"),
    [
        ("[{y}-{m}-{d}]", DAYS),
        ("{y}/{m}/{d}", DAYS),
        ("{y}.{m}.{d}", DAYS),
        ("{y}年{m}月{d}日", DAYS),
        ("发布时间：{y}-{m}-{d} 09:30", DAYS),
        ("{d} {y}-{m}", DAYS),
        ("[{m}-{d}]", (None,) * 6),
        ("", (None,) * 6),
    ],
)
@pytest.mark.parametrize("row", ["<li>{day} {link}</li>", "<li>{link}<span class='date'>{day}</span></li>"])
def test_days_in_their_many_forms(form: str, days: tuple[str | None, ...], row: str) -> None:
    """A day beside a link is read in front of it and behind it; without its year it is none."""
    rows = []
    for n, (title, day) in enumerate(zip(TITLES, DAYS, strict=True)):
        year, month, date = day.split("-")
        text = form.format(y=year, m=month, d=date)
        rows.append(row.format(day=text, link=f'<a href="t{n}.html">{title}</a>'))
    found = links(parse_html(_page(f"<ul class='news'>{''.join(rows)}</ul>")), BASE, None)
    expected = _expected(*days)
    assert found == (expected if days[0] else expected[:5])  # an undated 任免通知 could be a menu's entry


def test_wordpress() -> None:
    """An article has a headline, a linked day, an author, categories and "read more"; the headline counts."""
    posts = "".join(
        f"""<article class="post-{n} post status-publish category-{n % 2}"><header class="entry-header">
        <h2 class="entry-title"><a href="https://blog.example.org/?p={n}" rel="bookmark">{title}</a></h2>
        <div class="entry-meta"><a href="https://blog.example.org/2022/06/{n}"><time>2022年6月1{n}日</time></a>
        <a href="https://blog.example.org/author/admin-of-the-site">admin of the whole site</a></div></header>
        <p>摘要……<a href="https://blog.example.org/?p={n}" class="more-link">继续阅读 {title}</a></p>
        <footer>分类：<a href="/category/policy/">科技政策与科技管理体制改革</a></footer></article>"""
        for n, title in enumerate(TITLES)
    )
    side = "".join(
        f'<li><a href="/archive/{n}">2022 年 {n} 月的全部文章归档列表</a></li>' for n in range(1, 9)
    )
    page = _page(
        f'<div class="content-sidebar-wrap"><main>{posts}</main><aside><ul>{side}</ul></aside></div>'
    )
    days = tuple(f"2022-06-1{n}" for n in range(6))
    assert links(parse_html(page), "https://blog.example.org/", None) == _expected(
        *days, url="https://blog.example.org/?p={n}"
    )


def test_table() -> None:
    """Rows of a table: number, category, title, day; the menu above is a table as well."""
    rows = "".join(
        f'<tr><td>{n}</td><td><a href="/c/">通知</a></td><td><a href="t{n}.html">{title}</a></td><td>{day}</td></tr>'
        for n, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
    )
    menu = "<table><tr><td><a href='/a'>首页</a></td><td><a href='/b'>科技政策法规与体制改革栏目</a></td></tr></table>"
    page = f"<form id='aspnetForm'>{menu}<table><tr><th>序号</th><th>标题</th><th>日期</th></tr>{rows}</table></form>"
    assert links(parse_html(page), BASE, None) == _expected(*DAYS)


def test_jekyll() -> None:
    """A Jekyll index: English day in front, links relative to the root."""
    rows = "".join(
        f'<li><span class="post-meta">Jan {n + 10}, 2024</span><h3><a class="post-link" href="/2024/{n}.html">{t}</a></h3></li>'
        for n, t in enumerate(TITLES)
    )
    page = f'<header class="site-header"><nav><a href="/about/">About this archive of documents</a></nav></header><main><ul class="post-list">{rows}</ul></main>'
    days = tuple(f"2024-01-{n + 10}" for n in range(6))
    assert links(parse_html(page), "https://me.example.io/blog/", None) == _expected(
        *days, url="https://me.example.io/2024/{n}.html"
    )


@pytest.mark.parametrize(
    ("before", "after", "around"),
    [
        ("", " {day}<br>", "p"),
        ("· ", " ({day})<br/>", "td"),
        ("{day} ", "<br>", "p"),
        ("<dt>{day}</dt><dd>", "</dd>", "dl"),
    ],
)
def test_links_and_days_in_turn(before: str, after: str, around: str) -> None:
    """Old pages have no element around a row: days and links take turns."""
    rows = "".join(
        before.format(day=day) + f'<a href="t{n}.html">{title}</a>' + after.format(day=day)
        for n, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
    )
    opening, closing = (
        ("<table><tr><td>", "</td></tr></table>") if around == "td" else (f"<{around}>", f"</{around}>")
    )
    found = links(parse_html(_page(opening + rows + closing)), BASE, None)
    assert [link.issued for link in found] == list(DAYS[: len(found)])
    assert found[:5] == _expected(*DAYS[:5])


def test_card_that_is_one_link() -> None:
    """A link around a whole card: the headline is its title, and its day is found."""
    cards = "".join(
        f'<div class="card"><a href="t{n}.html"><h4>{title}</h4><p>为贯彻落实……</p><p>{day}</p></a></div>'
        for n, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
    )
    assert links(parse_html(_page(f"<section>{cards}</section>")), BASE, None) == _expected(*DAYS)


def test_day_of_a_summary_is_not_the_rows() -> None:
    """A day in a long summary counts only where no other stands beside the link."""
    summary = "为贯彻落实有关要求，现将申报工作有关事项通知如下，请各单位于2024年6月30日前将申报材料报送至科技厅规划处。"
    rows = "".join(
        f'<li><h3><a href="t{n}.html">{title}</a></h3><p>{summary}</p><span>{day}</span></li>'
        for n, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
    )
    assert links(parse_html(_page(f"<ul>{rows}</ul>")), BASE, None) == _expected(*DAYS)


@pytest.mark.parametrize(
    ("text", "attribute", "title"),
    [
        (TITLES[0], TITLES[0], TITLES[0]),
        (TITLES[0][:10] + "...", TITLES[0], TITLES[0]),
        (TITLES[0], "Permanent link to " + TITLES[0], TITLES[0]),
        (TITLES[0], "", TITLES[0]),
        ("<img src='a.png'>", TITLES[0], TITLES[0]),
    ],
)
def test_title_of_a_link(text: str, attribute: str, title: str) -> None:
    """The `title` attribute is taken where it says more than the text."""
    rule = Rule(items="li")
    page = parse_html(f'<ul><li><a href="t.html" title="{attribute}">{text}</a></li></ul>')
    assert [link.title for link in links(page, BASE, rule)] == [title]


def test_day_within_the_link() -> None:
    """A day printed at the edge of the link's text is no part of the title."""
    rows = "".join(
        f'<li><a href="t{n}.html">· {title}<span>[{day}]</span></a></li>'
        for n, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
    )
    assert links(parse_html(_page(f"<ul>{rows}</ul>")), BASE, None) == _expected(*DAYS)


@pytest.mark.parametrize(
    ("around", "pair"),
    [
        ("<article>{}</article>", "<div class='row'>{}<span>{}</span></div>"),
        ("<table><tr><td>{}</td></tr></table>", "<div class='row'>{}<span>{}</span></div>"),
        ("<table><tr>{}</tr></table>", "<td>{}</td><td>{}</td>"),
    ],
)
@pytest.mark.parametrize("count", [2, 3])
def test_several_documents_in_one_row(around: str, pair: str, count: int) -> None:
    """Links that stand alike, each with its day, as in the two columns of a table."""
    rows = "".join(pair.format(f'<a href="t{n}.html">{TITLES[n]}</a>', DAYS[n]) for n in range(count))
    assert links(parse_html(_page(around.format(rows))), BASE, None) == _expected(*DAYS[:count])


def test_addresses() -> None:
    """`<base>` is heeded; fragments go; scripts, mail, duplicates and the listing itself are no links."""
    rows = "".join(
        f'<li><a href="{href}">{title}</a> 2024-01-25</li>'
        for href, title in (
            ("a.html#top", TITLES[0]),
            ("a.html", TITLES[0]),
            ("javascript:open('b.html')", TITLES[1]),
            ("mailto:a@example.gov.cn", TITLES[2]),
            ("#c", TITLES[3]),
            (" ../d.html\n", TITLES[4]),
            ("http://[bad/", TITLES[4]),
            (BASE, TITLES[5]),
        )
    )
    page = _page(f"<ul>{rows}</ul>", head='<base href="https://files.example.gov.cn/x/y/">')
    assert links(parse_html(page), BASE, None) == (
        Link("https://files.example.gov.cn/x/y/a.html", TITLES[0], "2024-01-25"),
        Link("https://files.example.gov.cn/x/d.html", TITLES[4], "2024-01-25"),
    )


def test_page_without_a_list() -> None:
    """An article with menu and footer has no list; neither has an empty page."""
    assert (
        links(
            parse_html(_page("<p>" + "为贯彻落实创新驱动发展战略。" * 20 + "</p>").replace(HOT, "")),
            BASE,
            None,
        )
        == ()
    )
    assert links(parse_html(""), BASE, None) == ()


RULED = """<div class="box"><a class="cat" href="/c1">类别</a><p class="t"><a href="t0.html">{}</a></p><i>2024-02-01</i>
<b class="day">2024年1月25日</b></div><div class="box ad"><a href="ad.html">广告</a></div>
<div class="box"><p class="t"><a href="t1.html">{}</a></p><b class="day">待定</b></div>""".format(*TITLES[:2])


@pytest.mark.parametrize("link", ["p.t > a", ".t", "a:not(.cat, [href^=ad])"])
def test_rule(link: str) -> None:
    """Selectors say where items, links and days stand, and what to leave out."""
    rule = Rule(items="div.box", link=link, issued=".day", drop=(".ad",))
    assert links(parse_html(RULED), BASE, rule) == _expected("2024-01-25", None)


def test_rule_without_a_link() -> None:
    """The first link of an item is taken, and a day beside it where the rule names none."""
    found = links(parse_html(RULED), BASE, Rule(items=".box:has(.t)"))
    assert [(link.url.rpartition("/")[2], link.issued) for link in found] == [
        ("c1", "2024-02-01"),
        ("t1.html", None),
    ]


def test_rule_that_no_longer_fits() -> None:
    """A rule that finds no items finds no links: nothing is made up in its place."""
    page = parse_html(
        _page("<ul>" + "".join(f'<li><a href="{n}">{t}</a></li>' for n, t in enumerate(TITLES)) + "</ul>")
    )
    assert links(page, BASE, Rule(items=".gone")) == ()
    assert len(links(page, BASE, Rule(main=".content"))) == 5


@pytest.mark.parametrize(
    ("html", "pages"),
    [
        ('<link rel="next" href="/page/2/">', ("https://kjt.example.gov.cn/page/2/",)),
        ('<a rel="next nofollow" href="?p=2">2</a><a href="?p=2">下一页</a>', (f"{BASE}?p=2",)),
        ('<a href="index_2.html">下一页 &gt;</a>', ("https://kjt.example.gov.cn/zwgk/tzgg/index_2.html",)),
        ('<a href="b.html" title="Next page"><i></i></a>', ("https://kjt.example.gov.cn/zwgk/tzgg/b.html",)),
        ('<a href="javascript:go(2)">下一页</a>', ()),
        ('<a href="2.html">下一篇</a><a href="0.html">上一页</a>', ()),
        (f'<a href="{BASE}">下一页</a>', ()),
        ('<a href="index_2.html">下一页＞</a>', ("https://kjt.example.gov.cn/zwgk/tzgg/index_2.html",)),
        ('<p><b>1</b><a class="next" href="?p=2">&gt;</a></p>', (f"{BASE}?p=2",)),
        ('<p>第1/9页<a class="page-numbers nextPage" href="?p=2">»</a></p>', (f"{BASE}?p=2",)),
        (
            '<ul class="pagination"><li>1<li><a href="?p=2">＞</a><li><a href="?p=9">»</a></ul>',
            (f"{BASE}?p=2",),
        ),
        ('<div class="paging"><i>上一页</i><span><a href="?p=2">›</a></span></div>', (f"{BASE}?p=2",)),
        ('<ul class="pagination"><li><a href="?p=0">«</a><li><a href="?p=2">»</a></ul>', (f"{BASE}?p=2",)),
        ('<div class="crumbs"><a href="/">首页</a><a href="/zwgk/">&gt;</a></div>', ()),
        ('<div class="next"><a href="/2024/art_1.html">&gt;</a></div>', ()),
        ('<div class="page-right"><h3>要闻</h3><a class="more" href="/yw/">&gt;&gt;</a></div>', ()),
        ('<div id="page"><div><i>1</i><a href="/yw/">&gt;</a></div></div>', ()),
        (
            '<div class="swiper"><b>1</b><b>2</b><a class="swiper-button-next" href="/zt/a.html">&gt;</a></div>',
            (),
        ),
        (
            '<table class="calendar"><tr><td>&lt;<td>3月<td class="next"><a href="?m=4">&gt;</a></table>',
            (),
        ),
    ],
)
def test_next_link(html: str, pages: tuple[str, ...]) -> None:
    """A next link by its relation, its words, its title or its arrow in a pager; scripts lead nowhere."""
    assert next_pages(parse_html(html), BASE) == pages


@pytest.mark.parametrize(
    ("call", "names"),
    [
        ('createPageHTML(4, 0, "index", "html");', ("index_1.html", "index_2.html", "index_3.html")),
        ("createPageHTML(4,2,'index','shtml',\"black2\",1000)", ("index_3.shtml",)),
        ("createPageHTML('page-div', 3, 1, 'list', 'html', 60)", ("list_2.html", "list_3.html")),
        ('createPageHTML(1, 0, "index", "html")', ()),
        ("function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){}", ()),
        ('var all = 3, now = 1; createPageHTML(all, now, "index", "html")', ("index_2.html",)),
        ('createPageHTML("2", "0", "index", "html")', ("index_1.html",)),
        (
            """var currentPage = 1;//所在页从0开始
            var nextPage = currentPage+1//下一页
            var countPage = 4//共多少页
            if(countPage>1&&currentPage!=0&&currentPage==1) document.write("<a href=\\"list.shtml\\">上一页</a>");
            document.write("<a href=\\"list"+"_" + nextPage + "."+"shtml\\">下一页</a>");""",
            ("list_2.shtml", "list_3.shtml"),
        ),
        (
            "var countPage = 3; var currentPage = 0; document.write('<a href=index_'+(currentPage+1)+'.htm>');",
            ("index_1.htm", "index_2.htm"),
        ),
        ("var currentPage = 0, countPage = 3", ("index_1.html", "index_2.html")),
        ("var countPage = 3", ()),
        ('var pageNo = 1, totalPage = 5; go("?pageNo=" + (pageNo + 1))', ("index.html?pageNo=2",)),
        (
            "var pageNum = 4, totalPage = 5; location.href = 'list.do?uid=7&pageNum=' + n",
            ("list.do?uid=7&pageNum=5",),
        ),
        (
            """var totalPage = 5; html += "<a href='list.do?t=通知&page=" + n + "'>";""",
            ("list.do?t=通知&page=2",),
        ),
        ('var totalPage = 5; $.get("/api/comment?aid=5&page=" + n, shown)', ()),
        ('var totalPage = 5; location = "http://[?page=" + n', ()),
        ("var pageNo = 5, totalPage = 5; go('?pageNo=' + n)", ()),
    ],
)
def test_pages_of_a_script(call: str, names: tuple[str, ...]) -> None:
    """A pager that a script writes: the pages follow from its arguments and variables."""
    tree = parse_html(f"<div><script>{call}</script></div>")
    assert next_pages(tree, BASE) == tuple(f"https://kjt.example.gov.cn/zwgk/tzgg/{name}" for name in names)


@pytest.mark.parametrize(
    ("url", "script", "pages"),
    [
        ("list?t=%CD%A8&page=2", 'var totalPage = 9; go("?page=" + n)', ("list?t=%CD%A8&page=3",)),
        (f"list?page={'1' * 5_000}", 'var totalPage = 9; go("?page=" + n)', ("list?page=2",)),
        ("list.do?page=2", 'var totalPage = 9; go("list.do?page=" + n)', ("list.do?page=3",)),
        ("col_12.html", "var countPage = 2, currentPage = 0;", ("col_12_1.html",)),
        ("col_12_1.html", "var countPage = 3, currentPage = 1;", ("col_12_2.html",)),
    ],
)
def test_pages_of_a_script_follow_from_the_address(url: str, script: str, pages: tuple[str, ...]) -> None:
    """Which says where the page stands, in the encoding of its site."""
    place = "https://kjt.example.gov.cn/zwgk/"
    tree = parse_html(f"<p>x</p><script>{script}</script>")
    assert next_pages(tree, place + url) == tuple(place + page for page in pages)


def test_a_base_says_only_where_links_begin() -> None:
    """Which page it is stands in the page's own address."""
    script = 'var totalPage = 9; location = "list.do?page=" + n'
    tree = parse_html(f'<base href="/app/"><p>x</p><script>{script}</script>')
    assert next_pages(tree, "https://kjt.example.gov.cn/list.do?page=2") == (
        "https://kjt.example.gov.cn/app/list.do?page=3",
    )


@pytest.mark.parametrize(
    "html",
    [
        '<script>//createPageHTML(9, 0, "old", "html");\n{}</script>',
        '<script>/* createPageHTML(9, 0, "old", "html");\n */{}</script>',
        '<script><!-- createPageHTML(9, 0, "old", "html");\n{}\n//--></script>',
        '<!-- <script>createPageHTML(9, 0, "old", "html");</script> --><script>{}</script>',
        '<script>var home = "https://kjt.example.gov.cn/"; {}</script>',
        "<script>var host = address.replace(/^https?:\\/\\//, ''); {}</script>",
        '<script>s=s.replace(/"/g,"");var u="http://kjt.example.gov.cn/";{}</script>',
        "<script>var u=`https://kjt.example.gov.cn/$x`;{}</script>",
        "<script>var r=/^[/*]+/; {} /* end */</script>",
        '<script>if (x) /["]/.test(y); u="http://kjt.example.gov.cn/";{}</script>',
        "<script>path = base /* {}</script>",
        '<script>all = n /2; half = n/ 2; //createPageHTML(9, 0, "old", "html");\n{}</script>',
        """<script>s=s.replace(/"/g,'');/* createPageHTML(9, 0, "old", "html"); */{}</script>""",
        '<script>switch (n) {{ case 0://createPageHTML(9, 0, "old", "html");\n}} {}</script>',
        '<script>x = "/*"//createPageHTML(9, 0, "old", "html");\n{}</script>',
    ],
)
def test_a_script_in_a_comment_is_dead(html: str) -> None:
    """It names the pages of an older template; what only looks like a comment is none."""
    tree = parse_html(html.format('createPageHTML(2, 0, "index", "html");'))
    assert next_pages(tree, BASE) == ("https://kjt.example.gov.cn/zwgk/tzgg/index_1.html",)


@pytest.mark.parametrize(
    "piece",
    ["/*", "=/[", "=/a", "`", "`\\", '"', "\\", "a$", "index_", "createPageHTML(", "'?", "= ", "'x?pageNo='"],
)
def test_a_hostile_script_costs_little(piece: str) -> None:
    """Whatever it repeats."""
    tree = parse_html(f"<script>var countPage = 2, currentPage = 0;{piece * 100_000}</script>")
    begin = process_time()
    next_pages(tree, BASE)
    assert process_time() - begin < 3


def test_a_hostile_pager_costs_little() -> None:
    """Names of thousands of words, around thousands of links."""
    tree = parse_html(f'<div class="{"a " * 20_000}">{"<a href=/x>&gt;</a>" * 4_000}</div>')
    begin = process_time()
    next_pages(tree, BASE)
    assert process_time() - begin < 3


@pytest.mark.parametrize(
    ("codec", "query"),
    [
        ("gb18030", "t=%CD%A8%D6%AA&id=%31"),
        ("cp1252", "t=%26%2336890%3B%26%2330693%3B&id=%31"),
        ("utf-8", "t=通知&id=%31"),
    ],
)
def test_a_query_is_spelt_in_the_encoding_of_its_page(codec: str, query: str) -> None:
    """What it lacks is a reference, as browsers send it; a path is UTF-8 everywhere."""
    assert (
        in_encoding("http://a.cn/造林/list.asp?t=通知&id=%31", codec) == f"http://a.cn/造林/list.asp?{query}"
    )


def test_hostile_page_count() -> None:
    """A page count of a thousand million gives a thousand addresses."""
    tree = parse_html('<script>createPageHTML(999999999, 0, "index", "html")</script>')
    assert len(next_pages(tree, BASE)) == 1_000


@given(
    st.lists(
        st.sampled_from(
            [*"<>/='\" \n", "a", "href", "ul", "li", "2024-01-05", "t.html", "标题", "base", "[::"]
        ),
        max_size=60,
    )
)
def test_never_raises(pieces: list[str]) -> None:
    """Broken markup has links or none."""
    tree = parse_html("".join(pieces))
    assert all(link.url.startswith("http") for link in links(tree, BASE, None))
    next_pages(tree, BASE)


@given(st.permutations(range(6)), st.integers(0, 6), st.sampled_from(["div", "section", "td", "center"]))
def test_wrappers_do_not_matter(order: list[int], depth: int, tag: str) -> None:
    """The same list within any wrappers, in any order, gives the same links."""
    rows = "".join(f'<li><a href="t{n}.html">{TITLES[n]}</a><span>{DAYS[n]}</span></li>' for n in order)
    body = f"<{tag}>" * depth + f"<ul>{rows}</ul>" + f"</{tag}>" * depth
    found = links(parse_html(_page(body)), BASE, None)
    assert sorted(found, key=lambda link: link.url) == list(_expected(*DAYS))
    assert [link.url[-6] for link in found] == [str(n) for n in order]

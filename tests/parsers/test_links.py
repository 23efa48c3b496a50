"""Attachments, further pages, canonical and source URLs."""

from __future__ import annotations

import pytest

from parsers.metadata.links import (
    MEDIA_TYPES,
    base_of,
    canonical_url,
    may_attach,
    next_pages,
    read_attachments,
    source_url,
)
from parsers.metadata.meta_tags import Head, read_head
from parsers.tree import parse_html

BASE = "https://www.example.gov.cn/zc/t20230309_1.html"


def test_attachments() -> None:
    """By extension, or by the script that serves them when the label says so; what the site links elsewhere is not."""
    tree = parse_html(
        "<a href='a.docx'>附件1：申请表</a><a href='/system/download.jsp?wbfileid=1'>附件2：名单.xls</a><a href='b.html'>相关</a>"
        "<a href='/player.zip'>播放器下载</a><a href='javascript:void(0)'>x.pdf</a>"
    )
    found = read_attachments(tree, BASE, "附件1：申请表\n附件2：名单.xls\n相关\nx.pdf")
    assert [(item.url, item.label, (item.media_type or "").split(".")[-1]) for item in found] == [
        ("https://www.example.gov.cn/zc/a.docx", "附件1：申请表", "document"),
        ("https://www.example.gov.cn/system/download.jsp?wbfileid=1", "附件2：名单.xls", "ms-excel"),
    ]


def test_attachments_without_an_extension() -> None:
    """Told by their media type, or by what the list of annexes calls them; an annex that is a page is no file."""
    tree = parse_html(
        "<p>附件：</p><a href='/content/81'>附件1：申请表</a><a href='/get?id=3' download='名单.xlsx'>下载</a>"
        "<a href='/d/77' type='application/pdf'>实施方案</a><a href='t2.html'>附件2：说明</a><a href='/zt/'>附件专题</a><a href='/content/9'>相关文章</a>"
    )
    near = "附件1：申请表\n下载\n实施方案\n附件2：说明\n附件专题\n相关文章"
    found = read_attachments(tree, BASE, near)

    assert [(item.url.rpartition("cn")[2], (item.media_type or "").split(".")[-1]) for item in found] == [
        ("/content/81", ""),
        ("/get?id=3", "sheet"),
        ("/d/77", "application/pdf"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize(
    "href",
    [
        *(f"fj/P1.{extension.upper()}?v=1" for extension in MEDIA_TYPES),
        *("/system/download.jsp?id=1", "/zc/attachments/12", "?a=1&amp;fileid=3", "/downfile?x=1", "/file/9"),
    ],
)
def test_a_page_with_an_attachment_may_have_one(href: str, encoding: str) -> None:
    """What is told without reading the page loses nothing that reading finds."""
    page = f"<p>附件：<a href='{href}'>附件1：名单</a></p>"

    assert read_attachments(parse_html(page), BASE, "附件1：名单")
    assert may_attach(f"<a href='{href}'>名单</a>".encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-be"])
@pytest.mark.parametrize(
    "page", ["<a href='/content/81'>附件1：名单</a>", "<a href='/d/7' type='application/pdf'>x</a>"]
)
def test_a_page_that_tells_it_otherwise_may_have_one(page: str, encoding: str) -> None:
    """By what it calls the file, or by its media type."""
    assert may_attach(page.encode(encoding))


def test_a_page_without_attachments_need_not_be_read_for_them() -> None:
    """Styles, scripts, pictures and further pages are no files of the text."""
    page = (
        "<link href=a.css><script src=/js/jquery.min.js></script><img src=b.png><a href=t2.html>下载中心</a>"
    )
    assert not may_attach(page.encode())


def test_next_pages() -> None:
    """The pager script of TRS, `rel=next`, 下一页 of the same text."""
    script = parse_html('<script>createPageHTML(3, 0, "t20230309_1", "html");</script>')
    assert next_pages(script, BASE, Head()) == (
        "https://www.example.gov.cn/zc/t20230309_1_1.html",
        "https://www.example.gov.cn/zc/t20230309_1_2.html",
    )
    people = parse_html("<a href='/n1/2019/c1-31-2.html'>下一页</a><a href='/n1/2019/c1-99.html'>下一页</a>")
    assert next_pages(people, "http://a.cn/n1/2019/c1-31.html", Head()) == (
        "http://a.cn/n1/2019/c1-31-2.html",
    )
    assert next_pages(people, None, Head()) == ()


def test_canonical_url() -> None:
    """Absolute, never the home page; an imported file takes what the page says."""
    head = read_head(parse_html("<link rel=canonical href='https://a.gov.cn/x.html#top'>"))
    assert canonical_url("import:s/x.html", head) == ("link:canonical", "https://a.gov.cn/x.html")
    home = read_head(
        parse_html("<link rel=canonical href='https://a.gov.cn/'><meta name=Url content='./t1.html'>")
    )
    assert canonical_url(BASE, home) == ("meta:Url", "https://www.example.gov.cn/zc/t1.html")
    assert canonical_url("import:s/x.html", Head(tags={"url": "./t1.html"})) is None
    assert base_of("import:s/x.html", Head()) is None


def test_source_url() -> None:
    """A URL alone near the end, or behind 原文链接."""
    assert source_url(["正文", "<http://a.cn/x?id=1>", "[返回](//b.cn/)"]) == (
        "http://a.cn/x?id=1",
        "<http://a.cn/x?id=1>",
    )
    assert source_url(["正文", "原文链接：https://a.cn/y。"]) == (
        "https://a.cn/y",
        "原文链接：https://a.cn/y",
    )
    assert source_url(["见 http://a.cn/z 一文"]) is None

"""Recognising: lists, feeds, sitemaps, services, articles, and what is none of these."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.page import Page
from parsers.sites.recognise import Recognised, recognise

CASES = Path(__file__).resolve().parents[2] / "cases"
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def seen(
    body: str | bytes,
    url: str = "http://kjt.shanxi.gov.cn/tzgg/",
    kind: str | None = "text/html; charset=utf-8",
) -> Recognised:
    """What a body at a URL is recognised as."""
    return recognise(Page(url, NOW, 200, kind, body.encode() if isinstance(body, str) else body))


ROWS = "".join(
    f"<li><a href='./t20261{n % 2}{10 + n}_{n}.html'>关于印发第{n}号管理办法的通知</a><span>2026-11-{10 + n}</span></li>"
    for n in range(10)
)
LISTING = f"<html><head><title>通知公告-江岭省科学技术厅</title></head><body><ul class='list big'>{ROWS}</ul><a href='index_1.html'>下一页</a></body></html>"


def test_a_list_is_told_with_all_that_a_source_file_needs() -> None:
    """Rows, paging, selector, language, region, name of the site."""
    found = seen(LISTING)

    assert (found.kind, len(found.links), found.items) == ("listing", 10, "ul.list > li")
    assert found.next_pages == ("http://kjt.shanxi.gov.cn/tzgg/index_1.html",)
    assert (found.title, found.publisher) == ("通知公告", "江岭省科学技术厅")
    assert (found.language, found.jurisdiction, found.charset) == ("zh-Hans", "CN-SX", "utf-8")
    assert [(seed.kind, seed.url) for seed in found.seeds] == [("listing", "http://kjt.shanxi.gov.cn/tzgg/")]
    assert found.asks == ()


def test_a_charset_is_told() -> None:
    """Of old portals."""
    assert seen(LISTING.encode("gb18030"), kind=None).charset.startswith("gb")


def test_feeds_and_sitemaps_are_told_by_their_root() -> None:
    """Whatever the server calls them."""
    feed = "<?xml version='1.0'?><rss version='2.0'><channel><item><title>通知</title><link>http://a.cn/1.html</link></item></channel></rss>"
    urls = "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>http://a.cn/1.html</loc></url></urlset>"

    assert [(item.kind, item.seeds[0].kind, len(item.links)) for item in (seen(feed), seen(urls))] == [
        ("feed", "feed", 1),
        ("sitemap", "sitemap", 1),
    ]


def test_the_fields_of_a_service_are_found() -> None:
    """Address, title and day, and where the list is."""
    rows = [
        {"id": n, "docTitle": f"关于第{n}号事项的通知", "pub": f"2026-11-{10 + n}", "link": f"/t/{n}.html"}
        for n in range(5)
    ]
    found = seen(json.dumps({"data": {"total": 5, "results": rows}}), kind="application/json")
    (seed,) = found.seeds

    assert (found.kind, seed.kind) == ("service", "api")
    assert (seed.items, seed.link, seed.title, seed.issued) == ("data.results", "link", "docTitle", "pub")
    assert found.links[0].url == "http://kjt.shanxi.gov.cn/t/0.html"
    assert any("page" in ask for ask in found.asks)


def test_json_without_addresses_is_asked_about() -> None:
    """Not guessed."""
    found = seen(json.dumps({"rows": [{"id": n, "name": "x"} for n in range(5)]}), kind="application/json")

    assert (found.kind, found.seeds) == ("unknown", ())
    assert "address" in found.asks[0]


def test_a_catalogue_says_what_is_missing() -> None:
    """Its column stands behind the #, its site in its scripts."""
    page = "<html><head><title>目录</title><script src='/gkmlpt/js/app.js'></script></head><body><div id=app></div>{}</body></html>"
    config = "<script>window._CONFIG = {SITE_ID: '2'}</script>"
    whole = seen(page.format(config), "http://www.gd.gov.cn/gkmlpt/index#5")

    assert whole.seeds[0].url == "http://www.gd.gov.cn/gkmlpt/api/all/5?page=1&sid=2"
    assert "column" in seen(page.format(config), "http://www.gd.gov.cn/gkmlpt/index").asks[0]
    assert "sid" in seen(page.format(""), "http://www.gd.gov.cn/gkmlpt/index#5").asks[0]


def test_a_page_of_an_issue_stands_for_all_pages_of_all_days() -> None:
    """From its first page to its last."""
    rows = "".join(
        f"<li><a href='content_{n}.htm'>关于第{n}号科技成果的报道在这里</a></li>" for n in range(6)
    )
    pages = "<a href='node_2.htm'>01版</a><a href='node_9.htm'>08版</a>"
    page = f"<html><body><div>{pages}</div><ul>{rows}</ul></body></html>"
    (seed,) = seen(page, "http://paper.example.cn/html/2026-11/24/node_3.htm").seeds

    assert (seed.kind, seed.start, seed.stop) == ("template", 2, 9)
    assert seed.url == "http://paper.example.cn/html/{yyyy}-{mm}/{dd}/node_{page}.htm"


@pytest.mark.parametrize(
    "folder",
    sorted(path.parent for path in CASES.glob("*/*/page.json")),
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_golden_documents_are_articles_and_nothing_else_is(folder: Path) -> None:
    """On every golden case: what is read as a document is an article, and what is rejected is none."""
    request = json.loads((folder / "page.json").read_text(encoding="utf-8"))
    (body,) = (path for path in folder.glob("page.*") if path.name != "page.json")
    found = recognise(
        Page(request["url"], NOW, request["fetch_status"], request["content_type"], body.read_bytes())
    )

    assert (found.kind == "article") == (folder / "document.json").exists()


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from(["", "<html>", "{", "[", "<rss>", "<urlset>", "<datastore>", LISTING[:900]]),
)
def test_every_page_has_an_answer(body: bytes, head: str) -> None:
    """Whatever the bytes are: an answer, which says what is missing where it is `unknown`."""
    found = seen(head.encode() + body)

    assert found.kind != "unknown" or found.asks

"""`sources add` on each family: what it writes without a hand-written selector, and the documents that it finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from store.source import load_sources
from tests.flows.sources import playback
from tests.flows.sources.playback import HTML, Pages, played


def add(url: str, seeds: Path, proxy: str, *options: str) -> Result:
    """Run the command."""
    command = [
        "sources",
        "add",
        url,
        "--seeds",
        str(seeds),
        "--proxy",
        proxy,
        "--no-input",
        "--id",
        "new",
        *options,
    ]
    return CliRunner().invoke(app, command, env={"COLUMNS": "200"})


@pytest.mark.parametrize(
    ("pages", "url", "family", "kind"),
    [
        (playback.trs, "http://kjt.shanxi.gov.cn/zcfg/sxskjcxzc/", "TRS WCM", "listing"),
        (playback.jpaas, "http://www.miit.gov.cn/zwgk/zcwj/wjfb/index.html", "JPaaS", "listing"),
        (playback.hanweb, "http://kjt.shandong.gov.cn/col/col13349/index.html", "Hanweb", "listing"),
        (playback.gkmlpt, "http://www.gd.gov.cn/gkmlpt/index#5", "gkmlpt", "api"),
        (
            playback.founder,
            "http://digitalpaper.stdaily.com/http_www.kjrb.com/kjrb/html/2026-11/24/node_2.htm",
            "Founder",
            "template",
        ),
        (playback.wordpress, "http://policy.example.org/", "WordPress", "listing"),
        (playback.jekyll, "http://mirror.example.org/", "Jekyll", "listing"),
        (playback.discuz, "http://bbs.example.org/forum-2-1.html", "Discuz", "listing"),
        (playback.plain, "http://office.example.cn/list.asp", "", "listing"),
    ],
)
def test_each_family_is_recognised_and_followed(
    tmp_path: Path, pages: Callable[[], Pages], url: str, family: str, kind: str
) -> None:
    """The file loads, names the system, and leads to documents that are read whole."""
    with played(_today(pages())) as site:
        done = add(url, tmp_path, site.proxy)
    (source,) = load_sources(tmp_path, ["new"])
    text = (tmp_path / "new.toml").read_text(encoding="utf-8")

    assert done.exit_code == 0, done.output
    assert source.seeds[0].kind == kind
    assert family in text
    assert source.rules == ()
    assert source.verified is None
    assert done.output.count("有关工作的通知") == 3
    assert "no document" not in done.output
    assert "empty_listing" not in done.output


def _today(pages: Pages) -> Pages:
    """A newspaper has an issue of today, whenever the test runs."""
    return playback.everything() if any("stdaily" in url for url in pages) else pages


def test_an_article_leads_to_its_list(tmp_path: Path) -> None:
    """By its breadcrumb."""
    pages = playback.trs()
    url = next(url for url in pages if "/t2026" in url)
    crumbs = '<div class="crumbs"><a href="/">首页</a> &gt; <a href="/zcfg/">政策</a> &gt; <a href="/zcfg/sxskjcxzc/">政策法规</a></div>'
    status, kind, body = pages[url]
    pages[url] = (status, kind, body.replace("<h1>", f"{crumbs}<h1>"))
    with played(pages) as site:
        done = add(url, tmp_path, site.proxy)
    (source,) = load_sources(tmp_path)

    assert done.exit_code == 0, done.output
    assert source.seeds[0].url == "http://kjt.shanxi.gov.cn/zcfg/sxskjcxzc/"


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ((200, HTML, "<title>主页</title><body><p>欢迎</p></body>"), "shows none that stand alike"),
        ((403, HTML, "<title>403</title>"), "cannot be had: http_error"),
    ],
)
def test_what_cannot_be_watched_is_said(tmp_path: Path, page: tuple[int, str, str], said: str) -> None:
    """What was found, and what is needed; no file is written."""
    with played({"http://office.example.cn/": page}) as site:
        done = add("http://office.example.cn/", tmp_path, site.proxy)

    assert done.exit_code == 2
    assert said in " ".join(done.output.split())
    assert list(tmp_path.glob("*.toml")) == []


def test_what_robots_keep_us_from_is_not_asked(tmp_path: Path) -> None:
    """As in a run."""
    pages = playback.plain()
    pages["http://office.example.cn/robots.txt"] = (200, "text/plain", "User-agent: *\nDisallow: /")
    with played(pages) as site:
        done = add("http://office.example.cn/list.asp", tmp_path, site.proxy)

    assert done.exit_code == 2
    assert "robots" in done.output
    assert site.asked == ["http://office.example.cn/robots.txt"]


def test_a_private_address_is_not_asked_without_a_proxy(tmp_path: Path) -> None:
    """Whoever gives the address."""
    done = CliRunner().invoke(
        app, ["sources", "add", "http://127.0.0.1:9/list", "--seeds", str(tmp_path), "--no-input"]
    )

    assert done.exit_code == 2
    assert "private" in done.output


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    """Another name is asked for."""
    (tmp_path / "new.toml").write_text("title = 'mine'")
    with played(playback.plain()) as site:
        done = add("http://office.example.cn/list.asp", tmp_path, site.proxy)

    assert done.exit_code == 2
    assert (tmp_path / "new.toml").read_text() == "title = 'mine'"

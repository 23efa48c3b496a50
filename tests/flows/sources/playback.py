"""Playback: pages of our own writing, in the form of each publishing system, under real host names through a local proxy.

No live site can be reached by a test. What is asked for through the proxy is asked for by the address that a source file
names, so that addresses, redirects and paging are those of the real thing.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

Pages = dict[str, tuple[int, str, str]]
"""URL to status, media type (or where to, of a redirect) and body."""

HTML = "text/html; charset=utf-8"
TOPICS = ("科技成果转化", "高新技术企业培育", "重点实验室建设", "研发投入奖补", "技术合同登记", "孵化器管理")


@dataclass(slots=True)
class Played:
    """What is played, and what was asked for."""

    pages: Pages
    proxy: str = ""
    asked: list[str] = field(default_factory=list)


@contextmanager
def played(pages: Pages) -> Iterator[Played]:
    """Play pages through a proxy."""
    shown = Played(pages)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            shown.asked.append(self.path)
            status, kind, text = shown.pages.get(self.path, (404, HTML, "<title>404</title>not found"))
            body = text.encode()
            self.send_response(status)
            self.send_header("Location" if 300 <= status < 400 else "Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    shown.proxy = f"http://127.0.0.1:{server.server_address[1]}"
    yield shown
    server.shutdown()
    server.server_close()


def title_of(number: int) -> str:
    """A headline."""
    return f"关于做好{TOPICS[number % len(TOPICS)]}第{number}号有关工作的通知"


def text_of(number: int) -> str:
    """Paragraphs of a notice, of no other number."""
    topic = TOPICS[number % len(TOPICS)]
    return (
        f"<p>各市科技局，各有关单位：</p><p>为深入实施创新驱动发展战略，现就{topic}第{number}号事项的有关工作通知如下，请认真贯彻执行。</p>"
        f"<p>一、总体要求。到2027年，全省{topic}项目达到{number + 20}0项，服务能力明显提升。</p>"
        f"<p>二、工作安排。请各单位于{1 + number % 27}日前报送第{number}号材料，逾期不再受理。</p>"
        f"<p>三、本通知自印发之日起施行。</p>"
    )


def article(number: int, *, open_: str, close: str, head: str = "", site: str = "江岭省科学技术厅") -> str:
    """A page with a notice, in a system's container."""
    return (
        f'<html><head><meta charset="utf-8"><title>{title_of(number)}_{site}</title><meta name="SiteName" content="{site}">'
        f'<meta name="PubDate" content="2026-11-{1 + number % 24:02} 09:00">{head}</head><body><div class="nav"><a href="/">首页</a></div>'
        f"<h1>{title_of(number)}</h1>{open_}{text_of(number)}{close}<div class=foot>主办单位：{site}</div></body></html>"
    )


def rows(urls: Mapping[int, str]) -> str:
    """The rows of a list."""
    return "".join(
        f'<li><a href="{url}" title="{title_of(n)}">{title_of(n)}</a><span>2026-11-{1 + n % 24:02}</span></li>'
        for n, url in urls.items()
    )


def page_of(title: str, body: str, head: str = "") -> str:
    """A page with a list on it."""
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title>{head}</head><body><div class=nav><ul><li><a href="/">首页</a></li>'
        f'<li><a href="/a/">机构</a></li><li><a href="/b/">政策</a></li></ul></div>{body}<div class=foot>版权所有</div></body></html>'
    )


def trs(host: str = "kjt.shanxi.gov.cn", path: str = "/zcfg/sxskjcxzc/") -> Pages:
    """TRS WCM: articles named by their day, pages linked by a script."""
    base, pages = f"http://{host}{path}", Pages()
    for page in range(3):
        numbers = range(8 * page, 8 * page + 8)
        urls = {n: f"./202611/t202611{1 + n % 24:02}_{90000 + n}.html" for n in numbers}
        script = f'<script>createPageHTML(3, {page}, "index", "html");</script>'
        shown = page_of("政策法规_江岭省科学技术厅", f'<ul class="rightlist">{rows(urls)}</ul>{script}')
        pages[f"{base}index_{page}.html" if page else base] = (200, HTML, shown)
        for n, url in urls.items():
            body = article(n, open_='<div class="TRS_Editor">', close="</div>")
            pages[base + url.removeprefix("./")] = (200, HTML, body)
    return pages


def jpaas() -> Pages:
    """JPaaS: the list comes from a service that the page names."""
    base = "http://www.miit.gov.cn"
    query = {
        "parseType": "buildstatic",
        "webId": "8d82",
        "tplSetId": "2097",
        "pageType": "column",
        "tagId": "当前栏目_list",
    }
    data = "{" + ",".join(f"'{key}':'{value}'" for key, value in query.items()) + "}"
    script = (
        f'<script url="/api-gateway/jpaas-publish-server/front/page/build/unit" querydata="{data}"></script>'
    )
    urls = {n: f"/zwgk/zcwj/wjfb/tz/art/2026/art_{n:032x}.html" for n in range(8)}
    asked = "&".join(f"{key}={quote(value)}" for key, value in query.items())
    answer = json.dumps({"success": True, "data": {"html": f"<ul>{rows(urls)}</ul>"}})
    pages: Pages = {
        f"{base}/zwgk/zcwj/wjfb/index.html": (
            200,
            HTML,
            page_of("文件发布_工业和信息化部", f"<div class=list>{script}</div>"),
        ),
        f"{base}/api-gateway/jpaas-publish-server/front/page/build/unit?{asked}": (
            200,
            "application/json",
            answer,
        ),
    }
    for n, url in urls.items():
        pages[base + url] = (
            200,
            HTML,
            article(n, open_='<div class="ccontent" id="con_con">', close="</div>", site="工业和信息化部"),
        )
    return pages


def hanweb() -> Pages:
    """Hanweb: the newest rows are data in the page, the further ones come from a proxy of theirs."""
    base = "http://kjt.shandong.gov.cn"
    more = "/module/web/jpage/dataproxy.jsp?page=1&webid=73&columnid=13349&unitid=764752"
    pages = Pages()

    def island(numbers: range, following: str) -> str:
        urls = {n: f"{base}/art/2026/11/{1 + n % 24}/art_13349_{500 + n}.html" for n in numbers}
        for n, url in urls.items():
            pages[url] = (
                200,
                HTML,
                article(
                    n,
                    open_="<div id=zoom><!--ZJEG_RSS.content.begin-->",
                    close="<!--ZJEG_RSS.content.end--></div>",
                ),
            )
        records = "".join(f"<record><![CDATA[\n{rows({n: url})}]]></record>" for n, url in urls.items())
        group = f'<nextgroup><![CDATA[<a href="{following}"></a>]]></nextgroup>' if following else ""
        return f"<datastore>\n{group}\n<recordset>{records}</recordset></datastore>"

    first = f'<div id="764752"><script type="text/xml">{island(range(6), more)}</script></div>'
    for column in (13349, 13360):
        shown = page_of("政策发布_山东省科学技术厅", first)
        pages[f"{base}/col/col{column}/index.html"] = (200, HTML, shown)
    pages[base + more] = (200, "application/xml; charset=utf-8", island(range(6, 12), ""))
    return pages


def gkmlpt() -> Pages:
    """gkmlpt: a catalogue that scripts fill from a JSON service."""
    base = "http://www.gd.gov.cn"
    shell = page_of(
        "政府信息公开目录",
        "<div id=app></div><script>window._CONFIG = {SITE_ID: '2'}</script>",
        '<script src="/gkmlpt/js/app.js"></script>',
    )
    pages: Pages = {f"{base}/gkmlpt/index": (200, HTML, shell)}
    for page in (1, 2):
        urls = {
            n: f"{base}/gkmlpt/content/4/4700/post_{4700000 + n}.html" for n in range(6 * page - 6, 6 * page)
        }
        articles = [
            {"id": n, "title": title_of(n), "url": url, "created_at": f"2026-11-{1 + n % 24:02} 09:00:00"}
            for n, url in urls.items()
        ]
        answer = json.dumps({"classify": {"post_count": 12}, "articles": articles})
        pages[f"{base}/gkmlpt/api/all/5?page={page}&sid=2"] = (200, "application/json", answer)
        for n, url in urls.items():
            pages[url] = (
                200,
                HTML,
                article(n, open_="<div class=article-content>", close="</div>", site="广东省人民政府"),
            )
    pages[f"{base}/gkmlpt/api/all/5?page=3&sid=2"] = (200, "application/json", '{"articles": []}')
    return pages


def founder(days: tuple[str, ...] = ("2026-11/24",)) -> Pages:
    """Founder: a newspaper's pages by day."""
    pages = Pages()
    for d, day in enumerate(days):
        base = f"http://digitalpaper.stdaily.com/http_www.kjrb.com/kjrb/html/{day}/"
        links = "".join(f"<a href=node_{n}.htm>第{n - 1:02}版</a>" for n in (2, 3))
        for node in (2, 3):
            urls = {
                n: f"content_{10000 + n}.htm" for n in range(100 * d + 10 * node, 100 * d + 10 * node + 5)
            }
            titles = "".join(f"<li><a href={url}>{title_of(n)}</a></li>" for n, url in urls.items())
            pages[f"{base}node_{node}.htm"] = (
                200,
                HTML,
                page_of("科技日报", f"<div id=pageLink>{links}</div><ul id=titleList>{titles}</ul>"),
            )
            for n, url in urls.items():
                pages[base + url] = (
                    200,
                    HTML,
                    article(
                        n,
                        open_="<founder-content><div id=ozoom>",
                        close="</div></founder-content>",
                        site="科技日报",
                    ),
                )
    return pages


def _feed(base: str, urls: Mapping[int, str]) -> str:
    items = "".join(
        f"<item><title>{title_of(n)}</title><link>{base}{url}</link><pubDate>Tue, {1 + n % 24:02} Nov 2026 09:00:00 +0800</pubDate></item>"
        for n, url in urls.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>政策</title>{items}</channel></rss>'


def wordpress() -> Pages:
    """WordPress: a blog of copies with its feed."""
    base = "http://policy.example.org"
    made = '<meta name="generator" content="WordPress 6.6"><link rel="alternate" type="application/rss+xml" href="/feed/">'
    urls = {n: f"/2026/11/{1 + n % 24:02}/notice-{n}/" for n in range(8)}
    pages: Pages = {
        f"{base}/": (200, HTML, page_of("政策文库", f"<main><ul>{rows(urls)}</ul></main>", made)),
        f"{base}/feed/": (200, "application/rss+xml", _feed(base, urls)),
    }
    for n, url in urls.items():
        pages[base + url] = (
            200,
            HTML,
            article(n, open_='<div class="entry-content">', close="</div>", head=made, site="政策文库"),
        )
    return pages


def jekyll() -> Pages:
    """Jekyll: a mirror on static pages."""
    base = "http://mirror.example.org"
    made = '<meta name="generator" content="Jekyll v4.3.2"><link rel="alternate" type="application/atom+xml" href="/feed.xml">'
    urls = {n: f"/2026/11/{1 + n % 24:02}/notice-{n}.html" for n in range(8)}
    pages: Pages = {
        f"{base}/": (200, HTML, page_of("政策镜像", f'<ul class="post-list">{rows(urls)}</ul>', made)),
        f"{base}/feed.xml": (200, "application/xml", _feed(base, urls)),
    }
    for n, url in urls.items():
        pages[base + url] = (
            200,
            HTML,
            article(
                n, open_='<div class="post-content e-content">', close="</div>", head=made, site="政策镜像"
            ),
        )
    return pages


def discuz() -> Pages:
    """Discuz: a forum whose threads are copies."""
    base = "http://bbs.example.org"
    made = '<meta name="generator" content="Discuz! X3.4">'
    urls = {n: f"thread-{n + 10}-1-1.html" for n in range(8)}
    body = "".join(
        f'<tbody id="normalthread_{n}"><tr><th><a href="{url}">{title_of(n)}</a></th><td><em>2026-11-{1 + n % 24:02}</em></td></tr></tbody>'
        for n, url in urls.items()
    )
    pages: Pages = {
        f"{base}/forum-2-1.html": (
            200,
            HTML,
            page_of("政策版_论坛", f"<table id=threadlisttableid>{body}</table>", made),
        )
    }
    for n, url in urls.items():
        pages[f"{base}/{url}"] = (
            200,
            HTML,
            article(
                n,
                open_='<table><tr><td class="t_f" id="postmessage_1">',
                close="</td></tr></table>",
                head=made,
                site="论坛",
            ),
        )
    return pages


def plain() -> Pages:
    """No system that gives itself away."""
    base = "http://office.example.cn"
    urls = {n: f"show_{n}.asp" for n in range(8)}
    body = "".join(
        f"<tr><td>·<a href={url}>{title_of(n)}</a></td><td>[2026-11-{1 + n % 24:02}]</td></tr>"
        for n, url in urls.items()
    )
    pages: Pages = {f"{base}/list.asp": (200, HTML, page_of("通知公告", f"<table class=list>{body}</table>"))}
    for n, url in urls.items():
        pages[f"{base}/{url}"] = (
            200,
            HTML,
            article(n, open_="<div class=content>", close="</div>", site="某办公室"),
        )
    return pages


def everything() -> Pages:
    """All families at once; the newspaper has issues of the last week."""
    today = datetime.now(UTC) + timedelta(hours=8)
    days = tuple(f"{today - timedelta(days=n):%Y-%m/%d}" for n in range(7))
    made = (trs(), jpaas(), hanweb(), gkmlpt(), founder(days), wordpress(), jekyll(), discuz(), plain())
    return {url: page for pages in made for url, page in pages.items()}


def main() -> None:
    """Play everything until Ctrl-C, for trying commands without a network."""
    with played(everything()) as site:
        print(f"export POLICY_INGEST_PROXY={site.proxy}", flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()

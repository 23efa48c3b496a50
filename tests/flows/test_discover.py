"""Discovery: each kind of seed on a site, paging, backfill, comparisons, and what a source file allows."""

from __future__ import annotations

import dataclasses
import gzip
import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from hashlib import sha256
from itertools import count, product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from typer.testing import CliRunner

from flows.cli import app
from flows.hosts import keep_rests, politeness_of
from flows.refresh import Refreshed, keep, refresh_source
from flows.run import new_run
from flows.sources.check import check_source
from store import tables
from store.capture import BACKFILL, Capture
from store.source import Expect, Seed, Trust
from tests.flows.conftest import Desk, Site, listing, notice
from tests.flows.fault_server import Asked, FaultServer, Reply, Step, answer, head, raw, redirect

FEED = """<rss version="2.0"><channel>{}</channel></rss>"""


def page(*items: tuple[str, str], further: str | None = None) -> str:
    """A listing page of paths with their days."""
    rows = "".join(
        f'<li><a href="{path}">关于做好第{path.strip("/")}号工作的通知</a><span>{day}</span></li>'
        for path, day in items
    )
    link = f'<a href="{further}">下一页</a>' if further else ""
    return f"<html><title>通知公告</title><body><ul class='list'>{rows}</ul>{link}</body></html>"


def feed(*items: tuple[str, str]) -> str:
    """A feed of addresses with their days."""
    return FEED.format(
        "".join(
            f"<item><link>{url}</link><dc:date xmlns:dc='http://purl.org/dc/elements/1.1/'>{day}</dc:date></item>"
            for url, day in items
        )
    )


def stock(site: Site, *paths: str) -> None:
    """Put a notice at each path."""
    for path in paths:
        site.write(
            path, notice(f"关于{path}的通知", f"为做好{path}的工作，现将有关事项通知如下，请遵照执行。")
        )


def watch(desk: Desk, *seeds: Seed, **limits: float) -> None:
    """Give the source these seeds, and limits."""
    desk.source = dataclasses.replace(desk.source, seeds=seeds, limits={**desk.source.limits, **limits})


def documents(refreshed: Refreshed) -> Mapping[str, Capture]:
    """Captures of documents by the last part of their URL."""
    return {
        capture.url.rsplit("/", 1)[1]: capture for capture in refreshed.captures if capture.kind == "document"
    }


def errors(refreshed: Refreshed) -> list[str]:
    """Names of its issues."""
    return [issue.error for issue in refreshed.issues]


def backfill(desk: Desk, since: date | None, until: date | None) -> Refreshed:
    """Refresh on day 20 for the documents of these days."""
    run = new_run(desk.data, now=datetime(2026, 3, 20, 2, tzinfo=UTC), since=since, until=until)
    refreshed = refresh_source(run, desk.source)
    keep(run, [refreshed])
    return refreshed


def test_a_list_service_is_read_offset_by_offset(desk: Desk, site: Site) -> None:
    """Until an answer is empty; title and day stand beside the address."""
    items = [{"url": f"/{n}.html", "title": f"<em>通知</em>{n}", "date": 1_741_795_200 + n} for n in range(5)]
    for offset in (0, 2, 4, 6):
        answer = {"data": {"results": items[offset : offset + 2]}}
        site.write(f"/api?size=2&offset={offset}", json.dumps(answer))
    stock(site, *(f"/{n}.html" for n in range(5)))
    seed = Seed(
        "api", f"{site.url}/api?size=2", items="data.results", link="url", title="title", issued="date"
    )
    watch(desk, dataclasses.replace(seed, page="offset", start=0, step=2))
    refreshed = desk.refresh(1)

    assert sorted(documents(refreshed)) == [f"{n}.html" for n in range(5)]
    found = documents(refreshed)["3.html"]
    assert (found.link_title, found.link_issued, found.fetch_outcome) == ("通知3", "2025-03-13", "ok")
    assert (errors(refreshed), site.asked.count("/api?size=2&offset=6")) == ([], 1)


def test_a_list_service_that_repeats_itself_is_left(desk: Desk, site: Site) -> None:
    """Its first page under every offset is no news, although none of it is known."""
    for offset in range(9):
        site.write(f"/api?p={offset}", json.dumps([{"u": "/1.html"}, {"u": "/2.html"}]))
    watch(desk, Seed("api", f"{site.url}/api", link="u", page="p", start=0))
    desk.refresh(1)

    assert [path for path in site.asked if path.startswith("/api")] == ["/api?p=0", "/api?p=1", "/api?p=2"]


@pytest.mark.parametrize(
    ("seed", "first"),
    [("/api", "/api"), ("/api?column=a,b&q=%7B1%7D&p=1", "/api?column=a%2Cb&q=%7B1%7D&p=1")],
)
def test_the_documents_of_a_list_service_are_remembered(
    desk: Desk, site: Site, seed: str, first: str
) -> None:
    """What a run with its fill did not ask for is found in the archived answer by the next one."""
    site.write(first.replace("p=1", "p=2"), "[]")
    site.write(first, json.dumps([{"id": 1}, {"id": 2}]))
    stock(site, "/d1.html", "/d2.html")
    page = "p" if "p=" in seed else None
    watch(desk, Seed("api", f"{site.url}{seed}", link="/d{id}.html", page=page), new_pages=1)
    morning, evening = desk.refresh(1), desk.refresh(1)

    assert (list(documents(morning)), list(documents(evening))) == (["d1.html"], ["d2.html"])
    assert (errors(morning), errors(evening)) == (["new_pages"], [])


def test_a_sitemap_index_leads_to_its_packed_sitemaps(desk: Desk, site: Site) -> None:
    """Only addresses that match are documents; the day of change stands beside them."""
    site.write(
        "/sitemap.xml", f"<sitemapindex><sitemap><loc>{site.url}/s1.xml.gz</loc></sitemap></sitemapindex>"
    )
    urls = "".join(
        f"<url><loc>{site.url}/{n}</loc><lastmod>2025-03-0{n[0]}</lastmod></url>" for n in ("1.html", "2.jpg")
    )
    site.pages["/s1.xml.gz"] = (200, gzip.compress(f"<urlset>{urls}</urlset>".encode()))
    stock(site, "/1.html")
    watch(desk, Seed("sitemap", f"{site.url}/sitemap.xml", match=r"\.html$"))
    refreshed = desk.refresh(1)

    assert {name: capture.link_issued for name, capture in documents(refreshed).items()} == {
        "1.html": "2025-03-01"
    }
    assert [capture.kind for capture in refreshed.captures if capture.url.endswith("gz")] == ["sitemap"]
    assert errors(refreshed) == []


def test_sitemaps_that_a_limit_cut_off_come_in_the_next_run(desk: Desk, site: Site) -> None:
    """Since those that were read, and say that they did not change, are not asked for again."""
    parts = "".join(
        f"<sitemap><loc>{site.url}/s{n}.xml</loc><lastmod>2025-01-01</lastmod></sitemap>" for n in range(4)
    )
    site.write("/sitemap.xml", f"<sitemapindex>{parts}</sitemapindex>")
    for n in range(4):
        site.write(f"/s{n}.xml", f"<urlset><url><loc>{site.url}/{n}.html</loc></url></urlset>")
        stock(site, f"/{n}.html")
    watch(desk, Seed("sitemap", f"{site.url}/sitemap.xml"), listing_pages=3)
    first, second, third = desk.refresh(1), desk.refresh(2), desk.refresh(3)

    assert (errors(first), errors(second)) == (["listing_pages"], [])
    assert set(documents(second)) - set(documents(first)) == {"2.html", "3.html"}
    assert [path for path in site.asked if path.startswith("/s")].count("/s0.xml") == 1
    assert [capture.url for capture in third.captures if capture.kind == "sitemap"] == [
        f"{site.url}/sitemap.xml"
    ]


def test_a_template_is_asked_for_its_last_days(desk: Desk, site: Site) -> None:
    """Across the turn of a year, in the time zone of the office; a day without an issue is nothing unusual."""
    site.write("/2026-03/01/node.html", page(("/a.html", "2026-03-01"), ("/b.html", "2026-03-01")))
    stock(site, "/a.html", "/b.html")
    watch(desk, Seed("template", f"{site.url}/{{yyyy}}-{{mm}}/{{date:%d}}/node.html", days=3))
    refreshed = desk.refresh(1)

    asked = [path for path in site.asked if path.endswith("node.html")]
    assert asked == ["/2026-03/01/node.html", "/2026-02/28/node.html", "/2026-02/27/node.html"]
    assert (sorted(documents(refreshed)), errors(refreshed)) == (["a.html", "b.html"], [])


def test_a_template_without_any_link_is_an_error(desk: Desk, site: Site) -> None:
    """No day of a week shows anything: its address has changed."""
    watch(desk, Seed("template", f"{site.url}/{{date:%Y%m%d}}.html"))

    assert errors(desk.refresh(1)) == ["empty_listing"]
    assert errors(desk.refresh(1)) == []


def newspaper(site: Site, *days: str, pages: int) -> Seed:
    """A paper of so many pages on these days of 2026, and its seed."""
    for day in days:
        month, number = day.split("-")
        for n in range(1, pages + 1):
            items = [(f"/{day}-{n}{letter}.html", f"2026-{day}") for letter in "ab"]
            site.write(f"/2026-{month}/{number}/node_{n}.htm", page(*items))
            stock(site, *(path for path, _ in items))
    return Seed("template", f"{site.url}/{{yyyy}}-{{mm}}/{{dd}}/node_{{page}}.htm", stop=pages)


def test_a_source_of_a_newspaper_passes_before_todays_is_out(desk: Desk, site: Site) -> None:
    """And the day after a holiday: a trial asks for three pages, and those that are missing are no part of it."""
    today = datetime.now(ZoneInfo(desk.source.timezone)).date()
    watch(desk, newspaper(site, f"{today - timedelta(days=2):%m-%d}", pages=8))

    checked = check_source(desk.source, {})
    assert (checked.problems, checked.links) == ((), 2)


def test_a_holiday_costs_a_newspaper_two_requests(desk: Desk, site: Site) -> None:
    """No edition, no further pages; where the limit leaves pages that were had before, that is no news."""
    watch(desk, newspaper(site, "02-28", "02-26", "02-25", pages=4), listing_pages=14)
    assert errors(desk.refresh(1)) == ["listing_pages"]
    asked = [path for path in site.asked if "/27/" in path or "/01/" in path]
    assert [path.rpartition("/")[2] for path in asked] == ["node_1.htm", "node_2.htm"] * 2

    watch(desk, *desk.source.seeds, listing_pages=50)
    desk.refresh(2)
    watch(desk, *desk.source.seeds, listing_pages=10)
    assert errors(desk.refresh(3)) == []


def test_of_a_day_that_is_not_over_nothing_is_expected(desk: Desk, site: Site) -> None:
    """A seed of today's edition alone says nothing in the morning."""
    watch(desk, dataclasses.replace(newspaper(site, pages=2), days=1))
    assert errors(desk.refresh(1)) == []
    assert len(site.asked) == 3


@pytest.mark.parametrize("status", [503, 404])
def test_a_paper_whose_first_pages_cannot_be_had_is_read(desk: Desk, site: Site, status: int) -> None:
    """They failed, or it begins with its third page: no other day shows that it begins with its first."""
    watch(desk, newspaper(site, "03-17", "03-19", pages=4), tries=1)
    for day, n in product((17, 19), (1, 2)):
        site.write(f"/2026-03/{day}/node_{n}.htm", "", status=status)

    assert set(documents(backfill(desk, date(2026, 3, 17), date(2026, 3, 19)))) == {
        f"03-{day}-{n}{letter}.html" for day in (17, 19) for n in (3, 4) for letter in "ab"
    }


def test_a_page_of_today_that_shows_nothing_is_an_error(desk: Desk, site: Site) -> None:
    """It is out, and its layout has moved."""
    site.write("/2026-03/01/node_1.htm", page())
    watch(desk, dataclasses.replace(newspaper(site, pages=2), days=1))

    assert errors(desk.refresh(1)) == ["empty_listing"]


def test_on_the_first_of_a_month_a_page_of_the_month_is_missed(desk: Desk, site: Site) -> None:
    """It names no day that could not be over yet."""
    watch(desk, Seed("template", f"{site.url}/{{yyyy}}{{mm}}.html", days=1))

    assert errors(desk.refresh(1)) == ["empty_listing"]


def test_pages_of_a_template_end_where_it_says(desk: Desk, site: Site) -> None:
    """Although the last one has a next one."""
    for n in (0, 1, 2):
        site.write(
            f"/p{n}.html",
            page((f"/{n}.html", "2025-03-01"), (f"/{n}b.html", "2025-03-01"), further=f"/p{n + 1}.html"),
        )
    watch(desk, Seed("template", f"{site.url}/p{{page}}.html", start=0, stop=1))
    desk.refresh(1)

    assert [path for path in site.asked if path.startswith("/p")] == ["/p0.html", "/p1.html"]


def test_what_is_posted_late_is_found_behind_a_page_without_news(desk: Desk, site: Site) -> None:
    """One page further than the known; the pages behind that are left alone."""
    pages = {n: [(f"/{n}a.html", "2025-03-13"), (f"/{n}b.html", "2025-03-12")] for n in range(1, 6)}
    for n, items in pages.items():
        site.write(f"/l{n}.html", page(*items, further=f"/l{n + 1}.html" if n < 5 else None))
        stock(site, *(path for path, _ in items))
    watch(desk, Seed("listing", f"{site.url}/l1.html"))
    desk.refresh(1)
    site.write("/l2.html", page(*pages[2], ("/late.html", "2025-03-10"), further="/l3.html"))
    stock(site, "/late.html")
    site.asked.clear()
    refreshed = desk.refresh(2)

    assert documents(refreshed)["late.html"].fetch_outcome == "ok"
    assert [path for path in site.asked if path.startswith("/l")][:4] == [
        "/l1.html",
        "/l2.html",
        "/l3.html",
        "/l4.html",
    ]
    assert "/l5.html" not in site.asked


def test_script_pages_are_not_all_asked_for_every_day(desk: Desk, site: Site) -> None:
    """The first page of a `createPageHTML` list names all the others."""
    script = '<script>createPageHTML(6, {}, "index", "html");</script>'
    for n in range(6):
        name = "/index.html" if n == 0 else f"/index_{n}.html"
        site.write(
            name, page((f"/{n}a.html", "2025-03-13"), (f"/{n}b.html", "2025-03-12")) + script.format(n)
        )
        stock(site, f"/{n}a.html", f"/{n}b.html")
    watch(desk, Seed("listing", f"{site.url}/index.html"))
    desk.refresh(1)
    assert "/index_5.html" in site.asked
    site.asked.clear()
    desk.refresh(2)

    assert [path for path in site.asked if path.startswith("/index")] == ["/index.html", "/index_1.html"]


@pytest.mark.parametrize(
    "further",
    ['<a href="/2.html">下一页</a>', '<a rel="next" href="/2.html#top">›</a>'],
)
def test_a_document_of_a_list_is_no_further_page_of_it(desk: Desk, site: Site, further: str) -> None:
    """Whatever leads to it: what was once read as a list would never be read as a document."""
    site.write("/", page(("/1.html", "2025-03-13"), ("/2.html", "2025-03-12")) + further)
    stock(site, "/1.html", "/2.html")

    assert list(documents(desk.refresh(1))) == ["1.html", "2.html"]


def test_a_further_page_that_cannot_be_had_is_a_doubt(desk: Desk, site: Site) -> None:
    """The first one shows what is new: the source has not failed, and is not said to be whole."""
    site.write("/", page(("/1.html", "2025-03-13"), ("/2.html", "2025-03-12"), further="/l2.html"))
    stock(site, "/1.html", "/2.html")
    refreshed = desk.refresh(1)

    assert [(issue.error, issue.severity) for issue in refreshed.issues] == [("not_found", "warning")]


def test_a_limit_on_pages_that_cuts_off_news_is_told(desk: Desk, site: Site) -> None:
    """Older documents would be missing without a word."""
    for n in (1, 2, 3):
        site.write(
            f"/l{n}.html",
            page((f"/{n}.html", "2025-03-13"), (f"/{n}b.html", "2025-03-12"), further=f"/l{n + 1}.html"),
        )
    watch(desk, Seed("listing", f"{site.url}/l1.html"), listing_pages=2, new_pages=0)

    assert errors(desk.refresh(1)) == ["listing_pages", "new_pages"]


def test_a_backfill_fetches_the_days_it_is_for(desk: Desk, site: Site) -> None:
    """Past the known, back to its first day and one page further; undated items belong to every day."""
    for n in range(1, 8):
        day = f"2025-03-{20 - n:02}"
        site.write(f"/l{n}.html", page((f"/{n}a.html", day), (f"/{n}b.html", day), further=f"/l{n + 1}.html"))
        stock(site, f"/{n}a.html", f"/{n}b.html")
    watch(desk, Seed("listing", f"{site.url}/l1.html"), listing_pages=1)
    desk.refresh(19)
    watch(desk, Seed("listing", f"{site.url}/l1.html"), listing_pages=50)
    site.asked.clear()
    refreshed = backfill(desk, date(2025, 3, 16), date(2025, 3, 17))

    assert sorted(documents(refreshed)) == ["3a.html", "3b.html", "4a.html", "4b.html"]
    assert [path for path in site.asked if path.startswith("/l")] == [f"/l{n}.html" for n in range(1, 7)]


def test_a_page_that_was_changed_later_may_be_of_a_backfills_days(desk: Desk, site: Site) -> None:
    """A sitemap says when a page was changed: before these days it cannot be of them, behind them it may."""
    urls = "".join(
        f"<url><loc>{site.url}/{n}.html</loc><lastmod>2025-0{n}-01</lastmod></url>" for n in (1, 3, 5)
    )
    site.write("/sitemap.xml", f"<urlset>{urls}</urlset>")
    stock(site, "/1.html", "/3.html", "/5.html")
    watch(desk, Seed("sitemap", f"{site.url}/sitemap.xml"))

    assert sorted(documents(backfill(desk, date(2025, 2, 1), date(2025, 4, 1)))) == ["3.html", "5.html"]


def test_a_chinese_query_is_asked_in_the_encoding_of_its_listing(desk: Desk, site: Site) -> None:
    """As the office's server expects it, which knows no other."""
    listed = page(("/show.asp?t=通知", "2025-03-13")).replace("<title>", "<meta charset=gbk><title>")
    site.pages["/"] = (200, listed.encode("gbk"))
    stock(site, "/show.asp?t=%CD%A8%D6%AA")

    assert [capture.fetch_outcome for capture in documents(desk.refresh(1)).values()] == ["ok"]


def test_a_backfill_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    """Wrong use, exit 2, and nothing is asked."""
    arguments = ["refresh", "--data", str(tmp_path), "--since", "2025-03-02", "--until", "2025-03-01"]

    assert CliRunner().invoke(app, arguments).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_backfill_asks_a_template_for_its_days(desk: Desk, site: Site) -> None:
    """From the last to the first, never for days to come."""
    watch(desk, Seed("template", f"{site.url}/{{date:%m%d}}.html"))
    asked = backfill(desk, date(2026, 3, 19), date(2026, 4, 2)).captures

    assert [path for path in site.asked if path != "/robots.txt"] == ["/0320.html", "/0319.html"]
    assert all(BACKFILL in capture.run_id for capture in asked)


def test_two_ways_to_a_source_are_compared(desk: Desk, site: Site) -> None:
    """What the listing shows since the feed's first day, and the feed does not, is told once, with samples."""
    site.write("/", page(("/3.html", "2025-03-13"), ("/2.html", "2025-03-12"), ("/0.html", "2025-03-01")))
    site.write("/feed", feed((f"{site.url}/3.html/", "2025-03-13"), (f"{site.url}/1.html", "2025-03-11")))
    stock(site, *(f"/{n}.html" for n in range(4)))
    watch(desk, Seed("listing", f"{site.url}/"), Seed("feed", f"{site.url}/feed"))
    first, second = desk.refresh(1), desk.refresh(2)
    (issue,) = first.issues[:1]

    assert (issue.error, issue.severity) == ("paths_disagree", "warning")
    assert "listing shows 1 that feed does not" in issue.message
    assert "/2.html" in issue.message
    assert "paths_disagree" not in errors(second)


def test_half_a_listing_is_a_doubt(desk: Desk, site: Site) -> None:
    """Less than half of what it usually shows."""
    rows = [(f"/{n}.html", "2025-03-13") for n in range(9)]
    for day in (1, 2):
        site.write("/", page(*rows[day:]))
        desk.refresh(day)
    site.write("/", page(*rows[:3]))
    refreshed = desk.refresh(3)

    assert errors(refreshed).count("few_links") == 1
    assert not refreshed.failed


def test_outside_its_hours_a_source_is_not_asked(desk: Desk, site: Site) -> None:
    """The run at 02:00 UTC is at 10:00 in the office's time."""
    site.write("/", page(("/1.html", "2025-03-13"), ("/2.html", "2025-03-13")))
    desk.source = dataclasses.replace(desk.source, hours=(time(22), time(6)))
    refreshed = desk.refresh(1)
    assert (errors(refreshed), refreshed.failed, site.asked) == (["outside_hours"], False, [])

    desk.source = dataclasses.replace(desk.source, hours=(time(10), time(11)))
    assert documents(desk.refresh(1))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"limits": {"run_seconds": 0}}, "stopped_for_now"),
        ({"seeds": (Seed("folder", path="/nowhere"),)}, "nothing_to_import"),
        ({"hours": (time(22), time(6))}, "outside_hours"),
    ],
)
def test_a_source_that_was_not_asked_says_why(desk: Desk, site: Site, change: object, error: str) -> None:
    """Its time is over before it begins, its files are missing, or its hours have not come."""
    assert isinstance(change, dict)
    desk.source = dataclasses.replace(desk.source, **change)
    refreshed = desk.refresh(1)

    assert (site.asked, errors(refreshed)) == ([], [error])


def test_a_source_has_its_time_and_goes_on_next_time(desk: Desk, site: Site) -> None:
    """The clock of the run moves ten minutes with every look at it; nothing is lost, nothing failed."""
    site.write("/", page(*((f"/{n}.html", "2025-03-13") for n in range(9))))
    stock(site, *(f"/{n}.html" for n in range(9)))
    ticks = iter(range(100_000))
    run = desk.run(1)
    slow = dataclasses.replace(run, clock=lambda: run.started + timedelta(minutes=next(ticks) / 10))
    watch(desk, *desk.source.seeds, source_seconds=120)
    refreshed = refresh_source(slow, desk.source)
    keep(slow, [refreshed])
    rest = desk.refresh(1)

    assert (errors(refreshed), refreshed.failed) == (["stopped_for_now"], False)
    assert 0 < len(documents(refreshed)) < 9
    assert {*documents(refreshed), *documents(rest)} == {f"{n}.html" for n in range(9)}


def test_a_server_that_always_says_not_modified_is_found_out(desk: Desk, site: Site) -> None:
    """Once in `full_fetch_days` a document is asked for without its validators."""
    site.write("/", page(("/1.html", "2025-03-13"), ("/2.html", "2025-03-13")))
    stock(site, "/1.html", "/2.html")
    watch(desk, *desk.source.seeds, full_fetch_days=5)
    outcomes = [documents(desk.refresh(day))["1.html"].fetch_outcome for day in (1, 2, 4, 8)]

    assert outcomes == ["ok", "not_modified", "not_modified", "ok"]


def test_rules_for_robots_are_kept_for_a_day(desk: Desk, site: Site) -> None:
    """From the archive; later they are asked for again."""
    site.write("/robots.txt", "User-agent: *\nDisallow: /2.html\n")
    site.write("/", page(("/1.html", "2025-03-13"), ("/2.html", "2025-03-13")))
    stock(site, "/1.html", "/2.html")
    assert documents(desk.refresh(1))["2.html"].fetch_outcome == "robots"
    evening = new_run(desk.data, now=datetime(2026, 3, 1, 20, tzinfo=UTC), force=True)
    refreshed = refresh_source(evening, desk.source)

    assert documents(refreshed)["2.html"].fetch_outcome == "robots"
    assert site.asked.count("/robots.txt") == 1
    desk.refresh(3)
    assert site.asked.count("/robots.txt") == 2


def test_rules_that_cannot_be_had_for_a_month_call_a_person(desk: Desk, site: Site) -> None:
    """The host is left alone all the while; one good answer ends it."""
    site.write("/robots.txt", "", status=503)
    alarms = {day: "robots_unreachable" in errors(desk.refresh(day)) for day in (1, 15, 30, 31)}
    assert alarms == {1: False, 15: False, 30: False, 31: True}
    assert set(site.asked) == {"/robots.txt"}
    (row,) = tables.read_where(desk.data / "tables", "issues", "error", "robots_unreachable").to_pylist()
    assert (row["severity"], row["stage"], row["url"]) == ("error", "fetch", f"{site.url}/robots.txt")
    assert "30 days, since 2026-03-01" in row["message"]

    site.write("/robots.txt", "User-agent: *\nDisallow:\n")
    assert "robots_unreachable" not in errors(desk.refresh(31))


def test_a_redirect_to_another_site_is_not_followed(desk: Desk) -> None:
    """Only to hosts that the source names, for its addresses get sold."""
    body = notice("关于申报的通知", "现将有关事项通知如下，请遵照执行。").encode()
    plain = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nContent-Type: text/html\r\n\r\n" % len(body) + body

    def leads_to(url: str) -> Callable[[Asked], Iterator[bytes]]:
        head = f"HTTP/1.1 302 Found\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n".encode()
        return lambda _: iter([head])

    def sends(_: Asked) -> Iterator[bytes]:
        yield plain

    with (
        FaultServer(
            {"/": [sends], "/2.html": [sends], "/1.html": [leads_to("/2.html")]}, host="127.0.0.2"
        ) as other,
        FaultServer({"/1.html": [leads_to(f"{other.base}/")]}) as home,
    ):
        sold = Seed("document", f"{home.base}/1.html")
        desk.source = dataclasses.replace(desk.source, seeds=(sold,), allow_addresses=(home.address,))
        refused = desk.refresh(1)
        assert other.asked == []
        assert documents(refused)["1.html"].fetch_outcome == "redirect"
        assert other.base in (documents(refused)["1.html"].error or "")

        desk.source = dataclasses.replace(desk.source, allow_hosts=("127.0.0.2",))
        leak = documents(desk.refresh(2))["1.html"]
        assert (leak.fetch_outcome, other.asked) == ("private_address", [])
        desk.source = dataclasses.replace(desk.source, allow_addresses=(home.address, other.address))
        assert documents(desk.refresh(3))["1.html"].fetch_redirect == f"{other.base}/"


def test_each_address_may_redirect_at_home_and_rules_for_robots_anywhere(desk: Desk) -> None:
    """A page of another site may lead on there, a page of the source may not; RFC 9309 2.3.1.2 knows no such bound."""
    home, other = "http://www.home.example", "http://linked.example"

    def sends(text: str, head: str = "200 OK") -> list[Reply]:
        body = text.encode()
        answer = f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        return [lambda _: iter([answer])]

    body = notice("关于申报的通知", "现将有关事项通知如下，请遵照执行。")
    listed = page(*((f"{other}/{name}", "2025-03-13") for name in ("1.html", "secret.html")))
    script = {
        f"{home}/": sends(
            listed.replace("</ul>", f'<li><a href="{home}/3.html">关于做好工作的通知</a></li></ul>')
        ),
        f"{home}/3.html": sends("", f"302 Found\r\nLocation: {other}/2.html"),
        f"{home}/robots.txt": sends("", "404 Not Found"),
        f"{other}/1.html": sends("", "301 Moved\r\nLocation: http://www.linked.example/2.html"),
        f"{other}/secret.html": sends(body),
        f"{other}/robots.txt": sends("", "301 Moved\r\nLocation: http://rules.example/robots.txt"),
        "http://rules.example/robots.txt": sends("User-agent: *\nDisallow: /secret"),
        "http://www.linked.example/2.html": sends(body),
        "http://www.linked.example/robots.txt": sends("", "404 Not Found"),
    }
    watch(desk, Seed("listing", f"{home}/"))
    with FaultServer(script) as proxy:
        found = documents(refresh_source(desk.run(1), desk.source, proxies={"http": proxy.base}))

    assert {name: capture.fetch_outcome for name, capture in found.items()} == {
        "1.html": "ok",
        "3.html": "redirect",
        "secret.html": "robots",
    }


def test_a_host_that_asked_for_a_long_rest_has_it_in_the_next_run(desk: Desk) -> None:
    """Until its time is over; a rest for the run alone is not kept."""
    desk.data.mkdir()
    run = desk.run(1)
    politeness = politeness_of(run)
    politeness.rest("a.example", 2 * 86_400, "it asked for 2 days")
    politeness.rest("b.example", float("inf"), "5 requests in a row failed")
    keep_rests(run, politeness)

    assert "2026-03-03" in (politeness_of(desk.run(2)).resting("a.example") or "")
    assert politeness_of(desk.run(2)).resting("b.example") is None
    assert politeness_of(desk.run(4)).resting("a.example") is None


def test_a_damaged_note_of_rests_is_no_obstacle(desk: Desk) -> None:
    """The host says it again."""
    desk.data.mkdir()
    (desk.data / "hosts.json").write_text('{"resting_until": {"a"')

    assert politeness_of(desk.run(1)).rests() == {}


def test_files_of_a_folder_are_archived_as_they_change(desk: Desk, tmp_path: Path) -> None:
    """Each once, and again when its bytes are others; a folder that is not there fails the source."""
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("a.html", "b.html"):
        (folder / name).write_text(
            notice(f"关于{name}的通知", "现将有关事项通知如下，请遵照执行。"), encoding="utf-8"
        )
    watch(desk, Seed("folder", path=str(folder)))
    assert [capture.url for capture in desk.refresh(1).captures] == ["import:kjt/a.html", "import:kjt/b.html"]
    assert desk.refresh(2).captures == ()
    (folder / "b.html").write_text(
        notice("关于b.html的通知", "本通知已经修改，请遵照执行。"), encoding="utf-8"
    )
    assert [capture.url for capture in desk.refresh(3).captures] == ["import:kjt/b.html"]

    watch(desk, Seed("folder", path=str(tmp_path / "none")))
    assert errors(desk.refresh(4)) == ["nothing_to_import"]


def test_a_warc_file_is_archived_once(desk: Desk, site: Site) -> None:
    """One that another crawl wrote, with its own addresses and times."""
    site.write("/", page(("/1.html", "2025-03-13"), ("/2.html", "2025-03-13")))
    stock(site, "/1.html", "/2.html")
    desk.refresh(1)
    (warc,) = (desk.data / "archive").rglob("*.warc.gz")
    desk.source = dataclasses.replace(desk.source, source_id="other", seeds=(Seed("warc", path=str(warc)),))
    imported = desk.refresh(2)

    assert f"{site.url}/1.html" in [capture.url for capture in imported.captures]
    assert {capture.kind for capture in imported.captures} == {"import"}
    assert desk.refresh(3).captures == ()


@pytest.mark.parametrize("kind", ["feed", "sitemap", "api"])
def test_no_listing_may_be_empty(desk: Desk, site: Site, kind: str) -> None:
    """Whatever its kind: status 200 without links fails the source."""
    site.write("/x", "<html><title>维护</title></html>")
    watch(desk, Seed(kind, f"{site.url}/x", link="url"))

    assert errors(desk.refresh(1)) == ["empty_listing"]


def self_signed(folder: Path) -> tuple[ssl.SSLContext, str]:
    """A server's certificate that nobody vouches for, and its fingerprint."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    now = datetime.now(UTC)
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "chain.pem").write_bytes(certificate.public_bytes(Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "chain.pem")
    return context, sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def test_a_certificate_is_trusted_as_the_source_says_and_captures_tell(desk: Desk, tmp_path: Path) -> None:
    """Named by its fingerprint it is accepted and recorded as not verified; otherwise nothing is had."""
    context, fingerprint = self_signed(tmp_path)
    body = notice("关于申报的通知", "现将有关事项通知如下，请遵照执行。").encode()

    def reply(_: Asked) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nContent-Type: text/html\r\n\r\n" % len(body) + body

    with FaultServer({"/1.html": [reply]}, context=context) as server:
        seeds = (Seed("document", f"{server.base}/1.html"),)
        desk.source = dataclasses.replace(desk.source, seeds=seeds, allow_addresses=(server.address,))
        refused = documents(desk.refresh(1))["1.html"]
        desk.source = dataclasses.replace(desk.source, tls=Trust(fingerprint))
        accepted = documents(desk.refresh(1))["1.html"]

    assert (refused.fetch_outcome, refused.content_digest) == ("connection", None)
    assert (accepted.fetch_outcome, accepted.tls_verified) == ("ok", False)


def test_a_site_that_changes_its_scheme_keeps_its_documents(desk: Desk, site: Site, tmp_path: Path) -> None:
    """What was http and is https now stays one document, is seen although http is dead, and also when no listing shows it any more."""
    context, fingerprint = self_signed(tmp_path)
    body = notice("关于申报的通知", "为做好申报工作，现将有关事项通知如下，请遵照执行。").encode()
    script = {"/1.html": [answer(body=body)]}
    stock(site, "/2.html")
    with FaultServer(script) as before:
        desk.source = dataclasses.replace(
            desk.source, tls=Trust(fingerprint), allow_addresses=(site.address, before.address)
        )
        watch(desk, Seed("listing", f"{site.url}/"), tries=1)
        site.write("/", page((f"{before.base}/1.html", "2025-03-13"), ("/2.html", "2025-03-13")))
        first = documents(desk.ingest(1)[0])["1.html"]
    with FaultServer(script, port=before.port, context=context) as now:
        site.write("/", page((f"{now.base}/1.html", "2025-03-13"), ("/2.html", "2025-03-13")))
        listed = documents(desk.ingest(2)[0])["1.html"]
        site.write("/", page(("/2.html", "2025-03-13")))
        unlisted = documents(desk.ingest(4)[0])["1.html"]

    assert first.url == listed.url == unlisted.url == f"{before.base}/1.html"
    assert (listed.fetch_outcome, unlisted.fetch_outcome) == ("ok", "ok")
    assert listed.fetch_redirect == unlisted.fetch_redirect == f"{now.base}/1.html"
    assert tables.read(desk.data / "tables", "documents", ["version"])["version"].to_pylist() == [1, 1]


def test_what_a_listing_showed_is_counted(desk: Desk, site: Site) -> None:
    """On its capture, also where it has not changed; what was not read, or is no listing, has no number."""
    site.write("/", page(("/1.html", "2025-03-13"), ("/2.html", "2025-03-13"), further="/gone.html"))
    stock(site, "/1.html", "/2.html")
    for day, outcome in ((1, "ok"), (2, "not_modified")):
        captures = {capture.url.removeprefix(site.url): capture for capture in desk.refresh(day).captures}
        assert (captures["/"].fetch_outcome, captures["/"].links) == (outcome, 2)
        assert [capture.url for capture in captures.values() if capture.links is not None] == [f"{site.url}/"]
    rows = tables.read_where(desk.data / "tables", "captures", "kind", "listing").to_pylist()
    assert [row["links"] for row in rows if row["url"] == f"{site.url}/"] == [2, 2]
    assert "/gone.html" in captures


def test_a_page_of_endless_links_is_cut_and_the_next_run_takes_others(desk: Desk, site: Site) -> None:
    """And it says so; the number that the page showed is kept."""
    site.write("/", page(*((f"/{n}.html", "2025-03-13") for n in range(7))))
    stock(site, *(f"/{n}.html" for n in range(7)))
    watch(desk, *desk.source.seeds, links=4)
    first, second = desk.refresh(1), desk.refresh(2)

    assert (errors(first), sorted(documents(first))) == (["links"], [f"{n}.html" for n in range(4)])
    assert first.issues[0].capture_id is None
    assert "shows 7 links; 4 of them" in first.issues[0].message
    assert {capture.links for capture in first.captures if capture.kind == "listing"} == {7}
    assert {"4.html", "5.html", "6.html"} <= set(documents(second))


def test_a_remembered_page_of_endless_links_is_cut_too(desk: Desk, site: Site) -> None:
    """Where the listing itself cannot be had, what the archive has of it is no way around the limit."""
    site.write("/", page(*((f"/{n}.html", "2025-03-13") for n in range(7))))
    stock(site, *(f"/{n}.html" for n in range(7)))
    watch(desk, *desk.source.seeds, links=2)
    desk.refresh(1)
    site.write("/", "", status=404)
    second = desk.refresh(2)

    assert len([name for name in documents(second) if name not in {"0.html", "1.html"}]) == 2


def test_what_is_stored_of_a_link_and_a_header_is_cut(desk: Desk) -> None:
    """With a mark; a validator that is cut is none, and is not sent back."""
    body = notice("关于申报的通知", "现将有关事项通知如下，请遵照执行。").encode()
    long = "x" * 9_000
    head = (
        f'HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nETag: "{long}"\r\n'
        f"Last-Modified: Thu, 13 Mar 2025 08:00:00 GMT\r\nContent-Type: text/html; a={long}\r\n\r\n"
    )
    rss = feed(("/1.html", "2025-03-13")).replace("<item>", f"<item><title>{'题' * 600}</title>").encode()

    def document(_: Asked) -> Iterator[bytes]:
        yield head.encode() + body

    def listing(_: Asked) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nContent-Type: text/xml\r\n\r\n" % len(rss) + rss

    with FaultServer({"/1.html": [document], "/feed": [listing]}) as server:
        desk.source = dataclasses.replace(desk.source, allow_addresses=(server.address,))
        watch(desk, Seed("feed", f"{server.base}/feed"))
        capture = documents(desk.refresh(1))["1.html"]
        desk.refresh(2)

    assert capture.link_title == "题" * 499 + "…"
    assert len(capture.content_mime_type or "") == 8_192
    assert (capture.content_mime_type or "").endswith("x…")
    assert (capture.etag, capture.last_modified) == (None, "Thu, 13 Mar 2025 08:00:00 GMT")
    again = [asked for asked in server.asked if asked.path == "/1.html"][1]
    assert "if-none-match" not in again.headers
    assert again.headers["if-modified-since"] == capture.last_modified


def test_documents_that_always_fail_stand_in_nobodys_way(desk: Desk, site: Site) -> None:
    """After five of them the host rests; the next day those are asked for first that were not."""
    paths = [f"/{n}.html" for n in range(8)]
    site.write("/", page(*((path, "2025-03-13") for path in paths)))
    for path in paths[:5]:
        site.write(path, "", status=500)
    stock(site, *paths[5:])
    watch(desk, *desk.source.seeds, tries=1)
    for day in (1, 2, 3):
        desk.refresh(day)

    assert set(paths[5:]) <= set(site.asked)


def test_a_page_of_a_listing_that_failed_is_asked_again(desk: Desk, site: Site) -> None:
    """Also where it was had before, and the pages in front of it have no news by then."""

    def put(name: str) -> None:
        for n in range(1, 7):
            shown = [(f"/{name}{n}a.html", "2025-03-13"), (f"/{name}{n}b.html", "2025-03-12")]
            site.write(f"/l{n}.html", page(*shown, further=f"/l{n + 1}.html" if n < 6 else None))
            stock(site, *(path for path, _ in shown))

    watch(desk, Seed("listing", f"{site.url}/l1.html"), tries=1)
    put("x")
    desk.refresh(1)
    put("y")
    whole = site.pages["/l4.html"]
    site.write("/l4.html", "", status=503)
    desk.refresh(2)
    site.pages["/l4.html"] = whole
    found = {name for day in (3, 4, 5) for name in documents(desk.refresh(day))}

    assert {"y4a.html", "y6b.html"} <= found


def test_nothing_is_expected_of_a_page_that_is_reached_late(desk: Desk, site: Site) -> None:
    """A list's last page may show a single link; the limit on pages left it to the next run."""
    for n in (1, 2):
        shown = [(f"/{n}a.html", "2025-03-13"), (f"/{n}b.html", "2025-03-12")]
        site.write(f"/l{n}.html", page(*shown, further=f"/l{n + 1}.html"))
        stock(site, *(path for path, _ in shown))
    site.write("/l3.html", page(("/3.html", "2025-03-01")))
    stock(site, "/3.html")
    watch(desk, Seed("listing", f"{site.url}/l1.html"), listing_pages=2, overlap_pages=0)
    desk.source = dataclasses.replace(desk.source, expect=Expect(listing_links_min=2))
    first, second = desk.refresh(1), desk.refresh(2)

    assert ("3.html" in documents(first), "3.html" in documents(second)) == (False, True)
    assert errors(second) == []


@pytest.mark.parametrize("days", [(0, 60, 61), (0, 20, 40)])
def test_what_was_found_is_not_lost_because_time_went_by(
    desk: Desk, site: Site, days: tuple[int, ...]
) -> None:
    """Neither while a source is switched off, nor while it has more than it may ask for."""
    site.write("/l1.html", page(("/1.html", "2025-03-13"), ("/2.html", "2025-03-13"), further="/l2.html"))
    site.write("/l2.html", page(("/3.html", "2025-03-12"), ("/4.html", "2025-03-12")))
    stock(site, "/1.html", "/2.html", "/3.html", "/4.html")
    watch(desk, Seed("listing", f"{site.url}/l1.html"), new_pages=2)
    for day in days:
        run = new_run(desk.data, now=datetime(2026, 3, 1, 2, tzinfo=UTC) + timedelta(days=day))
        keep(run, [refresh_source(run, desk.source)])
        site.write("/l1.html", page(("/5.html", "2025-03-20")))
        stock(site, "/5.html")

    assert {"/3.html", "/4.html", "/5.html"} <= set(site.asked)
    assert site.asked.count("/l2.html") == 1


def test_listings_leave_half_of_a_visit_to_documents(desk: Desk, site: Site) -> None:
    """Where each request takes so long that a visit would end before the last page of the listing."""
    for n in range(1, 13):
        shown = [(f"/{n}a.html", "2025-03-13"), (f"/{n}b.html", "2025-03-12")]
        site.write(f"/l{n}.html", page(*shown, further=f"/l{n + 1}.html" if n < 12 else None))
        stock(site, *(path for path, _ in shown))
    watch(desk, Seed("listing", f"{site.url}/l1.html"), source_seconds=1200)
    run, ticks = desk.run(1), count()
    slow = dataclasses.replace(run, clock=lambda: run.started + timedelta(minutes=next(ticks)))
    refreshed = refresh_source(slow, desk.source)

    assert documents(refreshed)
    assert "listing_pages" in errors(refreshed)
    assert "stopped_for_now" in errors(refreshed)


def test_validators_of_another_address_are_not_sent(desk: Desk) -> None:
    """A page that led to the notice of its maintenance for a day is asked for whole when it is back."""

    def back(asked: Asked) -> Iterator[Step]:
        own = notice("关于申报的通知", "现将有关事项通知如下，请遵照执行。").encode()
        same = raw(head(304))
        whole = answer(200, own, "Last-Modified: Thu, 13 Mar 2025 08:00:00 GMT")
        return (same if "if-modified-since" in asked.headers else whole)(asked)

    away = answer(200, "<title>系统维护</title>".encode(), "Last-Modified: Sun, 01 Mar 2026 01:00:00 GMT")
    with FaultServer({"/1.html": [redirect("/w.html"), back], "/w.html": [away]}) as server:
        desk.source = dataclasses.replace(
            desk.source,
            seeds=(Seed("document", f"{server.base}/1.html"),),
            allow_addresses=(server.address,),
        )
        desk.refresh(1)
        assert documents(desk.refresh(2))["1.html"].fetch_outcome == "ok"


def _same(moment: datetime) -> datetime:
    """A clock that stands still."""
    return moment


def test_a_source_whose_turn_comes_late_is_asked_in_each_run(desk: Desk, site: Site) -> None:
    """Others before it took three hours of each day: the day's rest counts from its own visit to its own visit."""
    site.write("/", listing(("/1.html", "关于开展春季造林绿化工作的通知")))
    site.write(
        "/1.html", notice("关于开展春季造林绿化工作的通知", "为做好造林绿化工作，现将有关事项通知如下。")
    )
    for day in (1, 2, 3):
        run = desk.run(day)
        begin = run.started + timedelta(hours=3)
        late = dataclasses.replace(run, clock=partial(_same, begin))
        keep(late, [refresh_source(late, desk.source)])
    assert site.asked.count("/") == 3

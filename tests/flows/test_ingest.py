"""From the web to a release: what changes, what stays, what fails, and what a dying run leaves."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from flows.refresh import refresh_source
from store.archive import read_payload
from store.dataset import load
from store.exceptions import ReleaseRefused
from store.source import Source
from tests.flows.conftest import Desk, Site, listing, notice

FIRST = [
    "为加快建设科技强省，现就有关事项通知如下，请认真贯彻执行。",
    "一、到2027年，培育高新技术企业500家。",
    "二、本通知自印发之日起施行。",
]
SECOND = [
    "各市科技局：现将项目申报的有关事项通知如下，请遵照执行，逾期不再受理。",
    "一、申报单位应当是企业。",
    "二、申报截止日期为4月30日。",
]


@pytest.fixture
def stocked(site: Site) -> Site:
    """The site with a listing and two notices."""
    site.write(
        "/", listing(("/1.html", "关于培育高新技术企业的通知"), ("/2.html", "关于组织申报科技项目的通知"))
    )
    site.write("/1.html", notice("关于培育高新技术企业的通知", *FIRST))
    site.write("/2.html", notice("关于组织申报科技项目的通知", *SECOND))
    return site


def released(desk: Desk, table: str) -> pd.DataFrame:
    """A table of the latest release."""
    return load(table, desk.data)


@pytest.mark.usefixtures("stocked")
def test_a_first_run_releases_what_the_listing_shows(desk: Desk) -> None:
    """Both notices become documents, with their captures, readings and targets."""
    _, built, release = desk.ingest(1)

    assert (built.new, built.changed) == (2, 0)
    assert release is not None
    assert sorted(released(desk, "documents")["title"]) == [
        "关于培育高新技术企业的通知",
        "关于组织申报科技项目的通知",
    ]
    assert set(released(desk, "captures")["kind"]) == {"robots", "listing", "document"}
    assert 500 in set(released(desk, "targets")["low"])
    assert list(released(desk, "coverage")["verdict"]) == ["ok"]


def test_the_next_minute_nothing_is_due_and_nothing_released(desk: Desk, stocked: Site) -> None:
    """No request, no version, no release."""
    desk.ingest(1)
    stocked.asked.clear()
    refreshed, built, release = desk.ingest(1)

    assert stocked.asked == []
    assert (refreshed.captures, built.new, built.changed, release) == ((), 0, 0, None)


@pytest.mark.usefixtures("stocked")
def test_an_unchanged_page_is_a_revisit_and_no_version(desk: Desk) -> None:
    """The next day it is asked for with its validators, and only its status moves."""
    desk.ingest(1)
    refreshed, built, release = desk.ingest(2)
    documents = [capture for capture in refreshed.captures if capture.kind == "document"]

    assert {capture.fetch_outcome for capture in documents} == {"not_modified"}
    assert all(capture.revisit for capture in documents)
    assert (built.new, built.changed) == (0, 0)
    assert release is not None
    assert set(released(desk, "status")["last_seen"].dt.day) == {2}


def test_a_new_counter_is_a_capture_and_no_version(desk: Desk, stocked: Site) -> None:
    """The payload differs, the text does not."""
    desk.ingest(1)
    counted = notice("关于培育高新技术企业的通知", *FIRST).replace("</h1>", "</h1><div>浏览次数：7</div>")
    stocked.write("/1.html", counted)
    _, built, _ = desk.ingest(2)

    assert built.read == 1
    assert (built.new, built.changed) == (0, 0)


def test_a_page_with_a_counter_rests_as_one_without(desk: Desk, stocked: Site) -> None:
    """It gives other bytes at every visit, and says the same: the third day it is left alone."""
    visited = []
    for day in range(1, 5):
        counted = f"</h1><div>浏览次数：{day}23</div>"
        stocked.write("/1.html", notice("关于培育高新技术企业的通知", *FIRST).replace("</h1>", counted))
        stocked.asked.clear()
        desk.ingest(day)
        visited += [day] if "/1.html" in stocked.asked else []

    assert visited == [1, 2, 4]


def test_a_silent_edit_is_a_version_with_its_difference(desk: Desk, stocked: Site) -> None:
    """What stood there before, what stands there now, and that it was the source's doing."""
    desk.ingest(1)
    stocked.write(
        "/1.html", notice("关于培育高新技术企业的通知", FIRST[0], FIRST[1].replace("500", "800"), FIRST[2])
    )
    _, built, _ = desk.ingest(2)
    change = released(desk, "changes").iloc[0]
    documents = released(desk, "documents")

    assert built.changed == 1
    assert (change["before"], change["after"]) == (FIRST[1], FIRST[1].replace("500", "800"))
    assert sorted(documents.loc[documents["url"].str.endswith("/1.html"), "cause"]) == ["new", "source"]


def test_what_an_earlier_release_holds_never_changes(desk: Desk, stocked: Site) -> None:
    """It gives the same bytes after any number of runs; unchanged parts are not written again."""
    desk.ingest(1)
    first = desk.data / "releases" / "2026-03-01"
    before = {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
    stocked.write("/2.html", notice("关于组织申报科技项目的通知", *SECOND, "三、联系电话见附件。"))
    desk.ingest(2)
    second = desk.data / "releases" / "2026-03-02"

    assert before == {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
    assert (second / "documents" / "part-00000.parquet").samefile(first / "documents" / "part-00000.parquet")
    assert (desk.data / "releases" / "latest").resolve() == second.resolve()


def test_a_page_that_is_gone_stays_in_the_data(desk: Desk, stocked: Site) -> None:
    """Its last version is kept; it counts as offline when it was found gone thrice over days, and never as repealed."""
    desk.ingest(1)
    stocked.write("/1.html", "<title>410</title>gone", status=410)
    _, built, _ = desk.ingest(2)
    first = released(desk, "status").set_index("url").loc[f"{stocked.url}/1.html"]
    for day in (3, 4):
        desk.ingest(day)
    status = released(desk, "status").set_index("url")
    row = status.loc[f"{stocked.url}/1.html"]

    assert (built.new, built.changed) == (0, 0)
    assert (row["current_version"], row["last_outcome"]) == (1, "gone")
    assert first["offline_since"] is pd.NaT
    assert row["offline_since"].day == 2
    assert status.loc[f"{stocked.url}/2.html", "offline_since"] is pd.NaT


def test_a_challenge_page_is_no_change(desk: Desk, stocked: Site) -> None:
    """It is rejected by name, kept as an issue, and neither opens nor closes a version."""
    desk.ingest(1)
    challenge = "<html><head><title>Just a moment...</title></head><body><script src='/cdn-cgi/challenge-platform/x.js'></script>Checking your browser before accessing. Ray ID: 1</body></html>"
    stocked.write("/1.html", challenge)
    _, built, _ = desk.ingest(2)
    issues = released(desk, "issues")

    assert (built.new, built.changed, built.rejected) == (0, 0, 1)
    assert list(issues["error"]) == ["challenge"]
    assert issues["action"].str.len().min() > 10


def test_an_empty_listing_is_an_error_not_a_quiet_day(desk: Desk, site: Site) -> None:
    """Status 200 without links fails the source."""
    site.write("/", "<html><title>通知公告</title><body><p>暂无数据</p></body></html>")
    refreshed, _, _ = desk.ingest(1)

    assert refreshed.failed
    assert [issue.error for issue in refreshed.issues] == ["empty_listing"]
    assert list(released(desk, "coverage")["verdict"]) == ["broken_layout"]


def test_a_listing_that_cannot_be_had_fails_the_source(desk: Desk, site: Site) -> None:
    """The day is called what it is: blind, not quiet."""
    site.write("/", "<title>500</title>", status=500)
    desk.source = _with_limits(desk, tries=1)
    refreshed, _, _ = desk.ingest(1)

    assert refreshed.failed
    assert list(released(desk, "coverage")["verdict"]) == ["no_data"]


def test_documents_found_by_a_run_that_died_are_asked_for_by_the_next(desk: Desk, stocked: Site) -> None:
    """Although the listing is not due, and would say that it has not changed."""
    page = stocked.pages.pop("/2.html")
    desk.source = _with_limits(desk, new_pages=1)
    desk.ingest(1)
    stocked.pages["/2.html"] = page
    desk.source = _with_limits(desk, new_pages=10)
    stocked.asked.clear()
    _, built, _ = desk.ingest(1)

    assert "/2.html" in stocked.asked
    assert built.new == 1


def test_pages_of_a_listing_that_a_dead_run_did_not_reach_are_asked_for(desk: Desk, stocked: Site) -> None:
    """Although its first page is not due: what that page points to was never seen."""
    first = listing(("/1.html", "关于培育高新技术企业的通知")).replace(
        "</ul>", "</ul><a href='/p2.html'>下一页</a>"
    )
    stocked.write("/", first)
    stocked.write("/p2.html", listing(("/2.html", "关于组织申报科技项目的通知")))
    desk.source = _with_limits(desk, listing_pages=1)
    _, built, _ = desk.ingest(1)
    assert built.new == 1
    desk.source = _with_limits(desk, listing_pages=50)
    _, built, _ = desk.ingest(1)

    assert built.new == 1


def test_captures_that_no_table_has_are_entered_by_the_next_run(desk: Desk, stocked: Site) -> None:
    """A run that died between archive and table loses nothing that it fetched."""
    refresh_source(desk.run(1), desk.source)
    stocked.asked.clear()
    _, built, _ = desk.ingest(1)

    assert [path for path in stocked.asked if path.endswith("html")] == []
    assert built.new == 2


def _with_annex(site: Site, name: str = "/fj/P0001.pdf") -> None:
    link = f'<a href="{name}">附件：重点任务分工表.pdf</a>'
    site.write("/1.html", notice("关于培育高新技术企业的通知", *FIRST, link))
    site.write(name, "%PDF-1.4 one")


def test_an_attached_file_is_archived_with_its_page(desk: Desk, stocked: Site) -> None:
    """In the same run, as a capture that names the page and the label; what is attached is missing no more."""
    _with_annex(stocked)
    refreshed, built, _ = desk.ingest(1)
    (capture,) = [item for item in refreshed.captures if item.kind == "attachment"]
    (attachment,) = released(desk, "attachments").to_dict("records")

    assert (capture.url, capture.referrer) == (attachment["url"], f"{stocked.url}/1.html")
    assert (capture.link_title, capture.content_length) == ("附件：重点任务分工表.pdf", 12)
    assert read_payload(desk.data / "archive", capture) == b"%PDF-1.4 one"
    assert (built.new, built.rejected) == (2, 0)
    assert "attachment" not in set(released(desk, "gaps")["kind"])


def test_an_attached_file_is_asked_for_again_with_its_page(desk: Desk, stocked: Site) -> None:
    """Where the page says that nothing changed, too: an annex is exchanged under the same address."""
    _with_annex(stocked)
    desk.ingest(1)
    stocked.write("/fj/P0001.pdf", "%PDF-1.4 two")
    refreshed, _, _ = desk.ingest(2)
    asked = {item.url.removeprefix(stocked.url): item for item in refreshed.captures}

    assert asked["/1.html"].fetch_outcome == "not_modified"
    assert (asked["/fj/P0001.pdf"].fetch_outcome, asked["/fj/P0001.pdf"].revisit) == ("ok", False)


def test_an_attached_file_that_is_not_there_is_an_issue_and_a_gap(desk: Desk, stocked: Site) -> None:
    """The page counts all the same; the next visit asks for the file again."""
    _with_annex(stocked)
    del stocked.pages["/fj/P0001.pdf"]
    refreshed, built, _ = desk.ingest(1)
    again, _, _ = desk.ingest(2)

    assert [(issue.error, issue.severity) for issue in refreshed.issues] == [("not_found", "warning")]
    assert built.new == 2
    assert "attachment" in set(released(desk, "gaps")["kind"])
    assert "attachment" in {item.kind for item in again.captures}


def test_an_attached_file_that_a_stopped_run_did_not_reach_is_asked_for(desk: Desk, stocked: Site) -> None:
    """Its page says that nothing changed, and no capture tells of the file: the page in the archive does."""
    _with_annex(stocked)
    stocked.write("/", listing(("/1.html", "关于培育高新技术企业的通知")))
    whole, desk.source = desk.source, _with_limits(desk, attachments=0)
    desk.refresh(1)
    desk.source = whole
    refreshed = desk.refresh(2)

    assert [item.fetch_outcome for item in refreshed.captures if item.kind == "document"] == ["not_modified"]
    assert [item.fetch_outcome for item in refreshed.captures if item.kind == "attachment"] == ["ok"]


def test_what_a_listing_shows_is_no_attachment_too(desk: Desk, stocked: Site) -> None:
    """A file with a link on the listing and on a page is asked for once."""
    _with_annex(stocked)
    stocked.write(
        "/", listing(("/1.html", "关于培育高新技术企业的通知"), ("/fj/P0001.pdf", "重点任务分工表"))
    )
    refreshed, _, _ = desk.ingest(1)

    assert [item.kind for item in refreshed.captures if item.url.endswith(".pdf")] == ["document"]


def test_more_attachments_than_the_limit_are_said(desk: Desk, stocked: Site) -> None:
    """Those within it are asked for; a calendar of files does not hold the run."""
    _with_annex(stocked)
    links = "".join(f'<p><a href="/fj/{n}.pdf">附件{n}：任务表.pdf</a></p>' for n in range(4))
    stocked.write("/1.html", notice("关于培育高新技术企业的通知", *FIRST, links))
    desk.source = _with_limits(desk, attachments=2)
    refreshed = desk.refresh(1)

    assert sum(item.kind == "attachment" for item in refreshed.captures) == 2
    assert "attachments" in {issue.error for issue in refreshed.issues}


def test_a_broken_minimum_keeps_the_last_good_release(desk: Desk, stocked: Site) -> None:
    """The refusal says why, and is an issue."""
    desk.ingest(1)
    expect = dataclasses.replace(desk.source.expect, documents_min=9)
    desk.source = dataclasses.replace(desk.source, expect=expect)
    stocked.write("/2.html", notice("关于组织申报科技项目的通知", *SECOND, "三、联系电话见附件。"))

    with pytest.raises(ReleaseRefused, match="2 documents, expected are at least 9"):
        desk.ingest(2)
    assert (desk.data / "releases" / "latest").resolve().name == "2026-03-01"


def _with_limits(desk: Desk, **limits: float) -> Source:
    return dataclasses.replace(desk.source, limits={**desk.source.limits, **limits})


def test_a_file_that_is_a_document_stays_one(desk: Desk, stocked: Site) -> None:
    """It left the listing, and hangs on a page that is asked for oftener."""
    title, link = "关于培育高新技术企业的通知", '<a href="/fj/P0001.pdf">附件：重点任务分工表.pdf</a>'
    stocked.pages["/fj/P0001.pdf"] = (200, b"%PDF-1.4 tasks")
    stocked.write("/1.html", notice(title, *FIRST, link))
    stocked.write("/", listing(("/1.html", title), ("/fj/P0001.pdf", "重点任务分工表")))
    desk.refresh(1)
    stocked.write("/", listing(("/1.html", title)))
    for day in (2, 3):  # on the third one the file rests
        stocked.write("/1.html", notice(title, *FIRST, f"第{day}次修改。", link))
        desk.refresh(day)
    again = refresh_source(desk.run(4, force=True), desk.source)

    assert [capture.kind for capture in again.captures if capture.url.endswith(".pdf")] == ["document"]

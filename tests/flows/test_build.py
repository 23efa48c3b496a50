"""Building: what is read again, whose doing a change is, and where a document went."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from flows.attachments.contents import reading_version
from flows.build import Built, build_tables
from flows.publish import publish_release
from flows.refresh import keep, refresh_source
from parsers.page import Rule
from parsers.read import PARSER_VERSION
from store import tables
from store.backlog import backlog
from store.built import MARK, captures_since
from store.dataset import load
from tests.flows.conftest import Desk, Site, listing, notice

TITLE, OTHER = "关于培育高新技术企业的通知", "关于组织申报科技项目的通知"
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
GONE = "<title>404 Not Found</title>not found"


@pytest.fixture
def stocked(site: Site) -> Site:
    """A listing with two notices."""
    site.write("/", listing(("/1.html", TITLE), ("/2.html", OTHER)))
    site.write("/1.html", notice(TITLE, *FIRST))
    site.write("/2.html", notice(OTHER, *SECOND))
    return site


def versions(desk: Desk) -> list[tuple[str, int, str]]:
    """All versions: the document's first path, number, cause."""
    rows = load("documents", desk.data).sort_values(["url", "version"])
    return [
        ("/" + url.rsplit("/", 1)[1], version, cause)
        for url, version, cause in zip(rows["url"], rows["version"], rows["cause"], strict=True)
    ]


def moved(site: Site, path: str, page: str) -> None:
    """Take the first notice away, and show it (or another) at another address."""
    site.write("/1.html", GONE, status=404)
    site.write(path, page)
    site.write("/", listing((path, TITLE), ("/2.html", OTHER)))


def test_a_document_at_another_address_is_the_same_document(desk: Desk, stocked: Site) -> None:
    """Its own address is gone and its text stands elsewhere: no new document, no version, but a change of kind moved."""
    desk.ingest(1)
    moved(stocked, "/new/9.html", notice(TITLE, *FIRST))
    desk.ingest(2)
    _, built, release = desk.ingest(3)

    assert release is not None
    assert built.new == 0
    assert versions(desk) == [("/1.html", 1, "new"), ("/2.html", 1, "new")]
    change = load("changes", desk.data).set_index("kind").loc["moved"]
    assert (change["before"], change["after"]) == (f"{stocked.url}/1.html", f"{stocked.url}/new/9.html")
    status = load("status", desk.data).set_index("url").loc[f"{stocked.url}/1.html"]
    assert status["last_seen"].day == 3
    assert status["offline_since"] is pd.NaT


def test_a_moved_document_that_is_edited_is_a_version_of_it(desk: Desk, stocked: Site) -> None:
    """The new address goes on with the old history."""
    desk.ingest(1)
    moved(stocked, "/new/9.html", notice(TITLE, *FIRST))
    for day in (2, 3):
        desk.ingest(day)
    stocked.write("/new/9.html", notice(TITLE, FIRST[0], FIRST[1].replace("500", "800"), FIRST[2]))
    desk.ingest(5)

    assert versions(desk) == [("/1.html", 1, "new"), ("/1.html", 2, "source"), ("/2.html", 1, "new")]


def test_the_same_text_at_a_second_address_is_no_move(desk: Desk, stocked: Site) -> None:
    """As long as the first one answers, there are two documents."""
    desk.ingest(1)
    stocked.write("/new/9.html", notice(TITLE, *FIRST))
    stocked.write("/", listing(("/new/9.html", TITLE), ("/1.html", TITLE), ("/2.html", OTHER)))
    _, built, _ = desk.ingest(2)

    assert built.new == 1
    assert set(load("feed", desk.data)["op"]) == {"ADD"}


def test_a_moved_document_stays_online_while_its_new_address_answers(desk: Desk, stocked: Site) -> None:
    """Which is asked more and more rarely, since it does not change; the old one says each day that it is gone."""
    desk.ingest(1)
    moved(stocked, "/new/9.html", notice(TITLE, *FIRST))
    for day in range(2, 9):
        desk.ingest(day)

    assert load("status", desk.data)["offline_since"].isna().all()
    assert set(load("changes", desk.data)["kind"]) == {"moved"}


def test_a_moved_document_that_answers_is_not_moved_again(desk: Desk, stocked: Site) -> None:
    """Its first address is gone, the one that it went to is not: its text at a third one is another document."""
    desk.ingest(1)
    moved(stocked, "/new/9.html", notice(TITLE, *FIRST))
    for day in (2, 3):
        desk.ingest(day)
    stocked.write("/copy.html", notice(TITLE, *FIRST))
    stocked.write("/", listing(("/copy.html", TITLE), ("/new/9.html", TITLE), ("/2.html", OTHER)))
    _, built, _ = desk.ingest(4)

    assert built.new == 1


def test_another_text_at_another_address_is_another_document(desk: Desk, stocked: Site) -> None:
    """That one address is gone says nothing of what is new."""
    desk.ingest(1)
    moved(stocked, "/new/9.html", notice("关于评选优秀科技工作者的通知", SECOND[0], "一、评选名额为30名。"))
    desk.ingest(2)
    _, built, _ = desk.ingest(3)

    assert built.new + len(load("documents", desk.data)) >= 3
    assert "moved" not in set(load("changes", desk.data)["kind"])


@pytest.mark.usefixtures("stocked")
def test_a_changed_rule_is_our_doing(desk: Desk) -> None:
    """The archive is read again without the network, and what differs has the cause parser."""
    desk.ingest(1)
    desk.source = dataclasses.replace(desk.source, rules=(Rule(main=".TRS_Editor p:first-child"),))
    run = desk.run(1)
    built = build_tables(run, [desk.source])
    publish_release(run, [desk.source])

    assert built.read >= 2
    assert versions(desk) == [
        ("/1.html", 1, "new"),
        ("/1.html", 2, "parser"),
        ("/2.html", 1, "new"),
        ("/2.html", 2, "parser"),
    ]
    assert set(load("changes", desk.data)["cause"]) == {"parser"}


@pytest.mark.usefixtures("stocked")
def test_another_rule_over_the_same_bytes_is_our_doing(desk: Desk) -> None:
    """Also where the rule of the capture that opened the version is still its own."""
    desk.ingest(1)
    rules = (Rule(until=date(2026, 3, 1)), Rule(main=".TRS_Editor p:first-child"))
    desk.source = dataclasses.replace(desk.source, rules=rules)
    desk.ingest(2)

    assert [cause for *_, cause in versions(desk)] == ["new", "parser"] * 2


@pytest.mark.usefixtures("stocked")
def test_an_old_capture_keeps_the_rule_of_its_time(desk: Desk) -> None:
    """A rule that ended yesterday is still that of yesterday's captures."""
    old, new = Rule(until=date(2026, 3, 1)), Rule(main=".TRS_Editor p:first-child")
    desk.ingest(1)
    desk.source = dataclasses.replace(desk.source, rules=(old, new))
    build_tables(desk.run(1), [desk.source])
    publish_release(desk.run(1), [desk.source])

    assert [cause for _, _, cause in versions(desk)] == ["new", "new"]


@pytest.mark.usefixtures("stocked")
def test_a_source_without_its_file_is_left_as_it_was_read(desk: Desk) -> None:
    """Its rule is not known any more, so that another reading would say nothing of it."""
    desk.source = dataclasses.replace(desk.source, rules=(Rule(main=".TRS_Editor p:first-child"),))
    desk.ingest(1)
    built = build_tables(desk.run(1), [])

    assert built.read == 0


def test_a_release_holds_what_it_was_made_of_as_of_its_own_time(desk: Desk, stocked: Site) -> None:
    """Its time is that of its making, which is after all that the run fetched."""
    run, sources = desk.run(1), [desk.source]
    keep(run, [refresh_source(run, desk.source)])
    build_tables(run, sources)
    made = publish_release(run, sources, report=None)

    assert made is not None
    assert stocked.asked
    for name in ("documents", "clauses", "status"):
        assert len(load(name, desk.data, as_of=made.issued)) == len(load(name, desk.data)) > 0


def test_what_was_built_is_not_looked_at_again(desk: Desk, stocked: Site) -> None:
    """Only the files of captures that came since; all of them once the mark is lost or damaged."""
    desk.ingest(1)
    args = (desk.data, PARSER_VERSION, [desk.source])
    assert captures_since(*args) == ()
    stocked.write("/2.html", notice(OTHER, *SECOND, "三、联系电话见附件。"))
    desk.refresh(2)
    assert len(captures_since(*args)) == 1
    mark = desk.data / "tables" / MARK
    mark.write_bytes(mark.read_bytes().replace(b"captures", b"Captures"))
    assert captures_since(*args) == tables.files(desk.data / "tables", "captures")
    assert build_tables(desk.run(2), [desk.source]).changed == 1


def test_a_day_of_listings_alone_leaves_nothing_to_read(desk: Desk, stocked: Site) -> None:
    """Until a page comes that is to be read, in the same files of captures or in later ones."""
    desk.ingest(1)
    args = (desk.data, reading_version(), [desk.source])
    held = tables.read(desk.data / "tables", "captures").to_pylist()
    shown = next(row for row in held if row["kind"] == "listing")
    later = {"capture_id": "later", "fetch_time": shown["fetch_time"] + timedelta(days=1)}
    tables.append(desk.data / "tables", "captures", [{**shown, **later}])
    assert len(captures_since(*args)) == 1
    with backlog(*args) as work:
        assert (work.total, list(work.documents), work.lost) == (0, [], ())
    stocked.write("/2.html", notice(OTHER, *SECOND, "三、联系电话见附件。"))
    desk.refresh(3)
    with backlog(*args) as work:
        assert [pending.home.rsplit("/", 1)[1] for pending in work.documents] == ["2.html"]


def test_what_came_back_is_restored(desk: Desk, stocked: Site) -> None:
    """Offline after three days, back on the fifth: two changes of the one document, DEL and ADD in the feed."""
    desk.ingest(1)
    page = stocked.pages["/1.html"]
    stocked.write("/1.html", GONE, status=404)
    for day in (2, 3, 4):
        desk.ingest(day)
    assert list(load("feed", desk.data)["op"]) == ["DEL"]
    stocked.pages["/1.html"] = page
    desk.ingest(5)

    changes = load("changes", desk.data)
    assert list(changes["kind"]) == ["taken_offline", "restored"]
    assert set(changes["version"]) == {1}
    assert list(load("feed", desk.data)["op"]) == ["ADD"]
    assert load("status", desk.data)["offline_since"].isna().all()


def test_nothing_is_judged_while_a_source_file_cannot_be_read(desk: Desk, site: Site) -> None:
    """It may hold the limits that keep a mass change from being believed: what was fetched waits."""
    site.write("/", listing(("/1.html", "关于开展春季造林绿化工作的通知")))
    site.write(
        "/1.html",
        notice(
            "关于开展春季造林绿化工作的通知", "为做好造林绿化工作，现将有关事项通知如下，请认真贯彻执行。"
        ),
    )
    desk.refresh(1)
    run = replace(desk.run(1), wrong=("kjt.toml: is not readable as TOML",))

    assert build_tables(run, []) == Built()
    assert publish_release(run, [], report=None) is None
    assert build_tables(desk.run(1), [desk.source]).new == 1

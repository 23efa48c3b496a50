"""A document's history and the difference of two versions, as a reader gets them."""

from __future__ import annotations

import io
import shutil
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from flows.history import (
    Difference,
    Event,
    History,
    NoSuchDocument,
    NoSuchVersion,
    diff,
    history,
    summed_up,
    visible,
)
from store.dataset import load
from store.exceptions import NoRelease
from tests.flows.conftest import Desk, Site, listing, notice

TITLE = "关于培育高新技术企业的通知"
NUMBER = "晋科发〔2025〕12号"
FIRST = [
    "各市科技局：为加快建设科技强省，现就有关事项通知如下，请认真贯彻执行。",
    "一、总体目标",
    "（一）到2027年，培育高新技术企业500家。",
    "（二）企业应当如实申报。",
    "二、本通知自印发之日起施行。",
]
SECOND = [line.replace("500家", "800家").replace("应当", "可以") for line in FIRST]
THIRD = [*SECOND[:-1], "二、加强组织领导，落实各方责任。", "三、本通知自印发之日起施行。"]
CHALLENGE = (
    "<html><head><title>Just a moment...</title></head><body><script src='/cdn-cgi/challenge-platform/x.js'>"
    "</script>Checking your browser before accessing. Ray ID: 1</body></html>"
)


def page(*paragraphs: str, issued: str = "2025-03-13 09:00") -> str:
    """The notice, with its number in the table above it."""
    table = f"<table><tr><td>发文字号：</td><td>{NUMBER}</td></tr></table><h1>"
    return notice(TITLE, *paragraphs).replace("<h1>", table).replace("2025-03-13 09:00", issued)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a data folder waits for the tests that only look at it."""
    return tmp_path_factory.mktemp("shelf") / "data"


@pytest.fixture
def told(desk: Desk, site: Site, shelf: Path) -> Desk:
    """A document of three versions in as many releases, with a challenge between the second and the third."""
    if shelf.exists():
        shutil.copytree(shelf, desk.data, symlinks=True)
        return desk
    site.write("/", listing(("/1.html", TITLE)))
    site.write("/1.html", page(*FIRST))
    desk.ingest(1)
    site.write("/1.html", page(*SECOND, issued="2025-03-14 09:00"))
    desk.ingest(2)
    site.write("/1.html", CHALLENGE)
    desk.ingest(3)
    site.write("/1.html", page(*THIRD, issued="2025-03-14 09:00"))
    desk.ingest(6)
    shutil.copytree(desk.data, shelf, symlinks=True)
    return desk


def printed(told: History | Difference, *, plain: bool = True) -> str:
    """What a pipe, or a terminal, gets."""
    stream = io.StringIO()
    console = Console(
        file=stream, force_terminal=not plain, color_system=None if plain else "standard", width=80
    )
    for line in told.lines(plain=plain) if isinstance(told, Difference) else told.lines():
        console.print(line, soft_wrap=True, highlight=False)
    return stream.getvalue()


def the_id(desk: Desk) -> str:
    """Id of the only document."""
    return str(load("status", desk.data)["document_id"].iloc[0])


def test_the_history_of_a_document(told: Desk) -> None:
    """Its versions with their spans, what each changed, and the first release that holds it."""
    known = history(told.data, the_id(told))

    assert (known.title, known.source_id, known.release) == (TITLE, "kjt", "2026-03-06")
    assert [(item.version, item.cause, item.release, item.changed) for item in known.versions] == [
        (1, "new", "2026-03-01", ""),
        (2, "source", "2026-03-02", "1 scope, 1 number; issued"),
        (3, "source", "2026-03-06", "1 clause added, 1 moved"),
    ]
    first, second, third = known.versions
    assert [item.first_seen.day for item in known.versions] == [1, 2, 6]
    assert first.last_seen < second.first_seen
    assert second.last_seen.day == 2
    assert third.last_seen == third.first_seen
    assert third.characters == len(str(load("documents", told.data).set_index("version").loc[3, "text"]))


def test_captures_that_did_not_show_it_are_said_in_short(told: Desk) -> None:
    """From when to when, and what they were."""
    (item,) = history(told.data, the_id(told)).interruptions

    assert (item.outcome, item.first.day) == ("rejected:blocked_page", 3)
    assert "rejected:blocked_page" in printed(history(told.data, the_id(told)))


def test_an_older_release_knows_less(told: Desk) -> None:
    """What it says does not change with what came later."""
    known = history(told.data, the_id(told), release="2026-03-01")

    assert [item.version for item in known.versions] == [1]
    assert known.interruptions == ()
    with pytest.raises(NoRelease):
        history(told.data, the_id(told), release="2020-01-01")


def test_a_document_goes_by_id_url_and_number(told: Desk) -> None:
    """And by the beginning of its id, or its number in other brackets."""
    found = the_id(told)
    url = load("status", told.data)["url"].iloc[0]

    for name in (found, found[:6], url, f"{url}#top", NUMBER, "晋科发[2025]12号"):
        assert history(told.data, name).document_id == found


@pytest.mark.parametrize("name", ["ffff0000", "https://a.example/", "国发〔1999〕1号", "关于", "abc", ""])
def test_a_name_that_nothing_goes_by(told: Desk, name: str) -> None:
    """Is answered with what can be named."""
    with pytest.raises(NoSuchDocument, match="give its id"):
        history(told.data, name)


def test_a_name_that_several_go_by_lists_them(desk: Desk, site: Site) -> None:
    """With their ids, to choose from."""
    site.write("/", listing(("/1.html", TITLE), ("/2.html", TITLE)))
    site.write("/1.html", page(*FIRST))
    site.write("/2.html", page(*SECOND))
    desk.ingest(1)

    with pytest.raises(NoSuchDocument, match="2 documents go by") as caught:
        diff(desk.data, NUMBER)
    assert all(name in str(caught.value) for name in load("status", desk.data)["document_id"])


def test_the_difference_is_told_by_clause(told: Desk) -> None:
    """The heading of the clause, then the paragraph with its words marked; the metadata at the end."""
    text = printed(diff(told.data, the_id(told), 1, 2))

    assert "一、总体目标 › （一）" in text
    assert "number: （一）到2027年，培育高新技术企业[-500-]{+800+}家。" in text
    assert "scope: （二）企业[-应当-]{+可以+}如实申报。" in text
    assert "issued        [-2025-03-13T09:00+08:00-]{+2025-03-14T09:00+08:00+}" in text


def test_by_default_the_last_two_versions(told: Desk) -> None:
    """And, if one is given, the one before or the newest."""
    found = the_id(told)

    for asked, expected in (((), (2, 3)), ((1,), (1, 3)), ((None, 2), (1, 2)), ((3, 1), (3, 1))):
        compared = diff(told.data, found, *asked)
        assert (compared.from_version, compared.to_version) == expected
    assert summed_up(diff(told.data, found, 1).rows) == "1 scope, 1 number, 1 clause added, 1 moved; issued"


def test_a_released_change_is_the_difference_that_is_told(told: Desk) -> None:
    """Table `changes` and `diff` say the same of two versions that follow each other."""
    rows = load("changes", told.data).query("version == 2").sort_values("n")

    assert list(rows["after"]) == [row["after"] for row in diff(told.data, the_id(told), 1, 2).rows]


def test_versions_that_are_not_there(told: Desk) -> None:
    """The message says which are."""
    with pytest.raises(NoSuchVersion, match="1 to 3"):
        diff(told.data, the_id(told), 1, 9)
    with pytest.raises(NoSuchVersion, match="only one"):
        diff(told.data, the_id(told), release="2026-03-01")


def test_what_is_gone_and_back_is_told(desk: Desk, site: Site) -> None:
    """Both events stand in the history; while it is gone, since when."""
    site.write("/", listing(("/1.html", TITLE)))
    site.write("/1.html", page(*FIRST))
    desk.ingest(1)
    site.write("/1.html", "<title>410</title>gone", status=410)
    for day in (2, 5, 9, 14, 20):
        desk.ingest(day)
    gone = history(desk.data, the_id(desk))
    site.write("/1.html", page(*FIRST))
    desk.ingest(29)
    back = history(desk.data, the_id(desk))

    assert gone.offline_since is not None
    assert [event.kind for event in gone.events] == ["taken_offline"]
    assert [event.kind for event in back.events] == ["taken_offline", "restored"]
    assert "taken offline" in printed(back)


def test_what_we_did_is_not_told_as_the_doing_of_the_source() -> None:
    """Versions that another parser opened are named; where nothing differs, that is said."""
    seen = datetime(2026, 3, 1, 2, tzinfo=UTC)
    told = printed(Difference("d", None, 1, 3, seen, seen, (2,), (), {}))

    assert "The parser changed, not the source, in version 2." in told
    assert "No difference in text, metadata or attachments." in told


def test_a_move_is_told_with_both_urls(told: Desk) -> None:
    """From where to where, on its day."""
    known = history(told.data, the_id(told))
    event = Event(known.last_checked, "moved", "https://a.example/1", "https://b.example/1")
    text = printed(replace(known, title=None, further_urls=("https://b.example/1",), events=(event,)))

    assert "2026-03-06 02:00 UTC  moved: https://a.example/1 → https://b.example/1" in text
    assert "(without a title)" in text


def test_both_are_json(told: Desk) -> None:
    """For programs: all that the lines say."""
    assert (
        orjson.loads(orjson.dumps(history(told.data, the_id(told)).as_dict()))["versions"][1]["version"] == 2
    )
    changes = orjson.loads(orjson.dumps(diff(told.data, the_id(told), 1, 2).as_dict()))["changes"]
    assert changes[0]["heading"] == "一、总体目标 › （一）"


def test_a_terminal_gets_colours(told: Desk) -> None:
    """Red and struck, green; no marks."""
    text = printed(diff(told.data, the_id(told), 1, 2), plain=False)

    assert "\x1b[9;31m500\x1b[0m\x1b[32m800\x1b[0m" in text
    assert "[-" not in text


def test_pages_command_no_terminal(desk: Desk, site: Site) -> None:
    """Markup and control characters of a page are shown as what they are."""
    evil = "（一）[red]培育[/red] [link=file:///etc/passwd]企业[/link]500家。"
    site.write("/", listing(("/1.html", TITLE)))
    site.write("/1.html", page(*FIRST[:2], evil, *FIRST[3:]))
    desk.ingest(1)
    site.write("/1.html", page(*FIRST[:2], evil.replace("500", "800"), *FIRST[3:]))
    desk.ingest(2)

    assert evil.replace("500", "[-500-]{+800+}") in printed(diff(desk.data, the_id(desk)))


@given(st.text())
def test_visible_text_holds_nothing_that_a_terminal_obeys(text: str) -> None:
    """No control, no direction, no half of a character; what can be seen stands."""
    shown = visible(text)

    assert not [
        character
        for character in shown
        if unicodedata.category(character) in {"Cc", "Cs"} and character != "\t"
    ]
    assert not set(shown) & set("\u202e\u2066\u200b\ufeff\u2028")
    assert not text.isprintable() or shown == text

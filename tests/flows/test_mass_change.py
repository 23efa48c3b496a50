"""Mass changes: what is believed, what is an alarm, and that nothing of it is lost."""

from __future__ import annotations

import dataclasses

import pytest

from flows.mass_change import Change, mass_change, mass_loss, same_texts
from store.dataset import load
from tests.flows.conftest import Desk, Site, listing, notice


def changes(count: int, *, key: str | None = None, characters: int = 900) -> list[Change]:
    """So many documents of 1,000 characters that changed, to a text of their own by default."""
    return [Change(f"u{n}", key or f"sha256:{n}", characters, 1_000) for n in range(count)]


@pytest.mark.parametrize(
    ("found", "documents", "reason"),
    [
        (changes(20), 100, None),
        (changes(21), 100, "21 of 100 documents changed at once"),
        (changes(4), 20, None),
        (changes(19), 19, None),
        (changes(5, key="sha256:a"), 100, "5 documents changed to a text that others show too"),
        (changes(4, key="sha256:a"), 100, None),
        (changes(5, characters=499), 100, "5 documents shrank"),
        (changes(5, characters=500), 100, None),
    ],
)
def test_what_is_too_much_at_once(found: list[Change], documents: int, reason: str | None) -> None:
    """More than a fifth changed, the same text on many, or many cut to half; in a source with enough documents."""
    said = mass_change(found, documents, 0.2)

    assert said is None if reason is None else reason in (said or "")


@pytest.mark.parametrize(
    ("texts", "documents", "held"),
    [("aaaaa", 15, 5), ("aaaaa", 14, 0), ("aaaa", 100, 0), ("aaaaabcdeffg", 100, 5), ("a" * 20, 0, 20)],
)
def test_new_addresses_of_one_text_are_not_believed(texts: str, documents: int, held: int) -> None:
    """Five of them, in a source with enough documents; those with a text of their own are."""
    new = {f"u{n}": key for n, key in enumerate(texts)}

    assert len(same_texts(new, documents, 5)) == held
    assert same_texts(new, documents, 21) == frozenset()


@pytest.mark.parametrize(
    ("gone", "documents", "alarm"), [(10, 100, False), (11, 100, True), (4, 20, False), (9, 19, False)]
)
def test_what_is_too_much_gone(gone: int, documents: int, *, alarm: bool) -> None:
    """More than a tenth of enough documents."""
    assert (mass_loss(gone, documents, 0.1) is not None) == alarm


PATHS = [f"/{n}.html" for n in range(24)]


@pytest.fixture
def stocked(site: Site) -> Site:
    """The site with two dozen notices."""
    site.write("/", listing(*((path, f"关于做好{path}号科技工作的通知") for path in PATHS)))
    rewrite(site, PATHS, "请认真贯彻执行。")
    return site


def rewrite(site: Site, paths: list[str], sentence: str) -> None:
    """Give pages another last sentence."""
    for path in paths:
        site.write(
            path,
            notice(
                f"关于做好{path}号科技工作的通知", f"为做好{path}号工作，现将有关事项通知如下。", sentence
            ),
        )


def test_a_mass_of_edits_waits_for_a_person(desk: Desk, stocked: Site) -> None:
    """Captures are kept, no version is written; a raised limit lets them through."""
    desk.ingest(1)
    rewrite(stocked, PATHS[:5], "本通知已作修改。")
    _, built, _ = desk.ingest(2)
    issues = load("issues", desk.data)

    assert (built.changed, built.held) == (0, ("kjt",))
    assert list(issues.loc[issues["error"] == "mass_change", "severity"]) == ["error"]
    assert set(load("documents", desk.data)["version"]) == {1}
    limits = {**desk.source.limits, "changed_share": 1}
    desk.source = dataclasses.replace(desk.source, limits=limits)
    _, built, _ = desk.ingest(3)
    assert built.changed == 5


def test_a_few_edits_are_data(desk: Desk, stocked: Site) -> None:
    """Four of two dozen."""
    desk.ingest(1)
    rewrite(stocked, PATHS[:4], "本通知已作修改。")
    _, built, _ = desk.ingest(2)

    assert (built.changed, built.held) == (4, ())


def test_a_mass_of_missing_pages_is_an_alarm(desk: Desk, stocked: Site) -> None:
    """Once, when it happens; the documents stay."""
    desk.ingest(1)
    for path in PATHS[:6]:
        del stocked.pages[path]
    first, _, _ = desk.ingest(2)
    second, _, _ = desk.ingest(3)

    assert [issue.error for issue in first.issues if issue.severity == "error"] == ["mass_change"]
    assert not second.failed
    assert len(load("documents", desk.data)) == len(PATHS)


def test_a_portal_that_answers_every_address_gives_no_documents(desk: Desk, stocked: Site) -> None:
    """Its one text at six new addresses waits for a person; what else is new goes on."""
    desk.ingest(1)
    lies = [f"/lie-{n}.html" for n in range(6)]
    page = notice(
        "关于网站升级的公告", "为提升服务水平，本网站正在升级，请稍后访问，敬请谅解。", "二、特此公告。"
    )
    for path in lies:
        stocked.write(path, page)
    stocked.write("/true.html", notice("关于开展科技下乡的通知", "为服务乡村，现将科技下乡事项通知如下。"))
    links = [*PATHS, *lies, "/true.html"]
    stocked.write("/", listing(*((path, f"关于做好{path}号科技工作的通知") for path in links)))
    _, built, _ = desk.ingest(2)
    _, again, _ = desk.ingest(3)

    assert (built.new, built.held, again.held) == (1, ("kjt",), ("kjt",))
    assert len(load("documents", desk.data)) == len(PATHS) + 1


def test_documents_that_are_held_leave_nothing_behind(desk: Desk, stocked: Site) -> None:
    """No address of theirs and no later version: a release would be refused for it."""
    desk.ingest(1)
    lies = [f"/lie-{n}.html" for n in range(6)]
    page = notice("关于网站升级的公告", "为提升服务水平，本网站正在升级，请稍后访问，敬请谅解。")
    named = page.replace("<title>", f'<link rel="canonical" href="{stocked.url}/upgrade.html"><title>', 1)
    for path in lies:
        stocked.write(path, named)
    stocked.write("/", listing(*((path, f"关于做好{path}号科技工作的通知") for path in [*PATHS, *lies])))
    _, second, _ = desk.ingest(2)
    assert second.held == ("kjt",)
    assert len(load("aliases", desk.data)) == 0
    stocked.write(
        lies[0], notice("关于开展科技下乡的通知", "为服务乡村，现将科技下乡事项通知如下，请遵照执行。")
    )
    desk.ingest(3)

    assert set(load("documents", desk.data)["version"]) == {1}


def test_a_mass_of_missing_pages_takes_nothing_offline_for_a_week(desk: Desk, stocked: Site) -> None:
    """A person has that long to look; what is gone after that is gone."""
    desk.ingest(1)
    for path in PATHS[:6]:
        del stocked.pages[path]
    for day in (2, 3, 4, 5):
        desk.ingest(day)
    assert load("status", desk.data)["offline_since"].isna().all()
    for day in (10, 11, 12):
        desk.ingest(day)

    assert int(load("status", desk.data)["offline_since"].notna().sum()) == 6

"""Watching a data folder day by day: what opens, what closes, who is told, and what a failure costs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.alarms.alarm import Alarm
from flows.alarms.book import read_book
from flows.alarms.watch import watch
from flows.cli import app
from flows.service.runner import _look
from store.exceptions import ReleaseRefused
from store.source import whole_sources
from tests.flows.alarms.conftest import Hook
from tests.flows.conftest import Desk, Site, listing, notice

TEXT = "各有关单位：现将第{n}号事项的有关工作通知如下，请结合实际认真贯彻执行，并于年底前报送落实情况。"


def stock(site: Site, several: int) -> None:
    """A listing and so many notices."""
    site.write("/", listing(*((f"/{n}.html", f"关于做好第{n}号事项有关工作的通知") for n in range(several))))
    for n in range(several):
        site.write(f"/{n}.html", notice(f"关于做好第{n}号事项有关工作的通知", TEXT.format(n=n)))


@pytest.fixture
def live(desk: Desk, site: Site) -> Callable[[int], list[tuple[str, str]]]:
    """A day of the source, and what it opened or closed."""
    stock(site, 6)

    def day(number: int) -> list[tuple[str, str]]:
        with suppress(ReleaseRefused):
            desk.ingest(number)
        return turned(watch(desk.data, [desk.source], desk.run(number).started + timedelta(hours=1)))

    return day


def turned(news: tuple[Alarm, ...]) -> list[tuple[str, str]]:
    """Causes with what became of them."""
    return [(alarm.cause, "closed" if alarm.closed else "open") for alarm in news]


def test_an_empty_folder_has_no_alarms(tmp_path: Path) -> None:
    """Nothing was asked yet."""
    assert watch(tmp_path, [], datetime(2026, 3, 1, tzinfo=UTC)) == ()


def test_a_dead_source_is_told_once_and_taken_back(
    desk: Desk, site: Site, live: Callable[[int], list[tuple[str, str]]], hook: Hook
) -> None:
    """At the second bad visit, and at the first good one; `status` says so meanwhile."""
    desk.data.mkdir()
    (desk.data / "notify.toml").write_text(f'[[operators]]\nkind = "webhook"\nurl = "{hook.url}"\n')
    assert live(1) == []
    site.write("/", "<title>503</title>", status=503)
    desk.source = dataclasses.replace(desk.source, limits={**desk.source.limits, "tries": 1})
    assert live(2) == []
    assert live(3) == [("nothing_produced", "open")]
    assert live(4) == []
    seeds = _seeds(desk)
    status = CliRunner().invoke(
        app, ["status", "--data", str(desk.data), "--seeds", str(seeds), "--now", "2026-03-04T05:00:00"]
    )
    assert status.exit_code == 1
    assert "nothing_produced" in status.stdout
    stock(site, 7)
    assert live(5) == [("nothing_produced", "closed")]
    status = CliRunner().invoke(
        app, ["status", "--data", str(desk.data), "--seeds", str(seeds), "--now", "2026-03-05T05:00:00"]
    )
    assert (status.exit_code, "no alarm is open" in status.stdout) == (0, True)
    assert [item["state"] for told in hook.told for item in told["alarms"]] == ["open", "closed"]


def test_a_broken_source_file_is_told_and_closes_nothing(
    desk: Desk, live: Callable[[int], list[tuple[str, str]]]
) -> None:
    """Nor does a folder without any: the service judges by the files that can be read."""
    live(1)
    seeds, now = _seeds(desk), datetime.now(UTC)
    assert turned(watch(desk.data, whole_sources(seeds)[0], now)) == [("run_missed", "open")]
    (seeds / "other.toml").write_text("title = ")
    (seeds / "kjt.toml").rename(seeds / "kjt.aside")
    _look(desk.data, seeds)
    broken = [alarm.cause for alarm in read_book(desk.data).open]
    (seeds / "other.toml").unlink()
    _look(desk.data, seeds)
    empty = [alarm.cause for alarm in read_book(desk.data).open]
    (seeds / "kjt.aside").rename(seeds / "kjt.toml")
    _look(desk.data, seeds)

    assert broken == empty == ["run_missed", "sources_broken"]
    assert [alarm.cause for alarm in read_book(desk.data).open] == ["run_missed"]


def _seeds(desk: Desk) -> Path:
    folder = desk.data.parent / "seeds"
    folder.mkdir()
    (folder / "kjt.toml").write_text(
        f'title = "Notices"\n[[seeds]]\nkind = "listing"\nurl = "{desk.source.seeds[0].url}"\n'
    )
    return folder


def test_a_new_layout_is_told_and_taken_back(
    desk: Desk, site: Site, live: Callable[[int], list[tuple[str, str]]]
) -> None:
    """Pages that were read before hold no text any more; then they do."""
    stock(site, 24)
    assert live(1) == []
    shell = "<html><head><title>通知</title></head><body><div id=app></div><script src=app.js></script></body></html>"
    for n in range(24):
        site.write(f"/{n}.html", shell)
    assert ("layout_changed", "open") in live(2)
    stock(site, 24)
    assert ("layout_changed", "closed") in live(3)
    assert [alarm.cause for alarm in read_book(desk.data).open] == []


@pytest.mark.parametrize(("day_of_return", "closed"), [(5, 5), (99, 10)])
def test_a_mass_of_missing_pages_is_told_while_it_lasts(
    site: Site, live: Callable[[int], list[tuple[str, str]]], day_of_return: int, closed: int
) -> None:
    """Until the pages are back, or the week is over in which a person may look."""
    stock(site, 24)
    assert live(1) == []
    for n in range(6):
        del site.pages[f"/{n}.html"]
    assert live(2) == [("mass_change", "open")]
    for day in (3, 5, 9, 10):
        if day == day_of_return:
            stock(site, 24)
        assert live(day) == ([("mass_change", "closed")] if day == closed else [])


def test_blocking_is_told_and_taken_back(
    site: Site, desk: Desk, live: Callable[[int], list[tuple[str, str]]]
) -> None:
    """Answers that keep us out, at two visits in a row."""
    desk.source = dataclasses.replace(desk.source, limits={**desk.source.limits, "tries": 1})
    assert live(1) == []
    for n in range(6):
        site.write(f"/{n}.html", "<title>403 Forbidden</title>", status=403)
    assert ("blocked", "open") not in live(2)
    assert ("blocked", "open") in live(3)
    stock(site, 6)
    assert ("blocked", "closed") in live(4)


def test_a_refused_release_is_told_until_there_is_one(
    desk: Desk, site: Site, live: Callable[[int], list[tuple[str, str]]]
) -> None:
    """The last good one stays meanwhile."""
    assert live(1) == []
    good = desk.source
    desk.source = dataclasses.replace(good, expect=dataclasses.replace(good.expect, documents_min=50))
    stock(site, 7)
    assert live(2) == [("release_refused", "open")]
    desk.source = good
    stock(site, 8)
    assert live(3) == [("release_refused", "closed")]


def test_what_could_not_be_told_is_told_later_once(
    desk: Desk, site: Site, live: Callable[[int], list[tuple[str, str]]], hook: Hook
) -> None:
    """A receiver that is down costs no run and loses no notice."""
    desk.data.mkdir()
    (desk.data / "notify.toml").write_text(f'[[operators]]\nkind = "webhook"\nurl = "{hook.url}"\n')
    hook.status = 503
    live(1)
    site.write("/", "<title>503</title>", status=503)
    desk.source = dataclasses.replace(desk.source, limits={**desk.source.limits, "tries": 1})
    live(2)
    assert live(3) == [("nothing_produced", "open")]
    assert (hook.told, len(read_book(desk.data).untold)) == ([], 1)
    hook.status = 204
    live(4)
    live(5)
    assert [item["cause"] for told in hook.told for item in told["alarms"]] == ["nothing_produced"]
    assert read_book(desk.data).untold == ()


def test_a_wrong_file_costs_no_alarm(
    desk: Desk, site: Site, live: Callable[[int], list[tuple[str, str]]]
) -> None:
    """Nobody is told, but the book has it, and `status` says that nobody is."""
    desk.data.mkdir()
    (desk.data / "notify.toml").write_text("[[operators]]\nkind = 'pigeon'\n")
    live(1)
    site.write("/", "<title>503</title>", status=503)
    desk.source = dataclasses.replace(desk.source, limits={**desk.source.limits, "tries": 1})
    live(2)
    assert live(3) == [("nothing_produced", "open")]
    shown = CliRunner().invoke(
        app,
        ["status", "--data", str(desk.data), "--seeds", str(_seeds(desk)), "--now", "2026-03-03T05:00:00"],
    )
    assert "nobody is told" in shown.stdout


def test_status_that_knows_nothing_does_not_say_that_all_is_well(
    desk: Desk, live: Callable[[int], list[tuple[str, str]]], tmp_path: Path
) -> None:
    """Without source files there is no answer; before a first release the alarms say why there is none."""
    desk.source = dataclasses.replace(
        desk.source, expect=dataclasses.replace(desk.source.expect, documents_min=50)
    )
    assert live(1) == [("release_refused", "open")]

    def status(seeds: Path) -> Result:
        options = ["--data", str(desk.data), "--seeds", str(seeds), "--now", "2026-03-01T05:00:00", "--json"]
        return CliRunner().invoke(app, ["status", *options])

    elsewhere = status(tmp_path / "nowhere")
    assert (elsewhere.exit_code, "--seeds" in elsewhere.stderr) == (2, True)
    refused = status(_seeds(desk))
    told = json.loads(refused.stdout)
    assert (refused.exit_code, told["release"], told["sources"]) == (1, None, [])
    assert [alarm["cause"] for alarm in told["alarms"]] == ["release_refused"]

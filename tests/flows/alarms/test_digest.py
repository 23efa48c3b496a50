"""The digest: what changed since the last one, once, for analysts alone."""

from __future__ import annotations

import dataclasses

import pytest

from flows.alarms.channels import Webhook, former_name, read_channels
from flows.alarms.digest import digest_of, tell_analysts
from parsers.page import Rule
from store.marks import read_mark, write_mark
from tests.flows.alarms.conftest import Hook
from tests.flows.conftest import Desk, Site, listing, notice

TEXT = "各有关单位：现将第{n}号事项的有关工作通知如下，请结合实际认真贯彻执行，并于{year}年底前报送落实情况。"


def show(site: Site, *numbers: int, year: int = 2026) -> None:
    """A listing of these notices."""
    site.write("/", listing(*((f"/{n}.html", f"关于做好第{n}号事项有关工作的通知") for n in numbers)))
    for n in numbers:
        site.write(f"/{n}.html", notice(f"关于做好第{n}号事项有关工作的通知", TEXT.format(n=n, year=year)))


def channel(hook: Hook, **others: object) -> Webhook:
    """A channel to the receiver."""
    return Webhook.model_validate({"kind": "webhook", "url": hook.url, "every": "release", **others})


def told(desk: Desk, day: int, *channels: Webhook) -> None:
    """Tell analysts on that day."""
    tell_analysts(desk.data, channels, desk.run(day).started)


def test_each_change_is_told_once(desk: Desk, site: Site, hook: Hook) -> None:
    """New, then changed, then nothing."""
    show(site, 1, 2)
    desk.ingest(1)
    told(desk, 1, channel(hook))
    told(desk, 1, channel(hook))
    show(site, 1, 2, year=2027)
    desk.ingest(2)
    told(desk, 2, channel(hook))
    desk.ingest(3)
    told(desk, 3, channel(hook))

    assert [item["counts"] for item in hook.told] == [{"new": 2}, {"changed": 2}]
    assert "关于做好第1号事项有关工作的通知" in hook.told[0]["text"]
    assert hook.told[0]["documents"][0]["url"] == f"{site.url}/1.html"


def test_releases_between_two_digests_are_told_together(desk: Desk, site: Site, hook: Hook) -> None:
    """A document that is new and then changed is new; and the rest between two is kept."""
    weekly = channel(hook, every="weekly")
    show(site, 1)
    desk.ingest(1)
    told(desk, 1, weekly)
    show(site, 1, 2)
    desk.ingest(2)
    told(desk, 2, weekly)
    show(site, 1, 2, year=2027)
    desk.ingest(6)
    told(desk, 8, weekly)

    assert [item["counts"] for item in hook.told] == [{"new": 1}, {"new": 1, "changed": 1}]


def test_what_another_rule_reads_otherwise_is_no_change_of_the_office(
    desk: Desk, site: Site, hook: Hook
) -> None:
    """It is counted beside what changed; alone it is nothing to tell of."""
    weekly = channel(hook, every="weekly")
    show(site, 1, 2)
    desk.ingest(1)
    told(desk, 1, weekly)
    desk.source = dataclasses.replace(desk.source, rules=(Rule(title=".nav a"),))
    desk.ingest(2)
    assert digest_of(desk.data, ["2026-03-02"]) is None
    show(site, 1, 2, 3)
    desk.ingest(8)
    told(desk, 8, weekly)

    assert [item["counts"] for item in hook.told] == [{"new": 2}, {"new": 1}]
    assert hook.told[1]["read_anew"] == 2
    assert "2 others: read anew by us" in hook.told[1]["text"]


def test_a_channel_hears_of_its_sources_alone(desk: Desk, site: Site, hook: Hook) -> None:
    """And of nothing where nothing of theirs changed."""
    show(site, 1)
    desk.ingest(1)
    told(desk, 1, channel(hook, sources=["another"]))

    assert hook.told == []
    assert digest_of(desk.data, ["2026-03-01"], ["kjt"]) is not None


def test_two_digests_to_one_address_are_told_apart(
    desk: Desk, site: Site, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing new in the sources of one says nothing of the other's; and no address stands in what is kept."""
    monkeypatch.setenv("HOOK", f"{hook.url}geheim")
    entry = '[[analysts]]\nkind = "webhook"\nurl = "$HOOK"\nevery = "release"\nsources = ["{}"]\n'
    show(site, 1)
    desk.ingest(1)
    (desk.data / "notify.toml").write_text(entry.format("another") + entry.format("kjt"))
    channels = read_channels(desk.data).analysts
    for _ in range(2):
        tell_analysts(desk.data, channels, desk.run(1).started)

    assert [item["counts"] for item in hook.told] == [{"new": 1}]
    assert "geheim" not in (desk.data / "digests.json").read_text()


def test_what_an_older_version_told_is_not_told_again(desk: Desk, site: Site, hook: Hook) -> None:
    """Its names were addresses; they are gone from what is kept."""
    show(site, 1)
    desk.ingest(1)
    reader = channel(hook)
    last = {"release": "2026-03-01", "time": desk.run(1).started.isoformat()}
    write_mark(desk.data / "digests.json", {former_name(reader): last})
    told(desk, 1, reader)

    assert hook.told == []
    assert list(read_mark(desk.data / "digests.json") or {}) == ["webhook 127.0.0.1"]


def test_a_channel_that_is_edited_goes_on_from_what_it_was_told(desk: Desk, site: Site, hook: Hook) -> None:
    """Another rhythm, or the address in a variable, is the same reader."""
    show(site, 1)
    desk.ingest(1)
    told(desk, 1, channel(hook, key="1111"))
    show(site, 1, 2)
    desk.ingest(2)
    desk.ingest(3)
    told(desk, 3, channel(hook, key="2222"))

    assert [item["counts"] for item in hook.told] == [{"new": 1}, {"new": 1}]
    assert list(read_mark(desk.data / "digests.json") or {}) == ["webhook 127.0.0.1 2222"]


def test_a_digest_that_does_not_arrive_is_sent_again(
    desk: Desk, site: Site, hook: Hook, caplog: pytest.LogCaptureFixture
) -> None:
    """At the next run."""
    show(site, 1)
    desk.ingest(1)
    hook.status = 500
    told(desk, 1, channel(hook))
    hook.status = 204
    told(desk, 2, channel(hook))

    assert [item["counts"] for item in hook.told] == [{"new": 1}]
    assert "could not be told" in caplog.text

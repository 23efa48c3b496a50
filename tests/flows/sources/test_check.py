"""`sources check`, `list` and `show`, on files of the registry as they are."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.sources.check import Checked, Problem, check_source
from flows.sources.checked import keep, passing
from store.source import Source, load_sources
from tests.flows.conftest import Desk, Site, listing, notice
from tests.flows.sources import playback
from tests.flows.sources.playback import HTML, Pages, played

NOW = datetime(2026, 11, 25, tzinfo=UTC)
REGISTRY = Path(__file__).resolve().parents[3] / "seeds"


def sources(*arguments: str) -> Result:
    """Run a command."""
    return CliRunner().invoke(app, ["sources", *arguments], env={"COLUMNS": "200"})


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """Three files of the registry."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    for name in ("sx-kjt", "sd-kjt", "cn-stdaily"):
        shutil.copy(REGISTRY / f"{name}.toml", folder)
    return folder


@pytest.fixture
def pages() -> Pages:
    """What their addresses show."""
    return playback.everything()


def test_sources_that_work_pass(tmp_path: Path, seeds: Path, pages: Pages) -> None:
    """By the addresses of their files; paging goes on as far as the systems do."""
    with played(pages) as site:
        done = sources(
            "check", "--seeds", str(seeds), "--data", str(tmp_path), "--proxy", site.proxy, "--json"
        )
    checked = {item["source_id"]: item for item in json.loads(done.stdout)["checked"]}

    assert done.exit_code == 0, done.output
    assert {name: item["problems"] for name, item in checked.items()} == {name: [] for name in checked}
    assert all(len(item["samples"]) == 3 for item in checked.values())
    assert "http://kjt.shanxi.gov.cn/zcfg/sxskjcxzc/index_1.html" in site.asked
    assert any("dataproxy.jsp" in url for url in site.asked)
    assert any(url.endswith("node_3.htm") for url in site.asked)


def test_what_is_wrong_is_said_with_what_to_do(tmp_path: Path, seeds: Path, pages: Pages) -> None:
    """A listing that is gone, documents that hold no text; and a run leaves these sources out."""
    pages["http://kjt.shanxi.gov.cn/zcfg/sxskjcxzc/"] = (404, HTML, "<title>404</title>")
    empty = "<html><body><div id=app></div><script src=a.js></script></body></html>"
    pages |= {url: (200, HTML, empty) for url in pages if "/art_" in url}
    with played(pages) as site:
        done = sources("check", "--seeds", str(seeds), "--data", str(tmp_path), "--proxy", site.proxy)
    said = " ".join(done.output.split())

    assert done.exit_code == 1
    assert "1 of 3 sources pass" in said
    assert "not_found" in said
    assert "The list has moved" in said
    assert "3 of 3 documents are none: empty_shell" in said
    assert [source.source_id for source in passing(tmp_path, load_sources(seeds), datetime.now(UTC))] == [
        "cn-stdaily"
    ]


def test_a_run_begins_with_the_sources_that_pass(tmp_path: Path) -> None:
    """What was never checked is taken, a failed check counts for a month, and where none passes all are asked."""
    known = [Source(name, name) for name in ("a", "b", "c")]
    failed = Checked("b", 0, (), (Problem("gone", "look"),))

    def names(day: datetime = NOW) -> list[str]:
        return [source.source_id for source in passing(tmp_path, known, day)]

    assert names() == ["a", "b", "c"]
    keep(tmp_path, [Checked("a", 3, (), ()), failed], NOW)
    assert names() == ["a", "c"]
    assert names(NOW + timedelta(days=31)) == ["a", "b", "c"]
    keep(tmp_path, [replace(failed, source_id=name) for name in "abc"], NOW)
    assert names() == ["a", "b", "c"]


def test_a_source_that_gave_something_before_is_asked_all_the_same(desk: Desk, site: Site) -> None:
    """A check on a bad day must not end its history; alarms speak for it."""
    site.write("/", listing(("/1.html", "关于做好第一号事项有关工作的通知")))
    site.write(
        "/1.html",
        notice("关于做好第一号事项有关工作的通知", "各有关单位：现将有关事项通知如下，请认真贯彻执行。"),
    )
    desk.ingest(1)
    other = replace(desk.source, source_id="other")
    for name in ("kjt", "other"):
        keep(desk.data, [Checked(name, 0, (), (Problem("gone", "look"),))], desk.run(2).started)
    third = replace(desk.source, source_id="third")

    asked = passing(desk.data, [desk.source, other, third], desk.run(2).started)
    assert [source.source_id for source in asked] == ["kjt", "third"]


def test_a_trial_leaves_attached_files_alone(desk: Desk, site: Site) -> None:
    """They are large, and say nothing of whether the source works; that they were left is no fault."""
    annex = '<a href="/fj/1.pdf">附件：任务分工表.pdf</a>'
    site.write("/", listing(("/1.html", "关于做好第一号事项有关工作的通知")))
    site.write(
        "/1.html",
        notice(
            "关于做好第一号事项有关工作的通知", "各有关单位：现将有关事项通知如下，请认真贯彻执行。", annex
        ),
    )
    checked = check_source(desk.source, {})

    assert "/fj/1.pdf" not in site.asked
    assert "attachments" not in {problem.what for problem in checked.problems}


def test_the_day_is_written_into_files_that_pass(tmp_path: Path, seeds: Path, pages: Pages) -> None:
    """Comments stay, and a second check replaces the day."""
    before = (seeds / "sx-kjt.toml").read_text(encoding="utf-8")
    for _ in range(2):
        with played(pages) as site:
            sources(
                "check",
                "sx-kjt",
                "--seeds",
                str(seeds),
                "--data",
                str(tmp_path),
                "--proxy",
                site.proxy,
                "--write-verified",
            )
    after = (seeds / "sx-kjt.toml").read_text(encoding="utf-8")

    assert load_sources(seeds, ["sx-kjt"])[0].verified == datetime.now(UTC).date()
    assert [line for line in after.splitlines() if not line.startswith("verified") and line] == [
        line for line in before.splitlines() if line
    ]


def test_sources_are_listed_by_region_and_shown_in_full(tmp_path: Path, seeds: Path) -> None:
    """With what a check said last."""
    keep(
        tmp_path,
        [Checked("sx-kjt", 0, (), (Problem("not_found: gone", "look"),))],
        datetime(2026, 11, 25, tzinfo=UTC),
    )
    listed, shown = (
        sources("list", "--seeds", str(seeds)),
        sources("show", "sd-kjt", "--seeds", str(seeds), "--data", str(tmp_path)),
    )
    failed = sources("show", "sx-kjt", "--seeds", str(seeds), "--data", str(tmp_path))

    assert listed.output.index("CN-SD") < listed.output.index("sd-kjt") < listed.output.index("CN-SX")
    assert "Hanweb" in shown.output
    assert "山东省科学技术厅" in shown.output
    assert "failed: not_found: gone" in failed.output
    assert len(json.loads(sources("--seeds", str(seeds), "--json").stdout)["sources"]) == 3


def test_a_limit_that_does_not_exist_fails_the_check(tmp_path: Path, seeds: Path) -> None:
    """With its name, before anything is asked."""
    path = seeds / "sx-kjt.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n[limits]\nhurry = 1\n", encoding="utf-8")
    with played({}) as site:
        done = sources(
            "check", "sx-kjt", "--seeds", str(seeds), "--data", str(tmp_path), "--proxy", site.proxy
        )

    listed = sources("list", "--seeds", str(seeds))

    assert (done.exit_code, listed.exit_code) == (1, 2)
    assert "hurry" in done.output
    assert "sx-kjt.toml: [limits]: unknown limits: hurry" in listed.output
    assert site.asked == []

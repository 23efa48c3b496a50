"""Upkeep of the tables: fewer files, the same rows, and nothing new for the next run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.publish import publish_release
from store import maintain, tables
from store.dataset import load
from store.exceptions import StorageFault
from store.maintain import maintain as maintained
from store.release import latest
from store.verify import verify
from tests.flows.conftest import Desk, Site, desk_at, listing, notice, serving

DAYS = 4
NOW = datetime(2026, 4, 1, tzinfo=UTC)
TEXT = "各有关单位：现将第{n}号事项的有关工作通知如下，请结合实际认真贯彻执行，并于{year}年底前报送落实情况。"


def show(site: Site, several: int, year: int = 2026) -> None:
    """A listing of so many notices."""
    site.write("/", listing(*((f"/{n}.html", f"关于做好第{n}号事项有关工作的通知") for n in range(several))))
    for n in range(several):
        site.write(f"/{n}.html", notice(f"关于做好第{n}号事项有关工作的通知", TEXT.format(n=n, year=year)))


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Site]]:
    """A data folder after some days, one notice more on each, and its site."""
    with serving() as site:
        desk = desk_at(tmp_path_factory.mktemp("days") / "data", site)
        for day in range(1, DAYS + 1):
            show(site, day)
            desk.ingest(day)
        yield desk, site


@pytest.fixture
def site(days: tuple[Desk, Site]) -> Site:
    """The site, as it was on the last of these days."""
    show(days[1], DAYS)
    return days[1]


@pytest.fixture
def kept(days: tuple[Desk, Site], site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """That folder once more; its days are many files here."""
    del site  # reset
    monkeypatch.setattr(maintain, "MANY", DAYS - 2)
    shutil.copytree(days[0].data, tmp_path / "data", symlinks=True)
    return Desk(tmp_path / "data", days[0].source)


def rows(desk: Desk) -> dict[str, list[str]]:
    """The rows of all live tables, in no order."""
    where = desk.data / "tables"
    return {
        name: sorted(map(str, tables.read(where, name).to_pylist()))
        for name in ("captures", "readings", "documents", "aliases", "issues", "releases")
    }


def test_upkeep_changes_no_row_and_is_no_news(kept: Desk, site: Site) -> None:
    """Fewer files; the next run reads nothing and releases nothing; one changed page is one version."""
    before, files = rows(kept), len(tables.files(kept.data / "tables", "captures"))
    done = maintained(kept.data, NOW, retention=timedelta(0))

    assert {name for name, *_ in done.compacted} >= {"captures", "documents", "readings", "releases"}
    assert len(tables.files(kept.data / "tables", "captures")) < files
    assert done.removed >= files
    assert rows(kept) == before
    assert list(verify(kept.data)) == []
    assert publish_release(kept.run(DAYS), [kept.source]) is None

    show(site, DAYS, year=2027)
    parts = {path.name: path.stat().st_ino for path in _parts(kept)}
    _, built, release = kept.ingest(30)
    assert (built.new, built.changed) == (0, DAYS)
    assert release is not None
    assert release.changed == DAYS
    again = {path.name: path.stat().st_ino for path in _parts(kept)}
    assert parts.items() <= again.items()
    assert len(again) == len(parts) + 1
    assert not load("captures", kept.data).duplicated("capture_id").any()


def _parts(desk: Desk) -> list[Path]:
    return sorted((desk.data / "releases" / "latest" / "documents").glob("*.parquet"))


def test_what_is_not_released_yet_is_left_as_it_is(kept: Desk, site: Site) -> None:
    """The next release tells what is new by its files."""
    show(site, DAYS + 1)
    kept.refresh(DAYS + 1)
    done = maintained(kept.data, NOW, retention=timedelta(0))

    assert "captures" in done.waiting
    _, built, release = kept.ingest(DAYS + 1)
    assert built.new == 1
    assert release is not None
    assert release.new == 1


def test_files_are_kept_for_the_retention(kept: Desk) -> None:
    """Whoever reads a version of yesterday still can."""
    where, version = kept.data / "tables", tables.version(kept.data / "tables", "documents")
    before = sorted(map(str, tables.read(where, "documents").to_pylist()))
    maintained(kept.data, NOW, retention=timedelta(days=7))
    old = tables.read_files("documents", tables.files(where, "documents", version))

    assert sorted(map(str, old.to_pylist())) == before


def test_doing_it_again_does_nothing(kept: Desk) -> None:
    """Nor does it make commits that would be read for ever."""
    maintained(kept.data, NOW, retention=timedelta(0))
    version = tables.version(kept.data / "tables", "captures")
    done = maintained(kept.data, NOW, retention=timedelta(0))

    assert (done.compacted, done.removed) == ((), 0)
    assert tables.version(kept.data / "tables", "captures") == version


def test_leftovers_of_killed_writers_are_removed_when_they_are_old(kept: Desk) -> None:
    """A fresh one may belong to somebody."""
    folder = kept.data / "tables" / "captures"
    old, fresh = folder / "part-1.parquet#1", folder / "part-2.parquet#1"
    for path in (old, fresh):
        path.write_bytes(b"half")
    long_ago = (NOW - timedelta(days=2)).timestamp()
    os.utime(old, (long_ago, long_ago))
    os.utime(fresh, (NOW.timestamp(), NOW.timestamp()))
    maintained(kept.data, NOW, retention=timedelta(days=30))

    assert (old.exists(), fresh.exists()) == (False, True)


@pytest.mark.parametrize("step", ["_compact", "forget", "seal"])
def test_dying_on_the_way_costs_nothing(
    kept: Desk, site: Site, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """After any step: the next run goes on, and a second upkeep does the rest."""
    before, real, calls = rows(kept), getattr(maintain, step), []

    def dies(*arguments: object) -> None:
        real(*arguments)
        calls.append(step)
        raise OSError("the machine died")

    with monkeypatch.context() as dying:
        dying.setattr(maintain, step, dies)
        with pytest.raises(StorageFault):
            maintained(kept.data, NOW, retention=timedelta(0))
    assert calls
    show(site, DAYS + 1)
    _, built, release = kept.ingest(DAYS + 1)
    maintained(kept.data, NOW, retention=timedelta(0))

    assert (built.new, built.changed) == (1, 0)
    assert release is not None
    assert (release.new, release.documents) == (1, DAYS + 1)
    assert set(before["documents"]) < set(rows(kept)["documents"])
    assert list(verify(kept.data)) == []
    assert latest(kept.data) == release

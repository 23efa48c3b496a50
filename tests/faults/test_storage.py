"""A data folder that cannot hold a run: said before any request, exit code 4, and nothing that was there is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.dataset import load
from store.durable import FREE_SETTING, check_room
from store.exceptions import StorageFault
from store.verify import verify
from tests.faults.kill import ROOT
from tests.faults.small_site import PAGES, SmallSite, ingest, small_site


@pytest.fixture
def site() -> Iterator[SmallSite]:
    """The site."""
    with small_site() as served:
        yield served


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can only be mounted by root")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def command(name: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command on the folder."""
    return subprocess.run(
        [sys.executable, "-m", "flows", name, "--data", str(data)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_too_little_room_is_said_before_anything_is_done(tmp_path: Path) -> None:
    """With what is needed, what there is, and how to say otherwise."""
    done = command("refresh", tmp_path / "data", **{FREE_SETTING: str(10**18)})

    said = " ".join(done.stderr.split())

    assert done.returncode == 4
    assert "needs about 1,000,000,000,000 MB free, has " in said
    assert FREE_SETTING in said
    assert not (tmp_path / "data" / "archive").exists()


def test_a_folder_that_cannot_be_written_is_named(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk was mounted read-only, or has another owner."""
    monkeypatch.setenv(FREE_SETTING, "0")
    (small_disk / "archive").mkdir()
    check_room(small_disk)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(StorageFault, match="cannot be written"):
        check_room(small_disk)

    assert command("refresh", small_disk, **{FREE_SETTING: "0"}).returncode == 4


def test_a_full_disk_costs_nothing_that_was_there(small_disk: Path, site: SmallSite) -> None:
    """Wherever it fills up, the release stays, and with room again the next run goes on without repair."""
    data = small_disk / "data"
    ingest(data, site.address, 1)
    site.day = 2
    ballast, faults = small_disk / "ballast", 0
    for left in (0, 4_096, 40_960, 80_000, 120_000):
        disk = os.statvfs(small_disk)
        ballast.write_bytes(b"x" * max(0, disk.f_bavail * disk.f_frsize - left))
        try:
            ingest(data, site.address, 2)
        except (StorageFault, OSError):
            faults += 1
        ballast.unlink()
        assert len(load("documents", data)) >= PAGES
    ingest(data, site.address, 3)

    assert faults >= 2
    assert verify(data) == ()
    assert len(load("documents", data)) == PAGES + PAGES // 3

"""A data folder that was moved, copied, written by an older version, lost a log entry, or is wanted by two runs at once."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest
from deltalake import write_deltalake

from store import tables
from store.dataset import load
from store.exceptions import DigestMismatch
from store.rebuild import rebuild
from store.seal import seal, seal_of
from store.verify import verify
from tests.faults.kill import ROOT, released, whole_run, write_seeds
from tests.faults.small_site import PAGES, SmallSite, finish, ingest, small_site

LATER = ("links", "reading_digest", "outcome")
"""Columns that the first format did not have."""


@pytest.fixture
def site() -> Iterator[SmallSite]:
    """The site."""
    with small_site() as served:
        yield served


@pytest.fixture
def data(tmp_path: Path, site: SmallSite) -> Path:
    """A folder after two days: a third of the documents have two versions."""
    for day in (1, 2):
        site.day = day
        ingest(tmp_path / "data", site.address, day)
    return tmp_path / "data"


def versions(data: Path) -> int:
    """Versions in the latest release."""
    return len(load("documents", data))


@pytest.mark.parametrize("how", [partial(shutil.copytree, symlinks=True), shutil.move])
def test_a_folder_works_at_another_place(data: Path, site: SmallSite, how: object) -> None:
    """It holds no absolute path: verified, asked and gone on with where it lies now."""
    assert callable(how)
    before, there = released(data), data.with_name("elsewhere")
    how(data, there)
    assert verify(there) == ()
    assert released(there) == before
    ingest(there, site.address, 3)

    assert verify(there) == ()
    assert versions(there) == PAGES + PAGES // 3


def made_old(data: Path) -> None:
    """Make a folder what the first format was: without the later columns, and without saying its format."""
    for name in ("captures", "readings", "documents"):
        rows = tables.read(data / "tables", name)
        shutil.rmtree(data / "tables" / name)
        seal_of(data / "tables" / name).unlink()
        write_deltalake(
            data / "tables" / name, rows.drop_columns([n for n in LATER if n in rows.column_names])
        )
        seal(data / "tables" / name)
    (data / "tables" / "built.json").unlink()
    folder = (data / "releases" / "latest").resolve()
    for path in folder.glob("*/*.parquet"):
        held = pq.read_table(path, partitioning=None)
        shown = held.drop_columns([name for name in LATER if name in held.column_names])
        path.unlink()  # it may be another release's file as well
        pq.write_table(shown, path)
    for path in (folder / "release.json", data / "releases" / "latest.json"):
        record = orjson.loads(path.read_bytes())
        del record["schema_version"]
        identities = {name: tables.state(data / "tables", name)[0] for name in record["tables"]}
        path.write_bytes(orjson.dumps({**record, "tables": identities}))


def test_a_folder_of_the_first_format_is_gone_on_with(data: Path, site: SmallSite) -> None:
    """The columns that came since are null; no version and no document is made by the upgrade alone."""
    made_old(data)
    before = versions(data)
    ingest(data, site.address, 3)
    after = load("documents", data)

    assert (before, len(after)) == (PAGES + PAGES // 3, PAGES + PAGES // 3)
    assert after["reading_digest"].isna().all()
    assert set(after["cause"]) == {"new", "source"}
    assert load("captures", data)["outcome"].notna().all()
    assert len(load("feed", data)) == 0


def log(data: Path, name: str) -> list[Path]:
    """The entries of a table's log, oldest first."""
    return sorted((data / "tables" / name / "_delta_log").glob("*.json"))


@pytest.mark.parametrize("name", ["captures", "documents"])
def test_a_lost_last_log_entry_is_named_and_made_good(data: Path, site: SmallSite, name: str) -> None:
    """The table is one commit back; archive and marks tell, and the next run writes the same rows again."""
    before = released(data)
    log(data, name)[-1].unlink()
    assert [fault.name for fault in verify(data) if "missing" in fault.message]
    finish(data, site.address, 2)

    assert released(data) == before


def test_a_lost_last_entry_of_the_releases_costs_no_release(data: Path, site: SmallSite) -> None:
    """The latest release tells of it; else the one after it would put it aside."""
    log(data, "releases")[-1].unlink()
    for day in (3, 4):
        ingest(data, site.address, day)

    assert (data / "releases" / "2026-03-02").is_dir()
    assert "2026-03-02" in set(load("releases", data)["release"])


def test_a_lost_log_entry_in_the_middle_is_never_read_over(data: Path, site: SmallSite) -> None:
    """It is an error, never fewer rows; the table is made anew."""
    before = released(data)
    log(data, "documents")[0].unlink()
    with pytest.raises(DigestMismatch, match="--rebuild"):
        ingest(data, site.address, 3)
    rebuild(data)
    finish(data, site.address, 2)

    assert {name: rows for name, rows in released(data).items() if name == "documents"} == {
        "documents": before["documents"]
    }


def test_a_lost_log_is_named_and_the_table_made_anew(data: Path, site: SmallSite) -> None:
    """All captures come back from the archive."""
    before = sorted(load("captures", data)["capture_id"])
    shutil.rmtree(data / "tables" / "captures" / "_delta_log")
    assert any(fault.name.startswith("tables/captures") for fault in verify(data))
    rebuild(data)
    finish(data, site.address, 2)

    assert sorted(load("captures", data)["capture_id"]) == before


def test_a_clock_that_went_back_loses_nothing(data: Path, site: SmallSite) -> None:
    """What was edited while it was wrong is a version once it is right; versions follow each other in time."""
    site.day = 1
    ingest(data, site.address, 1)
    ingest(data, site.address, 6)
    rows = load("documents", data).sort_values(["document_id", "version"])
    steps = rows.groupby("document_id")["first_seen"].diff().dropna()

    assert versions(data) == PAGES + 2 * (PAGES // 3)
    assert (steps.dt.total_seconds() >= 0).all()
    assert verify(data) == ()


def test_a_second_run_is_refused_at_once(tmp_path: Path, site: SmallSite, prefect_home: Path) -> None:
    """Exit code 3, and who holds the folder; the first one ends as if it had been alone."""
    site.pause = 0.5
    seeds = write_seeds(tmp_path / "seeds", site.address)
    shutil.copytree(prefect_home, tmp_path / "data" / "prefect")
    first = whole_run(tmp_path / "data", seeds)
    while not list((tmp_path / "data").glob("archive/*/*/*.open")):
        assert first.poll() is None
        time.sleep(0.05)
    command = [
        sys.executable,
        "-m",
        "flows",
        "refresh",
        "--data",
        str(tmp_path / "data"),
        "--seeds",
        str(seeds),
    ]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    site.pause = 0.0

    assert second.returncode == 3
    assert f"process {first.pid} on" in " ".join(second.stderr.split())
    assert first.wait(120) == 0
    assert versions(tmp_path / "data") == PAGES
    assert verify(tmp_path / "data") == ()

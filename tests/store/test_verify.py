"""Verify: whatever was changed, lost or left behind in a data folder is named; and what can be made anew is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from flows.build import build_tables
from flows.publish import publish_release
from flows.run import new_run
from store import tables
from store.dataset import load
from store.exceptions import DigestMismatch
from store.rebuild import rebuild
from store.recover import recover
from store.schema import TABLES
from store.seal import seal, seal_of
from store.verify import Fault, verify
from tests.faults.flip_bits import flips, two_days
from tests.faults.small_site import source_of

LATER = datetime(2026, 3, 3, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after two days."""
    data = tmp_path_factory.mktemp("verify") / "data"
    two_days(data)
    return data


@pytest.fixture
def data(original: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may spoil; it lies elsewhere, so that moving is tried each time."""
    return Path(shutil.copytree(original, tmp_path / "moved", symlinks=True))


def names(faults: tuple[Fault, ...]) -> set[str]:
    """What is named."""
    return {fault.name for fault in faults}


def first(data: Path, pattern: str) -> Path:
    """A file of the folder."""
    return next(path for path in sorted(data.glob(pattern)) if "latest" not in path.parts)


def test_a_whole_folder_has_no_faults_wherever_it_lies(data: Path) -> None:
    """Paths are relative, so a moved or copied folder is as good."""
    assert verify(data) == ()


def test_a_copy_of_the_releases_alone_is_whole(data: Path) -> None:
    """For those who only read: it has neither archive nor tables to be lost."""
    shutil.rmtree(data / "archive")
    shutil.rmtree(data / "tables")
    assert verify(data) == ()


def test_flipped_bits_are_found(data: Path) -> None:
    """Wherever they are; the script of the same name flips more."""
    found, missed = flips(data, 12, 5)

    assert missed == []
    assert found.total() == 12


@pytest.mark.parametrize(
    "pattern",
    [
        "archive/*/*/*.warc.gz",
        "archive/*/*/*.sha256",
        "tables/documents/*.parquet",
        "tables/captures/_delta_log/*.json",
        "tables/readings.sha256",
        "releases/*/documents/*.parquet",
        "releases/*/datapackage.json",
        "releases/*/README.md",
        "releases/latest.json",
    ],
)
@pytest.mark.parametrize(
    "spoil",
    [Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:-9]), lambda path: path.write_bytes(b"")],
    ids=["lost", "cut", "empty"],
)
def test_a_lost_cut_or_empty_file_is_named(data: Path, pattern: str, spoil: Callable[[Path], object]) -> None:
    """With what to do about it."""
    path = first(data, pattern)
    spoil(path)
    faults = verify(data)

    wanted = path.relative_to(data).as_posix()
    assert any(
        wanted.removesuffix(".sha256") in {name, name.removesuffix(".sha256")} for name in names(faults)
    ), faults
    assert all(fault.action for fault in faults)


def test_what_does_not_belong_there_is_named(data: Path) -> None:
    """In a table, beside the tables, in a release, and a release nobody made."""
    strangers = ("tables/documents/x.parquet", "tables/notes.txt", "releases/2026-03-02/documents/x.parquet")
    for name in strangers:
        (data / name).write_bytes(b"?")
    shutil.copytree(data / "releases" / "2026-03-01", data / "releases" / "2026-02-01")

    assert {*strangers, "releases/2026-02-01"} <= names(verify(data))


def test_a_table_of_another_hand_is_named(data: Path) -> None:
    """A whole and readable file in the place of another one is not what was written."""
    one, other = sorted((data / "tables" / "documents").glob("*.parquet"))
    shutil.copy(one, other)

    assert other.relative_to(data).as_posix() in names(verify(data))


def test_verify_changes_nothing(data: Path) -> None:
    """Not even where there is much to mend."""
    first(data, "tables/captures/*.parquet").unlink()
    first(data, "archive/*/*/*.warc.gz").write_bytes(b"")
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    assert verify(data)

    assert before == {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}


def test_a_damaged_table_is_never_read_as_data(data: Path) -> None:
    """The error names the table and the way out."""
    first(data, "tables/documents/*.parquet").write_bytes(b"PAR1")
    with pytest.raises(DigestMismatch, match=r"documents.*verify --rebuild"):
        tables.read(data / "tables", "documents")


@pytest.mark.parametrize("name", ["captures", "readings", "documents", "issues", "aliases", "releases"])
def test_a_damaged_table_is_made_anew(data: Path, name: str) -> None:
    """The damaged one is set aside, and after build and publish there is nothing to find."""
    before = documents(data)
    log = data / "tables" / name / "_delta_log" / "00000000000000000000.json"
    log.write_bytes(log.read_bytes()[:-5])
    done = rebuild(data)
    build_and_publish(data)

    assert f"table {name}: damaged, moved to quarantine/{name}.0" in done
    assert verify(data) == ()
    pd.testing.assert_frame_equal(documents(data), before)


LOST = ["captures", "readings", "documents", "issues", "aliases", "releases"]


def lose(data: Path, name: str) -> None:
    """Take a table away with its seal, so that nothing in the folder of tables tells of it."""
    shutil.rmtree(data / "tables" / name)
    seal_of(data / "tables" / name).unlink()


@pytest.mark.parametrize("name", LOST)
def test_a_table_that_is_gone_with_its_seal_is_named_and_made_anew(data: Path, name: str) -> None:
    """The latest release was made from it."""
    before = len(tables.read(data / "tables", name))
    lose(data, name)
    (fault,) = [fault for fault in verify(data) if "missing" in fault.message]
    rebuild(data)

    assert fault.name == f"tables/{name}"
    left = [left.name for left in verify(data)]
    if name in {"readings", "documents"}:
        assert "policy-ingest build" in fault.action
        assert left == [f"tables/{name}"]
    else:
        assert len(tables.read(data / "tables", name)) == before
        # What refers to lost captures is set aside with them.
        assert left == (["tables/readings", "tables/documents"] if name == "captures" else [])


def test_a_table_that_was_put_back_as_it_once_was_is_named(data: Path) -> None:
    """Its last commit is lost, and its seal is that of then."""
    (data / "tables" / "documents" / "_delta_log" / f"{1:020}.json").unlink()
    seal_of(data / "tables" / "documents").unlink()
    seal(data / "tables" / "documents")
    (fault,) = [fault for fault in verify(data) if fault.name == "tables/documents"]

    assert fault.message == "its version is 0, and release 2026-03-02 was made from 1"


@pytest.mark.parametrize("name", ["issues", "aliases"])
def test_what_only_a_release_still_has_is_entered_again_before_the_next_one(data: Path, name: str) -> None:
    """Also where a run went on without it: the next release would have lost it."""
    before = tables.read(data / "tables", name).to_pylist()
    lose(data, name)
    key = TABLES[name].key[0]
    tables.append(data / "tables", name, [{**before[0], key: "another"}])
    faults = verify(data)
    rebuilt = rebuild(data)
    lose(data, name)
    said = recover(data, LATER)

    assert [fault.message for fault in faults] == [f"lacks {len(before)} rows that release 2026-03-02 has"]
    assert f"table {name}: {len(before)} rows entered from release 2026-03-02" in said
    assert said[-1:] == rebuilt
    assert verify(data) == ()
    build_and_publish(data)
    assert len(load(name, data)) >= len(before)


def test_all_tables_come_back_from_archive_and_release(data: Path) -> None:
    """Equal documents, versions included; the release after that has each row once."""
    before = {name: load(name, data) for name in ("documents", "captures", "status", "changes")}
    shutil.rmtree(data / "tables")
    rebuild(data)
    build_and_publish(data)

    assert verify(data) == ()
    for name, rows in before.items():
        pd.testing.assert_frame_equal(ordered(load(name, data)), ordered(rows))
    newest = load("releases", data).sort_values("issued").iloc[-1]
    assert (newest["previous"], newest["new"], newest["changed"]) == ("2026-03-02", 0, 0)


def test_a_lost_folder_of_tables_costs_nothing_even_without_rebuild(data: Path) -> None:
    """The next run enters the captures again, and leaves the releases where they are."""
    before = documents(data)
    shutil.rmtree(data / "tables")
    recover(data, LATER)
    build_and_publish(data)

    pd.testing.assert_frame_equal(documents(data), before)
    assert (data / "releases" / "2026-03-01").exists()


def test_what_a_dead_run_left_is_named_then_made_good(data: Path) -> None:
    """An open file, a table whose last commit is not sealed, a release that was not published."""
    closed = first(data, "archive/*/*/*.warc.gz")
    seal_of(closed).unlink()
    closed.rename(closed.with_name(closed.name + ".open"))
    seal_of(data / "tables" / "captures").unlink()
    shutil.copytree(data / "releases" / "2026-03-02", data / "releases" / "2026-03-03")
    (data / "releases" / ".2026-03-04.unfinished").mkdir()

    assert any("still open" in fault.message for fault in verify(data))
    assert recover(data, LATER)
    assert verify(data) == ()
    assert recover(data, LATER) == ()


def test_a_clock_that_went_back_is_said(data: Path) -> None:
    """Since order in the data is by fetch time."""
    assert recover(data, LATER) == ()
    (sentence,) = recover(data, datetime(2026, 3, 1, tzinfo=UTC))

    assert "before the last capture" in sentence


def build_and_publish(data: Path) -> None:
    """What a user runs after a rebuild."""
    run = new_run(data, now=LATER, force=True)
    source = source_of("127.0.0.1:1")
    build_tables(run, [source])
    publish_release(run, [source])


def ordered(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows in an order of their own, without the name of the run that wrote them and what hangs on them as JSON."""
    kept = rows.drop(columns=["run_id", "reading"], errors="ignore")
    key = [name for name in ("capture_id", "document_id", "version") if name in kept]
    return kept.sort_values(key).reset_index(drop=True)


def documents(data: Path) -> pd.DataFrame:
    """All versions."""
    return ordered(tables.read(data / "tables", "documents").to_pandas())

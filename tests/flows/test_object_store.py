"""A data folder on an object store: machines that work on it by turns, at once, and die."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import orjson
import polars as pl
import pyarrow as pa
import pytest
from deltalake import DeltaTable

from flows.begin import begun
from flows.build import build_tables
from flows.refresh import recover
from flows.spread import read_batch
from parsers.read import PARSER_VERSION
from store import archive as archive_module
from store import origin as origin_module
from store import shelf as shelf_module
from store import sync as sync_module
from store import tables
from store.afar import bring_all
from store.archive import closed_files, read_payload
from store.backlog import backlog
from store.dataset import load, load_arrow
from store.exceptions import AnotherRun, DigestMismatch, Overtaken, StorageFault
from store.lease import leased
from store.origin import Origin, Seen, at_hand, delete, listed, origin_of, put, read
from store.shelf import part_urls, shelved
from store.sync import at_home, pull
from store.verify import verify
from tests.flows.conftest import Desk, Site, desk_at, listing, notice
from tests.object_store import CREDENTIALS, Bucket

OF_THE_RUN = (
    "run_id",
    "release",
    "capture_id",
    "fetch_time",
    "first_seen",
    "last_seen",
    "last_checked",
    "time",
)


@pytest.fixture(autouse=True)
def _pages(site: Site) -> None:
    """Three notices and their listing."""
    site.write("/", listing(*((f"/{n}.html", f"关于第{n}批项目立项的通知") for n in range(3))))
    for n in range(3):
        site.write(
            f"/{n}.html",
            notice(f"关于第{n}批项目立项的通知", f"第{n}批项目{n + 20}项已经审定。", "请抓紧组织实施。"),
        )


def machine(bucket: Bucket, name: str, site: Site) -> Desk:
    """The desk of another machine."""
    bucket.on(name)
    return desk_at(at_hand(bucket.url), site)


def ingested(desk: Desk, day: int) -> None:
    """A day's run as the commands do it."""
    with begun(desk.data, now=desk.run(day).started):
        desk.ingest(day)


def home(desk: Desk) -> Origin:
    """Where a working copy is from."""
    origin = origin_of(desk.data)
    assert origin is not None
    return origin


def rows(place: str | Path, name: str) -> list[str]:
    """The rows of a table of the latest release without what names the run, in an order of their own."""
    loaded = load_arrow(name, place)
    kept = loaded.select([column for column in loaded.schema.names if column not in OF_THE_RUN])
    return sorted(map(str, pa.Table.to_pylist(kept)))


def test_same_as_a_folder(bucket: Bucket, site: Site, tmp_path: Path) -> None:
    """What machines make by turns is what a folder has, and each payload is read where it lies."""
    folder = desk_at(tmp_path / "data", site)
    folder.ingest(1)
    ingested(machine(bucket, "first", site), 1)
    site.write("/1.html", notice("关于第1批项目立项的通知", "第1批项目99项已经审定。", "请抓紧组织实施。"))
    folder.ingest(9)
    second = machine(bucket, "second", site)
    ingested(second, 9)
    assert len(closed_files(second.data / "archive")) == 1
    bucket.on("an analyst's")
    for name in ("documents", "status", "changes", "edits", "clauses", "coverage", "works"):
        assert rows(bucket.url, name) == rows(folder.data, name)
    assert sorted(load("documents", bucket.url, current=True)["version"]) == [1, 1, 2]
    bring_all(second.data)
    assert verify(second.data) == ()


def test_payloads_are_read_where_they_lie(bucket: Bucket, site: Site) -> None:
    """A worker of another machine reads what it is handed out, from nothing but the URL."""
    first = machine(bucket, "first", site)
    with begun(first.data, now=first.run(1).started):
        first.refresh(1)
        with backlog(first.data, PARSER_VERSION, [first.source]) as waiting:
            batch = list(waiting.documents)
    bucket.on("a worker's")
    done = read_batch(bucket.url, {"kjt": first.source}, batch)
    assert len(done) == 3
    assert all(read.result for item in done for read in item.reads.values())
    copy = at_hand(bucket.url)
    assert not (copy / "archive").exists()
    capture = batch[0].captures[0]
    assert b"TRS_Editor" in read_payload(copy / "archive", capture)
    key = f"archive/{capture.warc_filename}"
    held = read(home(first), key)
    assert held is not None
    middle = (capture.warc_record_offset or 0) + (capture.warc_record_length or 0) // 2
    put(home(first), key, held[0][:middle] + bytes(8) + held[0][middle + 8 :], held[1])
    with pytest.raises(DigestMismatch):
        read_payload(copy / "archive", capture)


def test_parts_are_sent_once(bucket: Bucket, site: Site) -> None:
    """What did not change stands under the key of an older release; others read it from there, and the tables as they are."""
    desk = machine(bucket, "first", site)
    ingested(desk, 1)
    site.write("/1.html", notice("关于第1批项目立项的通知", "第1批项目99项已经审定。"))
    ingested(desk, 9)
    names = shelved(desk.data)
    assert names == ["2026-03-09", "2026-03-01"]
    urls = part_urls("documents", bucket.url)
    assert [url.removeprefix(f"{bucket.url}/releases/").split("/")[0] for url in urls] == names[::-1]
    options = {
        name.lower(): value
        for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": os.environ["AWS_ENDPOINT_URL"]}.items()
    }
    seen = pl.scan_parquet(list(urls), storage_options=options).select("document_id", "version").collect()
    assert len(seen) == 4
    live = DeltaTable(f"{bucket.url}/tables/documents", storage_options=options)
    assert live.count() == 4


def test_two_at_once(bucket: Bucket, site: Site) -> None:
    """The second machine is told who is at work, and writes nothing."""
    first, second = machine(bucket, "first", site), machine(bucket, "second", site)
    with begun(first.data):
        before = set(listed(home(first)))
        with pytest.raises(AnotherRun, match="is in use by process"), begun(second.data):
            pass
        assert set(listed(home(first))) == before


def test_overtaken(bucket: Bucket, site: Site) -> None:
    """A machine that slept while another one took over replaces nothing; what it archived is entered by the next run."""
    first, second = machine(bucket, "first", site), machine(bucket, "second", site)
    ingested(first, 1)
    site.write("/1.html", notice("关于第1批项目立项的通知", "第1批项目99项已经审定。"))

    def slept() -> None:
        with at_home(first.data):
            first.ingest(9)
            lapse(home(first))
            ingested(second, 10)

    with pytest.raises(Overtaken):
        slept()
    assert rows(bucket.url, "status") != []
    held = tables.read(second.data / "tables", "captures").num_rows
    archived = len([key for key in listed(home(first), "archive") if key.endswith(".gz")])
    assert archived == 3
    ingested(second, 11)
    assert tables.read(second.data / "tables", "captures").num_rows > held
    documents = load("documents", bucket.url)
    assert sorted(documents["version"]) == [1, 1, 1, 2]
    ingested(first, 18)  # its own commits that never arrived are undone
    for desk in (first, second):
        with at_home(desk.data):
            bring_all(desk.data)
            assert [fault for fault in verify(desk.data) if "quarantine" not in fault.name] == []


def lapse(origin: Origin) -> None:
    """Let the lease lapse, as it does when its machine sleeps."""
    found = read(origin, "lease.json")
    assert found is not None
    lease = {**orjson.loads(found[0]), "until": "2026-01-01T00:00:00+00:00"}
    put(origin, "lease.json", orjson.dumps(lease), found[1])


def test_machine_that_dies(bucket: Bucket, site: Site) -> None:
    """What it archived is on the object store as soon as a source is done; another machine enters and reads it."""
    first, second = machine(bucket, "first", site), machine(bucket, "second", site)
    with leased(home(first)):
        pull(first.data)
        first.refresh(1)  # and no more: its disk is lost with it
    bucket.on("second")
    with begun(second.data, now=second.run(2).started) as run:
        entered = recover(run)
        build_tables(run, [second.source])
    assert any("captures entered that the last run had archived" in said for said in entered)
    assert tables.read(second.data / "tables", "documents").num_rows == 3


@contextmanager
def noted() -> Iterator[list[str]]:
    """The keys of what is sent, in order."""
    keys: list[str] = []
    send = origin_module.send

    def noting(origin: Origin, key: str, path: Path, seen: Seen | None) -> Seen:
        keys.append(key)
        return send(origin, key, path, seen)

    with pytest.MonkeyPatch.context() as patched:
        for module in (shelf_module, sync_module):
            patched.setattr(module, "send", noting)
        yield keys


@contextmanager
def dying(at: str) -> Iterator[None]:
    """The machine is gone when it comes to a certain file."""
    send = origin_module.send
    gone: list[str] = []

    def last(origin: Origin, key: str, path: Path, seen: Seen | None) -> Seen:
        gone.extend([key] if at in key else [])
        if gone:
            raise StorageFault("the machine is gone")
        return send(origin, key, path, seen)

    with pytest.MonkeyPatch.context() as patched:
        for module in (shelf_module, sync_module):
            patched.setattr(module, "send", last)
        yield


@pytest.mark.parametrize(
    "at",
    [
        "tables/documents/part",
        "tables/documents/_delta_log",
        "releases/2026-03-09/documents",
        "tables/releases/_delta_log",
        "links.sqlite",
        "latest.json",
    ],
)
def test_death_while_sending(bucket: Bucket, site: Site, at: str) -> None:
    """Wherever the sending ends, another machine goes on as if nothing had been."""
    desks = [machine(bucket, name, site) for name in ("first", "second")]
    ingested(desks[0], 1)
    site.write("/1.html", notice("关于第1批项目立项的通知", "第1批项目99项已经审定。"))
    with dying(at), pytest.raises(StorageFault, match="is gone"):
        ingested(desks[0], 9)
    bucket.on("second")
    lapse(home(desks[0]))
    ingested(desks[1], 9)
    assert sorted(load("documents", bucket.url)["version"]) == [1, 1, 1, 2]
    ingested(desks[0], 10)
    for desk in desks:
        with at_home(desk.data):
            bring_all(desk.data)
            assert verify(desk.data) == ()


def test_checkpoints_come_last(bucket: Bucket, site: Site) -> None:
    """A checkpoint without its commit would end a table for good: it is sent behind all commits."""
    desk = machine(bucket, "first", site)
    row = {"document_id": "d", "kind": "moved", "first_seen": desk.run(1).started, "source_id": "kjt"}
    with noted() as keys, at_home(desk.data):
        for number in range(11):
            tables.append(desk.data / "tables", "aliases", [{**row, "url": f"{number}"}])
    commits = [key for key in keys if key.endswith(".json") and "/_delta_log/" in key]
    (checkpoint,) = [key for key in keys if key.endswith(".checkpoint.parquet")]
    assert len(commits) == 11
    assert keys.index(checkpoint) > keys.index(commits[-1])


def test_same_day_twice(bucket: Bucket, site: Site) -> None:
    """A release that never arrived is not taken for that of the same name which another machine made."""
    first, second = machine(bucket, "first", site), machine(bucket, "second", site)
    ingested(first, 1)
    site.write("/1.html", notice("关于第1批项目立项的通知", "第1批项目99项已经审定。"))
    with pytest.MonkeyPatch.context() as patched:  # its store is out of reach
        patched.setattr(archive_module, "send_archived", lambda *_: None)
        first.ingest(9)
    site.write("/2.html", notice("关于第2批项目立项的通知", "第2批项目98项已经审定。"))
    bucket.on("second")
    ingested(second, 9)
    bucket.on("first")
    assert (first.data / "releases" / "2026-03-09").is_dir()
    assert sorted(load("documents", bucket.url)["version"]) == [1, 1, 1, 2, 2]


def test_lost_manifest(bucket: Bucket, site: Site) -> None:
    """No run goes on from a release that it cannot read."""
    desk = machine(bucket, "first", site)
    ingested(desk, 1)
    delete(home(desk), ["releases/2026-03-01.manifest.json"])
    with pytest.raises(DigestMismatch, match=r"manifest\.json is not on the object store"):
        ingested(machine(bucket, "second", site), 9)


def test_rebuild(bucket: Bucket, site: Site) -> None:
    """A table damaged on the store is made anew there, and other machines get it."""
    desk = machine(bucket, "first", site)
    ingested(desk, 1)
    (key,) = [key for key in listed(home(desk), "tables/captures") if key.endswith(".parquet")]
    found = read(home(desk), key)
    assert found is not None
    put(home(desk), key, found[0][:200] + bytes(100) + found[0][300:], found[1])
    bucket.on("second")
    command = [sys.executable, "-m", "flows", "verify", "--data", bucket.url]
    assert subprocess.run(command, check=False, capture_output=True, timeout=120).returncode == 5
    subprocess.run([*command, "--rebuild"], check=False, capture_output=True, timeout=120)
    ingested(machine(bucket, "third", site), 9)
    bucket.on("fourth")
    assert subprocess.run(command, check=False, capture_output=True, timeout=120).returncode == 0


def test_edited_here(bucket: Bucket, site: Site) -> None:
    """What a person wrote beside the tables of a copy is sent by its next run, and not undone."""
    first, second = machine(bucket, "first", site), machine(bucket, "second", site)
    for text in (b"# one", b"# two"):
        first.data.joinpath("notify.toml").write_bytes(text)
        ingested(first, 1)
        with at_home(second.data):
            assert second.data.joinpath("notify.toml").read_bytes() == text


def test_readers_at_once(bucket: Bucket, site: Site) -> None:
    """Many that fetch one release into one new copy get it whole."""
    ingested(machine(bucket, "first", site), 1)
    bucket.on("readers'")
    with ThreadPoolExecutor(8) as several:
        assert list(several.map(lambda _: len(load("documents", bucket.url)), range(16))) == [3] * 16


@pytest.mark.parametrize("gone", [("", ".sha256"), ("",), (".sha256",)])
def test_what_was_not_sent(bucket: Bucket, site: Site, gone: Sequence[str]) -> None:
    """A WARC file that never arrived, since the store was out of reach when it was closed, is there when the next run begins to read."""
    desk = machine(bucket, "first", site)
    ingested(desk, 1)
    (name,) = closed_files(desk.data / "archive")
    delete(home(desk), [f"archive/{name}{end}" for end in gone])
    with begun(desk.data, now=desk.run(2).started):
        assert {f"archive/{name}", f"archive/{name}.sha256"} <= listed(home(desk), "archive").keys()


def test_part_lost_from_the_copy(bucket: Bucket, site: Site) -> None:
    """A release that is no longer whole here is fetched again, and the next one has all rows."""
    desk = machine(bucket, "first", site)
    ingested(desk, 1)
    for part in (desk.data / "releases" / "2026-03-01" / "documents").glob("*.parquet"):
        part.unlink()
    site.write("/1.html", notice("关于第1批项目立项的通知", "第1批项目99项已经审定。"))
    ingested(desk, 9)
    assert (desk.data / "releases" / "2026-03-01" / "documents" / "part-00000.parquet").exists()
    assert sorted(load("documents", bucket.url)["version"]) == [1, 1, 1, 2]


@pytest.mark.parametrize("damaged", [True, False])
@pytest.mark.parametrize("folder", ["archive", "releases/2026-03-01/documents"])
def test_verify_looks_at_the_store(bucket: Bucket, site: Site, folder: str, damaged: bool) -> None:
    """Files of the machine that made them do not vouch for objects that are gone or have rotted; they can be put back from there."""
    desk = machine(bucket, "first", site)
    ingested(desk, 1)
    assert bring_all(desk.data) == ()
    key = min(key for key in listed(home(desk), folder) if not key.endswith(".sha256"))
    found = read(home(desk), key)
    assert found is not None
    if damaged:
        put(home(desk), key, found[0][:200] + bytes(8) + found[0][208:], found[1])
    else:
        delete(home(desk), [key])
    (fault,) = bring_all(desk.data)
    assert fault.name == f"{bucket.url}/{key}"
    assert str(desk.data / key) in fault.action or "the next run" in fault.action
    assert verify(desk.data) == ()


def test_release_that_is_no_longer_whole(bucket: Bucket, site: Site) -> None:
    """Readers are told which object is gone."""
    desk = machine(bucket, "first", site)
    ingested(desk, 1)
    delete(home(desk), ["releases/2026-03-01/documents/part-00000.parquet"])
    bucket.on("an analyst's")
    with pytest.raises(DigestMismatch, match=r"documents/part-00000\.parquet is gone"):
        load("documents", bucket.url)


@pytest.mark.parametrize("lost", ["tables", "tables/documents/_delta_log", "tables/documents/*.parquet"])
def test_copy_that_is_cleared_while_a_run_is_on(bucket: Bucket, site: Site, lost: str) -> None:
    """What somebody else removes from the copy is not removed from the store; the next run fetches it again."""
    desk = machine(bucket, "first", site)
    ingested(desk, 1)
    before = listed(home(desk), "tables").keys()

    def cleared() -> None:
        with at_home(desk.data):
            for path in desk.data.glob(lost):
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    with pytest.raises(StorageFault, match=r"lost files of .*documents"):
        cleared()
    assert listed(home(desk), "tables").keys() == before
    ingested(desk, 9)
    assert tables.read(desk.data / "tables", "documents").num_rows == 3


def test_table_that_is_made_anew_beside_a_lost_one(bucket: Bucket, site: Site) -> None:
    """A first commit in the place of the one that the store has is no reason to remove its rows there."""
    desk = machine(bucket, "first", site)
    ingested(desk, 1)
    before = listed(home(desk), "tables/documents")

    def lost() -> None:
        with at_home(desk.data):
            rows = tables.read(desk.data / "tables", "documents").to_pylist()
            shutil.rmtree(desk.data / "tables" / "documents")
            tables.append(desk.data / "tables", "documents", rows[:1])

    with pytest.raises(StorageFault, match="lost files of documents"):
        lost()
    assert listed(home(desk), "tables/documents") == before


def test_commands(bucket: Bucket, tmp_path: Path, prefect_home: Path) -> None:
    """`import`, `query` and `verify` take the URL as they take a folder."""
    page = tmp_path / "page.html"
    page.write_text(
        notice("关于组织申报项目的通知", "各有关单位：现将有关事项通知如下。", "请于三月底前报送。"),
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "flows"]
    shutil.copytree(prefect_home, at_hand(bucket.url) / "prefect")

    def said(*arguments: str, machine: str = "first") -> str:
        bucket.on(machine)
        done = subprocess.run(
            [*command, *arguments, "--data", bucket.url],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert f'load("documents", "{bucket.url}")' in said("import", str(page))
    assert "关于组织申报项目的通知" in said("query", "SELECT title FROM documents", machine="second")
    assert "is as it was written" in said("verify", machine="third")

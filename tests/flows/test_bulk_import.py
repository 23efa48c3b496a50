"""Bulk import: WARC files as Common Crawl has them, by a list of paths, one host of many."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import signal
import threading
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.build import build_tables
from flows.exceptions import NothingToImport, RunAgain
from flows.files import import_files
from flows.refresh import keep, recover
from flows.refreshed import Refreshed
from flows.run import new_run
from flows.spread import archiving
from flows.warc import Foreign
from store import tables
from store.archive import closed_files
from store.built import MARK
from store.rebuild import rebuild
from store.seal import seal_of
from store.verify import verify
from tests.flows.conftest import notice
from tests.flows.warc_records import answer

BODY = "各有关单位：现将有关事项通知如下，请结合实际认真贯彻执行，并于年底前报送落实情况。"


def crawl(path: Path, urls: Sequence[str], day: str = "2026-02-01", said: str = "") -> None:
    """A WARC file of a day with a page for each URL, and what else stands in one."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "test"}))
        for url in urls:
            page = notice(f"关于第{url[-1]}号事项的通知", BODY, f"地址：{url}{said}").encode()
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    url,
                    "response",
                    payload=io.BytesIO(page),
                    http_headers=headers,
                    warc_headers_dict={"WARC-Date": f"{day}T08:00:00Z"},
                )
            )
            writer.write_record(writer.create_warc_record(url, "request", payload=io.BytesIO(b"GET /")))


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """Two files of a crawl, and the list that names them."""
    (tmp_path / "crawl" / "segments").mkdir(parents=True)
    hosts = ("www.example.gov.cn", "kjt.example.gov.cn", "example.gov.cn.spam.com", "other.org")
    for n in (0, 1):
        crawl(tmp_path / "crawl" / "segments" / f"{n}.warc.gz", [f"http://{host}/{n}" for host in hosts])
    paths = tmp_path / "crawl" / "warc.paths.gz"
    paths.write_bytes(gzip.compress(b"segments/0.warc.gz\nsegments/1.warc.gz\n"))
    return paths


def archived(data: Path, *paths: Path, hosts: Sequence[str] = (), workers: int = 0) -> Refreshed:
    """Archive WARC files here, or in several processes, and enter them."""
    run = new_run(data)
    with archiving(workers) if workers else nullcontext() as archive_all:
        refreshed = import_files(run, paths, "crawl", hosts, archive_all)
    keep(run, [refreshed])
    return refreshed


def imported(data: Path, paths: Path, *hosts: str) -> list[str]:
    """Import, build, and give the URLs of the documents."""
    archived(data, paths, hosts=hosts)
    build_tables(new_run(data), [])
    return sorted(tables.read(data / "tables", "documents", ["url"])["url"].to_pylist())


def rows(data: Path) -> list[dict[str, Any]]:
    """The captures in their order, without what names the run or lies in bytes of ids that are drawn."""
    captures: list[dict[str, Any]] = tables.read(data / "tables", "captures").to_pylist()
    for row in captures:
        row["warc_filename"] = str(row["warc_filename"]).replace(str(row.pop("run_id")), "run")
        del row["warc_record_offset"], row["warc_record_length"]
    return captures


def test_all_files_of_a_list_are_imported(listed: Path, tmp_path: Path) -> None:
    """Their responses alone."""
    assert len(imported(tmp_path / "data", listed)) == 8


def test_what_is_older_than_a_version_is_told(tmp_path: Path) -> None:
    """It is archived and not read; its version comes where the archive is read in a new folder."""
    data, address = tmp_path / "data", "http://kjt.example.gov.cn/1"
    for year, said in (("2024", "，二〇二四年修订"), ("2020", ""), ("2020", "")):
        path = tmp_path / f"{year}.warc.gz"
        crawl(path, [address], f"{year}-01-01", said)
        assert imported(data, path) == [address]
    (issue,) = tables.read(data / "tables", "issues").to_pylist()
    assert (issue["error"], issue["severity"], issue["url"]) == ("older_than_version", "warning", address)

    assert "from 2020-01-01 to 2020-01-01" in issue["message"]

    anew = tmp_path / "anew"
    shutil.copytree(data / "archive", anew / "archive")
    run = new_run(anew)
    recover(run)
    build_tables(run, [])
    versions = tables.read(anew / "tables", "documents", ["version", "first_seen"]).to_pylist()
    assert sorted((row["version"], row["first_seen"].year) for row in versions) == [(1, 2020), (2, 2024)]


def test_what_lost_readings_had_read_is_not_called_older(tmp_path: Path) -> None:
    """Two versions in their order; then the table of readings is lost, and all is read again."""
    data, address = tmp_path / "data", "http://kjt.example.gov.cn/1"
    for year, said in (("2020", ""), ("2024", "，二〇二四年修订")):
        path = tmp_path / f"{year}.warc.gz"
        crawl(path, [address], f"{year}-01-01", said)
        run = replace(new_run(data), run_id=f"{year}0101T000000Z-000000")
        keep(run, [import_files(run, [path], "crawl")])
        build_tables(replace(run, run_id=f"{year}0201T000000Z-000000"), [])
    assert sorted(tables.read(data / "tables", "documents", ["version"])["version"].to_pylist()) == [1, 2]
    shutil.rmtree(data / "tables" / "readings")
    (data / "tables" / "readings.sha256").unlink()
    (data / "tables" / "built.json").unlink()
    build_tables(new_run(data), [])
    assert tables.version(data / "tables", "issues") == -1


def test_what_was_read_before_a_version_is_not_older(tmp_path: Path) -> None:
    """Also where the next build looks at all captures anew."""
    data, address = tmp_path / "data", "http://kjt.example.gov.cn/1"
    for year, said in (("2020", ""), ("2024", "，二〇二四年修订")):
        crawl(tmp_path / f"{year}.warc.gz", [address], f"{year}-01-01", said)
        imported(data, tmp_path / f"{year}.warc.gz")
    (data / "tables" / MARK).unlink()
    build_tables(new_run(data), [])
    assert tables.read(data / "tables", "documents").num_rows == 2
    assert tables.read(data / "tables", "issues").num_rows == 0


def test_one_host_is_taken_with_its_subdomains(listed: Path, tmp_path: Path) -> None:
    """However it is written, and no host that only begins like it."""
    assert imported(tmp_path / "data", listed, "Example.gov.cn") == [
        "http://kjt.example.gov.cn/0",
        "http://kjt.example.gov.cn/1",
        "http://www.example.gov.cn/0",
        "http://www.example.gov.cn/1",
    ]


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("other.gov.cn", "10 that are no answers of web servers, 8 of other hosts"),
        *((host, "is no host name") for host in ("http://other.org", "other.org:80", "*.org", "other.org/")),
    ],
)
def test_a_host_of_which_nothing_is_there_is_told(
    listed: Path, tmp_path: Path, host: str, words: str
) -> None:
    """An import of nothing is a mistake of whoever asked for it."""
    with pytest.raises(NothingToImport, match=words):
        archived(tmp_path / "data", listed, hosts=[host])


def test_importing_again_adds_nothing(listed: Path, tmp_path: Path) -> None:
    """Records that are archived already are passed over; those of a further host come to them."""
    first = imported(tmp_path / "data", listed, "other.org")

    assert imported(tmp_path / "data", listed, "other.org") == first
    assert len(imported(tmp_path / "data", listed)) == 8


def test_a_file_that_a_list_names_and_that_is_not_there_is_told(listed: Path, tmp_path: Path) -> None:
    """Before anything is archived."""
    (listed.parent / "segments" / "1.warc.gz").unlink()
    with pytest.raises(NothingToImport, match=r"1\.warc\.gz is not there"):
        imported(tmp_path / "data", listed)


def test_several_processes_archive_what_one_archives(listed: Path, tmp_path: Path) -> None:
    """The same rows in the same order, one archive file for each that was given, and nothing that verify finds."""
    here, spread = tmp_path / "here", tmp_path / "spread"
    archived(here, listed, hosts=["example.gov.cn"])
    archived(spread, listed, hosts=["example.gov.cn"], workers=2)

    assert rows(spread) == rows(here)
    assert [name[-14:] for name in closed_files(spread / "archive")] == ["-00001.warc.gz", "-00002.warc.gz"]
    assert verify(spread) == ()


def test_a_broken_file_is_an_issue_and_the_others_are_archived(listed: Path, tmp_path: Path) -> None:
    """What stands before the damage is kept, whichever process read it."""
    torn = listed.parent / "segments" / "0.warc.gz"
    torn.write_bytes(torn.read_bytes()[:-1_400])
    with listed.with_name("more.paths").open("w") as more:
        more.write("segments/0.warc.gz\nno.warc\nsegments/1.warc.gz\n")
    (listed.parent / "no.warc").write_text("This is no WARC file.")
    given = [
        archived(tmp_path / str(workers), listed.with_name("more.paths"), workers=workers)
        for workers in (0, 2)
    ]

    assert rows(tmp_path / "0") == rows(tmp_path / "2")
    for refreshed in given:
        assert [issue.error for issue in refreshed.issues] == ["unreadable_file"] * 2
        assert "0.warc.gz: record 6: gzip without its end marker" in refreshed.issues[0].message
        assert "no.warc: record 1: no WARC record begins here" in refreshed.issues[1].message
        assert len(refreshed.captures) == 2 + 4


@pytest.mark.parametrize(("flipped", "host"), [(False, "www.example.gov.cn"), (True, "other.org")])
def test_damage_in_a_record_that_is_passed_over_is_told(
    listed: Path, tmp_path: Path, host: str, *, flipped: bool
) -> None:
    """What stands behind it cannot be had, whosever it is."""
    file = listed.parent / "segments" / "0.warc.gz"
    content = bytearray(file.read_bytes())
    if flipped:
        content[-1_600] ^= 0xFF
    file.write_bytes(content if flipped else content[:-1_400])
    given = archived(tmp_path / "data", file, hosts=[host])

    assert [issue.error for issue in given.issues] == ["unreadable_file"]


def test_two_files_of_one_name_are_not_one_document(tmp_path: Path) -> None:
    """The folder that holds both gives each a name of its own."""
    for year in ("2024", "2025"):
        (tmp_path / "files" / year).mkdir(parents=True)
        (tmp_path / "files" / year / "1.txt").write_text(f"关于{year}年工作的通知\n\n各单位：请遵照执行。\n")
    with pytest.raises(NothingToImport, match=r"1\.txt, and would be versions of one document"):
        archived(tmp_path / "data", tmp_path / "files" / "2024", tmp_path / "files" / "2025")

    assert len(archived(tmp_path / "data", tmp_path / "files").captures) == 2


def test_a_record_that_two_files_have_is_one_row(listed: Path, tmp_path: Path) -> None:
    """Neither verify, nor the next run, nor a rebuild takes the other one for a loss."""
    data = tmp_path / "data"
    first = listed.parent / "segments" / "0.warc.gz"
    again = tmp_path / "again.warc.gz"
    again.write_bytes(first.read_bytes())
    archived(data, first, again, first, workers=2)

    assert len(closed_files(data / "archive")) == 2
    assert len(rows(data)) == 4
    assert verify(data) == ()
    assert recover(new_run(data)) == ()
    shutil.rmtree(data / "tables" / "captures")
    seal_of(data / "tables" / "captures").unlink()
    rebuild(data)
    assert len(rows(data)) == 4
    assert verify(data) == ()


def test_payloads_of_one_address_and_second_in_two_files_are_two_rows(tmp_path: Path) -> None:
    """Whichever process had which file; and both are known when the files are imported again."""
    data = tmp_path / "data"
    files = [tmp_path / name for name in ("a.warc", "b.warc")]
    for file, body in zip(files, (b"<p>once</p>", b"<p>twice</p>"), strict=True):
        file.write_bytes(answer(body))
    archived(data, *files, workers=2)

    assert {(row["content_length"], row["fetch_time"].microsecond) for row in rows(data)} == {
        (11, 1),
        (12, 0),
    }
    assert archived(data, *files).captures == ()
    assert verify(data) == ()
    shutil.rmtree(data / "tables" / "captures")
    seal_of(data / "tables" / "captures").unlink()
    rebuild(data)
    assert len(rows(data)) == 2


def test_a_killed_worker_loses_nothing(listed: Path, tmp_path: Path) -> None:
    """What it had archived is salvaged by the next run, and the import goes on from there."""
    data, whole, held = tmp_path / "data", tmp_path / "long.warc.gz", tmp_path / "held.warc.gz"
    crawl(whole, [f"http://long.example.gov.cn/{n}" for n in range(100)])
    os.mkfifo(held)
    run = new_run(data)
    files = [
        Foreign(run, "crawl", 1, listed.parent / "segments" / "0.warc.gz"),
        Foreign(run, "crawl", 2, held),
    ]
    killer = threading.Thread(target=_kill_in_the_middle, args=(data, whole, held), daemon=True)
    killer.start()
    with pytest.raises(RunAgain), archiving(2) as archive_all:
        list(archive_all(files))
    killer.join()

    assert len(recover(new_run(data))) > 1
    known = len(rows(data))
    assert 4 < known < 104
    archived(data, whole, workers=2)
    assert len(rows(data)) == 104
    assert verify(data) == ()


def _kill_in_the_middle(data: Path, whole: Path, held: Path) -> None:
    """Give a worker all of a file but its end, and kill it once it has begun to archive it."""
    with held.open("wb") as stream:
        stream.write(whole.read_bytes()[:-5_000])
        stream.flush()
        while not (pids := _writers(data)):
            time.sleep(0.01)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)


def _writers(data: Path) -> list[int]:
    """Processes that write the second archive file."""
    found = []
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            target = str(link.readlink())
        except OSError:
            continue
        if target.startswith(str(data)) and target.endswith("-00002.warc.gz.open"):
            found.append(int(link.parts[2]))
    return found

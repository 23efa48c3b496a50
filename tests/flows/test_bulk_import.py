"""Bulk import: WARC files as Common Crawl has them, by a list of paths, one host of many."""

from __future__ import annotations

import gzip
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.build import build_tables
from flows.exceptions import NothingToImport
from flows.files import import_files
from flows.refresh import keep
from flows.run import new_run
from store import tables
from tests.flows.conftest import notice

BODY = "各有关单位：现将有关事项通知如下，请结合实际认真贯彻执行，并于年底前报送落实情况。"


def crawl(path: Path, urls: Sequence[str]) -> None:
    """A WARC file with a page for each URL, and what else stands in one."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "test"}))
        for url in urls:
            page = notice(f"关于第{url[-1]}号事项的通知", BODY, f"地址：{url}").encode()
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(url, "response", payload=io.BytesIO(page), http_headers=headers)
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


def imported(data: Path, paths: Path, *hosts: str) -> list[str]:
    """Import, build, and give the URLs of the documents."""
    run = new_run(data)
    keep(run, [import_files(run, [paths], "crawl", hosts)])
    build_tables(run, [])
    return sorted(tables.read(data / "tables", "documents", ["url"])["url"].to_pylist())


def test_all_files_of_a_list_are_imported(listed: Path, tmp_path: Path) -> None:
    """Their responses alone."""
    assert len(imported(tmp_path / "data", listed)) == 8


def test_one_host_is_taken_with_its_subdomains(listed: Path, tmp_path: Path) -> None:
    """And no host that only begins like it."""
    assert imported(tmp_path / "data", listed, "example.gov.cn") == [
        "http://kjt.example.gov.cn/0",
        "http://kjt.example.gov.cn/1",
        "http://www.example.gov.cn/0",
        "http://www.example.gov.cn/1",
    ]


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

"""The archive: what is written is read back, and what a dying run left is made good."""

from __future__ import annotations

import dataclasses
import gzip
import os
import resource
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from store.archive import (
    FSYNC_EVERY,
    ArchiveWriter,
    Exchange,
    captures_in,
    closed_files,
    read_payload,
    salvage,
)
from store.capture import Capture, capture_id, digest
from store.exceptions import DigestMismatch, StorageFault

NOW = datetime(2026, 3, 1, 4, 5, 6, 7, tzinfo=UTC)


def capture(number: int, body: bytes = b"", **more: object) -> Capture:
    """A capture of page `number`."""
    url = f"http://a.example/{number}"
    base = Capture(capture_id("kjt", url, NOW), "r1", "kjt", "document", url, NOW, "ok", 200)
    return dataclasses.replace(base, content_digest=digest(body), **more)  # type: ignore[arg-type]


def written(archive: Path, *bodies: bytes) -> list[Capture]:
    """A closed file with one response per body."""
    with ArchiveWriter(archive, "kjt", "r1", NOW, "test/1") as writer:
        return [
            writer.write(
                capture(number, body),
                Exchange(
                    "GET /x HTTP/1.1",
                    [("Host", "a.example")],
                    "200 OK",
                    [("Content-Encoding", "gzip")],
                    body=body,
                ),
            )
            for number, body in enumerate(bodies)
        ]


def test_a_payload_is_read_back(tmp_path: Path) -> None:
    """Each capture knows where its bytes lie."""
    kept = written(tmp_path, b"first", "第二".encode(), b"")

    assert [b"first", "第二".encode(), b""] == [read_payload(tmp_path, item) for item in kept]


def test_the_captures_can_be_rebuilt_from_the_file(tmp_path: Path) -> None:
    """The metadata records hold the rows of the table, failures without an answer too."""
    with ArchiveWriter(tmp_path, "kjt", "r1", NOW, "test/1") as writer:
        answered = writer.write(capture(1, b"x"), Exchange("GET /1 HTTP/1.1", [], "200 OK", [], body=b"x"))
        failed = writer.write(capture(2, fetch_outcome="timeout"), Exchange("GET /2 HTTP/1.1"))

    assert [answered, failed] == list(captures_in(tmp_path, closed_files(tmp_path)[0]))


def test_files_pass_the_standard_check(tmp_path: Path) -> None:
    """Response, revisit, resource and metadata records keep ISO 28500's digests."""
    with ArchiveWriter(tmp_path, "kjt", "r1", NOW, "test/1") as writer:
        writer.write(capture(1, b"x"), Exchange("GET /1 HTTP/1.1", [], "200 OK", [], body=b"x"))
        again = capture(1, b"x", revisit=True, fetch_status=304)
        writer.write(again, Exchange("GET /1 HTTP/1.1", [], "304 Not Modified", [], body=b""))
        writer.write(capture(3, b"y", kind="import"), Exchange(body=b"y"))
    checker = Checker(_Arguments([str(tmp_path / name) for name in closed_files(tmp_path)]))
    checker.process_all()

    assert checker.exit_value == 0


def test_the_records_of_a_capture_name_each_other(tmp_path: Path) -> None:
    """Request, response and metadata are tied by WARC-Concurrent-To, and the file says who made it."""
    with ArchiveWriter(tmp_path, "kjt", "r1", NOW, "test/1", operator="mailto:data@example.org") as writer:
        writer.write(capture(1, b"x"), Exchange("GET /1 HTTP/1.1", [], "200 OK", [], body=b"x"))
        writer.write(capture(2, fetch_outcome="timeout"), Exchange("GET /2 HTTP/1.1"))
    with (tmp_path / closed_files(tmp_path)[0]).open("rb") as stream:
        info, *records = [
            (record.rec_type, record.rec_headers, record.content_stream().read())
            for record in ArchiveIterator(stream)
        ]
    ids = [headers.get_header("WARC-Record-ID") for _, headers, _ in records]
    partners = [headers.get_header("WARC-Concurrent-To") for _, headers, _ in records]

    assert b"software: test/1" in info[2]
    assert b"operator: mailto:data@example.org" in info[2]
    assert [kind for kind, _, _ in records] == ["request", "response", "metadata", "request", "metadata"]
    assert partners == [ids[1], ids[0], ids[1], None, ids[3]]


def test_a_revisit_has_no_request_record(tmp_path: Path) -> None:
    """What was asked stands with the capture that it refers to, whose payload digest it repeats."""
    with ArchiveWriter(tmp_path, "kjt", "r1", NOW, "test/1") as writer:
        for status, revisit in ((200, False), (200, True), (304, True)):
            item = capture(1, b"x", revisit=revisit, fetch_status=status)
            writer.write(item, Exchange("GET /1 HTTP/1.1", [], f"{status} Said", [], body=b"x"))
    _, *found = records(tmp_path)
    answers = [headers for kind, headers, _ in found if kind in {"response", "revisit"}]

    assert [kind for kind, _, _ in found] == [
        *("request", "response", "metadata"),
        *("revisit", "metadata"),
        *("revisit", "metadata"),
    ]
    assert len({headers["WARC-Payload-Digest"] for headers in answers}) == 1
    assert [headers["WARC-Profile"].rpartition("/")[2] for headers in answers[1:]] == [
        "identical-payload-digest",
        "server-not-modified",
    ]


def records(archive: Path) -> list[tuple[str, Mapping[str, str], bytes]]:
    """Type, WARC headers and payload of each record of the only file, as warcio reads them."""
    with (archive / closed_files(archive)[0]).open("rb") as stream:
        return [
            (record.rec_type, dict(record.rec_headers.headers), record.content_stream().read())
            for record in ArchiveIterator(stream)
        ]


_NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,20}", fullmatch=True)
_VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40)


@given(
    st.lists(st.tuples(_NAMES, _VALUES), max_size=5),
    st.lists(st.binary(max_size=300), min_size=1, max_size=3),
)
def test_whatever_came_is_read_by_warcio_and_passes_its_check(
    headers: list[tuple[str, str]], bodies: list[bytes]
) -> None:
    """Headers and bodies come back as they were, in any number of records."""
    with tempfile.TemporaryDirectory() as folder:
        with ArchiveWriter(Path(folder), "kjt", "r1", NOW, "test/1") as writer:
            for number, body in enumerate(bodies):
                exchange = Exchange("GET /x HTTP/1.1", headers, "200 OK", headers, body=body)
                writer.write(capture(number, body), exchange)
        path = Path(folder) / closed_files(Path(folder))[0]
        with path.open("rb") as stream:
            found = [
                (record.http_headers.headers, record.content_stream().read())
                for record in ArchiveIterator(stream)
                if record.rec_type == "response"
            ]
        checker = Checker(_Arguments([str(path)]))
        checker.process_all()

    kept = [
        (f"X-Archive-Orig-{name}" if name.lower() in TRANSFER else name, value) for name, value in headers
    ]
    assert found == [([*kept, ("Content-Length", str(len(body)))], body) for body in bodies]
    assert checker.exit_value == 0


TRANSFER = {"content-encoding", "transfer-encoding", "content-length"}


def test_bytes_of_a_head_are_kept(tmp_path: Path) -> None:
    """A header that is no ASCII is archived as it was on the wire, not quoted; an imported one as UTF-8."""
    sent = [("X-Name", "政策".encode().decode("latin-1"))]
    with ArchiveWriter(tmp_path, "kjt", "r1", NOW, "test/1") as writer:
        writer.write(capture(1, b"x"), Exchange("GET /1 HTTP/1.1", [], "200 OK", sent, body=b"x"))
        writer.write(capture(2, b"x"), Exchange(None, [], "200 OK", [("X-Name", "通知")], body=b"x"))
    content = gzip.decompress((tmp_path / closed_files(tmp_path)[0]).read_bytes())

    assert b"X-Name: \xe6\x94\xbf\xe7\xad\x96\r\n" in content
    assert "X-Name: 通知\r\n".encode() in content


def test_a_line_break_in_a_url_is_none_in_the_record(tmp_path: Path) -> None:
    """A link that forges headers is archived under its encoded URL, and its row has it as found."""
    forged = dataclasses.replace(
        capture(1, fetch_outcome="connection"), url="http://a.example/\r\nWARC-Type: x"
    )
    with ArchiveWriter(tmp_path, "kjt", "r1", NOW, "test/1") as writer:
        archived = writer.write(forged, Exchange())
    _, (kind, headers, _) = records(tmp_path)

    assert (kind, headers["WARC-Target-URI"]) == ("metadata", "http://a.example/%0D%0AWARC-Type:%20x")
    assert list(captures_in(tmp_path, closed_files(tmp_path)[0])) == [archived]


def test_a_capture_that_cannot_be_put_together_leaves_the_file_whole(tmp_path: Path) -> None:
    """Nothing is written before all records of a capture stand."""
    with ArchiveWriter(tmp_path, "kjt", "r1", NOW, "test/1") as writer:
        kept = writer.write(capture(1, b"x"), Exchange("GET /1 HTTP/1.1", [], "200 OK", [], body=b"x"))
        with pytest.raises(KeyboardInterrupt):
            writer.write(capture(2, b"y"), Exchange("GET /2 HTTP/1.1", _Breaking(), "200 OK", [], body=b"y"))

    assert list(captures_in(tmp_path, closed_files(tmp_path)[0])) == [kept]


class _Breaking(list[tuple[str, str]]):
    """Headers that a signal interrupts."""

    def __iter__(self) -> Iterator[tuple[str, str]]:
        raise KeyboardInterrupt


def test_a_torn_file_is_left_open_and_never_added_to(tmp_path: Path) -> None:
    """A disk that takes only a part of a record: no final name, no further record, and the next run cuts it."""
    archive = tmp_path / "archive"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with ArchiveWriter(archive, "kjt", "r1", NOW, "test/1") as writer:
        kept = writer.write(capture(1, b"x"), Exchange("GET /1 HTTP/1.1", [], "200 OK", [], body=b"x"))
        (path,) = archive.glob("*/*/*.open")
        whole = path.stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (whole + 50, hard))
        try:
            with pytest.raises(StorageFault, match="cannot be written"):
                writer.write(capture(2, b"y"), Exchange("GET /2 HTTP/1.1", [], "200 OK", [], body=b"y"))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        with pytest.raises(StorageFault, match="nothing is added"):
            writer.write(capture(3, b"z"), Exchange("GET /3 HTTP/1.1", [], "200 OK", [], body=b"z"))
    assert closed_files(archive) == ()
    assert path.stat().st_size == whole + 50
    salvage(archive)

    assert list(captures_in(archive, closed_files(archive)[0])) == [kept]


def test_a_capture_is_on_disk_after_so_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every twentieth, and the last one; each fsync is seen where the system is asked for it."""
    synced: list[int] = []
    fsync = os.fsync

    def seen(handle: int) -> None:
        synced.append(os.fstat(handle).st_size)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", seen)
    with ArchiveWriter(tmp_path, "kjt", "r1", NOW, "test/1") as writer:
        for number in range(FSYNC_EVERY):
            synced.clear()
            writer.write(capture(number, b"x"), Exchange("GET /1 HTTP/1.1", [], "200 OK", [], body=b"x"))
        (open_file,) = tmp_path.glob("*/*/*.open")
        assert synced == [open_file.stat().st_size]
        writer.write(capture(99, b"x"), Exchange("GET /1 HTTP/1.1", [], "200 OK", [], body=b"x"))
        synced.clear()

    assert (tmp_path / closed_files(tmp_path)[0]).stat().st_size in synced


class _Arguments:
    """What warcio's checker reads from its command line."""

    verbose = False

    def __init__(self, inputs: list[str]) -> None:
        self.inputs = inputs


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    """The archive never gives other bytes than were captured."""
    kept = written(tmp_path, b"true")[0]

    with pytest.raises(DigestMismatch, match="not what was captured"):
        read_payload(tmp_path, dataclasses.replace(kept, content_digest=digest(b"false")))


@pytest.mark.parametrize("cut", [1, 7, 40, 200])
def test_a_torn_file_keeps_its_whole_records(tmp_path: Path, cut: int) -> None:
    """A run that died in the middle of a record costs that record only, and its bytes are set aside."""
    archive = tmp_path / "archive"
    kept = written(archive, b"first", b"second" * 50)
    closed = archive / closed_files(archive)[0]
    torn = closed.with_name(closed.name + ".open")
    torn.write_bytes(closed.read_bytes()[:-cut])
    closed.unlink()

    sentences = salvage(archive)

    assert len(sentences) == 1
    assert kept[0] == next(captures_in(archive, closed_files(archive)[0]))
    assert read_payload(archive, kept[0]) == b"first"
    assert list((tmp_path / "quarantine").iterdir())


def test_every_cut_keeps_the_earlier_record(tmp_path: Path) -> None:
    """Whatever byte the file ends with, the records before it stay readable."""
    archive = tmp_path / "archive"
    kept = written(archive, b"first", b"second")
    closed = archive / closed_files(archive)[0]
    content = closed.read_bytes()
    start = kept[1].warc_record_offset
    assert start is not None
    for length in range(start, len(content), 23):
        closed.unlink(missing_ok=True)
        closed.with_name(closed.name + ".open").write_bytes(content[:length])
        salvage(archive)
        assert read_payload(archive, kept[0]) == b"first"


def test_nothing_is_left_of_a_file_without_a_whole_record(tmp_path: Path) -> None:
    """A file that was only begun is set aside whole."""
    path = tmp_path / "archive" / "kjt" / "2026" / "r1.warc.gz.open"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\x1f\x8b\x08\x00torn")
    salvage(tmp_path / "archive")

    assert closed_files(tmp_path / "archive") == ()
    assert not path.exists()

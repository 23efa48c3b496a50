"""Answers of foreign WARC files: whole, or an issue; and each beside others of its address and second."""

from __future__ import annotations

import gzip
import zlib
from base64 import b32encode, b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import md5, sha1, sha256
from pathlib import Path

import pytest

from flows.build import build_tables
from flows.exceptions import NothingToImport
from flows.files import archive_files, import_files
from flows.foreign import Answered, Refused, answers
from flows.refresh import keep
from flows.refreshed import Refreshed
from flows.run import new_run
from flows.warc import Foreign, archive_warc
from store import tables
from store.archive import ArchiveWriter, read_payload
from store.verify import verify
from tests.flows.conftest import notice
from tests.flows.warc_records import URL, answer, block, record

PAGE = notice(
    "关于印发科技计划的通知", *(f"第{n}条　各单位要认真落实第{n}号任务。" for n in range(40))
).encode()
PACKED = gzip.compress(PAGE)
CHUNKED = b"%x\r\n%b\r\n%x;x=y\r\n%b\r\n0\r\nTrailer: 1\r\n\r\n" % (
    1_000,
    PAGE[:1_000],
    len(PAGE) - 1_000,
    PAGE[1_000:],
)


def read(path: Path, content: bytes) -> list[bytes | str]:
    """The bodies and errors of a WARC file."""
    path.write_bytes(content)
    found = [item for item in answers(path) if isinstance(item, Answered | Refused)]
    return [item.body if isinstance(item, Answered) else item.error for item in found]


def imported(data: Path, *paths: Path) -> Refreshed:
    """Import files and build."""
    refreshed = import_files(new_run(data), paths, "crawl")
    keep(new_run(data), [refreshed])
    build_tables(new_run(data), [])
    return refreshed


@pytest.mark.parametrize(
    "whole",
    [
        answer(PAGE),
        answer(PAGE, f"Content-Length: {len(PAGE)}"),
        answer(CHUNKED, "Transfer-Encoding: chunked", f"Content-Length: {len(CHUNKED) + 9}"),
        answer(PACKED, "Content-Encoding: gzip", f"Content-Length: {len(PACKED)}"),
        answer(zlib.compress(PACKED), "Content-Encoding: x-gzip, deflate"),
        # Chunks and codings undone by who wrote the file, and the headers left.
        answer(PAGE, "Transfer-Encoding: chunked", "Content-Encoding: gzip"),
        answer(PAGE, "Content-Encoding: gzip", f"Content-Length: {len(PACKED)}"),
        # Digests in every base; of an unknown kind; of the payload without its chunks.
        answer(PAGE, WARC_Block_Digest=f"sha1:{b32encode(sha1(block(PAGE)).digest()).decode()}"),
        answer(PAGE, WARC_Payload_Digest=f"md5:{md5(PAGE).hexdigest()}"),
        answer(PAGE, WARC_Payload_Digest=f"SHA-256:{b64encode(sha256(PAGE).digest()).decode()}"),
        answer(PAGE, WARC_Payload_Digest="blake3:00", WARC_Block_Digest="sha1:none"),
        answer(CHUNKED, "Transfer-Encoding: chunked", WARC_Payload_Digest=f"sha1:{sha1(PAGE).hexdigest()}"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_whole_answer_is_had(tmp_path: Path, whole: bytes, *, packed: bool) -> None:
    """Without chunks and codings, from a file with gzip and without."""
    assert read(tmp_path / "a.warc", gzip.compress(whole) if packed else whole) == [PAGE]


@pytest.mark.parametrize(
    ("half", "error"),
    [
        (answer(PAGE[:1_500], WARC_Truncated="length"), "truncated"),
        (answer(PAGE[:1_500], WARC_Segment_Number="1"), "truncated"),
        (answer(PAGE[:1_500], f"Content-Length: {len(PAGE)}"), "truncated"),
        (answer(CHUNKED[:1_500], "Transfer-Encoding: chunked"), "truncated"),
        (answer(CHUNKED[:-20], "Transfer-Encoding: chunked"), "truncated"),
        (record({}, b""), "truncated"),
        (answer(PACKED[:-1], "Content-Encoding: gzip"), "decode"),
        (answer(PACKED[:300] + bytes(9) + PACKED[309:], "Content-Encoding: gzip"), "decode"),
        (answer(b"\x1b" + PACKED, "Content-Encoding: br"), "decode"),
        (answer(PAGE, "Transfer-Encoding: gzip, chunked"), "decode"),
        (answer(PAGE, WARC_Block_Digest=f"sha1:{sha1(PAGE).hexdigest()}"), "damaged"),
        (answer(PAGE, WARC_Payload_Digest=f"md5:{md5(PAGE[1:]).hexdigest()}"), "damaged"),
        (answer(PAGE, WARC_Target_URI=None), "damaged"),
        (answer(PAGE, WARC_Date="2024"), "damaged"),
        (answer(PAGE, WARC_Date="0001-01-01T00:00:00+08:00"), "damaged"),
    ],
)
def test_half_an_answer_is_refused_and_the_next_is_had(tmp_path: Path, half: bytes, error: str) -> None:
    """What is cut, damaged or cannot be decoded is no document."""
    assert read(tmp_path / "a.warc", half + answer(PAGE)) == [error, PAGE]


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    """A few hundred bytes that become more than any answer may have."""
    bomb = gzip.compress(gzip.compress(bytes(1_000_000)) * 101)

    assert len(bomb) < 10_000
    assert read(tmp_path / "a.warc", answer(bomb, "Content-Encoding: gzip, gzip")) == ["too_large"]


@pytest.mark.parametrize("odd", [b"\r\n" + PAGE, PAGE])
def test_what_is_no_http_answer_is_refused(tmp_path: Path, odd: bytes) -> None:
    """A body without its head would be cut at its first blank line."""
    assert read(tmp_path / "a.warc", record({}, odd) + answer(PAGE)) == ["damaged", PAGE]


def test_files_of_a_source_are_told_damaged_once(tmp_path: Path) -> None:
    """They are looked at in each run."""
    path, data = tmp_path / "a.warc", tmp_path / "data"
    path.write_bytes(record({}, PAGE) + answer(PAGE))
    told = []
    for _ in range(2):
        run = new_run(data)
        with ArchiveWriter(data / "archive", "crawl", run.run_id, run.started, "test") as writer:
            given = archive_files(run, writer, {}, source_id="crawl", paths=[path])
        keep(run, [given])
        told.append([issue.error for issue in given.issues])
    assert told == [["damaged"], []]


def test_a_body_that_nobody_reads_may_be_missing(tmp_path: Path) -> None:
    """Browsers give none of a redirect to those who record them."""
    assert read(tmp_path / "a.warc", answer(b"", "Content-Length: 154", status="301 Moved")) == [b""]


def test_a_refused_record_is_an_issue_with_its_address(tmp_path: Path) -> None:
    """Nothing of it is archived, and it does not fail the source."""
    file = tmp_path / "a.warc"
    file.write_bytes(answer(PAGE[:1_500], WARC_Truncated="length") + answer(PAGE, WARC_Target_URI=None))
    given = imported(tmp_path / "data", file)

    assert [(issue.error, issue.url) for issue in given.issues] == [
        ("truncated", URL),
        ("damaged", file.as_uri()),
    ]
    assert (given.captures, given.failed) == ((), False)


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_that_is_cut_anywhere_is_an_issue(tmp_path: Path, *, packed: bool) -> None:
    """Each record that is whole is had, and no half one; a cut between two records cannot be seen."""
    records = [
        answer(b"<p>1</p>", "Content-Encoding: gzip"),
        answer(b"<p>2</p>", WARC_Date="2024-01-02T03:04:06Z"),
    ]
    parts = [gzip.compress(item) for item in records] if packed else records
    content, first = b"".join(parts), len(parts[0])
    for cut in range(len(content)):
        found = read(tmp_path / "a.warc", content[:cut])
        before: list[bytes | str] = [b"<p>1</p>"] if cut >= first else []
        assert found == (before if cut == first else [*before, "unreadable_file"]), cut


@pytest.mark.parametrize(
    "odd",
    [
        record({"Content-Length": None}, b""),
        record({"Content-Length": "-1"}, b""),
        record({"Content-Length": "3"}, b"four"),
        b"http://a.example/ 192.0.2.1 20240102030405 text/html 4\r\nfour\r\n",
    ],
)
def test_an_odd_record_ends_its_file_alone(tmp_path: Path, odd: bytes) -> None:
    """The files of a list that come behind it are archived."""
    files = [tmp_path / name for name in ("1.warc", "2.warc", "3.warc")]
    for file, content in zip(
        files, (answer(PAGE), odd, answer(PAGE, WARC_Target_URI=f"{URL}#3")), strict=True
    ):
        file.write_bytes(content)
    given = imported(tmp_path / "data", *files)

    assert [(issue.error, issue.url) for issue in given.issues] == [("unreadable_file", files[1].as_uri())]
    assert len(given.captures) == 2


def test_damage_behind_a_record_costs_no_record_before_it(tmp_path: Path) -> None:
    """And a record whose checksum is wrong is not had, though its bytes can be inflated."""
    good, bad = gzip.compress(answer(PAGE)), bytearray(gzip.compress(answer(b"<p>changed</p>")))
    bad[-8] ^= 1

    assert read(tmp_path / "a.warc.gz", good + bytes(bad) + good) == [PAGE, "unreadable_file"]
    assert read(tmp_path / "b.warc.gz", good + b"no gzip" + good) == [PAGE, "unreadable_file"]


CHALLENGE = answer(b"", "Set-Cookie: a=1", f"Location: {URL}", status="302 Found")


@pytest.mark.parametrize("parts", [(CHALLENGE, answer(PAGE)), (answer(PAGE), CHALLENGE)])
def test_two_answers_in_one_second_are_two_rows(tmp_path: Path, parts: Sequence[bytes]) -> None:
    """A page that sets a cookie and leads to itself is no loss of the page; importing it again adds nothing."""
    data, file = tmp_path / "data", tmp_path / "a.warc"
    file.write_bytes(b"".join(parts))
    given = imported(data, file)

    assert sorted(item.fetch_status or 0 for item in given.captures) == [200, 302]
    assert tables.read(data / "tables", "documents", ["title"])["title"].to_pylist() == [
        "关于印发科技计划的通知"
    ]
    assert imported(data, file).captures == ()
    assert verify(data) == ()


def test_an_import_that_died_between_two_answers_goes_on_with_the_second(tmp_path: Path) -> None:
    """The first one's id does not stand for both."""
    data, first, both = tmp_path / "data", tmp_path / "1.warc", tmp_path / "2.warc"
    first.write_bytes(CHALLENGE)
    both.write_bytes(CHALLENGE + answer(PAGE))
    imported(data, first)

    assert [item.fetch_status for item in imported(data, both).captures] == [200]


def test_records_that_are_no_answers_are_nothing_to_import(tmp_path: Path) -> None:
    """Neither for an import nor for a source."""
    file = tmp_path / "a.warc"
    file.write_bytes(record({"WARC-Type": "revisit"}, block(b"")) + record({"WARC-Type": "resource"}, PAGE))
    with pytest.raises(NothingToImport, match="2 that are no answers of web servers"):
        imported(tmp_path / "data", file)
    run = new_run(tmp_path / "data")
    with (
        ArchiveWriter(run.data / "archive", "crawl", run.run_id, run.started, "test") as writer,
        pytest.raises(NothingToImport),
    ):
        archive_files(run, writer, {}, source_id="crawl", paths=[file])


def test_a_build_of_nothing_is_marked(tmp_path: Path) -> None:
    """In a folder that has no tables yet."""
    assert build_tables(new_run(tmp_path / "data"), []).read == 0


def test_a_time_without_a_zone_is_in_utc(tmp_path: Path) -> None:
    """Wherever the machine stands, and verify finds the row as it was written."""
    data, file = tmp_path / "data", tmp_path / "a.warc"
    file.write_bytes(answer(PAGE, WARC_Date="2024-01-02"))
    (capture,) = imported(data, file).captures

    assert capture.fetch_time == datetime(2024, 1, 2, tzinfo=UTC)
    assert read_payload(data / "archive", capture) == PAGE
    assert verify(data) == ()


def test_a_status_that_is_none_is_unknown(tmp_path: Path) -> None:
    """And fits the table."""
    file = tmp_path / "a.warc"
    file.write_bytes(answer(PAGE, status="99999999999 What"))
    (capture,) = archive_warc(Foreign(new_run(tmp_path / "data"), "crawl", 1, file)).captures

    assert (capture.fetch_status, capture.fetch_outcome) == (None, "http_error")

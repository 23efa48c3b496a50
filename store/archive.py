"""The archive: WARC 1.1 files, one per run and source, never appended to later (ISO 28500).

    archive/<source_id>/<yyyy>/<run_id>.warc.gz          closed; of an import one more, `<run_id>-<nnnnn>`, for each WARC file
    archive/<source_id>/<yyyy>/<run_id>.warc.gz.sha256   its seal (`store.seal`)
    archive/<source_id>/<yyyy>/<run_id>.warc.gz.open     being written, or left by a run that died

Each capture is a request record, a response (revisit, resource) record, and a `metadata` record that holds its row
of `captures` as JSON, so that the table can be rebuilt from the files; a request without an answer has no second
record. A revisit (304, or the payload of an earlier capture) has no request record: an archive of years is mostly
revisits, and what was asked stands with the capture that it refers to. A torn last record is read as whole by
warcio, and swallows what is appended behind it (webrecorder/warcio#138): hence one file per run, and `salvage` cuts
at the last whole gzip member. The records of one capture name each other (WARC-Concurrent-To) and go into the file
by one write.

Records are put together here, one gzip member each: with warcio's writer a revisit took 0.21 ms of CPU (three
records) against 0.10 (two) and a page of 20 kB 0.69 against 0.59. It hashes known payloads again, and compresses and
flushes in pieces, each of which gives the interpreter's lock to another thread. warcio reads the records, and its
check is the test of them.
"""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from base64 import b32encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from random import getrandbits
from types import TracebackType
from typing import IO, Literal, Self
from uuid import UUID

import orjson
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from store.capture import Capture, as_row, digest
from store.durable import sync_folder, write_durably
from store.exceptions import DigestMismatch, StorageFault
from store.origin import origin_of, read_range, send_archived
from store.seal import is_sealed, seal

FSYNC_EVERY = 20
"""Captures between two fsyncs: what a power cut may cost at most."""

_LEVEL = 6
"""zlib's level: real pages take 28 % less CPU than at 9 and 0.3 % more room; at 4 half the CPU, but 3.5 % more room."""

_GZIP = 16
"""Beside the window's bits it asks zlib for the head and the checksum of gzip."""

_SHORT = 4_096
"""Bytes of a record that has its whole length as its window: all but those with a payload."""

_PIECE = 65_536
"""Bytes inflated at a time when a file is checked."""

_REVISIT_PROFILES = {
    True: "http://netpreserve.org/warc/1.1/revisit/server-not-modified",
    False: "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
}
_NOT_IN_A_URI = str.maketrans({"\r": "%0D", "\n": "%0A", " ": "%20"})
_ORIGINAL = "X-Archive-Orig-"
_CODING_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
"""Headers of the transfer, not of the payload that we keep: renamed as the Wayback Machine does."""
_Kind = Literal["warcinfo", "request", "response", "revisit", "resource", "metadata"]
_Header = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Exchange:
    """What went over the wire for one capture.

    Attributes:
        request_line: E.g. `GET /a.html HTTP/1.1`; None for an imported file.
        request_headers: As sent.
        status_line: E.g. `200 OK`; None where there was no answer.
        response_headers: As received, duplicates kept.
        protocol: E.g. `HTTP/1.1`.
        body: Payload, content codings removed; None where there was none.
    """

    request_line: str | None = None
    request_headers: Sequence[tuple[str, str]] = ()
    status_line: str | None = None
    response_headers: Sequence[tuple[str, str]] = ()
    protocol: str = "HTTP/1.1"
    body: bytes | None = None


class ArchiveWriter:
    """Writes one run's captures of one source; use it as a context manager.

    The file appears with the first capture and loses its `.open` when the writer is closed.
    """

    def __init__(
        self,
        archive: Path,
        source_id: str,
        run_id: str,
        started: datetime,
        software: str,
        *,
        operator: str | None = None,
    ) -> None:
        self._final = archive / source_id / f"{started:%Y}" / f"{run_id}.warc.gz"
        self._open = self._final.with_name(self._final.name + ".open")
        self._name = self._final.relative_to(archive).as_posix()
        self._info = {"software": software, "format": "WARC File Format 1.1", "robots": "classic"}
        if operator is not None:
            self._info["operator"] = operator
        self._stream: io.FileIO | None = None
        self._size = 0
        self._unsynced = 0
        self._whole = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is None:
            return
        try:
            with self._stream:
                os.fsync(self._stream.fileno())
            if (
                self._whole
            ):  # else the next run cuts it (`salvage`): a torn file is never given its final name
                _close(self._open, self._final)
        except OSError as failed:
            raise StorageFault(f"{self._open} cannot be written: {failed.strerror}") from failed

    def write(self, capture: Capture, exchange: Exchange) -> Capture:
        """Archive a capture and say where it lies.

        Raises:
            StorageFault: the file cannot be written.
        """
        if not self._whole:
            raise StorageFault(f"{self._open} ends in the middle of a record: nothing is added to it")
        try:
            return self._write(capture, exchange)
        except OSError as error:
            self._whole = False
            raise StorageFault(f"{self._open} cannot be written: {error.strerror}") from error

    def _write(self, capture: Capture, exchange: Exchange) -> Capture:
        stream, shared = self._started(), _shared_headers(capture)
        asked = None if exchange.request_line is None or capture.revisit else _record_id()
        answered = None if exchange.body is None else _record_id()
        request = answer = b""
        if asked is not None:
            request = _request_record(exchange, [*_ids(asked, answered), *shared])
        if answered is not None:
            answer = _answer_record(capture, exchange, [*_ids(answered, asked), *shared])
        row = as_row(capture) | {
            "warc_filename": self._name,
            "warc_record_offset": self._size + len(request) if answer else None,
            "warc_record_length": len(answer) if answer else None,
        }
        said = _row_record(row, [*_ids(_record_id(), answered or asked), *shared])
        self._append(stream, request + answer + said)
        self._unsynced += 1
        if self._unsynced >= FSYNC_EVERY:
            os.fsync(stream.fileno())
            self._unsynced = 0
        return Capture(**row)  # type: ignore[arg-type]  # the row of a Capture

    def _append(self, stream: io.FileIO, records: bytes) -> None:
        left = memoryview(records)
        self._whole = False
        while left:
            # A disk that fills takes a part first, and refuses the rest.
            left = left[stream.write(left) :]
        self._whole = True
        self._size += len(records)

    def _started(self) -> io.FileIO:
        if self._stream is None:
            self._open.parent.mkdir(parents=True, exist_ok=True)
            self._stream = io.FileIO(self._open, "x")
            for folder in self._open.parents[:3]:
                sync_folder(folder)
            self._append(self._stream, _info_record(self._final.name, self._info))
        return self._stream


def _close(opened: Path, final: Path) -> None:
    opened.rename(final)
    sync_folder(final.parent)
    seal(final)
    archive = final.parents[2]
    send_archived(archive.parent, final.relative_to(archive).as_posix())


def _record(kind: _Kind, headers: Iterable[_Header], block: bytes) -> bytes:
    """One WARC record as one gzip member (ISO 28500 4, and annex D.2)."""
    named = "".join(f"{name}: {value}\r\n" for name, value in headers)
    block_digest = _labelled("sha1", hashlib.sha1(block, usedforsecurity=False).hexdigest())
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\n{named}"
        f"WARC-Block-Digest: {block_digest}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return _member(b"%b%b\r\n\r\n" % (head.encode(), block))


def _member(record: bytes) -> bytes:
    """A record as a gzip member; of a short one with a window of its size: to clear a whole one takes longer than to deflate it."""
    window = _SHORT.bit_length() - 1 if len(record) <= _SHORT else zlib.MAX_WBITS
    return zlib.compress(record, _LEVEL, wbits=_GZIP + window)


def _labelled(algorithm: str, value: str) -> str:
    """A digest as all WARC tools read it: some of them know base 32 only."""
    return f"{algorithm}:{b32encode(bytes.fromhex(value)).decode()}"


def _record_id() -> str:
    """A new id; drawn without asking the system for random bytes, which gives Python's lock away."""
    return f"<urn:uuid:{UUID(int=getrandbits(128), version=4)}>"


def _ids(own: str, partner: str | None) -> list[_Header]:
    """A record's own id, and that of another record of the same capture."""
    ids = [("WARC-Record-ID", own)]
    return ids if partner is None else [*ids, ("WARC-Concurrent-To", partner)]


def _shared_headers(capture: Capture) -> list[_Header]:
    """What all records of a capture say."""
    shared = [("WARC-Target-URI", _target(capture)), ("WARC-Date", _date(capture.fetch_time))]
    if capture.address is not None:
        shared.append(("WARC-IP-Address", capture.address.rpartition(":")[0].strip("[]")))
    return shared


def _target(capture: Capture) -> str:
    """The URL without what would end a header, or is in no URI; the capture's row has it as found."""
    return capture.url.translate(_NOT_IN_A_URI)


def _date(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _info_record(name: str, info: Mapping[str, str]) -> bytes:
    headers = [
        *_ids(_record_id(), None),
        ("WARC-Date", _date(datetime.now(UTC))),
        ("WARC-Filename", name),
        ("Content-Type", "application/warc-fields"),
    ]
    return _record(
        "warcinfo", headers, "".join(f"{key}: {value}\r\n" for key, value in info.items()).encode()
    )


def _http_head(first: str, headers: Iterable[_Header]) -> bytes:
    """A head as it was on the wire, whose bytes Python's http gives as Latin-1; an imported one may have any text."""
    head = "".join([first, "\r\n", *(f"{name}: {value}\r\n" for name, value in headers), "\r\n"])
    try:
        return head.encode("latin-1")
    except UnicodeEncodeError:
        return head.encode()


def _request_record(exchange: Exchange, headers: Sequence[_Header]) -> bytes:
    head = _http_head(exchange.request_line or "", exchange.request_headers)
    return _record("request", [*headers, ("Content-Type", "application/http; msgtype=request")], head)


def _answer_record(capture: Capture, exchange: Exchange, headers: list[_Header]) -> bytes:
    body = exchange.body or b""
    if capture.content_digest is not None:
        headers.append(("WARC-Payload-Digest", _labelled(*capture.content_digest.split(":"))))
    if exchange.status_line is None:
        headers.append(("Content-Type", capture.content_mime_type or "application/octet-stream"))
        return _record("resource", headers, body)
    headers.append(("Content-Type", "application/http; msgtype=response"))
    head = _http_head(f"{exchange.protocol} {exchange.status_line}", _payload_headers(exchange, len(body)))
    if not capture.revisit or capture.content_digest is None:
        return _record("response", headers, head + body)
    not_modified = capture.fetch_status == 304  # HTTP Not Modified
    headers.append(("WARC-Profile", _REVISIT_PROFILES[not_modified]))
    headers.append(("WARC-Refers-To-Target-URI", _target(capture)))
    return _record("revisit", headers, head)


def _payload_headers(exchange: Exchange, length: int) -> list[_Header]:
    """The headers as received, those of the transfer renamed, with the length of what is stored."""
    kept = [
        (f"{_ORIGINAL}{name}" if name.lower() in _CODING_HEADERS else name, value)
        for name, value in exchange.response_headers
    ]
    return [*kept, ("Content-Length", str(length))]


def _row_record(row: Mapping[str, object], headers: Sequence[_Header]) -> bytes:
    return _record("metadata", [*headers, ("Content-Type", "application/json")], orjson.dumps(row))


def read_payload(archive: Path, capture: Capture) -> bytes:
    """The payload of a capture that is not a revisit.

    Raises:
        DigestMismatch: the file is missing, or gives other bytes than were captured.
    """
    where = f"{capture.warc_filename} at {capture.warc_record_offset} ({capture.url})"
    if capture.warc_filename is None or capture.warc_record_offset is None:
        raise DigestMismatch(f"{capture.url}: no payload was archived")
    try:
        with _record_of(
            archive, capture.warc_filename, capture.warc_record_offset, capture.warc_record_length
        ) as stream:
            record = next(iter(ArchiveIterator(stream)))
            payload = bytes(record.content_stream().read())
    except (ArchiveLoadFailed, StopIteration, zlib.error) as error:
        raise DigestMismatch(f"{where} is no whole record: restore the file from a copy") from error
    except OSError as error:
        raise DigestMismatch(f"{where} cannot be read: {error}") from error
    if digest(payload) != capture.content_digest:
        raise DigestMismatch(f"{where} is not what was captured: restore the file from a copy")
    return payload


def _record_of(archive: Path, name: str, offset: int, length: int | None) -> IO[bytes]:
    """A record where its file lies: in the folder, else on the object store that the folder is a copy of."""
    try:
        stream = (archive / name).open("rb")
    except FileNotFoundError:
        origin = origin_of(archive.parent)
        if origin is None or length is None:
            raise
        return io.BytesIO(read_range(origin, f"archive/{name}", offset, length))
    stream.seek(offset)
    return stream


def salvage(archive: Path) -> tuple[str, ...]:
    """Close what runs that died left open: cut each file at its last whole record, set the rest aside.

    Returns:
        What was done, one sentence per file.
    """
    cut = tuple(_salvaged(archive, path) for path in sorted(archive.glob("*/*/*.warc.gz.open")))
    unsealed = [path for name in closed_files(archive) if not is_sealed(path := archive / name)]
    for path in unsealed:
        seal(path)
    return (*cut, *(f"{path.relative_to(archive).as_posix()}: sealed" for path in unsealed))


def _salvaged(archive: Path, path: Path) -> str:
    content = path.read_bytes()
    whole = _whole_members(content)
    final = path.with_name(path.name.removesuffix(".open"))
    torn = content[whole:]
    if torn:
        aside = archive.parent / "quarantine" / f"{path.parent.parent.name}-{final.name}.torn"
        aside.parent.mkdir(parents=True, exist_ok=True)
        write_durably(aside, torn)
    if whole:
        with path.open("r+b") as stream:
            stream.truncate(whole)
            os.fsync(stream.fileno())
        _close(path, final)
    else:
        path.unlink()
    name = final.relative_to(archive).as_posix()
    return f"{name}: the last run ended without closing; {whole} bytes kept, {len(torn)} set aside"


def _whole_members(content: bytes) -> int:
    """Length of the leading part of a file that consists of whole gzip members."""
    whole = at = 0
    member = zlib.decompressobj(wbits=31)
    while at < len(content):
        piece = content[at : at + _PIECE]
        try:
            member.decompress(piece)
        except zlib.error:
            break
        at += len(piece)
        if member.eof:
            at -= len(member.unused_data)
            whole = at
            member = zlib.decompressobj(wbits=31)
    return whole


def captures_in(archive: Path, name: str) -> Iterator[Capture]:
    """The captures that one closed file holds, as its metadata records give them."""
    with (archive / name).open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type == "metadata":
                yield capture_of(orjson.loads(record.content_stream().read()))


_FIELDS = frozenset(item.name for item in fields(Capture))


def capture_of(row: dict[str, object]) -> Capture:
    """The capture that a metadata record holds."""
    known = {name: value for name, value in row.items() if name in _FIELDS}
    for name in ("fetch_time", "tls_not_after"):
        known[name] = datetime.fromisoformat(str(row[name])) if row.get(name) else None
    return Capture(**known)  # type: ignore[arg-type]  # written from a Capture


def closed_files(archive: Path) -> tuple[str, ...]:
    """Names of the closed files, relative to the archive."""
    return tuple(path.relative_to(archive).as_posix() for path in sorted(archive.glob("*/*/*.warc.gz")))

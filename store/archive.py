"""The archive: WARC 1.1 files, one per run and source, never appended to later (ISO 28500).

    archive/<source_id>/<yyyy>/<run_id>.warc.gz          closed
    archive/<source_id>/<yyyy>/<run_id>.warc.gz.sha256   its seal (`store.seal`)
    archive/<source_id>/<yyyy>/<run_id>.warc.gz.open     being written, or left by a run that died

Each capture is a request record, a response (revisit, resource) record, and a `metadata` record that holds its row
of `captures` as JSON; a request without an answer is a metadata record alone. So the table can be rebuilt from the
files. A torn last record is read as whole by warcio, and swallows what is appended behind it
(webrecorder/warcio#138): hence one file per run, and `salvage` cuts at the last whole gzip member. The records of
one capture name each other (WARC-Concurrent-To).
"""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self
from uuid import uuid4

import orjson
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from store.capture import Capture, as_row, digest
from store.durable import sync_folder, write_durably
from store.exceptions import DigestMismatch, StorageFault
from store.seal import is_sealed, seal

FSYNC_EVERY = 20
"""Captures between two fsyncs: what a power cut may cost at most."""

_PIECE = 65_536
"""Bytes inflated at a time when a file is checked."""

_REVISIT_PROFILES = {
    True: "http://netpreserve.org/warc/1.1/revisit/server-not-modified",
    False: "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
}
_ORIGINAL = "X-Archive-Orig-"
_CODING_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
"""Headers of the transfer, not of the payload that we keep: renamed as the Wayback Machine does."""


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
        self._stream: BinaryIO | None = None
        self._writer: WARCWriter | None = None
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
                _sync(self._stream)
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
        self._whole = False
        try:
            archived = self._write(capture, exchange)
        except OSError as error:
            raise StorageFault(f"{self._open} cannot be written: {error.strerror}") from error
        self._whole = True
        return archived

    def _write(self, capture: Capture, exchange: Exchange) -> Capture:
        writer, stream = self._started()
        request = None if exchange.request_line is None else _record_id()
        response = None if exchange.body is None else _record_id()
        if request is not None:
            writer.write_record(_request_record(writer, capture, exchange, _ids(request, response)))
        offset, length = None, None
        if response is not None:
            offset = stream.tell()
            writer.write_record(_response_record(writer, capture, exchange, _ids(response, request)))
            length = stream.tell() - offset
        archived = replace(
            capture,
            warc_filename=self._name,
            warc_record_offset=offset,
            warc_record_length=length,
        )
        writer.write_record(_metadata_record(writer, archived, _ids(_record_id(), response or request)))
        self._unsynced += 1
        if self._unsynced >= FSYNC_EVERY:
            _sync(stream)
            self._unsynced = 0
        return archived

    def _started(self) -> tuple[WARCWriter, BinaryIO]:
        if self._writer is None or self._stream is None:
            self._open.parent.mkdir(parents=True, exist_ok=True)
            self._stream = self._open.open("xb")
            for folder in self._open.parents[:3]:
                sync_folder(folder)
            self._writer = WARCWriter(self._stream, gzip=True, warc_version="1.1")
            self._writer.write_record(self._writer.create_warcinfo_record(self._final.name, self._info))
        return self._writer, self._stream


def _close(opened: Path, final: Path) -> None:
    opened.rename(final)
    sync_folder(final.parent)
    seal(final)


def _record_id() -> str:
    return f"<{uuid4().urn}>"


def _ids(own: str, partner: str | None) -> dict[str, str]:
    """A record's own id, and that of another record of the same capture."""
    return {"WARC-Record-ID": own, **({"WARC-Concurrent-To": partner} if partner else {})}


def _sync(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _warc_headers(capture: Capture) -> dict[str, str]:
    headers = {"WARC-Date": capture.fetch_time.astimezone(UTC).isoformat().replace("+00:00", "Z")}
    if capture.address is not None:
        headers["WARC-IP-Address"] = capture.address.rsplit(":", 1)[0].strip("[]")
    return headers


def _request_record(
    writer: WARCWriter, capture: Capture, exchange: Exchange, ids: Mapping[str, str]
) -> object:
    head = StatusAndHeaders(exchange.request_line, list(exchange.request_headers), is_http_request=True)
    headers = {**_warc_headers(capture), **ids}
    return writer.create_warc_record(capture.url, "request", http_headers=head, warc_headers_dict=headers)


def _response_record(
    writer: WARCWriter, capture: Capture, exchange: Exchange, ids: Mapping[str, str]
) -> object:
    headers = {**_warc_headers(capture), **ids}
    body = exchange.body or b""
    if exchange.status_line is None:
        return writer.create_warc_record(
            capture.url,
            "resource",
            payload=io.BytesIO(body),
            length=len(body),
            warc_content_type=capture.content_mime_type or "application/octet-stream",
            warc_headers_dict=headers,
        )
    head = StatusAndHeaders(
        exchange.status_line, _payload_headers(exchange, len(body)), protocol=exchange.protocol
    )
    if capture.revisit and capture.content_digest is not None:
        not_modified = capture.fetch_status == 304  # HTTP Not Modified
        headers["WARC-Profile"] = _REVISIT_PROFILES[not_modified]
        headers["WARC-Payload-Digest"] = capture.content_digest
        headers["WARC-Refers-To-Target-URI"] = capture.url
        return writer.create_warc_record(capture.url, "revisit", http_headers=head, warc_headers_dict=headers)
    return writer.create_warc_record(
        capture.url,
        "response",
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=head,
        warc_headers_dict=headers,
    )


def _payload_headers(exchange: Exchange, length: int) -> list[tuple[str, str]]:
    """The headers as received, those of the transfer renamed, with the length of what is stored."""
    kept = [
        (f"{_ORIGINAL}{name}" if name.lower() in _CODING_HEADERS else name, value)
        for name, value in exchange.response_headers
    ]
    return [*kept, ("Content-Length", str(length))]


def _metadata_record(writer: WARCWriter, capture: Capture, ids: Mapping[str, str]) -> object:
    row = orjson.dumps(as_row(capture))
    return writer.create_warc_record(
        capture.url,
        "metadata",
        payload=io.BytesIO(row),
        length=len(row),
        warc_content_type="application/json",
        warc_headers_dict={**_warc_headers(capture), **ids},
    )


def read_payload(archive: Path, capture: Capture) -> bytes:
    """The payload of a capture that is not a revisit.

    Raises:
        DigestMismatch: the file is missing, or gives other bytes than were captured.
    """
    where = f"{capture.warc_filename} at {capture.warc_record_offset} ({capture.url})"
    if capture.warc_filename is None or capture.warc_record_offset is None:
        raise DigestMismatch(f"{capture.url}: no payload was archived")
    try:
        with (archive / capture.warc_filename).open("rb") as stream:
            stream.seek(capture.warc_record_offset)
            record = next(iter(ArchiveIterator(stream)))
            payload = bytes(record.content_stream().read())
    except (OSError, StopIteration, zlib.error) as error:
        raise DigestMismatch(f"{where} cannot be read: {error}") from error
    if digest(payload) != capture.content_digest:
        raise DigestMismatch(f"{where} is not what was captured: restore the file from a copy")
    return payload


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
            _sync(stream)
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
    known["fetch_time"] = datetime.fromisoformat(str(row["fetch_time"]))
    return Capture(**known)  # type: ignore[arg-type]  # written from a Capture


def closed_files(archive: Path) -> tuple[str, ...]:
    """Names of the closed files, relative to the archive."""
    return tuple(path.relative_to(archive).as_posix() for path in sorted(archive.glob("*/*/*.warc.gz")))

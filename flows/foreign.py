"""Answers in foreign WARC files (ISO 28500), each whole or refused; and the files themselves, whole to their end or not.

Records are told apart here. warcio takes the torn end of a file for a whole record, says damage of gzip on standard error and goes
on, gives the half of a coded body that it could decode, and raises what it likes where a record lacks its address.
"""

from __future__ import annotations

import hashlib
import io
import re
from base64 import b16encode, b32encode, b64encode
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import IO, Any

from warcio.statusandheaders import StatusAndHeadersParser

from flows.codings import GZIP_MAGIC, codings, decoded, is_undone, joined, ungzipped
from flows.exceptions import GiveUp, NothingToImport
from flows.framing import LENGTH, begins_a_chunk, is_chunked, unchunked
from flows.limits import Limits
from parsers.metadata.links import host_of

_LIMITS = Limits()
_BOUNDS = _LIMITS.bounds("attachment")
"""What any answer may cost: what was asked for is not known, a page or a file."""

_AT_ONCE = 1 << 14
"""Bytes read, or passed over, at once."""

_HEAD_BYTES = 1 << 20
"""Bytes of a record's own head: no tool writes so many."""

_OK = 200
_END = b"\r\n\r\n"
_HEADS = StatusAndHeadersParser([], verify=False)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_STATUS = re.compile(r"[1-9][0-9]{2}")
_DIGESTS = frozenset({"md5", "sha1", "sha256", "sha512"})


class Passed(Enum):
    """Why a record is passed over."""

    KIND = "that are no answers of web servers"
    HOST = "of other hosts"
    KNOWN = "archived already"


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that cannot be had whole, or the rest of a file that cannot be read.

    Attributes:
        error: `truncated`, `damaged`, `decode` or `too_large`; of a file `unreadable_file`.
        message: The error in words.
        url: The record's; None where it says none, and of a file.
    """

    error: str
    message: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that a record holds whole.

    Attributes:
        url: What was asked for.
        time: When.
        status: The status; None where the first line has none.
        status_line: E.g. `200 OK`.
        headers: As received.
        media_type: As its header says.
        protocol: E.g. `HTTP/1.1`.
        body: Chunks and content codings removed.
    """

    url: str
    time: datetime
    status: int | None
    status_line: str
    headers: tuple[tuple[str, str], ...]
    media_type: str | None
    protocol: str
    body: bytes


def host_names(given: Iterable[str]) -> frozenset[str]:
    """Names of hosts as addresses have them.

    Raises:
        NothingToImport: one is none, so that no record could be of it.
    """
    return frozenset(map(_host_name, given))


def answers(path: Path, hosts: AbstractSet[str] = frozenset()) -> Iterator[Answered | Refused | Passed]:
    """What each record of a WARC file is; one block is held at a time, and damage that ends the file comes last.

    Args:
        path: The file.
        hosts: Only records of these hosts and their subdomains; all where none is named.
    """
    try:
        with path.open("rb") as file:
            for head, passed, block in _records(_plain(file), hosts):
                yield passed or _judged(head, block)
    except (OSError, GiveUp) as error:
        yield Refused("unreadable_file", str(error))


def _host_name(given: str) -> str:
    try:
        name = given.encode("idna").decode().lower()
    except UnicodeError:
        name = ""
    if not _HOST.fullmatch(name):
        raise NothingToImport(f"{given!r} is no host name; give it without scheme, port, path and stars")
    return name


def _is_of(url: str, hosts: AbstractSet[str]) -> bool:
    """Whether a URL is of one of these hosts, or of a subdomain."""
    labels = (host_of(url) or "").split(".")
    return any(".".join(labels[n:]) in hosts for n in range(len(labels)))


class _Pieces(io.RawIOBase):
    """Pieces of bytes, read as a file; none is asked for before those before it are used up."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = memoryview(piece)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def _plain(file: io.BufferedReader) -> IO[bytes]:
    """A file without its gzip, which has a member for each record."""
    if not file.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC):
        return file
    return io.BufferedReader(_Pieces(ungzipped(iter(lambda: file.read1(_AT_ONCE), b""))), _AT_ONCE)


def _records(stream: IO[bytes], hosts: AbstractSet[str]) -> Iterator[tuple[Any, Passed | None, bytes | None]]:
    """Head and block of each record, given once its end was seen; no block of one that is passed over, or is too large.

    Raises:
        GiveUp: the file ends in the middle of a record, is damaged, or is no WARC file.
    """
    seen, url = 0, None
    try:
        while first := _first_line(stream):
            head = _head(stream, first)
            url = _url(head)
            passed = _passed(head, url, hosts)
            yield head, passed, _block(stream, _length(head), wanted=passed is None)
            seen, url = seen + 1, None
    except GiveUp as error:
        where = f"record {seen + 1}{f' ({url})' if url else ''}"
        raise GiveUp("damaged", f"{where}: {error}") from error
    if not seen:
        raise GiveUp("damaged", "it is empty")


def _first_line(stream: IO[bytes]) -> bytes:
    """The line that a record begins with; some tools leave more than the two lines blank before it."""
    line = stream.readline(_AT_ONCE)
    while line in {b"\r\n", b"\n"}:
        line = stream.readline(_AT_ONCE)
    return line


def _head(stream: IO[bytes], first: bytes) -> Any:
    """A record's own head.

    Raises:
        GiveUp: it is none, the file ends in it, or it does not end.
    """
    if not first.startswith(b"WARC/"):
        raise GiveUp("damaged", "no WARC record begins here")
    lines, size = [first], 0
    while (line := stream.readline(_AT_ONCE)).strip():
        lines.append(line)
        size += len(line)
        if size > _HEAD_BYTES:
            raise GiveUp("damaged", "its head does not end")
    if not line:
        raise GiveUp("damaged", "the file ends in its head")
    return _HEADS.parse(io.BytesIO(b"".join([*lines, line])))


def _length(head: Any) -> int:
    """The length of a record's block.

    Raises:
        GiveUp: it is not said.
    """
    length = head.get_header("Content-Length") or ""
    if not LENGTH.fullmatch(length):
        raise GiveUp("damaged", "no length")
    return int(length)


def _block(stream: IO[bytes], length: int, *, wanted: bool) -> bytes | None:
    """Read a record to its end, and give its block where that is wanted and not too large.

    Raises:
        GiveUp: it has no end where it should.
    """
    block = stream.read(length) if wanted and length <= _BOUNDS.body + _HEAD_BYTES else None
    left = length - len(block or b"")
    while left and (skipped := len(stream.read(min(left, _AT_ONCE)))):
        left -= skipped
    if left:
        raise GiveUp("damaged", f"the file ends in its middle, {left} bytes too soon")
    if stream.read(len(_END)) != _END:
        raise GiveUp("damaged", "it does not end where its length says")
    return block


def _url(head: Any) -> str | None:
    url = head.get_header("WARC-Target-URI")
    return None if url is None else str(url).strip("<>").replace(" ", "%20")


def _passed(head: Any, url: str | None, hosts: AbstractSet[str]) -> Passed | None:
    """Why a record is passed over; None where it is an answer that is wanted, or should be one."""
    if head.get_header("WARC-Type") != "response":
        return Passed.KIND
    if url is None:
        return None
    if not url.lower().startswith(("http:", "https:")):
        return Passed.KIND
    return None if not hosts or _is_of(url, hosts) else Passed.HOST


def _judged(head: Any, block: bytes | None) -> Answered | Refused:
    url = _url(head)
    try:
        return _answered(head, url, block)
    except GiveUp as error:
        return Refused(error.outcome, str(error), url)


def _answered(head: Any, url: str | None, block: bytes | None) -> Answered:
    """The answer that a record holds.

    Raises:
        GiveUp: `truncated`, `damaged`, `decode` or `too_large`.
    """
    if url is None:
        raise GiveUp("damaged", "an answer without the address that was asked for")
    if block is None:
        raise GiveUp("too_large", f"a record of {head.get_header('Content-Length')} bytes")
    for name in ("WARC-Truncated", "WARC-Segment-Number"):
        if reason := head.get_header(name):
            raise GiveUp("truncated", f"the record holds a part alone ({name}: {reason})")
    if not block:
        raise GiveUp("truncated", "the record is empty")
    stream = io.BytesIO(block)
    http = _HEADS.parse(stream)
    if not http.protocol.upper().startswith("HTTP/"):
        raise GiveUp("damaged", "no HTTP answer begins in it")
    kept = block[stream.tell() :]
    code = http.get_statuscode()
    status = int(code) if _STATUS.fullmatch(code) else None
    sent, names = _sent(http, status, kept)
    _check_digests(head, block, kept, sent)
    return Answered(
        url,
        _time(head),
        status,
        http.statusline,
        tuple(http.headers),
        http.get_header("Content-Type"),
        http.protocol,
        joined(decoded([sent], names, most_layers=_LIMITS.coding_layers), _BOUNDS),
    )


def _sent(http: Any, status: int | None, kept: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The body without its chunks, and the content codings that it still has.

    Many who write such files (Common Crawl until 2018) undo both and leave the headers that name them.

    Raises:
        GiveUp: `truncated`, where it is shorter than its headers say; `decode`, where it has an unknown transfer coding.
    """
    names = codings(_header(http, "content-encoding"))
    if is_chunked(_header(http, "transfer-encoding")):
        body = unchunked(kept) if begins_a_chunk(kept) else kept
        return body, () if is_undone(body, names) else names
    if is_undone(kept, names):
        return kept, ()
    length = _header(http, "content-length").partition(",")[0].strip()
    # Bodies of redirects and errors, which browsers do not give away, are missed by nobody.
    if status == _OK and LENGTH.fullmatch(length) and len(kept) < int(length):
        raise GiveUp("truncated", f"the body has {len(kept)} bytes of {length}")
    return kept, names


def _header(http: Any, name: str) -> str:
    """All values of a header."""
    return ", ".join(value for key, value in http.headers if key.lower() == name)


def _check_digests(head: Any, block: bytes, kept: bytes, sent: bytes) -> None:
    """Refuse bytes that are not those of which a record gives the digest.

    The block's decides, since tools differ in whether the payload has its chunks.

    Raises:
        GiveUp: `damaged`.
    """
    intact = _has_digest(head.get_header("WARC-Block-Digest"), block)
    if intact is None:
        said = head.get_header("WARC-Payload-Digest")
        intact = _has_digest(said, kept) or _has_digest(said, sent)
    if intact is False:
        raise GiveUp("damaged", "its bytes do not have the digest that the record gives")


def _has_digest(said: str | None, content: bytes) -> bool | None:
    """Whether bytes have a digest, in base 16, 32 or 64; None where none is said, or in a way that is not known."""
    algorithm, _, value = (said or "").partition(":")
    algorithm = algorithm.strip().lower().replace("-", "")
    if algorithm not in _DIGESTS:
        return None
    raw = hashlib.new(algorithm, content, usedforsecurity=False).digest()
    value = value.strip().rstrip("=").replace("-", "+").replace("_", "/").lower()
    forms = (encode(raw).decode().rstrip("=").lower() for encode in (b16encode, b32encode, b64encode))
    return next((form == value for form in forms if len(form) == len(value)), None)


def _time(head: Any) -> datetime:
    """When an answer came; a time without a zone is in UTC (WARC 1.1, 5.4).

    Raises:
        GiveUp: `damaged`, where no time is said.
    """
    said = head.get_header("WARC-Date") or ""
    try:
        time = datetime.fromisoformat(said)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise GiveUp("damaged", f"captured at {said!r}, which is no time") from error

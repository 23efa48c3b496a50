"""One origin's line: a connection to a checked address, and answers that end on time and in size.

`requests` has read timeouts but no deadline, follows redirects and looks names up by itself, and decodes without
a limit. So here it is given a connection class of our own (which address, and how long each read may wait), and
bodies are read as they come on the wire.
"""

from __future__ import annotations

import functools
import http.client
import io
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection

from flows.addresses import Target, pair, system_addresses
from flows.codings import codings, decoded, joined
from flows.exceptions import GiveUp
from flows.framing import LENGTH, WITHOUT_BODY, is_chunked
from flows.limits import Bounds, Limits

Headers = tuple[tuple[str, str], ...]

READ = 65_536
# RFC 9110 15.4: the statuses whose `Location` is followed by a GET.
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Bytes on the wire besides the body: 100 header lines of 65,536 bytes are http.client's own limit; chunk sizes and
# trailers come on top, and have none.
FIELDS = 100
HEAD_BYTES = FIELDS * 65_536

# A field name (RFC 9110 5.1). Lines that are none make Python's header parser drop all lines after them.
FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:(.*)", re.DOTALL)
# OpenSSL's SSL_OP_LEGACY_SERVER_CONNECT; the ssl module names it since Python 3.12.
OP_LEGACY_SERVER_CONNECT = 0x4


@dataclass(frozen=True, slots=True)
class Tls:
    """How far a source's certificates are trusted. The defaults are for everybody.

    Attributes:
        ca_bundle: File of trusted roots; None for those of `certifi`.
        fingerprint: SHA-256 of the one certificate that is accepted unseen, in hex; None to check as usual.
        legacy: Allow what old servers need: TLS 1.0, weak Diffie-Hellman groups, unsafe legacy renegotiation.
    """

    ca_bundle: str | None = None
    fingerprint: str | None = None
    legacy: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request, without redirects and retries.

    Attributes:
        status: None where no head came.
        fault: `timeout`, `connection`, `decode` or `too_large`; None where the answer is whole.
        error: The fault in words.
        passing: Whether the fault may be gone the next time.
        reached: Whether a connection stood (with TLS, its handshake done) before the fault.
        wire_bytes: Bytes received, head included.
        duration: Seconds from the beginning of the connection to the last byte.
    """

    status: int | None
    reason: str | None
    http_version: str | None
    request_headers: Headers
    response_headers: Headers
    body: bytes
    address: str | None
    tls_verified: bool | None
    tls_not_after: datetime | None
    wire_bytes: int
    duration: float
    fault: str | None
    error: str | None
    passing: bool
    reached: bool

    def header(self, name: str) -> str | None:
        """The first value of a header; None where it was not sent."""
        return next((value for key, value in self.response_headers if key.lower() == name), None)


class Meter:
    """Time and bytes that one answer has left; counts what it took."""

    def __init__(self, bounds: Bounds) -> None:
        self.started = time.monotonic()
        self.received = 0
        self.breach: str | None = None
        self._bounds = bounds
        self._end = self.started + bounds.total
        self._phase_end, self._phase = self._end, f"whole answer longer than {bounds.total:g} s"

    def connect_seconds(self) -> float:
        """Seconds left for the connection."""
        return self._left(
            self.started + self._bounds.connect, f"connection took longer than {self._bounds.connect:g} s"
        )

    def expect_head(self) -> None:
        """From now on the head is waited for."""
        self._phase = f"headers took longer than {self._bounds.head:g} s"
        self._phase_end = time.monotonic() + self._bounds.head

    def expect_body(self) -> None:
        """From now on only the whole answer and the gaps are limited."""
        self._phase_end = self._end

    def read_seconds(self) -> float:
        """Seconds that the next read may wait.

        Raises:
            TimeoutError: None are left.
        """
        left = self._left(self._phase_end, self._phase)
        if self._bounds.gap < left:
            self.breach = f"silence longer than {self._bounds.gap:g} s"
            return self._bounds.gap
        return left

    def count(self, received: int) -> None:
        """Add bytes from the wire.

        Raises:
            GiveUp: `too_large`, where chunk sizes, trailers or headers do not end.
        """
        self.received += received
        if self.received > self._bounds.body + HEAD_BYTES:
            raise GiveUp("too_large", f"more than {self._bounds.body + HEAD_BYTES:,} bytes on the wire")

    def _left(self, phase_end: float, phase: str) -> float:
        now = time.monotonic()
        end, self.breach = min(
            (self._end, f"whole answer longer than {self._bounds.total:g} s"), (phase_end, phase)
        )
        if end <= now:
            raise TimeoutError(self.breach)
        return end - now


class _Socket(socket.socket):
    """A socket that is told its timeout as often as layers like: the system is only told of a new one."""

    def settimeout(self, value: float | None) -> None:
        if value != self.gettimeout():
            super().settimeout(value)


class _Wire(io.RawIOBase):
    """A socket's bytes, each read of which asks the meter how long it may wait."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, meter: Meter) -> None:
        self._raw, self._sock, self._meter = raw, sock, meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int | None:  # type: ignore[override]
        self._sock.settimeout(self._meter.read_seconds())
        received = self._raw.readinto(buffer)
        self._meter.count(received or 0)
        return received

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Reader(io.BufferedReader):
    """Reads a head leniently: a line that is no header field is passed over, as browsers do."""

    in_head = True
    _first, _dropped = True, False

    def readline(self, size: int | None = -1, /) -> bytes:
        """The next line; within the head, the next one that is the status line, a field, a fold or the end."""
        line = super().readline(size)
        if not self.in_head:
            return line
        if self._first:
            self._first = False
            return line
        while line.strip(b"\r\n") and len(line) <= READ:
            if line[:1] in b" \t":
                if not self._dropped:
                    return line
            elif field := FIELD.fullmatch(line):
                self._dropped = False
                return field[1] + b":" + field[2]
            self._dropped = True
            line = super().readline(size)
        # An end of head may be followed by another status line (RFC 9110 15.2).
        self._first, self._dropped = True, True
        return line


class _Head(http.client.HTTPResponse):
    """http.client's response, on a metered wire."""

    def __init__(
        self,
        sock: socket.socket,
        debuglevel: int = 0,
        method: str | None = None,
        url: str | None = None,
        *,
        meter: Meter,
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self._reader = _Reader(_Wire(self.fp.detach(), sock, meter), READ)
        self.fp = self._reader

    def begin(self) -> None:
        """Read the head as http.client does, but for its parser of mails, which costs more than the rest."""
        version, status, reason = self._read_status()
        if not version.startswith("HTTP/1.") and version != "HTTP/0.9":
            raise http.client.UnknownProtocol(version)
        self.version = 10 if version in {"HTTP/1.0", "HTTP/0.9"} else 11
        self.code = self.status = status
        self.reason = reason.strip()
        self.headers = self.msg = self._read_fields()
        self._reader.in_head = False
        self.chunked = self.headers.get("transfer-encoding", "").lower() == "chunked"
        self.chunk_left = None
        length = self.headers.get("content-length", "")
        self.length = int(length) if not self.chunked and LENGTH.fullmatch(length.strip()) else None
        if status in WITHOUT_BODY or status < 200:
            self.length = 0
        if status in WITHOUT_BODY:
            self._close_conn()  # type: ignore[attr-defined]  # http.client's own
        self.will_close = self._check_close() or (not self.chunked and self.length is None)  # type: ignore[attr-defined]  # http.client's own

    def _read_fields(self) -> http.client.HTTPMessage:
        fields: list[list[str]] = []
        for _ in range(FIELDS):
            line = self.fp.readline(READ + 1)
            if len(line) > READ:
                raise http.client.LineTooLong("header line")
            text = line.decode("latin-1").rstrip("\r\n")
            if not text:
                break
            if text[0] not in " \t":
                name, _, value = text.partition(":")
                fields.append([name, value.lstrip(" \t")])
            elif fields:
                fields[-1][1] += f"\r\n{text}"
        else:
            raise http.client.HTTPException(f"got more than {FIELDS} headers")
        message = http.client.HTTPMessage()
        for name, value in fields:
            message[name] = value
        return message

    def _read_status(self) -> tuple[str, int, str]:
        """The final status; interim ones, and their heads, are passed over."""
        version, status, reason = super()._read_status()  # type: ignore[misc]
        while 100 <= status < 200 and status != 101:
            while self.fp.readline(READ + 1).strip(b"\r\n"):
                pass
            version, status, reason = super()._read_status()  # type: ignore[misc]
        return version, status, reason


class _PlainConnection(HTTPConnection):
    """Connects where its line says, and answers on the line's meter."""

    def __init__(self, *args: Any, line: Line, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._line = line

    def _new_conn(self) -> socket.socket:
        return self._line.dial(self._dns_host, self.port)

    def connect(self) -> None:
        super().connect()
        self._line.connected(tls_verified=None, tls_not_after=None)

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]  # as urllib3's own does
        self.response_class = self._line.head_reader()  # type: ignore[assignment]  # http.client only calls it
        return super().getresponse()


class _TlsConnection(HTTPSConnection):
    """The same over TLS: name in SNI, certificate checked against the name (or the fingerprint)."""

    def __init__(self, *args: Any, line: Line, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._line = line

    def _new_conn(self) -> socket.socket:
        return self._line.dial(self._dns_host, self.port)

    def connect(self) -> None:
        super().connect()
        verified = self.cert_reqs != ssl.CERT_NONE
        self._line.connected(tls_verified=verified, tls_not_after=self._not_after())

    def _not_after(self) -> datetime | None:
        """The end of the certificate's time; OpenSSL tells it of verified ones only."""
        assert isinstance(self.sock, ssl.SSLSocket)
        written = (self.sock.getpeercert() or {}).get("notAfter")
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(written)), UTC) if written else None

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]  # as urllib3's own does
        self.response_class = self._line.head_reader()  # type: ignore[assignment]  # http.client only calls it
        return super().getresponse()


class _Adapter(HTTPAdapter):
    """requests' adapter, whose pools make the connections above."""

    def __init__(self, line: Line, tls: Tls) -> None:
        self._line, self._tls = line, tls
        self._pool: urllib3.HTTPConnectionPool | None = None
        super().__init__(pool_connections=1, pool_maxsize=1)

    def close(self) -> None:
        self._pool = None
        super().close()

    def cert_verify(self, conn: object, url: object, verify: object, cert: object) -> None:
        """The context holds the trusted roots already; reading them for each connection costs 20 ms."""

    def build_connection_pool_key_attributes(  # type: ignore[override]  # the stubs' dictionaries are private
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[dict[str, object], dict[str, object]]:
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        if host["scheme"] == "http":
            return dict(host), {}
        context = tls_context(self._tls)
        pool: dict[str, object] = {"ssl_context": context, "cert_reqs": context.verify_mode}
        if self._tls.fingerprint:
            pool["assert_fingerprint"] = self._tls.fingerprint
        return dict(host), pool

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> urllib3.HTTPConnectionPool:
        """The pool of the line's origin, looked for once."""
        if self._pool is None:
            pool = super().get_connection_with_tls_context(*args, **kwargs)
            assert isinstance(pool, urllib3.HTTPConnectionPool)
            connection = _TlsConnection if pool.scheme == "https" else _PlainConnection
            pool.ConnectionCls = functools.partial(connection, line=self._line)  # type: ignore[assignment]  # only called
            self._pool = pool
        return self._pool

    def request_url(self, request: requests.PreparedRequest, proxies: Mapping[str, str] | None) -> str:
        """Path and query, for which requests would parse the URL twice more."""
        if proxies:
            return super().request_url(request, proxies)
        return "/" + str(request.url).split("/", 3)[3]

    def build_response(
        self,
        req: requests.PreparedRequest,  # noqa: ARG002  # requests' signature
        resp: urllib3.BaseHTTPResponse,
    ) -> requests.Response:
        """Nothing but the answer itself: its cookies and charset are judged elsewhere."""
        response = requests.Response()
        response.raw = resp
        return response


@functools.cache
def tls_context(tls: Tls) -> ssl.SSLContext:
    """A client context; made once for all sources that trust alike, for reading the trusted roots takes 20 ms."""
    context = ssl.create_default_context(cafile=tls.ca_bundle or DEFAULT_CA_BUNDLE_PATH)
    if tls.fingerprint:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if tls.legacy:
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.set_ciphers("DEFAULT@SECLEVEL=0")
        context.options |= OP_LEGACY_SERVER_CONNECT
    return context


class Line:
    """One origin's connection, kept open between requests. One thread at a time; it opens when first used."""

    def __init__(self, limits: Limits, tls: Tls, proxies: Mapping[str, str]) -> None:
        self._limits, self._proxies = limits, dict(proxies)
        self._adapter = _Adapter(self, tls)
        self._addresses: tuple[str, ...] = ()
        self._address: str | None = None
        self._tls_verified: bool | None = None
        self._tls_not_after: datetime | None = None
        self._stands = False
        self._dials = 0
        self._meter = Meter(limits.bounds("document"))

    def close(self) -> None:
        """Close the connection."""
        self._adapter.close()

    def get(self, target: Target, headers: Headers, addresses: tuple[str, ...], bounds: Bounds) -> Answer:
        """Ask once, and once more where a kept connection turns out to have been closed by the server.

        Args:
            target: What to ask for; always of this line's origin.
            headers: Request headers besides `Host`.
            addresses: The checked addresses; empty where a proxy connects for us.
            bounds: Seconds and bytes that the answer may cost.

        Returns:
            The answer, whole or with its fault. Never raises for what the network does.
        """
        self._addresses, dials = addresses, self._dials
        answer = self._get(target, headers, bounds)
        if (
            answer.fault == "connection"
            and answer.wire_bytes == 0
            and answer.reached
            and self._dials == dials
        ):
            answer = self._get(target, headers, bounds)
        return answer

    def dial(self, host: str, port: int) -> socket.socket:
        """A new TCP connection to the first of the checked addresses that accepts one.

        Raises:
            GiveUp: `timeout` or `connection`.
        """
        self._dials += 1
        self._stands = False
        error: OSError | None = None
        addresses = self._addresses or system_addresses(host, port)
        for number, address in enumerate(addresses):
            sock = _Socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
            try:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                # A dead address leaves time for those after it.
                sock.settimeout(self._meter.connect_seconds() / (len(addresses) - number))
                sock.connect((address, port))
                peer = str(sock.getpeername()[0])
                if peer != address:
                    raise OSError(f"asked for {address}, connected to {peer}")  # noqa: TRY301  # closed below
                # What is left is for the TLS handshake.
                sock.settimeout(self._meter.connect_seconds())
            except OSError as failed:
                sock.close()
                error = failed
                continue
            self._address = pair(address, port)
            return sock
        outcome = "timeout" if isinstance(error, TimeoutError) else "connection"
        reason = self._meter.breach if outcome == "timeout" else error
        raise GiveUp(outcome, f"no connection to {host}:{port}: {reason}", passing=True) from error

    def connected(self, *, tls_verified: bool | None, tls_not_after: datetime | None) -> None:
        """A connection stands, its TLS handshake done."""
        self._stands, self._tls_verified, self._tls_not_after = True, tls_verified, tls_not_after

    def head_reader(self) -> Callable[..., http.client.HTTPResponse]:
        """What reads the head: from now on it is waited for."""
        self._meter.expect_head()
        return functools.partial(_Head, meter=self._meter)

    def _get(self, target: Target, headers: Headers, bounds: Bounds) -> Answer:
        self._meter = meter = Meter(bounds)
        request = requests.PreparedRequest()
        request.method, request.url, request.body = "GET", target.url, None
        request.headers = dict(headers)  # type: ignore[assignment]  # no name is looked up in another case
        head: urllib3.HTTPResponse | None = None
        body, fault, error, passing = b"", None, None, False
        try:
            head = self._adapter.send(request, stream=True, timeout=bounds.gap, proxies=self._proxies).raw
            meter.expect_body()
            body = self._body(head, bounds)
        except GiveUp as caught:
            fault, error, passing = caught.outcome, str(caught), caught.passing
        except (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError) as caught:
            fault, error, passing = "timeout", meter.breach or str(caught), True
        except (requests.exceptions.SSLError, ssl.SSLError, urllib3.exceptions.SSLError) as caught:
            fault, error = "connection", f"TLS: {_root(caught)}"
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            http.client.HTTPException,
            OSError,
        ) as caught:
            fault, error, passing = "connection", _root(caught), True
        except (ValueError, LookupError, AttributeError) as caught:
            # Heads that Python's parsers stumble over.
            fault, error = "connection", f"unreadable answer: {_root(caught)}"
        finally:
            # A whole body has given its connection back; any other must not be read by the next request.
            if head is not None:
                head.close()
        return Answer(
            status=None if head is None else head.status,
            reason=None if head is None else head.reason,
            http_version=None if head is None else f"HTTP/{head.version / 10:.1f}",
            request_headers=(("Host", target.origin.partition("://")[2]), *headers),
            response_headers=() if head is None else tuple(head.headers.iteritems()),
            body=body,
            address=self._address if self._stands else None,
            tls_verified=self._tls_verified if self._stands else None,
            tls_not_after=self._tls_not_after if self._stands else None,
            wire_bytes=meter.received,
            duration=time.monotonic() - meter.started,
            fault=fault,
            error=error,
            passing=passing,
            reached=self._stands,
        )

    def _body(self, head: urllib3.HTTPResponse, bounds: Bounds) -> bytes:
        """The decoded body, whole.

        Raises:
            GiveUp: `too_large`, `decode`, or `connection` where its length cannot be known.
        """
        if head.status in REDIRECTS and "location" in head.headers:
            # A small one is cheaper to read than a connection is to make; a big one is not read.
            if head.length_remaining is not None and head.length_remaining <= READ:
                head.drain_conn()
            return b""
        if head.status in WITHOUT_BODY:
            # `_Head` has closed it already: http.client does so only when nothing is read.
            head.release_conn()
            return b""
        _check_framing(head, bounds)
        names = codings(head.headers.get("content-encoding", ""))
        chunks = head.stream(READ, decode_content=False)
        return joined(decoded(chunks, names, most_layers=self._limits.coding_layers), bounds)


def _check_framing(head: urllib3.HTTPResponse, bounds: Bounds) -> None:
    """Refuse a body whose end could not be known, or that is announced as too large (RFC 9112 6)."""
    chunked = is_chunked(head.headers.get("transfer-encoding", ""))
    length = head.headers.get("content-length")
    if length is None or chunked:
        return
    if any(not LENGTH.fullmatch(one.strip()) for one in length.split(",")):
        raise GiveUp("connection", f"Content-Length is no number: {length[:100]!r}", passing=True)
    if int(length.split(",")[0]) > bounds.body and not bounds.cut:
        raise GiveUp("too_large", f"announced {length} bytes, of which {bounds.body:,} are allowed")


def _root(error: BaseException) -> str:
    """The innermost reason, in words; the layers around it repeat it with addresses of objects."""
    while error.__cause__ is not None or error.__context__ is not None:
        error = error.__cause__ or error.__context__ or error
    return f"{type(error).__name__}: {error}"

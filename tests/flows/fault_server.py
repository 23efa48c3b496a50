"""A hostile server on loopback, and the cases it plays: each says what it sends, and which outcome that must have.

A case is a script: path to replies, the n-th request of a path getting its n-th reply (the last one repeats). A reply
yields bytes to send, seconds to wait, `RESET` (close with RST) or `KEEP` (leave the connection open).
"""

from __future__ import annotations

import contextlib
import gzip
import itertools
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

RESET: Final = "reset"
KEEP: Final = "keep"
PAGE = "关于促进科技成果转化的若干规定\n".encode() * 40


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the server saw it; header names in lower case."""

    path: str
    headers: Mapping[str, str]


Step = bytes | float | str
Reply = Callable[[Asked], Iterator[Step]]


class FaultServer:
    """Plays a script on a free port of a loopback address, one thread per connection; over TLS with a context."""

    def __init__(
        self,
        script: Mapping[str, list[Reply]],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.asked: list[Asked] = []
        self.connections = 0
        self._script = script
        self._stopped = threading.Event()
        self._context = context
        self._listener = socket.create_server((host, port), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self.address = f"{host}:{self.port}"
        self.base = f"{'https' if context else 'http'}://{self.address}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        # Closing alone would leave the accepting thread in its call.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def paths(self) -> list[str]:
        """The paths asked for so far, robots.txt left out."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, contextlib.suppress(OSError):
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
            while asked := _read_request(connection):
                replies = self._script.get(asked.path) or [not_found]
                earlier = sum(one.path == asked.path for one in self.asked)
                self.asked.append(asked)
                if not self._play(connection, replies[min(earlier, len(replies) - 1)](asked)):
                    return

    def _play(self, connection: socket.socket, steps: Iterator[Step]) -> bool:
        """Send a reply; True where the connection stays open."""
        for step in steps:
            if isinstance(step, bytes):
                connection.sendall(step)
            elif step == KEEP:
                return True
            elif step == RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
            elif isinstance(step, float) and self._stopped.wait(step):
                return False
        return False


def _read_request(connection: socket.socket) -> Asked | None:
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65_536)
        if not piece:
            return None
        received += piece
    first, *lines = received.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Asked(first.split(" ")[1], headers)


def raw(*steps: Step) -> Reply:
    """A reply that sends exactly this."""
    return lambda _: iter(steps)


def head(status: int = 200, *lines: str, version: str = "HTTP/1.1") -> bytes:
    """A head with the given header lines."""
    return "\r\n".join([f"{version} {status} Said", *lines, "", ""]).encode()


def answer(status: int = 200, body: bytes = PAGE, *lines: str) -> Reply:
    """A whole and orderly answer."""
    return raw(head(status, f"Content-Length: {len(body)}", "Content-Type: text/html", *lines), body)


def kept(status: int = 200, body: bytes = PAGE, *lines: str) -> Reply:
    """An orderly answer after which the connection stays open."""
    return raw(head(status, f"Content-Length: {len(body)}", *lines), body, KEEP)


def redirect(location: str, status: int = 302, *lines: str) -> Reply:
    """A redirect without body."""
    return raw(head(status, f"Location: {location}", "Content-Length: 0", *lines))


def drip(data: bytes, seconds: float = 0.2) -> Iterator[Step]:
    """Single bytes with a wait after each."""
    for number in range(len(data)):
        yield data[number : number + 1]
        yield seconds


def dripped(first: bytes, rest: bytes) -> Reply:
    """The first part at once, the rest byte by byte."""

    def reply(_: Asked) -> Iterator[Step]:
        yield first
        yield from drip(rest)

    return reply


def endless(first: bytes, piece: bytes, seconds: float = 0.0) -> Reply:
    """The first part, then the same piece for ever."""

    def reply(_: Asked) -> Iterator[Step]:
        yield first
        while True:
            yield piece
            if seconds:
                yield seconds

    return reply


def coded(body: bytes, coding: str, *lines: str) -> Reply:
    """A body under a `Content-Encoding`."""
    return answer(200, body, f"Content-Encoding: {coding}", *lines)


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> Reply:
    """A chunked body."""
    framed = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return raw(head(200, "Transfer-Encoding: chunked"), framed, end)


def honest_without_coding(asked: Asked) -> Iterator[Step]:
    """Labels plain text as gzip, unless no coding is accepted."""
    reply = answer() if asked.headers["accept-encoding"] == "identity" else coded(PAGE, "gzip")
    return reply(asked)


def not_modified_for(name: str, value: str, *lines: str) -> Reply:
    """304 to the right validator, else 200."""

    def reply(asked: Asked) -> Iterator[Step]:
        same = asked.headers.get(name) == value
        return raw(head(304, *lines))(asked) if same else answer(200, PAGE, *lines)(asked)

    return reply


def wants_cookie(asked: Asked) -> Iterator[Step]:
    """Redirects to itself with a cookie until the cookie comes back."""
    reply = (
        answer()
        if asked.headers.get("cookie") == "seen=1"
        else redirect("/", 302, "Set-Cookie: seen=1; Path=/")
    )
    return reply(asked)


not_found = answer(404, b"not here")


def zeros(size: int) -> bytes:
    """A gzip member of so many zero bytes, made without holding them."""
    engine = zlib.compressobj(9, wbits=31)
    step = bytes(1 << 20)
    return b"".join([*(engine.compress(step) for _ in range(size >> 20)), engine.flush()])


@dataclass(frozen=True, slots=True)
class Case:
    """A script and the outcome that it must have.

    Attributes:
        name: For the test's id and the report.
        outcome: Expected `fetch_outcome`.
        script: Path to replies; robots.txt is a 404 unless it is written here.
        url: What is asked, `{base}` being the server's origin.
        status: Expected `fetch_status`; None where it does not matter.
        body: Expected body; None where it does not matter.
        tries: Expected tries; None where it does not matter.
        limits: Limits besides the small ones that all cases have.
        request: Further fields of the request.
        asked: Paths that must have been asked for, in order, robots.txt left out; None where it does not matter.
    """

    name: str
    outcome: str
    script: Mapping[str, list[Reply]] = field(default_factory=dict)
    url: str = "{base}/"
    status: int | None = None
    body: bytes | None = None
    tries: int | None = None
    limits: Mapping[str, float] = field(default_factory=dict)
    request: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[str, ...] | None = None


def one(name: str, outcome: str, *replies: Reply, **more: object) -> Case:
    """A case of one page."""
    return Case(name, outcome, {"/": list(replies)}, **more)  # type: ignore[arg-type]


def refresh(location: str, seconds: float = 0, more: bytes = b"") -> Reply:
    """A page that sends its reader elsewhere."""
    return answer(200, f'<meta http-equiv="Refresh" content="{seconds}; url={location}">'.encode() + more)


def to(name: str, location: str, outcome: str = "private_address") -> Case:
    """A case of a redirect that must not be followed: the one request is all."""
    return Case(
        f"redirect to {name}", outcome, {"/": [redirect(location)]}, asked=("/",), status=302, tries=1
    )


def url(name: str, address: str, outcome: str) -> Case:
    """A case of a URL that must not be asked at all."""
    return Case(f"url {name}", outcome, url=address, asked=(), tries=0)


def robots(name: str, outcome: str, *replies: Reply, url: str = "{base}/a/page.html", **more: object) -> Case:
    """A case of a robots.txt, the page itself being there."""
    path = url.removeprefix("{base}")
    return Case(f"robots {name}", outcome, {"/robots.txt": list(replies), path: [answer()]}, url, **more)  # type: ignore[arg-type]


def rules(*lines: str) -> Reply:
    """A robots.txt."""
    return answer(200, "\n".join(lines).encode())


ONE_TRY = {"tries": 1}
PACKED = gzip.compress(PAGE)
CHAIN = {f"/{number}": [redirect(f"/{number + 1}")] for number in range(20)}
DIGEST = {"content_digest": "sha256:0"}

STATUSES = (
    one("200", "ok", answer(), status=200, body=PAGE, tries=1),
    one("200 without a byte", "ok", answer(200, b""), body=b""),
    one("203", "ok", answer(203), body=PAGE),
    one("201", "http_error", answer(201), body=PAGE, tries=1),
    one("202", "http_error", answer(202), status=202, tries=1),
    one("204", "http_error", raw(head(204)), body=b""),
    one("206 unasked", "http_error", answer(206, PAGE[:100], "Content-Range: bytes 0-99/2000"), tries=1),
    one("300 without Location", "http_error", answer(300)),
    one("301 without Location", "redirect", answer(301), tries=1),
    one("302 with empty Location", "redirect", redirect(""), tries=1),
    one("304 unasked", "http_error", raw(head(304)), tries=1),
    one("400", "http_error", answer(400), tries=1, body=PAGE),
    one("401", "http_error", answer(401, PAGE, "WWW-Authenticate: Basic"), tries=1),
    one("403 with body", "http_error", answer(403), status=403, body=PAGE, tries=1),
    one("404 with body", "not_found", answer(404), status=404, body=PAGE, tries=1),
    one("408", "http_error", answer(408), tries=3),
    one("410", "gone", answer(410), status=410, body=PAGE, tries=1),
    one("412", "http_error", answer(412), tries=1),
    one("418", "http_error", answer(418), tries=1),
    one("429 for ever", "http_error", answer(429), tries=3),
    one("451", "http_error", answer(451), tries=1),
    one("500 for ever", "http_error", answer(500), status=500, body=PAGE, tries=3),
    one("501", "http_error", answer(501), tries=1),
    one("503 for ever", "http_error", answer(503), tries=3),
    one("505", "http_error", answer(505), tries=1),
    one("521", "http_error", answer(521), tries=3),
    one("status 999", "http_error", answer(999), tries=1),
    one("status of two digits", "connection", raw(b"HTTP/1.1 20 OK\r\n\r\nx"), limits=ONE_TRY),
    one("status in words", "connection", raw(b"HTTP/1.1 OK OK\r\n\r\nx"), limits=ONE_TRY),
    one("no head at all", "connection", raw(b"<html>hello</html>\r\n\r\n"), limits=ONE_TRY),
    one("no reason phrase", "ok", raw(b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi"), body=b"hi"),
    one("closed at once", "connection", raw(), tries=3),
    one("reset at once", "connection", raw(RESET), tries=3),
    one(
        "early hints first",
        "ok",
        raw(head(103, "Link: </a.css>"), head(200, "Content-Length: 2"), b"hi"),
        body=b"hi",
    ),
    one("continue thrice first", "ok", raw(head(100) * 3, head(200, "Content-Length: 2"), b"hi"), body=b"hi"),
    one("continue for ever", "timeout", endless(b"", head(100), 0.01), limits=ONE_TRY),
    one("early hints for ever", "timeout", endless(b"", head(103), 0.01), limits=ONE_TRY),
    one("HTTP/1.0 until closed", "ok", raw(head(version="HTTP/1.0"), PAGE), body=PAGE),
    one("HTTP/1.1 until closed", "ok", raw(head(), PAGE), body=PAGE),
    one("bare line feeds", "ok", raw(b"HTTP/1.1 200 OK\nContent-Length: 2\n\nhi"), body=b"hi"),
)

REDIRECTS = (
    *(
        Case(
            f"redirect {status}",
            "ok",
            {"/": [redirect("/new", status)], "/new": [answer()]},
            body=PAGE,
            tries=1,
        )
        for status in (301, 302, 303, 307, 308)
    ),
    Case("redirect of ten hops", "ok", {**CHAIN, "/10": [answer()]}, "{base}/0", body=PAGE),
    Case(
        "redirect of eleven hops",
        "redirect",
        CHAIN,
        "{base}/0",
        asked=tuple(f"/{n}" for n in range(11)),
        tries=1,
    ),
    one("redirect to itself", "redirect", redirect("/"), tries=1, asked=("/",)),
    Case(
        "redirect in a circle", "redirect", {"/": [redirect("/a")], "/a": [redirect("/")]}, asked=("/", "/a")
    ),
    one("redirect to itself for a cookie", "ok", wants_cookie, body=PAGE, tries=1),
    Case(
        "redirect with GBK bytes",
        "ok",
        {
            "/": [raw(b"HTTP/1.1 302 M\r\nLocation: /\xd5\xfe\xb2\xdf\r\n\r\n")],
            "/%E6%94%BF%E7%AD%96": [answer()],
        },
    ),
    Case(
        "redirect with UTF-8 bytes",
        "ok",
        {"/": [raw("HTTP/1.1 302 M\r\nLocation: /政策\r\n\r\n".encode())], "/%E6%94%BF%E7%AD%96": [answer()]},
    ),
    Case(
        "redirect with an endless body",
        "ok",
        {"/": [endless(head(302, "Location: /a"), bytes(65_536))], "/a": [answer()]},
    ),
    Case("redirect with a dead end", "not_found", {"/": [redirect("/nowhere")]}, status=404),
    one("redirect with an endless address", "redirect", redirect("/" + "a" * 5_000), tries=1),
    one("redirect that digs", "redirect", redirect("/a" * 40), tries=1),
    Case(
        "redirect that drips",
        "timeout",
        {f"/{n}": [raw(0.3, *redirect(f"/{n + 1}")(Asked("", {})))] for n in range(11)},
        "{base}/0",
        limits=ONE_TRY,
    ),
    Case("refresh", "ok", {"/": [refresh("/a", 3)], "/a": [answer()]}, body=PAGE, tries=1),
    Case("refresh twice", "ok", {"/": [refresh("/a")], "/a": [refresh("/b")], "/b": [answer()]}, body=PAGE),
    Case(
        "refresh thrice",
        "redirect",
        {f"/{n}": [refresh(f"/{n + 1}")] for n in range(4)},
        "{base}/0",
        asked=("/0", "/1", "/2"),
    ),
    one("refresh of itself", "ok", refresh("/"), tries=1, asked=("/",)),
    one("refresh of itself by a fragment", "ok", refresh("/#top"), tries=1, asked=("/",)),
    one("refresh after a minute", "ok", refresh("/a", 60), asked=("/",)),
    one("refresh of a page with a text", "ok", refresh("/a", 5, PAGE * 4), asked=("/",)),
    one("refresh to a private address", "private_address", refresh("http://127.0.0.9/"), asked=("/",)),
    one("refresh to a file", "redirect", refresh("file:///etc/passwd"), asked=("/",)),
    Case("refresh in a circle", "redirect", {"/": [refresh("/a")], "/a": [refresh("/")]}, asked=("/", "/a")),
    one("refresh to what is no address", "ok", refresh("http://[::1/"), asked=("/",)),
    to("decimal", "http://2130706433/"),
    to("octal", "http://0177.0.0.1/"),
    to("hexadecimal", "http://0x7f000001/"),
    to("hexadecimal parts", "http://0x7f.0.0.0x1/"),
    to("short form", "http://127.1/"),
    to("zero", "http://0/"),
    to("0.0.0.0", "http://0.0.0.0/"),
    to("another loopback", "http://127.0.0.9/"),
    to("IPv6 loopback", "http://[::1]/"),
    to("IPv6 unspecified", "http://[::]/"),
    to("IPv4-mapped", "http://[::ffff:127.0.0.1]/"),
    to("IPv4-mapped in hexadecimal", "http://[::ffff:7f00:1]/"),
    to("IPv4-compatible", "http://[::127.0.0.1]/"),
    to("6to4", "http://[2002:7f00:1::]/"),
    to("NAT64", "http://[64:ff9b::7f00:1]/"),
    to("site-local", "http://[fec0::1]/"),
    to("link-local", "http://[fe80::1]/"),
    to("10/8", "http://10.0.0.1/"),
    to("172.16/12", "http://172.16.0.1/"),
    to("192.168/16", "http://192.168.0.1/"),
    to("carrier NAT", "http://100.64.0.1/"),
    to("metadata", "http://169.254.169.254/latest/meta-data/"),
    to("multicast", "http://224.0.0.1/"),
    to("6to4 relay", "http://192.88.99.1/"),
    to("full-width digits", "http://１２７.０.０.１/"),
    to("ideographic stops", "http://127。0。0。1/"),
    to("user information", "http://www.gov.cn@127.0.0.1/"),
    to("trailing dot", "http://127.0.0.1./"),
    to("mail port", "http://93.184.216.34:25/"),
    to("file", "file:///etc/passwd", "redirect"),
    to("ftp", "ftp://ftp.example.org/", "redirect"),
    to("javascript", "javascript:alert(1)", "redirect"),
    to("data", "data:text/html,hello", "redirect"),
    to("unclosed bracket", "http://[::1/", "redirect"),
    to("bad port", "http://example.org:99999/", "redirect"),
    to("backslash", "http:\\\\127.0.0.1\\", "redirect"),
)

BODIES = (
    one(
        "body of a byte at a time",
        "timeout",
        dripped(head(200, "Content-Length: 500"), PAGE[:500]),
        limits=ONE_TRY,
    ),
    one(
        "head of a byte at a time",
        "timeout",
        dripped(b"HTTP/1.1 200 OK\r\n", b"X-Slow: " + b"a" * 500),
        limits={**ONE_TRY, "total_seconds": 30},
    ),
    one("silence before the head", "timeout", raw(20.0), limits=ONE_TRY),
    one(
        "silence in the body",
        "timeout",
        raw(head(200, "Content-Length: 9"), b"hi", 20.0),
        limits={**ONE_TRY, "total_seconds": 30},
    ),
    one("endless and slow", "timeout", endless(head(), b"x" * 100, 0.05), limits=ONE_TRY),
    one("endless and fast", "too_large", endless(head(), bytes(65_536)), tries=1),
    one(
        "endless chunks",
        "too_large",
        endless(head(200, "Transfer-Encoding: chunked"), b"10000\r\n" + bytes(65_536) + b"\r\n"),
        tries=1,
    ),
    one("announced too large", "too_large", raw(head(200, "Content-Length: 999999999999"), 20.0), tries=1),
    one("just the limit", "ok", answer(200, bytes(2_000_000))),
    one("a byte over the limit", "too_large", raw(head(), bytes(2_000_001))),
    one("gzip", "ok", coded(PACKED, "gzip"), body=PAGE),
    one("x-gzip", "ok", coded(PACKED, "x-gzip"), body=PAGE),
    one("GZIP in capitals", "ok", coded(PACKED, "GZIP"), body=PAGE),
    one("gzip in two members", "ok", coded(PACKED + PACKED, "gzip"), body=PAGE + PAGE),
    one("gzip with padding", "ok", coded(PACKED + bytes(20), "gzip"), body=PAGE),
    one(
        "gzip of a byte at a time",
        "ok",
        lambda _: iter(
            [head(200, "Content-Encoding: gzip"), *(PACKED[n : n + 1] for n in range(len(PACKED)))]
        ),
        body=PAGE,
    ),
    one("gzip of nothing", "ok", coded(b"", "gzip"), body=b""),
    one("deflate with zlib head", "ok", coded(zlib.compress(PAGE), "deflate"), body=PAGE),
    one("deflate without head", "ok", coded(zlib.compress(PAGE)[2:-4], "deflate"), body=PAGE),
    one("gzip twice", "ok", coded(gzip.compress(PACKED), "gzip, gzip"), body=PAGE),
    one("gzip thrice", "decode", coded(gzip.compress(gzip.compress(PACKED)), "gzip, gzip, gzip"), tries=2),
    one("gzip cut", "decode", coded(PACKED[:-12], "gzip"), tries=2, body=b""),
    one("gzip without its end", "decode", coded(PACKED[:-8], "gzip"), tries=2),
    one("gzip with a wrong sum", "decode", coded(PACKED[:-8] + bytes(8), "gzip")),
    one("plain named gzip, always", "decode", coded(PAGE, "gzip"), tries=2),
    one("plain named gzip, unless asked plainly", "ok", honest_without_coding, tries=2, body=PAGE),
    one("gzip after plain", "decode", coded(PAGE + PACKED, "gzip")),
    one("brotli unasked", "decode", coded(b"\x0b\x02\x80hello\x03", "br")),
    one("coding unheard of", "decode", coded(PAGE, "pig-latin")),
    one("identity named", "ok", coded(PAGE, "identity"), body=PAGE),
    one("transfer coding gzip", "decode", raw(head(200, "Transfer-Encoding: gzip, chunked"), b"0\r\n\r\n")),
    one("gzip bomb", "too_large", coded(zeros(200 << 20), "gzip"), tries=1, body=b""),
    one(
        "gzip bomb in a bomb",
        "too_large",
        coded(gzip.compress(zeros(400 << 20)), "gzip, gzip"),
        tries=1,
        body=b"",
    ),
    one(
        "gzip bomb, chunked",
        "too_large",
        raw(
            head(200, "Transfer-Encoding: chunked", "Content-Encoding: gzip"),
            b"%x\r\n" % len(zeros(100 << 20)),
            zeros(100 << 20),
            b"\r\n0\r\n\r\n",
        ),
    ),
    one(
        "shorter than announced",
        "connection",
        raw(head(200, f"Content-Length: {len(PAGE) + 1}"), PAGE),
        tries=3,
        body=b"",
    ),
    one(
        "longer than announced",
        "ok",
        raw(head(200, f"Content-Length: {len(PAGE)}"), PAGE + b"more"),
        body=PAGE,
    ),
    one("length in words", "connection", raw(head(200, "Content-Length: many"), PAGE), limits=ONE_TRY),
    one("length below zero", "connection", raw(head(200, "Content-Length: -5"), PAGE), limits=ONE_TRY),
    one(
        "two lengths that differ",
        "connection",
        raw(head(200, "Content-Length: 5", "Content-Length: 7"), b"1234567"),
        limits=ONE_TRY,
    ),
    one(
        "two lengths that agree",
        "ok",
        raw(head(200, "Content-Length: 5", "Content-Length: 5"), b"12345"),
        body=b"12345",
    ),
    one(
        "length and chunks",
        "ok",
        raw(head(200, "Content-Length: 3", "Transfer-Encoding: chunked"), b"2\r\nhi\r\n0\r\n\r\n"),
        body=b"hi",
    ),
    one(
        "reset in the body",
        "connection",
        raw(head(200, "Content-Length: 500"), b"half", 0.05, RESET),
        limits=ONE_TRY,
    ),
    one("chunks", "ok", chunked(PAGE[:100], PAGE[100:]), body=PAGE),
    one(
        "chunks with extensions",
        "ok",
        raw(head(200, "Transfer-Encoding: chunked"), b"2;name=value\r\nhi\r\n0\r\n\r\n"),
        body=b"hi",
    ),
    one("chunks without the last", "connection", chunked(PAGE, end=b""), tries=3, body=b""),
    one("chunk cut", "connection", raw(head(200, "Transfer-Encoding: chunked"), b"64\r\nhi"), limits=ONE_TRY),
    one(
        "chunk size in words",
        "connection",
        raw(head(200, "Transfer-Encoding: chunked"), b"two\r\nhi\r\n0\r\n\r\n"),
        limits=ONE_TRY,
    ),
    one(
        "chunk size below zero",
        "connection",
        raw(head(200, "Transfer-Encoding: chunked"), b"-2\r\nhi\r\n0\r\n\r\n"),
        limits=ONE_TRY,
    ),
    one(
        "chunk of an exabyte",
        "connection",
        raw(head(200, "Transfer-Encoding: chunked"), b"fffffffffffffff\r\nhi"),
        limits=ONE_TRY,
    ),
    one(
        "chunk size without end",
        "connection",
        endless(head(200, "Transfer-Encoding: chunked"), b"0" * 65_536),
        limits=ONE_TRY,
    ),
    one(
        "trailers without end",
        "too_large",
        endless(
            head(200, "Transfer-Encoding: chunked") + b"2\r\nhi\r\n0\r\n",
            b"X-More: " + b"a" * 65_000 + b"\r\n",
        ),
        limits=ONE_TRY,
    ),
    one(
        "chunks that are not",
        "connection",
        raw(head(200, "Transfer-Encoding: chunked"), PAGE),
        limits=ONE_TRY,
    ),
)

HEADERS = (
    one(
        "header line of 70,000 bytes",
        "connection",
        answer(200, PAGE, "X-Long: " + "a" * 70_000),
        limits=ONE_TRY,
    ),
    one(
        "two hundred headers",
        "connection",
        answer(200, PAGE, *(f"X-{n}: y" for n in range(200))),
        limits=ONE_TRY,
    ),
    one("ninety headers", "ok", answer(200, PAGE, *(f"X-{n}: y" for n in range(90)))),
    one(
        "headers without end",
        "connection",
        endless(b"HTTP/1.1 200 OK\r\n", b"X-More: yes\r\n"),
        limits=ONE_TRY,
    ),
    one(
        "header line without end",
        "connection",
        endless(b"HTTP/1.1 200 OK\r\nX-More: ", b"a" * 10_000),
        limits=ONE_TRY,
    ),
    one("folded header", "ok", coded(PACKED, "gzip", "X-Folded: one\r\n two"), body=PAGE),
    one(
        "line without colon before the coding",
        "ok",
        raw(head(200, "this is no header", "Content-Encoding: gzip"), PACKED),
        body=PAGE,
    ),
    one("space before the colon", "ok", raw(head(200, "Content-Encoding : gzip"), PACKED), body=PAGE),
    one(
        "fold before any header",
        "ok",
        raw(b"HTTP/1.1 200 OK\r\n folded\r\nContent-Length: 2\r\n\r\nhi"),
        body=b"hi",
    ),
    one(
        "Chinese in a header",
        "ok",
        raw("HTTP/1.1 200 OK\r\nX-Name: 政策\r\nContent-Length: 2\r\n\r\nhi".encode()),
        body=b"hi",
    ),
    one(
        "Chinese in a header's name",
        "ok",
        raw("HTTP/1.1 200 OK\r\n名称: x\r\nContent-Length: 2\r\n\r\nhi".encode()),
        body=b"hi",
    ),
    one(
        "a hundred kilobytes of cookies",
        "ok",
        answer(200, PAGE, *(f"Set-Cookie: c{n}={'v' * 1_100}" for n in range(90))),
        body=PAGE,
    ),
    one(
        "declared wrongly",
        "ok",
        answer(200, "政策".encode("gb18030"), "Content-Type: text/html; charset=utf-8"),
        body="政策".encode("gb18030"),
    ),
    one("UTF-16 with mark", "ok", answer(200, "政策".encode("utf-16")), body="政策".encode("utf-16")),
    one("charset unheard of", "ok", answer(200, PAGE, "Content-Type: text/html; charset=klingon"), body=PAGE),
    one(
        "binary",
        "ok",
        answer(200, bytes(range(256)), "Content-Type: application/octet-stream"),
        body=bytes(range(256)),
    ),
)

CACHING = (
    one(
        "same ETag",
        "not_modified",
        not_modified_for("if-none-match", '"v1"'),
        request={**DIGEST, "etag": '"v1"'},
        status=304,
        body=b"",
        tries=1,
    ),
    one(
        "weak ETag",
        "not_modified",
        not_modified_for("if-none-match", 'W/"v1"'),
        request={**DIGEST, "etag": 'W/"v1"'},
    ),
    one(
        "other ETag",
        "ok",
        not_modified_for("if-none-match", '"v2"'),
        request={**DIGEST, "etag": '"v1"'},
        body=PAGE,
    ),
    one(
        "same Last-Modified",
        "not_modified",
        not_modified_for("if-modified-since", "Sat, 01 Jan 2022 00:00:00 GMT"),
        request={**DIGEST, "last_modified": "Sat, 01 Jan 2022 00:00:00 GMT"},
    ),
    one(
        "Last-Modified in the future",
        "ok",
        not_modified_for("if-modified-since", "Sat, 01 Jan 2050 00:00:00 GMT"),
        request={**DIGEST, "last_modified": "Sat, 01 Jan 2050 00:00:00 GMT"},
        body=PAGE,
    ),
    one(
        "Last-Modified in words",
        "ok",
        not_modified_for("if-modified-since", "yesterday"),
        request={**DIGEST, "last_modified": "yesterday"},
    ),
    one(
        "validator of nothing archived",
        "ok",
        not_modified_for("if-none-match", '"v1"'),
        request={"etag": '"v1"'},
        body=PAGE,
    ),
    one(
        "304 with a length",
        "not_modified",
        not_modified_for("if-none-match", '"v1"', "Content-Length: 999999999"),
        request={**DIGEST, "etag": '"v1"'},
    ),
    Case(
        "304 from another resource",
        "ok",
        {"/": [redirect("/b")], "/b": [not_modified_for("if-none-match", '"v1"')]},
        request={**DIGEST, "etag": '"v1"'},
        body=PAGE,
    ),
)

RETRIES = (
    one("503, then 200", "ok", answer(503), answer(), tries=2, body=PAGE),
    one("500 twice, then 200", "ok", answer(500), answer(500), answer(), tries=3),
    one("429 with Retry-After, then 200", "ok", answer(429, b"", "Retry-After: 1"), answer(), tries=2),
    one(
        "503 with Retry-After of a day",
        "http_error",
        answer(503, b"", "Retry-After: 86400"),
        answer(),
        tries=1,
    ),
    one("503 with Retry-After in words", "ok", answer(503, b"", "Retry-After: soon"), answer(), tries=2),
    one("503 with Retry-After below zero", "ok", answer(503, b"", "Retry-After: -5"), answer(), tries=2),
    one(
        "503 with Retry-After in 1999",
        "ok",
        answer(503, b"", "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT"),
        answer(),
        tries=2,
    ),
    one("reset, then 200", "ok", raw(RESET), answer(), tries=2),
    one("short, then 200", "ok", raw(head(200, "Content-Length: 9"), b"x"), answer(), tries=2, body=PAGE),
    one("404, then 200", "not_found", answer(404), answer(), tries=1),
)

TEN_MEGABYTES_OF_RULES = b"User-agent: *\nDisallow: /a/\n" + b"Disallow: /b\n" * 800_000
ROBOTS = (
    robots("absent", "ok", answer(404)),
    robots("forbidden", "ok", answer(403)),
    robots("behind a login", "ok", answer(401)),
    robots("gone", "ok", answer(410)),
    robots("overloaded", "robots", answer(429), answer(404), asked=(), tries=0),
    robots("broken", "robots", answer(500), asked=(), tries=0),
    robots("unavailable", "robots", answer(503), asked=()),
    robots("a web page", "ok", answer(200, b"<!DOCTYPE html><title>404</title>")),
    robots("empty", "ok", answer(200, b"")),
    robots("silent", "robots", raw(20.0), asked=()),
    robots("reset", "robots", raw(RESET), asked=()),
    robots("cut", "robots", raw(head(200, "Content-Length: 999"), b"User-agent: *\n"), asked=()),
    robots("gzip cut", "robots", coded(gzip.compress(b"User-agent: *\nDisallow:\n")[:-8], "gzip"), asked=()),
    robots("gzip", "robots", coded(gzip.compress(b"User-agent: *\nDisallow: /\n"), "gzip"), asked=()),
    robots("of ten megabytes", "robots", answer(200, TEN_MEGABYTES_OF_RULES), asked=()),
    robots("of UTF-16", "robots", answer(200, "User-agent: *\nDisallow: /a".encode("utf-16")), asked=()),
    robots(
        "with mark and CRLF",
        "robots",
        answer(200, b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /a\r\n"),
        asked=(),
    ),
    robots("forbids all", "robots", rules("User-agent: *", "Disallow: /"), asked=(), tries=0),
    robots(
        "forbids us",
        "robots",
        rules("User-agent: policy-ingest", "Disallow: /", "", "User-agent: *", "Allow: /"),
        asked=(),
    ),
    robots(
        "forbids all but us",
        "ok",
        rules("User-agent: *", "Disallow: /", "", "User-agent: Policy-Ingest", "Disallow:"),
    ),
    robots("opens by a longer rule", "ok", rules("User-agent: *", "Disallow: /a/", "Allow: /a/page")),
    robots("ends in a tie", "ok", rules("User-agent: *", "Disallow: /a/", "Allow: /a/")),
    robots("with a star", "robots", rules("User-agent: *", "Disallow: /*.html"), asked=()),
    robots("with an end", "ok", rules("User-agent: *", "Disallow: /a/page$")),
    robots(
        "with a query",
        "robots",
        rules("User-agent: *", "Disallow: /*?print="),
        url="{base}/a?print=1",
        asked=(),
    ),
    robots(
        "in percent",
        "robots",
        rules("User-agent: *", "Disallow: /政策/"),
        url="{base}/%E6%94%BF%E7%AD%96/1",
        asked=(),
    ),
    robots("redirects to itself", "ok", redirect("/robots.txt")),
    robots("redirects to a private address", "robots", redirect("http://127.0.0.9/robots.txt"), asked=()),
    Case(
        "robots moved and forbidding",
        "robots",
        {"/robots.txt": [redirect("/r2")], "/r2": [rules("User-agent: *", "Disallow: /a")]},
        "{base}/a",
        asked=("/r2",),
    ),
    Case(
        "robots moved six times",
        "ok",
        {"/robots.txt": [redirect("/0")], **CHAIN, "/a": [answer()]},
        "{base}/a",
    ),
    Case(
        "robots of a redirect's target",
        "robots",
        {"/robots.txt": [rules("User-agent: *", "Disallow: /shut")], "/": [redirect("/shut/a")]},
        asked=("/",),
    ),
)

URLS = (
    Case("url with spaces", "ok", {"/a%20b": [answer()]}, "{base}/a b"),
    Case("url in Chinese", "ok", {"/%E6%94%BF?%E7%AD%96=1": [answer()]}, "{base}/政?策=1"),
    Case("url quoted in GBK", "ok", {"/%D5%FE?k=%B2%DF": [answer()]}, "{base}/%D5%FE?k=%B2%DF"),
    Case("url with fragment", "ok", {"/a": [answer()]}, "{base}/a#part"),
    Case("url without path", "ok", {"/": [answer()]}, "{base}"),
    Case("url with query only", "ok", {"/?id=1": [answer()]}, "{base}?id=1"),
    Case("url with double slashes", "ok", {"//a//b": [answer()]}, "{base}//a//b"),
    Case(
        "url with semicolons and brackets",
        "ok",
        {"/a;v=1/%5Bb%5D?c=(d)%7Ce": [answer()]},
        "{base}/a;v=1/[b]?c=(d)|e",
    ),
    Case("url with a stray percent sign", "ok", {"/100%25/%E6": [answer()]}, "{base}/100%/%e6"),
    Case("url with dots", "ok", {"/b/": [answer()]}, "{base}/a/%2e%2E/./b/c/.."),
    Case(
        "url past robots by dots",
        "robots",
        {"/robots.txt": [rules("User-agent: *", "Disallow: /b")]},
        "{base}/a/../b",
    ),
    url("of five thousand characters", "{base}/" + "a" * 5_000, "connection"),
    url("of forty levels", "{base}" + "/a" * 40, "connection"),
    url("with a line break", "{base}/a\r\nX: y", "connection"),
    url("with a backslash", "{base}\\@example.org/", "connection"),
    url("of another scheme", "gopher://example.org/", "connection"),
    url("without scheme", "//example.org/", "connection"),
    url("with port 0", "http://example.org:0/", "connection"),
    url("with port 99999", "http://example.org:99999/", "connection"),
    url("with an unclosed bracket", "http://[::1/", "connection"),
    url("of a decimal host", "http://2130706433:{port}/", "private_address"),
    url("of a full-width host", "http://１２７.０.０.１:{port}/", "private_address"),
    url("of the loopback next door", "http://127.0.0.2:{port}/", "private_address"),
    url("of the port next door", "http://127.0.0.1:1/", "private_address"),
    url("with user information", "http://me:secret@127.0.0.1:{port}/", "private_address"),
)

CASES = tuple(itertools.chain(STATUSES, REDIRECTS, BODIES, HEADERS, CACHING, RETRIES, ROBOTS, URLS))


if __name__ == "__main__":
    print("| case | outcome |\n| --- | --- |")
    for case in CASES:
        print(f"| {case.name} | `{case.outcome}` |")

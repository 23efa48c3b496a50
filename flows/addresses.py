"""The address guard: which URLs may be asked, and which addresses may be connected to.

A URL is parsed once, here; its host is looked up once, here; and what was checked is what is connected to.
"""

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import threading
import unicodedata
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit

from flows.exceptions import DoNotContact, GiveUp

Resolver = Callable[[str, int], tuple[str, ...]]
"""Host name and port to all its addresses, as text."""

DEFAULT_PORTS = {"http": 80, "https": 443}
WEB_PORTS = frozenset({80, 443, *range(8000, 9000)})

# `is_global` of Python 3.11 takes these for public (measured): the 6to4 relay (RFC 7526), NAT64 and 6to4, which carry
# an IPv4 address inside, IPv4-compatible addresses (RFC 4291 2.5.5.1), and site-local ones (RFC 3879). The last is a
# cloud's metadata service on a public address.
NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.88.99.0/24",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "::/96",
        "fec0::/10",
        "168.63.129.16/32",
    )
)

HOST_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
# WHATWG URL, "ends in a number": such a host is an IPv4 address to somebody, in decimal, octal or hexadecimal.
NUMBER_LABEL = re.compile(r"0x[0-9a-f]*|[0-9]+")
CONTROL_OR_BACKSLASH = re.compile(r"[\x00-\x1f\x7f\\]")
# What stands unquoted in a path or query (RFC 3986 3.3, 3.4). "%" is kept, as the quoting of a URL is its
# publisher's: GBK as well as UTF-8.
UNQUOTED = "!$%&'()*+,/:;=?@~"
PERCENT = re.compile(r"%([0-9A-Fa-f]{2})?")
DOT_SEGMENT = re.compile(r"/(?:\.|%2e){1,2}(?=/|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart, checked and put together again.

    Attributes:
        scheme: `http` or `https`.
        host: Lower case, IDNA-encoded; IPv6 without brackets.
        port: Always a number.
        path: Path and query, percent-encoded, beginning with `/`.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """Scheme, host and port (RFC 6454), the port left out where it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def url(self) -> str:
        """The whole URL, without fragment."""
        return self.origin + self.path


def split(url: str, *, most_characters: int = 4_096, most_levels: int = 30) -> Target:
    """Take a URL apart, once.

    Args:
        url: An absolute URL; a fragment is dropped.
        most_characters: Longer URLs are refused.
        most_levels: Deeper paths are refused.

    Raises:
        DoNotContact: The URL is not http(s), carries user information, hides its host, or is malformed.
    """
    shown = url[:200]
    if len(url) > most_characters:
        raise DoNotContact(f"URL longer than {most_characters} characters: {shown}…", private=False)
    if CONTROL_OR_BACKSLASH.search(url):
        raise DoNotContact(f"URL with a control character or backslash: {shown!r}", private=False)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise DoNotContact(f"malformed URL {shown!r}: {error}", private=_in_disguise(url)) from error
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS:
        raise DoNotContact(
            f"only http and https are asked, not {scheme or 'nothing'!r}: {shown!r}", private=False
        )
    host = _checked_host(host, shown)
    if "@" in parts.netloc:
        raise DoNotContact(f"URL with user information: {shown!r}", private=_is_private_literal(host))
    if port == 0:
        raise DoNotContact(f"URL with port 0: {shown!r}", private=False)
    path = _without_dots(_quoted(parts.path) or "/")
    if path.count("/") > most_levels:
        raise DoNotContact(f"path deeper than {most_levels} levels: {shown!r}", private=False)
    query = f"?{_quoted(parts.query)}" if parts.query else ""
    return Target(scheme, host, port or DEFAULT_PORTS[scheme], path + query)


def join(base: Target, location: str) -> str:
    """The URL that a `Location` or a link means.

    Raises:
        DoNotContact: It cannot be parsed.
    """
    try:
        return urljoin(base.url, location)
    except ValueError as error:
        raise DoNotContact(
            f"malformed URL {location[:200]!r}: {error}", private=_in_disguise(location)
        ) from error


def _quoted(text: str) -> str:
    """Percent-encoded, a stray percent sign too, hexadecimal digits in capitals (RFC 3986 6.2.2.1)."""
    return PERCENT.sub(lambda found: found[0].upper() if found[1] else "%25", quote(text, safe=UNQUOTED))


def _without_dots(path: str) -> str:
    """Dot segments removed (RFC 3986 5.2.4), lest a path pass robots.txt under another name."""
    if not DOT_SEGMENT.search(path):
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        plain = segment.replace("%2E", ".")
        if plain == ".." and kept:
            kept.pop()
        elif plain not in {".", ".."}:
            kept.append(segment)
    ends_in_folder = segments[-1].replace("%2E", ".") in {".", ".."}
    return "/" + "/".join(kept) + ("/" if ends_in_folder and kept else "")


def _checked_host(host: str, shown: str) -> str:
    """The host in ASCII and lower case, or a refusal."""
    folded = unicodedata.normalize("NFKC", host)
    if folded != host:
        raise DoNotContact(
            f"host in full-width or compatibility characters: {shown!r}", private=_is_number(folded)
        )
    if ":" in host:
        try:
            # A zone ("%eth0") names one of our own interfaces.
            return ipaddress.IPv6Address(host.replace("%", " ")).compressed
        except ValueError as error:
            raise DoNotContact(f"malformed IPv6 host: {shown!r}", private=True) from error
    if host.endswith("."):
        raise DoNotContact(f"host with a trailing dot: {shown!r}", private=_is_number(host.rstrip(".")))
    plain = host.isascii()
    if not plain:
        try:
            host = host.encode("idna").decode("ascii").lower()
        except UnicodeError as error:
            raise DoNotContact(f"host without an IDNA form: {shown!r}", private=False) from error
    if not HOST_NAME.fullmatch(host) or len(host) > 253:
        raise DoNotContact(f"malformed host: {shown!r}", private=False)
    if _is_number(host) and not (plain and _is_plain_ipv4(host)):
        raise DoNotContact(f"address in disguise: {shown!r}", private=True)
    return host


def _in_disguise(url: str) -> bool:
    """Whether a URL that cannot be parsed has a numeric host once its characters are folded."""
    authority = unicodedata.normalize("NFKC", url).partition("://")[2]
    host = re.split(r"[/?#]", authority, maxsplit=1)[0].rpartition("@")[2].partition(":")[0]
    return _is_number(host.rstrip("."))


def _is_number(host: str) -> bool:
    return NUMBER_LABEL.fullmatch(host.rpartition(".")[2].lower()) is not None


@lru_cache(maxsize=1_000)
def _is_plain_ipv4(host: str) -> bool:
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True


def is_literal(host: str) -> bool:
    """Whether a checked host is an address itself."""
    return ":" in host or _is_plain_ipv4(host)


def _is_private_literal(host: str) -> bool:
    return is_literal(host) and not is_public(host)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public Internet.

    `is_private` would let 100.64.0.0/10 through; `is_global` alone lets `NOT_PUBLIC` and multicast through.

    Raises:
        ValueError: `address` is no IP address.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        return is_public(str(ip.ipv4_mapped))
    return (
        ip.is_global
        and not ip.is_multicast
        and not any(ip.version == network.version and ip in network for network in NOT_PUBLIC)
    )


def pair(address: str, port: int) -> str:
    """Address and port as one word, IPv6 in brackets."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def checked_addresses(
    target: Target,
    *,
    resolver: Resolver,
    allow_addresses: AbstractSet[str],
    allow_ports: AbstractSet[int],
    seconds: float,
) -> tuple[str, ...]:
    """The addresses of a target, looked up once, every one of them allowed.

    Args:
        target: Where to go.
        resolver: Looks the host up; not asked for a host that is an address.
        allow_addresses: Exact `address:port` pairs that may be contacted although they are not public.
        allow_ports: Ports that may be contacted besides those of `allow_addresses`.
        seconds: How long the lookup may take.

    Raises:
        DoNotContact: One of the addresses is not public (mixed answers are an attack or a mistake), or the port is
            none of the web's.
        GiveUp: The host has no address (`connection`), or the lookup takes too long (`timeout`).
    """
    addresses = (target.host,) if is_literal(target.host) else _looked_up(target, resolver, seconds)
    for address in addresses:
        if pair(address, target.port) in allow_addresses:
            continue
        if not is_public(address):
            raise DoNotContact(f"{target.origin} is at {address}, which is not public", private=True)
        if target.port not in allow_ports:
            raise DoNotContact(f"{target.origin} is at port {target.port}, none of the web's", private=True)
    return addresses


def _looked_up(target: Target, resolver: Resolver, seconds: float) -> tuple[str, ...]:
    """All addresses of a host. In a thread of its own, for a system's lookup cannot be told to stop."""
    answer: queue.SimpleQueue[tuple[str, ...] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answer.put(resolver(target.host, target.port))
        except (OSError, ValueError) as error:
            answer.put(error)

    threading.Thread(target=look_up, name=f"lookup {target.host}", daemon=True).start()
    try:
        found = answer.get(timeout=seconds)
    except queue.Empty:
        raise GiveUp(
            "timeout", f"lookup of {target.host} took longer than {seconds:g} s", passing=True
        ) from None
    if isinstance(found, Exception):
        raise GiveUp("connection", f"lookup of {target.host} failed: {found}", passing=True) from found
    if not found:
        raise GiveUp("connection", f"{target.host} has no address", passing=True)
    return found


def system_addresses(host: str, port: int) -> tuple[str, ...]:
    """All addresses that the system's resolver knows, in its order of preference, each once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))

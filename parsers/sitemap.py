"""Sitemaps: the pages that a sitemap names, and the further sitemaps of an index (sitemaps.org protocol 0.9)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree

from parsers.page import Link
from parsers.xml_tree import xml_root

# The protocol's own bounds: 50,000 addresses and 50 MB once unpacked. A bomb is stopped there, not after.
MOST_LINKS = 50_000
MOST_BYTES = 50_000_000

_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap names.

    Attributes:
        links: Pages; `issued` is the day of `news:publication_date`, else of `lastmod`.
        further: Sitemaps that an index names, the one changed last first; `issued` is the day of their `lastmod`.
    """

    links: tuple[Link, ...] = ()
    further: tuple[Link, ...] = ()


def sitemap(body: bytes, base_url: str) -> Sitemap:
    """Read a sitemap or an index of sitemaps: XML, or text with one address a line, either of them gzipped.

    What is none of these names nothing.
    """
    body = _unpacked(body).strip()
    if not body.startswith(b"<"):
        body = body.removeprefix(b"\xef\xbb\xbf").strip()
    if not body.startswith(b"<"):
        return Sitemap(_plain_lines(body))
    root = xml_root(body, huge=True)
    if root is None:
        return Sitemap()
    further = _entries(root, "sitemap", base_url)
    newest_first = sorted(further, key=lambda link: link.issued or "", reverse=True)
    return Sitemap(_entries(root, "url", base_url), tuple(newest_first))


def _unpacked(body: bytes) -> bytes:
    """The body without its gzip layer; what is cut off or broken behind the beginning is left out."""
    if not body.startswith(_GZIP):
        return body
    try:
        return zlib.decompressobj(_GZIP_WINDOW).decompress(body, MOST_BYTES)
    except zlib.error:
        return b""


def _plain_lines(body: bytes) -> tuple[Link, ...]:
    lines = body.decode("utf-8", "replace").splitlines()[:MOST_LINKS]
    urls = dict.fromkeys(line.strip() for line in lines)
    return tuple(Link(url) for url in urls if _is_web(url))


def _entries(root: etree._Element, name: str, base_url: str) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    for entry in root.iter(f"{{*}}{name}"):
        address = _text(entry, "{*}loc")
        url = _resolved(base_url, address) if address else None
        if url is None:
            continue
        title = _text(entry, "{*}news/{*}title")
        day = _day(_text(entry, "{*}news/{*}publication_date")) or _day(_text(entry, "{*}lastmod"))
        found.setdefault(url, Link(url, title, day))
        if len(found) == MOST_LINKS:
            break
    return tuple(found.values())


def _resolved(base_url: str, address: str) -> str | None:
    try:
        url = urldefrag(urljoin(base_url, address)).url
    except ValueError:  # an unclosed bracket in the host
        return None
    return url if _is_web(url) else None


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _text(entry: etree._Element, path: str) -> str | None:
    text = entry.findtext(path)
    return " ".join(text.split()) if text and text.strip() else None


def _day(text: str | None) -> str | None:
    """The day of a W3C date, which may also be a year or a month alone: these name no day."""
    day = (text or "")[:10]
    digits = day.replace("-", "")
    return (
        day if len(day) == 10 and day[4] == day[7] == "-" and digits.isascii() and digits.isdigit() else None
    )

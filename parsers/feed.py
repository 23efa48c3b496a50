"""Feeds: the documents that an RSS 2.0, RSS 1.0 or Atom (RFC 4287) feed names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree

from parsers.page import Link
from parsers.xml_tree import xml_root

_ATOM = "{http://www.w3.org/2005/Atom}"
_RSS_1 = "{http://purl.org/rss/1.0/}"
_ITEMS = ("item", f"{_RSS_1}item", f"{_ATOM}entry")
_DAYS = ("pubDate", "{http://purl.org/dc/elements/1.1/}date", f"{_ATOM}published", f"{_ATOM}updated")


def feed_links(body: bytes, base_url: str) -> tuple[Link, ...]:
    """The documents that a feed names, in its order; none where it is no feed."""
    root = xml_root(body)
    if root is None:
        return ()
    found = {link.url: link for item in root.iter(*_ITEMS) for link in _links(item, base_url)}
    return tuple(found.values())


def _links(item: etree._Element, base_url: str) -> Iterator[Link]:
    url = _resolved(base_url, _address(item))
    if url:
        title = _text(item, "title", f"{_RSS_1}title", f"{_ATOM}title")
        yield Link(url, title, _day(_text(item, *_DAYS)))


def _resolved(base_url: str, address: str | None) -> str | None:
    try:
        url = urldefrag(urljoin(base_url, address or "")).url
        parts = urlsplit(url)
    except ValueError:  # an unclosed bracket in the host
        return None
    return url if address and parts.scheme in {"http", "https"} and parts.netloc else None


def _address(item: etree._Element) -> str | None:
    for link in item.iter(f"{_ATOM}link"):
        if link.get("rel", "alternate") == "alternate":
            return link.get("href")
    return _text(item, "link", f"{_RSS_1}link")


def _text(item: etree._Element, *names: str) -> str | None:
    for name in names:
        text = item.findtext(name)
        if text and text.strip():
            return " ".join(text.split())
    return None


def _day(text: str | None) -> str | None:
    """ISO 8601 day of an RFC 822 or RFC 3339 date, in its own time zone; None where it is neither."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text or "").date().isoformat()
        except (ValueError, OverflowError):
            continue
    return None

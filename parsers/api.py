"""JSON lists: the documents that a list service names, as government sites use them behind their listing pages.

Examples are JPaaS (`{"data": {"results": [{"url": …, "title": …, "publishedTimeStr": …}]}}`) and Guangdong's gkmlpt
(`{"articles": [{"url": …, "title": …, "date": 1700000000}]}`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from parsers.decode import decode
from parsers.metadata.dates import find_dates
from parsers.page import Link
from parsers.sniff import charset
from parsers.tree import one_line

MOST_LINKS = 10_000
# Seconds since 1970 below, milliseconds above: 1e11 s is the year 5138, 1e11 ms the year 1973.
MILLISECONDS_FROM = 100_000_000_000

_CALLBACK = re.compile(r"\s*[\w$.]+\s*\((?P<json>.*)\)\s*;?\s*", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_FIELD = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Fields:
    """Where things stand in the answer. Names may be paths with dots (`data.results`, `meta.0.url`).

    Attributes:
        items: The list; empty where the answer itself is the list.
        link: The address within an item, or an address with `{name}` where values of the item belong.
        title: The title within an item.
        issued: The day within an item: text, or seconds or milliseconds since 1970.
    """

    items: str
    link: str
    title: str | None = None
    issued: str | None = None


def api_links(
    body: bytes, base_url: str, fields: Fields, zone: tzinfo, content_type: str | None = None
) -> tuple[Link, ...]:
    """Read the links of a JSON list (or JSONP: the call around it is taken off).

    Args:
        body: The answer.
        base_url: The URL it was fetched from; relative addresses are joined to it.
        fields: Where things stand in it.
        zone: Time zone in which a number of seconds is a day.
        content_type: As declared, for the charset; JSON is UTF-8 unless it is not.

    Returns:
        The links in the order of the list, each URL once; () where there is no such list.
    """
    items = _at(_parsed(decode(body, charset(content_type)).text), fields.items)
    found: dict[str, Link] = {}
    for item in items[:MOST_LINKS] if isinstance(items, list) else []:
        url = _url(item, base_url, fields.link)
        if url:
            title = _said(_at(item, fields.title)) if fields.title else None
            issued = _day(_at(item, fields.issued), zone) if fields.issued else None
            found.setdefault(url, Link(url, title, issued))
    return tuple(found.values())


def _parsed(text: str) -> object:
    text = text.removeprefix("\ufeff")
    call = _CALLBACK.fullmatch(text)
    try:
        return json.loads(call["json"] if call else text)
    except (ValueError, RecursionError):
        return None


def _at(value: object, path: str) -> object:
    """What stands at a path with dots; None where nothing does."""
    for name in path.split(".") if path else ():
        if isinstance(value, Mapping):
            value = value.get(name)
        elif isinstance(value, list) and name.isascii() and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def _url(item: object, base_url: str, link: str) -> str | None:
    if "{" in link:
        values = [_said(_at(item, name)) for name in _FIELD.findall(link)]
        if not all(values):
            return None
        address: str | None = _FIELD.sub(lambda name: quote(_said(_at(item, name[1])) or ""), link)
    else:
        address = _said(_at(item, link))
    if not address:
        return None
    try:
        url = urldefrag(urljoin(base_url, address)).url
        parts = urlsplit(url)
    except ValueError:  # an unclosed bracket in the host
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None


def _said(value: object) -> str | None:
    """A text or number on one line, without the tags by which searches mark what they found."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return one_line(_TAG.sub("", str(value))) or None


def _day(value: object, zone: tzinfo) -> str | None:
    text = str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    if re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
        number = float(text)
        seconds = number / 1_000 if number >= MILLISECONDS_FROM else number
        return datetime.fromtimestamp(seconds, UTC).astimezone(zone).date().isoformat()
    return next((found.day for found in find_dates(text)), None)

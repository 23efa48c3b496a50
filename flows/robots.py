"""What a robots.txt says, after RFC 9309, and what its absence says."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from protego import Protego

from store.capture import Capture

# A page instead of rules: often a soft 404, or a shop's start page.
HTML = re.compile(rb"\s*(?:<!doctype|<html|<head|<body|<\?xml|<script)", re.IGNORECASE)
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one origin.

    Attributes:
        rules: Parsed rules; None where there are none to parse.
        allowed: What holds where there are no rules: everything, or (complete disallow) nothing.
        reason: Why, in words.
        fetch_time: When they were fetched, UTC.
    """

    rules: Protego | None
    allowed: bool
    reason: str
    fetch_time: datetime

    def allows(self, url: str, user_agent: str) -> bool:
        """Whether a URL may be fetched: the longest match decides, `Allow` wins a tie (RFC 9309 2.2.2)."""
        return self.allowed if self.rules is None else bool(self.rules.can_fetch(url, user_agent))

    def crawl_delay(self, user_agent: str) -> float | None:
        """Seconds between two requests that the rules ask for."""
        if self.rules is None:
            return None
        seconds = self.rules.crawl_delay(user_agent)
        return None if seconds is None else float(seconds)

    @property
    def had(self) -> bool:
        """Whether the server has said what its rules are, or that there are none."""
        return self.rules is not None or self.allowed

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """Sitemaps that the rules name."""
        return () if self.rules is None else tuple(self.rules.sitemaps)


def robots(status: int | None, body: bytes, outcome: str, fetch_time: datetime, *, most_bytes: int) -> Robots:
    """What an answer for /robots.txt means (RFC 9309 2.3.1).

    Args:
        status: Final HTTP status; None where no answer came.
        body: Decoded body.
        outcome: The fetch outcome: a redirect that leads nowhere counts as "unavailable".
        fetch_time: UTC.
        most_bytes: Bytes to parse (2.5).
    """
    if outcome == "ok":
        if HTML.match(body.removeprefix(codecs.BOM_UTF8)):
            return Robots(None, True, "robots.txt is a web page, so there are no rules", fetch_time)
        return Robots(Protego.parse(_text(body[:most_bytes])), True, "rules of robots.txt", fetch_time)
    if outcome == "redirect":
        return Robots(None, True, "robots.txt redirects without end, so there are no rules", fetch_time)
    if (
        status is not None
        and 400 <= status < 500
        and status != 429
        and outcome in {"not_found", "gone", "http_error"}
    ):
        return Robots(None, True, f"no robots.txt (HTTP {status})", fetch_time)
    return Robots(None, False, f"robots.txt could not be had ({outcome}, HTTP {status})", fetch_time)


def unreachable_since(captures: Iterable[Capture]) -> datetime | None:
    """Since when no answer for one robots.txt has said what its rules are; None where the newest one does.

    Args:
        captures: Of this robots.txt, in any order.
    """
    since = None
    for capture in sorted(captures, key=lambda capture: capture.fetch_time):
        answer = robots(capture.fetch_status, b"", capture.fetch_outcome, capture.fetch_time, most_bytes=0)
        since = None if answer.had else since or capture.fetch_time
    return since


def _text(body: bytes) -> str:
    """Text of a robots.txt: UTF-8 (2.3), by its byte order mark, or UTF-16 by its zero bytes."""
    for bom, codec in BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(codec, "replace")
    zeros = body[:512].count(0)
    if zeros * 3 > len(body[:512]):
        return body.decode("utf-16-be" if body[:1] == b"\0" else "utf-16-le", "replace")
    return body.decode("utf-8", "replace").replace("\0", "")

"""Every limit of fetching and watching, by name, with its unit and its reason.

The numbers were chosen by comparing the defaults of Scrapy, Nutch, StormCrawler, Heritrix, trafilatura and
browsertrix, and by measuring what `requests` and `urllib3` leave open. A breach is an outcome that names its limit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Literal

from flows.exceptions import CorrectTheLimits

Kind = Literal["document", "listing", "robots", "attachment", "feed", "sitemap"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one answer of a certain kind may cost: seconds of each phase, and bytes of its body.

    `cut` keeps the beginning of a longer body instead of refusing it.
    """

    connect: float
    head: float
    gap: float
    total: float
    body: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits. Names end in their unit where they have one; a source file overrides them by these names."""

    # One answer ------------------------------------------------------------------------------------------------
    # A lookup that takes longer will not be answered at all.
    dns_seconds: float = 10.0
    # TCP and TLS together; Nutch and StormCrawler use the same.
    connect_seconds: float = 10.0
    # From the request sent to the end of the headers: a read timeout alone lets dripped headers run for ever.
    head_seconds: float = 30.0
    robots_head_seconds: float = 15.0
    # Silence between two reads.
    gap_seconds: float = 20.0
    attachment_gap_seconds: float = 30.0
    robots_gap_seconds: float = 10.0
    # One try, its redirects included, waits of politeness excluded: the only bound on a byte per second.
    total_seconds: float = 120.0
    attachment_total_seconds: float = 600.0
    listing_total_seconds: float = 180.0
    robots_total_seconds: float = 30.0
    # Decoded bytes, and bytes on the wire: trafilatura's limit for pages. Over it, only the head is kept.
    body_bytes: int = 20_000_000
    attachment_body_bytes: int = 100_000_000
    listing_body_bytes: int = 50_000_000
    # Read at most; what is there is parsed (RFC 9309 2.5 asks for at least 500 KiB parsed).
    robots_body_bytes: int = 1_000_000
    robots_parse_bytes: int = 512_000
    # Content codings on top of one another; urllib3 allows five, and 785 bytes became a gigabyte with two.
    coding_layers: int = 2

    # URLs and redirects ----------------------------------------------------------------------------------------
    redirects: int = 10
    robots_redirects: int = 5  # RFC 9309 2.3.1.2
    meta_refreshes: int = 2
    meta_refresh_seconds: float = 10.0  # a page that refreshes later is a page, not a redirect
    url_characters: int = 4_096
    url_levels: int = 30  # deeper paths are a trap of relative links

    # Tries -----------------------------------------------------------------------------------------------------
    tries: int = 3
    # Each times 1.0 to 1.5 at random, so that many runs do not come back at once.
    first_backoff_seconds: float = 2.0
    later_backoff_seconds: float = 10.0
    # A longer Retry-After must not hold a run: the host rests instead, at most a week.
    retry_after_seconds: float = 120.0
    rest_seconds: float = 7 * 86_400.0
    # Requests that failed in a row (timeout, connection, 5xx, 429), or the time they took: the host's run ends.
    host_failures: int = 5
    host_failing_seconds: float = 900.0

    # Politeness ------------------------------------------------------------------------------------------------
    # From the end of an answer to the next request: the larger of the two, up to the third.
    delay_seconds: float = 2.0
    delay_response_times: float = 2.0
    delay_most_seconds: float = 30.0
    # In all; per host and per address it is always one, for many offices share one machine.
    requests_at_once: int = 8
    # A longer crawl-delay is obeyed as this much, for so many pages of the host in a run.
    crawl_delay_seconds: float = 120.0
    crawl_delay_pages: int = 10
    robots_cache_seconds: float = 86_400.0  # RFC 9309 2.4
    robots_retry_seconds: float = 3_600.0
    robots_alarm_days: int = 30

    # Headers and cookies ---------------------------------------------------------------------------------------
    # The line and count limits of http.client (65,536 bytes, 100 headers) hold besides.
    cookies: int = 50
    cookie_bytes: int = 8_192
    stored_header_characters: int = 8_192
    stored_link_characters: int = 500

    # A run -----------------------------------------------------------------------------------------------------
    new_pages: int = 1_000  # per source: endless calendars
    attachments: int = 50  # per document
    file_seconds: float = 120.0  # to read one attached file
    file_memory_bytes: int = 2_000_000_000  # that reading it may take
    listing_pages: int = 50
    overlap_pages: int = 1  # after the first page without news: what is posted late stands between the known
    links: int = 10_000  # per page
    source_seconds: float = 1_800.0
    run_seconds: float = 21_600.0
    full_fetch_days: int = 30  # without conditions, else a server that always says 304 is never found out

    # Alarms ----------------------------------------------------------------------------------------------------
    # Shares of a source's documents that may be gone in one run, or change in one build, and still be believed.
    gone_share: float = 0.1
    changed_share: float = 0.2
    # New addresses that show one and the same text: notices are posted in three or four places, a portal everywhere.
    same_text: int = 5

    def override(self, changes: Mapping[str, object]) -> Limits:
        """These limits with some replaced by name.

        Args:
            changes: Limit name to number, as in a source file's `[limits]`.

        Returns:
            New limits; `self` stays as it is.

        Raises:
            CorrectTheLimits: A name is unknown, or a value is not a finite number of zero or more.
        """
        defaults = {field.name: field.default for field in fields(self)}
        unknown = sorted(set(changes) - set(defaults))
        if unknown:
            raise CorrectTheLimits(
                f"unknown limits: {', '.join(unknown)}; known: {', '.join(sorted(defaults))}"
            )
        for name, value in changes.items():
            if (
                isinstance(value, bool)
                or not isinstance(value, int | float)
                or not math.isfinite(value)
                or value < 0
            ):
                raise CorrectTheLimits(f"limit {name} must be a finite number of zero or more, not {value!r}")
            if isinstance(defaults[name], int) and not isinstance(value, int):
                raise CorrectTheLimits(f"limit {name} must be a whole number, not {value!r}")
        return replace(self, **changes)  # type: ignore[arg-type]  # names and types were checked above

    def bounds(self, kind: Kind) -> Bounds:
        """What one answer of this kind may cost."""
        connect, head, gap = self.connect_seconds, self.head_seconds, self.gap_seconds
        match kind:
            case "robots":
                return Bounds(
                    connect=connect,
                    head=self.robots_head_seconds,
                    gap=self.robots_gap_seconds,
                    total=self.robots_total_seconds,
                    body=self.robots_body_bytes,
                    cut=True,
                )
            case "attachment":
                return Bounds(
                    connect=connect,
                    head=head,
                    gap=self.attachment_gap_seconds,
                    total=self.attachment_total_seconds,
                    body=self.attachment_body_bytes,
                )
            case "listing" | "sitemap":
                return Bounds(
                    connect=connect,
                    head=head,
                    gap=gap,
                    total=self.listing_total_seconds,
                    body=self.listing_body_bytes,
                )
            case "document" | "feed":
                return Bounds(
                    connect=connect, head=head, gap=gap, total=self.total_seconds, body=self.body_bytes
                )

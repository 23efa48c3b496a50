"""Adding a source: its page is fetched and recognised, and, where it is an article, the list that it stands on is looked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from flows.exceptions import GiveAnotherAddress
from flows.fetch import Fetcher, Request, user_agent
from flows.limits import Limits
from flows.refresh import CONTACT
from parsers.page import Page
from parsers.sites.recognise import Recognised, recognise
from store.source import site

WAYS = 4
"""Addresses that are tried to find the list of an article."""

_WATCHED = frozenset({"listing", "feed", "sitemap", "service"})


def recognise_address(
    url: str,
    *,
    proxies: Mapping[str, str],
    now: Callable[[], datetime],
    contact: str | None = None,
    allow_addresses: frozenset[str] = frozenset(),
) -> tuple[str, Recognised]:
    """Recognise what an address shows, or else what it leads to.

    Args:
        url: Of a listing, a feed, a sitemap, a list service, or an article.
        proxies: Scheme to proxy URL.
        now: The clock.
        contact: Sent with the requests.
        allow_addresses: Exact `host:port` pairs that may be private.

    Returns:
        The address of what can be watched, and what it was recognised as.

    Raises:
        GiveAnotherAddress: nothing that can be watched was found; the message says what was, and what is needed.
    """
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise GiveAnotherAddress(f"{url!r} is not an absolute http or https URL")
    own = site(url)
    fetcher = Fetcher(
        Limits(),
        user_agent(contact or CONTACT),
        allow_hosts=frozenset({own} if own else ()),
        allow_addresses=allow_addresses,
        proxies=proxies,
        now=now,
    )
    with fetcher:
        first = _asked(fetcher, url)
        if first.kind in _WATCHED and first.seeds:
            return url, first
        for seed in first.seeds[:WAYS]:
            try:
                found = _asked(fetcher, seed.url)
            except GiveAnotherAddress:
                continue
            if found.kind in _WATCHED and found.links:
                return seed.url, found
    said = "; ".join((*first.evidence, *(f"needed is {ask}" for ask in first.asks)))
    raise GiveAnotherAddress(
        f"{url}: nothing that can be watched was found there, nor where it leads: {said}"
    )


def _asked(fetcher: Fetcher, url: str) -> Recognised:
    response = fetcher.fetch(Request(url, "new", "listing", site=site(url)))
    if response.fetch_outcome != "ok":
        why = response.error or f"HTTP {response.fetch_status}"
        raise GiveAnotherAddress(f"{url} cannot be had: {response.fetch_outcome}: {why}")
    # What stands behind # is not sent, but a catalogue names its column there.
    column = url.partition("#")[2]
    where = f"{response.final_url}#{column}" if column else response.final_url
    return recognise(
        Page(where, response.fetch_time, response.fetch_status, response.content_type, response.body)
    )

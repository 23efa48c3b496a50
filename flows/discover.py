"""Discover: what to ask for. Seeds lead to listings, listings, page after page, to documents.

Asking itself is handed in: this file knows neither the network nor the archive.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import combinations, islice
from statistics import median
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from w3lib.url import add_or_replace_parameter, url_query_parameter

from flows.editions import editions_of, is_absent, is_settled, next_page
from flows.limits import Limits
from flows.run import Run
from parsers.api import Fields, api_links
from parsers.decode import decode
from parsers.exceptions import ParseError
from parsers.feed import feed_links
from parsers.listing import in_encoding, links, next_pages
from parsers.page import Link
from parsers.sitemap import sitemap
from parsers.sites.answers import as_page
from parsers.sniff import charset
from parsers.tree import parse_html
from store.capture import Capture, Kind
from store.frontier import GONE, LONGEST_REST, Known, caught_up, is_listing_due, known_as
from store.issue import Issue
from store.source import FREQUENCIES, Seed, Source, addresses, rule_at

CAPTURE_KINDS: Mapping[str, Kind] = {
    "listing": "listing",
    "feed": "feed",
    "sitemap": "sitemap",
    "api": "listing",
    "template": "listing",
}
"""Kinds of seeds that are listings, and the kind of their captures."""

LISTINGS = frozenset(CAPTURE_KINDS.values())
USUAL_PAYLOADS = 5
"""Earlier payloads of a listing from which its usual number of links is told."""

SAMPLES = 3
"""Addresses that a message shows."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of links to documents, as it was had: just now, or from the archive."""

    capture: Capture
    body: bytes

    @property
    def base_url(self) -> str:
        """Where its links are relative to."""
        return self.capture.fetch_redirect or self.capture.url


Importance = Literal["vital", "further", "optional"]
"""A listing without which the source is blind; a further page of one; one that may well be missing."""

Ask = Callable[[str, Kind, Importance], Listing | Capture]
"""Asks for a listing, and notes where it cannot be had: the capture alone says why. One that has not changed comes from the archive."""

Earlier = Callable[[str], Iterator[Listing]]
"""The earlier payloads of a listing, newest first."""

Found = Mapping[str, tuple[Link, str | None]]
"""URL of a document, as it is known, to its link, which may be spelled with another scheme now, and the listing it stands on."""


@dataclass(slots=True)
class _Search:
    """One source's discovery while it goes on.

    `paths` holds the links by kind of seed; `read` the listings that were had in this run.
    """

    run: Run
    source: Source
    limits: Limits
    known: Mapping[str, Known]
    ask: Ask
    earlier: Earlier
    note: Callable[[Issue], None]
    showed: Callable[[Capture, int], None]
    until: datetime
    found: dict[str, tuple[Link, str | None]] = field(default_factory=dict)
    paths: dict[str, dict[str, Link]] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)


def discover(
    run: Run,
    source: Source,
    limits: Limits,
    known: Mapping[str, Known],
    *,
    ask: Ask,
    earlier: Earlier,
    note: Callable[[Issue], None],
    showed: Callable[[Capture, int], None],
    until: datetime,
) -> Found:
    """The documents that a source's seeds show.

    A backfill (a run with `since` or `until`) asks for every listing, follows it until its items are older than
    that, and finds only what is of these days, or of an unknown day.

    Args:
        run: The run.
        source: The source.
        limits: Of the source.
        known: What earlier runs say of its URLs.
        ask: Asks for a listing.
        earlier: Gives a listing's earlier payloads.
        note: Keeps an issue.
        showed: Is told, once for each listing that was read, how many links to documents it showed.
        until: From then on no further page of a listing is asked for: the rest of the visit is for documents.
    """
    search = _Search(run, source, limits, known, ask, earlier, note, showed, until)
    for seed in source.seeds:
        if seed.kind == "document":
            _find(search, Link(seed.url), None)
        elif seed.kind in CAPTURE_KINDS:
            due = [url for url in _entries(search, seed) if _is_due(search, url)]
            _follow(search, seed, due, entries=due if seed.kind != "template" else ())
    _compare_paths(search)
    if not run.backfill:
        _remember(search)
    return search.found


def _follow(search: _Search, seed: Seed, pages: list[str], *, entries: Iterable[str]) -> None:
    """Follow a seed from page to page, as long as a page shows news, and a little further.

    What is posted late stands between the known. Something is expected of the entries alone: a last page may well
    show a single link.
    """
    asked, seen, quiet = dict[str, int](), set[str](), 0
    entries, limits = set(entries), search.limits
    editions = editions_of(seed, _days(search, seed), _today(search), search.known)
    while (
        len(asked) - len(editions.missing & editions.todays) < limits.listing_pages
        and quiet <= limits.overlap_pages
        and (not asked or search.run.clock() < search.until)
        and (url := next_page(editions, pages, asked)) is not None
    ):
        entry = url in entries
        listing = search.ask(url, CAPTURE_KINDS[seed.kind], _importance(seed, entry=entry))
        asked[url] = 0
        if isinstance(listing, Capture):
            editions.missing.update({url} if listing.fetch_outcome in GONE else ())
            continue
        editions.answered.add(url)
        shown, further = read_listing(search.source, seed, listing)
        asked[url] = len(shown)
        search.showed(listing.capture, len(shown))
        if entry and seed.kind == "listing" and not shown and further:
            entries.update(
                link.url for link in further
            )  # the page holds no list: it says where its list comes from
        elif entry:
            _judge_entry(search, seed, listing, len(shown) + (len(further) if seed.kind == "sitemap" else 0))
        if len(shown) > limits.links:
            _note_cut_links(search, url, len(shown))
            shown = _cut(search, shown)
        _enter(search, seed, listing, shown)
        if seed.kind not in {"template", "sitemap"}:  # their pages are given, and not in order
            # A server that does not know the parameter gives its first page again and again.
            quiet = 0 if _has_news(search, [link for link in shown if link.url not in seen]) else quiet + 1
        seen.update(link.url for link in shown)
        pages += _worth_asking(search, seed, further)
    left = [url for url in pages if url not in asked and not is_settled(editions, url, search.known)]
    if left and quiet == 0:
        _note_left_pages(search, seed, len(asked), len(left))
    if seed.kind == "template" and not (editions.todays - search.read).issuperset(asked):
        absent = sum(is_absent(editions, url) for url in editions.pages.keys() - asked.keys())
        _judge_template(search, seed, asked, absent)


def _importance(seed: Seed, *, entry: bool) -> Importance:
    if seed.kind == "template":
        return "optional"  # a day without an issue is nothing unusual
    return "vital" if entry else "further"


def _entries(search: _Search, seed: Seed) -> tuple[str, ...]:
    """Where a seed begins."""
    match seed.kind:
        case "template":
            return addresses(seed, tuple(_days(search, seed)))
        case "api" if seed.page:
            return (add_or_replace_parameter(seed.url, seed.page, str(seed.start)),)
        case _:
            return (seed.url,)


def _is_due(search: _Search, url: str) -> bool:
    rhythm, run = FREQUENCIES[search.source.frequency], search.run
    # By the clock, not by the beginning of the run: a source whose turn comes late would else rest for two turns.
    return run.force or run.backfill or is_listing_due(search.known.get(url), rhythm, run.clock())


def _today(search: _Search) -> date:
    return search.run.started.astimezone(ZoneInfo(search.source.timezone)).date()


def _days(search: _Search, seed: Seed) -> Iterator[date]:
    """The days of a template, newest first: the last ones, or those of a backfill."""
    today = _today(search)
    last = min(search.run.until or today, today)
    first = search.run.since or last - timedelta(days=seed.days - 1)
    while last >= first:
        yield last
        last -= timedelta(days=1)


def read_listing(source: Source, seed: Seed, listing: Listing) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
    """Links and further pages of a listing that a seed led to; none where it cannot be read."""
    body, base_url, declared = listing.body, listing.base_url, listing.capture.content_mime_type
    match seed.kind:
        case "feed":
            return feed_links(body, base_url), ()
        case "sitemap":
            named = sitemap(body, base_url)
            return tuple(link for link in named.links if re.search(seed.match, link.url)), named.further
        case "api":
            fields = Fields(seed.items, seed.link, seed.title, seed.issued)
            shown = api_links(body, base_url, fields, ZoneInfo(source.timezone), declared)
            return shown, _next_offset(seed, listing.capture.url) if shown else ()
    decoded = decode(body, charset(declared))
    try:
        tree = parse_html(as_page(decoded.text))
    except ParseError:
        return (), ()
    read = links(tree, base_url, rule_at(source, listing.capture.fetch_time))
    shown = tuple(replace(link, url=in_encoding(link.url, decoded.codec)) for link in read)
    further = () if seed.kind == "template" else next_pages(tree, base_url)
    # A document that was taken for a page of the list would never be one again.
    documents = {link.url for link in shown}
    pages = (in_encoding(url, decoded.codec) for url in further)
    return shown, tuple(Link(url) for url in pages if url not in documents)


def _next_offset(seed: Seed, url: str) -> tuple[Link, ...]:
    if seed.page is None:
        return ()
    now = url_query_parameter(url, seed.page) or ""
    page = int(now) if now.isascii() and now.isdigit() else seed.start
    return (Link(add_or_replace_parameter(url, seed.page, str(page + seed.step))),)


def _worth_asking(search: _Search, seed: Seed, further: Iterable[Link]) -> Iterator[str]:
    """Further pages, without those sitemaps of an index that say that they did not change.

    That is since a backfill's first day, or else since they were last read (what they showed is remembered); so a
    limit on pages that cuts off an index today leaves less of it tomorrow.
    """
    for link in further:
        known = search.known.get(link.url)
        read = known.whole.fetch_time.date() if known and known.whole else None
        since = search.run.since if search.run.backfill else None if search.run.force else read
        unchanged = since is not None and link.issued is not None and link.issued < since.isoformat()
        if seed.kind != "sitemap" or not unchanged:
            yield link.url


def _enter(search: _Search, seed: Seed, listing: Listing, shown: Iterable[Link]) -> None:
    """Keep what a page shows, or what of it is of the days that a backfill is for."""
    url = listing.capture.url
    search.read.add(url)
    path = search.paths.setdefault(seed.kind, {})
    for link in shown:
        path.setdefault(link.url, link)
        if _is_wanted(search.run, link, changed=seed.kind == "sitemap"):
            _find(search, link, url)


def _find(search: _Search, link: Link, listing: str | None) -> None:
    search.found.setdefault(known_as(link.url, search.known, search.found), (link, listing))


def _is_known(search: _Search, url: str) -> bool:
    """Whether an earlier run met a document, be it under the other scheme."""
    return known_as(url, search.known) in search.known


def _is_wanted(run: Run, link: Link, *, changed: bool) -> bool:
    """Whether a link may be of a backfill's days. A day of change may be any time after the document's own."""
    if link.issued is None:
        return True
    day = link.issued[:10]
    return (run.since is None or day >= run.since.isoformat()) and (
        changed or run.until is None or day <= run.until.isoformat()
    )


def _cut(search: _Search, shown: tuple[Link, ...]) -> tuple[Link, ...]:
    """As many links as are taken from a page: first those that no earlier run met, so that each run takes others."""
    return tuple(sorted(shown, key=lambda link: _is_known(search, link.url))[: search.limits.links])


def _has_news(search: _Search, shown: Iterable[Link]) -> bool:
    """Whether a page shows anything that earlier runs did not meet, or, in a backfill, anything not too old."""
    if not search.run.backfill:
        return any(not _is_known(search, link.url) for link in shown)
    since = search.run.since.isoformat() if search.run.since else ""
    return any(link.issued is None or link.issued[:10] >= since for link in shown)


def _judge_entry(search: _Search, seed: Seed, listing: Listing, shown: int) -> None:
    """Zero is an error; half of what is usual is a doubt."""
    least = search.source.expect.listing_links_min
    if shown < least:
        _note_empty(search, listing.capture.url, listing.capture, f"it shows {shown} links")
        return
    if listing.capture.revisit or seed.kind == "sitemap":
        return
    earlier = islice(search.earlier(listing.capture.url), USUAL_PAYLOADS)
    counts = [len(read_listing(search.source, seed, page)[0]) for page in earlier]
    if counts and 2 * shown < median(counts):
        _warn(
            search,
            "few_links",
            f"the listing shows {shown} links, usual are {median(counts):g}",
            "Open it by hand: a part of the list may be missing, or stand elsewhere now.",
            listing.capture.url,
        )


def _judge_template(search: _Search, seed: Seed, asked: Mapping[str, int], absent: int) -> None:
    """A day may have no issue; that no day at all has one is an error. Told only where all of them were asked for.

    Those that are absent need not be asked for.
    """
    all_asked = len(asked) + absent >= min(len(_entries(search, seed)), search.limits.listing_pages)
    if all_asked and sum(asked.values()) < search.source.expect.listing_links_min:
        _note_empty(search, seed.url, None, f"its {len(asked)} pages show {sum(asked.values())} links")


def _note_empty(search: _Search, url: str, capture: Capture | None, what: str) -> None:
    search.note(
        Issue(
            run_id=search.run.run_id,
            time=capture.fetch_time if capture else search.run.clock(),
            source_id=search.source.source_id,
            stage="discover",
            severity="error",
            error="empty_listing",
            message=f"the listing is as good as empty: {what}, expected are at least "
            f"{search.source.expect.listing_links_min}",
            action="Open it by hand: its layout has moved (mend [[rules]]), or it is a challenge page.",
            url=url,
            capture_id=capture.capture_id if capture else None,
        )
    )


def _note_cut_links(search: _Search, url: str, shown: int) -> None:
    _warn(
        search,
        "links",
        f"it shows {shown} links; {search.limits.links} of them were taken, which is the limit links",
        "Nothing: the next run takes others. Open it by hand: a page of so many links may be a trap.",
        url,
    )


def _note_left_pages(search: _Search, seed: Seed, asked: int, left: int) -> None:
    full = asked >= search.limits.listing_pages
    why = "the limit listing_pages" if full else "all that half of the visit had time for"
    _warn(
        search,
        "listing_pages",
        f"{asked} pages were asked for, which is {why}, and still showed news; {left} or more are left",
        "Nothing: the next run goes on from there; a backfill goes no further, so raise listing_pages in [limits].",
        seed.url,
    )


def _compare_paths(search: _Search) -> None:
    """Say where two ways to the same source show different things: one of them is then not to be trusted alone.

    Only days are compared that both ways reach back to, and only documents that no earlier run has met: a
    difference is told when it appears, not every day.
    """
    missing: list[str] = []
    for one, other in combinations(sorted(search.paths), 2):
        for shown, hidden in ((one, other), (other, one)):
            urls = _shown_by_one(search, search.paths[shown], search.paths[hidden])
            if urls:
                samples = ", ".join(urls[:SAMPLES])
                missing.append(f"{shown} shows {len(urls)} that {hidden} does not ({samples})")
    if missing:
        _warn(
            search,
            "paths_disagree",
            "; ".join(missing),
            "All of them were found. Open both by hand: one may be incomplete, or cover another column.",
            None,
        )


def _shown_by_one(search: _Search, one: Mapping[str, Link], other: Mapping[str, Link]) -> list[str]:
    begins = [
        min((link.issued[:10] for link in path.values() if link.issued), default=None)
        for path in (one, other)
    ]
    if begins[0] is None or begins[1] is None:
        return []
    begin = max(begins[0], begins[1])  # the oldest day of a path may be cut
    there = {_place(url) for url in other}
    return [
        url
        for url, link in one.items()
        if link.issued
        and link.issued[:10] > begin
        and not _is_known(search, url)
        and _place(url) not in there
    ]


def _place(url: str) -> str:
    """An address as far as it says where something stands: without scheme, `www.` and the last slash."""
    parts = urlsplit(url)
    return f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}"


def _remember(search: _Search) -> None:
    """Links of the listings as they were last archived, where they were not had just now, and the pages after them.

    A run that died, or had its fill, leaves documents that it found and never asked for, and pages that it did not
    reach; the server will say that the listing has not changed. A listing is forgotten once the source was asked for all that was new
    long after it, and not because time went by.
    """
    done = caught_up(search.known)
    rest = max(LONGEST_REST, 2 * FREQUENCIES[search.source.frequency])
    unreached = dict[Seed, list[str]]()
    for url, known in search.known.items():
        forgotten = done is not None and known.last.fetch_time < done - rest
        if known.last.kind not in LISTINGS or url in search.read or forgotten:
            continue
        seed = _seed_of(search.source, known.last)
        for listing in islice(search.earlier(url), 1):
            shown, further = read_listing(search.source, seed, listing)
            for link in _cut(search, shown):
                _find(search, link, url)
            unreached.setdefault(seed, []).extend(
                link.url for link in further if _is_unreached(search, link.url)
            )
    for seed, pages in unreached.items():
        _follow(search, seed, pages, entries=())


def _is_unreached(search: _Search, url: str) -> bool:
    """Whether a page of a listing was never had, or not when it was asked for last."""
    known = search.known.get(url)
    had = known is not None and known.whole is not None and known.last.fetch_outcome in {"ok", "not_modified"}
    return url not in search.read and not had and _is_due(search, url)


def _seed_of(source: Source, capture: Capture) -> Seed:
    """The seed that a capture of an earlier run came from, or one that is read like it."""
    for seed in source.seeds:
        if seed.kind == "api":
            same = _without(capture.url, seed.page) == _without(seed.url, seed.page)
        elif seed.kind == "template":
            pattern = re.sub(r"\\\{.*?\\\}", ".+", re.escape(seed.url))
            same = re.fullmatch(pattern, capture.url) is not None
        else:
            same = seed.kind == capture.kind
        if same:
            return seed
    return Seed(capture.kind, capture.url)


def _without(url: str, parameter: str | None) -> str:
    """A service's address without its page, spelt as it is when it has one."""
    return url if parameter is None else add_or_replace_parameter(url, parameter, "")


def _warn(search: _Search, error: str, message: str, action: str, url: str | None) -> None:
    """Note a doubt about a source; it names no capture, for the listing itself was read."""
    search.note(
        Issue(
            run_id=search.run.run_id,
            time=search.run.clock(),
            source_id=search.source.source_id,
            stage="discover",
            severity="warning",
            error=error,
            message=message,
            action=action,
            url=url,
        )
    )

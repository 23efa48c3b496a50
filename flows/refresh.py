"""Refresh: from the web to the archive. The only step that touches the network."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import urlsplit

from flows.fetch import Fetcher, Request, Response, user_agent
from flows.limits import Limits
from flows.politeness import Politeness
from flows.run import SOFTWARE, Run
from parsers.decode import decode
from parsers.exceptions import ParseError
from parsers.feed import feed_links
from parsers.listing import links, next_pages
from parsers.page import Link, Rule
from parsers.sniff import charset
from parsers.tree import parse_html
from store import tables
from store.archive import ArchiveWriter, Exchange, captures_in, closed_files, read_payload, salvage
from store.capture import Capture, Kind, capture_id, digest
from store.frontier import Known, due_documents, is_listing_due, known_urls
from store.issue import Issue
from store.rows import capture_row, issue_row
from store.source import FREQUENCIES, Seed, Source, rule_at

CONTACT = "https://github.com/policy-ingest/policy-ingest"
"""Where an office finds who asks, unless the source file names a contact."""

_READ = frozenset({"ok", "not_modified"})
_LISTINGS = frozenset({"listing", "feed"})
_ACTIONS: Mapping[str, str] = {
    "timeout": "The next run tries again; if it lasts, raise the limit in [limits] or ask the office.",
    "connection": "The next run tries again; if it lasts, open the URL by hand.",
    "decode": "The server sends broken content codings; the next run tries again.",
    "http_error": "The next run tries again; if it lasts, open the URL by hand.",
    "not_found": "Nothing: it is asked for again at its turn; what was read before is kept.",
    "gone": "Nothing: it is asked for again at its turn; what was read before is kept.",
    "robots": "The site does not want this URL fetched: take it out of the source, or ask the office.",
    "private_address": "The URL leads to an address that is not public: check the source file, or the site was hijacked.",
    "redirect": "Check where the URL leads, and correct the source file.",
    "too_large": "Raise body_bytes in [limits] if the document is really that large.",
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What refreshing one source gave.

    Attributes:
        source_id: The source.
        captures: Every request made, in order, archived.
        issues: What went wrong.
    """

    source_id: str
    captures: tuple[Capture, ...] = ()
    issues: tuple[Issue, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the source as a whole failed; a rejected or missing page is not that."""
        return any(issue.severity == "error" for issue in self.issues)


@dataclass(slots=True)
class _Visit:
    """One source's refresh while it goes on."""

    run: Run
    source: Source
    fetcher: Fetcher
    writer: ArchiveWriter
    known: Mapping[str, Known]
    captures: list[Capture] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def limits_of(source: Source) -> Limits:
    """The fetcher's limits for a source.

    Raises:
        CorrectTheLimits: its file overrides a limit that does not exist.
    """
    return Limits().override(source.limits)


def refresh_source(
    run: Run,
    source: Source,
    *,
    politeness: Politeness | None = None,
    proxies: Mapping[str, str] | None = None,
) -> Refreshed:
    """Ask for a source's due listings, and for the due documents among what they show and what is known.

    Args:
        run: The run.
        source: The source.
        politeness: Shared by the sources of a run, so that two of them on one host spare it together.
        proxies: Scheme to proxy URL.
    """
    fetcher = Fetcher(
        limits_of(source),
        user_agent(source.contact or CONTACT),
        allow_addresses=frozenset(source.allow_addresses),
        politeness=politeness,
        proxies=proxies,
        now=run.clock,
    )
    known = known_urls(_captures_of(run, source))
    writer = ArchiveWriter(run.data / "archive", source.source_id, run.run_id, run.started, SOFTWARE)
    with fetcher, writer:
        visit = _Visit(run, source, fetcher, writer, known)
        _fetch_documents(visit, _discover(visit))
    return Refreshed(source.source_id, tuple(visit.captures), tuple(visit.issues))


def _captures_of(run: Run, source: Source) -> Iterator[Capture]:
    table = tables.read_where(run.data / "tables", "captures", "source_id", source.source_id)
    return (Capture(**row) for row in table.to_pylist())


def _discover(visit: _Visit) -> Mapping[str, tuple[Link, str | None]]:
    """URL of each document that the seeds show, to its link and the listing it stands on."""
    found: dict[str, tuple[Link, str | None]] = {}
    for seed in visit.source.seeds:
        if seed.kind == "document":
            found.setdefault(seed.url, (Link(seed.url), None))
        elif visit.run.force or is_listing_due(visit.known.get(seed.url), _rhythm(visit), visit.run.started):
            for listing, link in _read_listing(visit, seed):
                found.setdefault(link.url, (link, listing))
    for listing, link in _remembered(visit):
        found.setdefault(link.url, (link, listing))
    return found


def _remembered(visit: _Visit) -> Iterator[tuple[str, Link]]:
    """Links of the listings as they were last archived, where they were not fetched whole just now.

    A run that died, or had its fill, leaves documents that it found and never asked for; the server will say that
    the listing has not changed.
    """
    fresh = {capture.url for capture in visit.captures if capture.fetch_outcome == "ok"}
    for url, known in visit.known.items():
        if known.last.kind not in _LISTINGS or known.stored is None or url in fresh:
            continue
        body = read_payload(visit.run.data / "archive", known.stored)
        base = known.stored.fetch_redirect or url
        rule = rule_at(visit.source, visit.run.started)
        shown, _ = _links(known.last.kind, body, known.stored.content_mime_type, base, rule)
        yield from ((url, link) for link in shown)


def _rhythm(visit: _Visit) -> timedelta:
    return FREQUENCIES[visit.source.frequency]


def _read_listing(visit: _Visit, seed: Seed) -> Iterator[tuple[str, Link]]:
    """Follow a listing from page to page, as long as a page shows something new."""
    limits = limits_of(visit.source)
    pages, asked = [seed.url], set[str]()
    while pages and len(asked) < limits.listing_pages:
        url = pages.pop(0)
        if url in asked:
            continue
        asked.add(url)
        capture, response = _capture(visit, url, "feed" if seed.kind == "feed" else "listing")
        if response.fetch_outcome != "ok":
            continue
        rule = rule_at(visit.source, capture.fetch_time)
        shown, further = _links(capture.kind, response.body, response.content_type, response.final_url, rule)
        if len(shown) < visit.source.expect.listing_links_min and url == seed.url:
            _empty_listing(visit, capture, len(shown))
        yield from ((url, link) for link in shown)
        if any(link.url not in visit.known for link in shown):
            pages += further


def _links(
    kind: Kind, body: bytes, content_type: str | None, base_url: str, rule: Rule | None
) -> tuple[tuple[Link, ...], tuple[str, ...]]:
    """Links and further pages of a listing; none where it cannot be read."""
    if kind == "feed":
        return feed_links(body, base_url), ()
    try:
        tree = parse_html(decode(body, charset(content_type)).text)
    except ParseError:
        return (), ()
    return links(tree, base_url, rule), next_pages(tree, base_url)


def _empty_listing(visit: _Visit, capture: Capture, shown: int) -> None:
    visit.issues.append(
        Issue(
            run_id=visit.run.run_id,
            time=capture.fetch_time,
            source_id=visit.source.source_id,
            stage="discover",
            severity="error",
            error="empty_listing",
            message=f"the listing shows {shown} links, expected are at least {visit.source.expect.listing_links_min}",
            action="Open it by hand: its layout has moved (mend [[rules]]), or it is a challenge page.",
            url=capture.url,
            capture_id=capture.capture_id,
        )
    )


def _fetch_documents(visit: _Visit, found: Mapping[str, tuple[Link, str | None]]) -> None:
    listings = {seed.url for seed in visit.source.seeds if seed.kind in _LISTINGS}
    documents = {url: known for url, known in visit.known.items() if known.last.kind == "document"}
    due = due_documents(
        [url for url in found if url not in listings],
        documents,
        _rhythm(visit),
        visit.run.started,
        force=visit.run.force,
    )
    most = limits_of(visit.source).new_pages
    for number, url in enumerate(due[:most], start=1):
        link, referrer = found.get(url, (Link(url), None))
        _capture(visit, url, "document", link, referrer)
        logger.info(
            "%s: %d of %d documents fetched",
            visit.source.source_id,
            number,
            min(len(due), most),
            extra={"source_id": visit.source.source_id, "done": number, "total": min(len(due), most)},
        )


def _capture(
    visit: _Visit, url: str, kind: Kind, link: Link | None = None, referrer: str | None = None
) -> tuple[Capture, Response]:
    """Ask for a URL, archive what came before anyone judges it, and note what went wrong."""
    known = visit.known.get(url)
    before = known.whole if known else None
    assert kind != "import"
    request = Request(
        url,
        visit.source.source_id,
        kind,
        etag=before.etag if before else None,
        last_modified=before.last_modified if before else None,
        content_digest=before.content_digest if before else None,
    )
    response = visit.fetcher.fetch(request)
    for robots in visit.fetcher.take_robots():
        _archive(visit, _described(visit, robots, "robots", None), robots)
    capture = _described(visit, response, kind, before)
    if link is not None:
        capture = replace(capture, referrer=referrer, link_title=link.title, link_issued=link.issued)
    capture = _archive(visit, capture, response)
    if response.fetch_outcome not in _READ and (kind in _LISTINGS or capture.content_digest is None):
        # A body that came with an error status is read like any other, and named then.
        visit.issues.append(_fetch_issue(visit, capture))
    return capture, response


def _described(visit: _Visit, response: Response, kind: Kind, before: Capture | None) -> Capture:
    """The capture that a response makes, not yet archived."""
    same = response.fetch_outcome == "not_modified"
    payload = digest(response.body) if response.body or response.fetch_outcome == "ok" else None
    if same and before is not None:
        payload = before.content_digest
    revisit = before is not None and payload is not None and payload == before.content_digest
    return Capture(
        capture_id=capture_id(visit.source.source_id, response.url, response.fetch_time),
        run_id=visit.run.run_id,
        source_id=visit.source.source_id,
        kind=kind,
        url=response.url,
        fetch_time=response.fetch_time,
        fetch_outcome=response.fetch_outcome,
        fetch_status=response.fetch_status,
        error=response.error,
        fetch_redirect=response.final_url if response.final_url != response.url else None,
        content_digest=payload,
        content_length=before.content_length if same and before else len(response.body) if payload else None,
        content_mime_type=before.content_mime_type if same and before else response.content_type,
        etag=response.etag or (before.etag if same and before else None),
        last_modified=response.last_modified or (before.last_modified if same and before else None),
        revisit=revisit,
        refers_to=before.capture_id if revisit and before else None,
        address=response.address,
        tls_verified=response.tls_verified,
        wire_bytes=response.wire_bytes,
        tries=response.tries,
        duration=response.duration,
    )


def _archive(visit: _Visit, capture: Capture, response: Response) -> Capture:
    path = urlsplit(response.final_url)
    target = (path.path or "/") + (f"?{path.query}" if path.query else "")
    version = response.http_version or "HTTP/1.1"
    exchange = Exchange(
        request_line=f"GET {target} HTTP/1.1" if response.request_headers else None,
        request_headers=response.request_headers,
        status_line=None
        if response.fetch_status is None
        else f"{response.fetch_status} {response.reason or ''}".strip(),
        response_headers=response.response_headers,
        protocol=version,
        body=None if response.fetch_status is None else response.body,
    )
    archived = visit.writer.write(capture, exchange)
    visit.captures.append(archived)
    return archived


def _fetch_issue(visit: _Visit, capture: Capture) -> Issue:
    whole = capture.kind in _LISTINGS
    return Issue(
        run_id=visit.run.run_id,
        time=capture.fetch_time,
        source_id=capture.source_id,
        stage="discover" if whole else "fetch",
        severity="error" if whole else "warning",
        error=capture.fetch_outcome,
        message=capture.error or f"HTTP {capture.fetch_status}",
        action=_ACTIONS[capture.fetch_outcome],
        url=capture.url,
        capture_id=capture.capture_id,
    )


def failed_source(run: Run, source: Source, error: Exception) -> Refreshed:
    """What remains of a source whose refresh broke: its captures are in the archive, the next run enters them."""
    logger.error("%s: %s", source.source_id, error, exc_info=error)
    issue = Issue(
        run_id=run.run_id,
        time=run.clock(),
        source_id=source.source_id,
        stage="fetch",
        severity="error",
        error=type(error).__name__,
        message=str(error),
        action="Read the log of this run; what was fetched before is archived and will be read.",
    )
    return Refreshed(source.source_id, issues=(issue,))


def keep(run: Run, refreshed: Sequence[Refreshed]) -> None:
    """Enter what was archived into the tables: one commit for all sources."""
    where = run.data / "tables"
    tables.append_new(where, "captures", [capture_row(item) for part in refreshed for item in part.captures])
    tables.append_new(where, "issues", [issue_row(item) for part in refreshed for item in part.issues])
    tables.sync()


def recover(run: Run) -> tuple[str, ...]:
    """Make good what a run that died left behind: close its files, enter captures that no table has.

    Returns:
        What was done, one sentence each; none where all was in order.
    """
    archive = run.data / "archive"
    done = list(salvage(archive))
    entered = set(
        tables.read(run.data / "tables", "captures", ["warc_filename"])["warc_filename"].to_pylist()
    )
    for name in closed_files(archive):
        if name in entered:
            continue
        rows = [capture_row(capture) for capture in captures_in(archive, name)]
        tables.append_new(run.data / "tables", "captures", rows)
        done.append(
            f"{name}: {len(rows)} captures entered that the last run had archived, but not yet listed"
        )
    for sentence in done:
        logger.warning("%s", sentence)
    return tuple(done)

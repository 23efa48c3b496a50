"""Refresh: from the web to the archive. The only step that touches the network."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import compress
from pathlib import Path
from urllib.parse import urlsplit

from flows.advance import advanced
from flows.attached import attached
from flows.discover import CAPTURE_KINDS, LISTINGS, Found, Importance, Listing, discover
from flows.exceptions import NothingToImport, StopForNow
from flows.fetch import Fetcher, Request, Response, user_agent
from flows.files import archive_files
from flows.limits import Limits
from flows.mass_change import LOSS_LASTS, MASS_CHANGE, is_doubted, mass_loss
from flows.politeness import Politeness
from flows.refreshed import Refreshed
from flows.robots import robots, unreachable_since
from flows.run import Run
from flows.transport import Tls
from parsers.page import Link
from store import tables
from store.archive import ArchiveWriter, Exchange, read_payload
from store.capture import Capture, Kind, capture_id, digest
from store.frontier import ANSWERED, GONE, Known, due_documents, known_as, shown_at
from store.history import History, Past, history
from store.issue import Issue, Severity
from store.recover import recover as recovered
from store.release import SOFTWARE
from store.rows import capture_row, issue_row
from store.source import FREQUENCIES, Source, open_until, redirect_hosts, rule_at, site

CONTACT = "https://github.com/policy-ingest/policy-ingest"
"""Where an office finds who asks, unless the source file names a contact."""

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
    "too_large": "Raise body_bytes in [limits], attachment_body_bytes for an attached file, if it is really that large.",
}

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Visit:
    """One source's refresh while it goes on.

    `past` is what earlier runs say; `end` is when it stops in order, and `why` says what ends then. `links` are the
    numbers of links that listings showed, by capture_id.
    """

    run: Run
    source: Source
    limits: Limits
    fetcher: Fetcher
    writer: ArchiveWriter
    past: Past
    end: datetime
    why: str
    links: dict[str, int] = field(default_factory=dict)
    captures: list[Capture] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    @property
    def known(self) -> Mapping[str, Known]:
        """What earlier runs say of each URL."""
        return self.past.known


def limits_of(source: Source) -> Limits:
    """The fetcher's limits for a source.

    Raises:
        CorrectTheLimits: its file overrides a limit that does not exist.
    """
    return Limits().override(source.limits)


def fetcher_of(
    source: Source,
    proxies: Mapping[str, str] | None = None,
    politeness: Politeness | None = None,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Fetcher:
    """What asks on behalf of a source, under its limits, with the addresses and certificates that it allows."""
    return Fetcher(
        limits_of(source),
        user_agent(source.contact or CONTACT),
        allow_hosts=redirect_hosts(source),
        allow_addresses=frozenset(source.allow_addresses),
        politeness=politeness,
        proxies=proxies,
        tls=Tls(fingerprint=source.tls.fingerprint, legacy=source.tls.legacy),
        now=now,
    )


def refresh_source(
    run: Run,
    source: Source,
    *,
    drawn: History | None = None,
    politeness: Politeness | None = None,
    proxies: Mapping[str, str] | None = None,
) -> Refreshed:
    """Ask for a source's due listings, and for the due documents among what they show and what is known.

    Args:
        run: The run.
        source: The source.
        drawn: The history of the run's sources; it is drawn for this one alone where none is given.
        politeness: Shared by the sources of a run, so that two of them on one host spare it together.
        proxies: Scheme to proxy URL.
    """
    closing = open_until(source, run.clock())
    if closing is None:
        return Refreshed(source.source_id, issues=(_outside_hours(run, source),))
    limits = limits_of(source)
    end, why = min(
        (closing, "the hours of the source"),
        (
            run.clock() + timedelta(seconds=limits.source_seconds),
            f"source_seconds ({limits.source_seconds:g})",
        ),
        (run.started + timedelta(seconds=limits.run_seconds), f"run_seconds ({limits.run_seconds:g})"),
    )
    fetcher = fetcher_of(source, proxies, politeness, now=run.clock)
    past = _past(run, source) if drawn is None else drawn.of(source.source_id)
    writer = ArchiveWriter(
        run.data / "archive",
        source.source_id,
        run.run_id,
        run.started,
        SOFTWARE,
        operator=source.contact or CONTACT,
    )
    with fetcher, writer:
        visit = _Visit(run, source, limits, fetcher, writer, past, end, why)
        _keep_known_robots(visit)
        _archive_folders(visit)
        try:
            _fetch_documents(visit, _discover(visit))
        except StopForNow as reason:
            _note(
                visit, "warning", "stopped_for_now", str(reason), "Nothing: the next run goes on from there."
            )
    _judge_losses(visit)
    _judge_robots(visit)
    return Refreshed(source.source_id, _counted(visit), tuple(visit.issues))


def _counted(visit: _Visit) -> tuple[Capture, ...]:
    """The captures, listings with the links that they showed.

    The record in the archive has no such number: it was written before anyone read the listing.
    """
    return tuple(
        replace(capture, links=visit.links[capture.capture_id])
        if capture.capture_id in visit.links
        else capture
        for capture in visit.captures
    )


def _judge_robots(visit: _Visit) -> None:
    """Call a person where a robots.txt cannot be had for so long that nobody would notice any more.

    RFC 9309 2.3.1.4 would let a crawler take it for absent then; we go on leaving the host alone.
    """
    captures = defaultdict[str, list[Capture]](list)
    for capture in (*visit.past.captures, *visit.captures):
        if capture.kind == "robots":
            captures[capture.url].append(capture)
    asked = {capture.url: capture for capture in visit.captures if capture.kind == "robots"}
    for url, last in asked.items():
        since = unreachable_since(captures[url])
        if since is None or last.fetch_time - since < timedelta(days=visit.limits.robots_alarm_days):
            continue
        days = (last.fetch_time - since).days
        visit.issues.append(
            Issue(
                run_id=visit.run.run_id,
                time=last.fetch_time,
                source_id=visit.source.source_id,
                stage="fetch",
                severity="error",
                error="robots_unreachable",
                message=f"robots.txt could not be had for {days} days, since {since:%Y-%m-%d}; so long, nothing "
                f"of this host is asked for. The last answer: {last.error or last.fetch_outcome}",
                action="Open it by hand; if the host is gone, correct the source file, else write to the office.",
                url=url,
                capture_id=last.capture_id,
            )
        )


def _judge_losses(visit: _Visit) -> None:
    """Sound the alarm where many documents are gone at once: a site that moved, or answers wrongly."""
    held = {url for url, known in visit.known.items() if known.last.kind == "document" and known.whole}
    gone = {
        capture.url
        for capture in visit.captures
        if capture.url in held
        and capture.fetch_outcome in GONE
        and visit.known[capture.url].last.fetch_outcome not in GONE
    }
    action = "Open some by hand: the site may have moved. What was read before is kept."
    if reason := mass_loss(len(gone), len(held), visit.limits.gone_share):
        _note(visit, "error", MASS_CHANGE, f"{reason}, such as {', '.join(sorted(gone)[:3])}", action)
        return
    now = {url: visit.known[url].last.fetch_outcome for url in held}
    now |= {capture.url: capture.fetch_outcome for capture in visit.captures if capture.url in held}
    missing = sorted(url for url, outcome in now.items() if outcome in GONE)
    still = mass_loss(len(missing), len(held), visit.limits.gone_share)
    if still and is_doubted(visit.run.data, visit.source.source_id, visit.run.started):
        message = f"{len(missing)} of {len(held)} documents are still gone, such as {', '.join(missing[:3])}"
        _note(visit, "warning", LOSS_LASTS, message, action)


def _past(run: Run, source: Source) -> Past:
    with history(run.data, [source.source_id]) as drawn:
        return drawn.of(source.source_id)


def _keep_known_robots(visit: _Visit) -> None:
    """Take over the rules that an earlier run was given, as long as they are fresh, from the archive.

    Where the newest answer says nothing (the server was down), an earlier good one stands until it is stale.
    """
    politeness, limits = visit.fetcher.politeness, visit.limits
    oldest = visit.run.started - timedelta(seconds=limits.robots_cache_seconds)
    for url, known in visit.known.items():
        origin = url.removesuffix("/robots.txt")
        if known.last.kind != "robots" or origin in politeness.robots():
            continue
        for capture in (known.last, known.whole):
            if capture is None or capture.fetch_time < oldest:
                continue
            body = _payload(visit, known.stored) if capture.fetch_outcome in ANSWERED else b""
            rules = robots(
                capture.fetch_status,
                body,
                capture.fetch_outcome,
                capture.fetch_time,
                most_bytes=limits.robots_parse_bytes,
            )
            if rules.had:
                politeness.keep_rules(origin, rules)
                break


def _payload(visit: _Visit, stored: Capture | None) -> bytes:
    return read_payload(visit.run.data / "archive", stored) if stored else b""


def _archive_folders(visit: _Visit) -> None:
    """Archive the files of the source's folders and WARC files, as far as they are new or changed."""
    for seed in visit.source.seeds:
        if seed.kind not in {"folder", "warc"}:
            continue
        path = Path(seed.path)
        try:
            given = archive_files(
                visit.run,
                visit.writer,
                visit.known,
                source_id=visit.source.source_id,
                paths=[path],
            )
        except NothingToImport as error:
            _note(
                visit, "error", "nothing_to_import", str(error), "Put the files there, or correct the path."
            )
        else:
            visit.captures += given.captures
            visit.issues += given.issues


def _discover(visit: _Visit) -> Found:
    def showed(capture: Capture, links: int) -> None:
        visit.links[capture.capture_id] = links
        logger.info("%s: %s: %d links to documents", capture.source_id, capture.url, links)

    now = visit.run.clock()
    return discover(
        visit.run,
        visit.source,
        visit.limits,
        visit.known,
        ask=lambda url, kind, importance: _ask_listing(visit, url, kind, importance),
        earlier=lambda url: (
            Listing(capture, _payload(visit, capture)) for capture in visit.past.payloads(url)
        ),
        note=visit.issues.append,
        showed=showed,
        until=now + (visit.end - now) / 2,
    )


def _ask_listing(visit: _Visit, url: str, kind: Kind, importance: Importance) -> Listing | Capture:
    """Ask for a listing; one that has not changed is read from the archive, and of one that cannot be had there is the capture alone."""
    capture, response = _capture(visit, url, kind)
    expected = {*ANSWERED, *GONE} if importance == "optional" else ANSWERED
    if response.fetch_outcome not in expected:
        visit.issues.append(_fetch_issue(visit, capture, "error" if importance == "vital" else "warning"))
    if response.fetch_outcome == "ok":
        return Listing(capture, response.body)
    if response.fetch_outcome == "not_modified" and (known := visit.known.get(url)):
        return Listing(capture, _payload(visit, known.stored))
    return capture


def _fetch_documents(visit: _Visit, found: Found) -> None:
    listings = {seed.url for seed in visit.source.seeds if seed.kind in CAPTURE_KINDS}
    listings |= {
        capture.url for capture in (*visit.past.captures, *visit.captures) if capture.kind in LISTINGS
    }
    documents = {
        url: known
        for url, known in visit.known.items()
        if _is_document(visit, url) and (url in found or not visit.run.backfill)
    }
    due = due_documents(
        [url for url in found if url not in listings],
        documents,
        FREQUENCIES[visit.source.frequency],
        visit.run.clock(),
        force=visit.run.force,
    )
    most = visit.limits.new_pages
    before = _attached_before(visit.past)
    # The page at which an earlier run ended may have files that were not asked for any more.
    ended_at = {capture.run_id: capture.url for capture in visit.past.of_kind("document")}
    for number, url in enumerate(due[:most], start=1):
        link, referrer = found.get(url, (Link(shown_at(url, visit.known.get(url))), None))
        capture, response = _capture(visit, url, "document", link, referrer)
        if capture.fetch_outcome not in ANSWERED and capture.content_digest is None:
            # A body that came with an error status is read like any other, and named then.
            visit.issues.append(_fetch_issue(visit, capture, "warning"))
        known, body = visit.known.get(url), response.body if capture.fetch_outcome == "ok" else b""
        if capture.fetch_outcome == "not_modified" and known and ended_at.get(known.last.run_id) == url:
            body = _payload(visit, known.stored)
        if body:
            rule = rule_at(visit.source, capture.fetch_time)
            files = [Link(file.url, file.label) for file in attached(capture, body, rule)]
        else:  # what says that it has not changed has the files that it had, and these may have changed
            files = before[url] if capture.fetch_outcome == "not_modified" else []
        names = [known_as(file.url, visit.known, found) for file in files]
        hanging = [name not in found and not _is_document(visit, name) for name in names]
        _fetch_attachments(visit, url, list(compress(files, hanging)))
        advanced(visit.source.source_id, number, min(len(due), most), "documents fetched")
    if len(due) > most:
        message = f"{most} documents were asked for, which is the limit new_pages; {len(due) - most} are left"
        _note(visit, "warning", "new_pages", message, "Nothing: the next run goes on from there.")


def _is_document(visit: _Visit, url: str) -> bool:
    """Whether a URL is known as a document: a file that is one is asked for as one, whatever else it hangs on."""
    known = visit.known.get(url)
    return known is not None and known.last.kind == "document"


def _attached_before(past: Past) -> Mapping[str, list[Link]]:
    """The attachments that earlier runs asked for, by the page that they hang on."""
    by_page: defaultdict[str, dict[str, Link]] = defaultdict(dict)
    for capture in past.of_kind("attachment"):
        if capture.referrer is not None:
            by_page[capture.referrer][capture.url] = Link(capture.url, capture.link_title)
    return defaultdict(list, {page: list(links.values()) for page, links in by_page.items()})


def _fetch_attachments(visit: _Visit, page: str, files: Sequence[Link]) -> None:
    """Ask for the files attached to a page, each time that the page is asked for; one that two pages show, once."""
    if not files:
        return
    asked = {capture.url for capture in visit.captures}
    most = visit.limits.attachments
    for file in files[:most]:
        if file.url in asked:
            continue
        capture, _ = _capture(visit, file.url, "attachment", file, page)
        if capture.fetch_outcome not in ANSWERED:
            visit.issues.append(_fetch_issue(visit, capture, "warning"))
    if len(files) > most:
        message = f"{page} has {len(files)} attachments; the limit attachments is {most}, and the others were not asked for"
        _note(
            visit,
            "warning",
            "attachments",
            message,
            "Raise attachments in [limits] if they all belong to it.",
        )


def _capture(
    visit: _Visit,
    url: str,
    kind: Kind,
    link: Link | None = None,
    referrer: str | None = None,
) -> tuple[Capture, Response]:
    """Ask for a URL, and archive what came before anyone judges it.

    Where a link has another scheme, that is asked for, as though the URL had led there: it may be dead, and stays the name.

    Raises:
        StopForNow: the visit's time is over, or the run is to end.
    """
    if visit.run.stop.is_set():
        raise StopForNow(f"the run was told to stop after {len(visit.captures)} requests")
    if visit.run.clock() >= visit.end:
        raise StopForNow(f"{visit.why} ended the visit after {len(visit.captures)} requests")
    known = visit.known.get(url)
    before = known.whole if known else None
    since = visit.run.started - timedelta(days=visit.limits.full_fetch_days)
    # A server that always says "not modified" is found out by asking without validators now and then.
    proved = before if known and known.sent and known.sent > since else None
    at = link.url if link else url
    if proved and urlsplit(proved.fetch_redirect or url).scheme != urlsplit(at).scheme:
        proved = None  # what another address gave proves nothing of this one
    assert kind != "import"
    request = Request(
        at,
        visit.source.source_id,
        kind,
        etag=proved.etag if proved else None,
        last_modified=proved.last_modified if proved else None,
        content_digest=proved.content_digest if proved else None,
        site=site(url),
    )
    response = replace(visit.fetcher.fetch(request), url=url)
    for answer in visit.fetcher.take_robots():
        _archive(visit, _described(visit, answer, "robots", None), answer)
    capture = _archive(
        visit, _described(visit, response, kind, before, link=link, referrer=referrer), response
    )
    return capture, response


def _described(
    visit: _Visit,
    response: Response,
    kind: Kind,
    before: Capture | None,
    *,
    link: Link | None = None,
    referrer: str | None = None,
) -> Capture:
    """The capture that a response makes, not yet archived; it was asked for because of a link, if there is one."""
    same = response.fetch_outcome == "not_modified"
    payload = digest(response.body) if response.body or response.fetch_outcome == "ok" else None
    if same and before is not None:
        payload = before.content_digest
    revisit = before is not None and payload is not None and payload == before.content_digest
    most = visit.limits.stored_header_characters
    # A validator that is cut proves nothing, nor does that of another address; the archive holds all headers as they came.
    own = not response.redirect
    etag = response.etag if own and len(response.etag or "") <= most else None
    last_modified = response.last_modified if own and len(response.last_modified or "") <= most else None
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
        content_mime_type=before.content_mime_type if same and before else _cut(response.content_type, most),
        etag=etag or (before.etag if same and before else None),
        last_modified=last_modified or (before.last_modified if same and before else None),
        revisit=revisit,
        refers_to=before.capture_id if revisit and before else None,
        address=response.address,
        tls_verified=response.tls_verified,
        tls_not_after=response.tls_not_after,
        wire_bytes=response.wire_bytes,
        tries=response.tries,
        duration=response.duration,
        referrer=referrer if link else None,
        link_title=_cut(link.title, visit.limits.stored_link_characters) if link else None,
        link_issued=link.issued if link else None,
    )


def _cut(text: str | None, most: int) -> str | None:
    """A text of at most so many characters; one that was longer ends in a mark."""
    return text if text is None or len(text) <= most else text[: most - 1] + "…"


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


def _fetch_issue(visit: _Visit, capture: Capture, severity: Severity) -> Issue:
    return Issue(
        run_id=visit.run.run_id,
        time=capture.fetch_time,
        source_id=capture.source_id,
        stage="discover" if capture.kind in LISTINGS else "fetch",
        severity=severity,
        error=capture.fetch_outcome,
        message=capture.error or f"HTTP {capture.fetch_status}",
        action=_ACTIONS[capture.fetch_outcome],
        url=capture.url,
        capture_id=capture.capture_id,
    )


def _note(visit: _Visit, severity: Severity, error: str, message: str, action: str) -> None:
    """Note what concerns the whole source."""
    visit.issues.append(
        Issue(
            run_id=visit.run.run_id,
            time=visit.run.clock(),
            source_id=visit.source.source_id,
            stage="fetch",
            severity=severity,
            error=error,
            message=message,
            action=action,
        )
    )


def _outside_hours(run: Run, source: Source) -> Issue:
    begin, end = source.hours or ("", "")
    return Issue(
        run_id=run.run_id,
        time=run.clock(),
        source_id=source.source_id,
        stage="fetch",
        severity="warning",
        error="outside_hours",
        message=f"it may be asked from {begin:%H:%M} to {end:%H:%M} ({source.timezone}), and was not asked now",
        action="Nothing, if another run falls into these hours; else change the schedule.",
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
    """Make good what a run that died left behind, and say so.

    Returns:
        What was done, one sentence each; none where all was in order.
    """
    done = recovered(run.data, run.started)
    for sentence in done:
        logger.warning("%s", sentence)
    return done


__all__ = ["CONTACT", "Refreshed", "failed_source", "keep", "limits_of", "recover", "refresh_source"]

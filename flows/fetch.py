"""Fetching: one request in, exactly one outcome out, whatever the server does.

A 403, a 404 or a 500 is a response, kept with its body and judged later. `Fetcher.fetch` raises for nothing that the
network does.
"""

from __future__ import annotations

import random
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from types import TracebackType
from typing import Self

from w3lib.html import get_meta_refresh

from flows.addresses import (
    DEFAULT_PORTS,
    WEB_PORTS,
    Resolver,
    Target,
    checked_addresses,
    is_literal,
    join,
    split,
    system_addresses,
)
from flows.codings import ACCEPTED
from flows.exceptions import DoNotContact, GiveUp
from flows.limits import Bounds, Kind, Limits
from flows.politeness import Politeness, http_date, retry_after_seconds
from flows.robots import Robots, robots
from flows.transport import REDIRECTS, Answer, Headers, Line, Tls
from store.frontier import PASSING_STATUS

# 203 is a 200 that a proxy on the way has touched; 202, 204 and 206 are not the document, or not all of it.
WHOLE = frozenset({200, 203})
# What can pass by itself; 520 to 524 are a CDN's words for a source that did not answer.
NAMED = {404: "not_found", 410: "gone"}
VALIDATORS = frozenset({"If-None-Match", "If-Modified-Since"})
# A page of so few bytes with a refresh is a redirect; a longer one has a text of its own, and is kept as a page.
REFRESH_BYTES = 4_096
# Connections kept open at once, well below the usual limit of 1,024 files.
OPEN_LINES = 64
# How long a checked lookup is used, so that a host is not looked up for each page.
LOOKUP_SECONDS = 300.0

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ACCEPT_LANGUAGE = "zh-CN,zh;q=0.9,en;q=0.5"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked.

    Attributes:
        url: Absolute URL.
        source_id: The source on whose behalf it is asked.
        kind: Decides the limits.
        etag: Validator of the last capture.
        last_modified: The other validator.
        content_digest: Digest of that capture. Without it no validator is sent: a server's "not modified" must
            never speak of a text that was not archived whole.
        site: Host (with its subdomains) that redirects may lead to besides those that the fetcher allows.
    """

    url: str
    source_id: str
    kind: Kind
    etag: str | None = None
    last_modified: str | None = None
    content_digest: str | None = None
    site: str | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """A redirect that was met: who redirected, with which status, and whither (the header as sent).

    A page that is nothing but a `meta refresh` is one, too; its status is 200.
    """

    status: int
    url: str
    location: str


@dataclass(frozen=True, slots=True)
class Response:
    """What the network gave.

    Attributes:
        url: As requested.
        fetch_time: Beginning of the last try, UTC.
        fetch_status: HTTP status of the last answer; None where no head came.
        fetch_outcome: Exactly one of `ok`, `not_modified`, `not_found`, `gone`, `http_error`, `redirect`,
            `private_address`, `robots`, `too_large`, `timeout`, `connection`, `decode`.
        error: Why it is not `ok`, with the limit or value that decided.
        redirect: From the requested URL to the final one.
        final_url: URL of the last answer.
        http_version: Such as `HTTP/1.1`.
        reason: Reason phrase of the status line.
        request_headers: As sent last.
        response_headers: As received last, duplicates kept.
        body: Content codings undone; empty where there is none, or none that is whole.
        content_type: Declared.
        etag: As received.
        last_modified: As received.
        address: `ip:port` of the connection; the proxy's, where one is used.
        wire_bytes: Bytes received for the last answer, head included.
        tries: How often it was tried; 0 where the host rests or the URL may not be asked.
        duration: Seconds of the last try, waits of politeness excluded.
        tls_verified: Whether the certificate was checked by its name; None without TLS.
        tls_not_after: Until when it is valid; None where it was not checked.
        retry_after: Seconds that the server asked for.
    """

    url: str
    fetch_time: datetime
    fetch_status: int | None
    fetch_outcome: str
    error: str | None
    redirect: tuple[Hop, ...]
    final_url: str
    http_version: str | None
    reason: str | None
    request_headers: Headers
    response_headers: Headers
    body: bytes
    content_type: str | None
    etag: str | None
    last_modified: str | None
    address: str | None
    wire_bytes: int
    tries: int
    duration: float
    tls_verified: bool | None
    tls_not_after: datetime | None
    retry_after: float | None


@dataclass(slots=True)
class _Trial:
    """One try, filled in as it goes: the answers along a chain of redirects, and how it ended.

    Attributes:
        target: The last one that was to be asked.
        answer: The last that came.
        passing: Whether another try may end better.
    """

    fetch_time: datetime
    target: Target | None = None
    hops: tuple[Hop, ...] = ()
    answer: Answer | None = None
    outcome: str = ""
    error: str | None = None
    passing: bool = False
    duration: float = 0.0

    @property
    def attempted(self) -> bool:
        """Whether a server was asked for this URL, or could not be reached for it."""
        return self.answer is not None or (
            self.target is not None and self.outcome in {"timeout", "connection"}
        )

    def end(self, outcome: str, error: str | None, *, passing: bool = False) -> None:
        """Say how it ended."""
        self.outcome, self.error, self.passing = outcome, error, passing


def user_agent(contact: str) -> str:
    """The honest `User-Agent` of this software, with the address to write to (URL or mail)."""
    return f"policy-ingest/{version('policy-ingest')} (+{contact})"


class Fetcher:
    """Fetches URLs politely and safely. Threads may share one; each host is asked by one of them at a time.

    Args:
        limits: All limits.
        user_agent: Sent with every request; its product token is looked for in robots.txt.
        allow_addresses: Exact `address:port` pairs that may be contacted although they are not public.
        allow_ports: Ports that may be contacted on public addresses.
        allow_hosts: Hosts (with their subdomains) that redirects may lead to; none means every public host.
        proxies: `http` and `https` to a proxy's URL. The environment's proxies are not used. A proxy looks
            names up itself, so the address guard then only sees addresses that are written in URLs.
        tls: How far certificates are trusted.
        politeness: Shared by the fetchers of a run, so that they spare the same hosts and ask once for a
            robots.txt; one of its own by default.
        resolver: Looks hosts up.
        clock: Monotonic seconds for politeness. Deadlines of sockets are always real.
        sleep: Waits that many seconds.
        now: The time of day, UTC.
    """

    def __init__(
        self,
        limits: Limits,
        user_agent: str,
        *,
        allow_addresses: AbstractSet[str] = frozenset(),
        allow_ports: AbstractSet[int] = WEB_PORTS,
        allow_hosts: AbstractSet[str] = frozenset(),
        proxies: Mapping[str, str] | None = None,
        tls: Tls | None = None,
        politeness: Politeness | None = None,
        resolver: Resolver = system_addresses,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.politeness = politeness or Politeness(limits, clock=clock, sleep=sleep)
        self._limits, self._user_agent = limits, user_agent
        self._allow_addresses, self._allow_ports = allow_addresses, allow_ports
        self._allow_hosts = allow_hosts
        self._proxies = {
            scheme: proxy for scheme, proxy in (proxies or {}).items() if scheme in DEFAULT_PORTS
        }
        self._tls = tls or Tls()
        self._resolver, self._clock, self._now = resolver, clock, now
        self._lock = threading.Lock()
        self._lines: OrderedDict[str, Line] = OrderedDict()
        self._lookups: dict[tuple[str, int], tuple[float, tuple[str, ...]]] = {}
        self._cookies: dict[str, dict[str, str]] = {}
        self._robots_responses: list[Response] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections. The fetcher may be used again."""
        with self._lock:
            lines, self._lines = self._lines, OrderedDict()
        for line in lines.values():
            line.close()

    def take_robots(self) -> list[Response]:
        """The answers for robots.txt since the last call: they are captures like all others."""
        with self._lock:
            taken, self._robots_responses = self._robots_responses, []
        return taken

    def fetch(self, request: Request) -> Response:
        """Ask for one URL: its redirects, its tries and its host's robots.txt included.

        Args:
            request: What to ask.

        Returns:
            The response, with exactly one outcome. Failures of the network are outcomes, not exceptions.
        """
        try:
            target = self._admit(request)
        except GiveUp as refusal:
            trial = _Trial(self._now())
            trial.end(refusal.outcome, str(refusal))
            return _response(request, trial, 0)
        trial = self._try(request, target, identity=False)
        tries, seconds, identity = 1, trial.duration, False
        while tries < self._limits.tries and self._may_pass(trial, identity=identity):
            if trial.outcome == "decode":
                # A mislabelled coding is often sent plainly, where no coding is asked for.
                identity = True
            else:
                self._back_off(trial, tries)
            trial = self._try(request, target, identity=identity)
            tries, seconds = tries + 1, seconds + trial.duration
        self._remember_health(trial, seconds)
        return _response(request, trial, tries if trial.attempted else 0)

    def _admit(self, request: Request) -> Target:
        """Refuse what must not even be tried: a bad URL, a resting host, a host with its pages used up."""
        try:
            target = self._split(request.url)
        except DoNotContact as error:
            raise GiveUp("private_address" if error.private else "connection", str(error)) from error
        self._respect_rest(target.host)
        if not self.politeness.count_page(target.host, self._limits):
            most = self._limits.crawl_delay_pages
            raise GiveUp("robots", f"crawl-delay of {target.host} is long: {most} pages a run")
        return target

    def _respect_rest(self, host: str) -> None:
        if reason := self.politeness.resting(host):
            raise GiveUp("connection", f"{host} is left alone: {reason}")

    def _may_pass(self, trial: _Trial, *, identity: bool) -> bool:
        """Whether another try is worth its while."""
        if trial.target is None or self.politeness.resting(trial.target.host):
            return False
        return trial.passing or (trial.outcome == "decode" and not identity)

    def _back_off(self, trial: _Trial, tries: int) -> None:
        """Wait before another try, unless the server has said how long (then its host's turn waits)."""
        if trial.answer is not None and self._asked_time(trial.answer) is not None:
            return
        base = self._limits.first_backoff_seconds if tries == 1 else self._limits.later_backoff_seconds
        self.politeness.backoff(base * random.uniform(1.0, 1.5))  # noqa: S311  # no secret

    def _remember_health(self, trial: _Trial, seconds: float) -> None:
        """Count a failure against the host that was asked last, or note its recovery."""
        if trial.target is None or not trial.attempted:
            return
        status = trial.answer.status if trial.answer is not None else None
        if trial.outcome in {"timeout", "connection"} or (
            status is not None and (status == 429 or status >= 500)
        ):
            self.politeness.failed(trial.target.host, seconds, self._limits)
        else:
            self.politeness.succeeded(trial.target.host)

    def _try(self, request: Request, target: Target, *, identity: bool) -> _Trial:
        trial = _Trial(self._now(), target)
        try:
            self._follow(trial, target, request, identity=identity)
        except GiveUp as stop:
            trial.end(stop.outcome, str(stop), passing=stop.passing)
        return trial

    def _follow(self, trial: _Trial, target: Target, request: Request, *, identity: bool) -> None:
        """Ask for one URL after the other until an answer is no redirect.

        Raises:
            GiveUp: The next URL may not be asked, or the redirects do not end.
        """
        bounds = self._limits.bounds(request.kind)
        refreshes, seen = 0, set[tuple[str, Headers]]()
        while True:
            if trial.hops:
                self._respect_rest(target.host)
            if request.kind != "robots":
                self._heed_robots(target, request)
            headers = self._headers(request, target, first=not trial.hops, identity=identity)
            if (target.url, headers) in seen:
                raise GiveUp("redirect", f"redirects in a circle at {target.url}")
            seen.add((target.url, headers))
            left = replace(bounds, total=bounds.total - trial.duration) if trial.hops else bounds
            trial.answer = answer = self._ask(target, headers, left)
            trial.duration += answer.duration
            self._keep_cookies(target, answer)
            location = _location(answer)
            if location is None:
                location = self._refresh(target, answer, request.kind)
                refreshes += location is not None
            if location is None:
                _judge(trial, answer)
                return
            if refreshes > self._limits.meta_refreshes:
                raise GiveUp(
                    "redirect",
                    f"more than {self._limits.meta_refreshes} refreshes, the last to {location[:200]}",
                )
            trial.hops = (*trial.hops, Hop(answer.status or 0, target.url, location))
            if trial.duration >= bounds.total:
                raise GiveUp("timeout", f"redirects took longer than {bounds.total:g} s", passing=True)
            trial.target = target = self._next_target(target, location, trial, request)

    def _next_target(self, target: Target, location: str, trial: _Trial, request: Request) -> Target:
        """The next target of a chain of redirects, every hop of which is checked."""
        most = self._limits.robots_redirects if request.kind == "robots" else self._limits.redirects
        if len(trial.hops) > most:
            raise GiveUp("redirect", f"more than {most} redirects, the last to {location[:200]}")
        try:
            target = self._split(join(target, location))
        except DoNotContact as error:
            raise GiveUp("private_address" if error.private else "redirect", str(error)) from error
        if request.kind != "robots" and not self._may_lead_to(target.host, request.site):
            raise GiveUp("redirect", f"redirects to {target.url}, which is none of the source's hosts")
        return target

    def _refresh(self, target: Target, answer: Answer, kind: Kind) -> str | None:
        """Whither a page leads that is nothing but a `meta refresh`; None where it leads nowhere, or to itself."""
        is_page = kind in {"document", "listing"} and answer.status in WHOLE and answer.fault is None
        if not is_page or len(answer.body) > REFRESH_BYTES or b"refresh" not in answer.body.lower():
            return None
        try:
            seconds, location = get_meta_refresh(_text(answer.body), target.url)
        except ValueError:
            # An address that is none: the page stays a page.
            return None
        if seconds is None or location is None or seconds > self._limits.meta_refresh_seconds:
            return None
        return None if location.partition("#")[0] == target.url else location

    def _may_lead_to(self, host: str, site: str | None) -> bool:
        return not self._allow_hosts or any(
            host == allowed or host.endswith(f".{allowed}")
            for allowed in (*self._allow_hosts, site)
            if allowed is not None
        )

    def _ask(self, target: Target, headers: Headers, bounds: Bounds) -> Answer:
        """One request, in its host's turn, to a checked address."""
        with self.politeness.turn(target.host, self._limits) as host:
            addresses = self._checked_addresses(target)
            with self.politeness.place(addresses[0] if addresses else target.host):
                answer = self._line(target).get(target, headers, addresses, bounds)
            host.response_seconds = answer.duration
        seconds = self._asked_time(answer)
        if seconds is not None:
            self.politeness.retry_after(target.host, seconds, self._limits)
        return answer

    def _asked_time(self, answer: Answer) -> float | None:
        """Seconds of rest that an overloaded server asks for."""
        if answer.status not in {429, 503}:
            return None
        return retry_after_seconds(answer.header("retry-after"), self._now())

    def _checked_addresses(self, target: Target) -> tuple[str, ...]:
        """The target's addresses, all of them allowed; none where a proxy looks names up."""
        if target.scheme in self._proxies and not is_literal(target.host):
            return ()
        key, clock = (target.host, target.port), self._clock()
        looked_up, addresses = self._lookups.get(key, (-LOOKUP_SECONDS, ()))
        if clock - looked_up < LOOKUP_SECONDS and addresses:
            return addresses
        try:
            addresses = checked_addresses(
                target,
                resolver=self._resolver,
                allow_addresses=self._allow_addresses,
                allow_ports=self._allow_ports,
                seconds=self._limits.dns_seconds,
            )
        except DoNotContact as error:
            raise GiveUp("private_address", str(error)) from error
        if target.scheme in self._proxies:
            return ()
        self._lookups[key] = (clock, addresses)
        return addresses

    def _line(self, target: Target) -> Line:
        """The origin's line; the one unused for longest is closed where there are too many."""
        with self._lock:
            line = self._lines.get(target.origin)
            if line is None:
                line = Line(self._limits, self._tls, self._proxies)
                self._lines[target.origin] = line
            self._lines.move_to_end(target.origin)
            idle = self._lines.popitem(last=False)[1] if len(self._lines) > OPEN_LINES else None
        if idle is not None:
            idle.close()
        return line

    def _heed_robots(self, target: Target, request: Request) -> None:
        """Keep away from what the origin's robots.txt forbids, and keep to its pace."""
        with self.politeness.rules_of(target.origin, now=self._now(), limits=self._limits) as known:
            rules = known or self._fetch_robots(target, request)
        token = self._user_agent.partition("/")[0]
        self.politeness.crawl_delay(target.host, rules.crawl_delay(token))
        if not rules.allows(target.url, token):
            raise GiveUp("robots", f"{target.url}: {rules.reason}")

    def _fetch_robots(self, target: Target, request: Request) -> Robots:
        """Ask for an origin's robots.txt: one answer a run.

        Raises:
            GiveUp: Not even a connection stood, so that the page fails for the same reason, robots.txt or not.
        """
        asked = Request(f"{target.origin}/robots.txt", request.source_id, "robots")
        trial = self._try(asked, replace(target, path="/robots.txt"), identity=False)
        response = _response(asked, trial, 1 if trial.attempted else 0)
        if trial.attempted:
            with self._lock:
                self._robots_responses.append(response)
        if not trial.hops and (trial.answer is None or not trial.answer.reached):
            raise GiveUp(trial.outcome, trial.error or "", passing=trial.passing)
        rules = robots(
            response.fetch_status,
            response.body,
            response.fetch_outcome,
            response.fetch_time,
            most_bytes=self._limits.robots_parse_bytes,
        )
        self.politeness.keep_rules(target.origin, rules)
        return rules

    def _split(self, url: str) -> Target:
        return split(url, most_characters=self._limits.url_characters, most_levels=self._limits.url_levels)

    def _headers(self, request: Request, target: Target, *, first: bool, identity: bool) -> Headers:
        """Request headers. Validators go to the requested URL only: another resource may say 304 to them."""
        headers = [
            ("User-Agent", self._user_agent),
            ("Accept", ACCEPT),
            ("Accept-Language", ACCEPT_LANGUAGE),
            ("Accept-Encoding", "identity" if identity else ACCEPTED),
        ]
        if first and request.content_digest is not None:
            if request.etag:
                headers.append(("If-None-Match", request.etag))
            if request.last_modified and self._is_past(request.last_modified):
                headers.append(("If-Modified-Since", request.last_modified))
        if cookies := self._cookies.get(target.origin):
            headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in cookies.items())))
        return tuple(headers)

    def _is_past(self, date: str) -> bool:
        """Whether an HTTP date is readable and not in the future: a server's clock that runs ahead hides changes."""
        when = http_date(date)
        return when is not None and when <= self._now()

    def _keep_cookies(self, target: Target, answer: Answer) -> None:
        """Keep cookies for their origin alone, and only as many as the limits allow."""
        kept = self._cookies.setdefault(target.origin, {})
        for header, value in answer.response_headers:
            if header.lower() != "set-cookie":
                continue
            pair, *attributes = value.split(";")
            name, equals, content = (part.strip() for part in pair.partition("="))
            if not equals or not name:
                continue
            kept.pop(name, None)
            size = sum(len(key) + len(one) for key, one in kept.items()) + len(name) + len(content)
            if (
                not self._expired(attributes)
                and len(kept) < self._limits.cookies
                and size <= self._limits.cookie_bytes
            ):
                kept[name] = content

    def _expired(self, attributes: list[str]) -> bool:
        for attribute in attributes:
            name, _, value = (part.strip() for part in attribute.partition("="))
            if name.lower() == "max-age":
                return value.startswith("-") or value == "0"
            if name.lower() == "expires" and (http_date(value) or self._now()) < self._now():
                return True
        return False


def _location(answer: Answer) -> str | None:
    """Whither an answer redirects; None where it does not. Bytes that are no ASCII are UTF-8 or GB 18030."""
    if answer.status not in REDIRECTS or answer.fault is not None:
        return None
    location = answer.header("location")
    if location is None or not location.strip():
        return None
    return _text(location.strip().encode("latin-1", "replace"))


def _text(raw: bytes) -> str:
    """Text of bytes that are to be nothing but a URL, or hold one."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _judge(trial: _Trial, answer: Answer) -> None:
    """Name the outcome of an answer that is no redirect to be followed."""
    status = answer.status
    words = f"HTTP {status} {answer.reason or ''}".strip()
    if answer.fault is not None or status is None:
        trial.end(answer.fault or "connection", answer.error, passing=answer.passing)
    elif status in WHOLE:
        trial.end("ok", None)
    elif status == 304 and any(name in VALIDATORS for name, _ in answer.request_headers):
        trial.end("not_modified", None)
    elif status in REDIRECTS:
        trial.end("redirect", f"{words} without a Location")
    else:
        trial.end(NAMED.get(status, "http_error"), words, passing=status in PASSING_STATUS)


def _response(request: Request, trial: _Trial, tries: int) -> Response:
    """The response that a last try makes."""
    answer = trial.answer
    return Response(
        url=request.url,
        fetch_time=trial.fetch_time,
        fetch_status=None if answer is None else answer.status,
        fetch_outcome=trial.outcome,
        error=trial.error,
        redirect=trial.hops,
        final_url=request.url if trial.target is None else trial.target.url,
        http_version=None if answer is None else answer.http_version,
        reason=None if answer is None else answer.reason,
        request_headers=() if answer is None else answer.request_headers,
        response_headers=() if answer is None else answer.response_headers,
        body=b"" if answer is None else answer.body,
        content_type=None if answer is None else answer.header("content-type"),
        etag=None if answer is None else answer.header("etag"),
        last_modified=None if answer is None else answer.header("last-modified"),
        address=None if answer is None else answer.address,
        wire_bytes=0 if answer is None else answer.wire_bytes,
        tries=tries,
        duration=trial.duration,
        tls_verified=None if answer is None else answer.tls_verified,
        tls_not_after=None if answer is None else answer.tls_not_after,
        retry_after=None
        if answer is None
        else retry_after_seconds(answer.header("retry-after"), trial.fetch_time),
    )

"""Politeness: one request at a time per host and per address, a pause after each, and rest for a host that fails."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from flows.limits import Limits
from flows.robots import Robots


@dataclass(slots=True)
class Host:
    """What is remembered of a host during a run; times are of the injected monotonic clock.

    `response_seconds` is set by who has the turn: how long the host took to answer.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    ready_at: float = 0.0
    response_seconds: float = 0.0
    crawl_delay: float = 0.0
    pages: int = 0
    failures: int = 0
    failing_seconds: float = 0.0
    rest_until: float = 0.0
    reason: str = ""


class Politeness:
    """The state of all hosts of a run. All fetchers of a run share one, so that a host is spared by all of them.

    Args:
        limits: Of the run: how many requests at once. Delays are those of the source on whose behalf is asked.
        known_robots: Rules by origin from an earlier run; used while they are fresh.
        clock: Monotonic seconds.
        sleep: Waits that many seconds.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        known_robots: Mapping[str, Robots] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._at_once = threading.BoundedSemaphore(limits.requests_at_once)
        self._lock = threading.Lock()
        self._hosts: defaultdict[str, Host] = defaultdict(Host)
        self._addresses: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._robots: dict[str, Robots] = dict(known_robots or {})
        self._origins: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    @contextmanager
    def turn(self, host: str, limits: Limits) -> Iterator[Host]:
        """Wait for the host's turn; afterwards the host has its pause."""
        state = self._host(host)
        with state.lock:
            wait = state.ready_at - self._clock()
            if wait > 0:
                self._sleep(wait)
            state.response_seconds = 0.0
            try:
                yield state
            finally:
                state.ready_at = max(state.ready_at, self._clock() + _pause(state, limits))

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """Wait for one of the places in all, and for the address's. To be taken within a host's turn."""
        with self._lock:
            lock = self._addresses[address]
        with lock, self._at_once:
            yield

    @contextmanager
    def rules_of(self, origin: str, *, now: datetime, limits: Limits) -> Iterator[Robots | None]:
        """An origin's rules, where they are known and fresh; nobody else fetches them meanwhile."""
        with self._lock:
            lock = self._origins[origin]
        with lock:
            rules = self._robots.get(origin)
            yield rules if rules is not None and _fresh(rules, now, limits) else None

    def keep_rules(self, origin: str, rules: Robots) -> None:
        """Keep an origin's rules for all."""
        with self._lock:
            self._robots[origin] = rules

    def robots(self) -> dict[str, Robots]:
        """The rules by origin: those that were had may be handed to the next run."""
        with self._lock:
            return dict(self._robots)

    def crawl_delay(self, host: str, seconds: float | None) -> None:
        """Keep the host's crawl-delay; more than the limit is obeyed as the limit, for few pages."""
        self._host(host).crawl_delay = seconds or 0.0

    def count_page(self, host: str, limits: Limits) -> bool:
        """Count a page of the host; False where its long crawl-delay allows no more of them in this run."""
        state = self._host(host)
        state.pages += 1
        return state.crawl_delay <= limits.crawl_delay_seconds or state.pages <= limits.crawl_delay_pages

    def retry_after(self, host: str, seconds: float, limits: Limits) -> None:
        """The host asked for time: the next request waits for it, or, where it is long, the host rests."""
        state = self._host(host)
        if seconds <= limits.retry_after_seconds:
            state.ready_at = max(state.ready_at, self._clock() + seconds)
        else:
            self.rest(host, min(seconds, limits.rest_seconds), f"it asked for {seconds:.0f} s (Retry-After)")

    def rest(self, host: str, seconds: float, reason: str) -> None:
        """Leave the host alone for so long; also for what an earlier run was told."""
        state = self._host(host)
        state.rest_until = max(state.rest_until, self._clock() + seconds)
        state.reason = reason

    def succeeded(self, host: str) -> None:
        """A request to the host was answered."""
        state = self._host(host)
        state.failures, state.failing_seconds = 0, 0.0

    def failed(self, host: str, seconds: float, limits: Limits) -> None:
        """A request to the host failed, tries included, after so many seconds: too many in a row end its run."""
        state = self._host(host)
        state.failures += 1
        state.failing_seconds += seconds
        if state.failures >= limits.host_failures:
            self.rest(host, float("inf"), f"{state.failures} requests in a row failed")
        elif state.failing_seconds >= limits.host_failing_seconds:
            self.rest(host, float("inf"), f"failing requests took {state.failing_seconds:.0f} s")

    def resting(self, host: str) -> str | None:
        """Why the host is left alone now; None where it is not."""
        state = self._host(host)
        return state.reason if state.rest_until > self._clock() else None

    def rests(self) -> dict[str, float]:
        """Seconds that each resting host still rests; `inf` until the end of the run. To be kept for the next one."""
        now = self._clock()
        with self._lock:
            return {
                host: state.rest_until - now for host, state in self._hosts.items() if state.rest_until > now
            }

    def backoff(self, seconds: float) -> None:
        """Wait between two tries."""
        self._sleep(seconds)

    def _host(self, host: str) -> Host:
        with self._lock:
            return self._hosts[host]


def _fresh(rules: Robots, now: datetime, limits: Limits) -> bool:
    """Whether rules need not be asked for again: those that could not be had are asked for sooner."""
    most = limits.robots_cache_seconds if rules.had else limits.robots_retry_seconds
    return (now - rules.fetch_time).total_seconds() <= most


def _pause(state: Host, limits: Limits) -> float:
    """Seconds from the end of an answer to the host's next request."""
    pause = max(limits.delay_seconds, limits.delay_response_times * state.response_seconds)
    pause = min(pause, max(limits.delay_most_seconds, limits.delay_seconds))
    return max(pause, min(state.crawl_delay, limits.crawl_delay_seconds))


def retry_after_seconds(header: str | None, now: datetime) -> float | None:
    """Seconds that a `Retry-After` header asks for (RFC 9110 10.2.3).

    Args:
        header: Its value: a number of seconds, or a date.
        now: The time of the answer, UTC.

    Returns:
        None where it is absent, unreadable, negative or past.
    """
    if header is None:
        return None
    value = header.strip()
    if value.isascii() and value.isdigit():
        return float(value[:12])
    when = http_date(value)
    seconds = None if when is None else (when - now).total_seconds()
    return seconds if seconds is not None and seconds > 0 else None


def http_date(text: str) -> datetime | None:
    """A date of a header (RFC 9110 5.6.7), UTC where it names no zone; None where it is unreadable."""
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)

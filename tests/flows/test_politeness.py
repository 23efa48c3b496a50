"""Hosts are asked one request at a time, with a pause after each, and left alone when they fail."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from flows.limits import Limits
from flows.politeness import Politeness, retry_after_seconds
from flows.robots import Robots

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
LIMITS = Limits()


@dataclass
class FakeTime:
    """A clock that only sleeping moves."""

    now: float = 1_000.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        """Seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> FakeTime:
    """A new clock."""
    return FakeTime()


@pytest.fixture
def politeness(time: FakeTime) -> Politeness:
    """Politeness by that clock."""
    return Politeness(LIMITS, clock=time.clock, sleep=time.sleep)


def ask(politeness: Politeness, host: str = "a", *, seconds: float = 0.0, limits: Limits = LIMITS) -> None:
    """A request that takes so long."""
    with politeness.turn(host, limits) as state:
        state.response_seconds = seconds


def test_a_pause_follows_each_answer(politeness: Politeness, time: FakeTime) -> None:
    """Two seconds, and none before the first request."""
    ask(politeness)
    assert time.slept == []
    ask(politeness)
    ask(politeness)
    assert time.slept == [2.0, 2.0]


def test_other_hosts_do_not_wait(politeness: Politeness, time: FakeTime) -> None:
    """Each host has its own pause."""
    ask(politeness, "a")
    ask(politeness, "b")
    assert time.slept == []


@pytest.mark.parametrize(("seconds", "pause"), [(0.5, 2.0), (4.0, 8.0), (60.0, 30.0)])
def test_a_slow_host_gets_a_longer_pause(
    politeness: Politeness, time: FakeTime, seconds: float, pause: float
) -> None:
    """Twice its last response time, at least two seconds, at most thirty."""
    ask(politeness, seconds=seconds)
    ask(politeness)
    assert time.slept == [pause]


@pytest.mark.parametrize(("asked", "pause"), [(7.0, 7.0), (1.0, 2.0), (500.0, 120.0), (None, 2.0)])
def test_crawl_delay_is_obeyed_up_to_its_limit(
    politeness: Politeness, time: FakeTime, asked: float | None, pause: float
) -> None:
    """And it never shortens our own pause."""
    politeness.crawl_delay("a", asked)
    ask(politeness)
    ask(politeness)
    assert time.slept == [pause]


def test_a_long_crawl_delay_leaves_ten_pages(politeness: Politeness) -> None:
    """A host that wants minutes between pages gives few of them in a run; others are not counted."""
    politeness.crawl_delay("a", 121.0)
    assert [politeness.count_page("a", LIMITS) for _ in range(11)] == [True] * 10 + [False]
    politeness.crawl_delay("b", 120.0)
    assert all(politeness.count_page("b", LIMITS) for _ in range(50))


def test_retry_after_is_waited_for(politeness: Politeness, time: FakeTime) -> None:
    """Exactly, where it is two minutes at most."""
    ask(politeness)
    politeness.retry_after("a", 90.0, LIMITS)
    ask(politeness)
    assert time.slept == [90.0]
    assert politeness.resting("a") is None


def test_a_long_retry_after_is_a_rest(politeness: Politeness, time: FakeTime) -> None:
    """The run goes on with other hosts; a week is the most."""
    politeness.retry_after("a", 86_400.0, LIMITS)
    politeness.retry_after("b", 1e9, LIMITS)
    assert politeness.resting("a") is not None
    assert politeness.rests() == {"a": 86_400.0, "b": 7 * 86_400.0}
    time.now += 86_401
    assert politeness.resting("a") is None
    assert set(politeness.rests()) == {"b"}


def test_five_failures_in_a_row_end_a_hosts_run(politeness: Politeness) -> None:
    """A recovery in between starts the count again."""
    for _ in range(4):
        politeness.failed("a", 1.0, LIMITS)
    politeness.succeeded("a")
    for _ in range(4):
        politeness.failed("a", 1.0, LIMITS)
        assert politeness.resting("a") is None
    politeness.failed("a", 1.0, LIMITS)
    assert politeness.resting("a") == "5 requests in a row failed"
    assert politeness.resting("b") is None


def test_slow_failures_end_a_hosts_run_sooner(politeness: Politeness) -> None:
    """A dead office must cost less than a quarter of an hour, whatever the number of its failures."""
    politeness.failed("a", 500.0, LIMITS)
    assert politeness.resting("a") is None
    politeness.failed("a", 500.0, LIMITS)
    assert politeness.resting("a") == "failing requests took 1000 s"


def test_one_request_at_a_time_per_host_and_per_address() -> None:
    """Of many threads, never two are with the same host, nor with the same address under two names."""
    limits = LIMITS.override({"delay_seconds": 0, "delay_response_times": 0})
    politeness = Politeness(limits)
    inside: dict[str, int] = {}
    most: dict[str, int] = {}
    lock = threading.Lock()

    def visit(host: str, address: str) -> None:
        for _ in range(20):
            with politeness.turn(host, limits), politeness.place(address):
                for key in (host, address, "all"):
                    with lock:
                        inside[key] = inside.get(key, 0) + 1
                        most[key] = max(most.get(key, 0), inside[key])
                for key in (host, address, "all"):
                    with lock:
                        inside[key] -= 1

    places = [("a", "1"), ("a", "1"), ("b", "1"), *((f"h{n}", f"x{n}") for n in range(12))]
    threads = [threading.Thread(target=visit, args=place) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most.pop("all") <= limits.requests_at_once
    assert set(most.values()) == {1}


def test_rules_are_kept_while_they_are_fresh() -> None:
    """A day where the server has said something, an hour where it could not be asked."""
    had = Robots(None, allowed=True, reason="", fetch_time=NOW)
    lost = Robots(None, allowed=False, reason="", fetch_time=NOW)
    politeness = Politeness(LIMITS, known_robots={"had": had, "lost": lost})

    def fresh(origin: str, hours: float) -> bool:
        with politeness.rules_of(origin, now=NOW + timedelta(hours=hours), limits=LIMITS) as rules:
            return rules is not None

    assert (fresh("had", 23), fresh("had", 25)) == (True, False)
    assert (fresh("lost", 0.9), fresh("lost", 1.1)) == (True, False)
    assert not fresh("unknown", 0)
    politeness.keep_rules("unknown", had)
    assert fresh("unknown", 0)
    assert set(politeness.robots()) == {"had", "lost", "unknown"}


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Sun, 01 Nov 2026 12:01:00 GMT", 60.0),
        ("Sun, 01 Nov 2026 20:01:00 +0800", 60.0),
        ("Sun, 01 Nov 2026 11:59:00 GMT", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("１２", None),
        ("9" * 5_000, 999_999_999_999.0),
        (None, None),
    ],
)
def test_retry_after_is_a_number_or_a_date(header: str | None, seconds: float | None) -> None:
    """What is unreadable, negative or past leaves our own back-off in force."""
    assert retry_after_seconds(header, NOW) == seconds

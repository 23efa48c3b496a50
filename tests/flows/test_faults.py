"""Every case of the fault server has the outcome that it names, on time and within its memory."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from flows.fetch import Fetcher, Request, Response
from flows.limits import Limits
from tests.flows.fault_server import CASES, Case, FaultServer

# So small that the slow cases are soon over; the default numbers are the same code.
SMALL = {
    "connect_seconds": 1.0,
    "head_seconds": 0.6,
    "robots_head_seconds": 0.5,
    "gap_seconds": 0.5,
    "robots_gap_seconds": 0.4,
    "total_seconds": 0.8,
    "robots_total_seconds": 0.8,
    "body_bytes": 2_000_000,
    "delay_seconds": 0.0,
    "delay_response_times": 0.0,
}
# Generous, for a busy machine: without a deadline the slow cases take a hundred seconds or never end.
LATE_SECONDS = 15.0
# A body of 2,000,000 bytes, its copy, and the buffers on the way.
MOST_BYTES = 12_000_000


def play(case: Case, server: FaultServer) -> Response:
    """Fetch a case's URL from its server."""
    limits = Limits().override({**SMALL, **case.limits})
    port = server.address.rpartition(":")[2]
    url = case.url.replace("{base}", server.base).replace("{port}", port)
    with Fetcher(
        limits,
        "policy-ingest/1 (+mailto:test@example.org)",
        allow_addresses=frozenset({server.address}),
        sleep=lambda _: None,
    ) as fetcher:
        return fetcher.fetch(Request(url, "fault", "document", **case.request))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case_has_its_outcome(case: Case) -> None:
    """What the server does has exactly the outcome that the case names."""
    started = time.monotonic()
    with FaultServer(case.script) as server:
        response = play(case, server)
    assert time.monotonic() - started < LATE_SECONDS
    assert response.fetch_outcome == case.outcome, response.error
    assert (response.error is None) == (case.outcome in {"ok", "not_modified"})
    assert case.status is None or response.fetch_status == case.status
    assert case.body is None or response.body == case.body
    assert case.tries is None or response.tries == case.tries
    assert case.asked is None or tuple(server.paths()) == case.asked


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.outcome == "too_large"], ids=lambda case: case.name
)
def test_too_large_is_stopped_while_it_is_small(case: Case) -> None:
    """What is too large costs no more memory than what is just allowed."""
    with FaultServer(case.script) as server:
        tracemalloc.start()
        try:
            play(case, server)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < MOST_BYTES


def test_there_are_enough_cases_and_their_names_differ() -> None:
    """The table of cases stays a table: at least sixty, each with a name of its own."""
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)

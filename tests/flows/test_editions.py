"""Editions of a paper: what is settled, by what earlier runs found of its pages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from flows.editions import editions_of, is_settled
from store.capture import Capture
from store.frontier import known_urls
from store.source import Seed

SEED = Seed("template", "http://a.example/{dd}/{page}", stop=3)
TODAY = date(2026, 3, 20)


@pytest.mark.parametrize(
    ("outcomes", "settled"),
    [
        ({}, False),
        ({"19/3": "ok"}, True),
        ({"19/3": "not_found"}, True),
        ({"19/3": "timeout"}, False),
        ({"19/1": "not_found", "19/2": "gone"}, False),
        ({"19/1": "not_found", "19/2": "gone", "12/1": "ok"}, True),
        ({"19/1": "timeout", "19/2": "http_error", "12/1": "ok"}, False),
        ({"19/1": "not_found", "19/2": "gone", "12/3": "ok"}, False),
    ],
)
def test_a_page_is_settled_once_it_is_known_whether_it_is_there(
    outcomes: dict[str, str], settled: bool
) -> None:
    """What failed is not; an edition whose first pages are missing did not appear where those of another one did."""
    time = datetime(2026, 3, 19, 2, tzinfo=UTC)
    known = known_urls(
        Capture(name, "r", "kjt", "listing", f"http://a.example/{name}", time, outcome, content_digest=name)
        for name, outcome in outcomes.items()
    )
    editions = editions_of(SEED, [TODAY, date(2026, 3, 19)], TODAY, known)

    assert is_settled(editions, "http://a.example/19/3", known) == settled

"""Lists of list services: JSON of several makers, and what is none."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.api import Fields, api_links
from parsers.page import Link

BASE = "https://kjt.example/search/list?page=1"
BEIJING = ZoneInfo("Asia/Shanghai")


def read(answer: object, fields: Fields) -> tuple[Link, ...]:
    """The links of an answer."""
    return api_links(json.dumps(answer, ensure_ascii=False).encode(), BASE, fields, BEIJING)


def test_a_list_deep_in_the_answer_is_found_by_its_path() -> None:
    """Relative addresses are joined; marks of a search are taken off the title."""
    item = {
        "urls": {"common": "/art/1.html#x"},
        "title": " 关于<em>科技</em>计划的\n通知 ",
        "time": "2025-03-13 09:00:00",
    }
    answer = {"data": {"results": [item, {"urls": None}, 7]}}

    assert read(answer, Fields("data.results", "urls.common", "title", "time")) == (
        Link("https://kjt.example/art/1.html", "关于科技计划的通知", "2025-03-13"),
    )


def test_a_place_in_a_list_may_stand_in_a_path() -> None:
    """As in `meta.0.url`."""
    assert read([{"meta": [{"url": "/1"}]}], Fields("", "meta.0.url")) == (Link("https://kjt.example/1"),)


def test_an_address_may_be_made_from_values() -> None:
    """Where a service gives numbers only; an item without one names nothing."""
    answer = [{"id": 7, "site": "a b"}, {"id": None, "site": "c"}]

    assert read(answer, Fields("", "https://b.example/{site}/{id}.html")) == (
        Link("https://b.example/a%20b/7.html"),
    )


@pytest.mark.parametrize(
    ("written", "day"),
    [
        (1_741_795_200, "2025-03-13"),  # midnight in Beijing, the day before in UTC
        (1_741_795_200_000, "2025-03-13"),
        ("1741795200000", "2025-03-13"),
        ("2025年3月13日", "2025-03-13"),
        ("2025-03", None),
        (20, None),
        (True, None),
        (None, None),
    ],
)
def test_a_day_is_text_or_a_number_of_seconds(written: object, day: str | None) -> None:
    """Counted in the time zone of the office."""
    (link,) = read([{"u": "/1", "d": written}], Fields("", "u", issued="d"))

    assert link.issued == day


def test_the_call_around_jsonp_is_taken_off() -> None:
    """As list services answer scripts of other sites."""
    body = b'jQuery_1({"rows": [{"u": "/1"}]});'

    assert api_links(body, BASE, Fields("rows", "u"), BEIJING) == (Link("https://kjt.example/1"),)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["a", "u", "d"]), inner),
    )
)
def test_whatever_comes_it_does_not_raise(answer: object) -> None:
    """Any JSON, and any of its pieces."""
    body = json.dumps(answer).encode()
    for fields in (Fields("a", "u", "u", "d"), Fields("", "/{u}")):
        assert isinstance(api_links(body, BASE, fields, BEIJING), tuple)
        assert isinstance(api_links(body[1:], BASE, fields, BEIJING), tuple)

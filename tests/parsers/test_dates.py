"""Dates as Chinese pages write them, and what is no date."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.metadata.dates import day_before, find_dates, in_china, month_days, read_date, read_day, url_day

DAYS = {
    "2023年3月9日": "2023-03-09",
    "2023年03月09日": "2023-03-09",
    "2023 年 3 月 9 日": "2023-03-09",
    "２０２３年３月９日": "2023-03-09",
    "二〇二三年三月九日": "2023-03-09",
    "二○二三年十二月三十一日": "2023-12-31",
    "二零二三年三月二十一日": "2023-03-21",
    "二Ｏ一二年十月十日": "2012-10-10",
    "一九八一年五月二十三日": "1981-05-23",
    "2024-01-25 18:41": "2024-01-25T18:41",
    "2024-01-25T18:41:05": "2024-01-25T18:41:05",
    "2023-3-9": "2023-03-09",
    "2023/03/09": "2023-03-09",
    "2023.3.9": "2023-03-09",
    "20230309": "2023-03-09",
    "发布日期：2023年03月09日": "2023-03-09",
    "2022-05-07 21:03:06 +0800": "2022-05-07T21:03:06+08:00",
    "2023-03-09T02:00:00Z": "2023-03-09T02:00:00+00:00",
    "2007-08-20-23:59:59": "2007-08-20T23:59:59",
    "2019年06月15日08:18": "2019-06-15T08:18",
    "2024-01-29 04:35:00.0": "2024-01-29T04:35:00",
    "2022 09/08 17:41:07": "2022-09-08T17:41:07",
    "January 25, 2024 18:41": "2024-01-25T18:41",
    "Jan. 5, 2024": "2024-01-05",
    "25 January 2024": "2024-01-25",
    "March 9, 2023 6:41 PM": "2023-03-09T18:41",
    "民国一百一十二年三月九日": "2023-03-09",
    "中華民國112年3月9日": "2023-03-09",
    "2024年2月29日": "2024-02-29",
}
NO_DAYS = (
    "到2025年底",
    "3月9日讯",
    "昨天",
    "2023年2月30日",
    "2023年2月29日",
    "11-12-2023",
    "癸卯年二月十八",
    "2023年3月",
    "2018—2020年",
    "电话：0351-20230399",
    "2023105号",
    "192.168.2023.3.9",
)


@pytest.mark.parametrize(("text", "value"), DAYS.items())
def test_days(text: str, value: str) -> None:
    """Every form gives its day, with the time where one stands."""
    assert [found.value for found in find_dates(text)] == [value]


@pytest.mark.parametrize("text", NO_DAYS)
def test_no_days(text: str) -> None:
    """Nothing is invented."""
    assert find_dates(text) == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [("2023年3月", "2023-03"), ("2023-03", "2023-03"), ("到2025年底", "2025"), ("无", None)],
)
def test_precision_is_kept(text: str, value: str | None) -> None:
    """A labelled value keeps the precision it has."""
    assert read_date(text) == value
    assert read_day(text) is None


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_written_days_are_read(day: date) -> None:
    """Each day is read from each of its forms."""
    for text in (
        f"{day.year}年{day.month}月{day.day}日",
        day.isoformat(),
        f"（{day:%Y/%m/%d}）",
        f"{day.day} {day:%B} {day.year}",
    ):
        assert [found.value for found in find_dates(text)] == [day.isoformat()]


@given(st.text(max_size=200))
def test_found_days_are_days(text: str) -> None:
    """Whatever is found is a day of the calendar, at its place."""
    for found in find_dates(text):
        date.fromisoformat(found.value[:10])
        assert 0 <= found.start < found.end <= len(text)


def test_zone() -> None:
    """A moment without zone is Chinese time; a day and a moment with a zone stay."""
    assert in_china("2024-01-25T18:41") == "2024-01-25T18:41+08:00"
    assert in_china("2024-01-25T18:41+00:00") == "2024-01-26T02:41+08:00"
    assert in_china("2024-01-25T16:00:00+00:00") == "2024-01-26"
    assert in_china("2024-01-25T18:41-05:00") == "2024-01-25T18:41-05:00"
    assert in_china("2024-01-25T00:00:00") == "2024-01-25"
    assert in_china("2024-01-25") == "2024-01-25"


def test_days_of_urls() -> None:
    """Paths of publishing systems carry the day; other numbers do not."""
    assert url_day("http://a.gov.cn/xw/t20190918_693227.shtml") == "2019-09-18"
    assert url_day("http://a.gov.cn/art/2016/11/22/art_1.html") == "2016-11-22"
    assert url_day("http://a.cn/news/2012-06/04/content_1.htm") == "2012-06-04"
    assert url_day("http://a.cn/n1/2019/0615/c1013-31.html") == "2019-06-15"
    assert url_day("http://a.cn/12345678.html") is None
    assert url_day("http://a.cn/t20231340_1.html") is None


def test_days_without_a_year() -> None:
    """They are found, and dated by what was published later only."""
    assert month_days("本报太原3月9日讯")[0][:2] == (3, 9)
    assert month_days("On the morning of March 28, the office")[0][:2] == (3, 28)
    assert month_days("2023年3月9日") == ()
    assert month_days("March 28, 2023") == ()
    assert month_days("2月31日") == ()
    assert day_before(3, 28, "2022-06-10") == "2022-03-28"
    assert day_before(12, 30, "2022-01-02T08:00+08:00") == "2021-12-30"
    assert day_before(2, 29, "2023-03-01") is None

"""What an answer for robots.txt means, after RFC 9309."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.robots import Robots, robots, unreachable_since
from store.capture import Capture

NOW = datetime(2026, 11, 1, tzinfo=UTC)
US = "policy-ingest"
ORIGIN = "https://www.example.org"


def rules(body: bytes, status: int = 200, outcome: str = "ok") -> Robots:
    """The rules that an answer gives."""
    return robots(status, body, outcome, NOW, most_bytes=512_000)


@pytest.mark.parametrize(
    ("lines", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /a", "/a/b", False),
        ("User-agent: *\nDisallow: /a", "/b", True),
        ("User-agent: *\nDisallow: /a/\nAllow: /a/b", "/a/b", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True),
        ("User-agent: *\nDisallow: /*?print=", "/a?print=1", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: policy-ingest\nAllow: /", "/a", True),
        ("User-agent: POLICY-INGEST\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", False),
        ("User-agent: otherbot\nDisallow: /", "/a", True),
        ("User-agent: otherbot\nUser-agent: policy-ingest\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /政策", "/%E6%94%BF%E7%AD%96/1", False),
        ("User-agent: *\nDisallow: /%e6%94%bf", "/%E6%94%BF", False),
        ("user-agent:*\r\ndisallow:/a # with a comment\r\n", "/a", False),
        ("Disallow: /", "/a", True),
        ("no rules at all", "/a", True),
        ("", "/a", True),
    ],
)
def test_rules(lines: str, path: str, *, allowed: bool) -> None:
    """The longest match decides, Allow wins a tie, our own group comes before the star's."""
    assert rules(lines.encode()).allows(ORIGIN + path, US) is allowed


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_codec_does_not_matter(codec: str) -> None:
    """UTF-8 as asked for, with a mark or not, and UTF-16, as some editors save it."""
    assert not rules("User-agent: *\nDisallow: /a\n".encode(codec)).allows(f"{ORIGIN}/a", US)


@pytest.mark.parametrize(
    ("status", "outcome", "allowed"),
    [
        (404, "not_found", True),
        (410, "gone", True),
        (401, "http_error", True),
        (403, "http_error", True),
        (302, "redirect", True),
        (429, "http_error", False),
        (500, "http_error", False),
        (503, "http_error", False),
        (302, "private_address", False),
        (404, "connection", False),
        (200, "decode", False),
        (None, "timeout", False),
        (None, "connection", False),
    ],
)
def test_absent_rules_allow_and_rules_that_cannot_be_had_forbid(
    status: int | None, outcome: str, *, allowed: bool
) -> None:
    """RFC 9309 2.3.1: "unavailable" is freedom, "unreachable" is complete disallow; 429 is of the second kind."""
    unknown = robots(status, b"", outcome, NOW, most_bytes=512_000)
    assert unknown.allows(f"{ORIGIN}/a", US) is allowed
    assert unknown.had is allowed


@pytest.mark.parametrize(
    "page", [b"<!DOCTYPE html>", b"\n\n<html>", b"\xef\xbb\xbf<HTML>", b"<?xml version='1.0'?>"]
)
def test_a_web_page_has_no_rules(page: bytes) -> None:
    """Often a soft 404; words in it that look like rules are none."""
    assert rules(page + b"\nUser-agent: *\nDisallow: /\n").allows(f"{ORIGIN}/a", US)


def test_only_the_beginning_is_parsed() -> None:
    """Rules beyond the limit are not read."""
    body = b"User-agent: *\nDisallow: /a\n" + b"#" * 600_000 + b"\nDisallow: /b\n"
    assert not rules(body).allows(f"{ORIGIN}/a", US)
    assert rules(body).allows(f"{ORIGIN}/b", US)


@pytest.mark.parametrize(
    ("line", "seconds"), [("7", 7.0), ("0.5", 0.5), ("-1", None), ("soon", None), ("inf", None)]
)
def test_crawl_delay(line: str, seconds: float | None) -> None:
    """A number of seconds, or nothing."""
    assert rules(f"User-agent: *\nCrawl-delay: {line}\nDisallow: /x\n".encode()).crawl_delay(US) == seconds


def test_sitemaps_are_named() -> None:
    """Wherever they stand in the file."""
    body = b"Sitemap: https://www.example.org/a.xml\nUser-agent: *\nDisallow:\nSitemap: https://www.example.org/b.xml\n"
    assert rules(body).sitemaps == ("https://www.example.org/a.xml", "https://www.example.org/b.xml")


@pytest.mark.parametrize(
    ("answers", "since"),
    [
        ([], None),
        ([200], None),
        ([503], 0),
        ([200, 503, None, 429], 1),
        ([503, 404, 503], 2),
        ([503, 503, 200], None),
        ([503, 403], None),
    ],
)
def test_how_long_rules_could_not_be_had(answers: list[int | None], since: int | None) -> None:
    """From the first answer without rules after the last one with; the order of the captures does not matter."""
    outcomes = {200: "ok", 404: "not_found", None: "timeout"}
    captures = [
        Capture(
            str(day),
            "run",
            "kjt",
            "robots",
            f"{ORIGIN}/robots.txt",
            NOW + timedelta(days=day),
            outcomes.get(status, "http_error"),
            status,
        )
        for day, status in enumerate(answers)
    ]
    expected = None if since is None else NOW + timedelta(days=since)

    assert unreachable_since(captures) == unreachable_since(captures[::-1]) == expected


@given(body=st.binary(max_size=300))
def test_any_bytes_are_rules_of_some_kind(body: bytes) -> None:
    """Nothing that a server sends raises."""
    assert rules(body).allows(f"{ORIGIN}/a", US) in {True, False}

"""Source files: read whole, or refused with every mistake at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from parsers.page import Rule
from store.exceptions import InvalidSource
from store.source import Seed, load_sources, rule_at, rule_digest

GOOD = """
title = "Notices"
jurisdiction = "CN-SX"
frequency = "weekly"
allow_addresses = ["127.0.0.1:8000"]
verified = 2026-01-31
[[seeds]]
kind = "listing"
url = "https://kjt.example/tz/"
[[rules]]
main = "div.new"
[[rules]]
main = "div.old"
drop = [".share"]
until = 2025-12-31
[expect]
listing_links_min = 5
[expect.fill]
title = 1.0
[limits]
delay_seconds = 5
"""


def written(folder: Path, text: str, name: str = "kjt") -> Path:
    """A folder with one source file."""
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_source_file_is_read_whole(tmp_path: Path) -> None:
    """Every part of it arrives."""
    (source,) = load_sources(written(tmp_path, GOOD))

    assert source.source_id == "kjt"
    assert source.seeds == (Seed("listing", "https://kjt.example/tz/"),)
    assert source.expect.listing_links_min == 5
    assert source.expect.fill == {"title": 1.0}
    assert source.limits == {"delay_seconds": 5}
    assert source.verified == date(2026, 1, 31)


def test_old_captures_keep_their_old_rule(tmp_path: Path) -> None:
    """A rule is valid up to and including its day, in the source's own time zone."""
    (source,) = load_sources(written(tmp_path, GOOD))
    old, new = Rule(main="div.old", drop=(".share",), until=date(2025, 12, 31)), Rule(main="div.new")

    assert old == rule_at(source, datetime(2025, 12, 31, 15, 59, tzinfo=UTC))
    assert new == rule_at(source, datetime(2025, 12, 31, 16, 0, tzinfo=UTC))


def test_a_rule_is_told_by_what_it_says() -> None:
    """Its date is not part of it; without one the digest is empty."""
    assert rule_digest(Rule(main="a")) == rule_digest(Rule(main="a", until=date(2025, 1, 1)))
    assert rule_digest(Rule(main="a")) != rule_digest(Rule(main="b"))
    assert rule_digest(None) == ""


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    """Nobody mends a file one message at a time."""
    bad = """
titel = "x"
frequency = "often"
timezone = "Mars/Olympus"
verified = "2026-01-31"
allow_addresses = "127.0.0.1"
[[seeds]]
kind = "magic"
url = "ftp://a"
[[rules]]
mian = "div"
[limits]
delay_seconds = "long"
"""
    with pytest.raises(InvalidSource) as caught:
        load_sources(written(tmp_path, bad))
    named = ["titel", "title is missing", "often", "Mars", "verified", "host:port", "magic", "ftp://a", "mian", "seconds"]

    assert [word for word in named if word not in str(caught.value)] == []


@pytest.mark.parametrize("text", ["title = ", 'title = "x"', "\x00"])
def test_what_is_not_a_source_file_is_refused(tmp_path: Path, text: str) -> None:
    """Broken TOML, and a file without seeds."""
    with pytest.raises(InvalidSource, match=r"kjt\.toml"):
        load_sources(written(tmp_path, text))


def test_an_unknown_source_is_named_beside_the_known_ones(tmp_path: Path) -> None:
    """A typing error is seen at once."""
    with pytest.raises(InvalidSource, match="no source 'ktj'; known are kjt"):
        load_sources(written(tmp_path, GOOD), ["ktj"])


def test_an_empty_or_missing_folder_is_refused(tmp_path: Path) -> None:
    """A run without sources would be a quiet failure."""
    with pytest.raises(InvalidSource, match="no source files"):
        load_sources(tmp_path)
    with pytest.raises(InvalidSource, match="not a folder"):
        load_sources(tmp_path / "none")

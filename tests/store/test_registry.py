"""The registry of real sources: that each file says what it must, and where its addresses were found."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from parsers.metadata.jurisdictions import of_host
from store.source import Source, load_sources

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
SOURCES = load_sources(SEEDS)


def test_there_are_enough_to_begin_with() -> None:
    """The centre, all provinces, and the founding documents' provinces first."""
    where = Counter(source.jurisdiction for source in SOURCES)

    assert len(SOURCES) >= 60
    assert len(where) == 32
    assert where["CN"] >= 8
    assert all(where[name] >= 4 for name in ("CN-SX", "CN-SD", "CN-HB"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.source_id)
def test_each_says_whose_it_is_and_where_it_was_found(source: Source) -> None:
    """With a home page and a region that fit its host; nobody claims to have seen it work."""
    text = (SEEDS / f"{source.source_id}.toml").read_text(encoding="utf-8")
    host = urlsplit(source.seeds[0].url).hostname
    region = of_host(host)

    assert text.startswith("# Found in ")
    assert "sources check" in " ".join(text.split()).replace("# ", "")
    assert source.publisher
    assert source.homepage
    assert source.verified is None
    assert source.limits == {}
    assert re.fullmatch(r"CN(-[A-Z]{2})?", source.jurisdiction or "")
    assert region is None or source.jurisdiction == region.iso


def test_no_address_is_watched_twice() -> None:
    """Two files of one list would double its documents."""
    urls = Counter(seed.url for source in SOURCES for seed in source.seeds)

    assert [url for url, count in urls.items() if count > 1] == []

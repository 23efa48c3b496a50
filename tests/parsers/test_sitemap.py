"""Sitemaps and their indexes: XML, text, gzip, and what is none of them."""

from __future__ import annotations

import gzip

from hypothesis import given
from hypothesis import strategies as st

from parsers.page import Link
from parsers.sitemap import MOST_BYTES, Sitemap, sitemap

BASE = "https://kjt.example/sitemap.xml"
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'


def urlset(*entries: str) -> bytes:
    """A sitemap of entries."""
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {SPACE}>{"".join(entries)}</urlset>'.encode()


def test_pages_come_with_the_day_of_their_change() -> None:
    """A time is cut to its day; a month alone is no day; an address is named once."""
    body = urlset(
        "<url><loc> https://kjt.example/1.html </loc><lastmod>2025-03-13T09:00:00+08:00</lastmod></url>",
        "<url><loc>/2.html#top</loc><lastmod>2025-03</lastmod></url>",
        "<url><loc>https://kjt.example/1.html</loc></url>",
        "<url><loc>mailto:kjt@example</loc></url><url/>",
    )

    assert sitemap(body, BASE).links == (
        Link("https://kjt.example/1.html", None, "2025-03-13"),
        Link("https://kjt.example/2.html"),
    )


def test_news_say_their_title_and_when_they_appeared() -> None:
    """Which counts more than when the page was last touched."""
    news = "<n:news><n:publication_date>2025-03-01</n:publication_date><n:title>关于申报的通知</n:title></n:news>"
    body = urlset(f"<url><loc>/1.html</loc><lastmod>2025-03-13</lastmod>{news}</url>")

    assert sitemap(body, BASE).links == (Link("https://kjt.example/1.html", "关于申报的通知", "2025-03-01"),)


def test_an_index_names_its_sitemaps_the_newest_first() -> None:
    """With and without the protocol's name space."""
    body = b"<sitemapindex><sitemap><loc>/a.xml</loc><lastmod>2024-01-01</lastmod></sitemap><sitemap><loc>/b.xml.gz</loc><lastmod>2025-01-01</lastmod></sitemap></sitemapindex>"

    assert [link.url for link in sitemap(body, BASE).further] == [
        "https://kjt.example/b.xml.gz",
        "https://kjt.example/a.xml",
    ]
    assert sitemap(body, BASE).links == ()


def test_text_is_a_sitemap_too() -> None:
    """One address a line, in UTF-8."""
    body = "\ufeffhttps://kjt.example/1.html\r\n\r\nhttps://kjt.example/2.html\n说明\n".encode()

    assert [link.url for link in sitemap(body, BASE).links] == [
        "https://kjt.example/1.html",
        "https://kjt.example/2.html",
    ]


def test_a_packed_sitemap_is_unpacked_and_a_bomb_is_not() -> None:
    """What comes behind the protocol's 50 MB is left out."""
    assert sitemap(gzip.compress(urlset("<url><loc>/1.html</loc></url>")), BASE).links
    bomb = gzip.compress(b"<urlset>" + b" " * MOST_BYTES + b"<url><loc>/1.html</loc></url></urlset>")

    assert sitemap(bomb, BASE) == Sitemap()


def test_no_entity_is_loaded() -> None:
    """A sitemap must not make us read files."""
    body = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><urlset><url><loc>https://a.example/&e;</loc></url></urlset>'

    assert [link.url for link in sitemap(body, BASE).links] in ([], ["https://a.example/"])


@given(st.binary(max_size=200))
def test_whatever_comes_it_does_not_raise(body: bytes) -> None:
    """Bytes of any kind, packed or not."""
    assert isinstance(sitemap(body, BASE), Sitemap)
    assert isinstance(sitemap(b"\x1f\x8b" + body, BASE), Sitemap)
    assert isinstance(sitemap(b"<urlset><url><loc>" + body, BASE), Sitemap)

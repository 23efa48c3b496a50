"""Feeds: the documents that they name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.feed import feed_links
from parsers.page import Link

RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>x</title>
<item><title> 关于 印发办法的通知 </title><link>/a/1.html#top</link><pubDate>Thu, 13 Mar 2025 08:00:00 +0800</pubDate></item>
<item><title>no link</title></item>
<item><title>second</title><link>http://other.example/2</link></item></channel></rss>""".encode()
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>one</title><link rel="self" href="/self"/>
<link href="/one"/><updated>2025-03-13T20:00:00Z</updated></entry></feed>"""


def test_rss_items_become_links() -> None:
    """Relative addresses are resolved, fragments dropped, items without an address left out."""
    expected = (
        Link("http://a.example/a/1.html", "关于 印发办法的通知", "2025-03-13"),
        Link("http://other.example/2", "second", None),
    )

    assert expected == feed_links(RSS, "http://a.example/feed.xml")


@pytest.mark.parametrize(
    ("item", "link"),
    [
        (
            "<title>水利 & 林业</title><link>/show?id=1&col=2&amp;p=3</link>",
            Link("http://a.example/show?id=1&col=2&p=3", "水利 & 林业"),
        ),
        ("<title>春季&nbsp;造林&AMP;</title><link>/1</link>", Link("http://a.example/1", "春季 造林&")),
        (
            "<title><![CDATA[A & B &amp; C]]></title><link>/1</link>",
            Link("http://a.example/1", "A & B &amp; C"),
        ),
        (
            "<title>水利&#xD83D;&#xDE00;&#55296;&#1;&#99999999999;</title><link>/1</link>",
            Link("http://a.example/1", "水利😀\ufffd\ufffd\ufffd"),
        ),
        (
            "<title>水\x08利</title><link>/show?id=1&amp;col=2&page;p=3</link>",
            Link("http://a.example/show?id=1&col=2&page;p=3", "水利"),
        ),
        (
            "<!-- & <![CDATA[ --><title>水利&nbsp;林业</title><link>/1</link>",
            Link("http://a.example/1", "水利 林业"),
        ),
    ],
)
def test_ampersands_are_read_as_they_are_meant(item: str, link: Link) -> None:
    """Bare in an address, of an entity that only HTML has or that nothing has, of half a character, or within CDATA."""
    body = f"<rss><channel><item>{item}</item></channel></rss>".encode()

    assert feed_links(body, "http://a.example/") == (link,)


def test_a_style_sheet_is_no_declaration() -> None:
    """Its address may hold what would end one."""
    body = b'<?xml-stylesheet href="a>b"?><rss><channel><item><link>/1</link></item></channel></rss>'

    assert feed_links(body, "http://a.example/") == (Link("http://a.example/1"),)


def test_a_label_that_lacks_a_character_loses_no_item() -> None:
    """A feed says gb2312 and has a name of GBK."""
    items = "<item><title>关于吴镕同志任职的通知</title><link>/1</link></item><item><link>/2</link></item>"
    body = f'<?xml version="1.0" encoding="gb2312"?><rss><channel>{items}</channel></rss>'.encode("gbk")

    assert feed_links(body, "http://a.example/") == (
        Link("http://a.example/1", "关于吴镕同志任职的通知"),
        Link("http://a.example/2"),
    )


def test_atom_entries_become_links() -> None:
    """The alternate link is the document's address."""
    assert (Link("http://a.example/one", "one", "2025-03-13"),) == feed_links(
        ATOM, "http://a.example/feed.xml"
    )


@pytest.mark.parametrize(
    "bad",
    ["http://[x", "http://a\u2100.example/", "javascript:history.back()", "mailto:a@a.example"],
)
def test_one_bad_address_does_not_lose_the_others(bad: str) -> None:
    """An unclosed bracket, a host of compatibility characters, and what is no address of a page."""
    items = "".join(f"<item><link>{address}</link></item>" for address in ("/1", bad, "/2"))
    body = f"<rss><channel>{items}</channel></rss>".encode()

    assert [link.url for link in feed_links(body, "http://a.example/")] == [
        "http://a.example/1",
        "http://a.example/2",
    ]


def test_a_day_beyond_the_calendar_is_none() -> None:
    """A time zone of centuries overflows."""
    body = b"""<rss><channel><item><link>/1</link><pubDate>Thu, 13 Mar 2025 08:00:00 +9999999999999999</pubDate></item>
    </channel></rss>"""

    assert feed_links(body, "http://a.example/") == (Link("http://a.example/1"),)


@given(text=st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="<&")), day=st.text())
def test_no_address_and_no_day_raises(text: str, day: str) -> None:
    """Whatever an item says, the next one is read."""
    item = f"<item><link>//{text}</link><date xmlns='http://purl.org/dc/elements/1.1/'>{day}</date></item>"
    body = f"<rss><channel>{item}<item><link>/2</link></item></channel></rss>".encode("utf-8", "replace")

    assert isinstance(feed_links(body, "http://a.example/"), tuple)


@pytest.mark.parametrize("body", [b"", b"<html><body>a page</body></html>", b"\x00\xff", b"<rss>"])
def test_what_is_no_feed_gives_no_links(body: bytes) -> None:
    """Zero links is for the caller to judge, never an exception."""
    assert feed_links(body, "http://a.example/") == ()


def test_entities_are_not_expanded() -> None:
    """A feed cannot make us load a file or grow without end."""
    body = b"""<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss><channel><item>
    <title>&x;</title><link>http://a.example/1</link></item></channel></rss>"""

    assert feed_links(body, "http://a.example/")[0].title is None

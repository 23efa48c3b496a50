"""What a page's head says."""

from __future__ import annotations

from parsers.metadata.meta_tags import read_head
from parsers.tree import parse_html


def test_names_are_compared_without_case() -> None:
    """`<META>`, single quotes, smart quotes and the first value that is not empty."""
    head = read_head(
        parse_html(
            "<head><title></title><title>甲 </title><META NAME='Sitename' CONTENT='乙'><meta name='PubDate' content=''>"
            "<meta name='pubdate' content='2020-01-02'><meta name='”renderer”' content='”webkit”'>"
            "<link rel='canonical' href='http://a.cn/1.html'><link rel='next' href='2.html'></head><body><meta property='og:title' content='丙'>"
        )
    )
    assert head.title == "甲"
    assert head.tags == {"sitename": "乙", "pubdate": "2020-01-02", "renderer": "webkit", "og:title": "丙"}
    assert (head.canonical, head.following) == ("http://a.cn/1.html", "2.html")


def test_structured_data() -> None:
    """JSON-LD, its graph, names of authors; broken JSON is passed over."""
    head = read_head(
        parse_html(
            "<script type='application/ld+json'>{broken</script>"
            '<script type="application/ld+json">{"@graph": [{"headline": "甲", "author": {"name": "乙"}}]}</script>'
        )
    )
    assert (head.structured["headline"], head.structured["author"]) == ("甲", "乙")


def test_enp_comment() -> None:
    """方正 systems write title and date into a comment."""
    head = read_head(
        parse_html(
            "<div><!--enpproperty <date>2024-01-29 04:35:00.0</date><author></author><title>甲</title>/enpproperty--></div>"
        )
    )
    assert head.enp == {"date": "2024-01-29 04:35:00.0", "title": "甲"}

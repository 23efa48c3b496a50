"""The visible lines of a page."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parsers.metadata.lines import page_lines
from parsers.tree import parse_html


def test_headings_links_and_cells() -> None:
    """A heading with breaks is one line; cells are lines of their own; scripts say nothing."""
    html = """<body><h1>甲<br>乙</h1><p><a href="/">丙</a></p><p>丁<a href="/">戊</a></p><script>己</script>
    <table><tr><td>庚</td><td></td><td>辛</td></tr></table><div class="news_tit">壬</div><div class="title-list">癸</div></body>"""
    lines = page_lines(parse_html(html))
    assert [line.text.replace(" ", "") for line in lines] == ["甲乙", "丙", "丁戊", "庚", "辛", "壬", "癸"]
    assert [line.level for line in lines][:2] == [1, 0]
    assert [line.linked for line in lines][1:3] == [True, False]
    assert lines[4].cell - lines[3].cell == 4
    assert [line.titled for line in lines][5:] == [True, False]


def test_unclosed_heading_does_not_swallow_the_text() -> None:
    """Paragraphs inside a heading that was never closed are no headings."""
    lines = page_lines(parse_html("<h2>题目<p>第一段</p><p>第二段</p>"))
    assert [(line.text, line.level) for line in lines] == [("题目", 2), ("第一段", 0), ("第二段", 0)]


@given(st.text(alphabet="<>/ph1divabr甲乙\n", max_size=80))
def test_lines_are_never_empty(html: str) -> None:
    """Any markup gives lines that say something, on one line."""
    for line in page_lines(parse_html(html)):
        assert line.text.strip()
        assert "\n" not in line.text

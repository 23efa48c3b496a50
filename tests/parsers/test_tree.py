"""One tolerant parse, and the text that a reader sees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.exceptions import TooComplex
from parsers.tree import one_line, parse_html, visible_text

MARKUP = st.lists(
    st.sampled_from(
        ["<div>", "</div>", "<p>", "<td", ">", "</html>", "</body>", "<!--", "-->", "<script>", "</script>", "&nbsp", "\0", "公告", "<a href='", '"', "<br>"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


def test_text_after_an_early_end_tag_is_kept() -> None:
    """An included header may close the page in its middle; what follows is text all the same."""
    tree = parse_html("<html><body><div>菜单</div></body></html><div id=c>正文在此。</div></body></html>")
    assert visible_text(tree) == "菜单\n正文在此。"
    assert tree.xpath("//div[@id='c']")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("", ""),
        ("\0\0", ""),
        ("<!-- 只有注释 -->", ""),
        ("<!DOCTYPE html>", ""),
        ("纯文本", "纯文本"),
        ('<?xml version="1.0" encoding="gb2312"?><html><body>通\0知</body></html>', "通知"),
        ("<html><head><title>标题</title></head></html>", ""),
        ("\ud800<p>断码", "断码"),
    ],
)
def test_odd_pages_give_a_tree(text: str, seen: str) -> None:
    """Empty, damaged and bodiless pages have a root and a body."""
    tree = parse_html(text)
    assert tree.tag == "html"
    assert tree.find("body") is not None
    assert visible_text(tree) == seen


def test_frameset_stays_a_frameset() -> None:
    """A page of frames is told by its frameset later."""
    assert parse_html("<html><frameset><frame src=a.html></frameset></html>").find(".//frameset") is not None


@given(st.one_of(st.text(max_size=200), MARKUP))
def test_any_text_parses(text: str) -> None:
    """Whatever comes, there is a tree whose text can be read."""
    tree = parse_html(text)
    assert tree.tag == "html"
    assert "\0" not in visible_text(tree)


def test_depth_is_no_danger() -> None:
    """A hundred thousand nested elements neither crash nor exhaust the stack."""
    tree = parse_html("<div>" * 100_000 + "底")
    assert len(visible_text(tree)) <= 1


def test_one_long_line_is_no_danger() -> None:
    """Twenty megabytes in one line are one line."""
    assert len(visible_text(parse_html("<p>" + "字" * 6_700_000))) == 6_700_000


@pytest.mark.parametrize(
    "text",
    [
        "<div " + " ".join(f'a{n}="1"' for n in range(200_000)) + ">x</div>",
        "<div " + " ".join(f"a{n}" for n in range(200_000)) + ">x</div>",
        "<div " + " ".join(f'a{n}="<>"' for n in range(200_000)) + ">x</div>",
        "<br>" * 400_000,
    ],
)
def test_what_would_stall_the_parser_is_refused(text: str) -> None:
    """Attributes cost libxml2 the square of their number, tags memory; both are counted first."""
    with pytest.raises(TooComplex, match="more than"):
        parse_html(text)


def test_long_values_are_not_many_attributes() -> None:
    """An image in an attribute is long, and harmless."""
    tree = parse_html(f'<img src="data:image/png;base64,{"A b=c " * 20_000}"><p>正文</p>')
    assert visible_text(tree) == "正文"


def test_visible_text_leaves_out_what_nobody_sees() -> None:
    """Scripts, styles, comments and form controls are no text; tails are."""
    tree = parse_html(
        "<p>一<script>var a</script>二<!-- 注 -->三<style>p{}</style><select><option>选</select>四<b>五</b>六<br>七</p>八"
    )
    assert visible_text(tree) == "一二三四五六\n七\n八"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("　　国务院\n  办公厅\t ", "国务院办公厅"),
        ("State\n  Council", "State Council"),
        ("双重&ldquo;转义&amp;rdquo;", "双重“转义&rdquo;"),
        ("A&B 公司 &copy", "A&B 公司 &copy"),
    ],
)
def test_one_line(text: str, line: str) -> None:
    """Source line breaks between Chinese characters vanish, other blanks become one."""
    assert one_line(text) == line

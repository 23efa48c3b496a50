"""Plain text, Markdown and text with HTML in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.exceptions import TooComplex
from parsers.plaintext import MOST_CHARACTERS, read


def texts(text: str) -> list[str]:
    """The blocks' texts."""
    return [block.text for block in read(text)[0].blocks]


def test_front_matter() -> None:
    """Scalars, quoted scalars, flat lists in both forms, comments; the text follows."""
    _, front = read(
        '---\ntitle: "甲：乙"\ndate: 2022-05-07 21:03:06 +0800 # local\ntags:\n  - 丙\n  - 丁\nkeys: [a, "b"]\nempty:\n---\n正文\n'
    )
    assert front is not None
    assert front.first("title") == "甲：乙"
    assert front.first("date") == "2022-05-07 21:03:06 +0800"
    assert front.values["tags"] == ("丙", "丁")
    assert front.values["keys"] == ("a", "b")
    assert front.first("empty", "none") is None


def test_a_rule_of_hyphens_is_no_front_matter() -> None:
    """Prose between two rules stays text."""
    extraction, front = read("---\n这是一段正文。\n---\n又一段。")
    assert front is None
    assert "这是一段正文。" in [block.text for block in extraction.blocks]


def test_html_in_text() -> None:
    """Tags go, entities are resolved, a table's rows are lines, a bracketed URL stays on a line of its own."""
    text = "<p>甲&amp;乙</p>\n <p>丙</p><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>\n\n<http://a.cn/x?id=1>\n\n[返回](//a.cn/)"
    assert texts(text) == ["甲&乙", "丙", "a　b", "1　2", "<http://a.cn/x?id=1>", "[返回](//a.cn/)"]
    assert [block.kind for block in read(text)[0].blocks][2] == "row"


def test_markdown() -> None:
    """Headings and bullets have their level; plain text keeps its signs."""
    blocks = read("# 题目\n\n- 甲\n  - 乙\n\n正文")[0].blocks
    assert [(block.kind, block.text, block.level) for block in blocks] == [
        ("heading", "题目", 1),
        ("item", "甲", 1),
        ("item", "乙", 2),
        ("paragraph", "正文", None),
    ]
    assert texts("甲\n- 乙") == ["甲", "- 乙"]


def test_one_bracket_is_no_markup() -> None:
    """A comparison sign is text."""
    assert texts("增长率 < 5% 且 > 3%。") == ["增长率 < 5% 且 > 3%。"]


def test_hard_wrapped_english_is_joined() -> None:
    """Lines of an English paragraph are one; Chinese lines are paragraphs."""
    first = "The Central Economic Work Conference proposed that we should promote"
    assert texts(f"{first}\nindustrial innovation.\n\nNext.") == [f"{first} industrial innovation.", "Next."]
    assert texts("第一段。\n第二段。") == ["第一段。", "第二段。"]


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    """Whatever comes, blocks are lines that say something."""
    for block in read(text)[0].blocks:
        assert "\n" not in block.text


def test_markdown_signs_do_not_stay() -> None:
    """Emphasis, inline links, images, quotations, rules and tables are read; redactions and products are text."""
    text = (
        "---\ntitle: 甲\n---\n**今年新增企业5000家。**\n\n为**加快推进**创新（见[原文](http://a.cn/x)），*全年* 投入 `50` 万元。\n\n"
        "> 引用一段。\n\n| 指标 | 2025年 |\n|---|:--:|\n| 企业 | 100户 |\n\n![图](a.png)\n\n***\n\n李**、王**等人 7 * 8 * 9，snake_case_name\n\n"
        "1\\. 甲\n\n<!-- more -->\n{% include a.html %}\n\n[返回](//a.cn/)"
    )
    assert texts(text) == [
        "今年新增企业5000家。",
        "为加快推进创新（见原文），全年 投入 50 万元。",
        "引用一段。",
        "指标　2025年",
        "企业　100户",
        "李**、王**等人 7 * 8 * 9，snake_case_name",
        "1. 甲",
        "[返回](//a.cn/)",
    ]
    assert texts("**甲乙**") == ["**甲乙**"]
    assert [block.text for block in read("**甲乙**", is_markdown=True)[0].blocks] == ["甲乙"]


def test_markdown_around_html() -> None:
    """Tags and Markdown signs in one text."""
    text = "# 题目\n正文<br>下一行<br/>\n- **甲**\n- 乙\n\n<p>丙</p>"
    assert [(block.kind, block.text) for block in read(text)[0].blocks] == [
        ("heading", "题目"),
        ("paragraph", "正文"),
        ("paragraph", "下一行"),
        ("item", "甲"),
        ("item", "乙"),
        ("paragraph", "丙"),
    ]


def test_entities_of_control_characters() -> None:
    """A cell may hold an entity that stands for what no node can hold."""
    assert texts("<p>甲</p><table><tr><td>a&#1;</td><td>b&#xfffe;</td></tr></table>")[1] == "a　b"


def test_too_long_a_text() -> None:
    """A text beyond the limit is refused before it costs time."""
    with pytest.raises(TooComplex):
        read("甲" * (MOST_CHARACTERS + 1))

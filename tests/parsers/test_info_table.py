"""Labelled values: the 索引号 table and bylines."""

from __future__ import annotations

from parsers.metadata.info_table import Labelled, read_labels
from parsers.metadata.lines import Line, text_lines


def fields(labels: tuple[Labelled, ...]) -> list[tuple[str, str]]:
    """Field and value."""
    return [(label.field, label.value) for label in labels]


def test_labels_on_one_line() -> None:
    """A byline is cut at its labels; a counter without a number ends a value and has none."""
    found = read_labels(text_lines("发布日期：2016-11-22 浏览次数： 信息来源：省发改委 字号：大 中 小"))
    assert fields(found)[:2] == [("issued", "2016-11-22"), ("outlet", "省发改委")]


def test_inner_spaces() -> None:
    """`发 文 字 号` and `标　　题` are labels, too."""
    found = read_labels(text_lines("发 文 字 号：国发〔2018〕44号\n标　　题：某某决定\n索 引 号：0001"))
    assert fields(found) == [("identifier", "国发〔2018〕44号"), ("title", "某某决定"), ("index", "0001")]
    assert all(label.in_table for label in found)


def test_value_in_the_next_cell() -> None:
    """The next cell is the value, unless it is far, or a label itself."""
    near = (Line("来源：", "td", cell=1), Line("山西日报", "td", cell=3))
    far = (Line("主题词：", "td", cell=1), Line("国务院关于某事的决定", "p", cell=20))
    label = (Line("主题词：", "td", cell=1), Line("有效性：", "td", cell=3))
    assert fields(read_labels(near)) == [("outlet", "山西日报")]
    assert read_labels(far) == ()
    assert read_labels(label) == ()


def test_prose_has_no_labels() -> None:
    """A word in a sentence is no label; a bracket at a paragraph's end is one."""
    prose = "会议强调，资金来源要稳定，" * 40
    assert read_labels(text_lines(prose)) == ()
    assert fields(read_labels(text_lines(prose + "（文章来源：科技日报）"))) == [("outlet", "科技日报")]


def test_marks_of_a_value_stay_balanced() -> None:
    """Edges are trimmed, marks that belong to the value stay."""
    assert fields(read_labels(text_lines("来源：光明网-《光明日报》 作者：张三"))) == [
        ("outlet", "光明网-《光明日报》"),
        ("author", "张三"),
    ]


def test_english_labels() -> None:
    """Machine-translated pages translate their labels."""
    found = read_labels(
        text_lines(
            "Information source: Shanxi CPPCC website Published on: January 25, 2024 18:41 Number of readers: second"
        )
    )
    assert fields(found)[:2] == [("outlet", "Shanxi CPPCC website"), ("issued", "January 25, 2024 18:41")]


def test_one_field_makes_no_table() -> None:
    """A single 文号 on a page is no 索引号 table."""
    assert [label.in_table for label in read_labels(text_lines("文号：国发〔2018〕44号\n来源：新华社"))] == [
        False,
        False,
    ]

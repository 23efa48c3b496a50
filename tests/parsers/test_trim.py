"""Within the container: what is text, and why each other line is none."""

from __future__ import annotations

from time import process_time

from parsers.document import Dropped
from parsers.main_text.blocks import lay_out
from parsers.main_text.density import Span, weigh
from parsers.main_text.trim import info_spans, neighbour_spans, trim
from parsers.tree import parse_html

TITLE = "关于开展春季造林绿化工作的通知"
BODY = (
    "为做好今年春季造林绿化工作，经市政府同意，现将有关事项通知如下。",
    "全市计划完成人工造林12万亩，封山育林8万亩，各地要及早分解到乡镇。",
    "市财政安排补助资金3000万元，按进度拨付到县，严禁截留挪用。",
)
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in BODY)


def trimmed(html: str) -> tuple[list[str], list[Dropped]]:
    """The lines that are text, and what was dropped, with the whole page as the container."""
    layout = lay_out(parse_html(html))
    weights = weigh(layout, ())
    kept, dropped = trim(layout, Span(0, len(layout.lines), "density"), weights, frozenset({TITLE}), ())
    return [layout.lines[n].text for n in kept], list(dropped)


def test_above_the_text() -> None:
    """The headline, what stands above it and the byline go; the document number stays."""
    head = f"<p>青石市林业局</p><p>青林发〔2024〕3号</p><h1>{TITLE}</h1><p>发布时间：2024-02-27 来源：市林业局</p>"
    assert trimmed(head + PARAGRAPHS) == (
        ["青林发〔2024〕3号", *BODY],
        [
            Dropped("above_headline", "青石市林业局"),
            Dropped("headline", TITLE),
            Dropped("byline", "发布时间：2024-02-27 来源：市林业局"),
        ],
    )


def test_below_the_text() -> None:
    """After the editor's name come related links; an attachment among them stays."""
    tail = "<p>责任编辑：张三</p><p><a href=a.html>全市植树情况通报</a></p><p>附件：任务分解表</p>"
    assert trimmed(PARAGRAPHS + tail) == (
        [*BODY, "附件：任务分解表"],
        [Dropped("credit_line", "责任编辑：张三"), Dropped("related_links", "全市植树情况通报")],
    )


def test_a_hidden_or_named_element_goes_while_it_is_small() -> None:
    """One that holds most of the text is the text."""
    assert trimmed(f"{PARAGRAPHS}<div style='display:none'><p>第二版</p></div>")[1] == [
        Dropped("hidden", "第二版")
    ]
    assert trimmed(f"{PARAGRAPHS}<div class='pop'><p>关注我们</p></div>")[1] == [
        Dropped("around", "关注我们")
    ]
    assert trimmed(f"<div class='pop'>{PARAGRAPHS}</div>") == (list(BODY), [])


def test_an_info_table_is_a_span_with_its_last_value() -> None:
    """The value of the last label may stand in the next cell."""
    rows = (("索引号", "A1"), ("发文机关", "市林业局"), ("成文日期", "2024年2月26日"))
    table = "".join(f"<tr><td>{label}：</td><td>{value}</td></tr>" for label, value in rows)
    assert info_spans(lay_out(parse_html(f"<table>{table}</table>{PARAGRAPHS}"))) == [(0, 6)]
    assert info_spans(lay_out(parse_html(PARAGRAPHS))) == []


def test_neighbours_are_the_element_that_they_open() -> None:
    """Related articles are a span, unless their element holds the headline."""
    related = "<div><h3>相关阅读</h3><p><a href=a.html>全市植树情况通报</a></p></div>"
    layout = lay_out(parse_html(f"<div><h1>{TITLE}</h1>{PARAGRAPHS}</div>{related}"))
    assert neighbour_spans(layout, 1) == [(4, 6)]
    assert neighbour_spans(layout, 5) == []


def test_a_board_of_many_entries_is_read_at_once() -> None:
    """The page is not looked through again for each line that may open neighbours, nor for each hidden element."""
    entries = "".join(f"<div><p>留言：</p><p>第{n}位村民</p></div>" for n in range(4_000))
    hidden = "".join(
        f"<div class='entry' style='display:none'><p>第{n}位村民</p></div>" for n in range(2_000)
    )
    tree = parse_html(f"<div>{entries}</div><div>{hidden}</div>")
    began = process_time()
    layout = lay_out(tree)
    assert len(neighbour_spans(layout, None)) == 4_000
    neighbour_spans(layout, 1)
    assert process_time() - began < 1


def test_a_text_that_is_hidden_many_times_over_is_read_at_once() -> None:
    """An element that is too long for noise is not measured to its end."""
    hidden, inner = "<span style='display:none'>", "<i>松</i>" * 15_000
    tree = parse_html(f"<p>{hidden * 150}{inner}{'</span>' * 150}</p>")
    began = process_time()
    lay_out(tree)
    assert process_time() - began < 1

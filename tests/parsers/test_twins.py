"""A body that a page prints twice: where its copies are, which is taken, what the other says more."""

from __future__ import annotations

from parsers.main_text.blocks import lay_out
from parsers.main_text.density import weigh
from parsers.main_text.twins import Copies, cleaner, find_copies
from parsers.tree import parse_html

BODY = (
    "为做好今年春季造林绿化工作，经市政府同意，现将有关事项通知如下。",
    "全市计划完成人工造林12万亩，封山育林8万亩，各地要及早分解到乡镇。",
    "市财政安排补助资金3000万元，按进度拨付到县，严禁截留挪用。",
)
PLANTED = "广告：买树苗就到东河苗圃。"


def copies(html: str) -> Copies | None:
    """Where the two copies are on a page."""
    layout = lay_out(parse_html(html))
    return find_copies(layout, weigh(layout, ()))


def paragraphs(lines: tuple[str, ...]) -> str:
    """An element with a paragraph for each line."""
    return "<div>" + "".join(f"<p>{line}</p>" for line in lines) + "</div>"


def test_a_screen_and_a_mobile_copy() -> None:
    """Both spans are found."""
    assert copies(paragraphs(BODY) * 2) == Copies((0, 3), (3, 6))


def test_what_stands_twice_by_chance_is_no_copy() -> None:
    """One paragraph quoted again, a short text, the label of an attachment that repeats the headline."""
    assert copies(paragraphs(BODY) + paragraphs(BODY[:1])) is None
    assert copies(paragraphs(BODY[2:]) * 2) is None
    label = "关于开展全市春季造林绿化工作的通知，附任务分解表。"
    assert copies(paragraphs((label, *BODY)) + f"<div><p>{label}pdf</p></div>") is None


def test_the_copy_without_planted_text_is_taken() -> None:
    """What was planted is told, a whole line or the middle of one."""
    assert cleaner((*BODY, PLANTED), BODY) == (True, PLANTED)
    assert cleaner(BODY, (*BODY, PLANTED)) == (False, PLANTED)
    doctored = BODY[1].replace("封山育林8万亩，", f"封山育林8万亩，{PLANTED}")
    assert cleaner((BODY[0], doctored, BODY[2]), BODY) == (True, PLANTED)


def test_a_copy_that_was_cut_off_is_left() -> None:
    """It lacks far more than is ever planted."""
    assert cleaner(BODY[:1], BODY) == (True, None)
    assert cleaner(BODY, BODY[:1]) == (False, None)


def test_equal_copies_say_nothing_more() -> None:
    """The first is taken, unless it is empty."""
    assert cleaner(BODY, BODY) == (False, None)
    assert cleaner((), BODY) == (True, None)
    assert cleaner((), ()) == (False, None)

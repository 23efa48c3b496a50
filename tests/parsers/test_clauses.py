"""Numbered parts of Chinese and English texts, and what their numbers say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.structure.clauses import innermost, number_clauses, numbering

LAW = """第一编 总则
第一章 一般规定
第一条 为了促进创新，制定本条例。
第二条 本条例所称创新，包括下列活动：
（一）研究；
（二）开发。
第二章 投入
第一节 财政
第三条 县级以上人民政府应当：
1.加大投入；
2.改进管理。
（1）按年公布；
①说明用途。
第四条之一 本条例自公布之日起施行。"""


def test_every_level_of_a_law_is_found() -> None:
    """编, 章, 节, 条, （一）, 1., （1）, ① with their numbers and parents."""
    clauses = number_clauses(LAW)
    assert [(c.level, c.number, c.parent) for c in clauses] == [
        ("编", 1, None),
        ("章", 1, 0),
        ("条", 1, 1),
        ("条", 2, 1),
        ("（一）", 1, 3),
        ("（一）", 2, 3),
        ("章", 2, 0),
        ("节", 1, 6),
        ("条", 3, 7),
        ("1.", 1, 8),
        ("1.", 2, 8),
        ("（1）", 1, 10),
        ("①", 1, 11),
        ("条", 4, 7),
    ]
    assert clauses[1].heading == "一般规定"
    assert clauses[2].heading is None
    assert clauses[13].label == "第四条之一"


def test_a_part_holds_its_sub_parts() -> None:
    """Text and span of a part include what stands under it, and the span gives the text back."""
    clauses = number_clauses(LAW)
    assert clauses[8].text.endswith("①说明用途。")
    assert all(LAW[c.start : c.end] == c.text for c in clauses)


def test_articles_run_on_through_chapters() -> None:
    """条 is one run over chapters and sections; an insertion is no duplicate."""
    runs = {run.level: run for run in numbering(number_clauses(LAW)) if run.level == "条"}
    assert runs["条"].numbers == (1, 2, 3)
    assert runs["条"].missing == ()


def test_gaps_duplicates_and_disorder_are_told_and_not_mended() -> None:
    """1, 2, 4, 4, 3, 7: 5 and 6 are missing, 4 stands twice, 3 is out of order."""
    text = "\n".join(f"{n}.第{n}项工作要求。" for n in (1, 2, 4, 4, 3, 7))
    (run,) = numbering(number_clauses(text))
    assert (run.first, run.last) == (1, 7)
    assert (run.missing, run.duplicate, run.out_of_order) == ((5, 6), (4,), (3,))
    assert run.numbers == (1, 2, 4, 4, 3, 7)


def test_gaps_are_told_in_full_width_digits_too() -> None:
    """As gazettes print them."""
    (run,) = numbering(number_clauses("１．加强领导。\n２．落实资金。\n４．强化宣传。"))
    assert (run.numbers, run.missing) == ((1, 2, 4), (3,))


def test_a_second_list_is_a_second_run() -> None:
    """Where 1 follows a higher number, counting begins anew."""
    runs = numbering(number_clauses("1.甲；\n2.乙。\n附则\n1.丙；\n2.丁。"))
    assert [run.numbers for run in runs] == [(1, 2), (1, 2)]


def test_a_first_item_glued_to_the_line_before_is_found() -> None:
    """A run that begins at 2 has its 1. behind what was glued in front of it."""
    clauses = number_clauses("某平台入口1.加强领导。要落实责任。\n2.强化保障。")
    assert [c.number for c in clauses] == [1, 2]


@pytest.mark.parametrize(
    "line",
    [
        "1.5倍以上的增长",
        "2023.年度报告",
        "12.5亿元投入",
        "一是加强领导，二是强化保障",
        "5.12汶川地震以来",
        "一致同意",
        "2023年第一条新闻",
        "第三条款项由乙方支付",
    ],
)
def test_what_only_looks_like_a_number_is_no_clause(line: str) -> None:
    """Decimals, years, rhetoric and words open no part."""
    assert number_clauses(line) == ()


@pytest.mark.parametrize(
    ("line", "level", "number"),
    [
        ("1．加强领导", "1.", 1),
        ("1、加强领导", "1.", 1),
        ("3.2025年目标任务", "1.", 3),
        ("二十一、附则", "一、", 21),
        ("(三)保障措施", "（一）", 3),
        ("(12)其他", "（1）", 12),
        ("Article 12 Scope", "article", 12),
        ("Chapter IV General provisions", "chapter", 4),
        ("Section 2. Funding", "section", 2),
        ("(b) the second case;", "(a)", 2),
        ("II. Objectives", "I.", 2),
        ("2. Support enterprises", "1.", 2),
        ("- a bullet", "bullet", None),
        ("• a bullet", "bullet", None),
        ("2.1 编制目的", "1.1", 1),
        ("１２．加强领导", "1.", 12),
        ("３、加强领导", "1.", 3),
        ("（４）加强领导", "（1）", 4),
        ("第５条 适用范围", "条", 5),
    ],
)
def test_single_forms(line: str, level: str, number: int | None) -> None:
    """Each way of numbering, in Chinese and English."""
    (clause,) = number_clauses(line)
    assert (clause.level, clause.number) == (level, number)


def test_a_heading_is_told_from_prose() -> None:
    """A short line without a stop is a heading; so is a first sentence that the text goes on behind."""
    clauses = number_clauses(
        "一、总体要求\n二、加强领导。各级要高度重视，落实责任。\n三、各级要高度重视，落实责任。"
    )
    assert [c.heading for c in clauses] == ["总体要求", "加强领导", None]


def test_innermost_part_of_a_position() -> None:
    """The narrowest part that holds a position; None before the first."""
    text = "前言\n一、目标\n（一）总体目标"
    clauses = number_clauses(text)
    assert innermost(clauses, 0) is None
    assert innermost(clauses, len(text) - 1) == clauses[1]


@given(st.lists(st.integers(1, 30), min_size=2, max_size=12))
def test_numbers_are_never_changed(numbers: list[int]) -> None:
    """Law: a list's numbers come out as they went in, and what is missing does not stand there."""
    clauses = number_clauses("\n".join(f"{n}、事项。" for n in numbers))
    found = [c.number for c in clauses]
    assert found[-len(numbers) :] == numbers
    for run in numbering(clauses):
        assert not set(run.missing) & set(run.numbers)


@given(st.text(alphabet="第一二三条章节、（）(1).．①a- \n创新，。", max_size=80))
def test_parts_nest(text: str) -> None:
    """Law: a part ends within its parent, and parents come first, for any text."""
    clauses = number_clauses(text)
    for clause in clauses:
        assert text[clause.start : clause.end] == clause.text
        if clause.parent is not None:
            assert clause.parent < clause.n
            assert clauses[clause.parent].end >= clause.end

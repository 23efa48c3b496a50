"""Files of our own making, each beside what must be read of it (`tests/files/make.py` writes both), and hostile ones."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.document import CELL_GAP, Block
from parsers.files.content import MOST_CHARACTERS, FileContent, row_blocks, table_of
from parsers.files.layout import Glyph, PageLayout, flow
from parsers.files.numbering import Counters, Level, written
from parsers.files.read import read_file
from tests.hostile_files import pdf_in_an_unknown_font

FILES = Path(__file__).parents[1] / "files"
SAMPLES = sorted(path.parent.name for path in FILES.glob("*/expected.json"))
CHARACTERS, CELLS = 0.995, 0.98
"""What must be read right of every file with a text layer."""


@dataclass(frozen=True)
class Expected:
    """What must be read of a sample."""

    status: str
    text: list[str]
    tables: list[list[list[str]]]


def sample(name: str) -> tuple[FileContent, Expected]:
    """What is read of a sample, and what must be."""
    path = next((FILES / name).glob("file.*"))
    expected = Expected(**json.loads((FILES / name / "expected.json").read_text(encoding="utf-8")))
    return read_file(path.read_bytes(), None, path.name), expected


def accuracy(wanted: str, found: str) -> float:
    """Share of characters that no edit touches, blanks left out: 1 − edits / length."""
    one, other = ("".join(text.split()) for text in (wanted, found))
    codes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    edits = sum(max(b - a, d - c) for tag, a, b, c, d in codes if tag != "equal")
    return 1 - edits / max(len(one), 1)


def cells(tables: object) -> dict[tuple[int, int, int], str]:
    """The cells of tables by table, row and column."""
    assert isinstance(tables, (list, tuple))
    return {
        (n, i, j): text
        for n, table in enumerate(tables)
        for i, row in enumerate(table)
        for j, text in enumerate(row)
    }


def test_there_are_enough_samples() -> None:
    """Of all kinds that are read."""
    assert len(SAMPLES) >= 40


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_read(name: str) -> None:
    """Status, characters and cells."""
    content, expected = sample(name)

    assert content.status == expected.status
    assert accuracy("\n".join(expected.text), content.text) >= CHARACTERS
    wanted, found = cells(expected.tables), cells(content.tables)
    right = sum(found.get(place) == text for place, text in wanted.items())
    assert right >= CELLS * max(len(wanted), len(found))


@pytest.mark.parametrize("name", SAMPLES)
def test_its_paragraphs_are_whole(name: str) -> None:
    """A line of a page is no paragraph: clauses are found by them."""
    content, expected = sample(name)
    wanted, found = (
        [("".join(text.split())) for text in lines]
        for lines in (expected.text, [b.text for b in content.blocks])
    )

    assert len(set(wanted) & set(found)) >= 0.9 * len(set(wanted))


def test_samples_are_told_by_their_bytes() -> None:
    """Whatever the server says and the file is called."""
    for name in (
        "pdf-table",
        "docx-table",
        "doc-table",
        "xls-table",
        "ofd-table",
        "rtf-table",
        "pptx-slides",
    ):
        path = next((FILES / name).glob("file.*"))
        honest = read_file(path.read_bytes(), None, path.name)
        assert read_file(path.read_bytes(), "text/html", "download.jsp") == honest


def test_a_row_is_split_where_it_was_joined() -> None:
    """By the gap, which no cell has."""
    table = table_of([["甲\u3000乙", "1\n2", None], [3, "", ""], ["", "", ""]])

    assert table == (("甲 乙", "1 2"), ("3", ""))
    assert [block.text.split(CELL_GAP) for block in row_blocks(table)] == [["甲 乙", "1 2"], ["3"]]


@pytest.mark.parametrize(("characters", "status"), [(2, "cut"), (20, "garbled")])
def test_characters_that_no_font_draws_are_told(characters: int, status: str) -> None:
    """Where neither reader of PDF knows what they are: a few of them are missing, or most of the text."""
    content = read_file(pdf_in_an_unknown_font(characters), None, "annex.pdf")

    assert content.status == status
    assert content.reason == (
        f"{characters} places have characters whose font is neither in the file nor on this machine"
    )
    assert content.text == ("A notice of the office" if status == "cut" else "")


def test_a_file_longer_than_the_limit_is_cut_and_says_so() -> None:
    """Rather than read for minutes."""
    line = "第一条　内容。" * 10
    content = read_file(
        ("\n".join([line] * (MOST_CHARACTERS // len(line) + 9))).encode(), "text/plain", "a.txt"
    )

    assert content.status == "too_large"  # a plain text has its own limit, which is the same


# ------------------------------------------------------------------------------------------------- layout


def line(text: str, x: float, y: float, size: float = 10) -> list[Glyph]:
    """Glyphs on one baseline."""
    return [Glyph(char, x + n * size, y, x + (n + 1) * size, y + size, size) for n, char in enumerate(text)]


def pages(*lines: list[list[Glyph]]) -> list[PageLayout]:
    """Pages of lines."""
    return [PageLayout(600, 800, tuple(glyph for one in page for glyph in one)) for page in lines]


def texts(layouts: list[PageLayout]) -> list[str]:
    """What is read of pages."""
    return [block.text for block in flow(layouts)[0]]


def test_a_running_head_that_changes_sides_goes() -> None:
    """Books name themselves on the left page and the chapter on the right one."""
    body = [[line(f"第{n}条这是正文内容，说明各项工作安排。", 60, 300)] for n in "一二三四五六"]
    heads = [line("科技政策汇编" if n % 2 else "第一编", 60, 30) for n in range(6)]
    feet = [line(f"{n + 7}", 300, 780) for n in range(6)]

    found = texts(pages(*([head, *page, foot] for head, page, foot in zip(heads, body, feet, strict=True))))
    assert found == [f"第{n}条这是正文内容，说明各项工作安排。" for n in "一二三四五六"]


def test_what_stands_once_at_an_edge_stays() -> None:
    """A title is no running head."""
    assert texts(pages([line("关于印发办法的通知", 200, 30), line("正文。", 60, 300)])) == [
        "关于印发办法的通知",
        "正文。",
    ]


def test_a_paragraph_goes_on_over_a_page() -> None:
    """What stands alone on a page is measured by the others."""
    first, second = "研究开发费用加计扣除的具体范围由省财政厅会", "同省税务局另行规定。"
    found = texts(pages([line("第一条", 60, 60), line(first, 60, 700)], [line(second, 60, 60)]))

    assert found[-1] == first + second


def test_places_of_a_form_stay_on_their_line() -> None:
    """Few lines with a gap are no columns."""
    found = texts(pages([line("单位名称", 60, 100), line("联系人", 300, 100), line("电话", 60, 130)]))

    assert found == ["单位名称\u3000联系人", "电话"]


def test_letters_printed_twice_for_boldness_are_read_once() -> None:
    """As old programs print headings."""
    bold = [*line("重要", 60, 100), *line("重要", 60.4, 100)]

    assert texts(pages([bold])) == ["重要"]


def test_latin_words_keep_their_spaces_and_broken_ones_their_letters() -> None:
    """No glyph stands for a space."""
    one, two = line("GDP", 60, 100), line("growth", 95, 100)
    assert texts(pages([[*one, *two]])) == ["GDP growth"]


@given(st.lists(st.text(alphabet="甲乙丙丁abc12 ", min_size=1, max_size=30), max_size=20))
@settings(max_examples=50, deadline=None)
def test_no_character_is_lost(lines: list[str]) -> None:
    """Whatever stands on a page's middle is in its text, once."""
    page = [
        [glyph for glyph in line(text, 60, 150 + 20 * n) if glyph.text != " "] for n, text in enumerate(lines)
    ]
    found = "".join(texts(pages(page))).replace(" ", "").replace("\u3000", "")

    assert sorted(found) == sorted("".join(lines).replace(" ", ""))


# ------------------------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("number", "form", "label"),
    [
        (1, "chineseCounting", "一"),
        (12, "chineseCountingThousand", "十二"),
        (23, "japaneseCounting", "二十三"),
        (110, "chineseCounting", "一百一十"),
        (3, "upperRoman", "III"),
        (29, "lowerRoman", "xxix"),
        (28, "upperLetter", "BB"),
        (7, "decimalEnclosedCircle", "⑦"),
        (3, "ideographTraditional", "丙"),
        (2, "chineseLegalSimplified", "贰"),
        (105, "ideographDigital", "一〇五"),
        (5, "decimalZero", "05"),
        (4, "somethingNew", "4"),
    ],
)
def test_numbers_as_word_writes_them(number: int, form: str, label: str) -> None:
    """ST_NumberFormat."""
    assert written(number, form) == label


def test_levels_count_on_and_begin_anew() -> None:
    """A deeper level begins anew under each number."""
    levels = (
        Level(1, "chineseCounting", "%1、", "nothing"),
        Level(1, "decimal", "%1.%2", "space", legal=True),
    )
    counters = Counters()

    labels = [counters.label("a", level, levels) for level in (0, 1, 1, 0, 1)]
    assert labels == ["一、", "1.1 ", "1.2 ", "二、", "2.1 "]
    assert counters.label("b", 0, levels) == "一、"
    assert counters.label("a", 5, levels) == ""
    assert Counters().label("c", 0, (Level(1, "bullet", "•"),)) == ""


def test_blocks_are_paragraphs() -> None:
    """In their order."""
    assert sample("docx-plain")[0].blocks[0] == Block("paragraph", "科技成果转化专项资金管理办法")

"""Relations are measured on labelled documents; what a text says of itself is none."""

from __future__ import annotations

from collections import Counter
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.normalisation.key import fold
from parsers.works.headline import name_of
from parsers.works.relations import KINDS, relations
from tests.parsers.works.sentences import LABELLED


def target_of(value: str) -> str:
    """A number, or a folded name."""
    return value if value.endswith("号") else name_of(value) or fold(value)


def test_precision_and_recall() -> None:
    """All kinds are among the labelled ones."""
    judged: Counter[str] = Counter()
    for title, text, kind, labelled in LABELLED:
        wanted = {(name, target_of(target)) for name, target in labelled}
        found = {
            (item.kind, item.identifier or target_of(item.title or ""))
            for item in relations(title, text, kind)
        }
        judged += Counter(right=len(wanted & found), wrong=len(found - wanted), missed=len(wanted - found))

    assert {kind for _, _, _, labelled in LABELLED for kind, _ in labelled} == set(KINDS)
    assert judged["right"] / (judged["right"] + judged["wrong"]) >= 0.97
    assert judged["right"] / (judged["right"] + judged["missed"]) >= 0.97


def test_a_span_holds_the_words() -> None:
    """Of every reference in the text."""
    for title, text, kind, _ in LABELLED:
        for item in relations(title, text, kind):
            if item.start is not None and item.title:
                assert item.title in text[item.start : item.end]


def test_a_proposal_keeps_its_own_title() -> None:
    """The reply names it and its number."""
    (found, *_) = relations("对省政协第0123号提案的答复", "张委员：您提出的《关于科普的提案》收悉。")

    assert (found.kind, found.identifier, found.title) == ("replies_to", "提案第123号", "关于科普的提案")


LAW, REPEALED, OTHER = "岭南省行政规范性文件管理条例", "岭南省中试平台管理办法", "岭南省孵化基地管理办法"


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (
            "岭南省人民政府决定",
            f"依据《{LAW}》，经省政府常务会议审议，决定废止《{REPEALED}》。",
            {("based_on", LAW), ("repeals", REPEALED)},
        ),
        (
            "岭南省人民政府公告",
            f"按照《{LAW}》（岭政发〔2018〕37号）规定，决定废止《{REPEALED}》。",
            {("based_on", LAW), ("repeals", REPEALED)},
        ),
        (
            "岭南省人民政府公告",
            f"根据《{LAW}》等有关规定，现将有关文件停止执行，目录附后。",
            {("based_on", LAW)},
        ),
        (
            "岭南省人民政府公告",
            f"依据《{LAW}》，《{REPEALED}》自即日起废止。",
            {("based_on", LAW), ("repeals", REPEALED)},
        ),
        (
            "岭南省人民政府公告",
            f"原依据《{LAW}》制定的《{REPEALED}》同时废止。",
            {("based_on", LAW), ("repeals", REPEALED)},
        ),
        (
            "岭南省人民政府公告",
            f"自《{OTHER}》施行之日起，同时废止《{REPEALED}》。",
            {("cites", OTHER), ("repeals", REPEALED)},
        ),
        ("关于废止部分文件的公告", f"《{OTHER}》（省政府令第88号）经评估不予废止。", {("cites", OTHER)}),
        (
            "关于公布废止和继续有效文件目录的通知",
            f"下列文件继续有效：《{OTHER}》（岭科规〔2021〕4号）。",
            {("cites", OTHER)},
        ),
        (
            "关于公布继续有效和废止文件目录的通知",
            f"一、继续有效的文件\n《{OTHER}》\n二、废止的文件\n《{REPEALED}》",
            {("cites", OTHER), ("repeals", REPEALED)},
        ),
        (
            "关于废止部分规范性文件的通知",
            f"本机关现行有效规范性文件共85件，现决定对下列2件予以废止：\n1.《{OTHER}》\n2.《{REPEALED}》",
            {("repeals", OTHER), ("repeals", REPEALED)},
        ),
        (
            "关于废止部分规范性文件的通知",
            f"经清理，《{OTHER}》继续有效，《{REPEALED}》予以废止。",
            {("cites", OTHER), ("repeals", REPEALED)},
        ),
        (
            "关于废止部分规范性文件的通知",
            f"经清理，下列文件不予废止：\n《{OTHER}》",
            {("cites", OTHER)},
        ),
        ("岭南省人民政府公告", f"决定按照法定程序对《{REPEALED}》予以废止。", {("repeals", REPEALED)}),
        (
            "岭南省人民政府办公厅通知",
            f"现根据省政府要求将《{OTHER}》转发给你们，请认真执行。",
            {("forwards", OTHER)},
        ),
        (
            "岭南省林业局通知",
            f"根据《{LAW}》，《{OTHER}》，结合我省实际，制定本办法。",
            {("based_on", LAW), ("based_on", OTHER)},
        ),
    ],
)
def test_what_a_repeal_rests_on_and_what_stays_is_not_repealed(
    title: str, text: str, expected: set[tuple[str, str]]
) -> None:
    """The law that a decision names, what is repealed by name behind, and lists of what stays in force."""
    assert {(item.kind, item.title) for item in relations(title, text)} == expected


@pytest.mark.parametrize("between", ["、", "\u3000"])
def test_what_stands_between_two_names_is_read_once(between: str) -> None:
    """However long it is: no blank is tried in more than one place."""
    began = process_time()
    relations("关于文件的通知", f"《{REPEALED}》{between * 400}文件《{OTHER}》")
    assert process_time() - began < 1


def test_a_line_of_many_names_is_read_at_once() -> None:
    """What stands far before a name is not looked at again for each."""
    began = process_time()
    relations("关于文件的通知", f"根据《{REPEALED}》，" * 1_000)
    assert process_time() - began < 1


@given(st.text(alphabet="《》根据印发通知废止、，。（）号〔〕2024国发办法关于的\n", max_size=120))
def test_any_text_is_read(text: str) -> None:
    """Without an error, with spans within it."""
    for item in relations(None, text):
        assert item.start is not None
        assert item.end is not None
        assert 0 <= item.start <= item.end <= len(text)

"""Quantified commitments: a labelled set, years and deadlines, and the founding documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.document import Metadata, Target
from parsers.normalisation.furniture import strip
from parsers.normalisation.repair import repair
from parsers.plaintext import read
from parsers.structure.clauses import number_clauses
from parsers.structure.targets import document_year, find_targets

HERE = Path(__file__).resolve()
SENTENCES: list[dict[str, Any]] = json.loads(
    (HERE.parent / "target_sentences.json").read_text(encoding="utf-8")
)
SEEDS = HERE.parents[2].parent / "shared" / "seeds"
FLOOR = 0.95
DETAILS = ("comparator", "approximate", "year", "year_from", "deadline", "change")


def _agrees(wanted: dict[str, Any], found: Target) -> bool:
    """Bounds and unit are equal, and so is every further detail that the label names; a subject's last words suffice."""
    if (wanted["low"], wanted["high"], wanted["unit"]) != (found.low, found.high, found.unit):
        return False
    if any(key in wanted and wanted[key] != getattr(found, key) for key in DETAILS):
        return False
    subject, label = (found.subject or "").lower(), wanted["subject"].lower()
    return bool(subject) and (subject.endswith(label) or label.endswith(subject))


def _score(sentences: list[dict[str, Any]]) -> tuple[float, float, list[str]]:
    """Precision, recall and the sentences that are wrong."""
    hits = wanted_count = found_count = 0
    wrong = []
    for sentence in sentences:
        left = list(find_targets(sentence["text"], number_clauses(sentence["text"]), sentence.get("year")))
        found_count += len(left)
        wanted_count += len(sentence["targets"])
        right = 0
        for wanted in sentence["targets"]:
            match = next((target for target in left if _agrees(wanted, target)), None)
            if match is not None:
                left.remove(match)
                right += 1
        hits += right
        if left or right < len(sentence["targets"]):
            wrong.append(sentence["text"])
    return hits / found_count, hits / wanted_count, wrong


def _is_chinese(sentence: dict[str, Any]) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in sentence["text"])


@pytest.mark.parametrize("chinese", [True, False])
def test_precision_and_recall_on_the_labelled_sentences(chinese: bool) -> None:
    """Both at least 0.95 in each language, traps included."""
    precision, recall, wrong = _score([s for s in SENTENCES if _is_chinese(s) == chinese])
    assert precision >= FLOOR, wrong
    assert recall >= FLOOR, wrong


def test_the_labelled_set_is_large_and_holds_traps() -> None:
    """At least 80 sentences, a third or so in either language without any target."""
    assert len(SENTENCES) >= 80
    for chinese in (True, False):
        part = [s for s in SENTENCES if _is_chinese(s) == chinese]
        assert len(part) >= 40
        assert sum(not s["targets"] for s in part) >= 10


def _targets(text: str, year: int | None = None) -> list[Target]:
    return list(find_targets(text, number_clauses(text), year))


def test_a_deadline_is_the_sentence_s_own() -> None:
    """到2025年底 names year and deadline; the document's year is inherited and says so."""
    due, inherited = _targets("力争到2025年底培育企业100家。\n新建平台20个。", 2022)
    assert (due.year, due.year_from, due.deadline) == (2025, "sentence", "2025")
    assert (inherited.year, inherited.year_from, inherited.deadline) == (2022, "document", None)


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("到２０２５年，高新技术企业达到１００００家。", "2025"),
        ("到二〇二五年，高新技术企业达到１００００家。", "2025"),
        ("到二○二五年底前，高新技术企业达到１００００家。", "2025"),
        ("到２０２５年６月底，高新技术企业达到１００００家。", "2025-06"),
        ("高新技术企业达到１００００家（二〇二五年底前完成）。", "2025"),
        ("序号　任务　指标　时限\n２　扩量行动　高新技术企业达到１００００家　２０２５年底前", "2025"),
    ],
)
def test_a_year_in_other_digits_is_the_sentence_s_own(text: str, deadline: str) -> None:
    """Full-width digits, and Han ones; the words stay as they stand."""
    (target,) = _targets(text, 2021)
    assert (target.year, target.year_from, target.deadline) == (2025, "sentence", deadline)
    assert (target.low, target.surface) == (10_000, "达到１００００家")


def test_a_baseline_in_other_digits_is_none() -> None:
    """As in `比2020年`."""
    assert [target.year for target in _targets("单位能耗比二〇二〇年下降18%。", 2023)] == [2023]


def test_a_year_in_a_heading_holds_for_its_part() -> None:
    """Targets under a heading with a goal year inherit it from the section, without a deadline."""
    first, second = _targets(
        "一、到2027年的主要目标\n1.培育企业100家。\n二、保障措施\n2.新建平台20个。", 2023
    )
    assert (first.year, first.year_from, first.deadline, first.clause) == (2027, "section", None, 1)
    assert (second.year, second.year_from) == (2023, "document")


def test_a_goal_year_holds_for_the_rest_of_its_paragraph() -> None:
    """The sentences behind it in the paragraph inherit it."""
    (target,) = _targets("到2026年，创新能力显著提升。研发投入强度达到3%。", 2023)
    assert (target.year, target.year_from, target.deadline) == (2026, "section", None)


def test_relative_years_count_from_the_document() -> None:
    """明年 is the year after; 三年内 counts from a day that is not told."""
    (following,) = _targets("明年新增企业50家。", 2023)
    (within,) = _targets("三年内引进人才50名。", 2023)
    assert (following.year, following.year_from) == (2024, "document")
    assert (within.year, within.year_from) == (None, None)


def test_a_baseline_is_no_year_of_the_target() -> None:
    """比2020年 and from 2020 levels tell what is compared."""
    (chinese,) = _targets("单位能耗比2020年下降18%。")
    (english,) = _targets("Emissions will be cut by 18 percent from 2020 levels.")
    assert chinese.year is None
    assert english.year is None


def test_a_report_goes_on_over_sentences() -> None:
    """After a report of last year a sentence without any sign goes on reporting; an order does not."""
    assert _targets("去年，全省科技工作取得进展。高新技术企业达到5000家。") == []
    assert len(_targets("去年，全省科技工作取得进展。培育高新技术企业5000家。")) == 1


def test_the_span_is_the_surface() -> None:
    """Offsets point at the surface in the whole text."""
    text = "前言。\n一、目标\n（一）力争新增企业约50家，产值增长15%以上。\nWe will build at least 20 labs by 2027."
    targets = _targets(text)
    assert [text[t.start : t.end] for t in targets] == [t.surface for t in targets]
    assert [t.clause for t in targets] == [1, 1, 1]


@pytest.mark.parametrize(
    ("title", "text", "issued", "event", "year"),
    [
        ("2022年工作要点", "", "2023-01-05", None, 2022),
        ("2030年前碳达峰行动方案", "", "2021-10-26", None, 2021),
        ("2023—2025年行动计划", "", "2023-02-01", None, 2023),
        ("实施能力提升行动", "近日发布的《某省能力提升2023年行动计划》提出", None, None, 2023),
        ("实施能力提升行动", "", "2024-02-01", "2023-12-30", 2023),
        ("A plan for 2022", "", None, None, 2022),
        ("２０２２年工作要点", "", "2023-01-05", None, 2022),
        ("二〇二二年工作要点", "", "2023-01-05", None, 2022),
        ("到二〇三〇年的行动方案", "", "2021-10-26", None, 2021),
        (None, "", None, None, None),
    ],
)
def test_the_year_that_a_document_speaks_for(
    title: str | None, text: str, issued: str | None, event: str | None, year: int | None
) -> None:
    """Title, event, cited plan, publication; a goal year or a span is none."""
    assert document_year(text, title, issued, event) == year


@given(
    st.text(
        alphabet="到20257年力争培育企业家百十三个，。、增长%提高由从至约以上不少于（）\n一1.“”的和",
        max_size=80,
    ),
    st.none() | st.integers(1990, 2040),
)
def test_any_chinese_text_is_read(text: str, year: int | None) -> None:
    """Law: never raises; spans are the surfaces; a source is told for every year."""
    for target in find_targets(text, number_clauses(text), year):
        assert text[target.start : target.end] == target.surface
        assert (target.year is None) == (target.year_from is None)
        assert target.subject != ""


WORDS = """we will build 20 new labs by 2027 , and to of percent 3.5 increase the from double at least half . five
million"""


@given(st.lists(st.sampled_from(WORDS.split()), max_size=25))
def test_any_english_text_is_read(words: list[str]) -> None:
    """Law: never raises; spans are the surfaces."""
    text = " ".join(words)
    for target in find_targets(text):
        assert text[target.start : target.end] == target.surface


@pytest.mark.parametrize("number", range(5))
def test_the_founding_documents_have_exactly_their_targets(number: int) -> None:
    """Every target of the gold file and none besides."""
    if not SEEDS.is_dir():
        pytest.skip("the founding documents are not beside the project")
    path = sorted(SEEDS.glob("*.txt"))[number]
    gold = json.loads((SEEDS / "gold" / f"{path.stem}.json").read_text(encoding="utf-8"))
    extraction, _ = read(path.read_text(encoding="utf-8"))
    draft = repair("\n".join(block.text for block in extraction.blocks)).draft
    text = strip(draft, Metadata(title=gold["title"], subtitle=gold.get("subtitle")), None).draft.text
    clauses = number_clauses(text)
    left = list(
        find_targets(
            text, clauses, document_year(text, gold["title"], gold["issued"], gold.get("date_event"))
        )
    )
    missed = []
    for wanted in gold["targets"]:
        match = next((target for target in left if _agrees(wanted, target)), None)
        missed.append(wanted) if match is None else left.remove(match)
    assert missed == []
    assert left == []
    assert (gold["clauses"] or {"numbers": []})["numbers"] == [clause.number for clause in clauses]


def test_a_row_is_read_cell_by_cell() -> None:
    """What is counted stands in the cell, and the day that the row is for in another one."""
    text = "序号\u3000任务\u3000指标\u3000时限\n2\u3000扩量行动\u3000高新技术企业达到1万家\u30002027年12月底前\n3\u3000登峰行动\u3000领军企业不少于50家\u30002026年"
    first, second = find_targets(text, (), 2025)

    assert (first.subject, first.low, first.year, first.deadline) == ("高新技术企业", 10_000, 2027, "2027-12")
    assert (second.subject, second.low, second.year, second.deadline) == ("领军企业", 50, 2026, None)
    assert first.year_from == second.year_from == "sentence"
    assert text[first.start : first.end] == first.surface


def test_an_indent_or_a_gap_in_prose_is_no_cell() -> None:
    """Old pages indent by two ideographic spaces, and set a name apart by one."""
    (target,) = find_targets("\u3000\u3000到2027年，\u3000高新技术企业达到1万家。", (), 2025)

    assert (target.subject, target.year) == ("高新技术企业", 2027)

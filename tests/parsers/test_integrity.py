"""Flags about a text's integrity, each with its counter-example."""

from __future__ import annotations

import pytest

from parsers.document import Attachment, Evidence, Extraction, Flag, Metadata
from parsers.structure.clauses import number_clauses
from parsers.structure.integrity import complete, judge

LONG = "各级各部门要提高认识，加强领导，明确责任分工，确保各项工作任务落到实处"


def _names(text: str, metadata: Metadata | None = None, extraction: Extraction | None = None) -> list[str]:
    return [flag.name for flag in judge(text, metadata or Metadata(), number_clauses(text), extraction)]


def test_missing_numbers_are_named() -> None:
    """The evidence names the run and the numbers."""
    text = "\n".join(f"{n}.落实第{n}类工作。" for n in (1, 2, 3, 5, 7, 8))
    (flag,) = judge(text, Metadata(), number_clauses(text))
    assert flag.name == "missing_clauses"
    assert flag.evidence == "1. runs from 1 to 8; missing: 4, 6"
    assert text[flag.start : flag.end] == text


def test_numbers_that_run_on_across_headings_are_no_gap() -> None:
    """（一）…（四） count through 一、二、; one that is left out on the way is still missing."""
    parts = ("一、目标", "（一）抓生产。", "（二）抓安全。", "二、保障", "（三）抓队伍。", "（四）抓督导。")
    assert _names("\n".join(parts)) == []
    assert _names("\n".join(part for part in parts if "（三）" not in part)) == ["missing_clauses"]


def test_each_redaction_is_one_flag_with_its_span() -> None:
    """Two removed names are two flags."""
    text = "习深刻指出，要创新。落实习关于科技的论述。"
    flags = judge(text, Metadata(), ())
    assert [(flag.name, text[flag.start : flag.end]) for flag in flags] == [("redacted_name", "习")] * 2


@pytest.mark.parametrize(
    "text",
    [
        f"{LONG}。\n{LONG}",
        f"{LONG}。现将全文如下：",
        f"{LONG}。\n要加强科技创新，推动产业升级，",
        f"{LONG}。\n（下转第2版）",
        f"{LONG}。\n下一页 >>",
        "The province will support firms, and the departments concerned shall work out rules to carry out and report the",
    ],
)
def test_truncated(text: str) -> None:
    """A last sentence without a stop, an announcement with nothing behind it, a link to the rest."""
    assert _names(text) == ["truncated"]


@pytest.mark.parametrize(
    "text",
    [
        f"{LONG}。",
        f"{LONG}。\n某省人民政府办公厅\n2023年3月9日",
        f"{LONG}。”",
        f"{LONG}\n{LONG}。",
        f"{LONG}。\n（记者 张三）",
        f"{LONG}。\n项目名称　金额，万元　某某单位承担的各类研究项目清单以及经费安排".replace("某某", "承担"),
        "一、目标\n二、任务",
        "Support universities to build research institutes.",
    ],
)
def test_not_truncated(text: str) -> None:
    """A stop, a signature and date, a credit, a table row, a heading; an unended line in the middle."""
    assert _names(text) == []


def test_pages_not_followed() -> None:
    """Further pages of the same text make it truncated."""
    assert _names(f"{LONG}。", Metadata(next_pages=("https://example.org/2",))) == ["truncated"]


def test_attachment_missing() -> None:
    """A named attachment that is neither linked nor follows in the text."""
    text = f"{LONG}。\n附件：1.任务分工表\n某省人民政府\n2023年3月9日"
    assert _names(text) == ["attachment_missing"]
    linked = Metadata(attachments=(Attachment("https://example.org/a.pdf", None, None),))
    assert _names(text, linked) == []
    assert _names(f"{text}\n附件\n任务分工表\n" + f"{LONG}。" * 3) == []
    assert _names(f"{LONG}。\n附件：无") == []


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        ("现提出以下三条意见：\n1.加强领导。\n2.强化保障。", True),
        ("现提出以下两条意见：\n1.加强领导。\n2.强化保障。", False),
        ("要做好三项工作：一是加强领导；二是强化保障。", True),
        ("要做好两项工作：一是加强领导；二是强化保障。", False),
        ("这四项举措分别是：聚焦人才，引进团队。\n聚焦平台，建设基地。\n聚焦转化，促进应用。", True),
        ("这三项举措分别是：聚焦人才，引进团队。\n聚焦平台，建设基地。\n聚焦转化，促进应用。", False),
        ("实施八大行动。有关情况如下。", False),
        ("为支持企业，推出以下三项措施。\n一、减免房租。\n二、发放补贴。", True),
        ("为支持企业，推出以下两项措施。\n一、减免房租。\n二、发放补贴。", False),
        ("我市推出三项措施。\n一、减免房租。\n二、发放补贴。", False),
        ("We propose the following three measures:\n1. Build labs.\n2. Train people.", True),
        ("We propose the following two measures:\n1. Build labs.\n2. Train people.", False),
    ],
)
def test_announced_counts(text: str, flagged: bool) -> None:
    """Numbered items, 一是…二是…, and paragraphs that open alike are counted; what cannot be counted is not judged."""
    assert ("count_mismatch" in _names(text)) == flagged


def _dated(*candidates: tuple[str, str]) -> Metadata:
    return Metadata(evidence=tuple(Evidence("issued", value, rule, value) for rule, value in candidates))


def test_date_conflict() -> None:
    """Published before it was signed, or a tag that differs from the visible date by more than a day."""
    text = f"{LONG}。"
    assert _names(text, Metadata(created="2023-03-10", issued="2023-03-09")) == ["date_conflict"]
    assert _names(text, Metadata(created="2023-03", issued="2023-03-09")) == []
    assert _names(text, _dated(("meta:PubDate", "2023-03-09"), ("line:发布时间", "2023-03-20"))) == [
        "date_conflict"
    ]
    assert _names(text, _dated(("meta:PubDate", "2023-03-09"), ("line:发布时间", "2023-03-10"))) == []
    # A table and a line give two days, and the tag is right with one of them.
    both = ("info_table:发布日期", "2023-03-01"), ("line:发布时间", "2023-03-09")
    assert _names(text, _dated(*both, ("meta:PubDate", "2023-03-09"))) == []
    assert _names(text, _dated(*both, ("meta:PubDate", "2023-03-05"))) == ["date_conflict"]


def test_copies_of_the_body_that_differ() -> None:
    """What only the other copy says is the evidence."""
    (flag,) = judge(f"{LONG}。", Metadata(), (), Extraction((), "rule", twin="另一处文字"))
    assert (flag.name, flag.evidence) == ("duplicate_body_differs", "另一处文字")


def test_complete_only_when_nothing_speaks_against_it() -> None:
    """A repair loses nothing; a gap does."""
    assert complete(())
    assert complete((Flag("pinyin_annotation_removed", ""), Flag("machine_translation", "")))
    assert not complete((Flag("missing_clauses", ""),))

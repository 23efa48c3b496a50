"""Changes as data: what differs, where it stands, and of what nature it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from random import Random

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.structure.clauses import number_clauses
from store import tables
from store.changes import (
    FATE,
    METADATA_FIELDS,
    MOVE,
    back_row,
    changes_of,
    gone_row,
    moved_row,
    pieces,
)
from store.schema import TABLES
from store.tables import Row

TIME = datetime(2026, 3, 2, 2, tzinfo=UTC)


def version(text: str, number: int = 1, attachments: Sequence[Row] = (), **metadata: str | None) -> Row:
    """What a row of `documents` says, as far as changes are concerned."""
    clauses = [asdict(clause) for clause in number_clauses(text)]
    return {
        **dict.fromkeys(METADATA_FIELDS),
        **metadata,
        "document_id": "d",
        "version": number,
        "text": text,
        "cause": "source",
        "first_seen": TIME,
        "reading": orjson.dumps({"clauses": clauses, "attachments": list(attachments)}).decode(),
    }


def texts(before: str, after: str) -> list[Row]:
    """The changes between two texts."""
    return changes_of(version(before), version(after, 2))


def natures(before: str, after: str) -> list[object]:
    """Their natures."""
    return [row["nature"] for row in texts(before, after)]


def applied(text: str, rows: Sequence[Row]) -> str:
    """A text with the rows applied to it, as the module says."""
    gone = {row["before_start"] for row in rows}
    come = {row["after_start"]: row["after"] for row in rows if row["after"] is not None}
    kept, start = [], 0
    for paragraph in text.split("\n"):
        if start not in gone:
            kept.append(paragraph)
        start += len(paragraph) + 1
    result: list[str] = []
    at = 0
    while kept or at in come:
        paragraph = str(come.pop(at)) if at in come else kept.pop(0)
        result.append(paragraph)
        at += len(paragraph) + 1
    assert not come
    return "\n".join(result)


PARAGRAPH = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=12),
    st.sampled_from(
        [
            "",
            "一、总体要求",
            "二、重点任务",
            "（一）培育企业1000家",
            "（一）培育企业1200家",
            "第一条 适用。",
            "附件",
            "—",
        ]
    ),
)
TEXT = st.lists(PARAGRAPH, max_size=12).map("\n".join)


@given(TEXT, TEXT)
def test_the_rows_turn_the_one_text_into_the_other(before: str, after: str) -> None:
    """Whatever the texts are; each span cuts out just the paragraph, and the counts are those of its pieces."""
    rows = texts(before, after)

    assert applied(before, rows) == after
    for row in rows:
        for side, text in (("before", before), ("after", after)):
            start, end = row[f"{side}_start"], row[f"{side}_end"]
            assert (row[side] is None) == (start is None) == (end is None)
            if isinstance(start, int) and isinstance(end, int):
                assert text[start:end] == row[side]
    assert tables.arrow("changes", rows).num_rows == len(rows)
    assert [row["n"] for row in rows] == list(range(len(rows)))


@given(TEXT)
def test_equal_texts_have_no_changes(text: str) -> None:
    """Nor do the same metadata and attachments."""
    assert texts(text, text) == []


@settings(max_examples=20)
@given(st.integers(), st.sampled_from([2, 40, 4000]))
def test_long_texts_are_aligned_without_comparing_all_with_all(seed: int, different: int) -> None:
    """Beyond what is compared pair by pair the rows are as true, however often a paragraph is repeated."""
    random = Random(seed)
    paragraphs = [f"第{random.randrange(different)}条 甲方承担费用。" for _ in range(400)]
    swapped = [random.choice(paragraphs) if random.random() < 0.2 else paragraph for paragraph in paragraphs]
    before, after = "\n".join(paragraphs), "\n".join(swapped)

    assert applied(before, texts(before, after)) == after


@given(st.text(max_size=60), st.text(max_size=60))
def test_pieces_give_both_texts_back(before: str, after: str) -> None:
    """What was kept and removed is the one, what was kept and added the other."""
    cut = pieces(before, after)

    assert "".join(text for kind, text in cut if kind != "added") == before
    assert "".join(text for kind, text in cut if kind != "removed") == after
    assert all(text for _, text in cut)


def test_pieces_are_words_numbers_and_characters() -> None:
    """As a reader sees them, not half a number or half a word."""
    assert pieces("培育1000家 firms", "培育1200家 farms") == [
        ("kept", "培育"),
        ("removed", "1000"),
        ("added", "1200"),
        ("kept", "家 "),
        ("removed", "firms"),
        ("added", "farms"),
    ]


BEFORE = """各市科技局：
一、总体要求
坚持创新驱动。
二、重点任务
（一）培育企业。到2025年培育1000家企业。
（二）加强服务。各县应当设立窗口。
三、附则
本办法自印发之日起施行。"""


def test_a_row_says_where_in_the_text_and_in_which_clause() -> None:
    """Labels from the outermost clause on, offsets in both versions, characters added and removed."""
    after = BEFORE.replace("1000家", "1200家").replace("各市科技局：", "各市科技局、财政局：")
    wording, number = texts(BEFORE, after)

    assert (wording["clause"], wording["before_start"], wording["after_end"]) == (None, 0, 10)
    assert (wording["added"], wording["removed"]) == (4, 0)
    assert number["clause"] == "二、（一）"
    assert number["nature"] == "number"
    assert number["before"] == "（一）培育企业。到2025年培育1000家企业。"
    assert number["after"] == "（一）培育企业。到2025年培育1200家企业。"
    assert (number["n"], number["from_version"], number["version"]) == (1, 1, 2)
    assert (number["added"], number["removed"]) == (4, 4)


@pytest.mark.parametrize(
    ("before", "after", "nature"),
    [
        # Form only.
        ("到2025年，培育100家。", "到２０２５年,培育１００家。", "typo"),
        ("應當設立窗口", "应当设立窗口", "typo"),
        ("补助二十万元", "补助20万元", "typo"),
        ("补助1,200元", "补助1200元", "typo"),
        ("二〇二五年三月一日前", "2025年03月01日前", "typo"),
        # Numbers, in whatever spelling, with shares and amounts.
        ("培育1000家企业", "培育1200家企业", "number"),
        ("给予二十万元补助", "给予三十万元补助", "number"),
        ("给予20万元补助", "给予2亿元补助", "number"),
        ("增长8%左右", "增长8.5%左右", "number"),
        ("不低于百分之三十", "不低于百分之三十五", "number"),
        ("补助10-20万元", "补助30万元", "number"),
        ("自收到之日起15日内答复", "自收到之日起20日内答复", "number"),
        ("建设期6个月", "建设期9个月", "number"),
        ("at least 1,000 firms", "at least 1,200 firms", "number"),
        ("fifteen percent of sales", "twenty percent of sales", "number"),
        ("2025年3月1日前补助20万元", "2026年3月1日前补助二十万元", "number"),
        ("到2025年培育1000家", "到2026年培育1200家", "number"),
        # Dates.
        ("2025年3月1日前报送", "2025年4月15日前报送", "date"),
        ("到2025年底", "到2026年底", "date"),
        ("二〇二五年三月十三日", "二〇二五年三月十四日", "date"),
        ("下午3：00开会", "下午4：30开会", "date"),
        ("有效期为2023—2025年", "有效期为2024—2026年", "date"),
        ("有效期为2023—2025年", "有效期为2022—2025年", "date"),
        ("下午3：00开会", "下午3：30开会", "date"),
        ("于3月9日召开", "于3月19日召开", "date"),
        ("by March 1, 2025 at the latest", "by April 1, 2025 at the latest", "date"),
        ("by 2025 the city shall have ten parks", "by 2030 the city shall have ten parks", "date"),
        # Words that decide.
        ("企业应当报送", "企业可以报送", "scope"),
        ("企业可以报送", "企业不得报送", "scope"),
        ("50人以上的企业", "50人以下的企业", "scope"),
        ("在本市注册的企业", "在本市注册的企业（金融企业除外）", "scope"),
        ("在本市注册的企业可申报", "仅在本市注册的企业可申报", "scope"),
        ("补贴费用（含税）", "补贴费用（不含税）", "scope"),
        ("本办法适用于省级企业", "本办法适用于市级企业", "scope"),
        ("本办法适用于企业", "本办法不适用于企业", "scope"),
        ("高校、院所和企业", "高校、院所或企业", "scope"),
        ("企业及其子公司申报", "企业申报", "scope"),
        ("高校、院所等单位", "高校、院所单位", "scope"),
        ("在我省注册的企业", "在全省注册的企业", "scope"),
        ("已获支持的项目", "未获支持的项目", "scope"),
        ("Firms may apply for the grant", "Firms must apply for the grant", "scope"),
        ("Grants are open to firms", "Grants are open only to firms", "scope"),
        ("Firms shall report", "Firms shall not report", "scope"),
        # Slips of the pen.
        ("加强组织领到", "加强组织领导", "typo"),
        ("加强的组织领导", "加强组织领导", "typo"),
        ("加强组织导领", "加强组织领导", "typo"),
        ("坚特创新驱动，服务发展大局，加强组织领到", "坚持创新驱动，服务发展大局，加强组织领导", "typo"),
        ("应当报送", "应报送", "typo"),
        ("the comittee of the city", "the committee of the city", "typo"),
        ("we recieve reports", "we receive reports", "typo"),
        ("高等院校参加", "高等学校参加", "typo"),
        # Another word is none, and neither is another number among other words.
        ("在北京设立中心", "在上海设立中心", "wording"),
        ("力争如期建成", "如期建成", "wording"),
        ("暂停执行", "停止执行", "wording"),
        ("科学技术部", "科技部", "wording"),
        ("国家发展改革委", "国家发展和改革委员会", "wording"),
        ("建设3个中心", "建设4处中心", "wording"),
        ("坚持创新驱动，服务大局", "坚持改革开放，服务大局", "wording"),
    ],
)
def test_natures_of_a_changed_paragraph(before: str, after: str, nature: str) -> None:
    """Each rule, by plain values; a change back is of the same nature."""
    assert natures(before, after) == [nature]
    assert natures(after, before) == [nature]


def test_labels_of_a_clause_are_apart_where_they_are_words() -> None:
    """And a bullet has none."""
    english = "Chapter 1 General\nArticle 3 Firms report.\n• by mail in 2 copies"
    chinese = "第一章 总则\n第三条 企业报送。\n• 一式2份"

    assert [row["clause"] for row in texts(english, english.replace("2", "4"))] == ["Chapter 1 Article 3"]
    assert [row["clause"] for row in texts(chinese, chinese.replace("2", "4"))] == ["第一章第三条"]


def test_a_new_clause_and_what_stands_in_it() -> None:
    """Its further paragraphs came with it; the clauses behind it only got other numbers."""
    after = BEFORE.replace(
        "二、重点任务", "二、基本原则\n政府引导，市场主导。\n三、重点任务"
    ).replace("三、附则", "四、附则")  # fmt: skip
    rows = texts(BEFORE, after)

    assert [(row["nature"], row["clause"], row["before"], row["after"]) for row in rows] == [
        ("clause_added", "二、", None, "二、基本原则"),
        ("clause_added", "二、", None, "政府引导，市场主导。"),
        ("moved", "三、", "二、重点任务", "三、重点任务"),
        ("moved", "四、", "三、附则", "四、附则"),
    ]
    back = texts(after, BEFORE)
    assert [row["nature"] for row in back] == ["clause_removed", "clause_removed", "moved", "moved"]
    assert back[0]["clause"] == "二、"


def test_a_paragraph_that_is_no_clause_is_wording_a_date_or_a_number() -> None:
    """By what it says, where it is in one text only."""
    added = BEFORE.replace("坚持创新驱动。", "坚持创新驱动。\n服务大局。")

    assert natures(BEFORE, added) == ["wording"]
    assert natures(added, BEFORE) == ["wording"]
    assert natures(BEFORE, BEFORE + "\n2025年3月13日") == ["date"]
    assert natures(BEFORE, BEFORE + "\n12.5") == ["number"]


def test_a_paragraph_that_stands_elsewhere_is_moved() -> None:
    """In one row with both places, whatever its form; what stands between is not changed."""
    before = "甲方承担费用。\n乙方提供场地。\n丙方派出人员。\n丁方负责验收。"
    (row,) = texts(before, "乙方提供场地。\n丙方派出人员。\n丁方负责验收。\n甲方承担费用。")

    assert row["nature"] == "moved"
    assert (row["before_start"], row["after_start"]) == (0, 24)
    assert (row["added"], row["removed"]) == (0, 0)


def test_a_number_that_stands_elsewhere_is_another_number() -> None:
    """Cells of a table that exchange their values have changed."""
    rows = texts("合计\n42\n本年\n上年\n前年\n17\n附注", "合计\n17\n本年\n上年\n前年\n42\n附注")

    assert {row["nature"] for row in rows} == {"number"}


def test_other_cuts_into_paragraphs_are_form() -> None:
    """A line break more says nothing else."""
    assert set(natures("坚持创新驱动。服务发展大局。", "坚持创新驱动。\n服务发展大局。")) == {"typo"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("通知。\n附件1\n申报表\n金额：10万元", "通知。\n附件1\n申报表\n金额：20万元"),
        ("通知。\n2025年3月13日\n附件：名单\n张三", "通知。\n2025年3月13日\n附件：名单\n张三\n李四"),
        ("Notice.\nAnnex A\nForm of 2 pages", "Notice.\nAnnex A\nForm of 3 pages"),
    ],
)
def test_what_stands_in_an_annex(before: str, after: str) -> None:
    """Behind its heading, whatever changed."""
    assert natures(before, after) == ["annex"]


def test_the_list_of_what_is_attached_begins_no_annex() -> None:
    """It stands above the signature, whose date is the document's own."""
    before = "通知。\n附件：\n1.申报表\n2.汇总表\n2025年3月13日"

    assert natures(before, before.replace("13日", "14日")) == ["date"]


def test_the_most_similar_paragraphs_are_the_same_one() -> None:
    """Also where several in a row changed, and one of them is gone."""
    before = "建设科技园区10个，服务企业。\n举办论坛一次。\n培训技术人员500人，发放证书。"
    rows = texts(before, "建设科技园区12个，服务企业。\n培训技术人员600人，发放证书。")

    assert [(row["nature"], row["before"] is None, row["after"] is None) for row in rows] == [
        ("number", False, False),
        ("wording", False, True),
        ("number", False, False),
    ]


def test_metadata_values_are_rows() -> None:
    """Value by value, as text; provenance and lists too."""
    rows = changes_of(
        version("甲", issued="2025-03-13", author="张三; 李四", title="通知"),
        version("甲", 2, issued="2025-03-14", author=None, title="通知", provenance="repost"),
    )

    assert [(row["kind"], row["field"], row["before"], row["after"]) for row in rows] == [
        ("metadata", "author", "张三; 李四", None),
        ("metadata", "issued", "2025-03-13", "2025-03-14"),
        ("metadata", "provenance", None, "repost"),
    ]
    assert {row["nature"] for row in rows} == {None}
    assert tables.arrow("changes", rows).num_rows == 3


def test_every_text_column_that_metadata_have_is_compared() -> None:
    """What the digest of the metadata counts opens a version, which then says why."""
    columns = set(TABLES["documents"].schema.names)

    assert set(METADATA_FIELDS) <= columns


def file(label: str | None, url: str) -> Row:
    """An attachment."""
    return {"label": label, "url": url, "media_type": None}


def test_attachments_added_removed_and_relabelled() -> None:
    """One that keeps its URL or its label is the same one."""
    before = [file("附件1", "/a.doc"), file("附件2", "/b.doc"), file("附件3", "/c.doc"), file(None, "/e.doc")]
    after = [
        file("附件1", "/a.doc"),
        file("附件二", "/b.doc"),
        file("附件3", "/c2.doc"),
        file(None, "/f.doc"),
    ]
    rows = changes_of(version("甲", attachments=before), version("甲", 2, attachments=after))

    assert [(row["before"], row["after"]) for row in rows] == [
        ("附件2 /b.doc", "附件二 /b.doc"),
        ("附件3 /c.doc", "附件3 /c2.doc"),
        ("/e.doc", None),
        (None, "/f.doc"),
    ]
    assert {(row["kind"], row["nature"]) for row in rows} == {("attachment", "annex")}


def test_the_order_of_attachments_does_not_count() -> None:
    """Only which there are."""
    files = [file("附件1", "/a.doc"), file("附件2", "/b.doc")]

    assert changes_of(version("甲", attachments=files), version("甲", 2, attachments=files[::-1])) == []


def test_what_befell_a_document_as_a_whole() -> None:
    """Rows beside those of the text that the same capture may show: their keys differ."""
    rows = [
        gone_row("d", 2, TIME),
        back_row("d", 3, TIME),
        moved_row("d", 3, TIME, "https://a.example/1", "https://b.example/1"),
    ]

    assert [row["kind"] for row in rows] == ["taken_offline", "restored", "moved"]
    assert [row["n"] for row in rows] == [FATE, FATE, MOVE]
    assert (rows[2]["before"], rows[2]["after"]) == ("https://a.example/1", "https://b.example/1")
    assert tables.arrow("changes", rows).num_rows == 3


def test_versions_that_do_not_follow_each_other_can_be_compared() -> None:
    """The row says which two."""
    (row,) = changes_of(version("甲乙丙丁"), version("甲乙丙戊", 4))

    assert (row["from_version"], row["version"], row["first_seen"]) == (1, 4, TIME)

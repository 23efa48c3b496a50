"""Explaining a page: what was decided by which rule, for a person and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from flows.exceptions import NothingToExplain
from flows.explain import explained, story
from tests.flows.conftest import listing, notice
from tests.hostile_files import sample

TITLE = "关于加强科技成果转化的通知"
TEXT = (
    "各市科学技术局：为加快科技成果转化，现将有关事项通知如下。",
    "一、到2027年，技术合同成交额达到500亿元。",
)
KEYS = {
    "file", "rejected", "text", "title", "issued", "created", "outlet", "publisher", "author", "creator", "identifier",
    "language", "flags",
}  # fmt: skip


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A saved notice."""
    path = tmp_path / "notice.html"
    path.write_text(notice(TITLE, *TEXT), encoding="utf-8")
    return path


def test_a_person_reads_which_rule_decided(page: Path) -> None:
    """Charset, container, and each value with the tag that it was read from."""
    told = "\n".join(story(str(page)))

    assert "utf-8 (proved)" in told
    assert "TRS_Editor" in told
    assert "meta:ArticleTitle" in told
    assert told.endswith("\n".join(TEXT))


def test_a_program_reads_one_object(page: Path) -> None:
    """With the keys that are promised, unknown ones null."""
    read = explained(str(page))

    assert set(read) >= KEYS
    assert (read["title"], read["text"], read["rejected"]) == (TITLE, "\n".join(TEXT), None)
    assert read["identifier"] is None


def test_a_rejected_page_says_why(tmp_path: Path) -> None:
    """It is no error."""
    path = tmp_path / "list.html"
    path.write_text(
        listing(*[(f"/{n}.html", f"关于组织申报{n}年度科技项目的通知") for n in range(2010, 2030)]),
        encoding="utf-8",
    )

    assert explained(str(path))["rejected"] == "listing"
    assert "rejected: listing" in "\n".join(story(str(path)))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """So that a typing error is seen."""
    with pytest.raises(NothingToExplain, match="none"):
        explained(str(tmp_path / "none.html"))


def test_a_file_is_read_as_a_page_is(tmp_path: Path) -> None:
    """With its kind, its library and its sizes."""
    (tmp_path / "a.pdf").write_bytes(sample("pdf-table-over-pages"))
    lines = list(story(str(tmp_path / "a.pdf")))

    assert "  file        read: application/pdf, pypdfium2" in "\n".join(lines)
    assert "2 pages" in lines[1]
    assert "1 tables" in lines[1]


def test_annexes_beside_a_saved_page_are_read(tmp_path: Path) -> None:
    """Each says how; what they say stands below the text."""
    (tmp_path / "fj").mkdir()
    (tmp_path / "fj" / "1.docx").write_bytes(sample("docx-plain"))
    (tmp_path / "fj" / "2.pdf").write_bytes(b"%PDF-1.4 cut")
    links = '<a href="fj/1.docx">附件1：办法.docx</a><a href="fj/2.pdf">附件2：表.pdf</a>'
    body = "各单位要高度重视，结合实际认真贯彻落实。" * 9
    saved = tmp_path / "a.html"
    saved.write_text(notice("关于印发办法的通知", body, links), encoding="utf-8")
    told = "\n".join(story(str(saved)))
    read = explained(str(saved))

    assert (
        "              read: application/vnd.openxmlformats-officedocument.wordprocessingml.document, lxml"
        in told
    )
    assert "              damaged: application/pdf" in told
    assert "【附件1：办法.docx】\n科技成果转化专项资金管理办法" in told
    assert "flag        attachment_unread: 附件2：表.pdf: damaged" in told
    assert [item["status"] for item in cast("list[dict[str, object]]", read["attachments"])] == [
        "read",
        "damaged",
    ]

"""Explaining a page: what was decided by which rule, for a person and as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.exceptions import NothingToExplain
from flows.explain import explained, story
from tests.flows.conftest import listing, notice

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

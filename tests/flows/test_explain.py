"""Explaining a page: what was decided by which rule, for a person and as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.exceptions import NothingToExplain
from flows.explain import explained, source_of, story
from store.exceptions import InvalidSource
from tests.flows.conftest import Site, listing, notice
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

    assert lines[0].endswith("declared nothing")
    assert "  file        read: application/pdf, pypdfium2" in "\n".join(lines)
    assert "2 pages" in lines[2]
    assert "1 tables" in lines[2]


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


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A source with a host of its own and a rule, and two that share one."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    for name, host, rule in (
        ("ln-kjt", "kjt.lingnan.example.cn", '[[rules]]\nmain = "#remark"\n'),
        ("ln-zfa", "www.lingnan.example.cn", ""),
        ("ln-zfb", "www.lingnan.example.cn", ""),
    ):
        (folder / f"{name}.toml").write_text(
            f'title = "Notices"\n[[seeds]]\nkind = "listing"\nurl = "http://{host}/tzgg/"\n{rule}'
        )
    return folder


REMARK = "各单位要高度重视，结合实际认真贯彻落实，并于年底前报送进展情况。"


def test_a_page_is_read_under_the_rule_of_its_source(site: Site, seeds: Path, tmp_path: Path) -> None:
    """By its host, through a proxy, or by name; what was mended in the rule shows."""
    url = "http://kjt.lingnan.example.cn/tzgg/1.html"
    text = notice(TITLE, *TEXT, f'</p></div><div id="remark"><p>{REMARK * 3}</p></div><div><p>')
    site.write(url, text)
    (tmp_path / "saved.html").write_text(text, encoding="utf-8")
    options = ["--seeds", str(seeds), "--proxy", site.url]
    by_host = CliRunner().invoke(app, ["explain", url, *options])
    by_name = CliRunner().invoke(
        app, ["explain", str(tmp_path / "saved.html"), *options, "--source", "ln-kjt", "--json"]
    )
    read = json.loads(by_name.stdout)

    assert "  rule        ln-kjt: main = '#remark'\n" in by_host.stdout
    assert by_host.stdout.rstrip().endswith(REMARK * 3)
    assert TEXT[0] not in by_host.stdout.partition("structure")[2]
    assert (read["source"], read["rule"], read["text"]) == ("ln-kjt", {"main": "#remark"}, REMARK * 3)


def test_a_page_whose_source_is_not_known_has_no_rule(seeds: Path, page: Path) -> None:
    """A file, a host of nobody's or of several; what is named must be there."""
    for name in (str(page), "http://nobody.example.cn/1.html", "http://www.lingnan.example.cn/1.html"):
        assert source_of(name, seeds, None) is None
    assert "--source ID names one" in "\n".join(story(str(page)))
    with pytest.raises(InvalidSource, match="nobody"):
        source_of(str(page), seeds, "nobody")

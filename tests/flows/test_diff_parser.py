"""What a changed rule or parser does to the archive, on pages of our own that were really archived and built."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows import reread
from flows.advance import PROGRESS
from flows.build import build_tables
from flows.diff_parser import Count, NothingToCompare, as_dict, compared, markdown, report
from flows.files import import_files
from flows.refresh import keep
from flows.run import new_run
from parsers.document import Document, Rejection
from parsers.files.content import FileContent
from parsers.page import Page, Rule
from parsers.read import read
from store import tables
from store.exceptions import DigestMismatch
from store.lock import locked
from store.source import Source
from tests.flows.conftest import listing, notice

PAGES = 30
SOURCE = Source("kjt", "Notices")
OPENING = "为加快建设科技强省，现就有关事项通知如下，请各市结合实际认真贯彻执行。"


def _page(number: int) -> str:
    """A notice with a second container, and every third one with its number where only a rule finds it."""
    page = notice(
        f"关于印发第{number}号科技计划实施方案的通知",
        OPENING,
        f"一、到2027年，培育高新技术企业{100 + number}家，支持企业牵头组建创新联合体。",
        "二、各市科技局负责组织实施，按季度报送进展情况，年底前完成自评估。",
        "三、本通知自印发之日起施行，有效期五年，由科学技术厅负责解释。",
    )
    beside = f'<div class="beside"><p>解读：第{number}号方案共有三条，将由各市科技局组织实施。</p></div>'
    own = f'<b class="no">晋科发〔2025〕{number + 10}号</b>' if number % 3 == 0 else ""
    return page.replace("</body>", f"{beside}<footer>{own}</footer></body>")


def _ingest(data: Path, source: Source, day: int, **pages: str) -> None:
    """Archive pages on a day of March 2026, and build."""
    folder = data.parent / "pages"
    folder.mkdir(exist_ok=True)
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    run = new_run(data, now=datetime(2026, 3, day, 2, tzinfo=UTC))
    keep(run, [import_files(run, [folder], source.source_id)])
    build_tables(run, [source])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty notices and a listing, which is no document; tests only read it."""
    data = tmp_path_factory.mktemp("compared") / "data"
    links = [(f"/{year}.html", f"关于组织申报{year}年度科技项目的通知") for year in range(2010, 2030)]
    notices = {f"n{number:02}": _page(number) for number in range(PAGES)}
    _ingest(data, SOURCE, 1, **notices, list=listing(*links))
    return data


def _with(**selectors: str | tuple[str, ...]) -> Source:
    return dataclasses.replace(SOURCE, rules=(Rule(**selectors),))  # type: ignore[arg-type]  # selectors only


def _state(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}


def test_nothing_differs_where_nothing_was_changed(data: Path) -> None:
    """Every document and the listing are read again, and read as before."""
    diff = compared(data, [SOURCE])

    assert (diff.documents, diff.rejected, diff.unchanged) == (PAGES, 1, PAGES)
    assert (diff.differs, diff.versions, diff.samples) == (False, 0, ())
    assert next(report(diff)) == "0 of 30 documents change, 0 lose their body, 0 gain an identifier."


def test_nothing_is_written_and_no_lock_taken(data: Path) -> None:
    """It goes on beside a run, and leaves the folder as it was."""
    with locked(data):
        before = _state(data)
        compared(data, [_with(main=".beside")])

        assert _state(data) == before


def test_a_rule_that_selects_another_container_changes_texts(data: Path) -> None:
    """Each text differs, and so does what hangs on it; a sample shows where."""
    diff = compared(data, [_with(main=".beside")], samples=2)
    texts = [sample for sample in diff.samples if sample.field == "text"]

    assert (diff.text, diff.changed, diff.versions, diff.lost_body) == (PAGES, PAGES, PAGES, 0)
    assert diff.unversioned == 0
    assert diff.fields["targets"].lost == PAGES
    assert diff.fields["container"] == Count(changed=PAGES)
    assert [sample.url.rsplit("/", 1)[1] for sample in texts] == ["n00.html", "n01.html"]
    assert str(texts[0].before).startswith(OPENING)
    assert str(texts[0].after).startswith("解读：第0号方案")


def test_a_rule_that_leaves_nothing_loses_bodies(data: Path) -> None:
    """Documents that are none any more are told from changed ones; their reason is in the sample."""
    diff = compared(data, [_with(drop=("p",))], samples=1)
    (sample,) = diff.samples

    assert (diff.lost_body, diff.text, diff.versions) == (PAGES, 0, 0)
    assert sample.field == "body"
    assert sample.before == "关于印发第0号科技计划实施方案的通知"
    assert str(sample.after).startswith("empty_document: ")
    assert next(report(diff)) == "30 of 30 documents change, 30 lose their body, 0 gain an identifier."


def test_a_rule_that_finds_the_number_gains_identifiers(data: Path) -> None:
    """Only on the pages that have one; their texts stay."""
    diff = compared(data, [_with(identifier=".no")], samples=3)

    assert diff.fields["identifier"] == Count(gained=10)
    assert (diff.changed, diff.metadata, diff.versions, diff.text) == (10, 10, 10, 0)
    found = [sample.after for sample in diff.samples if sample.field == "identifier"]
    assert found == ["晋科发〔2025〕10号", "晋科发〔2025〕13号", "晋科发〔2025〕16号"]


def test_a_page_that_was_rejected_may_become_a_document(tmp_path: Path) -> None:
    """It is said apart: the release would gain it."""
    data = tmp_path / "data"
    _ingest(data, _with(drop=("p",)), 1, new=_page(99))
    diff = compared(data, [SOURCE])
    (sample,) = diff.samples

    assert (diff.gained_body, diff.rejected, diff.documents, diff.versions) == (1, 1, 0, 1)
    assert sample.url == "import:kjt/new.html"
    assert str(sample.before).startswith("empty_document: ")
    assert sample.after == "关于印发第99号科技计划实施方案的通知"


def test_a_page_rejected_after_it_was_a_document_is_compared_as_both(tmp_path: Path) -> None:
    """The newest version is read where it was captured, and what came after it is tried again."""
    data = tmp_path / "data"
    _ingest(data, SOURCE, 1, one=_page(1))
    _ingest(data, SOURCE, 2, one="<html><title>404 Not Found</title><body>页面不存在</body></html>")
    diff = compared(data, [SOURCE])

    assert (diff.documents, diff.rejected, diff.differs) == (1, 1, False)


def test_a_capture_without_a_payload_is_read_where_its_payload_lies(tmp_path: Path) -> None:
    """A rejected page that did not change is a revisit the next day."""
    data = tmp_path / "data"
    for day in (1, 2):
        _ingest(data, _with(drop=("p",)), day, one=_page(1))
    revisits = tables.read(data / "tables", "captures", ["revisit"])["revisit"].to_pylist()

    assert sorted(revisits) == [False, True]
    assert compared(data, [SOURCE]).gained_body == 1


def test_two_processes_find_what_one_finds(data: Path) -> None:
    """The order in which pages are read leaves no trace."""
    changed = [_with(main=".beside", identifier=".no")]

    assert compared(data, changed, workers=2) == compared(data, changed, workers=1)


def test_a_part_can_be_compared(data: Path) -> None:
    """So many documents, always the same ones; or the sources that a change concerns."""
    changed = [_with(main=".beside")]
    few = compared(data, changed, most=7, samples=9)

    assert (few.documents, few.rejected) == (7, 1)
    assert few == compared(data, changed, most=7, samples=9)
    assert compared(data, changed, source_ids=["kjt"]).documents == PAGES
    with pytest.raises(NothingToCompare, match="no document of other"):
        compared(data, changed, source_ids=["other"])


def test_a_folder_without_documents_is_no_success(tmp_path: Path) -> None:
    """A mistyped folder must not pass for a parser that changes nothing."""
    with pytest.raises(NothingToCompare, match="--data"):
        compared(tmp_path / "none", [])


def test_a_damaged_archive_is_said(tmp_path: Path) -> None:
    """A page that cannot be had is no page that reads as before."""
    data = tmp_path / "data"
    _ingest(data, SOURCE, 1, one=_page(1))
    next((data / "archive").rglob("*.warc.gz")).unlink()

    with pytest.raises(DigestMismatch):
        compared(data, [SOURCE])


def test_a_parser_that_breaks_loses_the_body_of_that_page_only(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The working copy may be broken: that is what is to be found."""
    whole = read

    def broken(
        page: Page, rule: Rule | None, files: Mapping[str, FileContent] | None
    ) -> Document | Rejection:
        if page.url.endswith("/n07.html"):
            raise RecursionError("too deep")
        return whole(page, rule, files)

    monkeypatch.setattr(reread, "read", broken)
    diff = compared(data, [SOURCE])

    assert (diff.lost_body, diff.unchanged, diff.unversioned) == (1, PAGES - 1, 1)
    assert any("PARSER_VERSION" in line for line in report(diff))
    assert diff.samples[0].after == "parser_error: RecursionError: too deep"


def test_flags_are_counted_by_name(data: Path) -> None:
    """A text from which a clause was cut is doubted, where it was not before."""
    diff = compared(data, [_with(drop=(".TRS_Editor p:nth-child(3)",))])

    assert diff.flags["missing_clauses"] == Count(gained=PAGES)
    assert diff.fields["complete"] == Count(changed=PAGES)


def test_progress_is_logged_to_the_last_page(data: Path, caplog: pytest.LogCaptureFixture) -> None:
    """With the numbers that a progress bar needs."""
    with caplog.at_level(logging.INFO, logger=PROGRESS):
        compared(data, [SOURCE])
    last = vars(caplog.records[-1])

    assert (last["source_id"], last["done"], last["total"]) == ("diff-parser", PAGES + 1, PAGES + 1)


def test_what_a_page_says_cannot_dress_up_the_report(tmp_path: Path) -> None:
    """Characters that nobody sees are shown by number, and no line of a page ends a block of the comment."""
    data = tmp_path / "data"
    _ingest(data, SOURCE, 1, one=_page(1).replace("解读：", "\u202e~~~</details><p>~~~</p>解读："))
    diff = compared(data, [_with(main=".beside")])
    comment = list(markdown(diff))

    assert all(line.isprintable() for line in (*report(diff), *comment))
    assert comment[0] == "**1 of 1 documents change, 0 lose their body, 0 gain an identifier.**"
    assert sum(line.startswith("~~~") for line in comment) == 2 * len(
        {sample.field for sample in diff.samples}
    )


def test_the_report_holds_counts_and_samples(data: Path) -> None:
    """For a person, for a pull request, and as JSON with the same numbers."""
    diff = compared(data, [_with(identifier=".no")], samples=1)
    told, comment = "\n".join(report(diff)), "\n".join(markdown(diff))
    held = json.loads(json.dumps(as_dict(diff)))

    assert "10 of 30 documents change, 0 lose their body, 10 gain an identifier." in told
    assert "+ 晋科发〔2025〕10号" in told
    assert "| identifier | 10 | 0 | 0 |" in comment
    assert held["fields"]["identifier"] == {"gained": 10, "lost": 0, "changed": 0}
    assert (held["differs"], held["changed"], held["samples"][0]["field"]) == (True, 10, "identifier")

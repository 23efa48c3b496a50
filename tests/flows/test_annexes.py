"""The policy in the annex: from the web to the release, and what changes in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from flows.build import build_tables
from flows.publish import publish_release
from flows.refresh import keep, refresh_source
from parsers.files.read import read_file
from store.dataset import load
from tests.flows.conftest import Desk, Site, listing, notice
from tests.hostile_files import sample

TITLE = "关于印发《科技成果转化专项资金管理办法》的通知"
BODY = (
    "各市科技局，各有关单位：现将《科技成果转化专项资金管理办法》印发给你们，请结合实际，认真贯彻执行。",
    "各单位在执行中遇到的问题，请及时向省科技厅成果转化处反映，并做好政策宣传和解读工作。",
)


def put(site: Site, path: str, body: bytes) -> None:
    """Put a file there."""
    site.pages[path] = (200, body)


def links(*files: tuple[str, str]) -> str:
    """A list of attachments."""
    return "<br>".join(f'<a href="{path}">{label}</a>' for path, label in files)


@pytest.fixture
def annexed(site: Site) -> Site:
    """A notice with a Word file and a table below it."""
    files = links(("/P1.docx", "附件1：管理办法.docx"), ("/P2.xlsx", "附件2：任务表.xlsx"))
    site.write("/", listing(("/1.html", TITLE)))
    site.write("/1.html", notice(TITLE, *BODY, files))
    put(site, "/P1.docx", sample("docx-plain"))
    put(site, "/P2.xlsx", sample("xlsx-table"))
    return site


def released(desk: Desk, table: str) -> pd.DataFrame:
    """A table of the newest release."""
    return load(table, data=desk.data)


def rows(desk: Desk, table: str) -> list[dict[str, Any]]:
    """Its rows."""
    return [
        {str(name): value for name, value in row.items()} for row in released(desk, table).to_dict("records")
    ]


def newest(desk: Desk) -> dict[str, Any]:
    """The newest version of the only document."""
    return max(rows(desk, "documents"), key=lambda row: row["version"])


@pytest.mark.usefixtures("annexed")
def test_body_and_annexes_are_one_text_with_marks(desk: Desk) -> None:
    """What the files say stands behind what the page says; each says where."""
    desk.ingest(1)
    document, files = newest(desk), released(desk, "attachments")

    assert document["full_text"].startswith(document["text"] + "\n\n【附件1：管理办法.docx】\n")
    assert list(files["status"]) == ["read", "read"]
    assert list(files["tables"]) == [0, 1]
    assert pd.isna(document["text_attachment"])
    assert document["complete"]
    captures = {row["capture_id"]: row for row in rows(desk, "captures")}
    for row in rows(desk, "attachments"):
        assert len(document["full_text"][int(row["start"]) : int(row["end"])]) == row["characters"] > 0
        assert captures[row["capture_id"]]["content_digest"] == row["content_digest"]
        assert captures[row["capture_id"]]["kind"] == "attachment"
    first = rows(desk, "attachments")[0]
    assert "科技型中小企业培育库" in document["full_text"][int(first["start"]) : int(first["end"])]


@pytest.mark.usefixtures("annexed")
def test_what_hangs_on_an_annex_says_where_it_stands(desk: Desk) -> None:
    """Clauses, targets and cells by attachment; spans count in the whole text."""
    desk.ingest(1)
    text = newest(desk)["full_text"]
    clauses, targets, cells = rows(desk, "clauses"), rows(desk, "targets"), rows(desk, "cells")

    assert [row["label"] for row in clauses if row["attachment"] == 0][:2] == ["第一条", "第二条"]
    assert all(text[row["start"] : row["end"]] == row["text"] for row in clauses)
    assert all(text[row["start"] : row["end"]] == row["surface"] for row in targets)
    of_annex = [row for row in targets if row["attachment"] == 0]
    assert len(of_annex) > 10
    assert all(clauses[int(row["clause"])]["label"].startswith("第") for row in of_annex)
    head = [row["text"] for row in cells if (row["table"], row["row"]) == (0, 0)]
    assert head == ["序号", "责任单位", "指标名称", "2024年", "2025年目标"]
    assert {row["attachment"] for row in cells} == {1}


def test_files_of_a_page_that_went_elsewhere_stand_beside_where_it_stands_now(desk: Desk, site: Site) -> None:
    """A relative link counts from the address that answered, as in a browser, not from the one that was asked."""
    site.write("/", listing(("/1.html", TITLE)))
    site.write("/1.html", '<meta http-equiv="refresh" content="0;url=/zc/2024/1.html">')
    site.write("/zc/2024/1.html", notice(TITLE, *BODY, links(("P1.docx", "附件1：管理办法.docx"))))
    put(site, "/zc/2024/P1.docx", sample("docx-plain"))
    desk.ingest(1)

    (file,) = rows(desk, "attachments")
    assert (file["status"], file["url"]) == ("read", f"{site.url}/zc/2024/P1.docx")
    assert "科技型中小企业培育库" in newest(desk)["full_text"]


def test_files_that_came_under_the_asked_address_are_the_same_files(desk: Desk, site: Site) -> None:
    """An older version took relative links of a redirected page from the address that was asked: nothing of it is lost."""
    site.write("/", listing(("/old/1.html", TITLE)))
    site.write("/old/1.html", '<meta http-equiv="refresh" content="0;url=/zc/1.html">')
    site.write("/zc/1.html", notice(TITLE, *BODY, links(("P1.docx", "附件1：管理办法.docx"))))
    put(site, "/zc/P1.docx", sample("docx-plain"))
    run = desk.run(1)
    came = refresh_source(run, desk.source)
    was = [
        replace(item, url=item.url.replace("/zc/P1", "/old/P1")) if item.kind == "attachment" else item
        for item in came.captures
    ]
    keep(run, [replace(came, captures=tuple(was))])
    build_tables(run, [desk.source])
    publish_release(run, [desk.source], report=None)

    (file,) = rows(desk, "attachments")
    assert (file["status"], file["url"]) == ("read", f"{site.url}/zc/P1.docx")
    assert "科技型中小企业培育库" in newest(desk)["full_text"]


def test_an_annex_exchanged_in_silence_is_a_version(desk: Desk, annexed: Site) -> None:
    """The page says that nothing changed; what changed in the file is told paragraph by paragraph."""
    desk.ingest(1)
    put(annexed, "/P1.docx", sample("docx-tracked-changes"))
    refreshed, built, _ = desk.ingest(2)
    page = next(item for item in refreshed.captures if item.url.endswith("/1.html"))
    changes = rows(desk, "changes")

    assert page.fetch_outcome == "not_modified"
    assert (built.new, built.changed) == (0, 1)
    assert {(row["kind"], row["attachment"], row["cause"]) for row in changes} == {
        ("attachment", 0, "source")
    }
    assert "资助额度最高不超过500万元。" in {row["after"] for row in changes}
    text = newest(desk)["full_text"]
    for row in changes:
        if isinstance(row["after"], str):
            assert text[int(row["after_start"]) : int(row["after_end"])] == row["after"]


def test_a_file_saved_anew_with_the_same_words_is_no_version(desk: Desk, annexed: Site) -> None:
    """Its bytes differ; what it says does not."""
    desk.ingest(1)
    put(annexed, "/P2.xlsx", sample("xls-table"))
    _, built, _ = desk.ingest(2)

    assert (built.read, built.changed) == (1, 0)


@pytest.mark.usefixtures("annexed")
def test_nothing_is_read_where_nothing_changed(desk: Desk) -> None:
    """Neither the page nor its files."""
    desk.ingest(1)
    _, built, _ = desk.ingest(2)

    assert (built.read, built.changed) == (0, 0)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (sample("pdf-scanned"), "scanned"),
        ("<html><body>系统繁忙，请稍后再试</body></html>".encode(), "unsupported"),
    ],
)
def test_an_annex_that_cannot_be_read_makes_the_document_incomplete(
    desk: Desk, annexed: Site, body: bytes, status: str
) -> None:
    """And says why; the other one is read all the same."""
    put(annexed, "/P1.docx", body)
    desk.ingest(1)
    files, flags = rows(desk, "attachments"), rows(desk, "flags")

    assert [row["status"] for row in files] == [status, "read"]
    assert files[0]["reason"]
    assert not newest(desk)["complete"]
    assert newest(desk)["flags"] == "attachment_unread"
    assert flags[0]["evidence"].startswith(f"附件1：管理办法.docx: {status}: ")


def test_an_annex_that_cannot_be_read_is_an_issue(desk: Desk, annexed: Site) -> None:
    """With the file, and what to do."""
    put(annexed, "/P1.docx", sample("pdf-scanned"))
    desk.ingest(1)
    (issue,) = rows(desk, "issues")

    assert (issue["stage"], issue["severity"], issue["error"]) == ("read", "warning", "attachment_unread")
    assert issue["url"] == f"{annexed.url}/P1.docx"
    assert issue["capture_id"] == rows(desk, "attachments")[0]["capture_id"]
    assert "scanned: 2 of 2 pages" in issue["message"]
    assert "POLICY_INGEST_OCR" in issue["action"]


def test_another_scan_in_its_place_is_a_version(desk: Desk, annexed: Site) -> None:
    """What nobody can read is told by its bytes."""
    put(annexed, "/P1.docx", sample("pdf-scanned"))
    desk.ingest(1)
    put(annexed, "/P1.docx", sample("pdf-scanned") + b"\n")
    _, built, _ = desk.ingest(2)
    (change,) = rows(desk, "changes")

    assert built.changed == 1
    assert change["kind"] == "attachment"
    assert change["before"] != change["after"]
    assert change["after"].startswith("scanned sha256:")


def test_an_error_page_in_place_of_a_file_is_no_version(desk: Desk, annexed: Site) -> None:
    """A server that is tired today does not take an annex back; nor does one that answers 404."""
    desk.ingest(1)
    put(annexed, "/P1.docx", "<html><body>系统繁忙，请稍后再试</body></html>".encode())
    _, built, _ = desk.ingest(2)
    assert built.changed == 0
    annexed.pages["/P1.docx"] = (404, b"<title>404</title>")
    _, built, _ = desk.ingest(3)

    assert built.changed == 0
    assert list(released(desk, "attachments")["status"]) == ["read", "read"]


def test_a_page_that_only_leads_to_its_file_gives_way_to_it(desk: Desk, annexed: Site) -> None:
    """The file is the text; the page is kept behind it, and each says where it comes from."""
    files = links(("/P0.docx", "科技成果转化专项资金管理办法.docx"), ("/P2.xlsx", "附件2：任务表.xlsx"))
    annexed.write("/1.html", notice(TITLE, "现予印发，详见附件。", files))
    put(annexed, "/P0.docx", sample("docx-plain"))
    desk.ingest(1)
    document, (main, second) = newest(desk), rows(desk, "attachments")

    assert document["text_attachment"] == 0
    assert document["container"] == "attachment"
    assert document["text"] == read_file(sample("docx-plain"), None, "a.docx").text
    assert "【网页正文】\n现予印发，详见附件。" in document["full_text"]
    assert (main["start"], main["end"]) == (0, len(document["text"]))
    assert second["start"] > main["end"]
    assert document["title"] == TITLE


def test_a_page_without_a_word_gives_way_too(desk: Desk, annexed: Site) -> None:
    """Nothing but a headline and a link: it was no document before its file was read."""
    annexed.write("/1.html", notice(TITLE, links(("/P1.docx", "管理办法.docx"))))
    _, built, _ = desk.ingest(1)

    assert (built.new, built.rejected) == (1, 0)
    assert newest(desk)["text_attachment"] == 0


def test_a_file_on_a_listing_is_a_document(desk: Desk, annexed: Site) -> None:
    """As newspapers and some offices publish: the list leads to the PDF itself."""
    annexed.write("/", listing(("/all.pdf", "关于加快培育科技型企业的实施办法"), ("/cut.pdf", "名单")))
    put(annexed, "/all.pdf", sample("pdf-one-column"))
    put(annexed, "/cut.pdf", b"%PDF-1.4 cut")
    _, built, _ = desk.ingest(1)
    document = newest(desk)

    assert (built.new, built.rejections) == (1, ("unreadable_file",))
    assert document["title"] == "关于加快培育科技型企业的实施办法"
    assert document["content_mime_detected"] == "application/pdf"
    assert document["container"].startswith("file:pypdfium2")
    assert document["text"].startswith("第一条")


def test_a_file_that_a_listing_shows_too_is_both(desk: Desk, annexed: Site) -> None:
    """A document of its own, and an annex of the page; it is asked for once."""
    annexed.write("/", listing(("/1.html", TITLE), ("/P1.docx", "管理办法")))
    desk.ingest(1)
    files = rows(desk, "attachments")

    assert annexed.asked.count("/P1.docx") == 1
    assert len(rows(desk, "documents")) == 2
    assert [row["status"] for row in files] == ["read", "read"]
    assert files[0]["capture_id"] in {
        row["capture_id"] for row in rows(desk, "captures") if row["kind"] == "document"
    }


def test_files_are_read_once(desk: Desk, annexed: Site) -> None:
    """A page that is edited each day does not cost its annexes each day."""
    desk.ingest(1)
    annexed.write(
        "/1.html", notice(TITLE, *BODY, "补充说明。", annexed.pages["/1.html"][1].decode().split("<p>")[-1])
    )
    refreshed = desk.refresh(2)
    assert refreshed.captures
    cached = (desk.data / "tables" / "files.sqlite").stat().st_mtime_ns
    current = desk.run(2)
    built = build_tables(current, [desk.source])
    publish_release(current, [desk.source])

    assert built.changed == 1
    assert (desk.data / "tables" / "files.sqlite").stat().st_mtime_ns == cached
    assert list(released(desk, "attachments")["status"]) == ["read"] * 4


def test_without_its_cache_nothing_is_lost(desk: Desk, annexed: Site) -> None:
    """It is damaged: files are read again."""
    desk.ingest(1)
    (desk.data / "tables" / "files.sqlite").write_bytes(b"not a cache" * 500)
    put(annexed, "/P1.docx", sample("docx-tracked-changes"))
    _, built, _ = desk.ingest(2)

    assert built.changed == 1
    assert list(released(desk, "attachments")["status"]) == ["read"] * 4


@pytest.mark.usefixtures("annexed")
def test_limits_of_a_source_hold_for_its_files(desk: Desk) -> None:
    """Here one that no file can keep."""
    desk.source = replace(desk.source, limits={**desk.source.limits, "file_seconds": 0.01})
    desk.ingest(1)

    assert list(released(desk, "attachments")["status"]) == ["timeout", "timeout"]


def test_an_error_page_behind_an_edit_is_no_version(desk: Desk, annexed: Site) -> None:
    """The file for which it stands came before the newest version was opened."""
    files = links(("/P1.docx", "附件1：管理办法.docx"), ("/P2.xlsx", "附件2：任务表.xlsx"))
    desk.ingest(1)
    annexed.write("/1.html", notice(TITLE, *BODY, "补充说明：申报截止日期延长十日。", files))
    put(annexed, "/P1.docx", "<html><body>系统繁忙，请稍后再试（1）</body></html>".encode())
    _, second, _ = desk.ingest(2)
    put(annexed, "/P1.docx", "<html><body>系统繁忙，请稍后再试（2）</body></html>".encode())
    _, third, _ = desk.ingest(3)

    assert (second.changed, third.changed) == (1, 0)
    assert newest(desk)["complete"]


def test_a_page_that_returns_keeps_the_annex_of_a_listing(desk: Desk, annexed: Site) -> None:
    """What it said before is known; the file that did not come with it is its annex still."""
    files = links(("/P1.docx", "附件1：管理办法.docx"), ("/P2.xlsx", "附件2：任务表.xlsx"))
    annexed.write("/", listing(("/1.html", TITLE), ("/P1.docx", "管理办法")))
    first = annexed.pages["/1.html"]
    desk.ingest(1)
    annexed.write("/1.html", notice(TITLE, *BODY, "补充说明：申报截止日期延长十日。", files))
    desk.ingest(2)
    annexed.pages["/1.html"] = first
    for day in (3, 4):
        desk.ingest(day)
    page = sorted(
        (row for row in rows(desk, "documents") if row["url"].endswith("1.html")),
        key=lambda row: row["version"],
    )

    assert [row["cause"] for row in page] == ["new", "source", "source"]
    assert page[-1]["complete"]


def test_a_file_of_two_pages_is_an_annex_of_both(desk: Desk, annexed: Site) -> None:
    """It is asked for once, with the first of them."""
    other = "《科技成果转化专项资金管理办法》政策解读"
    annexed.write("/2.html", notice(other, BODY[1], links(("/P1.docx", "附件1：管理办法.docx"))))
    annexed.write("/", listing(("/1.html", TITLE), ("/2.html", other)))
    desk.ingest(1)

    assert annexed.asked.count("/P1.docx") == 1
    assert [row["status"] for row in rows(desk, "attachments")] == ["read"] * 3


def test_a_move_with_annexes_is_no_version(desk: Desk, annexed: Site) -> None:
    """The page and its files say what they said, at another address."""
    desk.ingest(1)
    annexed.pages["/new/9.html"] = annexed.pages["/1.html"]
    annexed.write("/1.html", "<title>404 Not Found</title>not found", status=404)
    annexed.write("/", listing(("/new/9.html", TITLE)))
    desk.ingest(2)

    assert [row["version"] for row in rows(desk, "documents")] == [1]


@pytest.mark.usefixtures("annexed")
def test_a_page_with_files_is_seen_whenever_it_answers(desk: Desk) -> None:
    """As it was, files and all."""
    for day in (1, 2):
        desk.ingest(day)

    assert set(released(desk, "status")["last_seen"].dt.day) == {2}

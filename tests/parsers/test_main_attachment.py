"""Which attached file is the text of a page that only leads to it."""

from __future__ import annotations

import pytest

from parsers.annexes import main_attachment
from parsers.document import Attachment, Block, Metadata
from parsers.files.content import FileContent

TITLE = "关于印发《青石市造林绿化规划》的通知"
LEAD = (
    "各县（市、区）人民政府：《青石市造林绿化规划》已经市政府同意，现印发给你们，请认真贯彻执行，详见附件。"
)
BARE = "现予印发，详见附件。\n1.任务分解表\n2.重点林业生态工程建设项目一览表\n青石市人民政府办公室\n2026年3月2日印发"
CONTEST = (
    "为展示全市造林绿化成果，定于3月12日在东河公园举办摄影比赛，设一等奖两名、二等奖五名，面向全体市民征集作品，"
    "请有意者于3月5日前将报名表（见附件）发送至市林业局办公室，逾期不再受理，比赛结果将在本网站公布。"
)


def taken(text: str, title: str, *labels: str) -> int | None:
    """The attachment that is the text, each being long enough to be."""
    attachments = tuple(
        Attachment(f"http://a.example/{n}.docx", label, None) for n, label in enumerate(labels)
    )
    files = {
        item.url: FileContent("application/x", "read", blocks=(Block("paragraph", "造林" * 400),))
        for item in attachments
    }
    return main_attachment(text, Metadata(title=title, attachments=attachments), files)


@pytest.mark.parametrize(
    ("text", "title", "labels", "wanted"),
    [
        (LEAD, TITLE, ("任务分解表.docx", "青石市造林绿化规划.docx"), 1),
        (LEAD, TITLE, ("附件1：青石市造林绿化规划.docx",), 0),
        (LEAD, TITLE, ("附件：任务分解表.docx", "附件：青石市造林绿化规划.docx"), 1),
        (BARE, TITLE, ("附件1：任务分解表.docx", "附件2：重点林业生态工程建设项目一览表.docx"), 0),
        ("现予印发，详见附件。", TITLE, ("附件1.docx",), 0),
        (f"{LEAD}全文请下载PDF。", TITLE, ("附件1.docx",), 0),
        (CONTEST, "关于举办造林摄影比赛的通知", ("报名表.docx",), None),
        (LEAD, TITLE, ("任务分解表.docx",), None),
    ],
)
def test_which_file_is_the_text(text: str, title: str, labels: tuple[str, ...], wanted: int | None) -> None:
    """The one that the page is named after; where it says nothing itself, any; a form beside a notice never."""
    assert taken(text, title, *labels) == wanted

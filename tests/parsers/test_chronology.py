"""In force since and until when, and on what day something was, or is to be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from parsers.document import Metadata
from parsers.metadata.dates import day_after, day_before
from parsers.metadata.describe import describe
from parsers.page import Page
from parsers.tree import parse_html

FETCHED = datetime(2026, 1, 2, tzinfo=UTC)
ISSUED = "<p>发布时间：2023-03-10</p>"
OPENING = (
    "为深入实施创新驱动发展战略，加快培育新质生产力，现就有关事项通知如下，请各地各部门结合实际认真贯彻执行。"
)


def of_page(title: str, text: str, above: str = "", url: str = "import:t/page.html") -> Metadata:
    """Describe a page with a headline, what stands between it and the text, and the text."""
    html = f"<html><body><h1>{title}</h1>{above}<div><p>{text}</p></div></body></html>"
    return describe(Page(url, FETCHED, 200, "text/html", html.encode()), parse_html(html), None, text, None)


@pytest.mark.parametrize(
    ("clause", "valid_from", "valid_to"),
    [
        (
            "本办法自2023年5月1日起施行。自2018年1月1日起施行的《岭南省经费规定》同时废止。",
            "2023-05-01",
            None,
        ),
        ("《岭南省经费规定》有效期至2023年4月30日，现将有效期延长至2028年4月30日。", None, None),
        ("《岭南省经费规定》自2018年5月1日起施行以来成效明显。", None, None),
        ("《岭南省经费规定》已经省政府同意，现予印发，自2023年5月1日起施行。", "2023-05-01", None),
        ("本办法自2023年1月1日起至2027年12月31日执行。", "2023-01-01", "2027-12-31"),
        ("本办法自2023年1月1日至2027年12月31日有效。", "2023-01-01", "2027-12-31"),
        ("本公告规定的政策执行至2027年12月31日。", None, "2027-12-31"),
        ("本办法有效期自2023年5月1日至2028年4月30日。", "2023-05-01", "2028-04-30"),
        ("本办法有效期5年，至2028年4月30日止。", None, "2028-04-30"),
        ("本办法自2023年5月1日起施行，有效期至2028年4月30日。", "2023-05-01", "2028-04-30"),
        ("许可证有效期自2023年5月1日至2028年4月30日。", None, None),
        ("本规定有效期自2023年5月1日至2028年4月30日。", "2023-05-01", "2028-04-30"),
        ("认定有效期自2023年10月16日至2026年10月15日。", None, None),
        ("项目执行期限为2023年7月1日至2025年6月30日。", None, None),
        ("本办法执行期限为2023年7月1日至2025年6月30日。", "2023-07-01", "2025-06-30"),
    ],
)
def test_in_force_is_what_a_text_says_of_itself(
    clause: str, valid_from: str | None, valid_to: str | None
) -> None:
    """Not what it says of the policy before it; a span gives both days."""
    read = of_page("岭南省科技计划管理办法", f"{OPENING}{clause}")

    assert (read.valid_from, read.valid_to) == (valid_from, valid_to)


@pytest.mark.parametrize(
    ("title", "named", "days"),
    [
        ("关于印发《岭南省经费规定》的通知", "《岭南省经费规定》", ("2023-05-01", "2028-04-30")),
        ("关于印发岭南省经费规定的通知", "《岭南省经费规定》", ("2023-05-01", "2028-04-30")),
        ("关于印发《岭南省经费规定（试行）》的通知", "《岭南省经费规定》", ("2023-05-01", "2028-04-30")),
        ("岭南省经费规定", "《岭南省经费规定》", ("2023-05-01", "2028-04-30")),
        ("关于印发《岭南省经费规定》的通知", "原《岭南省经费规定》", (None, None)),
        ("关于印发《岭南省经费规定》的通知", "《岭南省经费规定》（岭科发〔2018〕1号）", (None, None)),
        ("关于印发《岭南省经费规定实施细则》的通知", "《岭南省经费规定》", (None, None)),
        ("关于废止《岭南省经费规定》的通知", "《岭南省经费规定》", (None, None)),
        ("关于做好经费管理的通知", "《岭南省经费规定》", (None, None)),
    ],
)
def test_what_a_headline_issues_is_the_document_s_own(
    title: str, named: str, days: tuple[str | None, str | None]
) -> None:
    """Where the text calls it by its name, too; what the headline repeals is not, nor what had the name before."""
    read = of_page(title, f"{OPENING}{named}自2023年5月1日起施行，有效期至2028年4月30日。")

    assert (read.valid_from, read.valid_to) == days


@pytest.mark.parametrize(
    ("value", "valid_to"),
    [
        ("2022-05-01至2027-04-30", "2027-04-30"),
        ("2027-04-30", "2027-04-30"),
        ("2022年5月1日起五年", None),
        ("2022-05-01至长期", None),
    ],
)
def test_a_table_s_term_ends_with_its_last_day(value: str, valid_to: str | None) -> None:
    """Its first day alone is no end."""
    rows = {
        "索引号": "LN01-2022-0001",
        "发布机构": "岭南省科学技术厅",
        "成文日期": "2022-04-20",
        "有效期限": value,
    }
    cells = "".join(f"<tr><td>{label}</td><td>{said}</td></tr>" for label, said in rows.items())

    assert of_page("岭南省科技计划管理办法", OPENING, f"<table>{cells}</table>").valid_to == valid_to


SIGNED = "</p><p>各市要加强组织领导。</p><p>岭南省科学技术厅</p><p>2023年3月7日"


@pytest.mark.parametrize(
    ("above", "behind", "expected"),
    [
        ("", f"{SIGNED}</p><p>印发日期：2023年3月9日", "2023-03-07"),
        ("<p>印发日期：2023年3月9日</p>", SIGNED, "2023-03-07"),
        ("<p>印发日期：2023年3月9日</p>", "", "2023-03-09"),
        ("<p>成文日期：2023年3月6日</p>", SIGNED, "2023-03-06"),
        ("", "</p><p>签署日期：2023年3月9日", None),
    ],
)
def test_a_document_is_signed_before_it_is_printed(above: str, behind: str, expected: str | None) -> None:
    """And a label below the text is a form's."""
    lines = f"{OPENING}{behind}".replace("</p><p>", "\n")
    html = f"<html><body><h1>岭南省科学技术厅关于加强科技计划管理的通知</h1>{above}<div><p>{OPENING}{behind}</p></div></body></html>"
    page = Page("import:t/page.html", FETCHED, 200, "text/html", html.encode())

    assert describe(page, parse_html(html), None, lines, None).created == expected


@pytest.mark.parametrize(("label", "valid_to"), [("截止日期", None), ("失效日期", "2023-06-30")])
def test_a_deadline_above_a_text_is_no_end(label: str, valid_to: str | None) -> None:
    """Until then a consultation is open."""
    bar = f"<p>发布日期：2023-05-31 {label}：2023-06-30</p>"
    read = of_page("关于公开征求《岭南省经费规定（征求意见稿）》意见的公告", OPENING, bar)

    assert (read.issued, read.valid_to) == ("2023-05-31", valid_to)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("岭南省科技成果转化大会将于4月20日举行，省科技厅负责人介绍情况。", "2023-04-20"),
        ("岭南省科技成果转化大会定于4月20日举行，省科技厅负责人介绍情况。", "2023-04-20"),
        ("岭南省科技成果转化大会将于3月8日举行，省科技厅负责人介绍情况。", "2023-03-08"),
        ("岭南省科技成果转化大会于4月20日举行，省科技厅负责人介绍情况。", None),
        ("岭南省科技成果转化大会于3月8日举行，省科技厅负责人介绍情况。", "2023-03-08"),
        ("岭南省科技成果转化大会于12月8日举行，省科技厅负责人介绍情况。", "2022-12-08"),
    ],
)
def test_a_day_without_its_year_may_be_to_come(sentence: str, expected: str | None) -> None:
    """As the words before it say; without them a day that lies ahead is not put a year back."""
    read = of_page("岭南省科技成果转化大会消息", sentence, f"{ISSUED}<p>来源：岭南日报</p>")

    assert (read.document_type, read.issued, read.date_event) == ("news", "2023-03-10", expected)


def test_a_month_of_issue_gives_no_day_its_year() -> None:
    """It does not say whether the day lies ahead of it; the URL does."""
    sentence = "岭南省科技成果转化大会于4月20日举行，省科技厅负责人介绍情况。"
    above = "<p>发布时间：2023年3月</p><p>来源：岭南日报</p>"
    read = of_page("岭南省科技成果转化大会消息", sentence, above)
    dated = of_page(
        "岭南省科技成果转化大会消息", sentence, "<p>来源：岭南日报</p>", "import:t/202304/t20230421_1.html"
    )

    assert (read.document_type, read.issued, read.date_event) == ("news", "2023-03", None)
    assert dated.date_event == "2023-04-20"


def test_an_english_day_may_be_to_come() -> None:
    """`will be held on April 20`."""
    text = "The technology transfer conference of Lingnan will be held in Haizhou on April 20, officials said this week."
    read = of_page(
        "Lingnan to hold technology conference",
        text,
        "<p>By Li Na | Source: Xinhua | Updated: March 10, 2023</p>",
    )

    assert (read.document_type, read.date_event) == ("news", "2023-04-20")


def test_half_a_year_is_the_reach_of_a_day_without_its_year() -> None:
    """Within the year of the reference there is no limit."""
    assert day_before(12, 30, "2023-01-02") == "2022-12-30"
    assert day_before(3, 1, "2023-12-31") == "2023-03-01"
    assert day_before(4, 20, "2023-03-10") is None
    assert day_after(1, 5, "2022-12-20") == "2023-01-05"
    assert day_after(12, 1, "2023-01-02") == "2023-12-01"
    assert day_after(3, 8, "2023-03-10") is None
    assert day_after(2, 30, "2023-01-02") is None

"""Types of documents from their headlines."""

from __future__ import annotations

import pytest

from parsers.metadata.document_types import is_formal, is_news, type_of_column, type_of_title

TITLES = {
    "湖北省人民代表大会常务委员会关于某事的决定": "decision",
    "国务院办公厅对第1号提案的答复": "reply",
    "关于印发《某规划》的通知": "notice",
    "山西省“十四五”创新规划": "plan",
    "山西省企业创新能力提升2023年行动计划": "action_plan",
    "某某管理办法（试行）": "measures",
    "全国人大常委会关于批准预算的决议": "resolution",
    "山西省科学技术进步条例": "regulation",
    "中华人民共和国监察法": "law",
    "山西探索治水新方法": None,
    "2021年电脑采购项目中标公告": "announcement",
    "关于加强创新的提案": "proposal",
    "某方案政策解读": "interpretation",
    "政府工作报告": "report",
    "第二场新闻发布会": "news",
    "全省创新大会召开": None,
    "Notice on the Pilot of Innovation Vouchers": "notice",
    "Regulations on Science": "regulation",
    "Shanxi Three-Year Action Plan": "action_plan",
    "Empowering new quality productivity": None,
}


@pytest.mark.parametrize(("title", "kind"), TITLES.items())
def test_titles(title: str, kind: str | None) -> None:
    """The last noun of a headline is its type."""
    assert type_of_title(title) == kind


def test_news_about_a_document_is_no_document() -> None:
    """A headline with a verb reports on the document that it names."""
    assert not is_formal("我省出台数字经济行动方案")
    assert is_formal("某省关于印发行动方案的通知")
    assert not is_formal("Shanxi to launch new technology plan")


def test_columns() -> None:
    """A column or breadcrumb tells the type of what stands in it."""
    assert type_of_column("home page > CPPCC work > Proposal selection") == "proposal"
    assert type_of_column("政策解读") == "interpretation"
    assert type_of_column("山西要闻") == "news"
    assert type_of_column("政策文件") is None


def test_a_headline_that_tells_of_a_document_is_news() -> None:
    """Somebody issues it, or is going to do something; the document's own title does not say so."""
    for title in (
        "China releases guideline to boost silver economy",
        "Shanxi to build 20 bases under new plan",
    ):
        assert is_news(title), title
    for title in ("我省出台数字经济行动方案", "国务院办公厅印发《设备更新行动方案》"):
        assert is_news(title), title
    for title in (
        "Action plan to boost consumption",
        "Guideline on the silver economy",
        "Suggestions on how to build",
    ):
        assert not is_news(title), title
    for title in ("云州市人民政府印发行动方案的通知", "云州市财政局关于公布名单的公告"):
        assert not is_news(title), title

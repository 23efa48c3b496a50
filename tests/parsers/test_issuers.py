"""Issuing bodies, signatures and the bodies that reports speak of."""

from __future__ import annotations

from time import perf_counter

import pytest

from parsers.metadata.issuers import (
    full_name,
    is_body,
    of_title,
    passed,
    signature,
    signed_off,
    subject_of_text,
    subject_of_title,
    under_headline,
)
from parsers.metadata.jurisdictions import of_name

TITLES = {
    "教育部办公厅关于举办宣传教育活动的通知": "教育部办公厅",
    "国务院办公厅对全国政协十届四次会议第1号提案的答复": "国务院办公厅",
    "湖北省人民代表大会常务委员会关于某事的决定": "湖北省人民代表大会常务委员会",
    "财政部 税务总局关于延续优惠政策的公告": "财政部 税务总局",
    "国家发展改革委等部门关于某事的意见": "国家发展改革委",
    "中共中央 国务院关于某事的意见": "中共中央 国务院",
    "证监会 财政部关于某事的公告": "证监会 财政部",
    "东湖街道办事处关于某事的通知": "东湖街道办事处",
    "全国老龄办关于某事的通知": "全国老龄办",
    "市政府办关于某事的通知": "市政府办",
    "中国残联 共青团中央关于某事的通知": "中国残联 共青团中央",
    "上海证券交易所关于某事的通知": "上海证券交易所",
    "新疆生产建设兵团关于某事的意见": "新疆生产建设兵团",
    "中国（上海）自由贸易试验区某片区管理委员会关于某事的通知": "中国（上海）自由贸易试验区某片区管理委员会",
    "最高人民法院 公安部 国家安全部 司法部关于某事的意见": "最高人民法院 公安部 国家安全部 司法部",
    "关于某事的通知": None,
    "专家学者关于创新的讨论": None,
    "全省创新大会召开": None,
}


@pytest.mark.parametrize(("title", "body"), TITLES.items())
def test_titles(title: str, body: str | None) -> None:
    """What stands before 关于 is the issuer where it is a body."""
    assert of_title(title) == body


def test_signature_block() -> None:
    """Bodies and day at the end, on lines of their own or on one; a day in the first half is none."""
    text = ["标题", "正文。", "再一段。", "省科学技术厅", "省财政厅", "2024年5月30日", "（此件公开发布）"]
    found = signature(text)
    assert found is not None
    assert (found.body, found.day) == ("省科学技术厅 省财政厅", "2024-05-30")
    found = signature(["正文。", "又。", "省科学技术厅　　2024年5月30日"])
    assert found is not None
    assert (found.body, found.day) == ("省科学技术厅", "2024-05-30")
    assert signature(["2012年6月24日", "发布会", "正文。", "结尾。", "又一段。"]) is None
    assert signature(["a", "b", "会议于2024年5月30日召开。"]) is None


SIGNED = {
    "printed later": (
        ["正文。", "又。", "某省人民政府办公厅", "2023年3月7日", "（此件公开发布）", "抄送：省委办公厅。", "某省人民政府办公厅　2023年3月9日印发"],
        ("某省人民政府办公厅", "2023-03-07"),
    ),
    "what is issued behind": (
        ["标题", "现将办法印发给你们。", "省科学技术厅", "2023年3月7日", "某办法", "第一条 甲。", "第二条 乙。", "第三条 丙。", "第四条 丁。", "第五条 戊。"],
        ("省科学技术厅", "2023-03-07"),
    ),
    "byline above": (["省科学技术厅", "2023年3月7日", "第一条 甲。", "第二条 乙。", "第三条 丙。", "第四条 丁。", "第五条 戊。"], None),
    "padded": (["正文。", "国家发展改革委", "财　政　部", "科技部", "2023年3月7日"], ("国家发展改革委 财政部 科技部", "2023-03-07")),
    "all padded": (["正文。", "财 政 部", "税 务 总 局", "2023年3月7日"], ("财政部 税务总局", "2023-03-07")),
    "one unread": (["正文。", "某省红十字会", "省科学技术厅", "2023年3月7日"], (None, "2023-03-07")),
    "annexes above": (["正文。", "附件：1.申请表", "2.汇总表", "省科学技术厅", "2023年3月7日"], ("省科学技术厅", "2023-03-07")),
    "a division": (["正文。", "山西省科技厅规划处", "2023年3月7日"], ("山西省科技厅规划处", "2023-03-07")),
}  # fmt: skip


@pytest.mark.parametrize("name", SIGNED)
def test_signatures(name: str) -> None:
    """The day of signature, not of printing; also in front of what was issued; all bodies or none."""
    lines, expected = SIGNED[name]
    found = signature(lines)
    assert (found and (found.body, found.day)) == expected


def test_passed() -> None:
    """The line under a law's headline, or the sentence about the document's own title."""
    line = "（2018年3月20日第十三届全国人民代表大会第一次会议通过）"
    assert passed([line], "某法") == ("第十三届全国人民代表大会", "2018-03-20", line)
    own = "2018年3月20日，第十三届全国人大一次会议表决通过了《某法》。"
    assert passed([own], "某法") == ("第十三届全国人民代表大会", "2018-03-20", own)
    assert passed([own], "别的法") is None


ORDERS = {
    "（2003年2月20日中华人民共和国国务院令第373号公布　根据2009年1月24日《某决定》修订）": "中华人民共和国国务院",
    "（2017年3月1日住房和城乡建设部令第57号公布）": "住房和城乡建设部",
    "（2003年2月20日第68次会议通过　2003年3月11日某市人民政府令第九号公布）": "某市人民政府",
    "（二〇〇三年二月二十日国务院令第373号公布）": "国务院",
    "（二〇〇三年二月二十日通过　二〇〇三年三月十一日某市人民政府令第九号公布）": "某市人民政府",
}


@pytest.mark.parametrize(("line", "body"), ORDERS.items())
def test_promulgated_by_order(line: str, body: str) -> None:
    """A regulation's line names the order, whose issuer passed it."""
    found = passed([line], "某条例")
    assert found is not None
    assert found[0] == body


HEADINGS = (
    "优化产业布局",
    "主动融入新发展格局",
    "加强统筹部署",
    "坚持以人民为中心",
    "政务大厅",
    "任用年轻干部",
    "把任务落到实处",
    "任务完成全部",
)


@pytest.mark.parametrize("line", HEADINGS)
def test_headings_are_no_bodies(line: str) -> None:
    """A heading that ends with a body's last character is none."""
    assert not is_body(line)


@pytest.mark.parametrize(
    "line",
    ["国家安全局", "公安部 国家安全部", "公安局", "省外事局", "外交部", "老干部局", "审计署", "宣教中心"],
)
def test_bodies_with_like_endings(line: str) -> None:
    """Bodies whose last two characters are a word's, too."""
    assert is_body(line)


def test_many_names_are_read_in_one_way() -> None:
    """A line of names that ends otherwise takes no longer than one of bodies."""
    names = "、".join(["机械学院", "电气学院"] * 14)

    began = perf_counter()
    assert is_body(names)
    assert not is_body(f"{names}：")
    assert perf_counter() - began < 1


def test_body_alone_and_in_brackets() -> None:
    """Under the headline, or at the very end."""
    assert under_headline(["民革山西省委会", "正文。"]) == "民革山西省委会"
    assert under_headline(["正文一句话。", "省科学技术厅"]) is None
    assert under_headline(["民建市委会", "正文。"]) == "民建市委会"
    assert under_headline(["建设一流科技创新中心", "正文。"]) is None
    assert under_headline(["省生产力促进中心", "正文。"], ["省生产力促进中心网站"]) == "省生产力促进中心"
    assert signed_off(["数据。（德清县发改局）"]) == "德清县发改局"
    assert signed_off(["报道。（张巨峰）"]) is None
    assert is_body("Provincial Committee of the Revolutionary Committee")
    assert not is_body("The Committee held a meeting")


SUBJECTS = {
    "记者今天从省工信厅了解到，今年将": "山西省工业和信息化厅",
    "山西省科技厅党组书记、厅长卫某某说。": "山西省科学技术厅",
    "省发展改革委日前印发方案": "山西省发展和改革委员会",
    "山西科技厅近日发布": "山西省科学技术厅",
    "Pan Jun, deputy director of the Department of Science of Shanxi Province, said": "Department of Science of Shanxi Province",
}


@pytest.mark.parametrize(("text", "name"), SUBJECTS.items())
def test_subjects(text: str, name: str) -> None:
    """Whom a report is about, written out with its province."""
    found = subject_of_text(text)
    assert found is not None
    assert full_name(found[0], of_name("山西")) == name


def test_host_of_a_press_conference_is_no_subject() -> None:
    """The department whose officer speaks is, not the office that hosts."""
    text = "省政府新闻办召开发布会，会上，省教育厅副厅长李某介绍了情况。"
    found = subject_of_text(text)
    assert found is not None
    assert found[0] == "省教育厅"
    assert subject_of_text("公司举行了开业典礼。") is None


def test_subject_of_a_headline() -> None:
    """A body in front of a colon or of a verb."""
    assert subject_of_title("交通运输部：着力打造综合交通网络") == "交通运输部"
    assert subject_of_title("山西省教育厅召开工作会议") == "山西省教育厅"
    assert subject_of_title("山西：将办十件实事") is None


def test_full_names_stay() -> None:
    """What is written out already, or has no region, is not written out again."""
    assert full_name("山西省住房和城乡建设厅", of_name("山西")) == "山西省住房和城乡建设厅"
    assert full_name("省教育厅", None) == "省教育厅"


def test_one_name_of_two() -> None:
    """A region's conference has one name, whichever it signs with; the national one keeps its own."""
    assert full_name("中国人民政治协商会议山西省委员会", None) == "政协山西省委员会"
    assert full_name("中国人民政治协商会议全国委员会", None) == "中国人民政治协商会议全国委员会"

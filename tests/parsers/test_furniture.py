"""The page's furniture leaves the text; what could be policy text stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers import plaintext
from parsers.document import Metadata
from parsers.normalisation.edits import Draft, restore
from parsers.normalisation.furniture import strip
from parsers.normalisation.repair import repair
from parsers.normalisation.translation import machine_translation

SEEDS = Path(__file__).resolve().parents[2].parent / "shared" / "seeds"
# What the other readers flag: numbering and redaction.
FLAGS_OF_OTHERS = {"missing_clauses", "redacted_name"}
BODY = "\n".join(f"第{n}条　各级人民政府应当加强对科学技术工作的领导。" for n in "一二三四五六七八九")
TITLE = "某省科学技术进步办法"


def _strip(raw: str, title: str | None = TITLE, subtitle: str | None = None) -> str:
    stripped = strip(repair(raw).draft, Metadata(title=title, subtitle=subtitle), None)
    assert restore(stripped.draft.text, stripped.draft.edits) == raw
    return stripped.draft.text


@pytest.mark.parametrize(
    "line",
    [
        "您当前的位置：首页 > 政务公开 > 政策文件",
        "当前位置： 首页 >> 新闻中心 >> 正文",
        "首页 > 信息公开 > 正文",
        "Your current location: home page > Laws > Text",
        "Home > Policies > Text",
        "发布时间：2023-03-09 10:20　来源：省政府网站　浏览次数：12",
        "2023-03-09 10:20:30 来源：某某网",
        "浏览次数:",
        "阅读人数：123次",
        "Information source: Provincial website Published on: January 25, 2024 18:41 Number of readers: second",
        "2022-06-10 0 By",
        "2022-06-10 3 By admin",
        "2025-08-01 11:05:59",
        "政策 分类>>",
        "【字体：大 中 小】",
        "字号：[大] [中] [小] [打印]",
        "索 引 号：000014349/2018-00227 主题分类：科技",
        "来源：科技日报",
        "分享到：微信 微博 QQ空间",
        "By ZHANG SAN and LI SI",
        "作者：",
        "日期：2023-03-09",
        "返回列表",
        "layout: post",
        TITLE,
        f"《{TITLE}》",
    ],
)
def test_furniture_at_the_head_is_removed(line: str) -> None:
    """Trails, bylines, counters, links and the headline, which is the title's."""
    assert _strip(f"{line}\n{TITLE}\n{line}\n{BODY}") == BODY


@pytest.mark.parametrize(
    "line",
    [
        "（文章来源：科技日报）",
        "责任编辑：张三",
        "[责编：李四]",
        "校对：张三 审核：李四、王五",
        "打印本页 关闭窗口",
        "上一篇：关于印发规划的通知",
        "下一篇：没有了",
        "返回列表",
        "搜索",
        "返回首页 ｜ 返回顶部",
        "分享到：",
        "扫一扫在手机打开当前页",
        "<http://example.org/news?id=1>",
        "[返回新闻列表](//example.org/list.html)｜[返回首页](//example.org/)",
        "京ICP备10028400号-1 京公网安备11010202007625号",
        "Copyright © 2019 by example.org",
        "返回搜狐，查看更多",
        "凡本网未注明“来源：某某网”的作品，均转载自其它媒体。\n联系电话：010-12345678",
        "版权所有：某某网 未经授权不得转载",
    ],
)
def test_furniture_at_the_tail_is_removed(line: str) -> None:
    """Credits, links, notices and the site's footer."""
    assert _strip(f"{BODY}\n{line}") == BODY


@pytest.mark.parametrize(
    "line",
    [
        "各市、县人民政府，省直各部门：",
        "国科发〔2023〕5号",
        "（2023年3月9日某省人民代表大会常务委员会第二次会议通过）",
        "2023年3月9日",
        "某省人民政府办公厅",
        "时间：2023年5月7日上午9时",
        "时间：2023年5月7日 09:00\n地点：市政府三楼会议室",
        "来源：由财政资金解决；缺口部分自筹。",
        "位置应当符合国土空间规划。",
        "搜索引擎服务提供者应当履行义务",
        "联系人：张三，电话：010-12345678",
        "审核：县级主管部门五个工作日内完成",
        "初审：街道办事处",
        "推广扫码支付应用",
        "阅读",
        "位置：某市高新区",
        "首页应当标明网站标识码",
        "By law, agencies shall publish.",
        "附件：[申报表.docx](https://example.org/a.docx)",
        "[附件1：申报表](https://example.org/a.docx)",
        "https://example.org/a.pdf",
        "第十条　未经授权不得转载他人作品。",
        "（五）版权声明：参赛作品版权所有归作者。",
        "分类管理：按照风险等级实行分类。",
        "审核权限由省级主管部门行使。",
        "发布时间、来源和作者应当在显著位置标明。",
        "返回原籍的毕业生享受同等待遇",
        "Source apportionment of pollutants shall be published.",
    ],
)
def test_what_could_be_policy_text_stays(line: str) -> None:
    """At the head, in the middle and at the tail."""
    for raw in (f"{line}\n{BODY}", f"{BODY}\n{line}\n{BODY}", f"{BODY}\n{line}"):
        assert _strip(raw) == raw


def test_furniture_in_the_middle_stays() -> None:
    """Far from both ends a line is text, whatever it looks like."""
    raw = f"{BODY}\n{BODY}\n来源：科技日报\n返回列表\n{TITLE}\n{BODY}\n{BODY}"
    assert _strip(raw) == raw


def test_a_headline_over_several_lines_leaves_with_its_subtitle() -> None:
    """Both occurrences, compared by key: width and spacing do not count."""
    head = "为高质量发展注入新动能\n某省科学技术\n进步办法(试行)"
    assert _strip(f"{head}\n{head}\n{BODY}", "某省科学技术进步办法（试行）", "为高质量发展注入新动能") == BODY


def test_a_repeated_headline_is_seen_without_a_title() -> None:
    """Nobody said what the headline is: the repetition goes, the first stays."""
    assert _strip(f"甲办法\n发布说明\n甲办法\n发布说明\n{BODY}", None) == f"甲办法\n发布说明\n{BODY}"


def test_a_front_matter_block_is_removed() -> None:
    """YAML that the reader of the file did not take."""
    assert _strip(f'---\nlayout: post\ntitle: "甲"\ntags:\n  - 乙\n---\n{BODY}') == BODY
    assert _strip(f"---\n{BODY}\n---").startswith("---\n第一条")


def test_a_spam_wrapper_is_removed_and_flagged() -> None:
    """Lines, the run glued to the first sentence, and the brand in the headline; the text stays whole."""
    run = "金龙汇,金龙汇官网,金龙汇登录,金龙汇app下载,金龙汇体育,金龙汇网址,金龙汇靠谱吗"
    raw = f"金龙汇 分类>>\n金龙汇- 金龙汇体育- 官方网站{TITLE}\n{run}{BODY}\n金龙汇官网登录入口"
    stripped = strip(repair(raw).draft, Metadata(title=TITLE), "example.com")
    assert stripped.draft.text == BODY
    assert [flag.name for flag in stripped.flags] == ["spam_wrapper_removed"]
    assert stripped.provenance == "spam_mirror"
    assert {edit.kind for edit in stripped.draft.edits} >= {"spam_wrapper", "repeated_headline"}
    assert restore(stripped.draft.text, stripped.draft.edits) == raw


def test_each_removed_line_is_an_edit_of_its_kind() -> None:
    """Neighbouring lines of different kinds do not become one edit."""
    raw = f"首页 > 政策\n{TITLE}\n浏览次数：5\n{BODY}"
    edits = strip(Draft(raw), Metadata(title=TITLE), None).draft.edits
    assert [edit.kind for edit in edits] == ["breadcrumb", "repeated_headline", "counter"]


LINES = st.lists(
    st.sampled_from([
        TITLE, "首页 > 政策", "来源：某报", "返回列表", "第一条　总则。", "", "一、要求", "版权所有", "2023-01-01",
        "甲,甲官网,甲登录,甲app,甲体育,甲网址1.总则", "---", "layout: post", "责任编辑：甲", "某省", "通知如下：",
    ]),
    max_size=24,
)  # fmt: skip


@given(LINES, st.sampled_from([TITLE, "某省", None]))
def test_stripping_restores(lines: list[str], title: str | None) -> None:
    """Whatever is removed comes back."""
    raw = "\n".join(lines)
    stripped = strip(repair(raw).draft, Metadata(title=title), None)
    assert restore(stripped.draft.text, stripped.draft.edits) == raw


@pytest.mark.parametrize("name", ["000", "001", "002", "003", "004"])
def test_the_founding_documents(name: str) -> None:
    """Every snippet that must be in the text is, none that must not be is, and the flags are exactly these."""
    if not SEEDS.is_dir():
        pytest.skip(f"the founding documents are not at {SEEDS}")
    gold = json.loads(next((SEEDS / "gold").glob(f"{name}_*.json")).read_text(encoding="utf-8"))
    extraction, _ = plaintext.read(next(SEEDS.glob(f"{name}_*.txt")).read_text(encoding="utf-8"))
    raw = "\n".join(block.text for block in extraction.blocks)
    repaired = repair(raw)
    metadata = Metadata(title=gold["title"], subtitle=gold.get("subtitle"), jurisdiction=gold["jurisdiction"])
    stripped = strip(repaired.draft, metadata, None)
    text = stripped.draft.text
    assert restore(text, stripped.draft.edits) == raw
    assert [snippet for snippet in gold["must_contain"] if snippet not in text] == []
    assert [snippet for snippet in gold["must_not_contain"] if snippet in text] == []
    suspected = machine_translation(repaired.draft, metadata)
    flags = [*repaired.flags, *stripped.flags, *([suspected] if suspected else [])]
    assert sorted(flag.name for flag in flags) == sorted(set(gold["flags"]) - FLAGS_OF_OTHERS)

"""Main text: each way in which pages mislead extractors, by a sample page of its own."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from parsers.document import CELL_GAP, Extraction
from parsers.main_text.extract import extract
from parsers.page import Rule
from parsers.tree import parse_html

TITLE = "关于开展春季造林绿化工作的通知"
BODY = (
    "各县（市、区）人民政府，市直有关单位：",
    "为做好今年春季造林绿化工作，经市政府同意，现将有关事项通知如下。",
    "一、明确任务。全市计划完成人工造林12万亩，封山育林8万亩，各地要及早分解到乡镇。",
    "二、落实资金。市财政安排补助资金3000万元，按进度拨付，严禁截留挪用。",
    "青石市人民政府办公室",
    "2024年2月26日",
)
PARAGRAPHS = "".join(f"<p>　　{line}</p>" for line in BODY)
MENU = "".join(
    f'<li><a href="/{n}/">{name}</a></li>'
    for n, name in enumerate(("首页", "政务公开", "办事服务", "互动交流", "数据开放"))
)
RELATED = "".join(f'<li><a href="/a/{n}.html">全市重点工作推进情况通报第{n}期</a></li>' for n in range(6))
FOOT = "<div class='foot'><p>主办单位：青石市人民政府办公室　网站标识码：0000000000</p><p>版权所有 未经授权不得转载</p></div>"


def page(inner: str, head: str = "") -> str:
    """Puts an article between a menu and a footer."""
    return f"<html><head><title>{TITLE}_青石市人民政府</title>{head}</head><body><ul class='top'>{MENU}</ul>{inner}{FOOT}</body></html>"


def read(html: str, rule: Rule | None = None) -> Extraction:
    """Parses and extracts."""
    return extract(parse_html(html), rule)


def said(extraction: Extraction) -> list[str]:
    """The blocks' texts."""
    return [block.text for block in extraction.blocks]


@pytest.mark.parametrize(
    ("name", "inner"),
    [
        ("plain", f"<div><h1>{TITLE}</h1>{PARAGRAPHS}</div>"),
        ("early end of the page", f"<div>政务服务</div></body></html><div><h1>{TITLE}</h1>{PARAGRAPHS}</div>"),
        ("named container", f"<h1>{TITLE}</h1><div class='TRS_Editor'>{PARAGRAPHS}</div>"),
        ("comment marks", f"<div><h1>{TITLE}</h1><!--ZJEG_RSS.content.begin-->{PARAGRAPHS}<!--ZJEG_RSS.content.end--><p>分享到：微信</p></div>"),
        ("unclosed heading", f"<div><h2>{TITLE}<div>时间：2024-02-27 来源：市林业局</div><div>{PARAGRAPHS}</div></div>"),
        ("body in many elements", f"<h1>{TITLE}</h1><div>" + "".join(f"<div><span>{line}</span></div>" for line in BODY) + "</div>"),
        ("sections of spans", f"<h1>{TITLE}</h1><section>" + "".join(f"<section><section><span>{line}</span></section></section>" for line in BODY) + "</section><div>{{ item.replyCount }}</div>"),
        ("line breaks", f"<h1>{TITLE}</h1><div>" + "<br><br>　　".join(BODY) + "</div>"),
        ("layout table", f"<table><tr><td width=200><ul>{RELATED}</ul></td><td><table><tr><td>{TITLE}</td></tr><tr><td>{PARAGRAPHS}</td></tr></table></td></tr></table>"),
        ("related links", f"<div><h1>{TITLE}</h1>{PARAGRAPHS}<div><h3>相关阅读</h3><ul>{RELATED}</ul></div></div>"),
        ("credits", f"<div><h1>{TITLE}</h1>{PARAGRAPHS}<p>（责任编辑：何平）</p><p>【打印】【关闭】</p><p>来源：青石日报</p></div>"),
        ("byline", f"<div><h1>{TITLE}</h1><p>发布时间：2024-02-27 09:10　来源：市林业局　浏览次数：<span>35</span>　字号：[大 中 小]</p>{PARAGRAPHS}</div>"),
        ("name and date", f"<div><h1>{TITLE}</h1><p>青石日报 2024-02-27 09:10</p>{PARAGRAPHS}</div>"),
        ("long disclaimer", f"<div><h1>{TITLE}</h1>{PARAGRAPHS}<p>{'免责声明：本网转载内容仅供读者参考，不代表本网立场，如有侵权请联系删除。' * 8}</p></div>"),
        ("pop-up", f"<div class='modal' style='display:none'><h4>校园招聘</h4><p>{'某集团面向全国招聘工程师，待遇优厚，欢迎投递简历，名额有限。' * 20}</p></div><div><h1>{TITLE}</h1>{PARAGRAPHS}</div>"),
        ("info table", f"<table><tr><td>索 引 号：</td><td>000-2024-1</td><td>主题分类：</td><td>林业</td></tr><tr><td>发文机关：</td><td>市政府办</td><td>成文日期：</td><td>2024年2月26日</td></tr><tr><td>标　　题：</td><td>{TITLE}</td></tr></table><div>{PARAGRAPHS}</div>"),
        ("cards of other texts", f"<div><h1>{TITLE}</h1>{PARAGRAPHS}</div><div class='side'>" + "".join(f"<div class='c'><a href='/{n}'>乡村观察之{n}：产业新路径</a><p>近年来，当地依托特色资源，走出了一条产业兴旺、生态宜居、乡风文明之路，成效明显，群众满意。</p></div>" for n in range(7)) + "</div>"),
        ("comments", f"<div><h1>{TITLE}</h1><div>{PARAGRAPHS}</div><div><h3>网友评论</h3>" + "<p>网友甲：写得很好，希望尽快落实到位，让群众早日受益，支持！</p>" * 9 + "</div></div>"),
        ("column before the text", f"<div><div><h3>机构简介</h3><p>本局负责全市林业工作，承担造林绿化、资源保护和森林防火等职责。</p><ul>{RELATED}</ul></div><div><div>{TITLE}</div><div>2024-02-27 来源：市林业局</div><div>{PARAGRAPHS}</div></div></div>"),
        ("next article", f"<div><h1>{TITLE}</h1>{PARAGRAPHS}<p>上一篇：<a href=1>春耕备耕工作启动</a></p><p>下一篇：<a href=2>河长制工作会议召开</a></p></div>"),
        ("custom element", f"<h1>{TITLE}</h1><founder-content>{PARAGRAPHS}</founder-content>"),
    ],
)  # fmt: skip
def test_the_text_and_nothing_else(name: str, inner: str) -> None:
    """One text in many templates reads the same."""
    assert said(read(page(inner))) == list(BODY), name


def test_the_tree_stays_as_it_was() -> None:
    """Metadata is read from the same tree, info tables and bylines included."""
    tree = parse_html(
        page(f"<h1>{TITLE}</h1><p>来源：市林业局</p><div class='TRS_Editor'>{PARAGRAPHS}</div>")
    )
    before = etree.tostring(tree)
    extract(tree, Rule(main=".TRS_Editor", drop=("p",)))
    extract(tree)
    assert etree.tostring(tree) == before


def test_kinds_of_blocks() -> None:
    """Headings, items and rows are told apart from paragraphs."""
    found = read(
        page(
            f"<div><h1>{TITLE}</h1><h3>一、总体要求</h3><p>坚持统筹推进、分类施策，确保完成全年任务。</p>"
            "<ul><li>加强组织领导，压实属地责任。</li><li>加强监督检查，定期通报进展。</li></ul>"
            "<table><tr><th>县区</th><th>任务（万亩）</th></tr><tr><td>东河县</td><td>3.2</td></tr></table></div>"
        )
    )
    assert [(block.kind, block.text, block.level) for block in found.blocks] == [
        ("heading", "一、总体要求", 3),
        ("paragraph", "坚持统筹推进、分类施策，确保完成全年任务。", None),
        ("item", "加强组织领导，压实属地责任。", 1),
        ("item", "加强监督检查，定期通报进展。", 1),
        ("row", "县区　任务（万亩）", None),
        ("row", "东河县　3.2", None),
    ]


def test_a_text_may_be_a_table() -> None:
    """A penalty sheet has no sentence; its rows are the text."""
    rows = (("行政处罚决定书文号", "青金罚决字〔2024〕3号"), ("被处罚当事人", "某农村商业银行"), ("行政处罚决定", "罚款25万元"), ("作出处罚决定的日期", "2024年2月26日"))  # fmt: skip
    cells = "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in rows)
    found = read(page(f"<h1>{TITLE}</h1><div class='detail'><table>{cells}</table></div>"))
    assert said(found) == [CELL_GAP.join(row) for row in rows]
    assert {block.kind for block in found.blocks} == {"row"}


def test_a_notice_of_two_lines_is_a_text() -> None:
    """The shortest notices are documents."""
    found = read(
        page(f"<div><h1>{TITLE}</h1><p>经研究，定于3月1日起封山育林，特此通告。</p><p>青石市林业局</p></div>")
    )
    assert said(found) == ["经研究，定于3月1日起封山育林，特此通告。", "青石市林业局"]


def test_a_hidden_pop_up_never_beats_an_article_of_one_line() -> None:
    """Whatever hides it; what unfolds below the first paragraph of a text belongs to it."""
    hiring = "某集团面向全国招聘工程师，待遇优厚，欢迎投递简历，名额有限。" * 12
    article = f"<div><h1>{TITLE}</h1><p>全市造林绿化工作今日启动。</p></div>"
    for hidden in ("style='display:none'", "style='visibility:hidden'", "hidden"):
        assert said(read(page(f"{article}<div {hidden}><p>{hiring}</p></div>"))) == [
            "全市造林绿化工作今日启动。"
        ]

    unfolding = f"<div><h1>{TITLE}</h1><p>{BODY[1]}</p><div style='display:none'>{PARAGRAPHS}</div></div>"
    assert said(read(page(unfolding))) == [BODY[1], *BODY]


def test_an_empty_cell_keeps_the_column_of_the_next() -> None:
    """Cells are joined by the column gap; one within a cell is a space."""
    rows = (("单位", "金额", "备注"), ("甲　厂", "", "已整改到位"), ("乙厂", "3万元", "正在整改"))
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    found = read(page(f"<div><h1>{TITLE}</h1>{PARAGRAPHS}<table>{table}</table></div>"))
    split = [block.text.split(CELL_GAP) for block in found.blocks if block.kind == "row"]
    assert split == [["单位", "金额", "备注"], ["甲 厂", "", "已整改到位"], ["乙厂", "3万元", "正在整改"]]


def test_letter_spaced_words_are_no_controls() -> None:
    """A heading set wide begins like a bar of font sizes; a phone number to report to is no footer."""
    lines = [
        "中 华 人 民 共 和 国",
        "大 会 公 告",
        "公示期间如有异议，请书面反映。",
        "举报电话：0350-1234567",
    ]
    found = read(page(f"<h1>{TITLE}</h1><div>" + "".join(f"<p>{line}</p>" for line in lines) + "</div>"))
    assert said(found) == lines


def test_an_event_s_time_is_no_byline() -> None:
    """The time of a meeting stands above its place and is text."""
    lines = ["时间：2024年3月8日9:30", "地点：市政府三楼会议室", "各新闻单位请于3月7日前报名，凭记者证入场。"]
    found = read(page(f"<div><h1>{TITLE}</h1>" + "".join(f"<p>{line}</p>" for line in lines) + "</div>"))
    assert said(found) == lines


def test_reporters_in_the_text_stay() -> None:
    """A reporter in brackets belongs to the sentence, an editor's line does not."""
    found = read(
        page(
            f"<div><h1>{TITLE}</h1>{PARAGRAPHS}<p>目前各地已全面开工。（记者 王小满）</p><p>编辑：李立</p></div>"
        )
    )
    assert said(found)[-1] == "目前各地已全面开工。（记者 王小满）"
    assert any(dropped.reason == "credit_line" and "李立" in dropped.text for dropped in found.dropped)


def test_the_cleaner_of_two_copies() -> None:
    """Where screen and mobile copy differ by a planted clause, the copy without it is taken, the clause recorded."""
    doctored = PARAGRAPHS.replace("及早分解到乡镇", "及早分解到乡镇，青山画院院长张某的作品广受好评")
    found = read(
        page(
            f"<div class='pc'><h1>{TITLE}</h1><div>{doctored}</div></div><div class='wap'><div>{PARAGRAPHS}</div></div>"
        )
    )
    assert said(found) == list(BODY)
    assert found.twin == "，青山画院院长张某的作品广受好评"


def test_a_shortened_copy_is_not_the_cleaner_one() -> None:
    """A copy that lacks half of the text was cut off."""
    cut = "".join(f"<p>{line}</p>" for line in BODY[:3])
    found = read(page(f"<div><h1>{TITLE}</h1><div>{cut}</div></div><div><div>{PARAGRAPHS}</div></div>"))
    assert said(found) == list(BODY)


def test_equal_copies_leave_no_difference() -> None:
    """The text is printed once and nothing is recorded."""
    found = read(page(f"<div><h1>{TITLE}</h1><div>{PARAGRAPHS}</div><div>{PARAGRAPHS}</div></div>"))
    assert said(found) == list(BODY)
    assert found.twin is None


def test_a_rule_wins() -> None:
    """Selectors of the source choose and drop."""
    found = read(
        page(
            f"<div class='a'>{PARAGRAPHS}</div><div class='b'><p>本页只要这一句话。</p><p class='x'>不要这一句。</p></div>"
        ),
        Rule(main=".b", drop=(".x",)),
    )
    assert said(found) == ["本页只要这一句话。"]
    assert found.container == "rule"
    assert [dropped.text for dropped in found.dropped if dropped.reason == "rule"] == ["不要这一句。"]


def test_a_rule_that_matches_nothing_is_passed_over() -> None:
    """A page of an older layout is still read."""
    assert said(read(page(f"<div><h1>{TITLE}</h1>{PARAGRAPHS}</div>"), Rule(main="#gone"))) == list(BODY)


def paged(*lines: str, tag: str = "div class='TRS_Editor'") -> str:
    """A page with these paragraphs in one element below the headline."""
    inner = "".join(f"<p>{line}</p>" for line in lines)
    return page(f"<h1>{TITLE}</h1><{tag}>{inner}</{tag.split(maxsplit=1)[0]}>")


def test_paragraphs_that_begin_alike_are_no_copies() -> None:
    """Two articles of one law in a decision, two reasons in a letter; and a teaser is not taken for what it was cut from."""
    law = "根据《中华人民共和国森林法》第"
    lines = (
        "经查，当事人未经批准在东河林场采伐林木，事实清楚，证据确凿。",
        f"{law}五十六条的规定，采伐林地上的林木应当申请采伐许可证，并按照许可证的规定进行采伐。",
        "当事人在调查期间积极配合，主动说明情况，并已补种树木。",
        f"{law}七十六条和本省实施办法的规定，本局决定责令当事人补种树木二百株，并处罚款三千元，上缴国库。",
    )
    assert said(read(paged(*lines))) == list(lines)
    letter = (
        "In accordance with the Forest Law, the office examined the felling that was reported in March.",
        "The owner explained the facts and planted new trees on the whole of the plot.",
        "In accordance with its own rules, the office closes the case and asks for a report by the end of September.",
    )
    assert said(read(paged(*letter))) == list(letter)
    whole = "3月5日，市政府召开造林绿化专题会议，研究部署下一阶段重点工作，市长主持会议并讲话，强调要压实责任、不断取得新成效。"
    teaser = f"<div class='teaser'><p>{whole[:-12]}……</p></div>"
    assert whole in said(
        read(page(f"<div><h1>{TITLE}</h1>{teaser}<div><p>{whole}</p>{PARAGRAPHS}</div></div>"))
    )


def test_words_of_a_text_are_no_furniture() -> None:
    """Articles of a law about sites, steps of a procedure, a sentence with a QR code in it."""
    lines = (
        "为规范林业信息服务，保护用户权益，根据有关法律法规，制定本规定，请遵照执行。",
        "一、推行掌上办理。申请造林补助的，群众扫描二维码即可提交材料。",
        "二、加强宣传。通过短视频等方式分享到微信朋友圈，提高知晓度。",
        "初审：由乡镇林业站对申报材料进行审查，提出初审意见。",
        "审核：由市林业局会同财政局审核，并组织专家现场查验；",
        "来源：资金由市县两级财政按比例承担。",
        "第七条 服务单位应当明示隐私政策，依法保护个人信息，不得泄露。",
        "第八条 从事信息服务的，应当依法取得电信业务经营许可证。",
        "第九条 未办理ICP备案的网站不得提供服务，由主管部门责令改正。",
        "第十条 未经授权不得转载他人作品，违反的依法处理。",
        "对未取得新闻信息服务许可证的网站，将依法予以关停。",
    )
    assert said(read(paged(*lines))) == list(lines)


def test_a_table_of_data_stays_whole() -> None:
    """An office in each row is no headline, a level no font size, a date no byline, a reason no disclaimer."""
    office = "青石市林业局"
    rows = [
        ("序号", "单位", "事项", "等级", "日期", "机关"),
        *((str(n), f"青石第{n}林场", "未公开隐私政策", "中", f"2024-02-0{n}", office) for n in range(1, 7)),
    ]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    note = "以上信息如有异议，请于公示之日起五个工作日内与市林业局联系。"
    html = (
        f"<html><head><title>{office}行政许可公示</title></head><body><ul>{MENU}</ul><h1>{office}</h1>"
        f"<div class='TRS_Editor'><table>{table}</table><p>{note}</p></div>{FOOT}</body></html>"
    )
    assert said(read(html)) == [*(CELL_GAP.join(row) for row in rows), note]


def test_a_long_cell_does_not_break_a_table_up() -> None:
    """One cell of many lines among many short ones; in a table of few cells it lays the page out."""
    long = "<br>".join(f"第{n}项措施已落实" for n in range(6))
    rows = "".join(f"<tr><td>{n}</td><td>东河第{n}林场</td><td>已整改</td></tr>" for n in range(4))
    table = f"<table>{rows}<tr><td>5</td><td>西河林场</td><td>{long}</td></tr></table>"
    found = read(page(f"<div><h1>{TITLE}</h1>{PARAGRAPHS}{table}</div>"))
    assert [block.text.split(CELL_GAP)[1] for block in found.blocks if block.kind == "row"][-1] == "西河林场"


@pytest.mark.parametrize("each", [2, 4])
def test_a_reply_beside_its_label_keeps_its_paragraphs(each: int) -> None:
    """Above it the fields of a letter are a table, of label and value in one or two pairs a row."""
    fields = [
        cell
        for n, name in enumerate(
            [
                "来信人",
                "编号",
                "来信时间",
                "办理单位",
                "办理状态",
                "来信类别",
                "答复时间",
                "公开方式",
                "主题",
                "地区",
            ]
        )
        for cell in (name, f"东河第{n}号")
    ]
    rows = [fields[n : n + each] for n in range(0, len(fields), each)]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    reply = f"<tr><td>答复内容</td><td colspan=3>{PARAGRAPHS}</td></tr>"
    found = read(page(f"<h1>{TITLE}</h1><div class='TRS_Editor'><table>{table}{reply}</table></div>"))
    assert said(found)[-len(BODY) :] == list(BODY)


def test_bookmarks_are_no_links() -> None:
    """Word puts an anchor without address around paragraphs."""
    named = "".join(f"<p><a name='OLE_LINK{n}'>{line}</a></p>" for n, line in enumerate(BODY))
    assert said(read(page(f"<div><h1>{TITLE}</h1>{named}</div>"))) == list(BODY)


def test_tags_of_word_break_no_line() -> None:
    """Its smart tags stand around a day within a sentence."""
    line = (
        "本办法自<st1:chsdate year='2009' month='3'>2009年3月1日</st1:chsdate>起施行<o:p></o:p>，有效期五年。"
    )
    assert said(read(paged(BODY[1], line)))[-1] == "本办法自2009年3月1日起施行，有效期五年。"


@pytest.mark.parametrize("element", ["div>{}<br>{}</div", "p>{}</p><p>{}</p", "div>{}</div><div>{}</div"])
def test_a_signature_in_an_element_of_its_own_stays(element: str) -> None:
    """Whoever signs, and the day below, belong to the text beside them."""
    lines = BODY[1:4]
    text = "".join(f"<p>{line}</p>" for line in lines)
    signed = f"<{element.format(*BODY[4:])}>"
    found = read(page(f"<h1>{TITLE}</h1><div><div>{text}</div><div>{signed}</div></div>"))
    assert said(found) == list(BODY[1:])


def test_panels_that_take_turns_are_all_text() -> None:
    """A script shows one of them at a time; what is hidden without a shown one of its kind is none."""
    lines = [
        f"{name}：凡在本市从事造林绿化的单位和个人，均可向林业站提出申请，材料齐全的当日受理。"
        for name in "甲乙丙丁戊"
    ]
    shown = f"<div class='tab-pane active'><p>{lines[0]}</p></div>"
    others = "".join(f"<div class='tab-pane' style='display:none'><p>{line}</p></div>" for line in lines[1:])
    assert said(read(page(f"<h1>{TITLE}</h1><div>{shown}{others}</div>"))) == lines
    numbered = "".join(
        f"<div class='page page{n}{' hide' if n else ' show'}' {'hidden' if n else ''}><p>{line}</p></div>"
        for n, line in enumerate(lines)
    )
    assert said(read(page(f"<h1>{TITLE}</h1><div>{numbered}</div>"))) == lines


@pytest.mark.parametrize("kind", ["pop", "box", "box tishi"])
def test_what_is_hidden_beside_another_kind_of_element_is_no_panel(kind: str) -> None:
    """One class in common is how both look, not what they are."""
    asks = "<p>您访问的链接即将离开青石市林业局网站，是否继续？如需继续访问，请点击确定。</p>"
    hidden = f"<div class='{kind}' style='display:none'>{asks}</div>"
    assert said(
        read(page(f"<h1>{TITLE}</h1><div><div class='box con'>{PARAGRAPHS}</div>{hidden}</div>"))
    ) == list(BODY)


def test_hidden_words_within_a_sentence_go() -> None:
    """Noise against copying, told among what was dropped."""
    jammed = BODY[1].replace("，", "，<span style='display:none'>t7 @9 k</span>", 1)
    found = read(paged(jammed, *BODY[2:4]))
    assert said(found) == list(BODY[1:4])
    assert [part.text for part in found.dropped if part.reason == "hidden"] == ["t7 @9 k"]


def test_a_text_goes_on_beside_its_container() -> None:
    """A plan stands behind the notice that puts it in force; links and attachments do not belong to it."""
    plan = "<p>青石市造林绿化实施方案</p><p>一、总体要求。坚持统筹推进、分类施策，确保完成全年任务。</p>"
    after = f"<div>附件</div><div class='fj'>{plan}</div><div><a href='/1.doc'>任务分解表.doc</a></div><ul>{RELATED}</ul>"
    found = read(page(f"<div><h1>{TITLE}</h1><div class='TRS_Editor'>{PARAGRAPHS}</div>{after}</div>"))
    assert said(found) == [
        *BODY,
        "附件",
        "青石市造林绿化实施方案",
        "一、总体要求。坚持统筹推进、分类施策，确保完成全年任务。",
    ]


@pytest.mark.parametrize(
    "beside",
    [
        "<div class='tips'><p>如对本文件有疑问，请于工作时间拨打市林业局咨询电话，由专人为您解答。</p></div>",
        "<div class='author-box'><p>张三</p><p>青石林业大学教授，长期从事造林绿化研究，著有《东河的树》。</p></div>",
    ],
)
def test_what_stands_beside_a_text_is_no_part_of_it(beside: str) -> None:
    """Whom to ask, and who the author is, are sentences too, but open no part."""
    text = f"<div class='TRS_Editor'>{PARAGRAPHS}</div>"
    assert said(read(page(f"<div><h1>{TITLE}</h1>{text}{beside}</div>"))) == list(BODY)


@pytest.mark.parametrize("label", ["【评论】", "最新发布：", "图片新闻"])
def test_the_name_of_a_column_above_a_text_takes_nothing_along(label: str) -> None:
    """It goes alone; what follows is the text."""
    assert said(read(paged(label, *BODY[1:4]))) == list(BODY[1:4])


def test_the_document_number_above_the_headline_stays() -> None:
    """It belongs to the document; the breadcrumb above it does not."""
    found = read(page(f"<div class='TRS_Editor'><p>青石政办〔2024〕7号</p><p>{TITLE}</p>{PARAGRAPHS}</div>"))
    assert said(found) == ["青石政办〔2024〕7号", *BODY]


def test_english() -> None:
    """English prose is prose."""
    lines = (
        "The Ministry of Housing announced on Monday that 3,200 homes will be repaired before the end of the year.",
        "Families in the four northern counties can apply until September 30, the ministry said in a statement.",
    )
    found = read(
        "<html><head><title>Housing repairs to start - Ministry</title></head><body><ul><li><a href=/>Home</a></li><li><a href=/n>News</a></li></ul>"
        "<h1>Housing repairs to start</h1><div class=meta>By Jane Doe | March 3, 2024</div><div>"
        + "".join(f"<p>{line}</p>" for line in lines)
        + "</div><div><h4>Related news</h4><ul><li><a href=/1>Ministry opens office in the north of the country</a></li></ul></div>"
        "<footer>Copyright 2024 Ministry of Housing. All Rights Reserved.</footer></body></html>"
    )
    assert said(found) == list(lines)


def test_nothing_is_found_in_nothing() -> None:
    """An empty page has no text and says so."""
    assert read("") == Extraction((), "none")


@settings(max_examples=60)
@given(st.text(alphabet=st.sampled_from("<>/ =\"'divptabl!-公告。，1\n"), max_size=300))
def test_extraction_is_total(text: str) -> None:
    """Any markup gives an extraction; no block is empty or has a line break."""
    for block in read(text).blocks:
        assert block.text.strip()
        assert "\n" not in block.text


def test_a_line_of_blanks_is_no_line() -> None:
    """In a `pre`, a line of em spaces or separators alone must not be divided by its length."""
    lines = (
        "为加快建设科技强省，现将有关事项通知如下。\n\u2003\x1c\n一、申报单位应当是企业，请于4月30日前报送。"
    )
    found = read(page(f"<h1>{TITLE}</h1><div class='detail'><pre>{lines}</pre></div>"))
    assert [text for text in said(found) if not text.strip()] == []
    assert len(said(found)) == 2

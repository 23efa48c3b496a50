"""What kind of text a document is: a controlled vocabulary, read from the headline's last noun."""

from __future__ import annotations

import re

DOCUMENT_TYPES = {
    "action_plan": "行动计划 行动方案 实施行动 三年行动",
    "announcement": "公告 通告 公示 启事 公布 招标公告 中标公告 成交公告 采购公告 通报 公报",
    "approval": "批复",
    "decision": "决定 行政处罚决定书 处罚决定",
    "guide": "指南 指引 手册 目录 清单 名单 指导目录",
    "interpretation": "解读 政策解读 图解 一图读懂 问答 答记者问 解析",
    "law": "法 法典 宪法 修正案",
    "letter": "函 公函 复函",
    "measures": "办法 管理办法 实施办法 暂行办法 措施 若干措施 政策措施 若干政策",
    "minutes": "纪要 会议纪要",
    "news": "新闻 要闻 动态 新闻发布会",
    "notice": "通知",
    "opinion": "意见 实施意见 指导意见 若干意见",
    "order": "令",
    "outline": "纲要 工作要点 要点",
    "penalty": "行政处罚信息公开表 行政处罚信息 处罚信息公示",
    "plan": "规划 计划 发展规划 专项规划 五年规划 工作计划",
    "proposal": "提案 议案 建议 建议案",
    "provisions": "规定 暂行规定 若干规定 规则 细则 实施细则 准则 章程 规程 规范 标准",
    "regulation": "条例 实施条例",
    "reply": "答复 答复意见 回复 复文 答复的函",
    "report": "报告 工作报告 白皮书 蓝皮书",
    "resolution": "决议",
    "scheme": "方案 实施方案 工作方案 总体方案 预案 应急预案",
    "speech": "讲话 致辞 发言 讲话稿",
}
"""Value → the nouns that a headline of this kind ends with."""
ENGLISH_LABELS = {
    "action_plan": "Action plan", "announcement": "Announcement", "approval": "Official reply of approval", "decision": "Decision",
    "guide": "Guidelines or catalogue", "interpretation": "Interpretation", "law": "Law", "letter": "Letter", "measures": "Measures",
    "minutes": "Minutes", "news": "News", "notice": "Notice", "opinion": "Opinions", "order": "Order", "outline": "Outline",
    "penalty": "Administrative penalty", "plan": "Plan", "proposal": "Proposal", "provisions": "Provisions or rules",
    "regulation": "Regulations", "reply": "Reply to a proposal", "report": "Report", "resolution": "Resolution",
    "scheme": "Implementation plan", "speech": "Speech",
}  # fmt: skip
"""Value → what it is called in English, after the usage of official translations."""
_ENGLISH = {
    "action_plan": "action plan",
    "announcement": "announcement|bulletin|communiqu[eé]",
    "decision": "decisions?",
    "guide": "guidelines?|guide|catalogue",
    "interpretation": "interpretation",
    "law": "law|code",
    "measures": "measures",
    "notice": "notice|circular",
    "opinion": "opinions?",
    "outline": "outline",
    "plan": "plan|programme|program",
    "proposal": "proposals?|suggestions?|recommendations?",
    "provisions": "provisions|rules",
    "regulation": "regulations?",
    "reply": "reply",
    "report": "report|white paper",
    "resolution": "resolution",
    "scheme": "scheme",
    "speech": "speech|remarks|address",
}
_TYPE_OF = {noun: kind for kind, nouns in DOCUMENT_TYPES.items() for noun in nouns.split()}
_NOUN = re.compile("(?:" + "|".join(sorted(_TYPE_OF, key=len, reverse=True)) + ")$")
_TAIL = re.compile(r"(?:[（(〔【\[][^（）()〔〕【】\[\]]{1,30}[）)〕】\]]|[》”\"'’。！!\s])+$")
_ENGLISH_START = {
    kind: re.compile(
        rf"^(?:\w+ ){{0,6}}(?:{nouns})\b(?= (?:on|of|for|to|concerning|regarding|by)\b|$)", re.IGNORECASE
    )
    for kind, nouns in _ENGLISH.items()
}
_ENGLISH_END = {kind: re.compile(rf"\b(?:{nouns})$", re.IGNORECASE) for kind, nouns in _ENGLISH.items()}
# What a column, a channel or a breadcrumb says of everything in it.
_COLUMNS = (
    ("proposal", re.compile(r"提案|议案|\bproposals?\b", re.IGNORECASE)),
    ("interpretation", re.compile(r"解读|\binterpretations?\b", re.IGNORECASE)),
    ("news", re.compile(r"要闻|新闻|动态|快讯|资讯|\bnews\b", re.IGNORECASE)),
)
_ENGLISH_VERB = re.compile(
    r"\b(?:to [a-z]+|will|has|have|is|are|launch(?:es|ed)?|holds?|held|says?|said|issues|releases?|released|unveils?|announces?)\b"
)
_ISSUED_ABOUT = re.compile(r"关于|对.{2,60}(?:答复|批复)$")
# A sentence with a verb is a headline of news, even where it ends with 方案: 我省出台数字经济行动方案.
_VERB = re.compile(
    r"将|[出]台|印发(?!.*的通知$)|发布(?!会|.*的)|召开|举行|启动|开展|推进|打造|[:：]|助力|加快|实施(?!办法|方案|意见|条例|细则)"
)


_ENGLISH_ISSUES = re.compile(
    r"^[A-Z][\w’'-]*(?: [\w’'.,-]+){0,6}? (?:will|launch(?:es|ed)|h[eo]lds|said|says|issue[sd]|releases?d?|unveils?e?d?|announce[sd]|rolls? out|"
    r"adopts?|approves?|publishe[sd]|urges?|plans|aims|seeks|vows|pledges|calls|sets|eyes|moves|boosts|steps)\b"
)
_ISSUES = re.compile(
    r"^(?!.*的(?:通知|公告|通告|决定|意见|函|批复)$)(?:我[国省市区县州]|[\u4e00-\u9fff]{2,20}?(?:省|市|区|县|州|部|委|局|厅|办|院|政府|部门))"
    r"(?:日前|近日|联合|正式|今日|今天)?(?:出台|印发|发布(?!会|的)|公布|推出)"
)


_TAIL_NUMBER = re.compile(r"\s*[（(][^（()）]{2,30}号[）)]$")


def type_of_title(title: str) -> str | None:
    """Tell a document's type from its headline.

    Args:
        title: The headline without site name, Chinese or English.

    Returns:
        A key of `DOCUMENT_TYPES`; None where the headline does not say.
    """
    bare = _TAIL.sub("", _TAIL_NUMBER.sub("", title.strip()))
    found = _NOUN.search(bare)
    if found is not None:
        return None if found[0] == "法" and not _is_law(bare) else _TYPE_OF[found[0]]
    if re.search("[\u4e00-\u9fff]", title):
        return "interpretation" if re.match(r"[【\[（(]?(?:一图读懂|图解|政策解读|解读)", title) else None
    for patterns in (_ENGLISH_END, _ENGLISH_START):
        for kind, pattern in patterns.items():
            if pattern.search(bare):
                return kind
    return None


def type_of_column(column: str) -> str | None:
    """Tell the type of everything in a column, or under a breadcrumb; None where it says nothing."""
    return next((kind for kind, pattern in _COLUMNS if pattern.search(column)), None)


def is_formal(title: str) -> bool:
    """Whether a headline is that of a document (`…关于…的通知`), not of a report about one."""
    if not re.search("[\u4e00-\u9fff]", title):
        return type_of_title(title) is not None and not _ENGLISH_VERB.search(title)
    return type_of_title(title) is not None and (bool(_ISSUED_ABOUT.search(title)) or not _VERB.search(title))


def has_verb(title: str) -> bool:
    """Whether a Chinese headline is a sentence, as those of news are: `…动员大会举行`, `省科技厅：…`."""
    return bool(_VERB.search(title))


def is_news(title: str) -> bool:
    """Whether a headline tells that somebody issued or did something: `China releases guideline …`, `我省出台…方案`."""
    if not re.search("[\u4e00-\u9fff]", title):
        # `China to boost …`; an `Action plan to boost …` is a document.
        actor, joint, deed = title.partition(" to ")
        intends = bool(joint) and deed[:1].islower() and type_of_title(actor) is None
        return intends or bool(_ENGLISH_ISSUES.search(title))
    return bool(_ISSUES.match(title))


def _is_law(title: str) -> bool:
    """`中华人民共和国监察法` is a law, `山西探索治水新方法` is none."""
    return title.startswith("中华人民共和国") or (
        bool(re.search(r"^[\u4e00-\u9fff]{2,20}(?<![方办做用想看说])法$", title)) and len(title) <= 12
    )

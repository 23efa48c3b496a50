"""Labelled values of a page: the 索引号 table of government pages and the line under a headline.

The table comes as a table, a definition list, list items or boxes with `label: value`; its labels are written with
inner spaces (`索 引 号：`, `标　　题`). What it says is the best metadata of a page (《政府网站发展指引》,
国办发〔2017〕47号, and the rules for 公文 of GB/T 9704-2012 name its fields).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.metadata.lines import Line
from parsers.normalisation.script import simplify
from parsers.recurring import recurring

LABELS = {
    "index": "索引号 信息索引 索取号 信息索引号 公开目录 组配分类 公开方式 公开范围 信息公开类别",
    "creator": "发文机关 发文单位 发文机构 制发机关 制文机关 印发机关 印发单位 颁布单位 颁布机构 颁布机关 颁发部门 制定机关 发文部门 制发单位 作出处罚决定的机关名称 作出行政处罚决定的机关名称 作出决定机关 处罚机关",
    "proposer": "提案人 提案单位 提案者 领衔提案人 第一提案人 建议人 提案委员 提出单位 提案提出人 提案提出者 提出者 提案方",
    "publisher_body": "发布机构 发布单位 发布机关 发布部门 公开机构 公开责任部门 信息公开单位 公开部门 信息提供单位 所属机构 公开主体 责任部门",
    "title": "标题 名称 信息名称 文件名称 公文名称 文件标题 文章标题",
    "identifier": "发文字号 文号 文件编号 文件号 公文文号 发文文号 文件文号 发布文号 公文字号 行政处罚决定书文号 决定书文号 处罚决定书文号 政策文号",
    "created": "成文日期 发文日期 印发日期 颁布日期 成文时间 发文时间 制发日期 印发时间 签署日期 颁布时间 作出处罚决定的日期 作出行政处罚决定的日期",
    "generated": "生成日期 生成时间",
    "issued": "发布日期 发布时间 公开日期 公布日期 公开时间 发表时间 发表日期 刊发时间 上传时间 添加时间 信息时间 发稿时间 "
    "上网时间 发布于 发表于 录入时间 日期 时间 公布时间 发布 公示时间 提交时间 公告日期 公告时间 张贴日期 刊登日期 见报日期 信息发布时间 文章发布时间 首发时间 发布日",
    "modified": "更新时间 更新日期 修改时间 最后更新 最后修改 更新于 最后更新时间 最后更新日期 修改日期 资料更新",
    "subject": "主题分类 信息分类 信息类别 体裁分类 所属主题 服务对象分类 事项分类 主题类别 公文种类 文种 内容分类 主题 分类 所属分类",
    "keywords": "主题词 关键词 关键字",
    "validity": "有效性 时效性 效力状态 是否有效 有效状态 文件状态 效力",
    "valid_from": "生效日期 实施日期 施行日期 实施时间 生效时间 执行日期 施行时间",
    "valid_to": "失效日期 废止日期 失效时间 废止时间 有效期至 有效期限 有效期 截止日期 有效期截止",
    "outlet": "来源 信息来源 文章来源 稿件来源 新闻来源 来源于 文章出处 出处 转载自 稿源 消息来源 内容来源 资料来源 来源单位 本文来源 来自",
    "author": "作者 记者 撰稿 采写 撰文 文章作者 通讯员 作　者 本报记者",
    "editor": "责任编辑 责编 编辑 审核 审核人 校对 终审 初审 复审 监制 信息员 发布人 录入 编审 主编 编辑人 责任校对 签发 摄影 制图",
    "kind": "文章类型 稿件类型 文章分类 所属栏目 栏目名称 栏目 文章类别 信息类型 类型 频道 标签 内容概述 内容摘要 摘要 语种 信息格式 载体形式 网址 责任单位 联系电话",
    "counter": "点阅数 点阅次数 浏览次数 阅读次数 点击数 点击 浏览 浏览量 阅读 阅读量 点击量 点击次数 访问次数 阅读人数 浏览数 访问量 人气 字号 字体 字体大小 "
    "分享 分享到 打印 扫一扫 背景色 保护视力色 双击滚屏 收藏 访问人数 我要分享 评论 下载",
}
"""Field → its labels, as pages write them without their inner spaces."""
ENGLISH_LABELS = {
    "issued": ("Published on", "Publish date", "Published", "Release date", "Release time", "Publication date", "Posted on", "Date", "Time",
               "Publish time", "Posted", "Date of publication", "Pubdate"),
    "modified": ("Updated on", "Last updated", "Updated", "Update time", "Last modified"),
    "outlet": ("Information source", "Source of information", "Article source", "Source", "Sources", "From"),
    "author": ("Authors", "Author", "Reporter", "Written by", "Writer"),
    "identifier": ("Document number", "Document No.", "Issued number"),
    "creator": ("Issuing authority", "Issued by", "Issuing agency", "Issuing body"),
    "editor": ("Editor", "Responsible editor", "Edited by", "Editors"),
    "counter": ("Number of readers", "Number of views", "Views", "Hits", "Reading times", "Font size", "Share", "Page views", "Browse"),
}  # fmt: skip
_OF_TABLE_ONLY = frozenset({"index", "creator", "identifier", "subject", "validity", "created", "generated"})
NEIGHBOURHOOD = 10
"""A field of a table is at most this many lines from the next one: label, value, and what stands between."""
CELLS_TO_VALUE = 5
"""`Line.cell` counts each start and end of a block: a value is in the next cell, one paragraph deep."""
LONGEST_VALUE = 200
LONGEST_ITEM = 30
"""A list whose items are label and value in turn has short values."""
LONGEST_LABEL = 30
"""`作 出 行 政 处 罚 决 定 的 机 关 名 称` with its inner blanks."""
LONGEST_LEAD = 60
"""`2024-09-12 10:10 来源：…`: what may stand before the first label of a line; more is prose."""


def _spaced(label: str) -> str:
    return r"[ \u3000]*".join(re.escape(character) for character in label if not character.isspace())


_FIELD_OF = {label.replace("　", ""): field for field, labels in LABELS.items() for label in labels.split()}
_ENGLISH_FIELD_OF = {label.lower(): field for field, labels in ENGLISH_LABELS.items() for label in labels}
_CHINESE = (
    rf"(?=[{''.join({label[0] for label in _FIELD_OF})}])(?:"
    + "|".join(_spaced(label) for label in sorted(_FIELD_OF, key=len, reverse=True))
    + ")"
)
_AT = "|".join(
    _spaced(label)
    for label, field in _FIELD_OF.items()
    if field in {"issued", "modified"} and label.endswith(("时间", "日期", "于")) and len(label) > 2
)
"""Labels that need no colon before a date: `发表于 2025-5-7 10:21:33`."""
_ENGLISH = "|".join(re.escape(label) for label in sorted(_ENGLISH_FIELD_OF, key=len, reverse=True))
_ENGLISH_INITIALS = "".join({label[0] for label in _ENGLISH_FIELD_OF})
# Looking ahead for an initial first: of 300 labels none is tried where none can begin, half the time of a search.
_LABEL = re.compile(
    rf"(?:(?<![\u4e00-\u9fff])|(?<=[年月日号期])|(?<=[\d]))(?P<zh>{_CHINESE})[ \u3000]*(?:[：:]|(?=[\[【［]))"
    rf"|[\[【［][ \u3000]*(?P<boxed>{_CHINESE})[ \u3000]*[\]】］][ \u3000]*[：:]?"
    rf"|(?<![\u4e00-\u9fff])(?P<at>{_AT})(?=[ \u3000]*20\d\d ?[-/.年])"
    rf"|(?:(?<![A-Za-z])(?=[{_ENGLISH_INITIALS}])(?P<en>{_ENGLISH})\s?[：:])",
    re.IGNORECASE,
)
_LABEL_DRESS = str.maketrans("", "", " \u3000[]【】［］")
_TRADITIONAL = re.compile("[發佈來機構號標題關時間類別責編輯報記體閱讀點瀏覽頁檔單據資訊稱屬詞鍵]")
_MAY_HOLD_LABEL = re.compile(r"[：:\[【［于间期](?:(?<=[：:\[【［])|[ \u3000]*20\d\d)")
_EDGES = " \t\u3000|｜丨/／·•[]【】［］（）()<>《》;；,，、-—_\xa0"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A value with its label.

    Attributes:
        field: A key of `LABELS`.
        label: The label without spaces.
        value: What stands behind it; never empty.
        line: Number of the line that it stands in.
        in_table: It is part of the 索引号 table.
        snippet: The label and the value as they stand.
    """

    field: str
    label: str
    value: str
    line: int
    in_table: bool
    snippet: str


def read_labels(lines: Sequence[Line]) -> tuple[Labelled, ...]:
    """Read every labelled value of a page.

    Args:
        lines: The page's visible lines.

    Returns:
        The values in reading order; a label without a value is left out.
    """
    found: list[tuple[str, str, str, int, str]] = []
    for number, line in enumerate(lines):
        found.extend(_of_line(lines, number, line))
    span = _table(found)
    return tuple(
        Labelled(field, label, value, number, number in span, snippet[:300])
        for field, label, value, number, snippet in found
        if value
    )


def _of_line(lines: Sequence[Line], number: int, line: Line) -> list[tuple[str, str, str, int, str]]:
    text = line.text
    bare = _bare_label(text)
    if bare is not None:
        value = _next_cell(lines, number)
        return [(_FIELD_OF[bare], bare, value, number, f"{text}：{value}")] if value is not None else []
    if not _MAY_HOLD_LABEL.search(text):
        return []
    if len(text) > LONGEST_VALUE * 2:
        # A paragraph: only what stands in brackets at its end can be a label, （文章来源：科技日报）.
        text = _last_bracket(text)
    simple = _simple(text)
    if _LABEL.search(simple, 0, LONGEST_LEAD + LONGEST_LABEL) is None:
        return []
    matches = list(_LABEL.finditer(simple))
    if matches[0].start() > LONGEST_LEAD:
        return []
    result = []
    for match, following in zip(matches, [*matches[1:], None], strict=True):
        raw = text[match.end() : following.start() if following else len(text)]
        inline = _clean(raw)
        if not inline and following is None and match.end() >= len(text.rstrip(_EDGES)):
            inline = _next_cell(lines, number) or ""
        result.append((*_named(match), inline, number, f"{text[match.start() : match.end()]}{inline}"))
    return result


@recurring
def _bare_label(text: str) -> str | None:
    """The label that a line is and nothing else; None for any other line."""
    if len(text) > LONGEST_LABEL:
        return None
    label = _simple(text).translate(_LABEL_DRESS)
    return label if label in _FIELD_OF else None


def _simple(text: str) -> str:
    """The text with its labels in simplified characters, each in its place."""
    if len(text) > 2 * LONGEST_VALUE or not _TRADITIONAL.search(text):
        return text
    simple = simplify(text)
    return simple if len(simple) == len(text) else text


def _named(match: re.Match[str]) -> tuple[str, str]:
    groups = match.groupdict()
    if groups.get("en"):
        return _ENGLISH_FIELD_OF[groups["en"].lower()], groups["en"]
    label = re.sub(r"[ \u3000]", "", groups["zh"] or groups["boxed"] or groups["at"] or "")
    return _FIELD_OF[label], label


def _next_cell(lines: Sequence[Line], number: int) -> str | None:
    """The value in the next cell; None where the next line is far, or a label itself."""
    if number + 1 >= len(lines):
        return None
    following = lines[number + 1]
    if "。" in following.text:
        return None
    if lines[number].tag == "li" and not (following.tag == "li" and len(following.text) <= LONGEST_ITEM):
        return None
    if following.cell - lines[number].cell > CELLS_TO_VALUE or len(following.text) > LONGEST_VALUE:
        return None
    if (
        _bare_label(following.text) is not None
        or _LABEL.match(_simple(following.text))
        or following.text.endswith(("：", ":"))
    ):
        return None
    return _clean(following.text)


def _clean(text: str) -> str:
    stripped = text.strip(_EDGES)
    # `《光明日报》` keeps its marks, `（山西省）` inside stays balanced.
    for left, right in ("《》", "（）", "()", "[]", "【】"):
        if stripped.count(left) != stripped.count(right):
            start = text.find(stripped)
            if stripped.count(right) < stripped.count(left) and text[start + len(stripped) :].startswith(
                right
            ):
                stripped += right
            elif stripped.count(left) < stripped.count(right) and text[:start].endswith(left):
                stripped = left + stripped
    return stripped[:LONGEST_VALUE]


def _last_bracket(text: str) -> str:
    start = max(text.rfind("（"), text.rfind("("))
    return text[start:] if start >= len(text) - LONGEST_VALUE else ""


def _table(found: list[tuple[str, str, str, int, str]]) -> range:
    """The lines of the first group of at least two different fields that only a table has."""
    group: list[tuple[str, int]] = []
    for field, _, _, number, _ in [
        *(row for row in found if row[0] in _OF_TABLE_ONLY),
        ("", "", "", 1 << 30, ""),
    ]:
        if group and number - group[-1][1] > NEIGHBOURHOOD:
            if len({name for name, _ in group}) > 1:
                return range(max(group[0][1] - 4, 0), group[-1][1] + 5)
            group = []
        group.append((field, number))
    return range(0)

"""What the page put around a text and the extraction brought along: taken out line by line, kept as edits.

Only whole lines go, and only where a page has its furniture: at the head, before the first paragraphs, and at the
tail. A line that could be policy text stays: a leaked link is an ugliness, a lost article a false document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.document import Flag, Metadata
from parsers.normalisation import spam
from parsers.normalisation.characters import tidy
from parsers.normalisation.edits import Draft, change
from parsers.normalisation.key import fold
from parsers.normalisation.provenance import provenance

# Furniture stands before so many lines of text at the head, and behind so many at the tail. Counted in lines that
# stay, so that removing some does not bring others into reach.
HEAD_LINES = 8
TAIL_LINES = 6
# A tail is the last 30 % of the lines, but in a short text at least the last two.
TAIL_SHARE = 0.3
MIN_TAIL_LINES = 2
# A headline is broken into so many lines at most.
HEADLINE_LINES = 3
LONGEST_HEADLINE = 300
# A copyright notice says what it is, so it is looked for in a short text's last lines too.
MIN_NOTICE_REACH = 4
# A copyright notice has so many lines at most; more are text.
NOTICE_LINES = 8
# A value behind a label, a whole label line and a breadcrumb are short; sentences are not.
LONGEST_VALUE = 60
LONGEST_LABEL_LINE = 240
LONGEST_TRAIL = 160
# No line of furniture but a notice is longer; it also bounds what the patterns may cost.
LONGEST_FURNITURE = 400
FRONT_MATTER_LINES = 40

_HAN = re.compile("[\u4e00-\u9fff]+")
_SENTENCE = re.compile(r"[。；！？]|[a-z][.!?](?:\s|$)")
_NUMBERED = re.compile(
    r"\s*(?:第[一二三四五六七八九十百零〇\d]+[编章节条]|[（(]?[一二三四五六七八九十]{1,3}[）)、]|[（(]?\d{1,3}[）).、．]|[①-⑳]"
    r"|(?:Article|Section|Chapter) \d)"
)

_TRAIL = re.compile(
    r"(?:[您你]?(?:现在|目前|当前|所在)的?(?:所在)?(?:位置|页面)|[您你]的位置|[您你](?:现)?在(?:的位置|这里)|位置(?=.*(?:首页|[>＞»→]))"
    r"|(?:your )?current (?:location|position)|you are here)\s*(?:是|为)?\s*[:：>＞»→]"
    r"|(?:(?:网站)?首页|主页|home(?: ?page)?)\s*(?:[>＞»›→/|]|-\s|》|::)",
    re.IGNORECASE,
)

# Labels that only a page's own lines have, and labels that a text may have too: those need company.
_PAGE_LABELS = (
    "发布(?:时间|日期)|发稿(?:时间|日期)|发表(?:时间|日期|于)|更新(?:时间|日期)|上传时间|录入时间|编辑时间"
    "|(?:信息|文章|稿件|新闻|内容|资料|本文)来源|来 ?源"
    "|(?:浏览|阅读|点击|访问)(?:次数|人数|量|数|率)?|人气|字体(?:大小)?|字号|分享(?:到|至)?|背景色|保护视力色"
    "|索 ?引 ?号|发文机关|发文字号|主题分类|成文日期|生成日期|公开(?:方式|范围|时限)|组配分类|体裁分类|信息分类"
    "|information source|published(?: on| at| by)?|posted(?: on| by)?|release (?:date|time)|number of readers"
    "|views?|page views|hits|clicks|font size"
)
_SHARED_LABELS = (
    "时间|日期|作者|记者|供稿|撰稿|编辑|责任编辑|责编|审核|发布(?:机构|单位|人)|文 ?号|标 ?题|名 ?称|有 ?效 ?性|打印|主题词"
    "|source|date|time|author|editor|reading|from|by"
)
_LABEL = re.compile(rf"(?<![\w])(?:({_PAGE_LABELS})|{_SHARED_LABELS})\s*[:：]", re.IGNORECASE)
_LEADING_DATE = re.compile(
    r"\s*\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?\s*"
)
_COUNTER = re.compile(
    r"[【\[（(]?\s*(?:浏览|阅读|点击|访问)(?:(?:次数|人数|量|数|率)\s*[:：]?\s*\d*|\s*[:：]\s*\d*|\s*\d+)\s*[次人]?\s*[】\])）]?"
)
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[\sT]+\d{1,2}:\d{2}(?::\d{2})?)?|\d{4}年\d{1,2}月\d{1,2}日\s*\d{1,2}:\d{2}(?::\d{2})?"
)
# WordPress: date, number of comments, author, who may be missing.
_BLOG_BYLINE = re.compile(
    r"\d{4}-\d{2}-\d{2}\s+\d+\s+By\b ?[\w .-]{0,40}|(?:Posted|Published) (?:on|by) [^.。]{1,80}"
    r"|By (?:admin|[A-Z][\w.'-]+(?: [A-Z][\w.'-]+){1,3}(?: and [A-Z][\w.'-]+(?: [A-Z][\w.'-]+){1,3})?)"
    r"|(?:作者|记者|供稿|编辑|责任编辑|责编|摄影)\s*[:：]"
)
_PLACE = re.compile(r"(?:会议|活动|培训|听证(?:会)?)?地\s*点\s*[：:]")
_CATEGORY = re.compile(r"[^。；，,]{0,20}分类\s*(?:>>|>|»)[^。；]{0,20}")
_FONT_SIZE = re.compile(
    r"[【\[（(]?\s*(?:字[体号]\s*[:：]?)?\s*(?:[【\[（(]?\s*[大中小]\s*[】\]）)]?\s*){3}[】\]）)]?(?:\s*打印)?"
)

_NAVIGATION_WORD = (
    r"返回(?:列表页?|首页|主页|顶部|上一?页|上级|上一级|目录|栏目|频道)?|回到?顶部|(?:back to )?top|上一[篇条](?:[:：].*)?|下一[篇条](?:[:：].*)?"
    r"|站内搜索|搜索|检索|打印(?:本页|此页|本文|页面|文章)?|关闭(?:窗口|本页|此页|页面|本窗口|此窗口)?|收藏(?:本页|此页)?|加入收藏|设为首页"
    r"|网站地图|更多(?:>>|»)?|我要(?:纠错|分享|评论|打印)|(?:网站)?纠错|查看(?:更多|评论)|发表评论|打开APP|下载APP"
    r"|back|home|print(?: this page)?|close(?: window)?|search|share|previous|next (?:article|post)|return(?: to (?:list|home))?"
)
# The end of a syndicated article that copies bring along, their own name put in.
_READ_MORE = re.compile(r"返回[^\s，,。]{1,8}[，,]\s?查看更多(?=\n|\Z)")
_NAVIGATION = re.compile(
    rf"(?:[\[【<(（]?\s*(?:{_NAVIGATION_WORD})\s*[\]】>)）]?[\s|｜·/、>»]*)+", re.IGNORECASE
)
_SHARE_BAR = re.compile(
    r"[【\[（(]?(?:分享|转发|share)(?:到|至| to| on| this)?\s*[:：]?"
    r"(?:[\s|,，、]*(?:微信好友|微信|新浪微博|腾讯微博|微博|QQ空间|QQ好友|QQ|朋友圈|人人网|豆瓣|更多|facebook|twitter|linkedin|email|x|\d++))*[】\]）)]?"
    r"|(?:请?(?:用|使用|打开)?(?:微信|手机)?\s?[“\"]?扫一扫|(?:请|用)?(?:微信|手机)?(?:扫描|扫码)[上下左右]?[方侧]?二维码|扫码(?:关注|分享|下载))[^。；]{0,40}",
    re.IGNORECASE,
)
_NAMES = r"[\u4e00-\u9fff]{2,3}(?:[、\s]+[\u4e00-\u9fff]{2,3})*"
_CREDIT = re.compile(
    r"[（(【\[]?\s*(?:本文)?(?:责任编辑|责 ?编|网络编辑|值班编辑|编 ?辑|editor)\s*[:：丨|][^。；]{0,30}[）)】\]]?"
    # A step of a procedure is also called 审核 or 初审: only names may follow.
    rf"|[（(【\[]?\s*(?:(?:编辑|校 ?对|审 ?核|审校|监 ?制|初审|复审|终审|编审|排版|作者|撰文|摄影|通讯员)\s*[:：丨|]\s*{_NAMES}\s*)+[）)】\]]?",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"[（(【\[]?\s*(?:文章|信息|稿件|新闻|内容|资料|本文)?(?:来 ?源|来自|转自|摘自|source)\s*[:：]\s*[^。；:：]{1,60}[）)】\]]?",
    re.IGNORECASE,
)
_LINKS = re.compile(r"(?:[-*]\s+)?(?:!?\[([^\]]*)\]\(([^)\s]*)\)[\s|｜·/、,，]*)+")
_ATTACHED = re.compile(r"附件|附表|下载|\.(?:docx?|xlsx?|pdf|wps|et|zip|rar|ofd)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"<?(?:https?:)?//[^\s\u3400-\u9fff]+>?")
_FRONT_MATTER = re.compile(r"(?:layout|permalink|categories|tags|excerpt|comments|draft|slug)\s*:.*")
_FRONT_MATTER_LINE = re.compile(r"\w[\w-]*\s*:.*|\s*-\s.*|\s*")
_FOOTER = re.compile(
    r".*(?:ICP备\s?\d|公网安备\s?\d|网站标识码\s*[:：]?\s*[a-z]{0,2}\d{5}|Copyright\s*(?:©|\(c\)|\d{4})|©\s*\d{4}).*",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"所有自采新闻|凡本网(?:站)?(?:未)?注明|未经(?:本网|本站)?(?:书面)?(?:允许|授权|许可)[,，]?不得转载"
    r"|^\W*(?:版权所有|版权声明|免责声明|转载声明)(?![归者人权])"
)

_ANYWHERE_AT_HEAD = (
    ("category_line", _CATEGORY),
    ("counter", _COUNTER),
    ("date_line", _DATE),
    ("byline", _BLOG_BYLINE),
    ("font_size", _FONT_SIZE),
    ("source_line", _SOURCE),
    ("share_bar", _SHARE_BAR),
    ("navigation", _NAVIGATION),
    ("front_matter", _FRONT_MATTER),
)
_ANYWHERE_AT_TAIL = (
    ("counter", _COUNTER),
    ("font_size", _FONT_SIZE),
    ("source_line", _SOURCE),
    ("credit_line", _CREDIT),
    ("share_bar", _SHARE_BAR),
    ("navigation", _NAVIGATION),
    ("site_footer", _FOOTER),
)


@dataclass(frozen=True, slots=True)
class Stripped:
    """A text without its page's furniture.

    Attributes:
        draft: The text; what was removed is in its edits, each with its kind.
        flags: `spam_wrapper_removed` where there was one.
        provenance: Relation of the host to the text, None where nothing tells.
    """

    draft: Draft
    flags: tuple[Flag, ...]
    provenance: str | None


def strip(draft: Draft, metadata: Metadata, host: str | None) -> Stripped:
    """Take a page's furniture out of its text: spam wrapper, trail, bylines, repeated headline, notices, links.

    Args:
        draft: The repaired text; paragraphs are lines.
        metadata: Its title and subtitle leave the text, wherever they stand at its head.
        host: Where the page was; None for an imported file.

    Returns:
        The text that is left, which may be empty.
    """
    brand = spam.brand(metadata.title, draft.text)
    unwrapped = _unwrap(draft, brand) if brand else draft
    unwrapped = change(
        unwrapped, "navigation", [(*m.span(), "") for m in _READ_MORE.finditer(unwrapped.text)]
    )
    stripped = _drop(unwrapped, _furniture(unwrapped.text.split("\n"), metadata, brand))
    flags = (_spam_flag(brand, stripped),) if brand else ()
    return Stripped(tidy(stripped), flags, provenance(host, metadata, is_spam=brand is not None))


def _unwrap(draft: Draft, brand: str) -> Draft:
    """Cut the runs of search phrases and the brand at either end of a headline."""
    spans = [(run.start, run.end) for run in spam.runs(draft.text)]
    start = 0
    for line in draft.text.split("\n"):
        end = start + len(line)
        rest = spam.without_brand(line, brand) if _may_be_headline(line, brand) else ""
        if rest and not any(start <= run_start < end for run_start, _ in spans):
            at = start + line.index(rest)
            spans += [(start, at), (at + len(rest), end)]
        start = end + 1
    return change(draft, "spam_wrapper", [(*span, "") for span in sorted(spans) if span[0] < span[1]])


def _may_be_headline(line: str, brand: str) -> bool:
    if len(line) > LONGEST_HEADLINE or brand.lower() not in line.lower():
        return False
    return not _SENTENCE.search(line) and not spam.is_wrapper_line(line, brand)


def _spam_flag(brand: str, stripped: Draft) -> Flag:
    removed = [edit.original for edit in stripped.edits if edit.kind == "spam_wrapper"]
    return Flag(
        "spam_wrapper_removed",
        f"brand {brand}: {len(removed)} spans of {sum(map(len, removed))} characters removed",
    )


def _furniture(lines: Sequence[str], metadata: Metadata, brand: str | None) -> dict[int, str]:
    """Name the lines that are furniture: number → kind."""
    kinds = dict.fromkeys(_front_matter(lines), "front_matter")
    if brand:
        kinds |= {n: "spam_wrapper" for n, line in enumerate(lines) if spam.is_wrapper_line(line, brand)}
    kinds |= _at_head(lines, kinds, _headlines(metadata, brand))
    return kinds | _at_tail(lines, kinds)


def _front_matter(lines: Sequence[str]) -> range:
    """Give the lines of a YAML block that opens the text."""
    first = next((n for n, line in enumerate(lines) if line), None)
    if first is None or lines[first] != "---":
        return range(0)
    block = range(first + 1, min(len(lines), first + FRONT_MATTER_LINES))
    last = next((n for n in block if not _FRONT_MATTER_LINE.fullmatch(lines[n])), None)
    return range(first, last + 1) if last is not None and lines[last] == "---" else range(0)


def _at_head(lines: Sequence[str], known: dict[int, str], headlines: frozenset[str]) -> dict[int, str]:
    kinds: dict[int, str] = {}
    kept = number = 0
    begun = False
    while number < len(lines) and kept < HEAD_LINES:
        # Behind the first sentence the headline is a part of the text: an order that puts measures in force names them
        # again above their first article.
        length = 0 if begun else _headline_length(lines, number, headlines)
        kind = "repeated_headline" if length else known.get(number) or _kind_at_head(lines[number])
        if kind == "byline" and any(_PLACE.match(line) for line in lines[number + 1 : number + 3]):
            kind = None  # the time of an event, whose place follows
        for n in range(number, number + max(1, length)):
            if kind and lines[n]:
                kinds[n] = kind
        kept += bool(lines[number] and not kind)
        begun = begun or bool(not kind and _SENTENCE.search(lines[number]))
        number += max(1, length)
    return kinds if headlines else kinds | _second_headline(lines, kinds)


def _headlines(metadata: Metadata, brand: str | None) -> frozenset[str]:
    """Fold the headline as it may stand: alone, with its subtitle above or below."""
    named = metadata.title or ""
    title = fold(spam.without_brand(named, brand) if brand and len(named) <= LONGEST_HEADLINE else named)
    subtitle = fold(metadata.subtitle or "")
    return frozenset({title, subtitle, title + subtitle, subtitle + title}) - {""}


def _headline_length(lines: Sequence[str], number: int, headlines: frozenset[str]) -> int:
    """Count the lines from here on that are the headline, 0 where they are not."""
    joined = ""
    longest = max(map(len, headlines), default=0)
    for length, line in enumerate(lines[number : number + HEADLINE_LINES], 1):
        # Folding keeps every Han character, so that a paragraph is told from a headline before it is folded.
        if len(line) > LONGEST_HEADLINE or sum(map(len, _HAN.findall(line))) > longest:
            break
        joined += fold(line)
        if joined in headlines and line:
            return length
        if not any(headline.startswith(joined) for headline in headlines):
            break
    return 0


def _second_headline(lines: Sequence[str], kinds: dict[int, str]) -> dict[int, str]:
    """Name the repetition of the first one or two lines where nobody said what the headline is."""
    left = [n for n, line in enumerate(lines) if line and n not in kinds][:HEAD_LINES]
    folded = [fold(lines[n]) if len(lines[n]) <= LONGEST_HEADLINE else "" for n in left]
    for length in (2, 1):
        for second in range(length, len(left) - length + 1):
            if folded[second : second + length] == folded[:length] and all(folded[:length]):
                return dict.fromkeys(left[second : second + length], "repeated_headline")
    return {}


def _kind_at_head(line: str) -> str | None:
    if not line:
        return None
    if _is_trail(line):
        return "breadcrumb"
    kind = _first_match(line, _ANYWHERE_AT_HEAD) or _kind_of_link(line)
    return kind or ("byline" if _is_label_line(line) else None)


def _at_tail(lines: Sequence[str], known: dict[int, str]) -> dict[int, str]:
    written = [n for n, line in enumerate(lines) if line and n not in known]
    reach = max(MIN_TAIL_LINES, int(TAIL_SHARE * len(written)))
    notice_reach = max(MIN_NOTICE_REACH, reach)
    kinds = dict.fromkeys(_notice(lines, written[1:][-notice_reach:]), "copyright_tail")
    kept = 0
    for number in reversed(written):
        if kept == min(reach, TAIL_LINES):
            break
        kind = (
            kinds.get(number)
            or _first_match(lines[number], _ANYWHERE_AT_TAIL)
            or _kind_of_link(lines[number])
        )
        if kind:
            kinds[number] = kind
        else:
            kept += 1
    return kinds


def _notice(lines: Sequence[str], tail: Sequence[int]) -> Sequence[int]:
    """Give the lines from a copyright notice to the end."""
    for place, number in enumerate(tail):
        notice = tail[place:]
        if (
            _NOTICE.search(lines[number])
            and len(notice) <= NOTICE_LINES
            and not any(_NUMBERED.match(lines[n]) for n in notice)
        ):
            return notice
    return ()


def _first_match(line: str, patterns: Sequence[tuple[str, re.Pattern[str]]]) -> str | None:
    if len(line) > LONGEST_FURNITURE:
        return None
    return next((kind for kind, pattern in patterns if pattern.fullmatch(line)), None)


def _kind_of_link(line: str) -> str | None:
    if len(line) > LONGEST_FURNITURE:
        return None
    if _ADDRESS.fullmatch(line) and not _ATTACHED.search(line):
        return "address_line"
    return "link_line" if _LINKS.fullmatch(line) and not _ATTACHED.search(line) else None


def _is_trail(line: str) -> bool:
    return len(line) <= LONGEST_TRAIL and bool(_TRAIL.match(line)) and not re.search("[。；！？]", line)


def _is_label_line(line: str) -> bool:
    """Tell a line of labels with short values: `发布时间：2023-03-09 来源：省政府 浏览次数：12`."""
    if len(line) > LONGEST_LABEL_LINE or _SENTENCE.search(line):
        return False
    body = line.strip("【】[]（）() \u3000|")
    date = _LEADING_DATE.match(body)
    labels = list(_LABEL.finditer(body))
    if not labels or labels[0].start() > (date.end() if date else 0):
        return False
    ends = [label.start() for label in labels[1:]] + [len(body)]
    values = [body[label.end() : end].strip() for label, end in zip(labels, ends, strict=True)]
    is_proved = len(labels) > 1 or bool(labels[0][1]) or date is not None or bool(_DATE.fullmatch(values[0]))
    return is_proved and max(map(len, values)) <= LONGEST_VALUE


def _drop(draft: Draft, kinds: dict[int, str]) -> Draft:
    """Remove the named lines, one step for each kind."""
    left = list(enumerate(draft.text.split("\n")))
    for kind in dict.fromkeys(kinds.values()):
        spans: list[tuple[int, int, str]] = []
        kept: list[tuple[int, str]] = []
        position = 0
        is_behind_removed = False
        for number, line in left:
            end = position + len(line)
            # The blank line behind a removed one goes with it.
            is_gap = is_behind_removed and not line
            is_removed = kinds.get(number) == kind
            start = spans.pop()[0] if is_gap else position
            position = end + 1
            if is_removed or is_gap:
                spans.append((start, min(position, len(draft.text)), ""))
            else:
                kept.append((number, line))
            is_behind_removed = is_removed
        draft, left = change(draft, kind, spans), kept
    return draft

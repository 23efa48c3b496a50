"""The headline: found among tags, headings and lines, and freed of site names and brands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.metadata.document_types import type_of_title
from parsers.metadata.issuers import is_body, is_office, of_title
from parsers.metadata.lines import Line
from parsers.metadata.meta_tags import Head
from parsers.normalisation.spam import clean_title
from parsers.recurring import recurring

SHORTEST, LONGEST = 4, 200
_HAN = re.compile("[\u4e00-\u9fff]")
_CLUTTER = re.compile(r"[\W_]+")
_SEPARATOR = re.compile(
    r"\s*(?:_+|[|｜]|-{2,}|——(?=[^—]{2,12}$)|»|\s[-–—·]\s|[-–—]\s*$)\s*|(?<=[\u4e00-\u9fff”》）！？。])\s?[-–—]\s?(?=[\u4e00-\u9fff])"
)
_SITE = re.compile(
    r"(?:网站?|门户|频道|政府|委员会|[局厅部委办院]|日报|晚报|新闻|中心|政协|人大|在线|专题|专栏|栏目|首页|正文|Online|Website|\.com|\.cn)$",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"^(?:新闻动态|通知公告|政策文件|工作动态|详细页面?|.{0,6}详细(?:页面|信息|内容)|文章(?:内容|正文|详情)|正文|首页|无标题文档|信息公开|内容页|详情页?|"
    r"政府信息公开|新闻详情|untitled.*|home|index|document)$",
    re.IGNORECASE,
)
_GENRE = re.compile(
    r"解读|图解|一图|视频|专访|组图|评论|两会|通知|公告|公示|快讯|时评|社论|聚焦|关注|专题|发布|访谈|直播|图|音频|独家|调查|论坛|理论|系列|问答"
)
_BRAND = re.compile(r"^\s*[\[【]([^\[\]【】]{2,20})[\]】]\s*(?=\S{4})")
_BADGE = re.compile(r"\s*[\[【(（]?(?:原创|转载|置顶|推荐|精华|热门|最新|NEW|HOT)[\]】)）]?$")
"""What a portal prints behind a headline."""
BREADCRUMB = re.compile(
    r"^(?:您?(?:的?(?:当前|现在|所在|目前))的?的?位置|当前位置|现在位置|所在位置|位置\s*[：:]|首页\s*[>＞»›/\-]|Your (?:current )?(?:location|position)|"
    r"Current (?:location|position)|You are here|Location\s*:|Home\s*[>»›/]).*|^[^。]{0,80}(?:[>＞»›]{1,2}[^。>＞»›]{1,30}){1,}[>＞»›]*$",
    re.IGNORECASE,
)
_NO_HEADLINE = re.compile(
    r"[：:；]$|。|^[（(].*[）)]$|^(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|第[一二三四五六七八九十百\d]+[章节条]|\d{1,2}[.、])"
)
"""A label, a sentence or a numbered heading of the text."""
_SHOULDER = re.compile(
    r"为(?!什么|何)|以|围绕|聚焦|坚持|随着|面对|针对|按照|根据|自|从|在.{2,20}(?:之际|下|中)$"
)
_BYLINE = re.compile(
    r"(?:来源于?|发布时间|发布日期|发表时间|时间|日期|作者|浏览次数|点击数|Source|Date|Author)\s*[：:]|^\D{0,4}20\d\d\s?[-年/.]\s?\d{1,2}\s?[-月/.]\s?\d{1,2}",
    re.IGNORECASE,
)
NEAR_BYLINE = 8
MOST_LINES = 3
"""A headline is printed over three lines at most."""
LOWEST_SUBTITLE = 4
SHORTEST_STUB = 12
LONGEST_COLUMN = 12
NEAR = 25
"""A headline that nothing but its form tells stands at most this many lines above the text."""


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline and where it was read.

    Attributes:
        title: The headline.
        subtitle: What stands above or below it and belongs to it.
        rule: The rule that found it.
        snippet: What it was read from.
    """

    title: str
    subtitle: str | None
    rule: str
    snippet: str


@recurring
def key(text: str) -> str:
    """A text without blanks, punctuation, width and case, for comparing headlines."""
    return _CLUTTER.sub("", unicodedata.normalize("NFKC", text)).lower()


def find_headline(
    head: Head, lines: Sequence[Line], start: int, table_title: str | None, text: str
) -> Headline | None:
    """Find a page's headline.

    Args:
        head: The page's head.
        lines: Its visible lines.
        start: Number of the line in which the main text begins.
        table_title: 标题 of the 索引号 table.
        text: The main text.

    Returns:
        In order of trust: the table, ArticleTitle, a heading or line that `<title>` confirms, other tags, the nearest
        heading above the text, lines of a document's form, the line above the byline, what is left of `<title>` without site and brand, the
        text's first line. None where the page has none of them.
    """
    found = (
        _of_tags(head, lines, table_title)
        or _confirmed(head, lines, start)
        or _of_other_tags(head)
        or _nearest(head, lines, start)
        or _shaped(head, lines, start)
        or _printed_twice(head, lines, start)
        or _above_byline(head, lines, start)
        or _of_title_tag(head)
        or _of_first_line(text)
    )
    if found is None:
        return None
    rule, title, snippet = found
    title = clean_title(
        _without_label(title, text) if rule not in {"info_table:标题", "meta:ArticleTitle"} else title, text
    )
    return Headline(title, _subtitle(title, head, lines, start), rule, snippet) if title else None


def find_text_headline(lines: Sequence[str], text: str) -> Headline | None:
    """Find the headline of a plain text: its first line, or lines, that are no furniture.

    Args:
        lines: The text's first lines, metadata lines and breadcrumbs taken out.
        text: The whole text.

    Returns:
        Where the headline comes twice, all its lines: the main one as title, the other as subtitle.
    """
    if not lines or len(lines[0]) > LONGEST:
        return None
    size = _repeated(lines)
    if size > 1:
        title, subtitle = _main_of(lines[:size])
        return Headline(clean_title(title, text), subtitle, "text:repeated_headline", "\n".join(lines[:size]))
    first = lines[0]
    if len(lines) > 1 and not size and _continues(first, lines[1]):
        first = first + lines[1]
    elif first.endswith(("。", "；")):
        return None
    subtitle = lines[1] if len(lines) > 1 and lines[1].startswith("——") else None
    return Headline(clean_title(first, text), subtitle, "text:first_line", lines[0])


def cut_site(title: str, names: Sequence[str]) -> str:
    """Cut the names of site and column off a `<title>`.

    Args:
        title: The tag's text.
        names: Names of site and column where the page's tags give them.
    """
    parts = [part for part in _SEPARATOR.split(title) if part and part.strip()]
    if len(parts) < 2:
        return title.strip()
    known = {key(name) for name in names}
    first = key(parts[0])
    # `TheoryChina - Theoretical Frontiers - Preventing …`: the site comes first.
    if first in known or (len(parts) > 2 and parts[0].isascii() and len(parts[-1]) > 2 * len(parts[0])):
        return max(parts, key=len).strip()
    # `河南省人民政府门户网站-通知公告-关于…的通知`: site and column come first.
    if not _SITE.search(parts[-1]):
        while len(parts) > 1 and len(parts[0]) < len(parts[-1]) and _names_site(parts[0]):
            parts = parts[1:]
    title = title[title.find(parts[0]) :]
    keep = len(parts)
    while keep > 1:
        part = parts[keep - 1].strip()
        joint = title[: title.rfind(part)].rstrip(" ")[-1:]
        # `一图读懂｜创新券怎么用`: a bar joins the parts of headlines, too.
        short = len(part) <= LONGEST_COLUMN and joint not in "|｜"
        if not (key(part) in known or short or _SITE.search(part)):
            break
        keep -= 1
    end = title.find(parts[keep - 1]) + len(parts[keep - 1])
    return title[:end].strip(" -_|–—")


def _names_site(part: str) -> bool:
    return bool(_SITE.search(part) or _GENERIC.match(part))


def _of_tags(head: Head, lines: Sequence[Line], table_title: str | None) -> tuple[str, str, str] | None:
    if table_title is not None and SHORTEST <= len(table_title) <= LONGEST:
        return "info_table:标题", table_title, table_title
    tag = head.tags.get("articletitle")
    if tag is None or not _is_headline(tag, head):
        return None
    if tag.endswith(("…", "...")):
        stub = key(tag)
        tag = next(
            (line.text for line in lines if key(line.text).startswith(stub) and len(line.text) <= LONGEST),
            tag,
        )
    return "meta:ArticleTitle", _without_markup(tag), tag


def _confirmed(head: Head, lines: Sequence[Line], start: int) -> tuple[str, str, str] | None:
    """The longest line, or lines, that `<title>` or og:title contains; headings before other lines."""
    for tag in (head.title, head.tags.get("og:title")):
        chosen = _longest_within(tag, head, lines, start) if tag else None
        if chosen and tag:
            return "heading:confirmed", chosen, tag
    return None


def _longest_within(tag: str, head: Head, lines: Sequence[Line], start: int) -> str:
    whole = key(tag)
    parts = [key(part) for part in _SEPARATOR.split(tag) if part] or [whole]
    last = parts[-1] if len(parts) > 1 else ""
    is_whole = any(len(line.text) <= LONGEST and key(line.text) == parts[0] for line in lines[: start + NEAR])
    best: tuple[int, bool, int] | None = None
    chosen = ""
    for number, line in enumerate(lines[: start + NEAR]):
        if len(line.text) > LONGEST or (line.linked and not line.level):
            continue
        undressed = _undressed(line.text)
        if undressed != line.text and key(undressed) == parts[0] != key(line.text):
            return undressed
        for size in range(1, MOST_LINES + 1):
            parted = lines[number : number + size]
            joined = "".join(part.text[: LONGEST + 1] for part in parted)
            folded = key(joined)
            if (len(joined) > LONGEST or folded not in whole) and not (
                size == 1 and not is_whole and _goes_on(folded, parts[0])
            ):
                break
            if size > 1 and key(parted[-1].text) in parts[1:]:
                # The name of the site or the column stands below the headline.
                break
            if folded == last or len(folded) < SHORTEST or not _is_headline(joined, head):
                continue
            if folded not in parts and len(folded) * 2 <= len(parts[0]):
                continue
            rank = (len(folded), bool(line.level or line.titled), -abs(start - number))
            if best is None or rank > best:
                best, chosen = rank, joined
    return chosen


def _undressed(text: str) -> str:
    """A line without `[通知]`, the category of a forum's thread, and `原创`, a badge; `<title>` leaves both out."""
    return _BADGE.sub("", _BRAND.sub("", text))


def _goes_on(folded: str, part: str) -> bool:
    """Whether a line goes on where the system cut the `<title>` short."""
    return len(part) >= SHORTEST_STUB and folded.startswith(part)


def _of_other_tags(head: Head) -> tuple[str, str, str] | None:
    for name, value in (
        ("meta:og:title", head.tags.get("og:title")),
        ("json-ld:headline", head.structured.get("headline")),
        ("enpproperty:title", head.enp.get("title")),
        ("meta:title", head.tags.get("title")),
    ):
        if value and _is_headline(value, head):
            return name, cut_site(_without_markup(value), _names(head)), value
    return None


def _nearest(head: Head, lines: Sequence[Line], start: int) -> tuple[str, str, str] | None:
    """The nearest heading above the text, where `<title>` names the site or the column only."""
    ranked: list[tuple[int, int, int]] = []
    for number in range(start, max(start - NEAR, -1), -1):
        if number >= len(lines):
            continue
        line = lines[number]
        if line.linked or not (line.level in {1, 2, 3} or line.titled) or not _is_headline(line.text, head):
            continue
        if not SHORTEST < len(line.text) <= _longest(line.text) or _is_no_headline(line.text):
            continue
        ranked.append((_trust(line), start - number, number))
    if not ranked:
        return None
    _, _, number = min(ranked)
    title = _joined(lines, number)
    return "heading:nearest", title, title


def _longest(text: str) -> int:
    """The length of a headline that nothing confirms: a hundred characters, or two hundred in Latin letters."""
    return LONGEST // 2 if _HAN.search(text) else LONGEST


def _is_no_headline(text: str) -> bool:
    return bool(_NO_HEADLINE.search(text) or _BYLINE.search(text) or BREADCRUMB.match(text))


def _trust(line: Line) -> int:
    """1 for a first heading, 2 for a second one or what its class calls a headline, 3 for others."""
    if line.level == 1:
        return 1
    return 2 if line.level == 2 or (line.titled and not line.level) else 3


def _joined(lines: Sequence[Line], number: int) -> str:
    """A headline with the lines of the same form above and below that it goes on from and into."""
    form = lines[number].level, lines[number].titled
    first = last = number
    while (
        first
        and (lines[first - 1].level, lines[first - 1].titled) == form
        and _goes_into(lines[first - 1].text, lines[first].text)
    ):
        first -= 1
    while (
        last + 1 < len(lines)
        and (lines[last + 1].level, lines[last + 1].titled) == form
        and _goes_into(lines[last].text, lines[last + 1].text)
    ):
        last += 1
    return "".join(line.text for line in lines[first : last + 1])


def _goes_into(above: str, below: str) -> bool:
    return len(above) <= LONGEST // 2 and (
        _continues(above, below) or above.endswith(("及", "和", "与", "、", "的", "关于", "暨"))
    )


def _shaped(head: Head, lines: Sequence[Line], start: int) -> tuple[str, str, str] | None:
    """Lines above the text that have the form of a document's headline: `…关于…的通知`."""
    found = []
    # A page of the old kind has its headline as the first lines of the text.
    for number in range(max(start - NEAR, 0), min(start + MOST_LINES, len(lines))):
        for size in range(1, MOST_LINES + 1):
            part = lines[number : number + size]
            joined = "".join(line.text[: LONGEST + 1] for line in part)
            if any(line.linked for line in part) or len(joined) > LONGEST or "关于" not in joined:
                continue
            if ("关于" not in part[0].text and not is_body(part[0].text)) or _is_no_headline(part[-1].text):
                continue
            if (
                type_of_title(joined) is not None
                and not _is_no_headline(joined)
                and _is_headline(joined, head)
            ):
                found.append((of_title(joined) is not None, len(joined), joined))
    return ("lines:关于", max(found)[2], max(found)[2]) if found else None


def _printed_twice(head: Head, lines: Sequence[Line], start: int) -> tuple[str, str, str] | None:
    """The line above the byline that the text repeats as its first."""
    seen: set[str] = set()
    for line in lines[max(start - NEAR_BYLINE, 0) : start + 1]:
        folded = key(line.text) if 2 * SHORTEST <= len(line.text) <= _longest(line.text) else ""
        if (
            folded in seen
            and not line.linked
            and not _is_no_headline(line.text)
            and _is_headline(line.text, head)
        ):
            return "line:printed_twice", line.text, line.text
        seen |= {folded} - {""}
    return None


def _above_byline(head: Head, lines: Sequence[Line], start: int) -> tuple[str, str, str] | None:
    """The line above `发布时间：… 来源：…`, where `<title>` names a column or a site."""
    if head.title and not _GENERIC.match(head.title) and not _SITE.search(head.title):
        return None
    for number in range(max(start - NEAR_BYLINE, 1), min(start, len(lines))):
        above = lines[number - 1]
        if not _BYLINE.search(lines[number].text) or above.linked or _is_no_headline(above.text):
            continue
        if 2 * SHORTEST <= len(above.text) <= LONGEST // 2 and _is_headline(above.text, head):
            return "line:above_byline", above.text, lines[number].text
    return None


def _of_title_tag(head: Head) -> tuple[str, str, str] | None:
    if head.title is None:
        return None
    cut = cut_site(head.title, _names(head))
    return ("title", cut, head.title) if _is_headline(cut, head) and len(cut) >= SHORTEST else None


def _of_first_line(text: str) -> tuple[str, str, str] | None:
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if (
        SHORTEST <= len(first) <= LONGEST // 2
        and not first.endswith(("，", "."))
        and not _is_no_headline(first)
    ):
        return "text:first_line", first, first
    return None


def _is_headline(text: str, head: Head) -> bool:
    folded = key(text)
    return (
        bool(folded)
        and folded not in {key(name) for name in _names(head)}
        and not _GENERIC.match(text.strip())
        and not is_office(text.strip())
    )


def _names(head: Head) -> list[str]:
    return [head.tags[name] for name in ("sitename", "columnname", "og:site_name") if name in head.tags]


def _without_markup(text: str) -> str:
    return " ".join(re.sub(r"\s*<[^<>]{1,40}>\s*", "", text.replace("&nbsp;", " ")).split())


def _without_label(title: str, text: str) -> str:
    """Cut `[brand]` in front of a headline; a genre (`[图解]`) and what the text speaks of stay."""
    found = _BRAND.match(title)
    if found is None or found[1] in text.replace(title, "") or _GENRE.search(found[1]):
        return title
    return title[found.end() :]


def _subtitle(title: str, head: Head, lines: Sequence[Line], start: int) -> str | None:
    """The line above or below the headline that belongs to it."""
    folded = key(title)
    near = lines[: start + NEAR_BYLINE]
    printed = [n for n, line in enumerate(near) if len(line.text) <= LONGEST and key(line.text) == folded]
    named = {key(head.enp.get("introtitle", "")), key(head.enp.get("subtitle", ""))} - {""}
    others = {folded, *map(key, _names(head)), *map(key, _SEPARATOR.split(head.title or ""))}
    for number in printed:
        for step in (1, -1):
            if not 0 <= number + step < len(lines):
                continue
            beside, headline = lines[number + step], lines[number]
            if len(beside.text) > LONGEST // 2 or beside.linked or key(beside.text) in others:
                continue
            if step == 1 and beside.text.startswith("——"):
                return beside.text
            lesser = 1 < beside.level <= LOWEST_SUBTITLE and (step == 1 or 0 < headline.level < beside.level)
            # Headline and subtitle printed twice, one pair under the other; a body printed twice is far away.
            twice = any(
                0 < abs(number - n) <= MOST_LINES
                and 0 <= n + step < len(lines)
                and lines[n + step].text == beside.text
                for n in printed
            )
            if (
                (lesser or twice or key(beside.text) in named)
                and len(beside.text) > SHORTEST
                and not _is_no_headline(beside.text)
            ):
                return beside.text
    return None


def _repeated(lines: Sequence[str]) -> int:
    """How many lines the headline has that comes twice at the beginning; 0 where none does."""
    for size in (1, 2, 3):
        if len(lines) >= 2 * size and [key(line) for line in lines[:size]] == [
            key(line) for line in lines[size : 2 * size]
        ]:
            return size
    return 0


def _main_of(parts: Sequence[str]) -> tuple[str, str | None]:
    """Tell the headline proper from the lines above and below it."""
    if len(parts) > 1 and (_continues(parts[0], parts[1])):
        return "".join(parts), None
    for number, part in enumerate(parts):
        if part.startswith(("——", "--", "（", "(")) and number:
            return parts[0], part.lstrip("—-")
    # An introductory line (引题) says why or by what; the headline proper follows it.
    if len(parts) > 1 and _SHOULDER.match(parts[0]):
        return parts[1], " ".join(part for part in parts if part != parts[1])
    return parts[0], " ".join(parts[1:]) or None


def _continues(first: str, second: str) -> bool:
    """`山西省人民政府` / `关于印发…的通知`: an issuer and what it is about are one headline."""
    return (is_body(first) and second.startswith(("关于", "印发", "转发"))) or (
        first.endswith(("关于", "关于印发")) and of_title(first + second) is not None
    )

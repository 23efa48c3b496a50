"""Spam wrapped around a policy text by a site that wants its words found: brand lists and brands in the title.

A brand is not looked up: it is the stem that a run of search phrases repeats (`甲乐,甲乐官网,甲乐登录,…`). The list
of well-known brands is a second witness only, because short names also stand in ordinary words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# A run is at least so many neighbouring items, of which so many begin with the stem and carry a portal word
# (measured: wrappers 0.83 and more of both; the policy list 新增…,新增… has 0.14 portal words).
MIN_ITEMS = 5
MIN_STEM_SHARE = 0.6
MIN_PORTAL_SHARE = 0.4
LONGEST_ITEM = 16
# A longer title is no title, and not worth what cutting it may cost.
LONGEST_TITLE = 500
ITEM_LENGTHS = range(2, LONGEST_ITEM + 1)
STEM_LENGTHS = range(2, 6)
# How far behind the last item the sentence may begin that the run was glued to.
GLUED_REACH = 24

_PORTAL = (
    "官方网站|官网|网址|网站|入口|登录|登陆|注册|下载|app|平台|体育|娱乐|靠谱|网页版|手机版|客户端|安装|电竞|真人|棋牌"
    "|彩票|投注|数字站|最新"
)
# Both cases spelled out: without a letter that has cases the scan skips to what may begin a word.
_PORTAL_WORD = re.compile(_PORTAL.replace("app", "a[pP][pP]|A[pP][pP]"))
# `、` and blanks also part the items of policy lists and tables: with them nearly all items must fit.
_SEPARATED = re.compile(r"[^,，|_\-\n]+")
_LOOSELY_SEPARATED = re.compile(r"[^,，|_\-\n\s、/·;；｜丨]+")
LOOSE_STEM_SHARE = 0.8
LOOSE_PORTAL_SHARE = 0.7
# Where the real text begins behind a run that is glued to it.
_MARKER = re.compile(
    r"\d{1,2}[.．、]|[（(]?[一二三四五六七八九十]{1,3}[）)、]|第[一二三四五六七八九十百零〇\d]+[编章节条]"
)
# What a last item may consist of behind its stem where no marker follows.
_ITEM_REST = re.compile(rf"(?:{_PORTAL}|[吗呢吧呀])*[。！？!?]?\s*", re.IGNORECASE)

# Full forms only. 基金年会 and 募资金年会 are ordinary words, 博彩 an ordinary one in Macau.
_BRANDS = re.compile(
    "开云体育|乐鱼体育|华体会|必威体育|亚博体育|九游会|新葡京|bet365|manbetx|ag真人|时时彩|百家乐|老虎机|(?<![基资募])金年会"
    "|爱游戏体育|米兰体育|星空体育|完美体育|江南体育|半岛体育|天博体育|皇冠体育|万博体育|雷火电竞|韦德体育|凤凰体育",
    re.IGNORECASE,
)
_GAMES = frozenset({"时时彩", "百家乐", "老虎机"})
"""Names of games, of which the police speaks as well: they count beside a brand only."""
_IN_BRANDS = (
    "体育",
    "电竞",
    "华体会",
    "九游会",
    "新葡京",
    "365",
    "manbetx",
    "真人",
    "时时彩",
    "百家乐",
    "老虎机",
    "金年会",
)
"""One of these is in every brand: to look for them first takes a tenth of the time where there is none."""
_STOP = re.compile("[。！？：；!?:;]")
_JOINT = r"[\-_|－—–]"


@dataclass(frozen=True, slots=True)
class Run:
    """A run of search phrases.

    Attributes:
        start: Its place in the text.
        end: End of it, exclusive, the glued item included.
        stem: What its items begin with: the brand.
    """

    start: int
    end: int
    stem: str


def runs(text: str) -> Iterator[Run]:
    """Yield the runs of search phrases in a text, in order."""
    position = 0
    for line in text.split("\n"):
        if _PORTAL_WORD.search(line):
            found = list(_runs_of_line(line, _SEPARATED, MIN_STEM_SHARE, MIN_PORTAL_SHARE))
            if not found:
                found = list(_runs_of_line(line, _LOOSELY_SEPARATED, LOOSE_STEM_SHARE, LOOSE_PORTAL_SHARE))
            for run in found:
                yield Run(position + run.start, position + run.end, run.stem)
        position += len(line) + 1


def brand(title: str | None, text: str) -> str | None:
    """Name the brand that a spam wrapper advertises, None where the text has no wrapper.

    Args:
        title: The title as the page gives it.
        text: The text.
    """
    found = next(runs(text), None) or next(runs(title or ""), None)
    if found is not None:
        return found.stem
    whole = f"{title or ''}\n{text}"
    lowered = whole.lower()
    if not any(part in lowered for part in _IN_BRANDS):
        return None
    named = Counter(found[0].lower() for found in _BRANDS.finditer(whole))
    if len(named) < 2 or named.keys() <= _GAMES:
        return None
    # Two well-known brands are a wrapper; it advertises the one that the title carries, or the more frequent.
    return next((name for name in named if name in (title or "").lower()), named.most_common(1)[0][0])


def clean_title(title: str, text: str) -> str:
    """Cut the brand of a spam wrapper out of a title.

    Args:
        title: The title as the page gives it.
        text: The text that shows the brand.

    Returns:
        The title without brand; unchanged where the text has no wrapper.
    """
    found = brand(title, text)
    return without_brand(title, found) if found and len(title) <= LONGEST_TITLE else title


def without_brand(line: str, name: str) -> str:
    """Cut a brand and its portal words off either end of a line where they are joined by `-`, `_` or `|`."""
    brand_item = rf"\s*{re.escape(name)}(?:{_PORTAL}|\s)*"
    portal_item = rf"\s*(?:{_PORTAL})+"
    bracketed = rf"[【\[（(]{brand_item}[】\]）)]"
    glued = rf"{re.escape(name)}(?:{_PORTAL})+"
    head = rf"^(?:{brand_item}{_JOINT}|{bracketed}|{glued})+(?:{portal_item}\s*{_JOINT}?|{brand_item}$)?\s*"
    tail = rf"\s*(?:{_JOINT}(?:{brand_item}|{portal_item}))+\s*$"
    shorter = re.sub(head, "", line, flags=re.IGNORECASE)
    if name.lower() in line.lower():
        shorter = re.sub(tail, "", shorter, flags=re.IGNORECASE)
    return shorter.strip()


def is_wrapper_line(line: str, name: str) -> bool:
    """Tell a line that says nothing but the brand: `甲乐 分类>>`, `甲乐官网 - 登录`."""
    if name.lower() not in line.lower():
        return False
    rest = re.sub(
        rf"(?<![基资募]){re.escape(name)}|{_PORTAL}|分类|首页|栏目|当前位置|联系我们|关于我们|版权所有|copyright|有限公司",
        "",
        line,
        flags=re.IGNORECASE,
    )
    return len(re.findall(r"\w", rest)) <= 4


def _runs_of_line(line: str, separated: re.Pattern[str], stems: float, portals: float) -> Iterator[Run]:
    windows = _windows(line, separated)
    return (run for window in windows if (run := _run(line, window, stems, portals)) is not None)


def _windows(line: str, separated: re.Pattern[str]) -> Iterator[list[re.Match[str]]]:
    """Yield stretches of neighbouring items of an item's length; the item behind them comes along."""
    window: list[re.Match[str]] = []
    for item in separated.finditer(line):
        if window and item.start() - window[-1].end() > 1:
            yield window
            window = []
        window.append(item)
        if len(item[0].strip()) not in ITEM_LENGTHS:
            yield window
            window = []
    if window:
        yield window


def _run(line: str, window: Sequence[re.Match[str]], stems: float, portals: float) -> Run | None:
    items = [item[0].strip() for item in window]
    stem = _stem([item for item in items if len(item) in ITEM_LENGTHS])
    begins = [n for n, item in enumerate(items) if stem and item.startswith(stem)]
    if stem is None or not begins:
        return None
    first, last = begins[0], begins[-1]
    inside = [item[:LONGEST_ITEM] for item in items[first : last + 1]]
    portal = sum(bool(_PORTAL_WORD.search(item)) for item in inside)
    if len(inside) < MIN_ITEMS or len(begins) < stems * len(inside) or portal < portals * len(inside):
        return None
    start = _start_of_glued(line, window[first].start(), stem)
    return Run(start, _end_of_last(line, window[last], stem), stem)


def _stem(items: Sequence[str]) -> str | None:
    """Give the longest beginning that the most items share."""
    counts = Counter(item[:length] for item in items for length in STEM_LENGTHS if len(item) >= length)
    if not counts:
        return None
    best: str = max(counts, key=lambda stem: (counts[stem], len(stem)))
    return best if counts[best] > 1 else None


def _start_of_glued(line: str, start: int, stem: str) -> int:
    """Give the place where the first item begins that was glued to the sentence before."""
    before = line[:start].rstrip(",，|_- ")
    return len(before) - len(stem) if before.endswith(stem) else start


def _end_of_last(line: str, item: re.Match[str], stem: str) -> int:
    """Give the place where the text begins that the last item was glued to, or where the run ends without one."""
    behind = item.start() + item[0].index(stem) + len(stem)
    marker = _MARKER.search(line, behind, min(len(line), behind + GLUED_REACH))
    if marker is not None and marker.start() <= item.end() and not _STOP.search(line, behind, marker.start()):
        return marker.start()
    if len(item[0].strip()) in ITEM_LENGTHS and not _STOP.search(item[0]):
        return len(line) - len(line[item.end() :].lstrip(",，|_- "))
    rest = _ITEM_REST.match(line, behind)
    return rest.end() if rest else behind

"""A listing → the links to its documents, and the further pages of it.

Without a rule, the list is found by repeated structure: the largest group of links that stand alike under one
element, where a day beside a link counts most, a long title next, and navigation, hot lists and footers against.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from lxml.html import HtmlElement

from parsers.metadata.dates import find_dates
from parsers.page import Link, Rule
from parsers.pager import script_pages
from parsers.selectors import selector
from parsers.sites.families import further, rows
from parsers.tree import INLINE, UNSEEN, one_line, parse_html, visible_text

# Elements further up than this have nothing in common with a link but the page; and a nest of 2,000 stays cheap.
REACH = 12
DEPTH = 64
# Links per page that are looked at, as the crawl's limits have it.
MOST_LINKS = 10_000
# A row of a list may hold a category, a title and a source, each a link; more links are a list of their own.
LINKS_OF_A_ROW = 3
# Characters of a text that are looked at: titles and the lines beside them are shorter.
MOST_TEXT = 1_000
FEW_WORDS = 40
# Width of a title that no menu entry has; a Chinese character counts two.
LONG_TITLE = 16
SHORT_TITLE = 12
# How much a link counts towards its group being the list of documents: a dated row outweighs two undated headlines,
# and a menu lowers the group that holds it, so that a menu and the list below it are never taken for one list.
DATED, DATED_SHORT, LONG, MIDDLING, SHORT, ASIDE = 3.0, 1.0, 1.0, 0.3, -1.0, -2.0
# A few undated links are no list.
LEAST_SCORE = 3.0

_ROWS = frozenset({"li", "tr", "dd", "article"})
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_ASIDE_TAGS = frozenset({"nav", "footer", "aside"})
# Words of class and id names, which are split at hyphens, underscores and capitals.
_ASIDE_NAMES = re.compile(
    r"(?:top|sub|left|main)?nav(?:bar|i|igation)?|(?:sub)?menu|foot(?:er)?|bottom|(?:bread)?crumbs?|position|location"
    r"|weizhi|dqwz|pager|paging|pagination|friend(?:link)?s?|yqlj|copyright|sidebar|aside|widget|hot|rank(?:ing)?"
    r"|recommend|related|tags|tagcloud|login|search|share|sitemap|banner|toolbar",
    re.IGNORECASE,
)
_NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NOT_A_TITLE = re.compile(
    r"(?:查看)?更多(?:内容|信息)?|more|read more|continue reading|details?|首页|尾页|末页|上一[页頁篇]|下一[页頁篇]|[前后]一页|返回\w{0,4}"
    r"|next(?: page)?|prev(?:ious)?(?: page)?|阅读(?:全文|更多|原文)|查看(?:全文|详情|详细)?|详[情细]|全文|点击\w{0,4}|打印|关闭|下载|\d+"
    r"|older posts|newer posts|rss|home|top",
    re.IGNORECASE,
)
_DECORATION = " \t\r\n\u3000\xa0·•・◆■●▪□◇○★☆▶►»«>›‹|…-—[]【】（）()"
_BULLETS = " \t\r\n\u3000\xa0·•・◆■●▪□◇○★☆▶►»›>|"
_NUMERIC_DAY = r"(?:20|19)\d\d\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,2}(?:\s+\d{1,2}:\d\d(?::\d\d)?)?"
_DAY_AT_EDGE = re.compile(
    rf"^\W{{0,2}}(?:{_NUMERIC_DAY}|\d\d[-/.]\d\d)\W{{1,2}}|[\s\[(（【]{{0,2}}(?:{_NUMERIC_DAY})[\])）】]?\s*$"
)
# A calendar sheet: the day large, year and month below or above it.
_SHEET = re.compile(
    r"(?:^|\s)(?P<d1>[0-3]?\d)[日/\s]+(?P<m1>(?:20|19)\d\d[-/.年]\d\d?)月?\s*$|^\s*(?P<m2>(?:20|19)\d\d[-/.年]\d\d?)月?\s+(?P<d2>[0-3]?\d)日?\s*$"
)
_NEXT = re.compile(
    r"(?:下一?[页頁]|[后後]一?[页頁]|next(?: page)?|older (?:posts|entries)|较早文章|更早文章|次のページ)",
    re.IGNORECASE,
)
_NEXT_DECORATION = " \t\r\n\u3000\xa0»›>＞→[]【】《》<‹«"
_ARROW = frozenset({">", "›", "＞", "→"})
_DOUBLE_ARROW = frozenset({"»", ">>", "››", "＞＞"})
_NEXT_NAMES = re.compile(r"(?:page)?next(?:page)?", re.IGNORECASE)
_PAGER_NAMES = re.compile(r"pager|paging|paginat(?:ion|or)|fenye", re.IGNORECASE)
# What turns pictures or months has arrows, too.
_TURNS_OTHERS = re.compile(r"swiper|slick|carousel|calendar|focus|banner|slide", re.IGNORECASE)
_MARK_OF_PAGER = re.compile(
    r"[第共\[（(]?\s?\d{1,3}\s?(?:/\s?\d{1,3}\s?)?[页頁\]）)]?|[<‹«＜←]{1,2}|[上前]一?[页頁]|prev(?:ious)?(?: page)?",
    re.IGNORECASE,
)
# Pieces of text in a pager, and characters of an element's names, that are looked at.
MOST_PIECES = 100
MOST_NAMES = 200


@dataclass(eq=False, slots=True)
class _Candidate:
    """A link that may be one of the list's, with what surrounds it."""

    element: HtmlElement
    url: str
    title: str
    ancestors: list[HtmlElement]
    form: tuple[str, ...]
    aside: bool
    item: HtmlElement
    issued: str | None = None
    weight: float = 0.0


_Key = tuple[HtmlElement, tuple[str, ...]]  # an element, and how a link stands in it


def links(tree: HtmlElement, base_url: str, rule: Rule | None) -> tuple[Link, ...]:
    """Read the links to documents from a listing.

    Args:
        tree: The page, as `parse_html` gives it; not changed.
        base_url: The URL it was fetched from; a `<base href>` is heeded.
        rule: Where the items stand; None, or one without `items`, to find the list by its structure.

    Returns:
        The links in the order of the page, each URL once; () where there are none, which the caller has to take
        as an error of the source, not as a quiet day.
    """
    base = _base(tree, base_url)
    data = rows(tree)
    read = parse_html(f"<ul>{data}</ul>") if data else tree
    found = _by_rule(read, base, rule) if rule and rule.items else _by_structure(read, base)
    unique: dict[str, Link] = {}
    for link in found:
        if link.url != urldefrag(base_url).url:
            unique.setdefault(link.url, link)
    return tuple(unique.values())


def next_pages(tree: HtmlElement, base_url: str) -> tuple[str, ...]:
    """Read where a listing goes on.

    Args:
        tree: The page; not changed.
        base_url: The URL it was fetched from.

    Returns:
        Absolute URLs without duplicates: the page's next link, the pages after this one that a script would link, and
        the service that its list comes from; () on the last page.
    """
    base = _base(tree, base_url)
    hrefs = [
        *(
            element.get("href")
            for element in tree.iter("link", "a")
            if "next" in (element.get("rel") or "").lower().split()
        ),
        *(element.get("href") for element in tree.iter("a") if _leads_on(element)),
        *(arrow.get("href") for arrow in _arrows(tree)),
        *script_pages(tree, base_url),
        *further(tree),
    ]
    urls = dict.fromkeys(url for href in hrefs if (url := _resolve(base, href)))
    return tuple(url for url in urls if url != urldefrag(base_url).url)


_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


def in_encoding(url: str, codec: str) -> str:
    """Spell a query as browsers do: in the encoding of the page that the link stands on (URL Standard, 5.2)."""
    address, mark, query = url.partition("?")
    if codec.startswith("utf"):
        return url

    def encoded(found: re.Match[str]) -> str:
        return quote(found[0], safe="", encoding=codec, errors="xmlcharrefreplace")

    return address + mark + _NOT_ASCII.sub(encoded, query)


def _base(tree: HtmlElement, base_url: str) -> str:
    href = next((element.get("href") for element in tree.iter("base") if element.get("href")), None)
    return (_resolve(base_url, href) if href else None) or base_url


_SESSION = re.compile(r";jsessionid=[^?#/]*", re.IGNORECASE)
"""What Java servers write into each link of a first answer, another one each time (Servlet specification 7.1.3)."""


def _resolve(base: str, href: str | None) -> str | None:
    """Give the absolute http(s) URL of a reference without fragment and session; None for scripts, mail and mere fragments."""
    reference = _SESSION.sub("", re.sub(r"[\t\r\n]", "", href or "").strip())
    if not reference or reference.startswith("#"):
        return None
    try:
        url = urldefrag(urljoin(base, reference)).url
        parts = urlsplit(url)
    except ValueError:  # an unclosed bracket in the host
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None


def _by_rule(tree: HtmlElement, base: str, rule: Rule) -> Iterator[Link]:
    select = selector(tree)
    anchors = set(_anchors(select(rule.link)) if rule.link else tree.iter("a"))
    days = set(select(rule.issued)) if rule.issued else set()
    dropped = {element for css in rule.drop for element in select(css)}
    for item in select(rule.items or ""):
        if not dropped.isdisjoint((item, *item.iterancestors())):
            continue
        places = (_day(visible_text(node)) for node in item.iter() if node in days)
        for element in item.iter("a"):
            url = _resolve(base, element.get("href"))
            if url and element in anchors:
                day = next((day for day in places if day), None)
                yield Link(url, _title(element) or None, day or _day_beside(element, item))
                break


def _anchors(elements: Iterable[HtmlElement]) -> list[HtmlElement]:
    """Give the links among, or else within, the selected elements."""
    return [anchor for element in elements for anchor in element.iter("a")]


def _by_structure(tree: HtmlElement, base: str) -> Iterator[Link]:
    candidates = _one_of_each_row(_candidates(tree, base))
    groups: dict[_Key, list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        for ancestor in candidate.ancestors:
            groups[ancestor, candidate.form].append(candidate)
    shared = {key for key, group in groups.items() if len({candidate.url for candidate in group}) > 1}
    for candidate in candidates:
        candidate.item = _item(candidate, shared)
        candidate.issued = _day_beside(candidate.element, candidate.item)
        candidate.weight = _weight(candidate)
    if not groups:
        return
    (container, _), best = max(groups.items(), key=lambda group: _score(group[1]))
    days = {} if any(candidate.issued for candidate in best) else _days_in_turn(container, best)
    if not days and _score(best) < LEAST_SCORE:
        return
    for candidate in _members(best):
        yield Link(candidate.url, candidate.title, candidate.issued or days.get(candidate.url))


def _candidates(tree: HtmlElement, base: str) -> list[_Candidate]:
    candidates: list[_Candidate] = []
    links_within: Counter[HtmlElement] = Counter()
    for element in islice(tree.iter("a"), MOST_LINKS):
        url = _resolve(base, element.get("href"))
        title = _title(element)
        if not url or not _may_be_title(title):
            continue
        blocks = [
            ancestor for ancestor in islice(element.iterancestors(), DEPTH) if ancestor.tag not in INLINE
        ]
        links_within.update(blocks)
        form = tuple(ancestor.tag for ancestor in blocks)
        candidates.append(_Candidate(element, url, title, blocks, form, aside=False, item=element))
    # A wrapper that is named after the sidebar beside it holds the better part of the page.
    aside = {block for block, n in links_within.items() if _is_aside(block, wrapper=2 * n > len(candidates))}
    for candidate in candidates:
        candidate.aside = not aside.isdisjoint(candidate.ancestors)
        del candidate.ancestors[REACH:]
    return candidates


def _may_be_title(title: str) -> bool:
    if not title or _NOT_A_TITLE.fullmatch(title.strip(_DECORATION)):
        return False
    return all(
        found.end - found.start < len(title) - 2 for found in find_dates(title)
    )  # a day that is linked


def _one_of_each_row(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """Keep a row's headline, or else longest title, beside which stand a category, a department, a thumbnail.

    Links that stand like it, of which each has a day beside it, are documents of their own: two columns in a row of a
    table, or rows of a list within one article.
    """
    rows: dict[HtmlElement, list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        row = next((ancestor for ancestor in candidate.ancestors if ancestor.tag in _ROWS), candidate.element)
        rows[row].append(candidate)
    kept: list[_Candidate] = []
    for element, row in rows.items():
        if len(row) > LINKS_OF_A_ROW and element.tag != "article":
            kept.extend(row)
            continue
        headline = max(row, key=_prominence)
        alike = [candidate for candidate in row if candidate.form == headline.form]
        titles = all(_width(candidate.title) >= SHORT_TITLE for candidate in alike)
        several = titles and len({candidate.url for candidate in alike}) > 1
        several = several and _days_within(element) >= len(alike)
        kept.extend(alike if several else [headline])
    return kept


def _days_within(element: HtmlElement) -> int:
    """Count the days that stand outside the links of an element."""
    within = {node for link in element.iter("a") for node in link.iter()}
    texts = [node.text for node in element.iter() if node not in within and node.tag not in UNSEEN]
    texts += [
        node.tail
        for node in element.iter()
        if node is not element and (node.tag == "a" or node not in within)
    ]
    return sum(_day(one_line(text)) is not None for text in texts if text)


def _prominence(candidate: _Candidate) -> tuple[bool, int]:
    return any(tag in _HEADINGS for tag in candidate.form[:2]), _width(candidate.title)


def _item(candidate: _Candidate, shared: set[_Key]) -> HtmlElement:
    """Give the largest element around a link in which no other link stands like it."""
    item = candidate.element
    for ancestor in candidate.ancestors:
        if (ancestor, candidate.form) in shared or ancestor.tag == "body":
            break
        item = ancestor
        if item.tag in _ROWS:
            break
    return item


def _weight(candidate: _Candidate) -> float:
    width = _width(candidate.title)
    if candidate.aside:
        return ASIDE
    if candidate.issued:
        return DATED if width >= SHORT_TITLE else DATED_SHORT
    return LONG if width >= LONG_TITLE else MIDDLING if width >= SHORT_TITLE else SHORT


def _score(group: list[_Candidate]) -> float:
    return sum({candidate.url: candidate.weight for candidate in group}.values())


def _members(group: list[_Candidate]) -> list[_Candidate]:
    """Leave out what stands within the list's element without being of the list: menus, undated among dated links."""
    members = [candidate for candidate in group if not candidate.aside]
    dated = [candidate for candidate in members if candidate.issued]
    if 2 * len(dated) > len(members):
        lists = {candidate.item.getparent() for candidate in dated}
        return [candidate for candidate in members if candidate.issued or candidate.item.getparent() in lists]
    return [candidate for candidate in members if candidate.weight > SHORT] or members


def _is_aside(element: HtmlElement, *, wrapper: bool) -> bool:
    if element.tag in _ASIDE_TAGS:
        return True
    if wrapper or element.tag in {"html", "body"}:
        return False
    return _is_named(element, _ASIDE_NAMES)


def _is_named(element: HtmlElement, names: re.Pattern[str]) -> bool:
    return any(names.fullmatch(word) for word in _NAME_WORD.findall(_names(element)))


def _names(element: HtmlElement) -> str:
    return " ".join((element.get(name) or "")[:MOST_NAMES] for name in ("class", "id", "role"))


def _width(title: str) -> int:
    return sum(2 if character >= "\u2e80" else 1 for character in title)


def _title(element: HtmlElement) -> str:
    """Give the link's heading or text without the day that some lists print in it, or its longer `title`."""
    headings = (visible_text(heading) for heading in element.iter(*_HEADINGS))
    lines = (
        line
        for line in visible_text(element).split("\n")
        if _DAY_AT_EDGE.sub("", f"{line} ").strip(_DECORATION)
    )
    text = (next((heading for heading in headings if heading), None) or next(lines, ""))[:MOST_TEXT]
    text = _DAY_AT_EDGE.sub("", text.replace("\n", " ")).strip(_BULLETS)
    attribute = one_line(element.get("title") or "")
    stem = text.rstrip("….")
    says_more = len(attribute) > len(text) or (stem != text and len(attribute) >= len(stem))
    # `Permanent link to …` is longer and says less.
    return attribute if says_more and (attribute.startswith(stem) or stem not in attribute) else text


def _day_beside(element: HtmlElement, item: HtmlElement) -> str | None:
    """Read the day in an item: outside the link, or printed in the link at the edge of its text."""
    # A day among a few words is the row's own, one in a summary may be anything.
    outside = sorted(_text_outside(item, element), key=lambda text: len(text) > FEW_WORDS)
    day = next((found for text in outside if (found := _day(text))), None) or _sheet_day(" ".join(outside))
    if day or not (inside := visible_text(element)):
        return day
    edge = _DAY_AT_EDGE.search(inside.split("\n")[0]) or _DAY_AT_EDGE.search(inside.replace("\n", " "))
    return (
        _day(edge.group())
        if edge
        else next((_day(line) for line in inside.split("\n")[1:] if _day(line)), None)
    )


def _text_outside(item: HtmlElement, element: HtmlElement) -> list[str]:
    if item is element:
        return []
    inner = set(element.iter())
    texts = []
    for node in item.iter():
        if node not in inner and isinstance(node.tag, str) and node.tag not in UNSEEN:
            texts.append(node.text or "")
        if node is not item and (node is element or node not in inner):
            texts.append(node.tail or "")
    return [stripped for text in texts if (stripped := one_line(text))]


def _day(text: str) -> str | None:
    return next((found.day for found in find_dates(text[:MOST_TEXT])), None)


def _sheet_day(text: str) -> str | None:
    found = _SHEET.search(text)
    if not found:
        return None
    month, day = found["m1"] or found["m2"], found["d1"] or found["d2"]
    return _day("-".join((*re.split(r"[-/.年]", month), day)))


def _days_in_turn(container: HtmlElement, group: list[_Candidate]) -> dict[str, str]:
    """Pair links and days that alternate as siblings (`<a>…</a> 2024-01-25<br>`, `<dt>day</dt><dd>link</dd>`)."""
    elements = {candidate.element: candidate.url for candidate in group}
    turns: list[tuple[str | None, str | None]] = []
    inside: set[HtmlElement] = set()
    for node in container.iter():
        if node in elements:
            turns.append((elements[node], None))
            inside.update(node.iter())
        elif node not in inside and isinstance(node.tag, str) and (day := _day(node.text or "")):
            turns.append((None, day))
        if (
            (node in elements or node not in inside)
            and node is not container
            and (day := _day(node.tail or ""))
        ):
            turns.append((None, day))
    ordered = turns if turns and turns[0][1] else turns[::-1]  # read towards the link that a day belongs to
    days: dict[str, str] = {}
    latest: str | None = None
    for url, day in ordered:
        if url and latest:
            days[url] = latest
        latest = day
    return days


def _leads_on(element: HtmlElement) -> bool:
    labels = (visible_text(element), element.get("title") or "", element.get("aria-label") or "")
    return any(_NEXT.fullmatch(label.strip(_NEXT_DECORATION)) for label in labels)


def _arrows(tree: HtmlElement) -> list[HtmlElement]:
    """Give the links of a pager that have an arrow for their text; beside a single one, a double one leads to the last page."""
    labels = {element: visible_text(element).strip() for element in tree.iter("a")}
    for arrows in (_ARROW, _DOUBLE_ARROW):
        found = [element for element, label in labels.items() if label in arrows and _is_of_pager(element)]
        if found:
            return found
    return []


def _is_of_pager(arrow: HtmlElement) -> bool:
    """Whether an arrow is named as one of a pager and stands beside page numbers or the way back.

    An arrow alone leads to another picture, month or column, whose page would be taken for one of this list.
    """
    blocks = [block for block in islice(arrow.iterancestors(), 3) if block.tag not in {"body", "html"}]
    if any(_TURNS_OTHERS.search(_names(one)) for one in (arrow, *blocks)):
        return False
    named = any(_is_named(one, _NEXT_NAMES) for one in (arrow, *blocks[:1]))
    named = named or any(_is_named(block, _PAGER_NAMES) for block in blocks)
    return named and any(_MARK_OF_PAGER.fullmatch(text) for text in _texts_beside(blocks))


def _texts_beside(blocks: Iterable[HtmlElement]) -> list[str]:
    """Give the pieces of text in the innermost block that holds more than arrows onwards."""
    for block in blocks:
        pieces = {one_line(text) for text in islice(block.itertext(), MOST_PIECES)}
        if beside := [text for text in pieces if text and text not in _ARROW | _DOUBLE_ARROW]:
            return beside
    return []

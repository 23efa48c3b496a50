"""Which lines of a page are its headline, told by what its head names as the title."""

from __future__ import annotations

import re
from collections.abc import Iterable

import lxml.html

from parsers.main_text.blocks import Layout
from parsers.main_text.density import LINK_SHARE
from parsers.main_text.surroundings import info_label
from parsers.recurring import recurring

_NOT_WORD = re.compile(r"[\W_]+")
_TITLE_PARTS = re.compile(r"\s*[-_|–—]+\s*")
_TITLE_TAGS = frozenset({"articletitle", "og:title", "twitter:title", "title"})
_TITLE_LABELS = frozenset({"标题", "名称", "信息名称", "文件名称"})
_AFTER_COLON = re.compile(r"^[^:：]*[:：]?\s*")
# A folded title shorter than this is a section's name.
_SHORTEST = 5
_LONGEST = 150
# A longer line is looked at only where so many of its first characters stand in a title.
_LONG = 60
_PROBE = 12
# One line of a headline in several lines: at least this long, and a quarter of the title.
_PART = 6
_PART_SHARE = 4

_NOTICE = re.compile(
    r"(?:公告|通知|通告|公示|启事|决定|意见|办法|规定|批复|答复|复函|回复|通报|报告|方案|细则|条例|规划|要点|名单)(?:$|[\s_\-—|（(])"
)


@recurring
def fold(text: str) -> str:
    """Returns a text's letters and digits in lower case, to compare headlines."""
    return _NOT_WORD.sub("", text).lower()


def names_notice(headline: str) -> bool:
    """Tells whether a headline ends with what a paper is: one about servicing, or a missing page, says that of itself."""
    return _NOTICE.search(headline) is not None


def titles(tree: lxml.html.HtmlElement) -> frozenset[str]:
    """Returns the folded forms of what the page's head names as its title, site names included."""
    found: list[str] = []
    head = tree.find("head")
    for element in (head if head is not None else tree).iter("title", "meta"):
        if element.tag == "title":
            text = "".join(element.itertext())
            found += [text, *_TITLE_PARTS.split(text)]
        elif (element.get("name") or element.get("property") or "").lower() in _TITLE_TAGS:
            found.append(element.get("content") or "")
    return frozenset(key for key in map(fold, found) if len(key) >= _SHORTEST)


def titles_in(layout: Layout, spans: Iterable[tuple[int, int]]) -> frozenset[str]:
    """Returns the folded titles that info tables name (标题): fragments of pages have no other."""
    found: list[str] = []
    for first, last in spans:
        for n in range(first, last):
            text = layout.lines[n].text
            if info_label(text) in _TITLE_LABELS:
                value = _AFTER_COLON.sub("", text)
                found.append(value if value and value != text else layout.lines[min(n + 1, last - 1)].text)
    return frozenset(key for key in map(fold, found) if len(key) >= _SHORTEST)


def is_headline(line: str, named: frozenset[str]) -> bool:
    """Tells whether a line is the page's headline or one line of it.

    Args:
        line: The line.
        named: Folded titles from `titles`.
    """
    if len(line) > 2 * _LONGEST:
        return False
    # A paragraph is told by its beginning: to fold all of it takes ten times as long.
    if len(line) > _LONG and not any(fold(line[:_PROBE]) in title for title in named):
        return False
    key = fold(line)
    if not _SHORTEST <= len(key) <= _LONGEST:
        return False
    if key in named:
        return True
    return len(key) >= _PART and any(key in title and len(key) * _PART_SHARE >= len(title) for title in named)


def after_headline(layout: Layout, named: frozenset[str]) -> int | None:
    """Returns the line after the headline, None where none is found.

    The headline is the line that repeats the title: in an `h1`, else the first that is no link, else the only
    `h1` of the page.
    """
    lines = layout.lines
    matches = [n for n, line in enumerate(lines) if is_headline(line.text, named)]
    if matches:
        unlinked = (n for n in matches if lines[n].linked < LINK_SHARE)
        return 1 + next((n for n in matches if lines[n].heading == 1), next(unlinked, matches[0]))
    firsts = [
        n for n, line in enumerate(lines) if line.heading == 1 and line.linked < LINK_SHARE and line.size > 8
    ]
    return firsts[0] + 1 if len(firsts) == 1 else None

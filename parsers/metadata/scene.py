"""What is read of a page once, before anything is concluded from it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from parsers.document import CELL_GAP
from parsers.metadata.info_table import Labelled, read_labels
from parsers.metadata.lines import Line, page_lines, text_lines
from parsers.metadata.meta_tags import Head, read_head
from parsers.metadata.titles import BREADCRUMB
from parsers.page import Page, Rule
from parsers.plaintext import FrontMatter
from parsers.selectors import selector
from parsers.tree import one_line

Offer = tuple[str, str, str]
"""A value with the rule that took it and the words that it was read from."""

LONG_LINE = 60
"""A line of this length that is neither a link nor a headline begins the text where the text itself is not found."""
LONG_LATIN_LINE = 160
"""The same in words: a machine-translated headline has up to 150 characters."""
PROBE = 16
"""So many characters of a paragraph's beginning find it again on the page."""
REACH = 40
"""A byline or credit stands at most this many lines from the text; beyond are lists of other documents."""
FIRST_LINES, SHORTEST_PROBE = 6, 6
HEAD_LINES = 14
"""A plain text's headline, byline and date stand in its first lines."""
CREDIT_LINES = 15
"""Credits stand at most this many lines below the text."""
_STOP = re.compile(r"[。.；;！!]$")
_HAN = re.compile("[\u4e00-\u9fff]")
_FURNITURE = re.compile(
    r"^(?:搜索|返回列表|返回首页|返回顶部|分享|打印|关闭|.{0,12}分类\s*[>＞»]+|上一篇.*|下一篇.*|\[.{1,30}\]\(.*\))$"
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A page, or a plain text, laid out for reading.

    Attributes:
        page: The archived response.
        tree: Its tree; None for plain text.
        front: Front matter of a Markdown file.
        head: What the page's head says; empty for plain text.
        lines: All visible lines.
        labels: All labelled values.
        text: The main text.
        body: Its lines that are not empty.
        top: Number of the first of `lines` that is part of the text: a headline, a cell of a table.
        start: Number of the first that is running text.
        end: Number after the last one.
        chosen: What the rule's selectors found: `title`, `identifier`, `creator`, `issued`.
    """

    page: Page
    tree: HtmlElement | None
    front: FrontMatter | None
    head: Head
    lines: tuple[Line, ...]
    labels: tuple[Labelled, ...]
    text: str
    body: tuple[str, ...]
    top: int
    start: int
    end: int
    chosen: Mapping[str, str]

    def in_table(self, field: str) -> tuple[Offer, ...]:
        """The values of a field in the 索引号 table."""
        return tuple(
            (label.value, f"info_table:{label.label}", label.snippet)
            for label in self.labels
            if label.field == field and label.in_table
        )

    def labelled(self, field: str) -> tuple[Labelled, ...]:
        """Labelled values of a field outside the table and outside running text, the nearest to the text first.

        What stands between headline and text comes first, then the credits below the text, then what stands above.
        """
        found = [label for label in self.labels if label.field == field and not label.in_table]
        outside = [
            label
            for label in found
            if self.top - REACH <= label.line <= self.start or self.end - 3 <= label.line < self.end + REACH
        ]
        return tuple(sorted(outside, key=self._distance))

    def _distance(self, label: Labelled) -> tuple[bool, int]:
        if label.line <= self.start:
            return False, self.start - label.line
        return True, abs(label.line - self.end)

    def ruled(self, field: str) -> tuple[Offer, ...]:
        """What the source's rule says of a field."""
        value = self.chosen.get(field)
        return ((value, f"rule:{field}", value),) if value else ()

    def tag(self, *names: str) -> tuple[Offer, ...]:
        """The values of meta tags, in the order of their names."""
        return tuple(
            (self.head.tags[name], f"meta:{name}", self.head.tags[name])
            for name in names
            if name in self.head.tags
        )

    def neighbourhood(self) -> str:
        """The text with what stands around it: where links to its attachments are."""
        return "\n".join(
            line.text for line in self.lines[max(self.start - HEAD_LINES, 0) : self.end + CREDIT_LINES]
        )

    def above(self) -> tuple[str, ...]:
        """The lines above the text and the first of it: where number, passing line and issuing body stand."""
        first = max(self.start - HEAD_LINES, 0) if self.tree is not None else self.start
        return (
            *(line.text for line in self.lines[first : self.start] if not line.linked),
            *self.body[:HEAD_LINES],
        )

    def opening(self) -> tuple[str, ...]:
        """The first lines of the text that may be its headline: no breadcrumb, label, bare date or furniture."""
        taken = {label.line for label in self.labels} if self.tree is None else set()
        candidates = self.lines if self.tree is None else tuple(Line(line) for line in self.body)
        return tuple(
            line.text
            for number, line in enumerate(candidates[:HEAD_LINES])
            if number not in taken and not is_furniture(line.text)
        )


def view(
    page: Page, tree: HtmlElement | None, rule: Rule | None, text: str, front: FrontMatter | None
) -> Scene:
    """Lay a page out for reading; the one pass over its tree.

    Args:
        page: The archived response.
        tree: Its tree; None for plain text.
        rule: The source's rule.
        text: The main text.
        front: Front matter.
    """
    lines = page_lines(tree) if tree is not None else text_lines(text)
    body = tuple(line for line in (line.strip() for line in text.splitlines()) if line)
    start, end = _extent(lines, body) if tree is not None else _plain_extent(lines)
    return Scene(
        page=page,
        tree=tree,
        front=front,
        head=read_head(tree) if tree is not None else Head(),
        lines=lines,
        labels=read_labels(lines),
        text=text,
        body=body,
        top=_top(lines, body, start) if tree is not None else 0,
        start=start,
        end=end,
        chosen=_chosen(tree, rule) if tree is not None and rule is not None else {},
    )


def _chosen(tree: HtmlElement, rule: Rule) -> dict[str, str]:
    """What the first element with text says that each of the rule's selectors finds."""
    selectors = {
        "title": rule.title,
        "identifier": rule.identifier,
        "creator": rule.creator,
        "issued": rule.issued,
    }
    wanted = {field: css for field, css in selectors.items() if css is not None}
    if not wanted:
        return {}
    select = selector(tree)
    found = {
        field: next((said for element in select(css) if (said := one_line("".join(element.itertext())))), "")
        for field, css in wanted.items()
    }
    return {field: said for field, said in found.items() if said}


def is_furniture(line: str) -> bool:
    """Whether a line of a plain text is the page's, not the text's: breadcrumb, date, list of names, return link."""
    return bool(
        BREADCRUMB.match(line)
        or _FURNITURE.match(line)
        or re.fullmatch(r"[\d\s:：/.年月日-]+(?:\d+\s+[Bb]y\s*.*)?", line)
    )


def _extent(lines: Sequence[Line], body: Sequence[str]) -> tuple[int, int]:
    """Where the running text stands among a page's lines."""
    folded = [_unspaced(line.text) for line in lines]
    long = [_unspaced(line) for line in body if _is_long(line) or (len(line) > PROBE and _STOP.search(line))]
    start = next(
        (
            number
            for probe in long[:3]
            for number, line in enumerate(folded)
            if line.startswith(probe[:PROBE])
        ),
        None,
    )
    if start is None:
        start = next(
            (
                number
                for number, line in enumerate(lines)
                if _is_long(line.text) and not line.linked and not line.level
            ),
            len(lines),
        )
    end = next(
        (
            number
            for probe in reversed(long[-3:])
            for number in range(len(lines) - 1, start - 1, -1)
            if probe[:PROBE] in folded[number]
        ),
        min(start + len(body), len(lines)),
    )
    return start, end + 1


def _unspaced(text: str) -> str:
    return "".join(text.split())


def _is_long(line: str) -> bool:
    return len(line) >= (LONG_LINE if _HAN.search(line) else LONG_LATIN_LINE)


def _top(lines: Sequence[Line], body: Sequence[str], start: int) -> int:
    """Where the text begins with a headline or a table above its first paragraph."""
    top = start
    for line in body[:FIRST_LINES]:
        if _is_long(line) or line.endswith("。"):
            break
        probe = _unspaced(line.partition(CELL_GAP)[0])[:PROBE]
        if len(probe) < SHORTEST_PROBE:
            continue
        for number in range(min(start, len(lines) - 1), -1, -1):
            if _unspaced(lines[number].text[: 2 * PROBE]).startswith(probe):
                top = min(top, number)
                break
    return top


def _plain_extent(lines: Sequence[Line]) -> tuple[int, int]:
    """In a plain text the first long line that is no label begins the text; it ends with the last."""
    start = next(
        (
            number
            for number, line in enumerate(lines)
            if len(line.text) >= LONG_LINE and _STOP.search(line.text) and not is_furniture(line.text)
        ),
        min(HEAD_LINES, len(lines)),
    )
    return start, len(lines)

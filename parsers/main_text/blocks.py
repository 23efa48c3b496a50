"""Tree → lines and boxes: a page laid out flat, so that every element is a span of lines.

One walk over the tree; everything after it is arithmetic on lists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

import lxml.html

from parsers.main_text.containers import BEGIN_MARKS, END_MARKS, container, stands_around
from parsers.tree import INLINE, one_line, steps

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Links to these lead to attachments, not to pages.
FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|7z|txt|csv|jpe?g|png)(?:$|[?#])", re.IGNORECASE
)
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BREAKS = frozenset({"br", "hr"})
_CELLS = frozenset({"td", "th"})
_PANELS = frozenset({"div", "section", "article"})
# Classes of the one panel that is shown, and of the others: they take turns with the panels.
_STATES = frozenset(
    [
        "active",
        "block",
        "cur",
        "current",
        "fade",
        "hidden",
        "hide",
        "in",
        "none",
        "off",
        "on",
        "selected",
        "show",
        "shown",
    ]
)
# A whole text is hidden for a script to show; noise is short.
_JAMMED = 60


class Line(NamedTuple):
    """One line of a page as a reader sees it: a tuple, which is made in a fourth of a frozen dataclass's time.

    Attributes:
        text: The text, blanks collapsed.
        size: Characters without blanks.
        linked: Share of them in links to pages, 0 to 1.
        filed: Share of them in links to files, 0 to 1.
        box: Index of the innermost box.
        heading: Heading level, None outside of headings.
        depth: List depth where the line opens a list item, else None.
        table: Number of the innermost table, None outside of tables.
        row: Number of the innermost table row, None outside of tables.
        cell: Number of the innermost table cell, None outside of tables.
    """

    text: str
    size: int
    linked: float
    filed: float
    box: int
    heading: int | None
    depth: int | None
    table: int | None
    row: int | None
    cell: int | None


@dataclass(slots=True)
class Box:
    """One block element as a span of lines; `last` is set when the walk leaves it.

    Attributes:
        element: The element.
        parent: Index of the box around it, -1 for the root.
        first: Its first line.
        last: The line after its last one.
        name: The publishing system's container that it is, None where nothing tells.
        around: Named as something that stands around a text.
        hidden: A reader does not see it.
    """

    element: lxml.html.HtmlElement
    parent: int
    first: int
    last: int
    name: str | None
    around: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """A page laid out flat.

    Attributes:
        lines: All lines in reading order.
        boxes: All block elements in document order.
        marked: Spans of lines between a publishing system's comment marks: first, last (exclusive), name.
        nesting: Numbers of the tables that hold other tables: layout, not data.
        unseen: Words amid a line that a reader does not see: the line's number, and what they say.
    """

    lines: tuple[Line, ...]
    boxes: tuple[Box, ...]
    marked: tuple[tuple[int, int, str], ...]
    nesting: frozenset[int]
    unseen: tuple[tuple[int, str], ...]


def is_hidden(element: lxml.html.HtmlElement) -> bool:
    """Tells whether an element says of itself that a reader does not see it."""
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and _HIDDEN.search(style) is not None)


class _Panels:
    """Tells hidden elements that are one of several which take turns: tabs, and pages that a script turns.

    What is shown beside them is looked at once for each parent, however many are hidden.
    """

    def __init__(self) -> None:
        self._shown: dict[tuple[lxml.html.HtmlElement | None, str], frozenset[frozenset[str]]] = {}

    def holds(self, element: lxml.html.HtmlElement) -> bool:
        """Tells whether an element of the same classes is shown beside a hidden one."""
        names = _kind_of_panel(element)
        if element.tag not in _PANELS or not names:
            return False
        parent = element.getparent()
        if parent is None:
            return False
        beside = (parent, element.tag)
        if beside not in self._shown:
            self._shown[beside] = frozenset(
                _kind_of_panel(other) for other in parent.iterchildren(element.tag) if not is_hidden(other)
            )
        return names in self._shown[beside]


def _kind_of_panel(element: lxml.html.HtmlElement) -> frozenset[str]:
    """Returns an element's classes but for those that tell which one of several it is, and whether it is shown."""
    names = {name.lower().rstrip("-_0123456789") for name in (element.get("class") or "").split()}
    return frozenset(names - _STATES - {""})


def _is_jammed(element: lxml.html.HtmlElement) -> bool:
    """Tells whether an element within a line is hidden and short: noise against copying, marks of an editor."""
    return is_hidden(element) and all(size <= _JAMMED for size in accumulate(map(len, element.itertext())))


def _kind_of_link(anchor: lxml.html.HtmlElement) -> str | None:
    """Tells whither an anchor leads: to a "file", a "page", or nowhere, as the bookmarks that Word puts around paragraphs."""
    href = anchor.get("href") or ""
    if not href and (anchor.get("name") or anchor.get("id")):
        return None
    return "file" if FILE.search(href) else "page"


def hidden_lines(layout: Layout) -> frozenset[int]:
    """Returns the numbers of the lines in hidden elements."""
    return frozenset(n for box in layout.boxes if box.hidden for n in range(box.first, box.last))


def lay_out(root: lxml.html.HtmlElement) -> Layout:  # noqa: C901, PLR0912, PLR0915 - one loop over events, flat on purpose
    """Lays a page out flat; the tree stays as it is."""
    lines: list[Line] = []
    boxes: list[Box] = []
    marked: list[tuple[int, int, str]] = []
    marks: list[tuple[int, str]] = []
    stack: list[int] = []
    parts: list[str] = []
    linked = filed = 0
    link: str | None = None  # "page" or "file" while inside of an `a`
    # None: outside of headings and tables.
    headings: list[int | None] = [None]
    tables: list[int | None] = [None]
    rows: list[int | None] = [None]
    cells: list[int | None] = [None]
    nesting: set[int] = set()
    table_count = row_count = cell_count = depth = 0
    item_open = False
    # `pre` keeps its line breaks.
    pre = 0
    unseen: list[tuple[int, str]] = []
    jammed: lxml.html.HtmlElement | None = None
    panels = _Panels()

    def close() -> None:
        nonlocal linked, filed, item_open
        if not parts:
            return
        whole = "".join(parts)
        parts.clear()
        here, files = linked, filed
        linked = filed = 0
        if whole.isspace():
            return
        for piece in whole.split("\n") if pre else (whole,):
            text = one_line(piece)
            size = sum(map(len, text.split()))
            if not size:
                continue  # em spaces and information separators are blanks to `split`, and no line
            lines.append(
                Line(
                    text,
                    size,
                    here / size if here < size else 1.0,
                    files / size if files < size else 1.0,
                    stack[-1] if stack else 0,
                    headings[-1],
                    depth if item_open else None,
                    tables[-1],
                    rows[-1],
                    cells[-1],
                )
            )
            item_open = False

    for event, tag, element, text, element_id, classes in steps(root):
        if event == "start":
            if tag in INLINE:
                if jammed is None and _is_jammed(element):
                    jammed = element
                if tag == "a":
                    link = _kind_of_link(element)
            else:
                close()
                if tag in _BREAKS:
                    continue
                name = container(tag, element_id, classes)
                around = stands_around(tag, element_id, classes)
                box = Box(
                    element,
                    stack[-1] if stack else -1,
                    len(lines),
                    -1,
                    name,
                    around,
                    is_hidden(element) and not panels.holds(element),
                )
                stack.append(len(boxes))
                boxes.append(box)
                if tag in _HEADINGS:
                    headings.append(_HEADINGS[tag])
                elif tag == "li":
                    depth += 1
                    item_open = True
                elif tag == "table":
                    if tables[-1] is not None:
                        nesting.add(tables[-1])
                    table_count += 1
                    tables.append(table_count)
                elif tag == "tr":
                    row_count += 1
                    rows.append(row_count)
                elif tag in _CELLS:
                    cell_count += 1
                    cells.append(cell_count)
                elif tag == "pre":
                    pre += 1
        elif event == "end":
            if tag in INLINE:
                if element is jammed:
                    jammed = None
                if tag == "a":
                    link = None
            else:
                close()
                if tag not in _BREAKS:
                    boxes[stack.pop()].last = len(lines)
                    if tag in _HEADINGS:
                        headings.pop()
                    elif tag == "li":
                        depth -= 1
                        item_open = False
                    elif tag == "table":
                        tables.pop()
                    elif tag == "tr":
                        rows.pop()
                    elif tag in _CELLS:
                        cells.pop()
                    elif tag == "pre":
                        pre -= 1
        elif event == "comment":
            mark = (element.text or "").strip().lower()
            if mark in BEGIN_MARKS:
                close()
                marks.append((len(lines), BEGIN_MARKS[mark]))
            elif mark in END_MARKS and marks:
                close()
                first, system = marks.pop()
                marked.append((first, len(lines), system))
        if text and jammed is not None:
            unseen.append((len(lines), text))
        elif text:
            parts.append(text)
            if link == "page":
                linked += sum(map(len, text.split()))
            elif link is not None:
                filed += sum(map(len, text.split()))
    close()
    for box in boxes:
        if box.last < 0:
            box.last = len(lines)
    return Layout(tuple(lines), tuple(boxes), tuple(marked), frozenset(nesting), tuple(unseen))

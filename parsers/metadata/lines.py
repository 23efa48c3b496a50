"""The lines of a page as a reader sees them, each with what its elements say about it."""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml.html import HtmlElement

from parsers.recurring import recurring
from parsers.tree import INLINE, one_line, steps

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# Class names and ids of headlines in templates of publishing systems: title, xx-tit, news_tit, arti-title, con_title,
# biaoti, bt, headline. Not those of a site's or a column's title, nor of lists of links.
_TITLE_NAME = re.compile(
    r"(?:^|[\s_-])(?:(?:art(?:i|icle)?|con(?:tent)?|news|main|post|entry|detail|page|doc|info|text|xl|xx|wz|zw|nr|cont?|u|view|show|arc|thread|rich)"
    r"[_-]?){0,2}(?:title|tit|headline|heading|subject|biaoti|bt)\d?(?:$|[\s_-])",
    re.IGNORECASE,
)
_NOT_TITLE_NAME = re.compile(
    r"(?:site|web|nav|menu|list|more|side|link|foot|logo|column|channel|lm|crumb|sub|small|block|box|relat|recommend|hot)[_-]?(?:title|tit)"
    r"|tit(?:le)?[_-]?(?:list|box|bar|more|sub|nav|link)|meta",
    re.IGNORECASE,
)


class Line(NamedTuple):
    """One visible line of a page: a tuple, which is made in a fourth of a frozen dataclass's time.

    Attributes:
        text: What it says, blanks collapsed.
        tag: The block element that it stands in.
        level: 1 to 6 in a heading, 0 otherwise.
        titled: The element's class or id calls it a headline.
        linked: All of it is a link.
        cell: The number of the cell, list item or block that it is part of; the next cell has a higher one.
    """

    text: str
    tag: str = "p"
    level: int = 0
    titled: bool = False
    linked: bool = False
    cell: int = 0


def page_lines(tree: HtmlElement) -> tuple[Line, ...]:  # noqa: C901 - one loop over steps, flat on purpose
    """Read a page's visible lines in reading order, a headline with line breaks as one.

    Args:
        tree: The page, not changed.

    Returns:
        The lines that are not empty. A cell of a table without text is no line but counts in `Line.cell`.
    """
    lines: list[Line] = []
    parts: list[str] = []
    owners: list[str] = []
    titles_open = links_open = linked_length = cell = 0
    titled = False

    def close() -> None:
        nonlocal linked_length, titled
        if parts:
            text = one_line("".join(parts).replace("\xa0", " "))
            parts.clear()
            if text:
                tag = owners[-1] if owners else "body"
                level, linked = _HEADINGS.get(tag, 0), linked_length >= len(text)
                lines.append(Line(text, tag, level, titled, linked, cell))
        linked_length = 0
        titled = titles_open > 0

    for event, tag, element, text, element_id, classes in steps(tree):
        if event == "start":
            if tag == "br":
                if owners and owners[-1] in _HEADINGS:
                    # A headline broken over lines is one headline.
                    parts.append("\n")
                else:
                    close()
                continue
            if tag not in INLINE:
                close()
                owners.append(tag)
                cell += 1
            links_open += tag == "a"
            if (classes or element_id) and _is_title(classes, element_id):
                titles_open += 1
                titled = titled or not "".join(parts).strip()
            if links_open:
                linked_length += len(text.strip())
        elif event == "end" and tag != "br":
            if titles_open:
                titles_open -= _is_title(element.get("class"), element.get("id"))
            links_open -= tag == "a"
            if tag not in INLINE:
                close()
                owners.pop()
                cell += 1
        if text:
            parts.append(text)
    close()
    return tuple(lines)


def _is_title(classes: str | None, element_id: str | None) -> bool:
    return _names_title(f"{classes or ''} {element_id or ''}")


@recurring
def _names_title(name: str) -> bool:
    return _TITLE_NAME.search(name.strip()) is not None and _NOT_TITLE_NAME.search(name) is None


def text_lines(text: str) -> tuple[Line, ...]:
    """Give the lines of a plain text the form of a page's lines."""
    return tuple(Line(line.strip(), cell=n) for n, line in enumerate(text.splitlines()) if line.strip())

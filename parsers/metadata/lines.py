"""The lines of a page as a reader sees them, each with what its elements say about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

from parsers.tree import INLINE, UNSEEN, one_line

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


@dataclass(frozen=True, slots=True)
class Line:
    """One visible line of a page.

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


def page_lines(tree: HtmlElement) -> tuple[Line, ...]:
    """Read a page's visible lines in reading order, a headline with line breaks as one.

    Args:
        tree: The page, not changed.

    Returns:
        The lines that are not empty. A cell of a table without text is no line but counts in `Line.cell`.
    """
    reading = _Reading()
    walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        tag = element.tag
        if event == "start" and tag in UNSEEN:
            walk.skip_subtree()
        elif event == "start":
            reading.open(element)
        else:
            if event == "end" and tag not in UNSEEN:
                reading.leave(element)
            if element is not tree:
                reading.parts.append(element.tail or "")
    reading.close()
    return tuple(reading.lines)


@dataclass(slots=True)
class _Reading:
    """The walk over a page: what is open, and the line that is being written."""

    lines: list[Line] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)
    titles_open: int = 0
    links_open: int = 0
    linked_length: int = 0
    titled: bool = False
    cell: int = 0
    names: dict[str, bool] = field(default_factory=dict)

    def open(self, element: etree._Element) -> None:
        tag = str(element.tag)
        if tag == "br":
            if self.owners and self.owners[-1] in _HEADINGS:
                # A headline broken over lines is one headline.
                self.parts.append("\n")
            else:
                self.close()
            return
        if tag not in INLINE:
            self.close()
            self.owners.append(tag)
            self.cell += 1
        self.links_open += tag == "a"
        if element.attrib and self._is_title(element):
            self.titles_open += 1
            self.titled = self.titled or not "".join(self.parts).strip()
        text = element.text or ""
        self.parts.append(text)
        if self.links_open:
            self.linked_length += len(text.strip())

    def leave(self, element: etree._Element) -> None:
        tag = str(element.tag)
        if tag == "br":
            return
        if self.titles_open:
            self.titles_open -= self._is_title(element)
        self.links_open -= tag == "a"
        if tag not in INLINE:
            self.close()
            self.owners.pop()
            self.cell += 1

    def _is_title(self, element: etree._Element) -> bool:
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        known = self.names.get(name)
        if known is None:
            known = bool(_TITLE_NAME.search(name.strip())) and not _NOT_TITLE_NAME.search(name)
            self.names[name] = known
        return known

    def close(self) -> None:
        text = one_line("".join(self.parts).replace("\xa0", " "))
        self.parts.clear()
        if text:
            tag = self.owners[-1] if self.owners else "body"
            linked = self.linked_length >= len(text)
            self.lines.append(Line(text, tag, _HEADINGS.get(tag, 0), self.titled, linked, self.cell))
        self.linked_length = 0
        self.titled = self.titles_open > 0


def text_lines(text: str) -> tuple[Line, ...]:
    """Give the lines of a plain text the form of a page's lines."""
    return tuple(Line(line.strip(), cell=n) for n, line in enumerate(text.splitlines()) if line.strip())

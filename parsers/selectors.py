"""CSS selectors over the page's one tree, for the rules of a source.

soupsieve, BeautifulSoup's own selector engine, knows all of CSS 4 that a rule may want (`:has()`,
`:-soup-contains()`), but selects in soups. Parsing the page a second time would give a second tree, whose elements
are not those the other readers speak of; so the soup is grown from the tree, element by element.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lxml import etree
from lxml.html import HtmlElement

if TYPE_CHECKING:
    from bs4 import Tag


def selector(tree: HtmlElement) -> Callable[[str], list[HtmlElement]]:
    """Prepare a tree for selecting; prepare it once for all selectors of a rule.

    Args:
        tree: The root of a page; not changed.

    Returns:
        A function from a CSS selector to the elements that match, in document order. It raises
        `soupsieve.SelectorSyntaxError` for what is no selector.
    """
    from bs4 import BeautifulSoup  # noqa: PLC0415 - a tenth of the start of a process, and only rules select

    soup = BeautifulSoup("", "html.parser")
    originals: dict[int, HtmlElement] = {}
    open_tags: list[Tag] = [soup]
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event == "start":
            twin = soup.new_tag(
                element.tag, attrs={str(name): str(value) for name, value in element.attrib.items()}
            )
            open_tags[-1].append(twin)
            open_tags.append(twin)
            originals[id(twin)] = element
            _write(twin, element.text)
        else:
            if event == "end":
                open_tags.pop()
            _write(open_tags[-1], element.tail)
    return lambda css: [originals[id(tag)] for tag in soup.select(css)]


def _write(twin: Tag, text: str | None) -> None:
    if text and not text.isspace():
        twin.append(text)

"""What a family of publishing systems is, to whoever recognises one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lxml.html import HtmlElement


def _nothing(_tree: HtmlElement) -> Iterable[str]:
    return ()


def _no_rows(_tree: HtmlElement) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Family:
    """A publishing system.

    Attributes:
        name: Short, as it stands in a source file's comment.
        title: For people.
        addresses: Forms of its addresses, found in path and query.
        marks: What gives it away on a page, in words; None where nothing does.
        further: References to where a listing goes on, or to the service that its list comes from.
        rows: Rows of a list that the page holds as data, as HTML; empty where it holds none.
    """

    name: str
    title: str
    addresses: tuple[re.Pattern[str], ...]
    marks: Callable[[HtmlElement], str | None]
    further: Callable[[HtmlElement], Iterable[str]] = _nothing
    rows: Callable[[HtmlElement], str] = _no_rows


def generator(tree: HtmlElement) -> str:
    """What a page's head says that it was made with."""
    return next(
        (
            element.get("content") or ""
            for element in tree.iter("meta")
            if (element.get("name") or "").lower() == "generator"
        ),
        "",
    )


def script_with(tree: HtmlElement, *words: str) -> str | None:
    """The first of some words that stands in a script, or in the address of one."""
    for script in tree.iter("script"):
        text = (script.get("src") or "") + (script.text or "")
        for word in words:
            if word in text:
                return word
    return None

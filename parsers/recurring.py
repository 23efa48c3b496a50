"""What recurs from page to page of a site is judged once: menus, labels, names of elements."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")

KEPT = 4096
"""Answers of one function; a page of a portal has 100 to 300 lines."""
LONGEST = 60
"""Characters; a longer line is a text's own, and comes once."""


class _Answers(dict[str, Answer]):
    """The answers of a function, in two halves: when one is full, what was not asked for since the last time is forgotten.

    A thousand questions a page are answered before; a look into a dict takes a third of the time of a function around `lru_cache`.
    """

    __slots__ = ("_before", "_judge")

    def __init__(self, judge: Callable[[str], Answer]) -> None:
        super().__init__()
        self._judge = judge
        self._before: dict[str, Answer] = {}

    def __missing__(self, text: str) -> Answer:
        if len(text) > LONGEST:
            return self._judge(text)
        answer = self._before[text] if text in self._before else self._judge(text)
        if len(self) >= KEPT // 2:
            self._before = dict(self)
            self.clear()
        self[text] = answer
        return answer


def recurring(judge: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """Keep the answers of a pure function for short strings.

    Args:
        judge: Says something about a string, by that string alone. Its answer is shared and so must not be changed.
    """
    return _Answers(judge).__getitem__

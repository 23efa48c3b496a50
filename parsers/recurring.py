"""What recurs from page to page of a site is judged once: menus, labels, names of elements."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

Answer = TypeVar("Answer")

KEPT = 4096
"""Answers of one function; a page of a portal has 100 to 300 lines."""
LONGEST = 60
"""Characters; a longer line is a text's own, and comes once."""


def recurring(judge: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """Keep the answers of a pure function for short strings.

    Args:
        judge: Says something about a string, by that string alone. Its answer is shared and so must not be changed.
    """
    kept = lru_cache(KEPT)(judge)

    @wraps(judge)
    def answer(text: str) -> Answer:
        return kept(text) if len(text) <= LONGEST else judge(text)

    return answer

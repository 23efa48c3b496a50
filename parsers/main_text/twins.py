"""A body that the page prints twice (screen and mobile, view and print): which copy to take, and what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parsers.main_text.blocks import Layout
from parsers.main_text.density import PROSE

# Lines shorter than this repeat by chance.
_TELLING = 20
# A planted clause changes the middle of a line, seldom its beginning.
_KEY = 14
# Copies of one text share at least this much of their prose.
_SHARED = 0.5
_CUT = ("…", "...")
# Less than this stands twice by chance: a notice and the label of its attachment, a headline and its teaser.
_ENOUGH = 60
# A copy that says this share of the other is whole; the rest of the other was put in. Below, it was cut off.
_WHOLE = 0.75


@dataclass(frozen=True, slots=True)
class Copies:
    """Two spans of lines (last exclusive) that print the same text."""

    first: tuple[int, int]
    second: tuple[int, int]


def find_copies(layout: Layout, weights: Sequence[float]) -> Copies | None:
    """Finds the body's second copy.

    Args:
        layout: The page.
        weights: Weight of each line; only prose is compared.

    Returns:
        The two spans, or None where nothing, or only single paragraphs, stand twice.
    """
    seen: dict[str, int] = {}
    pairs: list[tuple[int, int]] = []
    for n, line in enumerate(layout.lines):
        if line.size >= _TELLING and weights[n] >= PROSE:
            other = seen.setdefault(line.text[:_KEY], n)
            if other != n and _are_copies(layout.lines[other].text, line.text):
                pairs.append((other, n))
    if not pairs:
        return None
    first = _smallest(layout, {a for a, _ in pairs}, None)
    second = _smallest(layout, {b for _, b in pairs}, first)
    first = _smallest(layout, {a for a, _ in pairs}, second)
    if first is None or second is None or not (first[1] <= second[0] or second[1] <= first[0]):
        return None
    shared = sum(layout.lines[b].size for _, b in pairs)
    if shared < _ENOUGH:
        return None
    for a, b in (first, second):
        prose = sum(
            line.size
            for n, line in enumerate(layout.lines[a:b], a)
            if line.size >= _TELLING and weights[n] >= PROSE
        )
        if shared < _SHARED * prose:
            return None
    return Copies(first, second)


def _are_copies(one: str, other: str) -> bool:
    """Tells whether lines that begin alike say the same but for something planted.

    Articles of one law begin alike, too; a teaser is cut where the text goes on.
    """
    if one.endswith(_CUT) != other.endswith(_CUT):
        return False
    return one == other or 2 * max(len(_middle(one, other)), len(_middle(other, one))) <= max(
        len(one), len(other)
    )


def _smallest(layout: Layout, numbers: set[int], apart: tuple[int, int] | None) -> tuple[int, int] | None:
    """Returns the innermost element that holds the lines and is apart from another span."""
    low, high = min(numbers), max(numbers) + 1
    fits = [box for box in layout.boxes if box.first <= low and box.last >= high]
    if apart is not None:
        fits = [box for box in fits if box.last <= apart[0] or box.first >= apart[1]] or fits
    return (fits[-1].first, fits[-1].last) if fits else None


def cleaner(mine: Sequence[str], other: Sequence[str]) -> tuple[bool, str | None]:
    """Decides between two copies of a text.

    The shorter is the cleaner one, as long as it is whole: text is planted into one copy, and a copy that
    was shortened for small screens lacks far more.

    Returns:
        Whether to take the other copy, and what only the copy left behind says (None where nothing).
    """
    a, b = "".join(mine), "".join(other)
    if a == b or not a or not b:
        return not a and bool(b), None
    take_other = _WHOLE * len(a) <= len(b) < len(a) or len(a) < _WHOLE * len(b)
    taken, left = (other, mine) if take_other else (mine, other)
    return take_other, "\n".join(_only(left, taken)) or None


def _only(left: Sequence[str], taken: Sequence[str]) -> list[str]:
    """Returns what the first text says more than the second: whole lines, or the middle of changed ones."""
    same = set(taken)
    changed = {line[:_KEY]: line for line in taken}
    parts = (_middle(line, changed.get(line[:_KEY], "")) for line in left if line not in same)
    return [part for part in parts if part]


def _middle(line: str, other: str) -> str:
    """Returns what is left of a line without the beginning and end that it shares with another."""
    size = min(len(line), len(other))
    head = next((n for n in range(size) if line[n] != other[n]), size)
    tail = next((n for n in range(size - head) if line[-1 - n] != other[-1 - n]), size - head)
    return line[head : len(line) - tail].strip()

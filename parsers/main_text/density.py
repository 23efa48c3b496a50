"""How much each line of a page looks like prose, and which element holds most of it.

The element is the one with the largest sum of line weights, prose positive and furniture negative (the maximum
subsequence of Pasternack and Roth 2009, on elements instead of token runs). A body split over many elements is
held by their common parent; menus and related links push the choice inwards.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from parsers.main_text.blocks import Box, Layout, Line
from parsers.main_text.surroundings import (
    is_byline,
    is_control,
    is_credit,
    is_furniture,
    is_rights,
    opens_neighbours,
)
from parsers.recurring import recurring

_SENTENCE = re.compile(r"[。！？；]|[.!?][\"”’)]?$|[.!?]\s+[A-Z]|[：:]$")
_COMMA = re.compile(r"[，、,；;]")
_NUMBERED = re.compile(
    r"^(?:第[一二三四五六七八九十百千〇零\d]+[编章节条款]|[一二三四五六七八九十]+\s*、|[(（][一二三四五六七八九十\d]+[)）]|"
    r"\d{1,2}\s*[.、．]\s*\D|附件|附：)"
)
# The day below a signature; a byline's stands beside other words, or is written with hyphens.
_SIGNED = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日")
_HAN_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")

# A line is a link where more than this share of it is one.
LINK_SHARE = 0.5
# A line of this weight or more is prose.
PROSE = 12.0
# The weights below are in characters of prose that such a line outweighs.
_LINK = -20.0
_FURNITURE = -30.0
_RIGHTS = -60.0
_CREDIT = -5.0
# A line without a sentence mark is a value, a name, a cell or furniture: it counts little either way.
_PLAIN_SHARE = 0.25
_PLAIN_MAX = 10.0
# A comma speaks for prose as much as this many characters do; five are enough.
_COMMA_WORTH = 10.0
_COMMAS_MAX = 5
# What stands in a pop-up, a footer or a hidden copy counts less.
_AROUND = 0.25
# A card on a page: a linked headline, a summary, a date; three alike are a list of them.
_CARD_LINES = 6
_CARD_SIZE = 250
_CARDS = 3
# A list of links within the text's element costs no more than this, however long: it is dropped later.
_CHILD = -60.0
# What stands before the headline counts less, and what menus part from it, down to the same floor.
_FAR = 0.3
_PER_LOSS = 0.03


@dataclass(frozen=True, slots=True)
class Span:
    """Lines from `first` to `last` (exclusive), and how they were found."""

    first: int
    last: int
    name: str


def units(text: str) -> float:
    """Returns a text's size in Han characters: a Latin letter says about a third of one."""
    # A run at a time: a fifth of the time of one character at a time.
    han = 0 if text.isascii() else sum(map(len, _HAN_RUN.findall(text)))
    return han + (sum(map(len, text.split())) - han) / 3


def is_sentence(text: str) -> bool:
    """Tells whether a line holds a sentence mark."""
    return "。" in text or _SENTENCE.search(text) is not None


def is_numbered(text: str) -> bool:
    """Tells whether a line begins with the number of an article or of an item, or as an annex."""
    return _NUMBERED.match(text) is not None


def weigh(layout: Layout, furniture: Sequence[tuple[int, int]]) -> list[float]:
    """Returns a weight for each line: positive for prose, negative for links and furniture.

    Args:
        layout: The page.
        furniture: Spans of lines known to be none of the text, e.g. info tables.
    """
    weights = [_weight(line) for line in layout.lines]
    for first, last in furniture:
        weights[first:last] = [_FURNITURE] * (last - first)
    damped = 0
    for box in layout.boxes:
        if (box.around or box.hidden) and box.first >= damped:
            damped = box.last
            for n in range(box.first, box.last):
                if weights[n] > 0:
                    weights[n] *= _AROUND
    return weights


def cards(layout: Layout, weights: Sequence[float]) -> list[tuple[int, int]]:
    """Returns the spans of cards: at least three alike beside one another, each a linked headline with a summary.

    Their summaries are prose, but none of the page's text, and no card is its container.
    """
    alike: dict[tuple[int, object, object], list[tuple[int, int]]] = {}
    for box in layout.boxes:
        if not 2 <= box.last - box.first <= _CARD_LINES:
            continue
        lines = layout.lines[box.first : box.last]
        linked = any(line.linked > LINK_SHARE for line in lines)
        said = any(weights[n] >= PROSE for n in range(box.first, box.last))
        if linked and said and sum(line.size for line in lines) <= _CARD_SIZE:
            kind = (box.parent, box.element.tag, box.element.get("class"))
            alike.setdefault(kind, []).append((box.first, box.last))
    return [span for spans in alike.values() if len(spans) >= _CARDS for span in spans]


def _weight(line: Line) -> float:
    if line.linked > LINK_SHARE:
        return _LINK
    loss = _loss(line.text)
    return loss if loss is not None else _worth(line.text, line.size)


@recurring
def _loss(text: str) -> float | None:
    """Returns what a line of furniture costs, None for a line that may be text."""
    if is_rights(text):
        return _RIGHTS
    if is_control(text) or is_furniture(text) or opens_neighbours(text):
        return _FURNITURE
    if _SIGNED.fullmatch(text):
        return None
    return _CREDIT if is_credit(text) or is_byline(text) else None


def _worth(text: str, size: int) -> float:
    worth = units(text)
    if size >= PROSE and is_sentence(text):
        return worth + _COMMA_WORTH * min(_COMMAS_MAX, len(_COMMA.findall(text)))
    if is_numbered(text) or (size >= 30 and _COMMA.search(text)):
        return worth
    return min(worth * _PLAIN_SHARE, _PLAIN_MAX)


def densest(
    layout: Layout, weights: Sequence[float], start: int | None, apart: Sequence[tuple[int, int]]
) -> tuple[Span | None, float]:
    """Returns the element with the largest sum of weights, the innermost of equals, and that sum.

    Args:
        layout: The page.
        weights: One for each line.
        start: The line after the headline, None where no headline was found.
        apart: Spans of cards.
    """
    weights = list(weights)
    inside: set[int] = set()
    for first, last in apart:
        weights[first:last] = [min(weight, weight * _AROUND) for weight in weights[first:last]]
        inside.update(range(first, last))
    scores = _scores(layout, weights)
    losses = [0, *accumulate(weight < 0 for weight in weights)]
    best, best_score = None, 0.0
    for box, total in zip(layout.boxes, scores, strict=True):
        score = total
        if score <= 0 or score < best_score or (box.first in inside and box.last - 1 in inside):
            continue
        if start is not None and box.last <= start:
            score *= _FAR
        elif start is not None and box.first > start:
            score *= max(_FAR, 1.0 - _PER_LOSS * (losses[box.first] - losses[start]))
        if score >= best_score:
            best, best_score = box, score
    if best is None:
        return None, 0.0
    return Span(*_neighbourhood(layout, weights, best, start), "density"), best_score


def _scores(layout: Layout, weights: Sequence[float]) -> list[float]:
    """Returns each element's sum of weights.

    A child counts for no less than `_CHILD`, and for no more than nothing where it is a pop-up or the like: it
    may be the text itself, but speaks for nobody else.
    """
    scores = [0.0] * len(layout.boxes)
    for line, weight in zip(layout.lines, weights, strict=True):
        scores[line.box] += weight
    for n in range(len(scores) - 1, 0, -1):
        box = layout.boxes[n]
        aside = box.around or box.hidden
        scores[box.parent] += max(_CHILD, min(0.0, scores[n]) if aside else scores[n])
    return scores


def _neighbourhood(layout: Layout, weights: Sequence[float], box: Box, start: int | None) -> tuple[int, int]:
    """Widens a single paragraph to those beside it, as far as no link or furniture parts them.

    In a short text beside a long list of links one paragraph may weigh more than their common parent.
    """
    first, last = box.first, box.last
    if last - first > 1:
        return first, last
    around = box
    while around.parent >= 0 and (around.first, around.last) == (first, last):
        around = layout.boxes[around.parent]
    while last < around.last and weights[last] >= 0:
        last += 1
    while first > max(around.first, start or 0) and weights[first - 1] >= 0:
        first -= 1
    return first, last

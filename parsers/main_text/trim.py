"""Within a main text's container: what is text and what stands there besides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate

from parsers.document import Dropped
from parsers.main_text.blocks import Layout, Line
from parsers.main_text.data_tables import data_tables
from parsers.main_text.density import LINK_SHARE, PROSE, Span, is_sentence
from parsers.main_text.headlines import is_headline
from parsers.main_text.surroundings import (
    info_label,
    is_byline,
    is_control,
    is_credit,
    is_editor,
    is_event,
    is_furniture,
    is_info_table,
    is_rights,
    opens_neighbours,
)

# An element named as surroundings, or hidden, is dropped unless it holds this share of the container's text.
_SIDE_SHARE = 0.3
# What follows a container's "related articles" is dropped unless it holds this share of the prose.
_REST_SHARE = 0.3
# Labels of one info table stand at most this many lines apart.
_LABEL_GAP = 3
_MOST_DROPPED = 1000
_DOCUMENT_NUMBER = re.compile(
    r"^[\s（(]*[\u4e00-\u9fff]{1,12}\s*[〔\[［【（(]\s*(?:19|20)\d\d\s*[〕\]］】）)]\s*(?:第\s*)?\d+\s*号[\s）)]*$"
)
_ATTACHED = re.compile(r"^\s*附\s*件?\s*\d*\s*[：:.、]|^\s*附件")
# Reasons that a line's words give; the others are an element's.
_OF_WORDS = frozenset({"above_headline", "byline", "control", "credit_line", "disclaimer", "furniture"})
_BLANKS = re.compile(r"\s+")


def info_spans(layout: Layout) -> list[tuple[int, int]]:
    """Returns the spans of lines that are a document's info table (索引号, 发文机关, …)."""
    labelled = [
        (n, label) for n, line in enumerate(layout.lines) if (label := info_label(line.text)) is not None
    ]
    spans: list[tuple[int, int]] = []
    n = 0
    while n < len(labelled):
        m = n
        while m + 1 < len(labelled) and labelled[m + 1][0] - labelled[m][0] <= _LABEL_GAP:
            m += 1
        if is_info_table({label for _, label in labelled[n : m + 1]}):
            last, label = labelled[m]
            # The value of the last label stands in the next line unless it follows the colon.
            alone = _BLANKS.sub("", layout.lines[last].text).strip("：:【】[]") == label
            follows = alone and last + 1 < len(layout.lines) and _beside(layout, last, last + 1)
            spans.append((labelled[n][0], last + 1 + follows))
        n = m + 1
    return spans


def neighbour_spans(layout: Layout, start: int | None) -> list[tuple[int, int]]:
    """Returns the spans of elements that begin with a line like "related articles" or "comments".

    Args:
        layout: The page.
        start: The line after the headline; an element that holds the headline is the text's own.
    """
    spans: list[tuple[int, int]] = []
    above = _above_text(layout, start)
    for n, line in enumerate(layout.lines):
        if not opens_neighbours(line.text):
            continue
        box = layout.boxes[line.box]
        while box.parent >= 0 and box.last - box.first < 2:
            box = layout.boxes[box.parent]
        if box.first == n and box.parent >= 0 and (start is None or not box.first < start <= box.last):
            spans.append((n, n + 1) if n in above else (box.first, box.last))
    return spans


def _above_text(layout: Layout, start: int | None) -> frozenset[int]:
    """Returns where such a line is the name of the column above the text itself: what follows is no neighbour of it."""
    begins = {box.first for box in layout.boxes if box.name is not None}
    if start is None:
        return frozenset(begins)
    end = len(layout.lines)
    said = next((n for n in range(start, end) if is_sentence(layout.lines[n].text)), end)
    return frozenset({*begins, *range(start, said + 1)})


def _beside(layout: Layout, one: int, other: int) -> bool:
    """Tells whether two lines stand in one table row, or in elements of one parent."""
    a, b = layout.lines[one], layout.lines[other]
    if a.row is not None or b.row is not None:
        return a.row == b.row
    return layout.boxes[a.box].parent == layout.boxes[b.box].parent


def trim(
    layout: Layout,
    chosen: Span,
    weights: Sequence[float],
    named: frozenset[str],
    known: Iterable[tuple[int, int, str]],
) -> tuple[list[int], tuple[Dropped, ...]]:
    """Parts a container's lines into text and the rest.

    Args:
        layout: The page.
        chosen: The container.
        weights: Weight of each line.
        named: Folded titles of the page.
        known: Spans that are none of the text, each with its reason: info tables, what a rule drops.

    Returns:
        The numbers of the text's lines, and what was dropped with its reason.
    """
    lines = layout.lines
    span = range(chosen.first, chosen.last)
    reasons: dict[int, str] = {}
    for first, last, reason in (*known, *_sides(layout, chosen)):
        for n in range(max(first, chosen.first), min(last, chosen.last)):
            reasons.setdefault(n, reason)
    for n in span:
        # Whatever is furniture by its words has a negative weight already; the words need not be looked at again.
        anywhere = _anywhere(lines[n]) if weights[n] < 0 else None
        if anywhere is not None:
            reasons.setdefault(n, anywhere)
    cells = _cells_of_data(layout, span)
    headline = {n for n in span if n not in cells and is_headline(lines[n].text, named)}
    body = [n for n in span if n not in reasons and n not in headline and weights[n] >= PROSE]
    start = body[0] if body else _first_said(lines, span, headline, reasons)
    _above(lines, range(chosen.first, start), headline, reasons)
    _below(lines, weights, range(start, chosen.last), body, reasons)
    _whole_tables(lines, cells, reasons)
    return [n for n in span if n not in reasons], _dropped(lines, reasons)


def _cells_of_data(layout: Layout, span: range) -> frozenset[int]:
    """Returns the lines of the span in rows of several cells of data tables: no headline stands among them."""
    inside = [layout.lines[n] for n in span]
    tables = data_tables(layout, inside)
    rows = Counter(row for row, _ in {(line.row, line.cell) for line in inside if line.table in tables})
    return frozenset(
        n for n, line in zip(span, inside, strict=True) if line.table in tables and rows[line.row] > 1
    )


def _whole_tables(lines: Sequence[Line], cells: frozenset[int], reasons: dict[int, str]) -> None:
    """Takes back what was dropped for its words from a table of data most cells of which are text."""
    tables = Counter(lines[n].table for n in cells)
    dropped = Counter(lines[n].table for n in cells if n in reasons)
    for n in cells:
        table = lines[n].table
        if reasons.get(n) in _OF_WORDS and 2 * dropped[table] < tables[table]:
            del reasons[n]


def _first_said(lines: Sequence[Line], span: range, headline: set[int], reasons: dict[int, str]) -> int:
    """Returns where a text without a sentence begins: at the first line that is no headline, byline or link."""
    for n in range(max(headline, default=span.start - 1) + 1, span.stop):
        line = lines[n]
        byline = is_byline(line.text) or is_credit(line.text)
        if n not in reasons and line.linked <= LINK_SHARE and not byline:
            return n
    return span.stop


def _sides(layout: Layout, chosen: Span) -> list[tuple[int, int, str]]:
    """Returns the elements within a container that are named as surroundings, or hidden, and small."""
    sizes = [0, *accumulate(line.size for line in layout.lines)]
    most = _SIDE_SHARE * (sizes[chosen.last] - sizes[chosen.first])
    return [
        (box.first, box.last, "hidden" if box.hidden else "around")
        for box in layout.boxes
        if (box.around or box.hidden)
        and chosen.first <= box.first
        and box.last <= chosen.last
        and sizes[box.last] - sizes[box.first] < most
    ]


def _anywhere(line: Line) -> str | None:
    """Returns why a line is no text wherever it stands."""
    if is_control(line.text):
        return "control"
    if is_furniture(line.text) and line.size <= 60:
        return "furniture"
    return None


def _above(lines: Sequence[Line], head: range, headline: set[int], reasons: dict[int, str]) -> None:
    """Drops what stands above the first prose: all above the headline, the headline, bylines, links."""
    heads = [n for n in head if n in headline]
    for n in head:
        line = lines[n]
        if n in headline:
            reasons.setdefault(n, "headline")
        elif heads and n < heads[-1] and not _DOCUMENT_NUMBER.match(line.text):
            reasons.setdefault(n, "above_headline")
        elif is_byline(line.text) or is_credit(line.text):
            if not any(is_event(other.text) for other in lines[n + 1 : n + 3]):
                reasons.setdefault(n, "byline")
        elif line.linked > LINK_SHARE:
            reasons.setdefault(n, "links")


def _below(
    lines: Sequence[Line], weights: Sequence[float], rest: range, body: list[int], reasons: dict[int, str]
) -> None:
    """Drops credits, and below the last prose related links and disclaimers."""
    prose = sum(weights[n] for n in body)
    before = 0.0
    telling = set(body)
    for n in rest:
        line = lines[n]
        before += weights[n] if n in telling else 0.0
        if weights[n] >= 0:
            continue
        ending = prose - before <= _REST_SHARE * prose
        if n not in reasons and ending and (opens_neighbours(line.text) or is_editor(line.text)):
            reasons[n] = "credit_line" if is_editor(line.text) else "related_links"
            for m in range(n + 1, rest.stop):
                if not _ATTACHED.match(lines[m].text) and lines[m].filed <= LINK_SHARE:
                    reasons.setdefault(m, "related_links")
            return
        if is_credit(line.text):
            reasons.setdefault(n, "credit_line")
        elif ending and is_rights(line.text):
            reasons.setdefault(n, "disclaimer")
        elif line.linked > LINK_SHARE and before >= prose:
            reasons.setdefault(n, "related_links")


def _dropped(lines: Sequence[Line], reasons: dict[int, str]) -> tuple[Dropped, ...]:
    """Returns what was dropped, neighbouring lines of one reason together."""
    out: list[Dropped] = []
    last = -2
    for n in sorted(reasons):
        if out and n == last + 1 and reasons[n] == out[-1].reason:
            out[-1] = Dropped(out[-1].reason, f"{out[-1].text}\n{lines[n].text}"[:_MOST_DROPPED])
        else:
            out.append(Dropped(reasons[n], lines[n].text[:_MOST_DROPPED]))
        last = n
    return tuple(out)

"""Tree → main text: the source's rule, else the publishing system's container, else the densest element."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, groupby, pairwise

import lxml.html
import trafilatura
from lxml import etree

from parsers.document import CELL_GAP, Block, Dropped, Extraction
from parsers.main_text.blocks import Layout, Line, hidden_lines, is_hidden, lay_out
from parsers.main_text.data_tables import data_tables
from parsers.main_text.density import PROSE, Span, cards, densest, is_numbered, is_sentence, units, weigh
from parsers.main_text.headlines import after_headline, names_notice, titles, titles_in
from parsers.main_text.trim import info_spans, neighbour_spans, trim
from parsers.main_text.twins import cleaner, find_copies
from parsers.page import Rule
from parsers.selectors import selector

# A container of a known name must hold this share of the densest element's weight: names are reused for blurbs.
_NAMED_SHARE = 0.5
# A paragraph in a heading's tag is no heading: an unclosed `<h2>` wraps whole articles.
_HEADING_SIZE = 80
# Below this many characters of text, on a page with so many more, another engine is asked.
_THIN = 16.0
_BEGINNING = 100
_RICH = 200.0
# It takes 50 µs a line, and no page of so many lines has been seen without a text of its own.
_MOST_LINES = 5_000

Find = Callable[[str], list[lxml.html.HtmlElement]]


def extract(tree: lxml.html.HtmlElement, rule: Rule | None = None) -> Extraction:
    """Finds a page's main text. The tree is not changed.

    Args:
        tree: The page from `parse_html`.
        rule: Selectors of the source; they win where they match.

    Returns:
        The main text as blocks; without any where nothing was found.
    """
    layout = lay_out(tree)
    info = info_spans(layout)
    named = titles(tree) | titles_in(layout, info)
    start = after_headline(layout, named)
    related = neighbour_spans(layout, start)
    weights = weigh(layout, (*info, *related))
    drops = rule.drop if rule is not None else ()
    find = selector(tree) if rule is not None else None
    known = [(first, last, "rule") for css in drops for first, last in _selected(layout, find, css)]
    known += [(first, last, "info_table") for first, last in info]
    known += [(first, last, "related_links") for first, last in related]

    def reading(span: Span, *besides: tuple[int, int]) -> Extraction:
        out = [*known, *((first, last, "copy") for first, last in besides)]
        kept, dropped = trim(layout, span, weights, named, out)
        dropped += tuple(Dropped("hidden", text) for n, text in layout.unseen if span.first <= n < span.last)
        return Extraction(tuple(_blocks(layout, kept)), span.name, dropped)

    chosen = _ruled(layout, find, rule)
    if chosen is not None:
        return reading(chosen)
    copies = find_copies(layout, weights)
    single = list(weights)
    if copies is not None:
        first, last = copies.second
        single[first:last] = [0.0] * (last - first)
    apart = cards(layout, weights)
    chosen = _choose(layout, single, start, apart)
    if chosen is None:
        found = Extraction((), "none")
    elif copies is None or not chosen.first <= copies.first[0] < copies.first[1] <= chosen.last:
        found = reading(chosen)
    else:
        mine, other = (reading(Span(*span, chosen.name)) for span in (copies.first, copies.second))
        take_other, twin = cleaner(
            [block.text for block in mine.blocks], [block.text for block in other.blocks]
        )
        within = chosen.first <= copies.second[0] < copies.second[1] <= chosen.last
        if take_other:
            taken = reading(chosen, copies.first) if within else other
        else:
            taken = reading(chosen, copies.second)
        return Extraction(taken.blocks, taken.container, taken.dropped, twin)
    if not apart and _is_thin(found):
        return _second_opinion(tree, layout) or found
    return found


def _ruled(layout: Layout, find: Find | None, rule: Rule | None) -> Span | None:
    """Returns the span of what the source's rule names as main text."""
    if rule is None or rule.main is None:
        return None
    spans = _selected(layout, find, rule.main)
    return Span(min(first for first, _ in spans), max(last for _, last in spans), "rule") if spans else None


def _selected(layout: Layout, find: Find | None, css: str) -> list[tuple[int, int]]:
    elements = set(find(css)) if find is not None else set()
    return [(box.first, box.last) for box in layout.boxes if box.element in elements and box.last > box.first]


def _choose(
    layout: Layout, weights: Sequence[float], start: int | None, apart: Sequence[tuple[int, int]]
) -> Span | None:
    """Returns a publishing system's container where one holds the text, else the densest element."""
    best, score = _densest_seen(layout, weights, start, apart)
    gains = [0.0, *accumulate(max(0.0, weight) for weight in weights)]
    known = [Span(first, last, f"cms:{name}") for first, last, name in layout.marked]
    known += [Span(box.first, box.last, f"cms:{box.name}") for box in layout.boxes if box.name is not None]
    known += _joined(known)
    if known:
        # Of containers within one another the outermost holds all of a split body.
        top = max(known, key=lambda span: (gains[span.last] - gains[span.first], span.first - span.last))
        if gains[top.last] - gains[top.first] > _NAMED_SHARE * score:
            return _continued(layout, weights, top)
    if best is None or start is None or not best.first < start <= best.last:
        return best
    # What stands in the same element above the headline is a column beside the text.
    above, below = gains[start] - gains[best.first], gains[best.last] - gains[start]
    return Span(start - 1, best.last, best.name) if above <= below else best


def _continued(layout: Layout, weights: Sequence[float], top: Span) -> Span:
    """Widens a container to the elements behind it that go on with the text: what a notice puts in force, an annex.

    Each begins as such a part does, holds prose in lines of its own, and nothing that is a link or furniture; a short
    label between them comes along. Whom to ask, and who the author is, stands there as well.
    """
    inner = [box for box in layout.boxes if (box.first, box.last) == (top.first, top.last)]
    last = top.last
    for box in layout.boxes:
        if not inner or box.parent != inner[0].parent or box.first < last:
            continue
        inside = weights[box.first : box.last]
        files = any(line.filed for line in layout.lines[box.first : box.last])
        if box.around or box.hidden or files or min(inside, default=-1.0) < 0:
            break
        if max(inside) < PROSE:
            continue
        if not any(_opens_part(layout.lines[n].text) for n in (last, box.first)):
            break
        if box.last - last > 1:
            last = box.last
    return Span(top.first, last, top.name)


def _opens_part(line: str) -> bool:
    """Tells whether a line opens a part of a text: a number, 附件, the name of what is put in force."""
    return is_numbered(line) or (not is_sentence(line) and names_notice(line))


def _densest_seen(
    layout: Layout, weights: Sequence[float], start: int | None, apart: Sequence[tuple[int, int]]
) -> tuple[Span | None, float]:
    """Returns the densest element and its weight: of what a reader sees where that says something under the headline.

    A pop-up outweighs an article of one line. A text that is shown on demand has nothing beside it.
    """
    hidden = hidden_lines(layout)
    if hidden and start is not None:
        seen = [0.0 if n in hidden else weight for n, weight in enumerate(weights)]
        best, score = densest(layout, seen, start, apart)
        if best is not None and any(
            is_sentence(layout.lines[n].text) and seen[n] > 0
            for n in range(max(start, best.first), best.last)
        ):
            return best, score
    return densest(layout, weights, start, apart)


def _joined(known: Sequence[Span]) -> list[Span]:
    """Returns the spans of neighbouring containers of one name: a body in parts."""
    out: list[Span] = []
    for name, group in groupby(known, key=lambda span: span.name):
        parts = list(group)
        first = parts[0]
        for part in parts[1:]:
            if part.first == first.last:
                first = Span(first.first, part.last, name)
                out.append(first)
            elif part.first > first.last:
                first = part
    return out


def _is_thin(found: Extraction) -> bool:
    """Tells a text that says next to nothing; most say more in their first characters."""
    text = "".join(block.text for block in found.blocks)
    return units(text[:_BEGINNING]) < _THIN and units(text) < _THIN


def _second_opinion(tree: lxml.html.HtmlElement, layout: Layout) -> Extraction | None:
    """Asks trafilatura where nothing was found on a page that says something outside of links."""
    hidden = hidden_lines(layout)
    seen = [line for n, line in enumerate(layout.lines) if n not in hidden]
    unlinked = sum(units(line.text) * (1 - line.linked) for line in seen)
    linked = sum(line.size * line.linked for line in seen)
    if unlinked < max(_RICH, linked) or len(layout.lines) > _MOST_LINES:
        return None
    try:
        # It changes the tree that it is given, and fails on characters that XML does not allow.
        found = trafilatura.extract(
            _without_hidden(tree), fast=True, include_comments=False, include_tables=True, output_format="txt"
        )
    except ValueError:
        return None
    if not found:
        return None
    lines = [line.strip(" \t-|") for line in found.split("\n")]
    return Extraction(tuple(Block("paragraph", line) for line in lines if line), "trafilatura")


def _without_hidden(tree: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    """Returns a copy of a page with what a reader sees."""
    seen = copy.deepcopy(tree)
    body = seen.find("body")
    for element in list(body.iterdescendants(etree.Element)) if body is not None else ():
        if is_hidden(element):
            element.drop_tree()
    return seen


def _blocks(layout: Layout, kept: Sequence[int]) -> Iterator[Block]:
    """Yields blocks; the cells of a data table's row become one."""
    lines = [layout.lines[n] for n in kept]
    data = data_tables(layout, lines)
    for (table, row), group in groupby(
        lines, key=lambda line: (line.table, line.row) if line.table in data else (None, None)
    ):
        if table is None or row is None:
            yield from map(_block, group)
            continue
        yield Block("row", _row(list(group)))


def _row(lines: Sequence[Line]) -> str:
    """Returns the cells of a row in one line, the empty ones between them included: what follows keeps its column."""
    gaps = [max(1, (line.cell or 0) - (before.cell or 0)) for before, line in pairwise(lines)]
    same = [line.cell == before.cell for before, line in pairwise(lines)]
    parts = [" " if joined else CELL_GAP * gap for joined, gap in zip(same, gaps, strict=True)]
    words = [line.text.replace(CELL_GAP, " ") for line in lines]
    return words[0] + "".join(part + word for part, word in zip(parts, words[1:], strict=True))


def _block(line: Line) -> Block:
    if line.heading is not None and line.size <= _HEADING_SIZE:
        return Block("heading", line.text, line.heading)
    if line.depth is not None:
        return Block("item", line.text, line.depth)
    return Block("paragraph", line.text)

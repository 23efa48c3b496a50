"""Changing a text without losing what stood there: every step's spans are kept, so that the raw text comes back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from parsers.document import Edit, Step


@dataclass(frozen=True, slots=True)
class Draft:
    """A text on its way from raw to what analysts read.

    Attributes:
        text: The text so far.
        edits: How it differs from the raw text, in its order, without overlap. Removals that met at one place
            share their offset; only their order tells which stood first.
        steps: What was done, in order.
    """

    text: str
    edits: tuple[Edit, ...] = ()
    steps: tuple[Step, ...] = ()


class _Piece(NamedTuple):
    """A span of the current text that differs from raw, or is to be replaced by a new step."""

    start: int
    end: int
    is_new: bool
    kind: str
    other: str  # an earlier edit's original, or a new span's replacement


class _Merged(NamedTuple):
    """A span of the current text with what stood there in raw and what is to stand there."""

    start: int
    end: int
    kind: str
    original: str
    text: str


def change(draft: Draft, name: str, spans: Sequence[tuple[int, int, str]], count: int | None = None) -> Draft:
    """Replace spans of the text and keep what stood there.

    An earlier edit that a new span overlaps becomes part of the new edit, which then gives back the raw text of
    both; edits that only touch stay apart, so that each keeps its kind. Linear in text and edits.

    Args:
        draft: What to change.
        name: Kind of the edits and name of the step.
        spans: (start, end, replacement) in the current text, sorted, not overlapping. A span whose replacement
            equals what stands there is no change.
        count: How often the step acted, where that is not the number of changed spans.

    Returns:
        The changed draft; the same object where nothing changes.

    Raises:
        ValueError: The spans overlap or are not sorted.
    """
    _check(spans, len(draft.text))
    new = [
        _Piece(start, end, True, name, text) for start, end, text in spans if draft.text[start:end] != text
    ]
    if not new:
        return draft
    parts: list[str] = []
    edits: list[Edit] = []
    position = shift = 0
    for merged in _merge(draft, new):
        parts += draft.text[position : merged.start], merged.text
        position = merged.end
        edits.append(Edit(merged.kind, merged.start + shift, len(merged.text), merged.original))
        shift += len(merged.text) - (merged.end - merged.start)
    text = "".join((*parts, draft.text[position:]))
    step = Step(name, len(new) if count is None else count)
    return Draft(text, tuple(edit for edit in edits if _differs(edit, text)), (*draft.steps, step))


def note(draft: Draft, name: str, count: int) -> Draft:
    """Record a count that changed nothing, such as characters found and left; zero is not recorded."""
    return Draft(draft.text, draft.edits, (*draft.steps, Step(name, count))) if count else draft


def restore(text: str, edits: Iterable[Edit]) -> str:
    """Give back the raw text that `text` was made of."""
    parts: list[str] = []
    position = 0
    for edit in edits:
        parts += text[position : edit.offset], edit.original
        position = edit.offset + edit.length
    return "".join((*parts, text[position:]))


def _check(spans: Sequence[tuple[int, int, str]], length: int) -> None:
    position = 0
    for start, end, _ in spans:
        if not position <= start <= end <= length:
            raise ValueError(f"span {start}:{end} after {position} in a text of {length} characters")
        position = end


def _merge(draft: Draft, new: list[_Piece]) -> Iterable[_Merged]:
    """Join pieces that overlap, in the order of the text."""
    old = [_Piece(e.offset, e.offset + e.length, False, e.kind, e.original) for e in draft.edits]
    # At one place a removal comes before what follows it, and an earlier edit before a new one.
    pieces = sorted([*old, *new], key=lambda piece: (piece.start, piece.end, piece.is_new))
    group: list[_Piece] = []
    end = 0
    for piece in pieces:
        if group and piece.start >= end:
            yield _joined(draft.text, group, end)
            group = []
        end = max(end, piece.end) if group else piece.end
        group.append(piece)
    if group:
        yield _joined(draft.text, group, end)


def _joined(text: str, group: list[_Piece], end: int) -> _Merged:
    start = group[0].start
    # The piece that concerns most text says what was done here; the latest where two concern as much.
    widest = max(group, key=lambda piece: (_extent(piece), piece.is_new))
    original = _replaced(text, start, end, (piece for piece in group if not piece.is_new))
    current = _replaced(text, start, end, (piece for piece in group if piece.is_new))
    return _Merged(start, end, widest.kind, original, current)


def _extent(piece: _Piece) -> int:
    return max(piece.end - piece.start, 0 if piece.is_new else len(piece.other))


def _replaced(text: str, start: int, end: int, pieces: Iterable[_Piece]) -> str:
    parts: list[str] = []
    position = start
    for piece in pieces:
        parts += text[position : piece.start], piece.other
        position = piece.end
    return "".join((*parts, text[position:end]))


def _differs(edit: Edit, text: str) -> bool:
    """A change that a later one took back is none."""
    return text[edit.offset : edit.offset + edit.length] != edit.original

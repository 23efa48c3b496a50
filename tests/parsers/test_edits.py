"""A changed text gives its raw text back, whatever was done to it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.document import Edit, Step
from parsers.normalisation.edits import Draft, change, note, restore

CHAINS = st.lists(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 6), st.text("ab甲", max_size=3)), max_size=5)
)


def _spans(wanted: list[tuple[int, int, str]], length: int) -> list[tuple[int, int, str]]:
    """Fit wanted (gap, width, replacement) triples into a text of a length."""
    spans = []
    position = 0
    for gap, width, text in wanted:
        start = min(position + gap % 7, length)
        position = min(start + width, length)
        spans.append((start, position, text))
    return spans


@given(st.text("xyz\n甲", max_size=40), CHAINS)
def test_any_chain_of_changes_restores_raw(raw: str, chain: list[list[tuple[int, int, str]]]) -> None:
    """Edits stay sorted, do not overlap, and give raw back."""
    draft = Draft(raw)
    for n, wanted in enumerate(chain):
        draft = change(draft, f"step{n}", _spans(wanted, len(draft.text)))
    assert restore(draft.text, draft.edits) == raw
    assert all(a.offset + a.length <= b.offset for a, b in pairwise(draft.edits))
    places = [(edit.offset, edit.length) for edit in draft.edits]
    assert places == sorted(places)


def test_a_change_keeps_what_stood_there() -> None:
    """The edit names the kind, the place in the new text and the original."""
    draft = change(Draft("甲(jiǎ)乙"), "pinyin", [(1, 6, "")])
    assert draft == Draft("甲乙", (Edit("pinyin", 1, 0, "(jiǎ)"),), (Step("pinyin", 1),))


def test_touching_edits_keep_their_kinds() -> None:
    """A character converted beside a removed annotation stays an edit of its own."""
    draft = change(change(Draft("動(dòng)業"), "pinyin", [(1, 7, "")]), "t2s", [(0, 1, "动"), (1, 2, "业")])
    assert draft.text == "动业"
    assert [edit.kind for edit in draft.edits] == ["t2s", "pinyin", "t2s"]


def test_a_removed_line_takes_over_the_edits_within() -> None:
    """An edit that a later one covers becomes part of it."""
    draft = change(change(Draft("a  b\nc"), "spaces", [(1, 3, " ")]), "spam", [(0, 4, "")])
    assert draft.text == "c"
    assert draft.edits == (Edit("spam", 0, 0, "a  b\n"),)


def test_a_change_taken_back_is_no_edit() -> None:
    """Text that equals raw again is not edited."""
    draft = change(change(Draft("ab"), "one", [(0, 1, "x")]), "two", [(0, 1, "a")])
    assert draft.text == "ab"
    assert draft.edits == ()


def test_nothing_to_do_returns_the_draft() -> None:
    """No spans, or spans that change nothing, leave no step."""
    draft = Draft("ab")
    assert change(draft, "none", []) is draft
    assert change(draft, "same", [(0, 1, "a")]) is draft


def test_a_count_is_noted_without_an_edit() -> None:
    """What was found and left is a step; nothing found is none."""
    assert note(Draft("a"), "pua_chars", 2).steps == (Step("pua_chars", 2),)
    assert note(Draft("a"), "pua_chars", 0).steps == ()


@pytest.mark.parametrize("spans", [[(1, 0, "")], [(0, 2, ""), (1, 2, "")], [(0, 9, "")]])
def test_overlapping_spans_are_refused(spans: list[tuple[int, int, str]]) -> None:
    """Spans that overlap or leave the text are a mistake of the caller."""
    with pytest.raises(ValueError, match="span"):
        change(Draft("abc"), "wrong", spans)

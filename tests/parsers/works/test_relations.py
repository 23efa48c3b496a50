"""Relations are measured on labelled documents; what a text says of itself is none."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from parsers.normalisation.key import fold
from parsers.works.headline import name_of
from parsers.works.relations import KINDS, relations
from tests.parsers.works.sentences import LABELLED


def target_of(value: str) -> str:
    """A number, or a folded name."""
    return value if value.endswith("号") else name_of(value) or fold(value)


def test_precision_and_recall() -> None:
    """All kinds are among the labelled ones."""
    judged: Counter[str] = Counter()
    for title, text, kind, labelled in LABELLED:
        wanted = {(name, target_of(target)) for name, target in labelled}
        found = {
            (item.kind, item.identifier or target_of(item.title or ""))
            for item in relations(title, text, kind)
        }
        judged += Counter(right=len(wanted & found), wrong=len(found - wanted), missed=len(wanted - found))

    assert {kind for _, _, _, labelled in LABELLED for kind, _ in labelled} == set(KINDS)
    assert judged["right"] / (judged["right"] + judged["wrong"]) >= 0.97
    assert judged["right"] / (judged["right"] + judged["missed"]) >= 0.97


def test_a_span_holds_the_words() -> None:
    """Of every reference in the text."""
    for title, text, kind, _ in LABELLED:
        for item in relations(title, text, kind):
            if item.start is not None and item.title:
                assert item.title in text[item.start : item.end]


def test_a_proposal_keeps_its_own_title() -> None:
    """The reply names it and its number."""
    (found, *_) = relations("对省政协第0123号提案的答复", "张委员：您提出的《关于科普的提案》收悉。")

    assert (found.kind, found.identifier, found.title) == ("replies_to", "提案第123号", "关于科普的提案")


@given(st.text(alphabet="《》根据印发通知废止、，。（）号〔〕2024国发办法关于的\n", max_size=120))
def test_any_text_is_read(text: str) -> None:
    """Without an error, with spans within it."""
    for item in relations(None, text):
        assert item.start is not None
        assert item.end is not None
        assert 0 <= item.start <= item.end <= len(text)

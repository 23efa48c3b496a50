"""The characters of a stored text: normalised where Unicode writes the same twice, faithful everywhere else."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.document import Step
from parsers.normalisation.characters import lost_chars, normalise, pua_chars, tidy
from parsers.normalisation.edits import Draft, restore

NOISE = "甲a1 \t\n\r\x0b\x85\u2028\u3000\u00a0\u200b\u202e\ufeff\x00\x7fe\u0301\u1100\u1161\u11a8⼀⻓\ue81e\uf900&amp;#38lt;nbsp\ufffd"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a\r\nb\rc\u2028d\x0be\x85f", "a\nb\nc\nd\ne\nf"),
        ("\ufeff山\u200b西\u00ad省\u202e\x00\x7f", "山西省"),
        ("第一条\u00a0\u2003内\t容", "第一条 内 容"),
        ("⼭西⻓江⻋", "山西长江车"),
        ("\ue81e\ue843", "\u9fb4\u9fb9"),
        ("cafe\u0301 \uf900", "café 豈"),
        ("\u1112\u1161\u11ab", "한"),
        ("　　第一条　总则  \n", "第一条　总则"),
        ("\n\na\n \n\n\nb\n\n", "a\n\nb"),
        ("a    b", "a b"),
        ("增长&ldquo;15%&rdquo;&nbsp;&#8212;", "增长“15%” —"),
        ("甲&amp;nbsp;乙", "甲 乙"),
        ("&amp;lt;", "<"),
    ],
)
def test_noise_is_normalised(raw: str, text: str) -> None:
    """Each rule of the stored text, on its own."""
    draft = normalise(Draft(raw))
    assert draft.text == text
    assert restore(draft.text, draft.edits) == raw


@pytest.mark.parametrize(
    "text",
    [
        "国发〔2023〕5号《意见》、“甲”—‰〇",
        "，；：？！（）％～－ＡＢ１２",
        "②2023年 ⑴ ㈠ Ⅰ ⅷ ㎡ ℃ № ½ …",
        "R&D &copy=1 AT&T; &foo;",
        "&amp;amp;amp;lt;",
        "第一条　总则",
        "\ue000 is private",
    ],
)
def test_faithful_text_stays(text: str) -> None:
    """NFKC's losses do not happen: width, circled numbers, units, brackets and quotes stay."""
    assert normalise(Draft(text)).text == text


def test_private_and_lost_characters_are_counted() -> None:
    """They stay in the text and are counted as steps."""
    draft = normalise(Draft("\ue000甲\U000f0001\ufffd"))
    assert draft.steps == (Step("pua_chars", 2), Step("lost_chars", 1))
    assert pua_chars("abc") == 0
    assert lost_chars("\ufffd\ufffd") == 2


@given(st.text(NOISE) | st.text())
def test_normalising_twice_changes_nothing(raw: str) -> None:
    """Idempotent, restorable, NFC, and without margins."""
    draft = normalise(Draft(raw))
    assert restore(draft.text, draft.edits) == raw
    assert normalise(Draft(draft.text)).text == draft.text
    assert unicodedata.is_normalized("NFC", draft.text)
    assert all(line == line.strip(" \u3000") for line in draft.text.split("\n"))


def test_long_runs_of_spaces_are_linear() -> None:
    """A hostile run of mixed spaces is worked off once, not once for each of its characters."""
    raw = "甲" + " \u3000" * 200_000 + "乙" + "\n" * 200_000 + "丙"
    assert tidy(Draft(raw)).text.endswith("乙\n\n丙")

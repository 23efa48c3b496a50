"""Mojibake is repaired only when the repair proves itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.normalisation.edits import Draft, restore
from parsers.normalisation.mojibake import losses, repair

CLEAN = [
    "国务院办公厅关于印发《“十四五”就业促进规划》的通知",
    "到2027年，培育认定科技领军企业100家，研发投入增长15%以上。",
    "行政院為推動科學技術發展，並促進產業創新，於去年公布辦法。",
    "日本の経済産業省は、製造業の発展のための計画を発表した。",
    "Größe, café, naïveté — Élysée: déjà vu, à la carte",
    "Empowering new quality productivity with innovation",
]


def _garbled(text: str, wrong: str) -> str:
    return text.encode("utf-8").decode(wrong)


@pytest.mark.parametrize("text", CLEAN)
def test_clean_text_is_untouched(text: str) -> None:
    """No alarm, no change."""
    draft = Draft(text)
    assert repair(draft) is draft
    assert not list(losses(text))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("latin-1", "utf-8"), ("sloppy-windows-1252", "utf-8"), ("latin-1", "gb18030"), ("gb18030", "utf-8")],
)
def test_reversible_mojibake_is_repaired(wrong: str, right: str) -> None:
    """The bytes are still there: the right reading is proved by its plausibility."""
    text = "国务院关于印发规划的通知，各省自治区直辖"
    draft = repair(Draft(text.encode(right).decode(wrong)))
    assert draft.text == text


def test_only_the_garbled_line_is_repaired() -> None:
    """A foreign include does not make the clean lines suspect."""
    clean = "到2027年，培育认定科技领军企业100家，研发投入增长15%以上。"
    raw = f"{clean}\n{_garbled(CLEAN[0], 'latin-1')}\n{clean}"
    draft = repair(Draft(raw))
    assert draft.text == f"{clean}\n{CLEAN[0]}\n{clean}"
    assert restore(draft.text, draft.edits) == raw


@pytest.mark.parametrize(
    "line", ["锟斤拷锟斤拷通知", "烫烫烫烫", "各省\ufffd\ufffd人民政府", "浜烘皯鏀垮簻鍏充簬"[:7] + "?鍒"]
)
def test_lost_text_is_reported_and_left(line: str) -> None:
    """Never a partial repair: a wrong number somewhere is worse than a flag."""
    raw = f"第一条　总则\n{line}"
    assert repair(Draft(raw)).text == raw
    assert [loss.text for loss in losses(raw)] == [line]


@given(st.text())
def test_repair_restores(text: str) -> None:
    """Whatever is done, the raw text comes back."""
    draft = repair(Draft(text))
    assert restore(draft.text, draft.edits) == text

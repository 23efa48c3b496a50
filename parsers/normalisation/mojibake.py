"""Text that was garbled before it reached us: repaired where the repair proves itself, flagged where it cannot.

Only what was garbled upstream gets here; a payload of our own is decoded again instead (`parsers.decode`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import ftfy
import ftfy.bad_codecs  # registers sloppy-windows-1252

from parsers.decode import COMMON, MOJIBAKE, READABLE, has_accents, plausibility
from parsers.normalisation.edits import Draft, change

# Fewer characters beyond ASCII say nothing about plausibility.
MIN_CHARACTERS = 8
# What an inverse pair has to win, and to reach, to be believed.
MIN_RISE = 0.25
MIN_REPAIRED = 0.6
# What was written with the first codec and read with the second, undone. A partial repair is never taken: with
# 90 % of the characters right a number somewhere is wrong, so both steps are strict.
INVERSE_PAIRS = (
    ("latin-1", "gb18030"),
    ("sloppy-windows-1252", "gb18030"),
    ("gb18030", "utf-8"),
    ("big5hkscs", "gb18030"),
)

# Leftovers that no clean text of 349,046 words has: U+FFFD saved as GBK, uninitialised memory of debug builds,
# a UTF-8 byte order mark and a quotation mark read as cp1252.
_SIGNATURE = re.compile("锟斤拷|锟斤|斤拷|烫烫烫|屯屯屯|\ufffd\ufffd|ï»¿|â€")
_LINE = re.compile("[^\n]+")
# One class of 6,800 characters: the scan takes a tenth of the time of a set's test of each.
_SUSPECTED = re.compile(f"[^\x00-\x7f{''.join(sorted(COMMON - set(map(chr, range(0x80)))))}]")


class Loss(NamedTuple):
    """A line that is garbled and cannot be repaired."""

    start: int
    end: int
    text: str


def repair(draft: Draft) -> Draft:
    """Undo mojibake where a reading proves itself, the whole text at once or line by line.

    Args:
        draft: The text as extracted.

    Returns:
        The draft; unchanged where no alarm rang or nothing was proved. `losses` then finds what is left.
    """
    if _is_unsuspected(draft.text):
        return draft
    whole = _repaired(draft.text) if _alarms(draft.text) else None
    if whole is not None and not any(losses(whole)):
        return change(draft, "mojibake", [(0, len(draft.text), whole)])
    spans = [
        (*line.span(), repaired)
        for line in _LINE.finditer(draft.text)
        if _alarms(line[0]) and (repaired := _repaired(line[0])) is not None
    ]
    return change(draft, "mojibake", spans)


def losses(text: str) -> Iterator[Loss]:
    """Yield the lines that are garbled beyond repair."""
    if _is_unsuspected(text):
        return
    for line in _LINE.finditer(text):
        if _alarms(line[0]):
            yield Loss(*line.span(), line[0])


def _is_unsuspected(text: str) -> bool:
    """Tell at once the text of everyday characters only, which spell no signature."""
    return text.isascii() or not (_SUSPECTED.search(text) or _SIGNATURE.search(text))


def _alarms(text: str) -> bool:
    if _SIGNATURE.search(text):
        return True
    if _is_unsuspected(text) or len(text) - len(text.encode("ascii", "ignore")) < MIN_CHARACTERS:
        return False
    value = plausibility(text)
    return value < MOJIBAKE and plausibility(text, western=has_accents(text)) < MOJIBAKE


def _repaired(text: str) -> str | None:
    fixed = ftfy.fix_encoding(text)
    if fixed != text and plausibility(fixed) >= READABLE and _is_whole(fixed):
        return fixed
    before = plausibility(text)
    for wrong, right in INVERSE_PAIRS:
        try:
            undone = text.encode(wrong).decode(right)
        except UnicodeError:
            continue
        after = plausibility(undone)
        if after > MIN_REPAIRED and after - before >= MIN_RISE and _is_whole(undone):
            return undone
    return None


def _is_whole(text: str) -> bool:
    """Tell a repaired text in which nothing was lost."""
    return "\ufffd" not in text and not _SIGNATURE.search(text)

"""The characters of a text: what Unicode lets one write in several ways, in one way, and nothing else changed.

NFC, never NFKC: NFKC would turn `②2023年` into `22023年` and full-width punctuation into ASCII.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping

from parsers.decode import GB18030_2022
from parsers.normalisation.edits import Draft, change, note

# Kangxi radicals and the simplified ones of the CJK Radicals Supplement: PDF fonts draw characters with them.
# NFKC knows the first block only (Unicode: EquivalentUnifiedIdeograph).
RADICALS: dict[int, str | int] = {
    **{code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)},
    **str.maketrans(
        "⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻥⻦⻨⻩⻬⻮⻰⻳",
        "母民虎西见角贝车长门青韦页风飞食马鱼鸟麦黄齐齿龙龟",
    ),
}
PRIVATE_USE: dict[int, str | int] = {private: chr(public) for private, public in GB18030_2022.items()}

_ENDS = "\u2028\u2029\x85\x0b\x0c"
_LINE_ENDS = re.compile(f"\r\n?|[{_ENDS}]")
# Zero-width and bidi characters, soft hyphen, Mongolian vowel separator, object replacement, Hangul filler,
# C0 but tab and line feed, DEL and C1 (NEL is a line end before this looks).
_UNSEEN = (
    "\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\u3164\ufeff\ufffc"
)
_INVISIBLE = re.compile(f"[{_UNSEEN}]+")
_BLANKS = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f"
_SPACES = re.compile(f"[{_BLANKS}]+")
_STROKES = "⺟-⻳\u2f00-\u2fd5"
_RADICALS = re.compile(f"[{_STROKES}]")
_MISPLACED = "".join(map(chr, PRIVATE_USE))
_PRIVATE_USE = re.compile(f"[{_MISPLACED}]")
# What any of these five changes, looked for at once: most texts have none of it.
_UNUSUAL = re.compile(f"[\r{_ENDS}{_UNSEEN}{_BLANKS}{_STROKES}{_MISPLACED}]")
# A space that begins a line (or the text) with what follows it, or begins a run that ends one. The character comes
# first and is looked back at, so that the scan stays fast, and a run is tried once, so that it stays linear.
_MARGINS = re.compile(
    r"[ \u3000](?:(?:(?<=\n.)|(?<![\s\S]{2}))[ \u3000]*+|(?<![ \u3000]{2})[ \u3000]*+(?=\n|\Z))"
)
_SPACE_RUNS = re.compile(" {2,}")
_LINE_FEEDS = re.compile("\n+")
_AMPERSAND = "(?:amp|#0{0,4}38|#x0{0,4}26);"
# What an HTML parser left because it was escaped twice. Only with its semicolon: `&copy=1` is a query string.
_ENTITY = re.compile(
    f"&((?:{_AMPERSAND})*)"
    "(#[0-9]{2,6}|#x[0-9a-f]{2,6}|nbsp|amp|lt|gt|quot|ldquo|rdquo|mdash|middot|hellip);"
)
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")

# Escaped more often than this, the text speaks about HTML.
MAX_UNESCAPES = 2


def normalise(draft: Draft) -> Draft:
    """Apply the rules for the stored text: total, idempotent, each step recorded.

    Line ends, invisible characters, spaces, radicals, GB18030-2022's private-use characters, NFC, margins, runs
    of spaces, blank lines, entities that were escaped twice. Inner ideographic spaces, full-width punctuation,
    circled numbers, ㎡, 〔〕 and quotes stay. Other private-use characters and U+FFFD stay and are counted
    (`pua_chars`, `lost_chars`).

    Args:
        draft: The text, as extracted or repaired.

    Returns:
        The draft in NFC.
    """
    draft = _characters(draft)
    while (unescaped := _entities(draft)) is not draft:
        draft = _characters(unescaped)
    return note(note(draft, "pua_chars", pua_chars(draft.text)), "lost_chars", lost_chars(draft.text))


def pua_chars(text: str) -> int:
    """Count private-use characters: symbols of a font that nobody else has."""
    return 0 if text.isascii() else len(_PRIVATE.findall(text))


def lost_chars(text: str) -> int:
    """Count characters that were lost in some decoding (U+FFFD)."""
    return text.count("\ufffd")


def tidy(draft: Draft) -> Draft:
    """Strip margins, join runs of spaces and keep at most one blank line, none at either end of the text."""
    draft = _sub(draft, "margins", _MARGINS, lambda _: "")
    if "  " in draft.text:
        draft = _sub(draft, "space_runs", _SPACE_RUNS, lambda _: " ")
    # To look first for a line feed too many takes a hundredth of the time of looking at each.
    if "\n\n\n" in draft.text or draft.text.startswith("\n") or draft.text.endswith("\n"):
        draft = _sub(draft, "blank_lines", _LINE_FEEDS, _line_feeds)
    return draft


def _characters(draft: Draft) -> Draft:
    return tidy(_usual(draft) if _UNUSUAL.search(draft.text) else _composed(draft))


def _usual(draft: Draft) -> Draft:
    draft = _sub(draft, "line_ends", _LINE_ENDS, lambda _: "\n")
    draft = _sub(draft, "invisible", _INVISIBLE, lambda _: "")
    draft = _sub(draft, "spaces", _SPACES, lambda _: " ")
    if not draft.text.isascii():
        draft = _sub(draft, "radicals", _RADICALS, _lookup(RADICALS))
        draft = _sub(draft, "private_use", _PRIVATE_USE, _lookup(PRIVATE_USE))
    return _composed(draft)


def _composed(draft: Draft) -> Draft:
    return draft if draft.text.isascii() else change(draft, "nfc", list(_nfc(draft.text)))


def _sub(draft: Draft, name: str, pattern: re.Pattern[str], text: Callable[[re.Match[str]], str]) -> Draft:
    return change(draft, name, [(*found.span(), text(found)) for found in pattern.finditer(draft.text)])


def _lookup(table: Mapping[int, str | int]) -> Callable[[re.Match[str]], str]:
    return lambda found: found[0].translate(table)


def _line_feeds(found: re.Match[str]) -> str:
    return found[0][:2] if found.start() > 0 and found.end() < len(found.string) else ""


def _nfc(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield what NFC changes, line by line: no composition reaches across a line end."""
    start = 0
    for line in text.splitlines(keepends=True) if not unicodedata.is_normalized("NFC", text) else ():
        composed = unicodedata.normalize("NFC", line)
        if composed != line:
            spans = list(_nfc_spans(line, start))
            rebuilt = "".join(text for _, _, text in spans)
            # A script whose vowels compose without being marks is changed as a whole line.
            changed = spans if rebuilt == composed else [(start, start + len(line), composed)]
            yield from (span for span in changed if text[span[0] : span[1]] != span[2])
        start += len(line)


def _nfc_spans(line: str, offset: int) -> Iterator[tuple[int, int, str]]:
    """Yield every base character with its marks (and every run of Hangul jamo) in NFC."""
    starts = [n for n, character in enumerate(line) if not n or _begins_cluster(character)]
    for start, end in zip(starts, [*starts[1:], len(line)], strict=True):
        yield offset + start, offset + end, unicodedata.normalize("NFC", line[start:end])


def _begins_cluster(character: str) -> bool:
    is_jamo = "\u1160" <= character <= "\u11ff"
    return not (
        is_jamo or unicodedata.category(character).startswith("M") or unicodedata.combining(character)
    )


def _entities(draft: Draft) -> Draft:
    if "&" not in draft.text:
        return draft
    return _sub(draft, "double_entities", _ENTITY, _unescape)


def _unescape(found: re.Match[str]) -> str:
    ampersands = found[1].count(";")
    if ampersands >= MAX_UNESCAPES:
        return found[0]
    return html.unescape(f"&{found[2]};")

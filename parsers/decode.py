"""Bytes to text by a ladder of proofs: the last place that sees bytes.

A charset label is believed only as a tie-breaker, because a wrong label can be proved wrong and browsers' order
(header, then meta) obeys it: BOM, UTF-16 by its NULs, strict UTF-8, nearly UTF-8, then whatever reads most
plausibly among the labels and the legacy encodings of Chinese, Japanese and Western pages.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from w3lib.encoding import html_body_declared_encoding, read_bom, resolve_encoding, to_unicode

How = Literal["bom", "nul_pattern", "proved", "damaged", "declared", "scored", "format"]

# What an unlabelled page is tried as. No EUC-JP or EUC-KR: one damaged byte makes GBK text look like them.
LEGACY = ("gb18030", "big5hkscs", "cp932", "cp1252")

# Codecs a label may name: the Encoding Standard's, by Python's names. Everything else that Python knows under
# "encoding" (punycode, unicode_escape, rot13, utf-7, …) is no page's encoding and may be costly or unsafe.
LABELLED = frozenset(
    (
        *LEGACY,
        *("euc_jp", "iso2022_jp", "cp949", "koi8-r", "koi8-u", "cp866", "cp874", "mac-roman", "mac-cyrillic"),
        *(f"cp125{n}" for n in range(9)),
        *(f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    )
)
# Labels of UTF-16 without a byte order mark; the bare label means little-endian (Encoding Standard, section 4.2).
UTF16 = {"utf-16": "utf-16-le", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be"}

# Bytes looked at for NULs: more than any head of a page without text.
HEAD = 4096
# Bytes of non-ASCII lines that are scored: enough for certainty (20 characters are), and it bounds the cost.
SCORED_BYTES = 4096
# UTF-8 bytes of non-ASCII characters that a known text is judged by: about 1,000 Chinese characters.
JUDGED_BYTES = 3072
# A label wins a near-tie only; a text whose accents do not fit the codec's script loses more than any label gives.
LABEL_BONUS = 0.03
SCRIPT_PENALTY = 0.5
# Below this a text is mojibake: 330 clean sentences have 0.65 or more, garbled ones less than 0.5.
MOJIBAKE = 0.5
# From this on a text reads as Chinese beyond doubt (clean sentences: first percentile 0.80).
READABLE = 0.8

ASCII = bytes(range(0x80))
_UTF8_LONG = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_UTF8_LONG_LEAD = re.compile(rb"[\xe0-\xf4]")
_UTF8_PAIR = re.compile(rb"[\xc2-\xdf][\x80-\xbf]")
_HIGH = re.compile(rb"[\x80-\xff]")
_HIGH_GROUP = re.compile(rb"[\x80-\xff]+")
_HIGH_RUN = re.compile(rb"[\x80-\xff]{2,}")
_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_NON_ASCII_RUN = re.compile(r"[^\x00-\x7f]{2,}")


def _characters(codec: str, leads: range, *trails: range) -> str:
    pairs = (bytes((lead, trail)) for lead in leads for trail in chain(*trails))
    return "".join(pair.decode(codec, "ignore") for pair in pairs)


# Level 1 of GB 2312 and of Big5, read off the codecs, so that no frequency list has to be kept as data.
COMMON = frozenset(
    _characters("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF))
    + _characters("big5", range(0xA4, 0xC7), range(0x40, 0x7F), range(0xA1, 0xFF))
    + "，。、；：！？“”‘’（）《》〈〉【】〔〕「」『』—…·％\u3000①②③④⑤〇"
)

# GB18030-2022, as the Encoding Standard adopted it (whatwg/encoding pull 336). Python's codec is the 2000 edition
# and gives private-use characters for these: vertical punctuation, ḿ, and fourteen rare characters.
GB18030_2022 = {
    int(private, 16): int(public, 16)
    for private, public in re.findall(
        r"(\w+):(\w+)",
        "E78D:FE10 E78E:FE12 E78F:FE11 E790:FE13 E791:FE14 E792:FE15 E793:FE16 E794:FE17 E795:FE18 E796:FE19"
        " E7C7:1E3F E81E:9FB4 E826:9FB5 E82B:9FB6 E82C:9FB7 E832:9FB8 E843:9FB9 E854:9FBA E864:9FBB"
        " E816:20087 E817:20089 E818:200CC E831:215D7 E83B:2298F E855:241FE",
    )
}
_GB18030_2000 = re.compile(f"[{''.join(map(chr, GB18030_2022))}]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a payload and how sure it is.

    Attributes:
        text: The text, without byte order mark; undecodable bytes are U+FFFD.
        codec: Python's name of the codec that was used (always the superset: `gb18030` for gb2312).
        how: What the codec was concluded from: `bom`, `nul_pattern`, `proved` (strict UTF-8), `damaged`
            (UTF-8 but for some bytes), `declared` (a label that also reads best), `scored` (reads best) or
            `format` (a binary format that says it).
        lost: Number of U+FFFD in the text.
        plausibility: See `plausibility`; of a sample of about 1,000 characters beyond ASCII.
    """

    text: str
    codec: str
    how: How
    lost: int
    plausibility: float


def decode(body: bytes, http_charset: str | None) -> Decoded:
    """Decode a payload that is text or HTML. Never raises, whatever the bytes and the label.

    Args:
        body: The payload, content codings removed; no PDF, archive or image (a PDF reads as GB18030).
        http_charset: The label of the Content-Type header, None where there is none.

    Returns:
        The text with the codec and what it was concluded from.
    """
    marked, mark = read_bom(body)
    payload = body[len(mark) :] if mark else body
    codec, how = _codec(payload, http_charset, marked)
    text = to_unicode(payload, codec)
    if codec == "gb18030" and _GB18030_2000.search(text):
        text = text.translate(GB18030_2022)
    # Files joined on the server bring their marks along; only a leading one is surely no character.
    text = text.lstrip("\ufeff")
    return Decoded(text, codec, how, text.count("\ufffd"), _judge(text))


def plausibility(text: str, western: bool = False) -> float:
    """Say how much a text reads like one, from the characters beyond ASCII.

    Args:
        text: Any text.
        western: True where accented Latin letters are expected and not a sign of mojibake (see `has_accents`).

    Returns:
        The mean weight of the characters above U+007F: 1 for everyday Chinese, below 0.5 for mojibake,
        -3 at worst, 1.0 where there is none.
    """
    total = count = 0.0
    for character, times in Counter(text).items():
        if character >= "\x80":
            count += times
            total += times * (1.0 if character in COMMON else _weight(ord(character), western))
    return total / count if count else 1.0


def has_accents(text: str) -> bool:
    """Tell accented Latin text, whose characters beyond ASCII stand alone, from scripts where they stand in runs."""
    return _lonely(sum(map(len, _NON_ASCII_RUN.findall(text))), len(_NON_ASCII.findall(text)))


def utf16_by_nuls(head: bytes) -> str | None:
    """Name the UTF-16 codec whose ASCII characters leave their NULs in every other byte, None where none does."""
    if b"\0" not in head:
        return None
    odd, even, pairs = head[1::2].count(0), head[0::2].count(0), max(1, len(head) // 2)
    if max(odd, even) > 0.2 * pairs and max(odd, even) > 4 * min(odd, even):
        return "utf-16-le" if odd > even else "utf-16-be"
    # A plain text with few ASCII characters has few NULs, but reads as Chinese in one byte order only.
    return next((codec for codec in ("utf-16-le", "utf-16-be") if _reads_as(head, codec)), None)


def _codec(payload: bytes, http_charset: str | None, marked: str | None) -> tuple[str, How]:
    if marked and marked != "utf-8":
        return marked, "bom"
    if by_nuls := utf16_by_nuls(payload[:HEAD]):
        return by_nuls, "nul_pattern"
    how: How = "bom" if marked else "proved"
    try:
        payload.decode("utf-8")
    except UnicodeDecodeError as error:
        # UTF-8's mark proves little: an included file may bring it to the top of a GBK page.
        if error.reason != "unexpected end of data" or payload[: error.start].isascii():
            return _legacy_codec(payload, http_charset)
        how = "damaged"
    return ("gb18030", "scored") if _is_utf8_by_chance(payload) else ("utf-8", how)


def _is_utf8_by_chance(payload: bytes) -> bool:
    """Tell a page whose few GBK characters happen to be valid UTF-8, as 通知 is (two-byte sequences only)."""
    if payload.isascii() or _UTF8_LONG_LEAD.search(payload):
        return False
    runs = _HIGH_RUN.findall(payload)
    # Real Latin, Greek or Cyrillic has one alphabet to a word; GBK read as UTF-8 has a jumble of them.
    return all(len({byte >> 2 for byte in run[::2]}) > 1 for run in runs) and all(
        character in COMMON for run in runs for character in run.decode("gb18030", "ignore")
    )


def _legacy_codec(payload: bytes, http_charset: str | None) -> tuple[str, How]:
    header = _resolve(http_charset)
    if header in UTF16 and _reads_as(payload[:HEAD], UTF16[header]):
        return UTF16[header], "declared"
    part = _non_ascii_part(payload)
    labels = (header, html_body_declared_encoding(payload))
    if _is_damaged_utf8(part, "utf-8" in labels):
        return "utf-8", "damaged"
    western = _lonely(sum(map(len, _HIGH_RUN.findall(part))), len(_HIGH.findall(part)))
    declared = [codec for codec in labels if codec in LABELLED]

    def value(codec: str) -> float:
        bonus = LABEL_BONUS if codec in declared else 0
        penalty = 0 if western == (codec == "cp1252") else SCRIPT_PENALTY
        return plausibility(to_unicode(part, codec), western) + bonus - penalty

    best = max(dict.fromkeys((*declared, *LEGACY)), key=value)
    return best, "declared" if best in declared else "scored"


def _resolve(label: str | None) -> str | None:
    try:
        return resolve_encoding(label) if label else None
    except ValueError:  # a NUL or a non-ASCII character in the label
        return None


def _non_ascii_part(payload: bytes) -> bytes:
    """Gather the first lines with bytes beyond ASCII; a minified page is one line, so start at the first such byte."""
    parts: list[bytes] = []
    size = 0
    for line in payload.splitlines(keepends=True):
        if size < SCORED_BYTES and (high := _HIGH.search(line)):
            parts.append(line[high.start() : high.start() + SCORED_BYTES])
            size += len(parts[-1])
    return b"\n".join(parts)


def _is_damaged_utf8(part: bytes, labelled: bool) -> bool:
    without_long, longs = _UTF8_LONG.subn(b"", part)
    rest, pairs = _UTF8_PAIR.subn(b"", without_long)
    strays = len(_HIGH.findall(rest))
    # Three-byte sequences are UTF-8's signature for Chinese: in GBK they come about by chance, singly.
    if longs and longs >= (strays if longs > 1 else 2 * strays):
        return True
    # Accented Latin stands in runs of one or two sequences; in GBK one character in six looks like a pair.
    runs = _HIGH_GROUP.findall(part)
    return sum(map(len, runs)) < 4 * len(runs) and pairs + longs >= max(2, strays) * (1 if labelled else 2)


def _lonely(in_runs: int, characters: int) -> bool:
    return in_runs * 3 < characters


def _reads_as(head: bytes, codec: str) -> bool:
    text = head.decode(codec, "replace")
    return not text.isascii() and plausibility(text) >= READABLE


def _judge(text: str) -> float:
    """Give the plausibility of a sample: up to four stretches, evenly spread over the characters beyond ASCII."""
    high = text.encode("utf-8", "ignore").translate(None, ASCII)
    if len(high) > JUDGED_BYTES:
        stretch, stride = JUDGED_BYTES // 4, len(high) // 4
        high = b"".join(
            _whole_characters(high[start : start + stretch]) for start in range(0, 4 * stride, stride)
        )
    sample = high.decode("utf-8", "ignore")
    value = plausibility(sample)
    return plausibility(sample, western=True) if value < MOJIBAKE and has_accents(text) else value


def _whole_characters(piece: bytes) -> bytes:
    return piece.decode("utf-8", "ignore").encode()


def _weight(code: int, western: bool) -> float:  # noqa: PLR0911 - one return for each block of characters
    """Weigh a character beyond ASCII that is not everyday Chinese; the weights were fitted on garbled sentences."""
    if code == 0xFFFD or 0xE000 <= code <= 0xF8FF or code < 0xA0:  # lost, private use, C1 controls
        return -3
    if 0x3040 <= code <= 0x30FF or 0xFF01 <= code <= 0xFF5E:  # kana, full-width forms
        return 0.8
    if code < 0x250:  # accented Latin letters
        return 1 if western else -0.5
    if 0xAC00 <= code <= 0xD7A3:  # Hangul syllables
        return 0.9
    if 0x4E00 <= code <= 0x9FFF:  # rare Han characters
        return -0.3
    if 0xFF61 <= code <= 0xFF9F:  # half-width kana: what cp932 makes of Chinese bytes
        return -0.5
    return 0

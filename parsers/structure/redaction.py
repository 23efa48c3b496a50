"""What was cut out of a text or covered up in it. It is marked, never filled in."""

from __future__ import annotations

import re

from parsers.document import Flag

# A leader's surname left alone before a verb or noun that only his name governs. A verb of learning
# or practising in front (学习, 研习 …) makes the character an ordinary one; 落实习 counts, since 实习 does not follow 落.
# The character comes first and what stands in front is looked back at, so that the scan stays fast.
_REMOVED_LEADER = re.compile(
    r"习(?<![学复练补见演温修研预恶陋积]习)(?<!(?<!落)实习)(?="
    r"深刻|关于|赋予|强调|指出|亲自|视察|考察|重要(?:讲话|指示|论述|批示|嘱托|思想|精神|回信|贺信)|新时代中国特色社会主义思想)"
)

# Letters and crosses mask only beside Han characters or digits: `某省XX市`, `138****1234`; `XXL` and `***` alone do not.
_MASK = re.compile(
    r"(?<=[\u4e00-\u9fff\d（(：:、])(?:[×＊*]{2,}|[xX]{2,}(?![A-Za-z]))(?=[\u4e00-\u9fff\d，。、；,.)）\s]|$)"
    r"|(?<![A-Za-z\d*×])(?:×{2,}|＊{2,}|\*{2,}|[xX]{2,})(?=[\u4e00-\u9fff])"
    r"|[■□●]{2,}|(?<![〇○一二三四五六七八九十年])○{2,}(?![〇○一二三四五六七八九十年])"
    r"|某某|[（(]略[）)]"
)

# One of these is in every mask: to look for them first takes a tenth of the time where there is none.
_MASKING = (*"×＊*xX■□●○", "某某", "（略", "(略")

# A label whose value was taken out, at the end of its line; the value on the next line would have no colon itself.
_EMPTY_FIELD = re.compile(
    r"^[ \u3000]*(?:联系人|联系电话|发文字号|文号|签发人)[:：][ \u3000]*$(?=\n[^\n]{1,12}[:：]|\s*\Z)",
    re.MULTILINE,
)

_CONTEXT = 12  # characters either side that let a reader recognise the place


def find_redactions(text: str) -> tuple[Flag, ...]:
    """Find removed names, masks and emptied fields.

    Args:
        text: Normalised text.

    Returns:
        One flag per place, sorted: `redacted_name` where a leader's given name was cut out,
        `masked_text` for masks and empty fields. Spans are offsets in `text`.
    """
    found = [_flag("redacted_name", text, match) for match in _REMOVED_LEADER.finditer(text)]
    if any(sign in text for sign in _MASKING):
        found += [_flag("masked_text", text, match) for match in _MASK.finditer(text)]
    found += [_flag("masked_text", text, match) for match in _EMPTY_FIELD.finditer(text)]
    return tuple(sorted(found, key=lambda flag: flag.start or 0))


def _flag(name: str, text: str, match: re.Match[str]) -> Flag:
    start, end = match.span()
    evidence = text[max(0, start - _CONTEXT) : end + _CONTEXT].replace("\n", " ").strip()
    return Flag(name, evidence, start, end)

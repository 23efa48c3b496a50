"""What a copy lost or changed against the canonical text, as spans of both.

Paragraphs are aligned by their folded text, then the differing ones by their likeness; what remains is classed by what it says: a
number, a date, a clause, an annex, a name, advertising, or a passage that the canonical text does not have.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

from parsers.normalisation.key import fold

Kind = Literal[
    "missing_clause",
    "missing_text",
    "dropped_annex",
    "changed_number",
    "changed_date",
    "cut_name",
    "changed_text",
    "inserted_advertising",
    "inserted_text",
]

ALIKE = 0.55
"""Likeness from which two paragraphs are one, changed."""
SHORTEST = 8
"""Folded characters below which a missing or inserted line (a page number, `返回列表`) is not told."""
MOST_SENTENCES = 20_000
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]*")
_CLAUSE = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百零〇\d]+[编章节条]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d{1,2}[.．、](?!\d))"
)
_ANNEX = re.compile(r"^\s*(?:附件|附表|附录)\s*[\d一二三四五六七八九十]*\s*[:：.．、]?")
_DATE = re.compile(
    r"(?:(?:19|20)\d\d\s*年)?\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|(?:19|20)\d\d\s*年(?:底|末)?|(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}"
)
_NUMBER = re.compile(
    r"\d+(?:[.,]\d+)*\s*(?:%|％|个百分点|万|亿|户|家|个|项|元|人|倍)?|[一二三四五六七八九十百千万亿两]+(?=[个项家户人倍批元成])"
)
_NAME = re.compile(r"习近平(?:总书记)?|总书记|国务院总理|省委书记|省长")
_ADVERTISING = re.compile(
    r"官网|官方网站|下载|注册|登录|网址|入口|app|平台|客服|微信|加群|娱乐|体育|彩票|博彩|投注|优惠|点击|扫码|关注我们|https?://|www\.|qq|电话咨询|代办|热线",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a copy lost, changed or put in.

    Attributes:
        kind: What it is.
        canonical: The words of the canonical text; None for an insertion.
        copy: The words of the copy; None for a loss.
        canonical_start, canonical_end: Their span in the canonical text.
        copy_start, copy_end: Their span in the copy.
    """

    kind: Kind
    canonical: str | None = None
    copy: str | None = None
    canonical_start: int | None = None
    canonical_end: int | None = None
    copy_start: int | None = None
    copy_end: int | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    folded: str
    start: int
    end: int


def differences(canonical: str, copy: str) -> tuple[Difference, ...]:
    """Compare a copy with the canonical text, in reading order of the canonical one; equal key, no differences."""
    left, right = list(_parts(canonical)), list(_parts(copy))
    matcher = SequenceMatcher(
        None, [part.folded for part in left], [part.folded for part in right], autojunk=False
    )
    found: list[Difference] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            found += _between(left[a:b], right[c:d])
    return tuple(_joined(_moved_away(found), canonical))


def _parts(text: str) -> Iterator[_Part]:
    """Sentences: copies glue and split paragraphs, but keep the full stops."""
    for count, match in enumerate(_SENTENCE.finditer(text)):
        folded = fold(match[0])
        if folded and count < MOST_SENTENCES:
            yield _Part(match[0], folded, match.start(), match.end())


def _between(left: list[_Part], right: list[_Part]) -> Iterator[Difference]:
    """What differs in a stretch: pairs that are alike, in order, then what only one side has."""
    lost, gained = list(left), list(right)
    first = 0
    for old in left:
        best = max(range(first, len(right)), key=lambda n: _alike(old.folded, right[n].folded), default=None)
        if best is None or _alike(old.folded, right[best].folded) < ALIKE:
            continue
        yield from _changed(old, right[best])
        lost.remove(old)
        gained.remove(right[best])
        first = best + 1
    joined = "".join(part.folded for part in right)
    yield from (_lost(part) for part in lost if len(part.folded) >= SHORTEST and part.folded not in joined)
    whole = "".join(part.folded for part in left)
    yield from (_gained(part) for part in gained if len(part.folded) >= SHORTEST and part.folded not in whole)


def _alike(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    left, right = (Counter(text[n : n + 2] for n in range(max(len(text) - 1, 1))) for text in (one, other))
    return 2 * (left & right).total() / (left.total() + right.total())


def _changed(old: _Part, new: _Part) -> Iterator[Difference]:
    def difference(kind: Kind) -> Difference:
        return Difference(kind, old.text, new.text, old.start, old.end, new.start, new.end)

    if _values(_DATE, old.text) != _values(_DATE, new.text):
        yield difference("changed_date")
        return
    if _values(_NUMBER, _DATE.sub("", old.text)) != _values(_NUMBER, _DATE.sub("", new.text)):
        yield difference("changed_number")
        return
    if _values(_NAME, old.text) - _values(_NAME, new.text):
        yield difference("cut_name")
        return
    advertised = _ADVERTISING.search(new.text) is not None and _ADVERTISING.search(old.text) is None
    yield difference("inserted_advertising" if advertised else "changed_text")


def _values(pattern: re.Pattern[str], text: str) -> Counter[str]:
    return Counter(fold(found) for found in pattern.findall(text))


def _lost(part: _Part) -> Difference:
    kind: Kind = "missing_text"
    if _ANNEX.match(part.text):
        kind = "dropped_annex"
    elif _CLAUSE.match(part.text):
        kind = "missing_clause"
    return Difference(kind, canonical=part.text, canonical_start=part.start, canonical_end=part.end)


def _gained(part: _Part) -> Difference:
    kind: Kind = "inserted_advertising" if _ADVERTISING.search(part.text) else "inserted_text"
    return Difference(kind, copy=part.text, copy_start=part.start, copy_end=part.end)


def _joined(found: Iterable[Difference], canonical: str) -> Iterator[Difference]:
    """A clause that is lost is one row, with all its sentences."""
    last: Difference | None = None
    for item in found:
        if last is not None and _goes_on(last, item, canonical):
            text = canonical[last.canonical_start : item.canonical_end]
            last = replace(last, canonical=text, canonical_end=item.canonical_end)
            continue
        if last is not None:
            yield last
        last = item
    if last is not None:
        yield last


def _goes_on(last: Difference, item: Difference, canonical: str) -> bool:
    if last.copy is not None or item.copy is not None or item.kind != "missing_text":
        return False
    return not canonical[last.canonical_end : item.canonical_start].strip()


def _moved_away(found: list[Difference]) -> Iterator[Difference]:
    """Without what only stands elsewhere in the other text."""
    lost = Counter(fold(item.canonical or "") for item in found if item.copy is None)
    gained = Counter(fold(item.copy or "") for item in found if item.canonical is None)
    both = lost & gained
    for item in found:
        if (item.copy is None or item.canonical is None) and both[fold(item.canonical or item.copy or "")]:
            continue
        yield item

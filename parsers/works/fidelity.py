"""What a copy lost or changed against the canonical text, as spans of both.

Paragraphs are aligned by their folded text, then the differing ones by their likeness; what remains is classed by what it says: a
number, a date, a clause, an annex, a name, advertising, or a passage that the canonical text does not have.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import islice
from operator import add
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
_MARK = "\ua66e"
"""A letter that no text has, which folding leaves as it is, and what stands on its two sides apart."""
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


@dataclass(frozen=True, slots=True)
class _Found:
    """A difference, and the folded sentence that only one side has; empty where both have one."""

    difference: Difference
    folded: str


def differences(canonical: str, copy: str) -> tuple[Difference, ...]:
    """Compare a copy with the canonical text, in reading order of the canonical one; equal key, no differences."""
    left, right = _parts(canonical), _parts(copy)
    matcher = SequenceMatcher(
        None, [part.folded for part in left], [part.folded for part in right], autojunk=False
    )
    found: list[_Found] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            found += _between(left[a:b], right[c:d])
    return tuple(_joined(_moved_away(found), canonical))


@lru_cache(maxsize=4)  # the copies of a policy are compared with one text, one after the other
def _parts(text: str) -> tuple[_Part, ...]:
    """Sentences: copies glue and split paragraphs, but keep the full stops."""
    matches = list(islice(_SENTENCE.finditer(text), MOST_SENTENCES))
    folded = _folded([match[0] for match in matches])
    return tuple(
        _Part(match[0], key, match.start(), match.end())
        for match, key in zip(matches, folded, strict=True)
        if key
    )


def _folded(sentences: Sequence[str]) -> Sequence[str]:
    """Each sentence folded: all in one go, since most of what folding a short text costs is the call."""
    if not sentences or any(_MARK in sentence for sentence in sentences):
        return [fold(sentence) for sentence in sentences]
    return fold(_MARK.join(sentences)).split(_MARK)


def _pairs(part: _Part) -> frozenset[str]:
    """Its characters two by two, a repeated pair with its count: such sets share what multisets would, and are compared in C."""
    folded = part.folded
    pairs = list(map(add, folded, folded[1:])) or [folded]
    repeated = Counter(pairs) if len(set(pairs)) < len(pairs) else {}
    return frozenset(pairs).union(f"{pair}{n}" for pair, count in repeated.items() for n in range(1, count))


def _between(left: Sequence[_Part], right: Sequence[_Part]) -> Iterator[_Found]:
    """What differs in a stretch: pairs that are alike, in order, then what only one side has."""
    lost, gained = [], dict(enumerate(right))
    first = 0
    theirs = [_pairs(part) for part in right] if left else []
    for old in left:
        own = _pairs(old) if right else frozenset()
        likeness, best = max(
            ((_alike(own, theirs[n]), -n) for n in range(first, len(right))), default=(0.0, 0)
        )
        if likeness < ALIKE:
            lost.append(old)
            continue
        first = 1 - best
        yield _Found(_changed(old, gained.pop(-best)), "")
    joined = "".join(part.folded for part in right)
    yield from (_lost(part) for part in lost if len(part.folded) >= SHORTEST and part.folded not in joined)
    whole = "".join(part.folded for part in left)
    new = gained.values()
    yield from (_gained(part) for part in new if len(part.folded) >= SHORTEST and part.folded not in whole)


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Pairs of characters that two sentences share (Dice); 0.0 where their lengths alone keep them below `ALIKE`."""
    less, total = min(len(one), len(other)), len(one) + len(other)
    return 2 * len(one & other) / total if 2 * less / total >= ALIKE else 0.0


def _changed(old: _Part, new: _Part) -> Difference:
    return Difference(_change(old.text, new.text), old.text, new.text, old.start, old.end, new.start, new.end)


def _change(old: str, new: str) -> Kind:
    """What a sentence says otherwise."""
    if _values(_DATE, old) != _values(_DATE, new):
        return "changed_date"
    if _values(_NUMBER, _DATE.sub("", old)) != _values(_NUMBER, _DATE.sub("", new)):
        return "changed_number"
    if _values(_NAME, old) - _values(_NAME, new):
        return "cut_name"
    advertised = _ADVERTISING.search(new) is not None and _ADVERTISING.search(old) is None
    return "inserted_advertising" if advertised else "changed_text"


def _values(pattern: re.Pattern[str], text: str) -> Counter[str]:
    return Counter(fold(found) for found in pattern.findall(text))


def _lost(part: _Part) -> _Found:
    kind: Kind = "missing_text"
    if _ANNEX.match(part.text):
        kind = "dropped_annex"
    elif _CLAUSE.match(part.text):
        kind = "missing_clause"
    found = Difference(kind, canonical=part.text, canonical_start=part.start, canonical_end=part.end)
    return _Found(found, part.folded)


def _gained(part: _Part) -> _Found:
    kind: Kind = "inserted_advertising" if _ADVERTISING.search(part.text) else "inserted_text"
    return _Found(Difference(kind, copy=part.text, copy_start=part.start, copy_end=part.end), part.folded)


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


def _moved_away(found: Sequence[_Found]) -> Iterator[Difference]:
    """Without what only stands elsewhere in the other text."""
    lost = Counter(item.folded for item in found if item.difference.copy is None)
    gained = Counter(item.folded for item in found if item.difference.canonical is None)
    both = lost & gained
    for item in found:
        if not both[item.folded]:
            yield item.difference

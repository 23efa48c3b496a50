"""Changes: what differs between two versions of a document, as rows of table `changes`. Pure.

A text is its paragraphs, which are its lines. Its rows turn the one text into the other: take the paragraphs of the
old text that no row's `before` begins at, in their order, and put each row's `after` where `after_start` says.

The natures of a row of kind `text`, the first that holds. Texts are compared folded (`parsers.normalisation.key`), so
that width, script, punctuation and spacing do not count.

- moved: the paragraph stands elsewhere, or its clause has another number, and says the same.
- typo: nothing but the form differs; also the same characters cut into other paragraphs, and the same number or date
  written otherwise (十二, 12).
- annex: it stands at or after the heading of an annex (附件), in the new text where it is there.
- clause_added, clause_removed: a paragraph that only one text has, and that begins a numbered clause or stands in one
  that begins with such a paragraph.
- date: nothing but dates differs.
- number: nothing but numbers (digits, numerals, shares, amounts) and dates differs.
- scope: words that decide whom, where or when it applies to do not occur equally often: duty and leave (应当, 可以,
  不得, shall, may), bounds (以上, 不超过, only), exceptions (除外, 不含, unless), reach (适用, 全省, 市级). Words that
  are frequent beside (不, 等, 及其, 或) count only in a change of at most 8 characters.
- typo: at most 2 characters differ, none of them a numeral, and not two of one word but where they changed places.
- wording: anything else; of a paragraph that only one text has: unless it is nothing but a date or a number.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import accumulate, chain, pairwise
from typing import Any, Literal

import orjson

from parsers.document import Clause
from parsers.metadata.dates import find_dates
from parsers.normalisation.key import fold
from parsers.normalisation.script import simplify
from parsers.structure.clauses import innermost, number_clauses
from parsers.structure.quantities import chinese_number
from store.tables import Row

METADATA_FIELDS = (
    "title",
    "subtitle",
    "identifier",
    "creator",
    "publisher",
    "outlet",
    "author",
    "subject_body",
    "created",
    "issued",
    "modified",
    "valid_from",
    "valid_to",
    "date_event",
    "jurisdiction",
    "jurisdiction_code",
    "language",
    "document_type",
    "subject",
    "keywords",
    "canonical_url",
    "source_url",
    "provenance",
)
"""Columns of `documents` whose change is a row: those that `metadata_digest` counts, and provenance."""

FATE = -1
"""`n` of what befell the document as a whole: the same capture may show a changed text, whose rows begin at 0."""

MOVE = -2
"""`n` of a move: a document may come back at another URL."""

_SIMILAR = 0.35
"""From this share of common words and pairs of words on (Dice; a Chinese character is a word), two paragraphs are one
that changed. Unrelated ones share 0.1 to 0.2."""

_SAME_NUMBER = 0.15
"""What the same clause number in front adds to it: a clause may be rewritten by half and is still that clause."""

_COMMON = 20
"""A word or pair that more paragraphs have tells none of them."""

_CANDIDATES = 5
"""So many paragraphs, those with most rare pairs in common, are compared with one."""

_QUADRATIC = 40_000
"""Up to this product of lengths two sequences are aligned by difflib, whose cost grows with it."""

_ROUNDS = 8
"""So many times a stretch is cut at what only occurs once in it; what is still longer then counts as replaced."""

_SLIP = 2
_WORD = 2
_SMALL_CHANGE = 8
"""Characters, see the natures; two that have no more than a word's between them are taken for those of one word."""

_TOKEN = re.compile(r"[^\W\d_\u2e80-\u9fff\uac00-\ud7af]+|\d+(?:[.,]\d+)*|.", re.DOTALL)
"""A word of an alphabet, a number, or one character: what a reader sees as changed."""


_Range = tuple[int, int, int, int]
"""`old[i:k]` was replaced by `new[j:m]`, as (i, k, j, m); either may be empty."""

Piece = tuple[Literal["kept", "removed", "added"], str]


def changes_of(before: Row, after: Row) -> list[Row]:
    """All changes from one version of a document to another: of the text in its order, metadata, attachments.

    Args:
        before: Row of `documents`, with `reading`.
        after: Row of `documents` of another version; not necessarily the next one, nor a later one.

    Returns:
        Rows of `changes`, `n` from 0; none where both say the same.
    """
    rows: list[Row] = []
    same_text, same_reading = before["text"] == after["text"], before["reading"] == after["reading"]
    if not same_text or not same_reading:
        was, now = orjson.loads(str(before["reading"])), orjson.loads(str(after["reading"]))
        if not same_text:
            changed = _text_changes(_Text.of(before, was["clauses"]), _Text.of(after, now["clauses"]))
            rows += [{**row, **_of_main(before, after)} for row in changed]
        attachments = [
            *_attachment_changes(was["attachments"], now["attachments"]),
            *_annex_changes(before, after, was["attachments"], now["attachments"]),
        ]
    else:
        attachments = []
    rows += [*_metadata_changes(before, after), *attachments]
    common = {
        "document_id": after["document_id"],
        "version": after["version"],
        "from_version": before["version"],
        "first_seen": after["first_seen"],
        "cause": after["cause"],
    }
    return [{**_BLANK, **common, **row, "n": n} for n, row in enumerate(rows)]


def gone_row(document_id: str, version: int, time: datetime) -> Row:
    """Row of `changes`: the capture at that time was the first that found the document gone, as others confirmed."""
    return _fate(document_id, version, time, "taken_offline")


def back_row(document_id: str, version: int, time: datetime) -> Row:
    """Row of `changes`: the capture at that time found a document again that had been taken offline."""
    return _fate(document_id, version, time, "restored")


def moved_row(document_id: str, version: int, time: datetime, from_url: str, to_url: str) -> Row:
    """Row of `changes`: the capture at that time found the document at another URL."""
    return {**_fate(document_id, version, time, "moved"), "n": MOVE, "before": from_url, "after": to_url}


def pieces(before: str, after: str) -> list[Piece]:
    """One paragraph turned into another, word by word (Chinese: character by character).

    Returns:
        Pieces in reading order, what was removed in front of what was added in its place. The kept and the removed
        ones together are `before`, the kept and the added ones `after`.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    found: list[Piece] = []
    end = 0
    for i, k, j, m in [*_replaced(old, new), (len(old), len(old), len(new), len(new))]:
        kept, removed, added = "".join(old[end:i]), "".join(old[i:k]), "".join(new[j:m])
        end = k
        all_pieces: tuple[Piece, ...] = (("kept", kept), ("removed", removed), ("added", added))
        found += [piece for piece in all_pieces if piece[1]]
    return found


def clause_chain(clauses: tuple[Clause, ...], position: int) -> list[Clause]:
    """The numbered parts that a position of the text stands in, from the outermost on; bullets have no number."""
    chain = []
    clause = innermost(clauses, position)
    while clause is not None:
        if clause.number is not None:
            chain.append(clause)
        clause = None if clause.parent is None else clauses[clause.parent]
    return chain[::-1]


# Rows


_BLANK: Row = dict.fromkeys(
    (
        "nature",
        "field",
        "attachment",
        "clause",
        "before",
        "after",
        "before_start",
        "before_end",
        "after_start",
        "after_end",
    )
)


def _fate(document_id: str, version: int, time: datetime, kind: str) -> Row:
    return {
        **_BLANK,
        "document_id": document_id,
        "version": version,
        "from_version": None,
        "first_seen": time,
        "n": FATE,
        "kind": kind,
        "cause": "source",
        "added": 0,
        "removed": 0,
    }


def _counted(before: str | None, after: str | None) -> Row:
    """The two values, and how many characters were added and removed."""
    sizes = {"removed": 0, "added": 0, "kept": 0}
    for kind, text in pieces(before or "", after or ""):
        sizes[kind] += len(text)
    return {"before": before, "after": after, "added": sizes["added"], "removed": sizes["removed"]}


def _metadata_changes(before: Row, after: Row) -> Iterator[Row]:
    for field in METADATA_FIELDS:
        was, now = before[field], after[field]
        if was != now:
            values = _counted(None if was is None else str(was), None if now is None else str(now))
            yield {"kind": "metadata", "field": field, **values}


_Attachment = Mapping[str, Any]


def _attachment_changes(before: Sequence[_Attachment], after: Sequence[_Attachment]) -> Iterator[Row]:
    """Attachments as `label url`; one that has the URL or else the label of another is that one, changed."""
    was, now = list(map(_attachment, before)), list(map(_attachment, after))
    gone, come = (
        list((Counter(was) - Counter(now)).elements()),
        list((Counter(now) - Counter(was)).elements()),
    )
    for shared in (1, 0):  # the URL, the label
        for old in list(gone):
            new = next((new for new in come if new[shared] == old[shared] != ""), None)
            if new is not None:
                gone.remove(old)
                come.remove(new)
                yield _attachment_change(old, new)
    yield from (_attachment_change(old, None) for old in gone)
    yield from (_attachment_change(None, new) for new in come)


def _attachment(item: _Attachment) -> tuple[str, str]:
    return item["label"] or "", item["url"] or ""


def _attachment_change(old: tuple[str, str] | None, new: tuple[str, str] | None) -> Row:
    values = (None if item is None else " ".join(item).strip() for item in (old, new))
    return {"kind": "attachment", "nature": "annex", **_counted(*values)}


def _of_main(before: Row, after: Row) -> Row:
    """What a change of the text is where the text is a file's in both versions."""
    if before.get("text_attachment") is None or after.get("text_attachment") is None:
        return {}
    return {"kind": "attachment", "attachment": after.get("text_attachment")}


def _annex_changes(
    before: Row, after: Row, was: Sequence[_Attachment], now: Sequence[_Attachment]
) -> Iterator[Row]:
    """What changed in the files themselves that both versions have: paragraphs, or their bytes where no text is known."""
    old = {item["url"]: (n, item) for n, item in enumerate(was)}
    for n, item in enumerate(now):
        if item["url"] not in old or n == after.get("text_attachment"):
            continue
        n_before, item_before = old[item["url"]]
        said, says = _said_in(before, item_before), _said_in(after, item)
        if said is not None and says is not None:
            for row in _text_changes(_Text.plain(said[0]), _Text.plain(says[0])):
                yield {**_shifted(row, said[1], says[1]), "kind": "attachment", "attachment": n}
        elif n_before != before.get("text_attachment") and _state(item_before) != _state(item):
            values = _counted(_state(item_before), _state(item))
            yield {"kind": "attachment", "nature": "annex", "attachment": n, **values}


def _said_in(row: Row, attachment: _Attachment) -> tuple[str, int] | None:
    """An annex's text in a version, and where it begins; None without one."""
    start, end = attachment.get("start"), attachment.get("end")
    if start is None or end is None:
        return None
    full = row.get("full_text") or f"{row['text']}{row.get('appendix') or ''}"
    return str(full)[int(start) : int(end)], int(start)


def _state(attachment: _Attachment) -> str | None:
    """What can be said of a file whose text is not known."""
    digest = attachment.get("content_digest")
    return f"{attachment.get('status')} {digest}" if digest else None


def _shifted(row: Row, before: int, after: int) -> Row:
    spans = {"before_start": before, "before_end": before, "after_start": after, "after_end": after}
    return {**row, **{name: row[name] + by for name, by in spans.items() if isinstance(row[name], int)}}  # type: ignore[operator]


# Paragraphs


@dataclass(frozen=True, slots=True)
class _Text:
    """A text as its paragraphs; they are named by their number."""

    paragraphs: Sequence[str]
    starts: Sequence[int]
    clauses: tuple[Clause, ...]
    annex: int
    """Where the first annex begins."""

    @classmethod
    def of(cls, row: Row, clauses: Sequence[Mapping[str, object]]) -> _Text:
        text = str(row["text"])
        nouns = tuple(Clause(**item) for item in clauses)  # type: ignore[arg-type]  # written from a Clause
        return cls(*_cut(text), nouns, _annex_start(text))

    @classmethod
    def plain(cls, text: str) -> _Text:
        """The text of a file: its clauses are found anew, and it is no annex to itself."""
        return cls(*_cut(text), number_clauses(text), len(text) + 1)

    def span(self, n: int) -> tuple[int, int]:
        return self.starts[n], self.starts[n] + len(self.paragraphs[n])

    def number(self, n: int) -> Clause | None:
        """The numbered part that begins with a paragraph."""
        place = self._place(n)
        clause = innermost(self.clauses, place)
        return clause if clause is not None and clause.start == place and clause.number is not None else None

    def chain(self, n: int) -> list[Clause]:
        return clause_chain(self.clauses, self._place(n))

    def first(self, clause: Clause) -> int:
        """The paragraph that a part begins in."""
        return bisect_right(self.starts, clause.start) - 1

    def _place(self, n: int) -> int:
        paragraph = self.paragraphs[n]
        return self.starts[n] + len(paragraph) - len(paragraph.lstrip())


def _cut(text: str) -> tuple[list[str], list[int]]:
    """Paragraphs, and where each begins."""
    paragraphs = text.split("\n")
    return paragraphs, list(accumulate((len(paragraph) + 1 for paragraph in paragraphs[:-1]), initial=0))


@dataclass(frozen=True, slots=True)
class _Change:
    """A paragraph that changed: its number in the old and in the new text, and where it comes among the changes."""

    old: int | None
    new: int | None
    place: tuple[int, int]
    merely: str | None = None
    """The nature, where the pairing tells it already."""


def _text_changes(before: _Text, after: _Text) -> Iterator[Row]:
    changes = _paired(before, after)
    gone = {change.old for change in changes if change.old is not None and change.new is None}
    come = {change.new for change in changes if change.new is not None and change.old is None}
    for change in sorted(changes, key=lambda change: change.place):
        text, n = (before, change.old) if change.new is None else (after, change.new)
        assert n is not None
        was = None if change.old is None else before.paragraphs[change.old]
        now = None if change.new is None else after.paragraphs[change.new]
        before_span = (None, None) if change.old is None else before.span(change.old)
        after_span = (None, None) if change.new is None else after.span(change.new)
        yield {
            "kind": "text",
            "nature": change.merely or _nature(before, after, change, gone, come),
            "clause": _labels(text.chain(n)) or None,
            **_counted(was, now),
            **dict(zip(("before_start", "before_end"), before_span, strict=True)),
            **dict(zip(("after_start", "after_end"), after_span, strict=True)),
        }


def _labels(chain: Sequence[Clause]) -> str:
    """Labels in a row: `第一章第三条`, but `Chapter 1 Article 3`."""
    labels = ""
    for clause in chain:
        apart = labels and labels[-1].isascii() and clause.label[0].isascii() and clause.label[0].isalnum()
        labels += (" " if apart else "") + clause.label
    return labels


def _paired(before: _Text, after: _Text) -> list[_Change]:
    """The changed paragraphs, those that are the same one in both texts together."""
    blocks = _replaced(before.paragraphs, after.paragraphs)
    if (only := _only_one(before, after, blocks)) is not None:
        return [only]
    old = {n: fold(before.paragraphs[n]) for i, k, _, _ in blocks for n in range(i, k)}
    new = {n: fold(after.paragraphs[n]) for _, _, j, m in blocks for n in range(j, m)}
    pairs: dict[int, int] = {}
    merely: dict[int, str] = {}

    def pair(matches: Iterable[tuple[int, int]], nature: str | None = None) -> None:
        for n, other in matches:
            pairs[n] = other
            del old[n], new[other]
            if nature is not None:
                merely[n] = nature

    letters = [
        {n: text.paragraphs[n] for n, said in left.items() if said}
        for text, left in ((before, old), (after, new))
    ]
    pair(_equal(*letters), "moved")
    within = [(_among(old, i, k), _among(new, j, m)) for i, k, j, m in blocks]
    for block in within:
        pair(_equal(*block), "typo")
    pair(_equal(old, new), "moved")
    for i, k, j, m in blocks:
        pair(_similar(before, after, _among(old, i, k), _among(new, j, m)))
    # The same characters, cut into other paragraphs: nothing but form.
    cut = [block for block in within if "".join(block[0].values()) == "".join(block[1].values())]
    recut, recut_now = {n for some, _ in cut for n in some}, {n for _, others in cut for n in others}
    places = dict(_places(blocks, pairs))

    def change(n: int | None, other: int | None, place: tuple[int, int], said: str = "") -> _Change:
        only_form = n in recut or other in recut_now or not said
        return _Change(n, other, place, merely.get(n) if n in merely else "typo" if only_form else None)

    return [
        *(change(n, m, (m, -1), "both") for n, m in pairs.items()),
        *(change(n, None, places[n], said) for n, said in old.items()),
        *(change(None, n, (n, -1), said) for n, said in new.items()),
    ]


def _only_one(before: _Text, after: _Text, blocks: Sequence[_Range]) -> _Change | None:
    """The common case, for the sake of speed: one paragraph changed, by less than half, so that it surely is the same."""
    if len(blocks) != 1 or blocks[0][1] - blocks[0][0] != 1 or blocks[0][3] - blocks[0][2] != 1:
        return None
    n, _, other, _ = blocks[0]
    was, now = before.paragraphs[n], after.paragraphs[other]
    if sum(_equal_ends(was, now)) * 2 < max(len(was), len(now)):
        return None
    phrase, phrase_now = _differing_phrases(was, now)
    return _Change(n, other, (other, -1), "typo" if fold(phrase) == fold(phrase_now) else None)


def _places(blocks: Sequence[_Range], pairs: Mapping[int, int]) -> Iterator[tuple[int, tuple[int, int]]]:
    """Where each paragraph of the old text would stand in the new one: behind the one that it stood behind."""
    for i, k, j, m in blocks:
        behind = j - 1
        for n in range(i, k):
            behind = pairs[n] if j <= pairs.get(n, -1) < m else behind
            yield n, (behind, n)


def _among(left: Mapping[int, str], start: int, end: int) -> dict[int, str]:
    return {n: left[n] for n in range(start, end) if left.get(n)}


def _equal(old: Mapping[int, str], new: Mapping[int, str]) -> list[tuple[int, int]]:
    """Paragraphs of both that say the same, in their order, one to one; without a letter they are any number."""
    places: defaultdict[str, deque[int]] = defaultdict(deque)
    for n, said in new.items():
        if any(map(str.isalpha, said)):
            places[said].append(n)
    return [(n, places[said].popleft()) for n, said in old.items() if places.get(said)]


def _similar(
    before: _Text, after: _Text, old: Mapping[int, str], new: Mapping[int, str]
) -> Iterable[tuple[int, int]]:
    """Paragraphs that are alike, the most similar ones first, one to one."""
    grams_old, grams_new = (
        {n: _grams(text.paragraphs[n]) for n in left} for text, left in ((before, old), (after, new))
    )
    holders = defaultdict(list)
    for n, grams in grams_new.items():
        for gram in grams:
            holders[gram].append(n)
    first = min(old, default=0) - min(new, default=0)
    telling = {gram: places for gram, places in holders.items() if len(places) <= _COMMON}
    scored = []
    for n, grams in grams_old.items():
        shared = Counter(chain.from_iterable(telling[gram] for gram in grams if gram in telling))
        for other, _ in shared.most_common(_CANDIDATES):
            score = _dice(grams, grams_new[other]) + _SAME_NUMBER * _same_number(before, n, after, other)
            if score >= _SIMILAR:
                scored.append((-score, abs(n - first - other), n, other))
    matches: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, n, other in sorted(scored):
        if n not in matches and other not in taken:
            matches[n] = other
            taken.add(other)
    return matches.items()


def _grams(paragraph: str) -> Counter[str]:
    """Words and pairs of words; which number stands there does not tell paragraphs apart."""
    plain = _NUMERAL_RUN.sub("0", _plain(paragraph).lower())
    words = [word for word in _TOKEN.findall(plain) if word.isalnum()]
    return Counter([*words, *map(" ".join, pairwise(words))])


def _dice(some: Counter[str], others: Counter[str]) -> float:
    common = sum(min(some[gram], others[gram]) for gram in some.keys() & others.keys())
    return 2 * common / max(some.total() + others.total(), 1)


def _same_number(before: _Text, n: int, after: _Text, other: int) -> bool:
    was, now = before.number(n), after.number(other)
    return was is not None and now is not None and was.label == now.label


# Sequences


def _replaced(old: Sequence[str], new: Sequence[str]) -> list[_Range]:
    """The ranges in which two sequences differ, in order; what lies between them is equal.

    Equal ends are cut off first, so that the cost follows the change. A long stretch is cut at the elements that
    occur once in both (patience diff), since difflib is quadratic.
    """
    found: list[_Range] = []
    todo = [(0, len(old), 0, len(new), 0)]
    while todo:
        i, k, j, m, rounds = todo.pop()
        while i < k and j < m and old[i] == new[j]:
            i, j = i + 1, j + 1
        while i < k and j < m and old[k - 1] == new[m - 1]:
            k, m = k - 1, m - 1
        if i == k or j == m:
            found += [(i, k, j, m)] if i < k or j < m else []
        elif (k - i) * (m - j) <= _QUADRATIC:
            matcher = SequenceMatcher(None, old[i:k], new[j:m], autojunk=False)
            found += [
                (i + a, i + b, j + c, j + d) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"
            ]
        elif rounds < _ROUNDS and (anchors := _anchors(old, new, (i, k, j, m))):
            starts = [(i, j), *((a + 1, b + 1) for a, b in anchors)]
            ends = [*anchors, (k, m)]
            todo += [(a, c, b, d, rounds + 1) for (a, b), (c, d) in zip(starts, ends, strict=True)]
        else:
            found.append((i, k, j, m))
    return sorted(found)


def _anchors(old: Sequence[str], new: Sequence[str], within: _Range) -> list[tuple[int, int]]:
    """The longest run of pairs, ascending in both, of elements that occur once in both ranges."""
    i, k, j, m = within
    seen_old, seen_new = Counter(old[i:k]), Counter(new[j:m])
    places = {new[b]: b for b in range(j, m) if seen_new[new[b]] == 1}
    pairs = [(a, places[old[a]]) for a in range(i, k) if seen_old[old[a]] == 1 and old[a] in places]
    tops: list[int] = []
    ends: list[int] = []
    links: list[int] = []
    for n, (_, b) in enumerate(pairs):
        at = bisect_left(tops, b)
        links.append(ends[at - 1] if at else -1)
        tops[at : at + 1] = [b]
        ends[at : at + 1] = [n]
    run = []
    n = ends[-1] if ends else -1
    while n >= 0:
        run.append(pairs[n])
        n = links[n]
    return run[::-1]


# Natures


_ANNEX_NAME = r"^[ \t\u3000]*(?:附[ \u3000]*[件录表][ \u3000]*[0-9０-９一二三四五六七八九十]{0,3}|(?:Annex|Appendix|Attachment)(?:[ ](?:\d{1,2}|[A-Z]|[IVX]{1,4}))?)"
_ANNEX = re.compile(_ANNEX_NAME + r"[ \t\u3000]*$", re.MULTILINE)
_TITLED_ANNEX = re.compile(_ANNEX_NAME + r"[ \u3000]*[:：.—-][^\n]{0,80}$", re.MULTILINE)
_MONTH_NAME = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?)"
)
_HAN_YEAR = r"(?:(?:19|20)\d\d|[一二][〇零○0一二三四五六七八九]{3})"
_SMALL_NUMERAL = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_SIGNED = re.compile(
    rf"^[ \t\u3000]*(?:{_HAN_YEAR}\s?年\s?{_SMALL_NUMERAL}\s?月\s?{_SMALL_NUMERAL}\s?日"
    rf"|{_MONTH_NAME} \d{{1,2}}, ?(?:19|20)\d\d|\d{{1,2}} {_MONTH_NAME},? (?:19|20)\d\d)[ \t\u3000]*$",
    re.MULTILINE,
)


def _annex_start(text: str) -> int:
    """Where the first annex begins; behind the text without one.

    A line `附件` or `附件1` heads one. `附件：1.申报书` above the date of signature is the list of what is attached, and
    the heading of an annex only below it.
    """
    found = [_ANNEX.search(text)]
    if signed := _SIGNED.search(text):
        found.append(_TITLED_ANNEX.search(text, signed.end()))
    return min((match.start() for match in found if match), default=len(text) + 1)


_PREPOSITION = "|".join(
    rf"(?<=\b{word}\ )" for word in ("by", "in", "since", "until", "before", "after", "during")
)
_DATES = re.compile(
    rf"""{_HAN_YEAR}(?:\s?年?度?\s?[-~—至到]\s?{_HAN_YEAR})?\s?年(?:\s?{_SMALL_NUMERAL}\s?月(?:\s?{_SMALL_NUMERAL}\s?[日号])?)?
    | (?<![\d一二三四五六七八九十]){_SMALL_NUMERAL}\s?月(?:\s?{_SMALL_NUMERAL}\s?[日号])?
    | (?<=[-~—至到]){_SMALL_NUMERAL}\s?[日号] | {_SMALL_NUMERAL}\s?[日号](?=[前后起止至])
    | (?:19|20)\d\d(?P<mark>[-/.])\d{{1,2}}(?P=mark)\d{{1,2}}
    | (?<!\d)\d{{1,2}}:\d\d(?::\d\d)?(?!\d)
    | \b(?:\d{{1,2}}(?:st|nd|rd|th)?\ {_MONTH_NAME}(?:,?\ (?:19|20)\d\d)?
        | {_MONTH_NAME}\ \d{{1,2}}(?:st|nd|rd|th)?(?:,?\ (?:19|20)\d\d)? | {_MONTH_NAME},?\ (?:19|20)\d\d)\b
    | (?:{_PREPOSITION})(?:19|20)\d\d\b
    """,
    re.VERBOSE,
)
"""On NFKC text: days, months and years as they stand, `2025—2027年`, clock times, and a bare year as English has it. `6个月`
and `15日内` are periods, which are numbers."""

_NUMERALS = "〇零○一二两三四五六七八九十百千万亿兆"
_NUMERAL_RUN = re.compile(rf"[\d{_NUMERALS}]+")
_NUMBERS = re.compile(
    rf"""(?:百|千|万)分之[\d{_NUMERALS}点.]+ | [$¥€£]?\d+(?:[.,:/]\d+)*[百千万亿兆]*[%‰]? | [{_NUMERALS}]+(?:点[{_NUMERALS}]+)?
    | \b(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen
      |twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|trillion|percent|per\ cent)\b[ -]?)+
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""On NFKC text in which dates are masked."""

_PLAIN_NUMBER = re.compile(r"(?P<digits>\d+(?:,\d{3})*(?:\.\d+)?)(?P<scale>[百千万亿兆]*)", re.ASCII)
_SCALES = {"百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8, "兆": 1e12}

# Letters that no text has and that folding keeps: a click for each date, another one for each number.
_A_DATE, _A_NUMBER = "ǂ", "ʘ"
_NUMBER_RUN = re.compile(rf"{_A_NUMBER}(?:\s*[-~—–至到]?\s*{_A_NUMBER})+")

_PHRASE_ENDS = "。；，！？"

_DECISIVE = {
    "must": r"应当|应该|必须|务必|(?<![相响适反效对供感回顺呼])应(?![用急对届付变力收征聘答邀激运])|须(?!知)|\bshall\b|\bmust\b",
    "may": r"可以|(?<![许认不非])可(?![行能靠持再比见视信控穿追贵观喜])|\bmay\b",
    "must_not": r"不得|不准|不许|不可|禁止|严禁|不允许",
    "not": r"\bnot\b|\bno\b|\bnor\b|n't\b|\bnever\b|\bwithout\b",
    "except": r"除外|除[^,。;:!?\n]{1,40}?外|不含|不包括|不包含|豁免|\bexcept\b|\bexclud(?:e[sd]?|ing)\b|\bexempt\b|\bunless\b|\bother than\b",
    "only": r"[仅只]限|限于|只能|仅|\bonly\b|\bsolely\b",
    "applies": r"不适用|适用(?!性)|\bappl(?:y|ies|icable)\b",
    "includes": r"包括|包含|\binclud(?:e[sd]?|ing)\b",
    "at_least": r"以上|不少于|不低于|不小于|至少|\bat least\b|\b(?:no|not) (?:less|fewer|lower) than\b|\bor more\b|\babove\b",
    "at_most": r"以下|以内|不超过|不高于|不多于|不大于|至多|\bat most\b|\bup to\b|\bno more than\b|\bexceed\b|\bbelow\b|\bwithin\b",
    "all": r"所有|全部|一律|\ball\b|\bany\b|\bevery\b",
    "reach": r"[省市县区州盟]级|国家级|乡镇级|全[国省市县区州盟]|境[内外]|[内外]资|\bnational\b|\bprovincial\b|\bmunicipal\b",
}
"""Words that decide on the reach of a rule, by what they say; of `reach`, each says something of its own."""

_FREQUENT = {
    "negation": r"[不未非无勿免]",
    "and_so_on": r"(?<![平高中初相同对何优上下特一二三均])等(?![级待于同候第])",
    "its": r"及其|以及",
    "or": r"或者?|\bor\b",
    "before": r"前(?![景提沿瞻期])",
    "after": r"后(?![续勤备果期])",
    "every": r"各|每",
}


def _words(groups: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{words})" for name, words in groups.items()))


_DECISIVE_WORDS, _FREQUENT_WORDS = _words(_DECISIVE), _words(_FREQUENT)


def _nature(before: _Text, after: _Text, change: _Change, gone: set[int], come: set[int]) -> str:
    if change.new is None:
        assert change.old is not None
        return _nature_of_one(before, change.old, gone, "clause_removed")
    if change.old is None:
        return _nature_of_one(after, change.new, come, "clause_added")
    was, now = before.paragraphs[change.old], after.paragraphs[change.new]
    label, label_now = before.number(change.old), after.number(change.new)
    if label is not None and label_now is not None and label.level == label_now.level:
        was, now = was.lstrip()[len(label.label) :], now.lstrip()[len(label_now.label) :]
        if label.label != label_now.label and fold(was) == fold(now):
            return "moved"
    return "annex" if after.starts[change.new] >= after.annex else _nature_of_pair(was, now)


def _nature_of_one(text: _Text, n: int, alone: set[int], of_a_clause: str) -> str:
    if text.starts[n] >= text.annex:
        return "annex"
    chain = text.chain(n)
    if chain and text.first(chain[-1]) in alone:
        return of_a_clause
    without_dates = _DATES.sub(_A_DATE, _plain(text.paragraphs[n]))
    if set(fold(without_dates)) == {_A_DATE}:
        return "date"
    return "number" if fold(_without_numbers(without_dates)) == _A_NUMBER else "wording"


def _nature_of_pair(was: str, now: str) -> str:
    """The nature of a paragraph that says something else, by its words alone."""
    was, now = _differing_phrases(was, now)
    plain, plain_now = _plain(was), _plain(now)
    without_dates, without_dates_now = _DATES.sub(_A_DATE, plain), _DATES.sub(_A_DATE, plain_now)
    if _same_but_for(_A_DATE, without_dates, without_dates_now):
        return "typo" if _dates(plain) == _dates(plain_now) else "date"
    if _same_but_for(_A_NUMBER, _without_numbers(without_dates), _without_numbers(without_dates_now)):
        same = _dates(plain) == _dates(plain_now) and _values(without_dates) == _values(without_dates_now)
        return "typo" if same else "number"
    if _counts(_DECISIVE_WORDS, without_dates) != _counts(_DECISIVE_WORDS, without_dates_now):
        return "scope"
    said, said_now = fold(was), fold(now)
    ranges = _replaced(said, said_now)
    size = sum(max(k - i, m - j) for i, k, j, m in ranges)
    if size > _SMALL_CHANGE:
        return "wording"
    if _counts(_FREQUENT_WORDS, without_dates) != _counts(_FREQUENT_WORDS, without_dates_now):
        return "scope"
    return "typo" if size <= _SLIP and _is_slip(said, said_now, ranges) else "wording"


def _is_slip(said: str, said_now: str, ranges: Sequence[_Range]) -> bool:
    """Whether so few differing characters are no numeral and no other word: single ones, or two that changed places."""
    gone = [character for i, k, _, _ in ranges for character in said[i:k]]
    come = [character for _, _, j, m in ranges for character in said_now[j:m]]
    if any(character.isdigit() or character in _NUMERALS for character in gone + come):
        return False
    single = all(max(k - i, m - j) == 1 for i, k, j, m in ranges)
    apart = all(later[0] - earlier[1] > _WORD for earlier, later in pairwise(ranges))
    return single and (apart or sorted(gone) == sorted(come))


def _differing_phrases(was: str, now: str) -> tuple[str, str]:
    """Both without the phrases in front and behind that are the same; no date, number or word goes over a phrase's end."""
    start, end = _equal_ends(was, now)
    start = max(was.rfind(stop, 0, start) for stop in _PHRASE_ENDS) + 1
    ends = (was.find(stop, len(was) - end) for stop in _PHRASE_ENDS)
    behind = len(was) - min((at for at in ends if at >= 0), default=len(was))
    return was[start : len(was) - behind], now[start : len(now) - behind]


def _equal_ends(was: str, now: str) -> tuple[int, int]:
    """Lengths of what both begin and end with; the ends do not overlap."""
    shorter = min(len(was), len(now))
    start = next((n for n in range(shorter) if was[n] != now[n]), shorter)
    left = shorter - start
    return start, next((n for n in range(left) if was[-1 - n] != now[-1 - n]), left)


def _plain(text: str) -> str:
    """NFKC, simplified: what words, dates and numbers are looked for in."""
    return simplify(unicodedata.normalize("NFKC", text))


def _without_numbers(without_dates: str) -> str:
    """Numbers and ranges of them masked too, dates as numbers."""
    masked = _NUMBERS.sub(_A_NUMBER, without_dates.replace(_A_DATE, _A_NUMBER))
    return _NUMBER_RUN.sub(_A_NUMBER, masked)


def _same_but_for(mask: str, was: str, now: str) -> bool:
    return mask in was and mask in now and fold(was) == fold(now)


def _dates(plain: str) -> list[str]:
    """The dates that stand there, by value where it is a whole day, else as they stand."""
    written = [match[0] for match in _DATES.finditer(plain)]
    found = [(date, find_dates(date)) for date in written]
    return [
        days[0].value if days and days[0].end - days[0].start == len(date) else date for date, days in found
    ]


def _values(without_dates: str) -> list[float | str]:
    """The numbers that stand there, by value where it is plain, else as they stand."""
    return [_value(match[0].strip()) for match in _NUMBERS.finditer(without_dates)]


def _value(number: str) -> float | str:
    digits, scale = _PLAIN_NUMBER.fullmatch(number), 1.0
    if digits is None:
        value = chinese_number(number)
        return number if value is None else value
    for character in digits["scale"]:
        scale *= _SCALES[character]
    return float(digits["digits"].replace(",", "")) * scale


def _counts(words: re.Pattern[str], text: str) -> Counter[str | None]:
    return Counter(
        match[0] if match.lastgroup == "reach" else match.lastgroup for match in words.finditer(text.lower())
    )

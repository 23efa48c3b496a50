"""What a text says of other policies: based on, forwards, issues, amends, repeals, replaces, interprets, replies to, implements, cites.

A reference is a name in 《》 with the number behind it, or a number alone. References in a row (`《甲》（…）、《乙》和《丙》`) share
what is said of them; the words right before the first and right behind the last of a row say what that is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from parsers.metadata.document_types import type_of_title
from parsers.metadata.identifiers import FoundNumber, compact, find_numbers
from parsers.works.headline import name_of, names_within

Kind = Literal[
    "based_on",
    "forwards",
    "issues",
    "amends",
    "repeals",
    "replaces",
    "interprets",
    "replies_to",
    "implements",
    "cites",
]
KINDS: tuple[Kind, ...] = (
    "based_on", "forwards", "issues", "amends", "repeals", "replaces", "interprets", "replies_to", "implements", "cites",
)  # fmt: skip

_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?")
_NAME = re.compile(r"《(?:[^《》]|《[^《》]*》){2,120}》")
# Possessive, so that no blank is tried in two places: what one part leaves, the next can take.
_BETWEEN = re.compile(
    r"[\s、，,和及与或]*+(?:以及|并|原)?+[\s、，,]*+(?:[（(][^（）()《》]{0,60}[）)])?+[\s、，,和及与]*+(?:以及)?+(?:(?:(?!制定)[^《》。；，,、]){0,14}?(?:发布的|印发的|关于|的|公布的))?"
)
_ABBREVIATED = re.compile(r"(?:以下|下)?(?:统称|简称|称)[为：:“\"]*$")
_PROPOSAL = re.compile(
    r"第\s*(?P<n>[A-Za-z]?\d{1,5}(?:-\d+)?)\s*号(?:政协|委员|人大|代表|平时|集体|重点|党派)?(?P<what>提案|建议|议案)"
    r"|(?P<w2>提案|建议|议案)[》”\"]?\s*[（(]\s*(?:提案号|编号|案号)?[:：]?\s*第?\s*(?P<n2>[A-Za-z]?\d{1,5})\s*号(?:提案|建议)?\s*[）)]"
)
_REPLY = re.compile(r"答复|回复|复函|复文|收悉|办理")
_BASIS = re.compile(r"(?:根据|依据|依照|按照)[^《》。；，,]{0,30}(?<![将把对])$")
"""A decision names what it rests on before what it repeals or forwards: the words behind are of the latter.

With 将, 把 or 对 right before it a name is of the latter itself."""
_NOT = "(?<!不)(?<!未)(?<!不予)(?<!未予)"
_STAYS = re.compile(r"(?:继续|现行)有效|[不未]予?废止|(?:予以|作出)修改")
_ENDS = re.compile(rf"{_NOT}废止|失效|停止执行")

# Behind the row, up to the end of its clause; the first that fits wins.
_AFTER: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "repeals",
        re.compile(
            rf"^[^《》。；]{{0,30}}?(?:{_NOT}(?<!被)废止|失效(?!前)|停止执行|不再执行|停止施行|不再施行|即行作废|予以撤销)"
            r"(?!以下|下列|[^《》。；，,]{0,20}《)"
        ),
    ),
    ("forwards", re.compile(r"^[^《》。；]{0,30}?现?转发(?:给|你|如下)")),
    (
        "amends",
        re.compile(
            r"^[^《》。；，]{0,16}?(?:作(?:出)?(?:了)?(?:如下|以下)?(?:修改|修订|修正|调整)|进行(?:了)?(?:如下|以下|全面)?(?:修改|修订|修正)|第.{1,8}条.{0,12}修改为|修改为)"
        ),
    ),
    ("issues", re.compile(r"^[^《》。；]{0,40}?现?(?:予以)?印发(?:给|你|实施|执行|如下)")),
    ("replaces", re.compile(r"^[^《》。；]{0,10}?(?:被|由)本[^《》。；]{1,12}?(?:代替|取代|替代)")),
    (
        "based_on",
        re.compile(
            r"^[^《》。；，]{0,20}?(?:(?:等)?(?:有关|相关)?(?:规定|要求|精神)，?\s*(?:结合|制定|特制定|现))"
        ),
    ),
)
_DECIDED = _AFTER[:2]
"""What a text decides of it; the others say what it is."""
# Right before the row.
_BEFORE: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("repeals", re.compile(rf"{_NOT}(?:废止|停止执行|撤销|宣布失效)(?:了|以下|下列|原)?[^《》。；，,]{{0,14}}$")),
    ("replaces", re.compile(r"(?<!不)(?:代替|取代|替代)(?:了)?(?:原|原有的|原来的)?[^《》。；，,]{0,14}$")),
    ("amends", re.compile(r"(?:修改|修订|修正)(?:了|的|后的)?[^《》。；，,]{0,10}$")),
    ("forwards", re.compile(r"(?:转发|批转)(?:了)?[^《》。；，]{0,24}$")),
    ("issues", re.compile(r"(?:^|[，,])现(?:将|印发|发布|公布|下发)[^《》。；，,]{0,16}$")),
    ("interprets", re.compile(r"(?:解读|对|就)[^《》。；，]{0,4}$")),
    ("implements", re.compile(r"(?:贯彻落实(?:好)?|深入贯彻|全面贯彻|贯彻执行|贯彻|落实(?:好)?|推动|推进|组织实施|实施)[^《》。；，]{0,24}$")),
    ("based_on", re.compile(r"(?:根据|依据|依照|按照|遵照|依|以)[^《》。；，,]{0,30}$")),
)  # fmt: skip
_REACH = 80
"""Characters before a reference that say what it is; each expression above that ends there is shorter."""
_CUT = re.compile(r"[，,](?![^，,]{0,12}$)")


_OF_OTHERS = frozenset({"based_on", "implements", "interprets", "amends"})
"""What a text does not say of itself; what it repeals under its own name is the one before it."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One reference to another policy.

    Attributes:
        kind: One of `KINDS`.
        title: The name as it stands, without 《》; None for a number alone.
        identifier: The number that it gives, normalised; `提案第123号` for proposals; None without one.
        surface: The words it was read from.
        start: Where the reference begins in the text; None where it stands in the headline.
        end: Where it ends, exclusive.
    """

    kind: Kind
    title: str | None
    identifier: str | None
    surface: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class _Reference:
    title: str | None
    identifier: str | None
    start: int
    end: int


def relations(
    title: str | None, text: str, document_type: str | None = None, identifier: str | None = None
) -> tuple[Relation, ...]:
    """Read what a document says of other policies.

    Args:
        title: Its headline.
        text: Its text.
        document_type: Its type; an interpretation's first reference is what it interprets.
        identifier: Its own number, which is no reference.

    Returns:
        The relations, those of the headline first, one of a kind to each policy, in reading order.
    """
    own, within = name_of(title or ""), {name_of(title or ""), *names_within(title or "")}
    found = [
        *(_placeless(item) for item in _of_title(title or "")),
        *_replies(title or "", text),
        *_of_text(text, title or "", document_type),
    ]
    seen: dict[tuple[Kind, str], Relation] = {}
    for item in found:
        name = name_of(item.title or "") or item.title
        if item.identifier and identifier and compact(item.identifier) == compact(identifier):
            continue
        if item.start is not None and (
            name in within if item.kind == "cites" else name == own and item.kind in _OF_OTHERS
        ):
            continue
        key = (item.kind, name or item.identifier or "")
        known = seen.get(key)
        if known is None or (known.identifier is None and item.identifier is not None):
            seen[key] = item
    whole = [item for item in seen.values() if not _is_shortened(item, seen.values())]
    stronger = {key for item in whole if item.kind != "cites" for key in _names_of(item)}
    return tuple(item for item in whole if item.kind != "cites" or not _names_of(item) & stronger)


def _is_shortened(item: Relation, others: Iterable[Relation]) -> bool:
    """A headline shortens the name of what it issues: 关于印发实验室建设指南的通知."""
    name = name_of(item.title or "")
    return item.start is None and any(
        other.kind == item.kind and other is not item and name and name_of(other.title or "").endswith(name)
        for other in others
    )


def _names_of(item: Relation) -> set[str]:
    return {key for key in (item.identifier, name_of(item.title or "") or item.title) if key}


def _placeless(item: Relation) -> Relation:
    return Relation(item.kind, item.title, item.identifier, item.surface)


def _of_title(title: str) -> Iterator[Relation]:
    """`关于印发《…》的通知`, `转发…的通知`, `关于修改《…》的决定`, `《…》解读`, `关于废止《…》的通知`."""
    rows = list(_rows(_references(title, 0)[0], title, 0))
    for row in rows:
        before, after = title[: row[0].start], title[row[-1].end :]
        kind = _title_kind(before, after)
        if kind:
            for item in row:
                yield Relation(kind, item.title, item.identifier, title, item.start, item.end)
    if not rows and (
        bare := re.search(r"(?P<how>转发|印发)(?P<name>[^《》]{6,}?的(?:通知|函|意见))$", title)
    ):
        kind = "forwards" if bare["how"] == "转发" else "issues"
        yield Relation(kind, _bare(bare["name"], kind), None, title)


def _bare(name: str, kind: Kind) -> str:
    """Without the 的通知 of the headline around it; a notice that is forwarded keeps its own."""
    inner = name.removesuffix("的通知")
    return inner if kind == "issues" or type_of_title(inner) not in {None, "news"} else name


_TITLES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("repeals", re.compile(r"(?:废止|失效|停止执行)[^《》¦]{0,14}¦|¦[^《》¦]{0,6}(?:废止|失效|停止执行)")),
    ("amends", re.compile(r"(?:修改|修订|修正)(?:部分|〈)?[^《》¦]{0,8}¦")),
    ("forwards", re.compile(r"(?:转发|批转).*¦")),
    ("issues", re.compile(r"(?:印发|发布|公布|下发|颁布).*¦")),
    ("interprets", re.compile(r"解读|图解|一图读懂|答记者问|问答|解析|起草说明|编制说明")),
    ("implements", re.compile(r"(?:贯彻|落实|实施|执行).{0,10}¦")),
)
"""What the words of a headline around a name, which ¦ stands for, say of it."""


def _title_kind(before: str, after: str) -> Kind | None:
    return next((kind for kind, pattern in _TITLES if pattern.search(f"{before}¦{after}")), None)


def _replies(title: str, text: str) -> Iterator[Relation]:
    """The proposals that a reply answers."""
    beginning = text[:600]
    for source, offset in ((title, None), (beginning, 0)):
        if not _REPLY.search(source):
            continue
        for match in _PROPOSAL.finditer(source):
            number, what = match["n"] or match["n2"], match["what"] or match["w2"]
            start = None if offset is None else match.start()
            named = _NAME.search(beginning) or _NAME.search(title)
            asked = named[0][1:-1] if named and re.search(r"提案|建议|议案", named[0]) else None
            yield Relation(
                "replies_to",
                asked,
                f"{what}第{number.lstrip('0') or '0'}号",
                match[0],
                start,
                None if start is None else match.end(),
            )
        if offset is None and _PROPOSAL.search(source):
            return


def _of_text(text: str, title: str, document_type: str | None) -> Iterator[Relation]:
    interprets = document_type == "interpretation"
    of_repeals = re.search(r"废止|失效", title) is not None
    repealing = of_repeals and not _STAYS.search(title)
    for sentence in _SENTENCE.finditer(text):
        repealing = of_repeals and _repeals(sentence[0], before=repealing)
        if "《" not in sentence[0] and "号" not in sentence[0]:
            continue
        references, short = _references(sentence[0], sentence.start())
        for row in _rows(references, sentence[0], sentence.start()):
            kind = _kind(row, sentence[0], sentence.start())
            if kind is None and interprets and row[0].title:
                kind, interprets = "interprets", False
            if kind is None and repealing and not _stays(row, sentence[0], sentence.start()):
                kind = "repeals"
            if kind == "interprets" and document_type != "interpretation":
                kind = None
            for item in row:
                if item.title in short:
                    continue
                told: Kind | None = kind or ("cites" if _is_policy(item) else None)
                if told and (
                    item.identifier
                    or _is_policy(item)
                    or (told in {"issues", "repeals", "amends", "forwards"} and len(item.title or "") >= 4)
                ):
                    surface = text[
                        max(sentence.start(), row[0].start - 24) : min(sentence.end(), row[-1].end + 24)
                    ].strip()
                    yield Relation(told, item.title, item.identifier, surface, item.start, item.end)


def _repeals(sentence: str, *, before: bool) -> bool:
    """Whether what a sentence names, and the list below it, is repealed: some lists are of what stays."""
    around = _NAME.sub("", sentence)
    stays, ends = (
        max((found.end() for found in pattern.finditer(around)), default=0) for pattern in (_STAYS, _ENDS)
    )
    return before if stays == ends else ends > stays  # what it says last is of the list


def _stays(row: Sequence[_Reference], sentence: str, offset: int) -> bool:
    """Whether the words behind a row, up to the next name, say that it is not repealed."""
    return _STAYS.search(_behind(row, sentence, offset).partition("《")[0]) is not None


def _is_policy(item: _Reference) -> bool:
    """A name with a number, or one of eight characters or more that ends as policies do; a newspaper's is none."""
    return item.identifier is not None or (
        len(item.title or "") >= 6 and type_of_title(item.title or "") is not None
    )


def _kind(row: Sequence[_Reference], sentence: str, offset: int) -> Kind | None:
    after = _behind(row, sentence, offset)
    before = _before(sentence, row[0].start - offset)
    for kind, pattern in () if _BASIS.search(before) else _DECIDED:
        if pattern.search(after):
            return kind
    for kind, pattern in _BEFORE:
        if pattern.search(before):
            around = sentence[: row[0].start - offset] + after
            return kind if kind != "interprets" or re.search(r"解读|说明|答记者问", around) else None
    return next((kind for kind, pattern in _AFTER[2:] if pattern.search(after)), None)


def _behind(row: Sequence[_Reference], sentence: str, offset: int) -> str:
    return re.sub(r"^[（(][^（）()]{0,60}[）)]", "", sentence[row[-1].end - offset :])


def _before(sentence: str, position: int) -> str:
    return sentence[max(position - _REACH, 0) : position]


def _references(sentence: str, offset: int) -> tuple[list[_Reference], frozenset[str]]:
    """The references of a sentence in order, and the short names that it introduces for some of them."""
    numbers = list(find_numbers(sentence))
    found: list[_Reference] = []
    short: set[str] = set()
    taken: set[FoundNumber] = set()
    for match in _NAME.finditer(sentence):
        name = match[0][1:-1].strip()
        if _ABBREVIATED.search(_before(sentence, match.start())):
            short.add(name)
            continue
        number = next(
            (item for item in numbers if item not in taken and _belongs(sentence, match, item)), None
        )
        end = match.end()
        if number is not None:
            taken.add(number)
            end = max(end, number.end + sentence[number.end :].startswith(("）", ")", "〕", "]")))
        value = None if number is None else number.value
        found.append(_Reference(name, value, offset + match.start(), offset + end))
    spans = [(item.start - offset, item.end - offset) for item in found]
    found += [
        _Reference(None, item.value, offset + item.start, offset + item.end)
        for item in numbers
        if item not in taken and not any(start <= item.start < end for start, end in spans)
    ]
    return sorted(found, key=lambda item: item.start), frozenset(short)


def _belongs(sentence: str, name: re.Match[str], number: FoundNumber) -> bool:
    """A number in brackets right behind a name, or the announcement's own right before it."""
    between = sentence[name.end() : number.start]
    if number.start >= name.end():
        return (
            re.fullmatch(r"[\s]*[（(\[〔【][^（）()《》。；]{0,40}", between) is not None
            or between.strip() == ""
        )
    return False


def _rows(references: Sequence[_Reference], sentence: str, offset: int) -> Iterator[list[_Reference]]:
    """References with nothing but commas, `和` and a body's name between them."""
    row: list[_Reference] = []
    for item in references:
        if row and not _BETWEEN.fullmatch(sentence[row[-1].end - offset : item.start - offset]):
            yield from _parted(row, sentence, offset)
            row = []
        row.append(item)
    if row:
        yield from _parted(row, sentence, offset)


def _parted(row: list[_Reference], sentence: str, offset: int) -> Iterator[list[_Reference]]:
    """A comma ends what a text rests on where it repeals or forwards what is named behind."""
    ends = (
        n for n in range(1, len(row)) if "，" in sentence[row[n - 1].end - offset : row[n].start - offset]
    )
    cut = next(ends, None)
    if (
        cut is not None
        and _BASIS.search(_before(sentence, row[0].start - offset))
        and any(pattern.search(_behind(row, sentence, offset)) for _, pattern in _DECIDED)
    ):
        yield row[:cut]
        row = row[cut:]
    yield row

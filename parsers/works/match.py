"""Whether two documents carry the same policy, and by what that is known.

First what forbids it (another year, another place, another number, draft and final, policy and its interpretation), then
what speaks for it: the number, the text, the name with the text, and across languages the numbers and days that a
translation keeps. Every judgement has a score and says what it rests on. Symmetric: `match(a, b) == match(b, a)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

from parsers.metadata.identifiers import compact, find_numbers
from parsers.metadata.issuers import full_name, of_title
from parsers.metadata.jurisdictions import of_body
from parsers.normalisation.key import fold
from parsers.works.facts import Facts, agreement, facts
from parsers.works.headline import Headline, headline, names_within, place_of, same_name
from parsers.works.sketch import Sketch, most, overlap, sketch, token_bands

By = Literal["identifier", "text", "name", "file", "translation", "about"]

NEAR = 0.5
"""Resemblance from which two texts are copies of one another where nothing forbids it."""
WITHIN = 0.75
"""Part of the smaller text that stands in the larger one from which it is a copy of a part of it."""
SAME_TITLE_NEAR = 0.3
"""Resemblance, or containment, from which two documents of the same name and body are one policy."""
LONG = 120
"""Folded characters from which an equal text is no coincidence."""
SPEAKING = 12
"""Folded characters from which a name is a policy's own, also where no place is known."""
EXCERPT = 6
"""Times that a text may be longer than its copy without the same name: beyond, it is a collection."""
TRANSLATED_WEIGHT, TRANSLATED_PART = 4.0, 0.5
"""What a translation must share of numbers, days and codes (`facts.weight`), in all and of the smaller set."""
FIGURES_WEIGHT, FIGURES_PART = 3.0, 0.3
"""Two texts that say so much in figures, and share less than this part of them, are two policies by one template."""
TELLERS = frozenset({"news", "interpretation"})
"""Kinds of text that speak of a policy where they do not carry it."""
EXCERPTED = 0.95
"""Part of the shorter text that stands in the longer one from which it may speak of other days and years: it left the others out."""
_ALMOST = 0.9
_NEXT = 3
_HEAD = 600
_HAN = re.compile("[\u4e00-\u9fff]")
_TAILORED = re.compile(
    r"[\d一二三四五六七八九十百千万零〇]|[省市县区州旗乡镇村]|街道|[局厅委部]|公司|大学|学院|集团|医院|学校"
)
_FORMAL = frozenset(
    [
        "action_plan",
        "announcement",
        "approval",
        "decision",
        "guide",
        "law",
        "letter",
        "measures",
        "notice",
        "opinion",
        "order",
        "outline",
        "plan",
        "proposal",
        "provisions",
        "regulation",
        "reply",
        "report",
        "resolution",
        "scheme",
    ]
)


@dataclass(frozen=True, slots=True)
class Profile:
    """What linking needs to know of a document.

    Attributes:
        document_id: The document.
        title: As read.
        head: The title as a name.
        identifier: Its own number.
        creator: Issuing body, written out.
        place: GB/T 2260 code of that body, `CN` for the centre; None where not known.
        created: Day of signing.
        kind: Document type.
        language: BCP 47.
        key_digest: Digest of the folded text.
        length: Characters of the folded text.
        sketch: Sketch of it.
        facts: Its numbers, days, codes and years.
        names: Folded names in 《》 that the title or the beginning speaks of.
        cited: Numbers that they give.
        files: Digests of attached files.
    """

    document_id: str
    title: str
    head: Headline
    identifier: str | None
    creator: str | None
    place: str | None
    created: str | None
    kind: str | None
    language: str | None
    key_digest: str
    length: int
    sketch: Sketch
    facts: Facts
    names: frozenset[str]
    cited: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    chinese: bool = field(init=False, repr=False, compare=False)
    """Whether its text is Chinese: told by its language, or by its title where that is not known."""

    def __post_init__(self) -> None:
        told = self.language.startswith("zh") if self.language else _HAN.search(self.title) is not None
        object.__setattr__(self, "chinese", told)


@dataclass(frozen=True, slots=True)
class Match:
    """That two documents belong to one policy.

    Attributes:
        by: What it rests on; `about` where one speaks of the other instead of carrying it.
        score: 0 to 1.
        evidence: In words, with the figures.
    """

    by: By
    score: float
    evidence: str


def profile(
    document_id: str,
    *,
    title: str | None,
    text: str,
    key_digest: str,
    identifier: str | None = None,
    creator: str | None = None,
    created: str | None = None,
    document_type: str | None = None,
    language: str | None = None,
    jurisdiction_code: str | None = None,
    files: frozenset[str] = frozenset(),
) -> Profile:
    """Read what linking needs of a document; arguments as the columns of table `documents`."""
    folded = fold(text)
    named = headline(title)
    body = creator or of_title(title or "")
    region = of_body(body) if body else None
    interpreted = document_type == "interpretation" or named.interpretation
    beginning = "\n".join(text[:_HEAD].splitlines()[:4])
    return Profile(
        document_id=document_id,
        title=title or "",
        head=named,
        identifier=identifier and compact(identifier),
        creator=full_name(body, region) if body else None,
        place=named.place or place_of(body) or jurisdiction_code,
        created=created if created and len(created) >= len("2023-03-09") else None,
        kind="interpretation" if interpreted else document_type,
        language=language,
        key_digest=key_digest,
        length=len(folded),
        sketch=sketch(folded),
        facts=facts(text),
        names=frozenset((*names_within(title or ""), *names_within(beginning))),
        cited=frozenset(compact(found.value) for found in find_numbers(beginning)),
        files=files,
    )


def keys(document: Profile) -> tuple[list[str], list[str]]:
    """The keys under which a document is found, and those under which what it may be linked to is found.

    Figures count across languages only: within one they would bring together what has nothing but round numbers in common.
    """
    own, other = ("z", "x") if document.chinese else ("x", "z")
    shared = list(_shared_keys(document))
    bands = [f"{n}:{band:x}" for n, band in enumerate(token_bands(document.facts.tokens))]
    return [*shared, *(own + band for band in bands)], [*shared, *(other + band for band in bands)]


def _shared_keys(document: Profile) -> Iterator[str]:
    yield f"d:{document.key_digest}"
    if document.identifier:
        yield f"i:{document.identifier}"
    if document.head.name:
        yield f"n:{document.head.name}"
    for name in document.names - {document.head.name}:
        yield f"n:{name}"
    for number in document.cited - {document.identifier}:
        yield f"i:{number}"
    for n, band in enumerate(document.sketch.bands):
        yield f"b{n}:{band:x}"
    for file in document.files:
        yield f"a:{file}"


def match(one: Profile, other: Profile) -> Match | None:
    """Whether two documents belong to one policy; None where that is not known."""
    if (one.kind == "interpretation") != (other.kind == "interpretation"):
        policy, told = (other, one) if one.kind == "interpretation" else (one, other)
        return about(told, policy)
    if one.chinese != other.chinese:  # they share no characters
        return _translation(one, other)
    carried = _carried(one, other)
    if carried is None and (one.kind == "news") != (other.kind == "news"):
        policy, told = (other, one) if one.kind == "news" else (one, other)
        return about(told, policy)
    return carried


def _carried(one: Profile, other: Profile) -> Match | None:
    """Whether two texts of one language are copies of each other."""
    equal = one.key_digest == other.key_digest and one.length >= LONG
    if equal and not _other_number(one, other) and one.head.draft == other.head.draft:
        return Match("text", 1.0, "the same text, letter for letter")
    # The cheap questions first: of the pairs that share a key in 1,500 pages by a few templates, headlines, numbers and
    # places forbid 57 %, and in 73 % of the others the texts share too little at most.
    if _other_headline(one.head, other.head) or _other_number(one, other) or _other_place(one, other):
        return None
    if most(one.sketch, other.sketch) < _least(one, other):
        return None
    jaccard, contained = overlap(one.sketch, other.sketch)
    found = next(_for(one, other, jaccard, contained), None)
    return None if found is None or _other_policy(one, other, jaccard, contained) else found


def _least(one: Profile, other: Profile) -> float:
    """The part of the shorter text that must stand in the longer one for two documents to be one policy at all."""
    named = same_name(one.head, other.head)
    if not named and _formal(one, other):
        return _ALMOST
    numbered = one.identifier is not None and one.identifier == other.identifier
    if one.files & other.files or (named and numbered):
        return 0.0
    if named or numbered:
        return SAME_TITLE_NEAR
    return min(WITHIN, 2 * NEAR / (1 + NEAR))  # two texts of equal length that resemble each other by `NEAR`


def _for(one: Profile, other: Profile, jaccard: float, contained: float) -> Iterator[Match]:
    """What speaks for it that two documents carry one policy, the strongest first."""
    alike = f"{jaccard:.2f} of grams shared, {contained:.2f} of the shorter text"
    named, part = same_name(one.head, other.head), max(jaccard, contained)
    if one.identifier and one.identifier == other.identifier and (named or contained >= SAME_TITLE_NEAR):
        yield Match("identifier", 1.0, f"both are {one.identifier}; {alike}")
    if one.files & other.files:
        yield Match("file", 0.95, f"the same attached file {min(one.files & other.files)}")
    if named and part >= SAME_TITLE_NEAR:
        yield Match("name", round(0.8 + 0.2 * part, 3), f"the same name {one.head.name}; {alike}")
    short, long = sorted((one.length, other.length))
    if short >= LONG and (jaccard >= NEAR or (contained >= WITHIN and long <= EXCERPT * short)):
        yield Match("text", round(part, 3), alike)


def _other_headline(left: Headline, right: Headline) -> bool:
    """Whether two headlines are a draft and the final text, or name another revision, year or issue of a series."""
    if left.draft != right.draft or left.revised != right.revised:
        return True
    if left.years and right.years and not (left.years <= right.years or right.years <= left.years):
        return True
    return bool(left.ordinals and right.ordinals and left.ordinals != right.ordinals)


def _other_policy(one: Profile, other: Profile, jaccard: float, contained: float) -> bool:
    """Whether two texts that share much are two policies: of another body, day, year, with other figures, or another name."""
    numbered = one.identifier is not None and one.identifier == other.identifier
    if contained < EXCERPTED and not numbered and _other_time(one.facts, other.facts):
        return True
    if jaccard >= _ALMOST:
        return _other_name(one, other) and not _slip(one.head.name, other.head.name)
    return (
        _other_body(one.creator, other.creator)
        or bool(one.created and other.created and one.created != other.created)
        or _other_figures(one.facts, other.facts)
        or _other_name(one, other)
    )


def _other_name(one: Profile, other: Profile) -> bool:
    return _formal(one, other) and not same_name(one.head, other.head)


def _formal(one: Profile, other: Profile) -> bool:
    """Whether two papers have names, and are of kinds that offices name with care."""
    return bool(one.kind in _FORMAL and other.kind in _FORMAL and one.head.name and other.head.name)


def about(told: Profile, policy: Profile) -> Match | None:
    """Whether a report or an interpretation speaks of a policy: it gives its number, or its name, place and year."""
    if policy.kind in TELLERS or policy.head.draft != told.head.draft:
        return None
    if policy.identifier and policy.identifier in told.cited:
        return Match("about", 0.95, f"names {policy.identifier}")
    name = policy.head.name
    named = name and (name in told.names or name in told.head.name)
    if not named or _other_place(told, policy) or not (_placed(told, policy) and _dated(told, policy)):
        return None
    return Match("about", 0.85, f"names 《{name}》; place and year agree")


def _placed(told: Profile, policy: Profile) -> bool:
    return bool(policy.head.place or (told.place and policy.place)) or len(policy.head.name) >= SPEAKING


def _dated(told: Profile, policy: Profile) -> bool:
    years = policy.head.years or ({policy.created[:4]} if policy.created else set())
    return not years or not told.facts.years or bool(years & told.facts.years)


def _translation(one: Profile, other: Profile) -> Match | None:
    """Whether a text keeps the figures of another in another language, and nothing forbids it."""
    years = one.head.years and other.head.years and not one.head.years & other.head.years
    apart = {one.facts.year, other.facts.year} - {None} - (one.facts.years & other.facts.years)
    elsewhere = one.facts.year and other.facts.year and len(apart) > 1
    if (
        _other_place(one, other)
        or _other_number(one, other)
        or one.head.draft != other.head.draft
        or years
        or elsewhere
    ):
        return None
    shared, part = agreement(one.facts, other.facts)
    if shared < TRANSLATED_WEIGHT or part < TRANSLATED_PART:
        return None
    both = sorted(one.facts.tokens & other.facts.tokens)[:12]
    evidence = f"both say {', '.join(both)}: {part:.0%} of what one says"
    return Match("translation", round(min(0.99, 0.6 + 0.4 * part), 3), evidence)


def _other_number(one: Profile, other: Profile) -> bool:
    return bool(one.identifier and other.identifier and one.identifier != other.identifier)


def _other_place(one: Profile, other: Profile) -> bool:
    """Headlines that name two places are of two policies; else one place must lie within the other."""
    if one.head.place and other.head.place:
        apart = one.head.place != other.head.place
        return apart and (one.chinese == other.chinese or not _lies(one.head.place, other.head.place))
    return bool(one.place and other.place) and not _lies(one.place or "", other.place or "")


def _lies(one: str, other: str) -> bool:
    if one == other or "CN" in (one, other):
        return one == other
    short, long = sorted((one.rstrip("0"), other.rstrip("0")), key=len)
    return long.startswith(short)


def _other_body(one: str | None, other: str | None) -> bool:
    """Whether two bodies are two: neither name is part of the other, and no joint issuer is shared."""
    if not one or not other:
        return False
    return not any(a in b or b in a for a in _bodies(one) for b in _bodies(other))


@lru_cache(maxsize=10_000)  # an office signs many papers
def _bodies(names: str) -> frozenset[str]:
    return frozenset(fold(name) for name in re.split(r"[ 、　]+", names) if name)


def _other_time(one: Facts, other: Facts) -> bool:
    """Whether two texts name days and none in common, or without days speak mostly of two years: what comes again."""
    if one.days and other.days:
        return not one.days & other.days
    return one.year is not None and other.year is not None and one.year != other.year


def _other_figures(one: Facts, other: Facts) -> bool:
    """Whether two texts by one template say other numbers; a copy that was tampered with keeps most of them."""
    _, part = agreement(one, other)
    return part < FIGURES_PART and min(one.total, other.total) >= FIGURES_WEIGHT


def _slip(one: str, other: str) -> bool:
    """Whether two names differ in a slip only, and in nothing that tells policies apart."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.ratio() < _ALMOST:
        return False
    # With what follows: 城关镇 and 东关镇 differ in a character that is none of a place's own.
    changed = [
        one[a : b + _NEXT] + other[c : d + _NEXT]
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    ]
    return not any(_TAILORED.search(part) for part in changed)

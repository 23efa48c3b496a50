"""What a headline says of the policy behind it: its name, and what tells it from its neighbours of the same name.

`山西省人民政府办公厅关于印发《山西省2023年行动计划》的通知` and `山西省2023年行动计划` name one policy; next year's, another
county's, the draft's and the interpretation's names differ from it by a few characters, and name others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from parsers.metadata.jurisdictions import of_body
from parsers.normalisation.key import fold
from parsers.works.facts import years_in

_ISSUES = re.compile(r"(?:印发|转发|发布|公布|下发|批转)(?:了)?(?:[^《]{0,12}?)《(?P<name>.+)》")
_ISSUES_BARE = re.compile(r"(?:关于)?(?:印发|转发|批转)(?P<name>(?!.*[《》]).{4,}?)的(?:通知|函|公告|决定)$")
_NAMED = re.compile(r"《(?P<name>[^《》]*(?:《[^《》]*》[^《》]*)*)》")
_OF = re.compile("的(?=(?:实施|指导|若干)?(?:意见|通知|决定|办法|方案|规定|公告|函|措施)$)")
_DRAFT = re.compile(
    r"征求意见|草案|送审稿|讨论稿|意见征集|征集意见|公开征求|公示稿|\b(?:draft|consultation)\b", re.IGNORECASE
)
_DRAFT_MARK = re.compile(
    r"[（(\[【](?:公开)?(?:征求意见稿|草案|送审稿|讨论稿|公示稿|修订草案)[^）)\]】]*[）)\]】]"
)
_INTERPRETATION = re.compile(
    r"解读|图解|一图读懂|一图看懂|答记者问|问答|解析|起草说明|编制说明|新闻发布会|\binterpretation\b|\bQ&A\b",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[（(\[【](?:全文|附全文|附解读|附|试行|暂行|转载|最新|图|.{0,6}\d{4}.{0,3}第?\d+号|[^（()）]{1,14}[〔\[（(]\d{4}[〕\])）]\d+号)[）)\]】]$"
)
_SITE = re.compile(
    r"\s*[-_|–—]+\s*[^-_|–—《》]{2,20}(?:网|网站|官网|平台|频道|门户|日报|晚报|新闻|入口|下载|app)\s*$",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^.{0,40}?(?:人民政府|政府|办公厅|办公室|委员会|常委会|厅|局|部|院|委|署|会|国务院)(?:等[一二三四五六七八九十\d]*(?:部门|单位|部委))?(?:关于)"
)
_REVISED = re.compile(r"[（(][^（()）]*(?:修订|修正|修改|版)[^（()）]*[）)]")
_ORDINAL = re.compile(
    r"第[一二三四五六七八九十百零〇\d]+(?:批|届|次|期|季度|号|轮|章|部分|辑|场)|[一二三四五六七八九十]+五(?=规划|计划|时期|期间|[”\"’])"
    r"|[一二三四五六七八九十]{1,2}五|\d+(?:\.\d+)+|(?<!\d)\d{1,2}月|[一二三四上下]季度|[上下]半年"
)
_HARMLESS = re.compile(r"(?:的|关于|印发|通知|全文|附件|试行|暂行|省|市|实施|转发|公告|发布|全省|我省|本省)*")
SHORTEST = 6
"""Folded characters that a name needs to say anything: `通知`, `实施方案` name nothing."""
_GENERIC = re.compile(
    r"(?:实施|工作|行动)?(?:方案|办法|意见|通知|计划|细则|规划|公告|要点|措施|决定|规定|条例|报告|总结)"
)


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline as a name.

    Attributes:
        name: Folded name of the policy, the issuing body and `关于印发…的通知` taken off; empty where it says nothing.
        years: Years in it.
        ordinals: 第三批, 十四五, 5月, 第2号: what counts issues of the same name.
        place: GB/T 2260 code that it names, `CN` for the centre; None where it names none.
        draft: Whether it is a draft that opinions are asked on.
        interpretation: Whether it speaks of a policy instead of being one.
        revised: The words in brackets that tell a revision; empty where there are none.
    """

    name: str
    years: frozenset[str]
    ordinals: frozenset[str]
    place: str | None
    draft: bool
    interpretation: bool
    revised: str


@lru_cache(maxsize=50_000)  # who is compared with a new document was compared with the one before it
def headline(title: str | None) -> Headline:
    """Read a headline; none gives an empty one."""
    plain = (title or "").strip()
    years = frozenset(years_in(plain))
    revised = "".join(fold(found[0]) for found in _REVISED.finditer(plain))
    return Headline(
        name=name_of(plain),
        years=years,
        ordinals=frozenset(fold(found[0]) for found in _ORDINAL.finditer(plain)),
        place=place_of(plain),
        draft=is_draft(plain),
        interpretation=_INTERPRETATION.search(plain) is not None,
        revised=revised,
    )


def is_draft(title: str | None) -> bool:
    """Whether a headline is that of a draft that opinions are asked on; all that a day's look at every policy needs of it."""
    return _DRAFT.search(title or "") is not None


def name_of(title: str) -> str:
    """The folded name of the policy that a headline or a reference names: idempotent but for what folding does."""
    bare = _SITE.sub("", _DRAFT_MARK.sub("", title)).strip()
    while (cut := _TAIL.sub("", bare).strip()) != bare:
        bare = cut
    inner = _ISSUES.search(bare) or _ISSUES_BARE.search(bare)
    if inner is not None:
        return name_of(inner["name"])
    whole = _NAMED.fullmatch(bare)
    if whole is not None:
        return name_of(whole["name"])
    lead = _LEAD.match(bare)
    rest = bare[lead.end() :] if lead is not None and len(bare) - lead.end() >= SHORTEST else bare
    folded = _OF.sub("", fold(rest.removeprefix("关于")))
    return "" if len(folded) < SHORTEST or _GENERIC.fullmatch(folded) else folded


def names_within(title: str) -> tuple[str, ...]:
    """The folded names in 《》 of a headline or a sentence."""
    found = (name_of(match["name"]) for match in _NAMED.finditer(title))
    return tuple(name for name in found if name)


def place_of(text: str | None) -> str | None:
    """GB/T 2260 code of the place that a name or a body speaks of, `CN` for the centre."""
    if not text:
        return None
    region = of_body(text)
    return None if region is None else region.code or region.iso


def same_name(one: Headline, other: Headline) -> bool:
    """Whether two headlines can name one policy: equal, or one within the other with nothing but furniture around it."""
    if not one.name or not other.name:
        return False
    if one.name == other.name:
        return True
    short, long = sorted((one.name, other.name), key=len)
    before, found, after = long.partition(short)
    return (
        bool(found)
        and (place_of(before) is not None or _HARMLESS.fullmatch(before) is not None)
        and _HARMLESS.fullmatch(after) is not None
    )

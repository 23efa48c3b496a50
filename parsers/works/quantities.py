"""Which targets can be compared: the same quantity, in the same unit, counted in the same way.

Only what is known to be one quantity is named alike; an unclear subject (企业, 项目, 平台) is none.
"""

from __future__ import annotations

import re

_LEAD = re.compile(
    r"^(?:到?(?:19|20)\d\d年(?:底|末)?|今年|全年|年内|力争|确保|实现|全[省市区国]|我[省市区]|本[省市]|我国|各地|新(?:增|建|培育|认定|组建)|"
    r"新一批|培育|认定|建设|打造|组建|新|共|累计|总计)+"
)
_LEVEL = re.compile(r"(?:自治区级|省级)")
_SUFFIX = re.compile(r"(?:总数|数量|总量|数|规模|总额|总值|总规模|达到?)$")
# Known under several names.
_NAMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("R&D growth of larger enterprises", re.compile(r"^(?:规模以上|规上)(?:工业)?企业(?:研发|R&D|研究与试验发展)(?:经费)?(?:投入|支出|费用)?(?:年均|同比)?(?:增长|增速)?$", re.IGNORECASE)),
    ("R&D growth", re.compile(r"^(?:全社会)?(?:研发|R&D|研究与试验发展)(?:经费)?(?:投入|支出|费用)?(?:年均|同比)?(?:增长|增速)?$", re.IGNORECASE)),
    ("R&D intensity", re.compile(r"(?:研发|R&D|研究与试验发展)(?:经费)?(?:投入|支出)?(?:强度|占.{0,8}(?:生产总值|GDP))", re.IGNORECASE)),
    ("small technology firms", re.compile(r"^科技型(?:中小微?企业|中小型企业)$|^small and medium-sized technology-based enterprises$", re.IGNORECASE)),
    ("high-tech enterprises", re.compile(r"^(?:国家)?高新技术企业$|^high-tech enterprises$", re.IGNORECASE)),
    ("provincial key laboratories", re.compile(r"^省级?重点实验室$|^provincial key laboratories$", re.IGNORECASE)),
    ("national key laboratories", re.compile(r"^(?:国家|全国)重点实验室$")),
    ("technology contracts", re.compile(r"^技术合同(?:成交|交易|登记)(?:金?额)?$")),
    ("invention patents per 10,000 people", re.compile(r"^(?:每)?万人(?:高价值)?发明专利拥有量$")),
    ("specialised and innovative SMEs", re.compile(r"^(?:省级)?[“\"]?专精特新[”\"]?(?:中小)?企业$")),
    ("little giants", re.compile(r"^(?:国家级?)?(?:专精特新)?[“\"]?小巨人[”\"]?企业$")),
    ("manufacturing champions", re.compile(r"^(?:国家级?)?制造业单项冠军(?:企业)?$")),
    ("technology incubators", re.compile(r"^(?:省级|国家级)?科技企业孵化器$")),
    ("digital economy share", re.compile(r"数字经济(?:核心产业)?增加值占.{0,6}(?:生产总值|GDP)", re.IGNORECASE)),
)  # fmt: skip
_VAGUE = re.compile(
    r"企业|项目|平台|投资|人才|团队|机构|基地|园区|产值|收入|资金|面积|人|项|家|个|任务|行动|成果|专利|产品|标准|中心|工程"
)
_COUNTED = re.compile(r"[家户个项名人支件所处座台套篇批]")
_NEW = re.compile(r"新增|新建|新培育|新认定|新组建|新引进|新登记|再")
SHORTEST = 5


def comparable(subject: str | None, unit: str | None, surface: str, change: str | None) -> str | None:
    """The series that a target belongs to.

    Args:
        subject: What is counted, in the words of the text.
        unit: As it stands.
        surface: Words that the target was read from.
        change: `increase` or `decrease`.

    Returns:
        Quantity, unit and whether it is a total, what is added or what it grows by, such as
        `small technology firms | count | total`; None where the subject is not clear.
    """
    if not subject:
        return None
    bare = _SUFFIX.sub("", _LEVEL.sub("省级", _LEAD.sub("", re.sub(r"[（(][^（()）]*[）)]|\s", "", subject))))
    name = next(
        (known for known, pattern in _NAMES if pattern.search(bare) or pattern.search(subject.strip())), None
    )
    if name is None and (len(bare) < SHORTEST or _VAGUE.fullmatch(bare)):
        return None
    measured = _unit(unit)
    if measured is None:
        return None
    how = (
        "growth"
        if change or (name or "").startswith("R&D growth")
        else "added"
        if _NEW.search(surface)
        else "total"
    )
    return f"{name or bare} | {measured} | {how}"


def _unit(unit: str | None) -> str | None:
    if unit is None:
        return "count"
    if "百分点" in unit:
        return "percentage points"
    if unit.strip() in {"%", "％", "percent", "per cent"}:
        return "%"
    if "元" in unit or "yuan" in unit:
        return "yuan"
    return "count" if _COUNTED.search(unit) else unit.strip()

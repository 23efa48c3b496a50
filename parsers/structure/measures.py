"""Named programmes, plans and actions: what a text calls by name and what later texts refer to.

A name is bounded by its quotation or title marks, or on the left by the verb that launches it (实施创新平台建设提质行动)
and on the right by its head noun. A head noun alone (专项行动, 实施方案) is no name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.document import Measure

_KINDS = {
    "行动计划": "plan", "行动方案": "plan", "计划": "plan", "方案": "plan", "规划": "plan", "纲要": "plan",
    "行动": "action", "攻坚战": "action", "工程": "project", "专项": "programme", "办法": "policy", "意见": "policy",
    "措施": "policy", "政策": "policy", "决定": "policy", "通知": "policy", "规定": "policy", "细则": "policy",
}  # fmt: skip
_HEADS = "|".join(sorted(_KINDS, key=len, reverse=True))

_HEAD = re.compile(rf"(?:{_HEADS})$")

_TITLED = re.compile(
    rf"《(?P<name>[^《》\n]{{3,80}}?(?P<head>{_HEADS})(?:[（(][^（）()《》]{{1,24}}[）)])?)》"
)
# 以下简称《行动计划》: an abbreviation of a name, not one.
_GENERIC_TITLE = re.compile(
    r"(?:(?:本|三年|五年|实施|总体|专项|工作|发展|行动|若干|指导|管理|暂行|试行)*(?:计划|方案|规划|纲要|行动|意见|措施|办法|规定|政策|细则|通知|决定))"
)
_ABBREVIATED = re.compile(r"(?:简称|下称|统称)[为：:]?$")

_QUOTED = re.compile(
    r"[“\"](?P<code>[^“”\"\n，。；]{1,16})[”\"](?P<tail>[^“”\"\n，,。；;、：:（）()的]{0,24}?(?P<head>行动计划|行动方案|行动|计划|工程|专项|方案|规划))"
    r"(?![\u4e00-\u9fff]*?(?:师|队|建设项目))(?=[，,。；;、：:（）()\s”》\u4e00-\u9fff]|$)"
    r"|[“\"](?P<inside>[^“”\"\n，。；]{1,16}(?P<inside_head>行动|工程|计划))[”\"]"
)

# The verbs that launch; what follows one, up to the head, is the name.
_LAUNCH = (
    "拓展实施|组织实施|启动实施|深入实施|全面实施|大力实施|扎实实施|统筹实施|推进实施|继续实施|持续实施|加快实施|重点实施|实施好|实施|"
    "深入开展|持续开展|扎实开展|组织开展|全面开展|开展|启动|推行|深化|落实|制定出台|印发|出台|制定|编制|抓好|打好|深入推进|全面推进|推进|推动|开启|发起|部署|执行"
)
_LAUNCHABLE = "(?:行动计划|行动方案|行动|工程|计划|专项|攻坚战|方案|规划)"
_LAUNCHED = re.compile(
    rf"(?:{_LAUNCH})(?P<names>[^，,。；;：:！？!?\n《》“”]{{2,90}}?{_LAUNCHABLE}"
    rf"(?:(?:、|和|及|与|以及)[^，,。；;：:！？!?\n《》“”和与]{{2,30}}?{_LAUNCHABLE})*)"
    r"(?=[，,。；;、：:（(！!”\s]|和|及|等|，|$)"
)
_LEADING_VERB = re.compile(
    rf"^.*?(?:{_LAUNCH})(?=[^，。]{{4,}}$)|^(?:一批|一系列|若干|新一轮|各类|有关|相关|好|了|[和及与、]|国家和省|省市)+"
)
_LIST = re.compile(r"(?:(?<=行动)|(?<=工程)|(?<=计划)|(?<=专项)|(?<=攻坚战))(?:、|和|及|与|以及)")
# 八大提质行动, …等7大专项行动: a count of names.
_COUNTED = re.compile(r"(?:^|等)[ ]?(?:\d{1,2}|[一二两三四五六七八九十]{1,3})(?:大|项|个)")
# 调查方案, 演出计划 are ordinary words; a plan's name is longer.
_SHORTEST = {"方案": 7, "计划": 6, "规划": 6}
# Names that say no more than their head noun.
_GENERIC = re.compile(
    r"(?:重大|重点|专项|具体|统一|三年|五年|实际|系列|有关|相关|民生|惠民|系统|基础|建设|国家|年度|工作|实施|发展|总体|行动|科技|各项|示范|上述|骨干|配套|水利|治理|改造|省级|市级|整治|整体|五个一批|这[一些]?|该|本|此|其|以下)*"
    r"(?:行动计划|行动方案|行动|工程|计划|专项|方案|规划|攻坚战)"
)
# “A、B、C等7大专项行动”: names without the head noun that they share.
_LISTED = re.compile(
    rf"(?:{_LAUNCH})(?P<names>[^，,。；;：:\n]{{2,160}}?)等[ ]?(?:\d{{1,2}}|[两三四五六七八九十]{{1,3}})(?:大|项|个)(?P<shared>[^，,。；;\n]{{0,6}}?(?P<head>行动|工程|计划))"
)

_ENGLISH = re.compile(
    r"(?:“[^”\n]{1,40}”[ ](?:\d{4}[ ])?|\b(?:\d{4}[ ])?(?=[A-Z])(?!The |An? |This |Our |Its ))(?:(?:[A-Z][\w&'’-]*|of|for|the|and|on|in|to|\d{4}(?:[-–]\d{4})?)[ ]){0,12}?"
    r"(?P<head>Action [Pp]lan|[Pp]lan|Outline|Programme|Program|Initiative|Action|Project|Campaign|Scheme|Strategy)\b(?:[ ]\(\d{4}[-–—]\d{4}\))?"
)
# One of these is in every English name: to look for it first takes a tenth of the time in a Chinese text.
_ENGLISH_HEAD = re.compile("[Pp]lan|Outline|Program|Initiative|Action|Project|Campaign|Scheme|Strategy")
_ENGLISH_KINDS = {
    "plan": "plan", "outline": "plan", "scheme": "plan", "programme": "programme", "program": "programme",
    "initiative": "programme", "action": "action", "campaign": "action", "project": "project", "strategy": "policy",
}  # fmt: skip


def find_measures(text: str) -> tuple[Measure, ...]:
    """Find the programmes, plans and actions that a text names.

    Args:
        text: Normalised text.

    Returns:
        Each name once, at its first mention, in reading order.
    """
    found: dict[str, Measure] = {}
    for measure in sorted(_all(text), key=lambda measure: (measure.start, -measure.end)):
        inside = any(other.start <= measure.start and measure.end <= other.end for other in found.values())
        if not inside:
            found.setdefault(measure.name, measure)
    return tuple(found.values())


def _all(text: str) -> Iterator[Measure]:
    yield from _titled(text)
    yield from _quoted(text)
    yield from _launched(text)
    yield from _listed(text)
    yield from _english(text)


def _titled(text: str) -> Iterator[Measure]:
    for match in _TITLED.finditer(text):
        if _GENERIC_TITLE.fullmatch(match["name"]) or _ABBREVIATED.search(text, 0, match.start()):
            continue
        yield Measure(match[0], _KINDS[match["head"]], match.start(), match.end())


def _quoted(text: str) -> Iterator[Measure]:
    if "“" not in text and '"' not in text:
        return
    for match in _QUOTED.finditer(text):
        head = match["head"] or match["inside_head"]
        yield Measure(match[0], _KINDS[head], match.start(), match.end())


def _launched(text: str) -> Iterator[Measure]:
    for match in _LAUNCHED.finditer(text):
        if _COUNTED.search(match["names"]):
            continue
        start = match.start("names")
        for name in _parts(match["names"]):
            at = text.find(name, start)
            bare = _LEADING_VERB.sub("", name).rpartition("的")[2]
            head = _HEAD.search(bare)
            if not head or len(bare) < _SHORTEST.get(bare[-2:], 4) or _GENERIC.fullmatch(bare):
                continue
            begin = at + len(name) - len(bare)
            yield Measure(bare, _KINDS[head[0]], begin, begin + len(bare))


def _parts(names: str) -> list[str]:
    return [part for part in _LIST.split(names) if part]


def _listed(text: str) -> Iterator[Measure]:
    for match in _LISTED.finditer(text):
        start = match.start("names")
        for name in match["names"].split("、"):
            at = text.index(name, start)
            if 4 <= len(name) <= 24:
                yield Measure(name, _KINDS[match["head"]], at, at + len(name))
            start = at + len(name)


def _english(text: str) -> Iterator[Measure]:
    if not _ENGLISH_HEAD.search(text):
        return
    for match in _ENGLISH.finditer(text):
        if len(match[0].split()) < 3 and not match[0].startswith("“"):
            continue
        yield Measure(match[0], _ENGLISH_KINDS[match["head"].lower().split()[-1]], match.start(), match.end())

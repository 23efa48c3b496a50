"""The counted noun of a Chinese quantity, found without word segmentation.

Three orders occur: verb noun number (培育新型研发机构5户), noun predicate number (研发经费投入增长15%) and
verb number noun (部署100项重点研发计划项目). The counted noun is what is left between verb and number, or what
follows the classifier; where both are empty it was named earlier in the sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsers.structure import target_words as words
from parsers.structure.commitment import Place

BOUNDARY = re.compile(r"[，；;。：:！？!?\n]|,(?!\d{3})")
STOP = re.compile(r"[，,；;。：:！？!?\n（(]")
_CONNECTORS = "、和与及以并或，, "
_LONGEST_WORD = 6
_OPENING = words.MAKING | words.ADVERBS

_TIME = (
    r"(?:到|至|在|于|力争)*(?:(?:19|20)\d\d年(?:\d{1,2}月)?[底末初]?[之以]?前?|今年|明年|去年|上年|全年|年内|年底前?|每年|年均|当年|本年度|“?十[一二三四五六]五”?[末]?(?:期间|时期)?|"
    r"(?:未来|今后)?[两三五\d]+年(?:内|左右)?|届时|期间)"
)
_LEADING_TIME = re.compile(_TIME + r"[，,、]?")
_TRAILING_TIME = re.compile(
    rf"(?:{_TIME}|每[万千百]?[人户亩]|(?:比|较)(?:(?:19|20)\d\d年|“?十.五”?末|上年|去年|同期)[末底]?|在(?:19|20)\d\d年基础上|同比)$"
)
ABOVE = ("高于", "低于", "快于", "超过", "优于", "领先", "高出")
_TRAILING_BASELINE = re.compile(
    rf"(?:(?:从(?!业|事)|由)[^，。；]{{1,24}}|(?:不得?)?(?:{'|'.join(ABOVE)}|少于)[^，。；]{{2,16}})$"
)
_PREPOSITION = re.compile(
    r"(?:每个|各|围绕|依托|面向|通过|针对|聚焦|按照|根据|结合|利用|以[^上下内]|在[^，。；]{1,20}(?:领域|方面|区域|地区|行业|基础上)?|对(?!外|口)|由|为|从|于)"
)
_INNER_VERB = re.compile(
    "|".join(sorted((verb for verb in words.MAKING if len(verb) > 1), key=len, reverse=True))
)
_STRONG_INNER = re.compile(r"新增(?!就业)|新建|培育|引进|建成|认定|达到|组建|打造|新引进|新培育|突破(?!性)")
_CAUSED = re.compile("|".join(sorted(words.CAUSING, key=len, reverse=True)))
_JOINED_VERB = re.compile(r"[、和与及并](?=" + _INNER_VERB.pattern + r")|以及|(?<!、)并(?=[一-鿿])")
_JOINED_BATCH = re.compile(r"(?:[、和与及]|以及)(?=一[批个家支]|若干|多[个家项])")
# These act only behind a causative: 支持企业在…, but 驻在企业 is a noun.
_ACTING_IF_CAUSED = frozenset("建立 在 来 到 向 为 与 应用 使用 推进 打造 建成 升级".split())  # noqa: SIM905 - words


@dataclass(frozen=True, slots=True)
class Parse:
    """What stands between the last boundary and a number.

    Attributes:
        core: The noun phrase that is left; empty where the noun stands elsewhere.
        verbs: Verbs taken off its front.
        predicate: Predicates, adverbs and times taken off its end.
    """

    core: str
    verbs: tuple[str, ...]
    predicate: tuple[str, ...]

    @property
    def governs(self) -> bool:
        """Whether a verb of making or reaching governs the number."""
        governed = [
            word for word in self.verbs + self.predicate if word in words.MAKING or word in words.REACHING
        ]
        compared = any(word.startswith(ABOVE) for word in self.predicate)
        return (
            compared
            or "新增" in self.core
            or any(word not in words.DESCRIBING for word in governed)
            or self.core in words.MAKING
        )

    @property
    def makes(self) -> bool:
        """Whether a verb of making does, which may have its object behind the number."""
        return self.core in words.MAKING or any(word in words.MAKING for word in self.predicate)


_LEVELS = (
    "标准",
    "率",
    "额",
    "比例",
    "比重",
    "占比",
    "强度",
)  # 企业认定奖励标准: the verb is part of an indicator's name


def parse(segment: str) -> Parse:
    """Part the stretch before a number into verbs, noun phrase and predicate."""
    core, predicate = _strip_right(segment)
    core, verbs = _strip_left(core)
    core = core.removeprefix("为")
    inner = list(_STRONG_INNER.finditer(core))
    if (
        inner
        and len(core) - inner[-1].end() >= 2
        and not ("占" in core[: inner[-1].start()] or core.endswith(_LEVELS))
    ):
        verbs.append(inner[-1][0])
        core = core[inner[-1].end() :]
    return Parse(core, tuple(verbs), tuple(predicate))


_EACH = re.compile(
    r"每[一-鿿]{1,3}|每[个家][一-鿿]{1,6}"
)  # 每条链不少于2个: what is counted was named before


def subject(place: Place, parsed: Parse) -> str | None:
    """What is counted, in the text's words; None where nothing tells."""
    of = place.after.startswith("的") or place.segment.endswith("的")
    empty = not parsed.core or parsed.core in words.MAKING or _EACH.fullmatch(parsed.core) is not None
    noun = ""
    if _may_stand_behind(place, parsed, empty, of):
        noun = _noun_behind(place, bool(_CAUSED.search(place.segment)) or place.unit == "%")
    if noun and (empty or of or parsed.makes or not words.HEAD_NOUNS.search(parsed.core)):
        return noun
    if "的" in parsed.core and _NUMBER.search(parsed.core):
        return _tidy(parsed.core.rpartition("的")[2]) or None
    if parsed.core in words.SIDES:
        return (place.heard or "") + parsed.core
    if parsed.core and parsed.core not in words.COUNTS and not _EACH.fullmatch(parsed.core):
        return _tidy(parsed.core) or None
    verbs = [word for word in (*parsed.verbs, *parsed.predicate) if word in words.MAKING]
    return _named_earlier(place) or parsed.core or (verbs[-1] if verbs else None)


def _may_stand_behind(place: Place, parsed: Parse, empty: bool, of: bool) -> bool:
    if place.unit == "%":
        return empty or (of and parsed.makes)
    if place.unit.endswith("元"):
        return (empty or of) and bool(parsed.verbs or parsed.makes)
    return not words.MEASURES.search(place.unit) and not place.number.startswith("前")


def _strip_right(segment: str) -> tuple[str, list[str]]:
    """Take predicate, adverbs and time off the end; what they were, first one first."""
    taken: list[str] = []
    while segment:
        time = _TRAILING_TIME.search(segment)
        word = time[0] if time else _last_word(segment)
        if word is None:
            start = _TRAILING_BASELINE.search(segment)
            if start is None:
                break
            word = start[0]
        taken.append(word)
        segment = segment[: -len(word)]
    return segment, taken[::-1]


_PER = frozenset("人户亩地")  # 科普经费人均 is an indicator's name
# 至少建设: behind an adverb it is a verb, whatever else it may be.
_ADVERBIAL = (
    "至少",
    "要",
    "应",
    "应当",
    "须",
    "必须",
    "均",
    "共",
    "将",
    "分别",
    "累计",
    "计划",
    "力争",
    "确保",
    "原则上",
)


def _last_word(segment: str) -> str | None:
    for length in range(min(_LONGEST_WORD, len(segment)), 0, -1):
        word = segment[-length:]
        if word[0] == "均" and segment[-length - 1 : -length] in _PER:
            continue
        if word in words.TRAILING or (length > 1 and (word in words.REACHING or word in words.ADVERBS)):
            return word
        if word in words.MAKING and (word not in words.NOUN_LIKE or segment.endswith(_ADVERBIAL, 0, -length)):
            return word
    return None


def _strip_left(segment: str) -> tuple[str, list[str]]:
    """Take time, modals and the governing verb off the front; the verbs that were taken."""
    verbs: list[str] = []
    while segment:
        if time := _LEADING_TIME.match(segment):
            segment = segment[time.end() :]
            continue
        region = words.REGION.match(segment)
        if region and (region.end() == len(segment) or opens(segment[region.end() :])):
            segment = segment[region.end() :]
            continue
        word = first_word(segment, words.MAKING)
        if word is not None:
            rest = segment[len(word) :]
            noun = word in words.NOUN_LIKE and (not rest or bool(verbs) or rest.startswith(words.NOUN_HEADS))
            if not noun and not rest.startswith(words.NOUN_HEADS[-5:]) and not _measures(word, rest):
                verbs.append(word)
                segment, inner = _acted_on(rest) if word in words.CAUSING else (rest, None)
                verbs += [inner] if inner else []
                continue
        word = first_word(segment, words.ADVERBS)
        if word is not None and opens(segment):
            segment = segment[len(word) :]
            continue
        if preposition := _PREPOSITION.match(segment):
            rest = segment[preposition.end() :]
            acted_on, inner = _acted_on(rest)
            if inner:
                verbs.append(inner)
                segment = acted_on
                continue
        break
    return segment, verbs


_ATTAINING = frozenset({"实现", "完成", "达成", "形成"})


def opens(segment: str) -> bool:
    """Whether a text begins with a verb or a word of aim, adverbs before it included: 力争, 加快建设, but not 重点实验室."""
    word = first_word(segment, _OPENING)
    if word is None or word in words.AIMING:
        return word is not None
    rest = segment[len(word) :]
    if word in words.MAKING:
        return not _measures(word, rest)
    return opens(rest)


def _measures(verb: str, rest: str) -> bool:
    """Whether a verb begins the name of an indicator: 办理时限, but not the object of a change: 压缩时限."""
    if verb in words.CAUSING or verb in _ATTAINING:
        return False
    changes = verb != "新增" and (words.INCREASE.search(verb) or words.DECREASE.search(verb))
    return not changes and words.INDICATOR.match(rest) is not None


def _acted_on(segment: str) -> tuple[str, str | None]:
    """The object of the last verb inside, and that verb, where there is one: 企业建设研发平台 → 研发平台, 建设."""
    for verb in reversed(list(_INNER_VERB.finditer(segment))):
        acts = verb[0] not in words.NOUN_LIKE or verb[0] == "建设"
        acts = acts and segment[verb.end() :] not in words.MAKING
        if acts and len(segment) - verb.end() >= 2 and verb.start() >= 2:
            return segment[verb.end() :], verb[0]
    return segment, None


def first_word(segment: str, vocabulary: frozenset[str]) -> str | None:
    """The longest word of a vocabulary that a text begins with."""
    for length in range(min(_LONGEST_WORD, len(segment)), 0, -1):
        if segment[:length] in vocabulary:
            return segment[:length]
    return None


def _noun_behind(place: Place, acts: bool) -> str:
    """The counted noun behind the classifier, head last; empty where there is none."""
    start = place.quantity.end
    stop = STOP.search(place.sentence, start)
    end = stop.start() if stop else len(place.sentence)
    noun = place.sentence[start:end]
    if start < place.following < end:
        noun = _before_next(place, end)
    if not noun or noun[0] in _CONNECTORS or not (noun[0].isalpha() or noun[0] in "“‘"):
        return ""
    noun = _JOINED_VERB.split(_JOINED_BATCH.split(noun)[0])[0].removeprefix("的")
    of = noun.rfind("的")
    if 0 <= of < len(noun) - 2:
        noun = noun[of + 1 :]
    acting = words.ACTING.search(noun, 2)
    if acting and (acts or acting[0] not in _ACTING_IF_CAUSED):
        noun = noun[: acting.start()]
    noun = noun.rstrip("、和与及等")
    return _tidy(noun) if len(noun) > 1 or noun in _SHORT_NOUNS else ""


_SHORT_NOUNS = frozenset("人省市县区州镇乡村校国")

_ATTRIBUTE = re.compile(r"[^，。；、]{0,12}?(?:的|以上|级)(?=[\u4e00-\u9fff]{2})")


def _before_next(place: Place, end: int) -> str:
    """The noun between a quantity and the next one: 5个平台和…, but 10家营收超50亿元的企业."""
    between = place.sentence[place.quantity.end : place.following]
    attribute = _ATTRIBUTE.match(place.sentence, place.following, end)
    if attribute and not re.search(r"[、和与及]", between):
        return place.sentence[attribute.end() : end]
    last = max(between.rfind(mark) for mark in ("、", "和", "与", "以及", "并"))
    return between if last < 0 else between[:last]


def _tidy(noun: str) -> str:
    """Without connectors at its ends and without half pairs of quotation marks and brackets."""
    noun = noun.removeprefix("以及").lstrip("、，,和与及的 \u3000:：；;").rstrip("、，,的 \u3000:：；;")
    if noun.count("“") != noun.count("”"):
        noun = noun.replace("“", "").replace("”", "")
    if noun.count("（") + noun.count("(") != noun.count("）") + noun.count(")"):
        noun = noun.strip("（()）")
    return noun


_LONGEST_NOUN = 14  # without a known head noun, what is longer is no noun phrase
_NUMBER = re.compile(r"\d")
_A_NUMBER_OF = re.compile(r"一[批个支家]|若干|更多")


def _named_earlier(place: Place) -> str | None:
    """The noun that an elided subject stands for: 培育一批科技领军企业，…力争…达到100家."""
    if place.heard:
        return place.heard
    before = place.sentence[: place.start]
    vague = list(_A_NUMBER_OF.finditer(before))
    if vague:
        noun = STOP.split(before[vague[-1].end() :], maxsplit=1)[0]
        noun = noun[noun.rfind("的") + 1 :]
        if len(noun) > 1:
            return _tidy(noun)
    for part in reversed([part.strip() for part in BOUNDARY.split(before) if part.strip()]):
        core = parse(_NUMBER.split(part)[0]).core if _NUMBER.search(part) else ""
        if len(core) > 1 and core not in words.COUNTS | words.SIDES:
            return _tidy(core)
        noun, verbs = _strip_left(part)
        heads = list(words.HEAD_NOUNS.finditer(noun))
        if heads:
            return _tidy(noun[: heads[-1].end()])
        if verbs and 2 <= len(noun) <= _LONGEST_NOUN:
            return _tidy(noun)
    return None

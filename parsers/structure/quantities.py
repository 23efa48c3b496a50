"""Numbers with their units, ranges and comparators, in Chinese and English.

A quantity is read where it stands; whether it is a commitment is decided in `parsers.structure.targets`. What only looks like a
quantity (a year, an ordinal, a citation, a slogan) is blanked out first, with every offset kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGITS = {
    "〇": 0,
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}

_LONGEST_NUMERAL = 24  # 九千九百九十九万亿… is shorter; what is longer is no number

# One character for one character, so that offsets hold. The full-width comma stays: it separates clauses.
HALF_WIDTH = str.maketrans("０１２３４５６７８９％．－＋～∼", "0123456789%.-+~~")
_HAN_YEAR = re.compile(r"(?:一九|二[〇○零])[〇○零一二三四五六七八九]{2}(?=\s?年|[-—–~至到]{1,2}二)")


def in_figures(text: str) -> str:
    """The text at half width with its years in figures, every offset kept: `到二〇二五年` and `到２０２５年` as `到2025年`."""
    return _HAN_YEAR.sub(lambda match: "".join(str(_DIGITS.get(c, 0)) for c in match[0]), _half_width(text))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, or a range, as it stands in a text.

    Attributes:
        low: Lower bound, scaled; None where open.
        high: Upper bound, scaled; None where open.
        comparator: `=`, `>=`, `<=`, `>` or `<`.
        approximate: True for 约, 左右, about.
        unit: As it stands; None where there is none.
        scale: The factor that was applied (万 → 10000); 1 where none.
        start: Start of the number, qualifiers in front left out.
        end: End of the quantity, unit and qualifiers behind included.
        bare: Start of the qualifiers in front, `start` where there are none.
    """

    low: float | None
    high: float | None
    comparator: str
    approximate: bool
    unit: str | None
    scale: float
    start: int
    end: int
    bare: int


def chinese_number(numeral: str) -> float | None:
    """Value of a Chinese numeral.

    Args:
        numeral: `三百二十`, `一亿零五百万`, `二〇二三`, `廿` excluded.

    Returns:
        The value, None for what is no numeral.
    """
    if not 0 < len(numeral) <= _LONGEST_NUMERAL or any(
        c not in _DIGITS and c not in _TENS and c not in _MYRIADS for c in numeral
    ):
        return None
    if all(c in _DIGITS for c in numeral):
        return float("".join(str(_DIGITS[c]) for c in numeral))
    total = section = digit = 0
    last_ten = 1
    for c in numeral:
        if c in _DIGITS:
            digit = _DIGITS[c]
            last_ten = last_ten if digit else 1  # a 零 ends the habit of leaving the last 十 out
        elif c in _TENS:
            section += (digit or 1) * _TENS[c]
            last_ten, digit = _TENS[c], 0
        else:
            total = (
                (total + section + digit) * _MYRIADS[c]
                if c == "亿"
                else total + ((section + digit) or 1) * _MYRIADS[c]
            )
            last_ten, section, digit = _MYRIADS[c], 0, 0
    # 一百八 is 180, 两万五 is 25,000: the last digit counts tenths of the unit before it.
    return float(total + section + digit * (last_ten // 10 if last_ten > 10 else 1))


# ---------------------------------------------------------------------------------------------- Chinese

_YEAR = r"(?:19|20)\d\d"
_CN = "[〇零一二两三四五六七八九十百千万亿]"
_NOT_CHINESE = re.compile(
    rf"""(?=[《“"‘「〔（(【\[\d一二三四五六七八九十两百千万第每NnA-Z编电工世全中国民企双])(?:
      《[^《》\n]{{1,80}}》                                              # titles
    | [“"‘「][^”"’」。；，,\n]{{1,12}}[”"’」]                            # slogans, code names
    | {_YEAR}(?:年度?)?[ ]?(?:[-—–~至到]{{1,2}}|、)[ ]?{_YEAR}(?:年度?)?   # spans of years
    | {_YEAR}[ ]?年(?:度|[ ]?\d{{1,2}}[ ]?月(?:[ ]?\d{{1,2}}[ ]?日)?)?
    | [一二][〇○零一二三四五六七八九]{{3}}年(?:[一二三四五六七八九十]{{1,2}}月(?:[一二三四五六七八九十]{{1,3}}日)?)?
    | \d{{1,2}}(?:[-—–~至、]\d{{1,2}})?月(?:\d{{1,2}}[日号]|份|底|末|初)?(?![份]?度?电)
    | \d{{1,2}}(?:[-—–~至、]\d{{1,2}})?日(?!均)
    | {_YEAR}[-/.]\d{{1,2}}(?:[-/.]\d{{1,2}})?
    | [〔（(\[【]{_YEAR}年?[〕）)\]】][ ]?第?[ ]?\d+(?:-\d+)?[ ]?号
    | 第[ ]?(?:\d+|{_CN}+)(?:[、至—-]第?(?:\d+|{_CN}+))?[批轮届期次号条章节款项名位大产个]?
    | (?:No\.?|编号|电话)[：:]?[ ]?\d[\d-]*
    | \d+[ ]?号(?!线?[ ]?\d)
    | (?<=[A-Za-z])-?\d[\dA-Za-z.-]*                                    # CR929, GB18030
    | \d+(?:\.\d+)?[GKDAB](?![A-Za-z])(?:级|网|基站)?                    # 5G, 4K, 5A级
    | 工业\d\.0 | \d\.0版?(?![\d%万亿])
    | (?:世界|全球|全国|中国|国内|民营)?(?:企业)?(?:[五百千]{{1,2}}|\d+)强
    | 十[一二三四五六]五
    | \d+\+\d+(?:\+[\dNn])*
    | (?:\d+|{_CN}+)[十百千万亿]*(?:元|吨|千瓦|兆瓦)?级(?!以)                                 # 百亿级, 500万吨级
    | \d+(?:\.\d+)?(?:[：:∶]\d+(?:\.\d+)?)+ | \d{{1,2}}[时点]\d{{1,2}}分
    | [每第](?:{_CN}+|\d+)(?:名|个|位)?(?=[人户元度平])
    | 每\d+(?:名|个|位)
    | 一(?:[批些种系定流体律切致起样般贯]|系列|方面|揽子|站式|老一小|带一路|二三产|个(?![百百]分))
    | (?:百家争|(?<![一二三四五六七八九])十分(?![之钟])|万一|千方百计|三农|四化|四新|双一流|一二三|三位一体|四位一体|五位一体|三来一补|两不愁三保障|四好|三权分置|两会|两岸|两型|三同时|四上))
    """,
    re.VERBOSE,
)

# Classifiers and measures of policy texts; longer ones first, so that 个百分点 is not 个.
_UNITS = (
    "个百分点", "百分点", "个工作日", "工作日", "平方公里", "平方千米", "平方米", "立方米", "微克", "毫克", "公顷", "公里", "千米", "海里",
    "标准煤", "吨标准煤", "千瓦时", "千瓦", "兆瓦时", "吉瓦时", "兆瓦", "吉瓦", "万千瓦", "标准箱", "标箱", "人次", "人天", "台套", "台（套）", "台(套)",
    "场次", "家次", "户次", "件次", "项次", "架次", "班次", "车次", "床位", "张床位", "个月", "小时", "分钟", "公斤", "千克", "美元", "欧元", "日元", "港元", "人民币", "元",
    "%", "‰", "户", "家", "个", "项", "名", "人", "位", "支", "件", "所", "处", "座", "台", "套", "篇", "亩", "吨", "度", "倍",
    "批", "场", "次", "辆", "艘", "架", "条", "只", "头", "株", "种", "类", "门", "本", "部", "册", "张", "间", "栋", "幢",
    "片", "块", "口", "对", "组", "款", "例", "起", "宗", "笔", "单", "票", "床", "席", "孔", "桩", "根", "村", "镇", "县",
    "乡", "岁", "年", "天", "对儿", "枚", "盏", "米", "升", "斤", "份", "双", "样", "届", "轮", "期", "方面", "大", "级", "点", "版", "成",
    "kWh", "GWh", "MWh", "TWh", "人年", "kW", "MW", "GW", "TEU", "PFLOPS", "EFLOPS", "Gbps", "TB", "PB", "EB", "km", "P", "Mbps",
)  # fmt: skip
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))

_DIGIT_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,5}|(?!0[0-9])[0-9]{1,15}(?![0-9]))(?:\.[0-9]{1,6})?"
_HAN_NUMBER = (
    r"[一二两三四五六七八九十](?:[〇零一二两三四五六七八九十百千]|[万亿](?=[一二两三四五六七八九十零]))*"
    r"|(?<=[破过到超上])[百千](?=亿元)|(?<=[破过到超上])万(?=亿元)"
)
_SCALE = r"[十百千]?(?:万亿|[万亿])|[百千](?=[家户个项名人件亩吨亿万])"
_RANGE = r"[ ]?(?:-{1,2}|[—–]{1,2}|~|至|到)[ ]?"
_CHINESE = re.compile(
    rf"""(?<![\d.])
    (?:(?P<percent>百分之)|(?P<denominator>[二三四五六七八九十])分之)?
    (?P<a>{_DIGIT_NUMBER}|{_HAN_NUMBER})[ ]?(?P<a_more>[余多])?(?P<a_scale>{_SCALE})?(?P<a_more2>[余多])?
    (?:(?P<a_unit>%|个百分点|个|家|户|项|名|人|元|倍|件)?(?:{_RANGE}|(?<=分之\d\d)至)
       (?:百分之)?(?P<b>{_DIGIT_NUMBER}|{_HAN_NUMBER})[ ]?(?P<b_scale>{_SCALE})?)?
    [ ]?(?P<unit>(?:{_UNIT})(?:/(?:万元|{_UNIT}))?)?(?P<unit_more>[余多](?!种))?
    (?P<behind>[ ]?(?:[及或]?以上|[及或]?以下|以内|之内|左右|上下))?
    """,
    re.VERBOSE,
)

_SCALES = {"百": 100.0, "千": 1000.0, "万": 1e4, "亿": 1e8, "万亿": 1e12}


def _scale(word: str | None) -> float:
    if not word:
        return 1.0
    if word in _SCALES:
        return _SCALES[word]
    return _TENS[word[0]] * _SCALES[word[1:]]  # 十万, 百万, 千亿


_BEFORE = (
    (
        re.compile(
            r"(?:不少于|不低于|不小于|不得少于|不得低于|不应低于|应不低于|至少|最少|最低|多于或等于|≥|>=|大于等于|达到或超过)[达为到]?[ ]?$"
        ),
        ">=",
        False,
    ),
    (
        re.compile(
            r"(?:不超过|不高于|不大于|不多于|不得超过|不得高于|不突破|最多|最高|至多|≤|<=|小于等于|控制在|限制在)[ ]?$"
        ),
        "<=",
        False,
    ),
    (re.compile(r"(?:超过|突破|高于|大于|多于|超出|逾|超|破|>|＞)[ ]?$"), ">", False),
    (re.compile(r"(?:低于|少于|小于|<|＜)[ ]?$"), "<", False),
    (re.compile(r"(?:大约|大概|约为|约占|约|将近|接近|近|左右)[ ]?$"), "=", True),
)
# Asked first, because hardly any number has a qualifier in front.
_LAST_OF_QUALIFIERS = frozenset("于过破多出逾超低高少大小在至到达为约概近右占≥≤=>＞<＜ ")
_BEHIND = {"以上": ">=", "以下": "<=", "以内": "<=", "之内": "<="}
_WINDOW = 8  # the longest qualifier


def chinese_quantities(text: str) -> list[Quantity]:
    """Quantities of a Chinese text, in reading order.

    Args:
        text: Normalised text.

    Returns:
        Quantities with a unit, or without one where 万, 亿 or a decimal leave no doubt that it is a number
        and nothing but punctuation follows.
    """
    visible = blank_chinese(text)
    return [quantity for match in _CHINESE.finditer(visible) if (quantity := _chinese(visible, match))]


def blank_chinese(text: str) -> str:
    """The text at half width, what only looks like a quantity replaced by as many NULs."""
    return _NOT_CHINESE.sub(lambda match: "\0" * len(match[0]), _half_width(text))


_WIDE = re.compile("[０-９％．－＋～∼]")


def _half_width(text: str) -> str:
    return text.translate(HALF_WIDTH) if _WIDE.search(text) else text


def _chinese(text: str, match: re.Match[str]) -> Quantity | None:
    bounds = _chinese_bounds(match)
    if bounds is None or (match["unit"] is None and not _stands_alone(text, match)):
        return None
    low, high, scale = bounds
    more = match["a_more"] or match["a_more2"] or match["unit_more"]
    comparator, approximate, bare = (">", True, match.start()) if more else ("=", False, match.start())
    while found := _qualifier(text[max(0, bare - _WINDOW) : bare]):
        length, sign, vague = found
        bare -= length
        comparator = sign if comparator == "=" else comparator
        approximate = approximate or vague
    behind = (match["behind"] or "").strip()
    if behind in {"左右", "上下"} and comparator == "<=":
        comparator = "="  # 控制在2%左右
    if behind[-2:] in _BEHIND and comparator == "=":
        comparator = _BEHIND[behind[-2:]]
    return Quantity(
        *_open(low, high, comparator),
        comparator,
        approximate or behind in {"左右", "上下"},
        "%" if match["percent"] else match["unit"],
        scale,
        match.start(),
        match.end(),
        bare,
    )


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """Whether a number without a unit is one: a percentage or fraction, or digits before punctuation."""
    if match["percent"] or match["denominator"]:
        return True
    following = text[match.end() : match.end() + 1]
    return match["a"][0] in "0123456789" and (not following or following in "，,。；;、！!）)\n：: 和")


def _chinese_bounds(match: re.Match[str]) -> tuple[float, float, float] | None:
    """Lower and upper bound, scaled, and the scale; None for a range that falls."""
    low = _mantissa(match["a"])
    if low is None:
        return None
    if match["denominator"]:
        low /= _mantissa(match["denominator"]) or 1
    scale = _scale(match["a_scale"])
    top = _mantissa(match["b"]) if match["b"] else None
    if top is None:
        return low * scale, low * scale, scale
    top_scale = _scale(match["b_scale"]) if match["b_scale"] else scale
    shared = (
        match["b_scale"] and not match["a_scale"] and low <= top
    )  # 1—2万 shares its 万; 8000—1万 does not
    low, high = low * (top_scale if shared else scale), top * top_scale
    return None if high < low else (low, high, top_scale)


def _mantissa(numeral: str) -> float | None:
    digits = numeral.replace(",", "")
    return float(digits) if digits.isascii() else chinese_number(numeral)


def _qualifier(window: str) -> tuple[int, str, bool] | None:
    """Length, comparator and vagueness of the qualifier that a text ends in."""
    if window[-1:] not in _LAST_OF_QUALIFIERS:
        return None
    for pattern, sign, vague in _BEFORE:
        if hit := pattern.search(window):
            return len(window) - hit.start(), sign, vague
    return None


def _open(low: float, high: float, comparator: str) -> tuple[float | None, float | None]:
    """The bounds, one of them open where a single number is a minimum or maximum."""
    if low == high and comparator in {">", ">="}:
        return _exact(low), None
    if low == high and comparator in {"<", "<="}:
        return None, _exact(high)
    return _exact(low), _exact(high)


def _exact(value: float) -> float:
    """Without the dust of binary fractions: 4.35 亿 is 435,000,000."""
    return round(value, 6)


# ---------------------------------------------------------------------------------------------- English

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)
_SMALL = (
    "(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?"
    "|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
)
_LARGE = "dozen|hundred|thousand|million|billion|trillion"
_NOT_ENGLISH = re.compile(
    rf"""(?=[“"‘\d-]|\b[A-Z]|\b(?:top|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|the|this|that|each|any|every|no|on|per)\b)(?:
      [“"‘][^”"’,.;\n]{{1,24}}[”"’]
    | \b{_MONTH}\.?[ ]\d{{1,2}}(?:st|nd|rd|th)?(?:,?[ ]{_YEAR})?\b
    | \b\d{{1,2}}(?:st|nd|rd|th)?[ ]{_MONTH}\b(?:[ ]{_YEAR})?
    | \b(?:FY|CY)?{_YEAR}[-—–/]\d{{2,4}}\b
    | \b{_YEAR}-\d\d?-\d\d?\b
    | \b{_YEAR}s?\b(?!,\d|\.\d|[ ]?%|[ ](?:percent|per[ ]cent|yuan|tons|km|more|new)\b)
    | \b(?:Article|Section|Chapter|Part|Clause|Paragraph|Annex|Appendix|Table|Figure|Phase|Stage|Level|Grade|Class|Type|Category|Item|Version
         |Document|Decree|Order|Announcement|Circular|Notice|Resolution|Proposal|Class|Room|Page|Line|Route|No\.?|Nos\.?|Number|Tier)
      [ ]?(?:No\.?[ ]?)?(?:\d+(?:[-.]\d+)*|[IVX]+|[Oo]ne|[Tt]wo|[Tt]hree)(?:[ ]?(?:and|to|-)[ ]?\d+)?\b
    | (?<!will[ ])(?<!to[ ])(?<!should[ ])\b[Tt]op[ -](?:\d+|ten|three|five|hundred)\b
    | \bper[ ](?:\d[\d,]*|(?:ten[ ]|hundred[ ])?thousand|million|hundred)\b
    | \b(?:Fortune|Global)[ ]\d+\b
    | \b\d+(?:st|nd|rd|th)\b
    | (?<=[A-Za-z])(?<!RMB)(?<!CNY)-?\d[\w.-]*
    | \b\d+(?:\.\d+)?[GKDA]\b
    | \b\d{{1,2}}:\d\d\b
    | \b(?:\d+(?:\.\d+)?|{_SMALL})-(?!fold|percent|to-|{_SMALL}|{_LARGE})[a-z]\w*(?:-\w+)*
    | \b(?:one|two|three)[ ]of\b | \b[Oo]ne[ ](?:another|by[ ]one) | \b(?:the|this|that|each|any|every|no)[ ]one\b | \b[Oo]n[ ](?:the[ ])?one[ ]hand\b
    | \b(?:One|Two|Three|Four|Five)[ ](?:Belt|Countries|Centenary|Sessions|Confidences|Safeguards)\b)
    """,
    re.VERBOSE,
)

_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "dozen": 12, "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9,
    "trillion": 10**12,
}  # fmt: skip
_ENGLISH_SCALES = {
    "dozen": 12.0,
    "hundred": 100.0,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
}
_WORD_NUMBER = rf"(?:{_SMALL})(?:[ ](?:{_LARGE})(?:[ ]and[ ](?:{_SMALL}))?)*|a[ ](?:{_LARGE})(?:[ ](?:thousand|million))?"
_ENGLISH_NUMBER = rf"{_DIGIT_NUMBER}(?:[ -](?:{_LARGE}))*|{_WORD_NUMBER}"
_ENGLISH_UNITS = (
    r"percentage[ ]points?|per[ ]cent(?:age[ ]points?)?|-?percent|%"
    r"|(?:billion[ ]|million[ ])?(?:yuan|RMB|renminbi|US[ ]dollars?|U\.S\.[ ]dollars?|dollars?|euros?)"
    r"|met(?:er|re)s|kilograms?|square[ ](?:kilomet(?:er|re)s?|met(?:er|re)s?)|cubic[ ]met(?:er|re)s?|kilomet(?:er|re)s?|km|hectares?|mu\b|acres?"
    r"|(?:metric[ ])?tons?(?:[ ]of[ ]standard[ ]coal)?|tonnes?|kilowatt[- ]hours?|(?:mega|giga)watt[- ]hours?|kilowatts?|megawatts?|gigawatts?|kWh|kW|MW|GW|TWh"
    r"|(?:micro|milli)grams[ ]per[ ](?:cubic[ ]met(?:er|re)|lit(?:er|re))|times|-?fold|units|working[ ]days?|days?|hours?|minutes?|months?|years?(?![- ](?:on|over)[- ])|weeks?"
)
_ENGLISH = re.compile(
    rf"""(?<![\w.,$€¥-])(?P<between>between[ ])?(?P<currency>US\$|\$|€|¥|RMB[ ]?|CNY[ ]?)?
    (?P<a>{_ENGLISH_NUMBER})(?P<a_unit>[ ]?(?:%|percent|per[ ]cent))?
    (?:(?:(?(between)[ ]and[ ]|(?:[ ]?[-—–~][ ]?|[ ](?:to|or)[ ])))(?P<b>{_ENGLISH_NUMBER}))?
    (?:[ -]?(?P<unit>{_ENGLISH_UNITS})(?![\w-]))?(?![\w-])
    (?P<behind>[ ]or[ ](?:more|above|higher|over|less|fewer|below)\b|[ ]or[ ]so\b)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ENGLISH_BEFORE = (
    (r"at least|no(?:t(?: be| fall| drop)?)? (?:less|fewer|lower) than|not (?:be|fall|drop) below|a minimum of|minimum of", ">=", False),
    (r"at most|no(?:t(?: be| rise)?)? (?:more|higher) than|not (?:be|rise) above|not exceed(?:ing)?|up to|a maximum of|within|as many as|below or equal to", "<=", False),
    (r"more than|greater than|higher than|above|over|exceed(?:s|ing)?|surpass(?:es|ing)?|in excess of|upwards? of|top|topping|beyond|north of", ">", False),
    (r"less than|fewer than|lower than|under|below", "<", False),
    (r"about|around|approximately|roughly|some|nearly|almost|close to|an estimated|in the region of", "=", True),
    (r"a total of|totall?ing|an additional|another|a further|only|the|from|all", "=", False),
)  # fmt: skip
_ENGLISH_QUALIFIER = re.compile(
    r"\b(?:" + "|".join(f"(?P<q{i}>{words})" for i, (words, _, _) in enumerate(_ENGLISH_BEFORE)) + r")[ ]$",
    re.IGNORECASE,
)
_ENGLISH_BEHIND = re.compile(r"more|above|higher|over")
_ENGLISH_WINDOW = 24


def english_quantities(text: str) -> list[Quantity]:
    """Quantities of an English text, in reading order.

    Args:
        text: Normalised text.

    Returns:
        Quantities; percent is written `%`, other units as they stand.
    """
    return blanked_english_quantities(blank_english(text))


def blanked_english_quantities(visible: str) -> list[Quantity]:
    """Quantities of a text that `blank_english` has gone over."""
    return [quantity for match in _ENGLISH.finditer(visible) for quantity in _english(visible, match)]


def blank_english(text: str) -> str:
    """The text, what only looks like a quantity replaced by as many NULs."""
    return _NOT_ENGLISH.sub(lambda match: "\0" * len(match[0]), text)


def english_number(words: str) -> tuple[float, float]:
    """Value and scale of an English number.

    Args:
        words: `30,000`, `2.5 billion`, `three hundred and five`, `a hundred`.

    Returns:
        The scaled value, and the factor of a large-number word behind digits (1 where none).
    """
    parts = words.casefold().replace("-", " ").split()
    if parts[0][0].isdigit():
        scale = 1.0
        for part in parts[1:]:
            scale *= _ENGLISH_SCALES[part]
        return round(float(parts[0].replace(",", "")) * scale, 6), scale
    total = section = 0
    for part in parts:
        if part in {"a", "and"}:
            continue
        value = _WORDS[part]
        if part in {"dozen", "hundred"}:
            section = (section or 1) * value
        elif part in _ENGLISH_SCALES:
            total += (section or 1) * value
            section = 0
        else:
            section += value
    last = parts[-1]
    return float(total + section), _ENGLISH_SCALES.get(last, 1.0)


def _english(text: str, match: re.Match[str]) -> list[Quantity]:
    low, scale = english_number(match["a"])
    high = low
    if match["b"] is not None:
        high, top_scale = english_number(match["b"])
        if top_scale > 1 and scale == 1 and low <= high / top_scale:
            low *= top_scale  # 10 to 20 million shares its million
        scale = max(scale, top_scale)
    if high < low:
        if not _FROM.search(text, 0, match.start()):
            return []
        low = high  # cut from 20 to 10 days: where it goes to
    comparator, approximate, bare = "=", False, match.start()
    while hit := _ENGLISH_QUALIFIER.search(text, max(0, bare - _ENGLISH_WINDOW), bare):
        _, sign, vague = _ENGLISH_BEFORE[int((hit.lastgroup or "q0")[1:])]
        comparator = sign if comparator == "=" else comparator
        approximate = approximate or vague
        bare = hit.start()
    behind = match["behind"] or ""
    approximate = approximate or behind.endswith("so")
    if behind and comparator == "=" and not behind.endswith("so"):
        comparator = ">=" if _ENGLISH_BEHIND.search(behind) else "<="
    start = match.start("currency") if match["currency"] else match.start("a")
    bounds = _open(low, high, comparator)
    return [Quantity(*bounds, comparator, approximate, _english_unit(match), scale, start, match.end(), bare)]


_FROM = re.compile(r"\bfrom $", re.IGNORECASE)


def _english_unit(match: re.Match[str]) -> str | None:
    unit = (match["unit"] or match["a_unit"] or match["currency"] or "").strip()
    return "%" if unit.lower() in {"percent", "-percent", "per cent", "%"} else unit or None

"""Document numbers (发文字号): found, normalised to `国发〔2018〕44号`, told from citations.

A number is made of the issuing body's code, the year and a serial number (《党政机关公文处理工作条例》,
中办发〔2012〕14号, article 9); the brackets 〔〕 are those of GB/T 9704-2012. A number in running text is
nearly always a citation, so that only the table, the headline or a line of its own gives the document's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
_OPEN = r"[〔﹝\[［【(（〖〈<《{「]"
_CLOSE = r"[〕﹞\]］】)）〗〉>》}」]"
_NUMERAL = r"(?:\d{1,5}|[一二三四五六七八九十百零〇]{1,7})"
_YEAR = r"(?P<{0}y>(?:19|20)\d\d)"
_BODY = r"(?:委员会|人民政府|政府|国务院|国家主席|主席|办公厅|办公室|部|委|厅|局|署|院|会|行|社|军区)"

_BEGIN = r"(?!(?<=\d)[年月日号])"
"""`2003年2月20日国务院令第373号`: a code does not begin with the end of a day."""

_NUMBER = re.compile(
    rf"{_BEGIN}(?:(?P<dc>{_HAN}(?:{_HAN}|[\s、]|[A-Z]){{0,23}}?)\s*{_OPEN}\s*{_YEAR.replace('{0}', 'd')}\s*年?\s*{_CLOSE}\s*第?\s*"
    r"(?P<dn>\d{1,5}(?:[-—]\d{1,3})?)\s*号(?!楼|院|线|令|公告|提案)"
    rf"|(?P<ac>(?:{_HAN}|[ 、]){{1,40}}?)\s?(?P<ak>公告|通告|公报|通报|令)\s?[（(〔\[]?\s?{_YEAR.replace('{0}', 'a')}\s?年?\s?[）)〕\]]?\s?第\s?"
    rf"(?P<an>{_NUMERAL})\s?号"
    rf"|(?P<oc>(?:{_HAN}|[ 、]){{1,40}}?)\s?(?P<ok>令|公告)\s?[（(〔\[]?\s?第?\s?(?P<on>{_NUMERAL})\s?号"
    rf"|(?P<rc>(?:{_HAN}|[ 、]){{1,40}}?)\s?第\s?(?P<rn>{_NUMERAL})\s?号\s?(?P<rk>令|公告)"
    rf"|(?P<lc>{_HAN}{{2,12}}){_YEAR.replace('{0}', 'l')}[-—](?P<ln>\d{{1,5}})\s?号)",
)

_MARK = re.compile("号")
_COURT = re.compile(
    r"[〔(（\[]\s*(?:19|20)\d\d\s*[〕)）\]]\s*[京津沪渝\u4e00-\u9fff]{0,4}\d*[民刑行执破知财赔]"
)
"""The number of a court case: (2020)鲁01民终123号."""

_WORDS = (
    "根据|依据|依照|按照|遵照|参照|落实|贯彻|印发|转发|下发|废止|执行|详见|参见|现将|已经|关于|发布|公布|文件|文号|字号|编号|通知|意见|办法|决定|公告|批复"
    "|(?:并|同时|现|拟|已)将|[或的在以是与及到]|对(?!外)|(?<!无)为|(?<!自)由"
)
"""What runs into a code from the left and is part of none: words, and characters that stand in no name of a place or a body
(对外贸易经济合作部, 无为市 and 自由贸易试验区 have theirs)."""
_JOINING = r"[见原经将至和](?!政)"
"""What runs into a code as well, but stands in codes, too: 浙经信技术, 国家发展和改革委员会. No code begins with 政: 将政 is Jiangle's."""
_LEAD_OF_LINE = re.compile(
    rf"^.*(?:{_WORDS}|(?<=[部委局厅院会署办府])和|[一二三四五六七八九十]日)(?:{_JOINING})*"
)
_LEAD = re.compile(rf"{_LEAD_OF_LINE.pattern}|^(?:{_JOINING})+")
"""In a sentence the first character may belong to what came before; where a line is a number and nothing else, nothing came before."""
_LOOSE = re.compile(rf"^.*(?:\s|{_JOINING})(?=..)")
"""What is still too long for a code is prose."""
_SIGNER = re.compile(r"[\s（(]*签\s*发\s*人\s*[：:].*$")
"""`晋科函〔2023〕45号　　签发人：赵某` at the head of a letter to superiors or of a reply (GB/T 9704-2012, 7.2.6)."""
_APART = re.compile(rf"[\s：:—–-]|{_CLOSE}|《|关于(?!.*[？?])")
"""What parts a number that begins a headline from the name behind it: `财政部令第57号——…`, `财税〔2016〕36号关于…的通知`; a question
asks what a number says of something."""
_NOTICE = re.compile("(?:通知|意见|办法|决定|公告|批复)$")
"""What ends a headline that its number is glued to: `…的通知国发〔2021〕29号`."""
_PROMULGATED = re.compile("(?:公布|发布)(?!的)")
_INNER_BODY = re.compile(r"^.*(?:办公厅|办公室|人民政府|政府|委员会|厅|局|部|院|委)(?=.{2,8}$)")
LONGEST_CODE = 8
"""工信部联企业 has six characters, 国科发火 four; longer is a body's name in front of its code."""
LONGEST_LINE = 80
"""Four joint issuers with the number of their announcement have fewer characters."""
_WIDE_DIGIT = re.compile("[０-９]")
_WIDEST = 160
"""No number has more characters in front of its 号, blanks included: what stands further away is not searched."""
_BEHIND = 4
"""Characters behind a 号 that tell what it is of: `号 公告`, `号公告`, `号楼`."""
_COUNTED = re.compile(
    "([一二三四五六七八九]?百)?[零〇]?([一二三四五六七八九]?十)?[零〇]?([一二三四五六七八九])?"
)
_CHINESE = str.maketrans("〇零一二三四五六七八九", "00123456789")


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """A document number in a text.

    Attributes:
        value: Normalised, e.g. `鄂政发〔2017〕14号`, `财政部 税务总局公告2023年第19号`, `邯郸市人民政府令第175号`.
        start: Where it begins.
        end: Where it ends, exclusive.
    """

    value: str
    start: int
    end: int


def compact(number: str) -> str:
    """A number as numbers are compared: without the blanks that some write between joint issuers (`财政部 税务总局公告…`)."""
    return re.sub(r"\s+", "", number)


def find_numbers(text: str) -> tuple[FoundNumber, ...]:
    """Find every document number of a text.

    Args:
        text: Any text; simplified characters, or the words around a code are not told from it.

    Returns:
        The numbers in reading order. Court cases, templates (`〔2023〕XX号`), addresses and a number without
        its issuer (`第12号`) are none.
    """
    return tuple(_found(text, _LEAD))


def own_number(line: str) -> str | None:
    """Read a line that is a document number and nothing else, brackets around it or who signed behind it allowed.

    Args:
        line: One line of a document's head, or the value of a table.

    Returns:
        The normalised number, None where the line says anything more or is no number.
    """
    if len(line) > LONGEST_LINE:
        return None
    bare = _SIGNER.sub("", line.strip()).strip("（）()[]【】 　:：。.")
    for found in _found(bare, _LEAD_OF_LINE):
        if found.start == 0 and not bare[found.end :].strip("（）() 　"):
            return found.value
    return None


def number_in_title(title: str) -> str | None:
    """Read a document's own number where its headline is one, ends with one, or begins with one that stands apart.

    Args:
        title: The headline: `…的通知（晋政办发〔2022〕7号）`, `国务院令第752号`.

    Returns:
        The normalised number; None for one that the headline only speaks of: behind a name in 《》, or within its words.
    """
    whole = own_number(title)
    if whole is not None:
        return whole
    for found in find_numbers(title):
        before, after = title[: found.start], title[found.end :].lstrip(" 　）)]】〕")
        name = before.rstrip(" 　（([【〔")
        if not after and (name != before or _NOTICE.search(name)) and not name.endswith("》"):
            return found.value
        if not name and _APART.match(title, found.end):
            return found.value
    return None


def promulgated_as(line: str) -> str | None:
    """The number of the order that promulgated a law, in the line under its headline.

    Args:
        line: `（2003年2月20日国务院令第373号公布　根据…修订）`.

    Returns:
        The first number with 公布 or 发布 right behind it; orders that changed the law stand later, or in brackets.
    """
    return next((found.value for found in find_numbers(line) if _PROMULGATED.match(line, found.end)), None)


def _found(text: str, lead: re.Pattern[str]) -> Iterator[FoundNumber]:
    """The numbers of a text, each without what `lead` finds in front of its code."""
    if "号" not in text:
        return
    plain = _WIDE_DIGIT.sub(_narrow, text)
    for match in chain.from_iterable(_NUMBER.finditer(plain, *part) for part in _around_marks(plain)):
        form = next(form for form in "daorl" if match[form + "c"])
        code, begin = _code(match[form + "c"], form, lead)
        value = _normalised(match, form, code)
        if value is not None and not _COURT.match(plain, max(match.start() + begin - 1, 0)):
            yield FoundNumber(value, match.start() + begin, match.end())


def _narrow(wide: re.Match[str]) -> str:
    return str(int(wide[0]))


def _around_marks(text: str) -> Iterator[tuple[int, int]]:
    """Where numbers can stand: around each 号, what overlaps as one. A text without any costs nothing, and most have few."""
    begin = end = 0
    for mark in _MARK.finditer(text):
        if mark.start() - _WIDEST > end:
            if end:
                yield begin, end
            begin = mark.start() - _WIDEST
        end = mark.end() + _BEHIND
    yield begin, min(end, len(text))


def _code(raw: str, form: str, lead: re.Pattern[str]) -> tuple[str, int]:
    """The code without what runs into it, and how many characters were cut."""
    cut = 0
    led = lead.match(raw)
    if led is not None and led.end() < len(raw):
        cut = led.end()
    for inner in (_INNER_BODY, _LOOSE) if form == "d" else ():
        found = inner.match(raw[cut:]) if len(raw) - cut > LONGEST_CODE else None
        if found is not None:
            cut += found.end()
    code = raw[cut:]
    cut += len(code) - len(code.lstrip(" 、\n\t　"))
    return raw[cut:].strip(" 、\n\t　"), cut


def _normalised(match: re.Match[str], form: str, code: str) -> str | None:
    number = _serial(match[form + "n"])
    if not code or number is None:
        return None
    if form in "dl":
        compact = re.sub(r"\s+", "", code)
        if len(compact) < 2 and form == "l":
            return None
        return f"{compact}〔{match[form + 'y']}〕{number}号"
    kind = match[form + "k"]
    if not re.search(_BODY + "$", code):
        return None
    if form == "a":
        return f"{code}{kind}{match['ay']}年第{number}号"
    return f"{code}{kind}第{number}号"


def _serial(text: str) -> str | None:
    """The serial number in digits without leading zeros; Chinese numerals of orders are read. None for what counts nothing, as 十十."""
    compact = text.replace("—", "-")
    if compact[0].isdigit():
        head, dash, rest = compact.partition("-")
        return f"{int(head)}{dash}{rest}"
    if not re.search("[十百]", compact):
        return str(int(compact.translate(_CHINESE)))
    told = _COUNTED.fullmatch(compact)
    if told is None:
        return None
    total = 0
    for part, unit in zip(told.groups(), (100, 10, 1), strict=True):
        if part:
            total += unit * int(part.rstrip("百十").translate(_CHINESE) or "1")
    return str(total)

"""The bodies behind a text: who issued it, who signed it, and whom a report speaks of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.metadata.dates import find_dates
from parsers.metadata.jurisdictions import PROVINCE_STEMS, Jurisdiction, of_body, province_name

# Short names of departments → full ones, as the State Council's and the provinces' lists of organs give them since the
# reform of 2018. Predecessors (环保厅, 科技委) are not merged into their successors.
_DEPARTMENTS = {
    "工信": "工业和信息化", "科技": "科学技术", "发改": "发展和改革", "发展改革": "发展和改革", "人社": "人力资源和社会保障",
    "人力资源社会保障": "人力资源和社会保障", "住建": "住房和城乡建设", "住房城乡建设": "住房和城乡建设", "文旅": "文化和旅游",
    "卫健": "卫生健康", "国资": "国有资产监督管理", "市监": "市场监督管理", "市场监管": "市场监督管理", "医保": "医疗保障",
    "林草": "林业和草原", "药监": "药品监督管理", "粮储": "粮食和物资储备", "退役军人": "退役军人事务", "应急": "应急管理",
    "广电": "广播电视", "交通": "交通运输", "网信": "网络安全和信息化", "通管": "通信管理", "知产": "知识产权", "自规": "自然资源和规划",
}  # fmt: skip
_FULL = [
    "教育",
    "公安",
    "民政",
    "司法",
    "财政",
    "自然资源",
    "生态环境",
    "环保",
    "水利",
    "农业农村",
    "农业",
    "商务",
    "审计",
    "统计",
    "体育",
    "能源",
    "信访",
    "国防科工",
    "地方金融监管",
    "金融监管",
    "乡村振兴",
    "知识产权",
    "文物",
    "数据",
    "大数据",
    "税务",
    "海关",
    "气象",
    "地震",
    "民族宗教",
    "民族事务",
    "外事",
    "国家安全",
    "邮政",
    "通信管理",
    "中医药",
    "机关事务",
    "人防",
    "供销",
    "招商",
    "投资促进",
    "行政审批",
    "政务服务",
    "城市管理",
    "园林",
    "卫生",
    "文化",
    "旅游",
    "国土资源",
    "建设",
    "经济和信息化",
    "经信",
    "科学技术",
    "工业和信息化",
    "发展和改革",
    "人力资源和社会保障",
    "住房和城乡建设",
    "文化和旅游",
    "卫生健康",
    "国有资产监督管理",
    "市场监督管理",
    "医疗保障",
    "林业和草原",
    "林业",
    "药品监督管理",
    "粮食和物资储备",
    "退役军人事务",
    "应急管理",
    "广播电视",
    "交通运输",
    "网络安全和信息化",
    "水务",
    "国家铁路",
    "民航",
    "证监",
    "银保监",
]
_STEM = "|".join(sorted({*_DEPARTMENTS, *_FULL}, key=len, reverse=True))
_PROVINCE = "|".join(PROVINCE_STEMS)
_PLACE = r"(?:(?:(?![和与及在由从对的了、])[\u4e00-\u9fff]){2,7}?(?:省|市|县|区|自治区|自治州|盟|旗)|[本我]?[省市县区州]|全国|国家)"
_REFERENCE = (
    rf"(?:{_PLACE}{{1,3}}(?:(?:{_STEM})(?:厅|局|委员会|委|部|办公室|办)|人民政府|政府|人大常委会|人民代表大会常务委员会|政协|教委|科委"
    r"|经信委|发改委|国资委|卫健委|网信办|总工会|妇联|科协|工商联|残联|高级人民法院|人民检察院|税务局)"
    rf"|(?:{_PROVINCE})(?:{_STEM})(?:厅|局|委员会|委)|(?<![\u4e00-\u9fff])(?:{_STEM})(?:部|委|委员会|总局|局))"
)
_CUES = (
    re.compile(
        rf"[从据](?P<body>{_REFERENCE})(?:了解到|获悉|介绍|消息|通报|召开|举行|举办|有关|今天|\d|日前|近日)"
    ),
    re.compile(
        rf"(?P<body>{_REFERENCE})(?:党组|党委|副?书记|副?主任|副?厅长|副?局长|副?部长|[一二]级巡视员|总工程师|(?:相关|有关)?负责人|新闻发言人)"
        r"[^。；]{0,24}?(?:说|表示|介绍|指出|称|强调|透露|告诉)"
    ),
    re.compile(
        rf"(?P<body>{_REFERENCE})(?:近日|日前|今天|昨日)?(?:联合)?(?:发布|印发|出台|召开|举办|举行|组织|提出|决定|部署|启动|对外公布)"
    ),
)
_ENDS = "[厅局会委部室办府协联院]"
# What each cue holds: a body's last character with what follows it. To look for it first takes a tenth of the time.
_HELD = (
    re.compile("[从据]"),
    re.compile(
        rf"{_ENDS}(?:党组|党委|副?书记|副?主任|副?厅长|副?局长|副?部长|[一二]级巡视员|总工程师|(?:相关|有关)?负责人|新闻发言人)"
    ),
    re.compile(
        rf"{_ENDS}(?:近日|日前|今天|昨日)?(?:联合)?(?:发布|印发|出台|召开|举办|举行|组织|提出|决定|部署|启动|对外公布)"
    ),
)
_HOSTS = re.compile(r"新闻办|信息办公室|宣传部|[Ii]nformation [Oo]ffice")
"""Who hosts a press conference is not whom it is about."""

# What ends in a body's last character and is none: 布局, 全局 but for 安全局, 全部 but for 安全部, 干部, 部署, 大厅, 以人民为中心.
_SUFFIX = (
    r"(?:人民代表大会(?:常务委员会)?|人大常委会|常务委员会|委员会|人民政府|政府|办公厅|办公室|(?<!大)厅|(?<![布格大结开])(?<!(?<!安)全)局|"
    r"(?<!(?<!安)全)(?<![内外干局中西东])部|委|院|(?<![部签])署|党组|法院|检察院|银行|"
    r"总社|总会|联合会|协会|学会|工会|妇联|科协|政协|残联|大学|学院|领导小组|指挥部|(?<![为绕])中心|总队|支队|集团|公司|委会|组委会|筹委会|省委|市委|县委|区委|党委|主席团|海关|学校|医院"
    r"|(?<=中共|青团|民革|民盟|民建|民进|工党|公党|学社|台盟)中央|(?<=[证银保])监会|(?<=政府|老龄|扶贫|网信|文明)办|办事处|交易所|兵团"
    r"|[厅局委部办会][\u4e00-\u9fff]{2,6}(?<![实好益各之])处(?=$))"
)
_NAME = r"[\u4e00-\u9fff](?:[\u4e00-\u9fff]|[（(][\u4e00-\u9fff]{2,10}[）)]){0,39}?"
_WHOLE_NAME = rf"(?>{_NAME}{_SUFFIX}(?=[ 、　]|$))"
"""A name up to the blank behind it, read in one way: 学院 ends with 院, too, and two ways a name are 2^22 of 22 names."""
_BODY = re.compile(rf"{_WHOLE_NAME}(?:[ 、　]++{_WHOLE_NAME})*+")
_ABOUT = re.compile(r"关于|对(?=.{2,80}(?:答复|批复|决定)$)|印发|转发|公告|通告|令(?=第|[（(])|公报|发布")
_ETC = re.compile(r"[等]?[一二三四五六七八九十\d]*(?:部门|部委|单位|委局|厅局)$|等$")
_PASSED = re.compile(
    # `二〇〇三年二月二十日国务院令第373号`: the day is no part of the body behind it.
    r"(?!(?<=\d)[年月日])(?:[〇○零一二三四五六七八九十年月]{5,12}日)?(?:(?P<body>(?:第[一二三四五六七八九十百零〇\d]{1,5}届)?[\u4e00-\u9fff]{0,20}?(?:人民代表大会(?:常务委员会)?|人大(?:常委会)?))第?[一二三四五六七八九十百\d]{1,4}次会议|"
    r"(?P<office>[\u4e00-\u9fff]{2,20}?(?:人民政府|国务院|常务委员会|委员会|办公会议|常务会议)(?:第\d+次[\u4e00-\u9fff]{0,6}会议)?)|"
    r"(?P<orderer>(?:[\u4e00-\u9fff]|[ 、]){2,40}?)令第\s?[\d一二三四五六七八九十百零〇]{1,7}\s?号)"
    r"(?:审议|表决|修订|讨论)?(?:通过|批准|公布|发布)"
)
_ENGLISH_PASSED = re.compile(
    r"\b(?:[Aa]dopted|[Pp]assed|[Aa]pproved|[Pp]romulgated)\b(?:.*?\b(?:[Mm]eeting|[Ss]ession) of)?(?: by)?(?: the)? (?P<body>(?:[A-Z]|\d).+?),? on\b"
)
HEAD_LINES = 6
TAIL_SHARE = 0.5
"""A signature stands in the second half of a text; attachments may follow it."""
LONGEST_BODY = 60
LONGEST_DAY = 20
"""`（二〇二三年十二月三十一日）` with blanks."""
LONGEST_PASSED = 400
SHORTEST_NAME = 3
_PADDED = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff](?:[ 　]+[\u4e00-\u9fff])+(?![\u4e00-\u9fff])")
"""`财　政　部`: set to the width of the names above and below it."""
_SEAL = re.compile(r"^[（(]?(?:盖章|公章|章)[）)]?|[（(](?:盖章|公章|章)[）)]$")
_SIGNERS = 8
"""More bodies sign nothing together."""
_MAY_SIGN = re.compile(r"[\u4e00-\u9fff]{2,14}[厅局部委院署府办处会联社行区团所站馆组台]")
"""What may be a body that `is_body` does not know."""

_ENGLISH_BODY = (
    r"(?:Committee|Departments?|Bureau|Office|Ministry|Commission|Government|Administration|Council|Congress|Conference|Association|"
    r"Academy|University|Agency|Authority|Federation|Party|League)"
)
_ENGLISH_LINE = re.compile(rf"^(?=.*\b{_ENGLISH_BODY}\b)[A-Z][\w'’&,()-]*(?: [\w'’&,()-]+){{1,14}}$")
_ENGLISH_VERB = re.compile(
    r"\b(?:is|are|was|were|will|has|have|had|to|should|held|holds|issues?d?|proposed?|said|launch\w*|build\w*)\b"
)
_CAPITALS = r"[A-Z][\w’'-]*(?: (?:(?:of|and|for|the|&) ){0,2}[A-Z][\w’'-]*)*"
_ENGLISH_OFFICER = re.compile(
    rf"\b(?:[Dd]irector|[Mm]inister|[Hh]ead|[Cc]hief|[Ss]ecretary|[Ss]pokes\w+|[Cc]ommissioner|[Oo]fficials?|[Cc]hairman|[Pp]resident)"
    rf"[a-z -]{{0,24}} (?:of|from|at|with) (?:the )?({_CAPITALS})"
)
_ENGLISH_ACTOR = re.compile(
    rf"\b[Tt]he ({_CAPITALS}) (?:said|announced|issued|released|launched|unveiled|published)"
)


@dataclass(frozen=True, slots=True)
class Signature:
    """The block at the end of a document: who signed, and when.

    Attributes:
        body: The bodies as they stand, joined by a space; None where only a date stands there.
        day: ISO 8601.
        snippet: The lines.
    """

    body: str | None
    day: str
    snippet: str


def is_body(text: str) -> bool:
    """Whether a line is the name of one or more bodies and nothing else."""
    bare = text.strip()
    if not SHORTEST_NAME <= len(bare) <= LONGEST_BODY * 3:
        return False
    if re.search("[\u4e00-\u9fff]", bare):
        return _BODY.fullmatch(bare) is not None or _REFERENCE_ALONE.fullmatch(bare) is not None
    return _ENGLISH_LINE.match(bare) is not None and not _ENGLISH_VERB.search(bare)


_REFERENCE_ALONE = re.compile(_REFERENCE)


def is_office(text: str) -> bool:
    """Whether a text is one office's name and nothing else: `太原市人民政府`, `山西省工业和信息化厅`."""
    name = text.removeprefix("中华人民共和国")
    return len(text) <= LONGEST_BODY and _REFERENCE_ALONE.fullmatch(name) is not None


def of_title(title: str) -> str | None:
    """The issuing body that begins a headline: `教育部办公厅关于…`, `国务院办公厅对…的答复`.

    Args:
        title: The headline.

    Returns:
        The bodies as they stand, `等部门` cut; None where the headline begins otherwise.
    """
    cut = _ABOUT.search(title)
    if cut is None or not cut.start():
        return None
    head = _ETC.sub("", title[: cut.start()].strip(" 　《")).strip(" 　")
    return head if is_body(head) and len(head) <= LONGEST_BODY else None


def written_out(short: str, names: Sequence[str]) -> str:
    """Give the name in full that a headline shortens to its place's rank: 省政府办公厅 is 江苏省人民政府办公厅.

    Args:
        short: The body as the headline has it.
        names: Bodies that the page names elsewhere.
    """
    if not re.match("[省市县区州](?:政|人|[\u4e00-\u9fff]{1,6}[厅局委办])", short):
        return short
    for name in names:
        left = iter(name)
        if len(name) > len(short) and is_body(name) and all(character in left for character in short):
            return name
    return short


def split_bodies(names: str) -> tuple[str, ...]:
    """The bodies of a joint document, one by one: `财政部 税务总局`, `省科技厅、省财政厅`."""
    parts = [
        part
        for part in re.split(r"[、，,；;　]+|(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])", names.strip())
        if part
    ]
    # 人力资源和社会保障部 has its 和; a committee's double name (科学技术委员会、…管理委员会) has its comma.
    return tuple(parts) if all(is_body(part) for part in parts) else (names.strip(),)


def signature(lines: Sequence[str]) -> Signature | None:
    """Find the signature block of a text.

    Args:
        lines: The lines of the main text.

    Returns:
        The last line in the second half that is a date, alone or behind a body, with the bodies above it. Where none is
        there, because what was issued stands behind the notice that issues it, the first block of bodies and a date
        that follows a sentence.
    """
    first = max(int(len(lines) * TAIL_SHARE), 1)
    for number in range(len(lines) - 1, first - 1, -1):
        dated = _dated(lines[number])
        if dated is not None:
            before, day, line = dated
            if not before:
                return _block(lines, number, day, line)
            if is_body(before):
                return Signature(before, day, line)
    told = next((number for number, line in enumerate(lines[:first]) if line.rstrip().endswith("。")), first)
    for number in range(told + 1, first):
        dated = _dated(lines[number]) if len(lines[number]) <= LONGEST_DAY else None
        if dated is not None and not dated[0]:
            block = _block(lines, number, *dated[1:])
            if block.body is not None:
                return block
    return None


def _dated(line: str) -> tuple[str, str, str] | None:
    """What stands before the date that ends a line, the day, and the line; None where anything else stands behind.

    A line that ends with 印发 says when copies were printed (版记), which is later than the day of signature.
    """
    bare = line.strip().strip("（）()")
    dates = find_dates(bare) if len(bare) <= LONGEST_BODY + 20 else ()
    if len(dates) != 1 or bare[dates[0].end :].strip("。 　发布"):
        return None
    return _unpadded(bare[: dates[0].start].strip(" 　，,")), dates[0].value[:10], bare


def _block(lines: Sequence[str], number: int, day: str, line: str) -> Signature:
    """The signature whose date is a line of its own, with the bodies above it; not with a part of them."""
    bodies: list[str] = []
    for above in reversed(lines[max(number - _SIGNERS, 0) : number]):
        bare = _unpadded(_SEAL.sub("", above.strip()).strip())
        if not is_body(bare):
            if bodies and _MAY_SIGN.fullmatch("".join(bare.split())):
                return Signature(None, day, line)
            break
        bodies.insert(0, bare)
    return Signature(" ".join(bodies) or None, day, "\n".join([*bodies, line]))


def _unpadded(name: str) -> str:
    return _PADDED.sub(lambda found: "".join(found[0].split()), name)


def passed(lines: Sequence[str], title: str) -> tuple[str | None, str, str] | None:
    """Read who passed a law, and when.

    Args:
        lines: The lines above the text and the first of it.
        title: The headline.

    Returns:
        Body, ISO 8601 day and the words: of the line under the headline, `（2018年3月20日第十三届全国人民代表大会第一次会议
        通过）`, or of a sentence that says so of the document's own title; None where neither stands there.
    """
    for line in lines:
        if len(line) > LONGEST_PASSED:
            continue
        bare = line.strip()
        # Brackets, or the own title in marks, tell it from what is told of another law.
        own = f"《{title}》" in bare and re.search(r"通过了?《", bare)
        if not own and not re.match(r"[（(].*[）)]$", bare):
            continue
        dates = find_dates(bare)
        english = _ENGLISH_PASSED.search(bare)
        if dates and english is not None:
            return english["body"], dates[-1].value[:10], bare
        if dates and re.search(r"通过|批准|公布|发布|修订|修正", bare):
            found = _PASSED.search(bare, dates[0].end)
            body = (found["body"] or found["office"] or found["orderer"]) if found else None
            return body and re.sub(r"人大(?=常委会|$)", "人民代表大会", body), dates[0].value[:10], bare
    return None


def under_headline(lines: Sequence[str], named: Sequence[str] = ()) -> str | None:
    """A body that stands alone on its line before the first paragraph.

    Args:
        lines: The first lines, without the headline.
        named: What else names a body on the page: its site's name, its source.

    Returns:
        The body; None where none stands there. A Chinese name without a place, that nothing else names, may be a heading.
    """
    for line in lines[:HEAD_LINES]:
        bare = line.strip()
        if is_body(bare) and (_is_of_a_place(bare) or any(bare in name for name in named)):
            return bare
        if len(bare) > LONGEST_BODY * 2 or bare.endswith(("。", ".")):
            break
    return None


def _is_of_a_place(body: str) -> bool:
    """Whether a name says whose body it is: a place's, the centre's, or `省` and the like, 省科学技术厅, 民革市委会."""
    return (
        re.search("[\u4e00-\u9fff]", body) is None
        or re.search("^[省市县区州]|[省市县区州]委", body) is not None
        or is_office(body)
        or of_body(body) is not None
    )


def signed_off(lines: Sequence[str]) -> str | None:
    """A body in brackets at the very end: `…（德清县发改局）`; None where none stands there."""
    for line in reversed(lines[-3:]):
        found = re.search(r"[（(]([\u4e00-\u9fff]{3,25}?)(?:供稿)?[）)]。?$", line.strip()[-LONGEST_BODY:])
        if found is not None and is_body(found[1]):
            return found[1]
    return None


def subject_of_title(title: str) -> str | None:
    """The body that a headline lets speak or act: `交通运输部：…`, `北京通管局组织…`."""
    found = re.match(
        rf"({_REFERENCE})(?=[：:]|组织|召开|举办|举行|发布|印发|出台|部署|启动|开展|推进|联合|赴|到)", title
    )
    return found[1] if found else None


def subject_of_text(text: str) -> tuple[str, str] | None:
    """The body that a report is about.

    Args:
        text: The report; the beginning suffices.

    Returns:
        The body as the text names it and the words it was read from: whom the reporter heard it from, or whose officer
        speaks; the host of a press conference only where there is no other. None where no cue is found.
    """
    found = sorted(
        (match.start("body"), match["body"], match[0])
        for held, cue in zip(_HELD, _CUES, strict=True)
        if held.search(text)
        for match in cue.finditer(text)
    ) or sorted(
        (match.start(1), match[1], match[0])
        for cue in (_ENGLISH_OFFICER, _ENGLISH_ACTOR)
        for match in cue.finditer(text)
        if re.search(rf"\b{_ENGLISH_BODY}\b", match[1])
    )
    named = [(body, words) for _, body, words in found if not _HOSTS.search(body)]
    return named[0] if named else next(((body, words) for _, body, words in found), None)


_CONFERENCE = re.compile("^中国人民政治协商会议(?!全国)")
"""Committees of the regions sign as 政协山西省委员会, too, as the table of bodies has them."""


def full_name(reference: str, region: Jurisdiction | None) -> str:
    """Write out a body's name: 省工信厅 is 山西省工业和信息化厅 in Shanxi.

    Args:
        reference: The body as a text names it.
        region: The document's jurisdiction; None leaves 省 as it is.

    Returns:
        The name with its province and its department's full name; an English name stays as it is.
    """
    name = _CONFERENCE.sub("政协", re.sub(r"^[本我](?=[省市县区])", "", reference))
    province = province_name(region.code) if region is not None and region.code else None
    if province and name.startswith("省"):
        name = province + name[1:]
    elif (
        province
        and (short := next((stem for stem in PROVINCE_STEMS if name.startswith(stem)), ""))
        and province.startswith(short)
    ):
        name = province + name[len(short) :].removeprefix(province[len(short) :])
    department = re.search(
        rf"({'|'.join(sorted(_DEPARTMENTS, key=len, reverse=True))})(厅|局|委|部|办)(?:员会)?$", name
    )
    if department is None or _is_written_out(name, department):
        return name
    stem, suffix = _DEPARTMENTS[department[1]], department[2]
    tail = {"委": "委员会", "办": "办公室"}.get(suffix, suffix)
    return name[: department.start()] + stem + tail


def _is_written_out(name: str, department: re.Match[str]) -> bool:
    """`住房和城乡建设` ends with a short stem's characters too."""
    return any(name[: department.end(1)].endswith(full) for full in _DEPARTMENTS.values())

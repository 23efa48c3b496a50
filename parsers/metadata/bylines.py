"""Who wrote it and where it was taken from: reporters, writers and the named source."""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers.metadata.dates import find_dates
from parsers.metadata.jurisdictions import of_name

_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷"
    "钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺蕭"
    "仝凤郗慕茹云晁丰邝印闫肖付楼代佘亓仉逄",
)
_COMPOUND = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "皇甫",
    "尉迟",
    "东方",
    "司徒",
    "慕容",
    "夏侯",
    "令狐",
    "公孙",
    "长孙",
    "呼延",
    "端木",
    "完颜",
)
_TRANSLITERATED = frozenset(
    "阿艾安巴白班保贝比布才采仓茨次措达旦代德丁杜多尔恩尕嘎尬格公贡古哈海罕合赫呼华吉加佳嘉坚江杰金卡开凯康柯克肯库拉莱兰朗勒里力丽利林玲龙隆鲁罗洛妈玛买麦曼毛美米苗明木穆姆"
    "那娜乃南尼宁努诺欧帕潘普其奇其齐恰强钦青琼曲群热仁日若撒萨赛桑色沙山申斯松苏索塔太泰坦特提天吐图土托娃瓦旺维翁乌吾西希夏辛雅亚扬央依伊益英永尤扎泽增珍着孜宗卓珠朱祖热汗江依夏提格日"
)
"""Characters that write Uyghur, Kazakh, Tibetan and Mongolian names: 阿依努尔, 卓玛次仁, 其木格."""
LONGEST_TRANSLITERATED = 8
_OFFICES = ("处", "室", "局", "厅", "委", "办")
"""成果处 begins with a surname, too."""
_ROLE = (
    r"(?:本报|本网|本刊|本台|本社|特约|首席|实习|见习|全媒体|融媒体?|客户端|新华社|人民日报|光明日报|中新社|[\u4e00-\u9fff]{2,8}(?:报|网|社|台|新闻|周刊|客户端))?"
    r"[ 　]?(?:特约|首席|实习|见习|全媒体|全媒|融媒体|融媒)?(?:记者|通讯员|特约撰稿人?|实习生|作者|撰文|采写|撰稿)"
)
_ROLE_WORD = re.compile(_ROLE + r"[ 　:：/]*")
_SPLIT = re.compile(r"[ 　、，,;；/&\u3000]+|\s+")
_BYLINE = re.compile(
    rf"[（(【\[]?(?:文[/／]?[ 　]?)?({_ROLE})[ 　:：/]*([^（）()【】\[\]。；：:]{{2,40}})[）)】\]]"
)
_ROLES = ("记者", "通讯员", "特约撰稿", "实习生", "作者", "撰文", "采写", "撰稿")
"""What every role ends with: to look for them first takes a tenth of the time where there is none."""
_BYLINE_ALONE = re.compile(rf"^(?:文[/／])?({_ROLE})[ 　:：/]+([^。；]{{2,40}})$|^文[/／]([^。；]{{2,20}})$")
_SIGNED = re.compile(
    r"(?:^|(?<=[。！？!?…”’」]))[ 　]*[（(]([\u4e00-\u9fff·]{2,5}(?:[ 　、，,][\u4e00-\u9fff·]{2,4}){0,5})[）)]$"
)
_OF_FORMS = re.compile(r"盖章|公章|签[字章名]|全文|完$|^万|单位|[表书件会校]$|^应急$")
"""What else stands in brackets: 盖章, 全文完, 万元, 推荐单位, 任务书, 管委会, each with a surname's character at its beginning."""
_LATIN_NAME = re.compile(r"(?:[A-Z][A-Za-z'’.-]+ ){1,3}[A-Z][A-Za-z'’.-]+")
_ENGLISH_BYLINE = re.compile(
    r"^(?:By|by|BY):? (?P<names>[A-Z][A-Za-z'’.-]+(?:(?:,? and |, | & | )[A-Z][A-Za-z'’.-]+){1,7})(?= in [A-Z]| ?[|·•]|,? (?:Updated|Published|Source)|$)"
)
_NOT_WRITERS = re.compile(r"管理员|编辑|admin|root|本站|未知|佚名|系统|小编|网络|综合|原创", re.IGNORECASE)
HEAD_LINES = 4
TAIL_LINES = 6
"""A byline stands in the first or last few lines; a name in brackets elsewhere is somebody's whom the text reports on."""

REACH = 300
"""Of a long line a byline takes the beginning or the end."""

_MEDIUM = re.compile(
    r"(?:报|报社|网|社|台|电视台|新闻|周刊|杂志|客户端|在线|融媒体中心|融媒|频道|通讯社|发布|公众号|之声|时报|晚报|日报|"
    r"Online|News|Daily|Times|Agency|Post|CGTN|Xinhua|website)$",
    re.IGNORECASE,
)
_NEWS_MEDIUM = re.compile(
    r"(?:报|报社|晚报|日报|时报|社|台|电视台|新闻网?|周刊|客户端|在线|融媒体?中心|通讯社|网|Online|News|Daily|Times|Agency)[》）)]?$"
)
_NO_OUTLET = re.compile(
    r"^(?:本站|本网|原创|未知|网络|互联网|转载|其他|本站原创|网络转载|本网站|admin|无|不详|管理员|整理|综合|官网|打印.*|关闭.*|返回.*|分享.*|收藏.*|null|undefined|\d+)?$",
    re.IGNORECASE,
)
_OUTLET_TAIL = re.compile(
    r"[ 　]*(?:原创稿?|举报|(?:访问|浏览|阅读|点击|查看)(?:次数|人数|量|数).*|[大中小]?字[体号].*|转载|下载|收藏|打印|分享|字号.*|浏览.*|阅读.*|点击.*|作者.*|编辑.*|责任编辑.*|记者.*|发布(?:时间|日期).*|【.*|\[.*|\|.*)$"
)
LONGEST_OUTLET = 60
LONGEST_BESIDE = 4
"""A region or a button may stand beside a newspaper's name."""
_URL = re.compile(r"^(?:https?://|www\.)\S+$", re.IGNORECASE)


def is_person(token: str) -> bool:
    """Whether a token is a Chinese name of two to four characters, or a name with a middle dot."""
    if re.fullmatch(r"[\u4e00-\u9fff]{1,8}(?:·[\u4e00-\u9fff]{1,8}){1,2}", token):
        return True
    if 2 < len(token) <= LONGEST_TRANSLITERATED and _TRANSLITERATED.issuperset(token):
        # 乌鲁木齐 is written with the same characters.
        return of_name(token) is None
    if not re.fullmatch(r"[\u4e00-\u9fff]{2,4}", token):
        return False
    if len(token) > len("处长") and token.endswith(_OFFICES):
        return False
    return (token[0] in _SURNAMES and len(token) <= 3) or token.startswith(_COMPOUND)


def person_names(text: str) -> tuple[str, ...]:
    """Read the names out of a byline.

    Args:
        text: `记者王敬照`, `南都记者 余毅菁 向雪妮`, `Wang Hong`.

    Returns:
        The names, roles and papers removed; empty where it names nobody.
    """
    if _NOT_WRITERS.search(text):
        return ()
    names = []
    for part in _SPLIT.split(_ROLE_WORD.sub(" ", text)):
        token = part.strip("：:（）()[]【】 ")
        if is_person(token) and token not in names:
            names.append(token)
    if not names:
        names = [
            name.strip()
            for name in re.split(r",| and | & |;|、", text)
            if _LATIN_NAME.fullmatch(name.strip())
        ]
    return tuple(names)


def find_authors(lines: Sequence[str]) -> tuple[tuple[str, ...], str] | None:
    """Find the writers in a text's first and last lines.

    Args:
        lines: The lines of the main text.

    Returns:
        Names and the words they were read from: `（记者 王龙飞）`, a line `本报记者 张三 李四`, a name in brackets at
        the very end, on a line of its own or behind a sentence; None where nobody is named.
    """
    near = [*lines[:HEAD_LINES], *lines[HEAD_LINES:][-TAIL_LINES:]]
    for whole in near:
        line = whole if len(whole) <= 2 * REACH else f"{whole[:REACH]}。{whole[-REACH:]}"
        named = _BYLINE.finditer(line) if any(role in line for role in _ROLES) else ()
        for match in (_BYLINE_ALONE.match(line.strip()), *named):
            if match is None:
                continue
            names = person_names(" ".join(group for group in match.groups() if group))
            if names:
                return names, match[0]
        english = _ENGLISH_BYLINE.match(line.strip())
        if english is not None and (names := person_names(english["names"].strip())):
            return names, english[0]
    for line in reversed(lines[-TAIL_LINES:]):
        signed = _SIGNED.search(line.strip().rstrip("。"))
        if signed is not None:
            tokens = [token for token in _SPLIT.split(signed[1]) if token]
            if tokens and all(_may_sign(token) for token in tokens):
                return tuple(tokens), signed[0]
    return None


def _may_sign(token: str) -> bool:
    """Whether a word in brackets is somebody's name: no word of a form, no place."""
    place = of_name(token)
    return is_person(token) and not _OF_FORMS.search(token) and (place is None or place.name != token)


def clean_outlet(value: str) -> str | None:
    """Read the named source out of a label's value or a tag.

    Args:
        value: `来源：人民网-文化频道 原创稿`, `光明网-《光明日报》2024-01-29 04:35`.

    Returns:
        The name as it stands; None for `本站`, `未知`, an address and the like.
    """
    text = re.sub(r"^(?:(?:信息|文章|稿件|新闻)?来源(?:于)?|稿源|Source)\s*[：:]\s*", "", value.strip())
    dates = find_dates(text)
    if dates:
        text = text[: dates[0].start] if dates[0].start else text[dates[0].end :]
    for _ in range(2):
        text = _OUTLET_TAIL.sub("", text).strip(" 　\t-—|·，,；;（([")
    name, *rest = text.split() or [""]
    if rest and is_medium(name) and all(len(word) <= LONGEST_BESIDE and not is_medium(word) for word in rest):
        # `山西日报 山西 举报`
        text = name
    if not 1 < len(text) <= LONGEST_OUTLET or _NO_OUTLET.match(text) or _URL.match(text):
        return None
    return text


def is_medium(name: str) -> bool:
    """Whether a name is that of a newspaper, an agency, a station or a site."""
    return bool(_MEDIUM.search(name))


def is_news_medium(name: str) -> bool:
    """Whether a name is that of a medium that writes news: `山西日报`, `证券时报网`; not an office."""
    return bool(_NEWS_MEDIUM.search(name)) and not re.search(r"政府(?:门户)?网|政协|委员会|采购网|官网", name)

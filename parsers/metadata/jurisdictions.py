"""Whose law it is: ISO 3166-2 and GB/T 2260 codes from host names, site codes and names of places."""

from __future__ import annotations

import pkgutil
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

CENTRE = "CN"
_ISO = {
    "11": "CN-BJ", "12": "CN-TJ", "13": "CN-HE", "14": "CN-SX", "15": "CN-NM", "21": "CN-LN", "22": "CN-JL",
    "23": "CN-HL", "31": "CN-SH", "32": "CN-JS", "33": "CN-ZJ", "34": "CN-AH", "35": "CN-FJ", "36": "CN-JX",
    "37": "CN-SD", "41": "CN-HA", "42": "CN-HB", "43": "CN-HN", "44": "CN-GD", "45": "CN-GX", "46": "CN-HI",
    "50": "CN-CQ", "51": "CN-SC", "52": "CN-GZ", "53": "CN-YN", "54": "CN-XZ", "61": "CN-SN", "62": "CN-GS",
    "63": "CN-QH", "64": "CN-NX", "65": "CN-XJ", "71": "CN-TW", "81": "CN-HK", "82": "CN-MO",
}  # fmt: skip
_HOST_WORDS = {
    "tj": "12", "nmg": "15", "ln": "21", "jl": "22", "hlj": "23", "sh": "31", "js": "32", "zj": "33", "ah": "34",
    "fj": "35", "jx": "36", "sd": "37", "gd": "44", "gxzf": "45", "hi": "46", "cq": "50", "sc": "51", "gz": "52",
    "yn": "53", "xz": "54", "gs": "62", "qh": "63", "nx": "64", "xj": "65", "bj": "11",
}  # fmt: skip
"""Abbreviations in host names of provincial governments; the full pinyin names come from the table."""
_OTHER_HOSTS = {".gov.hk": "810000", ".gov.mo": "820000", ".gov.tw": "710000"}
_CENTRAL_HOSTS = frozenset(
    [
        "www",
        "ndrc",
        "moe",
        "most",
        "miit",
        "mof",
        "mohrss",
        "mnr",
        "mee",
        "mohurd",
        "mot",
        "mwr",
        "moa",
        "agri",
        "mofcom",
        "mct",
        "nhc",
        "mem",
        "pbc",
        "audit",
        "sasac",
        "samr",
        "nrta",
        "sport",
        "stats",
        "cac",
        "npc",
        "cppcc",
        "court",
        "spp",
        "customs",
        "chinatax",
        "nia",
        "neac",
        "cmse",
        "mca",
        "moj",
        "mps",
        "gjzwfw",
        "scio",
        "fmprc",
        "mod",
        "nea",
        "forestry",
        "cnipa",
        "nmpa",
        "nhsa",
        "cas",
        "cma",
        "cea",
        "nsfc",
        "csrc",
        "nfra",
        "cbirc",
        "safe",
        "ccdi",
        "spb",
        "sac",
        "satcm",
        "ncha",
        "mva",
        "hmo",
        "gqb",
    ]
)
"""Second-level names under gov.cn of the centre's bodies; `www` stands for www.gov.cn itself."""

_VERTICAL = frozenset({"chinatax", "customs", "pbc", "spb", "cma", "safe", "mof"})
"""Those of them whose offices in the provinces have host names below theirs: `shanxi.chinatax.gov.cn`."""

# Stems that are ordinary words, parts of other names, or a province's too: only their full names count.
_AMBIGUOUS = frozenset(
    [
        "朝阳",
        "吉林",
        "海南",
        "中山",
        "白银",
        "阿里",
        "长治",
        "大同",
        "海西",
        "海北",
        "海东",
        "黄南",
        "甘南",
        "山南",
        "天水",
        "安康",
        "和平",
        "兴安",
        "三明",
        "文山",
        "保山",
        "资阳",
    ]
)
_PEOPLES = "蒙古族?|回族|维吾尔|壮族|藏族|苗族|彝族|侗族|布依族|傣族|白族|哈尼族|傈僳族|朝鲜族|土家族|羌族|景颇族|哈萨克|柯尔克孜"
_TAIL = re.compile(f"(?:(?:{_PEOPLES})*自治[区州]|特别行政区|省|市|地区|盟)$")
_ENGLISH = {
    "Inner Mongolia": "150000",
    "Tibet": "540000",
    "Hong Kong": "810000",
    "Macao": "820000",
    "Macau": "820000",
}
FEWEST_MENTIONS = 2
"""A place that a text names once is where something happened, not whose policy it is."""
SHORTEST_ENGLISH_CITY = 6
"""Shorter pinyin names of cities (Jian, Luan, Yibin) are surnames and words as well."""


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A region.

    Attributes:
        iso: ISO 3166-2, `CN` for the centre.
        code: GB/T 2260, six digits; None for the centre.
        name: The words it was read from.
    """

    iso: str
    code: str | None
    name: str


def _table() -> tuple[tuple[str, str, str], ...]:
    """Code, name and pinyin of every division."""
    # By this module's own loader: a folder of the same name earlier on the path (`tests/parsers`) is no package.
    table = pkgutil.get_data(__name__, "data/divisions.tsv") or b""
    rows = (line.split("\t") for line in table.decode().splitlines())
    return tuple((code, name, spelled) for code, name, spelled in rows)


def _load(
    table: Iterable[tuple[str, str, str]],
) -> tuple[dict[str, str], dict[str, tuple[str, ...]], dict[str, str], dict[str, str]]:
    """Names → code, names that several provinces have → codes, pinyin of host names → code, English names → code."""
    names: dict[str, list[str]] = {}
    pinyin: dict[str, set[str]] = {}
    for code, name, spelled in table:
        names.setdefault(name, []).append(code)
        if code.endswith("00"):
            stem = _TAIL.sub("", name)
            if len(stem) > 1 and stem != name and (code.endswith("0000") or stem not in _AMBIGUOUS):
                names.setdefault(stem, []).append(code)
            pinyin.setdefault(spelled, set()).add(code)
    single = {name: codes[0] for name, codes in names.items() if len({code[:2] for code in codes}) == 1}
    shared = {name: tuple(codes) for name, codes in names.items() if name not in single}
    # 海南 and 吉林 name a province and a prefecture; the host of the province has the name.
    hosts = {word: min(codes, key=_rank) for word, codes in pinyin.items() if _unique(codes)}
    english = {
        word.capitalize(): code
        for word, code in hosts.items()
        if code.endswith("0000") or len(word) >= SHORTEST_ENGLISH_CITY
    }
    hosts.update({word: f"{area}0000" for word, area in _HOST_WORDS.items()})
    return single, shared, hosts, english | _ENGLISH


def _rank(code: str) -> tuple[bool, str]:
    return (not code.endswith("0000"), code)


def _unique(codes: set[str]) -> bool:
    return len({code[:2] for code in codes}) == 1 or any(code.endswith("0000") for code in codes)


_TABLE = _table()
DIVISIONS = {code: name for code, name, _ in _TABLE}
"""GB/T 2260 code → name, as of today."""
_NAMES, _SHARED, _HOSTS, _ENGLISH_NAMES = _load(_TABLE)
_PROVINCES = {
    code[:2]: name
    for name, code in _NAMES.items()
    if code.endswith("0000") and name.endswith(("省", "市", "区"))
}
PROVINCE_STEMS = tuple(_TAIL.sub("", name) for name in _PROVINCES.values())
"""Names of the provinces without 省, 市, 自治区."""
_LENGTHS: dict[str, list[int]] = {}
for _beginning, _length in sorted({(name[:2], len(name)) for name in (*_NAMES, *_SHARED)}, reverse=True):
    _LENGTHS.setdefault(_beginning, []).append(_length)
"""First two characters of a name → how long the names are that begin with them, the longest first; no name is shorter."""
_FIRST_TWO = re.compile(
    f"[{''.join({re.escape(name[0]) for name in (*_NAMES, *_SHARED)})}]"
    f"(?=[{''.join({re.escape(name[1]) for name in (*_NAMES, *_SHARED)})}])"
)
"""What may begin a name."""
_ENGLISH_NAME = re.compile(
    r"\b(" + "|".join(sorted(_ENGLISH_NAMES, key=len, reverse=True)) + r")\b", re.IGNORECASE
)
_LATIN_WORD = re.compile("[A-Za-z]{4}")
"""What every English name begins with: to look for it first takes a hundredth of the time in a Chinese text."""
_CENTRAL_BODY = re.compile(
    r"^(?:中共中央|中央|中国(?!.{0,4}[省市])|国务院|全国人民代表大会|全国人大|全国政协|最高人民|国家|中华人民共和国|中国共产党|第.{1,4}届全国)"
    r"|^(?:教育|科学技术|科技|工业和信息化|财政|公安|民政|司法|人力资源和?社会保障|自然资源|生态环境|住房和?城乡建设"
    r"|交通运输|水利|农业农村|商务|文化和旅游|应急管理|外交)部|^(?:中国人民银行|海关总署|税务总局|市场监管总局)"
)


_REGIONAL_OFFICE = re.compile(
    r"^[^ 、　，,;；]+(?:局|委员会|省委|市委|县委|办公室|办|分行|支行|营业管理部|总队|支队|海关|分会|试验区)$"
)
"""One name, not several, that ends as those of offices in a region do."""
_BEYOND = frozenset({"71", "81", "82"})
"""Who is named after Taiwan, Hong Kong or Macao is the centre's office for them: 国务院台湾事务办公室."""

_ENGLISH_CENTRAL = re.compile(
    r"^(?:the )?(?:State Council|Ministry of|CPC Central|Central Committee|Supreme People|National (?:People's Congress|Development and Reform|Health|Energy|Data"
    r"|Bureau|Administration|Financial Regulatory|Committee of the)|State (?:Administration|Taxation|Post)|People's Bank of China|General Administration"
    r"|China (?:Securities|Banking|Meteorological|National|International|Earthquake)|Cyberspace Administration of China|Chinese Academy)"
    r"|People.s Republic of China$",
    re.IGNORECASE,
)


def of_code(code: str, name: str) -> Jurisdiction | None:
    """The region of a GB/T 2260 code; None for a code of no region."""
    iso = _ISO.get(code[:2])
    return Jurisdiction(iso, code, name) if iso else None


def province_name(code: str) -> str | None:
    """The name of the province that a GB/T 2260 code lies in."""
    return _PROVINCES.get(code[:2])


def of_site_code(site_code: str) -> Jurisdiction | None:
    """The region of a 网站标识码: `bm` and eight digits for the centre, else ten digits that begin with the area.

    Args:
        site_code: Value of the `SiteIDCode` tag (《政府网站发展指引》, 国办发〔2017〕47号).
    """
    compact = site_code.strip().lower()
    if re.fullmatch(r"bm\d{8}", compact):
        return Jurisdiction(CENTRE, None, site_code)
    if not re.fullmatch(r"\d{10}", compact):
        return None
    return of_code(compact[:6], site_code)


def of_host(host: str | None) -> Jurisdiction | None:
    """The region of a government's host name; other hosts tell nothing.

    Args:
        host: Host name without port, e.g. `kjt.shanxi.gov.cn`.
    """
    other = next((code for end, code in _OTHER_HOSTS.items() if host and host.endswith(end)), None)
    if other is not None:
        return of_code(other, host or "")
    if host is None or not (host == "gov.cn" or host.endswith(".gov.cn")):
        return None
    labels = host.removesuffix("gov.cn").strip(".").split(".")
    if labels[-1] in _VERTICAL and len(labels) > 1 and labels[-2] in _HOSTS:
        return of_code(_HOSTS[labels[-2]], host)
    if labels in ([""], ["www"]) or labels[-1] in _CENTRAL_HOSTS:
        return Jurisdiction(CENTRE, None, host)
    code = _HOSTS.get(labels[-1])
    return of_code(code, host) if code else None


def of_name(text: str) -> Jurisdiction | None:
    """The region that a name or a headline speaks of first, as precise as it says.

    Args:
        text: A body's name or a headline, Chinese or English.

    Returns:
        `山西省太原市…` gives Taiyuan, `德清县发改局` Deqing; None where no region is named.
    """
    mentions = _mentions(text)
    if not mentions:
        return None
    best = mentions[0]
    for code, name in mentions[1:]:
        if code.startswith(best[0].rstrip("0")) and code != best[0]:
            best = (code, name)
    return of_code(*best)


def of_body(name: str) -> Jurisdiction | None:
    """The jurisdiction of an issuing body: its region, or the centre for the bodies of the centre.

    An office of the centre in a region is the region's, `国家税务总局山西省税务局`; one for a region is not, 新疆工作协调小组办公室.
    """
    central = _CENTRAL_BODY.match(name)
    if central is not None and _REGIONAL_OFFICE.search(name):
        region = of_name(name[central.end() :])
        if region is not None and f"{region.name}工作" not in name and (region.code or "")[:2] not in _BEYOND:
            return region
    if central is not None or _ENGLISH_CENTRAL.search(name):
        return Jurisdiction(CENTRE, None, name)
    return of_name(name)


def of_text(text: str) -> Jurisdiction | None:
    """The province that a text names most often; None where it names none.

    Args:
        text: The beginning of a document; a few thousand characters tell as much as all.
    """
    mentions = _mentions(text.replace("北京时间", ""))
    counts = Counter(code[:2] for code, _ in mentions)
    if not counts:
        return None
    area, often = counts.most_common(1)[0]
    if often < FEWEST_MENTIONS:
        return None
    # A text that names many provinces alike is about none of them.
    if often * 2 < counts.total():
        return None
    name = next(name for code, name in mentions if code[:2] == area)
    return of_code(f"{area}0000", name)


def _mentions(text: str) -> list[tuple[str, str]]:
    found: list[tuple[int, str, str]] = [
        (match.start(), _ENGLISH_NAMES[_english_key(match[1])], match[1])
        for match in (_ENGLISH_NAME.finditer(text) if _LATIN_WORD.search(text) else ())
    ]
    end = 0
    for match in _FIRST_TWO.finditer(text):
        position = match.start()
        if position < end:
            continue
        for length in _LENGTHS.get(text[position : position + 2], ()):
            name = text[position : position + length]
            code = _NAMES.get(name) or (_within(name, found[-1][1]) if found and position == end else None)
            if code is not None:
                found.append((position, code, name))
                end = position + length
                break
    return [(code, name) for _, code, name in sorted(found)]


def _within(name: str, area: str) -> str | None:
    """The code of a name that several provinces have, right behind the name of what it lies in: 北京市朝阳区."""
    size = 2 if area.endswith("0000") else 4
    inside = [code for code in _SHARED.get(name, ()) if code[:size] == area[:size]]
    return inside[0] if len(inside) == 1 else None


def _english_key(name: str) -> str:
    return next(key for key in _ENGLISH_NAMES if key.lower() == name.lower())

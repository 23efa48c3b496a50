"""Labelled pairs: policies of our own writing with their copies and their near misses.

A policy is written from sentences that exist in Chinese and in English; copies are made of it as the web makes them, and near
misses as offices do: next year's, the neighbour county's, the draft, the interpretation, another department's by the same template.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from opencc import OpenCC

from parsers.works.facts import MONTHS

SUBJECTS = (
    ("科技型中小企业培育", "small technology-based enterprises"), ("制造业创新中心建设", "manufacturing innovation centres"),
    ("高新技术企业倍增", "high-tech enterprises"), ("重点实验室优化重组", "key laboratories"), ("数字经济发展", "the digital economy"),
    ("科技成果转化", "the transfer of research results"), ("氢能产业发展", "the hydrogen industry"), ("人工智能应用", "artificial intelligence"),
    ("工业互联网推广", "the industrial internet"), ("专精特新企业服务", "specialised enterprises"), ("科技特派员下乡", "rural science envoys"),
    ("新材料首批次应用", "first uses of new materials"), ("企业技术中心认定", "enterprise technology centres"), ("大学科技园提升", "university science parks"),
    ("科研诚信管理", "research integrity"), ("绿色低碳技术推广", "low-carbon technology"),
)  # fmt: skip
PLACES = (
    ("山西省", "Shanxi", "太原市"), ("山东省", "Shandong", "济南市"), ("湖北省", "Hubei", "武汉市"), ("河南省", "Henan", "郑州市"),
    ("浙江省", "Zhejiang", "杭州市"), ("四川省", "Sichuan", "成都市"), ("广东省", "Guangdong", "广州市"), ("安徽省", "Anhui", "合肥市"),
)  # fmt: skip
BODIES = ("科学技术厅", "工业和信息化厅", "财政厅", "教育厅")
CODES = ("科发", "工信发", "财教", "教科")

# Sentences with their English; {s} subject, {p} place, {y} year, {a}–{d} numbers.
SENTENCES = (
    ("到{y}年底，{p}新增{s}项目{a}个，总投资达到{b}亿元。", "By the end of {y}, {p} will add {a} projects for {s}, with a total investment of {B} billion yuan."),
    ("支持{s}的专项资金每年不少于{c}万元，由省财政在年度预算中安排。", "Special funds for {s} will be no less than {C} yuan a year, arranged in the annual budget."),
    ("对首次通过认定的单位，一次性给予{d}万元奖励，复审通过的减半执行。", "Units recognised for the first time receive a one-off award of {D} yuan; those passing the review receive half."),
    ("建立由{p}人民政府分管负责同志牵头的联席会议制度，每季度研究{s}中的重大问题。", "A joint meeting led by the responsible official of {p} studies major questions of {s} every quarter."),
    ("鼓励高等学校、科研院所与企业共建研发机构，力争建成{a}家以上，服务企业{c}户。", "Universities and institutes are encouraged to build R&D bodies with enterprises, more than {a} of them, serving {c} enterprises."),
    ("各市要结合实际制定细则，于{y}年{m}月{n}日前报送备案，并抄送有关部门。", "Cities shall draw up rules and file them by {M} {n}, {y}, with copies to the departments concerned."),
    ("完善统计监测指标体系，将{s}纳入高质量发展综合考核，权重为{e}%。", "The statistical indicators are improved and {s} is part of the assessment, with a weight of {e}%."),
    ("推动规模以上企业研发投入增长{e}%，研发人员达到{c}人。", "R&D spending of enterprises above the designated size grows by {e}%, and R&D staff reaches {c}."),
    ("加强知识产权保护，专利授权量突破{c}件，技术合同成交额达到{b}亿元。", "Intellectual property is protected; patents granted exceed {c} and technology contracts reach {B} billion yuan."),
    ("建设公共服务平台{a}个，为{s}提供检验检测、中试熟化和融资对接服务。", "{a} public platforms are built that offer testing, pilot production and finance for {s}."),
    ("引进高层次人才团队{f}个，落实住房、子女入学和医疗保障政策。", "{f} teams of high-level talent are introduced, with housing, schooling and medical care."),
    ("对弄虚作假骗取资金的，追回财政资金，{f}年内不得申报省级项目，并依法追究责任。", "Funds obtained by fraud are recovered, and applicants are excluded from provincial projects for {f} years."),
    ("开展“{g}”专项行动，分三个阶段推进，确保各项任务按期完成。", "The “{g}” campaign proceeds in three phases so that all tasks are completed on time."),
    ("县级以上人民政府应当把{s}纳入国民经济和社会发展规划，统筹解决重大事项。", "Governments at county level and above include {s} in their plans for economic and social development."),
    ("金融机构推出信用贷款产品，贷款余额达到{b}亿元，贴息比例为{e}%。", "Financial institutions offer credit loans, with a balance of {B} billion yuan and an interest subsidy of {e}%."),
    ("举办创新创业大赛和供需对接活动{f}场，发布技术需求{a}项。", "{f} contests and matching events are held and {a} technology needs published."),
)  # fmt: skip
ORDINALS = (
    "一、",
    "二、",
    "三、",
    "四、",
    "五、",
    "六、",
    "七、",
    "八、",
    "九、",
    "十、",
    "十一、",
    "十二、",
)
ADVERTISING = "乐享体育官网入口_乐享体育app下载_乐享体育注册平台,点击登录领取优惠。"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the labelled set; the fields as the columns of table `documents`."""

    name: str
    title: str
    text: str
    identifier: str | None = None
    creator: str | None = None
    created: str | None = None
    document_type: str | None = None
    language: str = "zh-Hans"
    translated: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Two papers, and whether they carry one policy (`same`), speak of one (`about`) or neither."""

    label: str
    kind: str
    one: Paper
    other: Paper


@dataclass(frozen=True, slots=True)
class _Plan:
    n: int
    subject: int
    place: int
    body: int
    year: int
    numbers: int


def _slots(plan: _Plan, dice: random.Random) -> dict[str, object]:
    b, c, d = (
        dice.randint(12, 480),
        dice.randint(12, 98) * 100 + dice.randint(0, 1) * 50,
        dice.randint(11, 95) * 10,
    )
    month = dice.randint(1, 12)
    return {
        "a": dice.randint(11, 240), "b": b, "B": f"{b / 10:g}", "c": c, "C": f"{c * 10000:,}", "d": d, "D": f"{d * 10000:,}",
        "e": dice.choice((7.5, 8.5, 12, 13, 14.2, 16, 17, 18.5)), "f": dice.randint(3, 28), "g": f"{dice.randint(11, 99)}{dice.randint(11, 99)}",
        "m": month, "M": MONTHS[month - 1], "n": dice.randint(1, 28), "y": plan.year + dice.randint(0, 3),
    }  # fmt: skip


def _body(plan: _Plan, *, english: bool = False) -> list[str]:
    order = random.Random(plan.n).sample(range(len(SENTENCES)), 12)
    dice = random.Random(plan.numbers * 7919 + 13)
    subject, place = SUBJECTS[plan.subject][english], PLACES[plan.place][1 if english else 0]
    lines = []
    for ordinal, n in zip(ORDINALS, order, strict=True):
        sentence = SENTENCES[n][english].format(s=subject, p=place, **_slots(plan, dice))
        lines.append(f"{ORDINALS.index(ordinal) + 1}. {sentence}" if english else ordinal + sentence)
    return lines


def _number(plan: _Plan) -> str:
    return f"{'晋鲁鄂豫浙川粤皖'[plan.place]}{CODES[plan.body]}〔{plan.year}〕{plan.n + 3}号"


def policy(plan: _Plan) -> Paper:
    """The policy at its own office."""
    place, subject, body = PLACES[plan.place][0], SUBJECTS[plan.subject][0], BODIES[plan.body]
    title = f"{place}{plan.year}年{subject}行动计划"
    text = "\n".join((f"为加快{place}{subject}，结合实际，制定本行动计划。", *_body(plan)))
    day = f"{plan.year}-{plan.n % 12 + 1:02}-{plan.n % 27 + 1:02}"
    return Paper(f"{plan.n}-origin", title, text, _number(plan), place + body, day, "action_plan")


def _copies(plan: _Plan, origin: Paper) -> Iterator[Paper]:
    place, subject, body = PLACES[plan.place][0], SUBJECTS[plan.subject][0], BODIES[plan.body]
    lines = origin.text.split("\n")
    bare = replace(origin, identifier=None, created=None)
    yield replace(bare, name="mirror", text=origin.text.replace("，", ",").replace("。", "."), creator=None)
    notice = f"{place}{body}关于印发《{origin.title}》的通知"
    cover = f"各市有关单位：\n现将《{origin.title}》印发给你们，请认真组织实施。\n{place}{body}\n{origin.created}\n"
    yield replace(origin, name="notice", title=notice, text=cover + origin.text, document_type="notice")
    yield replace(
        bare,
        name="newspaper",
        title=f"我省出台行动计划 加快{subject}",
        text="\n".join(lines[1:10]) + "\n（记者 李明）",
        creator=None,
        document_type="news",
    )
    planted = [*lines[:4], ADVERTISING, *lines[4:7], *lines[8:]]
    yield replace(
        bare, name="spam", title=f"{origin.title}-乐享体育官方网站", text="\n".join(planted), creator=None
    )
    changed = origin.text.replace("每季度", "每半年").replace("不得申报", "不能申报")
    yield replace(bare, name="edited", text=changed, created=origin.created)
    yield replace(
        bare,
        name="traditional",
        title=_traditional().convert(origin.title),
        text=_traditional().convert(origin.text),
        language="zh-Hant",
        creator=None,
    )
    english = "\n".join(_body(plan, english=True))
    title = f"Action plan of {PLACES[plan.place][1]} for {SUBJECTS[plan.subject][1]} in {plan.year}"
    yield Paper("translation", title, english, document_type="action_plan", language="en", translated=True)


@cache
def _traditional() -> OpenCC:
    return OpenCC("s2t")


def _misses(plan: _Plan, origin: Paper) -> Iterator[tuple[str, Paper]]:
    place, subject, body = PLACES[plan.place][0], SUBJECTS[plan.subject][0], BODIES[plan.body]
    following = replace(
        policy(replace(plan, year=plan.year + 1, numbers=plan.numbers + 500)), name="next-year"
    )
    yield "none", following
    yield "none", replace(following, name="next-year-mirror", identifier=None, creator=None, created=None)
    neighbour = (plan.place + 1) % len(PLACES)
    yield "none", replace(policy(replace(plan, place=neighbour)), name="neighbour")
    yield (
        "none",
        replace(
            policy(replace(plan, place=neighbour)),
            name="neighbour-mirror",
            identifier=None,
            creator=None,
            created=None,
        ),
    )
    city = PLACES[plan.place][2]
    yield "none", replace(
        origin, name="city", title=origin.title.replace(place, city), text=origin.text.replace(place, city), identifier=None,
        creator=f"{city}人民政府", created=None,
    )  # fmt: skip
    yield (
        "none",
        replace(origin, name="draft", title=f"{origin.title}（征求意见稿）", identifier=None, created=None),
    )
    other = BODIES[(plan.body + 1) % len(BODIES)]
    elsewhere = f"{place}{other}关于做好{plan.year}年{subject}工作的通知"
    yield (
        "none",
        replace(
            origin,
            name="other-body",
            title=elsewhere,
            text="\n".join(_body(replace(plan, numbers=plan.numbers + 77))),
            identifier=None,
            creator=place + other,
            created=None,
            document_type="notice",
        ),
    )
    interpretation = f"一、背景。近日，{place}{body}印发了《{origin.title}》。\n" + "\n".join(
        f"《行动计划》提出，{line[2:]}" for line in origin.text.split("\n")[2:6]
    )
    yield (
        "about",
        Paper(
            "interpretation",
            f"《{origin.title}》政策解读",
            interpretation,
            None,
            place + body,
            None,
            "interpretation",
        ),
    )
    report = (
        f"本报讯 记者从{place}{body}获悉，《{origin.title}》近日印发。\n{origin.text.split(chr(10))[3][2:]}"
    )
    yield "about", Paper("report", f"{place}{subject}有了行动计划", report, None, None, None, "news")
    subject_other = (plan.subject + 5) % len(SUBJECTS)
    yield (
        "none",
        replace(
            policy(replace(plan, subject=subject_other, numbers=plan.numbers + 31)),
            name="other-subject",
            identifier=None,
        ),
    )
    yield (
        "none",
        replace(
            origin,
            name="revised",
            title=f"{origin.title}（{plan.year + 2}年修订）",
            text="\n".join(_body(replace(plan, numbers=plan.numbers + 99))),
            identifier=None,
            created=None,
        ),
    )
    english = "\n".join(_body(replace(plan, place=neighbour, numbers=plan.numbers + 12), english=True))
    yield (
        "none",
        Paper(
            "foreign",
            f"Action plan of {PLACES[neighbour][1]} for {SUBJECTS[plan.subject][1]}",
            english,
            document_type="action_plan",
            language="en",
            translated=True,
        ),
    )
    english = "\n".join(_body(replace(plan, year=plan.year + 1, numbers=plan.numbers + 12), english=True))
    yield (
        "none",
        Paper(
            "foreign-year",
            f"Action plan of {PLACES[plan.place][1]} for {SUBJECTS[plan.subject][1]} in {plan.year + 1}",
            english,
            document_type="action_plan",
            language="en",
            translated=True,
        ),
    )


def _series(plan: _Plan) -> Iterator[Pair]:
    """Notices of one name: the second batch and the third, and one that carries no year in its headline."""
    place, subject, body = PLACES[plan.place][0], SUBJECTS[plan.subject][0], BODIES[plan.body]
    batches = [
        replace(
            policy(replace(plan, numbers=plan.numbers + n)),
            name=f"batch-{n}",
            title=f"{place}{body}关于公布第{word}批{subject}名单的通知",
            identifier=None,
            created=None,
        )
        for n, word in ((2, "二"), (3, "三"))
    ]
    yield Pair("none", "batch", batches[0], batches[1])
    yearless = [
        replace(
            policy(replace(plan, year=plan.year + n, numbers=plan.numbers + 40 * n)),
            name=f"yearless-{n}",
            title=f"{place}{body}关于组织{subject}申报工作的通知",
            identifier=None,
            created=None,
        )
        for n in (0, 4)
    ]
    yield Pair("none", "yearless", yearless[0], yearless[1])
    yield Pair(
        "same",
        "yearless-copy",
        yearless[0],
        replace(yearless[0], name="yearless-copy", text="\n".join(yearless[0].text.split("\n")[:-2])),
    )


def plans(first: int, number: int) -> list[_Plan]:
    """Plans of policies, deterministic."""
    return [
        _Plan(n, n % len(SUBJECTS), (n * 3) % len(PLACES), n % len(BODIES), 2017 + n % 8, n * 17 + 1)
        for n in range(first, first + number)
    ]


def pairs(first: int = 0, number: int = 24) -> list[Pair]:
    """The labelled pairs of so many policies."""
    found: list[Pair] = []
    for plan in plans(first, number):
        origin = policy(plan)
        copies = list(_copies(plan, origin))
        found += [Pair("same", copy.name, origin, copy) for copy in copies]
        found += [Pair("same", "spam-newspaper", copies[3], copies[2])]
        found += [Pair(label, miss.name, origin, miss) for label, miss in _misses(plan, origin)]
        found += _series(plan)
    return found

"""Pages for benchmarks: the sample site's pages with texts of their own, as large as real ones.

Each page is a sample page whose title, number and paragraphs say something else, with the numbers, names and structure of a policy; one of ten
has the text of the one before it, as copies have. Around it is so much navigation and script, no two alike, that it weighs what the 25 real
pages of the measurements do in the middle (38 kB). But for copies two pages share 0.5 % of their grams in the middle; of the real ones, none.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "seeds" / "sample" / "site"
COUNTED = 0.05
"""Share of sentences with quantities: 2 targets in 1,000 characters. The 25 real pages have fewer, a plan has more."""
COPIES = 10
"""Of so many pages one has the text of the page before it."""
STOCK = 0.05
"""Share of sentences that stand in other pages, too, word for word."""
SIZE = 38_000
"""Bytes: the median of the real pages."""

_FILE = re.compile(r'href="[^"]+\.pdf"')
"""Attached files are measured apart (`attachments.py`)."""
_PARAGRAPH = re.compile(r"(<p\b[^>]*>)((?:(?!</p>).){60,}?)(</p>)", re.DOTALL)
_TITLE = re.compile(r"(<title>|<h1[^>]*>|<meta name=\"ArticleTitle\" content=\")[^<\"]+")
_NUMBER = re.compile(r"(〔\d{4}〕|第)\d+号")
_SUBJECTS = (
    "高新技术企业",
    "科技型中小企业",
    "省级重点实验室",
    "技术创新中心",
    "产业技术研究院",
    "科技企业孵化器",
    "新型研发机构",
    "创新联合体",
    "中试基地",
    "概念验证中心",
)
_VERBS = ("培育", "新增", "建设", "认定", "支持", "组建", "引进", "提升", "布局", "整合")
_PLACES = ("东川市", "望川市", "云岭区", "南屏县", "北原市", "西溪区", "中和县", "海陵市", "松江区", "白石县")
_TAILS = (
    "由市科技局会同财政局负责，每季度向省厅报告进展情况",
    "对成效明显的给予资金支持，对进展缓慢的予以通报",
    "研发投入强度达到{b}.{a}%，技术合同成交额达到{c}亿元",
    "对首次认定的给予一次性奖励{b}万元，重新认定的减半",
    "项目实施期限为{y}年，经费实行总额控制、分年拨付",
    "鼓励金融机构提供贷款贴息和风险补偿，补偿比例不高于{b}%",
    "完善以信任为前提的科研管理机制，减少检查评估频次",
    "建立跨部门联席会议制度，研究解决重大问题{a}项以上",
)
_KINDS = ("实施方案的通知", "管理办法", "的实施意见", "行动计划", "工作方案的通知", "的公告")
_WAYS = ("统筹", "加快", "着力", "持续", "全面", "主动", "稳步", "不断", "有序", "大力")
_WORDS = re.findall(
    "..",
    "创新产业科技人才资金项目平台机构企业园区成果转化标准专利数据算力能源交通水利农业林业海洋航空装备材料医药健康教育文化旅游体育金融"
    "保险信贷税收审计统计计量质量安全应急消防生态环境土地矿产气象测绘地震档案图书出版传媒广播影视演艺会展物流仓储港口铁路公路机场"
    "通信网络软件芯片传感电池光伏风电核能氢能储能节能减排循环回收包装食品粮食种业畜牧渔业茶叶花卉蔬果饲料农机灌溉水库河道湿地森林"
    "草原荒漠耕地村庄社区街道学校医院药店诊所养老托育家政就业创业培训技能职称薪酬社保救助慈善志愿住房租赁物业供水供热燃气电力照明"
    "公园绿地停车公交地铁桥梁隧道管廊排水污水垃圾噪声辐射化工钢铁有色建材纺织服装皮革家电家具玩具造纸印刷陶瓷玻璃水泥机床模具轴承"
    "阀门仪表电机电缆锅炉压缩船舶汽车摩托轨道卫星遥感导航无人智能语音图像芯粒封装检测认证认可监管执法仲裁公证信访调解普法立法备案"
    "采购招标投标合同价格收费补贴奖励贴息担保基金股权债券上市并购外资外贸口岸海关跨境侨务民族宗教妇女儿童青年老年残疾退役双拥国防",
)
"""Subjects of policies: so many that two pages share as little by chance as two real ones."""
_ENDS = (
    "强化部门协同和上下联动，形成齐抓共管的工作格局",
    "坚持问题导向和目标导向相结合，切实解决企业反映的突出问题",
    "充分发挥市场在资源配置中的决定性作用，更好发挥政府作用",
    "加强政策宣传和业务培训，营造鼓励创新、宽容失败的良好氛围",
    "把各项任务落到实处，确保取得实效，重大情况及时报告",
    "引导社会资本投早、投小、投长期、投硬科技",
)
_LINKS = (
    "首页",
    "机构职能",
    "政策法规",
    "通知公告",
    "政务公开",
    "互动交流",
    "办事服务",
    "数据开放",
    "专题专栏",
    "领导之窗",
)
_NUMBERS = "一二三四五六七八九十"


@cache
def templates() -> tuple[tuple[str, str], ...]:
    """The sample site's pages that have paragraphs to be told otherwise, and the title that is read of each."""
    pages = (path.read_text(encoding="utf-8", errors="replace") for path in sorted(SITE.rglob("*.html")))
    return tuple(
        (_FILE.sub('href="#"', page), _title(page)) for page in pages if len(_PARAGRAPH.findall(page)) >= 3
    )


def _title(page: str) -> str:
    # The peers' interpreter, which has none of what our parsers need, loads this module, too.
    from parsers.document import Document  # noqa: PLC0415
    from parsers.page import Page  # noqa: PLC0415
    from parsers.read import read  # noqa: PLC0415

    told = read(
        Page("https://www.example.gov.cn/", datetime(2026, 1, 1, tzinfo=UTC), 200, "text/html", page.encode())
    )
    return (told.metadata.title if isinstance(told, Document) else None) or ""


def sentence(draw: random.Random) -> str:
    """One sentence of a plan; as in real ones, few of them count something, and few are stock phrases."""
    chance = draw.random()
    if chance < STOCK:
        return f"{draw.choice(_ENDS)}。"
    if chance < 1 - COUNTED:
        clauses = (
            f"{draw.choice(_WAYS)}{''.join(draw.sample(_WORDS, draw.randint(3, 5)))}" for _ in range(4)
        )
        return f"{draw.choice(_PLACES)}要{'，'.join(clauses)}。"
    a, b, c, y = draw.randint(1, 9), draw.randint(10, 60), draw.randint(100, 900), draw.randint(2, 5)
    tail = draw.choice(_TAILS).format(a=a, b=b, c=c, y=y)
    return (
        f"{draw.choice(_PLACES)}到{2025 + y}年{draw.choice(_VERBS)}{draw.choice(_SUBJECTS)}{c}家，其中"
        f"{draw.choice(_SUBJECTS)}{b}家以上，{tail}。"
    )


def page(number: int, of: str = "") -> bytes:
    """One page.

    Args:
        number: Which one; the same number gives the same page.
        of: A host or the like, so that each has pages of its own.
    """
    origin = number - (number % COPIES == COPIES - 1)
    draw = random.Random(f"{of}/{origin}")
    template, named = templates()[origin % len(templates())]
    title = f"{draw.choice(_PLACES)}关于{draw.choice(_VERBS)}{draw.choice(_SUBJECTS)}第{origin}号{of}{draw.choice(_KINDS)}"
    told = iter(range(10_000))

    def paragraph(match: re.Match[str]) -> str:
        n = next(told)
        label = f"（{_NUMBERS[n % 10]}）" if n % 3 else f"{_NUMBERS[n // 3 % 10]}、"
        return f"{match[1]}　　{label}{''.join(sentence(draw) for _ in range(draw.randint(2, 5)))}{match[3]}"

    html = _TITLE.sub(lambda match: f"{match[1]}{title}", _PARAGRAPH.sub(paragraph, template))
    html = _NUMBER.sub(lambda match: f"{match[1]}{origin}号", html.replace(named, title) if named else html)
    return _padded(html, random.Random(f"around {of}/{number}")).encode()


def _padded(html: str, draw: random.Random) -> str:
    """With navigation in front of the end of its body and script in its head, up to the size of real pages."""
    missing = SIZE - len(html.encode())
    if missing <= 0:
        return html
    items = "".join(
        f'<li class="nav-item"><a href="/col/col{draw.randint(1000, 99999)}/index.html" target="_blank">{draw.choice(_LINKS)}</a></li>'
        for _ in range(missing // 3 // 110)
    )
    rules = "".join(
        f".c{n}{{margin:0 {n % 9}px;color:#{draw.randrange(16**6):06x}}}\n"
        for n in range(missing * 2 // 3 // 36)
    )
    head = f"<style>{rules}</style></head>" if "</head>" in html else f"<style>{rules}</style>"
    html = html.replace("</head>", head, 1) if "</head>" in html else head + html
    return html.replace("</body>", f'<div class="footer-nav"><ul>{items}</ul></div></body>', 1)


def pages(count: int, folder: Path | None = None) -> Iterator[tuple[str, bytes]]:
    """So many pages with their addresses.

    Args:
        count: How many.
        folder: Pages to take instead, in turn, each with another title.
    """
    if folder is None:
        for number in range(count):
            yield f"https://www.example.gov.cn/zc/{number}.html", page(number)
        return
    held = [path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()]
    for number in range(count):
        body = held[number % len(held)]
        marked = body.replace(b"</title>", f" {number}</title>".encode(), 1)
        yield f"https://www.example.gov.cn/zc/{number}.html", marked

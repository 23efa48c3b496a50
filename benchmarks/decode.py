"""Decode a generated bench of mislabelled and damaged pages and print the share that comes out exact.

    python benchmarks/decode.py [--floor 99.5]

Texts x encodings x labels x damage, all fixed, so that a score is reproducible. Exact means title and content are
equal, character for character; of a damaged page, all before the damage, and all after it from `RESYNC` characters
(or, after a lost byte, from the next ASCII character) on. Exits with status 1 below the floor.
"""

from __future__ import annotations

import argparse
import codecs
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from parsers.decode import decode

Kind = Literal["simplified", "traditional", "hong_kong", "rare", "japanese", "english", "western"]

# A multi-byte codec may swallow what follows a bad byte, but finds its way back within so many characters.
RESYNC = 6
FLOOR = 99.5

TEXTS: tuple[tuple[Kind, str, str], ...] = (
    ("simplified", "通知", "通知"),
    ("simplified", "公告", "结果公示"),
    ("simplified", "会议纪要", "同意立项，请抓紧办理。"),
    ("simplified", "任免", "任命张伟为副厅长，免去李娜的处长职务。"),
    ("simplified", "关于征集意见的公告", "现将《条例（草案）》向社会公开征求意见，期限为三十日。"),
    ("simplified", "2024年重点项目清单", "新增项目12个，总投资3.5亿元，其中中央预算内资金占40％。"),
    ("simplified", "科技特派员", "选派科技特派员300名，服务乡村振兴重点县——“一县一业”；每年考核一次。"),
    ("simplified", "English title 与中文", "The pilot zone (试点区) was approved on 3 March 2022, see 附件."),
    (
        "simplified",
        "关于支持专精特新中小企业发展的若干措施",
        ("一、加大财政奖补力度。对首次认定的国家级“小巨人”企业，给予一次性奖励50万元。二、拓宽融资渠道，鼓励银行开发信用贷款产品。"
        "三、强化人才支撑，企业引进的高层次人才在落户、子女入学等方面享受同等待遇。四、本措施自印发之日起施行，有效期三年。"),
    ),
    (
        "simplified",
        "基础研究十年规划",
        ("坚持目标导向和自由探索并重，到2030年全社会基础研究经费占研发经费的比重达到10％以上。\n建设一批前沿科学中心，稳定支持青年"
        "科研人员潜心钻研；完善同行评议制度，宽容失败。\n各地区、各部门要结合实际制定实施方案，明确责任分工、时间表和路线图，重大"
        "事项及时报告。省级财政设立联合基金，引导企业投入；高等学校要优化学科布局，加强数学、物理、化学、生物等学科建设。对基础"
        "研究项目实行长周期评价，减少检查频次，保障科研人员每周不少于四天用于科研。支持西部地区建设野外科学观测研究站，改善艰苦"
        "地区工作条件。建立健全科学数据汇交、共享和安全管理制度，推动大型仪器设备开放。"),
    ),
    ("simplified", "防汛抗旱", "抢险队伍二十四小时值守；水库、堤防、涵闸逐一排查，隐患立即整改。"),
    ("simplified", "答复函", "您提出的“关于加快氢能产业链建设的提案”收悉，现答复如下：制氢、储运、加注各环节均有布局。"),
    ("simplified", "行政处罚决定书", "当事人逾期不缴纳罚款的，每日按罚款数额的百分之三加处罚款。"),
    ("traditional", "公告", "公告"),
    ("traditional", "施政報告", "政府將推動創新科技發展。"),
    ("traditional", "預算案", "今年度總預算編列新臺幣二兆七千億元，較上年度增加百分之四點五。"),
    ("traditional", "條例修正草案", "為因應產業轉型，增訂租稅優惠條文；納稅義務人得於申報期間內提出申請，逾期不予受理。"),
    (
        "traditional",
        "科技發展綱要",
        ("各機關應依據本綱要訂定中程計畫，並於每年十二月底前提報執行成效。\n對於跨領域研究、女性科研人員及青年學者，應優先給予經費"
        "補助，並建立公開透明的審查機制。各級學校與研究機構得共同設置實驗室，其經費由主管機關編列預算支應，並接受審計機關查核。"),
    ),
    ("traditional", "會議紀錄", "主席：請各單位於下週五前，將「數位轉型」之具體建議送交秘書處彙整。"),
    ("traditional", "招標公告", "投標廠商應繳納押標金，並檢附營業登記證明、納稅證明及信用證明文件。"),
    ("hong_kong", "立法會問題", "議員問：政府有冇計劃喺新界北區興建創科園？局長答：正喺度研究緊，會盡快公佈。"),
    ("hong_kong", "市民意見", "我哋認為嗰啲資助唔夠，應該加多啲俾中小企，等佢哋可以捱得過去。"),
    ("hong_kong", "屋邨重建", "啟德、石硤尾、鰂魚涌及葵涌等地嘅屋邨，將會分階段重建，居民可揀選原邨安置。"),
    ("rare", "院士名单", "新当选院士：王䶮、李㻬、陈𬍛、周𫖯。以姓氏笔画为序。"),
    ("rare", "元素命名", "全国科学技术名词审定委员会公布：113号元素为鿭，115号为镆，117号为鿬，118号为鿫。"),
    ("rare", "地名更正", "将“𣲗川”“㙍村”“䃥口”等地名用字录入国家地名信息库，请各县（市、区）核对。"),
    ("japanese", "お知らせ", "科学技術基本計画について、意見を募集します。"),
    ("japanese", "白書", "イノベーションの創出に向けて、大学とスタートアップの連携を強化し、研究者の待遇を改善する。"),
    ("japanese", "予算", "令和六年度の概算要求額は、前年度比で３．２％の増加となりました。ご確認ください。"),
    ("english", "Notice", "The measures take effect on 1 January 2025."),
    (
        "english",
        "Action Plan for Science and Technology",
        "Local governments shall publish implementation rules within three months. The fund supports 200 firms a year.",
    ),
    ("western", "Communiqué", "Le ministère a présenté la stratégie nationale : 25 % des crédits iront à l’énergie."),
    ("western", "Décret", "À compter du 1er août, les aides à la création sont versées par l’État."),
    ("western", "Bekanntmachung", "Die Förderung für Hochschulen beträgt jährlich 40 Mio. €, über die Verlängerung wird später entschieden."),
    ("western", "Verordnung", "Die Maßnahmen treten am 3. März in Kraft; nähere Auskünfte erteilt das Ministerium für Wirtschaft."),
    ("western", "Anuncio", "La convocatoria está abierta hasta el 30 de junio; las pequeñas empresas tendrán prioridad."),
)  # fmt: skip

UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
ENCODINGS: dict[Kind, tuple[str, ...]] = {
    "simplified": (*UNICODE, "gbk", "gb18030"),
    "traditional": (*UNICODE, "gbk", "gb18030", "big5", "big5hkscs"),
    "hong_kong": (*UNICODE, "gb18030", "big5hkscs"),
    "rare": (*UNICODE, "gb18030"),
    "japanese": (*UNICODE, "cp932"),
    "english": (*UNICODE, "gbk", "big5", "cp932", "cp1252"),
    "western": (*UNICODE, "cp1252"),
}
SUBSET_LABELS = {
    "gbk": "gb2312",
    "gb18030": "gbk",
    "big5hkscs": "big5",
    "big5": "x-x-big5",
    "cp932": "shift_jis",
    "cp1252": "iso-8859-1",
}
FAMILIES = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "gbk": "gb2312",
    "gb18030": "gb2312",
    "big5": "big5",
    "big5hkscs": "big5",
    "cp932": "shift_jis",
    "cp1252": "iso-8859-1",
}
WRONG_LABELS = ("utf-8", "gb2312", "big5", "shift_jis", "iso-8859-1")
# What stands around the text: the ASCII of a head, a script and a footer.
HEAD = '<!DOCTYPE html>\n<html><head>{meta}<link rel="stylesheet" href="/css/a.css">\n<title>{title}</title></head>\n'
BODY = '<body><script>var a="index_1.html";</script>\n<div class="TRS_Editor"><p>{content}</p></div>\n'
FOOT = "<p>ICP 12345678</p></body></html>\n"


@dataclass(frozen=True, slots=True)
class Case:
    """One page of the bench: its bytes, its header label and what has to stand in the text."""

    encoding: str
    label: str
    damage: str
    body: bytes
    http_charset: str | None
    expected: tuple[str, ...]


def cases() -> Iterator[Case]:
    """Generate the bench, always in the same order."""
    for n, (kind, title, content) in enumerate(TEXTS):
        for encoding in ENCODINGS[kind]:
            for label, http_charset, meta in _labels(encoding, n):
                body, start = _page(title, content, encoding, meta)
                expected = (f"<title>{title}</title>", f"<p>{content}</p>")
                yield Case(encoding, label, "none", body, http_charset, expected)
                if label in {"none", "right"}:
                    damaged = _damaged(body, start, content, encoding)
                    for damage, harmed, left in damaged:
                        yield Case(encoding, label, damage, harmed, http_charset, (expected[0], *left))


def is_exact(case: Case) -> bool:
    """Decode a page and compare."""
    text = decode(case.body, case.http_charset).text
    return all(part in text for part in case.expected)


def _labels(encoding: str, n: int) -> Iterator[tuple[str, str | None, str | None]]:
    right = "utf-8" if encoding == "utf-8-sig" else encoding
    wrong = [label for label in WRONG_LABELS if label != FAMILIES.get(encoding)]
    first, second = wrong[n % len(wrong)], wrong[(n + 1) % len(wrong)]
    yield "none", None, None
    yield "right", right, None
    yield "right meta", None, right
    if encoding in SUBSET_LABELS:
        yield "subset", SUBSET_LABELS[encoding], None
    yield "header wrong", first, None
    yield "meta wrong", None, first
    yield "both wrong", first, second
    yield "header right, meta wrong", right, first
    yield "header wrong, meta right", first, right
    yield "nonsense", "none; q=1", "zh_CN.x"


def _page(title: str, content: str, encoding: str, meta: str | None) -> tuple[bytes, int]:
    """Give the bytes of a page and where its content starts in them."""
    tag = f'<meta http-equiv="Content-Type" content="text/html; charset={meta}">' if meta else ""
    html = (HEAD.format(meta=tag, title=title) + BODY.format(content=content)).partition(f"<p>{content}")
    front = (html[0] + "<p>").encode(encoding)
    rest = (content + html[2] + FOOT).encode(encoding)
    if encoding == "utf-16":  # the mark of the second part is no mark in the middle of a page
        rest = rest.removeprefix(codecs.BOM_UTF16)
    if encoding == "utf-8-sig":
        rest = rest.removeprefix(codecs.BOM_UTF8)
    return front + rest, len(front)


def _damaged(
    body: bytes, start: int, content: str, encoding: str
) -> Iterator[tuple[str, bytes, tuple[str, ...]]]:
    """Harm the character in the middle of the content: a byte overwritten, a byte lost, the page cut off within it."""
    codec = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)
    middle = next((i for i in range(len(content) // 2, len(content)) if not content[i].isascii()), None)
    if middle is None:
        return
    width = len(content[middle].encode(codec))
    at = start + len(content[:middle].encode(codec))
    before, after = f"<p>{content[:middle]}", content[middle + 1 :]
    if width > 1:
        yield "cut", body[: at + width - 1], (before,)
    if codec.startswith("utf-16"):  # a lost byte turns every later character: nothing to be read there
        return
    last = at + width - 1
    bad = body[:last] + b"\xff" + body[last + 1 :]
    yield "bad byte", bad, (before, after[RESYNC:] + "</p>")
    if width > 1:
        ascii_at = next((i for i, character in enumerate(after) if character.isascii()), len(after))
        yield (
            "lost byte",
            body[:last] + body[last + 1 :],
            (before, after[ascii_at + 1 :] + "</p>" if after[ascii_at + 1 :] else "p>"),
        )


def _shares(title: str, total: Counter[str], exact: Counter[str]) -> None:
    print(f"\n{title:28} pages   exact %")
    for name, pages in total.items():
        print(f"{name:28} {pages:5}   {100 * exact[name] / pages:7.2f}")


def _short_texts() -> None:
    """Print how many unlabelled characters a page needs: slices of the longer texts, one page each."""
    print(f"\n{'unlabelled, n characters':28}" + "".join(f"{n:>8}" for n in (2, 4, 6, 8, 12, 20)))
    for kind, encoding in (("simplified", "gbk"), ("traditional", "gbk"), ("traditional", "big5")):
        run = "".join(c for k, _, text in TEXTS if k == kind for c in text if "\u4e00" <= c <= "\u9fff")
        row = ""
        for n in (2, 4, 6, 8, 12, 20):
            slices = [run[i : i + n] for i in range(0, len(run) - n, 2)]
            right = sum(
                decode(f"<p>{piece}</p>".encode(encoding), None).text == f"<p>{piece}</p>" for piece in slices
            )
            row += f"{100 * right / len(slices):8.1f}"
        print(f"{kind + ', ' + encoding:28}{row}")


def _timings() -> None:
    paragraph = max((text for _, _, text in TEXTS), key=len)
    page = HEAD.format(meta="", title="通知") + "<div class='a'>\n" * 300 + f"<p>{paragraph}</p>\n" * 400
    print(f"\n{'CPU per page, best of 7':28}       µs")
    for encoding in ("utf-8", "gbk"):
        for size in (3_000, 30_000, 300_000):
            body = page.encode(encoding)[:size].decode(encoding, "ignore").encode(encoding)
            repeats = 1 + 600_000 // size
            best = min(_seconds(body, repeats) for _ in range(7))
            print(f"{encoding}, {size // 1000} kB".ljust(28) + f"{best * 1e6:9.0f}")


def _seconds(body: bytes, repeats: int) -> float:
    start = time.process_time()
    for _ in range(repeats):
        decode(body, None)
    return (time.process_time() - start) / repeats


def main() -> int:
    """Run the bench and print its tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--floor", type=float, default=FLOOR, help="lowest share of exact pages, in per cent")
    floor: float = parser.parse_args().floor
    totals: dict[str, Counter[str]] = {name: Counter() for name in ("label", "damage", "encoding")}
    exacts: dict[str, Counter[str]] = {name: Counter() for name in totals}
    misses: list[Case] = []
    pages = 0
    for case in cases():
        pages += 1
        right = is_exact(case)
        if not right:
            misses.append(case)
        for name, value in (("label", case.label), ("damage", case.damage), ("encoding", case.encoding)):
            totals[name][value] += 1
            exacts[name][value] += right
    for name, total in totals.items():
        _shares(name, total, exacts[name])
    _short_texts()
    _timings()
    share = 100 * (pages - len(misses)) / pages
    print(
        f"\n{len(TEXTS)} texts, {len(totals['encoding'])} encodings, {pages} pages: {share:.2f} % exact (floor {floor})"
    )
    for case in misses[:40]:
        print(f"  missed: {case.encoding}, label {case.label}, damage {case.damage}: {case.expected[0]}")
    return 0 if share >= floor else 1


if __name__ == "__main__":
    sys.exit(main())

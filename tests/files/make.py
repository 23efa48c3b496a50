"""Writes the sample files beside it, each with what must be read of it: `python tests/files/make.py`.

Needs LibreOffice (Writer, Calc), Chromium and the font WenQuanYi Zen Hei. What must be read
comes from what was written, never from what a reader gave. The hostile files are in `tests/hostile_files.py`, which
makes them anew for each test.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
import pypdfium2
import xlwt
from docx.document import Document as Docx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import sync_playwright
from pptx.util import Inches
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

HERE = Path(__file__).parent
FONT = "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"
Rows = list[list[str]]


@dataclass
class Sample:
    """A file: its name, how it is written, and what must be read of it."""

    name: str
    suffix: str
    write: Callable[[Path], object]
    text: list[str]
    """Lines; a row of a table is its cells."""
    tables: list[Rows] = field(default_factory=list)
    status: str = "read"


def written(body: bytes) -> Callable[[Path], object]:
    """What writes these bytes."""
    return lambda path: path.write_bytes(body)


def joined(rows: Rows) -> list[str]:
    """Rows as lines of text."""
    return ["\u3000".join(row).strip("\u3000") for row in rows]


# ---------------------------------------------------------------------------------------------------- words

_SENTENCES = (
    "围绕电子信息、新材料、装备制造等重点领域，梳理产业链短板清单，每年组织实施关键核心技术攻关项目30项以上。",
    "对首次认定的高新技术企业给予一次性奖励20万元，对重新认定的企业给予奖励10万元。",
    "支持企业与高等学校、科研院所共建创新联合体，按研发投入的15%给予补助，最高不超过500万元。",
    "建立科技型中小企业培育库，入库企业达到1.2万家，其中规模以上工业企业不少于3000家。",
    "鼓励金融机构开发“科技贷”“知识产权质押贷”等产品，对不良贷款给予30%的风险补偿。",
    "各县（市、区）人民政府要把科技创新摆在全局工作的核心位置，加强组织领导，压实工作责任。",
    "完善以增加知识价值为导向的分配政策，科研人员科技成果转化收益比例不低于70%。",
    "推动大型科学仪器设备向社会开放共享，年服务企业次数达到8000次，使用率提高5个百分点。",
    "市科技局会同财政部门负责资金的安排与绩效评价，审计部门依法对资金使用情况进行监督。",
    "申报单位应当在本省行政区域内注册，具有独立法人资格，近三年内无严重失信行为。",
    "对获得国家科学技术奖的项目，按国家奖励金额1∶1给予配套；对省级一等奖给予50万元奖励。",
    "加快建设国家级高新区2个、省级高新区6个，园区营业收入年均增长12%左右。",
    "到2027年，全社会研发经费投入强度达到2.6%，每万人口高价值发明专利拥有量达到8件。",
    "实行“揭榜挂帅”制度，榜单由企业提出需求，面向全国发布，择优确定揭榜单位。",
    "优化外籍高层次人才来华工作许可办理流程，办理时限由10个工作日压缩至5个工作日。",
    "建设中试基地15家，为成果熟化提供工艺放大、检验检测和小批量试制服务。",
    "本办法所称产业创新中心，是指由龙头企业牵头组建、面向行业开放的研究开发机构。",
    "对弄虚作假、骗取财政资金的单位，追回已拨付资金，并在五年内取消其申报资格。",
    "加强知识产权快速维权能力建设，专利授权周期在现有基础上再压缩三分之一。",
    "支持有条件的企业在境外设立研发机构，其研发支出纳入加计扣除的适用范围。",
    "开展全域场景创新，每年发布应用场景清单不少于100项，促成供需对接200次。",
    "建立容错免责机制，对符合规定条件、勤勉尽责的探索性失败项目，不作负面评价。",
    "推进数据要素市场化配置改革，培育数据服务商50家，形成典型案例20个。",
)


def paragraphs(count: int, first: int = 0, sentences: int = 2) -> list[str]:
    """Numbered paragraphs, no two of which begin alike."""
    numbers = "一二三四五六七八九十"
    words = islice(cycle(_SENTENCES), first % len(_SENTENCES), None)
    found = []
    for n in range(1, count + 1):
        tens, ones = divmod(n, 10)
        number = (
            ("" if tens < 2 else numbers[tens - 1])
            + ("十" if tens else "")
            + (numbers[ones - 1] if ones else "")
        )
        found.append(f"第{number}条　" + "".join(islice(words, sentences)))
    return found


def table(rows: int, first: int = 0) -> list[list[str]]:
    """A table of tasks with a head."""
    cities = (
        "太原市",
        "大同市",
        "朔州市",
        "忻州市",
        "吕梁市",
        "晋中市",
        "阳泉市",
        "长治市",
        "晋城市",
        "临汾市",
        "运城市",
    )
    found = [["序号", "责任单位", "指标名称", "2024年", "2025年目标"]]
    for n in range(rows):
        at = n + first
        found.append(
            [
                str(n + 1),
                cities[at % len(cities)] + "科技局",
                ("高新技术企业数（家）", "研发经费投入（亿元）", "技术合同成交额（亿元）")[at % 3],
                f"{1200 + at * 37 % 900}",
                f"{1500 + at * 53 % 900}.{at % 10}",
            ]
        )
    return found


# ---------------------------------------------------------------------------------------------------- PDF

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
pdfmetrics.registerFont(TTFont("WQY", FONT))


def style(font: str = "STSong-Light", size: float = 11, **more: Any) -> ParagraphStyle:
    """A style of Chinese body text."""
    return ParagraphStyle("body", fontName=font, fontSize=size, leading=size * 1.6, wordWrap="CJK", **more)


def grid(rows: Rows, font: str = "STSong-Light", widths: Sequence[float] | None = None, **more: Any) -> Table:
    """A ruled table."""
    ruled = [("FONT", (0, 0), (-1, -1), font, 9), ("GRID", (0, 0), (-1, -1), 0.5, colors.black)]
    return Table(rows, colWidths=widths, style=[*ruled, *more.pop("spans", ())], **more)


def pdf(
    path: Path,
    story: Sequence[Flowable],
    *,
    columns: int = 1,
    head: str | None = None,
    foot: Callable[[int], str] | None = None,
    size: tuple[float, float] = A4,
    mark: str | None = None,
    font: str = "STSong-Light",
) -> None:
    """Flow a story through pages with running head and foot."""

    def around(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont(font, 9)
        if head:
            canvas.drawString(60, size[1] - 35, head)
        if foot:
            canvas.drawCentredString(size[0] / 2, 28, foot(document.page))
        if mark:
            canvas.saveState()
            canvas.translate(size[0] / 2, size[1] / 2)
            canvas.rotate(45)
            canvas.setFillGray(0.85)
            canvas.setFont(font, 48)
            canvas.drawCentredString(0, 0, mark)
            canvas.restoreState()

    gap = 24
    width = (size[0] - 120 - gap * (columns - 1)) / columns
    frames = [Frame(60 + n * (width + gap), 60, width, size[1] - 120, id=str(n)) for n in range(columns)]
    template = BaseDocTemplate(str(path), pagesize=size)
    template.addPageTemplates(PageTemplate(frames=frames, onPage=around))
    template.build(list(story))


def paras(texts: Sequence[str], **more: Any) -> list[Flowable]:
    """Paragraphs with an indent of two characters."""
    return [Paragraph(text, style(firstLineIndent=22, **more)) for text in texts]


def pdf_samples() -> Iterator[Sample]:
    """PDFs with a text layer."""
    one = ["关于加快培育科技型企业的实施办法", *paragraphs(18)]
    yield Sample("pdf-one-column", "pdf", lambda path: pdf(path, paras(one)), one)

    framed = paragraphs(24, 3)
    yield Sample(
        "pdf-head-and-foot",
        "pdf",
        lambda path: pdf(
            path, paras(framed), head="省科学技术厅文件汇编（2025年卷）", foot=lambda n: f"— {n} —"
        ),
        framed,
    )
    numbered = paragraphs(24, 5)
    yield Sample(
        "pdf-page-of-pages",
        "pdf",
        lambda path: pdf(path, paras(numbered), foot=lambda n: f"第 {n} 页 共 3 页"),
        numbered,
    )
    two = paragraphs(30, 7)
    yield Sample("pdf-two-columns", "pdf", lambda path: pdf(path, paras(two), columns=2), two)

    gazette = paragraphs(30, 9)
    yield Sample(
        "pdf-gazette",
        "pdf",
        lambda path: pdf(
            path, paras(gazette), columns=2, head="省人民政府公报　2025年第6期", foot=lambda n: str(n + 20)
        ),
        gazette,
    )
    across = paragraphs(20, 2)

    def rows_of_columns(path: Path) -> None:
        """Two columns whose lines were written from left to right across both, as a scanner's software writes them."""
        lines = [text[i : i + 20] for text in across for i in range(0, len(text), 20)]
        canvas = Canvas(str(path), pagesize=A4)
        per_column = 40
        for page in range(0, len(lines), 2 * per_column):
            canvas.setFont("STSong-Light", 11)
            left, right = lines[page : page + per_column], lines[page + per_column : page + 2 * per_column]
            for n, line in enumerate(left):
                canvas.drawString(60, 780 - 18 * n, line)
                if n < len(right):
                    canvas.drawString(310, 780 - 18 * n, right[n])
            canvas.showPage()
        canvas.save()

    yield Sample("pdf-columns-written-across", "pdf", rows_of_columns, across)

    rows = table(12)
    yield Sample("pdf-table", "pdf", lambda path: pdf(path, [grid(rows)]), joined(rows), [rows])

    before, long, after = paragraphs(3, 1), table(60), paragraphs(3, 12)
    yield Sample(
        "pdf-table-over-pages",
        "pdf",
        lambda path: pdf(
            path,
            [*paras(before), Spacer(1, 12), grid(long, repeatRows=1), Spacer(1, 12), *paras(after)],
            foot=lambda n: f"- {n} -",
        ),
        [*before, *joined(long), *after],
        [long],
    )
    merged = [
        ["指标", "", "目标值"],
        ["一级", "二级", "2027年"],
        ["创新投入", "研发强度（%）", "2.6"],
        ["", "财政科技支出（亿元）", "58"],
        ["创新产出", "专利（件）", "8"],
    ]
    spans = [("SPAN", (0, 0), (1, 0)), ("SPAN", (0, 2), (0, 3))]
    yield Sample(
        "pdf-merged-cells",
        "pdf",
        lambda path: pdf(path, [grid(merged, spans=spans)]),
        joined(merged),
        [merged],
    )

    wrapped = [
        ["任务", "责任单位"],
        *[[text[4:50], "省科技厅、省财政厅、各市人民政府"] for text in paragraphs(6, 4)],
    ]
    cells = [[Paragraph(cell, style(size=9)) for cell in row] for row in wrapped]
    yield Sample(
        "pdf-wrapped-cells",
        "pdf",
        lambda path: pdf(path, [grid(cells, widths=(200, 90))]),
        joined(wrapped),
        [wrapped],
    )
    beside = table(8, 3)
    lines = paragraphs(4, 6)
    yield Sample(
        "pdf-two-tables",
        "pdf",
        lambda path: pdf(path, [grid(rows[:6]), Spacer(1, 10), *paras(lines), Spacer(1, 10), grid(beside)]),
        [*joined(rows[:6]), *lines, *joined(beside)],
        [rows[:6], beside],
    )
    wide = table(20, 5)
    yield Sample(
        "pdf-landscape", "pdf", lambda path: pdf(path, [grid(wide)], size=landscape(A4)), joined(wide), [wide]
    )
    embedded = paragraphs(10, 8)
    yield Sample(
        "pdf-embedded-font",
        "pdf",
        lambda path: pdf(path, [Paragraph(text, style("WQY")) for text in embedded], font="WQY"),
        embedded,
    )
    bare = table(14, 6)
    plain = [("FONT", (0, 0), (-1, -1), "STSong-Light", 9), ("LEFTPADDING", (0, 0), (-1, -1), 12)]
    yield Sample(
        "pdf-table-without-rules",
        "pdf",
        lambda path: pdf(path, [*paras(lines[:2]), Table(bare, style=plain), *paras(lines[2:])]),
        [*lines[:2], *joined(bare), *lines[2:]],
        [bare],
    )
    marked = paragraphs(14, 10)
    yield Sample(
        "pdf-watermark", "pdf", lambda path: pdf(path, paras(marked), mark="内部资料 注意保存"), marked
    )
    turned = paragraphs(8, 11)

    def rotated(path: Path) -> None:
        flat = path.with_suffix(".flat")
        pdf(flat, paras(turned))
        document = pypdfium2.PdfDocument(flat)
        for page in document:
            page.set_rotation(90)
        document.save(path)
        flat.unlink()

    yield Sample("pdf-rotated-pages", "pdf", rotated, turned)
    english = [
        "The provincial government supports enterprises that build laboratories together with universities, and pays up to 15 percent of their spending on research.",
        "By 2027 the province will count 12,000 small and medium-sized technology enterprises, and spending on research and development will reach 2.6 percent of output.",
        "Applicants must be registered in the province, must have legal personality, and must not have been listed for breach of trust in the last three years.",
    ] * 4
    english = [f"{n}. {text}" for n, text in enumerate(english, start=1)]
    yield Sample(
        "pdf-english",
        "pdf",
        lambda path: pdf(
            path,
            [
                Paragraph(text, ParagraphStyle("e", fontName="Times-Roman", fontSize=11, leading=15))
                for text in english
            ],
        ),
        english,
    )
    titled, left = "附件1　重点任务分工方案", paragraphs(16, 13)

    def title_over_columns(path: Path) -> None:
        canvas = Canvas(str(path), pagesize=A4)
        canvas.setFont("STSong-Light", 18)
        canvas.drawCentredString(A4[0] / 2, 780, titled)
        frames = [Frame(60, 60, 225, 700), Frame(309, 60, 225, 700)]
        story = paras(left)
        for frame in frames:
            while story and frame.add(story[0], canvas):
                story.pop(0)
        assert not story
        canvas.save()

    left = left[:11]
    yield Sample("pdf-title-over-columns", "pdf", title_over_columns, [titled, *left])

    aslant, square = paragraphs(6, 17), table(8, 2)
    yield Sample(
        "pdf-turned-text",
        "pdf",
        lambda path: turned_text(path, [paras(aslant[:3]), paras(aslant[3:]), [grid(square)]]),
        [*aslant, *joined(square)],
        [square],
    )

    single = paragraphs(6, 15)
    yield Sample("pdf-single-characters", "pdf", lambda path: character_by_character(path, single), single)

    yield Sample(
        "pdf-notes-at-foot",
        "pdf",
        notes_at_foot,
        [*paragraphs(4, 14), "①本条所称企业，是指规模以上工业企业。"],
    )


def turned_text(path: Path, stories: Sequence[list[Flowable]]) -> None:
    """Pages that stand while their text is turned: to the left, on its head, to the right."""
    canvas = Canvas(str(path), pagesize=A4)
    for angle, corner, story in zip((90, 180, 270), ((A4[0], 0), A4, (0, A4[1])), stories, strict=True):
        canvas.translate(*corner)
        canvas.rotate(angle)
        Frame(60, 60, 470, 470).addFromList(story, canvas)
        canvas.showPage()
    canvas.save()


def character_by_character(path: Path, texts: Sequence[str]) -> None:
    """Each character an object of its own, in a font that is not in the file; half of them within a form."""
    canvas = Canvas(str(path), pagesize=A4)
    lines = [
        line for text in texts for line in (f"　　{text}"[n : n + 40] for n in range(0, len(text) + 2, 40))
    ]
    half = len(lines) // 2

    def draw(first: int, last: int) -> None:
        canvas.setFont("STSong-Light", 12)
        for n in range(first, last):
            x = 60.0
            for char in lines[n]:
                canvas.drawString(x, 780 - 20 * n, char)
                x += canvas.stringWidth(char)

    canvas.beginForm("half")
    draw(0, half)
    canvas.endForm()
    canvas.doForm("half")
    draw(half, len(lines))
    canvas.save()


def notes_at_foot(path: Path) -> None:
    """A page with a footnote under a short rule: it belongs to the text."""
    canvas = Canvas(str(path), pagesize=A4)
    frame = Frame(60, 120, A4[0] - 120, 660)
    story = paras(paragraphs(4, 14))
    while story and frame.add(story[0], canvas):
        story.pop(0)
    canvas.line(60, 112, 160, 112)
    canvas.setFont("STSong-Light", 9)
    canvas.drawString(60, 98, "①本条所称企业，是指规模以上工业企业。")
    canvas.save()


def browser_samples() -> Iterator[Sample]:
    """Pages printed by a browser, with its own running head and foot."""
    style = (
        "<meta charset=utf-8><style>body{font-family:'WenQuanYi Zen Hei';font-size:12pt;line-height:1.8;text-align:justify}"
        "p{text-indent:2em;margin:0}table{border-collapse:collapse;font-size:10pt}td,th{border:1px solid #000;padding:2px 6px}"
        "div{columns:2;column-gap:24pt;font-size:10pt}</style>"
    )

    def marked(texts: Sequence[str]) -> str:
        return "".join(f"<p>{text}</p>" for text in texts)

    texts = paragraphs(40, 6)
    html = f"{style}<h1>公报</h1><div>{marked(texts)}</div>"
    yield Sample("pdf-printed-columns", "pdf", lambda path: printed(html, path), ["公报", *texts])
    rows, before, after = table(70, 3), paragraphs(3, 4), paragraphs(3, 8)
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows[1:])
    head = "".join(f"<th>{cell}</th>" for cell in rows[0])
    listed = f"{style}{marked(before)}<table><thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table>{marked(after)}"
    yield Sample(
        "pdf-printed-table",
        "pdf",
        lambda path: printed(listed, path),
        [*before, *joined(rows), *after],
        [rows],
    )


def printed(html: str, path: Path) -> None:
    """Print a page to PDF."""
    with sync_playwright() as run:
        browser = run.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content(html)
        page.pdf(
            path=path,
            format="A4",
            display_header_footer=True,
            header_template="<div style='font-size:8px;margin-left:40px'>省政府办公厅文件</div>",
            footer_template="<div style='font-size:8px;width:100%;text-align:center'>— <span class=pageNumber></span> —</div>",
            margin={"top": "60px", "bottom": "60px", "left": "70px", "right": "70px"},
        )
        browser.close()


# ---------------------------------------------------------------------------------------------------- pictures


def picture(texts: Sequence[str], dots: int = 150) -> Image.Image:
    """A page of text as a scanner sees it."""
    image = Image.new("1", (int(8.27 * dots), int(11.69 * dots)), 1)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(FONT, int(dots * 12 / 72))
    lines = [text[i : i + 36] for text in texts for i in range(0, len(text), 36)]
    for n, line in enumerate(lines[:44]):
        draw.text((dots * 0.9, dots * 0.9 + n * dots * 0.22), line, font=font, fill=0)
    return image


def scanned_samples() -> Iterator[Sample]:
    """PDFs that are pictures, whole or in part."""
    texts = paragraphs(8)

    def scans(path: Path) -> None:
        picture(texts, 200).save(
            path, "PDF", resolution=200, save_all=True, append_images=[picture(texts[4:], 200)]
        )

    yield Sample("pdf-scanned", "pdf", scans, [], status="scanned")
    front = paragraphs(6, 3)

    def mixed(path: Path) -> None:
        one, two = path.with_suffix(".one"), path.with_suffix(".two")
        pdf(one, paras(front))
        picture(texts).save(two, "PDF", resolution=150)
        document, scan = pypdfium2.PdfDocument(one), pypdfium2.PdfDocument(two)
        document.import_pages(scan)
        document.save(path)
        one.unlink()
        two.unlink()

    yield Sample("pdf-partly-scanned", "pdf", mixed, front, status="scanned")


# ---------------------------------------------------------------------------------------------------- Word


def word(texts: Sequence[str] = (), tables: Sequence[Rows] = ()) -> Docx:
    """A Word document of paragraphs, then tables."""
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    for rows in tables:
        add_table(document, rows)
    return document


def add_table(document: Docx, rows: Rows) -> None:
    """A table with lines."""
    grid_of = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    for row, cells in zip(grid_of.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text


_NUMBERING = """<w:abstractNum {ns} w:abstractNumId="77"><w:multiLevelType w:val="multilevel"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:suff w:val="nothing"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:suff w:val="nothing"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:suff w:val="nothing"/><w:lvlText w:val="%3."/></w:lvl>
</w:abstractNum>"""


def numbered_document() -> Docx:
    """Paragraphs whose numbers Word counts: they stand nowhere in the text."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(_NUMBERING.format(ns=nsdecls("w"))))
    number = OxmlElement("w:num")
    number.set(qn("w:numId"), "77")
    to = OxmlElement("w:abstractNumId")
    to.set(qn("w:val"), "77")
    number.append(to)
    numbering.append(number)
    for level, text in _OUTLINE:
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>')
        )
    return document


_OUTLINE = (
    (0, "总体要求"),
    (1, "指导思想。坚持创新在现代化建设全局中的核心地位。"),
    (1, "发展目标。到2027年，高新技术企业达到6000家。"),
    (0, "重点任务"),
    (1, "培育创新主体"),
    (2, "实施高新技术企业倍增计划，每年新增800家。"),
    (2, "建立科技型中小企业梯度培育体系。"),
    (1, "建设创新平台"),
    (2, "布局省重点实验室20家。"),
    *((0, f"保障措施之{n}") for n in range(3, 13)),
)
_NUMBERED = [
    "一、总体要求",
    "（一）指导思想。坚持创新在现代化建设全局中的核心地位。",
    "（二）发展目标。到2027年，高新技术企业达到6000家。",
    "二、重点任务",
    "（一）培育创新主体",
    "1.实施高新技术企业倍增计划，每年新增800家。",
    "2.建立科技型中小企业梯度培育体系。",
    "（二）建设创新平台",
    "1.布局省重点实验室20家。",
    *(f"{number}、保障措施之{n}" for number, n in zip("三四五六七八九", range(3, 10), strict=True)),
    *(f"十{number}、保障措施之{n}" for number, n in zip(("", "一", "二"), range(10, 13), strict=True)),
]


def docx_samples() -> Iterator[Sample]:
    """Word documents."""
    plain = ["科技成果转化专项资金管理办法", *paragraphs(14)]
    yield Sample("docx-plain", "docx", lambda path: word(plain).save(str(path)), plain)

    rows, lines = table(15), paragraphs(3, 2)
    yield Sample(
        "docx-table",
        "docx",
        lambda path: word(lines, [rows]).save(str(path)),
        [*lines, *joined(rows)],
        [rows],
    )
    yield Sample("docx-numbered", "docx", lambda path: numbered_document().save(str(path)), _NUMBERED)

    def merged(path: Path) -> None:
        document = word()
        cells = [["指标", "", "2027年"], ["投入", "研发强度", "2.6%"], ["", "财政支出", "58亿元"]]
        add_table(document, cells)
        held = document.tables[0]
        held.cell(0, 0).merge(held.cell(0, 1)).text = "指标"
        held.cell(1, 0).merge(held.cell(2, 0)).text = "投入"
        document.save(str(path))

    cells = [["指标", "", "2027年"], ["投入", "研发强度", "2.6%"], ["", "财政支出", "58亿元"]]
    yield Sample("docx-merged-cells", "docx", merged, joined(cells), [cells])

    tracked_text = ["资助额度最高不超过500万元。", "申报截止时间为9月30日。"]

    def tracked(path: Path) -> None:
        document = word(["资助额度最高不超过", "申报截止时间为9月30日。"])
        paragraph = document.paragraphs[0]._p
        who = f'{nsdecls("w")} w:id="1" w:author="a" w:date="2025-01-01T00:00:00Z"'
        paragraph.append(parse_xml(f"<w:del {who}><w:r><w:delText>300</w:delText></w:r></w:del>"))
        paragraph.append(parse_xml(f"<w:ins {who}><w:r><w:t>500</w:t></w:r></w:ins>"))
        paragraph.append(parse_xml(f"<w:r {nsdecls('w')}><w:t>万元。</w:t></w:r>"))
        document.save(str(path))

    yield Sample("docx-tracked-changes", "docx", tracked, tracked_text)

    headed_text = paragraphs(6, 5)

    def headed(path: Path) -> None:
        document = word(headed_text)
        document.sections[0].header.paragraphs[0].text = "省财政厅文件"
        document.sections[0].footer.paragraphs[0].text = "第1页"
        document.save(str(path))

    yield Sample("docx-head-and-foot", "docx", headed, headed_text)

    boxed_text = [*paragraphs(2, 6), "联系电话：0351-0000000"]

    def boxed(path: Path) -> None:
        document = word(boxed_text[:2])
        paragraph = document.add_paragraph()
        box = (
            f'<w:r {nsdecls("w")}><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape style="width:200pt;height:40pt"><v:textbox><w:txbxContent><w:p><w:r>'
            "<w:t>联系电话：0351-0000000</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
        )
        paragraph._p.append(parse_xml(box))
        document.save(str(path))

    yield Sample("docx-text-box", "docx", boxed, boxed_text)

    nested_rows = [["阶段", "内容"], ["申报", "申报书一式三份"]]

    def nested(path: Path) -> None:
        document = word(["申报流程"])
        add_table(document, nested_rows)
        inner = document.tables[0].cell(1, 1).add_table(2, 2)
        for cell, text in zip(
            (cell for row in inner.rows for cell in row.cells), ("份数", "3", "截止", "9月"), strict=True
        ):
            cell.text = text
        document.save(str(path))

    yield Sample(
        "docx-nested-table",
        "docx",
        nested,
        ["申报流程", "阶段\u3000内容", "申报\u3000申报书一式三份 份数 3 截止 9月"],
        [[["阶段", "内容"], ["申报", "申报书一式三份 份数 3 截止 9月"]]],
    )
    breaks_text = ["第一章　总则", "第一条　为规范管理，", "制定本办法。", "A\tB"]

    def breaks(path: Path) -> None:
        document = word(["第一章　总则"])
        run = document.add_paragraph().add_run("第一条　为规范管理，")
        run.add_break()
        run.add_text("制定本办法。")
        document.add_paragraph("A\tB")
        document.save(str(path))

    yield Sample("docx-line-breaks", "docx", breaks, breaks_text)


def office(document: Callable[[Path], object], first: str, to: str) -> Callable[[Path], None]:
    """A file written by LibreOffice from another one."""

    def write(path: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / f"source.{first}"
            document(source)
            subprocess.run(
                [
                    "soffice",
                    "--headless",
                    f"-env:UserInstallation=file://{folder}/home",
                    "--convert-to",
                    to,
                    "--outdir",
                    folder,
                    str(source),
                ],
                check=True,
                capture_output=True,
            )
            shutil.copy(Path(folder) / f"source.{to}", path)

    return write


def office_samples() -> Iterator[Sample]:
    """What LibreOffice writes: old Word, WPS, RTF, PDF with subset fonts."""
    plain = ["产业技术研究院建设指引", *paragraphs(30, 1)]
    rows, lines = table(15, 2), paragraphs(4, 9)

    def both(path: Path) -> None:
        word(lines, [rows]).save(str(path))

    def only(path: Path) -> None:
        word(plain).save(str(path))

    yield Sample("doc-plain", "doc", office(only, "docx", "doc"), plain)
    yield Sample("doc-table", "doc", office(both, "docx", "doc"), [*lines, *joined(rows)], [rows])
    mixed = ["English and 中文 in one document.", "Ümläute – “quotes” … 𠮷野家〇", *paragraphs(2)]
    yield Sample(
        "doc-mixed-scripts", "doc", office(lambda path: word(mixed).save(str(path)), "docx", "doc"), mixed
    )
    yield Sample(
        "doc-numbered",
        "doc",
        office(lambda path: numbered_document().save(str(path)), "docx", "doc"),
        _NUMBERED,
    )
    yield Sample("wps-plain", "wps", office(only, "docx", "doc"), plain)
    yield Sample("rtf-plain", "rtf", office(only, "docx", "rtf"), plain)
    yield Sample("rtf-table", "rtf", office(both, "docx", "rtf"), [*lines, *joined(rows)], [rows])
    yield Sample("pdf-from-writer", "pdf", office(only, "docx", "pdf"), plain)
    yield Sample("pdf-from-writer-table", "pdf", office(both, "docx", "pdf"), [*lines, *joined(rows)], [rows])
    rtf = rtf_gbk(lines)
    yield Sample("rtf-gb2312", "rtf", lambda path: path.write_bytes(rtf), lines)


def rtf_gbk(texts: Sequence[str]) -> bytes:
    """RTF as Chinese Windows wrote it: bytes of code page 936."""
    body = "".join(
        "".join(
            char if char.isascii() else "".join(f"\\'{byte:02x}" for byte in char.encode("gbk"))
            for char in text
        )
        + "\\par\n"
        for text in texts
    )
    return (
        r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 SimSun;}}\f0\fs24 " + body + "}"
    ).encode("ascii")


# ---------------------------------------------------------------------------------------------------- sheets


def sheet_samples() -> Iterator[Sample]:
    """Excel of both kinds, WPS tables, CSV."""
    rows = table(30)

    def book(path: Path) -> None:
        made = openpyxl.Workbook()
        sheet = made.active
        assert sheet is not None
        sheet.title = "任务表"
        for row in rows:
            sheet.append(row)
        made.save(path)

    yield Sample("xlsx-table", "xlsx", book, ["任务表", *joined(rows)], [rows])

    typed = [
        ["项目", "日期", "比例", "金额", "是否"],
        ["揭榜挂帅", "2025-03-09", "12.5%", "1200.5", "TRUE"],
        ["产学研", "2025-12-31", "7%", "30", "FALSE"],
    ]

    def types(path: Path) -> None:
        from datetime import date  # noqa: PLC0415

        made = openpyxl.Workbook()
        sheet = made.active
        assert sheet is not None
        sheet.title = "经费"
        sheet.append(typed[0])
        sheet.append(["揭榜挂帅", date(2025, 3, 9), 0.125, 1200.5, True])
        sheet.append(["产学研", date(2025, 12, 31), 0.07, 30, False])
        for row, form in ((2, "0.0%"), (3, "0%")):
            sheet.cell(row, 3).number_format = form
            sheet.cell(row, 2).number_format = "yyyy-mm-dd"
        made.save(path)

    yield Sample("xlsx-types", "xlsx", types, ["经费", *joined(typed)], [typed])

    first, second = table(4), table(6, 4)

    def sheets(path: Path) -> None:
        made = openpyxl.Workbook()
        made.remove(made.worksheets[0])
        for title, content in (("一市", first), ("二市", second)):
            sheet = made.create_sheet(title)
            for row in content:
                sheet.append(row)
        sheet = made.create_sheet("空表")
        hidden = made.create_sheet("隐藏")
        hidden.append(["不公开"])
        hidden.sheet_state = "hidden"
        made.save(path)

    yield Sample(
        "xlsx-sheets", "xlsx", sheets, ["一市", *joined(first), "二市", *joined(second)], [first, second]
    )
    merged = [["2025年科技计划项目表", "", ""], ["序号", "名称", "经费"], ["1", "新材料", "50"]]

    def spans(path: Path) -> None:
        made = openpyxl.Workbook()
        sheet = made.active
        assert sheet is not None
        sheet.title = "项目"
        for row in merged:
            sheet.append([cell or None for cell in row])
        sheet.merge_cells("A1:C1")
        made.save(path)

    yield Sample("xlsx-merged-cells", "xlsx", spans, ["项目", *joined(merged)], [merged])

    def old(path: Path) -> None:
        made = xlwt.Workbook(encoding="utf-8")
        sheet = made.add_sheet("任务表")
        for n, row in enumerate(rows):
            for m, cell in enumerate(row):
                sheet.write(n, m, cell)
        with path.open("wb") as file:
            made.save(file)

    yield Sample("xls-table", "xls", old, ["任务表", *joined(rows)], [rows])
    yield Sample("et-table", "et", old, ["任务表", *joined(rows)], [rows])
    yield Sample("xls-from-calc", "xls", office(book, "xlsx", "xls"), ["任务表", *joined(rows)], [rows])
    for name, codec, mark in (
        ("csv-utf-8", "utf-8-sig", ","),
        ("csv-gb18030", "gb18030", ","),
        ("csv-semicolons", "utf-8", ";"),
    ):
        yield Sample(
            name,
            "csv",
            written(commas(rows, mark).encode(codec)),
            joined(rows),
            [rows],
        )
    quoted = [["名称", "说明"], ["基金", "含“股权、债权”,分两期"], ["平台", "第一行 第二行"]]
    raw = [quoted[0], quoted[1], ["平台", "第一行\n第二行"]]
    yield Sample(
        "csv-quoted", "csv", lambda path: path.write_bytes(commas(raw).encode()), joined(quoted), [quoted]
    )


def commas(rows: Rows, mark: str = ",") -> str:
    """Rows as CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=mark).writerows(rows)
    return out.getvalue()


# ---------------------------------------------------------------------------------------------------- others


def other_samples() -> Iterator[Sample]:
    """Slides, OFD, plain text, archives."""
    rows = table(5)

    def slides(path: Path) -> None:
        made = pptx.Presentation()
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text = "政策解读"
        slide.placeholders[1].text = "高新技术企业奖励20万元\n研发投入补助15%"
        slide = made.slides.add_slide(made.slide_layouts[5])
        slide.shapes.title.text = "任务表"
        held = slide.shapes.add_table(len(rows), 5, Inches(1), Inches(2), Inches(8), Inches(3)).table
        for n, row in enumerate(rows):
            for m, cell in enumerate(row):
                held.cell(n, m).text = cell
        made.save(str(path))

    yield Sample(
        "pptx-slides",
        "pptx",
        slides,
        ["政策解读", "高新技术企业奖励20万元", "研发投入补助15%", "任务表", *joined(rows)],
        [rows],
    )
    texts = paragraphs(14)
    yield Sample("ofd-plain", "ofd", lambda path: path.write_bytes(ofd(texts)), texts)
    held = table(10, 1)
    yield Sample(
        "ofd-table",
        "ofd",
        lambda path: path.write_bytes(ofd(texts[:3], held)),
        [*texts[:3], *joined(held)],
        [held],
    )
    for name, codec in (("txt-gb18030", "gb18030"), ("txt-utf-16", "utf-16"), ("txt-utf-8", "utf-8")):
        yield Sample(name, "txt", written("\r\n".join(texts).encode(codec)), texts)
    old = [
        "關於促進科技創新之實施辦法",
        "第一條　為提升產業競爭力，特訂定本辦法。",
        "第二條　本辦法之主管機關為經濟部，研發經費補助上限為百分之五十。",
    ]
    yield Sample("txt-big5", "txt", lambda path: path.write_bytes("\r\n".join(old).encode("big5")), old)

    def archive(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
            for n, text in enumerate(texts[:2], start=1):
                held = io.BytesIO()
                word([text]).save(held)
                made.writestr(f"AAAA{n}.docx", held.getvalue())
            made.writestr("名单.csv", commas(held_rows).encode())
        # Chinese Windows writes names in its code page and does not say so.
        path.write_bytes(path.read_bytes().replace(b"AAAA", "附件".encode("gbk")))

    held_rows = table(3)
    yield Sample(
        "zip-of-files",
        "zip",
        archive,
        ["附件1.docx", texts[0], "附件2.docx", texts[1], "名单.csv", *joined(held_rows)],
        [held_rows],
    )

    def within(path: Path) -> None:
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as made:
            made.writestr("正文.txt", texts[3])
        with zipfile.ZipFile(path, "w") as made:
            made.writestr("附件/内层.zip", inner.getvalue())

    yield Sample("zip-in-zip", "zip", within, ["附件/内层.zip/正文.txt", texts[3]])


_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def ofd(texts: Sequence[str], rows: Rows | None = None) -> bytes:
    """A file of GB/T 33190-2016: lines of text objects in millimetres, and the rules of a table as paths."""
    pages: list[list[str]] = [[]]
    place = 25.0
    ids = iter(range(10, 1_000_000))

    def line(text: str, x: float, y: float, size: float = 4.5) -> str:
        deltas = " ".join(f"{size if char > chr(255) else size / 2}" for char in text[:-1])
        return (
            f'<ofd:TextObject ID="{next(ids)}" Boundary="{x} {y} {size * len(text)} {size + 1}" Font="2" Size="{size}">'
            f'<ofd:TextCode X="0" Y="{size}"{f" DeltaX={chr(34)}{deltas}{chr(34)}" if deltas else ""}>{text}</ofd:TextCode></ofd:TextObject>'
        )

    for text in texts:
        first = True
        while text:
            room = 32 if first else 34
            if place > 265:
                pages.append([])
                place = 25.0
            pages[-1].append(line(text[:room], 30 if not first else 39, place))
            text, first = text[room:], False
            place += 7.5
    if rows:
        widths = (15, 35, 50, 25, 25)
        lefts = [30 + sum(widths[:n]) for n in range(len(widths) + 1)]
        for row in rows:
            for cell, left in zip(row, lefts, strict=False):
                pages[-1].append(line(cell, left + 1.5, place + 1.5, 3.5))
            place += 7.5
        top = place - 7.5 * len(rows)

        def rule(x: float, y: float, width: float, height: float) -> str:
            data = f"M 0 0 L {width} {height}"
            return f'<ofd:PathObject ID="{next(ids)}" Boundary="{x} {y} {max(width, 0.2)} {max(height, 0.2)}" LineWidth="0.2"><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>'

        pages[-1] += [rule(30, top + 7.5 * n, lefts[-1] - 30, 0) for n in range(len(rows) + 1)]
        pages[-1] += [rule(left, top, 0, place - top) for left in lefts]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        head = '<?xml version="1.0" encoding="UTF-8"?>\n'
        made.writestr(
            "OFD.xml",
            f'{head}<ofd:OFD {_OFD} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>0</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>',
        )
        listed = "".join(
            f'<ofd:Page ID="{n + 3}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages))
        )
        made.writestr(
            "Doc_0/Document.xml",
            f"{head}<ofd:Document {_OFD}><ofd:CommonData><ofd:MaxUnitID>99999</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        )
        for n, objects in enumerate(pages):
            made.writestr(
                f"Doc_0/Pages/Page_{n}/Content.xml",
                f'{head}<ofd:Page {_OFD}><ofd:Content><ofd:Layer ID="{n + 500000}" Type="Body">{"".join(objects)}</ofd:Layer></ofd:Content></ofd:Page>',
            )
    return out.getvalue()


def main() -> None:
    """Write the samples, or those whose name contains the argument."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    for samples in (
        pdf_samples,
        browser_samples,
        scanned_samples,
        docx_samples,
        office_samples,
        sheet_samples,
        other_samples,
    ):
        for sample in samples():
            if wanted not in sample.name:
                continue
            folder = HERE / sample.name
            folder.mkdir(exist_ok=True)
            sample.write(folder / f"file.{sample.suffix}")
            expected = {"status": sample.status, "text": sample.text, "tables": sample.tables}
            text = json.dumps(expected, ensure_ascii=False, indent=1)
            (folder / "expected.json").write_text(text + "\n", encoding="utf-8")
            print(sample.name)


if __name__ == "__main__":
    main()

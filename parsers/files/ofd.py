"""OFD, the national format for fixed layouts (GB/T 33190-2016): a ZIP package of XML, lengths in millimetres.

Read here and not by a library: `easyofd` reads the same words but no tables, columns or running heads, and brings an AGPL
renderer along; `ofdreader` is an empty package.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from parsers.files.content import MOST_CHARACTERS, Parts, Unreadable
from parsers.files.layout import Glyph, PageLayout, Ruling, flow
from parsers.files.package import entry, open_package, parse
from parsers.files.pdf import MOST_PAGES, MOST_RULES

_POINTS = 72 / 25.4
_A4 = (0.0, 0.0, 210.0, 297.0)
_THIN = 0.8
_SHORTEST = 1.5
_COMMAND = re.compile(r"([SMLQBAC])((?:\s+-?[\d.]+)*)")
_Matrix = tuple[float, float, float, float, float, float]
_SAME: _Matrix = (1, 0, 0, 1, 0, 0)


def read_ofd(body: bytes) -> Parts:
    """Read an OFD file: its first document, page by page, templates included.

    Raises:
        Unreadable: it is damaged or a bomb.
    """
    package = open_package(body)
    root = _root(package)
    document = parse(entry(package, root), root)
    areas = _texts(document, "PhysicalBox")
    box = _numbers(areas[0]) if areas else _A4
    base = posixpath.dirname(root)
    templates = {
        str(item.get("ID")): _path(base, str(item.get("BaseLoc"))) for item in _all(document, "TemplatePage")
    }
    places = [_path(base, str(page.get("BaseLoc"))) for page in _all(document, "Page") if page.get("BaseLoc")]
    pages: list[PageLayout] = []
    scans = characters = 0
    for place in places[:MOST_PAGES]:
        content = parse(entry(package, place), place)
        under = [
            parse(entry(package, templates[name]), templates[name])
            for name in (str(item.get("TemplateID")) for item in _all(content, "Template"))
            if name in templates
        ]
        page = _page([*under, content], box)
        scans += not page.glyphs and bool(_all(content, "ImageObject"))
        characters += len(page.glyphs)
        pages.append(page)
        if characters > MOST_CHARACTERS:
            break
    blocks, tables = flow(pages)
    if scans:
        return Parts(
            blocks,
            tables,
            len(places),
            "scanned",
            f"{scans} of {len(places)} pages are pictures without text",
        )
    if len(pages) < len(places):
        return Parts(blocks, tables, len(places), "cut", f"{len(pages)} of {len(places)} pages were read")
    return Parts(blocks, tables, len(places))


def _root(package: zipfile.ZipFile) -> str:
    found = _texts(parse(entry(package, "OFD.xml"), "OFD.xml"), "DocRoot")
    if not found:
        raise Unreadable("damaged", "OFD.xml names no document")
    return _path("", found[0])


def _all(tree: etree._Element, name: str) -> list[etree._Element]:
    return list(tree.iter(f"{{*}}{name}"))


def _texts(tree: etree._Element, name: str) -> list[str]:
    return [element.text.strip() for element in _all(tree, name) if element.text]


def _path(base: str, location: str) -> str:
    """A location (ST_Loc): from the package's root where it begins with a slash, else from its file's folder."""
    return posixpath.normpath(posixpath.join("/", base, location)).lstrip("/")


def _numbers(text: str | None) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in (text or "").split())
    except ValueError as error:
        raise Unreadable("damaged", f"no numbers: {text}") from error


def _page(layers: list[etree._Element], box: tuple[float, ...]) -> PageLayout:
    left, top, width, height = (box + _A4)[:4] if len(box) >= 4 else _A4
    for layer in layers:
        for own in _texts(layer, "PhysicalBox"):
            left, top, width, height = (*_numbers(own), *_A4)[:4]
    glyphs: list[Glyph] = []
    rulings: list[Ruling] = []
    for layer in layers:
        for item in _all(layer, "TextObject"):
            glyphs += _glyphs(item, left, top)
        for item in _all(layer, "PathObject"):
            rulings += _rulings(item, left, top) if len(rulings) < MOST_RULES else ()
    return PageLayout(width * _POINTS, height * _POINTS, tuple(glyphs), tuple(rulings))


def _glyphs(item: etree._Element, left: float, top: float) -> Iterator[Glyph]:
    """The glyphs of a text object; one that is turned is a stamp or a watermark."""
    x, y, _, _ = (*_numbers(item.get("Boundary")), 0.0, 0.0, 0.0, 0.0)[:4]
    a, b, c, d, e, f = _matrix(item)
    if abs(b) > 0.1 * abs(a) or a <= 0:
        return
    size = float(item.get("Size") or 0) * abs(d)
    at_x = at_y = 0.0
    for code in _all(item, "TextCode"):
        at_x = _first(code.get("X"), at_x)
        at_y = _first(code.get("Y"), at_y)
        text = code.text or ""
        across, down = _deltas(code.get("DeltaX")), _deltas(code.get("DeltaY"))
        px, py = at_x, at_y
        for n, char in enumerate(text):
            step = across[n] if n < len(across) else (0.0 if down else size / max(abs(d), 0.01))
            gx, gy = (x + a * px + c * py + e - left), (y + b * px + d * py + f - top)
            wide = min(abs(a * step), 1.1 * size) if step else size
            if not char.isspace():
                yield Glyph(
                    char,
                    gx * _POINTS,
                    (gy - 0.88 * size) * _POINTS,
                    (gx + (wide or size)) * _POINTS,
                    (gy + 0.12 * size) * _POINTS,
                    size * _POINTS,
                )
            px += step
            py += down[n] if n < len(down) else 0.0


def _matrix(item: etree._Element) -> _Matrix:
    numbers = _numbers(item.get("CTM"))
    return (
        (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])
        if len(numbers) == 6
        else _SAME
    )


def _first(text: str | None, otherwise: float) -> float:
    numbers = _numbers(text)
    return numbers[0] if numbers else otherwise


def _deltas(text: str | None) -> list[float]:
    """Steps between glyphs; `g 3 4.5` stands for 4.5 4.5 4.5."""
    found: list[float] = []
    words = iter((text or "").split())
    try:
        for word in words:
            if word == "g":
                times, value = int(next(words)), float(next(words))
                found += [value] * min(times, 100_000)
            else:
                found.append(float(word))
    except (StopIteration, ValueError) as error:
        raise Unreadable("damaged", f"no deltas: {(text or '')[:60]}") from error
    return found


def _rulings(item: etree._Element, left: float, top: float) -> Iterator[Ruling]:
    x, y, _, _ = (*_numbers(item.get("Boundary")), 0.0, 0.0, 0.0, 0.0)[:4]
    a, b, c, d, e, f = _matrix(item)
    data = "".join(_texts(item, "AbbreviatedData"))
    points: list[tuple[float, float]] = []
    start: tuple[float, float] | None = None
    for command, arguments in _COMMAND.findall(data):
        numbers = _numbers(arguments)
        if command in "ML" and len(numbers) >= 2:
            point = (
                x + a * numbers[0] + c * numbers[1] + e - left,
                y + b * numbers[0] + d * numbers[1] + f - top,
            )
            if command == "L" and points:
                yield from _side(points[-1], point)
            points.append(point)
            start = point if command == "M" else start
        elif command == "C" and points and start is not None:
            yield from _side(points[-1], start)
        else:
            points = []


def _side(one: tuple[float, float], other: tuple[float, float]) -> Iterator[Ruling]:
    (ax, ay), (bx, by) = one, other
    across, down = abs(ax - bx), abs(ay - by)
    if min(across, down) <= _THIN < _SHORTEST <= max(across, down):
        yield Ruling(
            min(ax, bx) * _POINTS, min(ay, by) * _POINTS, max(ax, bx) * _POINTS, max(ay, by) * _POINTS
        )

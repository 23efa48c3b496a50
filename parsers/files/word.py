"""Word documents of Office Open XML (DOCX, DOCM): the text that a reader sees.

Read here with lxml: python-docx, docx2python and kreuzberg lose the numbers that Word counts, and so the clauses, and some
the text boxes and tracked insertions (`benchmarks/README.md`, "Attached files").
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from parsers.document import Block
from parsers.files.content import Parts, Table, Unreadable, cell, row_blocks, table_of
from parsers.files.numbering import Counters, Level
from parsers.files.package import entry, open_package, parse
from parsers.tree import one_line

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_UNSEEN = frozenset(
    f"{_W}{name}" for name in ("del", "moveFrom", "rt", "instrText", "delText", "pPr", "rPr", "txbxContent")
) | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
"""Elements whose text nobody sees, or that are read elsewhere: deleted text, readings above characters, field codes."""
_MARKS: Mapping[str, str] = {
    f"{_W}tab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "-",
}


def read_word(body: bytes) -> Parts:
    """Read a Word document: paragraphs with their numbers, tables, text boxes, footnotes; no running heads.

    Raises:
        Unreadable: it is damaged or a bomb.
    """
    with open_package(body) as package:
        place = _main(package)
        folder = posixpath.dirname(place)
        names = set(package.namelist())
        tree = _tree(package, place)
        word = _Word(
            _levels(_optional(package, names, f"{folder}/numbering.xml")),
            _style_numbers(_optional(package, names, f"{folder}/styles.xml")),
        )
        main = tree.find(f"{_W}body")
        if main is None:
            raise Unreadable("damaged", f"{place} has no body")
        blocks = word.blocks(main)
        for notes in ("footnotes", "endnotes"):
            found = _optional(package, names, f"{folder}/{notes}.xml")
            if found is not None:
                blocks += [
                    block for note in found if note.get(f"{_W}type") is None for block in word.blocks(note)
                ]
        remarks = [
            text
            for part, text in (
                ("vbaProject.bin", "holds macros, which were not run"),
                ("embeddings/", "holds embedded files, which were not read"),
            )
            if any(part in name for name in names)
        ]
    return Parts(blocks, word.tables, None, "read", "; ".join(remarks) or None)


def _main(package: zipfile.ZipFile) -> str:
    """Where the document lies in its package, as its relationships say."""
    for item in parse(entry(package, "_rels/.rels"), "_rels/.rels").iter(_RELATIONSHIP):
        if str(item.get("Type")).endswith("/officeDocument"):
            return str(item.get("Target")).lstrip("/")
    raise Unreadable("damaged", "the package names no document")


def _tree(package: zipfile.ZipFile, place: str) -> etree._Element:
    body = entry(package, place)
    return parse(body.replace(_STRICT[1:-1].encode(), _W[1:-1].encode()), place)


def _optional(package: zipfile.ZipFile, names: set[str], place: str) -> etree._Element | None:
    return _tree(package, place) if place in names else None


@dataclass(slots=True)
class _Word:
    """What reading needs to know of the whole document, and its tables so far."""

    lists: Mapping[str, tuple[str, tuple[Level, ...]]]
    styles: Mapping[str, tuple[str, int]]
    tables: list[Table] = field(default_factory=list)
    counters: Counters = field(default_factory=Counters)

    def blocks(self, parent: etree._Element) -> list[Block]:
        """The paragraphs and tables below an element, in reading order."""
        found: list[Block] = []
        for element in _content(parent):
            if element.tag == f"{_W}p":
                found += [Block("paragraph", text) for text in self.paragraph(element)]
            else:
                at = len(self.tables)
                table = table_of([self.row(row) for row in _content(element, "tr")])
                del self.tables[at:]  # a table in a cell is text of the cell
                if table:
                    self.tables.append(table)
                    found += row_blocks(table)
        return found

    def row(self, row: etree._Element) -> list[str]:
        before = row.find(f"{_W}trPr/{_W}gridBefore")
        cells = [""] * _number(before, 0)
        if row.find(f"{_W}trPr/{_W}del") is not None:
            return []
        for item in _content(row, "tc"):
            span = _number(item.find(f"{_W}tcPr/{_W}gridSpan"), 1)
            merged = item.find(f"{_W}tcPr/{_W}vMerge")
            covered = merged is not None and merged.get(f"{_W}val", "continue") == "continue"
            text = "" if covered else cell(" ".join(block.text for block in self.blocks(item)))
            cells += [text, *[""] * (min(span, 1_000) - 1)]
        return cells

    def paragraph(self, paragraph: etree._Element) -> Iterator[str]:
        """The lines of a paragraph, with its number in front, and of the boxes that hang on it behind."""
        text = "".join(_runs(paragraph))
        lines = [line for line in map(one_line, text.split("\n")) if line]
        if lines:
            lines[0] = self.label(paragraph) + lines[0]
        yield from lines
        for box in _boxes(paragraph):
            yield from (block.text for block in self.blocks(box))

    def label(self, paragraph: etree._Element) -> str:
        properties = paragraph.find(f"{_W}pPr")
        if properties is None:
            return ""
        style = properties.find(f"{_W}pStyle")
        name, level = self.styles.get(style.get(f"{_W}val", "") if style is not None else "", ("", 0))
        own = properties.find(f"{_W}numPr")
        if own is not None:
            name = _value(own.find(f"{_W}numId")) or name
            level = _number(own.find(f"{_W}ilvl"), level)
        if name not in self.lists:
            return ""
        counted, levels = self.lists[name]
        return self.counters.label(counted, level, levels)


def _content(parent: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Paragraphs and tables (or what is named) below an element, through controls and insertions."""
    wanted = {f"{_W}{name}" for name in names or ("p", "tbl")}
    for child in parent:
        if child.tag in wanted:
            yield child
        elif child.tag not in _UNSEEN and child.tag in _THROUGH:
            yield from _content(child, *names)


_THROUGH = frozenset(
    f"{_W}{name}" for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")
)


def _runs(element: etree._Element) -> Iterator[str]:
    """The pieces of a paragraph's text that are seen."""
    for child in element:
        if child.tag in _UNSEEN or not isinstance(child.tag, str):
            continue
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _MARKS:
            yield _MARKS[child.tag]
        elif child.tag != f"{_W}r" or not _is_hidden(child):
            yield from _runs(child)


def _is_hidden(run: etree._Element) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(f"{_W}val", "1") not in {"0", "false"}


def _boxes(element: etree._Element) -> Iterator[etree._Element]:
    for child in element:
        if child.tag == f"{_W}txbxContent":
            yield child
        elif isinstance(child.tag, str) and (child.tag not in _UNSEEN):
            yield from _boxes(child)


def _value(element: etree._Element | None) -> str | None:
    return None if element is None else element.get(f"{_W}val")


def _number(element: etree._Element | None, otherwise: int) -> int:
    value = _value(element) or ""
    return int(value) if value.isdigit() else otherwise


def _levels(numbering: etree._Element | None) -> dict[str, tuple[str, tuple[Level, ...]]]:
    """The lists by the id that paragraphs name: by what they count (lists of one kind count on) and their levels."""
    if numbering is None:
        return {}
    kinds = {
        str(kind.get(f"{_W}abstractNumId")): tuple(map(_level, kind.iter(f"{_W}lvl")))
        for kind in numbering.iter(f"{_W}abstractNum")
    }
    found = {}
    for item in numbering.iter(f"{_W}num"):
        name = str(item.get(f"{_W}numId"))
        kind = str(_value(item.find(f"{_W}abstractNumId")))
        levels = list(kinds.get(kind, ()))
        counted = kind
        for override in item.iter(f"{_W}lvlOverride"):
            level, start = int(override.get(f"{_W}ilvl", "0")), override.find(f"{_W}startOverride")
            own = override.find(f"{_W}lvl")
            if level < len(levels):
                old = levels[level] if own is None else _level(own)
                levels[level] = Level(_number(start, old.start), old.form, old.text, old.follow, old.legal)
                counted = f"{kind}/{name}"
        found[name] = (counted, tuple(levels))
    return found


def _level(level: etree._Element) -> Level:
    return Level(
        _number(level.find(f"{_W}start"), 1),
        _value(level.find(f"{_W}numFmt")) or "decimal",
        _value(level.find(f"{_W}lvlText")) or "",
        _value(level.find(f"{_W}suff")) or "tab",
        level.find(f"{_W}isLgl") is not None,
    )


def _style_numbers(styles: etree._Element | None) -> dict[str, tuple[str, int]]:
    """The list and level that paragraphs of a style have, inherited where the style says nothing."""
    if styles is None:
        return {}
    by_name = {str(style.get(f"{_W}styleId")): style for style in styles.iter(f"{_W}style")}
    found: dict[str, tuple[str, int]] = {}
    for name in by_name:
        at: str | None = name
        number, level = "", None
        for _ in range(20):  # a style may be based on itself by mistake
            style = by_name.get(at or "")
            if style is None or number:
                break
            own = style.find(f"{_W}pPr/{_W}numPr")
            if own is not None:
                number = _value(own.find(f"{_W}numId")) or ""
                stated = own.find(f"{_W}ilvl")
                level = _number(stated, 0) if level is None and stated is not None else level
            at = _value(style.find(f"{_W}basedOn"))
        if number:
            found[name] = (number, level or 0)
    return found

"""Word 97 to 2003, and WPS, which writes the same (MS-DOC): the piece table, paragraph properties and list numbers.

Read here with olefile. sharepoint-to-text and kreuzberg turn Chinese text into mojibake, antiword and catdoc (long
unmaintained) lose tables or numbers, and LibreOffice is an office suite (`benchmarks/README.md`, "Attached files").
"""

from __future__ import annotations

import io
import struct
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import olefile

from parsers.document import Block
from parsers.files.content import Parts, Table, Unreadable, add_table
from parsers.files.numbering import Counters, Level
from parsers.tree import one_line

_WORD, _OLDEST = 0xA5EC, 0x00C1
_ENCRYPTED, _WHICH_TABLE = 0x0100, 0x0200
_CCP_TEXT, _CCP_FOOTNOTES, _CCP_HEADERS, _CCP_COMMENTS, _CCP_ENDNOTES, _CCP_BOXES = (
    0x4C,
    0x50,
    0x54,
    0x5C,
    0x60,
    0x64,
)
_PAPX, _CLX, _LISTS, _OVERRIDES = 0x0102, 0x01A2, 0x02E2, 0x02EA
"""Offsets in the file information block (MS-DOC 2.5), each of a place and a length."""
_PAGE = 512
_COMPRESSED = 1 << 30
_MOST_CHARACTERS = 20_000_000

_END_OF_ROW, _LEVEL, _LIST = 0x2417, 0x260A, 0x460B
_SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
"""Sizes of the operands of property modifiers by their upper three bits (MS-DOC 2.2.5.1); 6 tells its own."""
_LONG = 0xD608

_CELL, _BREAK, _FIELD, _RESULT, _FIELD_END = "\x07", "\x0b", "\x13", "\x14", "\x15"
_ENDS = frozenset("\r\x07\x0c")
_DROPPED = {ord(mark): None for mark in "\x01\x02\x03\x04\x05\x08\x15\x1f"} | {0x1E: "-", 0xA0: " "}
"""Places of pictures, notes and boxes; hyphens that only may break or never may."""

_FORMS: Mapping[int, str] = {
    0: "decimal",
    1: "upperRoman",
    2: "lowerRoman",
    3: "upperLetter",
    4: "lowerLetter",
    10: "ideographDigital",
    11: "japaneseCounting",
    14: "decimalFullWidth",
    18: "decimalEnclosedCircle",
    22: "decimalZero",
    23: "bullet",
    26: "decimalEnclosedFullstop",
    27: "decimalEnclosedParen",
    28: "decimalEnclosedCircleChinese",
    30: "ideographTraditional",
    31: "ideographZodiac",
    33: "taiwaneseCounting",
    34: "ideographLegalTraditional",
    35: "taiwaneseCountingThousand",
    37: "chineseCounting",
    38: "chineseLegalSimplified",
    39: "chineseCountingThousand",
    255: "none",
}


def read_doc(body: bytes) -> Parts:
    """Read an old Word document: paragraphs with their numbers, tables, footnotes and text boxes; no running heads.

    Text that was deleted under tracked changes, or hidden, is read as text: its marks stand in character properties,
    which are not looked at.

    Raises:
        Unreadable: it is damaged, encrypted, or older than Word 97.
    """
    try:
        return _parts(_file(body))
    except (struct.error, IndexError, ValueError, OverflowError, OSError) as error:
        raise Unreadable("damaged", f"against MS-DOC: {type(error).__name__}: {error}") from error


@dataclass(frozen=True, slots=True)
class _File:
    """The two streams that hold a document."""

    word: bytes
    table: bytes
    remark: str | None

    def number(self, place: int) -> int:
        return int(struct.unpack_from("<I", self.word, place)[0])

    def stretch(self, place: int) -> bytes:
        """The part of the table stream that the information block points to."""
        start, length = struct.unpack_from("<II", self.word, place)
        return self.table[start : start + length]


def _file(body: bytes) -> _File:
    if not olefile.isOleFile(io.BytesIO(body)):
        raise Unreadable("damaged", "no OLE file")
    with olefile.OleFileIO(io.BytesIO(body)) as ole:
        if ole.exists("EncryptedPackage"):
            raise Unreadable("encrypted", "a password is needed to open it")
        word = ole.openstream("WordDocument").read()
        magic, version = struct.unpack_from("<HH", word)
        flags = struct.unpack_from("<H", word, 10)[0]
        if magic != _WORD or version < _OLDEST:
            raise Unreadable("unsupported", "older than Word 97")
        if flags & _ENCRYPTED:
            raise Unreadable("encrypted", "a password is needed to open it")
        table = ole.openstream("1Table" if flags & _WHICH_TABLE else "0Table").read()
        macros = ole.exists("Macros")
    return _File(word, table, "holds macros, which were not run" if macros else None)


def _parts(file: _File) -> Parts:
    text, places = _text(file)
    lengths = [
        file.number(place)
        for place in (_CCP_TEXT, _CCP_FOOTNOTES, _CCP_HEADERS, _CCP_COMMENTS, _CCP_ENDNOTES, _CCP_BOXES)
    ]
    main, notes, heads, comments, ends, boxes = lengths
    stretches = [(0, main + notes), (main + notes + heads + comments, ends + boxes)]
    properties, lists, counters = _Properties.of(file), _lists(file), Counters()
    blocks: list[Block] = []
    tables: list[Table] = []
    rows: list[list[str]] = []
    cells: list[str] = []
    held: list[str] = []

    def end_table() -> None:
        add_table(rows, blocks, tables)
        rows.clear()

    for start, length in stretches:
        for begin, end in _paragraphs(text, start, start + length):
            property_of = properties.at(places(end))
            lines = _lines(text[begin:end])
            if lines and property_of.list in lists:
                lines[0] = (
                    counters.label(str(property_of.list), property_of.level, lists[property_of.list])
                    + lines[0]
                )
            if text[end] != _CELL:
                if cells or property_of.in_table:
                    held += lines  # a paragraph of a cell that goes on
                    continue
                end_table()
                blocks += [Block("paragraph", line) for line in lines]
            elif property_of.row_ends:
                rows.append(cells)
                cells, held = [], []
            else:
                cells.append(" ".join([*held, *lines]))
                held = []
    end_table()
    return Parts(blocks, tables, None, "read", file.remark)


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the paragraphs of a stretch of text begin and end; the end is their mark."""
    at = start
    for place in range(start, min(end, len(text))):
        if text[place] in _ENDS:
            yield at, place
            at = place + 1


def _lines(text: str) -> list[str]:
    """A paragraph's lines without the codes of its fields."""
    while (end := text.find(_RESULT)) >= 0 and (begin := text.rfind(_FIELD, 0, end)) >= 0:
        text = text[:begin] + text[end + 1 :]
    if _FIELD in text:  # fields without a result
        text = "".join(
            part.partition(_FIELD_END)[2] if n else part for n, part in enumerate(text.split(_FIELD))
        )
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    cleaned = whole.replace(_RESULT, "").translate(_DROPPED)
    return [line for line in map(one_line, cleaned.split(_BREAK)) if line]


def _text(file: _File) -> tuple[str, _Places]:
    """All characters of the document, by its piece table (MS-DOC 2.8.35), and where in the file each stands."""
    clx = file.stretch(_CLX)
    at = 0
    while clx[at] == 1:
        at += 3 + int(struct.unpack_from("<H", clx, at + 1)[0])
    if clx[at] != 2:
        raise Unreadable("damaged", "no piece table")
    length = struct.unpack_from("<I", clx, at + 1)[0]
    plc = clx[at + 5 : at + 5 + length]
    count = (len(plc) - 4) // 12
    positions = struct.unpack_from(f"<{count + 1}I", plc)
    if positions[-1] > _MOST_CHARACTERS:
        raise Unreadable("too_large", f"says that it has {positions[-1]} characters")
    pieces, text = [], []
    for n in range(count):
        place = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * n + 2)[0]
        size = positions[n + 1] - positions[n]
        if place & _COMPRESSED:
            start, width = (place & ~_COMPRESSED) // 2, 1
            text.append(file.word[start : start + size].decode("cp1252", "replace"))
        else:
            start, width = place, 2
            units = file.word[start : start + 2 * size]
            # Unit by unit, since positions count them; a pair of surrogates becomes one character in `_lines`.
            text.append(
                "".join(map(chr, struct.unpack(f"<{len(units) // 2}H", units[: len(units) // 2 * 2]))).ljust(
                    size
                )
            )
        pieces.append((positions[n], start, width))
    return "".join(text), _Places(tuple(pieces))


@dataclass(frozen=True, slots=True)
class _Places:
    """Where characters stand in the file, by pieces."""

    pieces: tuple[tuple[int, int, int], ...]

    def __call__(self, position: int) -> int:
        first, start, width = self.pieces[bisect_right(self.pieces, position, key=lambda piece: piece[0]) - 1]
        return start + (position - first) * width


@dataclass(frozen=True, slots=True)
class _Property:
    """What is looked at of a paragraph's properties."""

    in_table: bool = False
    row_ends: bool = False
    list: int = 0
    level: int = 0


@dataclass(frozen=True, slots=True)
class _Properties:
    """Properties of paragraphs by where their ends stand in the file (MS-DOC 2.8.6 PlcBtePapx, 2.9.174 PapxFkp)."""

    ends: tuple[int, ...]
    values: tuple[_Property, ...]

    @classmethod
    def of(cls, file: _File) -> _Properties:
        plc = file.stretch(_PAPX)
        count = max((len(plc) - 4) // 8, 0)
        found: dict[int, _Property] = {}
        for number in struct.unpack_from(f"<{count}I", plc, 4 * (count + 1)) if count else ():
            page = file.word[number * _PAGE : (number + 1) * _PAGE]
            runs = page[-1] if len(page) == _PAGE else 0
            ends = struct.unpack_from(f"<{runs + 1}I", page) if runs else ()
            for n in range(runs):
                at = page[4 * (runs + 1) + 13 * n] * 2
                found[ends[n + 1]] = _property(page, at) if at else _Property()
        ordered = sorted(found)
        return cls(tuple(ordered), tuple(found[end] for end in ordered))

    def at(self, place: int) -> _Property:
        n = bisect_right(self.ends, place)
        return self.values[n] if n < len(self.values) else _Property()


def _property(page: bytes, at: int) -> _Property:
    size = page[at]
    start, end = (at + 2, at + 2 + 2 * page[at + 1]) if size == 0 else (at + 1, at + 2 * size)
    modifiers = dict(_modifiers(page[start + 2 : end]))
    return _Property(
        bool(modifiers.get(0x2416)),
        bool(modifiers.get(_END_OF_ROW)),
        modifiers.get(_LIST, 0),
        modifiers.get(_LEVEL, 0),
    )


def _modifiers(properties: bytes) -> Iterator[tuple[int, int]]:
    at = 0
    while at + 2 <= len(properties):
        name = struct.unpack_from("<H", properties, at)[0]
        at += 2
        kind = name >> 13
        if kind != 6:
            size = _SIZES[kind]
            yield name, int.from_bytes(properties[at : at + size], "little")
        elif name == _LONG:
            size = 1 + int.from_bytes(properties[at : at + 2], "little")
        else:
            size = 1 + properties[at] if at < len(properties) else 1
        at += size


def _lists(file: _File) -> dict[int, tuple[Level, ...]]:
    """The levels of the lists by the number that paragraphs name (MS-DOC 2.9.150 LSTF, 2.9.132 LFO)."""
    start, length = struct.unpack_from("<II", file.word, _LISTS)
    if not length:
        return {}
    count = struct.unpack_from("<H", file.table, start)[0]
    at = start + length
    kinds: dict[int, tuple[Level, ...]] = {}
    for n in range(count):
        head = start + 2 + 28 * n
        name = struct.unpack_from("<i", file.table, head)[0]
        simple = file.table[head + 26] & 1
        levels = []
        for _ in range(1 if simple else 9):
            level, at = _level(file.table, at)
            levels.append(level)
        kinds[name] = tuple(levels)
    overrides = file.stretch(_OVERRIDES)
    number = struct.unpack_from("<I", overrides)[0] if overrides else 0
    found = {}
    for n in range(min(number, 2_000)):
        name = struct.unpack_from("<i", overrides, 4 + 16 * n)[0]
        if name in kinds:
            found[n + 1] = kinds[name]
    return found


def _level(table: bytes, at: int) -> tuple[Level, int]:
    start, form = struct.unpack_from("<iB", table, at)
    follow = table[at + 15]
    after_chars, after_paragraphs = table[at + 24], table[at + 25]
    at += 28 + after_chars + after_paragraphs
    size = struct.unpack_from("<H", table, at)[0]
    text = table[at + 2 : at + 2 + 2 * size].decode("utf-16-le", "replace")
    label = "".join(f"%{ord(char) + 1}" if char < "\x09" else char for char in text)
    return Level(
        start, _FORMS.get(form, "decimal"), label, ("tab", "space", "nothing")[min(follow, 2)]
    ), at + 2 + 2 * size

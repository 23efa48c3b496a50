"""Plain text, Markdown and text with HTML in it: front matter and paragraphs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from parsers.document import CELL_GAP, Block, Extraction
from parsers.exceptions import TooComplex
from parsers.metadata.lines import page_lines
from parsers.tree import one_line, parse_html

_FRONT = re.compile(
    r"\A[\ufeff\s]*---[ \t]*\r?\n(?P<body>.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
_FRONT_TOML = re.compile(
    r"\A[\ufeff\s]*\+\+\+[ \t]*\r?\n(?P<body>.*?)\r?\n\+\+\+[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
_PAIR = re.compile(r"^(?P<key>[A-Za-z_][\w-]*)\s*:(?:\s+(?P<value>.*))?$")
_ITEM = re.compile(r"^\s*-\s+(?P<value>.+)$")
_COMMENT = re.compile(r"\s+#.*$")
_TAG = re.compile(
    r"</?(?:p|div|br|h[1-6]|table|tbody|tr|td|ul|ol|li|span|strong|em|b|i|a|img|section|blockquote|font)\b[^<>]*>",
    re.IGNORECASE,
)
_BRACKETED_URL = re.compile(r"<(https?://[^<>\s]+)>")
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_ANY_HEADING = re.compile(r"^#{1,6} \S", re.MULTILINE)
_BULLET = re.compile(r"^(\s*)[-*+]\s+(.+)$")
_QUOTE = re.compile(r"^\s*(?:>\s?)+")
_RULE = re.compile(
    r"(?:[-*_][ \t]*){3,}|={3,}|\|?(?:\s*:?-{2,}:?\s*\|)+(?:\s*:?-{2,}:?\s*)?|\{%[^%]*%\}|```\w*"
)
"""A rule, a line under a heading or under a table's head, a Jekyll tag, a fence of code."""
_ROW = re.compile(r"\|[^|]+(?:\|[^|]*)+\|")
_MARKED_LINE = re.compile(r"^[ \t]*(?=#{1,6} |[-*+] |\d{1,2}[.)] |> |\|)", re.MULTILINE)
_HEADING_LINE = re.compile(r"^([ \t]*#{1,6} .*)$", re.MULTILINE)
_INVISIBLE = re.compile(r"<!--.*?-->", re.DOTALL)
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^()\s]*(?:\s+\"[^\"]*\")?\)(?:\{:[^}]*\})?")
_LINK = re.compile(r"\[([^\[\]\n]+)\]\(<?[^()<>\s]*>?(?:\s+\"[^\"]*\")?\)(?:\{:[^}]*\})?")
_ONLY_LINKS = re.compile(r"(?:\[[^\]]*\]\([^)\s]*\)[\s|｜·/、,，]*)+")
# CommonMark's flanking rules, stricter: `李**、王**` and `7 * 8 * 9` are no emphasis.
_EMPHASIS = (
    re.compile(r"\*\*\*(?=[^\s*、，。；])([^*\n]+?)(?<=[^\s*])\*\*\*(?!\*)"),
    re.compile(r"(?<![\w*])\*\*(?=[^\s*、，。；])([^*\n]+?)(?<=[^\s*])\*\*(?!\*)"),
    re.compile(r"(?<!\*)\*\*(?=[^\s*、，。；])([^*\n]{4,}?)(?<=[^\s*])\*\*(?!\*)"),
    re.compile(r"(?<![\w_])__(?=[^\s_])([^\n]+?)(?<=[^\s_])__(?![\w_])"),
    re.compile(r"(?<![\w*])\*(?=[^\s*、，。；])([^*\n]{2,}?)(?<=[^\s*])\*(?!\*)"),
    re.compile(r"(?<![\w_])_(?=[^\s_])([^_\n]+?)(?<=[^\s_])_(?![\w_])"),
    re.compile(r"(?<!`)`([^`\n]+)`(?!`)"),
)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")
# What XML allows no node to hold.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
MOST_CHARACTERS = 1_000_000
"""The longest law has 200,000; a text of 20 million would take half a minute."""
FEWEST_TAGS = 2
"""One angle bracket may be text; two tags are markup."""
NARROWEST_WRAP, WIDEST_WRAP = 50, 100
"""Lines of a hard-wrapped Latin text; in Chinese a line is a paragraph."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The YAML or TOML head of a Jekyll or Hugo post; scalars and flat lists of them.

    Attributes:
        values: Key in lower case → its values; one for a scalar.
    """

    values: Mapping[str, tuple[str, ...]]

    def first(self, *keys: str) -> str | None:
        """The first value of the first of these keys that has one."""
        return next((self.values[key][0] for key in keys if self.values.get(key)), None)


def read(text: str, is_markdown: bool = False) -> tuple[Extraction, FrontMatter | None]:
    """Read a text that is not a page.

    Args:
        text: The decoded text: plain, Markdown with or without front matter, or with HTML tags in it.
        is_markdown: It was declared as Markdown; a front matter or a heading tells so, too.

    Returns:
        Its paragraphs, links of a line of their own and bare URLs included, and its front matter.

    Raises:
        TooComplex: It has more than `MOST_CHARACTERS`.
    """
    if len(text) > MOST_CHARACTERS:
        raise TooComplex(f"{len(text)} characters of text, more than {MOST_CHARACTERS}")
    front, body = _split_front(text)
    markdown = is_markdown or front is not None or _ANY_HEADING.search(body) is not None
    if markdown:
        body = _INVISIBLE.sub("", body)
    has_tags = len(_TAG.findall(body)) >= FEWEST_TAGS
    blocks = _marked_up(body, markdown) if has_tags else _paragraphs(body, markdown)
    return Extraction(blocks=tuple(blocks), container="plain"), front


def _split_front(text: str) -> tuple[FrontMatter | None, str]:
    toml = _FRONT_TOML.match(text)
    if toml is not None:
        return _toml(toml["body"]), text[toml.end() :]
    found = _FRONT.match(text)
    if found is None:
        return None, text
    values: dict[str, list[str]] = {}
    key = None
    for line in found["body"].splitlines():
        pair, item = _PAIR.match(line), _ITEM.match(line)
        if pair is not None:
            key = pair["key"].lower()
            values[key] = _values(pair["value"] or "")
        elif item is not None and key is not None:
            values[key].append(_scalar(item["value"]))
        elif line.strip() and not line.lstrip().startswith("#") and not line.startswith((" ", "\t")):
            # A rule of hyphens around prose is no front matter.
            return None, text
    return (
        (FrontMatter({name: tuple(many) for name, many in values.items()}), text[found.end() :])
        if values
        else (None, text)
    )


def _toml(source: str) -> FrontMatter | None:
    """The TOML head of a Hugo post; one that is no TOML is nobody's."""
    try:
        table = tomllib.loads(source)
    except tomllib.TOMLDecodeError:
        return None
    return FrontMatter(
        {
            name.lower(): tuple(str(item) for item in (value if isinstance(value, list) else [value]))
            for name, value in table.items()
            if not isinstance(value, dict)
        }
    )


def _values(text: str) -> list[str]:
    bare = text.strip()
    if bare.startswith("[") and bare.endswith("]"):
        return [value for value in (_scalar(part) for part in bare[1:-1].split(",")) if value]
    value = _scalar(bare)
    return [value] if value else []


def _scalar(text: str) -> str:
    bare = text.strip()
    if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'":
        inner = bare[1:-1]
        return inner.replace('\\"', '"').replace("\\\\", "\\") if bare[0] == '"' else inner.replace("''", "'")
    return _COMMENT.sub("", bare).strip()


def _marked_up(text: str, markdown: bool) -> Iterator[Block]:
    shielded = _BRACKETED_URL.sub(r"<p>&lt;\1&gt;</p>", text)
    if markdown:
        # Between tags a line break is a blank; Markdown ends its lines with it.
        shielded = _MARKED_LINE.sub("<br>", _HEADING_LINE.sub(r"\1<br>", shielded))
    tree = parse_html(re.sub(r"\n[ \t]*(?:\r?\n[ \t]*)+", "\n<br>\n", shielded))
    for row in list(tree.iter("tr")):
        _flatten(row)
    for line in page_lines(tree):
        if line.level:
            yield Block("heading", line.text, line.level)
        elif line.tag in {"li", "tr"}:
            yield Block("item" if line.tag == "li" else "row", line.text)
        else:
            yield from _block(line.text, markdown)


def _flatten(row: etree._Element) -> None:
    """Make a table's row one line, cells joined by `CELL_GAP`."""
    cells = [
        one_line("".join(str(part) for part in cell.itertext())) for cell in row if cell.tag in {"td", "th"}
    ]
    tail = row.tail
    row.clear()
    # An entity may stand for a character that no node can hold.
    row.text, row.tail = (
        _UNSPEAKABLE.sub("", CELL_GAP.join(cell.replace(CELL_GAP, " ") for cell in cells)),
        tail,
    )


def _paragraphs(text: str, markdown: bool) -> Iterator[Block]:
    for run in re.split(r"\n[ \t\u3000]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = [line for line in run.split("\n") if line.strip()]
        if _is_wrapped(lines):
            lines = [" ".join(line.strip() for line in lines)]
        for line in lines:
            yield from _block(line, markdown)


def _block(line: str, markdown: bool) -> Iterator[Block]:
    """One line as what its Markdown signs make of it; nothing for a rule."""
    if not markdown:
        yield Block("paragraph", one_line(line))
        return
    bare = _QUOTE.sub("", line)
    if _RULE.fullmatch(bare.strip()):
        return
    heading, bullet = _HEADING.match(bare.strip()), _BULLET.match(bare)
    if heading is not None:
        block = Block("heading", _inline(heading[2]), len(heading[1]))
    elif bullet is not None:
        block = Block("item", _inline(bullet[2]), len(bullet[1]) // 2 + 1)
    elif _ROW.fullmatch(bare.strip()):
        cells = (_inline(cell) for cell in bare.strip().strip("|").split("|"))
        block = Block("row", CELL_GAP.join(cell.replace(CELL_GAP, " ") for cell in cells))
    else:
        block = Block("paragraph", _inline(bare))
    if block.text:
        yield block


def _inline(text: str) -> str:
    """A line without the signs of emphasis, links and images; one that is nothing but links stays as it is."""
    line = one_line(text)
    if _ONLY_LINKS.fullmatch(line):
        return line
    line = _LINK.sub(r"\1", _IMAGE.sub("", line))
    for pattern in _EMPHASIS:
        line = pattern.sub(r"\1", line)
    return one_line(_ESCAPED.sub(r"\1", line))


def _is_wrapped(lines: list[str]) -> bool:
    return len(lines) > 1 and all(
        NARROWEST_WRAP <= len(line) <= WIDEST_WRAP and line.isascii() and not line.rstrip().endswith(":")
        for line in lines[:-1]
    )

"""Plain text, Markdown and text with HTML in it: front matter and paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from parsers.document import Block, BlockKind, Extraction
from parsers.lines import page_lines
from parsers.tree import one_line, parse_html

_FRONT = re.compile(
    r"\A[\ufeff\s]*---[ \t]*\r?\n(?P<body>.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL
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
FEWEST_TAGS = 2
"""One angle bracket may be text; two tags are markup."""
NARROWEST_WRAP, WIDEST_WRAP = 50, 100
"""Lines of a hard-wrapped Latin text; in Chinese a line is a paragraph."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The YAML head of a Jekyll or Hugo post; scalars and flat lists of them.

    Attributes:
        values: Key in lower case → its values; one for a scalar.
    """

    values: Mapping[str, tuple[str, ...]]

    def first(self, *keys: str) -> str | None:
        """The first value of the first of these keys that has one."""
        return next((self.values[key][0] for key in keys if self.values.get(key)), None)


def read(text: str) -> tuple[Extraction, FrontMatter | None]:
    """Read a text that is not a page.

    Args:
        text: The decoded text: plain, Markdown with or without front matter, or with HTML tags in it.

    Returns:
        Its paragraphs, links and bare URLs included, and its front matter.
    """
    front, body = _split_front(text)
    if len(_TAG.findall(body)) >= FEWEST_TAGS:
        blocks = tuple(_marked_up(body))
    else:
        markdown = front is not None or _ANY_HEADING.search(body) is not None
        blocks = tuple(_paragraphs(body, markdown))
    return Extraction(blocks=blocks, container="plain"), front


def _split_front(text: str) -> tuple[FrontMatter | None, str]:
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


def _marked_up(text: str) -> Iterator[Block]:
    shielded = _BRACKETED_URL.sub(r"<p>&lt;\1&gt;</p>", text)
    tree = parse_html(re.sub(r"\n[ \t]*(?:\r?\n[ \t]*)+", "\n<br>\n", shielded))
    for row in list(tree.iter("tr")):
        _flatten(row)
    for line in page_lines(tree):
        kind: BlockKind = "paragraph"
        if line.level:
            kind = "heading"
        elif line.tag in {"li", "tr"}:
            kind = "item" if line.tag == "li" else "row"
        yield Block(kind, line.text, line.level or None)


def _flatten(row: etree._Element) -> None:
    """Make a table's row one line, cells joined by ` | `."""
    cells = [
        one_line("".join(str(part) for part in cell.itertext())) for cell in row if cell.tag in {"td", "th"}
    ]
    tail = row.tail
    row.clear()
    row.text, row.tail = " | ".join(cells), tail


def _paragraphs(text: str, markdown: bool) -> Iterator[Block]:
    for run in re.split(r"\n[ \t\u3000]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = [line for line in run.split("\n") if line.strip()]
        if _is_wrapped(lines):
            lines = [" ".join(line.strip() for line in lines)]
        for line in lines:
            heading = _HEADING.match(line.strip()) if markdown else None
            bullet = _BULLET.match(line) if markdown else None
            if heading is not None:
                yield Block("heading", heading[2], len(heading[1]))
            elif bullet is not None:
                yield Block("item", bullet[2].strip(), len(bullet[1]) // 2 + 1)
            else:
                yield Block("paragraph", one_line(line))


def _is_wrapped(lines: list[str]) -> bool:
    return len(lines) > 1 and all(
        NARROWEST_WRAP <= len(line) <= WIDEST_WRAP and line.isascii() and not line.rstrip().endswith(":")
        for line in lines[:-1]
    )

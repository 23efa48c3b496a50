"""Pagers that a script writes → the pages that they would link.

TRS calls `createPageHTML(pages, current page from 0, name, suffix, …)` or sets `countPage` and `currentPage` and writes
the links itself (`"index" + "_" + nextPage + "." + "html"`). Others have the next page in the query (`"?pageNo=" + n`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from posixpath import basename
from urllib.parse import urlsplit

from lxml.html import HtmlElement

# A hostile page count must not become a million addresses.
MOST_PAGES = 1_000

# Strings, templates and regular expressions are kept whole, since `//`, `/*` and quotes stand in them. No quotient
# follows what a regular expression follows. Each may lack its end, except a template, which may have many lines.
_LITERAL = (
    r"""(?P<kept>"(?:[^"\\\n]|\\.)*+"?|'(?:[^'\\\n]|\\.)*+'?|`(?:[^`\\]|\\.)*+`"""
    r"""|(?<=[(,=:\[!&|?])\s?/(?![/*])(?:[^/\[\\\n]|\\.|\[(?:[^\]\\\n]|\\.)*+\]?)*+/?|\\.)"""
)
# An address is none, where a quote was misread.
_LINE_COMMENT = r"(?<!http:)(?<!https:)//[^\r\n]*|<!--[^\r\n]*"
_TOKEN = re.compile(rf"{_LITERAL}|/\*.*?(?:\*/|(?P<open>\Z))|{_LINE_COMMENT}", re.DOTALL)
_TOKEN_OF_LINE = re.compile(f"{_LITERAL}|{_LINE_COMMENT}", re.DOTALL)
_NUMBER = r"""["']?(?:\d{1,9}|[A-Za-z_$][\w$]{0,40})["']?"""
_VARIABLE = re.compile(r"""(?<![\w$.])([A-Za-z_$][\w$]*)\s*=\s*["']?(\d{1,9})\b(?!\s*[-+*/%.])""")
# A variant has the id of an element in front of the numbers, and counts from 1.
_CALL = re.compile(
    rf"""createPageHTML\(\s*(?P<element>["'][^"']*["']\s*,\s*)?(?P<count>{_NUMBER})\s*,\s*(?P<current>{_NUMBER})\s*,"""
    r"""\s*["'](?P<name>[^"']*)["']\s*,\s*["']\.?(?P<suffix>\w+)["']""",
    re.IGNORECASE,
)
_WRITTEN = re.compile(
    r"""(?<![\w-])(?P<name>[\w-]{1,80})["'+\s]{0,12}_["']\s{0,8}\+[^"'\n;]{1,40}\+\s{0,8}["']\."""
    r"""["'+\s]{0,12}(?P<suffix>[a-z]{2,6})\b""",
    re.IGNORECASE,
)
_QUERY = re.compile(
    r"""["'](?P<before>[^"'\s<>()]{0,200}[?&])(?P<name>page(?:No|Num|Number|Index)?)=["']\s*\+""",
    re.IGNORECASE,
)
_LINKED = re.compile(r"""(?:href|location)[\w.]*[=(+\s\\"']*\Z""")
_OWN_NAME = re.compile(r"(?P<name>[\w-]+)\.(?P<suffix>\w+)")
_PAGE_NUMBER = re.compile(r"[0-9]{1,9}")
# Characters in front of an address in which it may be said to be that of a link.
_REACH = 40
_TOTALS = ("totalPage", "totalPages", "pageCount", "countPage")


def script_pages(tree: HtmlElement, url: str) -> Iterator[str]:
    """References to the further pages that the scripts of a page would link; what they have in comments is dead.

    Args:
        tree: The page.
        url: Its own address, whatever its `<base href>` says: there stands which page it is.
    """
    code = "\n".join(_TOKEN.sub(_kept, script.text or "") for script in tree.iter("script"))
    variables: dict[str, int] = {}
    for name, number in _VARIABLE.findall(code):
        variables.setdefault(name, int(number))
    yield from _called(code, variables)
    yield from _written(code, variables, url)
    yield from _queried(code, variables, url)


def _kept(token: re.Match[str]) -> str:
    if token.lastgroup == "open":  # no comment, since it has no end
        return _TOKEN_OF_LINE.sub(_kept, token[0])
    return token["kept"] or " "


def _called(code: str, variables: Mapping[str, int]) -> Iterator[str]:
    for call in _CALL.finditer(code):
        count, current = (_value(call[name], variables) for name in ("count", "current"))
        if count is not None and current is not None:
            last = count if call["element"] else count - 1
            yield from _names(call["name"], call["suffix"], current + 1, last)


def _value(written: str, variables: Mapping[str, int]) -> int | None:
    plain = written.strip("\"'")
    return int(plain) if plain.isdecimal() else variables.get(plain)


def _written(code: str, variables: Mapping[str, int], url: str) -> Iterator[str]:
    count, current = variables.get("countPage"), variables.get("currentPage")
    written = _WRITTEN.search(code)
    found = written or _OWN_NAME.fullmatch(basename(urlsplit(url).path))
    if count is not None and current is not None and found:
        name = found["name"] if written else found["name"].removesuffix(f"_{current}")
        yield from _names(name, found["suffix"], current + 1, count - 1)


def _names(name: str, suffix: str, first: int, last: int) -> Iterator[str]:
    for number in range(first, min(last + 1, first + MOST_PAGES)):
        yield f"{name}_{number}.{suffix}"


def _queried(code: str, variables: Mapping[str, int], url: str) -> Iterator[str]:
    """The next page alone: the page after it follows from it."""
    last = next((variables[name] for name in _TOTALS if name in variables), 0)
    own = urlsplit(url)
    for query in islice(_QUERY.finditer(code), MOST_PAGES):
        name, (address, _, before) = query["name"], query["before"].rstrip("&").partition("?")
        # Comments and counters are asked for in the same way.
        is_link = _LINKED.search(code, max(0, query.start() - _REACH), query.start())
        if not is_link and address not in {"", own.path, basename(own.path)}:
            continue
        given = [value for key, value in _pairs(own.query) if key == name and _PAGE_NUMBER.fullmatch(value)]
        current = int(given[0]) if given else variables.get(name, 1)
        if current < last:
            others = _pairs(before if address or before else own.query)
            kept = [f"{key}={value}" for key, value in others if key != name]
            yield f"{address}?{'&'.join((*kept, f'{name}={current + 1}'))}"


def _pairs(query: str) -> list[tuple[str, str]]:
    """The keys and values of a query as they are spelt, in whatever encoding."""
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return [(key, value) for key, _, value in pairs]

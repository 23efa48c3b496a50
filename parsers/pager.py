"""Pagers that a script writes → the pages that they would link.

TRS calls `createPageHTML(pages, current page from 0, name, suffix, …)` or sets `countPage` and `currentPage` and writes
the links itself (`"index" + "_" + nextPage + "." + "html"`). Others have the next page in the query (`"?pageNo=" + n`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from posixpath import basename
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement
from w3lib.url import add_or_replace_parameter, url_query_parameter

# A hostile page count must not become a million addresses.
MOST_PAGES = 1_000

# A string is kept whole, since `//` stands in addresses; `\/` is of a regular expression. A comment may lack its end.
_TOKEN = re.compile(
    r"""(?P<kept>"(?:[^"\\\n]|\\.)*+"?|'(?:[^'\\\n]|\\.)*+'?|\\.)|/\*.*?(?:\*/|\Z)|//[^\r\n]*|<!--[^\r\n]*""",
    re.DOTALL,
)
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
_OWN_NAME = re.compile(r"(?P<name>[\w-]+?)(?:_\d{1,6})?\.(?P<suffix>\w+)")
_TOTALS = ("totalPage", "totalPages", "pageCount", "countPage")


def script_pages(tree: HtmlElement, base_url: str) -> Iterator[str]:
    """References to the further pages that the scripts of a page would link; what they have in comments is dead."""
    code = "\n".join(_TOKEN.sub(_kept, script.text or "") for script in tree.iter("script"))
    variables: dict[str, int] = {}
    for name, number in _VARIABLE.findall(code):
        variables.setdefault(name, int(number))
    yield from _called(code, variables)
    yield from _written(code, variables, base_url)
    yield from _queried(code, variables, base_url)


def _kept(token: re.Match[str]) -> str:
    return token["kept"] or " "


def _called(code: str, variables: Mapping[str, int]) -> Iterator[str]:
    for call in _CALL.finditer(code):
        count, current = (_value(call[name], variables) for name in ("count", "current"))
        if count is not None and current is not None:
            last = count if call["element"] else count - 1
            yield from _names(call, current + 1, last)


def _value(written: str, variables: Mapping[str, int]) -> int | None:
    plain = written.strip("\"'")
    return int(plain) if plain.isdecimal() else variables.get(plain)


def _written(code: str, variables: Mapping[str, int], base_url: str) -> Iterator[str]:
    count, current = variables.get("countPage"), variables.get("currentPage")
    name = _WRITTEN.search(code) or _OWN_NAME.fullmatch(basename(urlsplit(base_url).path))
    if count is not None and current is not None and name:
        yield from _names(name, current + 1, count - 1)


def _names(name: re.Match[str], first: int, last: int) -> Iterator[str]:
    for number in range(first, min(last + 1, first + MOST_PAGES)):
        yield f"{name['name']}_{number}.{name['suffix']}"


def _queried(code: str, variables: Mapping[str, int], base_url: str) -> Iterator[str]:
    """The next page alone: the page after it follows from it."""
    last = next((variables[name] for name in _TOTALS if name in variables), 0)
    for query in islice(_QUERY.finditer(code), MOST_PAGES):
        given = url_query_parameter(base_url, query["name"]) or ""
        current = int(given) if given.isdecimal() else variables.get(query["name"], 1)
        if current < last:
            page = urljoin(base_url, query["before"].rstrip("?&"))
            yield add_or_replace_parameter(page, query["name"], str(current + 1))

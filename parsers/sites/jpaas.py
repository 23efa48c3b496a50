"""JPaaS (大汉 jpaas-publish-server): ministries and provinces since 2020. A list comes from a service that the page names.

    <script url="/api-gateway/jpaas-publish-server/front/page/build/unit" querydata="{'parseType':'bulidstatic', …}">

Its answer is JSON with the list as HTML (`data.html`). Below the list stands its pager, as attributes of an element

    <div class="pagination" rows="15" count="8242" pageNo="1" unitUrl="/api-gateway/…/build/unit" queryData="{…}">

and a page is asked for by `paramJson={"pageNo":2,"pageSize":15}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import urlencode

from lxml.html import HtmlElement

from parsers.sites.family import Family, script_with

_PAIR = re.compile(r"""(?<!\w)(\w{1,80})['"]?\s{0,9}:\s{0,9}['"]([^'"]*)['"]""")
_SERVICE = "jpaas-publish-server"

MOST_HTML = 4_000_000
"""Characters of an answer that are looked through."""

LONGEST_NUMBER = 10
"""Digits from which on a number counts no rows."""


def _marks(tree: HtmlElement) -> str | None:
    if any(script.get("querydata") for script in tree.iter("script")):
        return "a script with querydata, which names a list service"
    return "a script of jpaas-publish-server" if script_with(tree, _SERVICE) else None


def _further(tree: HtmlElement) -> Iterator[str]:
    """The service, asked as the page's own script asks it; parts of an article are no list."""
    for script in tree.iter("script"):
        query = dict(_PAIR.findall(script.get("querydata") or ""))
        if script.get("url") and query.get("pageType", "article") != "article":
            yield f"{script.get('url')}?{urlencode(query)}"
    for pager in tree.iter("div"):
        if pager.get("uniturl") and (page := _next_page(pager)):
            query = {**dict(_PAIR.findall(pager.get("querydata") or "")), "paramJson": page}
            yield f"{pager.get('uniturl')}?{urlencode(query)}"


def _next_page(pager: HtmlElement) -> str | None:
    """The page after the one that a pager stands on, as the service wants it; None on the last one."""
    numbers = [pager.get(name) or "" for name in ("pageno", "rows", "count")]
    if not all(number.isdecimal() and len(number) < LONGEST_NUMBER for number in numbers):
        return None
    page, rows, count = map(int, numbers)
    return (
        json.dumps({"pageNo": page + 1, "pageSize": rows}, separators=(",", ":"))
        if rows and page * rows < count
        else None
    )


def html_of(text: str) -> str | None:
    """The HTML in the answer of a list service: the longest text with a link in it; None where it is no such answer."""
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start not in {"{", "["} or len(text) > MOST_HTML:
        return None
    try:
        answer = json.loads(text.lstrip("\ufeff \t\r\n"))
    except (ValueError, RecursionError):
        return None
    return max((item for item in _texts(answer) if "<a " in item), key=len, default=None)


def _texts(value: object, depth: int = 8) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth and isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item, depth - 1)


JPAAS = Family(
    "jpaas",
    "JPaaS",
    (re.compile(r"/art/(?:19|20)\d\d/art_[0-9a-f]{20,}\.html$"), re.compile(f"/{_SERVICE}/")),
    _marks,
    further=_further,
)

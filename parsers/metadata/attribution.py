"""Whose site shows a text, where it was taken from, and who wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

from parsers.metadata.bylines import clean_outlet, find_authors, is_medium, is_news_medium, person_names
from parsers.metadata.dates import find_dates
from parsers.metadata.scene import Offer, Scene
from parsers.tree import one_line

_OUTLET_TAGS = ("contentsource", "source", "article:source", "og:source", "sourcename", "source_name")
_AUTHOR_TAGS = ("article:author", "og:article:author")
_BRACKETED = re.compile(r"[（(【\[](?:文章|稿件|信息|新闻)?来源\s*[：:]\s*([^（）()【】\[\]]{2,40})[）)】\]]")
_SITE = re.compile(
    r"(?:政府(?:门户网站|网)?|门户网站|官方网站|网站|网|委员会|政协|日报|新闻|厅|局|部|大学)$|^(?:Ministry|State|National|General|China|People)\b|(?:Government|Republic of China|Bureau|Commission|Administration|Daily|News|Times|Post|Xinhua|CGTN|Online|Website)$"
)
_ACCOUNT = etree.XPath("/descendant::*/@id[.='js_name']/parent::*")
"""WeChat: the site's name is the platform's, the account is the publisher. Attributes, as in `chronology`."""
_LABEL_BEHIND = re.compile(r"[ 　]+(?=[\u4e00-\u9fff]{2,6}[：:])")
_BEHIND_WRITERS = re.compile(r"[ 　]*(?:责任)?编辑|[ 　]*责编|[ 　]*校对|[ 　]*来源|[ 　]*20\d\d[-/.年]")
_DOMAIN = re.compile(r"(?:[a-z\d-]+\.)+(?:com|cn|org|net)(?:\.cn)?", re.IGNORECASE)
_ORGANISER = re.compile(
    r"(?:主办(?:单位|方)?|版权所有)\s*(?:[：:©]|\(C\))?\s*"
    r"(?!(?:网站|站点)地图|(?:联系|关于)我们|(?:隐私|免责|法律|版权|网站)声明|隐私|友情链接|未经|不得|侵权|翻印|违者)([\u4e00-\u9fff]{4,30})"
)
"""With the name behind: what else stands there leads to other pages, or forbids to copy."""
NEAR_HEADLINE = 12
BAR_LINES = 3
"""The bar with the writer's name stands between headline and text."""
FOOTER_LINES = 25
LONGEST_NAME, LONGEST_LATIN_NAME = 24, 80
LONGEST_LINE = 120
"""Date, names and what a template adds; more is prose."""


def outlet(scene: Scene) -> Iterator[Offer]:
    """The named source, in the order of trust: front matter, label, tag, the name beside the date, a bracket at the end.

    Args:
        scene: The page.
    """
    for value, rule, snippet in _outlets(scene):
        name = clean_outlet(value)
        if name is not None:
            yield name, rule, snippet


def _outlets(scene: Scene) -> Iterator[Offer]:
    front = scene.front.first("source", "outlet", "from") if scene.front else None
    if front:
        yield front, "front_matter:source", front
    for label in scene.labelled("outlet"):
        yield label.value, f"line:{label.label}", label.snippet
    yield from scene.tag(*_OUTLET_TAGS)
    yield from scene.in_table("outlet")
    for line in reversed(scene.body[-6:]):
        found = _BRACKETED.search(line)
        if found is not None:
            yield found[1], "text:来源", found[0]
    yield from _beside_date(scene)


def _beside_date(scene: Scene) -> Iterator[Offer]:
    """`2019-09-26 10:56:28 证券时报网`, `By Ma Li in Haikou | China Daily | Updated: …`: a name without a label."""
    above = scene.lines[max(scene.start - NEAR_HEADLINE, 0) : scene.start]
    for line, below in zip_longest(above, above[1:]):
        found = find_dates(line.text) if len(line.text) <= LONGEST_LINE else ()
        if len(found) != 1:
            continue
        parts = [part.strip() for part in re.split(r"[|｜]", line.text)]
        for name in parts if len(parts) > 1 else ():
            if 1 < len(name) <= LONGEST_NAME and (is_medium(name) or _DOMAIN.fullmatch(name)):
                yield name, "line:date", line.text
        for rest in (line.text[found[0].end :], line.text[: found[0].start]):
            name = _LABEL_BEHIND.split(rest)[0].strip(" 　()（）|·-")
            if name and len(name) <= LONGEST_NAME and (is_medium(name) or _DOMAIN.fullmatch(name)):
                yield name, "line:date", line.text
        bare = not line.text[: found[0].start].strip() and not line.text[found[0].end :].strip()
        if bare and below is not None and len(below.text) <= LONGEST_NAME and is_news_medium(below.text):
            yield below.text, "line:below_date", below.text


def authors(scene: Scene) -> tuple[tuple[str, ...], Offer | None]:
    """The writers, never the editor: front matter, label, byline of the text, structured data.

    Args:
        scene: The page.

    Returns:
        The names, and how they were found.
    """
    front = scene.front.first("author", "authors") if scene.front else None
    if front and person_names(front):
        return _taken(person_names(front), "front_matter:author", front)
    for label in scene.labelled("author"):
        names = person_names(re.split(r"返回|查看|更多|来源|编辑", label.value)[0])
        if names:
            return _taken(names, f"line:{label.label}", label.snippet)
    for label in scene.labelled("proposer"):
        # A committee or a member.
        if names := person_names(label.value):
            return _taken(names, f"line:{label.label}", label.snippet)
    bar = [line.text for line in scene.lines[max(scene.top - BAR_LINES, 0) : scene.start] if not line.linked]
    writers = (find_authors([_BEHIND_WRITERS.split(line)[0]]) for line in bar)
    found = find_authors(scene.body) or next(filter(None, writers), None)
    if found is not None:
        return _taken(found[0], "text:byline", found[1])
    for rule, value in (
        ("json-ld:author", scene.head.structured.get("author")),
        ("enpproperty:author", scene.head.enp.get("author")),
    ):
        names = person_names(value or "")
        if names:
            return _taken(names, rule, value or "")
    return (), None


def _taken(names: tuple[str, ...], rule: str, snippet: str) -> tuple[tuple[str, ...], Offer]:
    return names, ("、".join(names), rule, snippet)


def publisher(scene: Scene) -> Iterator[Offer]:
    """Whose site it is: SiteName, the last part of `<title>`, the footer's 主办.

    Args:
        scene: The page.
    """
    accounts = _ACCOUNT(scene.tree) if scene.tree is not None else []
    for account in cast("list[HtmlElement]", accounts):
        name = one_line("".join(account.itertext()))
        if name:
            yield name, "id:js_name", name
    yield from scene.tag("sitename", "og:site_name", "application-name")
    if "publisher" in scene.head.structured:
        yield scene.head.structured["publisher"], "json-ld:publisher", scene.head.structured["publisher"]
    title = re.sub(r"\([\w.]+\)$", "", scene.head.title or "")
    parts = [
        part.strip()
        for part in re.split(r"[_|｜]|--|\s[-–—]\s|-(?=[\u4e00-\u9fff]{2,20}$)", title)
        if part.strip()
    ]
    if (
        len(parts) > 1
        and _SITE.search(parts[-1])
        and len(parts[-1]) <= (LONGEST_LATIN_NAME if parts[-1].isascii() else LONGEST_NAME)
    ):
        yield parts[-1], "title", title
    for line in scene.lines[-FOOTER_LINES:]:
        found = _ORGANISER.search(line.text) if scene.tree is not None else None
        if found is not None:
            yield found[1], "line:主办", line.text

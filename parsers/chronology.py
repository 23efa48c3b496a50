"""When a document was signed, published, changed and in force, and when what it reports on happened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from parsers import dates
from parsers.bylines import is_medium
from parsers.issuers import Signature
from parsers.scene import HEAD_LINES, Offer, Scene

_DATE_TAGS = (
    "pubdate", "publishdate", "publish_date", "publishtime", "article:published_time", "og:published_time", "datepublished",
    "firstpublishedtime", "dc.date.issued", "dcterms.issued", "dc.date", "og:release_date", "publish-date", "publication_date",
    "weibo:article:create_at", "createdate", "pub_date", "release_date", "og:pubdate", "bytedance:published_time", "date",
)  # fmt: skip
_MODIFIED_TAGS = (
    "article:modified_time", "lastmodifiedtime", "datemodified", "og:updated_time", "dcterms.modified", "bytedance:updated_time",
)  # fmt: skip
_IN_FORCE = re.compile(r"自(?P<date>[^自，。；]{6,16}?)起?(?:施行|实施|执行|生效|试行)")
_EXPIRES = re.compile(r"有效期(?:限)?(?:至|到|截至)(?P<date>[^，。；]{6,16})")
_DATELINE = re.compile(r"^[^。]{0,24}?(?P<day>\d{1,2}月\d{1,2}日)(?:讯|电|消息)")
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_EVENT = re.compile(
    rf"\b[Oo]n (?:the (?:morning|afternoon|evening) of )?(?P<en>(?:{_MONTH}) \d{{1,2}})\b(?!,? \d{{4}})"
    r"|[在于](?P<zh>\d{1,2}月\d{1,2}日)(?:上午|下午|晚)?(?:召开|举行|举办)"
    r"|^(?P<first>\d{1,2}月\d{1,2}日)(?:上午|下午|晚)?[，,]"
)
EVENT_WITHIN = 200
"""The event that a report is about stands in its first sentence or two."""
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?年")
_CITED = re.compile(r"《([^《》]{4,60})》")
_BLOG_BYLINE = re.compile(r"^(\d{4}-\d\d-\d\d)(?:\s+\d+)?\s+[Bb]y\b")
LONGEST_DATE_LINE = 80
LONGEST_REST = 40
"""`2024-09-12 10:10 来源：防城港日报 字号`: what may stand beside a date under a headline; more is prose."""
LONGEST_WORD = 4
SECONDS_DIGITS = 10
CHINA = timezone(timedelta(hours=8))
NEAR_HEADLINE = 12
_SCRIPTED = re.compile(
    r"(?:createTime|publish_?[tT]ime|pubtime|oriCreateTime|var ct)\s*[=:]\s*[\"']([^\"']{8,30})[\"']"
)
"""WeChat and its like write the day into a script: `var createTime = '2023-03-09 18:41'`, `var ct = "1678358460"`."""


def issued(scene: Scene) -> Iterator[Offer]:
    """When it was published at this place, in the order of trust.

    Args:
        scene: The page.

    Yields:
        ISO 8601 days or moments: rule, front matter, table, visible label, bare date under the headline, tags, JSON-LD,
        URL. A visible day takes its time from a tag of the same day.
    """
    tags = [offer for offer in scene.tag(*_DATE_TAGS) if dates.read_day(offer[0])]
    for offer in _issued(scene):
        day = dates.read_day(offer[0])
        if day is None:
            continue
        moment = next(
            (
                found
                for tag in tags
                if (found := dates.read_day(tag[0])) and found[:10] == day and "T" in found
            ),
            day,
        )
        yield dates.with_zone(moment), offer[1], offer[2]
    coarse = [
        *scene.in_table("issued"),
        *((label.value, f"line:{label.label}", label.snippet) for label in scene.labelled("issued")[:1]),
    ]
    for value, rule, snippet in coarse:
        month = dates.read_date(value)
        if month is not None and len(month) == len("2023-03"):
            yield month, rule, snippet


def _issued(scene: Scene) -> Iterator[Offer]:
    yield from scene.ruled("issued")
    front = scene.front.first("date", "published", "pubdate", "publishdate") if scene.front else None
    if front:
        yield front, "front_matter:date", f"date: {front}"
    yield from scene.in_table("issued")
    for label in scene.labelled("issued"):
        yield label.value, f"line:{label.label}", label.snippet
    yield from _bare(scene)
    yield from scene.tag(*_DATE_TAGS)
    for name in ("datepublished", "pubdate", "uploaddate"):
        if name in scene.head.structured:
            yield scene.head.structured[name], f"json-ld:{name}", scene.head.structured[name]
    if "date" in scene.head.enp:
        yield scene.head.enp["date"], "enpproperty:date", scene.head.enp["date"]
    for label in scene.labelled("modified"):
        yield label.value, f"line:{label.label}", label.snippet
    yield from _scripted(scene)
    for url in (scene.page.url, scene.head.canonical, scene.head.tags.get("url")):
        day = dates.url_day(url or "")
        if day is not None:
            yield day, "url", url or ""


def _scripted(scene: Scene) -> Iterator[Offer]:
    for script in scene.tree.iterfind(".//script") if scene.tree is not None else ():
        found = _SCRIPTED.search(script.text or "")
        if found is not None:
            value = found[1]
            if value.isdigit() and len(value) == SECONDS_DIGITS:
                value = datetime.fromtimestamp(int(value), CHINA).isoformat()
            yield value, "script", found[0]


def _bare(scene: Scene) -> Iterator[Offer]:
    """A date under the headline without a label, alone or beside the source's name."""
    if scene.tree is None:
        numbers = list(range(min(HEAD_LINES, len(scene.lines))))
    else:
        numbers = list(
            range(min(scene.start, len(scene.lines)) - 1, max(scene.top - NEAR_HEADLINE, 0) - 1, -1)
        )
    for number in numbers:
        line = scene.lines[number]
        if number and scene.lines[number - 1].text.endswith(("：", ":")):
            # The value of a label, which says what day it is.
            continue
        blog = _BLOG_BYLINE.match(line.text)
        if blog is not None:
            yield blog[1], "line:byline", line.text
            continue
        if len(line.text) > LONGEST_DATE_LINE or line.linked or re.search("今天|星期", line.text):
            continue
        found = dates.find_dates(line.text)
        if len(found) != 1:
            continue
        rest = line.text[: found[0].start] + " " + line.text[found[0].end :]
        if len(rest) <= LONGEST_REST and _may_stand_beside(rest, scene.tree is not None) and line.tag != "li":
            yield found[0].value, "line:date", line.text


def _may_stand_beside(rest: str, is_page: bool) -> bool:
    """What a byline has beside its date: labels, the source's name, signs; no headline of another text."""
    han = re.findall("[\u4e00-\u9fff]+", rest)
    if not han:
        return True
    labelled = re.search("[：:]", rest) is not None
    return is_page and (labelled or all(len(word) <= LONGEST_WORD or is_medium(word) for word in han))


def created(
    scene: Scene, passed: tuple[str | None, str, str] | None, signed: Signature | None
) -> Iterator[Offer]:
    """When it was signed or passed.

    Args:
        scene: The page.
        passed: The line under a law's headline.
        signed: The signature block.
    """
    for value, rule, snippet in scene.in_table("created"):
        day = dates.read_date(value)
        if day is not None:
            yield day[:10], rule, snippet
    if signed is not None:
        yield signed.day, "text:signature", signed.snippet
    if passed is not None:
        yield passed[1], "text:passed", passed[2]
    for value, rule, snippet in scene.in_table("generated"):
        day = dates.read_day(value)
        if day is not None:
            yield day[:10], rule, snippet


def modified(scene: Scene) -> Iterator[Offer]:
    """When it was changed, as the page says; a tag that repeats the day of issue is no change."""
    offers: list[Offer] = [
        (label.value, f"line:{label.label}", label.snippet) for label in scene.labelled("modified")
    ]
    offers += scene.tag(*_MODIFIED_TAGS)
    if "datemodified" in scene.head.structured:
        offers.append(
            (
                scene.head.structured["datemodified"],
                "json-ld:datemodified",
                scene.head.structured["datemodified"],
            )
        )
    for value, rule, snippet in offers:
        day = dates.read_day(value)
        if day is not None:
            yield dates.with_zone(day), rule, snippet


def valid_from(scene: Scene) -> Iterator[Offer]:
    """Since when it is in force: the table, then `自2023年5月1日起施行`."""
    return _valid(scene, "valid_from", _IN_FORCE)


def valid_to(scene: Scene) -> Iterator[Offer]:
    """Until when it is in force: the table, then `有效期至2028年4月30日`."""
    return _valid(scene, "valid_to", _EXPIRES)


def _valid(scene: Scene, field: str, pattern: re.Pattern[str]) -> Iterator[Offer]:
    for value, rule, snippet in scene.in_table(field):
        day = dates.read_day(value)
        if day is not None:
            yield day[:10], rule, snippet
    # The document's own clause stands last; what came before speaks of others.
    for found in reversed(list(pattern.finditer(scene.text))):
        day = dates.read_day(found["date"])
        if day is not None and "《" not in scene.text[max(found.start() - 2, 0) : found.start()]:
            yield day[:10], f"text:{field}", found[0]


def event(scene: Scene, title: str | None, published: str | None) -> Offer | None:
    """When what a report speaks of happened: its dateline, or the day in its first sentence.

    Args:
        scene: The page.
        title: The headline.
        published: The day of issue, from which the year is inferred; else the URL, else a year in the headline or in the
            title of a plan that the text cites. Never from the clock.
    """
    for line in scene.body[:HEAD_LINES]:
        if line == title:
            continue
        found = _DATELINE.match(line) or _EVENT.search(line[:EVENT_WITHIN])
        if found is None:
            continue
        words = next(group for group in found.groups() if group)
        pair = next(iter(dates.month_days(words)), None)
        if pair is None:
            continue
        reference = published or dates.url_day(scene.page.url)
        if reference is not None:
            day = dates.day_before(pair[0], pair[1], reference)
            return (day, "text:dateline+issued", found[0]) if day else None
        for source in (title or "", *_CITED.findall(scene.text)):
            year = _YEAR.search(source)
            if year is not None:
                return (
                    f"{year[1]}-{pair[0]:02d}-{pair[1]:02d}",
                    "text:dateline+year_of_title",
                    f"{found[0]} … {source}",
                )
        return None
    return None

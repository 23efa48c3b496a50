"""When a document was signed, published, changed and in force, and when what it reports on happened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

from parsers.metadata import dates
from parsers.metadata.bylines import is_medium
from parsers.metadata.info_table import Labelled
from parsers.metadata.issuers import Signature, is_body
from parsers.metadata.scene import HEAD_LINES, Offer, Scene
from parsers.tree import scripts

_DATE_TAGS = (
    "pubdate", "publishdate", "publish_date", "publishtime", "article:published_time", "og:published_time", "datepublished",
    "firstpublishedtime", "dc.date.issued", "dcterms.issued", "dc.date", "og:release_date", "publish-date", "publication_date",
    "weibo:article:create_at", "createdate", "pub_date", "release_date", "og:pubdate", "bytedance:published_time", "date",
)  # fmt: skip
_MARKED_TIME = etree.XPath(
    "(/descendant::time[@datetime and not(contains(@class, 'updated') and not(contains(@class, 'published')))]"
    " | /descendant::*/@itemprop[.='datePublished']/parent::*[@content or @datetime][not(self::meta)])[1]"
)
"""`<time datetime="…">2 days ago</time>`: what HTML and schema.org write beside what a reader sees.

Attributes are looked through, not elements asked for theirs, which takes four times as long.
"""
_MODIFIED_TAGS = (
    "article:modified_time", "lastmodifiedtime", "datemodified", "og:updated_time", "dcterms.modified", "bytedance:updated_time",
)  # fmt: skip
_TERM = r"(?:(?<![证照书格质])(?<!认定)有效期|(?<!项目|合同|任务|课题)执行期限)"
"""A document's own term: not a licence's, a qualification's, a project's or a contract's."""
_IN_FORCE = re.compile(
    r"自(?P<date>[^自，。；《]{6,16}?)起?(?:[至到—–][^自，。；《]{6,16}?)?(?:施行|实施|执行|生效|试行|有效)(?!的|以来)"
    rf"|{_TERM}(?P<span>[^至到延满内，。；《》\n]{{6,24}}?)[至到—–]"
    r"|(?:(?:come|enter|go) into (?:force|effect)|take effect|be effective)(?: on| as of| from| since)+(?P<english>[\w ,]{9,22})"
)
_EXPIRES = re.compile(
    rf"{_TERM}[^至到延满内。；《》\n]{{0,30}}[至到—–](?P<date>[^，。；]{{6,16}})"
    r"|自[^自，。；《]{6,16}?[至到—–](?P<span>[^自，。；《]{6,16}?)(?:施行|实施|执行|试行|有效)(?!的)"
    r"|(?:施行|执行|试行)[至到](?P<until>[^，。；]{6,16})|remain valid until(?P<english>[\w ,]{9,22})"
)
_OF_ANOTHER = re.compile(r"\W*原?《[^》]*》(?!.*(?:现[将予印发公布颁]|通过|批准|同意|本(?![省市县区级])))")
"""`《…办法》有效期至2023年4月30日`; what is issued now, `《…办法》已经…通过，现予公布`, is the document's own."""
_BY_NAME = re.compile(r"\W*《([^》]*)》[^号]*$")
"""`《…办法》自2023年5月1日起施行`; with 原 in front or a number behind it is the one before, which may have the same name."""
_BEGINS = re.compile(r"\s*[起至到—–]")
SENTENCE = 200
"""How far back the beginning of a sentence is looked for."""
_DATELINE = re.compile(r"^[^。]{0,24}?(?P<day>\d{1,2}月\d{1,2}日)(?:讯|电|消息)")
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_EVENT = re.compile(
    rf"\b[Oo]n (?:the (?:morning|afternoon|evening) of )?(?P<en>(?:{_MONTH}) \d{{1,2}})\b(?!,? \d{{4}})"
    r"|[在于](?P<whole>20\d\d年\d{1,2}月\d{1,2}日)[^，。]{0,12}(?:召开|举行|举办)"
    r"|[在于](?P<zh>\d{1,2}月\d{1,2}日)(?:上午|下午|晚)?(?:召开|举行|举办)"
    r"|^(?P<first>\d{1,2}月\d{1,2}日)(?:上午|下午|晚)?[，,]"
)
_AHEAD = re.compile(r"(?:将|拟|计划)[^，。；]{0,20}$|定$|\b(?:will|to be)\b[^.;]{0,80}$")
"""What stands before the day of what is still to come."""
EVENT_WITHIN = 200
"""The event that a report is about stands in its first sentence or two."""
# `到2025年` and `2025年底` are aims, not the year that a text is of.
_YEAR = re.compile(r"(?<![\d到至前自从—-])((?:19|20)\d\d)\s?年(?![底末前—-])")
_CITED = re.compile(r"《([^《》]{4,60})》")
_BLOG_BYLINE = re.compile(r"^(\d{4}-\d\d-\d\d)(?:\s+\d+)?\s+[Bb]y\b")
LONGEST_DATE_LINE = 80
LONGEST_REST = 40
"""`2024-09-12 10:10 来源：防城港日报 字号`: what may stand beside a date under a headline; more is prose."""
LONGEST_WORD = 4
_CALENDAR = re.compile("今天|星期(?!.{0,4}第.{1,4}版)")
"""`今天是2024年3月1日 星期五` of a site's head; a newspaper's page has its number behind: `星期五 第01版`."""
_BRACKETED_DAY = re.compile(r"[（(]\s*[^-/.]{4}年[^-/.:：]{1,3}月[^-/.:：]{1,3}日\s*[）)]")
"""`（2024年3月1日）` under a headline: when it was said or adopted, not when it was published."""
_OF_EVENTS = frozenset({"时间", "日期", "公示时间", "提交时间", "Date", "Time"})
"""Labels that a text gives to the day of an event, too."""
_OF_PRINTING = frozenset({"印发日期", "印发时间"})
"""Labels of the day on which copies were printed."""
_OTHER_DAYS = frozenset({"created", "generated", "valid_from", "valid_to"})
"""Fields whose labels give a line's date another sense than that of publication."""
SECONDS_DIGITS = 10
CHINA = timezone(timedelta(hours=8))
NEAR_HEADLINE = 12
_SCRIPTED = re.compile(
    r"(?:createTime|publish_?[tT]ime|pubtime|oriCreateTime|var ct)\s*[=:]\s*[\"']([^\"']{8,30})[\"']"
)
"""WeChat and its like write the day into a script: `var createTime = '2023-03-09 18:41'`, `var ct = "1678358460"`."""
_SCRIPTED_DATA = re.compile(
    r"[\"'](?:newsTime|publish_?time|pub_?time|pub_?date|publish_?date|ptime)[\"']\s*:\s*[\"'](20[^\"']{8,28})[\"']",
    re.IGNORECASE,
)
"""Data of a portal's page, which may be of another text: `"newsTime":"2019-10-11 10:20:30"`."""


def issued(scene: Scene) -> list[Offer]:
    """When it was published at this place, in the order of trust.

    Args:
        scene: The page.

    Returns:
        ISO 8601 days or moments, the best of each rule: the source's rule, front matter, table, visible label, bare
        date under the headline, tags, JSON-LD, URL, then months. The first has the time that any other gives of its day.
    """
    visible = _moments(_visible(scene))
    changed = _moments(_lines(scene.labelled("modified")))
    offers = [
        *visible,
        *_moments(_hidden(scene)),
        *(offer for offer in changed if not visible),
        *_moments(_elsewhere(scene)),
        *_months(scene),
    ]
    if not offers:
        return []
    day, rule, snippet = offers[0]
    finer = (
        value
        for value, rule, _ in (*visible, *changed, *offers)
        # A newspaper's page has the day of its edition.
        if "T" in value and value[:10] == day and not rule.startswith("enpproperty")
    )
    best = {rule: (next(finer, day), rule, snippet)}
    for offer in offers[1:]:
        if offer not in changed:
            best.setdefault(offer[1], offer)
    return list(best.values())


def _moments(offers: Iterable[Offer]) -> list[Offer]:
    return [
        (dates.in_china(day), rule, snippet)
        for value, rule, snippet in offers
        if (day := dates.read_day(value) or dates.of_republic(value)) is not None
    ]


def _months(scene: Scene) -> Iterator[Offer]:
    for value, rule, snippet in (*scene.in_table("issued"), *_lines(scene.labelled("issued")[:1])):
        month = dates.read_date(value)
        if month is not None and len(month) == len("2023-03"):
            yield month, rule, snippet


def _visible(scene: Scene) -> Iterator[Offer]:
    """What a reader sees: the best label only, and a bare date only where no label says so."""
    yield from scene.ruled("issued")
    front = scene.front.first("date", "published", "pubdate", "publishdate") if scene.front else None
    if front:
        yield front, "front_matter:date", f"date: {front}"
    yield from scene.in_table("issued")
    labelled = [
        label
        for label in scene.labelled("issued")
        if dates.read_day(label.value) or dates.of_republic(label.value)
    ]
    if scene.tree is not None:
        labelled = [label for label in labelled if not _is_of_event(scene, label)]
    yield from _lines(labelled[:1])
    if not labelled:
        yield from islice(_bare(scene), 1)


def _lines(labels: Iterable[Labelled]) -> list[Offer]:
    return [(label.value, f"line:{label.label}", label.snippet) for label in labels]


def _is_of_event(scene: Scene, label: Labelled) -> bool:
    """Whether it says when something takes place: `时间：3月20日上午`, alone on a line of the text."""
    alone = sum(other.line == label.line for other in scene.labels) == 1
    return label.label in _OF_EVENTS and alone and scene.lines[label.line].text in scene.body


def _hidden(scene: Scene) -> Iterator[Offer]:
    yield from scene.tag(*_DATE_TAGS)
    for name in ("datepublished", "pubdate", "uploaddate"):
        if name in scene.head.structured:
            yield scene.head.structured[name], f"json-ld:{name}", scene.head.structured[name]
    marked = _MARKED_TIME(scene.tree) if scene.tree is not None else []
    for element in cast("list[HtmlElement]", marked):
        value = element.get("datetime") or element.get("content") or ""
        yield value, f"tag:{element.tag}", value
    if "date" in scene.head.enp:
        yield scene.head.enp["date"], "enpproperty:date", scene.head.enp["date"]


def _elsewhere(scene: Scene) -> Iterator[Offer]:
    yield from _scripted(scene, _SCRIPTED)
    for url in (scene.page.url, scene.head.canonical, scene.head.tags.get("url")):
        day = dates.url_day(url or "")
        if day is not None:
            yield day, "url", url or ""
    yield from _scripted(scene, _SCRIPTED_DATA)


def _scripted(scene: Scene, pattern: re.Pattern[str]) -> Iterator[Offer]:
    for _, script in scripts(scene.tree) if scene.tree is not None else ():
        found = pattern.search(script)
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
    others = {label.line for label in scene.labels if label.field in _OTHER_DAYS}
    for number in numbers:
        line = scene.lines[number]
        if number in others or (number and scene.lines[number - 1].text.endswith(("：", ":"))):
            # The value of a label, which says what day it is.
            continue
        if scene.tree is None and number and is_body(scene.lines[number - 1].text):
            # A signature block.
            continue
        blog = _BLOG_BYLINE.match(line.text)
        if blog is not None:
            yield blog[1], "line:byline", line.text
            continue
        if _BRACKETED_DAY.fullmatch(line.text):
            continue
        if len(line.text) > LONGEST_DATE_LINE or line.linked or _CALENDAR.search(line.text):
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
    return labelled or (
        is_page
        and all(
            len(word) <= LONGEST_WORD or is_medium(word) or word.endswith(("记者", "通讯员")) for word in han
        )
    )


def created(
    scene: Scene, passed: tuple[str | None, str, str] | None, signed: Signature | None
) -> Iterator[Offer]:
    """When it was signed or passed.

    A label counts above the text: below it, it is about a form or about another text. One that says when it was printed
    counts after the signature, which is earlier.

    Args:
        scene: The page.
        passed: The line under a law's headline.
        signed: The signature block.
    """
    labels = [label for label in scene.labelled("created") if label.line <= scene.start]
    printed = [label for label in labels if label.label in _OF_PRINTING]
    yield from _dated(
        (*scene.in_table("created"), *_lines(label for label in labels if label not in printed))
    )
    if signed is not None:
        yield signed.day, "text:signature", signed.snippet
    yield from _dated(_lines(printed))
    if passed is not None:
        yield passed[1], "text:passed", passed[2]
    for line in scene.above():
        day = _BRACKETED_DAY.fullmatch(line) and dates.read_day(line)
        if day:
            yield day, "text:under_headline", line
    for value, rule, snippet in scene.in_table("generated"):
        day = dates.read_day(value)
        if day is not None:
            yield day[:10], rule, snippet


def _dated(offers: Iterable[Offer]) -> Iterator[Offer]:
    for value, rule, snippet in offers:
        day = dates.read_date(value)
        if day is not None:
            yield day[:10], rule, snippet


def modified(scene: Scene) -> Iterator[Offer]:
    """When it was changed, as the page says; a tag that repeats the day of issue is no change."""
    offers = _lines(scene.labelled("modified"))
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
            yield dates.in_china(day), rule, snippet


def valid_from(scene: Scene, title: str) -> Iterator[Offer]:
    """Since when it is in force: the table or a label, then `自2023年5月1日起施行`."""
    for value, rule, snippet in _labelled_valid(scene, "valid_from"):
        day = dates.read_day(value)
        if day is not None:
            yield day[:10], rule, snippet
    yield from _said(scene, title, "valid_from", _IN_FORCE)


def valid_to(scene: Scene, title: str) -> Iterator[Offer]:
    """Until when it is in force: the table or a label, of a span its end, then `有效期至2028年4月30日`."""
    for value, rule, snippet in _labelled_valid(scene, "valid_to"):
        ends = [found for found in dates.find_dates(value) if not _BEGINS.match(value, found.end)]
        if ends:
            yield ends[-1].value[:10], rule, snippet
    yield from _said(scene, title, "valid_to", _EXPIRES)


def _labelled_valid(scene: Scene, field: str) -> Iterator[Offer]:
    """What the table says of it, and the labels above the text: below it such a label is about a form or a deadline.

    Above a consultation or a call 截止日期 is a deadline as well.
    """
    yield from scene.in_table(field)
    yield from _lines(
        label for label in scene.labelled(field) if label.line <= scene.start and label.label != "截止日期"
    )


def _said(scene: Scene, title: str, field: str, pattern: re.Pattern[str]) -> Iterator[Offer]:
    # The document's own clause stands last; what came before speaks of others.
    for found in reversed(list(pattern.finditer(scene.text))):
        day = dates.read_day(next(group for group in found.groups() if group))
        before = scene.text[max(found.start() - SENTENCE, 0) : found.start()]
        sentence = re.split("[。；\n]", before)[-1]
        another = _OF_ANOTHER.match(sentence) and not _is_issued(sentence, title)
        if day is not None and "《" not in before[-2:] and not another:
            yield day[:10], f"text:{field}", found[0]


def _is_issued(sentence: str, title: str) -> bool:
    """Whether a sentence names what the headline is or issues; a headline that repeals or explains a policy names it as well."""
    named = _BY_NAME.match(sentence)
    if named is None:
        return False
    issues = rf"(?:印发|发布|公布|颁布|下发)《?{re.escape(named[1])}[》（(的]"
    return title == named[1] or re.search(issues, title) is not None


def event(scene: Scene, title: str | None, published: str | None) -> Offer | None:
    """When what a report speaks of happened: its dateline, or the day in its first sentence.

    Args:
        scene: The page.
        title: The headline.
        published: The day of issue, from which the year is inferred; where it is none or a month, the URL, else a year in
            the headline or in the title of a plan that the text cites. Never from the clock.
    """
    for line in scene.body[:HEAD_LINES]:
        if line == title:
            continue
        found = _DATELINE.match(line) or _EVENT.search(line[:EVENT_WITHIN])
        if found is None:
            continue
        words = next(group for group in found.groups() if group)
        whole = dates.read_day(words)
        if whole is not None:
            return whole[:10], "text:event", found[0]
        pair = next(iter(dates.month_days(words)), None)
        if pair is None:
            continue
        reference = dates.read_day(published or "") or dates.url_day(scene.page.url)
        if reference is not None:
            ahead = _AHEAD.search(line[: found.start()]) and dates.day_after(pair[0], pair[1], reference)
            day = ahead or dates.day_before(pair[0], pair[1], reference)
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

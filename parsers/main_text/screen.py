"""What is not a document, and why: before extraction by the page, after it by what was found."""

from __future__ import annotations

import re
from typing import cast

import lxml.html
from lxml import etree

from parsers.document import Extraction, Reason, Rejection
from parsers.main_text.blocks import FILE, lay_out
from parsers.main_text.density import units as _units
from parsers.main_text.headlines import after_headline, fold, names_notice, titles
from parsers.main_text.surroundings import is_byline
from parsers.page import Page
from parsers.tree import UNSEEN, anchors, one_line

# Pages that stand in for a document say little; a longer text is read before it is judged.
_BRIEF = 900
# A notice of two lines is a document: a headline and about 20 Han characters.
_MIN_UNITS = 16.0
# One sentence under a headline is one too, where the headline names a notice or a date or source stands above.
_MIN_SENTENCE = 8.0
_NOTHING_HERE = re.compile(
    r"暂无|暂时没有|没有(?:找到|相关|更多)|敬请期待|no (?:results|records|content)", re.IGNORECASE
)
_BYLINE_LINES = 3
# A text of less may only say that something is missing; below a headline and a byline, or where the head tells of an
# article, one of less than this.
_BRIEF_TEXT = 200.0
_BRIEF_ARTICLE = 40.0
# Everything that reads a text after this takes 2 to 5 µs a character together; the longest law has 110,000.
_MAX_TEXT = 1_000_000
# Less than this among links, without a headline or a byline, is what a channel page says of itself.
_THIN = 150.0

_CHALLENGE = re.compile(
    r"安全验证|访问验证|人机验证|身份核实|滑动(?:滑块|验证)|(?:请|完成)[^。\n]{0,8}验证(?:码)?[^。\n]{0,10}(?:继续|访问)|请输入验证码|拼图验证|"
    r"(?:访问|请求|操作)(?:过于|太)?(?:频繁|异常)|疑似(?:攻击|机器人|爬虫|黑客)|(?:请求|访问|IP|地址)[^。\n]{0,12}(?:已?被|遭到?)[^。\n]{0,6}(?:拦截|阻断|拒绝|封禁|禁止|限制)|"
    r"网站防火墙|云(?:防护|盾|锁)|安全狗|创宇盾|加速乐|正在(?:检查|验证)(?:您的)?(?:浏览器|访问)|检测到(?:异常|攻击|可疑)|"
    r"Just a moment|Checking (?:your browser|if the site connection is secure)|Attention Required!|Verify(?:ing)? you are (?:a )?human|"
    r"DDoS protection by|Please complete the (?:security check|captcha)|unusual traffic|Access Denied.{0,80}(?:WAF|firewall|Reference)|"
    r"Web Application Firewall|Incapsula incident|Pardon Our Interruption",
    re.IGNORECASE,
)
_CHALLENGE_CODE = re.compile(
    r"__jsl_clearance|acw_sc__v[23]|_cf_chl_opt|/cdn-cgi/challenge-platform|\$_ts\s*=|geetest|nocaptcha|aliyunCaptcha|TencentCaptcha|"
    r"_Incapsula_Resource|yunsuo_session|safeline|wzws_|WZWS_CONFIRM|slider_captcha",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"请(?:您)?(?:先|重新)?登[录陆](?:后|系统|才|，|。|！|$)|(?:需要?|必须)登[录陆]|登[录陆](?:后|才)(?:可|能|方可|查看|阅读|访问|继续)|未登[录陆]|"
    r"扫码登[录陆]|用户登[录陆]|统一身份认证|没有(?:访问|浏览|阅读)?权限|无权(?:访问|查看|浏览)|"
    r"(?:please|you must|you need to) (?:log|sign) ?in|log ?in to (?:continue|view|read)|sign in to (?:continue|view|read)|login required",
    re.IGNORECASE,
)
# What a paywall says of the text that it cuts off, also below an article's headline; a reply tells where to log in.
_GATE = re.compile(
    r"登[录陆]后(?:才|方)?(?:可以?|能|即可)?(?:继续)?(?:查看|阅读|访问|浏览)(?:全文|原文|正文|本文|本页|剩余|全部|完整|更多|内容)"
)
_MAINTENANCE = re.compile(
    r"(?:正在|正进行|现正|处于)[^。\n]{0,12}(?:维护|(?<!转型|产业|消费|结构)升级|检修|改版|调试)|(?:网站|系统|服务器|平台|页面|栏目|内容|本站)[^。\n]{0,4}(?:维护|升级|检修|建设|改版)中|^\W*(?:维护|升级|建设)中|"
    r"(?:网站|系统|平台|本站)[^。\n]{0,4}暂(?:时|停)(?:无法|不能|停止)?(?:访问|服务|关闭|使用)|"
    r"(?:网站|系统|服务器|本站)[^。\n]{0,4}(?:维护|升级|检修|改版)，[^。\n]{0,12}(?:请|谅解|暂)|under (?:maintenance|construction)|(?:down|closed) for maintenance|temporarily unavailable|"
    r"scheduled maintenance|be (?:right )?back (?:soon|shortly)",
    re.IGNORECASE,
)
# A notice about servicing says when; the page that stands in for the site says "later".
_UNDATED = re.compile(
    r"(?:正在|处于)[^。\n]{0,12}(?:维护|(?<!转型|产业|消费|结构)升级|检修)|(?:维护|升级|检修|建设)中"
)
_WHEN = re.compile(r"\d\s*[年月日时点:：]")
_RELOADS = re.compile(r"location(?:\.href|\.replace|\.reload|\s*=|\[)|window\.open|document\.URL")
_NOT_FOUND_TITLE = re.compile(
    r"^\W*(?:HTTP\s*)?404\b(?!\s*号)|^\W*(?:error\s*[:：-]?\s*404)|(?:页面|网页|文章|信息|内容|文件|资源)(?:不存在|未找到|没有找到|找不到|已(?:被)?删除|丢失|走丢)|"
    r"(?:page|file|object) (?:was |is )?not found|^\W*not found\W*$|找不到(?:页面|网页|文件|该页|对象)|无法找到(?:该|此)?(?:页|网页|资源)|出错了|^\W*错误页面",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"(?:您|你)?(?:要|所|想)?(?:访问|查看|浏览|查找|请求|找)?的?(?:页面|网页|文章|信息|内容|文件|资源|链接|稿件|帖子|主题)(?:可能|或许)?(?:不存在|未找到|没有找到|找不到|已(?:经)?(?:被)?"
    r"(?:删除|移除|移动|更名|下线|撤销|失效)|已过期|丢失|走丢了?|飞走了)|(?:抱歉|对不起|很遗憾|sorry)[，,！!。\s]*(?:您|你|没有|找不到|页面|该|此|指定|the page|we could)|"
    r"(?:不存在|未找到)或(?:已)?(?:被)?删除|没有找到(?:您|你|相关|该|任何)|无法找到(?:该|此|您)|404\s*(?:not found|错误|error|页面|[-—,，。!！]|$)|not found on this server|"
    r"(?:page|document|article|content)[^.\n]{0,40}(?:not be found|not found|no longer (?:available|exists)|doesn.t exist|does not exist|has been (?:moved|removed|deleted))|"
    r"该内容已被发布者删除|此内容因违规无法查看|该公众号已(?:迁移|注销)|链接已过期|参数错误",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"\b(?:500|502|503|504)\s*(?:-\s*)?(?:Internal Server Error|Bad Gateway|Service (?:Temporarily )?Unavailable|Gateway Time-?out)|Internal Server Error|Bad Gateway|"
    r"HTTP (?:Status|Error) (?:4\d\d|5\d\d)|\b403 Forbidden|\b400 Bad Request|\b412 Precondition Failed|服务器(?:内部)?(?:发生)?(?:错误|异常|繁忙|出错)|运行时错误|"
    r"系统(?:错误|异常|繁忙|出错)|数据库(?:连接)?(?:错误|失败|异常)|Error establishing a database connection|Server Error in '|(?:Fatal|Parse) error\s*:|"
    r"java\.lang\.\w+|Traceback \(most recent|ORA-\d{5}|Whitelabel Error Page|网站(?:暂时)?无法访问|站点(?:已关闭|不存在|未(?:找到|绑定|备案))|域名(?:未|没有|尚未)[^。\n]{0,6}(?:备案|绑定)",
    re.IGNORECASE,
)
_NEEDS_SCRIPTS = re.compile(
    r"(?:enable|requires?|need|turn on|without)[^.\n]{0,30}javascript|javascript[^.\n]{0,40}(?:enabled|disabled|required|not supported)|"
    r"(?:启用|开启|打开|支持|允许)\s*(?:浏览器)?(?:的)?\s*(?:java\s*script|js|脚本)|(?:java\s*script|脚本)[^。\n]{0,12}(?:启用|开启|禁用|支持)",
    re.IGNORECASE,
)
_LOADING = re.compile(
    r"^\W*(?:(?:数据|内容|页面|正在|努力)*加载(?:中|数据)?|loading|请稍[候后等])[\s.…。，,请稍候后等]*$",
    re.IGNORECASE,
)
_APP_ROOT = re.compile(
    r"^(?:app|root|__next|__nuxt|__layout|main-app|q-app|ember-application)$", re.IGNORECASE
)
_TITLE = etree.XPath("string(/descendant::title[1])")
_LINKS = etree.XPath("count(/descendant::a/@href[string-length(.) > 0])")
_INDEX_OF = re.compile(r"^\s*Index of /", re.IGNORECASE)
_SENTENCE = re.compile(r"[。！？；]|[.!?][\"”’)]?$|[.!?]\s+[A-Z]")
_FIELD = re.compile(r"^[^:：]{1,20}[:：]|\d")
_CONTENTS = re.compile(r"^\s*(?:目\s*录|总\s*目\s*录|本期目录|Contents|Table of Contents)\s*$", re.IGNORECASE)
_MORE = re.compile(
    r"(?:阅读(?:更多|全文|原文|详情)|查看(?:更多|全文|详情)|继续阅读|\[?(?:详细|详情|全文)\]?|Read more|Continue reading|Learn more)[\s>»…\]]*$",
    re.IGNORECASE,
)
# One of these is in every such line: to look for them first takes a fifth of the time where there is none.
_IN_MORE = ("更多", "全文", "原文", "详情", "详细", "继续阅读", "ore", "ead")
_ATTACHED = re.compile(r"^\s*(?:附\s*件|附[：:\d]|[（(]?\d{1,2}\s*[）).、．])")
_DATE = re.compile(
    r"^[\[（(]?\s*(?:\d{4}\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?\s*[\])）]?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?$"
)


def screen(page: Page, tree: lxml.html.HtmlElement) -> Rejection | None:
    """Judges a page before its text is looked for.

    Args:
        page: The response; its status counts.
        tree: The page from `parse_html`.

    Returns:
        Why it is no document, or None where it may be one.
    """
    text, whole = _seen(tree, _BRIEF)
    title = one_line(cast("str", _TITLE(tree)))[:200]
    status = page.fetch_status or 200
    failed = status >= 400
    if whole:
        found = _stand_in(tree, title, text, failed)
        if found is not None:
            return found
    if status in (404, 410):
        return Rejection("not_found", f"status {status}")
    if failed:
        return Rejection("error_page", f"status {status}, title {title!r}")
    if _NOT_FOUND_TITLE.search(title) and not names_notice(title) and len(title) <= 40:
        return Rejection("soft_not_found", f"title {title!r} under status {status}")
    if _INDEX_OF.search(title):
        return Rejection("listing", f"directory index {title!r}")
    return None


def _stand_in(tree: lxml.html.HtmlElement, title: str, text: str, failed: bool) -> Rejection | None:  # noqa: C901, PLR0911, PLR0912 - one question after the other
    """Names what a page with little text stands in for."""
    size = len(text)
    said = f"{title}\n{text}"
    code = _code(tree) if size < 300 else ""
    if _CHALLENGE_CODE.search(code) and size < 200:
        return Rejection("challenge", f"{_hit(_CHALLENGE_CODE, code)} in its code, {size} characters of text")
    named = names_notice(title) or _has_notice_heading(tree)
    notice = named or _is_dated_article(tree)
    if _CHALLENGE.search(said) and not notice and size < 600:
        return Rejection("challenge", f"{_hit(_CHALLENGE, said)}, {size} characters of text")
    if tree.find(".//frameset") is not None:
        frames = len(tree.findall(".//frame"))
        return Rejection("navigation_frame", f"a frameset of {frames} frames, {size} characters of text")
    if not text and _RELOADS.search(code) and "cookie" in code:
        return Rejection("challenge", "no text, and a script that sets a cookie and loads the page again")
    sentences = len(_SENTENCE.findall(text))
    password = any((e.get("type") or "").lower() == "password" for e in tree.iter("input"))
    if (failed or (not notice and sentences <= 4)) and size < 500 and _MAINTENANCE.search(said):
        return Rejection("maintenance", f"{_hit(_MAINTENANCE, said)}, {size} characters of text")
    if (
        sentences <= 3
        and size < 200
        and _UNDATED.search(text)
        and not _WHEN.search(text)
        and not _links(tree)
    ):
        return Rejection(
            "maintenance", f"{_hit(_UNDATED, text)}, {size} characters of text, no date, no link"
        )
    if failed:
        return None
    if not (named if _GATE.search(said) else notice) and (
        (password and size < 400 and sentences <= 3)
        or (size < 500 and sentences <= 3 and _LOGIN.search(said))
    ):
        evidence = "a password field" if password else _hit(_LOGIN, said)
        return Rejection("login", f"{evidence}, {size} characters of text")
    if not notice and size < 500 and _NOT_FOUND.search(said):
        return Rejection("soft_not_found", f"{_hit(_NOT_FOUND, said)}, {size} characters of text")
    if not notice and size < 600 and _ERROR.search(said):
        return Rejection("error_page", f"{_hit(_ERROR, said)}, {size} characters of text")
    if size < 100:
        frame = next(tree.iter("iframe", "frame"), None)
        loading = not text or all(_LOADING.match(line) for line in text.split("\n"))
        root = next(
            (
                e
                for e in tree.iter("div", "section", "app-root")
                if e.tag == "app-root" or _APP_ROOT.match(e.get("id") or "")
            ),
            None,
        )
        hint = " ".join("".join(e.itertext()) for e in tree.iter("noscript"))
        if _NEEDS_SCRIPTS.search(f"{hint} {text}") or (root is not None and size < 40) or (loading and text):
            return Rejection("empty_shell", f"needs scripts to show its text, {size} characters of text")
        if frame is not None and sentences == 0 and size < 60:
            return Rejection("navigation_frame", f"a frame and {size} characters of text")
        scripts = sum(1 for _ in tree.iter("script"))
        if size == 0 and scripts:
            return Rejection("empty_shell", f"{scripts} scripts and no text")
    return _navigation(tree, text, sentences)


def _navigation(tree: lxml.html.HtmlElement, text: str, sentences: int) -> Rejection | None:
    """Tells a page that is a menu for other frames."""
    if sentences:
        return None
    links = [e for e in tree.iter("a") if e.get("href")]
    elsewhere = sum(
        (e.get("target") or "").lower() in ("_parent", "_top", "main", "mainframe", "right", "content")
        for e in links
    )
    if len(links) >= 3 and elsewhere * 2 > len(links):
        return Rejection(
            "navigation_frame",
            f"{elsewhere} of {len(links)} links open in another frame, {len(text)} characters, no sentence",
        )
    return None


def screen_extraction(page: Page, tree: lxml.html.HtmlElement, extraction: Extraction) -> Rejection | None:
    """Judges what was taken for the main text.

    Args:
        page: The response.
        tree: The page from `parse_html`.
        extraction: What `extract` found in it.

    Returns:
        Why it is no document, or None where it is one.
    """
    del page
    lines = [block.text for block in extraction.blocks]
    text = "\n".join(lines)
    if len(text) > _MAX_TEXT:
        return Rejection("too_complex", f"{len(text)} characters of main text, more than {_MAX_TEXT}")
    units = _units(text)
    sentences = [line for line in lines if "。" in line or _SENTENCE.search(line)]
    if not lines or (units < _MIN_UNITS and not _is_short_notice(tree, units, sentences)):
        linked = sum(_units("".join(e.itertext())) for e in tree.iter("a"))
        links = _links(tree)
        if links >= 20 or (links >= 3 and linked > 2 * units):
            return Rejection("listing", f"{links} links around {units:.0f} characters of text")
        return Rejection("empty_document", f"{units:.0f} characters of text in {len(lines)} lines")
    if units < _BRIEF_TEXT:
        article = _is_article(tree, extraction)
        for pattern, reason in _BRIEF_REASONS:
            told = article and not (reason == "login" and _GATE.search(text))
            if told and units >= _BRIEF_ARTICLE:
                continue
            if pattern.search(text) and not any(names_notice(h) for h in _headings(tree)):
                return Rejection(reason, f"{_hit(pattern, text)} in {units:.0f} characters of text")
    if extraction.container == "rule":
        return None
    found = (
        _is_channel(tree, extraction, units, says_something=bool(sentences))
        or _lists_articles(tree, extraction)
        or _is_contents(tree, extraction, lines, says_something=bool(sentences))
    )
    return Rejection("listing", found) if found else None


def _is_short_notice(tree: lxml.html.HtmlElement, units: float, sentences: list[str]) -> bool:
    """Tells an article of one sentence by the headline above it."""
    if units < _MIN_SENTENCE or not sentences or _NOTHING_HERE.search(sentences[0]):
        return False
    layout = lay_out(tree)
    start = after_headline(layout, titles(tree))
    if start is None:
        return False
    named = any(names_notice(heading) for heading in _headings(tree))
    return named or any(is_byline(line.text) for line in layout.lines[start : start + _BYLINE_LINES])


_BRIEF_REASONS: tuple[tuple[re.Pattern[str], Reason], ...] = (
    (_NOT_FOUND, "soft_not_found"),
    (_LOGIN, "login"),
    (_MAINTENANCE, "maintenance"),
    (_ERROR, "error_page"),
)


def _is_article(tree: lxml.html.HtmlElement, extraction: Extraction) -> bool:
    """Tells an article by the page's head, or by a headline and a byline within its container."""
    dropped = {part.reason for part in extraction.dropped}
    return {"headline", "byline"} <= dropped or _is_dated_article(tree)


def _said_to_be_one(tree: lxml.html.HtmlElement, extraction: Extraction) -> bool:
    """Tells whether the page shows an article's signs: a body's container, a headline or a byline."""
    if extraction.container != "density" or any(
        d.reason in ("headline", "byline", "info_table") for d in extraction.dropped
    ):
        return True
    return after_headline(lay_out(tree), titles(tree)) is not None


def _is_channel(
    tree: lxml.html.HtmlElement, extraction: Extraction, units: float, *, says_something: bool
) -> str | None:
    """Tells a channel page: a few words of its own among links, without an article's signs."""
    if units >= _THIN:
        return None
    links = _links(tree)
    thin = links >= 5 and (not says_something or links >= 60)
    if not thin or _said_to_be_one(tree, extraction):
        return None
    return f"{units:.0f} characters without a headline among {links} links"


def _lists_articles(tree: lxml.html.HtmlElement, extraction: Extraction) -> str | None:
    """Tells a listing by its lines that are links to articles, with dates or summaries between them."""
    lines = [block.text for block in extraction.blocks]
    dropped = [line for part in extraction.dropped for line in part.text.split("\n")]
    more, more_dropped = (sum(map(_leads_to_more, part)) for part in (lines, dropped))
    dates = sum(bool(_DATE.match(line)) for line in lines)
    keys, keys_dropped = ([fold(line) for line in part] for part in (lines, dropped))
    said = {key for key in (*keys, *keys_dropped) if len(key) >= 4}
    linked = {
        key
        for _, href, text in anchors(tree)
        if href and (key := fold(text)) in said and not FILE.search(href)
    }
    heads, heads_dropped = (
        sum(key in linked and not _ATTACHED.match(line) for key, line in zip(folded, part, strict=True))
        for folded, part in ((keys, lines), (keys_dropped, dropped))
    )
    if heads >= 5 and heads * 3 >= len(lines):
        return f"{heads} of {len(lines)} lines are links"
    # Related articles below a text are dropped with their "more"; a listing's summaries are taken for text.
    if (heads >= 3 and (more + more_dropped >= 3 or dates >= 3)) or (
        heads + heads_dropped >= 3 and more >= 3
    ):
        return f"{heads + heads_dropped} linked headlines, {more + more_dropped} times 'more', {dates} dates"
    return None


def _leads_to_more(line: str) -> bool:
    lowered = line.lower()
    return any(word in lowered for word in _IN_MORE) and _MORE.search(line) is not None


def _is_contents(
    tree: lxml.html.HtmlElement,
    extraction: Extraction,
    lines: list[str],
    *,
    says_something: bool,
) -> str | None:
    """Tells a table of contents: many lines, no sentence, and neither a table nor fields, nor an article of names."""
    if len(lines) < 6 or says_something or any(block.kind == "row" for block in extraction.blocks):
        return None
    if any(_CONTENTS.match(line) for line in lines[:6]):
        return f"a table of contents of {len(lines)} lines without a sentence"
    fields = sum(bool(_FIELD.search(line)) for line in lines)
    links = _links(tree)
    if fields * 3 < len(lines) and links >= 10 and not _is_article(tree, extraction):
        return f"{len(lines)} lines without a sentence, {links} links on the page"
    return None


def _seen(tree: lxml.html.HtmlElement, limit: int) -> tuple[str, bool]:
    """Returns the visible text, cut soon after `limit` characters, and whether that is all of it."""
    parts: list[str] = []
    size = 0
    body = tree.find("body")
    root = body if body is not None else tree
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            if element.tag in UNSEEN:
                walk.skip_subtree()
                continue
            text = element.text
        else:
            text = element.tail if element is not root else None
        if text and not text.isspace():
            parts.append(one_line(text))
            size += len(parts[-1])
            if size > limit:
                return "\n".join(parts), False
    return "\n".join(part for part in parts if part), True


def _links(tree: lxml.html.HtmlElement) -> int:
    return int(cast("float", _LINKS(tree)))


def _code(tree: lxml.html.HtmlElement) -> str:
    """Returns the scripts, their sources and the names of elements, where challenges leave their mark."""
    scripts = [f"{e.get('src') or ''} {(e.text or '')[:20_000]}" for e in tree.iter("script")]
    return "\n".join(scripts[:20])


def _headings(tree: lxml.html.HtmlElement) -> list[str]:
    return [one_line("".join(e.itertext()))[:200] for e in tree.iter("h1", "h2", "title")]


def _has_notice_heading(tree: lxml.html.HtmlElement) -> bool:
    return any(names_notice(heading) for heading in _headings(tree))


def _is_dated_article(tree: lxml.html.HtmlElement) -> bool:
    """Tells an article by what its publishing system writes into the page's head: no page that stands in for it has that."""
    said = {(e.get("name") or "").lower() for e in tree.iter("meta") if (e.get("content") or "").strip()}
    return said >= {"articletitle", "pubdate"}


def _hit(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return repr(found[0]) if found is not None else "nothing"

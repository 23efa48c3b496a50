"""The elements in which publishing systems put a page's main text.

Collected from the systems' own templates and from what public crawlers of Chinese government sites look for.
Names that templates also use for wider areas (`content`, `main`, `article`) are not among them.
"""

from __future__ import annotations

import re

from parsers.recurring import recurring

# `id` of the body's element, in lower case.
_IDS = frozenset(
    {
        "ucap-content",
        "zoom",
        "ozoom",
        "zoomcon",
        "zoomcontent",
        "js_content",
        "vsb_content",
        "vsb_content_2",
        "vsb_content_4",
        "vsb_content_100",
        "ivs_content",
        "rwb_zw",
        "rm_txt_zw",
        "articlecontent",
        "article_content",
        "article-content",
        "articlebody",
        "article-body",
        "artibody",
        "endtext",
        "detailcontent",
        "dochtmlcon",
        "downloadcontent",
        "newscontent",
        "news_content",
        "contenttext",
        "cntrbody",
        "infocontent",
        "printcontent",
        "mw-content-text",
    }
)
# Class → the system or habit it comes from.
_CLASSES = {
    "trs_editor": "TRS_Editor",
    "trs_ueditor": "TRS_Editor",
    "trs_editor_view": "TRS_Editor",
    "pages_content": "UCAP",
    "rich_media_content": "WeChat",
    "entry-content": "WordPress",
    "post-content": "post",
    "post-body": "post",
    "article-content": "article",
    "article_content": "article",
    "articlecontent": "article",
    "article-body": "article",
    "art_contextbox": "Hexun",
    "u-maintext": "Guangming",
    "rm_txt_con": "People",
    "t_f": "Discuz",
    "t_fsz": "Discuz",
    "v_news_content": "VSB",
    "wp_articlecontent": "Webplus",
    "bt_content": "content",
    "xxgk_content": "info",
    "news_content": "news",
    "news-content": "news",
    "view-content": "view",
    "content-body": "content",
}
_TAGS = {"founder-content": "Founder"}

# Comments and meta tags that mark where a body begins and ends.
BEGIN_MARKS = {
    "zjeg_rss.content.begin": "Hanweb",
    "enpcontent": "enpcontent",
    "content begin": "comment",
    "正文开始": "comment",
    "正文 start": "comment",
    "内容 start": "comment",
}
END_MARKS = frozenset(
    {"zjeg_rss.content.end", "/enpcontent", "content end", "正文结束", "正文 end", "内容 end"}
)


def container(tag: str, element_id: str | None, classes: str | None) -> str | None:
    """Returns the name of the body's container that an element is, as evidence; None where nothing tells."""
    if tag in _TAGS:
        return _TAGS[tag]
    if element_id and element_id.strip().lower() in _IDS:
        return f"#{element_id.strip()}"
    return _of_classes(classes) if classes else None


@recurring
def _of_classes(classes: str) -> str | None:
    return next((_CLASSES[token] for token in classes.lower().split() if token in _CLASSES), None)


# Words in `id` or `class` of what stands around a text. Each is a whole word of the name: `nav-bar`, `page_footer`.
_AROUND = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|footer|foot|copyright|sidebar|aside|breadcrumbs?|popup|pop|pum|modal|dialog|overlay|"
    r"cookie|comments?|respond|share|bdsharebuttonbox|recommend|related|relate|hot|rank|ranking|toolbar|pagination|"
    r"pager|widget|advert|ads?|banner|qrcode|ewm|login|search|subscribe|newsletter)(?:$|[\s_-])",
    re.IGNORECASE,
)
_AROUND_TAGS = frozenset({"nav", "footer", "aside"})


def stands_around(tag: str, element_id: str | None, classes: str | None) -> bool:
    """Tells whether an element is named as something that stands around a text: a menu, a pop-up, a footer."""
    if tag in _AROUND_TAGS:
        return True
    return bool((element_id and _is_name_around(element_id)) or (classes and _is_name_around(classes)))


@recurring
def _is_name_around(name: str) -> bool:
    return _AROUND.search(name) is not None

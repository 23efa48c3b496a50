"""Links of a document: attachments, further pages, its canonical address and where it was taken from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from parsers.document import Attachment
from parsers.metadata.meta_tags import Head
from parsers.recurring import recurring
from parsers.tree import anchors, one_line, scripts

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "wps": "application/vnd.ms-works",
    "et": "application/vnd.ms-excel",
    "ofd": "application/ofd",
    "rtf": "application/rtf",
    "csv": "text/csv",
    "zip": "application/zip",
    "rar": "application/vnd.rar",
    "7z": "application/x-7z-compressed",
    "ceb": "application/x-ceb",
}
_KNOWN = frozenset(MEDIA_TYPES.values())
_EXTENSION = re.compile(
    r"\.(" + "|".join(sorted(MEDIA_TYPES, key=len, reverse=True)) + r")(?=$|[?#&])", re.IGNORECASE
)
_DOWNLOAD = re.compile(
    r"download(?:\.jsp|\.do|file|attach|url)?\b|/attach(?:ment)?s?/|wbfileid=|fileid=|downfile|/file/",
    re.IGNORECASE,
)
_LISTED = tuple("附件".encode(codec) for codec in ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be"))
_FILE_NAMED = re.compile(rb"\.(?:%b)(?![0-9a-z])" % "|".join(MEDIA_TYPES).encode())
_FILE_SERVED = re.compile(_DOWNLOAD.pattern.encode())
_FILE_TYPED = re.compile(rb"type\s*=\s*[\"']?application/(?:pdf|msword|ofd|zip|rtf|vnd\.)")
_PAGE = re.compile(r"(?:\.(?:s?html?|aspx?|php|jspx?)|/)(?=$|[?#])", re.IGNORECASE)
"""How the address of a page ends: a label that speaks of an annex may lead to a page, too, which is no file."""
_ATTACHED = re.compile(
    r"^(?:附\s*件|附表|附录|Annex|Attachment|Appendix)[\s\d一二三四五六七八九十：:.、]|\.(?:docx?|xlsx?|pdf|wps|zip|rar|ofd)$",
    re.IGNORECASE,
)
_NEXT = re.compile(r"^\s*(?:下一?页|后一页|下页|next(?: page)?|下一頁)\s*[>»›→]*\s*$", re.IGNORECASE)
_NUMBER = re.compile(r"[\[【(（]?\d{1,2}[\])）】]?")
_PAGER = re.compile(
    r"createPageHTML\(\s*['\"]?(\d+)['\"]?\s*,\s*['\"]?(\d+)['\"]?\s*,\s*['\"]([\w./-]+)['\"]\s*,\s*['\"](\w+)['\"]"
)
_BARE_URL = re.compile(r"^<?(https?://[^\s<>\"']+?)>?$", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"(?:原文(?:链接|地址|网址)?|来源(?:链接|地址|网址)|本文链接|转载自|Original|Source)\s*[：:]\s*<?(https?://[^\s<>\"'）)。，]+)",
    re.IGNORECASE,
)
MOST_PAGES = 100
LONGEST_LABEL = 200


def base_of(page_url: str, head: Head) -> str | None:
    """The absolute URL that a page's relative links start from; None for an imported file that does not say."""
    own = (
        page_url
        if _is_web(page_url)
        else next((url for url in (head.canonical, head.tags.get("url")) if _is_web(url)), None)
    )
    if head.base:
        joined = _join(own, head.base)
        return joined if _is_web(joined) else own
    return own


def host_of(url: str) -> str | None:
    """The host of a URL; None for an imported file and for what is no URL."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def canonical_url(page_url: str, head: Head) -> tuple[str, str] | None:
    """The address that a page gives as its own, with the tag that says so.

    Args:
        page_url: The URL as requested.
        head: The page's head.
    """
    base = base_of(page_url, head)
    for rule, value in (
        ("link:canonical", head.canonical),
        ("meta:Url", head.tags.get("url")),
        ("meta:og:url", head.tags.get("og:url")),
    ):
        joined = _join(base, value) if value else ""
        # A home page given as canonical on every page is a fault of the template.
        if _is_web(joined) and urlsplit(joined).path not in {"", "/"}:
            return rule, joined.partition("#")[0]
    return None


def may_attach(body: bytes) -> bool:
    """Whether any address in a page may be a file's: what a page without attachments is told by, before it is read.

    Args:
        body: The payload, in any encoding that keeps ASCII as it is, or in UTF-16.
    """
    plain = body.replace(b"\0", b"")
    lowered = plain.lower()
    # To look first for what each must have takes a thirtieth of the time.
    return (
        _FILE_NAMED.search(lowered) is not None
        or any(word in plain for word in _LISTED)
        or (_may_serve(lowered) and _FILE_SERVED.search(lowered) is not None)
        or (b"application/" in lowered and _FILE_TYPED.search(lowered) is not None)
    )


def _may_serve(page: bytes) -> bool:
    return any(word in page for word in (b"download", b"/attach", b"fileid=", b"downfile", b"/file/"))


def read_attachments(tree: HtmlElement, base: str | None, near: str) -> tuple[Attachment, ...]:
    """Find the links to attached files: by extension, media type, label, or the script that serves them.

    Args:
        tree: The page.
        base: What relative links start from; without it they are given as they stand.
        near: The visible text around the main text; a link whose label is not in it belongs to the site.
    """
    found: dict[str, Attachment] = {}
    for anchor, address, text in anchors(tree):
        href = address.strip()
        if not href or href.lower().startswith(("javascript:", "#", "mailto:")):
            continue
        if _is_plain_page(href) and "type" not in anchor.attrib:
            continue
        extension, media_type = _EXTENSION.search(href), anchor.get("type", "").lower()
        served = _is_served(href) or not _PAGE.search(href)
        if not (extension or served or media_type in _KNOWN):
            continue  # most links lead to pages
        label = one_line(text).replace("\n", " ") or anchor.get("title") or ""
        names = (label, anchor.get("title") or "", anchor.get("download") or "")
        named = next(filter(None, map(_EXTENSION.search, names)), None)
        is_attached = extension or media_type in _KNOWN or named or _ATTACHED.search(label)
        if not is_attached or label not in near:
            continue
        url = _join(base, href)
        if not url:
            continue
        suffix = extension or named
        stated = media_type if media_type in _KNOWN else None
        found.setdefault(
            url,
            Attachment(
                url, label[:LONGEST_LABEL] or None, MEDIA_TYPES[suffix[1].lower()] if suffix else stated
            ),
        )
    return tuple(found.values())


def _is_plain_page(href: str) -> bool:
    """Whether an address is a page's beyond doubt, as most are; it takes a fourth of the time of the expressions."""
    return (
        href.endswith((".html", ".htm", ".shtml", "/"))
        and "?" not in href
        and "#" not in href
        and "&" not in href
        and not _is_served(href)
    )


def _is_served(href: str) -> bool:
    """Whether an address is that of a script that serves files."""
    lowered = href.lower()
    # To look first for what every such address has takes a fifth of the time.
    may_be_one = "download" in lowered or "attach" in lowered or "file" in lowered
    return may_be_one and _DOWNLOAD.search(href) is not None


def next_pages(tree: HtmlElement, base: str | None, head: Head) -> tuple[str, ...]:
    """Find the further pages of the same text: 下一页, numbered neighbours, `rel=next`, the TRS pager script.

    Args:
        tree: The page.
        base: The page's own absolute URL; without it nothing is found.
        head: The page's head.
    """
    if base is None:
        return ()
    urls: list[str] = [_join(base, head.following)] if head.following else []
    for _, script in scripts(tree):
        pager = _PAGER.search(script)
        if pager is not None and int(pager[2]) == 0:
            urls += [
                _join(base, f"{pager[3]}_{n}.{pager[4]}") for n in range(1, min(int(pager[1]), MOST_PAGES))
            ]
    for _, address, text in anchors(tree):
        if _turns_pages(one_line(text)):
            url = _join(base, address.strip())
            if _is_web(url) and url.partition("#")[0] != base and _continues(url, base):
                urls.append(url)
    return tuple(dict.fromkeys(url.partition("#")[0] for url in urls if _is_web(url)))[:MOST_PAGES]


@recurring
def _turns_pages(label: str) -> bool:
    """Whether a link's label is that of a further page: 下一页, 2."""
    return _NEXT.match(label) is not None or _NUMBER.fullmatch(label) is not None


def source_url(lines: Sequence[str]) -> tuple[str, str] | None:
    """Where a copy says that it was taken from: a URL alone on its line near the end, or behind 原文链接.

    Args:
        lines: The lines of the main text.
    """
    for line in reversed(lines[-8:]):
        alone = _BARE_URL.match(line.strip())
        if alone is not None:
            return alone[1], line
    for line in lines:
        named = _ORIGINAL.search(line) if "://" in line else None
        if named is not None:
            return named[1].rstrip(".,"), named[0]
    return None


def _continues(url: str, base: str) -> bool:
    """Whether a URL is a further page of a text: its first page with a number, or the next number."""
    if _stem(url) == _stem(base, numbered=False):
        return True
    return _stem(url) == _stem(base) and _number(url) == _number(base) + 1


def _number(url: str) -> int:
    found = re.search(r"[_-](\d{1,2})(?:\.\w{3,5})?$", urlsplit(url).path) or re.search(
        r"(?:page|p|pn)=(\d+)", urlsplit(url).query
    )
    return int(found[1]) if found else 1


def _stem(url: str, *, numbered: bool = True) -> str:
    """A URL without its page number: `…/c1013-31153719-2.html` and `…/t20230309_1_2.html` name the same text."""
    split = urlsplit(url)
    path = re.sub(r"(?:[_-]\d{1,2})?(\.\w{3,5})?$" if numbered else r"(\.\w{3,5})?$", "", split.path)
    query = re.sub(r"(?:^|&)(?:page|p|pn|pageno|pageindex)=\d+", "", split.query, flags=re.IGNORECASE)
    return f"{split.netloc}{path}?{query}"


def _join(base: str | None, href: str) -> str:
    """The absolute URL, as it stands without a base; empty where it is none."""
    try:
        joined = urljoin(base or "", href)
        # A host in unclosed brackets shows itself only when it is taken apart.
        urlsplit(joined)
    except ValueError:
        return ""
    return joined


def _is_web(url: str | None) -> bool:
    return host_of(url or "") is not None and str(url).lower().startswith(("http://", "https://"))

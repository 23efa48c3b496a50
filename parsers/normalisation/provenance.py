"""How the host of a page relates to the text on it."""

from __future__ import annotations

import re

from parsers.document import Metadata
from parsers.normalisation.key import fold

_OFFICIAL = re.compile(r"(?:^|\.)(?:gov\.cn|gov|gov\.[a-z]{2}|npc\.gov\.cn|court\.gov\.cn)$")
# Hosts of newspapers and agencies: the national ones, and the words that the others put into their names.
_PRESS = re.compile(
    r"(?:^|\.)(?:people\.com\.cn|people\.cn|xinhuanet\.com|news\.cn|gmw\.cn|chinanews\.com(?:\.cn)?|cctv\.com|cnr\.cn|ce\.cn"
    r"|stdaily\.com|youth\.cn|chinadaily\.com\.cn|thepaper\.cn|bjnews\.com\.cn)$|daily|ribao|wanbao|epaper|newspaper|xinwen"
)
_PRESS_NAME = re.compile(
    r"(?:日报|晚报|早报|时报|商报|导报|新闻网|通讯社|新华社|新华网|人民网|光明网|Daily|Times|News)$"
)


def provenance(host: str | None, metadata: Metadata, is_spam: bool) -> str | None:
    """Say how a host relates to a text.

    Args:
        host: Where the page was; None for an imported file.
        metadata: The bodies and the source that the page names.
        is_spam: True where the text was wrapped in spam.

    Returns:
        `spam_mirror`, `origin` (an official site with its own text), `official_mirror` (with another's),
        `newspaper`, `repost` (any other site that names where it took the text, and not itself); None where nothing tells.
    """
    if is_spam:
        return "spam_mirror"
    if host is None:
        return None
    if _OFFICIAL.search(host):
        return _of_official_site(metadata)
    if _PRESS.search(host) or _PRESS_NAME.search(metadata.publisher or ""):
        return "newspaper"
    taken = metadata.source_url or (metadata.outlet and not _is_same(metadata.outlet, metadata.publisher))
    return "repost" if taken else None


def _of_official_site(metadata: Metadata) -> str | None:
    publisher, other = metadata.publisher, metadata.outlet or metadata.creator
    if other is None:
        return None
    if metadata.outlet and _PRESS_NAME.search(metadata.outlet):
        return "official_mirror"
    own = [name for name in (publisher, metadata.creator if metadata.outlet else None) if name]
    if not own:
        return None
    return "origin" if any(_is_same(other, name) for name in own) else "official_mirror"


def _is_same(one: str, other: str | None) -> bool:
    """Whether two names are one body's, also where one is shortened, or written with the word 网站."""
    first, second = fold(one), fold(other or "")
    return bool(first and second) and (first in second or second in first)

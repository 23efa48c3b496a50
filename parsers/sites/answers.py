"""Answers of list services, which hold a list in a wrapper of their own, as pages."""

from __future__ import annotations

from parsers.sites.jpaas import html_of

_ISLAND = "<datastore"


def as_page(text: str) -> str:
    """The page in an answer: HTML out of JSON, a data island as it stands in a page; any other text as it is."""
    if html := html_of(text):
        return html
    head = text[:2_000].lower()
    if _ISLAND in head and "<html" not in head:
        return f'<script type="text/xml">{text}</script>'
    return text

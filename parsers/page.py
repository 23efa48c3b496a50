"""The nouns of reading: what a parser is given, and the rule that says where things stand on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Page:
    """One archived response, as a parser is given it (web-poet's page input).

    Attributes:
        url: The URL that answered, where redirects ended: what relative links are resolved against;
            `import:<source_id>/<relative path>` for an imported file.
        fetch_time: When it was fetched, UTC. It is here so that no parser asks the clock.
        fetch_status: HTTP status; None for an imported file.
        content_type: The declared `Content-Type` header, parameters included; None where none was sent.
        body: The payload, content codings removed, otherwise untouched.
    """

    url: str
    fetch_time: datetime
    fetch_status: int | None
    content_type: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Rule:
    """Where things stand on a source's pages: CSS selectors, all optional.

    Attributes:
        items: The repeated element of a listing.
        link: The link within an item (default: its first `a[href]`).
        main: The element, or elements, that hold the main text.
        drop: Elements to take out of it.
        title: The document's title.
        identifier: The document's own number (发文字号).
        creator: The issuing body.
        issued: The day of publication, in a listing item or on the page.
        until: Last day on which this layout was valid, so that old captures keep their old rule
            (Open Terms Archive's `validUntil`); None for the rule of today.
    """

    items: str | None = None
    link: str | None = None
    main: str | None = None
    drop: tuple[str, ...] = ()
    title: str | None = None
    identifier: str | None = None
    creator: str | None = None
    issued: str | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A link from a listing to a document.

    Attributes:
        url: Absolute URL, without fragment.
        title: The link's text, or its `title` attribute where that is longer.
        issued: ISO 8601 day that stands beside the link, None where there is none.
    """

    url: str
    title: str | None = None
    issued: str | None = None

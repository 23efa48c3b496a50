"""A capture: one request that was made, or one file that was imported (Common Crawl index, WARC)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal

Kind = Literal["document", "listing", "robots", "attachment", "feed", "sitemap", "import"]

BACKFILL = "-backfill-"
"""Stands in the id of a run that asks for certain days alone: what it left out may still be new."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One row of `captures`; the columns say what each field means (`store.schema`)."""

    capture_id: str
    run_id: str
    source_id: str
    kind: Kind
    url: str
    fetch_time: datetime
    fetch_outcome: str
    fetch_status: int | None = None
    error: str | None = None
    fetch_redirect: str | None = None
    content_digest: str | None = None
    content_length: int | None = None
    content_mime_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    revisit: bool = False
    refers_to: str | None = None
    address: str | None = None
    tls_verified: bool | None = None
    tls_not_after: datetime | None = None
    wire_bytes: int | None = None
    tries: int = 1
    duration: float | None = None
    referrer: str | None = None
    link_title: str | None = None
    link_issued: str | None = None
    links: int | None = None
    warc_filename: str | None = None
    warc_record_offset: int | None = None
    warc_record_length: int | None = None


_FIELDS = tuple(item.name for item in fields(Capture))


def as_row(capture: Capture) -> dict[str, object]:
    """A capture as a row; its values are flat, so that nothing has to be copied (`asdict` copies deeply)."""
    return {name: getattr(capture, name) for name in _FIELDS}


def digest(payload: bytes) -> str:
    """`sha256:…` of a payload or an encoded text."""
    return "sha256:" + hashlib.sha256(payload).hexdigest()


def derived_id(*parts: str) -> str:
    """A stable id of 32 hexadecimal digits: the same parts give the same id on every machine."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def capture_id(source_id: str, url: str, fetch_time: datetime) -> str:
    """Id of a capture; a second one of the same URL in the same microsecond would be the same request."""
    return derived_id(source_id, url, fetch_time.isoformat())


def imported_capture(run_id: str, source_id: str, url: str, time: datetime, body: bytes) -> Capture:
    """The capture of what a user already has: a file, or a record of a foreign WARC file."""
    return Capture(
        capture_id(source_id, url, time),
        run_id,
        source_id,
        "import",
        url,
        time,
        "ok",
        content_digest=digest(body),
        content_length=len(body),
    )


def document_id(source_id: str, url: str) -> str:
    """Id of the document first seen at a URL."""
    return derived_id(source_id, url)

"""Reading what is archived: the payload of a capture, under a rule, whatever the parsers do."""

from __future__ import annotations

import logging
from datetime import UTC
from pathlib import Path

from parsers.document import Document, Rejection
from parsers.page import Page, Rule
from parsers.read import read
from store.archive import read_payload
from store.capture import Capture

logger = logging.getLogger(__name__)


def read_capture(archive: Path, capture: Capture, rule: Rule | None) -> Document | Rejection:
    """Read the payload of a capture that holds one, or points to where it lies.

    The parsers promise not to raise; where they do, one page must not cost the others.

    Raises:
        DigestMismatch: the archive gives other bytes than were captured.
    """
    return read_body(capture, read_payload(archive, capture), rule)


def read_body(capture: Capture, body: bytes, rule: Rule | None) -> Document | Rejection:
    """Read a payload that is at hand, as `read_capture` does."""
    page = Page(
        url=capture.url,
        fetch_time=capture.fetch_time.astimezone(UTC),
        fetch_status=200 if capture.fetch_status == 304 else capture.fetch_status,  # Not Modified
        content_type=capture.content_mime_type,
        body=body,
    )
    try:
        return read(page, rule)
    except Exception as error:
        logger.exception("%s: the parser broke", capture.url)
        return Rejection("parser_error", f"{type(error).__name__}: {error}")

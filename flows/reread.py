"""Reading what is archived: the payload of a capture, under a rule, with the files that came with it, whatever the parsers do."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path

from flows.attachments.contents import Contents
from flows.limits import Limits
from parsers.document import Document, Rejection
from parsers.files.content import FileContent
from parsers.page import Page, Rule
from parsers.read import read
from store.archive import read_payload
from store.capture import Capture

logger = logging.getLogger(__name__)


def read_capture(
    archive: Path,
    capture: Capture,
    rule: Rule | None,
    *,
    files: Mapping[str, Capture] | None = None,
    contents: Contents | None = None,
    limits: Limits | None = None,
) -> Document | Rejection:
    """Read the payload of a capture that holds one, or points to where it lies.

    The parsers promise not to raise; where they do, one page must not cost the others.

    Args:
        archive: Where the WARC files are.
        capture: The capture.
        rule: Where things stand on the source's pages.
        files: The captures of the files attached to it, by URL.
        contents: What reads files, also the capture itself where it is one; None where nobody asks for files.
        limits: The limits that its source sets to files.

    Raises:
        DigestMismatch: the archive gives other bytes than were captured.
    """
    body = read_payload(archive, capture)
    if contents is None:
        return _read(capture, body, rule, None)
    said = {url: contents(file, limits or Limits()) for url, file in (files or {}).items()}
    result = _read(capture, body, rule, said)
    if isinstance(result, Rejection) and result.reason == "unsupported_media_type":
        said[page_of(capture, body).url] = contents(
            capture, limits or Limits()
        )  # no page: it may be a file itself
        return _read(capture, body, rule, said)
    return result


def _read(
    capture: Capture, body: bytes, rule: Rule | None, said: Mapping[str, FileContent] | None
) -> Document | Rejection:
    try:
        return read(page_of(capture, body), rule, said)
    except Exception as error:
        logger.exception("%s: the parser broke", capture.url)
        return Rejection("parser_error", f"{type(error).__name__}: {error}")


def page_of(capture: Capture, body: bytes) -> Page:
    """What was captured, as the parsers take it."""
    return Page(
        url=capture.fetch_redirect or capture.url,
        fetch_time=capture.fetch_time.astimezone(UTC),
        fetch_status=200 if capture.fetch_status == 304 else capture.fetch_status,  # Not Modified
        content_type=capture.content_mime_type,
        body=body,
    )

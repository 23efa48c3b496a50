"""Files attached to a page, found while it is fetched: what an office takes down tomorrow must be asked for today."""

from __future__ import annotations

import logging

from flows.reread import page_of
from parsers.document import Attachment
from parsers.metadata.links import may_attach
from parsers.page import Rule
from parsers.read import attached_files
from store.capture import Capture

logger = logging.getLogger(__name__)


def attached(capture: Capture, body: bytes, rule: Rule | None) -> tuple[Attachment, ...]:
    """The files that a page says belong to its text, in its order.

    A page is read for this only where some address in it looks like a file's: most have none.

    Args:
        capture: What asking for the page gave.
        body: What came.
        rule: Where things stand on the source's pages.
    """
    if not may_attach(body):
        return ()
    try:
        return attached_files(page_of(capture, body), rule)
    except Exception:
        logger.exception("%s: the parser broke", capture.url)
        return ()

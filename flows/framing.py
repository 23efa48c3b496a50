"""Where the body of an answer ends (RFC 9112 6)."""

from __future__ import annotations

import re

from flows.exceptions import GiveUp

WITHOUT_BODY = frozenset({204, 304})
LENGTH = re.compile(r"[0-9]{1,18}")

_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\n]*)?\r?\n")


def is_chunked(header: str) -> bool:
    """Whether a `Transfer-Encoding` header says that the body comes in chunks.

    Raises:
        GiveUp: `decode`, where it says anything else.
    """
    transfer = {name.strip().lower() for name in header.split(",")}
    if transfer - {"", "chunked", "identity"}:
        raise GiveUp("decode", f"transfer coding {header!r}, which was not asked for")
    return "chunked" in transfer


def begins_a_chunk(body: bytes) -> bool:
    """Whether a body begins as one that comes in chunks does: of a kept answer they may have been undone."""
    return _CHUNK.match(body) is not None


def unchunked(body: bytes) -> bytes:
    """What came in chunks, put together; trailers are left out.

    Raises:
        GiveUp: `truncated`, where the last chunk is missing.
    """
    pieces = list[bytes]()
    at = 0
    while head := _CHUNK.match(body, at):
        size = int(head[1], 16)
        if not size:
            return b"".join(pieces)
        at = head.end() + size
        pieces.append(body[head.end() : at])
        at += len(b"\r\n") if body.startswith(b"\r\n", at) else len(b"\n")
    raise GiveUp("truncated", "chunks without the last one")

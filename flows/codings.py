"""Content codings (RFC 9110 8.4), undone in small steps, so that a bomb is stopped while it is small."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from flows.exceptions import GiveUp

ACCEPTED = "gzip, deflate"
# Bytes that one step of decompression may give.
STEP = 65_536

GZIP_WINDOW, ZLIB_WINDOW, RAW_WINDOW = 31, 15, -15
GZIP_MAGIC = b"\x1f\x8b"


def codings(header: str) -> tuple[str, ...]:
    """The codings of a `Content-Encoding` header, in the order of undoing; `identity` is none."""
    names = (name.strip().lower().removeprefix("x-") for name in header.split(","))
    return tuple(reversed([name for name in names if name not in {"", "identity"}]))


def decoded(chunks: Iterable[bytes], names: tuple[str, ...], *, most_layers: int) -> Iterator[bytes]:
    """Undo codings over a stream, `STEP` bytes at a time.

    Args:
        chunks: The body as it came.
        names: Codings in the order of undoing.
        most_layers: How many there may be.

    Raises:
        GiveUp: `decode`, where a coding is unknown, there are too many, the bytes are damaged, or their end is
            missing.
    """
    if len(names) > most_layers:
        raise GiveUp("decode", f"{len(names)} content codings, of which {most_layers} are allowed")
    for name in names:
        if name not in {"gzip", "deflate"}:
            raise GiveUp("decode", f"content coding {name!r}, which was not asked for")
        chunks = _inflated(chunks, gzip=name == "gzip")
    return iter(chunks)


def _inflated(chunks: Iterable[bytes], *, gzip: bool) -> Iterator[bytes]:
    """Undo one layer. No bytes at all are an empty body; bytes after the end that begin no new member are padding."""
    name = "gzip" if gzip else "deflate"
    engine, members = None, 0
    try:
        for chunk in chunks:
            data = chunk
            while data:
                if engine is None:
                    if members and not (gzip and data.startswith(GZIP_MAGIC[: len(data)])):
                        return
                    engine = zlib.decompressobj(GZIP_WINDOW if gzip else _deflate_window(data))
                    members += 1
                piece = engine.decompress(data, STEP)
                if piece:
                    yield piece
                data = engine.unconsumed_tail
                if engine.eof:
                    data, engine = engine.unused_data, None
        if engine is not None:
            # What zlib holds back when the output of a step was full.
            yield engine.decompress(b"", STEP)
            if not engine.eof:
                raise GiveUp("decode", f"{name} without its end marker")
    except zlib.error as error:
        raise GiveUp("decode", f"damaged {name}: {error}") from error


def _deflate_window(data: bytes) -> int:
    """`deflate` is a zlib stream (RFC 9110 8.4.1.2), but some servers send a raw one."""
    is_zlib = (
        data[0] & 0x0F == 8 and data[0] >> 4 <= 7 and int.from_bytes(data[:2].ljust(2, b"\x9c")) % 31 == 0
    )
    return ZLIB_WINDOW if is_zlib or (len(data) == 1 and data[0] == 0x78) else RAW_WINDOW

"""Content codings (RFC 9110 8.4), undone in small steps, so that a bomb is stopped while it is small."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Iterator

from flows.exceptions import GiveUp
from flows.limits import Bounds

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


def joined(pieces: Iterable[bytes], bounds: Bounds) -> bytes:
    """A decoded body, put together.

    Raises:
        GiveUp: `too_large`, where it is larger than allowed.
    """
    whole = io.BytesIO()
    for piece in pieces:
        whole.write(piece)
        if whole.tell() > bounds.body:
            if bounds.cut:
                return whole.getvalue()[: bounds.body]
            raise GiveUp("too_large", f"more than {bounds.body:,} bytes after decoding")
    return whole.getvalue()


def is_undone(body: bytes, names: tuple[str, ...]) -> bool:
    """Whether a kept body lacks the codings that its header still names: gzip is known by its first bytes.

    Args:
        body: The body as it was kept.
        names: Codings in the order of undoing.
    """
    return names[:1] == ("gzip",) and bool(body) and not body.startswith(GZIP_MAGIC[: len(body)])


def ungzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Undo gzip over a file of many members, to its end.

    Raises:
        GiveUp: `decode`, where bytes are damaged, belong to no member, or the end of one is missing.
    """
    return _inflated(chunks, gzip=True, padded=False)


def _inflated(chunks: Iterable[bytes], *, gzip: bool, padded: bool = True) -> Iterator[bytes]:
    """Undo one layer. No bytes at all are an empty body; bytes after the end that begin no new member are padding, or damage.

    The last piece of a member is held back until its checksum is right.
    """
    name = "gzip" if gzip else "deflate"
    engine, members, held = None, 0, b""
    try:
        for chunk in chunks:
            data = chunk
            while data:
                if engine is None:
                    if members and not _goes_on(data, gzip=gzip, padded=padded):
                        return
                    engine = zlib.decompressobj(GZIP_WINDOW if gzip else _deflate_window(data))
                    members += 1
                piece = engine.decompress(data, STEP)
                if piece:
                    yield held
                    held = piece
                data = engine.unconsumed_tail
                if engine.eof:
                    yield held
                    data, engine, held = engine.unused_data, None, b""
        if engine is not None:
            # What zlib holds back when the output of a step was full.
            rest = engine.decompress(b"", STEP)
            if not engine.eof:
                raise GiveUp("decode", f"{name} without its end marker")
            yield held
            yield rest
    except zlib.error as error:
        raise GiveUp("decode", f"damaged {name}: {error}") from error


def _goes_on(data: bytes, *, gzip: bool, padded: bool) -> bool:
    """Whether bytes behind the end of a member begin another one."""
    if gzip and data.startswith(GZIP_MAGIC[: len(data)]):
        return True
    if padded:
        return False
    raise GiveUp("decode", "bytes behind the end of gzip that begin no gzip")


def _deflate_window(data: bytes) -> int:
    """`deflate` is a zlib stream (RFC 9110 8.4.1.2), but some servers send a raw one."""
    is_zlib = (
        data[0] & 0x0F == 8 and data[0] >> 4 <= 7 and int.from_bytes(data[:2].ljust(2, b"\x9c")) % 31 == 0
    )
    return ZLIB_WINDOW if is_zlib or (len(data) == 1 and data[0] == 0x78) else RAW_WINDOW

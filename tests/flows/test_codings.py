"""Content codings are undone in small steps, whole or not at all."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.codings import STEP, codings, decoded
from flows.exceptions import GiveUp


def cut(data: bytes, size: int) -> list[bytes]:
    """Data in pieces, as a network brings it."""
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(body=st.binary(max_size=2_000), size=st.integers(1, 700), twice=st.booleans())
def test_gzip_gives_the_body_back(body: bytes, size: int, *, twice: bool) -> None:
    """Whatever the pieces, one layer or two."""
    packed = gzip.compress(gzip.compress(body)) if twice else gzip.compress(body)
    names = ("gzip", "gzip") if twice else ("gzip",)
    assert b"".join(decoded(cut(packed, size), names, most_layers=2)) == body


@given(body=st.binary(min_size=1, max_size=2_000), size=st.integers(1, 700), bare=st.booleans())
def test_deflate_gives_the_body_back(body: bytes, size: int, *, bare: bool) -> None:
    """With the zlib head that the RFC asks for, and without it where it comes in pieces of two bytes or more."""
    packed = zlib.compress(body)
    pieces = cut(packed[2:-4], max(size, 2)) if bare else cut(packed, size)
    assert b"".join(decoded(pieces, ("deflate",), most_layers=2)) == body


@given(body=st.binary(min_size=1, max_size=500), missing=st.integers(1, 8))
def test_a_missing_end_is_noticed(body: bytes, missing: int) -> None:
    """Each byte of gzip's end marker counts: half a law is worse than none."""
    with pytest.raises(GiveUp, match="without its end marker") as caught:
        list(decoded([gzip.compress(body)[:-missing]], ("gzip",), most_layers=2))
    assert caught.value.outcome == "decode"


def test_steps_are_small() -> None:
    """A bomb goes off in steps, so that it can be stopped."""
    bomb = gzip.compress(bytes(10 * STEP))
    assert max(len(piece) for piece in decoded([bomb], ("gzip",), most_layers=2)) <= STEP


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("", ()),
        ("identity", ()),
        ("GZip", ("gzip",)),
        ("x-gzip", ("gzip",)),
        ("deflate, gzip", ("gzip", "deflate")),
        (" gzip ,, identity", ("gzip",)),
    ],
)
def test_names_come_in_the_order_of_undoing(header: str, names: tuple[str, ...]) -> None:
    """The last coding applied is the first undone (RFC 9110 8.4)."""
    assert codings(header) == names

"""Content codings are undone in small steps, whole or not at all."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.codings import STEP, codings, decoded, ungzipped
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


@pytest.mark.parametrize("wrong", [1, 4, 8])
def test_nothing_behind_damage_is_given_nor_the_end_of_what_is_damaged(wrong: int) -> None:
    """The last piece of a member waits for its checksum, those before it do not."""
    bad = bytearray(gzip.compress(b"bad"))
    bad[-wrong] ^= 1
    given = ungzipped([gzip.compress(b"good") + bytes(bad) + gzip.compress(b"good")])

    assert next(piece for piece in given if piece) == b"good"
    with pytest.raises(GiveUp, match="damaged gzip"):
        b"".join(given)


@pytest.mark.parametrize("behind", [b"\x00", b"\x1f", b"x"])
def test_a_file_of_members_has_nothing_behind_them(behind: bytes) -> None:
    """A body on the wire may have padding; in a file it is what is left of a member."""
    with pytest.raises(GiveUp):
        list(ungzipped([gzip.compress(b"whole") + behind]))


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

"""Sketches of texts: which may be near-duplicates, and how much they share, without holding the texts.

Character grams of the folded text (never words: Chinese has no spaces to split at). MinHash with banding finds
candidates (Broder, *On the resemblance and containment of documents*, 1997); a sample of all hashes below a threshold
(FracMinHash, Irber et al. 2022) tells resemblance and containment of a pair, also where one text is much longer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Number = TypeVar("Number", np.uint64, np.int64)

GRAM, LATIN_GRAM = 5, 12
"""Characters of a gram: twelve where most are Latin letters, since any two English texts share a third of their 5-grams."""
BANDS, ROWS = 24, 3
"""A pair that shares 0.5 of its grams is a candidate with 0.96, one with 0.8 with certainty, one with 0.1 with 0.02."""
SAMPLE = 512
"""Hashes kept of a text, about; a text with fewer grams keeps them all."""
MARKS = 8192
"""Bits of a sample's marks, a power of two: of two samples of 700 hashes that share none, 60 fall together."""
_AT_ONCE = 8192
_LATIN_END = 0x250
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_SEEDS = np.random.default_rng(20261125).integers(1, 2**63, size=BANDS * ROWS, dtype=np.uint64) | np.uint64(1)


@dataclass(frozen=True, slots=True)
class Sketch:
    """A text's sketch.

    Attributes:
        bands: Keys that near-duplicates share at least one of; none for a text shorter than a gram.
        shift: Of every 2**shift hashes one is kept.
        sample: The hashes kept, sorted.
        marks: The sample as bits, one of `MARKS` for each hash: a bound on what two samples share is one `&` of two integers.
    """

    bands: tuple[int, ...]
    shift: int
    sample: Hashes
    marks: int


def sketch(folded: str) -> Sketch:
    """Sketch a folded text: about a millisecond for 5,000 characters.

    Args:
        folded: `parsers.normalisation.key.fold` of it.
    """
    hashes = grams(folded)
    if not len(hashes):
        return Sketch((), 0, hashes, 0)
    shift = max(0, (len(hashes) // SAMPLE).bit_length() - 1)
    sample = hashes[hashes < _threshold(shift)]
    return Sketch(_bands(hashes), shift, sample, _marks(sample))


def _marks(sample: Hashes) -> int:
    bits = np.zeros(MARKS, dtype=np.uint8)
    bits[sample & np.uint64(MARKS - 1)] = 1
    return int.from_bytes(np.packbits(bits).tobytes())


def overlap(one: Sketch, other: Sketch) -> tuple[float, float]:
    """Resemblance (Jaccard) and containment (of the smaller in the larger) of two texts, estimated."""
    few, many = sorted(_alike_sampled(one, other), key=len)
    if not len(few):
        return 0.0, 0.0
    # Both are sorted and without doubles: each of the fewer is looked up among the others.
    places = np.minimum(many.searchsorted(few), len(many) - 1)
    shared = int(np.count_nonzero(many[places] == few))
    return shared / (len(few) + len(many) - shared), shared / len(few)


def most(one: Sketch, other: Sketch) -> float:
    """What the containment of two texts is at most: 1.0 where only `overlap` can tell. 1.5 µs, where that costs 17."""
    few = min(map(len, _alike_sampled(one, other)))
    if not few:
        return 1.0
    # Of the hashes that share a bit with another one of their text, all may be shared.
    doubled = len(one.sample) - one.marks.bit_count()
    return ((one.marks & other.marks).bit_count() + doubled) / few


def _alike_sampled(one: Sketch, other: Sketch) -> tuple[Hashes, Hashes]:
    """The samples of two texts, of every so many hashes one in both."""
    if one.shift == other.shift:
        return one.sample, other.sample
    threshold = _threshold(max(one.shift, other.shift))
    left, right = (item.sample[: item.sample.searchsorted(threshold)] for item in (one, other))
    return left, right


def grams(folded: str) -> Hashes:
    """The different grams of a text, hashed, sorted."""
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    size = LATIN_GRAM if (codes < _LATIN_END).sum() * 2 > len(codes) else GRAM
    if len(codes) < size:
        return np.empty(0, dtype=np.uint64)
    rolled = np.zeros(len(codes) - size + 1, dtype=np.uint64)
    for n in range(size):
        rolled = rolled * _PRIME + codes[n : len(codes) - size + 1 + n]
    return distinct(_mixed(rolled))


def distinct(hashes: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Hashes in order, each once: `numpy.unique` puts them into a table first, and takes ten times as long."""
    ordered = np.sort(hashes)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


def token_bands(tokens: Iterable[str], bands: int = 20, rows: int = 2) -> tuple[int, ...]:
    """Keys that two sets of tokens (numbers, names) are likely to share where they share a third of them."""
    hashes = np.array(
        sorted({int.from_bytes(token.encode()[:8].ljust(8, b"\0"), "big") for token in tokens}),
        dtype=np.uint64,
    )
    return _bands(_mixed(hashes), bands, rows) if len(hashes) else ()


def _bands(hashes: Hashes, bands: int = BANDS, rows: int = ROWS) -> tuple[int, ...]:
    # The hashes are mixed already: an odd factor permutes them well enough (multiply-shift, Dietzfelbinger et al. 1997).
    # All factors at once, five times as fast as one after the other, some megabytes of products at a time.
    factors = _SEEDS[: bands * rows, np.newaxis]
    parts = (hashes[start : start + _AT_ONCE] for start in range(0, len(hashes), _AT_ONCE))
    least = np.min([(part * factors).min(axis=1) for part in parts], axis=0)
    keys = np.zeros(bands, dtype=np.uint64)
    for row in least.reshape(bands, rows).T:
        keys = _mixed(keys * _PRIME + row)
    return tuple(int(key) for key in keys)


def _mixed(values: Hashes) -> Hashes:
    """The finaliser of splitmix64 (Steele, Lea, Flood 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _threshold(shift: int) -> np.uint64:
    return np.uint64(2 ** (64 - shift) - 1)

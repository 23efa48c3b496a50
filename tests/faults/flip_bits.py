"""Flipped bits: `python -m tests.faults.flip_bits [FLIPS] [SEED]`.

Flips one random bit at a time in archive, tables and releases (every bit of every file as likely as any other within
its shelf), and counts how often `verify` notices. The bit is flipped back before the next.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from store.verify import verify
from tests.faults.small_site import ingest, small_site

SHELVES = ("archive", "tables", "releases")


def two_days(data: Path) -> None:
    """A data folder after two runs: revisits, versions and two releases in it."""
    with small_site() as site:
        for day in (1, 2):
            site.day = day
            ingest(data, site.address, day)


def flip(path: Path, bit: int) -> None:
    """Flip one bit of a file where it lies."""
    with path.open("r+b") as stream:
        stream.seek(bit // 8)
        byte = stream.read(1)[0]
        stream.seek(bit // 8)
        stream.write(bytes([byte ^ 1 << bit % 8]))


def flips(data: Path, count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Flip so many bits, one at a time.

    Returns:
        Flips that were found, by shelf; and those that were not.
    """
    dice = random.Random(seed)
    found, missed = Counter[str](), list[str]()
    for number in range(count):
        shelf = SHELVES[number % len(SHELVES)]
        files = [
            path for path in sorted((data / shelf).rglob("*")) if path.is_file() and not _linked(path, data)
        ]
        path = dice.choices(files, weights=[item.stat().st_size for item in files])[0]
        bit = dice.randrange(path.stat().st_size * 8)
        flip(path, bit)
        if verify(data):
            found[shelf] += 1
        else:
            missed.append(f"{path.relative_to(data)}, bit {bit}")
        flip(path, bit)
    return found, missed


def _linked(path: Path, data: Path) -> bool:
    """Whether it is reached through `releases/latest`, and so is another file's second name."""
    return path.is_relative_to(data / "releases" / "latest")


def main() -> int:
    """Print the count; the exit code is 1 where a flip was not found."""
    count, seed = (int(value) for value in (*sys.argv[1:], *("500", "1")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        two_days(data)
        before = verify(data)
        assert not before, before
        found, missed = flips(data, count, seed)
    for line in missed:
        print(f"not found: {line}")
    print(f"{sum(found.values())} of {count} flips found: {dict(found)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

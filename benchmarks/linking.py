"""What it costs to link further documents to n that are held: `python benchmarks/linking.py`, about ten minutes.

Made-up documents of 1,500 characters: seven tenths are policies of their own, two are copies with a tenth of their sentences gone, one
is next year's by the same template. Every step adds the same number of documents; the slope of seconds against n says how the cost of
adding grows with what is held.
"""

from __future__ import annotations

import argparse
import math
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from parsers.normalisation.key import fold
from store import links
from store.capture import digest
from store.tables import Row

CHARACTERS = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 2400))
SENTENCES, LENGTH = 50, 29
KINDS = ("办法", "规划", "意见", "方案", "通知")


def _sentences(dice: random.Random) -> list[str]:
    return [
        "".join(dice.choices(CHARACTERS, k=LENGTH)) + f"{dice.randint(11, 9999)}家。"
        for _ in range(SENTENCES)
    ]


def documents(first: int, number: int) -> Iterator[Row]:
    """Rows as table `documents` has them; deterministic."""
    for n in range(first, first + number):
        origin, what = n - n % 10, n % 10
        dice = random.Random(origin if what >= 7 else n)
        year, place = 2015 + origin % 10, "".join(dice.choices(CHARACTERS, k=4))
        title = f"{place}{''.join(dice.choices(CHARACTERS, k=8))}{KINDS[origin % 5]}"
        lines = _sentences(dice)
        if what in {7, 8}:
            lines = [line for k, line in enumerate(lines) if k % 10 != what]
        if what == 9:
            year += 1
            lines = lines[: SENTENCES // 2] + _sentences(random.Random(n))[SENTENCES // 2 :]
        text = "\n".join(lines)
        told = {
            "title": f"{title}（{year}年）",
            "issued": f"{year}-03-01",
            "document_type": "measures",
            "language": "zh-Hans",
        }
        yield {
            **dict.fromkeys(links.COLUMNS), **told, "document_id": digest(str(n).encode())[7:39], "version": 1, "source_id": "s",
            "url": f"http://example.cn/{n}", "text": text, "characters": len(text), "key_digest": digest(fold(text).encode()),
            "first_seen": f"2026-01-01T00:00:00+00:00 {n:09}", "complete": True, "translated": False,
        }  # fmt: skip


def added(index: sqlite3.Connection, first: int, number: int) -> float:
    """Seconds to link so many further documents, reading them not counted."""
    rows = list(documents(first, number))
    begun = time.perf_counter()
    links.link(index, rows)
    index.commit()
    return time.perf_counter() - begun


def main() -> None:
    """Print a row for each size, and the slope over all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--most", type=int, default=100_000, help="documents held in the end")
    parser.add_argument("--step", type=int, default=1_000, help="documents added at once")
    given = parser.parse_args()
    points: list[tuple[int, float]] = []
    print("| documents held | seconds to link 1,000 more | index |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, links.opened(Path(folder), "bench") as index:
        for held in range(0, given.most + given.step, given.step):
            seconds = added(index, held, given.step) * 1_000 / given.step
            if held and (held == given.step or str(held).rstrip("0") in {"1", "3"}):
                size = (Path(folder) / links.FILE).stat().st_size / 1e6
                print(f"| {held:,} | {seconds:.2f} | {size:.0f} MB |", flush=True)
                points.append((held, seconds))
        copies = index.execute("SELECT count(*) - count(DISTINCT work) FROM documents").fetchone()[0]
        total = index.execute("SELECT count(*) FROM documents").fetchone()[0]
    (first, low), (last, high) = points[0], points[-1]
    print(
        f"\nslope {math.log(high / low) / math.log(last / first):.2f}; {copies:,} of {total:,} documents are copies of another"
    )


if __name__ == "__main__":
    main()

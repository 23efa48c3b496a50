"""How long, on how many machines, and in how much room: a first crawl of very many documents, by arithmetic from measured costs.

    python benchmarks/sizing.py                                     # 10^8 documents over 10^4 hosts
    python benchmarks/sizing.py --documents 1e6 --hosts 500 --answer 1.0

Assumptions, each an option. Politeness: a host gives one page at a time, and between an answer and the next request lies the larger of the delay and
twice the time of the answer (`delay_seconds`, `delay_response_times`); hosts are asked side by side, day and night. Spread: documents lie on hosts evenly,
or as 1/rank (Zipf), as a few portals hold most of what there is. Machines: each has `--cores` cores at `--use` of their time for fetching and reading,
which is shared out; judging, linking and releasing is the work of one process on one core, and grows with the documents alone. Room: as measured, per
document. Not assumed: hosts that forbid, fail or slow down, listings to be followed, attached files, time to repair. Costs are those of
measured runs of 10^4 and 10^5 documents; that they hold for very many is the largest assumption.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence

DAY = 86_400
CPU_FIRST, CPU_AGAIN = 0.029, 0.0026
"""Seconds: of `bulk.py` with 100,000 records, and of the run of `ingest.py` in which nothing of 10,000 pages changed; what one process does is among it."""
CPU_ALONE = 0.0053
"""Seconds of it that linking and releasing take, of `bulk.py`; with several processes some of it is shared out."""
KILOBYTES = 28.4
"""Of archive, tables, index of links and one release without report: of `bulk.py` with 100,000 records."""


def spread(documents: float, hosts: int, exponent: float) -> list[float]:
    """Documents by host, the largest first; exponent 0 spreads them evenly."""
    weights = [rank**-exponent for rank in range(1, hosts + 1)]
    total = sum(weights)
    return [documents * weight / total for weight in weights]


def done_after(sizes: Sequence[float], per_page: float, days: float) -> float:
    """Share of the documents that are fetched after so many days."""
    each = days * DAY / per_page
    return sum(min(size, each) for size in sizes) / sum(sizes)


def days_until(sizes: Sequence[float], per_page: float, share: float) -> float:
    """Days until a share of the documents is fetched."""
    low, high = 0.0, sizes[0] * per_page / DAY
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if done_after(sizes, per_page, middle) >= share else (middle, high)
    return high


def arguments() -> argparse.Namespace:
    """What the command line says."""
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--documents", type=float, default=1e8)
    flags.add_argument("--hosts", type=int, default=10_000)
    flags.add_argument("--answer", type=float, default=0.5, help="seconds until a page has come")
    flags.add_argument("--delay", type=float, default=2.0, help="delay_seconds")
    flags.add_argument("--cpu", type=float, default=CPU_FIRST, help="CPU seconds per document, first time")
    flags.add_argument("--alone", type=float, default=CPU_ALONE, help="of these what one process alone does")
    flags.add_argument(
        "--again", type=float, default=CPU_AGAIN, help="CPU seconds per document that did not change"
    )
    flags.add_argument("--kilobytes", type=float, default=KILOBYTES, help="kept of a document")
    flags.add_argument("--cores", type=int, default=8)
    flags.add_argument("--use", type=float, default=0.7)
    return flags.parse_args()


def main() -> None:
    """Print the table."""
    given = arguments()
    per_page = given.answer + max(given.delay, 2 * given.answer)
    print(f"{given.documents:.0e} documents, {given.hosts} hosts, {per_page:.1f} s a page and host\n")
    print(
        "| hosts | days until 50 % | 90 % | 99 % | all | machines for 90 % in that time | machines to ask all again each month |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, exponent in (("even", 0.0), ("as 1/rank", 1.0)):
        print(row(name, spread(given.documents, given.hosts, exponent), per_page, given))
    alone, room = given.documents * given.alone / DAY, given.documents * given.kilobytes / 1e9
    print(
        f"\nOne process links and releases for {alone:.1f} days; archive, tables and a release are {room:.1f} TB."
    )


def row(name: str, sizes: Sequence[float], per_page: float, given: argparse.Namespace) -> str:
    """A line of the table: when how much is fetched, and how many machines read it in that time, a whole one at least."""
    half, most, nearly = (days_until(sizes, per_page, share) for share in (0.5, 0.9, 0.99))
    everything = sizes[0] * per_page / DAY
    power = given.cores * given.use * DAY
    first = 0.9 * given.documents * (given.cpu - given.alone) / (power * most)
    asked = done_after(sizes, per_page, 30) * given.documents
    again = asked * given.again / (power * 30)
    return (
        f"| {name} | {half:.1f} | {most:.1f} | {nearly:.1f} | {everything:.1f} | {math.ceil(first)} ({first:.2f}) "
        f"| {math.ceil(again)} ({again:.2f}; {asked / given.documents:.0%} can be asked) |"
    )


if __name__ == "__main__":
    main()

"""How long, and on how many machines: a first crawl of very many documents, bound by politeness, by arithmetic from measured costs.

    python benchmarks/sizing.py                                     # 10^8 documents over 10^4 hosts
    python benchmarks/sizing.py --documents 1e6 --hosts 500 --answer 1.0

Assumptions: a host gives one page at a time, and between an answer and the next request lies the larger of the delay and twice the time of the
answer (`delay_seconds`, `delay_response_times`); pages are spread over hosts evenly, or as 1/rank (Zipf), as a few portals hold most of what there is;
each machine has `--cores` cores at `--use` of their time; costs per document are those of `ingest.py` and `history.py` (options override them).
Nothing is assumed of hosts that forbid, fail or slow down.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

DAY = 86_400


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


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=float, default=1e8)
    parser.add_argument("--hosts", type=int, default=10_000)
    parser.add_argument("--answer", type=float, default=0.5, help="seconds until a page has come")
    parser.add_argument("--delay", type=float, default=2.0, help="delay_seconds")
    parser.add_argument("--cpu", type=float, default=CPU_FIRST, help="CPU seconds per document, first time")
    parser.add_argument(
        "--again", type=float, default=CPU_AGAIN, help="CPU seconds per document that did not change"
    )
    parser.add_argument("--cores", type=int, default=8)
    parser.add_argument("--use", type=float, default=0.7)
    options = parser.parse_args()
    per_page = options.answer + max(options.delay, 2 * options.answer)
    print(f"{options.documents:.0e} documents, {options.hosts} hosts, {per_page:.1f} s a page and host")
    print(
        "| hosts | days until 50 % | 90 % | 99 % | all | machines for 90 % in that time | machines to ask all again each month |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, exponent in (("even", 0.0), ("as 1/rank", 1.0)):
        sizes = spread(options.documents, options.hosts, exponent)
        half, most, nearly = (days_until(sizes, per_page, share) for share in (0.5, 0.9, 0.99))
        everything = sizes[0] * per_page / DAY
        power = options.cores * options.use * DAY
        first = 0.9 * options.documents * options.cpu / (power * most)
        asked = done_after(sizes, per_page, 30) * options.documents
        again = asked * options.again / (power * 30)
        print(
            f"| {name} | {half:.1f} | {most:.1f} | {nearly:.1f} | {everything:.1f} | {first:.2f} | {again:.2f} ({asked / options.documents:.0%} can be asked) |"
        )


CPU_FIRST, CPU_AGAIN = 0.039, 0.002
"""Seconds, of `ingest.py`: whole runs over 5,000 pages, the first and one in which nothing changed."""


if __name__ == "__main__":
    main()

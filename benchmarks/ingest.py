"""Whole runs over loopback hosts (fetch, archive, read, release), first and again, beside Scrapy with trafilatura and Parquet.

    python benchmarks/ingest.py --peers peers/bin/python                         # 20 hosts x 500 pages of the corpus, one round
    python benchmarks/ingest.py --peers peers/bin/python --hosts 4 --pages 50    # a quick look

Ours: a first run, a run in which nothing changed, and one in which one page of a hundred did; without Prefect (`fetch.py --prefect` has its
share), read by two processes. Scrapy: the usual spider, one page at a time of each host as ours, text and metadata by
`trafilatura.bare_extraction(with_metadata=True)`, one Parquet file at the end; then the same again, since it remembers nothing.
CPU is of all processes of a contender, the server's not among it.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import corpus  # noqa: E402  # the script runs from anywhere
from benchmarks.loopback import serve, sources_at, visited  # noqa: E402
from benchmarks.watching import Figures, measured  # noqa: E402

PORT = 8897
EVERY = 12
"""Days between two runs: all pages are due again, and none is asked for without its validators."""
SHARE = 100
"""One page of so many says something else from the third day on."""
SPIDER = """
import sys, scrapy, trafilatura, pyarrow as pa, pyarrow.parquet as pq
hosts, port, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
rows = []
class Pages(scrapy.Spider):
    name = "pages"
    custom_settings = {"ROBOTSTXT_OBEY": True, "CONCURRENT_REQUESTS": hosts, "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
                       "DOWNLOAD_DELAY": 0, "LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False}
    async def start(self):
        for n in range(1, hosts + 1):
            yield scrapy.Request(f"http://127.0.0.{n}:{port}/")
    def parse(self, response):
        for url in response.css("li a::attr(href)").getall():
            yield response.follow(url, self.save)
    def save(self, response):
        found = trafilatura.bare_extraction(response.body, url=response.url, with_metadata=True)
        if found is not None:
            rows.append({"url": response.url, "title": found.title, "date": found.date, "author": found.author, "text": found.text})
from scrapy.crawler import CrawlerProcess
process = CrawlerProcess()
process.crawl(Pages)
process.start()
pq.write_table(pa.Table.from_pylist(rows), folder + "/pages.parquet", compression="zstd")
print("pages:", len(rows))
"""


@cache
def page(host: str, number: int, changed: bool) -> bytes:
    """A page, and how it reads when it was changed."""
    body = corpus.page(number, host.rpartition(".")[2])
    return body.replace("。</p>".encode(), "，并于年底前完成评估。</p>".encode()) if changed else body


def _is_later(day: Path) -> bool:
    return day.read_text(encoding="utf-8") >= "2"


def serve_all(hosts: int, pages: int, day: Path) -> None:
    """Listen on all hosts; a file says which day it is."""
    for n in range(1, hosts + 1):
        for number in range(pages):
            page(f"127.0.0.{n}", number, changed=False)  # made before the clock runs

    def today(host: str, number: int) -> bytes:
        return page(host, number, changed=_is_later(day) and number % SHARE == 0)

    asyncio.run(serve(hosts, PORT, pages, today))


def ours(hosts: int, data: Path, day: int) -> int:
    """A whole run without Prefect."""
    from flows.build import build_tables
    from flows.publish import publish_release
    from flows.run import new_run
    from flows.spread import each_in, processes

    run = new_run(data, now=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=EVERY * day))
    sources = sources_at(hosts, PORT, new_pages=10_000)
    refreshed = visited(run, sources)
    with processes(2, data, sources) as read_all:
        build_tables(run, sources, read_all)
    with each_in(2) as each:
        publish_release(run, sources, each)
    return sum(capture.kind == "document" for part in refreshed for capture in part.captures)


def main() -> None:
    """Take turns."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--peers", metavar="PYTHON", help="interpreter of the environment with requirements-peers.txt"
    )
    parser.add_argument("--hosts", type=int, default=20)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve_all(options.hosts, options.pages, options.serve)
    elif options.run:
        print("pages:", ours(options.hosts, Path(options.run[0]), int(options.run[1])))
    else:
        compare(options)


def compare(options: argparse.Namespace) -> None:
    """Run each contender, in turn, and print the table."""
    me = [sys.executable, __file__, "--hosts", str(options.hosts), "--pages", str(options.pages)]
    figures: dict[str, list[Figures]] = {}
    with tempfile.TemporaryDirectory() as folder:
        day = Path(folder) / "day"
        day.write_text("0", encoding="utf-8")
        server = subprocess.Popen([*me, "--serve", str(day)], stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        if not server.stdout.readline():
            raise SystemExit(f"the server cannot listen on port {PORT}: is another benchmark running?")
        try:
            for number in range(options.rounds):
                data = Path(folder) / f"data-{number}"
                for n, name in enumerate(("first", "nothing changed", "1 % changed")):
                    day.write_text(str(n), encoding="utf-8")
                    run = measured([*me, "--run", str(data), str(n)], ROOT)
                    figures.setdefault(f"policy-ingest, {name}", []).append(run)
                if options.peers:
                    for name in ("first", "again"):
                        day.write_text("0", encoding="utf-8")
                        command = [options.peers, "-c", SPIDER, str(options.hosts), str(PORT), folder]
                        figures.setdefault(f"Scrapy + trafilatura, {name}", []).append(
                            measured(command, ROOT)
                        )
                        time.sleep(1)
        finally:
            server.terminate()
            server.wait()
    table(figures)


def table(figures: Mapping[str, Sequence[Figures]]) -> None:
    """Print medians, and each contender's CPU against that of our first run."""
    print("| run | pages | pages per s | wall s | CPU s | peak MB | CPU ÷ our first |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    base = statistics.median(item.cpu for item in figures["policy-ingest, first"])
    for name, held in figures.items():
        wall, cpu = (
            statistics.median(item.wall for item in held),
            statistics.median(item.cpu for item in held),
        )
        print(
            f"| {name} | {held[0].pages} | {held[0].pages / wall:.0f} | {wall:.1f} | {cpu:.1f} | {max(item.memory for item in held):.0f} "
            f"| {cpu / base:.3f} |"
        )


if __name__ == "__main__":
    main()

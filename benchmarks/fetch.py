"""Fetches pages from many loopback hosts: ours (fetched, archived as WARC, indexed) beside Scrapy (bodies to disk).

python benchmarks/fetch.py                                      # 20 hosts x 500 pages, ours
python benchmarks/fetch.py --scrapy-python peers/bin/python     # and Scrapy, in turn with ours
python benchmarks/fetch.py --build                              # and whole runs, with reading and release
python benchmarks/fetch.py --hosts 4 --pages 50 --rounds 1      # a quick look

Both ask each host for one page at a time, all hosts at once, without delay; robots.txt is read once per host. Then ours asks
for everything again, conditionally, and nothing has changed. CPU is of the fetching process and its children.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.loopback import serve, sources_at, visited  # noqa: E402  # the script runs from anywhere

PORT = 8899
WORDS = [chr(0x4E00 + 2 * n) + chr(0x4E01 + 2 * n) for n in range(400)]
# Different bodies, their words drawn at random: they compress about as real pages do (2.6 to 1 here), not better.
BODIES = 50
SPIDER = """
import hashlib, sys, scrapy
hosts, port, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
class Pages(scrapy.Spider):
    name = "pages"
    custom_settings = {"ROBOTSTXT_OBEY": True, "CONCURRENT_REQUESTS": hosts, "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
                       "DOWNLOAD_DELAY": 0, "LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False}
    start_urls = [f"http://127.0.0.{n}:{port}/" for n in range(1, hosts + 1)]
    async def start(self):
        for url in self.start_urls:
            yield scrapy.Request(url)
    def parse(self, response):
        for url in response.css("li a::attr(href)").getall():
            yield response.follow(url, self.save)
    def save(self, response):
        with open(f"{folder}/{hashlib.sha256(response.url.encode()).hexdigest()}.html", "wb") as stream:
            stream.write(response.body)
from scrapy.crawler import CrawlerProcess
process = CrawlerProcess()
process.crawl(Pages)
process.start()
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run cost.

    Attributes:
        pages: Pages that came, listings and robots.txt not counted.
        wall: Seconds.
        cpu: Seconds of CPU.
        memory: Peak resident bytes.
    """

    pages: int
    wall: float
    cpu: float
    memory: int


@cache
def body(number: int) -> str:
    """Some paragraphs of about 20 kB together."""
    draw = random.Random(number)  # no secret
    return "".join(f"<p>{''.join(draw.choices(WORDS, k=30))}。</p>" for _ in range(105))


def page(host: str, number: int) -> bytes:
    """A page of about 20 kB, the same each time."""
    title = f"关于{host}第{number}号事项的通知"
    text = f"<html><head><meta charset=utf-8><title>{title}</title></head><body><h1>{title}</h1><p>现就{title[2:-3]}通知如下。</p>{body(number % BODIES)}"
    return f"{text}</body></html>".encode()


def ours(hosts: int, data: Path, day: int, *, build: bool = False) -> None:
    """Refresh all hosts as sources, without Prefect, read and release them if wanted, and print the pages that came."""
    from flows.run import new_run  # noqa: PLC0415  # the server and Scrapy need none of it

    run = new_run(data, now=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day))
    sources = sources_at(hosts, PORT)
    refreshed = visited(run, sources)
    if build:
        from flows.build import build_tables  # noqa: PLC0415  # fetching alone does without them
        from flows.publish import publish_release  # noqa: PLC0415

        build_tables(run, sources)
        publish_release(run, sources)
    captures = [capture for part in refreshed for capture in part.captures if capture.kind == "document"]
    print(sum(capture.fetch_outcome in {"ok", "not_modified"} for capture in captures))


def measured(command: Sequence[str], folder: Path) -> Figures:
    """Run a command, and say what it cost; pages are what it prints, or the files that it leaves."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    peak, watching = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not watching.wait(0.1):
            try:
                status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
                peak = max(peak, int(status.split("VmHWM:")[1].split()[0]) * 1024)
            except (OSError, IndexError):
                return

    thread = threading.Thread(target=watch)
    thread.start()
    printed, _ = process.communicate(timeout=900)
    wall = time.perf_counter() - began
    watching.set()
    thread.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    pages = int(printed) if printed.strip().isdigit() else sum(1 for _ in folder.glob("*.html"))
    return Figures(pages, wall, cpu, peak)


def row(name: str, figures: Sequence[Figures]) -> str:
    """A line of the table, medians over the rounds."""
    speed = [item.pages / item.wall for item in figures]
    cpu = statistics.median(item.cpu for item in figures)
    memory = max(item.memory for item in figures) / 1e6
    return (
        f"| {name} | {figures[0].pages} | {statistics.median(speed):.0f} | {min(speed):.0f}–{max(speed):.0f} "
        f"| {cpu:.1f} | {memory:.0f} |"
    )


def share(again: Sequence[Figures], first: Sequence[Figures]) -> float:
    """CPU of the second runs against that of the first ones, median over the rounds."""
    return statistics.median(b.cpu / a.cpu for a, b in zip(first, again, strict=True))


def arguments() -> argparse.Namespace:
    """What the command line says."""
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--hosts", type=int, default=20)
    flags.add_argument("--pages", type=int, default=500)
    flags.add_argument("--rounds", type=int, default=3)
    flags.add_argument("--scrapy-python", help="interpreter of an environment with Scrapy")
    flags.add_argument("--build", action="store_true", help="measure whole runs, too: fetch, read, release")
    flags.add_argument("--as", dest="role", choices=["server", "ours"], help=argparse.SUPPRESS)
    flags.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    flags.add_argument("--day", type=int, default=0, help=argparse.SUPPRESS)
    return flags.parse_args()


def _say(
    *,
    first: Sequence[Figures],
    again: Sequence[Figures],
    whole: Sequence[Figures],
    whole_again: Sequence[Figures],
    scrapy: Sequence[Figures],
) -> None:
    """Print the table, and what it comes to."""
    print("| | pages | pages/s | range | CPU s | peak MB |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    print(row("policy-ingest, first", first))
    print(row("policy-ingest, nothing changed", again))
    if whole:
        print(row("the same with reading and release, first", whole))
        print(row("the same with reading and release, nothing changed", whole_again))
    if scrapy:
        print(row("Scrapy, bodies to disk", scrapy))
        ratio = statistics.median(
            (a.pages / a.wall) / (b.pages / b.wall) for a, b in zip(first, scrapy, strict=True)
        )
        print(f"\npages per second against Scrapy: {ratio:.2f}")
    print("\nCPU of a run in which nothing changed, against the first:")
    print(f"fetching and archiving alone {share(again, first):.0%}")
    if whole:
        print(f"the whole run (fetch, read, release) {share(whole_again, whole):.0%}")
    print(json.dumps({"cores": os.cpu_count()}))


def main() -> int:
    """Measure, and print the table."""
    options = arguments()
    if options.role == "server":
        asyncio.run(serve(options.hosts, PORT, options.pages, page))
    if options.role == "ours":
        ours(options.hosts, options.data, options.day, build=options.build)
        return 0
    me = [sys.executable, __file__, "--hosts", str(options.hosts), "--pages", str(options.pages)]
    server = subprocess.Popen([*me, "--as", "server"], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    server.stdout.readline()
    first, again, scrapy = list[Figures](), list[Figures](), list[Figures]()
    whole, whole_again = list[Figures](), list[Figures]()
    work = Path(tempfile.mkdtemp(prefix="fetch-"))
    try:
        for number in range(options.rounds):
            data = work / f"data-{number}"
            run = [*me, "--as", "ours", "--data", str(data)]
            first.append(measured(run, data))
            again.append(measured([*run, "--day", "1"], data))
            if options.build:
                run = [*me, "--as", "ours", "--build", "--data", f"{data}-built"]
                whole.append(measured(run, data))
                whole_again.append(measured([*run, "--day", "1"], data))
            if options.scrapy_python:
                bodies = work / f"bodies-{number}"
                bodies.mkdir()
                command = [options.scrapy_python, "-c", SPIDER, str(options.hosts), str(PORT), str(bodies)]
                scrapy.append(measured(command, bodies))
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(work)
    _say(first=first, again=again, whole=whole, whole_again=whole_again, scrapy=scrapy)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

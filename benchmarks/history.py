"""Cost of keeping history: days with nothing new, a share or a few changed, new or asked, on synthetic histories of N documents.

    python benchmarks/history.py                                  # 10^3 and 10^4 documents, some minutes
    python benchmarks/history.py --documents 1000 10000 100000 --plot docs/growth.svg
    python benchmarks/history.py --documents 1000000 --work DIR --workers 2   # once: hours, 40 GB of disk

The histories (`synthetic.py`) enter after reading: rows of captures, readings and documents, a third of which are copies or successors of
others, with annexes, clauses, evidence and targets, are written as a build writes them; then build and publish run as they do every day,
linking included. Each run is a process of its own: seconds, CPU, bytes written under tables/ and releases/, and peak memory are of that
process; with `--workers` documents are linked in so many processes, as `--runner processes` does, whose CPU and memory count. The ratio is all rows and commits that were written under tables/ over the bytes of the rows entered; the index of links, which is
no table, is told apart. What grows with the documents must do so with a slope of 1.05 at most, what should follow the change alone with
one of 0.1 (both axes logarithmic, CPU, from the last size but one to the last).
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import watching  # noqa: E402  # the script runs from anywhere
from benchmarks.plot import plotted  # noqa: E402
from benchmarks.synthetic import BEGIN, COMMIT, captured, edited, enter, sources  # noqa: E402
from flows.alarms.watch import watch  # noqa: E402
from flows.build import build_tables  # noqa: E402
from flows.publish import publish_release  # noqa: E402
from flows.refresh import keep  # noqa: E402
from flows.refreshed import Refreshed  # noqa: E402
from flows.run import new_run  # noqa: E402
from flows.spread import each_in  # noqa: E402
from store import links, tables  # noqa: E402
from store.capture import Capture, capture_id, digest  # noqa: E402
from store.recover import recover  # noqa: E402
from store.rows import capture_row  # noqa: E402

FEW = 50
"""Documents that change, or come, on a day whose cost should follow them alone."""

LINEAR, FLAT = 1.05, 0.1
LIMITS = {
    "first": LINEAR,
    "nothing new": FLAT,
    "1 % changed": LINEAR,
    "1 % new": LINEAR,
    "all asked, nothing changed": LINEAR,
    f"{FEW} changed": FLAT,
    f"{FEW} new": FLAT,
}
"""The days of a history, in order, and the slope that each may have."""

_DAY = 86_400

LEAST, MOST = 1_000, 1_000_000
"""Documents of a history."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run cost.

    Attributes:
        name: The day.
        documents: How many were held in the beginning.
        seconds: From the start of its process to the end.
        cpu: Seconds of CPU.
        tables: Bytes written under tables/, the index of links left out.
        entered: Bytes of the rows that came on that day.
        index: Bytes of the index of links.
        release: Bytes written for the release.
        memory: Peak resident bytes.
    """

    name: str
    documents: int
    seconds: float
    cpu: float
    tables: int
    entered: int
    index: int
    release: int
    memory: int


def quiet(day: int) -> Refreshed:
    """What a quiet visit brings: each source's robots.txt and its listing, as they were."""
    when = BEGIN + timedelta(days=day)
    listings = tuple(
        Capture(
            capture_id(source.source_id, source.seeds[0].url, when),
            f"run-{day}",
            source.source_id,
            "listing",
            source.seeds[0].url,
            when,
            "not_modified",
            304,
            content_digest=digest(source.source_id.encode()),
            links=20,
            warc_filename=f"{source.source_id}/2026/run-{day}.warc.gz",
        )
        for source in sources()
    )
    return Refreshed("all", (*map(_rules, listings), *listings))


def _rules(listing: Capture) -> Capture:
    """The robots.txt that was asked for before a listing."""
    url = urljoin(listing.url, "/robots.txt")
    return replace(
        listing,
        capture_id=capture_id(listing.source_id, url, listing.fetch_time),
        kind="robots",
        url=url,
        links=None,
    )


def step(data: Path, name: str, size: int, day: int) -> None:
    """What enters on a day."""
    share = max(1, size // 100)
    twice = edited(size)
    match name:
        case "first":
            enter(data, range(size), 1, day)
        case "1 % changed":
            enter(data, sorted(twice), 2, day)
        case "1 % new":
            enter(data, range(size, size + share), 1, day)
        case "all asked, nothing changed":
            for begin in range(0, size, COMMIT):
                numbers = range(begin, min(size, begin + COMMIT))
                visits = [captured(n, 1 + (n in twice), day, "not_modified") for n in numbers]
                rows = [capture_row(capture) for visit in visits for capture in visit]
                tables.append(data / "tables", "captures", rows)
        case _ if name == f"{FEW} changed":
            enter(data, [n for n in range(0, size, size // FEW // 2) if n not in twice][:FEW], 2, day)
        case _ if name == f"{FEW} new":
            enter(data, range(size + share, size + share + FEW), 1, day)


def day_of(data: Path, day: int, each: links.Each) -> None:
    """A day's run after fetching and reading: what every run does, whatever came."""
    run = new_run(data, now=BEGIN + timedelta(days=day, hours=2))
    recover(data, run.started)
    keep(run, [quiet(day)])
    build_tables(run, sources())
    publish_release(run, sources(), each)
    watch(run.data, sources(), run.clock())


def written(folder: Path) -> int:
    """Bytes of all files below a folder but the index of links; what is linked from the release before counts once."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != links.FILE)
    sizes = {(item := path.stat()).st_ino: item.st_size for path in files}
    return sum(sizes.values())


def measured(data: Path, name: str, size: int, day: int, workers: int) -> Cost:
    """Enter what is new, then measure the run in a process of its own."""
    command = [sys.executable, __file__, "--data", str(data), "--day", str(day), "--size", str(size)]
    empty = written(data / "tables")
    subprocess.run([*command, "--as", "enter", "--step", name], check=True)
    before, releases = written(data / "tables"), written(data / "releases")
    began = time.perf_counter()
    cpu, memory = _run([*command, "--as", "run"], workers)
    seconds = time.perf_counter() - began
    return Cost(
        name=name,
        documents=size,
        seconds=seconds,
        cpu=cpu,
        tables=written(data / "tables") - before,
        entered=before - empty,
        index=(data / "tables" / links.FILE).stat().st_size,
        release=written(data / "releases") - releases,
        memory=memory,
    )


def _run(command: Sequence[str], workers: int) -> tuple[float, int]:
    """Seconds of CPU and peak resident bytes of a run: as it says itself, or of all its processes, as they are seen from outside."""
    if workers:
        seen = watching.measured([*command, "--workers", str(workers)], ROOT, most=_DAY)
        assert seen.code == 0, "the run failed; without --workers it says why"
        return seen.cpu, int(seen.memory * 1e6)
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    used = json.loads(said.splitlines()[-1])
    return used["cpu"], used["memory"]


def history_of(size: int, work: Path | None, workers: int) -> Iterator[Cost]:
    """The days of a history of that size, one after the other."""
    with tempfile.TemporaryDirectory(prefix="history-", dir=work) as folder:
        for day, name in enumerate(LIMITS):
            yield measured(Path(folder), name, size, day, workers)


def row(cost: Cost) -> str:
    """A line of the table."""
    ratio = f"{(cost.entered + cost.tables) / cost.entered:.2f}" if cost.entered else "–"
    return (
        f"| {cost.documents:,} | {cost.name} | {cost.seconds:.1f} | {cost.cpu:.1f} | {cost.tables / 1e6:.2f} "
        f"| {cost.entered / 1e6:.2f} | {ratio} | {cost.index / 1e6:.0f} | {cost.release / 1e6:.1f} | {cost.memory / 1e6:.0f} |"
    )


def slope(one: Cost, other: Cost) -> float:
    """How the CPU grows with the documents: 1 where it does so as they do, 0 where it stays."""
    return math.log(other.cpu / one.cpu) / math.log(other.documents / one.documents)


def slopes(costs: Sequence[Cost]) -> Iterator[str]:
    """The table of slopes with verdicts; none where there is one size alone."""
    yield "| run | slope over all | from the last size but one | limit | |\n| --- | ---: | ---: | ---: | --- |"
    for name, limit in LIMITS.items():
        ours = [cost for cost in costs if cost.name == name]
        last = slope(*ours[-2:])
        verdict = "holds" if last <= limit else "**does not hold**"
        yield f"| {name} | {slope(ours[0], ours[-1]):.2f} | {last:.2f} | {limit} | {verdict} |"


def drawn(costs: Sequence[Cost]) -> str:
    """The growth curves as SVG."""
    series = {name: [(cost.documents, cost.cpu) for cost in costs if cost.name == name] for name in LIMITS}
    return plotted(series, "documents held", "CPU seconds of a day's run after fetching and reading")


def arguments() -> argparse.Namespace:
    """What the command line says."""
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument(
        "--documents", type=int, nargs="+", default=[1_000, 10_000], help=f"sizes, {LEAST:,} to {MOST:,}"
    )
    flags.add_argument("--plot", type=Path, help="write the growth curves there, as SVG")
    flags.add_argument("--work", type=Path, help="folder for the data; a temporary one by default")
    flags.add_argument(
        "--workers", type=int, default=0, help="processes that link documents; in the run's own by default"
    )
    flags.add_argument("--as", dest="role", choices=["enter", "run"], help=argparse.SUPPRESS)
    for name in ("data", "step", "day", "size"):
        flags.add_argument(f"--{name}", help=argparse.SUPPRESS)
    given = flags.parse_args()
    if not all(LEAST <= size <= MOST for size in given.documents):
        flags.error(f"--documents must be between {LEAST} and {MOST}")
    return given


def main() -> None:
    """Measure, and print the tables."""
    options = arguments()
    if options.role == "enter":
        step(Path(options.data), options.step, int(options.size), int(options.day))
        return
    if options.role == "run":
        with each_in(options.workers) if options.workers else nullcontext(map) as each:
            day_of(Path(options.data), int(options.day), each)
        own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        cpu = sum(used.ru_utime + used.ru_stime for used in (own, others))
        print(json.dumps({"memory": own.ru_maxrss * 1024, "cpu": cpu}))
        return
    print(
        "| documents | run | seconds | CPU s | more in tables/ MB | rows entered MB | ratio | index of links MB | release MB | peak MB |"
    )
    print(f"| ---: | --- |{' ---: |' * 8}")
    costs: list[Cost] = []
    for size in sorted(options.documents):
        for cost in history_of(size, options.work, options.workers):
            costs.append(cost)
            print(row(cost), flush=True)
    if len(options.documents) > 1:
        print("", *slopes(costs), sep="\n")
    if options.plot:
        options.plot.write_text(drawn(costs), encoding="utf-8")
    print(json.dumps({"cores": os.cpu_count()}))


if __name__ == "__main__":
    main()

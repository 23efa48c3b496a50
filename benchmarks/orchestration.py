"""Prefect's share of a whole run (fetch, archive, read, link, release, alarms): the same work with and without it, from loopback hosts.

    python benchmarks/orchestration.py                                            # 100 and 1,000 documents of 1 and 50 sources
    python benchmarks/orchestration.py --documents 100 1000 10000 --sources 1 50 500   # the whole table, an hour

With: the flow that is scheduled, its server embedded, its database made by an earlier run (what that costs is told below the table). Without: the
steps that the flow consists of, called one after the other, as many sources at once. Each is a process of its own; the two take turns. Pages are short (1,500 characters, no two
alike), so that the share is rather over- than understated; each source has as many of them as the others, one at least, and none is held to
the 1,000 new pages that a source may have in a run (`new_pages` in `[limits]`). CPU is of all processes, the web server's not among it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.loopback import serve, sources_at, visited  # noqa: E402  # the script runs from anywhere
from benchmarks.watching import Figures, measured  # noqa: E402

PORT = 8895
MOST_DOCUMENTS, MOST_SOURCES = 20_000, 1_000
HOURS = 1
"""After which a run is given up."""
WORDS = [chr(0x4E00 + 3 * n) + chr(0x4E01 + 3 * n) for n in range(2_000)]


@cache
def page(host: str, number: int) -> bytes:
    """A page of some 1,500 characters, the same each time."""
    draw = random.Random(f"{host}/{number}")
    title = f"关于{host}第{number}号事项的通知"
    text = "".join(f"<p>{''.join(draw.choices(WORDS, k=50))}。</p>" for _ in range(15))
    return f"<html><head><meta charset=utf-8><title>{title}</title></head><body><h1>{title}</h1>{text}</body></html>".encode()


def plain(data: Path, sources: int, pages: int) -> int:
    """A whole run without Prefect; how many pages came."""
    from flows.alarms.watch import watch
    from flows.build import build_tables
    from flows.publish import publish_release
    from flows.refresh import recover
    from flows.run import new_run

    run = new_run(data, now=datetime(2026, 1, 1, tzinfo=UTC))
    every = sources_at(sources, PORT, new_pages=pages)
    recover(run)
    refreshed = visited(run, every, at_once=SOURCES_AT_ONCE)
    build_tables(run, every)
    publish_release(run, every)
    watch(run.data, every, run.clock())
    return sum(capture.kind == "document" for part in refreshed for capture in part.captures)


def orchestrated(data: Path, sources: int, pages: int) -> int:
    """The same as the flow that is scheduled, Prefect's server embedded; how many pages came."""
    from flows.embedded import embed_prefect
    from flows.run import new_run

    data.mkdir(parents=True, exist_ok=True)
    wait = embed_prefect(data)
    from flows.ingest import ingest  # Prefect reads its settings when it is imported
    from flows.unshown import Unshown

    wait()

    run = new_run(data, now=datetime(2026, 1, 1, tzinfo=UTC))
    every = Unshown(sources_at(sources, PORT, new_pages=pages or 1))
    # Beside documents each source was asked for its robots.txt and its listing.
    return ingest(run, every, every, {}).captures - 2 * sources


SOURCES_AT_ONCE = 8
"""As in `flows.ingest`, which cannot be imported without Prefect."""
CONTENDERS = {"without": plain, "with": orchestrated}


@contextmanager
def served(me: Sequence[str]) -> Iterator[None]:
    """The web sites, while the context lasts."""
    server = subprocess.Popen([*me, "--serve"], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    if not server.stdout.readline():
        raise SystemExit(f"the server cannot listen on port {PORT}: is another benchmark running?")
    try:
        yield
    finally:
        server.terminate()
        server.wait()


def begun(folder: Path) -> str:
    """Let Prefect make its database in a folder; what an empty run costs with a new one, and with one that is there."""
    command = [sys.executable, __file__, "--cell", "0", "0", "--run", "with", str(folder)]
    new, again = (measured(command, ROOT) for _ in range(2))
    return (
        f"An empty run in Prefect's flow: {new.wall:.1f} s, {new.cpu:.1f} s of CPU, with a new database; "
        f"{again.wall:.1f} s, {again.cpu:.1f} s of CPU, with one that is there."
    )


def compared(documents: int, sources: int, rounds: int, home: Path) -> str:
    """A line of the table: medians of both, and what Prefect costs; its database is at home somewhere."""
    pages = max(1, documents // sources)
    me = [sys.executable, __file__, "--cell", str(sources), str(pages)]
    figures: dict[str, list[Figures]] = {name: [] for name in CONTENDERS}
    with served(me), tempfile.TemporaryDirectory(prefix="orchestration-") as folder:
        for number in range(rounds):
            for name in CONTENDERS:
                data = Path(folder) / f"{name}-{number}"
                shutil.copytree(home, data / "prefect")
                run = measured([*me, "--run", name, str(data)], ROOT, most=HOURS * 3_600)
                if run.code or run.pages != sources * pages:
                    raise SystemExit(
                        f"{name} Prefect: exit code {run.code}, {run.pages} pages of {sources * pages}"
                    )
                figures[name].append(run)
    without, with_it = figures["without"], figures["with"]
    wall, cpu = (
        (
            statistics.median(getattr(item, what) for item in without),
            statistics.median(getattr(item, what) for item in with_it),
        )
        for what in ("wall", "cpu")
    )
    shares = [(b.cpu - a.cpu) / b.cpu for a, b in zip(without, with_it, strict=True)]
    return (
        f"| {sources * pages:,} | {sources} | {wall[0]:.1f} | {wall[1]:.1f} | {wall[1] - wall[0]:.1f} | {1 - wall[0] / wall[1]:.1%} "
        f"| {cpu[0]:.1f} | {cpu[1]:.1f} | {cpu[1] - cpu[0]:.1f} | {statistics.median(shares):.1%} | {min(shares):.1%}–{max(shares):.1%} |"
    )


def arguments() -> argparse.Namespace:
    """What the command line says."""
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--documents", type=int, nargs="+", default=[100, 1_000])
    flags.add_argument("--sources", type=int, nargs="+", default=[1, 50])
    flags.add_argument("--rounds", type=int, default=1)
    flags.add_argument("--cell", nargs=2, type=int, help=argparse.SUPPRESS)
    flags.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    flags.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    given = flags.parse_args()
    if max(given.documents) > MOST_DOCUMENTS or max(given.sources) > MOST_SOURCES:
        flags.error(f"at most {MOST_DOCUMENTS:,} documents of {MOST_SOURCES:,} sources")
    return given


def main() -> None:
    """Measure, and print the table."""
    options = arguments()
    if options.serve:
        sources, pages = options.cell
        asyncio.run(serve(sources, PORT, pages, page))
    elif options.run:
        name, data = options.run
        print("pages:", CONTENDERS[name](Path(data), *options.cell))
    else:
        print(
            "| documents | sources | wall s without | with | more | share | CPU s without | with | more | share | least to most |"
        )
        print(f"|{' ---: |' * 11}")
        cells = {
            (max(documents, sources), sources)
            for documents in options.documents
            for sources in options.sources
        }
        with tempfile.TemporaryDirectory(prefix="orchestration-") as folder:
            empty = begun(Path(folder))
            for documents, sources in sorted(cells):
                print(compared(documents, sources, options.rounds, Path(folder) / "prefect"), flush=True)
        print(f"\n{empty}")
        print(json.dumps({"cores": os.cpu_count(), "rounds": options.rounds}))


if __name__ == "__main__":
    main()

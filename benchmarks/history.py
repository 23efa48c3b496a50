"""Cost of keeping history: a run with nothing new, with 1 % changed, with 1 % new, on synthetic histories of N documents.

python benchmarks/history.py                                  # 10^4 and 10^5 documents
python benchmarks/history.py --documents 1000 10000 100000 1000000 --plot growth.svg
python benchmarks/history.py --documents 10000 --all-asked    # and a run that asks for every document, all unchanged

The histories enter after reading: rows of captures, readings and documents (about 3 kB of text, with clauses, evidence and a
target each) are written as a build writes them; then build and publish run as they do every day. Each run is a process
of its own: seconds, bytes written under tables/ and releases/, and peak memory are of that process. The ratio is all that was
written under tables/ over the bytes of the rows entered.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from flows.alarms.watch import watch  # noqa: E402  # the script runs from anywhere
from flows.build import build_tables  # noqa: E402
from flows.publish import publish_release  # noqa: E402
from flows.refresh import keep  # noqa: E402
from flows.refreshed import Refreshed  # noqa: E402
from flows.run import new_run  # noqa: E402
from parsers.document import Clause, Document, Evidence, Metadata, Target  # noqa: E402
from parsers.read import PARSER_VERSION  # noqa: E402
from store import tables  # noqa: E402
from store.capture import Capture, capture_id, digest, document_id  # noqa: E402
from store.recover import recover  # noqa: E402
from store.rows import Read, capture_row, document_row, reading_row  # noqa: E402
from store.source import Seed, Source  # noqa: E402

SOURCES = 20
COMMIT = 5_000
BEGIN = datetime(2026, 1, 1, 2, tzinfo=UTC)
WORDS = [chr(0x4E00 + 3 * n) + chr(0x4E01 + 3 * n) for n in range(2_000)]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run cost: seconds, bytes written under tables/ and for the release, peak resident bytes."""

    name: str
    documents: int
    seconds: float
    tables: int
    changed_bytes: int
    release: int
    memory: int


@cache
def pool() -> Sequence[str]:
    """Paragraphs of about 110 characters: ten of them, recombined, make a document of about 3 kB."""
    draw = random.Random(7)  # no secret
    return ["".join(draw.choices(WORDS, k=52)) + "。" for _ in range(5_000)]


def text_of(number: int, version: int) -> str:
    """A document's text; from one version to the next one figure in it changes."""
    draw = random.Random(number)  # no secret
    paragraphs = draw.choices(pool(), k=9)
    goal = f"到2027年，培育高新技术企业{number % 900 + version}家。"
    return "\n".join([*paragraphs[:5], goal, *paragraphs[5:]])


def url_of(number: int) -> str:
    """Where a document stands."""
    return f"https://office-{number % SOURCES}.example.gov.cn/zwgk/2026/t2026_{number}.html"


def source_of(number: int) -> str:
    """The source of a document."""
    return f"office-{number % SOURCES}"


def sources() -> tuple[Source, ...]:
    """The source files."""
    return tuple(
        Source(
            f"office-{n}",
            f"Office {n}",
            seeds=(Seed("listing", f"https://office-{n}.example.gov.cn/"),),
        )
        for n in range(SOURCES)
    )


def captured(number: int, version: int, day: int, outcome: str = "ok") -> Capture:
    """A request for a document on that day."""
    when = BEGIN + timedelta(days=day, microseconds=number)
    url, source_id = url_of(number), source_of(number)
    return Capture(
        capture_id=capture_id(source_id, url, when),
        run_id=f"run-{day}",
        source_id=source_id,
        kind="document",
        url=url,
        fetch_time=when,
        fetch_outcome=outcome,
        fetch_status=200 if outcome == "ok" else 304,
        content_digest=digest(f"{number}/{version}".encode()),
        content_length=20_000,
        content_mime_type="text/html; charset=utf-8",
        etag=f'"{number:x}-{version}"',
        revisit=outcome != "ok",
        address="192.0.2.1:443",
        wire_bytes=6_000,
        duration=0.2,
        warc_filename=f"{source_id}/2026/run-{day}.warc.gz",
        warc_record_offset=number * 7_000,
        warc_record_length=6_500,
    )


def reading(number: int, version: int, capture: Capture) -> Read:
    """The reading of a document's capture, as the parsers give it."""
    text = text_of(number, version)
    title = f"关于第{number}号事项的通知"
    at = text.index("到2027年")
    metadata = Metadata(
        title=title,
        identifier=f"科发〔2026〕{number}号",
        creator="省科学技术厅",
        publisher="省科学技术厅",
        issued="2026-01-01",
        language="zh-Hans",
        document_type="notice",
        evidence=tuple(
            Evidence(field, value, "meta:ArticleTitle", f"<meta name=ArticleTitle content={value}>")
            for field, value in (("title", title), ("issued", "2026-01-01"), ("creator", "省科学技术厅"))
        ),
    )
    target = Target(
        "高新技术企业",
        1.0,
        1.0,
        "=",
        False,
        "家",
        1.0,
        "2027",
        2027,
        "sentence",
        None,
        0,
        text[at : at + 20],
        at,
        at + 20,
    )
    clauses = tuple(
        Clause(n, "一、", n + 1, f"{n + 1}、", None, None, part, 0, len(part))
        for n, part in enumerate(text.split("\n")[:3])
    )
    document = Document(
        text,
        text,
        text,
        metadata,
        "utf-8",
        "declared",
        0,
        "text/html",
        1.0,
        "density",
        clauses=clauses,
        targets=(target,),
    )
    return Read(capture, PARSER_VERSION, "", document)


def enter(data: Path, numbers: Sequence[int], version: int, day: int) -> None:
    """Enter versions of documents as fetching and building do, in commits of their size."""
    where = data / "tables"
    for begin in range(0, len(numbers), COMMIT):
        part = numbers[begin : begin + COMMIT]
        captures = [captured(number, version, day) for number in part]
        tables.append(where, "captures", [capture_row(capture) for capture in captures])
        reads = [reading(number, version, capture) for number, capture in zip(part, captures, strict=True)]
        tables.append(where, "readings", [reading_row(read) for read in reads])
        rows = [
            document_row(
                read,
                document_id=document_id(read.capture.source_id, read.capture.url),
                home=read.capture.url,
                version=version,
                cause="new" if version == 1 else "source",
                run_id=f"run-{day}",
            )
            for read in reads
        ]
        tables.append(where, "documents", rows)
    tables.sync()


def listings(day: int) -> Refreshed:
    """What a quiet visit brings: each source's listing, as it was."""
    when = BEGIN + timedelta(days=day)
    captures = tuple(
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
    return Refreshed("all", captures)


def edited(size: int) -> frozenset[int]:
    """The documents that have a second version."""
    return frozenset(random.Random(1).sample(range(size), max(1, size // 100)))  # no secret


def step(data: Path, name: str, size: int, day: int) -> None:
    """What enters on a day."""
    share = max(1, size // 100)
    match name:
        case "first":
            enter(data, range(size), 1, day)
        case "1 % changed":
            enter(data, sorted(edited(size)), 2, day)
        case "1 % new":
            enter(data, range(size, size + share), 1, day)
        case "all asked, nothing changed":
            twice = edited(size)
            for begin in range(0, size, COMMIT):
                numbers = range(begin, min(size, begin + COMMIT))
                captures = [captured(n, 1 + (n in twice), day, "not_modified") for n in numbers]
                tables.append(data / "tables", "captures", list(map(capture_row, captures)))


def day_of(data: Path, day: int) -> None:
    """A day's run after fetching and reading: what every run does, whatever came."""
    run = new_run(data, now=BEGIN + timedelta(days=day, hours=2))
    recover(data, run.started)
    keep(run, [listings(day)])
    build_tables(run, sources())
    publish_release(run, sources())
    watch(run.data, sources(), run.clock())


def written(folder: Path) -> int:
    """Bytes of all files below a folder; what is linked from the release before counts once."""
    sizes = {(item := path.stat()).st_ino: item.st_size for path in folder.rglob("*") if path.is_file()}
    return sum(sizes.values())


def measured(data: Path, name: str, size: int, day: int) -> Cost:
    """Enter what is new, then measure the run in a process of its own."""
    command = [sys.executable, __file__, "--data", str(data), "--day", str(day), "--size", str(size)]
    empty = written(data / "tables")
    subprocess.run([*command, "--as", "enter", "--step", name], check=True)
    before, releases = written(data / "tables"), written(data / "releases")
    began = time.perf_counter()
    said = subprocess.run([*command, "--as", "run"], check=True, stdout=subprocess.PIPE, text=True).stdout
    seconds = time.perf_counter() - began
    memory = json.loads(said.splitlines()[-1])["memory"]
    after = written(data / "tables")
    return Cost(
        name, size, seconds, after - before, before - empty, written(data / "releases") - releases, memory
    )


def steps(*, all_asked: bool) -> Iterator[tuple[str, int]]:
    """The days of a history, in order."""
    names = ["first", "nothing new", "1 % changed", "1 % new"]
    yield from (
        (name, day)
        for day, name in enumerate([*names, *(["all asked, nothing changed"] if all_asked else [])])
    )


def plotted(costs: Sequence[Cost], path: Path) -> None:
    """The growth curve, both axes logarithmic."""
    import matplotlib as mpl  # noqa: PLC0415  # only for the picture: pip install matplotlib

    mpl.use("Agg")
    import matplotlib.pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(figsize=(7, 4))
    for name in dict.fromkeys(cost.name for cost in costs):
        ours = [cost for cost in costs if cost.name == name]
        axes.plot([cost.documents for cost in ours], [cost.seconds for cost in ours], marker="o", label=name)
    axes.set(
        xscale="log", yscale="log", xlabel="documents held", ylabel="seconds beyond fetching and reading"
    )
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path)


def row(cost: Cost) -> str:
    """A line of the table."""
    ratio = f"{(cost.changed_bytes + cost.tables) / cost.changed_bytes:.2f}" if cost.changed_bytes else "–"
    return (
        f"| {cost.documents:,} | {cost.name} | {cost.seconds:.1f} | {cost.tables / 1e6:.2f} | {cost.changed_bytes / 1e6:.2f} "
        f"| {ratio} | {cost.release / 1e6:.1f} | {cost.memory / 1e6:.0f} |"
    )


def main() -> int:
    """Measure, and print the table."""
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--documents", type=int, nargs="+", default=[10_000, 100_000])
    flags.add_argument("--all-asked", action="store_true", help="also a run that asks for every document")
    flags.add_argument(
        "--plot", type=Path, help="write the growth curve there (SVG or PNG; needs matplotlib)"
    )
    flags.add_argument("--work", type=Path, help="folder for the data; a temporary one by default")
    flags.add_argument("--as", dest="role", choices=["enter", "run"], help=argparse.SUPPRESS)
    for name in ("data", "step", "day", "size"):
        flags.add_argument(f"--{name}", help=argparse.SUPPRESS)
    options = flags.parse_args()
    if options.role == "enter":
        step(Path(options.data), options.step, int(options.size), int(options.day))
        return 0
    if options.role == "run":
        day_of(Path(options.data), int(options.day))
        print(json.dumps({"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
        return 0
    head = "documents | run | seconds | more in tables/ MB | rows entered MB | ratio | release MB | peak MB"
    print(f"| {head} |\n| ---: | --- |{' ---: |' * 6}")
    costs = []
    for size in options.documents:
        work = Path(tempfile.mkdtemp(prefix="history-", dir=options.work))
        try:
            for name, day in steps(all_asked=options.all_asked):
                costs.append(measured(work, name, size, day))
                print(row(costs[-1]), flush=True)
        finally:
            shutil.rmtree(work)
    if options.plot:
        plotted(costs, options.plot)
    print(json.dumps({"cores": os.cpu_count()}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

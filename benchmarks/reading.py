"""Reads pages to Parquet with text and metadata, beside what others do with the same pages.

    python benchmarks/reading.py --peers peers/bin/python                      # 2,000 pages of the corpus, three rounds
    python benchmarks/reading.py --peers peers/bin/python --pages saved-pages/ --count 500

| contender | from | gives |
| --- | --- | --- |
| policy-ingest | WARC | text, metadata, edits, clauses, targets, flags: all of a row of `documents`; two processes |
| datatrove | WARC | text and URL: WarcReader, Trafilatura, ParquetWriter; two tasks |
| trafilatura CLI | files | JSON with text and metadata, `--parallel 2` |
| trafilatura.bare_extraction | WARC | text and metadata, `with_metadata=True`; one process, nothing written |
| news-please | WARC | text and metadata, `NewsPlease.from_html`; one process, nothing written |
| resiliparse | WARC | text alone, `extract_plain_text(main_content=True)`: the limit of speed; one process, nothing written |

Contenders take turns on the same pages in each round; each is a process of its own. CPU is of all its processes.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import corpus  # noqa: E402  # the script runs from anywhere
from benchmarks.watching import Figures, measured  # noqa: E402

BATCH = 32
FEW = 200
"""Pages that news-please is given: it takes a tenth of a second and more for each."""
CONTENDERS = (
    "policy-ingest",
    "datatrove",
    "trafilatura CLI",
    "bare_extraction",
    "news-please",
    "resiliparse",
)
Record = tuple[str, str | None, bytes]


# ------------------------------------------------------------------------------------------------- contenders


def records(path: Path) -> Iterator[Record]:
    """The responses of a WARC file: URL, media type, body."""
    from warcio.archiveiterator import ArchiveIterator

    with path.open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type == "response":
                headers = record.http_headers
                yield (
                    record.rec_headers.get_header("WARC-Target-URI"),
                    headers.get_header("Content-Type"),
                    record.content_stream().read(),
                )


def read_rows(batch: Sequence[Record]) -> bytes:
    """What reading gives of some pages, as a stream of Arrow: rows of `documents`, in a process of its own."""
    import pyarrow as pa

    from parsers.document import Document
    from parsers.page import Page
    from parsers.read import PARSER_VERSION, read
    from store import tables
    from store.capture import Capture, digest
    from store.rows import Read, document_row

    now = datetime(2026, 1, 1, tzinfo=UTC)
    rows = []
    for url, content_type, body in batch:
        result = read(Page(url, now, 200, content_type, body))
        if isinstance(result, Document):
            capture = Capture(
                url, "run", "bulk", "document", url, now, "ok", 200, content_digest=digest(body)
            )
            read_as = Read(capture, PARSER_VERSION, "", result)
            rows.append(
                document_row(read_as, document_id=url, home=url, version=1, cause="new", run_id="run")
            )
    table = tables.arrow("documents", rows)
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()


def ours(warc: Path, out: Path) -> int:
    """Read by two processes, write by this one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from store.schema import TABLES

    count = 0
    source = records(warc)
    batches = iter(lambda: list(islice(source, BATCH)), [])
    context = get_context("forkserver")  # as flows.spread
    # Rows are made of readings there, too, which the product does in one process; pyarrow asks for pandas first.
    context.set_forkserver_preload(["flows.spread", "pandas"])
    with (
        ProcessPoolExecutor(2, mp_context=context) as pool,
        pq.ParquetWriter(
            out / "documents.parquet", TABLES["documents"].live, compression="zstd", compression_level=3
        ) as writer,
    ):
        for answer in pool.map(read_rows, batches):
            table = pa.ipc.open_stream(answer).read_all()
            writer.write_table(table)
            count += len(table)
    return count


def datatrove(warc: Path, out: Path) -> int:
    """The pipeline of its own examples, without filters."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.extractors import Trafilatura
    from datatrove.pipeline.readers import WarcReader
    from datatrove.pipeline.writers import ParquetWriter

    LocalPipelineExecutor(
        pipeline=[
            WarcReader(str(warc.parent), glob_pattern="half-*.warc.gz"),
            Trafilatura(),
            ParquetWriter(str(out / "parquet")),
        ],
        tasks=2,
        workers=2,
        logging_dir=str(out / "logs"),
    ).run()
    import pyarrow.parquet as pq

    return sum(pq.read_metadata(path).num_rows for path in (out / "parquet").rglob("*.parquet"))


def bare_extraction(warc: Path, _out: Path) -> int:
    """Text and metadata in one call."""
    import trafilatura

    return sum(
        trafilatura.bare_extraction(body, url=url, with_metadata=True) is not None
        for url, _, body in records(warc)
    )


def news_please(warc: Path, _out: Path) -> int:
    """As its documentation reads pages that one has."""
    from newsplease import NewsPlease

    return sum(
        bool(NewsPlease.from_html(body.decode("utf-8", "replace"), url=url, fetch_images=False).maintext)
        for url, _, body in islice(records(warc), FEW)
    )


def resiliparse(warc: Path, _out: Path) -> int:
    """Text alone."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding
    from resiliparse.parse.html import HTMLTree

    return sum(
        bool(extract_plain_text(HTMLTree.parse_from_bytes(body, detect_encoding(body)), main_content=True))
        for _, _, body in records(warc)
    )


RUNS = {
    "policy-ingest": ours,
    "datatrove": datatrove,
    "bare_extraction": bare_extraction,
    "news-please": news_please,
    "resiliparse": resiliparse,
}


# ------------------------------------------------------------------------------------------------- measuring


def write(folder: Path, count: int, pages: Path | None) -> None:
    """Write the pages as one WARC file, as two of half the pages (datatrove shares out files), and as files."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    (folder / "files").mkdir()
    (folder / "halves").mkdir()
    with (
        (folder / "all.warc.gz").open("wb") as whole,
        (folder / "halves" / "half-0.warc.gz").open("wb") as even,
        (folder / "halves" / "half-1.warc.gz").open("wb") as odd,
    ):
        writers = [WARCWriter(stream, gzip=True) for stream in (whole, even, odd)]
        for n, (url, body) in enumerate(corpus.pages(count, pages)):
            (folder / "files" / f"{n}.html").write_bytes(body)
            for writer in (writers[0], writers[1 + n % 2]):
                headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
                writer.write_record(
                    writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=headers)
                )


def taken(name: str, folder: Path, python: str) -> Figures:
    """Run one contender, and say what it cost."""
    with tempfile.TemporaryDirectory(dir=folder) as out:
        if name == "trafilatura CLI":
            program = str(Path(python).with_name("trafilatura"))
            folders = ["--input-dir", str(folder / "files"), "--output-dir", out]
            cost = measured([program, *folders, "--json", "--with-metadata", "--parallel", "2"], ROOT)
            return replace(cost, pages=sum(1 for path in Path(out).rglob("*") if path.is_file()))
        warc = folder / "halves" / "half-0.warc.gz" if name == "datatrove" else folder / "all.warc.gz"
        return measured([python, __file__, "--run", name, str(warc), out], ROOT)


def main() -> None:
    """Take turns."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--peers", metavar="PYTHON", help="interpreter of the environment with requirements-peers.txt"
    )
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=Path, help="folder of pages to take instead of the corpus")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        name, warc, out = arguments.run
        print("pages:", RUNS[name](Path(warc), Path(out)))
        return
    figures: dict[str, list[Figures]] = {}
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), arguments.count, arguments.pages)
        for _ in range(arguments.rounds):
            for name in CONTENDERS:
                if name != "policy-ingest" and arguments.peers is None:
                    continue
                python = sys.executable if name == "policy-ingest" else arguments.peers
                cost = taken(name, Path(folder), python)
                if cost.code:
                    raise SystemExit(f"{name} ended with {cost.code}")
                figures.setdefault(name, []).append(cost)
    table(figures, arguments.count)
    if arguments.json:
        told = {name: [vars(item) for item in held] for name, held in figures.items()}
        arguments.json.write_text(json.dumps(told, indent=1), encoding="utf-8")


def table(figures: dict[str, list[Figures]], count: int) -> None:
    """Print medians, and how often each takes our CPU: ratios of the same round, least and most."""
    print(f"{count} pages, {os.cpu_count()} cores")
    print(
        "| contender | pages with text | pages per CPU s | wall s | peak MB | its CPU ÷ ours | least to most |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    mine = figures["policy-ingest"]
    for name, held in figures.items():
        asked = min(FEW, count) if name == "news-please" else count
        ratios = [item.cpu / asked / (own.cpu / count) for item, own in zip(held, mine, strict=True)]
        speed = statistics.median(asked / item.cpu for item in held)
        wall = statistics.median(item.wall for item in held)
        print(
            f"| {name} | {held[0].pages} of {asked} | {speed:.0f} | {wall:.1f} | {max(item.memory for item in held):.0f} "
            f"| {statistics.median(ratios):.2f} | {min(ratios):.2f}–{max(ratios):.2f} |"
        )


if __name__ == "__main__":
    main()

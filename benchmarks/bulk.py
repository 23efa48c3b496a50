"""A bulk import as of a web archive: WARC files by a list of paths, other hosts left out, by the real command; what each phase costs.

    python benchmarks/bulk.py --records 100000      # an hour or two, 15 GB of disk
    python benchmarks/bulk.py --records 1000        # a quick look

The files are as Common Crawl's: request, response and metadata of each page, by turns of hosts that are wanted and of others. Pages
are those of `corpus.py` (38 kB). What the command is at is seen from outside, by what it has written: its first archive file ends the
start, rows of captures end the archiving, the mark of the build ends the reading, and linking lasts while the index of links is open.
CPU and memory are of all its processes.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import corpus  # noqa: E402  # the script runs from anywhere
from benchmarks.watching import Figures, measured  # noqa: E402
from store import links, tables  # noqa: E402
from store.built import MARK  # noqa: E402

A_FILE = 2_500
"""Records of pages that are wanted in a file: as many others stand between them. Common Crawl's have some 30,000 in all."""
HOSTS = 20
WANTED = "example.gov.cn"
LEAST = 100
"""Records below which nothing can be told."""
MOST = 300_000
"""Records: 15 GB of files for each hundred thousand."""
HOURS = 6
"""After which the command is given up."""
PHASES = ("start", "archiving", "reading", "linking", "release")


def urls(number: int) -> tuple[str, str]:
    """Addresses of a page that is wanted, and of one that is not."""
    path = f"zc/{number}.html"
    return f"http://www{number % HOSTS}.{WANTED}/{path}", f"http://www{number % HOSTS}.example.org/{path}"


def write(folder: Path, first: int, records: int) -> str:
    """Write one file of the crawl, and say how it is called."""
    path = folder / "segments" / f"{first // A_FILE:05}.warc.gz"
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "benchmarks/bulk.py"}))
        for number in range(first, first + records):
            page = corpus.page(number)
            for url in urls(number):
                asked = StatusAndHeaders("GET / HTTP/1.1", [("Accept", "*/*")], is_http_request=True)
                head = [("Content-Type", "text/html; charset=utf-8"), ("X-Crawl-Content-Encoding", "gzip")]
                answer = StatusAndHeaders("200 OK", head, protocol="HTTP/1.1")
                for kind, body, headers in (
                    ("request", b"", asked),
                    ("response", page, answer),
                    ("metadata", b"fetchTimeMs: 200\r\n", None),
                ):
                    writer.write_record(
                        writer.create_warc_record(url, kind, payload=io.BytesIO(body), http_headers=headers)
                    )
    return path.relative_to(folder).as_posix()


def crawled(folder: Path, records: int) -> Path:
    """Write the files of a crawl, and the list that names them."""
    (folder / "segments").mkdir(parents=True)
    firsts = range(0, records, A_FILE)
    names = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        sizes = [min(A_FILE, records - first) for first in firsts]
        for name in pool.map(write, [folder] * len(firsts), firsts, sizes):
            names.append(name)
            print(f"written: {name} ({len(names)} of {len(firsts)})", file=sys.stderr, flush=True)
    paths = folder / "warc.paths.gz"
    paths.write_bytes(gzip.compress("".join(f"{name}\n" for name in names).encode()))
    return paths


def phase_of(data: Path) -> str:
    """What the command is at, by what it has written."""
    where = data / "tables"
    if not (data / "archive").exists():
        return "start"
    if not (where / "captures" / "_delta_log").exists():
        return "archiving"
    if not (where / MARK).exists():
        return "reading"
    return "linking" if (where / links.FILE).exists() and not (where / links.SEAL).exists() else "release"


def size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def imported(paths: Path, data: Path, runner: str) -> Figures:
    """Import by the real command, watched from outside."""
    command = [sys.executable, "-m", "flows", "import", str(paths), "--host", WANTED, "--source", "crawl"]
    command += ["--runner", runner, "--data", str(data), "--seeds", str(data / "none")]
    return measured(command, ROOT, phase=lambda: phase_of(data), most=HOURS * 3_600)


def table(figures: Figures, records: int) -> None:
    """Print what each phase cost."""
    print("| phase | wall s | records per s | CPU s | CPU hours per million | peak MB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name in (*PHASES, "all"):
        part = figures.phases[name] if name != "all" else figures
        print(
            f"| {name} | {part.wall:.1f} | {records / part.wall:.0f} | {part.cpu:.1f} | {part.cpu / 3600 / records * 1e6:.2f} "
            f"| {part.memory:.0f} |"
        )


def weighed(data: Path, given: int, records: int) -> None:
    """Print how much room it takes."""
    documents = len(tables.read(data / "tables", "documents", ["document_id"]))
    index = (data / "tables" / links.FILE).stat().st_size
    parts = {
        "archive": size(data / "archive"),
        "tables, links left out": size(data / "tables") - index,
        "index of links": index,
        "release, report left out": size(data / "releases")
        - size(next(data.glob("releases/2*/report"), data / "none")),
    }
    print(f"\n{records} records wanted of {2 * records} in {given / 1e9:.2f} GB; {documents} documents\n")
    print("| kept | GB | GB per million documents |\n| --- | ---: | ---: |")
    for name, held in parts.items():
        print(f"| {name} | {held / 1e9:.2f} | {held / documents / 1e3:.1f} |")


def arguments(told: Sequence[str] | None = None) -> argparse.Namespace:
    """What the command line says."""
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--records", type=int, default=10_000, help=f"{LEAST} to {MOST:,}; 10,000 by default")
    flags.add_argument("--runner", default="processes:2")
    flags.add_argument("--work", type=Path, help="folder for files and data; a temporary one by default")
    given = flags.parse_args(told)
    if not LEAST <= given.records <= MOST:
        flags.error(f"--records must be between {LEAST} and {MOST}")
    return given


def main() -> None:
    """Write the files, import them, and print the tables."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="bulk-", dir=options.work) as folder:
        paths, data = crawled(Path(folder) / "crawl", options.records), Path(folder) / "data"
        figures = imported(paths, data, options.runner)
        if figures.code:
            raise SystemExit(f"the import ended with {figures.code}")
        table(figures, options.records)
        weighed(data, size(paths.parent), options.records)
    print(json.dumps({"cores": os.cpu_count(), "runner": options.runner}))


if __name__ == "__main__":
    main()

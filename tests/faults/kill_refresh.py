"""kill -9 at random moments: `python -m tests.faults.kill_refresh [POINTS] [WHOLE_RUNS] [SEED]`.

Each point: a run over the small site (on an empty folder, or on a second day with changed pages) is killed, then a
clean run follows. Counted are archived captures that the tables do not have afterwards, documents that differ from
those of an undisturbed run, and faults that `verify` finds. A whole run is `policy-ingest run`, Prefect and all.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import orjson
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from store import tables
from store.verify import verify
from tests.faults.small_site import ingest, small_site

ROOT = Path(__file__).resolve().parents[2]
_FORKS = multiprocessing.get_context("forkserver")  # imports once, and forks before any thread begins
_FORKS.set_forkserver_preload(["tests.faults.small_site"])

Documents = frozenset[tuple[str, int, str, str]]


@dataclass(frozen=True, slots=True)
class Point:
    """What a kill cost.

    Attributes:
        after: Seconds from the beginning of the run.
        archived: Captures that were whole in the archive when it died.
        lost: Of these, captures that the tables do not have after a clean run.
        same: Whether the documents after a clean run are those of an undisturbed one.
        faults: What `verify` says then.
    """

    after: float
    archived: int
    lost: int
    same: bool
    faults: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether it cost nothing."""
        return not self.lost and self.same and not self.faults


def kill_points(points: int, seed: int, folder: Path) -> Iterator[Point]:
    """Kill the run without Prefect at so many random moments."""
    dice = random.Random(seed)
    with small_site() as site:
        site.day = 1
        first = folder / "first"
        took: dict[int, float] = {}
        wanted: dict[int, Documents] = {}
        took[1] = _timed(first, site.address, 1)
        wanted[1] = documents(first)
        site.day, second = 2, folder / "second"
        shutil.copytree(first, second, symlinks=True)
        took[2] = _timed(second, site.address, 2)
        wanted[2] = documents(second)
        for number in range(points):
            site.day = day = number % 2 + 1
            data = folder / f"point-{number}"
            if day == 2:
                shutil.copytree(first, data, symlinks=True)
            after = dice.uniform(0, took[day])
            process = _started(data, site.address, day)
            process.join(after)
            process.kill()
            process.join()
            yield _judged(
                data, after, wanted[day], lambda data=data, day=day: _timed(data, site.address, day)
            )
            shutil.rmtree(data, ignore_errors=True)


def _started(data: Path, address: str, day: int) -> ForkServerProcess:
    process = _FORKS.Process(target=ingest, args=(data, address, day))
    process.start()
    return process


def _timed(data: Path, address: str, day: int) -> float:
    begun = time.monotonic()
    process = _started(data, address, day)
    process.join()
    if process.exitcode:
        raise RuntimeError(f"the clean run on {data} ended with {process.exitcode}")
    return time.monotonic() - begun


def kill_whole_runs(points: int, seed: int, folder: Path) -> Iterator[Point]:
    """Kill `policy-ingest run` at so many random moments of its second half: the first is Prefect's beginning."""
    dice = random.Random(seed)
    with small_site() as site:
        seeds = write_seeds(folder / "seeds", site.address)
        begun = time.monotonic()
        whole_run(folder / "whole", seeds).wait()
        took, wanted = time.monotonic() - begun, documents(folder / "whole")
        for number in range(points):
            data, after = folder / f"whole-{number}", dice.uniform(took / 2, took)
            process = whole_run(data, seeds)
            with suppress(subprocess.TimeoutExpired):
                process.wait(after)
            process.kill()
            process.wait()
            yield _judged(data, after, wanted, lambda data=data: whole_run(data, seeds).wait())
            shutil.rmtree(data, ignore_errors=True)


_SEEDS = """
title = "Notices"
allow_addresses = ["{address}"]
[limits]
delay_seconds = 0
delay_response_times = 0
[[seeds]]
kind = "listing"
url = "http://{address}/"
"""


def write_seeds(seeds: Path, address: str) -> Path:
    """A folder with the site's source file."""
    seeds.mkdir(parents=True)
    (seeds / "kjt.toml").write_text(_SEEDS.format(address=address), encoding="utf-8")
    return seeds


def whole_run(data: Path, seeds: Path, stderr: int | None = None) -> subprocess.Popen[bytes]:
    """Begin `policy-ingest run`."""
    return subprocess.Popen(
        [sys.executable, "-m", "flows", "run", "--data", str(data), "--seeds", str(seeds), "--json"],
        cwd=ROOT,
        env={**os.environ, "POLICY_INGEST_FREE_BYTES": "0"},
        stdout=subprocess.DEVNULL,
        stderr=stderr,
    )


def _judged(data: Path, after: float, wanted: Documents, clean: object) -> Point:
    archived = whole_captures(data)
    assert callable(clean)
    clean()
    entered = set(tables.read(data / "tables", "captures", ["capture_id"])["capture_id"].to_pylist())
    faults = tuple(f"{fault.name}: {fault.message}" for fault in verify(data))
    return Point(after, len(archived), len(archived - entered), documents(data) == wanted, faults)


def whole_captures(data: Path) -> frozenset[str]:
    """Ids of the captures whose metadata record is whole in the archive, files still open included."""
    found: set[str] = set()
    for path in data.glob("archive/*/*/*.warc.gz*"):
        if path.suffix == ".sha256":
            continue
        with path.open("rb") as stream, suppress(ArchiveLoadFailed, orjson.JSONDecodeError):
            for record in ArchiveIterator(stream):
                content = record.content_stream().read()
                if record.rec_type == "metadata":
                    found.add(orjson.loads(content)["capture_id"])
    return frozenset(found)


def documents(data: Path) -> Documents:
    """All versions, by what must not depend on when they were read."""
    columns = ["document_id", "version", "text_digest", "metadata_digest"]
    rows = tables.read(data / "tables", "documents", columns).to_pylist()
    return frozenset(
        (row["document_id"], row["version"], row["text_digest"], row["metadata_digest"]) for row in rows
    )


def main() -> int:
    """Print a table; the exit code is 1 where a kill cost anything."""
    points, whole, seed = (int(value) for value in (*sys.argv[1:], *("100", "10", "1")[len(sys.argv) - 1 :]))
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        for title, results in (
            ("refresh, build, publish", kill_points(points, seed, Path(name) / "a")),
            ("policy-ingest run", kill_whole_runs(whole, seed, Path(name) / "b")),
        ):
            done = []
            for point in results:
                done.append(point)
                if not point.good:
                    print(f"{title}: {point}", flush=True)
            bad += sum(not point.good for point in done)
            print(
                f"{title}: {len(done)} kills, {sum(point.archived for point in done)} captures archived, "
                f"{sum(point.lost for point in done)} lost, {sum(not point.same for point in done)} end states "
                f"that differ, {sum(bool(point.faults) for point in done)} with faults",
                flush=True,
            )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

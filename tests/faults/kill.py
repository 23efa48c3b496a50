"""kill -9 at random moments: `python -m tests.faults.kill [POINTS] [BUILDS] [WHOLE_RUNS] [SEED]`.

Each point: a run over the small site (on an empty folder, or on a second day with changed pages) is killed, then a
clean run follows. Counted are archived captures that the tables do not have afterwards, end states that differ from
that of an undisturbed run, and faults that `verify` finds. Of runs that are killed while they fetch, the documents are
compared, since captures have other times; of builds and publishes, every row of the release. A whole run is
`policy-ingest run`, Prefect and all.
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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import orjson
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from store import tables
from store.dataset import load_arrow
from store.schema import TABLES
from store.verify import verify
from tests.faults.small_site import fetch, finish, ingest, small_site

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
        same: Whether a clean run afterwards ends where an undisturbed one does.
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
            yield _judged(data, after, wanted[day], partial(_timed, data, site.address, day))
            shutil.rmtree(data, ignore_errors=True)


def kill_builds(points: int, seed: int, folder: Path) -> Iterator[Point]:
    """Kill build and publish at so many random moments, on captures of a first and of a second day."""
    dice = random.Random(seed)
    with small_site() as site:
        address, last = site.address, folder / "nothing"
        starts, took, wanted = list[Path](), list[float](), list[Rows]()
        for day in (1, 2):
            site.day = day
            start = folder / f"fetched-{day}"
            if day > 1:
                shutil.copytree(last, start, symlinks=True)
            fetch(start, address, day)
            last = folder / f"whole-{day}"
            shutil.copytree(start, last, symlinks=True)
            starts.append(start)
            took.append(_timed(last, address, day, finish))
            wanted.append(released(last))
        for number in range(points):
            day, data = number % 2 + 1, folder / f"point-{number}"
            shutil.copytree(starts[day - 1], data, symlinks=True)
            after = dice.uniform(0, took[day - 1])
            process = _started(data, address, day, finish)
            process.join(after)
            process.kill()
            process.join()
            archived = whole_captures(data)
            _timed(data, address, day, finish)
            yield _point(data, after, archived, same=released(data) == wanted[day - 1])
            shutil.rmtree(data, ignore_errors=True)


Step = Callable[[Path, str, int], None]
Rows = Mapping[str, Sequence[object]]


def _started(data: Path, address: str, day: int, step: Step = ingest) -> ForkServerProcess:
    process = _FORKS.Process(target=step, args=(data, address, day))
    process.start()
    return process


def _timed(data: Path, address: str, day: int, step: Step = ingest) -> float:
    begun = time.monotonic()
    process = _started(data, address, day, step)
    process.join()
    if process.exitcode:
        raise RuntimeError(f"the clean run on {data} ended with {process.exitcode}")
    return time.monotonic() - begun


def released(data: Path) -> Rows:
    """Every row of the latest release, without the names and times of the runs that wrote it."""
    rows: dict[str, Sequence[object]] = {}
    for name in sorted(TABLES.keys() - {"releases"}):
        table = load_arrow(name, data)
        kept = [column for column in table.column_names if column not in {"run_id", "issue_id", "time"}]
        rows[name] = sorted(map(str, table.select(kept).to_pylist()))
    return rows


def kill_whole_runs(points: int, seed: int, folder: Path) -> Iterator[Point]:
    """Kill `policy-ingest run` at so many random moments from its first request on: before it, Prefect begins."""
    dice = random.Random(seed)
    with small_site() as site:
        seeds = write_seeds(folder / "seeds", site.address)
        undisturbed = whole_run(folder / "whole", seeds)
        _first_request(folder / "whole", undisturbed)
        begun = time.monotonic()
        undisturbed.wait()
        took, wanted = time.monotonic() - begun, documents(folder / "whole")
        for number in range(points):
            data, after = folder / f"whole-{number}", dice.uniform(0, took)
            process = whole_run(data, seeds)
            _first_request(data, process)
            with suppress(subprocess.TimeoutExpired):
                process.wait(after)
            process.kill()
            process.wait()
            yield _judged(data, after, wanted, partial(_whole_run, data, seeds))
            shutil.rmtree(data, ignore_errors=True)


def _first_request(data: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until a run has begun to archive."""
    while process.poll() is None and not list(data.glob("archive/*/*/*")):
        time.sleep(0.02)


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


def _whole_run(data: Path, seeds: Path) -> int:
    return whole_run(data, seeds).wait()


def _judged(data: Path, after: float, wanted: Documents, clean: Callable[[], object]) -> Point:
    archived = whole_captures(data)
    clean()
    return _point(data, after, archived, same=documents(data) == wanted)


def _point(data: Path, after: float, archived: frozenset[str], *, same: bool) -> Point:
    entered = set(tables.read(data / "tables", "captures", ["capture_id"])["capture_id"].to_pylist())
    faults = tuple(f"{fault.name}: {fault.message}" for fault in verify(data))
    return Point(after, len(archived), len(archived - entered), same, faults)


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
    given = (*sys.argv[1:], *("100", "200", "10", "1")[len(sys.argv) - 1 :])
    points, builds, whole, seed = (int(value) for value in given)
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        for title, results in (
            ("refresh, build, publish", kill_points(points, seed, Path(name) / "a")),
            ("build, publish", kill_builds(builds, seed, Path(name) / "c")),
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

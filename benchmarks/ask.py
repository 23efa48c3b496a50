"""Asks a release the README's five questions, with pandas, DuckDB and Polars: seconds cold and warm, bytes read, rows of the answer.

    python benchmarks/ask.py --documents 100000            # makes the release, some minutes; then 15 answers
    python benchmarks/ask.py --documents 100000 --data DIR # keeps it there, and asks it again next time

The release is of a synthetic history (`synthetic.py`), one document of a hundred in two versions. Each engine answers each question in a
process of its own: cold, when the system was told to forget the release's files, then three times more (the median is warm); imports
are not counted. Bytes are those that the disk gave for the cold answer. Engines that differ in their answers end the benchmark with
exit code 1, as do answers that take longer than the aim, with `--aim`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.synthetic import BEGIN, edited, enter, sources  # noqa: E402  # the script runs from anywhere
from parsers.read import PARSER_VERSION  # noqa: E402
from store.dataset import load, release_folder  # noqa: E402
from store.freeze import freeze  # noqa: E402

LEAST, MOST = 1_000, 1_000_000
WARM = 3
"""Answers after the cold one."""
DAY = "2026-01-01"

Answer: TypeAlias = pd.DataFrame | pl.DataFrame | pa.Table


@dataclass(frozen=True, slots=True)
class Told:
    """What one engine answered.

    Attributes:
        cold: Seconds with no page of the release in memory.
        warm: Seconds again.
        read: Bytes that the disk gave for the cold answer.
        rows: Rows of the answer.
        digest: Of these rows, their order left out.
    """

    cold: float
    warm: float
    read: int
    rows: int
    digest: str


# --------------------------------------------------------------------------------------------------- questions


def newest_notices_pandas(release: Path) -> Answer:
    """The newest notices."""
    columns = ["document_id", "version", "document_type", "issued", "title", "identifier"]
    documents = pd.read_parquet(release / "documents", columns=columns)
    newest = documents.sort_values("version").drop_duplicates("document_id", keep="last")
    notices = newest[newest["document_type"] == "notice"].sort_values("issued", ascending=False)
    return notices[["issued", "title", "identifier"]]


def newest_notices_duckdb(release: Path) -> Answer:
    """The newest notices."""
    return asked(f"""
        SELECT issued, title, identifier FROM '{release}/documents/*.parquet' JOIN '{release}/status/*.parquet' s USING (document_id)
        WHERE version = current_version AND document_type = 'notice' ORDER BY issued DESC
    """)


def newest_notices_polars(release: Path) -> Answer:
    """The newest notices."""
    newest = pl.scan_parquet(release / "status/*.parquet").select("document_id", version="current_version")
    documents = pl.scan_parquet(release / "documents/*.parquet").filter(pl.col("document_type") == "notice")
    held = documents.join(newest, on=["document_id", "version"])
    return held.select("issued", "title", "identifier").sort("issued", descending=True).collect()


def issues_pandas(release: Path) -> Answer:
    """What was seen and failed, and why."""
    return pd.read_parquet(
        release / "issues", columns=["source_id", "url", "stage", "error", "message", "action"]
    )


def issues_duckdb(release: Path) -> Answer:
    """What was seen and failed, and why."""
    return asked(f"SELECT source_id, url, stage, error, message, action FROM '{release}/issues/*.parquet'")


def issues_polars(release: Path) -> Answer:
    """What was seen and failed, and why."""
    columns = ["source_id", "url", "stage", "error", "message", "action"]
    return pl.scan_parquet(release / "issues/*.parquet").select(columns).collect()


def targets_pandas(release: Path) -> Answer:
    """What was promised until when, and by which document."""
    key = ["document_id", "version"]
    targets = pd.read_parquet(release / "targets", columns=[*key, "subject", "low", "high", "unit", "year"])
    titles = pd.read_parquet(release / "documents", columns=[*key, "title"])
    joined = targets.merge(titles, on=key).sort_values("year")
    return joined[["title", "subject", "low", "high", "unit", "year"]]


def targets_duckdb(release: Path) -> Answer:
    """What was promised until when, and by which document."""
    return asked(f"""
        SELECT d.title, t.subject, t.low, t.high, t.unit, t.year FROM '{release}/targets/*.parquet' t
        JOIN '{release}/documents/*.parquet' d USING (document_id, version) ORDER BY t.year
    """)


def targets_polars(release: Path) -> Answer:
    """What was promised until when, and by which document."""
    targets = pl.scan_parquet(release / "targets/*.parquet")
    documents = pl.scan_parquet(release / "documents/*.parquet")
    joined = targets.join(documents, on=["document_id", "version"])
    return joined.select("title", "subject", "low", "high", "unit", "year").sort("year").collect()


def complete_pandas(release: Path) -> Answer:
    """Which texts are complete."""
    columns = ["document_id", "version", "title", "characters"]
    return pd.read_parquet(release / "documents", columns=columns, filters=[("complete", "=", True)])


def complete_duckdb(release: Path) -> Answer:
    """Which texts are complete."""
    return asked(
        f"SELECT document_id, version, title, characters FROM '{release}/documents/*.parquet' WHERE complete"
    )


def complete_polars(release: Path) -> Answer:
    """Which texts are complete."""
    documents = pl.scan_parquet(release / "documents/*.parquet").filter(pl.col("complete"))
    return documents.select("document_id", "version", "title", "characters").collect()


def in_force_pandas(release: Path) -> Answer:
    """What was in force on a day in one province."""
    return load(
        "documents",
        release.parents[1],
        release.name,
        columns=["title", "identifier"],
        in_force=DAY,
        filters=[("jurisdiction", "=", "CN-SX")],
    )


def in_force_duckdb(release: Path) -> Answer:
    """What was in force on a day in one province."""
    return asked(f"""
        SELECT title, identifier FROM '{release}/documents/*.parquet' JOIN '{release}/status/*.parquet' s USING (document_id)
        WHERE version = current_version AND jurisdiction = 'CN-SX'
          AND coalesce(valid_from_date, issued_date, created_date) <= DATE '{DAY}'
          AND (valid_to IS NULL OR valid_to_date >= DATE '{DAY}' OR valid_to IN ('{DAY[:4]}', '{DAY[:7]}'))
    """)


def in_force_polars(release: Path) -> Answer:
    """What was in force on a day in one province."""
    day = date.fromisoformat(DAY)
    newest = pl.scan_parquet(release / "status/*.parquet").select("document_id", version="current_version")
    begun = pl.coalesce("valid_from_date", "issued_date", "created_date") <= day
    lasts = (
        pl.col("valid_to").is_null()
        | (pl.col("valid_to_date") >= day)
        | pl.col("valid_to").is_in([DAY[:4], DAY[:7]])
    )
    documents = pl.scan_parquet(release / "documents/*.parquet")
    held = documents.filter((pl.col("jurisdiction") == "CN-SX") & begun & lasts)
    return held.join(newest, on=["document_id", "version"]).select("title", "identifier").collect()


def asked(query: str) -> pa.Table:
    """The answer of DuckDB, as it is started for a notebook."""
    with duckdb.connect() as connection:
        return connection.sql(query).to_arrow_table()


QUESTIONS: Mapping[str, Mapping[str, Callable[[Path], Answer]]] = {
    "newest notices": {
        "pandas": newest_notices_pandas,
        "DuckDB": newest_notices_duckdb,
        "Polars": newest_notices_polars,
    },
    "what failed": {"pandas": issues_pandas, "DuckDB": issues_duckdb, "Polars": issues_polars},
    "targets": {"pandas": targets_pandas, "DuckDB": targets_duckdb, "Polars": targets_polars},
    "complete texts": {"pandas": complete_pandas, "DuckDB": complete_duckdb, "Polars": complete_polars},
    "in force": {"pandas": in_force_pandas, "DuckDB": in_force_duckdb, "Polars": in_force_polars},
}


# --------------------------------------------------------------------------------------------------- measuring


def made(data: Path, documents: int) -> None:
    """Make a release of so many documents, one of a hundred in two versions."""
    enter(data, range(documents), 1, 0)
    enter(data, sorted(edited(documents)), 2, 1)
    release = freeze(data, sources(), PARSER_VERSION, BEGIN + timedelta(days=1, hours=2))
    assert release is not None


def forgotten(release: Path) -> None:
    """Tell the system to forget what it holds of a release's files."""
    for path in release.glob("*/*.parquet"):
        with path.open("rb") as stream:
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def disk_gave() -> int:
    """Bytes that the disk gave this process so far."""
    return int(Path("/proc/self/io").read_text(encoding="utf-8").split("read_bytes: ")[1].split()[0])


def told(answer: Callable[[Path], Answer], release: Path) -> Told:
    """Ask, cold and warm."""
    forgotten(release)
    before, began = disk_gave(), time.perf_counter()
    rows = answer(release)
    cold, read = time.perf_counter() - began, disk_gave() - before
    warm = []
    for _ in range(WARM):
        began = time.perf_counter()
        rows = answer(release)
        warm.append(time.perf_counter() - began)
    return Told(cold, statistics.median(warm), read, len(rows), _digest(rows))


def _digest(rows: Answer) -> str:
    """Of the rows, whatever their order and whichever library holds them."""
    if isinstance(rows, pd.DataFrame):
        listed: Iterable[Iterable[object]] = rows.itertuples(index=False)
    else:
        listed = (
            rows.rows() if isinstance(rows, pl.DataFrame) else zip(*rows.to_pydict().values(), strict=True)
        )
    lines = sorted("\x1f".join(map(_cell, row)) for row in listed)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124  # pandas' null is a number
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def every(release: Path) -> Mapping[str, Mapping[str, Told]]:
    """All questions to all engines, each in a process of its own."""
    found: dict[str, dict[str, Told]] = {}
    for question, engines in QUESTIONS.items():
        for engine in engines:
            command = [sys.executable, __file__, "--ask", question, engine, str(release)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=600)
            found.setdefault(question, {})[engine] = Told(**json.loads(done.stdout.splitlines()[-1]))
            print(line(question, engine, found[question][engine]), flush=True)
    return found


def line(question: str, engine: str, answer: Told) -> str:
    """A line of the table."""
    return f"| {question} | {engine} | {answer.rows:,} | {answer.cold:.2f} | {answer.warm:.2f} | {answer.read / 1e6:.1f} |"


def arguments() -> argparse.Namespace:
    """What the command line says."""
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--documents", type=int, default=10_000, help=f"{LEAST:,} to {MOST:,}")
    flags.add_argument("--data", type=Path, help="data folder; one that has a release is asked as it is")
    flags.add_argument("--aim", type=float, help="seconds that no answer may take")
    flags.add_argument("--ask", nargs=3, help=argparse.SUPPRESS)
    given = flags.parse_args()
    if not LEAST <= given.documents <= MOST:
        flags.error(f"--documents must be between {LEAST} and {MOST}")
    return given


def main() -> int:
    """Make a release where there is none, and ask it."""
    options = arguments()
    if options.ask:
        question, engine, release = options.ask
        print(json.dumps(asdict(told(QUESTIONS[question][engine], Path(release)))))
        return 0
    with tempfile.TemporaryDirectory(prefix="ask-") as folder:
        data = options.data or Path(folder)
        if not (data / "releases").exists():
            made(data, options.documents)
        release = release_folder(data.resolve())
        size = sum(path.stat().st_size for path in release.glob("*/*.parquet"))
        print(f"release of {size / 1e9:.2f} GB\n")
        print(
            "| question | engine | rows | cold s | warm s | MB from disk |\n| --- | --- | ---: | ---: | ---: | ---: |"
        )
        answers = every(release)
    print(json.dumps({"cores": os.cpu_count()}))
    differing = [name for name, by in answers.items() if len({item.digest for item in by.values()}) > 1]
    late = [
        name
        for name, by in answers.items()
        if options.aim and max(item.cold for item in by.values()) > options.aim
    ]
    if differing:
        print(f"the engines differ in: {', '.join(differing)}", file=sys.stderr)
    if late:
        print(f"longer than {options.aim} s: {', '.join(late)}", file=sys.stderr)
    return 1 if differing or late else 0


if __name__ == "__main__":
    raise SystemExit(main())

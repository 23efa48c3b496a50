"""The command line as a person uses it: real processes, the sample web site, Prefect's embedded server."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest
from typer.testing import CliRunner

from flows.cli import app

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ["--seeds", str(ROOT / "seeds" / "sample")]
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHOWN = [
    block
    for block in PYTHON.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    if "data/example" not in block
]
"""The README's examples in Python, but for one that asks for a history of two months."""


def policy_ingest(*arguments: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command with an empty home."""
    return subprocess.run(
        [sys.executable, "-m", "flows", *arguments],
        cwd=ROOT,
        env={**os.environ, "HOME": str(home), **environment},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty home."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, home: Path) -> tuple[Path, dict[str, object]]:
    """A data folder after a first run of the sample sources, and what that run said."""
    data = tmp_path_factory.mktemp("sample") / "data"
    done = policy_ingest("run", *SAMPLE, "--data", str(data), "--json", home=home)
    assert done.returncode == 0, done.stderr
    return data, json.loads(done.stdout)


@pytest.fixture
def data(tmp_path: Path, prefect_home: Path) -> Path:
    """A data folder in which Prefect has its database already, and nothing else is."""
    shutil.copytree(prefect_home, tmp_path / "data" / "prefect")
    return tmp_path / "data"


def test_the_first_run_releases_the_sample(sample: tuple[Path, dict[str, object]]) -> None:
    """One object on standard output, with the counts of what lies in the release."""
    data, said = sample
    documents = pd.read_parquet(data / "releases" / "latest" / "documents")

    assert said["failed_sources"] == []
    assert said["new"] == said["documents"] == len(documents) >= 15
    assert said["released"] is True


def test_pandas_duckdb_and_polars_read_the_same(sample: tuple[Path, dict[str, object]]) -> None:
    """On the same path, without knowing us."""
    folder = sample[0] / "releases" / "latest" / "documents"
    rows = len(pd.read_parquet(folder))

    assert duckdb.read_parquet(f"{folder}/*.parquet").count("*").fetchall() == [(rows,)]
    assert pl.scan_parquet(f"{folder}/*.parquet").collect().height == rows


@pytest.mark.parametrize("block", SHOWN, ids=range(len(SHOWN)))
def test_the_python_of_the_readme_runs(
    sample: tuple[Path, dict[str, object]], block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is written, where `make run` was called."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sample").symlink_to(sample[0])
    monkeypatch.chdir(tmp_path)

    exec(compile(block, "README.md", "exec"), {})


def test_the_manifest_tells_hash_and_rows_of_each_file(sample: tuple[Path, dict[str, object]]) -> None:
    """And they are true."""
    folder = sample[0] / "releases" / "latest"
    package = json.loads((folder / "datapackage.json").read_text())
    files = sorted(path.relative_to(folder).as_posix() for path in folder.glob("*/*.parquet"))

    assert sorted(item["path"] for item in package["resources"]) == files
    for item in package["resources"]:
        content = (folder / item["path"]).read_bytes()
        assert item["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        assert item["rows"] == len(pd.read_parquet(folder / item["path"]))


def test_a_second_run_says_that_nothing_changed(sample: tuple[Path, dict[str, object]], home: Path) -> None:
    """It adds no version and no release, and the summary is for a person."""
    data, _ = sample
    before = sorted(path.name for path in (data / "releases").iterdir())
    done = policy_ingest("run", *SAMPLE, "--data", str(data), home=home)

    assert done.returncode == 0, done.stderr
    assert "nothing changed" in done.stdout
    assert "pd.read_parquet(" in done.stdout
    assert before == sorted(path.name for path in (data / "releases").iterdir())


@pytest.mark.usefixtures("sample")
def test_nothing_is_written_to_the_home_folder(home: Path) -> None:
    """Prefect's home is in the data folder."""
    assert list(home.iterdir()) == []


def test_status_and_sources_are_pleasant_to_read(sample: tuple[Path, dict[str, object]], home: Path) -> None:
    """Every source is on the screen; all is well."""
    told = policy_ingest("status", "--data", str(sample[0]), home=home)
    listed = policy_ingest("sources", *SAMPLE, home=home)

    assert (told.returncode, listed.returncode) == (0, 0)
    for path in (ROOT / "seeds" / "sample").glob("*.toml"):
        assert path.stem in told.stdout
        assert path.stem in listed.stdout


def test_files_are_imported_once(tmp_path: Path, data: Path, home: Path) -> None:
    """HTML, text and Markdown go through the same rooms; importing them again adds nothing."""
    folder = tmp_path / "files"
    (folder / "deep").mkdir(parents=True)
    (folder / "note.md").write_text(
        "---\ntitle: 关于支持企业创新的通知\ndate: 2025-03-13\n---\n各市科技局：现就支持企业创新的有关事项通知如下。\n\n一、加大投入。\n"
    )
    (folder / "deep" / "text.txt").write_text(
        "关于印发办法的通知\n\n各有关单位：现将办法印发给你们，请认真贯彻执行。\n"
    )
    (folder / "deep" / "skipped.bin").write_bytes(b"\x00")
    command = ["import", str(folder), "--data", str(data), "--seeds", str(tmp_path), "--json"]
    first, again = (policy_ingest(*command, home=home) for _ in range(2))

    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert (json.loads(first.stdout)["captures"], json.loads(first.stdout)["new"]) == (2, 2)
    assert (json.loads(again.stdout)["new"], json.loads(again.stdout)["unchanged"]) == (0, 2)
    urls = set(pd.read_parquet(data / "releases" / "latest" / "documents")["url"])
    assert urls == {"import:imported/note.md", "import:imported/deep/text.txt"}


def servers(data: Path) -> list[str]:
    """Processes that have this data folder as Prefect's home."""
    home = f"PREFECT_HOME={data.resolve() / 'prefect'}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if home in (process / "environ").read_bytes().split(b"\0"):
                found.append(process.name)
        except OSError:
            continue
    return found


def test_a_run_killed_at_work_is_made_good_by_the_next(
    data: Path, home: Path, sample: tuple[Path, dict[str, object]]
) -> None:
    """Kill -9 in the middle: the release is whole, nothing is there twice, nothing fetched is lost, no process stays."""
    command = [sys.executable, "-m", "flows", "run", *SAMPLE, "--data", str(data)]
    environment = {**os.environ, "HOME": str(home)}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not list(data.glob("archive/*/*/*.warc.gz*")):
        time.sleep(0.02)
    process.kill()
    process.wait()
    assert list(data.glob("archive/*/*/*.warc.gz*"))
    done = policy_ingest("run", *SAMPLE, "--data", str(data), "--json", home=home)
    documents = pd.read_parquet(data / "releases" / "latest" / "documents")

    assert done.returncode == 0, done.stderr
    assert not documents.duplicated(["document_id", "version"]).any()
    assert len(documents) == sample[1]["documents"]
    assert not list(data.glob("archive/*/*/*.open"))
    assert servers(data) == []


def test_a_server_of_the_user_that_does_not_answer_is_named(tmp_path: Path, home: Path) -> None:
    """With what to do; no traceback, and nothing is asked of any source."""
    data, api = tmp_path / "data", "http://127.0.0.1:9/api"
    done = policy_ingest("run", *SAMPLE, "--data", str(data), home=home, PREFECT_API_URL=api)

    assert done.returncode == 2
    assert api in done.stderr.replace("\n", "")
    assert "start that server, or unset" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not list(data.glob("archive/*/*/*"))


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "--seeds", "nowhere"], 2, "--seeds"),
        (["run", *SAMPLE, "--source", "nobody"], 2, "known are"),
        (["import", "nowhere.txt"], 2, "not there"),
        (["import", "README.md", "--source", "../x"], 2, "--source"),
        (["import", "README.md", "--host", "*.gov.cn"], 2, "is no host name"),
        (["build", *SAMPLE, "--runner", "dask:tcp://192.0.2.1:8786"], 2, "set PREFECT_API_URL"),
        (["status"], 2, "policy-ingest run"),
        (["explain", "nowhere.html"], 2, "nowhere.html"),
        (["fly"], 2, "No such command"),
        (["run", "--now", "yesterday"], 2, "--now"),
    ],
)
def test_wrong_use_says_what_to_do(
    tmp_path: Path, home: Path, arguments: list[str], code: int, words: str
) -> None:
    """A clear sentence on standard error and the exit code for it; no traceback."""
    data = [] if arguments[0] in {"explain", "fly"} else ["--data", str(tmp_path / "data")]
    done = policy_ingest(*arguments, *data, home=home)

    assert done.returncode == code
    assert words in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "something was found (status: an alarm; sources check: a failure; diff-parser: a difference);"),
        ([], "2 wrong use, wrong source file, or no such release;"),
        (["run"], "Ask for everything, and release in any case."),
        (["refresh"], "Ask for everything, whatever the re-visit schedule says."),
        (["publish"], "Make a release although nothing is new."),
    ],
)
def test_the_help_says_what_is_done(arguments: list[str], words: str) -> None:
    """Of each command what it does with an option, and what the exit codes stand for."""
    told = CliRunner().invoke(app, [*arguments, "--help"], env={"COLUMNS": "200", "TERM": "dumb"}).stdout

    assert words in " ".join(told.replace("│", " ").split())

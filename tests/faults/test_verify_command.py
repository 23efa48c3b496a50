"""`policy-ingest verify` as a person uses it: what it says, and its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from tests.faults.flip_bits import flip, two_days


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after two days."""
    folder = tmp_path_factory.mktemp("verify") / "data"
    two_days(folder)
    return folder


def verify(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, ["verify", *arguments])


def test_a_whole_folder_is_said_to_be_so(data: Path) -> None:
    """Exit code 0."""
    done = verify("--data", str(data))

    assert (done.exit_code, done.stdout) == (0, f"{data} is as it was written\n")


@pytest.mark.parametrize("arguments", [(), ("--rebuild",)])
@pytest.mark.parametrize("there", [True, False])
def test_a_folder_without_data_is_not_as_it_was_written(
    tmp_path: Path, arguments: tuple[str, ...], *, there: bool
) -> None:
    """A name with a typo, or a disk that is not mounted: exit code 2."""
    folder = tmp_path / "data"
    if there:
        folder.mkdir()
    done = verify("--data", str(folder), *arguments)

    assert done.exit_code == 2
    assert "holds no data" in done.stderr
    assert "as it was written" not in done.stdout


def test_damage_is_named_with_what_to_do(data: Path) -> None:
    """Exit code 5; the same as JSON; and `--rebuild` mends a table."""
    path = next((data / "tables" / "captures").glob("*.parquet"))
    flip(path, 800)
    done, said = verify("--data", str(data)), verify("--data", str(data), "--json")
    faults = json.loads(said.stdout)["faults"]

    assert (done.exit_code, said.exit_code) == (5, 5)
    assert path.relative_to(data).as_posix() in done.stdout
    assert "verify --rebuild" in done.stdout
    assert path.relative_to(data).as_posix() in {fault["name"] for fault in faults}
    rebuilt = verify("--data", str(data), "--rebuild")
    assert rebuilt.exit_code == 0
    assert "captures: 30 rows from 2 WARC files" in rebuilt.stdout

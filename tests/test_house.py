"""The house in order: documents that say what the code says, sources that have cases, arrows that point down."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from flows.cli import app
from store.dictionary import dictionary
from store.schema import TABLES
from store.source import load_sources

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_holds_the_data_dictionary_of_the_schema() -> None:
    """Run `make dictionary` after a change of the schema."""
    written = README.split("<!-- dictionary -->\n", maxsplit=1)[1].split("<!-- /dictionary -->", maxsplit=1)[
        0
    ]

    assert dictionary().strip() == written.strip()


def test_every_column_is_described() -> None:
    """No column without a sentence, no table without a key among its columns."""
    for table in TABLES.values():
        assert all((field.metadata or {}).get(b"description") for field in table.schema), table.name
        assert set(table.key) <= set(table.schema.names), table.name


def test_the_readme_names_every_command() -> None:
    """A command nobody is told of does not exist."""
    commands = get_command(app).commands  # type: ignore[attr-defined]  # a group has commands

    assert [name for name in commands if f"policy-ingest {name}" not in README] == []


def test_the_commands_that_are_told_exist() -> None:
    """Those that the program says, in suggestions and actions, with their options."""
    files = [path for folder in ("store", "flows") for path in (ROOT / folder).rglob("*.py")]
    told = {said for path in files for said in _COMMAND.findall(path.read_text(encoding="utf-8"))}

    assert len(told) > 10
    assert [said for said in sorted(told) if not _exists(said.split())] == []


_COMMAND = re.compile(r"`policy-ingest ([^`]+)`")


def _exists(words: Sequence[str]) -> bool:
    """Whether the words of a command line name a command, and options of it; what they are given is not looked at."""
    command: Any = get_command(app)
    for word in words:
        if word.startswith("--"):
            if not any(word in option.opts for option in command.params):
                return False
        elif commands := getattr(command, "commands", None):
            if word not in commands and word != "…":
                return False
            command = commands.get(word)
    return True


def test_the_source_files_of_the_project_load() -> None:
    """The sample's, and those of the registry once there are any."""
    assert load_sources(ROOT / "seeds" / "sample")
    if any((ROOT / "seeds").glob("*.toml")):
        assert load_sources(ROOT / "seeds")


def test_the_constraints_name_versions_and_nothing_else() -> None:
    """Exact versions; no registry, no address, no path."""
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]

    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)] == []


def test_a_breach_of_the_arrows_is_caught(tmp_path: Path) -> None:
    """The contracts are kept, and a parser that imports the store breaks them."""
    lint = Path(sys.executable).with_name("lint-imports")
    if not lint.exists():
        pytest.skip("import-linter is not installed beside this Python")
    for room in ("flows", "store", "parsers"):
        (tmp_path / room).symlink_to(ROOT / room)
    (tmp_path / "parsers").unlink()
    (tmp_path / "parsers").mkdir()
    for path in (ROOT / "parsers").iterdir():
        (tmp_path / "parsers" / path.name).symlink_to(path)
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    environment = {"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"}

    def kept() -> int:
        command = [str(lint), "--no-cache"]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, check=False
        ).returncode

    assert kept() == 0
    (tmp_path / "parsers" / "breach.py").write_text("import store.tables\n")
    assert kept() == 1

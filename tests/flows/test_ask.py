"""The commands that ask a release, as a user types them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from flows.cli import app
from parsers.page import Rule
from tests.flows.conftest import desk_at, listing, notice, serving

TITLE = "关于培育\x1b[31m[red]高新技术企业的通知"
BEFORE = [
    "为加快建设科技强省，现就有关事项通知如下。",
    "一、到2027年，培育高新技术企业500家。",
    "二、本通知自印发之日起施行。",
]
TWICE = (
    "SELECT s.document_id, s.source_id, s.url, d.document_id, d.source_id, d.url FROM status s, documents d"
)
AFTER = [BEFORE[0], BEFORE[1].replace("500", "800"), BEFORE[2]]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two days; a notice with a title that a terminal would obey is edited on the second. Who asks changes nothing."""
    with serving() as site:
        desk = desk_at(tmp_path_factory.mktemp("asked") / "data", site)
        site.write("/", listing(("/1.html", "关于培育高新技术企业的通知")))
        site.write("/1.html", notice(TITLE, *BEFORE))
        desk.ingest(1)
        site.write("/1.html", notice(TITLE, *AFTER))
        desk.ingest(2)
    return desk.data


def said(*arguments: str, data: Path, code: int = 0) -> str:
    """What a command prints."""
    done = CliRunner().invoke(app, [*arguments, "--data", str(data)])
    assert done.exit_code == code, done.output
    return done.stdout


def test_a_query_is_answered_in_three_forms(data: Path) -> None:
    """A table to look at, CSV for a spreadsheet, JSON lines for a program."""
    question = "SELECT op, version_after FROM feed"

    assert "1 row" in said("query", question, data=data)
    lines = said("query", question, "--format", "csv", data=data).split()
    assert lines == ["\ufeffop,version_after", "MOD,2"]
    line = orjson.loads(said("query", question, "--format", "jsonl", data=data))
    assert line == {"op": "MOD", "version_after": 2}
    assert "count" in said(
        "query", "SELECT count(*) AS count FROM documents", "--as-of", "2026-03-01", data=data
    )


def test_what_changed_is_listed_and_shown(data: Path) -> None:
    """By place and nature; both sides; what a page says is never obeyed by the terminal."""
    listed = said("changes", "--since", "2026-03-02", data=data)
    shown = said("diff", "/1.html", data=data, code=2) + said("diff", _id(data), data=data)
    told = said("history", _id(data), data=data)

    assert "text number 一、" in listed
    assert "…培育高新技术企业[-500-]{+800+}家" in listed
    assert "1 change" in listed
    assert "[-500-]{+800+}" in shown
    assert "1 number" in told
    assert "\x1b" not in listed + shown + told
    assert "0 changes" in said("changes", "--since", "2026-03-03", data=data)
    assert orjson.loads(said("changes", "--json", data=data))["nature"] == "number"
    assert orjson.loads(said("diff", _id(data), "1", "2", "--json", data=data))
    assert orjson.loads(said("history", _id(data), "--json", data=data))


def test_a_change_of_ours_is_told_in_words(tmp_path: Path) -> None:
    """A pipe has no colours."""
    with serving() as site:
        desk = desk_at(tmp_path / "data", site)
        site.write("/", listing(("/1.html", "关于培育高新技术企业的通知")))
        site.write("/1.html", notice("关于培育高新技术企业的通知", *BEFORE))
        desk.ingest(1)
        desk.source = replace(desk.source, rules=(Rule(main=".TRS_Editor p:first-child"),))
        desk.ingest(2)
    listed = said("changes", data=desk.data)

    assert listed.count("(read anew by us)") == listed.count("2026-03-01") > 0


def _id(data: Path) -> str:
    row = orjson.loads(said("query", "SELECT document_id FROM status", "--format", "jsonl", data=data))
    return str(row["document_id"])[:8]


@pytest.mark.parametrize("name", ["rows.csv", "rows.jsonl", "rows.parquet", "rows.xlsx"])
def test_a_table_is_exported(data: Path, tmp_path: Path, name: str) -> None:
    """The format is told by the file's name; rows and columns are chosen."""
    chosen = ("--columns", "title,version", "--where", "version = 2")
    printed = said("export", "documents", "--to", str(tmp_path / name), *chosen, data=data)

    assert "1 rows of documents in" in " ".join(printed.split())
    assert (tmp_path / name).stat().st_size > 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("query", "SELECT nothing FROM documents"), "Columns of documents"),
        (("query", "DROP TABLE documents"), "write one SELECT"),
        (("query", TWICE), "several columns are named document_id, source_id, url: name them apart with AS"),
        (("query", TWICE, "--format", "csv"), "name them apart"),
        (("query", TWICE, "--format", "jsonl"), "name them apart"),
        (("diff", "ffffffff"), "ffffffff"),
        (("export", "documents", "--to", "x.doc"), "parquet, csv, jsonl, xlsx"),
        (("changes", "--release", "1999-01-01"), "1999-01-01"),
    ],
)
def test_a_wrong_question_is_answered_with_what_there_is(
    data: Path, arguments: tuple[str, ...], words: str
) -> None:
    """Exit code 2, one message, no traceback."""
    done = CliRunner().invoke(app, [*arguments, "--data", str(data)])

    assert done.exit_code == 2
    assert words in " ".join(done.output.split())
    assert "Traceback" not in done.output


def test_nothing_to_ask_is_said(tmp_path: Path) -> None:
    """Before the first run."""
    done = CliRunner().invoke(app, ["query", "SELECT 1", "--data", str(tmp_path)])

    assert done.exit_code == 2
    assert "policy-ingest run" in " ".join(done.output.split())


def test_a_reader_that_goes_away_is_no_error(data: Path) -> None:
    """As with `| head`."""
    question = "SELECT unnest(range(200000)) AS n"
    command = [sys.executable, "-m", "flows", "query", question, "--format", "jsonl", "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()

    assert b"Traceback" not in errors

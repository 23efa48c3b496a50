"""Commands that ask a release: query, export, history, diff, changes, diff-parser. None needs the network or Prefect.

What answers them is imported when it is asked for, since pandas and DuckDB are not needed for `--help`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import orjson
import typer

from flows.exits import SOME_FAILED, errors, translated
from flows.options import DATA, SEEDS, AsOf, Data, Json, Only, Release, Seeds
from flows.progress import shown
from store.source import known_sources
from store.sync import bring_up

Name = Annotated[
    str,
    typer.Argument(
        metavar="DOCUMENT", help="Its document_id (or the first characters), URL or number (发文字号)."
    ),
]
Where = Annotated[
    str | None,
    typer.Option("--where", metavar="SQL", help="Only rows that meet this, e.g. \"jurisdiction = 'CN-SX'\"."),
]


def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT over the tables of the release.")],
    *,
    form: Annotated[
        Literal["table", "csv", "jsonl"], typer.Option("--format", help="How to show the answer.")
    ] = "table",
    release: Release = "latest",
    as_of: AsOf = None,
    data: Data = DATA,
) -> None:
    """Ask a release by SQL (DuckDB's), with its tables as they are named in the data dictionary.

    Example: `policy-ingest query "SELECT source_id, count(*) AS n FROM status GROUP BY 1 ORDER BY n DESC"`
    """
    from flows.answers import answer_query  # noqa: PLC0415

    with translated():
        answer_query(sql, form, data, release, as_of)


def export_(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="A table of the release, e.g. documents.")],
    *,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The file; an older one is replaced.")],
    form: Annotated[
        str | None,
        typer.Option(
            "--format", help="parquet, csv, jsonl or xlsx; by the file's name where it is left out."
        ),
    ] = None,
    columns: Annotated[
        str | None, typer.Option("--columns", metavar="A,B", help="Only these columns.")
    ] = None,
    where: Where = None,
    current: Annotated[
        bool, typer.Option("--current", help="Only the newest version of each document.")
    ] = False,
    release: Release = "latest",
    as_of: AsOf = None,
    data: Data = DATA,
) -> None:
    """Write a table of a release to one file, safe to open in a spreadsheet.

    Example: `policy-ingest export documents --current --columns issued,title,url --to documents.xlsx`
    """
    from flows.answers import export_table  # noqa: PLC0415

    with translated():
        export_table(
            table,
            to,
            form,
            columns=columns.split(",") if columns else None,
            where=where,
            current=current,
            data=data,
            release=release,
            as_of=as_of,
        )


def history(name: Name, *, release: Release = "latest", data: Data = DATA, json: Json = False) -> None:
    """Tell a document's history: its versions, when each was seen, what changed, and where we were blind.

    Example: `policy-ingest history 晋政发〔2024〕3号`
    """
    from flows.answers import tell_history  # noqa: PLC0415

    with translated():
        tell_history(name, data, release, json=json)


def diff(
    name: Name,
    from_version: Annotated[int | None, typer.Argument(metavar="FROM", help="The older version.")] = None,
    to_version: Annotated[int | None, typer.Argument(metavar="TO", help="The newer one.")] = None,
    *,
    release: Release = "latest",
    data: Data = DATA,
    json: Json = False,
) -> None:
    """Show what changed between two versions of a document, clause by clause; the last two by default.

    Example: `policy-ingest diff https://kjt.example.gov.cn/tzgg/1.html 1 2`
    """
    from flows.answers import tell_difference  # noqa: PLC0415

    with translated():
        tell_difference(name, (from_version, to_version), data, release, json=json)


def changes(
    *,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="Only changes seen since then.")
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", help="text, metadata, attachment, taken_offline, restored or moved."),
    ] = None,
    source: Annotated[str | None, typer.Option("--source", metavar="ID", help="Only of this source.")] = None,
    release: Release = "latest",
    data: Data = DATA,
    json: Json = False,
) -> None:
    """List what changed in the documents, newest first: one line per change, by kind and place.

    Example: `policy-ingest changes --since 2026-11-01 --kind text`
    """
    from flows.answers import list_changes  # noqa: PLC0415

    with translated():
        list_changes(since, kind, source, data, release, json=json)


def diff_parser(
    *,
    source: Only = None,
    most: Annotated[int | None, typer.Option("--most", help="Compare only so many documents.")] = None,
    samples: Annotated[int, typer.Option("--samples", help="Samples shown of each kind of difference.")] = 5,
    markdown: Annotated[bool, typer.Option("--markdown", help="As a comment for a pull request.")] = False,
    data: Data = DATA,
    seeds: Seeds = SEEDS,
    json: Json = False,
) -> None:
    """Read the whole archive with the parsers and rules of this working copy, and say what would change.

    Nothing is written, and nothing released. Exit code 1 where anything differs, 0 where nothing does, as `diff` has it.
    """
    from flows.diff_parser import as_dict, compared, report  # noqa: PLC0415
    from flows.diff_parser import markdown as as_markdown  # noqa: PLC0415

    with translated(), shown(errors, quiet=json):
        bring_up(data)
        found = compared(data, known_sources(seeds), source_ids=source or (), most=most, samples=samples)
    if json:
        sys.stdout.buffer.write(orjson.dumps(as_dict(found)) + b"\n")
    else:
        typer.echo("\n".join(as_markdown(found) if markdown else report(found)))
    sys.stdout.flush()
    raise typer.Exit(SOME_FAILED if found.differs else 0)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for name, command in (
        ("query", query),
        ("export", export_),
        ("history", history),
        ("diff", diff),
        ("changes", changes),
        ("diff-parser", diff_parser),
    ):
        app.command(name=name)(command)

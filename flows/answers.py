"""Answers to what a user asks of a release, written to the screen or a file."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import orjson
import pyarrow as pa
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows import history as histories
from flows.exits import errors
from flows.history import visible
from store.atom import ANEW
from store.changes import pieces
from store.dataset import CorrectTheQuestion, asked, columns_of, dataset, moment, undamaged
from store.export import FORMATS, Format, csv_lines, export, harmless, shown

_WIDEST = 60
"""Characters of a cell on the screen."""

_AROUND = 8
"""Characters around a change that are shown of what stayed."""

_FIRST = 50
"""Rows on the screen; `--format csv` or `export` gives all."""


def answer_query(sql: str, form: str, data: Path, release: str, as_of: str | None) -> None:
    """Answer a query, as a table on the screen, as CSV or as JSON lines."""
    with asked(sql, data, release, as_of=as_of) as answer:
        _refuse_doubles(answer.schema.names)
        match form:
            case "csv":
                sys.stdout.buffer.write(b"\xef\xbb\xbf" + csv_lines([answer.schema.names]))
                for row in _rows(answer):
                    sys.stdout.buffer.write(csv_lines([[harmless(shown(value)) for value in row.values()]]))
            case "jsonl":
                for row in _rows(answer):
                    sys.stdout.buffer.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE, default=str))
            case _:
                _print(answer)
    sys.stdout.flush()


def _refuse_doubles(names: Sequence[str]) -> None:
    """A row is told by names: of two columns of one name, the second would stand for both."""
    doubles = [name for name, number in Counter(names).items() if number > 1]
    if doubles:
        raise CorrectTheQuestion(
            f"several columns are named {', '.join(doubles)}: name them apart with AS, or name those that you want"
        )


def _rows(answer: pa.RecordBatchReader) -> Iterator[dict[str, object]]:
    for batch in answer:
        yield from batch.to_pylist()


def _print(answer: pa.RecordBatchReader) -> None:
    """Show the first rows as a table, and say how many there are."""
    table = Table(*answer.schema.names, box=None, header_style="bold")
    number = 0
    for number, row in enumerate(_rows(answer), start=1):
        if number <= _FIRST:
            table.add_row(*(_cell(shown(value)) for value in row.values()))
    console = Console()
    console.print(table)
    more = f"; the first {_FIRST} are shown, --format csv gives all" if number > _FIRST else ""
    console.print(f"{number:,} row{'' if number == 1 else 's'}{more}", style="dim", highlight=False)


def _cell(text: str, widest: int = _WIDEST) -> Text:
    """A cell on one line; what came from a page is shown, never obeyed."""
    line = visible(" ".join(text.split()))
    return Text(line if len(line) <= widest else f"{line[: widest - 1]}…")


def export_table(
    table: str,
    to: Path,
    form: str | None,
    *,
    columns: Sequence[str] | None,
    where: str | None,
    current: bool,
    data: Path,
    release: str,
    as_of: str | None,
) -> None:
    """Write a table of a release to one file, and say what did not fit."""
    name = form or to.suffix.lstrip(".").lower()
    if name not in FORMATS:
        raise typer.BadParameter(
            f"{name or 'no format'!r}; there are {', '.join(FORMATS)}", param_hint="--format"
        )
    wanted = columns_of(table, columns)
    rows = dataset(table, data, release, as_of=as_of, current=current)
    if where is None:
        with undamaged(table):
            reader = rows.scanner(columns=wanted, batch_size=2_000).to_reader()
            done = export(iter(reader), reader.schema, to, _format(name))
    else:
        listed = ", ".join(f'"{column}"' for column in wanted)
        question = f"SELECT {listed} FROM {table} WHERE {where}"
        with asked(question, data, release, as_of=as_of, given={table: rows}) as answer:
            done = export(iter(answer), answer.schema, to, _format(name))
    typer.echo(f"{done.rows:,} rows of {table} in {done.path}")
    if done.cut_cells:
        errors.print(
            f"{done.cut_cells} cells were longer than Excel holds and end in a mark, such as {'; '.join(done.cut)}. "
            "Choose csv, jsonl or parquet for the whole text.",
            style="yellow",
            markup=False,
        )


def _format(name: str) -> Format:
    return next(form for form in FORMATS if form == name)


def tell_history(name: str, data: Path, release: str, *, json: bool) -> None:
    """Tell a document's history."""
    told = histories.history(data, name, release)
    _tell(told.as_dict(), told.lines(), json=json)


def tell_difference(
    name: str, versions: tuple[int | None, int | None], data: Path, release: str, *, json: bool
) -> None:
    """Show what changed between two versions of a document."""
    console = Console()
    told = histories.diff(data, name, *versions, release)
    _tell(told.as_dict(), told.lines(plain=not console.is_terminal or console.no_color), json=json)


def _tell(content: dict[str, object], lines: Iterator[Text], *, json: bool) -> None:
    if json:
        sys.stdout.buffer.write(orjson.dumps(content, default=str) + b"\n")
        sys.stdout.flush()
        return
    console = Console()
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False)


def list_changes(
    since: str | None, kind: str | None, source: str | None, data: Path, release: str, *, json: bool
) -> None:
    """List changes, newest first."""
    found = _changes(data, release, since, kind, source)
    if json:
        for row in found:
            sys.stdout.buffer.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
        sys.stdout.flush()
        return
    console = Console()
    for row in found:
        console.print(_line(row), soft_wrap=True, highlight=False)
    console.print(f"{len(found):,} change{'' if len(found) == 1 else 's'}", style="dim", highlight=False)


def _changes(
    data: Path, release: str, since: str | None, kind: str | None, source: str | None
) -> Sequence[dict[str, object]]:
    query = (
        "SELECT c.*, s.source_id, s.url, d.title FROM changes c JOIN status s USING (document_id) "
        "JOIN documents d ON d.document_id = c.document_id AND d.version = c.version "
        "WHERE ($1 IS NULL OR c.first_seen >= $1) AND ($2 IS NULL OR c.kind = $2) AND ($3 IS NULL OR s.source_id = $3) "
        "ORDER BY c.first_seen DESC, c.document_id, c.version DESC, c.n"
    )
    begin = None if since is None else moment(f"{since}T00:00" if len(since) == 10 else since)
    with asked(query, data, release, params=[begin, kind, source]) as answer:
        return list(_rows(answer))


def _excerpt(before: str, after: str) -> str:
    """What differs of a paragraph, with some words around it, as wdiff shows it."""
    marks = {"removed": "[-{}-]", "added": "{{+{}+}}"}
    shown = [
        marks[kind].format(text) if kind in marks else _shortened(text, first=not n)
        for n, (kind, text) in enumerate(pieces(before, after))
    ]
    return "".join(shown)


def _shortened(kept: str, *, first: bool) -> str:
    """What stays between two changes, or in front of the first one."""
    if len(kept) <= 2 * _AROUND:
        return kept
    return f"{'' if first else kept[:_AROUND]}…{kept[-_AROUND:]}"


def _line(row: dict[str, object]) -> Text:
    """One change on one line."""
    what = " ".join(str(row[name]) for name in ("nature", "field", "clause") if row[name])
    style = "red" if row["kind"] == "taken_offline" else "yellow" if row["cause"] == "parser" else ""
    line = Text(f"{str(row['first_seen'])[:16]}  {row['kind']}", style=style)
    line.append(f" {visible(what)}" if what else "")
    line.append(f"  ({ANEW})" if row["cause"] == "parser" else "")
    line.append(f"  {row['source_id']}  {str(row['document_id'])[:8]}", style="dim")
    line.append(f"  {_cell(str(row['title'] or row['url']))}")
    before, after = (None if row[name] is None else str(row[name]) for name in ("before", "after"))
    if before is not None and after is not None:
        line.append(f"\n    {_cell(_excerpt(before, after), 4 * _WIDEST)}")
    elif before is not None or after is not None:
        sign = "-" if after is None else "+"
        line.append(f"\n    {sign} {_cell(str(before or after), 2 * _WIDEST)}")
    return line

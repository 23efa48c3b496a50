"""Write the site of a release: one folder that any browser opens, from a disk too, and that asks nobody for anything.

    report/index.html               the page: a shell, all else is drawn by its scripts
    report/assets/                  scripts, styles and the chart library
    report/data/release.js          what the first page shows
    report/data/<kind>/<digest>.js  lists, targets, changes and texts, loaded when they are asked for

A data file is named by its content and linked from the report before where it has it: the cost follows what is new.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import cast

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined

from flows.report import policies
from flows.report.groups import Before
from flows.report.lists import COLUMNS, TARGET_COLUMNS, place, recent, write_lists, write_targets
from flows.report.overview import (
    CHANGED_COLUMNS,
    VERDICTS,
    coverage,
    health,
    held,
    issues,
    months,
    release_of,
    write_changed,
)
from flows.report.record import Record, as_before, basis_of, form_of, read_record, write_record
from flows.report.script import link, literal
from flows.report.shards import HANGING, write_shards
from flows.report.tables import asked, show
from store.schema import TABLES
from store.tables import Row

SCRIPTS = (
    "uPlot.iife.min.js",
    "base.js",
    "strings.js",
    "table.js",
    "overview.js",
    "documents.js",
    "document.js",
    "changes.js",
    "policies.js",
    "targets.js",
    "main.js",
)
"""In the order in which the page loads them."""

STYLES = ("uPlot.min.css", "report.css")

_COPIED = (*(name for name in SCRIPTS if name != "strings.js"), *STYLES, "uPlot.LICENSE.txt")

_FRONT = frozenset({"changes", "coverage", "documents", "feed", "issues", "releases", "sources", "status"})
"""Tables that the first page is drawn from each day; lists are drawn from all."""

_COLUMNS = {
    **HANGING,
    "changes": (*HANGING["changes"][:-2], "pieces"),
    "list": (*COLUMNS, "shards"),
    "target": TARGET_COLUMNS,
    "changed": (*CHANGED_COLUMNS, "shards"),
    **policies.COLUMNS,
}
"""What stands in the rows of data files, without names."""

MOST_CHARACTERS = 500_000_000
"""Characters of all texts up to which they are part of a report: about 2 GB of files. Beyond, the page shows all but the texts."""


def write_report(
    release: Path, to: Path, *, before: Path | None = None, most_characters: int = MOST_CHARACTERS
) -> None:
    """Write the site of a release.

    Args:
        release: Folder of the release, with its finished tables; it may still be about to be renamed.
        to: The site's folder, made here; `<release>/report` while freezing.
        before: Folder of the release before. What its `report/` has already is linked, not written.
        most_characters: Where the texts of all versions have more characters, they are left out, with clauses, edits and
            differences; 0 leaves them out always.

    Raises:
        OSError: the folder cannot be written.
    """
    folder = to / "data"
    folder.mkdir(parents=True)
    with asked(release, _FRONT, spill=to) as connection:
        row = release_of(connection)
        told = _data(connection, release, row, folder=folder, before=before, most_characters=most_characters)
    (folder / "release.js").write_bytes(b"report.release = " + literal(told) + b";\n")
    _write_page(to, row)


def _data(
    connection: duckdb.DuckDBPyConnection,
    release: Path,
    row: Row,
    *,
    folder: Path,
    before: Path | None,
    most_characters: int,
) -> dict[str, object]:
    there = before / "report" / "data" if before is not None else None
    size = connection.sql("SELECT coalesce(sum(characters), 0) FROM documents").fetchall()[0][0]
    texts = size <= most_characters
    shards = write_shards(connection, release, folder, before, texts=texts)
    earlier = None if there is None else read_record(there, form_of(_COLUMNS))
    basis = basis_of(connection, shards)
    lists = _as_before(release, basis, earlier, folder=folder, before=before)
    # Where the lists are as before and nothing is told of changes, no version is looked for.
    sought = lists is None or bool(connection.sql("SELECT 1 FROM feed LIMIT 1").fetchall())
    place(connection, release, shards if sought else {})
    if lists is None:
        show(connection, release, TABLES.keys() - _FRONT)
        known = Before(there, earlier.groups if earlier is not None else {})
        lists = _drawn(connection, basis, known, folder=folder)
    write_record(folder, lists)
    told = lists.told
    previous = row["previous"]
    return {
        "release": row,
        "texts": texts,
        "bits": told["bits"],
        "lists": told["lists"],
        "recent": told["recent"],
        "sources": health(connection, cast("Mapping[str, Row]", told["held"])),
        "coverage": coverage(connection),
        "months": told["months"],
        "issues": issues(connection),
        "changed": write_changed(connection, folder, None if previous is None else str(previous), there),
        "targets": told["targets"],
        "policies": told["policies"],
        "verdicts": {letter: name for name, letter in VERDICTS.items()},
        "columns": _COLUMNS,
    }


def _as_before(
    release: Path, basis: str, earlier: Record | None, *, folder: Path, before: Path | None
) -> Record | None:
    """The lists of the report before, linked, where all that they are drawn from is as it was."""
    if before is None or earlier is None or earlier.basis != basis or not as_before(release, before):
        return None
    return earlier if link(before / "report" / "data", folder, earlier.names) else None


def _drawn(connection: duckdb.DuckDBPyConnection, basis: str, before: Before, *, folder: Path) -> Record:
    """Draw the lists, where groups of rows are as they were from the files of the report before."""
    bits, lists, listed = write_lists(connection, folder, before)
    of_policies, detailed = policies.write_policies(connection, folder, before)
    told = {
        "bits": bits,
        "lists": lists,
        "recent": recent(connection),
        "held": held(connection),
        "months": months(connection),
        "targets": write_targets(connection, folder, before.data),
        "policies": of_policies,
    }
    names = [
        f"{path.parent.name}/{path.stem}"
        for kind in sorted(folder.iterdir())
        if kind.is_dir() and kind.name != "text"
        for path in sorted(kind.glob("*.js"))
    ]
    return Record(form_of(_COLUMNS), basis, told, names, {**listed, **detailed})


def _write_page(to: Path, release: Row) -> None:
    assets = to / "assets"
    assets.mkdir()
    own = files("flows.report") / "assets"
    for name in _COPIED:
        with as_file(own / name) as path:
            shutil.copyfile(path, assets / name)
    strings = json.loads((own / "strings.json").read_text(encoding="utf-8"))
    (assets / "strings.js").write_bytes(b"report.strings = " + literal(strings) + b";\n")
    environment = Environment(
        loader=PackageLoader("flows.report", "assets"), autoescape=True, undefined=StrictUndefined
    )
    page = environment.get_template("index.html.j2").render(
        release=release, scripts=SCRIPTS, styles=STYLES, say={key: both[0] for key, both in strings.items()}
    )
    (to / "index.html").write_text(page, encoding="utf-8")

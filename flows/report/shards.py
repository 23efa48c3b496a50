"""Shards: the versions of documents with all that hangs on them, a few to a file.

A version never changes, and the release links the Parquet files that it takes over from the one before. So a shard is
a slice of one such file: where the file is that of the release before, its shards are linked unread, and the cost of a
report follows what is new.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import duckdb
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from flows.history import readable
from flows.report.script import link, put
from flows.report.tables import parts_of, rows, taken_over
from store.changes import pieces
from store.sql import quoted, registered, view
from store.tables import Row

FORMAT = 2
"""Raised when a version is written otherwise, beside what `_FORM` names: older shards are not taken over then."""

RECORD = "shards.json"
"""In the folder `data`: the shards of each part of table `documents`, in order."""

VERSIONS = 16
"""Versions in a shard: about 100 kB, so that a document opens at once and 10^5 make some 6,000 files."""

_AT_ONCE = 4_000
"""Versions whose texts are held at once."""

_MOST_CHANGES = 200
"""Changed paragraphs shown of one version; of a text that was replaced whole nobody reads more."""

HANGING: Mapping[str, Sequence[str]] = {
    "edits": ("attachment", "kind", "offset", "length", "original"),
    "flags": ("attachment", "name", "evidence", "start", "end"),
    "evidence": ("field", "value", "rule", "snippet"),
    "clauses": ("attachment", "level", "label", "heading", "parent", "start", "end"),
    "targets": (
        "attachment", "subject", "low", "high", "comparator", "approximate", "unit", "deadline", "year", "year_from", "change",
        "surface", "start", "end",
    ),
    "measures": ("name", "kind", "start", "end"),
    "attachments": ("label", "url", "media_type", "status", "reason", "parser", "pages", "characters", "tables", "start", "end"),
    "cells": ("attachment", "table", "row", "column", "text"),
    "changes": ("kind", "nature", "field", "attachment", "clause", "cause", "before", "after"),
}  # fmt: skip
"""What hangs on a version, and the columns that the page is given of it, in this order, without their names."""

_FORM = {
    "format": FORMAT,
    "versions": VERSIONS,
    "columns": {name: list(held) for name, held in HANGING.items()},
}
"""What shards must have in common to be taken over from the report before."""

_MOST_CELLS = 3_000
"""Cells shown of one version's annexes; table cells of the release has them all."""

_MOST = {"changes": _MOST_CHANGES, "cells": _MOST_CELLS}

_LEFT_OUT = ("text", "full_text", "flags", "characters", "key_digest", "metadata_digest", "reading_digest")
"""Columns of `documents` that do not stand among a version's metadata."""


def write_shards(
    connection: duckdb.DuckDBPyConnection,
    release: Path,
    folder: Path,
    before: Path | None,
    *,
    texts: bool,
) -> Mapping[str, Sequence[str]]:
    """Write the shards of what is new, link the others.

    Args:
        connection: With the tables of the release.
        release: Its folder.
        folder: The site's folder `data`.
        before: Folder of the release before.
        texts: Whether to write texts, and what points into them.

    Returns:
        The shards of each part of table `documents`, in order: row `n` of a part is in shard `n // VERSIONS`.
    """
    there = before / "report" / "data" if before is not None else None
    known = _record(there, texts=texts)
    parts = parts_of(release, "documents")
    same = [path for path in parts if path.name in known and taken_over(path, before)]
    shards: dict[str, Sequence[str]] = {}
    for path in same:
        if there is not None and link(there, folder, known[path.name]):
            shards[path.name] = known[path.name]
    _hang(connection, release, before if same and len(shards) == len(same) else None)
    for path in parts:
        if path.name not in shards:
            shards[path.name] = list(_part(connection, path, folder, texts=texts))
    record = {"form": _FORM, "texts": texts, "parts": shards}
    (folder / RECORD).write_bytes(orjson.dumps(record, option=orjson.OPT_INDENT_2))
    return shards


def _record(there: Path | None, *, texts: bool) -> Mapping[str, Sequence[str]]:
    path = None if there is None else there / RECORD
    if path is None or not path.exists():
        return {}
    record = orjson.loads(path.read_bytes())
    fits = record.get("form") == _FORM and record["texts"] == texts
    parts: Mapping[str, Sequence[str]] = record["parts"]
    return parts if fits else {}


def _hang(connection: duckdb.DuckDBPyConnection, release: Path, before: Path | None) -> None:
    """Make views of what hangs on new versions: it stands in new parts, the others need not be read."""
    for name in HANGING:
        paths = [path for path in parts_of(release, name) if not taken_over(path, before)]
        view(connection, f"new_{name}", name, paths, released=True)


def _part(connection: duckdb.DuckDBPyConnection, path: Path, folder: Path, *, texts: bool) -> Iterator[str]:
    """Write the shards of one part; batches may end anywhere, shards begin every VERSIONS rows."""
    versions = _versions(connection, path, texts=texts)
    while group := dict(islice(versions, VERSIONS)):
        yield put(folder, "text", group)


def _versions(
    connection: duckdb.DuckDBPyConnection, path: Path, *, texts: bool
) -> Iterator[tuple[str, Mapping[str, object]]]:
    for batch in pq.ParquetFile(path).iter_batches(_AT_ONCE):
        table = pa.Table.from_batches([batch])
        hanging = _hanging(connection, table.select(["document_id", "version"]), texts=texts)
        for row in table.to_pylist():
            yield _key(row), _version(row, hanging, texts=texts)


def _hanging(
    connection: duckdb.DuckDBPyConnection, keys: pa.Table, *, texts: bool
) -> Mapping[tuple[str, str], list[list[object]]]:
    """What hangs on versions, by table and version."""
    found: dict[tuple[str, str], list[list[object]]] = {}
    with registered(connection, "wanted", keys):
        for name, columns in HANGING.items():
            if not texts and name in {"edits", "clauses", "cells", "changes"}:
                continue
            query = (
                f"SELECT document_id, version, {', '.join(map(quoted, columns))} FROM new_{name} "
                f"SEMI JOIN wanted USING (document_id, version) WHERE n >= 0 ORDER BY document_id, version, n"
            )
            for row in rows(connection, query):
                values = found.setdefault((name, _key(row)), [])
                if len(values) >= _MOST.get(name, len(values) + 1):
                    continue
                values.append(
                    _change(row, columns) if name == "changes" else [row[column] for column in columns]
                )
    return found


def _change(row: Row, columns: Sequence[str]) -> list[object]:
    """A change whose last two columns are replaced by the pieces that one turned into the other with."""
    told = readable(pieces(str(row["before"] or ""), str(row["after"] or "")))
    return [*(row[column] for column in columns[:-2]), told]


def _version(
    row: Row, hanging: Mapping[tuple[str, str], list[list[object]]], *, texts: bool
) -> Mapping[str, object]:
    metadata = {
        name: value
        for name, value in row.items()
        if value is not None and name not in _LEFT_OUT and not name.endswith("_date")
    }
    there = {name: hanging[name, _key(row)] for name in HANGING if (name, _key(row)) in hanging}
    text, full_text = str(row["text"]), str(row["full_text"])
    appendix = full_text[len(text) :] or None
    said = {"text": text, "appendix": appendix} if texts else {"text": None, "appendix": None}
    return {"metadata": metadata, **said, **there}


def _key(row: Row) -> str:
    return f"{row['document_id']}/{row['version']}"

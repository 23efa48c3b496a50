"""The data dictionary, written from the schema."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa

from store.schema import TABLES, Table

_PLAIN_TYPES = {
    "large_string": "text",
    "int64": "integer",
    "double": "number",
    "bool": "true/false",
    "date32[day]": "date",
    "timestamp[us, tz=UTC]": "time, UTC",
}

_KEPT = {
    "live": "Append-only.",
    "expanded": "Append-only, one set of rows per version of a document.",
    "derived": "Computed anew for each release.",
}


def description(field: pa.Field) -> str:
    """The description that a column carries."""
    return str((field.metadata or {})[b"description"], "utf-8")


def dictionary() -> str:
    """The data dictionary as Markdown, a section per table."""
    return "\n".join(_section(table) for table in TABLES.values())


def _section(table: Table) -> str:
    rows = "\n".join(
        f"| `{field.name}` | {_PLAIN_TYPES[str(field.type)]}{'' if field.nullable else ', never null'} "
        f"| {description(field)} |"
        for field in table.released
    )
    key = ", ".join(f"`{name}`" for name in table.key)
    return (
        f"### `{table.name}`\n\nOne row per {table.row}. Key: {key}. {_KEPT[table.kept]}\n\n"
        f"| column | type | meaning |\n| --- | --- | --- |\n{rows}\n"
    )


BEGIN, END = "<!-- dictionary -->\n", "<!-- /dictionary -->"
"""What the dictionary stands between in the README."""


def with_dictionary(text: str) -> str:
    """A text with the dictionary of today between its marks."""
    head, _, rest = text.partition(BEGIN)
    return head + BEGIN + dictionary() + END + rest.partition(END)[2]


if __name__ == "__main__":
    readme = Path(sys.argv[1])
    readme.write_text(with_dictionary(readme.read_text(encoding="utf-8")), encoding="utf-8")

"""The card of a release: what a person reads first who found the folder."""

from __future__ import annotations

from collections.abc import Sequence

from store.release import Release
from store.schema import TABLES
from store.source import Source


def card(release: Release, sources: Sequence[Source]) -> str:
    """The card as Markdown."""
    rows = release.rows or {}
    tables = "\n".join(
        f"| `{name}` | {rows[name]:,} | one row per {table.row} |" for name, table in TABLES.items()
    )
    listed = "\n".join(
        f"| {source.source_id} | {source.title} | {source.publisher or ''} | {source.license or 'not stated'} |"
        for source in sources
    )
    warnings = "\n".join(f"- {item.source_id or 'dataset'}: {item.message}" for item in release.findings)
    return f"""# Policy documents, release {release.name}

{release.documents:,} documents; {release.new:,} new and {release.changed:,} changed since {release.previous or "the beginning"}.
Made {release.issued:%Y-%m-%d %H:%M} UTC with parsers {release.parser_version}.

```python
import pandas as pd
documents = pd.read_parquet("documents")
newest = documents.sort_values("version").drop_duplicates("document_id", keep="last")
```

| table | rows | holds |
| --- | ---: | --- |
{tables}

Each column is described in `datapackage.json`, with the hash and row count of each file. Nothing in this folder
changes; the next release is another folder.

## Sources

The texts belong to their publishers; the licence is as they state it.

| source | title | publisher | licence |
| --- | --- | --- | --- |
{listed}

## What the checks said

{warnings or "Nothing to report."}
"""

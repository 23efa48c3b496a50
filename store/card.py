"""The card of a release: what a person reads first who found the folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from store.derived import Watched
from store.release import SOFTWARE, Release, citation
from store.schema import TABLES
from store.source import Source


def card(release: Release, sources: Sequence[Source], watched: Mapping[str, Watched]) -> str:
    """The card as Markdown; `watched` says by source how it was watched."""
    rows = release.rows or {}
    tables = "\n".join(
        f"| `{name}` | {rows[name]:,} | one row per {table.row} |" for name, table in TABLES.items()
    )
    listed = "\n".join(
        f"| {source.source_id} | {source.title} | {source.publisher or ''} | {source.license or 'not stated'} "
        f"| {_watched(watched.get(source.source_id))} |"
        for source in sources
    )
    warnings = "\n".join(f"- {item.source_id or 'dataset'}: {item.message}" for item in release.findings)
    return f"""# Policy documents, release {release.name}

{release.documents:,} documents; since {release.previous or "the beginning"}: {release.new:,} new, {release.changed:,} changed, {release.offline:,} taken offline,
{release.restored:,} back, {release.moved:,} moved. Made {release.issued:%Y-%m-%d %H:%M} UTC with parsers {release.parser_version} ({SOFTWARE}).

Cite as: {citation(release)}

```python
import pandas as pd
documents = pd.read_parquet("documents")
newest = documents.sort_values("version").drop_duplicates("document_id", keep="last")
```

| table | rows | holds |
| --- | ---: | --- |
{tables}

What changed since the release before is in table `feed` (one row per document), in table `changes` (paragraph by
paragraph), and in `feed.atom`. Each column is described in `datapackage.json`, with the hash and row count of each file. Nothing in this folder
changes; the next release is another folder.

## Sources

The texts belong to their publishers; the licence is as they state it.

| source | title | publisher | licence | documents | days watched | last day |
| --- | --- | --- | --- | ---: | ---: | --- |
{listed}

## What the checks said

{warnings or "Nothing to report."}
"""


def _watched(item: Watched | None) -> str:
    if item is None:
        return "0 | 0 | never"
    return f"{item.documents:,} | {item.days:,} | {item.last_day or 'never'} {item.last_verdict or ''}"

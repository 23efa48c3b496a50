"""How far the last build got: which files of captures it has accounted for.

    tables/built.json      written when a build got through and held nothing back, replaced atomically

It only spares work. Without it, or when parsers, rules or a table are no longer those it names, everything is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from store import tables
from store.marks import read_mark, write_mark
from store.source import Source, rule_digest

MARK = "built.json"
_TABLES = ("captures", "readings", "documents", "aliases")


def captures_since(data: Path, parser_version: str, sources: Sequence[Source]) -> tuple[Path, ...]:
    """The files of captures that the last build has not seen; all of them where it does not count any more."""
    where = data / "tables"
    mark = read_mark(where / MARK)
    if mark is None:
        return tables.files(where, "captures")
    now = _mark(data, parser_version, sources)
    if mark["readers"] != now["readers"] or not _goes_on(mark["tables"], now["tables"]):
        return tables.files(where, "captures")
    return tables.gained(where, "captures", mark["tables"]["captures"][1])


def seen(data: Path, name: str) -> int | None:
    """The version of a table that the last build has seen; None where it looks at none, or there was none."""
    mark = read_mark(data / "tables" / MARK)
    return None if mark is None or name not in mark["tables"] else int(mark["tables"][name][1])


def mark_built(data: Path, parser_version: str, sources: Sequence[Source]) -> None:
    """Note that everything which the tables hold now is accounted for."""
    where = data / "tables"
    where.mkdir(parents=True, exist_ok=True)  # nothing may have been captured yet
    write_mark(where / MARK, _mark(data, parser_version, sources))


def rules_of(sources: Sequence[Source]) -> Mapping[str, Any]:
    """The rules of sources, to tell whether they are still the same."""
    return {
        source.source_id: [[str(rule.until), rule_digest(rule)] for rule in source.rules]
        for source in sources
    }


def _mark(data: Path, parser_version: str, sources: Sequence[Source]) -> Mapping[str, Any]:
    return {
        "readers": {"parser_version": parser_version, "rules": rules_of(sources)},
        "tables": {name: [*tables.state(data / "tables", name)] for name in _TABLES},
    }


def _goes_on(then: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether each table is the one that it was, and has lost nothing (a power cut may take the last commit)."""
    for name in _TABLES:
        (identity, version), (identity_now, version_now) = then[name], now[name]
        if version != -1 and (identity != identity_now or version_now < version):
            return False
    return True

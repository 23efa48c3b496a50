"""How far the last build got: which files of captures it has accounted for.

    tables/built.json      written when a build got through and held nothing back, replaced atomically

It only spares work. Without it, or when parsers, rules or a table are no longer those it names, everything is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from store import tables
from store.capture import digest
from store.durable import write_durably
from store.source import Source, rule_digest

MARK = "built.json"
_TABLES = ("captures", "readings", "documents", "aliases")


def captures_since(data: Path, parser_version: str, sources: Sequence[Source]) -> tuple[Path, ...]:
    """The files of captures that the last build has not seen; all of them where it does not count any more."""
    where = data / "tables"
    everything = tables.files(where, "captures")
    mark = _read(where)
    if mark is None:
        return everything
    now = _mark(data, parser_version, sources)
    if mark["readers"] != now["readers"] or not _goes_on(mark["tables"], now["tables"]):
        return everything
    seen = set(tables.files(where, "captures", mark["tables"]["captures"][1]))
    return tuple(path for path in everything if path not in seen)


def mark_built(data: Path, parser_version: str, sources: Sequence[Source]) -> None:
    """Note that everything which the tables hold now is accounted for."""
    where = data / "tables"
    fresh = where / f".{MARK}.new"
    mark = _mark(data, parser_version, sources)
    if _read(where) != mark:
        write_durably(fresh, orjson.dumps({"mark": mark, "sha256": _digest(mark)}))
        fresh.replace(where / MARK)


def is_damaged(where: Path) -> bool:
    """Whether the mark is there and not what was written."""
    return (where / MARK).exists() and _read(where) is None


def _read(where: Path) -> Mapping[str, Any] | None:
    """The mark; None where there is none, or not the one that was written."""
    try:
        content = orjson.loads((where / MARK).read_bytes())
        whole = content["sha256"] == _digest(content["mark"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return content["mark"] if whole else None


def _digest(mark: Mapping[str, Any]) -> str:
    return digest(orjson.dumps(mark, option=orjson.OPT_SORT_KEYS))


def _mark(data: Path, parser_version: str, sources: Sequence[Source]) -> Mapping[str, Any]:
    rules = {
        source.source_id: [[str(rule.until), rule_digest(rule)] for rule in source.rules]
        for source in sources
    }
    return {
        "readers": {"parser_version": parser_version, "rules": rules},
        "tables": {
            name: [tables.identity(data / "tables", name), tables.version(data / "tables", name)]
            for name in _TABLES
        },
    }


def _goes_on(then: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether each table is the one that it was, and has lost nothing (a power cut may take the last commit)."""
    for name in _TABLES:
        (identity, version), (identity_now, version_now) = then[name], now[name]
        if version != -1 and (identity != identity_now or version_now < version):
            return False
    return True

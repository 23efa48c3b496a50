"""Small JSON files that carry their own digest, so that a flipped bit is no news.

{"content": …, "sha256": "sha256:… of the content as canonical JSON"}
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from store.capture import digest
from store.durable import sync_folder, write_durably


def write_mark(path: Path, content: Mapping[str, Any]) -> None:
    """Write a mark, replacing an older one atomically; one that says the same stays untouched."""
    if read_mark(path) == content:
        return
    fresh = path.with_name(f".{path.name}.new")
    write_durably(fresh, orjson.dumps({"content": content, "sha256": _digest(content)}))
    fresh.replace(path)
    sync_folder(path.parent)


def read_mark(path: Path) -> Mapping[str, Any] | None:
    """What a mark says; None where there is none, or not the one that was written."""
    try:
        mark = orjson.loads(path.read_bytes())
        whole = mark["sha256"] == _digest(mark["content"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return mark["content"] if whole else None


def is_damaged(path: Path) -> bool:
    """Whether a mark is there and not what was written."""
    return path.exists() and read_mark(path) is None


def _digest(content: Mapping[str, Any]) -> str:
    return digest(orjson.dumps(content, option=orjson.OPT_SORT_KEYS))

"""The answer of an unknown list service (JSON) → where its list is, and which fields are address, title and day."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from parsers.api import Fields

LEAST_ROWS = 3
DEPTH = 6

_DAY = re.compile(r"(?:19|20)\d\d[-/.年]?\d{1,2}[-/.月]?\d{1,2}")
_ADDRESS = re.compile(r"https?://\S+|/[\w./?=&%-]+\.\w{2,5}")

Rows = Sequence[dict[str, Any]]


def parsed(text: str) -> object:
    """The JSON that a text is; None where it is none."""
    start = text.lstrip("\ufeff \t\r\n")
    if start[:1] not in {"{", "["}:
        return None
    try:
        answer: object = json.loads(start)
    except (ValueError, RecursionError):
        return None
    return answer


def fields_of(answer: object) -> Fields | None:
    """The longest list of objects that have an address each; None where there is none."""
    lists = [(path, rows, link) for path, rows in _lists(answer) if (link := _key_of(rows, _is_address))]
    if not lists:
        return None
    path, rows, link = max(lists, key=lambda item: len(item[1]))
    issued = _key_of(rows, _is_day)
    lengths = {
        key: sum(len(str(row.get(key) or "")) for row in rows) for key in rows[0] if key not in {link, issued}
    }
    title = next((key for key in lengths if "title" in key.lower()), None)
    return Fields(path, link, title or max(lengths, key=lengths.__getitem__, default=None), issued)


def _lists(value: object, path: str = "", depth: int = DEPTH) -> Iterator[tuple[str, Rows]]:
    if isinstance(value, list) and len(value) >= LEAST_ROWS and all(isinstance(row, dict) for row in value):
        yield path, value
    if isinstance(value, dict) and depth:
        for key, item in value.items():
            yield from _lists(item, f"{path}.{key}" if path else str(key), depth - 1)


def _key_of(rows: Rows, fits: Callable[[str], bool]) -> str | None:
    """The first field whose values fit in most rows."""
    for key in rows[0]:
        if 2 * sum(fits(str(row.get(key) or "").strip()) for row in rows) > len(rows):
            return key
    return None


def _is_address(value: str) -> bool:
    return bool(_ADDRESS.fullmatch(value))


def _is_day(value: str) -> bool:
    return bool(_DAY.match(value))

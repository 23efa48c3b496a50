"""Changes: what differs between two versions of a document, paragraph by paragraph."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher

from store.tables import Row


def change_row(before: Row, after: Row) -> Row:
    """Row of `changes` for two rows of `documents`."""
    old, new = str(before["text"]).split("\n"), str(after["text"]).split("\n")
    removed, added = _only_in(old, new)
    return {
        "document_id": after["document_id"],
        "version": after["version"],
        "from_version": before["version"],
        "kind": "metadata" if before["key_digest"] == after["key_digest"] else "text",
        "cause": after["cause"],
        "added": sum(map(len, added)),
        "removed": sum(map(len, removed)),
        "before": "\n".join(removed) or None,
        "after": "\n".join(added) or None,
        "first_seen": after["first_seen"],
    }


def _only_in(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """Paragraphs that only the one, and only the other text has, in order."""
    removed: list[str] = []
    added: list[str] = []
    for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            removed += old[start:end]
            added += new[new_start:new_end]
    return removed, added


def changes_of(rows: list[Row], earlier: Mapping[tuple[str, int], Row]) -> list[Row]:
    """Rows of `changes` for new rows of `documents`.

    Args:
        rows: New rows of `documents`.
        earlier: Rows of the versions before them that are not among `rows`, by document and version.
    """
    known = {**earlier, **{_key(row): row for row in rows}}
    pairs = ((known.get((_key(row)[0], _key(row)[1] - 1)), row) for row in rows)
    return [change_row(before, row) for before, row in pairs if before is not None]


def _key(row: Row) -> tuple[str, int]:
    return str(row["document_id"]), int(str(row["version"]))

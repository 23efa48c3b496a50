"""Mass changes: what strikes many documents of a source at once is an alarm, not data.

A redesign, a portal that answers every address, or a broken database looks like a hundred edits on one day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from store import tables
from store.judged import DOUBTED_DAYS

MASS_CHANGE, LOSS_LASTS = "mass_change", "loss_lasts"
"""Names of the issues: that it happened, and that what was gone at once still is."""

LEAST_DOCUMENTS = 20
"""A source with fewer documents may well change them all on one day."""

LEAST_AFFECTED = 5
"""A correction that is posted in four places is no mass."""

SAME_TEXT = 3
"""Addresses that show the same text all of a sudden, where they showed others before."""


@dataclass(frozen=True, slots=True)
class Change:
    """A version that the source's doing would add to a document.

    Attributes:
        url: The document.
        key_digest: Of the text now.
        characters: Of the text now.
        characters_before: Of the newest version so far.
    """

    url: str
    key_digest: str
    characters: int
    characters_before: int


def mass_change(changes: Sequence[Change], documents: int, changed_share: float) -> str | None:
    """Say why changes of one source are not to be believed at once; None where nothing speaks against them.

    Args:
        changes: All that one build found of the source's known documents.
        documents: Documents of the source so far.
        changed_share: Share of them that may change in one build.
    """
    if documents < LEAST_DOCUMENTS:
        return None
    urls = {change.url for change in changes}
    shown = Counter(key for _, key in {(change.url, change.key_digest) for change in changes})
    same = {change.url for change in changes if shown[change.key_digest] >= SAME_TEXT}
    shrunk = {change.url for change in changes if 2 * change.characters < change.characters_before}
    if len(urls) >= LEAST_AFFECTED and len(urls) > changed_share * documents:
        return f"{len(urls)} of {documents} documents changed at once, more than changed_share ({changed_share:g})"
    if len(same) >= LEAST_AFFECTED:
        return f"{len(same)} documents changed to a text that others show too"
    if len(shrunk) >= LEAST_AFFECTED:
        return f"{len(shrunk)} documents shrank to less than half"
    return None


def same_texts(new: Mapping[str, str], documents: int, same_text: int) -> frozenset[str]:
    """New addresses that are not to be believed, since so many of them show one text: a portal that answers every address.

    Args:
        new: Key digest of the text, by address of each new document of one source.
        documents: Documents of the source so far.
        same_text: So many addresses of one text are an alarm.
    """
    if documents + len(new) < LEAST_DOCUMENTS:
        return frozenset()
    shown = Counter(new.values())
    return frozenset(url for url, key in new.items() if shown[key] >= same_text)


def mass_loss(gone: int, documents: int, gone_share: float) -> str | None:
    """Say why so many documents that are gone at once are not to be believed; None where they may be.

    Args:
        gone: Documents that answered before and are now gone (404, 410).
        documents: Documents of the source so far.
        gone_share: Share of them that may be gone in one run.
    """
    if documents < LEAST_DOCUMENTS or gone < LEAST_AFFECTED or gone <= gone_share * documents:
        return None
    return f"{gone} of {documents} documents are gone at once, more than gone_share ({gone_share:g})"


def is_doubted(data: Path, source_id: str, now: datetime) -> bool:
    """Whether so many documents of a source were gone at once lately that a person still has time to look."""
    columns = ["time", "stage", "error"]
    issues = tables.read_where(data / "tables", "issues", "source_id", source_id, columns).to_pylist()
    since = now - timedelta(days=DOUBTED_DAYS)
    return any(
        (row["stage"], row["error"]) == ("fetch", MASS_CHANGE) and row["time"] >= since for row in issues
    )

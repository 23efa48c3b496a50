"""What a run did, in one value: for the summary, for `--json`, and for the exit code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceOutcome:
    """What a run did with one source.

    Attributes:
        source_id: The source.
        captures: Requests made, or files imported.
        new: Documents seen for the first time.
        changed: Further versions of known documents.
        rejected: Payloads that were read and are no document.
        failed: Why it failed as a whole; empty where it did not.
    """

    source_id: str
    captures: int
    new: int
    changed: int
    rejected: int
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did.

    Attributes:
        run_id: The run.
        data: The data folder.
        sources: Sources refreshed.
        failed_sources: Of these, those that failed as a whole.
        captures: Requests made, or files imported.
        documents: Documents in the latest release.
        new: Documents seen for the first time.
        changed: Further versions of known documents.
        unchanged: Documents of the release that this run saw no change of, asked for or not due.
        rejected: Payloads that were read and are no document.
        issues: Things that went wrong, by name.
        release: The release that stands at the end; None where there is none.
        released: Whether this run made it.
        by_source: What it did with each source that it asked, or read something of.
    """

    run_id: str
    data: str
    sources: int
    failed_sources: tuple[str, ...]
    captures: int
    documents: int
    new: int
    changed: int
    unchanged: int
    rejected: int
    issues: Mapping[str, int]
    release: str | None
    released: bool
    by_source: tuple[SourceOutcome, ...] = ()

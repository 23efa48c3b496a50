"""What can go wrong in the store, named by what to do next."""

from __future__ import annotations

from collections.abc import Sequence


class StoreError(Exception):
    """Root of the store's errors."""


class InvalidSource(StoreError):
    """A source file says something it must not: mend the file. The message lists every mistake."""


class AnotherRun(StoreError):
    """Another run holds the data folder: wait for it, or stop it."""


class Overtaken(AnotherRun):
    """Another run wrote to the object store meanwhile: run again. What was archived is kept, nothing was replaced."""


class StorageFault(StoreError):
    """The data folder cannot be written (full, read-only, not a folder): mend the disk, then run again."""


class DigestMismatch(StoreError):
    """The archive gives other bytes than were captured: run `policy-ingest verify` and restore the file."""


class SchemaMismatch(StoreError):
    """Rows do not fit their table, or the folder was written by a newer version: stop, nothing was written."""


class NewerData(StoreError):
    """The data folder was written by a newer version: update the program. Nothing was written."""


class ReleaseRefused(StoreError):
    """A fatal check failed, and the last good release stays in place. The message lists what failed.

    Attributes:
        reasons: Check, source (None for the dataset) and message of each failed check.
    """

    def __init__(self, reasons: Sequence[tuple[str, str | None, str]]) -> None:
        super().__init__("\n".join(f"{source or 'dataset'}: {message}" for _, source, message in reasons))
        self.reasons = tuple(reasons)


class NoRelease(StoreError):
    """There is no release to load: run `policy-ingest run` first."""

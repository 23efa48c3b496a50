"""What refreshing, or importing, gave: beside neither, since both give it and one uses the other."""

from __future__ import annotations

from dataclasses import dataclass

from store.capture import Capture
from store.issue import Issue


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What refreshing one source gave.

    Attributes:
        source_id: The source.
        captures: Every request made, in order, archived.
        issues: What went wrong.
    """

    source_id: str
    captures: tuple[Capture, ...] = ()
    issues: tuple[Issue, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the source as a whole failed; a rejected or missing page is not that."""
        return any(issue.severity == "error" for issue in self.issues)

"""An issue: something that went wrong, kept as a row, with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from store.capture import derived_id

Stage = Literal["discover", "fetch", "read", "check", "import"]
Severity = Literal["warning", "error"]


@dataclass(frozen=True, slots=True)
class Issue:
    """One row of `issues`; the columns say what each field means (`store.schema`)."""

    run_id: str
    time: datetime
    source_id: str
    stage: Stage
    severity: Severity
    error: str
    message: str
    action: str
    url: str | None = None
    capture_id: str | None = None

    @property
    def issue_id(self) -> str:
        """One that hangs on a capture is the same row however often it is met."""
        return derived_id(
            self.capture_id or self.run_id, self.source_id, self.url or "", self.stage, self.error
        )

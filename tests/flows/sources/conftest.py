"""The pages are ours: nobody has to be spared."""

from __future__ import annotations

import pytest

from flows.limits import Limits
from flows.sources import add, check

AT_ONCE = {"delay_seconds": 0.0, "delay_response_times": 0.0}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask without rests."""
    monkeypatch.setattr(add, "Limits", lambda: Limits().override(AT_ONCE))
    monkeypatch.setattr(check, "SMALL", {**check.SMALL, **AT_ONCE})

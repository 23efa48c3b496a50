"""Limits are overridden by name, and by nothing else."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

import pytest

from flows.exceptions import CorrectTheLimits
from flows.limits import Kind, Limits


def test_override_changes_what_it_names_and_nothing_else() -> None:
    """The rest keeps its default, and the original stays as it was."""
    limits = Limits()
    changed = limits.override({"total_seconds": 5, "redirects": 2})
    assert (changed.total_seconds, changed.redirects) == (5, 2)
    assert changed.override({"total_seconds": 120.0, "redirects": 10}) == limits == Limits()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"timeout": 5}, "unknown limits: timeout"),
        ({"total_seconds": "5"}, "total_seconds must be a finite number"),
        ({"total_seconds": -1}, "total_seconds must be a finite number"),
        ({"total_seconds": float("inf")}, "total_seconds must be a finite number"),
        ({"total_seconds": True}, "total_seconds must be a finite number"),
        ({"redirects": 2.5}, "redirects must be a whole number"),
    ],
)
def test_what_is_no_limit_is_refused(changes: dict[str, object], words: str) -> None:
    """A misspelt name or an impossible value must not leave a default in force unnoticed."""
    with pytest.raises(CorrectTheLimits, match=words):
        Limits().override(changes)


def test_every_kind_has_finite_bounds() -> None:
    """No kind of answer is without a deadline or a size."""
    for kind in get_args(Kind):
        bounds = Limits().bounds(kind)
        assert 0 < bounds.gap <= bounds.total <= 600
        assert 0 < bounds.connect <= bounds.total
        assert 0 < bounds.body <= 100_000_000


def test_every_limit_is_a_number() -> None:
    """A source file can override each of them with a number."""
    limits = Limits()
    assert all(isinstance(getattr(limits, field.name), int | float) for field in fields(limits))

"""Publish: from the tables to a release."""

from __future__ import annotations

from collections.abc import Sequence

from flows.run import Run
from parsers.read import PARSER_VERSION
from store import tables
from store.exceptions import ReleaseRefused
from store.freeze import freeze
from store.issue import Issue
from store.release import Release
from store.rows import issue_row
from store.source import Source

DATASET = "dataset"
"""Stands for the source where a check concerns no single one."""


def publish_release(run: Run, sources: Sequence[Source]) -> Release | None:
    """Freeze a release, where something is new.

    Raises:
        ReleaseRefused: a fatal check failed; each is an issue now, and the last good release stays.
    """
    try:
        return freeze(run.data, sources, PARSER_VERSION, run.started, force=run.force)
    except ReleaseRefused as refused:
        rows = [issue_row(_issue(run, *reason)) for reason in refused.reasons]
        tables.append_new(run.data / "tables", "issues", rows)
        raise


def _issue(run: Run, check: str, source_id: str | None, message: str) -> Issue:
    return Issue(
        run_id=run.run_id,
        time=run.clock(),
        source_id=source_id or DATASET,
        stage="check",
        severity="error",
        error=check,
        message=message,
        action="Find out why before anything is released; the last good release stays in place.",
    )

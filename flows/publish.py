"""Publish: from the tables to a release."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

from flows.attachments.contents import reading_version
from flows.report.write import write_report
from flows.run import Run
from store import tables
from store.exceptions import ReleaseRefused
from store.freeze import Report, freeze
from store.issue import Issue
from store.links import Each
from store.release import Release
from store.rows import issue_row
from store.source import Source

MOST_DRAWN = 200_000
"""Documents up to which each release has its pages: they cost about 5 kB a document the first time."""

logger = logging.getLogger(__name__)

DATASET = "dataset"
"""Stands for the source where a check concerns no single one."""


def draw(release: Path, before: Path | None) -> None:
    """Draw the pages of a release while it is made. A mistake in drawing must not cost the release.

    Raises:
        OSError: the disk takes no more.
    """
    documents = sum(pq.read_metadata(path).num_rows for path in (release / "status").glob("*.parquet"))
    if documents > MOST_DRAWN:
        logger.warning("%d documents: no report was drawn; `policy-ingest report` draws it", documents)
        return
    try:
        write_report(release, release / "report", before=before)
    except OSError:
        raise
    except Exception:
        logger.exception("the report could not be drawn; the release is made without it")
        shutil.rmtree(release / "report", ignore_errors=True)


def publish_release(
    run: Run, sources: Sequence[Source], each: Each = map, *, report: Report | None = draw
) -> Release | None:
    """Freeze a release, where something is new.

    Args:
        run: The run.
        sources: The source files.
        each: Does what linking can do of each document alone (`flows.spread.each_in`), by default in this process.
        report: Draws its pages; None for a release without.

    Returns:
        The release; None where nothing is new, or where a source file cannot be read, of which it would know nothing.

    Raises:
        ReleaseRefused: a fatal check failed; each is an issue now, and the last good release stays.
    """
    if run.wrong:
        logger.warning("no release is made until all source files can be read")
        return None
    try:
        return freeze(
            run.data, sources, reading_version(), run.clock(), force=run.force, report=report, each=each
        )
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

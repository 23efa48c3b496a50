"""What a person sees of a run in Prefect: its summary, a table of its sources, the way to the release, and progress.

Prefect's history is a view: whatever goes wrong here must not cost the run, whose record are the tables.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from flows.advance import PROGRESS
from flows.options import URL_SETTING
from flows.outcome import Outcome, SourceOutcome

LONG = 50
"""Pieces from which a step is long enough to be watched."""

STEP_SECONDS = 5.0
"""Between two updates of its progress: each is a request to Prefect."""

logger = logging.getLogger(__name__)


def show_outcome(outcome: Outcome, *, finished: bool = True) -> None:
    """Leave a run's summary, its sources and the way to the release with the run.

    Args:
        outcome: What the run did.
        finished: Whether it came to its end; False where its release was refused.
    """
    with _at_no_cost("artifacts"):
        create_markdown_artifact(
            _markdown(outcome, finished=finished), key="run", description="What a run did"
        )
        create_table_artifact(
            [_row(part) for part in outcome.by_source] or [{"source": "none was asked"}],
            key="run-sources",
            description="What a run did, by source",
        )
        if outcome.release is not None:
            create_link_artifact(
                _release_link(outcome), key="release", link_text=f"Release {outcome.release}"
            )


def message(outcome: Outcome) -> str:
    """A run in one line, for its state."""
    failed = f"; failed: {', '.join(outcome.failed_sources)}" if outcome.failed_sources else ""
    release = f"release {outcome.release}" if outcome.released else "no new release"
    return (
        f"{outcome.sources} sources, {outcome.captures} captures, {outcome.new} new, {outcome.changed} changed, "
        f"{outcome.rejected} rejected; {release}{failed}"
    )


def _markdown(outcome: Outcome, *, finished: bool) -> str:
    issues = [f"- {name}: {count}" for name, count in outcome.issues.items()] or ["none"]
    failed = [f"- **{part.source_id}**: {_escaped(part.failed)}" for part in outcome.by_source if part.failed]
    return "\n".join(
        [
            f"## Run {outcome.run_id}" + ("" if finished else ": the release was refused"),
            "",
            "| sources | captures | new | changed | unchanged | rejected | failed |",
            "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
            (
                f"| {outcome.sources} | {outcome.captures} | {outcome.new} | {outcome.changed} | {outcome.unchanged} "
                f"| {outcome.rejected} | {len(outcome.failed_sources)} |"
            ),
            "",
            (
                f"Release: {outcome.release or 'none'}{' (new)' if outcome.released else ''}, "
                f"{outcome.documents} documents, in `{outcome.data}`"
            ),
            "",
            "### Issues",
            "",
            *issues,
            *(["", "### Failed sources", "", *failed] if failed else []),
        ]
    )


def _escaped(text: str) -> str:
    """What came from a page or a server, as text: no markup, no link, no line of its own."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~-])", r"\\\1", " ".join(text.split()))


def _row(part: SourceOutcome) -> dict[str, object]:
    return {
        "source": part.source_id,
        "captures": part.captures,
        "new": part.new,
        "changed": part.changed,
        "rejected": part.rejected,
        "failed": part.failed,
    }


def _release_link(outcome: Outcome) -> str:
    if address := os.environ.get(URL_SETTING):
        return f"{address}/releases/{outcome.release}/report/index.html"
    return (Path(outcome.data) / "releases" / str(outcome.release) / "report" / "index.html").as_uri()


class _Bars(logging.Handler):
    """Keeps a progress artifact for each step that is long; told by the records of `flows.advance`."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._bars: dict[str, tuple[UUID, float]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        name, done, total = (getattr(record, key) for key in ("source_id", "done", "total"))
        if total < LONG:
            return
        artifact, told = self._bars.get(name, (None, 0.0))
        now = time.monotonic()
        if artifact is not None and now - told < STEP_SECONDS and done < total:
            return
        with _at_no_cost("progress"):
            share = 100.0 * min(done, total) / total
            if artifact is None:
                made = create_progress_artifact(share, description=record.getMessage())
                assert isinstance(made, UUID)
                artifact = made
            else:
                update_progress_artifact(artifact, share, description=record.getMessage())
            self._bars[name] = (artifact, now)


@contextmanager
def progress_shown() -> Iterator[None]:
    """Keep progress artifacts of the long steps of the task run that goes on inside."""
    handler, teller = _Bars(), logging.getLogger(PROGRESS)
    teller.addHandler(handler)
    teller.setLevel(logging.INFO)
    teller.propagate = False
    try:
        yield
    finally:
        teller.removeHandler(handler)


@contextmanager
def _at_no_cost(what: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001  # whatever Prefect's server says: the run goes on
        logger.warning("%s could not be left with Prefect: %s", what, error)

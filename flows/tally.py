"""Counting what the steps of a run gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flows.build import Built
from flows.outcome import Outcome
from flows.refresh import Refreshed
from flows.run import Run
from store.release import Release, latest


def gathered(
    run: Run,
    *,
    refreshed: Sequence[Refreshed] = (),
    built: Built | None = None,
    release: Release | None = None,
) -> Outcome:
    """Count what the steps of a run gave."""
    built = built or Built()
    standing = release or latest(run.data)
    captures = [capture for part in refreshed for capture in part.captures]
    issues = Counter(issue.error for part in refreshed for issue in part.issues) + Counter(built.rejections)
    issues += Counter("mass_change" for _ in built.held)
    failed = [part.source_id for part in refreshed if part.failed]
    return Outcome(
        run_id=run.run_id,
        data=str(run.data),
        sources=len(refreshed),
        failed_sources=tuple(dict.fromkeys((*failed, *built.held))),
        captures=len(captures),
        documents=standing.documents if standing else 0,
        new=built.new,
        changed=built.changed,
        unchanged=max(0, (standing.documents if standing else 0) - built.new - built.changed),
        rejected=built.rejected,
        issues=dict(sorted(issues.items())),
        release=standing.name if standing else None,
        released=release is not None,
    )

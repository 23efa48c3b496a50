"""Counting what the steps of a run gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from flows.build import Built
from flows.outcome import Outcome, SourceOutcome
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
        by_source=tuple(_by_source(refreshed, built)),
    )


def _by_source(refreshed: Sequence[Refreshed], built: Built) -> Iterator[SourceOutcome]:
    asked = {part.source_id: part for part in refreshed}
    for name in sorted(asked.keys() | built.by_source.keys()):
        part, read = asked.get(name, Refreshed(name)), built.by_source.get(name, Built())
        errors = [f"{issue.error}: {issue.message}" for issue in part.issues if issue.severity == "error"]
        errors += ["mass_change: its changes were too many to be believed at once"] if read.held else []
        yield SourceOutcome(
            name, len(part.captures), read.new, read.changed, read.rejected, "; ".join(errors[:1])
        )

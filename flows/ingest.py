"""The flows: refresh, build, publish, and the three in a row. One Prefect task per source, never one per document.

Prefect's own history is a view; what happened is in the archive and the tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, wait
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.build import Built, build_tables
from flows.files import import_files
from flows.hosts import keep_rests, politeness_of
from flows.outcome import Outcome
from flows.politeness import Politeness
from flows.publish import publish_release
from flows.refresh import Refreshed, failed_source, keep, recover, refresh_source
from flows.run import Run
from flows.tally import gathered
from store.exceptions import StorageFault
from store.history import History, history
from store.release import Release
from store.source import Source

SOURCES_AT_ONCE = 8
"""Sources refreshed at once; each of them asks one host for one page at a time."""


_THREADS: TaskRunner[PrefectFuture[Any]] = ThreadPoolTaskRunner(  # type: ignore[assignment]  # its future is one
    max_workers=SOURCES_AT_ONCE
)


@task(task_run_name="refresh-{source.source_id}", cache_policy=NO_CACHE, persist_result=False)
def refresh_task(
    run: Run, source: Source, drawn: History, politeness: Politeness, proxies: Mapping[str, str]
) -> Refreshed:
    """Refresh one source; what it could not do is an issue, so that the others go on."""
    try:
        return refresh_source(run, source, drawn=drawn, politeness=politeness, proxies=proxies)
    except StorageFault:
        raise  # where nothing can be written, no other source fares better
    except Exception as error:  # noqa: BLE001  # one source must not end the run; the issue carries the error
        return failed_source(run, source, error)


@task(task_run_name="build", cache_policy=NO_CACHE, persist_result=False)
def build_task(run: Run, sources: Sequence[Source]) -> Built:
    """Read what is new in the archive."""
    return build_tables(run, sources)


@task(task_run_name="publish", cache_policy=NO_CACHE, persist_result=False)
def publish_task(run: Run, sources: Sequence[Source]) -> Release | None:
    """Freeze a release, where something is new."""
    return publish_release(run, sources)


def _refreshed(run: Run, sources: Sequence[Source], proxies: Mapping[str, str]) -> list[Refreshed]:
    recover(run)
    politeness = politeness_of(run)
    with history(run.data, [source.source_id for source in sources]) as drawn:
        futures = [refresh_task.submit(run, source, drawn, politeness, proxies) for source in sources]
        wait(futures)
        refreshed = [future.result() for future in futures]
    keep(run, refreshed)
    keep_rests(run, politeness)
    return refreshed


@flow(name="refresh", task_runner=_THREADS, validate_parameters=False)
def refresh(run: Run, sources: Sequence[Source], proxies: Mapping[str, str]) -> Outcome:
    """From the web to the archive."""
    return gathered(run, refreshed=_refreshed(run, sources, proxies))


@flow(name="build", validate_parameters=False)
def build(run: Run, sources: Sequence[Source]) -> Outcome:
    """From the archive to the tables."""
    recover(run)
    return gathered(run, built=build_task(run, sources))


@flow(name="publish", validate_parameters=False)
def publish(run: Run, sources: Sequence[Source]) -> Outcome:
    """From the tables to a release."""
    recover(run)
    return gathered(run, release=publish_task(run, sources))


@flow(name="ingest", task_runner=_THREADS, validate_parameters=False)
def ingest(
    run: Run, sources: Sequence[Source], asked: Sequence[Source], proxies: Mapping[str, str]
) -> Outcome:
    """Refresh, build and publish in a row: what is scheduled.

    Args:
        run: The run.
        sources: All source files: captures of every source are read, each under its own rules.
        asked: Those that are refreshed.
        proxies: Scheme to proxy URL.
    """
    refreshed = _refreshed(run, asked, proxies)
    built = build_task(run, sources)
    return gathered(run, refreshed=refreshed, built=built, release=publish_task(run, sources))


@flow(name="import", validate_parameters=False)
def import_paths(run: Run, sources: Sequence[Source], paths: Sequence[Path], source_id: str) -> Outcome:
    """From files that a user already has to a release."""
    recover(run)
    refreshed = [import_files(run, paths, source_id)]
    keep(run, refreshed)
    built = build_task(run, sources)
    return gathered(run, refreshed=refreshed, built=built, release=publish_task(run, sources))

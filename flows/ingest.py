"""The flows: refresh, build, publish, and the three in a row. One Prefect task per source, never one per document.

Prefect's own history is a view; what happened is in the archive and the tables.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prefect import State, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, wait
from prefect.states import Completed, Failed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.alarms.watch import watch
from flows.artifacts import progress_shown, show_outcome
from flows.build import Built, build_tables
from flows.cluster import build_on_dask, reach
from flows.files import import_files
from flows.hosts import keep_rests, politeness_of
from flows.outcome import Outcome
from flows.politeness import Politeness
from flows.publish import publish_release
from flows.refresh import Refreshed, failed_source, keep, recover, refresh_source
from flows.run import Run
from flows.runner import HERE, Runner
from flows.spread import archiving, each_in, processes
from flows.tally import gathered
from store.exceptions import ReleaseRefused, StorageFault
from store.history import History, history
from store.release import Release
from store.source import Source

SOURCES_AT_ONCE = 8
"""Sources refreshed at once; each of them asks one host for one page at a time."""

DRAIN_SECONDS = 2.0
"""How long sources are waited for when the run is told to end; what is archived later the next run enters."""

MOST_SAID = 20
"""Issues of a source that the log names; the table has them all."""

THREADS: TaskRunner[PrefectFuture[Any]] = ThreadPoolTaskRunner(  # type: ignore[assignment]  # its future is one
    max_workers=SOURCES_AT_ONCE
)

logger = logging.getLogger(__name__)


@task(task_run_name="refresh-{source.source_id}", cache_policy=NO_CACHE, persist_result=False)
def refresh_task(
    run: Run, source: Source, drawn: History, politeness: Politeness, proxies: Mapping[str, str]
) -> State[Refreshed]:
    """Refresh one source; what it could not do is an issue, so that the others go on."""
    try:
        refreshed = refresh_source(run, source, drawn=drawn, politeness=politeness, proxies=proxies)
    except StorageFault:
        raise  # where nothing can be written, no other source fares better
    except Exception as error:  # noqa: BLE001  # one source must not end the run; the issue carries the error
        refreshed = failed_source(run, source, error)
    _say(refreshed)
    said = Failed if refreshed.failed else Completed
    return said(message=_counts(refreshed), data=refreshed)


def _say(refreshed: Refreshed) -> None:
    """Name in the log what went wrong: source, URL, what."""
    for issue in refreshed.issues[:MOST_SAID]:
        level = logging.WARNING if issue.severity == "error" else logging.INFO
        logger.log(level, "%s: %s: %s: %s", issue.source_id, issue.url or "all", issue.error, issue.message)
    if len(refreshed.issues) > MOST_SAID:
        left = len(refreshed.issues) - MOST_SAID
        logger.info("%s: %d further issues are in the table", refreshed.source_id, left)


def _counts(refreshed: Refreshed) -> str:
    """A source's refresh in one line: captures by kind and outcome, issues by name."""
    captures = Counter(f"{item.kind} {item.fetch_outcome}" for item in refreshed.captures)
    issues = Counter(issue.error for issue in refreshed.issues)
    said = [
        ", ".join(f"{name} {count}" for name, count in sorted(counted.items()))
        for counted in (captures, issues)
    ]
    return f"{len(refreshed.captures)} captures: {said[0] or 'nothing was due'}; issues: {said[1] or 'none'}"


@task(task_run_name="build", cache_policy=NO_CACHE, persist_result=False)
def build_task(run: Run, sources: Sequence[Source], runner: Runner) -> State[Built]:
    """Read what is new in the archive, in this process or in several of this machine."""
    if runner.kind == "processes":
        with processes(runner.workers, run.data, sources) as read_all:
            built = build_tables(run, sources, read_all)
    else:
        built = build_tables(run, sources)
    counts = f"{built.read} read: {built.new} new, {built.changed} changed, {built.rejected} rejected"
    return Completed(message=counts, data=built)


@task(task_run_name="publish", cache_policy=NO_CACHE, persist_result=False)
def publish_task(run: Run, sources: Sequence[Source], runner: Runner) -> State[Release | None]:
    """Freeze a release, where something is new."""
    if runner.kind == "processes":
        with each_in(runner.workers) as each:
            release = publish_release(run, sources, each)
    else:
        release = publish_release(run, sources)
    return Completed(
        message=f"release {release.name}" if release else "nothing new: no release", data=release
    )


def _refreshed(run: Run, sources: Sequence[Source], proxies: Mapping[str, str]) -> list[Refreshed]:
    recover(run)
    politeness = politeness_of(run)
    with history(run.data, [source.source_id for source in sources]) as drawn:
        futures = [refresh_task.submit(run, source, drawn, politeness, proxies) for source in sources]
        try:
            wait(futures)
        except (
            BaseException
        ):  # told to end: each source ends before its next request, and what it had is entered
            run.stop.set()
            ended = wait(futures, timeout=DRAIN_SECONDS).done
            keep(run, [_given(future.result(raise_on_failure=False)) for future in ended])
            raise
        refreshed = [_given(future.result(raise_on_failure=False)) for future in futures]
    keep(run, refreshed)
    keep_rests(run, politeness)
    return refreshed


def _given(result: object) -> Refreshed:
    """What a task gave, its state failed or not; what it raised is raised."""
    if isinstance(result, BaseException):
        raise result
    assert isinstance(result, Refreshed)
    return result


def _built(run: Run, sources: Sequence[Source], runner: Runner) -> Built:
    if runner.kind == "dask":
        return build_on_dask(run, sources, runner)
    built = build_task(run, sources, runner, return_state=True).result()
    assert isinstance(built, Built)
    return built


@contextmanager
def _watched(run: Run, sources: Sequence[Source]) -> Iterator[None]:
    """Show the progress of what goes on inside, and judge the alarms when it is over, well or not.

    A run that is told to end has no time for them.
    """
    try:
        with progress_shown():
            yield
    except Exception:
        watch(run.data, sources, run.clock(), run.wrong)
        raise
    watch(run.data, sources, run.clock(), run.wrong)


def _published(
    run: Run,
    sources: Sequence[Source],
    runner: Runner = HERE,
    refreshed: Sequence[Refreshed] = (),
    built: Built | None = None,
) -> Outcome:
    """Publish, and show what the run did."""
    try:
        release = publish_task(run, sources, runner, return_state=True).result()
    except ReleaseRefused:
        show_outcome(gathered(run, refreshed=refreshed, built=built), finished=False)
        raise
    assert release is None or isinstance(release, Release)
    outcome = gathered(run, refreshed=refreshed, built=built, release=release)
    show_outcome(outcome)
    return outcome


def _imported(
    run: Run, paths: Sequence[Path], source_id: str, runner: Runner, hosts: Sequence[str]
) -> Refreshed:
    """Archive files; WARC files in several processes of this machine, where the runner is one of them."""
    if runner.kind != "processes":
        return import_files(run, paths, source_id, hosts)
    with archiving(runner.workers) as archive_all:
        return import_files(run, paths, source_id, hosts, archive_all)


@flow(name="refresh", task_runner=THREADS, validate_parameters=False)
def refresh(
    run: Run, sources: Sequence[Source], asked: Sequence[Source], proxies: Mapping[str, str]
) -> Outcome:
    """From the web to the archive. Arguments as for `ingest`."""
    with _watched(run, sources):
        outcome = gathered(run, refreshed=_refreshed(run, asked, proxies))
        show_outcome(outcome)
        return outcome


@flow(name="build", validate_parameters=False)
def build(run: Run, sources: Sequence[Source], runner: Runner = HERE) -> Outcome:
    """From the archive to the tables."""
    reach(runner)
    recover(run)
    with _watched(run, sources):
        outcome = gathered(run, built=_built(run, sources, runner))
        show_outcome(outcome)
        return outcome


@flow(name="publish", validate_parameters=False)
def publish(run: Run, sources: Sequence[Source]) -> Outcome:
    """From the tables to a release."""
    recover(run)
    with _watched(run, sources):
        return _published(run, sources)


@flow(name="ingest", task_runner=THREADS, validate_parameters=False)
def ingest(
    run: Run,
    sources: Sequence[Source],
    asked: Sequence[Source],
    proxies: Mapping[str, str],
    runner: Runner = HERE,
) -> Outcome:
    """Refresh, build and publish in a row: what is scheduled.

    Args:
        run: The run.
        sources: All source files: captures of every source are read, each under its own rules.
        asked: Those that are refreshed.
        proxies: Scheme to proxy URL.
        runner: Where pages are read.
    """
    reach(runner)
    with _watched(run, sources):
        refreshed = _refreshed(run, asked, proxies)
        return _published(run, sources, runner, refreshed, _built(run, sources, runner))


@flow(name="import", validate_parameters=False)
def import_paths(
    run: Run,
    sources: Sequence[Source],
    paths: Sequence[Path],
    source_id: str,
    *,
    runner: Runner = HERE,
    hosts: Sequence[str] = (),
) -> Outcome:
    """From files that a user already has to a release."""
    reach(runner)
    recover(run)
    with _watched(run, sources):
        refreshed = [_imported(run, paths, source_id, runner, hosts)]
        keep(run, refreshed)
        return _published(run, sources, runner, refreshed, _built(run, sources, runner))

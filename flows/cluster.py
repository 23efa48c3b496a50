"""Reading on a Dask cluster, by Prefect's task runner for it: one task for a batch of documents."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.task_runners import TaskRunner

from flows.attachments.contents import reading_version
from flows.build import Built, build_tables
from flows.exceptions import CorrectTheRunner
from flows.reading import Done
from flows.run import Run
from flows.runner import Runner
from flows.spread import check_version, read_batch, spread
from store.backlog import Pending
from store.origin import home_of
from store.source import Source

ANSWERS = 30.0
"""Seconds within which a scheduler answers."""

COMES = 120.0
"""Seconds within which one of its workers takes work: it may have to be started first."""

_EXTRA = "--runner dask needs the extra: pip install 'policy-ingest[dask]'"


@task(task_run_name="read-batch", retries=2, cache_policy=NO_CACHE, persist_result=False)
def read_batch_task(data: str | Path, sources: Mapping[str, Source], batch: Sequence[Pending]) -> list[Done]:
    """Read a batch on whichever worker it comes to; Dask gives it to another one where that is lost."""
    return read_batch(data, sources, batch)


def reach(runner: Runner) -> None:
    """See that a scheduler answers and that some worker of it reads as this process does; to be called before a run archives anything.

    It gets work, since there are clusters that start workers only then.

    Raises:
        CorrectTheRunner: nobody answers there, no worker came, or it reads by another version.
    """
    if runner.address is None:
        return
    try:
        from distributed import Client  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise CorrectTheRunner(_EXTRA) from error
    try:
        client = Client(runner.address, timeout=ANSWERS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise CorrectTheRunner(f"no Dask scheduler answers at {runner.address}: {error}") from error
    with client:
        try:
            version = client.submit(reading_version, pure=False).result(timeout=COMES)
        except TimeoutError as error:
            raise CorrectTheRunner(
                f"no worker of {runner.address} took work for {COMES:.0f} s: start some, `dask worker {runner.address}`"
            ) from error
    check_version(version)


def build_on_dask(run: Run, sources: Sequence[Source], runner: Runner) -> Built:
    """Build with a cluster: one of this machine for this run, or that of a scheduler, which sees the data by the same path or URL.

    Raises:
        CorrectTheRunner: Prefect's task runner for Dask is not installed.
    """
    try:
        from prefect_dask.task_runners import DaskTaskRunner  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise CorrectTheRunner(_EXTRA) from error
    logging.getLogger("distributed").setLevel(logging.WARNING)  # it tells of each worker that comes and goes
    if runner.address is not None:
        cluster = DaskTaskRunner(address=runner.address)
    else:
        cluster = DaskTaskRunner(
            cluster_kwargs={
                "n_workers": runner.workers,
                "threads_per_worker": 1,  # reading holds the interpreter
                "dashboard_address": None,
            }
        )

    # Without parameters: Prefect tells those of a flow to each worker, and what ends a run can be told to none.
    @flow(name="read", task_runner=cast("TaskRunner[PrefectFuture[Any]]", cluster), persist_result=False)
    def read() -> Built:
        """Read with the workers of the cluster, and write here what they read."""
        return build_tables(
            run, sources, spread(read_batch_task.submit, runner.workers, home_of(run.data), sources)
        )

    # Workers that know no server of Prefect's would each start their own.
    with temporary_settings({PREFECT_API_URL: PREFECT_API_URL.value()}):
        return read()

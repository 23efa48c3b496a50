"""The runner: registers the deployments with Prefect, and runs what is due, each run in a process of its own."""

from __future__ import annotations

import asyncio
import logging
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId, FlowRunFilter
from prefect.client.schemas.objects import StateType
from prefect.runner import Runner
from prefect.states import Crashed

from flows.alarms.channels import Automation
from flows.alarms.watch import watch
from flows.exceptions import LookIntoTheLog
from flows.run import new_run
from flows.service.automations import set_up
from flows.service.deployments import deployments, runner_deployment
from flows.service.health import Health, answering
from store.exceptions import StoreError
from store.lock import locked
from store.source import whole_sources

QUERY_SECONDS = 5
"""Between two questions for runs that are due."""

WATCH_SECONDS = 300
"""Between two looks at the alarms when no run is at work: runs that were missed, a disk that fills."""

_UNDER_WAY = (StateType.PENDING, StateType.RUNNING, StateType.CANCELLING)

logger = logging.getLogger(__name__)


async def run_deployments(
    *,
    data: Path,
    seeds: Path,
    crons: Mapping[str, str],
    automations: Sequence[Automation],
    server: subprocess.Popen[bytes] | None,
    health: tuple[str, int],
) -> None:
    """Serve the deployments until SIGTERM or SIGINT; runs at work are told to end then.

    Args:
        data: The data folder.
        seeds: The source files.
        crons: Rhythm to cron expression, in place of the usual ones.
        automations: What Prefect calls when an alarm opens or closes.
        server: Prefect's server, if it is ours.
        health: Host and port on which we say how we are.

    Raises:
        LookIntoTheLog: the server ended.
    """
    runner = Runner(name="policy-ingest", pause_on_shutdown=False, query_seconds=QUERY_SECONDS)
    made = deployments(data, crons)
    ids = [await runner.aadd_deployment(runner_deployment(name, item)) for name, item in made.items()]
    async with get_client() as client:
        await _bury_the_dead(client, ids)
        await set_up(client, automations)
    serving = asyncio.create_task(runner.start())
    try:
        while not runner.started and not serving.done():  # noqa: ASYNC110  # it tells nobody
            await asyncio.sleep(0.1)
        stopped = _until_told()
        with answering(Health(runner, data), *health):
            print(f"Serving {', '.join(made)}. Ctrl-C, or SIGTERM, ends it in order.", flush=True)
            beside = [
                asyncio.create_task(_keep_watch(data, seeds)),
                asyncio.create_task(_server_ends(server)),
                asyncio.create_task(stopped.wait()),
            ]
            await asyncio.wait([*beside, serving], return_when=asyncio.FIRST_COMPLETED)
            for task in beside:
                task.cancel()
        print("Stopping: runs at work end after the page that they are at ...", flush=True)
        if not serving.done():
            await runner.astop()
    finally:
        with suppress(asyncio.CancelledError):
            await serving
    if server is not None and server.poll() is not None:
        raise LookIntoTheLog(f"Prefect's server ended (exit code {server.returncode}); its log says why")


def _until_told() -> asyncio.Event:
    """Set when we are told to end. After the runner's start: it takes SIGTERM for itself."""
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    return told


async def _bury_the_dead(client: PrefectClient, deployment_ids: Sequence[UUID]) -> None:
    """Free the slots of runs that a service before us left: whoever ran them is gone, or there would be no room for us."""
    ours = DeploymentFilter(id=DeploymentFilterId(any_=list(deployment_ids)))
    under_way = FlowRunFilter.model_validate({"state": {"type": {"any_": list(_UNDER_WAY)}}})
    for run in await client.read_flow_runs(deployment_filter=ours, flow_run_filter=under_way):
        logger.warning("run %s died with the service before this one; the next run goes on", run.name)
        await client.set_flow_run_state(run.id, Crashed(message="The service ended under it"), force=True)


async def _keep_watch(data: Path, seeds: Path) -> None:
    """Judge the alarms while no run does."""
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        await asyncio.to_thread(_look, data, seeds)


def _look(data: Path, seeds: Path) -> None:
    try:
        with locked(data):
            sources, wrong = whole_sources(seeds)
            watch(data, sources, new_run(data).started, wrong)
    except StoreError as error:  # held by a run, which judges them itself
        logger.info("the alarms were not looked at: %s", error)


async def _server_ends(server: subprocess.Popen[bytes] | None) -> None:
    while server is None or server.poll() is None:  # noqa: ASYNC110  # a process wakes no event
        await asyncio.sleep(1)

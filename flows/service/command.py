"""The command `policy-ingest serve`."""

from __future__ import annotations

import asyncio
import os
from contextlib import nullcontext
from typing import Annotated

import typer

from flows.alarms.channels import Automation, read_channels
from flows.exits import translated
from flows.options import DATA, DATA_SETTING, SEEDS, SEEDS_SETTING, URL_SETTING, Data, Seeds
from flows.service.address import MARK, end_leftovers, made_known
from flows.service.server import check_free, prefect_server
from store.durable import check_room
from store.lock import locked
from store.source import load_sources
from store.sync import bring_up

SETTINGS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "INFO",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "flows,store,parsers",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    "PREFECT_CLIENT_EVENTS_QUEUE_MAX_SIZE": "10000",  # without a bound it grows while the server is away
    "PREFECT_CLI_PROMPT": "false",
}
"""What Prefect's client is told in our processes, unless the environment says otherwise."""

RHYTHMS = ("hourly", "daily", "weekly", "monthly", "maintain", "full")


def serve(
    *,
    data: Data = DATA,
    seeds: Seeds = SEEDS,
    host: Annotated[
        str, typer.Option(help="Where to listen. There is no login: leave it at this machine.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of Prefect's server and its pages.")] = 4200,
    health_port: Annotated[int, typer.Option(help="Port of /health, and of the releases' pages.")] = 4201,
    schedule: Annotated[
        list[str] | None,
        typer.Option(
            "--schedule",
            metavar="RHYTHM=CRON",
            help="Another time for hourly, daily, weekly, monthly or maintain, in Asia/Shanghai, "
            'e.g. `daily="30 1 * * *"`; `full` asks for everything, and has no time of its own. Repeatable.',
        ),
    ] = None,
) -> None:
    """Run everything by schedule, until it is told to stop: Prefect's server, the deployments, and their runs.

    One process to start and to stop; Ctrl-C or SIGTERM ends it in order, and a start after a crash goes on from there.
    The pages are at http://127.0.0.1:4200, the health at http://127.0.0.1:4201/health. With `PREFECT_API_URL` set, that
    server is used and none is started.
    """
    crons = _crons(schedule or ())
    own = "PREFECT_API_URL" not in os.environ
    with translated():
        data.mkdir(parents=True, exist_ok=True)
        bring_up(data)
        load_sources(seeds)
        automations = [item for item in read_channels(data).operators if isinstance(item, Automation)]
        check_room(data)
        with locked(data / "prefect"):
            end_leftovers(data)
            check_free(host, health_port, "--health-port")
            if own:
                check_free(host, port, "--port")
            os.environ.update(
                {
                    MARK: str(data.resolve()),
                    DATA_SETTING: str(data.resolve()),
                    SEEDS_SETTING: str(seeds.resolve()),
                    URL_SETTING: f"http://{host}:{health_port}",
                    "PREFECT_HOME": str(data.resolve() / "prefect"),
                    "PREFECT_PROFILES_PATH": str(data.resolve() / "prefect" / "profiles.toml"),
                }
            )
            for name, value in SETTINGS.items():
                os.environ.setdefault(name, value)
            api = os.environ.setdefault("PREFECT_API_URL", f"http://{host}:{port}/api")
            typer.echo(f"Starting; Prefect's pages will be at {api.removesuffix('/api')} ...")
            with prefect_server(data, host, port) if own else nullcontext() as server, made_known(data, api):
                from flows.service.runner import run_deployments  # noqa: PLC0415  # Prefect reads the settings once

                asyncio.run(
                    run_deployments(
                        data=data,
                        seeds=seeds,
                        crons=crons,
                        automations=automations,
                        server=server,
                        health=(host, health_port),
                    )
                )
    typer.echo("Stopped.")


def _crons(given: list[str] | tuple[str, ...]) -> dict[str, str]:
    crons = {}
    for written in given:
        rhythm, _, cron = written.partition("=")
        if rhythm not in RHYTHMS or len(cron.split()) != 5:
            raise typer.BadParameter(
                f"{written!r} is not of the form RHYTHM=CRON, e.g. daily='30 1 * * *'; rhythms are {', '.join(RHYTHMS)}",
                param_hint="--schedule",
            )
        crons[rhythm] = cron
    return crons


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(serve)

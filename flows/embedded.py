"""Prefect without a server of the user's: one that is embedded in a run (ephemeral), with its home in the data folder.

Prefect reads `prefect.toml` from the current folder only, and falls back to the user's home with analytics on. So the
settings go through the environment, before Prefect is imported, and only where the user has not set them.

Prefect would start the same server by itself, but only when the first flow begins, and out of a process that has imported
the whole server for it: 4 s of CPU, and 8 s of waiting.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import requests

from flows.exceptions import CorrectTheRunner, StartTheServer
from flows.runner import HERE, Runner
from flows.service.address import MARK, service_api
from flows.service.server import RECORDER, log_of, started, stop, wait_for

_SETTINGS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",  # what goes wrong is told once, by the command line
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "flows,store,parsers",
    **RECORDER,
    "PREFECT_CLI_PROMPT": "false",
}

_HOST = "127.0.0.1"
_SERVER = ("-m", "uvicorn", "--factory", "prefect.server.api.server:create_app", "--host", _HOST, "--log-level", "error",
           "--lifespan", "on")  # fmt: skip
_OF_SERVER = {
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT__SERVER_EPHEMERAL": "1",  # it schedules nothing
    "PREFECT__SERVER_FINAL": "1",  # it is the only one of its process
}
"""The server as Prefect starts it (`SubprocessASGIServer`)."""


def embed_prefect(data: Path, runner: Runner = HERE) -> Callable[[], None]:
    """Prepare the environment, end what a killed run left behind, and start the server; to be called before Prefect is imported.

    The server ends with this process, after Prefect has sent it what it has still to say.

    Args:
        data: The data folder. With `PREFECT_API_URL` set, the user's own server is used, and the run's history is there.
        runner: Whose workers have to reach the server.

    Returns:
        Waits until the server answers: it comes up while the flows are imported. Raises `LookIntoTheLog` where it does not,
        and `StartTheServer` where nobody listens at `PREFECT_API_URL`.

    Raises:
        CorrectTheRunner: the workers are on other machines, which do not reach a server of this run.
    """
    log = log_of(data)
    for name, value in {
        **_SETTINGS,
        "PREFECT_HOME": str(log.parent),
        "PREFECT_PROFILES_PATH": str(log.parent / "profiles.toml"),
    }.items():
        os.environ.setdefault(name, value)
    if api := service_api(data):
        os.environ.setdefault("PREFECT_API_URL", api)  # what runs by hand shows up beside the service's own
    end_servers(data)
    if given := os.environ.get("PREFECT_API_URL"):
        return lambda: _reach(given)
    if runner.elsewhere:
        raise CorrectTheRunner(
            "workers of other machines need a Prefect server that they reach: start one and set PREFECT_API_URL"
        )
    with socket.create_server((_HOST, 0)) as free:
        port = free.getsockname()[1]
    server = started([*_SERVER, "--port", str(port)], {**os.environ, **_OF_SERVER}, log)
    # What Prefect registers later ends before.
    atexit.register(stop, server)
    os.environ["PREFECT_API_URL"] = api = f"http://{_HOST}:{port}/api"
    return lambda: wait_for(server, api, log)


def _reach(api: str) -> None:
    """See that somebody listens there; what he answers is between him and Prefect, who may have a key."""
    try:
        requests.get(f"{api}/health", timeout=10)
    except requests.RequestException as error:
        raise StartTheServer(
            f"nobody answers at PREFECT_API_URL, {api}: start that server, or unset the variable to have one for this run"
        ) from error


def end_servers(data: Path) -> None:
    """End embedded servers of this data folder whose run was killed: they outlive it, and would wait for ever.

    Called with the data folder held, so that no server of a run at work can be meant. Where there is no `/proc`, nothing
    is done.
    """
    ours = f"PREFECT_HOME={data.resolve() / 'prefect'}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            is_server = b"uvicorn" in (process / "cmdline").read_bytes()
            environment = (process / "environ").read_bytes().split(b"\0")
            of_service = any(entry.startswith(f"{MARK}=".encode()) for entry in environment)
            if is_server and ours in environment and not of_service:
                os.kill(int(process.name), signal.SIGTERM)
        except OSError:
            continue  # gone by now, or another user's

"""Prefect without a server of its own: settings for the embedded (ephemeral) one, with its home in the data folder.

Prefect reads `prefect.toml` from the current folder only, and falls back to the user's home with analytics on. So the
settings go through the environment, before Prefect is imported, and only where the user has not set them.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

from flows.service.address import MARK, service_api

_SETTINGS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "true",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",  # 14.5 s were measured for a new database
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",  # what goes wrong is told once, by the command line
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "flows,store,parsers",
    # Written one by one, task runs get lost when the embedded server stops (measured: 9 of 40 kept).
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_CLI_PROMPT": "false",
}


def embed_prefect(data: Path) -> None:
    """Prepare the environment, and end what a killed run left behind; to be called before Prefect is imported.

    Args:
        data: The data folder. With `PREFECT_API_URL` set, the user's own server is used, and the run's history is there.
    """
    home = data.resolve() / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    for name, value in {
        **_SETTINGS,
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
    }.items():
        os.environ.setdefault(name, value)
    if api := service_api(data):
        os.environ.setdefault("PREFECT_API_URL", api)  # what runs by hand shows up beside the service's own
    end_servers(data)


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

"""Prefect's server as a process of ours, its database in the data folder."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests

from flows.exceptions import GiveAnotherPort, LookIntoTheLog

RECORDER: Mapping[str, str] = {
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
}
"""How the server writes task runs: one by one they get lost when it stops (measured: 9 of 40 kept)."""

SETTINGS: Mapping[str, str] = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # Leases in memory are lost with the machine, and the slots that they hold are never free again (measured).
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    **RECORDER,
}
"""What the server is told, unless the environment says otherwise. Prefect's history older than 90 days is removed."""

START_SECONDS = 120.0
"""23 s were measured for a new database on two cores."""

STOP_SECONDS = 5.0


def check_free(host: str, port: int, option: str) -> None:
    """Refuse a port on which somebody listens: another server would answer in the place of ours.

    Raises:
        GiveAnotherPort: with the option that gives another one.
    """
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: a port just left is free
        try:
            sock.bind((host, port))
        except OSError as error:
            raise GiveAnotherPort(
                f"{host}:{port} cannot be listened on: {error.strerror}; give another with {option}"
            ) from error


@contextmanager
def prefect_server(data: Path, host: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run the server until the end, ready when this is entered; its log is `prefect/server.log` in the data folder.

    Raises:
        LookIntoTheLog: it did not come up.
    """
    log = log_of(data)
    process = started(
        ["-m", "prefect", "server", "start", "--host", host, "--port", str(port)],
        {**SETTINGS, **os.environ},
        log,
    )
    try:
        wait_for(process, f"http://{host}:{port}/api", log)
        yield process
    finally:
        stop(process)


def log_of(data: Path) -> Path:
    """Where the server of a data folder writes what it has to say; the folder is made."""
    home = data.resolve() / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    return home / "server.log"


def started(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """A process of our own interpreter that writes into a log."""
    with log.open("ab") as stream:
        return subprocess.Popen(  # noqa: S603  # our own interpreter
            [sys.executable, *arguments],
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,  # a Ctrl-C at the terminal is for us: we stop runs before the server
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    """End it in order, or else at once."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for(process: subprocess.Popen[bytes], api: str, log: Path) -> None:
    """Wait until a server answers.

    Args:
        process: Of the server.
        api: URL of its API.
        log: What it writes.

    Raises:
        LookIntoTheLog: it ended, or does not answer.
    """
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise LookIntoTheLog(
                f"Prefect's server ended at once (exit code {process.returncode}): is its port taken? {log} says why"
            )
        try:
            if requests.get(f"{api}/health", timeout=2).ok:
                return
        except requests.RequestException:
            pass
        time.sleep(0.2)
    raise LookIntoTheLog(f"Prefect's server did not answer within {START_SECONDS:.0f} s; {log} says why")

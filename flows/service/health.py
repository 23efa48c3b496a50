"""Saying how we are: `/health` for whoever looks after the machine, and the releases' pages beside it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from prefect.runner import Runner
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from flows.alarms.book import read_book

SILENT = timedelta(seconds=60)
"""After so long without an answer of the server to its questions, the runner is not well."""


@dataclass(frozen=True, slots=True)
class Health:
    """What health is told by: the runner, and the data folder's alarms."""

    runner: Runner
    data: Path

    def say(self) -> tuple[int, dict[str, object]]:
        """HTTP status and content: 503 where the service itself is not well; an open alarm does not make it so."""
        polled = self.runner.last_polled
        silent = polled is None or datetime.now(UTC) - polled > SILENT
        book = read_book(self.data)
        return (503 if silent else 200), {
            "status": "silent" if silent else "ok",
            "last_polled": polled.isoformat() if polled else None,
            "open_alarms": [f"{alarm.source_id}: {alarm.cause}" for alarm in book.open],
        }


@contextmanager
def answering(health: Health, host: str, port: int) -> Iterator[None]:
    """Answer on a port, in a thread of its own, until the end."""

    def answer(_: Request) -> JSONResponse:
        status, content = health.say()
        return JSONResponse(content, status)

    releases = health.data / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    app = Starlette(
        routes=[Route("/health", answer), Mount("/releases", StaticFiles(directory=releases, html=True))]
    )
    server = uvicorn.Server(uvicorn.Config(app, host=host, port=port, log_level="error"))
    thread = threading.Thread(target=server.run, name="health", daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.05)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(5)

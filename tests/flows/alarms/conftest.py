"""Real receivers on loopback: a mail server, and one of webhooks."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller


@dataclass(slots=True)
class Post:
    """A mail server, and what it was given."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)


@pytest.fixture
def post() -> Iterator[Post]:
    """A mail server."""
    received = Post()

    class Handler:
        async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
            mail = message_from_bytes(envelope.content, policy=default)
            assert isinstance(mail, EmailMessage)
            received.mails.append(mail)
            return "250 OK"

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        received.port = free.getsockname()[1]
    controller = Controller(Handler(), hostname="127.0.0.1", port=received.port)
    controller.start()
    yield received
    controller.stop()


@dataclass(slots=True)
class Hook:
    """A receiver of webhooks, and what it was told; `status` is what it answers."""

    url: str = ""
    told: list[dict[str, Any]] = field(default_factory=list)
    status: int = 204


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A receiver of webhooks."""
    received = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if received.status < 300:
                received.told.append(content)
            self.send_response(received.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    received.url = f"http://127.0.0.1:{server.server_address[1]}/"
    yield received
    server.shutdown()
    server.server_close()

"""An S3 server that a test starts (moto), and machines with working copies of one data folder on it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_server
from uuid import uuid4

import pytest
import requests

STARTS = 60.0
"""Seconds that the server may take to answer."""

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
    "AWS_ALLOW_HTTP": "true",
}


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of one test.

    Attributes:
        url: Of the data in it.
        caches: Where the machines of this test have their working copies.
        monkeypatch: Sets the environment of a machine.
    """

    url: str
    caches: Path
    monkeypatch: pytest.MonkeyPatch

    def on(self, machine: str) -> None:
        """Go on as another machine: with another folder of working copies."""
        self.monkeypatch.setenv("POLICY_INGEST_CACHE", str(self.caches / machine))


_SERVER = """
import sys
from threading import Lock
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
app, one = DomainDispatcherApplication(create_backend_app), Lock()
def answer(environ, start):
    with one:
        return list(app(environ, start))
run_simple("127.0.0.1", int(sys.argv[1]), answer, threaded=True)
"""
"""moto, one request after the other: its threads look at a condition and write in two steps, which S3 does in one."""


@contextmanager
def s3_server(log: Path) -> Iterator[str]:
    """An S3 server on loopback; gives its address."""
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-c", _SERVER, str(port)]
    with log.open("wb") as said, subprocess.Popen(command, stdout=said, stderr=said) as server:
        try:
            _wait_for(server, address, log)
            yield address
        finally:
            server.terminate()


def _wait_for(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + STARTS
    while server.poll() is None and time.monotonic() < until:
        try:
            requests.get(address, timeout=1)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"the S3 server does not answer: {log.read_text(errors='replace')[-500:]}")


def bucket_at(address: str, caches: Path, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """A new bucket on a server, and an environment that leads there."""
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": address}.items():
        monkeypatch.setenv(name, value)
    name = f"test-{uuid4().hex[:12]}"
    requests.put(f"{address}/{name}", timeout=10).raise_for_status()
    bucket = Bucket(f"s3://{name}/policies of a province", caches, monkeypatch)
    bucket.on("first")
    return bucket

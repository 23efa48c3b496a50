"""What every test stands on: no address but loopback is ever contacted, and no clock decides what passes."""

from __future__ import annotations

import fcntl
import ipaddress
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.object_store import Bucket, bucket_at, s3_server

settings.register_profile("any machine", deadline=None)  # a busy one takes longer than 200 ms for an example
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else None
        if host is not None and host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            pytest.fail(f"a test asked for {host}")
        connect(self, address)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def s3_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An S3 server for all tests of this process."""
    with s3_server(tmp_path_factory.mktemp("s3") / "log") as address:
        yield address


@pytest.fixture
def bucket(s3_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """An empty bucket."""
    return bucket_at(s3_address, tmp_path / "caches", monkeypatch)


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prefect's home, its database new: made once for all processes of a session, for it takes half of a first run.

    To be copied to `prefect` in a data folder; the first run of the sample is one without.
    """
    own = tmp_path_factory.getbasetemp()
    place = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    home = place / "prefect"
    with (place / "prefect.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            making = place / "prefect.making"
            command = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "--yes"]
            environment = {**os.environ, "PREFECT_HOME": str(making), "DO_NOT_TRACK": "1"}
            subprocess.run(command, env=environment, check=True, capture_output=True)
            making.rename(home)
    return home

"""SIGTERM during a run: it ends within ten seconds, says so, and the next run goes on from there."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

from store.recover import recover
from store.verify import verify
from tests.faults.kill import whole_captures, whole_run, write_seeds
from tests.faults.small_site import small_site

MOST_SECONDS = 10.0
"""What service managers wait before they kill."""


def test_a_run_that_is_told_to_stop_does(tmp_path: Path, prefect_home: Path) -> None:
    """Exit code 143, one sentence, and every capture made until then is kept."""
    data = tmp_path / "data"
    shutil.copytree(prefect_home, data / "prefect")
    with small_site() as site:
        site.pause = 1.0
        run = whole_run(data, write_seeds(tmp_path / "seeds", site.address), stderr=subprocess.PIPE)
        while not list(data.glob("archive/*/*/*.open")):
            assert run.poll() is None
            time.sleep(0.05)
        told = time.monotonic()
        run.send_signal(signal.SIGTERM)
        _, said = run.communicate(timeout=60)
        took = time.monotonic() - told
    archived = whole_captures(data)
    recover(data, datetime.now(UTC))

    assert run.returncode == 128 + signal.SIGTERM
    assert took < MOST_SECONDS
    assert b"stopped; what was fetched is archived" in said
    assert archived == whole_captures(data)
    assert verify(data) == ()

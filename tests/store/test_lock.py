"""The lock: one run at a time, and none that outlives its process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from store.exceptions import AnotherRun, StorageFault
from store.lock import locked

HOLD = """
import sys, time
from pathlib import Path
from store.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    """Process and time are named; after kill -9 the folder is free at once."""
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"

    with pytest.raises(AnotherRun, match=f"process {holder.pid} on .* since "), locked(tmp_path):
        pass
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with locked(tmp_path):
        pass


def test_the_folder_is_free_after_a_run(tmp_path: Path) -> None:
    """One after the other is no conflict."""
    for _ in range(2):
        with locked(tmp_path):
            pass


def test_a_folder_that_cannot_be_made_is_a_storage_fault(tmp_path: Path) -> None:
    """The message names the folder and the way out."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFault, match="--data"), locked(tmp_path / "file" / "data"):
        pass

"""The name of a runner: where documents are read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from flows.exceptions import CorrectTheRunner

Kind = Literal["here", "processes", "dask"]


@dataclass(frozen=True, slots=True)
class Runner:
    """Where documents are read.

    Attributes:
        kind: `here`, `processes` or `dask`.
        workers: Processes; of a cluster that runs already, what it is expected to have.
        address: Of a Dask scheduler; None for a cluster of this machine that is started and ended with the run.
    """

    kind: Kind = "here"
    workers: int = 1
    address: str | None = None

    @property
    def elsewhere(self) -> bool:
        """Whether its workers are on other machines."""
        return urlsplit(self.address or "").hostname not in {None, "127.0.0.1", "localhost"}


HERE = Runner()


def runner_of(text: str) -> Runner:
    """The runner that a word names: `here`, `processes`, `processes:4`, `dask`, `dask:4` or `dask:tcp://host:8786`.

    Raises:
        CorrectTheRunner: there is none of that name.
    """
    kind, _, more = text.partition(":")
    workers = os.cpu_count() or 1
    if kind == "here" and not more:
        return HERE
    if kind == "dask" and "://" in more:
        return Runner("dask", workers, more)
    if kind in {"processes", "dask"} and (not more or (more.isdigit() and int(more) > 0)):
        return Runner("dask" if kind == "dask" else "processes", int(more or workers))
    raise CorrectTheRunner(
        f"no runner {text!r}: here, processes, processes:4, dask, dask:4 or dask:tcp://host:8786"
    )

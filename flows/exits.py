"""Exit codes, and how errors become them."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from flows.exceptions import FlowError, RunAgain
from store.exceptions import (
    AnotherRun,
    DigestMismatch,
    InvalidSource,
    ReleaseRefused,
    StorageFault,
    StoreError,
)

SOME_FAILED, WRONG_USE, HELD, STORAGE, INTEGRITY = 1, 2, 3, 4, 5
"""Exit codes beside 0: 130 and 143 stand for the signals."""

_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})
"""What the system says of a disk that is full, read-only or broken, wherever it is met."""

_EXIT_CODES: tuple[tuple[type[Exception], int], ...] = (
    (AnotherRun, HELD),
    (StorageFault, STORAGE),
    (DigestMismatch, INTEGRITY),
    (ReleaseRefused, SOME_FAILED),
    (StoreError, WRONG_USE),
    (RunAgain, SOME_FAILED),
    (FlowError, WRONG_USE),
)

errors = Console(stderr=True)
"""What is said beside the result: progress, and what went wrong."""


@contextmanager
def translated() -> Iterator[None]:
    """Say what happened in one message, and leave with the exit code that stands for it."""
    try:
        yield
    except (StoreError, FlowError) as error:
        name = "a source file is wrong" if isinstance(error, InvalidSource) else type(error).__name__
        errors.print(
            f"policy-ingest: {name}:\n{error}", style="red", markup=False, highlight=False, soft_wrap=True
        )
        raise typer.Exit(next(code for kind, code in _EXIT_CODES if isinstance(error, kind))) from error
    except OSError as error:
        if error.errno not in _DISK:
            raise
        errors.print(
            f"policy-ingest: StorageFault:\n{error}",
            style="red",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
        raise typer.Exit(STORAGE) from error
    except KeyboardInterrupt:
        errors.print("policy-ingest: stopped; what was fetched is archived, the next run goes on from there")
        raise typer.Exit(130) from None

"""Progress on the screen, from what our own modules log: a bar per source on a terminal, lines elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from flows.advance import PROGRESS

_SPEAKERS = (PROGRESS, "flows", "store", "parsers")


class _Bars(logging.Handler):
    """Moves a bar for a record that says how far its source is, and prints warnings above the bars."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(logging.INFO)
        self._progress = progress
        self._bars: dict[str, TaskID] = {}

    def emit(self, record: logging.LogRecord) -> None:
        name, done, total = (getattr(record, key, None) for key in ("source_id", "done", "total"))
        if name is None:
            if record.levelno >= logging.WARNING:
                self._progress.console.print(record.getMessage(), style="yellow", markup=False)
            return
        if name not in self._bars:
            self._bars[name] = self._progress.add_task(name, total=total)
        self._progress.update(self._bars[name], completed=done, total=total)


class _Lines(logging.Handler):
    """Prints the last record of each source, and warnings: for logs and pipes."""

    def __init__(self, console: Console) -> None:
        super().__init__(logging.INFO)
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        unfinished = getattr(record, "done", None) != getattr(record, "total", None)
        if record.levelno >= logging.WARNING or (hasattr(record, "done") and not unfinished):
            self._console.print(record.getMessage(), markup=False, highlight=False)


@contextmanager
def shown(console: Console, *, quiet: bool) -> Iterator[None]:
    """Show progress while something goes on.

    Args:
        console: Where; standard error, so that standard output stays for the result.
        quiet: Show nothing but warnings.
    """
    bars = console.is_terminal and not quiet
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )
    handler = _Bars(progress) if bars else _Lines(console)
    handler.setLevel(logging.WARNING if quiet else logging.INFO)
    loggers = [logging.getLogger(name) for name in _SPEAKERS]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    try:
        if bars:
            with progress:
                yield
        else:
            yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
            logger.propagate = True

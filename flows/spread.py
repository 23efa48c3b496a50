"""Reading documents elsewhere: in several processes of this machine, or wherever batches can be handed to.

What reads gets batches of documents and gives back readings. It writes nothing: one process judges and commits, so that a
batch which is read twice, since its worker was lost, makes no double rows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

from flows.attachments.contents import lasting_contents
from flows.reading import Done, ReadAll, Reader
from store.backlog import Pending
from store.links import Each, Given, Told
from store.source import Source

BATCH = 16
"""Documents handed out at once: a third of a second of reading, and some megabytes of answers."""

MANY = 200
"""Things from which processes are worth being started: half a second of linking."""

AHEAD = 2
"""Batches for each worker that are handed out or wait to be taken: the next one is there when one is done."""


class Future(Protocol):
    """What was handed out: of the standard library, of Dask or of Prefect."""

    def result(self) -> list[Done]:
        """Wait for it."""


@contextmanager
def processes(workers: int, data: Path, sources: Sequence[Source]) -> Iterator[ReadAll]:
    """Read in processes of this machine.

    Args:
        workers: How many.
        data: The data folder.
        sources: All source files.
    """
    with _pool(workers) as pool:
        yield spread(lambda *work: pool.submit(read_batch, *work), workers, data, sources)


@contextmanager
def each_in(workers: int) -> Iterator[Each]:
    """Do things to each of many in processes of this machine, and to each of a few here.

    Args:
        workers: How many processes.
    """
    with _pool(workers) as pool:

        def each(do: Callable[[Given], Told], to: Sequence[Given], /) -> Iterator[Told]:
            return map(do, to) if len(to) < MANY else pool.map(do, to, chunksize=BATCH)

        yield each


def _pool(workers: int) -> ProcessPoolExecutor:
    # Not forked from here, since this process has threads (DuckDB, Arrow); a server that has none imports once for all.
    context = get_context("forkserver")
    context.set_forkserver_preload(["flows.spread"])
    return ProcessPoolExecutor(workers, mp_context=context)


Submit = Callable[[Path, Mapping[str, Source], list[Pending]], Future]
"""Hands a batch out; the arguments are those of `read_batch`."""


def spread(submit: Submit, workers: int, data: Path, sources: Sequence[Source]) -> ReadAll:
    """What reads documents in batches that are handed out, and gives them in their order.

    Args:
        submit: Hands a batch out.
        workers: Who may be at work at once: no more than `AHEAD` batches for each are under way.
        data: The data folder, as the workers see it.
        sources: All source files.
    """
    known = {source.source_id: source for source in sources}

    def read_all(documents: Iterator[Pending]) -> Iterator[Done]:
        waiting: deque[Future] = deque()
        while batch := list(islice(documents, BATCH)):
            names = {pending.source_id for pending in batch}
            waiting.append(submit(data, {name: known[name] for name in names if name in known}, batch))
            if len(waiting) >= AHEAD * workers:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()

    return read_all


def read_batch(data: Path, sources: Mapping[str, Source], batch: Sequence[Pending]) -> list[Done]:
    """Read some documents in this process, whichever it is.

    Args:
        data: The data folder.
        sources: The source files of these documents, by name.
        batch: The documents.
    """
    reader = Reader(data, sources, lasting_contents(data))
    return [reader.all_of(pending) for pending in batch]

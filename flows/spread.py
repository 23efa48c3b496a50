"""Work done elsewhere: in several processes of this machine, or wherever batches can be handed to.

What reads gets batches of documents and gives back readings. It writes nothing: one process judges and commits, so that a
batch which is read twice, since its worker was lost, makes no double rows. What archives gets whole WARC files and writes
one archive file for each; the rows of its captures are committed by that one process, too.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Protocol, TypeVar

from flows.attachments.contents import lasting_contents, reading_version
from flows.attachments.reader import OCR
from flows.exceptions import CorrectTheRunner, RunAgain
from flows.reading import Done, ReadAll, Reader
from flows.warc import ArchiveAll, archive_warc
from store.backlog import Pending
from store.links import Each, Given, Told
from store.origin import at_hand
from store.source import Source

BATCH = 16
"""Documents handed out at once: a third of a second of reading, and some megabytes of answers."""

MANY = 200
"""Things from which processes are worth being started, which takes two seconds of CPU: half a second of linking, two of reading."""

AHEAD = 2
"""Batches, or files, for each worker that are handed out or wait to be taken: the next one is there when one is done."""


T = TypeVar("T")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Future(Protocol[R_co]):
    """What was handed out: of the standard library, of Dask or of Prefect."""

    def result(self) -> R_co:
        """Wait for it."""


@contextmanager
def processes(workers: int, data: Path, sources: Sequence[Source]) -> Iterator[ReadAll]:
    """Read many documents in processes of this machine, and a few here.

    Args:
        workers: How many.
        data: The data folder.
        sources: All source files.

    Raises:
        RunAgain: one of them was killed.
    """
    with _pool(workers) as pool:
        read_there = spread(lambda *work: pool.submit(read_batch, *work), workers, data, sources)

        def read_all(documents: Iterator[Pending]) -> Iterator[Done]:
            first = list(islice(documents, MANY))
            if len(first) < MANY:
                return _read(data, {source.source_id: source for source in sources}, first)
            return read_there(chain(first, documents))

        yield read_all


@contextmanager
def each_in(workers: int) -> Iterator[Each]:
    """Do things to each of many in processes of this machine, and to each of a few here.

    Args:
        workers: How many processes.

    Raises:
        RunAgain: one of them was killed.
    """
    with _pool(workers) as pool:

        def each(do: Callable[[Given], Told], to: Sequence[Given], /) -> Iterator[Told]:
            return map(do, to) if len(to) < MANY else pool.map(do, to, chunksize=BATCH)

        yield each


@contextmanager
def archiving(workers: int) -> Iterator[ArchiveAll]:
    """Archive WARC files in processes of this machine, each a whole file at a time.

    Args:
        workers: How many.

    Raises:
        RunAgain: one of them was killed.
    """
    with _pool(workers) as pool:
        yield lambda files: in_order(lambda file: pool.submit(archive_warc, file), files, AHEAD * workers)


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    # Not forked from here, since this process has threads (DuckDB, Arrow); a server that has none imports once for all.
    context = get_context("forkserver")
    context.set_forkserver_preload(["flows.spread"])
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_the_run) as pool:
        try:
            yield pool
        except BrokenProcessPool as error:
            raise RunAgain(
                "a worker process was killed, perhaps since memory was short; what was archived is kept, and the next run "
                "goes on from there"
            ) from error
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)  # what is at work ends, what waits is not begun
            raise


def _end_with_the_run() -> None:
    """Let this worker end as soon as the process of its run does: the next run must not find an archive file still growing."""
    run = parent_process()
    assert run is not None

    def end() -> None:
        run.join()
        os._exit(1)

    threading.Thread(target=end, daemon=True).start()


def in_order(submit: Callable[[T], Future[R]], work: Iterable[T], ahead: int) -> Iterator[R]:
    """Hand work out, and give the answers in its order.

    Args:
        submit: Hands a piece out.
        work: The pieces.
        ahead: How many are handed out at most and wait to be taken.
    """
    waiting: deque[Future[R]] = deque()
    for piece in work:
        waiting.append(submit(piece))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


Submit = Callable[[str | Path, Mapping[str, Source], list[Pending]], Future[list[Done]]]
"""Hands a batch out; the arguments are those of `read_batch`."""


def spread(submit: Submit, workers: int, data: str | Path, sources: Sequence[Source]) -> ReadAll:
    """What reads documents in batches that are handed out, and gives them in their order.

    Args:
        submit: Hands a batch out.
        workers: Who may be at work at once: no more than `AHEAD` batches for each are under way.
        data: The data folder as the workers see it, or the URL of one on an object store.
        sources: All source files.

    Raises:
        CorrectTheRunner: a worker reads by another version; when its batch comes.
    """
    known = {source.source_id: source for source in sources}

    def hand_out(batch: list[Pending]) -> Future[list[Done]]:
        names = {pending.source_id for pending in batch}
        return submit(data, {name: known[name] for name in names if name in known}, batch)

    def read_all(documents: Iterator[Pending]) -> Iterator[Done]:
        batches = iter(lambda: list(islice(documents, BATCH)), [])
        return map(_as_here, chain.from_iterable(in_order(hand_out, batches, AHEAD * workers)))

    return read_all


def _as_here(done: Done) -> Done:
    """What a worker read, if it reads as this process does: else what is marked as read would be read by another version.

    Raises:
        CorrectTheRunner: it has another version of the program, or another environment.
    """
    for read in done.reads.values():
        check_version(read.parser_version)
    return done


def check_version(version: str) -> None:
    """See that a worker reads by the version that this process reads by.

    Raises:
        CorrectTheRunner: it does not.
    """
    if version != reading_version():
        raise CorrectTheRunner(
            f"a worker reads by version {version}, and this run by {reading_version()}: start the workers anew, with the "
            f"same version of policy-ingest and the same {OCR}; what was archived is kept"
        )


def read_batch(data: str | Path, sources: Mapping[str, Source], batch: Sequence[Pending]) -> list[Done]:
    """Read some documents in this process, whichever it is.

    Args:
        data: The data folder, or the URL of one on an object store.
        sources: The source files of these documents, by name.
        batch: The documents.
    """
    return list(_read(data, sources, batch))


def _read(data: str | Path, sources: Mapping[str, Source], documents: Iterable[Pending]) -> Iterator[Done]:
    folder = at_hand(data)
    return map(Reader(folder, sources, lasting_contents(folder)).all_of, documents)

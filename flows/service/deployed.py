"""The flows as they are deployed: each begins a run of its own on the folders that the environment names."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from prefect import State, flow
from prefect.exceptions import TerminationSignal
from prefect.logging import get_run_logger
from prefect.states import Cancelled, Completed, Failed

from flows import ingest as flows
from flows.artifacts import message
from flows.begin import begun
from flows.options import PROXY_SETTING, RUNNER_SETTING, proxies_of
from flows.outcome import Outcome
from flows.run import Run
from flows.runner import Runner, runner_of
from flows.sample_site import sample_site
from flows.service.parameters import (
    Day,
    Jitter,
    RetentionDays,
    Rhythm,
    SourceIds,
    data_folder,
    seeds_folder,
)
from flows.sources.checked import passing
from store.afar import bring_all
from store.exceptions import AnotherRun
from store.maintain import maintain as maintained
from store.observed import last_visits
from store.source import FREQUENCIES, Source, load_sources, whole_sources
from store.verify import verify

OVERDUE = 1.1
"""Turns after which a source is asked by a run of any rhythm: its own run was missed, or it is new."""

RETENTION_DAYS = 30

STOP_SECONDS = 3.0
"""How long a run that is told to end may take: service managers wait ten for all of us."""

Act = Callable[[Run, Sequence[Source], Sequence[Source], Mapping[str, str]], Outcome]
"""Carries a run out: all sources, those asked for, and the proxies."""


@flow(name="ingest", task_runner=flows.THREADS)
def ingest(
    sources: SourceIds = [],  # noqa: B006  # Prefect's form shows the default, and nobody changes it
    frequency: Rhythm = None,
    force: bool = False,
    jitter_minutes: Jitter = 0,
) -> State[None]:
    """Refresh, build and publish in a row: what is scheduled.

    Args:
        sources: Only these sources; all where none is named.
        frequency: Only sources of this rhythm, and those whose turn was missed; all where it is empty.
        force: Ask for everything, whatever the re-visit schedule says, and make a release in any case.
        jitter_minutes: Begin after a random wait of up to so many minutes, so that offices are not asked on the dot.
    """
    _wait(jitter_minutes)

    def act(
        run: Run, everything: Sequence[Source], asked: Sequence[Source], proxies: Mapping[str, str]
    ) -> Outcome:
        return flows.ingest.fn(run, everything, _of_rhythm(run, asked, frequency), proxies, _runner())

    return _carried_out(act, sources, force=force)


@flow(name="refresh", task_runner=flows.THREADS)
def refresh(sources: SourceIds = [], force: bool = False) -> State[None]:  # noqa: B006  # as for ingest
    """From the web to the archive: ask the sources for what is due.

    Args:
        sources: Only these sources; all where none is named.
        force: Ask for everything, whatever the re-visit schedule says.
    """
    return _carried_out(flows.refresh.fn, sources, force=force)


@flow(name="build")
def build() -> State[None]:
    """From the archive to the tables: read what is new, and what a changed parser or rule reads otherwise."""
    return _carried_out(lambda run, everything, _asked, _proxies: flows.build.fn(run, everything, _runner()))


@flow(name="publish")
def publish(force: bool = False) -> State[None]:
    """From the tables to a release: check, freeze, and make it the latest.

    Args:
        force: Make one although nothing is new.
    """
    return _carried_out(
        lambda run, everything, _asked, _proxies: flows.publish.fn(run, everything), force=force
    )


@flow(name="backfill", task_runner=flows.THREADS)
def backfill(since: Day, until: Day | None = None, sources: SourceIds = []) -> State[None]:  # noqa: B006  # as for ingest
    """Follow each listing back, and ask only for documents of these days, or of an unknown day; then build and publish.

    Args:
        since: First day whose documents are looked for.
        until: Last day of them; today where it is empty.
        sources: Only these sources; all where none is named.
    """
    if until is not None and until < since:
        raise ValueError(f"until {until} is before since {since}")
    return _carried_out(flows.ingest.fn, sources, since=since, until=until)


@flow(name="maintain")
def maintain(retention_days: RetentionDays = RETENTION_DAYS) -> State[None]:
    """Put small files together, remove what nothing needs any more, and check every byte.

    Args:
        retention_days: Files that no release needs are kept for so long.
    """
    logger = get_run_logger()
    try:
        with begun(data_folder()) as run:
            there = bring_all(run.data)  # before upkeep: it undoes what the object store does not have
            done = maintained(run.data, run.started, retention=timedelta(days=retention_days))
            faults = (*there, *verify(run.data))
    except AnotherRun as held:
        return Cancelled(message=str(held))
    for fault in faults:
        logger.error("%s: %s: %s", fault.name, fault.message, fault.action)
    if faults:
        return Failed(message=f"{len(faults)} files are not as they were written, such as {faults[0].name}")
    return Completed(message=f"{done}; every file is as it was written")


def _carried_out(
    act: Act,
    sources: Sequence[str] = (),
    *,
    force: bool = False,
    since: date | None = None,
    until: date | None = None,
) -> State[None]:
    """Begin a run, carry it out, and say what it did in its state.

    A run that finds the folder held is cancelled: the one at work does what it would have done.
    """
    seeds = seeds_folder()
    for room in ("flows", "store", "parsers"):
        logging.getLogger(room).setLevel(
            logging.INFO
        )  # Prefect listens to them, and leaves their level alone
    try:
        with begun(data_folder(), force=force, since=since, until=until) as first:
            everything, wrong = whole_sources(seeds)
            run = replace(first, wrong=wrong)
            asked = load_sources(seeds, sources) if sources else passing(run.data, everything, run.started)
            with sample_site(seeds, run.started.date()) as served:
                proxies = {**proxies_of(os.environ.get(PROXY_SETTING)), **served}
                outcome = act(run, everything, asked, proxies)
    except AnotherRun as held:
        return Cancelled(message=str(held))
    except TerminationSignal:
        _end_soon()
        raise
    said = "; ".join([message(outcome), *wrong])
    if (outcome.sources and len(outcome.failed_sources) >= outcome.sources) or not everything:
        return Failed(message=said)
    name = "SomeFailed" if outcome.failed_sources or wrong else "Completed"
    return Completed(name=name, message=said)


def _runner() -> Runner:
    return runner_of(os.environ.get(RUNNER_SETTING) or "here")


def _end_soon() -> None:
    """End at the latest in a few seconds: threads that fetch cannot be interrupted, and the archive keeps what they had."""
    later = threading.Timer(STOP_SECONDS, os._exit, [128 + signal.SIGTERM])
    later.daemon = True
    later.start()


def _wait(minutes: int) -> None:
    if minutes:
        seconds = secrets.randbelow(60 * minutes)
        get_run_logger().info("it begins in %d seconds, so that offices are not asked on the dot", seconds)
        time.sleep(seconds)


def _of_rhythm(run: Run, sources: Sequence[Source], frequency: str | None) -> Sequence[Source]:
    """The sources of a rhythm, and those whose turn was missed: a run may have been cancelled, or the machine asleep."""
    if frequency is None:
        return sources
    last = last_visits(run.data)

    def is_overdue(source: Source) -> bool:
        asked = last.get(source.source_id)
        return asked is None or run.started - asked > OVERDUE * FREQUENCIES[source.frequency]

    return [source for source in sources if source.frequency == frequency or is_overdue(source)]

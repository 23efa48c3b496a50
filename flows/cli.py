"""The command line: `policy-ingest`, also `python -m flows`."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Annotated

import orjson
import typer
from rich.console import Console

from flows import ask
from flows.begin import begun
from flows.embedded import embed_prefect, end_servers
from flows.exceptions import NothingToImport, NothingToVerify
from flows.exits import INTEGRITY, SOME_FAILED, errors, translated
from flows.options import (
    DATA,
    SEEDS,
    Data,
    Force,
    ForceAll,
    ForceRelease,
    Json,
    Now,
    Only,
    Proxy,
    RunnerName,
    Seeds,
    Since,
    Until,
    proxies_of,
)
from flows.outcome import Outcome
from flows.progress import shown
from flows.report import command as report
from flows.run import Run
from flows.runner import HERE, Runner, runner_of
from flows.sample_site import sample_site
from flows.service import command as service
from flows.sources import command as sources
from flows.summary import summary
from flows.unshown import Unshown
from store.lock import locked
from store.release import SOFTWARE
from store.source import SOURCE_ID, Source, known_sources, load_sources
from store.sync import at_home, bring_up

STOP_SECONDS = 5.0
"""How long a run may take to end in order once it was told to: service managers kill after ten."""

app = typer.Typer(
    name="policy-ingest",
    help="Fetch policy documents, archive the raw bytes, read the main text, and publish versioned Parquet.\n\n"
    "Start with `policy-ingest run --seeds seeds/sample --data data/sample`: a small web site of its own, no network.",
    epilog="Exit codes: 0 fine; 1 some sources failed, the release was refused, or something was found (`status`: an alarm; "
    "`sources check`: a failure; `diff-parser`: a difference); 2 wrong use, wrong source file, or no such release; "
    "3 another run holds the data folder; 4 the disk cannot be written; 5 the archive is damaged; "
    "130 and 143 stopped by a signal.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(*, asked: bool) -> None:
    if asked:
        typer.echo(SOFTWARE)
        raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=lambda asked: _version(asked=asked), is_eager=True, help="Say which."
        ),
    ] = False,
) -> None:
    """Hold the options that stand before a command."""


@app.command()
def run(
    *,
    data: Data = DATA,
    seeds: Seeds = SEEDS,
    source: Only = None,
    force: ForceAll = False,
    since: Since = None,
    until: Until = None,
    now: Now = None,
    proxy: Proxy = None,
    runner: RunnerName = "here",
    json: Json = False,
) -> None:
    """Refresh, build and publish in a row: the main job.

    Asks each source for what is due, archives every answer, reads what is new, and freezes a release if anything is.
    With the sample sources (`--seeds seeds/sample`) it serves their web site itself.
    """
    with _started(data, now, force=force, since=since, until=until, json=json) as current:
        (everything, asked), where = _asked(current, seeds, source), runner_of(runner)
        _start_prefect(data, where, json=json)
        from flows.ingest import ingest  # noqa: PLC0415  # Prefect reads its settings when it is imported

        with sample_site(seeds, current.started.date()) as served:
            proxies = {**proxies_of(proxy), **served}
            _end(lambda: ingest(current, everything, asked, proxies, where), json=json)


@app.command()
def refresh(
    *,
    data: Data = DATA,
    seeds: Seeds = SEEDS,
    source: Only = None,
    force: Force = False,
    since: Since = None,
    until: Until = None,
    now: Now = None,
    proxy: Proxy = None,
    json: Json = False,
) -> None:
    """From the web to the archive: ask each source for what is due. The only step that touches the network."""
    with _started(data, now, force=force, since=since, until=until, json=json) as current:
        everything, asked = _asked(current, seeds, source)
        _start_prefect(data, json=json)
        from flows.ingest import refresh as flow  # noqa: PLC0415  # as in run

        with sample_site(seeds, current.started.date()) as served:
            proxies = {**proxies_of(proxy), **served}
            _end(lambda: flow(current, everything, asked, proxies), json=json)


@app.command()
def build(
    *,
    data: Data = DATA,
    seeds: Seeds = SEEDS,
    now: Now = None,
    runner: RunnerName = "here",
    json: Json = False,
) -> None:
    """From the archive to the tables: read what is new, and what a changed parser or rule reads otherwise."""
    with _started(data, now, json=json) as current:
        known, where = Unshown(known_sources(seeds)), runner_of(runner)
        _start_prefect(data, where, json=json)
        from flows.ingest import build as flow  # noqa: PLC0415  # as in run

        _end(lambda: flow(current, known, where), json=json)


@app.command()
def publish(
    *,
    data: Data = DATA,
    seeds: Seeds = SEEDS,
    force: ForceRelease = False,
    now: Now = None,
    json: Json = False,
) -> None:
    """From the tables to a release: check, freeze, and make it the latest. Nothing new, no release (but `--force`)."""
    with _started(data, now, force=force, json=json) as current:
        known = Unshown(known_sources(seeds))
        _start_prefect(data, json=json)
        from flows.ingest import publish as flow  # noqa: PLC0415  # as in run

        _end(lambda: flow(current, known), json=json)


@app.command(name="import")
def import_(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Files, or folders of them.")],
    *,
    source: Annotated[
        str, typer.Option("--source", metavar="ID", help="Source that they are put under.")
    ] = "imported",
    host: Annotated[
        list[str] | None,
        typer.Option(
            "--host",
            metavar="HOST",
            help="Of WARC files only this host and its subdomains; may be given several times.",
        ),
    ] = None,
    data: Data = DATA,
    seeds: Seeds = SEEDS,
    now: Now = None,
    runner: RunnerName = "here",
    json: Json = False,
) -> None:
    """Ingest what you already have: saved HTML, text, Markdown with front matter, PDF, Word, Excel, OFD, or WARC files.

    A list of WARC files, as Common Crawl has them (`warc.paths.gz`), names files from the folder in which it lies.

    The files go through the same archive, parsers and release as fetched pages. Importing a file again that has
    not changed adds no version. Import the older of two crawls first, or both at once: what is older than a document's
    newest version is archived, and not read (issue `older_than_version`).
    """
    if not SOURCE_ID.fullmatch(source):
        raise typer.BadParameter("lower-case letters, digits and dashes", param_hint="--source")
    from flows.foreign import host_names  # noqa: PLC0415  # warcio is not needed for `--help`

    with translated():  # told before Prefect is started for nothing
        host_names(host or ())
        for path in paths:
            if not path.exists():
                raise NothingToImport(f"{path} is not there")
    with _started(data, now, json=json) as current:
        known, given, where = Unshown(known_sources(seeds)), Unshown(paths), runner_of(runner)
        _start_prefect(data, where, json=json)
        from flows.ingest import import_paths  # noqa: PLC0415  # as in run

        _end(lambda: import_paths(current, known, given, source, runner=where, hosts=host or ()), json=json)


@app.command()
def explain(
    pages: Annotated[list[str], typer.Argument(metavar="URL|FILE…", help="Pages to read.")],
    *,
    source: Annotated[
        str | None,
        typer.Option(
            "--source",
            metavar="ID",
            help="Under this source's rule; by default the one that has the page's host.",
        ),
    ] = None,
    seeds: Seeds = SEEDS,
    proxy: Proxy = None,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line and page on standard output.")
    ] = False,
) -> None:
    """Say how a page is read: rule, charset, container, dropped blocks, each metadata value with its evidence.

    A page that is no document is no error: the reason is said. Nothing is archived.
    """
    from flows.explain import explained, source_of, story  # noqa: PLC0415  # the parsers are not needed for `--help`

    with translated():
        for name in pages:
            known = source_of(name, seeds, source)
            if json:
                sys.stdout.buffer.write(orjson.dumps(explained(name, known, proxies_of(proxy))) + b"\n")
                sys.stdout.flush()
            else:
                typer.echo("\n".join(story(name, known, proxies_of(proxy))))


@app.command()
def status(*, data: Data = DATA, seeds: Seeds = SEEDS, now: Now = None, json: Json = False) -> None:
    """Say how the sources fared, and which alarms are open; exit code 1 where one is.

    Documents held, last request, verdict of the last day, and for each open alarm what was found and what to do.
    """
    from flows.status import health  # noqa: PLC0415  # pandas is not needed for `--help`

    with translated():
        bring_up(data)
        # Without them nothing would be late, and each alarm closed.
        watched = load_sources(seeds)
        report = health(data, watched, _clock(now) or datetime.now(UTC))
    if json:
        sys.stdout.buffer.write(orjson.dumps(report.as_dict(), default=str) + b"\n")
    else:
        Console().print(report.screen())
    raise typer.Exit(0 if report.healthy else SOME_FAILED)


@app.command()
def expiring(
    *,
    data: Data = DATA,
    days: Annotated[int, typer.Option(min=1, max=3660, help="How many days ahead to look.")] = 90,
    now: Now = None,
    json: Json = False,
) -> None:
    """List the policies whose validity ends within some days, the soonest first.

    Example: `policy-ingest expiring --days 365`
    """
    from store.expiring import expiring as lapsing  # noqa: PLC0415  # pandas is not needed for `--help`

    with translated():
        found = lapsing(days, data, today=(_clock(now) or datetime.now(UTC)).date())
    for row in found.to_dict("records"):
        if json:
            sys.stdout.buffer.write(orjson.dumps(row, default=str) + b"\n")
        else:
            body = " · ".join(
                str(row[name]) for name in ("identifier", "creator") if isinstance(row[name], str)
            )
            typer.echo(f"{row['valid_to']}  {row['title']}{f'  ({body})' if body else ''}")
    if found.empty and not json:
        typer.echo(f"No policy that is held ends within {days} days.")


@app.command()
def verify(
    *,
    rebuild: Annotated[
        bool,
        typer.Option(
            "--rebuild", help="First make damaged tables anew from the archive; `build` does the rest."
        ),
    ] = False,
    data: Data = DATA,
    json: Json = False,
) -> None:
    """Say what in the data folder is not as it was written: archive, tables, releases. Changes nothing.

    Exit code 5 where anything is damaged, missing or too much; each file is named, with what to do. Exit code 2 where there is
    no data at all.
    """
    from store.afar import bring_all  # noqa: PLC0415  # pandas is not needed for `--help`
    from store.rebuild import rebuild as rebuilt  # noqa: PLC0415  # likewise
    from store.verify import verify as verified  # noqa: PLC0415  # likewise

    # A copy on a read-only disk can be verified too; nobody writes there.
    with translated(), locked(data) if os.access(data, os.W_OK) else nullcontext():
        with at_home(data, rebuilding=True) if rebuild else nullcontext():
            there = bring_all(data)
            if not any((data / name).is_dir() for name in ("archive", "tables", "releases")):
                raise NothingToVerify(f"{data} holds no data: neither archive, nor tables, nor releases")
            done = rebuilt(data) if rebuild else ()
        faults = (*there, *verified(data))
    if json:
        said = {"rebuilt": done, "faults": [asdict(fault) for fault in faults]}
        sys.stdout.buffer.write(orjson.dumps(said) + b"\n")
    else:
        for sentence in done:
            typer.echo(sentence)
        for fault in faults:
            typer.echo(f"{fault.name}: {fault.message}\n    {fault.action}")
        typer.echo(f"{len(faults)} faults in {data}" if faults else f"{data} is as it was written")
    sys.stdout.flush()
    raise typer.Exit(INTEGRITY if faults else 0)


@app.command()
def maintain(
    *,
    retention_days: Annotated[
        int,
        typer.Option(min=0, help="Files that the last release does not need are kept for so many days."),
    ] = 30,
    data: Data = DATA,
) -> None:
    """Put small files of the tables together, and remove what nothing needs any more: once a week will do.

    No row changes, and no release. `verify` checks every byte afterwards.
    """
    from store.maintain import maintain as maintained  # noqa: PLC0415  # pandas is not needed for `--help`

    with translated(), begun(data) as current:
        retention = timedelta(days=retention_days)
        typer.echo(str(maintained(data, current.started, retention=retention)))


@contextmanager
def _started(
    data: Path,
    now: datetime | None,
    *,
    force: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
    json: bool,
) -> Iterator[Run]:
    """Begin a run: hold the data folder, show progress, and turn errors into exit codes."""
    if since and until and until < since:
        raise typer.BadParameter(f"--until {until:%Y-%m-%d} is before --since {since:%Y-%m-%d}")
    _stop_in_order(data)
    days = {"since": since.date() if since else None, "until": until.date() if until else None}
    with (
        translated(),
        shown(errors, quiet=json),
        begun(data, now=_clock(now), force=force, **days) as current,
    ):
        yield current


def _start_prefect(data: Path, runner: Runner = HERE, *, json: bool) -> None:
    """Start Prefect, whose server comes up while the flows are imported: both take some seconds, which `--help` need not wait for."""
    if not json:
        errors.print("Starting (the first time, Prefect sets up its database) ...", highlight=False)
    wait = embed_prefect(data, runner)
    import_module("flows.ingest")
    wait()


def _asked(current: Run, seeds: Path, only: Sequence[str] | None) -> tuple[Unshown[Source], Unshown[Source]]:
    """All sources, and those that a run asks: the named ones, or those that did not fail their last check."""
    from flows.sources.checked import passing  # noqa: PLC0415  # the fetcher is not needed for `--help`

    everything = load_sources(seeds)
    asked = load_sources(seeds, only) if only else passing(current.data, everything, current.started)
    return Unshown(everything), Unshown(asked)


def _clock(now: datetime | None) -> datetime | None:
    """The clock that was given by hand, in UTC."""
    return now.replace(tzinfo=UTC) if now and now.tzinfo is None else now


def _stop_in_order(data: Path) -> None:
    """On SIGTERM or SIGINT end in order, if that is soon; on a second one at once.

    The threads that fetch cannot be interrupted. What they leave open the next run makes good.
    """

    def end(number: int) -> None:
        end_servers(data)
        os._exit(128 + number)

    def stop(number: int, _frame: FrameType | None) -> None:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda again, _: end(again))
        errors.print("policy-ingest: stopped; what was fetched is archived, the next run goes on from there")
        later = threading.Timer(STOP_SECONDS, end, [number])
        later.daemon = True
        later.start()
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def _end(act: Callable[[], Outcome], *, json: bool) -> None:
    """Carry a flow out, and report it."""
    begun = time.monotonic()
    # Not in the main thread: there Prefect takes SIGTERM for itself, and answers it when all sources are done.
    with ThreadPoolExecutor(1) as beside:
        outcome = beside.submit(act).result()
    if json:
        sys.stdout.buffer.write(orjson.dumps(asdict(outcome)) + b"\n")
    else:
        typer.echo(summary(outcome, time.monotonic() - begun))
    sys.stdout.flush()
    if outcome.failed_sources:
        raise typer.Exit(SOME_FAILED)


ask.register(app)
service.register(app)
sources.register(app)
report.register(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    app(arguments, prog_name="policy-ingest")


__all__ = ["app", "main"]

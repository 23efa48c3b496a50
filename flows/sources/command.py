"""The commands `policy-ingest sources …`."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console

from flows.exceptions import CorrectTheLimits, GiveAnotherAddress
from flows.exits import SOME_FAILED, errors, translated
from flows.limits import Limits
from flows.options import DATA, SEEDS, Data, Json, Proxy, Seeds, proxies_of
from store.source import SOURCE_ID, Source, load_sources

app = typer.Typer(
    help="Look at sources, add one from an address, and try them.",
    invoke_without_command=True,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _root(context: typer.Context, *, seeds: Seeds = SEEDS, json: Json = False) -> None:
    """Look at sources, add one from an address, and try them; without a command, list them."""
    if context.invoked_subcommand is None:
        list_(seeds=seeds, json=json)


@app.command(name="list")
def list_(*, seeds: Seeds = SEEDS, json: Json = False) -> None:
    """List the source files, and refuse broken ones with every mistake at once, by line."""
    from flows.sources.screens import all_sources  # noqa: PLC0415  # parsers are not needed for `--help`

    with translated():
        found = load_sources(seeds)
        _check_limits(found)
    if json:
        _say({"sources": [asdict(item) for item in found]})
    else:
        Console().print(all_sources(found))


@app.command()
def show(
    source: Annotated[str, typer.Argument(metavar="ID", help="Name of the source file, without .toml.")],
    *,
    seeds: Seeds = SEEDS,
    data: Data = DATA,
    json: Json = False,
) -> None:
    """Say all of one source: its file, its last check, and what is held of it."""
    from flows.sources.screens import one_source  # noqa: PLC0415  # as above

    with translated():
        (found,) = load_sources(seeds, [source])
        held = _held(data, source)
    if json:
        _say({"source": asdict(found), "held": held})
    else:
        Console().print(one_source(found, data, held))


@app.command()
def add(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="A list of documents, a feed, a sitemap, or an article.")
    ],
    *,
    source_id: Annotated[
        str | None,
        typer.Option("--id", metavar="ID", help="Name of the file; by default out of the address."),
    ] = None,
    seeds: Seeds = SEEDS,
    contact: Annotated[
        str | None,
        typer.Option(help="Your address, sent with each request, so that the office can reach you."),
    ] = None,
    no_input: Annotated[
        bool, typer.Option("--no-input", help="Ask nothing: what cannot be told is marked TODO in the file.")
    ] = False,
    allow_address: Annotated[
        list[str] | None, typer.Option(metavar="HOST:PORT", help="A private address that may be asked.")
    ] = None,
    proxy: Proxy = None,
) -> None:
    """Write a source file for an address: what it is and how to follow it is found out, and three documents are shown.

    An article leads to the list or the feed that it stands on. Nothing is archived; a file that is there is never
    written over.
    """
    from flows.sources.add import recognise_address  # noqa: PLC0415  # as above
    from flows.sources.check import check_source  # noqa: PLC0415
    from flows.sources.draft import Draft, frequency_of, source_id_of, text_of  # noqa: PLC0415
    from flows.sources.screens import samples  # noqa: PLC0415

    console, proxies = Console(), proxies_of(proxy)
    with translated():
        name = source_id or source_id_of(url)
        path = _fresh(seeds, name)
        errors.print(f"Asking for {url} ...", highlight=False)
        private = frozenset(allow_address or ())
        where, found = recognise_address(
            url, proxies=proxies, now=_now, contact=contact, allow_addresses=private
        )
        for sentence in found.evidence:
            console.print(f"  {sentence}", highlight=False, markup=False, soft_wrap=True)
        rhythm = frequency_of(found.links)
        ask = not no_input and sys.stdin.isatty()
        title = typer.prompt("Title", default=found.title or name) if ask else found.title
        publisher = typer.prompt("Publisher", default=found.publisher or "") if ask else found.publisher
        draft = Draft(
            name, title, publisher or None, contact, rhythm or "daily", found, where, tuple(sorted(private))
        )
        text = text_of(draft, _now().date())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        (source,) = load_sources(seeds, [name])
        errors.print("Trying three of its documents ...", highlight=False)
        tried = check_source(source, proxies)
    console.print(samples(tried.samples))
    console.print(f"\nWrote {path}", highlight=False, markup=False, soft_wrap=True)
    for asked in found.asks:
        console.print(f"  left for you: {asked}", style="yellow", markup=False, soft_wrap=True)
    for problem in tried.problems:
        console.print(f"  {problem.what}\n    {problem.action}", style="yellow", markup=False, soft_wrap=True)
    console.print(f"Next: look at the file, then `policy-ingest run --source {name}`", markup=False)


@app.command()
def check(
    source: Annotated[
        list[str] | None, typer.Argument(metavar="[ID…]", help="Sources; all by default.")
    ] = None,
    *,
    seeds: Seeds = SEEDS,
    data: Data = DATA,
    jobs: Annotated[int, typer.Option(min=1, max=32, help="Sources tried at once.")] = 8,
    write_verified: Annotated[
        bool, typer.Option("--write-verified", help="Write today's day into the files of those that pass.")
    ] = False,
    proxy: Proxy = None,
    json: Json = False,
) -> None:
    """Try sources now: robots, listings, three documents of each; say what is wrong, and what to do about it.

    What it says is kept, and `run` leaves out those that failed. Exit code 1 where one fails.
    """
    from flows.sample_site import sample_site  # noqa: PLC0415  # as above
    from flows.sources.check import Checked, Problem, check_source  # noqa: PLC0415
    from flows.sources.checked import keep  # noqa: PLC0415
    from flows.sources.screens import checks  # noqa: PLC0415

    def tried(one: Source, proxies: Mapping[str, str]) -> Checked:
        try:
            checked = check_source(one, proxies)
        except Exception as error:  # noqa: BLE001  # one source must not end the check of the others
            action = "Correct the source file, or report this with it."
            checked = Checked(one.source_id, 0, (), (Problem(f"{type(error).__name__}: {error}", action),))
        errors.print(f"{one.source_id}: {'passes' if checked.passed else 'fails'}", highlight=False)
        return checked

    with translated():
        found = load_sources(seeds, source or ())
        with sample_site(seeds, _now().date()) as served, ThreadPoolExecutor(jobs) as pool:
            proxies = {**proxies_of(proxy), **served}
            results = list(pool.map(lambda one: tried(one, proxies), found))
        keep(data, results, _now())
        if write_verified:
            for one in results:
                if one.passed:
                    _verify(seeds / f"{one.source_id}.toml", _now().date())
    if json:
        _say({"checked": [{**asdict(one), "passed": one.passed} for one in results]})
    else:
        Console().print(checks(results))
    raise typer.Exit(0 if all(one.passed for one in results) else SOME_FAILED)


def _check_limits(sources: Sequence[Source]) -> None:
    """Refuse limits that do not exist, all at once."""
    mistakes = []
    for source in sources:
        try:
            Limits().override(source.limits)
        except CorrectTheLimits as error:
            mistakes.append(f"{source.source_id}.toml: [limits]: {error}")
    if mistakes:
        raise CorrectTheLimits("\n".join(mistakes))


def _fresh(seeds: Path, name: str) -> Path:
    if not SOURCE_ID.fullmatch(name):
        raise typer.BadParameter("lower-case letters, digits and dashes", param_hint="--id")
    path = seeds / f"{name}.toml"
    if path.exists():
        raise GiveAnotherAddress(f"{path} is there already: give another name with --id, or edit it")
    return path


def _verify(path: Path, today: date) -> None:
    """Write the day into a source file: the line is replaced, or comes before the first table; comments stay."""
    text, line = path.read_text(encoding="utf-8"), f"verified = {today.isoformat()}"
    changed, count = re.subn(r"(?m)^verified\s*=\s*\d{4}-\d{2}-\d{2}", line, text, count=1)
    if not count:
        changed = re.sub(r"(?m)^\[", f"{line}\n\n[", text, count=1)
    path.write_text(changed, encoding="utf-8")


def _held(data: Path, source_id: str) -> Mapping[str, Any] | None:
    """The source's row in the latest release; None where there is none."""
    from store.dataset import load  # noqa: PLC0415  # pandas is not needed for `--help`
    from store.exceptions import NoRelease  # noqa: PLC0415

    try:
        rows = load("sources", data, filters=[("source_id", "=", source_id)])
    except NoRelease:
        return None
    return {str(name): value for name, value in rows.iloc[0].items()} if len(rows) else None


def _say(content: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(content, default=str) + b"\n")
    sys.stdout.flush()


def _now() -> datetime:
    return datetime.now(UTC)


def register(to: typer.Typer) -> None:
    """Add the commands to the command line."""
    to.add_typer(app, name="sources")

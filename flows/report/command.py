"""The command `report`: show the site of a release, or write it where there is none."""

from __future__ import annotations

import shutil
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from flows.exceptions import FlowError
from flows.exits import translated
from flows.options import DATA, Data, Release


class NameAnotherFolder(FlowError):
    """A report would take the place of something else: name another folder."""


def report(
    *,
    release: Release = "latest",
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="DIR", help="Write it there anew instead; an older one is replaced."),
    ] = None,
    texts: Annotated[
        bool,
        typer.Option("--texts/--no-texts", help="With --to: with the texts of the documents, or without."),
    ] = True,
    data: Data = DATA,
) -> None:
    """Name the page of a release, to be opened in a browser: coverage, changes, sources, documents, targets.

    Example: `policy-ingest report --open`
    """
    from flows.report.write import MOST_CHARACTERS, write_report  # noqa: PLC0415
    from store.dataset import release_folder  # noqa: PLC0415

    with translated():
        folder = release_folder(data, release)
        site = to or folder / "report"
        if to is None and not _is_report(site):
            # A release is sealed: a report that it was made without stands beside, not in it.
            site = data / "reports" / folder.resolve().name
        if to is not None or not _is_report(site):
            _make_room(site)
            write_report(folder, site, most_characters=MOST_CHARACTERS if texts else 0)
    page = site.resolve() / "index.html"
    typer.echo(page)
    if show:
        webbrowser.open(page.as_uri())


def _is_report(site: Path) -> bool:
    return (site / "index.html").exists() and (site / "data" / "release.js").exists()


def _make_room(site: Path) -> None:
    """Remove an older report, and nothing else."""
    if _is_report(site):
        shutil.rmtree(site)
    elif site.exists() and any(site.iterdir()):
        raise NameAnotherFolder(f"{site} holds something else than a report: name a new folder")


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(name="report")(report)

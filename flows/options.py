"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from store.origin import at_hand

DATA_SETTING, SEEDS_SETTING = "POLICY_INGEST_DATA", "POLICY_INGEST_SEEDS"
"""Environment variables in place of `--data` and `--seeds`; deployed flows have nothing else."""

PROXY_SETTING = "POLICY_INGEST_PROXY"
"""Environment variable in place of `--proxy`; those that other programs use are not heeded."""

RUNNER_SETTING = "POLICY_INGEST_RUNNER"
"""Environment variable in place of `--runner`."""

URL_SETTING = "POLICY_INGEST_URL"
"""Environment variable: where the service shows the releases."""

Data = Annotated[
    Path,
    typer.Option(
        "--data",
        metavar="DIR|URL",
        envvar=DATA_SETTING,
        parser=at_hand,
        help="Data: archive, tables, releases. A folder, made where it is missing, or s3://BUCKET/PREFIX.",
    ),
]
Seeds = Annotated[
    Path,
    typer.Option("--seeds", metavar="DIR", envvar=SEEDS_SETTING, help="Folder of the source files (*.toml)."),
]
Only = Annotated[
    list[str] | None,
    typer.Option("--source", metavar="ID", help="Only this source; may be given several times."),
]
Force = Annotated[
    bool, typer.Option("--force", help="Ask for everything, whatever the re-visit schedule says.")
]
ForceAll = Annotated[bool, typer.Option("--force", help="Ask for everything, and release in any case.")]
ForceRelease = Annotated[bool, typer.Option("--force", help="Make a release although nothing is new.")]
Now = Annotated[
    datetime | None,
    typer.Option("--now", metavar="TIME", help="Clock of this run, UTC: weeks can be tried in minutes."),
]
Since = Annotated[
    datetime | None,
    typer.Option(
        "--since",
        metavar="DATE",
        formats=["%Y-%m-%d"],
        help="Backfill: follow each listing back to this day, and ask only for documents of these days.",
    ),
]
Until = Annotated[
    datetime | None,
    typer.Option("--until", metavar="DATE", formats=["%Y-%m-%d"], help="Last day of a backfill."),
]
RunnerName = Annotated[
    str,
    typer.Option(
        "--runner",
        metavar="WHERE",
        envvar=RUNNER_SETTING,
        help="Where pages are read: here, processes[:N], dask[:N] (a cluster for this run), dask:tcp://HOST:PORT.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, no progress.")]
Release = Annotated[
    str, typer.Option("--release", metavar="NAME", help="A release, e.g. 2026-11-25; the latest by default.")
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="TIME", help="What was known then: a day means its end, UTC."),
]

Proxy = Annotated[
    str | None,
    typer.Option(
        "--proxy", metavar="URL", envvar=PROXY_SETTING, help="Ask through this proxy; it looks up the names."
    ),
]


def proxies_of(proxy: str | None) -> Mapping[str, str]:
    """Scheme to proxy URL; none without a proxy."""
    return {"http": proxy, "https": proxy} if proxy else {}


DATA, SEEDS = Path("data"), Path("seeds")

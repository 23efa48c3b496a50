"""The end of a run as a person reads it."""

from __future__ import annotations

from pathlib import Path

from flows.outcome import Outcome
from store.origin import Origin, origin_of


def summary(outcome: Outcome, seconds: float) -> str:
    """A few lines: what was asked, what came, what is new, where it lies, how to load it."""
    lines = [f"{_headline(outcome)} ({seconds:.0f} s)", ""]
    if outcome.sources:
        failed = f", failed: {', '.join(outcome.failed_sources)}" if outcome.failed_sources else ""
        lines.append(f"  sources    {outcome.sources}{failed}")
        lines.append(f"  captures   {outcome.captures}")
    lines.append(
        f"  documents  {outcome.documents}: {outcome.new} new, {outcome.changed} changed, {outcome.unchanged} unchanged"
    )
    lines.append(f"  rejected   {outcome.rejected} captures that are no document")
    total = sum(outcome.issues.values())
    named = ", ".join(f"{name} {count}" for name, count in outcome.issues.items())
    lines.append(f"  issues     {total}{': ' + named if named else ''}")
    if outcome.release is None:
        return "\n".join([*lines, "", "No release was made yet: `policy-ingest publish` makes one."])
    folder = _shown(Path(outcome.data) / "releases" / "latest")
    lines.append(f"  release    {outcome.release}{'' if outcome.released else ' (unchanged)'} in {folder}")
    page = Path(outcome.data) / "releases" / "latest" / "report" / "index.html"
    if page.exists():
        lines.append(f"  report     {_shown(page)}")
    origin = origin_of(Path(outcome.data))
    loading = _loading(folder) if origin is None else _loading_from(origin)
    return "\n".join([*lines, "", "Load it:", *loading])


def _headline(outcome: Outcome) -> str:
    if outcome.failed_sources:
        return "Done, with failed sources"
    return "Done" if outcome.new or outcome.changed else "Done: nothing changed"


def _loading(folder: str) -> list[str]:
    return [
        "  import pandas as pd",
        f'  documents = pd.read_parquet("{folder}/documents")',
        '  documents.sort_values("issued", ascending=False)[["issued", "title", "jurisdiction"]].head()',
    ]


def _loading_from(origin: Origin) -> list[str]:
    return [
        "  from store.dataset import load",
        f'  documents = load("documents", "{origin.url}")',
    ]


def _shown(folder: Path) -> str:
    """A path as short as it can be given here."""
    here = Path.cwd()
    return str(folder.relative_to(here)) if folder.is_relative_to(here) else str(folder)

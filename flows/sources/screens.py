"""Sources on the screen: all in a list, one in full, and what a check said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from flows.sources.check import Checked, Sample
from flows.sources.checked import FILE
from parsers.sites.families import family_of_address
from store.marks import read_mark
from store.source import Source


def all_sources(sources: Sequence[Source]) -> RenderableType:
    """The sources by jurisdiction."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("source", "title", "rhythm", "kind", "verified"):
        table.add_column(name, overflow="fold", no_wrap=name != "title")
    ordered = sorted(sources, key=lambda item: (item.jurisdiction or "~", item.source_id))
    for where, group in groupby(ordered, key=lambda item: item.jurisdiction):
        table.add_row(Text(where or "elsewhere", style="bold"))
        for item in group:
            kinds = ", ".join(dict.fromkeys(seed.kind for seed in item.seeds))
            verified = item.verified.isoformat() if item.verified else "–"
            table.add_row(f"  {item.source_id}", item.title, item.frequency, kinds, verified)
    return Group(table, Text(f"\n{len(sources)} sources; `policy-ingest sources show ID` says all of one"))


def one_source(source: Source, data: Path, held: Mapping[str, Any] | None) -> RenderableType:
    """A source in full, with what was had of it.

    Args:
        source: The source.
        data: The data folder.
        held: Its row in table `sources` of the latest release, where there is one.
    """
    said: list[tuple[str, object]] = [
        ("title", source.title),
        ("publisher", source.publisher),
        ("homepage", source.homepage),
        ("jurisdiction", source.jurisdiction),
        ("language", source.language),
        ("license", source.license or "not stated"),
        ("rhythm", source.frequency),
        ("contact", source.contact),
        ("verified", source.verified or "not yet: `policy-ingest sources check` tries it"),
    ]
    for seed in source.seeds:
        family = family_of_address(seed.url) if seed.url else None
        made = f" ({family.title}, by its form)" if family else ""
        said.append((seed.kind, f"{seed.url or seed.path}{made}"))
    said += [("rule", f"{rule}") for rule in source.rules]
    said += [("limit", f"{name} = {value:g}") for name, value in source.limits.items()]
    entry = (read_mark(data / FILE) or {}).get(source.source_id)
    if entry:
        verdict = "passed" if entry["passed"] else f"failed: {entry['problem']}"
        said.append(("last check", f"{entry['time']}: {verdict}"))
    if held:
        said.append(("documents", held["documents"]))
        said.append(("last request", held["last_fetch"] or "never"))
    table = Table(
        title=source.source_id, title_justify="left", title_style="bold", box=None, show_header=False
    )
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in said:
        if value is not None:
            table.add_row(name, str(value))
    return table


def samples(found: Sequence[Sample]) -> Table:
    """Documents that were tried."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("issued", "title", "identifier", "publisher", "characters"):
        table.add_column(name, overflow="fold", justify="right" if name == "characters" else "left")
    for item in found:
        if item.verdict != "document":
            table.add_row("", Text(f"no document: {item.verdict}: {item.url}", style="yellow"))
            continue
        row = (item.issued, item.title, item.identifier, item.publisher, str(item.characters))
        table.add_row(*(value or "–" for value in row))
    return table


def checks(checked: Sequence[Checked]) -> RenderableType:
    """What checks said, those that failed last."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("source", "", "links", "documents", "what is wrong, and what to do"):
        table.add_column(name, overflow="fold")
    for item in sorted(checked, key=lambda one: (not one.passed, one.source_id)):
        read = sum(sample.verdict == "document" for sample in item.samples)
        verdict = Text("passes", style="green") if item.passed else Text("fails", style="red")
        wrong = "\n".join(f"{p.what}{f' ({p.url})' if p.url else ''}\n  {p.action}" for p in item.problems)
        table.add_row(item.source_id, verdict, str(item.links), f"{read} of {len(item.samples)}", wrong)
    passed = sum(item.passed for item in checked)
    return Group(table, Text(f"\n{passed} of {len(checked)} sources pass", style="bold"))

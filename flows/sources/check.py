"""Trying a source: what a run would do with it, on a small scale and in a folder that is thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flows.discover import LISTINGS
from flows.refresh import refresh_source
from flows.refreshed import Refreshed
from flows.reread import read_capture
from flows.run import new_run
from parsers.document import Document
from store.capture import Capture
from store.issue import Issue
from store.source import Source, rule_at

DOCUMENTS = 3
"""Documents that are tried."""

SMALL: Mapping[str, float] = {
    "listing_pages": 3,
    "new_pages": DOCUMENTS,
    "attachments": 0,
    "tries": 2,
    "source_seconds": 180,
}
"""Limits of a trial: a person waits for it, and the office did not ask for it."""

FILLED = ("title", "issued", "publisher")
"""What a document should have."""

_AS_EXPECTED = frozenset({"new_pages", "attachments", "further_pages", "outside_hours"})
"""Issues that a trial brings upon itself."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A document that was tried; `verdict` is `document`, or why it is none."""

    url: str
    verdict: str
    title: str | None = None
    issued: str | None = None
    identifier: str | None = None
    publisher: str | None = None
    characters: int = 0
    container: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and what to do about it."""

    what: str
    action: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What trying a source gave.

    Attributes:
        source_id: The source.
        links: Links to documents that its listings showed.
        samples: The documents that were tried.
        problems: What is wrong; none for a source that passes.
    """

    source_id: str
    links: int
    samples: tuple[Sample, ...]
    problems: tuple[Problem, ...]

    @property
    def passed(self) -> bool:
        """Whether a run would get documents from it."""
        return not self.problems


def check_source(source: Source, proxies: Mapping[str, str]) -> Checked:
    """Ask for a source's listings and its first documents, and read them.

    Raises:
        CorrectTheLimits: its file overrides a limit that does not exist.
    """
    tried = replace(source, limits={**source.limits, **SMALL}, hours=None)
    with tempfile.TemporaryDirectory(prefix="policy-ingest-check-") as folder:
        run = new_run(Path(folder), force=True)
        refreshed = refresh_source(run, tried, proxies=proxies)
        documents = [item for item in refreshed.captures if item.kind in {"document", "import"}]
        samples = tuple(_sample(run.data, source, item) for item in documents[:DOCUMENTS])
    links = sum(item.links or 0 for item in refreshed.captures if item.kind in LISTINGS)
    return Checked(source.source_id, links, samples, tuple(_problems(refreshed, samples, links)))


def _sample(data: Path, source: Source, capture: Capture) -> Sample:
    if capture.content_digest is None:
        return Sample(capture.url, capture.fetch_outcome)
    result = read_capture(data / "archive", capture, rule_at(source, capture.fetch_time))
    if not isinstance(result, Document):
        return Sample(capture.url, result.reason)
    known = result.metadata
    return Sample(
        capture.url,
        "document",
        known.title,
        known.issued,
        known.identifier,
        known.publisher,
        len(result.text),
        result.container,
    )


def _action(issue: Issue) -> str:
    """A run may wait for a page that is gone; who checks a source wants its list."""
    if issue.stage == "discover" and issue.error in {"not_found", "gone"}:
        return "The list has moved: look for it on the home page, and correct the seed."
    return issue.action


def _problems(refreshed: Refreshed, samples: Sequence[Sample], links: int) -> list[Problem]:
    """What a person should know before the source is watched."""
    found = [
        Problem(f"{issue.error}: {issue.message}", _action(issue), issue.url)
        for issue in refreshed.issues
        if issue.error not in _AS_EXPECTED and (issue.severity == "error" or issue.error == "robots")
    ]
    read = [sample for sample in samples if sample.verdict == "document"]
    if not samples and not found:
        what = f"its listings show {links} links, and no document was asked for"
        found.append(Problem(what, "Open the listing by hand, and give its list in [[rules]] items."))
    if samples and 2 * len(read) < len(samples):
        names = ", ".join(sorted({sample.verdict for sample in samples} - {"document"}))
        what = f"{len(samples) - len(read)} of {len(samples)} documents are none: {names}"
        found.append(
            Problem(what, "`policy-ingest explain` one of them; then give main in [[rules]].", samples[0].url)
        )
    for name in FILLED:
        if read and not any(getattr(sample, name) for sample in read):
            what = f"none of {len(read)} documents has {name}"
            if name == "publisher":
                continue  # the source file gives it
            action = f"`policy-ingest explain` one of them; then give {name} in [[rules]]."
            found.append(Problem(what, action, read[0].url))
    return found

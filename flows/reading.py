"""Reading the captures of a document that were not read yet: what can be done anywhere, and in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

from flows.attachments.contents import Contents, reading_version
from flows.limits import Limits
from flows.reread import read_capture
from parsers.document import Document, Rejection
from parsers.files.content import WEB
from parsers.page import Rule
from store.backlog import Pending
from store.capture import Capture
from store.rows import Read
from store.source import Source, imported, rule_at, rule_digest


@dataclass(frozen=True, slots=True)
class Done:
    """A document whose captures were read.

    Attributes:
        pending: The document.
        reads: Readings by capture id: one for each payload, rule and set of files that was not read before.
    """

    pending: Pending
    reads: Mapping[str, Read] = field(default_factory=dict)


ReadAll = Callable[[Iterator[Pending]], Iterator[Done]]
"""Reads documents wherever it likes, and gives them in their order."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads captures.

    Attributes:
        data: The data folder.
        sources: Sources by name: a capture is read under the rule that its source's file gives.
        contents: What reads attached files.
    """

    data: Path
    sources: Mapping[str, Source]
    contents: Contents

    def rule(self, capture: Capture) -> Rule | None:
        """The rule that a capture is read under."""
        source = self.sources.get(capture.source_id) or imported(capture.source_id)
        return rule_at(source, capture.fetch_time)

    def all_of(self, pending: Pending) -> Done:
        """Read what was not read of a document; the same payload with the same files once."""
        reads: dict[str, Read] = {}
        seen = set()
        for capture in pending.captures:
            at = payload(pending, capture, self.rule(capture))
            if capture.capture_id not in pending.verdicts and at not in seen:
                seen.add(at)
                reads[capture.capture_id] = self.one_of(pending, capture)
        return Done(pending, reads)

    def one_of(self, pending: Pending, capture: Capture, listed: Mapping[str, Capture] | None = None) -> Read:
        """Read a capture with the files that came with it.

        Args:
            pending: Its document.
            capture: The capture.
            listed: Further files, which did not come with it since a listing led to them.
        """
        rule = self.rule(capture)
        source = self.sources.get(capture.source_id)
        limits = Limits().override(source.limits) if source else Limits()
        came = pending.files.get(capture.capture_id, {})
        files = {url: self._file(pending, capture, url, limits) for url in came} | dict(listed or {})
        files = {new: files[url] for url, new in _moved_along(capture, files)} | files
        result = read_capture(
            self.data / "archive", capture, rule, files=files, contents=self.contents, limits=limits
        )
        attached = pending.attached[capture.capture_id]
        return Read(capture, reading_version(), rule_digest(rule), result, attached, files)

    def _file(self, pending: Pending, capture: Capture, url: str, limits: Limits) -> Capture:
        """The file at a URL as it came with a capture; of a web page in its place (a challenge, an error), what came before."""
        visits = list(pending.files)
        first = found = pending.files[capture.capture_id][url]
        for visit in reversed(visits[: visits.index(capture.capture_id) + 1]):
            found = pending.files[visit].get(url, found)
            if self.contents(found, limits).media_type not in WEB:
                return found
        return first


def _moved_along(capture: Capture, urls: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The addresses of files beside a page that was redirected, with those that they have from where it stands now.

    Before parsers 2026.11.2 relative links of such a page counted from the address that was asked for.
    """
    if capture.fetch_redirect is None:
        return
    for part in ("/", "./"):
        was, now = urljoin(capture.url, part), urljoin(capture.fetch_redirect, part)
        yield from ((url, now + url.removeprefix(was)) for url in urls if url.startswith(was))


def payload(pending: Pending, capture: Capture, rule: Rule | None) -> tuple[str | None, str, str]:
    """What decides how a capture reads: its bytes, the rule, and the files that came with it."""
    return capture.content_digest, rule_digest(rule), pending.attached[capture.capture_id]


def not_fetched(result: Document | Rejection) -> list[str]:
    """URLs of the attached files that a reading had no bytes of."""
    if isinstance(result, Rejection):
        return []
    attachments = result.metadata.attachments
    return [attachments[annex.attachment].url for annex in result.annexes if annex.status == "not_fetched"]

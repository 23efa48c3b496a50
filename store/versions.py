"""Versions: which captures have to be read, and which of them open a version. Pure.

A version is a maximal run of captures with the same folded text and metadata. Readings are keyed by payload, URL,
parser version and rule, so what has not changed is not read again. When the parser or a rule changed, the capture
that opened the current version is read anew, before any later one: if it now reads otherwise, the new version has
`cause = parser`, and what differs after that is the source's doing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from store.capture import Capture


@dataclass(frozen=True, slots=True)
class Current:
    """The newest version of a document, as far as deciding needs it."""

    version: int
    key_digest: str
    metadata_digest: str
    capture_id: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reading said, as far as deciding needs it: digests are None unless it is a document."""

    verdict: str
    key_digest: str | None = None
    metadata_digest: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """A capture that opens a version, and why: `new`, `source` or `parser`."""

    capture: Capture
    version: int
    cause: str


def pending(captures: Sequence[Capture], current: Current | None) -> Sequence[Capture]:
    """The captures of one document that the newest version does not yet account for, oldest first.

    The one that opened it comes first: under the same parser and rule it reads as it did, and says nothing new.
    """
    ordered = sorted(captures, key=lambda capture: capture.fetch_time)
    if current is None:
        return ordered
    opened = next((n for n, capture in enumerate(ordered) if capture.capture_id == current.capture_id), 0)
    return ordered[opened:]


def openings(
    captures: Sequence[Capture], current: Current | None, verdicts: Mapping[str, Verdict]
) -> Iterator[Opening]:
    """The versions that the pending captures of one document open.

    Args:
        captures: What `pending` gave.
        current: The newest version written so far, None for a new document.
        verdicts: Reading of each of these captures by today's parser and rule, by capture id. A capture that is
            no document (blocked, gone, broken) neither opens nor closes a version.
    """
    for capture in captures:
        verdict = verdicts[capture.capture_id]
        if verdict.key_digest is None or verdict.metadata_digest is None:
            continue
        if current is None:
            cause = "new"
        elif (verdict.key_digest, verdict.metadata_digest) == (current.key_digest, current.metadata_digest):
            continue
        else:
            cause = "parser" if capture.capture_id == current.capture_id else "source"
        version = current.version + 1 if current else 1
        current = Current(version, verdict.key_digest, verdict.metadata_digest, capture.capture_id)
        yield Opening(capture, version, cause)

"""Versions: which captures have to be read, and which of them open a version. Pure.

A version is a maximal run of captures with the same folded text, metadata and annexes. Readings are keyed by payload, URL,
parser version and rule, so what has not changed is not read again. When the parser or a rule changed, the capture
that opened the current version is read anew, before any later one: if anything in it now reads otherwise, be it a
clause or a target only, the new version has `cause = parser`, and what differs after that is the source's doing: but for
the same bytes with the same annexes, which only another rule can read otherwise.
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
    reading_digest: str | None = None
    annexes_digest: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reading said, as far as deciding needs it: digests are None unless it is a document."""

    verdict: str
    key_digest: str | None = None
    metadata_digest: str | None = None
    reading_digest: str | None = None
    annexes_digest: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """A capture that opens a version, and why: `new`, `source` or `parser`."""

    capture: Capture
    version: int
    cause: str


def openings(
    captures: Sequence[Capture], current: Current | None, verdicts: Mapping[str, Verdict]
) -> Iterator[Opening]:
    """The versions that the pending captures of one document open.

    Args:
        captures: From the one that opened the newest version on, oldest first.
        current: The newest version written so far, None for a new document.
        verdicts: Reading of each of these captures by today's parser and rule, by capture id. A capture that is
            no document (blocked, gone, broken) neither opens nor closes a version.
    """
    shown: Capture | None = None
    for capture in captures:
        verdict = verdicts[capture.capture_id]
        if verdict.key_digest is None or verdict.metadata_digest is None:
            continue
        same = shown is not None and _same_bytes(capture, shown)
        shown = capture
        if current is None:
            cause = "new"
        elif _says(verdict, current, all_of_it=capture.capture_id == current.capture_id):
            continue
        elif capture.capture_id == current.capture_id:
            cause = "parser"
        else:
            cause = "parser" if same and verdict.annexes_digest == current.annexes_digest else "source"
        version = current.version + 1 if current else 1
        current = Current(
            version,
            verdict.key_digest,
            verdict.metadata_digest,
            capture.capture_id,
            verdict.reading_digest,
            verdict.annexes_digest,
        )
        yield Opening(capture, version, cause)


def _same_bytes(one: Capture, other: Capture) -> bool:
    return one.content_digest is not None and one.content_digest == other.content_digest


def _says(verdict: Verdict, current: Current, *, all_of_it: bool) -> bool:
    """Whether a reading says what the version says: in text, metadata and annexes, or in all that hangs on them, too."""
    said = (verdict.key_digest, verdict.metadata_digest, verdict.annexes_digest)
    if said != (current.key_digest, current.metadata_digest, current.annexes_digest):
        return False
    return not all_of_it or current.reading_digest is None or verdict.reading_digest == current.reading_digest

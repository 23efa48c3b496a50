"""What part a document plays for its policy, and which copy is quoted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ROLES = (
    "origin", "official_mirror", "gazette", "newspaper", "repost", "translation", "machine_translation", "spam_mirror", "interpretation",
)  # fmt: skip
"""In the order of trust in which the canonical copy is looked for."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A document among the copies of its policy.

    Attributes:
        document_id: The document.
        role: One of `ROLES`; None where nothing tells.
        complete: Whether nothing speaks against its text.
        characters: Length of its text.
        first_seen: When it was first captured, ISO 8601 in UTC.
    """

    document_id: str
    role: str | None
    complete: bool
    characters: int
    first_seen: str


def role(
    *,
    provenance: str | None,
    document_type: str | None,
    interpretation: bool,
    translated: bool,
    flags: Sequence[str],
    publisher: str | None,
    url: str,
    about: bool,
) -> str | None:
    """The role of a document.

    Args:
        provenance: Of the host to the text (`parsers.normalisation.provenance`).
        document_type: Of the document.
        interpretation: Whether its headline speaks of a policy.
        translated: Whether it is a translation.
        flags: Names of its doubts.
        publisher: Whose site shows it.
        url: Where it was found.
        about: Whether it speaks of the policy instead of carrying it.

    Returns:
        One of `ROLES`; None where nothing tells. Spam is spam whatever it carries.
    """
    if provenance == "spam_mirror":
        return "spam_mirror"
    if translated:
        return "machine_translation" if "machine_translation" in flags else "translation"
    if document_type == "interpretation" or interpretation:
        return "interpretation"
    if provenance in {"origin", "official_mirror"} and _is_gazette(publisher, url):
        return "gazette"
    if provenance in {"newspaper", "repost", "official_mirror", "origin"}:
        return "newspaper" if about and document_type == "news" and provenance != "repost" else provenance
    return None


def _is_gazette(publisher: str | None, url: str) -> bool:
    return "公报" in (publisher or "") or any(
        part in url.lower() for part in ("/gongbao", "/zfgb", "gazette", "/gb/20")
    )


def elect(copies: Sequence[Copy]) -> tuple[str, str]:
    """The copy that is quoted, and why: by role, then whole before damaged, then longer, then seen first.

    A spam mirror or an interpretation is elected only where there is nothing else, and the reason says so.
    """

    def rank(copy: Copy) -> tuple[int, bool, int, str, str]:
        place = ROLES.index(copy.role) if copy.role in ROLES else ROLES.index("repost")
        return (place, not copy.complete, -copy.characters, copy.first_seen, copy.document_id)

    best = min(copies, key=rank)
    others = len(copies) - 1
    reason = f"{best.role or 'role not known'}, {'complete' if best.complete else 'not complete'}, {best.characters} characters"
    if not others:
        return best.document_id, f"the only copy: {reason}"
    if best.role in {"spam_mirror", "interpretation"}:
        return best.document_id, f"no better copy is held: {reason}"
    return best.document_id, f"first by role, completeness and length of {len(copies)}: {reason}"

"""Repairing an extracted text: what was garbled, spun or glued is put right, each change kept as an edit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from parsers.document import Flag
from parsers.normalisation import characters, mojibake, pinyin, script, translation
from parsers.normalisation.edits import Draft, change
from parsers.normalisation.pinyin import Annotations
from parsers.normalisation.script import Script

# A flag's evidence quotes this much of a garbled line.
SNIPPET = 60


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repaired text and what was found wrong with it.

    Attributes:
        draft: The text with its edits and steps.
        script: `Hans`, `Hant`, `Hans-in-trad` or `mixed` before the repair; None without Chinese text.
        flags: `mojibake_lossy`, `pinyin_annotation_removed`, `mixed_script`, `sentence_spacing_repaired`.
        annotated: True where pinyin annotations were removed.
    """

    draft: Draft
    script: str | None
    flags: tuple[Flag, ...]
    annotated: bool = False


def repair(raw: str) -> Repaired:
    """Repair a text: mojibake, characters, pinyin annotations, script, spaces between sentences. Total, idempotent.

    Args:
        raw: The text as extracted; paragraphs are lines.

    Returns:
        The repaired text; `parsers.normalisation.edits.restore` gives `raw` back.
    """
    draft = characters.normalise(mojibake.repair(Draft(raw)))
    draft, annotations = pinyin.remove(draft)
    found = script.classify(draft.text, annotated=annotations.removed > 0)
    if found.name == "Hans-in-trad":
        draft = _simplified(draft)
    draft = translation.space_sentences(draft)
    flags = tuple(_flags(draft, annotations, found))
    return Repaired(draft, found.name, flags, annotations.removed > 0)


def repair_value(value: str, repaired: Repaired) -> str:
    """Repair a metadata string as its document was: characters always, pinyin and script where it had them."""
    text = characters.normalise(mojibake.repair(Draft(value))).text
    if repaired.annotated:
        text = pinyin.remove_from_value(text)
    return script.simplify(text) if repaired.script == "Hans-in-trad" else text


def _simplified(draft: Draft) -> Draft:
    """Write every traditional character simplified; an edit for each one, as the conversion keeps the length."""
    pairs = zip(draft.text, script.simplify(draft.text), strict=True)
    return change(draft, "simplified", [(n, n + 1, new) for n, (old, new) in enumerate(pairs) if new != old])


def _flags(draft: Draft, annotations: Annotations, found: Script) -> Iterator[Flag]:
    lost = list(mojibake.losses(draft.text))
    if lost or annotations.lost:
        first = f", first: {lost[0].text[:SNIPPET]}" if lost else ""
        yield Flag("mojibake_lossy", f"{len(lost)} garbled lines{first}; {annotations.lost} torn annotations")
    if annotations.removed:
        yield Flag(
            "pinyin_annotation_removed",
            f"{annotations.removed} readings behind {annotations.characters} characters removed,"
            f" {annotations.solved} torn characters solved, {annotations.left} places left",
        )
    if found.name in {"Hans-in-trad", "mixed"}:
        yield Flag(
            "mixed_script",
            f"{found.name}: {found.traditional} traditional and {found.simplified} simplified characters,"
            f" {found.merged} merged and {found.genuine} genuine spellings",
        )
    spacing = translation.spacing_flag(draft)
    if spacing:
        yield spacing

"""A commitment as it is found in one sentence, before years and clauses are settled."""

from __future__ import annotations

from dataclasses import dataclass

from parsers.structure.quantities import Quantity
from parsers.structure.target_years import YearMark


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quantity stands in its sentence, and what its surroundings say.

    Attributes:
        sentence: The sentence.
        quantity: The quantity; offsets in the sentence.
        clause: Start of the stretch between commas that it stands in.
        start: The same, or the end of the quantity (and its noun) before it in that stretch.
        following: Start of the next quantity, or the sentence's end.
        looks_ahead: True where the sentence looks ahead (力争, will).
        listed: True where it continues a list whose last quantity was a commitment.
        heard: Subject of the commitment before it in the sentence.
    """

    sentence: str
    quantity: Quantity
    clause: int
    start: int
    following: int
    looks_ahead: bool
    listed: bool
    heard: str | None

    @property
    def unit(self) -> str:
        """The unit, empty where there is none."""
        return self.quantity.unit or ""

    @property
    def number(self) -> str:
        """The number with its unit."""
        return self.sentence[self.quantity.start : self.quantity.end]

    @property
    def qualifier(self) -> str:
        """The words that qualify it in front, e.g. 不少于, at least."""
        return self.sentence[self.quantity.bare : self.quantity.start]

    @property
    def before(self) -> str:
        """Its stretch between commas, up to its qualifiers."""
        return self.sentence[self.clause : self.quantity.bare]

    @property
    def segment(self) -> str:
        """What stands between the quantity before it, or the comma, and its qualifiers."""
        return self.sentence[self.start : self.quantity.bare]

    @property
    def after(self) -> str:
        """The rest of the sentence."""
        return self.sentence[self.quantity.end :]


@dataclass(frozen=True, slots=True)
class Commitment:
    """A quantity that a sentence commits to.

    Attributes:
        subject: What is counted; None where the sentence does not say.
        quantity: How much, offsets in the sentence.
        mark: The year that the sentence names for it.
        change: `increase`, `decrease` or None.
        surface: The words it was read from.
        start: Start of the surface in the sentence.
        end: End of it, exclusive.
    """

    subject: str | None
    quantity: Quantity
    mark: YearMark | None
    change: str | None
    surface: str
    start: int
    end: int

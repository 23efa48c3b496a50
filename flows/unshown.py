"""Arguments of a flow that are too many for Prefect's history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar, overload

Held = TypeVar("Held")


class Unshown(Sequence[Held]):
    """A sequence that Prefect notes by the name of its type alone.

    It writes a flow's arguments into its database and refuses a run whose arguments take half a megabyte: four hundred
    source files, or the paths of a few thousand WARC files. What was asked stands in the archive and the tables.
    """

    __slots__ = ("_held",)

    def __init__(self, held: Iterable[Held]) -> None:
        self._held = tuple(held)

    @overload
    def __getitem__(self, at: int) -> Held: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Held, ...]: ...
    def __getitem__(self, at: int | slice) -> Held | tuple[Held, ...]:
        return self._held[at]

    def __len__(self) -> int:
        return len(self._held)

"""Divisions as they were: old documents carry old names, and a code has had several (GB/T 2260 with its revisions since 1980)."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass

from parsers.metadata.jurisdictions import DIVISIONS


@dataclass(frozen=True, slots=True)
class FormerDivision:
    """A division under a name, or a code, that it has no more.

    Attributes:
        code: GB/T 2260, six digits.
        name: In full.
        first: First revision of the standard that has it so, `yyyymm`.
        last: Last one.
    """

    code: str
    name: str
    first: str
    last: str


def _load() -> tuple[FormerDivision, ...]:
    table = pkgutil.get_data(__name__, "data/former_divisions.tsv") or b""
    return tuple(FormerDivision(*line.split("\t")) for line in table.decode().splitlines())


FORMER = _load()
_BY_CODE: dict[str, list[FormerDivision]] = {}
_BY_NAME: dict[str, list[FormerDivision]] = {}
for _item in FORMER:
    _BY_CODE.setdefault(_item.code, []).append(_item)
    _BY_NAME.setdefault(_item.name, []).append(_item)


def division_asof(code: str, year: int) -> str | None:
    """The name of a division in a year: a former one, else today's; None for a code that the standard does not have."""
    return name_asof(code, year) or DIVISIONS.get(code)


def name_asof(code: str, year: int) -> str | None:
    """The name that a code had in a year, where it was another than today's; None where the standard knows no other."""
    return next(
        (item.name for item in _BY_CODE.get(code, ()) if int(item.first[:4]) <= year <= int(item.last[:4])),
        None,
    )


def code_asof(name: str, year: int) -> str | None:
    """The code that a name had in a year, where it is no longer today's; None where none, or several, had it."""
    codes = {
        item.code for item in _BY_NAME.get(name, ()) if int(item.first[:4]) <= year <= int(item.last[:4])
    }
    return codes.pop() if len(codes) == 1 else None

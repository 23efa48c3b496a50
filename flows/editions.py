"""Editions: the pages of a template by their day, and what it says that some of them are missing."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from store.frontier import GONE, Known
from store.source import Seed, addresses

_FIRST = 2
"""Pages by which an edition is told: a single one may be missing by mistake."""

_LOOK_BACK = 14
"""Days before today whose editions show with which pages one begins, also where this run asks for other days."""

_TWO_DAYS = (date(1999, 1, 1), date(1999, 1, 2))


@dataclass(frozen=True, slots=True)
class Editions:
    """The pages of a template that names days (of any other seed there are none), and what was found of them.

    Attributes:
        pages: Each page that is asked for, with all pages of its day.
        todays: Pages that may not be out yet: until the day is over, it says nothing that they are missing.
        firsts: The first pages of these days, and of the last ones.
        answered: Pages that were had, in this run or before.
        missing: Pages that the server did not have in this run; one that failed may well be there.
        put_off: Pages that are asked for behind all others.
    """

    pages: Mapping[str, tuple[str, ...]]
    todays: frozenset[str]
    firsts: frozenset[str]
    answered: set[str]
    missing: set[str] = field(default_factory=set)
    put_off: set[str] = field(default_factory=set)


def editions_of(seed: Seed, days: Iterable[date], today: date, known: Mapping[str, Known]) -> Editions:
    """The editions of some days, and what earlier runs had of them."""
    first, second = ((addresses(seed, (day,)) if seed.kind == "template" else ()) for day in _TWO_DAYS)
    if first == second:
        return Editions({}, frozenset(), frozenset(), set())
    asked = [addresses(seed, (day,)) for day in days]
    late = [addresses(seed, (today - timedelta(days=ago),)) for ago in range(_LOOK_BACK + 1)]
    firsts = frozenset(page for pages in (*asked, *late) for page in pages[:_FIRST])
    had = {page for page in firsts if page in known and known[page].whole is not None}
    return Editions({page: pages for pages in asked for page in pages}, frozenset(late[0]), firsts, had)


def next_page(editions: Editions, pages: list[str], asked: Container[str]) -> str | None:
    """Take the next page to ask for: none of an edition that did not appear.

    Where its first pages are missing, the others wait until another edition shows with which pages one begins. Where
    none does, they are asked for: the paper may well begin with its third page.
    """
    while pages:
        page = pages.pop(0)
        if page in asked or is_absent(editions, page):
            continue
        if page in editions.put_off or not _lacks_its_first(editions, page, editions.missing):
            return page
        editions.put_off.add(page)
        pages.append(page)
    return None


def is_absent(editions: Editions, page: str, never: Iterable[str] = ()) -> bool:
    """Whether an edition did not appear, as on a holiday: its first pages are missing, and those of another one answered.

    Args:
        editions: What was found so far.
        page: One of its pages.
        never: Pages that earlier runs found missing.
    """
    lacking = _lacks_its_first(editions, page, editions.missing.union(never))
    return lacking and not editions.firsts.isdisjoint(editions.answered)


def is_settled(editions: Editions, page: str, known: Mapping[str, Known]) -> bool:
    """Whether an earlier run learned of a page of an edition what there is, or the edition is absent, by what any run found."""
    never = {url for url in editions.pages.get(page, ()) if _was_never_there(known.get(url))}
    had = page in known and known[page].whole is not None
    return page in editions.pages and (had or page in never or is_absent(editions, page, never))


def _lacks_its_first(editions: Editions, page: str, missing: Container[str]) -> bool:
    return page in editions.pages and all(first in missing for first in editions.pages[page][:_FIRST])


def _was_never_there(known: Known | None) -> bool:
    return known is not None and known.whole is None and known.last.fetch_outcome in GONE

"""The rules: what a source gave lately → a sign for each cause.

Each rule has two thresholds, so that a source on the edge neither opens nor closes an alarm at every visit.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from statistics import median, quantiles

from flows.alarms.alarm import BROKEN, DATASET, Reading, Sign
from flows.mass_change import LOSS_LASTS, MASS_CHANGE
from store.observed import Observed, Sketch, SourceObserved, Visit
from store.shown import FILLED, NEWEST
from store.source import FREQUENCIES, SEED_KEYS, Source

TWICE = 2
"""Bad visits in a row before anyone is called: a night's maintenance passes by itself."""

BLOCKED_OPENS, BLOCKED_CLOSES = 0.3, 0.1
"""Share of a visit's requests that are kept out."""

LEAST_BEFORE = 10
"""Pages and documents that others can be held against; fewer say nothing."""

REJECTED_OPENS, REJECTED_CLOSES, REJECTED_BEFORE = 0.5, 0.2, 0.2
"""Share of the newest pages that are no document any more, where those before them were."""

FILL_LOSS_OPENS, FILL_LOSS_CLOSES = 0.6, 0.3
"""Share of documents that lost a column, against those before."""

LENGTH_OPENS, LENGTH_CLOSES = 0.33, 0.5
"""Median length of the newest texts, against those before."""

LEAST_DAYS = 6
"""Days of publication from which a source's own rhythm is told."""

CERTIFICATE_OPENS, CERTIFICATE_CLOSES = timedelta(days=14), timedelta(days=21)

GRACE = timedelta(hours=2)
"""Beside its rhythm, what a run may be late."""

_LISTING_SEEDS = frozenset(SEED_KEYS) - {"document", "folder", "warc"}


def signs(
    observed: Observed,
    sources: Sequence[Source],
    now: datetime,
    wrong: Sequence[str] = (),
    *,
    free: float,
    needed: float,
) -> tuple[Sign, ...]:
    """All that the rules say.

    Args:
        observed: What the tables say.
        sources: The source files.
        now: The clock.
        wrong: What is wrong with source files that could not be read.
        free: Bytes free on the disk.
        needed: Bytes below which no run begins.
    """
    said = [
        sign
        for source in sources
        for sign in _of_source(source, observed.sources.get(source.source_id, SourceObserved()), now)
    ]
    return (*_missed(said), _broken(sources, wrong), _refused(observed), _room(free, needed))


def _of_source(source: Source, given: SourceObserved, now: datetime) -> Iterator[Sign]:
    for cause, (reading, message) in {
        "nothing_produced": _produced(source, given.visits),
        "stale": _stale(source, given, now),
        "layout_changed": _layout(given),
        "blocked": _blocked(given.visits),
        "paths_disagree": _disagreement(given.visits),
        "certificate_ends": _certificate(given.certificate_ends, now),
        "mass_change": _mass(given.visits),
        "run_missed": _late(source, given, now),
    }.items():
        yield Sign(source.source_id, cause, reading, message)


def _in_a_row(bad: Sequence[bool], needed: int = TWICE) -> Reading:
    """Bad so many times in a row, newest first; well at the first time that is not."""
    if not bad:
        return "unclear"
    if not bad[0]:
        return "well"
    return "bad" if len(bad) >= needed and all(bad[:needed]) else "unclear"


def _produced(source: Source, visits: Sequence[Visit]) -> tuple[Reading, str]:
    """Nothing came where something was expected: no link on any listing, or no answer at all."""
    telling = [visit for visit in visits if visit.failed or visit.listings or visit.asked]
    if any(seed.kind in _LISTING_SEEDS for seed in source.seeds):
        telling = [visit for visit in telling if visit.listings or visit.failed]
        bad = [not visit.links for visit in telling]
    else:
        bad = [not visit.answered for visit in telling]
    # A source that is asked once a week or less is not waited for twice.
    needed = TWICE if FREQUENCIES[source.frequency] <= timedelta(days=1) else 1
    reading = _in_a_row(bad, needed)
    if reading != "bad":
        return reading, ""
    since = telling[next((n for n, is_bad in enumerate(bad) if not is_bad), len(bad)) - 1].time
    why = next((f"{name}: {said}" for name, said in telling[0].issues.items()), "no link was found")
    return reading, f"nothing came since {since:%Y-%m-%d %H:%M}; the last visit says: {why}"


def _stale(source: Source, given: SourceObserved, now: datetime) -> tuple[Reading, str]:
    """The newest document is older than this source's own pauses ever were, and so long we have watched it, too."""
    days = given.days
    if not given.listed or given.first_visit is None or len(days) < LEAST_DAYS:
        return "unclear", ""
    gaps = [(later - earlier).days for later, earlier in itertools.pairwise(days)]
    usual = quantiles(gaps, n=20)[-1]
    most = max(2 * usual, 1.25 * max(gaps), 3 * FREQUENCIES[source.frequency].days, 7)
    age = (now.date() - days[0]).days
    if min(age, (now - given.first_visit).days) <= most:
        return "well", ""
    return "bad", (
        f"the newest document is {age} days old; 19 of 20 pauses were at most {usual:.0f} days, the longest {max(gaps)}"
    )


def _layout(given: SourceObserved) -> tuple[Reading, str]:
    """Pages that are no document any more, values that are not found any more, texts that shrank."""
    readings = [_rejected(given.verdicts, given.verdicts_before), *_lost(given.sketches)]
    for reading, message in readings:
        if reading == "bad":
            return reading, message
    known = {reading for reading, _ in readings}
    return ("well" if known == {"well"} else "unclear"), ""


def _rejected(new: Sequence[str], before: Sequence[str]) -> tuple[Reading, str]:
    if len(new) < NEWEST // 2:
        return "well", ""  # too few to say anything against what else is seen of them
    share = sum(verdict != "document" for verdict in new) / len(new)
    usual = sum(verdict != "document" for verdict in before) / len(before) if before else 1.0
    if share <= REJECTED_CLOSES or (
        len(before) >= LEAST_BEFORE and share <= usual and share < REJECTED_OPENS
    ):
        return "well", ""  # a layout that stays lost is soon no worse than before, and no better either
    if share < REJECTED_OPENS or len(before) < LEAST_BEFORE or usual > REJECTED_BEFORE:
        return "unclear", ""
    most = max(set(new) - {"document"}, key=new.count)
    return (
        "bad",
        f"{share:.0%} of the newest {len(new)} pages are no document ({most}); before, {usual:.0%} were none",
    )


def _lost(sketches: Sequence[Sketch]) -> Iterator[tuple[Reading, str]]:
    new, before = sketches[:NEWEST], sketches[NEWEST:]
    if len(new) < NEWEST or len(before) < LEAST_BEFORE:
        yield "well", ""  # there is nothing yet that could have been lost
        return
    length = median(item.characters for item in new) / max(1.0, median(item.characters for item in before))
    if length < LENGTH_OPENS:
        yield "bad", f"the newest {len(new)} texts have {length:.0%} of the length of those before them"
    else:
        yield ("well" if length >= LENGTH_CLOSES else "unclear"), ""
    for name in FILLED:
        had, has = _fill(before, name), _fill(new, name)
        if had - has > FILL_LOSS_OPENS:
            yield "bad", f"{has:.0%} of the newest {len(new)} documents have {name}; before, {had:.0%} had"
        else:
            yield ("well" if had - has <= FILL_LOSS_CLOSES else "unclear"), ""


def _fill(sketches: Sequence[Sketch], name: str) -> float:
    return sum(name in item.filled for item in sketches) / len(sketches)


def _blocked(visits: Sequence[Visit]) -> tuple[Reading, str]:
    asked = [visit for visit in visits if visit.listings + visit.asked]
    shares = [visit.blocked / (visit.listings + visit.asked) for visit in asked]
    if not shares:
        return "unclear", ""
    if shares[0] <= BLOCKED_CLOSES:
        return "well", ""
    reading = _in_a_row([share >= BLOCKED_OPENS for share in shares])
    if reading != "bad":
        return "unclear", ""
    return reading, f"{asked[0].blocked} of {asked[0].listings + asked[0].asked} requests were kept out"


def _disagreement(visits: Sequence[Visit]) -> tuple[Reading, str]:
    listed = [visit for visit in visits if visit.links]
    reading = _in_a_row(["paths_disagree" in visit.issues for visit in listed])
    return reading, listed[0].issues["paths_disagree"] if reading == "bad" else ""


def _certificate(ends: datetime | None, now: datetime) -> tuple[Reading, str]:
    if ends is None:
        return "unclear", ""
    left = ends - now
    if left < CERTIFICATE_OPENS:
        return "bad", f"its certificate ends on {ends:%Y-%m-%d}, in {max(0, left.days)} days"
    return ("well" if left > CERTIFICATE_CLOSES else "unclear"), ""


def _mass(visits: Sequence[Visit]) -> tuple[Reading, str]:
    """Once is enough: whatever it is, versions are held back until someone has looked.

    A visit that asked for nothing, as when `build` runs by itself, or to which nobody answered, does not say that it is over.
    """
    for visit in visits:
        said = [visit.issues[name] for name in (MASS_CHANGE, LOSS_LASTS) if name in visit.issues]
        if said:
            return "bad", said[0]
        if visit.answered or visit.links:
            return "well", ""
    return "unclear", ""


def _late(source: Source, given: SourceObserved, now: datetime) -> tuple[Reading, str]:
    """No request since longer than two turns, whoever is to blame."""
    if not given.listed or given.last_visit is None:
        return "unclear", ""
    rest = now - given.last_visit
    if rest <= 2 * FREQUENCIES[source.frequency] + GRACE:
        return "well", ""
    return (
        "bad",
        f"it was not asked since {given.last_visit:%Y-%m-%d %H:%M}; its rhythm is {source.frequency}",
    )


def _missed(said: Sequence[Sign]) -> Iterator[Sign]:
    """The signs, runs that were missed by most sources told once: then the service stands still, not a source."""
    turns = [sign for sign in said if sign.cause == "run_missed" and sign.reading != "unclear"]
    late = [sign for sign in turns if sign.reading == "bad"]
    still = len(late) > 1 and 2 * len(late) > len(turns)
    for sign in said:
        yield Sign(sign.source_id, sign.cause, "unclear") if still and sign in late else sign
    message = f"{len(late)} of {len(turns)} sources were not asked for two of their turns" if still else ""
    yield Sign(DATASET, "run_missed", "bad" if still else "well" if turns else "unclear", message)


def _broken(sources: Sequence[Source], wrong: Sequence[str]) -> Sign:
    """Files that cannot be read. Without any file nothing is said: what was imported needs none."""
    message = f"{len(wrong)} mistakes: {'; '.join(wrong)}" if wrong else ""
    return Sign(DATASET, BROKEN, "bad" if wrong else "well" if sources else "unclear", message)


def _refused(observed: Observed) -> Sign:
    said = "; ".join(f"{check}: {message}" for check, message in observed.refusals)
    return Sign(DATASET, "release_refused", "bad" if said else "well", said)


def _room(free: float, needed: float) -> Sign:
    """Told before it is too late: below `needed` no run begins."""
    if free < 1.5 * needed:
        message = f"{free / 1e9:.1f} GB are free; below {needed / 1e9:.1f} GB no run begins"
        return Sign(DATASET, "disk_nearly_full", "bad", message)
    return Sign(DATASET, "disk_nearly_full", "well" if free > 2 * needed else "unclear")

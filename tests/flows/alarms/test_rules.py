"""The rules: what opens an alarm, what closes it, and what does neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from flows.alarms.alarm import ACTIONS, DATASET, Sign
from flows.alarms.rules import signs
from store.observed import Observed, Sketch, SourceObserved, Visit
from store.shown import FILLED
from store.source import Seed, Source

NOW = datetime(2026, 3, 20, 2, tzinfo=UTC)
SOURCE = Source("kjt", "Notices", seeds=(Seed("listing", "https://kjt.example.cn/"),))
GOOD = Visit("run", NOW, listings=1, links=20, asked=5, answered=5)
WHOLE = Sketch(1_000, frozenset(FILLED))


def visits(*several: Visit) -> tuple[Visit, ...]:
    """Visits, newest first, a day apart."""
    return tuple(replace(visit, time=NOW - timedelta(days=n)) for n, visit in enumerate(several))


def said(given: SourceObserved, source: Source = SOURCE) -> dict[str, Sign]:
    """What the rules say of a source, by cause."""
    found = signs(Observed({source.source_id: given}), [source], NOW, free=100, needed=1)
    return {sign.cause: sign for sign in found if sign.source_id == source.source_id}


def seen(*several: Visit, **others: object) -> SourceObserved:
    """A source with these visits."""
    given = {"first_visit": NOW - timedelta(days=400), "last_visit": NOW, "listed": True, **others}
    return SourceObserved(visits=visits(*several), **given)  # type: ignore[arg-type]  # names of its fields


def test_every_cause_has_an_action_and_a_sign() -> None:
    """Nothing is said of which nobody knows what to do."""
    found = signs(Observed({}), [SOURCE], NOW, free=100, needed=1)

    assert {sign.cause for sign in found} == set(ACTIONS)
    assert {sign.reading for sign in found} <= {"well", "unclear"}


def test_a_listing_that_gives_nothing_twice_is_told() -> None:
    """Once may be a night's maintenance; the message says since when and why."""
    bad = replace(GOOD, links=0, issues={"http_error": "HTTP 503"})

    assert said(seen(bad, GOOD))["nothing_produced"].reading == "unclear"
    twice = said(seen(bad, bad, GOOD))["nothing_produced"]
    assert twice.reading == "bad"
    assert "2026-03-19" in twice.message
    assert "HTTP 503" in twice.message
    assert said(seen(GOOD, bad, bad))["nothing_produced"].reading == "well"


def test_a_slow_source_is_not_waited_for_twice() -> None:
    """Two weeks are too long."""
    weekly = replace(SOURCE, frequency="weekly")

    assert said(seen(replace(GOOD, links=0)), weekly)["nothing_produced"].reading == "bad"


def test_a_visit_without_a_listing_says_nothing_of_listings() -> None:
    """Documents alone were due then."""
    documents = replace(GOOD, listings=0, links=0)

    assert said(seen(documents, documents))["nothing_produced"].reading == "unclear"
    assert said(seen(documents, GOOD))["nothing_produced"].reading == "well"


def test_a_source_of_single_documents_is_judged_by_their_answers() -> None:
    """It has no listing that could be empty."""
    single = replace(SOURCE, seeds=(Seed("document", "https://kjt.example.cn/1.html"),))
    dead = replace(GOOD, listings=0, links=0, answered=0)

    assert said(seen(dead, dead), single)["nothing_produced"].reading == "bad"
    assert said(seen(replace(dead, answered=1), dead), single)["nothing_produced"].reading == "well"


def test_a_run_that_could_not_ask_at_all_counts() -> None:
    """A wrong limit, or a mistake of ours, leaves no capture; it is no quiet day."""
    broken = Visit("run", NOW, failed=True, issues={"CorrectTheLimits": "unknown limit"})

    assert said(seen(broken, broken))["nothing_produced"].reading == "bad"


def published(*ago: int) -> tuple[date, ...]:
    """Days of publication, so many days ago."""
    return tuple((NOW - timedelta(days=n)).date() for n in ago)


def test_a_source_older_than_its_own_pauses_is_stale() -> None:
    """A holiday is a pause it had before."""
    weekly = published(*range(50, 200, 7))

    assert said(seen(GOOD, days=weekly))["stale"].reading == "bad"
    assert said(seen(GOOD, days=published(20, *range(50, 200, 7))))["stale"].reading == "well"
    assert said(seen(GOOD, days=published(60, 120, 180, 240, 300, 360)))["stale"].reading == "well"


def test_a_source_that_was_old_when_we_came_is_not_stale() -> None:
    """Nobody has to be called for what was so all along; nor where too little is known."""
    days = published(*range(500, 650, 7))

    assert said(seen(GOOD, days=days, first_visit=NOW - timedelta(days=3)))["stale"].reading == "well"
    assert said(seen(GOOD, days=days[:3]))["stale"].reading == "unclear"


def test_pages_that_are_no_document_any_more_are_a_new_layout() -> None:
    """Half opens, a fifth closes, between them nothing."""
    whole = ("document",) * 30

    def reading(rejected: int, before: Sequence[str] = whole) -> str:
        new = ("empty_document",) * rejected + ("document",) * (10 - rejected)
        return said(seen(GOOD, verdicts=new, verdicts_before=tuple(before)))["layout_changed"].reading

    assert [reading(n) for n in (0, 2, 4, 5, 10)] == ["well", "well", "unclear", "bad", "bad"]
    assert reading(10, before=()) == "unclear"
    assert reading(6, before=("document", "listing") * 15) == "unclear"


def test_a_layout_that_is_well_again_closes_whatever_is_usual_of_the_source() -> None:
    """A third of its pages never were documents, or hardly any are asked for; but what is lost for good stays told."""

    def reading(new: Sequence[str], before: Sequence[str]) -> str:
        given = seen(GOOD, verdicts=tuple(new), verdicts_before=tuple(before))
        return said(given)["layout_changed"].reading

    third = ("listing", "document", "document") * 10
    assert reading(third[:9], third) == "well"
    assert reading(third[:9], ("document",) * 30) == "unclear"
    assert reading(("document",) * 3, ("document",) * 3) == "well"
    assert reading(("empty_document",) * 10, ("empty_document",) * 30) == "unclear"


def test_values_and_lengths_that_are_lost_are_a_new_layout() -> None:
    """Against the documents before."""
    untitled = Sketch(1_000, frozenset(FILLED) - {"title"})
    short = Sketch(200, frozenset(FILLED))

    def sign(new: Sketch) -> Sign:
        given = seen(GOOD, sketches=(new,) * 10 + (WHOLE,) * 20, verdicts=("document",) * 10)
        return said(given)["layout_changed"]

    assert "title" in sign(untitled).message
    assert "20%" in sign(short).message
    assert sign(WHOLE).reading == "well"


def test_blocked_requests_open_at_a_third_and_close_at_a_tenth() -> None:
    """At two visits in a row."""
    kept_out, some = replace(GOOD, blocked=3), replace(GOOD, blocked=1)

    assert said(seen(kept_out, GOOD))["blocked"].reading == "unclear"
    assert said(seen(kept_out, kept_out))["blocked"].reading == "bad"
    assert said(seen(some, kept_out))["blocked"].reading == "unclear"
    assert said(seen(GOOD, kept_out, kept_out))["blocked"].reading == "well"


def test_paths_that_disagree_twice_are_told() -> None:
    """As the issue says it."""
    bad = replace(GOOD, issues={"paths_disagree": "3 of the feed are not listed"})

    assert said(seen(bad, bad))["paths_disagree"].message == "3 of the feed are not listed"
    assert said(seen(GOOD, bad, bad))["paths_disagree"].reading == "well"


def test_a_certificate_opens_two_weeks_before_and_closes_when_renewed() -> None:
    """Between two and three weeks nothing turns."""

    def reading(days: int) -> str:
        return said(seen(GOOD, certificate_ends=NOW + timedelta(days=days)))["certificate_ends"].reading

    assert [reading(days) for days in (-1, 10, 17, 30)] == ["bad", "bad", "unclear", "well"]
    assert said(seen(GOOD))["certificate_ends"].reading == "unclear"


def test_a_mass_change_is_told_at_once() -> None:
    """Versions are held back until someone has looked."""
    bad = replace(GOOD, issues={"mass_change": "12 of 40 changed"})

    assert said(seen(bad, GOOD))["mass_change"].message == "12 of 40 changed"
    assert said(seen(GOOD, bad))["mass_change"].reading == "well"


def test_a_mass_change_is_over_although_a_listing_is_dead() -> None:
    """One of several entries fails each visit; the pages answer."""
    bad, dead = replace(GOOD, issues={"mass_change": "15 of 40 changed"}), replace(GOOD, failed=True)
    assert said(seen(dead, bad, GOOD))["mass_change"].reading == "well"


def test_a_mass_change_is_over_when_a_visit_that_asked_says_so() -> None:
    """A build by itself, a visit that failed, and one that finds the same pages gone do not."""
    bad = replace(GOOD, issues={"mass_change": "15 of 40 are gone at once"}, failed=True)
    built = Visit("run", NOW, issues={"not_found": "soft 404"})
    failed = replace(GOOD, answered=0, links=0, failed=True, issues={"http_error": "HTTP 503"})
    lasting = replace(GOOD, issues={"loss_lasts": "15 of 40 are still gone"})

    assert said(seen(built, bad, GOOD))["mass_change"].reading == "bad"
    assert said(seen(failed, bad, GOOD))["mass_change"].reading == "bad"
    assert said(seen(built, lasting, bad))["mass_change"].message == "15 of 40 are still gone"
    assert said(seen(built, GOOD, bad))["mass_change"].reading == "well"
    assert said(seen(built))["mass_change"].reading == "unclear"


def test_one_source_that_is_not_asked_is_told_by_itself_and_all_at_once() -> None:
    """Sixty alarms would hide that the service stands still."""
    sources = [replace(SOURCE, source_id=f"s{n}") for n in range(4)]
    late, fresh = seen(GOOD, last_visit=NOW - timedelta(days=3)), seen(GOOD)

    def missed(*given: SourceObserved) -> set[tuple[str, str]]:
        observed = Observed({source.source_id: item for source, item in zip(sources, given, strict=True)})
        found = signs(observed, sources, NOW, free=100, needed=1)
        return {
            (sign.source_id, sign.reading)
            for sign in found
            if sign.cause == "run_missed" and sign.reading == "bad"
        }

    assert missed(late, fresh, fresh, fresh) == {("s0", "bad")}
    assert missed(late, late, late, fresh) == {(DATASET, "bad")}
    assert missed(fresh, fresh, fresh, fresh) == set()


def test_refusals_and_a_full_disk_concern_the_dataset() -> None:
    """With their numbers."""
    observed = Observed({}, refusals=(("documents_min", "2 documents, expected are at least 9"),))

    def sign(cause: str, free: float) -> Sign:
        found = signs(observed, [], NOW, free=free, needed=2e9)
        return next(item for item in found if item.cause == cause)

    assert "expected are at least 9" in sign("release_refused", 1e12).message
    assert [sign("disk_nearly_full", free).reading for free in (1e9, 2.9e9, 3.5e9, 5e9)] == [
        "bad",
        "bad",
        "unclear",
        "well",
    ]

"""A source and its file: `seeds/<source_id>.toml` (TOML, since YAML reads `NO` as false and 1.10 as 1.1)."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from parsers.page import Rule
from store.exceptions import InvalidSource

FREQUENCIES: Mapping[str, timedelta] = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
}
"""Refresh rhythms (dcterms:accrualPeriodicity) and how long a listing rests between two requests."""

SEED_KINDS = ("listing", "feed", "document")
_SOURCE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Seed:
    """A URL where discovery begins.

    Attributes:
        kind: One of `SEED_KINDS`.
        url: Absolute http or https URL.
    """

    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class Expect:
    """What a healthy source gives; a broken minimum refuses the release, anything else only warns.

    Attributes:
        listing_links_min: Links that each listing shows at least.
        documents_min: Documents held at least, from the first release on.
        fill: Column of `documents` to the share of its documents that must have it, 0 to 1.
    """

    listing_links_min: int = 1
    documents_min: int = 0
    fill: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher's collection that we watch.

    Attributes:
        source_id: The name of its file.
        title: Name of the collection.
        publisher: Who publishes it.
        homepage: Its home page.
        jurisdiction: ISO 3166-2 code.
        language: BCP 47 tag of most of its documents.
        license: Licence or terms, as the publisher states them.
        frequency: One of `FREQUENCIES`.
        timezone: IANA name; the time zone of its dates.
        contact: Who looks after this source file.
        seeds: Where discovery begins.
        rules: Selectors, oldest first; the rule of today is last.
        expect: What a healthy source gives.
        limits: Overrides of the fetcher's limits by name.
        allow_addresses: Exact `host:port` pairs that may be private.
        verified: Day when someone last saw it work; None until then.
    """

    source_id: str
    title: str
    publisher: str | None = None
    homepage: str | None = None
    jurisdiction: str | None = None
    language: str | None = None
    license: str | None = None
    frequency: str = "daily"
    timezone: str = "Asia/Shanghai"
    contact: str | None = None
    seeds: tuple[Seed, ...] = ()
    rules: tuple[Rule, ...] = ()
    expect: Expect = Expect()
    limits: Mapping[str, float] = field(default_factory=dict)
    allow_addresses: tuple[str, ...] = ()
    verified: date | None = None


def imported(source_id: str) -> Source:
    """The source of files that a user already had: no seeds, no rules, never refreshed."""
    return Source(source_id, title=f"Imported files ({source_id})", frequency="monthly")


def rule_at(source: Source, fetch_time: datetime) -> Rule | None:
    """The rule that was valid when a capture was made, so that old captures keep their old rule."""
    day = fetch_time.astimezone(ZoneInfo(source.timezone)).date()
    for rule in source.rules:
        if rule.until is None or day <= rule.until:
            return rule
    return None


def rule_digest(rule: Rule | None) -> str:
    """Digest of what a rule says, without its date; empty without a rule."""
    if rule is None:
        return ""
    content = {name: value for name, value in asdict(rule).items() if name != "until"}
    return "sha256:" + hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def load_sources(folder: Path, only: Iterable[str] = ()) -> tuple[Source, ...]:
    """Read every source file of a folder, or the named ones.

    Raises:
        InvalidSource: with every mistake of every file at once.
    """
    if not folder.is_dir():
        raise InvalidSource(f"{folder} is not a folder: give the folder of the source files with --seeds")
    files = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    wanted = list(only) or list(files)
    mistakes = [
        f"{folder}: there is no source {name!r}; known are {', '.join(files) or 'none'}"
        for name in wanted
        if name not in files
    ]
    sources = []
    for name in wanted:
        if name in files:
            source, found = _read_source(files[name])
            mistakes += [f"{files[name]}: {mistake}" for mistake in found]
            sources.append(source)
    if not wanted:
        mistakes.append(f"{folder}: no source files (*.toml) there")
    if mistakes:
        raise InvalidSource("\n".join(mistakes))
    return tuple(source for source in sources if source is not None)


def _read_source(path: Path) -> tuple[Source | None, list[str]]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        return None, [f"is not readable as TOML: {error}"]
    mistakes = _mistakes(path.stem, data)
    return (None if mistakes else _source(path.stem, data)), mistakes


_TEXTS = (
    "title",
    "publisher",
    "homepage",
    "jurisdiction",
    "language",
    "license",
    "frequency",
    "timezone",
    "contact",
)
_TABLES = ("seeds", "rules", "expect", "limits", "allow_addresses", "verified")


def _mistakes(source_id: str, data: Mapping[str, object]) -> list[str]:
    known = (*_TEXTS, *_TABLES)
    found = [f"unknown key {key!r}; known are {', '.join(known)}" for key in data if key not in known]
    found += [f"{key} must be text" for key in _TEXTS if key in data and not isinstance(data[key], str)]
    if not _SOURCE_ID.fullmatch(source_id) or source_id == _IMPORTED:
        found.append("the file's name must be lower-case letters, digits and dashes, and not 'imported'")
    if not data.get("title"):
        found.append("title is missing")
    if data.get("frequency", "daily") not in FREQUENCIES:
        found.append(f"frequency {data['frequency']!r} is none of {', '.join(FREQUENCIES)}")
    if data.get("timezone", "UTC") not in available_timezones():
        found.append(f"timezone {data['timezone']!r} is not an IANA time zone")
    if "verified" in data and not isinstance(data["verified"], date):
        found.append("verified must be a date without quotes, e.g. 2026-01-31")
    found += _seed_mistakes(data.get("seeds"))
    found += _rule_mistakes(data.get("rules", []))
    found += _number_mistakes("expect", data.get("expect", {}), {item.name for item in fields(Expect)})
    found += _number_mistakes("limits", data.get("limits", {}), None)
    addresses = data.get("allow_addresses", [])
    if not isinstance(addresses, list) or not all(
        isinstance(item, str) and ":" in item for item in addresses
    ):
        found.append('allow_addresses must be a list of "host:port"')
    return found


def _seed_mistakes(seeds: object) -> list[str]:
    if not isinstance(seeds, list) or not seeds:
        return ["[[seeds]] is missing: at least one, with kind and url"]
    found = []
    for number, seed in enumerate(seeds, start=1):
        where = f"[[seeds]] number {number}"
        if not isinstance(seed, dict) or set(seed) != {"kind", "url"}:
            found.append(f"{where} must have exactly kind and url")
            continue
        if seed["kind"] not in SEED_KINDS:
            found.append(f"{where}: kind {seed['kind']!r} is none of {', '.join(SEED_KINDS)}")
        address = urlsplit(str(seed["url"]))
        if address.scheme not in {"http", "https"} or not address.hostname:
            found.append(f"{where}: url {seed['url']!r} is not an absolute http or https URL")
    return found


def _rule_mistakes(rules: object) -> list[str]:
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        return ["[[rules]] must be a list of tables"]
    known = {item.name for item in fields(Rule)}
    found = [
        f"[[rules]] number {number}: unknown key {key!r}; known are {', '.join(sorted(known))}"
        for number, rule in enumerate(rules, start=1)
        for key in rule
        if key not in known
    ]
    found += [
        f"[[rules]] number {number}: until must be a date without quotes"
        for number, rule in enumerate(rules, start=1)
        if "until" in rule and not isinstance(rule["until"], date)
    ]
    if sum("until" not in rule for rule in rules) > 1:
        found.append("[[rules]]: only the rule of today, the last one, may stand without until")
    return found


def _number_mistakes(name: str, table: object, known: set[str] | None) -> list[str]:
    if not isinstance(table, dict):
        return [f"[{name}] must be a table"]
    found = [f"[{name}]: unknown key {key!r}" for key in table if known is not None and key not in known]
    fill = table.get("fill", {})
    flat = {key: value for key, value in table.items() if key != "fill"} | (
        fill if isinstance(fill, dict) else {}
    )
    found += [
        f"[{name}]: {key} must be a number"
        for key, value in flat.items()
        if isinstance(value, bool) or not isinstance(value, int | float)
    ]
    return found


def _source(source_id: str, data: Mapping[str, object]) -> Source:
    given = {key: value for key, value in data.items() if key in _TEXTS or key == "verified"}
    seeds, rules, expect = data["seeds"], data.get("rules", []), data.get("expect", {})
    limits, addresses = data.get("limits", {}), data.get("allow_addresses", [])
    assert isinstance(seeds, list)
    assert isinstance(rules, list)
    assert isinstance(expect, dict)
    assert isinstance(limits, dict)
    assert isinstance(addresses, list)
    dated = sorted(rules, key=lambda rule: rule.get("until", date.max))
    return Source(
        source_id,
        seeds=tuple(Seed(**seed) for seed in seeds),
        rules=tuple(Rule(**{**rule, "drop": tuple(rule.get("drop", ()))}) for rule in dated),
        expect=Expect(**expect),
        limits=dict(limits),
        allow_addresses=tuple(addresses),
        **given,  # type: ignore[arg-type]  # checked by _mistakes
    )

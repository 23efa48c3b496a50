"""A source and its file: `seeds/<source_id>.toml` (TOML, since YAML reads `NO` as false and 1.10 as 1.1)."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
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

SEED_KEYS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "listing": (("url",), ()),
    "feed": (("url",), ()),
    "sitemap": (("url",), ("match",)),
    "api": (("url", "link"), ("items", "title", "issued", "page", "start", "step")),
    "template": (("url",), ("days", "start", "step", "stop")),
    "document": (("url",), ()),
    "folder": (("path",), ()),
    "warc": (("path",), ()),
}
"""Kinds of seeds: the keys that each must have, and those that it may have."""

_NUMBERS = ("start", "step", "stop", "days")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_ALWAYS = datetime.max.replace(tzinfo=UTC)
SOURCE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_IMPORTED = "imported"

_CATEGORIES = frozenset({"ac", "co", "com", "edu", "go", "gov", "mil", "ne", "net", "or", "org"})
"""Second-level names under a country's domain below which anybody's site stands: `gov.cn`, `com.hk`, `co.uk`."""

_PROVINCES = re.compile(
    "ah|bj|cq|fj|gd|gs|gx|gz|ha|hb|he|hi|hk|hl|hn|jl|js|jx|ln|mo|nm|nx|qh|sc|sd|sh|sn|sx|tj|tw|xj|xz|yn|zj"
)
"""The same under `cn`, one for each province (CNNIC)."""


@dataclass(frozen=True, slots=True)
class Seed:
    """Where discovery begins; which fields a kind has is said in `SEED_KEYS`.

    Attributes:
        kind: One of `SEED_KEYS`.
        url: Absolute http or https URL; of a template, one with `{yyyy}`, `{mm}`, `{dd}`, `{date:…}` (as strftime
            has it) or `{page}` in it.
        path: Folder of files, or WARC file.
        match: Regular expression that is found in the addresses of a sitemap that are documents.
        items: Path of the list in an API's answer, e.g. `data.results`; empty where the answer is the list.
        link: Path of the address within an item, or an address with `{name}` for values of the item.
        title: Path of the title within an item.
        issued: Path of the day within an item.
        page: Parameter of the API's URL that names the page.
        start: First page, or first offset.
        step: From one page to the next.
        stop: Last page of a template.
        days: So many days of a template with a day are asked for, today included: issues appear late.
    """

    kind: str
    url: str = ""
    path: str = ""
    match: str = ""
    items: str = ""
    link: str = ""
    title: str | None = None
    issued: str | None = None
    page: str | None = None
    start: int = 1
    step: int = 1
    stop: int = 1
    days: int = 7


def addresses(seed: Seed, days: Sequence[date]) -> tuple[str, ...]:
    """The addresses that a template stands for: one for each day and page, in their order.

    Raises:
        KeyError, ValueError, IndexError: A placeholder is unknown, or none at all.
    """
    pages = range(seed.start, seed.stop + 1, seed.step)
    made = (_address(seed.url, day, page) for day in days for page in pages)
    return tuple(dict.fromkeys(made))


def _address(template: str, day: date, page: int) -> str:
    return template.format(
        yyyy=f"{day.year:04}", mm=f"{day.month:02}", dd=f"{day.day:02}", date=day, page=page
    )


@dataclass(frozen=True, slots=True)
class Trust:
    """How far a source's certificates are trusted beyond the usual check; each capture says whether it held.

    Attributes:
        fingerprint: SHA-256 of the one certificate that is accepted unseen, 64 hexadecimal digits.
        legacy: Allow what old servers need: TLS 1.0, weak Diffie-Hellman groups, unsafe renegotiation.
    """

    fingerprint: str | None = None
    legacy: bool = False


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
        allow_hosts: Further hosts, with their subdomains, that its addresses may redirect to.
        hours: From when until when the office may be asked, in its own time, over midnight where the end is
            the earlier one; None for always.
        tls: How far its certificates are trusted.
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
    allow_hosts: tuple[str, ...] = ()
    hours: tuple[time, time] | None = None
    tls: Trust = Trust()
    verified: date | None = None


def imported(source_id: str) -> Source:
    """The source of files that a user already had: no seeds, no rules, never refreshed."""
    return Source(source_id, title=f"Imported files ({source_id})", frequency="monthly")


def redirect_hosts(source: Source) -> frozenset[str]:
    """Hosts, with their subdomains, that redirects may lead to without being asked for by name.

    Domains get sold: what an office's address leads to years later need not be the office's.
    """
    urls = (source.homepage or "", *(seed.url for seed in source.seeds))
    own = {place for url in urls if (place := site(url))}
    private = {address.rpartition(":")[0].strip("[]") for address in source.allow_addresses}
    return frozenset({*own, *private, *source.allow_hosts})


def site(url: str) -> str | None:
    """The site of a URL: its host's registrable domain, or the whole host where that is an address.

    Returns:
        As it stands in a request, lower-case and in ASCII; None where the URL has no host.
    """
    try:
        return _site_of("/".join(url.split("/", 3)[:3]))
    except ValueError:  # an unclosed bracket, or a name without an ASCII form
        return None


@lru_cache(maxsize=256)
def _site_of(origin: str) -> str | None:
    host = (urlsplit(origin).hostname or "").encode("idna").decode()
    labels = host.split(".")
    if ":" in host or len(labels) < 2 or labels[-1].isdigit():
        return host or None
    second, top = labels[-2:]
    shared = len(top) == 2 and (second in _CATEGORIES or (top == "cn" and _PROVINCES.fullmatch(second)))
    if shared and len(labels) == 2:
        return f"www.{host}"  # `gov.cn` itself must not stand for every office below it
    return ".".join(labels[-3 if shared else -2 :])


def rule_at(source: Source, fetch_time: datetime) -> Rule | None:
    """The rule that was valid when a capture was made, so that old captures keep their old rule."""
    day = fetch_time.astimezone(ZoneInfo(source.timezone)).date()
    for rule in source.rules:
        if rule.until is None or day <= rule.until:
            return rule
    return None


def open_until(source: Source, now: datetime) -> datetime | None:
    """Until when the source may be asked from now on; None outside its hours."""
    if source.hours is None:
        return _ALWAYS
    begin, end = source.hours
    local = now.astimezone(ZoneInfo(source.timezone))
    clock = local.time()
    over_midnight = end < begin
    if over_midnight and clock >= begin:
        return datetime.combine(local.date() + timedelta(days=1), end, local.tzinfo)
    if clock < end and (over_midnight or clock >= begin):
        return datetime.combine(local.date(), end, local.tzinfo)
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


def known_sources(folder: Path) -> tuple[Source, ...]:
    """The source files of a folder, where there are any: what is in the archive can be read without them."""
    return load_sources(folder) if any(folder.glob("*.toml")) else ()


def whole_sources(folder: Path) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """The source files of a folder that are right, and what is wrong with the others; a folder without any is wrong, too.

    For runs that nobody watches: one file that is being edited must not keep all other sources from being asked.
    """
    found = {path: _read_source(path) for path in sorted(folder.glob("*.toml"))}
    mistakes = tuple(f"{path}: {mistake}" for path, (_, said) in found.items() for mistake in said)
    sources = tuple(source for source, _ in found.values() if source is not None)
    return sources, mistakes if found else (f"{folder}: no source files (*.toml) there",)


def _read_source(path: Path) -> tuple[Source | None, list[str]]:
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        return None, [f"is not readable as TOML: {error}"]
    mistakes = _mistakes(path.stem, data, _lines(text))
    return (None if mistakes else _source(path, data)), mistakes


class _Lines(dict[tuple[str, int, str], int]):
    """Where a key of the n-th table of a name stands; the key is empty for the table's own line."""

    def at(self, table: str = "", number: int = 1, key: str = "") -> str:
        """Name the line, or that of the table; say nothing where neither is found."""
        line = self.get((table, number, key)) or self.get((table, number, ""))
        return f"line {line}: " if line else ""


_HEADER = re.compile(r"\s*\[\[?\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"""\s*["']?([\w-]+)["']?\s*[=.]""")


def _lines(text: str) -> _Lines:
    found, counts, table = _Lines(), dict[str, int](), ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = header[1]
            counts[table] = counts.get(table, 0) + 1
            found[table, counts[table], ""] = number
        elif key := _KEY.match(line):
            found.setdefault((table, counts.get(table, 1), key[1]), number)
    return found


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
_OTHERS = ("seeds", "rules", "expect", "limits", "tls", "allow_addresses", "allow_hosts", "hours", "verified")


def _mistakes(source_id: str, data: Mapping[str, object], lines: _Lines) -> list[str]:
    known = (*_TEXTS, *_OTHERS)
    found = [
        f"{lines.at(key=key) or lines.at(key)}unknown key {key!r}; known are {', '.join(known)}"
        for key in data
        if key not in known
    ]
    found += [
        f"{lines.at(key=key)}{key} must be text"
        for key in _TEXTS
        if key in data and not isinstance(data[key], str)
    ]
    if not SOURCE_ID.fullmatch(source_id) or source_id == _IMPORTED:
        found.append("the file's name must be lower-case letters, digits and dashes, and not 'imported'")
    if not data.get("title"):
        found.append("title is missing")
    if data.get("frequency", "daily") not in FREQUENCIES:
        found.append(
            f"{lines.at(key='frequency')}frequency {data['frequency']!r} is none of {', '.join(FREQUENCIES)}"
        )
    if data.get("timezone", "UTC") not in available_timezones():
        found.append(f"{lines.at(key='timezone')}timezone {data['timezone']!r} is not an IANA time zone")
    if "verified" in data and not isinstance(data["verified"], date):
        found.append(f"{lines.at(key='verified')}verified must be a date without quotes, e.g. 2026-01-31")
    hours = data.get("hours")
    if hours is not None and _hours(hours) is None:
        found.append(f"{lines.at(key='hours')}hours {hours!r} is not of the form 22:00-06:00")
    found += _seed_mistakes(data.get("seeds"), lines)
    found += _tls_mistakes(data.get("tls", {}), lines)
    found += _rule_mistakes(data.get("rules", []))
    found += _number_mistakes("expect", data.get("expect", {}), {item.name for item in fields(Expect)})
    found += _number_mistakes("limits", data.get("limits", {}), None)
    addresses = data.get("allow_addresses", [])
    if not isinstance(addresses, list) or not all(
        isinstance(item, str) and ":" in item for item in addresses
    ):
        found.append('allow_addresses must be a list of "host:port"')
    found += _host_mistakes(data.get("allow_hosts", []), lines)
    return found


def _host_mistakes(hosts: object, lines: _Lines) -> Iterator[str]:
    where = lines.at(key="allow_hosts")
    if not isinstance(hosts, list):
        yield f"{where}allow_hosts must be a list of host names"
        return
    for host in hosts:
        if not isinstance(host, str) or not _HOST.fullmatch(host):
            yield f"{where}allow_hosts: {host!r} is no host name; give it without scheme, port, path and stars"
        elif site(f"//{host}") in {None, f"www.{host.lower()}"}:
            yield f"{where}allow_hosts: {host!r} is nobody's site; name the one below it"


def _seed_mistakes(seeds: object, lines: _Lines) -> list[str]:
    if not isinstance(seeds, list) or not seeds:
        return ["[[seeds]] is missing: at least one, with its kind and url (or path)"]
    return [
        f"{lines.at('seeds', number, key)}[[seeds]] number {number}: {mistake}"
        for number, seed in enumerate(seeds, start=1)
        for key, mistake in _mistakes_of_seed(seed)
    ]


def _mistakes_of_seed(seed: object) -> Iterator[tuple[str, str]]:
    """Keys with what is wrong with them."""
    if not isinstance(seed, dict):
        yield "", "must be a table"
        return
    if str(seed.get("kind")) in SEED_KEYS:
        yield from _key_mistakes(seed)
    else:
        yield "kind", f"kind {seed.get('kind')!r} is none of {', '.join(SEED_KEYS)}"
    yield from _value_mistakes(seed)


def _key_mistakes(seed: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Keys of a seed that its kind must have, or does not know."""
    must, may = SEED_KEYS[str(seed["kind"])]
    yield from ((key, f"{key} is missing, which {seed['kind']} needs") for key in must if key not in seed)
    known = ("kind", *must, *may)
    for key in seed:
        if key not in known:
            yield key, f"unknown key {key!r} of {seed['kind']}; known are {', '.join(known)}"


def _value_mistakes(seed: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Values of a seed that cannot be meant."""
    for key, value in seed.items():
        if key in _NUMBERS:
            if isinstance(value, bool) or not isinstance(value, int) or value < (0 if key == "start" else 1):
                yield key, f"{key} must be a whole number, not {value!r}"
        elif not isinstance(value, str):
            yield key, f"{key} must be text, not {value!r}"
    if "url" in seed:
        yield from (("url", mistake) for mistake in _url_mistakes(seed))
    try:
        re.compile(str(seed.get("match", "")))
    except re.error as error:
        yield "match", f"match is no regular expression: {error}"


def _url_mistakes(seed: Mapping[str, object]) -> Iterator[str]:
    url = str(seed["url"])
    if seed.get("kind") == "template":
        try:
            made = {_address(url, date(2001, 2, 3), 4), _address(url, date(2012, 11, 10), 9)}
        except (KeyError, ValueError, IndexError, AttributeError, TypeError) as error:
            yield f"url {url!r} has a placeholder that is none of {{yyyy}} {{mm}} {{dd}} {{date:…}} {{page}}: {error}"
            return
        if len(made) == 1:
            yield f"url {url!r} has no placeholder: {{yyyy}} {{mm}} {{dd}} {{date:…}} or {{page}}"
        if "{page" in url and "stop" not in seed:
            yield "stop is missing: the last {page}"
        url = made.pop()
    try:
        address = urlsplit(url)
    except ValueError as error:
        yield f"url {url!r} cannot be read: {error}"
        return
    if address.scheme not in {"http", "https"} or not address.hostname:
        yield f"url {seed['url']!r} is not an absolute http or https URL"


def _tls_mistakes(tls: object, lines: _Lines) -> list[str]:
    if not isinstance(tls, dict):
        return ["[tls] must be a table"]
    known = [item.name for item in fields(Trust)]
    found = [
        f"{lines.at('tls', key=key)}[tls]: unknown key {key!r}; known are {', '.join(known)}"
        for key in tls
        if key not in known
    ]
    if "legacy" in tls and not isinstance(tls["legacy"], bool):
        found.append(f"{lines.at('tls', key='legacy')}[tls]: legacy must be true or false")
    if "fingerprint" in tls and not _FINGERPRINT.fullmatch(_plain_fingerprint(tls["fingerprint"])):
        where = lines.at("tls", key="fingerprint")
        found.append(f"{where}[tls]: fingerprint must be a SHA-256, 64 hexadecimal digits")
    return found


def _plain_fingerprint(written: object) -> str:
    return str(written).replace(":", "").lower()


def _hours(written: object) -> tuple[time, time] | None:
    """Begin and end of `22:00-06:00`; None where it is not of this form."""
    found = _HOURS.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        return None
    begin, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    return None if begin == end else (begin, end)


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


def _source(path: Path, data: Mapping[str, object]) -> Source:
    given = {key: value for key, value in data.items() if key in _TEXTS or key == "verified"}
    seeds, rules, expect = data["seeds"], data.get("rules", []), data.get("expect", {})
    limits, allowed, tls = data.get("limits", {}), data.get("allow_addresses", []), data.get("tls", {})
    hosts = data.get("allow_hosts", [])
    assert isinstance(seeds, list)
    assert isinstance(rules, list)
    assert isinstance(expect, dict)
    assert isinstance(limits, dict)
    assert isinstance(allowed, list)
    assert isinstance(hosts, list)
    assert isinstance(tls, dict)
    dated = sorted(rules, key=lambda rule: rule.get("until", date.max))
    fingerprint = _plain_fingerprint(tls["fingerprint"]) if "fingerprint" in tls else None
    return Source(
        path.stem,
        seeds=tuple(_seed(path.parent, seed) for seed in seeds),
        rules=tuple(Rule(**{**rule, "drop": tuple(rule.get("drop", ()))}) for rule in dated),
        expect=Expect(**expect),
        limits=dict(limits),
        allow_addresses=tuple(allowed),
        allow_hosts=tuple(host.encode("idna").decode().lower() for host in hosts),
        hours=_hours(data.get("hours")),
        tls=Trust(fingerprint, tls.get("legacy", False)),
        **given,  # type: ignore[arg-type]  # checked by _mistakes
    )


def _seed(folder: Path, seed: Mapping[str, Any]) -> Seed:
    """A seed; its path is told from the folder of the source file."""
    return Seed(**{**seed, "path": str(folder / seed["path"])} if "path" in seed else seed)

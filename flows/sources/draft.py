"""The text of a source file, as `sources add` writes it: every line that a person may want to change says what it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import pairwise
from statistics import median
from urllib.parse import urlsplit

from parsers.page import Link
from parsers.sites.recognise import ProposedSeed, Recognised

_COMMON = frozenset(
    {"www", "gov", "com", "org", "net", "edu", "cn", "html", "htm", "shtml", "index", "list", "http"}
)
_GUESSED = "TODO: look at it, and correct it"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a source file will say.

    Attributes:
        source_id: The name of the file.
        title: Name of the collection.
        publisher: Who publishes it; None where it is not known.
        contact: Who looks after the file; None leaves it out.
        frequency: Its rhythm.
        recognised: What its page was recognised as.
        url: The address that is watched.
        allow_addresses: Private addresses that may be asked.
    """

    source_id: str
    title: str | None
    publisher: str | None
    contact: str | None
    frequency: str
    recognised: Recognised
    url: str
    allow_addresses: tuple[str, ...] = ()


def source_id_of(url: str) -> str:
    """A name for a source, out of its address: `http://kjt.shanxi.gov.cn/tzgg/` becomes `kjt-shanxi-tzgg`."""
    address = urlsplit(url)
    words = [word for word in (address.hostname or "source").split(".") if word not in _COMMON]
    parts = [
        part
        for part in re.split(r"[/._]", address.path.lower())
        if re.fullmatch(r"[a-z][a-z0-9]{1,15}", part)
    ]
    words += [part for part in parts if part not in _COMMON][-1:]
    name = re.sub(r"[^a-z0-9]+", "-", "-".join(words).lower()).strip("-")
    return name[:63] or "source"


def frequency_of(links: Sequence[Link]) -> str | None:
    """A rhythm by the days beside the links of a list; None where they say nothing."""
    days = sorted({day for link in links if (day := _day(link.issued))})
    if len(days) < 2:
        return None
    gap = median((later - earlier).days for earlier, later in pairwise(days))
    return "daily" if gap <= 7 else "weekly" if gap <= 30 else "monthly"


def _day(issued: str | None) -> date | None:
    try:
        return date.fromisoformat((issued or "")[:10])
    except ValueError:  # a month, or nothing
        return None


def text_of(draft: Draft, today: date) -> str:
    """The source file.

    Args:
        draft: What it says.
        today: The day on which it is written.
    """
    found = draft.recognised
    lines = [f"# Written by `policy-ingest sources add {draft.url}` on {today}."]
    lines += [f"# {sentence[:1].upper()}{sentence[1:]}." for sentence in found.evidence]
    lines += [f"# TODO: {ask}." for ask in found.asks]
    lines += ["", _line("title", draft.title or draft.source_id, "" if draft.title else _GUESSED)]
    lines.append(
        _line("publisher", draft.publisher, "as the site names itself; the office's full name is better")
        if draft.publisher
        else '# publisher = "" # TODO: the office\'s full name'
    )
    lines.append(_line("homepage", f"{urlsplit(draft.url).scheme}://{urlsplit(draft.url).netloc}/"))
    lines.append(
        _line("jurisdiction", found.jurisdiction, "ISO 3166-2")
        if found.jurisdiction
        else '# jurisdiction = "CN-SX" # TODO: ISO 3166-2, where it is an office of one region'
    )
    if found.language:
        lines.append(_line("language", found.language, f"most of its pages; in {found.charset}"))
    lines.append('# license = "" # terms of reuse, if the site states any')
    lines.append(_line("frequency", draft.frequency, "hourly, daily, weekly or monthly"))
    lines.append(_line("timezone", "Asia/Shanghai", "of the days on its pages"))
    lines.append(
        _line("contact", draft.contact, "sent with each request, so that the office can reach you")
        if draft.contact
        else '# contact = "you@example.org" # sent with each request, so that the office can reach you'
    )
    if draft.allow_addresses:
        allowed = ", ".join(map(_quoted, draft.allow_addresses))
        lines.append(f"allow_addresses = [{allowed}] # private, and to be asked all the same")
    first, *others = found.seeds
    lines += ["", *_seed(first)]
    for seed in others:
        lines += ["", "# Another way to the same documents:", *(f"# {line}" for line in _seed(seed))]
    if found.items:
        lines += ["", "# Should the list ever be read wrongly, this is where its rows stand:"]
        lines += ["# [[rules]]", f"# items = {_quoted(found.items)}"]
    if len(found.links) >= 2:
        least = max(1, len(found.links) // 2)
        lines += [
            "",
            "[expect]",
            f"listing_links_min = {least} # {len(found.links)} were seen; fewer than this is an error",
        ]
    return "\n".join(lines) + "\n"


def _seed(seed: ProposedSeed) -> list[str]:
    said: Mapping[str, object] = {key: value for key, value in asdict(seed).items() if value is not None}
    return ["[[seeds]]", *(f"{key} = {_quoted(value)}" for key, value in said.items())]


def _line(key: str, value: str | None, comment: str = "") -> str:
    return f"{key} = {_quoted(value or '')}" + (f" # {comment}" if comment else "")


def _quoted(value: object) -> str:
    """A value as TOML; JSON's text is a TOML basic string."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)

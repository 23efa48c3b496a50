"""The digest for analysts: what the releases since the last one add, change and take away. No alarms in it.

What another parser or rule reads otherwise is counted, and not told as a change: its page is as it was.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from flows.alarms.channels import Apprise, Email, Webhook, former_name, name_of
from flows.alarms.deliver import deliver
from flows.alarms.message import Message
from flows.exceptions import TellLater
from store.atom import ANEW, is_anew
from store.marks import read_mark, write_mark
from store.release import latest
from store.shelf import taken_down

MOST_NAMED = 50
"""Documents that a digest names; the release has them all."""

_RESTS: Mapping[str, timedelta] = {
    "release": timedelta(0),
    "daily": timedelta(hours=23),
    "weekly": timedelta(days=7) - timedelta(hours=1),
}
_SAID = {"ADD": "new", "MOD": "changed", "DEL": "offline"}
_COLUMNS = ["op", "source_id", "title", "url", "time"]
_TELLING = ["cause", "version_before", "version_after"]
"""What tells whose doing a row is."""

logger = logging.getLogger(__name__)


def tell_analysts(data: Path, channels: Sequence[Email | Webhook | Apprise], now: datetime) -> None:
    """Send each channel whose turn it is the digest of the releases that it was not told of.

    A channel that is new begins with the newest release.
    """
    release = latest(data)
    if release is None or not channels:
        return
    told = _told(data, channels)
    for channel in channels:
        last = told.get(name_of(channel))
        if last and (
            last["release"] == release.name
            or now - datetime.fromisoformat(last["time"]) < _RESTS[channel.every]
        ):
            continue
        names = _since(data, last["release"] if last else release.previous)
        digest = digest_of(data, names, channel.sources)
        try:
            if digest is not None:
                deliver(channel, digest)
        except TellLater as error:
            logger.warning("%s; the next run tries again", error)
            continue
        told[name_of(channel)] = {"release": release.name, "time": now.isoformat()}
        write_mark(data / "digests.json", told)


def _told(data: Path, channels: Sequence[Email | Webhook | Apprise]) -> dict[str, Any]:
    """What each channel was told last; names that were addresses, tokens and all, are kept no longer."""
    before = read_mark(data / "digests.json") or {}
    left = before.keys() - {name_of(channel) for channel in channels}
    known = {name_of(channel): _of_before(channel, before, left) for channel in channels}
    told = {name: last for name, last in known.items() if last}
    if told != before:
        write_mark(data / "digests.json", told)
    return told


def _of_before(channel: Email | Webhook | Apprise, before: Mapping[str, Any], left: AbstractSet[str]) -> Any:
    """What a channel was told last, also under the name that it had before it was edited, where only one can be meant."""
    named = before.get(name_of(channel)) or before.get(former_name(channel))
    place = name_of(channel).removesuffix(channel.key)
    same = [name for name in left if name.startswith(place)]
    return named or (before[same[0]] if len(same) == 1 else None)


def _since(data: Path, told: str | None) -> tuple[str, ...]:
    """Names of the releases after one, oldest first."""
    names: list[str] = []
    release = latest(data)
    name = release.name if release else None
    while name is not None and name != told:
        names.append(name)
        folder = taken_down(data, name) / "releases"
        rows = [row for path in folder.glob("*.parquet") for row in pq.read_table(path).to_pylist()]
        name = next((row["previous"] for row in rows if row["release"] == name), None)
    return tuple(reversed(names))


def _fed(data: Path, releases: Sequence[str]) -> Iterator[dict[str, Any]]:
    for name in releases:
        for path in sorted((taken_down(data, name) / "feed").glob("*.parquet")):
            yield from pq.read_table(path, columns=["document_id", *_COLUMNS, *_TELLING]).to_pylist()


def digest_of(data: Path, releases: Sequence[str], sources: Sequence[str] = ()) -> Message | None:
    """What some releases add, change and take away, a document once, by its last turn; None where it is nothing.

    Args:
        data: The data folder.
        releases: Names, oldest first.
        sources: Of these alone; all by default.
    """
    rows: dict[str, dict[str, Any]] = {}
    anew: set[str] = set()
    for row in _fed(data, releases):
        document, told = row["document_id"], {name: row[name] for name in _COLUMNS}
        if sources and row["source_id"] not in sources:
            continue
        if is_anew(row):
            anew.add(document)
            continue
        is_new = row["op"] == "MOD" and rows.get(document, {}).get("op") == "ADD"
        rows[document] = {**told, "op": "ADD"} if is_new else told
    if not rows:
        return None
    anew -= rows.keys()
    ordered = sorted(rows.values(), key=lambda row: (row["source_id"], row["op"], str(row["title"])))
    counts = Counter(_SAID[row["op"]] for row in ordered)
    headline = ", ".join(f"{counts[name]} {name}" for name in _SAID.values() if counts[name])
    lines = [
        f"{_SAID[row['op']]:8} {row['source_id']}  {row['title'] or '(no title)'}\n         {row['url']}"
        for row in ordered[:MOST_NAMED]
    ]
    more = [f"… and {len(ordered) - MOST_NAMED} more"] if len(ordered) > MOST_NAMED else []
    if anew:
        number = f"{len(anew)} other{'' if len(anew) == 1 else 's'}"
        more.append(f"{number}: {ANEW}, after a change of parsers or rules; nothing changed at the office.")
    content = [{**row, "time": row["time"].isoformat()} for row in ordered[:MOST_NAMED]]
    return Message(
        f"Policy documents: {headline} (release {releases[-1]})",
        "\n".join(
            [
                "What changed in the policy documents that are watched.",
                "",
                *lines,
                *more,
                "",
                f"Release {releases[-1]}: what changed, clause by clause, stands in its report.",
            ]
        )
        + "\n",
        {
            "kind": "digest",
            "release": releases[-1],
            "counts": dict(counts),
            "read_anew": len(anew),
            "documents": content,
        },
    )

"""Tables that each release computes anew: what the facts amount to on the day of the release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa

from store import tables
from store.source import Source, imported
from store.tables import Row

_GONE = frozenset({"not_found", "gone"})
_ANSWERED = frozenset({"ok", "not_modified"})
_BLOCKED = frozenset({"challenge", "login"})
_BLOCKING_STATUS = frozenset({401, 403, 405, 412, 429, 521})
_FETCHED = {
    **{name: name for name in (*_GONE, "not_modified")},
    **{name: f"rejected:{name}" for name in ("too_large", "redirect", "private_address", "robots")},
}
"""Outcomes of fetching that are final, by their joined names; what is left failed."""

_READ = {
    **dict.fromkeys(_BLOCKED, "rejected:blocked_page"),
    "unsupported_media_type": "rejected:not_html",
    "not_found": "not_found",
    "soft_not_found": "not_found",
}
"""Verdicts that have an outcome of another name; the rest is `rejected:<verdict>`."""

CONFIRMATIONS = 3
"""Captures that must find a page gone, so that an hour of maintenance takes no document offline."""

CONFIRMED_OVER = pd.Timedelta(days=2)
"""From the first to the last of them, at least."""


def derived_tables(data: Path, sources: Sequence[Source]) -> Mapping[str, pa.Table]:
    """The derived tables by name."""
    captures = _judged_captures(data)
    columns = ["document_id", "version", "source_id", "url", "first_seen"]
    documents = tables.frame(data / "tables", "documents", columns)
    return {
        "sources": tables.arrow("sources", _sources(sources, captures, documents)),
        "status": _status(captures, documents),
        "coverage": tables.arrow("coverage", _coverage(captures)),
    }


def _judged_captures(data: Path) -> pd.DataFrame:
    """Captures joined with the newest reading of their payload, `outcome` derived from both."""
    columns = [
        "capture_id",
        "source_id",
        "kind",
        "url",
        "fetch_time",
        "fetch_status",
        "fetch_outcome",
        "tries",
        "content_digest",
    ]
    captures = tables.frame(data / "tables", "captures", columns)
    readings = tables.frame(
        data / "tables", "readings", ["content_digest", "url", "verdict", "key_digest", "metadata_digest"]
    )
    newest = readings.drop_duplicates(["content_digest", "url"], keep="last")
    frame = captures.merge(newest, on=["content_digest", "url"], how="left").sort_values(
        "fetch_time", kind="stable"
    )
    broken = tables.frame(data / "tables", "issues", ["capture_id", "stage"])
    frame["broken"] = frame["capture_id"].isin(broken.loc[broken["stage"] == "discover", "capture_id"])
    frame["outcome"] = [
        outcome(fetch, None if pd.isna(verdict) else verdict, int(tries), unchanged)
        for fetch, verdict, tries, unchanged in zip(
            frame["fetch_outcome"], frame["verdict"], frame["tries"], _unchanged(frame), strict=True
        )
    ]
    return frame


def _unchanged(frame: pd.DataFrame) -> list[bool | None]:
    """Whether each capture says what the last reading of its URL before it said; None where either is missing.

    Told by the folded text and the metadata, as versions are: a counter that went up is no change.
    """
    said = frame["key_digest"] + frame["metadata_digest"]
    where = [frame["source_id"], frame["url"]]
    before = said.groupby(where).ffill().groupby(where).shift()
    compared = said.notna() & before.notna()
    return [bool(same) if known else None for same, known in zip(said.eq(before), compared, strict=True)]


def outcome(fetch_outcome: str, verdict: str | None, tries: int = 1, unchanged: bool | None = None) -> str:
    """What became of a request: what the network gave, and what reading it said, in one word.

    Args:
        fetch_outcome: Of the capture.
        verdict: Of the newest reading of its payload; None where it was not read.
        tries: Requests that it took.
        unchanged: Whether it says what was read there before; None for the first reading.

    Returns:
        ok, ok_unchanged, ok_changed, retried_ok, not_modified, gone, not_found, `rejected:<why>` or `failed:<why>`.
    """
    if verdict in _BLOCKED:
        return _READ[verdict]
    if fetch_outcome != "ok":
        return _FETCHED.get(fetch_outcome, f"failed:{fetch_outcome}")
    if verdict not in {None, "document"}:
        return _READ.get(str(verdict), f"rejected:{verdict}")
    if unchanged is not None:
        return "ok_unchanged" if unchanged else "ok_changed"
    return "retried_ok" if tries > 1 else "ok"


def _sources(sources: Sequence[Source], captures: pd.DataFrame, documents: pd.DataFrame) -> list[Row]:
    known = {source.source_id: source for source in sources}
    ids = [*known, *sorted(set(captures["source_id"]) - set(known))]
    held = documents.groupby("source_id")["document_id"].nunique()
    last = captures.groupby("source_id")["fetch_time"].max()
    return [
        _source_row(known.get(name, imported(name)), int(held.get(name, 0)), last.get(name)) for name in ids
    ]


def _source_row(source: Source, documents: int, last: object) -> Row:
    return {
        "source_id": source.source_id,
        "title": source.title,
        "publisher": source.publisher,
        "homepage": source.homepage,
        "jurisdiction": source.jurisdiction,
        "language": source.language,
        "license": source.license,
        "frequency": source.frequency,
        "verified": source.verified,
        "seeds": len(source.seeds),
        "documents": documents,
        "last_fetch": last,
    }


def _status(captures: pd.DataFrame, documents: pd.DataFrame) -> pa.Table:
    if documents.empty:
        return tables.arrow("status", [])
    ordered = documents.sort_values("version")
    status = ordered.drop_duplicates("document_id", keep="last").set_index("document_id")
    asked = captures[captures["kind"].isin(["document", "import"])].merge(
        status.reset_index()[["source_id", "url", "document_id", "first_seen"]], on=["source_id", "url"]
    )
    shown = asked[(asked["verdict"] == "document") & (asked["fetch_time"] >= asked["first_seen"])]
    last = asked.drop_duplicates("document_id", keep="last").set_index("document_id")
    status = status.rename(columns={"version": "current_version"}).assign(
        first_seen=ordered.groupby("document_id")["first_seen"].min(),
        last_seen=shown.groupby("document_id")["fetch_time"].max(),
        last_checked=last["fetch_time"],
        last_outcome=last["outcome"],
        offline_since=_offline_since(asked),
    )
    return tables.from_frame("status", status.sort_index().reset_index())


def _offline_since(asked: pd.DataFrame) -> pd.Series[pd.Timestamp]:
    """Document to the first capture that found it gone, where enough later ones confirm it.

    A capture that was blocked, failed or is no document says neither that it is gone nor that it is back.
    """
    gone = asked["outcome"].isin(_GONE)
    shown = asked["fetch_outcome"].isin(_ANSWERED) & (
        asked["verdict"].isna() | (asked["verdict"] == "document")
    )
    last_shown = asked["document_id"].map(asked[shown].groupby("document_id")["fetch_time"].max())
    times = asked[gone & ~(asked["fetch_time"] <= last_shown)].groupby("document_id")["fetch_time"]
    confirmed = (times.count() >= CONFIRMATIONS) & (times.max() - times.min() >= CONFIRMED_OVER)
    return times.min()[confirmed]


def _coverage(captures: pd.DataFrame) -> list[Row]:
    if captures.empty:
        return []
    frame = captures.assign(day=captures["fetch_time"].dt.date)
    return [
        {"source_id": group["source_id"].iloc[0], "day": group["day"].iloc[0], **_counted(group)}
        for _, group in frame.groupby(["source_id", "day"], sort=True)
    ]


def _counted(group: pd.DataFrame) -> Row:
    listings = group[group["kind"].isin(["listing", "feed", "sitemap"])]
    asked = group[group["kind"].isin(["document", "import"])]
    read = int((asked["verdict"] == "document").sum())
    rejected = int((asked["verdict"].notna() & (asked["verdict"] != "document")).sum())
    lost = listings["broken"] | ~listings["fetch_outcome"].isin(_ANSWERED)
    counts = {
        "listings": len(listings),
        "listings_failed": int(lost.sum()),
        "fetched": len(asked),
        "read": read,
        "rejected": rejected,
        "failed": len(asked) - read - rejected,
    }
    return {**counts, "verdict": _verdict(group, listings, asked, counts)}


def _verdict(
    group: pd.DataFrame, listings: pd.DataFrame, asked: pd.DataFrame, counts: Mapping[str, int]
) -> str:
    """One word for a source's day; what cannot be told from a quiet day is never called one."""
    if counts["read"]:
        return "ok"
    blocked = group["fetch_status"].isin(_BLOCKING_STATUS) | asked["verdict"].isin(_BLOCKED).reindex(
        group.index, fill_value=False
    )
    if blocked.any():
        return "blocked"
    if counts["listings"] and counts["listings_failed"] == counts["listings"]:
        return "broken_layout" if (listings["fetch_outcome"] == "ok").any() else "no_data"
    if counts["fetched"]:
        return "failed"
    return "confirmed_zero" if counts["listings"] else "no_data"

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
_BLOCKED = frozenset({"challenge", "login"})
_BLOCKING_STATUS = frozenset({401, 403, 405, 412, 429, 521})


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
        "content_digest",
    ]
    captures = tables.frame(data / "tables", "captures", columns)
    readings = tables.frame(data / "tables", "readings", ["content_digest", "url", "verdict"])
    newest = readings.drop_duplicates(["content_digest", "url"], keep="last")
    frame = captures.merge(newest, on=["content_digest", "url"], how="left").sort_values(
        "fetch_time", kind="stable"
    )
    broken = tables.frame(data / "tables", "issues", ["capture_id", "stage"])
    frame["broken"] = frame["capture_id"].isin(broken.loc[broken["stage"] == "discover", "capture_id"])
    frame["outcome"] = [
        outcome(fetch, None if pd.isna(verdict) else verdict)
        for fetch, verdict in zip(frame["fetch_outcome"], frame["verdict"], strict=True)
    ]
    return frame


def outcome(fetch_outcome: str, verdict: str | None) -> str:
    """What became of a request: what the network gave, and what reading it said."""
    if fetch_outcome == "ok" and verdict not in {None, "document"}:
        return f"rejected:{verdict}"
    return fetch_outcome


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
    """Document to the first of its newest captures in a row that found it gone."""
    gone = asked["outcome"].isin(_GONE)
    last_other = asked[~gone].groupby("document_id")["fetch_time"].max()
    candidates = asked[gone].copy()
    candidates["other"] = candidates["document_id"].map(last_other)
    trailing = candidates[candidates["other"].isna() | (candidates["fetch_time"] > candidates["other"])]
    return trailing.groupby("document_id")["fetch_time"].min()


def _coverage(captures: pd.DataFrame) -> list[Row]:
    if captures.empty:
        return []
    frame = captures.assign(day=captures["fetch_time"].dt.date)
    return [
        {"source_id": group["source_id"].iloc[0], "day": group["day"].iloc[0], **_counted(group)}
        for _, group in frame.groupby(["source_id", "day"], sort=True)
    ]


def _counted(group: pd.DataFrame) -> Row:
    listings = group[group["kind"].isin(["listing", "feed"])]
    asked = group[group["kind"].isin(["document", "import"])]
    read = int((asked["verdict"] == "document").sum())
    rejected = int((asked["verdict"].notna() & (asked["verdict"] != "document")).sum())
    lost = listings["broken"] | ~listings["outcome"].isin(["ok", "not_modified"])
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
        return "broken_layout" if (listings["outcome"] == "ok").any() else "no_data"
    if counts["fetched"]:
        return "failed"
    return "confirmed_zero" if counts["listings"] else "no_data"

"""The backlog: documents whose captures are not yet accounted for, found from narrow columns only.

What has not changed costs a comparison of digests and no reading; Python's own loops see changed documents only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

import pandas as pd

from store import tables
from store.capture import Capture
from store.versions import Current, Verdict

RuleDigest = Callable[[str, datetime], str]
"""Digest of a source's rule as it was valid at a time."""

_READABLE = ("document", "import")
_READING_KEY = ["content_digest", "url", "rule_digest"]


@dataclass(frozen=True, slots=True)
class Pending:
    """One document's captures from the opening of its newest version on, oldest first.

    Attributes:
        current: The newest version; None for a new document.
        captures: The captures; those that only refer to a payload point to where it lies.
        verdicts: What is already known of them, by capture id.
    """

    current: Current | None
    captures: tuple[Capture, ...]
    verdicts: dict[str, Verdict]


def backlog(data: Path, parser_version: str, rule_digest: RuleDigest) -> tuple[Pending, ...]:
    """Documents with captures that today's parser and rules have not read, or that differ from the newest version."""
    captures = _captures(data, rule_digest)
    if captures.empty:
        return ()
    known = _known(data, parser_version)
    joined = captures.merge(known, on=_READING_KEY, how="left").merge(
        _newest(data), on=["source_id", "url"], how="left"
    )
    since = joined[joined["opened"].isna() | (joined["fetch_time"] >= joined["opened"])]
    unread = since["verdict"].isna()
    new = (since["verdict"] == "document") & (
        (since["key_digest"] != since["current_key"])
        | (since["metadata_digest"] != since["current_metadata"])
    )
    touched = since.loc[unread | new, ["source_id", "url"]].drop_duplicates()
    work = since.merge(touched, on=["source_id", "url"]).sort_values("fetch_time", kind="stable")
    groups = work.groupby(["source_id", "url"], sort=False)
    return tuple(_pending(group) for _, group in groups)


def _captures(data: Path, rule_digest: RuleDigest) -> pd.DataFrame:
    columns = [item.name for item in fields(Capture)]
    everything = tables.frame(data / "tables", "captures", columns)
    frame = everything[everything["kind"].isin(_READABLE) & everything["content_digest"].notna()].copy()
    stored = everything[everything["warc_record_offset"].notna() & ~everything["revisit"].astype(bool)]
    where = stored.drop_duplicates("content_digest").set_index("content_digest")
    for column in ("warc_filename", "warc_record_offset"):
        frame[column] = frame["content_digest"].map(where[column])
    frame = frame.loc[frame["warc_record_offset"].notna()].copy()
    frame["rule_digest"] = [
        rule_digest(source, time)
        for source, time in zip(frame["source_id"], frame["fetch_time"], strict=True)
    ]
    return frame


def _known(data: Path, parser_version: str) -> pd.DataFrame:
    columns = [*_READING_KEY, "parser_version", "verdict", "key_digest", "metadata_digest"]
    frame = tables.frame(data / "tables", "readings", columns)
    ours = frame.loc[frame["parser_version"] == parser_version].drop(columns="parser_version")
    return ours.drop_duplicates(_READING_KEY)


def _newest(data: Path) -> pd.DataFrame:
    columns = ["source_id", "url", "version", "key_digest", "metadata_digest", "first_seen", "capture_id"]
    frame = tables.frame(data / "tables", "documents", columns)
    newest = frame.sort_values("version").drop_duplicates(["source_id", "url"], keep="last")
    return newest.rename(
        columns={
            "key_digest": "current_key",
            "metadata_digest": "current_metadata",
            "first_seen": "opened",
            "capture_id": "opened_by",
        }
    )


def _pending(group: pd.DataFrame) -> Pending:
    rows = [
        {str(name): value for name, value in row.items()}
        for row in group.astype(object).where(group.notna(), None).to_dict("records")
    ]
    first = rows[0]
    current = None
    if first["version"] is not None:
        current = Current(
            int(str(first["version"]).split(".", maxsplit=1)[0]),
            str(first["current_key"]),
            str(first["current_metadata"]),
            str(first["opened_by"]),
        )
    verdicts = {
        str(row["capture_id"]): Verdict(
            str(row["verdict"]),
            _text(row["key_digest"]),
            _text(row["metadata_digest"]),
        )
        for row in rows
        if row["verdict"] is not None
    }
    return Pending(current, tuple(_capture(row) for row in rows), verdicts)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


_INTEGERS = (
    "fetch_status",
    "content_length",
    "wire_bytes",
    "tries",
    "warc_record_offset",
    "warc_record_length",
)


def _capture(row: dict[str, object]) -> Capture:
    values = {item.name: row[item.name] for item in fields(Capture)}
    for name in _INTEGERS:
        if values[name] is not None:
            values[name] = int(float(str(values[name])))
    values["fetch_time"] = pd.Timestamp(str(row["fetch_time"])).to_pydatetime()
    return Capture(**values)  # type: ignore[arg-type]  # read from rows written from a Capture

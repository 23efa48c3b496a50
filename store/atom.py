"""A release's changes as an Atom feed (RFC 4287), for readers and mail rules of analysts.

Entries are rows of table `feed`; the release before is linked as `prev-archive` (RFC 5005), so that a reader that missed
one finds it. Ids are tag URIs (RFC 4151) of document and release: the same change is the same entry wherever the folder
lies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

from store.release import SOFTWARE, Release
from store.tables import Row

ATOM = "http://www.w3.org/2005/Atom"
AUTHORITY = "policy-ingest.invalid,2026"
"""Whose names the tag URIs are; `.invalid` belongs to nobody for ever (RFC 2606)."""

MOST = 500
"""Entries of a feed; a release that adds more says so and leaves the rest to table `feed`."""

_WORDS = {"ADD": "new", "MOD": "changed", "DEL": "taken offline"}

ANEW = "read anew by us"
"""What is said of a document that reads otherwise, and whose page is as it was."""


def is_anew(row: Mapping[str, Any]) -> bool:
    """Whether a row of `feed` tells of nothing but another parser or rule. Where several versions came at once, the office may have opened one."""
    alone = row["op"] == "MOD" and row["version_after"] - row["version_before"] == 1
    return bool(alone and row["cause"] == "parser")


def atom(release: Release, rows: Sequence[Row], total: int, natures: Mapping[str, str]) -> bytes:
    """The feed of a release.

    Args:
        release: The release.
        rows: Rows of `feed`, newest first; the first `MOST` of them are shown.
        total: How many there are in all.
        natures: What changed in a few words, by document_id.
    """
    ET.register_namespace("", ATOM)
    root = ET.Element(_name("feed"))
    _text(root, "title", f"Policy documents, release {release.name}")
    _text(root, "id", f"tag:{AUTHORITY}:release:{release.name}")
    _text(root, "updated", _time(release.issued))
    _text(root, "generator", SOFTWARE)
    author = ET.SubElement(root, _name("author"))
    _text(author, "name", "policy-ingest")
    shown = rows[:MOST]
    left = f"; the {len(shown)} newest are shown, all are in table feed" if total > len(shown) else ""
    _text(
        root,
        "subtitle",
        f"{total} documents new, changed, read anew by us or taken offline since {release.previous or 'the beginning'}{left}",
    )
    if release.previous is not None:
        ET.SubElement(
            root,
            _name("link"),
            rel="prev-archive",
            type="application/atom+xml",
            href=f"../{release.previous}/feed.atom",
        )
    for row in shown:
        _entry(root, release, row, natures.get(str(row["document_id"])))
    ET.indent(root)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode").encode()


def _entry(root: ET.Element, release: Release, row: Row, nature: str | None) -> None:
    entry = ET.SubElement(root, _name("entry"))
    url, op = str(row["url"]), str(row["op"])
    _text(entry, "title", _legal(str(row["title"] or url)))
    _text(entry, "id", f"tag:{AUTHORITY}:{row['document_id']}:{release.name}")
    time = row["time"]
    assert isinstance(time, datetime)
    _text(entry, "updated", _time(time))
    word = ANEW if is_anew(row) else _WORDS[op]
    ET.SubElement(entry, _name("category"), term=op, label=word)
    if row["cause"] is not None:
        ET.SubElement(entry, _name("category"), term=str(row["cause"]), scheme=f"tag:{AUTHORITY}:cause")
    ET.SubElement(entry, _name("category"), term=str(row["source_id"]), scheme=f"tag:{AUTHORITY}:source")
    if url.startswith(("http://", "https://")):
        ET.SubElement(entry, _name("link"), rel="alternate", href=_legal(url))
    version = f"version {row['version_after']}" + (
        f" after {row['version_before']}" if row["version_before"] else ""
    )
    _text(entry, "summary", f"{word}: {version}" + (f"; {nature}" if nature else ""))


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, _name(name)).text = text


def _name(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _time(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _legal(text: str) -> str:
    """A text without what XML 1.0 cannot hold (2.2)."""
    return "".join(
        c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )

"""Golden cases: a page as bytes, and what a careful person reads in it.

`tests/cases/<source>/<case>/` holds `page.<extension>` (the payload), `page.json` (how it was fetched) and
either `document.json` (the whole text, the names of all flags, and those metadata that are certain) or
`rejection.json` (the reason).
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from parsers.document import Document, Rejection
from parsers.page import Page
from parsers.read import read

CASES = Path(__file__).parent / "cases"
FETCH_TIME = datetime(2026, 11, 1, tzinfo=UTC)
"""Later than every page: a date that a page does not show must not be taken from the fetch."""
FOLDERS = sorted(path.parent for path in CASES.glob("*/*/page.json"))
NOT_SHOWN = frozenset({"evidence", "keywords", "next_pages"})
"""Left out of a freshly written expectation: a person adds them where they are the point of the case."""

Json = dict[str, object]


def page_of(folder: Path) -> Page:
    """Build the page of a case folder."""
    request = cast("Json", json.loads((folder / "page.json").read_text(encoding="utf-8")))
    (body,) = (path for path in folder.glob("page.*") if path.name != "page.json")
    return Page(
        url=cast("str", request["url"]),
        fetch_time=FETCH_TIME,
        fetch_status=cast("int | None", request["fetch_status"]),
        content_type=cast("str | None", request["content_type"]),
        body=body.read_bytes(),
    )


def shown(document: Document) -> Json:
    """Flatten a document to the keys that an expectation may name."""
    metadata = asdict(document.metadata)
    metadata["author"] = list(document.metadata.author)
    metadata["keywords"] = list(document.metadata.keywords)
    metadata["next_pages"] = list(document.metadata.next_pages)
    metadata["attachments"] = [attachment.url for attachment in document.metadata.attachments]
    return {
        **metadata,
        "text": document.text,
        "flags": sorted({flag.name for flag in document.flags}),
        "content_charset": document.content_charset,
        "content_charset_how": document.content_charset_how,
    }


def write_draft(folder: Path, reading: Document | Rejection) -> None:
    """Write what was read as the expectation, for a person to read before it is committed."""
    if isinstance(reading, Rejection):
        name, draft = "rejection.json", cast("Json", {"reason": reading.reason})
    else:
        name = "document.json"
        draft = {key: value for key, value in shown(reading).items() if value and key not in NOT_SHOWN}
    (folder / name).write_text(json.dumps(draft, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@pytest.mark.parametrize("folder", FOLDERS, ids=[f"{path.parent.name}/{path.name}" for path in FOLDERS])
def test_case(folder: Path) -> None:
    """The page reads as a careful person reads it."""
    reading = read(page_of(folder), None)
    expected_document, expected_rejection = folder / "document.json", folder / "rejection.json"
    if expected_rejection.exists():
        assert isinstance(reading, Rejection), f"read as a document: {reading.text[:300]}"
        assert reading.reason == json.loads(expected_rejection.read_text(encoding="utf-8"))["reason"], (
            reading.detail
        )
        return
    if not expected_document.exists():
        write_draft(folder, reading)
        pytest.fail(f"{folder}: no expectation. What read() gave was written there: read it, then commit it")
    expected = cast("Json", json.loads(expected_document.read_text(encoding="utf-8")))
    assert isinstance(reading, Document), f"rejected: {reading}"
    found = shown(reading)
    assert {key: found[key] for key in expected} == expected


def test_every_case_is_complete() -> None:
    """A case folder holds one payload, its request and exactly one expectation."""
    assert len(FOLDERS) >= 40
    for folder in FOLDERS:
        names = {path.name for path in folder.iterdir()}
        payloads = {name for name in names if name.startswith("page.")} - {"page.json"}
        assert len(payloads) == 1, folder
        assert len(names & {"document.json", "rejection.json"}) == 1, folder

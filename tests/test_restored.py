"""Nothing is repaired in silence: text and edits give back what was extracted, on every page there is."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from parsers.document import Document, Rejection
from parsers.normalisation.edits import restore
from parsers.page import Page
from parsers.read import read

CASES = Path(__file__).resolve().parent / "cases"
SHARED = Path(__file__).resolve().parents[2] / "shared"
PAGES = sorted(CASES.glob("*/*/page.*"))
OTHERS = [*sorted(SHARED.glob("pages/html/*.html")), *sorted(SHARED.glob("seeds/*.txt"))]


def reading(path: Path) -> Document | Rejection:
    """What is read from a file."""
    kind = "text/html" if path.suffix == ".html" else "text/plain"
    return read(Page("http://a.example/1", datetime(2026, 11, 22, tzinfo=UTC), 200, kind, path.read_bytes()))


def mistakes(paths: list[Path]) -> list[str]:
    """Files whose text and edits do not give back what was extracted, or whose edits are not in order."""
    found = []
    for path in paths:
        document = reading(path)
        if isinstance(document, Rejection):
            continue
        edits = document.edits
        apart = all(one.offset + one.length <= other.offset for one, other in pairwise(edits))
        if restore(document.text, edits) != document.raw or not apart:
            found.append(path.as_posix())
    return found


def test_the_projects_own_pages_can_be_rebuilt() -> None:
    """All golden cases."""
    pages = [path for path in PAGES if path.suffix != ".json"]

    assert len(pages) >= 40
    assert mistakes(pages) == []


def test_real_pages_can_be_rebuilt() -> None:
    """The evaluation pages and the founding documents, where they are at hand."""
    if not OTHERS:
        pytest.skip(f"the evaluation pages are not there: {SHARED}")

    assert mistakes(OTHERS) == []

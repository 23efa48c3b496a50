"""Laws of a reading: it never raises, and whatever it tells of a text can be found in that text."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parsers.document import FLAGS, Document, Reason
from parsers.normalisation.edits import restore
from parsers.page import Page
from parsers.read import read

PAGES = sorted((Path(__file__).resolve().parents[1] / "cases").glob("*/*/page.html"))
LARGEST = 60_000
"""Larger pages tell nothing more here and take long."""
SAMPLES = [body for body in (path.read_bytes() for path in PAGES) if len(body) <= LARGEST]
CONTENT_TYPES = (
    None,
    "text/html",
    "text/html; charset=gbk",
    "text/plain",
    "text/markdown",
    "application/pdf",
)
STATUSES = (None, 200, 404, 503)

bounded = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
content_types = st.sampled_from(CONTENT_TYPES)
statuses = st.sampled_from(STATUSES)
pieces = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            b"<div>",
            b"</div>",
            b"<!--",
            b"</table>",
            b"<pre>",
            b"&#0;",
            "第九条　".encode(),
            b"<p hidden>",
            b"\0",
        ]
    ),
)
cuts = st.tuples(st.floats(0, 1), st.integers(0, 2000), pieces)


def check(body: bytes, status: int | None, content_type: str | None) -> None:
    """A page is read, and what came out is consistent with itself."""
    found = read(
        Page("http://a.example/1.html", datetime(2026, 11, 22, tzinfo=UTC), status, content_type, body)
    )
    if not isinstance(found, Document):
        assert found.reason in get_args(Reason)
        assert found.detail
        return
    text = found.text
    assert text.strip()
    assert restore(text, found.edits) == found.raw
    assert all(one.offset + one.length <= other.offset for one, other in pairwise(found.edits))
    for flag in found.flags:
        assert flag.name in FLAGS
        assert (flag.start is None) == (flag.end is None)
        assert flag.start is None or flag.end is None or 0 <= flag.start <= flag.end <= len(text)
    assert [clause.text for clause in found.clauses] == [text[c.start : c.end] for c in found.clauses]
    assert [clause.n for clause in found.clauses] == list(range(len(found.clauses)))
    assert all(clause.parent is None or clause.parent < clause.n for clause in found.clauses)
    assert [target.surface for target in found.targets] == [text[t.start : t.end] for t in found.targets]
    assert all(target.clause is None or target.clause < len(found.clauses) for target in found.targets)
    assert [measure.name for measure in found.measures] == [text[m.start : m.end] for m in found.measures]


@bounded
@given(st.binary(max_size=2000), statuses, content_types)
def test_any_bytes(body: bytes, status: int | None, content_type: str | None) -> None:
    """Whatever a server sends is a document or a named rejection."""
    check(body, status, content_type)


@bounded
@given(st.sampled_from(SAMPLES), st.lists(cuts, min_size=1, max_size=5), statuses, content_types)
def test_damaged_pages(
    body: bytes, damage: list[tuple[float, int, bytes]], status: int | None, content_type: str | None
) -> None:
    """Golden pages with bytes taken out and others put in."""
    for where, length, piece in damage:
        start = int(where * len(body))
        body = body[:start] + piece + body[start + length :]
    check(body, status, content_type)


@bounded
@given(st.sampled_from(SAMPLES), st.sampled_from(SAMPLES), st.floats(0, 1))
def test_pages_in_one_another(one: bytes, other: bytes, where: float) -> None:
    """Two golden pages grown together: markup, charsets and furniture of both."""
    start = int(where * len(one))
    check(one[:start] + other + one[start:], 200, "text/html")

"""The change feed as Atom."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from store.atom import ATOM, MOST, atom
from store.release import Release
from store.tables import Row

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
RELEASE = Release("2026-03-02", Path("x"), {}, NOW, "2026-03-01", "1")


def row(name: str, op: str = "MOD", **values: object) -> Row:
    """A row of `feed`."""
    given = {
        "title": "通知",
        "url": "http://a.example/1.html",
        "cause": "source",
        "version_before": 1,
        "version_after": 2,
    }
    return {"document_id": name, "op": op, "source_id": "kjt", "time": NOW, **given, **values}


def parsed(rows: list[Row], total: int | None = None, natures: dict[str, str] | None = None) -> ET.Element:
    """The feed, as a reader sees it."""
    return ET.fromstring(atom(RELEASE, rows, total or len(rows), natures or {}))


def texts(root: ET.Element, path: str) -> list[str | None]:
    """Texts of elements of the Atom namespace."""
    return [item.text for item in root.findall("/".join(f"{{{ATOM}}}{name}" for name in path.split("/")))]


def test_an_entry_says_what_happened_to_a_document() -> None:
    """With what RFC 4287 requires of an entry: id, title, updated."""
    root = parsed([row("d1"), row("d2", "DEL", version_before=2)], natures={"d1": "number"})

    assert texts(root, "entry/title") == ["通知", "通知"]
    assert texts(root, "entry/updated") == ["2026-03-02T02:00:00Z"] * 2
    assert texts(root, "entry/summary") == [
        "changed: version 2 after 1; number",
        "taken offline: version 2 after 2",
    ]
    assert len({*texts(root, "id"), *texts(root, "entry/id")}) == 3


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"cause": "parser"}, "read anew by us"),
        ({"cause": "source"}, "changed"),
        ({"cause": "parser", "version_after": 3}, "changed"),
        ({"op": "ADD", "cause": "parser"}, "new"),
        ({"op": "DEL", "cause": None}, "taken offline"),
    ],
)
def test_a_change_of_ours_is_told_apart(values: dict[str, Any], word: str) -> None:
    """In words and as a category; where two versions came at once, the first may be the office's."""
    root = parsed([row("d1", **values)])
    categories = root.findall(f"{{{ATOM}}}entry/{{{ATOM}}}category")
    causes = [item.get("term") for item in categories if str(item.get("scheme")).endswith(":cause")]

    assert str(texts(root, "entry/summary")[0]).startswith(f"{word}: version")
    assert categories[0].get("label") == word
    assert causes == [values["cause"]] * (values["cause"] is not None)


def test_what_came_from_a_page_stays_text() -> None:
    """Markup, control characters and addresses that are no web addresses."""
    root = parsed([row("d1", title="<script>x</script>\x00&", url="import:kjt/<b>.html")])

    assert texts(root, "entry/title") == ["<script>x</script>&"]
    assert root.find(f"{{{ATOM}}}entry/{{{ATOM}}}link") is None


def test_a_long_feed_says_that_it_is_cut_and_where_the_one_before_lies() -> None:
    """No entry is lost without a word."""
    root = parsed([row(f"d{n}") for n in range(MOST + 1)], total=9_999)
    (link,) = root.findall(f"{{{ATOM}}}link")

    assert len(texts(root, "entry")) == MOST
    assert "9999 documents" in str(texts(root, "subtitle")[0])
    assert "500 newest are shown" in str(texts(root, "subtitle")[0])
    assert (link.get("rel"), link.get("href")) == ("prev-archive", "../2026-03-01/feed.atom")

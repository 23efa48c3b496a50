"""What sources gave lately: which certificate an alarm speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store import tables
from store.capture import Capture, Kind, capture_id
from store.observed import observed
from store.rows import capture_row

BEGIN = datetime(2026, 3, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer, with the days from `BEGIN` until it came and until its certificate ends."""

    day: int
    url: str
    ends: int | None
    kind: Kind = "document"
    redirect: str | None = None


LIST = "https://kjt.example.gov.cn/tzgg/"


@pytest.mark.parametrize(
    ("shown", "ends"),
    [
        ([Shown(0, LIST, 4, "listing"), Shown(0, "https://file.example.cn/1.pdf", 300, "attachment")], 4),
        ([Shown(0, "https://file.example.cn/1.pdf", 300, "attachment"), Shown(0, LIST, 4, "listing")], 4),
        ([Shown(0, LIST, 4, "listing"), Shown(1, LIST, 90, "listing")], 90),
        ([Shown(0, LIST, 90, "listing"), Shown(1, LIST, None, "listing")], 90),
        ([Shown(0, "https://file.example.cn/1.pdf", 20, "attachment"), Shown(30, LIST, 90, "listing")], 90),
        ([Shown(0, LIST, 90), Shown(0, "http://a.example.cn/1.html", 200, redirect=f"{LIST}1.html")], 200),
        ([Shown(0, LIST, None, "listing")], None),
    ],
    ids=[
        "other host last",
        "other host first",
        "renewed",
        "without one",
        "not asked lately",
        "redirect",
        "none",
    ],
)
def test_the_certificate_is_that_of_the_host_whose_ends_first(
    tmp_path: Path, shown: list[Shown], ends: int | None
) -> None:
    """Of each host the newest, whichever was asked last; a host that was not asked lately says nothing."""
    for second, one in enumerate(shown):
        when = BEGIN + timedelta(days=one.day, seconds=second)
        capture = Capture(
            capture_id("sx-kjt", one.url, when),
            "run",
            "sx-kjt",
            one.kind,
            one.url,
            when,
            "ok",
            fetch_redirect=one.redirect,
            tls_not_after=None if one.ends is None else BEGIN + timedelta(days=one.ends),
        )
        tables.append(tmp_path / "tables", "captures", [capture_row(capture)])
    found = observed(tmp_path, BEGIN + timedelta(days=31)).sources["sx-kjt"]

    assert found.certificate_ends == (None if ends is None else BEGIN + timedelta(days=ends))

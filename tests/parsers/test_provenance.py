"""How a host relates to a text."""

from __future__ import annotations

import pytest

from parsers.document import Metadata
from parsers.normalisation.provenance import provenance

OFFICE = "某省科学技术厅"


@pytest.mark.parametrize(
    ("host", "metadata", "expected"),
    [
        (None, Metadata(outlet="某某日报"), None),
        ("kjt.example.gov.cn", Metadata(publisher=OFFICE, creator=OFFICE), "origin"),
        ("kjt.example.gov.cn", Metadata(publisher=OFFICE, outlet="科学技术厅"), "origin"),
        ("kjt.example.gov.cn", Metadata(publisher=OFFICE, outlet="新华社"), "official_mirror"),
        ("kjt.example.gov.cn", Metadata(publisher=OFFICE, creator="国务院"), "official_mirror"),
        ("kjt.example.gov.cn", Metadata(), None),
        ("paper.people.com.cn", Metadata(), "newspaper"),
        ("www.example.com", Metadata(publisher="某某晚报"), "newspaper"),
        ("blog.example.com", Metadata(outlet="某某日报"), "repost"),
        ("blog.example.com", Metadata(source_url="https://example.org/a"), "repost"),
        ("blog.example.com", Metadata(), None),
        ("www.example.org", Metadata(publisher=OFFICE, creator=OFFICE, outlet=OFFICE), None),
        ("www.example.org", Metadata(publisher=f"{OFFICE}网站", outlet=OFFICE), None),
        ("www.example.org", Metadata(publisher="某某企业家协会", creator=OFFICE, outlet=OFFICE), "repost"),
        ("www.example.org", Metadata(creator=OFFICE, outlet=OFFICE), "repost"),
        ("gov.cn.example.com", Metadata(), None),
    ],
)
def test_a_relation_is_told_where_something_tells(
    host: str | None, metadata: Metadata, expected: str | None
) -> None:
    """By the host and the bodies that the page names; otherwise unknown."""
    assert provenance(host, metadata, is_spam=False) == expected


def test_spam_comes_first() -> None:
    """A wrapped text is a spam mirror's, whatever the host."""
    assert provenance(None, Metadata(), is_spam=True) == "spam_mirror"

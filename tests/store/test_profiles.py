"""A profile that was kept judges as the one that was read."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from parsers.normalisation.key import fold
from parsers.works.match import Profile, profile
from store.capture import digest
from store.profiles import packed, unpacked
from tests.parsers.works.corpus import Paper, plans, policy

_TITLES = (
    "山西省人民政府关于印发《山西省2025年重点实验室优化重组实施方案》的通知",
    "太原市第三批科技型中小企业培育办法（2024年修订）",
    "关于公开征求《氢能产业发展规划（征求意见稿）》意见的公告",
    "一图读懂：数字经济发展“十四五”规划",
)


def _read(paper: Paper, title: str) -> Profile:
    return profile(
        "d", title=title, text=paper.text, key_digest=digest(fold(paper.text).encode()), identifier="晋科发〔2025〕12号",
        creator=paper.creator, created="2025-03-01", document_type="notice", language="zh-Hans", jurisdiction_code="140000",
        files=frozenset({"sha256:1"}),
    )  # fmt: skip


@pytest.mark.parametrize("title", _TITLES)
def test_a_kept_profile_is_the_one_that_was_read(title: str) -> None:
    """Field by field, but for the bands, by which only those that come look for others."""
    read = _read(policy(plans(0, 1)[0]), title)
    profile_, marks, sample = packed(read)
    kept = unpacked("d", profile_, marks, sample)

    assert np.array_equal(kept.sketch.sample, read.sketch.sample)
    assert replace(kept.sketch, sample=read.sketch.sample, bands=read.sketch.bands) == read.sketch
    for field in fields(Profile):
        if field.name != "sketch":
            assert getattr(kept, field.name) == getattr(read, field.name), field.name
    assert kept.facts.total == read.facts.total

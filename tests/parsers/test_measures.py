"""Named programmes, plans and actions, and where their names begin and end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from parsers.structure.measures import find_measures

SEEDS = Path(__file__).resolve().parents[2].parent / "shared" / "seeds"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("实施创新平台建设提质行动。", ["创新平台建设提质行动"]),
        ("全面实施高能级科创平台培育工程，建好实验室。", ["高能级科创平台培育工程"]),
        ("今年将实施“1227”企业技术创新能力提升行动，打造高地。", ["“1227”企业技术创新能力提升行动"]),
        (
            "印发《某省科技创新三年行动计划（2023—2025年）》的通知",
            ["《某省科技创新三年行动计划（2023—2025年）》"],
        ),
        ("《某省制造业振兴方案》（以下简称《方案》）提出", ["《某省制造业振兴方案》"]),
        ("实施襄阳、宜昌省域科创中心建设三年行动方案。", ["襄阳、宜昌省域科创中心建设三年行动方案"]),
        ("开展企业上云行动和绿色制造工程。", ["企业上云行动", "绿色制造工程"]),
        ("实施研发活动提质、技术中心引领等2大专项行动。", ["研发活动提质", "技术中心引领"]),
        ("实施战略人才“十百千万”行动。", ["“十百千万”行动"]),
        ("The Green Manufacturing Action Plan was adopted.", ["Green Manufacturing Action Plan"]),
        ("将重点实施八大提质行动。", []),
        ("采取具体行动，组织实施重大工程。", []),
        ("按照实施方案推进，落实工作计划。", []),
        ("深化改革，拿出调查方案。", []),
        ("《中华人民共和国科学技术进步法》", []),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    """The verb in front and the count are no part of a name; a head noun alone is none."""
    assert [measure.name for measure in find_measures(text)] == names


def test_a_name_is_told_once_at_its_first_mention() -> None:
    """Two mentions are one measure, and its span is the first."""
    text = "实施科技惠民提质行动。深入实施科技惠民提质行动。"
    (measure,) = find_measures(text)
    assert (measure.kind, text[measure.start : measure.end], measure.start) == (
        "action",
        "科技惠民提质行动",
        2,
    )


def test_the_founding_documents_name_their_measures() -> None:
    """Each measure of the gold files is found in the text that names it plainly."""
    if not SEEDS.is_dir():
        pytest.skip("the founding documents are not beside the project")
    path = min(SEEDS.glob("004_*.txt"))
    gold = json.loads((SEEDS / "gold" / f"{path.stem}.json").read_text(encoding="utf-8"))
    found = {measure.name for measure in find_measures(path.read_text(encoding="utf-8"))}
    assert set(gold["measures"]) <= found

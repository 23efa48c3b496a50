"""Headlines as names, quantities as series, bodies and divisions by their tables."""

from __future__ import annotations

import pytest

from parsers.metadata.bodies import BODIES, body_of_host, lineage, standard_name, standard_name_at
from parsers.metadata.document_types import DOCUMENT_TYPES, ENGLISH_LABELS
from parsers.metadata.former_divisions import code_asof, division_asof, name_asof
from parsers.metadata.issuers import split_bodies
from parsers.works.facts import facts
from parsers.works.headline import headline, name_of, same_name
from parsers.works.quantities import comparable


@pytest.mark.parametrize(
    "title",
    [
        "岭南省中试平台管理办法",
        "《岭南省中试平台管理办法》",
        "岭南省科技厅关于印发《岭南省中试平台管理办法》的通知",
        "关于印发岭南省中试平台管理办法的通知",
        "岭南省中试平台管理办法（全文）",
        "岭南省中试平台管理办法-乐享体育官方网站",
        "岭南省中试平台管理办法（征求意见稿）",
    ],
)
def test_one_policy_has_one_name(title: str) -> None:
    """Whatever is put around it."""
    assert name_of(title) == "岭南省中试平台管理办法"


@pytest.mark.parametrize("title", ["通知", "实施方案", "关于印发《实施方案》的通知", "", "解读"])
def test_what_names_nothing_has_no_name(title: str) -> None:
    """Two notices are not one policy."""
    assert not headline(title).name
    assert not same_name(headline(title), headline(title))


def test_years_ordinals_drafts_and_places_are_told() -> None:
    """They tell a policy from its neighbours."""
    read = headline("山西省太原市2024年第三批“十四五”重点实验室名单（征求意见稿）")

    assert read.years == {"2024"}
    assert read.ordinals >= {"第三批"}
    assert (read.draft, read.interpretation, read.place) == (True, False, "140100")


@pytest.mark.parametrize(
    ("subject", "unit", "surface", "change", "series"),
    [
        (
            "全省科技型中小企业",
            "家",
            "科技型中小企业达到3万家",
            None,
            "small technology firms | count | total",
        ),
        ("科技型中小企业", "户", "新增科技型中小企业800户", None, "small technology firms | count | added"),
        (
            "省级重点实验室",
            "家",
            "省级重点实验室达到100家",
            None,
            "provincial key laboratories | count | total",
        ),
        ("国家重点实验室", "个", "国家重点实验室20个", None, "national key laboratories | count | total"),
        (
            "规上工业企业研发经费投入",
            "%",
            "增长15%",
            "increase",
            "R&D growth of larger enterprises | % | growth",
        ),
        ("全社会研发投入", "%", "增长12%", "increase", "R&D growth | % | growth"),
        ("企业", "家", "企业100家", None, None),
        ("项目", "项", "100项", None, None),
        (None, "家", "100家", None, None),
    ],
)
def test_only_what_is_one_quantity_is_compared(
    subject: str | None, unit: str, surface: str, change: str | None, series: str | None
) -> None:
    """A total is not what is added; an unclear subject is none."""
    assert comparable(subject, unit, surface, change) == series


def test_figures_are_the_same_in_both_languages() -> None:
    """Scaled, days included; list items are none."""
    chinese = facts("1.到5月7日，投资300亿元，增长12.5%，培育3万家，实施“1227”行动和CR929项目。")
    english = facts(
        "1. By May 7, investment of 30 billion yuan, up 12.5 percent, 30,000 firms, the “1227” action and CR929."
    )

    assert chinese.tokens == english.tokens == {"d05-07", "30000000000", "12.5%", "30000", "1227", "CR929"}


def test_a_year_is_one_in_any_digits() -> None:
    """In a headline and in a text."""
    assert (
        headline("岭南省二〇二三年科普工作要点").years
        == headline("岭南省２０２３年科普工作要点").years
        == {"2023"}
    )
    assert facts("二○一五年至２０２０年，一九九八年").years == {"2015", "2020", "1998"}


def test_bodies_by_host_alias_and_lineage() -> None:
    """A predecessor is told, and never merged."""
    body = body_of_host("kjt.shanxi.gov.cn")

    assert body is not None
    assert body.name == "山西省科学技术厅"
    assert standard_name("科技部") == standard_name("中华人民共和国科学技术部") == "科学技术部"
    assert standard_name_at("省科技厅", "kjt.shanxi.gov.cn") == "山西省科学技术厅"
    assert standard_name("环境保护部") == "环境保护部"
    assert [item.name for item in lineage("卫生部")] == [
        "卫生部",
        "国家卫生和计划生育委员会",
        "国家卫生健康委员会",
    ]
    assert not lineage("不存在的机构")


def test_the_table_of_bodies_is_sound() -> None:
    """Names and hosts once, every successor in it, days for those that are no more."""
    names = [body.name for body in BODIES]

    assert len(names) == len(set(names))
    assert all((body.successor is None) == (body.until is None) for body in BODIES)
    assert {body.successor for body in BODIES} - {None} <= set(names)


def test_joint_issuers_are_split() -> None:
    """But not a name that has a comma or an and of its own."""
    assert split_bodies("财政部 税务总局") == ("财政部", "税务总局")
    assert split_bodies("省科技厅、省财政厅") == ("省科技厅", "省财政厅")
    assert split_bodies("人力资源和社会保障部") == ("人力资源和社会保障部",)


def test_divisions_as_of_a_year() -> None:
    """A code has had other names, a name other codes."""
    assert name_asof("140726", 2010) == "太谷县"
    assert name_asof("140726", 2024) is None
    assert (division_asof("140726", 2010), division_asof("140000", 2024)) == ("太谷县", "山西省")
    assert code_asof("崇文区", 2005) == "110103"
    assert code_asof("崇文区", 2024) is None


def test_every_document_type_has_an_english_label() -> None:
    """The vocabulary is one."""
    assert set(ENGLISH_LABELS) == set(DOCUMENT_TYPES)

"""Regions from hosts, site codes, names of bodies and texts."""

from __future__ import annotations

import pytest

from parsers.metadata import jurisdictions
from parsers.metadata.jurisdictions import Jurisdiction


def codes(region: Jurisdiction | None) -> tuple[str, str | None] | None:
    """ISO 3166-2 and GB/T 2260."""
    return (region.iso, region.code) if region else None


HOSTS = {
    "www.shanxi.gov.cn": ("CN-SX", "140000"),
    "kjt.shaanxi.gov.cn": ("CN-SN", "610000"),
    "fzggw.zj.gov.cn": ("CN-ZJ", "330000"),
    "www.taiyuan.gov.cn": ("CN-SX", "140100"),
    "www.hainan.gov.cn": ("CN-HI", "460000"),
    "jilin.gov.cn": ("CN-JL", "220000"),
    "www.gov.cn": ("CN", None),
    "www.miit.gov.cn": ("CN", None),
    "shanxi.chinatax.gov.cn": ("CN-SX", "140000"),
    "taiyuan.customs.gov.cn": ("CN-SX", "140100"),
    "www.chinatax.gov.cn": ("CN", None),
    "jrs.mof.gov.cn": ("CN", None),
    "suzhou.gov.cn": None,
    "www.shanxi.com": None,
    "gov.cn.example.com": None,
    None: None,
}


@pytest.mark.parametrize(("host", "expected"), HOSTS.items())
def test_hosts(host: str | None, expected: tuple[str, str | None] | None) -> None:
    """Only a government's host tells a region; a name that two cities share tells none."""
    assert codes(jurisdictions.of_host(host)) == expected


def test_site_codes() -> None:
    """`bm` is the centre, ten digits begin with the area."""
    assert codes(jurisdictions.of_site_code("bm07000001")) == ("CN", None)
    assert codes(jurisdictions.of_site_code("4506000001")) == ("CN-GX", "450600")
    assert jurisdictions.of_site_code("") is None
    assert jurisdictions.of_site_code("9906000001") is None


BODIES = {
    "山西省太原市小店区教育局": ("CN-SX", "140105"),
    "德清县发改局": ("CN-ZJ", "330521"),
    "湖北省人民代表大会常务委员会": ("CN-HB", "420000"),
    "内蒙古自治区科学技术厅": ("CN-NM", "150000"),
    "国务院办公厅": ("CN", None),
    "教育部办公厅": ("CN", None),
    "第十三届全国人民代表大会": ("CN", None),
    "Shanxi Provincial Committee": ("CN-SX", "140000"),
    "Shaanxi Provincial Government": ("CN-SN", "610000"),
    "学会秘书处": None,
    "中国人民政治协商会议山西省委员会": ("CN-SX", "140000"),
    "中国共产党山西省委员会": ("CN-SX", "140000"),
    "国家税务总局太原市税务局": ("CN-SX", "140100"),
    "中国人民银行山西省分行": ("CN-SX", "140000"),
    "国家能源局山西监管办公室": ("CN-SX", "140000"),
    "财政部山西监管局": ("CN-SX", "140000"),
    "中华人民共和国太原海关": ("CN-SX", "140100"),
    "中国（山西）自由贸易试验区管理委员会": ("CN-SX", "140000"),
    "全国人民代表大会常务委员会": ("CN", None),
    "国务院台湾事务办公室": ("CN", None),
    "中央新疆工作协调小组办公室": ("CN", None),
    "国家税务总局 山西省税务局": ("CN", None),
    "北京市朝阳区人民政府": ("CN-BJ", "110105"),
    "吉林省长春市朝阳区人民政府": ("CN-JL", "220104"),
    "长治市郊区人民政府": ("CN-SX", "140400"),
    "朝阳区人民政府": None,
}


@pytest.mark.parametrize(("name", "expected"), BODIES.items())
def test_bodies(name: str, expected: tuple[str, str | None] | None) -> None:
    """A body's name gives its region as precisely as it says."""
    assert codes(jurisdictions.of_body(name)) == expected


def test_texts() -> None:
    """A text is about the province that it names most; one that names many alike is about none."""
    assert codes(jurisdictions.of_text("山西启动行动。太原、大同市和长治市先行，山西其他各市跟进。")) == (
        "CN-SX",
        "140000",
    )
    assert (
        jurisdictions.of_text("北京、上海、广东、浙江四地交流经验，北京、上海、广东、浙江先后发言。") is None
    )
    assert jurisdictions.of_text("北京时间八时，航天员进入舱内，北京时间九时完成对接。") is None
    assert jurisdictions.of_text("") is None


def test_ordinary_words_are_no_places() -> None:
    """`长治久安`, `世界大同` and `海南` as part of other names lend no region."""
    assert jurisdictions.of_name("确保社会长治久安") is None
    assert jurisdictions.of_name("天下大同") is None
    assert codes(jurisdictions.of_name("海南自由贸易港")) == ("CN-HI", "460000")


def test_province_names() -> None:
    """A code of any level has its province's name."""
    assert jurisdictions.province_name("140105") == "山西省"
    assert jurisdictions.province_name("000000") is None

"""Writers and sources in every form of byline."""

from __future__ import annotations

import pytest

from parsers.metadata.bylines import clean_outlet, find_authors, is_news_medium, is_person, person_names

BYLINES = {
    "本报太原3月9日讯(记者 王龙飞)记者从省里了解到": ("王龙飞",),
    "新华社北京3月9日电（记者张辛欣、王小明）今天": ("张辛欣", "王小明"),
    "光明日报记者 张国圣 李宏": ("张国圣", "李宏"),
    "会议结束。（记者：魏伟）": ("魏伟",),
    "分别举行。（张巨峰）": ("张巨峰",),
    "“让数据多跑路。”（方小明 江华）": ("方小明", "江华"),
    "（张巨峰、李小龙）": ("张巨峰", "李小龙"),
    "（本报记者 李小龙 通讯员 周文）": ("李小龙", "周文"),
    "作者：欧阳修远": ("欧阳修远",),
    "By Wang Longfei": ("Wang Longfei",),
}


@pytest.mark.parametrize(("line", "names"), BYLINES.items())
def test_bylines(line: str, names: tuple[str, ...]) -> None:
    """Reporters and writers are named wherever the byline stands."""
    found = find_authors([line])
    assert found is not None
    assert found[0] == names


@pytest.mark.parametrize(
    "line",
    [
        "第一段（完）",
        "（略）",
        "（培育）",
        "（德清县发改局）",
        "推荐单位（盖章）",
        "（盖章）",
        "（全文完）",
        "附表：各市产业规模（万元）",
        "单位：（万元）",
        "产值增长一成。（安徽）",
        "附件：创新平台名单（苏州）",
        "申报材料齐全。（任务书）",
        "由园区负责。（管委会）",
        "申报主体（高校 单位）",
        "项目负责人（钱三强）",
        "2022-06-10 0 By",
        "（责编：王二）",
        "记者了解到，今年",
    ],
)
def test_no_bylines(line: str) -> None:
    """Brackets with other words, editors and empty bylines name nobody."""
    assert find_authors([line]) is None


def test_names() -> None:
    """Roles and papers go; administrators are nobody."""
    assert person_names("南都记者 余毅菁 向雪妮") == ("余毅菁", "向雪妮")
    assert person_names("系统管理员") == ()
    assert person_names("admin") == ()
    assert is_person("阿卜杜拉·买买提")
    assert not is_person("经济发展")


OUTLETS = {
    "来源：人民网-文化频道 原创稿": "人民网-文化频道",
    "光明网-《光明日报》2024-01-29 04:35": "光明网-《光明日报》",
    "2024-01-29 04:35 山西日报": "山西日报",
    "教育部　下载　收藏": "教育部",
    "宣教中心": "宣教中心",
    "People's Daily Online": "People's Daily Online",
    "中国空间技术研究院、中国运载火箭技术研究院等": "中国空间技术研究院、中国运载火箭技术研究院等",
    "本站": None,
    "未知": None,
    "": None,
    "http://www.example.com/a": None,
}


@pytest.mark.parametrize(("value", "name"), OUTLETS.items())
def test_outlets(value: str, name: str | None) -> None:
    """The source as it is named, without what the template adds."""
    assert clean_outlet(value) == name


def test_media() -> None:
    """A newspaper writes news, an office does not."""
    assert is_news_medium("山西日报")
    assert is_news_medium("证券时报网")
    assert not is_news_medium("省发改委")
    assert not is_news_medium("山西省人民政府网")


def test_transliterated_names() -> None:
    """Uyghur, Tibetan and Mongolian names have no surname; a city is written with the same characters."""
    assert person_names("记者 阿依努尔、郭燕") == ("阿依努尔", "郭燕")
    assert person_names("记者 卓玛次仁 其木格") == ("卓玛次仁", "其木格")
    assert not is_person("乌鲁木齐")
    assert not is_person("成果处")

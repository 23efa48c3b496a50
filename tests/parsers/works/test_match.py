"""Linking is measured on labelled pairs; each law of it is a property."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.normalisation.key import fold
from parsers.works.match import EXCERPTED, Match, Profile, keys, match, profile
from parsers.works.sketch import grams, overlap, sketch
from store.capture import digest
from tests.parsers.works.corpus import Pair, Paper, pairs

PRECISION, RECALL = 0.99, 0.95


@cache
def profile_of(paper: Paper) -> Profile:
    """What linking knows of a paper."""
    return profile(
        paper.name,
        title=paper.title,
        text=paper.text,
        key_digest=digest(fold(paper.text).encode()),
        identifier=paper.identifier,
        creator=paper.creator,
        created=paper.created,
        document_type=paper.document_type,
        language=paper.language,
    )


def judged(pair: Pair) -> str:
    """What linking says of a pair: same, about or none."""
    found = match(profile_of(pair.one), profile_of(pair.other))
    return "none" if found is None else "about" if found.by == "about" else "same"


@pytest.fixture(scope="module")
def labelled() -> list[Pair]:
    """More than two hundred pairs, half of them near misses."""
    return [*pairs(0, 12), *pairs(100, 12)]


def test_there_are_enough_pairs_and_near_misses(labelled: list[Pair]) -> None:
    """Every kind of near miss that the issue names is among them."""
    kinds = {pair.kind for pair in labelled if pair.label != "same"}

    assert len(labelled) >= 200
    assert kinds >= {
        "next-year",
        "neighbour",
        "draft",
        "interpretation",
        "batch",
        "yearless",
        "other-body",
        "revised",
    }


@pytest.mark.parametrize("label", ["same", "about"])
def test_precision_and_recall(labelled: list[Pair], label: str) -> None:
    """Of copies, and of what speaks of a policy without carrying it."""
    counts = Counter((pair.label == label, judged(pair) == label) for pair in labelled)
    right = counts[True, True]

    assert right / (right + counts[False, True]) >= PRECISION
    assert right / (right + counts[True, False]) >= RECALL


def test_a_link_is_a_candidate_too(labelled: list[Pair]) -> None:
    """What would be linked when compared shares a key, so that it is compared."""
    linked = [pair for pair in labelled if pair.label != "none" and judged(pair) == pair.label]
    missed = [
        pair
        for pair in linked
        if not set(keys(profile_of(pair.one))[1]) & set(keys(profile_of(pair.other))[0])
    ]

    assert len(missed) <= (1 - RECALL) * len(linked)


def test_it_does_not_matter_which_comes_first(labelled: list[Pair]) -> None:
    """And a document always carries what it carries itself."""
    for pair in labelled:
        one, other = profile_of(pair.one), profile_of(pair.other)
        assert match(one, other) == match(other, one)
        assert match(one, one) is not None


def test_every_link_says_what_it_rests_on(labelled: list[Pair]) -> None:
    """A score between nothing and certainty, and words."""
    found = [match(profile_of(pair.one), profile_of(pair.other)) for pair in labelled]
    made = [item for item in found if isinstance(item, Match)]

    assert {item.by for item in made} >= {"text", "name", "identifier", "translation", "about"}
    assert all(0 < item.score <= 1 and item.evidence for item in made)


NOTICE = """各市科技局：
现组织开展{year}年度省级技术创新中心建设申报工作，有关事项通知如下。
一、申报条件。申报单位应当在本省注册，具有独立法人资格，上年度研发投入占营业收入的比重不低于3%。
二、申报程序。请各市于{year}年{month}月20日前将推荐材料报送{body}高新处，逾期不再受理。
三、联系方式。联系人：王明，电话：0351-4040000。
{body}
{year}年{month}月5日"""


def _notice(title: str, *, body: str = "山西省科学技术厅", year: int = 2023, month: int = 4) -> Profile:
    text = NOTICE.format(body=body, year=year, month=month)
    return profile_of(Paper(title, title, text, document_type="notice"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            _notice("山西省科学技术厅关于组织申报省级技术创新中心的通知"),
            _notice("山西省科学技术厅关于组织申报省级技术创新中心的通知", year=2024, month=5),
        ),
        (
            _notice("城关镇2023年科普工作方案", body="城关镇人民政府"),
            _notice("东关镇2023年科普工作方案", body="东关镇人民政府"),
        ),
        (
            _notice("广灵县2023年科普工作方案", body="广灵县科协"),
            _notice("灵丘县2023年科普工作方案", body="灵丘县科协"),
        ),
    ],
)
def test_near_misses_by_one_form_are_two(one: Profile, other: Profile) -> None:
    """Nine tenths of their text are the same: the headline, the year and the place tell them apart."""
    assert overlap(one.sketch, other.sketch)[0] > 0.6
    assert match(one, other) is None


REPORT = """新华社海州{day}电 据岭南省发展和改革委员会消息，按照现行价格形成机制，自{day}24时起，省内汽油、柴油价格每吨分别降低{petrol}元、{diesel}元。
各企业要组织好生产和调运，确保市场稳定供应，严格执行价格政策。各地要加大市场监督检查力度，严厉查处不执行价格政策的行为，维护正常市场秩序。"""


def _report(day: str, petrol: int, diesel: int, further: str = "") -> Profile:
    text = REPORT.format(day=day, petrol=petrol, diesel=diesel) + further
    return profile_of(Paper(day + further, "岭南成品油价格按机制下调", text, document_type="news"))


def test_what_is_reported_again_under_one_headline_is_two() -> None:
    """Of one year, or of none: the days tell them apart. A copy that leaves a day out, or adds one, is a copy."""
    first, second = _report("3月17日", 100, 95), _report("5月16日", 380, 365)

    assert overlap(first.sketch, second.sketch)[0] > 0.6
    assert match(first, second) is None
    assert match(first, _report("3月17日", 100, 95, "下一次调价窗口为3月31日。")) is not None


def test_a_copy_with_a_number_changed_is_a_copy() -> None:
    """It must be, for its fidelity to be told."""
    title = "山西省科学技术厅关于组织申报省级技术创新中心的通知"
    changed = NOTICE.format(body="山西省科学技术厅", year=2023, month=4).replace("3%", "5%")

    assert match(_notice(title), profile_of(Paper("b", title, changed, document_type="notice"))) is not None


def test_a_newspaper_s_excerpt_of_a_numbered_notice_is_a_copy() -> None:
    """It names the day of its report, the notice that of its signature: the number is of one policy."""
    title, number = "关于组织开展林业科技示范户遴选工作的通知", "岭科发〔2023〕5号"
    notice = NOTICE.replace("{year}年{month}月20日前", "本月底前").format(
        body="岭南省科学技术厅", year=2023, month=3
    )
    excerpt = "本报3月10日讯，省科学技术厅日前发出通知，部署有关工作，记者从会上获悉，通知的主要内容摘登如下，请读者留意各市的具体安排。"
    excerpt += notice[: notice.index("三、")]
    one, other = (
        profile_of(Paper(text[:2], title, text, identifier=number, document_type="notice"))
        for text in (notice, excerpt)
    )
    found = match(one, other)

    assert overlap(one.sketch, other.sketch)[1] < EXCERPTED
    assert found is not None
    assert found.by == "identifier"


def test_an_attached_file_links_two_covering_notes() -> None:
    """Whose texts say nothing but that there is one."""
    first, second = (
        profile(
            name,
            title=title,
            text="详见附件。",
            key_digest=name,
            files=frozenset({"sha256:1"}),
            language="zh-Hans",
        )
        for name, title in (("a", "关于公布名单的通知"), ("b", "公布名单"))
    )
    found = match(first, second)

    assert found is not None
    assert found.by == "file"


@given(
    st.text(alphabet="科技创新平台建设2025年0123", min_size=0, max_size=300), st.text(min_size=0, max_size=50)
)
def test_overlap_is_whole_for_equal_texts_and_never_more(text: str, further: str) -> None:
    """For any text; a text within another is contained in it."""
    whole, part = sketch(text + further), sketch(text)
    jaccard, contained = overlap(whole, whole)

    assert (jaccard, contained) == ((1.0, 1.0) if len(grams(text + further)) else (0.0, 0.0))
    assert 0 <= overlap(whole, part)[0] <= overlap(whole, part)[1] <= 1


def test_the_sample_of_a_long_text_estimates_well() -> None:
    """Half of the text shared: within a few hundredths of the truth."""
    left = "".join(f"第{n}条规定了第{n * 7919 % 10007}项内容与责任。" for n in range(3000))
    right = "".join(f"第{n}条规定了第{n * 7919 % 10007}项内容与责任。" for n in range(1500, 4500))
    true = len(set(grams(left)) & set(grams(right))) / len(set(grams(left)) | set(grams(right)))

    assert len(sketch(left).sample) < len(grams(left)) / 4
    assert overlap(sketch(left), sketch(right))[0] == pytest.approx(true, abs=0.05)

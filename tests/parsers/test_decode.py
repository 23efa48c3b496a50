"""Bytes to text: what the labels say is the least of it."""

import importlib.util
import sys
from itertools import islice
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.decode import COMMON, Decoded, decode, has_accents, plausibility

SENTENCE = "各市、县人民政府：为贯彻落实创新驱动发展战略，现就有关事项通知如下。"
TRADITIONAL = "各機關應依據本綱要訂定中程計畫，並於每年十二月底前提報執行成效。"
HONG_KONG = "政府有冇計劃喺新界北區興建創科園？局長答：正喺度研究緊。"
PAGE = "<html><head><title>通知</title></head><body><p>{}</p></body></html>"
# In the bench of which this is a slice, 99.5 % and more are exact.
FLOOR = 0.99

LABELS = (
    st.none()
    | st.text(max_size=12)
    | st.sampled_from(["gb2312", "utf-16", "utf-7", "punycode", "hex", "undefined"])
)
# Punctuation alone says nothing; characters of level 1 of GB 2312 are what simplified pages consist of.
LEVEL_1 = sorted(
    character
    for character in COMMON
    if len(code := character.encode("gb2312", "ignore")) == 2 and 0xB0 <= code[0] <= 0xD7
)
CHINESE = st.lists(st.sampled_from(LEVEL_1), min_size=20, max_size=200, unique=True).map("".join)


def _bench() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / "decode.py"
    spec = importlib.util.spec_from_file_location("decode_bench", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_slice_of_the_bench_stays_above_its_floor() -> None:
    """Every third page of the bench, labels and damage mixed, comes out exact but for one in a hundred."""
    bench = _bench()
    results = [bench.is_exact(case) for case in islice(bench.cases(), 0, None, 3)]
    assert len(results) > 1_000
    assert sum(results) / len(results) >= FLOOR


@given(st.binary(max_size=300), LABELS)
def test_never_raises(body: bytes, label: str | None) -> None:
    """Any bytes under any label give a text that can be stored."""
    decoded = decode(body, label)
    assert decoded.lost == decoded.text.count("\ufffd")
    assert -3 <= decoded.plausibility <= 1
    decoded.text.encode("utf-8")


@given(CHINESE, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk", "gb18030"]))
@settings(max_examples=60)
def test_chinese_page_comes_back_whatever_its_encoding(text: str, codec: str) -> None:
    """Twenty common characters are enough for any encoding, without a label."""
    page = PAGE.format(text)
    assert decode(page.encode(codec), None).text == page


@given(CHINESE, st.sampled_from(["utf-8", "big5", "shift_jis", "iso-8859-1", "windows-1251", "x-unknown"]))
@settings(max_examples=40)
def test_wrong_label_does_no_harm(text: str, label: str) -> None:
    """A header that lies does not change the reading."""
    page = PAGE.format(text)
    assert decode(page.encode("gbk"), label).text == page


@pytest.mark.parametrize(
    ("body", "label", "codec", "how"),
    [
        (b"\xef\xbb\xbf" + SENTENCE.encode(), None, "utf-8", "bom"),
        (SENTENCE.encode("utf-16"), None, "utf-16-le", "bom"),
        (PAGE.format(SENTENCE).encode("utf-16-be"), "gbk", "utf-16-be", "nul_pattern"),
        ((SENTENCE + "\n2024\n").encode("utf-16-le"), None, "utf-16-le", "nul_pattern"),
        (SENTENCE.encode("utf-16-le"), "utf-16", "utf-16-le", "declared"),
        (PAGE.format(SENTENCE).encode(), "gb2312", "utf-8", "proved"),
        (b"plain ASCII", "big5", "utf-8", "proved"),
        (PAGE.format(SENTENCE).encode("gbk"), "gb2312", "gb18030", "declared"),
        (PAGE.format(SENTENCE).encode("gbk"), "utf-8", "gb18030", "scored"),
        (PAGE.format(TRADITIONAL).encode("big5"), None, "big5hkscs", "scored"),
        (PAGE.format(HONG_KONG).encode("big5hkscs"), "big5", "big5hkscs", "declared"),
        ("Le décret entre en vigueur à la fin de l’été.".encode("cp1252"), None, "cp1252", "scored"),
        ("科学技術基本計画について、意見を募集します。".encode("cp932"), None, "cp932", "scored"),
    ],
)
def test_ladder(body: bytes, label: str | None, codec: str, how: str) -> None:
    """Each rung of the ladder is named."""
    decoded = decode(body, label)
    assert (decoded.codec, decoded.how, decoded.lost) == (codec, how, 0)


def test_meta_tag_is_a_label_too() -> None:
    """The meta tag decides as the header does where both readings are possible."""
    body = b'<meta charset="gb2312"><p>' + SENTENCE.encode("gbk")
    assert decode(body, None).how == "declared"


def test_mark_is_no_part_of_the_text() -> None:
    """One mark or two, neither is text."""
    mark = b"\xef\xbb\xbf"
    assert decode(mark * 2 + SENTENCE.encode(), None).text == SENTENCE


def test_utf8_mark_in_front_of_a_gbk_page() -> None:
    """A mark that an included file brought along does not make the page UTF-8."""
    body = b"\xef\xbb\xbf" + PAGE.format(SENTENCE).encode("gbk")
    decoded = decode(body, None)
    assert (decoded.text, decoded.codec) == (PAGE.format(SENTENCE), "gb18030")


@pytest.mark.parametrize("cut", [1, 2])
def test_page_cut_within_a_character(cut: int) -> None:
    """A download that stopped within a character loses this one only."""
    decoded = decode(SENTENCE.encode()[:-cut], None)
    assert (decoded.text, decoded.how, decoded.lost) == (SENTENCE[:-1] + "\ufffd", "damaged", 1)


def test_bad_byte_in_utf8() -> None:
    """A page of UTF-8 with a bad byte stays UTF-8, and says that something was lost."""
    body = SENTENCE.encode() + b"\xff" + SENTENCE.encode()
    decoded = decode(body, "gb2312")
    assert (decoded.text, decoded.how, decoded.lost) == (f"{SENTENCE}\ufffd{SENTENCE}", "damaged", 1)


def test_gbk_that_happens_to_be_valid_utf8() -> None:
    """通知 in GBK is valid UTF-8 for a combining mark and a Hebrew letter."""
    body = PAGE.format("通知").encode("gbk")
    body.decode("utf-8")
    assert decode(body, None).text == PAGE.format("通知")


@pytest.mark.parametrize(
    "text", ["Größe über Öl", "Προγραμμα επιστημης", "Постановление о науке", "é", "naïve café"]
)
def test_short_utf8_of_other_alphabets_stays(text: str) -> None:
    """Two-byte UTF-8 of one alphabet is not taken for GBK."""
    assert decode(text.encode(), "gb2312").text == text


@pytest.mark.parametrize(
    ("code", "character"),
    [
        (b"\xa6\xd9", "\ufe10"),
        (b"\xa8\xbc", "\u1e3f"),
        (b"\xfe\x59", "\u9fb4"),
        (b"\xfe\x51", "\U00020087"),
        (b"\x80", "€"),
    ],
)
def test_gb18030_of_2022(code: bytes, character: str) -> None:
    """Codes that Python's codec gives as private-use characters, or not at all, are read by the edition of 2022."""
    body = SENTENCE.encode("gbk") + code + SENTENCE.encode("gbk")
    assert decode(body, None).text == SENTENCE + character + SENTENCE


def test_label_never_names_a_codec_that_is_no_encoding() -> None:
    """Python's text transformations do not run because a header names them."""
    body = SENTENCE.encode("gbk")
    for label in (
        "unicode_escape",
        "raw_unicode_escape",
        "punycode",
        "idna",
        "rot13",
        "utf-7",
        "a\0b",
        "汉字",
    ):
        assert decode(body, label).codec == "gb18030"


def test_empty_payload() -> None:
    """Nothing is a text without doubt."""
    assert decode(b"", None) == Decoded("", "utf-8", "proved", 0, 1.0)


def test_plausibility_tells_mojibake() -> None:
    """Garbled sentences lie below one half, clean ones far above."""
    assert plausibility(SENTENCE) > 0.95
    assert plausibility(TRADITIONAL) > 0.95
    assert plausibility("ASCII only") == 1.0
    for garbled in (
        SENTENCE.encode().decode("latin-1"),
        SENTENCE.encode().decode("gbk", "replace"),
        SENTENCE.encode("gbk").decode("latin-1"),
        SENTENCE.encode("gbk").decode("utf-8", "replace"),
    ):
        assert plausibility(garbled) < 0.5


def test_accents_are_no_mojibake_where_they_are_expected() -> None:
    """French keeps its plausibility on a page; the bare function has to be told."""
    french = "Le décret a été publié à l’été."
    assert has_accents(french)
    assert not has_accents(SENTENCE)
    assert plausibility(french, western=True) == 1.0
    assert decode(french.encode(), None).plausibility == 1.0


def test_plausibility_looks_beyond_the_beginning() -> None:
    """A long page whose later half was garbled upstream does not pass for a clean one."""
    clean = SENTENCE * 60
    page = clean + SENTENCE.encode().decode("latin-1") * 60
    assert decode(clean.encode(), None).plausibility > 0.95
    assert decode(page.encode(), None).plausibility < 0.5

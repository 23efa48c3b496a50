"""Languages by script."""

from __future__ import annotations

import pytest

from parsers.metadata.language import language_of

TEXTS = {
    "国务院关于加快发展的若干意见，各省要认真落实。": "zh-Hans",
    "行政院關於加快發展的若干意見，各縣市應當認真落實。": "zh-Hant",
    "令和五年度の科学技術イノベーション政策について": "ja",
    "과학기술 혁신 정책에 관한 계획": "ko",
    "The plan of the province will be carried out in 2022.": "en",
    "山西 R&D 投入 and the CPPCC 提案": "zh-Hans",
    "Science and technology plan": "en",
    "12345 …": None,
    "": None,
}


@pytest.mark.parametrize(("text", "language"), TEXTS.items())
def test_languages(text: str, language: str | None) -> None:
    """The share of scripts tells the language; no letters, no language."""
    assert language_of(text) == language


def test_other_latin_languages_are_not_called_english() -> None:
    """French is `fr` where a detector is installed, `und` where none is."""
    assert language_of(
        "Le plan de la province prévoit une aide à l'innovation et à la recherche dès l'année 2022."
    ) in {"fr", "und"}

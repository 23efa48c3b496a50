"""Signs of machine translation, and the spaces it lost between sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.document import Metadata
from parsers.normalisation.edits import Draft, restore
from parsers.normalisation.translation import machine_translation, space_sentences, spacing_flag

GLUED = (
    "On March 2 the Hunan Provincial Government met in Changsha.How will it support industry in 2022?We will build"
    " parks in fields of energy and chips.We will select about 50 carriers (“bases”).The plan will tackle key"
    " problems in 2022.We must give full play to talents."
)
FLUENT = (
    "The State Council of China published a plan on Monday. Local governments will strive to raise spending on"
    " research by 7 percent a year until 2025. The plan covers basic research, the training of engineers, and"
    " support for small firms. Officials in Shandong said that a number of laboratories would open this year,"
    " and that scientific and technological cooperation with Europe would continue."
)
WOODEN = (
    "Your current location: home page. Number of readers: second. Shanxi will accelerate new quality productivity."
    " Uncover the list and take the lead Model. Give full play to talent team and scientific and technological."
)


def test_glued_sentences_are_spaced() -> None:
    """Every sentence end gets its space, also behind a bracket, a question mark and a year."""
    draft = space_sentences(Draft(GLUED))
    assert "Changsha. How" in draft.text
    assert "2022? We" in draft.text
    assert "(“bases”). The" in draft.text
    assert "in 2022. We" in draft.text
    assert restore(draft.text, draft.edits) == GLUED
    flag = spacing_flag(draft)
    assert flag is not None
    assert flag.evidence.startswith("5 ")


@pytest.mark.parametrize(
    "text",
    [
        FLUENT,
        "See https://www.Gov.cn/a.Html and e.g.This one.",
        "one.Two three.Four",
        "使用Node.Js、Vue.Js、Next.Js、Nuxt.Js等框架，建设政务服务平台，提升一体化水平。" * 2,
        "1.Promote 2.Build 3.Open 4.Close",
        "www.A.com/x.Y www.b.Com/x.Y a@b.Com c@d.Com",
    ],
)
def test_other_texts_keep_their_spacing(text: str) -> None:
    """Addresses, item numbers, a single slip and Chinese text are left alone."""
    draft = Draft(text)
    assert space_sentences(draft) is draft
    assert spacing_flag(draft) is None


def test_machine_translation_is_suspected() -> None:
    """By glue with calques, or by calques with renderings that make no sense."""
    assert machine_translation(space_sentences(Draft(GLUED)), Metadata()) is not None
    flag = machine_translation(Draft(WOODEN), Metadata())
    assert flag is not None
    assert flag.name == "machine_translation"


@pytest.mark.parametrize(
    "text",
    [
        FLUENT,
        (
            "The Commission shall adopt delegated acts. Member States shall strive to give full play to innovation."
            " The scientific and technological board of the Chinese delegation met NATO partners in BRUSSELS."
        ),
        "国务院关于印发《规划》的通知。",
        "",
    ],
)
def test_ordinary_text_is_not_suspected(text: str) -> None:
    """A human translation has calques too; they do not suffice."""
    assert machine_translation(space_sentences(Draft(text)), Metadata(jurisdiction="CN")) is None


def test_english_about_elsewhere_is_not_suspected() -> None:
    """A glued text about another country is badly set, not translated from Chinese."""
    text = "We met in Paris.It was good.We will meet again.They strive to win."
    assert machine_translation(space_sentences(Draft(text)), Metadata(jurisdiction="FR")) is None


@given(st.text("ab.?!;A“”) 2/@"))
def test_spacing_is_idempotent(text: str) -> None:
    """A spaced text has nothing left to space, and raw comes back."""
    draft = space_sentences(Draft(text))
    assert restore(draft.text, draft.edits) == text
    assert space_sentences(Draft(draft.text)).text == draft.text

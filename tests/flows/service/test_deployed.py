"""What a deployed run does without source files that are broken, without Prefect around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from flows.options import DATA_SETTING, SEEDS_SETTING
from flows.outcome import Outcome
from flows.run import Run
from flows.service.deployed import _carried_out
from store.source import Source

GOOD = 'title = "Notices"\n[[seeds]]\nkind = "listing"\nurl = "https://kjt.example.cn/"\n'


@pytest.mark.parametrize(
    ("files", "asked", "state"),
    [
        ({"kjt": GOOD}, ["kjt"], "Completed"),
        ({"kjt": GOOD, "sjt": "title = "}, ["kjt"], "SomeFailed"),
        ({"sjt": "title = "}, [], "Failed"),
        ({}, [], "Failed"),
    ],
)
def test_a_run_asks_the_sources_whose_files_are_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], asked: list[str], state: str
) -> None:
    """One typing error stops none of the others; what is wrong is handed to the alarms, and stands in the state."""
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for name, text in files.items():
        (seeds / f"{name}.toml").write_text(text)
    monkeypatch.setenv(DATA_SETTING, str(tmp_path / "data"))
    monkeypatch.setenv(SEEDS_SETTING, str(seeds))
    given: list[tuple[list[str], tuple[str, ...]]] = []

    def act(run: Run, _all: Sequence[Source], some: Sequence[Source], _proxies: Mapping[str, str]) -> Outcome:
        given.append(([source.source_id for source in some], run.wrong))
        return Outcome(run.run_id, str(run.data), len(some), (), 0, 0, 0, 0, 0, 0, {}, None, released=False)

    ended = _carried_out(act)

    ((names, wrong),) = given
    assert (names, ended.name) == (asked, state)
    assert len(wrong) == (state != "Completed")
    assert all(mistake in str(ended.message) for mistake in wrong)

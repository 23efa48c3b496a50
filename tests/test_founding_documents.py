"""The five founding documents: imported as files, every field of their gold comes out of the release.

They lie beside the project, not in it; without them these tests skip.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from flows.build import build_tables
from flows.files import import_files
from flows.publish import publish_release
from flows.refresh import keep
from flows.run import new_run
from parsers.document import Edit
from parsers.normalisation.edits import restore
from store.archive import read_payload
from store.capture import Capture
from store.dataset import load

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"
GOLD = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((SEEDS / "gold").glob("*.json"))
}
NAMES = sorted(GOLD) or ["absent"]

FIELDS = (
    *("title", "subtitle", "creator", "outlet", "subject_body", "jurisdiction", "document_type"),
    *("language", "script", "translated", "date_event", "source_url"),
)


def spoken_of(*fields: str) -> list[tuple[str, str]]:
    """Document and field, where the gold speaks of it."""
    return [(name, field) for name in NAMES for field in fields if field in GOLD.get(name, FIELDS)]


pytestmark = pytest.mark.skipif(not GOLD, reason=f"the founding documents are not there: {SEEDS}")
each_document = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a release of the five."""
    folder = tmp_path_factory.mktemp("founding") / "data"
    run = new_run(folder, now=datetime(2026, 11, 22, tzinfo=UTC))
    keep(run, [import_files(run, sorted(SEEDS.glob("*.txt")), "imported")])
    build_tables(run, [])
    assert publish_release(run, [])
    return folder


def document(data: Path, name: str) -> pd.Series:
    """The row of a founding document."""
    documents = load("documents", data).set_index("url")
    row = documents.loc[f"import:imported/{name}.txt"]
    assert isinstance(row, pd.Series)
    return row.astype(object).where(row.notna(), None)


def hanging(data: Path, name: str, table: str) -> pd.DataFrame:
    """The rows of a table that hang on it."""
    rows = load(table, data)
    ours: pd.DataFrame = rows.loc[rows["document_id"] == document(data, name)["document_id"]]
    return ours.sort_values("n")


@each_document
def test_text(data: Path, name: str) -> None:
    """What must be there is, word for word; what must not be is not."""
    text = document(data, name)["text"]

    assert [snippet for snippet in GOLD[name]["must_contain"] if snippet not in text] == []
    assert [snippet for snippet in GOLD[name]["must_not_contain"] if snippet in text] == []


@pytest.mark.parametrize(("name", "field"), spoken_of(*FIELDS))
def test_metadata(data: Path, name: str, field: str) -> None:
    """Each value that the gold gives, null where it says null."""
    assert document(data, name)[field] == GOLD[name][field]


@pytest.mark.parametrize(("name", "field"), spoken_of("issued"))
def test_issued(data: Path, name: str, field: str) -> None:
    """To the gold's precision; a time without zone from a Chinese source is +08:00 (see `evidence`)."""
    issued, gold = document(data, name)[field], GOLD[name][field]

    assert issued in {gold, f"{gold}+08:00"}


@pytest.mark.parametrize(("name", "field"), spoken_of("author"))
def test_author(data: Path, name: str, field: str) -> None:
    """Writers and reporters, none where none is named."""
    assert document(data, name)[field] == ("; ".join(GOLD[name][field]) or None)


@each_document
def test_flags(data: Path, name: str) -> None:
    """Exactly these doubts, and as many redactions as there are."""
    flags = hanging(data, name, "flags")["name"]

    assert sorted(set(flags)) == sorted(GOLD[name]["flags"])
    assert (flags == "redacted_name").sum() == GOLD[name].get("redactions", 0)


@each_document
def test_clauses(data: Path, name: str) -> None:
    """The numbers that are there, none where the text has none; the missing ones are named by the flag."""
    gold = GOLD[name]["clauses"]
    clauses = hanging(data, name, "clauses")

    assert list(clauses["number"]) == (gold["numbers"] if gold else [])
    if gold:
        evidence = " ".join(hanging(data, name, "flags").query("name == 'missing_clauses'")["evidence"])
        assert [number for number in gold["missing"] if str(number) not in evidence] == []


@each_document
def test_targets(data: Path, name: str) -> None:
    """Exactly these commitments; a subject's last words suffice."""
    targets = hanging(data, name, "targets").astype(object)
    targets = targets.where(targets.notna(), None)
    gold = GOLD[name]["targets"]

    assert len(targets) == len(gold), list(targets["surface"])
    for (_, ours), expected in zip(targets.iterrows(), gold, strict=True):
        assert str(ours["subject"]).endswith(expected["subject"])
        rest = {key: value for key, value in expected.items() if key != "subject"}
        assert {key: ours[key] for key in rest} == rest


@each_document
def test_measures(data: Path, name: str) -> None:
    """At least these programmes, bounded as they are named."""
    names = set(hanging(data, name, "measures")["name"])

    assert [measure for measure in GOLD[name].get("measures", []) if measure not in names] == []


@each_document
def test_the_extracted_text_can_be_rebuilt(data: Path, name: str) -> None:
    """Text and edits give back what was extracted, in which every word of the file still stands."""
    row = document(data, name)
    edits = [
        Edit(item["kind"], item["offset"], item["length"], item["original"])
        for _, item in hanging(data, name, "edits").iterrows()
    ]
    captures = load("captures", data)
    capture = Capture(
        **captures[captures["capture_id"] == row["capture_id"]].drop(columns="outcome").to_dict("records")[0]
    )
    file = read_payload(data / "archive", capture).decode()
    raw = restore(row["text"], edits)

    assert [line for line in raw.split("\n") if line.strip() and line.strip() not in file] == []

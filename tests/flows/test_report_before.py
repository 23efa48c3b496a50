"""What a report takes over from the one before: what is as it was is not drawn again, and the site is that of a report drawn alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from flows.report.lists import COLUMNS
from flows.report.record import RECORD, Record, write_record
from flows.report.write import write_report
from store.parts import link_parts, rewrite, write_part
from store.schema import TABLES

BEGIN = datetime(2026, 3, 1, 2, tzinfo=UTC)
MANY = 1_500
PLAIN: Mapping[str, object] = {
    "large_string": "",
    "int64": 0,
    "double": 0.0,
    "bool": False,
    "timestamp[us, tz=UTC]": BEGIN,
}


@dataclass(frozen=True, slots=True)
class State:
    """What a release holds.

    Attributes:
        entered: The title of each document that came, by its number, a version of it for each part.
        removed: Documents that the release no longer knows.
        jurisdiction: Of the source, and so of the documents, which name none.
    """

    entered: Sequence[Mapping[int, str]]
    removed: frozenset[int] = frozenset()
    jurisdiction: str = "CN-SX"


FIRST = State(({n: f"第{n}号通知" for n in range(MANY)},))


def _id(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def _rows(name: str, rows: Sequence[Mapping[str, object]]) -> list[pa.Table]:
    """Rows with what a test does not speak of left empty."""
    schema = TABLES[name].released
    plain = {field.name: None if field.nullable else PLAIN.get(str(field.type)) for field in schema}
    return [pa.Table.from_pylist([{**plain, **row} for row in rows], schema=schema)] if rows else []


def _release(folder: Path, state: State, before: Path | None = None) -> Path:
    """A release's tables, in parts that are linked from the release before as a release links them."""
    held = {
        number: version
        for part, version in _versions(state)
        for number in part
        if number not in state.removed
    }
    titles = {number: title for part in state.entered for number, title in part.items()}
    told: Mapping[str, Sequence[Mapping[str, object]]] = {
        "status": [{"document_id": _id(n), "source_id": "kjt", "current_version": version} for n, version in held.items()],
        "copies": [{"document_id": _id(n), "version": version, "work_id": _id(n), "canonical": True} for n, version in held.items()],
        "works": [{"work_id": _id(n), "title": titles[n], "canonical_document_id": _id(n)} for n in held],
        "sources": [{"source_id": "kjt", "jurisdiction": state.jurisdiction}],
        "releases": [{"release": folder.name, "issued": BEGIN}],
    }  # fmt: skip
    for name in TABLES:
        (folder / name).mkdir(parents=True)
        if name != "documents":
            rewrite(folder / name, before and before / name, name, _rows(name, told.get(name, ())))
    link_parts(folder / "documents", before and before / "documents")
    for part, version in _versions(state)[sum(1 for _ in (folder / "documents").iterdir()) :]:
        rows = [{"document_id": _id(n), "version": version, "title": title} for n, title in part.items()]
        write_part(folder / "documents", "documents", _rows("documents", rows))
    return folder


def _versions(state: State) -> list[tuple[Mapping[int, str], int]]:
    """Each part with the version that its documents have there."""
    return [
        (part, 1 + sum(part.keys() <= earlier.keys() for earlier in state.entered[:at]))
        for at, part in enumerate(state.entered)
    ]


def _record(release: Path) -> Record:
    return Record(**json.loads((release / "report" / "data" / RECORD).read_bytes().split(b"\n", 1)[1]))


def _told(release: Path) -> dict[str, Any]:
    text = (release / "report" / "data" / "release.js").read_text(encoding="utf-8")
    told: dict[str, Any] = json.loads(text.removeprefix("report.release = ").removesuffix(";\n"))
    return told


def _site(folder: Path) -> Mapping[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _same_as_alone(release: Path, aside: Path) -> None:
    write_report(release, aside)
    assert _site(release / "report") == _site(aside)


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A release with its report."""
    release = _release(tmp_path / "first", FIRST)
    write_report(release, release / "report")
    return release


def test_after_nothing_new_no_list_is_drawn(first: Path, tmp_path: Path) -> None:
    """What the page is told of the lists is what it was told before."""
    data = first / "report" / "data"
    record = _record(first)
    second = _release(tmp_path / "second", FIRST, first)
    write_report(second, second / "report", before=first)
    _same_as_alone(second, tmp_path / "alone")
    write_record(data, replace(record, told={**record.told, "months": ["taken over"]}))
    third = _release(tmp_path / "third", FIRST, first)
    write_report(third, third / "report", before=first)
    assert _told(third)["months"] == ["taken over"]


@pytest.mark.parametrize(("source", "place"), [("CN-SX", "CN-SX"), ("CN", None)])
def test_a_source_of_the_whole_country_says_nothing_of_its_documents(
    source: str, place: str | None, tmp_path: Path
) -> None:
    """One of a province does, where they do not say it themselves."""
    release = _release(tmp_path / "first", State(({1: "第1号通知"},), jurisdiction=source))
    write_report(release, release / "report")
    told = _told(release)

    assert told["months"] == [[None, place, None, 1]]
    assert [row[COLUMNS.index("jurisdiction")] for row in told["recent"]] == [place]


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _of_another_form(path: Path) -> None:
    record = _record(path.parents[2])
    write_record(path.parent, replace(record, form={**record.form, "duckdb": "0.1"}))


@pytest.mark.parametrize(
    "damage",
    [
        Path.unlink,
        _flip,
        lambda path: path.write_bytes(path.read_bytes()[:100]),
        lambda path: path.write_bytes(b""),
        _of_another_form,
        lambda path: next((path.parent / "list").iterdir()).unlink(),
    ],
    ids=["missing", "flipped", "cut", "empty", "another form", "a file is missing"],
)
def test_a_damaged_record_is_not_believed(
    damage: Callable[[Path], object], first: Path, tmp_path: Path
) -> None:
    """Whatever happened to the report before, this one is as if drawn alone."""
    path = first / "report" / "data" / RECORD
    record = _record(first)
    wrong = replace(record, told={**record.told, "months": ["taken over"]}, groups={})
    write_record(path.parent, wrong)
    damage(path)
    second = _release(tmp_path / "second", FIRST, first)
    write_report(second, second / "report", before=first)
    _same_as_alone(second, tmp_path / "alone")


def test_a_changed_document_draws_its_own_files_again(first: Path, tmp_path: Path) -> None:
    """Of the lists and of the details of policies those with the document are drawn, the others taken as the record names them."""
    data = first / "report" / "data"
    record = _record(first)
    marked = {digest: f"{name}-as-before" for digest, name in record.groups.items()}
    for name in record.groups.values():
        (data / f"{name}-as-before.js").hardlink_to(data / f"{name}.js")
    second = _release(tmp_path / "second", replace(FIRST, entered=(*FIRST.entered, {7: "另一个标题"})), first)
    write_report(second, second / "report", before=first)
    _same_as_alone(second, tmp_path / "alone")
    write_record(data, replace(record, groups=marked))
    third = _release(tmp_path / "third", replace(FIRST, entered=(*FIRST.entered, {7: "另一个标题"})), first)
    write_report(third, third / "report", before=first)
    lists, details = _told(third)["lists"], _told(third)["policies"]["details"]
    for files, bits in ((lists, 1), (details, 2)):
        assert len(files) == 2**bits
        fresh = [int(group) for group, name in files.items() if not name.endswith("-as-before")]
        assert fresh == [int(_id(7)[:4], 16) >> (16 - bits)]


@pytest.mark.parametrize(
    "state",
    [
        replace(FIRST, removed=frozenset({7})),
        replace(FIRST, removed=frozenset(range(MANY - 900))),
        replace(FIRST, jurisdiction="CN-BJ"),
        replace(FIRST, entered=(*FIRST.entered, dict.fromkeys(range(MANY, MANY + 600), "新的"))),
    ],
    ids=["one removed", "fewer bits", "another jurisdiction", "more bits"],
)
def test_what_changed_is_shown(state: State, first: Path, tmp_path: Path) -> None:
    """The report beside that of the release before is the one that is drawn alone, and another than before."""
    second = _release(tmp_path / "second", state, first)
    write_report(second, second / "report", before=first)
    _same_as_alone(second, tmp_path / "alone")
    assert _told(second)["lists"] != _told(first)["lists"]


def test_what_was_drawn_without_a_report_before_is_drawn_whole(first: Path, tmp_path: Path) -> None:
    """A release before that has no report gives nothing."""
    bare = _release(tmp_path / "bare", FIRST)
    second = _release(tmp_path / "second", FIRST, bare)
    write_report(second, second / "report", before=bare)
    assert _site(second / "report").keys() == _site(first / "report").keys()
    _same_as_alone(second, tmp_path / "alone")

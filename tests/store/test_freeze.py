"""A release: what the checks say, what is taken over, and what refuses it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from parsers.document import Clause, Document, Metadata
from parsers.page import Rule
from store import tables
from store.capture import Capture, capture_id, digest, document_id
from store.dataset import load
from store.exceptions import NewerData, ReleaseRefused
from store.format import check_format, mark_format
from store.freeze import freeze
from store.marks import write_mark
from store.recover import recover
from store.release import Release, latest
from store.rows import Read, capture_row, document_row, reading_row
from store.schema import SCHEMA_VERSION
from store.source import Expect, Source, rule_digest
from store.verify import verify

BEGIN = datetime(2026, 3, 1, 2, tzinfo=UTC)


def url(number: int) -> str:
    """Where a document stands."""
    return f"http://kjt.example.gov.cn/{number}.html"


def capture(number: int, day: int, outcome: str = "ok", said: str = "") -> Capture:
    """A request for a document."""
    time = BEGIN + timedelta(days=day, seconds=number)
    payload = digest((said or f"text {number}").encode()) if outcome == "ok" else None
    return Capture(
        capture_id("kjt", url(number), time),
        f"run-{day}",
        "kjt",
        "document",
        url(number),
        time,
        outcome,
        content_digest=payload,
    )


def read(taken: Capture, text: str, metadata: Metadata) -> Read:
    """A reading that gave this text."""
    document = Document(text, text, text, metadata, "utf-8", "declared", 0, "text/html", 1.0, "density")
    clause = Clause(0, "一、", 1, "一、", None, None, text, 0, len(text))
    return Read(taken, "1", "", replace(document, clauses=(clause,)))


def enter(
    data: Path, numbers: range, *, day: int = 0, version: int = 1, text: str = "", title: str | None = "通知"
) -> None:
    """Enter versions of documents, as fetching and building do."""
    reads = []
    for number in numbers:
        said = text or f"text {number}"
        reads.append(read(capture(number, day, said=said), said, Metadata(title=title, issued="2026-01-01")))
    where = data / "tables"
    tables.append(where, "captures", [capture_row(item.capture) for item in reads])
    tables.append_new(where, "readings", [reading_row(item) for item in reads])
    rows = [
        document_row(
            item,
            document_id=document_id("kjt", item.capture.url),
            home=item.capture.url,
            version=version,
            cause="new" if version == 1 else "source",
            run_id=item.capture.run_id,
        )
        for item in reads
    ]
    tables.append(where, "documents", rows)


def lost(data: Path, numbers: range, days: range) -> None:
    """Let documents be gone on these days."""
    rows = [capture_row(capture(number, day, "gone")) for number in numbers for day in days]
    tables.append(data / "tables", "captures", rows)


def released(data: Path, day: int, *sources: Source) -> Release:
    """The release of a day."""
    made = freeze(data, sources, "1", BEGIN + timedelta(days=day))
    assert made is not None
    return made


def refused(data: Path, day: int, *sources: Source) -> list[str]:
    """The names of the checks that refuse a release; the last good one stays."""
    before = latest(data)
    with pytest.raises(ReleaseRefused) as error:
        freeze(data, sources, "1", BEGIN + timedelta(days=day))
    after = latest(data)
    assert (before and before.name) == (after and after.name)
    return [check for check, _, _ in error.value.reasons]


def test_a_double_key_refuses_the_release(tmp_path: Path) -> None:
    """Also where the two rows were entered in different months."""
    enter(tmp_path, range(2))
    released(tmp_path, 1)
    enter(tmp_path, range(1))

    assert set(refused(tmp_path, 2)) == {"key_not_unique"}


def test_a_version_without_the_one_before_it_refuses_the_release(tmp_path: Path) -> None:
    """And so does one whose capture is in no table."""
    enter(tmp_path, range(1), version=2)
    assert refused(tmp_path, 1) == ["reference_broken"]
    alone = read(capture(5, 0), "text", Metadata())
    row = document_row(alone, document_id="d", home=url(5), version=1, cause="new", run_id="r")
    tables.append(tmp_path / "other" / "tables", "documents", [row])

    assert refused(tmp_path / "other", 1) == ["reference_broken"]


def test_half_of_a_source_gone_refuses_the_release_a_tenth_warns(tmp_path: Path) -> None:
    """Each was confirmed thrice; that many at once still wants a person."""
    enter(tmp_path, range(24))
    released(tmp_path, 1)
    lost(tmp_path, range(4), range(2, 5))
    few = released(tmp_path, 5)
    lost(tmp_path, range(4, 15), range(6, 9))

    assert [(item.check, item.fatal) for item in few.findings] == [("fewer_documents", False)]
    assert few.offline == 4
    assert refused(tmp_path, 9) == ["fewer_documents"]
    allows = Source("kjt", "Notices", limits={"gone_share": 1})
    assert released(tmp_path, 9, allows).offline == 11


def test_too_few_documents_refuse_only_where_a_listing_was_seen(tmp_path: Path) -> None:
    """A minimum that was never reachable is no misreading of ours."""
    wants = Source("kjt", "Notices", expect=Expect(documents_min=3))
    enter(tmp_path, range(2))
    blind = released(tmp_path, 1, wants)
    listing = replace(capture(9, 2), kind="listing")
    tables.append(tmp_path / "tables", "captures", [capture_row(listing)])

    assert [(item.check, item.fatal) for item in blind.findings] == [("too_few_documents", False)]
    assert refused(tmp_path, 3, wants) == ["too_few_documents"]


def test_a_value_that_is_rarely_filled_warns(tmp_path: Path) -> None:
    """Of the rows that are new; a column that does not exist is named."""
    wants = Source("kjt", "Notices", expect=Expect(fill={"title": 0.9, "issued": 0.9, "nonsense": 0.5}))
    enter(tmp_path, range(2), title=None)

    found = {item.check: item.message for item in released(tmp_path, 1, wants).findings}
    assert found == {
        "unknown_column": "[expect.fill] names 'nonsense'",
        "fill_rate": "title is filled in 0% of 2 new rows, expected are 90%",
    }


def test_the_text_of_another_document_warns(tmp_path: Path) -> None:
    """A portal that answers every address looks like that."""
    enter(tmp_path, range(2), text="the same")

    (found,) = released(tmp_path, 1).findings
    assert (found.check, found.fatal, found.source_id) == ("same_text", False, "kjt")


def test_what_did_not_change_is_linked(tmp_path: Path) -> None:
    """A quiet day rewrites neither documents nor their status, and the manifest counts every row."""
    enter(tmp_path, range(3))
    first = released(tmp_path, 1)
    tables.append(
        tmp_path / "tables", "captures", [capture_row(replace(capture(9, 2, "timeout"), kind="listing"))]
    )
    second = released(tmp_path, 2)

    for name in ("documents", "clauses", "status", "readings"):
        (one,), (two,) = ((item.path / name).glob("*.parquet") for item in (first, second))
        assert one.samefile(two)
    assert second.rows is not None
    assert (second.rows["captures"], second.rows["feed"], second.rows["clauses"]) == (4, 0, 3)


def test_what_has_rotted_since_is_not_blessed(tmp_path: Path) -> None:
    """A part that is taken over keeps the digest that it had when it was written: `verify` finds the damage in both releases."""
    enter(tmp_path, range(3))
    part = released(tmp_path, 0).path / "documents" / "part-00000.parquet"
    body = bytearray(part.read_bytes())
    body[100] ^= 1
    part.write_bytes(body)
    enter(tmp_path, range(3, 5), day=1)
    released(tmp_path, 1)
    damaged = [fault.name for fault in verify(tmp_path) if "documents/part-00000" in fault.name]
    assert len({name.split("/")[1] for name in damaged}) == 2


@pytest.mark.parametrize("name", ["documents", "captures", "status", "clauses", "works"])
def test_a_part_that_is_gone_is_not_missing_from_the_next_release(tmp_path: Path, name: str) -> None:
    """What would be linked is made anew."""
    enter(tmp_path, range(3))
    held = released(tmp_path, 0)
    for part in (held.path / name).glob("*.parquet"):
        part.unlink()
    enter(tmp_path, range(3, 5), day=1)
    release = released(tmp_path, 1)

    assert release.rows is not None
    assert [release.rows[table] for table in ("documents", "captures", "status", "clauses", "works")] == [
        5
    ] * 5


def test_a_release_that_lacks_rows_is_not_gone_on_with(tmp_path: Path) -> None:
    """Here somebody wrote another file over a part; the next one is made anew."""
    enter(tmp_path, range(3))
    (part,) = (released(tmp_path, 0).path / "documents").glob("*.parquet")
    pq.write_table(pq.ParquetFile(part).read().slice(0, 1), part)
    enter(tmp_path, range(3, 5), day=1)
    assert (released(tmp_path, 1).rows or {})["documents"] == 5


def test_days_and_status_that_have_rotted_are_not_taken_over(tmp_path: Path) -> None:
    """They would be sealed as good in the next release."""
    enter(tmp_path, range(3))
    first = released(tmp_path, 0)
    for name, column in (("coverage", "fetched"), ("status", "current_version")):
        (part,) = (first.path / name).glob("*.parquet")
        rows = pq.ParquetFile(part).read()
        place = rows.column_names.index(column)
        rotten = rows.set_column(place, rows.field(place), pa.array([99] * len(rows), rows.field(place).type))
        pq.write_table(rotten, part)
    enter(tmp_path, range(3, 5), day=1)
    released(tmp_path, 1)

    assert 99 not in set(load("coverage", tmp_path)["fetched"])
    assert 99 not in set(load("status", tmp_path)["current_version"])
    assert len(load("status", tmp_path)) == 5


def test_the_manifest_says_what_changed_and_how_it_was_watched(tmp_path: Path) -> None:
    """Beside hash, rows and bytes of each file: software, citation, coverage of each source."""
    enter(tmp_path, range(2))
    released(tmp_path, 1)
    enter(tmp_path, range(1), day=2, version=2, text="another text")
    made = released(tmp_path, 2, Source("kjt", "Notices", license="CC BY 4.0"))
    manifest = orjson.loads((made.path / "datapackage.json").read_bytes())

    assert manifest["changes"] == {"new": 0, "changed": 1, "taken_offline": 0, "restored": 0, "moved": 0}
    assert manifest["sources"][0]["coverage"]["documents"] == 2
    assert manifest["sources"][0]["license"] == "CC BY 4.0"
    assert manifest["previous"] == "2026-03-02"
    assert "policy-ingest/" in manifest["software"]
    assert "2026-03-03" in manifest["citation"]
    assert "Cite as: policy-ingest (2026)" in (made.path / "README.md").read_text(encoding="utf-8")


def test_the_feed_has_the_digests_before_and_after(tmp_path: Path) -> None:
    """ADD for what is new, MOD for what reads otherwise."""
    enter(tmp_path, range(1))
    released(tmp_path, 1)
    enter(tmp_path, range(1), day=2, version=2, text="another text")
    enter(tmp_path, range(1, 2), day=2)
    released(tmp_path, 3)
    rows = load("feed", tmp_path).sort_values("url").to_dict("records")

    assert [(row["op"], row["version_after"]) for row in rows] == [("MOD", 2), ("ADD", 1)]
    assert rows[0]["key_digest_before"] == digest(b"text 0")
    assert rows[0]["key_digest_after"] == digest(b"another text")


def test_a_payload_read_anew_gives_its_old_captures_another_outcome(tmp_path: Path) -> None:
    """A page that was taken for none, and is one for a later parser, was never rejected, then."""
    taken = capture(0, 0)
    tables.append(tmp_path / "tables", "captures", [capture_row(taken), capture_row(capture(1, 0, "gone"))])
    rejected = {**reading_row(read(taken, "text 0", Metadata())), "verdict": "listing"}
    tables.append(tmp_path / "tables", "readings", [{**rejected, "key_digest": None}])
    released(tmp_path, 1)
    assert set(load("captures", tmp_path)["outcome"]) == {"rejected:listing", "gone"}
    anew = reading_row(Read(taken, "2", "", read(taken, "text 0", Metadata()).result))
    tables.append(tmp_path / "tables", "readings", [anew])
    freeze(tmp_path, [], "2", BEGIN + timedelta(days=2))

    assert set(load("captures", tmp_path)["outcome"]) == {"ok", "gone"}


def test_a_changed_rule_leaves_what_older_versions_were(tmp_path: Path) -> None:
    """Only what the newest versions show is read under it."""
    enter(tmp_path, range(2))
    enter(tmp_path, range(1), day=1, version=2, text="another text")
    released(tmp_path, 2)
    before = load("captures", tmp_path).set_index("capture_id")["outcome"].to_dict()
    ruled = Source("kjt", "Notices", rules=(Rule(main="div"),))
    said = Metadata(title="通知", issued="2026-01-01")
    again = [(capture(0, 1, said="another text"), "another text"), (capture(1, 0), "text 1")]
    rows = [
        reading_row(Read(taken, "1", rule_digest(ruled.rules[0]), read(taken, text, said).result))
        for taken, text in again
    ]
    tables.append(tmp_path / "tables", "readings", rows)
    released(tmp_path, 3, ruled)
    day = load("coverage", tmp_path).sort_values("day").iloc[0]

    assert (day["read"], day["failed"]) == (2, 0)
    assert load("captures", tmp_path).set_index("capture_id")["outcome"].to_dict() == before


def test_a_capture_that_is_imported_later_changes_the_outcome_of_the_one_after_it(tmp_path: Path) -> None:
    """As a release says it that is made from scratch."""
    twice, once = tmp_path / "twice", tmp_path / "once"
    enter(twice, range(1))
    tables.append(twice / "tables", "captures", [capture_row(capture(0, 4))])
    released(twice, 5)
    late = replace(capture(0, 2, said="another text"), kind="import")
    tables.append(twice / "tables", "captures", [capture_row(late)])
    said = read(late, "another text", Metadata(title="通知", issued="2026-01-01"))
    tables.append(twice / "tables", "readings", [reading_row(said)])
    shutil.copytree(twice / "tables", once / "tables")
    told = []
    for data in (twice, once):
        released(data, 6)
        told.append(load("captures", data).set_index("capture_id")["outcome"].to_dict())

    assert told[0] == told[1]
    assert "ok_changed" in told[0].values()


def test_a_robots_txt_that_is_refused_blocks_nothing(tmp_path: Path) -> None:
    """It means that there is none: the listing came, and had nothing new."""
    enter(tmp_path, range(1))
    robots = replace(capture(8, 1, "http_error"), kind="robots", fetch_status=403)
    listing = replace(capture(9, 1), kind="listing", fetch_status=200, links=20)
    tables.append(tmp_path / "tables", "captures", [capture_row(robots), capture_row(listing)])
    released(tmp_path, 2)

    assert load("coverage", tmp_path).sort_values("day")["verdict"].iloc[-1] == "confirmed_zero"
    assert "blind" not in set(load("gaps", tmp_path)["kind"])


def test_a_seal_without_its_release_is_not_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine dies between the two; another release of that day is sealed by what it is."""

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    enter(tmp_path, range(2))
    with monkeypatch.context() as dying:
        dying.setattr(Path, "rename", dies)
        with pytest.raises(KeyboardInterrupt):
            freeze(tmp_path, [], "1", BEGIN + timedelta(days=1))
    recover(tmp_path, BEGIN + timedelta(days=1))
    assert freeze(tmp_path, [], "1", BEGIN + timedelta(days=1, hours=1)) is not None

    assert [fault for fault in verify(tmp_path) if fault.name.startswith("releases/")] == []


def test_a_payload_read_anew_leaves_the_outcomes_of_other_pages(tmp_path: Path) -> None:
    """One that was asked for on the same day said what it had said before: that stays so."""
    enter(tmp_path, range(1, 2))
    enter(tmp_path, range(2, 3), day=1)
    tables.append(tmp_path / "tables", "captures", [capture_row(capture(1, 1))])
    released(tmp_path, 2)
    before = load("captures", tmp_path).set_index("capture_id")["outcome"]
    assert sorted(before) == ["ok", "ok", "ok_unchanged"]
    anew = reading_row(read(capture(2, 1), "text 2", Metadata(title="通知", issued="2026-01-01")))
    tables.append(tmp_path / "tables", "readings", [{**anew, "attached": "sha256:of a file"}])
    released(tmp_path, 3)

    assert load("captures", tmp_path).set_index("capture_id")["outcome"].to_dict() == before.to_dict()


def test_a_release_of_an_older_format_is_not_gone_on_with(tmp_path: Path) -> None:
    """Its parts have other columns: the next release is written whole, and counts nothing twice."""
    enter(tmp_path, range(2))
    first = released(tmp_path, 1)
    for name in ("releases/latest.json", f"releases/{first.name}/release.json"):
        record = orjson.loads((tmp_path / name).read_bytes())
        del record["schema_version"]
        (tmp_path / name).write_bytes(orjson.dumps(record))
    enter(tmp_path, range(2, 3), day=2)
    second = released(tmp_path, 3)

    assert (second.documents, second.new, second.changed) == (3, 1, 0)
    assert len(list((second.path / "documents").glob("*.parquet"))) == 1
    assert list(load("feed", tmp_path)["url"]) == [url(2)]


def test_a_folder_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """And an older one is gone on with."""
    (tmp_path / "tables").mkdir()
    check_format(tmp_path)
    mark_format(tmp_path)
    check_format(tmp_path)
    write_mark(tmp_path / "format.json", {"schema_version": SCHEMA_VERSION + 1})

    with pytest.raises(NewerData, match="update policy-ingest"):
        check_format(tmp_path)
    (tmp_path / "format.json").write_bytes(b"{}")
    with pytest.raises(NewerData, match="not what was written"):
        check_format(tmp_path)

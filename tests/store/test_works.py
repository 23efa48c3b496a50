"""Policies of a release: one with its copies, what is in force, what is missing, what can be compared; and the index behind them."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from parsers.document import Attachment, Document, Flag, Metadata, Target
from parsers.normalisation.key import fold
from store import links, tables, told
from store.capture import Capture, Kind, capture_id, digest, document_id
from store.dataset import load_arrow
from store.expiring import expiring
from store.freeze import freeze
from store.gaps import BLIND, blind
from store.release import Release
from store.rows import Read, capture_row, document_row, reading_row
from store.source import Seed, Source
from store.tables import Row
from tests.parsers.works.corpus import Paper, pairs, plans, policy

BEGIN = datetime(2026, 3, 1, 2, tzinfo=UTC)
TABLES = ("works", "copies", "fidelity", "relations", "gaps", "series")


Entry = tuple[int, Read]


def _entry(
    number: int, paper: Paper, *, issued: str | None = None, valid_from: str | None = None, valid_to: str | None = None,
    jurisdiction: str | None = None, jurisdiction_code: str | None = None, attachments: tuple[Attachment, ...] = (),
    provenance: str | None = None, flags: tuple[Flag, ...] = (), targets: tuple[Target, ...] = (),
) -> Entry:  # fmt: skip
    """A paper that was fetched and read."""
    url = f"http://site{number % 7}.example.cn/{paper.name}/{number}.html"
    when = BEGIN + timedelta(seconds=number)
    taken = Capture(
        capture_id("s", url, when),
        "run",
        "s",
        "document",
        url,
        when,
        "ok",
        content_digest=digest(str(number).encode()),
    )
    metadata = Metadata(
        title=paper.title, identifier=paper.identifier, creator=paper.creator, created=paper.created, issued=issued,
        valid_from=valid_from, valid_to=valid_to, jurisdiction=jurisdiction, jurisdiction_code=jurisdiction_code,
        document_type=paper.document_type, language=paper.language, attachments=attachments,
    )  # fmt: skip
    document = Document(
        paper.text, paper.text, fold(paper.text), metadata, "utf-8", "declared", 0, "text/html", 1.0, "density",
        complete=True, translated=paper.translated, provenance=provenance, flags=flags, targets=targets,
    )  # fmt: skip
    return number, Read(taken, "1", "", document)


def _enter(data: Path, entries: Sequence[Entry], version: int = 1) -> dict[int, str]:
    """Enter versions of documents as fetching and building do; their ids by number."""
    reads = dict(entries)
    where = data / "tables"
    tables.append(where, "captures", [capture_row(item.capture) for item in reads.values()])
    tables.append_new(where, "readings", [reading_row(item) for item in reads.values()])
    ids = {number: document_id("s", item.capture.url) for number, item in reads.items()}
    rows = [
        document_row(
            item,
            document_id=ids[number],
            home=item.capture.url,
            version=version,
            cause="new" if version == 1 else "source",
            run_id="run",
        )
        for number, item in reads.items()
    ]
    tables.append(where, "documents", rows)
    return ids


def _release(data: Path, day: int = 1, *sources: Source) -> Release:
    made = freeze(data, sources, "1", BEGIN + timedelta(days=day))
    assert made is not None
    return made


Rows = list[dict[str, Any]]


def _rows(data: Path, name: str) -> Rows:
    found: Rows = load_arrow(name, data).to_pylist()
    return found


def _by(rows: Rows, column: str) -> dict[str, dict[str, Any]]:
    return {str(row[column]): row for row in rows}


def _held(data: Path) -> dict[str, Rows]:
    return {name: _rows(data, name) for name in TABLES}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[int, str], dict[str, Rows]]:
    """One policy at its office, in a newspaper, in spam, in English, and explained."""
    data = tmp_path_factory.mktemp("example") / "data"
    by_name = {pair.other.name: pair.other for pair in pairs(0, 1)}
    origin = policy(plans(0, 1)[0])
    copies = [by_name[name] for name in ("newspaper", "spam", "translation", "interpretation")]
    provenances = ("origin", "newspaper", "spam_mirror", "repost", "origin")
    days = ("2017-02-01", "2017-02-03", "2021-09-09", "2019-01-01", "2017-02-02")
    machine = Flag("machine_translation", "27 sentences without a space")
    entries = [
        _entry(
            number, paper, issued=days[number], jurisdiction="CN-SX", jurisdiction_code="140000", provenance=provenances[number],
            flags=(machine,) if paper.name == "translation" else (),
        )
        for number, paper in enumerate([origin, *copies])
    ]  # fmt: skip
    ids = _enter(data, entries)
    _release(data)
    return ids, _held(data)


def test_all_copies_are_one_policy_with_their_roles(
    example: tuple[dict[int, str], dict[str, Rows]],
) -> None:
    """And the office's own is quoted."""
    ids, held = example
    copies = _by(held["copies"], "document_id")
    (work,) = held["works"]

    assert [copies[ids[n]]["role"] for n in range(5)] == [
        "origin", "newspaper", "spam_mirror", "machine_translation", "interpretation",
    ]  # fmt: skip
    assert (work["canonical_document_id"], work["copies"]) == (ids[0], 5)
    assert work["canonical_reason"].startswith("first by role")
    assert [copies[ids[n]]["delay_days"] for n in range(1, 5)] == [2, 1681, 699, 1]
    assert copies[ids[3]]["link_by"] == "translation"
    assert copies[ids[4]]["link_by"] == "about"
    assert all(row["link_evidence"] for row in copies.values())


def test_fidelity_tells_what_the_spam_lost_and_put_in(
    example: tuple[dict[int, str], dict[str, Rows]],
) -> None:
    """A clause is gone, advertising is in; the newspaper left the beginning and the end away."""
    ids, held = example
    spam = {row["kind"]: row for row in held["fidelity"] if row["document_id"] == ids[2]}

    assert set(spam) == {"inserted_advertising", "missing_clause"}
    assert "官网" in spam["inserted_advertising"]["copy"]
    assert _by(held["copies"], "document_id")[ids[1]]["overlap"] < 0.95
    assert {row["document_id"] for row in held["fidelity"]} == {ids[1], ids[2]}


def test_the_interpretation_is_resolved_to_the_policy(
    example: tuple[dict[int, str], dict[str, Rows]],
) -> None:
    """By its name."""
    ids, held = example
    found = _by(held["relations"], "document_id")[ids[4]]

    assert (found["kind"], found["resolved_by"]) == ("interprets", "name")
    assert found["target_work_id"] == held["works"][0]["work_id"]


def test_documents_that_come_later_are_linked_as_if_they_had_come_at_once(tmp_path: Path) -> None:
    """Whatever the order of the batches: what a release says is a function of what it holds."""
    papers = [pair.other for pair in pairs(0, 3)] + [policy(plan) for plan in plans(0, 3)]
    entries = [_entry(number, paper, issued="2026-01-01") for number, paper in enumerate(papers)]
    shuffled = random.Random(5).sample(entries, len(entries))
    at_once, later = tmp_path / "once", tmp_path / "later"
    _enter(at_once, entries)
    _release(at_once, 3)
    for day, start in enumerate(range(0, len(shuffled), 20), 1):
        _enter(later, shuffled[start : start + 20])
        _release(later, day)
    once, apart = _held(at_once), _held(later)

    for name in ("works", "copies", "fidelity", "relations", "series"):
        assert once[name] == apart[name], name


def test_what_nothing_came_to_is_taken_over(tmp_path: Path) -> None:
    """As the same file; only what lapses with the days is told anew."""
    paper = _paper("岭南省甲类平台管理办法", LONG, created="2024-01-01")
    _enter(tmp_path, [_entry(1, paper, valid_to="2026-03-02"), _entry(2, _paper("岭南省经费规定", LONG * 2))])
    first = _release(tmp_path)
    again = freeze(tmp_path, (), "1", BEGIN + timedelta(days=5), force=True)
    assert again is not None

    assert [row["status"] for row in _rows(tmp_path, "works") if row["valid_to"]] == ["expired"]
    for name in ("copies", "fidelity", "relations", "series"):
        (old,), (new,) = ((release.path / name).glob("*.parquet") for release in (first, again))
        assert old.samefile(new)


def test_a_lost_index_is_made_anew(tmp_path: Path) -> None:
    """Deleted, or damaged: the next release says the same."""
    entries = [_entry(n, pair.other, issued="2026-01-01") for n, pair in enumerate(pairs(0, 1))]
    _enter(tmp_path, entries)
    _release(tmp_path)
    before = _held(tmp_path)
    (tmp_path / "tables" / links.FILE).write_bytes(b"not an index")
    _enter(tmp_path, [_entry(900, policy(plans(9, 1)[0]))])
    _release(tmp_path, 2)
    after = _held(tmp_path)

    assert len(after["works"]) == len(before["works"]) + 1
    assert _by(before["works"], "work_id").keys() < _by(after["works"], "work_id").keys()


def _asked_first(kind: Kind) -> Row:
    """The row of a request with which the visit of the second day begins."""
    url, when = f"http://site.example.cn/{kind}", BEGIN + timedelta(days=1, hours=1)
    return capture_row(Capture(capture_id("s", url, when), "run", "s", kind, url, when, "ok", 200))


@pytest.mark.parametrize("words", [4, 2])
def test_a_quiet_day_leaves_the_index_as_it_is(tmp_path: Path, words: int) -> None:
    """Seen up to that day's release, unless its seal is an older version's, which says less; what comes later is linked."""
    _enter(tmp_path, [_entry(n, pair.other, issued="2026-01-01") for n, pair in enumerate(pairs(0, 1))])
    _release(tmp_path)
    before = _held(tmp_path)
    index, seal = (tmp_path / "tables" / name for name in (links.FILE, links.SEAL))
    seal.write_text(" ".join(seal.read_text().split(" ")[:words]))
    whole = index.read_bytes()
    if words > 2:
        index.write_bytes(whole[:-100])  # opened, it would be made anew
    tables.append(tmp_path / "tables", "captures", [_asked_first("listing"), _asked_first("robots")])
    assert freeze(tmp_path, (), "1", BEGIN + timedelta(days=2)) is not None
    assert _rows(tmp_path, "copies") == before["copies"]
    assert (len(index.read_bytes()) < len(whole)) == (words > 2)
    assert seal.read_text().split(" ")[1] == "2026-03-03"
    _enter(tmp_path, [_entry(900, policy(plans(9, 1)[0]))])
    _release(tmp_path, 3)

    assert _by(before["works"], "work_id").items() < _by(_rows(tmp_path, "works"), "work_id").items()


def _paper(title: str, text: str, identifier: str | None = None, created: str | None = None) -> Paper:
    return Paper(title, title, text, identifier, created=created, document_type="measures")


LONG = "\n".join(
    f"第{n}条 为了规范平台管理，第{n * 37 % 101}项内容应当公开，接受监督。" for n in range(2, 14)
)


def test_status_comes_from_dates_and_from_other_policies(tmp_path: Path) -> None:
    """Repealed by a later one, replaced by one of its name, expired, a draft, in force, or not known."""
    names = [
        "岭南省甲级实验室管理办法",
        "岭南省乙级基地管理办法",
        "岭南省丙类平台管理办法",
        "岭南省丁类园区管理办法",
    ]
    text = {name: f"第一条 {name}由省科技厅制定。\n{LONG.replace('平台', name[3:7])}" for name in names}
    repeal = f"第一条 为规范管理，制定本规定。\n{LONG.replace('平台', '资金')}\n本规定自2025年1月1日起施行。《{names[0]}》（岭科规〔2018〕1号）同时废止。"
    renewed = f"第一条 新办法。\n{LONG.replace('平台', '基地').replace('公开', '保密')}\n《{names[1]}（试行）》同时废止。"
    entries = [
        _entry(1, _paper(names[0], text[names[0]], identifier="岭科规〔2018〕1号", created="2018-01-01")),
        _entry(2, _paper(names[1] + "（试行）", text[names[1]], created="2019-01-01")),
        _entry(3, _paper(names[2], text[names[2]], created="2015-01-01"), valid_to="2020-12-31"),
        _entry(4, _paper(names[3] + "（征求意见稿）", text[names[3]])),
        _entry(5, _paper("岭南省专项资金规定", repeal, identifier="岭科规〔2025〕9号", created="2024-12-20"), valid_from="2025-01-01"),
        _entry(6, _paper(names[1], renewed, created="2024-03-01"), valid_to="2026-04-15"),
        _entry(7, replace(_paper("岭南省科技要闻", "昨日，全省科技大会在省城召开，与会者交流了经验。"), document_type="news")),
    ]  # fmt: skip
    ids = _enter(tmp_path, entries)
    _release(tmp_path)
    works = _by(_rows(tmp_path, "works"), "canonical_document_id")

    assert {number: works[ids[number]]["status"] for number in ids} == {
        1: "repealed", 2: "replaced", 3: "expired", 4: "draft", 5: "in_force", 6: "in_force", 7: None,
    }  # fmt: skip
    assert works[ids[1]]["status_document_id"] == ids[5]
    assert "同时废止" in works[ids[1]]["status_evidence"]
    soon = expiring(60, tmp_path, today=date(2026, 3, 2))
    assert list(soon["canonical_document_id"]) == [ids[6]]


def test_a_policy_lapses_with_the_last_day_of_its_month_or_year(tmp_path: Path) -> None:
    """However exactly the end is told; the soonest first."""
    ends = ["2027-02", "2026", "2026-12-04", "2026-12-20", "2026-12", "2026-11", "2027"]
    entries = [
        _entry(n, _paper(f"岭南省第{n}类平台管理办法", f"{n}{LONG}"), valid_to=end)
        for n, end in enumerate(ends)
    ]
    _enter(tmp_path, entries)
    _release(tmp_path)

    def lapsing(days: int) -> list[str]:
        return sorted(expiring(days, tmp_path, today=date(2026, 12, 5))["valid_to"])

    assert list(expiring(15, tmp_path, today=date(2026, 12, 5))["valid_to"]) == ["2026-12-20"]
    assert lapsing(60) == ["2026", "2026-12", "2026-12-20"]
    assert list(expiring(90, tmp_path, today=date(2026, 12, 5))["valid_to"])[::3] == ["2026-12-20", "2027-02"]
    assert lapsing(85) == lapsing(90) == ["2026", "2026-12", "2026-12-20", "2027-02"]
    assert expiring(90, tmp_path, today=date(2030, 1, 1)).empty


def test_gaps_tell_holes_citations_and_annexes(tmp_path: Path) -> None:
    """With who cites them and where to look; a series held thinly has only what is cited."""
    held = [1, 2, 4, 7]
    entries = [
        _entry(
            n,
            _paper(
                f"岭南省第{n}类平台办法",
                f"{n}{LONG}\n《外省科技平台管理办法》值得借鉴。",
                identifier=f"岭科规〔2024〕{n}号",
            ),
        )
        for n in held
    ]
    cites = (
        f"{LONG}\n依据《岭南省平台总则》（岭科规〔2024〕5号）和《甲乙办法》（粤府〔2020〕77号）。".replace(
            "平台", "经费"
        )
    )
    annex = Attachment("http://site.example.cn/1.pdf", "附件1", "application/pdf")
    entries.append(_entry(50, _paper("岭南省经费规定", cites), attachments=(annex,)))
    ids = _enter(tmp_path, entries)
    _release(
        tmp_path,
        1,
        Source(
            "s",
            "Notices",
            homepage="http://site.example.cn/",
            seeds=(Seed("listing", "http://site.example.cn/"),),
        ),
    )
    gaps = _rows(tmp_path, "gaps")
    numbers = _by([row for row in gaps if row["kind"] == "number"], "identifier")
    hole = numbers["岭科规〔2024〕3号"]

    assert set(numbers) == {"岭科规〔2024〕3号", "岭科规〔2024〕5号", "岭科规〔2024〕6号", "粤府〔2020〕77号"}
    assert numbers["岭科规〔2024〕5号"]["cited_by"] == ids[50]
    assert (hole["known_from"], hole["known_to"], hole["held"]) == (1, 7, 4)
    assert hole["suggestion"] == (
        "Look in the lists of s (http://site.example.cn/); "
        "`policy-ingest run --source s --since 2024-01-01 --until 2024-12-31`"
    )
    assert "No source of 粤府〔2020〕 is watched" in numbers["粤府〔2020〕77号"]["suggestion"]
    assert [row["title"] for row in gaps if row["kind"] == "cited"] == ["外省科技平台管理办法"]
    assert [row["url"] for row in gaps if row["kind"] == "attachment"] == ["http://site.example.cn/1.pdf"]
    assert all(row["suggestion"] for row in gaps)


def test_gaps_that_are_taken_over_are_what_a_whole_telling_says(tmp_path: Path) -> None:
    """Nothing came: not where a source has another home page or no seeds now, and not of a part that has rotted."""
    numbered = [
        _paper(
            f"岭南省第{n}类平台办法", f"{n}{LONG}\n《外省科技平台管理办法》值得借鉴。", f"岭科规〔2024〕{n}号"
        )
        for n in (1, 3)
    ]
    _enter(tmp_path, [_entry(n, paper) for n, paper in enumerate(numbered)])
    seeds = (Seed("listing", "http://site.example.cn/"),)
    home = Source("s", "Notices", homepage="http://site.example.cn/", seeds=seeds)

    def gaps() -> Rows:
        return [row for row in _rows(tmp_path, "gaps") if row["kind"] != BLIND]

    _release(tmp_path, 1, home)
    told = gaps()
    assert {row["kind"] for row in told} == {"number", "cited"}

    def next_day(day: int, source: Source) -> Release:
        release = freeze(tmp_path, (source,), "1", BEGIN + timedelta(days=day), force=True)
        assert release is not None
        return release

    second = next_day(2, home)
    assert gaps() == told
    (part,) = (second.path / "gaps").glob("*.parquet")
    rotten = pq.read_table(part).slice(1)
    part.unlink()  # the release before has the same file
    pq.write_table(rotten, part)
    next_day(3, home)
    assert gaps() == told
    next_day(4, replace(home, homepage="http://moved.example.cn/"))
    (hole,) = (row for row in gaps() if row["kind"] == "number")
    assert "moved.example.cn" in hole["suggestion"]
    next_day(5, replace(home, homepage="http://moved.example.cn/", seeds=()))
    (hole,) = (row for row in gaps() if row["kind"] == "number")
    assert "No source" in hole["suggestion"]


def test_blind_days_are_told_with_the_command_that_asks_for_them() -> None:
    """Days in a row once."""
    with duckdb.connect() as connection:
        connection.execute("CREATE VIEW release_sources AS SELECT 'ln-kjt' AS source_id, NULL AS homepage")
        connection.execute(
            "CREATE VIEW release_coverage AS SELECT 'ln-kjt' AS source_id, '2026-03-01'::DATE + n::INTEGER AS day, "
            "CASE WHEN n IN (1, 2) THEN 'blocked' ELSE 'ok' END AS verdict FROM range(4) t (n)"
        )
        (row,) = blind(connection)

    assert row["suggestion"] == (
        "blocked: `policy-ingest run --source ln-kjt --since 2026-03-02 --until 2026-03-03`; see its home page"
    )


def test_the_same_attached_file_links_covering_notes(tmp_path: Path) -> None:
    """Whose own texts say too little; told by the digest of what was fetched, not by its address."""
    urls = ("http://a.example.cn/1.pdf", "http://b.example.cn/x/2.pdf")
    notes = [
        _entry(n, replace(_paper("关于下发名单的通知" + mark, "现将名单下发，详见附件。"), document_type="notice"), attachments=(Attachment(url, "名单", None),))
        for n, mark, url in ((1, "", urls[0]), (2, "（转载）", urls[1]))
    ]  # fmt: skip
    ids = _enter(tmp_path, notes)
    fetched = [
        Capture(
            capture_id("s", url, BEGIN),
            "run",
            "s",
            "attachment",
            url,
            BEGIN,
            "ok",
            content_digest=digest(b"one file"),
        )
        for url in urls
    ]
    tables.append(tmp_path / "tables", "captures", [capture_row(item) for item in fetched])
    _release(tmp_path)
    copies = _by(_rows(tmp_path, "copies"), "document_id")

    assert copies[ids[1]]["work_id"] == copies[ids[2]]["work_id"]
    assert copies[ids[2]]["link_by"] == "file"
    assert not [row for row in _rows(tmp_path, "gaps") if row["kind"] == "attachment"]


def test_targets_are_compared_across_places_once_for_each_policy(tmp_path: Path) -> None:
    """A copy does not count twice; 新增 is another series than a total; an unclear subject is in none."""

    def with_targets(number: int, place: str, goal: float) -> Entry:
        text = f"{LONG.replace('平台', place)}\n到2027年，科技型中小企业达到{goal:.0f}家，新增项目20个。"
        at = text.index("达到")
        known = Target(
            "科技型中小企业", goal, goal, "=", approximate=False, unit="家", scale=1.0, deadline="2027", year=2027, year_from="sentence",
            change=None, clause=None, surface=text[at : text.index("，新增")], start=at, end=text.index("，新增"),
        )  # fmt: skip
        vague = replace(known, subject="项目", low=20.0, high=20.0, surface="新增项目20个")
        return _entry(
            number,
            _paper(f"{place}培育办法", text),
            jurisdiction=f"CN-{place}",
            targets=(known, vague),
        )

    _enter(
        tmp_path, [with_targets(1, "SX", 30000), with_targets(2, "SD", 40000), with_targets(3, "SX", 30000)]
    )
    _release(tmp_path)
    series = _rows(tmp_path, "series")

    assert sorted((row["jurisdiction"], row["low"]) for row in series) == [
        ("CN-SD", 40000.0),
        ("CN-SX", 30000.0),
    ]
    assert {row["series"] for row in series} == {"small technology firms | count | total"}


HELD, EDITED = 3, 5
"""Days on which a policy that is cited comes, and gets another number."""


def _later(entry: Entry) -> Entry:
    """The same page as of another visit, with another text."""
    number, read = entry
    when = read.capture.fetch_time + timedelta(days=1)
    taken = replace(
        read.capture,
        capture_id=capture_id("s", read.capture.url, when),
        fetch_time=when,
        content_digest=digest(b"later"),
    )
    return number, replace(read, capture=taken)


def test_what_is_told_anew_is_what_a_whole_telling_says(tmp_path: Path) -> None:
    """Copies that come, a number that is changed and a policy that ends on its day: as an index that is made anew says it of all."""
    rng = random.Random(11)
    papers = [pair.other for pair in pairs(0, 1)] + [policy(plan) for plan in plans(0, 1)]
    ends = ("2026-03-04", "2026-03-05", None)
    entries = [
        _entry(number, paper, issued="2026-01-01", valid_to=rng.choice(ends), jurisdiction="CN-SX")
        for number, paper in enumerate(rng.sample(papers, len(papers)))
    ]
    cites = f"{LONG.replace('平台', '经费')}\n依据《岭南省平台总则》（岭科规〔2024〕5号）。"
    cited = _paper("岭南省平台总则", f"第一条 总则。\n{LONG}", identifier="岭科规〔2024〕5号")
    entries = [_entry(800, _paper("岭南省经费规定", cites)), *entries, _entry(801, cited)]
    apart, whole = tmp_path / "apart", tmp_path / "whole"
    each = len(entries) // 3
    for day in range(1, 7):
        came = entries[day * each - each : day * each]
        for data in (apart, whole):
            _enter(data, came)
            if day == EDITED:
                _enter(data, [_later(_entry(801, replace(cited, identifier="岭科规〔2024〕6号")))], version=2)
            if data is whole:
                (data / "tables" / links.FILE).unlink(missing_ok=True)
            assert freeze(data, (), "1", BEGIN + timedelta(days=day), force=True) is not None
        for name in TABLES:
            assert _rows(apart, name) == _rows(whole, name), (day, name)
        meant = [row["resolved_by"] for row in _rows(apart, "relations") if row["target_identifier"]]
        assert meant == (["identifier"] if HELD <= day < EDITED else [None])
    assert not came
    statuses = [row["status"] for row in _rows(apart, "works") if row["valid_to"]]
    assert "expired" in statuses


def test_a_repeal_that_is_taken_back(tmp_path: Path) -> None:
    """The page that said it says it no more: what it repealed is in force."""
    old = _paper("岭南省甲级实验室管理办法", LONG, "岭科规〔2018〕1号", created="2018-01-01")
    text = LONG.replace("平台", "资金")
    repeal = f"{text}\n《{old.title}》（岭科规〔2018〕1号）同时废止。"
    new = _paper("岭南省专项资金规定", repeal, "岭科规〔2025〕9号", created="2024-12-20")
    ids = _enter(tmp_path, [_entry(1, old), _entry(2, new)])
    statuses = []
    for day in (1, 2):
        _release(tmp_path, day)
        statuses.append(_by(_rows(tmp_path, "works"), "canonical_document_id")[ids[1]]["status"])
        if day == 1:
            _enter(tmp_path, [_later(_entry(2, replace(new, text=text)))], version=2)

    assert statuses == ["repealed", "in_force"]


def test_a_name_that_one_policy_alone_has_now(tmp_path: Path) -> None:
    """Two had it, so that nobody could tell which was meant; one is called otherwise now."""
    one, two = (_paper("外省科技平台管理办法", LONG, f"岭科规〔2024〕{n}号") for n in (1, 2))
    citing = _paper("岭南省经费规定", f"{LONG.replace('平台', '经费')}\n《外省科技平台管理办法》值得借鉴。")
    _enter(tmp_path, [_entry(1, one), _entry(2, two), _entry(3, citing)])
    _release(tmp_path)
    assert [row["resolved_by"] for row in _rows(tmp_path, "relations")] == [None]
    _enter(tmp_path, [_later(_entry(2, replace(two, title="外省园区管理办法")))], version=2)
    _release(tmp_path, 2)

    assert [row["resolved_by"] for row in _rows(tmp_path, "relations")] == ["name"]


def test_a_name_that_many_places_have(tmp_path: Path) -> None:
    """That of the referrer's place is meant, or of the centre, or else none; copies of one policy are one."""
    name = "科技平台管理办法"
    texts = [policy(plan).text for plan in plans(30, 3)]
    citing = _paper("经费规定", f"{LONG.replace('平台', '经费')}\n《{name}》值得借鉴。")

    def entry(number: int, paper: Paper, code: str) -> Entry:
        return _entry(number, paper, jurisdiction_code=code)

    others = [_paper(name, f"第{n}条 {texts[2]}\n{n * LONG}", f"科规〔2024〕{n}号") for n in range(3, 6)]
    mine = _paper(name, texts[0], "科规〔2024〕1号")
    _enter(tmp_path, [entry(n, paper, f"{30 + n}0000") for n, paper in enumerate(others, 3)])
    _enter(tmp_path, [entry(0, citing, "140105"), entry(1, mine, "140000"), entry(2, mine, "140000")])
    meant = []
    for day in (1, 2, 3):
        _release(tmp_path, day)
        meant += [row["resolved_by"] for row in _rows(tmp_path, "relations")]
        second = _paper(name, texts[1], "科规〔2024〕2号")
        if day == 1:
            _enter(tmp_path, [entry(9, second, "140100")])
        if day == 2:
            _enter(tmp_path, [_later(entry(9, replace(second, title="园区条例"), "140100"))], version=2)

    assert meant == ["name", None, "name"]


def test_a_document_is_linked_by_searches(tmp_path: Path) -> None:
    """No query reads a whole table of the index: what comes costs what it is, whatever is held."""
    citing = _paper("岭南省经费规定", f"{LONG}\n《岭南省平台管理办法》（岭科规〔2024〕1号）值得借鉴。")
    cited = _paper("岭南省平台管理办法", LONG.replace("平台", "资金"), "岭科规〔2024〕1号")
    papers = [citing, cited, *(pair.other for pair in pairs(0, 1))]
    _enter(tmp_path, [_entry(n, paper) for n, paper in enumerate(papers)])
    _release(tmp_path)
    later = [row | {"version": row["version"] + 1} for row in _rows(tmp_path, "documents")]
    belongs = (tmp_path / "tables" / links.SEAL).read_text().split(" ")[2].partition(":")[2]
    asked: set[str] = set()
    with links.opened(tmp_path / "tables", belongs) as index:
        index.set_trace_callback(asked.add)
        affected = links.link(index, later)
        told.tell(index, affected)
        index.set_trace_callback(None)
        queries = [query for query in asked if not query.startswith(("INSERT", "BEGIN", "COMMIT"))]
        plans = {query: [row[3] for row in index.execute(f"EXPLAIN QUERY PLAN {query}")] for query in queries}

    assert len(later) == len(papers)
    assert any("refs_by_name" in step for plan in plans.values() for step in plan)
    whole = re.compile("SCAN (documents|profiles|keys|links|refs|canon|compared|fidelity|told_|turns)")
    assert [query for query, plan in plans.items() if any(map(whole.match, plan))] == []


def test_who_speaks_of_two_policies_that_are_told_apart(tmp_path: Path) -> None:
    """A page that carried both made them one; it shows something else now, and who speaks of both belongs to neither."""
    one, two = (
        _paper(title, LONG, f"岭科规〔2018〕{n}号")
        for n, title in ((1, "岭南省甲类平台管理办法"), (2, "岭南省乙类基地管理办法"))
    )
    bridge = replace(_paper("科技动态", LONG), document_type=None)
    words = "《甲办法》（岭科规〔2018〕1号）、《乙办法》（岭科规〔2018〕2号）是今年的两个办法。"
    told = replace(_paper("两个办法的解读", words), document_type="interpretation")
    _enter(tmp_path, [_entry(n, paper) for n, paper in enumerate([one, two, bridge, told], 1)])
    _release(tmp_path)
    assert len(_rows(tmp_path, "works")) == 1
    other = replace(bridge, text="昨日，全省科技大会在省城召开，与会者交流了经验。")
    _enter(tmp_path, [_later(_entry(3, other))], version=2)
    _release(tmp_path, 2)

    assert len(_rows(tmp_path, "works")) == 4


def test_the_number_of_joint_issuers_is_resolved(tmp_path: Path) -> None:
    """However many blanks stand between them."""
    number = "财政部 税务总局公告2023年第19号"
    policy_ = _paper("关于延续实施平台优惠政策的公告", LONG, number)
    words = f"{LONG.replace('平台', '经费')}\n依据《{policy_.title}》（{number}）。"
    _enter(tmp_path, [_entry(1, policy_), _entry(2, _paper("岭南省经费规定", words))])
    _release(tmp_path)

    meant = [row["resolved_by"] for row in _rows(tmp_path, "relations") if row["target_identifier"]]
    assert meant == ["identifier"]


def test_a_report_that_stands_twice_has_lost_nothing(tmp_path: Path) -> None:
    """It is a copy of the other report, not of the policy that both speak of."""
    policy_ = _paper("岭南省甲类平台管理办法", LONG, "岭科规〔2024〕5号")
    words = "日前，省科技厅印发《岭南省甲类平台管理办法》（岭科规〔2024〕5号），平台运行将更规范。"
    report = replace(_paper("岭南省出台新办法规范平台", words), document_type="news")
    _enter(tmp_path, [_entry(1, policy_), _entry(2, report), _entry(3, report)])
    _release(tmp_path)

    assert len(_rows(tmp_path, "works")) == 1
    assert not _rows(tmp_path, "fidelity")
    assert {row["overlap"] for row in _rows(tmp_path, "copies")} == {None}


def test_a_policy_keeps_its_id_when_its_first_copy_is_edited(tmp_path: Path) -> None:
    """It was seen when its first copy was, in whatever version."""
    paper = _paper("岭南省甲类平台管理办法", LONG, "岭科规〔2024〕5号")
    _enter(tmp_path, [_entry(1, paper), _entry(2, paper)])
    _release(tmp_path)
    (before,) = _rows(tmp_path, "works")
    edited = replace(paper, text=f"{LONG}\n第二十条 本办法由省科技厅解释。")
    _enter(tmp_path, [_later(_entry(1, edited))], version=2)
    _release(tmp_path, 2)
    (after,) = _rows(tmp_path, "works")

    assert (after["work_id"], after["first_seen"]) == (before["work_id"], before["first_seen"])


def test_a_policy_that_nobody_carries_any_more_is_gone(tmp_path: Path) -> None:
    """Its only page shows another policy now: also where all are told anew from the index that was kept."""
    own, other = (
        _paper(name, text, created="2024-01-01")
        for name, text in (
            ("岭南省甲类平台管理办法", LONG),
            ("岭南省经费规定", LONG.replace("平台", "经费") * 2),
        )
    )
    _enter(tmp_path, [_entry(1, own), _entry(2, other)])
    _release(tmp_path)
    assert len(_rows(tmp_path, "works")) == 2
    _enter(tmp_path, [_later(_entry(1, replace(other, name=own.name)))], version=2)
    second = _release(tmp_path, 2)
    (work,) = _rows(tmp_path, "works")
    (part,) = (second.path / "works").glob("*.parquet")
    pq.write_table(pq.read_table(part), part)  # not the bytes that were sealed
    _enter(tmp_path, [_entry(3, _paper("岭南省园区规定", LONG.replace("平台", "园区") * 3))])
    _release(tmp_path, 3)

    assert len(_rows(tmp_path, "works")) == 2
    assert work["work_id"] in {row["work_id"] for row in _rows(tmp_path, "works")}


def test_rows_that_have_rotted_are_told_anew(tmp_path: Path) -> None:
    """A part of the release before that is not what was sealed gives no row to the next one."""
    _enter(tmp_path, [_entry(1, _paper("岭南省甲类平台管理办法", LONG, created="2024-01-01"))])
    first = _release(tmp_path)
    before = _rows(tmp_path, "works")
    (part,) = (first.path / "works").glob("*.parquet")
    content = bytearray(part.read_bytes())
    content[len(content) // 8] ^= 1
    part.write_bytes(content)
    _enter(tmp_path, [_entry(2, _paper("岭南省经费规定", LONG * 2, created="2024-01-01"))])
    _release(tmp_path, 2)

    assert _by(before, "work_id").items() < _by(_rows(tmp_path, "works"), "work_id").items()

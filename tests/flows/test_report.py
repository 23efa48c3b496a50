"""The files of the site: what came from a page is data, every id leads somewhere, both languages say everything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import get_args

import orjson
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from flows.publish import publish_release
from flows.report.command import register
from flows.report.overview import VERDICTS
from flows.report.script import literal
from flows.report.write import SCRIPTS, STYLES, write_report
from flows.run import new_run
from parsers.document import (
    FLAGS,
    Annex,
    Attachment,
    Clause,
    Document,
    Edit,
    Evidence,
    Flag,
    Metadata,
    Target,
)
from parsers.files.content import FileStatus
from parsers.metadata.document_types import DOCUMENT_TYPES
from parsers.normalisation.edits import restore
from parsers.read import PARSER_VERSION
from store import tables
from store.capture import Capture, capture_id, digest, document_id
from store.parts import write_part
from store.rows import Read, capture_row, document_row, reading_row
from store.schema import TABLES
from store.source import Seed, Source

HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>'\"&\u2028\u2029"
HOSTILE_URL = "https://www.example.gov.cn/?q=</script><script>window.hacked=1</script>"
DOCUMENTS = 60
BEGIN = datetime(2026, 3, 1, 2, tzinfo=UTC)
ASSETS = Path(__file__).resolve().parents[2] / "flows" / "report" / "assets"
ANNEX = f"附件正文 𠮷 {HOSTILE}"
SOURCE = Source("kjt", HOSTILE, jurisdiction="CN-SX", seeds=(Seed("listing", "https://www.example.gov.cn/"),))


def _url(number: int) -> str:
    return f"{HOSTILE_URL}&n={number}"


def _read(number: int, version: int) -> Read:
    """A document whose every string is hostile, as the parsers give it."""
    when = BEGIN + timedelta(days=version - 1, seconds=number)
    goal = f"到2027年，培育高新技术企业{number + version}00家。"
    text = f"一、目标 𠮷\n{goal}\n{HOSTILE}"
    edits = (Edit("spam_wrapper", 0, 0, HOSTILE), Edit("spaces", 3, 1, "\u3000"))
    at = text.index("到2027年")
    url = _url(number)
    capture = Capture(
        capture_id("kjt", url, when), f"run-{version}", "kjt", "document", url, when, "ok", 200,
        content_digest=digest(f"{number}/{version}".encode()), content_length=100, warc_filename="kjt/2026/r.warc.gz",
    )  # fmt: skip
    metadata = Metadata(
        title=f"关于第{number}号事项的通知{HOSTILE if number else ''}",
        identifier=f"晋科发〔2026〕{number}号",
        creator=f"{HOSTILE}省科学技术厅",
        issued=f"2026-{number % 12 + 1:02}-01",
        jurisdiction="CN-SX" if number % 2 else "CN-BJ",
        language="zh-Hans",
        document_type="notice",
        source_url="javascript:window.hacked=1",
        attachments=(
            Attachment(HOSTILE, "javascript:window.hacked=1", None),
            Attachment(f"{_url(number)}.pdf", "附件.pdf", "application/pdf"),
        ),
        evidence=(Evidence("title", HOSTILE, f"meta:{HOSTILE}", f"<meta content={HOSTILE}>"),),
    )  # fmt: skip
    document = Document(
        text, restore(text, edits), text, metadata, "utf-8", "declared", 0, "text/html", 1.0, "density",
        complete=bool(number % 3),
        edits=edits,
        flags=(Flag("redacted_name", HOSTILE, at, at + 7),),
        clauses=(Clause(0, "一、", 1, "一、", None, "目标", text, 0, len(text)),),
        targets=(
            Target("高新技术企业", 100.0 * (number + version), 100.0 * (number + version), "=", False, "家", 1.0, "2027", 2027,
                   "sentence", None, 0, text[at + 10 : at + len(goal) - 1], at + 10, at + len(goal) - 1),
        ),
        annexes=(
            Annex(0, "application/pdf", "scanned", HOSTILE, "pypdfium2 5", 2, (), ""),
            Annex(1, "application/pdf", "read", None, "pypdfium2 5", 2, ((("任务", HOSTILE), ("", "二")),), "k",
                  len(text) + 2, len(text) + 2 + len(ANNEX), flags=(Flag("masked_text", HOSTILE, len(text) + 2, len(text) + 4),)),
        ),
        appendix=f"\n\n{ANNEX}",
    )  # fmt: skip
    return Read(capture, PARSER_VERSION, "", document)


def _enter(data: Path, numbers: range, version: int) -> None:
    reads = [_read(number, version) for number in numbers]
    where = data / "tables"
    tables.append(where, "captures", [capture_row(read.capture) for read in reads])
    tables.append(where, "readings", [reading_row(read) for read in reads])
    rows = [
        document_row(
            read, document_id=document_id("kjt", read.capture.url), home=read.capture.url, version=version,
            cause="new" if version == 1 else "source", run_id=f"run-{version}",
        )
        for read in reads
    ]  # fmt: skip
    tables.append(where, "documents", rows)


def hostile_releases(data: Path) -> tuple[Path, Path]:
    """Two releases, the second with three documents changed; their folders."""
    folders = []
    for version, numbers in ((1, range(DOCUMENTS)), (2, range(3))):
        _enter(data, numbers, version)
        release = publish_release(new_run(data, now=BEGIN + timedelta(days=version - 1, hours=4)), [SOURCE])
        assert release is not None
        folders.append(release.path)
    return folders[0], folders[1]


def _content(path: Path) -> object:
    """What a data file hands to the page."""
    told = re.fullmatch(r'report\.put\("[^"]+",(.*)\);\n', path.read_text(encoding="utf-8"), re.DOTALL)
    assert told is not None
    return json.loads(told[1])


def _release_js(site: Path) -> dict[str, object]:
    text = (site / "data" / "release.js").read_text(encoding="utf-8")
    content: dict[str, object] = json.loads(text.removeprefix("report.release = ").removesuffix(";\n"))
    return content


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two releases of hostile documents."""
    return hostile_releases(tmp_path_factory.mktemp("hostile") / "data")


@pytest.fixture(scope="module")
def site(releases: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the second one."""
    folder = tmp_path_factory.mktemp("site") / "report"
    write_report(releases[1], folder)
    return folder


@given(st.text())
def test_a_string_in_a_script_is_no_markup_and_comes_back(text: str) -> None:
    """No string ends a script, opens a comment or a line; JSON gives it back."""
    written = literal(text)
    assert not re.search("[<>&\u2028\u2029]", written.decode())
    assert orjson.loads(written) == text


def test_what_came_from_a_page_stands_in_data_files_only_and_escaped(site: Path) -> None:
    """Neither page nor scripts hold a document's string; no data file holds a character that could be markup."""
    assert "hacked" not in (site / "index.html").read_text(encoding="utf-8")
    for path in (site / "data").rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search("[<>&\u2028\u2029]", text), path.name
    assert any("hacked" in path.read_text(encoding="utf-8") for path in (site / "data").rglob("*.js"))


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    """Every file that the page names lies in the folder; no style loads, and no script of ours can make markup or requests."""
    page = (site / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert len(named) == len(SCRIPTS) + len(STYLES) + 1
    assert all((site / name).is_file() for name in named)
    assert "default-src 'none'" in page
    for path in sorted((site / "assets").glob("*.*")):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".css":
            assert not re.search(r"url\(|@import", text), path.name
        elif path.suffix == ".js":
            assert not re.search(r"\bfetch\(|XMLHttpRequest|sendBeacon|WebSocket|\beval\(", text), path.name
            if not path.name.startswith("uPlot"):
                assert not re.search(r"(inner|outer)HTML|insertAdjacent|document\.write", text), path.name


def test_every_id_leads_to_its_document(site: Path) -> None:
    """Lists, targets and changes name documents that the page finds, each version in the shard that its row names."""
    told = _release_js(site)
    lists, bits, columns = told["lists"], told["bits"], told["columns"]
    assert isinstance(lists, dict)
    assert isinstance(bits, int)
    assert isinstance(columns, dict)
    found = {}
    for value, name in lists.items():
        for row in _rows(site, name):
            identifier = row[0]
            assert int(str(identifier)[:4], 16) >> (16 - bits) == int(value)
            shards = row[-1]
            assert isinstance(shards, list)
            found[identifier] = shards
            for version, shard in enumerate(shards, start=1):
                content = _content(site / "data" / f"{shard}.js")
                assert isinstance(content, dict)
                assert f"{identifier}/{version}" in content
    assert len(found) == DOCUMENTS
    assert sum(len(shards) == 2 for shards in found.values()) == 3
    for kind, key in (("targets", "target"), ("changed", "changed")):
        listing = told[kind]
        assert isinstance(listing, dict)
        at = columns[key].index("document_id")
        ids = {row[at] for name in listing["files"] for row in _rows(site, name)}
        assert ids
        assert ids <= set(found)


def _rows(site: Path, name: str) -> Iterator[list[object]]:
    content = _content(site / "data" / f"{name}.js")
    assert isinstance(content, list)
    yield from content


def test_a_shard_gives_text_edits_and_differences(site: Path) -> None:
    """The raw text comes back from text and edits; a changed number is told as removed and added."""
    contents: dict[str, dict[str, list[list[object]]]] = {}
    for path in (site / "data" / "text").glob("*.js"):
        content = _content(path)
        assert isinstance(content, dict)
        contents |= content
    key = f"{document_id('kjt', _url(1))}/2"
    text, edits = str(contents[key]["text"]), contents[key]["edits"]
    restored = restore(text, [Edit(str(k), int(str(o)), int(str(n)), str(was)) for _, k, o, n, was in edits])
    assert restored.startswith(HOSTILE)
    assert "\u3000目标" not in text
    (change,) = [change for change in contents[key]["changes"] if change[0] == "text"]
    assert change[-1] == [
        ["kept", "到2027年，培育高新技术企业"], ["removed", "200"], ["added", "300"], ["kept", "家。"],
    ]  # fmt: skip


def test_what_did_not_change_is_linked(releases: tuple[Path, Path], tmp_path: Path) -> None:
    """The second report writes the shards of three versions; the others are the files of the first."""
    first, second = (_aside(release, tmp_path / release.name) for release in releases)
    write_report(first, first / "report")
    write_report(second, second / "report", before=first)
    old = {path.name: path for path in (first / "report" / "data" / "text").iterdir()}
    new = {path.name: path for path in (second / "report" / "data" / "text").iterdir()}
    assert set(old) < set(new)
    assert len(set(new) - set(old)) == 1
    assert all(new[name].samefile(path) for name, path in old.items())
    alone = tmp_path / "alone"
    write_report(second, alone)
    names = {path.name for path in (alone / "data" / "text").iterdir()}
    assert names == set(new), "linked or written, a report is the same"


def test_shards_do_not_depend_on_row_groups(releases: tuple[Path, Path], tmp_path: Path) -> None:
    """A part whose row groups end anywhere gives the same shards, each where a list looks for it."""
    whole, cut = (_aside(releases[0], tmp_path / name) for name in ("whole", "cut"))
    (part,) = (cut / "documents").iterdir()
    table = pq.read_table(part)
    part.unlink()
    pq.write_table(table, part, row_group_size=7)
    for folder in (whole, cut):
        write_report(folder, folder / "report")
    shards = [(folder / "report" / "data" / "shards.json").read_bytes() for folder in (whole, cut)]
    assert shards[0] == shards[1]


def _aside(release: Path, folder: Path) -> Path:
    """A release's tables in a folder of the test's own, linked as a release links them."""
    for path in release.glob("*/*.parquet"):
        (folder / path.parent.name).mkdir(parents=True, exist_ok=True)
        (folder / path.parent.name / path.name).hardlink_to(path)
    return folder


def test_texts_are_left_out_above_a_size(releases: tuple[Path, Path], tmp_path: Path) -> None:
    """A report without texts has neither texts nor clauses, and says so."""
    write_report(releases[1], tmp_path / "report", most_characters=10)
    assert _release_js(tmp_path / "report")["texts"] is False
    for path in (tmp_path / "report" / "data" / "text").glob("*.js"):
        content = _content(path)
        assert isinstance(content, dict)
        assert all(version["text"] is None and "clauses" not in version for version in content.values())


def test_a_release_without_documents_has_a_page(tmp_path: Path) -> None:
    """Nothing was found yet: the page says so, with the sources that were asked."""
    release = {"release": "2026-03-01", "issued": BEGIN, "previous": None, "cause": "forced", "parser_version": PARSER_VERSION,
               "tables": "", "documents": 0, "new": 0, "changed": 0}  # fmt: skip
    for name in TABLES:
        (tmp_path / "release" / name).mkdir(parents=True)
        write_part(
            tmp_path / "release" / name, name, [tables.arrow(name, [release])] if name == "releases" else []
        )
    write_report(tmp_path / "release", tmp_path / "report")
    told = _release_js(tmp_path / "report")
    assert told["lists"] == {}
    assert told["recent"] == told["months"] == []


def test_the_command_writes_a_report_and_names_its_page(releases: tuple[Path, Path], tmp_path: Path) -> None:
    """`report --to` writes anew; what stands there from before is replaced, and nothing else is removed."""
    import typer  # noqa: PLC0415  # an app of its own, with this command beside another

    app = typer.Typer()
    register(app)
    app.command(name="other")(lambda: None)
    data = releases[1].parents[1]
    asked = ["report", "--data", str(data), "--to", str(tmp_path / "here")]
    for _ in range(2):
        told = CliRunner().invoke(app, asked)
        assert told.exit_code == 0, told.output
        assert (tmp_path / "here" / "index.html").is_file()
    assert str(tmp_path / "here" / "index.html") in told.output.replace("\n", "")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("kept", encoding="utf-8")
    told = CliRunner().invoke(app, [*asked[:-1], str(tmp_path / "mine")])
    assert told.exit_code == 2
    assert (tmp_path / "mine" / "notes.txt").exists()


# Words of the interface


def _strings() -> Mapping[str, list[str]]:
    strings: Mapping[str, list[str]] = json.loads((ASSETS / "strings.json").read_text(encoding="utf-8"))
    return strings


def test_both_languages_say_everything() -> None:
    """Every entry has both languages, with the same places to fill in, each key stands once."""
    for key, both in _strings().items():
        assert len(both) == 2, key
        assert all(both), key
        english, chinese = (sorted(re.findall(r"\{\w+\}", said)) for said in both)
        assert english == chinese, key
    keys = re.findall(r'^  "([^"]+)":', (ASSETS / "strings.json").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(keys) == len(set(keys))


def test_what_the_page_says_is_in_the_table() -> None:
    """Each key that a script or the template names exists."""
    strings = _strings()
    text = "".join(
        path.read_text(encoding="utf-8") for path in ASSETS.iterdir() if path.suffix in {".js", ".j2"}
    )
    named = set(re.findall(r'say\("([a-z_.]+)"', text)) | set(
        re.findall(r'data-say(?:-label)?="([a-z_.]+)"', text)
    )
    assert len(named) > 80
    assert not named - set(strings)


@pytest.mark.parametrize(
    ("group", "words"),
    [
        ("verdict", VERDICTS),
        ("annex", get_args(FileStatus)),
        ("flag", FLAGS),
        ("type", DOCUMENT_TYPES),
        ("op", ("ADD", "MOD", "DEL", "MOVE")),
    ],
)
def test_the_vocabularies_are_translated(group: str, words: Mapping[str, str] | tuple[str, ...]) -> None:
    """What the dataset says in controlled words is said in both languages."""
    assert not {f"{group}.{word}" for word in words} - set(_strings())


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_colours_of_text_have_contrast_in_both_themes() -> None:
    """4.5 to 1 at least (WCAG 2, AA) for text on what it stands on; the dark theme is written twice, the same."""
    css = (ASSETS / "report.css").read_text(encoding="utf-8")
    light, system, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root[^{]*\{([^}]*--page[^}]*)\}", css)
    )
    assert system == dark
    pairs = [("text", "page"), ("text", "card"), ("text", "edit"), ("text", "flag"), ("soft", "page"), ("soft", "card"),
             ("accent", "page"), ("accent", "card"), ("accent", "accent-page"), ("page", "accent"), ("ins-text", "ins"),
             ("del-text", "del"), ("good", "good-page"), ("bad", "bad-page"), ("warn", "warn-page")]  # fmt: skip
    for theme in (light, dark):
        for text, ground in pairs:
            darker, lighter = sorted((_luminance(theme[text]), _luminance(theme[ground])))
            assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (text, ground)
    assert all(one != other for one, other in pairwise([light, dark]))

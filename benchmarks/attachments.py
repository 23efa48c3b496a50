"""Reading attached files beside the libraries that one could have taken: characters, cells, time and memory.

    python benchmarks/attachments.py --peers peers/bin/python     # table of libraries, on the sample files of the tests
    python benchmarks/attachments.py --large                      # seconds and memory per MB, on large files made anew

Characters are compared without blanks: 1 − edits / length of what must be read, running heads and watermarks not among it. Cells count where
a library gives them by table, row and column. Each library runs in a process of its own, one after the other on the same files.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES = ROOT / "tests" / "files"
Got = tuple[str, list[list[list[str]]] | None]
"""A library's text, and its tables; None where it gives none."""


# ------------------------------------------------------------------------------------------------- libraries


def ours(path: Path) -> Got:
    """policy-ingest."""
    from parsers.files.read import read_file

    content = read_file(path.read_bytes(), None, path.name)
    return content.text, [[list(row) for row in table] for table in content.tables]


def _pypdfium2(path: Path) -> Got:
    import pypdfium2

    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path)), None


def _pdfplumber(path: Path) -> Got:
    import pdfplumber

    with pdfplumber.open(path) as document:
        texts = [page.extract_text() for page in document.pages]
        tables = [
            [[cell or "" for cell in row] for row in table]
            for page in document.pages
            for table in page.extract_tables()
        ]
    return "\n".join(texts), tables


def _pypdf(path: Path) -> Got:
    import pypdf

    return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages), None


def _pdf_oxide(path: Path) -> Got:
    import pdf_oxide

    document = pdf_oxide.PdfDocument(str(path))
    return "\n".join(document.extract_text(n) for n in range(document.page_count())), None


def _kreuzberg(path: Path) -> Got:
    import kreuzberg

    kinds = {".wps": "application/msword", ".et": "application/vnd.ms-excel"}
    result = kreuzberg.extract_file_sync(str(path), mime_type=kinds.get(path.suffix))
    return result.content, [[list(row) for row in table.cells] for table in result.tables]


def _python_docx(path: Path) -> Got:
    import docx
    from docx.text.paragraph import Paragraph

    document = docx.Document(str(path))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    left = iter(tables)
    parts = [
        item.text if isinstance(item, Paragraph) else "\n".join("\t".join(row) for row in next(left))
        for item in document.iter_inner_content()
    ]
    return "\n".join(parts), tables


def _docx2python(path: Path) -> Got:
    from docx2python import docx2python

    with docx2python(path) as document:
        return document.text, None


def _sharepoint(path: Path) -> Got:
    import sharepoint2text

    return "\n".join(part.full_text for part in sharepoint2text.read_file(str(path))), None


def _program(*command: str) -> Callable[[Path], Got]:
    def read(path: Path) -> Got:
        done = subprocess.run([*command, str(path)], capture_output=True, check=False)
        return done.stdout.decode("utf-8", "replace"), None

    return read


def _calamine(path: Path) -> Got:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(str(path))
    sheets = [
        (name, [[str(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()])
        for name in book.sheet_names
    ]
    text = "\n".join(f"{name}\n" + "\n".join("\t".join(row) for row in rows) for name, rows in sheets)
    return text, [rows for _, rows in sheets if rows]


def _striprtf(path: Path) -> Got:
    from striprtf.striprtf import rtf_to_text

    return str(rtf_to_text(path.read_bytes().decode("latin-1"))), None  # type: ignore[no-untyped-call]


def _easyofd(path: Path) -> Got:
    import base64

    from easyofd import OFD

    reader = OFD()
    reader.read(base64.b64encode(path.read_bytes()).decode(), save_xml=False)
    return "\n".join(
        line["text"]
        for document in reader.data
        for page in document["page_info"].values()
        for line in page["text_list"]
    ), None


_WORD = frozenset({"doc", "wps"})
LIBRARIES: Mapping[str, tuple[Callable[[Path], Got], frozenset[str], str]] = {
    "policy-ingest": (ours, frozenset({"pdf", "docx", "doc", "wps", "xlsx", "xls", "et", "pptx", "csv", "ofd", "rtf", "txt", "zip"}), "Apache-2.0"),
    "pypdfium2": (_pypdfium2, frozenset({"pdf"}), "BSD-3, Apache-2.0"),
    "pdfplumber": (_pdfplumber, frozenset({"pdf"}), "MIT"),
    "pypdf": (_pypdf, frozenset({"pdf"}), "BSD-3"),
    "pdf_oxide": (_pdf_oxide, frozenset({"pdf"}), "MIT, Apache-2.0"),
    "kreuzberg": (_kreuzberg, frozenset({"pdf", "docx", "doc", "wps", "xlsx", "xls", "et", "pptx", "csv", "rtf", "txt", "zip"}), "MIT"),
    "python-docx": (_python_docx, frozenset({"docx"}), "MIT"),
    "docx2python": (_docx2python, frozenset({"docx"}), "MIT"),
    "sharepoint-to-text": (_sharepoint, frozenset({"docx", "doc", "xlsx", "xls", "pptx", "rtf"}), "Apache-2.0"),
    "antiword": (_program("antiword", "-m", "UTF-8.txt", "-w", "0"), _WORD, "GPL-2"),
    "catdoc": (_program("catdoc", "-d", "utf-8"), _WORD, "GPL-2"),
    "python-calamine": (_calamine, frozenset({"xlsx", "xls", "et"}), "MIT"),
    "striprtf": (_striprtf, frozenset({"rtf"}), "BSD-3"),
    "easyofd": (_easyofd, frozenset({"ofd"}), "Apache-2.0; needs PyMuPDF, AGPL"),
}  # fmt: skip


# ------------------------------------------------------------------------------------------------- measuring


@dataclass(frozen=True)
class Score:
    """What one library made of the files of one kind."""

    files: int
    characters: float
    cells: float | None
    failed: int
    seconds: float


def accuracy(wanted: str, found: str) -> float:
    """Share of characters that no edit touches, blanks left out."""
    one, other = ("".join(text.split()) for text in (wanted, found))
    codes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    edits = sum(max(b - a, d - c) for tag, a, b, c, d in codes if tag != "equal")
    return max(0.0, 1 - edits / max(len(one), 1))


def cell_accuracy(wanted: list[list[list[str]]], found: list[list[list[str]]]) -> float:
    """Share of cells that stand where they must, of those that must and those that are."""

    def places(tables: list[list[list[str]]]) -> dict[tuple[int, int, int], str]:
        return {
            (n, i, j): "".join(str(text).split())
            for n, table in enumerate(tables)
            for i, row in enumerate(table)
            for j, text in enumerate(row)
        }

    one, other = places(wanted), places(found)
    return sum(other.get(place) == text for place, text in one.items()) / max(len(one), len(other), 1)


def samples(kinds: frozenset[str]) -> Iterator[tuple[Path, dict[str, object]]]:
    """The sample files of some kinds, with what must be read of them; not those without a text layer."""
    for expectation in sorted(FILES.glob("*/expected.json")):
        expected = json.loads(expectation.read_text(encoding="utf-8"))
        path = next(expectation.parent.glob("file.*"))
        if path.suffix[1:] in kinds and expected["status"] == "read":
            yield path, expected


def read_all(name: str) -> None:
    """Read the sample files with one library, and print what came out as lines of JSON: in a process of its own."""
    library, kinds, _ = LIBRARIES[name]
    for path, _ in samples(kinds):
        start = time.process_time()
        try:
            text, tables = library(path)
        except BaseException as error:  # noqa: BLE001  # some libraries panic, and that is their result
            text, tables = f"!{type(error).__name__}", None
        print("@@", json.dumps([str(path), text, tables, time.process_time() - start]), flush=True)


def score(name: str, python: str) -> dict[str, Score]:
    """What one library made of each kind of file."""
    command = [python, __file__, "--read", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    results: dict[str, list[tuple[float, float | None, bool, float]]] = {}
    expected = dict(samples(LIBRARIES[name][1]))
    for line in done.stdout.splitlines():
        if not line.startswith("@@ "):
            continue
        path, text, tables, seconds = json.loads(line[3:])
        wanted = expected[Path(path)]
        texts, wanted_tables = wanted["text"], wanted["tables"]
        assert isinstance(texts, list)
        assert isinstance(wanted_tables, list)
        cells = cell_accuracy(wanted_tables, tables) if wanted_tables and tables is not None else None
        failed = text.startswith("!")
        kind = Path(path).suffix[1:]
        results.setdefault(kind, []).append((accuracy("\n".join(texts), text), cells, failed, seconds))
    return {kind: _summed(rows) for kind, rows in results.items()}


def _summed(rows: Sequence[tuple[float, float | None, bool, float]]) -> Score:
    cells = [cell for _, cell, _, _ in rows if cell is not None]
    return Score(
        len(rows),
        sum(row[0] for row in rows) / len(rows),
        sum(cells) / len(cells) if cells else None,
        sum(row[2] for row in rows),
        sum(row[3] for row in rows),
    )


def compare(python: str | None) -> None:
    """Print the table of libraries, by kind of file."""
    scores = {}
    for name in LIBRARIES:
        if name == "policy-ingest":
            scores[name] = score(name, sys.executable)
        elif python is not None:
            scores[name] = score(name, python)
    print("| kind | files | library | characters | cells | failed | CPU s | licence |")
    print("| --- | ---: | --- | ---: | ---: | ---: | ---: | --- |")
    for kind in sorted(LIBRARIES["policy-ingest"][1]):
        for name, by_kind in scores.items():
            held = by_kind.get(kind)
            if held is not None:
                cells = "–" if held.cells is None else f"{held.cells:.1%}"
                print(
                    f"| {kind} | {held.files} | {name} | {held.characters:.1%} | {cells} | {held.failed} | {held.seconds:.2f} | {LIBRARIES[name][2]} |"
                )


# ------------------------------------------------------------------------------------------------- large files


def large_files(folder: Path) -> Iterator[Path]:
    """Files of a size that annexes seldom have."""
    import openpyxl

    from tests.files import make

    texts = [text for first in range(40) for text in make.paragraphs(50, first)]
    path = folder / "columns.pdf"
    make.pdf(path, make.paras(texts), columns=2, head="省人民政府公报", foot=str)
    yield path
    path = folder / "tables.pdf"
    make.pdf(path, [make.grid(make.table(3_000), repeatRows=1)])
    yield path
    path = folder / "plain.docx"
    make.word(texts * 5).save(str(path))
    yield path
    path = folder / "plain.ofd"
    path.write_bytes(make.ofd(texts))
    yield path
    path = folder / "plain.rtf"
    path.write_bytes(make.rtf_gbk(texts))
    yield path
    path = folder / "table.xlsx"
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("名单")
    for row in make.table(30_000):
        sheet.append(row)
    book.save(path)
    yield path
    try:
        path = folder / "plain.doc"
        make.office(lambda to: make.word(texts * 2).save(str(to)), "docx", "doc")(path)
        yield path
    except FileNotFoundError:
        print("LibreOffice is not installed: no large old Word file", file=sys.stderr)


def weigh(path: str) -> None:
    """Read one file in this process, and print seconds, characters and memory as JSON."""
    from parsers.files.read import read_file

    body = Path(path).read_bytes()
    before = _peak()
    start = time.process_time()
    content = read_file(body, None, path)
    seconds = time.process_time() - start
    told = {
        "seconds": seconds,
        "characters": len(content.text),
        "status": content.status,
        "before": before,
        "peak": _peak(),
    }
    print(json.dumps(told))


def _peak() -> float:
    """The most memory that this process had, in MB (what `getrusage` says begins with that of its parent)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def large() -> None:
    """Print seconds and memory per MB of large files."""
    print("| file | MB | characters | status | CPU s | s per MB | peak MB | of it before reading |")
    print("| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for path in large_files(Path(folder)):
            command = [sys.executable, __file__, "--weigh", str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
            told = json.loads(done.stdout)
            size = path.stat().st_size / 1e6
            print(
                f"| {path.name} | {size:.2f} | {told['characters']:,} | {told['status']} | {told['seconds']:.2f} | {told['seconds'] / size:.2f} | "
                f"{told['peak']:.0f} | {told['before']:.0f} |",
                flush=True,
            )


def main() -> None:
    """Compare, or weigh."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--peers", metavar="PYTHON", help="interpreter of the environment with requirements-peers.txt"
    )
    parser.add_argument("--large", action="store_true", help="seconds and memory per MB instead")
    parser.add_argument("--read", choices=LIBRARIES, help=argparse.SUPPRESS)
    parser.add_argument("--weigh", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        read_all(arguments.read)
    elif arguments.weigh:
        weigh(arguments.weigh)
    elif arguments.large:
        large()
    else:
        compare(arguments.peers)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()

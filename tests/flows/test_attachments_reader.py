"""The process that reads strangers' files: whatever they are, the answer is a status, and the next file is read."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.attachments.ocr import PROGRAM
from flows.attachments.reader import FileReader
from flows.attachments.worker import forbid
from parsers.files.content import FileContent
from tests.hostile_files import HOSTILE, many_pages, pdf_bomb, sample

SECONDS, MEMORY = 60.0, 800_000_000
_OLD_NAMES = {
    "half an old document": "a.doc",
    "half a workbook": "a.xls",
    "an encrypted old document": "a.doc",
}


@pytest.fixture(scope="module")
def reader() -> Iterator[FileReader]:
    """One reader for all: a file that breaks its process must not cost the next one."""
    with FileReader() as reader:
        yield reader


def read(
    reader: FileReader, body: bytes, name: str = "a.pdf", seconds: float = SECONDS, memory: int = MEMORY
) -> FileContent:
    """Read a file."""
    return reader.read(body, "application/pdf", name, seconds=seconds, memory=memory)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_a_status(name: str, reader: FileReader) -> None:
    """And the reason."""
    make, statuses = HOSTILE[name]
    content = read(reader, make(), _OLD_NAMES.get(name, "a.pdf"))

    assert content.status in statuses
    assert content.status == "read" or content.reason


def test_what_else_is_in_a_file_is_told(reader: FileReader) -> None:
    """It is neither run nor read."""
    macros = read(reader, HOSTILE["macros, embedded files, a template"][0]())
    embedded = read(reader, HOSTILE["a PDF with script and file"][0]())

    assert macros.text == "第一条　内容。"
    assert macros.reason == "holds macros, which were not run; holds embedded files, which were not read"
    assert embedded.text == "A notice of the office"
    assert "embedded" in str(embedded.reason)


def test_an_entity_from_outside_is_not_read(reader: FileReader) -> None:
    """Nor put into the text."""
    assert read(reader, HOSTILE["an entity from outside"][0]()).text.startswith("甲")
    assert "root" not in read(reader, HOSTILE["an entity from outside"][0]()).text


def test_a_file_that_takes_too_long_is_ended_and_the_next_one_read() -> None:
    """By a new process."""
    with FileReader() as reader:
        late = read(reader, many_pages(3_000), seconds=0.05)
        after = read(reader, sample("pdf-table"))

    assert (late.status, late.reason) == ("timeout", "reading it took more than 0.05 seconds")
    assert after.status == "read"


def test_a_file_that_takes_too_much_memory_is_ended_and_the_next_one_read() -> None:
    """The limit is the address space of its process."""
    with FileReader() as reader:
        greedy = read(reader, pdf_bomb(), memory=500_000_000)
        after = read(reader, sample("docx-plain"), memory=500_000_000)

    assert greedy.status in {"out_of_memory", "crashed", "empty", "damaged"}
    assert after.status == "read"


def test_its_process_ends_with_it() -> None:
    """Nothing is left running."""
    with FileReader() as reader:
        read(reader, b"text", "a.txt")
        process = reader._process
        assert process is not None
        assert process.poll() is None
    assert process.poll() is not None


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('127.0.0.1', {port}))",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:{port}/')",
        "open('{path}', 'w')",
        "import os; os.open('{path}', os.O_WRONLY | os.O_CREAT)",
        "import os; os.system('true')",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.remove('{path}')",
    ],
)
def test_what_reading_a_file_never_needs_is_refused(code: str, tmp_path: Path) -> None:
    """In a process with the worker's hook; a server listens, so that nothing else refuses."""
    kept = tmp_path / "kept"
    kept.write_text("kept")
    with socket.create_server(("127.0.0.1", 0)) as server:
        filled = code.format(port=server.getsockname()[1], path=kept)
        script = f"import sys; from flows.attachments.worker import forbid\nimport encodings.idna\nsys.addaudithook(forbid)\n{filled}"
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
        )

    assert "PermissionError" in done.stderr
    assert "is not for files" in done.stderr
    assert kept.read_text() == "kept"


def test_reading_is_not_refused() -> None:
    """Nor is the one program that recognises text."""
    forbid("open", (__file__, "r", 0))
    forbid("open", (3, "wb", 1))
    forbid("subprocess.Popen", (PROGRAM, [], None, None))
    with pytest.raises(PermissionError):
        forbid("subprocess.Popen", ("sh", [], None, None))


def _has_tesseract() -> bool:
    try:
        done = subprocess.run([PROGRAM, "--list-langs"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return False
    return "chi_sim" in done.stdout


@pytest.mark.skipif(
    not _has_tesseract(), reason="tesseract with chi_sim is not installed: nothing is recognised in pictures"
)
def test_text_in_pictures_is_recognised_where_it_is_wanted() -> None:
    """With its own status, since it is a guess."""
    with FileReader("chi_sim") as reader:
        content = read(reader, sample("pdf-scanned"))

    assert content.status == "ocr"
    assert content.parser.startswith("tesseract ")
    assert "重点领域" in content.text
    assert content.reason == "recognised in 2 of 2 pages, with the errors that this makes"

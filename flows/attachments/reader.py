"""Reading strangers' files in a process of their own, which is ended when it takes too long, and never twice the same file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import orjson

from parsers.files.content import FileContent
from store.extractions import content_of

OCR = "POLICY_INGEST_OCR"
"""Environment variable with tesseract's names of the languages to recognise in pictures, e.g. `chi_sim+eng`; empty: none."""

_FILES = 200
"""Files that one process reads: what a library leaves in memory goes with it."""
_PATIENCE = 10
_UNKNOWN = "application/octet-stream"


class FileReader:
    """Reads files, in a process that it starts for the first one and ends with itself.

    Args:
        ocr: Languages to recognise in pictures; empty for none.
    """

    def __init__(self, ocr: str = "") -> None:
        self._ocr = ocr
        self._memory = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._read = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(
        self, body: bytes, declared: str | None, name: str, *, seconds: float, memory: int
    ) -> FileContent:
        """Read a file; whatever it does to the process, the answer is a status.

        Args:
            body: Its bytes.
            declared: The media type that its server gave.
            name: Its name or URL.
            seconds: How long it may take; with OCR, ten times that.
            memory: Bytes of address space that the process may have.
        """
        if self._read >= _FILES or memory != self._memory:
            self._end()
        process = self._process or self._start(memory)
        seconds *= _PATIENCE if self._ocr else 1
        late = threading.Event()

        def end_it() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, end_it)
        timer.start()
        try:
            answer = _ask(
                process, body, {"declared": declared, "name": name, "ocr": self._ocr, "seconds": seconds}
            )
        finally:
            timer.cancel()
        self._read += 1
        if answer:
            return content_of(orjson.loads(answer))
        code = process.wait()
        self._end()
        if late.is_set():
            return FileContent(_UNKNOWN, "timeout", f"reading it took more than {seconds:g} seconds")
        return FileContent(_UNKNOWN, "crashed", _told(code))

    def _start(self, memory: int) -> subprocess.Popen[bytes]:
        self._memory = memory
        command = [sys.executable, "-m", "flows.attachments.worker", str(memory)]
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path]),
            "PYTHONHASHSEED": "0",
            "OMP_THREAD_LIMIT": "1",
            "MALLOC_ARENA_MAX": "2",  # an arena for each thread would count against the limit
        }
        self._process = subprocess.Popen(  # noqa: S603  # our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
        self._read = 0
        return self._process

    def _end(self) -> None:
        if self._process is None:
            return
        process, self._process = self._process, None
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                _close(pipe)
        process.wait()


def _ask(process: subprocess.Popen[bytes], body: bytes, about: Mapping[str, object]) -> bytes:
    """The answer of the process; none where it has ended over the file."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(orjson.dumps({**about, "size": len(body)}) + b"\n")
        process.stdin.write(body)
        process.stdin.flush()
        return process.stdout.readline()
    except BrokenPipeError:
        return b""


def _close(pipe: IO[bytes]) -> None:
    with suppress(BrokenPipeError):
        pipe.close()


def _told(code: int) -> str:
    if code < 0:
        return f"its reader was ended by {signal.Signals(-code).name}, as libraries do that break or find no memory"
    return f"its reader ended with code {code}"

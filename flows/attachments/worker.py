"""The process that reads strangers' files: no network, no writing, no programs, limited memory. Ended when it takes too long.

Started by `flows.attachments.reader`. On standard input it gets one file after the other, each as a line of JSON (`size`,
`declared`, `name`, `ocr`, `seconds`) and its bytes; on standard output it answers each with a line of JSON, a `FileContent`.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Iterable
from dataclasses import asdict

import orjson

from flows.attachments.ocr import PROGRAM, recognised
from parsers.files.content import FileContent
from parsers.files.read import read_file

_FORBIDDEN = frozenset(
    {
        "socket.connect",
        "socket.bind",
        "socket.getaddrinfo",
        "socket.sendto",
        "os.system",
        "os.exec",
        "os.fork",
        "os.posix_spawn",
        "os.remove",
        "os.rename",
        "os.truncate",
        "shutil.rmtree",
    }
)
_WRITES = frozenset("wax+")


def forbid(event: str, arguments: Iterable[object]) -> None:
    """Refuse what reading a file never needs (PEP 578): a link in it is not followed, whatever a library would do."""
    values = tuple(arguments)
    if event in _FORBIDDEN:
        raise PermissionError(f"{event} is not for files")
    if event == "open" and not isinstance(values[0], int) and _writes(values[1], values[2]):
        raise PermissionError(f"open {values[0]!r} for writing is not for files")
    if event == "subprocess.Popen" and values[0] != PROGRAM:
        raise PermissionError(f"{values[0]!r} is not for files")


def _writes(mode: object, flags: object) -> bool:
    if isinstance(mode, str):
        return not _WRITES.isdisjoint(mode)
    return isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR) != 0


def main() -> None:
    """Answer files until the input ends; `memory` bytes of address space are the first argument."""
    limit = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # a library that prints must not speak for us
    sys.addaudithook(forbid)
    while line := source.readline():
        asked = orjson.loads(line)
        body = source.read(asked["size"])
        answers.write(orjson.dumps(asdict(_read(body, asked))) + b"\n")
        answers.flush()


def _read(body: bytes, asked: dict[str, object]) -> FileContent:
    declared, name = asked["declared"], str(asked["name"])
    try:
        content = read_file(body, None if declared is None else str(declared), name)
        if content.status == "scanned" and asked["ocr"]:
            content = recognised(body, content, str(asked["ocr"]), float(str(asked["seconds"])))
    except MemoryError:
        return FileContent(
            "application/octet-stream", "out_of_memory", "reading it took more memory than it may"
        )
    except Exception as error:  # noqa: BLE001  # a library's mistake must not cost the other files
        return FileContent("application/octet-stream", "crashed", f"{type(error).__name__}: {error}"[:500])
    return content


if __name__ == "__main__":
    main()

"""What attached files say: from the cache, or read in a process of its own."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

from flows.attachments.reader import OCR, FileReader
from flows.limits import Limits
from parsers.files.content import FILES_VERSION, FileContent
from parsers.read import PARSER_VERSION
from store.archive import read_payload
from store.capture import Capture
from store.extractions import held, keep, opened

Contents = Callable[[Capture, Limits], FileContent]
"""Gives what the payload of a capture says, read as a file under limits."""


def reading_version() -> str:
    """The version that readings are made by: another one where text is recognised in pictures."""
    return f"{PARSER_VERSION}+ocr" if os.environ.get(OCR) else PARSER_VERSION


@cache
def _held_open(data: Path, *, keep_them: bool) -> tuple[ExitStack, Contents]:
    stack = ExitStack()
    return stack, stack.enter_context(file_contents(data, keep_them=keep_them))


def lasting_contents(data: Path, *, keep_them: bool = True) -> Contents:
    """As `file_contents`, for as long as this process lasts: for a worker that is handed one batch after the other."""
    return _held_open(data, keep_them=keep_them)[1]


@contextmanager
def file_contents(data: Path, *, keep_them: bool = True) -> Iterator[Contents]:
    """What reads files of a data folder, each once; costs nothing where there are none.

    Args:
        data: The data folder, with archive and cache.
        keep_them: Whether the cache is written, too.
    """
    ocr = os.environ.get(OCR, "")
    version = f"{FILES_VERSION}+ocr:{ocr}" if ocr else FILES_VERSION
    with ExitStack() as stack:
        tools: list[tuple[sqlite3.Connection, FileReader]] = []

        def content(capture: Capture, limits: Limits) -> FileContent:
            if not tools:
                tools.append(
                    (
                        stack.enter_context(opened(data / "tables", writing=keep_them)),
                        stack.enter_context(FileReader(ocr)),
                    )
                )
            cache, reader = tools[0]
            known = held(cache, str(capture.content_digest), version)
            if known is not None:
                return known
            read = reader.read(
                read_payload(data / "archive", capture),
                capture.content_mime_type,
                capture.url,
                seconds=limits.file_seconds,
                memory=limits.file_memory_bytes,
            )
            if keep_them:
                keep(cache, str(capture.content_digest), version, read)
            return read

        yield content

"""ZIP archives of files: each entry read as a file of its own, within limits of depth, count and size."""

from __future__ import annotations

import zipfile
from collections.abc import Callable

from parsers.document import Block
from parsers.files.content import READABLE, FileContent, Parts, Table, Unreadable
from parsers.files.package import entry, open_package

MOST_FILES = 300
"""Files of one archive and all within it that are read."""
DEEPEST = 3
"""Archives within each other."""
_UTF8_NAME = 0x800
_NOBODYS = ("__MACOSX/", ".DS_Store", "Thumbs.db")

Read = Callable[[bytes, str, int], FileContent]
"""Reads an entry: its bytes, its name, and how many archives it lies in."""


def read_zip(body: bytes, depth: int, read: Read) -> Parts:
    """Read the files of an archive, each under a heading with its name.

    Args:
        body: The archive.
        depth: How many archives it lies in.
        read: What reads an entry.

    Raises:
        Unreadable: it is damaged, a bomb, too deep, or nothing in it can be read.
    """
    if depth >= DEEPEST:
        raise Unreadable("too_large", f"archives within archives, more than {DEEPEST} deep")
    blocks: list[Block] = []
    tables: list[Table] = []
    failed: list[tuple[str, FileContent]] = []
    count = 0
    with open_package(body) as package:
        entries = [
            item for item in package.infolist() if not item.is_dir() and not item.filename.endswith(_NOBODYS)
        ]
        entries = [item for item in entries if not item.filename.startswith(_NOBODYS)]
        for item in entries[:MOST_FILES]:
            name = _name(item)
            try:
                content = read(entry(package, item), name, depth + 1)
            except Unreadable as error:
                content = FileContent("application/octet-stream", error.status, str(error))
            if content.status not in READABLE:
                failed.append((name, content))
                continue
            count += 1
            inner = content.media_type == "application/zip"
            named = [
                Block(block.kind, f"{name}/{block.text}", block.level)
                if inner and block.level == 1
                else block
                for block in content.blocks
            ]
            blocks += named if inner else [Block("heading", name, 1), *named]
            tables += content.tables
    return Parts(blocks, tables, count, *_outcome(len(entries), count, failed))  # type: ignore[arg-type]


def _outcome(entries: int, count: int, failed: list[tuple[str, FileContent]]) -> tuple[str, str | None]:
    told = "; ".join(f"{name}: {content.status}" for name, content in failed[:5])
    if failed and not count:
        raise Unreadable(failed[0][1].status, f"nothing of {entries} files could be read: {told}")
    if failed:
        return "cut", f"{len(failed)} of {entries} files could not be read: {told}"
    if entries > MOST_FILES:
        return "cut", f"{MOST_FILES} of {entries} files were read"
    return "read", None


def _name(item: zipfile.ZipInfo) -> str:
    """An entry's name; without the mark of UTF-8 it is in the code page of Chinese Windows, as often as not."""
    if item.flag_bits & _UTF8_NAME:
        return item.filename
    try:
        return item.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return item.filename

"""Seals: beside a WARC file, a table or a release stands `<name>.sha256`, in the format of sha256sum.

Neither Parquet as deltalake writes it nor the heads of gzip members carry a checksum, so that a flipped bit would be
read as data. A seal is compared byte by byte, hence covers itself. Files already sealed are never hashed into it anew:
that would bless what has rotted since.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path

from store.durable import sync_folder, write_durably

_HINT = "_last_checkpoint"
"""Delta's hint where to begin reading its log: the only file under `tables/` that is ever written again."""


UNSEALED = "not in the seal"
"""Said of a file that a run wrote and died before it was sealed, or that somebody else put there."""


def seal_of(sealed: Path) -> Path:
    """Where the seal of a file or folder stands."""
    return sealed.with_name(f"{sealed.name}.sha256")


def seal(sealed: Path, *, at: Path | None = None, known: Mapping[str, str] | None = None) -> bool:
    """Add the files that the seal of a file or folder does not name yet.

    Args:
        sealed: The file or folder.
        at: Where it will lie once it is renamed; by default where it is.
        known: SHA-256 of files of which it is known, by their names relative to the folder (`carried`).

    Returns:
        Whether there was anything to add.
    """
    final = at or sealed
    before = sums(final)
    digests = dict(before)
    for within, path in _files(sealed):
        name = f"{final.name}{within}"
        if name not in before or within.endswith(f"/{_HINT}"):
            digests[name] = (known or {}).get(within[1:]) or file_digest(Path(path))
    if digests == before:
        return False
    fresh = final.with_name(f".{final.name}.sha256.new")
    write_durably(fresh, _text(digests))
    fresh.replace(seal_of(final))
    sync_folder(final.parent)
    return True


def carried(folder: Path, before: Path) -> Mapping[str, str]:
    """SHA-256 of the files of a folder that are links to those of a sealed one, by their names relative to it, as the seal has them.

    They are not read again: neither does that cost time, nor would it bless what has rotted since.
    """
    known = sums(before)
    held = {within: _inode(path) for within, path in _files(before)}
    return {
        within[1:]: known[f"{before.name}{within}"]
        for within, path in _files(folder)
        if f"{before.name}{within}" in known and _inode(path) == held.get(within)
    }


def _inode(path: os.PathLike[str]) -> tuple[int, int]:
    found = os.stat(path)  # noqa: PTH116  # a Path for each of ten thousand files costs more than the call
    return found.st_dev, found.st_ino


def forget(sealed: Path, names: Iterable[str]) -> None:
    """Take files out of a seal, before they are removed: one that dies in between leaves them to be sealed again.

    Args:
        sealed: The folder.
        names: Relative to it.
    """
    gone = {(Path(sealed.name) / name).as_posix() for name in names}
    left = {name: digest for name, digest in sums(sealed).items() if name not in gone}
    fresh = sealed.with_name(f".{sealed.name}.sha256.new")
    write_durably(fresh, _text(left))
    fresh.replace(seal_of(sealed))
    sync_folder(sealed.parent)


def is_sealed(sealed: Path) -> bool:
    """Whether a seal stands beside it."""
    return seal_of(sealed).exists()


def lacking(folder: Path, within: Container[str] | None = None) -> frozenset[str]:
    """The files that the seal of a folder names and that are gone, by their names relative to it.

    Args:
        folder: The folder, sealed.
        within: Only files in its folders of these names: of thousands none needs to be looked at for a few.
    """
    named = (name.removeprefix(f"{folder.name}/") for name in sums(folder))
    meant = (name for name in named if within is None or name.partition("/")[0] in within)
    return frozenset(name for name in meant if not (folder / name).is_file())


def sums(sealed: Path) -> Mapping[str, str]:
    """The seal of a file or folder: names relative to where the seal stands, to SHA-256; empty without one."""
    path = seal_of(sealed)
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    return {name: digest for digest, _, name in (line.partition("  ") for line in text.splitlines())}


def broken(sealed: Path) -> Iterator[tuple[str, str]]:
    """The files that are not what their seal says: name relative to where the seal stands, and what is wrong."""
    held = {f"{sealed.name}{within}": Path(path) for within, path in _files(sealed)}
    said = sums(sealed)
    if is_sealed(sealed) and (not said or seal_of(sealed).read_bytes() != _text(said)):
        yield seal_of(sealed).name, "the seal itself is damaged"
    for name in sorted(held.keys() | said.keys()):
        if name not in said:
            yield name, UNSEALED
        elif name not in held:
            yield name, "missing"
        elif file_digest(held[name]) != said[name]:
            yield name, "not the bytes that were written"


def file_digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _files(sealed: Path) -> Iterator[tuple[str, os.PathLike[str]]]:
    """A file, or those of a folder, with what is to be put after its name: nothing, or `/` and the name within."""
    if sealed.is_file():
        yield "", sealed
    elif sealed.is_dir():
        yield from _within(sealed, "/")


def _within(folder: os.PathLike[str], prefix: str) -> Iterator[tuple[str, os.PathLike[str]]]:
    with os.scandir(folder) as entries:  # it says of each what it is, without another call
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _within(entry, f"{prefix}{entry.name}/")
            elif entry.is_file():
                yield f"{prefix}{entry.name}", entry


def _text(digests: Mapping[str, str]) -> bytes:
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items())).encode()

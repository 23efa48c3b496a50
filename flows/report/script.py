"""Data files of the site: JSON in scripts, since a page opened from a file may load scripts and nothing else."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import orjson

_ESCAPES = (
    (b"<", rb"\u003c"),  # no `</script>` and no `<!--`, wherever the file may be copied into
    (b">", rb"\u003e"),
    (b"&", rb"\u0026"),
    ("\u2028".encode(), rb"\u2028"),  # line ends in older JavaScript, inside a string too
    ("\u2029".encode(), rb"\u2029"),
)

_NAME = 12
"""Hex digits of a digest in a file's name: 48 bits tell some ten thousand files apart."""


def literal(value: object) -> bytes:
    """A value as JSON that is safe in a script, whatever its strings hold."""
    text = orjson.dumps(value)
    for raw, escaped in _ESCAPES:
        text = text.replace(raw, escaped)
    return text


def put(folder: Path, kind: str, value: object, before: Path | None = None) -> str:
    """Write a data file that is named by its content, once: the report before may have it already.

    Args:
        folder: The site's folder `data`.
        kind: Folder below it.
        value: What the file hands to the page.
        before: Folder `data` of the report before.

    Returns:
        Its name: `<kind>/<digest>`.
    """
    content = literal(value)
    name = f"{kind}/{hashlib.sha256(content).hexdigest()[:_NAME]}"
    path = folder / f"{name}.js"
    if path.exists():
        return name
    if before is not None and link(before, folder, [name]):
        return name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b'report.put("' + name.encode() + b'",' + content + b");\n")
    return name


def link(before: Path, folder: Path, names: Iterable[str]) -> bool:
    """Take data files over from the report before, up to one that it lacks.

    Returns:
        Whether it has them all.
    """
    there, here = str(before), str(folder)  # thousands of names: a path of each takes longer than its link
    made = set[str]()
    for name in names:
        kind = name.partition("/")[0]
        if kind not in made:
            (folder / kind).mkdir(parents=True, exist_ok=True)
            made.add(kind)
        try:
            os.link(f"{there}/{name}.js", f"{here}/{name}.js")
        except FileExistsError:
            continue
        except FileNotFoundError:
            return False
    return True

"""Text in pictures, by the program tesseract where it is installed and wanted: never more than a guess, and named so."""

from __future__ import annotations

import io
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace

import pypdfium2
from PIL import Image

from parsers.document import Block
from parsers.files.content import FileContent
from parsers.tree import one_line

PROGRAM = "tesseract"
_DOTS = 300 / 72
"""Pixels to a point: 300 dpi, which tesseract was trained for."""
_MOST_PIXELS = 40_000_000
_SPACE = re.compile(r"(?<=[\u2e80-\uffef]) +| +(?=[\u2e80-\uffef])")
_SHARE = 0.8
"""Of the time for a file: what was recognised by then is kept."""


def recognised(body: bytes, content: FileContent, languages: str, seconds: float) -> FileContent:
    """What is written in the pictures of a scanned file, page by page.

    Args:
        body: The file: a PDF or a picture.
        content: What reading it gave; returned where nothing can be recognised.
        languages: Tesseract's names, e.g. `chi_sim+eng`.
        seconds: How long it may take.
    """
    end = time.monotonic() + _SHARE * seconds
    blocks: list[Block] = []
    pages = 0
    for image in _pictures(body, content.media_type):
        if time.monotonic() > end:
            break
        pages += 1
        blocks += _blocks(image, languages, end - time.monotonic())
    if not blocks:
        return content
    total = content.pages or 1
    reason = f"recognised in {pages} of {total} pages, with the errors that this makes"
    parser = f"{PROGRAM} {_version()} ({languages})"
    return replace(content, status="ocr", reason=reason, parser=parser, blocks=tuple(blocks))


def _pictures(body: bytes, media_type: str) -> Iterator[Image.Image]:
    if media_type != "application/pdf":
        with Image.open(io.BytesIO(body)) as image:
            if image.width * image.height <= _MOST_PIXELS:
                yield image.convert("L")
        return
    document = pypdfium2.PdfDocument(body)
    for page in document:
        width, height = page.get_size()
        scale = min(_DOTS, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
        yield page.render(scale=scale, grayscale=True).to_pil()


def _blocks(image: Image.Image, languages: str, seconds: float) -> list[Block]:
    held = io.BytesIO()
    image.save(held, "PNG", compress_level=1)
    command = [PROGRAM, "stdin", "stdout", "-l", languages, "--dpi", "300"]
    try:
        done = subprocess.run(  # noqa: S603  # a fixed program, its input on standard input
            command, input=held.getvalue(), capture_output=True, timeout=seconds, check=True
        )
    except subprocess.TimeoutExpired:
        return []
    return list(_paragraphs(done.stdout.decode("utf-8", "replace")))


def _paragraphs(text: str) -> Iterator[Block]:
    """Its paragraphs, which are parted by empty lines; Chinese without the spaces that it puts between characters."""
    for part in text.replace("\f", "\n\n").split("\n\n"):
        line = one_line(_SPACE.sub("", part.replace("\n", " ")))
        if line:
            yield Block("paragraph", line)


def _version() -> str:
    done = subprocess.run([PROGRAM, "--version"], capture_output=True, check=True)  # noqa: S603  # likewise
    return done.stdout.decode().split()[1]

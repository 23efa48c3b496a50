"""Reads mutated pages: every one gives a document or a named rejection, none a traceback, each within ten seconds.

python benchmarks/fuzz.py                        # 20,000 mutations of the golden cases
python benchmarks/fuzz.py --count 500 --seed 7
python benchmarks/fuzz.py --pages DIR            # of the pages of a folder
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from parsers.document import Document, Rejection  # noqa: E402 - the project's root has to be on the path first
from parsers.page import Page  # noqa: E402
from parsers.read import read  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results"
SLOW_SECONDS = 10.0
MEMORY_BYTES = 1 << 30
_TOKENS = (
    b"<div>", b"</div>", b"</html>", b"</body>", b"<table><tr><td>", b"</table>", b"<!--", b"-->", b"<script>", b"</script>",
    b"<h1>", b"<a href='", b'"', b"'", b">", b"<", b"&", b"&#0;", b"&#xFFFF;", b"\0", b"\xff\xfe", b"\x81\x30", b"<pre>",
    b"<frameset>", b"<textarea>", b"<title>", b"<br>" * 50, b"<span style='display:none'>", b"<?xml version='1.0'?>",
    "第一条　".encode(), "索引号：".encode("gb18030"), b"<meta charset=utf-16>", b"<svg>", b"<p" + b" x=1" * 300 + b">",
)  # fmt: skip
_STATUSES = (200, 200, 200, None, 404, 500)
_TYPES = (
    "text/html; charset=utf-8",
    "text/html",
    None,
    "text/html; charset=gbk",
    "text/plain",
    "application/octet-stream",
)


def _drop(body: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(body) + 1)
    del body[start : start + dice.choice((1, 10, 200, 5000))]


def _insert(body: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(body) + 1)
    body[start:start] = dice.choice(_TOKENS)


def _repeat(body: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(body) + 1)
    piece = body[start : start + dice.choice((5, 100, 3000))]
    body[start:start] = piece * dice.choice((1, 2, 5))


def _flip(body: bytearray, dice: random.Random) -> None:
    for _ in range(dice.choice((1, 5, 50))):
        if body:
            body[dice.randrange(len(body))] = dice.randrange(256)


def _swap(body: bytearray, dice: random.Random) -> None:
    parts = bytes(body).split(b">")
    one, other = dice.randrange(len(parts)), dice.randrange(len(parts))
    parts[one], parts[other] = parts[other], parts[one]
    body[:] = b">".join(parts)


def _cut(body: bytearray, dice: random.Random) -> None:
    del body[dice.randrange(len(body) + 1) :]


_MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _drop,
    _insert,
    _insert,
    _repeat,
    _flip,
    _swap,
    _cut,
)


def mutated(pages: list[bytes], count: int, dice: random.Random) -> Iterator[bytes]:
    """Yields pages with one to eight mutations each."""
    for _ in range(count):
        body = bytearray(dice.choice(pages))
        for _ in range(dice.randint(1, 8)):
            dice.choice(_MUTATIONS)(body, dice)
        yield bytes(body)


def monsters() -> Iterator[tuple[str, bytes]]:
    """Yields the pages that are made to exhaust a parser, most of them just within its limits."""
    yield "100k nested divs", b"<div>" * 100_000 + "正文。".encode()
    yield "70k nested spans, closed", b"<span>" * 70_000 + b"x" + b"</span>" * 70_000
    yield "45k nested tables", b"<table><tr><td>" * 45_000
    yield "70k nested lists", b"<ul><li>" * 70_000 + b"x"
    yield "100k nested links", b"<a href=x>" * 100_000 + b"x"
    yield (
        "100k nested named surroundings",
        b"<div class=nav style='display:none'>" * 100_000 + b"x<p>y" * 45_000,
    )
    yield "200k attributes", b"<div " + b" ".join(b'a%d="1"' % n for n in range(200_000)) + b">x</div>"
    yield "20 MB in one line", b"<html><body><p>" + "公告，".encode() * 2_200_000
    yield "20 MB of words", b"<html><body><p>" + b"word " * 4_000_000
    yield "20 MB without markup", "通知。".encode() * 2_200_000
    yield "20 MB of GB18030", b"<html><body><p>" + "公告，".encode("gb18030") * 3_300_000
    yield "20 MB of NUL", b"<html>" + b"\0" * 20_000_000
    yield "20 MB of open brackets", b"<" * 20_000_000
    yield "20 MB of entities", b"<html><body>" + b"&amp;nbsp;" * 2_000_000
    yield "140k paragraphs", b"<html><body>" + "<p>第一条　各地要加强管理，落实责任。".encode() * 140_000
    yield (
        "45k list items",
        b"<html><body><ul>" + "<li><a href=a>关于印发通知</a>2024-01-01".encode() * 45_000,
    )
    yield "28k table rows", b"<html><body><table>" + "<tr><td>单位</td><td>3</td>".encode() * 28_000
    yield (
        "60k equal lines twice",
        (b"<div>" + "<p>各地要加强组织领导，压实工作责任，确保取得实效。".encode() * 60_000 + b"</div>") * 2,
    )
    yield "70k info labels", b"<html><body>" + "<p>索引号：1</p><p>发文机关：2</p>".encode() * 35_000
    yield "no body", b"<html><head><title>x</title></head></html>"
    yield "nothing", b""


def main() -> int:
    """Runs the mutations and the monsters; prints counts and the slowest; non-zero where something broke."""
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--count", type=int, default=20_000, help="mutated pages")
    flags.add_argument("--seed", type=int, default=2026)
    flags.add_argument("--pages", type=Path, help="folder of .html files instead of the golden cases")
    flags.add_argument("--no-monsters", action="store_true")
    options = flags.parse_args()
    files = sorted(
        options.pages.rglob("*.html") if options.pages else (ROOT / "tests" / "cases").rglob("page.html")
    )
    pages = [file.read_bytes() for file in files]
    dice = random.Random(options.seed)
    outcomes: Counter[str] = Counter()
    slowest = (0.0, "")
    broken = 0

    def run(name: str, body: bytes, status: int | None, content_type: str | None) -> None:
        nonlocal slowest, broken
        page = Page(
            "http://fuzz.example/a.html", datetime(2026, 1, 1, tzinfo=UTC), status, content_type, body
        )
        began = time.perf_counter()
        try:
            found = read(page)
        except Exception:  # noqa: BLE001 - any traceback is what is looked for
            broken += 1
            RESULTS.mkdir(exist_ok=True)
            (RESULTS / f"fuzz-{options.seed}-{broken}.html").write_bytes(body[:5_000_000])
            print(f"{name}: {traceback.format_exc(limit=-3)}", file=sys.stderr)
            return
        seconds = time.perf_counter() - began
        slowest = max(slowest, (seconds, name))
        outcomes[found.reason if isinstance(found, Rejection) else type(found).__name__] += 1
        assert isinstance(found, Document | Rejection)
        if seconds > SLOW_SECONDS:
            broken += 1
            print(f"{name}: {seconds:.1f} s", file=sys.stderr)

    began = time.perf_counter()
    for n, body in enumerate(mutated(pages, options.count, dice)):
        run(f"mutation {n}", body, dice.choice(_STATUSES), dice.choice(_TYPES))
    print(f"{options.count} mutations of {len(pages)} pages in {time.perf_counter() - began:.0f} s")
    print(f"slowest: {slowest[1]}, {slowest[0]:.2f} s")
    if not options.no_monsters:
        for name, body in monsters():
            began = time.perf_counter()
            run(name, body, 200, "text/html")
            print(f"{name}: {time.perf_counter() - began:.2f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"peak memory {peak / 1e6:.0f} MB, {broken} broken")
    print(", ".join(f"{outcome} {count}" for outcome, count in outcomes.most_common()))
    return bool(broken or peak > MEMORY_BYTES)


if __name__ == "__main__":
    raise SystemExit(main())

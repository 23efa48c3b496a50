"""Scores the reading of pages, ours and every installed peer, on one page set in one run.

    python benchmarks/extraction.py                                  # the project's golden cases
    python benchmarks/extraction.py --pages DIR --gold DIR           # a folder with gold
    python benchmarks/extraction.py --peers-python peers/bin/python  # with the peers
    python benchmarks/extraction.py --floors                         # fails where a page got worse
    python benchmarks/extraction.py --update-floors                  # raises the floors, never lowers them

Text is compared in NFKC without blanks and zero-width characters.

- snippets: sentences of the text that must be found, and lines of the page around it that must not (leak);
  F1 over both, all pages together;
- 6-grams: precision, recall and F1 over multisets of six characters, mean over pages;
- lost: documents of which less than half of the snippets are found;
- rejected: non-documents that are given up (under 200 characters counts as given up);
- title and date: equal to the gold's, folded; date wrong: one is given and it is another day.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import statistics
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from benchmarks.extractors import EXTRACTORS, decode  # noqa: E402 - the project's root has to be on the path first
from parsers.tree import parse_html, visible_text  # noqa: E402

CASES = HERE.parent / "tests" / "cases"
FLOORS = HERE / "extraction_floors.json"
OURS = "policy-ingest"
_BLANK = re.compile(r"[\s\u200b\u200c\u200d\ufeff\u00ad]+")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_GRAM = 6
# Gold of a folder holds a quarter of the 6-grams as hashes, chosen by the hash.
_HASH_BYTES = 6
_SNIPPETS = 8
_SNIPPET_SIZE = 16
_TOO_SHORT = 200


@dataclass(frozen=True, slots=True)
class Sample:
    """One page with what a person read on it.

    Attributes:
        name: Its id.
        file: The payload.
        url: As requested.
        content_type: As declared.
        status: HTTP status.
        document: False for a page that has to be rejected.
        must: Snippets of the text.
        never: Snippets of what stands around it.
        grams: Hashed 6-grams of the text.
        neutral: Hashed 6-grams that count neither way (headlines, captions).
        modulus: One in so many hashes is kept.
        title: The title.
        day: The day of publication, None where the page has none.
    """

    name: str
    file: Path
    url: str
    content_type: str | None
    status: int | None
    document: bool
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    grams: Counter[int] | None = None
    neutral: Counter[int] | None = None
    modulus: int = 1
    title: str | None = None
    day: str | None = None


def norm(text: str | None) -> str:
    """Returns a text in NFKC without blanks."""
    return _BLANK.sub("", unicodedata.normalize("NFKC", text or ""))


def grams(text: str, modulus: int) -> Counter[int]:
    """Returns the hashes of a normalised text's 6-grams."""
    out: Counter[int] = Counter()
    for n in range(len(text) - _GRAM + 1):
        piece = text[n : n + _GRAM].encode("utf-8", "surrogatepass")
        value = int.from_bytes(hashlib.blake2b(piece, digest_size=_HASH_BYTES).digest(), "big")
        if value % modulus == 0:
            out[value] += 1
    return out


def day(value: str | None) -> str | None:
    """Returns the first date of a text as `YYYY-MM-DD`."""
    found = _DAY.search(value or "")
    return f"{int(found[1]):04d}-{int(found[2]):02d}-{int(found[3]):02d}" if found else None


def from_cases(root: Path) -> list[Sample]:
    """Loads the golden cases: a folder each, with page, request and the expected reading."""
    out = []
    for file in sorted(root.glob("*/*/page.html")):
        case = file.parent
        request: dict[str, Any] = json.loads((case / "page.json").read_text(encoding="utf-8"))
        common = (
            f"{case.parent.name}/{case.name}", file, request["url"],
            request.get("content_type"), request.get("fetch_status", request.get("status")),
        )  # fmt: skip
        if (case / "rejection.json").exists():
            out.append(Sample(*common, document=False))
        elif (case / "document.json").exists():
            gold: dict[str, Any] = json.loads((case / "document.json").read_text(encoding="utf-8"))
            text, title = gold["text"], gold.get("title")
            must, never = _snippets(text), _around(file.read_bytes(), text, title)
            neutral = grams(norm(title), 1)
            out.append(
                Sample(
                    *common,
                    True,
                    must,
                    never,
                    grams(norm(text), 1),
                    neutral,
                    1,
                    title,
                    day(gold.get("issued")),
                )
            )
    return out


def _snippets(text: str) -> tuple[str, ...]:
    """Returns eight pieces of a text, spread over its lines."""
    lines = [line for line in text.split("\n") if len(line) >= _GRAM] or [text]
    step = max(1, len(lines) // _SNIPPETS)
    return tuple(line[:_SNIPPET_SIZE] for line in lines[::step][:_SNIPPETS])


def _around(raw: bytes, text: str, title: str | None) -> tuple[str, ...]:
    """Returns eight lines of the page that are no part of its text."""
    known = norm(text) + "\n" + norm(title)
    lines = [line for line in visible_text(parse_html(decode(raw))).split("\n") if len(norm(line)) >= _GRAM]
    outside = [line for line in lines if norm(line) not in known and norm(line)[:_GRAM] not in known]
    step = max(1, len(outside) // _SNIPPETS)
    return tuple(outside[::step][:_SNIPPETS])


def from_gold(pages: Path, gold_folder: Path) -> list[Sample]:
    """Loads a folder of pages with gold: snippets, and hashed 6-grams instead of the text."""
    out = []
    for file in sorted(gold_folder.glob("*.json")):
        gold: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        common = gold["id"], pages / f"{gold['id']}.html", f"http://{gold['id']}.example/", None, 200
        if not gold["is_article"]:
            out.append(Sample(*common, document=False))
            continue
        sketch = gold["shingle"]
        out.append(
            Sample(
                *common, True, tuple(gold["must_contain"]), tuple(gold["must_not_contain"]), _unpack(sketch["main"]),
                _unpack(sketch["neutral"]), sketch["mod"], gold["title"], gold["date_published"],
            )
        )  # fmt: skip
    return out


def _unpack(sketch: str) -> Counter[int]:
    out: Counter[int] = Counter()
    for item in sketch.split():
        value, _, count = item.partition("*")
        out[int(value, 16)] = int(count or 1)
    return out


def score(sample: Sample, reading: dict[str, Any]) -> dict[str, Any]:
    """Scores one reading; rates are between 0 and 1."""
    text = norm(reading.get("text"))
    row: dict[str, Any] = {"id": sample.name, "ms": reading["wall_ms"], "error": reading.get("error")}
    if not sample.document:
        return {**row, "rejected": bool(reading.get("reason")) or len(text) < _TOO_SHORT}
    want, neutral = sample.grams or Counter(), sample.neutral or Counter()
    right = total = 0
    for gram, count in grams(text, sample.modulus).items():
        good = min(count, want.get(gram, 0))
        right += good
        total += good + max(0, count - good - neutral.get(gram, 0))
    precision, recall = right / total if total else 0.0, right / sum(want.values()) if want else 0.0
    found = day(reading.get("date"))
    return {
        **row,
        "hit": sum(norm(snippet) in text for snippet in sample.must), "must": len(sample.must),
        "leak": sum(norm(snippet) in text for snippet in sample.never), "never": len(sample.never),
        "precision": precision, "recall": recall,
        "f1": 2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        "title": _key(sample.title) == _key(reading.get("title")),
        "date": found == sample.day, "date_wrong": found is not None and found != sample.day,
    }  # fmt: skip


def _key(title: str | None) -> str:
    return re.sub(r"[\W_]+", "", norm(title)).lower()


def run(name: str, python: Path, samples: Sequence[Sample]) -> tuple[list[dict[str, Any]], float] | None:
    """Runs one extractor in a fresh process; None where it is not installed."""
    lines = "".join(
        json.dumps(
            {
                "id": s.name,
                "file": str(s.file),
                "url": s.url,
                "content_type": s.content_type,
                "status": s.status,
            }
        )
        + "\n"
        for s in samples
    )
    done = subprocess.run(
        [python, HERE / "extractors.py", name], input=lines, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(f"{name}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    *readings, last = (json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))
    return [score(s, reading) for s, reading in zip(samples, readings, strict=True)], last["cpu_ms"]


def summary(rows: Sequence[dict[str, Any]], cpu_ms: float) -> dict[str, float]:
    """Sums up one extractor; percentages but for counts and milliseconds."""
    docs = [row for row in rows if "must" in row]
    rest = [row for row in rows if "rejected" in row]
    hit, leak = sum(row["hit"] for row in docs), sum(row["leak"] for row in docs)
    precision, recall = hit / max(1, hit + leak), hit / max(1, sum(row["must"] for row in docs))

    def mean(key: str, of: Iterable[dict[str, Any]]) -> float:
        return 100 * statistics.fmean([float(row[key]) for row in of] or [0.0])

    return {
        "snippet R": 100 * recall,
        "leak": 100 * leak / max(1, sum(row["never"] for row in docs)),
        "snippet F1": 200 * precision * recall / max(1e-9, precision + recall),
        "6-gram P": mean("precision", docs),
        "6-gram R": mean("recall", docs),
        "6-gram F1": mean("f1", docs),
        "lost": sum(row["hit"] * 2 < row["must"] for row in docs),
        "title": mean("title", docs),
        "date": mean("date", docs),
        "date wrong": mean("date_wrong", docs),
        "rejected": mean("rejected", rest),
        "errors": sum(bool(row["error"]) for row in rows),
        "CPU ms": cpu_ms,
    }


def table(results: dict[str, dict[str, float]]) -> str:
    """Returns the results as a Markdown table."""
    heads = list(next(iter(results.values())))
    out = ["| extractor | " + " | ".join(heads) + " |", "|---|" + "---:|" * len(heads)]
    for name, values in results.items():
        out.append(f"| {name} | " + " | ".join(_cell(values, head) for head in heads) + " |")
    return "\n".join(out)


def _cell(values: dict[str, float], head: str) -> str:
    if head in {"lost", "errors"}:
        return f"{values[head]:.0f}"
    # An extractor that has never a title or a date does not offer them.
    absent = (head == "title" and not values["title"]) or (
        head in {"date", "date wrong"} and not values["date"] + values["date wrong"]
    )
    return "–" if absent else f"{values[head]:.1f}"


_FLOORED: dict[str, Callable[[dict[str, Any]], float]] = {
    "snippets": lambda row: row["hit"] / max(1, row["must"]),
    "clean": lambda row: 1 - row["leak"] / max(1, row["never"]),
    "f1": lambda row: row["f1"],
    "title": lambda row: float(row["title"]),
    "date": lambda row: float(row["date"]),
}


def floored(row: dict[str, Any]) -> dict[str, float]:
    """Returns what the floor file holds of a page, rounded down to a tenth of a percent."""
    if "rejected" in row:
        return {"rejected": float(row["rejected"])}
    return {key: int(1000 * value(row) + 1e-6) / 1000 for key, value in _FLOORED.items()}


def worse(rows: Sequence[dict[str, Any]], floors: dict[str, dict[str, float]]) -> list[str]:
    """Names the pages that are below their floor, and by how much."""
    scores = {row["id"]: floored(row) for row in rows}
    missing = [f"{name}: no longer scored" for name in floors if name not in scores]
    return missing + [
        f"{name}: {key} {scores[name].get(key, 0.0):.3f}, floor {floor:.3f}"
        for name, keys in floors.items()
        if name in scores
        for key, floor in keys.items()
        if scores[name].get(key, 0.0) < floor
    ]


def raised(
    rows: Sequence[dict[str, Any]], floors: dict[str, dict[str, float]]
) -> dict[str, dict[str, float]]:
    """Returns the floors with every better score put in; none is lowered."""
    out = {name: dict(keys) for name, keys in floors.items()}
    for row in rows:
        keys = out.setdefault(row["id"], {})
        for key, value in floored(row).items():
            keys[key] = max(value, keys.get(key, 0.0))
    return dict(sorted(out.items()))


def main() -> int:
    """Scores and prints; see the module's text."""
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--pages", type=Path, help="folder of <id>.html")
    flags.add_argument("--gold", type=Path, help="folder of <id>.json")
    flags.add_argument("--peers-python", type=Path, help="interpreter of the peers' environment")
    flags.add_argument("--only", help="regular expression on extractor names")
    flags.add_argument("--per-page", action="store_true", help="print each page of ours")
    flags.add_argument("--floors", action="store_true", help="compare ours with the floor file")
    flags.add_argument("--update-floors", action="store_true", help="raise the floor file to ours")
    options = flags.parse_args()
    samples = from_gold(options.pages, options.gold) if options.pages else from_cases(CASES)
    names = [OURS]
    if not (options.floors or options.update_floors):
        names = [name for name in EXTRACTORS if re.search(options.only or "", name)]
    results: dict[str, dict[str, float]] = {}
    rows_of: dict[str, list[dict[str, Any]]] = {}
    for name in names:
        python = options.peers_python if name != OURS and options.peers_python else Path(sys.executable)
        done = run(name, python, samples)
        if done is not None:
            rows_of[name] = done[0]
            results[name] = summary(*done)
    documents = sum(sample.document for sample in samples)
    print(f"{documents} documents, {len(samples) - documents} pages to reject\n\n{table(results)}")
    ours = rows_of.get(OURS, [])
    if options.per_page:
        for row in ours:
            print(
                json.dumps(
                    {k: round(v, 3) if isinstance(v, float) else v for k, v in row.items()},
                    ensure_ascii=False,
                )
            )
    floors: dict[str, dict[str, float]] = (
        json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    )
    if options.update_floors:
        FLOORS.write_text(
            json.dumps(raised(ours, floors), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    if options.floors:
        below = worse(ours, floors)
        print("\n".join(below) or "\nno page is below its floor")
        return bool(below)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

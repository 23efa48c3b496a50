"""One extractor on many pages in a process of its own: JSON lines in, JSON lines out.

Peers live in an environment of their own (requirements-peers.txt), so this file needs nothing but the library
that it is asked for. Input: one object a line with `id`, `file`, `url`, `content_type`, `status`. Output: one
object a line with `id`, `text`, `title`, `date`, `reason` (None for a document), `wall_ms`, `error`; the last
line has `cpu_ms` per page.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

Reading = dict[str, str | None]
Extractor = Callable[[bytes, dict[str, Any]], Reading | None]

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)")
_SINGLE = re.compile(r"[ \t\r\f\v\u3000\xa0]+")
_NOWHERE = "http://example.invalid/"


def decode(raw: bytes) -> str:
    """Decodes for the peers that take text: UTF-8 if it is UTF-8, else the declared charset, else GB18030."""
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return raw.decode(codec, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        declared = _CHARSET.search(raw[:4096])
    codec = declared[1].decode("ascii").lower() if declared else "gb18030"
    try:
        return raw.decode("gb18030" if codec in {"gb2312", "gbk", "utf-8", "utf8"} else codec, "replace")
    except LookupError:
        return raw.decode("gb18030", "replace")


def plain(html: str) -> str:
    """Returns the text of a peer's HTML, blocks on lines of their own."""
    if not html.strip():
        return ""
    node: Any = import_module("lxml.html").document_fromstring(html)
    parts: list[str] = []
    for event, element in import_module("lxml.etree").iterwalk(node, events=("start", "end")):
        if not isinstance(element.tag, str) or element.tag in {"script", "style", "head"}:
            continue
        if element.tag in _BLOCKS:
            parts.append("\n")
        parts.append((element.text if event == "start" else element.tail) or "")
    return "\n".join(line for part in "".join(parts).split("\n") if (line := _SINGLE.sub(" ", part).strip()))


def _ours() -> Extractor:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    page, read, rejection = (
        import_module("parsers.page").Page,
        import_module("parsers.read").read,
        import_module("parsers.document").Rejection,
    )

    def run(raw: bytes, sample: dict[str, Any]) -> Reading | None:
        found = read(
            page(
                sample["url"], datetime(2026, 1, 1, tzinfo=UTC), sample["status"], sample["content_type"], raw
            )
        )
        if isinstance(found, rejection):
            return {"reason": found.reason}
        return {"text": found.text, "title": found.metadata.title, "date": found.metadata.issued}

    return run


def _trafilatura(**options: bool) -> Callable[[], Extractor]:
    def build() -> Extractor:
        bare = import_module("trafilatura").bare_extraction

        def run(raw: bytes, sample: dict[str, Any]) -> Reading | None:
            found = bare(raw, url=sample["url"], with_metadata=True, **options)
            return None if found is None else {"text": found.text, "title": found.title, "date": found.date}

        return run

    return build


def _readability() -> Extractor:
    document = import_module("readability").Document

    def run(raw: bytes, sample: dict[str, Any]) -> Reading:
        del sample
        found = document(raw)
        return {"text": plain(found.summary()), "title": found.short_title()}

    return run


def _newspaper() -> Extractor:
    newspaper = import_module("newspaper")

    def run(raw: bytes, sample: dict[str, Any]) -> Reading:
        config = newspaper.Config()
        config.fetch_images = False
        config.memorize_articles = False
        config.language = "zh"
        article = newspaper.Article(sample["url"] or _NOWHERE, config=config)
        article.download(input_html=decode(raw))
        article.parse()
        return {"text": article.text, "title": article.title, "date": str(article.publish_date or "")}

    return run


def _gne() -> Extractor:
    extractor = import_module("gne").GeneralNewsExtractor

    def run(raw: bytes, sample: dict[str, Any]) -> Reading:
        del sample
        found = extractor().extract(decode(raw))
        return {"text": found["content"], "title": found["title"], "date": found["publish_time"]}

    return run


def _resiliparse() -> Extractor:
    text = import_module("resiliparse.extract.html2text").extract_plain_text
    detect = import_module("resiliparse.parse.encoding").detect_encoding
    tree = import_module("resiliparse.parse.html").HTMLTree

    def run(raw: bytes, sample: dict[str, Any]) -> Reading:
        del sample
        parsed = tree.parse_from_bytes(raw, detect(raw))
        return {
            "text": text(parsed, main_content=True, preserve_formatting=True, alt_texts=False),
            "title": parsed.title,
        }

    return run


def _justext() -> Extractor:
    justext = import_module("justext").justext

    def run(raw: bytes, sample: dict[str, Any]) -> Reading:
        del sample
        kept = [
            p.text
            for p in justext(raw, frozenset(), stopwords_low=0, stopwords_high=0)
            if not p.is_boilerplate
        ]
        return {"text": "\n".join(kept)}

    return run


def _boilerpy() -> Extractor:
    extractor = import_module("boilerpy3.extractors").ArticleExtractor(raise_on_failure=False)

    def run(raw: bytes, sample: dict[str, Any]) -> Reading:
        del sample
        found = extractor.get_doc(decode(raw))
        return {"text": found.content, "title": found.title}

    return run


def _goose() -> Extractor:
    goose = import_module("goose3").Goose
    stop_words = import_module("goose3.text").StopWordsChinese

    def run(raw: bytes, sample: dict[str, Any]) -> Reading:
        del sample
        with goose({"stopwords_class": stop_words, "enable_image_fetching": False}) as reader:
            found = reader.extract(raw_html=decode(raw))
        return {"text": found.cleaned_text, "title": found.title, "date": str(found.publish_date or "")}

    return run


def _magic() -> Extractor:
    extractor = import_module("magic_html").GeneralExtractor()

    def run(raw: bytes, sample: dict[str, Any]) -> Reading:
        found = extractor.extract(decode(raw), base_url=sample["url"] or _NOWHERE)
        return {"text": plain(found.get("html") or ""), "title": found.get("title")}

    return run


EXTRACTORS: dict[str, Callable[[], Extractor]] = {
    "policy-ingest": _ours,
    "readability-lxml": _readability,
    "magic-html": _magic,
    "gne": _gne,
    "newspaper4k (zh)": _newspaper,
    "trafilatura": _trafilatura(),
    "trafilatura (precision)": _trafilatura(favor_precision=True),
    "resiliparse": _resiliparse,
    "goose3 (zh)": _goose,
    "boilerpy3": _boilerpy,
    "jusText": _justext,
}


def main() -> int:
    """Runs the extractor named by the first argument over the samples on standard input."""
    try:
        run = EXTRACTORS[sys.argv[1]]()
    except ImportError as error:
        print(f"not installed: {error}", file=sys.stderr)
        return 3
    samples = [json.loads(line) for line in sys.stdin]
    pages = [(sample, Path(sample["file"]).read_bytes()) for sample in samples]
    try:  # imports at first use and tables built at first use are not timed
        run(pages[0][1], pages[0][0])
    except Exception as error:  # noqa: BLE001 - it fails again, and is counted, below
        print(error, file=sys.stderr)
    start = time.process_time()
    out: list[dict[str, object]] = []
    for sample, raw in pages:
        began = time.perf_counter()
        try:
            found = run(raw, sample)
            error_text = None
        except Exception as error:  # noqa: BLE001 - an extractor that dies has extracted nothing
            found, error_text = None, f"{type(error).__name__}: {error}"[:200]
        wall = (time.perf_counter() - began) * 1000
        out.append(
            {"id": sample["id"], **(found or {"reason": "nothing"}), "wall_ms": wall, "error": error_text}
        )
    cpu = (time.process_time() - start) * 1000 / len(pages)
    for row in out:
        print(json.dumps(row))
    print(json.dumps({"cpu_ms": cpu}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

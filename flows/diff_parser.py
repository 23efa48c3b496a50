"""What a changed parser or rule does to everything that is archived, said before anything is released.

The newest version of every document is compared with a fresh reading of the capture that opened it, by the parsers
and the rules of the working copy, whichever parser version wrote it. Where the newest capture of an address was never
read as a document, that is tried again. Nothing is written and nothing locked, so it may go on beside a run.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from itertools import chain, groupby
from multiprocessing import get_context
from pathlib import Path

import duckdb
import orjson

from flows.advance import advanced
from flows.attachments.contents import lasting_contents, reading_version
from flows.exceptions import FlowError
from flows.reread import read_capture
from parsers.document import Document, Metadata, Rejection
from parsers.page import Rule
from store import tables
from store.capture import Capture, digest, document_id
from store.exceptions import DigestMismatch
from store.memory import for_duckdb
from store.rows import Read, flags_of, joined, metadata_digest
from store.schema import TABLES
from store.source import Source, imported, rule_at, rule_digest
from store.sql import view
from store.tables import REBUILD, Row

BODY, TEXT, FORM, VERDICT = "body", "text", "text_form", "verdict"
UNNAMED, READING = "metadata_digest", "reading_digest"
"""Fields beside the columns of `documents`: being a document at all; the folded text; the text where the folded one is
the same; the reason why it is no document; what of the metadata differs but has no column; and what of how it was read."""

_FLAG = "flag:"
"""Before the name of a flag, so that it is a field as well."""

_METADATA = frozenset(item.name for item in fields(Metadata)) - {"evidence"}
_COLUMNS = tuple(
    name
    for name in TABLES["documents"].schema.names
    if name in _METADATA
    or (name in {item.name for item in fields(Document)} and name not in {"text", "flags"})
)
"""What a row of `documents` says that the document or its metadata say by the same name."""

_HANGING = ("attachments", "clauses", "targets", "measures")
_PLACES = frozenset({"n", "start", "end", "text"})
"""What hangs on a document, and what of it does not count: where it stands and the words there, which any change of the
text moves. Evidence and edits tell how a value came about, and are left out."""

_SHOWN = 120
"""Characters of a value in a sample."""

_BEFORE = 16
"""Of these, characters before the first one that differs."""

_BATCH = 500
"""Documents that are held in memory at once, with their texts."""

_ALONE = 1_000
"""Pages up to which one process is as good as two, which take some seconds to start (a page takes 7 to 21 ms)."""

_WORKERS = 2


class NothingToCompare(FlowError):
    """No document was ever read there: name the data folder and the sources that hold some."""


@dataclass(frozen=True, slots=True)
class Count:
    """Documents in which a value is there now, is there no more, or is another one."""

    gained: int = 0
    lost: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """One difference, to look at.

    Attributes:
        field: Column of `documents`, a table that hangs on it, `flag:<name>`, or one of the fields named above.
        url: URL of the document.
        document_id: The document.
        before: What the tables say, shortened around the first difference; None where there was nothing.
        after: What the working copy reads.
    """

    field: str
    url: str
    document_id: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ParserDiff:
    """What the working copy reads otherwise.

    Attributes:
        documents: Newest versions that were read again.
        rejected: Pages never read as a document that were tried again.
        unchanged: Documents in which nothing differs.
        versions: Versions that the next build would write: documents of which anything is read otherwise, and
            pages that become documents.
        unversioned: Changed documents that parsers of the same `PARSER_VERSION` under the same rule read otherwise:
            unless it is raised, `build` does not read them again.
        metadata: Documents in which any metadata value differs.
        fields: What differs, by field; only fields in which something does.
        flags: Doubts about the text that are raised, or no more raised, by name.
        samples: Some differences of each field, the same ones each time.
    """

    documents: int
    rejected: int
    unchanged: int
    versions: int
    unversioned: int
    metadata: int
    fields: Mapping[str, Count]
    flags: Mapping[str, Count]
    samples: tuple[Sample, ...]

    @property
    def changed(self) -> int:
        """Documents in which anything differs, or that are none any more."""
        return self.documents - self.unchanged

    @property
    def text(self) -> int:
        """Documents whose folded text differs."""
        return self._count(TEXT).changed

    @property
    def lost_body(self) -> int:
        """Documents that are none any more."""
        return self._count(BODY).lost

    @property
    def gained_body(self) -> int:
        """Rejected pages that become documents."""
        return self._count(BODY).gained

    @property
    def differs(self) -> bool:
        """Whether anything at all is read otherwise."""
        return bool(self.fields or self.flags)

    def _count(self, name: str) -> Count:
        return self.fields.get(name, Count())


@dataclass(frozen=True, slots=True)
class _Difference:
    """One field that differs; `kind` is `gained`, `lost` or `changed`."""

    field: str
    kind: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class _Task:
    """A page to read again: `before` is its row of `documents`, or its verdict and detail where it was rejected."""

    archive: Path
    capture: Capture
    rule: Rule | None
    before: Row
    files: Mapping[str, Capture]

    @property
    def was_document(self) -> bool:
        return "document_id" in self.before


@dataclass(frozen=True, slots=True)
class _Compared:
    """What came of one page."""

    url: str
    document_id: str
    was_document: bool
    opens_version: bool
    unversioned: bool
    differences: tuple[_Difference, ...]


@dataclass(slots=True)
class _Tally:
    """Counts, and the first samples of each field in the order of URLs, whatever order the pages come in."""

    most_samples: int
    pages: Counter[str] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    samples: dict[str, list[Sample]] = field(default_factory=dict)

    def add(self, page: _Compared) -> None:
        names = {difference.field for difference in page.differences}
        self.pages["documents" if page.was_document else "rejected"] += 1
        self.pages["unchanged"] += page.was_document and not names
        self.pages["versions"] += page.opens_version
        self.pages["unversioned"] += page.unversioned
        self.pages["metadata"] += not names.isdisjoint({*_METADATA, UNNAMED})
        for difference in page.differences:
            self.kinds[difference.field, difference.kind] += 1
            sample = Sample(difference.field, page.url, page.document_id, difference.before, difference.after)
            kept = [*self.samples.get(difference.field, ()), sample]
            self.samples[difference.field] = sorted(kept, key=_by_url)[: self.most_samples]

    def result(self) -> ParserDiff:
        names = sorted({name for name, _ in self.kinds}, key=_by_field)
        counts = {
            name: Count(*(self.kinds[name, kind] for kind in ("gained", "lost", "changed"))) for name in names
        }
        return ParserDiff(
            **{name: self.pages[name] for name in _PAGES},
            fields={name: count for name, count in counts.items() if not name.startswith(_FLAG)},
            flags={
                name.removeprefix(_FLAG): count for name, count in counts.items() if name.startswith(_FLAG)
            },
            samples=tuple(sample for name in names for sample in self.samples[name]),
        )


_PAGES = ("documents", "rejected", "unchanged", "versions", "unversioned", "metadata")
_ORDER = (BODY, VERDICT, TEXT, FORM, *TABLES["documents"].schema.names, *_HANGING)


def _by_field(name: str) -> tuple[int, str]:
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)


def _by_url(sample: Sample) -> tuple[str, str]:
    return sample.url, sample.document_id


def compared(
    data: Path,
    sources: Sequence[Source],
    *,
    source_ids: Sequence[str] = (),
    most: int | None = None,
    samples: int = 5,
    workers: int | None = None,
) -> ParserDiff:
    """Read the archive again with the working copy, and say what comes out otherwise. Writes nothing.

    As `diff` does, the command ends with 0 where nothing differs (`ParserDiff.differs`) and with 1 where something
    does. How far it is, is logged as `flows.progress` shows it.

    Args:
        data: The data folder; tables and archive are only read, as they stand at the beginning.
        sources: The source files, for their rules; a source without a file has none.
        source_ids: Only these sources; all by default.
        most: At most so many documents, and so many rejected pages: always the same ones, a fair sample, since
            their ids are digests.
        samples: Samples of each field.
        workers: Processes that read; by default one for a few pages, else two.

    Raises:
        NothingToCompare: there is no document and no rejected page.
        DigestMismatch: the archive or a table is damaged.
    """
    known = {source.source_id: source for source in sources}
    tally = _Tally(samples)
    with _tables(data) as connection:
        _choose(connection, list(source_ids), most)
        total = sum(connection.table(name).count("*").fetchall()[0][0] for name in ("newest", "rejections"))
        if not total:
            wanted = f" of {', '.join(source_ids)}" if source_ids else ""
            raise NothingToCompare(f"{data} holds no document{wanted}: name another folder with --data")
        with _readers(workers or (_WORKERS if total > _ALONE else 1)) as read_all:
            pages = _tasks(connection, data / "archive", known)
            for number, page in enumerate(read_all(pages), start=1):
                tally.add(page)
                advanced("diff-parser", number, total, "pages read again")
    return tally.result()


_LAST_WRITTEN_FIRST = ("documents", "readings", "captures")
"""A run beside this one writes captures, then readings, then documents: opened the other way round, each document has
its capture."""


@contextmanager
def _tables(data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables as they stand now; what is spilled goes to the system's folder, since nothing is written to `data`."""
    with tempfile.TemporaryDirectory(prefix="diff-parser-") as spill:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": for_duckdb(),
            "threads": 1,  # each scans a whole row group of texts; what costs time here is the reading
            "temp_directory": spill,
            "preserve_insertion_order": False,
            # Joins are kept as written: a table of texts on the right would be held in memory.
            "disabled_optimizers": "join_order,build_side_probe_side",
            "autoinstall_known_extensions": False,
        }
        with duckdb.connect(config=config) as connection:
            try:
                for name in _LAST_WRITTEN_FIRST:
                    view(connection, name, name, tables.files(data / "tables", name))
                yield connection
            except duckdb.Error as error:
                raise DigestMismatch(
                    f"the tables in {data / 'tables'} cannot be read: {error}. {REBUILD}"
                ) from error


_NEWEST = """
CREATE TABLE newest AS
SELECT document_id, max(version) AS version FROM documents
WHERE len($1::VARCHAR[]) = 0 OR list_contains($1::VARCHAR[], source_id)
GROUP BY document_id ORDER BY document_id LIMIT $2
"""

_REJECTED = """
CREATE TABLE rejections AS
WITH never AS (
    SELECT source_id, url, content_digest, arg_max(verdict, parser_version || rule_digest) AS verdict,
           arg_max(detail, parser_version || rule_digest) AS detail, bool_or(verdict = 'document') AS document
    FROM readings WHERE len($1::VARCHAR[]) = 0 OR list_contains($1::VARCHAR[], source_id)
    GROUP BY ALL
)
SELECT arg_max(c.capture_id, c.fetch_time) AS capture_id, arg_max(n.verdict, c.fetch_time) AS verdict,
       arg_max(coalesce(n.detail, ''), c.fetch_time) AS detail
FROM captures c JOIN never n USING (source_id, url, content_digest)
WHERE c.kind IN ('document', 'import')
GROUP BY source_id, url HAVING NOT arg_max(n.document, c.fetch_time)
ORDER BY md5(source_id || url) LIMIT $2
"""
"""Addresses whose newest capture that was read was never read as a document, by any parser under any rule."""

_PLACED = """
CREATE TABLE placed AS
WITH wanted AS (
    SELECT d.capture_id FROM documents d SEMI JOIN newest USING (document_id, version)
    UNION SELECT capture_id FROM rejections
    UNION SELECT unnest(json_extract_string(attachment_captures, '$.*')) FROM documents SEMI JOIN newest USING (document_id, version)
), stored AS (
    SELECT content_digest, arg_min({'file': warc_filename, 'offset': warc_record_offset}, capture_id) AS place
    FROM captures WHERE warc_record_offset IS NOT NULL AND NOT coalesce(revisit, false)
    GROUP BY content_digest
)
SELECT c.* REPLACE (p.place.file AS warc_filename, p.place.offset AS warc_record_offset)
FROM captures c SEMI JOIN wanted USING (capture_id) LEFT JOIN stored p ON p.content_digest = c.content_digest
"""
"""The captures to be read again, those that only refer to a payload pointing to where it lies."""

_DOCUMENTS = "SELECT * FROM documents SEMI JOIN newest USING (document_id, version)"
_REJECTIONS = "SELECT * FROM rejections"
_CAPTURES = "SELECT * FROM placed SEMI JOIN (SELECT unnest($1::VARCHAR[]) AS capture_id) USING (capture_id)"


def _choose(connection: duckdb.DuckDBPyConnection, source_ids: list[str], most: int | None) -> None:
    """Make the tables of what is to be read again."""
    connection.execute(_NEWEST, [source_ids, most])
    connection.execute(_REJECTED, [source_ids, most])
    connection.execute(_PLACED)


def _tasks(
    connection: duckdb.DuckDBPyConnection, archive: Path, known: Mapping[str, Source]
) -> Iterator[_Task]:
    """What is to be read again: the texts in one pass over their table, the captures batch by batch."""
    for query in (_DOCUMENTS, _REJECTIONS):
        beside = connection.cursor()  # a connection gives up a result when it is asked for another one
        for batch in beside.sql(query).to_arrow_reader(_BATCH):
            rows = batch.to_pylist()
            files = {row["capture_id"]: _files(row) for row in rows}
            wanted = [row["capture_id"] for row in rows]
            captures = _captures(
                connection, [*wanted, *(name for held in files.values() for name in held.values())]
            )
            for row in rows:
                if row["capture_id"] not in captures:
                    raise DigestMismatch(f"capture {row['capture_id']} is in no table. {REBUILD}")
                capture = captures[row["capture_id"]]
                source = known.get(capture.source_id) or imported(capture.source_id)
                held = {url: captures[name] for url, name in files[row["capture_id"]].items()}
                yield _Task(archive, capture, rule_at(source, capture.fetch_time), row, held)


def _files(row: Row) -> Mapping[str, str]:
    """The captures of a version's attached files by URL."""
    captures: Mapping[str, str] = orjson.loads(str(row.get("attachment_captures") or "{}"))
    return captures


def _captures(connection: duckdb.DuckDBPyConnection, capture_ids: list[str]) -> Mapping[str, Capture]:
    rows = connection.sql(_CAPTURES, params=[capture_ids]).to_arrow_table().to_pylist()
    names = [item.name for item in fields(Capture)]
    return {row["capture_id"]: Capture(**{name: row[name] for name in names}) for row in rows}


@contextmanager
def _readers(workers: int) -> Iterator[Callable[[Iterable[_Task]], Iterator[_Compared]]]:
    """What reads pages in their order: here, or in so many processes, which hold one batch at a time."""
    if workers == 1:
        yield lambda tasks: map(_compare, tasks)
        return
    # Spawned, since a process with threads (DuckDB, Arrow) must not be forked.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:

        def read_all(tasks: Iterable[_Task]) -> Iterator[_Compared]:
            for _, batch in groupby(enumerate(tasks), key=lambda numbered: numbered[0] // _BATCH):
                yield from pool.map(_compare, [task for _, task in batch], chunksize=10)

        yield read_all


def _compare(task: _Task) -> _Compared:
    """Read one page again, and say what differs."""
    capture, before = task.capture, task.before
    after = read_capture(
        task.archive,
        capture,
        task.rule,
        files=task.files,
        contents=lasting_contents(task.archive.parent, keep_them=False),
    )
    read = Read(capture, reading_version(), rule_digest(task.rule), after, files=task.files)
    if not task.was_document:
        name, differences = document_id(capture.source_id, capture.url), tuple(_from_rejected(before, after))
        return _Compared(capture.url, name, False, isinstance(after, Document), False, differences)
    differences = tuple(_between(before, read))
    shown = read.reading_digest
    opens = shown is not None and shown != before["reading_digest"]
    if opens and not differences:  # in how a value came about: evidence, edits
        differences = (_difference(READING, str(before["reading_digest"]), str(shown)),)
    same = (before["parser_version"], before["rule_digest"]) == (reading_version(), rule_digest(task.rule))
    unversioned = same and bool(differences)
    return _Compared(str(before["url"]), str(before["document_id"]), True, opens, unversioned, differences)


def _from_rejected(before: Row, after: Document | Rejection) -> Iterator[_Difference]:
    was = _visible(f"{before['verdict']}: {before['detail']}")
    if isinstance(after, Document):
        yield _Difference(BODY, "gained", was, _visible(after.metadata.title or after.text))
    elif after.reason != before["verdict"]:
        yield _Difference(VERDICT, "changed", was, _visible(f"{after.reason}: {after.detail}"))


def _between(before: Row, read: Read) -> Iterator[_Difference]:
    after = read.result
    if isinstance(after, Rejection):
        was = _visible(str(before["title"] or before["text"]))
        yield _Difference(BODY, "lost", was, _visible(f"{after.reason}: {after.detail}"))
        return
    text, words = str(before["text"]), metadata_digest(after.metadata)
    if before["key_digest"] != digest(after.key.encode()):
        yield _difference(TEXT, text, after.text)
    elif text != after.text:
        yield _difference(FORM, text, after.text)
    values = [*_values(before, after), *_hanging(before, read)]
    yield from (_difference(name, was, now) for name, was, now in values if was != now)
    if before["metadata_digest"] != words and all(
        was == now for name, was, now in values if name in _METADATA
    ):
        yield _difference(UNNAMED, str(before["metadata_digest"]), words)
    yield from _flags(before, after)


def _difference(name: str, before: str | None, after: str | None) -> _Difference:
    """A value that differs, cut to what stands around its first character that does."""
    if before is None or after is None:
        kind = "gained" if before is None else "lost"
        return _Difference(name, kind, before and _visible(before), after and _visible(after))
    pairs = enumerate(zip(before, after, strict=False))
    first = next((n for n, (was, now) in pairs if was != now), min(len(before), len(after)))
    start = max(0, first - _BEFORE)
    return _Difference(name, "changed", _visible(before, start), _visible(after, start))


def _values(before: Row, after: Document) -> Iterator[tuple[str, str | None, str | None]]:
    """Each column of the document and its metadata, before and after."""
    for name in _COLUMNS:
        now = getattr(after.metadata if name in _METADATA else after, name)
        yield name, _told(before[name]), _told(joined(now) if isinstance(now, tuple) else now)


def _told(value: object) -> str | None:
    return None if value is None or value == "" else str(value)


def _hanging(before: Row, read: Read) -> Iterator[tuple[str, str | None, str | None]]:
    """The attachments, clauses, … before and after, those of annexes too, each list in one line."""
    was, now = orjson.loads(str(before["reading"])), orjson.loads(read.hanging)
    for name in _HANGING:
        before_it, after_it = (
            _listed(chain(said.get(name, ()), *(annex.get(name, ()) for annex in said.get("annexes", ()))))
            for said in (was, now)
        )
        yield name, before_it, after_it


def _listed(items: Iterable[Row]) -> str | None:
    return joined(" ".join(_said(item)) for item in items)


def _said(item: Row) -> Iterator[str]:
    for key, value in item.items():
        if key not in _PLACES and value is not None and value is not False:
            yield f"{key}={value}"


def _flags(before: Row, after: Document) -> Iterator[_Difference]:
    was = set(str(before["flags"] or "").split("; ")) - {""}
    now = {flag.name: flag.evidence for flag in reversed([*flags_of(after)])}
    yield from (_difference(f"{_FLAG}{name}", name, None) for name in sorted(was - set(now)))
    yield from (_difference(f"{_FLAG}{name}", None, now[name]) for name in sorted(set(now) - was))


def _visible(value: str, start: int = 0) -> str:
    """At most `_SHOWN` characters on one line, those that nobody sees (and that steer a terminal) by their number."""
    cut = value[start : start + _SHOWN]
    line = " ".join(cut.split())
    plain = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in line)
    return f"{'…' if start else ''}{plain}{'…' if start + _SHOWN < len(value) else ''}"


def as_dict(diff: ParserDiff) -> Mapping[str, object]:
    """The comparison as one JSON object."""
    totals = {
        name: getattr(diff, name) for name in ("differs", "changed", "text", "lost_body", "gained_body")
    }
    return {**totals, **asdict(diff)}


def report(diff: ParserDiff) -> Iterator[str]:
    """The comparison for a person, line by line."""
    yield from _sentences(diff)
    if not diff.differs:
        return
    yield ""
    yield f"{'':<28}{'gained':>8}{'lost':>8}{'changed':>9}"
    yield from (
        f"  {name:<26}{count.gained:>8,}{count.lost:>8,}{count.changed:>9,}" for name, count in _rows(diff)
    )
    for name, samples in _by_name(diff.samples):
        yield ""
        yield name
        yield from (f"  {line}" for line in _lines(samples))


def markdown(diff: ParserDiff) -> Iterator[str]:
    """The comparison as a comment on a pull request, line by line."""
    first, *others = _sentences(diff)
    yield f"**{first}**"
    yield ""
    yield from others
    if not diff.differs:
        return
    yield from ("", "| | gained | lost | changed |", "|---|--:|--:|--:|")
    yield from (
        f"| {name} | {count.gained} | {count.lost} | {count.changed} |" for name, count in _rows(diff)
    )
    for name, samples in _by_name(diff.samples):
        # No line of a sample begins with a tilde: nothing that a page says ends the block.
        yield from (
            "",
            f"<details><summary>{name}</summary>",
            "",
            "~~~diff",
            *_lines(samples),
            "~~~",
            "</details>",
        )


def _sentences(diff: ParserDiff) -> Iterator[str]:
    identifiers = diff.fields.get("identifier", Count()).gained
    yield (
        f"{diff.changed:,} of {diff.documents:,} documents change, {diff.lost_body:,} lose their body, "
        f"{identifiers:,} gain an identifier."
    )
    yield f"The text differs in {diff.text:,}, metadata in {diff.metadata:,}; {diff.unchanged:,} are read as before."
    yield f"{diff.gained_body:,} of {diff.rejected:,} rejected pages become documents."
    yield f"A build by it would write {diff.versions:,} versions."
    if diff.unversioned:
        yield (
            f"{diff.unversioned:,} differ under the same PARSER_VERSION {reading_version()} and rule: raise it in "
            "parsers/read.py, or `build` does not read them again."
        )


def _rows(diff: ParserDiff) -> Iterator[tuple[str, Count]]:
    yield from diff.fields.items()
    yield from ((f"{_FLAG}{name}", count) for name, count in diff.flags.items())


def _by_name(samples: Iterable[Sample]) -> Iterator[tuple[str, Iterator[Sample]]]:
    return groupby(samples, key=lambda sample: sample.field)


def _lines(samples: Iterable[Sample]) -> Iterator[str]:
    for sample in samples:
        yield f"@@ {_visible(sample.url)} ({sample.document_id})"
        if sample.before is not None:
            yield f"- {sample.before}"
        if sample.after is not None:
            yield f"+ {sample.after}"

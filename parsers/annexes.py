"""Annexes of a document: the attached files as they were read, normalised and judged as the body is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from parsers.document import Annex, Attachment, Clause, Flag, Measure, Metadata, Target
from parsers.files.content import READABLE, WHOLE, FileContent
from parsers.normalisation.key import fold
from parsers.normalisation.repair import Repaired, repair
from parsers.structure.clauses import number_clauses
from parsers.structure.integrity import judge
from parsers.structure.measures import find_measures
from parsers.structure.targets import document_year, find_targets

_NUMBERED = re.compile(r"^\s*附\s*[件表录]\s*[\d一二三四五六七八九十]*\s*[:：.、]?\s*")
_NOT_OF_FILES = frozenset({"attachment_missing", "truncated"})
"""Flags of pages: a file ends where it ends, and whether it is whole tells its status."""

_NOT_FETCHED = FileContent("", "not_fetched", "the archive has no bytes of it")

_LEADS = re.compile(
    r"[详请参]?见附件|附件(?:下载|如下|已上传)|(?:点击|请|可)(?:[^。\n]{0,8})下载"
    r"|(?:see|in|download)(?: the)? (?:attach|annex|file|PDF)|attached (?:file|document)",
    re.IGNORECASE,
)
"""How a page says that something of what it is about stands in a file: the policy, or a form."""
_LEADS_TO_TEXT = re.compile(r"(?:正文|全文|内容|文件)[^。\n]{0,8}(?:见|附件|PDF|下载)", re.IGNORECASE)
"""How it says that its text does."""
_LONGEST_LEAD = 300
_LONGEST_REST = 40
"""Characters of a body that only leads to a file, and of one that says nothing beside the title and the files' names."""
_FEWEST = 60
_TIMES = 2
"""Characters of a file that may be the main text, and how much longer than the body it is at least."""


def main_attachment(text: str, metadata: Metadata, files: Mapping[str, FileContent]) -> int | None:
    """The attachment that is the main text of a page which only leads to it; None for any other page.

    Args:
        text: The body, normalised; may be empty.
        metadata: With title and attachments.
        files: The files by URL.
    """
    if len(text) > _LONGEST_LEAD:
        return None
    empty = len(_rest(text, metadata)) <= _LONGEST_REST or _LEADS_TO_TEXT.search(text) is not None
    if not empty and not _LEADS.search(text):
        return None
    lengths = {
        n: sum(len(block.text) for block in files[item.url].blocks)
        for n, item in enumerate(metadata.attachments)
        if item.url in files and files[item.url].status in READABLE
    }
    fit = [n for n, length in lengths.items() if length >= max(_FEWEST, _TIMES * len(text))]
    named = [n for n in fit if _is_named(metadata.attachments[n], metadata.title)]
    # Where the page says something itself, an annex of another name is a form, or a list.
    return next(iter([*named, *fit] if empty else named), None)


def _rest(text: str, metadata: Metadata) -> str:
    """What a body says beside the title and the names of its files."""
    said = fold(text)
    for name in (metadata.title, *(item.label for item in metadata.attachments)):
        if name:
            said = said.replace(fold(name), "").replace(fold(_stem(name)), "")
    return said


def _stem(name: str) -> str:
    """A file's own name: without the ending, and without the 附件1 that a page puts in front."""
    return _NUMBERED.sub("", re.sub(r"\.\w{2,5}$", "", name))


def _is_named(attachment: Attachment, title: str | None) -> bool:
    """Whether a file is named like the page: it is the policy, and the others are its annexes."""
    label, title = fold(_stem(attachment.label or "")), fold(title or "")
    return bool(label and title) and (label in title or title in label)


@dataclass(frozen=True, slots=True)
class Appended:
    """What stands behind a document's text, and the annexes in it."""

    appendix: str
    annexes: tuple[Annex, ...]


def append(
    text: str,
    metadata: Metadata,
    files: Mapping[str, FileContent],
    main: int | None = None,
    page_text: str = "",
) -> Appended:
    """The annexes of a document, and their texts as they follow its text.

    Args:
        text: The document's text.
        metadata: With its attachments.
        files: The files by URL; one that is missing was not fetched.
        main: The attachment that `text` was taken from.
        page_text: In that case, what the page itself says.
    """
    appendix, annexes = "", []
    if main is not None and page_text:
        appendix += f"\n\n【网页正文】\n{page_text}"
    for n, attachment in enumerate(metadata.attachments):
        content = files.get(attachment.url, _NOT_FETCHED)
        annex = _annex(n, content)
        if n == main:
            annexes.append(replace(annex, key=fold(text), start=0, end=len(text)))
            continue
        repaired = repair(content.text) if content.status in READABLE else None
        if repaired is None or not repaired.draft.text.strip():
            annexes.append(annex)
            continue
        appendix += f"\n\n{mark(n, attachment)}\n"
        start = len(text) + len(appendix)
        appendix += repaired.draft.text
        annexes.append(_judged(annex, repaired, start, metadata))
    return Appended(appendix, tuple(annexes))


def mark(n: int, attachment: Attachment) -> str:
    """The line above an annex."""
    name = _NUMBERED.sub("", attachment.label or "") or attachment.label or attachment.url
    return f"【附件{n + 1}：{name}】"


def unread(metadata: Metadata, annexes: Sequence[Annex]) -> Iterator[Flag]:
    """A flag for each annex of which something is missing."""
    for annex in annexes:
        if annex.status not in WHOLE:
            attachment = metadata.attachments[annex.attachment]
            evidence = f"{attachment.label or attachment.url}: {annex.status}: {annex.reason}"
            yield Flag("attachment_unread", evidence[:_SNIPPET])


_SNIPPET = 300


def _annex(n: int, content: FileContent) -> Annex:
    return Annex(
        attachment=n,
        media_type=content.media_type or None,
        status=content.status,
        reason=content.reason,
        parser=content.parser or None,
        pages=content.pages,
        tables=content.tables,
        key="",
    )


def _judged(annex: Annex, repaired: Repaired, start: int, metadata: Metadata) -> Annex:
    """An annex with what hangs on its text, moved to where it stands."""
    text = repaired.draft.text
    clauses = number_clauses(text)
    year = document_year(text, metadata.title, metadata.issued, metadata.date_event)
    flags = [flag for flag in judge(text, Metadata(), clauses) if flag.name not in _NOT_OF_FILES]
    return replace(
        annex,
        key=fold(text),
        start=start,
        end=start + len(text),
        edits=tuple(replace(edit, offset=edit.offset + start) for edit in repaired.draft.edits),
        flags=tuple(_moved(flag, start) for flag in (*repaired.flags, *flags)),
        clauses=tuple(_moved(clause, start) for clause in clauses),
        targets=tuple(_moved(target, start) for target in find_targets(text, clauses, year)),
        measures=tuple(_moved(measure, start) for measure in find_measures(text)),
    )


_Spanned = TypeVar("_Spanned", Flag, Clause, Target, Measure)


def _moved(item: _Spanned, by: int) -> _Spanned:
    if item.start is None or item.end is None:
        return item
    return replace(item, start=item.start + by, end=item.end + by)

"""Text → tree: the one parse of a page, and the text that a reader of it sees."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Literal

import lxml.html
from lxml import etree
from lxml.html import HtmlComment, HtmlElement, HtmlEntity, HtmlProcessingInstruction

from parsers.exceptions import TooComplex

# A header that the server includes may carry its own `</html>`; libxml2 keeps what follows out of iteration.
# Both end tags are optional in HTML, so taking all of them away changes nothing else.
_STRAY_CLOSE = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*>")
# What XML allows no node to hold: NUL and the other control characters, and lone surrogates.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CONTROLS = bytes({*range(0x09), 0x0B, *range(0x0E, 0x20), 0x7F})

# A policy page has a few thousand tags; a list of names exported from a spreadsheet may have 100,000. Reading
# costs about 50 µs and 2 kB a line, so these limits keep any page within 10 s and 1 GB.
MAX_CHARACTERS = 40_000_000
MAX_TAGS = 150_000
# libxml2 looks through all attributes of an element for each further one: 5,000 take it 0.3 s, 200,000 take 400 s.
MAX_ATTRIBUTES = 5_000
# A start tag, quoted values whole (they may hold angle brackets).
_TAG = re.compile(r"""<[a-zA-Z](?:[^"'>]++|"[^"]*+"|'[^']*+')*+""")
_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
# A tag shorter than this cannot hold enough attributes to matter.
_LONG_TAG = 2_000

_EMPTY = "<html><body></body></html>"

# Every element is one class. lxml.html's own lookup asks Python for the class of each element at each walk, which
# makes a walk three times as long, and nobody here fills in forms.
_CLASSES = etree.ElementDefaultClassLookup(
    element=HtmlElement, comment=HtmlComment, pi=HtmlProcessingInstruction, entity=HtmlEntity
)

# Elements whose content no reader sees as text.
UNSEEN = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "title",
        "meta",
        "link",
        "object",
        "embed",
        "applet",
        "iframe",
        "frameset",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
        "map",
        "select",
        "option",
        "datalist",
        "textarea",
        "button",
    ]
)
_SMART_TAGS = (
    "address",
    "chmetcnv",
    "chsdate",
    "city",
    "country-region",
    "date",
    "givenname",
    "metricconverter",
    "personname",
    "place",
    "placename",
    "placetype",
    "sn",
    "state",
    "street",
    "time",
)
# Elements that do not break a line. All others do, custom elements of publishing systems included.
INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "input",
        "basefont",
        # What Word leaves around words: its smart tags, under a prefix of their own each, and its empty ends of paragraphs.
        *(f"st{n}:{name}" for n in range(1, 10) for name in _SMART_TAGS),
        "o:p",
    ]
)

_ASCII_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
# A line break of the source between two Chinese characters is a habit of editors, not a blank.
# The blank comes first and is looked back at, so that the scan stays fast.
_BREAK_IN_HAN = re.compile(
    r"[ \t\r\n](?<=[\u3000-\u303f\u3400-\u9fff\uff00-\uffef].)(?:(?<=[\r\n])|[ \t]*[\r\n])\s*"
    r"(?=[\u3000-\u303f\u3400-\u9fff\uff00-\uffef])",
    re.DOTALL,
)
# An entity that is still there after parsing was escaped twice.
_ESCAPED = re.compile(
    r"&(?:nbsp|[lr][ds]quo|ldquo|amp|lt|gt|quot|middot|mdash|hellip|ensp|emsp|#\d{2,6}|#x[0-9a-fA-F]{2,5});"
)
_EDGE = " \t\r\n\f\v\u3000\xa0\u200b\ufeff"

Event = Literal["start", "end", "comment", "unseen"]
Step = tuple[Event, str, HtmlElement, str, str | None, str | None]
"""A step of the walk over a page: what happens, tag, element, the text that follows at once, and at a start id and class.

What a reader does not see (`UNSEEN`, processing instructions) is one step, `unseen`, for the text behind it.
"""


def parse_html(text: str) -> lxml.html.HtmlElement:
    """Parses a page once, tolerantly; every reader of the page shares this tree and none changes it.

    Args:
        text: The decoded page; may be empty, damaged or anything else.

    Returns:
        The root element; it always has a `body` or a `frameset`.

    Raises:
        TooComplex: The page is larger, or nested deeper, than the limits of this module.
    """
    if len(text) > MAX_CHARACTERS:
        raise TooComplex(f"{len(text)} characters, more than {MAX_CHARACTERS}")
    tags = text.count("<")
    if tags > MAX_TAGS:
        raise TooComplex(f"{tags} tags, more than {MAX_TAGS}")
    attributes = sum(len(_QUOTED.sub("", tag).split()) for tag in _TAG.findall(text) if len(tag) > _LONG_TAG)
    if attributes > MAX_ATTRIBUTES:
        raise TooComplex(f"{attributes} attributes in long tags, more than {MAX_ATTRIBUTES}")
    text = _speakable(text)
    if "<?xml" in text:
        text = _XML_DECLARATION.sub("", text, count=1)
    text = _STRAY_CLOSE.sub("", text)
    # A parser object is cheap, and one of its own makes threads independent of one another.
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    parser.set_element_class_lookup(_CLASSES)
    try:
        root = lxml.html.document_fromstring(text.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        root = lxml.html.document_fromstring(_EMPTY)
    if root.tag != "html":
        page = lxml.html.document_fromstring(_EMPTY)
        page[0].append(root)
        root = page
    if root.find("body") is None and root.find("frameset") is None:
        etree.SubElement(root, "body")
    return root


def _speakable(text: str) -> str:
    """Leaves out what XML allows no node to hold; to look for it takes a tenth of the time that a substitution takes."""
    try:
        spelled = text.encode()
    except UnicodeEncodeError:  # lone surrogates
        return _UNSPEAKABLE.sub("", text)
    if len(spelled.translate(None, _CONTROLS)) < len(spelled) or "\ufffe" in text or "\uffff" in text:
        return _UNSPEAKABLE.sub("", text)
    return text


@lru_cache(maxsize=1)
def steps(tree: HtmlElement) -> tuple[Step, ...]:
    """Walks over a page once for all who lay it out: the walk takes as long as what each of them makes of it.

    Args:
        tree: The page from `parse_html`, which nobody changes.
    """
    found: list[Step] = []
    walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in UNSEEN:
                walk.skip_subtree()
            else:
                text, get = element.text or "", element.get
                found.append(("start", tag, element, text, get("id"), get("class")))
            continue
        tail = element.tail or "" if element is not tree else ""
        if event == "end" and tag not in UNSEEN:
            found.append(("end", tag, element, tail, None, None))
        elif event == "comment":
            found.append(("comment", "", element, tail, None, None))
        elif tail:
            found.append(("unseen", "", element, tail, None, None))
    return tuple(found)


@lru_cache(maxsize=1)
def anchors(tree: HtmlElement) -> tuple[tuple[HtmlElement, str, str], ...]:
    """Every link of a page with its address and its text, once for all who look for a link among them.

    Args:
        tree: The page from `parse_html`, which nobody changes.
    """
    return tuple(
        (anchor, href, "".join(anchor.itertext()) if len(anchor) else anchor.text or "")
        for anchor in tree.iter("a")
        if (href := anchor.get("href")) is not None
    )


@lru_cache(maxsize=1)
def scripts(tree: HtmlElement) -> tuple[tuple[str, str], ...]:
    """The scripts of a page, data among them: media type and text.

    Args:
        tree: The page from `parse_html`, which nobody changes.
    """
    return tuple((script.get("type", ""), script.text or "") for script in tree.iter("script"))


def visible_text(node: lxml.html.HtmlElement) -> str:  # noqa: C901 - one loop over the walk's events
    """Returns what a reader sees of an element, one line per block, blanks collapsed.

    Its tail is not part of it. Depth costs nothing: the walk is iterative.
    """
    if not len(node):
        return one_line(node.text or "") if isinstance(node.tag, str) and node.tag not in UNSEEN else ""
    lines: list[str] = []
    parts: list[str] = []

    def close() -> None:
        line = one_line("".join(parts))
        parts.clear()
        if line:
            lines.append(line)

    walk = etree.iterwalk(node, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        tag = element.tag
        if not isinstance(tag, str):
            if event != "end" and element is not node:
                parts.append(element.tail or "")
            continue
        if event == "start":
            if tag in UNSEEN:
                walk.skip_subtree()
                continue
            if tag not in INLINE:
                close()
            parts.append(element.text or "")
            continue
        if tag not in INLINE and tag not in UNSEEN:
            close()
        if element is not node:
            parts.append(element.tail or "")
    close()
    return "\n".join(lines)


def one_line(text: str) -> str:
    """Returns a text on one line as a browser shows it: blanks of the source collapsed, edges trimmed."""
    if not text or text.isspace():  # most of what stands between two tags
        return ""
    if text.isalnum():  # most of what does: a word of a menu
        return text
    if "&" in text and _ESCAPED.search(text):
        text = html.unescape(text)
    whole, text = text, text.strip(_EDGE)
    # Most line breaks stand at the edges, where they went; an uncommon blank there may still touch one.
    if "\n" in text or "\r" in text or text[:1].isspace() or text[-1:].isspace():
        text = _BREAK_IN_HAN.sub("", whole).strip(_EDGE)
    # To look for a blank to collapse takes a fourth of the time that a substitution takes.
    if "  " in text or "\n" in text or "\t" in text or "\r" in text or "\f" in text or "\v" in text:
        return _ASCII_BLANKS.sub(" ", text)
    return text

"""Media types by the payload's own bytes."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.sniff import charset, is_text, media_type

CHINESE = "关于印发科技创新规划的通知"
HTML = f"<html><head><title>{CHINESE}</title></head><body><p>{CHINESE}</p></body></html>"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, CHINESE * 40)
    return buffer.getvalue()


def _ole(entry: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + entry.encode("utf-16-le") + bytes(600)


@pytest.mark.parametrize(
    ("body", "mime"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "application/pdf"),
        (b"\r\n\xef\xbb\xbf%PDF-1.4\n1 0 obj\n<<>>", "application/pdf"),
        (_archive("[Content_Types].xml", "word/document.xml"), DOCX),
        (_archive("[Content_Types].xml", "xl/workbook.xml"), XLSX),
        (_archive("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
        (_archive("notice.txt"), "application/zip"),
        (_ole("WordDocument"), "application/msword"),
        (_ole("Workbook"), "application/vnd.ms-excel"),
        (_ole("Something"), "application/x-ole-storage"),
        (b"{\\rtf1\\ansi\\ansicpg936", "application/rtf"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "application/gzip"),
        (b"Rar!\x1a\x07\x01\0", "application/vnd.rar"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "image/jpeg"),
        (b"GIF89a\x01\0\x01\0", "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"BM\x46\0\0\0\0\0\0\0\x36\0", "image/bmp"),
        (b"\0\0\0\x18ftypmp42", "video/mp4"),
        (bytes(range(256)) * 4, "application/octet-stream"),
    ],
)
@pytest.mark.parametrize("declared", [None, "text/html; charset=utf-8", "text/plain"])
def test_binary_formats_whatever_the_label(body: bytes, mime: str, declared: str | None) -> None:
    """A PDF is a PDF, though the server calls it a page."""
    assert media_type(body, declared) == mime
    assert not is_text(mime)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("declared", [None, "text/plain", "application/pdf", "application/octet-stream"])
@pytest.mark.parametrize(
    "text",
    [
        HTML,
        "\n\n<!DOCTYPE html>" + HTML,
        '<?xml version="1.0" encoding="gb2312"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN">' + HTML,
        f"<!-- {CHINESE} --><div>{CHINESE}</div>",
        f"<P align=center>{CHINESE}</P>",
        f"<h1>{CHINESE}</h1>",
        f"<script>var a = 1;</script>{CHINESE}",
    ],
)
def test_pages(text: str, declared: str | None, encoding: str) -> None:
    """A payload that begins as a page is one, in every encoding and under every label."""
    assert media_type(text.encode(encoding), declared) == "text/html"


@pytest.mark.parametrize(
    ("text", "mime"),
    [
        ('<?xml version="1.0"?>\n<!-- feed --><rss version="2.0"><channel/></rss>', "application/rss+xml"),
        ("<rss><channel/></rss>", "application/rss+xml"),
        ('<rdf:RDF xmlns="http://purl.org/rss/1.0/"/>', "application/rss+xml"),
        ('<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"/>', "application/atom+xml"),
        ('<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?><urlset></urlset>', "application/xml"),
        ("<sitemapindex ><sitemap/></sitemapindex>", "application/xml"),
        ('<?xml version="1.0"?><data><row/></data>', "application/xml"),
        ('<svg xmlns="http://www.w3.org/2000/svg"></svg>', "image/svg+xml"),
        ('{"list": [{"title": "<html>通知"}]}', "application/json"),
        ('\ufeff[{"url": "a"}]\n', "application/json"),
        ("[]", "application/json"),
        ("---\ntitle: 通知\ndate: 2022-05-07\n---\n<p>正文</p>", "text/markdown"),
        ("---\r\n# head\r\n标题: 通知\r\n---\r\n正文", "text/markdown"),
        ("---\n一条横线，不是前言", "text/plain"),
        (CHINESE, "text/plain"),
        ("[1] 一、总则\n[2] 二、附则", "text/plain"),
        ("BMW announced MZ, GIF and RIFF formats; see %PDF-1.4 for details.", "text/plain"),
        ("", "text/plain"),
    ],
)
def test_other_texts(text: str, mime: str) -> None:
    """Feeds, sitemaps, JSON and Markdown are told by how they begin."""
    assert media_type(text.encode(), None) == mime


@pytest.mark.parametrize(
    ("text", "declared", "mime"),
    [
        (CHINESE + "<br>" + CHINESE, "text/html", "text/html"),
        (CHINESE + "<br>" + CHINESE, "text/plain", "text/plain"),
        ("stray " + HTML, None, "text/html"),
        ("stray " + HTML, "TEXT/HTML;charset=gbk", "text/html"),
        (CHINESE, "text/html", "text/plain"),
        ("# 标题\n\n正文", "text/markdown; charset=utf-8", "text/markdown"),
        ("a,b\n1,2", "text/csv", "text/csv"),
        ("a,b\n1,2", "application/octet-stream", "text/plain"),
    ],
)
def test_label_decides_what_bytes_leave_open(text: str, declared: str, mime: str) -> None:
    """A label counts only where the payload could be either."""
    assert media_type(text.encode(), declared) == mime


def test_stray_control_bytes_leave_a_page_a_page() -> None:
    """A NUL in a page does not make it binary."""
    assert media_type(HTML.replace("通知", "通\0知").encode(), None) == "text/html"
    assert media_type((CHINESE * 20 + "\0").encode(), None) == "text/plain"


def test_label_names_an_unknown_binary_format() -> None:
    """A binary payload of a format not known here keeps its label, unless that calls it a text."""
    body = bytes(range(256)) * 4
    assert media_type(body, "application/x-hwp") == "application/x-hwp"
    assert media_type(body, "text/html") == "application/octet-stream"


@given(st.binary(max_size=200), st.none() | st.text(max_size=30))
def test_never_raises(body: bytes, declared: str | None) -> None:
    """Any bytes under any label have a media type."""
    assert "/" in media_type(body, declared)
    charset(declared)


@pytest.mark.parametrize(
    ("header", "label"),
    [
        ("text/html; charset=GB2312", "gb2312"),
        ('text/html; charset="utf-8"', "utf-8"),
        ("text/html;Charset = 'gbk';q=1", "gbk"),
        ("text/html", None),
        ("text/html; charset=", None),
        (None, None),
    ],
)
def test_charset_of_the_header(header: str | None, label: str | None) -> None:
    """The label as the header has it, quoted or not."""
    assert charset(header) == label


def test_what_can_be_read() -> None:
    """Three media types carry a text; data formats do not."""
    assert all(map(is_text, ("text/html", "text/plain", "text/markdown")))
    assert not any(map(is_text, ("application/json", "application/rss+xml", "text/css", "image/svg+xml")))

"""Records of foreign WARC files, by hand: no tool writes the odd ones."""

from __future__ import annotations

from collections.abc import Mapping

URL = "http://kjt.example.gov.cn/zc/1.html"


def record(head: Mapping[str, str | None], block: bytes) -> bytes:
    """A WARC record; headers that are None are left out."""
    known = {
        "WARC-Type": "response",
        "WARC-Target-URI": URL,
        "WARC-Date": "2024-01-02T03:04:05Z",
        "Content-Length": str(len(block)),
        **head,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in known.items() if value is not None)
    return f"WARC/1.0\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"


def block(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """An answer as it goes over the wire."""
    lines = "".join(f"{line}\r\n" for line in ("Content-Type: text/html", *headers))
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


def answer(body: bytes, *headers: str, status: str = "200 OK", **head: str | None) -> bytes:
    """A record of an answer; underscores stand for dashes."""
    named = {name.replace("_", "-"): value for name, value in head.items()}
    return record(named, block(body, *headers, status=status))

"""A small web site whose pages a test changes while it goes on, and the three steps without Prefect."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from flows.build import Built, build_tables
from flows.publish import publish_release
from flows.refresh import Refreshed, keep, recover, refresh_source
from flows.run import Run, new_run
from store.release import Release
from store.source import Expect, Seed, Source


@dataclass(slots=True)
class Site:
    """A web site: path to status and body; what was asked for."""

    address: str
    pages: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address as a URL."""
        return f"http://{self.address}"

    def write(self, path: str, text: str, status: int = 200) -> None:
        """Put a page there."""
        self.pages[path] = (status, text.encode())


@contextmanager
def serving() -> Iterator[Site]:
    """A web site on loopback, empty."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            served.asked.append(self.path)
            status, body = served.pages.get(self.path, (404, b"<title>404</title>not found"))
            tag = f'"{hash(body)}"'
            if status == 200 and self.headers.get("If-None-Match") == tag:
                status, body = 304, b""
            self.send_response(status)
            self.send_header("ETag", tag)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Site(f"127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield served
    server.shutdown()
    server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    """A web site on loopback, empty."""
    with serving() as served:
        yield served


def notice(title: str, *paragraphs: str) -> str:
    """A government page with a notice on it."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<html><head><meta charset="utf-8"><meta name="ArticleTitle" content="{title}">'
        f'<meta name="PubDate" content="2025-03-13 09:00"><title>{title}</title></head><body><div class="nav"><a href="/">首页</a>'
        f'</div><h1>{title}</h1><div class="TRS_Editor">{body}</div></body></html>'
    )


def listing(*links: tuple[str, str]) -> str:
    """A listing page."""
    items = "".join(f'<li><a href="{url}">{title}</a><span>2025-03-13</span></li>' for url, title in links)
    return f"<html><head><title>通知公告</title></head><body><ul class='list'>{items}</ul></body></html>"


@dataclass(slots=True)
class Desk:
    """The three steps on one data folder, day after day."""

    data: Path
    source: Source

    def run(self, day: int, *, force: bool = False) -> Run:
        """A run on that day of March 2026."""
        return new_run(self.data, now=datetime(2026, 3, day, 2, tzinfo=UTC), force=force)

    def refresh(self, day: int) -> Refreshed:
        """Web to archive."""
        current = self.run(day)
        recover(current)
        refreshed = refresh_source(current, self.source)
        keep(current, [refreshed])
        return refreshed

    def ingest(self, day: int) -> tuple[Refreshed, Built, Release | None]:
        """All three; no pages are drawn, which have tests of their own and take a third of the time."""
        refreshed = self.refresh(day)
        current, sources = self.run(day), [self.source]
        return refreshed, build_tables(current, sources), publish_release(current, sources, report=None)


def desk_at(data: Path, site: Site) -> Desk:
    """A source on a site, and a data folder."""
    source = Source(
        "kjt",
        "Notices",
        seeds=(Seed("listing", f"{site.url}/"),),
        expect=Expect(listing_links_min=1),
        limits={"delay_seconds": 0, "delay_response_times": 0},
        allow_addresses=(site.address,),
    )
    return Desk(data, source)


@pytest.fixture
def desk(tmp_path: Path, site: Site) -> Desk:
    """A source on the site, and a data folder."""
    return desk_at(tmp_path / "data", site)

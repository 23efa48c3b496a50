"""A small web site on loopback with two days, and one run over it without Prefect: what the fault scripts disturb."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from flows.build import build_tables
from flows.publish import publish_release
from flows.refresh import keep, refresh_source
from flows.run import new_run
from store.lock import locked
from store.recover import recover
from store.source import Expect, Seed, Source
from tests.flows.conftest import listing, notice

PAGES = 12


class SmallSite(ThreadingHTTPServer):
    """A listing and its notices; the last link is dead, a third of the others read otherwise on the second day."""

    daemon_threads = True
    day = 1
    pause = 0.0

    @property
    def address(self) -> str:
        """Address and port."""
        return f"127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that was killed is no fault of the site."""

    def page(self, path: str) -> str | None:
        """What stands there on this day."""
        if path == "/":
            return listing(*((f"/{n}.html", _title(n)) for n in range(PAGES + 1)))
        number = path.removeprefix("/").removesuffix(".html")
        return _page(int(number), self.day) if number.isdigit() and int(number) < PAGES else None


def _title(number: int) -> str:
    return f"关于印发第{number + 1}号科技计划实施方案的通知"


def _page(number: int, day: int) -> str:
    firms = 100 + number + (50 if day > 1 and number % 3 == 0 else 0)
    page = notice(
        _title(number),
        "为加快建设科技强省，现就有关事项通知如下，请结合实际认真贯彻执行。",
        f"一、到2027年，培育高新技术企业{firms}家，支持企业牵头组建创新联合体。",
        "二、本通知自印发之日起施行，有效期五年，由科学技术厅负责解释。",
    )
    canonical = f'<link rel="canonical" href="http://kjt.example.gov.cn/{number}.html">'
    return page.replace("</head>", f"{canonical}</head>")


class _Handler(BaseHTTPRequestHandler):
    server: SmallSite
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        time.sleep(self.server.pause)
        page = self.server.page(self.path)
        body = (page or "<title>404</title>").encode()
        self.send_response(404 if page is None else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def small_site() -> Iterator[SmallSite]:
    """Serve the site."""
    server = SmallSite(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def source_of(address: str) -> Source:
    """The site as a source."""
    return Source(
        "kjt",
        "Notices",
        seeds=(Seed("listing", f"http://{address}/"),),
        expect=Expect(listing_links_min=1),
        limits={"delay_seconds": 0, "delay_response_times": 0},
        allow_addresses=(address,),
    )


def fetch(data: Path, address: str, day: int) -> None:
    """The refresh of a run on that day of March 2026, without Prefect."""
    source = source_of(address)
    with locked(data):
        run = new_run(data, now=datetime(2026, 3, day, 2, tzinfo=UTC))
        recover(run.data, run.started)
        keep(run, [refresh_source(run, source)])


def finish(data: Path, address: str, day: int) -> None:
    """The build and publish of a run on that day."""
    source = source_of(address)
    with locked(data):
        run = new_run(data, now=datetime(2026, 3, day, 2, tzinfo=UTC))
        recover(run.data, run.started)
        build_tables(run, [source])
        publish_release(run, [source])


def ingest(data: Path, address: str, day: int) -> None:
    """One run on that day of March 2026: refresh, build and publish, without Prefect."""
    fetch(data, address, day)
    finish(data, address, day)

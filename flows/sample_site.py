"""The sample web site: `seeds/sample/site/`, served on a loopback port for as long as a run takes.

It listens where its source files say. Where that port is taken it takes another one and answers as a proxy, so that
the URLs, and with them the ids of the documents, stay the same.
"""

from __future__ import annotations

import hashlib
import threading
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

ADDRESS = "127.0.0.1"
PORT = 8765
"""The port that the sample's source files name."""

ROUTES = "routes.toml"
_MEDIA_TYPES = {
    ".html": "text/html",
    ".txt": "text/plain; charset=utf-8",
    ".pdf": "application/pdf",
    ".xml": "application/xml",
}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    site: Path
    routes: Mapping[str, Mapping[str, object]]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:  # http.server's name
        """Answer from the files, as the routes say."""
        path = unquote(urlsplit(self.path).path)
        route = self.server.routes.get(path, {})
        file = self._file(path)
        body = file.read_bytes() if file is not None else b"<title>404</title><p>Not found</p>"
        status = int(str(route.get("status", 200 if file is not None else 404)))
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if status == 200 and self.headers.get("If-None-Match") == etag:
            status, body = 304, b""
        self.send_response(status)
        headers = {
            "Content-Type": _MEDIA_TYPES.get(file.suffix if file else ".html", "application/octet-stream")
        }
        given = route.get("headers", {})
        assert isinstance(given, Mapping)
        for name, value in {**headers, "ETag": etag, **given, "Content-Length": str(len(body))}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def _file(self, path: str) -> Path | None:
        """The file of a URL path, never one outside the site."""
        name = path + "index.html" if path.endswith("/") else path
        file = (self.server.site / name.lstrip("/")).resolve()
        inside = file.is_relative_to(self.server.site) and file.name != ROUTES
        return file if inside and file.is_file() else None

    def log_message(self, *_: object) -> None:
        """Say nothing: the run reports what it fetched."""


@contextmanager
def sample_site(seeds: Path) -> Iterator[Mapping[str, str]]:
    """Serve the site that lies beside source files, if there is one.

    Yields:
        The proxies to fetch it through: none where it listens on its own port, or where there is no site.
    """
    site = (seeds / "site").resolve()
    if not site.is_dir():
        yield {}
        return
    server = _listening()
    server.site = site
    routes = site / ROUTES
    server.routes = tomllib.loads(routes.read_text(encoding="utf-8")) if routes.exists() else {}
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    port = server.server_address[1]
    try:
        yield {} if port == PORT else {"http": f"http://{ADDRESS}:{port}"}
    finally:
        server.shutdown()
        server.server_close()


def _listening() -> _Server:
    try:
        return _Server((ADDRESS, PORT), _Handler)
    except OSError:
        return _Server((ADDRESS, 0), _Handler)

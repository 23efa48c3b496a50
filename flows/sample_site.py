"""The sample web site: `seeds/sample/site/`, served on a loopback port for as long as a run takes.

From a day on it shows other pages: those of `site.from-<day>/`, edited without a word, as sites do.

It listens where its source files say. Where that port is taken it takes another one and answers as a proxy, so that
the URLs, and with them the ids of the documents, stay the same.
"""

from __future__ import annotations

import hashlib
import threading
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
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
    folders: Sequence[Path]
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
        for folder in self.server.folders:
            file = (folder / name.lstrip("/")).resolve()
            if file.is_relative_to(folder) and file.name != ROUTES and file.is_file():
                return file
        return None

    def log_message(self, *_: object) -> None:
        """Say nothing: the run reports what it fetched."""


@contextmanager
def sample_site(seeds: Path, today: date) -> Iterator[Mapping[str, str]]:
    """Serve the site that lies beside source files, if there is one, as it is on that day.

    Yields:
        The proxies to fetch it through: none where it listens on its own port, or where there is no site.
    """
    site = (seeds / "site").resolve()
    if not site.is_dir():
        yield {}
        return
    server = _listening()
    later = sorted(seeds.glob(f"{site.name}.from-*/"), reverse=True)
    server.folders = [*(path.resolve() for path in later if path.name[-10:] <= today.isoformat()), site]
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

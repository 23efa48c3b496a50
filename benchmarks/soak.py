"""The service for half an hour, with everything that goes wrong in a year: dead source, new layout, recovery.

python benchmarks/soak.py                      # 30 minutes; a scheduled run a minute, runs by hand between them
python benchmarks/soak.py --minutes 5          # a quick look

Its site has three sources. One dies after a fifth of the time and comes back at the half; another changes its layout at
the half and gets a rule at four fifths. Memory is the resident set of the service's own processes, runs apart.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

SITE_PORT, PORT, HEALTH_PORT = 8896, 4296, 4297
PAGES = 20
SOURCES = ("steady", "dying", "changing")


@dataclass(slots=True)
class Site:
    """A small site: what is dead, and what has another layout."""

    dead: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    day: int = 0

    def page(self, path: str) -> tuple[int, str]:
        """Status and page of a path."""
        _, source, name = path.split("/", 2)
        if source in self.dead:
            return 503, "<title>503</title>"
        if not name:
            rows = "".join(
                f"<li><a href='/{source}/{n}.html'>关于{source}第{n}号事项有关工作的通知</a><span>2026-11-{1 + n % 25:02}</span></li>"
                for n in range(PAGES + self.day)
            )
            return 200, f"<html><title>通知公告</title><body><ul class=list>{rows}</ul></body></html>"
        number = name.removesuffix(".html")
        title = f"关于{source}第{number}号事项有关工作的通知"
        text = f"<p>各市科技局，各有关单位：现将{source}第{number}号事项的有关工作通知如下，请遵照执行。</p><p>一、到2027年，培育高新技术企业{number}00家。</p>"
        if source in self.changed:  # the text moves into a script, as single-page sites have it
            return (
                200,
                f"<html><title>{title}</title><body><div id=app></div><script>var page={json.dumps(text)}</script></body></html>",
            )
        return (
            200,
            f"<html><meta charset=utf-8><title>{title}</title><body><h1>{title}</h1><div class=TRS_Editor>{text}</div></body></html>",
        )


@contextmanager
def serving(site: Site) -> Iterator[None]:
    """Serve the site."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, page = (404, "none") if self.path == "/robots.txt" else site.page(self.path)
            body = page.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", SITE_PORT), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield
    server.shutdown()


def write_seeds(folder: Path) -> None:
    """A source file for each part of the site."""
    folder.mkdir(parents=True)
    for name in SOURCES:
        (folder / f"{name}.toml").write_text(
            f'title = "{name}"\nfrequency = "hourly"\nallow_addresses = ["127.0.0.1:{SITE_PORT}"]\n'
            f'[[seeds]]\nkind = "listing"\nurl = "http://127.0.0.1:{SITE_PORT}/{name}/"\n'
            "[limits]\ndelay_seconds = 0.0\ndelay_response_times = 0.0\ntries = 1\nrest_seconds = 1.0\n"
            "changed_share = 1.0\n",
            encoding="utf-8",
        )


def ask(path: str, content: Mapping[str, object] | None = None) -> Any:
    """Ask Prefect's API."""
    return requests.post(f"http://127.0.0.1:{PORT}/api{path}", json=content or {}, timeout=30).json()


def memory(data: Path) -> dict[str, int]:
    """Resident bytes of the service's processes, by what they are; runs apart."""
    mark = f"POLICY_INGEST_SERVICE={data.resolve()}".encode()
    found = {"server": 0, "service": 0}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            environment = (process / "environ").read_bytes().split(b"\0")
            pages = int((process / "statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
        if " serve " in command and str(data) in command:
            found["service"] += pages * resource.getpagesize()
        elif mark in environment and ("uvicorn" in command or "server start" in command):
            found["server"] += pages * resource.getpagesize()
    return found


def soak(minutes: float, keep: Path | None) -> None:
    """Run the service, make things go wrong, and say what it did about them."""
    folder = keep or Path(tempfile.mkdtemp(prefix="soak-"))
    data, seeds, site = folder / "data", folder / "seeds", Site()
    write_seeds(seeds)
    told: list[dict[str, Any]] = []
    with serving(site), hearing(told) as url:
        data.mkdir()
        (data / "notify.toml").write_text(
            f'[[operators]]\nkind = "webhook"\nurl = "{url}"\n', encoding="utf-8"
        )
        command = [sys.executable, "-m", "flows", "serve", "--data", str(data), "--seeds", str(seeds)]
        command += ["--port", str(PORT), "--health-port", str(HEALTH_PORT), "--schedule", "full=* * * * *"]
        with (folder / "service.log").open("ab") as log:
            service = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        try:
            _wait_until_well()
            samples = _follow(site, data, minutes, told)
        finally:
            begun = time.monotonic()
            runs = _runs()
            service.send_signal(signal.SIGTERM)
            code = service.wait(30)
    print(f"\nstopped in {time.monotonic() - begun:.1f} s, exit code {code}")
    _say(runs, samples, told)
    if keep is None:
        shutil.rmtree(folder)


@contextmanager
def hearing(told: list[dict[str, Any]]) -> Iterator[str]:
    """Receive webhooks."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.extend(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["alarms"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()


def _wait_until_well() -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            if requests.get(f"http://127.0.0.1:{HEALTH_PORT}/health", timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.5)
    raise SystemExit("the service did not come up")


def _follow(
    site: Site, data: Path, minutes: float, told: list[dict[str, Any]]
) -> list[tuple[float, dict[str, int]]]:
    """Let time pass: what happens when, memory every ten seconds, a run by hand every twenty."""
    span, begun = 60 * minutes, time.monotonic()
    events: list[tuple[float, str, Callable[[], None]]] = [
        (0.2, "source `dying` dies", lambda: site.dead.add("dying")),
        (0.5, "source `dying` is back", lambda: site.dead.discard("dying")),
        (0.5, "source `changing` has a new layout", lambda: site.changed.add("changing")),
        (0.8, "source `changing` has its old layout again", lambda: site.changed.discard("changing")),
    ]
    deployment = next(item["id"] for item in ask("/deployments/filter") if item["name"] == "ingest")
    samples, heard, step = [], 0, 0
    while (now := time.monotonic() - begun) < span:
        while events and now >= events[0][0] * span:
            _, what, act = events.pop(0)
            act()
            print(f"{now:6.0f} s  {what}", flush=True)
        if step % 2 == 0:
            site.day += 1
            ask(f"/deployments/{deployment}/create_flow_run", {"parameters": {"force": True}})
        samples.append((now, memory(data)))
        for alarm in told[heard:]:
            print(
                f"{now:6.0f} s  alarm {alarm['state']}: {alarm['source_id']}: {alarm['cause']}: {alarm['message']}",
                flush=True,
            )
        heard = len(told)
        step += 1
        time.sleep(10)
    return samples


def _runs() -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = []
    while page := ask("/flow_runs/filter", {"limit": 200, "offset": len(runs), "sort": "START_TIME_ASC"}):
        runs += page
    return runs


def _say(
    runs: list[dict[str, Any]], samples: list[tuple[float, dict[str, int]]], told: list[dict[str, Any]]
) -> None:
    ended = [run for run in runs if run["state_type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}]
    names = sorted({run["state_name"] for run in ended})
    print("\n| runs | " + " | ".join(names) + " | median seconds |")
    print("| ---: |" + " ---: |" * (len(names) + 1))
    seconds = [run["total_run_time"] for run in ended if run["state_type"] == "COMPLETED"]
    counts = [str(sum(run["state_name"] == name for run in ended)) for name in names]
    print(f"| {len(ended)} | " + " | ".join(counts) + f" | {statistics.median(seconds or [0]):.1f} |")
    print("\n| minute | server MB | service MB |\n| ---: | ---: | ---: |")
    for now, found in samples[:: max(1, len(samples) // 12)]:
        print(f"| {now / 60:.0f} | {found['server'] / 1e6:.0f} | {found['service'] / 1e6:.0f} |")
    print(f"\n{len(told)} notices of alarms")


def main() -> int:
    """Run it."""
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--minutes", type=float, default=30)
    flags.add_argument("--keep", type=Path, help="keep data, log and sources in this folder")
    options = flags.parse_args()
    soak(options.minutes, options.keep)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

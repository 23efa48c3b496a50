"""The service as an operator has it: one process, started, asked, told to stop, started again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 180.0

LATEST = 30.0
"""Seconds within which a service that was told to stop has ended: ten on a machine that does nothing else."""

QUICK, SLOW = ["sample-blog", "sample-daily", "sample-zx"], ["sample-kjt"]
"""Sources that are asked in a second, and one with a page that is tried again and again."""


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _until(find: Callable[[], Any]) -> Any:
    """What is found before patience ends."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = find()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError("it did not happen")


@dataclass(slots=True)
class Service:
    """A service on a data folder of its own, with the sample sources."""

    data: Path
    log: Path
    port: int = field(default_factory=_free_port)
    health_port: int = field(default_factory=_free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it is well."""
        command = [sys.executable, "-m", "flows", "serve", "--data", str(self.data)]
        command += [
            "--seeds",
            "seeds/sample",
            "--port",
            str(self.port),
            "--health-port",
            str(self.health_port),
        ]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        with self.log.open("ab") as stream:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=stream, stderr=stream, env=environment)
        _until(lambda: self.health().get("status") == "ok" or None)

    def health(self) -> Mapping[str, Any]:
        """What it says of itself."""
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        try:
            answer = requests.get(f"http://127.0.0.1:{self.health_port}/health", timeout=2)
        except requests.RequestException:
            return {}
        return {"code": answer.status_code, **answer.json()}

    def stop(self) -> float:
        """Tell it to stop; seconds that it took."""
        assert self.process is not None
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0, self.log.read_text()
        return time.monotonic() - begun

    def ask(self, path: str, content: Mapping[str, object] | None = None) -> Any:
        """Ask Prefect's API; what comes too late or is 503 (SQLite is busy) is asked again, as its own client does."""

        def answered() -> requests.Response | None:
            url = f"http://127.0.0.1:{self.port}/api{path}"
            try:
                answer = requests.request("GET" if content is None else "POST", url, json=content, timeout=30)
            except requests.RequestException:
                return None
            return None if answer.status_code == 503 else answer

        (answer,) = _until(lambda: (found,) if (found := answered()) is not None else None)
        return answer.json() if answer.ok else {"refused": answer.status_code, "why": answer.text}

    def trigger(self, name: str, **parameters: object) -> Any:
        """Trigger a deployment, as the form and the command do."""
        deployment = next(item for item in self.ask("/deployments/filter", {}) if item["name"] == name)
        content = {"parameters": parameters, "idempotency_key": uuid.uuid4().hex}
        return self.ask(f"/deployments/{deployment['id']}/create_flow_run", content)

    def state(self, run: Mapping[str, Any]) -> Mapping[str, Any]:
        """The state of a run now."""
        state: Mapping[str, Any] = self.ask(f"/flow_runs/{run['id']}")["state"]
        return state

    def ended(self, run: Mapping[str, Any]) -> Mapping[str, Any]:
        """Wait for the end of a run."""
        final = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
        state: Mapping[str, Any] = _until(
            lambda: found if (found := self.state(run))["type"] in final else None
        )
        return state


@pytest.fixture(scope="module")
def heard() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A receiver of webhooks: its URL, and what it was told."""
    told: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", told
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, heard: tuple[str, list[dict[str, Any]]], prefect_home: Path
) -> Iterator[Service]:
    """A service that is running."""
    folder = tmp_path_factory.mktemp("service")
    data = folder / "data"
    shutil.copytree(prefect_home, data / "prefect")
    url = heard[0]
    (data / "notify.toml").write_text(f'[[operators]]\nkind = "automation"\nurl = "{url}"\n')
    served = Service(data, folder / "service.log")
    served.start()
    yield served
    if served.process is not None and served.process.poll() is None:
        served.stop()


@pytest.fixture(scope="module")
def first_run(service: Service) -> Mapping[str, Any]:
    """A run of everything, triggered by hand."""
    run = service.trigger("ingest", sources=QUICK)
    assert service.ended(run)["type"] == "COMPLETED", service.log.read_text()
    return dict(run)


def test_it_says_that_it_is_well(service: Service) -> None:
    """And that no alarm is open; an alarm would not make the service itself unwell."""
    assert service.health()["code"] == 200
    assert service.health()["open_alarms"] == []


def test_its_deployments_are_scheduled(service: Service) -> None:
    """One `ingest` with a schedule for each rhythm, in the offices' own time, one run at a time."""
    found = {item["name"]: item for item in service.ask("/deployments/filter", {})}

    assert set(found) == {"ingest", "refresh", "build", "publish", "backfill", "maintain"}
    schedules = {item["slug"]: item for item in found["ingest"]["schedules"]}
    assert set(schedules) == {"hourly", "daily", "weekly", "monthly"}
    assert all(
        item["active"] and item["schedule"]["timezone"] == "Asia/Shanghai" for item in schedules.values()
    )
    assert {name: item["parameters"]["frequency"] for name, item in schedules.items()} == {
        name: name for name in schedules
    }
    assert all(item["concurrency_options"]["collision_strategy"] == "CANCEL_NEW" for item in found.values())


def test_its_schedules_make_runs(service: Service) -> None:
    """Prefect's scheduler has put the next ones down, at minutes that are none of the hour's own."""

    def scheduled() -> list[dict[str, Any]]:
        runs = service.ask("/flow_runs/filter", {"limit": 200})
        return [run for run in runs if run["auto_scheduled"] and run["state_type"] == "SCHEDULED"]

    def of_every_rhythm() -> list[dict[str, Any]] | None:
        runs = scheduled()
        found = {run["parameters"].get("frequency", "maintain") for run in runs}
        return runs if found == {"hourly", "daily", "weekly", "monthly", "maintain"} else None

    runs = _until(of_every_rhythm)

    assert all(run["expected_start_time"][14:16] != "00" for run in runs)
    assert "Traceback" not in (service.data / "prefect" / "server.log").read_text()


@pytest.mark.parametrize(
    ("name", "parameters", "field_named"),
    [
        ("ingest", {"sources": ["no-such-source"]}, "sources"),
        ("ingest", {"frequency": "yearly"}, "frequency"),
        ("ingest", {"jitter_minutes": 600}, "jitter_minutes"),
        ("backfill", {"since": "last year"}, "since"),
        ("maintain", {"retention_days": 0}, "retention_days"),
    ],
)
def test_parameters_that_cannot_be_meant_are_refused(
    service: Service, name: str, parameters: Mapping[str, object], field_named: str
) -> None:
    """By the server, before there is a run."""
    answer = service.trigger(name, **parameters)

    assert answer["refused"] == 409
    assert field_named in answer["why"]


def test_every_parameter_is_described(service: Service) -> None:
    """The form says what each is for, and offers the sources that there are."""
    for deployment in service.ask("/deployments/filter", {}):
        for name, schema in deployment["parameter_openapi_schema"]["properties"].items():
            assert schema.get("description"), f"{deployment['name']}: {name}"
    ingest = next(item for item in service.ask("/deployments/filter", {}) if item["name"] == "ingest")
    assert "sample-kjt" in ingest["parameter_openapi_schema"]["properties"]["sources"]["items"]["enum"]


def test_a_run_shows_what_it_did(service: Service, first_run: Mapping[str, Any]) -> None:
    """Counts in the states, a task a source, a text, a table and the way to the release."""
    assert "3 sources" in service.state(first_run)["message"]
    messages = _until(lambda: _task_messages(service, first_run, at_least=5))
    assert set(messages) == {*(f"refresh-{name}" for name in QUICK), "build", "publish"}
    assert "document ok" in messages["refresh-sample-zx"]

    artifacts = {
        item["key"]: item
        for item in service.ask("/artifacts/filter", {"flow_runs": {"id": {"any_": [first_run["id"]]}}})
    }
    assert set(artifacts) >= {"run", "run-sources", "release"}
    rows = json.loads(artifacts["run-sources"]["data"])
    assert {row["source"] for row in rows} == set(QUICK)
    assert {row["source"]: row["new"] for row in rows}["sample-zx"] == 3
    page = artifacts["release"]["data"].partition("](")[2].rstrip(")")
    assert requests.get(page, timeout=30).status_code == 200


def _task_messages(service: Service, run: Mapping[str, Any], *, at_least: int) -> dict[str, str] | None:
    """The messages of a run's tasks, once so many have ended: Prefect writes them in batches, a little later."""
    tasks = service.ask("/task_runs/filter", {"flow_runs": {"id": {"any_": [run["id"]]}}})
    ended = {
        item["name"]: item["state"]["message"]
        for item in tasks
        if item["state_type"] == "COMPLETED" and item["state"]  # the type is written first
    }
    return ended if len(ended) >= at_least else None


def test_the_log_names_source_and_url(service: Service, first_run: Mapping[str, Any]) -> None:
    """Our own modules' records are with the run."""

    def found() -> list[str]:
        logs = service.ask(
            "/logs/filter", {"logs": {"flow_run_id": {"any_": [first_run["id"]]}}, "limit": 200}
        )
        return [item["message"] for item in logs if item["name"] == "flows.refresh"]

    assert _until(
        lambda: [line for line in found() if line.startswith("sample-zx: http://") and "links" in line]
    )


@pytest.mark.usefixtures("first_run")
def test_runs_that_are_late_do_not_pile_up(service: Service) -> None:
    """After a sleep all missed runs are due at once: one goes, by the deployment's limit the others are cancelled."""
    deployment = next(item for item in service.ask("/deployments/filter", {}) if item["name"] == "ingest")
    parameters = {"sources": QUICK, "force": True}
    late = {"type": "SCHEDULED", "state_details": {"scheduled_time": "2026-01-01T00:00:00Z"}}
    runs = [
        service.ask(
            f"/deployments/{deployment['id']}/create_flow_run",
            {"parameters": parameters, "state": late, "idempotency_key": f"late-{n}"},
        )
        for n in range(4)
    ]
    states = sorted(str(service.ended(run)["type"]) for run in runs)

    assert states == ["CANCELLED", "CANCELLED", "CANCELLED", "COMPLETED"]


def test_long_steps_show_their_progress(service: Service) -> None:
    """An artifact that grows to a hundred; short ones have none."""
    code = """
from prefect import flow, task
from flows.advance import advanced
from flows.artifacts import progress_shown
@task
def read():
    for n in range(1, 61):
        advanced("long", n, 60, "pages read")
    for n in range(1, 11):
        advanced("short", n, 10, "pages read")
@flow
def steps():
    with progress_shown():
        read()
steps()
"""
    environment = {**os.environ, "PREFECT_API_URL": f"http://127.0.0.1:{service.port}/api"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, capture_output=True)
    found = [item for item in service.ask("/artifacts/filter", {}) if item["type"] == "progress"]

    assert [(item["data"], item["description"]) for item in found] == [(100.0, "long: 60 of 60 pages read")]


@pytest.mark.usefixtures("first_run")
def test_a_run_by_hand_shows_up_in_the_service(service: Service) -> None:
    """The command line finds the service of its data folder, and uses its server."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    command = [sys.executable, "-m", "flows", "run", "--data", str(service.data), "--seeds", "seeds/sample"]
    command += ["--source", "sample-zx"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    runs = service.ask("/flow_runs/filter", {"sort": "START_TIME_DESC"})

    assert any(run["deployment_id"] is None and run["state_type"] == "COMPLETED" for run in runs)
    assert service.health()["status"] == "ok"


@pytest.mark.usefixtures("first_run")
def test_prefects_automation_tells_of_an_alarm(
    service: Service, heard: tuple[str, list[dict[str, Any]]]
) -> None:
    """An event of ours reaches the webhook that `notify.toml` names, by the automation that `serve` set up."""
    code = (
        "import sys; from datetime import UTC, datetime; from flows.alarms.alarm import Alarm; "
        "from flows.alarms.deliver import emit; "
        "emit([Alarm('sample-kjt', 'blocked', datetime.now(UTC), '省科技厅 拒绝访问')])"
    )
    environment = {**os.environ, "PREFECT_API_URL": f"http://127.0.0.1:{service.port}/api"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)
    told = _until(lambda: heard[1][-1] if heard[1] else None)

    assert (told["source_id"], told["cause"], told["state"]) == ("sample-kjt", "blocked", "open")
    assert told["message"] == "省科技厅 拒绝访问"


@pytest.mark.usefixtures("first_run")
def test_a_second_service_on_the_same_folder_is_refused(service: Service) -> None:
    """It would take the port, the schedules and the runs of the first."""
    command = [sys.executable, "-m", "flows", "serve", "--data", str(service.data), "--seeds", "seeds/sample"]
    refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert refused.returncode == 3
    assert "in use by process" in " ".join(refused.stderr.split())


@pytest.mark.parametrize("taken", ["port", "health_port"])
def test_a_port_that_is_taken_is_refused(service: Service, tmp_path: Path, taken: str) -> None:
    """Another server would answer in the place of ours."""
    ports = {"port": _free_port(), "health_port": _free_port(), taken: getattr(service, taken)}
    command = [
        sys.executable,
        "-m",
        "flows",
        "serve",
        "--data",
        str(tmp_path / "d"),
        "--seeds",
        "seeds/sample",
    ]
    command += ["--port", str(ports["port"]), "--health-port", str(ports["health_port"])]
    refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert refused.returncode == 2
    assert f"--{taken.replace('_', '-')}" in refused.stderr


@pytest.mark.usefixtures("first_run")
def test_a_run_that_dies_is_noticed_and_the_next_goes_on(service: Service) -> None:
    """`kill -9` of its process: it is `Crashed`, its slot is free, and nothing that it fetched is lost."""
    run = service.trigger("ingest", sources=SLOW, force=True)
    _until(lambda: service.state(run)["type"] == "RUNNING" or None)
    mark = f"PREFECT__FLOW_RUN_ID={run['id']}".encode()
    killed = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                os.kill(int(process.name), signal.SIGKILL)
                killed += 1
        except OSError:
            continue
    assert killed

    assert service.ended(run)["type"] == "CRASHED"
    again = service.trigger("ingest", sources=QUICK)
    assert service.ended(again)["type"] == "COMPLETED", service.log.read_text()[-3000:]


@pytest.mark.usefixtures("first_run")
def test_it_ends_in_order_and_goes_on_after_a_kill(service: Service) -> None:
    """SIGTERM at once, a run at work included; after `kill -9` of it all the next one begins at once."""
    run = service.trigger("ingest", sources=SLOW, force=True)
    _until(lambda: service.state(run)["type"] == "RUNNING" or None)
    assert service.process is not None
    service.process.kill()
    service.process.wait()
    service.start()

    assert service.ended(run)["type"] in {"CRASHED", "COMPLETED"}
    again = service.trigger("ingest", sources=SLOW, force=True)
    _until(lambda: service.state(again)["type"] == "RUNNING" or None)
    assert service.stop() < LATEST
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    command = [sys.executable, "-m", "flows", "verify", "--json", "--data", str(service.data)]
    said = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True)
    faults = json.loads(said.stdout)["faults"]
    assert {fault["action"] for fault in faults} <= {"a run died: the next one makes it good"}

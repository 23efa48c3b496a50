"""prefect.yaml and compose.yaml: what they say is what the service does, and nothing that Prefect would not take."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import prefect
import yaml
from prefect.cli.deploy._models import PrefectYamlModel, RawScheduleConfig
from prefect.settings import Settings
from prefect.settings.legacy import _get_settings_fields
from sqlalchemy.engine import make_url
from typer.testing import CliRunner

from flows.cli import app
from flows.options import DATA_SETTING, SEEDS_SETTING
from flows.service.deployments import CRONS, TIMEZONE, deployments
from flows.service.server import SETTINGS

ROOT = Path(__file__).resolve().parents[3]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]


def _minute(cron: str) -> str:
    return re.sub(r"^\d+ ", "{minute} ", cron)


def test_prefect_yaml_has_the_deployments_of_the_service(tmp_path: Path) -> None:
    """Names, schedules, parameters, time zone and limit; the minute alone is the user's."""
    written = PrefectYamlModel.model_validate(yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8")))
    served = deployments(tmp_path, {})

    assert [item.name for item in written.deployments] == list(served)
    for item in written.deployments:
        assert item.entrypoint == f"flows/service/deployed.py:{item.name}"
        assert item.concurrency_limit is not None
        assert not isinstance(item.concurrency_limit, int)
        assert (item.concurrency_limit.limit, item.concurrency_limit.collision_strategy) == (1, "CANCEL_NEW")
        entries = [entry for entry in item.schedules or [] if isinstance(entry, RawScheduleConfig)]
        assert len(entries) == len(item.schedules or [])
        schedules = {
            entry.slug: (_minute(str(entry.cron)), entry.timezone, entry.parameters) for entry in entries
        }
        expected = {
            slug: (CRONS[slug], TIMEZONE, schedule.parameters)
            for slug, schedule in served[str(item.name)].schedules.items()
        }
        assert schedules == expected


def test_an_installation_keeps_its_minute_and_never_begins_on_the_hour(tmp_path: Path) -> None:
    """Told by its folder: others begin at other minutes."""
    minutes = {
        str(deployments(tmp_path / str(n), {})["ingest"].schedules["daily"].cron).split()[0]
        for n in range(40)
    }
    first, again = (deployments(tmp_path / "0", {})["ingest"].schedules["daily"].cron for _ in range(2))

    assert first == again
    assert "0" not in minutes
    assert len(minutes) > 10


def test_compose_asks_for_nothing_that_is_not_there() -> None:
    """Every volume and every service that is named is declared; what is built has a Dockerfile; nothing has no restart."""
    for service in SERVICES.values():
        assert service["restart"] == "unless-stopped"
        assert ("image" in service) != ("build" in service)
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        for name, condition in service.get("depends_on", {}).items():
            assert condition == {"condition": "service_healthy"}
            assert "healthcheck" in SERVICES[name]
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert (ROOT / source).is_dir() if source.startswith(".") else source in COMPOSE["volumes"]
    copied = re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert all((ROOT / name).exists() for line in copied for name in line.split())


def test_compose_sets_settings_that_exist() -> None:
    """A name that Prefect does not know would be passed over in silence. The server is told what our own is told."""
    known = set(_get_settings_fields(Settings)) | {"DO_NOT_TRACK", DATA_SETTING, SEEDS_SETTING}
    aliases = {"PREFECT_UI_API_URL"}  # an older name, which Prefect still takes
    ours = SERVICES["server"]["environment"] | SERVICES["service"]["environment"]

    assert set(ours) <= known | aliases, f"unknown to Prefect {prefect.__version__}"
    assert SETTINGS.items() <= SERVICES["server"]["environment"].items()


def test_the_server_of_compose_uses_the_database_of_compose() -> None:
    """Driver, user, host and name; the password comes from outside, and is asked for where it is missing."""
    database = SERVICES["database"]["environment"]
    url = SERVICES["server"]["environment"]["PREFECT_API_DATABASE_CONNECTION_URL"]
    password = re.search(r"\$\{(\w+):\?[^}]+\}", url)
    assert password
    parsed = make_url(url.replace(password[0], "secret"))

    assert parsed.drivername == "postgresql+asyncpg"
    assert (parsed.username, parsed.host, parsed.database) == (
        database["POSTGRES_USER"],
        "database",
        database["POSTGRES_DB"],
    )
    assert database["POSTGRES_PASSWORD"] == password[0]
    assert SERVICES["service"]["environment"]["PREFECT_API_URL"] == "http://server:4200/api"


def test_nothing_of_compose_listens_to_the_world() -> None:
    """There is no login: ports are this machine's."""
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_command_of_the_image_is_one_of_ours() -> None:
    """With options that `serve` has."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    command = shlex.split(text[text.index("CMD [") + 5 : text.rindex("]")].replace(",", ""))
    shown = CliRunner().invoke(app, ["serve", "--help"], env={"COLUMNS": "200"}).output

    assert command[:2] == ["policy-ingest", "serve"]
    assert all(option in shown for option in command if option.startswith("--"))

"""The deployments: names, schedules, and that two runs never overlap."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefect import Flow
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron, Schedule
from prefect.types.entrypoint import EntrypointType

from flows.service import deployed
from store.release import SOFTWARE

TIMEZONE = "Asia/Shanghai"

CRONS: Mapping[str, str] = {
    "hourly": "{minute} * * * *",
    "daily": "{minute} 2 * * *",
    "weekly": "{minute} 3 * * 6",
    "monthly": "{minute} 4 1 * *",
    "maintain": "{minute} 5 * * 0",
}
"""When a rhythm's sources are asked, in `TIMEZONE`: at night, when offices sleep and have finished the day's posts.

The minute is this installation's own, so that a portal is not met by all who use us at once, and never on the hour.
"""

JITTER_MINUTES: Mapping[str, int] = {"hourly": 5, "daily": 20, "weekly": 20, "monthly": 20}

_ONE_AT_A_TIME = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment: the flow, and its schedules by slug."""

    flow: Flow[..., Any]
    schedules: Mapping[str, Schedule]


def deployments(data: Path, crons: Mapping[str, str]) -> Mapping[str, Deployment]:
    """All deployments by name.

    Args:
        data: The data folder, which gives the installation its minute.
        crons: Rhythm to cron expression, in place of `CRONS`.
    """
    minute = _minute(data)
    when = {name: cron.format(minute=minute) for name, cron in CRONS.items()} | dict(crons)
    ingest = {
        name: Cron(
            when[name],
            timezone=TIMEZONE,
            slug=name,
            parameters={"frequency": name, "jitter_minutes": 0 if name in crons else JITTER_MINUTES[name]},
        )
        for name in JITTER_MINUTES
    }
    if "full" in when:
        ingest["full"] = Cron(when["full"], timezone=TIMEZONE, slug="full", parameters={"force": True})
    maintain = {"maintain": Cron(when["maintain"], timezone=TIMEZONE, slug="maintain")}
    return {
        "ingest": Deployment(deployed.ingest, ingest),
        "refresh": Deployment(deployed.refresh, {}),
        "build": Deployment(deployed.build, {}),
        "publish": Deployment(deployed.publish, {}),
        "backfill": Deployment(deployed.backfill, {}),
        "maintain": Deployment(deployed.maintain, maintain),
    }


def _minute(data: Path) -> int:
    """From 1 to 59, the same for a data folder at each start."""
    return 1 + int(hashlib.sha256(str(data.resolve()).encode()).hexdigest(), 16) % 59


def runner_deployment(name: str, deployment: Deployment) -> RunnerDeployment:
    """A deployment in the form that Prefect's runner serves."""
    return RunnerDeployment.from_flow(
        deployment.flow,
        name=name,
        schedules=list(deployment.schedules.values()),
        concurrency_limit=_ONE_AT_A_TIME,
        entrypoint_type=EntrypointType.MODULE_PATH,
        version=SOFTWARE.partition("/")[2],
        tags=["policy-ingest"],
    )

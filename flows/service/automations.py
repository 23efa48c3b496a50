"""Automations in Prefect: runs that died without a word, and alarms for those who listen there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from prefect.automations import AutomationCore
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import StateType
from prefect.events.actions import CallWebhook, ChangeFlowRunState
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from pydantic import SecretStr

from flows.alarms.channels import Automation
from flows.alarms.deliver import EVENT

HEARTBEAT_SECONDS = 30
"""The shortest that Prefect allows; a run is held dead after three that did not come."""

_HEARTBEAT = "prefect.flow-run.heartbeat"
_ENDS = {
    f"prefect.flow-run.{state}" for state in ("Completed", "SomeFailed", "Failed", "Cancelled", "Crashed")
}


async def set_up(client: PrefectClient, channels: Sequence[Automation]) -> None:
    """Make the automations, or make them anew; those of channels that are gone are removed."""
    wanted = [
        _zombies(),
        *[await _alarms(number, channel) for number, channel in enumerate(channels, start=1)],
    ]
    for known in await client.read_automations():
        if known.name.startswith("policy-ingest: "):
            await client.delete_automation(known.id)
    for automation in wanted:
        await client.create_automation(automation)


def _zombies() -> AutomationCore:
    """Runs whose machine died stay `Running` and hold their slot (Prefect's docs, detect-zombie-flows)."""
    return AutomationCore(
        name="policy-ingest: bury runs that died",
        description="A run that sends no heartbeat any more is crashed, so that the next one may begin.",
        trigger=EventTrigger(
            after={_HEARTBEAT},
            expect={_HEARTBEAT, *_ENDS},
            match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=3 * HEARTBEAT_SECONDS),
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.CRASHED,
                name="Crashed",
                force=False,  # the end of a run may get lost among the events: what has ended stays as it ended
                message="It sent no heartbeat any more; the next run goes on from there",
            )
        ],
    )


async def _alarms(number: int, channel: Automation) -> AutomationCore:
    block = Webhook(url=SecretStr(channel.url))
    saved = await block.asave(f"policy-ingest-{number}", overwrite=True)
    return AutomationCore(
        name=f"policy-ingest: alarms to webhook {number}",
        description="An alarm that opens or closes is told to the URL in notify.toml.",
        trigger=EventTrigger(
            expect={f"{EVENT}.opened", f"{EVENT}.closed"},
            match=ResourceSpecification({"prefect.resource.id": [f"{EVENT}.*"]}),
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(0),
        ),
        actions=[CallWebhook(block_document_id=saved, payload="{{ event.payload | tojson }}")],
    )

"""What is said on a channel, in the forms that channels take: a subject, plain text, and the same as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.alarms.alarm import Alarm


@dataclass(frozen=True, slots=True)
class Message:
    """A message.

    Attributes:
        subject: One line.
        text: Plain text.
        content: The same for machines; flat JSON.
    """

    subject: str
    text: str
    content: Mapping[str, object]


def alarm_message(alarms: Sequence[Alarm]) -> Message:
    """Alarms that opened or closed, as one message."""
    begun = [alarm for alarm in alarms if alarm.closed is None]
    ended = [alarm for alarm in alarms if alarm.closed is not None]
    counts = [f"{len(begun)} opened"] * bool(begun) + [f"{len(ended)} closed"] * bool(ended)
    names = ", ".join(f"{alarm.source_id} {alarm.cause}" for alarm in alarms[:3])
    more = f" and {len(alarms) - 3} more" if len(alarms) > 3 else ""
    return Message(
        f"policy-ingest: {', '.join(counts)}: {names}{more}",
        "\n\n".join([*map(_opened, begun), *map(_closed, ended)]) + "\n",
        {"kind": "alarms", "alarms": [row(alarm) for alarm in alarms]},
    )


def row(alarm: Alarm) -> dict[str, str | None]:
    """An alarm as flat JSON."""
    return {
        "source_id": alarm.source_id,
        "cause": alarm.cause,
        "state": "closed" if alarm.closed else "open",
        "opened": alarm.opened.isoformat(),
        "closed": alarm.closed.isoformat() if alarm.closed else None,
        "message": alarm.message,
        "action": alarm.action,
    }


def _opened(alarm: Alarm) -> str:
    return (
        f"OPEN    {alarm.source_id}: {alarm.cause}, since {alarm.opened:%Y-%m-%d %H:%M} UTC\n"
        f"        {alarm.message}\n        {alarm.action}"
    )


def _closed(alarm: Alarm) -> str:
    return f"CLOSED  {alarm.source_id}: {alarm.cause}, open since {alarm.opened:%Y-%m-%d %H:%M} UTC"

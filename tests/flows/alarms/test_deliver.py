"""Telling: each channel against a real receiver."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from prefect.context import FlowRunContext

from flows.alarms.alarm import Alarm
from flows.alarms.channels import Apprise, Email, Webhook
from flows.alarms.deliver import deliver, emit
from flows.alarms.message import Message, alarm_message
from flows.exceptions import TellLater
from tests.flows.alarms.conftest import Hook, Post

NOW = datetime(2026, 3, 20, 2, tzinfo=UTC)
ALARM = Alarm("sx-kjt", "blocked", NOW, "3 of 8 requests were kept out\r\nBcc: all@example.org; 山西省科技厅")
MESSAGE = alarm_message([ALARM, Alarm("b", "stale", NOW, "old", NOW)])


def mail(port: int) -> Email:
    """A channel to the mail server."""
    return Email(
        kind="email",
        host="127.0.0.1",
        sender="us@example.org",
        to=("a@example.org", "b@example.org"),
        port=port,
        tls="none",
    )


def test_a_mail_arrives_whole(post: Post) -> None:
    """Chinese and all, to everybody, with what to do; no line of a message becomes a header."""
    deliver(mail(post.port), MESSAGE)
    (received,) = post.mails
    text = received.get_content()

    assert received["Subject"] == "policy-ingest: 1 opened, 1 closed: sx-kjt blocked, b stale"
    assert received["To"] == "a@example.org, b@example.org"
    assert received["Bcc"] is None
    assert "山西省科技厅" in text
    assert "Lower the rate" in text
    assert "CLOSED  b: stale" in text


def test_a_title_with_line_ends_is_one_line_of_the_subject(post: Post) -> None:
    """What stands in a page must not write headers."""
    deliver(mail(post.port), Message("通知\r\nBcc: all@example.org", "text", {}))

    assert post.mails[0]["Bcc"] is None
    assert post.mails[0]["Subject"].startswith("通知")


def test_a_webhook_gets_json(hook: Hook) -> None:
    """The same as text, and as data."""
    deliver(Webhook(kind="webhook", url=hook.url), MESSAGE)
    (told,) = hook.told

    assert told["kind"] == "alarms"
    assert [(item["source_id"], item["state"]) for item in told["alarms"]] == [
        ("sx-kjt", "open"),
        ("b", "closed"),
    ]
    assert "山西省科技厅" in told["alarms"][0]["message"]
    assert told["subject"] == MESSAGE.subject


def test_apprise_tells_whom_its_url_names(hook: Hook) -> None:
    """Here one of its own: JSON by POST."""
    deliver(Apprise(kind="apprise", url=hook.url.replace("http:", "json:")), MESSAGE)

    assert hook.told[0]["title"] == MESSAGE.subject
    assert "山西省科技厅" in hook.told[0]["message"]


def test_whom_nobody_answers_for_is_told_later(hook: Hook) -> None:
    """Whatever the reason; the message names the channel."""
    hook.status = 500
    nobody = Webhook(kind="webhook", url="http://127.0.0.1:9/")
    dead = mail(9)
    unwilling = Apprise(kind="apprise", url=hook.url.replace("http:", "json:"))
    unknown = Apprise(kind="apprise", url="nosuchservice://x")
    for channel in (Webhook(kind="webhook", url=hook.url), nobody, dead, unwilling, unknown):
        with pytest.raises(TellLater, match=channel.kind):
            deliver(channel, MESSAGE)


@pytest.mark.parametrize("status", [404, None])
def test_what_cannot_be_told_says_no_token(
    hook: Hook, status: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    """Addresses of webhooks and chats hold them, and logs are kept."""
    hook.status = status or 200
    base = hook.url if status else "http://127.0.0.1:9/"
    for channel in (
        Webhook(kind="webhook", url=f"{base}geheim"),
        Apprise(kind="apprise", url=f"{base.replace('http:', 'json:')}geheim"),
        Apprise(kind="apprise", url="nosuchservice://geheim"),
    ):
        with caplog.at_level(logging.INFO), pytest.raises(TellLater) as late:
            deliver(channel, MESSAGE)
        assert "geheim" not in f"{late.value}{late.value.__cause__ or ''}{caplog.text}"


_EMITTED = """
import sys
from datetime import UTC, datetime
from flows.alarms.alarm import Alarm
from flows.alarms.deliver import emit
emit([Alarm("sx-kjt", "blocked", datetime.now(UTC), "kept out")])
print("prefect" in sys.modules)
"""


def test_prefect_is_not_loaded_where_nobody_hears_it() -> None:
    """It takes longer than all else on a day with nothing new."""
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    said = subprocess.run(
        [sys.executable, "-c", _EMITTED], check=True, capture_output=True, text=True, env=environment
    )

    assert said.stdout == "False\n"


def test_a_run_hears_of_an_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a server's address too: a flow run has one of its own."""
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    told: list[str] = []
    monkeypatch.setattr("prefect.events.emit_event", lambda name, **_: told.append(name))

    emit([ALARM])
    with FlowRunContext.model_construct():
        emit([ALARM])

    assert told == ["policy-ingest.alarm.opened"]

"""Telling a channel: by SMTP, by POST, through Apprise, and as events of Prefect's."""

from __future__ import annotations

import logging
import os
import smtplib
import ssl
import sys
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

import requests

from flows.alarms.alarm import Alarm
from flows.alarms.channels import Apprise, Automation, Channel, Email, Webhook, name_of
from flows.alarms.message import Message, row
from flows.exceptions import TellLater
from store.release import SOFTWARE

SECONDS = 10.0
"""How long a channel is waited for: a run must not hang on a mail server."""

EVENT = "policy-ingest.alarm"
"""Name of the events, with `.opened` or `.closed` behind it; automations in Prefect can be hung on them."""

logger = logging.getLogger(__name__)


def deliver(channel: Channel, message: Message) -> None:
    """Tell one channel.

    Raises:
        TellLater: it could not be told; the message carries the channel and why.
    """
    try:
        match channel:
            case Email():
                _mail(channel, message)
            case Webhook():
                _post(channel, message)
            case Apprise():
                _apprise(channel, message)
            case Automation():
                pass  # Prefect's automation hears the events
    except (OSError, smtplib.SMTPException, requests.RequestException) as error:
        raise TellLater(f"{name_of(channel)} could not be told: {_why(error)}") from None


def _why(error: Exception) -> str:
    """What went wrong; what is said of a request names its address, which may hold a token."""
    if not isinstance(error, requests.RequestException):
        return str(error)
    return type(error).__name__ if error.response is None else f"it answered {error.response.status_code}"


def _mail(channel: Email, message: Message) -> None:
    mail = EmailMessage()
    mail["Subject"] = " ".join(message.subject.split())  # a line end in a title must not begin a header
    mail["From"], mail["To"] = channel.sender, ", ".join(channel.to)
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain=channel.sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies
    mail.set_content(message.text)
    context = ssl.create_default_context()
    if channel.tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(channel.host, channel.port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(channel.host, channel.port, timeout=SECONDS)
    with server:
        if channel.tls == "starttls":
            server.starttls(context=context)
        if channel.user:
            server.login(channel.user, channel.password)
        server.send_message(mail)


def _post(channel: Webhook, message: Message) -> None:
    content = {"subject": message.subject, "text": message.text, **message.content}
    answer = requests.post(channel.url, json=content, timeout=SECONDS, headers={"User-Agent": SOFTWARE})
    answer.raise_for_status()


def _apprise(channel: Apprise, message: Message) -> None:
    import apprise  # noqa: PLC0415  # it loads a hundred plugins, which nobody else needs

    told = apprise.Apprise()
    log = logging.getLogger("apprise")
    log.disabled = True  # it would say an address that it does not know, token and all
    try:
        known = told.add(channel.url)
    finally:
        log.disabled = False
    if not known:
        raise TellLater(f"{name_of(channel)}: Apprise does not know an address of this form")
    if not told.notify(title=message.subject, body=message.text):
        raise TellLater(f"{name_of(channel)} could not be told: Apprise says no more")


def emit(alarms: Sequence[Alarm]) -> None:
    """Tell Prefect of alarms as events, where there is a run or a server of its own that could hear them.

    Best effort: events may get lost.
    """
    if not alarms or not _heard():
        return
    from prefect.events import emit_event  # noqa: PLC0415  # Prefect costs 1.5 s, which most days need not pay

    for alarm in alarms:
        try:
            emit_event(
                f"{EVENT}.{'closed' if alarm.closed else 'opened'}",
                resource={
                    "prefect.resource.id": f"{EVENT}.{alarm.source_id}.{alarm.cause}",
                    "prefect.resource.name": f"{alarm.source_id}: {alarm.cause}",
                },
                payload=row(alarm),
            )
        except Exception as error:  # noqa: BLE001  # whatever Prefect says: the book has the alarm
            logger.warning("Prefect could not be told of %s %s: %s", alarm.source_id, alarm.cause, error)


def _heard() -> bool:
    """Whether there is a run or a server of Prefect's: nobody is in a run who has not loaded its context."""
    context = sys.modules.get("prefect.context")
    in_run = context is not None and context.FlowRunContext.get() is not None
    return in_run or "PREFECT_API_URL" in os.environ

"""Who is told: `notify.toml` in the data folder, alarms for operators apart from digests for analysts."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flows.exceptions import CorrectTheChannels

FILE = "notify.toml"

_STRICT = ConfigDict(frozen=True, extra="forbid")
_VARIABLE = re.compile(r"\$\{?(\w+)\}?")

Every = Literal["release", "daily", "weekly"]
"""How often analysts get a digest, at most."""


class Email(BaseModel):
    """A mail by SMTP; without a user there is no login. `sources`: a digest of these alone."""

    model_config = _STRICT
    kind: Literal["email"]
    host: str
    sender: str
    to: tuple[str, ...] = Field(min_length=1)
    port: int = Field(587, ge=1, le=65535)
    tls: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    every: Every = "daily"
    sources: tuple[str, ...] = ()


class Webhook(BaseModel):
    """JSON by POST to a URL."""

    model_config = _STRICT
    kind: Literal["webhook"]
    url: str = Field(pattern="^https?://")
    every: Every = "daily"
    sources: tuple[str, ...] = ()


class Apprise(BaseModel):
    """A URL of Apprise's: chats, pagers, phones (https://appriseit.com)."""

    model_config = _STRICT
    kind: Literal["apprise"]
    url: str = Field(pattern="^[a-z0-9]+://")
    every: Every = "daily"
    sources: tuple[str, ...] = ()


class Automation(BaseModel):
    """A URL that Prefect's own automation calls when an alarm opens or closes; `serve` sets it up."""

    model_config = _STRICT
    kind: Literal["automation"]
    url: str = Field(pattern="^https?://")


Channel = Email | Webhook | Apprise | Automation


class Channels(BaseModel):
    """Who is told: operators of alarms, analysts of what changed in the data."""

    model_config = _STRICT
    operators: tuple[Annotated[Channel, Field(discriminator="kind")], ...] = ()
    analysts: tuple[Annotated[Email | Webhook | Apprise, Field(discriminator="kind")], ...] = ()


def name_of(channel: Channel) -> str:
    """What tells a channel from others: where it leads."""
    return f"{channel.kind} {', '.join(channel.to) if isinstance(channel, Email) else channel.url}"


def read_channels(data: Path) -> Channels:
    """Who is told, by the file in the data folder; nobody without one.

    A value that is `$NAME` is taken from the environment, so that no password stands in a file.

    Raises:
        CorrectTheChannels: with every mistake of the file at once.
    """
    path = data / FILE
    if not path.exists():
        return Channels()
    try:
        return Channels.model_validate(_filled(tomllib.loads(path.read_text(encoding="utf-8"))))
    except ValidationError as error:
        mistakes = (f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        raise CorrectTheChannels("\n".join(f"{path}: {mistake}" for mistake in mistakes)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise CorrectTheChannels(f"{path} is not readable as TOML: {error}") from error
    except KeyError as error:
        raise CorrectTheChannels(f"{path}: the environment has no variable {error}") from error


def _filled(value: object) -> object:
    if isinstance(value, dict):
        return {key: _filled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item) for item in value]
    found = _VARIABLE.fullmatch(value) if isinstance(value, str) else None
    return os.environ[found[1]] if found else value

"""Who is told: `notify.toml` in the data folder, alarms for operators apart from digests for analysts."""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flows.exceptions import CorrectTheChannels
from store.source import site

FILE = "notify.toml"

_STRICT = ConfigDict(frozen=True, extra="forbid")
_VARIABLE = re.compile(r"\$\{?(\w+)\}?")

Every = Literal["release", "daily", "weekly"]
"""How often analysts get a digest, at most."""

# `key` in the channels below is not for the file to say: `read_channels` gives it.


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
    key: str = ""


class Webhook(BaseModel):
    """JSON by POST to a URL."""

    model_config = _STRICT
    kind: Literal["webhook"]
    url: str = Field(pattern="^https?://")
    every: Every = "daily"
    sources: tuple[str, ...] = ()
    key: str = ""


class Apprise(BaseModel):
    """A URL of Apprise's: chats, pagers, phones (https://appriseit.com)."""

    model_config = _STRICT
    kind: Literal["apprise"]
    url: str = Field(pattern="^[a-z0-9]+://")
    every: Every = "daily"
    sources: tuple[str, ...] = ()
    key: str = ""


class Automation(BaseModel):
    """A URL that Prefect's own automation calls when an alarm opens or closes; `serve` sets it up."""

    model_config = _STRICT
    kind: Literal["automation"]
    url: str = Field(pattern="^https?://")
    key: str = ""


Channel = Email | Webhook | Apprise | Automation


class Channels(BaseModel):
    """Who is told: operators of alarms, analysts of what changed in the data."""

    model_config = _STRICT
    operators: tuple[Annotated[Channel, Field(discriminator="kind")], ...] = ()
    analysts: tuple[Annotated[Email | Webhook | Apprise, Field(discriminator="kind")], ...] = ()


def name_of(channel: Channel) -> str:
    """What tells a channel from others, without what nobody else may see: addresses of webhooks and chats hold tokens."""
    match channel:
        case Email():
            where = channel.host
        case Apprise():
            where = channel.url.partition(":")[0]  # what stands for the host may be the token
        case Webhook() | Automation():
            where = site(channel.url) or ""
    return " ".join(part for part in (channel.kind, where, channel.key) if part)


def former_name(channel: Channel) -> str:
    """What told a channel from others in marks that older versions wrote."""
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
    """A value with what the environment has for `$NAME`; a channel with its key."""
    if isinstance(value, dict):
        filled = {key: _filled(item) for key, item in value.items()}
        return {**filled, "key": _key(value)} if "kind" in value else filled
    if isinstance(value, list):
        return [_filled(item) for item in value]
    found = _VARIABLE.fullmatch(value) if isinstance(value, str) else None
    return os.environ[found[1]] if found else value


def _key(written: Mapping[str, object]) -> str:
    """Tells channels of one host apart by what the file says of them, so that no secret can be told from it."""
    told = [written.get(name) for name in ("kind", "to", "url", "sources", "every")]
    return hashlib.sha256(orjson.dumps(told, default=str)).hexdigest()[:8]

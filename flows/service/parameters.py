"""What a deployed flow can be told: types that describe themselves to Prefect's form, and refuse what cannot be meant."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from flows.options import DATA, DATA_SETTING, SEEDS, SEEDS_SETTING
from store.origin import at_hand
from store.source import SOURCE_ID

FIRST_DAY = date(1990, 1, 1)
"""No portal is older."""


def data_folder() -> Path:
    """The data folder of deployed flows."""
    return at_hand(os.environ.get(DATA_SETTING) or DATA)


def seeds_folder() -> Path:
    """The folder of source files of deployed flows."""
    return Path(os.environ.get(SEEDS_SETTING) or SEEDS)


def source_ids() -> list[str]:
    """Names of the source files that are there now, whole or not."""
    return sorted(path.stem for path in seeds_folder().glob("*.toml"))


def _known(name: str) -> str:
    known = source_ids()
    if name not in known:
        raise ValueError(f"there is no source {name!r}; known are {', '.join(known) or 'none'}")
    return name


def _sane(day: date) -> date:
    if day < FIRST_DAY:
        raise ValueError(f"no document is older than {FIRST_DAY}")
    return day


def _name_the_sources(schema: dict[str, Any]) -> None:
    """Let the form offer the sources, and the server refuse others before there is a run."""
    if known := source_ids():
        schema["enum"] = known


SourceId = Annotated[
    str, AfterValidator(_known), Field(pattern=SOURCE_ID.pattern, json_schema_extra=_name_the_sources)
]
SourceIds = list[SourceId]
Rhythm = Literal["hourly", "daily", "weekly", "monthly"] | None
Jitter = Annotated[int, Field(ge=0, le=120)]
_WRITTEN = r"^\d{4}-\d{2}-\d{2}$"
"""Prefect's server looks at a pattern, not at a format."""

Day = Annotated[date, AfterValidator(_sane), Field(json_schema_extra={"pattern": _WRITTEN})]
RetentionDays = Annotated[int, Field(ge=7, le=36_500)]

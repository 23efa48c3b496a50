"""The bodies that issue policies, by a table that people can review: hosts, aliases, and who went before whom.

`data/bodies.tsv`: one row a body; a body that is no more has its days and its successor. A predecessor is never merged into its
successor: a document of 1995 was issued by the commission, not by the ministry.
"""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass

from parsers.metadata.issuers import full_name
from parsers.metadata.jurisdictions import Jurisdiction, of_host


@dataclass(frozen=True, slots=True)
class Body:
    """A body.

    Attributes:
        name: In full.
        host: Its host name; None where it has none.
        jurisdiction: ISO 3166-2.
        aliases: Other names.
        since, until: Months, ISO 8601, for bodies that are no more; else None.
        successor: Name of the body that took its work over; None where it goes on.
    """

    name: str
    host: str | None
    jurisdiction: str
    aliases: tuple[str, ...]
    since: str | None
    until: str | None
    successor: str | None


def _load() -> tuple[Body, ...]:
    lines = (pkgutil.get_data(__name__, "data/bodies.tsv") or b"").decode().splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return tuple(
        Body(
            name,
            host or None,
            place,
            tuple(filter(None, aliases.split(";"))),
            since or None,
            until or None,
            after or None,
        )
        for name, host, place, aliases, since, until, after in rows
    )


BODIES = _load()
_BY_NAME = {name: body for body in BODIES for name in (*body.aliases, body.name)}
_BY_HOST = {body.host: body for body in BODIES if body.host is not None}


def body_of_host(host: str | None) -> Body | None:
    """The body whose site a host is: `kjt.shanxi.gov.cn` is 山西省科学技术厅's; None for hosts that the table does not have."""
    return _BY_HOST.get(host) if host is not None else None


def standard_name(name: str, region: Jurisdiction | None = None) -> str:
    """A body's name in full, as the table has it.

    Args:
        name: As a text names it: an alias (科技部), with 中华人民共和国 before it, or shortened (省科技厅).
        region: Where it speaks from; without it 省 stays 省.
    """
    bare = name.removeprefix("中华人民共和国")
    known = _BY_NAME.get(bare)
    if known is not None:
        return known.name
    written = full_name(bare, region)
    return _BY_NAME[written].name if written in _BY_NAME else written


def standard_name_at(name: str, host: str | None) -> str:
    """As `standard_name`, for a body that a page of a host names: 省科技厅 on kjt.shanxi.gov.cn is Shanxi's."""
    return standard_name(name, of_host(host))


def lineage(name: str) -> tuple[Body, ...]:
    """A body and those that took its work over, one after the other; empty for a name that the table does not have."""
    chain: list[Body] = []
    body = _BY_NAME.get(name)
    while body is not None and body not in chain:
        chain.append(body)
        body = _BY_NAME.get(body.successor) if body.successor else None
    return tuple(chain)

"""Groups: rows parted by the first bits of an id, each drawn again only where a digest says that it is another than before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import duckdb

from flows.report.script import link
from flows.report.tables import values


@dataclass(frozen=True, slots=True)
class Before:
    """What a report may take over from the one before.

    Attributes:
        data: Its folder `data`, if there is one.
        groups: The file of each of its groups, by the digest of the group's rows.
    """

    data: Path | None
    groups: Mapping[str, str]

    def taken(self, folder: Path, digests: Mapping[int, str]) -> dict[int, str]:
        """The files of the groups whose rows are as they were, linked."""
        if self.data is None:
            return {}
        known = {group: self.groups[said] for group, said in digests.items() if said in self.groups}
        return {group: name for group, name in known.items() if link(self.data, folder, [name])}


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that are drawn in groups.

    Attributes:
        name: Of the table that holds them while the report is drawn.
        query: Gives the columns, the id, and what the order goes by, so that a digest tells all that is drawn.
        key: The id.
        order: How the rows stand in a file: by the id first, without ties.
        columns: The columns that are drawn.
    """

    name: str
    query: str
    key: str
    order: str
    columns: Sequence[str]


def bits_for(number: int, each: int) -> int:
    """How many first bits of an id part so many rows into groups of about so many each."""
    return max(0, (number // each).bit_length())


def digests(connection: duckdb.DuckDBPyConnection, rows: Rows, bits: int) -> Mapping[int, str]:
    """Hold rows in a table, each with its group, the first bits of its id as the page computes them too.

    Returns:
        A digest of each group's rows, from the first group on; their order need not be told beside what they hold.
    """
    part = f"('0x' || left({rows.key}, 4))::INTEGER >> {16 - bits}"
    connection.execute(f"CREATE TABLE {rows.name} AS SELECT {part} AS part, * FROM ({rows.query})")
    query = f"SELECT part, sum(hash(r))::VARCHAR FROM {rows.name} r GROUP BY part ORDER BY part"
    return dict(connection.sql(query).fetchall())


def drawn(
    connection: duckdb.DuckDBPyConnection, rows: Rows, groups: Collection[int]
) -> Iterator[tuple[int, Iterator[list[object]]]]:
    """The rows of some groups that are held, from the first group on; before a row's columns stands its group."""
    if not groups:
        return
    wanted = ", ".join(map(str, groups))
    query = f"SELECT * FROM {rows.name} WHERE part IN ({wanted}) ORDER BY {rows.order}"
    for group, found in groupby(values(connection, query, ("part", *rows.columns)), key=itemgetter(0)):
        yield int(str(group)), found

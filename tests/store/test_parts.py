"""Parts of a release's tables: what stays and what is told anew, in the order of the key."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given, settings
from hypothesis import strategies as st

from store import tables
from store.parts import merged, write_part
from store.schema import TABLES

Held = dict[str, int]
NAMES = st.text("abcdef", min_size=1, max_size=3)


def _rows(held: Held) -> pa.Table:
    """Rows of table `fidelity`: so many of each document."""
    nothing = dict.fromkeys(TABLES["fidelity"].schema.names)
    known = {"version": 1, "work_id": "w", "canonical_document_id": "c", "kind": "missing_text"}
    return tables.arrow(
        "fidelity",
        [
            {**nothing, **known, "document_id": name, "n": n}
            for name in sorted(held)
            for n in range(held[name])
        ],
    )


@settings(max_examples=40)
@given(
    st.dictionaries(NAMES, st.integers(1, 900), max_size=12),
    st.dictionaries(NAMES, st.integers(0, 900), max_size=6),
)
def test_what_is_told_anew_takes_its_place(before: Held, fresh: Held) -> None:
    """However many row groups that goes over: as if the table had been written whole."""
    with tempfile.TemporaryDirectory() as folder:
        write_part(Path(folder), "fidelity", [_rows(before)])
        stays = ~pc.field("document_id").isin(pa.array(sorted(fresh), pa.large_string()))
        found = pa.concat_tables(merged(Path(folder), "fidelity", stays, [_rows(fresh)]))
    assert found.equals(_rows({**before, **fresh}).cast(found.schema))

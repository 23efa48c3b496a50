"""Profiles as the index of links keeps them: what thousands of comparisons read again."""

from __future__ import annotations

import numpy as np
import orjson

from parsers.works.facts import Facts
from parsers.works.headline import Headline
from parsers.works.match import Profile
from parsers.works.sketch import MARKS, Sketch

_PLAIN = ("title", "identifier", "creator", "place", "created", "kind", "language", "key_digest", "length")
"""Fields of a profile that JSON takes as they are."""
_SETS = ("names", "cited", "files")
_HEAD = ("name", "draft", "interpretation", "revised")


def packed(item: Profile) -> tuple[bytes, bytes, bytes]:
    """A profile as JSON, and the marks and the sample of its sketch."""
    kept = {name: getattr(item, name) for name in _PLAIN}
    kept |= {name: sorted(getattr(item, name)) for name in _SETS}
    kept |= {name: getattr(item.head, name) for name in _HEAD}
    kept |= {
        "years": sorted(item.head.years),
        "ordinals": sorted(item.head.ordinals),
        "named": item.head.place,
    }
    kept["facts"] = [sorted(item.facts.tokens), item.facts.year, sorted(item.facts.years)]
    kept["shift"] = item.sketch.shift
    marks = item.sketch.marks.to_bytes(MARKS // 8)
    return orjson.dumps(kept), marks, item.sketch.sample.tobytes()


def unpacked(document_id: str, profile: bytes, marks: bytes, sample: bytes) -> Profile:
    """The profile again, but for the bands of its sketch, which only those that come need."""
    kept = orjson.loads(profile)
    tokens, year, years = kept["facts"]
    head = {name: kept[name] for name in _HEAD}
    names, cited, files = (frozenset(kept[name]) for name in _SETS)
    return Profile(
        document_id=document_id,
        head=Headline(
            years=frozenset(kept["years"]), ordinals=frozenset(kept["ordinals"]), place=kept["named"], **head
        ),
        facts=Facts(frozenset(tokens), year, frozenset(years)),
        sketch=Sketch((), kept["shift"], np.frombuffer(sample, dtype=np.uint64), int.from_bytes(marks)),
        names=names,
        cited=cited,
        files=files,
        **{name: kept[name] for name in _PLAIN},
    )

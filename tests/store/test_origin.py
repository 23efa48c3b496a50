"""Data on an object store: what is written on condition, and who may write."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import orjson
import pytest

from store import lease
from store.exceptions import AnotherRun, Overtaken, StorageFault
from store.lease import leased
from store.origin import Origin, Seen, at_hand, delete, download, listed, origin_of, put, read, read_range
from tests.object_store import Bucket

AT_ONCE = 12


@pytest.fixture
def origin(bucket: Bucket) -> Origin:
    """The object store as one copy sees it."""
    found = origin_of(at_hand(bucket.url))
    assert found is not None
    return found


def _written(origin: Origin, number: int, seen: Seen | None) -> bool:
    try:
        put(origin, "one", b"%d" % number, seen)
    except Overtaken:
        return False
    return True


def _race(origin: Origin, seen: Seen | None) -> list[int]:
    """Who wrote, of several that write one key at once."""
    with ThreadPoolExecutor(AT_ONCE) as several:
        won = list(several.map(lambda number: _written(origin, number, seen), range(AT_ONCE)))
    return [number for number, wrote in enumerate(won) if wrote]


def test_conditional_put(origin: Origin) -> None:
    """Of many that create or replace an object at once one does: what all else relies on."""
    seen: Seen | None = None
    for _ in range(5):
        winners = _race(origin, seen)
        held = read(origin, "one")
        assert held is not None
        assert held[0] == b"%d" % winners[0]
        assert len(winners) == 1
        put(origin, "one", uuid4().bytes, held[1])
        found = read(origin, "one")
        assert found is not None
        seen = found[1]


def test_put_over_what_was_not_seen(origin: Origin) -> None:
    """It is refused; the same bytes once more are no conflict, since an answer may have been lost."""
    first = put(origin, "mark", b"first", None)
    assert put(origin, "mark", b"first", None) == first
    put(origin, "mark", b"second", first)
    with pytest.raises(Overtaken, match="mark was written by another run"):
        put(origin, "mark", b"third", first)
    assert (read(origin, "mark") or (b"",))[0] == b"second"


def test_objects(origin: Origin, tmp_path: Path) -> None:
    """They are listed, read, fetched and removed."""
    for key in ("a", "tables/b", "archive/x/c"):
        put(origin, key, key.encode(), None)
    assert set(listed(origin)) == {"a", "tables/b", "archive/x/c"}
    assert set(listed(origin, deep=False)) == {"a"}
    assert set(listed(origin, "archive")) == {"archive/x/c"}
    assert read_range(origin, "archive/x/c", 8, 3) == b"x/c"
    assert download(origin, "a", tmp_path / "deep" / "a") == listed(origin)["a"]
    assert (tmp_path / "deep" / "a").read_bytes() == b"a"
    delete(origin, ["a"])
    assert read(origin, "a") is None
    with pytest.raises(FileNotFoundError):
        download(origin, "a", tmp_path / "b")


def test_working_copy(bucket: Bucket, tmp_path: Path) -> None:
    """A URL has one on each machine; a folder is its own."""
    copy = at_hand(bucket.url)
    assert at_hand(f"{bucket.url}/") == copy
    assert at_hand(f"{bucket.url}2") != copy
    assert at_hand(tmp_path) == tmp_path
    assert origin_of(tmp_path) is None
    bucket.on("second")
    assert at_hand(bucket.url) != copy


def test_lease(origin: Origin) -> None:
    """One copy holds it until it is given back."""
    other = Origin(origin.url, "another copy")
    with leased(origin):
        with pytest.raises(AnotherRun, match=r"is in use by process \d+ on .*, until "), leased(other):
            pass
        with leased(origin):  # a run of the same copy is dead, since the copy's lock is ours
            pass
    with leased(other):
        pass


def test_copy_of_a_copy(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working folder that was copied to another machine is another one, although it bears the same name."""
    with leased(origin):
        monkeypatch.setattr("socket.gethostname", lambda: "another-machine")
        with pytest.raises(AnotherRun), leased(origin):
            pass


def test_lapsed_lease(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that slept past its lease learns of it before it writes."""
    monkeypatch.setattr(lease, "LASTS", timedelta(seconds=-1))
    with leased(origin) as still_ours:
        monkeypatch.setattr(lease, "LASTS", timedelta(minutes=5))
        with leased(Origin(origin.url, "another copy")), pytest.raises(Overtaken):
            still_ours()
    left = read(origin, "lease.json")
    assert left is not None
    assert datetime.fromisoformat(orjson.loads(left[0])["until"]) <= datetime.now(UTC)


def test_race_for_the_lease(origin: Origin) -> None:
    """Of many runs that begin at once one gets it."""
    together = Barrier(6)

    def begins(number: int) -> bool:
        try:
            with leased(Origin(origin.url, f"copy {number}")):
                together.wait()
        except AnotherRun:
            together.wait()
            return False
        return True

    with ThreadPoolExecutor(6) as several:
        assert sum(several.map(begins, range(6))) == 1


@pytest.mark.usefixtures("bucket")
def test_no_such_store() -> None:
    """A store that is not there is a fault that says where to look."""
    nowhere = Origin("s3://no-such-bucket/x", "copy")
    with pytest.raises(StorageFault, match="there is no such bucket"):
        put(nowhere, "a", b"", None)
    with pytest.raises(StorageFault, match="AWS_ENDPOINT_URL"):
        listed(nowhere)
    with pytest.raises(StorageFault, match="no address of an object store"):
        listed(Origin("gopher://x/y", "copy"))

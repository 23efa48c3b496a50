"""One run at a time on an object store: who holds the lease may write.

    lease.json     holder, working copy, host, until

Taken, renewed and given back by conditional puts, so that of two runs that reach for it one gets it. A run that died
leaves a lease that lapses; should its machine have slept only, its writes are refused one by one (`store.origin.put`).
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import orjson

from store.exceptions import AnotherRun, Overtaken, StoreError
from store.origin import Origin, Seen, put, read

KEY = "lease.json"

LASTS = timedelta(minutes=5)
"""How long after its last sign a run is taken for dead; clocks of machines may differ by less."""

_RENEWED = LASTS / 5


@contextmanager
def leased(origin: Origin) -> Iterator[Callable[[], None]]:
    """Hold the lease; what is given says whether it is still held, and raises `Overtaken` where it is not.

    Raises:
        AnotherRun: another working copy holds it; the message says which, and until when.
        StorageFault: the store cannot be written.
    """
    held = _Held(origin, _taken(origin))
    ended = threading.Event()
    beside = threading.Thread(target=_renew, args=(held, ended), daemon=True, name="lease")
    beside.start()
    try:
        yield held.renew
    finally:
        ended.set()
        beside.join()
        with suppress(StoreError):  # who took it over keeps it
            held.say(datetime.now(UTC))


class _Held:
    """The lease as we last wrote it; two threads renew it."""

    def __init__(self, origin: Origin, seen: Seen) -> None:
        self._origin, self._seen = origin, seen
        self._one = threading.Lock()

    def renew(self) -> None:
        self.say(datetime.now(UTC) + LASTS)

    def say(self, until: datetime) -> None:
        with self._one:
            self._seen = put(self._origin, KEY, _content(self._origin, until), self._seen)


def _renew(held: _Held, ended: threading.Event) -> None:
    while not ended.wait(_RENEWED.total_seconds()):
        # A store out of reach for a minute is asked again; who lost the lease learns it before the next writing.
        with suppress(StoreError):
            held.renew()


def _taken(origin: Origin) -> Seen:
    found = read(origin, KEY)
    now = datetime.now(UTC)
    if found is not None:
        lease = orjson.loads(found[0])
        # A run of this same copy is dead: we hold the copy's lock. On another machine lies a copy of the copy.
        ours = (lease["copy"], lease.get("host")) == (origin.copy, socket.gethostname())
        if datetime.fromisoformat(lease["until"]) > now and not ours:
            raise AnotherRun(
                f"{origin.url} is in use by {lease['holder']}, until {lease['until'][:19]} UTC if it should be dead"
            )
    try:
        return put(origin, KEY, _content(origin, now + LASTS), found[1] if found else None)
    except Overtaken as error:
        raise AnotherRun(f"{origin.url} is in use by a run that began in this moment") from error


def _content(origin: Origin, until: datetime) -> bytes:
    host = socket.gethostname()
    holder = f"process {os.getpid()} on {host}"
    return orjson.dumps({"holder": holder, "copy": origin.copy, "host": host, "until": until.isoformat()})

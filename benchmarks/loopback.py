"""Web sites on loopback addresses, and our visit to all of them at once: for benchmarks that fetch."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.refreshed import Refreshed
    from flows.run import Run
    from store.source import Source


LASTS = 6 * 3_600
"""Seconds after which the sites are gone, should nobody end them."""


def listing(pages: int) -> bytes:
    """The links to all pages of a host."""
    items = "".join(
        f"<li><a href='/p/{n}.html'>关于第{n}号事项有关工作的通知</a><span>2026-01-01</span></li>"
        for n in range(pages)
    )
    return (
        f"<html><head><title>通知公告</title></head><body><ul class=list>{items}</ul></body></html>".encode()
    )


def address(number: int) -> str:
    """The address of a host, the first one being 127.0.0.1."""
    return f"127.0.{(number - 1) // 250}.{(number - 1) % 250 + 1}"


async def serve(hosts: int, port: int, pages: int, page: Callable[[str, int], bytes]) -> None:
    """Listen on the addresses of so many hosts, and say so.

    Args:
        hosts: How many.
        port: Of each.
        pages: Pages that each lists, as `/p/<number>.html`.
        page: Gives the page of a host by its number.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        while head := await reader.readuntil(b"\r\n\r\n"):
            path = head.split(b" ", 2)[1].decode()
            if path == "/robots.txt":
                status, content = "404 Not Found", b"none"
            else:
                status, content = "200 OK", listing(pages) if path == "/" else page(host, int(path[3:-5]))
            tag = f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
            if f"If-None-Match: {tag}".encode() in head:
                status, content = "304 Not Modified", b""
            writer.write(
                f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nETag: {tag}\r\n"
                f"Content-Length: {len(content)}\r\n\r\n".encode()
                + content
            )
            await writer.drain()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    for number in range(1, hosts + 1):
        await asyncio.start_server(one, address(number), port)
    print("listening", flush=True)
    await asyncio.sleep(LASTS)


def sources_at(hosts: int, port: int, **more: float) -> list[Source]:
    """The hosts as sources without delays; further limits by their names."""
    from store.source import Seed, Source  # noqa: PLC0415  # the server needs none of it

    free = {"delay_seconds": 0, "delay_response_times": 0, "requests_at_once": hosts, "links": 10_000, **more}
    return [
        Source(
            f"host-{n}",
            f"Host {n}",
            seeds=(Seed("listing", f"http://{address(n)}:{port}/"),),
            limits=free,
            allow_addresses=(f"{address(n)}:{port}",),
        )
        for n in range(1, hosts + 1)
    ]


def visited(run: Run, sources: Sequence[Source], *, at_once: int | None = None) -> list[Refreshed]:
    """Refresh all hosts, so many (by default all) at once, and enter what they gave."""
    from flows.limits import Limits  # noqa: PLC0415  # as above
    from flows.politeness import Politeness  # noqa: PLC0415
    from flows.refresh import keep, refresh_source  # noqa: PLC0415
    from store.history import history  # noqa: PLC0415

    politeness = Politeness(Limits().override(sources[0].limits))
    drawing = history(run.data, [source.source_id for source in sources])
    with drawing as drawn, ThreadPoolExecutor(at_once or len(sources)) as pool:
        visits = pool.map(
            lambda source: refresh_source(run, source, drawn=drawn, politeness=politeness), sources
        )
        refreshed = list(visits)
    keep(run, refreshed)
    return refreshed

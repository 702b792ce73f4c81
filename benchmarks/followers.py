"""Open event streams and a publisher in one asyncio process; latencies by a mark in the text."""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from benchmarks.clients import request

_MARK = re.compile(rb"mark=(\d+)=")
_CONNECTED = b": connected"
_LINE = 1 << 20
_WAIT_S = 20.0
TEXT = "the quick brown fox jumps over the lazy dog " * 16


@dataclass(frozen=True, slots=True)
class Wire:
    """How to speak to one server.

    Attributes:
        stream: path of the event stream.
        publish: path that takes a POST.
        body: the JSON to post, with `MARK` where the mark goes.
    """

    port: int
    stream: str
    publish: str
    body: str
    headers: dict[str, str]

    def request(self, method: str, path: str, body: bytes = b"") -> bytes:
        """The bytes of an HTTP/1.1 request."""
        return request(method, path, self.port, self.headers, body)


@dataclass(slots=True)
class Heard:
    """What the followers got: milliseconds from the POST to each of them."""

    waits: list[float] = field(default_factory=list[float])
    connected: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)


async def follow(wire: Wire, followers: int, events: int, pause_s: float) -> list[float]:
    """Publish events to so many followers; the latency of every delivery in ms.

    Raises:
        TimeoutError: a delivery did not come.
        RuntimeError: one came twice.
    """
    heard = Heard()
    loop = asyncio.get_running_loop()
    streams: list[asyncio.BaseTransport] = []
    try:
        for _ in range(followers):
            made = await loop.create_connection(
                lambda: _Follower(wire, heard), "127.0.0.1", wire.port
            )
            streams.append(made[0])
        await _until(heard, lambda: heard.connected == followers)
        await _publish(wire, events, pause_s)
        await _until(heard, lambda: len(heard.waits) >= followers * events)
    finally:
        for stream in streams:
            stream.close()
    if len(heard.waits) != followers * events:
        raise RuntimeError(f"{len(heard.waits)} deliveries of {followers * events}")
    return heard.waits


class _Follower(asyncio.Protocol):
    """One open stream; cheap, so that it is the server that is measured."""

    def __init__(self, wire: Wire, heard: Heard) -> None:
        self._wire = wire
        self._heard = heard
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        writer = cast(asyncio.WriteTransport, transport)  # uvloop's is none by its class
        writer.write(self._wire.request("GET", self._wire.stream))

    def data_received(self, data: bytes) -> None:
        """Note the marks of whole lines."""
        whole, mark, rest = (self._rest + data).rpartition(b"\n")
        self._rest = rest
        if not mark:
            return
        now = time.perf_counter_ns()
        found = _MARK.findall(whole)
        self._heard.waits += [(now - int(sent)) / 1e6 for sent in found]
        self._heard.connected += whole.count(_CONNECTED)
        self._heard.changed.set()


async def _publish(wire: Wire, events: int, pause_s: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", wire.port, limit=_LINE)
    try:
        for _ in range(events):
            text = f"mark={time.perf_counter_ns()}= {TEXT}"
            writer.write(
                wire.request("POST", wire.publish, wire.body.replace("MARK", text).encode())
            )
            await _answer(reader)
            await asyncio.sleep(pause_s)
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = re.search(rb"content-length: (\d+)", head)
    content = await reader.readexactly(int(length[1])) if length else b""
    if b" 200 " not in head.split(b"\r\n")[0]:
        raise RuntimeError(f"{head[:100]!r} {content[:300]!r}")


async def _until(heard: Heard, done: Callable[[], bool]) -> None:
    async with asyncio.timeout(_WAIT_S):
        while not done():
            heard.changed.clear()
            await heard.changed.wait()

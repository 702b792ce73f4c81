"""Open event streams and a publisher in one asyncio process; latencies by a mark in the text."""

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

_MARK = re.compile(rb"mark=(\d+)=")
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
        lines = [f"{method} {path} HTTP/1.1", f"host: 127.0.0.1:{self.port}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if method == "POST":
            lines += ["content-type: application/json", f"content-length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body


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
    """
    heard = Heard()
    tasks = [asyncio.create_task(_read(wire, heard)) for _ in range(followers)]
    try:
        await _until(heard, lambda: heard.connected == followers)
        await _publish(wire, events, pause_s)
        await _until(heard, lambda: len(heard.waits) >= followers * events)
    finally:
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
    return heard.waits


async def _read(wire: Wire, heard: Heard) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", wire.port, limit=_LINE)
    try:
        writer.write(wire.request("GET", wire.stream))
        while line := await reader.readline():
            found = _MARK.search(line)
            if found:
                heard.waits.append((time.perf_counter_ns() - int(found[1])) / 1e6)
                heard.changed.set()
            elif line.startswith(b": connected"):
                heard.connected += 1
                heard.changed.set()
    finally:
        writer.close()


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

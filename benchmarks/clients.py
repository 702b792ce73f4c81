"""HTTP clients side by side on kept connections: each asks again when it is answered."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import cast

import uvloop

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_WAIT_S = 30.0
Ask = Callable[[int], bytes]
"""The bytes of the next request of client `n`."""


@dataclass(slots=True)
class Load:
    """What clients got answered together.

    Attributes:
        waits: milliseconds from asking to the whole answer, one per request.
    """

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list[float])

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.waits) / self.seconds


def request(method: str, path: str, port: int, headers: dict[str, str], body: bytes = b"") -> bytes:
    """The bytes of an HTTP/1.1 request; a body is JSON."""
    lines = [f"{method} {path} HTTP/1.1", f"host: 127.0.0.1:{port}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if method == "POST":
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def drive(port: int, clients: int, seconds: float, ask: Ask) -> Load:
    """Keep so many clients asking for a while.

    Raises:
        RuntimeError: an answer was not 200, or a connection was lost.
        TimeoutError: an answer did not come.
    """
    return uvloop.run(_drive(port, clients, seconds, ask))


async def _drive(port: int, clients: int, seconds: float, ask: Ask) -> Load:
    loop = asyncio.get_running_loop()
    load, numbers = Load(), count()
    began = time.perf_counter()
    made: list[_Client] = []
    for _ in range(clients):
        _, client = await loop.create_connection(
            lambda: _Client(next(numbers), ask, began + seconds, load), "127.0.0.1", port
        )
        made.append(client)
    try:
        async with asyncio.timeout(seconds + _WAIT_S):
            await asyncio.gather(*(client.done for client in made))
    finally:
        for client in made:
            client.close()
    load.seconds = time.perf_counter() - began
    return load


class _Client(asyncio.Protocol):
    """One connection; cheap, so that it is the server that is measured."""

    def __init__(self, number: int, ask: Ask, until: float, load: Load) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._number = number
        self._ask = ask
        self._until = until
        self._load = load
        self._got = bytearray()
        self._missing = 0
        self._transport: asyncio.WriteTransport | None = None
        self._began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop's is none by its class
        self._next()

    def data_received(self, data: bytes) -> None:
        """Take a part of an answer."""
        self._got += data
        if not self._missing:
            end = self._got.find(_END)
            if end < 0:
                return
            self._missing = end + len(_END) + self._length(end)
        if len(self._got) < self._missing:
            return
        self._load.waits.append((time.perf_counter() - self._began) * 1000)
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        """A server that hangs up has failed."""
        self._fail(f"the connection was lost: {exc}")

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def _next(self) -> None:
        assert self._transport is not None
        self._got.clear()
        self._missing = 0
        self._began = time.perf_counter()
        if self._began < self._until:
            self._transport.write(self._ask(self._number))
        elif not self.done.done():
            self.done.set_result(None)

    def _length(self, end: int) -> int:
        head = bytes(self._got[:end]).lower()
        if b" 200 " not in head[:16]:
            self._fail(f"answered {bytes(self._got[:400])!r}")
        at = head.find(_LENGTH)
        if at < 0:
            self._fail("an answer of unknown length")
            return 0
        return int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0])

    def _fail(self, why: str) -> None:
        if not self.done.done():
            self.done.set_exception(RuntimeError(why))

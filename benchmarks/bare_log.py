"""The least that keeps what is posted: a body goes into the raw log, by groups, then is told."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.raw import LOG, SESSIONS, RawLog
from hansard.store.writer import Ticket, Writer

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Log:
    """An ASGI application: one writer thread, what queued while it flushed is its next group."""

    _log: RawLog
    _writer: Writer

    def __init__(self) -> None:
        self._numbers = count(1)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Keep what is posted; answer with the same bytes when they are durable."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        pieces: list[bytes] = []
        more = True
        while more:
            message = await receive()
            pieces.append(message.get("body", b""))
            more = message.get("more_body", False)
        body = b"".join(pieces)
        if scope["method"] == "POST":
            await self._keep(body)
        answer = b'{"data":[' + body + b"]}"
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(answer)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async def _keep(self, body: bytes) -> None:
        loop = asyncio.get_running_loop()
        number = next(self._numbers)
        future: asyncio.Future[None] = loop.create_future()
        items = [(number, number % SESSIONS, body)]
        self._writer.put(Ticket(lambda _: self._log.write(items), 1, (), future, loop))
        await future

    async def _live(self, receive: Receive, send: Send) -> None:
        log = RawLog(Path(os.environ[LOG]), [b""])
        await receive()
        with log.writer() as writer:
            self._log, self._writer = log, writer
            await send({"type": "lifespan.startup.complete"})
            await receive()
        log.close()
        await send({"type": "lifespan.shutdown.complete"})


app = Log()

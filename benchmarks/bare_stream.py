"""The least that fans out: a POST goes to every open event stream, once durable or at once."""

import asyncio
import os
from collections.abc import AsyncGenerator
from itertools import count
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from benchmarks.raw import LOG, RawLog

_readers: set[asyncio.Queue[bytes]] = set()
_numbers = count(1)
_log = RawLog(Path(os.environ[LOG]), [b""]) if LOG in os.environ else None


async def publish(request: Request) -> Response:
    """Keep the body in the raw log when `durable` is asked for, then hand it to all."""
    body = await request.body()
    number = next(_numbers)
    if _log is not None and "durable" in request.query_params:
        await asyncio.to_thread(_log.commit, [(number, 1, body)])
    piece = b"event: message\nid: %d\ndata: %b\n\n" % (number, body)
    for reader in _readers:
        reader.put_nowait(piece)
    return Response(b'{"data":[]}', media_type="application/json")


async def stream(_: Request) -> Response:
    """Follow what is published from now on."""
    return StreamingResponse(_pieces(), media_type="text/event-stream")


async def _pieces() -> AsyncGenerator[bytes]:
    mine: asyncio.Queue[bytes] = asyncio.Queue()
    _readers.add(mine)
    try:
        yield b": connected\n\n"
        while True:
            yield await mine.get()
    finally:
        _readers.discard(mine)


async def ready(_: Request) -> Response:
    """The process answers."""
    return Response(b"ok")


app = Starlette(
    routes=[
        Route("/publish", publish, methods=["POST"]),
        Route("/stream", stream),
        Route("/ready", ready),
    ]
)

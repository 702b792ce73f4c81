"""The least that answers HTTP: bytes that were ready before the request came."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

ROWS = "BENCH_ROWS"
"""The environment variable that names the file with the answer."""

_body = Path(os.environ[ROWS]).read_bytes() if ROWS in os.environ else b"[]"
_head = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(_body)).encode()),
    ],
}
_rest = {"type": "http.response.body", "body": _body}

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answer every request with the same bytes."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    await send(_head)
    await send(_rest)

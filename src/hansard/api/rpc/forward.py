"""Ask a route of this server from inside: the same guard, checks, audit and answer as outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import Message, Scope

from hansard.api.rpc.failure import BY_STATUS, INTERNAL_ERROR, RpcError, of_envelope

_MATCHED = ("path_params", "endpoint", "route", "router")
_NOT_HANDED_ON = (b"content-length", b"content-type", b"x-stainless-retry-count", b"last-event-id")
_KEY, _LONG_KEY = b"idempotency-key", 250
_MOST = 16 << 20
"""An answer that a JSON value holds; larger ones are downloaded over HTTP."""


@dataclass(slots=True)
class Answer:
    """What a route answered."""

    status: int = 500
    kind: str = ""
    content: bytes = b""

    def json(self) -> Any:
        """The JSON of the answer.

        Raises:
            RpcError: the route refused, or did not answer with JSON.
        """
        try:
            value = orjson.loads(self.content)
        except ValueError as problem:
            raise RpcError(INTERNAL_ERROR, "the answer is no JSON") from problem
        if self.status >= 300:
            raise of_envelope(self.status, value)
        return value


async def forward(
    request: Request,
    method: str,
    path: str,
    *,
    query: Sequence[tuple[str, str]] = (),
    body: Any = None,
    place: int = 0,
) -> Answer:
    """Ask a route as the caller of `request`.

    Args:
        place: of the call in its batch; a key against repeats is each call's own.

    Raises:
        RpcError: the answer is larger than a call's may be.
    """
    content = b"" if body is None else orjson.dumps(body)
    scope = _scope(request, method, path, query, content, place)
    found, pieces = Answer(), list[bytes]()
    size, given = 0, False

    async def receive() -> Message:
        nonlocal given
        if given:
            return {"type": "http.disconnect"}
        given = True
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal size
        if message["type"] == "http.response.start":
            found.status = message["status"]
            headers = {name.lower(): value for name, value in message.get("headers", ())}
            found.kind = headers.get(b"content-type", b"").decode("latin-1")
            return
        size += len(message.get("body", b""))
        if size > _MOST:
            raise OSError("the answer is too large")  # what a reader that went away looks like
        pieces.append(bytes(message.get("body", b"")))

    try:
        await request.app.router(scope, receive, send)
    except (OSError, ClientDisconnect):
        if size <= _MOST:
            raise
        said = {"status": 413, "type": "request_too_large"}
        message = f"the answer is over {_MOST >> 20} MiB: ask for it by {method} {path}"
        raise RpcError(BY_STATUS[413], message, said) from None
    found.content = b"".join(pieces)
    return found


def _scope(
    request: Request,
    method: str,
    path: str,
    query: Sequence[tuple[str, str]],
    content: bytes,
    place: int,
) -> Scope:
    headers = [pair for pair in request.scope["headers"] if pair[0] not in _NOT_HANDED_ON]
    headers = [(n, _key(v, place) if n == _KEY else v) for n, v in headers]
    if content:
        length = b"%d" % len(content)
        headers += [(b"content-type", b"application/json"), (b"content-length", length)]
    return {
        **{name: value for name, value in request.scope.items() if name not in _MATCHED},
        "method": method,
        "path": path,
        "raw_path": quote(path).encode(),
        "query_string": urlencode(query).encode(),
        "headers": headers,
        "asgi": {**request.scope.get("asgi", {}), "spec_version": "2.4"},
        "state": {"request_id": getattr(request.state, "request_id", "")},
    }


def _key(sent: bytes, place: int) -> bytes:
    """The key of one call of a batch; one that is empty or too long stays so, to be refused."""
    return sent + b"#%d" % place if 0 < len(sent) < _LONG_KEY else sent

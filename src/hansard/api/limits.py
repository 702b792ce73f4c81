"""What a request may be, checked before any handler: host, size, shape of its JSON."""

import asyncio
from typing import Any, cast
from uuid import uuid4

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hansard.api import auth, errors

MAX_BODY = 1 << 20
_MAX_DEPTH = 64
_MAX_KEYS = 10_000
_BODY_TIME_S = 15.0
_SECURITY = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Limits:
    """ASGI middleware: request ids, the Host allow-list, body size and depth.

    Args:
        hosts: Host names that are answered (against DNS rebinding).
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request, then hand it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = f"req_{uuid4().hex}"
        scope.setdefault("state", {})["request_id"] = request_id
        headers = Headers(scope=scope)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = MutableHeaders(scope=message)
                found["request-id"] = found["x-request-id"] = request_id
                for name, value in _SECURITY.items():
                    found.setdefault(name, value)
            await send(message)

        if auth.hostname(headers.get("host", "")) not in self._hosts:
            await _refuse(sending, 421, "invalid_request_error", "unknown Host", request_id)
            return
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, sending)
            return
        try:
            body = await asyncio.wait_for(_body(headers, receive), _BODY_TIME_S)
        except TimeoutError:
            await _refuse(sending, 408, "invalid_request_error", "the body is too slow", request_id)
            return
        except ValueError as problem:
            await _refuse(sending, 413, "request_too_large", str(problem), request_id)
            return
        fault = _fault(headers, body)
        if fault is not None:
            await _refuse(sending, 400, "invalid_request_error", fault, request_id)
            return
        await self._app(scope, _again(body, receive), sending)


async def _body(headers: Headers, receive: Receive) -> bytes:
    too_large = f"a request body is at most {MAX_BODY} bytes"
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > MAX_BODY:
        raise ValueError(too_large)
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        piece: bytes = message.get("body", b"")
        size += len(piece)
        if size > MAX_BODY:
            raise ValueError(too_large)
        pieces.append(piece)
        if not message.get("more_body"):
            return b"".join(pieces)


def _fault(headers: Headers, body: bytes) -> str | None:
    """What is wrong with a body, or None. Only JSON is read here."""
    if headers.get("content-encoding", "identity") != "identity":
        return "compressed bodies are not read"
    if not body:
        return None
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        return "the body must be JSON with content-type application/json"
    try:
        value = orjson.loads(body)
    except ValueError as problem:
        return f"the body is not JSON: {problem}"
    return _too_much(value)


def _too_much(value: Any) -> str | None:
    stack: list[tuple[Any, int]] = [(value, 1)]
    keys = 0
    while stack:
        found, depth = stack.pop()
        if depth > _MAX_DEPTH:
            return f"the body is nested deeper than {_MAX_DEPTH}"
        if isinstance(found, dict):
            fields = cast("dict[str, Any]", found)
            keys += len(fields)
            stack.extend((inner, depth + 1) for inner in fields.values())
        elif isinstance(found, list):
            stack.extend((inner, depth + 1) for inner in cast("list[Any]", found))
        if keys > _MAX_KEYS:
            return f"the body has more than {_MAX_KEYS} fields"
    return None


def _again(body: bytes, receive: Receive) -> Receive:
    """Give the body that was read to the handler, then what the client says next."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _refuse(send: Send, status: int, kind: str, message: str, request_id: str) -> None:
    content = errors.body(kind, message, request_id)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})

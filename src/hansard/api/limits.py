"""What a request may be, checked before any handler: host, size, shape of its JSON."""

import asyncio
import json
from typing import Any, cast
from uuid import uuid4

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hansard.api import auth, errors

MAX_BODY = 1 << 20
_MAX_DEPTH = 64
_MAX_KEYS = 10_000
_MAX_NUMBER = 1_000
_MAX_TARGET = 16_384
_MAX_HEADERS = 65_536


class Limits:
    """ASGI middleware: request ids, the Host allow-list, body size and depth.

    Args:
        hosts: Host names that are answered (against DNS rebinding).
        body_seconds: how long a body may take to arrive.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str], body_seconds: float) -> None:
        self._app = app
        self._hosts = hosts
        self._body_seconds = body_seconds

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
                for name, value in errors.every_header(request_id).items():
                    found.setdefault(name, value)
            await send(message)

        if auth.hostname(headers.get("host", "")) not in self._hosts:
            await _refuse(sending, 421, "invalid_request_error", "unknown Host", request_id)
            return
        refused = _target_fault(scope, headers)
        if refused is not None:
            status, reason = refused
            await _refuse(sending, status, "invalid_request_error", reason, request_id)
            return
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, sending)
            return
        try:
            body = await asyncio.wait_for(_body(headers, receive), self._body_seconds)
        except TimeoutError:
            await _refuse(sending, 408, "invalid_request_error", "the body is too slow", request_id)
            return
        except ValueError as problem:
            await _refuse(sending, 413, "request_too_large", str(problem), request_id)
            return
        if body is None:
            return
        fault = _fault(headers, body)
        if fault is not None:
            await _refuse(sending, 400, "invalid_request_error", fault, request_id)
            return
        await self._app(scope, _again(body, receive), sending)


def _target_fault(scope: Scope, headers: Headers) -> tuple[int, str] | None:
    """What is wrong with a request's path, query or headers: (status, reason), or None."""
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        return 400, "an address holds no NUL"
    if len(scope["path"]) + len(scope["query_string"]) > _MAX_TARGET:
        return 414, f"an address is at most {_MAX_TARGET} bytes"
    if sum(len(name) + len(value) for name, value in headers.raw) > _MAX_HEADERS:
        return 431, f"headers are at most {_MAX_HEADERS} bytes"
    return None


async def _body(headers: Headers, receive: Receive) -> bytes | None:
    """The whole body; None when the client went away before its end."""
    too_large = f"a request body is at most {MAX_BODY} bytes"
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > MAX_BODY:
        raise ValueError(too_large)
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
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
    return _too_much(value) or _odd(body)


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


def _odd(body: bytes) -> str | None:
    """What two parsers may read differently: a field that stands twice, an endless number."""

    def unique(pairs: list[tuple[str, Any]]) -> None:
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError("the body has a field twice in one object")

    def number(text: str) -> None:
        if len(text) > _MAX_NUMBER:
            raise ValueError(f"the body has a number of more than {_MAX_NUMBER} characters")

    try:
        json.loads(body, object_pairs_hook=unique, parse_int=number, parse_float=number)
    except ValueError as problem:
        return str(problem)
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

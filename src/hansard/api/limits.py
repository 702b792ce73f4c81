"""What a request may be: host and head before anything else, the body once the caller is known."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any, cast
from uuid import uuid4

import orjson
from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hansard.api import auth, errors
from hansard.domain.errors import InvalidRequest, TooLarge

MAX_BODY = 1 << 20
MAX_PUBLIC_BODY = 8 << 10
"""Where no credential is asked for, a body is a login token."""
_MAX_DEPTH = 64
_MAX_KEYS = 10_000
_MAX_ITEMS = 10_000
_MAX_MARKS = 2 * (_MAX_KEYS + _MAX_ITEMS) + 1
_MAX_NUMBER = 1_000
_MAX_TARGET = 16_384
_MAX_HEADERS = 65_536


class Limits:
    """ASGI middleware: request ids, the Host allow-list, the size of address and headers.

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
                for name, value in errors.every_header(request_id).items():
                    found.setdefault(name, value)
            await send(message)

        named = headers.getlist("host")
        if len(named) != 1 or auth.hostname(named[0]) not in self._hosts:
            await _refuse(sending, 421, "unknown Host", request_id)
            return
        refused = _target_fault(scope, headers)
        if refused is not None:
            await _refuse(sending, *refused, request_id)
            return
        await self._app(scope, receive, sending)


async def read(request: Request, seconds: float, most: int = MAX_BODY) -> Request | None:
    """The request with its whole body, which is JSON of a bearable shape, or empty.

    None when the client went away before the body's end.

    Args:
        seconds: how long the body may take to arrive.
        most: bytes.

    Raises:
        TooSlow: it took longer.
        TooLarge: it is over its limit.
        InvalidRequest: it is not JSON, or more of it than any request needs.
    """
    try:
        body = await asyncio.wait_for(_body(request.headers, request.receive, most), seconds)
    except TimeoutError as problem:
        raise errors.TooSlow("the body is too slow") from problem
    if body is None:
        return None
    fault = _fault(request.headers, body)
    if fault is not None:
        raise InvalidRequest(fault)
    return Request(request.scope, _again(body, request.receive))


def _target_fault(scope: Scope, headers: Headers) -> tuple[int, str] | None:
    """What is wrong with a request's path, query or headers: (status, reason), or None."""
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        return 400, "an address holds no NUL"
    if len(scope["path"]) + len(scope["query_string"]) > _MAX_TARGET:
        return 414, f"an address is at most {_MAX_TARGET} bytes"
    if sum(len(name) + len(value) for name, value in headers.raw) > _MAX_HEADERS:
        return 431, f"headers are at most {_MAX_HEADERS} bytes"
    return None


async def _body(headers: Headers, receive: Receive, most: int) -> bytes | None:
    """The whole body; None when the client went away before its end."""
    too_large = f"a request body is at most {most} bytes"
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise TooLarge(too_large)
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        piece: bytes = message.get("body", b"")
        size += len(piece)
        if size > most:
            raise TooLarge(too_large)
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
    if _marks(body) > _MAX_MARKS:
        return f"the body has more than {_MAX_KEYS} fields or {_MAX_ITEMS} items in its lists"
    try:
        value = orjson.loads(body)
    except ValueError as problem:
        return f"the body is not JSON: {problem}"
    return _too_much(value) or _odd(body)


def _marks(body: bytes) -> int:
    """How many commas and opening brackets stand outside of strings.

    Only making a third of a million lists takes a second; this takes a few milliseconds.
    """
    plain = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    outside = b"".join(plain.split(b'"')[::2])
    return sum(outside.count(mark) for mark in (b",", b"[", b"{"))


def _too_much(value: Any) -> str | None:
    """Whether any reader after this one would have too much to do; counts before it descends."""
    stack: list[tuple[Any, int]] = [(value, 1)]
    keys = items = 0
    while stack:
        found, depth = stack.pop()
        if depth > _MAX_DEPTH:
            return f"the body is nested deeper than {_MAX_DEPTH}"
        inner: Iterable[Any] = ()
        if isinstance(found, dict):
            fields = cast("dict[str, Any]", found)
            keys += len(fields)
            inner = fields.values()
        elif isinstance(found, list):
            inner = cast("list[Any]", found)
            items += len(inner)
        if keys > _MAX_KEYS:
            return f"the body has more than {_MAX_KEYS} fields"
        if items > _MAX_ITEMS:
            return f"the body has more than {_MAX_ITEMS} items in its lists"
        stack.extend((one, depth + 1) for one in inner)
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


async def _refuse(send: Send, status: int, message: str, request_id: str) -> None:
    content = errors.body("invalid_request_error", message, request_id)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})

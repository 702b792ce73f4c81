"""POST /rpc: JSON-RPC 2.0 with parameters by name, batches and notifications."""

import logging
from typing import Any, cast

import orjson
from fastapi import APIRouter, Request, Response

from hansard.api import auth, limits
from hansard.api.rooms import caller, rooms
from hansard.api.rpc import session_methods
from hansard.api.rpc.call import Call, Method, failed, printed
from hansard.api.rpc.failure import (
    BY_STATUS,
    INTERNAL_ERROR,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    RpcError,
    bad_params,
)
from hansard.domain.draft import Json
from hansard.domain.errors import HansardError, InvalidRequest, PermissionDenied
from hansard.domain.operations import ENDPOINTS, OPERATIONS, covers

_LOG = logging.getLogger(__name__)
_MOST = 100
_MOST_BYTES = 16 << 20
"""Of all answers of a batch; a single one may be as large."""
_JSON = "application/json"

ABSENT = {
    "file.upload": "a file is a form of many pieces, and a call is one JSON value",
    "login.enter": "a cookie is for browsers; programs use keys",
    "login.leave": "a cookie is for browsers; programs use keys",
}
"""Operations that cannot be called here, beside the streams: one call has one answer."""


def _methods() -> dict[str, Method]:
    plain = [o for o in OPERATIONS if not o.streams and o.name not in ABSENT]
    table = {operation.name: printed(operation) for operation in plain}
    return table | {method.name: method for method in (*session_methods.METHODS, _DISCOVER)}


async def discover(call: Call) -> Json:
    """What can be called, as an OpenRPC document."""
    call.only()
    info = {"title": "Hansard", "version": call.parts.version}
    shown = [_described(method) for _, method in sorted(METHODS.items())]
    return {"openrpc": "1.3.2", "info": info, "methods": shown}


_DISCOVER = Method("rpc.discover", "What can be called here", "read", (), discover)
METHODS = _methods()


def router() -> APIRouter:
    """The one route, behind its guard."""
    made = APIRouter()
    operation = ENDPOINTS["rpc.call"]
    admit = auth.guard(operation)

    async def endpoint(request: Request) -> Response:
        await admit(request)
        return await _answered(request)

    made.add_route(operation.path, endpoint, methods=[operation.method], include_in_schema=False)
    return made


async def _answered(request: Request) -> Response:
    try:
        whole = await limits.read(request, rooms(request).body_seconds)
        sent: Any = None if whole is None else orjson.loads(await whole.body())
    except (HansardError, ValueError) as problem:
        return _refusal(problem)
    if not isinstance(sent, list):
        found = await _one(request, sent, 0)
        return _response(found)
    calls = cast("list[Any]", sent)
    if not 1 <= len(calls) <= _MOST:
        return _response(_error(None, RpcError(INVALID_REQUEST, f"a batch has 1 to {_MOST} calls")))
    told: list[bytes] = []
    size = 0
    for place, item in enumerate(calls):
        full = size > _MOST_BYTES
        answer = _left_out(item) if full else await _one(request, item, place)
        if answer is not None:
            told.append(orjson.dumps(answer))
            size += len(told[-1])
    return Response(b"[" + b",".join(told) + b"]", 200, None, _JSON) if told else _response(None)


def _left_out(sent: Any) -> Json | None:
    """What a call is told that was not run, since the answers before it fill the batch."""
    fields = cast(Json, sent) if isinstance(sent, dict) else {}
    message = f"not run: the answers of this batch are over {_MOST_BYTES >> 20} MiB; ask again"
    said = {"status": 413, "type": "request_too_large"}
    return _error(fields["id"], RpcError(BY_STATUS[413], message, said)) if "id" in fields else None


async def _one(request: Request, sent: Any, place: int) -> Json | None:
    """The answer of one call; None of a notification."""
    fields = cast(Json, sent) if isinstance(sent, dict) else {}
    number: Any = fields.get("id")
    known = isinstance(number, str | int | float | None) and not isinstance(number, bool)
    try:
        method, params = _read(fields, known)
    except RpcError as problem:
        return _error(number if known else None, problem)
    try:
        result = await _run(request, method, params, place)
    except RpcError as problem:
        return _error(number, problem) if "id" in fields else None
    return {"jsonrpc": "2.0", "result": result, "id": number} if "id" in fields else None


def _read(fields: Json, known: bool) -> tuple[str, Any]:
    method: Any = fields.get("method")
    if fields.get("jsonrpc") != "2.0" or not isinstance(method, str) or not known:
        message = 'a call is {"jsonrpc": "2.0", "method": …, "params": {…}, "id": …}'
        raise RpcError(INVALID_REQUEST, message)
    return method, fields.get("params", {})


async def _run(request: Request, name: str, params: Any, place: int) -> Any:
    method = METHODS.get(name)
    if method is None:
        raise RpcError(METHOD_NOT_FOUND, f"there is no method {name[:80]}")
    if not isinstance(params, dict):
        raise bad_params("parameters go by name, in an object")
    who = await caller(request)
    if not covers(who.scope, method.scope):
        raise failed(PermissionDenied(f"this needs the scope {method.scope}"), who.request_id)
    try:
        return await method.run(Call(request, rooms(request), who, cast(Json, params), place))
    except RpcError:
        raise
    except HansardError as problem:
        raise failed(problem, who.request_id) from None
    except Exception as problem:  # a fault of ours answers in the protocol's envelope too
        _LOG.exception("call of %s failed, request %s", name, who.request_id)
        said = {"status": 500, "type": "api_error", "request_id": who.request_id}
        raise RpcError(INTERNAL_ERROR, "the server failed on this call", said) from problem


def _error(number: Any, problem: RpcError) -> Json:
    return {"jsonrpc": "2.0", "error": problem.to_wire(), "id": number}


def _refusal(problem: Exception) -> Response:
    """A body that is not JSON, or more than any call needs."""
    status = problem.status if isinstance(problem, HansardError) else 400
    parses = isinstance(problem, HansardError) and not isinstance(problem, InvalidRequest)
    code = INVALID_REQUEST if parses else PARSE_ERROR
    message = problem.message if isinstance(problem, HansardError) else "the body is not JSON"
    return _response(_error(None, RpcError(code, message)), status)


def _response(value: Any, status: int = 200) -> Response:
    if value is None:
        return Response(status_code=204)
    return Response(orjson.dumps(value), status, None, _JSON)


def _described(method: Method) -> Json:
    params = [
        {
            "name": param.name,
            "description": param.help,
            "required": param.required,
            "schema": {"type": _TYPES[param.type]},
        }
        for param in method.params
    ]
    return {
        "name": method.name,
        "summary": method.summary,
        "paramStructure": "by-name",
        "params": params,
        "result": {"name": "result", "schema": {}},
        "x-scope": method.scope,
    }


_TYPES = {"strings": "array", "objects": "array"} | {
    name: name for name in ("string", "integer", "boolean", "object")
}

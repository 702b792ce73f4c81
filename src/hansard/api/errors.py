"""Every error in the protocol's envelope, with the request's id (product.md, decision 1)."""

import logging
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from hansard.api.auth import RULES
from hansard.domain.errors import Conflict, HansardError, InvalidRequest, NotFound

_LOG = logging.getLogger(__name__)
_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    405: "invalid_request_error",
    409: "conflict_error",
    413: "request_too_large",
    415: "invalid_request_error",
    421: "invalid_request_error",
    422: "invalid_request_error",
    429: "rate_limit_error",
    503: "overloaded_error",
}
_MAX_MESSAGE = 400
_SECURITY = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class InFlight(Conflict):
    """An earlier copy of the request still runs: the one conflict that goes away by itself."""


class TooSlow(HansardError):
    """The body took longer to arrive than a body may."""

    type = "invalid_request_error"
    status = 408


def every_header(request_id: str) -> dict[str, str]:
    """The headers that every answer has."""
    return {"request-id": request_id, "x-request-id": request_id, **_SECURITY}


def body(kind: str, message: str, request_id: str | None, **details: Any) -> bytes:
    """The envelope `{"type":"error","error":{…},"request_id":…}`."""
    error = {"type": kind, "message": message[:_MAX_MESSAGE], **details}
    return orjson.dumps({"type": "error", "error": error, "request_id": request_id}, default=str)


def answer(problem: HansardError, request_id: str | None) -> Response:
    """A refusal as a response; stock clients repeat a 409 unless they are told not to."""
    headers = {"retry-after": "1"} if problem.status in (429, 503, 507) else {}
    if problem.status == Conflict.status:
        headers["x-should-retry"] = "true" if isinstance(problem, InFlight) else "false"
    return Response(
        body(problem.type, problem.message, request_id, **problem.details),
        problem.status,
        headers,
        "application/json",
    )


def install(app: FastAPI) -> None:
    """Answer every error, also unknown ones, in the envelope."""

    @app.exception_handler(HansardError)
    async def _known(request: Request, problem: HansardError) -> Response:  # pyright: ignore[reportUnusedFunction]
        return answer(problem, _request_id(request))

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, problem: RequestValidationError) -> Response:  # pyright: ignore[reportUnusedFunction]
        return answer(InvalidRequest(_first(problem)), _request_id(request))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, problem: HTTPException) -> Response:  # pyright: ignore[reportUnusedFunction]
        if problem.status_code == NotFound.status:
            return answer(NotFound("there is nothing at this address"), _request_id(request))
        kind = _TYPES.get(problem.status_code, "api_error")
        content = body(kind, str(problem.detail), _request_id(request))
        headers = _headers(request, problem)
        return Response(content, problem.status_code, headers, "application/json")

    @app.exception_handler(Exception)
    async def _unknown(request: Request, problem: Exception) -> Response:  # pyright: ignore[reportUnusedFunction]
        _LOG.error("request %s failed", _request_id(request), exc_info=problem)
        request_id = _request_id(request)
        content = body("api_error", "the server failed on this request", request_id)
        return Response(content, 500, every_header(str(request_id)), "application/json")


def _request_id(request: Request) -> str | None:
    return getattr(request.state, "request_id", None)


def _headers(request: Request, problem: HTTPException) -> dict[str, str]:
    """The headers of a refusal; a 405 names the methods of every route at the address."""
    found = dict(problem.headers or {})
    route: Any = request.scope.get("route")  # none where a route knows one method alone
    if problem.status_code == HTTPStatus.METHOD_NOT_ALLOWED and route is not None:
        methods = sorted(method for method, path in RULES if path == route.path)
        found["Allow"] = ", ".join(methods)
    return found


def _first(problem: RequestValidationError) -> str:
    found = problem.errors()[0]
    where = ".".join(str(part) for part in found["loc"] if part not in ("body", "query", "path"))
    return f"{where}: {found['msg']}" if where else str(found["msg"])

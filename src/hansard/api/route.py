"""A route of an operation: admits the caller, then reads the body, then answers."""

from collections import OrderedDict
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from functools import wraps
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from hansard.api import auth, limits
from hansard.api.rooms import Caller, Rooms, rooms
from hansard.domain.errors import InvalidRequest
from hansard.domain.operations import BY_NAME, ENDPOINTS

_LISTS = ("strings", "objects")
_REMEMBERED = 512
_LONGEST = 1_024
_ASKED: ContextVar["tuple[Readings, Address] | None"] = ContextVar("asked", default=None)
Address = tuple[str, bytes]
"""Path and query of a request."""


class Guarded(APIRoute):
    """A route whose `operation_id` names an operation of the table, or an alias of one.

    A dependency would come too late: FastAPI reads and parses the body before it asks any.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, _telling(endpoint), **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind the guard and the limits on bodies."""
        operation = (BY_NAME | ENDPOINTS)[self.operation_id or ""]
        admit, answer = auth.guard(operation), super().get_route_handler()
        most = limits.MAX_PUBLIC_BODY if operation.scope == "public" else limits.MAX_BODY
        readings = Readings(self.endpoint)
        single = [p.name for p in operation.params if p.where == "query" and p.type not in _LISTS]

        async def read(request: Request) -> Response:
            for name in single:
                if len(request.query_params.getlist(name)) > 1:
                    raise InvalidRequest(f"{name}: once")
            return await answer(request)

        async def handle(request: Request) -> Response:
            await admit(request)
            if request.method in auth.SAFE:
                return await readings.answer(request, read)
            if operation.uploads:
                return await read(request)
            whole = await limits.read(request, rooms(request).body_seconds, most)
            return Response(status_code=400) if whole is None else await read(whole)

        return handle


class Readings:
    """How addresses were read that are asked for again and again.

    FastAPI takes half a millisecond to read two dozen filters, and the same address always reads
    the same.

    Args:
        endpoint: what `_telling` made.
    """

    def __init__(self, endpoint: Callable[..., Any]) -> None:
        self._endpoint = endpoint
        self._found: OrderedDict[Address, tuple[dict[str, Any], dict[str, type]]] = OrderedDict()

    async def answer(
        self, request: Request, read: Callable[[Request], Coroutine[Any, Any, Response]]
    ) -> Response:
        """Answer a request without a body; `read` reads an address that is not known."""
        address: Address = request.scope["path"], request.scope["query_string"]
        known = self._found.get(address)
        if known is None:
            token = _ASKED.set((self, address))
            try:
                return await read(request)
            finally:
                _ASKED.reset(token)
        self._found.move_to_end(address)
        said, given = known
        ours = {name: _ours(kind, request) for name, kind in given.items()}
        return await self._endpoint(**said, **ours)

    def remember(self, address: Address, values: dict[str, Any]) -> None:
        """Keep what an address says; what belongs to the request is given anew each time."""
        path, query = address
        if len(path) + len(query) > _LONGEST:
            return
        given = {
            name: kind
            for name, value in values.items()
            for kind in (Rooms, Caller, Request)
            if isinstance(value, kind)
        }
        said = {name: value for name, value in values.items() if name not in given}
        self._found[address] = said, given
        if len(self._found) > _REMEMBERED:
            self._found.popitem(last=False)


def _ours(kind: type, request: Request) -> Any:
    if kind is Rooms:
        return rooms(request)
    return request if kind is Request else request.state.caller


def _telling(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """The endpoint, which says what it was called with where that is to be remembered."""

    @wraps(endpoint)
    async def run(**values: Any) -> Response:
        asked = _ASKED.get()
        if asked is not None:
            readings, address = asked
            readings.remember(address, values)
        return await endpoint(**values)

    return run

"""A route of an operation: admits the caller, then reads the body, then answers."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from hansard.api import auth, limits
from hansard.api.rooms import rooms
from hansard.domain.operations import BY_NAME, ENDPOINTS


class Guarded(APIRoute):
    """A route whose `operation_id` names an operation of the table, or an alias of one.

    A dependency would come too late: FastAPI reads and parses the body before it asks any.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind the guard and the limits on bodies."""
        operation = (BY_NAME | ENDPOINTS)[self.operation_id or ""]
        admit, answer = auth.guard(operation), super().get_route_handler()
        most = limits.MAX_PUBLIC_BODY if operation.scope == "public" else limits.MAX_BODY

        async def handle(request: Request) -> Response:
            await admit(request)
            if request.method in auth.SAFE or operation.uploads:
                return await answer(request)
            whole = await limits.read(request, rooms(request).body_seconds, most)
            return Response(status_code=400) if whole is None else await answer(whole)

        return handle

"""The ASGI application: limits, errors, the operations, health, the page."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI, Response

from hansard.api import auth, dashboard, errors, operations, static
from hansard.api import description as describing
from hansard.api.docs import page as docs
from hansard.api.limits import Limits
from hansard.api.rooms import Rooms, RoomsDep
from hansard.api.rpc import endpoint as rpc
from hansard.domain.draft import Json
from hansard.journal import tail

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def build(parts: Rooms, lifespan: Lifespan | None = None) -> FastAPI:
    """The application over wired rooms.

    Args:
        lifespan: what runs beside it (sweeper, importer); `app` gives it.
    """
    app = _described(parts.version, lifespan)
    app.state.rooms = parts
    errors.install(app)
    app.include_router(rpc.router())
    app.include_router(docs.router())
    static.install(app)
    auth.rule("GET", "/openapi.json", "public")
    auth.rule("HEAD", "/openapi.json", "public")
    app.add_middleware(Limits, hosts=parts.hosts)
    return app


def description(version: str) -> Json:
    """What the API is, as OpenAPI 3.1; needs no running server."""
    return _described(version).openapi()


def _described(version: str, lifespan: Lifespan | None = None) -> FastAPI:
    """An application with every route that the description names."""
    app = FastAPI(
        title="Hansard",
        version=version,
        summary="The record and the control room of AI-agent sessions",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        separate_input_output_schemas=False,
    )
    operations.install(app.router)
    dashboard.install(app.router)
    app.include_router(_health())
    describing.install(app)
    return app


def _health() -> APIRouter:
    made = APIRouter(tags=["health"])

    async def livez() -> Response:
        """The process answers."""
        return _json({"status": "ok"})

    def readyz(parts: RoomsDep) -> Response:
        """The database answers."""
        tail.top(parts.store, parts.workspace_id)
        return _json({"status": "ok", "database": parts.store.name})

    async def version(parts: RoomsDep) -> Response:
        """What runs here."""
        return _json({"name": "hansard", "version": parts.version})

    for path, handler in (("/livez", livez), ("/readyz", readyz), ("/version", version)):
        made.add_api_route(path, handler, methods=["GET"], response_class=Response)
        auth.rule("GET", path, "public")
    return made


def _json(value: Any) -> Response:
    return Response(orjson.dumps(value), 200, None, "application/json")

"""Bind each operation of the table to its function; a router is a print of the table."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Depends, Response

from hansard.api import auth
from hansard.api.rest import access, agents, events, imports, sessions
from hansard.domain.operations import OPERATIONS, Operation

HANDLERS: dict[str, Callable[..., Awaitable[Response]]] = {
    "session.list": sessions.list_sessions,
    "session.create": sessions.create_session,
    "session.resolve": sessions.resolve_session,
    "session.retrieve": sessions.retrieve_session,
    "session.update": sessions.update_session,
    "session.archive": sessions.archive_session,
    "session.unarchive": sessions.unarchive_session,
    "session.delete": sessions.delete_session,
    "session.events": events.list_events,
    "session.send": events.send_events,
    "session.stream": events.stream_events,
    "session.blob": events.read_blob,
    "workspace.stream": events.stream_workspace,
    "agent.list": agents.list_agents,
    "agent.create": agents.create_agent,
    "agent.retrieve": agents.retrieve_agent,
    "import.list": imports.list_imports,
    "import.start": imports.start_import,
    "key.list": access.list_keys,
    "key.create": access.create_key,
    "key.revoke": access.revoke_key,
    "login.link": access.make_login_link,
    "login.enter": access.enter,
    "login.leave": access.leave,
    "caller.me": access.me,
}


def router() -> APIRouter:
    """Every operation as a route, each behind its guard."""
    made = APIRouter()
    for operation in OPERATIONS:
        made.add_api_route(
            operation.path,
            HANDLERS[operation.name],
            methods=[operation.method],
            operation_id=operation.name,
            summary=operation.summary,
            tags=[operation.name.partition(".")[0]],
            dependencies=[Depends(auth.guard(operation))],
            responses=_responses(operation),
            response_class=Response,
        )
    return made


def _responses(operation: Operation) -> dict[int | str, dict[str, Any]]:
    media = "text/event-stream" if operation.streams else "application/json"
    found: dict[int | str, dict[str, Any]] = {
        200: {"description": operation.summary, "content": {media: {}}}
    }
    errors = [400, 403, 404, 409] if operation.scope != "public" else [400, 403]
    for status in (*errors, 401):
        found[status] = {"description": "refused", "content": {"application/json": {}}}
    return found

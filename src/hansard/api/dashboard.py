"""The routes of S3-11..18 under /dashboard/agents/{id}/sessions: the handlers of /v1, by agent."""

import asyncio
from dataclasses import replace

import orjson
from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse

from hansard.api import answers
from hansard.api.rest import events, sessions, words
from hansard.api.rest.filters import FilterDep, Many
from hansard.api.rest.models import CreateSession, NewSession, Said, SendEvents
from hansard.api.rooms import Caller, CallerDep, Rooms, RoomsDep, quick
from hansard.api.route import Guarded
from hansard.control import agents
from hansard.domain.draft import Json
from hansard.domain.errors import Conflict, NotFound
from hansard.domain.operations import ENDPOINTS
from hansard.journal import read


async def create(
    request: Request, parts: RoomsDep, who: CallerDep, agent: str, body: NewSession
) -> Response:
    """A fresh session of this agent, bound to the calling member (S3-5, S3-11)."""
    said = {"origin": "web", "channel": "web", **body.model_dump(exclude_unset=True)}
    return await sessions.create_session(
        request, parts, who, CreateSession.model_validate({**said, "agent": agent})
    )


async def list_(
    parts: RoomsDep,
    who: CallerDep,
    chosen: FilterDep,
    agent: str,
    sort: words.Sort | None = None,
    order: words.Order | None = None,
    limit: words.Limit = 50,
    page: str | None = None,
) -> Response:
    """The sessions of this agent alone, newest first (S3-12)."""
    named = await asyncio.to_thread(agents.find, parts.store, who.workspace_id, agent)
    mine = replace(chosen, agents=(named["id"],))
    return await sessions.list_sessions(parts, who, mine, sort, order, limit, page)


async def retrieve(
    parts: RoomsDep, who: CallerDep, agent: str, session_id: str, at: words.At | None = None
) -> Response:
    """The row; there is none under another agent (S3-13)."""
    await _of(parts, who, agent, session_id)
    return await sessions.retrieve_session(parts, who, session_id, at)


async def list_events(  # noqa: PLR0913, PLR0917 - the parameters of the operation
    request: Request,
    parts: RoomsDep,
    who: CallerDep,
    agent: str,
    session_id: str,
    order: words.Order = "asc",
    limit: words.Limit = 1_000,
    page: str | None = None,
    types: Many = None,
    include: Many = None,
    after: words.Seq | None = None,
    before: words.Seq | None = None,
    segments: words.Segments = "current",
) -> Response:
    """Tool calls, model outputs, escalations, page by page (S3-14)."""
    await _of(parts, who, agent, session_id)
    return await events.list_events(
        request,
        parts,
        who,
        session_id,
        order=order,
        limit=limit,
        page=page,
        types=types,
        include=include,
        after=after,
        before=before,
        segments=segments,
    )


async def stream(
    request: Request,
    parts: RoomsDep,
    who: CallerDep,
    agent: str,
    session_id: str,
    after: words.Place | None = None,
    include: Many = None,
    types: Many = None,
) -> StreamingResponse:
    """The live tail (S3-15)."""
    await _of(parts, who, agent, session_id)
    return await events.stream_events(request, parts, who, session_id, after, include, types)


async def say(
    request: Request, parts: RoomsDep, who: CallerDep, agent: str, session_id: str, body: Said
) -> Response:
    """Send a message; while a turn is in flight it waits (S3-3, S3-16)."""
    await _of(parts, who, agent, session_id)
    message: Json = {"type": "user.message", "content": body.content}
    return await events.send_events(request, parts, who, session_id, SendEvents(events=[message]))


async def interrupt(
    request: Request, parts: RoomsDep, who: CallerDep, agent: str, session_id: str
) -> Response:
    """Cancel the turn in flight (S3-17); refused where none can be."""
    row = await _of(parts, who, agent, session_id)
    if row["recorded"]:
        raise Conflict("this session runs elsewhere: it is interrupted where it runs")
    if row["state"] != "running":
        raise Conflict("no turn is in flight", state=row["state"])
    stop: Json = {"type": "user.interrupt"}
    return await events.send_events(request, parts, who, session_id, SendEvents(events=[stop]))


async def archive(
    request: Request, parts: RoomsDep, who: CallerDep, agent: str, session_id: str
) -> Response:
    """Make a session read-only (S3-18)."""
    await _of(parts, who, agent, session_id)
    return await sessions.archive_session(request, parts, who, session_id)


HANDLERS = {
    "dashboard.create": create,
    "dashboard.list": list_,
    "dashboard.retrieve": retrieve,
    "dashboard.events": list_events,
    "dashboard.stream": stream,
    "dashboard.messages": say,
    "dashboard.interrupt": interrupt,
    "dashboard.archive": archive,
}


def install(router: APIRouter) -> None:
    """Add the routes, each behind the guard of the operation that it is an alias of."""
    for name, handler in HANDLERS.items():
        operation = ENDPOINTS[name]
        router.add_api_route(
            operation.path,
            handler,
            methods=[operation.method],
            operation_id=name,
            summary=operation.summary,
            tags=["dashboard"],
            responses=answers.of(operation),
            response_class=Response,
            route_class_override=Guarded,
        )


async def _of(parts: Rooms, who: Caller, agent: str, session_id: str) -> Json:
    """The session's row, when it is one of this agent.

    Raises:
        NotFound: it is not, or there is none.
    """
    at = await quick(read.place, parts.store, who.workspace_id, session_id)
    row: Json = orjson.loads(at.body)
    if row["agent"]["id"] != agent:
        raise NotFound(f"there is no session {session_id}")
    return row

"""Agents: define, list, read."""

import asyncio
import os

import orjson
from fastapi import Request, Response

from hansard.api.idempotency import Once
from hansard.api.rest.models import CreateAgent
from hansard.api.rest.sessions import json_response
from hansard.api.rooms import CallerDep, RoomsDep
from hansard.audit.record import Entry, write
from hansard.control import agents
from hansard.domain import cursor
from hansard.domain.errors import HansardError, InvalidRequest
from hansard.store import agents as stored
from hansard.store.base import Tx

_MAX_LIMIT = 1_000


async def list_agents(
    parts: RoomsDep, who: CallerDep, limit: int = 50, page: str | None = None
) -> Response:
    """Agents, newest first."""
    if not 1 <= limit <= _MAX_LIMIT:
        raise InvalidRequest(f"limit: 1 to {_MAX_LIMIT}")
    after: tuple[int, str] | None = None
    if page is not None:
        content = cursor.decode(parts.page_key, page)
        at, last = content.get("at"), content.get("id")
        if not isinstance(at, int) or not isinstance(last, str):
            raise InvalidRequest("page: the cursor belongs to another list")
        after = (at, last)
    found = await asyncio.to_thread(
        parts.store.read, lambda c: stored.page(c, who.workspace_id, after, limit + 1)
    )
    following = None
    if len(found) > limit:
        found = found[:limit]
        following = cursor.encode(parts.page_key, {"at": found[-1][0], "id": found[-1][1]})
    tail = orjson.dumps({"next_page": following})
    return json_response(b'{"data":[' + b",".join(row[2] for row in found) + b"]," + tail[1:])


async def create_agent(
    request: Request, parts: RoomsDep, who: CallerDep, body: CreateAgent
) -> Response:
    """Define an agent."""
    once = await Once.of(request, parts, who)
    replayed = await once.replay()
    if replayed is not None:
        return replayed
    model = body.model if isinstance(body.model, str) else (body.model or {}).get("id")
    new = agents.NewAgent(
        body.name,
        model if isinstance(model, str) else None,
        body.description,
        body.system,
        dict(body.metadata),
    )

    def job(tx: Tx) -> bytes:
        now = parts.clock()
        random = int.from_bytes(os.urandom(10), "big") >> 6
        made = agents.define(tx, who.workspace_id, new, now, random)
        entry = Entry(who.workspace_id, who.actor, "agent.create", made["id"], now, who.request_id)
        write(tx, entry)
        answer = orjson.dumps(made)
        once.keep_in(tx, answer)
        return answer

    try:
        return json_response(await parts.store.write(job))
    except HansardError as problem:
        await once.give_up(problem)
        raise


async def retrieve_agent(parts: RoomsDep, who: CallerDep, agent_id: str) -> Response:
    """One agent."""
    found = await asyncio.to_thread(agents.find, parts.store, who.workspace_id, agent_id)
    return json_response(orjson.dumps(found))

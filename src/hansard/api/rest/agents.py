"""Agents: define, list, read."""

import asyncio
import os

import orjson
from fastapi import Request, Response

from hansard.api.idempotency import Once, once
from hansard.api.rest.models import CreateAgent
from hansard.api.rest.sessions import json_response
from hansard.api.rooms import Caller, CallerDep, Rooms, RoomsDep
from hansard.audit.record import Entry, write
from hansard.control import agents
from hansard.domain import cursor
from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest
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
        ours = content.get("agents_of") == who.workspace_id
        if not ours or not isinstance(at, int) or not isinstance(last, str):
            raise InvalidRequest("page: the cursor belongs to another list")
        after = (at, last)
    found = await asyncio.to_thread(
        parts.store.read, lambda c: stored.page(c, who.workspace_id, after, limit + 1)
    )
    following = None
    if len(found) > limit:
        found = found[:limit]
        place: Json = {"agents_of": who.workspace_id, "at": found[-1][0], "id": found[-1][1]}
        following = cursor.encode(parts.page_key, place)
    tail = orjson.dumps({"next_page": following})
    return json_response(b'{"data":[' + b",".join(row[2] for row in found) + b"]," + tail[1:])


async def create_agent(
    request: Request, parts: RoomsDep, who: CallerDep, body: CreateAgent
) -> Response:
    """Define an agent."""
    said = (who.workspace_id, who.actor, "agent.create")
    new = _new(parts, who, body)

    async def act(mine: Once) -> bytes:
        def job(tx: Tx) -> None:
            now = parts.clock()
            random = int.from_bytes(os.urandom(10), "big") >> 6
            made = agents.define(tx, who.workspace_id, new, now, random)
            write(tx, Entry(*said, made["id"], now, who.request_id))
            mine.keep_in(tx, orjson.dumps(made))

        await parts.store.write(job)
        return mine.body

    return await once(request, parts, who, act)


def _new(parts: Rooms, who: Caller, body: CreateAgent) -> agents.NewAgent:
    """What the caller said, redacted as everything that is kept (S2-34)."""
    clean, _ = parts.journal.scan(who.workspace_id)(body.model_dump(exclude={"model"}))
    model = body.model if isinstance(body.model, str) else (body.model or {}).get("id")
    return agents.NewAgent(model=model if isinstance(model, str) else None, **clean)


async def retrieve_agent(parts: RoomsDep, who: CallerDep, agent_id: str) -> Response:
    """One agent."""
    found = await asyncio.to_thread(agents.find, parts.store, who.workspace_id, agent_id)
    return json_response(orjson.dumps(found))

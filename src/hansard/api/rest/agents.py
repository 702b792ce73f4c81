"""Agents: define, list, read, change in versions, put away (wire.md section 1)."""

import asyncio
import os
from collections.abc import Callable
from typing import Any

import orjson
from fastapi import Request, Response

from hansard.api.idempotency import Once, once
from hansard.api.rest import words
from hansard.api.rest.models import CreateAgent, UpdateAgent
from hansard.api.rest.sessions import json_response
from hansard.api.rest.times import bracketed
from hansard.api.rooms import Caller, CallerDep, Rooms, RoomsDep
from hansard.audit.record import Entry, write
from hansard.control import agents
from hansard.domain import cursor
from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest
from hansard.lens.detail import whole_agent
from hansard.store import agents as stored
from hansard.store.base import Tx

_MAX_LIMIT = 1_000


async def list_agents(
    request: Request,
    parts: RoomsDep,
    who: CallerDep,
    limit: words.Limit = 50,
    page: str | None = None,
    include_archived: bool = False,
) -> Response:
    """Agents, newest first; archived ones when asked for."""
    created = bracketed(request, "created_at")
    print_ = cursor.fingerprint({"archived": include_archived, "created": created})
    after = _place(parts, who, page, limit, print_)
    at = None if after is None else (int(after["at"]), str(after["id"]))
    found = await asyncio.to_thread(
        parts.store.read,
        lambda c: stored.page(
            c, who.workspace_id, at, limit + 1, archived=include_archived, created=created
        ),
    )
    following = None
    if len(found) > limit:
        found = found[:limit]
        following = _token(parts, who, print_, at=found[-1][0], id=found[-1][1])
    return _page([row[2] for row in found], following)


async def create_agent(
    request: Request, parts: RoomsDep, who: CallerDep, body: CreateAgent
) -> Response:
    """Define an agent."""
    new = agents.NewAgent(**_clean(parts, who, body.model_dump(exclude_none=True)))

    def job(tx: Tx, now: int) -> Json:
        random = int.from_bytes(os.urandom(10), "big") >> 6
        return agents.define(tx, who.workspace_id, new, now, random)

    return await _written(request, parts, who, "agent.create", job)


async def retrieve_agent(
    parts: RoomsDep, who: CallerDep, agent_id: str, version: int | None = None
) -> Response:
    """One agent, as it is or as it was at a version."""
    found = await asyncio.to_thread(agents.find, parts.store, who.workspace_id, agent_id, version)
    return json_response(orjson.dumps(whole_agent(found)))


async def update_agent(
    request: Request, parts: RoomsDep, who: CallerDep, agent_id: str, body: UpdateAgent
) -> Response:
    """Make a new version of an agent; `version` refuses when somebody else was faster."""
    said = body.model_dump(exclude_unset=True)
    expected = said.pop("version", None)
    changes = _clean(parts, who, said)

    def job(tx: Tx, now: int) -> Json:
        return agents.update(tx, who.workspace_id, agent_id, changes, expected, now)

    return await _written(request, parts, who, "agent.update", job)


async def archive_agent(
    request: Request, parts: RoomsDep, who: CallerDep, agent_id: str
) -> Response:
    """Put an agent away for good; its sessions go on."""

    def job(tx: Tx, now: int) -> Json:
        return agents.archive(tx, who.workspace_id, agent_id, now)

    return await _written(request, parts, who, "agent.archive", job)


async def list_versions(
    parts: RoomsDep,
    who: CallerDep,
    agent_id: str,
    limit: words.Limit = 50,
    page: str | None = None,
) -> Response:
    """The versions of an agent, newest first."""
    agent = await asyncio.to_thread(agents.find, parts.store, who.workspace_id, agent_id)
    print_ = cursor.fingerprint({"versions": agent["id"]})
    after = _place(parts, who, page, limit, print_)
    below = None if after is None else int(after["v"])
    found = await asyncio.to_thread(
        parts.store.read,
        lambda c: stored.versions(c, who.workspace_id, agent["id"], below, limit + 1),
    )
    following = None
    if len(found) > limit:
        found = found[:limit]
        following = _token(parts, who, print_, v=found[-1][0])
    return _page([body for _, body in found], following, archived_at=agent["archived_at"])


async def _written(
    request: Request,
    parts: Rooms,
    who: Caller,
    action: str,
    change: Callable[[Tx, int], Json],
) -> Response:
    """Run a change of an agent once, with its audit entry, and answer with the agent."""

    async def act(mine: Once) -> bytes:
        def job(tx: Tx) -> None:
            now = parts.clock()
            made = change(tx, now)
            write(tx, Entry(who.workspace_id, who.actor, action, made["id"], now, who.request_id))
            mine.keep_in(tx, orjson.dumps(whole_agent(made)))

        await parts.store.write(job)
        return mine.body

    return await once(request, parts, who, act)


def _clean(parts: Rooms, who: Caller, said: Json) -> Json:
    """What the caller said, redacted as everything that is kept (S2-34)."""
    model = {"model": agents.model_of(said["model"])} if "model" in said else {}
    return parts.journal.scan(who.workspace_id)({**said, **model})[0]


def _place(parts: Rooms, who: Caller, page: str | None, limit: int, print_: str) -> Json | None:
    if not 1 <= limit <= _MAX_LIMIT:
        raise InvalidRequest(f"limit: 1 to {_MAX_LIMIT}")
    if page is None:
        return None
    content = cursor.decode(parts.page_key, page)
    if (content.get("agents_of"), content.get("f")) != (who.workspace_id, print_):
        raise InvalidRequest("page: the cursor belongs to another list")
    return content


def _token(parts: Rooms, who: Caller, print_: str, **last: Any) -> str:
    return cursor.encode(parts.page_key, {"agents_of": who.workspace_id, "f": print_, **last})


def _page(bodies: list[bytes], following: str | None, **over: Any) -> Response:
    data = [{**whole_agent(orjson.loads(body)), **over} for body in bodies]
    return json_response(orjson.dumps({"data": data, "next_page": following}))

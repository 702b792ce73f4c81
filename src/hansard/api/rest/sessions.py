"""Sessions: create, list, read, change, put away, delete."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

import orjson
from fastapi import Query, Request, Response

from hansard.api.idempotency import Once, once
from hansard.api.rest.models import CreateSession, UpdateSession
from hansard.api.rooms import Caller, CallerDep, Rooms, RoomsDep, trail
from hansard.control import agents, archive, change, create, messages
from hansard.domain import instant
from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest, NotFound
from hansard.domain.projections import row as shown
from hansard.journal import erase, read
from hansard.journal.change import Also, Appended
from hansard.journal.read import Place
from hansard.lens import detail, rows
from hansard.store import members
from hansard.store.sessions import Filter

Many = Annotated[list[str] | None, Query()]
_TIMES = ("created_at", "updated_at")
_OPS = ("gt", "gte", "lt", "lte")
_MANY = 100
_ONLY_VERSION = 1
"""Every agent is at its first version until one can be changed."""
_NOBODY_S = {"deployment_id", "memory_store_id"}
"""Filters of the protocol over what no session has yet: they find nothing."""


def json_response(body: bytes, status: int = 200) -> Response:
    """Bytes that are JSON already."""
    return Response(body, status, None, "application/json")


async def list_sessions(  # noqa: PLR0913, PLR0917 - the parameters of the operation
    request: Request,
    parts: RoomsDep,
    who: CallerDep,
    sort: str | None = None,
    order: str | None = None,
    limit: int = 50,
    page: str | None = None,
    agent_id: Many = None,
    agent_version: int | None = None,
    channel: Many = None,
    kind: Many = None,
    mode: Many = None,
    origin: Many = None,
    state: Many = None,
    statuses: Many = None,
    tone: Many = None,
    owner_id: Many = None,
    connectors: Many = None,
    attention: bool | None = None,
    active: bool | None = None,
    archived: bool | None = None,
    include_archived: bool = False,
    include_children: bool = False,
    parent_id: str | None = None,
    since: str | None = None,
) -> Response:
    """The list: needs you, active, the rest (`sort=active_first`), or by creation."""
    of_agents = many(request, "agent_id", agent_id)
    if agent_version not in (None, _ONLY_VERSION) or _NOBODY_S & set(request.query_params):
        of_agents = ("none",)
    chosen = Filter(
        agents=of_agents,
        channels=many(request, "channel", channel),
        kinds=many(request, "kind", kind),
        modes=many(request, "mode", mode),
        origins=many(request, "origin", origin),
        states=many(request, "state", state),
        statuses=many(request, "statuses", statuses),
        tones=many(request, "tone", tone),
        owners=many(request, "owner_id", owner_id),
        connectors=many(request, "connectors", connectors),
        attention=attention,
        active=active,
        archived=True if archived else None if include_archived else False,
        parent_id=parent_id,
        include_children=include_children,
        times=tuple(_times(request, since)),
    )
    found = await asyncio.to_thread(
        rows.page,
        parts.store,
        parts.page_key,
        who.workspace_id,
        chosen,
        sort=_sort(sort, order),
        limit=limit,
        token=page,
    )
    tail = orjson.dumps({"next_page": found.next_page, "cursor": found.as_of})
    return json_response(b'{"data":[' + b",".join(found.rows) + b"]," + tail[1:])


async def create_session(
    request: Request, parts: RoomsDep, who: CallerDep, body: CreateSession
) -> Response:
    """Create a session, with its first events in the same transaction (S3-11)."""

    async def act(mine: Once) -> bytes:
        new, agent = await asyncio.to_thread(_new, parts, who, body)
        first = []
        if body.initial_events:
            first = messages.drafts(
                body.initial_events, who.actor, parts.clock(), recorded=body.recorded
            )
        session_id = create.new_id(parts.journal)
        entry = trail(who, parts.clock(), "session.create", session_id)
        await create.create(
            parts.journal,
            who.workspace_id,
            new,
            who.actor,
            first=first,
            also=(*mine.keep(_render(parts, agent)), entry),
            session_id=session_id,
        )
        return mine.body

    return await once(request, parts, who, act)


async def resolve_session(parts: RoomsDep, who: CallerDep, key: str) -> Response:
    """Find a session by its key, percent-encoded or not (S1-2).

    Every other path takes the opaque id alone: a key may hold a slash (product.md, decision 3).
    """
    at = await asyncio.to_thread(detail.find, parts.store, who.workspace_id, key)
    return json_response(
        await asyncio.to_thread(detail.retrieve, parts.store, who.workspace_id, at)
    )


async def retrieve_session(parts: RoomsDep, who: CallerDep, session_id: str) -> Response:
    """One session with its whole agent (S3-13)."""
    at = await asyncio.to_thread(read.place, parts.store, who.workspace_id, session_id)
    return json_response(
        await asyncio.to_thread(detail.retrieve, parts.store, who.workspace_id, at)
    )


async def update_session(
    request: Request, parts: RoomsDep, who: CallerDep, session_id: str, body: UpdateSession
) -> Response:
    """Change title, metadata, tags, owner, initiative, plan or acknowledgement."""

    async def act(at: Place, keep: tuple[Also, ...]) -> None:
        changes: Json = {k: getattr(body, k) for k in body.model_fields_set}
        if "owner" in changes:
            changes["owner"] = await asyncio.to_thread(_owner, parts, who, changes["owner"])
        if changes.get("title", "") is None:
            changes["title"] = ""
        fields = sorted(changes)
        entry = trail(who, parts.clock(), "session.update", at.session_id, fields=fields)
        await change.update(
            parts.journal, who.workspace_id, at.session_id, changes, who.actor, also=(*keep, entry)
        )

    return await _changed(request, parts, who, session_id, act)


async def archive_session(
    request: Request, parts: RoomsDep, who: CallerDep, session_id: str
) -> Response:
    """Make a session read-only (S3-18)."""

    async def act(at: Place, keep: tuple[Also, ...]) -> None:
        entry = trail(who, parts.clock(), "session.archive", at.session_id)
        await archive.archive(
            parts.journal, who.workspace_id, at.session_id, who.actor, (*keep, entry)
        )

    return await _changed(request, parts, who, session_id, act)


async def unarchive_session(
    request: Request, parts: RoomsDep, who: CallerDep, session_id: str
) -> Response:
    """Take a session out of the archive."""

    async def act(at: Place, keep: tuple[Also, ...]) -> None:
        entry = trail(who, parts.clock(), "session.unarchive", at.session_id)
        await archive.unarchive(
            parts.journal, who.workspace_id, at.session_id, who.actor, (*keep, entry)
        )

    return await _changed(request, parts, who, session_id, act)


async def delete_session(parts: RoomsDep, who: CallerDep, session_id: str) -> Response:
    """Erase a session; a tombstone stays (S1-25)."""
    at = await asyncio.to_thread(read.place, parts.store, who.workspace_id, session_id)
    entry = trail(who, parts.clock(), "session.delete", at.session_id)
    await erase.delete(parts.journal, who.workspace_id, at.session_id, who.actor, (entry,))
    return json_response(orjson.dumps({"id": at.session_id, "type": "session_deleted"}))


async def _changed(
    request: Request,
    parts: Rooms,
    who: Caller,
    session_id: str,
    change_it: Callable[[Place, tuple[Also, ...]], Awaitable[None]],
) -> Response:
    """Run a change of a session once and answer with the session as the change left it."""

    async def act(mine: Once) -> bytes:
        at = await asyncio.to_thread(read.place, parts.store, who.workspace_id, session_id)
        agent = await asyncio.to_thread(detail.agent, parts.store, who.workspace_id, at)
        await change_it(at, mine.keep(_render(parts, agent)))
        return mine.body

    return await once(request, parts, who, act)


def _render(parts: Rooms, agent: Json) -> Callable[[Appended], bytes]:
    """The answer of a change: the row with the agent's whole definition."""

    def run(done: Appended) -> bytes:
        row = shown.row(done.session, parts.clock())
        return orjson.dumps(detail.with_agent(row, agent))

    return run


def many(request: Request, name: str, values: list[str] | None) -> tuple[str, ...]:
    """An array parameter: `name=a&name=b` or the stock client's `name[]=a`.

    Raises:
        InvalidRequest: it has more values than a query can be made of.
    """
    found = (*(values or ()), *request.query_params.getlist(f"{name}[]"))
    if len(found) > _MANY:
        raise InvalidRequest(f"{name}: at most {_MANY} values")
    return found


def _sort(sort: str | None, order: str | None) -> str:
    if order is not None and order not in ("asc", "desc"):
        raise InvalidRequest("order: asc or desc")
    if sort is not None:
        return sort
    return "created_at" if order == "asc" else "-created_at"


def _times(request: Request, since: str | None) -> list[tuple[str, str, int]]:
    found = [("updated_at", "gte", _read(since, "since"))] if since else []
    for column in _TIMES:
        for op in _OPS:
            value = request.query_params.get(f"{column}[{op}]")
            if value is not None:
                found.append((column, op, _read(value, f"{column}[{op}]")))
    return found


def _read(value: str, name: str) -> int:
    try:
        at = instant.from_wire(value)
    except (ValueError, OverflowError) as problem:
        raise InvalidRequest(f"{name}: an RFC 3339 instant") from problem
    return max(0, min(at, 1 << 53))


def _agent(parts: Rooms, who: Caller, said: str | Json) -> Json:
    """The definition that a caller names in one of the protocol's ways."""
    named: Json = {"id": said} if isinstance(said, str) else said
    wanted = named.get("id")
    if not isinstance(wanted, str) or named.get("type", "agent") != "agent":
        raise InvalidRequest("agent: an agent id, a name, or an object with id (no overrides yet)")
    agent = agents.find(parts.store, who.workspace_id, wanted)
    version = named.get("version")
    if version not in (None, agent["version"]):
        raise NotFound(f"there is no version {str(version)[:20]} of this agent")
    return agent


def _new(parts: Rooms, who: Caller, body: CreateSession) -> tuple[create.NewSession, Json]:
    agent = _agent(parts, who, body.agent)
    if body.budget is not None:
        raise InvalidRequest("budget: not enforced yet, so none is taken")
    change.check_tags(body.tags)
    change.check_metadata(body.metadata)
    parent = root = None
    if body.parent_id is not None:
        at = detail.find(parts.store, who.workspace_id, body.parent_id)
        parent = at.session_id
        root = orjson.loads(at.body)["root_id"]
    origin = body.origin or ("agent" if parent else "api")
    new = create.NewSession(
        agent=agents.short(agent),
        owner={"id": who.member_id, "name": who.actor.name} if who.member_id else None,
        kind=body.kind,  # pyright: ignore[reportArgumentType]
        mode=body.mode,
        origin=origin,
        channel=body.channel or "api",
        peer_type="sub-agent" if parent else None,
        title=body.title,
        key=body.key,
        parent_id=parent,
        root_id=root,
        recorded=body.recorded,
        environment_id=body.environment_id or who.workspace_id.replace("wrkspc_", "env_"),
        metadata={k: v for k, v in body.metadata.items() if v is not None},
        tags=body.tags,
        external_ids=dict(body.external_ids),
        where=body.where,
    )
    return new, agent


def _owner(parts: Rooms, who: Caller, member_id: str | None) -> Json | None:
    if member_id is None:
        return None
    everyone = parts.store.read(lambda c: members.all_members(c, who.workspace_id))
    for member in everyone:
        if member.id == member_id:
            return {"id": member.id, "name": member.name}
    raise NotFound(f"there is no member {member_id}")

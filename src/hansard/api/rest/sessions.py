"""Sessions: create, list, read, change, put away, delete."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import orjson
from fastapi import Request, Response

from hansard.api.idempotency import Once, once
from hansard.api.rest import words
from hansard.api.rest.filters import FilterDep
from hansard.api.rest.models import CreateSession, UpdateSession
from hansard.api.rooms import Caller, CallerDep, Rooms, RoomsDep, quick, trail
from hansard.control import agents, archive, change, create, messages
from hansard.domain.draft import Json
from hansard.domain.errors import Conflict, InvalidRequest, NotFound
from hansard.domain.projections import row as shown
from hansard.journal import erase, read
from hansard.journal.change import Also, Appended
from hansard.journal.read import Place
from hansard.lens import detail, rows
from hansard.store import members


def json_response(body: bytes, status: int = 200) -> Response:
    """Bytes that are JSON already."""
    return Response(body, status, None, "application/json")


async def list_sessions(
    parts: RoomsDep,
    who: CallerDep,
    chosen: FilterDep,
    sort: words.Sort | None = None,
    order: words.Order | None = None,
    limit: words.Limit = 50,
    page: str | None = None,
) -> Response:
    """The list: needs you, active, the rest (`sort=active_first`), or by creation."""
    found = await quick(
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
        new, agent = await quick(_new, parts, who, body)
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
            also=(*mine.keep(render(parts, agent)), entry),
            session_id=session_id,
        )
        return mine.body

    return await once(request, parts, who, act)


async def resolve_session(parts: RoomsDep, who: CallerDep, key: str) -> Response:
    """Find a session by its key, percent-encoded or not (S1-2).

    Every other path takes the opaque id alone: a key may hold a slash (product.md, decision 3).
    """
    at = await quick(detail.find, parts.store, who.workspace_id, key)
    return json_response(await quick(detail.retrieve, parts.store, who.workspace_id, at))


async def retrieve_session(
    parts: RoomsDep, who: CallerDep, session_id: str, at: words.At | None = None
) -> Response:
    """One session with its whole agent (S3-13), now or as it was after an event."""
    if at is not None:
        past = asyncio.to_thread(detail.as_it_was, parts.store, who.workspace_id, session_id, at)
        return json_response(await past)
    place = await quick(read.place, parts.store, who.workspace_id, session_id)
    return json_response(await quick(detail.retrieve, parts.store, who.workspace_id, place))


async def update_session(
    request: Request, parts: RoomsDep, who: CallerDep, session_id: str, body: UpdateSession
) -> Response:
    """Change title, metadata, tags, owner, initiative, plan, acknowledgement or agent's tools."""
    over = agents.tools_of(body.agent)

    async def act(at: Place, keep: tuple[Also, ...]) -> None:
        changes: Json = {k: getattr(body, k) for k in body.model_fields_set}
        if "owner" in changes:
            changes["owner"] = await quick(_owner, parts, who, changes["owner"])
        if changes.get("title", "") is None:
            changes["title"] = ""
        if changes.pop("agent", None) is not None:
            own = await quick(read.agent, parts.store, who.workspace_id, at)
            changes["agent"] = {**own, **over}
        fields = sorted(changes)
        entry = trail(who, parts.clock(), "session.update", at.session_id, fields=fields)
        await change.update(
            parts.journal, who.workspace_id, at.session_id, changes, who.actor, also=(*keep, entry)
        )

    def show(agent: Json) -> Callable[[Appended], bytes]:
        return render(parts, {**agent, **over})

    return await changed(request, parts, who, session_id, act, show)


async def archive_session(
    request: Request, parts: RoomsDep, who: CallerDep, session_id: str
) -> Response:
    """Make a session read-only (S3-18)."""

    async def act(at: Place, keep: tuple[Also, ...]) -> None:
        entry = trail(who, parts.clock(), "session.archive", at.session_id)
        await archive.archive(
            parts.journal, who.workspace_id, at.session_id, who.actor, (*keep, entry)
        )

    return await changed(request, parts, who, session_id, act)


async def unarchive_session(
    request: Request, parts: RoomsDep, who: CallerDep, session_id: str
) -> Response:
    """Take a session out of the archive."""

    async def act(at: Place, keep: tuple[Also, ...]) -> None:
        entry = trail(who, parts.clock(), "session.unarchive", at.session_id)
        await archive.unarchive(
            parts.journal, who.workspace_id, at.session_id, who.actor, (*keep, entry)
        )

    return await changed(request, parts, who, session_id, act)


async def delete_session(parts: RoomsDep, who: CallerDep, session_id: str) -> Response:
    """Erase a session and its sub-agents; tombstones stay (S1-25)."""
    at = await quick(read.place, parts.store, who.workspace_id, session_id)

    def entry(below: int) -> Sequence[Also]:
        found = {"sub_agents": below} if below else {}
        return (trail(who, parts.clock(), "session.delete", at.session_id, **found),)

    where = who.workspace_id
    _, below = await erase.delete(parts.journal, where, at.session_id, who.actor, entry)
    gone = {"id": at.session_id, "type": "session_deleted", "sub_agents": below}
    return json_response(orjson.dumps(gone))


async def changed(
    request: Request,
    parts: Rooms,
    who: Caller,
    session_id: str,
    change_it: Callable[[Place, tuple[Also, ...]], Awaitable[None]],
    show: "Callable[[Json], Callable[[Appended], bytes]] | None" = None,
) -> Response:
    """Run a change of a session once and answer with the session as the change left it.

    Args:
        show: from the agent's definition to another answer than the session alone.
    """

    async def act(mine: Once) -> bytes:
        at, agent = await resolved(parts, who, session_id)
        await change_it(at, mine.keep(show(agent) if show else render(parts, agent)))
        return mine.body

    return await once(request, parts, who, act)


async def resolved(parts: Rooms, who: Caller, session_id: str) -> tuple[Place, Json]:
    """A session and its agent's definition.

    Raises:
        NotFound: there is no such session.
    """
    at = await quick(read.place, parts.store, who.workspace_id, session_id)
    return at, await quick(detail.agent, parts.store, who.workspace_id, at)


def render(parts: Rooms, agent: Json) -> Callable[[Appended], bytes]:
    """The answer of a change: the row with the agent's whole definition."""

    def run(done: Appended) -> bytes:
        row = shown.row(done.session, parts.clock())
        return orjson.dumps(detail.with_agent(row, agent))

    return run


def _sort(sort: str | None, order: str | None) -> str:
    if order is not None and order not in ("asc", "desc"):
        raise InvalidRequest("order: asc or desc")
    if sort is not None:
        return sort
    return "created_at" if order == "asc" else "-created_at"


def _agent(parts: Rooms, who: Caller, said: str | Json) -> tuple[Json, Json]:
    """The agent that a caller names in one of the protocol's ways, and how it is overridden."""
    named: Json = {"id": said} if isinstance(said, str) else said
    wanted, kind = named.get("id"), named.get("type", "agent")
    if not isinstance(wanted, str) or kind not in ("agent", "agent_with_overrides"):
        raise InvalidRequest("agent: an agent id, a name, or an object with id")
    version = named.get("version")
    if version is not None and (not isinstance(version, int) or isinstance(version, bool)):
        raise InvalidRequest("agent.version: a whole number")
    agent = agents.find(parts.store, who.workspace_id, wanted, version)
    if agent["archived_at"] is not None:
        raise Conflict("the agent is archived", agent_id=agent["id"])
    if kind == "agent":
        return agent, {}
    over, _ = parts.journal.scan(who.workspace_id)(agents.overridden(named))
    return agent, over


def _new(parts: Rooms, who: Caller, body: CreateSession) -> tuple[create.NewSession, Json]:
    agent, over = _agent(parts, who, body.agent)
    if body.budget is not None:
        raise InvalidRequest("budget: not enforced yet, so none is taken")
    change.check_tags(body.tags)
    change.check_metadata(body.metadata)
    parent = root = None
    if body.parent_id is not None:
        at = detail.find(parts.store, who.workspace_id, body.parent_id)
        parent = at.session_id
        root = orjson.loads(at.body)["root_id"]
    origin = ("agent" if parent else "api") if body.origin is None else body.origin
    new = create.NewSession(
        agent={**agents.short(agent), **over},
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
    return new, {**agent, **over}


def _owner(parts: Rooms, who: Caller, member_id: str | None) -> Json | None:
    if member_id is None:
        return None
    everyone = parts.store.read(lambda c: members.all_members(c, who.workspace_id))
    for member in everyone:
        if member.id == member_id:
            return {"id": member.id, "name": member.name}
    raise NotFound(f"there is no member {member_id}")

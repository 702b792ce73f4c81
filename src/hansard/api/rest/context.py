"""What a session's agent sees: begin it anew, put a summary in the place of what is older."""

from collections.abc import Callable

import orjson
from fastapi import Request, Response

from hansard.api.idempotency import Once, once
from hansard.api.rest.models import CompactSession, ResetSession
from hansard.api.rest.sessions import changed, render, resolved
from hansard.api.rooms import Caller, CallerDep, Rooms, RoomsDep, trail
from hansard.control import compact, reset
from hansard.domain.draft import Json
from hansard.domain.errors import PermissionDenied
from hansard.domain.operations import covers
from hansard.journal.change import Also, Appended
from hansard.journal.read import Place
from hansard.store.base import Tx

_NO_RESET, _NO_WISH = ResetSession(), CompactSession()
_RESET = ("previous_message_count", "erased")
_COMPACTION = ("summary", "covers_from", "covers_to", "tokens_before", "tokens_after")


async def reset_session(
    request: Request,
    parts: RoomsDep,
    who: CallerDep,
    session_id: str,
    body: ResetSession = _NO_RESET,
) -> Response:
    """Begin a session anew; with `erase` what was said before goes for good (S1-6, S1-23)."""
    if body.erase and not covers(who.scope, "admin"):
        raise PermissionDenied("erase needs the scope admin")

    async def act(at: Place, keep: tuple[Also, ...]) -> None:
        entry = trail(who, parts.clock(), "session.reset", at.session_id, erased=body.erase)
        await reset.reset(
            parts.journal,
            who.workspace_id,
            at.session_id,
            who.actor,
            erased=body.erase,
            also=(*keep, entry),
        )

    return await changed(request, parts, who, session_id, act, _adding(parts, "reset", _RESET))


async def compact_session(
    request: Request,
    parts: RoomsDep,
    who: CallerDep,
    session_id: str,
    body: CompactSession = _NO_WISH,
) -> Response:
    """Summarise older messages; the log keeps them (S1-7, S1-24). `compaction` is null when
    nothing is older than what is kept."""

    async def act(mine: Once) -> bytes:
        at, agent = await resolved(parts, who, session_id)
        show = _adding(parts, "compaction", (*_COMPACTION, "fallback_level"))(agent)
        entry = trail(who, parts.clock(), "session.compact", at.session_id)
        done = await compact.compact(
            parts.journal,
            who.workspace_id,
            at.session_id,
            who.actor,
            instructions=body.instructions,
            also=(*mine.keep(show), entry),
        )
        if done is None:
            await _nothing(parts, who, mine, at, agent)
        return mine.body

    return await once(request, parts, who, act)


async def _nothing(parts: Rooms, who: Caller, mine: Once, at: Place, agent: Json) -> None:
    """Answer, and say in the audit, that there was nothing to do."""
    row = await parts.journal.decide(
        who.workspace_id, at.session_id, lambda _tx, _session: (), verb="compact"
    )
    body = orjson.dumps({**orjson.loads(render(parts, agent)(row)), "compaction": None})

    def job(tx: Tx) -> None:
        trail(who, parts.clock(), "session.compact", at.session_id, done=False)(tx, row)
        mine.keep_in(tx, body, at.session_id)

    await parts.store.write(job)


def _adding(
    parts: Rooms, name: str, fields: tuple[str, ...]
) -> Callable[[Json], Callable[[Appended], bytes]]:
    """The answer of a change: the session, and under a name what the change's event says."""

    def of(agent: Json) -> Callable[[Appended], bytes]:
        def run(done: Appended) -> bytes:
            event = done.events[-1]
            said = {"event_id": event.id, **{field: event.payload.get(field) for field in fields}}
            return orjson.dumps({**orjson.loads(render(parts, agent)(done)), name: said})

        return run

    return of

"""A session's views, folded from its log off the loop when they are asked for (S1-33..37)."""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
from fastapi import Response

from hansard.api.rest import pages, words
from hansard.api.rest.sessions import json_response
from hansard.api.rooms import Caller, CallerDep, Rooms, RoomsDep
from hansard.domain.draft import Json
from hansard.journal import read
from hansard.lens import find, trail, views
from hansard.lens.moment import Moment, moment


async def session_context(
    parts: RoomsDep, who: CallerDep, session_id: str, at: words.At | None = None
) -> Response:
    """What the model sees next, and how full its context is (S1-33..35)."""
    return await _view(parts, who, session_id, at, views.context_of)


async def session_metrics(
    parts: RoomsDep, who: CallerDep, session_id: str, at: words.At | None = None
) -> Response:
    """Tokens, cost and time, by tool and by turn (S1-36, S1-37)."""
    return await _view(parts, who, session_id, at, views.metrics_of)


async def session_timeline(
    parts: RoomsDep, who: CallerDep, session_id: str, at: words.At | None = None
) -> Response:
    """Turns, steps, waits and sub-agents as spans (S2-4)."""
    return await _view(parts, who, session_id, at, views.timeline_of)


async def session_edits(
    parts: RoomsDep, who: CallerDep, session_id: str, at: words.At | None = None
) -> Response:
    """The files that the session changed, each edit and the sum of all (S2-31)."""
    return await _view(parts, who, session_id, at, views.edits_of)


async def session_outline(
    parts: RoomsDep, who: CallerDep, session_id: str, buckets: words.Buckets = 200
) -> Response:
    """Marks and density of the log, for the replay scrubber."""
    return await _view(parts, who, session_id, None, lambda here: views.outline_of(here, buckets))


async def session_find(
    parts: RoomsDep,
    who: CallerDep,
    session_id: str,
    query: str,
    limit: words.FindLimit = 200,
) -> Response:
    """Every event whose text matches, those that a page has not loaded too (S1-10)."""

    def run() -> Json:
        where = who.workspace_id
        return find.find(parts.store, parts.indexer, where, session_id, query, limit)

    return await _answer(run)


async def session_audit(
    parts: RoomsDep,
    who: CallerDep,
    session_id: str,
    limit: words.Limit = 100,
    page: str | None = None,
) -> Response:
    """Who did what to the session, newest first (S2-36)."""
    pages.check(limit)
    of = f"audit:{session_id}"
    after = pages.after(parts, who, of, page)

    def run() -> Json:
        where = read.place(parts.store, who.workspace_id, session_id).session_id
        found = trail.of_session(parts.store, who.workspace_id, where, after, limit + 1)
        shown, following = pages.cut(parts, who, of, found, limit)
        return {"data": [step.to_wire() for step in shown], "next_page": following}

    return await _answer(run)


async def _view(
    parts: Rooms, who: Caller, session_id: str, at: int | None, fold: Callable[[Moment], Json]
) -> Response:
    return await _answer(lambda: fold(moment(parts.store, who.workspace_id, session_id, at)))


async def _answer(make: Callable[[], Any]) -> Response:
    """An answer that is made and spelled beside the loop: a long session takes seconds."""
    return json_response(await asyncio.to_thread(lambda: orjson.dumps(make())))

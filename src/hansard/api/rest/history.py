"""A session's figures and its messages by number, for programs of few words (S1-4, S1-N6)."""

import asyncio

import orjson
from fastapi import Response

from hansard.api.rest import words
from hansard.api.rest.sessions import json_response
from hansard.api.rooms import CallerDep, RoomsDep
from hansard.domain.errors import InvalidRequest
from hansard.journal import read
from hansard.lens import history

_MAX_LIMIT = 1_000
_MAX_OFFSET = 1 << 53


async def session_status(parts: RoomsDep, who: CallerDep, session_id: str) -> Response:
    """Messages, token usage and cache figures of a session (S1-4)."""
    at = await asyncio.to_thread(read.place, parts.store, who.workspace_id, session_id)
    return json_response(orjson.dumps(history.status(orjson.loads(at.body), parts.clock())))


async def session_history(
    parts: RoomsDep,
    who: CallerDep,
    session_id: str,
    offset: words.Seq = 0,
    limit: words.Limit = 20,
    segments: words.Segments = "current",
) -> Response:
    """Messages of a session by number, tool calls, results and marks among them."""
    if not 0 <= offset < _MAX_OFFSET:
        raise InvalidRequest("offset: 0 or more")
    if not 1 <= limit <= _MAX_LIMIT:
        raise InvalidRequest(f"limit: 1 to {_MAX_LIMIT}")
    if segments not in words.SEGMENTS:
        raise InvalidRequest(f"segments: {' or '.join(words.SEGMENTS)}")
    at = await asyncio.to_thread(read.place, parts.store, who.workspace_id, session_id)
    found = await asyncio.to_thread(
        history.messages,
        parts.store,
        who.workspace_id,
        at,
        offset=offset,
        limit=limit,
        whole=segments == "all",
    )
    return json_response(orjson.dumps(found))

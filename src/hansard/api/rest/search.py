"""Search over everything that sessions said and did."""

import asyncio

import orjson
from fastapi import Response

from hansard.api.rest import words
from hansard.api.rest.sessions import json_response
from hansard.api.rooms import CallerDep, RoomsDep
from hansard.lens import search
from hansard.lens.search import Asked


async def query(
    parts: RoomsDep,
    who: CallerDep,
    q: words.Named,
    scope: words.Said = "all",
    session_id: str | None = None,
    include_archived: bool = False,
    group: bool = False,
    limit: words.HitLimit = 20,
    page: str | None = None,
) -> Response:
    """Find events by their words and sessions by their names, the newest first (S1-10)."""
    asked = Asked(q, scope, session_id, include_archived, group)
    found = await asyncio.to_thread(
        search.search,
        parts.store,
        parts.indexer,
        parts.page_key,
        who.workspace_id,
        asked,
        limit=limit,
        token=page,
    )
    return json_response(orjson.dumps(found.to_wire()))

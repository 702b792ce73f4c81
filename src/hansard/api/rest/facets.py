"""Facets of the list: what each value of each filter would show."""

import asyncio

import orjson
from fastapi import Request, Response

from hansard.api.rest import words
from hansard.api.rest.filters import FilterDep, many
from hansard.api.rest.sessions import json_response
from hansard.api.rooms import CallerDep, RoomsDep
from hansard.lens import facets


async def list_facets(
    request: Request,
    parts: RoomsDep,
    who: CallerDep,
    chosen: FilterDep,
    facet: words.FacetNames = None,
    tab: words.Tab | None = None,
) -> Response:
    """Counts by facet and value and by tab, none above 1,000 (ui.md B.3)."""
    found = await asyncio.to_thread(
        facets.facets_of,
        parts.store,
        who.workspace_id,
        chosen,
        tab=tab,
        wanted=many(request, "facet", facet),
    )
    return json_response(orjson.dumps({"type": "facets", **found}))

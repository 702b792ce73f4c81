"""Bulk operations: change many sessions in the background, watch it, stop it."""

import asyncio
import os

import orjson
from fastapi import Request, Response

from hansard.api.idempotency import Once, once
from hansard.api.rest import filters, pages, words
from hansard.api.rest.models import CreateBulk
from hansard.api.rest.sessions import json_response
from hansard.api.rooms import Caller, CallerDep, Rooms, RoomsDep
from hansard.audit.record import Entry, write
from hansard.control import bulk
from hansard.control.bulk import Wanted
from hansard.domain.draft import Json
from hansard.domain.errors import Conflict, InvalidRequest, PermissionDenied
from hansard.domain.operations import BY_NAME, Scope, covers
from hansard.store import bulk as stored
from hansard.store.base import Tx


async def create_bulk(
    request: Request, parts: RoomsDep, who: CallerDep, body: CreateBulk
) -> Response:
    """Start an operation on the sessions that are named, or that a filter finds now."""
    _permit(who, body)

    async def act(mine: Once) -> bytes:
        wanted = await asyncio.to_thread(_wanted, parts, who, body)

        def job(tx: Tx) -> None:
            now, random = parts.clock(), int.from_bytes(os.urandom(10), "big") >> 6
            place = (who.workspace_id, wanted, who.actor, who.request_id)
            made = bulk.start(tx, *place, now, random)
            detail: Json = {"action": wanted.action, "sessions": made["total"]}
            said = (who.workspace_id, who.actor, "bulk.create", made["id"], now)
            write(tx, Entry(*said, who.request_id, detail))
            mine.keep_in(tx, orjson.dumps(made))

        await parts.store.write(job)
        parts.bulk.wake()
        return mine.body

    return await once(request, parts, who, act)


async def list_bulk(
    parts: RoomsDep, who: CallerDep, limit: words.Limit = 50, page: str | None = None
) -> Response:
    """Operations with their progress, the newest first."""
    pages.check(limit)
    after = pages.after(parts, who, "bulk_of", page)
    found = await asyncio.to_thread(
        parts.store.read, lambda c: stored.page(c, who.workspace_id, after, limit + 1)
    )
    found, following = pages.cut(parts, who, "bulk_of", found, limit)
    data = [bulk.to_wire(one) for one in found]
    return json_response(orjson.dumps({"data": data, "next_page": following}))


async def retrieve_bulk(parts: RoomsDep, who: CallerDep, operation_id: str) -> Response:
    """One operation: how far it is, and on which sessions it failed and why."""
    found = await asyncio.to_thread(bulk.find, parts.store, who.workspace_id, operation_id)
    return json_response(orjson.dumps(found))


async def cancel_bulk(
    request: Request, parts: RoomsDep, who: CallerDep, operation_id: str
) -> Response:
    """Stop an operation; what is done stays done."""

    async def act(mine: Once) -> bytes:
        def job(tx: Tx) -> None:
            now = parts.clock()
            gone = bulk.cancel(tx, who.workspace_id, operation_id, now)
            said = (who.workspace_id, who.actor, "bulk.cancel", operation_id, now)
            write(tx, Entry(*said, who.request_id))
            mine.keep_in(tx, orjson.dumps(gone))

        await parts.store.write(job)
        return mine.body

    return await once(request, parts, who, act)


def _permit(who: Caller, body: CreateBulk) -> None:
    """Many sessions need no less than one: each action asks for the scope of its operation.

    Raises:
        InvalidRequest: there is no such action, or it does not take these arguments.
        PermissionDenied: the scope is too small.
    """
    bulk.check(body.action, body.arguments)
    needed: Scope = BY_NAME[bulk.OPERATION_OF[body.action]].scope
    if body.arguments.get("erase"):
        needed = "admin"
    if not covers(who.scope, needed):
        raise PermissionDenied(f"this needs the scope {needed}")


def _wanted(parts: Rooms, who: Caller, body: CreateBulk) -> Wanted:
    if (body.session_ids is None) == (body.filter is None):
        raise InvalidRequest("give session_ids or filter")
    clean, _ = parts.journal.scan(who.workspace_id)(
        {"arguments": body.arguments, "filter": body.filter}
    )
    if body.filter is not None:
        found = bulk.matching(parts.store, who.workspace_id, filters.of(body.filter))
    else:
        found = bulk.named(parts.store, who.workspace_id, body.session_ids or ())
    if body.expected_total not in (None, len(found)):
        raise Conflict(f"these are {len(found)} sessions, not {body.expected_total}")
    return Wanted(body.action, found, clean["arguments"], clean["filter"])

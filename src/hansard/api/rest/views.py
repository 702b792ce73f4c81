"""Saved views of the list: filters, columns, order, density, for oneself or for all."""

import asyncio
import os
from collections.abc import Callable
from typing import Any

import orjson
from fastapi import Request, Response

from hansard.api.idempotency import Once, once
from hansard.api.rest import filters
from hansard.api.rest.models import CreateView, UpdateView
from hansard.api.rest.sessions import json_response
from hansard.api.rooms import Caller, CallerDep, Rooms, RoomsDep
from hansard.audit.record import Entry, write
from hansard.control import views
from hansard.domain.draft import Json
from hansard.store.base import Tx


async def list_views(parts: RoomsDep, who: CallerDep) -> Response:
    """The built-in views, one's own, and those that others share."""
    found = await asyncio.to_thread(
        parts.store.read, lambda c: views.everything(c, who.workspace_id, _person(who))
    )
    return json_response(orjson.dumps({"data": found, "next_page": None}))


async def create_view(
    request: Request, parts: RoomsDep, who: CallerDep, body: CreateView
) -> Response:
    """Save a view."""
    said = _clean(parts, who, body.model_dump(exclude={"shared"}))

    def job(tx: Tx) -> Json:
        random = int.from_bytes(os.urandom(10), "big") >> 6
        return views.create(
            tx,
            who.workspace_id,
            _person(who),
            said,
            shared=body.shared,
            now=parts.clock(),
            random=random,
        )

    return await _once(request, parts, who, "view.create", job)


async def update_view(
    request: Request, parts: RoomsDep, who: CallerDep, view_id: str, body: UpdateView
) -> Response:
    """Change what is sent of a view."""
    said = _clean(parts, who, {name: getattr(body, name) for name in body.model_fields_set})
    return await _once(
        request,
        parts,
        who,
        "view.update",
        lambda tx: views.update(tx, who.workspace_id, _person(who), view_id, said, parts.clock()),
    )


async def delete_view(parts: RoomsDep, who: CallerDep, view_id: str) -> Response:
    """Drop a view; the built-in ones stay."""

    def job(tx: Tx) -> Json:
        gone = views.delete(tx, who.workspace_id, _person(who), view_id)
        _write(tx, parts, who, "view.delete", view_id)
        return gone

    return json_response(orjson.dumps(await parts.store.write(job)))


async def _once(
    request: Request, parts: Rooms, who: Caller, name: str, change: Callable[[Tx], Json]
) -> Response:
    async def act(mine: Once) -> bytes:
        def job(tx: Tx) -> None:
            made = change(tx)
            _write(tx, parts, who, name, made["id"])
            mine.keep_in(tx, orjson.dumps(made))

        await parts.store.write(job)
        return mine.body

    return await once(request, parts, who, act)


def _write(tx: Tx, parts: Rooms, who: Caller, action: str, target: str) -> None:
    write(tx, Entry(who.workspace_id, who.actor, action, target, parts.clock(), who.request_id))


def _clean(parts: Rooms, who: Caller, said: dict[str, Any]) -> Json:
    """What the caller said, checked, and redacted as everything that is kept (S2-34)."""
    given = {name: value for name, value in said.items() if value is not None}
    if "filters" in given:
        filters.of(given["filters"])
    return parts.journal.scan(who.workspace_id)(given)[0]


def _person(who: Caller) -> str:
    return who.member_id or who.principal

"""Take sessions out as files, and check one session's chain."""

import asyncio
from collections.abc import Iterator

import orjson
from fastapi import Response
from fastapi.responses import StreamingResponse

from hansard.api.rest import filters, words
from hansard.api.rest.models import ExportSessions
from hansard.api.rest.sessions import json_response
from hansard.api.rooms import Caller, CallerDep, Rooms, RoomsDep
from hansard.audit.record import Entry, write
from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest
from hansard.export import discover
from hansard.export.base import Format, Selection, file_name
from hansard.journal import copy, read, verify
from hansard.journal.copy import Chosen
from hansard.lens import detail, rows
from hansard.store.filters import Filter

MOST = 10_000
"""Sessions in one file."""
_PAGE = 1_000
_NAMED = 100


async def export_session(
    parts: RoomsDep, who: CallerDep, session_id: str, format: words.ExportFormat | None = None
) -> Response:
    """One session as a file of its own, named after its key (S1-8, S1-21)."""
    form = discover.named(format)
    chosen = await asyncio.to_thread(_choose, parts, who, [session_id])
    at = await asyncio.to_thread(read.place, parts.store, who.workspace_id, session_id)
    key = str(orjson.loads(at.body).get("key"))
    await _note(parts, who, "session.export", chosen, form)
    return _file(parts, who, chosen, key, form)


async def export_sessions(parts: RoomsDep, who: CallerDep, body: ExportSessions) -> Response:
    """Several sessions in one file (S1-16); one absent session refuses the whole."""
    if (body.session_ids is None) == (body.filter is None):
        raise InvalidRequest("give session_ids or filter")
    form = discover.named(body.format)
    chosen = await asyncio.to_thread(_chosen, parts, who, body)
    if not chosen:
        raise InvalidRequest("no session fits: there is nothing to export")
    await _note(parts, who, "session.export_many", chosen, form)
    return _file(parts, who, chosen, None, form)


async def verify_session(parts: RoomsDep, who: CallerDep, session_id: str) -> Response:
    """The state of a session's chain, and its head signed, to be kept elsewhere (P22)."""
    return json_response(await asyncio.to_thread(_verified, parts, who, session_id))


def _verified(parts: Rooms, who: Caller, session_id: str) -> bytes:
    at = read.place(parts.store, who.workspace_id, session_id)
    found = verify.check(parts.store, parts.journal.keeper.key, who.workspace_id, at)
    answer: Json = {
        "type": "verification",
        "session_id": at.session_id,
        "ok": not found.problems,
        "events": found.events,
        "problems": found.problems,
        "head": None,
        "public_key": parts.seal.public_key,
    }
    if not found.problems:  # what does not hold is not signed
        signature = parts.seal.head(at.session_id, found.events, found.head)
        answer["head"] = {"seq": found.events, "hash": found.head, "signature": signature}
    return orjson.dumps(answer)


def _chosen(parts: Rooms, who: Caller, body: ExportSessions) -> list[Chosen]:
    if body.filter is not None:
        return _choose(parts, who, _listed(parts, who, filters.of(body.filter)))
    named = list(dict.fromkeys(body.session_ids or ()))
    found = [detail.find(parts.store, who.workspace_id, name) for name in named]
    return _choose(parts, who, [at.session_id for at in found])


def _choose(parts: Rooms, who: Caller, ids: list[str]) -> list[Chosen]:
    if len(ids) > MOST:
        raise InvalidRequest(f"one file holds at most {MOST:,} sessions: narrow the filter")
    return [copy.choose(parts.store, who.workspace_id, one) for one in dict.fromkeys(ids)]


def _listed(parts: Rooms, who: Caller, chosen: Filter) -> list[str]:
    """The sessions that a filter finds, oldest first."""
    found: list[str] = []
    token: str | None = None
    while len(found) <= MOST:
        page = rows.page(
            parts.store,
            parts.page_key,
            who.workspace_id,
            chosen,
            sort="created_at",
            limit=_PAGE,
            token=token,
        )
        found += [str(orjson.loads(row)["id"]) for row in page.rows]
        token = page.next_page
        if token is None:
            break
    return found


async def _note(parts: Rooms, who: Caller, action: str, chosen: list[Chosen], form: Format) -> None:
    """The audit entry of a sensitive read, before a byte of it goes out."""
    ids = [one.session_id for one in chosen]
    target = ids[0] if len(ids) == 1 else None
    detail_: Json = {"count": len(ids), "sessions": ids[:_NAMED], "format": form.name}
    entry = Entry(
        who.workspace_id, who.actor, action, target, parts.clock(), who.request_id, detail_
    )
    await parts.store.write(lambda tx: write(tx, entry))


def _file(
    parts: Rooms, who: Caller, chosen: list[Chosen], key: str | None, form: Format
) -> Response:
    now = parts.clock()
    what = Selection(parts.store, who.workspace_id, chosen, parts.seal, now, parts.version)
    name = file_name(key, now, form.suffix)
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
        "x-accel-buffering": "no",
    }
    return StreamingResponse(_while_running(parts, form.write(what)), 200, headers, form.media_type)


def _while_running(parts: Rooms, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """A server that stops cuts a long file off; it then lacks its last line, and says so."""
    for piece in pieces:
        yield piece
        if parts.stopping[0]:
            break

"""Events of a session: read, send, follow; large contents."""

import asyncio
import base64
from typing import Any

import orjson
from fastapi import Request, Response
from starlette.responses import StreamingResponse

from hansard.api import sse
from hansard.api.idempotency import Once, once
from hansard.api.rest import times, words
from hansard.api.rest.filters import Many, many
from hansard.api.rest.models import SendEvents
from hansard.api.rest.sessions import json_response
from hansard.api.rooms import CallerDep, Rooms, RoomsDep, quick
from hansard.api.sse import Wanted
from hansard.control import messages
from hansard.domain import cursor
from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest, NotFound
from hansard.journal import read
from hansard.journal.change import Appended
from hansard.journal.read import Line, Place
from hansard.store import blobs

_MAX_LIMIT = 1_000
_MAX_SEQ = 1 << 53
_TOPICS = 50
SHOWN = {
    "text/plain": "text/plain; charset=utf-8",
    "text/plain; charset=utf-8": "text/plain; charset=utf-8",
    "image/png": "image/png",
    "image/jpeg": "image/jpeg",
    "image/gif": "image/gif",
    "image/webp": "image/webp",
}
"""Media types that are answered as such; a type is the sender's word and may be anything."""
OPAQUE = "application/octet-stream"
_INERT = "default-src 'none'; sandbox"


async def list_events(  # noqa: PLR0913, PLR0917 - the parameters of the operation
    request: Request,
    parts: RoomsDep,
    who: CallerDep,
    session_id: str,
    order: words.Order = "asc",
    limit: words.Limit = _MAX_LIMIT,
    page: str | None = None,
    types: Many = None,
    include: Many = None,
    after: words.Seq | None = None,
    before: words.Seq | None = None,
    segments: words.Segments = "current",
) -> Response:
    """A page of the log since the last reset, oldest first unless `order=desc`."""
    if order not in ("asc", "desc"):
        raise InvalidRequest("order: asc or desc")
    if not 1 <= limit <= _MAX_LIMIT:
        raise InvalidRequest(f"limit: 1 to {_MAX_LIMIT}")
    for name, value in (("after", after), ("before", before)):
        if value is not None and not 0 <= value < _MAX_SEQ:
            raise InvalidRequest(f"{name}: a seq")
    if segments not in words.SEGMENTS:
        raise InvalidRequest(f"segments: {' or '.join(words.SEGMENTS)}")
    created = times.bracketed(request, "created_at")
    included = _included(request, include)
    wanted = Wanted("hansard" in included, frozenset(many(request, "types", types)))
    at = await quick(read.place, parts.store, who.workspace_id, session_id)
    down = order == "desc"
    asked = {"types": wanted.as_types(), "created": created, "after": after, "before": before}
    asked["segments"] = segments
    print_ = cursor.fingerprint({**asked, "order": order, "session": at.session_id})
    if page is not None:
        last = _seq_of(parts, page, print_)
        after, before = (after, last) if down else (last, before)
    if segments == "current":
        after = max(after or 0, int(orjson.loads(at.body)["reset_seq"]) - 1)
    lines, more = await quick(
        read.answer,
        parts.store,
        who.workspace_id,
        at,
        after=after,
        before=before,
        types=wanted.as_types(),
        created=created,
        descending=down,
        limit=limit,
    )
    bodies = [line.body for line in lines]
    if "raw" in included:
        bodies = await asyncio.to_thread(_with_raw, parts, who.workspace_id, at, lines)
    following = None
    if more:
        following = cursor.encode(parts.page_key, {"e": print_, "q": lines[-1].seq})
    tail = orjson.dumps({"next_page": following})
    return json_response(b'{"data":[' + b",".join(bodies) + b"]," + tail[1:])


async def send_events(
    request: Request, parts: RoomsDep, who: CallerDep, session_id: str, body: SendEvents
) -> Response:
    """Append what the caller sends; the answer holds the stored events."""

    def render(done: Appended) -> bytes:
        return orjson.dumps({"data": [event.to_wire() for event in done.events]})

    async def act(mine: Once) -> bytes:
        recorded = parts.journal.is_recorded(who.workspace_id, session_id)
        if recorded is None:
            at = await quick(read.place, parts.store, who.workspace_id, session_id)
            recorded = bool(orjson.loads(at.body)["recorded"])
        await messages.send(
            parts.journal,
            who.workspace_id,
            session_id,
            body.events,
            who.actor,
            recorded=recorded,
            expected_seq=body.expected_seq,
            also=mine.keep(render),
        )
        return mine.body

    return await once(request, parts, who, act)


async def stream_events(
    request: Request,
    parts: RoomsDep,
    who: CallerDep,
    session_id: str,
    after: words.Place | None = None,
    include: Many = None,
    types: Many = None,
) -> StreamingResponse:
    """Follow a session; resumes after `Last-Event-ID` or `after` (P12)."""
    at = await quick(read.place, parts.store, who.workspace_id, session_id)
    row: Json = orjson.loads(at.body)
    wanted = Wanted(
        "hansard" in _included(request, include), frozenset(many(request, "types", types))
    )
    place = _resume(request, after)
    return sse.response(sse.session(parts, who, at, place, wanted, int(row["seq"])))


async def stream_workspace(
    request: Request,
    parts: RoomsDep,
    who: CallerDep,
    topics: str = "sessions",
    after: words.Place | None = None,
) -> StreamingResponse:
    """Follow the list and chosen sessions by one cursor."""
    wanted = [topic.strip() for topic in topics.split(",") if topic.strip()]
    if not wanted or len(wanted) > _TOPICS:
        raise InvalidRequest(f"topics: 1 to {_TOPICS}")
    sids: dict[int, str] = {}
    for topic in wanted:
        if topic.startswith("session:"):
            session_id = topic.removeprefix("session:")
            at = await quick(read.place, parts.store, who.workspace_id, session_id)
            sids[at.sid] = at.session_id
        elif topic != "sessions":
            raise InvalidRequest("topics: sessions or session:<id>")
    lists = "sessions" in wanted
    return sse.response(sse.workspace(parts, who, lists, sids, _resume(request, after)))


async def read_blob(parts: RoomsDep, who: CallerDep, session_id: str, blob_id: str) -> Response:
    """Large content of an event; never rendered as a page of this origin."""
    at = await quick(read.place, parts.store, who.workspace_id, session_id)
    found = await asyncio.to_thread(
        parts.store.read, lambda c: blobs.get(c, who.workspace_id, at.sid, blob_id)
    )
    if found is None:
        raise NotFound(f"there is no content {blob_id[:100]}")
    media_type, body = found
    if media_type.endswith(";base64"):
        media_type, body = media_type.removesuffix(";base64"), _decoded(body)
    headers = {
        "content-security-policy": _INERT,
        "x-content-type-options": "nosniff",
        "cache-control": "private, max-age=31536000, immutable",
    }
    return Response(body, 200, headers, SHOWN.get(media_type, OPAQUE))


def _decoded(body: bytes) -> bytes:
    try:
        return base64.b64decode(body, validate=False)
    except ValueError:
        return body


def _included(request: Request, include: list[str] | None) -> set[str]:
    values = many(request, "include", include)
    return {part.strip() for value in values for part in value.split(",")}


def _seq_of(parts: Rooms, page: str, print_: str) -> int:
    content = cursor.decode(parts.page_key, page)
    seq = content.get("q")
    if content.get("e") != print_ or not isinstance(seq, int):
        raise InvalidRequest("page: the cursor belongs to another list")
    return seq


def _resume(request: Request, after: int | None) -> int | None:
    """`Last-Event-ID` wins over `after`: a browser sends it by itself when it reconnects."""
    last = request.headers.get("last-event-id", "").strip()
    if last:
        if not last.isascii() or not last.isdecimal() or len(last) > 18:
            raise InvalidRequest("Last-Event-ID: a whole number")
        return int(last)
    if after is not None and not 0 <= after < 1 << 60:
        raise InvalidRequest("after: 0 or more")
    return after


def _with_raw(parts: Rooms, where: str, at: Place, lines: list[Line]) -> list[bytes]:
    """Events with the source record each came from, as a string under `raw`."""
    events: list[Json] = [orjson.loads(line.body) for line in lines]
    wanted: dict[str, set[int]] = {}
    for event in events:
        number, holder = _source(event, at.session_id)
        if number is not None:
            wanted.setdefault(holder, set()).add(number)
    found: dict[tuple[str, int], str] = {}
    for holder, numbers in wanted.items():
        try:
            place = at if holder == at.session_id else read.place(parts.store, where, holder)
        except NotFound:
            continue
        records = read.raw_records(parts.store, where, place, sorted(numbers))
        found |= {(holder, n): text for n, text in records.items()}
    return [orjson.dumps({**e, "raw": found.get(_key(e, at.session_id))}) for e in events]


def _source(event: Json, session_id: str) -> tuple[int | None, str]:
    source: Any = event.get("source")
    if not isinstance(source, dict):
        return None, session_id
    fields: Json = source  # pyright: ignore[reportUnknownVariableType]
    number, holder = fields.get("n"), fields.get("in")
    return (
        number if isinstance(number, int) else None,
        holder if isinstance(holder, str) else session_id,
    )


def _key(event: Json, session_id: str) -> tuple[str, int]:
    number, holder = _source(event, session_id)
    return holder, -1 if number is None else number

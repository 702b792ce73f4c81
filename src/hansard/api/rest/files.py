"""Files: upload, list, read, download, delete, as the protocol has them (wire.md section 1)."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any
from urllib.parse import quote

import orjson
from fastapi import Request, Response
from starlette.responses import StreamingResponse

from hansard.api import upload
from hansard.api.idempotency import Once, once_as
from hansard.api.rest import pages
from hansard.api.rest.filters import Many, many
from hansard.api.rest.sessions import json_response
from hansard.api.rest.words import Limit
from hansard.api.rooms import Caller, CallerDep, Rooms, RoomsDep
from hansard.audit.record import Entry, write
from hansard.control import files
from hansard.control.files import Told, Upload
from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest
from hansard.store import files as stored
from hansard.store.base import Tx
from hansard.store.files import File

_SANDBOX = "sandbox; default-src 'none'"


async def upload_file(request: Request, parts: RoomsDep, who: CallerDep) -> Response:
    """Keep a file; text is searched for secrets before any of it is written (S2-34)."""
    coming = Upload(parts.journal, who.workspace_id, parts.most_upload)
    kept = False
    try:
        form = await upload.receive(
            request, coming.take, most=parts.most_upload, seconds=parts.body_seconds
        )
        await coming.finish()
        told = Told(form.filename or "", form.media_type, _lasts(form.fields))
        files.check(told)

        async def act(mine: Once) -> bytes:
            nonlocal kept

            def job(tx: Tx) -> None:
                now = parts.clock()
                made = coming.add(tx, told, who.principal, now)
                said = (who.workspace_id, who.actor, "file.upload", made["id"], now)
                write(tx, Entry(*said, who.request_id, {"bytes": made["size_bytes"]}))
                mine.keep_in(tx, orjson.dumps(made))

            await parts.store.write(job)
            kept = True
            return mine.body

        print_ = orjson.dumps([coming.digest.hex(), told.filename, told.expires_in_seconds])
        return await once_as(await Once.of(request, parts, who, print_), act)
    finally:
        if not kept:
            await coming.abandon()


async def list_files(
    request: Request,
    parts: RoomsDep,
    who: CallerDep,
    limit: Limit = 20,
    page: str | None = None,
    ids: Many = None,
    scope_id: str | None = None,
) -> Response:
    """Files, the newest first; those of `ids` that are not there are left out."""
    pages.check(limit)
    wanted = tuple(dict.fromkeys(many(request, "ids", ids)))
    if wanted and page is not None:
        raise InvalidRequest("ids: not together with page")
    if scope_id is not None:  # files belong to the workspace, never to a session
        return json_response(orjson.dumps({"data": [], "next_page": None}))
    after = pages.after(parts, who, "files_of", page)
    now = parts.clock()

    def query(connection: Any) -> list[File]:
        if wanted:
            return stored.some(connection, who.workspace_id, wanted, now)
        return stored.page(connection, who.workspace_id, after, limit + 1, now)

    found: Sequence[File] = await asyncio.to_thread(parts.store.read, query)
    following = None
    if not wanted:
        found, following = pages.cut(parts, who, "files_of", found, limit)
    data = [files.to_wire(file) for file in found]
    return json_response(orjson.dumps({"data": data, "next_page": following}))


async def retrieve_file(parts: RoomsDep, who: CallerDep, file_id: str) -> Response:
    """What is known about a file."""
    found = await _find(parts, who, file_id)
    return json_response(orjson.dumps(files.to_wire(found)))


async def read_file(parts: RoomsDep, who: CallerDep, file_id: str) -> StreamingResponse:
    """The bytes of a file, piece by piece; a browser saves them and shows nothing."""
    found = await _find(parts, who, file_id)
    headers = {
        "content-length": str(found.size),
        "content-disposition": f"attachment; filename*=UTF-8''{quote(found.filename, safe='')}",
        "content-security-policy": _SANDBOX,
        "etag": f'"{found.digest.hex()}"',
    }
    pieces = _pieces(parts, who.workspace_id, found)
    return StreamingResponse(pieces, 200, headers, found.media_type)


async def delete_file(parts: RoomsDep, who: CallerDep, file_id: str) -> Response:
    """Drop a file for good; events that name it keep the name."""

    def job(tx: Tx) -> Json:
        gone = files.delete(tx, who.workspace_id, file_id)
        said = (who.workspace_id, who.actor, "file.delete", file_id, parts.clock())
        write(tx, Entry(*said, who.request_id))
        return gone

    return json_response(orjson.dumps(await parts.store.write(job)))


async def _find(parts: Rooms, who: Caller, file_id: str) -> File:
    return await asyncio.to_thread(
        files.find, parts.store, who.workspace_id, file_id, parts.clock()
    )


async def _pieces(parts: Rooms, workspace_id: str, file: File) -> AsyncGenerator[bytes]:
    sent = n = 0
    while sent < file.size:
        piece = await asyncio.to_thread(
            parts.store.read, lambda c, n=n: stored.piece(c, workspace_id, file.content, n)
        )
        if piece is None:  # deleted meanwhile: the answer breaks off, and so it shows
            raise ConnectionAbortedError("the file was deleted while it was read")
        yield piece
        sent, n = sent + len(piece), n + 1


def _lasts(fields: dict[str, str]) -> int | None:
    said = fields.get("expires_in_seconds")
    if said is None:
        return None
    if not (said.isascii() and said.isdecimal() and len(said) < 10):
        raise InvalidRequest("expires_in_seconds: a whole number")
    return int(said)

"""Imports: where sessions come from, how far that is, and importing more."""

import asyncio
import os
from pathlib import Path

import orjson
from fastapi import Request, Response

from hansard.api.idempotency import Once, once
from hansard.api.rest.models import StartImport
from hansard.api.rest.sessions import json_response
from hansard.api.rooms import CallerDep, Rooms, RoomsDep
from hansard.audit.record import Entry, write
from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest, PermissionDenied
from hansard.ingest import discover
from hansard.ingest.discover import Root
from hansard.store.base import Tx


async def list_imports(parts: RoomsDep, who: CallerDep) -> Response:
    """Every source with its progress; imports go to the installation's own workspace."""
    ours = who.workspace_id == parts.workspace_id
    found = [progress.to_wire() for progress in parts.importer.progress] if ours else []
    return json_response(orjson.dumps({"data": found, "next_page": None}))


async def start_import(
    request: Request, parts: RoomsDep, who: CallerDep, body: StartImport
) -> Response:
    """Import from paths on the server's machine; without paths from the default folders."""
    if who.workspace_id != parts.workspace_id:
        raise PermissionDenied("imports go to the installation's own workspace")

    async def act(mine: Once) -> bytes:
        roots = await asyncio.to_thread(_roots, body)
        parts.importer.add(roots, watching=body.watch)
        detail: Json = {"paths": [str(root.path) for root in roots]}
        said = (who.workspace_id, who.actor, "import.start")
        entry = Entry(*said, None, parts.clock(), who.request_id, detail)

        def job(tx: Tx) -> None:
            write(tx, entry)
            mine.keep_in(tx, _started(parts, roots))

        await parts.store.write(job)
        return mine.body

    return await once(request, parts, who, act)


def _roots(body: StartImport) -> list[Root]:
    if not body.paths:
        return discover.default_roots(os.environ, Path.home())
    return [_root(path, body.format) for path in body.paths]


def _root(path: str, format_name: str | None) -> Root:
    try:
        return discover.named_root(Path(path).expanduser().absolute(), format_name)
    except (OSError, RuntimeError, ValueError) as problem:
        raise InvalidRequest(f"{path[:200]}: cannot be read") from problem


def _started(parts: Rooms, roots: list[Root]) -> bytes:
    paths = {str(root.path) for root in roots}
    found = [p.to_wire() for p in parts.importer.progress if p.path in paths]
    return orjson.dumps({"data": found, "next_page": None})

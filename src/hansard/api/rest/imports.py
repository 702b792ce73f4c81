"""Imports: where sessions come from, how far that is, and importing more."""

import asyncio
import os
from pathlib import Path

import orjson
from fastapi import Response

from hansard.api.rest.models import StartImport
from hansard.api.rest.sessions import json_response
from hansard.api.rooms import CallerDep, Rooms, RoomsDep
from hansard.audit.record import Entry, write
from hansard.domain.draft import Json
from hansard.ingest import discover
from hansard.ingest.discover import Root


async def list_imports(parts: RoomsDep, who: CallerDep) -> Response:
    """Every source with its progress."""
    found = [progress.to_wire() for progress in parts.importer.progress]
    return json_response(orjson.dumps({"data": found, "next_page": None}))


async def start_import(parts: RoomsDep, who: CallerDep, body: StartImport) -> Response:
    """Import from paths on the server's machine; without paths from the default folders."""
    roots = await asyncio.to_thread(_roots, body)
    parts.importer.add(roots, watching=body.watch)
    detail: Json = {"paths": [str(root.path) for root in roots]}
    entry = Entry(
        who.workspace_id, who.actor, "import.start", None, parts.clock(), who.request_id, detail
    )
    await parts.store.write(lambda tx: write(tx, entry))
    return _started(parts, roots)


def _roots(body: StartImport) -> list[Root]:
    if not body.paths:
        return discover.default_roots(os.environ, Path.home())
    return [
        discover.named_root(Path(path).expanduser().absolute(), body.format) for path in body.paths
    ]


def _started(parts: Rooms, roots: list[Root]) -> Response:
    paths = {str(root.path) for root in roots}
    found = [p.to_wire() for p in parts.importer.progress if p.path in paths]
    return json_response(orjson.dumps({"data": found, "next_page": None}))

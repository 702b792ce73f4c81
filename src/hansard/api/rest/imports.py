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
from hansard.ingest import discover, exports
from hansard.ingest.discover import Root
from hansard.store.base import Tx


async def list_imports(parts: RoomsDep, who: CallerDep) -> Response:
    """Every source with its progress; imports go to the installation's own workspace."""
    ours = who.workspace_id == parts.workspace_id
    found = [progress.to_wire() for progress in parts.importer.progress] if ours else []
    return json_response(await asyncio.to_thread(_listed, parts, found))


async def start_import(
    request: Request, parts: RoomsDep, who: CallerDep, body: StartImport
) -> Response:
    """Import from paths on the server's machine; without paths from the default folders."""
    if who.workspace_id != parts.workspace_id:
        raise PermissionDenied("imports go to the installation's own workspace")

    async def act(mine: Once) -> bytes:
        roots = await asyncio.to_thread(_roots, parts, body)
        await asyncio.to_thread(_foresee, parts, roots)
        parts.importer.add(roots, watching=body.watch)
        paths: Json = {"paths": [str(root.path) for root in roots]}
        detail, _ = parts.journal.scan(who.workspace_id)(paths)
        if body.trust:
            detail = {**detail, "trust": body.trust}
        said = (who.workspace_id, who.actor, "import.start")
        entry = Entry(*said, None, parts.clock(), who.request_id, detail)

        def job(tx: Tx) -> None:
            write(tx, entry)
            mine.keep_in(tx, _started(parts, roots))

        await parts.store.write(job)
        return mine.body

    return await once(request, parts, who, act)


def _foresee(parts: Rooms, roots: list[Root]) -> None:
    """An export that has nothing to bring is refused at the door."""
    for root in roots:
        if root.format is None and exports.is_export(root.path):
            known = (parts.seal.public_key, *root.trusted)
            exports.foresee(parts.journal, parts.workspace_id, root.path, known)


def _roots(parts: Rooms, body: StartImport) -> list[Root]:
    if not body.paths:
        found = discover.default_roots(os.environ, Path.home())
        only = None if body.format is None else discover.named_format(body.format)
        return [root for root in found if only in (None, root.format)]
    return [_root(parts, path, body) for path in body.paths]


def _root(parts: Rooms, path: str, body: StartImport) -> Root:
    if not path.strip():
        raise InvalidRequest("paths: an empty one names no place")
    try:
        whole = Path(path).expanduser().absolute()
        return discover.named_root(whole, body.format, body.trust)
    except (OSError, RuntimeError, ValueError):
        reason = f"{path[:200]}: cannot be read"
    except InvalidRequest as problem:
        reason = problem.message
    clean, _ = parts.journal.scan(parts.workspace_id)({"reason": reason})
    raise InvalidRequest(str(clean["reason"]))


def _started(parts: Rooms, roots: list[Root]) -> bytes:
    paths = {str(root.path) for root in roots}
    return _listed(parts, [p.to_wire() for p in parts.importer.progress if p.path in paths])


def _listed(parts: Rooms, found: list[Json]) -> bytes:
    """Progress as it is shown: paths are scanned as everything that somebody said (S2-34)."""
    clean, _ = parts.journal.scan(parts.workspace_id)({"data": found})
    return orjson.dumps({**clean, "next_page": None})

"""The database as a whole: report, check of every chain, backup."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from hansard.api.idempotency import Once, once
from hansard.api.rest.models import MakeBackup
from hansard.api.rest.sessions import json_response
from hansard.api.rooms import Caller, CallerDep, Rooms, RoomsDep
from hansard.audit.record import Entry, write
from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest, PermissionDenied
from hansard.journal import backup, report, verify
from hansard.store.base import Tx

_EVERY_S = 1.0


async def read_report(parts: RoomsDep, who: CallerDep, full: bool = False) -> Response:
    """What `hansard doctor` says of the database."""
    _ours(parts, who)
    found = await asyncio.to_thread(report.report, parts.journal, parts.database_file, full=full)
    clean, _ = parts.journal.scan(who.workspace_id)({"last_backup": found["last_backup"]})
    return json_response(orjson.dumps({**found, **clean}))


async def verify_database(parts: RoomsDep, who: CallerDep) -> Response:
    """Check every chain: a line a second, one for each problem, one at the end."""
    _ours(parts, who)
    return StreamingResponse(_verifying(parts), 200, None, "application/jsonl")


async def make_backup(
    request: Request, parts: RoomsDep, who: CallerDep, body: MakeBackup
) -> Response:
    """Write a backup to a new file on the server's machine (P21)."""
    _ours(parts, who)

    async def act(mine: Once) -> bytes:
        now = parts.clock()
        target = await asyncio.to_thread(_target, parts, body.path, now)
        scan = parts.journal.scan(who.workspace_id)
        made = await asyncio.to_thread(backup.back_up, parts.store, target, now, scan)
        said = (who.workspace_id, who.actor, "db.backup")
        entry = Entry(*said, None, now, who.request_id, {"path": made["path"]})

        def job(tx: Tx) -> None:
            write(tx, entry)
            mine.keep_in(tx, orjson.dumps(made))

        await parts.store.write(job)
        return mine.body

    return await once(request, parts, who, act)


def _ours(parts: Rooms, who: Caller) -> None:
    """The database holds every workspace: only the installation's own may look at the whole."""
    if who.workspace_id != parts.workspace_id:
        raise PermissionDenied("the database is looked after in the installation's own workspace")


def _target(parts: Rooms, path: str | None, now: int) -> Path:
    if path is None:
        folder = parts.data_dir / "backups"
        folder.mkdir(mode=0o700, exist_ok=True)
        return backup.free_name(folder, now)
    if "\0" in path or not Path(path).is_absolute():
        raise InvalidRequest("path: an absolute path on the server's machine")
    return Path(path)


def _verifying(parts: Rooms) -> Iterator[bytes]:
    started = told = time.monotonic()
    sessions = deleted = events = broken = 0
    for one in verify.everything(parts.store, parts.journal.keeper.key):
        sessions, events, deleted = sessions + 1, events + one.events, deleted + one.deleted
        if one.problems:
            broken += 1
            yield _line("problem", session_id=one.session_id, problems=one.problems)
        if time.monotonic() - told >= _EVERY_S:
            told = time.monotonic()
            yield _line("progress", sessions=sessions, events=events)
        if parts.stopping[0]:
            return
    seconds = time.monotonic() - started
    yield _line(
        "verified",
        ok=not broken,
        sessions=sessions,
        deleted=deleted,
        events=events,
        broken=broken,
        seconds=round(seconds, 3),
        events_per_second=int(events / max(seconds, 0.001)),
    )


def _line(kind: str, **fields: object) -> bytes:
    value: Json = {"type": kind, **fields}
    return orjson.dumps(value) + b"\n"

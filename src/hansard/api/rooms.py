"""What handlers work with: the rooms that `app` wired, and who is calling."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated, ParamSpec, TypeVar, cast

from fastapi import Depends, Request

from hansard.audit.record import Entry, write
from hansard.control.bulk import Runner
from hansard.control.files import MOST_BYTES
from hansard.domain.actor import Actor
from hansard.domain.draft import Json
from hansard.domain.operations import Scope
from hansard.ingest.importer import Importer
from hansard.journal.append import Journal
from hansard.journal.change import Also, Appended
from hansard.journal.index import Indexer
from hansard.journal.lookback import Lookback
from hansard.journal.seal import Seal
from hansard.redaction.workspaces import Scanners
from hansard.store.base import Store, Tx

_QUICK = ThreadPoolExecutor(2, "hansard-query")
P = ParamSpec("P")
T = TypeVar("T")


async def quick(query: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
    """Run a query that takes a millisecond or so, beside the loop.

    More threads than these only fight for the interpreter: with six, eight clients get half the
    lists that one gets alone. What may take longer goes through `asyncio.to_thread`.
    """
    work = partial(query, *args, **options)
    return await asyncio.get_running_loop().run_in_executor(_QUICK, work)


@dataclass(slots=True)
class Rooms:
    """The running server's parts.

    Attributes:
        page_key: signs page cursors; seal: signs exports.
        data_dir: the data folder; database_file: None when the database is no SQLite file.
        admin_hash: SHA-256 of the admin secret.
        hosts: Host names that are answered.
        command: what a person of this machine types for this program.
        heartbeat: seconds of silence after which a stream says that it lives.
        body_seconds: how long a request's body may take to arrive.
        most_upload: bytes of a file.
    """

    store: Store
    journal: Journal
    indexer: Indexer
    scanners: Scanners
    lookback: Lookback
    importer: Importer
    bulk: Runner
    workspace_id: str
    workspace_name: str
    owner: Json
    clock: Callable[[], int]
    page_key: bytes
    seal: Seal
    data_dir: Path
    database_file: Path | None
    admin_hash: bytes
    hosts: frozenset[str]
    version: str
    url: str
    command: str = "hansard"
    heartbeat: float = 5.0
    body_seconds: float = 15.0
    most_upload: int = MOST_BYTES
    stopping: list[bool] = field(default_factory=lambda: [False])


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request, and what they may do.

    Attributes:
        principal: stable name of the credential: `member:…`, `key:…`.
        cookie: the credential came as a browser cookie.
        again: tells whether the credential still works, for long streams.
        key_id: the API key that this goes back to, also behind a browser's cookie.
    """

    workspace_id: str
    principal: str
    scope: Scope
    actor: Actor
    member_id: str | None
    cookie: bool
    request_id: str
    again: Callable[[], bool] = field(default=lambda: True, repr=False)
    key_id: str | None = None


def rooms(request: Request) -> Rooms:
    """The server's parts, for handlers."""
    return cast(Rooms, request.app.state.rooms)


async def caller(request: Request) -> Caller:
    """The caller that `auth.guard` admitted."""
    return cast(Caller, request.state.caller)


async def _rooms(request: Request) -> Rooms:
    # A plain function would go through the thread pool, at every request.
    return rooms(request)


RoomsDep = Annotated[Rooms, Depends(_rooms)]
CallerDep = Annotated[Caller, Depends(caller)]


def trail(who: Caller, now: int, action: str, target: str | None, **detail: object) -> Also:
    """The audit entry of a change, written in its transaction."""

    def run(tx: Tx, _: Appended) -> None:
        entry = Entry(
            who.workspace_id, who.actor, action, target, now, who.request_id, dict(detail)
        )
        write(tx, entry)

    return run

"""Change many sessions in the background: one by one, each once, through restarts (S1-15..17)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import orjson

from hansard.audit.record import Entry, write
from hansard.control import archive, change, compact, reset
from hansard.domain import ids, instant
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft, Json
from hansard.domain.errors import (
    Conflict,
    HansardError,
    InvalidRequest,
    NotFound,
    Overloaded,
    StorageFull,
)
from hansard.domain.session import Session
from hansard.journal import erase, read
from hansard.journal.append import Journal
from hansard.journal.change import Also, Appended
from hansard.store import bulk, sessions
from hansard.store.base import Store, Tx
from hansard.store.bulk import Bulk, Failure
from hansard.store.filters import Filter

_LOG = logging.getLogger(__name__)
MOST = 10_000
_AT_ONCE = 16
_CLAIM_MS = 30 * instant.SECOND
_LOOK_S = 2.0
_ERRORS = 1_000
_PAGE = 500
_MESSAGE = 400


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks to be done to many sessions.

    Attributes:
        said: the filter as the caller gave it, None when the sessions were named.
    """

    action: str
    session_ids: Sequence[str]
    arguments: Json
    said: Json | None = None


@dataclass(frozen=True, slots=True)
class _Item:
    """One session on its way through an operation.

    Attributes:
        mark: counts it as done, in the transaction of its change.
        entry: what the audit says of the change.
    """

    journal: Journal
    workspace_id: str
    session_id: str
    actor: Actor
    arguments: Json
    mark: Callable[[Tx], None]
    entry: Entry

    @property
    def place(self) -> tuple[Journal, str, str, Actor]:
        """What every verb takes first."""
        return self.journal, self.workspace_id, self.session_id, self.actor

    @property
    def also(self) -> tuple[Also, ...]:
        """What is written with the change."""

        def run(tx: Tx, _: Appended) -> None:
            self.mark(tx)
            write(tx, self.entry)

        return (run,)

    async def leave(self) -> None:
        """Count it as done without a change: it is as it should be."""
        await self.journal.store.write(self.mark)

    async def shelf(self) -> int:
        """Where the session stands."""
        store = self.journal.store
        found = await asyncio.to_thread(read.place, store, self.workspace_id, self.session_id)
        return found.shelf


def check(action: str, arguments: Json) -> None:
    """Refuse actions and arguments that no session could take.

    Raises:
        InvalidRequest: with what would be right.
    """
    if action not in ACTIONS:
        raise InvalidRequest(f"action: one of {', '.join(ACTIONS)}")
    known = _ARGUMENTS.get(action, {})
    for name, value in arguments.items():
        if name not in known:
            raise InvalidRequest(f"arguments: {action} knows no {name[:40]}")
        if not isinstance(value, known[name]):
            raise InvalidRequest(f"arguments.{name}: of another type")
    if action in ("tag", "untag"):
        tags = arguments.get("tags")
        if not tags or not all(tags):
            raise InvalidRequest(
                f'arguments: {action} needs tags, at least one and none empty: {{"tags": ["name"]}}'
            )
        change.check_tags(tags)


def named(store: Store, workspace_id: str, session_ids: Sequence[str]) -> list[str]:
    """The sessions that a caller named, each once. Blocks.

    Raises:
        InvalidRequest: they are too many, or none.
        NotFound: one of them is not there; then nothing is done to any (reliability.md 2).
    """
    found = list(dict.fromkeys(session_ids))
    if not 1 <= len(found) <= MOST:
        raise InvalidRequest(f"session_ids: 1 to {MOST:,}")
    absent = store.read(lambda c: bulk.missing(c, workspace_id, found))
    if absent is not None:
        raise NotFound(f"there is no session {absent[:200]}")
    return found


def matching(store: Store, workspace_id: str, chosen: Filter) -> list[str]:
    """The sessions that a filter finds now, the newest first. Blocks.

    Raises:
        InvalidRequest: they are more than one operation takes.
    """
    found: list[str] = []
    after: Sequence[Any] | None = None
    while True:
        rows = store.read(
            lambda c, a=after: sessions.page(
                c, workspace_id, chosen, sort="-created_at", after=a, limit=_PAGE
            )
        )
        found += [str(keys[-1]) for keys, _ in rows]
        if len(found) > MOST:
            raise InvalidRequest(f"filter: it finds more than {MOST:,} sessions; narrow it")
        if len(rows) < _PAGE:
            return found
        after = rows[-1][0]


def start(
    tx: Tx, workspace_id: str, wanted: Wanted, actor: Actor, request_id: str, now: int, random: int
) -> Json:
    """Keep an operation; the runner finds it. Gives its API object."""
    operation = Bulk(
        id=ids.make("bulk", now, random),
        workspace_id=workspace_id,
        action=wanted.action,
        state="queued",
        actor=orjson.dumps(actor.to_wire()).decode(),
        request_id=request_id,
        body=orjson.dumps({"arguments": wanted.arguments, "filter": wanted.said}),
        total=len(wanted.session_ids),
        done=0,
        failed=0,
        created_at=now,
        started_at=None,
        ended_at=None,
    )
    kept = {name: getattr(operation, name) for name in Bulk.__dataclass_fields__}
    bulk.add(tx, kept, wanted.session_ids)
    return to_wire(operation)


def find(store: Store, workspace_id: str, operation_id: str) -> Json:
    """An operation with what failed in it. Blocks.

    Raises:
        NotFound: there is none.
    """

    def query(connection: Any) -> Json:
        found = bulk.find(connection, workspace_id, operation_id)
        if found is None:
            raise NotFound(f"there is no bulk operation {operation_id[:200]}")
        failed = bulk.failures(connection, workspace_id, operation_id, _ERRORS)
        errors = [
            {"session_id": one.session_id, "type": one.type, "message": one.message}
            for one in failed
        ]
        return {**to_wire(found), "errors": errors, "more_errors": found.failed > len(errors)}

    return store.read(query)


def cancel(tx: Tx, workspace_id: str, operation_id: str, now: int) -> Json:
    """Stop an operation: what is done stays done, nothing more is.

    Raises:
        NotFound: there is none.
        Conflict: it has ended.
    """
    if bulk.find(tx.connection, workspace_id, operation_id) is None:
        raise NotFound(f"there is no bulk operation {operation_id[:200]}")
    if not bulk.end(tx, workspace_id, operation_id, "cancelled", now):
        raise Conflict("the operation has ended")
    found = bulk.find(tx.connection, workspace_id, operation_id)
    return to_wire(cast(Bulk, found))


def to_wire(found: Bulk) -> Json:
    """The API object of an operation."""
    said: Json = orjson.loads(found.body)
    return {
        "id": found.id,
        "type": "bulk_operation",
        "action": found.action,
        "state": found.state,
        "total": found.total,
        "done": found.done,
        "failed": found.failed,
        "arguments": said["arguments"],
        "filter": said["filter"],
        "created_by": orjson.loads(found.actor),
        "created_at": instant.to_wire(found.created_at),
        "started_at": instant.maybe(found.started_at),
        "ended_at": instant.maybe(found.ended_at),
    }


class Runner:
    """Works off what was started, here or before a restart.

    Args:
        worker: names this process, so that of several one works on an operation.
    """

    def __init__(self, journal: Journal, worker: str) -> None:
        self._journal = journal
        self._store = journal.store
        self._worker = worker
        self._bell = asyncio.Event()

    def wake(self) -> None:
        """There is something to do; called on the loop that serves."""
        self._bell.set()

    async def serve(self) -> None:
        """Work until cancelled."""
        while True:
            self._bell.clear()
            try:
                await self.drain()
            except Exception:  # whatever it is, the runner has to be there for the next one
                _LOG.exception("a bulk operation stopped; it goes on later")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), _LOOK_S)

    async def drain(self) -> None:
        """Work until nothing is left to do here: a part of each operation in turn."""
        while True:
            open_ = await asyncio.to_thread(self._store.read, bulk.unfinished)
            went_on = [await self._part(*place) for place in open_]
            if not any(went_on):
                return

    async def _part(self, workspace_id: str, operation_id: str) -> bool:
        """Change some sessions of an operation; False when another process has it."""
        now = self._journal.clock()
        if not await self._store.write(
            lambda tx: bulk.claim(
                tx, workspace_id, operation_id, self._worker, now, now + _CLAIM_MS
            )
        ):
            return False

        def query(connection: Any) -> tuple[Bulk | None, list[tuple[int, str]]]:
            found = bulk.find(connection, workspace_id, operation_id)
            return found, bulk.waiting(connection, workspace_id, operation_id, _AT_ONCE)

        found, items = await asyncio.to_thread(self._store.read, query)
        if found is None:
            return False
        if not items:
            await self._store.write(
                lambda tx: bulk.end(
                    tx, workspace_id, operation_id, "completed", self._journal.clock()
                )
            )
            return True
        work = [self._change(found, place, session_id) for place, session_id in items]
        for outcome in await asyncio.gather(*work, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome
        return True

    async def _change(self, found: Bulk, place: int, session_id: str) -> None:
        """Change one session, or say why not; a full disk is no fault of the session.

        Raises:
            StorageFull, Overloaded: nothing can be written now.
        """
        try:
            await ACTIONS[found.action](self._item(found, place, session_id))
        except (StorageFull, Overloaded):
            raise
        except HansardError as refusal:
            await self._fail(found, place, Failure(session_id, refusal.type, refusal.message))
        except Exception:  # a fault of ours: it counts against this session and stops no other
            _LOG.exception("%s failed on %s", found.action, session_id)
            told = "the server failed on this session"
            await self._fail(found, place, Failure(session_id, "api_error", told))

    def _item(self, found: Bulk, place: int, session_id: str) -> _Item:
        actor = Actor(**orjson.loads(found.actor))
        said: Json = orjson.loads(found.body)

        def mark(tx: Tx) -> None:
            if not bulk.done(tx, found.workspace_id, found.id, place):
                raise Conflict("the operation was cancelled, or another process did it")

        return _Item(
            self._journal,
            found.workspace_id,
            session_id,
            actor,
            said["arguments"],
            mark,
            Entry(
                found.workspace_id,
                actor,
                OPERATION_OF[found.action],
                session_id,
                self._journal.clock(),
                found.request_id,
                {"bulk": found.id},
            ),
        )

    async def _fail(self, found: Bulk, place: int, failure: Failure) -> None:
        shown = Failure(failure.session_id, failure.type, failure.message[:_MESSAGE])
        await self._store.write(
            lambda tx: bulk.fail(tx, found.workspace_id, found.id, place, shown)
        )


async def _archive(item: _Item) -> None:
    try:
        await archive.archive(*item.place, item.also)
    except Conflict:
        if await item.shelf() != sessions.ARCHIVED:
            raise
        await item.leave()


async def _unarchive(item: _Item) -> None:
    try:
        await archive.unarchive(*item.place, item.also)
    except Conflict:
        if await item.shelf() != sessions.LISTED:
            raise
        await item.leave()


async def _delete(item: _Item) -> None:
    try:
        await erase.delete(*item.place, lambda _: item.also)
    except NotFound:  # it went with its parent, or by another's hand
        await item.leave()


async def _reset(item: _Item) -> None:
    erased = bool(item.arguments.get("erase"))
    await reset.reset(*item.place, erased=erased, also=item.also)


async def _compact(item: _Item) -> None:
    said = item.arguments.get("instructions")
    if await compact.compact(*item.place, instructions=said, also=item.also) is None:
        await item.leave()


async def _tag(item: _Item) -> None:
    await _retag(item, lambda tags, said: [*tags, *(tag for tag in said if tag not in tags)])


async def _untag(item: _Item) -> None:
    await _retag(item, lambda tags, said: [tag for tag in tags if tag not in said])


async def _retag(item: _Item, new: Callable[[list[str], list[str]], list[str]]) -> None:
    def decide(_: Tx, session: Session) -> list[Draft]:
        tags = new(session.tags, list(dict.fromkeys(item.arguments["tags"])))
        if tags == session.tags:
            return []
        change.check_tags(tags)
        return [Draft("session.updated", {"tags": tags}, item.actor, item.journal.clock())]

    journal, workspace_id, session_id, _ = item.place
    await journal.decide(workspace_id, session_id, decide, verb="update", also=item.also)


ACTIONS: dict[str, Callable[[_Item], Awaitable[None]]] = {
    "archive": _archive,
    "unarchive": _unarchive,
    "delete": _delete,
    "reset": _reset,
    "compact": _compact,
    "tag": _tag,
    "untag": _untag,
}
"""What can be done to many sessions. A session that is so already counts as done."""
OPERATION_OF = {name: f"session.{name}" for name in ACTIONS} | {
    "tag": "session.update",
    "untag": "session.update",
}
"""Action → the operation on one session, whose scope it needs and whose audit entry it leaves."""
_ARGUMENTS: dict[str, dict[str, type]] = {
    "reset": {"erase": bool},
    "compact": {"instructions": str},
    "tag": {"tags": list},
    "untag": {"tags": list},
}

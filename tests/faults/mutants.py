"""Bugs to plant in the real store and journal; the checkers have to catch each (1.1)."""

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, text

from hansard.domain.draft import Draft
from hansard.journal import read, tail
from hansard.journal.append import Journal
from hansard.journal.change import Appended, Change
from hansard.journal.group import Group
from hansard.journal.read import Line
from hansard.store import event_log, idempotency, sessions, writer
from hansard.store.base import Store, Tx
from hansard.store.event_log import Stored
from hansard.store.writer import Outcome, Ticket

Plant = Callable[[pytest.MonkeyPatch], None]


def acknowledges_before_the_commit(patch: pytest.MonkeyPatch) -> None:
    attempt = writer._attempt

    def hasty(tx: Tx, ticket: Ticket) -> Outcome:
        outcome = attempt(tx, ticket)
        if outcome.error is None:
            for part in tx.parts.values():
                part.flush(tx)
            writer._resolve([ticket], [outcome])
            time.sleep(0.002)
        return outcome

    def once(future: "Future[Any]", outcome: Outcome) -> None:
        if not future.done():
            answer(future, outcome)

    answer = writer._set
    patch.setattr(writer, "_attempt", hasty)
    patch.setattr(writer, "_set", once)


def forgets_whose_a_key_is(patch: pytest.MonkeyPatch) -> None:
    for name in ("find", "begin", "done", "forget"):
        real = getattr(idempotency, name)

        def shared(tx: Tx, workspace_id: str, _principal: str, *more: Any, real: Any = real) -> Any:
            return real(tx, workspace_id, "anybody", *more)

        patch.setattr(idempotency, name, shared)


def takes_cursors_from_a_sequence(patch: pytest.MonkeyPatch) -> None:
    """Nobody holds a sequence until commit: a later cursor may be visible before an earlier."""
    chance = random.Random(1)

    def next_hundred(tx: Tx, _workspace_id: str, _by: int) -> int:
        taken = int(tx.read(text("SELECT nextval('cursors')")).scalar_one())
        time.sleep(chance.uniform(0, 0.004))
        return taken

    patch.setattr(event_log, "raise_pos", next_hundred)


def locks_no_rows(patch: pytest.MonkeyPatch) -> None:
    heads = sessions.heads

    def unlocked(
        connection: Connection, workspace_id: str, ids: Sequence[str], *, lock: bool = False
    ) -> list[sessions.Row]:
        found = heads(connection, workspace_id, ids)
        time.sleep(0.001)
        return found

    patch.setattr(sessions, "heads", unlocked)


def remembers_event_ids_in_memory_only(patch: pytest.MonkeyPatch) -> None:
    """Its own ids in place of the clients': it knows one again until it starts anew."""
    take = Journal.take

    def forgetful(self: Journal, tx: Tx, change: Change) -> Appended:
        mine = self.__dict__.setdefault("mine", {})
        for draft in change.drafts:
            if draft.id is not None:
                mine.setdefault(draft.id, self.keeper.event_id(self.clock()))
        drafts = [replace(draft, id=mine.get(draft.id)) for draft in change.drafts]
        return take(self, tx, replace(change, drafts=drafts))

    patch.setattr(Journal, "take", forgetful)


def resumes(off_by: int) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        after = tail._after

        def astray(store: Store, workspace_id: str, at: read.Place, cursor: int) -> list[Line]:
            return after(store, workspace_id, at, cursor + off_by)

        patch.setattr(tail, "_after", astray)

    return plant


def pages_from_the_newest(patch: pytest.MonkeyPatch) -> None:
    after_pos = event_log.after_pos

    def newest(
        connection: Connection, workspace_id: str, pos: int, limit: int, sids: Sequence[int] = ()
    ) -> list[Stored]:
        return after_pos(connection, workspace_id, pos, 10**6, sids)[-limit:]

    patch.setattr(event_log, "after_pos", newest)


def reads_a_little_late(patch: pytest.MonkeyPatch) -> None:
    """A page comes out of something that lags behind the log."""
    page = read.page
    kept: dict[tuple[str, int], list[Line]] = {}

    def stale(store: Store, workspace_id: str, at: read.Place, **options: Any) -> list[Line]:
        fresh = page(store, workspace_id, at, **options)
        key = (at.session_id, options["after"])
        if options["limit"] != 10**9:
            return fresh
        older, kept[key] = kept.get(key, fresh), fresh
        return older

    patch.setattr(read, "page", stale)


def ignores_the_expected_seq(patch: pytest.MonkeyPatch) -> None:
    guard = Journal._guard

    def careless(self: Journal, head: Any, change: Change, *, all_known: bool) -> None:
        guard(self, head, replace(change, expected_seq=None), all_known=all_known)

    patch.setattr(Journal, "_guard", careless)


def loses_the_last_of_many(patch: pytest.MonkeyPatch) -> None:
    append = event_log.append

    def lossy(tx: Tx, rows: list[tuple[Any, ...]]) -> None:
        append(tx, rows[:-1] if len(rows) > 6 else rows)

    patch.setattr(event_log, "append", lossy)


def keeps_what_was_rolled_back(patch: pytest.MonkeyPatch) -> None:
    """The cached heads go on as if a failed transaction had happened."""
    patch.setattr(Group, "rolled_back", Group.committed)


def commits_what_it_refused(patch: pytest.MonkeyPatch) -> None:
    """The commit of a job that fails after it wrote."""
    flush = Group.flush

    def stubborn(self: Group, tx: Tx) -> None:
        try:
            flush(self, tx)
        except Exception:
            tx.connection.connection.driver_connection.commit()
            raise

    patch.setattr(Group, "flush", stubborn)


def sends_unknown_ones_again_as_new(patch: pytest.MonkeyPatch) -> None:
    """A client library that sees no answer and repeats without the event's id."""
    append = Journal.append
    chance = random.Random(1)

    async def insistent(
        self: Journal, workspace_id: str, session_id: str, drafts: Sequence[Draft], **options: Any
    ) -> Appended:
        done = await append(self, workspace_id, session_id, drafts, **options)
        if chance.random() > 0.05 or drafts[0].type == "session.created":
            return done
        again = [replace(draft, id=None) for draft in drafts]
        return await append(self, workspace_id, session_id, again)

    patch.setattr(Journal, "append", insistent)


def appends_one_by_one(patch: pytest.MonkeyPatch) -> None:
    """The events of one append are no longer one transaction."""
    append = Journal.append

    async def piecemeal(
        self: Journal, workspace_id: str, session_id: str, drafts: Sequence[Draft], **options: Any
    ) -> Appended:
        done = await append(self, workspace_id, session_id, drafts[:1], **options)
        options["expected_seq"] = None
        for draft in drafts[1:]:
            more = await append(self, workspace_id, session_id, [draft], **options)
            done.events += more.events
        return done

    patch.setattr(Journal, "append", piecemeal)


ANYWHERE: dict[str, tuple[Plant, str]] = {
    "ack before commit": (acknowledges_before_the_commit, r"was there before|acknowledged at"),
    "resume one too late": (resumes(1), r"saw seq"),
    "resume one too early": (resumes(-1), r"saw seq"),
    "a reader skips pages": (pages_from_the_newest, r"skipped \[\("),
    "a reader lags": (reads_a_little_late, r"was there before"),
    "two winners": (ignores_the_expected_seq, r"had \d+ winners|expected \d+ and got"),
    "lost events": (loses_the_last_of_many, r"is lost"),
    "half an append": (appends_one_by_one, r"lie side by side"),
    "an unknown one twice": (sends_unknown_ones_again_as_new, r"nobody sent|more than once"),
    "a refused one is there": (commits_what_it_refused, r"is there, but was refused"),
    "rolled back but numbered": (keeps_what_was_rolled_back, r"seq \d+ follows \d+"),
}
"""Name → the bug, and what the checker says of it."""

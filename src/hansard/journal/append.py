"""The one door to the log: redact, number, chain, insert event and fold row, commit, wake."""

import asyncio
from collections.abc import Callable, Sequence
from typing import cast

from hansard.domain import state
from hansard.domain.draft import Draft
from hansard.domain.errors import Conflict, NotFound
from hansard.domain.session import Session
from hansard.journal.change import Also, Appended, Change
from hansard.journal.group import Group
from hansard.journal.heads import Head, Keeper
from hansard.journal.index import Indexer
from hansard.journal.known import in_order
from hansard.journal.prepare import Scan, prepare
from hansard.store.base import Store, Tx

_SMALL = 64
"""Drafts up to this many are prepared on the writer's thread, where groups stay whole."""


class Journal:
    """Appends to sessions and keeps their heads.

    Args:
        store: where the bytes lie.
        scan: gives the redaction scanner of a workspace.
        key: the installation's key, for the heads of chains.
        clock: the present in ms UTC.
        index: the search index's follower, which forgets what the log erases.
    """

    def __init__(
        self,
        store: Store,
        scan: Callable[[str], Scan],
        key: bytes,
        clock: Callable[[], int],
        index: Indexer | None = None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.scan = scan
        self.keeper = Keeper(store, key, clock)
        self.index = index

    async def append(
        self,
        workspace_id: str,
        session_id: str,
        drafts: Sequence[Draft],
        *,
        create: bool = False,
        expected_seq: int | None = None,
        verb: state.Verb = "append",
        also: Sequence[Also] = (),
        skip_known: bool = False,
    ) -> Appended:
        """Append drafts to a session as one transaction; returns when they are durable (P1).

        Raises:
            NotFound: there is no such session (or it was deleted).
            Conflict: `expected_seq` is not where the session is, its state refuses the verb,
                an event id exists with other content, or the session to create exists.
            StorageFull: the disk is full; nothing was written.
        """
        change = Change(
            workspace_id,
            session_id,
            drafts,
            None,
            create=create,
            expected_seq=expected_seq,
            verb=verb,
            also=tuple(also),
            skip_known=skip_known,
        )
        if len(drafts) > _SMALL:
            change.prepared = await asyncio.to_thread(prepare, drafts, self.scan(workspace_id))
        return await self.store.write(self.job(change), len(drafts), change.keys)

    def is_recorded(self, workspace_id: str, session_id: str) -> bool | None:
        """Whether events come to a session from elsewhere, which never changes; None when it is
        not held in memory."""
        head = self.keeper.heads.get((workspace_id, session_id))
        return None if head is None else head.session.recorded

    async def decide(
        self,
        workspace_id: str,
        session_id: str,
        decide: Callable[[Tx, Session], Sequence[Draft]],
        *,
        verb: state.Verb,
        also: Sequence[Also] = (),
    ) -> Appended:
        """Append what a session calls for as it stands, locked for `decide`.

        Raises:
            NotFound: there is no such session (or it was deleted).
            Conflict: its state refuses the verb; `decide` may raise it too.
        """

        def run(tx: Tx) -> Appended:
            head = self.group(tx).head(tx, workspace_id, session_id)
            if head is None:
                raise NotFound(f"there is no session {session_id}")
            change = Change(workspace_id, session_id, [], None, verb=verb, also=tuple(also))
            self._guard(head, change, all_known=False)
            change.drafts = decide(tx, head.session)
            return self.take(tx, change)

        return await self.store.write(run, keys=[(workspace_id, session_id)])

    def append_blocking(self, change: Change) -> Appended:
        """`append` for threads that may block (imports)."""
        return self.store.submit(self.job(change), len(change.drafts), change.keys).result()

    def change(
        self,
        workspace_id: str,
        session_id: str,
        drafts: Sequence[Draft],
        *,
        create: bool = False,
        expected_seq: int | None = None,
        verb: state.Verb = "append",
        also: tuple[Also, ...] = (),
        skip_known: bool = False,
    ) -> Change:
        """A change, redacted and encoded here: one line of a foreign log may hold megabytes."""
        ready = prepare(drafts, self.scan(workspace_id))
        return Change(
            workspace_id,
            session_id,
            drafts,
            ready,
            create=create,
            expected_seq=expected_seq,
            verb=verb,
            also=also,
            skip_known=skip_known,
        )

    def job(self, change: Change) -> Callable[[Tx], Appended]:
        """The writer's job for a change; may run again when its group was taken back."""

        def run(tx: Tx) -> Appended:
            return self.take(tx, change)

        return run

    def group(self, tx: Tx) -> Group:
        """The journal's part of an open transaction."""
        return cast(Group, tx.part("journal", lambda: Group(self.keeper, tx)))

    def take(self, tx: Tx, change: Change) -> Appended:
        """Check a change, then fold and number its events; they are written at the flush."""
        group = self.group(tx)
        head = group.head(tx, change.workspace_id, change.session_id)
        known = group.known(tx, change)
        holder = known.holder(change.drafts[0]) if change.drafts else None
        if head is None and holder == change.session_id:  # made by another process just now
            head = group.head(tx, change.workspace_id, change.session_id)
        if change.create and holder != (None if head is None else change.session_id):
            raise Conflict("the session or its first event exists", session_id=change.session_id)
        if head is None and not change.create:
            raise NotFound(f"there is no session {change.session_id}")
        if head is not None:
            self._guard(head, change, all_known=known.holds_all(change.drafts))
        ready = change.prepared or prepare(change.drafts, self.scan(change.workspace_id))
        stored = {} if change.skip_known else known.recall(tx, change, ready)
        done = group.add(tx, change, head, known.fresh(change, ready))
        done.elsewhere = known.elsewhere(change.session_id)
        if not change.skip_known:
            done.events = in_order(ready, done.events, stored)
        return done

    def _guard(self, head: Head, change: Change, *, all_known: bool) -> None:
        session = head.session
        if session.deleted_at is not None:
            raise NotFound(f"there is no session {change.session_id}")
        if all_known and change.drafts:
            return
        archived = session.archived_at is not None
        if not state.can(change.verb, archived=archived, deleted=False):
            word = "archived" if archived else "not archived"
            raise Conflict(f"the session is {word}", session_id=session.id)
        if change.expected_seq is not None and change.expected_seq != session.seq:
            raise Conflict(
                f"the session is at seq {session.seq}, not {change.expected_seq}",
                current_seq=session.seq,
            )

"""What one transaction writes to the log: collected by its jobs, put down before the commit."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from hansard.domain import ids
from hansard.domain.draft import Draft
from hansard.domain.errors import Conflict, Corrupt, InvalidRequest
from hansard.domain.events.base import Event
from hansard.domain.projections import row as shown
from hansard.domain.projections import summary
from hansard.domain.projections.ledger import LedgerRow
from hansard.domain.session import Session
from hansard.journal import chain, heads
from hansard.journal.change import Also, Appended, Change
from hansard.journal.heads import Head, Keeper, Written
from hansard.journal.known import Known
from hansard.journal.prepare import Prepared
from hansard.store import blobs, event_log, ledger, sessions
from hansard.store.base import Tx
from hansard.store.notify import Frame, Wake

_LEDGER = attrgetter(*(field.name for field in fields(LedgerRow) if field.name != "event_id"))


@dataclass(slots=True)
class Line:
    """An event that waits to be written, with its final bytes; `raw` are those of its id."""

    workspace_id: str
    head: Head
    event: Event
    raw: bytes
    actor: bytes
    ready: Prepared


class Group:
    """The journal's part of an open transaction (kernel.md section 1, winning shapes)."""

    def __init__(self, keeper: Keeper, tx: Tx) -> None:
        self._keeper = keeper
        self._now = keeper.clock()
        self._heads: dict[tuple[str, str], Head] = {}
        self._broken: dict[tuple[str, str], Corrupt] = {}
        self._dirty: dict[tuple[str, str], Head] = {}
        self._lines: list[Line] = []
        self._ledger: list[tuple[Any, ...]] = []
        self._pending: set[tuple[str, bytes]] = set()
        self._also: list[tuple[Also, Appended]] = []
        self._written: list[Line] = []
        self._rows: dict[str, set[str]] = {}
        self._top: dict[str, int] = {}
        self._file_top: int | None = None
        if not keeper.store.exclusive:
            self._lock(tx, tx.keys)

    def known(self, tx: Tx, change: Change) -> Known:
        """Which of the change's events exist already."""
        wanted = [_raw(draft.id) for draft in change.drafts if draft.id is not None]
        if not wanted:
            return Known({})
        if any((change.workspace_id, raw) in self._pending for raw in wanted):
            self.flush(tx)
        return Known(event_log.known(tx.connection, change.workspace_id, wanted))

    def head(self, tx: Tx, workspace_id: str, session_id: str) -> Head | None:
        """The head of a session, locked for this transaction; of its root too, in id order.

        Raises:
            Corrupt: the stored row does not read.
        """
        key = (workspace_id, session_id)
        found = self._heads.get(key) or self._keeper.heads.get(key)
        if found is None:
            if self._keeper.store.exclusive:
                self._load(tx, workspace_id, [session_id])
            else:
                self._lock(tx, [key])
            found = self._heads.get(key)
        if found is not None:
            self._heads[key] = found
        elif key in self._broken:
            raise self._broken[key]
        return found

    def replace(self, tx: Tx, workspace_id: str, session: Session) -> None:
        """Put a rebuilt session in the place of its row, unless that moved on meanwhile."""
        try:
            found = self.head(tx, workspace_id, session.id)
        except Corrupt:
            found = None
        if found is not None and found.session.seq != session.seq:
            return
        place = sessions.one(tx.connection, workspace_id, session.id)
        if place is None:
            return
        sessions.forget(tx, workspace_id, place[0])
        active = shown.active_until(session) > self._now
        self.touch(workspace_id, Head(place[0], session, None, heads.share(session, active)))

    def add(self, tx: Tx, change: Change, head: Head | None, fresh: Sequence[Prepared]) -> Appended:
        """Number, chain and fold new events. From here on the job has written."""
        if head is None:
            head = self._create(tx, change, fresh[0])
        tx.wrote()
        lines = [self._line(change.workspace_id, head, item) for item in fresh]
        if lines:
            self._dirty[change.workspace_id, head.session.id] = head
        result = Appended(head.session, [line.event for line in lines], len(lines))
        self._also.extend((also, result) for also in change.also)
        return result

    def touch(self, workspace_id: str, head: Head) -> None:
        """Write a row that changed without an event; it takes a cursor of its own."""
        self._heads[workspace_id, head.session.id] = head
        self._dirty[workspace_id, head.session.id] = head

    def flush(self, tx: Tx) -> None:
        """Give cursors, insert events and ledger rows, write the touched rows, run `also`."""
        while self._lines or self._dirty or self._also:
            self._put_down(tx)
        for workspace_id in self._rows:
            self._keeper.store.announce(tx, workspace_id)

    def committed(self) -> None:
        """Keep the heads, wake the readers."""
        for (workspace_id, _), head in self._heads.items():
            self._keeper.remember(workspace_id, head)
        self._keeper.top = self._file_top or self._keeper.top
        notify = self._keeper.store.notify
        if not notify.listening:
            notify.ring()
            return
        for workspace_id, changed in self._rows.items():
            frames = [_frame(line) for line in self._written if line.workspace_id == workspace_id]
            notify.publish(Wake(workspace_id, self._top[workspace_id], frozenset(changed), frames))

    def rolled_back(self) -> None:
        """Nothing of this happened: cached heads and counters are read again."""
        for workspace_id, session_id in self._heads:
            self._keeper.forget(workspace_id, session_id)
        self._keeper.top = None

    def _lock(self, tx: Tx, keys: Sequence[tuple[str, str]]) -> None:
        """Hold the rows that this group will change, all in one order.

        Two processes that lock the same rows in different orders wait for each other.
        """
        for workspace_id in sorted({where for where, _ in keys}):
            wanted = {session_id for where, session_id in keys if where == workspace_id}
            wanted.update(sessions.roots(tx.connection, workspace_id, sorted(wanted)))
            self._load(tx, workspace_id, sorted(wanted), lock=True)

    def _load(
        self, tx: Tx, workspace_id: str, wanted: Sequence[str], *, lock: bool = False
    ) -> None:
        for row in sessions.heads(tx.connection, workspace_id, wanted, lock=lock):
            try:
                self._heads.setdefault((workspace_id, row.id), heads.load(row))
            except Corrupt as problem:
                self._broken[workspace_id, row.id] = problem

    def _put_down(self, tx: Tx) -> None:
        self._feed_roots(tx)
        for workspace_id in sorted({key[0] for key in self._dirty}):
            self._number(tx, workspace_id)
        event_log.append(tx, [_columns(line) for line in self._lines])
        ledger.append(tx, self._ledger)
        self._save_rows(tx)
        self._keep_blobs(tx)
        self._stamp(tx)
        also, self._also = self._also, []
        self._written += self._lines
        self._lines, self._ledger, self._dirty, self._pending = [], [], {}, set()
        for run, result in also:
            run(tx, result)

    def _create(self, tx: Tx, change: Change, first: Prepared) -> Head:
        """The row of a new session; its fold starts with `session.created`."""
        if first.draft.type != "session.created":
            raise InvalidRequest("the first event of a session is session.created")
        at = first.draft.created_at
        seed = _event(change.session_id, first, at, seq=0, segment=1)
        session = summary.created(seed, change.workspace_id)
        return self.insert(tx, session)

    def insert(self, tx: Tx, session: Session) -> Head:
        """The row of a session that is not here yet; what it shows is written at the flush.

        Raises:
            Conflict: another session has its key.
        """
        where, at = session.workspace_id, session.created_at
        taken = sessions.find_by_key(tx.connection, where, session.key)
        # Our own id means that another process made the session a moment ago: then the insert
        # collides, and the job runs again and meets it.
        if taken not in (None, session.id):
            raise Conflict("a session with this key exists", session_id=taken)
        sid = sessions.insert_new(
            tx,
            {
                "workspace_id": where,
                "id": session.id,
                "key": session.key,
                "agent_id": session.agent.get("id") or "",
                "kind": session.kind,
                "mode": session.mode,
                "origin": session.origin,
                "state": "idle",
                "status": "idle",
                "tone": "neutral",
                "child": session.parent_id is not None,
                "created_at": at,
                "updated_at": at,
            },
        )
        head = Head(sid, session, None, heads.Given())
        self._heads[where, session.id] = head
        return head

    def _line(self, workspace_id: str, head: Head, item: Prepared) -> Line:
        session = head.session
        summary.settle(session, self._now)
        segment = session.segment + int(summary.opens_segment(session, item.draft.type))
        event = _event(session.id, item, self._now, seq=session.seq + 1, segment=segment)
        if not event.id:
            event.id = self._keeper.event_id(self._now)
        actor = chain.actor_bytes(event)
        previous = bytes.fromhex(session.head) if session.head else chain.GENESIS
        event.hash = chain.link(previous, chain.manifest(event, actor, item.content)).hex()
        row = summary.fold(session, event)
        if row is not None:
            self._ledger.append(ledger_columns(workspace_id, row))
        line = Line(workspace_id, head, event, _raw(event.id), actor, item)
        self._lines.append(line)
        self._pending.add((workspace_id, line.raw))
        return line

    def _feed_roots(self, tx: Tx) -> None:
        """Move what children gained into their roots' sums; both rows are locked."""
        for (workspace_id, _), head in list(self._dirty.items()):
            active = shown.active_until(head.session) > self._now
            after = heads.share(head.session, active)
            before = head.given
            if after == before:
                continue
            for root_id in {before.root_id, after.root_id} - {None}:
                root = self._root(tx, workspace_id, str(root_id))
                if root is not None:
                    heads.give(root.session, before, after)
                    self._dirty.setdefault((workspace_id, str(root_id)), root)
            head.given = after

    def _root(self, tx: Tx, workspace_id: str, root_id: str) -> Head | None:
        try:
            return self.head(tx, workspace_id, root_id)
        except Corrupt:
            return None

    def _number(self, tx: Tx, workspace_id: str) -> None:
        """Raise the workspace's counter once and hand out its cursors in order."""
        lines = [line for line in self._lines if line.workspace_id == workspace_id]
        with_events = {line.event.session_id for line in lines}
        silent = [
            head
            for (where, session_id), head in self._dirty.items()
            if where == workspace_id and session_id not in with_events
        ]
        count = len(lines) + len(silent)
        pos = self.first_pos(tx, workspace_id, count)
        for line in lines:
            line.event.pos = line.head.session.pos = pos
            pos += 1
        for head in silent:
            head.session.pos = pos
            pos += 1
        self._top[workspace_id] = pos - 1
        touched = {sid for where, sid in self._dirty if where == workspace_id}
        self._rows.setdefault(workspace_id, set()).update(touched)

    def first_pos(self, tx: Tx, workspace_id: str, count: int) -> int:
        """The first of `count` cursors; a single writer counts in memory, for the whole file."""
        if not self._keeper.store.exclusive:
            return event_log.raise_pos(tx, workspace_id, count)
        top = self._file_top or self._keeper.top or event_log.highest_pos(tx.connection)
        self._file_top = top + count
        return top + 1

    def _save_rows(self, tx: Tx) -> None:
        full: list[tuple[Any, ...]] = []
        hot: list[tuple[Any, ...]] = []
        placed: list[tuple[Any, ...]] = []
        for (workspace_id, session_id), head in self._dirty.items():
            written: Written = heads.render(head, self._keeper.key, self._now)
            if written.full is not None:
                full.append(written.full)
            elif written.hot is not None:
                hot.append(written.hot)
            new = [c for c in head.session.connectors if c not in head.connectors]
            if new:
                clean = [name.replace("\0", "\ufffd") for name in new]
                sessions.add_connectors(tx, workspace_id, head.sid, session_id, clean)
                head.connectors.update(new)
            if new or (written.full is not None and head.connectors):
                placed.append(head.place)
        sessions.save(tx, full, hot)
        sessions.place(tx, placed)

    def _keep_blobs(self, tx: Tx) -> None:
        for line in self._lines:
            if line.ready.blobs:
                blobs.add(tx, line.workspace_id, line.head.sid, line.ready.blobs)

    def _stamp(self, tx: Tx) -> None:
        """The event that takes inputs up stamps them, once (architecture.md, section 10)."""
        for line in self._lines:
            taken: Any = line.event.payload.get("input_event_ids")
            if isinstance(taken, list) and taken:
                raw = [_raw(i) for i in taken if isinstance(i, str) and ids.is_id("sevt", i)]  # pyright: ignore[reportUnknownVariableType]
                at = line.event.created_at
                event_log.stamp(tx, line.workspace_id, line.head.sid, raw, at)


def _event(session_id: str, item: Prepared, now: int, *, seq: int, segment: int) -> Event:
    draft: Draft = item.draft
    return Event(
        id=draft.id or "",
        type=draft.type,
        session_id=session_id,
        session_thread_id=draft.session_thread_id,
        seq=seq,
        pos=0,
        segment=segment,
        turn_id=draft.turn_id,
        v=1,
        actor=draft.actor,
        created_at=draft.created_at,
        recorded_at=now,
        processed_at=None if draft.waits else draft.created_at,
        hash="",
        payload=item.payload,
    )


def _columns(line: Line) -> tuple[Any, ...]:
    """A row in the order of `event_log.COLUMNS`."""
    event = line.event
    return (
        line.workspace_id,
        event.pos,
        line.head.sid,
        event.seq,
        line.raw,
        event.type,
        event.session_thread_id,
        event.segment,
        None if event.turn_id is None else _raw(event.turn_id),
        event.v,
        line.actor.decode(),
        event.created_at,
        event.recorded_at,
        event.processed_at,
        line.ready.salt,
        bytes.fromhex(event.hash),
        line.ready.body,
    )


def ledger_columns(workspace_id: str, row: LedgerRow) -> tuple[Any, ...]:
    """A row for the ledger; PostgreSQL's text holds no NUL, a foreign tool's name may."""
    values = [v.replace("\0", "\ufffd") if isinstance(v, str) else v for v in _LEDGER(row)]
    return (workspace_id, _raw(row.event_id), *values)


def _frame(line: Line) -> Frame:
    event = line.event
    body = chain.wire(event, line.actor, line.ready.body)
    return Frame(event.session_id, event.seq, event.pos, event.type, body)


def _raw(identifier: str | None) -> bytes:
    return ids.to_bytes(identifier or "")

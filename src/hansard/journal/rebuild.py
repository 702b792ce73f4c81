"""Projections from zero: the log alone gives rows and ledger again.

Memory is that of one session and its root, however many there are.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from hansard.domain.errors import Corrupt, NotFound
from hansard.domain.events.base import Event
from hansard.domain.projections import row as shown
from hansard.domain.projections import summary
from hansard.domain.projections.ledger import LedgerRow
from hansard.domain.session import Session
from hansard.journal import group, heads, read
from hansard.journal.append import Journal
from hansard.journal.heads import Given
from hansard.journal.read import Place
from hansard.store import event_log, ledger, schema, session_rows, sessions
from hansard.store.base import Readable, Tx

_LOG = logging.getLogger(__name__)
_BATCH = 500
_DEEPEST = 64
_FACT = "projections"


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild found.

    Attributes:
        sessions: how many were folded; events: out of how many events.
        changed: whose rows differed; ledger: whose ledger rows did.
        broken: which do not fold, and why.
    """

    sessions: int = 0
    events: int = 0
    changed: list[str] = field(default_factory=list[str])
    ledger: list[str] = field(default_factory=list[str])
    broken: dict[str, str] = field(default_factory=dict[str, str])


Told = Callable[[Rebuilt], None]


def refresh(journal: Journal) -> None:
    """Fold all rows again when an older version folded them; does nothing otherwise."""
    store = journal.store
    if schema.fact(store, _FACT) == shown.VERSION:
        return
    for workspace_id in store.read(sessions.workspaces):
        _LOG.info("folding the rows of %s again, for this version", workspace_id)
        report = rebuild(journal, workspace_id, every=True)
        for session_id, problem in report.broken.items():
            _LOG.error("session %s does not fold: %s", session_id, problem)
    schema.set_fact(store, _FACT, shown.VERSION)


def rebuild(
    journal: Journal,
    workspace_id: str,
    *,
    write: bool = True,
    every: bool = False,
    told: Told = lambda _: None,
) -> Rebuilt:
    """Fold every session of a workspace from its first event and write what differs.

    A session whose events do not read is reported and left as it is; a tombstone has no
    events to fold. Run it while nobody else appends: a root's sums are those of one moment.

    Args:
        write: False only looks.
        every: write the rows that do not differ too, with their place in the indexes.
        told: called after each session.
    """
    work = _Rebuild(journal, workspace_id, write, told, every=every)
    cursor = 0
    while page := journal.store.read(
        lambda c, after=cursor: session_rows.places(c, workspace_id, after, _BATCH)
    ):
        for place in page:
            if work.is_top(place[0]):
                work.family(Place(*place))
        cursor = page[-1][1]
    work.give_strays()
    return work.report


def compare(journal: Journal, workspace_id: str, session_id: str) -> Rebuilt:
    """Look whether a session and those below it are the fold of their logs; writes nothing.

    Raises:
        NotFound: there is no such session.
    """
    work = _Rebuild(journal, workspace_id, False, lambda _: None)
    work.family(read.place(journal.store, workspace_id, session_id))
    return work.report


def fold(journal: Journal, workspace_id: str, at: Place) -> Session:
    """One session from its events, without its children's sums.

    Raises:
        ValueError: an event does not read, or there is none.
    """
    return _Fold(journal, workspace_id, at).run(journal.store)


def as_appended(event: Event) -> Event:
    """The event as it was first folded: an input that waited was not stamped yet."""
    if event.processed_at != event.created_at:
        event.processed_at = None
    return event


class _Fold:
    """One session's events folded again, with the ledger rows that they give."""

    def __init__(self, journal: Journal, workspace_id: str, at: Place) -> None:
        self._journal = journal
        self._workspace_id = workspace_id
        self._at = at
        self.events = 0

    def run(
        self, store: Readable, each: Callable[[list[tuple[Any, ...]]], None] = lambda _: None
    ) -> Session:
        """Fold; `each` is given the ledger rows of a page of events, as they should be."""
        session: Session | None = None
        for page in self._pages(store):
            self.events += len(page)
            rows: list[tuple[Any, ...]] = []
            for stored in page:
                if stored.payload is None:  # erased; the reset that did it kept what it came to
                    continue
                event = as_appended(read.event(stored, self._at.session_id))
                if session is None:
                    session = summary.begun(event, self._workspace_id)
                summary.settle(session, event.recorded_at)
                row: LedgerRow | None = summary.fold(session, event)
                session.pos = event.pos
                if row is not None:
                    rows.append(group.ledger_columns(self._workspace_id, row))
            each(rows)
        if session is None:
            raise ValueError("no events")
        summary.settle(session, self._journal.clock())
        return session

    def _pages(self, store: Readable) -> Iterator[list[event_log.Stored]]:
        cursor = 0
        while True:
            rows = store.read(
                lambda c, after=cursor: event_log.of_session(
                    c, self._workspace_id, self._at.sid, after=after, limit=_BATCH
                )
            )
            yield rows
            if len(rows) < _BATCH:
                return
            cursor = rows[-1].seq


class _Rebuild:
    """The rows of one workspace, folded family by family."""

    def __init__(
        self,
        journal: Journal,
        workspace_id: str,
        write: bool,
        told: Told,
        *,
        every: bool = False,
    ) -> None:
        self._journal = journal
        self._store = journal.store
        self._workspace_id = workspace_id
        self._write = write
        self._told = told
        self._every = every
        self._strays: dict[str, dict[str, Given]] = {}
        self.report = Rebuilt()

    def is_top(self, session_id: str) -> bool:
        """Whether no session that is here has it below itself."""
        at = session_id
        for _ in range(_DEEPEST):
            parent = self._store.read(
                lambda c, below=at: session_rows.parent(c, self._workspace_id, below)
            )
            if parent is None:
                return at == session_id
            at = parent
        return True  # parents in a circle: each stands for itself

    def family(self, top: Place, extra: dict[str, Given] | None = None) -> None:
        """Fold what lies below a session, then the session with the sums of those.

        Args:
            extra: sums of others whose root it is, by session.
        """
        if top.shelf == sessions.DELETED:
            return
        shares = dict(extra or {})
        below = deque([top.session_id])
        seen = {top.session_id}
        while below:
            for place in self._children(below.popleft()):
                if place.session_id in seen:
                    continue
                seen.add(place.session_id)
                below.append(place.session_id)
                given = self._member(place)
                if given.root_id == top.session_id:
                    shares[place.session_id] = given
                elif given.root_id is not None and extra is None:
                    self._strays.setdefault(given.root_id, {})[place.session_id] = given
        given = self._member(top, list(shares.values()))
        if given.root_id is not None and extra is None:
            self._strays.setdefault(given.root_id, {})[top.session_id] = given

    def give_strays(self) -> None:
        """Sums of roots whose sub-agents do not lie below them by their parents."""
        strays, self._strays = self._strays, {}
        counted = (self.report.sessions, self.report.events)
        for root_id, shares in strays.items():
            try:
                root = read.place(self._store, self._workspace_id, root_id)
            except NotFound:
                continue
            self.report.changed = [s for s in self.report.changed if s != root_id]
            self.family(root, shares)
        self.report.sessions, self.report.events = counted
        self.report.changed = list(dict.fromkeys(self.report.changed))

    def _children(self, session_id: str) -> Iterator[Place]:
        cursor = 0
        while page := self._store.read(
            lambda c, after=cursor: session_rows.children(
                c, self._workspace_id, session_id, after, _BATCH
            )
        ):
            yield from (Place(*place) for place in page)
            cursor = page[-1][1]

    def _member(self, at: Place, shares: list[Given] | None = None) -> Given:
        """Fold one session; what it gives to its root."""
        work = _Fold(self._journal, self._workspace_id, at)
        check = _Ledger(self._store, self._workspace_id, at)
        try:
            session = work.run(self._store, check.compare)
        except Exception as problem:
            self.report.broken[at.session_id] = str(problem)
            return self._stored(at.session_id)
        for share in shares or []:
            heads.give(session, Given(), share)
        self.report.sessions += 1
        self.report.events += work.events
        differs = self._differs(session)
        if differs:
            self.report.changed.append(session.id)
        if self._write and (differs or self._every):
            self._replace(session)
        if check.differs():
            self.report.ledger.append(session.id)
            if self._write:
                self._replace_ledger(at)
        self._told(self.report)
        return heads.share(session, shown.active_until(session) > self._journal.clock())

    def _stored(self, session_id: str) -> Given:
        """What a row that cannot be folded gives as it is, if it reads."""
        try:
            rows = self._store.read(lambda c: sessions.heads(c, self._workspace_id, [session_id]))
            return heads.load(rows[0]).given
        except Corrupt:
            return Given()

    def _differs(self, session: Session) -> bool:
        where, now = self._workspace_id, self._journal.clock()
        row = self._store.read(lambda c: sessions.heads(c, where, [session.id]))[0]
        try:
            session.pos = heads.load(row).session.pos
        except Corrupt:
            return True
        want = (shown.row(session, now), shown.hidden_of(session))
        return [orjson.loads(row.body), orjson.loads(row.fold)] != orjson.loads(orjson.dumps(want))

    def _replace(self, session: Session) -> None:
        def job(tx: Tx) -> None:
            tx.wrote()
            self._journal.group(tx).replace(tx, self._workspace_id, session)

        self._store.submit(job, keys=[(self._workspace_id, session.id)]).result()

    def _replace_ledger(self, at: Place) -> None:
        def job(tx: Tx) -> None:
            ledger.forget(tx, self._workspace_id, at.session_id, at.sid)
            work = _Fold(self._journal, self._workspace_id, at)
            work.run(_Inside(tx), lambda rows: ledger.append(tx, rows))

        self._store.submit(job, _BATCH, [(self._workspace_id, at.session_id)]).result()


class _Inside:
    """An open transaction, to read in."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    def read(self, query: Callable[[Any], Any]) -> Any:
        """Run a query on the transaction's connection."""
        return query(self._tx.connection)


class _Ledger:
    """Compares a session's ledger rows with those that its events give."""

    def __init__(self, store: Readable, workspace_id: str, at: Place) -> None:
        self._store = store
        self._workspace_id = workspace_id
        self._at = at
        self._wanted = 0
        self._wrong = False

    def compare(self, rows: list[tuple[Any, ...]]) -> None:
        """Compare the rows of a page of events."""
        self._wanted += len(rows)
        if not rows or self._wrong:
            return
        events = [row[1] for row in rows]
        stored = self._store.read(lambda c: ledger.of_events(c, self._workspace_id, events))
        self._wrong = sorted(stored, key=_event) != sorted(rows, key=_event)

    def differs(self) -> bool:
        """Whether a row is wrong, missing, or there although no event gives it."""
        where, at = self._workspace_id, self._at
        there = self._store.read(lambda c: ledger.count(c, where, at.session_id, at.sid))
        return self._wrong or there != self._wanted


def _event(row: tuple[Any, ...]) -> bytes:
    return row[1]

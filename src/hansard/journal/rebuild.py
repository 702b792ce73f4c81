"""Projections from zero: the log alone gives the rows again."""

import logging
from dataclasses import dataclass, field

import orjson

from hansard.domain.errors import Corrupt, NotFound
from hansard.domain.events.base import Event
from hansard.domain.projections import row as shown
from hansard.domain.projections import summary
from hansard.domain.session import Session
from hansard.journal import heads, read
from hansard.journal.append import Journal
from hansard.journal.heads import Head
from hansard.journal.read import Place
from hansard.store import event_log, schema, sessions
from hansard.store.base import Tx

_LOG = logging.getLogger(__name__)
_BATCH = 1_000
_FACT = "projections"


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild found."""

    sessions: int = 0
    changed: list[str] = field(default_factory=list[str])
    broken: dict[str, str] = field(default_factory=dict[str, str])


def refresh(journal: Journal) -> None:
    """Fold all rows again when an older version folded them; does nothing otherwise."""
    store = journal.store
    if schema.fact(store, _FACT) == shown.VERSION:
        return
    for workspace_id in store.read(sessions.workspaces):
        _LOG.info("folding the rows of %s again, for this version", workspace_id)
        report = rebuild(journal, workspace_id)
        for session_id, problem in report.broken.items():
            _LOG.error("session %s does not fold: %s", session_id, problem)
    schema.set_fact(store, _FACT, shown.VERSION)


def rebuild(journal: Journal, workspace_id: str, *, write: bool = True) -> Rebuilt:
    """Fold every session of a workspace from its first event and write rows that differ.

    A session whose events do not read is reported and left as it is; a tombstone has no
    events to fold. Run it while nobody else appends: a root's sums are those of one moment.
    """
    report = Rebuilt()
    folded: dict[str, Session] = {}
    left: list[Head] = []
    for _, session_id in journal.store.read(lambda c: sessions.everything(c, workspace_id)):
        try:
            at = read.place(journal.store, workspace_id, session_id)
        except NotFound:
            continue
        try:
            folded[session_id] = fold(journal, workspace_id, at)
        except Exception as problem:
            report.broken[session_id] = str(problem)
            left.extend(_stored(journal, workspace_id, session_id))
    _children(folded, left, journal.clock())
    for session_id, session in folded.items():
        report.sessions += 1
        if _differs(journal, workspace_id, session):
            report.changed.append(session_id)
            if write:
                _replace(journal, workspace_id, session)
    return report


def fold(journal: Journal, workspace_id: str, at: Place) -> Session:
    """One session from its events, without its children's sums.

    Raises:
        ValueError: an event does not read, or there is none.
    """
    session: Session | None = None
    cursor = 0
    while True:
        rows = journal.store.read(
            lambda c, after=cursor: event_log.of_session(
                c, workspace_id, at.sid, after=after, limit=_BATCH
            )
        )
        for stored in rows:
            event = _as_appended(read.event(stored, at.session_id))
            if session is None:
                session = summary.created(event, workspace_id)
            summary.settle(session, event.recorded_at)
            summary.fold(session, event)
            session.pos = event.pos
        if len(rows) < _BATCH:
            break
        cursor = rows[-1].seq
    if session is None:
        raise ValueError("no events")
    summary.settle(session, journal.clock())
    return session


def _as_appended(event: Event) -> Event:
    """The event as it was first folded: an input that waited was not stamped yet."""
    if event.processed_at != event.created_at:
        event.processed_at = None
    return event


def _stored(journal: Journal, workspace_id: str, session_id: str) -> list[Head]:
    """The row as it is, if it reads."""
    try:
        rows = journal.store.read(lambda c: sessions.heads(c, workspace_id, [session_id]))
        return [heads.load(row) for row in rows]
    except Corrupt:
        return []


def _children(folded: dict[str, Session], left: list[Head], now: int) -> None:
    shares = [heads.share(s, shown.active_until(s) > now) for s in folded.values()]
    for share in [*shares, *(head.given for head in left)]:
        root = folded.get(share.root_id or "")
        if root is not None:
            heads.give(root, heads.Given(), share)


def _differs(journal: Journal, workspace_id: str, session: Session) -> bool:
    row = journal.store.read(lambda c: sessions.heads(c, workspace_id, [session.id]))[0]
    try:
        session.pos = heads.load(row).session.pos
    except Corrupt:
        return True
    want = (shown.row(session, journal.clock()), shown.hidden_of(session))
    return [orjson.loads(row.body), orjson.loads(row.fold)] != orjson.loads(orjson.dumps(want))


def _replace(journal: Journal, workspace_id: str, session: Session) -> None:
    def job(tx: Tx) -> None:
        tx.wrote()
        journal.group(tx).replace(tx, workspace_id, session)

    journal.store.submit(job, keys=[(workspace_id, session.id)]).result()

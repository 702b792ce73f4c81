"""A session as it was after one of its events: its log up to there, folded again (S1-33..37)."""

from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest, NotFound
from hansard.domain.events.base import Event
from hansard.domain.projections import row as shown
from hansard.domain.projections import summary
from hansard.domain.session import Session
from hansard.journal import heads, read
from hansard.journal.heads import Given
from hansard.journal.read import Place
from hansard.journal.rebuild import as_appended
from hansard.store import session_rows
from hansard.store.base import Store

_RESETS = 100
_CHILDREN = 500


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in a session's log.

    Attributes:
        first: the first event whose content is still there; an erasing reset holds what was.
        seq: the last event that counts.
    """

    store: Store
    workspace_id: str
    at: Place
    first: int
    seq: int

    def events(self) -> Iterator[Event]:
        """The events up to here, as they were when they were appended."""
        after, before = self.first - 1, self.seq + 1
        found = read.events(self.store, self.workspace_id, self.at, after=after, before=before)
        return map(as_appended, found)

    def of_type(self, *types: str) -> Iterator[Event]:
        """Some of the events up to here, by their types."""
        after = self.first - 1
        while lines := read.page(
            self.store, self.workspace_id, self.at, after=after, before=self.seq + 1, types=types
        ):
            yield from (Event.from_wire(orjson.loads(line.body)) for line in lines)
            after = lines[-1].seq


def moment(store: Store, workspace_id: str, session_id: str, seq: int | None = None) -> Moment:
    """The place after an event of a session; after the latest one when none is named.

    Raises:
        InvalidRequest: the seq is below 1.
        NotFound: there is no such session or event, or what it was then is erased.
    """
    at = read.place(store, workspace_id, session_id)
    row: Json = orjson.loads(at.body)
    last = int(row["seq"])
    if seq is not None and seq < 1:
        raise InvalidRequest("at: the seq of an event, 1 or more")
    if seq is not None and seq > last:
        raise NotFound(f"at: the session has {last} events, and none of seq {seq} yet", seq=last)
    first = _kept_from(store, workspace_id, at) if row["reset_count"] else 1
    if seq is not None and seq < first:
        raise NotFound(f"at: what was before seq {first} is erased; begin there", first_seq=first)
    return Moment(store, workspace_id, at, first, last if seq is None else seq)


def _kept_from(store: Store, workspace_id: str, at: Place) -> int:
    """The seq of the last reset that erased what was before it; 1 when none did."""
    before = None
    while lines := read.page(
        store,
        workspace_id,
        at,
        before=before,
        types=("session.reset",),
        descending=True,
        limit=_RESETS,
    ):
        for line in lines:
            if orjson.loads(line.body).get("erased") is True:
                return line.seq
        before = lines[-1].seq
    return 1


def row_at(here: Moment) -> tuple[Json, Json]:
    """The list row as it was when the event was stored, and the agent's own facts then.

    Sums over sub-agents are of those that are still there.

    Raises:
        NotFound: the log does not say what the session was.
    """
    folded = _folded(here.events(), here.workspace_id, None)
    if folded is None:
        raise NotFound(f"at: nothing of the session can be read up to seq {here.seq}")
    session, now = folded
    if orjson.loads(here.at.body)["children"]["count"]:
        _give_children(here, session, now)
    return shown.row(session, now), session.agent


def _folded(
    events: Iterator[Event], workspace_id: str, pos: int | None
) -> tuple[Session, int] | None:
    """A session from its events up to a cursor, and when the last of them was stored."""
    session, now = None, 0
    for event in events:
        if pos is not None and event.pos > pos:
            break
        if session is None:
            session = summary.begun(event, workspace_id)
        now = event.recorded_at
        summary.settle(session, now)
        summary.fold(session, event)
        session.pos = event.pos
    return None if session is None else (session, now)


def _give_children(here: Moment, root: Session, now: int) -> None:
    """Add what the sub-agents had come to by then."""
    pending, seen = [root.id], {root.id}
    while pending:
        for place in _below(here, pending.pop()):
            if place.session_id in seen:
                continue
            seen.add(place.session_id)
            pending.append(place.session_id)
            latest = moment(here.store, here.workspace_id, place.session_id)
            folded = _folded(latest.events(), here.workspace_id, root.pos)
            if folded is not None:
                child, _ = folded
                heads.give(root, Given(), heads.share(child, shown.active_until(child) > now))


def _below(here: Moment, session_id: str) -> Iterator[Place]:
    after = 0
    while page := here.store.read(
        lambda c, a=after: session_rows.children(c, here.workspace_id, session_id, a, _CHILDREN)
    ):
        yield from (Place(*place) for place in page)
        after = page[-1][1]

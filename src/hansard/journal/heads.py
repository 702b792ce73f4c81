"""The heads of sessions while they are written: the folded row and what the store holds."""

import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import orjson

from hansard.domain import foreign, ids
from hansard.domain.draft import Json
from hansard.domain.errors import Corrupt
from hansard.domain.mix import Mix
from hansard.domain.projections import row as shown
from hansard.domain.session import TOKEN_CLASSES, Session, no_tokens
from hansard.journal import chain
from hansard.store import sessions
from hansard.store.base import Store

_SORT_STEP_MS = 1_000
_INDEX = {name: place for place, name in enumerate(sessions.INDEXED)}
_UPDATED, _SETTLE = _INDEX["updated_at"], _INDEX["settle_at"]
_PLACE = itemgetter(*(_INDEX[name] for name in sessions.PLACE))


@dataclass(slots=True)
class Head:
    """A session row open for writing.

    Attributes:
        sid: the store's surrogate key.
        session: the fold so far.
        indexed: the index columns as they lie in the store; None for a row not yet written.
        given: what the root already counts of this child, and which root that is.
    """

    sid: int
    session: Session
    indexed: tuple[Any, ...] | None
    given: "Given"
    connectors: set[str] = field(default_factory=set[str])

    @property
    def place(self) -> tuple[Any, ...]:
        """Where the row stands in the list, for its connectors; it was written before."""
        return () if self.indexed is None else (*_PLACE(self.indexed), self.sid)


@dataclass(slots=True)
class Given:
    """A child's share in its root's `children` sums."""

    root_id: str | None = None
    count: int = 0
    active: int = 0
    errors: int = 0
    cost_micros: int = 0
    tokens: dict[str, int] = field(default_factory=no_tokens)


def load(found: sessions.Row) -> Head:
    """Open a stored row.

    Raises:
        Corrupt: it does not read as what `render` wrote.
    """
    try:
        hidden: Json = orjson.loads(found.fold)
        if "agent" not in hidden:
            raise ValueError("the fold's memory is not there")
        session = shown.from_row(orjson.loads(found.body), hidden)
    except Exception as problem:
        raise Corrupt(
            f"the row of session {found.id} does not read: rebuild it", session_id=found.id
        ) from problem
    active = bool(found.indexed[_INDEX["active"]])
    return Head(
        sid=found.sid,
        session=session,
        indexed=found.indexed,
        given=share(session, active),
        connectors=set(session.connectors),
    )


def share(session: Session, active: bool) -> Given:
    """What a session adds to its root; nothing when it is its own root, or is deleted."""
    root = session.root_id
    if root is None or root == session.id or session.deleted_at is not None:
        return Given()
    return Given(
        root, 1, int(active), session.error_count, session.cost_micros or 0, dict(session.tokens)
    )


def give(root: Session, before: Given, after: Given) -> None:
    """Move the difference between two shares into a root's sums."""
    sums = root.children
    for name in ("count", "active", "errors", "cost_micros"):
        sums[name] += _part(after, root, name) - _part(before, root, name)
    tokens: dict[str, int] = sums["tokens"]
    for name in TOKEN_CLASSES:
        new = after.tokens[name] if after.root_id == root.id else 0
        old = before.tokens[name] if before.root_id == root.id else 0
        tokens[name] += new - old


def _part(given: Given, root: Session, name: str) -> int:
    return getattr(given, name) if given.root_id == root.id else 0


@dataclass(slots=True)
class Written:
    """A row as it goes to the store."""

    full: tuple[Any, ...] | None
    hot: tuple[Any, ...] | None
    body: bytes


def render(head: Head, key: bytes, now: int) -> Written:
    """The columns and bytes of a head; sort columns move at most once a second.

    An index that does not change is not touched: seven list indexes cost more than the row
    itself (kernel.md, section 1).
    """
    session = head.session
    body: Json = shown.row(session, now)
    indexed = _indexed(session, body, now)
    changed = indexed
    if head.indexed is not None:
        changed = _steady(head.indexed, indexed)
    encoded = orjson.dumps(body)
    hot = (
        session.pos,
        chain.head_mac(key, session.id, session.seq, session.head),
        encoded,
        orjson.dumps(shown.hidden_of(session)),
        head.sid,
    )
    if changed == head.indexed:
        return Written(None, hot, encoded)
    head.indexed = changed
    return Written((*changed, *hot), None, encoded)


def _indexed(session: Session, body: Json, now: int) -> tuple[Any, ...]:
    shelf = sessions.LISTED
    if session.deleted_at is not None:
        shelf = sessions.DELETED
    elif session.archived_at is not None:
        shelf = sessions.ARCHIVED
    owner = session.owner or {}
    return (
        session.agent.get("id") or "",
        session.kind,
        session.mode,
        session.origin,
        session.channel,
        owner.get("id"),
        _storable(session.initiative_id),
        _storable(session.plan_id),
        _version(session.agent.get("version")),
        session.state,
        body["status"],
        body["tone"],
        _mix(session, body["status"]),
        session.parent_id,
        session.root_id,
        session.parent_id is not None,
        shelf,
        body["active"],
        shown.settle_at(session, now),
        session.attention_since if body["attention"] and shelf == sessions.LISTED else None,
        session.updated_at,
    )


def _storable(tie: str | None) -> str | None:
    """A foreign id as a column holds it: PostgreSQL's text has no NUL."""
    return None if not tie else tie.replace("\0", "\ufffd")


def _version(said: object) -> int | None:
    """An agent's version as a column holds it; what a foreign log says may be anything."""
    number = foreign.whole(said)
    return number if number is not None and 0 < number < 1 << 31 else None


def _mix(session: Session, status: str) -> str:
    axes = (session.kind, session.mode, session.origin, session.state, status, session.channel)
    return Mix(*axes).pack()


def _steady(old: tuple[Any, ...], new: tuple[Any, ...]) -> tuple[Any, ...]:
    """The new columns, with times that moved less than a second left as they were."""
    held = list(new)
    for place in (_UPDATED, _SETTLE):
        before, after = old[place], new[place]
        if before is not None and after is not None and abs(after - before) < _SORT_STEP_MS:
            held[place] = before
    return tuple(held)


_HEADS = 4_096


class Keeper:
    """What the journal keeps between transactions: heads and the cursor, where it may.

    Args:
        store: only a store that this process alone writes lets anything be kept.
        key: the installation's key, for the heads of chains.
        clock: the present in ms UTC.
    """

    def __init__(self, store: Store, key: bytes, clock: Callable[[], int]) -> None:
        self.store = store
        self.key = key
        self.clock = clock
        self.heads: OrderedDict[tuple[str, str], Head] = OrderedDict()
        self.top: int | None = None

    def remember(self, workspace_id: str, head: Head) -> None:
        """Keep a head for the next group."""
        if not self.store.exclusive:
            return
        self.heads[workspace_id, head.session.id] = head
        self.heads.move_to_end((workspace_id, head.session.id))
        while len(self.heads) > _HEADS:
            self.heads.popitem(last=False)

    def forget(self, workspace_id: str, session_id: str) -> None:
        """Drop a cached head."""
        self.heads.pop((workspace_id, session_id), None)

    def event_id(self, at: int) -> str:
        """A fresh event id."""
        return ids.make("sevt", at, self.random74())

    def random74(self) -> int:
        """Bits for a new id."""
        return int.from_bytes(os.urandom(10), "big") >> 6

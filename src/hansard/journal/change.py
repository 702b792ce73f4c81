"""An append on its way to the writer, and what became of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hansard.domain import state
from hansard.domain.draft import Draft
from hansard.domain.events.base import Event
from hansard.domain.session import Session
from hansard.journal.prepare import Prepared
from hansard.store.base import Tx


@dataclass(slots=True)
class Appended:
    """What an append did.

    Attributes:
        session: the folded session after the commit; read-only for callers.
        events: one per draft, in order; of a draft that was there already, the stored one
            (an import, which passes over those, gets the new ones alone).
        added: how many are new.
        elsewhere: sessions that hold drafts which were passed over, with the draft's type.
    """

    session: Session
    events: list[Event]
    added: int = 0
    elsewhere: set[str] = field(default_factory=set[str])


Also = Callable[[Tx, Appended], None]
"""Runs in the append's transaction, after the events have their cursors."""


@dataclass(slots=True)
class Change:
    """An append on its way to the writer.

    Attributes:
        create: the first draft is `session.created` and the session must not exist.
        expected_seq: refuse unless the session is at this seq (P3).
        verb: what the state table must allow.
        skip_known: pass over ids that exist anywhere (imports) instead of comparing them.
    """

    workspace_id: str
    session_id: str
    drafts: Sequence[Draft]
    prepared: list[Prepared] | None
    create: bool = False
    expected_seq: int | None = None
    verb: state.Verb = "append"
    also: tuple[Also, ...] = ()
    skip_known: bool = False

    @property
    def keys(self) -> list[tuple[str, str]]:
        """What the change locks: its session, and a root that it joins."""
        found = [(self.workspace_id, self.session_id)]
        for draft in self.drafts:
            if draft.type in ("session.created", "session.linked"):
                root = draft.payload.get("root_id") or draft.payload.get("linked_session_id")
                if isinstance(root, str):
                    found.append((self.workspace_id, root))
        return found

"""Events that are there already: an append that comes again gives the same answer (P3)."""

from collections.abc import Sequence

from hansard.domain import ids
from hansard.domain.draft import Draft
from hansard.domain.errors import Conflict
from hansard.domain.events.base import Event
from hansard.journal import read
from hansard.journal.change import Change
from hansard.journal.prepare import Prepared
from hansard.store import event_log
from hansard.store.base import Tx


class Known:
    """Which events of a change exist in its workspace.

    Args:
        found: id → the session that holds it, and its seq there.
    """

    def __init__(self, found: dict[bytes, tuple[str, int]]) -> None:
        self._found = found

    def holder(self, draft: Draft) -> str | None:
        """The session that holds a draft's event, if any does."""
        place = None if draft.id is None else self._found.get(ids.to_bytes(draft.id))
        return None if place is None else place[0]

    def holds_all(self, drafts: Sequence[Draft]) -> bool:
        """Whether nothing would be new."""
        return bool(drafts) and all(self.holder(draft) for draft in drafts)

    def elsewhere(self, session_id: str) -> set[str]:
        """Other sessions that hold some of the events."""
        return {holder for holder, _ in self._found.values() if holder != session_id}

    def fresh(self, change: Change, ready: Sequence[Prepared]) -> list[Prepared]:
        """What is not there yet; an id that comes twice in one change is one event.

        Raises:
            Conflict: it comes twice with different content.
        """
        first: dict[str, Prepared] = {}
        chosen: list[Prepared] = []
        for item in ready:
            if self.holder(item.draft) is not None:
                continue
            if item.draft.id is not None:
                earlier = first.setdefault(item.draft.id, item)
                if earlier is not item:
                    if not (change.skip_known or _same(earlier, item.draft.type, item.body)):
                        raise _other_content(item)
                    continue
            chosen.append(item)
        return chosen

    def recall(self, tx: Tx, change: Change, ready: Sequence[Prepared]) -> dict[str, Event]:
        """The stored events that the change brings again, by id.

        Raises:
            Conflict: one has other content, or lies in another session.
        """
        found: dict[str, Event] = {}
        for item in ready:
            holder = self.holder(item.draft)
            if holder is None or item.draft.id is None:
                continue
            stored = event_log.by_id(tx.connection, change.workspace_id, _raw(item))
            same = stored is not None and _same(item, stored.type, stored.payload)
            if stored is None or holder != change.session_id or not same:
                raise _other_content(item)
            found[item.draft.id] = read.event(stored, holder)
        return found


def in_order(
    ready: Sequence[Prepared], new: Sequence[Event], stored: dict[str, Event]
) -> list[Event]:
    """One event per draft, in their order: a new one, or the stored one it repeats."""
    by_id = {**stored, **{event.id: event for event in new}}
    named = {item.draft.id for item in ready}
    unnamed = iter([event for event in new if event.id not in named])
    return [next(unnamed) if i.draft.id is None else by_id[i.draft.id] for i in ready]


def _raw(item: Prepared) -> bytes:
    return ids.to_bytes(item.draft.id or "")


def _same(item: Prepared, event_type: str, payload: bytes | None) -> bool:
    return (item.draft.type, item.body) == (event_type, payload)


def _other_content(item: Prepared) -> Conflict:
    return Conflict(f"the event {item.draft.id} exists with other content", event_id=item.draft.id)

"""Delete a session for good; what stays is its tombstone (requirements.md 6.5, P11)."""

from hansard.domain.actor import Actor
from hansard.domain.draft import Draft
from hansard.domain.errors import NotFound
from hansard.domain.session import Hidden, Session
from hansard.journal.append import Journal
from hansard.journal.change import Also, Appended, Change
from hansard.store import blobs, event_log, idempotency, sessions
from hansard.store.base import Tx

_AGENT = ("id", "type", "name", "version", "model")
"""What a tombstone keeps of its agent."""


async def delete(
    journal: Journal, workspace_id: str, session_id: str, actor: Actor, also: tuple[Also, ...] = ()
) -> Appended:
    """Drop every event, raw record and content of a session; keep id, key, times and counts.

    One last event, `session.deleted`, ends the log and the streams. The usage ledger stays.

    Raises:
        NotFound: there is no such session, or it is deleted already.
    """

    def job(tx: Tx) -> Appended:
        group = journal.group(tx)
        head = group.head(tx, workspace_id, session_id)
        if head is None or head.session.deleted_at is not None:
            raise NotFound(f"there is no session {session_id}")
        group.flush(tx)
        tx.erased()
        count = event_log.erase(tx, workspace_id, head.sid)
        blobs.forget(tx, workspace_id, head.sid)
        sessions.forget(tx, workspace_id, head.sid)
        sessions.stop_waiting(tx, workspace_id, session_id)
        idempotency.erase(tx, workspace_id, session_id)
        _blank(head.session)
        head.indexed = None
        last = Draft("session.deleted", {"event_count": count}, actor, journal.clock())
        change = Change(workspace_id, session_id, [last], None, verb="delete", also=also)
        return journal.take(tx, change)

    return await journal.store.write(job, keys=[(workspace_id, session_id)])


def _blank(session: Session) -> None:
    """Take every word of content out of the row that stays."""
    session.title = session.activity = session.output_summary = session.error = None
    session.metadata, session.tags = {}, []
    session.where, session.external_ids = {}, {}
    session.agent = {k: v for k, v in session.agent.items() if k in _AGENT}
    session.tools, session.connectors = [], []
    session.approval_id = session.attention_since = None
    session.hidden = Hidden(active_ms=session.hidden.active_ms)

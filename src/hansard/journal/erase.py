"""Delete a session for good; what stays is its tombstone (requirements.md 6.5, P11)."""

import asyncio
from collections.abc import Callable, Sequence
from copy import deepcopy

from hansard.domain.actor import Actor
from hansard.domain.draft import Draft
from hansard.domain.errors import Conflict, NotFound
from hansard.domain.projections.summary_messages import RANKS
from hansard.domain.session import Hidden, Session
from hansard.journal import chain
from hansard.journal.append import Journal
from hansard.journal.change import Also, Appended, Change
from hansard.store import blobs, event_log, idempotency, session_rows, sessions
from hansard.store.base import Store, Tx

_BATCH = 100
_AGENT = ("id", "type", "name", "version", "model")
"""What a tombstone keeps of its agent."""


async def delete(
    journal: Journal,
    workspace_id: str,
    session_id: str,
    actor: Actor,
    also: Callable[[int], Sequence[Also]] = lambda _: (),
) -> tuple[Appended, int]:
    """Delete a session with every sub-agent below it; how many those were.

    The deepest go first and the session itself last, each in a transaction of its own: when the
    process dies in between, the session is still there, and the next delete finishes.

    Args:
        also: from the number of sub-agents to what is written with the session's own end.

    Raises:
        NotFound: there is no such session, or it is deleted already.
    """
    gone = 0
    while True:
        for child in await asyncio.to_thread(_below, journal.store, workspace_id, session_id):
            try:
                await _delete(journal, workspace_id, child, actor)
                gone += 1
            except NotFound:
                continue  # somebody else's delete came first
        try:
            done = await _delete(journal, workspace_id, session_id, actor, also(gone), top=True)
            return done, gone
        except _HasSubAgents:
            continue  # one was made meanwhile


class _HasSubAgents(Conflict):
    """A session with sub-agents does not go before them."""


def _below(store: Store, workspace_id: str, session_id: str) -> list[str]:
    """What lies below a session, the deepest first; a link may make a ring of it."""
    found = [session_id]
    seen = {session_id}
    for parent in found:
        after = 0
        while some := store.read(
            lambda c, name=parent, last=after: session_rows.children(
                c, workspace_id, name, last, _BATCH
            )
        ):
            fresh = [row[0] for row in some if row[0] not in seen]
            seen.update(fresh)
            found += fresh
            after = some[-1][1]
    return found[:0:-1]


async def _delete(
    journal: Journal,
    workspace_id: str,
    session_id: str,
    actor: Actor,
    also: Sequence[Also] = (),
    *,
    top: bool = False,
) -> Appended:
    """Drop every event, raw record and content of a session; keep id, key, times and counts.

    One last event, `session.deleted`, ends the log and the streams. The usage ledger stays, with
    the names of models, tools and connectors in it: they say what the money went to.

    Args:
        top: refuse while something lies below it.
    """

    def job(tx: Tx) -> Appended:
        group = journal.group(tx)
        head = group.head(tx, workspace_id, session_id)
        if head is None or head.session.deleted_at is not None:
            raise NotFound(f"there is no session {session_id}")
        group.flush(tx)
        below = session_rows.children(tx.connection, workspace_id, session_id, 0, 2) if top else []
        if any(row[0] != session_id for row in below):
            raise _HasSubAgents("a sub-agent was made meanwhile")
        tx.erased()
        if journal.index is not None:
            for some in event_log.every(tx.connection, workspace_id, head.sid):
                journal.index.changing(tx, workspace_id, some)
        count = event_log.erase(tx, workspace_id, head.sid)
        blobs.forget(tx, workspace_id, head.sid)
        sessions.forget(tx, workspace_id, head.sid)
        sessions.stop_waiting(tx, workspace_id, session_id)
        idempotency.erase(tx, workspace_id, session_id)
        _blank(head.session)
        head.indexed = None
        last = Draft("session.deleted", {"event_count": count}, actor, journal.clock())
        change = Change(workspace_id, session_id, [last], None, verb="delete", also=tuple(also))
        return journal.take(tx, change)

    return await journal.store.write(job, keys=[(workspace_id, session_id)])


def contents(journal: Journal, tx: Tx, workspace_id: str, session: Session) -> Session:
    """Drop, in an open transaction, what the events of a session hold up to now.

    Envelopes and content hashes stay, so the chain still verifies; raw records, large contents,
    kept answers and search documents go too. Gives what the row may keep: every count, and of
    the words only the metadata and a title that a person gave.
    """
    group = journal.group(tx)
    head = group.head(tx, workspace_id, session.id)
    assert head is not None
    group.flush(tx)
    tx.erased()
    for some in event_log.every(tx.connection, workspace_id, head.sid, _BATCH):
        if journal.index is not None:
            journal.index.changing(tx, workspace_id, some)
        event_log.drop_payloads(tx, some, chain.content_hash)
    blobs.forget_but_numbers(tx, workspace_id, head.sid)
    idempotency.erase(tx, workspace_id, session.id)
    left = deepcopy(session)
    left.activity = left.output_summary = left.error = left.hidden.question = None
    left.hidden.open_calls, left.hidden.messages = {}, []
    if left.hidden.title_rank < RANKS["person"]:
        left.title, left.hidden.title_rank = None, 0
    return left


def _blank(session: Session) -> None:
    """Take every word of content out of the row that stays."""
    session.title = session.activity = session.output_summary = session.error = None
    session.metadata, session.tags = {}, []
    session.where, session.external_ids, session.budget = {}, {}, None
    session.channel = session.environment_id = session.state_reason = None
    session.initiative_id = session.plan_id = None
    session.agent = {k: v for k, v in session.agent.items() if k in _AGENT}
    session.tools, session.connectors = [], []
    session.approval_id = session.attention_since = None
    session.hidden = Hidden(active_ms=session.hidden.active_ms)

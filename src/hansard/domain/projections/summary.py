"""The summary: one event folded into its session, and a session settled at an instant."""

from collections.abc import Callable

from hansard.domain import instant, state
from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest
from hansard.domain.events.base import Event
from hansard.domain.events.session import SessionCreated
from hansard.domain.projections import row, summary_facts, summary_messages, summary_status
from hansard.domain.projections.ledger import LedgerRow, ledger_row
from hansard.domain.session import Session, note, within

_GAP_MS = 5 * instant.MINUTE
_STEPS: dict[str, Callable[[Session, Event], None]] = {
    **summary_messages.STEPS,
    **summary_status.STEPS,
    **summary_facts.STEPS,
}
_QUIET_TYPES = frozenset(
    {"session.updated", "session.archived", "session.unarchived", "session.linked"}
    | {"session.deleted", "session.redacted", "session.forked", "session.created"}
)
"""Events about the record, not signs of life of the work."""
_BY_HAND = frozenset({"session.reset", "agent.thread_context_compacted"})


def begun(event: Event, workspace_id: str) -> Session:
    """The session that the first readable event of a log makes.

    That is `session.created`, or the reset that erased it and what followed.

    Raises:
        InvalidRequest: it does not say what the session is.
    """
    held = _kept(event)
    if held is None:
        return created(event, workspace_id)
    return row.revived(event.session_id, workspace_id, held)


def opens_segment(session: Session, event_type: str) -> bool:
    """Whether an event begins a segment: a reset, or a message that re-opens what had ended
    (requirements.md 6.4)."""
    if event_type == "session.reset":
        return True
    ended = session.ended_at is not None or session.state in state.TERMINAL
    return event_type == "user.message" and ended


def created(event: Event, workspace_id: str) -> Session:
    """The session that a `session.created` event makes.

    Raises:
        InvalidRequest: it does not say what the session is.
    """
    made = SessionCreated.decode(event.payload)
    if made.kind not in state.KINDS:
        raise InvalidRequest(f"session.created: there is no kind {made.kind[:80]!r}")
    session = Session(
        id=event.session_id,
        workspace_id=workspace_id,
        key=made.key,
        kind=made.kind,
        mode=made.mode,
        origin=made.origin,
        agent=made.agent,
        created_at=event.created_at,
        channel=made.channel,
        peer_type=made.peer_type,
        recorded=made.recorded,
        environment_id=made.environment_id,
        owner=made.owner,
        parent_id=made.parent_id,
        root_id=made.root_id or event.session_id,
        external_ids=dict(made.external_ids or {}),
        metadata=dict(made.metadata or {}),
        tags=list(made.tags or []),
        initiative_id=made.initiative_id,
        plan_id=made.plan_id,
        where=dict(made.where or {}),
    )
    summary_messages.entitle(session, "source" if made.recorded else "person", made.title or "")
    return session


def fold(session: Session, event: Event) -> LedgerRow | None:
    """Fold one event into its session, in place; the event's ledger row, if it makes one.

    Deterministic: the same events in the same order give the same session. Payload fields
    of a foreign shape are passed over, never raised.
    """
    held = _kept(event)
    if held is not None:
        row.restore(session, held)
    session.seq = event.seq
    session.head = event.hash
    session.segment = event.segment
    _touch(session, event)
    line = ledger_row(session, event)
    if line is not None:
        _charge(session, line)
    step = _STEPS.get(event.type)
    if step is not None:
        step(session, event)
    if session.recorded and _is_work(event):
        _recorded_lease(session, event)
    return line


def _kept(event: Event) -> Json | None:
    """What the events before an erasing reset had come to."""
    return row.held(event.payload) if event.type == "session.reset" else None


def _is_work(event: Event) -> bool:
    """Whether an event is a sign of life of the work: what a person does to the record is none."""
    by_hand = event.type in _BY_HAND and event.actor.type in ("person", "key")
    return event.type not in _QUIET_TYPES and not by_hand


def _touch(session: Session, event: Event) -> None:
    """Times of the row. Work goes on while a turn is in flight; a source that tells no status
    worked up to its next event, unless that is a prompt or comes late."""
    session.updated_at = max(session.updated_at, event.created_at)
    if not _is_work(event):
        return
    session.last_activity_at = max(session.last_activity_at or 0, event.created_at)
    hidden = session.hidden
    if hidden.seen_at is not None:
        gap = event.created_at - hidden.seen_at
        guessed = session.recorded and gap <= _GAP_MS and event.type != "user.message"
        if gap > 0 and (guessed or hidden.in_flight):
            hidden.active_ms += gap
    hidden.seen_at = max(event.created_at, hidden.seen_at or 0)


def _charge(session: Session, row: LedgerRow) -> None:
    session.ao_milli = within(session.ao_milli + row.ao_milli)
    if row.wallet == "data":
        return
    for name, count in row.tokens.items():
        session.tokens[name] = within(session.tokens[name] + count)
    if row.cost_micros is not None:
        session.cost_micros = within((session.cost_micros or 0) + row.cost_micros)
    elif row.unpriced_model:
        note(session.unpriced_models, row.unpriced_model)
    if row.model:
        note(session.models, row.model)
    if row.usage_source != "reported" and session.usage_source != "estimated":
        session.usage_source = row.usage_source


def _recorded_lease(session: Session, event: Event) -> None:
    """A recorded session's lease is its source's last sign of life (architecture.md, 10)."""
    if session.ended_at is not None or session.state in ("waiting", "paused", "blocked"):
        if event.recorded_at - event.created_at > state.ATTENTION_AGE_MS:
            session.attention_since = None
        return
    session.lease_until = max(session.lease_until or 0, event.created_at + state.LEASE_MS)
    if session.lease_until > event.recorded_at:
        session.state, session.state_reason = "running", None
    else:
        _went_quiet(session)


def _went_quiet(session: Session) -> None:
    session.state = "idle"
    session.state_reason = f"external:{session.hidden.end}"
    session.activity = None


def settle(session: Session, now: int) -> bool:
    """Let time pass: a recorded session without a sign of life goes idle (P6 of the record).

    True when the row changed. The stored `active` flag is not part of the session: see `row`.
    """
    due = session.recorded and session.state == "running" and (session.lease_until or 0) <= now
    if due:
        _went_quiet(session)
    return due

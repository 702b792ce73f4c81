"""Summary steps for the state of the work: status events, ends, approvals, errors."""

from hansard.domain import foreign, instant, state
from hansard.domain.draft import Json
from hansard.domain.events.base import Event, brief
from hansard.domain.session import Session

_APPROVALS = {"tool": "approval", "checkpoint": "checkpoint", "review": "review"}
"""Why a session waits, by the type of what it asks; anything else is a question."""
_KEPT_APPROVALS = 64
_HELD = ("waiting", "paused", "blocked")
_ENDS = {"interrupted": "interrupted", "requires_action": "tool_call_open"}


def rest(session: Session, to: state.State, reason: str | None) -> None:
    """No turn is in flight any more."""
    session.state, session.state_reason = to, reason
    session.hidden.in_flight = False
    session.activity = None
    session.attention_since = None


def taken_up(session: Session, event: Event) -> None:
    """The inputs that an event names wait no longer."""
    taken = foreign.texts(event.payload.get("input_event_ids"))
    if taken:
        hidden = session.hidden
        hidden.waiting_inputs = [i for i in hidden.waiting_inputs if i not in taken]
        hidden.awaiting_turn = True


def _running(session: Session, event: Event) -> None:
    taken_up(session, event)
    session.hidden.in_flight = True
    session.hidden.end = "mid_turn"
    session.state, session.state_reason = "running", _reason(event)
    session.attention_since = session.ended_at = None


def _idle(session: Session, event: Event) -> None:
    kind = foreign.text(foreign.mapping(event.payload.get("stop_reason")).get("type"))
    hidden = session.hidden
    hidden.in_flight = False
    hidden.end = _ENDS.get(kind or "", "turn_complete")
    if kind == "requires_action":
        _asks(session, event)
        return
    hidden.open_calls.clear()
    if kind == "end_turn":
        session.error = None
    if session.state in state.TERMINAL and "state" not in event.payload:
        return
    reason = _reason(event) or (None if kind == "end_turn" else kind)
    # What was queued before an interrupt is held until a person goes on (requirements.md 6.7).
    goes_on = hidden.waiting_inputs and kind != "interrupted"
    since = session.attention_since
    rest(session, state.resumed(session.kind) if goes_on else _stated(event, "idle"), reason)
    if session.state in _HELD:
        session.attention_since = event.created_at if since is None else since


def _asks(session: Session, event: Event) -> None:
    """The protocol's `requires_action`: what was asked before tells what for."""
    held = session.state_reason if session.state in ("waiting", "paused") else None
    reason = _reason(event) or held or "approval"
    _hold(session, event, reason)


def _hold(session: Session, event: Event, reason: str) -> None:
    """The session needs a person; a flow at a checkpoint is paused, all else waits (6.2, f)."""
    session.state = "paused" if reason == "checkpoint" else "waiting"
    session.state_reason = reason
    if session.attention_since is None:
        session.attention_since = event.created_at


def _stated(event: Event, default: state.State) -> state.State:
    value = event.payload.get("state")
    return value if value in state.STATES else default


def _end_stated(event: Event, default: state.State) -> state.State:
    end = _stated(event, default)
    return end if end in state.TERMINAL else default


def _reason(event: Event) -> str | None:
    return foreign.text(event.payload.get("state_reason"))


def _rescheduled(session: Session, event: Event) -> None:
    if not session.recorded:
        session.state = _stated(event, "blocked")
        session.state_reason = _reason(event)
        if session.attention_since is None:
            session.attention_since = event.created_at


def _terminated(session: Session, event: Event) -> None:
    if session.archived_at is not None:
        return  # the protocol's word for archived
    session.resumable = False
    if session.state not in state.TERMINAL or "state" in event.payload:
        _ended_as(session, event, _end_stated(event, "failed"))


def _session_ended(session: Session, event: Event) -> None:
    summary = foreign.text(event.payload.get("output_summary"))
    if summary is not None:
        session.output_summary = summary[:300]
    _ended_as(session, event, _end_stated(event, "completed"))


def _ended_as(session: Session, event: Event, end: state.State) -> None:
    if session.kind == "chat" and end == "failed" and session.resumable:
        end = "idle"
    rest(session, end, _reason(event))
    session.ended_at = event.created_at
    session.hidden.acknowledged = False
    if end in ("failed", "timed_out"):
        session.attention_since = event.created_at


def _error(session: Session, event: Event) -> None:
    """A failure that is tried again is none yet; that of a request was counted with it."""
    detail = foreign.mapping(event.payload.get("error"))
    if is_retried(detail):
        return
    hidden = session.hidden
    session.error_count += 0 if hidden.failed_request else 1
    hidden.failed_request = False
    hidden.end = "api_error"
    session.activity = None
    session.error = {
        "type": foreign.text(detail.get("type")) or "unknown",
        "message": brief(foreign.text(detail.get("message")) or "Failed", 300),
        "at": instant.to_wire(event.created_at),
    }


def is_retried(error: Json) -> bool:
    """Whether the `error` of a `session.error` says that it is tried again."""
    return foreign.mapping(error.get("retry_status")).get("type") == "retrying"


def _approval_requested(session: Session, event: Event) -> None:
    asked = foreign.text(event.payload.get("approval_id"))
    reason = _APPROVALS.get(str(event.payload.get("approval_type")), "question")
    approvals = session.hidden.approvals
    if asked is not None and len(approvals) < _KEPT_APPROVALS:
        approvals[asked] = reason
    session.approval_id = asked
    question = foreign.text(event.payload.get("question"))
    session.hidden.question = None if question is None else brief(question, 200)
    _hold(session, event, reason)


def _approval_decided(session: Session, event: Event) -> None:
    """Work goes on when nothing is open any more, else the next one is what it waits for."""
    approvals = session.hidden.approvals
    approvals.pop(str(event.payload.get("approval_id")), None)
    session.approval_id = next(iter(approvals), None)
    session.hidden.question = None
    if session.state not in ("waiting", "paused"):
        return
    if session.approval_id is not None:
        _hold(session, event, approvals[session.approval_id])
        return
    session.state, session.state_reason = state.resumed(session.kind), None
    session.attention_since = None


def _checkpoint_reached(session: Session, event: Event) -> None:
    _hold(session, event, "checkpoint")


STEPS = {
    "session.status_running": _running,
    "session.status_idle": _idle,
    "session.status_rescheduled": _rescheduled,
    "session.status_terminated": _terminated,
    "session.ended": _session_ended,
    "session.error": _error,
    "approval.requested": _approval_requested,
    "approval.decided": _approval_decided,
    "flow.checkpoint_reached": _checkpoint_reached,
    "flow.checkpoint_decided": _approval_decided,
}

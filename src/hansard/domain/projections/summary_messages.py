"""Summary steps for what is said and called: messages, thinking, tools, requests."""

from hansard.domain import foreign, state
from hansard.domain.events.base import Event, brief, text_of
from hansard.domain.events.tool import CALLS, RESULT_CALL, call_title
from hansard.domain.projections.ledger import connector_of, tool_name
from hansard.domain.projections.summary_status import rest, taken_up
from hansard.domain.session import Session, note

_WINDOW = 16
_WAITING = 256
_OPEN_CALLS = 256
RANKS = {"prompt": 1, "source": 2, "person": 3}
"""Whose title wins: a person's beats the source's, which beats the first prompt."""


def entitle(session: Session, source: str, title: str) -> None:
    """Give a session its title, unless a better one stands."""
    rank = RANKS.get(source, 2)
    stays = rank == RANKS["prompt"] and session.title
    if title and rank >= session.hidden.title_rank and not stays:
        session.title, session.hidden.title_rank = title[:500], rank


def _message(session: Session, event: Event) -> None:
    """Count a message once, by its model message id when it has one."""
    session.last_message_at = max(session.last_message_at or 0, event.created_at)
    message_id = foreign.text(event.payload.get("message_id"))
    if message_id is None or _is_new(session.hidden.messages, message_id):
        session.message_count += 1


def _is_new(seen: list[str], name: str) -> bool:
    """Whether a name was not among the last ones; it is from now on."""
    if name in seen:
        return False
    seen.append(name)
    del seen[:-_WINDOW]
    return True


def _answered(session: Session, event: Event) -> None:
    """The model was asked: its turn counts, once. Usage may be told when the next turn began.

    Without turn ids the last input is the turn.
    """
    hidden = session.hidden
    if event.turn_id is not None:
        counts = _is_new(hidden.turns, event.turn_id)
    else:
        counts = hidden.awaiting_turn
    if counts:
        hidden.awaiting_turn = False
        session.turn_count += 1


def _user_message(session: Session, event: Event) -> None:
    _message(session, event)
    hidden = session.hidden
    hidden.awaiting_turn = True
    hidden.failed_request = False
    hidden.end = "prompt_unanswered"
    if session.ended_at is not None or session.state in state.TERMINAL:
        session.ended_at = None
        session.state, session.state_reason = "idle", None
        session.attention_since = None
    if event.processed_at is None and len(hidden.waiting_inputs) < _WAITING:
        hidden.waiting_inputs.append(event.id)
        if session.state == "idle":
            session.state, session.state_reason = state.resumed(session.kind), None
    entitle(session, "prompt", brief(text_of(event.payload.get("content")), 80))


def _agent_message(session: Session, event: Event) -> None:
    _answered(session, event)
    _message(session, event)
    text = text_of(event.payload.get("content")).strip()
    if text:
        session.output_summary = text[:300]
    model = foreign.text(event.payload.get("model"))
    if model is not None:
        note(session.models, model)
    hidden = session.hidden
    hidden.failed_request = False
    hidden.end = "mid_turn" if hidden.in_flight else "turn_complete"
    session.activity = None
    session.error = None


def _thinking(session: Session, event: Event) -> None:
    _answered(session, event)
    if isinstance(event.payload.get("message_id"), str):
        _message(session, event)
    session.activity = "Thinking"


def _tool_use(session: Session, event: Event) -> None:
    _answered(session, event)
    payload = event.payload
    if isinstance(payload.get("message_id"), str):
        _message(session, event)
    name = tool_name(event.type, payload)
    session.tool_call_count += 1
    note(session.tools, name)
    connector = connector_of(payload)
    if connector:
        note(session.connectors, connector)
    hidden = session.hidden
    title = foreign.text(payload.get("name")) or "tool"
    session.activity = call_title(title, payload.get("input"))
    if len(hidden.open_calls) < _OPEN_CALLS:
        hidden.open_calls[event.id] = session.activity
    hidden.end = "tool_call_open"


def _tool_result(session: Session, event: Event) -> None:
    payload = event.payload
    hidden = session.hidden
    hidden.open_calls.pop(str(payload.get(RESULT_CALL[event.type])), None)
    if payload.get("is_error"):
        session.error_count += 1
    hidden.end = "tool_call_open" if hidden.open_calls else "mid_turn"
    session.activity = next(reversed(hidden.open_calls.values()), None)


def _request_start(session: Session, event: Event) -> None:
    taken_up(session, event)
    session.hidden.failed_request = False


def _request_end(session: Session, event: Event) -> None:
    _answered(session, event)
    session.hidden.failed_request = bool(event.payload.get("is_error"))
    if session.hidden.failed_request:
        session.error_count += 1


def _interrupt(session: Session, event: Event) -> None:
    hidden = session.hidden
    hidden.end = "interrupted"
    hidden.open_calls.clear()
    session.activity = None
    if not session.recorded:
        rest(session, "idle", "interrupted")


def _system_message(session: Session, event: Event) -> None:
    _message(session, event)


STEPS = {
    "user.message": _user_message,
    "system.message": _system_message,
    "user.interrupt": _interrupt,
    "agent.message": _agent_message,
    "agent.thinking": _thinking,
    **dict.fromkeys(CALLS, _tool_use),
    **dict.fromkeys(RESULT_CALL, _tool_result),
    "span.model_request_start": _request_start,
    "span.model_request_end": _request_end,
}

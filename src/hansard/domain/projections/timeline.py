"""The timeline: turns, steps of a flow, checkpoints, waits and sub-agents as spans (S2-4, S2-5).

A span is a JSON object: `span` says what it is (turn, step, checkpoint, wait, agent), then come
`id`, `name`, `state`, `first_seq`, `last_seq`, `started_at` and `ended_at`, null while it is
open. A turn has `last_at`, its last sign of life; a step its `index` in the flow and its
`attempts`; a checkpoint or a wait the `decision`.

States: pending, running, waiting, done, failed, cancelled, interrupted, skipped, rejected.
"""

from collections.abc import Callable, Iterable

from hansard.domain import foreign, instant
from hansard.domain.draft import Json
from hansard.domain.events.base import Event
from hansard.domain.events.tool import CALLS, RESULT_CALL
from hansard.domain.projections import timeline_flow
from hansard.domain.projections.summary_status import is_retried
from hansard.domain.projections.timeline_span import OPEN, Timeline, begin, close, move

_STOPS = {"end_turn": "done", "interrupted": "interrupted", "requires_action": "waiting"}
_NO_WORK = ("user.message", "session.updated", "session.linked")
_ENDS = {"completed": "done", "cancelled": "cancelled", "rejected": "rejected"}


def fold(state: Timeline, event: Event) -> Timeline:
    """Fold one event, in place. Payload fields of a foreign shape are passed over."""
    _in_turn(state, event)
    step = _STEPS.get(event.type)
    if step is not None:
        step(state, event)
    return state


def fold_all(events: Iterable[Event]) -> list[Json]:
    """The spans of a log, or of the part of it that is given."""
    state = Timeline()
    for event in events:
        fold(state, event)
    return shown(state)


def shown(state: Timeline) -> list[Json]:
    """The spans themselves, not a copy: folding on may change them."""
    return state.spans


def _in_turn(state: Timeline, event: Event) -> None:
    """The turn of an event grows by it. A turn that has only its input is pending, since the
    input may wait for the turn before; its first work ends that one."""
    if event.turn_id is None:
        return
    at = instant.to_wire(event.created_at)
    turn = state.turns.get(event.turn_id)
    if turn is None:
        turn = begin(state, event, "turn", event.turn_id, last_at=at)
        turn["state"] = "pending"
        state.turns[event.turn_id] = turn
    turn["last_seq"], turn["last_at"] = event.seq, max(turn["last_at"], at)
    if turn["ended_at"] is not None:
        turn["ended_at"] = turn["last_at"]
    if turn["state"] == "pending" and event.type not in _NO_WORK:
        _leave(state.turn)
        state.turn, state.reported = turn, False
        turn["state"] = "running"
        if event.type == "session.status_running":
            turn["started_at"] = at


def _leave(turn: Json | None) -> None:
    if turn is not None and turn["state"] in OPEN:
        turn["state"], turn["ended_at"] = "done", turn["last_at"]


def _turn(state: Timeline, event: Event, to: str) -> None:
    turn = state.turns.get(event.turn_id or "") or state.turn
    if turn is None or turn["state"] == "pending":
        return
    turn["state"] = to
    turn["ended_at"] = None if to in OPEN else turn["last_at"]


def _goes_on(state: Timeline, event: Event) -> None:
    _turn(state, event, "running")


def _reported(state: Timeline, event: Event) -> None:
    state.reported = True
    _turn(state, event, "running")


def _said(state: Timeline, event: Event) -> None:
    """Without status events the last thing said is the end of a turn, until more comes."""
    if not state.reported:
        _turn(state, event, "done")


def _interrupted(state: Timeline, event: Event) -> None:
    _turn(state, event, "interrupted")


def _failed(state: Timeline, event: Event) -> None:
    if not is_retried(foreign.mapping(event.payload.get("error"))):
        _turn(state, event, "failed")


def _idle(state: Timeline, event: Event) -> None:
    stop = foreign.mapping(event.payload.get("stop_reason")).get("type")
    to = _STOPS.get(stop, "failed") if isinstance(stop, str) else "done"
    _turn(state, event, to)


def _ended(state: Timeline, event: Event) -> None:
    """Whatever is open ends with the session."""
    to = _ENDS.get(str(event.payload.get("state")), "failed")
    if state.turn is not None and state.turn["state"] in OPEN:
        _turn(state, event, to)
    timeline_flow.move_step(state.step, event, to)
    for span in state.spans:
        close(span, event, to)


def _called(state: Timeline, event: Event) -> None:
    state.calls[event.id] = {
        "first_seq": event.seq,
        "started_at": instant.to_wire(event.created_at),
        "ended_at": None,
    }
    _turn(state, event, "running")


def _returned(state: Timeline, event: Event) -> None:
    call_id = str(event.payload.get(RESULT_CALL[event.type]))
    call = state.calls.get(call_id)
    if call is not None:
        call["ended_at"] = instant.to_wire(event.created_at)
    to = "failed" if event.payload.get("is_error") else "done"
    close(state.asked.pop(f"call:{call_id}", None), event, to)
    _turn(state, event, "running")


def _asked(state: Timeline, event: Event) -> None:
    payload = event.payload
    identity = payload.get("approval_id")
    span = begin(state, event, "wait", identity, payload.get("approval_type"), decision=None)
    span["state"] = "waiting"
    state.asked[f"approval:{identity}"] = span
    _turn(state, event, "waiting")


def _decided(state: Timeline, event: Event) -> None:
    span = state.asked.pop(f"approval:{event.payload.get('approval_id')}", None)
    if span is not None:
        close(span, event)
        span["decision"] = foreign.text(event.payload.get("decision"))
    _turn(state, event, "running")


def _agent_began(state: Timeline, event: Event) -> None:
    """A sub-agent lives as long as the call that started it, where its source says no more."""
    payload = event.payload
    identity = event.session_thread_id or payload.get("session_child_id") or event.id
    span = begin(state, event, "agent", identity, payload.get("agent_name"))
    call_id = str(payload.get("tool_use_id"))
    call = state.calls.get(call_id)
    if call is not None:
        span |= call
    if span["ended_at"] is not None:
        span["state"] = "done"
    elif call is not None:
        state.asked[f"call:{call_id}"] = span
    if event.session_thread_id is not None:
        state.asked[f"thread:{event.session_thread_id}"] = span


def _agent_runs(state: Timeline, event: Event) -> None:
    move(state.asked.get(f"thread:{event.session_thread_id}"), event, "running")


def _agent_rests(state: Timeline, event: Event) -> None:
    to = "failed" if event.type.endswith("terminated") else "done"
    close(state.asked.get(f"thread:{event.session_thread_id}"), event, to)


_STEPS: dict[str, Callable[[Timeline, Event], None]] = {
    **timeline_flow.STEPS,
    "user.message": _goes_on,
    "agent.thinking": _goes_on,
    "agent.message": _said,
    **dict.fromkeys(CALLS, _called),
    **dict.fromkeys(RESULT_CALL, _returned),
    "user.interrupt": _interrupted,
    "session.error": _failed,
    "session.status_running": _reported,
    "session.status_idle": _idle,
    "session.ended": _ended,
    "session.status_terminated": _ended,
    "approval.requested": _asked,
    "approval.decided": _decided,
    "session.thread_created": _agent_began,
    "session.thread_status_running": _agent_runs,
    "session.thread_status_idle": _agent_rests,
    "session.thread_status_terminated": _agent_rests,
}

"""Timeline steps for flows: steps with their attempts, and checkpoints (S2-5, S2-N6)."""

from typing import Any

from hansard.domain import foreign, instant
from hansard.domain.draft import Json
from hansard.domain.events.base import Event
from hansard.domain.projections.timeline_span import OPEN, Timeline, begin, close, move

_RESULTS = {"error": "failed", "failed": "failed", "stopped": "cancelled", "skipped": "skipped"}
_DECISIONS = {"skip": "skipped", "reject": "rejected"}


def _run_created(state: Timeline, event: Event) -> None:
    """Every step of the flow is there from the start, pending."""
    for index, phase in enumerate(foreign.items(event.payload.get("phases"))):
        fields = foreign.mapping(phase)
        name = foreign.text(fields.get("name")) or foreign.text(phase)
        _step(state, event, foreign.text(fields.get("id")) or name, name, index)


def _step(state: Timeline, event: Event, identity: Any, name: Any, index: int) -> Json:
    step = begin(state, event, "step", identity, name, index=index, attempts=[])
    step |= {"state": "pending", "first_seq": None, "last_seq": None, "started_at": None}
    state.steps.append(step)
    return step


def _meant(state: Timeline, event: Event) -> Json | None:
    """The step that an event names by place or id."""
    index = foreign.whole(event.payload.get("index"))
    if index is not None:
        return state.steps[index] if 0 <= index < len(state.steps) else None
    phase = event.payload.get("phase_id")
    return next((step for step in state.steps if phase is not None and step["id"] == phase), None)


def _next(state: Timeline) -> Json | None:
    after = -1 if state.step is None else state.step["index"]
    return state.steps[after + 1] if after + 1 < len(state.steps) else None


def _phase_started(state: Timeline, event: Event) -> None:
    """A step begins, or begins again: each time is an attempt."""
    payload = event.payload
    step = _meant(state, event)
    if step is None and payload.get("phase_id") is None and payload.get("index") is None:
        step = _next(state)
    if step is None:
        step = _step(state, event, payload.get("phase_id"), payload.get("name"), len(state.steps))
    if step is not state.step:
        move_step(state.step, event, "done")
    state.step = step
    at = instant.to_wire(event.created_at)
    if step["first_seq"] is None:
        step["first_seq"], step["started_at"] = event.seq, at
    move(step, event, "running")
    if step["attempts"] and step["attempts"][-1]["ended_at"] is None:
        step["attempts"][-1] |= {"ended_at": at, "state": "interrupted"}
    step["attempts"].append({"started_at": at, "ended_at": None, "state": "running"})


def move_step(step: Json | None, event: Event, to: str) -> None:
    """Change the state of an open step and of its last attempt."""
    if step is None or step["state"] not in OPEN:
        return
    move(step, event, to)
    step["attempts"][-1] |= {"state": to, "ended_at": step["ended_at"]}


def _phase_ended(state: Timeline, event: Event) -> None:
    move_step(_meant(state, event) or state.step, event, _result(event))


def _result(event: Event) -> str:
    result: Any = event.payload.get("result")
    word = foreign.mapping(result).get("type") or result
    return _RESULTS.get(word, "done") if isinstance(word, str) else "done"


def _error(state: Timeline, event: Event) -> None:
    move_step(state.step, event, "failed")


def _run_ended(state: Timeline, event: Event) -> None:
    move_step(state.step, event, _result(event))


def _checkpoint_reached(state: Timeline, event: Event) -> None:
    payload = event.payload
    key = f"checkpoint:{payload.get('checkpoint_id')}"
    name = payload.get("name") or payload.get("question")
    span = begin(state, event, "checkpoint", payload.get("checkpoint_id"), name, decision=None)
    span["state"] = "waiting"
    state.asked[key] = span
    move_step(state.step, event, "waiting")


def _checkpoint_decided(state: Timeline, event: Event) -> None:
    """Approved, the step goes on; skipped or rejected, it ends so (S2-N6)."""
    decision = foreign.text(event.payload.get("decision"))
    span = state.asked.pop(f"checkpoint:{event.payload.get('checkpoint_id')}", None)
    if span is not None:
        close(span, event)
        span["decision"] = decision
    if state.step is not None and state.step["state"] == "waiting":
        move_step(state.step, event, _DECISIONS.get(decision or "", "running"))


STEPS = {
    "workflow_run.created": _run_created,
    "workflow_run.phase_started": _phase_started,
    "workflow_run.phase_ended": _phase_ended,
    "workflow_run.error": _error,
    "workflow_run.status_ended": _run_ended,
    "flow.checkpoint_reached": _checkpoint_reached,
    "flow.checkpoint_decided": _checkpoint_decided,
}

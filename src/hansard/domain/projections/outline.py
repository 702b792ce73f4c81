"""The outline: where things happen in a log, for the replay scrubber and what comes later.

A mark is {seq, event_id, at, mark, label}; `mark` is turn, error, approval, compaction, reset or
interrupt. The event that opens a turn marks it; the first thing said in the turn is its label.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

from hansard.domain import codec, instant
from hansard.domain.draft import Json
from hansard.domain.events.base import Event, brief
from hansard.domain.events.tool import CALLS, RESULT_CALL


@dataclass(slots=True)
class Outline:
    """The fold so far.

    Attributes:
        seqs: of every event; times: when each happened, ms UTC, never before the one ahead of it.
        turns: the mark of each turn whose label is not known yet.
        seen: the turns that have a mark.
    """

    seqs: "array[int]" = field(default_factory=lambda: array("q"))
    times: "array[int]" = field(default_factory=lambda: array("q"))
    marks: list[Json] = field(default_factory=list[Json])
    turns: dict[str, Json] = field(default_factory=dict[str, Json])
    seen: set[str] = field(default_factory=set[str])


def fold(state: Outline, event: Event) -> Outline:
    """Fold one event, in place. Payload fields of a foreign shape are passed over."""
    last = state.times[-1] if state.times else event.created_at
    state.seqs.append(event.seq)
    state.times.append(max(last, event.created_at))
    _in_turn(state, event)
    mark = _mark_of(event)
    if mark is not None:
        _push(state, event, mark, codec.headline(event.type, event.payload))
    return state


def fold_all(events: Iterable[Event], buckets: int) -> Json:
    """The outline of a log in so many stretches of time, at most."""
    state = Outline()
    for event in events:
        fold(state, event)
    return shown(state, buckets)


def shown(state: Outline, buckets: int) -> Json:
    """The outline as JSON.

    A bucket is {seq, at, events}: the stretch of time that begins at `at`, how many events fall
    in it, and the first event from there on. All stretches are equally long.
    """
    if not state.seqs:
        ends: Json = dict.fromkeys(("first_seq", "last_seq", "first_at", "last_at"))
        return {**ends, "buckets": [], "marks": []}
    return {
        "first_seq": state.seqs[0],
        "last_seq": state.seqs[-1],
        "first_at": instant.to_wire(state.times[0]),
        "last_at": instant.to_wire(state.times[-1]),
        "buckets": _buckets(state, buckets),
        "marks": [dict(mark) for mark in state.marks],
    }


def _buckets(state: Outline, most: int) -> list[Json]:
    first, last = state.times[0], state.times[-1]
    width = -(-(last - first + 1) // most)
    count = (last - first) // width + 1
    totals = [0] * count
    for at in state.times:
        totals[(at - first) // width] += 1
    found: list[Json] = []
    place = 0
    for number, events in enumerate(totals):
        at = instant.to_wire(first + number * width)
        found.append({"seq": state.seqs[place], "at": at, "events": events})
        place += events
    return found


def _in_turn(state: Outline, event: Event) -> None:
    turn = event.turn_id
    if turn is None:
        return
    if turn not in state.seen:
        state.seen.add(turn)
        state.turns[turn] = _push(state, event, "turn", "")
    if event.type == "user.message" and turn in state.turns:
        state.turns.pop(turn)["label"] = brief(codec.headline(event.type, event.payload))


def _mark_of(event: Event) -> str | None:
    payload = event.payload
    if event.type in RESULT_CALL or event.type == "span.model_request_end":
        return "error" if payload.get("is_error") else None
    if event.type in CALLS:
        return "approval" if payload.get("evaluated_permission") == "ask" else None
    return _MARKED.get(event.type)


def _push(state: Outline, event: Event, mark: str, label: str) -> Json:
    at = instant.to_wire(event.created_at)
    made: Json = {"seq": event.seq, "event_id": event.id, "at": at, "mark": mark}
    made["label"] = brief(label)
    state.marks.append(made)
    return made


_MARKED = {
    "session.error": "error",
    "approval.requested": "approval",
    "agent.thread_context_compacted": "compaction",
    "session.reset": "reset",
    "user.interrupt": "interrupt",
}

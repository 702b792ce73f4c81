"""The context: what the model sees next, and how full it is (S1-23, S1-24, S1-34, S1-35).

Reset empties it; compaction puts a summary in the place of what it covers. The log keeps all.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from hansard.domain import codec, foreign, instant
from hansard.domain.draft import Json
from hansard.domain.events.base import Event
from hansard.domain.events.tool import CALLS, RESULT_CALL
from hansard.domain.projections.ledger import token_classes

PARTS = ("system", "tools", "context", "messages", "reserve", "free")
"""The parts of the token budget, as the bar shows them from left to right."""
_CHARS_PER_TOKEN = 4
_DEPTH = 32
_EXECUTIONS = 50


@dataclass(slots=True)
class Context:
    """The fold so far; `shown` makes it JSON.

    Attributes:
        start_seq: the reset or the summary that the context begins with; 0 at the start.
        entries: what is in it, in order: {seq, id, type, role, title, tokens (estimated)}.
        trimmed: estimated tokens that a lighter compaction dropped without saying from where.
        measured: input and output of the last model request since `start_seq`.
        assembled: the last `context.assembled` since `start_seq`.
        executions: the last assemblies, newest last, for the waterfall.
    """

    start_seq: int = 0
    segment: int = 1
    entries: list[Json] = field(default_factory=list[Json])
    trimmed: int = 0
    measured: int | None = None
    assembled: Json | None = None
    executions: list[Json] = field(default_factory=list[Json])


def fold(state: Context, event: Event) -> Context:
    """Fold one event, in place. Payload fields of a foreign shape are passed over."""
    state.segment = event.segment
    step = _STEPS.get(event.type)
    if step is not None:
        step(state, event)
    return state


def fold_all(events: Iterable[Event]) -> Json:
    """The context after a log, or after the part of it that is given."""
    state = Context()
    for event in events:
        fold(state, event)
    return shown(state)


def shown(state: Context) -> Json:
    """The context as JSON.

    `budget` has `window` and every part in tokens; null is what nobody said. `estimated` is
    true unless the runtime counted: then messages and summary are taken as four characters a
    token. `measured_tokens` is what the provider counted for the last request.
    """
    return {
        "segment": state.segment,
        "context_start_seq": state.start_seq,
        "budget": _budget(state),
        "estimated": _is_estimated(state),
        "measured_tokens": state.measured,
        "trimmed_tokens": state.trimmed,
        "entries": [dict(entry) for entry in state.entries],
        "executions": list(state.executions),
    }


def _is_estimated(state: Context) -> bool:
    return state.assembled is None or bool(state.assembled["estimated"])


def _budget(state: Context) -> Json:
    names = ("window", *PARTS)
    if state.assembled is not None:
        told: Json = state.assembled["budget"]
        return {name: foreign.whole(told.get(name)) for name in names}
    summary = sum(e["tokens"] for e in state.entries if e["role"] == "summary")
    messages = sum(e["tokens"] for e in state.entries) - summary
    estimate = {"context": summary, "messages": max(0, messages - state.trimmed)}
    return {name: estimate.get(name) for name in names}


def _enter(role: str) -> Callable[[Context, Event], None]:
    def step(state: Context, event: Event) -> None:
        state.entries.append(_entry(event, role, event.payload.get("content")))

    return step


def _entry(event: Event, role: str, content: Any) -> Json:
    return {
        "seq": event.seq,
        "id": event.id,
        "type": event.type,
        "role": role,
        "title": codec.headline(event.type, event.payload),
        "tokens": tokens_of(content),
    }


def tokens_of(content: Any) -> int:
    """An estimate: four characters of text a token."""
    return -(-_characters(content) // _CHARS_PER_TOKEN)


def _characters(value: Any, depth: int = 0) -> int:
    """How much text a model reads of a JSON value; images and other media count nothing."""
    if isinstance(value, str):
        return len(value)
    if depth > _DEPTH:
        return 0
    if isinstance(value, dict):
        fields = cast(Json, value)
        if fields.get("type") == "blob":
            is_text = str(fields.get("media_type")).startswith("text/")
            return (foreign.whole(fields.get("bytes")) or 0) if is_text else 0
        return sum(_characters(v, depth + 1) for k, v in fields.items() if k not in _NOT_READ)
    if isinstance(value, list):
        return sum(_characters(part, depth + 1) for part in cast("list[Any]", value))
    return 0 if value is None else len(str(value))


_NOT_READ = frozenset({"type", "data", "media_type", "signature", "cache_control"})


def _call(state: Context, event: Event) -> None:
    said = [event.payload.get("name"), event.payload.get("input")]
    state.entries.append(_entry(event, "tool_use", said))


def _reset(state: Context, event: Event) -> None:
    _begin(state, event, [])


def _compacted(state: Context, event: Event) -> None:
    """A summary in the place of what it covers; without bounds it covers everything.

    It supersedes an earlier summary, whose words it holds.
    """
    payload = event.payload
    before = foreign.whole(payload.get("tokens_before"))
    after = foreign.whole(payload.get("tokens_after"))
    if payload.get("trigger") == "micro":
        state.trimmed += max(0, (before or 0) - (after or 0))
        return
    first = foreign.whole(payload.get("covers_from")) or 0
    last = foreign.whole(payload.get("covers_to"))
    last = event.seq if last is None else last
    summary = _entry(event, "summary", payload.get("summary"))
    if not summary["tokens"]:
        summary["tokens"] = max(0, after or 0)
    said = [e for e in state.entries if e["role"] != "summary"]
    head = [e for e in said if e["seq"] < first]
    tail = [e for e in said if e["seq"] > max(first, last)]
    _begin(state, event, [*head, summary, *tail])


def _begin(state: Context, event: Event, entries: list[Json]) -> None:
    state.start_seq = event.seq
    state.entries = entries
    state.trimmed, state.measured, state.assembled = 0, None, None


def _request_end(state: Context, event: Event) -> None:
    """The size of the last request; a correction raises what it corrects."""
    used = sum(token_classes(foreign.mapping(event.payload.get("model_usage"))).values())
    if event.payload.get("corrects"):
        state.measured = None if state.measured is None else state.measured + used
    elif used:
        state.measured = used


def _assembled(state: Context, event: Event) -> None:
    payload = event.payload
    made: Json = {
        "seq": event.seq,
        "turn_id": event.turn_id,
        "at": instant.to_wire(event.created_at),
        "budget": foreign.mapping(payload.get("budget")),
        "estimated": bool(payload.get("estimated")),
        "layers": foreign.items(payload.get("layers")),
        "cache_read": foreign.whole(payload.get("cache_read")),
        "cache_write": foreign.whole(payload.get("cache_write")),
    }
    state.assembled = made
    state.executions = [*state.executions, made][-_EXECUTIONS:]


_STEPS: dict[str, Callable[[Context, Event], None]] = {
    "user.message": _enter("user"),
    "system.message": _enter("system"),
    "agent.message": _enter("assistant"),
    "agent.thinking": _enter("thinking"),
    "agent.thread_message_received": _enter("user"),
    **dict.fromkeys(CALLS, _call),
    **dict.fromkeys(RESULT_CALL, _enter("tool_result")),
    "session.reset": _reset,
    "agent.thread_context_compacted": _compacted,
    "span.model_request_end": _request_end,
    "context.assembled": _assembled,
}

"""Metrics: a session's sums, by tool and by turn (S1-37, S4-7, S3-20).

The totals are those of the summary, folded by the same code, so that this and the list row
cannot disagree.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from hansard.domain import foreign, instant
from hansard.domain.draft import Json
from hansard.domain.events.base import Event
from hansard.domain.events.tool import CALLS, RESULT_CALL
from hansard.domain.projections import summary
from hansard.domain.projections.ledger import LedgerRow, connector_of, tool_name
from hansard.domain.session import Session, no_tokens, note, within

_OPEN_CALLS = 1_024


def _nobody() -> Session:
    return Session("", "", "", kind="chat", mode="work", origin="api", agent={}, created_at=0)


@dataclass(slots=True)
class Metrics:
    """The fold so far; `shown` makes it JSON."""

    totals: Session = field(default_factory=_nobody)
    requests: int = 0
    reasoning_tokens: int = 0
    tools: dict[str, Json] = field(default_factory=dict[str, Json])
    turns: dict[str, Json] = field(default_factory=dict[str, Json])
    open_calls: dict[str, tuple[str, int]] = field(default_factory=dict[str, tuple[str, int]])


def fold(state: Metrics, event: Event) -> Metrics:
    """Fold one event, in place. Payload fields of a foreign shape are passed over."""
    errors = state.totals.error_count
    row = summary.fold(state.totals, event)
    if event.type in CALLS:
        _called(state, event)
    elif event.type in RESULT_CALL:
        _returned(state, event)
    elif row is not None:
        state.requests += row.units
        reasoning = foreign.whole(event.payload.get("reasoning_tokens"))
        state.reasoning_tokens = within(state.reasoning_tokens + (reasoning or 0))
    if event.turn_id is not None:
        failed = state.totals.error_count - errors
        _in_turn(state, event, event.turn_id, row, failed)
    return state


def fold_all(events: Iterable[Event]) -> Json:
    """The metrics of a log, or of the part of it that is given."""
    state = Metrics()
    for event in events:
        fold(state, event)
    return shown(state)


def shown(state: Metrics) -> Json:
    """The metrics as JSON. Times RFC 3339, durations in ms, money in micro-units.

    `cost_micros` is null while nothing is priced; `input_tokens` is all that the agent
    received, cached or not (S0-12). A table is in the order of first use.
    """
    totals = state.totals
    output = totals.tokens["output"]
    used = sum(totals.tokens.values())
    return {
        "input_tokens": within(used - output),
        "output_tokens": output,
        "tokens": dict(totals.tokens),
        "tokens_used": within(used),
        "reasoning_tokens": state.reasoning_tokens,
        "requests": state.requests,
        "turns": totals.turn_count,
        "messages": totals.message_count,
        "tool_calls": totals.tool_call_count,
        "errors": totals.error_count,
        "compactions": totals.compaction_count,
        "resets": totals.reset_count,
        "cost_micros": totals.cost_micros,
        "currency": "USD",
        "unpriced_models": list(totals.unpriced_models),
        "usage_source": totals.usage_source,
        "ao_milli": totals.ao_milli,
        "by_tool": list(state.tools.values()),
        "by_turn": [_shown_turn(turn) for turn in state.turns.values()],
    }


def _called(state: Metrics, event: Event) -> None:
    name = tool_name(event.type, event.payload)
    _tool(state, name, connector_of(event.payload))["calls"] += 1
    state.open_calls[event.id] = (name, event.created_at)
    if len(state.open_calls) > _OPEN_CALLS:
        del state.open_calls[next(iter(state.open_calls))]


def _returned(state: Metrics, event: Event) -> None:
    """A result counts for its call; one whose call is not known says nothing about a tool."""
    call = state.open_calls.pop(str(event.payload.get(RESULT_CALL[event.type])), None)
    if call is None:
        return
    name, since = call
    tool = _tool(state, name, None)
    tool["errors"] += 1 if event.payload.get("is_error") else 0
    took = foreign.whole(event.payload.get("duration_ms"))
    took = max(0, event.created_at - since) if took is None else took
    tool["duration_ms"] = within(tool["duration_ms"] + took)


def _tool(state: Metrics, name: str, connector: str | None) -> Json:
    empty: Json = {"name": name, "connector": connector, "calls": 0, "errors": 0, "duration_ms": 0}
    return state.tools.setdefault(name, empty)


def _in_turn(
    state: Metrics, event: Event, turn_id: str, row: LedgerRow | None, failed: int
) -> None:
    turn = state.turns.get(turn_id) or state.turns.setdefault(turn_id, _opened(event, turn_id))
    turn["last_seq"] = event.seq
    turn["started_at"] = min(turn["started_at"], event.created_at)
    turn["ended_at"] = max(turn["ended_at"], event.created_at)
    turn["errors"] += failed
    if row is None:
        return
    if row.wallet == "data":
        turn["calls"] += 1
        return
    turn["requests"] += row.units
    for name, count in row.tokens.items():
        turn["tokens"][name] = within(turn["tokens"][name] + count)
    if row.cost_micros is not None:
        turn["cost_micros"] = within((turn["cost_micros"] or 0) + row.cost_micros)
    elif row.unpriced_model:
        note(turn["unpriced_models"], row.unpriced_model)


def _opened(event: Event, turn_id: str) -> Json:
    return {
        "turn_id": turn_id,
        "first_seq": event.seq,
        "last_seq": event.seq,
        "started_at": event.created_at,
        "ended_at": event.created_at,
        "requests": 0,
        "calls": 0,
        "errors": 0,
        "tokens": no_tokens(),
        "cost_micros": None,
        "unpriced_models": [],
    }


def _shown_turn(turn: Json) -> Json:
    return {
        **turn,
        "started_at": instant.to_wire(turn["started_at"]),
        "ended_at": instant.to_wire(turn["ended_at"]),
        "duration_ms": turn["ended_at"] - turn["started_at"],
        "tokens": dict(turn["tokens"]),
        "unpriced_models": list(turn["unpriced_models"]),
    }

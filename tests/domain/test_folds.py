"""What holds for every fold: deterministic, continuable, and deaf to foreign shapes."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansard.domain import ids
from hansard.domain.actor import SYSTEM
from hansard.domain.errors import InvalidRequest
from hansard.domain.events.base import REGISTRY, Event
from hansard.domain.events.session import SessionCreated
from hansard.domain.projections import context, metrics, row, summary, timeline, transcript
from hansard.domain.session import Session
from hansard.domain.state import KINDS, STATES

T0 = 1_763_600_000_000
IDS = [ids.make("sevt", T0, n) for n in range(6)]
TURNS = [None, ids.make("turn", T0, 1), ids.make("turn", T0, 2)]

# Words that mean something to some fold, so that chance meets them.
WORDS = st.sampled_from(
    [
        *(*STATES, *IDS, "end_turn", "requires_action", "interrupted", "retrying", "checkpoint"),
        *("tool", "micro", "parent", "person", "prompt", "reject", "skip", "m-1", "blob", "text"),
    ]
)
LEAF = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS | st.text()
NAMES = st.sampled_from(
    ["type", "text", "id", "name", "message", "path", "retry_status", "content"]
)
JSON = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(NAMES | st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=5,
)


def odd_payload(event_type: str) -> st.SearchStrategy[dict[str, Any]]:
    """The type's own fields, each missing or of any shape."""
    body = REGISTRY.get(event_type)
    fields = {name: JSON for name in body.shapes} if body else {}
    return st.fixed_dictionaries({}, optional={**fields, "redactions": JSON, "new_field": JSON})


def event_of(event_type: str, payload: dict[str, Any], seq: int = 1, **more: Any) -> Event:
    at = more.pop("at", T0)
    fields: dict[str, Any] = {
        "session_thread_id": None,
        "turn_id": None,
        "recorded_at": at,
        "processed_at": at,
        **more,
    }
    return Event(
        id=IDS[seq % len(IDS)],
        type=event_type,
        session_id="sesn_1",
        seq=seq,
        pos=seq,
        segment=1,
        v=1,
        actor=SYSTEM,
        created_at=at,
        hash=f"{seq:064x}",
        payload=payload,
        **fields,
    )


@st.composite
def odd_events(draw: st.DrawFn) -> list[Event]:
    events: list[Event] = []
    at = T0
    for seq in range(1, draw(st.integers(1, 12)) + 1):
        event_type = draw(st.sampled_from([*REGISTRY, "agent.unheard_of"]))
        at += draw(st.integers(-1_000, 10_000_000))
        events.append(
            event_of(
                event_type,
                draw(odd_payload(event_type)),
                seq,
                at=at,
                session_thread_id=draw(st.sampled_from([None, "sthr_1"])),
                turn_id=draw(st.sampled_from(TURNS)),
                recorded_at=at + draw(st.integers(0, 100_000_000)),
                processed_at=draw(st.sampled_from([None, at])),
            )
        )
    return events


def begun(kind: str, recorded: bool) -> Session:
    agent = {"id": "agent_1", "name": "coder"}
    made = {"key": "k", "kind": kind, "mode": "work", "origin": "api", "agent": agent}
    return summary.created(event_of("session.created", {**made, "recorded": recorded}), "wrkspc_1")


SOME = settings(max_examples=80)


@SOME
@given(odd_events(), st.sampled_from(KINDS), st.booleans())
def test_a_session_folds_from_anything_and_always_the_same(
    events: list[Event], kind: str, recorded: bool
):
    """Also: the row shows it, is JSON, and gives the session back (row and session agree)."""
    before = deepcopy([event.payload for event in events])
    one, two = begun(kind, recorded), begun(kind, recorded)
    for event in events:
        assert summary.fold(one, event) == summary.fold(two, event)
        shown = row.row(one, event.recorded_at)
        stored = json.loads(json.dumps([shown, row.hidden_of(one)]))
        assert row.from_row(*stored) == one
        assert summary.settle(one, event.recorded_at) == summary.settle(two, event.recorded_at)
        json.dumps(row.node_fields(one))
    assert one == two
    assert [event.payload for event in events] == before, "a fold changes no event"


@SOME
@given(odd_events(), st.sampled_from(KINDS), st.booleans())
def test_a_folded_session_goes_on_from_its_stored_row(
    events: list[Event], kind: str, recorded: bool
):
    """fold(a + b) = fold(fold(a), b), with the row and its hidden part stored in between."""
    whole, parts = begun(kind, recorded), begun(kind, recorded)
    for event in events:
        summary.fold(whole, event)
        stored = json.dumps([row.row(parts, T0), row.hidden_of(parts)])
        parts = row.from_row(*json.loads(stored))
        summary.fold(parts, event)
    assert whole == parts


ODD = [None, True, -7, 1.5, "", "tool", [], [[]], {}, [{"type": []}], [{"text": {}}, "x", None]]
ODD += [{"type": odd, "message": odd, "id": odd} for odd in ([], {}, 7, "retrying", "error")]
ODD += [{name: odd for name in ("input_tokens", "cache_creation")} for odd in ([], {}, "9", 1e300)]


@pytest.mark.parametrize("event_type", REGISTRY)
def test_no_field_of_any_shape_stops_a_fold(event_type: str):
    """Every field alone, and all at once, in a session that has a call, a step and a request."""
    names = list(REGISTRY[event_type].shapes)
    odd = [{name: value} for name in names for value in ODD]
    odd += [dict.fromkeys(names, value) for value in ODD]
    before = [
        ("workflow_run.created", {"phases": ["a", "b"]}),
        ("workflow_run.phase_started", {"phase_id": "a"}),
        ("agent.tool_use", {"name": "bash", "input": {}}),
        ("approval.requested", {"approval_id": "tool", "approval_type": "tool"}),
    ]
    for payload in odd:
        told = [*before, (event_type, payload)]
        events = [event_of(t, p, seq, turn_id=TURNS[1]) for seq, (t, p) in enumerate(told, 1)]
        session = begun("flow_run", False)
        for event in events:
            summary.fold(session, event)
        row.row(session, T0)
        for view in (transcript, metrics, context, timeline):
            json.dumps(view.fold_all(events))


@pytest.mark.parametrize(
    ("view", "start"),
    [
        (transcript, transcript.Transcript),
        (metrics, metrics.Metrics),
        (context, context.Context),
        (timeline, timeline.Timeline),
    ],
)
@SOME
@given(events=odd_events(), cut=st.integers(0, 12))
def test_a_view_folds_from_anything_and_goes_on_anywhere(
    view: Any, start: Any, events: list[Event], cut: int
):
    before = deepcopy([event.payload for event in events])
    whole = view.fold_all(events)
    state = start()
    for event in events[:cut]:
        state = view.fold(state, event)
    assert view.shown(state) == view.fold_all(events[:cut])
    for event in events[cut:]:
        state = view.fold(state, event)
    assert view.shown(state) == whole
    assert json.loads(json.dumps(whole)) == whole
    assert [event.payload for event in events] == before, "a fold changes no event"


@SOME
@given(odd_events())
def test_the_metrics_and_the_row_count_the_same(events: list[Event]):
    session = begun("chat", False)
    for event in events:
        summary.fold(session, event)
    shown = metrics.fold_all(events)
    assert shown["tokens"] == session.tokens
    assert shown["cost_micros"] == session.cost_micros
    assert shown["turns"] == session.turn_count
    assert shown["tool_calls"] == session.tool_call_count
    assert shown["errors"] == session.error_count


ODD_CREATION = st.fixed_dictionaries({}, optional={name: JSON for name in SessionCreated.shapes})


@SOME
@given(ODD_CREATION)
def test_a_session_is_made_of_a_proper_creation_or_not_at_all(payload: dict[str, Any]):
    try:
        session = summary.created(event_of("session.created", payload), "wrkspc_1")
    except InvalidRequest:
        return
    assert session.kind in KINDS
    json.dumps(row.row(session, T0))


def test_a_kind_that_does_not_exist_makes_no_session():
    with pytest.raises(InvalidRequest, match="no kind 'job'"):
        begun("job", False)

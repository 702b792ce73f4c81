import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansard.domain import codec
from hansard.domain.errors import InvalidRequest
from hansard.domain.events.base import ENVELOPE, REGISTRY, SHARED, Body
from hansard.domain.events.tool import CALLS, RESULT_CALL

TYPES = sorted(REGISTRY)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
OBJECT = st.dictionaries(st.text(max_size=8), JSON, max_size=3)
BY_KIND: dict[type, st.SearchStrategy[Any]] = {
    str: st.text(max_size=30),
    int: st.integers(),
    bool: st.booleans(),
    float: st.floats(allow_nan=False),
    list: st.lists(JSON, max_size=3),
    dict: OBJECT,
    type(None): st.none(),
}
WRONG: dict[type, Any] = {str: 7, int: "7", bool: "true", float: "1", list: {}, dict: []}


def value_of(kinds: tuple[type, ...]) -> st.SearchStrategy[Any]:
    return st.one_of(*(BY_KIND[kind] for kind in kinds)) if kinds else JSON


def payloads(body: type[Body]) -> st.SearchStrategy[dict[str, Any]]:
    """Payloads as the class describes them, with fields that nobody knows."""
    shapes = {name: value_of(kinds) for name, kinds in body.shapes.items()}
    known = st.fixed_dictionaries(
        {name: shapes[name] for name in body.required},
        optional={name: shapes[name] for name in shapes if name not in body.required},
    )
    unknown = st.dictionaries(st.text(max_size=8).filter(lambda n: n not in shapes), JSON)
    return st.builds(lambda known, unknown: {**unknown, **known}, known, unknown)


def without_nulls(body: type[Body], payload: dict[str, Any]) -> dict[str, Any]:
    kept = {*payload} - {*body.shapes} | {*body.required}
    return {k: v for k, v in payload.items() if v is not None or k in kept}


def with_defaults(body: type[Body], payload: dict[str, Any]) -> dict[str, Any]:
    """A field that is always there is written even when it was left out."""
    known = body.decode(payload).encode()
    return {k: v for k, v in known.items() if k not in payload}


@pytest.mark.parametrize("event_type", TYPES)
@settings(max_examples=12)
@given(data=st.data())
def test_every_type_reads_back_what_it_wrote(event_type: str, data: st.DataObject):
    body = codec.body_class(event_type)
    payload = data.draw(payloads(body))
    read = codec.decode(event_type, payload)
    assert type(read) is body
    added = with_defaults(body, payload)
    assert read.encode() == {**without_nulls(body, payload), **added}
    assert all(value is False for value in added.values())
    assert codec.decode(event_type, read.encode()).encode() == read.encode()
    assert json.loads(json.dumps(read.encode())) == read.encode()


@pytest.mark.parametrize("event_type", TYPES)
@settings(max_examples=6)
@given(data=st.data())
def test_every_type_has_one_line_to_show(event_type: str, data: st.DataObject):
    line = codec.headline(event_type, data.draw(payloads(codec.body_class(event_type))))
    assert line
    assert "\n" not in line
    assert len(line) <= 120


@settings(max_examples=80)
@given(event_type=st.sampled_from([*TYPES, "agent.unheard_of", ""]), payload=OBJECT | JSON)
def test_a_headline_never_fails(event_type: str, payload: Any):
    assert isinstance(codec.headline(event_type, payload), str)


@given(OBJECT)
def test_an_unknown_type_survives_as_it_came(payload: dict[str, Any]):
    read = codec.decode("agent.unheard_of", payload)
    assert read.encode() == payload
    assert codec.headline("agent.unheard_of", payload) == "agent.unheard_of"


@pytest.mark.parametrize("event_type", TYPES)
def test_a_missing_field_is_refused_by_name(event_type: str):
    body = codec.body_class(event_type)
    whole = {name: example(body.shapes[name]) for name in body.required}
    codec.decode(event_type, whole)
    for name in body.required:
        short = {k: v for k, v in whole.items() if k != name}
        with pytest.raises(InvalidRequest, match=rf"{event_type}: the field `{name}` is missing"):
            codec.decode(event_type, short)


@pytest.mark.parametrize("event_type", TYPES)
def test_a_field_of_another_type_is_refused_by_name(event_type: str):
    body = codec.body_class(event_type)
    whole = {name: example(body.shapes[name]) for name in body.required}
    for name, kinds in body.shapes.items():
        for kind in kinds[:1]:
            with pytest.raises(InvalidRequest, match=f"`{name}` has the wrong type"):
                codec.decode(event_type, {**whole, name: WRONG[kind]})


def example(kinds: tuple[type, ...]) -> Any:
    return kinds[0]() if kinds else None


def test_a_boolean_is_no_number_and_a_number_no_boolean():
    usage = {"model_usage": {}, "is_error": 1}
    with pytest.raises(InvalidRequest, match="is_error"):
        codec.decode("span.model_request_end", usage)
    with pytest.raises(InvalidRequest, match="duration_ms"):
        codec.decode("agent.thinking", {"duration_ms": True})


@pytest.mark.parametrize("event_type", TYPES)
def test_no_field_hides_one_of_the_envelope(event_type: str):
    """Own fields stand flat beside the envelope, so their names must differ from its."""
    names = set(codec.body_class(event_type).shapes)
    assert names.isdisjoint({*ENVELOPE, *SHARED})


@pytest.mark.parametrize("event_type", TYPES)
def test_what_search_reads_of_a_type_are_fields_of_it(event_type: str):
    body = codec.body_class(event_type)
    assert set(body.text_fields) <= set(body.shapes)
    assert body.named_by in ("protocol", "hansard")
    assert body.__doc__


# Event vocabulary of product.md: the protocol's names, and ours.
PROTOCOL = """
user.message user.interrupt user.tool_confirmation user.tool_result user.custom_tool_result
user.define_outcome system.message
agent.message agent.thinking agent.tool_use agent.tool_result agent.mcp_tool_use
agent.mcp_tool_result agent.custom_tool_use agent.thread_message_sent
agent.thread_message_received agent.thread_context_compacted
session.status_running session.status_idle session.status_rescheduled session.status_terminated
session.error session.updated session.usage session.deleted session.thread_created
session.thread_status_running session.thread_status_idle session.thread_status_rescheduled
session.thread_status_terminated
span.model_request_start span.model_request_end span.outcome_evaluation_start
span.outcome_evaluation_ongoing span.outcome_evaluation_end
workflow_run.created workflow_run.status_running workflow_run.status_idle
workflow_run.status_ended workflow_run.phase_started workflow_run.phase_ended workflow_run.error
""".split()
OURS = """
context.assembled session.reset session.created session.ended session.archived
session.unarchived session.backgrounded session.forked session.linked session.redacted
approval.requested approval.decided flow.checkpoint_reached flow.checkpoint_decided
file.edited artifact.created decision.recorded
""".split()


def test_the_vocabulary_is_complete_and_says_who_named_each_type():
    named = {body.type: body.named_by for body in REGISTRY.values()}
    expected = {**dict.fromkeys(PROTOCOL, "protocol"), **dict.fromkeys(OURS, "hansard")}
    assert named == expected
    assert {*CALLS, *RESULT_CALL} <= set(TYPES)
    for event_type, field in RESULT_CALL.items():
        assert field in codec.body_class(event_type).required


def test_a_type_is_described_once():
    with pytest.raises(TypeError, match=r"two classes for user\.message"):
        type("Twin", (Body,), {"type": "user.message"})


def test_payload_bytes_are_an_object():
    assert codec.payload_of(b'{"a":[1]}') == {"a": [1]}
    for raw in (b"[]", b"null", b"{", b"\xff"):
        with pytest.raises(ValueError, match=r".*"):
            codec.payload_of(raw)


def test_the_text_of_an_event_is_that_of_its_text_fields(log: Any):
    assert codec.text_of(log.agent("Rounded half up.", model="m-1")) == "Rounded half up."
    call = log.call(input={"command": "pytest -q", "env": ["CI", {"type": "slow"}, 1]})
    assert codec.text_of(call) == "bash\npytest -q\nCI\nslow"
    assert codec.text_of(log.idle()) == ""


def test_the_text_of_an_event_holds_no_pictures_and_the_preview_of_what_lies_aside(log: Any):
    picture = {"type": "image", "source": {"type": "base64", "data": "iVBORw0KGgo"}}
    aside = {"type": "blob", "blob_id": "blob_1", "preview": "The first lines"}
    result = log.add("agent.tool_result", tool_use_id="sevt_1", content=[picture, aside])
    assert codec.text_of(result) == "The first lines"

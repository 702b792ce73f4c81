"""The row as the API shows it, back again, and as a node of the product graph."""

import json
from typing import Any

import pytest

from hansard.domain import instant, state
from hansard.domain.projections import row
from hansard.domain.session import Session, no_children


def told(log: Any) -> Session:
    """A session of which nearly every field says something."""
    log.open(
        owner={"id": "usr_1", "name": "Ana"},
        agent={"id": "agent_1", "name": "coder", "tools": ["bash"], "system": "Be brief."},
        tags=["a"],
        metadata={"a": "1"},
        where={"cwd": "/w"},
        external_ids={"codex": "x"},
        parent_id="sesn_p",
        root_id="sesn_r",
        recorded=True,
    )
    log.user(turn="turn_1")
    log.call(message_id="msg_1", turn="turn_1")
    log.usage("house-7b", cost_micros=None, turn="turn_1")
    log.usage(turn="turn_1")
    log.add("session.error", error={"message": "Oh"})
    log.add("approval.requested", approval_id="appr_1", approval_type="tool", question="Run it?")
    log.add("workflow_run.created", phases=["a", "b"])
    log.user(waits=True)
    log.add("session.archived")
    return log.session


def test_a_session_survives_its_row(log: Any):
    session = told(log)
    stored = json.loads(json.dumps([row.row(session, log.now), row.hidden_of(session)]))
    assert row.from_row(*stored) == session


def test_a_session_survives_its_row_at_every_event(log: Any):
    told(log)
    events = list(log.events)
    log.open(**events[0].payload)
    for event in events[1:]:
        log.fold(event)
        stored = json.dumps([log.row(), row.hidden_of(log.session)])
        assert row.from_row(*json.loads(stored)) == log.session


def test_a_row_shows_little_of_the_agent_and_the_fold_keeps_it_all(log: Any):
    shown = row.row(told(log), log.now)
    assert list(shown["agent"]) == ["id", "type", "name", "version", "model"]
    assert row.hidden_of(log.session)["agent"]["system"] == "Be brief."


def test_the_agent_shows_the_model_it_names_else_the_last_one_it_used(log: Any):
    assert log.row()["agent"]["model"] == {"id": "unknown"}
    log.usage("m-1")
    log.usage("m-2")
    assert log.row()["agent"]["model"] == {"id": "m-2"}
    log.add("session.updated", agent={"id": "agent_1", "name": "coder", "model": {"id": "m-9"}})
    assert log.row()["agent"]["model"] == {"id": "m-9"}


# The fields of the session object in architecture.md section 10.
SHAPE = """
id type title status agent environment_id deployment_id metadata resources vault_ids budget usage
stats outcome_evaluations created_at updated_at archived_at
key workspace_id kind mode origin channel peer_type recorded
state state_reason display_status lifecycle tone active attention progress activity error owner tags
initiative_id plan_id parent_id root_id children external_ids
segment segments seq pos context_start_seq message_count turn_count tool_call_count error_count
compaction_count reset_count tokens cost_micros currency unpriced_models usage_source ao_milli
connectors tools models where last_message_at last_activity_at active_until ended_at output_summary
""".split()


def test_a_row_has_every_field_of_the_core_shape(log: Any):
    shown = log.row()
    assert set(SHAPE) <= set(shown)
    assert json.loads(json.dumps(shown)) == shown


def test_every_time_of_a_row_is_an_instant_or_null(log: Any):
    told(log)
    shown = log.row()
    for name in (*(n for n in shown if n.endswith("_at")), "active_until"):
        assert shown[name] is None or instant.from_wire(shown[name]) > 0, name


@pytest.mark.parametrize("name", state.STATES)
def test_the_words_of_a_row_are_those_of_its_state(log: Any, name: Any):
    """S2-8, S3-1: no view is stored, so none can disagree."""
    log.session.state = name
    shown = log.row()
    assert shown["tone"] == state.tone(name)
    assert shown["lifecycle"] == state.lifecycle(name, archived=False)
    assert shown["display_status"] == state.display_status(name, None, archived=False)
    assert shown["status"] == state.wire_status(name, archived=False, resumable=True)


def test_a_row_dates_its_last_change_and_its_last_movement(log: Any):
    """S0-15, S2-12."""
    log.agent()
    moved = log.now
    log.add("session.updated", title="Later")
    assert log.row()["last_activity_at"] == instant.to_wire(moved)
    assert log.row()["updated_at"] == instant.to_wire(log.now)


def test_a_session_spans_from_its_start_to_its_end(log: Any):
    """S0-6: from the moment the agent starts working to the moment it finishes."""
    log.open("automation_run")
    start = log.now
    log.user()
    log.agent(gap=59_000)
    log.add("session.ended", state="completed")
    end = log.now
    log.add("session.updated", gap=instant.HOUR, title="Later")
    shown = log.row()
    assert (shown["created_at"], shown["ended_at"]) == (
        instant.to_wire(start),
        instant.to_wire(end),
    )
    assert shown["stats"]["duration_seconds"] == (end - start) // 1000 == 61
    node = row.node_fields(log.session)
    assert (node["session_start"], node["session_end"]) == (shown["created_at"], shown["ended_at"])


def test_only_time_with_a_turn_in_flight_is_active(log: Any):
    """S3-N15: stats.active_seconds; long calls count, waits for people do not."""
    log.add("session.status_running")
    call = log.call(gap=2_000)
    log.result(call, gap=20 * instant.MINUTE)
    log.idle("requires_action", gap=0)
    log.add("session.status_running", gap=instant.HOUR)
    log.idle(gap=3_000)
    log.user(gap=instant.HOUR)
    assert log.row()["stats"]["active_seconds"] == 2 + 20 * 60 + 3


def test_a_recorded_session_was_active_up_to_each_event_that_came_soon(log: Any):
    log.open(recorded=True)
    log.user()
    log.agent(gap=4_000)
    log.agent(gap=instant.HOUR)
    log.user(gap=2_000)
    log.agent(gap=5_000)
    log.add("session.updated", gap=60_000, title="Later")
    assert log.row()["stats"]["active_seconds"] == 9


def test_a_node_has_the_fields_and_types_of_the_graph(log: Any):
    """S4-7."""
    log.user(turn="turn_1")
    log.result(log.call("bash", turn="turn_1"), is_error=True)
    log.agent("All green.", turn="turn_1")
    log.usage(cost_micros=42_000, turn="turn_1")
    log.add("session.ended", state="completed")
    node = row.node_fields(log.session)
    assert node == {
        "session_start": instant.to_wire(log.session.created_at),
        "session_end": instant.to_wire(log.now),
        "turns": 1,
        "tokens_used": 15,
        "cost": 0.042,
        "tools_invoked": ["bash"],
        "error_count": 1,
        "session_status": "completed",
        "output_summary": "All green.",
    }
    types = [str, str, int, int, float, list, int, str, str]
    assert [type(value) for value in node.values()] == types


def test_a_node_of_open_and_unpriced_work_leaves_both_open(log: Any):
    """S4-7; unknown is null, never zero."""
    log.usage("house-7b", cost_micros=None)
    node = row.node_fields(log.session)
    assert (node["session_end"], node["cost"], node["session_status"]) == (None, None, "active")
    assert node["output_summary"] == ""


def test_list_cost_is_cents_rounded_from_the_sum(log: Any):
    """S3-N15: three times 0.4 cents is one cent, not zero."""
    for _ in range(3):
        log.usage(cost_micros=4_000)
    assert log.row()["usage"]["list_cost"] == {"amount": "1", "currency": "USD"}


def test_children_are_shown_beside_the_rows_own_sums(log: Any):
    """requirements.md 6.6: never added into them."""
    log.usage(cost_micros=100)
    children = log.session.children
    children["count"], children["cost_micros"] = 2, 900
    shown = log.row()
    assert shown["children"]["cost_micros"] == 900
    assert shown["cost_micros"] == 100


def test_no_two_sessions_share_their_sums(log: Any):
    first = log.session
    first.children["count"] = first.children["tokens"]["output"] = first.tokens["output"] = 9
    second = log.open()
    assert second.children == no_children()
    assert second.tokens["output"] == 0

"""How the state of a session moves with its log (requirements.md 6.2, S3-2..4)."""

from typing import Any

import pytest

from hansard.domain import instant, state

MINUTE = instant.MINUTE


def reason(log: Any) -> str | None:
    found = log.row()["attention"]
    return found and found["reason"]


def test_a_new_session_is_idle_and_accepts_messages(log: Any):
    """S3-2."""
    shown = log.row()
    assert (shown["state"], shown["lifecycle"], shown["status"]) == ("idle", "idle", "idle")
    assert state.can("send", archived=False, deleted=False)


def test_a_message_waits_runs_and_rests(log: Any):
    """S3-2, S3-3."""
    first = log.user(waits=True)
    assert (log.row()["state"], log.row()["tone"]) == ("queued", "active")
    log.add("session.status_running", input_event_ids=[first.id])
    assert (log.row()["lifecycle"], log.row()["status"]) == ("running", "running")
    log.agent()
    log.idle()
    assert (log.row()["lifecycle"], log.row()["state_reason"]) == ("idle", None)


def test_messages_sent_during_a_turn_wait_behind_it(log: Any):
    """S3-3: in order, none lost."""
    first, second, third = (log.user(waits=True) for _ in range(3))
    log.add("session.status_running", input_event_ids=[first.id])
    log.idle()
    assert log.session.state == "queued"
    log.add("session.status_running", input_event_ids=[second.id, third.id])
    log.idle()
    assert log.session.state == "idle"


def test_archived_is_read_only_and_unarchived_is_as_before(log: Any):
    """S3-4."""
    log.user()
    log.idle()
    log.add("session.archived")
    shown = log.row()
    assert (shown["lifecycle"], shown["status"], shown["active"]) == (
        "archived",
        "terminated",
        False,
    )
    assert shown["archived_at"] == instant.to_wire(log.now)
    log.add("session.status_terminated")
    log.add("session.unarchived")
    shown = log.row()
    assert (shown["lifecycle"], shown["status"], shown["archived_at"]) == ("idle", "idle", None)


def test_a_deleted_session_is_not_active(log: Any):
    log.user()
    log.add("session.deleted", event_count=2)
    assert log.row()["active"] is False
    assert log.session.deleted_at == log.now


def test_a_chat_leaves_the_active_block_by_time_alone(log: Any):
    """S2-17, S2-18: thirty minutes, with no new event."""
    log.user()
    log.idle()
    last = log.session.last_message_at
    to_last = last - log.now
    assert log.row(to_last + 30 * MINUTE - 1)["active"] is True
    assert log.row()["active_until"] == instant.to_wire(last + 30 * MINUTE)
    gone = log.row(to_last + 30 * MINUTE)
    assert (gone["active"], gone["active_until"]) == (False, None)


def test_an_ended_chat_is_out_of_the_active_block_and_still_writable(log: Any):
    """S2-30: the next message opens it again."""
    log.user()
    log.agent()
    log.add("session.ended", state="completed")
    assert (log.row()["active"], log.row()["display_status"]) == (False, "succeeded")
    log.user(waits=True)
    assert (log.session.state, log.session.ended_at) == ("queued", None)
    assert log.row()["active"] is True


def test_a_failed_turn_leaves_a_chat_idle_with_the_error_on_its_row(log: Any):
    """S2-13 and note b of 6.2: until the next good turn."""
    log.user()
    log.add("session.error", error={"type": "billing_error", "message": "No\ncredit left"})
    log.idle("retries_exhausted")
    shown = log.row()
    assert (shown["state"], shown["state_reason"]) == ("idle", "retries_exhausted")
    assert shown["error"]["message"] == "No credit left"
    assert shown["error"]["type"] == "billing_error"
    log.user()
    assert log.row()["error"] is not None
    log.agent()
    log.idle()
    assert log.row()["error"] is None


def test_a_chat_that_ends_in_failure_is_idle_unless_it_cannot_go_on(log: Any):
    log.add("session.ended", state="failed")
    assert (log.session.state, log.row()["active"]) == ("idle", False)
    log.open()
    log.add("session.status_terminated")
    assert (log.session.state, log.row()["status"]) == ("failed", "terminated")


@pytest.mark.parametrize("end", sorted(state.TERMINAL))
def test_the_protocols_idle_after_an_end_leaves_the_end(log: Any, end: str):
    log.open("background_task")
    log.add("session.ended", state=end, state_reason="external:done", output_summary="All done.")
    log.idle()
    shown = log.row()
    assert (shown["state"], shown["state_reason"]) == (end, "external:done")
    assert shown["output_summary"] == "All done."
    assert shown["ended_at"] is not None
    assert shown["active"] is False


def test_an_end_in_a_state_that_ends_nothing_reads_as_completed(log: Any):
    log.open("background_task")
    log.add("session.ended", state="running")
    assert log.session.state == "completed"


def test_a_failure_needs_a_person_until_it_is_acknowledged(log: Any):
    """S2-37."""
    log.open("flow_run")
    log.add("session.ended", state="failed")
    assert log.row()["attention"]["since"] == instant.to_wire(log.now)
    assert reason(log) == "failed"
    log.add("session.updated", acknowledged=True)
    assert reason(log) is None


def test_a_second_failure_needs_a_person_again(log: Any):
    log.open("background_task")
    log.add("session.ended", state="failed")
    log.add("session.updated", acknowledged=True)
    log.user()
    log.add("session.ended", state="failed")
    assert reason(log) == "failed"


@pytest.mark.parametrize(
    ("asked", "held", "why", "shown"),
    [
        ("tool", "waiting", "approval", "waiting_approval"),
        ("question", "waiting", "question", "waiting_input"),
        ("review", "waiting", "review", "waiting_input"),
        ("checkpoint", "paused", "checkpoint", "paused"),
    ],
)
def test_a_request_holds_the_session_until_a_person_decides(
    log: Any, asked: str, held: str, why: str, shown: str
):
    """S2-8, S2-15, S2-25, S2-37; note f of 6.2."""
    log.open("flow_run")
    log.add("session.status_running")
    log.add("approval.requested", approval_id="appr_1", approval_type=asked)
    since = instant.to_wire(log.now)
    log.idle("requires_action", gap=5_000)
    row = log.row()
    assert (row["state"], row["state_reason"], row["display_status"]) == (held, why, shown)
    assert (row["tone"], row["active"]) == ("attention", True)
    assert (row["attention"]["reason"], row["attention"]["since"]) == (why, since)
    assert row["attention"]["approval_id"] == "appr_1"
    log.add("approval.decided", approval_id="appr_1", decision="approve")
    row = log.row()
    assert (row["attention"], row["approval_id"], row["active"]) == (None, None, True)


def test_the_protocols_own_request_for_action_is_an_approval(log: Any):
    """S3-N14: a client that knows only the protocol."""
    log.add("session.status_running")
    call = log.call()
    log.idle("requires_action")
    assert log.row()["display_status"] == "waiting_approval"
    assert log.row()["activity"] == "bash: ls", "what it waits with stays on the row"
    log.add("user.tool_confirmation", tool_use_id=call.id, result="allow")
    log.add("session.status_running")
    assert (log.row()["state"], log.row()["attention"]) == ("running", None)
    log.idle("requires_action", gap=9_000)
    assert log.row()["attention"]["since"] == instant.to_wire(log.now), "a wait of its own"


def test_the_session_waits_for_the_next_of_several_requests(log: Any):
    log.add("approval.requested", approval_id="appr_1", approval_type="tool")
    log.add("approval.requested", approval_id="appr_2", approval_type="question")
    log.add("approval.decided", approval_id="appr_1", decision="approve")
    assert (log.session.state, log.session.approval_id) == ("waiting", "appr_2")
    assert reason(log) == "question"
    log.add("approval.decided", approval_id="appr_2", decision="answer")
    assert log.session.state == "queued"


def test_a_flow_at_a_checkpoint_is_active_and_after_the_decision_too(log: Any):
    """S2-15, S2-25."""
    log.open("flow_run")
    log.add("flow.checkpoint_reached", checkpoint_id="cp_1")
    assert (log.session.state, log.row()["active"]) == ("paused", True)
    log.add("flow.checkpoint_decided", checkpoint_id="cp_1", decision="approve")
    assert (log.session.state, log.row()["active"]) == ("pending", True)


def test_a_flow_paused_by_hand_is_not_active(log: Any):
    """Note f of 6.2."""
    log.open("flow_run")
    log.idle(state="paused", state_reason="manual")
    assert (log.row()["tone"], log.row()["active"], reason(log)) == ("attention", False, None)


def test_a_spent_budget_needs_a_person(log: Any):
    log.add("session.status_running")
    log.idle("budget_reached", state="paused", state_reason="budget")
    assert reason(log) == "budget"


def test_a_turn_that_is_tried_again_blocks_and_goes_on(log: Any):
    log.open("background_task")
    log.add("session.status_rescheduled", state_reason="model_overloaded")
    shown = log.row()
    assert (shown["state"], shown["status"], shown["active"]) == ("blocked", "rescheduling", False)
    assert reason(log) == "blocked"
    log.add("session.status_running")
    assert (log.row()["state"], reason(log)) == ("running", None)


def test_an_interrupt_stops_the_turn_and_holds_what_waits(log: Any):
    """S3-17; requirements.md 6.7: nothing is dropped, nothing goes on by itself."""
    first = log.user(waits=True)
    log.add("session.status_running", input_event_ids=[first.id])
    log.call()
    log.user(waits=True)
    log.add("user.interrupt")
    assert (log.session.state, log.session.state_reason) == ("idle", "interrupted")
    assert log.session.activity is None
    log.idle("interrupted")
    assert log.session.state == "idle"
    assert len(log.session.hidden.waiting_inputs) == 1


def test_the_row_says_what_is_done_at_the_moment(log: Any):
    log.add("agent.thinking")
    assert log.session.activity == "Thinking"
    one = log.call("bash", input={"command": "pytest -q"})
    two = log.call("read", input={"file_path": "a.py"})
    assert log.session.activity == "read: a.py"
    log.result(two)
    assert log.session.activity == "bash: pytest -q"
    log.result(one)
    assert log.session.activity is None


def test_the_summary_is_the_last_answer_unless_the_end_gives_one(log: Any):
    """S4-7: output_summary, 300 characters."""
    log.agent("x" * 400)
    assert log.session.output_summary == "x" * 300
    log.agent("   ")
    assert log.session.output_summary == "x" * 300
    log.add("session.ended", state="completed", output_summary="Done.")
    assert log.session.output_summary == "Done."

"""Turns, steps, checkpoints, waits and sub-agents as spans (S2-4, S2-5)."""

from typing import Any

import pytest

from hansard.domain import instant
from hansard.domain.projections import timeline


def spans(log: Any, span: str) -> list[dict[str, Any]]:
    return [found for found in timeline.fold_all(log.events) if found["span"] == span]


def states(log: Any, span: str = "turn") -> list[str]:
    return [found["state"] for found in spans(log, span)]


def hosted(log: Any, turn: str = "turn_1") -> None:
    first = log.user(turn=turn, waits=True)
    log.add("session.status_running", turn=turn, input_event_ids=[first.id])


@pytest.mark.parametrize(
    ("stop", "state"),
    [
        ("end_turn", "done"),
        ("interrupted", "interrupted"),
        ("requires_action", "waiting"),
        ("retries_exhausted", "failed"),
        ("budget_reached", "failed"),
    ],
)
def test_a_turn_ends_as_its_stop_reason_says(log: Any, stop: str, state: str):
    hosted(log)
    log.agent(turn="turn_1")
    assert states(log) == ["running"]
    log.idle(stop, turn="turn_1")
    (turn,) = spans(log, "turn")
    assert turn["state"] == state
    assert (turn["ended_at"] is None) is (state == "waiting")
    assert (turn["first_seq"], turn["last_seq"]) == (2, 5)


def test_a_recorded_turn_is_done_when_the_agent_said_the_last_word(log: Any):
    log.user(turn="turn_1")
    call = log.call(turn="turn_1")
    assert states(log) == ["running"]
    log.result(call, turn="turn_1")
    log.agent(turn="turn_1")
    assert states(log) == ["done"]
    log.call(turn="turn_1")
    assert states(log) == ["running"]


def test_the_first_work_of_a_turn_ends_the_one_before(log: Any):
    log.user(turn="turn_1")
    log.call(turn="turn_1")
    log.user(turn="turn_2")
    assert states(log) == ["running", "pending"]
    log.call(turn="turn_2")
    assert states(log) == ["done", "running"]


def test_a_message_that_waits_for_the_turn_before_does_not_end_it(log: Any):
    """S3-3."""
    hosted(log)
    second = log.user(turn="turn_2", waits=True)
    log.agent(turn="turn_1")
    assert states(log) == ["running", "pending"]
    log.idle(turn="turn_1")
    log.add("session.status_running", turn="turn_2", input_event_ids=[second.id])
    one, two = spans(log, "turn")
    assert (one["state"], two["state"]) == ("done", "running")
    assert two["started_at"] == instant.to_wire(log.now), "its wait is not its work"


def test_what_is_told_late_opens_no_turn_again(log: Any):
    log.agent(turn="turn_1")
    log.call(turn="turn_2")
    log.usage(turn="turn_1")
    assert states(log) == ["done", "running"]
    assert len(spans(log, "turn")) == 2


def test_an_interrupt_or_an_error_ends_a_turn(log: Any):
    log.call(turn="turn_1")
    log.add("user.interrupt", turn="turn_1")
    log.call(turn="turn_2")
    retry = {"message": "Oh", "retry_status": {"type": "retrying"}}
    log.add("session.error", turn="turn_2", error=retry)
    assert states(log) == ["interrupted", "running"]
    log.add("session.error", turn="turn_2", error={"message": "Oh"})
    assert states(log) == ["interrupted", "failed"]


def flow(log: Any) -> None:
    log.open("flow_run")
    phases = [{"id": name, "name": name.title()} for name in ("build", "review", "ship")]
    log.add("workflow_run.created", phases=phases)


def test_every_step_of_a_flow_is_there_from_the_start(log: Any):
    """S2-5."""
    flow(log)
    steps = spans(log, "step")
    assert [(step["id"], step["name"], step["index"]) for step in steps] == [
        ("build", "Build", 0),
        ("review", "Review", 1),
        ("ship", "Ship", 2),
    ]
    assert states(log, "step") == ["pending"] * 3
    assert steps[0]["started_at"] is None


def test_a_step_that_is_tried_again_has_two_attempts(log: Any):
    flow(log)
    log.add("workflow_run.phase_started", phase_id="build")
    log.add("workflow_run.phase_ended", phase_id="build", result={"type": "error"})
    assert states(log, "step")[0] == "failed"
    log.add("workflow_run.phase_started", index=0)
    log.add("workflow_run.phase_ended", index=0, result="completed")
    build = spans(log, "step")[0]
    assert [attempt["state"] for attempt in build["attempts"]] == ["failed", "done"]
    assert build["state"] == "done"
    assert build["started_at"] == build["attempts"][0]["started_at"]
    assert build["ended_at"] == build["attempts"][1]["ended_at"]


def test_an_attempt_that_never_ended_was_interrupted(log: Any):
    flow(log)
    log.add("workflow_run.phase_started", phase_id="build")
    log.add("workflow_run.phase_started", phase_id="build")
    attempts = spans(log, "step")[0]["attempts"]
    assert [attempt["state"] for attempt in attempts] == ["interrupted", "running"]


def test_the_next_step_ends_the_one_before(log: Any):
    flow(log)
    log.add("workflow_run.phase_started")
    log.add("workflow_run.phase_started")
    assert states(log, "step") == ["done", "running", "pending"]


def test_a_step_that_the_flow_did_not_announce_is_shown(log: Any):
    log.open("flow_run")
    log.add("workflow_run.phase_started", phase_id="extra", name="Extra")
    assert [step["name"] for step in spans(log, "step")] == ["Extra"]


@pytest.mark.parametrize(
    ("decision", "step"),
    [("approve", "running"), ("skip", "skipped"), ("reject", "rejected")],
)
def test_a_checkpoint_waits_for_a_decision(log: Any, decision: str, step: str):
    """S2-N6: skip marks the step skipped, reject ends the run."""
    flow(log)
    log.add("workflow_run.phase_started", phase_id="build")
    log.add("flow.checkpoint_reached", checkpoint_id="cp_1", name="Good to go?")
    assert (states(log, "checkpoint"), states(log, "step")[0]) == (["waiting"], "waiting")
    log.add("flow.checkpoint_decided", checkpoint_id="cp_1", decision=decision)
    (checkpoint,) = spans(log, "checkpoint")
    assert (checkpoint["state"], checkpoint["decision"]) == ("done", decision)
    assert states(log, "step")[0] == step
    assert spans(log, "step")[0]["attempts"][-1]["state"] == step


def test_a_wait_for_a_person_is_a_span(log: Any):
    log.call(turn="turn_1")
    log.add("approval.requested", approval_id="a", approval_type="question", turn="turn_1")
    assert (states(log, "wait"), states(log)) == (["waiting"], ["waiting"])
    log.add("approval.decided", approval_id="a", decision="answer", gap=60_000, turn="turn_1")
    (wait,) = spans(log, "wait")
    assert (wait["name"], wait["decision"], wait["state"]) == ("question", "answer", "done")
    started, ended = instant.from_wire(wait["started_at"]), instant.from_wire(wait["ended_at"])
    assert ended - started == 60_000
    assert states(log) == ["running"]


def test_a_sub_agent_lives_as_long_as_its_call(log: Any):
    call = log.call("Task")
    log.add("session.thread_created", agent_name="Explore", tool_use_id=call.id)
    assert states(log, "agent") == ["running"]
    log.result(call)
    (agent,) = spans(log, "agent")
    assert (agent["name"], agent["state"]) == ("Explore", "done")
    assert agent["started_at"] == instant.to_wire(call.created_at)


def test_a_sub_agent_that_is_told_of_after_its_call_ended_is_done(log: Any):
    call = log.call("Task")
    ended = log.result(call)
    log.add("session.thread_created", agent_name="Explore", tool_use_id=call.id)
    (agent,) = spans(log, "agent")
    assert agent["state"] == "done"
    assert agent["ended_at"] == instant.to_wire(ended.created_at)


def test_a_sub_agents_own_status_is_told_by_its_thread(log: Any):
    log.add("session.thread_created", thread="sthr_1", agent_name="Explore")
    log.add("session.thread_status_idle", thread="sthr_1")
    assert states(log, "agent") == ["done"]
    log.add("session.thread_status_running", thread="sthr_1")
    assert spans(log, "agent")[0]["ended_at"] is None
    log.add("session.thread_status_terminated", thread="sthr_1")
    assert states(log, "agent") == ["failed"]


@pytest.mark.parametrize(
    ("end", "state"), [("completed", "done"), ("cancelled", "cancelled"), ("failed", "failed")]
)
def test_whatever_is_open_ends_with_the_session(log: Any, end: str, state: str):
    flow(log)
    log.add("workflow_run.phase_started", phase_id="build")
    log.call(turn="turn_1")
    log.add("session.ended", state=end)
    assert states(log) == [state]
    assert states(log, "step") == [state, "pending", "pending"]
    assert spans(log, "step")[0]["attempts"][-1]["state"] == state

"""The log as a person reads it (S1-26..32, S2-31, S0-29..31)."""

from typing import Any

import pytest

from hansard.domain.projections import transcript


def items(log: Any) -> list[dict[str, Any]]:
    return transcript.fold_all(log.events)


def only(log: Any, item: str) -> dict[str, Any]:
    (found,) = [shown for shown in items(log) if shown["item"] == item]
    return found


def test_blocks_of_one_model_message_are_one_item(log: Any):
    log.add("agent.thinking", content=[{"type": "text", "text": "Hm."}], message_id="msg_1")
    log.agent("First", message_id="msg_1", model="m-1")
    call = log.call(message_id="msg_1")
    log.agent("Second", message_id="msg_1")
    log.result(call)
    message, tool = items(log)
    assert [block["type"] for block in message["blocks"]] == ["thinking", "text", "text"]
    assert (message["role"], message["model"]) == ("assistant", "m-1")
    assert len(message["event_ids"]) == 3
    assert (tool["item"], tool["message_id"]) == ("tool", "msg_1")


@pytest.mark.parametrize(
    ("event_type", "role"),
    [("user.message", "user"), ("agent.message", "assistant"), ("system.message", "system")],
)
def test_who_speaks_is_told_and_when(log: Any, event_type: str, role: str):
    """S1-27, S1-28, S1-29, S1-32."""
    event = log.add(event_type, content="Plain words")
    message = only(log, "message")
    assert message["role"] == role
    assert message["blocks"] == [{"type": "text", "text": "Plain words"}]
    assert (message["id"], message["at"]) == (event.id, event.to_wire()["created_at"])


def test_thinking_without_text_shows_nothing(log: Any):
    log.add("agent.thinking", message_id="msg_1")
    assert items(log) == []


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (None, "open"),
        ({}, "ok"),
        ({"is_error": False}, "ok"),
        ({"is_error": True}, "failed"),
        ({"is_error": True, "rejected": True}, "rejected"),
        ({"is_error": True, "outcome_unknown": True}, "unknown"),
    ],
)
def test_a_call_and_its_result_are_one_card(log: Any, told: Any, status: str):
    """S1-30, S0-31: name, connector, call type, arguments; then what came back."""
    call = log.add(
        "agent.mcp_tool_use",
        name="search",
        mcp_server_name="github",
        input={"query": "login"},
        call_type="search",
    )
    if told is not None:
        content = [{"type": "text", "text": "2 hits"}]
        log.add("agent.mcp_tool_result", mcp_tool_use_id=call.id, content=content, **told)
    card = only(log, "tool")
    assert (card["name"], card["connector"], card["call_type"]) == ("search", "github", "search")
    assert (card["title"], card["input"]) == ("search: login", {"query": "login"})
    assert card["status"] == status
    assert (card["result"] is None) is (told is None)
    assert card["duration_ms"] == (None if told is None else 1_000)


def test_the_time_that_a_source_measured_beats_the_clock(log: Any):
    log.result(log.call(), duration_ms=870)
    assert only(log, "tool")["duration_ms"] == 870


def test_a_result_without_its_call_is_shown_as_it_is(log: Any):
    log.add("agent.tool_result", tool_use_id="sevt_gone", content="Left over")
    assert only(log, "generic")["text"] == "Left over"


def test_an_edit_is_on_the_card_of_its_call_with_before_and_after(log: Any):
    """S2-31."""
    call = log.call("edit")
    log.add("file.edited", tool_use_id=call.id, path="a.py", before="1\n", after="2\n")
    log.add("file.edited", path="b.py", change="create", after="new\n")
    (edit,) = only(log, "tool")["edits"]
    assert (edit["path"], edit["before"], edit["after"]) == ("a.py", "1\n", "2\n")
    assert only(log, "edit")["path"] == "b.py"


def test_a_persons_answer_is_on_the_card_and_on_the_request(log: Any):
    """S3-20."""
    call = log.call()
    log.add("approval.requested", approval_id="appr_1", approval_type="tool", tool_use_id=call.id)
    assert only(log, "approval")["decision"] is None
    log.add("user.tool_confirmation", tool_use_id=call.id, result="deny", deny_message="No.")
    log.add("approval.decided", approval_id="appr_1", decision="reject", message="No.")
    assert only(log, "tool")["confirmation"]["deny_message"] == "No."
    decision = only(log, "approval")["decision"]
    assert (decision["decision"], decision["message"]) == ("reject", "No.")
    log.add("approval.decided", approval_id="appr_1", decision="approve")
    assert only(log, "generic")["text"] == "approve", "the first decision wins"


def test_markers_come_from_events_never_from_words(log: Any):
    """S1-31, X1-7."""
    log.agent("I compacted the summary and reset everything.")
    assert [shown["item"] for shown in items(log)] == ["message"]
    log.add("agent.thread_context_compacted", summary="So far.", tokens_before=9, tokens_after=2)
    log.add("session.reset", previous_message_count=1)
    log.add("user.interrupt")
    log.add("session.linked", relation="fork", external_id="x")
    log.add("session.forked", session_child_id="sesn_2")
    shown = items(log)[1:]
    assert [item["item"] for item in shown] == ["compaction", "reset", "interrupt", "link", "link"]
    assert (shown[0]["summary"], shown[0]["tokens_before"]) == ("So far.", 9)
    assert (shown[3]["relation"], shown[4]["relation"]) == ("fork", "forked")
    assert shown[4]["session_id"] == "sesn_2"


def test_a_line_is_above_every_turn_that_shows_something(log: Any):
    log.user(turn="turn_1")
    log.agent(turn="turn_1")
    log.usage(turn="turn_2")
    log.user(turn="turn_3")
    shown = [(item["item"], item["id"]) for item in items(log) if item["item"] == "turn"]
    assert shown == [("turn", "turn_1"), ("turn", "turn_3")]


def test_a_message_that_waits_stands_in_the_turn_in_flight(log: Any):
    """S3-3; and says so until it is taken up."""
    first = log.user(turn="turn_1", waits=True)
    log.add("session.status_running", turn="turn_1", input_event_ids=[first.id])
    second = log.user("Later", turn="turn_2", waits=True)
    log.agent(turn="turn_1")
    shown = items(log)
    assert [item["item"] for item in shown] == ["turn", "message", "message", "message"]
    assert [item.get("waits") for item in shown[1:]] == [False, True, False]
    log.idle(turn="turn_1")
    log.add("session.status_running", turn="turn_2", input_event_ids=[second.id])
    log.agent(turn="turn_2")
    shown = items(log)
    assert [item["item"] for item in shown][4:] == ["turn", "message"]
    assert shown[2]["waits"] is False


def test_facts_that_another_place_shows_are_not_told_again(log: Any):
    log.add("session.status_running")
    log.usage()
    log.add("context.assembled", budget={})
    log.add("session.updated", tags=["a"])
    log.idle("end_turn")
    assert items(log) == []


@pytest.mark.parametrize("stop", ["refusal", "budget_reached", "retries_exhausted", "max_tokens"])
def test_a_stop_that_a_reader_has_to_know_is_told(log: Any, stop: str):
    log.idle(stop)
    assert only(log, "generic")["text"] == f"Idle, {stop}"


def test_a_person_renaming_is_part_of_the_story(log: Any):
    log.add("session.updated", title="Better")
    assert only(log, "generic")["text"] == "Renamed to Better"


def test_what_nobody_knows_is_shown_by_its_type(log: Any):
    log.add("agent.unheard_of", anything=1)
    log.add("session.error", error={"message": "Overloaded"})
    shown = items(log)
    assert [item["text"] for item in shown] == ["agent.unheard_of", "Overloaded"]
    assert shown[0]["type"] == "agent.unheard_of"


def test_a_sub_agent_is_reached_from_the_call_that_started_it(log: Any):
    call = log.call("Task")
    log.add(
        "session.thread_created",
        thread="sthr_1",
        agent_name="Explore",
        session_child_id="sesn_2",
        tool_use_id=call.id,
    )
    child = only(log, "tool")["child"]
    assert child == {
        "agent_name": "Explore",
        "session_child_id": "sesn_2",
        "external_id": None,
        "session_thread_id": "sthr_1",
    }

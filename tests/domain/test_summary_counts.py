"""Counts, tokens and money of the row (requirements.md 6.6)."""

from typing import Any

import pytest

from hansard.domain.projections.ledger import token_classes


def test_people_agents_and_visible_system_messages_count(log: Any):
    """S2-11, S0-11."""
    log.user()
    log.agent()
    log.add("system.message", content=[{"type": "text", "text": "Model changed"}])
    assert log.session.message_count == 3
    assert log.row()["progress"]["text"] == "3 messages"


def test_blocks_of_one_model_message_count_once_with_or_without_text(log: Any):
    log.user()
    log.add("agent.thinking", message_id="msg_1")
    log.agent(message_id="msg_1")
    log.call(message_id="msg_1")
    log.call(message_id="msg_2")
    log.agent(message_id="msg_3")
    assert log.session.message_count == 4
    log.add("agent.thinking")
    assert log.session.message_count == 4


def test_reset_begins_the_count_of_messages_again_and_keeps_all_others(log: Any):
    """S1-6, S1-23: also for blocks of a message that was counted before."""
    log.user(turn="turn_1")
    log.result(log.call(message_id="msg_1", turn="turn_1"), is_error=True)
    log.usage(turn="turn_1")
    before = log.session.tokens.copy()
    log.add("session.reset", previous_message_count=2)
    assert log.session.message_count == 0
    assert log.session.reset_count == 1
    assert log.session.context_start_seq == log.session.seq
    log.agent(message_id="msg_1")
    assert log.session.message_count == 1
    assert (log.session.turn_count, log.session.tool_call_count, log.session.error_count) == (
        1,
        1,
        1,
    )
    assert (log.session.tokens, log.session.cost_micros) == (before, 100)


def test_compaction_moves_the_context_and_removes_nothing(log: Any):
    """S1-7, S1-24."""
    log.user()
    log.add("agent.thread_context_compacted", summary="Short.")
    assert (log.session.compaction_count, log.session.message_count) == (1, 1)
    assert log.session.context_start_seq == 3
    log.add("agent.thread_context_compacted", trigger="micro")
    assert (log.session.compaction_count, log.session.context_start_seq) == (2, 3)


def test_a_turn_counts_when_it_led_to_a_model_request(log: Any):
    """S2-10, S4-7."""
    log.open(kind="background_task")
    log.user(turn="turn_1")
    assert log.session.turn_count == 0
    log.add("agent.thinking", turn="turn_1")
    log.agent(turn="turn_1")
    log.usage(turn="turn_1")
    assert log.session.turn_count == 1
    log.user(turn="turn_2")
    log.user(turn="turn_3")
    log.call(turn="turn_3")
    assert log.session.turn_count == 2
    assert log.row()["progress"]["text"] == "2 turns"


def test_a_message_sent_during_a_turn_is_a_turn_of_its_own(log: Any):
    """S3-3: none is lost, not in the count either."""
    first = log.user(turn="turn_1", waits=True)
    log.add("session.status_running", turn="turn_1", input_event_ids=[first.id])
    second = log.user(turn="turn_2", waits=True)
    log.agent(turn="turn_1")
    assert log.session.turn_count == 1
    log.idle(turn="turn_1")
    assert log.session.state == "queued"
    log.add("session.status_running", turn="turn_2", input_event_ids=[second.id])
    log.agent(turn="turn_2")
    assert log.session.turn_count == 2


def test_a_steered_message_joins_the_turn_in_flight(log: Any):
    first = log.user(turn="turn_1", waits=True)
    log.add("session.status_running", turn="turn_1", input_event_ids=[first.id])
    log.agent(turn="turn_1")
    steer = log.user(turn="turn_1", waits=True, delivery="steer")
    log.add("span.model_request_start", turn="turn_1", input_event_ids=[steer.id])
    log.agent(turn="turn_1")
    log.idle(turn="turn_1")
    assert log.session.turn_count == 1
    assert log.session.state == "idle", "nothing waits any more"


def test_usage_that_is_told_late_counts_for_its_own_turn(log: Any):
    log.user(turn="turn_1")
    log.agent(turn="turn_1")
    log.user(turn="turn_2")
    log.usage(turn="turn_1")
    assert log.session.turn_count == 1


def test_without_turn_ids_every_answered_input_is_a_turn(log: Any):
    log.user()
    log.agent()
    log.usage()
    log.user()
    log.user()
    log.agent()
    assert log.session.turn_count == 2


def test_tool_calls_count_each_and_name_tools_and_connectors_once(log: Any):
    """S0-3, S0-10, S0-14: the retries of the model too."""
    for _ in range(2):
        log.call("bash")
    log.add("agent.mcp_tool_use", name="search", input={}, mcp_server_name="github")
    log.add("agent.custom_tool_use", name="deploy", input={}, connector="argo")
    assert log.session.tool_call_count == 4
    assert log.session.tools == ["bash", "mcp__github__search", "deploy"]
    assert log.session.connectors == ["github", "argo"]


def test_errors_are_failed_tool_results_and_failed_requests(log: Any):
    log.result(log.call(), is_error=True)
    log.result(log.call(), is_error=False)
    log.usage(is_error=True, model_usage={})
    assert log.session.error_count == 2


def test_a_failed_request_is_one_error_however_often_it_is_told(log: Any):
    log.usage(is_error=True, model_usage={})
    log.add("session.error", error={"type": "billing_error", "message": "No credit"})
    assert log.session.error_count == 1
    assert log.session.error["message"] == "No credit"
    log.add("session.error", error={"type": "mcp_connection_failed_error", "message": "Down"})
    assert log.session.error_count == 2


def test_an_error_that_is_tried_again_is_none_yet(log: Any):
    retry = {"type": "retrying"}
    log.add("session.error", error={"type": "overloaded", "message": "…", "retry_status": retry})
    assert log.session.error_count == 0
    assert log.session.error is None


def test_the_four_classes_are_summed_over_requests(log: Any):
    """S0-4, S0-12, S0-13."""
    usage = {
        "input_tokens": 100,
        "output_tokens": 7,
        "cache_read_input_tokens": 1_000,
        "cache_creation_input_tokens": 50,
        "cache_creation": {"ephemeral_1h_input_tokens": 20, "ephemeral_5m_input_tokens": 30},
    }
    log.usage(model_usage=usage, cost_micros=5)
    log.usage(model_usage=usage, cost_micros=6)
    assert log.session.tokens == {
        "input_uncached": 200,
        "cache_read": 2_000,
        "cache_write_5m": 60,
        "cache_write_1h": 40,
        "output": 14,
    }
    assert log.session.cost_micros == 11
    shown = log.row()["usage"]
    assert shown["input_tokens"] == 200, "the uncached part, as in the protocol"
    assert shown["cache_read_input_tokens"] == 2_000
    assert shown["cache_creation"]["ephemeral_1h_input_tokens"] == 40


@pytest.mark.parametrize(
    ("usage", "minutes", "hour"),
    [
        ({}, 0, 0),
        ({"cache_creation_input_tokens": 50}, 50, 0),
        ({"cache_creation": {"ephemeral_5m_input_tokens": 30}}, 30, 0),
        ({"cache_creation": {"ephemeral_1h_input_tokens": 20}}, 0, 20),
        (
            {
                "cache_creation_input_tokens": 60,
                "cache_creation": {"ephemeral_1h_input_tokens": 20},
            },
            40,
            20,
        ),
        ({"cache_creation_input_tokens": -5}, -5, 0),
        ({"cache_creation_input_tokens": True, "cache_creation": []}, 0, 0),
    ],
)
def test_cache_writes_are_split_by_lifetime(usage: Any, minutes: int, hour: int):
    """One without a lifetime is a five-minute one, the provider's default."""
    found = token_classes(usage)
    assert (found["cache_write_5m"], found["cache_write_1h"]) == (minutes, hour)


def test_what_has_no_price_stays_null_and_names_its_model(log: Any):
    """why.md: unknown is null, never zero."""
    log.usage("house-7b", cost_micros=None)
    assert log.session.cost_micros is None
    assert log.row()["cost_micros"] is None
    assert log.session.unpriced_models == ["house-7b"]
    log.usage("m-1", cost_micros=40)
    log.usage("house-7b", cost_micros=None)
    assert log.session.cost_micros == 40
    assert log.session.unpriced_models == ["house-7b"]
    assert log.session.models == ["house-7b", "m-1"]


def test_a_request_that_cost_nothing_is_priced(log: Any):
    log.usage("free-1", cost_micros=0)
    assert log.session.cost_micros == 0
    assert log.session.unpriced_models == []


def test_a_request_that_used_nothing_needs_no_price(log: Any):
    log.usage("m-1", is_error=True, model_usage={}, cost_micros=None)
    assert log.session.unpriced_models == []


def test_a_correction_adds_the_difference(log: Any):
    first = log.usage(model_usage={"input_tokens": 10, "output_tokens": 5}, cost_micros=100)
    more = {"input_tokens": 0, "output_tokens": 8}
    log.usage(model_usage=more, cost_micros=40, corrects=first.id)
    assert (log.session.tokens["input_uncached"], log.session.tokens["output"]) == (10, 13)
    assert log.session.cost_micros == 140
    assert [row.units for row in log.rows] == [1, 0], "still one request"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (["reported"], "reported"),
        (["reported", "lower_bound"], "lower_bound"),
        (["estimated", "reported"], "estimated"),
        (["lower_bound", "estimated", "lower_bound"], "estimated"),
    ],
)
def test_the_least_certain_figure_names_the_sum(log: Any, told: list[str], shown: str):
    for source in told:
        log.usage(usage_source=source)
    assert log.session.usage_source == shown


def test_agent_operations_follow_the_rate_card(log: Any):
    """S0-5: 1 AO a call, 0.1 for 1,000 tokens in, 0.5 for 1,000 out."""
    log.call()
    usage = {"input_tokens": 500, "cache_read_input_tokens": 1_500, "output_tokens": 1_000}
    log.usage(model_usage=usage)
    assert log.session.ao_milli == 1_000 + 200 + 500


def test_everything_that_is_charged_is_one_ledger_row(log: Any):
    """S0-3, S0-4: token classes and money of the row are sums over its ledger rows."""
    log.user(turn="turn_1")
    log.add("agent.mcp_tool_use", name="search", input={}, mcp_server_name="github", turn="turn_1")
    log.usage("m-1", turn="turn_1", price_source="table:1")
    call, request = log.rows
    assert (call.wallet, call.tool, call.connector) == ("data", "mcp__github__search", "github")
    assert (call.cost_micros, call.units, call.ao_milli) == (0, 1, 1_000)
    assert (request.wallet, request.model, request.price_source) == ("ai", "m-1", "table:1")
    assert request.cost_micros == log.session.cost_micros
    assert request.tokens == log.session.tokens
    assert {row.turn_id for row in log.rows} == {"turn_1"}
    assert call.ao_milli + request.ao_milli == log.session.ao_milli
    assert [row.event_id for row in log.rows] == [event.id for event in log.events[2:]]


@pytest.mark.parametrize(
    ("kind", "mode", "source"),
    [
        ("chat", "work", "chat"),
        ("chat", "ask", "chat"),
        ("chat", "builder", "automation_builder_chat"),
        ("flow_run", "work", "flow"),
        ("background_task", "work", "task"),
        ("automation_run", "work", "automation"),
    ],
)
def test_a_ledger_row_names_its_source(log: Any, kind: str, mode: str, source: str):
    """S0-22, S0-26, S0-27."""
    log.open(kind, mode=mode)
    log.usage()
    assert log.rows[0].source == source


def test_names_are_kept_up_to_a_bound(log: Any):
    for place in range(300):
        log.call(f"tool-{place}")
    assert len(log.session.tools) == 200
    assert log.session.tool_call_count == 300
    assert len(log.session.hidden.open_calls) <= 256

"""A session's sums, by tool and by turn (S1-37, S3-20)."""

from typing import Any

from hansard.domain import instant
from hansard.domain.projections import metrics


def folded(log: Any) -> dict[str, Any]:
    return metrics.fold_all(log.events)


def test_the_totals_of_the_metrics_tab(log: Any):
    """S1-37: input and output tokens, tool calls, compactions, resets, cost."""
    log.user(turn="turn_1")
    log.call(turn="turn_1")
    usage = {"input_tokens": 10, "cache_read_input_tokens": 90, "output_tokens": 5}
    log.usage(model_usage=usage, cost_micros=700, reasoning_tokens=3, turn="turn_1")
    log.add("agent.thread_context_compacted", summary="Short.")
    log.add("session.reset", previous_message_count=1)
    found = folded(log)
    assert (found["input_tokens"], found["output_tokens"], found["tokens_used"]) == (100, 5, 105)
    assert (found["tool_calls"], found["compactions"], found["resets"]) == (1, 1, 1)
    assert (found["cost_micros"], found["requests"], found["reasoning_tokens"]) == (700, 1, 3)
    assert (found["turns"], found["errors"]) == (1, 0)


def test_tools_are_counted_with_their_errors_and_their_time(log: Any):
    log.result(log.call("bash"), duration_ms=400)
    log.result(log.call("bash"), is_error=True, gap=2_000)
    log.call("read")
    log.add("agent.tool_result", tool_use_id="sevt_gone", is_error=True)
    assert folded(log)["by_tool"] == [
        {"name": "bash", "connector": None, "calls": 2, "errors": 1, "duration_ms": 2_400},
        {"name": "read", "connector": None, "calls": 1, "errors": 0, "duration_ms": 0},
    ]


def test_a_turn_has_its_own_sums(log: Any):
    """S3-20: token cost per turn."""
    start = log.user(turn="turn_1").created_at
    log.result(log.call(turn="turn_1"), turn="turn_1", is_error=True)
    log.usage("m-1", turn="turn_1", cost_micros=5)
    log.usage("m-1", turn="turn_1", cost_micros=6, corrects="sevt_1")
    log.user(turn="turn_2")
    log.usage("house-7b", turn="turn_2", cost_micros=None)
    one, two = folded(log)["by_turn"]
    assert (one["turn_id"], one["first_seq"], one["last_seq"]) == ("turn_1", 2, 6)
    assert (one["started_at"], one["duration_ms"]) == (instant.to_wire(start), 4_000)
    assert (one["requests"], one["calls"], one["errors"]) == (1, 1, 1)
    assert (one["cost_micros"], one["tokens"]["output"]) == (11, 10)
    assert (two["cost_micros"], two["unpriced_models"]) == (None, ["house-7b"])


def test_usage_that_is_told_late_goes_to_its_own_turn(log: Any):
    log.agent(turn="turn_1")
    log.agent(turn="turn_2")
    log.usage(turn="turn_1")
    one, two = folded(log)["by_turn"]
    assert (one["requests"], two["requests"]) == (1, 0)


def test_what_was_shown_does_not_change_afterwards(log: Any):
    state = metrics.Metrics()
    log.usage(turn="turn_1", cost_micros=None)
    for event in log.events:
        metrics.fold(state, event)
    before = metrics.shown(state)
    copy = metrics.fold_all(log.events)
    metrics.fold(state, log.usage("m-2", turn="turn_1", cost_micros=None))
    assert before == copy

"""What the model sees next, and how full it is (S1-23, S1-24, S1-34, S1-35)."""

from typing import Any

from hansard.domain.projections import context


def folded(log: Any) -> dict[str, Any]:
    return context.fold_all(log.events)


def seqs(log: Any) -> list[int]:
    return [entry["seq"] for entry in folded(log)["entries"]]


def test_what_was_said_and_called_is_in_the_context(log: Any):
    log.user("x" * 40)
    log.agent("y" * 41)
    call = log.call(input={"command": "ls"})
    log.result(call, is_error=True)
    log.usage()
    log.add("session.updated", title="No")
    found = folded(log)
    roles = [entry["role"] for entry in found["entries"]]
    assert roles == ["user", "assistant", "tool_use", "tool_result"]
    assert [entry["tokens"] for entry in found["entries"]] == [10, 11, 2, 0]
    assert found["budget"]["messages"] == 23


def test_an_estimate_says_that_it_is_one_and_guesses_no_part_it_cannot_know(log: Any):
    """requirements.md 6.6: never estimate silently."""
    log.user("x" * 40)
    found = folded(log)
    assert found["estimated"] is True
    unknown = ("window", "system", "tools", "reserve", "free")
    assert [found["budget"][name] for name in unknown] == [None] * 5
    assert found["measured_tokens"] is None


def test_the_parts_that_the_runtime_counted_are_shown_as_they_are(log: Any):
    """S1-34: system prompt, tools, context, messages; S1-35: the time of every layer."""
    budget = {"window": 100, "system": 5, "tools": 6, "context": 7, "messages": 8, "free": 66}
    layers = [{"name": "history-window", "start_ms": 0, "duration_ms": 3}]
    log.add("context.assembled", budget=budget, estimated=False, layers=layers, cache_read=4)
    found = folded(log)
    assert found["budget"] == {**budget, "reserve": None}
    assert found["estimated"] is False
    (execution,) = found["executions"]
    assert (execution["layers"], execution["cache_read"]) == (layers, 4)


def test_the_size_of_the_last_request_is_what_the_provider_counted(log: Any):
    log.usage(model_usage={"input_tokens": 10, "cache_read_input_tokens": 90, "output_tokens": 5})
    log.usage(model_usage={})
    assert folded(log)["measured_tokens"] == 105
    log.usage(model_usage={"output_tokens": 7}, corrects="sevt_1")
    assert folded(log)["measured_tokens"] == 112


def test_reset_empties_the_context(log: Any):
    """S1-23."""
    log.user()
    log.usage()
    log.add("context.assembled", budget={"system": 5})
    reset = log.add("session.reset", previous_message_count=1)
    found = folded(log)
    assert (found["entries"], found["context_start_seq"]) == ([], reset.seq)
    assert (found["measured_tokens"], found["budget"]["system"]) == (None, None)
    later = log.user()
    assert seqs(log) == [later.seq]


def test_after_compaction_the_summary_comes_first(log: Any):
    """S1-24."""
    log.user()
    log.agent()
    mark = log.add("agent.thread_context_compacted", summary="z" * 80, tokens_after=300)
    later = log.user()
    found = folded(log)
    assert seqs(log) == [mark.seq, later.seq]
    assert found["entries"][0]["role"] == "summary"
    assert found["budget"]["context"] == 20
    assert found["context_start_seq"] == log.session.context_start_seq == mark.seq


def test_a_summary_that_nobody_kept_counts_what_was_left(log: Any):
    log.user()
    log.add("agent.thread_context_compacted", tokens_before=900, tokens_after=300)
    assert folded(log)["budget"]["context"] == 300


def test_a_summary_stands_in_the_place_of_what_it_covers(log: Any):
    head, covered, tail = log.user("Task"), log.agent(), log.user("Latest")
    fields = {"covers_from": covered.seq, "covers_to": covered.seq}
    mark = log.add("agent.thread_context_compacted", summary="Short.", **fields)
    assert seqs(log) == [head.seq, mark.seq, tail.seq]


def test_a_second_summary_takes_the_place_of_the_first(log: Any):
    log.user()
    log.add("agent.thread_context_compacted", summary="One.")
    log.user()
    mark = log.add("agent.thread_context_compacted", summary="Two.")
    assert seqs(log) == [mark.seq]


def test_bounds_that_make_no_sense_leave_nothing_twice(log: Any):
    log.user()
    log.agent()
    fields = {"covers_from": 3, "covers_to": 1}
    log.add("agent.thread_context_compacted", summary="Short.", **fields)
    assert len(seqs(log)) == len(set(seqs(log)))


def test_a_lighter_compaction_keeps_every_entry_and_counts_less(log: Any):
    log.user("x" * 400)
    micro = {"tokens_before": 90, "tokens_after": 30, "trigger": "micro"}
    log.add("agent.thread_context_compacted", **micro)
    found = folded(log)
    assert (len(found["entries"]), found["budget"]["messages"]) == (1, 40)
    assert (found["trimmed_tokens"], found["context_start_seq"]) == (60, 0)


def test_pictures_count_nothing_and_text_that_lies_aside_counts_whole(log: Any):
    picture = {"type": "image", "source": {"type": "base64", "data": "x" * 9_000}}
    aside = {"type": "blob", "blob_id": "blob_1", "media_type": "text/plain", "bytes": 400}
    photo = {"type": "blob", "blob_id": "blob_2", "media_type": "image/png", "bytes": 9_000}
    log.add("user.message", content=[picture, aside, photo, {"type": "text", "text": "Look"}])
    assert folded(log)["entries"][0]["tokens"] == 101


def test_only_the_last_assemblies_are_kept(log: Any):
    for place in range(60):
        log.add("context.assembled", budget={"system": place})
    found = folded(log)
    assert len(found["executions"]) == 50
    assert found["executions"][-1]["budget"] == {"system": 59}
